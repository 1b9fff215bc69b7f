//! Whether an event is meant for a destination at all, and how much of it: its
//! `integrations`, then the destination's filters. Knows nothing of the queue.

use super::target::Target;
use crate::filter::{self, Reason};
use fnhost::Handler;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// What the gate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Passage {
    /// To be delivered as it is.
    AsItIs,
    /// To be delivered in this form.
    Changed(String),
    /// Not to be delivered. The reason, a code and what it refers to.
    Refused(String),
}

/// What the gate looks at without reading the whole event.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, default)]
    integrations: Option<&'a RawValue>,
}

/// Judges `event`. Only before its first attempt can a delivery be filtered
/// out: what drops and samples does not apply to retries, as at Segment.
pub(crate) fn judge(target: &Target, event: &str, is_first: bool, random: &mut dyn FnMut() -> f64) -> Passage {
    if is_first && let Some(reason) = refused_by_integrations(target, event) {
        return Passage::Refused(reason);
    }
    // An event that no handler takes is found out by the run, before filters.
    if target.filters.is_empty() || !is_handled(target, event) {
        return Passage::AsItIs;
    }
    let Ok(mut value) = serde_json::from_str::<Value>(event) else { return Passage::AsItIs };
    let verdict = match is_first {
        true => target.filters.apply(&mut value, random),
        false => target.filters.apply_changes(&mut value),
    };
    match verdict {
        filter::Verdict::Send => Passage::Changed(value.to_string()),
        filter::Verdict::Filtered { title, reason } => Passage::Refused(match reason {
            Reason::Rule => format!("filtered_by_rules: {title}"),
            Reason::SampledOut => format!("sampled_out: {title}"),
            Reason::Error(error) => format!("filter_error: {title}: {error}"),
        }),
    }
}

fn is_handled(target: &Target, event: &str) -> bool {
    target.handlers.contains(&Handler::OnBatch)
        || Handler::of_event(event).is_ok_and(|handler| target.handlers.contains(&handler))
}

/// The first of the destination's names that `integrations` has decides, then
/// `All`. `false` refuses; `true` and objects let pass.
fn refused_by_integrations(target: &Target, event: &str) -> Option<String> {
    let head: Head<'_> = serde_json::from_str(event).ok()?;
    let integrations = head.integrations.map(RawValue::get).filter(|text| text.starts_with('{'))?;
    let integrations: serde_json::Map<String, Value> = serde_json::from_str(integrations).ok()?;
    let names = target.integration_names.iter().map(String::as_str).chain(["All"]);
    let (name, value) = names.filter_map(|name| Some((name, integrations.get(name)?))).next()?;
    (value == &Value::Bool(false)).then(|| format!("integrations: {name}"))
}
