//! `fetch`: what goes out, what comes back. Its classes by themselves, redirects and
//! failures are in files of their own.

use crate::endpoint::{Endpoint, Received};
use crate::fetch_redirects::redirecting;
use crate::harness::{TRACK, check, run, text, wait, without_ports};
use crate::table::table;
use bytes::Bytes;
use expect_test::{Expect, expect};
use fnhost::Run;
use http_body_util::Full;
use hyper::Response;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Barrier;

/// The seed's first example, with the endpoint that stands in it.
const SEED: &str = include_str!("../../crates/fnhost-cli/src/demo/function.js");
const SEED_ENDPOINT: &str = "https://REDACTED.x.pipedream.net";

/// The seed's examples of the error classes.
const SEED_ERRORS: &str = r#"
async function onGroup(event, settings) {
  if (!event.company) {
    throw new InvalidEventPayload("company is required")
  }
}

async function onPage(event, settings) {
  if (!settings.accountId) {
    throw new ValidationError("Account ID is required")
  }
}

async function onAlias(event, settings) {
  throw new EventNotSupported("alias is not supported")
}
"#;

/// Answers with what came, as JSON: method, path, headers, body.
pub(crate) async fn echo() -> Endpoint {
    Endpoint::http(|received| async move {
        let mut headers = BTreeMap::<_, String>::new();
        for (name, value) in &received.headers {
            headers.entry(name).and_modify(|all| *all = format!("{all}, {value}")).or_insert(value.clone());
        }
        let answer = serde_json::json!({
            "method": received.method, "path": received.path, "headers": headers, "body": received.body,
        });
        Response::new(Full::from(answer.to_string()))
    })
    .await
}

/// Method, path and body of a request, and of the headers what a redirect may change.
pub(crate) fn seen(received: &Received) -> String {
    let headers = ["authorization", "cookie", "content-type", "content-length"];
    let headers: Vec<_> =
        headers.iter().filter_map(|name| Some(format!(" {name}={}", received.header(name)?))).collect();
    format!("{} {}{} {:?}", received.method, received.path, headers.concat(), received.body)
}

/// The table of `expressions` that know the endpoint's `url`.
pub(crate) fn check_at(endpoint: &Endpoint, prelude: &str, expressions: &[&str], expected: Expect) {
    expected.assert_eq(&table(&format!("const url = '{}';\n{prelude}", endpoint.url()), expressions));
}

/// Everything of the trace but the times.
fn trace(run: &Run) -> String {
    let lines = run.requests.iter().map(|request| {
        let (status, error) = (request.status, request.error.as_deref());
        let (sent, received) = (request.request_bytes, request.response_bytes);
        format!(
            "{} {} status {status:?} error {error:?} sent {sent} received {received}\n",
            request.method, request.url
        )
    });
    without_ports(&lines.collect::<String>())
}

/// The source of a handler with `body`, which knows the endpoint's `url`.
fn handler(endpoint: &Endpoint, body: &str) -> String {
    format!("async function onTrack(event, settings) {{\nconst url = '{}';\n{body}\n}}", endpoint.url())
}

