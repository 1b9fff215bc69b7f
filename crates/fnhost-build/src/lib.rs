//! Turns JavaScript and TypeScript destination functions into WebAssembly
//! components that `fnhost` runs: parse, check, load into the engine under
//! limits, snapshot.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use fnhost::{Host, HostOptions, Limits};
//!
//! let host = Host::new(HostOptions::default())?;
//! let source = "async function onTrack(event) { return event.event }";
//! let built = fnhost_build::build(&host, "function.js", source, &Limits::default()).await?;
//! let function = host.load(&built.component)?;
//! # Ok(())
//! # }
//! ```
//!
//! From a build script, [`build_file`] does it all. The engine is in this
//! crate; nothing is read but the source and, where a [`Folder`] is given, what it
//! imports from there, and nothing is written but the host's cache.

mod build;
mod check;
mod commonjs;
mod deep;
mod diagnostics;
mod folder;
mod guest;
mod modules;
mod needs;
mod source;
mod transform;

pub use build::{BuildError, Built, build, build_file, build_in};
pub use check::check;
pub use diagnostics::{Diagnostic, Severity};
pub use folder::Folder;
