//! `fnhost:destination/cache`: values that the events of one function share.

use super::bindings::fnhost::destination::cache::Host;
use crate::sandbox::Sandbox;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Bounds of one cache: bytes of one entry's key and value, and of all entries.
const ENTRY_BYTES_MAX: usize = 1 << 20;
const CACHE_BYTES_MAX: usize = 8 << 20;

/// What an entry counts beside its key and value.
const ENTRY_OVERHEAD_BYTES: usize = 64;

/// The cache that one function's instances share.
#[derive(Clone, Default)]
pub(crate) struct CacheHandle(Arc<Mutex<Entries>>);

#[derive(Default)]
struct Entries {
    by_key: HashMap<String, Entry>,
    bytes: usize,
}

struct Entry {
    value: String,
    expires: Option<Instant>,
    stored: Instant,
}

impl CacheHandle {
    fn get(&self, key: &str, now: Instant) -> Option<String> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.by_key.get(key)?.is_expired(now) {
            entries.remove(key);
        }
        Some(entries.by_key.get(key)?.value.clone())
    }

    fn set(&self, key: String, value: String, ttl: Option<Duration>, now: Instant) -> bool {
        let size = entry_bytes(&key, &value);
        if size > ENTRY_BYTES_MAX {
            return false;
        }
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.remove(&key);
        if entries.bytes + size > CACHE_BYTES_MAX {
            entries.make_room(size, now);
        }
        entries.bytes += size;
        // A life too long for the clock has no end.
        let expires = ttl.and_then(|ttl| now.checked_add(ttl));
        entries.by_key.insert(key, Entry { value, expires, stored: now });
        true
    }

    fn delete(&self, key: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

impl Entries {
    fn remove(&mut self, key: &str) {
        if let Some((key, entry)) = self.by_key.remove_entry(key) {
            self.bytes -= entry_bytes(&key, &entry.value);
        }
    }

    /// Drops what has expired, then the oldest, until half of the cache is free:
    /// so that a full cache does not look for the oldest entry every time.
    fn make_room(&mut self, size: usize, now: Instant) {
        let mut keys: Vec<_> =
            self.by_key.iter().map(|(key, entry)| (!entry.is_expired(now), entry.stored, key.clone())).collect();
        keys.sort();
        for (is_live, _, key) in keys {
            if is_live && self.bytes + size <= CACHE_BYTES_MAX / 2 {
                break;
            }
            self.remove(&key);
        }
    }
}

impl Entry {
    fn is_expired(&self, now: Instant) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

fn entry_bytes(key: &str, value: &str) -> usize {
    key.len() + value.len() + ENTRY_OVERHEAD_BYTES
}

impl Host for Sandbox {
    async fn get(&mut self, key: String) -> wasmtime::Result<Option<String>> {
        self.charge(key.len()).await?;
        Ok(self.cache.get(&key, Instant::now()))
    }

    async fn set(&mut self, key: String, value: String, ttl_ms: Option<u64>) -> wasmtime::Result<bool> {
        self.charge(key.len() + value.len()).await?;
        Ok(self.cache.set(key, value, ttl_ms.map(Duration::from_millis), Instant::now()))
    }

    async fn delete(&mut self, key: String) -> wasmtime::Result<()> {
        self.charge(key.len()).await?;
        self.cache.delete(&key);
        Ok(())
    }
}
