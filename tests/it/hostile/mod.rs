//! Functions that misbehave: each ends as it must and in time, and nothing beside them comes to harm. What they are is
//! in `crates/fnhost-cli/src/torture`: `fnhost torture` is what users run, so it is what is tested. How quick the good function
//! was is left to the command: a busy machine says nothing of it.

/// The proof that nothing of a run stays, in the memories themselves.
mod isolation;

use crate::command::Folder;
use serde_json::Value;

/// What the lines of `fnhost torture --json` with `arguments` say, the last of them apart. Whether it was all good is not asked.
fn tortured(arguments: &str) -> (Vec<Value>, Value) {
    let output = Folder::with(&[]).command(&format!("torture --json {arguments}")).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(errors, "");
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let end = lines.pop().unwrap();
    (lines, end)
}

#[test]
fn every_behaviour_ends_as_it_must() {
    let (lines, end) = tortured("");
    let failed: Vec<_> = lines.iter().filter(|line| line["ok"] != true).map(|line| format!("{line}\n")).collect();
    assert!(failed.is_empty(), "{}", failed.concat());
    assert_eq!(end["tried"], lines.len());
    assert!(lines.len() > 450, "only {} behaviours", lines.len());
    assert_eq!(end["leaks"], Value::Array(Vec::new()), "{end}");
    let outcomes: std::collections::BTreeSet<_> = lines.iter().filter_map(|line| line["outcome"].as_str()).collect();
    for outcome in
        ["refused", "returned", "OutOfFuel", "OutOfMemory", "StackOverflow", "Timeout", "Unsettled", "Uncaught"]
    {
        assert!(outcomes.contains(outcome), "nothing ends as {outcome}");
    }
}

#[test]
fn nothing_is_left_behind() {
    let (lines, end) = tortured("--rounds 4 silent circle chunk recursion floods resource callback");
    assert_eq!(end["leaks"], Value::Array(Vec::new()), "{end}");
    assert_eq!(lines.iter().filter(|line| line["name"].is_null()).count(), 4, "a line for each round");
}

#[test]
fn a_behaviour_that_is_not_there() {
    expect_test::expect![[r#"
        exit 2
        stderr: error: no behaviour is called no-such-thing; without a name all are tried, and shown
    "#]]
    .assert_eq(&Folder::with(&[]).fnhost("torture no-such-thing"));
}
