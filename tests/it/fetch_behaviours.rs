//! What users see of node-fetch 2 in requests, beside the messages: how one is put together, what the options change,
//! where redirects lead. Every case was compared with node-fetch 2.7 on Node 20.

use crate::endpoint::Endpoint;
use crate::fetch::{check_at, echo};
use crate::fetch_redirects::redirecting;
use crate::harness::wait;
use expect_test::expect;
use http_body_util::Full;
use hyper::Response;
use std::sync::Arc;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// Sends to an endpoint that answers with what came.
const SENT: &str = "const { PassThrough, Readable } = require('stream');
const echoed = async (options, path = '/') => (await fetch(url + path, options)).json();
const sent = async (body, headers) => {
  const got = await echoed({ method: 'POST', body, headers });
  return [got.headers['content-type'], got.headers['content-length'], got.headers['transfer-encoding'], got.body];
};";

/// Accepts, and never answers; reads what comes.
async fn silent() -> Endpoint {
    Endpoint::start(Arc::default(), |mut stream: TcpStream| async move {
        while stream.read(&mut [0; 1024]).await.is_ok_and(|count| count > 0) {}
    })
    .await
}

/// Answers `/STATUS/LOCATION` as its path says, with the location as it is written there.
async fn pointing() -> Endpoint {
    Endpoint::http(|received| async move {
        let (status, location) = received.path[1..].split_once('/').unwrap();
        let Ok(status) = status.parse::<u16>() else { return Response::new(Full::from(received.path.clone())) };
        let response = Response::builder().status(status);
        let response = if location.is_empty() { response } else { response.header("location", location) };
        response.body(Full::from("the redirect itself")).unwrap()
    })
    .await
}

