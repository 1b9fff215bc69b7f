//! `fnhost:destination/cache`: values that the events of one destination share,
//! each computed by one instance at a time. Where values are kept is the store's
//! matter (`cache.rs`).

use super::bindings::fnhost::destination::cache::{Host, HostWithStore, Loaded};
use crate::cache::{CacheBounds, CacheEntry, CacheStore, MemoryCache, entry_bytes};
use crate::limits::Limits;
use crate::sandbox::Sandbox;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use wasmtime::component::{Accessor, HasSelf};

/// Values that one instance may be computing at a time, and bytes of their keys;
/// more are computed without being kept.
const CLAIMS_MAX: usize = 1_000;
const CLAIM_BYTES_MAX: usize = 1 << 20;

/// How long an instance waits for another that may be waiting for it. Whether it
/// really is cannot be known: an instance may load several values side by side.
const CYCLE_WAIT: Duration = Duration::from_millis(250);

/// Waits that are followed to find out whether there is a cycle.
const CYCLE_STEPS_MAX: usize = 256;

/// The cache that one function's instances share.
#[derive(Clone)]
pub(crate) struct CacheHandle(Arc<Shared>);

struct Shared {
    store: Box<dyn CacheStore>,
    claims: Mutex<Claims>,
}

/// What is being computed.
#[derive(Default)]
struct Claims {
    by_key: HashMap<Arc<str>, Announced>,
    claim_last: u64,
    instance_last: u64,
    /// Which instances an instance waits for, and for how many values.
    waits: HashMap<u64, HashMap<u64, usize>>,
}

/// A claim, as others see it.
struct Announced {
    number: u64,
    owner: u64,
    ended: watch::Receiver<Option<Ended>>,
}

/// How a computation ended. One that is gone without it has failed: who waited tries anew.
#[derive(Clone)]
enum Ended {
    Value(Arc<str>),
    /// There is a value, but it cannot be shared: each computes its own.
    NotShared,
}

/// The right and duty to compute a value. Dropping it is giving up.
struct Claim {
    cache: CacheHandle,
    key: Arc<str>,
    number: u64,
    end: watch::Sender<Option<Ended>>,
}

/// That an instance waits for another.
struct Wait<'a> {
    cache: &'a CacheHandle,
    waiting: u64,
    owner: u64,
}

/// What an instance that has found no value does.
enum Turn<'a> {
    /// It computes the value for all.
    Claimed(Claim),
    /// Another instance computes it; `cyclic`: that one may be waiting for this one.
    Wait { wait: Wait<'a>, ended: watch::Receiver<Option<Ended>>, cyclic: bool },
}

impl Default for CacheHandle {
    fn default() -> CacheHandle {
        CacheHandle::new(MemoryCache::default())
    }
}

impl CacheHandle {
    pub(crate) fn new(store: impl CacheStore) -> CacheHandle {
        CacheHandle(Arc::new(Shared { store: Box::new(store), claims: Mutex::default() }))
    }

