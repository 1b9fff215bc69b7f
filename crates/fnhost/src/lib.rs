//! Runs *destination functions*: WebAssembly components that take customer
//! events and send them to an API. Each event gets a fresh instance of the
//! component, under limits on computing, memory and time, and comes back with
//! an outcome, the function's log, its requests and its cost.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use fnhost::{Host, HostOptions, Limits, Outcome};
//!
//! let host = Host::new(HostOptions::default())?;
//! let function = host.load(&std::fs::read("function.wasm")?)?;
//!
//! let run = function.run(r#"{"type":"track","event":"Signed Up"}"#, "{}", &Limits::default()).await?;
//! match run.outcome {
//!     Outcome::Returned { value } => println!("delivered: {value}"),
//!     Outcome::Failed(failure) => println!("{}: {}", failure.error.name, failure.error.message),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A [`Host`] is made once per process; a [`Function`] is cheap to clone and
//! runs any number of events at a time. Both need a tokio runtime with time and
//! I/O enabled.
//!
//! Whatever a function does ends as an [`Outcome`]: it throws, loops, allocates
//! without end, never settles, or breaks the sandbox. An `Err` is the host's
//! fault, or a request that makes no sense. `fnhost` makes components out of
//! nothing: `fnhost-build` turns JavaScript and TypeScript into them, and any
//! language that implements the WIT world `fnhost:destination/destination` will do.
//!
//! This crate knows nothing of servers, queues, or where functions come from.
#![warn(missing_docs)]

mod cache;
mod complexity;
mod egress;
mod execute;
mod function;
mod handler;
mod host;
mod imports;
mod limits;
mod machine_code;
mod modules;
mod positions;
mod redact;
mod run;
mod sandbox;
mod sealed;
mod secret_forms;
#[cfg(feature = "snapshot")]
mod snapshot;

pub use cache::{CacheBounds, CacheEntry, CacheStore, Cached, MemoryCache};
pub use egress::{EgressRules, HostPattern, HostPatternError};
pub use egress::{ResolveError, Resolved, Resolver, StandIn, StandInAnswer, StandInRequest, SystemResolver};
pub use function::{Function, RunError};
pub use handler::Handler;
pub use host::{Host, HostError, HostOptions, LoadError};
pub use ipnet::IpNet;
pub use limits::{Limit, LimitError, Limits};
pub use machine_code::CacheError;
pub use modules::{Module, ModuleError, ModuleKind, ModuleLoader};
pub use positions::{Position, Positions};
pub use run::{Error, ErrorKind, Failure, Log, Outcome, Request, RetryRule, Run, Timings, Usage, Verdict};
pub use sealed::{Sealed, SealedError};
#[cfg(feature = "snapshot")]
pub use snapshot::{Script, SnapshotError};
