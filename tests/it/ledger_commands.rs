//! The commands that look into the data of a daemon, replay, and check configurations and filters:
//! on what the real daemon has written.

use crate::daemon::{Daemon, FORWARD, config, connected, track};
use crate::delivery::in_turn;
use crate::endpoint::Endpoint;
use crate::harness::without_ports;
use crate::serve::{FUNCTIONS, blanked, fields, forwarding};
use expect_test::{Expect, expect};
use fnhost_queue::State;
use serde_json::{Value, json};

/// A daemon with one delivery of each kind, and the commands' view of it.
struct Sample {
    daemon: Daemon,
    endpoint: Endpoint,
}

impl Sample {
    /// The events `m1`, a track, and `m2`, a page, went to `good`, `bad` and `picky`, and one more was refused.
    fn new() -> Sample {
        let endpoint = in_turn(&[503, 200]);
        let forward = format!("{FORWARD}\nonPage = (event) => console.log('page', {{ name: event.name }})");
        let picky = "retry = { retries_max = 0 }\n[[destination.filter]]\ntitle = \"pages\"\nif = 'type = \"page\"'\naction = \"only_send\"\n";
        let destinations =
            connected("bad", "forward", &format!("{}/bad", endpoint.url()), "retry = { retries_max = 0 }\n")
                + &connected("picky", "orders", "", picky);
        let orders = "onTrack = () => 'an order'";
        let daemon = Daemon::start(&config(&destinations), &[("forward.js", &forward), ("orders.js", orders)]);
        daemon.post(&[
            track("m1"),
            json!({ "type": "page", "name": "Home", "userId": "u", "messageId": "m2" }),
            json!({ "type": "page", "messageId": "m3" }),
        ]);
        daemon.settled(4);
        Sample { daemon, endpoint }
    }

    /// What `fnhost ARGUMENTS` says, without what is another every time.
    fn command(&self, arguments: &str) -> String {
        let text = self.daemon.folder().fnhost(&format!("{arguments} --data data"));
        blanked(&self.daemon, &text).lines().map(line).collect()
    }

