//! One attempt: events through a function, and what came of it into the
//! ledger. Which deliveries are attempted when is decided in `lane.rs`.

use super::Context;
use super::batch;
use super::breaker::Sign;
use super::gate::{self, Passage};
use super::target::Target;
use crate::metrics::AttemptSeen;
use crate::retry::{Failed, Next};
use fnhost::{Handler, Outcome, Run, RunError, Verdict};
use fnhost_queue::{DueDelivery, Finish, Finished, QueueError, Record, State};
use std::time::Duration;
use tracing::Span;
use tracing::field::Empty;

/// The longest returned value that a record keeps, in bytes of JSON.
const VALUE_BYTES_MAX: usize = 64 << 10;

/// What came of an attempt, for the lane.
pub(crate) struct Ended {
    /// The deliveries, none of which is under way any more.
    pub(crate) ids: Vec<i64>,
    /// What it says about the destination; none where nothing was sent.
    pub(crate) sign: Option<Sign>,
    /// Whether the deliveries are due as they were: the fault is ours.
    pub(crate) is_our_fault: bool,
    /// When the first of them is due again, if one is.
    pub(crate) due_ms: Option<u64>,
}

/// Where a delivery goes after an attempt.
pub(crate) struct Move {
    pub(crate) state: State,
    pub(crate) reason: Option<String>,
    pub(crate) due_ms: u64,
}

/// An attempt as traces show it; what it came to is filled in at its end.
pub(crate) fn span(target: &Target, events: usize) -> Span {
    let (destination, version) = (target.name.as_str(), target.version.as_str());
    tracing::debug_span!("attempt", destination, version, events, handler = Empty, outcome = Empty, fuel = Empty)
}

/// Attempts deliveries together: one, or a batch.
pub(crate) async fn attempt(context: &Context, target: &Target, deliveries: Vec<DueDelivery>) -> Ended {
    let ids = deliveries.iter().map(|delivery| delivery.id).collect();
    let nothing_sent = Ended { ids, sign: None, is_our_fault: false, due_ms: None };
    let (meant, refused) = sift(context, target, deliveries);
    if !refused.is_empty() {
        keep(context, target, Finish { record: None, deliveries: refused }).await;
    }
    if meant.is_empty() {
        return nothing_sent;
    }
    let started_ms = context.clock.now_ms();
    let run = match target.batch {
        Some(_) => run_batch(target, &meant).await,
        None => run_single(target, &meant[0].1).await,
    };
    match run {
        Ok(run) => {
            let (sign, due_ms) = conclude(context, target, &meant, run, started_ms).await;
            Ended { sign: Some(sign), due_ms, ..nothing_sent }
        }
        Err(RunError::Engine(error)) => {
            tracing::error!(destination = target.name, error, "the sandbox failed; the delivery stays as it is");
            Ended { is_our_fault: true, ..nothing_sent }
        }
        // The event cannot be run at all: too large with its settings, say.
        Err(error) => {
            refuse(context, target, &meant, &error, started_ms).await;
            nothing_sent
        }
    }
}

/// Those that are meant for the destination, with the event as it gets it, and
/// the end of those that are not.
fn sift(
    context: &Context,
    target: &Target,
    deliveries: Vec<DueDelivery>,
) -> (Vec<(DueDelivery, String)>, Vec<Finished>) {
    let mut meant = Vec::with_capacity(deliveries.len());
    let mut refused = Vec::new();
    for mut delivery in deliveries {
        let payload = text(std::mem::take(&mut delivery.payload));
        match gate::judge(target, &payload, delivery.attempts == 0, &mut fastrand::f64) {
            Passage::AsItIs => meant.push((delivery, payload)),
            Passage::Changed(payload) => meant.push((delivery, payload)),
            Passage::Refused(reason) => {
                let now_ms = context.clock.now_ms();
                let state = State::Filtered;
                refused.push(Finished { id: delivery.id, state, reason: Some(reason), due_ms: now_ms, now_ms });
            }
        }
    }
    (meant, refused)
}

