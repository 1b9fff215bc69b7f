//! Runs a component's initialisation under limits, and makes a component of
//! what is then in its memory: what turns an engine and a script into a function.
//!
//! The script sees no network and no time: its clock stands at the Unix epoch
//! and its random bytes are always the same, so that the same script gives the
//! same bytes.

mod heap;

use crate::egress::Egress;
use crate::execute;
use crate::host::Host;
use crate::imports::MODULE_LOADER;
use crate::imports::cache::CacheHandle;
use crate::limits::{LimitError, Limits};
use crate::modules::ModuleLoader;
use crate::run::{Error, ErrorKind, Log};
use crate::sandbox::{Breach, Sandbox};
use std::sync::Arc;
use std::time::Duration;
use wasmtime::Store;
use wasmtime::component::{Component, Instance, Lift, WasmList};
use wasmtime_wasi::random::Deterministic;
use wasmtime_wasi::{HostMonotonicClock, HostWallClock, WasiCtx};
use wasmtime_wizer::{ComponentInstanceState, Wizer};

/// The name of the engine's initialisation function.
const INIT: &str = "init";

/// An engine and what it is to load.
#[derive(Clone)]
pub struct Script {
    /// The engine, a component that exports `init`.
    pub engine: &'static [u8],
    /// The engine's own first script.
    pub shim: String,
    /// The script to load, an ES module, and the name that it has in stacks.
    pub source: String,
    /// The name of the script.
    pub name: String,
    /// What `import` in the script reaches.
    pub modules: Arc<dyn ModuleLoader>,
}

/// A script that could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The script threw, or its promise never settles: the engine's text, with the stack.
    #[error("{text}")]
    Threw {
        /// The engine's text.
        text: String,
        /// What was logged until then.
        logs: Vec<Log>,
    },
    /// The script broke a limit or the sandbox.
    #[error("{}", error.message)]
    Stopped {
        /// Which, and by how much.
        error: Error,
        /// What was logged until then.
        logs: Vec<Log>,
    },
    /// A limit cannot be used.
    #[error(transparent)]
    Limits(#[from] LimitError),
    /// The engine could not be used: our fault.
    #[error("the engine could not be used: {0}")]
    Engine(String),
}

impl Host {
    /// Loads `script`, and gives the component with the script loaded, and what it logged.
    pub async fn snapshot(&self, script: Script, limits: &Limits) -> Result<(Vec<u8>, Vec<Log>), SnapshotError> {
        limits.check()?;
        let mut wizer = Wizer::new();
        wizer.init_func(INIT).keep_init_func(true);
        let engine = script.engine;
        let (context, instrumented) = wizer.instrument_component(engine).map_err(engine_error)?;
        let machine_code = &self.shared.machine_code;
        let component = machine_code.compile(&self.shared.engine, &instrumented).map_err(engine_error)?;

        let limits = top_level_limits(limits);
        let breach = Arc::new(Breach::default());
        let mut sandbox = sandbox(&limits, breach.clone());
        sandbox.modules = Some(script.modules.clone());
        let mut store = execute::store(&self.shared.engine, sandbox, limits.fuel_max).map_err(engine_error)?;
        let timeout = Duration::from_millis(limits.timeout_ms_max);
        let loaded = tokio::select! {
            biased;
            loaded = execute::in_turns(Box::pin(load(self, &mut store, &component, script))) => Some(loaded),
            () = breach.happened() => None,
            () = tokio::time::sleep(timeout) => {
                breach.set(Error::of_kind(ErrorKind::Timeout, over("build_timeout_ms_max", limits.timeout_ms_max)));
                None
            }
        };
        let logs = std::mem::take(&mut store.data_mut().logs.entries);
        if let Some(error) = breach.take() {
            return Err(SnapshotError::Stopped { error: in_build_terms(error, &limits), logs });
        }
        let instance = match loaded {
            Some(Ok(Ok(instance))) => instance,
            Some(Ok(Err(text))) => return Err(SnapshotError::Threw { text, logs }),
            Some(Err(error)) => return Err(stopped(&error, &limits, logs)),
            None => return Err(SnapshotError::Engine("the script was stopped for no reason".to_owned())),
        };
        // Reading the memory out runs a little code in the instance too.
        store.set_fuel(u64::MAX).map_err(engine_error)?;
        let mut state = InstanceState { store: &mut store, instance };
        let component = wizer.snapshot_component(&context, &mut state).await.map_err(engine_error)?;
        Ok((component, logs))
    }
}

/// The limits on a run, with those of the top level in their place.
fn top_level_limits(limits: &Limits) -> Limits {
    Limits { fuel_max: limits.build_fuel_max, timeout_ms_max: limits.build_timeout_ms_max, ..limits.clone() }
}

