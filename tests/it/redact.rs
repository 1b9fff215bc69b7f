//! Secrets are taken out of what a run says, however they are written.

use crate::endpoint::Endpoint;
use crate::harness::{TRACK, function, limits, text, wait};
use expect_test::{Expect, expect};
use fnhost::{Limits, Run};

/// With characters that JSON, URLs and base64 each write in a way of their own.
const SECRET: &str = "s3cr\"et/ key+1&é?";

/// The run of `source`, which finds the secret and `url` in its settings.
fn run(source: &str, url: &str, limits: &Limits) -> Run {
    let settings = serde_json::json!({ "secret": SECRET, "url": url }).to_string();
    wait(function(source).with_secrets([SECRET]).run(TRACK, &settings, limits)).unwrap()
}

fn check(source: &str, expected: Expect) {
    expected.assert_eq(&text(&run(source, "", &Limits::default())));
}

#[test]
fn in_the_log_and_the_returned_value() {
    check(
        "function onTrack(event, { secret }) {
          console.log(secret);
          console.log('a', secret, 'b', { secret }, [secret]);
          console.log(JSON.stringify({ secret }));
          console.log(encodeURIComponent(secret), encodeURI(secret), escape(secret));
          console.log(new URLSearchParams({ secret }).toString(), new URL('https://a.example/?q=' + encodeURIComponent(secret)).href);
          console.log(new URL('https://a.example/?' + secret).href, new URL('https://a.example/' + secret.replace('?', '')).href);
          console.log(encodeURIComponent(secret).toLowerCase());
          for (const before of ['', 'u', 'us', 'user:']) console.log(Buffer.from(before + secret + ' after').toString('base64'), Buffer.from(before + secret).toString('base64url'));
          console.log(secret.slice(1), secret.length);
          return { secret, list: [secret + secret], ['key ' + secret]: 1 };
        }",
        expect![[r#"
            onTrack returned {"secret":"[redacted]","list":["[redacted][redacted]"],"key [redacted]":1}
            [log] [redacted]
            [log] a [redacted] b { secret: '[redacted]' } [ '[redacted]' ]
            [log] {"secret":"[redacted]"}
            [log] [redacted] [redacted] s3cr%22et/%20key+1%26%E9%3F
            [log] secret=[redacted] https://a.example/?q=[redacted]
            [log] https://a.example/?[redacted] https://a.example/s3cr%22et/%20key+1&%C3%A9
            [log] [redacted]
            [log] [redacted]IGFmdGVy [redacted]
            [log] dX[redacted]yBhZnRlcg== dX[redacted]w
            [log] dXN[redacted]8gYWZ0ZXI= dXN[redacted]8
            [log] dXNlcjp[redacted]8gYWZ0ZXI= dXNlcjp[redacted]8
            [log] 3cr"et/ key+1&é? 17
        "#]],
    );
}

#[test]
fn in_errors_and_stacks() {
    check(
        "function onTrack(event, { secret }) {
          const error = new Error('cannot use ' + secret);
          error.name = 'E ' + secret;
          error.code = secret;
          throw error;
        }",
        expect![[r#"
            onTrack failed: Uncaught: BadRequest
            E [redacted]: cannot use [redacted]
                at onTrack (function.js:2:51)
            code [redacted]
        "#]],
    );
    check(
        "function onTrack(event, { secret }) { throw new RetryError(`later: ${secret}`) }",
        expect![[r#"
        onTrack failed: RetryError, retry: Retrying
        RetryError: later: [redacted]
    "#]],
    );
    check(
        "function onTrack(event, { secret }) { throw secret }",
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        Error: [redacted]
    "#]],
    );
}

#[test]
fn in_requests() {
    let endpoint = wait(Endpoint::http(|request| async move {
        hyper::Response::builder()
            .header("x-echo", request.header("x-plain").unwrap_or("none"))
            .body(request.body.into())
            .unwrap()
    }));
    let source = "async function onTrack(event, { secret, url }) {
      const headers = { 'x-plain': encodeURIComponent(secret), 'x-basic': Buffer.from('user:' + secret).toString('base64') };
      const answer = await fetch(`${url}/${encodeURIComponent(secret)}?q=${encodeURIComponent(secret)}`, { method: 'POST', headers, body: JSON.stringify({ secret }) });
      return (await answer.text()).length;
    }";
    let run = run(source, &endpoint.url(), &Limits::default());
    assert!(endpoint.received()[0].body.contains("s3cr"), "the function has it, and sends it");
    let request = &run.requests[0];
    let header =
        |headers: &[(String, String)], name: &str| headers.iter().find(|header| header.0 == name).unwrap().1.clone();
    let said = [
        crate::harness::without_ports(&request.url),
        header(&request.request_headers, "x-plain"),
        header(&request.request_headers, "x-basic"),
        header(&request.response_headers, "x-echo"),
        request.request_body.clone().unwrap(),
        request.response_body.clone().unwrap(),
    ];
    expect![[r#"
        http://127.0.0.1:PORT/[redacted]?q=[redacted]
        [redacted]
        dXNlcjp[redacted]8=
        [redacted]
        {"secret":"[redacted]"}
        {"secret":"[redacted]"}
    "#]]
    .assert_eq(&(said.join("\n") + "\n"));
}

#[test]
fn what_is_cut_gives_no_start_away() {
    let endpoint = wait(Endpoint::saying("ok"));
    let source = "async function onTrack(event, { secret, url }) {
      await fetch(url, { method: 'POST', body: 'body: '.padEnd(54) + secret });
      console.log(''.padEnd(50, '.') + secret);
    }";
    let mut limits = limits("trace_bytes_max", 64);
    limits.set("log_bytes_max", 64).unwrap();
    let run = run(source, &endpoint.url(), &limits);
    expect![[r#"
        body:                                                 [redacted]… [72 bytes in all]
        ................................................
    "#]]
    .assert_eq(&format!("{}\n{}\n", run.requests[0].request_body.as_ref().unwrap(), run.logs[0].message));
}

#[test]
fn keys_of_many_lines_and_short_secrets() {
    let key =
        "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49\nAwEHBG0wawIBAQQg\n-----END PRIVATE KEY-----\n";
    let source = "function onTrack(event, { key }) {
      console.log(key);
      console.log(key.split('\\n').slice(1, 3).join('|'));
      console.log(key.replace(/\\n/g, '\\\\n'));
      return ['abc', 'abcd', 'xyabcdz', 1234, 'the rest'];
    }";
    let settings = serde_json::json!({ "key": key }).to_string();
    let function = function(source).with_secrets([key, "abc", "abcd", "1234", ""]);
    let run = wait(function.run(TRACK, &settings, &Limits::default())).unwrap();
    expect![[r#"
        onTrack returned "[redacted]"
        [log] [redacted]
        [log] [redacted]|[redacted]
        [log] [redacted]
    "#]]
    .assert_eq(&text(&run));
}

#[test]
fn no_secrets_change_nothing() {
    let run = wait(function("onTrack = () => 'word [redacted]'").with_secrets([]).run(TRACK, "{}", &Limits::default()))
        .unwrap();
    expect![[r#"
        onTrack returned "word [redacted]"
    "#]]
    .assert_eq(&text(&run));
}
