//! Ingestion over HTTP: a server on loopback with a queue behind it, requests
//! written by hand, and what is answered, counted and stored.

use expect_test::{Expect, expect};
use fnhost_queue::{Ledger, Options, Queue, Selection};
use fnhost_server::Clock;
use fnhost_server::ingest::{Fate, Ingest, Observed, Route, Routes, router};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// 2023-11-14T22:13:20.000Z.
const NOW_MS: u64 = 1_700_000_000_000;

/// `key-shop:`, the write key of `shop` as analytics libraries send it.
pub(crate) const SHOP: &str = "Authorization: Basic a2V5LXNob3A6\r\n";

pub(crate) const TRACK: &str = r#"{"type":"track","event":"E","userId":"u","messageId":"m"}"#;

/// A server with the sources `shop` and `app`, and `off`, which is disabled.
pub(crate) struct Server {
    runtime: Runtime,
    address: SocketAddr,
    observed: Arc<Mutex<Vec<Observed>>>,
    routes: watch::Sender<Arc<Routes>>,
    requests: Arc<Semaphore>,
    dir: TempDir,
    _tasks: JoinSet<()>,
}

impl Server {
    pub(crate) fn start() -> Server {
        Server::with(Options::default(), false)
    }

    /// `is_paused`: time passes only when nothing else happens.
    pub(crate) fn with(options: Options, is_paused: bool) -> Server {
        let runtime = Builder::new_current_thread().enable_all().start_paused(is_paused).build().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let queue = Queue::open(dir.path(), &options, NOW_MS).unwrap();
        let (routes, receiver) =
            watch::channel(routes(&[("key-shop", "shop"), ("key-app", "app"), ("key-off", "off")]));
        let observed: Arc<Mutex<Vec<Observed>>> = Arc::default();
        let requests = Arc::new(Semaphore::new(8));
        let log = observed.clone();
        let router = router(Ingest {
            routes: receiver,
            queue,
            clock: Clock::new(|| NOW_MS),
            requests: requests.clone(),
            observer: Arc::new(move |observed| log.lock().unwrap().push(observed)),
        });
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let mut tasks = JoinSet::new();
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        tasks.spawn_on(async move { axum::serve(listener, service).await.unwrap() }, runtime.handle());
        Server { runtime, address, observed, routes, requests, dir, _tasks: tasks }
    }

    /// Sends `request` as it is, and reads until the server closes the
    /// connection. With `is_cut` the sending side is closed first.
    pub(crate) fn exchange(&self, request: &[u8], is_cut: bool) -> String {
        self.runtime.block_on(async {
            let mut stream = TcpStream::connect(self.address).await.unwrap();
            let (mut reading, mut writing) = stream.split();
            let send = async {
                // The server may have answered and closed before all is sent.
                let _ = writing.write_all(request).await;
                if is_cut {
                    let _ = writing.shutdown().await;
                }
            };
            let mut answer = Vec::new();
            let receive = async {
                let _ = reading.read_to_end(&mut answer).await;
            };
            tokio::join!(send, receive);
            String::from_utf8(answer).unwrap()
        })
    }

