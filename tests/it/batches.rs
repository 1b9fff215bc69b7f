//! Batches in the real daemon: when they go, and what becomes of their events.

use crate::command::Folder;
use crate::daemon::{Daemon, config, destination, texts, track, until};
use crate::delivery::{SOON, attempts};
use expect_test::{Expect, expect};
use fnhost_queue::State;
use serde_json::{Value, json};
use std::fmt::Write;

/// Posts `events` to a destination with `batch` and the function `source`; each delivery with its attempts
/// when all are settled.
fn check_batch(source: &str, more: &str, events: &[Value], expected: Expect) {
    let mut daemon = Daemon::start(&config(&destination("batches", "", more)), &[("batches.js", source)]);
    daemon.post(events);
    let mut out = daemon.settled(events.len());
    for delivery in daemon.deliveries() {
        writeln!(out, "d{}", delivery.id).unwrap();
        out += &attempts(&daemon, &delivery).replace(&fnhost_server::version_of(source.as_bytes(), &[]), "VERSION");
    }
    daemon.stop();
    expected.assert_eq(&out);
}

/// Three events.
fn three() -> [Value; 3] {
    ["m1", "m2", "m3"].map(track)
}

/// Batches of three, however long that takes.
const OF_THREE: &str = "batch = { events_max = 3, wait_ms = 3_600_000 }\n";

