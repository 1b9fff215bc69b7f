//! What a source probably does not mean to do. Nothing here stops a build.

use crate::deep::with_deep_stack;
use crate::diagnostics::Diagnostic;
use crate::source::{PARAMETERS, Source, is_handler};
use fnhost::Handler;
use oxc::allocator::Allocator;
use oxc::ast::AstKind;
use oxc::ast::ast::{Expression, IdentifierReference};
use oxc::semantic::{AstNode, Semantic};
use oxc::span::{GetSpan, Span};
use oxc::syntax::operator::UnaryOperator;
use std::collections::HashSet;

/// Globals that a function finds: the language's, and those of guest-js.
pub(crate) const GLOBALS: &[&str] = &[
    // The language.
    "AggregateError",
    "Array",
    "ArrayBuffer",
    "AsyncDisposableStack",
    "BigInt",
    "BigInt64Array",
    "BigUint64Array",
    "Boolean",
    "DataView",
    "Date",
    "DisposableStack",
    "Error",
    "EvalError",
    "FinalizationRegistry",
    "Float16Array",
    "Float32Array",
    "Float64Array",
    "Function",
    "Infinity",
    "InternalError",
    "Int16Array",
    "Int32Array",
    "Int8Array",
    "Iterator",
    "JSON",
    "Map",
    "Math",
    "NaN",
    "Number",
    "Object",
    "Promise",
    "Proxy",
    "RangeError",
    "ReferenceError",
    "Reflect",
    "RegExp",
    "Set",
    "SharedArrayBuffer",
    "String",
    "SuppressedError",
    "Symbol",
    "SyntaxError",
    "TypeError",
    "URIError",
    "Uint16Array",
    "Uint32Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "WeakMap",
    "WeakRef",
    "WeakSet",
    "arguments",
    "decodeURI",
    "decodeURIComponent",
    "encodeURI",
    "encodeURIComponent",
    "escape",
    "eval",
    "globalThis",
    "isFinite",
    "isNaN",
    "parseFloat",
    "parseInt",
    "undefined",
    "unescape",
    // guest-js.
    "AbortController",
    "AbortSignal",
    "DOMException",
    "DropEvent",
    "Event",
    "EventNotSupported",
    "EventTarget",
    "Headers",
    "InvalidEventPayload",
    "Request",
    "Response",
    "RetryError",
    "TextDecoder",
    "TextEncoder",
    "URL",
    "URLSearchParams",
    "ValidationError",
    "atob",
    "btoa",
    "cache",
    "clearImmediate",
    "clearInterval",
    "clearTimeout",
    "console",
    "crypto",
    "fetch",
    "global",
    "performance",
    "queueMicrotask",
    "setImmediate",
    "setInterval",
    "setTimeout",
    "structuredClone",
    "window",
];

/// What is wrong with the source `text` called `name`, and what is worth a
/// look: syntax errors; identifiers that nothing defines; handlers
/// that no event calls; a `fetch` that nothing waits for. Nothing is run.
pub fn check(name: &str, text: &str) -> Vec<Diagnostic> {
    with_deep_stack(|| {
        let allocator = Allocator::default();
        match Source::parse(&allocator, name, text) {
            Ok(source) => check_source(&source),
            Err(errors) => errors,
        }
    })
}

pub(crate) fn check_source(source: &Source<'_>) -> Vec<Diagnostic> {
    let semantic = source.semantic();
    let mut found = Vec::new();
    undefined_names(source, &semantic, &mut found);
    uncalled_handlers(source, &semantic, &mut found);
    missing_await(source, &semantic, &mut found);
    found.sort_by_key(|diagnostic| diagnostic.place);
    found
}

