//! Which events reach which destination of the real daemon, and how much of them: connections,
//! `integrations`, filters.

use crate::daemon::{Daemon, FORWARD, config, connected, destination, track};
use crate::delivery::{SOON, came, in_turn};
use crate::endpoint::Endpoint;
use crate::harness::wait;
use expect_test::expect;
use fnhost_queue::State;
use serde_json::{Value, json};

/// Sends what a filter may have changed.
const ECHO: &str = "async function onTrack(event, settings) {
  const { messageId, userId, properties } = event;
  const res = await fetch(settings.url, { method: 'POST', body: JSON.stringify({ messageId, userId, properties }) });
  if (!res.ok) throw new Error(`answered ${res.status}`);
}";

fn filter(title: &str, condition: &str, action: &str) -> String {
    format!("[[destination.filter]]\ntitle = \"{title}\"\nif = '{condition}'\naction = {action}\n")
}

#[test]
fn filters_hold_events_back_and_change_them() {
    let endpoint = wait(Endpoint::saying(""));
    let filters = [
        ("drop", filter("no internals", "properties.internal = true", "\"drop\"")),
        ("only", filter("internals", "properties.internal = true", "\"only_send\"")),
        ("none", filter("nobody", "all", "{ sample = 0.0 }")),
        ("less", filter("no mail", "all", "{ drop_properties = { properties = [\"mail\"], \"\" = [\"userId\"] } }")),
        ("plan", filter("plan", "all", "{ allow_properties = { properties = [\"plan\"] } }")),
        ("fails", filter("short", "length(properties.plan) = 3", "\"drop\"")),
        ("untitled", filter("", "properties.internal = true", "\"drop\"")),
    ];
    let destinations =
        filters.iter().map(|(name, filter)| connected(name, "echo", &format!("{}/{name}", endpoint.url()), filter));
    let mut daemon = Daemon::start(&config(&destinations.collect::<String>()), &[("echo.js", ECHO)]);
    let event = |id: &str, properties: Value| json!({ "type": "track", "event": "E", "userId": "u", "messageId": id, "properties": properties });
    daemon.post(&[
        event("m1", json!({ "plan": "pro", "mail": "a@b.c" })),
        event("m2", json!({ "plan": 7, "internal": true })),
    ]);
    expect![[r#"
        m1 drop delivered after 1
        m1 only filtered after 0: filtered_by_rules: internals
        m1 none filtered after 0: sampled_out: nobody
        m1 less delivered after 1
        m1 plan delivered after 1
        m1 fails filtered after 0: filtered_by_rules: short
        m1 untitled delivered after 1
        m2 drop filtered after 0: filtered_by_rules: no internals
        m2 only delivered after 1
        m2 none filtered after 0: sampled_out: nobody
        m2 less delivered after 1
        m2 plan delivered after 1
        m2 fails filtered after 0: filter_error: short: 1:8: `length` takes a list or a string, got a number
        m2 untitled filtered after 0: filtered_by_rules: properties.internal = true
    "#]]
    .assert_eq(&daemon.settled(14));
    expect![[r#"
        /drop {"messageId":"m1","userId":"u","properties":{"plan":"pro","mail":"a@b.c"}}
        /less {"messageId":"m1","properties":{"plan":"pro"}}
        /less {"messageId":"m2","properties":{"plan":7,"internal":true}}
        /only {"messageId":"m2","userId":"u","properties":{"plan":7,"internal":true}}
        /plan {"messageId":"m1","userId":"u","properties":{"plan":"pro"}}
        /plan {"messageId":"m2","userId":"u","properties":{"plan":7}}
        /untitled {"messageId":"m1","userId":"u","properties":{"plan":"pro","mail":"a@b.c"}}
    "#]]
    .assert_eq(&came(&endpoint));
    daemon.stop();
}

#[test]
fn what_a_filter_changes_stays_changed_in_retries() {
    let endpoint = in_turn(&[500, 200]);
    let more = format!("{SOON}{}", filter("no user", "all", "{ drop_properties = { \"\" = [\"userId\"] } }"));
    let mut daemon = Daemon::start(&config(&destination("echo", &endpoint.url(), &more)), &[("echo.js", ECHO)]);
    daemon.track(&["m"]);
    expect![[r#"
        m echo delivered after 2
    "#]]
    .assert_eq(&daemon.settled(1));
    expect![[r#"
        / {"messageId":"m"}
        / {"messageId":"m"}
    "#]]
    .assert_eq(&came(&endpoint));
    daemon.stop();
}

#[test]
fn integrations_choose_among_destinations() {
    let endpoint = wait(Endpoint::saying(""));
    let bin = connected("bin", "forward", &endpoint.url(), "");
    let mut daemon = Daemon::start(&config(&bin), &[("forward.js", FORWARD)]);
    let table = [
        json!(null),
        json!({ "All": true }),
        json!({ "All": false }),
        json!({ "All": null }),
        json!({ "All": false, "bin": true }),
        json!({ "All": false, "bin (Acme)": true }),
        json!({ "All": false, "bin (Acme)": { "ids": [1] } }),
        json!({ "All": false, "forward (Acme)": true }),
        json!({ "All": false, "bin (Other)": true }),
        json!({ "All": true, "bin": false }),
        json!({ "bin (Acme)": false }),
        json!({ "forward (Acme)": false }),
        json!({ "forward": false }),
        json!({ "bin (Other)": false, "Mixpanel": false }),
        json!({ "bin (Acme)": true, "bin": false }),
        json!({ "bin (Acme)": false, "bin": true, "All": true }),
    ];
    let event = |integrations: &Value| {
        let mut event = track(&integrations.to_string());
        event["integrations"] = integrations.clone();
        event
    };
    daemon.post(&table.iter().map(event).collect::<Vec<_>>());
    expect![[r#"
        null bin delivered after 1
        {"All":true} bin delivered after 1
        {"All":false} bin filtered after 0: integrations: All
        {"All":null} bin delivered after 1
        {"All":false,"bin":true} bin delivered after 1
        {"All":false,"bin (Acme)":true} bin delivered after 1
        {"All":false,"bin (Acme)":{"ids":[1]}} bin delivered after 1
        {"All":false,"forward (Acme)":true} bin delivered after 1
        {"All":false,"bin (Other)":true} bin filtered after 0: integrations: All
        {"All":true,"bin":false} bin filtered after 0: integrations: bin
        {"bin (Acme)":false} bin filtered after 0: integrations: bin (Acme)
        {"forward (Acme)":false} bin filtered after 0: integrations: forward (Acme)
        {"forward":false} bin delivered after 1
        {"bin (Other)":false,"Mixpanel":false} bin delivered after 1
        {"bin (Acme)":true,"bin":false} bin delivered after 1
        {"bin (Acme)":false,"bin":true,"All":true} bin filtered after 0: integrations: bin (Acme)
    "#]]
    .assert_eq(&daemon.settled(table.len()));
    assert_eq!(endpoint.received().len(), daemon.count(State::Delivered));
    daemon.stop();
}

#[test]
fn sources_and_destinations_are_connected_many_to_many() {
    let sources = "[[source]]\nname = \"app\"\nwrite_key = \"app-key\"\n[[source]]\nname = \"alone\"\nwrite_key = \"alone-key\"\n";
    let connect = |name: &str, sources: &str| {
        format!("[[destination]]\nname = \"{name}\"\nsource = {sources}\nfunction = \"nothing\"\n")
    };
    let destinations =
        connect("both", "[\"website\", \"app\"]") + &connect("web", "\"website\"") + &connect("mobile", "[\"app\"]");
    let mut daemon =
        Daemon::start(&config(&(sources.to_owned() + &destinations)), &[("nothing.js", "onTrack = () => 1")]);
    for key in ["key", "app-key", "alone-key", "no-key"] {
        let answer =
            daemon.client().with_key(key).post("/v1/track", &track(&format!("from {key}")).to_string()).unwrap();
        assert_eq!(answer.body, r#"{"success":true}"#);
    }
    expect![[r#"
        from key both delivered after 1
        from key web delivered after 1
        from app-key both delivered after 1
        from app-key mobile delivered after 1
    "#]]
    .assert_eq(&daemon.settled(4));
    let events = daemon.ledger().events(&Default::default(), 10).unwrap();
    expect![[r#"
        alone: from alone-key
        app: from app-key
        website: from key
    "#]]
    .assert_eq(&events.iter().map(|event| format!("{}: {}\n", event.source, event.key)).collect::<String>());
    daemon.stop();
}
