//! Expressions of the Filter Query Language (FQL), compiled, and what is wrong
//! with those that are none. It does not know what an expression decides.

use super::evaluate::{self, EvaluateError};
use super::lexer::{Position, Remark};
use super::parser::{self, Node};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// The most bytes of an expression, and of a pattern that an event brings.
pub(super) const FQL_BYTES_MAX: usize = 5 * 1024;

/// Columns of a line that are shown before and after a mistake.
const COLUMNS_BEFORE: usize = 60;
const COLUMNS_AFTER: usize = 40;

/// A compiled expression of FQL, such as
/// `type = 'track' and (event = 'Click' or match(event, 'Button *'))`.
///
/// Cloning shares it. It follows Segment's documents, which describe what their
/// servers do, and not their browser library where the two differ. What they
/// leave open is decided so:
///
/// - `and` binds tighter than `or`, `!` is applied to a whole comparison. Both
///   give a warning where no parentheses say so.
/// - `and` and `or` look at operands from left to right and stop when the result
///   is certain, so `typeof(a) = 'string' and contains(a, 'x')` is safe.
/// - A missing field is null. Null is false to `and`, `or` and `!`, so
///   `!missing` is true; as the list of `in` it holds nothing.
/// - `= != > >= < <=` compare whatever there is: different types are unequal and
///   nothing but numbers has an order. Objects and lists are equal if their JSON
///   texts are, so the order of keys counts.
/// - Every other type is an error, never false: a string to `and`, an object to
///   `length`, a number to `contains`. So is a text that `number` cannot read.
///   Whoever asks is expected to hold the event back.
/// - A null argument gives null, and false from `contains`, `match` and `bool`,
///   0 from `length`, `"null"` from `string` and `typeof`.
/// - `typeof` an object is `"object"`. `string` of anything but a string is its
///   JSON text. `bool` is false of 0, an empty list, an empty text and the text
///   `false`. Letter case is changed one character for one.
/// - A malformed pattern matches nothing, and gives a warning if it is written
///   in the expression.
///
/// A source has at most 5 KB and 64 levels of nesting.
#[derive(Clone)]
pub struct Expression {
    compiled: Arc<Compiled>,
}

struct Compiled {
    source: String,
    root: Node,
    warnings: Vec<FqlWarning>,
}

/// A source that is no expression, and where. Displayed as
/// `1:7: unterminated string`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}")]
#[non_exhaustive]
pub struct FqlError {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, counted in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    excerpt: String,
}

/// Something in an expression that may not mean what it seems to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FqlWarning {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, counted in characters.
    pub column: usize,
    /// What is doubtful, and how to make it clear.
    pub message: String,
    excerpt: String,
}

impl Expression {
    /// Compiles `source`.
    pub fn parse(source: &str) -> Result<Expression, FqlError> {
        let (root, remarks) = parser::parse(source).map_err(|mistake| FqlError::new(source, mistake))?;
        let warnings = remarks.into_iter().map(|remark| FqlWarning::new(source, remark)).collect();
        Ok(Expression { compiled: Arc::new(Compiled { source: source.to_owned(), root, warnings }) })
    }

    /// Whether the expression is exactly `true` for `event`. A result that is no
    /// bool is no match; an operand of a wrong type is an error.
    pub fn matches(&self, event: &Value) -> Result<bool, EvaluateError> {
        evaluate::is_true(&self.compiled.root, event)
    }

    /// What is doubtful in the source, in its order.
    pub fn warnings(&self) -> &[FqlWarning] {
        &self.compiled.warnings
    }

    /// The text that was compiled.
    pub fn source(&self) -> &str {
        &self.compiled.source
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.source()).finish()
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Expression) -> bool {
        self.source() == other.source()
    }
}

impl FqlError {
    fn new(source: &str, Remark { position, message }: Remark) -> FqlError {
        let excerpt = excerpt(source, position);
        FqlError { line: position.line, column: position.column, message, excerpt }
    }

    /// The error, the line it is in, and a caret below its place.
    pub fn render(&self) -> String {
        format!("{self}\n{}", self.excerpt)
    }
}

impl FqlWarning {
    fn new(source: &str, Remark { position, message }: Remark) -> FqlWarning {
        let excerpt = excerpt(source, position);
        FqlWarning { line: position.line, column: position.column, message, excerpt }
    }

    /// The warning, the line it is in, and a caret below its place.
    pub fn render(&self) -> String {
        format!("{self}\n{}", self.excerpt)
    }
}

impl fmt::Display for FqlWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: warning: {}", self.line, self.column, self.message)
    }
}

/// The part of a line around `position`, and a caret below it.
fn excerpt(source: &str, position: Position) -> String {
    let line = source.split('\n').nth(position.line - 1).unwrap_or_default();
    let skipped = position.column.saturating_sub(COLUMNS_BEFORE + 1);
    let part = line.chars().skip(skipped).take(COLUMNS_BEFORE + COLUMNS_AFTER);
    // Tabs would move the caret, and control characters the terminal.
    let part: String = part.map(|char| if char.is_control() { ' ' } else { char }).collect();
    let number = format!("{:>3}", position.line);
    let before = " ".repeat(position.column - 1 - skipped);
    format!("{number} | {}\n{} | {before}^\n", part.trim_end(), " ".repeat(number.len()))
}
