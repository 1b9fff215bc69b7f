//! `fnhost show`: an event and all that was done to deliver it.

use crate::args::ShowArguments;
use crate::{DONE, data, setup};
use anyhow::{Result, bail};
use fnhost_queue::{Attempt, Delivery, Event, Ledger, Selection};
use serde_json::{Value, json};
use std::fmt::Write;

/// The most deliveries of one event; as many as there can be destinations.
const DELIVERIES_MAX: usize = 1_000;

pub(crate) fn show(arguments: ShowArguments) -> Result<u8> {
    let ledger = data::ledger(&arguments.data)?;
    for (event, deliveries) in found(&ledger, &arguments.id)? {
        let mut attempts = Vec::new();
        for delivery in &deliveries {
            attempts.push(ledger.attempts(delivery.id)?);
        }
        let histories: Vec<_> = deliveries.into_iter().zip(attempts).collect();
        setup::print(&if arguments.json {
            format!("{}\n", as_json(&event, &histories))
        } else {
            as_text(&event, &histories)
        })?;
    }
    Ok(DONE)
}

/// What `id` means: a delivery, an event, or all events with this `messageId`.
fn found(ledger: &Ledger, id: &str) -> Result<Vec<(Event, Vec<Delivery>)>> {
    let number = |prefix| id.strip_prefix(prefix).and_then(|number: &str| number.parse::<i64>().ok());
    if let Some(number) = number('e')
        && let Some(event) = event(ledger, number)?
    {
        return Ok(vec![with_deliveries(ledger, event)?]);
    }
    if let Some(number) = number('d').or_else(|| id.parse().ok()) {
        let selection = Selection { below: number.checked_add(1), ..Selection::default() };
        let latest = ledger.deliveries(&selection, 1)?;
        if let Some(delivery) = latest.into_iter().find(|delivery| delivery.id == number)
            && let Some(event) = event(ledger, delivery.event)?
        {
            return Ok(vec![(event, vec![delivery])]);
        }
    }
    let events = ledger.events_by_key(id)?;
    if events.is_empty() {
        bail!("there is no delivery, event or messageId `{id}`");
    }
    events.into_iter().map(|event| with_deliveries(ledger, event)).collect()
}

fn event(ledger: &Ledger, number: i64) -> Result<Option<Event>> {
    let selection = Selection { event: Some(number), ..Selection::default() };
    Ok(ledger.events(&selection, 1)?.pop())
}

fn with_deliveries(ledger: &Ledger, event: Event) -> Result<(Event, Vec<Delivery>)> {
    let selection = Selection { event: Some(event.id), ..Selection::default() };
    let mut deliveries = ledger.deliveries(&selection, DELIVERIES_MAX)?;
    deliveries.reverse();
    Ok((event, deliveries))
}

fn as_json(event: &Event, histories: &[(Delivery, Vec<Attempt>)]) -> Value {
    let delivery = |(delivery, attempts): &(Delivery, Vec<Attempt>)| {
        let mut shown = data::delivery_json(delivery);
        shown["attempts"] = attempts.iter().map(attempt_json).collect();
        shown
    };
    let mut shown = data::event_json(event);
    shown["deliveries"] = histories.iter().map(delivery).collect();
    shown
}

fn attempt_json(attempt: &Attempt) -> Value {
    json!({
        "number": attempt.number,
        "started_at": data::time(attempt.record.started_ms),
        "version": attempt.record.version,
        "state": attempt.state.as_str(),
        "reason": attempt.reason,
        "events_together": attempt.together,
        "run": data::run(attempt),
    })
}

fn as_text(event: &Event, histories: &[(Delivery, Vec<Attempt>)]) -> String {
    let payload = data::payload(event);
    let mut out = format!(
        "Event e{}: {}\n  messageId {}, from {}, received {}\n\nYou Sent\n{}\n",
        event.id,
        data::summary(&payload),
        event.key,
        event.source,
        data::time(event.received_ms),
        indented(&pretty(&payload))
    );
    if histories.is_empty() {
        out.push_str("\nNo destination was connected to the source.\n");
    }
    histories.iter().for_each(|(delivery, attempts)| out.push_str(&delivery_text(delivery, attempts)));
    out
}

/// A delivery and its attempts.
pub(crate) fn delivery_text(delivery: &Delivery, attempts: &[Attempt]) -> String {
    let mut out = format!("\nDelivery d{} to {}: {}\n", delivery.id, delivery.destination, delivery.state.as_str());
    if let Some(reason) = &delivery.reason {
        let _ = writeln!(out, "  {reason}");
    }
    if delivery.state.is_open() {
        let _ = writeln!(out, "  due {}", data::time(delivery.due_ms));
    }
    attempts.iter().for_each(|attempt| out.push_str(&attempt_text(attempt)));
    out
}

