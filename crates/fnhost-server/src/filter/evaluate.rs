//! What an expression of FQL comes to for an event. Types are strict, and
//! nothing of the event is repeated in an error.

use super::fql::FQL_BYTES_MAX;
use super::glob::Glob;
use super::lexer::Position;
use super::parser::{Kind, Node, Operator, Pattern};
use super::text;
use serde_json::Value;
use std::borrow::Cow;
use std::cmp::Ordering;

/// The most comparisons that all the patterns of one expression may take.
const GLOB_STEPS_MAX: u64 = 10_000_000;

static NULL: Value = Value::Null;

/// An expression has no result for an event, which is therefore to be held back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}")]
#[non_exhaustive]
pub struct EvaluateError {
    /// The line of the operand to blame, from 1.
    pub line: usize,
    /// Its column, from 1, counted in characters.
    pub column: usize,
    /// What is wrong. It names types, never values.
    pub message: String,
}

/// Whether `root` is exactly `true` for `event`.
pub(super) fn is_true(root: &Node, event: &Value) -> Result<bool, EvaluateError> {
    let value = Evaluator { event, glob_steps_left: GLOB_STEPS_MAX }.value(root)?;
    Ok(*value == Value::Bool(true))
}

/// A function of FQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Bool,
    Contains,
    Kebabcase,
    Length,
    Lowercase,
    Match,
    Number,
    Snakecase,
    String,
    Titlecase,
    Typeof,
    Uppercase,
}

impl Function {
    pub(super) const ALL: [Function; 12] = [
        Function::Bool,
        Function::Contains,
        Function::Kebabcase,
        Function::Length,
        Function::Lowercase,
        Function::Match,
        Function::Number,
        Function::Snakecase,
        Function::String,
        Function::Titlecase,
        Function::Typeof,
        Function::Uppercase,
    ];

    pub(super) fn named(name: &str) -> Option<Function> {
        Function::ALL.into_iter().find(|function| function.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Function::Bool => "bool",
            Function::Contains => "contains",
            Function::Kebabcase => "kebabcase",
            Function::Length => "length",
            Function::Lowercase => "lowercase",
            Function::Match => "match",
            Function::Number => "number",
            Function::Snakecase => "snakecase",
            Function::String => "string",
            Function::Titlecase => "titlecase",
            Function::Typeof => "typeof",
            Function::Uppercase => "uppercase",
        }
    }

    pub(super) fn argument_count(self) -> usize {
        match self {
            Function::Contains | Function::Match => 2,
            _ => 1,
        }
    }
}

struct Evaluator<'e> {
    event: &'e Value,
    glob_steps_left: u64,
}

