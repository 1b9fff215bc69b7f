//! A function: a component that is compiled and linked, ready for events.

use crate::cache::{CacheStore, MemoryCache};
use crate::egress::{EgressRules, Seals, Way};
use crate::execute;
use crate::handler::Handler;
use crate::host::{Host, LoadError};
use crate::imports::bindings::DestinationPre;
use crate::imports::bindings::exports::fnhost::destination::handlers::Error as Thrown;
use crate::imports::cache::CacheHandle;
use crate::limits::{LimitError, Limits};
use crate::positions::Positions;
use crate::redact::Redactor;
use crate::run::Run;
use crate::sandbox::Sandbox;
use crate::sealed::Sealed;
use std::sync::Arc;
use wasmtime::component::Component;
use wasmtime::component::types::ComponentItem;
use wasmtime::{Engine, format_err};

/// The interface of the contract that a component exports.
const HANDLERS: &str = "fnhost:destination/handlers@1.0.0";

/// A function that events can be sent through. Cheap to clone, and runs any
/// number of events at a time, each in an instance of its own.
#[derive(Clone)]
pub struct Function {
    pub(crate) shared: Arc<Shared>,
}

#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) host: Host,
    pub(crate) instance_pre: DestinationPre<Sandbox>,
    pub(crate) positions: Arc<Positions>,
    pub(crate) cache: CacheHandle,
    pub(crate) way: Way,
    pub(crate) rules: Arc<EgressRules>,
    pub(crate) redactor: Arc<Redactor>,
    pub(crate) seals: Option<Arc<Seals>>,
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
        check_types(&host.shared.engine, &component).map_err(world)?;
        let instance_pre = host.shared.linker.instantiate_pre(&component).map_err(world)?;
        let instance_pre = DestinationPre::new(instance_pre).map_err(world)?;
        let rules = EgressRules::default();
        Ok(Function::of(Shared {
            host: host.clone(),
            instance_pre,
            positions: Arc::new(positions),
            cache: CacheHandle::default(),
            way: host.way(&rules),
            rules: Arc::new(rules),
            redactor: Arc::default(),
            seals: None,
        }))
    }

    fn of(shared: Shared) -> Function {
        Function { shared: Arc::new(shared) }
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
    async fn run_json(&self, handler: Handler, event: &str, settings: &str, limits: &Limits) -> Result<Run, RunError> {
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

    /// The same function with a cache of its own, in memory: what is kept through
    /// the one is not seen through the other. Clones share theirs.
    pub fn with_own_cache(&self) -> Function {
        self.with_cache(MemoryCache::default())
    }

    /// The same function with `store` as its cache. A destination has one of its
    /// own: values are found by nothing but the key that the function gives.
    pub fn with_cache(&self, store: impl CacheStore) -> Function {
        Function::of(Shared { cache: CacheHandle::new(store), ..(*self.shared).clone() })
    }

    /// The same function, whose requests go where `rules` let them, over connections of its own.
    pub fn with_egress(&self, rules: EgressRules) -> Function {
        let way = self.shared.host.way(&rules);
        Function::of(Shared { way, rules: Arc::new(rules), ..(*self.shared).clone() })
    }

    /// The same function, whose runs do not say `secrets`: in the log, in errors and their stacks, in the returned value
    /// and in requests `[redacted]` stands for each, also where it is written as in JSON, in a URL or in base64.
    ///
    /// The function itself has them, and can write them in ways that nobody would find. Secrets of less than 4 bytes are
    /// left alone, of those above 4 KiB the start is looked for, and each line of 16 bytes or more.
    pub fn with_secrets<'s>(&self, secrets: impl IntoIterator<Item = &'s str>) -> Function {
        Function::of(Shared { redactor: Arc::new(Redactor::new(secrets)), ..(*self.shared).clone() })
    }

    /// The same function, with secrets that it can use and does not see. Its settings have their tokens
    /// ([`Sealed::in_settings`] puts them there); in requests to the hosts that one names, the host writes the value in the
    /// place of the token: in headers, also within `Basic` credentials, in path and query, and in the body, with the escapes
    /// of its type where that is JSON, a form or XML. To other hosts the token goes as it is.
    ///
    /// In whatever comes back from any host the token stands for the value, where it is found as it is or as it looks in
    /// JSON, in a URL or in base64. An API that gives it back in another form, a hash or a part, tells the function.
    pub fn with_sealed(&self, sealed: impl IntoIterator<Item = Sealed>) -> Function {
        Function::of(Shared { seals: Seals::new(sealed).map(Arc::new), ..(*self.shared).clone() })
    }

    /// Where the function's requests may go.
    pub fn egress(&self) -> &EgressRules {
        &self.shared.rules
    }

    /// The names of the handlers that the function defines, as it says itself.
    pub async fn defined(&self, limits: &Limits) -> Result<Vec<String>, RunError> {
        execute::defined(&self.shared, limits).await
    }
}

/// Whether the exports that are there have the contract's types. The generated
/// bindings look at their names alone until an instance is made.
fn check_types(engine: &Engine, component: &Component) -> wasmtime::Result<()> {
    let exported = component.component_type();
    let types = exported.instance_type();
    let Some(ComponentItem::ComponentInstance(handlers)) = exported.get_export(engine, HANDLERS).map(|item| item.ty)
    else {
        return Ok(());
    };
    let names = Handler::ALL.map(|handler| format!("on-{}", handler.event_type().unwrap_or("batch")));
    for name in names.iter().map(String::as_str).chain(["defined"]) {
        let Some(ComponentItem::ComponentFunc(function)) = handlers.get_export(engine, name).map(|item| item.ty) else {
            continue;
        };
        let checked = match name {
            "defined" => function.typecheck::<(), (Vec<String>,)>(&types),
            _ => function.typecheck::<(String, String), (Result<String, Thrown>,)>(&types),
        };
        checked.map_err(|error| format_err!("`{HANDLERS}` exports `{name}` with the wrong type: {error:#}"))?;
    }
    Ok(())
}

/// Parsers of other formats than expected quote the input, over many lines.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

fn check_json(text: &str) -> Result<(), String> {
    let checked: Result<serde::de::IgnoredAny, _> = serde_json::from_str(text);
    checked.map(drop).map_err(|error| error.to_string())
}