/// The event's JSON. What ingestion keeps is UTF-8.
fn text(payload: Vec<u8>) -> String {
    String::from_utf8(payload).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

async fn run_single(target: &Target, event: &str) -> Result<Run, RunError> {
    target.function.run(event, target.settings.reveal(), &target.limits).await
}

async fn run_batch(target: &Target, meant: &[(DueDelivery, String)]) -> Result<Run, RunError> {
    let events: Vec<&str> = meant.iter().map(|(_, event)| event.as_str()).collect();
    let events = format!("[{}]", events.join(","));
    target.function.run_handler(Handler::OnBatch, &events, target.settings.reveal(), &target.limits).await
}

/// Decides where each delivery goes, and keeps it. What the attempt says about
/// the destination, and when the first delivery is due again.
async fn conclude(
    context: &Context,
    target: &Target,
    meant: &[(DueDelivery, String)],
    run: Run,
    started_ms: u64,
) -> (Sign, Option<u64>) {
    let now_ms = context.clock.now_ms();
    let verdict = run.verdict(target.retry_rule);
    let parts = if target.batch.is_some() { batch::parts(&run, meant.len()) } else { None };
    let retry_after_ms = retry_after_ms(&run);
    let mut finished = Vec::with_capacity(meant.len());
    let mut sign = Sign::Alive;
    for (index, (delivery, _)) in meant.iter().enumerate() {
        let (verdict, reason) = match parts.as_ref().map(|parts| &parts[index]) {
            Some(part) => (part.verdict(), part.reason()),
            None => (verdict, reason(&run, verdict)),
        };
        if verdict == Verdict::Retrying {
            sign = Sign::Failing;
        }
        let failed = Failed {
            attempts: delivery.attempts.saturating_add(1),
            first_ms: delivery.first_ms.unwrap_or(started_ms),
            now_ms,
            retry_after_ms,
        };
        let Move { state, reason, due_ms } = moved(target, verdict, reason, failed);
        if state == State::Delivered {
            context.metrics.delivered(&target.name, now_ms.saturating_sub(delivery.received_ms));
        }
        finished.push(Finished { id: delivery.id, state, reason, due_ms, now_ms });
    }
    context.metrics.attempted(&target.name, &seen(&run, verdict));
    log(target, &run, verdict, meant.len());
    let retrying = finished.iter().filter(|finished| finished.state == State::Retrying);
    let due_ms = retrying.map(|finished| finished.due_ms).min();
    let record = Record { version: target.version.clone(), started_ms, detail: detail(&run) };
    keep(context, target, Finish { record: Some(record), deliveries: finished }).await;
    (sign, due_ms)
}

/// Where a delivery goes whose attempt came to `verdict`.
fn moved(target: &Target, verdict: Verdict, reason: Option<String>, failed: Failed) -> Move {
    let to = |state, reason| Move { state, reason, due_ms: failed.now_ms };
    match verdict {
        Verdict::Delivered => to(State::Delivered, None),
        Verdict::Dropped => to(State::Dropped, reason),
        Verdict::Unsupported | Verdict::Rejected | Verdict::BadRequest | Verdict::Broken => {
            to(State::Discarded, reason)
        }
        Verdict::Retrying => match target.schedule.next(failed, fastrand::f64()) {
            Next::At(due_ms) => Move { state: State::Retrying, reason, due_ms },
            Next::Spent | Next::TooLate => to(State::Dead, reason),
        },
    }
}

/// Why, as a code and what the function said in a few words.
fn reason(run: &Run, verdict: Verdict) -> Option<String> {
    let Outcome::Failed(failure) = &run.outcome else { return None };
    let error = &failure.error;
    let said: String = format!("{}: {}", error.name, error.message).chars().take(200).collect();
    Some(format!("{}: {said}", code(verdict)))
}

/// The codes of reasons, kept on disk.
fn code(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Delivered => "delivered",
        Verdict::Retrying => "retry",
        Verdict::Unsupported => "unsupported",
        Verdict::Rejected => "rejected",
        Verdict::Dropped => "dropped",
        Verdict::BadRequest => "bad_request",
        Verdict::Broken => "broken",
    }
}

/// How long the last answer asked to be left alone, when it said that it is not
/// for now.
fn retry_after_ms(run: &Run) -> Option<u64> {
    let last = run.requests.last()?;
    last.retry_after_ms.filter(|_| matches!(last.status, Some(429 | 503)))
}

fn seen(run: &Run, verdict: Verdict) -> AttemptSeen {
    AttemptSeen {
        outcome: code(verdict),
        fuel: run.usage.fuel,
        memory_bytes: run.usage.memory_bytes,
        duration_ms: run.usage.duration_ms,
        requests: run.requests.len() as u64,
    }
}

fn log(target: &Target, run: &Run, verdict: Verdict, events: usize) {
    let (destination, handler, outcome) = (target.name.as_str(), run.handler, code(verdict));
    Span::current().record("handler", handler).record("outcome", outcome).record("fuel", run.usage.fuel);
    let duration_ms = run.usage.duration_ms;
    if verdict == Verdict::Broken {
        let error = match &run.outcome {
            Outcome::Failed(failure) => failure.error.kind.as_str(),
            Outcome::Returned { .. } => "",
        };
        tracing::warn!(destination, handler, outcome, error, events, duration_ms, "the function broke a limit");
    } else {
        tracing::debug!(destination, handler, outcome, events, duration_ms, "attempted");
    }
}

/// The run as it is kept: whole, but for a value that is very long.
fn detail(run: &Run) -> Vec<u8> {
    let mut short = None;
    if let Outcome::Returned { value } = &run.outcome
        && value.get().len() > VALUE_BYTES_MAX
    {
        let note = format!("[{} bytes, not kept]", value.get().len());
        let value = serde_json::value::to_raw_value(&note).expect("a string can always be written");
        short.insert(run.clone()).outcome = Outcome::Returned { value };
    }
    serde_json::to_vec(short.as_ref().unwrap_or(run)).unwrap_or_default()
}

async fn refuse(
    context: &Context,
    target: &Target,
    meant: &[(DueDelivery, String)],
    error: &RunError,
    started_ms: u64,
) {
    let now_ms = context.clock.now_ms();
    let reason = format!("{}: {error}", code(Verdict::Broken));
    tracing::warn!(destination = target.name, %error, "an event could not be run");
    let finished = |(delivery, _): &(DueDelivery, String)| {
        let (state, reason) = (State::Discarded, Some(reason.clone()));
        Finished { id: delivery.id, state, reason, due_ms: now_ms, now_ms }
    };
    let detail = serde_json::json!({ "error": error.to_string() }).to_string().into_bytes();
    let record = Some(Record { version: target.version.clone(), started_ms, detail });
    keep(context, target, Finish { record, deliveries: meant.iter().map(finished).collect() }).await;
}

/// Writes into the ledger, however long that takes: until then the deliveries
/// are under way and keep their slot, so nothing piles up behind a full disk.
async fn keep(context: &Context, target: &Target, finish: Finish) {
    let mut wait_ms = 100;
    loop {
        match context.queue.finish(finish.clone()).await {
            Ok(()) | Err(QueueError::Closed) => return,
            Err(error) => {
                tracing::error!(destination = target.name, %error, "cannot write the outcome of an attempt; trying again");
                tokio::time::sleep(Duration::from_millis(wait_ms)).await;
                wait_ms = (wait_ms * 2).min(10_000);
            }
        }
    }
}