impl<'e> Evaluator<'e> {
    fn value(&mut self, node: &'e Node) -> Result<Cow<'e, Value>, EvaluateError> {
        let bool = match &node.kind {
            Kind::Literal(literal) => return Ok(Cow::Borrowed(literal)),
            Kind::Field(path) => return Ok(Cow::Borrowed(path.get(self.event).unwrap_or(&NULL))),
            Kind::Call(function, argument) => return call(*function, self.value(argument)?, argument.position),
            Kind::Not(operand) => !self.bool("!", operand)?,
            Kind::And(operands) => self.all("and", operands, true)?,
            Kind::Or(operands) => !self.all("or", operands, false)?,
            Kind::Compare(operator, left, right) => self.compare(*operator, left, right)?,
            Kind::Contains(text, part) => self.contains(text, part)?,
            Kind::Match(text, pattern) => self.matches(text, pattern)?,
        };
        Ok(Cow::Owned(Value::Bool(bool)))
    }

    /// Whether all operands are `wanted`; those after one that is not are not
    /// looked at.
    fn all(&mut self, operator: &str, operands: &'e [Node], wanted: bool) -> Result<bool, EvaluateError> {
        for operand in operands {
            if self.bool(operator, operand)? != wanted {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// An operand of a boolean operator; null is false.
    fn bool(&mut self, operator: &str, operand: &'e Node) -> Result<bool, EvaluateError> {
        match self.value(operand)?.as_ref() {
            Value::Bool(bool) => Ok(*bool),
            Value::Null => Ok(false),
            other => Err(wrong_type(operator, "a bool or null", other, operand.position)),
        }
    }

    fn compare(&mut self, operator: Operator, left: &'e Node, right: &'e Node) -> Result<bool, EvaluateError> {
        let (left_value, right_value) = (self.value(left)?, self.value(right)?);
        let order = || match (left_value.as_ref(), right_value.as_ref()) {
            (Value::Number(left), Value::Number(right)) => text::compare_numbers(left, right),
            _ => None,
        };
        Ok(match operator {
            Operator::Equal => equal(&left_value, &right_value),
            Operator::NotEqual => !equal(&left_value, &right_value),
            Operator::Greater => order() == Some(Ordering::Greater),
            Operator::GreaterOrEqual => order().is_some_and(Ordering::is_ge),
            Operator::Less => order() == Some(Ordering::Less),
            Operator::LessOrEqual => order().is_some_and(Ordering::is_le),
            Operator::In => match (left_value.as_ref(), right_value.as_ref()) {
                (item @ (Value::Array(_) | Value::Object(_)), _) => {
                    return Err(wrong_type("in", "a string, a number, a bool or null", item, left.position));
                }
                (_, Value::Null) => false,
                (item, Value::Array(list)) => list.iter().any(|listed| equal(item, listed)),
                (_, other) => return Err(wrong_type("in", "a list", other, right.position)),
            },
        })
    }

    fn contains(&mut self, text: &'e Node, part: &'e Node) -> Result<bool, EvaluateError> {
        let (text_value, part_value) = (self.value(text)?, self.value(part)?);
        let text = text_or_null(Function::Contains, &text_value, text.position)?;
        let part = text_or_null(Function::Contains, &part_value, part.position)?;
        Ok(text.zip(part).is_some_and(|(text, part)| text.contains(part)))
    }

    fn matches(&mut self, text: &'e Node, pattern: &'e Pattern) -> Result<bool, EvaluateError> {
        let text_value = self.value(text)?;
        let position = text.position;
        let text = text_or_null(Function::Match, &text_value, position)?;
        let node = match pattern {
            Pattern::Written(glob) => return text.map_or(Ok(false), |text| self.glob_matches(glob, text, position)),
            Pattern::Computed(node) => node,
        };
        let pattern_value = self.value(node)?;
        let pattern = text_or_null(Function::Match, &pattern_value, node.position)?;
        let Some((text, pattern)) = text.zip(pattern) else { return Ok(false) };
        if pattern.len() > FQL_BYTES_MAX {
            let message = format!("`match` got a pattern of {} bytes, limit {FQL_BYTES_MAX}", pattern.len());
            return Err(error(node.position, message));
        }
        self.glob_matches(&Glob::new(pattern), text, position)
    }

    fn glob_matches(&mut self, glob: &Glob, text: &str, position: Position) -> Result<bool, EvaluateError> {
        glob.matches(text, &mut self.glob_steps_left)
            .map_err(|_| error(position, format!("`match` took too many steps, limit {GLOB_STEPS_MAX}")))
    }
}

/// The result of a function that takes one argument, which is at `position`.
fn call<'e>(function: Function, value: Cow<'e, Value>, position: Position) -> Result<Cow<'e, Value>, EvaluateError> {
    let wrong = |wanted| Err(wrong_type(function.name(), wanted, &value, position));
    let result = match (function, value.as_ref()) {
        (Function::Typeof, value) => Value::from(type_name(value)),
        (Function::Length, Value::Null) => Value::from(0),
        (Function::Length, Value::String(text)) => Value::from(text.len()),
        (Function::Length, Value::Array(list)) => Value::from(list.len()),
        (Function::Length, _) => return wrong("a list or a string"),
        (Function::Bool | Function::String, Value::Object(_)) => {
            return wrong("a string, a number, a list, a bool or null");
        }
        (Function::Bool, value) => Value::Bool(truth(value)),
        (Function::String, Value::String(_)) | (Function::Number, Value::Number(_) | Value::Null) => return Ok(value),
        (Function::String, value) => Value::from(text::json(value)),
        (Function::Number, Value::String(text)) => {
            let number = text::number(text);
            Value::Number(number.ok_or_else(|| error(position, "`number` got a string that is no number"))?)
        }
        (Function::Number, _) => return wrong("a number or a string"),
        (_, Value::Null) => Value::Null,
        (_, Value::String(text)) => Value::String(in_case(function, text)),
        _ => return wrong("a string"),
    };
    Ok(Cow::Owned(result))
}

/// `text` as a function on letter case has it.
fn in_case(function: Function, text: &str) -> String {
    match function {
        Function::Lowercase => text.chars().map(lowercase).collect(),
        Function::Uppercase => text.chars().map(uppercase).collect(),
        Function::Snakecase => text.replace(' ', "_"),
        Function::Kebabcase => text.replace(' ', "-"),
        _ => {
            let mut is_start = true;
            let titled = |char| {
                let titled = if is_start { uppercase(char) } else { char };
                is_start = char == ' ';
                titled
            };
            text.chars().map(titled).collect()
        }
    }
}

/// One character for one: those that have no such counterpart stay.
fn lowercase(char: char) -> char {
    only(char.to_lowercase()).unwrap_or(char)
}

fn uppercase(char: char) -> char {
    only(char.to_uppercase()).unwrap_or(char)
}

fn only(mut chars: impl Iterator<Item = char>) -> Option<char> {
    chars.next().filter(|_| chars.next().is_none())
}

/// What `bool` makes of a value. Clients write bools as texts, too.
fn truth(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(bool) => *bool,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !matches!(text.as_str(), "" | "false"),
        Value::Array(list) => !list.is_empty(),
        Value::Object(_) => true,
    }
}

fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => text::compare_numbers(left, right) == Some(Ordering::Equal),
        (Value::Array(_), Value::Array(_)) | (Value::Object(_), Value::Object(_)) => {
            text::json(left) == text::json(right)
        }
        _ => left == right,
    }
}

/// The text of an argument that may be null.
fn text_or_null(function: Function, value: &Value, position: Position) -> Result<Option<&str>, EvaluateError> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        other => Err(wrong_type(function.name(), "a string", other, position)),
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

fn wrong_type(taker: &str, wanted: &str, got: &Value, position: Position) -> EvaluateError {
    let article = if got.is_object() { "an" } else { "a" };
    error(position, format!("`{taker}` takes {wanted}, got {article} {}", type_name(got)))
}

fn error(position: Position, message: impl Into<String>) -> EvaluateError {
    EvaluateError { line: position.line, column: position.column, message: message.into() }
}
