//! What one instance can touch: the state behind its imports, and the meters
//! on it. Lives as long as one run.

use crate::egress::Egress;
use crate::imports::cache::{CacheHandle, InstanceCache};
use crate::imports::crypto::Held;
use crate::limits::Limits;
use crate::modules::ModuleLoader;
use crate::positions::Positions;
use crate::run::{Error, ErrorKind, Log};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;
use tokio::time::Instant;
use wasmtime::component::ResourceTable;
use wasmtime::{ResourceLimiter, bail, format_err};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

/// Bytes that the host works on before it lets other tasks have their turn.
const HOST_WORK_BYTES_PER_TURN: u64 = 1 << 20;

/// Units of fuel that a byte of host work costs. A host call copies and checks
/// bytes at about a gigabyte a second, the sandbox burns about five units a nanosecond.
const FUEL_PER_HOST_BYTE: u64 = 5;

/// Units of fuel that a call of the host costs besides its bytes.
const FUEL_PER_HOST_CALL: u64 = 1_000;

pub(crate) struct Sandbox {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    pub(crate) resources: ResourceTable,
    pub(crate) egress: Egress,
    pub(crate) memory: MemoryMeter,
    pub(crate) logs: Logs,
    pub(crate) cache: InstanceCache,
    pub(crate) positions: Arc<Positions>,
    /// What `require` finds, while a function is built.
    pub(crate) modules: Option<Arc<dyn ModuleLoader>>,
    /// Text decoders that are open.
    pub(crate) decoders: usize,
    /// Memory of codecs for compressed data, about.
    pub(crate) codec_bytes: usize,
    /// Requests that are made in steps.
    pub(crate) exchanges: usize,
    /// Hashers, ciphers and keys that are open.
    pub(crate) crypto: Held,
    host_fuel: HostFuel,
    breach: Arc<Breach>,
}

impl Sandbox {
    /// `shared` is what the function's instances have in common: cache and source positions.
    pub(crate) fn new(
        wasi: WasiCtx,
        limits: &Limits,
        egress: Egress,
        shared: (CacheHandle, Arc<Positions>),
        breach: Arc<Breach>,
    ) -> Sandbox {
        let (cache, positions) = shared;
        Sandbox {
            wasi,
            http: WasiHttpCtx::new(),
            resources: ResourceTable::new(),
            memory: MemoryMeter { bytes: 0, bytes_max: limits.memory_bytes_max, breach: breach.clone() },
            logs: Logs::new(limits.log_bytes_max, egress.started()),
            positions,
            modules: None,
            host_fuel: HostFuel { used: 0, max: limits.fuel_max, bytes_in_turn: 0 },
            cache: InstanceCache::new(cache, limits, egress.started()),
            egress,
            decoders: 0,
            codec_bytes: 0,
            exchanges: 0,
            crypto: Held::default(),
            breach,
        }
    }

