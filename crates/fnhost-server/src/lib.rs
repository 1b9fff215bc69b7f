//! The daemon as a library: events come in over Segment's tracking API, are on
//! disk before their sender is told so, pass each destination's filters, go
//! through its function, and are tried again until they are delivered or dead.
//!
//! [`serve`] is the whole of it. This crate is where functions (`fnhost`,
//! `fnhost-build`) and the queue (`fnhost-queue`) meet; it prints nothing and
//! reads neither the environment nor the system's clock: both are handed in.

mod clock;
pub mod config;
pub mod dispatch;
pub mod filter;
mod http;
pub mod ingest;
mod metrics;
mod registry;
pub mod retry;
mod serve;
mod watch;

pub use clock::Clock;
pub use registry::{Registry, RegistryError, version_of};
pub use serve::{Environment, ServeError, ServeOptions, Signal, serve};
