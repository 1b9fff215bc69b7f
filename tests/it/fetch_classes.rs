//! `Headers`, `Request` and `Response` by themselves, as node-fetch 2.6.0 has them.

use crate::table::check_table;
use expect_test::expect;

#[test]
fn headers_by_themselves() {
    check_table(
        &[
            "[...new Headers({ b: '2', A: 1, 'X-Y': true })]",
            "new Headers({ 'Content-Type': 'x' }).get('content-type')",
            "new Headers([['a', '1'], ['A', '2']]).get('a')",
            "new Headers(new Headers({ a: '1' })).has('A')",
            "new Headers(new Map([['a', '1']])).get('a')",
            "new Headers(null).get('a')",
            "(() => { const h = new Headers(); h.append('a', '1'); h.append('a', '2'); h.set('b', '3'); h.delete('A'); return [h.has('a'), h.get('b')] })()",
            "(() => { const h = new Headers({ a: '1' }); h.set('A', '2'); h.append('a', '3'); return h.raw() })()",
            "(() => { const seen = []; new Headers({ b: '2', a: '1' }).forEach((value, name, all) => seen.push(name + value + (all instanceof Headers))); return seen })()",
            "[...new Headers({ b: '2', a: '1' }).keys()].concat([...new Headers({ b: '2', a: '1' }).values()], [...new Headers({ b: '2' }).entries()])",
            "Object.prototype.toString.call(new Headers())",
            "new Headers({ a: undefined, b: null }).get('a')",
            "new Headers('text')",
            "new Headers(7)",
            "new Headers({ 'a b': '1' })",
            "new Headers({ a: '1\\nb: 2' })",
            "new Headers().get('a b')",
            "new Headers().append('', 'x')",
            "new Headers({ a: ['1', '2'] }).get('a')",
        ],
        expect![[r#"
        [...new Headers({ b: '2', A: 1, 'X-Y': true })] ⇒ [["a","1"],["b","2"],["x-y","true"]]
        new Headers({ 'Content-Type': 'x' }).get('content-type') ⇒ "x"
        new Headers([['a', '1'], ['A', '2']]).get('a') ⇒ "1, 2"
        new Headers(new Headers({ a: '1' })).has('A') ⇒ true
        new Headers(new Map([['a', '1']])).get('a') ⇒ "1"
        new Headers(null).get('a') ⇒ null
        (() => { const h = new Headers(); h.append('a', '1'); h.append('a', '2'); h.set('b', '3'); h.delete('A'); return [h.has('a'), h.get('b')] })() ⇒ [false,"3"]
        (() => { const h = new Headers({ a: '1' }); h.set('A', '2'); h.append('a', '3'); return h.raw() })() ⇒ {"a":["2","3"]}
        (() => { const seen = []; new Headers({ b: '2', a: '1' }).forEach((value, name, all) => seen.push(name + value + (all instanceof Headers))); return seen })() ⇒ ["a1true","b2true"]
        [...new Headers({ b: '2', a: '1' }).keys()].concat([...new Headers({ b: '2', a: '1' }).values()], [...new Headers({ b: '2' }).entries()]) ⇒ ["a","b","1","2",["b","2"]]
        Object.prototype.toString.call(new Headers()) ⇒ "[object Headers]"
        new Headers({ a: undefined, b: null }).get('a') ⇒ "undefined"
        new Headers('text') ⇒ throws TypeError: Provided initializer must be an object
        new Headers(7) ⇒ throws TypeError: Provided initializer must be an object
        new Headers({ 'a b': '1' }) ⇒ throws TypeError: a b is not a legal HTTP header name
        new Headers({ a: '1\nb: 2' }) ⇒ throws TypeError: 1
        b: 2 is not a legal HTTP header value
        new Headers().get('a b') ⇒ throws TypeError: a b is not a legal HTTP header name
        new Headers().append('', 'x') ⇒ throws TypeError:  is not a legal HTTP header name
        new Headers({ a: ['1', '2'] }).get('a') ⇒ "1,2"
    "#]],
    );
}

#[test]
fn requests_by_themselves() {
    check_table(
        &[
            "(({ method, url, redirect, bodyUsed, follow, timeout, size }) => [method, url, redirect, bodyUsed, follow, timeout, size])(new Request('https://a.test/b?c'))",
            "new Request('https://a.test', { method: 'post', body: 'x' }).method",
            "new Request('https://a.test', { method: 'POST', body: 'x' }).headers.get('content-type')",
            "await new Request('https://a.test', { method: 'POST', body: '{\"a\":1}' }).json()",
            "await new Request(new Request('https://a.test', { method: 'POST', body: 'x', headers: { h: '1' } })).text()",
            "new Request(new Request('https://a.test', { headers: { h: '1' } }), { headers: { i: '2' } }).headers.has('h')",
            "new Request('https://a.test', { method: 'POST', body: 'x' }).clone().method",
            "new Request(new URL('https://a.test/x')).url",
            "new Request('https://a.test').signal",
            "new Request('https://a.test') instanceof Request",
            "Object.prototype.toString.call(new Request('https://a.test'))",
            "new Request('https://a.test', { body: 'x' })",
            "new Request('https://a.test', { signal: 'x' })",
            "await (async (request) => { await request.text(); return request.text() })(new Request('https://a.test/', { method: 'POST', body: 'x' }))",
        ],
        expect![[r#"
        (({ method, url, redirect, bodyUsed, follow, timeout, size }) => [method, url, redirect, bodyUsed, follow, timeout, size])(new Request('https://a.test/b?c')) ⇒ ["GET","https://a.test/b?c","follow",false,20,0,0]
        new Request('https://a.test', { method: 'post', body: 'x' }).method ⇒ "POST"
        new Request('https://a.test', { method: 'POST', body: 'x' }).headers.get('content-type') ⇒ "text/plain;charset=UTF-8"
        await new Request('https://a.test', { method: 'POST', body: '{"a":1}' }).json() ⇒ {"a":1}
        await new Request(new Request('https://a.test', { method: 'POST', body: 'x', headers: { h: '1' } })).text() ⇒ "x"
        new Request(new Request('https://a.test', { headers: { h: '1' } }), { headers: { i: '2' } }).headers.has('h') ⇒ false
        new Request('https://a.test', { method: 'POST', body: 'x' }).clone().method ⇒ "POST"
        new Request(new URL('https://a.test/x')).url ⇒ "https://a.test/x"
        new Request('https://a.test').signal ⇒ null
        new Request('https://a.test') instanceof Request ⇒ true
        Object.prototype.toString.call(new Request('https://a.test')) ⇒ "[object Request]"
        new Request('https://a.test', { body: 'x' }) ⇒ throws TypeError: Request with GET/HEAD method cannot have body
        new Request('https://a.test', { signal: 'x' }) ⇒ throws TypeError: Expected signal to be an instanceof AbortSignal
        await (async (request) => { await request.text(); return request.text() })(new Request('https://a.test/', { method: 'POST', body: 'x' })) ⇒ throws TypeError: body used already for: https://a.test/
    "#]],
    );
}

#[test]
fn responses_by_themselves() {
    check_table(
        &[
            "(({ status, ok, url, bodyUsed }) => [status, ok, url, bodyUsed])(new Response('x'))",
            "(({ status, ok, statusText }) => [status, ok, statusText])(new Response('x', { status: 404, statusText: 'Gone fishing' }))",
            "new Response('x').headers.get('content-type')",
            "await new Response('{\"a\":1}').json()",
            "await new Response(new URLSearchParams({ a: '1' })).text()",
            "await new Response().text()",
            "await new Response(null).text()",
            "new Uint8Array(await new Response('abc').arrayBuffer()).length",
            "await (async (response) => { await response.text(); return response.text() })(new Response('x'))",
            "await new Response('x', { headers: { a: '1' } }).clone().headers.get('a')",
            "await new Response('not JSON').json().catch((error) => [error.name, error.type, error.message.startsWith('invalid json response body at  reason: ')])",
        ],
        expect![[r#"
        (({ status, ok, url, bodyUsed }) => [status, ok, url, bodyUsed])(new Response('x')) ⇒ [200,true,"",false]
        (({ status, ok, statusText }) => [status, ok, statusText])(new Response('x', { status: 404, statusText: 'Gone fishing' })) ⇒ [404,false,"Gone fishing"]
        new Response('x').headers.get('content-type') ⇒ "text/plain;charset=UTF-8"
        await new Response('{"a":1}').json() ⇒ {"a":1}
        await new Response(new URLSearchParams({ a: '1' })).text() ⇒ "a=1"
        await new Response().text() ⇒ ""
        await new Response(null).text() ⇒ ""
        new Uint8Array(await new Response('abc').arrayBuffer()).length ⇒ 3
        await (async (response) => { await response.text(); return response.text() })(new Response('x')) ⇒ throws TypeError: body used already for: 
        await new Response('x', { headers: { a: '1' } }).clone().headers.get('a') ⇒ "1"
        await new Response('not JSON').json().catch((error) => [error.name, error.type, error.message.startsWith('invalid json response body at  reason: ')]) ⇒ ["FetchError","invalid-json",true]
    "#]],
    );
}

#[test]
fn requests_that_are_refused() {
    check_table(
        &[
            "await fetch('http://there.test:1', { method: 'CONNECT' })",
            "await fetch('http://there.test:1', { headers: Array.from({ length: 40000 }, (_, n) => ['x-' + n, '']) })",
        ],
        expect![[r#"
            await fetch('http://there.test:1', { method: 'CONNECT' }) ⇒ throws FetchError: request to http://there.test:1/ failed, reason: the method CONNECT is not allowed type=system code=EACCES errno=EACCES
            await fetch('http://there.test:1', { headers: Array.from({ length: 40000 }, (_, n) => ['x-' + n, '']) }) ⇒ throws TypeError: a request has at most 1000 headers, not 40003
        "#]],
    );
}
