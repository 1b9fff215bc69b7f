//! The life of the real daemon: how it starts or refuses to, takes changed files over, stops and
//! goes on, and what it tells operators. The commands that look into its data are in
//! `ledger_commands.rs`.

use crate::command::{Folder, text};
use crate::daemon::{Client, Daemon, FORWARD, code, config, connected, destination, texts, track, until};
use crate::delivery::{held, in_turn, switched};
use crate::endpoint::Endpoint;
use crate::harness::{wait, without_ports};
use expect_test::{Expect, expect};
use fnhost_queue::State;
use serde_json::{Value, json};
use std::net::TcpListener;
use std::sync::atomic::Ordering;

/// A destination `forward` to `url`.
pub(crate) fn forwarding(url: &str) -> String {
    config(&destination("forward", url, ""))
}

pub(crate) const FUNCTIONS: &[(&str, &str)] = &[("forward.js", FORWARD)];

/// What `text` has besides times, ports and paths.
pub(crate) fn blanked(daemon: &Daemon, text: &str) -> String {
    let folder = daemon.folder().path("");
    let text = without_ports(&text.replace(folder.to_str().unwrap(), "FOLDER/"));
    without_times(&text)
}

/// Times become as many blanks, so that columns stay in line.
fn without_times(text: &str) -> String {
    const BLANK: &str = "____-__-__T__:__:__.___Z";
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('T') {
        let start = at.saturating_sub(10);
        let time = rest.get(start..start + BLANK.len()).filter(|time| time.starts_with("20") && time.ends_with('Z'));
        let (kept, skipped) = if time.is_some() { (start, start + BLANK.len()) } else { (at + 1, at + 1) };
        out += &rest[..kept];
        out += if time.is_some() { BLANK } else { "" };
        rest = &rest[skipped..];
    }
    out + rest
}

/// The fields `names` of `value`, as JSON.
pub(crate) fn fields(value: &Value, names: &[&str]) -> String {
    names.iter().map(|name| format!("{name}: {}\n", value.pointer(name).unwrap_or(&Value::Null))).collect()
}

/// How a daemon with `config` and `functions` does not start.
fn check_refused(config: &str, functions: &[(&str, &str)], expected: Expect) {
    let mut daemon = Daemon::prepare(config, functions);
    let refusal = daemon.try_start().expect_err("it does not start");
    expected.assert_eq(&blanked(&daemon, &refusal));
}

