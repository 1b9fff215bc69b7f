//! The daemon's life: start, run, apply changed configurations, stop.

use crate::clock::Clock;
use crate::config::{Config, ConfigErrors};
use crate::dispatch::{Context, Dispatcher};
use crate::http::{self, Status};
use crate::ingest::{self, Fate, Ingest, Observed, Routes};
use crate::metrics::Metrics;
use crate::registry::{Registry, RegistryError};
use crate::watch::Watch;
use fnhost::Host;
use fnhost_queue::{OpenError, Options, Queue, Retention};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, MissedTickBehavior};

/// How often files and the database are looked at for what others have changed.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often what is too old is removed.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// The database may be this many times larger than what is to be kept, for what
/// waits to be delivered is never removed.
const DATABASE_BYTES_FACTOR: u64 = 4;

/// Reads the environment.
pub type Environment = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// What [`serve`] needs.
pub struct ServeOptions {
    /// The configuration file.
    pub config_path: PathBuf,
    /// The folder of the database, instead of the configuration's.
    pub data_dir: Option<PathBuf>,
    /// The address to listen on, instead of the configuration's.
    pub listen: Option<SocketAddr>,
    /// What functions run on.
    pub host: Host,
    /// The environment, for references to it.
    pub environment: Environment,
    /// The time.
    pub clock: Clock,
    /// What the operator wants.
    pub signals: mpsc::Receiver<Signal>,
}

/// What the operator wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Read the configuration again.
    Reload,
    /// Stop, after what is under way.
    Stop,
}

/// A daemon that could not start, or not go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The configuration has mistakes.
    #[error("{0}")]
    Config(ConfigErrors),
    /// Functions cannot be built.
    #[error("{0}")]
    Functions(RegistryError),
    /// The data folder cannot be used.
    #[error(transparent)]
    Data(#[from] OpenError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}, choose another address with `--listen`")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
}

/// Serves until told to stop. `ready` is called with the address once events
/// are taken.
///
/// The first [`Signal::Stop`] ends accepting, lets what is under way end within
/// the configuration's grace, and returns. Whatever is not finished by then is
/// attempted again after the next start.
pub async fn serve(options: ServeOptions, ready: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    let (mut daemon, listener) = Daemon::start(options).await?;
    let address = listener.local_addr().map_err(|source| ServeError::Listen { address: daemon.address, source })?;
    let mut server = JoinSet::new();
    server.spawn(http::serve(listener, daemon.router(), daemon.stopping.subscribe()));
    tracing::info!(%address, destinations = daemon.registry.targets.len(), "ready");
    ready(address);
    daemon.run().await;
    daemon.stop(server).await;
    Ok(())
}

/// How far the removal of old events has got.
#[derive(Default)]
struct Sweeping {
    from: i64,
    events: u64,
    dead: u64,
}

/// A changed configuration that is not applied.
struct Refused {
    problem: String,
    /// The configuration, if it could be read: what it leads to is watched.
    config: Option<Box<Config>>,
}

struct Daemon {
    config_path: PathBuf,
    environment: Environment,
    host: Host,
    clock: Clock,
    signals: mpsc::Receiver<Signal>,
    config: Config,
    registry: Arc<Registry>,
    watch: Watch,
    /// The configuration that is being made ready, at most one at a time.
    reloading: JoinSet<Result<(Config, Registry), Refused>>,
    /// Whether the files have changed again meanwhile.
    reload_again: bool,
    /// What others had done to the database when it was last looked at.
    changes_elsewhere: i64,
    queue: Queue,
    metrics: Arc<Metrics>,
    dispatcher: Dispatcher,
    routes: watch::Sender<Arc<Routes>>,
    stopping: watch::Sender<bool>,
    ready: watch::Sender<bool>,
    address: SocketAddr,
}