fn undefined_names(source: &Source<'_>, semantic: &Semantic<'_>, found: &mut Vec<Diagnostic>) {
    let scoping = semantic.scoping();
    let on_demand = crate::guest::index().globals.keys().map(String::as_str);
    let known: HashSet<_> = GLOBALS.iter().copied().chain(on_demand).collect();
    for (name, references) in scoping.root_unresolved_references() {
        let name = name.as_str();
        let references: Vec<_> = references.iter().map(|id| scoping.get_reference(*id)).collect();
        // An assignment makes a global; a type is no name at run time.
        let is_assigned = !source.is_module && references.iter().any(|reference| reference.is_write());
        if known.contains(name) || is_assigned || (!source.is_module && PARAMETERS.contains(&name)) {
            continue;
        }
        let used = references.iter().filter(|reference| reference.is_value());
        let used: Vec<_> = used.map(|reference| semantic.nodes().get_node(reference.node_id())).collect();
        // Who asks with `typeof` whether there is such a name knows that there may be none.
        if used.iter().any(|node| is_typeof(semantic, node)) {
            continue;
        }
        let Some(first) = used.into_iter().min_by_key(|node| node.kind().span().start) else { continue };
        let warning = Diagnostic::warning(source.name, format!("`{name}` is not defined"));
        let warning = match (name, closest(name, &known)) {
            ("require", _) => warning.help("the function is a module, as it has `import` or `export`: use `import`"),
            (_, Some(closest)) => warning.help(format!("is `{closest}` meant?")),
            (_, None) => warning.help("using it throws a ReferenceError"),
        };
        found.push(warning.at_span(source.text, first.kind().span()));
    }
}

fn is_typeof(semantic: &Semantic<'_>, node: &AstNode<'_>) -> bool {
    matches!(semantic.nodes().parent_kind(node.id()),
        AstKind::UnaryExpression(unary) if unary.operator == UnaryOperator::Typeof)
}

/// The name that differs from `name` in letter case, or by one letter, or by two that are swapped.
fn closest<'a>(name: &str, known: &HashSet<&'a str>) -> Option<&'a str> {
    let mut near: Vec<_> = known.iter().copied().filter(|other| is_near(name, other)).collect();
    near.sort_unstable();
    near.first().copied()
}

