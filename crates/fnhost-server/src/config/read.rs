//! Walks a parsed TOML document: tables and values that know their place and
//! their key, and say what is wrong with them. It does not know which keys a
//! configuration has.

use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};
use toml_parser::lexer::TokenKind;

use super::errors::{Report, listed, shown};

/// How deep tables and arrays may be nested; dots in keys count.
const DEPTH_MAX: usize = 64;

/// A table, of which keys are asked for one by one; `finish` reports those that nobody asked for.
pub(super) struct Table<'a> {
    report: &'a Report<'a>,
    table: &'a DeTable<'a>,
    offset: usize,
    key: String,
    known: Vec<&'static str>,
}

/// A value, with its place and its key.
pub(super) struct Value<'a> {
    report: &'a Report<'a>,
    value: &'a DeValue<'a>,
    offset: usize,
    key: String,
}

/// Parses `text`. A text that is not TOML is reported, and gives nothing.
pub(super) fn document<'a>(text: &'a str, report: &Report<'a>) -> Option<DeTable<'a>> {
    if let Some(offset) = too_deep(text) {
        report.error(offset, "", format!("tables and arrays may be nested {DEPTH_MAX} deep, and this is deeper"));
        return None;
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut errors: Vec<_> = errors.iter().map(|error| (error.span().unwrap_or(0..0), error.message())).collect();
    errors.sort_by_key(|(span, _)| span.start);
    let mut is_whole = true;
    let mut reported_to = None;
    for (span, message) in errors {
        let is_duplicate = message == "duplicate key";
        is_whole &= is_duplicate;
        // What follows a mistake on its line is mostly its echo.
        let is_echo = reported_to.is_some_and(|last| !report.text(last, span.start).contains('\n'));
        if !is_echo {
            report.error(span.start, "", syntax_message(message, report.text(span.start, span.end)));
        }
        reported_to = Some(span.start);
    }
    // A key that is there twice hides nothing else, unlike a bracket that is missing.
    is_whole.then(|| table.into_inner())
}

/// What is said about a mistake in the syntax, at `text`.
fn syntax_message(message: &str, text: &str) -> String {
    match message {
        "duplicate key" => format!("the key `{}` is there twice", shown(text)),
        _ => format!("this is not TOML: {}", message.trim_end_matches(", expected nothing")),
    }
}

/// Where the text nests too deep, if it does. The parser bounds brackets and
/// dots each by themselves; their product is more than a stack holds.
fn too_deep(text: &str) -> Option<usize> {
    // For each open bracket, its kind and the dots of the key before it.
    let mut open: Vec<(TokenKind, usize)> = Vec::new();
    let (mut depth, mut dots) = (0, 0);
    for token in toml_parser::Source::new(text).lex() {
        let kind = token.kind();
        match kind {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                depth += dots + 1;
                open.push((kind, dots + 1));
                dots = 0;
            }
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                let opened_by = if kind == TokenKind::RightSquareBracket {
                    TokenKind::LeftSquareBracket
                } else {
                    TokenKind::LeftCurlyBracket
                };
                if let Some((_, dots)) = open.pop_if(|(open, _)| *open == opened_by) {
                    depth -= dots;
                }
                dots = 0;
            }
            TokenKind::Dot => dots += 1,
            TokenKind::Comma | TokenKind::Newline => dots = 0,
            _ => {}
        }
        if depth + dots > DEPTH_MAX {
            return Some(token.span().start());
        }
    }
    None
}

