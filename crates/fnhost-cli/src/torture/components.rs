//! Components written by hand, each of which breaks the contract in its own way, or is hard to compile.

use super::{Case, What, parts};
use anyhow::{Context, Result};

const TEXT: &str = include_str!("components.wat");

/// What parts the text of a core module from what goes around it.
const OUTSIDE: &str = ";; outside\n";

/// All behaviours of components.
pub(super) fn cases() -> Result<Vec<Case>> {
    let mut sections = TEXT.split("\n;;# ").skip(1);
    let mut section = |name: &str| {
        let text = sections.next().and_then(|text| text.strip_prefix(name));
        text.with_context(|| format!("the section `{name}` is missing"))
    };
    let template = Template { imports: section("imports")?, text: section("template")? };
    let written = sections.map(|text| {
        let (name, ends, text) = parts(text)?;
        Ok(Case { name: name.to_owned(), ends, what: What::Component(template.component(text)) })
    });
    let large = LARGE.iter().map(|(name, ends, module)| {
        let text = template.component(&module());
        Ok(Case { name: (*name).to_owned(), ends: ends.split(' ').collect(), what: What::Component(text) })
    });
    written.chain(large).collect()
}

/// A destination function that lacks its code.
struct Template {
    imports: &'static str,
    text: &'static str,
}

impl Template {
    /// A component with `case` in it, and what `case` leaves out.
    fn component(&self, case: &str) -> String {
        if case.starts_with("(component") {
            return case.to_owned();
        }
        let (module, component) = case.split_once(OUTSIDE).unwrap_or((case, ""));
        let has = |name: &str| module.contains(&format!("(export \"{name}\""));
        let handler = "(func (export \"on-track\") (param i32 i32 i32 i32) (result i32) (call $one))";
        let realloc = "(export \"realloc\" (func $give))";
        let rest = [("on-track", handler), ("realloc", realloc)].map(|(name, text)| if has(name) { "" } else { text });
        let lift = if has("callback") { "async (callback (core func $code \"callback\"))" } else { "" };
        let module = format!("{module}{}{}", rest[0], rest[1]);
        let text = self.text.replace("<imports>", self.imports).replace("<module>", &module);
        text.replace("<component>", component).replace("<lift>", lift)
    }
}

/// Name, how it must end, and the code of the core module, which is too long to be written out.
type Large = (&'static str, &'static str, fn() -> String);

/// The handler of a core module.
const HANDLER: &str = "(func (export \"on-track\") (param i32 i32 i32 i32) (result i32)";

const LARGE: [Large; 8] = [
    ("a function of two million instructions", "returned", || {
        format!("{HANDLER} (drop (i32.const 0)) {} (call $one))", "i32.const 1 drop ".repeat(1_000_000))
    }),
    ("a function of forty thousand variables", "returned", || {
        let sum: String = (4..40_000).map(|n| format!("local.get {n} i64.xor ")).collect();
        format!("{HANDLER} (local {}) i64.const 0 {sum} drop (call $one))", "i64 ".repeat(40_000))
    }),
    ("a function of blocks in blocks", "returned refused", || {
        format!("{HANDLER} {} {} (call $one))", "block ".repeat(50_000), "end ".repeat(50_000))
    }),
    ("a jump to a hundred thousand places", "returned refused", || {
        format!("{HANDLER} block block local.get 0 br_table {} end end (call $one))", "0 1 ".repeat(50_000))
    }),
    ("loops in loops", "returned refused OutOfFuel", || {
        let open: String = (0..2_000).map(|_| "loop local.get 0 br_if 0 ").collect();
        format!("{HANDLER} {open} {} (call $one))", "end ".repeat(2_000))
    }),
    ("loops in loops for a thousand variables", "refused", || {
        let change: String = (4..1_000).map(|n| format!("local.get {n} i64.const 1 i64.add local.set {n} ")).collect();
        let (open, close) = ("loop ".repeat(300), "local.get 0 br_if 0 end ".repeat(300));
        format!("{HANDLER} (local {}) {open} {change} {close} (call $one))", "i64 ".repeat(1_000))
    }),
    ("ten thousand functions", "returned refused", || {
        format!(
            "{HANDLER} (call $one)) {}",
            "(func (param i32) (result i32) local.get 0 i32.const 3 i32.mul)".repeat(10_000)
        )
    }),
    ("data of ten megabytes", "Trap", || format!("(data (i32.const 65536) \"{}\")", "x".repeat(10_000_000))),
];