    /// Accounts for a call of the host that works on `bytes` bytes. Such work
    /// costs fuel too, and now and then other tasks get their turn: else a
    /// function could keep a thread busy with cheap calls on large texts.
    pub(crate) async fn charge(&mut self, bytes: usize) -> wasmtime::Result<()> {
        if self.account(bytes)? {
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    /// As [`charge`](Sandbox::charge), but says whether it is the others' turn.
    pub(crate) fn account(&mut self, bytes: usize) -> wasmtime::Result<bool> {
        let bytes = bytes as u64;
        self.host_fuel.used += FUEL_PER_HOST_CALL + bytes * FUEL_PER_HOST_BYTE;
        if self.host_fuel.used > self.host_fuel.max {
            let message = Limits::row("fuel_max").breached(self.host_fuel.used, self.host_fuel.max);
            self.breach.set(Error::of_kind(ErrorKind::OutOfFuel, message));
            bail!("out of fuel");
        }
        self.host_fuel.bytes_in_turn += bytes;
        let over = self.host_fuel.bytes_in_turn > HOST_WORK_BYTES_PER_TURN;
        if over {
            self.host_fuel.bytes_in_turn = 0;
        }
        Ok(over)
    }

    /// The memory that the instance may have.
    pub(crate) fn memory_bytes_max(&self) -> usize {
        usize::try_from(self.memory.bytes_max).unwrap_or(usize::MAX)
    }

    /// Fuel for what the host did.
    pub(crate) fn host_fuel(&self) -> u64 {
        self.host_fuel.used
    }
}

struct HostFuel {
    used: u64,
    max: u64,
    bytes_in_turn: u64,
}

/// The first limit that was broken outside of the instance's own code. Setting
/// it ends the run.
#[derive(Default)]
pub(crate) struct Breach {
    error: Mutex<Option<Error>>,
    happened: Notify,
}

impl Breach {
    pub(crate) fn set(&self, error: Error) {
        let mut slot = self.error.lock().unwrap_or_else(PoisonError::into_inner);
        slot.get_or_insert(error);
        self.happened.notify_one();
    }

    pub(crate) fn take(&self) -> Option<Error> {
        self.error.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(crate) async fn happened(&self) {
        self.happened.notified().await;
    }
}

/// Measures the instance's memory, and stops the instance at the limit: a
/// function that could catch the error would go on in a broken state.
pub(crate) struct MemoryMeter {
    pub(crate) bytes: u64,
    bytes_max: u64,
    breach: Arc<Breach>,
}

impl MemoryMeter {
    /// Bytes that are left.
    pub(crate) fn room(&self) -> u64 {
        self.bytes_max.saturating_sub(self.bytes)
    }

    fn breached(&self, desired: u64) -> wasmtime::Error {
        let message = Limits::row("memory_bytes_max").breached(desired, self.bytes_max);
        self.breach.set(Error::of_kind(ErrorKind::OutOfMemory, message));
        format_err!("out of memory")
    }
}

impl ResourceLimiter for MemoryMeter {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let total = self.bytes + desired.saturating_sub(current) as u64;
        if total > self.bytes_max {
            return Err(self.breached(total));
        }
        self.bytes = total;
        Ok(true)
    }

    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        Err(error)
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= crate::host::TABLE_ELEMENTS_MAX)
    }
}

/// The log of a run.
pub(crate) struct Logs {
    pub(crate) entries: Vec<Log>,
    bytes: u64,
    bytes_max: u64,
    full: bool,
    started: Instant,
}

/// What an entry counts beside its text, so that empty ones have a bound too.
const LOG_ENTRY_BYTES: u64 = 16;

impl Logs {
    fn new(bytes_max: u64, started: Instant) -> Logs {
        Logs { entries: Vec::new(), bytes: 0, bytes_max, full: false, started }
    }

    /// Adds an entry, as far as the limit allows; the first one that does not
    /// fit is followed by a marker, later ones leave no trace.
    pub(crate) fn push(&mut self, level: &'static str, mut message: String) {
        if self.full {
            return;
        }
        let time_ms = self.started.elapsed().as_secs_f64() * 1e3;
        let left = self.bytes_max.saturating_sub(self.bytes);
        let room = left.saturating_sub(LOG_ENTRY_BYTES) as usize;
        self.full = message.len() > room || left < LOG_ENTRY_BYTES;
        message.truncate(message.floor_char_boundary(room));
        self.bytes += LOG_ENTRY_BYTES + message.len() as u64;
        if !(self.full && message.is_empty()) {
            self.entries.push(Log { level, message, time_ms });
        }
        if self.full {
            let message = Limits::row("log_bytes_max").breached(self.bytes, self.bytes_max);
            self.entries.push(Log { level: "warn", message, time_ms });
        }
    }
}

impl WasiView for Sandbox {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.resources }
    }
}

impl WasiHttpView for Sandbox {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.resources, hooks: &mut self.egress }
    }
}
