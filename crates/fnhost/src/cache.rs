//! The cache of one destination: what a store is, and the one in memory that is
//! there where nothing else is said. Who computes a value that is missing is
//! decided elsewhere (`imports/cache.rs`).

use crate::limits::Limits;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// What an entry counts beside its key and value.
const ENTRY_OVERHEAD_BYTES: usize = 64;

/// The part of a cache that one entry may fill.
const ENTRY_SHARE: u64 = 8;

/// What the methods of a [`CacheStore`] answer with.
pub type Cached<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where the values of `cache.load` are kept: JSON texts by key, for one destination.
///
/// A store may forget any entry at any time. It does not fail either: one that
/// cannot be reached has nothing, keeps nothing, and says why in a log of its own.
/// That concurrent loads of a key compute its value once is seen to by
/// [`Function`](crate::Function), for all runs of a function and its clones in this process.
/// While a function keeps or deletes a value its instance waits for the store, up
/// to the run's deadline; other instances go on.
///
/// ```
/// use fnhost::{CacheBounds, CacheEntry, CacheStore, Cached, MemoryCache};
///
/// /// One store for several destinations: each has keys of its own.
/// struct Prefixed<S> {
///     prefix: &'static str,
///     store: S,
/// }
///
/// impl<S: CacheStore> CacheStore for Prefixed<S> {
///     fn get<'a>(&'a self, key: &'a str) -> Cached<'a, Option<String>> {
///         Box::pin(async move { self.store.get(&format!("{}:{key}", self.prefix)).await })
///     }
///
///     fn set<'a>(&'a self, key: &'a str, entry: CacheEntry, bounds: CacheBounds) -> Cached<'a, ()> {
///         Box::pin(async move { self.store.set(&format!("{}:{key}", self.prefix), entry, bounds).await })
///     }
///
///     fn delete<'a>(&'a self, key: &'a str) -> Cached<'a, ()> {
///         Box::pin(async move { self.store.delete(&format!("{}:{key}", self.prefix)).await })
///     }
/// }
///
/// # fn example(function: fnhost::Function) -> fnhost::Function {
/// function.with_cache(Prefixed { prefix: "orders", store: MemoryCache::default() })
/// # }
/// ```
pub trait CacheStore: Send + Sync + 'static {
    /// The value under `key`, unless there is none or its time is over.
    fn get<'a>(&'a self, key: &'a str) -> Cached<'a, Option<String>>;

    /// Puts an entry, in the place of one that may be there. `bounds` are those
    /// of the run that puts it; the entry itself is within them.
    fn set<'a>(&'a self, key: &'a str, entry: CacheEntry, bounds: CacheBounds) -> Cached<'a, ()>;

    /// Removes the entry under `key`, if there is one.
    fn delete<'a>(&'a self, key: &'a str) -> Cached<'a, ()>;
}

/// What is put into a [`CacheStore`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheEntry {
    /// JSON text.
    pub value: String,
    /// How long it lives; none: as long as there is room.
    pub ttl: Option<Duration>,
}

/// How much a [`CacheStore`] is to hold: the limits `cache_entries_max` and `cache_bytes_max`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheBounds {
    /// Entries, expired ones that were not looked for since included.
    pub entries_max: u64,
    /// Bytes of keys and values.
    pub bytes_max: u64,
}

impl CacheBounds {
    pub(crate) fn of(limits: &Limits) -> CacheBounds {
        CacheBounds { entries_max: limits.cache_entries_max, bytes_max: limits.cache_bytes_max }
    }

    /// Whether an entry is small enough to be kept: one may not push out most of the others.
    pub(crate) fn fits(&self, key: &str, value: &str) -> bool {
        entry_bytes(key, value) as u64 <= self.bytes_max / ENTRY_SHARE
    }
}

/// A [`CacheStore`] in memory. It makes room by removing what has expired, then
/// what was not used for longest.
///
/// Time is tokio's, which tests can move.
#[derive(Default)]
pub struct MemoryCache(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    by_key: HashMap<Arc<str>, Entry>,
    /// Counts uses; never comes to its end.
    clock: u64,
    /// Keys by their last use.
    by_use: BTreeMap<u64, Arc<str>>,
    /// When entries expire, with their last use.
    by_expiry: BTreeSet<(Instant, u64)>,
    bytes: usize,
}

struct Entry {
    value: String,
    expires: Option<Instant>,
    used: u64,
}

impl MemoryCache {
    fn with<T>(&self, action: impl FnOnce(&mut Entries) -> T) -> T {
        action(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl CacheStore for MemoryCache {
    fn get<'a>(&'a self, key: &'a str) -> Cached<'a, Option<String>> {
        Box::pin(async move { self.with(|entries| entries.get(key, Instant::now())) })
    }

    fn set<'a>(&'a self, key: &'a str, entry: CacheEntry, bounds: CacheBounds) -> Cached<'a, ()> {
        Box::pin(async move { self.with(|entries| entries.set(key, entry, bounds, Instant::now())) })
    }

    fn delete<'a>(&'a self, key: &'a str) -> Cached<'a, ()> {
        Box::pin(async move { self.with(|entries| entries.remove(key)) })
    }
}

impl Entries {
    fn get(&mut self, key: &str, now: Instant) -> Option<String> {
        let (key, mut entry) = self.by_key.remove_entry(key)?;
        self.forget_order(&entry);
        if entry.expires.is_some_and(|expires| expires <= now) {
            self.bytes -= entry_bytes(&key, &entry.value);
            return None;
        }
        let value = entry.value.clone();
        entry.used = self.next_use();
        self.insert(key, entry);
        Some(value)
    }

    fn set(&mut self, key: &str, entry: CacheEntry, bounds: CacheBounds, now: Instant) {
        self.remove(key);
        let size = entry_bytes(key, &entry.value);
        // A life too long for the clock has no end.
        let expires = entry.ttl.and_then(|ttl| now.checked_add(ttl));
        self.make_room(size, bounds, now);
        if size as u64 > bounds.bytes_max {
            return;
        }
        self.bytes += size;
        let used = self.next_use();
        self.insert(key.into(), Entry { value: entry.value, expires, used });
    }

    fn remove(&mut self, key: &str) {
        if let Some((key, entry)) = self.by_key.remove_entry(key) {
            self.forget_order(&entry);
            self.bytes -= entry_bytes(&key, &entry.value);
        }
    }

    fn make_room(&mut self, size: usize, bounds: CacheBounds, now: Instant) {
        while self.by_key.len() as u64 >= bounds.entries_max || (self.bytes + size) as u64 > bounds.bytes_max {
            let expired = self.by_expiry.first().filter(|(expires, _)| *expires <= now).map(|(_, used)| *used);
            let Some(used) = expired.or_else(|| self.by_use.keys().next().copied()) else { return };
            let Some(key) = self.by_use.get(&used).cloned() else { return };
            self.remove(&key);
        }
    }

    fn next_use(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    fn insert(&mut self, key: Arc<str>, entry: Entry) {
        self.by_use.insert(entry.used, key.clone());
        self.by_expiry.extend(entry.expires.map(|expires| (expires, entry.used)));
        self.by_key.insert(key, entry);
    }

    fn forget_order(&mut self, entry: &Entry) {
        self.by_use.remove(&entry.used);
        if let Some(expires) = entry.expires {
            self.by_expiry.remove(&(expires, entry.used));
        }
    }
}

/// What an entry counts against `cache_bytes_max`.
pub(crate) fn entry_bytes(key: &str, value: &str) -> usize {
    key.len() + value.len() + ENTRY_OVERHEAD_BYTES
}
