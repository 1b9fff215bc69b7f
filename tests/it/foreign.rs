//! Components that fnhost did not make: one that fits the contract, and some that do not.

use crate::command::Folder;
use crate::endpoint::Endpoint;
use crate::harness::{TRACK, host, limits, text, wait};
use crate::trace::REQUESTER;
use expect_test::{Expect, expect};
use fnhost::{Function, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const FOREIGN: &str = include_str!("foreign.wat");

fn foreign() -> Function {
    host().load(&wat::parse_str(FOREIGN).unwrap()).unwrap()
}

/// The run of `event` through the foreign component.
fn check(event: &str, limits: &Limits, expected: Expect) {
    expected.assert_eq(&text(&wait(foreign().run(event, "{}", limits)).unwrap()));
}

/// Why `component` cannot be loaded.
fn check_load(component: &[u8], expected: Expect) {
    expected.assert_eq(&host().load(component).map(drop).unwrap_err().to_string());
}

#[test]
fn a_foreign_component_runs() {
    check(
        TRACK,
        &Limits::default(),
        expect![[r#"
        onTrack returned {"event":{"type":"track","event":"Signed Up","userId":"u1","properties":{"plan":"pro"}}}
        [log] track came
    "#]],
    );
    check(
        r#"{"type":"page"}"#,
        &Limits::default(),
        expect![[r#"
        onPage failed: RetryError, retry: Retrying
        RetryError: try again later
    "#]],
    );
    check(
        r#"{"type":"group"}"#,
        &Limits::default(),
        expect![[r#"
        onGroup failed: Uncaught: BadRequest
        GroupError: no groups here
            at groups (foreign.wat:1:1)
        code E7
    "#]],
    );
    check(
        r#"{"type":"alias"}"#,
        &Limits::default(),
        expect![[r#"
        onAlias failed: EventNotSupported: Unsupported
        EventNotSupported: alias not supported
    "#]],
    );
}

#[test]
fn a_foreign_component_that_breaks() {
    check(
        r#"{"type":"identify"}"#,
        &Limits::default(),
        expect![[r#"
        onIdentify failed: Trap: Broken
        Trap: the component returned what is not JSON: expected ident at line 1 column 2
    "#]],
    );
    check(
        r#"{"type":"screen"}"#,
        &Limits::default(),
        expect![[r#"
        onScreen failed: Trap: Broken
        Trap: the component stopped itself (`unreachable`), as after a panic; JavaScript does where it has replaced what its engine needs, such as `Promise.prototype.then`
    "#]],
    );
    check(
        r#"{"type":"delete"}"#,
        &limits("fuel_max", 1_000_000),
        expect![[r#"
        onDelete failed: OutOfFuel: Broken
        OutOfFuel: function used 1000000 units of fuel, limit 1000000 (`fuel_max`)
    "#]],
    );
}

#[test]
fn an_answer_outside_of_the_memory_is_a_trap() {
    check(
        "[]",
        &Limits::default(),
        expect![[r#"
        onBatch failed: Trap: Broken
        Trap: string pointer/length out of bounds of memory
    "#]],
    );
}

#[test]
fn a_foreign_component_says_what_it_handles() {
    let defined = wait(foreign().defined(&Limits::default())).unwrap();
    assert_eq!(defined, ["onTrack", "onPage"]);
}

#[test]
fn a_foreign_component_on_the_command_line() {
    let folder = Folder::with(&[
        ("track.json", TRACK),
        ("page.json", r#"{"type":"page"}"#),
        ("screen.json", r#"{"type":"screen"}"#),
        ("all.json", r#"[{"type":"track","n":1},{"type":"page"}]"#),
    ]);
    std::fs::write(folder.path("foreign.wasm"), wat::parse_str(FOREIGN).unwrap()).unwrap();
    expect![[r#"
        exit 0
        Callback Return
          {
            "event": {
              "type": "track",
              "event": "Signed Up",
              "userId": "u1",
              "properties": {
                "plan": "pro"
              }
            }
          }

        Log Output
               N ms  log    track came

        Requests
          (no requests were made)

        Cost
          N units of fuel, N MiB of memory, N ms

    "#]]
    .assert_eq(&folder.fnhost("run foreign.wasm --event track.json"));
    expect![[r#"
        exit 1
        {"handler":"onPage","outcome":{"status":"failed","retryable":true,"error":{"kind":"RetryError","name":"RetryError","message":"try again later","stack":"","code":null}},"logs":[],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
    "#]].assert_eq(&folder.fnhost("run foreign.wasm --event page.json --json"));
    expect![[r#"
        exit 1
        {"handler":"onScreen","outcome":{"status":"failed","retryable":false,"error":{"kind":"Trap","name":"Trap","message":"the component stopped itself (`unreachable`), as after a panic; JavaScript does where it has replaced what its engine needs, such as `Promise.prototype.then`","stack":"","code":null}},"logs":[],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
    "#]].assert_eq(&folder.fnhost("run foreign.wasm --event screen.json --json"));
    expect![[r#"
        exit 1
        {"handler":"onTrack","outcome":{"status":"returned","value":{"event":{"type":"track","n":1}}},"logs":[{"level":"log","message":"track came","time_ms":N}],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
        {"handler":"onPage","outcome":{"status":"failed","retryable":true,"error":{"kind":"RetryError","name":"RetryError","message":"try again later","stack":"","code":null}},"logs":[],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
    "#]].assert_eq(&folder.fnhost("run foreign.wasm --event all.json --json"));
}

#[test]
fn what_is_no_component() {
    check_load(b"", expect!["not a WebAssembly component: it does not begin as a WebAssembly binary does"]);
    check_load(b"\0asm", expect!["not a WebAssembly component: unexpected end-of-file (at offset 0x4)"]);
    let text = host().load(b"function onTrack() {}").map(drop).unwrap_err().to_string();
    assert!(text.starts_with("not a WebAssembly component: ") && text.lines().count() == 1, "{text}");
    check_load(
        &wat::parse_str("(module)").unwrap(),
        expect![
            "not a WebAssembly component: failed to parse WebAssembly module: attempted to parse a wasm module with a component parser"
        ],
    );
    let mut cut = wat::parse_str(FOREIGN).unwrap();
    cut.truncate(cut.len() / 2);
    check_load(&cut, expect!["not a WebAssembly component: unexpected end-of-file (at offset 0x3d9)"]);
}

#[test]
fn what_lacks_exports() {
    check_load(
        &wat::parse_str("(component)").unwrap(),
        expect![
            "the component is not a destination function: no exported instance named `fnhost:destination/handlers@1.0.0`"
        ],
    );
    let other_version = FOREIGN.replace("handlers@1.0.0", "handlers@2.0.0");
    check_load(
        &wat::parse_str(other_version).unwrap(),
        expect![
            "the component is not a destination function: no exported instance named `fnhost:destination/handlers@1.0.0`"
        ],
    );
}

#[test]
fn what_lacks_one_handler() {
    let one_missing = FOREIGN.replace("(export \"on-alias\" (func $on-alias))", "");
    check_load(
        &wat::parse_str(one_missing).unwrap(),
        expect![
            "the component is not a destination function: instance export `fnhost:destination/handlers@1.0.0` does not have export `on-alias`"
        ],
    );
}

#[test]
fn what_has_an_export_of_another_type() {
    let other_error = FOREIGN.replace("(case \"drop-event\" string)", "(case \"drop-event\" u32)");
    check_load(
        &wat::parse_str(other_error).unwrap(),
        expect![
            "the component is not a destination function: `fnhost:destination/handlers@1.0.0` exports `on-identify` with the wrong type: type mismatch for case drop-event: expected `string` found `u32`"
        ],
    );
}

#[test]
fn what_asks_for_more_than_is_offered() {
    let other = r#"(component (import "acme:things/store@1.0.0" (instance (export "get" (func (result string))))))"#;
    check_load(
        &wat::parse_str(other).unwrap(),
        expect![
            "the component is not a destination function: component imports instance `acme:things/store@1.0.0`, but a matching implementation was not found in the linker: instance export `get` has the wrong type: function implementation is missing"
        ],
    );
    let wrong = FOREIGN
        .replace("(param \"message\" string)", "(param \"message\" u32)")
        .replace("(param i32 i32 i32)))", "(param i32 i32)))");
    let wrong = wrong.replace(
        "(call $write (i32.const 3) (i32.const 32) (i32.const 10))",
        "(call $write (i32.const 3) (i32.const 32))",
    );
    check_load(
        &wat::parse_str(wrong).unwrap(),
        expect![
            "the component is not a destination function: component imports instance `fnhost:destination/console@1.0.0`, but a matching implementation was not found in the linker: instance export `write` has the wrong type: type mismatch with parameters: expected `string` found `u32`"
        ],
    );
}

#[test]
fn a_damaged_component_on_the_command_line() {
    let folder = Folder::with(&[("e.json", TRACK), ("empty.wasm", ""), ("text.wasm", "function onTrack() {}")]);
    std::fs::write(folder.path("core.wasm"), wat::parse_str("(module)").unwrap()).unwrap();
    expect![[r#"
        exit 2
        stderr: error: cannot use `empty.wasm`: not a WebAssembly component: it does not begin as a WebAssembly binary does
    "#]]
    .assert_eq(&folder.fnhost("run empty.wasm --event e.json"));
    let text = folder.fnhost("run text.wasm --event e.json");
    assert!(
        text.starts_with("exit 2\nstderr: error: cannot use `text.wasm`: not a WebAssembly component: ")
            && text.lines().count() == 2,
        "{text}"
    );
    expect![[r#"
        exit 2
        stderr: error: cannot use `core.wasm`: not a WebAssembly component: failed to parse WebAssembly module: attempted to parse a wasm module with a component parser
    "#]].assert_eq(&folder.fnhost("run core.wasm --event e.json"));
}

#[test]
fn a_component_says_how_long_a_body_may_be_silent() {
    let endpoint = wait(Endpoint::start(Default::default(), |mut stream| async move {
        let mut request = Vec::new();
        while !request.ends_with(b"four") {
            let _ = stream.read_buf(&mut request).await;
        }
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nfour").await;
        std::future::pending::<()>().await;
    }));
    let source = REQUESTER.replace(":00000", &format!(":{}", endpoint.port())).replace("50000000002", "50000000");
    let function = host().load(&wat::parse_str(source).unwrap()).unwrap();
    let run = wait(function.run(TRACK, "{}", &limits("timeout_ms_max", 60_000))).unwrap();
    expect![[r#"
        onTrack returned null
        POST http://127.0.0.1:PORT/in: 200, read ETIMEDOUT
    "#]]
    .assert_eq(&text(&run));
    assert_eq!(run.requests[0].error.as_deref(), Some("read ETIMEDOUT"));
}
