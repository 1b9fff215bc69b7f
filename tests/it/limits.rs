//! Limits on fuel, memory, time and stack: the breach, its text, and that the next event runs as ever; exact fuel.

use crate::endpoint::Endpoint;
use crate::harness::{TRACK, function, host, limits, options, text, wait};
use expect_test::{Expect, expect};
use fnhost::{Function, Host, Limits, Outcome, Run};

/// Computing that takes a blink.
const LITTLE_FUEL: (&str, u64) = ("fuel_max", 50_000_000);

/// Any limit, for what breaks one that has its default.
const ANY: (&str, u64) = ("requests_max", 1);

/// Sends [`TRACK`] through a handler that is `body`, with `limit`: the run as
/// text. After that the same function must take another event as if nothing had been.
pub(crate) fn check_breach(body: &str, limit: (&str, u64), expected: Expect) {
    expected.assert_eq(&text(&breach(body, TRACK, limit)));
}

pub(crate) fn breach(body: &str, event: &str, (name, value): (&str, u64)) -> Run {
    let function = function(&format!(
        "async function onTrack(event) {{ {body} }}
         function onPage(event) {{ console.log('calm'); return event.name }}"
    ));
    let run = wait(function.run(event, "{}", &limits(name, value))).unwrap();
    let next = wait(function.run(r#"{"type":"page","name":"next"}"#, "{}", &Limits::default())).unwrap();
    assert_eq!(text(&next), "onPage returned \"next\"\n[log] calm\n");
    run
}

/// An endpoint that takes connections and never answers.
fn silent_endpoint() -> Endpoint {
    wait(Endpoint::start(Default::default(), |stream| async move {
        let _open = stream;
        std::future::pending::<()>().await
    }))
}

#[test]
fn limits_out_of_range_are_refused_before_the_run() {
    let limits = Limits { requests_max: 0, ..Limits::default() };
    let error = wait(function("function onTrack() {}").run(TRACK, "{}", &limits)).unwrap_err();
    expect!["`requests_max` must be between 1 and 1000, not 0"].assert_eq(&error.to_string());
}

#[test]
fn fuel_loop_before_any_await() {
    check_breach(
        "console.log('in'); for (;;);",
        LITTLE_FUEL,
        expect![[r#"
        onTrack failed: OutOfFuel: Broken
        OutOfFuel: function used 50000000 units of fuel, limit 50000000 (`fuel_max`)
        [log] in
    "#]],
    );
}

#[test]
fn fuel_loop_after_an_await() {
    check_breach(
        "await null; console.log('in'); for (;;);",
        LITTLE_FUEL,
        expect![[r#"
        onTrack failed: OutOfFuel: Broken
        OutOfFuel: function used 50000000 units of fuel, limit 50000000 (`fuel_max`)
        [log] in
    "#]],
    );
}

#[test]
fn fuel_loop_after_a_timer() {
    check_breach(
        "await new Promise((done) => setTimeout(done, 1)); for (;;);",
        LITTLE_FUEL,
        expect![[r#"
        onTrack failed: OutOfFuel: Broken
        OutOfFuel: function used 50000000 units of fuel, limit 50000000 (`fuel_max`)
    "#]],
    );
}

#[test]
fn fuel_microtasks_without_end() {
    check_breach(
        "const again = () => { queueMicrotask(again) }; again(); await new Promise(() => {})",
        LITTLE_FUEL,
        expect![[r#"
        onTrack failed: OutOfFuel: Broken
        OutOfFuel: function used 50000000 units of fuel, limit 50000000 (`fuel_max`)
    "#]],
    );
}

#[test]
fn fuel_promises_without_end() {
    check_breach(
        "for (;;) await null",
        LITTLE_FUEL,
        expect![[r#"
        onTrack failed: OutOfFuel: Broken
        OutOfFuel: function used 50000000 units of fuel, limit 50000000 (`fuel_max`)
    "#]],
    );
}

#[test]
fn fuel_loop_cannot_be_caught() {
    check_breach(
        "try { for (;;); } catch { return 'caught' } finally { console.log('finally') }",
        LITTLE_FUEL,
        expect![[r#"
        onTrack failed: OutOfFuel: Broken
        OutOfFuel: function used 50000000 units of fuel, limit 50000000 (`fuel_max`)
    "#]],
    );
}

#[test]
fn fuel_regex_that_backtracks_without_end() {
    check_breach(
        "return /^(a+)+$/.test('a'.repeat(60) + 'b')",
        LITTLE_FUEL,
        expect![[r#"
        onTrack failed: OutOfFuel: Broken
        OutOfFuel: function used 50000000 units of fuel, limit 50000000 (`fuel_max`)
    "#]],
    );
}

#[test]
fn fuel_loop_in_a_callback_of_the_engine() {
    check_breach(
        "'x'.repeat(1000).replace(/x/g, () => { for (;;); })",
        LITTLE_FUEL,
        expect![[r#"
        onTrack failed: OutOfFuel: Broken
        OutOfFuel: function used 50000000 units of fuel, limit 50000000 (`fuel_max`)
    "#]],
    );
}

#[test]
fn fuel_pays_for_the_work_of_the_host_too() {
    // A call of the host is over fast and costs the guest nothing of its own.
    check_breach(
        "const text = 'x'.repeat(1 << 20); for (let i = 0; i < 1e6; i++) btoa(text)",
        LITTLE_FUEL,
        expect![[r#"
        onTrack failed: OutOfFuel: Broken
        OutOfFuel: function used 50000000 units of fuel, limit 50000000 (`fuel_max`)
    "#]],
    );
}

/// What [`TRACK`] costs, five times.
fn fuel_of_five_runs(function: &Function) -> [u64; 5] {
    [(); 5].map(|()| {
        let run = wait(function.run(TRACK, "{}", &Limits::default())).unwrap();
        assert!(matches!(run.outcome, Outcome::Returned { .. }), "{}", text(&run));
        run.usage.fuel
    })
}

#[test]
fn fuel_is_exact() {
    let fuel = fuel_of_five_runs(&function("function onTrack(event) { return event.properties.plan }"));
    assert_eq!(fuel, [fuel[0]; 5]);
    assert!((10_000..5_000_000).contains(&fuel[0]), "{}", fuel[0]);
}

#[test]
fn fuel_is_exact_with_console_and_url_and_json() {
    let fuel = fuel_of_five_runs(&function(
        "async function onTrack(event) {
           const url = new URL('https://example.com/?q=1');
           url.searchParams.set('event', event.event);
           console.log('%s %o', url.href, event, new Error('with a stack'));
           await null;
           return JSON.parse(JSON.stringify({ url, event, bytes: [...new TextEncoder().encode('é')], key: btoa('key:') }));
         }",
    ));
    assert_eq!(fuel, [fuel[0]; 5]);
}

#[test]
fn fuel_is_exact_in_two_builds_of_the_same_source() {
    let source = "function onTrack(event) { console.log(event); return Object.keys(event).sort() }";
    assert_eq!(fuel_of_five_runs(&function(source)), fuel_of_five_runs(&function(source)));
}

#[test]
fn fuel_is_exact_at_the_limit() {
    let function = function("function onTrack() { let sum = 0; for (let i = 0; i < 1000; i++) sum += i; return sum }");
    let used = wait(function.run(TRACK, "{}", &Limits::default())).unwrap().usage.fuel;
    let enough = wait(function.run(TRACK, "{}", &limits("fuel_max", used + 1))).unwrap();
    assert_eq!((text(&enough).as_str(), enough.usage.fuel), ("onTrack returned 499500\n", used));
    let less = wait(function.run(TRACK, "{}", &limits("fuel_max", used - 1_000))).unwrap();
    assert!(text(&less).starts_with("onTrack failed: OutOfFuel: Broken\n"), "{}", text(&less));
}

#[test]
fn fuel_used_is_reported_after_a_breach() {
    let run = breach("for (;;);", TRACK, LITTLE_FUEL);
    assert!((LITTLE_FUEL.1 - 1_000..=LITTLE_FUEL.1).contains(&run.usage.fuel), "{}", run.usage.fuel);
}

/// A handler that is `body` runs out of memory. How much it asked for depends on the size of the engine.
fn check_out_of_memory(body: &str, memory_bytes_max: u64) {
    let run = breach(body, TRACK, ("memory_bytes_max", memory_bytes_max));
    let Outcome::Failed(failure) = &run.outcome else { panic!("{}", text(&run)) };
    let asked = failure.error.message.split(' ').find_map(|word| word.parse::<u64>().ok()).unwrap();
    assert!(asked > memory_bytes_max, "{asked}");
    let message = format!("function asked for {asked} bytes of memory, limit {memory_bytes_max} (`memory_bytes_max`)");
    assert_eq!(text(&run), format!("onTrack failed: OutOfMemory: Broken\nOutOfMemory: {message}\n"));
}

#[test]
fn memory_arrays_without_end() {
    check_out_of_memory("const all = []; for (;;) all.push(new Array(1000).fill(1))", 16 << 20);
}

#[test]
fn memory_of_strings_that_share_their_parts_ends_at_the_engines_own_limit() {
    check_breach(
        "let text = 'x'; for (;;) text += text + text.length",
        ("memory_bytes_max", 16 << 20),
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        InternalError: string too long
            at onTrack (function.js:1:73)
    "#]],
    );
}

#[test]
fn memory_strings_without_end() {
    check_out_of_memory("const all = []; for (let i = 0; ; i++) all.push('x'.repeat(1000) + i)", 16 << 20);
}

#[test]
fn memory_typed_arrays_without_end() {
    check_out_of_memory("const all = []; for (;;) all.push(new Uint8Array(1 << 20))", 16 << 20);
}

#[test]
fn memory_one_typed_array_too_large() {
    check_out_of_memory("return new Uint8Array(1 << 30).length", 64 << 20);
}

#[test]
fn memory_breach_cannot_be_caught() {
    check_out_of_memory(
        "try { const all = []; for (;;) all.push(new ArrayBuffer(1 << 20)) } catch (error) { return error.message }",
        64 << 20,
    );
}

#[test]
fn memory_after_an_await_and_in_a_map() {
    check_out_of_memory("await null; const map = new Map(); for (let i = 0; ; i++) map.set(i, { i })", 16 << 20);
}

#[test]
fn memory_used_is_reported() {
    let used = |body: &str| breach(body, TRACK, ("memory_bytes_max", 64 << 20)).usage.memory_bytes;
    let little = used("return 1");
    let much = used("globalThis.kept = new Uint8Array(8 << 20).fill(1); return 1");
    assert!((1 << 20..4 << 20).contains(&little), "{little}");
    // Part of the eight MiB fits into what the instance had anyway.
    assert!((7 << 20..10 << 20).contains(&(much - little)), "{much} after {little}");
    let breached =
        breach("const all = []; for (;;) all.push(new Uint8Array(1000))", TRACK, ("memory_bytes_max", 16 << 20));
    assert!((15 << 20..=16 << 20).contains(&breached.usage.memory_bytes), "{}", breached.usage.memory_bytes);
}

#[test]
fn memory_smaller_than_the_function_itself() {
    check_out_of_memory("return 1", 65_536);
}

#[test]
fn timeout_of_an_endpoint_that_never_answers() {
    let endpoint = silent_endpoint();
    let body = format!("console.log('before'); await fetch('{}'); console.log('after')", endpoint.url());
    let run = breach(&body, TRACK, ("timeout_ms_max", 100));
    expect![[r#"
        onTrack failed: Timeout, retry: Retrying
        Timeout: function took more than 100 ms, limit 100 (`timeout_ms_max`)
        [log] before
        GET http://127.0.0.1:PORT/: no answer
    "#]]
    .assert_eq(&text(&run));
    assert!((100.0..2_000.0).contains(&run.usage.duration_ms), "{}", run.usage.duration_ms);
}

#[test]
fn timeout_of_a_long_timer() {
    check_breach(
        "await new Promise((done) => setTimeout(done, 60_000))",
        ("timeout_ms_max", 100),
        expect![[r#"
        onTrack failed: Timeout, retry: Retrying
        Timeout: function took more than 100 ms, limit 100 (`timeout_ms_max`)
    "#]],
    );
}

#[test]
fn timeout_of_an_interval_without_end() {
    check_breach(
        "await new Promise(() => setInterval(() => {}, 5))",
        ("timeout_ms_max", 100),
        expect![[r#"
        onTrack failed: Timeout, retry: Retrying
        Timeout: function took more than 100 ms, limit 100 (`timeout_ms_max`)
    "#]],
    );
}

#[test]
fn timeout_while_computing() {
    // Fuel is far from its end: 10^12 units are minutes.
    let mut limits = limits("timeout_ms_max", 100);
    limits.fuel_max = Limits::TABLE[0].maximum;
    let run = wait(function("function onTrack() { for (;;); }").run(TRACK, "{}", &limits)).unwrap();
    expect![[r#"
        onTrack failed: Timeout, retry: Retrying
        Timeout: function took more than 100 ms, limit 100 (`timeout_ms_max`)
    "#]]
    .assert_eq(&text(&run));
    assert!((100.0..2_000.0).contains(&run.usage.duration_ms), "{}", run.usage.duration_ms);
}

#[test]
fn timeout_cannot_be_caught() {
    let endpoint = silent_endpoint();
    let body = format!("try {{ await fetch('{}') }} catch (error) {{ return error.name }}", endpoint.url());
    let run = breach(&body, TRACK, ("timeout_ms_max", 100));
    assert!(text(&run).starts_with("onTrack failed: Timeout, retry: Retrying\n"), "{}", text(&run));
}

#[test]
fn stack_recursion() {
    check_breach(
        "const down = (n) => 1 + down(n + 1); return down(0)",
        ANY,
        expect![[r#"
        onTrack failed: StackOverflow: Broken
        StackOverflow: function used more than 524288 bytes of stack, limit 524288 (`stack_bytes_max`)
    "#]],
    );
}

#[test]
fn stack_recursion_after_an_await() {
    check_breach(
        "await null; const down = (n) => 1 + down(n + 1); return down(0)",
        ANY,
        expect![[r#"
        onTrack failed: StackOverflow: Broken
        StackOverflow: function used more than 524288 bytes of stack, limit 524288 (`stack_bytes_max`)
    "#]],
    );
}

#[test]
fn stack_recursion_through_getters_and_to_string() {
    check_breach(
        "const o = { get a() { return this.a } }; return o.a",
        ANY,
        expect![[r#"
        onTrack failed: StackOverflow: Broken
        StackOverflow: function used more than 524288 bytes of stack, limit 524288 (`stack_bytes_max`)
    "#]],
    );
    check_breach(
        "const o = { toString() { return `${o}` } }; return `${o}`",
        ANY,
        expect![[r#"
        onTrack failed: StackOverflow: Broken
        StackOverflow: function used more than 524288 bytes of stack, limit 524288 (`stack_bytes_max`)
    "#]],
    );
}

#[test]
fn stack_json_parse() {
    check_breach(
        "return JSON.parse('['.repeat(200_000))",
        ANY,
        expect![[r#"
        onTrack failed: StackOverflow: Broken
        StackOverflow: function used more than 524288 bytes of stack, limit 524288 (`stack_bytes_max`)
    "#]],
    );
}

#[test]
fn stack_json_stringify() {
    check_breach(
        "let deep = []; for (let i = 0; i < 200_000; i++) deep = [deep]; return JSON.stringify(deep)",
        ANY,
        expect![[r#"
        onTrack failed: StackOverflow: Broken
        StackOverflow: function used more than 524288 bytes of stack, limit 524288 (`stack_bytes_max`)
    "#]],
    );
}

#[test]
fn stack_regex() {
    check_breach(
        "return new RegExp('(?:'.repeat(100_000) + ')'.repeat(100_000)).test('')",
        ANY,
        expect![[r#"
        onTrack failed: StackOverflow: Broken
        StackOverflow: function used more than 524288 bytes of stack, limit 524288 (`stack_bytes_max`)
    "#]],
    );
}

#[test]
fn stack_of_the_host_is_fixed_when_it_is_made() {
    let error =
        wait(function("function onTrack() {}").run(TRACK, "{}", &limits("stack_bytes_max", 100_000))).unwrap_err();
    expect!["the stack's size is fixed when the host is made: 524288 bytes, not 100000 (`stack_bytes_max`)"]
        .assert_eq(&error.to_string());
}

#[test]
fn stack_of_a_host_may_be_smaller() {
    let source = "const down = (n) => n && 1 + down(n - 1); function onTrack() { return down(300) }";
    let built = wait(fnhost_build::build(host(), "function.js", source, &Limits::default())).unwrap();
    let mut out = String::new();
    for stack_bytes_max in [524_288, 65_536] {
        let host = Host::new(options().instances_max(1).stack_bytes_max(stack_bytes_max)).unwrap();
        let function = host.load(&built.component).unwrap();
        out += &text(&wait(function.run(TRACK, "{}", &limits("stack_bytes_max", stack_bytes_max))).unwrap());
    }
    expect![[r#"
        onTrack returned 300
        onTrack failed: StackOverflow: Broken
        StackOverflow: function used more than 65536 bytes of stack, limit 65536 (`stack_bytes_max`)
    "#]]
    .assert_eq(&out);
}

#[test]
fn stack_of_a_host_out_of_range_is_refused() {
    let error = Host::new(options().stack_bytes_max(2 << 20)).err().unwrap();
    expect!["`stack_bytes_max` must be between 1 and 1048576, not 2097152"].assert_eq(&error.to_string());
}

#[test]
fn unsettled_promise() {
    check_breach(
        "await new Promise(() => {})",
        ANY,
        expect![[r#"
        onTrack failed: Unsettled: Broken
        Unsettled: the handler's promise never settles: it waits for something that cannot happen
    "#]],
    );
}

#[test]
fn unsettled_promise_after_a_timer() {
    check_breach(
        "await new Promise((done) => setTimeout(done, 1)); await new Promise(() => {})",
        ANY,
        expect![[r#"
        onTrack failed: Unsettled: Broken
        Unsettled: the handler's promise never settles: it waits for something that cannot happen
    "#]],
    );
}
