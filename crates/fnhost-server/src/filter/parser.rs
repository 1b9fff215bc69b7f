//! FQL's tokens as a tree. It does not know what the tree comes to.
//!
//! ```text
//! or         := and ("or" and)*
//! and        := unary ("and" unary)*
//! unary      := "!" unary | comparison
//! comparison := primary (("=" | "!=" | ">" | ">=" | "<" | "<=" | "in") primary)?
//! primary    := "(" or ")" | function "(" primary ("," primary)* ")" | field | literal | list
//! field      := name ("." name)*
//! list       := "[" (literal ("," literal)*)? "]"
//! literal    := string | number | "true" | "false" | "null"
//! ```

use super::evaluate::Function;
use super::fql::FQL_BYTES_MAX;
use super::glob::Glob;
use super::lexer::{self, Position, Remark, Symbol, Token, shown_name};
use super::path::Path;
use serde_json::Value;

/// Parentheses, calls and `!` that may be inside of each other.
const NESTING_MAX: usize = 64;

/// A part of an expression, and where it begins.
pub(super) struct Node {
    pub(super) position: Position,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    Literal(Value),
    Field(Path),
    Not(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Compare(Operator, Box<Node>, Box<Node>),
    Contains(Box<Node>, Box<Node>),
    Match(Box<Node>, Pattern),
    /// A call of any other function; they all take one argument.
    Call(Function, Box<Node>),
}

/// The pattern of `match`.
pub(super) enum Pattern {
    /// It is written in the expression.
    Written(Glob),
    /// It depends on the event.
    Computed(Box<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    In,
}

/// The tree of `source`, and what is doubtful in it.
pub(super) fn parse(source: &str) -> Result<(Node, Vec<Remark>), Remark> {
    let start = Position { line: 1, column: 1 };
    if source.len() > FQL_BYTES_MAX {
        return Err(Remark::new(start, format!("the expression has {} bytes, limit {FQL_BYTES_MAX}", source.len())));
    }
    let mut parser = Parser { tokens: lexer::lex(source)?, next: 0, warnings: Vec::new() };
    if parser.peek() == &Symbol::End {
        return Err(Remark::new(start, "the expression is empty"));
    }
    let root = parser.or(0)?;
    if parser.peek() != &Symbol::End {
        return Err(parser.expected_operator("the end"));
    }
    if !may_be_bool(&root.kind) {
        let message = "the expression never comes to true or false, so it matches nothing";
        parser.warnings.push(Remark::new(root.position, message));
    }
    parser.warnings.sort_by_key(|warning| warning.position);
    Ok((root, parser.warnings))
}

struct Parser {
    /// The last is `End`, and is never gone past.
    tokens: Vec<Token>,
    next: usize,
    warnings: Vec<Remark>,
}

impl Parser {
    fn or(&mut self, depth: usize) -> Result<Node, Remark> {
        let mut first_and = None;
        let mut first_or = None;
        let mut operands = vec![self.and(depth, &mut first_and)?];
        while let Some(position) = self.accept(&Symbol::Or) {
            first_or.get_or_insert(position);
            operands.push(self.and(depth, &mut first_and)?);
        }
        if let (Some(and), Some(or)) = (first_and, first_or) {
            let message = "`and` binds tighter than `or` here; add parentheses to say which is meant";
            self.warnings.push(Remark::new(and.max(or), message));
        }
        Ok(one_or(operands, Kind::Or))
    }

    /// `first` is set to the place of an `and`, unless it was set before.
    fn and(&mut self, depth: usize, first: &mut Option<Position>) -> Result<Node, Remark> {
        let mut operands = vec![self.unary(depth)?];
        while let Some(position) = self.accept(&Symbol::And) {
            first.get_or_insert(position);
            operands.push(self.unary(depth)?);
        }
        Ok(one_or(operands, Kind::And))
    }

    fn unary(&mut self, depth: usize) -> Result<Node, Remark> {
        let Some(position) = self.accept(&Symbol::Not) else { return Ok(self.comparison(depth)?.0) };
        let depth = deeper(depth, position)?;
        let operand = if self.peek() == &Symbol::Not {
            self.unary(depth)?
        } else {
            let (operand, is_compared) = self.comparison(depth)?;
            if is_compared {
                let message = "`!` is applied to the whole comparison; add parentheses to say which is meant";
                self.warnings.push(Remark::new(position, message));
            }
            operand
        };
        Ok(Node { position, kind: Kind::Not(Box::new(operand)) })
    }

