//! Stacks: in the user's own file, lines and columns, and nothing of fnhost's own.

use crate::harness::{TRACK, check, function_named, run, text, wait};
use expect_test::{Expect, expect};
use fnhost::{Limits, Outcome};

/// The run of a `track` event through `source`, called `name`.
fn check_named(name: &str, source: &str, expected: Expect) {
    let run = wait(function_named(name, source).run(TRACK, "{}", &Limits::default())).unwrap();
    expected.assert_eq(&text(&run));
}

#[test]
fn script() {
    check(
        "function onTrack(event) {\n  throw new Error('here')\n}",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: here
            at onTrack (function.js:2:13)
    "#]],
    );
    check(
        "async function onTrack(event) {\n  null.x\n}",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        TypeError: cannot read property 'x' of null
            at onTrack (function.js:2:3)
    "#]],
    );
}

#[test]
fn first_line_of_a_script() {
    check(
        "function onTrack(event) { throw new Error('here') }",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: here
            at onTrack (function.js:1:37)
    "#]],
    );
    check(
        "/* żółć 🎉 */ function onTrack(event) { throw new Error('here') }",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: here
            at onTrack (function.js:1:57)
    "#]],
    );
    check(
        "\u{feff}function onTrack(event) { throw new Error('here') }",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: here
            at onTrack (function.js:1:37)
    "#]],
    );
    check(
        "#!/usr/bin/env node\nfunction onTrack(event) { throw new Error('here') }",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: here
            at onTrack (function.js:2:37)
    "#]],
    );
    check(
        "'use strict'; function onTrack(event) { throw new Error('here') }",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: here
            at onTrack (function.js:1:51)
    "#]],
    );
}

