//! What the commands that look into the ledger share: where it is, what is
//! meant by an argument, how things are shown.

use crate::args::{DataArguments, RangeArguments, SelectionArguments};
use anyhow::{Context, Result, bail};
use fnhost_queue::{Attempt, Delivery, Event, Ledger, Selection};
use fnhost_server::config::Server;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

/// The wall clock, in milliseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "an entry point")]
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The ledger that the arguments name.
pub(crate) fn ledger(arguments: &DataArguments) -> Result<Ledger> {
    let dir = data_dir(arguments)?;
    Ledger::open(&dir).context("nothing to look into; `--data` or `--config` says where the data is")
}

/// The folder of the database.
pub(crate) fn data_dir(arguments: &DataArguments) -> Result<PathBuf> {
    match &arguments.data {
        Some(dir) => Ok(dir.clone()),
        None => Ok(Server::load(&arguments.config)?.data_dir),
    }
}

/// A delivery's number, from `d17` or `17`.
pub(crate) fn delivery_number(id: &str) -> Result<i64> {
    let number = id.strip_prefix('d').unwrap_or(id).parse();
    number.with_context(|| format!("`{id}` is no delivery; deliveries are called `d17` or `17`"))
}

/// An event's number, from `e12` or `12`.
pub(crate) fn event_number(id: &str) -> Result<i64> {
    let number = id.strip_prefix('e').unwrap_or(id).parse();
    number.with_context(|| format!("`{id}` is no event; events are called `e12` or `12`"))
}

/// The selection that the arguments make, without a page.
pub(crate) fn selection(arguments: &SelectionArguments) -> Result<Selection> {
    let mut selection = range(&arguments.range)?;
    selection.state = arguments.state;
    selection.destination.clone_from(&arguments.destination);
    Ok(selection)
}

/// The range that the arguments make.
pub(crate) fn range(arguments: &RangeArguments) -> Result<Selection> {
    let time = |text: &Option<String>| text.as_deref().map(time_ms).transpose();
    let mut selection = Selection::default();
    selection.source.clone_from(&arguments.source);
    selection.since_ms = time(&arguments.since)?;
    selection.until_ms = time(&arguments.until)?;
    Ok(selection)
}

/// A point in time, from itself or from how long ago it was.
fn time_ms(text: &str) -> Result<u64> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(u64::try_from(time.as_millisecond()).unwrap_or(0));
    }
    // Days of 24 hours are all that is meant here.
    let ago = match text.strip_suffix('d').and_then(|days| days.parse::<i64>().ok()) {
        Some(days) => days.checked_mul(24).and_then(SignedDuration::try_from_hours),
        None => text.parse::<SignedDuration>().ok(),
    };
    let Some(ago) = ago.filter(|ago| !ago.is_negative()) else {
        bail!("`{text}` is no time; write `2026-01-05T09:30:00Z`, or how long ago it was: `90m`, `2h`, `7d`");
    };
    Ok(now_ms().saturating_sub(u64::try_from(ago.as_millis()).unwrap_or(u64::MAX)))
}

/// A time, for people and for JSON.
pub(crate) fn time(ms: u64) -> String {
    let time = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    time.map_or_else(|| format!("{ms} ms"), |time| format!("{time:.3}"))
}

/// The event as JSON, if it is JSON.
pub(crate) fn payload(event: &Event) -> Value {
    let lossy = || Value::String(String::from_utf8_lossy(&event.payload).into_owned());
    serde_json::from_slice(&event.payload).unwrap_or_else(|_| lossy())
}

/// What an event is about, in a few words: its type, and its name if it has one.
pub(crate) fn summary(payload: &Value) -> String {
    let field = |name: &str| payload.get(name).and_then(Value::as_str).unwrap_or_default();
    let name = if field("event").is_empty() { field("name") } else { field("event") };
    let text = if name.is_empty() { field("type").to_owned() } else { format!("{} {name:?}", field("type")) };
    text.chars().take(60).collect()
}

/// An event as JSON output has it.
pub(crate) fn event_json(event: &Event) -> Value {
    json!({
        "id": format!("e{}", event.id),
        "source": event.source,
        "message_id": event.key,
        "received_at": time(event.received_ms),
        "event": payload(event),
    })
}

/// A delivery as JSON output has it.
pub(crate) fn delivery_json(delivery: &Delivery) -> Value {
    json!({
        "id": format!("d{}", delivery.id),
        "event": format!("e{}", delivery.event),
        "destination": delivery.destination,
        "state": delivery.state.as_str(),
        "reason": delivery.reason,
        "attempts": delivery.attempts,
        "due_at": delivery.state.is_open().then(|| time(delivery.due_ms)),
        "changed_at": time(delivery.changed_ms),
    })
}

/// Lines of columns that line up, the first line being the headings.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

/// One line of what may have several, as far as it fits into a list.
pub(crate) fn one_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= 100 { line.to_owned() } else { line.chars().take(99).chain(['…']).collect() }
}

/// The record of an attempt: the JSON of its run.
pub(crate) fn run(attempt: &Attempt) -> Value {
    serde_json::from_slice(&attempt.record.detail).unwrap_or_default()
}
