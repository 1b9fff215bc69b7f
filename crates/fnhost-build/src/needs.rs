//! Which of the things that are made on demand a source names. Too much costs
//! memory, too little an error: whatever is written out counts, wherever it stands.

use crate::guest::{Index, index};
use oxc::ast::AstKind;
use oxc::semantic::Semantic;
use std::collections::{BTreeSet, HashSet};

/// What has to be there before a source is evaluated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Units, by name.
    pub(crate) units: Vec<String>,
    /// Globals that stand for units.
    pub(crate) globals: Vec<String>,
}

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
        for word in &words {
            units.extend(index.words.get(*word).into_iter().flatten().cloned());
        }
        for (global, members) in &index.members {
            if globals.contains(global) || is_required(index, global, &words) {
                units.extend(words.iter().filter_map(|word| members.get(*word)).cloned());
            }
        }
        Needs { units: units.into_iter().collect(), globals }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.units.is_empty() && self.globals.is_empty()
    }
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
