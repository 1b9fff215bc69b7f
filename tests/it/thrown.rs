//! Whatever else than an error class can be thrown, and where.

use crate::harness::{TRACK, check, check_each, run};
use expect_test::expect;
use fnhost::Outcome;

#[test]
fn primitives() {
    check_each(
        &["throw 'x'", "throw null", "throw undefined", "throw ''", "throw -0.5", "throw 10n", "throw Symbol('why')"],
        expect![[r#"
            throw 'x'
            onTrack failed: Uncaught: BadRequest
            Error: x
            throw null
            onTrack failed: Uncaught: BadRequest
            Error: null
            throw undefined
            onTrack failed: Uncaught: BadRequest
            Error: undefined
            throw ''
            onTrack failed: Uncaught: BadRequest
            Error: 
            throw -0.5
            onTrack failed: Uncaught: BadRequest
            Error: -0.5
            throw 10n
            onTrack failed: Uncaught: BadRequest
            Error: 10
            throw Symbol('why')
            onTrack failed: Uncaught: BadRequest
            Error: Symbol(why)
        "#]],
    );
}

#[test]
fn objects() {
    check_each(
        &[
            "throw { status: 400, reason: 'bad' }",
            "throw { name: 'Custom', message: 'looks like an error', code: 'E_CUSTOM' }",
            "throw ['a', 1]",
            "throw function broken() {}",
            "throw Object.create(null)",
        ],
        expect![[r#"
            throw { status: 400, reason: 'bad' }
            onTrack failed: Uncaught: BadRequest
            Error: { status: 400, reason: 'bad' }
            throw { name: 'Custom', message: 'looks like an error', code: 'E_CUSTOM' }
            onTrack failed: Uncaught: BadRequest
            Custom: looks like an error
            code E_CUSTOM
            throw ['a', 1]
            onTrack failed: Uncaught: BadRequest
            Error: [ 'a', 1 ]
            throw function broken() {}
            onTrack failed: Uncaught: BadRequest
            Error: [Function: broken]
            throw Object.create(null)
            onTrack failed: Uncaught: BadRequest
            Error: [Object: null prototype] {}
        "#]],
    );
}

#[test]
fn errors_with_code_and_cause() {
    check_each(
        &[
            "throw Object.assign(new Error('no way'), { code: 'E_NO_WAY' })",
            "throw Object.assign(new Error('no way'), { code: 42 })",
            "throw Object.assign(new Error('no way'), { code: { deep: 1 } })",
            "throw new RangeError('outer', { cause: new Error('inner') })",
            "throw new AggregateError([new Error('a')], 'all failed')",
        ],
        expect![[r#"
            throw Object.assign(new Error('no way'), { code: 'E_NO_WAY' })
            onTrack failed: Uncaught: BadRequest
            Error: no way
                at <anonymous> (function.js:2:54)
                at onTrack (function.js:8:77)
            code E_NO_WAY
            throw Object.assign(new Error('no way'), { code: 42 })
            onTrack failed: Uncaught: BadRequest
            Error: no way
                at <anonymous> (function.js:3:54)
                at onTrack (function.js:8:77)
            code 42
            throw Object.assign(new Error('no way'), { code: { deep: 1 } })
            onTrack failed: Uncaught: BadRequest
            Error: no way
                at <anonymous> (function.js:4:54)
                at onTrack (function.js:8:77)
            throw new RangeError('outer', { cause: new Error('inner') })
            onTrack failed: Uncaught: BadRequest
            RangeError: outer
                at <anonymous> (function.js:5:73)
                at onTrack (function.js:8:77)
            throw new AggregateError([new Error('a')], 'all failed')
            onTrack failed: Uncaught: BadRequest
            AggregateError: all failed
                at <anonymous> (function.js:6:60)
                at onTrack (function.js:8:77)
        "#]],
    );
}

#[test]
fn errors_of_own_classes() {
    check_each(
        &[
            "class HttpError extends Error { name = 'HttpError' } throw new HttpError('status 418')",
            "class Unnamed extends Error {} throw new Unnamed('has the name of its base')",
        ],
        expect![[r#"
            class HttpError extends Error { name = 'HttpError' } throw new HttpError('status 418')
            onTrack failed: Uncaught: BadRequest
            HttpError: status 418
                at HttpError (function.js:2:1)
                at <anonymous> (function.js:2:93)
                at onTrack (function.js:5:77)
            class Unnamed extends Error {} throw new Unnamed('has the name of its base')
            onTrack failed: Uncaught: BadRequest
            Error: has the name of its base
                at Unnamed (function.js:3:1)
                at <anonymous> (function.js:3:71)
                at onTrack (function.js:5:77)
        "#]],
    );
}

#[test]
fn errors_of_the_engine_have_a_name_and_a_stack() {
    check_each(
        &[
            "nowhere()",
            "event.properties.plan.price.currency",
            "event.missing.deep",
            "null.deep",
            "event()",
            "JSON.parse('{bad')",
            "new Array(-1)",
            "eval('1 +')",
            "decodeURIComponent('%')",
            "const fixed = 1; fixed = 2",
            "BigInt('x')",
            "return 1n + 1",
        ],
        expect![[r#"
            nowhere()
            onTrack failed: Uncaught: BadRequest
            ReferenceError: nowhere is not defined
                at <anonymous> (function.js:2:30)
                at onTrack (function.js:15:77)
            event.properties.plan.price.currency
            onTrack failed: Uncaught: BadRequest
            TypeError: cannot read property 'currency' of undefined
                at <anonymous> (function.js:3:30)
                at onTrack (function.js:15:77)
            event.missing.deep
            onTrack failed: Uncaught: BadRequest
            TypeError: cannot read property 'deep' of undefined
                at <anonymous> (function.js:4:30)
                at onTrack (function.js:15:77)
            null.deep
            onTrack failed: Uncaught: BadRequest
            TypeError: cannot read property 'deep' of null
                at <anonymous> (function.js:5:30)
                at onTrack (function.js:15:77)
            event()
            onTrack failed: Uncaught: BadRequest
            TypeError: not a function
                at <anonymous> (function.js:6:30)
                at onTrack (function.js:15:77)
            JSON.parse('{bad')
            onTrack failed: Uncaught: BadRequest
            SyntaxError: Expected property name or '}' in JSON at position 1
                at <anonymous> (function.js:7:35)
                at onTrack (function.js:15:77)
            new Array(-1)
            onTrack failed: Uncaught: BadRequest
            RangeError: invalid array length
                at Array (native)
                at <anonymous> (function.js:8:34)
                at onTrack (function.js:15:77)
            eval('1 +')
            onTrack failed: Uncaught: BadRequest
            SyntaxError: unexpected token in expression: ''
                at <anonymous> (function.js:9:30)
                at onTrack (function.js:15:77)
            decodeURIComponent('%')
            onTrack failed: Uncaught: BadRequest
            URIError: expecting hex digit
                at decodeURIComponent (native)
                at <anonymous> (function.js:10:30)
                at onTrack (function.js:15:77)
            const fixed = 1; fixed = 2
            onTrack failed: Uncaught: BadRequest
            TypeError: 'fixed' is read-only
                at <anonymous> (function.js:11:47)
                at onTrack (function.js:15:77)
            BigInt('x')
            onTrack failed: Uncaught: BadRequest
            SyntaxError: invalid BigInt literal
                at BigInt (native)
                at <anonymous> (function.js:12:30)
                at onTrack (function.js:15:77)
            return 1n + 1
            onTrack failed: Uncaught: BadRequest
            TypeError: cannot convert BigInt to number
                at <anonymous> (function.js:13:42)
                at onTrack (function.js:15:77)
        "#]],
    );
}

#[test]
fn errors_with_throwing_getters() {
    check_each(
        &[
            "throw Object.defineProperty(new Error('seen'), 'name', { get() { throw new Error('no access') } })",
            "throw Object.defineProperty(new Error('seen'), 'message', { get() { throw new Error('no access') } })",
            "throw Object.defineProperty(new Error('seen'), 'stack', { get() { throw new Error('no access') } })",
            "throw Object.defineProperty(new Error('seen'), 'code', { get() { throw new Error('no access') } })",
        ],
        expect![[r#"
            throw Object.defineProperty(new Error('seen'), 'name', { get() { throw new Error('no access') } })
            onTrack failed: Uncaught: BadRequest
            Error: seen
                at <anonymous> (function.js:2:62)
                at onTrack (function.js:7:77)
            throw Object.defineProperty(new Error('seen'), 'message', { get() { throw new Error('no access') } })
            onTrack failed: Uncaught: BadRequest
            Error: [Thrown: no access]
                at <anonymous> (function.js:3:62)
                at onTrack (function.js:7:77)
            throw Object.defineProperty(new Error('seen'), 'stack', { get() { throw new Error('no access') } })
            onTrack failed: Uncaught: BadRequest
            Error: seen
            throw Object.defineProperty(new Error('seen'), 'code', { get() { throw new Error('no access') } })
            onTrack failed: Uncaught: BadRequest
            Error: seen
                at <anonymous> (function.js:5:62)
                at onTrack (function.js:7:77)
        "#]],
    );
}

#[test]
fn errors_with_members_of_odd_types() {
    check_each(
        &[
            "const error = new Error('m'); error.name = 5; error.stack = null; throw error",
            "const error = new Error('m'); error.message = { no: 'text' }; throw error",
            "const error = new Error('m'); error.toString = () => { throw error }; throw error",
            "const error = new Error('lone \\ud800 surrogate'); error.stack = '\\udc00'; throw error",
        ],
        expect![[r#"
            const error = new Error('m'); error.name = 5; error.stack = null; throw error
            onTrack failed: Uncaught: BadRequest
            Error: m
            const error = new Error('m'); error.message = { no: 'text' }; throw error
            onTrack failed: Uncaught: BadRequest
            Error: [object Object]
                at <anonymous> (function.js:3:48)
                at onTrack (function.js:7:77)
            const error = new Error('m'); error.toString = () => { throw error }; throw error
            onTrack failed: Uncaught: BadRequest
            Error: m
                at <anonymous> (function.js:4:48)
                at onTrack (function.js:7:77)
            const error = new Error('lone \ud800 surrogate'); error.stack = '\udc00'; throw error
            onTrack failed: Uncaught: BadRequest
            Error: lone � surrogate
            �
        "#]],
    );
}

#[test]
fn proxies() {
    check_each(
        &[
            "throw new Proxy(new Error('behind a proxy'), {})",
            "throw new Proxy(new Error('hidden'), { get() { throw new Error('refused') }, \
             getPrototypeOf() { throw new Error('refused') }, ownKeys() { throw new Error('refused') } })",
            "const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy",
        ],
        expect![[r#"
            throw new Proxy(new Error('behind a proxy'), {})
            onTrack failed: Uncaught: BadRequest
            Error: behind a proxy
            throw new Proxy(new Error('hidden'), { get() { throw new Error('refused') }, getPrototypeOf() { throw new Error('refused') }, ownKeys() { throw new Error('refused') } })
            onTrack failed: Uncaught: BadRequest
            Error: [Thrown: refused]
            const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy
            onTrack failed: Uncaught: BadRequest
            Error: [Thrown: revoked proxy]
        "#]],
    );
}

#[test]
fn long_text_is_cut() {
    let run = run("function onTrack() { throw new Error('long '.repeat(100_000)) }", TRACK);
    let Outcome::Failed(failure) = run.outcome else { panic!("returned") };
    assert_eq!(failure.error.message, "long ".repeat(100_000)[..16 * 1024]);
}

#[test]
fn thrown_in_a_timer_fails_the_event() {
    let source = "async function onTrack() {
  setTimeout(() => { throw new Error('in a timer') }, 1);
  await new Promise((done) => setTimeout(done, 1_000));
  return 'never seen';
}";
    check(
        source,
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: in a timer
            at <anonymous> (function.js:2:32)
    "#]],
    );
}

#[test]
fn timer_that_is_due_after_the_answer_never_runs() {
    check_each(
        &["setTimeout(() => { console.log('too late') }, 20); return 'answered'"],
        expect![[r#"
        setTimeout(() => { console.log('too late') }, 20); return 'answered'
        onTrack returned "answered"
    "#]],
    );
}

#[test]
fn rejection_that_nobody_waits_for_does_not_fail_the_event() {
    check_each(
        &["Promise.reject(new Error('nobody looks')); return 'answered'"],
        expect![[r#"
        Promise.reject(new Error('nobody looks')); return 'answered'
        onTrack returned "answered"
    "#]],
    );
}
