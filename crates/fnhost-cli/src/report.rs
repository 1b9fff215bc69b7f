//! A run, for a person to read.

use fnhost::{Failure, Outcome, Request, Run, Verdict};
use fnhost_server::dispatch::parts_of;
use std::fmt::Write;

/// The run under the headings of Segment's tester, then requests and cost.
pub(crate) fn text(run: &Run) -> String {
    let mut out = String::new();
    section(&mut out, "Callback Return", &outcome(run));
    let logs: Vec<_> = run
        .logs
        .iter()
        .map(|log| {
            format!(
                "{:>8.1} ms  {:<5}  {}",
                log.time_ms,
                log.level,
                log.message.replace('\n', "\n                    ")
            )
        })
        .collect();
    section(&mut out, "Log Output", &or_none(logs, "nothing was logged"));
    let requests = run.requests.iter().map(request).collect();
    section(&mut out, "Requests", &or_none(requests, "no requests were made"));
    let usage = &run.usage;
    let memory = usage.memory_bytes as f64 / f64::from(1 << 20);
    section(
        &mut out,
        "Cost",
        &format!("{} units of fuel, {memory:.1} MiB of memory, {:.1} ms", usage.fuel, usage.duration_ms),
    );
    out
}

/// What a run of `onBatch` means for each of its events, where it returned.
pub(crate) fn batch(run: &Run, events: usize) -> String {
    let Outcome::Returned { value } = &run.outcome else { return String::new() };
    let lines = match parts_of(value.get(), events) {
        Some(parts) => parts
            .iter()
            .enumerate()
            .map(|(index, part)| {
                let end = match (part.verdict(), part.reason()) {
                    (Verdict::Retrying, Some(reason)) => format!("would be retried ({reason})"),
                    (_, Some(reason)) => format!("would not be retried ({reason})"),
                    (_, None) => "delivered".to_owned(),
                };
                format!("{} of {events}  {end}", index + 1)
            })
            .collect(),
        None if value.get().starts_with('[') => {
            vec![format!("all {events} count as delivered: results count only if there is one for each event")]
        }
        None => vec![format!("all {events} count as delivered")],
    };
    let mut out = String::new();
    section(&mut out, "Events", &lines.join("\n"));
    out
}

fn section(out: &mut String, heading: &str, body: &str) {
    let indented: Vec<_> = body.lines().map(|line| format!("  {line}").trim_end().to_owned()).collect();
    let _ = writeln!(out, "{heading}\n{}\n", indented.join("\n"));
}

fn or_none(lines: Vec<String>, none: &str) -> String {
    if lines.is_empty() { format!("({none})") } else { lines.join("\n") }
}

fn outcome(run: &Run) -> String {
    match &run.outcome {
        Outcome::Returned { value } => {
            let parsed: Result<serde_json::Value, _> = serde_json::from_str(value.get());
            parsed.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_else(|_| value.get().to_owned())
        }
        Outcome::Failed(failure) => self::failure(run.handler, failure),
    }
}

fn failure(handler: &str, failure: &Failure) -> String {
    let error = &failure.error;
    let mut text = format!("{}: {}", error.name, error.message);
    if !error.stack.is_empty() {
        let _ = write!(text, "\n{}", error.stack);
    }
    if let Some(code) = &error.code {
        let _ = write!(text, "\ncode: {code}");
    }
    let next = if failure.retryable { "would be retried" } else { "would not be retried" };
    let _ = write!(text, "\n{handler} failed ({}); the delivery {next}", error.kind.as_str());
    text
}

fn request(request: &Request) -> String {
    let answer = match (request.status, &request.error) {
        (Some(status), None) => status.to_string(),
        (Some(status), Some(error)) => format!("{status}, {error}"),
        (None, Some(error)) => error.clone(),
        (None, None) => "no answer yet".to_owned(),
    };
    let redirected = if request.redirect_of.is_some() { "redirected to " } else { "" };
    let mut line = format!(
        "{redirected}{} {}  {answer}  {:.1} ms  ({} bytes sent, {} received)",
        request.method, request.url, request.duration_ms, request.request_bytes, request.response_bytes
    );
    if !request.sealed.is_empty() {
        let _ = write!(line, "\n  with what is sealed: {}", request.sealed.join(", "));
    }
    line
}
