//! The host: the engine with its pools, the imports, and the way out, made once
//! and shared by all functions.

use crate::egress::{EgressRules, Guard, Network, Resolver, StandIn, SystemResolver, Way};
use crate::function::Function;
use crate::imports;
use crate::limits::{LimitError, Limits};
use crate::machine_code::{CacheError, MachineCode};
use crate::sandbox::Sandbox;
use ipnet::IpNet;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Semaphore;
use wasmtime::component::Linker;
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

/// Entries of the largest function table; large engines have some 20,000.
pub(crate) const TABLE_ELEMENTS_MAX: usize = 100_000;

/// Fuel after which a computing function lets others have their turn, about 0.4 ms.
pub(crate) const FUEL_PER_TURN: u64 = 2_000_000;

/// Memory, in bytes, that stays with an idle slot of the pool instead of going
/// back to the system; an event of a JavaScript function touches some 0.4 MB.
const MEMORY_BYTES_KEPT: usize = 1 << 20;
const TABLE_BYTES_KEPT: usize = 64 << 10;

/// Idle slots that keep a function's memory for its next event. With as many, another function gets one of them rather
/// than one that nobody has used: what functions that are gone have left behind does not pile up.
const WARM_SLOTS_MAX: u32 = 128;

/// Room on the stack for the host's own frames below a guest's.
const HOST_STACK_BYTES: usize = 512 << 10;

/// How a [`Host`] is made. `HostOptions::default()` is right for most.
#[derive(Clone)]
#[non_exhaustive]
pub struct HostOptions {
    /// Where compiled machine code is kept between processes; none: nowhere.
    /// The folder is made if need be, and refused if others can write to it.
    pub cache_dir: Option<PathBuf>,
    /// Events that may be under way at a time; more wait for their turn.
    pub instances_max: u32,
    /// The stack of every instance, in bytes; see [`Limits::stack_bytes_max`].
    pub stack_bytes_max: u64,
    /// Finds the addresses of the hosts that functions send requests to.
    pub resolver: Arc<dyn Resolver>,
    /// Networks that all functions reach although they are not public; none by default. Metadata services of clouds
    /// are reached only if their own address is listed, as in `169.254.169.254/32`. See also [`EgressRules`].
    pub allow_net: Vec<IpNet>,
    /// Outbound connections that may be open at a time, for all functions together; each function has 16 of its own
    /// besides. More wait until there is room, which connections that are kept for later give.
    pub connections_max: u32,
    /// Certificates (DER) to trust for outbound TLS besides Mozilla's roots.
    pub extra_roots: Vec<Vec<u8>>,
    /// Answers all requests in place of the network; none: they are sent.
    pub stand_in: Option<Arc<dyn StandIn>>,
}

impl Default for HostOptions {
    fn default() -> HostOptions {
        HostOptions {
            cache_dir: None,
            instances_max: 1_000,
            stack_bytes_max: Limits::default().stack_bytes_max,
            resolver: Arc::new(SystemResolver),
            allow_net: Vec::new(),
            connections_max: 4_096,
            extra_roots: Vec::new(),
            stand_in: None,
        }
    }
}

impl HostOptions {
    /// Keeps compiled machine code in `dir`.
    pub fn cache_dir(mut self, dir: impl Into<PathBuf>) -> HostOptions {
        self.cache_dir = Some(dir.into());
        self
    }

    /// Finds addresses with `resolver`.
    pub fn resolver(mut self, resolver: impl Resolver) -> HostOptions {
        self.resolver = Arc::new(resolver);
        self
    }

    /// Lets at most `count` events be under way at a time.
    pub fn instances_max(mut self, count: u32) -> HostOptions {
        self.instances_max = count;
        self
    }

    /// Gives every instance a stack of `bytes` bytes.
    pub fn stack_bytes_max(mut self, bytes: u64) -> HostOptions {
        self.stack_bytes_max = bytes;
        self
    }

    /// Lets all functions reach `network` although it is not public.
    pub fn allow_net(mut self, network: IpNet) -> HostOptions {
        self.allow_net.push(network);
        self
    }

    /// Lets at most `count` outbound connections be open at a time, besides 16 for each function.
    pub fn connections_max(mut self, count: u32) -> HostOptions {
        self.connections_max = count;
        self
    }

    /// Trusts `certificate` (DER) for outbound TLS.
    pub fn extra_root(mut self, certificate: Vec<u8>) -> HostOptions {
        self.extra_roots.push(certificate);
        self
    }

    /// Has `stand_in` answer all requests: nothing is sent.
    pub fn stand_in(mut self, stand_in: impl StandIn) -> HostOptions {
        self.stand_in = Some(Arc::new(stand_in));
        self
    }
}

