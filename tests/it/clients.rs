//! Real clients against the real daemon: Segment's library for Node.js, of which nothing but `host` is
//! changed, and curl. What the tracking API answers in detail is in `ingest_http.rs`.

use crate::daemon::{Daemon, config, destination, until};
use crate::endpoint::Endpoint;
use crate::harness::wait;
use crate::many::{ALL, count_open, message_ids, port_to_come_back_to, say, totals, until_nothing_is_open};
use expect_test::{Expect, expect};
use fnhost_queue::Selection;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::LazyLock;

/// Sends kind and `messageId` of every event to `settings.url`.
const RELAY: &str = "async function relay(event, settings) {
  const res = await fetch(settings.url, { method: 'POST', body: `${event.type} ${event.messageId}` });
  if (!res.ok) throw new RetryError(`answered ${res.status}`);
}
async function onIdentify(event, settings) { await relay(event, settings); }
async function onTrack(event, settings) { await relay(event, settings); }
async function onPage(event, settings) { await relay(event, settings); }
async function onScreen(event, settings) { await relay(event, settings); }
async function onGroup(event, settings) { await relay(event, settings); }
async function onAlias(event, settings) { await relay(event, settings); }";

/// The library, installed with npm as its lock file says, and the script that uses it. The checkout stays as it is.
static INSTALLED: LazyLock<PathBuf> = LazyLock::new(|| {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients");
    fs::create_dir_all(&dir).unwrap();
    // Another run of the tests may be at it.
    let lock = fs::File::create(dir.join(".install.lock")).unwrap();
    lock.lock().unwrap();
    for name in ["package.json", "package-lock.json", "send.mjs"] {
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("clients").join(name), dir.join(name)).unwrap();
    }
    let wanted = fs::read(dir.join("package-lock.json")).unwrap();
    let installed = dir.join("node_modules/.installed-lock.json");
    if fs::read(&installed).ok().as_ref() != Some(&wanted) {
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        let mut install = Command::new(npm);
        install.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&dir);
        let output = install.output().expect("npm can be run, as for the build");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::write(installed, wanted).unwrap();
    }
    dir
});

/// The script at work.
struct Sender {
    child: Child,
    says: BufReader<ChildStdout>,
}

/// What the script says at its end.
#[derive(Debug)]
struct Report {
    /// Kind and `messageId` of every event that the library says has arrived, in order.
    arrived: Vec<String>,
    /// Why others have not.
    failed: Vec<String>,
    retries: u64,
    /// How often each status was answered.
    statuses: BTreeMap<String, u64>,
}

impl Sender {
    /// Sends `events` events with `bytes` bytes of filler each. `mode` is that of the script.
    fn start(daemon: &Daemon, events: usize, mode: &str, bytes: usize) -> Sender {
        let mut node = Command::new("node");
        node.args(["send.mjs", &format!("http://{}", daemon.address()), "key", &events.to_string(), mode]);
        // The library listens to one signal per batch, which Node takes for a leak.
        node.arg(bytes.to_string()).current_dir(&*INSTALLED).env("NODE_NO_WARNINGS", "1");
        node.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = node.spawn().unwrap();
        let says = BufReader::new(child.stdout.take().unwrap());
        Sender { child, says }
    }

    /// Lets it send the second half.
    fn go_on(&mut self) {
        self.child.stdin.take().unwrap().write_all(b"\n").unwrap();
    }

    fn until_it_says(&mut self, word: &str) {
        while self.line() != word {}
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        let bytes = self.says.read_line(&mut line).unwrap();
        assert!(bytes > 0, "the script has ended");
        line.trim_end().to_owned()
    }

