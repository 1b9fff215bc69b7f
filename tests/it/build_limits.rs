//! The limits on a build: source, fuel, time, memory, stack of the top level.

use crate::harness::{blank_asked, check_refused_with, host, limits, wait};
use expect_test::expect;
use fnhost::Limits;

#[test]
fn source_too_large() {
    check_refused_with(
        "function.js",
        "function onTrack() {}",
        &limits("source_bytes_max", 20),
        expect![[r#"
        function.js: error: source is 21 bytes, limit 20 (`source_bytes_max`)
    "#]],
    );
}

#[test]
fn build_out_of_fuel() {
    check_refused_with(
        "function.js",
        "for (;;);",
        &limits("build_fuel_max", 100_000_000),
        expect![[r#"
        function.js: error: the top level was stopped: top level used 100000000 units of fuel, limit 100000000 (`build_fuel_max`)
          help: the top level runs once, when the function is built; work on events belongs in a handler
        function.js: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
}

#[test]
fn build_timeout() {
    let mut limits = limits("build_timeout_ms_max", 100);
    limits.set("build_fuel_max", 1_000_000_000_000).unwrap();
    check_refused_with(
        "function.js",
        "for (;;);",
        &limits,
        expect![[r#"
        function.js: error: the top level was stopped: top level took more than 100 ms, limit 100 (`build_timeout_ms_max`)
          help: the top level runs once, when the function is built; work on events belongs in a handler
        function.js: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
}

#[test]
fn build_out_of_memory() {
    let source = "function onTrack() {} const all = []; for (;;) all.push(new Uint8Array(1 << 20))";
    let built = wait(fnhost_build::build(host(), "function.js", source, &limits("memory_bytes_max", 16 << 20)));
    let text = built.err().unwrap().to_string();
    let asked = text.split(' ').find_map(|word| word.parse::<u64>().ok()).unwrap();
    assert!(asked > 16 << 20, "{text}");
    expect![[r#"
        function.js: error: the top level was stopped: function asked for ASKED bytes of memory, limit 16777216 (`memory_bytes_max`)
          help: the top level runs once, when the function is built; work on events belongs in a handler"#]]
    .assert_eq(&blank_asked(&text));
}

#[test]
fn build_recursion() {
    check_refused_with(
        "function.js",
        "const down = () => 1 + down(); down()",
        &Limits::default(),
        expect![[r#"
        function.js: error: the top level was stopped: function used more than 524288 bytes of stack, limit 524288 (`stack_bytes_max`)
          help: the top level runs once, when the function is built; work on events belongs in a handler
        function.js: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
}

#[test]
fn build_of_a_promise_that_never_settles() {
    check_refused_with(
        "function.mjs",
        "await new Promise(() => {});",
        &Limits::default(),
        expect![[r#"
        function.mjs: error: the top level never settles: it waits for something that cannot happen while the function is built
          help: the top level runs once, without network and timers; wait in a handler
        function.mjs: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
}
