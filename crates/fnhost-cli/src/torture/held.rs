//! What the process holds: memory, files, tasks.

use serde_json::{Value, json};
use std::fs;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::Instant;

/// What there may be more at the end than when the host was warm.
const MEMORY_BYTES_MORE_MAX: u64 = 32 << 20;

/// What a host that is warm may hold more than before: of 128 idle instances up to 1 MiB of memory and three tables of 64 KiB
/// each, and 64 MiB of compiled code.
const MEMORY_BYTES_KEPT_MAX: u64 = 128 * ((1 << 20) + 3 * (64 << 10)) + (64 << 20);

/// Behaviours after which a host is warm: each of those slots for instances has been used, most of them twice.
const TRIED_TO_WARM: usize = 256;

/// How long connections may take to be closed by both sides, tasks to end, and memory to go back to the system: the
/// allocator gives back what was not used for ten seconds.
const SETTLE_TIME_MAX: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How much there is of each; memory and files as Linux tells them, nothing elsewhere. Memory is what is the process's own:
/// pages of the program's file, which the system may drop, are not.
#[derive(Clone, Copy)]
pub(crate) struct Held {
    pub(crate) memory_bytes: Option<u64>,
    pub(crate) files: Option<usize>,
    pub(crate) tasks: usize,
}

impl Held {
    pub(crate) fn now() -> Held {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let resident = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        let kibibytes = resident.and_then(|text| text.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        Held {
            memory_bytes: kibibytes.map(|kibibytes| kibibytes << 10),
            files: fs::read_dir("/proc/self/fd").ok().map(Iterator::count),
            tasks: Handle::current().metrics().num_alive_tasks(),
        }
    }
}

/// What was held before the first round, after the one that made the host warm, and after the last.
pub(crate) struct History {
    before: Held,
    warm: Held,
    last: Held,
    is_warm: bool,
}

impl History {
    /// Before the first round.
    pub(crate) fn new(before: Held) -> History {
        History { before, warm: before, last: before, is_warm: false }
    }

    /// After another round, when `tried` behaviours have been tried in all: what is held as soon as it is no more than it
    /// may be, or when it is time for that.
    pub(crate) async fn note(&mut self, tried: usize) {
        let started = Instant::now();
        let was_warm = self.is_warm;
        self.is_warm = tried >= TRIED_TO_WARM;
        loop {
            self.last = Held::now();
            if !was_warm {
                self.warm = self.last;
            }
            if self.leaks().is_empty() || started.elapsed() > SETTLE_TIME_MAX {
                return;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    pub(crate) fn last(&self) -> &Held {
        &self.last
    }

    /// What there is too much of.
    pub(crate) fn leaks(&self) -> Vec<&'static str> {
        let more = |held: &Held, than: &Held| {
            held.memory_bytes.unwrap_or_default().saturating_sub(than.memory_bytes.unwrap_or_default())
        };
        let is_large = more(&self.last, &self.warm) > MEMORY_BYTES_MORE_MAX
            || more(&self.warm, &self.before) > MEMORY_BYTES_KEPT_MAX;
        let found = [
            ("memory", is_large),
            ("open files", self.last.files > self.before.files),
            ("tasks", self.last.tasks > self.before.tasks),
        ];
        found.into_iter().filter(|(_, is_leak)| *is_leak).map(|(what, _)| what).collect()
    }

    pub(crate) fn json(&self) -> Value {
        let all = [&self.before, &self.warm, &self.last];
        json!({
            "memory_bytes": all.map(|held| held.memory_bytes),
            "open_files": all.map(|held| held.files),
            "tasks": all.map(|held| held.tasks),
        })
    }
}

impl std::fmt::Display for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all = [&self.before, &self.warm, &self.last];
        let row =
            |values: [Option<u64>; 3]| values.map(|value| value.map_or("?".to_owned(), |value| value.to_string()));
        let [before, warm, last] = row(all.map(|held| held.memory_bytes.map(|bytes| bytes >> 20)));
        let [files, _, files_last] = row(all.map(|held| held.files.map(|files| files as u64)));
        write!(
            f,
            "memory {before} MiB before, {warm} MiB when all was warm, {last} MiB at the end (at most {} MiB and {} MiB more); \
             open files {files} before, {files_last} after; tasks {} before, {} after",
            MEMORY_BYTES_KEPT_MAX >> 20,
            MEMORY_BYTES_MORE_MAX >> 20,
            self.before.tasks,
            self.last.tasks,
        )
    }
}