#[test]
fn a_full_batch_goes_at_once_whatever_types_are_in_it_and_the_rest_waits() {
    let source = "onBatch = (events) => console.log(events.map((event) => event.type + ' ' + event.messageId).join())";
    let mut daemon = Daemon::start(&config(&destination("batches", "", OF_THREE)), &[("batches.js", source)]);
    let types = ["track", "page", "identify", "screen", "group", "alias", "track"];
    let event = |(index, kind)| json!({ "type": kind, "messageId": format!("m{index}"), "userId": "u", "event": "E", "groupId": "g", "previousId": "p" });
    daemon.post(&types.into_iter().enumerate().map(event).collect::<Vec<_>>());
    until("two batches", || if daemon.count(State::Delivered) == 6 { Ok(()) } else { Err(daemon.log()) });
    let logged = |delivery: i64| {
        let attempt = daemon.attempts(delivery).pop().unwrap();
        let run: Value = serde_json::from_slice(&attempt.record.detail).unwrap();
        format!("{} together: {}", attempt.together, run["logs"][0]["message"])
    };
    expect![[r#"3 together: "track m0,page m1,identify m2""#]].assert_eq(&logged(1));
    expect![[r#"3 together: "screen m3,group m4,alias m5""#]].assert_eq(&logged(6));
    expect![[r#"
        m5 batches delivered after 1
        m6 batches pending after 0
    "#]]
    .assert_eq(&texts(&daemon.ledger(), &daemon.deliveries()[5..]));
    daemon.track(&["m7", "m8"]);
    assert!(!daemon.settled(9).contains("pending"));
    expect![[r#"3 together: "track m6,track m7,track m8""#]].assert_eq(&logged(7));
    assert!(daemon.folder().fnhost("show d7 --data data").contains("\n    in a batch of 3\n"));
    daemon.stop();
}

#[test]
fn a_batch_that_is_not_full_goes_when_its_wait_is_over() {
    let more = "batch = { events_max = 400, wait_ms = 300 }\n";
    let mut daemon = Daemon::start(&config(&destination("batches", "", more)), &[("batches.js", "onBatch = () => 1")]);
    daemon.post(&three());
    daemon.settled(3);
    let (attempt, event) = (daemon.attempts(1).pop().unwrap(), daemon.ledger().events(&Default::default(), 1).unwrap());
    assert_eq!(attempt.together, 3);
    assert!(attempt.record.started_ms >= event[0].received_ms + 300, "{attempt:?}");
    daemon.stop();
}

#[test]
fn a_batch_may_end_differently_for_each_of_its_events() {
    let source = "onBatch = (events) => events.map((event) => events.length === 1 ? { status: 200 } : {
  m1: { status: 200 }, m2: { status: 400, errormessage: 'bad' }, m3: { status: 500, errormessage: 'busy' },
}[event.messageId])";
    let more = format!("{SOON}batch = {{ events_max = 3, wait_ms = 200 }}\n");
    check_batch(
        source,
        &more,
        &three(),
        expect![[r#"
        m1 batches delivered after 1
        m2 batches discarded after 1: bad_request: 400 bad
        m3 batches delivered after 2
        d1
        1 delivered [] answered [] logged [] by VERSION, 3 together
        d2
        1 discarded [bad_request: 400 bad] answered [] logged [] by VERSION, 3 together
        d3
        1 retrying [retry: 500 busy] answered [] logged [] by VERSION, 3 together
        2 delivered [] answered [] logged [] by VERSION, 1 together
    "#]],
    );
}

#[test]
fn results_for_another_number_of_events_mean_success() {
    check_batch(
        "onBatch = () => [{ status: 500 }, { status: 400 }]",
        OF_THREE,
        &three(),
        expect![[r#"
        m1 batches delivered after 1
        m2 batches delivered after 1
        m3 batches delivered after 1
        d1
        1 delivered [] answered [] logged [] by VERSION, 3 together
        d2
        1 delivered [] answered [] logged [] by VERSION, 3 together
        d3
        1 delivered [] answered [] logged [] by VERSION, 3 together
    "#]],
    );
}

#[test]
fn a_batch_that_throws_ends_for_all_of_its_events() {
    let more = format!("retry = {{ retries_max = 1, first_ms = 1 }}\n{OF_THREE}");
    check_batch(
        "onBatch = () => { throw new RetryError('later') }",
        &more,
        &three(),
        expect![[r#"
        m1 batches dead after 2: retry: RetryError: later
        m2 batches dead after 2: retry: RetryError: later
        m3 batches dead after 2: retry: RetryError: later
        d1
        1 retrying [retry: RetryError: later] answered [] logged [] by VERSION, 3 together
        2 dead [retry: RetryError: later] answered [] logged [] by VERSION, 3 together
        d2
        1 retrying [retry: RetryError: later] answered [] logged [] by VERSION, 3 together
        2 dead [retry: RetryError: later] answered [] logged [] by VERSION, 3 together
        d3
        1 retrying [retry: RetryError: later] answered [] logged [] by VERSION, 3 together
        2 dead [retry: RetryError: later] answered [] logged [] by VERSION, 3 together
    "#]],
    );
    check_batch(
        "onBatch = () => { throw new Error('a bug') }",
        &more,
        &three(),
        expect![[r#"
        m1 batches discarded after 1: bad_request: Error: a bug
        m2 batches discarded after 1: bad_request: Error: a bug
        m3 batches discarded after 1: bad_request: Error: a bug
        d1
        1 discarded [bad_request: Error: a bug] answered [] logged [] by VERSION, 3 together
        d2
        1 discarded [bad_request: Error: a bug] answered [] logged [] by VERSION, 3 together
        d3
        1 discarded [bad_request: Error: a bug] answered [] logged [] by VERSION, 3 together
    "#]],
    );
}

#[test]
fn without_batches_events_go_to_their_own_handlers() {
    let source = "onBatch = () => { throw new Error('a batch') }; onTrack = (event) => console.log(event.messageId)";
    check_batch(
        source,
        "batch = { enabled = false }\n",
        &three()[..2],
        expect![[r#"
        m1 batches delivered after 1
        m2 batches delivered after 1
        d1
        1 delivered [] answered [] logged ["m1"] by VERSION, 1 together
        d2
        1 delivered [] answered [] logged ["m2"] by VERSION, 1 together
    "#]],
    );
}

#[test]
fn what_is_no_result_means_that_its_event_went_well() {
    check_batch(
        "onBatch = () => [undefined, { status: 400, errormessage: 'bad' }, { status: 'failed' }]",
        OF_THREE,
        &three(),
        expect![[r#"
            m1 batches delivered after 1
            m2 batches discarded after 1: bad_request: 400 bad
            m3 batches delivered after 1
            d1
            1 delivered [] answered [] logged [] by VERSION, 3 together
            d2
            1 discarded [bad_request: 400 bad] answered [] logged [] by VERSION, 3 together
            d3
            1 delivered [] answered [] logged [] by VERSION, 3 together
        "#]],
    );
}

#[test]
fn the_command_says_what_results_mean() {
    let run = |source: &str| {
        let events = r#"[{"type":"track"},{"type":"identify"},{"type":"page"}]"#;
        let out = Folder::with(&[("f.js", source), ("e.json", events)]).fnhost("run f.js --event e.json");
        out[out.find("Events").unwrap_or(out.len())..].to_owned()
    };
    let sources = [
        "onBatch = () => [{ status: 200 }, { status: 429, errormessage: 'busy' }, { status: 404 }]",
        "onBatch = () => [{ status: 500 }, null, 'text']",
        "onBatch = () => [{ status: 500 }]",
        "onBatch = () => {}",
        "onBatch = () => { throw new RetryError('later') }",
        "onTrack = onIdentify = onPage = () => [1, 2, 3]",
    ];
    let lines = sources.map(|source| format!("{source}\n{}", run(source))).concat();
    expect![[r#"
        onBatch = () => [{ status: 200 }, { status: 429, errormessage: 'busy' }, { status: 404 }]
        Events
          1 of 3  delivered
          2 of 3  would be retried (retry: 429 busy)
          3 of 3  would not be retried (bad_request: 404)

        onBatch = () => [{ status: 500 }, null, 'text']
        Events
          1 of 3  would be retried (retry: 500)
          2 of 3  delivered
          3 of 3  delivered

        onBatch = () => [{ status: 500 }]
        Events
          all 3 count as delivered: results count only if there is one for each event

        onBatch = () => {}
        Events
          all 3 count as delivered

        onBatch = () => { throw new RetryError('later') }
        onTrack = onIdentify = onPage = () => [1, 2, 3]
    "#]]
    .assert_eq(&lines);
}