fn attempt_text(attempt: &Attempt) -> String {
    let mut out = format!(
        "\n  Attempt {}, {}, version {}: {}\n",
        attempt.number,
        data::time(attempt.record.started_ms),
        attempt.record.version,
        attempt.state.as_str()
    );
    if attempt.together > 1 {
        let _ = writeln!(out, "    in a batch of {}", attempt.together);
    }
    if let Some(reason) = &attempt.reason {
        let _ = writeln!(out, "    {reason}");
    }
    let run = data::run(attempt);
    let mut section = |heading: &str, body: &str| {
        let _ = writeln!(out, "    {heading}\n{}", indented(&indented(&indented(body))));
    };
    section("Callback Return", &callback_return(&run));
    for request in run["requests"].as_array().into_iter().flatten() {
        let heading = if request["redirect_of"].is_null() { "Request" } else { "Request after a redirect" };
        section(heading, &message(&request_line(request), &request["request_headers"], &request["request_body"]));
        section("Response", &message(&status_line(request), &request["response_headers"], &request["response_body"]));
        section("Time", &timings(request));
    }
    section("Logs", &logs(&run));
    let usage = &run["usage"];
    section(
        "Cost",
        &format!(
            "{} units of fuel, {} bytes of memory, {:.1} ms",
            usage["fuel"],
            usage["memory_bytes"],
            usage["duration_ms"].as_f64().unwrap_or(0.0)
        ),
    );
    out
}

fn callback_return(run: &Value) -> String {
    let outcome = &run["outcome"];
    let error = &outcome["error"];
    match error["message"].as_str() {
        None => pretty(&outcome["value"]),
        Some(message) => {
            let stack = error["stack"].as_str().unwrap_or_default();
            format!("{}: {message}\n{stack}", text(&error["name"])).trim_end().to_owned()
        }
    }
}

fn request_line(request: &Value) -> String {
    let names: Vec<_> = request["sealed"].as_array().into_iter().flatten().map(text).collect();
    let sealed = if names.is_empty() { String::new() } else { format!("  (sealed: {})", names.join(", ")) };
    format!("{} {}{sealed}", text(&request["method"]), text(&request["url"]))
}

fn status_line(request: &Value) -> String {
    let duration_ms = request["duration_ms"].as_f64().unwrap_or(0.0);
    match (request["status"].as_u64(), request["error"].as_str()) {
        (Some(status), None) => format!("{status}  {duration_ms:.1} ms"),
        (Some(status), Some(error)) => format!("{status}, {error}  {duration_ms:.1} ms"),
        (None, error) => format!("{}  {duration_ms:.1} ms", error.unwrap_or("no answer")),
    }
}

/// Where the time of a request went. Records of earlier versions say less of it, or nothing.
fn timings(request: &Value) -> String {
    let timings = &request["timings"];
    let parts = [
        ("wait for a connection", "queue_ms"),
        ("resolve", "resolve_ms"),
        ("connect", "connect_ms"),
        ("TLS", "tls_ms"),
        ("first byte", "first_byte_ms"),
    ];
    let mut shown: Vec<_> =
        parts.iter().filter_map(|(what, key)| Some(format!("{what} {:.1} ms", timings[key].as_f64()?))).collect();
    if timings["reused"] == true {
        shown.insert(0, "connection kept from before".to_owned());
    }
    shown.push(format!("end {:.1} ms", request["duration_ms"].as_f64().unwrap_or(0.0)));
    shown.join(", ")
}

/// A request or an answer as it looks on the wire.
fn message(first: &str, headers: &Value, body: &Value) -> String {
    let mut out = first.to_owned();
    for header in headers.as_array().into_iter().flatten() {
        let _ = write!(out, "\n{}: {}", text(&header[0]), text(&header[1]));
    }
    if let Some(body) = body.as_str().filter(|body| !body.is_empty()) {
        let _ = write!(out, "\n\n{body}");
    }
    out
}

fn logs(run: &Value) -> String {
    let lines = run["logs"].as_array().into_iter().flatten().map(|log| {
        let time_ms = log["time_ms"].as_f64().unwrap_or(0.0);
        format!("{time_ms:>8.1} ms  {:<5}  {}", text(&log["level"]), text(&log["message"]))
    });
    let lines: Vec<_> = lines.collect();
    if lines.is_empty() { "(nothing was logged)".to_owned() } else { lines.join("\n") }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn indented(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(|line| format!("  {line}").trim_end().to_owned()).collect();
    lines.join("\n")
}