#[test]
fn the_first_line_says_where_it_listens() {
    let mut daemon = Daemon::start(&forwarding(""), FUNCTIONS);
    assert!(daemon.address().ip().is_loopback() && daemon.address().port() > 0);
    assert_eq!(daemon.client().get("/readyz").body, "ready\n");
    daemon.stop();
    let without_time = |line: &str| format!("{}\n", line.split_once(' ').unwrap().1.trim_start());
    let log: String = daemon.log().lines().map(without_time).collect();
    expect![[r#"
        INFO fnhost_server::serve: ready address=127.0.0.1:PORT destinations=1
        INFO fnhost_server::serve: stopping grace_ms=10000
        INFO fnhost_server::serve: stopped
    "#]]
    .assert_eq(&blanked(&daemon, &log));
}

#[test]
fn the_log_can_be_json() {
    let mut daemon = Daemon::start(&format!("[server]\nlog_format = \"json\"\n{}", forwarding("")), FUNCTIONS);
    daemon.stop();
    let log = daemon.log();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    expect![[r#"
        /level: "INFO"
        /message: "ready"
        /level: "INFO"
        /message: "stopping"
        /level: "INFO"
        /message: "stopped"
    "#]]
    .assert_eq(&lines.iter().map(|line| fields(line, &["/level", "/message"])).collect::<String>());
}

#[test]
fn a_port_that_is_taken_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut daemon = Daemon::prepare(&forwarding(""), FUNCTIONS);
    let arguments = format!("--listen {} --data data", listener.local_addr().unwrap());
    let refusal = daemon.try_start_with(&arguments).expect_err("it does not start");
    expect![[r#"
        exit 2
        error: cannot listen on 127.0.0.1:PORT, choose another address with `--listen`: Address already in use (os error 98)
    "#]].assert_eq(&blanked(&daemon, &refusal));
}

#[test]
fn a_data_folder_in_use_is_refused_and_free_after_a_stop_or_a_crash() {
    let mut daemon = Daemon::start(&forwarding(""), FUNCTIONS);
    let mut second = daemon.beside();
    let refusal = second.try_start().expect_err("it does not start");
    expect![[r#"
        exit 2
        error: the data folder `data` is in use by another process
    "#]]
    .assert_eq(&blanked(&daemon, &refusal));
    assert_eq!(daemon.client().get("/readyz").status, 200);
    daemon.kill();
    second.restart();
    second.stop();
    daemon.restart();
    daemon.stop();
}

#[test]
fn a_configuration_with_mistakes_is_refused_with_all_of_them() {
    let bad = format!(
        "{}lag = 1\n[[destination]]\nname = \"x\"\nsource = \"webiste\"\nretry = {{ factor = 0 }}\n",
        forwarding("")
    );
    check_refused(
        &bad,
        FUNCTIONS,
        expect![[r#"
            exit 2
            fnhost.toml:13:1: destination[0].lag: there is no key `lag`; the keys are `name`, `source`, `function`, `enabled`, `settings`, `concurrency_max`, `isolation`, `retry`, `batch`, `limits`, `breaker`, `allow_net`, `hosts`, `filter`
            fnhost.toml:14:1: destination[1]: `function` is missing
            fnhost.toml:16:10: destination[1].source: there is no source `webiste`; is `website` meant?
            fnhost.toml:17:20: destination[1].retry.factor: must be between 1 and 10, not 0
        "#]],
    );
}

#[test]
fn functions_that_cannot_be_built_are_refused_with_their_diagnostics() {
    let config =
        config(&(destination("syntax", "", "") + &destination("top", "", "") + &destination("forward", "", "")));
    let functions = [
        ("syntax.js", "function onTrack( {"),
        ("top.js", "const a = 1;\nthrow new Error('at build')"),
        ("forward.js", FORWARD),
    ];
    check_refused(
        &config,
        &functions,
        expect![[r#"
        exit 2
        function `syntax` cannot be used:
        functions/syntax.js:1:20: error: Expected `}` but found `EOF`
          1 | function onTrack( {
            |                    ^
        function `top` cannot be used:
        functions/top.js:2:11: error: the top level threw Error: at build
          2 | throw new Error('at build')
            |           ^
        functions/top.js: warning: no handler is defined, so every event is refused
          help: define one of onIdentify, onTrack, onPage, onScreen, onGroup, onAlias, onDelete, onBatch
    "#]],
    );
}

#[test]
fn sigterm_lets_what_is_under_way_end() {
    let (endpoint, permits) = held();
    let mut daemon = Daemon::start(&forwarding(&endpoint.url()), FUNCTIONS);
    daemon.track(&["m"]);
    until("the request", || if endpoint.received().len() == 1 { Ok(()) } else { Err(daemon.log()) });
    daemon.signal("TERM");
    daemon.until_logged("stopping", 0);
    until("that it accepts nothing more", || match daemon.client().post("/v1/track", &track("late").to_string()) {
        Err(_) => Ok(()),
        Ok(answer) => Err(format!("{answer:?}")),
    });
    permits.add_permits(1);
    assert_eq!(code(daemon.exited().0), "exit 0");
    daemon.audit();
    assert!(!daemon.log().contains("the grace is over"), "{}", daemon.log());
    assert_eq!(texts(&daemon.ledger(), &daemon.deliveries()[..1]), "m forward delivered after 1\n");
}

#[test]
fn what_outlasts_the_grace_is_attempted_again_after_the_next_start() {
    let (endpoint, permits) = held();
    let config = format!("[server]\ngrace_ms = 100\n{}", forwarding(&endpoint.url()));
    let mut daemon = Daemon::start(&config, FUNCTIONS);
    daemon.track(&["m"]);
    until("the request", || if endpoint.received().len() == 1 { Ok(()) } else { Err(daemon.log()) });
    daemon.stop();
    daemon.until_logged("the grace is over", 0);
    assert_eq!(texts(&daemon.ledger(), &daemon.deliveries()), "m forward pending after 0\n");
    permits.add_permits(2);
    daemon.restart();
    assert_eq!(daemon.settled(1), "m forward delivered after 1\n");
    daemon.stop();
}

#[test]
fn a_second_sigterm_ends_at_once_and_loses_nothing() {
    let (endpoint, permits) = held();
    let mut daemon = Daemon::start(&forwarding(&endpoint.url()), FUNCTIONS);
    daemon.track(&["m"]);
    until("the request", || if endpoint.received().len() == 1 { Ok(()) } else { Err(daemon.log()) });
    daemon.signal("TERM");
    daemon.until_logged("stopping", 0);
    daemon.signal("TERM");
    assert_eq!(code(daemon.exited().0), "exit 130");
    daemon.audit();
    permits.add_permits(2);
    daemon.restart();
    assert_eq!(daemon.settled(1), "m forward delivered after 1\n");
    daemon.stop();
}

/// Does `change` and waits for the daemon to have applied, or refused, a configuration.
fn reloaded(daemon: &Daemon, logged: &str, change: impl FnOnce(&Daemon)) {
    let before = daemon.log().len();
    change(daemon);
    daemon.until_logged(logged, before);
}

const APPLIED: &str = "the configuration was applied";
const REFUSED: &str = "the changed configuration is refused, the one before goes on";

#[test]
fn a_changed_configuration_is_applied() {
    let (old, new) = (wait(Endpoint::saying("")), wait(Endpoint::saying("")));
    let mut daemon = Daemon::start(&forwarding(&old.url()), FUNCTIONS);
    daemon.track(&["m1"]);
    daemon.settled(1);
    let both = connected("forward", "forward", &old.url(), "") + &connected("another", "forward", &new.url(), "");
    reloaded(&daemon, APPLIED, |daemon| daemon.write("fnhost.toml", &config(&both)));
    daemon.track(&["m2"]);
    expect![[r#"
        m1 forward delivered after 1
        m2 forward delivered after 1
        m2 another delivered after 1
    "#]]
    .assert_eq(&daemon.settled(3));
    assert_eq!((old.received().len(), new.received().len()), (2, 1));
    daemon.stop();
}

#[test]
fn sighup_applies_what_no_file_shows() {
    let endpoint = wait(Endpoint::saying(""));
    let settings = format!(
        "settings = {{ url = \"{}\", token = \"file:token.txt\" }}\nallow_net = [\"127.0.0.0/8\"]\n",
        endpoint.url()
    );
    let destination = format!("[[destination]]\nname = \"d\"\nsource = \"website\"\nfunction = \"f\"\n{settings}");
    let source = "onTrack = (event, settings) => fetch(settings.url + '/' + settings.token)";
    let mut daemon = Daemon::prepare(&config(&destination), &[("f.js", source)]);
    daemon.write("token.txt", "one");
    daemon.restart();
    daemon.track(&["m1"]);
    daemon.settled(1);
    daemon.write("token.txt", "two");
    reloaded(&daemon, APPLIED, |daemon| daemon.signal("HUP"));
    daemon.track(&["m2"]);
    daemon.settled(2);
    assert_eq!(endpoint.received().iter().map(|received| received.path.as_str()).collect::<Vec<_>>(), ["/one", "/two"]);
    daemon.stop();
}

#[test]
fn a_changed_function_makes_the_later_attempts() {
    let endpoint = in_turn(&[500, 200]);
    let retry = "retry = { retries_max = 100, first_ms = 100, factor = 1.0 }\n";
    let old = "onTrack = () => { throw new RetryError('the old one') }";
    let mut daemon = Daemon::start(&config(&destination("f", &endpoint.url(), retry)), &[("f.js", old)]);
    daemon.track(&["m"]);
    daemon.until_all(1, |delivery| delivery.attempts > 0);
    reloaded(&daemon, APPLIED, |daemon| daemon.write("functions/f.js", "onTrack = () => 'the new one'"));
    daemon.settled(1);
    let versions: Vec<_> = daemon.attempts(1).into_iter().map(|attempt| attempt.record.version).collect();
    let (last, before) = versions.split_last().unwrap();
    assert_eq!(*last, fnhost_server::version_of(b"onTrack = () => 'the new one'", &[]));
    assert!(
        !before.is_empty() && before.iter().all(|version| *version == fnhost_server::version_of(old.as_bytes(), &[]))
    );
    daemon.stop();
}

#[test]
fn a_bad_change_is_refused_and_what_was_before_goes_on() {
    let endpoint = wait(Endpoint::saying(""));
    let good = forwarding(&endpoint.url());
    let mut daemon = Daemon::start(&good, FUNCTIONS);
    daemon.until_logged("ready", 0);
    let before = daemon.log().len();
    reloaded(&daemon, REFUSED, |daemon| daemon.write("fnhost.toml", &good.replace("[workspace]", "[workspce]")));
    daemon.track(&["m1"]);
    assert_eq!(daemon.settled(1), "m1 forward delivered after 1\n");
    reloaded(&daemon, APPLIED, |daemon| daemon.write("fnhost.toml", &good));
    reloaded(&daemon, REFUSED, |daemon| daemon.write("functions/forward.js", "onTrack = ("));
    daemon.track(&["m2"]);
    assert_eq!(daemon.settled(2), "m1 forward delivered after 1\nm2 forward delivered after 1\n");
    std::fs::remove_file(daemon.folder().path("fnhost.toml")).unwrap();
    daemon.until_logged("no such file", before);
    daemon.track(&["m3"]);
    daemon.settled(3);
    let metrics = daemon.client().get("/metrics").body;
    let reloads: Vec<_> = metrics.lines().filter(|line| line.starts_with("fnhost_config_reloads")).collect();
    assert!(reloads.contains(&"fnhost_config_reloads_total{result=\"applied\"} 1"), "{reloads:?}");
    let log: Vec<_> = daemon.log()[before..]
        .lines()
        .map(|line| line.split_once("Z ").map_or(line, |(_, rest)| rest).to_owned())
        .collect();
    expect![[r#"
        ERROR fnhost_server::serve: the changed configuration is refused, the one before goes on:
        fnhost.toml:1:2: workspce: there is no key `workspce`; is `workspace` meant?
         INFO fnhost_server::serve: the configuration was applied destinations=1
        ERROR fnhost_server::serve: the changed configuration is refused, the one before goes on:
        function `forward` cannot be used:
        functions/forward.js:1:12: error: Expected `)` but found `EOF`
          1 | onTrack = (
            |            ^
        ERROR fnhost_server::serve: the changed configuration is refused, the one before goes on:
        fnhost.toml: there is no such file"#]]
    .assert_eq(&blanked(&daemon, &log.join("\n")));
    daemon.write("fnhost.toml", &good);
    daemon.stop();
}

#[test]
fn a_removed_destination_keeps_its_deliveries_and_goes_on_when_it_is_back() {
    let (endpoint, status) = switched(500);
    let retry = "retry = { retries_max = 100, first_ms = 200, factor = 1.0 }\n";
    let with = config(&destination("forward", &endpoint.url(), retry));
    let mut daemon = Daemon::start(&with, FUNCTIONS);
    daemon.track(&["m1", "m2"]);
    daemon.until_all(2, |delivery| delivery.attempts > 0);
    reloaded(&daemon, APPLIED, |daemon| daemon.write("fnhost.toml", &config("")));
    let made = |daemon: &Daemon| daemon.deliveries().iter().map(|delivery| delivery.attempts as usize).sum::<usize>();
    until("what was under way", || if made(&daemon) == endpoint.received().len() { Ok(()) } else { Err(daemon.log()) });
    status.store(200, Ordering::SeqCst);
    let before = daemon.deliveries();
    daemon.track(&["m3"]);
    let due_ms = before.iter().map(|delivery| delivery.due_ms).max().unwrap();
    until("that both are due", || if now_ms() > due_ms + 100 { Ok(()) } else { Err(String::new()) });
    assert_eq!(texts(&daemon.ledger(), &daemon.deliveries()), texts(&daemon.ledger(), &before));
    assert!(before.iter().all(|delivery| delivery.state == State::Retrying), "{before:?}");
    reloaded(&daemon, APPLIED, |daemon| daemon.write("fnhost.toml", &with));
    daemon.track(&["m4"]);
    daemon.until_all(3, |delivery| delivery.state == State::Delivered);
    assert_eq!(daemon.ledger().events(&Default::default(), 10).unwrap().len(), 4, "`m3` was kept for nobody");
    daemon.stop();
}

fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

#[test]
fn operators_and_browsers_are_answered() {
    let endpoint = in_turn(&[200, 400, 503]);
    let filter = "[[destination.filter]]\ntitle = \"no m4\"\nif = 'messageId = \"m4\"'\naction = \"drop\"\n";
    let more = format!("concurrency_max = 1\n{filter}");
    let mut daemon = Daemon::start(&config(&destination("forward", &endpoint.url(), &more)), FUNCTIONS);
    daemon.track(&["m1", "m2", "m3", "m4", "m4"]);
    daemon.post(&[json!({ "type": "track", "event": "nobody's" })]);
    let moved = daemon.until_all(4, |delivery| delivery.state != State::Pending);
    let client = daemon.client();
    let metrics = client.get("/metrics");
    assert!(
        metrics
            .head
            .to_lowercase()
            .contains("\r\ncontent-type: application/openmetrics-text; version=1.0.0; charset=utf-8")
    );
    let number = |line: &str| line.rsplit_once(' ').unwrap().1.parse::<f64>().unwrap();
    let lines = |start: &str| -> Vec<String> {
        metrics.body.lines().filter(|line| line.starts_with(start)).map(str::to_owned).collect()
    };
    let accepted = number(&lines("fnhost_deliveries_accepted{")[0]);
    let states: f64 = lines("fnhost_deliveries{").iter().map(|line| number(line)).sum();
    assert_eq!((accepted, states), (moved.len() as f64, moved.len() as f64));
    let names = ["fnhost_deliveries", "fnhost_events_total", "fnhost_attempts_total", "fnhost_ingest_requests_total"];
    let mut counts = names.map(lines).concat();
    counts.sort();
    expect![[r#"
        fnhost_attempts_total{destination="forward",outcome="bad_request"} 1
        fnhost_attempts_total{destination="forward",outcome="delivered"} 1
        fnhost_attempts_total{destination="forward",outcome="retry"} 1
        fnhost_deliveries_accepted{destination="forward"} 4.0
        fnhost_deliveries{destination="forward",state="delivered"} 1.0
        fnhost_deliveries{destination="forward",state="discarded"} 1.0
        fnhost_deliveries{destination="forward",state="filtered"} 1.0
        fnhost_deliveries{destination="forward",state="pending"} 0.0
        fnhost_deliveries{destination="forward",state="retrying"} 1.0
        fnhost_events_total{source="website",result="accepted"} 4
        fnhost_events_total{source="website",result="duplicate"} 1
        fnhost_events_total{source="website",result="no_user_anon_id"} 1
        fnhost_ingest_requests_total{status="200"} 2"#]]
    .assert_eq(&counts.join("\n"));
    expect![[r#"
        # TYPE fnhost_ingest_requests counter
        # TYPE fnhost_ingest_body_bytes counter
        # TYPE fnhost_ingest_duration_seconds histogram
        # TYPE fnhost_events counter
        # TYPE fnhost_attempts counter
        # TYPE fnhost_attempt_duration_seconds histogram
        # TYPE fnhost_delivery_duration_seconds histogram
        # TYPE fnhost_fuel counter
        # TYPE fnhost_outbound_requests counter
        # TYPE fnhost_attempt_memory_bytes histogram
        # TYPE fnhost_breaker_open gauge
        # TYPE fnhost_deliveries gauge
        # TYPE fnhost_deliveries_accepted gauge
        # TYPE fnhost_queue_age_seconds gauge
        # TYPE fnhost_config_reloads counter"#]]
    .assert_eq(&lines("# TYPE").join("\n"));
    assert!(metrics.body.ends_with("# EOF\n"));
    let shown = |client: &Client, method: &str, path: &str, headers: &str| {
        let answer = client.request(method, path, headers, "").unwrap();
        let cors = answer.head.lines().filter(|line| line.to_lowercase().starts_with("access-control-"));
        format!(
            "{method} {path}: {} {}\n{}",
            answer.status,
            answer.body.trim_end(),
            cors.map(|line| format!("  {line}\n")).collect::<String>()
        )
    };
    let preflight = "Origin: https://shop.test\r\nAccess-Control-Request-Method: POST\r\n";
    let mut out = String::new();
    for (method, path) in [
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("GET", "/nowhere"),
        ("GET", "/v1/track"),
        ("OPTIONS", "/v1/t"),
        ("POST", "/metrics"),
        ("POST", "/v1/unknown"),
    ] {
        out += &shown(&client, method, path, preflight);
    }
    expect![[r#"
        GET /healthz: 200 ok
        GET /readyz: 200 ready
        GET /nowhere: 404 {"success":false,"code":"not_found","message":"there is no such endpoint"}
          access-control-allow-origin: *
          access-control-expose-headers: Retry-After, X-RateLimit-Reset
        GET /v1/track: 405 {"success":false,"code":"method_not_allowed","message":"send events with `POST`"}
          access-control-allow-origin: *
          access-control-expose-headers: Retry-After, X-RateLimit-Reset
        OPTIONS /v1/t: 204 
          access-control-allow-origin: *
          access-control-allow-methods: POST, OPTIONS
          access-control-allow-headers: Authorization, Content-Type, Content-Encoding, *
          access-control-max-age: 86400
        POST /metrics: 405 
        POST /v1/unknown: 404 {"success":false,"code":"not_found","message":"there is no such endpoint"}
          access-control-allow-origin: *
          access-control-expose-headers: Retry-After, X-RateLimit-Reset
    "#]]
    .assert_eq(&out);
    daemon.stop();
}

#[test]
fn a_destination_that_is_away_for_a_moment_sends_nothing_twice() {
    let (endpoint, permits) = held();
    let with = config(&destination("forward", &endpoint.url(), "limits = { timeout_ms_max = 60_000 }\n"));
    let mut daemon = Daemon::start(&with, FUNCTIONS);
    daemon.track(&["m1"]);
    until("the request", || if endpoint.received().len() == 1 { Ok(()) } else { Err(daemon.log()) });
    for config in [config(""), with] {
        reloaded(&daemon, APPLIED, |daemon| daemon.write("fnhost.toml", &config));
    }
    daemon.track(&["m2"]);
    permits.add_permits(10);
    assert_eq!(daemon.settled(2), "m1 forward delivered after 1\nm2 forward delivered after 1\n");
    assert_eq!(endpoint.received().iter().map(|received| received.body.as_str()).collect::<Vec<_>>(), ["m1", "m2"]);
    daemon.stop();
}

#[test]
fn the_configuration_of_the_examples_can_be_used() {
    let examples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples/serve");
    let mut check = Folder::with(&[]).command("config check");
    check.current_dir(examples).env("WEBSITE_WRITE_KEY", "key").env("WEBHOOK_TOKEN", "token");
    expect![[r#"
        exit 0
        stderr: fnhost.toml: 1 source, 2 functions, 2 destinations
    "#]]
    .assert_eq(&text(&check.output().unwrap()));
}

#[test]
fn attempts_are_sent_to_a_collector_that_the_environment_names() {
    let collector = wait(Endpoint::saying(""));
    let bin = wait(Endpoint::saying("ok"));
    let environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url())];
    let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
    let mut daemon = Daemon::start_with(&forwarding(&bin.url()), FUNCTIONS, &environment);
    daemon.track(&["m"]);
    daemon.settled(1);
    daemon.stop();
    let sent = collector.received();
    let paths: Vec<_> = sent.iter().map(|request| format!("{} {}", request.method, request.path)).collect();
    assert!(!paths.is_empty() && paths.iter().all(|path| path == "POST /v1/traces"), "{paths:?}");
    let bodies: String = sent.iter().map(|request| request.body.as_str()).collect();
    for text in ["fnhost", "ingest", "/v1/batch", "attempt", "forward", "onTrack", "delivered"] {
        assert!(bodies.contains(text), "no `{text}` among the traces");
    }
    // A collector that is not there does not matter.
    let mut daemon = Daemon::start_with(
        &forwarding(&bin.url()),
        FUNCTIONS,
        &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "1000")],
    );
    daemon.track(&["n"]);
    daemon.settled(1);
    daemon.stop();
}
