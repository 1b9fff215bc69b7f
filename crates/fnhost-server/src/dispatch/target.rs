//! A destination that is ready to run: its function loaded, its settings at
//! hand. Made from the configuration by `registry.rs`.

use super::breaker::BreakerRule;
use crate::config::Secret;
use crate::filter::Filters;
use crate::retry::Schedule;
use fnhost::{Function, Handler, Limits, RetryRule};
use std::collections::HashSet;

/// A destination that is ready to run.
pub struct Target {
    /// Its name.
    pub name: String,
    /// The names that an event's `integrations` may call it by, the strongest first.
    pub integration_names: Vec<String>,
    /// Its function, with a cache of its own.
    pub function: Function,
    /// The version of the function, kept with every attempt.
    pub version: String,
    /// The handlers that the function defines.
    pub handlers: HashSet<Handler>,
    /// A JSON object, handed to the function.
    pub settings: Secret,
    /// Limits on a run.
    pub limits: Limits,
    /// Which failures are worth another attempt.
    pub retry_rule: RetryRule,
    /// When that attempt takes place.
    pub schedule: Schedule,
    /// When the destination is left alone.
    pub breaker: BreakerRule,
    /// Runs under way at a time.
    pub concurrency_max: usize,
    /// How events are put together; none: each goes alone.
    pub batch: Option<BatchRule>,
    /// Which events are meant for it, and how much of them.
    pub filters: Filters,
}

/// How events are put together for `onBatch`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchRule {
    /// Events in a batch at most.
    pub events_max: usize,
    /// How long the first event of a batch waits for more, in milliseconds.
    pub wait_ms: u64,
}
