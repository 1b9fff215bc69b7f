//! What `onBatch` returned, event by event. Segment's contract: an array with
//! an object for every event, in order, each with a `status` and, if it failed,
//! an `errormessage`. Whatever else there is in the place of an object means that
//! its event went well, and in the place of the array that all went well.

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
    let items: Vec<&RawValue> = serde_json::from_str(value).ok()?;
    // Results for some of the events cannot be told apart from results for others.
    if items.len() != events {
        return None;
    }
    Some(items.into_iter().map(Part::of).collect())
}

/// Typed, so that what a function hides in other fields is skipped and not built.
#[derive(Deserialize)]
struct Item<'a> {
    /// Whole numbers come as floats from some functions.
    status: f64,
    #[serde(borrow, default)]
    errormessage: Option<&'a RawValue>,
}

impl Part {
    fn of(item: &RawValue) -> Part {
        // An array would do for the type as well.
        let object = Some(item.get()).filter(|text| text.starts_with('{'));
        let Some(item) = object.and_then(|text| serde_json::from_str::<Item<'_>>(text).ok()) else {
            return Part { status: 200, message: None };
        };
        let message = item.errormessage.and_then(|message| serde_json::from_str::<String>(message.get()).ok());
        // A cast of a float saturates.
        Part { status: item.status as u64, message: message.map(|message| message.chars().take(200).collect()) }
    }

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
