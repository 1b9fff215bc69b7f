//! A durable queue and the ledger of what became of everything in it.
//!
//! An *event* is bytes that came from a *source*; it is kept once per key. For
//! every destination that it is meant for there is one *delivery*, which is in
//! exactly one [`State`] at any time. A delivery that is due is handed out by
//! [`Queue::due`], attempted by the caller, and moved on by [`Queue::finish`],
//! which keeps the attempt's record and the new state in one transaction.
//!
//! What a call has confirmed is on disk: the writer commits in groups, with
//! `synchronous=FULL`, and answers only after the commit. Which deliveries are
//! under way is known to the one process that holds the folder and is not
//! written down, so a crash leaves nothing behind to wait for: what was not
//! finished is due again. That makes deliveries happen at least once.
//!
//! This crate knows nothing of functions, HTTP, or what is in an event: payloads
//! and records are bytes. It reads no clock; times come from the caller, as
//! milliseconds since 1970.
#![warn(missing_docs)]

mod ledger;
mod queue;
mod schema;
mod sweep;
mod types;
mod writer;

pub use ledger::{Ledger, Selection};
pub use queue::{Options, Queue};
pub use types::{
    Accepted, Attempt, Delivery, Due, DueDelivery, Event, Finish, Finished, NewEvent, OpenError, QueueError, Record,
    Rejected, Rejection, Replayed, Retention, State, Swept, Total,
};
