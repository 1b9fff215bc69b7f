//! `node:http` and `node:https`: requests, answers, events, errors, in Node's words.

use crate::endpoint::{Endpoint, Refusing};
use crate::fetch::{check_at, echo};
use crate::harness::wait;
use crate::table::table;
use expect_test::expect;
use http_body_util::Full;
use hyper::Response;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// `ask` sends a request, whose body `write` writes, and gives the text of the answer.
const ASK: &str = "const http = require('http'); const https = require('https'); const { Readable, PassThrough, pipeline } = require('stream');
const read = (answer) => new Promise((resolve, reject) => {
  let text = '';
  answer.setEncoding('utf8').on('data', (chunk) => { text += chunk }).on('end', () => resolve(text)).on('error', reject);
});
const ask = (given, write = (request) => request.end()) => new Promise((resolve, reject) => {
  const request = http.request(...given, (answer) => read(answer).then(resolve, reject)).on('error', reject);
  write(request);
});
const echo = async (...given) => JSON.parse(await ask(...given));
const answerTo = (...given) => new Promise((resolve, reject) => http.get(...given, (answer) => { answer.resume(); resolve(answer) }).on('error', reject));";

#[test]
fn what_a_request_of_node_carries() {
    let endpoint = wait(echo());
    check_at(
        &endpoint,
        ASK,
        &[
            "(await echo([url + '/a?b=c'])).path",
            "(await echo([{ host: '127.0.0.1', port: new URL(url).port, path: '/p', headers: { 'X-A': '1', 'x-b': ['1', '2'] }, auth: 'u:p' }])).headers",
            "await echo([new URL(url + '/x'), { method: 'post', headers: { a: 'b' } }], (request) => request.end('hello'))",
            "await echo([url, { method: 'POST' }], (request) => { request.write('a'); request.write(Buffer.from('b')); request.end('c') })",
            "(await echo([url, { method: 'POST', headers: { 'Content-Length': 3 } }], (request) => { request.write('ab'); request.end('c') })).headers",
            "(await echo([url, { method: 'POST' }])).headers",
            "(await echo([url, { method: 'PATCH' }])).headers",
            "(await echo([url, { method: 'DELETE' }])).headers",
            "(await echo([url, { method: 'PUT' }], (request) => Readable.from(['x', 'z'.repeat(100000)]).pipe(request))).body.length",
            "(await echo([url, { method: 'PUT', headers: { Expect: '100-continue', 'Content-Length': 4 } }], (request) => request.on('continue', () => request.end('body')))).body",
            "(await echo([url, { headers: [['a', '1'], ['a', '2']] }])).headers.a",
            "(await echo([url, { headers: ['a', '1', 'b', '2'] }])).headers.b",
            "(await new Promise((resolve) => http.get(url + '/got', (answer) => read(answer).then(resolve)))).includes('/got')",
            "(await echo([url + '/a%20b'])).path",
            "await echo([url, { method: 'POST', headers: { 'content-length': 9 } }], (request) => { request.write('short'); request.end() })",
            "await echo([url, { method: 'POST', headers: { 'content-length': 2 } }], (request) => { request.write('long'); request.end() })",
        ],
        expect![[r#"
            (await echo([url + '/a?b=c'])).path ⇒ "/a?b=c"
            (await echo([{ host: '127.0.0.1', port: new URL(url).port, path: '/p', headers: { 'X-A': '1', 'x-b': ['1', '2'] }, auth: 'u:p' }])).headers ⇒ {"authorization":"Basic dTpw","host":"127.0.0.1:PORT","x-a":"1","x-b":"1, 2"}
            await echo([new URL(url + '/x'), { method: 'post', headers: { a: 'b' } }], (request) => request.end('hello')) ⇒ {"method":"POST","path":"/x","headers":{"a":"b","content-length":"5","host":"127.0.0.1:PORT"},"body":"hello"}
            await echo([url, { method: 'POST' }], (request) => { request.write('a'); request.write(Buffer.from('b')); request.end('c') }) ⇒ {"method":"POST","path":"/","headers":{"host":"127.0.0.1:PORT","transfer-encoding":"chunked"},"body":"abc"}
            (await echo([url, { method: 'POST', headers: { 'Content-Length': 3 } }], (request) => { request.write('ab'); request.end('c') })).headers ⇒ {"content-length":"3","host":"127.0.0.1:PORT"}
            (await echo([url, { method: 'POST' }])).headers ⇒ {"content-length":"0","host":"127.0.0.1:PORT"}
            (await echo([url, { method: 'PATCH' }])).headers ⇒ {"content-length":"0","host":"127.0.0.1:PORT"}
            (await echo([url, { method: 'DELETE' }])).headers ⇒ {"host":"127.0.0.1:PORT"}
            (await echo([url, { method: 'PUT' }], (request) => Readable.from(['x', 'z'.repeat(100000)]).pipe(request))).body.length ⇒ 100001
            (await echo([url, { method: 'PUT', headers: { Expect: '100-continue', 'Content-Length': 4 } }], (request) => request.on('continue', () => request.end('body')))).body ⇒ "body"
            (await echo([url, { headers: [['a', '1'], ['a', '2']] }])).headers.a ⇒ "1, 2"
            (await echo([url, { headers: ['a', '1', 'b', '2'] }])).headers.b ⇒ "2"
            (await new Promise((resolve) => http.get(url + '/got', (answer) => read(answer).then(resolve)))).includes('/got') ⇒ true
            (await echo([url + '/a%20b'])).path ⇒ "/a%20b"
            await echo([url, { method: 'POST', headers: { 'content-length': 9 } }], (request) => { request.write('short'); request.end() }) ⇒ throws Error: the body is not as long as its content-length says code=ERR_HTTP_CONTENT_LENGTH_MISMATCH
            await echo([url, { method: 'POST', headers: { 'content-length': 2 } }], (request) => { request.write('long'); request.end() }) ⇒ throws Error: the body is not as long as its content-length says code=ERR_HTTP_CONTENT_LENGTH_MISMATCH
        "#]],
    );
}

#[test]
fn what_an_answer_of_node_says() {
    let endpoint = wait(Endpoint::raw(
        b"HTTP/1.1 404 Gone fishing\r\nX-One: 1\r\nx-one: 2\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\ncontent-type: a/b\r\ncontent-type: c/d\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi",
    ));
    check_at(
        &endpoint,
        ASK,
        &[
            "(({ statusCode, statusMessage, httpVersion, headers, rawHeaders, url, method }) => [statusCode, statusMessage, httpVersion, headers, rawHeaders.length, url, method])(await answerTo(url))",
            "(await answerTo(url)).headersDistinct['x-one']",
            "await new Promise((resolve) => http.get(url, (answer) => { const before = answer.complete; answer.on('end', () => resolve([before, answer.complete])).resume() }))",
            "await answerTo(url) instanceof Readable",
            "await new Promise((resolve) => http.get(url, async (answer) => { let text = ''; for await (const chunk of answer) text += chunk; resolve(text) }))",
            "await new Promise((resolve) => http.get(url, (answer) => pipeline(answer, new PassThrough().resume(), (error) => resolve(error ?? 'done'))))",
            "await new Promise((resolve) => http.get(url).on('close', () => resolve('nobody listens')))",
            "await new Promise((resolve) => { const seen = []; const request = http.get(url); for (const name of ['socket', 'finish', 'response', 'error', 'abort', 'timeout', 'close']) request.on(name, () => { seen.push(name); if (name === 'close') resolve(seen) }); request.on('response', (answer) => answer.on('data', () => seen.push('data')).on('end', () => seen.push('end'))) })",
        ],
        expect![[r#"
            (({ statusCode, statusMessage, httpVersion, headers, rawHeaders, url, method }) => [statusCode, statusMessage, httpVersion, headers, rawHeaders.length, url, method])(await answerTo(url)) ⇒ [404,"Gone fishing","1.1",{"x-one":"1, 2","set-cookie":["a=1","b=2"],"content-type":"a/b","content-length":"2","connection":"close"},16,"",null]
            (await answerTo(url)).headersDistinct['x-one'] ⇒ ["1","2"]
            await new Promise((resolve) => http.get(url, (answer) => { const before = answer.complete; answer.on('end', () => resolve([before, answer.complete])).resume() })) ⇒ [false,true]
            await answerTo(url) instanceof Readable ⇒ true
            await new Promise((resolve) => http.get(url, async (answer) => { let text = ''; for await (const chunk of answer) text += chunk; resolve(text) })) ⇒ "hi"
            await new Promise((resolve) => http.get(url, (answer) => pipeline(answer, new PassThrough().resume(), (error) => resolve(error ?? 'done')))) ⇒ "done"
            await new Promise((resolve) => http.get(url).on('close', () => resolve('nobody listens'))) ⇒ "nobody listens"
            await new Promise((resolve) => { const seen = []; const request = http.get(url); for (const name of ['socket', 'finish', 'response', 'error', 'abort', 'timeout', 'close']) request.on(name, () => { seen.push(name); if (name === 'close') resolve(seen) }); request.on('response', (answer) => answer.on('data', () => seen.push('data')).on('end', () => seen.push('end'))) }) ⇒ ["socket","finish","response","data","end","close"]
        "#]],
    );
}

/// Answers with the start of a body whose end never comes; `/never` has no answer.
async fn stuck() -> Endpoint {
    Endpoint::start(Arc::default(), |mut stream: TcpStream| async move {
        let mut head = [0; 4096];
        let length = stream.read(&mut head).await.unwrap_or(0);
        if !head[..length].starts_with(b"GET /never") {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await;
        }
        // Ends when the client has gone.
        while stream.read(&mut head).await.is_ok_and(|count| count > 0) {}
    })
    .await
}

#[test]
fn requests_of_node_that_are_given_up() {
    let endpoint = wait(stuck());
    check_at(
        &endpoint,
        ASK,
        &[
            "await new Promise((resolve, reject) => { const request = http.get(url + '/never', { timeout: 10 }); request.on('timeout', () => request.destroy()).on('error', reject) })",
            "await new Promise((resolve) => { const request = http.get(url + '/never'); request.on('error', () => {}); request.setTimeout(10, () => { resolve('timeout'); request.abort() }) })",
            "await new Promise((resolve, reject) => { const request = http.get(url + '/never').on('error', reject); setTimeout(() => request.destroy(new TypeError('mine')), 5) })",
            "await new Promise((resolve) => { const seen = []; const request = http.get(url + '/never'); request.on('error', (error) => seen.push(error.message)).on('abort', () => seen.push('abort')).on('close', () => resolve([seen, request.aborted, request.destroyed])); setTimeout(() => request.abort(), 5) })",
            "await new Promise((resolve) => { const seen = []; const request = http.get(url, (answer) => answer.on('data', () => request.abort()).on('aborted', () => seen.push('aborted')).on('error', (error) => seen.push(error.message, error.code)).on('close', () => resolve(seen))); request.on('error', (error) => seen.push(error)) })",
            "await new Promise((resolve, reject) => http.get(url + '/never', { signal: AbortSignal.timeout(5) }).on('error', reject))",
            "await new Promise((resolve, reject) => http.get(url + '/never', { signal: AbortSignal.abort() }).on('error', reject))",
        ],
        expect![[r#"
            await new Promise((resolve, reject) => { const request = http.get(url + '/never', { timeout: 10 }); request.on('timeout', () => request.destroy()).on('error', reject) }) ⇒ throws Error: socket hang up code=ECONNRESET
            await new Promise((resolve) => { const request = http.get(url + '/never'); request.on('error', () => {}); request.setTimeout(10, () => { resolve('timeout'); request.abort() }) }) ⇒ "timeout"
            await new Promise((resolve, reject) => { const request = http.get(url + '/never').on('error', reject); setTimeout(() => request.destroy(new TypeError('mine')), 5) }) ⇒ throws TypeError: mine
            await new Promise((resolve) => { const seen = []; const request = http.get(url + '/never'); request.on('error', (error) => seen.push(error.message)).on('abort', () => seen.push('abort')).on('close', () => resolve([seen, request.aborted, request.destroyed])); setTimeout(() => request.abort(), 5) }) ⇒ [["abort","socket hang up"],true,true]
            await new Promise((resolve) => { const seen = []; const request = http.get(url, (answer) => answer.on('data', () => request.abort()).on('aborted', () => seen.push('aborted')).on('error', (error) => seen.push(error.message, error.code)).on('close', () => resolve(seen))); request.on('error', (error) => seen.push(error)) }) ⇒ ["aborted","aborted","ECONNRESET"]
            await new Promise((resolve, reject) => http.get(url + '/never', { signal: AbortSignal.timeout(5) }).on('error', reject)) ⇒ throws AbortError: The operation was aborted code=ABORT_ERR
            await new Promise((resolve, reject) => http.get(url + '/never', { signal: AbortSignal.abort() }).on('error', reject)) ⇒ throws AbortError: The operation was aborted code=ABORT_ERR
        "#]],
    );
}

#[test]
fn requests_of_node_that_fail() {
    let refusing = wait(async { Refusing::new() });
    let prelude = format!("{ASK}\nconst url = '{}';", refusing.url());
    let shown = "const keys = async (given) => { try { await answerTo(given) } catch ({ errno, code, syscall, address, hostname, message }) { return [errno, code, syscall, address, hostname, message] } };";
    expect![[r#"
        await answerTo(url) ⇒ throws Error: connect ECONNREFUSED 127.0.0.1:PORT code=ECONNREFUSED errno=-111
        await keys(url) ⇒ [-111,"ECONNREFUSED","connect","127.0.0.1",null,"connect ECONNREFUSED 127.0.0.1:PORT"]
        await keys('http://nowhere') ⇒ [-3008,"ENOTFOUND","getaddrinfo",null,"nowhere","getaddrinfo ENOTFOUND nowhere"]
        await keys('http://again.test') ⇒ [-3001,"EAI_AGAIN","getaddrinfo",null,"again.test","getaddrinfo EAI_AGAIN again.test"]
        await new Promise((resolve, reject) => https.get(url.replace('http:', 'https:')).on('error', reject)) ⇒ throws Error: connect ECONNREFUSED 127.0.0.1:PORT code=ECONNREFUSED errno=-111
        http.get('https://there.test') ⇒ throws TypeError: Protocol "https:" not supported. Expected "http:" code=ERR_INVALID_PROTOCOL
        https.get('http://there.test') ⇒ throws TypeError: Protocol "http:" not supported. Expected "https:" code=ERR_INVALID_PROTOCOL
        http.createServer() ⇒ throws Error: `http.createServer` is not available: a function sends requests, it does not listen for any code=ERR_FEATURE_UNAVAILABLE_ON_PLATFORM
        new https.Server() ⇒ throws Error: `https.Server` is not available: a function sends requests, it does not listen for any code=ERR_FEATURE_UNAVAILABLE_ON_PLATFORM
        http.get({ agent: { addRequest() {} } }) ⇒ throws Error: agents that make connections of their own, proxies for example, cannot be used here: connections are the host's code=ERR_FEATURE_UNAVAILABLE_ON_PLATFORM
        http.request('relative') ⇒ throws TypeError: Invalid URL code=ERR_INVALID_URL
        http.request({ method: 'a b' }) ⇒ throws TypeError: Method must be a valid HTTP token ["a b"] code=ERR_INVALID_HTTP_TOKEN
        http.request({ method: 1 }) ⇒ throws TypeError: The "options.method" property must be of type string. Received type number (1) code=ERR_INVALID_ARG_TYPE
        http.request({ path: '/a b' }) ⇒ throws TypeError: Request path contains unescaped characters code=ERR_UNESCAPED_CHARACTERS
        http.request({ headers: { 'a b': 1 } }) ⇒ throws TypeError: Header name must be a valid HTTP token ["a b"] code=ERR_INVALID_HTTP_TOKEN
        http.request({ headers: { a: undefined } }) ⇒ throws TypeError: Invalid value "undefined" for header "a" code=ERR_HTTP_INVALID_HEADER_VALUE
        http.request({ headers: { a: 'x\ny' } }) ⇒ throws TypeError: Invalid character in header content ["a"] code=ERR_INVALID_CHAR
        http.request({ headers: ['a'] }) ⇒ throws TypeError: The argument 'headers' is invalid. Received [ 'a' ] code=ERR_INVALID_ARG_VALUE
        http.request({ agent: 1 }) ⇒ throws TypeError: The "options.agent" property must be one of Agent-like Object, undefined, or false. Received type number (1) code=ERR_INVALID_ARG_TYPE
        http.request({ host: 1 }) ⇒ throws TypeError: The "options.host" property must be of type string or one of undefined or null. Received type number (1) code=ERR_INVALID_ARG_TYPE
        http.request({ hostname: {} }) ⇒ throws TypeError: The "options.hostname" property must be of type string or one of undefined or null. Received an instance of Object code=ERR_INVALID_ARG_TYPE
        http.request({ timeout: 'x' }) ⇒ throws TypeError: The "timeout" argument must be of type number. Received type string ('x') code=ERR_INVALID_ARG_TYPE
        http.request(url).on('error', () => {}).write(1) ⇒ throws TypeError: The "chunk" argument must be of type string or an instance of Buffer or Uint8Array. Received type number (1) code=ERR_INVALID_ARG_TYPE
        await new Promise((resolve, reject) => { const request = http.request(url, { method: 'POST' }).on('error', reject); request.end('x'); request.write('y') }) ⇒ throws Error: write after end code=ERR_STREAM_WRITE_AFTER_END
        await (async () => { const request = http.request(url, { method: 'POST' }).on('error', () => {}); request.write('x'); request.setHeader('a', 'b') })() ⇒ throws Error: Cannot set headers after they are sent to the client code=ERR_HTTP_HEADERS_SENT
        http.validateHeaderName('a b') ⇒ throws TypeError: Header name must be a valid HTTP token ["a b"] code=ERR_INVALID_HTTP_TOKEN
        http.validateHeaderValue('a', '\n') ⇒ throws TypeError: Invalid character in header content ["a"] code=ERR_INVALID_CHAR
    "#]].assert_eq(&table(
        &format!("{prelude}{shown}"),
        &[
            "await answerTo(url)",
            "await keys(url)",
            "await keys('http://nowhere')",
            "await keys('http://again.test')",
            "await new Promise((resolve, reject) => https.get(url.replace('http:', 'https:')).on('error', reject))",
            "http.get('https://there.test')",
            "https.get('http://there.test')",
            "http.createServer()",
            "new https.Server()",
            "http.get({ agent: { addRequest() {} } })",
            "http.request('relative')",
            "http.request({ method: 'a b' })",
            "http.request({ method: 1 })",
            "http.request({ path: '/a b' })",
            "http.request({ headers: { 'a b': 1 } })",
            "http.request({ headers: { a: undefined } })",
            "http.request({ headers: { a: 'x\\ny' } })",
            "http.request({ headers: ['a'] })",
            "http.request({ agent: 1 })",
            "http.request({ host: 1 })",
            "http.request({ hostname: {} })",
            "http.request({ timeout: 'x' })",
            "http.request(url).on('error', () => {}).write(1)",
            "await new Promise((resolve, reject) => { const request = http.request(url, { method: 'POST' }).on('error', reject); request.end('x'); request.write('y') })",
            "await (async () => { const request = http.request(url, { method: 'POST' }).on('error', () => {}); request.write('x'); request.setHeader('a', 'b') })()",
            "http.validateHeaderName('a b')",
            "http.validateHeaderValue('a', '\\n')",
        ],
    ));
    for (bytes, expected) in [
        (
            &b""[..],
            expect![[r#"
            await ask([url]) ⇒ throws Error: socket hang up code=ECONNRESET
        "#]],
        ),
        (
            b"garbage\r\n\r\n",
            expect![[r#"
            await ask([url]) ⇒ throws Error: Parse Error: Expected HTTP/, RTSP/ or ICE/ code=HPE_INVALID_CONSTANT
        "#]],
        ),
        (
            b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf",
            expect![[r#"
            await ask([url]) ⇒ throws Error: aborted code=ECONNRESET
        "#]],
        ),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n",
            expect![[r#"
            await ask([url]) ⇒ throws Error: Parse Error: Invalid character in chunk size code=HPE_INVALID_CHUNK_SIZE
        "#]],
        ),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n",
            expect![[r#"
            await ask([url]) ⇒ throws Error: aborted code=ECONNRESET
        "#]],
        ),
    ] {
        check_at(&wait(Endpoint::raw(bytes)), ASK, &["await ask([url])"], expected);
    }
}

#[test]
fn headers_and_names_of_node() {
    let endpoint = wait(Endpoint::http(|_| async { Response::new(Full::default()) }));
    check_at(
        &endpoint,
        ASK,
        &[
            "(() => { const request = http.request('http://a.test:81/p?q', { method: 'POST' }).on('error', () => {}); request.setHeader('A', '1'); request.setHeader('b', ['x', 'y']); request.removeHeader('A'); request.appendHeader('b', 'z'); request.destroy(); return [request.getHeader('B'), request.getHeaders(), request.getHeaderNames(), request.getRawHeaderNames(), request.hasHeader('host'), request.method, request.path, request.host, request.protocol] })()",
            "[http.METHODS.length, http.STATUS_CODES[404], http.STATUS_CODES[418], Object.keys(http.STATUS_CODES).length, http.maxHeaderSize]",
            "Object.keys(http)",
            "Object.keys(https)",
            "[http.globalAgent.protocol, https.globalAgent.protocol, https.globalAgent.defaultPort, http.globalAgent.keepAlive, https.globalAgent instanceof http.Agent]",
            "new http.Agent({ keepAlive: true }).getName({ host: 'x', port: 1 })",
            "require('node:http') === http && require('node:https') === https",
            "await new Promise((resolve) => { const request = http.get(url, { agent: new http.Agent({ keepAlive: true }) }, (answer) => { answer.resume(); resolve([answer.statusCode, request.agent.keepAlive, request.socket.destroyed]) }) })",
        ],
        expect![[r#"
            (() => { const request = http.request('http://a.test:81/p?q', { method: 'POST' }).on('error', () => {}); request.setHeader('A', '1'); request.setHeader('b', ['x', 'y']); request.removeHeader('A'); request.appendHeader('b', 'z'); request.destroy(); return [request.getHeader('B'), request.getHeaders(), request.getHeaderNames(), request.getRawHeaderNames(), request.hasHeader('host'), request.method, request.path, request.host, request.protocol] })() ⇒ [["x","y","z"],{"host":"a.test:81","b":["x","y","z"]},["host","b"],["Host","b"],true,"POST","/p?q","a.test","http:"]
            [http.METHODS.length, http.STATUS_CODES[404], http.STATUS_CODES[418], Object.keys(http.STATUS_CODES).length, http.maxHeaderSize] ⇒ [35,"Not Found","I'm a Teapot",63,16384]
            Object.keys(http) ⇒ ["_connectionListener","METHODS","STATUS_CODES","Agent","ClientRequest","IncomingMessage","OutgoingMessage","Server","ServerResponse","createServer","validateHeaderName","validateHeaderValue","get","request","setMaxIdleHTTPParsers","maxHeaderSize","globalAgent"]
            Object.keys(https) ⇒ ["Agent","globalAgent","Server","createServer","get","request"]
            [http.globalAgent.protocol, https.globalAgent.protocol, https.globalAgent.defaultPort, http.globalAgent.keepAlive, https.globalAgent instanceof http.Agent] ⇒ ["http:","https:",443,true,true]
            new http.Agent({ keepAlive: true }).getName({ host: 'x', port: 1 }) ⇒ "x:1:"
            require('node:http') === http && require('node:https') === https ⇒ true
            await new Promise((resolve) => { const request = http.get(url, { agent: new http.Agent({ keepAlive: true }) }, (answer) => { answer.resume(); resolve([answer.statusCode, request.agent.keepAlive, request.socket.destroyed]) }) }) ⇒ [200,true,false]
        "#]],
    );
}
