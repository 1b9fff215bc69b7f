//! The five error classes: thrown, subclassed, told apart.

use crate::harness::{TRACK, check, check_each, function, text, wait};
use crate::outcomes::verdicts;
use expect_test::{Expect, expect};
use fnhost::{Limits, Outcome};
use std::fmt::Write;

/// The five classes, and what each counts as.
const CLASSES: [&str; 5] = ["EventNotSupported", "InvalidEventPayload", "ValidationError", "RetryError", "DropEvent"];

/// Runs `handler` once for each of the five classes, which it finds as `Class`.
fn check_classes(handler: &str, expected: Expect) {
    let function = function(&format!(
        "const classes = {{ {} }};
         async function onTrack(event) {{ const Class = classes[event.class]; {handler} }}",
        CLASSES.join(", ")
    ));
    let mut out = String::new();
    for class in CLASSES {
        let event = format!(r#"{{"type":"track","class":"{class}"}}"#);
        let run = wait(function.run(&event, "{}", &Limits::default())).unwrap();
        out += &text(&run);
        if matches!(run.outcome, Outcome::Failed(_)) {
            writeln!(out, "  {}", verdicts(&run)).unwrap();
        }
    }
    expected.assert_eq(&out);
}

#[test]
fn error_classes_thrown() {
    check_classes(
        "throw new Class('because of ' + event.class)",
        expect![[r#"
        onTrack failed: EventNotSupported: Unsupported
        EventNotSupported: because of EventNotSupported
          retryable false, auto Unsupported, explicit Unsupported
        onTrack failed: InvalidEventPayload: Rejected
        InvalidEventPayload: because of InvalidEventPayload
          retryable false, auto Rejected, explicit Rejected
        onTrack failed: ValidationError: Rejected
        ValidationError: because of ValidationError
          retryable false, auto Rejected, explicit Rejected
        onTrack failed: RetryError, retry: Retrying
        RetryError: because of RetryError
          retryable true, auto Retrying, explicit Retrying
        onTrack failed: DropEvent: Dropped
        DropEvent: because of DropEvent
          retryable false, auto Dropped, explicit Dropped
    "#]],
    );
}

#[test]
fn error_classes_thrown_after_an_await() {
    check_classes(
        "await null; throw new Class('later')",
        expect![[r#"
        onTrack failed: EventNotSupported: Unsupported
        EventNotSupported: later
          retryable false, auto Unsupported, explicit Unsupported
        onTrack failed: InvalidEventPayload: Rejected
        InvalidEventPayload: later
          retryable false, auto Rejected, explicit Rejected
        onTrack failed: ValidationError: Rejected
        ValidationError: later
          retryable false, auto Rejected, explicit Rejected
        onTrack failed: RetryError, retry: Retrying
        RetryError: later
          retryable true, auto Retrying, explicit Retrying
        onTrack failed: DropEvent: Dropped
        DropEvent: later
          retryable false, auto Dropped, explicit Dropped
    "#]],
    );
}

#[test]
fn error_classes_subclassed() {
    check_classes(
        "class Mine extends Class {}; throw new Mine('mine')",
        expect![[r#"
        onTrack failed: EventNotSupported: Unsupported
        EventNotSupported: mine
          retryable false, auto Unsupported, explicit Unsupported
        onTrack failed: InvalidEventPayload: Rejected
        InvalidEventPayload: mine
          retryable false, auto Rejected, explicit Rejected
        onTrack failed: ValidationError: Rejected
        ValidationError: mine
          retryable false, auto Rejected, explicit Rejected
        onTrack failed: RetryError, retry: Retrying
        RetryError: mine
          retryable true, auto Retrying, explicit Retrying
        onTrack failed: DropEvent: Dropped
        DropEvent: mine
          retryable false, auto Dropped, explicit Dropped
    "#]],
    );
}

#[test]
fn error_classes_are_errors_with_a_name_and_a_stack() {
    check_classes(
        "const error = new Class('why');
         class Mine extends Class {}
         return [
           error instanceof Class, error instanceof Error, error.name, error.message, String(error), Class.name,
           error.constructor === Class, new Mine().name, new Mine() instanceof Class, typeof error.stack,
           Object.prototype.toString.call(error),
         ]",
        expect![[r#"
            onTrack returned [true,true,"EventNotSupported","why","EventNotSupported: why","EventNotSupported",true,"Mine",true,"string","[object Error]"]
            onTrack returned [true,true,"InvalidEventPayload","why","InvalidEventPayload: why","InvalidEventPayload",true,"Mine",true,"string","[object Error]"]
            onTrack returned [true,true,"ValidationError","why","ValidationError: why","ValidationError",true,"Mine",true,"string","[object Error]"]
            onTrack returned [true,true,"RetryError","why","RetryError: why","RetryError",true,"Mine",true,"string","[object Error]"]
            onTrack returned [true,true,"DropEvent","why","DropEvent: why","DropEvent",true,"Mine",true,"string","[object Error]"]
        "#]],
    );
}

#[test]
fn error_classes_are_not_each_other() {
    check_classes(
        "return Object.keys(classes).filter((name) => new Class('why') instanceof classes[name])",
        expect![[r#"
        onTrack returned ["EventNotSupported"]
        onTrack returned ["InvalidEventPayload"]
        onTrack returned ["ValidationError"]
        onTrack returned ["RetryError"]
        onTrack returned ["DropEvent"]
    "#]],
    );
}

#[test]
fn error_classes_ignore_further_arguments() {
    check_classes(
        "const error = new Class('why', { cause: 'a cause' }, 3);
         if (error.cause !== undefined) return error.cause;
         throw error",
        expect![[r#"
            onTrack failed: EventNotSupported: Unsupported
            EventNotSupported: why
              retryable false, auto Unsupported, explicit Unsupported
            onTrack failed: InvalidEventPayload: Rejected
            InvalidEventPayload: why
              retryable false, auto Rejected, explicit Rejected
            onTrack failed: ValidationError: Rejected
            ValidationError: why
              retryable false, auto Rejected, explicit Rejected
            onTrack failed: RetryError, retry: Retrying
            RetryError: why
              retryable true, auto Retrying, explicit Retrying
            onTrack failed: DropEvent: Dropped
            DropEvent: why
              retryable false, auto Dropped, explicit Dropped
        "#]],
    );
}

#[test]
fn error_classes_without_a_message() {
    check_classes(
        "throw new Class()",
        expect![[r#"
        onTrack failed: EventNotSupported: Unsupported
        EventNotSupported: 
          retryable false, auto Unsupported, explicit Unsupported
        onTrack failed: InvalidEventPayload: Rejected
        InvalidEventPayload: 
          retryable false, auto Rejected, explicit Rejected
        onTrack failed: ValidationError: Rejected
        ValidationError: 
          retryable false, auto Rejected, explicit Rejected
        onTrack failed: RetryError, retry: Retrying
        RetryError: 
          retryable true, auto Retrying, explicit Retrying
        onTrack failed: DropEvent: Dropped
        DropEvent: 
          retryable false, auto Dropped, explicit Dropped
    "#]],
    );
}

#[test]
fn error_classes_with_a_message_that_is_no_text() {
    check_classes(
        "throw new Class({ status: 400, toString: () => 'status 400' })",
        expect![[r#"
        onTrack failed: EventNotSupported: Unsupported
        EventNotSupported: status 400
          retryable false, auto Unsupported, explicit Unsupported
        onTrack failed: InvalidEventPayload: Rejected
        InvalidEventPayload: status 400
          retryable false, auto Rejected, explicit Rejected
        onTrack failed: ValidationError: Rejected
        ValidationError: status 400
          retryable false, auto Rejected, explicit Rejected
        onTrack failed: RetryError, retry: Retrying
        RetryError: status 400
          retryable true, auto Retrying, explicit Retrying
        onTrack failed: DropEvent: Dropped
        DropEvent: status 400
          retryable false, auto Dropped, explicit Dropped
    "#]],
    );
}

#[test]
fn error_classes_thrown_inside_cache_load_keep_their_identity() {
    check_classes(
        "try { await cache.load('key', 1000, async () => { throw new Class('no token') }) }
         catch (error) { console.log(error instanceof Class, error.name); throw error }",
        expect![[r#"
            onTrack failed: EventNotSupported: Unsupported
            EventNotSupported: no token
            [log] true EventNotSupported
              retryable false, auto Unsupported, explicit Unsupported
            onTrack failed: InvalidEventPayload: Rejected
            InvalidEventPayload: no token
            [log] true InvalidEventPayload
              retryable false, auto Rejected, explicit Rejected
            onTrack failed: ValidationError: Rejected
            ValidationError: no token
            [log] true ValidationError
              retryable false, auto Rejected, explicit Rejected
            onTrack failed: RetryError, retry: Retrying
            RetryError: no token
            [log] true RetryError
              retryable true, auto Retrying, explicit Retrying
            onTrack failed: DropEvent: Dropped
            DropEvent: no token
            [log] true DropEvent
              retryable false, auto Dropped, explicit Dropped
        "#]],
    );
}

#[test]
fn error_classes_thrown_inside_promise_all_keep_their_identity() {
    check_classes(
        "await Promise.all([1, Promise.reject(new Class('one of two'))])",
        expect![[r#"
        onTrack failed: EventNotSupported: Unsupported
        EventNotSupported: one of two
          retryable false, auto Unsupported, explicit Unsupported
        onTrack failed: InvalidEventPayload: Rejected
        InvalidEventPayload: one of two
          retryable false, auto Rejected, explicit Rejected
        onTrack failed: ValidationError: Rejected
        ValidationError: one of two
          retryable false, auto Rejected, explicit Rejected
        onTrack failed: RetryError, retry: Retrying
        RetryError: one of two
          retryable true, auto Retrying, explicit Retrying
        onTrack failed: DropEvent: Dropped
        DropEvent: one of two
          retryable false, auto Dropped, explicit Dropped
    "#]],
    );
}

#[test]
fn name_of_an_error_class_does_not_make_an_error_one() {
    check_each(
        &["const error = new Error('looks like it'); error.name = 'RetryError'; throw error"],
        expect![[r#"
        const error = new Error('looks like it'); error.name = 'RetryError'; throw error
        onTrack failed: Uncaught: BadRequest
        RetryError: looks like it
            at <anonymous> (function.js:2:48)
            at onTrack (function.js:4:77)
    "#]],
    );
}

#[test]
fn error_class_that_the_function_replaced_is_an_error_like_any_other() {
    check(
        "RetryError = class RetryError extends Error {}; function onTrack() { throw new RetryError('of my own') }",
        TRACK,
        expect![[r#"
            onTrack failed: Uncaught: BadRequest
            Error: of my own
                at onTrack (function.js:1:80)
        "#]],
    );
}