    fn claims<T>(&self, action: impl FnOnce(&mut Claims) -> T) -> T {
        action(&mut self.0.claims.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The value under `key`, or nothing where `instance` is to compute it, for
    /// all others if there is a claim. Waits for another's value until `patience_ends`.
    async fn load(&self, instance: u64, key: &str, patience_ends: Instant) -> Result<Arc<str>, Option<Claim>> {
        loop {
            if let Some(value) = self.0.store.get(key).await {
                return Ok(value.into());
            }
            let (_wait, mut ended, cyclic) = match self.turn(instance, key) {
                Turn::Wait { wait, ended, cyclic } => (wait, ended, cyclic),
                Turn::Claimed(claim) => {
                    // Another may have finished since the store was asked.
                    return match self.0.store.get(key).await {
                        Some(value) => Ok(value.into()),
                        None => Err(Some(claim)),
                    };
                }
            };
            let until = if cyclic { patience_ends.min(Instant::now() + CYCLE_WAIT) } else { patience_ends };
            match timeout_at(until, ended.wait_for(Option::is_some)).await.map(|ended| ended.map(|ended| ended.clone()))
            {
                Ok(Ok(Some(Ended::Value(value)))) => return Ok(value),
                Ok(Ok(Some(Ended::NotShared))) | Err(_) => return Err(None),
                Ok(Ok(None) | Err(_)) => {}
            }
        }
    }

    fn turn(&self, instance: u64, key: &str) -> Turn<'_> {
        self.claims(|claims| {
            if let Some(Announced { owner, ended, .. }) = claims.by_key.get(key) {
                let (owner, ended) = (*owner, ended.clone());
                let cyclic = owner != instance && claims.leads_to(owner, instance);
                // In the same breath, so that of two that come to wait for each other one sees it.
                *claims.waits.entry(instance).or_default().entry(owner).or_default() += 1;
                let wait = Wait { cache: self, waiting: instance, owner };
                return Turn::Wait { wait, ended, cyclic };
            }
            claims.claim_last += 1;
            let (number, key) = (claims.claim_last, Arc::<str>::from(key));
            let (end, ended) = watch::channel(None);
            claims.by_key.insert(key.clone(), Announced { number, owner: instance, ended });
            Turn::Claimed(Claim { cache: self.clone(), key, number, end })
        })
    }

    /// Removes the value, and sees to it that one that is being computed is not kept.
    async fn delete(&self, key: &str) {
        self.claims(|claims| claims.by_key.remove(key));
        self.0.store.delete(key).await;
    }
}

impl Claims {
    /// Whether `from` waits for `to`, or for one that does, and so on. Rather yes than a long search.
    fn leads_to(&self, from: u64, to: u64) -> bool {
        let mut seen = HashSet::from([from]);
        let mut next = vec![from];
        let mut steps = 0;
        while let Some(instance) = next.pop() {
            for &owner in self.waits.get(&instance).into_iter().flat_map(HashMap::keys) {
                steps += 1;
                if owner == to || steps > CYCLE_STEPS_MAX {
                    return true;
                }
                if seen.insert(owner) {
                    next.push(owner);
                }
            }
        }
        false
    }
}

impl Claim {
    /// Whether the claim still stands: `delete` takes it away.
    fn stands(&self) -> bool {
        self.cache.claims(|claims| claims.by_key.get(&self.key).is_some_and(|other| other.number == self.number))
    }

    /// Whether others wait for the value.
    fn is_awaited(&self) -> bool {
        // One receiver is what others find the claim by.
        self.end.receiver_count() > usize::from(self.stands())
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.cache.claims(|claims| {
            if claims.by_key.get(&self.key).is_some_and(|other| other.number == self.number) {
                claims.by_key.remove(&self.key);
            }
        });
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        self.cache.claims(|claims| {
            let Some(owners) = claims.waits.get_mut(&self.waiting) else { return };
            if let Some(count) = owners.get_mut(&self.owner) {
                *count -= 1;
                if *count == 0 {
                    owners.remove(&self.owner);
                }
            }
            if owners.is_empty() {
                claims.waits.remove(&self.waiting);
            }
        });
    }
}

/// One instance's part in the cache. What it has not finished computing when it
/// ends, however it ends, is up to others.
pub(crate) struct InstanceCache {
    handle: CacheHandle,
    instance: u64,
    bounds: CacheBounds,
    deadline: Instant,
    /// What the instance computes: without a claim it keeps a value for later loads, but nobody waits for it.
    computing: HashMap<u32, (Arc<str>, Option<Claim>)>,
    /// Loads that wait or compute, and the bytes of their keys.
    loads: usize,
    load_bytes: usize,
    number_last: u32,
    told_too_large: bool,
}

impl InstanceCache {
    /// `started` is when the run began.
    pub(crate) fn new(handle: CacheHandle, limits: &Limits, started: Instant) -> InstanceCache {
        let instance = handle.claims(|claims| {
            claims.instance_last += 1;
            claims.instance_last
        });
        InstanceCache {
            handle,
            instance,
            bounds: CacheBounds::of(limits),
            deadline: started + Duration::from_millis(limits.timeout_ms_max),
            computing: HashMap::new(),
            loads: 0,
            load_bytes: 0,
            number_last: 0,
            told_too_large: false,
        }
    }

