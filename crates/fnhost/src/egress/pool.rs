//! The client: connections that are kept and used again, and how many there may be.
//!
//! Each function has a pool of its own. Its events share connections; two functions do not, even to one host: which
//! addresses a connection may lead to is the function's own rule, and what one function has open should neither fill
//! another's pool nor tell it anything.

use super::connect::{Connector, Made};
use super::guard::Guard;
use super::resolve::Resolver;
use super::verify::Verifier;
use hyper::body::Incoming;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use hyper_util::rt::TokioTimer;
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use std::cell::RefCell;
use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::timeout;
use wasmtime_wasi_http::WasiBody;

/// How long a connection is kept that nobody uses. All are, for the next events that come together, while there is room.
const IDLE_TIME: Duration = Duration::from_secs(60);

/// Headers that an answer may have.
const HEADERS_MAX: usize = 512;

/// Connections that one function may have open, to all hosts together and to one host and port; and how many of them are
/// its own whatever others have.
const CONNECTIONS_MAX: usize = 2_048;
const CONNECTIONS_OWN: usize = 16;
const CONNECTIONS_PER_HOST_MAX: usize = 1_024;

/// Names that are looked up for one function at a time. The system has a thread for each, and may take half a minute for
/// one whose servers do not answer; its threads are for all functions.
const LOOKUPS_MAX: usize = 16;

/// How long a connection that must be on its way back to the pool is waited for before it is closed to make room.
const RETURN_TIME: Duration = Duration::from_secs(1);

/// What the pools of one host share.
#[derive(Clone)]
pub(crate) struct Network {
    resolver: Arc<dyn Resolver>,
    tls: Arc<ClientConfig>,
    /// One permit for each connection that may be open beyond the functions' own.
    connections: Arc<Semaphore>,
}

impl Network {
    /// Finds addresses with `resolver`, and trusts Mozilla's roots and `extra_roots` (DER certificates).
    pub(crate) fn new(
        resolver: Arc<dyn Resolver>,
        extra_roots: &[Vec<u8>],
        connections_max: u32,
    ) -> Result<Network, rustls::Error> {
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
        let connections = Arc::new(Semaphore::new(connections_max as usize));
        Ok(Network { resolver, tls: Arc::new(tls), connections })
    }

    /// A client with a pool of its own, for requests to where `guard` lets them.
    pub(crate) fn client(&self, guard: Guard) -> Client {
        let bounds = Bounds::new(self.connections.clone());
        let (resolver, tls) = (self.resolver.clone(), self.tls.clone());
        let (tasks, lookups) = (Tasks::default(), Arc::new(Semaphore::new(LOOKUPS_MAX)));
        let connector = Connector { resolver, lookups, tasks: tasks.clone(), tls, guard, bounds: bounds.clone() };
        let client = legacy::Client::builder(tasks)
            .pool_idle_timeout(IDLE_TIME)
            .pool_max_idle_per_host(CONNECTIONS_PER_HOST_MAX)
            .http1_max_headers(HEADERS_MAX)
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .build(connector);
        Client { client, bounds }
    }
}

/// How many connections there may be, and to each host no more than there are requests under way.
///
/// A connection whose answer was read to its end comes back to the pool in a task of its own, and the next request may
/// be there before it. So who wants another connection waits while one of those that are open must be on its way back,
/// which the client, waiting for both, then takes.
#[derive(Clone)]
pub(crate) struct Bounds {
    /// Permits for the connections of all functions of the host together.
    everywhere: Arc<Semaphore>,
    /// For those of this one; and for those that need none of the others' permits.
    here: Arc<Semaphore>,
    own: Arc<Semaphore>,
    /// Its connections, those that are kept for later included.
    kept: Arc<Kept>,
    /// The hosts, with their ports, that there are connections or requests to.
    hosts: Arc<Mutex<Hosts>>,
}

type Hosts = HashMap<(String, u16), Weak<ToHost>>;

/// The connections of a function. One that nobody uses is closed where another one has no room.
#[derive(Default)]
struct Kept {
    connections: Mutex<Vec<(Weak<Made>, Weak<ToHost>)>>,
    /// One of those who wait for room is told that a connection is not used any more.
    more: Notify,
}

