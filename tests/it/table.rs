//! Tables: expressions in, what they come to in a handler out.

use crate::harness::{TRACK, run_with, text};
use expect_test::Expect;
use fnhost::{Limits, Outcome};

/// How a result is written, in the function itself.
const SHOW: &str = r#"
  const shown = (value) => {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
    return JSON.stringify(value) ?? String(value);
  };
  const failed = (error) => {
    const fields = ["type", "code", "errno"].filter((key) => error?.[key] !== undefined);
    return [`throws ${error?.name}: ${error?.message}`, ...fields.map((key) => `${key}=${error[key]}`)].join(" ");
  };
  const result = async (compute) => {
    try { return shown(await compute()) } catch (error) { return failed(error) }
  };
"#;

/// Each of `expressions` in a handler that begins with `prelude`, one after
/// the other, as lines `expression ⇒ result`.
pub(crate) fn table(prelude: &str, expressions: &[&str]) -> String {
    table_below("", prelude, expressions)
}

/// As [`table`], below a top level of its own.
pub(crate) fn table_below(top: &str, prelude: &str, expressions: &[&str]) -> String {
    let computed: Vec<_> =
        expressions.iter().map(|text| format!("results.push(await result(async () => ({text})));\n")).collect();
    let source = format!(
        "{top}\nasync function onTrack(event, settings) {{\n{SHOW}\n{prelude}\nconst results = [];\n{}return results;\n}}",
        computed.concat()
    );
    // A table has more in it than any event.
    let limits = Limits { fuel_max: 1_000_000_000_000, timeout_ms_max: 60_000, ..Limits::default() };
    let run = run_with(&source, TRACK, &limits);
    let Outcome::Returned { value } = &run.outcome else { return text(&run) };
    let results: Vec<String> = serde_json::from_str(value.get()).unwrap();
    let lines: Vec<_> = expressions.iter().zip(results).map(|(text, result)| format!("{text} ⇒ {result}\n")).collect();
    crate::harness::without_ports(&lines.concat())
}

/// Expects [`table`] of expressions that need no more than the globals.
pub(crate) fn check_table(expressions: &[&str], expected: Expect) {
    expected.assert_eq(&table("", expressions));
}
