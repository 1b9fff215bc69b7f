//! What the trace keeps of each request and answer: headers, starts of bodies, `Retry-After`.

use crate::endpoint::{Endpoint, Refusing};
use crate::fetch_redirects::redirecting;
use crate::harness::{TRACK, function, host, limits, run, run_with, text, wait, without_ports};
use expect_test::{Expect, expect};
use fnhost::{Limits, Run};
use http_body_util::Full;
use hyper::Response;
use std::fmt::Write;
use std::sync::Arc;
use tokio::sync::Notify;

/// A function that sends through `wasi:http`.
pub(crate) const REQUESTER: &str = include_str!("requester.wat");

/// Everything of the trace but the times.
fn shown(run: &Run) -> String {
    let mut out = String::new();
    for request in &run.requests {
        let status = request.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        writeln!(out, "{} {} ⇒ {status}", request.method, request.url).unwrap();
        for (mark, headers, body) in [
            (">", &request.request_headers, &request.request_body),
            ("<", &request.response_headers, &request.response_body),
        ] {
            for (name, value) in headers {
                // Servers say the time.
                writeln!(out, "  {mark} {name}: {}", if name == "date" { "DATE" } else { value }).unwrap();
            }
            if let Some(body) = body {
                writeln!(out, "  {mark} {body:?}").unwrap();
            }
        }
        if let Some(wait) = request.retry_after_ms {
            writeln!(out, "  retry after {wait} ms").unwrap();
        }
    }
    without_ports(&out)
}

/// The trace of a handler with `body`, which knows the endpoint's `url`.
fn check(url: &str, body: &str, expected: Expect) {
    expected.assert_eq(&shown(&run(&handler(url, body), TRACK)));
}

fn handler(url: &str, body: &str) -> String {
    format!("async function onTrack(event, settings) {{\nconst url = '{url}';\n{body}\n}}")
}

/// Answers with the body that came.
async fn mirror() -> Endpoint {
    Endpoint::http(|received| async move { Response::new(Full::from(received.body)) }).await
}