    /// A comparison, or just its left side; and whether it is one.
    fn comparison(&mut self, depth: usize) -> Result<(Node, bool), Remark> {
        let left = self.primary(depth)?;
        let Some(operator) = operator_of(self.peek()) else { return Ok((left, false)) };
        self.take();
        let right = self.primary(depth)?;
        if let (Operator::In, Kind::Literal(literal)) = (operator, &right.kind)
            && !literal.is_array()
        {
            return Err(Remark::new(right.position, "`in` takes a list or a field on its right"));
        }
        if operator_of(self.peek()).is_some() {
            return Err(Remark::new(self.position(), "comparisons cannot be chained; add parentheses"));
        }
        let position = left.position;
        Ok((Node { position, kind: Kind::Compare(operator, Box::new(left), Box::new(right)) }, true))
    }

    fn primary(&mut self, depth: usize) -> Result<Node, Remark> {
        let position = self.position();
        let kind = match self.peek() {
            Symbol::ParenLeft => return self.parenthesised(depth),
            Symbol::BracketLeft => self.list()?,
            Symbol::Word { .. } => return self.word(depth),
            _ => match self.literal() {
                Some(literal) => Kind::Literal(literal),
                None => return Err(self.expected_value()),
            },
        };
        Ok(Node { position, kind })
    }

    fn parenthesised(&mut self, depth: usize) -> Result<Node, Remark> {
        let depth = deeper(depth, self.position())?;
        self.take();
        let inside = self.or(depth)?;
        if self.peek() == &Symbol::Comma {
            return Err(Remark::new(self.position(), "expected `)`, got `,`; a list is written in brackets"));
        }
        self.accept(&Symbol::ParenRight).ok_or_else(|| self.expected_operator("`)`"))?;
        Ok(inside)
    }

    /// A literal that is not a list, if one is next.
    fn literal(&mut self) -> Option<Value> {
        let literal = match self.peek() {
            Symbol::Text(text) => Value::String(text.clone()),
            Symbol::Number(number) => Value::Number(number.clone()),
            Symbol::Null => Value::Null,
            Symbol::Word { text, is_escaped: false } if text == "true" => Value::Bool(true),
            Symbol::Word { text, is_escaped: false } if text == "false" => Value::Bool(false),
            _ => return None,
        };
        self.take();
        Some(literal)
    }

    fn list(&mut self) -> Result<Kind, Remark> {
        self.take();
        let mut values = Vec::new();
        if self.accept(&Symbol::BracketRight).is_some() {
            return Ok(Kind::Literal(Value::Array(values)));
        }
        loop {
            values.push(self.literal().ok_or_else(|| self.expected("a string, a number, true, false or null"))?);
            if self.accept(&Symbol::BracketRight).is_some() {
                return Ok(Kind::Literal(Value::Array(values)));
            }
            self.accept(&Symbol::Comma).ok_or_else(|| self.expected("`,` or `]`"))?;
        }
    }

    /// What begins with a word: a call, `true`, `false`, or a field.
    fn word(&mut self, depth: usize) -> Result<Node, Remark> {
        let position = self.position();
        match self.tokens.get(self.next + 1).map(|token| &token.symbol) {
            Some(Symbol::ParenLeft) => return self.call(depth),
            Some(Symbol::Dot) => {}
            _ => {
                if let Some(literal) = self.literal() {
                    return Ok(Node { position, kind: Kind::Literal(literal) });
                }
            }
        }
        let mut names = Vec::new();
        loop {
            let Symbol::Word { text, .. } = self.peek() else { return Err(self.expected("a field's name after `.`")) };
            names.push(text.clone());
            self.take();
            if self.accept(&Symbol::Dot).is_none() {
                return Ok(Node { position, kind: Kind::Field(Path::from_names(names)) });
            }
        }
    }

    fn call(&mut self, depth: usize) -> Result<Node, Remark> {
        let Token { symbol, position } = self.take();
        let Symbol::Word { text: name, .. } = symbol else { return Err(self.expected("a function's name")) };
        let function = Function::named(&name).ok_or_else(|| {
            let known = Function::ALL.map(Function::name).join(", ");
            Remark::new(position, format!("unknown function `{}`; the functions are {known}", shown_name(&name)))
        })?;
        let depth = deeper(depth, position)?;
        let arguments = self.arguments(depth)?;
        let (expected, count) = (function.argument_count(), arguments.len());
        let kind = (count == expected).then(|| self.compiled_call(function, arguments)).flatten();
        let kind = kind.ok_or_else(|| {
            let plural = if expected == 1 { "" } else { "s" };
            Remark::new(position, format!("`{name}` takes {expected} argument{plural}, got {count}"))
        })?;
        Ok(Node { position, kind })
    }

