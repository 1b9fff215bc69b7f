//! The trace of a run's requests.

use crate::run::Request;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio::time::Instant;

/// The requests of one run.
pub(super) struct Trace {
    started: Instant,
    entries: Mutex<Vec<Entry>>,
}

struct Entry {
    started: Instant,
    request: Request,
    ended: bool,
    returned: Option<Arc<Notify>>,
}

/// The longest URL that is kept; what is longer is cut.
const URL_BYTES_MAX: usize = 8 * 1024;

impl Trace {
    pub(super) fn new(started: Instant) -> Trace {
        Trace { started, entries: Mutex::new(Vec::new()) }
    }

    pub(super) fn started(&self) -> Instant {
        self.started
    }

    /// Begins an entry, and gives its index.
    pub(super) fn start(&self, method: &http::Method, uri: &http::Uri) -> usize {
        let now = Instant::now();
        let mut url = uri.to_string();
        url.truncate(url.floor_char_boundary(URL_BYTES_MAX));
        let start_ms = (now - self.started).as_secs_f64() * 1e3;
        let request = Request { method: method.as_str().to_owned(), url, start_ms, ..Request::default() };
        let mut entries = self.lock();
        entries.push(Entry { started: now, request, ended: false, returned: None });
        entries.len() - 1
    }

    pub(super) fn answered(&self, index: usize, status: http::StatusCode) {
        self.update(index, |entry| entry.request.status = Some(status.as_u16()));
    }

    pub(super) fn failed(&self, index: usize, message: String) {
        self.update(index, |entry| {
            entry.request.error = Some(message);
            entry.ended = true;
        });
    }

    pub(super) fn sent(&self, index: usize, bytes: u64) {
        self.update(index, |entry| entry.request.request_bytes += bytes);
    }

    pub(super) fn received(&self, index: usize, bytes: u64) {
        self.update(index, |entry| entry.request.response_bytes += bytes);
    }

    /// Keeps what is told when the connection of a request is back in the pool.
    pub(super) fn returning(&self, index: usize, returned: Option<Arc<Notify>>) {
        if let Some(entry) = self.lock().get_mut(index) {
            entry.returned = returned;
        }
    }

    /// The latest of those whose requests have ended.
    pub(super) fn take_returning(&self) -> Option<Arc<Notify>> {
        self.lock().iter_mut().rev().filter(|entry| entry.ended).find_map(|entry| entry.returned.take())
    }

    pub(super) fn ended(&self, index: usize) {
        self.update(index, |entry| entry.ended = true);
    }

    /// The requests in the order in which they started, with the last one that
    /// ended counted to now where it has not.
    pub(super) fn take(&self) -> Vec<Request> {
        let now = Instant::now();
        let entries = std::mem::take(&mut *self.lock());
        let finished = entries.into_iter().map(|mut entry| {
            if !entry.ended {
                entry.request.duration_ms = (now - entry.started).as_secs_f64() * 1e3;
            }
            entry.request
        });
        finished.collect()
    }

    fn update(&self, index: usize, change: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.lock().get_mut(index)
            && !entry.ended
        {
            change(entry);
            entry.request.duration_ms = entry.started.elapsed().as_secs_f64() * 1e3;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
