//! FQL's source as tokens, with the texts that Segment's own lexer has for what
//! is wrong. It knows nothing of the order of tokens.
//!
//! Lines and columns are for people and count from 1; Segment's count from 0. A
//! place is that of the character to blame: the quote that is never closed, the
//! character that cannot follow. More is accepted in two cases: `<` and `>` may
//! follow an identifier, and anything may follow `!=`, `>=` and `<=`. Segment's
//! errors on texts of unreasonable length cannot occur within 5 KB, but for the
//! one on numbers, which is given to those that are too large.

use super::text;
use serde_json::Number;
use std::fmt;
use std::str::Chars;

/// The most characters of a name that a message repeats.
const SHOWN_CHARS_MAX: usize = 40;

/// A place in a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// A mistake or a warning, and its place.
pub(super) struct Remark {
    pub(super) position: Position,
    pub(super) message: String,
}

impl Remark {
    pub(super) fn new(position: Position, message: impl Into<String>) -> Remark {
        Remark { position, message: message.into() }
    }
}

pub(super) struct Token {
    pub(super) symbol: Symbol,
    pub(super) position: Position,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Symbol {
    /// An identifier; one that was written with escapes is never a keyword.
    Word {
        text: String,
        is_escaped: bool,
    },
    Text(String),
    Number(Number),
    Null,
    And,
    Or,
    Not,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Dot,
    Comma,
    ParenLeft,
    ParenRight,
    BracketLeft,
    BracketRight,
    End,
}

/// The tokens of `source`, of which the last is `End`.
pub(super) fn lex(source: &str) -> Result<Vec<Token>, Remark> {
    let mut lexer = Lexer { rest: source.chars(), position: Position { line: 1, column: 1 } };
    let mut tokens: Vec<Token> = Vec::new();
    loop {
        lexer.skip_whitespace();
        let position = lexer.position;
        let is_after_dot = tokens.last().is_some_and(|token| token.symbol == Symbol::Dot);
        let symbol = lexer.symbol(is_after_dot)?;
        let is_end = symbol == Symbol::End;
        tokens.push(Token { symbol, position });
        if is_end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'s> {
    rest: Chars<'s>,
    position: Position,
}

impl Lexer<'_> {
    /// The next token. What follows a dot is a name, whatever it looks like.
    fn symbol(&mut self, is_after_dot: bool) -> Result<Symbol, Remark> {
        let position = self.position;
        let Some(first) = self.peek() else { return Ok(Symbol::End) };
        if begins_name(first) || is_after_dot && is_in_name(first) {
            return self.word(is_after_dot);
        }
        if first.is_ascii_digit() || matches!(first, '+' | '-') {
            return self.number();
        }
        self.advance();
        Ok(match first {
            '\'' | '"' => self.text(first, position)?,
            '!' => self.not()?,
            '=' => Symbol::Equal,
            '>' if self.accept('=') => Symbol::GreaterOrEqual,
            '>' => Symbol::Greater,
            '<' if self.accept('=') => Symbol::LessOrEqual,
            '<' => Symbol::Less,
            '.' => Symbol::Dot,
            ',' => Symbol::Comma,
            '(' => Symbol::ParenLeft,
            ')' => Symbol::ParenRight,
            '[' => Symbol::BracketLeft,
            ']' => Symbol::BracketRight,
            _ => return Err(invalid(position, first)),
        })
    }

    fn word(&mut self, is_after_dot: bool) -> Result<Symbol, Remark> {
        let mut text = String::new();
        let mut is_escaped = is_after_dot;
        while let Some(char) = self.peek().filter(|char| is_in_name(*char)) {
            let position = self.position;
            self.advance();
            if char != '\\' {
                text.push(char);
                continue;
            }
            let message = "expected character after escape character, got EOS";
            text.push(self.advance().ok_or_else(|| Remark::new(position, message))?);
            is_escaped = true;
        }
        let next = self.peek();
        if !is_terminator(next) && !matches!(next, Some('.' | '(' | '=' | '!' | '<' | '>')) {
            let message = format!("expected termination character after identifier, got {}", shown(next));
            return Err(Remark::new(self.position, message));
        }
        let is_keyword = !is_escaped && is_terminator(next);
        Ok(match text.as_str() {
            "and" if is_keyword => Symbol::And,
            "or" if is_keyword => Symbol::Or,
            "null" if is_keyword => Symbol::Null,
            _ => Symbol::Word { text, is_escaped },
        })
    }

    /// A text in quotes, which are `quote`. There are no escapes in it.
    fn text(&mut self, quote: char, position: Position) -> Result<Symbol, Remark> {
        let mut text = String::new();
        loop {
            match self.advance() {
                None => return Err(Remark::new(position, "unterminated string")),
                Some(char) if char == quote => return Ok(Symbol::Text(text)),
                Some(char) => text.push(char),
            }
        }
    }

    fn number(&mut self) -> Result<Symbol, Remark> {
        let start = self.position;
        let mut text = String::new();
        if let Some(sign) = self.peek().filter(|char| matches!(char, '+' | '-')) {
            self.advance();
            text.push(sign);
            if !self.peek().is_some_and(|char| char.is_ascii_digit()) {
                return Err(invalid(start, sign));
            }
        }
        while let Some(char) = self.peek().filter(|char| char.is_ascii_digit() || *char == '.') {
            let position = self.position;
            self.advance();
            if char == '.' {
                self.check_after_point(text.contains('.'), position)?;
            }
            text.push(char);
        }
        let number = text::number(&text).ok_or_else(|| Remark::new(start, "unreasonable number length"))?;
        Ok(Symbol::Number(number))
    }

    /// Checks what follows the decimal point at `position`.
    fn check_after_point(&self, is_second: bool, position: Position) -> Result<(), Remark> {
        let next = self.peek();
        if is_terminator(next) {
            return Err(Remark::new(position, "unexpected terminator after decimal point"));
        }
        if is_second {
            return Err(Remark::new(position, "multiple decimal points in one number"));
        }
        if next.is_some_and(|char| char.is_ascii_digit() || char == '.') {
            return Ok(());
        }
        Err(Remark::new(self.position, format!("expected a digit after decimal point, got '{}'", shown(next))))
    }

    /// What begins with the `!` that was read.
    fn not(&mut self) -> Result<Symbol, Remark> {
        match self.peek() {
            Some('=') => {
                self.advance();
                Ok(Symbol::NotEqual)
            }
            Some(next) if begins_name(next) || matches!(next, '(' | '!') => Ok(Symbol::Not),
            next => Err(Remark::new(self.position, format!("expected '=' after '!', got '{}'", shown(next)))),
        }
    }

    fn skip_whitespace(&mut self) {
        while self.peek().is_some_and(is_whitespace) {
            self.advance();
        }
    }

    fn accept(&mut self, char: char) -> bool {
        let is_next = self.peek() == Some(char);
        if is_next {
            self.advance();
        }
        is_next
    }

    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn advance(&mut self) -> Option<char> {
        let char = self.rest.next()?;
        if char == '\n' {
            self.position = Position { line: self.position.line + 1, column: 1 };
        } else {
            self.position.column += 1;
        }
        Some(char)
    }
}

/// A token as messages have it.
impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Symbol::Word { text, .. } => return write!(f, "`{}`", shown_name(text)),
            Symbol::Text(_) => return f.write_str("a string"),
            Symbol::Number(_) => return f.write_str("a number"),
            Symbol::End => return f.write_str("the end"),
            Symbol::Null => "null",
            Symbol::And => "and",
            Symbol::Or => "or",
            Symbol::Not => "!",
            Symbol::Equal => "=",
            Symbol::NotEqual => "!=",
            Symbol::Greater => ">",
            Symbol::GreaterOrEqual => ">=",
            Symbol::Less => "<",
            Symbol::LessOrEqual => "<=",
            Symbol::Dot => ".",
            Symbol::Comma => ",",
            Symbol::ParenLeft => "(",
            Symbol::ParenRight => ")",
            Symbol::BracketLeft => "[",
            Symbol::BracketRight => "]",
        };
        write!(f, "`{text}`")
    }
}

