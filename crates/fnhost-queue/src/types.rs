//! What goes into the queue and what comes out. Plain data; how it is kept is
//! elsewhere.

use std::path::PathBuf;
use std::sync::Arc;

/// An event to keep, and for whom.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Where it came from.
    pub source: String,
    /// What tells it from others: an event with the key of one that was
    /// received within [`Options::duplicate_ms`](crate::Options::duplicate_ms) is a duplicate.
    pub key: String,
    /// When it was received; a stamp.
    pub received_ms: u64,
    /// Since when its deliveries are due, by the clock that [`Queue::due`](crate::Queue::due) is asked with.
    pub due_ms: u64,
    /// The event itself.
    pub payload: Vec<u8>,
    /// The destinations that it is meant for, each once.
    pub destinations: Arc<[String]>,
}

/// Something that was refused, kept as a sample for people to look at.
#[derive(Debug, Clone)]
pub struct Rejection {
    /// Where it came from.
    pub source: String,
    /// Why it was refused, a code.
    pub reason: &'static str,
    /// When it was received.
    pub received_ms: u64,
    /// What came, or its beginning.
    pub payload: Vec<u8>,
}

/// What became of a [`NewEvent`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// It is on disk, under this number.
    New(i64),
    /// One with the same key is there already.
    Duplicate,
}

/// Where a delivery stands. The numbers and names are on disk and in output,
/// and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Not attempted yet.
    Pending,
    /// Attempted, and due again later.
    Retrying,
    /// Done.
    Delivered,
    /// Given up at once: another attempt would fail as well. The reason says why.
    Discarded,
    /// Given up on purpose by whoever attempted it.
    Dropped,
    /// Not meant to be delivered. The reason says why.
    Filtered,
    /// All attempts failed.
    Dead,
}

impl State {
    /// All states, in the order of their numbers.
    pub const ALL: [State; 7] = [
        State::Pending,
        State::Retrying,
        State::Delivered,
        State::Discarded,
        State::Dropped,
        State::Filtered,
        State::Dead,
    ];

    /// The name, `pending` say.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Retrying => "retrying",
            State::Delivered => "delivered",
            State::Discarded => "discarded",
            State::Dropped => "dropped",
            State::Filtered => "filtered",
            State::Dead => "dead",
        }
    }

    /// The state of this name.
    pub fn named(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether there is something left to do.
    pub fn is_open(self) -> bool {
        matches!(self, State::Pending | State::Retrying)
    }

    pub(crate) fn number(self) -> i64 {
        match self {
            State::Pending => 0,
            State::Retrying => 1,
            State::Delivered => 2,
            State::Discarded => 3,
            State::Dropped => 4,
            State::Filtered => 5,
            State::Dead => 6,
        }
    }

    pub(crate) fn numbered(number: i64) -> Option<State> {
        State::ALL.into_iter().find(|state| state.number() == number)
    }
}

/// Deliveries that are due.
#[derive(Debug, Clone, Default)]
pub struct Due {
    /// Those due first come first.
    pub deliveries: Vec<DueDelivery>,
    /// When the next one after these is due, if that is in the future; none
    /// where nothing waits, or where more is due already.
    pub next_ms: Option<u64>,
    /// Whether more is due than was asked for.
    pub more: bool,
}

/// A delivery to attempt.
#[derive(Debug, Clone)]
pub struct DueDelivery {
    /// The delivery's number.
    pub id: i64,
    /// The event's number.
    pub event: i64,
    /// Attempts so far, since the delivery was created or last replayed.
    pub attempts: u32,
    /// When the first of those began; none before it.
    pub first_ms: Option<u64>,
    /// Since when it is due.
    pub due_ms: u64,
    /// Where the event came from.
    pub source: String,
    /// When the event was received.
    pub received_ms: u64,
    /// The event.
    pub payload: Vec<u8>,
}

/// What one attempt led to: its record, and where its deliveries stand now.
#[derive(Debug, Clone)]
pub struct Finish {
    /// The record, which several deliveries share when they were attempted
    /// together; none where nothing was attempted.
    pub record: Option<Record>,
    /// The deliveries, each with its new state.
    pub deliveries: Vec<Finished>,
}

