//! All tests, one binary. What belongs where:

/// Builds, runs, and renders runs as text: what the other modules are written with.
mod harness;
/// Loopback endpoints.
mod endpoint;
/// Every row of the outcome table, every error class.
mod outcomes;