/// A name as messages have it: printable, and not too long.
pub(super) fn shown_name(name: &str) -> String {
    let mut shown: String = name.chars().take(SHOWN_CHARS_MAX).map(|char| self::shown(Some(char))).collect();
    if name.chars().nth(SHOWN_CHARS_MAX).is_some() {
        shown.push('…');
    }
    shown
}

/// A character as messages have it, printable in any case.
fn shown(char: Option<char>) -> String {
    match char {
        None => "EOS".to_owned(),
        Some(char @ ('\'' | '"' | '\\')) => char.to_string(),
        Some(char) => char.escape_debug().collect(),
    }
}

fn invalid(position: Position, char: char) -> Remark {
    Remark::new(position, format!("invalid character \"{}\"", shown(Some(char))))
}

/// A carriage return is none: it is invalid outside of strings.
fn is_whitespace(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n')
}

/// Whether `next` ends a keyword or a number.
fn is_terminator(next: Option<char>) -> bool {
    next.is_none_or(|char| is_whitespace(char) || matches!(char, ',' | ']' | ')'))
}

fn begins_name(char: char) -> bool {
    char.is_ascii_alphabetic() || matches!(char, '_' | '\\')
}

fn is_in_name(char: char) -> bool {
    begins_name(char) || char.is_ascii_digit() || char == '-'
}
