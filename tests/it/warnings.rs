//! What `check` finds that does not stop a build, and what it must not find.

use crate::harness::{TRACK, run};
use expect_test::{Expect, expect};
use fnhost::Outcome;

/// What `check` says of `source`.
fn check(name: &str, source: &str, expected: Expect) {
    let found: Vec<_> = fnhost_build::check(name, source).iter().map(|diagnostic| format!("{diagnostic}\n")).collect();
    expected.assert_eq(&found.concat());
}

/// Expects `check` to have nothing to say of any of `sources`.
fn fine(name: &str, sources: &[&str]) {
    for source in sources {
        let found = fnhost_build::check(name, source);
        assert!(found.is_empty(), "{source}\n{}", found.iter().map(ToString::to_string).collect::<String>());
    }
}

/// `body` in a handler.
fn handler(body: &str) -> String {
    format!("async function onTrack(event, settings) {{\n  {body}\n}}\n")
}

/// What `check` says of `body` in a handler.
fn check_body(body: &str, expected: Expect) {
    check("f.js", &handler(body), expected);
}

#[test]
fn names_that_nothing_defines() {
    check_body(
        "return ftech('x')",
        expect![[r#"
        f.js:2:10: warning: `ftech` is not defined
          2 |   return ftech('x')
            |          ^
          help: is `fetch` meant?
    "#]],
    );
    check_body(
        "return json.stringify(event)",
        expect![[r#"
        f.js:2:10: warning: `json` is not defined
          2 |   return json.stringify(event)
            |          ^
          help: is `JSON` meant?
    "#]],
    );
    check_body(
        "return Url",
        expect![[r#"
        f.js:2:10: warning: `Url` is not defined
          2 |   return Url
            |          ^
          help: is `URL` meant?
    "#]],
    );
    check_body(
        "return evnt.type",
        expect![[r#"
        f.js:2:10: warning: `evnt` is not defined
          2 |   return evnt.type
            |          ^
          help: using it throws a ReferenceError
    "#]],
    );
    check_body(
        "return lodash.get(event, 'a')",
        expect![[r#"
        f.js:2:10: warning: `lodash` is not defined
          2 |   return lodash.get(event, 'a')
            |          ^
          help: using it throws a ReferenceError
    "#]],
    );
    check_body("return process.env.KEY", expect![""]);
    check_body("return require('fs')", expect![""]);
}

#[test]
fn names_that_nothing_defines_where_they_are_used_first() {
    check_body(
        "missing(); missing(); return missing",
        expect![[r#"
        f.js:2:3: warning: `missing` is not defined
          2 |   missing(); missing(); return missing
            |   ^
          help: using it throws a ReferenceError
    "#]],
    );
    check_body(
        "throw new RetryErorr('x')",
        expect![[r#"
        f.js:2:13: warning: `RetryErorr` is not defined
          2 |   throw new RetryErorr('x')
            |             ^
          help: is `RetryError` meant?
    "#]],
    );
    check_body(
        "return `${nme} ${{ shorthand }.shorthand}`",
        expect![[r#"
        f.js:2:13: warning: `nme` is not defined
          2 |   return `${nme} ${{ shorthand }.shorthand}`
            |             ^
          help: using it throws a ReferenceError
        f.js:2:22: warning: `shorthand` is not defined
          2 |   return `${nme} ${{ shorthand }.shorthand}`
            |                      ^
          help: using it throws a ReferenceError
    "#]],
    );
    check(
        "f.js",
        "function onTrack() {}\nonTracked = undefinedName;",
        expect![[r#"
        f.js:2:13: warning: `undefinedName` is not defined
          2 | onTracked = undefinedName;
            |             ^
          help: using it throws a ReferenceError
    "#]],
    );
    check(
        "f.ts",
        "export const onTrack = (event: Missing): Other => missing as Third",
        expect![[r#"
        f.ts:1:51: warning: `missing` is not defined
          1 | export const onTrack = (event: Missing): Other => missing as Third
            |                                                   ^
          help: using it throws a ReferenceError
    "#]],
    );
}

#[test]
fn names_that_are_fine() {
    let bodies = [
        "return typeof process === 'undefined' ? 1 : 2",
        "return typeof window.nothing",
        "counter = 1; return counter",
        "for (index = 0; index < 2; index++); return index",
        "return arguments.length + globalThis.x + undefined",
        "const { a, ...rest } = event; return [a, rest]",
        "label: for (;;) break label",
        "return ((a, b = a) => a + b)(1)",
        "try { null.x } catch (error) { return error }",
        "return event.missing.missing",
        "var x = x; function f() { return g() } function g() { return f } return f",
        "return class Named { static self = Named }",
        "return [cache, crypto, console, btoa, DropEvent, global, window]",
    ];
    let sources: Vec<_> = bodies.iter().map(|body| handler(body)).collect();
    fine("f.js", &sources.iter().map(String::as_str).collect::<Vec<_>>());
    fine("f.js", &["onTrack = async () => onPage", "module.exports = { onTrack() {} }", "exports.onTrack = () => {}"]);
    fine("f.ts", &["type T = Missing; enum E { A = 1, B } export const onTrack = (event: T) => E.A"]);
}

#[test]
fn a_guard_around_a_name() {
    fine("f.js", &[&handler("if (typeof process !== 'undefined') { return process.env }")]);
}

#[test]
fn handlers_that_no_event_calls() {
    check(
        "f.js",
        "function ontrack() {}\nfunction onTrack() {}",
        expect![[r#"
        f.js:1:10: warning: no event calls `ontrack`
          1 | function ontrack() {}
            |          ^
          help: is `onTrack` meant?
    "#]],
    );
    check(
        "f.js",
        "function OnTrack() {}",
        expect![[r#"
        f.js: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
        f.js:1:10: warning: no event calls `OnTrack`
          1 | function OnTrack() {}
            |          ^
          help: is `onTrack` meant?
    "#]],
    );
    check(
        "f.js",
        "async function onEvent(event) {}\nasync function onTrack() {}",
        expect![[r#"
        f.js:1:16: warning: no event calls `onEvent`
          1 | async function onEvent(event) {}
            |                ^
          help: the handlers are onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
    check(
        "f.js",
        "const onPaeg = async () => {}\nconst onPage = async () => {}",
        expect![[r#"
        f.js:1:7: warning: no event calls `onPaeg`
          1 | const onPaeg = async () => {}
            |       ^
          help: is `onPage` meant?
    "#]],
    );
    check(
        "f.mjs",
        "async function onTrack() {}\nexport async function onPage() {}",
        expect![[r#"
        f.mjs:1:16: warning: no event calls `onTrack`: it is not exported
          1 | async function onTrack() {}
            |                ^
          help: write `export` before it, or `export default { onTrack }`
    "#]],
    );
    check(
        "f.mjs",
        "async function onTrack() {}\nasync function onPage() {}\nexport default { onPage }",
        expect![[r#"
        f.mjs:1:16: warning: no event calls `onTrack`: it is not exported
          1 | async function onTrack() {}
            |                ^
          help: write `export` before it, or `export default { onTrack }`
    "#]],
    );
    check(
        "f.ts",
        "const onTrack = async (event: unknown) => {}\nexport const onPage = onTrack;",
        expect![[r#"
        f.ts:1:7: warning: no event calls `onTrack`: it is not exported
          1 | const onTrack = async (event: unknown) => {}
            |       ^
          help: write `export` before it, or `export default { onTrack }`
    "#]],
    );
}

#[test]
fn no_handler_at_all() {
    check(
        "f.js",
        "function transform(event) { return event }",
        expect![[r#"
        f.js: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
    check(
        "f.js",
        "",
        expect![[r#"
        f.js: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
    check(
        "f.mjs",
        "export function transform() {}",
        expect![[r#"
        f.mjs: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
    check(
        "f.js",
        "// onTrack would be nice\nfunction transform() {}",
        expect![[r#"
        f.js: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
}

#[test]
fn handlers_that_are_fine() {
    fine(
        "f.js",
        &[
            "function onTrack() { onlyHelper() }\nfunction onlyHelper() {}",
            "function onTrack() { onError() }\nfunction onError() {}",
            "onTrack = () => {}",
            "var onTrack = async function () {}",
            "const once = () => {}; function onTrack() { once() }",
        ],
    );
    fine(
        "f.mjs",
        &[
            "export async function onTrack() {}",
            "export default { async onTrack() {} }",
            "async function onTrack() {}\nexport { onTrack }",
            "async function onTrack() {}\nexport default { onTrack }",
            "const helper = () => {}; export { helper as onTrack }",
        ],
    );
}

#[test]
fn fetch_that_nothing_waits_for() {
    check_body(
        "fetch('x');",
        expect![[r#"
        f.js:2:3: warning: nothing waits for this `fetch`: the handler may end before it is sent
          2 |   fetch('x');
            |   ^
          help: put `await` before `fetch`
    "#]],
    );
    check_body(
        "const a = 1;\n  if (a) fetch('x', { method: 'POST' });",
        expect![[r#"
        f.js:3:10: warning: nothing waits for this `fetch`: the handler may end before it is sent
          3 |   if (a) fetch('x', { method: 'POST' });
            |          ^
          help: put `await` before `fetch`
    "#]],
    );
    check_body(
        "fetch('x').then((response) => response.json());",
        expect![[r#"
        f.js:2:3: warning: nothing waits for this `fetch`: the handler may end before it is sent
          2 |   fetch('x').then((response) => response.json());
            |   ^
          help: put `await` before `fetch`
    "#]],
    );
    check_body(
        "fetch('x').then(console.log).catch(console.error);",
        expect![[r#"
        f.js:2:3: warning: nothing waits for this `fetch`: the handler may end before it is sent
          2 |   fetch('x').then(console.log).catch(console.error);
            |   ^
          help: put `await` before `fetch`
    "#]],
    );
    check_body(
        "(fetch('x'));",
        expect![[r#"
        f.js:2:4: warning: nothing waits for this `fetch`: the handler may end before it is sent
          2 |   (fetch('x'));
            |    ^
          help: put `await` before `fetch`
    "#]],
    );
    check_body(
        "const response = fetch('x'); return response.json()",
        expect![[r#"
        f.js:2:20: warning: `fetch` gives a promise, and it is used as a response
          2 |   const response = fetch('x'); return response.json()
            |                    ^
          help: put `await` before `fetch`
    "#]],
    );
    check_body(
        "const response = fetch('x'); if (!response.ok) throw new RetryError('x')",
        expect![[r#"
        f.js:2:20: warning: `fetch` gives a promise, and it is used as a response
          2 |   const response = fetch('x'); if (!response.ok) throw new RetryError('x')
            |                    ^
          help: put `await` before `fetch`
    "#]],
    );
    check_body(
        "return fetch('x').json()",
        expect![[r#"
        f.js:2:10: warning: `fetch` gives a promise, not a response
          2 |   return fetch('x').json()
            |          ^
          help: put `await` before `fetch`
    "#]],
    );
    check_body(
        "event.items.forEach((item) => { fetch(item) })",
        expect![[r#"
        f.js:2:35: warning: nothing waits for this `fetch`: the handler may end before it is sent
          2 |   event.items.forEach((item) => { fetch(item) })
            |                                   ^
          help: put `await` before `fetch`
    "#]],
    );
}

#[test]
fn fetch_that_is_waited_for() {
    let bodies = [
        "await fetch('x')",
        "return fetch('x')",
        "void fetch('x')",
        "const response = await fetch('x'); return response.json()",
        "return (await fetch('x')).json()",
        "return Promise.all([fetch('x'), fetch('y')])",
        "await Promise.all(event.items.map((item) => fetch(item)))",
        "const promise = fetch('x'); await promise",
        "const promise = fetch('x'); const response = await promise; return response.ok",
        "await fetch('x').then((response) => response.json())",
        "return fetch('x').then((response) => response.text()).catch(() => null)",
        "const get = () => fetch('x'); return get()",
        "const fetch = () => 1; fetch()",
        "const promises = []; promises.push(fetch('x')); await Promise.all(promises)",
        "const promise = fetch('x').then((response) => response.json()); const value = await promise; return value.status",
        "return { response: await fetch('x') }",
        "let promise; promise = fetch('x'); return promise",
        "try { return await fetch('x') } finally { console.log('done') }",
    ];
    let sources: Vec<_> = bodies.iter().map(|body| handler(body)).collect();
    fine("f.js", &sources.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn warnings_come_in_the_order_of_the_source() {
    check_body(
        "fetch('x');\n  ftech('y');\n  fetch('z');",
        expect![[r#"
        f.js:2:3: warning: nothing waits for this `fetch`: the handler may end before it is sent
          2 |   fetch('x');
            |   ^
          help: put `await` before `fetch`
        f.js:3:3: warning: `ftech` is not defined
          3 |   ftech('y');
            |   ^
          help: is `fetch` meant?
        f.js:4:3: warning: nothing waits for this `fetch`: the handler may end before it is sent
          4 |   fetch('z');
            |   ^
          help: put `await` before `fetch`
    "#]],
    );
}

#[test]
fn every_global_of_the_guest_is_known() {
    let run = run("function onTrack() { return Object.getOwnPropertyNames(globalThis) }", TRACK);
    let Outcome::Returned { value } = &run.outcome else { panic!("{run:?}") };
    let mut names: Vec<String> = serde_json::from_str(value.get()).unwrap();
    names.retain(|name| !name.starts_with("__"));
    assert!(names.len() > 80, "{names:?}");
    let uses: String = names.iter().map(|name| format!("  {name};\n")).collect();
    let found = fnhost_build::check("f.js", &handler(&uses));
    assert!(found.is_empty(), "{}", found.iter().map(|found| format!("{}\n", found.message)).collect::<String>());
}

#[test]
fn names_that_the_guest_lacks_are_not_known() {
    for name in [
        "Buffer",
        "process",
        "require",
        "FormData",
        "Blob",
        "WebSocket",
        "XMLHttpRequest",
        "document",
        "Intl",
        "WebAssembly",
    ] {
        let run = run(&handler(&format!("return typeof {name}")), TRACK);
        let Outcome::Returned { value } = &run.outcome else { panic!("{run:?}") };
        let is_known = fnhost_build::check("f.js", &handler(&format!("return {name}"))).is_empty();
        assert_eq!(is_known, value.get() != "\"undefined\"", "{name} is {}", value.get());
    }
}
