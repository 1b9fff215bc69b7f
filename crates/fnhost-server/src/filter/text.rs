//! Numbers from texts, and JSON texts as JavaScript writes them. It does not
//! know what they are for.

use serde_json::{Number, Value};
use std::cmp::Ordering;

/// The number that `text` is. Signs of both kinds, leading zeros and an exponent
/// may be there; none is too large. It is read as the numbers of events are,
/// because the last bit of a fraction depends on that.
pub(super) fn number(text: &str) -> Option<Number> {
    if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E')) {
        return None;
    }
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    if !unsigned.starts_with(|char: char| char.is_ascii_digit()) {
        return None;
    }
    let significant = unsigned.trim_start_matches('0');
    let zero = if significant.starts_with(|char: char| char.is_ascii_digit()) { "" } else { "0" };
    serde_json::from_str(&format!("{sign}{zero}{significant}")).ok()
}

/// How two numbers compare: exactly if both are integers.
pub(super) fn compare_numbers(left: &Number, right: &Number) -> Option<Ordering> {
    match (integer(left), integer(right)) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

/// The JSON text of `value`, with numbers as JavaScript writes them.
pub(super) fn json(value: &Value) -> String {
    let mut text = String::new();
    write_json(value, &mut text);
    text
}

/// It is as deep as `value`, which its own reader keeps shallow.
fn write_json(value: &Value, text: &mut String) {
    match value {
        Value::Number(number) if number.is_f64() => text.push_str(&javascript_number(number)),
        Value::Array(values) => {
            text.push('[');
            for (at, value) in values.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                write_json(value, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            text.push('{');
            for (at, (key, value)) in fields.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write_json(value, text);
            }
            text.push('}');
        }
        _ => text.push_str(&value.to_string()),
    }
}

fn javascript_number(number: &Number) -> String {
    let number = number.as_f64().unwrap_or_default();
    let size = number.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if (1e-6..1e21).contains(&size) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    if size < 1.0 { text } else { text.replace('e', "e+") }
}

fn integer(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}