#[derive(Default)]
struct ToHost {
    counts: Mutex<Counts>,
    /// One of those who wait for a connection is told that there may be room.
    room: Notify,
}

#[derive(Default)]
struct Counts {
    connections: usize,
    requests: usize,
}

/// The right to have one connection open.
pub(crate) struct Slot {
    to_host: Arc<ToHost>,
    _permits: [Option<OwnedSemaphorePermit>; 2],
}

/// A request that is under way: its answer, if any, was not read to its end.
pub(crate) struct UnderWay {
    to_host: Arc<ToHost>,
    /// Whoever still waits for a connection on behalf of this request is told when it needs none.
    served: Arc<Served>,
    /// The connection that it goes over, once it has one.
    made: Option<Arc<Made>>,
    kept: Arc<Kept>,
}

#[derive(Default)]
struct Served {
    is_served: AtomicBool,
    told: Notify,
}

thread_local! {
    /// The request that is being polled: the client does not say on whose behalf it asks for a connection.
    static POLLED: RefCell<Option<Arc<Served>>> = const { RefCell::new(None) };
}

impl Bounds {
    fn new(everywhere: Arc<Semaphore>) -> Bounds {
        let (here, own) = (Semaphore::new(CONNECTIONS_MAX), Semaphore::new(CONNECTIONS_OWN));
        Bounds { everywhere, here: here.into(), own: own.into(), kept: Arc::default(), hosts: Arc::default() }
    }

    /// Counts a request to `port` of `host`.
    fn request(&self, host: &str, port: u16) -> UnderWay {
        let to_host = self.to_host(host, port);
        to_host.counts().requests += 1;
        UnderWay { to_host, served: Arc::default(), made: None, kept: self.kept.clone() }
    }

    /// Waits for room for a connection to `port` of `host`; none if the request that wants it has one by now.
    pub(super) fn slot(&self, host: &str, port: u16) -> impl Future<Output = Option<Slot>> + Send + use<> {
        let served = POLLED.with_borrow(Option::clone).unwrap_or_default();
        let to_host = self.to_host(host, port);
        let bounds = self.clone();
        async move {
            tokio::select! {
                biased;
                () = served.happened() => None,
                slot = bounds.free_slot(to_host) => slot,
            }
        }
    }

    async fn free_slot(&self, to_host: Arc<ToHost>) -> Option<Slot> {
        loop {
            let changed = to_host.room.notified();
            {
                let mut counts = to_host.counts();
                if counts.connections < counts.requests.min(CONNECTIONS_PER_HOST_MAX) {
                    counts.connections += 1;
                    break;
                }
            }
            // One whose answer was read but whose request is still being sent does not come back.
            if timeout(RETURN_TIME, changed).await.is_err() {
                self.kept.close_one(Some(&to_host));
            }
        }
        let mut slot = Slot { to_host, _permits: [None, None] };
        // The narrower first, so that who waits there keeps nothing from others.
        slot._permits[0] = Some(self.permit([&self.here, &self.here]).await?);
        slot._permits[1] = Some(self.permit([&self.own, &self.everywhere]).await?);
        Some(slot)
    }

    /// A permit of the first of two semaphores that has one; while neither has, connections that nobody uses make room.
    async fn permit(&self, [first, second]: [&Arc<Semaphore>; 2]) -> Option<OwnedSemaphorePermit> {
        let mut first = pin!(first.clone().acquire_owned());
        let mut second = pin!(second.clone().acquire_owned());
        loop {
            let more = self.kept.more.notified();
            tokio::select! {
                biased;
                permit = &mut first => return permit.ok(),
                permit = &mut second => return permit.ok(),
                () = async { self.kept.close_one(None); more.await } => {}
            }
        }
    }

    /// Notes that there is a connection, in `slot`.
    pub(super) fn keep(&self, made: &Arc<Made>, slot: &Slot) {
        let mut connections = self.kept.connections();
        // Those that are closed go when they are half of all.
        if connections.len() >= 2 * CONNECTIONS_MAX {
            connections.retain(|(made, _)| made.strong_count() > 0);
        }
        connections.push((Arc::downgrade(made), Arc::downgrade(&slot.to_host)));
    }