/// The record of an attempt.
#[derive(Debug, Clone)]
pub struct Record {
    /// The version of what made the attempt.
    pub version: String,
    /// When it began.
    pub started_ms: u64,
    /// All that is known of it.
    pub detail: Vec<u8>,
}

/// A delivery's new state.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The delivery.
    pub id: i64,
    /// Where it stands now.
    pub state: State,
    /// Why; a code, or a few words.
    pub reason: Option<String>,
    /// When it is due again, if it is [`State::Retrying`].
    pub due_ms: u64,
    /// When this happened.
    pub now_ms: u64,
}

/// How long finished work is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Finished deliveries and their events.
    pub age_ms: u64,
    /// Dead deliveries and their events.
    pub dead_age_ms: u64,
    /// Above this size of the database the oldest finished events go, however
    /// young they are, dead ones last.
    pub bytes_max: u64,
}

/// What a step of [`Queue::sweep`](crate::Queue::sweep) did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Events removed, with their deliveries.
    pub events: u64,
    /// Dead deliveries among what was removed for its size alone.
    pub dead_for_size: u64,
    /// Where the next step goes on; none when there is nothing left to do.
    pub next: Option<i64>,
}

/// Deliveries of one destination in one state, since the beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// The destination.
    pub destination: String,
    /// The state; none for all that were ever accepted.
    pub state: Option<State>,
    /// How many are, or were when they were removed, in this state.
    pub count: u64,
}

/// An event as it is kept.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its number.
    pub id: i64,
    /// Where it came from.
    pub source: String,
    /// What tells it from others.
    pub key: String,
    /// When it was received.
    pub received_ms: u64,
    /// The event itself.
    pub payload: Vec<u8>,
}

/// A delivery as it is kept.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Its number.
    pub id: i64,
    /// Its event's number.
    pub event: i64,
    /// The destination.
    pub destination: String,
    /// Where it stands.
    pub state: State,
    /// Why.
    pub reason: Option<String>,
    /// Attempts in all.
    pub attempts: u32,
    /// When it is due; of no meaning once finished.
    pub due_ms: u64,
    /// When its state last changed.
    pub changed_ms: u64,
}

/// An attempt as it is kept.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Counted from 1.
    pub number: u32,
    /// The state that it led to.
    pub state: State,
    /// Why.
    pub reason: Option<String>,
    /// Its record.
    pub record: Record,
    /// How many deliveries were attempted together.
    pub together: u32,
}

/// A [`Rejection`] as it is kept.
#[derive(Debug, Clone)]
pub struct Rejected {
    /// Its number.
    pub id: i64,
    /// Where it came from.
    pub source: String,
    /// Why it was refused.
    pub reason: String,
    /// When it was received.
    pub received_ms: u64,
    /// What came, or its beginning.
    pub payload: Vec<u8>,
}

/// What a replay did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Deliveries that are pending again.
    pub again: u64,
    /// Left alone, since they are pending or retrying already.
    pub open: u64,
}

/// A folder that cannot be opened as a queue.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The folder cannot be made, read or written.
    #[error("cannot use the data folder `{}`: {error}", path.display())]
    Folder {
        /// The folder, or the file in it.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// Another process holds it.
    #[error("the data folder `{}` is in use by another process", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// There is no queue in the folder, and none may be made.
    #[error("there is no data in `{}`", path.display())]
    Missing {
        /// The folder.
        path: PathBuf,
    },
    /// It was written by a later version.
    #[error("`{}` was written by a later version (format {found}, this one reads up to {known})", path.display())]
    Later {
        /// The database.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The latest format known here.
        known: i64,
    },
    /// The database is damaged, or the disk fails.
    #[error("cannot open the database `{}`: {detail}", path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// What the database says.
        detail: String,
    },
}

/// A call that was not carried out. Nothing of it is on disk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueueError {
    /// Too much waits to be written. Come again.
    #[error("too much is waiting to be written")]
    Busy,
    /// The disk is full, failing, or damaged.
    #[error("the database cannot be used: {0}")]
    Storage(String),
    /// The queue is closed.
    #[error("the queue is closed")]
    Closed,
}