    /// The status and body of the answer to a request.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> String {
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
        );
        let answer = self.exchange(&[head.as_bytes(), body].concat(), false);
        if method != "OPTIONS" {
            assert!(answer.contains("\r\naccess-control-allow-origin: *\r\n"), "{answer}");
            assert!(answer.contains("\r\ncontent-type: application/json\r\n"), "{answer}");
        }
        short(&answer)
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> String {
        self.send("POST", path, SHOP, body.as_bytes())
    }

    /// What was counted since this was last asked: `source fate events`.
    pub(crate) fn counted(&self) -> String {
        let observed = std::mem::take(&mut *self.observed.lock().unwrap());
        let counts = observed.iter().flat_map(|observed| &observed.counts).map(|count| {
            let fate = match count.fate {
                Fate::Accepted => "accepted",
                Fate::Duplicate => "duplicate",
                Fate::Rejected(reason) => reason.code(),
            };
            format!("{} {fate} {}", if count.source.is_empty() { "?" } else { &count.source }, count.events)
        });
        counts.collect::<Vec<_>>().join(", ")
    }

    /// The events in the queue, the oldest first.
    pub(crate) fn events(&self) -> Vec<Value> {
        let events = Ledger::open(self.dir.path()).unwrap().events(&Selection::default(), 10_000).unwrap();
        events.iter().rev().map(|event| serde_json::from_slice(&event.payload).unwrap()).collect()
    }

    /// `field` of all events in the queue.
    pub(crate) fn stored(&self, field: &str) -> String {
        let values = self.events().iter().map(|event| event[field].to_string()).collect::<Vec<_>>();
        values.join(" ")
    }

    /// What was refused: `source reason payload`, the oldest first.
    pub(crate) fn rejections(&self) -> Vec<String> {
        let rejections = Ledger::open(self.dir.path()).unwrap().rejections(10_000).unwrap();
        let text = |payload: &[u8]| String::from_utf8_lossy(payload).into_owned();
        rejections.iter().rev().map(|r| format!("{} {} {}", r.source, r.reason, text(&r.payload))).collect()
    }

    /// That everything which came before did no harm.
    pub(crate) fn still_works(&self) {
        self.counted();
        assert_eq!(self.post("/v1/track", &TRACK.replace("\"m\"", "\"last\"")), "200");
        assert_eq!(self.counted(), "shop accepted 1");
        assert_eq!(self.requests.available_permits(), 8);
    }
}

fn routes(keys: &[(&str, &str)]) -> Arc<Routes> {
    let route = |source: &str| Route {
        source: source.to_owned(),
        enabled: source != "off",
        destinations: Arc::from(["bin".to_owned()]),
    };
    Arc::new(Routes { by_write_key: keys.iter().map(|(key, source)| ((*key).to_owned(), route(source))).collect() })
}

/// An answer's status, and the code and message that the body of a refusal has.
pub(crate) fn short(answer: &str) -> String {
    let status = answer.split(' ').nth(1).unwrap_or("no answer");
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    if body.is_empty() || body == r#"{"success":true}"# {
        assert_eq!(status == "200", !body.is_empty(), "{answer}");
        return status.to_owned();
    }
    let refusal: Value = serde_json::from_str(body).unwrap();
    assert_eq!((&refusal["success"], refusal.as_object().unwrap().len()), (&Value::Bool(false), 3));
    format!("{status} {}: {}", refusal["code"].as_str().unwrap(), refusal["message"].as_str().unwrap())
}

