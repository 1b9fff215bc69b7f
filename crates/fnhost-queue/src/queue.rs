//! The handle: opens a folder, and passes what it is asked for to the thread
//! that writes and the thread that reads. What they do is elsewhere.

use crate::ledger;
use crate::schema;
use crate::types::{Accepted, Due, Finish, NewEvent, OpenError, QueueError, Rejection, Retention, Swept, Total};
use crate::writer::{self, Command};
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::{Notify, Semaphore, mpsc, oneshot};

/// Calls that may wait for the writer or the reader at a time.
const CALLS_MAX: usize = 4_096;

/// How a [`Queue`] is opened.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// How long an event's key is remembered, in milliseconds; 24 hours.
    pub duplicate_ms: u64,
    /// Events that may be in memory waiting to be written; beyond, [`Queue::accept`] is [`QueueError::Busy`].
    pub events_waiting_max: usize,
    /// The largest size of the database in bytes; beyond, nothing is accepted.
    pub bytes_max: u64,
    /// The furthest that a delivery may be due in the future, in milliseconds.
    /// What is further off when the queue is opened is due then: the clock was set back.
    pub due_ms_max: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            duplicate_ms: 24 * 3_600_000,
            events_waiting_max: 20_000,
            bytes_max: 64 << 30,
            due_ms_max: 24 * 3_600_000,
        }
    }
}

/// The queue and ledger of one folder, which this process alone owns. Cheap to
/// clone; the folder is let go when the last clone is dropped, after what was
/// asked for has been written.
#[derive(Clone)]
pub struct Queue {
    shared: Arc<Shared>,
}

struct Shared {
    /// None once the queue is being dropped, which ends the threads.
    writer: Option<mpsc::Sender<Command>>,
    reader: Option<mpsc::Sender<Question>>,
    threads: Vec<JoinHandle<()>>,
    waiting: Arc<Semaphore>,
    events_waiting_max: usize,
    arrivals: Arc<Arrivals>,
    dir: PathBuf,
    /// Held until the threads have ended.
    _lock: File,
}

/// Something to ask of the thread that reads.
type Question = Box<dyn FnOnce(&mut Connection) + Send>;

/// Who wants to know that something has become due for a destination.
#[derive(Default)]
pub(crate) struct Arrivals {
    waiting: Mutex<HashMap<String, Arc<Notify>>>,
}

impl Queue {
    /// Opens the queue in `dir`, making both if they are not there. `now_ms` is
    /// the time.
    pub fn open(dir: &Path, options: &Options, now_ms: u64) -> Result<Queue, OpenError> {
        let folder = |error| OpenError::Folder { path: dir.to_owned(), error };
        std::fs::create_dir_all(dir).map_err(folder)?;
        let lock = lock(dir)?;
        let mut connection = schema::open_owner(dir)?;
        let failed = |error: rusqlite::Error| OpenError::Database {
            path: schema::database(dir),
            detail: schema::describe(&error),
        };
        writer::prepare(&mut connection, options, now_ms).map_err(failed)?;
        let mut reading = schema::open_existing(dir)?;
        let arrivals = Arc::new(Arrivals::default());
        let (writer, commands) = mpsc::channel(CALLS_MAX);
        let (reader, mut questions) = mpsc::channel::<Question>(CALLS_MAX);
        let settings = options.clone();
        let told = arrivals.clone();
        let writing = spawn("queue-writer", move || writer::run(connection, commands, &settings, &told));
        let answering = spawn("queue-reader", move || {
            while let Some(question) = questions.blocking_recv() {
                question(&mut reading);
            }
        });
        let threads = vec![writing.map_err(folder)?, answering.map_err(folder)?];
        let events_waiting_max = options.events_waiting_max.min(Semaphore::MAX_PERMITS);
        let waiting = Arc::new(Semaphore::new(events_waiting_max));
        let (writer, reader, dir) = (Some(writer), Some(reader), dir.to_owned());
        let shared = Shared { writer, reader, threads, waiting, events_waiting_max, arrivals, dir, _lock: lock };
        Ok(Queue { shared: Arc::new(shared) })
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.shared.dir
    }

    /// Keeps events, one delivery for each of their destinations, and samples
    /// of what was refused, in one transaction. The answer has an element for
    /// every event, in order.
    pub async fn accept(&self, events: Vec<NewEvent>, rejections: Vec<Rejection>) -> Result<Vec<Accepted>, QueueError> {
        // More than fits at once may pass when nothing else waits.
        let weight = events.len().max(1).min(self.shared.events_waiting_max);
        let weight = u32::try_from(weight).unwrap_or(u32::MAX);
        let permit = self.shared.waiting.clone().try_acquire_many_owned(weight).map_err(|_| QueueError::Busy)?;
        self.write(|reply| Command::Accept { events, rejections, reply, permit }).await
    }

