//! Destination filters: which events reach a destination, and how much of them.
//! They know nothing of deliveries, nor where filters and events come from.

mod evaluate;
mod fql;
mod glob;
mod lexer;
mod parser;
mod path;
mod sample;
mod text;

pub use evaluate::EvaluateError;
pub use fql::{Expression, FqlError, FqlWarning};
pub use path::{Fields, Path, PathError};

use serde_json::Value;

/// The most filters of a destination, and characters of a title.
const FILTERS_MAX: usize = 10;
const TITLE_CHARS_MAX: usize = 64;

/// The filters of one destination. There are ten at most.
///
/// They are applied in Segment's order, whatever order they were given in:
/// samples, then dropping and only sending, then dropping properties, then
/// allowing them. Every condition looks at the event as it came, so what one
/// filter removes never keeps another one from its work.
///
/// They fail closed: an event that a condition has no result for is held back.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filters {
    /// The enabled ones, in the order they are applied.
    filters: Vec<Filter>,
}

/// An action, and the events that it is for.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// What people call it, in at most 64 characters.
    pub title: String,
    /// Which events it is for.
    pub condition: Condition,
    /// What happens to them.
    pub action: Action,
    /// Whether it is applied; it counts in any case.
    pub enabled: bool,
}

/// Which events a filter is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Every event.
    All,
    /// Those that the expression is true for.
    Expression(Expression),
}

/// What happens to the events that a filter is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// They are not sent.
    Drop,
    /// They are sent, and all others are not.
    OnlySend,
    /// A part of them is sent.
    Sample {
        /// How large a part, from 0 to 1.
        percent: f64,
        /// Events with the same value here are either all sent or all not, and
        /// a larger sample holds a smaller one. Without a path it is chance.
        path: Option<Path>,
    },
    /// They are sent without these fields.
    DropProperties(Fields),
    /// They are sent, and of the objects at these paths only these fields.
    AllowProperties(Fields),
}

/// What filters decide on an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is sent, as it is now.
    Send,
    /// It is not sent; it was not changed.
    Filtered {
        /// The title of the filter that decided so.
        title: String,
        /// Why.
        reason: Reason,
    },
}

/// Why an event is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A rule to drop it, or to send only others.
    Rule,
    /// It is not in the sample.
    SampledOut,
    /// The condition has no result for it.
    Error(EvaluateError),
}

/// Filters that cannot be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FilterError {
    /// There are too many.
    #[error("a destination has {count} filters, limit {FILTERS_MAX}")]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// A title is too long.
    #[error("a filter's title has {chars} characters, limit {TITLE_CHARS_MAX}")]
    Title {
        /// How long it is.
        chars: usize,
    },
    /// A sample is no part.
    #[error("a filter's `percent` must be between 0 and 1, not {percent}")]
    Percent {
        /// What was given.
        percent: f64,
    },
}

impl Filters {
    /// Checks `filters` and puts them in order.
    pub fn new(mut filters: Vec<Filter>) -> Result<Filters, FilterError> {
        if filters.len() > FILTERS_MAX {
            return Err(FilterError::TooMany { count: filters.len() });
        }
        filters.iter().try_for_each(Filter::check)?;
        filters.retain(|filter| filter.enabled);
        filters.sort_by_key(|filter| filter.action.rank());
        Ok(Filters { filters })
    }

    /// Whether no event would be changed or held back.
    pub fn is_empty(&self) -> bool {
        self.filters.is_empty()
    }

    /// Decides on `event`, and changes it if it is to be sent otherwise than it
    /// is. `random` gives numbers from 0 to 1, one for each sample by chance.
    pub fn apply(&self, event: &mut Value, random: &mut dyn FnMut() -> f64) -> Verdict {
        self.apply_those(|_| true, event, random)
    }

    /// As [`Filters::apply`], but for an event that has passed before: it is
    /// neither sampled nor dropped, only changed, and held back if a change
    /// cannot be decided.
    pub fn apply_changes(&self, event: &mut Value) -> Verdict {
        // No change is left to chance.
        self.apply_those(Filter::changes, event, &mut || 0.0)
    }

    fn apply_those(
        &self,
        is_meant: impl Fn(&Filter) -> bool,
        event: &mut Value,
        random: &mut dyn FnMut() -> f64,
    ) -> Verdict {
        let mut changes = Vec::new();
        for filter in self.filters.iter().filter(|filter| is_meant(filter)) {
            match filter.decide(event, random) {
                Decision::Pass => {}
                Decision::Change => changes.push(&filter.action),
                Decision::Hold(reason) => return Verdict::Filtered { title: filter.title.clone(), reason },
            }
        }
        for action in changes {
            action.change(event);
        }
        Verdict::Send
    }
}

impl Filter {
    /// Checks what [`Filters::new`] would, of one filter.
    pub fn check(&self) -> Result<(), FilterError> {
        let chars = self.title.chars().count();
        if chars > TITLE_CHARS_MAX {
            return Err(FilterError::Title { chars });
        }
        match self.action {
            Action::Sample { percent, .. } if !(0.0..=1.0).contains(&percent) => Err(FilterError::Percent { percent }),
            _ => Ok(()),
        }
    }

    fn changes(&self) -> bool {
        matches!(self.action, Action::DropProperties(_) | Action::AllowProperties(_))
    }

    fn decide(&self, event: &Value, random: &mut dyn FnMut() -> f64) -> Decision {
        let is_match = match self.condition.matches(event) {
            Ok(is_match) => is_match,
            Err(error) => return Decision::Hold(Reason::Error(error)),
        };
        match &self.action {
            Action::OnlySend if is_match => Decision::Pass,
            Action::OnlySend => Decision::Hold(Reason::Rule),
            _ if !is_match => Decision::Pass,
            Action::Drop => Decision::Hold(Reason::Rule),
            Action::Sample { percent, path } if sample::is_kept(*percent, path.as_ref(), event, random) => {
                Decision::Pass
            }
            Action::Sample { .. } => Decision::Hold(Reason::SampledOut),
            Action::DropProperties(_) | Action::AllowProperties(_) => Decision::Change,
        }
    }
}

/// What one filter decides.
enum Decision {
    Pass,
    Change,
    Hold(Reason),
}

impl Condition {
    /// Reads a condition: `all`, or an expression of FQL.
    pub fn parse(text: &str) -> Result<Condition, FqlError> {
        if text.trim() == "all" {
            return Ok(Condition::All);
        }
        Expression::parse(text).map(Condition::Expression)
    }

    /// Whether `event` meets it; see [`Expression::matches`].
    pub fn matches(&self, event: &Value) -> Result<bool, EvaluateError> {
        match self {
            Condition::All => Ok(true),
            Condition::Expression(expression) => expression.matches(event),
        }
    }
}

impl Action {
    /// The place in the order of application.
    fn rank(&self) -> u8 {
        match self {
            Action::Sample { .. } => 0,
            Action::Drop | Action::OnlySend => 1,
            Action::DropProperties(_) => 2,
            Action::AllowProperties(_) => 3,
        }
    }

    fn change(&self, event: &mut Value) {
        match self {
            Action::DropProperties(fields) => fields.drop_from(event),
            Action::AllowProperties(fields) => fields.allow_in(event),
            Action::Drop | Action::OnlySend | Action::Sample { .. } => {}
        }
    }
}
