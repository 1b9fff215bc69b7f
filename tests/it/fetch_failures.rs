//! Requests that fail: names, connections, answers that break off, TLS, aborts,
//! timeouts. All in Node's and node-fetch's words.

use crate::endpoint::{Endpoint, Refusing};
use crate::harness::{TRACK, check_with, limits, options, run, text, wait};
use crate::table::table;
use expect_test::{Expect, expect};
use fnhost::{Host, Limits};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, KeyPair};
use std::convert::Infallible;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// The table of `expressions` that know `url`.
fn check_at(url: &str, expressions: &[&str], expected: Expect) {
    expected.assert_eq(&table(&format!("const url = '{url}';"), expressions));
}

/// Accepts, and never answers.
async fn silent() -> Endpoint {
    Endpoint::start(Arc::default(), |stream: TcpStream| async move {
        let _open = stream;
        std::future::pending::<()>().await;
    })
    .await
}

/// Answers with `head` and the start of a body whose end never comes.
async fn stuck() -> Endpoint {
    Endpoint::start(Arc::default(), |mut stream: TcpStream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await;
        std::future::pending::<()>().await;
    })
    .await
}

#[test]
fn names_that_do_not_resolve() {
    check_at(
        "",
        &[
            "await fetch('https://foo')",
            "await fetch('http://foo')",
            "await fetch('https://foo:8443/path?q=1#hash')",
            "await fetch('https://user:secret@foo/')",
            "await fetch('https://FOO.example/')",
            "await fetch('https://again.test/')",
            "await (async () => { try { await fetch('https://foo') } catch (error) { return [error instanceof Error, Object.keys(error), JSON.stringify(error), String(error)] } })()",
        ],
        expect![[r#"
        await fetch('https://foo') ⇒ throws FetchError: request to https://foo/ failed, reason: getaddrinfo ENOTFOUND foo foo:443 type=system code=ENOTFOUND errno=ENOTFOUND
        await fetch('http://foo') ⇒ throws FetchError: request to http://foo/ failed, reason: getaddrinfo ENOTFOUND foo foo:80 type=system code=ENOTFOUND errno=ENOTFOUND
        await fetch('https://foo:8443/path?q=1#hash') ⇒ throws FetchError: request to https://foo:8443/path?q=1#hash failed, reason: getaddrinfo ENOTFOUND foo foo:8443 type=system code=ENOTFOUND errno=ENOTFOUND
        await fetch('https://user:secret@foo/') ⇒ throws FetchError: request to https://user:secret@foo/ failed, reason: getaddrinfo ENOTFOUND foo foo:443 type=system code=ENOTFOUND errno=ENOTFOUND
        await fetch('https://FOO.example/') ⇒ throws FetchError: request to https://foo.example/ failed, reason: getaddrinfo ENOTFOUND foo.example foo.example:443 type=system code=ENOTFOUND errno=ENOTFOUND
        await fetch('https://again.test/') ⇒ throws FetchError: request to https://again.test/ failed, reason: getaddrinfo EAI_AGAIN again.test again.test:443 type=system code=EAI_AGAIN errno=EAI_AGAIN
        await (async () => { try { await fetch('https://foo') } catch (error) { return [error instanceof Error, Object.keys(error), JSON.stringify(error), String(error)] } })() ⇒ [true,["message","type","errno","code"],"{\"message\":\"request to https://foo/ failed, reason: getaddrinfo ENOTFOUND foo foo:443\",\"type\":\"system\",\"errno\":\"ENOTFOUND\",\"code\":\"ENOTFOUND\"}","FetchError: request to https://foo/ failed, reason: getaddrinfo ENOTFOUND foo foo:443"]
    "#]],
    );
}

#[test]
fn nobody_listens() {
    let refusing = wait(async { Refusing::new() });
    check_at(
        &refusing.url(),
        &["await fetch(url)", "await fetch(url + '/path', { method: 'POST', body: 'x' })"],
        expect![[r#"
        await fetch(url) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect ECONNREFUSED 127.0.0.1:PORT type=system code=ECONNREFUSED errno=ECONNREFUSED
        await fetch(url + '/path', { method: 'POST', body: 'x' }) ⇒ throws FetchError: request to http://127.0.0.1:PORT/path failed, reason: connect ECONNREFUSED 127.0.0.1:PORT type=system code=ECONNREFUSED errno=ECONNREFUSED
    "#]],
    );
    let name = refusing.url().replace("127.0.0.1", "there.test");
    check_at(
        &name,
        &["await fetch(url)"],
        expect![[r#"
        await fetch(url) ⇒ throws FetchError: request to http://there.test:PORT/ failed, reason: connect ECONNREFUSED 127.0.0.1:PORT type=system code=ECONNREFUSED errno=ECONNREFUSED
    "#]],
    );
    let v6 = refusing.url().replace("127.0.0.1", "[::1]");
    check_at(
        &v6,
        &[
            "(await fetch(url).catch((error) => error.message)).startsWith(`request to ${url}/ failed, reason: connect E`)",
        ],
        expect![[r#"
        (await fetch(url).catch((error) => error.message)).startsWith(`request to ${url}/ failed, reason: connect E`) ⇒ true
    "#]],
    );
}

#[test]
fn closed_without_an_answer() {
    let endpoint = wait(Endpoint::raw(b""));
    check_at(
        &endpoint.url(),
        &["await fetch(url)", "await fetch(url, { method: 'POST', body: 'x' })"],
        expect![[r#"
        await fetch(url) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: socket hang up type=system code=ECONNRESET errno=ECONNRESET
        await fetch(url, { method: 'POST', body: 'x' }) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: socket hang up type=system code=ECONNRESET errno=ECONNRESET
    "#]],
    );
    let source = format!("async function onTrack() {{ await fetch('{}') }}", endpoint.url());
    expect![[r#"
        onTrack failed: Uncaught, retry: Retrying
        FetchError: request to http://127.0.0.1:PORT/ failed, reason: socket hang up
        code ECONNRESET
        GET http://127.0.0.1:PORT/: no answer, socket hang up
    "#]]
    .assert_eq(&text(&run(&source, TRACK)));
}

#[test]
fn reset_without_an_answer() {
    let endpoint = wait(Endpoint::start(Arc::default(), |mut stream: TcpStream| async move {
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.set_zero_linger();
    }));
    check_at(
        &endpoint.url(),
        &["await fetch(url)"],
        expect![[r#"
        await fetch(url) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: read ECONNRESET type=system code=ECONNRESET errno=ECONNRESET
    "#]],
    );
}

#[test]
fn answers_that_are_not_http() {
    for (bytes, expected) in [
        (
            &b"garbage\r\n\r\n"[..],
            expect![[r#"
                await fetch(url) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: Parse Error: Expected HTTP/, RTSP/ or ICE/ type=system code=HPE_INVALID_CONSTANT errno=HPE_INVALID_CONSTANT
            "#]],
        ),
        (
            b"SSH-2.0-OpenSSH_9.6\r\n",
            expect![[r#"
                await fetch(url) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: Parse Error: Expected HTTP/, RTSP/ or ICE/ type=system code=HPE_INVALID_CONSTANT errno=HPE_INVALID_CONSTANT
            "#]],
        ),
        (
            b"HTTP/1.1 2000 OK\r\n\r\n",
            expect![[r#"
                await fetch(url) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: Parse Error: Invalid status code type=system code=HPE_INVALID_STATUS errno=HPE_INVALID_STATUS
            "#]],
        ),
        (
            b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            expect![[r#"
                await fetch(url) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: Parse Error: Invalid header token type=system code=HPE_INVALID_HEADER_TOKEN errno=HPE_INVALID_HEADER_TOKEN
            "#]],
        ),
        (
            b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
            expect![[r#"
                await fetch(url) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: Parse Error: Invalid character in Content-Length type=system code=HPE_INVALID_CONTENT_LENGTH errno=HPE_INVALID_CONTENT_LENGTH
            "#]],
        ),
        (
            b"HTTP/1.1 200 O",
            expect![[r#"
            await fetch(url) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: socket hang up type=system code=ECONNRESET errno=ECONNRESET
        "#]],
        ),
    ] {
        let endpoint = wait(Endpoint::raw(bytes));
        check_at(&endpoint.url(), &["await fetch(url)"], expected);
    }
}

#[test]
fn answers_that_end_early() {
    let short = wait(Endpoint::raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhello"));
    check_at(
        &short.url(),
        &[
            "(await fetch(url)).status",
            "await (await fetch(url)).text()",
            "await (await fetch(url)).json()",
            "await (await fetch(url)).arrayBuffer()",
        ],
        expect![[r#"
        (await fetch(url)).status ⇒ 200
        await (await fetch(url)).text() ⇒ throws FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/: Premature close type=system code=ECONNRESET errno=ECONNRESET
        await (await fetch(url)).json() ⇒ throws FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/: Premature close type=system code=ECONNRESET errno=ECONNRESET
        await (await fetch(url)).arrayBuffer() ⇒ throws FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/: Premature close type=system code=ECONNRESET errno=ECONNRESET
    "#]],
    );
    let chunks = wait(Endpoint::raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"));
    check_at(
        &chunks.url(),
        &["await (await fetch(url)).text()"],
        expect![[r#"
            await (await fetch(url)).text() ⇒ throws FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/: Premature close type=system code=ERR_STREAM_PREMATURE_CLOSE errno=ERR_STREAM_PREMATURE_CLOSE
        "#]],
    );
    let broken = wait(Endpoint::raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"));
    check_at(
        &broken.url(),
        &["(await (await fetch(url)).text().catch((error) => error)).message.includes('Parse Error')"],
        expect![[r#"
        (await (await fetch(url)).text().catch((error) => error)).message.includes('Parse Error') ⇒ true
    "#]],
    );
    let source = format!("async function onTrack() {{ return (await fetch('{}')).text() }}", short.url());
    expect![[r#"
        onTrack failed: Uncaught: BadRequest
        FetchError: Invalid response body while trying to fetch http://127.0.0.1:PORT/: Premature close
        code ECONNRESET
        GET http://127.0.0.1:PORT/: 200, Premature close
    "#]]
    .assert_eq(&text(&run(&source, TRACK)));
}

#[test]
fn an_endpoint_that_hangs_ends_at_the_time_limit() {
    let silent = wait(silent());
    let source = format!("async function onTrack() {{ await fetch('{}/in') }}", silent.url());
    check_with(
        &source,
        TRACK,
        &limits("timeout_ms_max", 300),
        expect![[r#"
        onTrack failed: Timeout, retry: Retrying
        Timeout: function took more than 300 ms, limit 300 (`timeout_ms_max`)
        GET http://127.0.0.1:PORT/in: no answer
    "#]],
    );
    let stuck = wait(stuck());
    let source = format!("async function onTrack() {{ await (await fetch('{}/in')).text() }}", stuck.url());
    check_with(
        &source,
        TRACK,
        &limits("timeout_ms_max", 300),
        expect![[r#"
        onTrack failed: Timeout, retry: Retrying
        Timeout: function took more than 300 ms, limit 300 (`timeout_ms_max`)
        GET http://127.0.0.1:PORT/in: 200
    "#]],
    );
}

#[test]
fn aborted_requests() {
    let silent = wait(silent());
    check_at(
        &silent.url(),
        &[
            "await fetch(url, { signal: AbortSignal.abort() })",
            "await fetch(url, { signal: AbortSignal.timeout(5) })",
            "await (async () => { const controller = new AbortController(); setTimeout(() => controller.abort(), 5); return fetch(url, { signal: controller.signal }) })()",
            "await (async () => { const controller = new AbortController(); const sent = fetch(url, { signal: controller.signal }); controller.abort(); return sent })()",
            "await fetch(new Request(url, { signal: AbortSignal.abort() }))",
            "await (async () => { const controller = new AbortController(); controller.abort('why'); return [controller.signal.aborted, controller.signal.reason] })()",
            "await (async () => { const controller = new AbortController(); let heard = 0; controller.signal.addEventListener('abort', () => heard++); controller.signal.onabort = () => heard++; controller.abort(); controller.abort(); return heard })()",
            "AbortSignal.abort().throwIfAborted()",
            "AbortSignal.any([new AbortController().signal, AbortSignal.abort()]).aborted",
        ],
        expect![[r#"
            await fetch(url, { signal: AbortSignal.abort() }) ⇒ throws AbortError: The user aborted a request. type=aborted
            await fetch(url, { signal: AbortSignal.timeout(5) }) ⇒ throws AbortError: The user aborted a request. type=aborted
            await (async () => { const controller = new AbortController(); setTimeout(() => controller.abort(), 5); return fetch(url, { signal: controller.signal }) })() ⇒ throws AbortError: The user aborted a request. type=aborted
            await (async () => { const controller = new AbortController(); const sent = fetch(url, { signal: controller.signal }); controller.abort(); return sent })() ⇒ throws AbortError: The user aborted a request. type=aborted
            await fetch(new Request(url, { signal: AbortSignal.abort() })) ⇒ throws AbortError: The user aborted a request. type=aborted
            await (async () => { const controller = new AbortController(); controller.abort('why'); return [controller.signal.aborted, controller.signal.reason] })() ⇒ [true,"why"]
            await (async () => { const controller = new AbortController(); let heard = 0; controller.signal.addEventListener('abort', () => heard++); controller.signal.onabort = () => heard++; controller.abort(); controller.abort(); return heard })() ⇒ 2
            AbortSignal.abort().throwIfAborted() ⇒ throws AbortError: This operation was aborted code=20
            AbortSignal.any([new AbortController().signal, AbortSignal.abort()]).aborted ⇒ true
        "#]],
    );
    let stuck = wait(stuck());
    check_at(
        &stuck.url(),
        &[
            "await (async () => { const controller = new AbortController(); const response = await fetch(url, { signal: controller.signal }); setTimeout(() => controller.abort(), 5); return response.text() })()",
        ],
        expect![[r#"
        await (async () => { const controller = new AbortController(); const response = await fetch(url, { signal: controller.signal }); setTimeout(() => controller.abort(), 5); return response.text() })() ⇒ throws AbortError: The user aborted a request. type=aborted
    "#]],
    );
    let fine = wait(Endpoint::saying("fine"));
    check_at(
        &fine.url(),
        &[
            "await (async () => { const controller = new AbortController(); const text = await (await fetch(url, { signal: controller.signal })).text(); controller.abort(); return text })()",
        ],
        expect![[r#"
        await (async () => { const controller = new AbortController(); const text = await (await fetch(url, { signal: controller.signal })).text(); controller.abort(); return text })() ⇒ "fine"
    "#]],
    );
}

#[test]
fn timeout_and_size_of_node_fetch() {
    let silent = wait(silent());
    check_at(
        &silent.url(),
        &["await fetch(url, { timeout: 5 })"],
        expect![[r#"
        await fetch(url, { timeout: 5 }) ⇒ throws FetchError: network timeout at: http://127.0.0.1:PORT/ type=request-timeout
    "#]],
    );
    let stuck = wait(stuck());
    check_at(
        &stuck.url(),
        &["await (await fetch(url, { timeout: 200 })).text()"],
        expect![[r#"
        await (await fetch(url, { timeout: 200 })).text() ⇒ throws FetchError: Response timeout while trying to fetch http://127.0.0.1:PORT/ (over 200ms) type=body-timeout
    "#]],
    );
    let fine = wait(Endpoint::saying("0123456789"));
    check_at(
        &fine.url(),
        &[
            "await (await fetch(url, { size: 9 })).text()",
            "await (await fetch(url, { size: 10 })).text()",
            "await (await fetch(url, { size: 0, timeout: 0 })).text()",
        ],
        expect![[r#"
        await (await fetch(url, { size: 9 })).text() ⇒ throws FetchError: content size at http://127.0.0.1:PORT/ over limit: 9 type=max-size
        await (await fetch(url, { size: 10 })).text() ⇒ "0123456789"
        await (await fetch(url, { size: 0, timeout: 0 })).text() ⇒ "0123456789"
    "#]],
    );
}

#[test]
fn a_failure_can_be_caught_and_the_next_request_works() {
    let fine = wait(Endpoint::saying("fine"));
    let reset = wait(Endpoint::raw(b""));
    let source = format!(
        "async function onTrack() {{
           const codes = [];
           for (let n = 0; n < 3; n++) {{
             try {{ await fetch('{}') }} catch (error) {{ codes.push(error.code) }}
             codes.push(await (await fetch('{}')).text());
           }}
           return codes;
         }}",
        reset.url(),
        fine.url()
    );
    expect![[r#"
        onTrack returned ["ECONNRESET","fine","ECONNRESET","fine","ECONNRESET","fine"]
        GET http://127.0.0.1:PORT/: no answer, socket hang up
        GET http://127.0.0.1:PORT/: 200
        GET http://127.0.0.1:PORT/: no answer, socket hang up
        GET http://127.0.0.1:PORT/: 200
        GET http://127.0.0.1:PORT/: no answer, socket hang up
        GET http://127.0.0.1:PORT/: 200
    "#]]
    .assert_eq(&text(&run(&source, TRACK)));
}

/// A certificate authority.
struct Authority {
    certificate: Certificate,
    key: KeyPair,
}

impl Authority {
    fn new(name: &str) -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        Authority { certificate: params.self_signed(&key).unwrap(), key }
    }

    /// The configuration of a server with a certificate for `secure.test`.
    fn server(&self, params: CertificateParams) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        server_config(&params.signed_by(&key, &self.certificate, &self.key).unwrap(), &key)
    }
}

fn secure_test() -> CertificateParams {
    CertificateParams::new(vec!["secure.test".to_owned()]).unwrap()
}

fn server_config(certificate: &Certificate, key: &KeyPair) -> ServerConfig {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap()
}

/// Answers `HTTP version` of each request under TLS.
async fn tls(config: ServerConfig) -> Endpoint {
    let acceptor = TlsAcceptor::from(Arc::new(config));
    Endpoint::start(Arc::default(), move |stream: TcpStream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| async move {
                Ok::<_, Infallible>(hyper::Response::new(format!("{:?}", request.version())))
            });
            let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
            let _ = server.serve_connection(TokioIo::new(stream), service).await;
        }
    })
    .await
}

/// What a request to `host` at `endpoint` comes to on a host that trusts `authority`.
fn check_tls(authority: &Authority, endpoint: &Endpoint, host: &str, expected: Expect) {
    let trusting = Host::new(options().extra_root(authority.certificate.der().to_vec())).unwrap();
    let url = format!("https://{host}:{}", endpoint.port());
    let source = format!("async function onTrack() {{ return (await fetch('{url}')).text() }}");
    let built = wait(fnhost_build::build(&trusting, "function.js", &source, &Limits::default())).unwrap();
    let run = wait(trusting.load(&built.component).unwrap().run(TRACK, "{}", &Limits::default())).unwrap();
    expected.assert_eq(&text(&run));
}

#[test]
fn tls_that_is_good() {
    let authority = Authority::new("Known");
    let endpoint = wait(tls(authority.server(secure_test())));
    check_tls(
        &authority,
        &endpoint,
        "secure.test",
        expect![[r#"
        onTrack returned "HTTP/1.1"
        GET https://secure.test:PORT/: 200
    "#]],
    );
    let mut config = authority.server(secure_test());
    config.alpn_protocols = vec![b"h2".to_vec()];
    let endpoint = wait(tls(config));
    check_tls(
        &authority,
        &endpoint,
        "secure.test",
        expect![[r#"
        onTrack returned "HTTP/2.0"
        GET https://secure.test:PORT/: 200
    "#]],
    );
}

#[test]
fn tls_of_an_unknown_authority() {
    let endpoint = wait(tls(Authority::new("Unknown").server(secure_test())));
    check_tls(
        &Authority::new("Known"),
        &endpoint,
        "secure.test",
        expect![[r#"
        onTrack failed: Uncaught, retry: Retrying
        FetchError: request to https://secure.test:PORT/ failed, reason: unable to verify the first certificate
        code UNABLE_TO_VERIFY_LEAF_SIGNATURE
        GET https://secure.test:PORT/: no answer, unable to verify the first certificate
    "#]],
    );
}

#[test]
fn tls_that_is_self_signed() {
    let key = KeyPair::generate().unwrap();
    let endpoint = wait(tls(server_config(&secure_test().self_signed(&key).unwrap(), &key)));
    check_tls(
        &Authority::new("Known"),
        &endpoint,
        "secure.test",
        expect![[r#"
        onTrack failed: Uncaught, retry: Retrying
        FetchError: request to https://secure.test:PORT/ failed, reason: self-signed certificate
        code DEPTH_ZERO_SELF_SIGNED_CERT
        GET https://secure.test:PORT/: no answer, self-signed certificate
    "#]],
    );
    let mut params = secure_test();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let endpoint = wait(tls(server_config(&params.self_signed(&key).unwrap(), &key)));
    check_tls(
        &Authority::new("Known"),
        &endpoint,
        "secure.test",
        expect![[r#"
        onTrack failed: Uncaught, retry: Retrying
        FetchError: request to https://secure.test:PORT/ failed, reason: self-signed certificate
        code DEPTH_ZERO_SELF_SIGNED_CERT
        GET https://secure.test:PORT/: no answer, self-signed certificate
    "#]],
    );
}

#[test]
fn tls_outside_of_its_time() {
    let authority = Authority::new("Known");
    let mut params = secure_test();
    params.not_before = rcgen::date_time_ymd(2019, 1, 1);
    params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    check_tls(
        &authority,
        &wait(tls(authority.server(params))),
        "secure.test",
        expect![[r#"
        onTrack failed: Uncaught, retry: Retrying
        FetchError: request to https://secure.test:PORT/ failed, reason: certificate has expired
        code CERT_HAS_EXPIRED
        GET https://secure.test:PORT/: no answer, certificate has expired
    "#]],
    );
    let mut params = secure_test();
    params.not_before = rcgen::date_time_ymd(4000, 1, 1);
    check_tls(
        &authority,
        &wait(tls(authority.server(params))),
        "secure.test",
        expect![[r#"
        onTrack failed: Uncaught, retry: Retrying
        FetchError: request to https://secure.test:PORT/ failed, reason: certificate is not yet valid
        code CERT_NOT_YET_VALID
        GET https://secure.test:PORT/: no answer, certificate is not yet valid
    "#]],
    );
}

#[test]
fn tls_for_another_name() {
    let authority = Authority::new("Known");
    let endpoint = wait(tls(authority.server(secure_test())));
    check_tls(
        &authority,
        &endpoint,
        "other.test",
        expect![[r#"
        onTrack failed: Uncaught, retry: Retrying
        FetchError: request to https://other.test:PORT/ failed, reason: Hostname/IP does not match certificate's altnames: Host: other.test. is not in the cert's altnames: DNS:secure.test
        code ERR_TLS_CERT_ALTNAME_INVALID
        GET https://other.test:PORT/: no answer, Hostname/IP does not match certificate's altnames: Host: other.test. is not in the cert's altnames: DNS:secure.test
    "#]],
    );
}

#[test]
fn https_where_plain_http_is_spoken() {
    let endpoint = wait(Endpoint::saying("plain"));
    let url = endpoint.url().replace("http:", "https:");
    check_at(
        &url,
        &["await fetch(url)"],
        expect![[r#"
            await fetch(url) ⇒ throws FetchError: request to https://127.0.0.1:PORT/ failed, reason: write EPROTO error:0A00010B:SSL routines:ssl3_get_record:wrong version number type=system code=EPROTO errno=EPROTO
        "#]],
    );
    let closing = wait(Endpoint::start(Arc::default(), |mut stream: TcpStream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
    }));
    let url = closing.url().replace("http:", "https:");
    check_at(
        &url,
        &["await fetch(url)"],
        expect![[r#"
        await fetch(url) ⇒ throws FetchError: request to https://127.0.0.1:PORT/ failed, reason: Client network socket disconnected before secure TLS connection was established type=system code=ECONNRESET errno=ECONNRESET
    "#]],
    );
    let secure = wait(tls(Authority::new("Unknown").server(secure_test())));
    check_at(
        &secure.url(),
        &["await fetch(url)"],
        expect![[r#"
            await fetch(url) ⇒ throws FetchError: request to http://127.0.0.1:PORT/ failed, reason: Parse Error: Expected HTTP/, RTSP/ or ICE/ type=system code=HPE_INVALID_CONSTANT errno=HPE_INVALID_CONSTANT
        "#]],
    );
}

#[test]
fn roots_that_are_none() {
    let error = Host::new(options().extra_root(b"no certificate".to_vec())).map(drop).unwrap_err();
    expect!["cannot set up TLS: invalid peer certificate: BadEncoding"].assert_eq(&error.to_string());
}
