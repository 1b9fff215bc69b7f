//! Mistakes in a configuration: collected with their places, sorted, and shown
//! one a line. It does not know which mistakes there are.

use std::cell::RefCell;
use std::fmt;

/// The most mistakes that are kept; what is left out is counted.
const MISTAKES_MAX: usize = 200;

/// The most characters of a user's own text that are repeated in a message.
const SHOWN_CHARS_MAX: usize = 64;

/// The most names that a message lists.
const LISTED_MAX: usize = 20;

/// The most changes that make one name out of another that may be meant.
const CHANGES_MAX: usize = 3;

/// One mistake, or one warning, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The line, from 1; 0 if it is about the file as a whole.
    pub line: usize,
    /// The column, from 1, counted in characters; 0 if `line` is.
    pub column: usize,
    /// The key, such as `destination[0].retry.factor`; empty if there is none.
    pub key: String,
    /// What is wrong, and what would be right. It never holds a secret.
    pub message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "{}:{}: ", self.line, self.column)?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.message)
    }
}

/// Every mistake of a configuration, in the order of the file.
///
/// Displayed, each is a line of its own: `fnhost.toml:12:9: destination[0].function: …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors {
    /// The file's name, as messages have it.
    pub path: String,
    /// The mistakes; at least one.
    pub errors: Vec<ConfigError>,
}

impl ConfigErrors {
    /// A mistake that concerns the file as a whole.
    pub(super) fn of_file(path: &str, message: String) -> ConfigErrors {
        let error = ConfigError { line: 0, column: 0, key: String::new(), message };
        ConfigErrors { path: path.to_owned(), errors: vec![error] }
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.errors.iter().enumerate() {
            let (end, space) = (if at == 0 { "" } else { "\n" }, if error.line == 0 { " " } else { "" });
            write!(f, "{end}{}:{space}{error}", self.path)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// Where mistakes and warnings are put while a text is read.
pub(super) struct Report<'t> {
    text: &'t str,
    errors: RefCell<List>,
    warnings: RefCell<List>,
}

/// What was found of one kind, and how much of it was too much.
#[derive(Default)]
struct List {
    found: Vec<Found>,
    left_out: usize,
}

struct Found {
    offset: usize,
    key: String,
    message: String,
}

impl<'t> Report<'t> {
    pub(super) fn new(text: &'t str) -> Report<'t> {
        Report { text, errors: RefCell::default(), warnings: RefCell::default() }
    }

    pub(super) fn error(&self, offset: usize, key: &str, message: String) {
        self.errors.borrow_mut().add(Found { offset, key: key.to_owned(), message });
    }

    pub(super) fn warning(&self, offset: usize, key: &str, message: String) {
        self.warnings.borrow_mut().add(Found { offset, key: key.to_owned(), message });
    }

    /// That `name` is no `what`, and which it may be.
    pub(super) fn unknown(&self, what: &str, name: &str, known: &[&str]) -> String {
        // Comparing with all names is slow, and nobody would see the result.
        let is_full = self.errors.borrow().found.len() == MISTAKES_MAX;
        let near = if is_full { None } else { nearest(name, known.iter().copied()) };
        let name = shown(name);
        match near {
            Some(near) => format!("there is no {what} `{name}`; is `{near}` meant?"),
            None if known.is_empty() => format!("there is no {what} `{name}`, as there are no {what}s at all"),
            None => format!("there is no {what} `{name}`; the {what}s are {}", listed(known.iter().copied())),
        }
    }

    /// The text from `start` to `end`, if there is such a piece.
    pub(super) fn text(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The errors, and the warnings.
    pub(super) fn finish(self) -> (Vec<ConfigError>, Vec<ConfigError>) {
        (self.errors.into_inner().placed(self.text), self.warnings.into_inner().placed(self.text))
    }
}

impl List {
    fn add(&mut self, found: Found) {
        if self.found.len() == MISTAKES_MAX {
            self.left_out += 1;
        } else {
            self.found.push(found);
        }
    }

    fn placed(self, text: &str) -> Vec<ConfigError> {
        let mut placed = placed(text, self.found);
        if self.left_out > 0 {
            let message = format!("there are {} more, which are not shown", self.left_out);
            placed.push(ConfigError { line: 0, column: 0, key: String::new(), message });
        }
        placed
    }
}

/// Sorts what was `found` and turns offsets into lines and columns, in one pass over the text.
fn placed(text: &str, mut found: Vec<Found>) -> Vec<ConfigError> {
    found.sort_by_key(|found| found.offset);
    let (mut line, mut column, mut done) = (1, 1, 0);
    let place = |found: Found| {
        let end = text.floor_char_boundary(found.offset);
        for character in text[done..end].chars() {
            match character {
                '\n' => (line, column) = (line + 1, 1),
                // A byte order mark takes no room on the screen.
                '\u{feff}' => {}
                _ => column += 1,
            }
        }
        done = end;
        ConfigError { line, column, key: found.key, message: found.message }
    };
    found.into_iter().map(place).collect()
}

/// A user's own text, for a message: on one line, and not too long.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::new();
    for (at, character) in text.chars().enumerate() {
        if at == SHOWN_CHARS_MAX {
            shown.push('…');
            break;
        }
        if character.is_control() {
            shown.extend(character.escape_debug());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Names for a message: `` `a`, `b` ``.
pub(super) fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut names = names.into_iter();
    let first: Vec<_> = names.by_ref().take(LISTED_MAX).map(|name| format!("`{}`", shown(name))).collect();
    match names.count() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// The one of `known` that is most likely meant by `name`, if one is near enough.
fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    if name.len() > SHOWN_CHARS_MAX {
        return None;
    }
    // Of short names nearly all are near each other.
    let changes_max = CHANGES_MAX.min(name.chars().count() / 3);
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let near = known.into_iter().filter(|other| other.len() <= SHOWN_CHARS_MAX);
    let near = near.map(|other| (changes(&name, &other.to_lowercase().chars().collect::<Vec<_>>()), other));
    near.filter(|(changes, _)| *changes <= changes_max).min().map(|(_, other)| other)
}

/// How many letters have to be added, left out, replaced or swapped with their
/// neighbour to get from `a` to `b`; too many if it is more than `CHANGES_MAX`.
fn changes(a: &[char], b: &[char]) -> usize {
    let too_many = CHANGES_MAX + 1;
    if a.len().abs_diff(b.len()) > CHANGES_MAX {
        return too_many;
    }
    // A row for each letter of `a`; only cells near the diagonal can be few changes away.
    let mut rows = vec![vec![too_many; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in i.saturating_sub(CHANGES_MAX)..=b.len().min(i + CHANGES_MAX) {
            let mut fewest =
                if i == 0 || j == 0 { i + j } else { rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]) };
            if i > 0 {
                fewest = fewest.min(rows[i - 1][j] + 1);
            }
            if j > 0 {
                fewest = fewest.min(rows[i][j - 1] + 1);
            }
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                fewest = fewest.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = fewest;
        }
    }
    rows[a.len()][b.len()]
}
