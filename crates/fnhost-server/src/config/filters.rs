//! The `[[destination.filter]]`s: from tables to conditions and actions. What
//! filters do is in `crate::filter`.

use super::read::{Table, Value};
use crate::filter::{Action, Condition, Fields, Filter, Filters, Path};

/// The most filter tables that are looked at; how many there may be is for `Filters` to say.
const TABLES_MAX: usize = 100;

/// The most keys that a filter lists for a path.
const KEYS_MAX: usize = 1_000;

/// The filters of `destination`.
pub(super) fn read(destination: &mut Table<'_>) -> Filters {
    let tables = destination.tables("filter", TABLES_MAX);
    let filters: Vec<_> = tables.into_iter().map(filter).collect();
    Filters::new(filters).unwrap_or_else(|error| {
        destination.error(error.to_string());
        Filters::default()
    })
}

/// A filter; where it is wrong, one that does nothing, as it counts all the same.
fn filter(mut table: Table<'_>) -> Filter {
    let mut filter =
        Filter { title: String::new(), condition: Condition::All, action: Action::OnlySend, enabled: true };
    let title = table.get("title");
    if let Some(text) = title.as_ref().and_then(Value::string) {
        text.clone_into(&mut filter.title);
        if let (Err(why), Some(value)) = (filter.check(), &title) {
            value.error(why.to_string());
            filter.title.clear();
        }
    }
    if let Some(value) = table.require("if") {
        filter.condition = condition(&value).unwrap_or(filter.condition);
        if filter.title.is_empty() {
            // It is called by what it says, as far as a title may be long.
            filter.title = value.raw().as_str().unwrap_or_default().chars().take(64).collect();
        }
    }
    if let Some(action) = table.require("action").and_then(action) {
        filter.action = action;
    }
    table.boolean("enabled", &mut filter.enabled);
    table.finish();
    filter
}

fn condition(value: &Value<'_>) -> Option<Condition> {
    let condition = match Condition::parse(value.string()?) {
        Ok(condition) => condition,
        Err(error) => {
            value.error(format!("at {}:{} of the expression: {}", error.line, error.column, error.message));
            return None;
        }
    };
    if let Condition::Expression(expression) = &condition {
        for warning in expression.warnings() {
            value.warning(format!("at {}:{} of the expression: {}", warning.line, warning.column, warning.message));
        }
    }
    Some(condition)
}

fn action(value: Value<'_>) -> Option<Action> {
    if value.raw().is_str() {
        return simple_action(&value);
    }
    if !value.raw().is_table() {
        return value.expected("a string or a table");
    }
    let mut table = value.table()?;
    let sample = table.get("sample");
    let path = table.get("path");
    let drop_properties = table.get("drop_properties");
    let allow_properties = table.get("allow_properties");
    if let Some(value) = path.as_ref().filter(|_| sample.is_none()) {
        value.error("`path` goes with `sample` only".to_owned());
    }
    let action = match (sample, drop_properties, allow_properties) {
        (Some(sample), None, None) => {
            let path = path.map(|value| sample_path(&value));
            sample.number(0.0..=1.0).map(|percent| Action::Sample { percent, path: path.flatten() })
        }
        (None, Some(value), None) => fields(value).map(Action::DropProperties),
        (None, None, Some(value)) => fields(value).map(Action::AllowProperties),
        _ => {
            table.error("expected one of `sample`, `drop_properties` and `allow_properties`".to_owned());
            None
        }
    };
    table.finish();
    action
}

fn simple_action(value: &Value<'_>) -> Option<Action> {
    let text = value.string()?;
    if ["sample", "drop_properties", "allow_properties"].contains(&text) {
        value.error(format!("`{text}` says too little; write a table, such as {}", example(text)));
        return None;
    }
    let is_drop = value.choice(&[("drop", true), ("only_send", false)])?;
    Some(if is_drop { Action::Drop } else { Action::OnlySend })
}

fn example(action: &str) -> &'static str {
    match action {
        "sample" => "`{ sample = 0.1 }`",
        "drop_properties" => "`{ drop_properties = { properties = [\"email\"] } }`",
        _ => "`{ allow_properties = { properties = [\"plan\"] } }`",
    }
}

fn sample_path(value: &Value<'_>) -> Option<Path> {
    let text = value.string()?;
    if text.is_empty() {
        value.error("expected the path of a field, found an empty text".to_owned());
        return None;
    }
    Path::parse(text).map_err(|error| value.error(error.to_string())).ok()
}

/// Keys by the path of the object that they are in.
fn fields(value: Value<'_>) -> Option<Fields> {
    let table = value.table()?;
    let mut fields = Fields::default();
    let mut is_empty = true;
    for (path, value) in table.entries() {
        is_empty = false;
        let keys = value.array(KEYS_MAX).unwrap_or_default();
        let keys: Vec<_> = keys.iter().filter_map(Value::string).map(str::to_owned).collect();
        match Path::parse(path) {
            Ok(path) => fields = fields.with(path, keys),
            Err(error) => value.error(error.to_string()),
        }
    }
    if is_empty {
        table.error("expected lists of keys by path, found none".to_owned());
    }
    Some(fields)
}