    /// What is between a call's parentheses.
    fn arguments(&mut self, depth: usize) -> Result<Vec<Node>, Remark> {
        self.take();
        let mut arguments = Vec::new();
        if self.accept(&Symbol::ParenRight).is_some() {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.primary(depth)?);
            if self.accept(&Symbol::ParenRight).is_some() {
                return Ok(arguments);
            }
            self.accept(&Symbol::Comma).ok_or_else(|| self.expected("`,` or `)`"))?;
        }
    }

    /// A call with as many arguments as the function takes.
    fn compiled_call(&mut self, function: Function, arguments: Vec<Node>) -> Option<Kind> {
        let mut arguments = arguments.into_iter().map(Box::new);
        let first = arguments.next()?;
        Some(match arguments.next() {
            None => Kind::Call(function, first),
            Some(second) if function == Function::Match => Kind::Match(first, self.pattern(second)),
            Some(second) => Kind::Contains(first, second),
        })
    }

    fn pattern(&mut self, node: Box<Node>) -> Pattern {
        let Kind::Literal(Value::String(text)) = &node.kind else { return Pattern::Computed(node) };
        let glob = Glob::new(text);
        if glob.is_malformed() {
            self.warnings.push(Remark::new(node.position, "the pattern is malformed and matches nothing"));
        }
        Pattern::Written(glob)
    }

    /// The error that something else than `wanted` is next.
    fn expected(&self, wanted: &str) -> Remark {
        Remark::new(self.position(), format!("expected {wanted}, got {}", self.peek()))
    }

    fn expected_value(&self) -> Remark {
        let mut error = self.expected("a value");
        if let Symbol::And | Symbol::Or = self.peek() {
            error.message.push_str("; a field of that name is written with a `\\` before it");
        }
        error
    }

    fn expected_operator(&self, end: &str) -> Remark {
        let mut error = self.expected(&format!("`and`, `or` or {end}"));
        if let Symbol::Word { text, .. } = self.peek()
            && matches!(text.as_str(), "and" | "or")
        {
            error.message.push_str("; put a space after it to make it an operator");
        }
        error
    }

    fn peek(&self) -> &Symbol {
        self.tokens.get(self.next).map_or(&Symbol::End, |token| &token.symbol)
    }

    fn position(&self) -> Position {
        let token = self.tokens.get(self.next).or_else(|| self.tokens.last());
        token.map_or(Position { line: 1, column: 1 }, |token| token.position)
    }

    fn take(&mut self) -> Token {
        let token = Token { symbol: self.peek().clone(), position: self.position() };
        self.next += 1;
        token
    }

    /// Takes `symbol` if it is next, and says where it was.
    fn accept(&mut self, symbol: &Symbol) -> Option<Position> {
        (self.peek() == symbol).then(|| self.take().position)
    }
}

/// The only operand, or all of them together.
fn one_or(mut operands: Vec<Node>, together: fn(Vec<Node>) -> Kind) -> Node {
    if operands.len() == 1 {
        return operands.swap_remove(0);
    }
    let position = operands[0].position;
    Node { position, kind: together(operands) }
}

/// Whether a result may be a bool, as far as the outermost part tells.
fn may_be_bool(kind: &Kind) -> bool {
    match kind {
        Kind::Literal(literal) => literal.is_boolean(),
        Kind::Call(function, _) => *function == Function::Bool,
        _ => true,
    }
}

fn deeper(depth: usize, position: Position) -> Result<usize, Remark> {
    if depth == NESTING_MAX {
        return Err(Remark::new(position, format!("the expression is nested too deeply, limit {NESTING_MAX} levels")));
    }
    Ok(depth + 1)
}

fn operator_of(symbol: &Symbol) -> Option<Operator> {
    match symbol {
        Symbol::Equal => Some(Operator::Equal),
        Symbol::NotEqual => Some(Operator::NotEqual),
        Symbol::Greater => Some(Operator::Greater),
        Symbol::GreaterOrEqual => Some(Operator::GreaterOrEqual),
        Symbol::Less => Some(Operator::Less),
        Symbol::LessOrEqual => Some(Operator::LessOrEqual),
        Symbol::Word { text, is_escaped: false } if text == "in" => Some(Operator::In),
        _ => None,
    }
}
