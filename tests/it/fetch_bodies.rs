//! Bodies of requests that are given as streams, Blobs, forms and iterables, and the forms and Blobs that answers become.

use crate::endpoint::Endpoint;
use crate::fetch::{check_at, echo};
use crate::fetch_redirects::redirecting;
use crate::harness::{TRACK, check_with, limits, wait};
use expect_test::expect;
use http_body_util::Full;
use hyper::Response;

/// What came of a body: Content-Type, Content-Length, Transfer-Encoding, the body.
const SENT: &str = "const sent = async (body, headers) => {
  const got = await (await fetch(url, { method: 'POST', body, headers })).json();
  return [got.headers['content-type'], got.headers['content-length'], got.headers['transfer-encoding'], got.body];
};
const streamOf = (...chunks) => new ReadableStream({ start(controller) { for (const chunk of chunks) controller.enqueue(chunk); controller.close() } });
const bytes = (text) => new TextEncoder().encode(text);
const failing = () => { throw Object.assign(new Error('the source broke'), { code: 'EBROKE' }) };";

#[test]
fn bodies_that_come_in_pieces() {
    let endpoint = wait(echo());
    check_at(
        &endpoint,
        SENT,
        &[
            "await sent(streamOf(bytes('ab'), bytes('cd')))",
            "await sent(streamOf())",
            "await sent(streamOf(bytes('x')), { 'content-type': 'a/b' })",
            "await sent((async function* () { yield 'ł'; yield bytes('b') })())",
            "await sent(require('stream').Readable.from(['one ', Buffer.from('two')]))",
            "await sent(require('stream').Readable.from([bytes('x').buffer]))",
            "(await sent((async function* () { for (let n = 0; n < 40; n++) yield 'z'.repeat(50000) })()))[3].length",
            "await sent(new Response('of an answer').body)",
            "await (async (request) => [(await (await fetch(request)).json()).body, request.bodyUsed])(new Request(url, { method: 'POST', body: streamOf(bytes('ab')) }))",
            "await (async (request) => { await fetch(request); return fetch(request) })(new Request(url, { method: 'POST', body: streamOf(bytes('ab')) }))",
            "await (async (request) => { const copy = request.clone(); return [(await (await fetch(request)).json()).body, await copy.text()] })(new Request(url, { method: 'POST', body: streamOf(bytes('ab'), bytes('cd')) }))",
        ],
        expect![[r#"
            await sent(streamOf(bytes('ab'), bytes('cd'))) ⇒ [null,null,"chunked","abcd"]
            await sent(streamOf()) ⇒ [null,null,"chunked",""]
            await sent(streamOf(bytes('x')), { 'content-type': 'a/b' }) ⇒ ["a/b",null,"chunked","x"]
            await sent((async function* () { yield 'ł'; yield bytes('b') })()) ⇒ [null,null,"chunked","łb"]
            await sent(require('stream').Readable.from(['one ', Buffer.from('two')])) ⇒ [null,null,"chunked","one two"]
            await sent(require('stream').Readable.from([bytes('x').buffer])) ⇒ [null,null,"chunked","x"]
            (await sent((async function* () { for (let n = 0; n < 40; n++) yield 'z'.repeat(50000) })()))[3].length ⇒ 2000000
            await sent(new Response('of an answer').body) ⇒ [null,null,"chunked","of an answer"]
            await (async (request) => [(await (await fetch(request)).json()).body, request.bodyUsed])(new Request(url, { method: 'POST', body: streamOf(bytes('ab')) })) ⇒ ["ab",true]
            await (async (request) => { await fetch(request); return fetch(request) })(new Request(url, { method: 'POST', body: streamOf(bytes('ab')) })) ⇒ throws TypeError: body used already for: http://127.0.0.1:PORT/
            await (async (request) => { const copy = request.clone(); return [(await (await fetch(request)).json()).body, await copy.text()] })(new Request(url, { method: 'POST', body: streamOf(bytes('ab'), bytes('cd')) })) ⇒ ["abcd","abcd"]
        "#]],
    );
}

#[test]
fn bodies_that_break_off() {
    let endpoint = wait(echo());
    check_at(
        &endpoint,
        SENT,
        &[
            "await sent((async function* () { yield 'x'; failing() })())",
            "await sent(new ReadableStream({ pull() { failing() } }))",
            "await sent(require('stream').Readable.from((async function* () { yield 'x'; failing() })()))",
            "await sent((async function* () { yield 5 })())",
            "await sent(streamOf({}))",
            "await sent((async function* () { throw 'text' })())",
            "await (async (stream) => { stream.destroy(); await sent(stream) })(require('stream').Readable.from(['x']))",
            "await new Request(url, { method: 'POST', body: (async function* () { yield 'x'; failing() })() }).text()",
        ],
        expect![[r#"
            await sent((async function* () { yield 'x'; failing() })()) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: the source broke type=system code=EBROKE errno=EBROKE
            await sent(new ReadableStream({ pull() { failing() } })) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: the source broke type=system code=EBROKE errno=EBROKE
            await sent(require('stream').Readable.from((async function* () { yield 'x'; failing() })())) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: the source broke type=system code=EBROKE errno=EBROKE
            await sent((async function* () { yield 5 })()) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: The "chunk" argument must be of type string or an instance of Buffer or Uint8Array. Received number type=system code=ERR_INVALID_ARG_TYPE errno=ERR_INVALID_ARG_TYPE
            await sent(streamOf({})) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: The "chunk" argument must be of type string or an instance of Buffer or Uint8Array. Received an object type=system code=ERR_INVALID_ARG_TYPE errno=ERR_INVALID_ARG_TYPE
            await sent((async function* () { throw 'text' })()) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: text type=system code=EIO errno=EIO
            await (async (stream) => { stream.destroy(); await sent(stream) })(require('stream').Readable.from(['x'])) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: Premature close type=system code=ERR_STREAM_PREMATURE_CLOSE errno=ERR_STREAM_PREMATURE_CLOSE
            await new Request(url, { method: 'POST', body: (async function* () { yield 'x'; failing() })() }).text() ⇒ throws FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/: the source broke type=system code=EBROKE errno=EBROKE
        "#]],
    );
    for received in endpoint.received() {
        assert_eq!(received.body, "error reading a body from connection", "a body that broke off looks complete");
    }
}

#[test]
fn blobs_and_forms() {
    let endpoint = wait(echo());
    let prelude = format!(
        "{SENT}
        const form = (...entries) => {{ const form = new FormData(); for (const entry of entries) form.append(...entry); return form }};
        const seen = ([type, length, encoding, body]) => {{
          const boundary = type.split('boundary=')[1];
          return [type.replace(boundary, 'B'), length === String(body.length), encoding, body.replaceAll(boundary, 'B')];
        }};"
    );
    check_at(
        &endpoint,
        &prelude,
        &[
            "await sent(new Blob(['a', bytes('b')], { type: 'Text/CSV' }))",
            "await sent(new Blob(['a']))",
            "await sent(new Blob([]))",
            "(await sent(new Blob(['x'.repeat(200000)]))).map((part) => part?.length > 99 ? part.length : part)",
            "await sent(new File(['f'], 'name.txt', { type: 'a/b' }))",
            "seen(await sent(form(['a', '1\\n2'], ['q\"\\r\\n', 'x'])))",
            "seen(await sent(form(['f', new Blob(['hi'], { type: 'text/x' }), 'n\"m.txt'])))",
            "seen(await sent(form(['f', new File(['hi'], 'a.bin')], ['g', 'end'])))",
        ],
        expect![[r#"
            await sent(new Blob(['a', bytes('b')], { type: 'Text/CSV' })) ⇒ ["text/csv","2",null,"ab"]
            await sent(new Blob(['a'])) ⇒ [null,"1",null,"a"]
            await sent(new Blob([])) ⇒ [null,"0",null,""]
            (await sent(new Blob(['x'.repeat(200000)]))).map((part) => part?.length > 99 ? part.length : part) ⇒ [null,"200000",null,200000]
            await sent(new File(['f'], 'name.txt', { type: 'a/b' })) ⇒ ["a/b","1",null,"f"]
            seen(await sent(form(['a', '1\n2'], ['q"\r\n', 'x']))) ⇒ ["multipart/form-data; boundary=B",true,null,"--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n2\r\n--B\r\nContent-Disposition: form-data; name=\"q%22%0D%0A\"\r\n\r\nx\r\n--B--\r\n"]
            seen(await sent(form(['f', new Blob(['hi'], { type: 'text/x' }), 'n"m.txt']))) ⇒ ["multipart/form-data; boundary=B",true,null,"--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"n%22m.txt\"\r\nContent-Type: text/x\r\n\r\nhi\r\n--B--\r\n"]
            seen(await sent(form(['f', new File(['hi'], 'a.bin')], ['g', 'end']))) ⇒ ["multipart/form-data; boundary=B",true,null,"--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.bin\"\r\nContent-Type: application/octet-stream\r\n\r\nhi\r\n--B\r\nContent-Disposition: form-data; name=\"g\"\r\n\r\nend\r\n--B--\r\n"]
        "#]],
    );
}

#[test]
fn redirects_of_bodies_that_come_in_pieces() {
    let endpoint = wait(redirecting());
    check_at(
        &endpoint,
        "const post = async (path, body, more) => (await fetch(url + path, { method: 'POST', body, ...more })).text();
        const pieces = async function* () { yield 'x' };",
        &[
            "await post('/307//done', pieces())",
            "await post('/301//done', pieces())",
            "await post('/303//done', pieces())",
            "await post('/307//done', new Blob(['blob']))",
            "await post('/308//307//done', new Blob(['blob']))",
            "await post('/302//done', new Blob(['blob']))",
            "(await fetch(url + '/307//done', { method: 'POST', body: pieces(), redirect: 'manual' })).status",
        ],
        expect![[r#"
            await post('/307//done', pieces()) ⇒ throws FetchError: Cannot follow redirect with body being a readable stream type=unsupported-redirect
            await post('/301//done', pieces()) ⇒ throws FetchError: Cannot follow redirect with body being a readable stream type=unsupported-redirect
            await post('/303//done', pieces()) ⇒ "GET /done \"\""
            await post('/307//done', new Blob(['blob'])) ⇒ "POST /done content-length=4 \"blob\""
            await post('/308//307//done', new Blob(['blob'])) ⇒ "POST /done content-length=4 \"blob\""
            await post('/302//done', new Blob(['blob'])) ⇒ "GET /done \"\""
            (await fetch(url + '/307//done', { method: 'POST', body: pieces(), redirect: 'manual' })).status ⇒ 307
        "#]],
    );
}

#[test]
fn answers_as_blobs_and_forms() {
    let endpoint = wait(Endpoint::http(|received| async move {
        let kind = received.header("content-type").unwrap_or_default().to_owned();
        Response::builder().header("content-type", kind).body(Full::from(received.body)).unwrap()
    }));
    check_at(
        &endpoint,
        "const answer = (body, type) => fetch(url, { method: 'POST', body, headers: type === undefined ? {} : { 'content-type': type } });
        const form = async (body, type) => [...await (await answer(body, type)).formData()].map(([name, value]) => typeof value === 'string' ? [name, value] : [name, value.name, value.type, value.size]);
        const part = (head, body) => `--b\\r\\n${head}\\r\\n\\r\\n${body}\\r\\n`;",
        &[
            "await (async (blob) => [blob.size, blob.type, await blob.text()])(await (await answer('text', 'Text/Plain')).blob())",
            "await form(new URLSearchParams({ a: '1 2', b: 'ü' }))",
            "await form(part('Content-Disposition: form-data; name=\"a\"', '1') + '--b--\\r\\n', 'multipart/form-data; boundary=b')",
            "await form(part('content-disposition: form-data; name=\"a\"; filename=\"x.txt\"\\r\\ncontent-type: text/x', '12') + '--b--', 'Multipart/Form-Data; Boundary=\"b\"')",
            "await form(part('Content-Disposition: form-data; name=\"a%22b\"; filename=\"x\"', '1\\r\\n2') + '--b--\\r\\n', 'multipart/form-data; boundary=b')",
            "await form('--b--\\r\\n', 'multipart/form-data; boundary=b')",
            "await form('x', 'multipart/form-data; boundary=b')",
            "await form('x', 'multipart/form-data')",
            "await form(part('Content-Disposition: form-data', '1') + '--b--', 'multipart/form-data; boundary=b')",
            "await form(part('Content-Disposition: form-data; name=\"a\"', '1'), 'multipart/form-data; boundary=b')",
            "await form('a=1', 'text/plain')",
            "await (async (buffer) => [Buffer.isBuffer(buffer), buffer.toString()])(await (await answer('ł')).buffer())",
            "await (async (form) => [...await new Response(form).formData()])((() => { const form = new FormData(); form.append('a', 'b\\nc'); return form })())",
        ],
        expect![[r#"
            await (async (blob) => [blob.size, blob.type, await blob.text()])(await (await answer('text', 'Text/Plain')).blob()) ⇒ [4,"text/plain","text"]
            await form(new URLSearchParams({ a: '1 2', b: 'ü' })) ⇒ [["a","1 2"],["b","ü"]]
            await form(part('Content-Disposition: form-data; name="a"', '1') + '--b--\r\n', 'multipart/form-data; boundary=b') ⇒ [["a","1"]]
            await form(part('content-disposition: form-data; name="a"; filename="x.txt"\r\ncontent-type: text/x', '12') + '--b--', 'Multipart/Form-Data; Boundary="b"') ⇒ [["a","x.txt","text/x",2]]
            await form(part('Content-Disposition: form-data; name="a%22b"; filename="x"', '1\r\n2') + '--b--\r\n', 'multipart/form-data; boundary=b') ⇒ [["a\"b","x","text/plain",4]]
            await form('--b--\r\n', 'multipart/form-data; boundary=b') ⇒ []
            await form('x', 'multipart/form-data; boundary=b') ⇒ throws TypeError: Failed to parse body as FormData.
            await form('x', 'multipart/form-data') ⇒ throws TypeError: Failed to parse body as FormData.
            await form(part('Content-Disposition: form-data', '1') + '--b--', 'multipart/form-data; boundary=b') ⇒ throws TypeError: Failed to parse body as FormData.
            await form(part('Content-Disposition: form-data; name="a"', '1'), 'multipart/form-data; boundary=b') ⇒ throws TypeError: Failed to parse body as FormData.
            await form('a=1', 'text/plain') ⇒ throws TypeError: Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".
            await (async (buffer) => [Buffer.isBuffer(buffer), buffer.toString()])(await (await answer('ł')).buffer()) ⇒ [true,"ł"]
            await (async (form) => [...await new Response(form).formData()])((() => { const form = new FormData(); form.append('a', 'b\nc'); return form })()) ⇒ [["a","b\r\nc"]]
        "#]],
    );
}

#[test]
fn a_body_in_pieces_that_is_too_large_ends_the_run() {
    let endpoint = wait(Endpoint::saying("ok"));
    let source = format!(
        "async function onTrack() {{
          try {{
            await fetch('{}', {{ method: 'POST', body: (async function* () {{ for (;;) yield 'x'.repeat(10000) }})() }});
          }} catch {{}}
        }}",
        endpoint.url()
    );
    check_with(
        &source,
        TRACK,
        &limits("request_bytes_max", 100_000),
        expect![[r#"
            onTrack failed: RequestTooLarge: Broken
            RequestTooLarge: function sent a request body of 110000 bytes or more, limit 100000 (`request_bytes_max`)
            POST http://127.0.0.1:PORT/: no answer, the body is too large
        "#]],
    );
}
