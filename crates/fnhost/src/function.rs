//! A function: a component that is compiled and linked, ready for events.

use crate::execute;
use crate::handler::Handler;
use crate::host::{Host, LoadError};
use crate::imports::bindings::DestinationPre;
use crate::imports::cache::CacheHandle;
use crate::limits::{LimitError, Limits};
use crate::positions::Positions;
use crate::run::Run;
use crate::sandbox::Sandbox;
use std::sync::Arc;

/// A function that events can be sent through. Cheap to clone, and runs any
/// number of events at a time, each in an instance of its own.
#[derive(Clone)]
pub struct Function {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) host: Host,
    pub(crate) instance_pre: DestinationPre<Sandbox>,
    pub(crate) positions: Arc<Positions>,
    pub(crate) cache: CacheHandle,
}

/// A run that did not take place.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The event is not JSON, or no handler takes it.
    #[error("the event cannot be used: {0}")]
    Event(String),
    /// The settings are not a JSON object.
    #[error("the settings cannot be used: {0}")]
    Settings(String),
    /// The limits cannot be used.
    #[error(transparent)]
    Limits(#[from] LimitError),
    /// The host asks for a stack of its own size, or the input is too large.
    #[error("{0}")]
    OverLimit(String),
    /// The engine failed: the host's fault, worth another attempt.
    #[error("the sandbox could not be used: {0}")]
    Engine(String),
}

impl Function {
    pub(crate) fn load(host: &Host, component: &[u8]) -> Result<Function, LoadError> {
        if !component.starts_with(b"\0asm") {
            return Err(LoadError::Invalid("it does not begin as a WebAssembly binary does".to_owned()));
        }
        let positions = Positions::in_component(component).map_err(|error| LoadError::Invalid(first_line(&error)))?;
        let component = host.shared.machine_code.compile(&host.shared.engine, component);
        let component = component.map_err(|error| LoadError::Invalid(first_line(&format!("{error:#}"))))?;
        let world = |error: wasmtime::Error| LoadError::World(format!("{error:#}"));
        let instance_pre = host.shared.linker.instantiate_pre(&component).map_err(world)?;
        let instance_pre = DestinationPre::new(instance_pre).map_err(world)?;
        let shared =
            Shared { host: host.clone(), instance_pre, positions: Arc::new(positions), cache: CacheHandle::default() };
        Ok(Function { shared: Arc::new(shared) })
    }

    /// Sends `event`, a JSON text, through the handler that its `type` names;
    /// an array goes to `onBatch`. `settings` is a JSON object.
    ///
    /// Whatever the function does is in the [`Run`]; an error means that there was none.
    pub async fn run(&self, event: &str, settings: &str, limits: &Limits) -> Result<Run, RunError> {
        // Finding the handler reads the whole event: that it is JSON needs no second look.
        self.run_json(Handler::of_event(event)?, event, settings, limits).await
    }

    /// As [`run`](Function::run), with the handler chosen by the caller.
    pub async fn run_handler(
        &self,
        handler: Handler,
        event: &str,
        settings: &str,
        limits: &Limits,
    ) -> Result<Run, RunError> {
        check_json(event).map_err(RunError::Event)?;
        self.run_json(handler, event, settings, limits).await
    }

    /// Runs an event that is JSON.
    async fn run_json(
        &self,
        handler: Handler,
        event: &str,
        settings: &str,
        limits: &Limits,
    ) -> Result<Run, RunError> {
        check_json(settings).map_err(RunError::Settings)?;
        if !settings.trim_ascii_start().starts_with('{') {
            return Err(RunError::Settings("they are not a JSON object".to_owned()));
        }
        limits.check()?;
        let input_bytes = (event.len() + settings.len()) as u64;
        if input_bytes > limits.event_bytes_max {
            return Err(RunError::OverLimit(
                Limits::row("event_bytes_max").breached(input_bytes, limits.event_bytes_max),
            ));
        }
        let stack_bytes_max = self.shared.host.shared.stack_bytes_max;
        if limits.stack_bytes_max != stack_bytes_max {
            return Err(RunError::OverLimit(format!(
                "the stack's size is fixed when the host is made: {stack_bytes_max} bytes, not {} (`stack_bytes_max`)",
                limits.stack_bytes_max
            )));
        }
        execute::run(&self.shared, handler, event, settings, limits).await
    }

    /// The names of the handlers that the function defines, as it says itself.
    pub async fn defined(&self, limits: &Limits) -> Result<Vec<String>, RunError> {
        execute::defined(&self.shared, limits).await
    }
}

/// Parsers of other formats than expected quote the input, over many lines.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

fn check_json(text: &str) -> Result<(), String> {
    let checked: Result<serde::de::IgnoredAny, _> = serde_json::from_str(text);
    checked.map(drop).map_err(|error| error.to_string())
}
