//! Paths to values inside an event, and the lists of keys that filters drop or
//! allow there. It does not know which events they are for.

use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt;

/// Names of fields from the outside in, such as `context.page.url`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path {
    names: Vec<String>,
}

/// A text that is no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the path `{path}` {problem}")]
pub struct PathError {
    path: String,
    problem: &'static str,
}

/// For each of some paths, keys of the objects there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    keys_at: Vec<(Path, BTreeSet<String>)>,
}

impl Path {
    /// Reads a path: names with dots between them; `""` is the event itself.
    /// In a name `\` makes the next character part of it, so `\.` is a dot.
    pub fn parse(text: &str) -> Result<Path, PathError> {
        let error = |problem| PathError { path: text.to_owned(), problem };
        if text.is_empty() {
            return Ok(Path { names: Vec::new() });
        }
        let mut names = vec![String::new()];
        let mut rest = text.chars();
        while let Some(char) = rest.next() {
            let name = names.last_mut().expect("there is a first name from the start");
            match char {
                '.' => names.push(String::new()),
                '\\' => name.push(rest.next().ok_or_else(|| error("ends with an escape of nothing"))?),
                _ => name.push(char),
            }
        }
        if names.iter().any(String::is_empty) {
            return Err(error("has an empty name"));
        }
        Ok(Path { names })
    }

    pub(super) fn from_names(names: Vec<String>) -> Path {
        Path { names }
    }

    /// Whether this is the event itself.
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The value here. Only objects have fields; lists and texts have none.
    pub(super) fn get<'e>(&self, event: &'e Value) -> Option<&'e Value> {
        self.names.iter().try_fold(event, |value, name| value.as_object()?.get(name))
    }

    /// Calls `change` with the object here, or with every object of the list
    /// here; a list on the way there is entered in the same manner.
    fn for_each_object(&self, event: &mut Value, change: &dyn Fn(&mut Map<String, Value>)) {
        let mut objects: Vec<_> = objects_of(event).collect();
        for name in &self.names {
            objects = objects.into_iter().filter_map(|object| object.get_mut(name)).flat_map(objects_of).collect();
        }
        objects.into_iter().for_each(change);
    }
}

/// The object that `value` is, or those in the list that it is.
fn objects_of(value: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    let (one, many) = match value {
        Value::Object(object) => (Some(object), None),
        Value::Array(values) => (None, Some(values)),
        _ => (None, None),
    };
    one.into_iter().chain(many.into_iter().flatten().filter_map(Value::as_object_mut))
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.names.iter().enumerate() {
            let name = name.replace('\\', "\\\\").replace('.', "\\.");
            write!(f, "{}{name}", if at == 0 { "" } else { "." })?;
        }
        Ok(())
    }
}

impl Fields {
    /// Adds keys of the object at `path`, or of every object of the list there.
    #[must_use]
    pub fn with(mut self, path: Path, keys: impl IntoIterator<Item = String>) -> Fields {
        self.keys_at.push((path, keys.into_iter().collect()));
        self
    }

    /// Removes the keys.
    pub(super) fn drop_from(&self, event: &mut Value) {
        self.retain_in(event, |keys, key| !keys.contains(key));
    }

    /// Removes every key but these from the objects at the paths.
    pub(super) fn allow_in(&self, event: &mut Value) {
        self.retain_in(event, |keys, key| keys.contains(key));
    }

    /// The order of the keys that stay is kept.
    fn retain_in(&self, event: &mut Value, is_kept: fn(&BTreeSet<String>, &str) -> bool) {
        for (path, keys) in &self.keys_at {
            path.for_each_object(event, &|object| object.retain(|key, _| is_kept(keys, key)));
        }
    }
}
