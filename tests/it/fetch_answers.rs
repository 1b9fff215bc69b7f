//! What users see of node-fetch 2 in answers, and of its classes: headers and chunks as few servers write them,
//! bodies that are read, cloned, limited. Every case was compared with node-fetch 2.7 on Node 20.

use crate::endpoint::Endpoint;
use crate::fetch::check_at;
use crate::fetch_encodings::{BROTLI, deflate, gzip, zlib};
use crate::harness::{TRACK, check_with, wait};
use crate::table::check_table;
use bytes::Bytes;
use expect_test::expect;
use fnhost::Limits;
use http_body_util::Full;
use hyper::Response;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Answers with `bytes` in that encoding, in pieces of ten bytes.
async fn in_pieces(encoding: &'static str, bytes: Vec<u8>) -> Endpoint {
    Endpoint::start(Arc::default(), move |mut stream: TcpStream| {
        let bytes = bytes.clone();
        async move {
            let _ = stream.set_nodelay(true);
            let _ = stream.read(&mut [0; 4096]).await;
            let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(head.as_bytes()).await;
            for piece in bytes.chunks(10) {
                let _ = stream.write_all(piece).await;
                tokio::task::yield_now().await;
            }
            let _ = stream.shutdown().await;
        }
    })
    .await
}

