//! The log: Node's formatting, levels, groups, tables, times.

use crate::harness::{TRACK, check, function, limits, run, text, wait};
use expect_test::expect;
use std::fmt::Write;

/// Arguments of `console.log` and, as JSON, what Node 20 prints for them, one case a line.
const CASES: &str = include_str!("console_cases.txt");

#[test]
fn formatting_is_nodes() {
    let cases: Vec<_> = CASES.lines().map(|line| line.rsplit_once(" ⇒ ").unwrap()).collect();
    let mut differences = String::new();
    for cases in cases.chunks(50) {
        let calls: Vec<_> = cases.iter().map(|(arguments, _)| format!("console.log({arguments});\n")).collect();
        let function = function(&format!("function onTrack() {{\n{}}}", calls.concat()));
        let run = wait(function.run(TRACK, "{}", &limits("log_bytes_max", 1 << 20))).unwrap();
        assert_eq!(run.logs.len(), cases.len(), "{}", text(&run));
        for ((arguments, expected), log) in cases.iter().zip(&run.logs) {
            let expected: String = serde_json::from_str(expected).unwrap();
            if log.message != expected {
                writeln!(differences, "console.log({arguments})\n-- Node:\n{expected}\n-- here:\n{}", log.message)
                    .unwrap();
            }
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

#[test]
fn cases_are_many() {
    assert!(CASES.lines().count() >= 150, "{} cases", CASES.lines().count());
}

/// As [`check`], for a handler that is `body`.
fn check_log(body: &str, expected: expect_test::Expect) {
    check(&format!("async function onTrack(event, settings) {{ {body} }}"), TRACK, expected);
}

#[test]
fn levels() {
    check_log(
        "for (const level of ['log', 'info', 'debug', 'warn', 'error', 'dirxml']) console[level](level, { level });
         console.log();
         console.dir({ a: { b: { c: { d: 1 } } } });
         console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 });",
        expect![[r#"
            onTrack returned null
            [log] log { level: 'log' }
            [info] info { level: 'info' }
            [debug] debug { level: 'debug' }
            [warn] warn { level: 'warn' }
            [error] error { level: 'error' }
            [log] dirxml { level: 'dirxml' }
            [log] 
            [log] { a: { b: { c: [Object] } } }
            [log] { a: [Object] }
        "#]],
    );
}

#[test]
fn methods_need_no_console() {
    check_log(
        "const { log, warn } = console; log('a'); [1, 2].forEach(warn); await Promise.resolve('b').then(console.log)",
        expect![[r#"
        onTrack returned null
        [log] a
        [warn] 1 0 [ 1, 2 ]
        [warn] 2 1 [ 1, 2 ]
        [log] b
    "#]],
    );
}

#[test]
fn trace_has_a_level_and_a_stack() {
    check(
        "function deep() { console.trace('here %s', 1); }
function onTrack() {
  deep();
}",
        TRACK,
        expect![[r#"
            onTrack returned null
            [trace] Trace: here 1
                at deep (function.js:1:27)
                at onTrack (function.js:3:3)
        "#]],
    );
}

#[test]
fn times_ascend() {
    let run = run(
        "async function onTrack() {
           for (let i = 0; i < 3; i++) {
             console.log(i);
             await new Promise((done) => setTimeout(done, 10));
           }
         }",
        TRACK,
    );
    let times: Vec<_> = run.logs.iter().map(|log| log.time_ms).collect();
    assert!(times[0] >= 0.0 && times[1] - times[0] >= 9.0 && times[2] - times[1] >= 9.0, "{times:?}");
    assert!(times[2] <= run.usage.duration_ms, "{times:?} of {}", run.usage.duration_ms);
}

#[test]
fn groups_indent() {
    check_log(
        "console.group('outer %d', 1);
         console.log('one\\ntwo');
         console.groupCollapsed();
         console.warn({ a: 1 });
         console.groupEnd();
         console.error('back');
         console.groupEnd();
         console.groupEnd();
         console.log('out');",
        expect![[r#"
            onTrack returned null
            [log] outer 1
            [log]   one
              two
            [warn]     { a: 1 }
            [error]   back
            [log] out
        "#]],
    );
}

#[test]
fn tables() {
    check_log(
        "console.table([{ a: 1, b: 'x' }, { a: 2, c: true }]);
         console.table([['p', 'q'], ['r', 's']]);
         console.table([1, 'two', { three: 3 }]);
         console.table({ first: { n: 1 }, second: { n: 2 } });
         console.table([{ a: 1, b: 2 }], ['b']);
         console.table(new Map([['k', 1]]));
         console.table(new Set(['v']));
         console.table([]);
         console.table('text');
         console.table(null);
         console.table([{ deep: { x: { y: 1 } } }]);
         console.table([{ wide: '日本' }]);",
        expect![[r#"
            onTrack returned null
            [log] ┌─────────┬───┬─────┬──────┐
            │ (index) │ a │ b   │ c    │
            ├─────────┼───┼─────┼──────┤
            │ 0       │ 1 │ 'x' │      │
            │ 1       │ 2 │     │ true │
            └─────────┴───┴─────┴──────┘
            [log] ┌─────────┬─────┬─────┐
            │ (index) │ 0   │ 1   │
            ├─────────┼─────┼─────┤
            │ 0       │ 'p' │ 'q' │
            │ 1       │ 'r' │ 's' │
            └─────────┴─────┴─────┘
            [log] ┌─────────┬───────┬────────┐
            │ (index) │ three │ Values │
            ├─────────┼───────┼────────┤
            │ 0       │       │ 1      │
            │ 1       │       │ 'two'  │
            │ 2       │ 3     │        │
            └─────────┴───────┴────────┘
            [log] ┌─────────┬───┐
            │ (index) │ n │
            ├─────────┼───┤
            │ first   │ 1 │
            │ second  │ 2 │
            └─────────┴───┘
            [log] ┌─────────┬───┐
            │ (index) │ b │
            ├─────────┼───┤
            │ 0       │ 2 │
            └─────────┴───┘
            [log] ┌───────────────────┬─────┬────────┐
            │ (iteration index) │ Key │ Values │
            ├───────────────────┼─────┼────────┤
            │ 0                 │ 'k' │ 1      │
            └───────────────────┴─────┴────────┘
            [log] ┌───────────────────┬────────┐
            │ (iteration index) │ Values │
            ├───────────────────┼────────┤
            │ 0                 │ 'v'    │
            └───────────────────┴────────┘
            [log] ┌─────────┐
            │ (index) │
            ├─────────┤
            └─────────┘
            [log] text
            [log] null
            [log] ┌─────────┬─────────────────┐
            │ (index) │ deep            │
            ├─────────┼─────────────────┤
            │ 0       │ { x: [Object] } │
            └─────────┴─────────────────┘
            [log] ┌─────────┬────────┐
            │ (index) │ wide   │
            ├─────────┼────────┤
            │ 0       │ '日本' │
            └─────────┴────────┘
        "#]],
    );
}

#[test]
fn counts() {
    check_log(
        "console.count();
         console.count('clicks');
         console.count();
         console.count('default');
         console.count(undefined);
         console.countReset();
         console.count();
         console.countReset('never');
         console.count({});",
        expect![[r#"
            onTrack returned null
            [log] default: 1
            [log] clicks: 1
            [log] default: 2
            [log] default: 3
            [log] default: 4
            [log] default: 1
            [warn] Warning: Count for 'never' does not exist
            [log] [object Object]: 1
        "#]],
    );
}

#[test]
fn counts_and_groups_are_new_for_every_event() {
    let function = function("function onTrack() { console.count(); console.group('g') }");
    let run = || text(&wait(function.run(TRACK, "{}", &fnhost::Limits::default())).unwrap());
    expect![[r#"
        onTrack returned null
        [log] default: 1
        [log] g
    "#]]
    .assert_eq(&run());
    assert_eq!(run(), run());
}

#[test]
fn timers_have_the_shape_of_nodes() {
    let run = run(
        "async function onTrack() {
           console.time('work');
           console.time('work');
           console.timeLog('work', 'half', { done: 1 });
           await new Promise((done) => setTimeout(done, 1_100));
           console.timeEnd('work');
           console.timeEnd('work');
           console.timeLog();
         }",
        TRACK,
    );
    let messages: Vec<_> = run.logs.iter().map(|log| format!("[{}] {}\n", log.level, log.message)).collect();
    // Digits become `#`, any number of them.
    let mut shape = String::new();
    for c in messages.concat().chars().map(|c| if c.is_ascii_digit() { '#' } else { c }) {
        if !(c == '#' && shape.ends_with('#')) {
            shape.push(c);
        }
    }
    expect![[r#"
        [warn] Warning: Label 'work' already exists for console.time()
        [log] work: #.#ms half { done: # }
        [log] work: #.#s
        [warn] Warning: No such label 'work' for console.timeEnd()
        [warn] Warning: No such label 'default' for console.timeLog()
    "#]]
    .assert_eq(&shape);
}

#[test]
fn assertions() {
    check_log(
        "console.assert(true, 'silent');
         console.assert(1);
         console.assert(false);
         console.assert(false, 'the %s is %d', 'answer', 42);
         console.assert(0, { a: 1 }, 'more');
         console.assert();",
        expect![[r#"
            onTrack returned null
            [warn] Assertion failed
            [warn] Assertion failed: the answer is 42
            [warn] Assertion failed: [object Object] more
            [warn] Assertion failed
        "#]],
    );
}

#[test]
fn errors_have_their_stack() {
    check(
        "function onTrack() {
  console.log(new Error('plain'));
  console.log(Object.assign(new TypeError('coded'), { code: 'E_CODE', status: 400 }));
  console.log(new Error('outer', { cause: new Error('inner') }));
  console.log({ error: new RangeError('nested') });
  console.log([new ValidationError('own')]);
  console.log('%s', new Error('as text'));
  console.log('failed:', new RetryError('soon'));
}",
        TRACK,
        expect![[r#"
            onTrack returned null
            [log] Error: plain
                at onTrack (function.js:2:19)
            [log] TypeError: coded
                at onTrack (function.js:3:33) {
              code: 'E_CODE',
              status: 400
            }
            [log] Error: outer
                at onTrack (function.js:4:47) {
              [cause]: Error: inner
                  at onTrack (function.js:4:47)
            }
            [log] {
              error: RangeError: nested
                  at onTrack (function.js:5:28)
            }
            [log] [
              ValidationError: own
                  at onTrack (function.js:6:20)
            ]
            [log] Error: as text
                at onTrack (function.js:7:25)
            [log] failed: RetryError: soon
                at onTrack (function.js:8:30)
        "#]],
    );
}

#[test]
fn errors_without_a_stack() {
    check_log(
        "const error = new Error('no stack'); error.stack = undefined; console.log(error);
         const named = new Error('named'); named.name = 'Custom'; named.stack = ''; console.log([named]);
         console.log(await fetch('https://foo').catch((error) => [error.name, error.message, error.code]));",
        expect![[r#"
            onTrack returned null
            [log] [Error: no stack]
            [log] [ [Custom: named] ]
            [log] [
              'FetchError',
              'request to https://foo/ failed, reason: getaddrinfo ENOTFOUND foo foo:443',
              'ENOTFOUND'
            ]
            GET https://foo/: no answer, getaddrinfo ENOTFOUND foo foo:443
        "#]],
    );
}

#[test]
fn objects_of_the_platform() {
    check_log(
        "console.log(new URL('https://user:pw@example.com:8080/a?b=1#c'));
         console.log(new URLSearchParams('a=1&b=2'), new URLSearchParams());
         console.log(new Headers({ 'Content-Type': 'text/plain', a: '1' }));
         console.log([new URL('https://example.com')], { params: new URLSearchParams('q=') });",
        expect![[r#"
            onTrack returned null
            [log] URL {
              href: 'https://user:pw@example.com:8080/a?b=1#c',
              origin: 'https://example.com:8080',
              protocol: 'https:',
              username: 'user',
              password: 'pw',
              host: 'example.com:8080',
              hostname: 'example.com',
              port: '8080',
              pathname: '/a',
              search: '?b=1',
              searchParams: URLSearchParams { 'b' => '1' },
              hash: '#c'
            }
            [log] URLSearchParams { 'a' => '1', 'b' => '2' } URLSearchParams {}
            [log] Headers {
              [Symbol(map)]: [Object: null prototype] {
                'Content-Type': [ 'text/plain' ],
                a: [ '1' ]
              }
            }
            [log] [
              URL {
                href: 'https://example.com/',
                origin: 'https://example.com',
                protocol: 'https:',
                username: '',
                password: '',
                host: 'example.com',
                hostname: 'example.com',
                port: '',
                pathname: '/',
                search: '',
                searchParams: URLSearchParams {},
                hash: ''
              }
            ] { params: URLSearchParams { 'q' => '' } }
        "#]],
    );
}

/// Node throws some of these errors out of `console.log`; here a log never breaks a delivery.
#[test]
fn values_that_refuse_never_stop_the_function() {
    check_log(
        "const refuse = () => { throw new Error('refused') };
         console.log({ get a() { return refuse() } });
         console.log(new Proxy({}, { get: refuse, ownKeys: refuse, getPrototypeOf: refuse }));
         console.log('%s %d', { toString: refuse }, { valueOf: refuse });
         console.log({ [Symbol.toStringTag]: { toString: refuse } }, { constructor: { get name() { return refuse() } } });
         console.log('%j', { toJSON: refuse });",
        expect![[r#"
            onTrack returned null
            [log] { a: [Getter] }
            [log] [Thrown: refused]
            [log] { toString: [Function: refuse] } NaN
            [log] { [Symbol(Symbol.toStringTag)]: { toString: [Function: refuse] } } { constructor: { name: [Getter] } }
            [log] [Thrown: refused]
        "#]],
    );
}

#[test]
fn inspection_by_the_object_itself_that_throws_is_shown() {
    check_log(
        "console.log({ [Symbol.for('nodejs.util.inspect.custom')]() { throw new Error('from inspect') } })",
        expect![[r#"
        onTrack returned null
        [log] [Thrown: from inspect]
    "#]],
    );
}

#[test]
fn deep_and_wide_values_end() {
    let run = run(
        "function onTrack() {
           let deep = {};
           for (let i = 0; i < 10_000; i++) deep = { deep };
           console.log(deep);
           console.log(Array.from({ length: 1_000_000 }, () => 0).length, 'x'.repeat(10_001).length);
           console.log(Object.fromEntries(Array.from({ length: 3 }, (_, i) => ['key' + i, deep])));
           console.dir(deep, { depth: 3 });
           return 'done';
         }",
        TRACK,
    );
    expect![[r#"
        onTrack returned "done"
        [log] { deep: { deep: { deep: [Object] } } }
        [log] 1000000 10001
        [log] {
          key0: { deep: { deep: [Object] } },
          key1: { deep: { deep: [Object] } },
          key2: { deep: { deep: [Object] } }
        }
        [log] {
          deep: { deep: { deep: { deep: [Object] } } }
        }
    "#]]
    .assert_eq(&text(&run));
}

#[test]
fn lone_surrogates_and_control_characters_arrive() {
    let run = run("function onTrack() { console.log('\\ud800', '\\u0000\\u001b[31m', ['\\u001b'], 'tab\\t') }", TRACK);
    assert_eq!(run.logs[0].message, "\u{fffd} \0\u{1b}[31m [ '\\x1B' ] tab\t");
}

#[test]
fn logs_of_the_top_level_belong_to_the_build() {
    let source = "console.log('at build'); function onTrack() { console.log('at run') }";
    let built = wait(fnhost_build::build(crate::harness::host(), "f.js", source, &fnhost::Limits::default())).unwrap();
    let messages: Vec<_> = built.logs.iter().map(|log| log.message.as_str()).collect();
    assert_eq!(messages, ["at build"]);
    check(
        source,
        TRACK,
        expect![[r#"
        onTrack returned null
        [log] at run
    "#]],
    );
}

#[test]
fn replaced_console_does_what_it_is_told() {
    check(
        "const log = console.log; console.log = (...args) => log('mine:', ...args); function onTrack() { console.log('a') }",
        TRACK,
        expect![[r#"
            onTrack returned null
            [log] mine: a
        "#]],
    );
}
