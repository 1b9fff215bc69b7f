//! A destination's settings: TOML values become a JSON object, and strings that
//! are references become what they refer to. It prints no value, as any may be a secret.

use fnhost::Sealed;
use serde_json::{Map, Number, Value as Json};
use toml::de::{DeInteger, DeValue};

use super::read::{Table, Value};
use super::secret::{Resolver, Secret};

/// The most bytes that the settings of a destination have as JSON.
pub const SETTINGS_BYTES_MAX: usize = 1024 * 1024;

/// The largest integer that JavaScript has with all its neighbours.
const SAFE_INTEGER_MAX: u64 = (1 << 53) - 1;

/// What a destination has as settings.
#[derive(Default)]
pub(super) struct Settings {
    /// The text of a JSON object.
    pub(super) text: Secret,
    /// Those of its texts that came from references, and what is sealed.
    pub(super) secrets: Vec<Secret>,
    /// What stands in the text as a token.
    pub(super) sealed: Vec<Sealed>,
}

/// The settings in `table`.
pub(super) fn settings(table: &Table<'_>, resolver: &Resolver<'_>) -> Settings {
    let mut secrets = Vec::new();
    let mut json = Json::Object(object(table, resolver, &mut secrets));
    let sealed = Sealed::in_settings(&mut json).unwrap_or_else(|error| {
        table.error(error.to_string());
        Vec::new()
    });
    secrets.extend(sealed.iter().map(|sealed| Secret::new(sealed.value())));
    let text = json.to_string();
    if text.len() > SETTINGS_BYTES_MAX {
        table.error(format!("settings have {SETTINGS_BYTES_MAX} bytes at most, and these have {}", text.len()));
    }
    Settings { text: Secret::new(text), secrets, sealed }
}

/// Recursion is bounded by how deep a document may nest.
fn object(table: &Table<'_>, resolver: &Resolver<'_>, secrets: &mut Vec<Secret>) -> Map<String, Json> {
    table.entries().filter_map(|(name, value)| Some((name.to_owned(), json(value, resolver, secrets)?))).collect()
}

fn json(value: Value<'_>, resolver: &Resolver<'_>, secrets: &mut Vec<Secret>) -> Option<Json> {
    match value.raw() {
        DeValue::String(text) => {
            let resolved = resolver.resolve(text).map_err(|why| value.error(why)).ok()?;
            if Resolver::is_reference(text) {
                secrets.push(Secret::new(resolved.clone()));
            }
            Some(Json::String(resolved))
        }
        DeValue::Integer(number) => integer(&value, number),
        DeValue::Float(float) => {
            let number = float.as_str().parse().ok().and_then(Number::from_f64);
            if number.is_none() {
                value.error("JSON has no infinite numbers and no `nan`".to_owned());
            }
            number.map(Json::Number)
        }
        DeValue::Boolean(boolean) => Some(Json::Bool(*boolean)),
        DeValue::Datetime(datetime) => Some(Json::String(datetime.to_string())),
        DeValue::Array(_) => {
            let values = value.array(usize::MAX)?;
            Some(Json::Array(values.into_iter().filter_map(|value| json(value, resolver, secrets)).collect()))
        }
        DeValue::Table(_) => value.table().map(|table| Json::Object(object(&table, resolver, secrets))),
    }
}

fn integer(value: &Value<'_>, number: &DeInteger<'_>) -> Option<Json> {
    let Ok(number) = i64::from_str_radix(number.as_str(), number.radix()) else {
        value.error("an integer has 64 bits at most".to_owned());
        return None;
    };
    if number.unsigned_abs() > SAFE_INTEGER_MAX {
        value.warning(format!("JavaScript rounds integers above {SAFE_INTEGER_MAX}; as a text it stays exact"));
    }
    Some(Json::from(number))
}
