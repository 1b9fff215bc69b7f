//! Limits on what goes in and out: log, value, event, requests. As in `limits.rs`, the next event runs as ever.

use crate::endpoint::Endpoint;
use crate::harness::{TRACK, check_with, function, limits, text, wait};
use crate::limits::{breach, check_breach};
use expect_test::expect;
use fnhost::Outcome;

#[test]
fn log_is_cut_with_a_marker() {
    check_breach(
        "console.log('0123456789'); console.log('a'.repeat(100)); console.log('later'); return 1",
        ("log_bytes_max", 100),
        expect![[r#"
            onTrack returned 1
            [log] 0123456789
            [log] aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            [warn] log output is over 100 bytes, the rest is left out (`log_bytes_max`)
        "#]],
    );
}

#[test]
fn log_is_cut_between_characters() {
    check_breach(
        "console.log('日本語日本語'); return 1",
        ("log_bytes_max", 24),
        expect![[r#"
        onTrack returned 1
        [log] 日本
        [warn] log output is over 24 bytes, the rest is left out (`log_bytes_max`)
    "#]],
    );
}

#[test]
fn log_that_fits_has_no_marker() {
    check_breach(
        "console.log('x'.repeat(84)); return 1",
        ("log_bytes_max", 100),
        expect![[r#"
        onTrack returned 1
        [log] xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    "#]],
    );
}

#[test]
fn log_of_empty_entries_ends_too() {
    let run = breach("for (let i = 0; i < 100_000; i++) console.log(); return 1", TRACK, ("log_bytes_max", 1_600));
    assert_eq!(run.logs.len(), 101);
    expect!["log output is over 1600 bytes, the rest is left out (`log_bytes_max`)"].assert_eq(&run.logs[100].message);
}

#[test]
fn value_at_the_limit() {
    let at = breach("return 'x'.repeat(98)", TRACK, ("value_bytes_max", 100));
    assert!(matches!(at.outcome, Outcome::Returned { .. }), "{}", text(&at));
    check_breach(
        "return 'x'.repeat(99)",
        ("value_bytes_max", 100),
        expect![[r#"
        onTrack failed: ValueTooLarge: Broken
        ValueTooLarge: function returned 101 bytes, limit 100 (`value_bytes_max`)
    "#]],
    );
}

#[test]
fn value_much_too_large() {
    check_breach(
        "return 'é'.repeat(4 << 20)",
        ("value_bytes_max", 1 << 20),
        expect![[r#"
        onTrack failed: ValueTooLarge: Broken
        ValueTooLarge: function returned 8388610 bytes, limit 1048576 (`value_bytes_max`)
    "#]],
    );
}

#[test]
fn event_too_large() {
    let function = function("function onTrack(event) { return event.event }");
    let room = (TRACK.len() + 2) as u64;
    let at = wait(function.run(TRACK, "{}", &limits("event_bytes_max", room))).unwrap();
    assert_eq!(text(&at), "onTrack returned \"Signed Up\"\n");
    let over = wait(function.run(TRACK, "{ }", &limits("event_bytes_max", room))).unwrap_err();
    expect!["event and settings are 81 bytes, limit 80 (`event_bytes_max`)"].assert_eq(&over.to_string());
}

#[test]
fn requests_too_many() {
    let endpoint = wait(Endpoint::saying("ok"));
    let body = format!("for (let i = 0; i < 5; i++) console.log((await fetch('{}/' + i)).status)", endpoint.url());
    let run = breach(&body, TRACK, ("requests_max", 2));
    expect![[r#"
        onTrack failed: TooManyRequests: Broken
        TooManyRequests: function made 3 requests, limit 2 (`requests_max`)
        [log] 200
        [log] 200
        GET http://127.0.0.1:PORT/0: 200
        GET http://127.0.0.1:PORT/1: 200
        GET http://127.0.0.1:PORT/2: no answer
    "#]]
    .assert_eq(&text(&run));
    assert_eq!(endpoint.received().len(), 2);
}

#[test]
fn requests_breach_cannot_be_caught() {
    let endpoint = wait(Endpoint::saying("ok"));
    let body = format!("for (;;) try {{ await fetch('{}') }} catch {{ return 'caught' }}", endpoint.url());
    expect![[r#"
        onTrack failed: TooManyRequests: Broken
        TooManyRequests: function made 4 requests, limit 3 (`requests_max`)
        GET http://127.0.0.1:PORT/: 200
        GET http://127.0.0.1:PORT/: 200
        GET http://127.0.0.1:PORT/: 200
        GET http://127.0.0.1:PORT/: no answer
    "#]]
    .assert_eq(&text(&breach(&body, TRACK, ("requests_max", 3))));
}

#[test]
fn redirects_count_as_requests() {
    let endpoint = wait(Endpoint::http(|_| async {
        hyper::Response::builder().status(302).header("location", "/again").body(Default::default()).unwrap()
    }));
    let body = format!("await fetch('{}')", endpoint.url());
    expect![[r#"
        onTrack failed: TooManyRequests: Broken
        TooManyRequests: function made 4 requests, limit 3 (`requests_max`)
        GET http://127.0.0.1:PORT/: 302
        GET http://127.0.0.1:PORT/again: 302
        GET http://127.0.0.1:PORT/again: 302
        GET http://127.0.0.1:PORT/again: no answer
    "#]]
    .assert_eq(&text(&breach(&body, TRACK, ("requests_max", 3))));
}

#[test]
fn request_too_large() {
    let endpoint = wait(Endpoint::saying("ok"));
    // How far the request came by then is a matter of luck, so only the outcome is compared.
    let send = |length: usize| {
        let body = format!(
            "return (await fetch('{}', {{ method: 'POST', body: 'x'.repeat({length}) }})).text()",
            endpoint.url()
        );
        let run = text(&breach(&body, TRACK, ("request_bytes_max", 1_000)));
        run.lines().filter(|line| !line.starts_with("POST ")).map(|line| format!("{line}\n")).collect::<String>()
    };
    assert_eq!(send(1_000), "onTrack returned \"ok\"\n");
    expect![[r#"
        onTrack failed: RequestTooLarge: Broken
        RequestTooLarge: function sent a request body of 1001 bytes or more, limit 1000 (`request_bytes_max`)
    "#]]
    .assert_eq(&send(1_001));
}

#[test]
fn response_too_large() {
    let receive = |answer: &'static str| {
        let endpoint = wait(Endpoint::saying(answer));
        let body = format!("return (await fetch('{}')).text()", endpoint.url());
        text(&breach(&body, TRACK, ("response_bytes_max", 10)))
    };
    expect![[r#"
        onTrack returned "0123456789"
        GET http://127.0.0.1:PORT/: 200
    "#]]
    .assert_eq(&receive("0123456789"));
    expect![[r#"
        onTrack failed: ResponseTooLarge: Broken
        ResponseTooLarge: function received a response body of 11 bytes or more, limit 10 (`response_bytes_max`)
        GET http://127.0.0.1:PORT/: 200, the body is too large
    "#]]
    .assert_eq(&receive("0123456789a"));
}

#[test]
fn response_too_large_without_a_length() {
    let answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n0123456789 0123456789 0123456789";
    let endpoint = wait(Endpoint::raw(answer));
    let body = format!("return (await fetch('{}')).text()", endpoint.url());
    expect![[r#"
        onTrack failed: ResponseTooLarge: Broken
        ResponseTooLarge: function received a response body of 32 bytes or more, limit 10 (`response_bytes_max`)
        GET http://127.0.0.1:PORT/: 200, the body is too large
    "#]]
    .assert_eq(&text(&breach(&body, TRACK, ("response_bytes_max", 10))));
}

#[test]
fn several_limits_at_once_are_all_held() {
    let mut limits = limits("log_bytes_max", 30);
    limits.set("value_bytes_max", 10).unwrap();
    check_with(
        "function onTrack(event) { console.log(event); return event }",
        TRACK,
        &limits,
        expect![[r#"
        onTrack failed: ValueTooLarge: Broken
        ValueTooLarge: function returned 78 bytes, limit 10 (`value_bytes_max`)
        [log] {
          type: 'tra
        [warn] log output is over 30 bytes, the rest is left out (`log_bytes_max`)
    "#]],
    );
}
