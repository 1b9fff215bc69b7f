//! What is wrong with a source, and where.

use oxc::diagnostics::OxcDiagnostic;
use oxc::span::Span;
use std::fmt;

/// Something that is wrong with a source, or worth a look.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Whether the function can be built in spite of it.
    pub severity: Severity,
    /// The source's name.
    pub file: String,
    /// Line and column, counted from 1, columns in characters; none where no place is to blame.
    pub place: Option<(u32, u32)>,
    /// The line itself.
    pub line_text: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The function cannot be built.
    Error,
    /// The function can be built, but will probably not do what it should.
    Warning,
}

/// The longest line that is shown; what is minified is no help to a reader.
const LINE_CHARS_MAX: usize = 200;

impl Diagnostic {
    pub(crate) fn error(file: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            file: file.to_owned(),
            place: None,
            line_text: String::new(),
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn warning(file: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(file, message) }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// At a byte offset of `source`.
    pub(crate) fn at_offset(self, source: &str, offset: u32) -> Diagnostic {
        let before = &source[..source.floor_char_boundary(offset as usize)];
        let line = before.matches('\n').count() as u32 + 1;
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before[line_start..].chars().count() as u32 + 1;
        self.at(source, line, column)
    }

    pub(crate) fn at_span(self, source: &str, span: Span) -> Diagnostic {
        self.at_offset(source, span.start)
    }

    /// At a line and a column of `source`.
    pub(crate) fn at(mut self, source: &str, line: u32, column: u32) -> Diagnostic {
        self.place = Some((line, column));
        self.line_text = source.lines().nth(line as usize - 1).unwrap_or_default().to_owned();
        self
    }

    /// A syntax error from the parser.
    pub(crate) fn from_parser(file: &str, source: &str, error: &OxcDiagnostic) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(file, error.message.to_string());
        diagnostic.help = error.help.as_ref().map(ToString::to_string);
        // Of a name that is declared twice the second place is to blame; the parser names both.
        let is_redeclared = error.message.contains("already been declared");
        match if is_redeclared { error.labels.last() } else { error.labels.first() } {
            Some(label) => diagnostic.at_offset(source, label.offset()),
            None => diagnostic,
        }
    }
}

/// `file:line:column: error: message`, then the line with a mark below, then the help.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some((line, column)) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, ": {severity}: {}", self.message)?;
        if let Some((line, column)) = self.place {
            self.fmt_line(f, line, column)?;
        }
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl Diagnostic {
    fn fmt_line(&self, f: &mut fmt::Formatter<'_>, line: u32, column: u32) -> fmt::Result {
        let before = column as usize - 1;
        // Of a long line, the part around the place.
        let skipped = before.saturating_sub(LINE_CHARS_MAX / 2);
        let shown = self.line_text.chars().skip(skipped).take(LINE_CHARS_MAX);
        let text: String = shown.map(|char| if char.is_control() { ' ' } else { char }).collect();
        if text.trim().is_empty() {
            return Ok(());
        }
        let number = line.to_string();
        write!(f, "\n  {number} | {}", text.trim_end())?;
        write!(f, "\n  {} | {}^", " ".repeat(number.len()), " ".repeat(before - skipped))
    }
}