#[test]
fn several_headers_of_a_name() {
    // As Node reads them: the first of Content-Type, ETag and Server; Cookie with "; "; Set-Cookie apart; others with ", ".
    let endpoint = wait(Endpoint::raw(
        b"HTTP/1.1 200 OK\r\nX-One: 1\r\nx-one: 2\r\nContent-Type: a/b\r\nContent-Type: c/d\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nCookie: x\r\nCookie: y\r\nETag: e1\r\nETag: e2\r\nVary: a\r\nVary: b\r\nServer: s1\r\nServer: s2\r\nX-Empty:\r\nContent-Length: 2\r\n\r\nok",
    ));
    check_at(
        &endpoint,
        "const { headers } = await fetch(url);",
        &[
            "headers.raw()",
            "[...headers]",
            "headers.get('Set-Cookie')",
            "headers.getSetCookie()",
            "headers.get('x-empty')",
            "new Headers(headers).raw()['set-cookie']",
        ],
        expect![[r#"
            headers.raw() ⇒ {"x-one":["1, 2"],"content-type":["a/b"],"set-cookie":["a=1","b=2"],"cookie":["x; y"],"etag":["e1"],"vary":["a, b"],"server":["s1"],"x-empty":[""],"content-length":["2"]}
            [...headers] ⇒ [["content-length","2"],["content-type","a/b"],["cookie","x; y"],["etag","e1"],["server","s1"],["set-cookie","a=1, b=2"],["vary","a, b"],["x-empty",""],["x-one","1, 2"]]
            headers.get('Set-Cookie') ⇒ "a=1, b=2"
            headers.getSetCookie() ⇒ ["a=1","b=2"]
            headers.get('x-empty') ⇒ ""
            new Headers(headers).raw()['set-cookie'] ⇒ ["a=1","b=2"]
        "#]],
    );
}

#[test]
fn words_of_a_status() {
    // "Own Words", then "OK"
    let own = wait(Endpoint::raw(b"HTTP/1.1 299 Own Words\r\ncontent-length: 0\r\n\r\n"));
    check_at(
        &own,
        "",
        &["(await fetch(url)).statusText", "(await fetch(url)).clone().statusText"],
        expect![[r#"
        (await fetch(url)).statusText ⇒ "Own Words"
        (await fetch(url)).clone().statusText ⇒ "Own Words"
    "#]],
    );
    let none = wait(Endpoint::raw(b"HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n"));
    check_at(
        &none,
        "",
        &["(await fetch(url)).statusText"],
        expect![[r#"
        (await fetch(url)).statusText ⇒ "OK"
    "#]],
    );
}

#[test]
fn chunks_as_servers_write_them() {
    // "abc" with an extension, "abcdef" from one packet, "abc" from another spelling, "abc" before trailers
    for (bytes, expected) in [
        (
            &b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n0\r\n\r\n"[..],
            expect![[r#"
            await (await fetch(url)).text() ⇒ "abc"
        "#]],
        ),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n3\r\ndef\r\n0\r\n\r\n",
            expect![[r#"
                await (await fetch(url)).text() ⇒ "abcdef"
            "#]],
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            expect![[r#"
            await (await fetch(url)).text() ⇒ "abc"
        "#]],
        ),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x\r\n\r\n3\r\nabc\r\n0\r\nx: 1\r\n\r\n",
            expect![[r#"
                await (await fetch(url)).text() ⇒ "abc"
            "#]],
        ),
    ] {
        check_at(&wait(Endpoint::raw(bytes)), "", &["await (await fetch(url)).text()"], expected);
    }
}

#[test]
fn encodings_of_no_content() {
    // Empty texts and statuses 204, 304 and 200: nothing is decoded where there is no body.
    let endpoint = wait(Endpoint::http(|received| async move {
        let (status, encoding) = received.path[1..].split_once('/').unwrap();
        Response::builder()
            .status(status.parse::<u16>().unwrap())
            .header("content-encoding", encoding)
            .body(Full::default())
            .unwrap()
    }));
    check_at(
        &endpoint,
        "const get = async (path, options) => { const response = await fetch(url + path, options); return [response.status, await response.text()] };",
        &[
            "await get('/204/gzip')",
            "await get('/204/br')",
            "await get('/304/gzip')",
            "await get('/200/gzip', { method: 'HEAD' })",
            "await get('/200/br', { method: 'HEAD' })",
            "await (await fetch(url + '/204/gzip')).json()",
            "(await (await fetch(url + '/204/gzip')).arrayBuffer()).byteLength",
        ],
        expect![[r#"
            await get('/204/gzip') ⇒ [204,""]
            await get('/204/br') ⇒ [204,""]
            await get('/304/gzip') ⇒ [304,""]
            await get('/200/gzip', { method: 'HEAD' }) ⇒ [200,""]
            await get('/200/br', { method: 'HEAD' }) ⇒ [200,""]
            await (await fetch(url + '/204/gzip')).json() ⇒ throws FetchError: invalid json response body at http://127.0.0.1:PORT/204/gzip reason: Unexpected end of JSON input type=invalid-json
            (await (await fetch(url + '/204/gzip')).arrayBuffer()).byteLength ⇒ 0
        "#]],
    );
}

#[test]
fn encodings_in_pieces() {
    // true each time
    let text = b"hello ".repeat(50);
    for (encoding, bytes, expected) in [
        (
            "gzip",
            gzip(&text),
            expect![[r#"
            await (await fetch(url)).text() === 'hello '.repeat(50) ⇒ true
            await (async () => { const all = []; for await (const chunk of (await fetch(url)).body) all.push(chunk); return String(Buffer.concat(all)) === 'hello '.repeat(50) })() ⇒ true
        "#]],
        ),
        (
            "deflate",
            zlib(&text),
            expect![[r#"
            await (await fetch(url)).text() === 'hello '.repeat(50) ⇒ true
            await (async () => { const all = []; for await (const chunk of (await fetch(url)).body) all.push(chunk); return String(Buffer.concat(all)) === 'hello '.repeat(50) })() ⇒ true
        "#]],
        ),
        (
            "deflate",
            deflate(&text),
            expect![[r#"
            await (await fetch(url)).text() === 'hello '.repeat(50) ⇒ true
            await (async () => { const all = []; for await (const chunk of (await fetch(url)).body) all.push(chunk); return String(Buffer.concat(all)) === 'hello '.repeat(50) })() ⇒ true
        "#]],
        ),
        (
            "br",
            BROTLI.to_vec(),
            expect![[r#"
            await (await fetch(url)).text() === 'hello '.repeat(50) ⇒ true
            await (async () => { const all = []; for await (const chunk of (await fetch(url)).body) all.push(chunk); return String(Buffer.concat(all)) === 'hello '.repeat(50) })() ⇒ true
        "#]],
        ),
    ] {
        let whole = "await (await fetch(url)).text() === 'hello '.repeat(50)";
        let streamed = "await (async () => { const all = []; for await (const chunk of (await fetch(url)).body) all.push(chunk); return String(Buffer.concat(all)) === 'hello '.repeat(50) })()";
        check_at(&wait(in_pieces(encoding, bytes)), "", &[whole, streamed], expected);
    }
}

#[test]
fn sizes() {
    // Over the limit in pieces too and as text; the stream itself is not limited.
    let endpoint = wait(Endpoint::raw(
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\naaaaa\r\n5\r\nbbbbb\r\n0\r\n\r\n",
    ));
    check_at(
        &endpoint,
        "",
        &[
            "await (await fetch(url, { size: 7 })).text()",
            "await (await fetch(url, { size: '7' })).json()",
            "await (await fetch(url, { size: 10 })).text()",
            "await (async () => { let length = 0; for await (const chunk of (await fetch(url, { size: 7 })).body) length += chunk.length; return length })()",
            "await (await fetch(new Request(url, { size: 7 }))).buffer()",
        ],
        expect![[r#"
            await (await fetch(url, { size: 7 })).text() ⇒ throws FetchError: content size at http://127.0.0.1:PORT/ over limit: 7 type=max-size
            await (await fetch(url, { size: '7' })).json() ⇒ throws FetchError: content size at http://127.0.0.1:PORT/ over limit: 7 type=max-size
            await (await fetch(url, { size: 10 })).text() ⇒ "aaaaabbbbb"
            await (async () => { let length = 0; for await (const chunk of (await fetch(url, { size: 7 })).body) length += chunk.length; return length })() ⇒ 10
            await (await fetch(new Request(url, { size: 7 }))).buffer() ⇒ throws FetchError: content size at http://127.0.0.1:PORT/ over limit: 7 type=max-size
        "#]],
    );
}

#[test]
fn bodies_are_read_once() {
    // The second is refused while the first is under way.
    check_at(
        &wait(Endpoint::saying("[1]")),
        "",
        &[
            "await (async (response) => { const first = response.text(); return [await response.json().catch(String), await first, response.bodyUsed] })(await fetch(url))",
            "await (async (response) => { const copies = [response.clone(), response.clone(), response]; return Promise.all(copies.map((copy) => copy.json())) })(await fetch(url))",
            "await (async (response) => { const copy = response.clone(); copy.headers.set('x', '1'); return [response.headers.get('x'), copy.url === response.url, copy.status] })(await fetch(url))",
            "await (async (response) => { await response.json(); return response.clone() })(await fetch(url))",
        ],
        expect![[r#"
            await (async (response) => { const first = response.text(); return [await response.json().catch(String), await first, response.bodyUsed] })(await fetch(url)) ⇒ ["TypeError: body used already for: http://127.0.0.1:PORT/","[1]",true]
            await (async (response) => { const copies = [response.clone(), response.clone(), response]; return Promise.all(copies.map((copy) => copy.json())) })(await fetch(url)) ⇒ [[1],[1],[1]]
            await (async (response) => { const copy = response.clone(); copy.headers.set('x', '1'); return [response.headers.get('x'), copy.url === response.url, copy.status] })(await fetch(url)) ⇒ [null,true,200]
            await (async (response) => { await response.json(); return response.clone() })(await fetch(url)) ⇒ throws Error: cannot clone body after it is used
        "#]],
    );
}

#[test]
fn requests_that_build_on_others() {
    check_table(
        &[
            // [3,5,7,false], then [0,5,7,true]: zeros of timeout and size do not count, as in node-fetch.
            "(({ follow, timeout, size, compress }) => [follow, timeout, size, compress])(new Request(new Request('http://a.test', { follow: 3, timeout: 5, size: 7, compress: false })))",
            "(({ follow, timeout, size, compress }) => [follow, timeout, size, compress])(new Request(new Request('http://a.test', { follow: 3, timeout: 5, size: 7, compress: false }), { follow: 0, timeout: 0, size: 0, compress: true }))",
            // ["PUT","error","http://a.test/x","1"]
            "(({ method, redirect, url, headers }) => [method, redirect, url, headers.get('h')])(new Request(new Request('http://a.test/x', { method: 'POST', body: 'a', redirect: 'error', headers: { h: '1' } }), { method: 'PUT' }))",
            // "b", and both texts of a copy
            "await new Request(new Request('http://a.test', { method: 'POST', body: 'a' }), { body: 'b' }).text()",
            "await (async (request) => { const copy = request.clone(); return [await copy.text(), await request.text()] })(new Request('http://a.test', { method: 'POST', body: 'a' }))",
            // TypeError; Error: cannot clone body after it is used
            "new Request(new Request('http://a.test', { method: 'POST', body: 'a' }), { method: 'GET' })",
            "await (async (request) => { await request.text(); return request.clone() })(new Request('http://a.test', { method: 'POST', body: 'a' }))",
            // The same signal; null
            "(({ signal }) => new Request(new Request('http://a.test', { signal })).signal === signal)(new AbortController())",
            "new Request(new Request('http://a.test', { signal: new AbortController().signal }), { signal: null }).signal",
        ],
        expect![[r#"
            (({ follow, timeout, size, compress }) => [follow, timeout, size, compress])(new Request(new Request('http://a.test', { follow: 3, timeout: 5, size: 7, compress: false }))) ⇒ [3,5,7,false]
            (({ follow, timeout, size, compress }) => [follow, timeout, size, compress])(new Request(new Request('http://a.test', { follow: 3, timeout: 5, size: 7, compress: false }), { follow: 0, timeout: 0, size: 0, compress: true })) ⇒ [0,5,7,true]
            (({ method, redirect, url, headers }) => [method, redirect, url, headers.get('h')])(new Request(new Request('http://a.test/x', { method: 'POST', body: 'a', redirect: 'error', headers: { h: '1' } }), { method: 'PUT' })) ⇒ ["PUT","error","http://a.test/x","1"]
            await new Request(new Request('http://a.test', { method: 'POST', body: 'a' }), { body: 'b' }).text() ⇒ "b"
            await (async (request) => { const copy = request.clone(); return [await copy.text(), await request.text()] })(new Request('http://a.test', { method: 'POST', body: 'a' })) ⇒ ["a","a"]
            new Request(new Request('http://a.test', { method: 'POST', body: 'a' }), { method: 'GET' }) ⇒ throws TypeError: Request with GET/HEAD method cannot have body
            await (async (request) => { await request.text(); return request.clone() })(new Request('http://a.test', { method: 'POST', body: 'a' })) ⇒ throws Error: cannot clone body after it is used
            (({ signal }) => new Request(new Request('http://a.test', { signal })).signal === signal)(new AbortController()) ⇒ true
            new Request(new Request('http://a.test', { signal: new AbortController().signal }), { signal: null }).signal ⇒ null
        "#]],
    );
}

#[test]
fn responses_that_are_made() {
    check_table(
        &[
            // 0 counts as none: 200. No status is refused.
            "[0, 299, 346, 700, '201'].map((status) => (({ status, ok, statusText }) => [status, ok, statusText])(new Response('x', { status })))",
            // Types of a text, parameters, an object (as text); none of bytes, of null.
            "['a', '', new URLSearchParams('a=1'), { a: 1 }, new Uint8Array(1), null].map((body) => new Response(body).headers.raw())",
            // [346,"production","http://a.test/","1","a","a"]
            "await (async (made) => { const copy = made.clone(); return [copy.status, copy.statusText, copy.url, copy.headers.get('h'), await copy.text(), await made.text()] })(new Response('a', { status: 346, statusText: 'production', url: 'http://a.test/', headers: { h: '1' } }))",
            // The standard's own
            "(({ type, status, ok }) => [type, status, ok])(Response.error())",
            "(({ status, headers }) => [status, headers.get('location')])(Response.redirect('http://a.test/x y', 301))",
            "Response.redirect('http://a.test', 200)",
            "await (async (made) => [made.status, made.headers.get('content-type'), await made.json()])(Response.json({ a: 1 }, { status: 201 }))",
        ],
        expect![[r#"
            [0, 299, 346, 700, '201'].map((status) => (({ status, ok, statusText }) => [status, ok, statusText])(new Response('x', { status }))) ⇒ [[200,true,"OK"],[299,true,""],[346,false,""],[700,false,""],["201",true,"Created"]]
            ['a', '', new URLSearchParams('a=1'), { a: 1 }, new Uint8Array(1), null].map((body) => new Response(body).headers.raw()) ⇒ [{"Content-Type":["text/plain;charset=UTF-8"]},{"Content-Type":["text/plain;charset=UTF-8"]},{"Content-Type":["application/x-www-form-urlencoded;charset=UTF-8"]},{"Content-Type":["text/plain;charset=UTF-8"]},{},{}]
            await (async (made) => { const copy = made.clone(); return [copy.status, copy.statusText, copy.url, copy.headers.get('h'), await copy.text(), await made.text()] })(new Response('a', { status: 346, statusText: 'production', url: 'http://a.test/', headers: { h: '1' } })) ⇒ [346,"production","http://a.test/","1","a","a"]
            (({ type, status, ok }) => [type, status, ok])(Response.error()) ⇒ ["error",0,false]
            (({ status, headers }) => [status, headers.get('location')])(Response.redirect('http://a.test/x y', 301)) ⇒ [301,"http://a.test/x%20y"]
            Response.redirect('http://a.test', 200) ⇒ throws RangeError: Invalid status code 200
            await (async (made) => [made.status, made.headers.get('content-type'), await made.json()])(Response.json({ a: 1 }, { status: 201 })) ⇒ [201,"application/json",{"a":1}]
        "#]],
    );
}

#[test]
fn headers_while_somebody_iterates() {
    check_table(
        &[
            // ["a","b","c"], ["a","c"], ["a","z1","z2"]
            "(() => { const headers = new Headers({ a: '1', b: '2' }), seen = []; headers.forEach((value, name) => { seen.push(name); if (name === 'a') headers.append('c', '3') }); return seen })()",
            "(() => { const headers = new Headers({ a: '1', b: '2', c: '3' }), seen = []; headers.forEach((value, name) => { seen.push(name); headers.delete('b') }); return seen })()",
            "(() => { const headers = new Headers({ a: '1' }), seen = []; for (const name of headers.keys()) { seen.push(name); if (seen.length < 3) headers.set('z' + seen.length, '1') } return seen })()",
            // Nothing of what was handed out is the headers' own: [["a","1"]]
            "(() => { const headers = new Headers({ a: '1' }); for (const pair of headers) pair[1] = 'x'; return [...headers] })()",
            // Before and after a change
            "(() => { const headers = new Headers({ a: '1' }); const before = [...headers]; headers.append('a', '2'); headers.set('b', '3'); return [before, [...headers], [...headers.values()]] })()",
            // What has names of an object's prototype
            "new Headers({ constructor: 'x', toString: 'y' }).raw()",
            "[new Headers().get('constructor'), new Headers(Object.create({ inherited: '1' })).has('inherited')]",
            "new Headers(new Set([['a', '1'], ['b', '2']])).raw()",
            "new Headers(new URLSearchParams('a=1&b=2')).raw()",
        ],
        expect![[r#"
            (() => { const headers = new Headers({ a: '1', b: '2' }), seen = []; headers.forEach((value, name) => { seen.push(name); if (name === 'a') headers.append('c', '3') }); return seen })() ⇒ ["a","b","c"]
            (() => { const headers = new Headers({ a: '1', b: '2', c: '3' }), seen = []; headers.forEach((value, name) => { seen.push(name); headers.delete('b') }); return seen })() ⇒ ["a","c"]
            (() => { const headers = new Headers({ a: '1' }), seen = []; for (const name of headers.keys()) { seen.push(name); if (seen.length < 3) headers.set('z' + seen.length, '1') } return seen })() ⇒ ["a","z1","z2"]
            (() => { const headers = new Headers({ a: '1' }); for (const pair of headers) pair[1] = 'x'; return [...headers] })() ⇒ [["a","1"]]
            (() => { const headers = new Headers({ a: '1' }); const before = [...headers]; headers.append('a', '2'); headers.set('b', '3'); return [before, [...headers], [...headers.values()]] })() ⇒ [[["a","1"]],[["a","1, 2"],["b","3"]],["1, 2","3"]]
            new Headers({ constructor: 'x', toString: 'y' }).raw() ⇒ {"constructor":["x"],"toString":["y"]}
            [new Headers().get('constructor'), new Headers(Object.create({ inherited: '1' })).has('inherited')] ⇒ [null,false]
            new Headers(new Set([['a', '1'], ['b', '2']])).raw() ⇒ {"a":["1"],"b":["2"]}
            new Headers(new URLSearchParams('a=1&b=2')).raw() ⇒ {"a":["1"],"b":["2"]}
        "#]],
    );
}

#[test]
fn bodies_larger_than_the_memory() {
    // 30000000 and 30000000: neither is ever held as a whole.
    let limits = Limits {
        memory_bytes_max: 16 << 20,
        request_bytes_max: 64 << 20,
        response_bytes_max: 64 << 20,
        timeout_ms_max: 60_000,
        ..Limits::default()
    };
    let endpoint = wait(Endpoint::http(|received| async move {
        let length = received.body.len();
        let body = if length > 0 { Bytes::from(length.to_string()) } else { Bytes::from(vec![b'a'; 30_000_000]) };
        Response::new(Full::from(body))
    }));
    let source = format!(
        "async function onTrack() {{
          const pieces = async function* () {{ for (let n = 0; n < 300; n++) yield new Uint8Array(100000).fill(120) }};
          const told = await (await fetch('{0}', {{ method: 'POST', body: pieces() }})).json();
          let length = 0;
          for await (const chunk of (await fetch('{0}')).body) length += chunk.length;
          return [told, length];
        }}",
        endpoint.url()
    );
    check_with(
        &source,
        TRACK,
        &limits,
        expect![[r#"
        onTrack returned [30000000,30000000]
        POST http://127.0.0.1:PORT/: 200
        GET http://127.0.0.1:PORT/: 200
    "#]],
    );
}
