//! The names that a CommonJS module exports, found without running it: those
//! that Node finds, so that `import { name }` works where it works in Node.

use crate::modules::{HandedOn, Modules, handed_on};
use crate::source::Source;
use oxc::allocator::Allocator;
use oxc::ast::AstKind;
use oxc::ast::ast::{
    Argument, AssignmentExpression, AssignmentTarget, CallExpression, Expression, ObjectExpression, ObjectPropertyKind,
};
use std::collections::{BTreeSet, HashSet};

/// The most files that hand on each other's exports.
const HANDED_ON_MAX: usize = 100;

/// The names that the CommonJS file `path` exports, and the files whose exports it hands on.
pub(crate) fn exported_names(modules: &Modules, path: &str, text: &str) -> Vec<String> {
    let mut names = BTreeSet::new();
    let mut seen = HashSet::new();
    let mut open = vec![(path.to_owned(), text.to_owned())];
    while let Some((path, text)) = open.pop() {
        if seen.len() >= HANDED_ON_MAX || !seen.insert(path.clone()) {
            continue;
        }
        let found = Exports::of(&path, &text);
        names.extend(found.names);
        for specifier in found.handed_on {
            match handed_on(modules, &path, &specifier) {
                Some(HandedOn::Names(more)) => names.extend(more),
                Some(HandedOn::File(path, text)) => open.push((path, text)),
                None => {}
            }
        }
    }
    names.remove("default");
    names.into_iter().collect()
}

/// What one file exports.
#[derive(Default)]
struct Exports {
    names: Vec<String>,
    /// Specifiers of modules whose exports are the file's too.
    handed_on: Vec<String>,
}

impl Exports {
    fn of(path: &str, text: &str) -> Exports {
        let allocator = Allocator::default();
        let mut exports = Exports::default();
        let Ok(source) = Source::parse_as(&allocator, path, text, Some(false)) else { return exports };
        for node in source.semantic().nodes() {
            match node.kind() {
                AstKind::AssignmentExpression(assignment) => exports.assignment(assignment),
                AstKind::CallExpression(call) => exports.call(call),
                _ => {}
            }
        }
        exports
    }

    /// `exports.a = …`, `module.exports.a = …`, `module.exports = { a, … }`, `module.exports = require("…")`.
    fn assignment(&mut self, assignment: &AssignmentExpression<'_>) {
        match &assignment.left {
            AssignmentTarget::StaticMemberExpression(member) if is_exports(&member.object) => {
                self.names.push(member.property.name.to_string());
            }
            AssignmentTarget::ComputedMemberExpression(member) if is_exports(&member.object) => {
                if let Expression::StringLiteral(name) = &member.expression {
                    self.names.push(name.value.to_string());
                }
            }
            AssignmentTarget::StaticMemberExpression(member)
                if is_identifier(&member.object, "module") && member.property.name == "exports" =>
            {
                self.whole(&assignment.right);
            }
            _ => {}
        }
    }

    /// What becomes `module.exports` as a whole.
    fn whole(&mut self, value: &Expression<'_>) {
        match value {
            Expression::ObjectExpression(object) => self.object(object),
            Expression::CallExpression(call) => self.handed_on.extend(required(call)),
            Expression::AssignmentExpression(assignment) => self.whole(&assignment.right),
            _ => {}
        }
    }

    fn object(&mut self, object: &ObjectExpression<'_>) {
        for property in &object.properties {
            match property {
                ObjectPropertyKind::ObjectProperty(property) => {
                    self.names.extend(property.key.static_name().map(|name| name.to_string()));
                }
                ObjectPropertyKind::SpreadProperty(spread) => {
                    if let Expression::CallExpression(call) = &spread.argument {
                        self.handed_on.extend(required(call));
                    }
                }
            }
        }
    }

    /// `Object.defineProperty(exports, "a", …)`, and what compilers write: `__exportStar(require("…"), exports)`,
    /// `__export(require("…"))`, `__export(exports, { a: () => a })`.
    fn call(&mut self, call: &CallExpression<'_>) {
        let name = match &call.callee {
            Expression::Identifier(identifier) => identifier.name.as_str(),
            Expression::StaticMemberExpression(member) => member.property.name.as_str(),
            _ => return,
        };
        let arguments: Vec<_> = call.arguments.iter().filter_map(Argument::as_expression).collect();
        match (name, arguments.as_slice()) {
            ("defineProperty", [object, Expression::StringLiteral(name), ..]) if is_exports(object) => {
                self.names.push(name.value.to_string());
            }
            ("__exportStar" | "__export" | "_export_star", [Expression::CallExpression(call), ..]) => {
                self.handed_on.extend(required(call));
            }
            ("__export" | "_export", [object, Expression::ObjectExpression(names)])
                if is_exports(object) || matches!(object, Expression::Identifier(_)) =>
            {
                self.object(names);
            }
            _ => {}
        }
    }
}

/// `exports` or `module.exports`.
fn is_exports(expression: &Expression<'_>) -> bool {
    match expression {
        Expression::StaticMemberExpression(member) => {
            member.property.name == "exports" && is_identifier(&member.object, "module")
        }
        _ => is_identifier(expression, "exports"),
    }
}

fn is_identifier(expression: &Expression<'_>, name: &str) -> bool {
    matches!(expression, Expression::Identifier(identifier) if identifier.name == name)
}

/// The specifier of a `require("…")`, perhaps within a compiler's helper.
fn required(call: &CallExpression<'_>) -> Option<String> {
    let argument = call.arguments.first()?.as_expression()?;
    match argument {
        Expression::StringLiteral(specifier) if is_identifier(&call.callee, "require") => {
            Some(specifier.value.to_string())
        }
        Expression::CallExpression(inner) => required(inner),
        _ => None,
    }
}
