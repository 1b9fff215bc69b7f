//! What the author of a source is told: syntax errors, top levels that cannot
//! be run, imports. Warnings are in `warnings.rs`.

use crate::harness::{check_refused, check_refused_with, host, limits, wait};
use expect_test::expect;
use fnhost::Limits;
use fnhost_build::BuildError;

#[test]
fn syntax_error_on_any_line() {
    check_refused(
        "f.js",
        "function onTrack( {}",
        expect![[r#"
        f.js:1:21: error: Expected `)` but found `EOF`
          1 | function onTrack( {}
            |                     ^
    "#]],
    );
    check_refused(
        "f.js",
        "function onTrack() {}\nlet a = ;\nfunction onPage() {}\n",
        expect![[r#"
        f.js:2:9: error: Unexpected token
          2 | let a = ;
            |         ^
    "#]],
    );
    check_refused(
        "f.js",
        "function onTrack() {\n  return 1\n",
        expect![[r#"
        f.js:3:1: error: Expected `}` but found `EOF`
    "#]],
    );
    check_refused(
        "f.js",
        "function onTrack() {}\r\n\r\nlet = = 1;\r\n",
        expect![[r#"
        f.js:3:7: error: Unexpected token
          3 | let = = 1;
            |       ^
    "#]],
    );
    check_refused(
        "f.js",
        "}",
        expect![[r#"
        f.js:1:1: error: Unexpected token
          1 | }
            | ^
    "#]],
    );
}

#[test]
fn syntax_error_with_tabs_before_it() {
    check_refused(
        "f.js",
        "function onTrack() {\n\t\tconst a = 1 +;\n}",
        expect![[r#"
        f.js:2:16: error: Unexpected token
          2 |   const a = 1 +;
            |                ^
    "#]],
    );
}

#[test]
fn syntax_error_after_what_is_not_ascii() {
    check_refused(
        "f.js",
        "const a = 'żółć'; const b = ;",
        expect![[r#"
        f.js:1:29: error: Unexpected token
          1 | const a = 'żółć'; const b = ;
            |                             ^
    "#]],
    );
    check_refused(
        "f.js",
        "const a = '🎉'; const b = ;",
        expect![[r#"
        f.js:1:26: error: Unexpected token
          1 | const a = '🎉'; const b = ;
            |                          ^
    "#]],
    );
    check_refused(
        "f.js",
        "const a = '漢字'; const b = ;",
        expect![[r#"
        f.js:1:27: error: Unexpected token
          1 | const a = '漢字'; const b = ;
            |                           ^
    "#]],
    );
}

#[test]
fn syntax_error_after_a_byte_order_mark() {
    check_refused(
        "f.js",
        "\u{feff}let a = ;",
        expect![[r#"
        f.js:1:9: error: Unexpected token
          1 | let a = ;
            |         ^
    "#]],
    );
}

#[test]
fn syntax_error_in_a_very_long_line() {
    check_refused(
        "f.js",
        &format!("var a = [{}]; let b = ;{}", "1,".repeat(5_000), "f();".repeat(5_000)),
        expect![[r#"
        f.js:1:10021: error: Unexpected token
          1 | ,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,]; let b = ;f();f();f();f();f();f();f();f();f();f();f();f();f();f();f();f();f();f();f();f();f();f();f();f();f()
            |                                                                                                     ^
    "#]],
    );
}

#[test]
fn syntax_errors_of_meaning() {
    check_refused(
        "f.js",
        "let a = 1;\nlet a = 2;",
        expect![[r#"
        f.js:2:5: error: Identifier `a` has already been declared
          2 | let a = 2;
            |     ^
    "#]],
    );
    check_refused(
        "f.js",
        "function onTrack() { await fetch('x') }",
        expect![[r#"
        f.js:1:22: error: `await` is only allowed within async functions and at the top levels of modules
          1 | function onTrack() { await fetch('x') }
            |                      ^
          help: Either remove this `await` or add the `async` keyword to the enclosing function
    "#]],
    );
    check_refused(
        "f.js",
        "function onTrack() { break }",
        expect![[r#"
        f.js:1:22: error: Illegal break statement
          1 | function onTrack() { break }
            |                      ^
          help: A `break` statement can only be used within an enclosing iteration or switch statement.
    "#]],
    );
    check_refused(
        "f.js",
        "const a = 1;\na = 2;\nconst b;",
        expect![[r#"
        f.js:3:7: error: Missing initializer in const declaration
          3 | const b;
            |       ^
          help: Add an initializer (e.g. ` = undefined`) here
    "#]],
    );
    check_refused(
        "f.js",
        "'unterminated",
        expect![[r#"
        f.js:1:1: error: Unterminated string
          1 | 'unterminated
            | ^
    "#]],
    );
    check_refused(
        "f.js",
        "`unterminated",
        expect![[r#"
        f.js:1:1: error: Unterminated string
          1 | `unterminated
            | ^
    "#]],
    );
    check_refused(
        "f.mjs",
        "export const onTrack = () => { with ({}) {} }",
        expect![[r#"
        f.mjs:1:32: error: 'with' statements are not allowed
          1 | export const onTrack = () => { with ({}) {} }
            |                                ^
    "#]],
    );
}

#[test]
fn syntax_error_in_a_regular_expression_has_a_place() {
    let built = wait(fnhost_build::build(host(), "f.js", "function onTrack() {\n  return /(/\n}", &Limits::default()));
    let Err(BuildError::Source(diagnostics)) = built else { panic!("{built:?}") };
    assert_eq!(diagnostics[0].place.map(|(line, _)| line), Some(2), "{}", diagnostics[0]);
}

#[test]
fn syntax_error_in_typescript() {
    check_refused(
        "f.ts",
        "export function onTrack(event: ): number {\n  return 1\n}",
        expect![[r#"
        f.ts:1:32: error: Unexpected token
          1 | export function onTrack(event: ): number {
            |                                ^
    "#]],
    );
    check_refused(
        "f.ts",
        "enum Kind {\n  A = 1,\n  B = ,\n}",
        expect![[r#"
        f.ts:3:7: error: Unexpected token
          3 |   B = ,
            |       ^
    "#]],
    );
    check_refused(
        "f.js",
        "function onTrack(event: string) {}",
        expect![[r#"
        f.js:1:23: error: Expected `,` or `)` but found `:`
          1 | function onTrack(event: string) {}
            |                       ^
    "#]],
    );
}

#[test]
fn imports() {
    check_refused(
        "f.js",
        "import _ from 'left-pad';\nexport function onTrack() { return _.VERSION }",
        expect![[r#"
            f.js:1:1: error: cannot import `left-pad`: the function has no folder to look in
              1 | import _ from 'left-pad';
                | ^
        "#]],
    );
    check_refused(
        "f.js",
        "import { a } from './a.js';\nimport './b.js';\nexport * from 'c';\nexport { d } from \"d\";",
        expect![[r#"
            f.js:1:1: error: cannot import `./a.js`: the function has no folder to look in
              1 | import { a } from './a.js';
                | ^
            f.js:2:1: error: cannot import `./b.js`: the function has no folder to look in
              2 | import './b.js';
                | ^
            f.js:3:1: error: cannot import `c`: the function has no folder to look in
              3 | export * from 'c';
                | ^
            f.js:4:1: error: cannot import `d`: the function has no folder to look in
              4 | export { d } from "d";
                | ^
            f.js: warning: no handler is defined, so every event is refused
              help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
        "#]],
    );
    check_refused(
        "f.ts",
        "import type { T } from './types';\nimport fs = require('fs');\nexport const onTrack = () => fs",
        expect![[r#"
        f.ts:2:13: error: the top level threw ReferenceError: require is not defined
          2 | import fs = require('fs');
            |             ^
    "#]],
    );
}

#[test]
fn top_level_that_throws() {
    check_refused(
        "f.js",
        "function onTrack() {}\n\nthrow new TypeError('not today');\n",
        expect![[r#"
        f.js:3:11: error: the top level threw TypeError: not today
          3 | throw new TypeError('not today');
            |           ^
    "#]],
    );
    check_refused(
        "f.js",
        "function inner() {\n  null.x;\n}\nfunction outer() { inner() }\nouter();",
        expect![[r#"
        f.js:2:3: error: the top level threw TypeError: cannot read property 'x' of null
            at inner (f.js:2:3)
            at outer (f.js:4:20)
            at <anonymous> (f.js:5:1)
          2 |   null.x;
            |   ^
        f.js: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
    check_refused(
        "f.js",
        "throw 'text'",
        expect![[r#"
            f.js: error: the top level threw 'text'
            f.js: warning: no handler is defined, so every event is refused
              help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
        "#]],
    );
    check_refused(
        "f.js",
        "throw null",
        expect![[r#"
        f.js: error: the top level threw null
        f.js: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
    check_refused(
        "f.js",
        "throw { message: 'like an error' }",
        expect![[r#"
            f.js: error: the top level threw { message: 'like an error' }
            f.js: warning: no handler is defined, so every event is refused
              help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
        "#]],
    );
    check_refused(
        "f.js",
        "x = nowhere.to.be.found",
        expect![[r#"
        f.js:1:5: error: the top level threw ReferenceError: nowhere is not defined
          1 | x = nowhere.to.be.found
            |     ^
        f.js: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
        f.js:1:5: warning: `nowhere` is not defined
          1 | x = nowhere.to.be.found
            |     ^
          help: using it throws a ReferenceError
    "#]],
    );
    check_refused(
        "f.mjs",
        "export const onTrack = 1;\n  throw new Error('in a module');",
        expect![[r#"
        f.mjs:2:13: error: the top level threw Error: in a module
          2 |   throw new Error('in a module');
            |             ^
    "#]],
    );
    check_refused(
        "f.ts",
        "type A = string;\nexport const onTrack: A = 'a';\n  throw new Error('in TypeScript');",
        expect![[r#"
        f.ts:3:13: error: the top level threw Error: in TypeScript
          3 |   throw new Error('in TypeScript');
            |             ^
    "#]],
    );
    check_refused(
        "f.js",
        "throw new ValidationError('of ours')",
        expect![[r#"
        f.js:1:11: error: the top level threw ValidationError: of ours
          1 | throw new ValidationError('of ours')
            |           ^
        f.js: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
    check_refused(
        "f.js",
        "throw new Error('two\\nlines')",
        expect![[r#"
        f.js:1:11: error: the top level threw Error: two
        lines
          1 | throw new Error('two\nlines')
            |           ^
        f.js: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
}

#[test]
fn top_level_that_does_not_end() {
    check_refused_with(
        "f.js",
        "for (;;);",
        &limits("build_fuel_max", 50_000_000),
        expect![[r#"
        f.js: error: the top level was stopped: top level used 50000000 units of fuel, limit 50000000 (`build_fuel_max`)
          help: the top level runs once, when the function is built; work on events belongs in a handler
        f.js: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
    check_refused_with(
        "f.js",
        "for (;;);",
        &limits("build_timeout_ms_max", 50),
        expect![[r#"
        f.js: error: the top level was stopped: top level took more than 50 ms, limit 50 (`build_timeout_ms_max`)
          help: the top level runs once, when the function is built; work on events belongs in a handler
        f.js: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
    check_refused_with(
        "f.mjs",
        "export function onTrack() {}\nwhile (true) {}",
        &limits("build_fuel_max", 50_000_000),
        expect![[r#"
        f.mjs: error: the top level was stopped: top level used 50000000 units of fuel, limit 50000000 (`build_fuel_max`)
          help: the top level runs once, when the function is built; work on events belongs in a handler
    "#]],
    );
}

#[test]
fn top_level_that_takes_all_memory() {
    check_refused(
        "f.js",
        "const all = []; for (;;) all.push(new Uint8Array(1 << 20));",
        expect![[r#"
            f.js: error: the top level was stopped: function asked for ASKED bytes of memory, limit 67108864 (`memory_bytes_max`)
              help: the top level runs once, when the function is built; work on events belongs in a handler
            f.js: warning: no handler is defined, so every event is refused
              help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
        "#]],
    );
    check_refused(
        "f.js",
        "let text = 'x'; for (;;) text += text;",
        expect![[r#"
        f.js:1:34: error: the top level threw InternalError: string too long
          1 | let text = 'x'; for (;;) text += text;
            |                                  ^
        f.js: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
}

#[test]
fn top_level_that_recurses() {
    check_refused(
        "f.js",
        "function f() { f() }\nf();",
        expect![[r#"
        f.js: error: the top level was stopped: function used more than 524288 bytes of stack, limit 524288 (`stack_bytes_max`)
          help: the top level runs once, when the function is built; work on events belongs in a handler
        f.js: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
}

#[test]
fn top_level_that_never_settles() {
    check_refused(
        "f.mjs",
        "await new Promise(() => {});\nexport function onTrack() {}",
        expect![[r#"
            f.mjs: error: the top level never settles: it waits for something that cannot happen while the function is built
              help: the top level runs once, without network and timers; wait in a handler
        "#]],
    );
    check_refused(
        "f.mjs",
        "await Promise.reject(new Error('rejected'));",
        expect![[r#"
        f.mjs:1:26: error: the top level threw Error: rejected
          1 | await Promise.reject(new Error('rejected'));
            |                          ^
        f.mjs: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
}

#[test]
fn top_level_that_wants_what_only_events_have() {
    check_refused(
        "f.mjs",
        "const answer = await fetch('http://127.0.0.1:9/');\nexport function onTrack() {}",
        expect![[r#"
            f.mjs:1:21: error: the top level threw Error: `fetch` is not available at the top level of a function: it runs once, when the function is built; call it in a handler
              1 | const answer = await fetch('http://127.0.0.1:9/');
                |                     ^
        "#]],
    );
    check_refused(
        "f.js",
        "function onTrack() {}\nsetTimeout(() => {}, 10);",
        expect![[r#"
        f.js:2:1: error: the top level threw Error: `setTimeout` is not available at the top level of a function: it runs once, when the function is built; call it in a handler
          2 | setTimeout(() => {}, 10);
            | ^
    "#]],
    );
    check_refused(
        "f.js",
        "setInterval(() => {}, 10);",
        expect![[r#"
            f.js:1:1: error: the top level threw Error: `setInterval` is not available at the top level of a function: it runs once, when the function is built; call it in a handler
              1 | setInterval(() => {}, 10);
                | ^
            f.js: warning: no handler is defined, so every event is refused
              help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
        "#]],
    );
    check_refused(
        "f.js",
        "const id = crypto.randomUUID();",
        expect![[r#"
            f.js:1:19: error: the top level threw Error: `crypto.randomUUID` is not available at the top level of a function: it runs once, when the function is built; call it in a handler
              1 | const id = crypto.randomUUID();
                |                   ^
            f.js: warning: no handler is defined, so every event is refused
              help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
        "#]],
    );
    check_refused(
        "f.js",
        "const pad = require('left-pad');\nfunction onTrack() { return pad }",
        expect![[r#"
            f.js:1:13: error: the top level threw Error: Cannot find module 'left-pad', required by `f.js`: the function has no folder to look in
              1 | const pad = require('left-pad');
                |             ^
        "#]],
    );
}

#[test]
fn source_over_its_limit() {
    check_refused_with(
        "f.js",
        "function onTrack() { return 'a long story' }",
        &limits("source_bytes_max", 10),
        expect![[r#"
        f.js: error: source is 44 bytes, limit 10 (`source_bytes_max`)
    "#]],
    );
}

#[test]
fn every_error_is_told_at_once() {
    check_refused(
        "f.js",
        "let a = 1;\nlet a = 2;\nlet b = 1;\nlet b = 2;",
        expect![[r#"
        f.js:2:5: error: Identifier `a` has already been declared
          2 | let a = 2;
            |     ^
        f.js:4:5: error: Identifier `b` has already been declared
          4 | let b = 2;
            |     ^
    "#]],
    );
}

#[test]
fn limits_that_make_no_sense() {
    let limits = Limits { build_fuel_max: 0, ..Limits::default() };
    let built = wait(fnhost_build::build(host(), "f.js", "function onTrack() {}", &limits));
    expect!["`build_fuel_max` must be between 1 and 1000000000000, not 0"]
        .assert_eq(&built.map(drop).unwrap_err().to_string());
}
