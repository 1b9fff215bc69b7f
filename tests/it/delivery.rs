//! What becomes of deliveries in the real daemon: outcomes, retries, and that destinations do not
//! disturb each other. Batches are in `batches.rs`, filters in `routing.rs`.

use crate::daemon::{Client, Daemon, FORWARD, config, connected, destination, texts, track, until};
use crate::endpoint::{Endpoint, Refusing};
use crate::harness::{blank_asked, wait, without_ports};
use bytes::Bytes;
use expect_test::{Expect, expect};
use fnhost_queue::{Delivery, State};
use http_body_util::Full;
use hyper::Response;
use serde_json::{Value, json};
use std::fmt::Write;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Retries that follow at once.
pub(crate) const SOON: &str = "retry = { retries_max = 5, first_ms = 1, factor = 1.0 }\n";

/// Sends a request and then throws, whatever the answer is.
const FETCH_THEN_THROW: &str =
    "async function onTrack(event, settings) { await fetch(settings.url); throw new Error('after it') }";

/// An answer with `status` and, where it is not empty, `Retry-After`.
pub(crate) fn answer(status: u16, retry_after: &str) -> Response<Full<Bytes>> {
    let mut response = Response::builder().status(status);
    if !retry_after.is_empty() {
        response = response.header("retry-after", retry_after);
    }
    response.body(Full::from("")).unwrap()
}

/// Answers with `statuses` in turn, then with the last one for ever.
pub(crate) fn in_turn(statuses: &'static [u16]) -> Endpoint {
    let next = AtomicUsize::new(0);
    wait(Endpoint::http(move |_| {
        let turn = next.fetch_add(1, Ordering::SeqCst);
        async move { answer(statuses[turn.min(statuses.len() - 1)], "") }
    }))
}

/// Answers with the status that can be changed at any time.
pub(crate) fn switched(status: u16) -> (Endpoint, Arc<AtomicU16>) {
    let status = Arc::new(AtomicU16::new(status));
    let current = status.clone();
    let endpoint = wait(Endpoint::http(move |_| {
        let status = current.load(Ordering::SeqCst);
        async move { answer(status, "") }
    }));
    (endpoint, status)
}

/// Answers each request with 200, once there is a permit for it.
pub(crate) fn held() -> (Endpoint, Arc<Semaphore>) {
    let permits = Arc::new(Semaphore::new(0));
    let gate = permits.clone();
    let endpoint = wait(Endpoint::http(move |_| {
        let gate = gate.clone();
        async move {
            gate.acquire().await.unwrap().forget();
            answer(200, "")
        }
    }));
    (endpoint, permits)
}

