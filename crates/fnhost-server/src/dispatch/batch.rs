//! What `onBatch` returned, event by event. Segment's contract: an array with
//! an object for every event, in order, each with a `status` and, if it failed,
//! an `errormessage`. Anything else means that all went well.

use fnhost::{Outcome, Run, Verdict};
use serde_json::Value;

/// What became of one event of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    status: u64,
    message: Option<String>,
}

/// The parts of a batch of `events` events, where the function returned such an array.
pub(crate) fn parts(run: &Run, events: usize) -> Option<Vec<Part>> {
    let Outcome::Returned { value } = &run.outcome else { return None };
    parts_of(value.get(), events)
}

/// As `parts`, from the returned JSON.
pub fn parts_of(value: &str, events: usize) -> Option<Vec<Part>> {
    let Ok(Value::Array(items)) = serde_json::from_str(value) else { return None };
    // Results for some of the events cannot be told apart from results for others.
    if items.len() != events {
        return None;
    }
    items.iter().map(part).collect()
}

fn part(item: &Value) -> Option<Part> {
    let status = item.get("status")?;
    // Whole numbers come as floats from some functions.
    let status = status.as_u64().or_else(|| status.as_f64().map(|status| status as u64))?;
    let message = item.get("errormessage").and_then(Value::as_str);
    Some(Part { status, message: message.map(|message| message.chars().take(200).collect()) })
}

impl Part {
    /// 408, 423, 429 and 5xx but 501 are worth another attempt, as in Segment's
    /// own destinations; other statuses from 400 are not.
    pub fn verdict(&self) -> Verdict {
        match self.status {
            408 | 423 | 429 | 500 | 502..=599 => Verdict::Retrying,
            status if status >= 400 => Verdict::BadRequest,
            _ => Verdict::Delivered,
        }
    }

    /// Why it failed, if it did.
    pub fn reason(&self) -> Option<String> {
        let code = match self.verdict() {
            Verdict::Delivered => return None,
            Verdict::Retrying => "retry",
            _ => "bad_request",
        };
        Some(format!(
            "{code}: {}{}",
            self.status,
            self.message.as_ref().map_or(String::new(), |text| format!(" {text}"))
        ))
    }
}