/// What functions run on. Cheap to clone.
#[derive(Clone)]
pub struct Host {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) engine: Engine,
    pub(crate) linker: Linker<Sandbox>,
    pub(crate) machine_code: Arc<MachineCode>,
    outside: Outside,
    allow_net: Vec<IpNet>,
    /// One permit per instance that the pool has room for.
    pub(crate) slots: Arc<Semaphore>,
    pub(crate) stack_bytes_max: u64,
}

/// What is behind the functions' requests.
enum Outside {
    Network(Network),
    StandIn(Arc<dyn StandIn>),
}

/// A host that could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// A limit is out of range.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// The cache folder cannot be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// A certificate cannot be used, or the system lacks something that the engine needs.
    #[error("cannot set up {what}: {detail}")]
    Setup {
        /// What was set up.
        what: &'static str,
        /// Why it failed.
        detail: String,
    },
}

/// A component that cannot be used as a function.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// Not a component, or not a valid one.
    #[error("not a WebAssembly component: {0}")]
    Invalid(String),
    /// The component does not fit the world `fnhost:destination/destination`.
    #[error("the component is not a destination function: {0}")]
    World(String),
}

impl Host {
    /// Makes a host.
    pub fn new(options: HostOptions) -> Result<Host, HostError> {
        let mut limits = Limits::default();
        limits.set("stack_bytes_max", options.stack_bytes_max)?;
        let setup = |what| move |error: wasmtime::Error| HostError::Setup { what, detail: format!("{error:#}") };
        let machine_code = Arc::new(MachineCode::open(options.cache_dir.as_deref())?);
        let config = config(&options, machine_code.clone()).map_err(setup("the engine"))?;
        let engine = Engine::new(&config).map_err(setup("the engine"))?;
        let mut linker = Linker::new(&engine);
        imports::add_to_linker(&mut linker).map_err(setup("the imports"))?;
        let outside = match options.stand_in {
            Some(stand_in) => Outside::StandIn(stand_in),
            None => {
                let network = Network::new(options.resolver, &options.extra_roots, options.connections_max);
                let tls = |error: rustls::Error| HostError::Setup { what: "TLS", detail: error.to_string() };
                Outside::Network(network.map_err(tls)?)
            }
        };
        let allow_net = options.allow_net;
        let slots = Arc::new(Semaphore::new(options.instances_max as usize));
        let stack_bytes_max = options.stack_bytes_max;
        let shared = Shared { engine, linker, machine_code, outside, allow_net, slots, stack_bytes_max };
        Ok(Host { shared: Arc::new(shared) })
    }

    /// The way out for a function under `rules`, with connections of its own.
    pub(crate) fn way(&self, rules: &EgressRules) -> Way {
        match &self.shared.outside {
            Outside::StandIn(stand_in) => Way::StandIn(stand_in.clone()),
            Outside::Network(network) => {
                let allowed = self.shared.allow_net.iter().chain(&rules.allow_net);
                Way::Network(Arc::new(network.client(Guard::new(allowed.copied()))))
            }
        }
    }

    /// Makes a function of `component`, a WebAssembly component in binary form.
    /// Compiles it unless its machine code is in the cache, which keeps the
    /// calling thread busy for up to a second.
    pub fn load(&self, component: &[u8]) -> Result<Function, LoadError> {
        Function::load(self, component)
    }
}

fn config(options: &HostOptions, machine_code: Arc<MachineCode>) -> wasmtime::Result<Config> {
    let count = options.instances_max;
    let mut pool = PoolingAllocationConfig::new();
    // A JavaScript function is six core instances around one memory and three
    // tables; the rest is room for components that other tools made.
    pool.total_component_instances(count)
        .total_core_instances(count.saturating_mul(16))
        .max_core_instances_per_component(16)
        .total_memories(count.saturating_mul(2))
        .max_memories_per_component(2)
        .total_tables(count.saturating_mul(8))
        .max_tables_per_component(8)
        .table_elements(TABLE_ELEMENTS_MAX)
        .total_stacks(count.saturating_mul(2))
        .max_memory_size(usize::try_from(Limits::row("memory_bytes_max").maximum)?)
        .max_unused_warm_slots(count.min(WARM_SLOTS_MAX))
        .linear_memory_keep_resident(MEMORY_BYTES_KEPT)
        .table_keep_resident(TABLE_BYTES_KEPT)
        .pagemap_scan(Enabled::Auto);
    let stack_bytes = usize::try_from(options.stack_bytes_max)?;
    let mut config = Config::new();
    config
        .wasm_component_model_async(true)
        .consume_fuel(true)
        .max_wasm_stack(stack_bytes)
        .async_stack_size(stack_bytes + HOST_STACK_BYTES)
        .memory_init_cow(true)
        .enable_incremental_compilation(machine_code)?
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    Ok(config)
}
