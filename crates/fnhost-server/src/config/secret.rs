//! Secrets: text that is never printed, and the references to the environment
//! and to files that secrets come from. It does not know what a secret is for.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::errors::shown;
use super::files;

/// The largest file that a reference may name.
pub const SECRET_FILE_BYTES_MAX: u64 = 64 * 1024;

/// The most that all references of a configuration may come to.
pub const REFERENCED_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Text that must not be seen. Shown in any way, it is `[secret]`.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text`.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text itself, for the one place that has to use it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Where references lead.
#[derive(Clone, Copy)]
pub struct References<'a> {
    /// The value of an environment variable, `None` if it is not set.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// The folder that relative paths start from: the one of the configuration file.
    pub base_dir: &'a Path,
}

impl fmt::Debug for References<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("References").field("base_dir", &self.base_dir).finish_non_exhaustive()
    }
}

/// Follows references; a file is read once, however often it is named.
pub(super) struct Resolver<'a> {
    references: References<'a>,
    files: RefCell<HashMap<String, Result<String, String>>>,
    bytes: Cell<usize>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(references: References<'a>) -> Resolver<'a> {
        Resolver { references, files: RefCell::default(), bytes: Cell::new(0) }
    }

    /// `path`, seen from the configuration's folder.
    pub(super) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.references.base_dir.join(path)
    }

    /// What `text` stands for: `env:NAME`, `file:path`, `literal:text`, or itself.
    /// The error names the variable or the file, never a value.
    pub(super) fn resolve(&self, text: &str) -> Result<String, String> {
        let value = if let Some(name) = text.strip_prefix("env:") {
            self.variable(name)
        } else if let Some(path) = text.strip_prefix("file:") {
            self.file(path)
        } else {
            return Ok(text.strip_prefix("literal:").unwrap_or(text).to_owned());
        };
        value.and_then(|value| self.counted(value))
    }

    /// Whether `text` stands for a value from elsewhere.
    pub(super) fn is_reference(text: &str) -> bool {
        text.starts_with("env:") || text.starts_with("file:")
    }

    fn counted(&self, value: String) -> Result<String, String> {
        self.bytes.set(self.bytes.get().saturating_add(value.len()));
        if self.bytes.get() > REFERENCED_BYTES_MAX {
            return Err(format!("the values of all references come to more than {REFERENCED_BYTES_MAX} bytes"));
        }
        Ok(value)
    }

    fn variable(&self, name: &str) -> Result<String, String> {
        // The system cannot be asked for these.
        if name.is_empty() || name.contains(['=', '\0']) {
            return Err(format!("`env:{}` does not name a variable; write `env:NAME`", shown(name)));
        }
        let value = (self.references.env)(name);
        value.ok_or_else(|| format!("the environment variable `{}` is not set", shown(name)))
    }

    fn file(&self, path: &str) -> Result<String, String> {
        if path.is_empty() {
            return Err("`file:` does not name a file; write `file:path`".to_owned());
        }
        let mut files = self.files.borrow_mut();
        let read = || {
            let text = files::read_text(&self.path(path), SECRET_FILE_BYTES_MAX);
            text.map(without_newline).map_err(|why| format!("the file `{}` cannot be used: {why}", shown(path)))
        };
        files.entry(path.to_owned()).or_insert_with(read).clone()
    }
}

/// Editors end a file with a newline, which is not part of the secret.
fn without_newline(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    text
}