fn is_near(a: &str, b: &str) -> bool {
    if a.eq_ignore_ascii_case(b) {
        return true;
    }
    // Of short names nearly all are near each other.
    if a.len() < 4 {
        return false;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() < b.len() { (&a, &b) } else { (&b, &a) };
    let same_start = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    match long.len() - short.len() {
        0 => {
            let rest = (&short[same_start..], &long[same_start..]);
            let is_swapped =
                rest.0.len() > 1 && rest.0[0] == rest.1[1] && rest.0[1] == rest.1[0] && rest.0[2..] == rest.1[2..];
            is_swapped || rest.0[1..] == rest.1[1..]
        }
        1 => short[same_start..] == long[same_start + 1..],
        _ => false,
    }
}

fn uncalled_handlers(source: &Source<'_>, semantic: &Semantic<'_>, found: &mut Vec<Diagnostic>) {
    let scoping = semantic.scoping();
    let names: Vec<_> = Handler::ALL.into_iter().map(Handler::name).collect();
    let known: HashSet<_> = names.iter().copied().collect();
    if !semantic.nodes().iter().any(|node| names_handler(node.kind())) {
        let warning = Diagnostic::warning(source.name, "no handler is defined, so every event is refused");
        found.push(warning.help(format!("define one of {}", names.join(", "))));
    }
    for symbol in scoping.get_bindings(scoping.root_scope_id()).values().copied() {
        let name = scoping.symbol_name(symbol);
        let span = scoping.symbol_span(symbol);
        if !is_function(semantic, scoping.symbol_declaration(symbol)) {
            continue;
        }
        if is_handler(name) && source.is_module && !is_exported(source, name) {
            let warning = Diagnostic::warning(source.name, format!("no event calls `{name}`: it is not exported"));
            found.push(
                warning
                    .help(format!("write `export` before it, or `export default {{ {name} }}`"))
                    .at_span(source.text, span),
            );
        } else if !is_handler(name) && looks_like_handler(name) && scoping.get_resolved_reference_ids(symbol).is_empty()
        {
            let warning = Diagnostic::warning(source.name, format!("no event calls `{name}`"));
            let help = match closest(name, &known) {
                Some(closest) => format!("is `{closest}` meant?"),
                None => format!("the handlers are {}", names.join(", ")),
            };
            found.push(warning.help(help).at_span(source.text, span));
        }
    }
}

/// Whether a name in the source, be it declared, assigned or a property, is a handler's.
fn names_handler(kind: AstKind<'_>) -> bool {
    match kind {
        AstKind::BindingIdentifier(name) => is_handler(&name.name),
        AstKind::IdentifierReference(name) => is_handler(&name.name),
        AstKind::IdentifierName(name) => is_handler(&name.name),
        AstKind::StringLiteral(text) => is_handler(&text.value),
        _ => false,
    }
}

/// `on` and a word, in whatever letter case.
fn looks_like_handler(name: &str) -> bool {
    let is_word = |rest: &str| rest.starts_with(char::is_uppercase);
    let differs_in_case = Handler::ALL.into_iter().any(|handler| handler.name().eq_ignore_ascii_case(name));
    differs_in_case || name.strip_prefix("on").is_some_and(is_word)
}

fn is_function(semantic: &Semantic<'_>, node: oxc::syntax::node::NodeId) -> bool {
    match semantic.nodes().kind(node) {
        AstKind::Function(_) => true,
        AstKind::VariableDeclarator(declarator) => {
            matches!(declarator.init, Some(Expression::ArrowFunctionExpression(_) | Expression::FunctionExpression(_)))
        }
        _ => false,
    }
}

/// Whether a module exports `name`, by itself or in its default object.
fn is_exported(source: &Source<'_>, name: &str) -> bool {
    use oxc::ast::ast::{ExportDefaultDeclarationKind as Default, Statement};
    let default = source.program.body.iter().find_map(|statement| match statement {
        Statement::ExportDefaultDeclaration(export) => Some(&export.declaration),
        _ => None,
    });
    let in_default = default.is_some_and(|default| match default {
        Default::ObjectExpression(object) => object.span.source_text(source.text).contains(name),
        // What else is exported by default may hold the handler.
        _ => true,
    });
    in_default || source.exports.iter().any(|export| export == name)
}

/// A call of `fetch` whose promise is dropped, or whose promise is used as if it
/// were the response.
fn missing_await(source: &Source<'_>, semantic: &Semantic<'_>, found: &mut Vec<Diagnostic>) {
    for node in semantic.nodes() {
        let AstKind::CallExpression(call) = node.kind() else { continue };
        let Expression::Identifier(callee) = &call.callee else { continue };
        if callee.name != "fetch" || !is_global(semantic, callee) {
            continue;
        }
        if let Some((message, span)) = misuse(semantic, node) {
            let warning = Diagnostic::warning(source.name, message).help("put `await` before `fetch`");
            found.push(warning.at_span(source.text, span));
        }
    }
}

fn is_global(semantic: &Semantic<'_>, name: &IdentifierReference<'_>) -> bool {
    name.reference_id.get().is_some_and(|id| semantic.scoping().get_reference(id).symbol_id().is_none())
}

/// What is done with the promise of the `fetch` at `node`, if that is wrong.
fn misuse(semantic: &Semantic<'_>, node: &AstNode<'_>) -> Option<(&'static str, Span)> {
    let span = node.kind().span();
    let nodes = semantic.nodes();
    // Up through `.then(…)` and its like, whose value is a promise again.
    let mut current = node;
    loop {
        let parent = nodes.parent_node(current.id());
        match parent.kind() {
            AstKind::ParenthesizedExpression(_) => current = parent,
            AstKind::StaticMemberExpression(member) => match member.property.name.as_str() {
                "then" | "catch" | "finally" => {
                    let call = nodes.parent_node(parent.id());
                    if !matches!(call.kind(), AstKind::CallExpression(_)) {
                        return None;
                    }
                    current = call;
                }
                _ if current.id() == node.id() => return Some(("`fetch` gives a promise, not a response", span)),
                _ => return None,
            },
            AstKind::ExpressionStatement(_) => {
                return Some(("nothing waits for this `fetch`: the handler may end before it is sent", span));
            }
            AstKind::VariableDeclarator(declarator) if current.id() == node.id() => {
                let symbol = declarator.id.get_binding_identifier()?.symbol_id.get()?;
                return used_as_response(semantic, symbol)
                    .then_some(("`fetch` gives a promise, and it is used as a response", span));
            }
            _ => return None,
        }
    }
}

/// Whether a variable's properties are used that a response has and a promise has not.
fn used_as_response(semantic: &Semantic<'_>, symbol: oxc::syntax::symbol::SymbolId) -> bool {
    let response_only =
        ["json", "text", "ok", "status", "statusText", "headers", "body", "arrayBuffer", "blob", "buffer"];
    semantic.symbol_references(symbol).any(|reference| {
        let parent = semantic.nodes().parent_kind(reference.node_id());
        matches!(parent, AstKind::StaticMemberExpression(member) if response_only.contains(&member.property.name.as_str()))
    })
}