    /// Waits for its end; every one of `events` events must have arrived.
    fn report(mut self, events: usize) -> Report {
        let last = loop {
            let line = self.line();
            if line.starts_with('{') {
                break line;
            }
        };
        assert!(self.child.wait().unwrap().success());
        let said: Value = serde_json::from_str(&last).unwrap();
        let texts = |name: &str| -> Vec<String> { serde_json::from_value(said[name].clone()).unwrap() };
        let (mut arrived, failed) = (texts("arrived"), texts("failed"));
        arrived.sort();
        let statuses = serde_json::from_value(said["statuses"].clone()).unwrap();
        let report = Report { arrived, failed, retries: said["retries"].as_u64().unwrap(), statuses };
        assert!(report.failed.is_empty(), "{:?} {:?}", report.failed, report.statuses);
        assert_eq!(report.arrived.len(), events);
        report
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Kind and `messageId` of every event in the ledger, in order.
fn kept(daemon: &Daemon) -> Vec<String> {
    let events = daemon.ledger().events(&Selection::default(), ALL).unwrap();
    let line = |payload: &[u8]| {
        let event: Value = serde_json::from_slice(payload).unwrap();
        format!("{} {}", event["type"].as_str().unwrap(), event["messageId"].as_str().unwrap())
    };
    let mut lines: Vec<_> = events.iter().map(|event| line(&event.payload)).collect();
    lines.sort();
    lines
}

/// What came to the endpoint, in order.
fn came(endpoint: &Endpoint) -> Vec<String> {
    let mut came: Vec<_> = endpoint.received().into_iter().map(|received| received.body).collect();
    came.sort();
    came
}

/// Everything that arrived is in the ledger once, and is delivered; a crash may have delivered it twice.
fn check(daemon: &Daemon, endpoint: &Endpoint, report: &Report) {
    until_nothing_is_open(daemon);
    assert_eq!(kept(daemon), report.arrived);
    let mut came = came(endpoint);
    came.dedup();
    assert_eq!(came, report.arrived);
    let count = report.arrived.len();
    assert_eq!(totals(&daemon.ledger()), format!("relay: {count} accepted, {count} delivered\n"));
}

/// A daemon at a port that it comes back to; `more` goes before the destination.
fn daemon_at(port: u16, endpoint: &Endpoint, more: &str) -> Daemon {
    let mut daemon = Daemon::prepare(&relaying(endpoint, more), &[("relay.js", RELAY)]);
    start_at(&mut daemon, port);
    daemon
}

fn relaying(endpoint: &Endpoint, more: &str) -> String {
    config(&format!("{more}{}", destination("relay", &endpoint.url(), "")))
}

fn start_at(daemon: &mut Daemon, port: u16) {
    daemon.try_start_with(&format!("--listen 127.0.0.1:{port} --data data")).unwrap();
}

#[test]
fn thousands_of_events_of_segments_library_arrive_once() {
    let endpoint = wait(Endpoint::saying("ok"));
    let mut daemon = Daemon::start(&relaying(&endpoint, ""), &[("relay.js", RELAY)]);
    let report = Sender::start(&daemon, 3_000, "flush", 10).report(3_000);
    check(&daemon, &endpoint, &report);
    assert_eq!(came(&endpoint), report.arrived, "nothing is delivered twice without a crash");
    assert_eq!(report.statuses.keys().collect::<Vec<_>>(), ["200"]);
    let kinds = report.arrived.iter().map(|line| line.split(' ').next().unwrap());
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    kinds.for_each(|kind| *counts.entry(kind).or_default() += 1);
    assert_eq!(
        format!("{counts:?}"),
        r#"{"alias": 500, "group": 500, "identify": 500, "page": 500, "screen": 500, "track": 500}"#
    );
    daemon.stop();
}

/// Requests are under way when it is killed, so some are on disk without an answer and come again.
#[test]
fn segments_library_loses_and_doubles_nothing_when_the_daemon_is_killed() {
    let endpoint = wait(Endpoint::saying("ok"));
    let port = port_to_come_back_to();
    let mut daemon = daemon_at(port, &endpoint, "");
    let mut sender = Sender::start(&daemon, 1_995, "wait", 10);
    let ledger = daemon.ledger();
    until("the first events", || if count_open(&ledger) > 0 { Ok(()) } else { Err(String::new()) });
    drop(ledger);
    daemon.kill();
    sender.go_on();
    sender.until_it_says("retrying");
    start_at(&mut daemon, port);
    daemon.audit();
    let report = sender.report(1_995);
    assert!(report.retries > 0, "{report:?}");
    check(&daemon, &endpoint, &report);
    daemon.stop();
}

#[test]
fn segments_library_waits_as_long_as_429_says() {
    let endpoint = wait(Endpoint::saying("ok"));
    let mut daemon = Daemon::start(&relaying(&endpoint, "[ingest]\nrequests_max = 2\n"), &[("relay.js", RELAY)]);
    let report = Sender::start(&daemon, 600, "flush", 10).report(600);
    assert!(report.statuses.contains_key("429"), "{report:?}");
    check(&daemon, &endpoint, &report);
    daemon.stop();
}

/// The database is full, then larger after a restart.
#[test]
fn segments_library_comes_again_after_503() {
    let endpoint = wait(Endpoint::saying("ok"));
    let port = port_to_come_back_to();
    let mut daemon = daemon_at(port, &endpoint, "[retention]\nbytes_max = 1_048_576\n");
    let mut sender = Sender::start(&daemon, 1_500, "wait", 4_000);
    sender.go_on();
    sender.until_it_says("retrying");
    daemon.kill();
    daemon.write("fnhost.toml", &relaying(&endpoint, ""));
    start_at(&mut daemon, port);
    let report = sender.report(1_500);
    assert!(report.statuses.contains_key("503"), "{report:?}");
    check(&daemon, &endpoint, &report);
    daemon.stop();
}

#[test]
fn curl_sends_events() {
    if Command::new("curl").arg("--version").output().is_err() {
        return say("curl_sends_events: there is no curl here, so nothing was tested");
    }
    let endpoint = wait(Endpoint::saying("ok"));
    let mut daemon = Daemon::start(&relaying(&endpoint, ""), &[("relay.js", RELAY)]);
    let check = |arguments: &[&str], path: &str, expected: Expect| {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--write-out", " %{http_code}\n"]).args(arguments);
        let output = curl.arg(format!("http://{}{path}", daemon.address())).output().unwrap();
        expected.assert_eq(&String::from_utf8_lossy(&[output.stdout, output.stderr].concat()));
    };
    let event = r#"{"event":"E","userId":"u","messageId":"basic"}"#;
    check(
        &["--user", "key:", "--header", "Content-Type: application/json", "--data", event],
        "/v1/track",
        expect![[r#"
        {"success":true} 200
    "#]],
    );
    let event = r#"{"writeKey":"key","userId":"u","messageId":"body"}"#;
    check(
        &["--data", event],
        "/v1/identify",
        expect![[r#"
        {"success":true} 200
    "#]],
    );
    let event = r#"{"name":"Home","anonymousId":"a","messageId":"bearer"}"#;
    check(
        &["--header", "Authorization: Bearer key", "--data", event],
        "/v1/page",
        expect![[r#"
        {"success":true} 200
    "#]],
    );
    check(
        &["--user", "other:", "--data", event],
        "/v1/page",
        expect![[r#"
        {"success":true} 200
    "#]],
    );
    check(
        &["--user", "key:", "--data", "{"],
        "/v1/track",
        expect![[r#"
        {"success":false,"code":"invalid_json","message":"the body cannot be read as JSON: EOF while parsing an object at line 1 column 1"} 400
    "#]],
    );
    check(
        &["--user", "key:"],
        "/v1/track",
        expect![[r#"
        {"success":false,"code":"method_not_allowed","message":"send events with `POST`"} 405
    "#]],
    );
    let large = format!(r#"{{"event":"E","userId":"u","properties":{{"p":"{}"}}}}"#, "x".repeat(2_000_000));
    daemon.write("large.json", &large);
    let large = format!("@{}", daemon.folder().path("large.json").display());
    check(
        &["--user", "key:", "--data", &large],
        "/v1/track",
        expect![[r#"
        {"success":false,"code":"body_too_large","message":"the body is too large, the limit is 32 KB (32768 bytes)"} 400
    "#]],
    );
    until_nothing_is_open(&daemon);
    assert_eq!(message_ids(&daemon.ledger()), ["basic", "bearer", "body"]);
    assert_eq!(came(&endpoint), ["identify body", "page bearer", "track basic"]);
    daemon.stop();
}