    /// Keeps the record of an attempt, and moves its deliveries on. Deliveries
    /// that are not open any more stay as they are.
    pub async fn finish(&self, finish: Finish) -> Result<(), QueueError> {
        self.write(|reply| Command::Finish { finish, reply }).await
    }

    /// Up to `limit` deliveries to `destination` that are due at `now_ms`, but
    /// for those under way, which the caller knows.
    pub async fn due(
        &self,
        destination: &str,
        now_ms: u64,
        limit: usize,
        under_way: &HashSet<i64>,
    ) -> Result<Due, QueueError> {
        let (destination, under_way) = (destination.to_owned(), under_way.clone());
        self.read(move |connection| ledger::due(connection, &destination, now_ms, limit, &under_way)).await
    }

    /// Is told when deliveries to `destination` have been accepted.
    pub fn arrivals(&self, destination: &str) -> Arc<Notify> {
        self.shared.arrivals.of(destination)
    }

    /// A number that changes when another connection has changed the database:
    /// another process, or the thread here that writes.
    pub async fn changes_elsewhere(&self) -> Result<i64, QueueError> {
        self.read(|connection| connection.pragma_query_value(None, "data_version", |row| row.get(0))).await
    }

    /// Removes some of what need not be kept any longer; goes on from where an
    /// earlier step ended.
    pub async fn sweep(&self, retention: Retention, now_ms: u64, from: i64) -> Result<Swept, QueueError> {
        self.write(|reply| Command::Sweep { retention, now_ms, from, reply }).await
    }

    /// How many deliveries each destination had in each state since the
    /// beginning, and how many were accepted: the accepted ones are the sum of
    /// the states at any time.
    pub async fn totals(&self) -> Result<Vec<Total>, QueueError> {
        self.read(|connection| ledger::totals(connection)).await
    }

    /// Since when the oldest open delivery of each destination is due.
    pub async fn oldest_due(&self) -> Result<Vec<(String, u64)>, QueueError> {
        self.read(|connection| ledger::oldest_due(connection)).await
    }

    async fn write<T>(
        &self,
        command: impl FnOnce(oneshot::Sender<Result<T, QueueError>>) -> Command,
    ) -> Result<T, QueueError> {
        let (reply, answer) = oneshot::channel();
        let writer = self.shared.writer.as_ref().ok_or(QueueError::Closed)?;
        writer.send(command(reply)).await.map_err(|_| QueueError::Closed)?;
        answer.await.map_err(|_| QueueError::Closed)?
    }

    async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, QueueError> {
        let (reply, answer) = oneshot::channel();
        let question: Question = Box::new(move |connection| {
            let found = question(connection).map_err(|error| QueueError::Storage(schema::describe(&error)));
            // Whoever asked may have gone.
            let _ = reply.send(found);
        });
        let reader = self.shared.reader.as_ref().ok_or(QueueError::Closed)?;
        reader.send(question).await.map_err(|_| QueueError::Closed)?;
        answer.await.map_err(|_| QueueError::Closed)?
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // The reader first: the last connection brings the database up to date,
        // which neither does if both close at once.
        self.reader = None;
        while let Some(thread) = self.threads.pop() {
            // A thread that panicked has answered nothing, so nobody relies on it.
            let _ = thread.join();
            self.writer = None;
        }
    }
}

impl Arrivals {
    fn of(&self, destination: &str) -> Arc<Notify> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.entry(destination.to_owned()).or_default().clone()
    }

    /// Tells those who wait for any of `destinations`.
    pub(crate) fn tell<'a>(&self, destinations: impl Iterator<Item = &'a String>) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        destinations.filter_map(|destination| waiting.get(destination)).for_each(|notify| notify.notify_one());
    }
}

/// Locks the folder for this process; the system lets go when the process ends.
fn lock(dir: &Path) -> Result<File, OpenError> {
    let path = dir.join("fnhost.lock");
    let options = File::options().create(true).truncate(false).write(true).open(&path);
    let file = options.map_err(|error| OpenError::Folder { path: path.clone(), error })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(OpenError::InUse { path: dir.to_owned() }),
        Err(std::fs::TryLockError::Error(error)) => Err(OpenError::Folder { path, error }),
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(body)
}
