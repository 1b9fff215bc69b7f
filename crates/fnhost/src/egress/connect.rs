//! Connections: resolve, connect, TLS, and the pool that keeps them.

use super::failure::ConnectError;
use super::resolve::Resolver;
use super::verify::Verifier;
use hyper::body::Incoming;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ClientConfig;
use rustls::pki_types::{CertificateDer, ServerName};
use std::cell::Cell;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use wasmtime_wasi_http::WasiBody;

/// The host's HTTP client.
pub(crate) type Client = hyper_util::client::legacy::Client<Connector, WasiBody>;

/// Idle connections that are kept per origin, and how long.
const IDLE_CONNECTIONS_MAX: usize = 64;
const IDLE_TIME: Duration = Duration::from_secs(60);

/// Headers that an answer may have.
const HEADERS_MAX: usize = 512;

/// A client that finds addresses with `resolver`, and trusts Mozilla's roots and
/// `extra_roots` (DER certificates).
pub(crate) fn client(resolver: Arc<dyn Resolver>, extra_roots: &[Vec<u8>]) -> Result<Client, rustls::Error> {
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for root in extra_roots {
        roots.add(CertificateDer::from_slice(root))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier::new(roots, provider.clone())?;
    // Named for what a bad verifier could do; this one refuses whatever the usual one refuses.
    let mut tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let connector = Connector { resolver, tls: Arc::new(tls) };
    Ok(hyper_util::client::legacy::Client::builder(Tasks::default())
        .pool_idle_timeout(IDLE_TIME)
        .pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
        .http1_max_headers(HEADERS_MAX)
        .pool_timer(TokioTimer::new())
        .timer(TokioTimer::new())
        .build(connector))
}

/// Runs the connections' tasks, and ends them with the client.
#[derive(Clone, Default)]
struct Tasks(Arc<Mutex<JoinSet<()>>>);

thread_local! {
    /// Told when the latest task that this thread was given has ended.
    static LATEST_TASK: Cell<Option<Arc<Notify>>> = const { Cell::new(None) };
}

/// Sends `request`. With the answer comes, where there is one, what is told when
/// the connection is back in the pool: the client leaves that to a task, which it
/// starts in the very poll that has the answer.
pub(super) async fn send(
    client: &Client,
    request: http::Request<WasiBody>,
) -> Result<(http::Response<Incoming>, Option<Arc<Notify>>), legacy::Error> {
    let mut answer = client.request(request);
    poll_fn(|context| {
        LATEST_TASK.set(None);
        let answer = ready!(Pin::new(&mut answer).poll(context))?;
        Poll::Ready(Ok((answer, LATEST_TASK.take())))
    })
    .await
}

impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Tasks {
    fn execute(&self, task: F) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        let ended = Arc::new(Notify::new());
        LATEST_TASK.set(Some(ended.clone()));
        tasks.spawn(async move {
            task.await;
            ended.notify_one();
        });
    }
}

/// Makes a connection to the origin of a URL.
#[derive(Clone)]
pub(crate) struct Connector {
    resolver: Arc<dyn Resolver>,
    tls: Arc<ClientConfig>,
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
        Box::pin(async move { connector.connect(&uri).await })
    }
}

impl Connector {
    async fn connect(&self, uri: &http::Uri) -> Result<Stream, ConnectError> {
        let is_https = uri.scheme() == Some(&http::uri::Scheme::HTTPS);
        let host = uri.host().unwrap_or_default();
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let port = uri.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        let tcp = self.connect_tcp(host, port).await?;
        if !is_https {
            return Ok(Stream::Plain(TokioIo::new(tcp)));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|_| ConnectError::not_found(host, port))?;
        let tls = TlsConnector::from(self.tls.clone()).connect(name, tcp).await;
        Ok(Stream::Tls(Box::new(TokioIo::new(tls.map_err(|error| ConnectError::tls(host, error))?))))
    }

    /// The first of the host's addresses that answers; the first one's error if none does.
    async fn connect_tcp(&self, host: &str, port: u16) -> Result<TcpStream, ConnectError> {
        let addresses = match host.parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_) => self.resolver.resolve(host).await.map_err(|error| ConnectError::resolve(host, port, error))?,
        };
        let mut first_error = None;
        for address in addresses {
            let address = SocketAddr::new(address, port);
            match TcpStream::connect(address).await {
                Ok(tcp) => {
                    // Without it a request on a kept connection waits 40 ms for an acknowledgement.
                    tcp.set_nodelay(true).map_err(|error| ConnectError::tcp(address, error))?;
                    return Ok(tcp);
                }
                Err(error) => first_error = first_error.or(Some(ConnectError::tcp(address, error))),
            }
        }
        Err(first_error.unwrap_or_else(|| ConnectError::not_found(host, port)))
    }
}

/// A connection, plain or under TLS.
pub(crate) enum Stream {
    Plain(TokioIo<TcpStream>),
    Tls(Box<TokioIo<TlsStream<TcpStream>>>),
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        match self {
            Stream::Plain(_) => Connected::new(),
            Stream::Tls(tls) if tls.inner().get_ref().1.alpn_protocol() == Some(b"h2") => {
                Connected::new().negotiated_h2()
            }
            Stream::Tls(_) => Connected::new(),
        }
    }
}

impl Read for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(io) => Pin::new(io).poll_read(cx, buffer),
            Stream::Tls(io) => Pin::new(io).poll_read(cx, buffer),
        }
    }
}

impl Write for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Stream::Plain(io) => Pin::new(io).poll_write(cx, bytes),
            Stream::Tls(io) => Pin::new(io).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(io) => Pin::new(io).poll_flush(cx),
            Stream::Tls(io) => Pin::new(io).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(io) => Pin::new(io).poll_shutdown(cx),
            Stream::Tls(io) => Pin::new(io).poll_shutdown(cx),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Stream::Plain(io) => io.is_write_vectored(),
            Stream::Tls(io) => io.is_write_vectored(),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Stream::Plain(io) => Pin::new(io).poll_write_vectored(cx, slices),
            Stream::Tls(io) => Pin::new(io).poll_write_vectored(cx, slices),
        }
    }
}