#[test]
fn calls_on_the_first_line() {
    check(
        "function f() { throw new Error('here') } function onTrack() { return f() }",
        TRACK,
        expect![[r#"
            onTrack failed: Uncaught: BadRequest
            Error: here
                at f (function.js:1:26)
                at onTrack (function.js:1:70)
        "#]],
    );
}

#[test]
fn module() {
    check_named(
        "f.mjs",
        "export function onTrack(event) { throw new Error('here') }",
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: here
            at onTrack (f.mjs:1:44)
    "#]],
    );
    check_named(
        "f.js",
        "const two = 2;\n\nexport default {\n  async onTrack(event) {\n    throw new Error('here')\n  }\n}",
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: here
            at onTrack (f.js:5:15)
    "#]],
    );
}

#[test]
fn typescript() {
    let script = "interface Event { type: string }\nenum Kind { A, B }\n\nasync function onTrack(event: Event): Promise<void> {\n  const kind: Kind = Kind.B;\n  throw new Error(`here ${kind}`);\n}\n";
    check_named(
        "f.ts",
        script,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: here 1
            at onTrack (f.ts:6:27)
    "#]],
    );
    let module = "type T = {\n  a: string;\n  b: number;\n};\nfunction check<A extends T>(value: A): asserts value is A { throw new TypeError('generic') }\nexport const onTrack = (event: T): void => { check<T>(event as T) };\n";
    check_named(
        "f.ts",
        module,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        TypeError: generic
            at check (f.ts:5:71)
            at onTrack (f.ts:6:55)
    "#]],
    );
    let first = "export const onTrack = (event: unknown): never => { throw new Error('first line') }";
    check_named(
        "f.ts",
        first,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: first line
            at onTrack (f.ts:1:63)
    "#]],
    );
}

#[test]
fn nested_functions() {
    let source = "function onTrack(event) {
  return outer(event);
}

function outer(event) {
  const inner = () => {
    (function deepest() {
      throw new RangeError('deep');
    })();
  };
  return inner();
}
";
    check(
        source,
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        RangeError: deep
            at deepest (function.js:8:17)
            at inner (function.js:9:5)
            at outer (function.js:11:10)
            at onTrack (function.js:2:16)
    "#]],
    );
}

#[test]
fn callbacks() {
    let source = "function onTrack(event) {
  return [1].map(function item(value) {
    throw new Error('in a callback');
  });
}
";
    check(
        source,
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: in a callback
            at item (function.js:3:15)
            at map (native)
            at onTrack (function.js:2:18)
    "#]],
    );
    check(
        "function onTrack() {\n  return JSON.stringify({ toJSON() { throw new Error('in JSON') } })\n}",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: in JSON
            at toJSON (function.js:2:48)
            at stringify (native)
            at onTrack (function.js:2:15)
    "#]],
    );
    check(
        "const sorted = [2, 1];\nfunction onTrack() {\n  sorted.sort((a, b) => { throw new Error('in sort') })\n}",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: in sort
            at <anonymous> (function.js:3:37)
            at sort (native)
            at onTrack (function.js:3:10)
    "#]],
    );
    check(
        "function onTrack() {\n  new Headers({ a: 1 }).forEach((value) => { throw new Error('in ours') })\n}",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: in ours
            at <anonymous> (function.js:2:56)
            at call (native)
            at onTrack (function.js:2:25)
    "#]],
    );
    check(
        "function onTrack() {\n  return { get a() { throw new Error('in the value returned') } }\n}",
        TRACK,
        expect![[r#"
        onTrack returned {"a":"[Thrown: in the value returned]"}
    "#]],
    );
}

#[test]
fn timers_and_promises() {
    let timer = "async function onTrack() {
  setTimeout(function late() {
    throw new Error('in a timer');
  }, 1);
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
";
    check(
        timer,
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: in a timer
            at late (function.js:3:15)
    "#]],
    );
    let after_await = "async function inner() {
  await null;
  throw new Error('after an await');
}
async function onTrack() {
  await inner();
}
";
    check(
        after_await,
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: after an await
            at inner (function.js:3:13)
    "#]],
    );
    check(
        "function onTrack() {\n  return Promise.resolve().then(() => {\n    throw new Error('in then')\n  })\n}",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: in then
            at <anonymous> (function.js:3:15)
    "#]],
    );
    check(
        "function onTrack() {\n  return Promise.resolve().then(() => Promise.reject(new Error('rejected')))\n}",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: rejected
            at <anonymous> (function.js:2:58)
    "#]],
    );
    check(
        "async function onTrack() {\n  await cache.load('k', 1000, async () => {\n    throw new Error('in the cache')\n  })\n}",
        TRACK,
        expect![[r#"
            onTrack failed: Uncaught: BadRequest
            Error: in the cache
                at <anonymous> (function.js:3:15)
        "#]],
    );
}

#[test]
fn classes() {
    let source = "class Client {
  #key;
  constructor(key) {
    if (!key) throw new TypeError('no key');
    this.#key = key;
  }
  get key() { throw new Error('in a getter') }
  static make(key) { return new Client(key) }
}
function onTrack(event, settings) {
  return settings.key === undefined ? Client.make(settings.none) : new Client(1).key;
}
";
    check(
        source,
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        TypeError: no key
            at Client (function.js:4:25)
            at make (function.js:8:40)
            at onTrack (function.js:11:51)
    "#]],
    );
    let getter = source.replace("settings.key === undefined", "false");
    check(
        &getter,
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: in a getter
            at get key (function.js:7:25)
            at onTrack (function.js:11:51)
    "#]],
    );
    let own = "class ApiError extends Error {
  constructor(status) {
    super(`status ${status}`);
    this.name = 'ApiError';
    this.code = status;
  }
}
function onTrack() {
  throw new ApiError(418);
}
";
    check(
        own,
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        ApiError: status 418
            at ApiError (function.js:3:21)
            at onTrack (function.js:9:13)
        code 418
    "#]],
    );
}

#[test]
fn errors_of_ours_begin_where_they_were_made() {
    check(
        "function onTrack() {\n  throw new RetryError('x')\n}",
        TRACK,
        expect![[r#"
        onTrack failed: RetryError, retry: Retrying
        RetryError: x
    "#]],
    );
    check(
        "async function onTrack() {\n  await fetch('nowhere')\n}",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        TypeError: Only absolute URLs are supported
            at onTrack (function.js:2:9)
    "#]],
    );
    check(
        "function onTrack() {\n  return new URL('nowhere')\n}",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        TypeError: Invalid URL
            at onTrack (function.js:2:14)
        code ERR_INVALID_URL
    "#]],
    );
    check(
        "function onTrack() {\n  return crypto.createHash('none')\n}",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: Digest method not supported
            at onTrack (function.js:2:17)
    "#]],
    );
    check(
        "function onTrack() {\n  return structuredClone(() => {})\n}",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        DataCloneError: () => {} could not be cloned.
            at onTrack (function.js:2:10)
        code 25
    "#]],
    );
    check(
        "async function onTrack() {\n  const response = new Response('<html>');\n  await response.json();\n}",
        TRACK,
        expect![[r#"
            onTrack failed: Uncaught: BadRequest
            FetchError: invalid json response body at  reason: Unexpected token '<', "<html>" is not valid JSON
                at onTrack (function.js:3:18)
        "#]],
    );
}

#[test]
fn engine_errors() {
    check(
        "function onTrack() {\n  return missing\n}",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        ReferenceError: missing is not defined
            at onTrack (function.js:2:10)
    "#]],
    );
    check(
        "function onTrack() {\n  const a = 1;\n  a = 2;\n}",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        TypeError: 'a' is read-only
            at onTrack (function.js:3:3)
    "#]],
    );
    check(
        "function onTrack() {\n  return JSON.parse('{')\n}",
        TRACK,
        expect![[r#"
            onTrack failed: Uncaught: BadRequest
            SyntaxError: Expected property name or '}' in JSON at position 1
                at onTrack (function.js:2:15)
        "#]],
    );
    check(
        "function onTrack() {\n  return 'x'.repeat(-1)\n}",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        RangeError: invalid repeat count
            at repeat (native)
            at onTrack (function.js:2:14)
    "#]],
    );
    check(
        "function onTrack() {\n  return decodeURIComponent('%')\n}",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        URIError: expecting hex digit
            at decodeURIComponent (native)
            at onTrack (function.js:2:10)
    "#]],
    );
    check(
        "function onTrack() {\n  return eval('\\n  null.x')\n}",
        TRACK,
        expect![[r#"
            onTrack failed: Uncaught: BadRequest
            TypeError: cannot read property 'x' of null
                at onTrack (function.js:2:10)
        "#]],
    );
    check(
        "function onTrack() {\n  return new Function('a', 'return a.b.c')({})\n}",
        TRACK,
        expect![[r#"
            onTrack failed: Uncaught: BadRequest
            TypeError: cannot read property 'c' of undefined
                at onTrack (function.js:2:28)
        "#]],
    );
}

#[test]
fn a_cause() {
    let source = "function onTrack() {
  try {
    null.x;
  } catch (error) {
    throw new Error('outer', { cause: error });
  }
}
";
    check(
        source,
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: outer
            at onTrack (function.js:5:39)
    "#]],
    );
}

#[test]
fn stack_in_the_log() {
    check(
        "function onTrack() {\n  console.log(new Error('logged'));\n  console.error(new Error('caused', { cause: new TypeError('by') }));\n}",
        TRACK,
        expect![[r#"
        onTrack returned null
        [log] Error: logged
            at onTrack (function.js:2:19)
        [error] Error: caused
            at onTrack (function.js:3:50) {
          [cause]: TypeError: by
              at onTrack (function.js:3:50)
        }
    "#]],
    );
    check(
        "function onTrack() {\n  console.trace('traced');\n}",
        TRACK,
        expect![[r#"
        onTrack returned null
        [trace] Trace: traced
            at onTrack (function.js:2:11)
    "#]],
    );
}

#[test]
fn stacks_that_are_no_stacks() {
    check(
        "function onTrack() {\n  const error = new Error('x'); error.stack = 7; throw error\n}",
        TRACK,
        expect![[r#"
            onTrack failed: Uncaught: BadRequest
            Error: x
        "#]],
    );
    check(
        "function onTrack() {\n  const error = new Error('x'); error.stack = 'my own'; throw error\n}",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: x
        my own
    "#]],
    );
    check(
        "function onTrack() {\n  const error = new Error('x'); error.stack = '    at f (f.js:999:1)\\n    at (<input>:1:1)\\n at <input>:99999999999:1'; throw error\n}",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: x
            at f (f.js:999:1)
         at <input>:99999999999:1
    "#]],
    );
}

#[test]
fn no_frame_of_ours_in_a_deep_stack() {
    let source = "function onTrack() {\n  const down = (n) => n === 0 ? [1].forEach(() => { throw new Error('deep') }) : down(n - 1);\n  down(30);\n}";
    let run = run(source, TRACK);
    let Outcome::Failed(failure) = &run.outcome else { panic!("{run:?}") };
    for frame in failure.error.stack.lines() {
        assert!(frame.contains("function.js:") || frame.ends_with("(native)"), "{frame}");
    }
    assert!(failure.error.stack.lines().count() >= 3, "{}", failure.error.stack);
}