    /// Whether there is room for another load.
    fn begin(&mut self, key: &str) -> bool {
        if self.loads >= CLAIMS_MAX || self.load_bytes + key.len() > CLAIM_BYTES_MAX || !self.bounds.fits(key, "") {
            return false;
        }
        self.loads += 1;
        self.load_bytes += key.len();
        true
    }

    fn end(&mut self, key: &str) {
        self.loads -= 1;
        self.load_bytes -= key.len();
    }

    fn compute(&mut self, key: Arc<str>, claim: Option<Claim>) -> u32 {
        // One of the next numbers is free: there are only so many at a time. Zero is not used.
        loop {
            self.number_last = self.number_last.wrapping_add(1).max(1);
            if !self.computing.contains_key(&self.number_last) {
                break;
            }
        }
        self.computing.insert(self.number_last, (key, claim));
        self.number_last
    }

    fn computed(&mut self, number: u32) -> Option<(Arc<str>, Option<Claim>)> {
        let (key, claim) = self.computing.remove(&number)?;
        self.end(&key);
        Some((key, claim))
    }
}

impl<T: Send> HostWithStore<T> for HasSelf<Sandbox> {
    async fn load(store: &Accessor<T, Self>, key: String) -> wasmtime::Result<Loaded> {
        charge(store, key.len()).await?;
        let begun = store.with(|mut store| {
            let cache = &mut store.get().cache;
            let (handle, instance, now) = (cache.handle.clone(), cache.instance, Instant::now());
            // Half of the time is left to compute the value if it does not come.
            let patience_ends = now + cache.deadline.saturating_duration_since(now) / 2;
            cache.begin(&key).then_some((handle, instance, patience_ends))
        });
        let Some((handle, instance, patience_ends)) = begun else { return Ok(Loaded::Compute(0)) };
        // Where this is dropped, so is the instance and what it has begun.
        match handle.load(instance, &key, patience_ends).await {
            Ok(value) => {
                store.with(|mut store| store.get().cache.end(&key));
                charge(store, value.len()).await?;
                Ok(Loaded::Value(value.to_string()))
            }
            Err(claim) => Ok(Loaded::Compute(store.with(|mut store| store.get().cache.compute(key.into(), claim)))),
        }
    }
}

impl Host for Sandbox {
    async fn keep(&mut self, computed: u32, value: String, ttl_ms: Option<u64>) -> wasmtime::Result<()> {
        self.charge(value.len()).await?;
        let Some((key, claim)) = self.cache.computed(computed) else { return Ok(()) };
        let bounds = self.cache.bounds;
        let fits = bounds.fits(&key, &value);
        if !fits && !self.cache.told_too_large {
            self.cache.told_too_large = true;
            let used = entry_bytes(&key, &value) as u64;
            self.logs.push("warn", Limits::row("cache_bytes_max").breached(used, bounds.bytes_max));
        }
        let awaited = claim.as_ref().is_some_and(Claim::is_awaited);
        let shared = awaited.then(|| Arc::from(value.as_str()));
        if fits && ttl_ms != Some(0) && claim.as_ref().is_none_or(Claim::stands) {
            let entry = CacheEntry { value, ttl: ttl_ms.map(Duration::from_millis) };
            let handle = self.cache.handle.clone();
            handle.0.store.set(&key, entry, bounds).await;
        }
        if let (Some(claim), Some(value)) = (claim, shared) {
            claim.end.send_replace(Some(Ended::Value(value)));
        }
        Ok(())
    }

    async fn give_up(&mut self, computed: u32, failed: bool) -> wasmtime::Result<()> {
        self.charge(0).await?;
        let Some((_, Some(claim))) = self.cache.computed(computed) else { return Ok(()) };
        if !failed {
            claim.end.send_replace(Some(Ended::NotShared));
        }
        Ok(())
    }

    async fn delete(&mut self, key: String) -> wasmtime::Result<()> {
        self.charge(key.len()).await?;
        let handle = self.cache.handle.clone();
        handle.delete(&key).await;
        Ok(())
    }
}

/// As [`Sandbox::charge`], for a call during which others may run.
async fn charge<T: Send>(store: &Accessor<T, HasSelf<Sandbox>>, bytes: usize) -> wasmtime::Result<()> {
    if store.with(|mut store| store.get().account(bytes))? {
        tokio::task::yield_now().await;
    }
    Ok(())
}