    /// The lines of JSON that `fnhost ARGUMENTS --json` says.
    fn json(&self, arguments: &str) -> Vec<Value> {
        let output = self.daemon.folder().command(&format!("{arguments} --data data --json")).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let lines = String::from_utf8(output.stdout).unwrap();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// `line` without dates of answers and bytes of memory, and with times of the log in line.
fn line(line: &str) -> String {
    let indent = &line[..line.len() - line.trim_start().len()];
    match line.trim_start().split_once(' ') {
        Some(("date:", _)) => format!("{indent}date: DATE\n"),
        Some(("N", rest)) if rest.starts_with("ms ") => format!("              N {rest}\n"),
        _ => match line.split_once(" bytes of memory") {
            Some((before, after)) => {
                let before = before.trim_end_matches(|char: char| char.is_ascii_digit());
                format!("{before}N bytes of memory{after}\n")
            }
            None => format!("{line}\n"),
        },
    }
}

#[test]
fn events_are_listed() {
    let mut sample = Sample::new();
    expect![[r#"
        exit 0
        EVENT  RECEIVED                  SOURCE   WHAT         MESSAGE ID
        e2     ____-__-__T__:__:__.___Z  website  page "Home"  m2
        e1     ____-__-__T__:__:__.___Z  website  track "E"    m1
    "#]]
    .assert_eq(&sample.command("events"));
    expect![[r#"
        exit 0
        EVENT  RECEIVED                  SOURCE   WHAT       MESSAGE ID
        e1     ____-__-__T__:__:__.___Z  website  track "E"  m1
    "#]]
    .assert_eq(&sample.command("events --limit 1 --after e2"));
    expect![[r#"
        exit 0
        EVENT  RECEIVED  SOURCE  WHAT  MESSAGE ID
    "#]]
    .assert_eq(&sample.command("events --source nowhere"));
    expect![[r#"
        exit 0
        RECEIVED                  SOURCE   REASON           WHAT CAME
        ____-__-__T__:__:__.___Z  website  no_user_anon_id  {"type":"page","messageId":"m3"}
    "#]]
    .assert_eq(&sample.command("events --rejected"));
    let events = sample.json("events");
    expect![[r#"
        /id: "e1"
        /source: "website"
        /message_id: "m1"
        /event/type: "track"
        /event/messageId: "m1"
    "#]]
    .assert_eq(&fields(&events[1], &["/id", "/source", "/message_id", "/event/type", "/event/messageId"]));
    expect![[r#"
        /source: "website"
        /reason: "no_user_anon_id"
        /body: "{\"type\":\"page\",\"messageId\":\"m3\"}"
    "#]]
    .assert_eq(&fields(&sample.json("events --rejected")[0], &["/source", "/reason", "/body"]));
    assert_eq!(sample.json("events --since 1h").len(), 2);
    assert_eq!(sample.json("events --until 1h").len(), 0);
    sample.daemon.stop();
    assert_eq!(sample.json("events"), events, "the daemon is not needed");
}

#[test]
fn deliveries_are_listed_and_counted() {
    let mut sample = Sample::new();
    expect![[r#"
        exit 0
        DELIVERY  EVENT  DESTINATION  STATE      ATTEMPTS  CHANGED                   NEXT  REASON
        d4        e2     picky        discarded  1         ____-__-__T__:__:__.___Z  -     unsupported: EventNotSupported: page not supported
        d3        e2     bad          delivered  1         ____-__-__T__:__:__.___Z  -
        d2        e1     picky        filtered   0         ____-__-__T__:__:__.___Z  -     filtered_by_rules: pages
        d1        e1     bad          dead       1         ____-__-__T__:__:__.___Z  -     retry: Error: answered 503
    "#]].assert_eq(&sample.command("deliveries"));
    expect![[r#"
        exit 0
        DELIVERY  EVENT  DESTINATION  STATE  ATTEMPTS  CHANGED                   NEXT  REASON
        d1        e1     bad          dead   1         ____-__-__T__:__:__.___Z  -     retry: Error: answered 503
    "#]]
    .assert_eq(&sample.command("deliveries --state dead --destination bad"));
    expect![[r#"
        exit 0
        DESTINATION  ACCEPTED  PENDING  RETRYING  DELIVERED  DISCARDED  DROPPED  FILTERED  DEAD
        bad          2         0        0         1          0          0        0         1
        picky        2         0        0         0          1          0        1         0
    "#]]
    .assert_eq(&sample.command("deliveries --totals"));
    expect![[r#"
        exit 2
        stderr: error: invalid value 'gone' for '--state <STATE>': there is no state `gone`; the states are pending, retrying, delivered, discarded, dropped, filtered, dead
        stderr: 
        stderr: For more information, try '--help'.
    "#]].assert_eq(&sample.command("deliveries --state gone"));
    let deliveries = sample.json("deliveries --limit 2");
    let names = ["/id", "/event", "/destination", "/state", "/reason", "/attempts", "/due_at"];
    expect![[r#"
        /id: "d4"
        /event: "e2"
        /destination: "picky"
        /state: "discarded"
        /reason: "unsupported: EventNotSupported: page not supported"
        /attempts: 1
        /due_at: null
        /id: "d3"
        /event: "e2"
        /destination: "bad"
        /state: "delivered"
        /reason: null
        /attempts: 1
        /due_at: null
    "#]]
    .assert_eq(&deliveries.iter().map(|delivery| fields(delivery, &names)).collect::<String>());
    expect![[r#"
        {"destination":"bad","accepted":2,"pending":0,"retrying":0,"delivered":1,"discarded":0,"dropped":0,"filtered":0,"dead":1}
        {"destination":"picky","accepted":2,"pending":0,"retrying":0,"delivered":0,"discarded":1,"dropped":0,"filtered":1,"dead":0}
    "#]]
        .assert_eq(&sample.json("deliveries --totals").iter().map(|line| format!("{line}\n")).collect::<String>());
    sample.daemon.stop();
}

#[test]
fn an_event_is_shown_with_all_that_was_done_to_deliver_it() {
    let mut sample = Sample::new();
    expect![[r#"
        exit 0
        Event e1: track "E"
          messageId m1, from website, received ____-__-__T__:__:__.___Z

        You Sent
          {
            "type": "track",
            "event": "E",
            "userId": "u",
            "messageId": "m1",
            "timestamp": "____-__-__T__:__:__.___Z",
            "originalTimestamp": "____-__-__T__:__:__.___Z",
            "receivedAt": "____-__-__T__:__:__.___Z",
            "channel": "server",
            "projectId": "website",
            "version": 2
          }

        Delivery d1 to bad: dead
          retry: Error: answered 503

          Attempt 1, ____-__-__T__:__:__.___Z, version 58209faf5dcb: dead
            retry: Error: answered 503
            Callback Return
              Error: answered 503
                  at onTrack (functions/forward.js:3:44)
            Request
              POST http://127.0.0.1:PORT/bad
              content-type: text/plain;charset=UTF-8
              accept: */*
              user-agent: node-fetch/1.0 (+https://github.com/bitinn/node-fetch)
              accept-encoding: gzip,deflate
              content-length: 2

              m1
            Response
              503  N ms
              content-length: 0
              date: DATE
            Time
              wait for a connection N ms, resolve N ms, connect N ms, first byte N ms, end N ms
            Logs
              (nothing was logged)
            Cost
              N units of fuel, N bytes of memory, N ms

        Delivery d2 to picky: filtered
          filtered_by_rules: pages
    "#]]
    .assert_eq(&sample.command("show m1"));
    expect![[r#"
        exit 0
        Event e2: page "Home"
          messageId m2, from website, received ____-__-__T__:__:__.___Z

        You Sent
          {
            "type": "page",
            "name": "Home",
            "userId": "u",
            "messageId": "m2",
            "timestamp": "____-__-__T__:__:__.___Z",
            "originalTimestamp": "____-__-__T__:__:__.___Z",
            "receivedAt": "____-__-__T__:__:__.___Z",
            "channel": "server",
            "projectId": "website",
            "version": 2
          }

        Delivery d3 to bad: delivered

          Attempt 1, ____-__-__T__:__:__.___Z, version 58209faf5dcb: delivered
            Callback Return
              null
            Logs
                      N ms  log    page { name: 'Home' }
            Cost
              N units of fuel, N bytes of memory, N ms
    "#]]
    .assert_eq(&sample.command("show d3"));
    expect![[r#"
        exit 2
        stderr: error: there is no delivery, event or messageId `e77`
    "#]]
    .assert_eq(&sample.command("show e77"));
    let shown = sample.json("show e1");
    let names = [
        "/id",
        "/message_id",
        "/deliveries/0/id",
        "/deliveries/0/state",
        "/deliveries/0/attempts/0/number",
        "/deliveries/0/attempts/0/state",
        "/deliveries/0/attempts/0/run/outcome/error/message",
        "/deliveries/0/attempts/0/run/requests/0/status",
        "/deliveries/0/attempts/0/run/requests/0/request_body",
        "/deliveries/1/reason",
    ];
    expect![[r#"
        /id: "e1"
        /message_id: "m1"
        /deliveries/0/id: "d1"
        /deliveries/0/state: "dead"
        /deliveries/0/attempts/0/number: 1
        /deliveries/0/attempts/0/state: "dead"
        /deliveries/0/attempts/0/run/outcome/error/message: "answered 503"
        /deliveries/0/attempts/0/run/requests/0/status: 503
        /deliveries/0/attempts/0/run/requests/0/request_body: "m1"
        /deliveries/1/reason: "filtered_by_rules: pages"
    "#]]
    .assert_eq(&fields(&shown[0], &names));
    sample.daemon.stop();
}

#[test]
fn a_replay_makes_a_dead_delivery_pending_and_the_daemon_delivers_it() {
    let mut sample = Sample::new();
    let requests = sample.endpoint.received().len();
    expect![[r#"
        exit 2
        stderr: error: say which deliveries: numbers, or `--state dead` say
    "#]]
    .assert_eq(&sample.command("replay"));
    expect![[r#"
        exit 2
        stderr: error: deliveries that are pending need no replay
    "#]]
    .assert_eq(&sample.command("replay --state pending"));
    expect![[r#"
        exit 2
        stderr: error: there is no delivery `d99` that the other arguments allow
    "#]]
    .assert_eq(&sample.command("replay d99"));
    expect![[r#"
        exit 0
        DELIVERY  EVENT  WHAT       DESTINATION  STATE  REASON
        d1        e1     track "E"  bad          dead   retry: Error: answered 503
        1 would be pending again; nothing was changed
    "#]]
    .assert_eq(&sample.command("replay --state dead --dry-run"));
    expect![[r#"
        exit 0
        0 pending again, 0 left alone as they are open already
    "#]]
    .assert_eq(&sample.command("replay --state dead --since 1h --filter type=\"page\""));
    assert_eq!(sample.endpoint.received().len(), requests);
    expect![[r#"
        exit 0
        1 pending again, 0 left alone as they are open already
    "#]]
    .assert_eq(&sample.command("replay --state dead"));
    expect![[r#"
        m1 bad delivered after 2
        m1 picky filtered after 0: filtered_by_rules: pages
        m2 bad delivered after 1
        m2 picky discarded after 1: unsupported: EventNotSupported: page not supported
    "#]]
    .assert_eq(&sample.daemon.settled(4));
    assert_eq!(sample.endpoint.received().len(), requests + 1);
    let states: Vec<_> = sample.daemon.attempts(1).iter().map(|attempt| (attempt.number, attempt.state)).collect();
    assert_eq!(states, [(1, State::Dead), (2, State::Delivered)]);
    assert_eq!(sample.json("replay d1 d2 --limit 5"), [json!({ "replayed": 2, "left_alone": 0 })]);
    sample.daemon.settled(4);
    expect![[r#"
        exit 0
        DESTINATION  ACCEPTED  PENDING  RETRYING  DELIVERED  DISCARDED  DROPPED  FILTERED  DEAD
        bad          2         0        0         2          0          0        0         0
        picky        2         0        0         0          1          0        1         0
    "#]]
    .assert_eq(&sample.command("deliveries --totals"));
    sample.daemon.stop();
}

#[test]
fn a_dry_run_shows_old_and_new_side_by_side_and_sends_nothing() {
    let mut sample = Sample::new();
    let new = "async function onTrack(event, settings) {
  const res = await fetch('https://new.test/' + settings.path, { method: 'PUT', body: event.userId });
  return res.status;
}";
    sample.daemon.write("new.js", new);
    sample.daemon.write("new.json", r#"{"path":"events"}"#);
    sample.daemon.write("broken.js", "onTrack = (");
    let before =
        (sample.endpoint.received().len(), sample.command("deliveries"), sample.command("deliveries --totals"));
    expect![[r#"
        exit 0
        ──── d1 to bad: track "E"
          OLD, dead                                                  │ NEW, new.js
          Error: answered 503                                        │ returned 503
          POST http://127.0.0.1:PORT/bad 503                        │ PUT https://new.test/events 503
          m1                                                         │ u

        ──── d2 to picky: track "E"
          OLD, filtered                                              │ NEW, new.js
          (no attempt)                                               │ returned 200
          (no request)                                               │ PUT https://new.test/events 200
                                                                     │ u

        ──── d3 to bad: page "Home"
          OLD, delivered                                             │ NEW, new.js
          returned null                                              │ EventNotSupported: page not supported

        Nothing was sent and nothing was changed.
    "#]]
    .assert_eq(&sample.command("replay d1 d2 d3 --dry-run --function new.js --settings new.json"));
    expect![[r#"
        exit 1
        stderr: broken.js:1:12: error: Expected `)` but found `EOF`
        stderr:   1 | onTrack = (
        stderr:     |            ^
    "#]]
    .assert_eq(&sample.command("replay d1 --dry-run --function broken.js"));
    expect![[r#"
        exit 2
        stderr: error: the following required arguments were not provided:
        stderr:   --dry-run
        stderr: 
        stderr: Usage: fnhost replay --dry-run --function <FILE> --data <DIR> <IDS>...
        stderr: 
        stderr: For more information, try '--help'.
    "#]]
    .assert_eq(&sample.command("replay d1 --function new.js"));
    let compared = sample.json("replay --state dead --dry-run --function new.js");
    let names = [
        "/id",
        "/state",
        "/old/outcome/error/message",
        "/old/requests/0/status",
        "/new/outcome/value",
        "/new/requests/0/method",
        "/new/requests/0/url",
        "/new/requests/0/status",
    ];
    expect![[r#"
        /id: "d1"
        /state: "dead"
        /old/outcome/error/message: "answered 503"
        /old/requests/0/status: 503
        /new/outcome/value: 503
        /new/requests/0/method: "PUT"
        /new/requests/0/url: "https://new.test/undefined"
        /new/requests/0/status: 503
    "#]]
    .assert_eq(&without_ports(&compared.iter().map(|line| fields(line, &names)).collect::<String>()));
    let after = (sample.endpoint.received().len(), sample.command("deliveries"), sample.command("deliveries --totals"));
    assert_eq!(after, before);
    sample.daemon.stop();
}

#[test]
fn a_filter_can_be_tried_on_events() {
    let sample = Daemon::prepare("", &[]);
    let check = |expression: &str, events: &str, expected: Expect| {
        sample.write("events.json", events);
        let mut command = sample.folder().command("filter --event events.json");
        expected.assert_eq(&crate::command::text(&command.arg(expression).output().unwrap()));
    };
    check(
        "type = 'track'",
        r#"{"type":"track"}"#,
        expect![[r#"
        exit 0
        true
    "#]],
    );
    check(
        "type = 'track'",
        r#"[{"type":"track"},{"type":"page"}]"#,
        expect![[r#"
        exit 1
        true
        false
    "#]],
    );
    check(
        "length(properties.n) = 1",
        r#"[{"properties":{"n":"x"}},{"properties":{"n":1}}]"#,
        expect![[r#"
        exit 2
        true
        stderr: error: there is no result for event 2: 1:8: `length` takes a list or a string, got a number
    "#]],
    );
    check(
        "type = ",
        "{}",
        expect![[r#"
        exit 2
        stderr: error: 1:8: expected a value, got the end
        stderr:   1 | type =
        stderr:     |        ^
        stderr: 
    "#]],
    );
    check(
        "type = 'track'",
        "[]",
        expect![[r#"
        exit 2
        stderr: error: there is no event in an empty array
    "#]],
    );
    check(
        "type = 'track'",
        "{",
        expect![[r#"
        exit 2
        stderr: error: the event is not JSON: EOF while parsing an object at line 1 column 1
    "#]],
    );
}

#[test]
fn a_configuration_is_checked_and_the_default_one_is_good() {
    let daemon = Daemon::prepare(&forwarding("http://127.0.0.1:9/"), FUNCTIONS);
    let check = || blanked(&daemon, &daemon.folder().fnhost("config check"));
    expect![[r#"
        exit 0
        stderr: fnhost.toml: 1 source, 1 function, 1 destination
    "#]]
    .assert_eq(&check());
    daemon.write("fnhost.toml", "[[source]]\nname = 7\n[server]\nlistn = \"\"\n");
    expect![[r#"
        exit 1
        stderr: fnhost.toml:1:1: source[0]: `write_key` is missing
        stderr: fnhost.toml:2:8: source[0].name: expected a string, found an integer
        stderr: fnhost.toml:4:1: server.listn: there is no key `listn`; is `listen` meant?
    "#]]
    .assert_eq(&check());
    daemon.write("fnhost.toml", &forwarding(""));
    daemon.write("functions/forward.js", "onTrack = (event) => evnt");
    expect![[r#"
        exit 0
        stderr: functions/forward.js:1:22: warning: `evnt` is not defined
        stderr:   1 | onTrack = (event) => evnt
        stderr:     |                      ^
        stderr:   help: using it throws a ReferenceError
        stderr: fnhost.toml: 1 source, 1 function, 1 destination
    "#]]
    .assert_eq(&check());
    let default = daemon.folder().command("config default").output().unwrap();
    daemon.write("fnhost.toml", &String::from_utf8(default.stdout).unwrap());
    expect![[r#"
        exit 0
        stderr: functions/forward.js:1:22: warning: `evnt` is not defined
        stderr:   1 | onTrack = (event) => evnt
        stderr:     |                      ^
        stderr:   help: using it throws a ReferenceError
        stderr: fnhost.toml: 0 sources, 1 function, 0 destinations
    "#]]
    .assert_eq(&check());
}
