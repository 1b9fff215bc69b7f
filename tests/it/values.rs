//! What a handler gets and returns: values on their way through JSON, and that events share nothing.

use crate::harness::{TRACK, check, check_each, function, host, run, text, wait};
use expect_test::{Expect, expect};
use fnhost::{Function, Limits, Outcome};
use std::fmt::Write;

/// What each of the `expressions` is as the Callback Return.
fn check_values(expressions: &[&str], expected: Expect) {
    let mut source = "const values = [\n".to_owned();
    for expression in expressions {
        writeln!(source, "async () => ({expression}),").unwrap();
    }
    source += "];\nfunction onTrack(event, settings) { return values[settings.chosen]() }";
    let function = function(&source);
    let mut out = String::new();
    for (chosen, expression) in expressions.iter().enumerate() {
        let settings = format!(r#"{{"chosen":{chosen}}}"#);
        let run = wait(function.run(TRACK, &settings, &Limits::default())).unwrap();
        match &run.outcome {
            Outcome::Returned { value } => writeln!(out, "{expression} ⇒ {value}").unwrap(),
            Outcome::Failed(_) => writeln!(out, "{expression} ⇒ {}", text(&run)).unwrap(),
        }
    }
    expected.assert_eq(&out);
}

/// Sends the events one after the other through `source`.
fn check_events(source: &str, events: &[&str], expected: Expect) {
    expected.assert_eq(&texts(&function(source), events));
}

fn texts(function: &Function, events: &[&str]) -> String {
    let run =
        |event: &&str| text(&wait(function.run(event, r#"{"apiKey":"key","list":[1]}"#, &Limits::default())).unwrap());
    events.iter().map(run).collect()
}

#[test]
fn primitives() {
    check_values(
        &["undefined", "null", "true", "false", "''", "'text'", "Symbol('s')", "10n", "() => 1", "class A {}"],
        expect![[r#"
        undefined ⇒ null
        null ⇒ null
        true ⇒ true
        false ⇒ false
        '' ⇒ ""
        'text' ⇒ "text"
        Symbol('s') ⇒ null
        10n ⇒ "10"
        () => 1 ⇒ null
        class A {} ⇒ null
    "#]],
    );
}

#[test]
fn numbers() {
    check_values(
        &[
            "0",
            "-0",
            "1.5",
            "NaN",
            "Infinity",
            "-Infinity",
            "1e21",
            "1e-7",
            "2 ** 53",
            "123456789012345680000",
            "0.1 + 0.2",
            "5e-324",
            "1.7976931348623157e308",
        ],
        expect![[r#"
            0 ⇒ 0
            -0 ⇒ 0
            1.5 ⇒ 1.5
            NaN ⇒ null
            Infinity ⇒ null
            -Infinity ⇒ null
            1e21 ⇒ 1e+21
            1e-7 ⇒ 1e-7
            2 ** 53 ⇒ 9007199254740992
            123456789012345680000 ⇒ 123456789012345680000
            0.1 + 0.2 ⇒ 0.30000000000000004
            5e-324 ⇒ 5e-324
            1.7976931348623157e308 ⇒ 1.7976931348623157e+308
        "#]],
    );
}

#[test]
fn strings() {
    check_values(
        &[
            r#"'quote " backslash \\ slash /'"#,
            r"'\n\t\r\b\f\u0000\u001f'",
            "'é 日本語 😀'",
            r"'\ud83d\ude00'",
            r"'\ud83d'",
            r"'a\udc00b'",
            r"({ '\ud800': 1 })",
        ],
        expect![[r#"
            'quote " backslash \\ slash /' ⇒ "quote \" backslash \\ slash /"
            '\n\t\r\b\f\u0000\u001f' ⇒ "\n\t\r\b\f\u0000\u001f"
            'é 日本語 😀' ⇒ "é 日本語 😀"
            '\ud83d\ude00' ⇒ "😀"
            '\ud83d' ⇒ "\ud83d"
            'a\udc00b' ⇒ "a\udc00b"
            ({ '\ud800': 1 }) ⇒ {"\ud800":1}
        "#]],
    );
}

#[test]
fn arrays_and_objects() {
    check_values(
        &[
            "[]",
            "({})",
            "[1, 'a', [2, [3]], { b: { c: null } }]",
            "[1, , 3]",
            "new Array(3)",
            "[undefined, () => 1, Symbol('s')]",
            "({ a: undefined, b: () => 1, c: Symbol('s'), [Symbol('k')]: 1, d: 1 })",
            "({ 2: 'b', 1: 'a', z: 1, '-1': 2 })",
            "Object.create(null, { a: { value: 1, enumerable: true }, hidden: { value: 2 } })",
            "Object.create({ inherited: 1 })",
            "Object.defineProperty({}, '__proto__', { value: 1, enumerable: true })",
        ],
        expect![[r#"
            [] ⇒ []
            ({}) ⇒ {}
            [1, 'a', [2, [3]], { b: { c: null } }] ⇒ [1,"a",[2,[3]],{"b":{"c":null}}]
            [1, , 3] ⇒ [1,null,3]
            new Array(3) ⇒ [null,null,null]
            [undefined, () => 1, Symbol('s')] ⇒ [null,null,null]
            ({ a: undefined, b: () => 1, c: Symbol('s'), [Symbol('k')]: 1, d: 1 }) ⇒ {"d":1}
            ({ 2: 'b', 1: 'a', z: 1, '-1': 2 }) ⇒ {"1":"a","2":"b","z":1,"-1":2}
            Object.create(null, { a: { value: 1, enumerable: true }, hidden: { value: 2 } }) ⇒ {"a":1}
            Object.create({ inherited: 1 }) ⇒ {}
            Object.defineProperty({}, '__proto__', { value: 1, enumerable: true }) ⇒ {"__proto__":1}
        "#]],
    );
}

#[test]
fn objects_of_the_language() {
    check_values(
        &[
            "new Date(0)",
            "new Date(NaN)",
            "new Map([[1, 2]])",
            "new Set([1])",
            "/x/g",
            "new Error('e')",
            "new Uint8Array([1, 2])",
            "new ArrayBuffer(2)",
            "[new Number(3), new String('s'), new Boolean(false), Object(Symbol('s'))]",
            "Object(5n)",
            "new WeakMap()",
            "Promise.resolve('of a promise')",
            "[Promise.resolve(1)]",
            "(function () { return arguments })(1, 2)",
            "new Proxy({ a: 1 }, {})",
            "globalThis.Math",
        ],
        expect![[r#"
            new Date(0) ⇒ "1970-01-01T00:00:00.000Z"
            new Date(NaN) ⇒ null
            new Map([[1, 2]]) ⇒ {}
            new Set([1]) ⇒ {}
            /x/g ⇒ {}
            new Error('e') ⇒ {}
            new Uint8Array([1, 2]) ⇒ {"0":1,"1":2}
            new ArrayBuffer(2) ⇒ {}
            [new Number(3), new String('s'), new Boolean(false), Object(Symbol('s'))] ⇒ [3,"s",false,{}]
            Object(5n) ⇒ "5"
            new WeakMap() ⇒ {}
            Promise.resolve('of a promise') ⇒ "of a promise"
            [Promise.resolve(1)] ⇒ [{}]
            (function () { return arguments })(1, 2) ⇒ {"0":1,"1":2}
            new Proxy({ a: 1 }, {}) ⇒ {"a":1}
            globalThis.Math ⇒ {}
        "#]],
    );
}

#[test]
fn objects_of_the_platform() {
    check_values(
        &[
            "new URL('https://example.com/a?b#c')",
            "new URLSearchParams('a=1')",
            "new Headers({ a: '1' })",
            "new EventNotSupported('no')",
        ],
        expect![[r#"
            new URL('https://example.com/a?b#c') ⇒ "https://example.com/a?b#c"
            new URLSearchParams('a=1') ⇒ {}
            new Headers({ a: '1' }) ⇒ {}
            new EventNotSupported('no') ⇒ {"name":"EventNotSupported"}
        "#]],
    );
}

#[test]
fn class_instances() {
    check_values(
        &[
            "new (class Point { x = 1; #hidden = 2; get y() { return 3 } move() {} })()",
            "new (class List extends Array {})(3)",
            "new (class Own { toJSON() { return 'own' } })()",
        ],
        expect![[r#"
            new (class Point { x = 1; #hidden = 2; get y() { return 3 } move() {} })() ⇒ {"x":1}
            new (class List extends Array {})(3) ⇒ [null,null,null]
            new (class Own { toJSON() { return 'own' } })() ⇒ "own"
        "#]],
    );
}

#[test]
fn to_json() {
    check_values(
        &[
            "({ toJSON() { return { a: 1 } } })",
            "({ toJSON() { return undefined } })",
            "({ a: { toJSON(key) { return key } } })",
            "[{ toJSON(key) { return typeof key + key } }]",
            "({ toJSON: 5 })",
            "({ ok: 1, bad: { toJSON() { throw new Error('refused') } } })",
            "({ toJSON() { throw null } })",
            "({ toJSON() { return 10n } })",
        ],
        expect![[r#"
            ({ toJSON() { return { a: 1 } } }) ⇒ {"a":1}
            ({ toJSON() { return undefined } }) ⇒ null
            ({ a: { toJSON(key) { return key } } }) ⇒ {"a":"a"}
            [{ toJSON(key) { return typeof key + key } }] ⇒ ["string0"]
            ({ toJSON: 5 }) ⇒ {"toJSON":5}
            ({ ok: 1, bad: { toJSON() { throw new Error('refused') } } }) ⇒ {"ok":1,"bad":"[Thrown: refused]"}
            ({ toJSON() { throw null } }) ⇒ "[Thrown: null]"
            ({ toJSON() { return 10n } }) ⇒ "10"
        "#]],
    );
}

#[test]
fn big_integers() {
    check_values(
        &[
            "({ id: 12345678901234567890n })",
            "[1n, -1n]",
            "new Map([[1n, 1n]])",
            "({ a: 1n, b: undefined, c: new Date(0), d: [NaN] })",
        ],
        expect![[r#"
        ({ id: 12345678901234567890n }) ⇒ {"id":"12345678901234567890"}
        [1n, -1n] ⇒ ["1","-1"]
        new Map([[1n, 1n]]) ⇒ {}
        ({ a: 1n, b: undefined, c: new Date(0), d: [NaN] }) ⇒ {"a":"1","c":"1970-01-01T00:00:00.000Z","d":[null]}
    "#]],
    );
}

#[test]
fn big_integers_with_a_to_json_of_the_function() {
    check(
        "BigInt.prototype.toJSON = function () { return Number(this) };
         function onTrack() { return { count: 5n, list: [6n] } }",
        TRACK,
        expect![[r#"
            onTrack returned {"count":5,"list":[6]}
        "#]],
    );
}

#[test]
fn cycles() {
    check_values(
        &[
            "(() => { const a = { n: 1 }; a.self = a; return a })()",
            "(() => { const a = []; a.push(a, [a]); return a })()",
            "(() => { const a = { b: {} }; a.b.a = a; a.b.b = a.b; a.after = 1; return a })()",
            "(() => { const shared = { x: 1 }; const all = { a: shared, b: shared, big: 1n }; return all })()",
        ],
        expect![[r#"
            (() => { const a = { n: 1 }; a.self = a; return a })() ⇒ {"n":1,"self":"[Circular]"}
            (() => { const a = []; a.push(a, [a]); return a })() ⇒ ["[Circular]",["[Circular]"]]
            (() => { const a = { b: {} }; a.b.a = a; a.b.b = a.b; a.after = 1; return a })() ⇒ {"b":{"a":"[Circular]","b":"[Circular]"},"after":1}
            (() => { const shared = { x: 1 }; const all = { a: shared, b: shared, big: 1n }; return all })() ⇒ {"a":{"x":1},"b":{"x":1},"big":"1"}
        "#]],
    );
}

#[test]
fn getters_and_proxies_that_throw() {
    check_values(
        &[
            "({ ok: 1, get bad() { throw new Error('no access') }, after: 2 })",
            "({ get bad() { throw 'text' } })",
            "({ get bad() { throw undefined } })",
            "({ get bad() { throw { toString() { throw 1 } } } })",
            "[new Proxy({}, { ownKeys() { throw new Error('no keys') } })]",
            "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return [proxy, 1] })()",
        ],
        expect![[r#"
            ({ ok: 1, get bad() { throw new Error('no access') }, after: 2 }) ⇒ {"ok":1,"bad":"[Thrown: no access]","after":2}
            ({ get bad() { throw 'text' } }) ⇒ {"bad":"[Thrown: text]"}
            ({ get bad() { throw undefined } }) ⇒ {"bad":"[Thrown: undefined]"}
            ({ get bad() { throw { toString() { throw 1 } } } }) ⇒ {"bad":"[Thrown: unknown]"}
            [new Proxy({}, { ownKeys() { throw new Error('no keys') } })] ⇒ ["[Thrown: no keys]"]
            (() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return [proxy, 1] })() ⇒ ["[Thrown: revoked proxy]",1]
        "#]],
    );
}

#[test]
fn getter_that_throws_an_error_class_is_a_value_and_no_outcome() {
    check_values(
        &["({ get bad() { throw new RetryError('later') } })"],
        expect![[r#"
        ({ get bad() { throw new RetryError('later') } }) ⇒ {"bad":"[Thrown: later]"}
    "#]],
    );
}

/// The returned JSON of a handler.
fn returned(source: &str) -> String {
    let run = run(source, TRACK);
    match &run.outcome {
        Outcome::Returned { value } => value.get().to_owned(),
        Outcome::Failed(_) => panic!("{}", text(&run)),
    }
}

#[test]
fn huge_values_below_the_limit() {
    let text = returned("function onTrack() { return 'x'.repeat(1_000_000) }");
    assert_eq!(text, format!("\"{}\"", "x".repeat(1_000_000)));
    let list = returned("function onTrack() { return Array.from({ length: 100_000 }, (_, i) => i) }");
    let numbers: Vec<_> = (0..100_000).map(|number| number.to_string()).collect();
    assert_eq!(list, format!("[{}]", numbers.join(",")));
}

#[test]
fn deep_values() {
    let nest = |depth: usize| {
        format!(
            "function onTrack() {{ let deep = 'end'; for (let i = 0; i < {depth}; i++) deep = [deep]; return deep }}"
        )
    };
    assert_eq!(returned(&nest(200)), format!("{}\"end\"{}", "[".repeat(200), "]".repeat(200)));
}

#[test]
fn deep_values_that_need_care_are_cut() {
    let source = "function onTrack() { let deep = [1n]; for (let i = 0; i < 150; i++) deep = [deep]; return deep }";
    assert_eq!(returned(source), format!("{}\"[Too deep]\"{}", "[".repeat(100), "]".repeat(100)));
}

#[test]
fn replaced_json_of_the_function_does_not_reach_the_answer() {
    check(
        "JSON.stringify = () => 'mine'; JSON.parse = () => 5; function onTrack(event) { return event }",
        TRACK,
        expect![[r#"
        onTrack returned {"type":"track","event":"Signed Up","userId":"u1","properties":{"plan":"pro"}}
    "#]],
    );
}

#[test]
fn events_arrive_as_they_were_sent() {
    let echo = function("function onTrack(event) { return event }");
    for event in [
        r#"{"type":"track","a":[1,1.5,-2,1e+300,true,false,null,"",{}],"é":"日本語 😀","nul":"\u0000"}"#,
        r#"{"type":"track","lone":"\ud800","quote":"\"\\/"}"#.replace('/', "").as_str(),
        r#"{"type":"track","__proto__":{"polluted":1},"constructor":1,"toString":2}"#,
    ] {
        assert_eq!(texts(&echo, &[event]), format!("onTrack returned {event}\n"));
    }
}

#[test]
fn events_may_have_white_space_and_double_keys() {
    check_events(
        "function onTrack(event) { return event }",
        &["\n\t {\"type\" : \"track\", \"a\": 1, \"a\": 2 }\r\n "],
        expect![[r#"
        onTrack returned {"type":"track","a":2}
    "#]],
    );
}

#[test]
fn event_with_a_proto_key_does_not_reach_the_prototype() {
    check(
        "function onTrack(event) { return [{}.polluted, event.polluted, Object.getPrototypeOf(event) === Object.prototype] }",
        r#"{"type":"track","__proto__":{"polluted":1}}"#,
        expect![[r#"
            onTrack returned [null,null,true]
        "#]],
    );
}

#[test]
fn event_and_settings_are_fresh_copies_for_every_event() {
    check_events(
        "const seen = [];
         function onTrack(event, settings) {
           seen.push(event);
           event.properties.plan += '!';
           settings.apiKey += '!';
           settings.list.push(2);
           return [seen.length, event.properties, settings];
         }",
        &[TRACK, TRACK],
        expect![[r#"
            onTrack returned [1,{"plan":"pro!"},{"apiKey":"key!","list":[1,2]}]
            onTrack returned [1,{"plan":"pro!"},{"apiKey":"key!","list":[1,2]}]
        "#]],
    );
}

#[test]
fn event_may_be_changed_and_frozen() {
    check_each(
        &["event.userId = 'u2'; delete event.properties; return Object.freeze(event)"],
        expect![[r#"
        event.userId = 'u2'; delete event.properties; return Object.freeze(event)
        onTrack returned {"type":"track","event":"Signed Up","userId":"u2"}
    "#]],
    );
}

#[test]
fn globals_do_not_leak_from_one_event_to_the_next() {
    check_events(
        "let count = 0;
         let token;
         function onTrack() {
           const before = [count, token, globalThis.kept, {}.polluted, [].includes === undefined, typeof implicit];
           count++;
           token = 'secret';
           globalThis.kept = 1;
           Object.prototype.polluted = 1;
           Array.prototype.includes = undefined;
           implicit = 1;
           return before;
         }",
        &[TRACK, TRACK],
        expect![[r#"
            onTrack returned [0,null,null,null,false,"undefined"]
            onTrack returned [0,null,null,null,false,"undefined"]
        "#]],
    );
}

#[test]
fn globals_do_not_leak_from_an_event_that_failed() {
    check_events(
        "let count = 0;
         function onTrack() { count++; if (count === 1) throw new Error(`count ${count}`); return 'leaked' }
         function onPage() { count++; for (;;) globalThis.kept = (globalThis.kept ?? '') + 'x'.repeat(1000) }",
        &[TRACK, TRACK],
        expect![[r#"
            onTrack failed: Uncaught: BadRequest
            Error: count 1
                at onTrack (function.js:2:82)
            onTrack failed: Uncaught: BadRequest
            Error: count 1
                at onTrack (function.js:2:82)
        "#]],
    );
}

#[test]
fn state_of_the_top_level_is_the_same_for_every_event() {
    check_events(
        "const table = new Map([['a', 1]]);
         table.set('b', 2);
         function onTrack() { table.set('c', 3); return [...table] }",
        &[TRACK, TRACK],
        expect![[r#"
            onTrack returned [["a",1],["b",2],["c",3]]
            onTrack returned [["a",1],["b",2],["c",3]]
        "#]],
    );
}

#[test]
fn cache_is_shared_between_events() {
    check_events(
        "let calls = 0;
         async function onTrack(event) {
           const value = await cache.load('token', 60_000, async () => { calls++; return { by: event.n } });
           if (event.forget) cache.delete('token');
           return [value, calls];
         }",
        &[
            r#"{"type":"track","n":1}"#,
            r#"{"type":"track","n":2,"forget":true}"#,
            r#"{"type":"track","n":3}"#,
            r#"{"type":"track","n":4}"#,
        ],
        expect![[r#"
            onTrack returned [{"by":1},1]
            onTrack returned [{"by":1},0]
            onTrack returned [{"by":3},1]
            onTrack returned [{"by":3},0]
        "#]],
    );
}

#[test]
fn cache_is_not_shared_between_functions() {
    let source = "function onTrack(event) { return cache.load('key', -1, () => event.n) }";
    let built = wait(fnhost_build::build(host(), "function.js", source, &Limits::default())).unwrap();
    let (one, other) = (host().load(&built.component).unwrap(), host().load(&built.component).unwrap());
    let (first, second) = (r#"{"type":"track","n":1}"#, r#"{"type":"track","n":2}"#);
    assert_eq!(texts(&one, &[first, second]), "onTrack returned 1\nonTrack returned 1\n");
    assert_eq!(texts(&other, &[second, first]), "onTrack returned 2\nonTrack returned 2\n");
}

#[test]
fn cache_computes_what_is_not_json_every_time() {
    check_events(
        "let calls = 0;
         async function onTrack(event) {
           const value = await cache.load('key', 60_000, async () => new Map([['n', event.n]]));
           return [value instanceof Map, value.get('n')];
         }",
        &[r#"{"type":"track","n":1}"#, r#"{"type":"track","n":2}"#],
        expect![[r#"
            onTrack returned [true,1]
            [warn] cache.load: the value of 'key' is not kept, as it is not JSON (a Map); it is computed every time
            onTrack returned [true,2]
            [warn] cache.load: the value of 'key' is not kept, as it is not JSON (a Map); it is computed every time
        "#]],
    );
}

#[test]
fn cache_values_are_copies() {
    check_events(
        "async function onTrack() {
           const list = await cache.load('key', 60_000, async () => [1]);
           list.push(2);
           return [list, await cache.load('key', 60_000, async () => 'never')];
         }",
        &[TRACK, TRACK],
        expect![[r#"
            onTrack returned [[1,2],[1]]
            onTrack returned [[1,2],[1]]
        "#]],
    );
}