#[test]
fn request_and_answer_are_kept() {
    let endpoint = wait(Endpoint::http(|_| async {
        Response::builder().status(429).header("Retry-After", "2").body(Full::from(r#"{"error":"slow"}"#)).unwrap()
    }));
    check(
        &endpoint.url(),
        "const headers = { 'X-One': 'ä', 'X-Two': '2' };
        await (await fetch(url + '/in?q=1', { method: 'POST', headers, body: '{\"a\":\"ü\"}' })).text();",
        expect![[r#"
            POST http://127.0.0.1:PORT/in?q=1 ⇒ 429
              > x-one: ä
              > x-two: 2
              > content-type: text/plain;charset=UTF-8
              > accept: */*
              > user-agent: node-fetch/1.0 (+https://github.com/bitinn/node-fetch)
              > accept-encoding: gzip,deflate
              > content-length: 10
              > "{\"a\":\"ü\"}"
              < retry-after: 2
              < content-length: 16
              < date: DATE
              < "{\"error\":\"slow\"}"
              retry after 2000 ms
        "#]],
    );
}

#[test]
fn request_through_wasi_http_is_kept_in_the_same_way() {
    let endpoint = wait(Endpoint::http(|_| async {
        let response = Response::builder().status(503).header("Retry-After", "30").header("Set-Cookie", "id=1");
        response.body(Full::from("x".repeat(20))).unwrap()
    }));
    let source = REQUESTER.replace(":00000", &format!(":{}", endpoint.port()));
    let function = host().load(&wat::parse_str(source).unwrap()).unwrap();
    let run = wait(function.run(TRACK, "{}", &limits("trace_bytes_max", 8))).unwrap();
    expect![[r#"
        onTrack returned null
        POST http://127.0.0.1:PORT/in: 503
        POST http://127.0.0.1:PORT/in ⇒ 503
          > content-length: 4
          > x-api-key: [redacted]
          > x-shown: as it is
          > host: 127.0.0.1:PORT
          > "four"
          < retry-after: 30
          < set-cookie: [redacted]
          < content-length: 20
          < date: DATE
          < "xxxxxxxx… [20 bytes in all]"
          retry after 30000 ms
    "#]]
    .assert_eq(&(text(&run) + &shown(&run)));
    let received = endpoint.received();
    assert_eq!((received[0].header("x-api-key"), received[0].body.as_str()), (Some("hidden"), "four"));
}

#[test]
fn credentials_are_redacted_by_the_names_of_their_headers() {
    let endpoint = wait(Endpoint::http(|received| async move {
        let mut response = Response::new(Full::default());
        for (name, value) in received.headers.iter().filter(|(_, value)| value == "secret") {
            let name: hyper::header::HeaderName = name.parse().unwrap();
            response.headers_mut().append(name, value.parse().unwrap());
        }
        response.headers_mut().append("set-cookie", "a=secret".parse().unwrap());
        response.headers_mut().append("set-cookie", "b=secret".parse().unwrap());
        response
    }));
    let names = "Authorization AUTHENTICATION Cookie X-Api-Key api-key apikey X-APIKey X-Auth-Token X-Auth X-CSRFToken
        X-Client-Secret x_secret_id Db-Password My-Credentials X-Key-Id Key Idempotency-Key
        Keyboard X-Monkey X-Author X-Pass X-Request-Id Accept-Language";
    let body = format!(
        "const names = `{names}`.split(/\\s+/);
        await fetch(url, {{ headers: Object.fromEntries(names.map((name) => [name, 'secret'])) }});
        await fetch(url.replace('//', '//user:secret@'));"
    );
    let run = run(&handler(&endpoint.url(), &body), TRACK);
    let mut out = String::new();
    for request in &run.requests {
        for (mark, headers) in [(">", &request.request_headers), ("<", &request.response_headers)] {
            let (redacted, kept): (Vec<_>, Vec<_>) = headers.iter().partition(|(_, value)| value == "[redacted]");
            let names = |headers: Vec<&(String, String)>| headers.iter().map(|(name, _)| format!(" {name}")).collect();
            let (redacted, kept): (String, String) = (names(redacted), names(kept));
            writeln!(out, "{mark} redacted:{redacted}\n{mark} kept:{kept}").unwrap();
        }
    }
    expect![[r#"
        > redacted: authorization authentication cookie x-api-key api-key apikey x-apikey x-auth-token x-auth x-csrftoken x-client-secret x_secret_id db-password my-credentials x-key-id key idempotency-key
        > kept: keyboard x-monkey x-author x-pass x-request-id accept-language accept user-agent accept-encoding
        < redacted: authorization authentication cookie x-api-key api-key apikey x-apikey x-auth-token x-auth x-csrftoken x-client-secret x_secret_id db-password my-credentials x-key-id key idempotency-key set-cookie set-cookie
        < kept: keyboard x-monkey x-author x-pass x-request-id accept-language content-length date
        > redacted: authorization
        > kept: accept user-agent accept-encoding
        < redacted: set-cookie set-cookie
        < kept: content-length date
    "#]].assert_eq(&out);
}

#[test]
fn headers_are_kept_up_to_a_number() {
    let endpoint = wait(Endpoint::http(|received| async move {
        let mut response = Response::builder();
        for (name, value) in received.headers.iter().filter(|(name, _)| name.starts_with("x-")) {
            response = response.header(name, value);
        }
        response.body(Full::default()).unwrap()
    }));
    let mut out = String::new();
    for count in [61, 62, 80] {
        let body = format!(
            "const headers = {{}}; for (let i = 0; i < {count}; i++) headers[`x-${{i}}`] = `${{i}}`;
            await fetch(url, {{ headers }});"
        );
        let run = run(&handler(&endpoint.url(), &body), TRACK);
        for headers in [&run.requests[0].request_headers, &run.requests[0].response_headers] {
            write!(out, "{count} and the others: {} kept", headers.len()).unwrap();
            let last = headers.last().filter(|(name, _)| name == "…");
            writeln!(out, "{}", last.map_or_else(String::new, |(name, value)| format!(", {name}: {value}"))).unwrap();
        }
    }
    expect![[r#"
        61 and the others: 64 kept
        61 and the others: 63 kept
        62 and the others: 65 kept, …: [1 more header]
        62 and the others: 64 kept
        80 and the others: 65 kept, …: [19 more headers]
        80 and the others: 65 kept, …: [18 more headers]
    "#]]
    .assert_eq(&out);
}

#[test]
fn headers_are_kept_up_to_a_size() {
    let endpoint = wait(Endpoint::http(|received| async move {
        let large = received.header("x-large").unwrap().to_owned();
        Response::builder().header("x-large", large).header("x-small", "1").body(Full::default()).unwrap()
    }));
    let mut out = String::new();
    for length in [3_000, 4_089, 4_090] {
        let body = format!(
            "const headers = {{ 'x-large': 'y'.repeat({length}), Accept: 'a', 'User-Agent': 'b', Cookie: 'z'.repeat(5000) }};
            await fetch(url, {{ headers }});"
        );
        let run = run(&handler(&endpoint.url(), &body), TRACK);
        let text = shown(&run).replace(&"y".repeat(length), &format!("{length} times y"));
        writeln!(out, "{text}").unwrap();
    }
    expect![[r#"
        GET http://127.0.0.1:PORT/ ⇒ 200
          > x-large: 3000 times y
          > accept: a
          > user-agent: b
          > cookie: [redacted]
          > accept-encoding: gzip,deflate
          < x-large: 3000 times y
          < x-small: 1
          < content-length: 0
          < date: DATE

        GET http://127.0.0.1:PORT/ ⇒ 200
          > x-large: 4089 times y
          > …: [4 more headers]
          < x-large: 4089 times y
          < …: [3 more headers]

        GET http://127.0.0.1:PORT/ ⇒ 200
          > accept: a
          > user-agent: b
          > cookie: [redacted]
          > accept-encoding: gzip,deflate
          > …: [1 more header]
          < x-small: 1
          < content-length: 0
          < date: DATE
          < …: [1 more header]

    "#]]
    .assert_eq(&out);
}

#[test]
fn header_that_is_not_utf_8_is_kept_byte_by_byte() {
    let endpoint =
        wait(Endpoint::raw(b"HTTP/1.1 200 OK\r\nx-latin: caf\xe9\r\nx-utf: caf\xc3\xa9\r\ncontent-length: 0\r\n\r\n"));
    check(
        &endpoint.url(),
        "await fetch(url, { headers: { 'x-byte': '\\xe9' } })",
        expect![[r#"
            GET http://127.0.0.1:PORT/ ⇒ 200
              > x-byte: é
              > accept: */*
              > user-agent: node-fetch/1.0 (+https://github.com/bitinn/node-fetch)
              > accept-encoding: gzip,deflate
              < x-latin: café
              < x-utf: café
              < content-length: 0
        "#]],
    );
}

#[test]
fn bodies_are_cut_between_characters() {
    let endpoint = wait(mirror());
    let function = function(&handler(
        &endpoint.url(),
        "await (await fetch(url, { method: 'POST', body: event.properties })).text()",
    ));
    let mut out = String::new();
    for (body, kept) in [
        ("abcdef", 6),
        ("abcdef", 5),
        ("abcdef", 1),
        ("aé", 2),
        ("aé", 3),
        ("日本", 1),
        ("日本", 3),
        ("日本", 4),
        ("日本", 5),
        ("a😀", 4),
        ("a\u{fffd}b", 3),
        ("two\nlines\t\"\\", 8),
    ] {
        let event = serde_json::json!({ "type": "track", "properties": body }).to_string();
        let run = wait(function.run(&event, "{}", &limits("trace_bytes_max", kept))).unwrap();
        let request = &run.requests[0];
        assert_eq!(request.request_body, request.response_body, "{body} {kept}");
        writeln!(out, "{kept} of {body:?} ⇒ {:?}", request.request_body.as_ref().unwrap()).unwrap();
    }
    expect![[r#"
        6 of "abcdef" ⇒ "abcdef"
        5 of "abcdef" ⇒ "abcde… [6 bytes in all]"
        1 of "abcdef" ⇒ "a… [6 bytes in all]"
        2 of "aé" ⇒ "a… [3 bytes in all]"
        3 of "aé" ⇒ "aé"
        1 of "日本" ⇒ "… [6 bytes in all]"
        3 of "日本" ⇒ "日… [6 bytes in all]"
        4 of "日本" ⇒ "日… [6 bytes in all]"
        5 of "日本" ⇒ "日… [6 bytes in all]"
        4 of "a😀" ⇒ "a… [5 bytes in all]"
        3 of "a�b" ⇒ "a… [5 bytes in all]"
        8 of "two\nlines\t\"\\" ⇒ "two\nline… [12 bytes in all]"
    "#]]
    .assert_eq(&out);
}

#[test]
fn bodies_have_room_by_default_and_as_the_limit_says() {
    let endpoint = wait(mirror());
    let function = function(&handler(
        &endpoint.url(),
        "await (await fetch(url, { method: 'POST', body: 'x'.repeat(event.properties) })).text()",
    ));
    let mut out = String::new();
    for (length, limits) in [
        (1_024, Limits::default()),
        (1_025, Limits::default()),
        (1_000_000, Limits::default()),
        (65_536, limits("trace_bytes_max", 65_536)),
        (1_000_000, limits("trace_bytes_max", 65_536)),
    ] {
        let event = format!(r#"{{"type":"track","properties":{length}}}"#);
        let run = wait(function.run(&event, "{}", &limits)).unwrap();
        for body in [&run.requests[0].request_body, &run.requests[0].response_body] {
            let body = body.as_ref().unwrap();
            let start = body.trim_start_matches('x');
            writeln!(out, "{length} bytes: {} kept, {start:?}", body.len() - start.len()).unwrap();
        }
    }
    expect![[r#"
        1024 bytes: 1024 kept, ""
        1024 bytes: 1024 kept, ""
        1025 bytes: 1024 kept, "… [1025 bytes in all]"
        1025 bytes: 1024 kept, "… [1025 bytes in all]"
        1000000 bytes: 1024 kept, "… [1000000 bytes in all]"
        1000000 bytes: 1024 kept, "… [1000000 bytes in all]"
        65536 bytes: 65536 kept, ""
        65536 bytes: 65536 kept, ""
        1000000 bytes: 65536 kept, "… [1000000 bytes in all]"
        1000000 bytes: 65536 kept, "… [1000000 bytes in all]"
    "#]]
    .assert_eq(&out);
}

#[test]
fn bodies_that_are_no_text_are_counted() {
    let endpoint = wait(mirror());
    let function = function(&handler(
        &endpoint.url(),
        "await fetch(url, { method: 'POST', body: new Uint8Array(event.properties) })",
    ));
    let mut out = String::new();
    for (bytes, kept) in [
        (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], 100),
        (b"\x1f\x8b\x08\0", 100),
        (b"zero \0 byte", 100),
        (b"\x1b[31mred", 100),
        (b"late \0", 4),
        (b"caf\xe9", 100),
        (b"\xff\xfe\xfd", 100),
        (b"a\xff\xfe", 100),
        (b"\xef\xbb\xbfmarked", 100),
        (b"cut\xe9\xe9\xe9", 4),
        (b"\t\r\n", 100),
        (b"", 100),
    ] {
        let event = serde_json::json!({ "type": "track", "properties": bytes }).to_string();
        let run = wait(function.run(&event, "{}", &limits("trace_bytes_max", kept))).unwrap();
        writeln!(out, "{} ⇒ {:?}", bytes.escape_ascii(), run.requests[0].request_body).unwrap();
    }
    expect![[r#"
        \x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR ⇒ Some("[16 bytes of binary data]")
        \x1f\x8b\x08\x00 ⇒ Some("[4 bytes of binary data]")
        zero \x00 byte ⇒ Some("[11 bytes of binary data]")
        \x1b[31mred ⇒ Some("[8 bytes of binary data]")
        late \x00 ⇒ Some("late… [6 bytes in all]")
        caf\xe9 ⇒ Some("caf�")
        \xff\xfe\xfd ⇒ Some("[3 bytes of binary data]")
        a\xff\xfe ⇒ Some("[3 bytes of binary data]")
        \xef\xbb\xbfmarked ⇒ Some("\u{feff}marked")
        cut\xe9\xe9\xe9 ⇒ Some("cut… [6 bytes in all]")
        \t\r\n ⇒ Some("\t\r\n")
         ⇒ None
    "#]]
    .assert_eq(&out);
}

#[test]
fn body_that_comes_in_pieces() {
    let endpoint = wait(Endpoint::raw(
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n4\r\nfour\r\n0\r\n\r\n",
    ));
    let source = handler(&endpoint.url(), "return (await fetch(url)).text()");
    let mut out = String::new();
    for kept in [100, 8, 6] {
        let run = run_with(&source, TRACK, &limits("trace_bytes_max", kept));
        writeln!(out, "{kept} ⇒ {:?}", run.requests[0].response_body).unwrap();
    }
    expect![[r#"
        100 ⇒ Some("onetwothreefour")
        8 ⇒ Some("onetwoth… [15 bytes in all]")
        6 ⇒ Some("onetwo… [15 bytes in all]")
    "#]]
    .assert_eq(&out);
}

#[test]
fn retry_after_in_all_its_forms() {
    let function = function("async function onTrack(event) { await fetch(event.properties) }");
    let date = "date: Thu, 01 Jan 2026 00:00:00 GMT";
    let mut out = String::new();
    for headers in [
        "x-none: 1",
        "retry-after: 0",
        "retry-after: 7",
        "Retry-After:   120  ",
        "retry-after: 86400",
        "retry-after: 86401",
        "retry-after: 99999999999999999999999999",
        "retry-after:",
        "retry-after: -5",
        "retry-after: +5",
        "retry-after: 1.5",
        "retry-after: soon",
        "retry-after: \u{665}",
        "retry-after: 3\r\nretry-after: 4",
        &format!("retry-after: Thu, 01 Jan 2026 00:01:30 GMT\r\n{date}"),
        &format!("retry-after: Thursday, 01-Jan-26 00:01:30 GMT\r\n{date}"),
        &format!("retry-after: Thu Jan  1 00:01:30 2026\r\n{date}"),
        &format!("retry-after: Thu, 01 Jan 2026 00:00:00 GMT\r\n{date}"),
        &format!("retry-after: Wed, 31 Dec 2025 23:59:59 GMT\r\n{date}"),
        &format!("retry-after: Fri, 31 Dec 9999 23:59:59 GMT\r\n{date}"),
        &format!("retry-after: Thu, 01 Jan 2026 25:00:00 GMT\r\n{date}"),
        "retry-after: Thu, 01 Jan 2026 00:01:30 GMT",
        "retry-after: Thu, 01 Jan 2026 00:01:30 GMT\r\ndate: today",
    ] {
        let answer = format!("HTTP/1.1 503 Service Unavailable\r\n{headers}\r\ncontent-length: 0\r\n\r\n");
        let endpoint = wait(Endpoint::raw(answer.leak().as_bytes()));
        let event = format!(r#"{{"type":"track","properties":"{}"}}"#, endpoint.url());
        let run = wait(function.run(&event, "{}", &Limits::default())).unwrap();
        assert_eq!(run.requests[0].status, Some(503), "{headers}");
        writeln!(out, "{} ⇒ {:?}", headers.replace("\r\n", ", "), run.requests[0].retry_after_ms).unwrap();
    }
    expect![[r#"
        x-none: 1 ⇒ None
        retry-after: 0 ⇒ Some(0)
        retry-after: 7 ⇒ Some(7000)
        Retry-After:   120   ⇒ Some(120000)
        retry-after: 86400 ⇒ Some(86400000)
        retry-after: 86401 ⇒ Some(86400000)
        retry-after: 99999999999999999999999999 ⇒ Some(86400000)
        retry-after: ⇒ None
        retry-after: -5 ⇒ None
        retry-after: +5 ⇒ None
        retry-after: 1.5 ⇒ None
        retry-after: soon ⇒ None
        retry-after: ٥ ⇒ None
        retry-after: 3, retry-after: 4 ⇒ Some(3000)
        retry-after: Thu, 01 Jan 2026 00:01:30 GMT, date: Thu, 01 Jan 2026 00:00:00 GMT ⇒ Some(90000)
        retry-after: Thursday, 01-Jan-26 00:01:30 GMT, date: Thu, 01 Jan 2026 00:00:00 GMT ⇒ Some(90000)
        retry-after: Thu Jan  1 00:01:30 2026, date: Thu, 01 Jan 2026 00:00:00 GMT ⇒ Some(90000)
        retry-after: Thu, 01 Jan 2026 00:00:00 GMT, date: Thu, 01 Jan 2026 00:00:00 GMT ⇒ Some(0)
        retry-after: Wed, 31 Dec 2025 23:59:59 GMT, date: Thu, 01 Jan 2026 00:00:00 GMT ⇒ Some(0)
        retry-after: Fri, 31 Dec 9999 23:59:59 GMT, date: Thu, 01 Jan 2026 00:00:00 GMT ⇒ Some(86400000)
        retry-after: Thu, 01 Jan 2026 25:00:00 GMT, date: Thu, 01 Jan 2026 00:00:00 GMT ⇒ None
        retry-after: Thu, 01 Jan 2026 00:01:30 GMT ⇒ None
        retry-after: Thu, 01 Jan 2026 00:01:30 GMT, date: today ⇒ None
    "#]]
    .assert_eq(&out);
}

#[test]
fn redirects_have_each_their_own() {
    let endpoint = wait(redirecting());
    check(
        &endpoint.url(),
        "const headers = { Accept: 'a', 'User-Agent': 'b' };
        return (await fetch(url + '/302//done', { method: 'POST', headers, body: 'one' })).text()",
        expect![[r#"
            POST http://127.0.0.1:PORT/302//done ⇒ 302
              > accept: a
              > user-agent: b
              > content-type: text/plain;charset=UTF-8
              > accept-encoding: gzip,deflate
              > content-length: 3
              > "one"
              < location: /done
              < content-length: 0
              < date: DATE
            GET http://127.0.0.1:PORT/done ⇒ 200
              > accept: a
              > user-agent: b
              > content-type: text/plain;charset=UTF-8
              > accept-encoding: gzip,deflate
              < content-length: 50
              < date: DATE
              < "GET /done content-type=text/plain;charset=UTF-8 \"\""
        "#]],
    );
}

#[test]
fn requests_without_an_answer() {
    let refusing = Refusing::new();
    let headers = "{ Accept: 'a', 'User-Agent': 'b', Authorization: 'c' }";
    let post = format!("{{ method: 'POST', headers: {headers}, body: 'sent' }}");
    check(
        &refusing.url(),
        &format!("await fetch(url, {post})"),
        expect![[r#"
            POST http://127.0.0.1:PORT/ ⇒ no answer
              > accept: a
              > user-agent: b
              > authorization: [redacted]
              > content-type: text/plain;charset=UTF-8
              > accept-encoding: gzip,deflate
              > content-length: 4
        "#]],
    );
    let closing = wait(Endpoint::raw(b""));
    check(
        &closing.url(),
        &format!("await fetch(url, {post})"),
        expect![[r#"
            POST http://127.0.0.1:PORT/ ⇒ no answer
              > accept: a
              > user-agent: b
              > authorization: [redacted]
              > content-type: text/plain;charset=UTF-8
              > accept-encoding: gzip,deflate
              > content-length: 4
              > "sent"
        "#]],
    );
    let cut = wait(Endpoint::raw(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"));
    check(
        &cut.url(),
        &format!("await (await fetch(url, {{ headers: {headers} }})).text()"),
        expect![[r#"
            GET http://127.0.0.1:PORT/ ⇒ 200
              > accept: a
              > user-agent: b
              > authorization: [redacted]
              > accept-encoding: gzip,deflate
              < content-length: 10
              < "half"
        "#]],
    );
    let endpoint = wait(mirror());
    let twice = handler(&endpoint.url(), &format!("await (await fetch(url, {post})).text(); await fetch(url, {post})"));
    expect![[r#"
        POST http://127.0.0.1:PORT/ ⇒ 200
          > accept: a
          > user-agent: b
          > authorization: [redacted]
          > content-type: text/plain;charset=UTF-8
          > accept-encoding: gzip,deflate
          > content-length: 4
          > "sent"
          < content-length: 4
          < date: DATE
          < "sent"
        POST http://127.0.0.1:PORT/ ⇒ no answer
    "#]]
    .assert_eq(&shown(&run_with(&twice, TRACK, &limits("requests_max", 1))));
}

#[test]
fn request_under_way_at_the_end_of_the_run_is_kept_as_far_as_it_came() {
    let arrived = Arc::new(Notify::new());
    let endpoint = wait(Endpoint::http(move |received| {
        let arrived = arrived.clone();
        async move {
            if received.path == "/silent" {
                arrived.notify_one();
                return std::future::pending().await;
            }
            arrived.notified().await;
            Response::new(Full::default())
        }
    }));
    check(
        &endpoint.url(),
        "const headers = { Accept: 'a', 'User-Agent': 'b' };
        fetch(url + '/silent', { method: 'POST', headers, body: 'waiting' });
        await fetch(url + '/other', { headers })",
        expect![[r#"
            POST http://127.0.0.1:PORT/silent ⇒ no answer
              > accept: a
              > user-agent: b
              > content-type: text/plain;charset=UTF-8
              > accept-encoding: gzip,deflate
              > content-length: 7
              > "waiting"
            GET http://127.0.0.1:PORT/other ⇒ 200
              > accept: a
              > user-agent: b
              > accept-encoding: gzip,deflate
              < content-length: 0
              < date: DATE
        "#]],
    );
}
