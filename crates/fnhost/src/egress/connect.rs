//! How a connection is made: resolve, see that the address may be reached, connect, TLS.

use super::failure::ConnectError;
use super::guard::Guard;
use super::pool::{Bounds, Slot, Tasks, origin};
use super::resolve::{ResolveError, Resolver};
use hyper::rt::{Executor, Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::futures::OwnedNotified;
use tokio::sync::{Notify, Semaphore, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;

/// How long a connection may take to make, from the first thing that is waited for to the end of its TLS handshake.
pub(super) const CONNECT_TIME: Duration = Duration::from_secs(10);

/// How long an address has for itself before the next one is tried beside it: the value that RFC 8305, 5 recommends.
const HEAD_START: Duration = Duration::from_millis(250);

/// How long a new connection is left to the request that it was made for.
const TAKEN_TIME: Duration = Duration::from_secs(1);

/// Addresses of one name that are tried.
const ADDRESSES_MAX: usize = 16;

/// Makes connections for the requests of one function.
#[derive(Clone)]
pub(crate) struct Connector {
    pub(super) resolver: Arc<dyn Resolver>,
    /// For looking up names.
    pub(super) lookups: Arc<Semaphore>,
    pub(super) tasks: Tasks,
    pub(super) tls: Arc<ClientConfig>,
    pub(super) guard: Guard,
    pub(super) bounds: Bounds,
}

/// What making a connection took.
#[derive(Debug)]
pub(crate) struct Made {
    /// When it was begun: there was room for it.
    pub(super) began: Instant,
    pub(super) resolve: Duration,
    pub(super) connect: Duration,
    pub(super) tls: Option<Duration>,
    was_used: AtomicBool,
    usage: Mutex<Usage>,
    /// Told when the connection is to be closed.
    unwanted: Arc<Notify>,
}

/// Who uses a connection.
#[derive(Debug)]
struct Usage {
    requests: usize,
    /// When the last of them ended.
    ended: Instant,
    is_unwanted: bool,
}

impl Made {
    fn new(began: Instant, resolve: Duration, connect: Duration, tls: Option<Duration>) -> Made {
        let usage = Mutex::new(Usage { requests: 0, ended: Instant::now(), is_unwanted: false });
        Made { began, resolve, connect, tls, was_used: AtomicBool::new(false), usage, unwanted: Arc::default() }
    }

    /// A request goes over it.
    pub(super) fn begin_use(&self) {
        self.usage().requests += 1;
    }

    /// The answer to a request was read to its end, or nobody wants it any more.
    pub(super) fn end_use(&self) {
        let mut usage = self.usage();
        usage.requests -= 1;
        usage.ended = Instant::now();
    }

    /// Since when no request goes over it; none where one does, or where it is being closed.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        let usage = self.usage();
        // Whoever it was made for has not taken it yet, or was served by another one.
        let is_new = !self.was_used.load(Ordering::Relaxed) && usage.ended.elapsed() < TAKEN_TIME;
        (usage.requests == 0 && !is_new && !usage.is_unwanted).then_some(usage.ended)
    }

    /// Closes it. A request that takes it at this very moment is sent again over another one.
    pub(super) fn close(&self) {
        self.usage().is_unwanted = true;
        self.unwanted.notify_one();
    }

    fn usage(&self) -> MutexGuard<'_, Usage> {
        self.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a request went over the connection, and says whether one had before.
    pub(super) fn use_again(&self) -> bool {
        self.was_used.swap(true, Ordering::Relaxed)
    }
}

impl tower_service::Service<http::Uri> for Connector {
    type Response = Stream;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, ConnectError>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: http::Uri) -> Self::Future {
        let connector = self.clone();
        let (host, port) = origin(&uri);
        let slot = self.bounds.slot(host, port);
        Box::pin(async move {
            let is_https = uri.scheme() == Some(&http::uri::Scheme::HTTPS);
            let (host, port) = origin(&uri);
            let made = timeout(CONNECT_TIME, connector.connect(slot, host, port, is_https)).await;
            made.unwrap_or_else(|_| Err(ConnectError::timed_out(host, port)))
        })
    }
}

impl Connector {
    async fn connect(
        &self,
        slot: impl Future<Output = Option<Slot>>,
        host: &str,
        port: u16,
        is_https: bool,
    ) -> Result<Stream, ConnectError> {
        let slot = slot.await.ok_or_else(|| ConnectError::not_needed(host, port))?;
        let began = Instant::now();
        let addresses = self.addresses(host, port).await?;
        let resolve = began.elapsed();
        let tcp = first_to_answer(addresses).await.map_err(|(address, error)| ConnectError::tcp(address, error))?;
        // Without it a request on a kept connection waits 40 ms for an acknowledgement.
        tcp.set_nodelay(true).map_err(|error| ConnectError::tcp(SocketAddr::from(([0; 4], port)), error))?;
        let connect = began.elapsed() - resolve;
        let (io, is_http2, tls): (Box<dyn Io>, _, _) = if is_https {
            let name = ServerName::try_from(host.to_owned()).map_err(|_| ConnectError::not_found(host, port))?;
            let tls = TlsConnector::from(self.tls.clone()).connect(name, tcp).await;
            let tls = tls.map_err(|error| ConnectError::tls(host, error))?;
            let is_http2 = tls.get_ref().1.alpn_protocol() == Some(b"h2");
            (Box::new(tls), is_http2, Some(began.elapsed() - resolve - connect))
        } else {
            (Box::new(tcp), false, None)
        };
        let made = Arc::new(Made::new(began, resolve, connect, tls));
        self.bounds.keep(&made, &slot);
        let unwanted = Box::pin(made.unwanted.clone().notified_owned());
        Ok(Stream { io: TokioIo::new(io), is_http2, made, unwanted, _slot: slot })
    }

