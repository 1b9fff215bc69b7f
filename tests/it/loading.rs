//! How sources are loaded: scripts, modules, TypeScript, and what the top level finds. What a source
//! that does not build is told is elsewhere.

use crate::harness::{TRACK, check, function, function_named, run, text, wait};
use expect_test::{Expect, expect};
use fnhost::{Limits, Outcome};

/// As [`check`], for a file of another name.
fn check_named(name: &str, source: &str, expected: Expect) {
    let run = wait(function_named(name, source).run(TRACK, r#"{"apiKey":"key"}"#, &Limits::default())).unwrap();
    expected.assert_eq(&text(&run));
}

/// Checks that a script's `onTrack` returns `"right"`.
fn check_right(source: &str) {
    assert_eq!(text(&run(source, TRACK)), "onTrack returned \"right\"\n", "of this function:\n{source}");
}

/// As [`check_right`], for modules and TypeScript.
fn check_right_named(name: &str, source: &str) {
    let run = wait(function_named(name, source).run(TRACK, "{}", &Limits::default())).unwrap();
    assert_eq!(text(&run), "onTrack returned \"right\"\n", "of this {name}:\n{source}");
}

fn defined(name: &str, source: &str) -> Vec<String> {
    wait(function_named(name, source).defined(&Limits::default())).unwrap()
}

#[test]
fn handlers_may_be_declared() {
    check_right("async function onTrack(event, settings) { return 'right' }");
    check_right("function onTrack() { return 'right' }");
}

#[test]
fn handlers_may_be_assigned() {
    check_right("onTrack = async () => 'right'");
    check_right("onTrack = function () { return 'right' }");
    check_right("const make = (answer) => () => answer; onTrack = make('right')");
}

#[test]
fn handlers_may_be_constants_and_variables() {
    check_right("const onTrack = async () => 'right'");
    check_right("let onTrack = async () => 'right'");
    check_right("var onTrack = async () => 'right'");
    check_right("let onTrack; onTrack = async () => 'right'");
}

#[test]
fn handlers_may_be_exported_the_old_way() {
    check_right("exports.onTrack = async () => 'right'");
    check_right("module.exports = { onTrack: async () => 'right' }");
    check_right("module.exports.onTrack = async () => 'right'");
    check_right("const track = () => 'right'; module.exports = { onTrack: track }");
    check_right(
        "function onTrack() { return 'right' } try { if (process.env.TEST) module.exports = { onTrack } } catch {}",
    );
}

#[test]
fn last_of_several_declarations_counts() {
    check_right("function onTrack() { return 'wrong' } function onTrack() { return 'right' }");
    check_right("function onTrack() { return 'wrong' } onTrack = () => 'right'");
    check_right("onTrack = () => 'right'; function onTrack() { return 'wrong' }");
    check_right(
        "function onTrack() { return helper() } function helper() { return 'wrong' } function helper() { return 'right' }",
    );
}

#[test]
fn handler_declared_below_a_return() {
    check_right("if (true) return; function onTrack() { return 'right' }");
}

#[test]
fn handlers_are_methods_of_nothing() {
    check_right("function onTrack() { return this === globalThis ? 'right' : this }");
}

#[test]
fn handlers_that_are_no_functions_are_not_defined() {
    assert_eq!(defined("f.js", "onTrack = 'text'; const onPage = {}; var onGroup = null"), [""; 0]);
}

#[test]
fn handlers_are_listed_in_the_order_of_the_contract() {
    let source = "exports.onAlias = () => {}; onPage = () => {}; function onIdentify() {} const onTrack = () => {}";
    assert_eq!(defined("f.js", source), ["onIdentify", "onTrack", "onPage", "onAlias"]);
    assert_eq!(defined("f.js", "onBatch = () => {}; function onDelete() {}"), ["onDelete", "onBatch"]);
    assert_eq!(defined("f.js", ""), [""; 0]);
}

#[test]
fn handlers_nested_in_functions_are_not_defined() {
    assert_eq!(defined("f.js", "function outer() { function onTrack() {} }"), [""; 0]);
}

#[test]
fn handlers_are_fixed_when_the_top_level_ends() {
    let source =
        "onTrack = () => { onTrack = () => 'again'; onPage = () => 'page'; return 'first' }; onGroup = () => onTrack()";
    let function = function(source);
    let mut out = String::new();
    for event in [TRACK, TRACK, r#"{"type":"page"}"#] {
        out += &text(&wait(function.run(event, "{}", &Limits::default())).unwrap());
    }
    expect![[r#"
        onTrack returned "first"
        onTrack returned "first"
        onPage failed: EventNotSupported: Unsupported
        EventNotSupported: page not supported
    "#]]
    .assert_eq(&out);
}

#[test]
fn handlers_reassigned_in_a_microtask_of_the_top_level() {
    // The top level is over before its microtasks run, as at Segment.
    check_right("function onTrack() { return 'right' } Promise.resolve().then(() => { onTrack = () => 'wrong' })");
}

#[test]
fn handler_that_calls_a_missing_one_gets_the_implicit_error() {
    check(
        "function onTrack(event) { return onPage(event) }",
        TRACK,
        expect![[r#"
        onTrack failed: EventNotSupported: Unsupported
        EventNotSupported: track not supported
    "#]],
    );
}

#[test]
fn handlers_may_call_each_other() {
    check_right(
        "function onIdentify(event) { return event.mark } function onTrack(event) { event.mark = 'right'; return onIdentify(event) }",
    );
}

#[test]
fn implicit_globals() {
    check_right("answer = 'right'; function onTrack() { return answer }");
    check_right("function onTrack() { answer = 'right'; return globalThis.answer }");
    check_right("for (i = 0; i < 3; i++); function onTrack() { return i === 3 ? 'right' : i }");
}

#[test]
fn injected_names_are_writable() {
    for name in
        ["fetch", "URL", "btoa", "Headers", "console", "cache", "ValidationError", "setTimeout", "crypto", "window"]
    {
        check_right(&format!("{name} = () => 'right'; function onTrack() {{ return {name}() }}"));
    }
}

#[test]
fn injected_names_may_be_declared_anew() {
    check_right("const fetch = () => 'right'; function onTrack() { return fetch() }");
    check_right("function atob() { return 'right' } function onTrack() { return atob() }");
    check_right("var URL = 'right'; function onTrack() { return URL }");
    check_right("class Headers { get() { return 'right' } } function onTrack() { return new Headers().get() }");
    check_right("let module = 'right'; function onTrack() { return module }");
}

#[test]
fn sloppy_mode() {
    check_right("function onTrack() { with ({ answer: 'right' }) return answer }");
    check_right("function onTrack() { const fixed = Object.freeze({}); fixed.a = 1; return fixed.a ?? 'right' }");
    check_right(
        "function onTrack() { return arguments.callee === onTrack && arguments.length === 2 ? 'right' : 'wrong' }",
    );
    check_right("function onTrack(event) { arguments[0] = 'right'; return event }");
    check_right("function onTrack(event, event) { return 010 === 8 ? 'right' : 'wrong' }");
    check_right("var package = 'right'; let yield = package; function onTrack() { return yield }");
    check_right("function onTrack() { return eval('var answer = \"right\"'), answer }");
    check_right("if (true) { function inner() { return 'right' } } function onTrack() { return inner() }");
}

#[test]
fn use_strict_on_the_first_line_stays_inert() {
    check_right("'use strict'\nanswer = 'right'; function onTrack() { return answer }");
    check_right("\"use strict\";\nonTrack = () => 'right'");
    check_right("/* a bundle */ 'use strict'; onTrack = function () { return this === globalThis ? 'right' : this }");
}

#[test]
fn use_strict_inside_of_a_function_counts() {
    check_right(
        "function onTrack() { 'use strict'; try { undeclared = 1 } catch (error) { return error.name === 'ReferenceError' ? 'right' : error } }",
    );
}

#[test]
fn this_is_the_global_object_at_the_top_level() {
    check_right(
        "const top = this === globalThis && this === window && this === global; function onTrack() { return top ? 'right' : 'wrong' }",
    );
    check_right("this.answer = 'right'; function onTrack() { return answer }");
}

/// `$fnhost` is the wrapper's own parameter; the engine itself looks `__cqjs` up.
#[test]
fn names_beside_the_globals_are_few() {
    check(
        "const names = ['$fnhost', 'require', 'wit', '__cqjs', 'process', 'StreamReadable'].filter((name) => { try { eval(name); return true } catch {} });
         function onTrack() { return [names, Object.keys(globalThis)] }",
        TRACK,
        expect![[r#"
            onTrack returned [["$fnhost","require","__cqjs","process"],[]]
        "#]],
    );
}

#[test]
fn return_at_the_top_level() {
    check_right("onTrack = () => 'right'; return; onTrack = () => 'wrong'");
    check_right("function onTrack() { return 'right' } return 5");
}

#[test]
fn byte_order_mark() {
    check_right("\u{feff}function onTrack() { return 'right' }");
    check_right("\u{feff}'use strict'; answer = 'right'; onTrack = () => answer");
    check_right_named("f.ts", "\u{feff}const answer: string = 'right'; function onTrack() { return answer }");
    check_right_named("f.mjs", "\u{feff}export const onTrack = () => 'right'");
}

#[test]
fn hash_bang_line() {
    check_right("#!/usr/bin/env node\nfunction onTrack() { return 'right' }");
    check_right_named("f.mjs", "#!/usr/bin/env node\nexport const onTrack = () => 'right'");
    check_right_named("f.ts", "#!/usr/bin/env node\nconst onTrack = (): string => 'right'");
}

#[test]
fn comments_where_they_hurt() {
    check_right("function onTrack() { return 'right' } // the end");
    check_right("function onTrack() { return 'right' }\n<!-- an old comment");
    check_right("<!-- an old comment\nfunction onTrack() { return 'right' }\n--> and its end");
    check_right("function onTrack() { return 'right' } /* the end */");
    check_right("function onTrack() { return 'right' }\n//# sourceMappingURL=function.js.map");
}

#[test]
fn line_ends_of_all_kinds() {
    check_right("const a = 1\r\n// a comment\r\nfunction onTrack() { return 'right' }\r\n");
    check_right("// a comment\u{2028}function onTrack() { return 'right' }");
    check_right("// a comment\rfunction onTrack() { return 'right' }");
}

#[test]
fn text_that_would_break_a_careless_wrapper() {
    check_right(
        "const text = '` ${ */ </script> \\u2028'; function onTrack() { return text.length === 19 ? 'right' : text.length }",
    );
    check_right("function onTrack() { return '\u{2028}\u{2029}é😀'.length === 5 ? 'right' : 'wrong' }");
}

#[test]
fn wrapper_cannot_be_closed_from_inside() {
    let source = "}); (function () { function onTrack() { return 'escaped' }";
    assert!(wait(fnhost_build::build(crate::harness::host(), "f.js", source, &Limits::default())).is_err());
}

#[test]
fn modules_with_named_exports() {
    check_right_named("f.js", "export async function onTrack() { return 'right' }");
    check_right_named("f.js", "export const onTrack = async () => 'right'");
    check_right_named("f.js", "const track = () => 'right'; export { track as onTrack }");
}

#[test]
fn modules_with_a_default_export() {
    check_right_named("f.js", "export default { onTrack: async () => 'right' }");
    check_right_named("f.js", "export default { async onTrack(event, settings) { return 'right' } }");
    check_right_named("f.js", "class Destination { onTrack() { return 'right' } } export default new Destination()");
    check_right_named("f.js", "const handlers = {}; export default handlers; handlers.onTrack = () => 'right'");
}

#[test]
fn modules_with_both_prefer_the_named_export() {
    check_right_named("f.js", "export default { onTrack: () => 'wrong' }; export const onTrack = () => 'right'");
}

#[test]
fn modules_are_strict() {
    check_named(
        "f.js",
        "export function onTrack() { try { undeclared = 1 } catch (error) { return [error.name, typeof this] } }",
        expect![[r#"
            onTrack returned ["ReferenceError","undefined"]
        "#]],
    );
}

#[test]
fn modules_do_not_export_what_is_only_declared() {
    assert_eq!(defined("f.js", "export const onPage = () => {}; function onTrack() {}"), ["onPage"]);
}

#[test]
fn modules_may_await_at_the_top_level() {
    check_right_named("f.mjs", "const answer = await Promise.resolve('right'); export const onTrack = () => answer");
    check_right_named(
        "f.js",
        "let answer; for await (const part of ['ri', 'ght']) answer = (answer ?? '') + part; export { onTrack }; function onTrack() { return answer }",
    );
}

#[test]
fn modules_may_overwrite_globals() {
    check_right_named("f.js", "globalThis.fetch = () => 'right'; export const onTrack = () => fetch()");
    check_right_named("f.js", "fetch = () => 'right'; export const onTrack = () => fetch()");
}

#[test]
fn typescript_scripts() {
    check_right_named(
        "f.ts",
        "async function onTrack(event: { type: string }, settings?: Record<string, unknown>): Promise<string> { return 'right' }",
    );
    check_right_named("f.ts", "onTrack = async (event: any) => 'right' as const");
    check_right_named(
        "f.ts",
        "interface Event { name?: string } type Answer = 'right' | 'wrong'; const onTrack = (event: Event): Answer => 'right'",
    );
    check_right_named("f.ts", "answer = 'right'; function onTrack<T extends object>(event: T) { return answer! }");
    check_right_named(
        "f.ts",
        "exports.onTrack = <T,>(event: T) => ({ answer: 'right' } satisfies { answer: string }).answer",
    );
    check_right_named("f.ts", "'use strict'; answer = 'right'; declare const other: string; onTrack = () => answer");
}

#[test]
fn typescript_that_makes_code() {
    check_right_named(
        "f.ts",
        "enum Answer { Wrong = 'wrong', Right = 'right' } function onTrack() { return Answer.Right }",
    );
    check_right_named(
        "f.ts",
        "enum Level { Low, High = 5, Higher } const onTrack = () => Level[Level.Higher] + Level.High === 'Higher5' ? 'right' : 'wrong'",
    );
    check_right_named("f.ts", "const enum Answer { Right = 'right' } function onTrack() { return Answer.Right }");
    check_right_named(
        "f.ts",
        "namespace Answers { export const right = 'right'; export namespace Deep { export const more = 1 } } function onTrack() { return Answers.Deep.more && Answers.right }",
    );
    check_right_named(
        "f.ts",
        "class Client { constructor(private readonly answer: string, public count = 0) {} get() { return this.answer } } function onTrack() { return new Client('right').get() }",
    );
    check_right_named(
        "f.ts",
        "abstract class Base { abstract get(): string; declare answer: string } class Answer extends Base { override get() { return 'right' } } function onTrack() { return new Answer().get() }",
    );
}

#[test]
fn typescript_overloads_and_assertions() {
    check_right_named(
        "f.ts",
        "function pick(a: string): string; function pick(a: number): number; function pick(a: any) { return a } function onTrack() { return <string>pick('right') }",
    );
    check_right_named(
        "f.ts",
        "function isText(value: unknown): value is string { return typeof value === 'string' } function onTrack(this: void) { const value: unknown = 'right'; return isText(value) ? value : 0 }",
    );
}

#[test]
fn typescript_modules() {
    check_right_named(
        "f.ts",
        "export async function onTrack(event: { type: string }): Promise<string> { return 'right' }",
    );
    check_right_named(
        "f.mts",
        "type Handler = (event: unknown) => string; export const onTrack: Handler = () => 'right'",
    );
    check_right_named(
        "f.ts",
        "const handlers = { onTrack: (event: object) => 'right' }; export default handlers satisfies object",
    );
    check_right_named(
        "f.ts",
        "export enum Answer { Right = 'right' } export type T = Answer; export const onTrack = () => Answer.Right",
    );
    check_right_named(
        "f.ts",
        "import type { Event } from 'analytics'; export const onTrack = (event: Event) => 'right'",
    );
}

#[test]
fn top_level_finds_the_platform() {
    check(
        "const url = new URL('/v1?a=1', 'https://example.com');
         url.searchParams.set('b', 'ü');
         const headers = new Headers({ Authorization: 'Basic ' + btoa('key:') });
         const kept = [String(url), headers.get('authorization'), atob('cmlnaHQ='), new URLSearchParams({ q: 'x y' }).toString(),
           new TextEncoder().encode('é').length, structuredClone({ a: [1] }), typeof fetch, typeof cache.load,
           new Request('https://example.com').url, new ValidationError('v').name];
         function onTrack() { return [...kept, url.searchParams.get('b'), [...headers.keys()]] }",
        TRACK,
        expect![[r#"
            onTrack returned ["https://example.com/v1?a=1&b=%C3%BC","Basic a2V5Og==","right","q=x+y",2,{"a":[1]},"function","function","https://example.com/","ValidationError","ü",["authorization"]]
        "#]],
    );
}

#[test]
fn clock_of_the_top_level_stands_at_the_epoch() {
    check(
        "const frozen = [Date.now(), new Date().toISOString(), performance.now()];
         function onTrack() { return frozen }",
        TRACK,
        expect![[r#"
            onTrack returned [0,"1970-01-01T00:00:00.000Z",0]
        "#]],
    );
}

#[test]
fn clock_runs_in_a_handler() {
    check(
        "const built = Date.now();
         async function onTrack() {
           const [date, start] = [Date.now(), performance.now()];
           await new Promise((done) => setTimeout(done, 20));
           const [later, end] = [Date.now(), performance.now()];
           return [date > 1.6e12, new Date() >= date, later - date >= 19, start >= 0 && start < 1000, end - start >= 19 && end - start < 4000,
             performance.timeOrigin > 1.6e12];
         }",
        TRACK,
        expect![[r#"
            onTrack returned [true,true,true,true,true,true]
        "#]],
    );
}

/// The values that two events get from a function.
fn two_values(source: &str) -> [String; 2] {
    let function = function(source);
    [(); 2].map(|()| match wait(function.run(TRACK, "{}", &Limits::default())).unwrap().outcome {
        Outcome::Returned { value } => value.get().to_owned(),
        Outcome::Failed(failure) => panic!("{}", failure.error.message),
    })
}

#[test]
fn random_numbers_differ_between_events() {
    for source in [
        "function onTrack() { return Math.random() }",
        "const used = Math.random(); function onTrack() { return Math.random() }",
        "function onTrack() { return crypto.randomUUID() }",
        "function onTrack() { return [...crypto.getRandomValues(new Uint8Array(16))] }",
    ] {
        let [first, second] = two_values(source);
        assert_ne!(first, second, "{source}");
    }
}

#[test]
fn random_numbers_of_the_top_level_are_part_of_the_build() {
    let [first, second] = two_values("const random = Math.random(); function onTrack() { return random }");
    assert_eq!(first, second);
    let number: f64 = first.parse().unwrap();
    assert!(number > 0.0 && number < 1.0);
}

#[test]
fn random_numbers_are_spread() {
    check(
        "function onTrack() {
           const counts = new Array(10).fill(0);
           for (let i = 0; i < 10_000; i++) counts[Math.floor(Math.random() * 10)]++;
           return counts.every((count) => count > 800 && count < 1200);
         }",
        TRACK,
        expect![[r#"
            onTrack returned true
        "#]],
    );
}
