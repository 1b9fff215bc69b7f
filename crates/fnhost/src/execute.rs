//! One run: an instance, a call, a deadline, and what came of it.

use crate::egress::Egress;
use crate::function::{RunError, Shared};
use crate::handler::Handler;
use crate::host::FUEL_PER_TURN;
use crate::imports::bindings::exports::fnhost::destination::handlers::Error as Thrown;
use crate::limits::Limits;
use crate::positions::Positions;
use crate::run::{Error, ErrorKind, Failure, Outcome, Run, Usage};
use crate::sandbox::{Breach, Sandbox};
use serde_json::value::RawValue;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use wasmtime::{Engine, Store, Trap};
use wasmtime_wasi::WasiCtx;

/// Bytes of an error's message, and of its stack, that are kept.
const ERROR_TEXT_BYTES_MAX: usize = 16 * 1024;

/// Random bytes that one call gives.
const RANDOM_BYTES_MAX: u64 = 4 * 1024;

/// Runs `handler` on `event` in a fresh instance.
pub(crate) async fn run(
    function: &Shared,
    handler: Handler,
    event: &str,
    settings: &str,
    limits: &Limits,
) -> Result<Run, RunError> {
    let slots = function.host.shared.slots.clone();
    let _slot = slots.acquire_owned().await.map_err(|_| RunError::Engine("the host is closed".to_owned()))?;
    let breach = Arc::new(Breach::default());
    let (way, rules, seals) = (function.way.clone(), function.rules.clone(), function.seals.clone());
    let egress = Egress::new(way, rules, seals, limits, breach.clone());
    let started = egress.started();
    let wasi = wasi();
    let shared = (function.cache.clone(), function.positions.clone());
    let sandbox = Sandbox::new(wasi, limits, egress, shared, breach.clone());
    let mut store = store(&function.host.shared.engine, sandbox, limits.fuel_max).map_err(engine_error)?;

    let deadline = started + Duration::from_millis(limits.timeout_ms_max);
    let answer = tokio::select! {
        biased;
        answer = in_turns(Box::pin(call(function, &mut store, handler, event, settings))) => answer,
        () = breach.happened() => Answer::Stopped,
        () = tokio::time::sleep_until(deadline) => Answer::TimedOut,
    };
    let duration_ms = started.elapsed().as_secs_f64() * 1e3;
    let usage = usage(&store, limits.fuel_max, duration_ms);
    let requests = store.data().egress.take_requests(&function.redactor);
    let outcome = match outcome(answer, breach.take(), limits, &function.positions)? {
        Ok(value) => Outcome::Returned { value },
        Err(error) => Outcome::Failed(Failure::new(error, &requests)),
    };
    let logs = std::mem::take(&mut store.data_mut().logs.entries);
    let mut run = Run { handler: handler.name(), outcome, logs, requests, usage };
    function.redactor.run(&mut run);
    Ok(run)
}

/// What there is of WASI: no files, no environment, no arguments, and time and randomness.
fn wasi() -> WasiCtx {
    // A call for many bytes would let nobody else have their turn; who wants more calls again.
    WasiCtx::builder().max_random_size(RANDOM_BYTES_MAX).build()
}

/// Asks the function which handlers it defines.
pub(crate) async fn defined(function: &Shared, limits: &Limits) -> Result<Vec<String>, RunError> {
    let breach = Arc::new(Breach::default());
    let egress = Egress::none(limits, breach.clone());
    let shared = (function.cache.clone(), function.positions.clone());
    let sandbox = Sandbox::new(wasi(), limits, egress, shared, breach);
    let mut store = store(&function.host.shared.engine, sandbox, limits.fuel_max).map_err(engine_error)?;
    let asked = async {
        let destination = function.instance_pre.instantiate_async(&mut store).await?;
        destination.fnhost_destination_handlers().call_defined(&mut store).await
    };
    let timeout = Duration::from_millis(limits.timeout_ms_max);
    let answer = tokio::time::timeout(timeout, in_turns(Box::pin(asked))).await;
    answer.map_err(|_| RunError::Engine("`defined` did not answer in time".to_owned()))?.map_err(engine_error)
}

/// How a call ended.
enum Answer {
    /// The handler answered, or the instance trapped.
    Ended(wasmtime::Result<Result<String, Thrown>>),
    /// The host had no room for an instance.
    NotStarted(wasmtime::Error),
    /// A limit was broken outside of the instance's code.
    Stopped,
    TimedOut,
}

pub(crate) fn store(engine: &Engine, sandbox: Sandbox, fuel: u64) -> wasmtime::Result<Store<Sandbox>> {
    let mut store = Store::new(engine, sandbox);
    store.set_fuel(fuel)?;
    store.fuel_async_yield_interval(Some(FUEL_PER_TURN))?;
    store.limiter(|sandbox| &mut sandbox.memory);
    Ok(store)
}

/// A turn after which other threads get the processor at once, if any waits for it.
const LONG_TURN: Duration = Duration::from_micros(200);

/// `future`, with the processor given up after each turn that computed for long. The runtime has its other tasks go on then,
/// but a thread that the system has put behind this one would wait for the end of a time slice, some milliseconds.
pub(crate) async fn in_turns<T>(mut future: Pin<Box<impl Future<Output = T>>>) -> T {
    std::future::poll_fn(|context| {
        let started = Instant::now();
        let polled = future.as_mut().poll(context);
        if polled.is_pending() && started.elapsed() >= LONG_TURN {
            std::thread::yield_now();
        }
        polled
    })
    .await
}

