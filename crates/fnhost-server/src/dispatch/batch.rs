//! What `onBatch` returned, event by event. Segment's contract: an array with
//! an object for every event, in order, each with a `status` and, if it failed,
//! an `errormessage`. Anything else means that all went well.

use fnhost::{Outcome, Run, Verdict};
use serde::Deserialize;
use serde_json::value::RawValue;

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
    // Typed, so that what a function hides in other fields is skipped and not built.
    let items: Vec<Item<'_>> = serde_json::from_str(value).ok()?;
    // Results for some of the events cannot be told apart from results for others.
    if items.len() != events {
        return None;
    }
    Some(items.iter().map(Item::part).collect())
}

#[derive(Deserialize)]
struct Item<'a> {
    /// Whole numbers come as floats from some functions.
    status: f64,
    #[serde(borrow, default)]
    errormessage: Option<&'a RawValue>,
}

impl Item<'_> {
    fn part(&self) -> Part {
        let message = self.errormessage.and_then(|message| serde_json::from_str::<String>(message.get()).ok());
        // A cast of a float saturates.
        Part { status: self.status as u64, message: message.map(|message| message.chars().take(200).collect()) }
    }
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