#[test]
fn seed_first_example() {
    let endpoint = wait(Endpoint::saying(r#"{"success":true}"#));
    let event = r#"{"type":"track","event":"Signed Up","timestamp":"2026-01-05T09:30:00.000Z"}"#;
    let run = run(&SEED.replace(SEED_ENDPOINT, &endpoint.url()), event);
    expect![[r#"
        onTrack returned "{\"success\":true}"
        POST http://127.0.0.1:PORT/?ts=2026-01-05T09%3A30%3A00.000Z: 200
    "#]]
    .assert_eq(&text(&run));
    let received = endpoint.received();
    let texts: Vec<_> = received
        .iter()
        .map(|received| {
            let headers: String = received.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
            format!("{} {}\n{headers}\n{}\n", received.method, received.path, received.body)
        })
        .collect();
    expect![[r#"
        POST /?ts=2026-01-05T09%3A30%3A00.000Z
        authentication: Basic a2V5Og==
        content-type: application/json
        accept: */*
        user-agent: node-fetch/1.0 (+https://github.com/bitinn/node-fetch)
        accept-encoding: gzip,deflate
        content-length: 75
        host: 127.0.0.1:PORT

        {"type":"track","event":"Signed Up","timestamp":"2026-01-05T09:30:00.000Z"}
    "#]]
    .assert_eq(&without_ports(&texts.concat()));
}

#[test]
fn seed_first_example_with_an_endpoint_that_is_not_there() {
    check(
        &SEED.replace(SEED_ENDPOINT, "https://foo"),
        r#"{"type":"track","timestamp":"2026"}"#,
        expect![[r#"
        onTrack failed: Uncaught, retry: Retrying
        FetchError: request to https://foo/?ts=2026 failed, reason: getaddrinfo ENOTFOUND foo foo:443
        code ENOTFOUND
        POST https://foo/?ts=2026: no answer, getaddrinfo ENOTFOUND foo foo:443
    "#]],
    );
    check(
        "async function onTrack() { await fetch('https://foo') }",
        TRACK,
        expect![[r#"
        onTrack failed: Uncaught, retry: Retrying
        FetchError: request to https://foo/ failed, reason: getaddrinfo ENOTFOUND foo foo:443
        code ENOTFOUND
        GET https://foo/: no answer, getaddrinfo ENOTFOUND foo foo:443
    "#]],
    );
}

#[test]
fn seed_error_classes() {
    check(
        SEED_ERRORS,
        r#"{"type":"group"}"#,
        expect![[r#"
        onGroup failed: InvalidEventPayload: Rejected
        InvalidEventPayload: company is required
    "#]],
    );
    check(
        SEED_ERRORS,
        r#"{"type":"page"}"#,
        expect![[r#"
        onPage failed: ValidationError: Rejected
        ValidationError: Account ID is required
    "#]],
    );
    check(
        SEED_ERRORS,
        r#"{"type":"alias"}"#,
        expect![[r#"
        onAlias failed: EventNotSupported: Unsupported
        EventNotSupported: alias is not supported
    "#]],
    );
    check(
        SEED_ERRORS,
        r#"{"type":"group","company":"Acme"}"#,
        expect![[r#"
        onGroup returned null
    "#]],
    );
    check(
        SEED_ERRORS,
        r#"{"type":"screen"}"#,
        expect![[r#"
        onScreen failed: EventNotSupported: Unsupported
        EventNotSupported: screen not supported
    "#]],
    );
}

#[test]
fn what_a_request_carries() {
    let endpoint = wait(echo());
    check_at(
        &endpoint,
        "const echo = async (options, more = '/') => (await fetch(url + more, options)).json();",
        &[
            "Object.entries((await echo()).headers)",
            "Object.entries((await echo({ method: 'POST' })).headers)",
            "Object.entries((await echo({ method: 'PUT', body: 'x' })).headers)",
            "(await echo({ headers: { 'User-Agent': 'me', Accept: 'text/csv', 'X-One': 1 } })).headers",
            "(await echo({ method: 'patch' })).method",
            "(await echo({ method: 'delete' })).method",
            "(await echo({ method: 'options' })).method",
            "(await echo({ method: 'propfind' })).method",
            "(await echo({}, '/a b/ü?q=ü&r=%2F#hash')).path",
            "(await (await fetch(new URL(url + '/object'))).json()).path",
            "(await (await fetch(url.replace('//', '//me:p%40ss@') + '/')).json()).headers.authorization",
            "(await (await fetch(new Request(url + '/r', { method: 'POST', body: 'b', headers: { x: 'y' } }))).json()).headers.x",
            "(await (await fetch(new Request(url + '/r', { method: 'POST', body: 'b' }), { method: 'PUT' })).json()).method",
            "(await (await fetch({ href: url + '/href' })).json()).path",
            "(await (await fetch(url, { headers: [['a', '1'], ['a', '2']] })).json()).headers.a",
            "(await echo({ headers: { Host: 'elsewhere', 'Content-Length': '99', Connection: 'close' }, method: 'POST', body: 'four' })).headers",
        ],
        expect![[r#"
            Object.entries((await echo()).headers) ⇒ [["accept","*/*"],["accept-encoding","gzip,deflate"],["host","127.0.0.1:PORT"],["user-agent","node-fetch/1.0 (+https://github.com/bitinn/node-fetch)"]]
            Object.entries((await echo({ method: 'POST' })).headers) ⇒ [["accept","*/*"],["accept-encoding","gzip,deflate"],["content-length","0"],["host","127.0.0.1:PORT"],["user-agent","node-fetch/1.0 (+https://github.com/bitinn/node-fetch)"]]
            Object.entries((await echo({ method: 'PUT', body: 'x' })).headers) ⇒ [["accept","*/*"],["accept-encoding","gzip,deflate"],["content-length","1"],["content-type","text/plain;charset=UTF-8"],["host","127.0.0.1:PORT"],["user-agent","node-fetch/1.0 (+https://github.com/bitinn/node-fetch)"]]
            (await echo({ headers: { 'User-Agent': 'me', Accept: 'text/csv', 'X-One': 1 } })).headers ⇒ {"accept":"text/csv","accept-encoding":"gzip,deflate","host":"127.0.0.1:PORT","user-agent":"me","x-one":"1"}
            (await echo({ method: 'patch' })).method ⇒ "PATCH"
            (await echo({ method: 'delete' })).method ⇒ "DELETE"
            (await echo({ method: 'options' })).method ⇒ "OPTIONS"
            (await echo({ method: 'propfind' })).method ⇒ "PROPFIND"
            (await echo({}, '/a b/ü?q=ü&r=%2F#hash')).path ⇒ "/a%20b/%C3%BC?q=%C3%BC&r=%2F"
            (await (await fetch(new URL(url + '/object'))).json()).path ⇒ "/object"
            (await (await fetch(url.replace('//', '//me:p%40ss@') + '/')).json()).headers.authorization ⇒ "Basic bWU6cEBzcw=="
            (await (await fetch(new Request(url + '/r', { method: 'POST', body: 'b', headers: { x: 'y' } }))).json()).headers.x ⇒ "y"
            (await (await fetch(new Request(url + '/r', { method: 'POST', body: 'b' }), { method: 'PUT' })).json()).method ⇒ "PUT"
            (await (await fetch({ href: url + '/href' })).json()).path ⇒ "/href"
            (await (await fetch(url, { headers: [['a', '1'], ['a', '2']] })).json()).headers.a ⇒ "1, 2"
            (await echo({ headers: { Host: 'elsewhere', 'Content-Length': '99', Connection: 'close' }, method: 'POST', body: 'four' })).headers ⇒ {"accept":"*/*","accept-encoding":"gzip,deflate","content-length":"4","content-type":"text/plain;charset=UTF-8","host":"127.0.0.1:PORT","user-agent":"node-fetch/1.0 (+https://github.com/bitinn/node-fetch)"}
        "#]],
    );
}

#[test]
fn bodies_and_their_content_types() {
    let endpoint = wait(echo());
    let prelude = "const sent = async (body, headers) => {
      const { headers: got, body: text } = await (await fetch(url, { method: 'POST', body, headers })).json();
      return [text, got['content-type'], got['content-length']];
    };";
    check_at(
        &endpoint,
        prelude,
        &[
            "await sent('text')",
            "await sent('')",
            "await sent(null)",
            "await sent(undefined)",
            "await sent('{}', { 'content-type': 'application/json' })",
            "await sent(new URLSearchParams({ a: '1 2', b: 'ü' }))",
            "await sent(new URLSearchParams('a=1'), { 'Content-Type': 'x/y' })",
            "await sent(new TextEncoder().encode('bytes'))",
            "await sent(new TextEncoder().encode('bytes').buffer)",
            "await sent(new DataView(new TextEncoder().encode('bytes').buffer, 1, 3))",
            "await sent(new TextEncoder().encode('bytes').subarray(2))",
            "await sent({})",
            "await sent([1, 2])",
            "await sent(7)",
            "await sent(true)",
            "await sent({ toString: () => 'own' })",
            "await sent(new Date(0))",
            "await sent('ł 漢字 🎉')",
            "await sent('lone \\ud800 surrogate')",
        ],
        expect![[r#"
            await sent('text') ⇒ ["text","text/plain;charset=UTF-8","4"]
            await sent('') ⇒ ["","text/plain;charset=UTF-8","0"]
            await sent(null) ⇒ ["",null,"0"]
            await sent(undefined) ⇒ ["",null,"0"]
            await sent('{}', { 'content-type': 'application/json' }) ⇒ ["{}","application/json","2"]
            await sent(new URLSearchParams({ a: '1 2', b: 'ü' })) ⇒ ["a=1+2&b=%C3%BC","application/x-www-form-urlencoded;charset=UTF-8","14"]
            await sent(new URLSearchParams('a=1'), { 'Content-Type': 'x/y' }) ⇒ ["a=1","x/y","3"]
            await sent(new TextEncoder().encode('bytes')) ⇒ ["bytes",null,"5"]
            await sent(new TextEncoder().encode('bytes').buffer) ⇒ ["bytes",null,"5"]
            await sent(new DataView(new TextEncoder().encode('bytes').buffer, 1, 3)) ⇒ ["yte",null,"3"]
            await sent(new TextEncoder().encode('bytes').subarray(2)) ⇒ ["tes",null,"3"]
            await sent({}) ⇒ ["[object Object]","text/plain;charset=UTF-8","15"]
            await sent([1, 2]) ⇒ ["1,2","text/plain;charset=UTF-8","3"]
            await sent(7) ⇒ ["7","text/plain;charset=UTF-8","1"]
            await sent(true) ⇒ ["true","text/plain;charset=UTF-8","4"]
            await sent({ toString: () => 'own' }) ⇒ ["own","text/plain;charset=UTF-8","3"]
            await sent(new Date(0)) ⇒ ["Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)","text/plain;charset=UTF-8","62"]
            await sent('ł 漢字 🎉') ⇒ ["ł 漢字 🎉","text/plain;charset=UTF-8","14"]
            await sent('lone \ud800 surrogate') ⇒ ["lone � surrogate","text/plain;charset=UTF-8","18"]
        "#]],
    );
}

#[test]
fn requests_that_make_no_sense() {
    let endpoint = wait(echo());
    check_at(
        &endpoint,
        "",
        &[
            "await fetch('/relative')",
            "await fetch('')",
            "await fetch()",
            "await fetch('ftp://127.0.0.1/')",
            "await fetch('data:text/plain,x')",
            "await fetch('file:///etc/passwd')",
            "await fetch('http://')",
            "await fetch(url, { body: 'x' })",
            "await fetch(url, { method: 'HEAD', body: 'x' })",
            "await fetch(url, { method: 'bad method' })",
            "await fetch(url, { headers: { 'bad name': 'x' } })",
            "await fetch(url, { headers: { '': 'x' } })",
            "await fetch(url, { headers: { ok: 'a\\nb' } })",
            "await fetch(url, { headers: { ok: '漢' } })",
            "await fetch(url, { headers: 'text' })",
            "await fetch(url, { headers: [['one']] })",
            "await fetch(url, { headers: [1] })",
            "await fetch(url, { signal: {} })",
        ],
        expect![[r#"
            await fetch('/relative') ⇒ throws TypeError: Only absolute URLs are supported
            await fetch('') ⇒ throws TypeError: Only absolute URLs are supported
            await fetch() ⇒ throws TypeError: Only absolute URLs are supported
            await fetch('ftp://127.0.0.1/') ⇒ throws TypeError: Only HTTP(S) protocols are supported
            await fetch('data:text/plain,x') ⇒ throws TypeError: Only HTTP(S) protocols are supported
            await fetch('file:///etc/passwd') ⇒ throws TypeError: Only absolute URLs are supported
            await fetch('http://') ⇒ throws TypeError: Only absolute URLs are supported
            await fetch(url, { body: 'x' }) ⇒ throws TypeError: Request with GET/HEAD method cannot have body
            await fetch(url, { method: 'HEAD', body: 'x' }) ⇒ throws TypeError: Request with GET/HEAD method cannot have body
            await fetch(url, { method: 'bad method' }) ⇒ throws TypeError: Method must be a valid HTTP token ["BAD METHOD"] code=ERR_INVALID_HTTP_TOKEN
            await fetch(url, { headers: { 'bad name': 'x' } }) ⇒ throws TypeError: bad name is not a legal HTTP header name
            await fetch(url, { headers: { '': 'x' } }) ⇒ throws TypeError:  is not a legal HTTP header name
            await fetch(url, { headers: { ok: 'a\nb' } }) ⇒ throws TypeError: a
            b is not a legal HTTP header value
            await fetch(url, { headers: { ok: '漢' } }) ⇒ throws TypeError: 漢 is not a legal HTTP header value
            await fetch(url, { headers: 'text' }) ⇒ throws TypeError: Provided initializer must be an object
            await fetch(url, { headers: [['one']] }) ⇒ throws TypeError: Each header pair must be a name/value tuple
            await fetch(url, { headers: [1] }) ⇒ throws TypeError: Each header pair must be iterable
            await fetch(url, { signal: {} }) ⇒ throws TypeError: Expected signal to be an instanceof AbortSignal
        "#]],
    );
    assert_eq!(endpoint.connections(), 0, "nothing of it is sent");
}

#[test]
fn what_a_response_says() {
    let endpoint = wait(Endpoint::http(|received| async move {
        let status: u16 = received.path[1..].parse().unwrap();
        Response::builder().status(status).header("x-one", "1").header("x-one", "2").body(Full::from("[1]")).unwrap()
    }));
    check_at(
        &endpoint,
        "const get = (path) => fetch(url + path);",
        &[
            "(({ ok, status, statusText, redirected, bodyUsed, url }) => [ok, status, statusText, redirected, bodyUsed, url])(await get('/200'))",
            "(({ ok, status, statusText }) => [ok, status, statusText])(await get('/404'))",
            "(({ ok, status, statusText }) => [ok, status, statusText])(await get('/299'))",
            "(({ ok, status, statusText }) => [ok, status, statusText])(await get('/503'))",
            "(await fetch(url + '/200#hash')).url",
            "await (await get('/200')).text()",
            "await (await get('/500')).json()",
            "[...new Uint8Array(await (await get('/200')).arrayBuffer())]",
            "[...await (await get('/200')).buffer()]",
            "await (await get('/204')).text()",
            "(await get('/200')).headers.get('X-ONE')",
            "(await get('/200')).headers.raw()['x-one']",
            "(await get('/200')).headers.get('none')",
            "(await get('/200')).headers.has('content-length')",
            "[...(await get('/200')).headers.keys()]",
            "await get('/200') instanceof Response",
            "Object.prototype.toString.call(await get('/200'))",
            "await (async (response) => { await response.text(); return response.bodyUsed })(await get('/200'))",
            "await (async (response) => { await response.text(); return response.json() })(await get('/200'))",
            "await (async (response) => { const copy = response.clone(); return [await response.text(), await copy.json()] })(await get('/200'))",
            "await (async (response) => { await response.text(); return response.clone() })(await get('/200'))",
            "await (await fetch(url + '/200', { method: 'HEAD' })).text()",
            "await (async (response) => { let all = ''; for await (const piece of response.body) all += new TextDecoder().decode(piece); return all })(await get('/200'))",
        ],
        expect![[r#"
            (({ ok, status, statusText, redirected, bodyUsed, url }) => [ok, status, statusText, redirected, bodyUsed, url])(await get('/200')) ⇒ [true,200,"OK",false,false,"http://127.0.0.1:PORT/200"]
            (({ ok, status, statusText }) => [ok, status, statusText])(await get('/404')) ⇒ [false,404,"Not Found"]
            (({ ok, status, statusText }) => [ok, status, statusText])(await get('/299')) ⇒ [true,299,"<none>"]
            (({ ok, status, statusText }) => [ok, status, statusText])(await get('/503')) ⇒ [false,503,"Service Unavailable"]
            (await fetch(url + '/200#hash')).url ⇒ "http://127.0.0.1:PORT/200#hash"
            await (await get('/200')).text() ⇒ "[1]"
            await (await get('/500')).json() ⇒ [1]
            [...new Uint8Array(await (await get('/200')).arrayBuffer())] ⇒ [91,49,93]
            [...await (await get('/200')).buffer()] ⇒ [91,49,93]
            await (await get('/204')).text() ⇒ ""
            (await get('/200')).headers.get('X-ONE') ⇒ "1, 2"
            (await get('/200')).headers.raw()['x-one'] ⇒ ["1, 2"]
            (await get('/200')).headers.get('none') ⇒ null
            (await get('/200')).headers.has('content-length') ⇒ true
            [...(await get('/200')).headers.keys()] ⇒ ["content-length","date","x-one"]
            await get('/200') instanceof Response ⇒ true
            Object.prototype.toString.call(await get('/200')) ⇒ "[object Response]"
            await (async (response) => { await response.text(); return response.bodyUsed })(await get('/200')) ⇒ true
            await (async (response) => { await response.text(); return response.json() })(await get('/200')) ⇒ throws TypeError: body used already for: http://127.0.0.1:PORT/200
            await (async (response) => { const copy = response.clone(); return [await response.text(), await copy.json()] })(await get('/200')) ⇒ ["[1]",[1]]
            await (async (response) => { await response.text(); return response.clone() })(await get('/200')) ⇒ throws Error: cannot clone body after it is used
            await (await fetch(url + '/200', { method: 'HEAD' })).text() ⇒ ""
            await (async (response) => { let all = ''; for await (const piece of response.body) all += new TextDecoder().decode(piece); return all })(await get('/200')) ⇒ "[1]"
        "#]],
    );
}

#[test]
fn bodies_that_are_not_json() {
    let endpoint = wait(Endpoint::http(|received| async move { Response::new(Full::from(received.body)) }));
    check_at(
        &endpoint,
        "const parsed = async (body) => (await fetch(url, { method: 'POST', body })).json();",
        &[
            "await parsed('{\"a\": [1, null]}')",
            "await parsed('\\ufeff{}')",
            "await parsed('')",
            "await parsed('<html>')",
            "await parsed('{\"a\":')",
            "await (async () => { try { await parsed('x') } catch (error) { return [error.name, error.type, Object.keys(error)] } })()",
        ],
        expect![[r#"
            await parsed('{"a": [1, null]}') ⇒ {"a":[1,null]}
            await parsed('\ufeff{}') ⇒ {}
            await parsed('') ⇒ throws FetchError: invalid json response body at http://127.0.0.1:PORT/ reason: Unexpected end of JSON input type=invalid-json
            await parsed('<html>') ⇒ throws FetchError: invalid json response body at http://127.0.0.1:PORT/ reason: Unexpected token '<', "<html>" is not valid JSON type=invalid-json
            await parsed('{"a":') ⇒ throws FetchError: invalid json response body at http://127.0.0.1:PORT/ reason: Unexpected end of JSON input type=invalid-json
            await (async () => { try { await parsed('x') } catch (error) { return [error.name, error.type, Object.keys(error)] } })() ⇒ ["FetchError","invalid-json",["message","type"]]
        "#]],
    );
}

#[test]
fn five_requests_at_a_time() {
    let barrier = Arc::new(Barrier::new(5));
    let endpoint = wait(Endpoint::http(move |received| {
        let barrier = barrier.clone();
        // Nobody gets an answer before all five are here.
        async move {
            barrier.wait().await;
            Response::new(Full::from(received.path))
        }
    }));
    let source = handler(
        &endpoint,
        "return Promise.all([1, 2, 3, 4, 5].map(async (n) => (await fetch(`${url}/${n}`)).text()));",
    );
    check(
        &source,
        TRACK,
        expect![[r#"
        onTrack returned ["/1","/2","/3","/4","/5"]
        GET http://127.0.0.1:PORT/1: 200
        GET http://127.0.0.1:PORT/2: 200
        GET http://127.0.0.1:PORT/3: 200
        GET http://127.0.0.1:PORT/4: 200
        GET http://127.0.0.1:PORT/5: 200
    "#]],
    );
}

#[test]
fn connections_are_kept() {
    let endpoint = wait(Endpoint::saying("ok"));
    let source = handler(
        &endpoint,
        "let all = ''; for (let n = 0; n < 20; n++) all += await (await fetch(url)).text(); return all;",
    );
    let run = run(&source, TRACK);
    assert_eq!(run.requests.len(), 20);
    assert!(text(&run).contains(&format!("returned \"{}\"", "ok".repeat(20))), "{}", text(&run));
    assert_eq!(endpoint.connections(), 1);
}

#[test]
fn connections_are_given_back_by_who_does_not_read() {
    let endpoint = wait(Endpoint::saying("not read"));
    let source = handler(&endpoint, "for (let n = 0; n < 20; n++) await fetch(url); return 'done';");
    assert!(text(&run(&source, TRACK)).starts_with("onTrack returned \"done\""));
    assert_eq!(endpoint.received().len(), 20);
}

#[test]
fn big_bodies_both_ways() {
    let endpoint = wait(Endpoint::http(|received| async move { Response::new(Full::from(received.body)) }));
    let source = handler(
        &endpoint,
        "const body = 'ab🎉'.repeat(1 << 18);
    const text = await (await fetch(url, { method: 'POST', body })).text();
    return [text === body, text.length];",
    );
    let run = run(&source, TRACK);
    expect![[r#"
        onTrack returned [true,1048576]
        POST http://127.0.0.1:PORT/: 200
    "#]]
    .assert_eq(&text(&run));
    expect![[r#"
        POST http://127.0.0.1:PORT/ status Some(200) error None sent 1572864 received 1572864
    "#]]
    .assert_eq(&trace(&run));
}

#[test]
fn headers_that_are_not_ascii() {
    let endpoint = wait(Endpoint::raw(
        b"HTTP/1.1 200 OK\r\nx-latin: caf\xe9\r\nx-utf: \xc5\x82\r\nx-euro: \x80\r\ncontent-length: 2\r\n\r\nok",
    ));
    check_at(
        &endpoint,
        "const { headers } = await fetch(url);",
        &["headers.get('x-latin')", "headers.get('x-utf')", "headers.get('x-euro')", "headers.get('content-length')"],
        expect![[r#"
        headers.get('x-latin') ⇒ "café"
        headers.get('x-utf') ⇒ "Å"
        headers.get('x-euro') ⇒ ""
        headers.get('content-length') ⇒ "2"
    "#]],
    );
    let echo = wait(Endpoint::http(|received| async move {
        let bytes = received.header("x-sent").unwrap_or_default().to_owned();
        Response::new(Full::from(bytes))
    }));
    // 0xE9 alone is no UTF-8: the endpoint would show é if it came as two bytes.
    check_at(
        &echo,
        "",
        &[
            "await (await fetch(url, { headers: { 'x-sent': 'caf\u{e9}' } })).text()",
            "await (await fetch(url, { headers: { 'x-sent': '\u{c5}\u{82}' } })).text()",
        ],
        expect![[r#"
        await (await fetch(url, { headers: { 'x-sent': 'café' } })).text() ⇒ "caf�"
        await (await fetch(url, { headers: { 'x-sent': 'Å' } })).text() ⇒ "ł"
    "#]],
    );
}

#[test]
fn bodies_in_other_encodings_are_read_as_utf_8() {
    let endpoint =
        wait(Endpoint::http(|_| async { Response::new(Full::from(Bytes::from_static(b"\xef\xbb\xbfa\xff\xc5\x82"))) }));
    check_at(
        &endpoint,
        "",
        &["await (await fetch(url)).text()", "[...await (await fetch(url)).buffer()]"],
        expect![[r#"
        await (await fetch(url)).text() ⇒ "a�ł"
        [...await (await fetch(url)).buffer()] ⇒ [239,187,191,97,255,197,130]
    "#]],
    );
}

#[test]
fn answers_in_pieces() {
    let endpoint =
        wait(Endpoint::raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
    check_at(
        &endpoint,
        "",
        &["await (await fetch(url)).text()"],
        expect![[r#"
        await (await fetch(url)).text() ⇒ "abcde"
    "#]],
    );
    let until_close = wait(Endpoint::raw(b"HTTP/1.0 200 OK\r\n\r\nto the end"));
    check_at(
        &until_close,
        "",
        &["await (await fetch(url)).text()"],
        expect![[r#"
        await (await fetch(url)).text() ⇒ "to the end"
    "#]],
    );
}

#[test]
fn trace_of_requests() {
    let endpoint = wait(redirecting());
    let source = handler(
        &endpoint,
        "await (await fetch(url + '/302//done')).text();
    await (await fetch(url + '/post?q=1#hash', { method: 'post', body: 'ł' })).text();
    await fetch('https://foo/path').catch(() => null);
    await fetch(url + '/404//', { method: 'HEAD' });
    await fetch(url.replace('//', '//user:secret@') + '/x').then((response) => response.text());",
    );
    let run = run(&source, TRACK);
    expect![[r#"
        GET http://127.0.0.1:PORT/302//done status Some(302) error None sent 0 received 0
        GET http://127.0.0.1:PORT/done status Some(200) error None sent 0 received 12
        POST http://127.0.0.1:PORT/post?q=1 status Some(200) error None sent 2 received 74
        GET https://foo/path status None error Some("getaddrinfo ENOTFOUND foo foo:443") sent 0 received 0
        HEAD http://127.0.0.1:PORT/404// status Some(404) error None sent 0 received 0
        GET http://127.0.0.1:PORT/x status Some(200) error None sent 0 received 46
    "#]]
    .assert_eq(&trace(&run));
    let starts: Vec<_> = run.requests.iter().map(|request| request.start_ms).collect();
    assert!(starts[0] > 0.0 && starts.is_sorted(), "{starts:?}");
    assert!(run.requests.iter().all(|request| request.duration_ms > 0.0), "{:?}", run.requests);
}