/// What came to `endpoint`, a line for each request, sorted: path and body.
pub(crate) fn came(endpoint: &Endpoint) -> String {
    let mut lines: Vec<_> =
        endpoint.received().into_iter().map(|received| format!("{} {}", received.path, received.body)).collect();
    lines.sort();
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The attempts of a delivery: number, state, reason, statuses of the requests, log, version, events together.
pub(crate) fn attempts(daemon: &Daemon, delivery: &Delivery) -> String {
    let mut out = String::new();
    for attempt in daemon.attempts(delivery.id) {
        let run: Value = serde_json::from_slice(&attempt.record.detail).unwrap();
        let list = |name: &str, field: &str| {
            let items = run[name].as_array().unwrap().iter().map(|item| item[field].to_string());
            items.collect::<Vec<_>>().join(" ")
        };
        let (state, reason) = (attempt.state.as_str(), attempt.reason.unwrap_or_default());
        let (requests, logs) = (list("requests", "status"), list("logs", "message"));
        let (number, version, together) = (attempt.number, attempt.record.version, attempt.together);
        writeln!(
            out,
            "{number} {state} [{reason}] answered [{requests}] logged [{logs}] by {version}, {together} together"
        )
        .unwrap();
    }
    without_ports(&out)
}

/// Functions that come to an end in every way that there is.
const ENDS: [(&str, &str); 15] = [
    ("returned", "onTrack = () => 1"),
    ("missing", "onPage = () => 1"),
    ("not supported", "onTrack = () => { throw new EventNotSupported('no tracks') }"),
    ("payload", "onTrack = () => { throw new InvalidEventPayload('no name') }"),
    ("validation", "onTrack = () => { throw new ValidationError('no key') }"),
    ("drop", "onTrack = () => { throw new DropEvent('not today') }"),
    ("retry", "onTrack = () => { throw new RetryError('later') }"),
    ("timeout", "onTrack = () => new Promise((done) => setTimeout(done, 60_000))"),
    ("status", FETCH_THEN_THROW),
    ("thrown", "onTrack = () => { throw new TypeError('a bug') }"),
    ("fuel", "onTrack = () => { for (;;); }"),
    ("memory", "onTrack = () => { const all = []; for (;;) all.push('x'.repeat(1e6) + all.length) }"),
    ("stack", "onTrack = () => { const again = () => again() + 1; again() }"),
    ("unsettled", "onTrack = () => new Promise(() => {})"),
    ("value", "onTrack = () => 'x'.repeat(2_000)"),
];

#[test]
fn every_row_of_the_outcome_table() {
    let endpoint = wait(Endpoint::http(|received| async move { answer(received.path[1..].parse().unwrap(), "") }));
    let refusing = Refusing::new();
    let mut destinations = String::new();
    for (name, _) in ENDS.iter().filter(|(name, _)| *name != "status") {
        let more = match *name {
            "timeout" => "limits = { timeout_ms_max = 100 }",
            "fuel" => "limits = { fuel_max = 20_000_000 }",
            "value" => "limits = { value_bytes_max = 1_000 }",
            _ => "",
        };
        destinations += &destination(name, &endpoint.url(), more);
    }
    for status in [200, 400, 401, 402, 403, 404, 408, 422, 429, 500, 501, 503] {
        destinations += &connected(&status.to_string(), "status", &format!("{}/{status}", endpoint.url()), "");
    }
    destinations += &connected("no answer", "status", &refusing.url(), "");
    let explicit = "retry = \"explicit\"\n";
    destinations += &connected("503 explicit", "status", &format!("{}/503", endpoint.url()), explicit);
    destinations += &connected("no answer explicit", "status", &refusing.url(), explicit);
    destinations += &connected("retry explicit", "retry", "", explicit);
    destinations +=
        &connected("timeout explicit", "timeout", "", &format!("{explicit}limits = {{ timeout_ms_max = 100 }}"));
    let files: Vec<_> = ENDS.iter().map(|(name, source)| (format!("{name}.js"), *source)).collect();
    let files: Vec<_> = files.iter().map(|(name, source)| (name.as_str(), *source)).collect();
    let mut daemon = Daemon::start(&config(&destinations), &files);
    daemon.track(&["m"]);
    let ended = daemon.until_all(31, |delivery| delivery.attempts == 1);
    expect![[r#"
        m returned delivered after 1
        m missing discarded after 1: unsupported: EventNotSupported: track not supported
        m not supported discarded after 1: unsupported: EventNotSupported: no tracks
        m payload discarded after 1: rejected: InvalidEventPayload: no name
        m validation discarded after 1: rejected: ValidationError: no key
        m drop dropped after 1: dropped: DropEvent: not today
        m retry retrying after 1: retry: RetryError: later
        m timeout retrying after 1: retry: Timeout: function took more than 100 ms, limit 100 (`timeout_ms_max`)
        m thrown discarded after 1: bad_request: TypeError: a bug
        m fuel discarded after 1: broken: OutOfFuel: function used 20000000 units of fuel, limit 20000000 (`fuel_max`)
        m memory discarded after 1: broken: OutOfMemory: function asked for ASKED bytes of memory, limit 67108864 (`memory_bytes_max`)
        m stack discarded after 1: broken: StackOverflow: function used more than 524288 bytes of stack, limit 524288 (`stack_bytes_max`)
        m unsettled discarded after 1: broken: Unsettled: the handler's promise never settles: it waits for something that cannot happen
        m value discarded after 1: broken: ValueTooLarge: function returned 2002 bytes, limit 1000 (`value_bytes_max`)
        m 200 discarded after 1: bad_request: Error: after it
        m 400 discarded after 1: bad_request: Error: after it
        m 401 discarded after 1: bad_request: Error: after it
        m 402 discarded after 1: bad_request: Error: after it
        m 403 discarded after 1: bad_request: Error: after it
        m 404 discarded after 1: bad_request: Error: after it
        m 408 retrying after 1: retry: Error: after it
        m 422 discarded after 1: bad_request: Error: after it
        m 429 retrying after 1: retry: Error: after it
        m 500 retrying after 1: retry: Error: after it
        m 501 discarded after 1: bad_request: Error: after it
        m 503 retrying after 1: retry: Error: after it
        m no answer retrying after 1: retry: FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect ECONNREFUSED 127.0.0.1:PORT
        m 503 explicit discarded after 1: bad_request: Error: after it
        m no answer explicit discarded after 1: bad_request: FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect ECONNREFUSED 127.0.0.1:PORT
        m retry explicit retrying after 1: retry: RetryError: later
        m timeout explicit retrying after 1: retry: Timeout: function took more than 100 ms, limit 100 (`timeout_ms_max`)
    "#]].assert_eq(&blank_asked(&texts(&daemon.ledger(), &ended)));
    daemon.stop();
}

#[test]
fn a_component_is_delivered_to_and_one_that_traps_is_broken() {
    let function = "[[function]]\nname = \"foreign\"\npath = \"foreign.wasm\"\n";
    let mut daemon = Daemon::prepare(&config(&format!("{function}{}", destination("foreign", "", ""))), &[]);
    std::fs::write(daemon.folder().path("foreign.wasm"), wat::parse_str(include_str!("foreign.wat")).unwrap()).unwrap();
    daemon.restart();
    daemon.post(
        &["track", "page", "screen"]
            .map(|kind| json!({ "type": kind, "event": "E", "userId": "u", "messageId": kind })),
    );
    let ended = daemon.until_all(3, |delivery| delivery.attempts == 1);
    expect![[r#"
        track foreign delivered after 1
        page foreign retrying after 1: retry: RetryError: try again later
        screen foreign discarded after 1: broken: Trap: the component stopped itself (`unreachable`), as after a panic; JavaScript does where it has replaced what its engine needs, such as `Promise.prototype.then`
    "#]]
    .assert_eq(&texts(&daemon.ledger(), &ended));
    daemon.stop();
}

#[test]
fn a_delivery_is_retried_until_it_succeeds_and_every_attempt_is_kept() {
    let endpoint = in_turn(&[500, 500, 200]);
    let source = format!(
        "{FORWARD}\nconst forward = onTrack;\nonTrack = (event, settings) => {{ console.log('sending', event.event); return forward(event, settings) }}"
    );
    let mut daemon = Daemon::start(&config(&destination("forward", &endpoint.url(), SOON)), &[("forward.js", &source)]);
    daemon.track(&["m"]);
    expect![[r#"
        m forward delivered after 3
    "#]]
    .assert_eq(&daemon.settled(1));
    expect![[r#"
        1 retrying [retry: Error: answered 500] answered [500] logged ["sending E"] by VERSION, 1 together
        2 retrying [retry: Error: answered 500] answered [500] logged ["sending E"] by VERSION, 1 together
        3 delivered [] answered [200] logged ["sending E"] by VERSION, 1 together
    "#]]
    .assert_eq(
        &attempts(&daemon, &daemon.deliveries()[0])
            .replace(&fnhost_server::version_of(source.as_bytes(), &[]), "VERSION"),
    );
    let run: Value = serde_json::from_slice(&daemon.attempts(1)[2].record.detail).unwrap();
    let request = &run["requests"][0];
    expect![[r#""POST" "m" "onTrack" true"#]].assert_eq(&format!(
        "{} {} {} {}",
        request["method"],
        request["request_body"],
        run["handler"],
        run["usage"]["fuel"].as_u64() > Some(0)
    ));
    assert_eq!(came(&endpoint), "/ m\n/ m\n/ m\n");
    daemon.stop();
}

/// What becomes of an event whose destination always answers 500, with these retries.
fn check_retries(retry: &str, expected: Expect) {
    let endpoint = in_turn(&[500]);
    let more = format!("retry = {retry}\n");
    let mut daemon =
        Daemon::start(&config(&destination("forward", &endpoint.url(), &more)), &[("forward.js", FORWARD)]);
    daemon.track(&["m"]);
    let settled = daemon.settled(1);
    assert_eq!(endpoint.received().len(), daemon.attempts(1).len());
    expected.assert_eq(&settled);
    daemon.stop();
}

#[test]
fn a_delivery_whose_retries_are_used_up_is_dead() {
    check_retries(
        "{ retries_max = 2, first_ms = 1 }",
        expect![[r#"
        m forward dead after 3: retry: Error: answered 500
    "#]],
    );
    check_retries(
        "{ retries_max = 0 }",
        expect![[r#"
        m forward dead after 1: retry: Error: answered 500
    "#]],
    );
}

#[test]
fn a_delivery_whose_window_is_over_is_tried_at_its_end_and_then_dead() {
    check_retries(
        "{ retries_max = 100, first_ms = 3_600_000, window_ms = 1_500 }",
        expect![[r#"
        m forward dead after 2: retry: Error: answered 500
    "#]],
    );
}

#[test]
fn retry_after_is_waited_for() {
    for status in [429, 503] {
        let next = AtomicUsize::new(0);
        let endpoint = wait(Endpoint::http(move |_| {
            let is_first = next.fetch_add(1, Ordering::SeqCst) == 0;
            async move { if is_first { answer(status, "1") } else { answer(200, "") } }
        }));
        let mut daemon =
            Daemon::start(&config(&destination("forward", &endpoint.url(), SOON)), &[("forward.js", FORWARD)]);
        daemon.track(&["m"]);
        assert_eq!(daemon.settled(1), "m forward delivered after 2\n");
        let started: Vec<_> = daemon.attempts(1).iter().map(|attempt| attempt.record.started_ms).collect();
        assert!(started[1] >= started[0] + 1_000, "{started:?}");
        daemon.stop();
    }
}

#[test]
fn dead_and_hanging_destinations_do_not_delay_a_good_one() {
    let good = wait(Endpoint::saying(""));
    let (hanging, permits) = held();
    let dead = Refusing::new();
    let patient = "limits = { timeout_ms_max = 60_000 }\n";
    let destinations = connected("hanging", "forward", &hanging.url(), patient)
        + &connected("dead", "forward", &dead.url(), "")
        + &connected("good", "forward", &good.url(), "");
    // Those that hang take all that is shared.
    let config = config(&format!("[delivery]\nconcurrency_max = 2\n{destinations}"));
    let mut daemon = Daemon::start(&config, &[("forward.js", FORWARD)]);
    let ids: Vec<_> = (0..20).map(|number| format!("m{number}")).collect();
    daemon.track(&ids.iter().map(String::as_str).collect::<Vec<_>>());
    let delivered = |name: &str| {
        let deliveries = daemon.deliveries().into_iter();
        deliveries.filter(|delivery| delivery.destination == name && delivery.state == State::Delivered).count()
    };
    until("the good ones", || {
        if delivered("good") == 20 { Ok(()) } else { Err(texts(&daemon.ledger(), &daemon.deliveries())) }
    });
    let ended =
        daemon.deliveries().into_iter().filter(|delivery| delivery.destination == "hanging" && delivery.attempts > 0);
    assert_eq!(ended.count(), 0, "none of those that hang has ended");
    assert_eq!(good.received().len(), 20);
    permits.add_permits(20);
    until("the hanging ones", || {
        if delivered("hanging") == 20 { Ok(()) } else { Err(texts(&daemon.ledger(), &daemon.deliveries())) }
    });
    assert_eq!(delivered("dead"), 0);
    daemon.stop();
}

#[test]
fn a_destination_that_only_fails_is_left_alone_and_its_events_are_kept() {
    const PAUSE: Duration = Duration::from_millis(300);
    let (times, works) = (Arc::<Mutex<Vec<Instant>>>::default(), Arc::new(AtomicUsize::new(0)));
    let (log, is_working) = (times.clone(), works.clone());
    let endpoint = wait(Endpoint::http(move |_| {
        log.lock().unwrap().push(Instant::now());
        let status = if is_working.load(Ordering::SeqCst) == 1 { 200 } else { 503 };
        async move { answer(status, "") }
    }));
    let more = "concurrency_max = 1\nretry = { retries_max = 100, first_ms = 1, factor = 1.0 }\n\
                breaker = { failures_max = 3, first_ms = 300, wait_ms_max = 300 }\n";
    let mut daemon = Daemon::start(&config(&destination("forward", &endpoint.url(), more)), &[("forward.js", FORWARD)]);
    let ids: Vec<_> = (0..10).map(|number| format!("m{number}")).collect();
    daemon.track(&ids.iter().map(String::as_str).collect::<Vec<_>>());
    daemon.until_logged("nothing but failures; deliveries wait while it is left alone destination=\"forward\"", 0);
    assert!(daemon.client().get("/metrics").body.contains("fnhost_breaker_open{destination=\"forward\"} 1.0\n"));
    until("three probes", || if times.lock().unwrap().len() >= 6 { Ok(()) } else { Err(daemon.log()) });
    let all_open = daemon.deliveries().iter().all(|delivery| delivery.state.is_open());
    assert!(all_open, "{}", texts(&daemon.ledger(), &daemon.deliveries()));
    works.store(1, Ordering::SeqCst);
    let failed = daemon.until_all(10, |delivery| delivery.state == State::Delivered);
    let failures: usize = failed.iter().map(|delivery| delivery.attempts as usize - 1).sum();
    let times = times.lock().unwrap();
    assert_eq!(times.len(), failures + 10, "every request is in the ledger");
    // From the third failure until the first success each request is a probe after a pause.
    let gaps: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps[2..failures].iter().all(|gap| *gap >= PAUSE), "{gaps:?}");
    daemon.until_logged("works again destination=\"forward\"", 0);
    assert!(daemon.client().get("/metrics").body.contains("fnhost_breaker_open{destination=\"forward\"} 0.0\n"));
    daemon.stop();
}

#[test]
fn the_cache_is_shared_between_the_events_of_a_destination_and_not_between_destinations() {
    let tokens = AtomicUsize::new(0);
    let endpoint = wait(Endpoint::http(move |received| {
        let token = if received.path == "/token" { tokens.fetch_add(1, Ordering::SeqCst) + 1 } else { 0 };
        async move { Response::new(Full::from(format!("/t{token}"))) }
    }));
    let source = "async function onTrack(event, settings) {
  const load = async () => (await fetch(settings.url + '/token')).text();
  await fetch(settings.url + await cache.load('token', 60_000, load));
}";
    let destinations = connected("one", "cached", &endpoint.url(), "concurrency_max = 1\n")
        + &connected("two", "cached", &endpoint.url(), "concurrency_max = 1\n");
    let mut daemon = Daemon::start(&config(&destinations), &[("cached.js", source)]);
    daemon.track(&["m1", "m2", "m3"]);
    daemon.settled(6);
    expect![[r#"
        /t1
        /t1
        /t1
        /t2
        /t2
        /t2
        /token
        /token
    "#]]
    .assert_eq(&came(&endpoint));
    daemon.stop();
}

#[test]
fn a_secret_reaches_the_function_and_nothing_else() {
    const SECRET: &str = "s3cr3t-4f1e9b";
    let endpoint = wait(Endpoint::saying(""));
    let source = "async function onTrack(event, settings) {
  const { token, nested: [{ again }] } = settings;
  await fetch(settings.url, { method: 'POST', body: `${token.length} ${token === again}` });
  console.log(typeof token);
  if (event.messageId === 'm2') throw new Error('not this one');
  if (event.messageId === 'm3') for (;;);
  return Object.keys(settings);
}";
    let more = "allow_net = [\"127.0.0.0/8\"]\nlimits = { fuel_max = 50_000_000 }\n[destination.settings]\ntoken = \"env:BIN_TOKEN\"\nnested = [{ again = \"env:BIN_TOKEN\" }]\n";
    let destination = format!("{more}url = \"{}\"\n", endpoint.url());
    let destination =
        format!("[[destination]]\nname = \"bin\"\nsource = \"website\"\nfunction = \"bin\"\n{destination}");
    let config = config(&destination).replace("\"key\"", "\"env:WRITE_KEY\"");
    let environment = [("BIN_TOKEN", SECRET), ("WRITE_KEY", "wk-77aa"), ("FNHOST_LOG", "trace")];
    let mut daemon = Daemon::start_with(&config, &[("bin.js", source)], &environment);
    let client: Client = daemon.client().with_key("wk-77aa");
    for id in ["m1", "m2", "m3"] {
        assert_eq!(client.post("/v1/track", &track(id).to_string()).unwrap().status, 200);
    }
    expect![[r#"
        m1 bin delivered after 1
        m2 bin discarded after 1: bad_request: Error: not this one
        m3 bin discarded after 1: broken: OutOfFuel: function used 50000000 units of fuel, limit 50000000 (`fuel_max`)
    "#]]
    .assert_eq(&daemon.settled(3));
    assert_eq!(came(&endpoint), "/ 13 true\n".repeat(3));
    let checked = daemon.folder().command("config check").envs(environment).output().unwrap();
    let mut seen = format!("{}{checked:?}", daemon.client().get("/metrics").body);
    for command in ["events --json", "deliveries", "show e1", "show m2 --json"] {
        seen += &daemon.folder().fnhost(&format!("{command} --data data"));
    }
    daemon.stop();
    seen += &daemon.log();
    for entry in std::fs::read_dir(daemon.folder().path("data")).unwrap() {
        seen += &String::from_utf8_lossy(&std::fs::read(entry.unwrap().path()).unwrap());
    }
    assert!(seen.contains("not this one") && seen.contains("TRACE"), "the log and the ledger are looked through");
    for secret in [SECRET, "wk-77aa", "d2stNzdhYT"] {
        let found = seen.find(secret).map(|at| seen[at.saturating_sub(300)..at].to_owned());
        assert_eq!(found, None, "{secret}");
    }
}