    /// What the resolver says of `host`. It is asked in a task of its own: a lookup that nobody waits for any more still
    /// takes the system's time, and so goes on to count.
    async fn look_up(&self, host: &str) -> Result<Vec<IpAddr>, ResolveError> {
        let permit = self.lookups.clone().acquire_owned().await.map_err(|_| ResolveError::TryAgain)?;
        let (sender, receiver) = oneshot::channel();
        let (resolver, host) = (self.resolver.clone(), host.to_owned());
        self.tasks.execute(async move {
            let found = resolver.resolve(&host).await;
            drop(permit);
            // Nobody may be waiting.
            let _ = sender.send(found);
        });
        receiver.await.unwrap_or(Err(ResolveError::TryAgain))
    }

    /// The addresses of `host` that may be reached, in the order in which they are tried; an error if there are none.
    ///
    /// Nothing is resolved a second time between this and the connection, so that no answer can change in between.
    async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, ConnectError> {
        if let Some(class) = Guard::refusal_of_name(host) {
            return Err(ConnectError::refused(host, port, class));
        }
        let found = match host.parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_) => self.look_up(host).await.map_err(|error| ConnectError::resolve(host, port, error))?,
        };
        let mut refused = None;
        let mut reached = Vec::with_capacity(found.len().min(ADDRESSES_MAX));
        for address in found {
            match self.guard.refusal(address) {
                Some(class) => refused = refused.or(Some(class)),
                None => reached.push(SocketAddr::new(address, port)),
            }
        }
        match (reached.is_empty(), refused) {
            (false, _) => Ok(by_turns(reached)),
            (true, Some(class)) => Err(ConnectError::refused(host, port, class)),
            (true, None) => Err(ConnectError::not_found(host, port)),
        }
    }
}

/// The addresses with IPv4 and IPv6 by turns, beginning with the kind of the first, as RFC 8305, 4 has it.
fn by_turns(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let is_ipv6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (same, other): (Vec<_>, Vec<_>) = addresses.into_iter().partition(|address| address.is_ipv6() == is_ipv6);
    let mut other = other.into_iter();
    let mut turns = Vec::new();
    for address in same {
        turns.push(address);
        turns.extend(other.next());
    }
    turns.extend(other);
    turns.truncate(ADDRESSES_MAX);
    turns
}

/// The connection to the first of `addresses`, of which there is one at least, that answers, where each has a head
/// start over the next one; the first one's error if none does.
async fn first_to_answer(addresses: Vec<SocketAddr>) -> Result<TcpStream, (SocketAddr, io::Error)> {
    if let [address] = addresses[..] {
        return TcpStream::connect(address).await.map_err(|error| (address, error));
    }
    let nobody = (SocketAddr::from(([0; 4], 0)), io::Error::from(io::ErrorKind::NotFound));
    let mut first_error = None;
    let mut attempts = JoinSet::new();
    let mut waiting = addresses.into_iter().peekable();
    loop {
        if let Some(address) = waiting.next() {
            attempts.spawn(async move { TcpStream::connect(address).await.map_err(|error| (address, error)) });
        }
        let ended = match waiting.peek() {
            Some(_) => timeout(HEAD_START, attempts.join_next()).await.ok().flatten(),
            None => match attempts.join_next().await {
                Some(ended) => Some(ended),
                None => return Err(first_error.unwrap_or(nobody)),
            },
        };
        match ended {
            Some(Ok(Ok(tcp))) => return Ok(tcp),
            Some(Ok(Err(error))) => first_error = first_error.or(Some(error)),
            // The time of the head start is over; a task that panicked has no answer either.
            None | Some(Err(_)) => {}
        }
    }
}

trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A connection, plain or under TLS.
pub(crate) struct Stream {
    io: TokioIo<Box<dyn Io>>,
    is_http2: bool,
    made: Arc<Made>,
    unwanted: Pin<Box<OwnedNotified>>,
    /// Given back when the connection is closed.
    _slot: Slot,
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        let connected = Connected::new().extra(self.made.clone());
        if self.is_http2 { connected.negotiated_h2() } else { connected }
    }
}

impl Read for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let read = Pin::new(&mut this.io).poll_read(cx, buffer);
        // As if the server had closed it.
        if read.is_pending() && this.unwanted.as_mut().poll(cx).is_ready() { Poll::Ready(Ok(())) } else { read }
    }
}

impl Write for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().io).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().io).poll_write_vectored(cx, slices)
    }
}