impl<'a> Table<'a> {
    pub(super) fn root(table: &'a DeTable<'a>, report: &'a Report<'a>) -> Table<'a> {
        Table { report, table, offset: 0, key: String::new(), known: Vec::new() }
    }

    /// Says that the table as a whole is wrong.
    pub(super) fn error(&self, message: String) {
        self.report.error(self.offset, &self.key, message);
    }

    pub(super) fn warning(&self, message: String) {
        self.report.warning(self.offset, &self.key, message);
    }

    /// The table's own key.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// The key of `name` in this table, as messages have it.
    pub(super) fn key_of(&self, name: &str) -> String {
        let is_bare = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') && !name.is_empty();
        let name = if is_bare { shown(name) } else { format!("\"{}\"", shown(name)) };
        if self.key.is_empty() { name } else { format!("{}.{name}", self.key) }
    }

    /// The value of `name`, if it is there.
    pub(super) fn get(&mut self, name: &'static str) -> Option<Value<'a>> {
        if !self.known.contains(&name) {
            self.known.push(name);
        }
        let value = self.table.get(name)?;
        Some(Value { report: self.report, value: value.get_ref(), offset: value.span().start, key: self.key_of(name) })
    }

    /// The value of `name`, which has to be there.
    pub(super) fn require(&mut self, name: &'static str) -> Option<Value<'a>> {
        let value = self.get(name);
        if value.is_none() {
            self.error(format!("`{name}` is missing"));
        }
        value
    }

    pub(super) fn table(&mut self, name: &'static str) -> Option<Table<'a>> {
        self.get(name)?.table()
    }

    /// Puts the whole number called `name` into `target`, if it is there and in `range`.
    pub(super) fn whole<T: TryFrom<u64>>(&mut self, name: &'static str, range: RangeInclusive<u64>, target: &mut T) {
        let number = self.get(name).and_then(|value| value.whole(range));
        if let Some(number) = number.and_then(|number| T::try_from(number).ok()) {
            *target = number;
        }
    }

    pub(super) fn boolean(&mut self, name: &'static str, target: &mut bool) {
        if let Some(value) = self.get(name).and_then(|value| value.boolean()) {
            *target = value;
        }
    }

    /// Puts what the text called `name` stands for among `choices` into `target`.
    pub(super) fn choice<T: Copy>(&mut self, name: &'static str, choices: &[(&'static str, T)], target: &mut T) {
        if let Some(value) = self.get(name).and_then(|value| value.choice(choices)) {
            *target = value;
        }
    }

    /// The tables of `[[name]]`; at most `count_max`.
    pub(super) fn tables(&mut self, name: &'static str, count_max: usize) -> Vec<Table<'a>> {
        let Some(value) = self.get(name) else { return Vec::new() };
        if let DeValue::Table(_) = value.value {
            // The last part of the key is the header's.
            let header = value.key.replace(|c: char| c == '[' || c == ']' || c.is_ascii_digit(), "");
            value.error(format!("expected an array of tables, found a table; write `[[{header}]]`"));
            return Vec::new();
        }
        let Some(values) = value.array(count_max) else { return Vec::new() };
        values.into_iter().filter_map(Value::table).collect()
    }

    /// All values, with their keys, in the order of the keys.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'a str, Value<'a>)> + use<'a, '_> {
        self.table.iter().map(|(name, value)| {
            let key = self.key_of(name.get_ref());
            let value = Value { report: self.report, value: value.get_ref(), offset: value.span().start, key };
            (&**name.get_ref(), value)
        })
    }

    /// Reports the keys that nobody asked for.
    pub(super) fn finish(self) {
        for (name, _) in self.table.iter().filter(|(name, _)| !self.known.contains(&&**name.get_ref())) {
            let message = self.report.unknown("key", name.get_ref(), &self.known);
            self.report.error(key_start(name), &self.key_of(name.get_ref()), message);
        }
    }
}

fn key_start(name: &Spanned<DeString<'_>>) -> usize {
    name.span().start
}

impl<'a> Value<'a> {
    pub(super) fn error(&self, message: String) {
        self.report.error(self.offset, &self.key, message);
    }

    pub(super) fn warning(&self, message: String) {
        self.report.warning(self.offset, &self.key, message);
    }

    /// Says that `name`, which is this value or its key, is no `what`.
    pub(super) fn unknown(&self, what: &str, name: &str, known: &[&str]) {
        self.error(self.report.unknown(what, name, known));
    }

    pub(super) fn expected<T>(&self, what: &str) -> Option<T> {
        self.error(format!("expected {what}, found {}", kind(self.value)));
        None
    }

    /// The parsed value itself.
    pub(super) fn raw(&self) -> &'a DeValue<'a> {
        self.value
    }

    pub(super) fn string(&self) -> Option<&'a str> {
        self.value.as_str().or_else(|| self.expected("a string"))
    }

    pub(super) fn boolean(&self) -> Option<bool> {
        self.value.as_bool().or_else(|| self.expected("`true` or `false`"))
    }

    /// A whole number in `range`.
    pub(super) fn whole(&self, range: RangeInclusive<u64>) -> Option<u64> {
        let DeValue::Integer(integer) = self.value else { return self.expected("an integer") };
        let number = u64::from_str_radix(integer.as_str(), integer.radix()).ok();
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let (start, end, found) = (range.start(), range.end(), shown(&integer.to_string()));
            self.error(format!("must be between {start} and {end}, not {found}"));
        }
        number
    }

    /// A number in `range`, with or without a fraction.
    pub(super) fn number(&self, range: RangeInclusive<f64>) -> Option<f64> {
        let text = match self.value {
            DeValue::Float(float) => float.as_str(),
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
            _ => return self.expected("a number"),
        };
        let number = text.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            self.error(format!("must be between {} and {}, not {}", range.start(), range.end(), shown(text)));
        }
        number
    }

    /// What the text stands for among `choices`.
    pub(super) fn choice<T: Copy>(&self, choices: &[(&'static str, T)]) -> Option<T> {
        let text = self.string()?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let names = listed(choices.iter().map(|(name, _)| *name));
            self.error(format!("must be {}, not `{}`", names.replace(", ", " or "), shown(text)));
        }
        found
    }

    pub(super) fn table(self) -> Option<Table<'a>> {
        let DeValue::Table(table) = self.value else { return self.expected("a table") };
        Some(Table { report: self.report, table, offset: self.offset, key: self.key, known: Vec::new() })
    }

    /// The values of an array; at most `count_max`.
    pub(super) fn array(&self, count_max: usize) -> Option<Vec<Value<'a>>> {
        let DeValue::Array(array) = self.value else { return self.expected("an array") };
        if array.len() > count_max {
            self.error(format!("there may be {count_max} at most, not {}", array.len()));
        }
        let values = array.iter().take(count_max).enumerate().map(|(at, value)| Value {
            report: self.report,
            value: value.get_ref(),
            offset: value.span().start,
            key: format!("{}[{at}]", self.key),
        });
        Some(values.collect())
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