    /// What is counted for `port` of `host`. It lives as long as somebody counts there.
    fn to_host(&self, host: &str, port: u16) -> Arc<ToHost> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (host.to_owned(), port);
        if let Some(to_host) = hosts.get(&key).and_then(Weak::upgrade) {
            return to_host;
        }
        hosts.retain(|_, to_host| to_host.strong_count() > 0);
        let to_host = Arc::<ToHost>::default();
        hosts.insert(key, Arc::downgrade(&to_host));
        to_host
    }
}

impl Kept {
    fn connections(&self) -> MutexGuard<'_, Vec<(Weak<Made>, Weak<ToHost>)>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes the connection, to this host if one is given, that nobody has used for longest; if there is one that
    /// nobody uses.
    fn close_one(&self, to: Option<&Arc<ToHost>>) {
        let connections = self.connections();
        let chosen = connections.iter().filter(|(_, host)| to.is_none_or(|to| host.as_ptr() == Arc::as_ptr(to)));
        let idle = chosen.filter_map(|(made, _)| made.upgrade()).filter_map(|made| Some((made.idle_since()?, made)));
        if let Some((_, made)) = idle.min_by_key(|(since, _)| *since) {
            made.close();
        }
    }
}

impl ToHost {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Served {
    async fn happened(&self) {
        let told = self.told.notified();
        if !self.is_served.load(Ordering::Acquire) {
            told.await;
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.to_host.counts().connections -= 1;
        self.to_host.room.notify_one();
    }
}

impl UnderWay {
    /// The request has its answer's head, or none will come: it wants no connection any more.
    fn serve(&self) {
        self.served.is_served.store(true, Ordering::Release);
        self.served.told.notify_waiters();
    }

    /// The request goes over the connection that was captured.
    fn goes_over(&mut self, captured: &CaptureConnection) {
        if self.made.is_some() {
            return;
        }
        if let Some(connected) = captured.connection_metadata().as_ref() {
            let mut extensions = http::Extensions::new();
            connected.get_extras(&mut extensions);
            self.made = extensions.remove::<Arc<Made>>().inspect(|made| made.begin_use());
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.serve();
        self.to_host.counts().requests -= 1;
        if let Some(made) = &self.made {
            made.end_use();
            self.kept.more.notify_one();
        }
    }
}

/// The host and port that a request to `uri` goes to; the host of an address of IPv6 is without its brackets.
pub(super) fn origin(uri: &http::Uri) -> (&str, u16) {
    let host = uri.host().unwrap_or_default();
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let is_https = uri.scheme() == Some(&http::uri::Scheme::HTTPS);
    (host, uri.port_u16().unwrap_or(if is_https { 443 } else { 80 }))
}

/// Sends requests over the connections of a pool.
pub(crate) struct Client {
    client: legacy::Client<Connector, WasiBody>,
    bounds: Bounds,
}

impl Client {
    /// Sends `request`. What comes with the answer is to be kept until that has been read to its end, and no longer.
    pub(super) async fn send(
        &self,
        mut request: http::Request<WasiBody>,
    ) -> Result<(http::Response<Incoming>, UnderWay), legacy::Error> {
        let (host, port) = origin(request.uri());
        let mut under_way = self.bounds.request(host, port);
        let captured = capture_connection(&mut request);
        let mut answer = self.client.request(request);
        let answer = poll_fn(|context| {
            POLLED.set(Some(under_way.served.clone()));
            let polled = Pin::new(&mut answer).poll(context);
            POLLED.set(None);
            under_way.goes_over(&captured);
            polled
        })
        .await?;
        under_way.serve();
        Ok((answer, under_way))
    }
}

/// Runs the connections' tasks, and ends them with the client.
#[derive(Clone, Default)]
pub(super) struct Tasks(Arc<Mutex<JoinSet<()>>>);

impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Tasks {
    fn execute(&self, task: F) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }
}