impl Daemon {
    async fn start(options: ServeOptions) -> Result<(Daemon, TcpListener), ServeError> {
        let ServeOptions { config_path, data_dir, listen, host, environment, clock, signals } = options;
        // Before anything is read: what changes from now on is seen.
        let mut watch = Watch::new(&config_path);
        let config = Config::load(&config_path, &*environment).map_err(ServeError::Config)?;
        watch.follow(&config, std::iter::empty());
        let registry = Registry::build(&host, &config, &Registry::default()).await.map_err(ServeError::Functions)?;
        watch.follow(&config, registry.files());
        tell_warnings(&config, &registry);
        let data_dir = data_dir.unwrap_or_else(|| config.server.data_dir.clone());
        let queue = Queue::open(&data_dir, &queue_options(&config), clock.now_ms())?;
        let address = listen.unwrap_or(config.server.listen);
        let listener = TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })?;
        let metrics = Arc::new(Metrics::default());
        let shared_slots = Arc::new(Semaphore::new(config.delivery.concurrency_max));
        let context = Context { queue: queue.clone(), clock: clock.clone(), metrics: metrics.clone(), shared_slots };
        let mut dispatcher = Dispatcher::new(context);
        dispatcher.apply(&registry.targets);
        let (routes, _) = watch::channel(registry.routes.clone());
        let ((stopping, _), (ready, _)) = (watch::channel(false), watch::channel(true));
        let daemon = Daemon {
            config_path,
            environment,
            host,
            clock,
            signals,
            config,
            registry: Arc::new(registry),
            watch,
            reloading: JoinSet::new(),
            reload_again: false,
            changes_elsewhere: 0,
            queue,
            metrics,
            dispatcher,
            routes,
            stopping,
            ready,
            address,
        };
        Ok((daemon, listener))
    }

    fn router(&self) -> axum::Router {
        let metrics = self.metrics.clone();
        let ingest = Ingest {
            routes: self.routes.subscribe(),
            queue: self.queue.clone(),
            clock: self.clock.clone(),
            requests: Arc::new(Semaphore::new(self.config.ingest.requests_max)),
            observer: Arc::new(move |observed| observe(&metrics, &observed)),
        };
        let status = Status {
            queue: self.queue.clone(),
            metrics: self.metrics.clone(),
            clock: self.clock.clone(),
            ready: self.ready.subscribe(),
        };
        http::operator_routes(status).merge(ingest::router(ingest))
    }

    /// Runs until the operator wants to stop.
    async fn run(&mut self) {
        let mut look = tokio::time::interval(LOOK_EVERY);
        let mut sweep = tokio::time::interval(SWEEP_EVERY);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut sweeping: Option<Sweeping> = None;
        loop {
            tokio::select! {
                signal = self.signals.recv() => match signal {
                    Some(Signal::Reload) => self.reload(),
                    Some(Signal::Stop) | None => return,
                },
                Some(reloaded) = self.reloading.join_next() => self.reloaded(reloaded),
                _ = look.tick() => self.look().await,
                _ = sweep.tick(), if sweeping.is_none() => sweeping = Some(Sweeping::default()),
                () = std::future::ready(()), if sweeping.is_some() => {
                    if let Some(so_far) = sweeping.take() {
                        sweeping = self.sweep(so_far).await;
                    }
                }
            }
        }
    }

    /// Takes note of what others have changed: files, and the database.
    async fn look(&mut self) {
        if self.watch.has_changed() {
            self.reload();
        }
        match self.queue.changes_elsewhere().await {
            Ok(changes) if changes != self.changes_elsewhere => {
                self.changes_elsewhere = changes;
                self.dispatcher.look_again();
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "cannot look for changes of the database"),
        }
    }

    /// Makes the configuration ready as it is on disk now. Building functions
    /// takes its time, which neither signals nor deliveries wait for.
    fn reload(&mut self) {
        if !self.reloading.is_empty() {
            self.reload_again = true;
            return;
        }
        let (path, environment) = (self.config_path.clone(), self.environment.clone());
        let (host, before, runtime) = (self.host.clone(), self.registry.clone(), Handle::current());
        self.reloading.spawn_blocking(move || {
            let config = Config::load(&path, &*environment)
                .map_err(|errors| Refused { problem: errors.to_string(), config: None })?;
            // On one of the threads that compile: who has put them behind those that run events means this as well.
            match rayon::scope(|_| runtime.block_on(Registry::build(&host, &config, &before))) {
                Ok(registry) => Ok((config, registry)),
                Err(error) => Err(Refused { problem: error.to_string(), config: Some(Box::new(config)) }),
            }
        });
    }

    /// Applies what was made ready, all of it or nothing.
    fn reloaded(&mut self, reloaded: Result<Result<(Config, Registry), Refused>, JoinError>) {
        match reloaded {
            Ok(Ok((config, registry))) => self.apply(config, registry),
            Ok(Err(refused)) => {
                if let Some(config) = &refused.config {
                    self.watch.follow(config, self.registry.files());
                }
                self.refuse_reload(&refused.problem);
            }
            Err(error) => self.refuse_reload(&format!("making it ready broke off: {error}")),
        }
        if std::mem::take(&mut self.reload_again) {
            self.reload();
        }
    }

    fn refuse_reload(&self, problem: &str) {
        self.metrics.reloaded("refused");
        tracing::error!("the changed configuration is refused, the one before goes on:\n{problem}");
    }

    fn apply(&mut self, config: Config, registry: Registry) {
        tell_warnings(&config, &registry);
        if config.server != self.config.server
            || config.ingest != self.config.ingest
            || config.delivery != self.config.delivery
        {
            tracing::warn!("changes in [server], [ingest] and [delivery] are applied at the next start");
        }
        self.watch.follow(&config, registry.files());
        // Lanes first: an event for a new destination finds its lane running.
        self.dispatcher.apply(&registry.targets);
        self.routes.send_replace(registry.routes.clone());
        self.config = config;
        self.registry = Arc::new(registry);
        self.metrics.reloaded("applied");
        tracing::info!(destinations = self.registry.targets.len(), "the configuration was applied");
    }

    /// Removes some of what need not be kept any longer. Gives how far it got,
    /// if there is more to do.
    async fn sweep(&self, mut so_far: Sweeping) -> Option<Sweeping> {
        match self.queue.sweep(retention(&self.config), self.clock.now_ms(), so_far.from).await {
            Ok(swept) => {
                so_far.events += swept.events;
                so_far.dead += swept.dead_for_size;
                if let Some(from) = swept.next {
                    return Some(Sweeping { from, ..so_far });
                }
            }
            Err(error) => tracing::error!(%error, "cannot remove old events"),
        }
        let Sweeping { events, dead, .. } = so_far;
        if dead > 0 {
            tracing::warn!(dead, "dead deliveries were removed early: the database is over `retention.bytes_max`");
        }
        if events > 0 {
            tracing::info!(events, "removed events that need not be kept any longer");
        }
        None
    }

    /// Stops accepting, waits for what is under way, and lets go of everything.
    async fn stop(mut self, mut server: JoinSet<()>) {
        let grace = Duration::from_millis(self.config.server.grace_ms);
        tracing::info!(grace_ms = self.config.server.grace_ms, "stopping");
        self.ready.send_replace(false);
        self.stopping.send_replace(true);
        let deadline = Instant::now() + grace;
        let ended = tokio::time::timeout_at(deadline, async {
            while server.join_next().await.is_some() {}
            self.dispatcher.stop().await;
        });
        if ended.await.is_err() {
            tracing::warn!(
                "the grace is over; what is under way is broken off and attempted again after the next start"
            );
        }
        server.shutdown().await;
        drop(self.dispatcher);
        tracing::info!("stopped");
    }
}

fn queue_options(config: &Config) -> Options {
    let mut options = Options::default();
    options.events_waiting_max = config.ingest.events_waiting_max;
    options.bytes_max = config.retention.bytes_max.saturating_mul(DATABASE_BYTES_FACTOR);
    options
}

fn retention(config: &Config) -> Retention {
    const DAY_MS: u64 = 24 * 3_600_000;
    Retention {
        age_ms: config.retention.age_days.saturating_mul(DAY_MS),
        dead_age_ms: config.retention.dead_age_days.saturating_mul(DAY_MS),
        bytes_max: config.retention.bytes_max,
    }
}

fn tell_warnings(config: &Config, registry: &Registry) {
    config.warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    registry.warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
}

fn observe(metrics: &Metrics, observed: &Observed) {
    metrics.ingested(observed.status, observed.body_bytes as u64, observed.duration.as_secs_f64());
    for count in &observed.counts {
        let result = match count.fate {
            Fate::Accepted => "accepted",
            Fate::Duplicate => "duplicate",
            Fate::Rejected(reason) => reason.code(),
        };
        metrics.events(&count.source, result, count.events);
    }
    if let Some(detail) = &observed.detail {
        tracing::error!(status = observed.status, detail, "events could not be taken");
    }
}
