//! Every row of the outcome table. What can be thrown is in `error_classes.rs` and `thrown.rs`,
//! what breaks a limit in `limits.rs`.

use crate::endpoint::Endpoint;
use crate::harness::{TRACK, check, check_each, check_with, function, limits, run, text, wait};
use expect_test::expect;
use fnhost::{Limits, RetryRule, Run};
use std::fmt::Write;

/// A `track` event for functions that send requests to `urls`.
fn event_for(urls: &[String]) -> String {
    format!(r#"{{"type":"track","urls":{urls:?}}}"#)
}

/// Sends a request to each URL in turn, then throws.
const FETCH_THEN_THROW: &str = "async function onTrack(event) {
  for (const url of event.urls) await fetch(url, { follow: 1 });
  throw new Error('after the requests');
}";

/// What a run counts as by either rule.
pub(crate) fn verdicts(run: &Run) -> String {
    let retryable = match &run.outcome {
        fnhost::Outcome::Failed(failure) => failure.retryable,
        fnhost::Outcome::Returned { .. } => false,
    };
    format!(
        "retryable {retryable}, auto {:?}, explicit {:?}",
        run.verdict(RetryRule::Auto),
        run.verdict(RetryRule::Explicit)
    )
}

/// Runs [`FETCH_THEN_THROW`] against endpoints that answer with `statuses`.
fn verdicts_after(statuses: &[u16]) -> String {
    let mut endpoints = Vec::new();
    for status in statuses {
        endpoints.push(wait(Endpoint::status(*status, "")));
    }
    let urls: Vec<_> = endpoints.iter().map(Endpoint::url).collect();
    let run = run(FETCH_THEN_THROW, &event_for(&urls));
    let answered: Vec<_> = run.requests.iter().filter_map(|request| request.status).collect();
    assert_eq!(answered, statuses);
    verdicts(&run)
}

