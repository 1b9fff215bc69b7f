//! `fnhost replay --dry-run --function`: deliveries through another function
//! without anything being sent, old and new side by side.

use crate::args::ReplayArguments;
use crate::commands::replay::Chosen;
use crate::{DONE, FUNCTION_FAILED, data, setup};
use anyhow::{Context, Result};
use fnhost::{Function, Limits, RunError, StandIn, StandInAnswer, StandInRequest};
use fnhost_queue::Ledger;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Width of each side.
const SIDE_CHARS: usize = 58;

/// Answers with what the requests of the last attempt were answered, in order.
#[derive(Clone, Default)]
struct Remembered(Arc<Mutex<VecDeque<Value>>>);

pub(crate) fn compare(ledger: &Ledger, chosen: &[Chosen], arguments: &ReplayArguments) -> Result<u8> {
    let path = arguments.function.as_deref().context("a function is needed")?;
    let remembered = Remembered::default();
    let limits = Limits::default();
    let host = setup::host_with(&arguments.cache, &limits, |options| options.stand_in(remembered.clone()))?;
    setup::runtime()?.block_on(async {
        let Some(function) = setup::function(&host, path, &limits).await? else { return Ok(FUNCTION_FAILED) };
        for chosen in chosen {
            let old = ledger.attempts(chosen.delivery.id)?.last().map(data::run).unwrap_or_default();
            remembered.set(&old);
            // Nothing is sent, so that no host gets what is sealed.
            let (settings, _) = setup::settings(arguments.settings.as_deref())?;
            let new = run(&function, chosen, &settings, &limits).await?;
            setup::print(&shown(chosen, &old, &new, arguments.json, path))?;
        }
        setup::print(if arguments.json { "" } else { "Nothing was sent and nothing was changed.\n" })?;
        Ok(DONE)
    })
}

/// The run as JSON. An event that cannot be run is an outcome here.
async fn run(function: &Function, chosen: &Chosen, settings: &str, limits: &Limits) -> Result<Value> {
    let event = String::from_utf8_lossy(&chosen.event.payload);
    match function.run(&event, settings, limits).await {
        Ok(run) => Ok(serde_json::to_value(run)?),
        Err(error @ RunError::Engine(_)) => Err(error.into()),
        Err(error) => Ok(json!({ "outcome": { "error": { "name": "Error", "message": error.to_string() } } })),
    }
}

impl Remembered {
    fn set(&self, run: &Value) {
        let answered = run["requests"].as_array().into_iter().flatten().cloned().collect();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = answered;
    }
}

impl StandIn for Remembered {
    fn answer(&self, _request: &StandInRequest) -> Result<StandInAnswer, String> {
        let next = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        // A request more than there were before: 200 and nothing is the least that can be said.
        let Some(next) = next else { return Ok(StandInAnswer { status: 200, headers: Vec::new(), body: Vec::new() }) };
        let Some(status) = next["status"].as_u64().and_then(|status| u16::try_from(status).ok()) else {
            return Err(next["error"].as_str().unwrap_or("no answer").to_owned());
        };
        let header = |header: &Value| Some((header[0].as_str()?.to_owned(), header[1].as_str()?.to_owned()));
        let headers = next["response_headers"].as_array().into_iter().flatten().filter_map(header);
        // What says how the body was packed is not true of the part that was kept.
        let headers = headers
            .filter(|(name, _)| !["content-length", "content-encoding", "transfer-encoding"].contains(&name.as_str()));
        let body = next["response_body"].as_str().unwrap_or_default().as_bytes().to_vec();
        Ok(StandInAnswer { status, headers: headers.collect(), body })
    }
}

fn shown(chosen: &Chosen, old: &Value, new: &Value, as_json: bool, path: &Path) -> String {
    let delivery = &chosen.delivery;
    if as_json {
        let mut shown = data::delivery_json(delivery);
        shown["old"] = old.clone();
        shown["new"] = new.clone();
        return format!("{shown}\n");
    }
    let what = data::summary(&data::payload(&chosen.event));
    let heading = format!("──── d{} to {}: {what}\n", delivery.id, delivery.destination);
    let titles = (format!("OLD, {}", delivery.state.as_str()), format!("NEW, {}", path.display()));
    let mut rows = vec![titles, (outcome(old), outcome(new))];
    let (old, new) = (requests(old), requests(new));
    for index in 0..old.len().max(new.len()) {
        let side = |side: &[String]| side.get(index).cloned().unwrap_or_else(|| "(no request)".to_owned());
        rows.push((side(&old), side(&new)));
    }
    heading + &rows.iter().map(|(old, new)| side_by_side(old, new)).collect::<String>() + "\n"
}

fn outcome(run: &Value) -> String {
    if run.is_null() {
        return "(no attempt)".to_owned();
    }
    let error = &run["outcome"]["error"];
    match error["message"].as_str() {
        Some(message) => format!("{}: {message}", error["name"].as_str().unwrap_or("Error")),
        None => format!("returned {}", run["outcome"]["value"]),
    }
}

fn requests(run: &Value) -> Vec<String> {
    let text = |request: &Value, field: &str| request[field].as_str().unwrap_or_default().to_owned();
    let line = |request: &Value| {
        let status = request["status"].as_u64().map_or_else(|| text(request, "error"), |status| status.to_string());
        let (method, url) = (text(request, "method"), text(request, "url"));
        format!("{method} {url} {status}\n{}", text(request, "request_body"))
    };
    run["requests"].as_array().into_iter().flatten().map(line).collect()
}

/// Two texts beside each other; lines that differ are marked.
fn side_by_side(old: &str, new: &str) -> String {
    let (old, new) = (wrapped(old), wrapped(new));
    let mut out = String::new();
    for index in 0..old.len().max(new.len()) {
        let at = |side: &[String]| side.get(index).cloned().unwrap_or_default();
        let (old, new) = (at(&old), at(&new));
        let mark = if old == new { ' ' } else { '│' };
        out.push_str(format!("  {old:<SIDE_CHARS$} {mark} {new}").trim_end());
        out.push('\n');
    }
    out
}

fn wrapped(text: &str) -> Vec<String> {
    let chunks = |line: &str| {
        let characters: Vec<char> = line.chars().collect();
        characters.chunks(SIDE_CHARS).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>()
    };
    text.lines().flat_map(chunks).collect()
}
