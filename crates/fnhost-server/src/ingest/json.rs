//! JSON from strangers: reads an object, and takes a batch apart into its items
//! without reading them, so that no more than one of them is ever held as a
//! tree. Does not know what the fields mean.

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Keys that begin like this mean something to the JSON library itself: a
/// reader with its `raw_value` feature takes the string behind such a key apart
/// as JSON of its own, which would go round the limit of nesting.
const KEYS_RESERVED: &str = "$serde_json::private::";

/// Text that is not what it should be.
#[derive(Debug, PartialEq)]
pub(super) enum Unreadable {
    /// It is JSON, but not an object.
    NotAnObject,
    /// It is not JSON, or nested too deeply, or beyond what a number can be.
    Invalid(String),
}

/// A batch that was taken apart.
#[derive(Debug)]
pub(super) struct Batch<'a> {
    /// The fields beside `batch`; `batch` as well if it is not an array.
    pub(super) envelope: Map<String, Value>,
    /// The text of each item, not read yet, up to the number asked for; none if
    /// `batch` is missing or not an array.
    pub(super) items: Option<Vec<&'a [u8]>>,
    /// How many items there are.
    pub(super) items_count: usize,
    /// The size of the text without the items.
    pub(super) envelope_bytes: usize,
}

/// Reads an object. Half of a surrogate pair, which a library writes when it
/// cuts a string in the middle of a character, becomes U+FFFD.
pub(super) fn object(text: &[u8]) -> Result<Map<String, Value>, Unreadable> {
    let read = read(text).or_else(|error| match without_lone_surrogates(text) {
        Some(text) => read(&text),
        None => Err(error),
    });
    match read {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Unreadable::NotAnObject),
        Err(error) => Err(Unreadable::Invalid(error.to_string())),
    }
}

/// Takes a batch apart; keeps the text of `items_max` items at most. None if
/// all but the items is longer than `envelope_bytes_max`.
pub(super) fn batch(text: &[u8], items_max: usize, envelope_bytes_max: usize) -> Result<Option<Batch<'_>>, Unreadable> {
    let mut scanner = Scanner { text, at: 0 };
    let found = scanner.find_batch(items_max)?;
    let (start, end) = found.as_ref().map_or((0, 0), |found| (found.start, found.end));
    let envelope_bytes = text.len() - (end - start);
    if envelope_bytes > envelope_bytes_max {
        return Ok(None);
    }
    let Some(found) = found else {
        let envelope = object(text)?;
        return Ok(Some(Batch { envelope, items: None, items_count: 0, envelope_bytes }));
    };
    let mut envelope = object(&[&text[..start], b"null", &text[end..]].concat())?;
    envelope.shift_remove("batch");
    Ok(Some(Batch { envelope, items: Some(found.items), items_count: found.items_count, envelope_bytes }))
}

fn read(text: &[u8]) -> serde_json::Result<Value> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = Plain.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Any value, by its syntax alone: no key has a meaning here.
struct Plain;

impl<'de> DeserializeSeed<'de> for Plain {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Plain {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = sequence.next_element_seed(Plain)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if key.starts_with(KEYS_RESERVED) {
                return Err(A::Error::custom(format!("a key may not begin with `{KEYS_RESERVED}`")));
            }
            object.insert(key, entries.next_value_seed(Plain)?);
        }
        Ok(Value::Object(object))
    }
}

/// Where the array of a batch is, and what is in it.
struct Found<'a> {
    start: usize,
    end: usize,
    items: Vec<&'a [u8]>,
    items_count: usize,
}

/// Finds where values begin and end, by quotes and brackets. What is between
/// them is checked when it is read.
struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    /// Goes through an object's fields, and through the array that `batch` is.
    fn find_batch(&mut self, items_max: usize) -> Result<Option<Found<'a>>, Unreadable> {
        let mut found = None;
        if self.peek() != Some(b'{') {
            // Whether it is JSON of another kind, or none, is found out by reading it.
            return Ok(None);
        }
        self.at += 1;
        if self.takes(b'}') {
            return Ok(None);
        }
        loop {
            let key = self.value();
            self.expect(b':', "`:`")?;
            if key == b"\"batch\"" && self.peek() == Some(b'[') {
                if found.is_some() {
                    return Err(Unreadable::Invalid("`batch` is there twice".to_owned()));
                }
                found = Some(self.array(items_max)?);
            } else {
                self.value();
            }
            if self.takes(b'}') {
                return Ok(found);
            }
            self.expect(b',', "`,` or `}`")?;
        }
    }

    fn array(&mut self, items_max: usize) -> Result<Found<'a>, Unreadable> {
        let mut found = Found { start: self.at, end: 0, items: Vec::new(), items_count: 0 };
        self.at += 1;
        let mut is_done = self.takes(b']');
        while !is_done {
            let item = self.value();
            found.items_count += 1;
            if found.items.len() < items_max {
                found.items.push(item);
            }
            is_done = self.takes(b']');
            if !is_done {
                self.expect(b',', "`,` or `]`")?;
            }
        }
        found.end = self.at;
        Ok(found)
    }

    /// Passes a value, or whatever stands in its place. Uses no stack for what
    /// is nested.
    fn value(&mut self) -> &'a [u8] {
        self.peek();
        let start = self.at;
        let mut depth = 0_usize;
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b'"' => self.string(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                }
                b',' | b':' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => break,
                _ => self.at += 1,
            }
        }
        &self.text[start..self.at]
    }

    /// Passes a string, from its opening quote.
    fn string(&mut self) {
        self.at += 1;
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b'"' => {
                    self.at += 1;
                    return;
                }
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        // A backslash at the very end would lead beyond it.
        self.at = self.text.len();
    }

    /// The next byte that is not white space.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.text.get(self.at) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    fn takes(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn expect(&mut self, byte: u8, what: &str) -> Result<(), Unreadable> {
        if self.takes(byte) {
            return Ok(());
        }
        Err(Unreadable::Invalid(format!("expected {what} at byte {}", self.at)))
    }
}

/// `text` with U+FFFD in the place of each escape that is half of a surrogate
/// pair; none if there is no such escape.
fn without_lone_surrogates(text: &[u8]) -> Option<Vec<u8>> {
    let mut lone = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if text[at] != b'\\' {
            at += 1;
            continue;
        }
        match escaped(text, at) {
            Some(0xD800..=0xDBFF) if matches!(escaped(text, at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => {
                lone.push(at);
                at += 6;
            }
            _ => at += 2,
        }
    }
    let mut whole = (!lone.is_empty()).then(|| text.to_owned())?;
    for at in lone {
        whole[at..at + 6].copy_from_slice(b"\\ufffd");
    }
    Some(whole)
}

/// The code unit of the escape, `\u` and four digits, that begins at `at`.
fn escaped(text: &[u8], at: usize) -> Option<u32> {
    let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let mut unit = 0;
    for digit in digits {
        unit = unit * 16 + char::from(*digit).to_digit(16)?;
    }
    Some(unit)
}