async fn call(function: &Shared, store: &mut Store<Sandbox>, handler: Handler, event: &str, settings: &str) -> Answer {
    let destination = match function.instance_pre.instantiate_async(&mut *store).await {
        Ok(destination) => destination,
        Err(error) if error.is::<wasmtime::PoolConcurrencyLimitError>() => return Answer::NotStarted(error),
        Err(error) => return Answer::Ended(Err(error)),
    };
    let guest = destination.fnhost_destination_handlers();
    let (event, settings) = (event.to_owned(), settings.to_owned());
    let called = store.run_concurrent(async |store| match handler {
        Handler::OnIdentify => guest.call_on_identify(store, event, settings).await,
        Handler::OnTrack => guest.call_on_track(store, event, settings).await,
        Handler::OnPage => guest.call_on_page(store, event, settings).await,
        Handler::OnScreen => guest.call_on_screen(store, event, settings).await,
        Handler::OnGroup => guest.call_on_group(store, event, settings).await,
        Handler::OnAlias => guest.call_on_alias(store, event, settings).await,
        Handler::OnDelete => guest.call_on_delete(store, event, settings).await,
        Handler::OnBatch => guest.call_on_batch(store, event, settings).await,
    });
    Answer::Ended(called.await.flatten())
}

/// Decides what happened: the returned value, or the error. An `Err` outside is ours.
fn outcome(
    answer: Answer,
    breach: Option<Error>,
    limits: &Limits,
    positions: &Positions,
) -> Result<Result<Box<RawValue>, Error>, RunError> {
    // A limit that was broken counts even where the function went on.
    if let Some(error) = breach {
        return Ok(Err(error));
    }
    let over = |kind, limit, used, max| Error::of_kind(kind, Limits::row(limit).breached(used, max));
    Ok(match answer {
        Answer::Ended(Ok(Ok(value))) if value.len() as u64 > limits.value_bytes_max => {
            Err(over(ErrorKind::ValueTooLarge, "value_bytes_max", value.len() as u64, limits.value_bytes_max))
        }
        Answer::Ended(Ok(Ok(value))) => RawValue::from_string(value).map_err(|error| {
            Error::of_kind(ErrorKind::Trap, format!("the component returned what is not JSON: {error}"))
        }),
        Answer::Ended(Ok(Err(thrown))) => Err(thrown_error(thrown, positions)),
        Answer::Ended(Err(error)) => Err(trapped(&error, limits)),
        Answer::NotStarted(error) => return Err(engine_error(error)),
        Answer::TimedOut => {
            Err(over(ErrorKind::Timeout, "timeout_ms_max", limits.timeout_ms_max, limits.timeout_ms_max))
        }
        Answer::Stopped => return Err(RunError::Engine("the run was stopped for no reason".to_owned())),
    })
}

/// The error that a trap stands for, or another way in which a component can
/// break the contract, such as an answer outside of its memory.
pub(crate) fn trapped(error: &wasmtime::Error, limits: &Limits) -> Error {
    let over = |kind, limit, max| Error::of_kind(kind, Limits::row(limit).breached(max, max));
    let Some(trap) = error.downcast_ref::<Trap>() else {
        return Error::of_kind(ErrorKind::Trap, error.root_cause().to_string());
    };
    match trap {
        Trap::OutOfFuel => over(ErrorKind::OutOfFuel, "fuel_max", limits.fuel_max),
        // The engine's own stack lies in the instance's memory; whichever of
        // the two ends first, it is endless recursion.
        Trap::StackOverflow => over(ErrorKind::StackOverflow, "stack_bytes_max", limits.stack_bytes_max),
        Trap::NoAsyncResult | Trap::AsyncDeadlock => Error::of_kind(
            ErrorKind::Unsettled,
            "the handler's promise never settles: it waits for something that cannot happen".to_owned(),
        ),
        Trap::UnreachableCodeReached => Error::of_kind(
            ErrorKind::Trap,
            "the component stopped itself (`unreachable`), as after a panic; JavaScript does where it has replaced what its \
             engine needs, such as `Promise.prototype.then`"
                .to_owned(),
        ),
        trap => Error::of_kind(ErrorKind::Trap, trap.to_string()),
    }
}

fn thrown_error(thrown: Thrown, positions: &Positions) -> Error {
    let own = |kind: ErrorKind, message: String| Error::of_kind(kind, cut(message));
    match thrown {
        Thrown::EventNotSupported(message) => own(ErrorKind::EventNotSupported, message),
        Thrown::InvalidEventPayload(message) => own(ErrorKind::InvalidEventPayload, message),
        Thrown::ValidationError(message) => own(ErrorKind::ValidationError, message),
        Thrown::RetryError(message) => own(ErrorKind::RetryError, message),
        Thrown::DropEvent(message) => own(ErrorKind::DropEvent, message),
        Thrown::Uncaught(exception) => Error {
            kind: ErrorKind::Uncaught,
            name: cut(exception.name),
            message: cut(exception.message),
            stack: positions.map_stack(&cut(exception.stack)),
            code: exception.code.map(cut),
        },
    }
}

fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(ERROR_TEXT_BYTES_MAX));
    text
}

fn usage(store: &Store<Sandbox>, fuel_max: u64, duration_ms: f64) -> Usage {
    let sandbox = store.data();
    let burnt = fuel_max - store.get_fuel().unwrap_or(0).min(fuel_max);
    Usage { fuel: burnt + sandbox.host_fuel(), memory_bytes: sandbox.memory.bytes, duration_ms }
}

fn engine_error(error: wasmtime::Error) -> RunError {
    RunError::Engine(format!("{error:#}"))
}
