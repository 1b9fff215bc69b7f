//! Redirects: which are followed, how, and what they take along.

use crate::endpoint::Endpoint;
use crate::fetch::{check_at, seen};
use crate::harness::wait;
use expect_test::expect;
use http_body_util::Full;
use hyper::Response;

#[test]
fn redirects_by_status() {
    let endpoint = wait(redirecting());
    let prelude = "const options = { headers: { Authorization: 'secret', Cookie: 'c=1' } };
    const get = async (path, more) => (await fetch(url + path, { ...options, ...more })).text();
    const post = (path, more) => get(path, { method: 'POST', body: 'body', ...more });";
    check_at(
        &endpoint,
        prelude,
        &[
            "await get('/301//done')",
            "await post('/301//done')",
            "await get('/302//done')",
            "await post('/302//done')",
            "await post('/303//done')",
            "await post('/303//done', { method: 'PUT' })",
            "await post('/301//done', { method: 'PUT' })",
            "await post('/307//done')",
            "await post('/308//done')",
            "await get('/303//done', { method: 'HEAD' })",
            "await get('/300//done')",
            "await get('/304//done')",
            "(({ url, redirected, status }) => [url, redirected, status])(await fetch(url + '/302//302//done'))",
        ],
        expect![[r#"
        await get('/301//done') ⇒ "GET /done authorization=secret cookie=c=1 \"\""
        await post('/301//done') ⇒ "GET /done authorization=secret cookie=c=1 content-type=text/plain;charset=UTF-8 \"\""
        await get('/302//done') ⇒ "GET /done authorization=secret cookie=c=1 \"\""
        await post('/302//done') ⇒ "GET /done authorization=secret cookie=c=1 content-type=text/plain;charset=UTF-8 \"\""
        await post('/303//done') ⇒ "GET /done authorization=secret cookie=c=1 content-type=text/plain;charset=UTF-8 \"\""
        await post('/303//done', { method: 'PUT' }) ⇒ "GET /done authorization=secret cookie=c=1 content-type=text/plain;charset=UTF-8 \"\""
        await post('/301//done', { method: 'PUT' }) ⇒ "PUT /done authorization=secret cookie=c=1 content-type=text/plain;charset=UTF-8 content-length=4 \"body\""
        await post('/307//done') ⇒ "POST /done authorization=secret cookie=c=1 content-type=text/plain;charset=UTF-8 content-length=4 \"body\""
        await post('/308//done') ⇒ "POST /done authorization=secret cookie=c=1 content-type=text/plain;charset=UTF-8 content-length=4 \"body\""
        await get('/303//done', { method: 'HEAD' }) ⇒ "GET /done authorization=secret cookie=c=1 \"\""
        await get('/300//done') ⇒ ""
        await get('/304//done') ⇒ ""
        (({ url, redirected, status }) => [url, redirected, status])(await fetch(url + '/302//302//done')) ⇒ ["http://127.0.0.1:PORT/done",true,200]
    "#]],
    );
}

#[test]
fn redirects_to_relative_locations() {
    let endpoint = wait(Endpoint::http(|received| async move {
        match received.path.strip_prefix("/a/b?to=") {
            Some(location) => {
                Response::builder().status(302).header("location", location).body(Full::default()).unwrap()
            }
            None => Response::new(Full::from(received.path)),
        }
    }));
    check_at(
        &endpoint,
        "const get = async (to) => (await fetch(url + '/a/b?to=' + to)).text();",
        &[
            "await get('c')",
            "await get('../c')",
            "await get('/c')",
            "await get('?q=1')",
            "await get('//127.0.0.1:' + new URL(url).port + '/c')",
            "await get('')",
            "await get('%23hash')",
        ],
        expect![[r#"
        await get('c') ⇒ "/a/c"
        await get('../c') ⇒ "/c"
        await get('/c') ⇒ "/c"
        await get('?q=1') ⇒ "/a/b?q=1"
        await get('//127.0.0.1:' + new URL(url).port + '/c') ⇒ "/c"
        await get('') ⇒ throws FetchError: maximum redirect reached at: http://127.0.0.1:PORT/a/b?to= type=max-redirect
        await get('%23hash') ⇒ "/a/%23hash"
    "#]],
    );
}

#[test]
fn redirects_that_are_not_followed() {
    let endpoint = wait(redirecting());
    check_at(
        &endpoint,
        "",
        &[
            "await (async ({ status, headers, url, redirected }) => [status, headers.get('location'), url, redirected])(await fetch(url + '/302//done', { redirect: 'manual' }))",
            "await fetch(url + '/302//done', { redirect: 'error' })",
            "(await fetch(url + '/done', { redirect: 'error' })).status",
            "await fetch(url + '/302//302//done', { follow: 1 })",
            "await fetch(url + '/302//done', { follow: 0 })",
            "await fetch(url + '/302/http:')",
            "await fetch(url + '/302/ftp:%2F%2Fx')",
            "await fetch(url + '/302/ftp://127.0.0.1/')",
        ],
        expect![[r#"
        await (async ({ status, headers, url, redirected }) => [status, headers.get('location'), url, redirected])(await fetch(url + '/302//done', { redirect: 'manual' })) ⇒ [302,"http://127.0.0.1:PORT/done","http://127.0.0.1:PORT/302//done",false]
        await fetch(url + '/302//done', { redirect: 'error' }) ⇒ throws FetchError: redirect mode is set to error: http://127.0.0.1:PORT/302//done type=no-redirect
        (await fetch(url + '/done', { redirect: 'error' })).status ⇒ 200
        await fetch(url + '/302//302//done', { follow: 1 }) ⇒ throws FetchError: maximum redirect reached at: http://127.0.0.1:PORT/302//done type=max-redirect
        await fetch(url + '/302//done', { follow: 0 }) ⇒ throws FetchError: maximum redirect reached at: http://127.0.0.1:PORT/302//done type=max-redirect
        await fetch(url + '/302/http:') ⇒ throws FetchError: maximum redirect reached at: http://127.0.0.1:PORT/302/http: type=max-redirect
        await fetch(url + '/302/ftp:%2F%2Fx') ⇒ throws FetchError: uri requested responds with an invalid redirect URL: ftp:%2F%2Fx type=invalid-redirect
        await fetch(url + '/302/ftp://127.0.0.1/') ⇒ throws TypeError: Only HTTP(S) protocols are supported
    "#]],
    );
}

#[test]
fn redirects_without_end() {
    let endpoint = wait(Endpoint::http(|_| async {
        Response::builder().status(302).header("location", "/again").body(Full::default()).unwrap()
    }));
    check_at(
        &endpoint,
        "",
        &["await fetch(url)"],
        expect![[r#"
        await fetch(url) ⇒ throws FetchError: maximum redirect reached at: http://127.0.0.1:PORT/again type=max-redirect
    "#]],
    );
    assert_eq!(endpoint.received().len(), 21, "the request and twenty redirects");
}

#[test]
fn redirect_to_another_host_takes_no_secrets_along() {
    let last = wait(redirecting());
    let port = last.port();
    let prelude = format!("const last = 'http://last.test:{port}';
    const get = async (to) => (await fetch(url + '/307/' + to, {{ method: 'POST', body: 'body', headers: {{ Authorization: 'secret', Cookie: 'c=1' }} }})).text();");
    let first = wait(redirecting());
    check_at(
        &first,
        &prelude,
        &["await get(last + '/done')", "await get(url + '/done')", "await get(last + '/307/' + url + '/done')"],
        expect![[r#"
        await get(last + '/done') ⇒ "POST /done content-type=text/plain;charset=UTF-8 content-length=4 \"body\""
        await get(url + '/done') ⇒ "POST /done authorization=secret cookie=c=1 content-type=text/plain;charset=UTF-8 content-length=4 \"body\""
        await get(last + '/307/' + url + '/done') ⇒ "POST /done content-type=text/plain;charset=UTF-8 content-length=4 \"body\""
    "#]],
    );
}

/// Answers `/301/to` with status 301 and the location `to`, other paths with what came.
pub(crate) async fn redirecting() -> Endpoint {
    Endpoint::http(|received| async move {
        let path = received.path.trim_start_matches('/');
        let status: Option<u16> = path.get(..3).and_then(|status| status.parse().ok());
        match status {
            Some(status) => {
                Response::builder().status(status).header("location", &path[4..]).body(Full::default()).unwrap()
            }
            None => Response::new(Full::from(seen(&received))),
        }
    })
    .await
}
