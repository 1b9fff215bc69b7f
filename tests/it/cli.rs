//! The command `fnhost`, as a person or a script sees it. What it refuses is in
//! `cli_errors.rs`.

use crate::command::Folder;
use crate::endpoint::{Endpoint, Refusing};
use crate::harness::wait;
use expect_test::{Expect, expect};
use fnhost::Limits;
use std::io::{BufRead, BufReader};
use std::process::Command;

pub(crate) const ECHO: &str = r#"
async function onTrack(event, settings) {
  console.log("track %s", event.event);
  console.error("two\nlines");
  return { event: event.event, settings };
}
async function onPage() { throw new RetryError("later") }
"#;

pub(crate) const TRACK: &str = r#"{"type":"track","event":"Signed Up"}"#;

/// What `fnhost` with `arguments` says in a folder with `files`.
pub(crate) fn check(files: &[(&str, &str)], arguments: &str, expected: Expect) {
    expected.assert_eq(&Folder::with(files).fnhost(arguments));
}

/// As [`check`], with [`ECHO`] as `f.js` and `event` as `e.json`.
pub(crate) fn check_event(event: &str, arguments: &str, expected: Expect) {
    check(&[("f.js", ECHO), ("e.json", event)], arguments, expected);
}

#[test]
fn run_for_a_person() {
    check(
        &[("f.js", ECHO), ("e.json", TRACK), ("s.json", r#"{"apiKey":"k"}"#)],
        "run f.js --event e.json --settings s.json",
        expect![[r#"
            exit 0
            Callback Return
              {
                "event": "Signed Up",
                "settings": {
                  "apiKey": "k"
                }
              }

            Log Output
                   N ms  log    track Signed Up
                   N ms  error  two
                                  lines

            Requests
              (no requests were made)

            Cost
              N units of fuel, N MiB of memory, N ms

        "#]],
    );
}

#[test]
fn run_for_a_person_failed() {
    check_event(
        r#"{"type":"page"}"#,
        "run f.js --event e.json",
        expect![[r#"
        exit 1
        Callback Return
          RetryError: later
          onPage failed (RetryError); the delivery would be retried

        Log Output
          (nothing was logged)

        Requests
          (no requests were made)

        Cost
          N units of fuel, N MiB of memory, N ms

    "#]],
    );
    check_event(
        r#"{"type":"group"}"#,
        "run f.js --event e.json",
        expect![[r#"
        exit 1
        Callback Return
          EventNotSupported: group not supported
          onGroup failed (EventNotSupported); the delivery would not be retried

        Log Output
          (nothing was logged)

        Requests
          (no requests were made)

        Cost
          N units of fuel, N MiB of memory, N ms

    "#]],
    );
    let throws =
        "function onTrack(event) {\n  const error = new TypeError('no');\n  error.code = 'E1';\n  throw error;\n}";
    check(
        &[("f.js", throws), ("e.json", TRACK)],
        "run f.js --event e.json",
        expect![[r#"
        exit 1
        Callback Return
          TypeError: no
              at onTrack (f.js:2:21)
          code: E1
          onTrack failed (Uncaught); the delivery would not be retried

        Log Output
          (nothing was logged)

        Requests
          (no requests were made)

        Cost
          N units of fuel, N MiB of memory, N ms

    "#]],
    );
}

#[test]
fn run_for_a_machine() {
    check_event(
        TRACK,
        "run f.js --event e.json --json",
        expect![[r#"
        exit 0
        {"handler":"onTrack","outcome":{"status":"returned","value":{"event":"Signed Up","settings":{}}},"logs":[{"level":"log","message":"track Signed Up","time_ms":N},{"level":"error","message":"two\nlines","time_ms":N}],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
    "#]],
    );
    check_event(
        r#"{"type":"page"}"#,
        "run f.js --event e.json --json",
        expect![[r#"
        exit 1
        {"handler":"onPage","outcome":{"status":"failed","retryable":true,"error":{"kind":"RetryError","name":"RetryError","message":"later","stack":"","code":null}},"logs":[],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
    "#]],
    );
    let throws =
        "function onTrack(event) {\n  const error = new TypeError('no');\n  error.code = 'E1';\n  throw error;\n}";
    check(
        &[("f.js", throws), ("e.json", TRACK)],
        "run f.js --event e.json --json",
        expect![[r#"
        exit 1
        {"handler":"onTrack","outcome":{"status":"failed","retryable":false,"error":{"kind":"Uncaught","name":"TypeError","message":"no","stack":"    at onTrack (f.js:2:21)","code":"E1"}},"logs":[],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
    "#]],
    );
}

#[test]
fn requests_are_listed() {
    let endpoint = wait(Endpoint::status(503, "busy"));
    let refusing = wait(async { Refusing::new() });
    let source = format!(
        "async function onTrack() {{
  const res = await fetch('{}/in', {{ method: 'post', body: 'four' }});
  await res.text();
  await fetch('{}/gone').catch(() => null);
}}",
        endpoint.url(),
        refusing.url()
    );
    let folder = Folder::with(&[("f.js", &source), ("e.json", TRACK)]);
    expect![[r#"
        exit 0
        Callback Return
          null

        Log Output
          (nothing was logged)

        Requests
          POST http://127.0.0.1:PORT/in  503  N ms  (4 bytes sent, 4 received)
          GET http://127.0.0.1:PORT/gone  connect ECONNREFUSED 127.0.0.1:PORT  N ms  (0 bytes sent, 0 received)

        Cost
          N units of fuel, N MiB of memory, N ms

    "#]]
    .assert_eq(&folder.fnhost("run f.js --event e.json --allow-net 127.0.0.0/8"));
    expect![[r#"
        exit 0
        {"handler":"onTrack","outcome":{"status":"returned","value":null},"logs":[],"requests":[{"method":"POST","url":"http://127.0.0.1:PORT/in","redirect_of":null,"status":503,"error":null,"refused":false,"sealed":[],"start_ms":N,"duration_ms":N,"timings":{"queue_ms":N,"resolve_ms":N,"connect_ms":N,"tls_ms":null,"first_byte_ms":N,"reused":false},"request_bytes":4,"response_bytes":4,"retry_after_ms":null,"request_headers":[["content-type","text/plain;charset=UTF-8"],["accept","*/*"],["user-agent","node-fetch/1.0 (+https://github.com/bitinn/node-fetch)"],["accept-encoding","gzip,deflate"],["content-length","4"]],"request_body":"four","response_headers":[["content-length","4"],["date","DATE"]],"response_body":"busy"},{"method":"GET","url":"http://127.0.0.1:PORT/gone","redirect_of":null,"status":null,"error":"connect ECONNREFUSED 127.0.0.1:PORT","refused":false,"sealed":[],"start_ms":N,"duration_ms":N,"timings":{"queue_ms":null,"resolve_ms":null,"connect_ms":null,"tls_ms":null,"first_byte_ms":null,"reused":null},"request_bytes":0,"response_bytes":0,"retry_after_ms":null,"request_headers":[["accept","*/*"],["user-agent","node-fetch/1.0 (+https://github.com/bitinn/node-fetch)"],["accept-encoding","gzip,deflate"]],"request_body":null,"response_headers":[],"response_body":null}],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
    "#]].assert_eq(&folder.fnhost("run f.js --event e.json --json --allow-net 127.0.0.0/8"));
}

#[test]
fn event_from_standard_input() {
    let folder = Folder::with(&[("f.js", ECHO)]);
    expect![[r#"
        exit 0
        {"handler":"onTrack","outcome":{"status":"returned","value":{"event":"Signed Up","settings":{}}},"logs":[{"level":"log","message":"track Signed Up","time_ms":N},{"level":"error","message":"two\nlines","time_ms":N}],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
    "#]].assert_eq(&folder.fnhost_reading("run f.js --event - --json", TRACK));
    expect![[r#"
        exit 2
        stderr: error: the event cannot be used: EOF while parsing a value at line 1 column 0
    "#]]
    .assert_eq(&folder.fnhost_reading("run f.js --event - --json", ""));
}

#[test]
fn array_goes_to_on_batch() {
    let source = "function onBatch(events) { return events.map((event) => event.type) }\nfunction onTrack() {}";
    let files = [("f.js", source), ("e.json", r#"[{"type":"track"},{"type":"page"}]"#)];
    check(
        &files,
        "run f.js --event e.json --json",
        expect![[r#"
        exit 0
        {"handler":"onBatch","outcome":{"status":"returned","value":["track","page"]},"logs":[],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
    "#]],
    );
}

#[test]
fn array_without_on_batch_goes_one_by_one() {
    let events = format!(r#"[{TRACK}, {{"type":"page"}}, {{"type":"track","event":"Second"}}]"#);
    check_event(
        &events,
        "run f.js --event e.json --json",
        expect![[r#"
        exit 1
        {"handler":"onTrack","outcome":{"status":"returned","value":{"event":"Signed Up","settings":{}}},"logs":[{"level":"log","message":"track Signed Up","time_ms":N},{"level":"error","message":"two\nlines","time_ms":N}],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
        {"handler":"onPage","outcome":{"status":"failed","retryable":true,"error":{"kind":"RetryError","name":"RetryError","message":"later","stack":"","code":null}},"logs":[],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
        {"handler":"onTrack","outcome":{"status":"returned","value":{"event":"Second","settings":{}}},"logs":[{"level":"log","message":"track Second","time_ms":N},{"level":"error","message":"two\nlines","time_ms":N}],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
    "#]],
    );
    check_event(
        "[]",
        "run f.js --event e.json --json",
        expect![[r#"
        exit 2
        stderr: error: the event cannot be used: it is an empty array
    "#]],
    );
    check_event(
        r#"[{"type":"track"}, {"type":"nap"}]"#,
        "run f.js --event e.json --json",
        expect![[r#"
        exit 2
        stderr: error: the event cannot be used: its type is `nap`, which is none of identify, track, page, screen, group, alias, delete
    "#]],
    );
    check_event(
        r#"[{"type":"track"}, 7]"#,
        "run f.js --event e.json --json",
        expect![[r#"
        exit 2
        stderr: error: the event cannot be used: it is not a JSON object
    "#]],
    );
}

#[test]
fn handler_chosen_by_the_caller() {
    check_event(
        TRACK,
        "run f.js --event e.json --handler onPage --json",
        expect![[r#"
        exit 1
        {"handler":"onPage","outcome":{"status":"failed","retryable":true,"error":{"kind":"RetryError","name":"RetryError","message":"later","stack":"","code":null}},"logs":[],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
    "#]],
    );
    check_event(
        "7",
        "run f.js --event e.json --handler onTrack --json",
        expect![[r#"
        exit 0
        {"handler":"onTrack","outcome":{"status":"returned","value":{"settings":{}}},"logs":[{"level":"log","message":"track undefined","time_ms":N},{"level":"error","message":"two\nlines","time_ms":N}],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
    "#]],
    );
    check_event(
        "[]",
        "run f.js --event e.json --handler onTrack --json",
        expect![[r#"
        exit 0
        {"handler":"onTrack","outcome":{"status":"returned","value":{"settings":{}}},"logs":[{"level":"log","message":"track undefined","time_ms":N},{"level":"error","message":"two\nlines","time_ms":N}],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
    "#]],
    );
}

#[test]
fn limit_flags() {
    let spin = [("f.js", "function onTrack() { for (;;); }"), ("e.json", TRACK)];
    check(
        &spin,
        "run f.js --event e.json --fuel-max 50000000",
        expect![[r#"
        exit 1
        Callback Return
          OutOfFuel: function used N units of fuel, limit 50000000 (`fuel_max`)
          onTrack failed (OutOfFuel); the delivery would not be retried

        Log Output
          (nothing was logged)

        Requests
          (no requests were made)

        Cost
          N units of fuel, N MiB of memory, N ms

    "#]],
    );
    check(
        &spin,
        "run f.js --event e.json --timeout-ms-max 20 --json",
        expect![[r#"
        exit 1
        {"handler":"onTrack","outcome":{"status":"failed","retryable":true,"error":{"kind":"Timeout","name":"Timeout","message":"function took more than N ms, limit 20 (`timeout_ms_max`)","stack":"","code":null}},"logs":[],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
    "#]],
    );
}

#[test]
fn other_stack_than_the_default() {
    check_event(
        TRACK,
        "run f.js --event e.json --json --stack-bytes-max 400000",
        expect![[r#"
        exit 0
        {"handler":"onTrack","outcome":{"status":"returned","value":{"event":"Signed Up","settings":{}}},"logs":[{"level":"log","message":"track Signed Up","time_ms":N},{"level":"error","message":"two\nlines","time_ms":N}],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
    "#]],
    );
}

#[test]
fn build_then_run_the_component() {
    let folder = Folder::with(&[("f.js", ECHO), ("e.json", TRACK)]);
    let output = folder.fnhost("build f.js -o out.wasm");
    let size = std::fs::metadata(folder.path("out.wasm")).unwrap().len();
    expect![[r#"
        exit 0
        stderr: built `out.wasm`, SIZE bytes
    "#]]
    .assert_eq(&output.replace(&size.to_string(), "SIZE"));
    expect![[r#"
        exit 0
        {"handler":"onTrack","outcome":{"status":"returned","value":{"event":"Signed Up","settings":{}}},"logs":[{"level":"log","message":"track Signed Up","time_ms":N},{"level":"error","message":"two\nlines","time_ms":N}],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
    "#]].assert_eq(&folder.fnhost("run out.wasm --event e.json --json"));
}

#[test]
fn build_names_the_component_after_its_source() {
    let folder = Folder::with(&[("my.function.ts", "export const onTrack = (event: unknown) => 1")]);
    let output = folder.fnhost("build my.function.ts");
    let size = std::fs::metadata(folder.path("my.function.wasm")).unwrap().len();
    expect![[r#"
        exit 0
        stderr: built `my.function.wasm`, SIZE bytes
    "#]]
    .assert_eq(&output.replace(&size.to_string(), "SIZE"));
}

#[test]
fn build_that_cannot_be() {
    let bad = [("f.js", "function onTrack( {"), ("f.wasm", "x"), ("g.js", ECHO)];
    check(
        &bad,
        "build f.js",
        expect![[r#"
        exit 1
        stderr: f.js:1:20: error: Expected `}` but found `EOF`
        stderr:   1 | function onTrack( {
        stderr:     |                    ^
    "#]],
    );
    check(
        &bad,
        "build f.wasm",
        expect![[r#"
        exit 2
        stderr: error: the component would overwrite its source `f.wasm`; use --output
    "#]],
    );
    check(
        &bad,
        "build g.js --output no/such/folder.wasm",
        expect![[r#"
        exit 2
        stderr: error: cannot write `no/such/folder.wasm`: No such file or directory (os error 2)
    "#]],
    );
    check(
        &bad,
        "build g.js --output g.js",
        expect![[r#"
        exit 2
        stderr: error: the component would overwrite its source `g.js`; use --output
    "#]],
    );
    let folder = Folder::with(&bad);
    folder.fnhost("build f.js -o new.wasm");
    assert!(!folder.path("new.wasm").exists(), "a refused source leaves no component");
}

#[test]
fn build_shows_what_the_top_level_logged() {
    let folder = Folder::with(&[("f.js", "console.log('at the top'); function onTrack() { ftech('x') }")]);
    let output = folder.fnhost("build f.js");
    let size = std::fs::metadata(folder.path("f.wasm")).unwrap().len();
    expect![[r#"
        exit 0
        stderr: f.js:1:49: warning: `ftech` is not defined
        stderr:   1 | console.log('at the top'); function onTrack() { ftech('x') }
        stderr:     |                                                 ^
        stderr:   help: is `fetch` meant?
        stderr: top level: log: at the top
        stderr: built `f.wasm`, SIZE bytes
    "#]]
    .assert_eq(&output.replace(&size.to_string(), "SIZE"));
}

#[test]
fn source_that_is_not_text() {
    let folder = Folder::with(&[("e.json", TRACK)]);
    std::fs::write(folder.path("f.js"), b"var a = '\xff'").unwrap();
    expect![[r#"
        exit 2
        stderr: error: `f.js` is not UTF-8 text
    "#]]
    .assert_eq(&folder.fnhost("run f.js --event e.json"));
}

#[test]
fn run_of_a_source_with_mistakes() {
    check(
        &[("f.js", "function onTrack( {"), ("e.json", TRACK)],
        "run f.js --event e.json",
        expect![[r#"
        exit 1
        stderr: f.js:1:20: error: Expected `}` but found `EOF`
        stderr:   1 | function onTrack( {
        stderr:     |                    ^
    "#]],
    );
    let warned = "function onTrack(event) { if (event.none) fetch('http://127.0.0.1:9/'); return 1 }";
    check(
        &[("f.js", warned), ("e.json", TRACK)],
        "run f.js --event e.json --json",
        expect![[r#"
        exit 0
        {"handler":"onTrack","outcome":{"status":"returned","value":1},"logs":[],"requests":[],"usage":{"fuel":N,"memory_bytes":N,"duration_ms":N}}
        stderr: f.js:1:43: warning: nothing waits for this `fetch`: the handler may end before it is sent
        stderr:   1 | function onTrack(event) { if (event.none) fetch('http://127.0.0.1:9/'); return 1 }
        stderr:     |                                           ^
        stderr:   help: put `await` before `fetch`
    "#]],
    );
}

#[test]
fn check_says_what_is_wrong() {
    check(
        &[("f.js", ECHO)],
        "check f.js",
        expect![[r#"
        exit 0
        stderr: f.js: 0 errors, 0 warnings
    "#]],
    );
    check(
        &[("f.js", "function onTrack() { ftech('x') }")],
        "check f.js",
        expect![[r#"
        exit 0
        stderr: f.js:1:22: warning: `ftech` is not defined
        stderr:   1 | function onTrack() { ftech('x') }
        stderr:     |                      ^
        stderr:   help: is `fetch` meant?
        stderr: f.js: 0 errors, 1 warning
    "#]],
    );
    check(
        &[("f.js", "function onTrack( {")],
        "check f.js",
        expect![[r#"
        exit 1
        stderr: f.js:1:20: error: Expected `}` but found `EOF`
        stderr:   1 | function onTrack( {
        stderr:     |                    ^
        stderr: f.js: 1 error, 0 warnings
    "#]],
    );
    check(
        &[("f.js", "throw new Error('no')\nfunction onTrack() {}")],
        "check f.js",
        expect![[r#"
        exit 1
        stderr: f.js:1:11: error: the top level threw Error: no
        stderr:   1 | throw new Error('no')
        stderr:     |           ^
        stderr: f.js: 1 error, 0 warnings
    "#]],
    );
    let folder = Folder::with(&[("f.js", ECHO)]);
    folder.fnhost("check f.js");
    assert!(!folder.path("f.wasm").exists(), "a check leaves no component");
}

#[test]
fn demo_shows_what_arrived_and_goes_on_until_told_to_stop() {
    let folder = Folder::with(&[]);
    let mut child = folder.command("demo").spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let output = lines.by_ref().take_while(|line| !line.contains("--event event.json")).collect::<Vec<_>>().join("\n");
    let stop = format!("kill -TERM {}", child.id());
    assert!(Command::new("sh").args(["-c", &stop]).status().unwrap().success());
    assert_eq!(lines.collect::<Vec<_>>(), [""; 0]);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let arrived: Vec<_> = output.lines().filter(|line| line.starts_with("  POST /")).collect();
    let returned = output.matches("\"{\\\"success\\\":true}\"").count();
    let unsupported: Vec<_> = output.lines().filter(|line| line.starts_with("  unsupported: ")).collect();
    assert!(output.contains("authentication: Basic ZGVtby1rZXk6"), "{output}");
    assert!(output.contains("The daemon goes on until Ctrl-C"), "{output}");
    expect![[r#"
          POST /?ts=2026-01-05T09%3A30%3A00.000Z
        returned 1
          unsupported: EventNotSupported: identify not supported
          unsupported: EventNotSupported: page not supported
          unsupported: EventNotSupported: screen not supported
          unsupported: EventNotSupported: group not supported
          unsupported: EventNotSupported: alias not supported
          unsupported: EventNotSupported: delete not supported
    "#]]
    .assert_eq(&format!("{}\nreturned {returned}\n{}\n", arrived.join("\n"), unsupported.join("\n")));
}

#[test]
fn help_lists_every_limit() {
    let folder = Folder::with(&[]);
    let help = folder.fnhost("run --help");
    assert!(help.starts_with("exit 0\n"), "{help}");
    for limit in Limits::TABLE {
        let flag = format!("--{} <{}>", limit.name.replace('_', "-"), limit.unit.to_uppercase());
        let bounds = format!("[default: {}; at most {}]", limit.default, limit.maximum);
        let after = help.split_once(&flag).unwrap_or_else(|| panic!("no {flag} in\n{help}")).1;
        let entry = after.split("\n      --").next().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(entry.starts_with(limit.doc) && entry.contains(&bounds), "{flag}: {entry}");
    }
}

#[test]
fn help_of_the_command() {
    let folder = Folder::with(&[]);
    expect![[r#"
        exit 0
        Run destination functions: JavaScript that takes customer events and sends them to any API

        Usage: fnhost <COMMAND>

        Commands:
          new         Make a project for a function: a folder with a function that runs, an event, settings, and types for the editor
          run         Send events through a function and show what came of them
          build       Build a function into a WebAssembly component
          check       Look for mistakes in a function: syntax, names that nothing defines, handlers that no event calls
          serve       Take events in over HTTP and deliver them through functions until told to stop
          config      Look at the configuration file
          filter      Try a filter expression (FQL) on events
          events      List the events that were received, the latest first
          deliveries  List deliveries, the latest first
          show        Show an event and every attempt to deliver it: what was sent, requests, responses, logs
          replay      Make finished deliveries pending again, or see what another function would do with them
          demo        Start a daemon with an example and a request bin, and show what arrives for an event of every type
          torture     Run functions that misbehave, and see that this machine and the functions beside them take no harm
          help        Print this message or the help of the given subcommand(s)

        Options:
          -h, --help     Print help
          -V, --version  Print version
    "#]]
    .assert_eq(&folder.fnhost("--help"));
    expect![[r#"
        exit 0
        fnhost 0.0.0
    "#]]
    .assert_eq(&folder.fnhost("--version"));
}