fn over(limit: &str, max: u64) -> String {
    Limits::row(limit).breached(max, max)
}

fn in_build_terms(error: Error, limits: &Limits) -> Error {
    match error.kind {
        ErrorKind::OutOfFuel => Error { message: over("build_fuel_max", limits.fuel_max), ..error },
        _ => error,
    }
}

fn stopped(error: &wasmtime::Error, limits: &Limits, logs: Vec<Log>) -> SnapshotError {
    SnapshotError::Stopped { error: in_build_terms(execute::trapped(error, limits), limits), logs }
}

fn engine_error(error: wasmtime::Error) -> SnapshotError {
    SnapshotError::Engine(format!("{error:#}"))
}

fn sandbox(limits: &Limits, breach: Arc<Breach>) -> Sandbox {
    let wasi = WasiCtx::builder()
        .wall_clock(StoppedClock)
        .monotonic_clock(StoppedClock)
        .secure_random(Deterministic::new(vec![0x5a]))
        .insecure_random(Deterministic::new(vec![0x5a]))
        .insecure_random_seed(0)
        .build();
    let egress = Egress::none(limits, breach.clone());
    Sandbox::new(wasi, limits, egress, (CacheHandle::default(), Arc::default()), breach)
}

/// A clock at the Unix epoch.
struct StoppedClock;

impl HostWallClock for StoppedClock {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(1)
    }

    fn now(&self) -> Duration {
        Duration::ZERO
    }
}

impl HostMonotonicClock for StoppedClock {
    fn resolution(&self) -> u64 {
        1
    }

    fn now(&self) -> u64 {
        0
    }
}

/// Instantiates the engine and loads the script: the instance, or what the script threw.
async fn load(
    host: &Host,
    store: &mut Store<Sandbox>,
    component: &Component,
    script: Script,
) -> wasmtime::Result<Result<Instance, String>> {
    let mut linker = host.shared.linker.clone();
    linker.allow_shadowing(true);
    let modules = script.modules.clone();
    let mut loader = linker.instance(MODULE_LOADER)?;
    loader.func_wrap("resolve", move |_, (referrer, specifier): (String, String)| {
        Ok((modules.resolve(&referrer, &specifier),))
    })?;
    let modules = script.modules;
    loader.func_wrap("load", move |_, (path,): (String,)| Ok((modules.load(&path),)))?;

    let instance = linker.instantiate_async(&mut *store, component).await?;
    type Arguments<'a> = (&'a str, &'a str, Option<&'a str>, bool);
    let init = instance.get_typed_func::<Arguments<'_>, (Result<(), String>,)>(&mut *store, INIT)?;
    // Without the collector: an instance lives for one event, and a pass over the
    // heap would touch all of its memory.
    let disable_gc = true;
    let arguments = (script.shim.as_str(), script.source.as_str(), Some(script.name.as_str()), disable_gc);
    let (loaded,) = init.call_async(&mut *store, arguments).await?;
    Ok(loaded.map(|()| instance))
}

/// Reads an instance's state for the snapshot, through functions that the
/// instrumentation has added.
struct InstanceState<'a> {
    store: &'a mut Store<Sandbox>,
    instance: Instance,
}

impl InstanceState<'_> {
    async fn call<R: Lift + Send + Sync + 'static>(&mut self, instance: &str, function: &str) -> R {
        let (_, instance) =
            self.instance.get_export(&mut *self.store, None, instance).expect("the instrumentation adds the instance");
        let (_, function) = self
            .instance
            .get_export(&mut *self.store, Some(&instance), function)
            .expect("the instance has the function");
        let function =
            self.instance.get_typed_func::<(), (R,)>(&mut *self.store, function).expect("the function has this type");
        function.call_async(&mut *self.store, ()).await.expect("a read of memory does not trap").0
    }
}

impl ComponentInstanceState for InstanceState<'_> {
    async fn call_func_ret_list_u8(&mut self, instance: &str, function: &str, contents: impl FnOnce(&[u8]) + Send) {
        let list: WasmList<u8> = self.call(instance, function).await;
        let mut memory = list.as_le_slice(&*self.store).to_vec();
        heap::close_holes(&mut memory);
        contents(&memory);
    }

    async fn call_func_ret_s32(&mut self, instance: &str, function: &str) -> i32 {
        self.call(instance, function).await
    }

    async fn call_func_ret_s64(&mut self, instance: &str, function: &str) -> i64 {
        self.call(instance, function).await
    }

    async fn call_func_ret_f32(&mut self, instance: &str, function: &str) -> u32 {
        self.call::<f32>(instance, function).await.to_bits()
    }

    async fn call_func_ret_f64(&mut self, instance: &str, function: &str) -> u64 {
        self.call::<f64>(instance, function).await.to_bits()
    }
}