pub(crate) fn batch(items: &[&str]) -> String {
    format!(r#"{{"batch":[{}]}}"#, items.join(","))
}

/// An event of exactly `bytes`.
pub(crate) fn event_of(bytes: usize) -> String {
    let empty = r#"{"type":"track","event":"E","userId":"u","x":""}"#;
    empty.replace("\"\"", &format!("\"{}\"", "a".repeat(bytes - empty.len())))
}

/// A line for each of `rows`: its name, the answer, and what was counted.
pub(crate) fn table<T>(server: &Server, rows: &[(&str, T)], send: impl Fn(&T) -> String, expected: &Expect) {
    let mut out = String::new();
    for (name, row) in rows {
        let answer = send(row);
        out += format!("{name} => {answer} {}", server.counted()).trim_end();
        out.push('\n');
    }
    expected.assert_eq(&out);
}

#[test]
fn every_endpoint_takes_what_it_is_for() {
    let server = Server::start();
    let mut out = String::new();
    for path in ["identify", "track", "page", "screen", "group", "alias", "delete", "i", "t", "p", "s", "g", "a"] {
        let body = r#"{"event":"E","userId":"u","groupId":"g","previousId":"p","context":{"direct":true}}"#;
        let answer = server.send("POST", &format!("/v1/{path}"), SHOP, body.as_bytes());
        let event = server.events().pop().unwrap();
        assert_eq!(event["context"]["ip"], "127.0.0.1");
        out += &format!("{path} => {answer} {} {}\n", event["type"], event["channel"]);
    }
    for path in ["batch", "import", "m"] {
        let answer = server.post(&format!("/v1/{path}?x=1"), &batch(&[&TRACK.replace("\"m\"", "null"), "{}"]));
        out += &format!("{path} => {answer} {}\n", server.events().pop().unwrap()["channel"]);
    }
    expect![[r#"
        identify => 200 "identify" "server"
        track => 200 "track" "server"
        page => 200 "page" "server"
        screen => 200 "screen" "server"
        group => 200 "group" "server"
        alias => 200 "alias" "server"
        delete => 200 "delete" "server"
        i => 200 "identify" "browser"
        t => 200 "track" "browser"
        p => 200 "page" "browser"
        s => 200 "screen" "browser"
        g => 200 "group" "browser"
        a => 200 "alias" "browser"
        batch => 200 "server"
        import => 200 "server"
        m => 200 "browser"
    "#]]
    .assert_eq(&out);
    server.still_works();
}

#[test]
fn what_is_no_endpoint_says_so() {
    let server = Server::start();
    let rows = [
        ("GET /v1/track", ("GET", "/v1/track")),
        ("HEAD /v1/batch", ("HEAD", "/v1/batch")),
        ("PUT /v1/t", ("PUT", "/v1/t")),
        ("MADE-UP /v1/t", ("MADE-UP", "/v1/t")),
        ("POST /v1/tracks", ("POST", "/v1/tracks")),
        ("POST /v1/", ("POST", "/v1/")),
        ("POST /v2/track", ("POST", "/v2/track")),
        ("GET /", ("GET", "/")),
        ("POST /v1/%00", ("POST", "/v1/%00")),
        ("OPTIONS /v1/track", ("OPTIONS", "/v1/track")),
    ];
    table(
        &server,
        &rows,
        |(method, path)| server.send(method, path, SHOP, b""),
        &expect![[r#"
        GET /v1/track => 405 method_not_allowed: send events with `POST`
        HEAD /v1/batch => 405
        PUT /v1/t => 405 method_not_allowed: send events with `POST`
        MADE-UP /v1/t => 405 method_not_allowed: send events with `POST`
        POST /v1/tracks => 404 not_found: there is no such endpoint
        POST /v1/ => 404 not_found: there is no such endpoint
        POST /v2/track => 404 not_found: there is no such endpoint
        GET / => 404 not_found: there is no such endpoint
        POST /v1/%00 => 404 not_found: there is no such endpoint
        OPTIONS /v1/track => 204
    "#]],
    );
    server.still_works();
}

#[test]
fn a_page_of_any_origin_may_send_and_a_wrong_method_is_told_the_right_ones() {
    let server = Server::start();
    let headers = |method: &str| {
        let request = format!(
            "{method} /v1/t HTTP/1.1\r\nHost: x\r\nOrigin: https://shop.test\r\nConnection: close\r\n\
             Access-Control-Request-Method: POST\r\nContent-Length: 0\r\n\r\n"
        );
        let answer = server.exchange(request.as_bytes(), false);
        answer.lines().filter(|line| !line.starts_with("date: ")).collect::<Vec<_>>().join("\n")
    };
    expect![[r#"
        HTTP/1.1 204 No Content
        access-control-allow-origin: *
        access-control-allow-methods: POST, OPTIONS
        access-control-allow-headers: Authorization, Content-Type, Content-Encoding, *
        access-control-max-age: 86400
        connection: close
    "#]]
    .assert_eq(&headers("OPTIONS"));
    expect![[r#"
        HTTP/1.1 405 Method Not Allowed
        content-type: application/json
        access-control-allow-origin: *
        access-control-expose-headers: Retry-After, X-RateLimit-Reset
        allow: POST, OPTIONS
        content-length: 81
        connection: close

        {"success":false,"code":"method_not_allowed","message":"send events with `POST`"}"#]]
    .assert_eq(&headers("GET"));
}

#[test]
fn the_write_key_is_found_where_libraries_put_it() {
    let server = Server::start();
    let rows = [
        ("basic", ("Authorization: Basic a2V5LXNob3A6\r\n", "")),
        ("basic, without a colon", ("Authorization: Basic a2V5LXNob3A=\r\n", "")),
        ("basic, without padding", ("authorization: bAsIc a2V5LXNob3A\r\n", "")),
        ("basic, with a password", ("Authorization: Basic a2V5LXNob3A6cHc6cHc=\r\n", "")),
        ("body", ("", r#""writeKey":"key-app","#)),
        ("basic before body", ("Authorization: Basic a2V5LXNob3A6\r\n", r#""writeKey":"key-app","#)),
        ("wrong basic before body", ("Authorization: Basic eDo=\r\n", r#""writeKey":"key-app","#)),
        ("empty basic, then body", ("Authorization: Basic Og==\r\n", r#""writeKey":"key-app","#)),
        ("bearer", ("Authorization: Bearer key-shop\r\n", "")),
        ("body before bearer", ("Authorization: Bearer token\r\n", r#""writeKey":"key-app","#)),
        ("broken base64, then body", ("Authorization: Basic !!!\r\n", r#""writeKey":"key-app","#)),
        ("no text in base64", ("Authorization: Basic /////w==\r\n", "")),
        ("another scheme", ("Authorization: Digest x\r\n", "")),
        ("no scheme", ("Authorization: key-shop\r\n", "")),
        ("not a string", ("", r#""writeKey":7,"#)),
        ("empty", ("", r#""writeKey":"","#)),
        ("none", ("", "")),
        ("unknown", ("", r#""writeKey":"key","#)),
        ("disabled", ("", r#""writeKey":"key-off","#)),
    ];
    let send = |(headers, field): &(&str, &str)| {
        server.send("POST", "/v1/track", headers, format!(r#"{{{field}"event":"E","userId":"u"}}"#).as_bytes())
    };
    table(
        &server,
        &rows,
        send,
        &expect![[r#"
        basic => 200 shop accepted 1
        basic, without a colon => 200 shop accepted 1
        basic, without padding => 200 shop accepted 1
        basic, with a password => 200 shop accepted 1
        body => 200 app accepted 1
        basic before body => 200 shop accepted 1
        wrong basic before body => 200 ? unknown_source 1
        empty basic, then body => 200 app accepted 1
        bearer => 200 shop accepted 1
        body before bearer => 200 app accepted 1
        broken base64, then body => 200 app accepted 1
        no text in base64 => 200 ? unknown_source 1
        another scheme => 200 ? unknown_source 1
        no scheme => 200 ? unknown_source 1
        not a string => 200 ? unknown_source 1
        empty => 200 ? unknown_source 1
        none => 200 ? unknown_source 1
        unknown => 200 ? unknown_source 1
        disabled => 200 off source_disabled 1
    "#]],
    );
    assert!(server.events().iter().all(|event| event.get("writeKey").is_none()));
    assert_eq!(server.rejections(), [] as [String; 0]);
}

#[test]
fn items_of_a_batch_may_have_keys_of_their_own() {
    let server = Server::start();
    let items = r#"{"type":"track","event":"1","userId":"u","writeKey":"key-app"},
        {"type":"track","event":"2","userId":"u","writeKey":"key-shop"},
        {"type":"track","event":"3","userId":"u","writeKey":"key-off"},
        {"type":"track","event":"4","userId":"u"}, {"writeKey":"key-app"}, {"writeKey":"key"}, 5"#;
    let send = |(headers, field): &(&str, &str)| {
        server.send("POST", "/v1/batch", headers, format!(r#"{{"batch":[{items}]{field}}}"#).as_bytes())
    };
    let rows = [
        ("none for all", ("", "")),
        ("bearer after them", ("Authorization: Bearer key-shop\r\n", "")),
        ("one for all in the body", ("", r#","writeKey":"key-app""#)),
        ("one for all in the head", (SHOP, r#","writeKey":"key-app""#)),
    ];
    table(
        &server,
        &rows,
        send,
        &expect![[r#"
        none for all => 200 off source_disabled 1, ? unknown_source 3, app unknown_type 1, app accepted 1, shop accepted 1
        bearer after them => 200 off source_disabled 1, app unknown_type 1, ? unknown_source 1, shop bad_request 1, app accepted 1, shop accepted 2
        one for all in the body => 200 app unknown_type 2, app bad_request 1, app accepted 4
        one for all in the head => 200 shop unknown_type 2, shop bad_request 1, shop accepted 4
    "#]],
    );
    assert!(!server.rejections().iter().any(|rejection| rejection.contains("writeKey")));
}

#[test]
fn a_key_counts_as_soon_as_it_is_configured() {
    let server = Server::start();
    let send = || server.post("/v1/track", TRACK);
    assert_eq!(send(), "200");
    server.routes.send(routes(&[("key-new", "shop")])).unwrap();
    assert_eq!(send(), "200");
    server.routes.send(routes(&[("key-shop", "renamed")])).unwrap();
    server.post("/v1/track", &TRACK.replace("\"m\"", "\"n\""));
    assert_eq!(server.counted(), "shop accepted 1, ? unknown_source 1, renamed accepted 1");
    assert_eq!(server.stored("projectId"), r#""shop" "renamed""#);
}

#[test]
fn good_items_are_accepted_beside_bad_ones_and_once() {
    let server = Server::start();
    let second = TRACK.replace("\"m\"", "\"n\"");
    let body = batch(&[TRACK, r#"{"type":"track","userId":"u"}"#, "null", "[1]", TRACK, &second, r#"{"type":"x"}"#]);
    assert_eq!(server.post("/v1/batch", &body), "200");
    expect!["shop event_not_defined 1, shop bad_request 2, shop unknown_type 1, shop accepted 2, shop duplicate 1"]
        .assert_eq(&server.counted());
    assert_eq!(server.stored("messageId"), r#""m" "n""#);
    expect![[r#"
        shop event_not_defined {"type":"track","userId":"u"}
        shop bad_request null
        shop bad_request [1]
        shop unknown_type {"type":"x"}"#]]
    .assert_eq(&server.rejections().join("\n"));
    assert_eq!(server.post("/v1/batch", &batch(&[&second])), "200");
    assert_eq!(server.counted(), "shop duplicate 1");
    server.still_works();
}

#[test]
fn a_batch_as_a_whole_may_be_wrong() {
    let server = Server::start();
    let rows = [
        ("empty", r#"{"batch":[]}"#),
        ("empty with space", "\n { \"x\" : 1 , \"batch\" : [ \t ] , \"sentAt\" : null }\r\n"),
        ("missing", r#"{}"#),
        ("null", r#"{"batch":null}"#),
        ("an object", r#"{"batch":{}}"#),
        ("text", r#"{"batch":"[]"}"#),
        ("inside", r#"{"x":{"batch":[1]}}"#),
        ("spelled oddly", r#"{"b\u0061tch":[{}]}"#),
        ("twice", r#"{"batch":[],"batch":[]}"#),
        ("figures of a library", r#"{"series":[{"type":"Counter"}]}"#),
    ];
    table(
        &server,
        &rows,
        |body| server.post("/v1/m", body),
        &expect![[r#"
        empty => 200 shop empty_batch 1
        empty with space => 200 shop empty_batch 1
        missing => 200 shop empty_batch 1
        null => 200 shop empty_batch 1
        an object => 200 shop bad_request 1
        text => 200 shop bad_request 1
        inside => 200 shop empty_batch 1
        spelled oddly => 200 shop bad_request 1
        twice => 400 invalid_json: the body cannot be read as JSON: `batch` is there twice
        figures of a library => 200
    "#]],
    );
    server.still_works();
}

#[test]
fn what_a_batch_shares_comes_before_or_after_its_items() {
    let server = Server::start();
    let item = r#"{"type":"track","event":"E","userId":"u","timestamp":"2023-11-14T22:00:00Z"}"#;
    let before = format!(r#"{{"context":{{"a":1}},"sentAt":"2023-11-14T22:00:01Z","batch":[{item}]}}"#);
    let after = format!(r#"{{"batch":[{item}],"sentAt":"2023-11-14T22:00:01Z","context":{{"a":1}}}}"#);
    server.post("/v1/batch", &before);
    server.post("/v1/batch", &after);
    assert_eq!(server.stored("context"), r#"{"a":1} {"a":1}"#);
    assert_eq!(server.stored("timestamp"), r#""2023-11-14T22:13:19.000Z" "2023-11-14T22:13:19.000Z""#);
}

#[test]
fn a_body_that_does_not_come_is_waited_for_only_so_long() {
    let server = Server::with(Options::default(), true);
    let head = format!("POST /v1/track HTTP/1.1\r\nHost: x\r\n{SHOP}Content-Length: 100\r\n\r\n{{");
    assert_eq!(
        short(&server.exchange(head.as_bytes(), false)),
        "408 slow_body: the body did not come in time, the limit is 30 s"
    );
    server.still_works();
}

#[test]
fn under_pressure_senders_are_told_when_to_come_again() {
    let server = Server::start();
    let permits = server.requests.try_acquire_many(8).unwrap();
    let request = format!("POST /v1/t HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{SHOP}Content-Length: 2\r\n\r\n{{}}");
    let answer = server.exchange(request.as_bytes(), false);
    let lines = answer.lines().filter(|line| !line.starts_with("date: "));
    expect![[r#"
        HTTP/1.1 429 Too Many Requests
        content-type: application/json
        access-control-allow-origin: *
        access-control-expose-headers: Retry-After, X-RateLimit-Reset
        retry-after: 1
        x-ratelimit-reset: 1
        content-length: 92
        connection: close

        {"success":false,"code":"busy","message":"too many requests at a time, send it again later"}"#]]
    .assert_eq(&lines.collect::<Vec<_>>().join("\n"));
    // A large body does not keep the answer from being seen.
    assert!(server.post("/v1/batch", &event_of(1 << 20)).starts_with("429 "));
    drop(permits);
    server.still_works();
}

#[test]
fn a_full_disk_is_not_the_senders_fault() {
    let mut options = Options::default();
    options.bytes_max = 1;
    let server = Server::with(options, false);
    let request = format!(
        "POST /v1/track HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{SHOP}Content-Length: {}\r\n\r\n",
        TRACK.len()
    );
    let mut answer = String::new();
    // The database grows with what it holds.
    for id in 0..1_000 {
        let event = TRACK.replace("\"m\"", &format!("{id:>3}"));
        answer = server.exchange(&[request.as_bytes(), event.as_bytes()].concat(), false);
        if !answer.contains(" 200 ") {
            break;
        }
    }
    let lines = answer.lines().filter(|line| !line.starts_with("date: "));
    expect![[r#"
        HTTP/1.1 503 Service Unavailable
        content-type: application/json
        access-control-allow-origin: *
        access-control-expose-headers: Retry-After, X-RateLimit-Reset
        retry-after: 5
        content-length: 105
        connection: close

        {"success":false,"code":"unavailable","message":"events cannot be stored for now, send them again later"}"#]]
    .assert_eq(&lines.collect::<Vec<_>>().join("\n"));
    let observed = server.observed.lock().unwrap().pop().unwrap();
    assert_eq!((observed.status, observed.code, observed.counts.len()), (503, Some("unavailable"), 0));
    assert!(observed.detail.is_some(), "the log says more than the answer");
}