#[test]
fn returned() {
    check(
        "async function onTrack(event, settings) { return [event.event, settings.apiKey] }",
        TRACK,
        expect![[r#"
            onTrack returned ["Signed Up","key"]
        "#]],
    );
}

#[test]
fn returned_counts_as_delivered_by_either_rule() {
    expect!["retryable false, auto Delivered, explicit Delivered"]
        .assert_eq(&verdicts(&run("function onTrack() {}", TRACK)));
}

#[test]
fn handler_may_be_sync_or_async_or_return_any_thenable() {
    check_each(
        &["return 'done'", "return Promise.resolve('done')", "return { then(resolve) { resolve('done') } }"],
        expect![[r#"
            return 'done'
            onTrack returned "done"
            return Promise.resolve('done')
            onTrack returned "done"
            return { then(resolve) { resolve('done') } }
            onTrack returned "done"
        "#]],
    );
    check(
        "async function onTrack() { return 'done' }",
        TRACK,
        expect![[r#"
        onTrack returned "done"
    "#]],
    );
    check(
        "onTrack = async () => { await null; return 'done' }",
        TRACK,
        expect![[r#"
        onTrack returned "done"
    "#]],
    );
}

#[test]
fn missing_handler_is_event_not_supported() {
    let function = function("const nothing = 1");
    let mut out = String::new();
    for event_type in ["identify", "track", "page", "screen", "group", "alias", "delete"] {
        let run = wait(function.run(&format!(r#"{{"type":"{event_type}"}}"#), "{}", &Limits::default())).unwrap();
        out += &text(&run);
    }
    out += &text(&wait(function.run("[]", "{}", &Limits::default())).unwrap());
    expect![[r#"
        onIdentify failed: EventNotSupported: Unsupported
        EventNotSupported: identify not supported
        onTrack failed: EventNotSupported: Unsupported
        EventNotSupported: track not supported
        onPage failed: EventNotSupported: Unsupported
        EventNotSupported: page not supported
        onScreen failed: EventNotSupported: Unsupported
        EventNotSupported: screen not supported
        onGroup failed: EventNotSupported: Unsupported
        EventNotSupported: group not supported
        onAlias failed: EventNotSupported: Unsupported
        EventNotSupported: alias not supported
        onDelete failed: EventNotSupported: Unsupported
        EventNotSupported: delete not supported
        onBatch failed: EventNotSupported: Unsupported
        EventNotSupported: batch not supported
    "#]]
    .assert_eq(&out);
}

#[test]
fn missing_handler_is_event_not_supported_by_either_rule() {
    expect!["retryable false, auto Unsupported, explicit Unsupported"].assert_eq(&verdicts(&run("", TRACK)));
}

#[test]
fn missing_handler_names_the_type_of_the_event() {
    // The caller may choose the handler; the event says what it is.
    let run = wait(function("").run_handler(fnhost::Handler::OnPage, TRACK, "{}", &Limits::default())).unwrap();
    expect![[r#"
        onPage failed: EventNotSupported: Unsupported
        EventNotSupported: track not supported
    "#]]
    .assert_eq(&text(&run));
}

#[test]
fn each_handler_gets_its_event() {
    let names = ["Identify", "Track", "Page", "Screen", "Group", "Alias", "Delete"];
    let mut source = "function onBatch(events) { return events.length }\n".to_owned();
    for name in names {
        writeln!(source, "function on{name}(event) {{ return '{name} got ' + event.type }}").unwrap();
    }
    let function = function(&source);
    let mut out = String::new();
    for name in names {
        let event = format!(r#"{{"type":"{}"}}"#, name.to_lowercase());
        out += &text(&wait(function.run(&event, "{}", &Limits::default())).unwrap());
    }
    out += &text(&wait(function.run(r#"[{"type":"track"},{"type":"page"}]"#, "{}", &Limits::default())).unwrap());
    expect![[r#"
        onIdentify returned "Identify got identify"
        onTrack returned "Track got track"
        onPage returned "Page got page"
        onScreen returned "Screen got screen"
        onGroup returned "Group got group"
        onAlias returned "Alias got alias"
        onDelete returned "Delete got delete"
        onBatch returned 2
    "#]]
    .assert_eq(&out);
}

#[test]
fn retry_error_is_retried_whatever_the_last_answer_was() {
    let endpoint = wait(Endpoint::status(400, ""));
    let source = "async function onTrack(event) { await fetch(event.urls[0]); throw new RetryError('again') }";
    expect!["retryable true, auto Retrying, explicit Retrying"]
        .assert_eq(&verdicts(&run(source, &event_for(&[endpoint.url()]))));
}

#[test]
fn validation_error_is_not_retried_whatever_the_last_answer_was() {
    let endpoint = wait(Endpoint::status(503, ""));
    let source = "async function onTrack(event) { await fetch(event.urls[0]); throw new ValidationError('no') }";
    expect!["retryable false, auto Rejected, explicit Rejected"]
        .assert_eq(&verdicts(&run(source, &event_for(&[endpoint.url()]))));
}

#[test]
fn uncaught_by_the_status_of_the_last_answer() {
    let statuses =
        [200, 204, 304, 400, 401, 402, 403, 404, 408, 409, 410, 422, 425, 429, 500, 501, 502, 503, 504, 505, 520, 599];
    let mut out = String::new();
    for status in statuses {
        writeln!(out, "{status}: {}", verdicts_after(&[status])).unwrap();
    }
    expect![[r#"
        200: retryable false, auto BadRequest, explicit BadRequest
        204: retryable false, auto BadRequest, explicit BadRequest
        304: retryable false, auto BadRequest, explicit BadRequest
        400: retryable false, auto BadRequest, explicit BadRequest
        401: retryable false, auto BadRequest, explicit BadRequest
        402: retryable false, auto BadRequest, explicit BadRequest
        403: retryable false, auto BadRequest, explicit BadRequest
        404: retryable false, auto BadRequest, explicit BadRequest
        408: retryable true, auto Retrying, explicit BadRequest
        409: retryable false, auto BadRequest, explicit BadRequest
        410: retryable false, auto BadRequest, explicit BadRequest
        422: retryable false, auto BadRequest, explicit BadRequest
        425: retryable false, auto BadRequest, explicit BadRequest
        429: retryable true, auto Retrying, explicit BadRequest
        500: retryable true, auto Retrying, explicit BadRequest
        501: retryable false, auto BadRequest, explicit BadRequest
        502: retryable true, auto Retrying, explicit BadRequest
        503: retryable true, auto Retrying, explicit BadRequest
        504: retryable true, auto Retrying, explicit BadRequest
        505: retryable true, auto Retrying, explicit BadRequest
        520: retryable true, auto Retrying, explicit BadRequest
        599: retryable true, auto Retrying, explicit BadRequest
    "#]]
    .assert_eq(&out);
}

#[test]
fn uncaught_looks_at_the_last_request_only() {
    let mut out = String::new();
    for statuses in [[503, 200], [200, 503], [503, 400], [400, 503]] {
        writeln!(out, "{statuses:?}: {}", verdicts_after(&statuses)).unwrap();
    }
    expect![[r#"
        [503, 200]: retryable false, auto BadRequest, explicit BadRequest
        [200, 503]: retryable true, auto Retrying, explicit BadRequest
        [503, 400]: retryable false, auto BadRequest, explicit BadRequest
        [400, 503]: retryable true, auto Retrying, explicit BadRequest
    "#]]
    .assert_eq(&out);
}

#[test]
fn uncaught_after_a_redirect_looks_at_where_it_led() {
    let end = wait(Endpoint::status(503, ""));
    let location = end.url();
    let start = wait(Endpoint::http(move |_| {
        let answer = hyper::Response::builder().status(302).header("location", &location).body(Default::default());
        async move { answer.unwrap() }
    }));
    let run = run(FETCH_THEN_THROW, &event_for(&[start.url()]));
    expect![[r#"
        onTrack failed: Uncaught, retry: Retrying
        Error: after the requests
            at onTrack (function.js:3:13)
        GET http://127.0.0.1:PORT/: 302
        GET http://127.0.0.1:PORT/: 503
    "#]]
    .assert_eq(&text(&run));
}

#[test]
fn uncaught_without_any_request_is_a_bad_request() {
    let run = run("function onTrack() { throw new TypeError('a bug') }", TRACK);
    expect![[r#"
        onTrack failed: Uncaught: BadRequest
        TypeError: a bug
            at onTrack (function.js:1:32)
        retryable false, auto BadRequest, explicit BadRequest"#]]
    .assert_eq(&(text(&run) + &verdicts(&run)));
}

#[test]
fn uncaught_with_the_answer_in_its_message() {
    let endpoint = wait(Endpoint::status(503, "busy"));
    let source = "async function onTrack(event) {
  const res = await fetch(event.urls[0]);
  throw new Error(`answered ${res.status}: ${await res.text()}`);
}";
    expect![[r#"
        onTrack failed: Uncaught, retry: Retrying
        Error: answered 503: busy
            at onTrack (function.js:3:56)
        GET http://127.0.0.1:PORT/: 503
    "#]]
    .assert_eq(&text(&run(source, &event_for(&[endpoint.url()]))));
}

#[test]
fn no_answer_is_retried() {
    let closing = wait(Endpoint::raw(b""));
    let source = "async function onTrack(event) { await fetch(event.urls[0]) }";
    for (url, expected) in [
        (
            "https://foo".to_owned(),
            expect![[r#"
            onTrack failed: Uncaught, retry: Retrying
            FetchError: request to https://foo/ failed, reason: getaddrinfo ENOTFOUND foo foo:443
            code ENOTFOUND
            GET https://foo/: no answer, getaddrinfo ENOTFOUND foo foo:443
            retryable true, auto Retrying, explicit BadRequest"#]],
        ),
        (
            "http://again.test".to_owned(),
            expect![[r#"
            onTrack failed: Uncaught, retry: Retrying
            FetchError: request to http://again.test/ failed, reason: getaddrinfo EAI_AGAIN again.test again.test:80
            code EAI_AGAIN
            GET http://again.test/: no answer, getaddrinfo EAI_AGAIN again.test again.test:80
            retryable true, auto Retrying, explicit BadRequest"#]],
        ),
        (
            closing.url(),
            expect![[r#"
            onTrack failed: Uncaught, retry: Retrying
            FetchError: request to http://127.0.0.1:PORT/ failed, reason: socket hang up
            code ECONNRESET
            GET http://127.0.0.1:PORT/: no answer, socket hang up
            retryable true, auto Retrying, explicit BadRequest"#]],
        ),
    ] {
        let run = run(source, &event_for(&[url]));
        expected.assert_eq(&format!("{}{}", text(&run), verdicts(&run)));
    }
}

#[test]
fn no_answer_and_then_another_error_is_retried() {
    let source = "async function onTrack() {
  try { await fetch('https://foo') } catch (error) { throw new Error('cannot deliver', { cause: error }) }
}";
    check(
        source,
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught, retry: Retrying
        Error: cannot deliver
            at onTrack (function.js:2:97)
        GET https://foo/: no answer, getaddrinfo ENOTFOUND foo foo:443
    "#]],
    );
}

#[test]
fn error_caught_and_returned_is_delivered() {
    let endpoint = wait(Endpoint::status(500, "broken"));
    let source = "async function onTrack(event) {
  try {
    const res = await fetch(event.urls[0]);
    if (!res.ok) throw new Error(await res.text());
  } catch (error) { return `caught ${error.message}` }
}";
    let run = run(source, &event_for(&[endpoint.url()]));
    expect![[r#"
        onTrack returned "caught broken"
        GET http://127.0.0.1:PORT/: 500
        retryable false, auto Delivered, explicit Delivered"#]]
    .assert_eq(&(text(&run) + &verdicts(&run)));
}

#[test]
fn fetch_error_caught_and_returned_is_delivered() {
    check(
        "async function onTrack() { return fetch('https://foo').catch((error) => error.code) }",
        TRACK,
        expect![[r#"
        onTrack returned "ENOTFOUND"
        GET https://foo/: no answer, getaddrinfo ENOTFOUND foo foo:443
    "#]],
    );
}

#[test]
fn timeout_is_retried_by_either_rule() {
    let source = "async function onTrack() { await new Promise((done) => setTimeout(done, 50_000)) }";
    let run = wait(function(source).run(TRACK, "{}", &limits("timeout_ms_max", 50))).unwrap();
    expect![[r#"
        onTrack failed: Timeout, retry: Retrying
        Timeout: function took more than 50 ms, limit 50 (`timeout_ms_max`)
        retryable true, auto Retrying, explicit Retrying"#]]
    .assert_eq(&(text(&run) + &verdicts(&run)));
}

#[test]
fn broken_limit_is_not_retried_by_either_rule_even_after_a_server_error() {
    let endpoint = wait(Endpoint::status(503, ""));
    let source = "async function onTrack(event) { await fetch(event.urls[0]); for (;;); }";
    let run = wait(function(source).run(&event_for(&[endpoint.url()]), "{}", &limits("fuel_max", 20_000_000))).unwrap();
    expect![[r#"
        onTrack failed: OutOfFuel: Broken
        OutOfFuel: function used 20000000 units of fuel, limit 20000000 (`fuel_max`)
        GET http://127.0.0.1:PORT/: 503
        retryable false, auto Broken, explicit Broken"#]]
    .assert_eq(&(text(&run) + &verdicts(&run)));
}

#[test]
fn promise_that_never_settles_is_broken() {
    let run = run("function onTrack() { return new Promise(() => {}) }", TRACK);
    expect![[r#"
        onTrack failed: Unsettled: Broken
        Unsettled: the handler's promise never settles: it waits for something that cannot happen
        retryable false, auto Broken, explicit Broken"#]]
    .assert_eq(&(text(&run) + &verdicts(&run)));
}

#[test]
fn log_and_requests_of_a_failed_event_are_kept() {
    let endpoint = wait(Endpoint::status(200, ""));
    let source = "async function onTrack(event) {
  console.log('before');
  await fetch(event.urls[0], { method: 'put' });
  console.warn('after');
  for (;;);
}";
    check_with(
        source,
        &event_for(&[endpoint.url()]),
        &limits("fuel_max", 20_000_000),
        expect![[r#"
        onTrack failed: OutOfFuel: Broken
        OutOfFuel: function used 20000000 units of fuel, limit 20000000 (`fuel_max`)
        [log] before
        [warn] after
        PUT http://127.0.0.1:PORT/: 200
    "#]],
    );
}

#[test]
fn events_that_make_no_sense_are_errors_of_the_caller() {
    let function = function("function onTrack() {}");
    let mut out = String::new();
    for (event, settings) in [
        ("", "{}"),
        ("{", "{}"),
        ("{}", "{}"),
        (r#"{"type":"order"}"#, "{}"),
        (r#"{"type":5}"#, "{}"),
        (r#"{"type":"track"} {}"#, "{}"),
        ("[{]", "{}"),
        (TRACK, "5"),
        (TRACK, "[]"),
        (TRACK, "{"),
    ] {
        match wait(function.run(event, settings, &Limits::default())) {
            Ok(run) => writeln!(out, "{event} {settings}: {}", text(&run)).unwrap(),
            Err(error) => writeln!(out, "{event} {settings}: {error}").unwrap(),
        }
    }
    expect![[r#"
         {}: the event cannot be used: EOF while parsing a value at line 1 column 0
        { {}: the event cannot be used: EOF while parsing an object at line 1 column 1
        {} {}: the event cannot be used: it has no `type`; it must be one of identify, track, page, screen, group, alias, delete
        {"type":"order"} {}: the event cannot be used: its type is `order`, which is none of identify, track, page, screen, group, alias, delete
        {"type":5} {}: the event cannot be used: invalid type: integer `5`, expected a string at line 1 column 9
        {"type":"track"} {} {}: the event cannot be used: trailing characters at line 1 column 18
        [{] {}: the event cannot be used: key must be a string at line 1 column 3
        {"type":"track","event":"Signed Up","userId":"u1","properties":{"plan":"pro"}} 5: the settings cannot be used: they are not a JSON object
        {"type":"track","event":"Signed Up","userId":"u1","properties":{"plan":"pro"}} []: the settings cannot be used: they are not a JSON object
        {"type":"track","event":"Signed Up","userId":"u1","properties":{"plan":"pro"}} {: the settings cannot be used: EOF while parsing an object at line 1 column 1
    "#]].assert_eq(&out);
}

#[test]
fn events_that_are_no_object_are_refused_in_the_callers_words() {
    let function = function("function onTrack() {}");
    for event in ["null", "5", "\"track\""] {
        let error = wait(function.run(event, "{}", &Limits::default())).unwrap_err().to_string();
        assert!(error.starts_with("the event cannot be used: "), "{error}");
        assert!(!error.contains("struct"), "names a Rust type: {error}");
    }
}
