//! Functions that misbehave: each ends as it must and in time, and nothing beside them comes to harm. What they are is
//! in `crates/fnhost-cli/src/torture`: `fnhost torture` is what users run, so it is what is tested.

use crate::command::Folder;
use serde_json::Value;

/// What the lines of `fnhost torture --json` with `arguments` say, the last of them apart.
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
    assert!(lines.len() > 150, "only {} behaviours", lines.len());
    let outcomes: std::collections::BTreeSet<_> = lines.iter().filter_map(|line| line["outcome"].as_str()).collect();
    for outcome in
        ["refused", "returned", "OutOfFuel", "OutOfMemory", "StackOverflow", "Timeout", "Unsettled", "Uncaught"]
    {
        assert!(outcomes.contains(outcome), "nothing ends as {outcome}");
    }
}

#[test]
fn nothing_is_left_behind() {
    let names = "silent circle chunk recursion floods";
    let (_, once) = tortured(names);
    let (_, often) = tortured(&format!("--rounds 4 {names}"));
    let files = |end: &Value| end["open_files"][1].as_i64().unwrap_or(0) - end["open_files"][0].as_i64().unwrap_or(0);
    // One or two connections are closed a moment later.
    assert!(files(&once) < 8 && files(&often) < 8, "{once}\n{often}");
    let memory = |end: &Value| end["memory_bytes"][1].as_u64().unwrap_or(0);
    // The pool's slots keep what they have once had; that must not grow with what comes.
    let more = memory(&often).saturating_sub(memory(&once));
    assert!(more < 128 << 20, "{more} bytes more\n{once}\n{often}");
}

#[test]
fn a_behaviour_that_is_not_there() {
    expect_test::expect![[r#"
        exit 2
        stderr: error: no behaviour is called no-such-thing; without a name all are tried, and shown
    "#]]
    .assert_eq(&Folder::with(&[]).fnhost("torture no-such-thing"));
}
