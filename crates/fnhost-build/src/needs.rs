//! Which of the things that are made on demand a source names, and which modules
//! it asks for while it runs. Too much costs memory, too little an error: whatever
//! is written out counts, wherever it stands.

use crate::guest::{Index, index};
use oxc::ast::AstKind;
use oxc::ast::ast::{Argument, Expression, ModuleExportName};
use oxc::semantic::Semantic;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

/// What has to be there before a source is evaluated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Units, by name.
    pub(crate) units: Vec<String>,
    /// Globals that stand for units.
    pub(crate) globals: Vec<String>,
    /// Units of locales whose tags are texts in it: needed where anything of the function uses `Intl`.
    pub(crate) locales: Vec<String>,
    /// Whether it uses `Intl` itself.
    pub(crate) uses_intl: bool,
    /// Whether it takes a global `window`, which a function has as at Segment, and a package as in Node has not.
    pub(crate) window: bool,
    /// What it gives to `require`, as texts.
    pub(crate) requires: Vec<String>,
    /// What it gives to `import()`, as texts.
    pub(crate) imports: Vec<String>,
}

/// What `import()` is called in the text that the engine sees: what it answers while the
/// function runs has to be loaded before. As long as the word, so that no column moves.
pub(crate) const IMPORT: &str = "$impor";

/// Globals of which members and options are units of their own also where only methods stand for them: `toLocaleString`.
const INTL: &str = "Intl";
const INTL_UNITS: &str = "fnhost:intl/";

/// Names through which a global can be reached as a member.
const GLOBAL_OBJECTS: [&str; 4] = ["globalThis", "window", "global", "self"];

impl Needs {
    pub(crate) fn of(semantic: &Semantic<'_>) -> Needs {
        let index = index();
        let words = words_of(semantic);
        let unresolved = semantic.scoping().root_unresolved_references();
        let free: HashSet<&str> = unresolved.keys().map(|name| name.as_str()).collect();
        let has_global_object = GLOBAL_OBJECTS.iter().any(|name| free.contains(name));
        let is_named = |name: &str| free.contains(name) || (has_global_object && words.contains(name));

        let globals: Vec<_> = index.globals.keys().filter(|name| is_named(name)).cloned().collect();
        let mut units = BTreeSet::new();
        for member in members_of(semantic) {
            units.extend(index.words.get(member.as_ref()).into_iter().flatten().cloned());
        }
        let uses_intl =
            globals.iter().any(|name| name == INTL) || units.iter().any(|unit: &String| unit.starts_with(INTL_UNITS));
        let mut locales: BTreeSet<_> = texts_of(semantic).filter_map(|text| index.locale(text)).collect();
        for (global, members) in &index.members {
            if (global == INTL && uses_intl) || globals.contains(global) || is_required(index, global, &words) {
                units.extend(words.iter().filter_map(|word| members.get(*word)).cloned());
            }
        }
        let requires = called_with_text(semantic, "require");
        // Where nothing else is loaded, nothing else can use a locale either.
        if !uses_intl && requires.is_empty() && !imports_any(semantic) {
            locales.clear();
        }
        for specifier in &requires {
            let builtin = format!("node:{}", specifier.strip_prefix("node:").unwrap_or(specifier));
            units.extend(index.has_unit(&builtin).then_some(builtin));
        }
        Needs {
            units: units.into_iter().collect(),
            globals,
            locales: locales.into_iter().collect(),
            uses_intl,
            window: free.contains("window"),
            requires,
            imports: called_with_text(semantic, IMPORT),
        }
    }

    /// Whether there is nothing that has to be there before the source is evaluated.
    pub(crate) fn is_empty(&self) -> bool {
        self.units.is_empty() && self.globals.is_empty() && self.locales.is_empty()
    }
}

/// The texts that the function called `name` is called with.
fn called_with_text(semantic: &Semantic<'_>, name: &str) -> Vec<String> {
    let mut texts = BTreeSet::new();
    for node in semantic.nodes() {
        let AstKind::CallExpression(call) = node.kind() else { continue };
        let is_named = matches!(&call.callee, Expression::Identifier(identifier) if identifier.name == name);
        match call.arguments.first() {
            Some(Argument::StringLiteral(text)) if is_named => texts.insert(text.value.to_string()),
            _ => false,
        };
    }
    texts.into_iter().collect()
}

/// `text` with every `import(` in it by the name that the engine sees; None where there is none.
pub(crate) fn with_import_renamed(semantic: &Semantic<'_>, text: &str) -> Option<String> {
    let mut renamed = None;
    for node in semantic.nodes() {
        if let AstKind::ImportExpression(import) = node.kind() {
            let start = import.span.start as usize;
            renamed.get_or_insert_with(|| text.to_owned()).replace_range(start..start + IMPORT.len(), IMPORT);
        }
    }
    renamed
}

/// Whether the source names a module or a package that the global `global` stands for.
fn is_required(index: &Index, global: &str, words: &HashSet<&str>) -> bool {
    let Some((unit, _)) = index.globals.get(global) else { return false };
    let module = unit.strip_prefix("node:");
    if words.contains(unit.as_str()) || module.is_some_and(|name| words.contains(name)) {
        return true;
    }
    index.npm_names.iter().any(|(name, of)| of == unit && words.contains(name.as_str()))
}

/// Every name by which a member is reached in a source.
fn members_of<'a>(semantic: &Semantic<'a>) -> HashSet<Cow<'a, str>> {
    let mut members = HashSet::new();
    for node in semantic.nodes() {
        match node.kind() {
            AstKind::StaticMemberExpression(member) => members.insert(Cow::Borrowed(member.property.name.as_str())),
            AstKind::ComputedMemberExpression(member) => match &member.expression {
                Expression::StringLiteral(name) => members.insert(Cow::Borrowed(name.value.as_str())),
                _ => false,
            },
            AstKind::ImportSpecifier(specifier) => match &specifier.imported {
                ModuleExportName::IdentifierName(name) => members.insert(Cow::Borrowed(name.name.as_str())),
                _ => false,
            },
            AstKind::BindingProperty(property) => property.key.static_name().is_some_and(|name| members.insert(name)),
            _ => false,
        };
    }
    members
}

fn imports_any(semantic: &Semantic<'_>) -> bool {
    semantic
        .nodes()
        .iter()
        .any(|node| matches!(node.kind(), AstKind::ImportDeclaration(_) | AstKind::ImportExpression(_)))
        || !called_with_text(semantic, IMPORT).is_empty()
}

/// Every text in a source.
fn texts_of<'a>(semantic: &'a Semantic<'a>) -> impl Iterator<Item = &'a str> {
    semantic.nodes().iter().filter_map(|node| match node.kind() {
        AstKind::StringLiteral(literal) => Some(literal.value.as_str()),
        _ => None,
    })
}

/// Every name of a member or a property, and every text, in a source.
fn words_of<'a>(semantic: &Semantic<'a>) -> HashSet<&'a str> {
    let mut words = HashSet::new();
    for node in semantic.nodes() {
        match node.kind() {
            AstKind::IdentifierName(name) => words.insert(name.name.as_str()),
            AstKind::StringLiteral(literal) => words.insert(literal.value.as_str()),
            _ => false,
        };
    }
    words
}
