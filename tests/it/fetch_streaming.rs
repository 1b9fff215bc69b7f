//! Bodies of answers as streams: of Node, of the web, iterated, cloned, given up.

use crate::endpoint::Endpoint;
use crate::fetch::check_at;
use crate::harness::{TRACK, check_with, limits, wait};
use bytes::Bytes;
use expect_test::expect;
use http_body_util::Full;
use hyper::Response;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Answers with a body of 1 MB.
async fn large() -> Endpoint {
    Endpoint::http(|_| async { Response::new(Full::from(Bytes::from(vec![b'a'; 1 << 20]))) }).await
}

/// Answers with the start of a body whose end never comes.
async fn stuck() -> Endpoint {
    Endpoint::start(Arc::default(), |mut stream: TcpStream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await;
        // Ends when the client has gone.
        while stream.read(&mut [0; 64]).await.is_ok_and(|count| count > 0) {}
    })
    .await
}

#[test]
fn iterated_without_another_class() {
    let endpoint = wait(large());
    check_at(
        &endpoint,
        "",
        &[
            "await (async (response) => { let count = 0; let length = 0; for await (const chunk of response.body) { count++; length += chunk.length } return [count > 1, length, response.bodyUsed] })(await fetch(url))",
            "await (async (response) => { let text = ''; for await (const chunk of response.body) text += chunk; return text.length })(await fetch(url))",
            "await (async (response) => { for await (const chunk of response.body) break; return response.text() })(await fetch(url))",
            "await (async (response) => response.body === response.body)(await fetch(url))",
            "await (async (response) => { const copy = response.clone(); let length = 0; for await (const chunk of copy.body) length += chunk.length; return [length, (await response.text()).length] })(await fetch(url))",
            "await (async (response) => { for await (const chunk of response.body) break; return response.clone() })(await fetch(url))",
            "await (async (response) => { let all = []; for await (const chunk of response.body) all.push(String(chunk)); return all })(new Response('whole'))",
            "new Response().body",
        ],
        expect![[r#"
            await (async (response) => { let count = 0; let length = 0; for await (const chunk of response.body) { count++; length += chunk.length } return [count > 1, length, response.bodyUsed] })(await fetch(url)) ⇒ [true,1048576,true]
            await (async (response) => { let text = ''; for await (const chunk of response.body) text += chunk; return text.length })(await fetch(url)) ⇒ 1048576
            await (async (response) => { for await (const chunk of response.body) break; return response.text() })(await fetch(url)) ⇒ throws TypeError: body used already for: http://127.0.0.1:PORT/
            await (async (response) => response.body === response.body)(await fetch(url)) ⇒ true
            await (async (response) => { const copy = response.clone(); let length = 0; for await (const chunk of copy.body) length += chunk.length; return [length, (await response.text()).length] })(await fetch(url)) ⇒ [1048576,1048576]
            await (async (response) => { for await (const chunk of response.body) break; return response.clone() })(await fetch(url)) ⇒ throws Error: cannot clone body after it is used
            await (async (response) => { let all = []; for await (const chunk of response.body) all.push(String(chunk)); return all })(new Response('whole')) ⇒ ["whole"]
            new Response().body ⇒ null
        "#]],
    );
}

#[test]
fn as_a_stream_of_the_web() {
    let endpoint = wait(large());
    check_at(
        &endpoint,
        "",
        &[
            "await (async ({ body }) => [body instanceof ReadableStream, body.locked])(await fetch(url))",
            "await (async ({ body }) => { const reader = body.getReader(); let length = 0; for (;;) { const { done, value } = await reader.read(); if (done) return [length, body.locked]; length += value.length } })(await fetch(url))",
            "await (async ({ body }) => { const reader = body.getReader(); await reader.read(); await reader.cancel(); return (await reader.read()).done })(await fetch(url))",
            "await (async ({ body }) => { const [one, two] = body.tee(); return [(await new Response(one).text()).length, (await new Response(two).text()).length] })(await fetch(url))",
            "await (async ({ body }) => { let length = 0; for await (const text of body.pipeThrough(new TextDecoderStream())) length += text.length; return length })(await fetch(url))",
            "await (async ({ body }) => { body.getReader(); return body.getReader() })(await fetch(url))",
        ],
        expect![[r#"
            await (async ({ body }) => [body instanceof ReadableStream, body.locked])(await fetch(url)) ⇒ [true,false]
            await (async ({ body }) => { const reader = body.getReader(); let length = 0; for (;;) { const { done, value } = await reader.read(); if (done) return [length, body.locked]; length += value.length } })(await fetch(url)) ⇒ [1048576,true]
            await (async ({ body }) => { const reader = body.getReader(); await reader.read(); await reader.cancel(); return (await reader.read()).done })(await fetch(url)) ⇒ true
            await (async ({ body }) => { const [one, two] = body.tee(); return [(await new Response(one).text()).length, (await new Response(two).text()).length] })(await fetch(url)) ⇒ [1048576,1048576]
            await (async ({ body }) => { let length = 0; for await (const text of body.pipeThrough(new TextDecoderStream())) length += text.length; return length })(await fetch(url)) ⇒ 1048576
            await (async ({ body }) => { body.getReader(); return body.getReader() })(await fetch(url)) ⇒ throws TypeError: Invalid state: ReadableStream is locked code=ERR_INVALID_STATE
        "#]],
    );
}

#[test]
fn as_a_stream_of_node() {
    let endpoint = wait(large());
    check_at(
        &endpoint,
        "const { PassThrough, Readable, pipeline } = require('stream');",
        &[
            "await (async ({ body }) => body instanceof Readable)(await fetch(url))",
            "await (async ({ body }) => new Promise((resolve, reject) => { let length = 0; body.on('data', (chunk) => { length += chunk.length }); body.on('end', () => resolve(length)); body.on('error', reject) }))(await fetch(url))",
            "await (async ({ body }) => new Promise((resolve) => { let isBuffer; body.once('data', (chunk) => { isBuffer = Buffer.isBuffer(chunk); body.destroy() }); body.on('close', () => resolve(isBuffer)) }))(await fetch(url))",
            "await (async ({ body }) => { let length = 0; for await (const chunk of body.pipe(new PassThrough())) length += chunk.length; return length })(await fetch(url))",
            "await (async ({ body }) => new Promise((resolve) => { const out = new PassThrough(); out.resume(); pipeline(body, out, (error) => resolve(error ?? 'done')) }))(await fetch(url))",
            "await (async ({ body }) => { const reader = body.getReader(); let length = 0; for (;;) { const { done, value } = await reader.read(); if (done) return length; length += value.length } })(await fetch(url))",
        ],
        expect![[r#"
            await (async ({ body }) => body instanceof Readable)(await fetch(url)) ⇒ true
            await (async ({ body }) => new Promise((resolve, reject) => { let length = 0; body.on('data', (chunk) => { length += chunk.length }); body.on('end', () => resolve(length)); body.on('error', reject) }))(await fetch(url)) ⇒ 1048576
            await (async ({ body }) => new Promise((resolve) => { let isBuffer; body.once('data', (chunk) => { isBuffer = Buffer.isBuffer(chunk); body.destroy() }); body.on('close', () => resolve(isBuffer)) }))(await fetch(url)) ⇒ true
            await (async ({ body }) => { let length = 0; for await (const chunk of body.pipe(new PassThrough())) length += chunk.length; return length })(await fetch(url)) ⇒ 1048576
            await (async ({ body }) => new Promise((resolve) => { const out = new PassThrough(); out.resume(); pipeline(body, out, (error) => resolve(error ?? 'done')) }))(await fetch(url)) ⇒ "done"
            await (async ({ body }) => { const reader = body.getReader(); let length = 0; for (;;) { const { done, value } = await reader.read(); if (done) return length; length += value.length } })(await fetch(url)) ⇒ 1048576
        "#]],
    );
}

#[test]
fn answers_that_end_early_as_streams() {
    let short = wait(Endpoint::raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhello"));
    check_at(
        &short,
        "",
        &[
            "await (async ({ body }) => { for await (const chunk of body); })(await fetch(url))",
            "await (async (response) => { const copy = response.clone(); return [await response.text().catch(String), await copy.text().catch(String)] })(await fetch(url))",
        ],
        expect![[r#"
            await (async ({ body }) => { for await (const chunk of body); })(await fetch(url)) ⇒ throws Error: Premature close code=ECONNRESET
            await (async (response) => { const copy = response.clone(); return [await response.text().catch(String), await copy.text().catch(String)] })(await fetch(url)) ⇒ ["FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/: Premature close","FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/: Premature close"]
        "#]],
    );
    let chunks = wait(Endpoint::raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"));
    check_at(
        &chunks,
        "const { Readable } = require('stream');",
        &[
            "await (async ({ body }) => new Promise((resolve, reject) => body.on('error', reject).resume()))(await fetch(url))",
            "await (async ({ body }) => { const reader = body.getReader(); for (;;) await reader.read() })(await fetch(url))",
            "await (async (response) => { response.body; return response.json() })(await fetch(url))",
        ],
        expect![[r#"
            await (async ({ body }) => new Promise((resolve, reject) => body.on('error', reject).resume()))(await fetch(url)) ⇒ throws Error: Premature close code=ERR_STREAM_PREMATURE_CLOSE
            await (async ({ body }) => { const reader = body.getReader(); for (;;) await reader.read() })(await fetch(url)) ⇒ throws Error: Premature close code=ERR_STREAM_PREMATURE_CLOSE
            await (async (response) => { response.body; return response.json() })(await fetch(url)) ⇒ throws FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/: Premature close type=system code=ERR_STREAM_PREMATURE_CLOSE errno=ERR_STREAM_PREMATURE_CLOSE
        "#]],
    );
}

#[test]
fn given_up_on_the_way() {
    let stuck = wait(stuck());
    check_at(
        &stuck,
        "const controller = () => new AbortController();",
        &[
            "await (async () => { const made = controller(); const response = await fetch(url, { signal: made.signal }); made.abort(); return response.text() })()",
            "await (async ({ body }) => { for await (const chunk of body); })(await fetch(url, { signal: AbortSignal.timeout(50) }))",
            "await (async () => { const made = controller(); const { body } = await fetch(url, { signal: made.signal }); const reader = body.getReader(); await reader.read(); made.abort(); return reader.read() })()",
            "await (async ({ body }) => { const reader = body.getReader(); await reader.read(); const waiting = reader.read(); await reader.cancel(); return (await waiting).done })(await fetch(url))",
            "await (await fetch(url, { timeout: 50 })).text()",
        ],
        expect![[r#"
            await (async () => { const made = controller(); const response = await fetch(url, { signal: made.signal }); made.abort(); return response.text() })() ⇒ throws AbortError: The user aborted a request. type=aborted
            await (async ({ body }) => { for await (const chunk of body); })(await fetch(url, { signal: AbortSignal.timeout(50) })) ⇒ throws AbortError: The user aborted a request. type=aborted
            await (async () => { const made = controller(); const { body } = await fetch(url, { signal: made.signal }); const reader = body.getReader(); await reader.read(); made.abort(); return reader.read() })() ⇒ throws AbortError: The user aborted a request. type=aborted
            await (async ({ body }) => { const reader = body.getReader(); await reader.read(); const waiting = reader.read(); await reader.cancel(); return (await waiting).done })(await fetch(url)) ⇒ true
            await (await fetch(url, { timeout: 50 })).text() ⇒ throws FetchError: Response timeout while trying to fetch http://127.0.0.1:PORT/ (over 50ms) type=body-timeout
        "#]],
    );
}

#[test]
fn bodies_that_are_given_up_on_the_way() {
    let silent = wait(Endpoint::start(Arc::default(), |mut stream: TcpStream| async move {
        while stream.read(&mut [0; 64]).await.is_ok_and(|count| count > 0) {}
    }));
    check_at(
        &silent,
        "const abortedSoon = () => { const made = new AbortController(); setTimeout(() => made.abort(), 5); return made.signal };",
        &[
            "await fetch(url, { method: 'POST', signal: abortedSoon(), body: (async function* () { yield 'x'; await new Promise(() => {}) })() })",
            "await (async () => { let seen; const body = new ReadableStream({ cancel(reason) { seen = reason } }); await fetch(url, { method: 'POST', signal: abortedSoon(), body }).catch(() => {}); return [seen?.name, seen?.message] })()",
            "await (async () => { let ended; const body = (async function* () { try { yield 'x'; yield 'y'; await new Promise((resolve) => setTimeout(resolve, 20)); yield 'z' } finally { ended = true } })(); const error = await fetch(url, { method: 'POST', timeout: 5, body }).catch(String); await new Promise((resolve) => setTimeout(resolve, 40)); return [error, ended] })()",
        ],
        expect![[r#"
            await fetch(url, { method: 'POST', signal: abortedSoon(), body: (async function* () { yield 'x'; await new Promise(() => {}) })() }) ⇒ throws AbortError: The user aborted a request. type=aborted
            await (async () => { let seen; const body = new ReadableStream({ cancel(reason) { seen = reason } }); await fetch(url, { method: 'POST', signal: abortedSoon(), body }).catch(() => {}); return [seen?.name, seen?.message] })() ⇒ ["AbortError","The user aborted a request."]
            await (async () => { let ended; const body = (async function* () { try { yield 'x'; yield 'y'; await new Promise((resolve) => setTimeout(resolve, 20)); yield 'z' } finally { ended = true } })(); const error = await fetch(url, { method: 'POST', timeout: 5, body }).catch(String); await new Promise((resolve) => setTimeout(resolve, 40)); return [error, ended] })() ⇒ ["FetchError: network timeout at: http://127.0.0.1:PORT/",true]
        "#]],
    );
    let early = wait(stuck());
    check_at(
        &early,
        "",
        &[
            "await (async () => { let reason; const made = new AbortController(); const body = new ReadableStream({ cancel(given) { reason = given } }); const { status } = await fetch(url, { method: 'POST', signal: made.signal, body }); made.abort(); await null; return [status, reason?.name] })()",
        ],
        expect![[r#"
            await (async () => { let reason; const made = new AbortController(); const body = new ReadableStream({ cancel(given) { reason = given } }); const { status } = await fetch(url, { method: 'POST', signal: made.signal, body }); made.abort(); await null; return [status, reason?.name] })() ⇒ [200,"AbortError"]
        "#]],
    );
}

#[test]
fn a_signal_that_is_aborted_before_the_body_is_read() {
    let fine = wait(Endpoint::saying("fine"));
    check_at(
        &fine,
        "const aborted = async (use) => { const made = new AbortController(); const response = await fetch(url, { signal: made.signal }); made.abort(); return use(response) };",
        &[
            "await aborted((response) => response.text())",
            "await aborted((response) => response.json())",
            "await aborted((response) => response.status)",
            "await (async () => { const made = new AbortController(); const response = await fetch(url, { signal: made.signal }); const text = await response.text(); made.abort(); return [text, response.bodyUsed] })()",
        ],
        expect![[r#"
            await aborted((response) => response.text()) ⇒ throws AbortError: The user aborted a request. type=aborted
            await aborted((response) => response.json()) ⇒ throws AbortError: The user aborted a request. type=aborted
            await aborted((response) => response.status) ⇒ 200
            await (async () => { const made = new AbortController(); const response = await fetch(url, { signal: made.signal }); const text = await response.text(); made.abort(); return [text, response.bodyUsed] })() ⇒ ["fine",true]
        "#]],
    );
}

#[test]
fn a_stream_that_is_too_long_ends_the_run() {
    let endpoint = wait(large());
    let source = format!(
        "async function onTrack() {{ try {{ for await (const chunk of (await fetch('{}')).body); }} catch {{}} }}",
        endpoint.url()
    );
    check_with(
        &source,
        TRACK,
        &limits("response_bytes_max", 100_000),
        expect![[r#"
            onTrack failed: ResponseTooLarge: Broken
            ResponseTooLarge: function received a response body of 122799 bytes or more, limit 100000 (`response_bytes_max`)
            GET http://127.0.0.1:PORT/: 200, the body is too large
        "#]],
    );
}