#[test]
fn methods() {
    // GET, GET, GET, PURGE, M-SEARCH
    check_at(
        &wait(echo()),
        SENT,
        &[
            "(await echoed({ method: '' })).method",
            "(await echoed({ method: null })).method",
            "(await echoed({ method: undefined })).method",
            "(await echoed({ method: 'PuRgE' })).method",
            "(await echoed({ method: 'm-search' })).method",
        ],
        expect![[r#"
            (await echoed({ method: '' })).method ⇒ "GET"
            (await echoed({ method: null })).method ⇒ "GET"
            (await echoed({ method: undefined })).method ⇒ "GET"
            (await echoed({ method: 'PuRgE' })).method ⇒ "PURGE"
            (await echoed({ method: 'm-search' })).method ⇒ "M-SEARCH"
        "#]],
    );
}

#[test]
fn given_headers_replace_the_defaults() {
    // `identity`; none (undefined); only the given ones of Accept and User-Agent; the same headers without content-length
    // for DELETE; PATCH and PROPFIND without a body have content-length 0, as Node sends it.
    check_at(
        &wait(echo()),
        SENT,
        &[
            "(await echoed({ headers: { 'Accept-Encoding': 'identity' } })).headers['accept-encoding']",
            "(await echoed({ compress: false })).headers['accept-encoding']",
            "(await echoed({ headers: { accept: 'a/b', 'user-agent': 'me' } })).headers",
            "(await echoed({ method: 'DELETE' })).headers['content-length']",
            "(await echoed({ method: 'PATCH' })).headers['content-length']",
            "(await echoed({ method: 'PROPFIND' })).headers['content-length']",
            "(await echoed({ headers: { n: 1, u: undefined, l: null, b: true, f: Buffer.from('buf'), a: ['1', '2'], e: '' } })).headers",
        ],
        expect![[r#"
            (await echoed({ headers: { 'Accept-Encoding': 'identity' } })).headers['accept-encoding'] ⇒ "identity"
            (await echoed({ compress: false })).headers['accept-encoding'] ⇒ undefined
            (await echoed({ headers: { accept: 'a/b', 'user-agent': 'me' } })).headers ⇒ {"accept":"a/b","accept-encoding":"gzip,deflate","host":"127.0.0.1:PORT","user-agent":"me"}
            (await echoed({ method: 'DELETE' })).headers['content-length'] ⇒ undefined
            (await echoed({ method: 'PATCH' })).headers['content-length'] ⇒ "0"
            (await echoed({ method: 'PROPFIND' })).headers['content-length'] ⇒ "0"
            (await echoed({ headers: { n: 1, u: undefined, l: null, b: true, f: Buffer.from('buf'), a: ['1', '2'], e: '' } })).headers ⇒ {"a":"1,2","accept":"*/*","accept-encoding":"gzip,deflate","b":"true","e":"","f":"buf","host":"127.0.0.1:PORT","l":"null","n":"1","u":"undefined","user-agent":"node-fetch/1.0 (+https://github.com/bitinn/node-fetch)"}
        "#]],
    );
}

#[test]
fn cookies_are_one_header() {
    // "a=1; b=2" twice
    check_at(
        &wait(echo()),
        SENT,
        &[
            "(await echoed({ headers: [['Cookie', 'a=1'], ['cookie', 'b=2']] })).headers.cookie",
            "(await echoed({ headers: { Cookie: 'a=1; b=2' } })).headers.cookie",
        ],
        expect![[r#"
            (await echoed({ headers: [['Cookie', 'a=1'], ['cookie', 'b=2']] })).headers.cookie ⇒ "a=1; b=2"
            (await echoed({ headers: { Cookie: 'a=1; b=2' } })).headers.cookie ⇒ "a=1; b=2"
        "#]],
    );
}

#[test]
fn characters_of_urls_that_node_escapes() {
    // The path comes as "/it%27s%7Ba%7D%7Cb%5Ec%60d?x=%7B%7C%7D%27%5C%5E%60"; `url` says the same, with "#%7B%7D" at its end;
    // a Request, and so the message of its failure, are escaped alike.
    let prelude = format!("{SENT} const odd = `/it's{{a}}|b^c\\`d?x={{|}}'\\\\^\\``;");
    check_at(
        &wait(echo()),
        &prelude,
        &[
            "(await echoed({}, odd)).path",
            "(await (await fetch(new URL(url + odd))).json()).path",
            "(await fetch(url + odd + '#{}')).url",
            "new Request('http://a.test' + odd).url",
            "await fetch(new Request('http://foo/' + odd)).catch((error) => error.message)",
        ],
        expect![[r#"
            (await echoed({}, odd)).path ⇒ "/it%27s%7Ba%7D%7Cb%5Ec%60d?x=%7B%7C%7D%27%5C%5E%60"
            (await (await fetch(new URL(url + odd))).json()).path ⇒ "/it%27s%7Ba%7D%7Cb%5Ec%60d?x=%7B%7C%7D%27%5C%5E%60"
            (await fetch(url + odd + '#{}')).url ⇒ "http://127.0.0.1:PORT/it%27s%7Ba%7D%7Cb%5Ec%60d?x=%7B%7C%7D%27%5C%5E%60#%7B%7D"
            new Request('http://a.test' + odd).url ⇒ "http://a.test/it%27s%7Ba%7D%7Cb%5Ec%60d?x=%7B%7C%7D%27%5C%5E%60"
            await fetch(new Request('http://foo/' + odd)).catch((error) => error.message) ⇒ "request to http://foo//it%27s%7Ba%7D%7Cb%5Ec%60d?x=%7B%7C%7D%27%5C%5E%60 failed, reason: getaddrinfo ENOTFOUND foo foo:80"
        "#]],
    );
    // Escaped in the message of the failure, as it is in what a manual redirect shows: "http://foo/?q={|}"
    let odd = wait(Endpoint::raw(b"HTTP/1.1 302 Found\r\nlocation: http://foo/?q={|}\r\ncontent-length: 0\r\n\r\n"));
    check_at(
        &odd,
        "",
        &["await fetch(url)", "(await fetch(url, { redirect: 'manual' })).headers.get('location')"],
        expect![[r#"
            await fetch(url) ⇒ throws FetchError: request to http://foo/?q=%7B%7C%7D failed, reason: getaddrinfo ENOTFOUND foo foo:80 type=system code=ENOTFOUND errno=ENOTFOUND
            (await fetch(url, { redirect: 'manual' })).headers.get('location') ⇒ "http://foo/?q={|}"
        "#]],
    );
}

#[test]
fn streams_whose_length_is_given() {
    // [null,"6",null,"stream"] twice; chunked where it is no number; FetchError where it is not the length.
    let prelude = format!("{SENT} const stream = () => new PassThrough().end('stream');");
    check_at(
        &wait(echo()),
        &prelude,
        &[
            "await sent(stream(), { 'Content-Length': '6' })",
            "await sent(stream(), { 'content-length': 6 })",
            "await sent(stream(), { 'content-length': 'six' })",
            "await sent(stream(), { 'content-length': '3' }).catch((error) => error.name)",
            "await sent(stream(), { 'content-length': '9' }).catch((error) => error.name)",
            "await sent('text', { 'content-length': '9' })",
        ],
        expect![[r#"
            await sent(stream(), { 'Content-Length': '6' }) ⇒ [null,"6",null,"stream"]
            await sent(stream(), { 'content-length': 6 }) ⇒ [null,"6",null,"stream"]
            await sent(stream(), { 'content-length': 'six' }) ⇒ [null,null,"chunked","stream"]
            await sent(stream(), { 'content-length': '3' }).catch((error) => error.name) ⇒ "FetchError"
            await sent(stream(), { 'content-length': '9' }).catch((error) => error.name) ⇒ "FetchError"
            await sent('text', { 'content-length': '9' }) ⇒ ["text/plain;charset=UTF-8","4",null,"text"]
        "#]],
    );
}

#[test]
fn bodies_that_become_texts() {
    // String(body), as text/plain; typed arrays as their bytes (6 and 8 of them).
    check_at(
        &wait(echo()),
        SENT,
        &[
            "await sent(Symbol.iterator)",
            "await sent(10n)",
            "await sent(false)",
            "await sent(() => 1)",
            "await sent(new String('boxed'))",
            "await sent(new Map([['a', 1]]))",
            "await sent(Promise.resolve('x'))",
            "await sent(new Error('e'))",
            "await sent(/re/g)",
            "await sent(['a', 'b'][Symbol.iterator]())",
            "await sent(new Response('r'))",
            "await sent({ toString() { throw new Error('no text') } })",
            "await sent(new Uint16Array([97, 98, 99]))",
            "await sent(new Float64Array(1))",
        ],
        expect![[r#"
            await sent(Symbol.iterator) ⇒ ["text/plain;charset=UTF-8","23",null,"Symbol(Symbol.iterator)"]
            await sent(10n) ⇒ ["text/plain;charset=UTF-8","2",null,"10"]
            await sent(false) ⇒ ["text/plain;charset=UTF-8","5",null,"false"]
            await sent(() => 1) ⇒ ["text/plain;charset=UTF-8","7",null,"() => 1"]
            await sent(new String('boxed')) ⇒ ["text/plain;charset=UTF-8","5",null,"boxed"]
            await sent(new Map([['a', 1]])) ⇒ ["text/plain;charset=UTF-8","12",null,"[object Map]"]
            await sent(Promise.resolve('x')) ⇒ ["text/plain;charset=UTF-8","16",null,"[object Promise]"]
            await sent(new Error('e')) ⇒ ["text/plain;charset=UTF-8","8",null,"Error: e"]
            await sent(/re/g) ⇒ ["text/plain;charset=UTF-8","5",null,"/re/g"]
            await sent(['a', 'b'][Symbol.iterator]()) ⇒ ["text/plain;charset=UTF-8","23",null,"[object Array Iterator]"]
            await sent(new Response('r')) ⇒ ["text/plain;charset=UTF-8","17",null,"[object Response]"]
            await sent({ toString() { throw new Error('no text') } }) ⇒ throws Error: no text
            await sent(new Uint16Array([97, 98, 99])) ⇒ [null,"6",null,"a\u0000b\u0000c\u0000"]
            await sent(new Float64Array(1)) ⇒ [null,"8",null,"\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000"]
        "#]],
    );
}

#[test]
fn forms_of_the_package() {
    // The boundary in the header is the form's, with a length; chunked and without one where a stream's is not known.
    let prelude = format!("{SENT} const Form = require('form-data');
        const seen = async (form, headers) => {{
          const boundary = form.getBoundary();
          const [type, length, encoding, body] = await sent(form, headers);
          return [type.replace(boundary, 'B'), Number(length) === body.length, encoding, body.replaceAll(boundary, 'B')];
        }};
        const form = (...parts) => {{ const form = new Form(); for (const part of parts) form.append(...part); return form }};");
    check_at(
        &wait(echo()),
        &prelude,
        &[
            "await seen(form(['a', '1'], ['b', '2']))",
            "await seen(form(['f', Buffer.from('x'), { filename: 'f.txt', contentType: 'text/x' }]))",
            "await seen(form(['s', new PassThrough().end('of a stream'), { filename: 's.bin' }]))",
            "await (async (made) => seen(made, made.getHeaders()))(form(['a', '1']))",
        ],
        expect![[r#"
            await seen(form(['a', '1'], ['b', '2'])) ⇒ ["multipart/form-data;boundary=B",true,null,"--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n2\r\n--B--\r\n"]
            await seen(form(['f', Buffer.from('x'), { filename: 'f.txt', contentType: 'text/x' }])) ⇒ ["multipart/form-data;boundary=B",true,null,"--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.txt\"\r\nContent-Type: text/x\r\n\r\nx\r\n--B--\r\n"]
            await seen(form(['s', new PassThrough().end('of a stream'), { filename: 's.bin' }])) ⇒ ["multipart/form-data;boundary=B",false,"chunked","--B\r\nContent-Disposition: form-data; name=\"s\"; filename=\"s.bin\"\r\nContent-Type: application/octet-stream\r\n\r\nof a stream\r\n--B--\r\n"]
            await (async (made) => seen(made, made.getHeaders()))(form(['a', '1'])) ⇒ ["multipart/form-data; boundary=B",true,null,"--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--B--\r\n"]
        "#]],
    );
}

#[test]
fn streams_that_failed_before_they_are_read() {
    // Rejections with "broke"; the run goes on.
    let prelude = format!(
        "{SENT} const broken = () => {{ const stream = new PassThrough(); stream.destroy(new Error('broke')); return stream }};"
    );
    check_at(
        &wait(echo()),
        &prelude,
        &[
            "await new Response(broken(), { url: 'http://a.test/' }).text()",
            "await (async (stream) => { const made = new Response(stream); stream.destroy(new Error('broke')); await new Promise((resolve) => setTimeout(resolve, 1)); return made.text() })(new PassThrough())",
            "(() => { new Response(broken()); return 'nobody reads it' })()",
            "await sent(broken())",
        ],
        expect![[r#"
            await new Response(broken(), { url: 'http://a.test/' }).text() ⇒ throws FetchError: Invalid response body while trying to fetch http://a.test/: broke type=system
            await (async (stream) => { const made = new Response(stream); stream.destroy(new Error('broke')); await new Promise((resolve) => setTimeout(resolve, 1)); return made.text() })(new PassThrough()) ⇒ throws FetchError: Invalid response body while trying to fetch : broke type=system
            (() => { new Response(broken()); return 'nobody reads it' })() ⇒ "nobody reads it"
            await sent(broken()) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: broke type=system code=EIO errno=EIO
        "#]],
    );
}

#[test]
fn bodies_of_get() {
    // Refused, the empty text too; null and undefined are none.
    check_at(
        &wait(echo()),
        SENT,
        &[
            "await echoed({ body: '' })",
            "await echoed({ method: 'head', body: 'x' })",
            "(await echoed({ method: 'GET', body: null })).body",
            "(await echoed({ method: 'GET', body: undefined })).body",
            "await fetch(new Request(url, { method: 'POST', body: 'x' }), { method: 'GET' })",
        ],
        expect![[r#"
            await echoed({ body: '' }) ⇒ throws TypeError: Request with GET/HEAD method cannot have body
            await echoed({ method: 'head', body: 'x' }) ⇒ throws TypeError: Request with GET/HEAD method cannot have body
            (await echoed({ method: 'GET', body: null })).body ⇒ ""
            (await echoed({ method: 'GET', body: undefined })).body ⇒ ""
            await fetch(new Request(url, { method: 'POST', body: 'x' }), { method: 'GET' }) ⇒ throws TypeError: Request with GET/HEAD method cannot have body
        "#]],
    );
}

#[test]
fn a_request_as_options() {
    // ["PUT","of a Request","1"]; then what the standard has and node-fetch does not is let alone.
    check_at(
        &wait(echo()),
        SENT,
        &[
            "await (async ({ method, body, headers }) => [method, body, headers.x])(await echoed(new Request(url, { method: 'PUT', body: 'of a Request', headers: { x: '1' } })))",
            "(await echoed({ method: 'POST', body: 'x', agent: null, mode: 'cors', cache: 'no-store', credentials: 'include', keepalive: true, duplex: 'half' })).body",
            "await (async (request) => { await request.text(); return fetch(request) })(new Request(url, { method: 'POST', body: 'x' }))",
            "await (async (request) => { await fetch(request); return (await (await fetch(request)).json()).body })(new Request(url, { method: 'POST', body: 'twice' }))",
        ],
        expect![[r#"
            await (async ({ method, body, headers }) => [method, body, headers.x])(await echoed(new Request(url, { method: 'PUT', body: 'of a Request', headers: { x: '1' } }))) ⇒ ["PUT","of a Request","1"]
            (await echoed({ method: 'POST', body: 'x', agent: null, mode: 'cors', cache: 'no-store', credentials: 'include', keepalive: true, duplex: 'half' })).body ⇒ "x"
            await (async (request) => { await request.text(); return fetch(request) })(new Request(url, { method: 'POST', body: 'x' })) ⇒ throws Error: cannot clone body after it is used
            await (async (request) => { await fetch(request); return (await (await fetch(request)).json()).body })(new Request(url, { method: 'POST', body: 'twice' })) ⇒ "twice"
        "#]],
    );
}

#[test]
fn redirects_that_are_answers() {
    // The statuses themselves, redirected false: no location, or no redirect, or a mode that nobody knows.
    check_at(
        &wait(pointing()),
        "const get = async (path, options) => { const response = await fetch(url + path, options); return [response.status, response.redirected, await response.text()] };",
        &[
            "await get('/301/')",
            "await get('/307/', { redirect: 'manual' })",
            "await get('/305//end/')",
            "await get('/306//end/')",
            "await get('/201//end/')",
            "await get('/302//end/', { redirect: 'unknown' })",
            "await get('/302//end/', { redirect: 'manual' })",
        ],
        expect![[r#"
            await get('/301/') ⇒ [301,false,"the redirect itself"]
            await get('/307/', { redirect: 'manual' }) ⇒ [307,false,"the redirect itself"]
            await get('/305//end/') ⇒ [305,false,"the redirect itself"]
            await get('/306//end/') ⇒ [306,false,"the redirect itself"]
            await get('/201//end/') ⇒ [201,false,"the redirect itself"]
            await get('/302//end/', { redirect: 'unknown' }) ⇒ [302,false,"the redirect itself"]
            await get('/302//end/', { redirect: 'manual' }) ⇒ [302,false,"the redirect itself"]
        "#]],
    );
}

#[test]
fn locations_of_manual_redirects() {
    // Absolute where they can be, with <> escaped; as they are where they are broken; null where there is none.
    check_at(
        &wait(pointing()),
        "const location = async (path) => (await fetch(url + path, { redirect: 'manual' })).headers.get('location');",
        &[
            "await location('/302//end/')",
            "await location('/302/end')",
            "await location('/302///super:invalid:url%/')",
            "await location('/302/')",
            "await fetch(url + '/302///super:invalid:url%/')",
        ],
        expect![[r#"
            await location('/302//end/') ⇒ "http://127.0.0.1:PORT/end/"
            await location('/302/end') ⇒ "http://127.0.0.1:PORT/302/end"
            await location('/302///super:invalid:url%/') ⇒ "//super:invalid:url%/"
            await location('/302/') ⇒ null
            await fetch(url + '/302///super:invalid:url%/') ⇒ throws FetchError: uri requested responds with an invalid redirect URL: //super:invalid:url%/ type=invalid-redirect
        "#]],
    );
    // "…/end/?caf%C3%A9": a byte is a character of Latin-1, as Node reads headers.
    let latin =
        wait(Endpoint::raw(b"HTTP/1.1 302 Found\r\nlocation: http://foo/?caf\xe9\r\ncontent-length: 0\r\n\r\n"));
    check_at(
        &latin,
        "",
        &["await fetch(url)"],
        expect![[r#"
        await fetch(url) ⇒ throws FetchError: request to http://foo/?caf%C3%A9 failed, reason: getaddrinfo ENOTFOUND foo foo:80 type=system code=ENOTFOUND errno=ENOTFOUND
    "#]],
    );
}

#[test]
fn how_many_redirects() {
    // null is none at all, a number's text counts, undefined is twenty; 0 does not matter without a redirect.
    check_at(
        &wait(redirecting()),
        "const get = async (path, follow) => (await fetch(url + path, { follow })).status;",
        &[
            "await get('/302//done', null)",
            "await get('/302//done', '5')",
            "await get('/302//done', undefined)",
            "await get('/done', 0)",
            "await get('/302//done', 1)",
        ],
        expect![[r#"
            await get('/302//done', null) ⇒ throws FetchError: maximum redirect reached at: http://127.0.0.1:PORT/302//done type=max-redirect
            await get('/302//done', '5') ⇒ 200
            await get('/302//done', undefined) ⇒ 200
            await get('/done', 0) ⇒ 200
            await get('/302//done', 1) ⇒ 200
        "#]],
    );
}

#[test]
fn users_in_urls_of_redirects() {
    // The user of the first URL stays for a relative location, and goes for an absolute one; that of a location is sent.
    check_at(
        &wait(redirecting()),
        "const user = url.replace('//', '//me:pw@');",
        &[
            "await (await fetch(user + '/302//done')).text()",
            "await (await fetch(user + '/302/' + url + '/done')).text()",
            "await (await fetch(url + '/302/' + user + '/done')).text()",
        ],
        expect![[r#"
            await (await fetch(user + '/302//done')).text() ⇒ "GET /done authorization=Basic bWU6cHc= \"\""
            await (await fetch(user + '/302/' + url + '/done')).text() ⇒ "GET /done \"\""
            await (await fetch(url + '/302/' + user + '/done')).text() ⇒ "GET /done authorization=Basic bWU6cHc= \"\""
        "#]],
    );
}

#[test]
fn limits_of_time_after_a_redirect() {
    // A network timeout at the second URL; an AbortError.
    let last = wait(silent());
    let prelude = format!("const last = '{}';", last.url());
    check_at(
        &wait(redirecting()),
        &prelude,
        &[
            "await fetch(url + '/302/' + last + '/x', { timeout: 200 })",
            "await fetch(url + '/302/' + last + '/x', { signal: AbortSignal.timeout(200) })",
        ],
        expect![[r#"
            await fetch(url + '/302/' + last + '/x', { timeout: 200 }) ⇒ throws FetchError: network timeout at: http://127.0.0.1:PORT/x type=request-timeout
            await fetch(url + '/302/' + last + '/x', { signal: AbortSignal.timeout(200) }) ⇒ throws AbortError: The user aborted a request. type=aborted
        "#]],
    );
}

#[test]
fn signals() {
    // AbortError, but for the one that is taken away (the echo's status 200).
    let silent = wait(silent());
    let prelude = format!("const silent = '{}'; const aborted = AbortSignal.abort();", silent.url());
    check_at(
        &wait(echo()),
        &prelude,
        &[
            "await fetch(silent, { signal: AbortSignal.any([new AbortController().signal, AbortSignal.timeout(5)]) })",
            "await fetch(new Request(silent, { signal: AbortSignal.timeout(5) }))",
            "await fetch(new Request(silent, { signal: aborted }).clone())",
            "(await fetch(new Request(url, { signal: aborted }), { signal: null })).status",
            "await (async () => { class AbortSignal extends EventTarget { aborted = false } const own = new AbortSignal(); setTimeout(() => own.dispatchEvent(new Event('abort')), 5); return fetch(silent, { signal: own }) })()",
            "await (async () => { const made = new AbortController(); const sent = fetch(silent, { signal: made.signal }); made.abort(new Error('own reason')); return sent })()",
        ],
        expect![[r#"
            await fetch(silent, { signal: AbortSignal.any([new AbortController().signal, AbortSignal.timeout(5)]) }) ⇒ throws AbortError: The user aborted a request. type=aborted
            await fetch(new Request(silent, { signal: AbortSignal.timeout(5) })) ⇒ throws AbortError: The user aborted a request. type=aborted
            await fetch(new Request(silent, { signal: aborted }).clone()) ⇒ throws AbortError: The user aborted a request. type=aborted
            (await fetch(new Request(url, { signal: aborted }), { signal: null })).status ⇒ 200
            await (async () => { class AbortSignal extends EventTarget { aborted = false } const own = new AbortSignal(); setTimeout(() => own.dispatchEvent(new Event('abort')), 5); return fetch(silent, { signal: own }) })() ⇒ throws AbortError: The user aborted a request. type=aborted
            await (async () => { const made = new AbortController(); const sent = fetch(silent, { signal: made.signal }); made.abort(new Error('own reason')); return sent })() ⇒ throws AbortError: The user aborted a request. type=aborted
        "#]],
    );
}

#[test]
fn a_stream_of_node_that_is_sent_is_destroyed_by_the_signal() {
    // ["AbortError","AbortError",true]
    check_at(
        &wait(silent()),
        SENT,
        &[
            "await (async () => { const made = new AbortController(); const body = new PassThrough(); body.write('x'); const heard = new Promise((resolve) => body.on('error', (error) => resolve(error.name))); setTimeout(() => made.abort(), 5); const told = await fetch(url, { method: 'POST', body, signal: made.signal }).catch((error) => error.name); return [told, await heard, body.destroyed] })()",
        ],
        expect![[r#"
            await (async () => { const made = new AbortController(); const body = new PassThrough(); body.write('x'); const heard = new Promise((resolve) => body.on('error', (error) => resolve(error.name))); setTimeout(() => made.abort(), 5); const told = await fetch(url, { method: 'POST', body, signal: made.signal }).catch((error) => error.name); return [told, await heard, body.destroyed] })() ⇒ ["AbortError","AbortError",true]
        "#]],
    );
}

#[test]
fn what_hangs_on_fetch() {
    // [true,false], then true three times, "undefined" and "1": the package's exports, none of them a global of its own.
    check_at(
        &wait(echo()),
        "",
        &[
            "[fetch.isRedirect(301), fetch.isRedirect(304)]",
            "(await fetch('http://foo').catch((error) => error)) instanceof fetch.FetchError",
            "(await fetch(url, { signal: AbortSignal.abort() }).catch((error) => error)) instanceof fetch.AbortError",
            "(await fetch.default(url)) instanceof fetch.Response",
            "typeof FetchError",
            "new fetch.Headers({ a: 1 }).get('a')",
        ],
        expect![[r#"
            [fetch.isRedirect(301), fetch.isRedirect(304)] ⇒ [true,false]
            (await fetch('http://foo').catch((error) => error)) instanceof fetch.FetchError ⇒ true
            (await fetch(url, { signal: AbortSignal.abort() }).catch((error) => error)) instanceof fetch.AbortError ⇒ true
            (await fetch.default(url)) instanceof fetch.Response ⇒ true
            typeof FetchError ⇒ "undefined"
            new fetch.Headers({ a: 1 }).get('a') ⇒ "1"
        "#]],
    );
}
