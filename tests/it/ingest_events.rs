//! What becomes of an event on its way in: which are refused and why, and what
//! the others look like afterwards. Without HTTP and without a queue.

use expect_test::{Expect, expect};
use fnhost_server::ingest::{Arrival, Kind, Shared, normalise};
use serde_json::{Map, Value};
use std::net::IpAddr;

/// 2023-11-14T22:13:20.000Z.
const RECEIVED_MS: u64 = 1_700_000_000_000;

const NO_BATCH: &Shared = &Shared { context: None, integrations: None, sent_at: None };

/// An item of a batch that shares nothing, from a server.
fn arrival() -> Arrival<'static> {
    Arrival {
        source: "shop",
        received_ms: RECEIVED_MS,
        kind: None,
        is_browser: false,
        peer: Some("192.0.2.7".parse().unwrap()),
        shared: NO_BATCH,
    }
}

fn object(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The event that `item` becomes, or why it is none.
fn normalised(item: &str, arrival: &Arrival<'_>) -> Result<Map<String, Value>, &'static str> {
    let mut read = object(item);
    match normalise(&mut read, arrival, || "new-id".to_owned()) {
        Ok(event) => {
            let written = object(std::str::from_utf8(&event.payload).unwrap());
            assert_eq!(written["messageId"], event.message_id);
            assert_eq!(written.keys().collect::<Vec<_>>(), read.keys().collect::<Vec<_>>());
            Ok(written)
        }
        Err(reason) => {
            assert_eq!(read, object(item), "what is refused is left as it was");
            Err(reason.code())
        }
    }
}

/// All of the event that `item` becomes.
fn check(item: &str, arrival: &Arrival<'_>, expected: Expect) {
    let event = normalised(item, arrival).unwrap();
    expected.assert_eq(&serde_json::to_string_pretty(&event).unwrap());
}

/// What becomes of each of `items`: the code of its refusal, or the fields of
/// it that are named in `fields`.
fn table(items: &[&str], fields: &[&str], arrival: &Arrival<'_>, expected: &Expect) {
    let mut out = String::new();
    for item in items {
        let result = match normalised(item, arrival) {
            Ok(event) => {
                let found = fields.iter().map(|field| event.get(*field).map_or("-".to_owned(), Value::to_string));
                found.collect::<Vec<_>>().join(" ")
            }
            Err(code) => code.to_owned(),
        };
        out += &format!("{item} => {result}\n");
    }
    expected.assert_eq(&out);
}

#[test]
fn an_event_gets_the_fields_that_it_lacks_after_its_own() {
    check(
        r#"{"event":"Signed Up","type":"track","userId":"u1","properties":{"b":1,"a":[1.0,1e2,-0.1]},"mine":null}"#,
        &arrival(),
        expect![[r#"
            {
              "event": "Signed Up",
              "type": "track",
              "userId": "u1",
              "properties": {
                "b": 1,
                "a": [
                  1.0,
                  100.0,
                  -0.1
                ]
              },
              "mine": null,
              "messageId": "new-id",
              "timestamp": "2023-11-14T22:13:20.000Z",
              "originalTimestamp": "2023-11-14T22:13:20.000Z",
              "receivedAt": "2023-11-14T22:13:20.000Z",
              "channel": "server",
              "projectId": "shop",
              "version": 2
            }"#]],
    );
}

#[test]
fn what_only_the_server_knows_is_overwritten_in_its_place() {
    check(
        r#"{"version":"1.2","receivedAt":"yesterday","projectId":"other","type":"track","event":"E","userId":"u",
            "messageId":"m-1","channel":"mobile","originalTimestamp":"2001-01-01T00:00:00Z",
            "timestamp":"2023-11-14T22:00:00+01:00","sentAt":"2023-11-14T22:00:05.5+01:00"}"#,
        &arrival(),
        expect![[r#"
            {
              "version": 2,
              "receivedAt": "2023-11-14T22:13:20.000Z",
              "projectId": "shop",
              "type": "track",
              "event": "E",
              "userId": "u",
              "messageId": "m-1",
              "channel": "mobile",
              "originalTimestamp": "2023-11-14T22:00:00+01:00",
              "timestamp": "2023-11-14T22:13:14.500Z",
              "sentAt": "2023-11-14T21:00:05.500Z",
              "context": {
                "ip": "192.0.2.7"
              }
            }"#]],
    );
}

#[test]
fn a_delete_event_keeps_its_nulls() {
    let shared = Shared { context: Some(object(r#"{"app":"a"}"#)), ..Shared::default() };
    check(
        r#"{"type":"delete","channel":"server","userId":"507f191e81","context":null,"integrations":null,
            "messageId":"d-1","originalTimestamp":"2020-05-09 23:54:49.209808489 +0000 UTC m=+70366.298768264"}"#,
        &Arrival { shared: &shared, ..arrival() },
        expect![[r#"
            {
              "type": "delete",
              "channel": "server",
              "userId": "507f191e81",
              "context": null,
              "integrations": null,
              "messageId": "d-1",
              "originalTimestamp": "2020-05-09 23:54:49.209808489 +0000 UTC m=+70366.298768264",
              "timestamp": "2023-11-14T22:13:20.000Z",
              "receivedAt": "2023-11-14T22:13:20.000Z",
              "projectId": "shop",
              "version": 2
            }"#]],
    );
}

#[test]
fn what_a_batch_shares_fills_in_what_an_item_lacks() {
    let shared = Shared {
        context: Some(object(r#"{"library":{"name":"batch","version":"1"},"locale":"de"}"#)),
        integrations: Some(object(r#"{"All":false,"Bin":true}"#)),
        sent_at: Some("2023-11-14T22:13:00Z".into()),
    };
    table(
        &[
            r#"{"type":"track","event":"E","userId":"u"}"#,
            r#"{"type":"track","event":"E","userId":"u","context":null,"integrations":null}"#,
            r#"{"type":"track","event":"E","userId":"u","context":{"library":{"name":"own"}},"integrations":{"Bin":{"x":1}}}"#,
            r#"{"type":"track","event":"E","userId":"u","context":{"locale":null},"integrations":{},"sentAt":"2023-11-14T22:13:10Z"}"#,
            r#"{"type":"track","event":"E","userId":"u","context":"odd","integrations":[]}"#,
        ],
        &["context", "integrations", "sentAt"],
        &Arrival { shared: &shared, ..arrival() },
        &expect![[r#"
            {"type":"track","event":"E","userId":"u"} => {"library":{"name":"batch","version":"1"},"locale":"de"} {"All":false,"Bin":true} "2023-11-14T22:13:00.000Z"
            {"type":"track","event":"E","userId":"u","context":null,"integrations":null} => {"library":{"name":"batch","version":"1"},"locale":"de"} {"All":false,"Bin":true} "2023-11-14T22:13:00.000Z"
            {"type":"track","event":"E","userId":"u","context":{"library":{"name":"own"}},"integrations":{"Bin":{"x":1}}} => {"library":{"name":"own"},"locale":"de"} {"Bin":{"x":1},"All":false} "2023-11-14T22:13:00.000Z"
            {"type":"track","event":"E","userId":"u","context":{"locale":null},"integrations":{},"sentAt":"2023-11-14T22:13:10Z"} => {"locale":null,"library":{"name":"batch","version":"1"}} {"All":false,"Bin":true} "2023-11-14T22:13:10.000Z"
            {"type":"track","event":"E","userId":"u","context":"odd","integrations":[]} => "odd" [] "2023-11-14T22:13:00.000Z"
        "#]],
    );
}

#[test]
fn an_item_without_what_its_type_needs_is_refused() {
    table(
        &[
            r#"{}"#,
            r#"{"type":"Track","userId":"u","event":"E"}"#,
            r#"{"type":["track"],"userId":"u","event":"E"}"#,
            r#"{"type":"track","event":"E"}"#,
            r#"{"type":"track","event":"E","userId":null,"anonymousId":null}"#,
            r#"{"type":"track","event":"E","anonymousId":"a"}"#,
            r#"{"type":"track","event":"E","userId":7}"#,
            r#"{"type":"track","event":"E","userId":"","anonymousId":"a"}"#,
            r#"{"type":"track","event":"E","userId":"u","anonymousId":{}}"#,
            r#"{"type":"track","userId":"u"}"#,
            r#"{"type":"track","userId":"u","event":null}"#,
            r#"{"type":"track","userId":"u","event":""}"#,
            r#"{"type":"track","userId":"u","event":5}"#,
            r#"{"type":"track","userId":"u","event":"E","properties":[]}"#,
            r#"{"type":"track","userId":"u","event":"E","properties":null}"#,
            r#"{"type":"identify","userId":"u","traits":"x"}"#,
            r#"{"type":"identify","userId":"u","traits":{}}"#,
            r#"{"type":"identify"}"#,
            r#"{"type":"page","userId":"u"}"#,
            r#"{"type":"page","userId":"u","name":""}"#,
            r#"{"type":"page","userId":"u","name":null,"category":null}"#,
            r#"{"type":"screen","userId":"u","name":1}"#,
            r#"{"type":"screen","userId":"u","name":"Home","category":2}"#,
            r#"{"type":"screen","userId":"u","properties":1}"#,
            r#"{"type":"group","userId":"u"}"#,
            r#"{"type":"group","groupId":"g"}"#,
            r#"{"type":"group","groupId":1,"userId":"u"}"#,
            r#"{"type":"group","groupId":"g","userId":"u","traits":[]}"#,
            r#"{"type":"alias","userId":"u"}"#,
            r#"{"type":"alias","previousId":"p","anonymousId":"a"}"#,
            r#"{"type":"alias","previousId":false,"userId":"u"}"#,
            r#"{"type":"alias","previousId":"p","userId":"u"}"#,
            r#"{"type":"delete"}"#,
            r#"{"type":"delete","userId":"u"}"#,
        ],
        &["type"],
        &arrival(),
        &expect![[r#"
            {} => unknown_type
            {"type":"Track","userId":"u","event":"E"} => unknown_type
            {"type":["track"],"userId":"u","event":"E"} => unknown_type
            {"type":"track","event":"E"} => no_user_anon_id
            {"type":"track","event":"E","userId":null,"anonymousId":null} => no_user_anon_id
            {"type":"track","event":"E","anonymousId":"a"} => "track"
            {"type":"track","event":"E","userId":7} => id_not_string
            {"type":"track","event":"E","userId":"","anonymousId":"a"} => id_not_string
            {"type":"track","event":"E","userId":"u","anonymousId":{}} => id_not_string
            {"type":"track","userId":"u"} => event_not_defined
            {"type":"track","userId":"u","event":null} => event_not_defined
            {"type":"track","userId":"u","event":""} => event_not_defined
            {"type":"track","userId":"u","event":5} => event_not_string
            {"type":"track","userId":"u","event":"E","properties":[]} => properties_not_object
            {"type":"track","userId":"u","event":"E","properties":null} => "track"
            {"type":"identify","userId":"u","traits":"x"} => traits_not_object
            {"type":"identify","userId":"u","traits":{}} => "identify"
            {"type":"identify"} => no_user_anon_id
            {"type":"page","userId":"u"} => "page"
            {"type":"page","userId":"u","name":""} => name_not_string
            {"type":"page","userId":"u","name":null,"category":null} => "page"
            {"type":"screen","userId":"u","name":1} => name_not_string
            {"type":"screen","userId":"u","name":"Home","category":2} => category_not_string
            {"type":"screen","userId":"u","properties":1} => properties_not_object
            {"type":"group","userId":"u"} => id_required
            {"type":"group","groupId":"g"} => no_user_anon_id
            {"type":"group","groupId":1,"userId":"u"} => id_not_string
            {"type":"group","groupId":"g","userId":"u","traits":[]} => traits_not_object
            {"type":"alias","userId":"u"} => id_required
            {"type":"alias","previousId":"p","anonymousId":"a"} => id_required
            {"type":"alias","previousId":false,"userId":"u"} => id_not_string
            {"type":"alias","previousId":"p","userId":"u"} => "alias"
            {"type":"delete"} => no_user_anon_id
            {"type":"delete","userId":"u"} => "delete"
        "#]],
    );
}

#[test]
fn consent_and_device_are_checked_where_they_are_given() {
    let contexts = [
        r#"null"#,
        r#"{"consent":null}"#,
        r#"{"consent":{}}"#,
        r#"{"consent":"yes"}"#,
        r#"{"consent":{"categoryPreferences":[]}}"#,
        r#"{"consent":{"categoryPreferences":{"a":true,"b":"no"}}}"#,
        r#"{"consent":{"categoryPreferences":{"a":true,"b":false}}}"#,
        r#"{"consent":{"categoryPreferences":{},"version":"2"}}"#,
        r#"{"consent":{"categoryPreferences":{},"version":2}}"#,
        r#"{"device":{"advertisingId":7}}"#,
        r#"{"device":{"advertisingId":"7"}}"#,
        r#"{"device":7}"#,
    ];
    let items = contexts.map(|context| format!(r#"{{"type":"identify","userId":"u","context":{context}}}"#));
    let items = items.each_ref().map(String::as_str);
    table(
        &items,
        &["type"],
        &arrival(),
        &expect![[r#"
            {"type":"identify","userId":"u","context":null} => "identify"
            {"type":"identify","userId":"u","context":{"consent":null}} => "identify"
            {"type":"identify","userId":"u","context":{"consent":{}}} => consent_categorypreferences_should_exist
            {"type":"identify","userId":"u","context":{"consent":"yes"}} => consent_categorypreferences_should_exist
            {"type":"identify","userId":"u","context":{"consent":{"categoryPreferences":[]}}} => consent_categorypreferences_fields_should_be_object
            {"type":"identify","userId":"u","context":{"consent":{"categoryPreferences":{"a":true,"b":"no"}}}} => consent_categorypreferences_fields_should_be_bool
            {"type":"identify","userId":"u","context":{"consent":{"categoryPreferences":{"a":true,"b":false}}}} => "identify"
            {"type":"identify","userId":"u","context":{"consent":{"categoryPreferences":{},"version":"2"}}} => consent_version_should_be_number
            {"type":"identify","userId":"u","context":{"consent":{"categoryPreferences":{},"version":2}}} => "identify"
            {"type":"identify","userId":"u","context":{"device":{"advertisingId":7}}} => device_advertisingid_should_be_string
            {"type":"identify","userId":"u","context":{"device":{"advertisingId":"7"}}} => "identify"
            {"type":"identify","userId":"u","context":{"device":7}} => "identify"
        "#]],
    );
    let shared = Shared { context: Some(object(r#"{"consent":{}}"#)), ..Shared::default() };
    table(
        &[
            r#"{"type":"identify","userId":"u"}"#,
            r#"{"type":"identify","userId":"u","context":{"consent":{"categoryPreferences":{}}}}"#,
        ],
        &["type"],
        &Arrival { shared: &shared, ..arrival() },
        &expect![[r#"
            {"type":"identify","userId":"u"} => consent_categorypreferences_should_exist
            {"type":"identify","userId":"u","context":{"consent":{"categoryPreferences":{}}}} => "identify"
        "#]],
    );
}

#[test]
fn times_are_read_as_libraries_write_them_and_written_one_way() {
    let times = [
        r#""2023-11-14T10:00:00Z""#,
        r#""2023-11-14T10:00:00.123456789Z""#,
        r#""2023-11-14T10:00:00.9999Z""#,
        r#""2023-11-14T10:00:00+02:00""#,
        r#""2023-11-14T10:00:00-0730""#,
        r#""2023-11-14T10:00:00.5""#,
        r#""2023-11-14 10:00:00Z""#,
        r#""2023-11-14t10:00:00z""#,
        r#""2023-11-14T10:00Z""#,
        r#""2023-11-14""#,
        r#""20231114T100000Z""#,
        r#""2016-12-31T23:59:60Z""#,
        r#""0000-01-01T00:00:00Z""#,
        r#""9999-12-30T00:00:00Z""#,
        r#""-000001-01-01T00:00:00Z""#,
        r#""+010000-01-01T00:00:00Z""#,
        r#""2023-02-30T10:00:00Z""#,
        r#""2023-11-14T25:00:00Z""#,
        r#""2023-11-14T10:00:00+99:00""#,
        r#""Tue, 14 Nov 2023 10:00:00 GMT""#,
        r#""now""#,
        r#""""#,
        r#""2023-11-14T10:00:00Z\u0000""#,
        r#"1699956000000"#,
        r#"{}"#,
        r#"null"#,
    ];
    let items = times.map(|time| format!(r#"{{"type":"identify","userId":"u","timestamp":{time}}}"#));
    let items = items.each_ref().map(String::as_str);
    table(
        &items,
        &["timestamp", "originalTimestamp"],
        &arrival(),
        &expect![[r#"
            {"type":"identify","userId":"u","timestamp":"2023-11-14T10:00:00Z"} => "2023-11-14T10:00:00.000Z" "2023-11-14T10:00:00Z"
            {"type":"identify","userId":"u","timestamp":"2023-11-14T10:00:00.123456789Z"} => "2023-11-14T10:00:00.123Z" "2023-11-14T10:00:00.123456789Z"
            {"type":"identify","userId":"u","timestamp":"2023-11-14T10:00:00.9999Z"} => "2023-11-14T10:00:00.999Z" "2023-11-14T10:00:00.9999Z"
            {"type":"identify","userId":"u","timestamp":"2023-11-14T10:00:00+02:00"} => "2023-11-14T08:00:00.000Z" "2023-11-14T10:00:00+02:00"
            {"type":"identify","userId":"u","timestamp":"2023-11-14T10:00:00-0730"} => "2023-11-14T17:30:00.000Z" "2023-11-14T10:00:00-0730"
            {"type":"identify","userId":"u","timestamp":"2023-11-14T10:00:00.5"} => "2023-11-14T10:00:00.500Z" "2023-11-14T10:00:00.5"
            {"type":"identify","userId":"u","timestamp":"2023-11-14 10:00:00Z"} => "2023-11-14T10:00:00.000Z" "2023-11-14 10:00:00Z"
            {"type":"identify","userId":"u","timestamp":"2023-11-14t10:00:00z"} => "2023-11-14T10:00:00.000Z" "2023-11-14t10:00:00z"
            {"type":"identify","userId":"u","timestamp":"2023-11-14T10:00Z"} => "2023-11-14T10:00:00.000Z" "2023-11-14T10:00Z"
            {"type":"identify","userId":"u","timestamp":"2023-11-14"} => "2023-11-14T00:00:00.000Z" "2023-11-14"
            {"type":"identify","userId":"u","timestamp":"20231114T100000Z"} => "2023-11-14T10:00:00.000Z" "20231114T100000Z"
            {"type":"identify","userId":"u","timestamp":"2016-12-31T23:59:60Z"} => "2016-12-31T23:59:59.000Z" "2016-12-31T23:59:60Z"
            {"type":"identify","userId":"u","timestamp":"0000-01-01T00:00:00Z"} => "0000-01-01T00:00:00.000Z" "0000-01-01T00:00:00Z"
            {"type":"identify","userId":"u","timestamp":"9999-12-30T00:00:00Z"} => "9999-12-30T00:00:00.000Z" "9999-12-30T00:00:00Z"
            {"type":"identify","userId":"u","timestamp":"-000001-01-01T00:00:00Z"} => "2023-11-14T22:13:20.000Z" "-000001-01-01T00:00:00Z"
            {"type":"identify","userId":"u","timestamp":"+010000-01-01T00:00:00Z"} => "2023-11-14T22:13:20.000Z" "+010000-01-01T00:00:00Z"
            {"type":"identify","userId":"u","timestamp":"2023-02-30T10:00:00Z"} => "2023-11-14T22:13:20.000Z" "2023-02-30T10:00:00Z"
            {"type":"identify","userId":"u","timestamp":"2023-11-14T25:00:00Z"} => "2023-11-14T22:13:20.000Z" "2023-11-14T25:00:00Z"
            {"type":"identify","userId":"u","timestamp":"2023-11-14T10:00:00+99:00"} => "2023-11-14T22:13:20.000Z" "2023-11-14T10:00:00+99:00"
            {"type":"identify","userId":"u","timestamp":"Tue, 14 Nov 2023 10:00:00 GMT"} => "2023-11-14T22:13:20.000Z" "Tue, 14 Nov 2023 10:00:00 GMT"
            {"type":"identify","userId":"u","timestamp":"now"} => "2023-11-14T22:13:20.000Z" "now"
            {"type":"identify","userId":"u","timestamp":""} => "2023-11-14T22:13:20.000Z" ""
            {"type":"identify","userId":"u","timestamp":"2023-11-14T10:00:00Z\u0000"} => "2023-11-14T22:13:20.000Z" "2023-11-14T10:00:00Z\u0000"
            {"type":"identify","userId":"u","timestamp":1699956000000} => "2023-11-14T22:13:20.000Z" 1699956000000
            {"type":"identify","userId":"u","timestamp":{}} => "2023-11-14T22:13:20.000Z" {}
            {"type":"identify","userId":"u","timestamp":null} => "2023-11-14T22:13:20.000Z" "2023-11-14T22:13:20.000Z"
        "#]],
    );
}

#[test]
fn a_wrong_clock_is_corrected_by_what_it_said_when_it_sent() {
    let clocks = [
        // Right, and three seconds in the queue of the sender.
        r#""timestamp":"2023-11-14T22:13:16Z","sentAt":"2023-11-14T22:13:19Z""#,
        // A year slow, and ten seconds in the queue.
        r#""timestamp":"2022-11-14T22:00:00Z","sentAt":"2022-11-14T22:00:10Z""#,
        // An hour fast, and none.
        r#""timestamp":"2023-11-14T23:13:20Z","sentAt":"2023-11-14T23:13:20Z""#,
        // Sent before it happened: the clock was set in between.
        r#""timestamp":"2023-11-14T22:13:20Z","sentAt":"2023-11-14T22:13:10Z""#,
        // Never sent, or when is not known.
        r#""timestamp":"2001-01-01T00:00:00Z""#,
        r#""timestamp":"2001-01-01T00:00:00Z","sentAt":null"#,
        r#""timestamp":"2001-01-01T00:00:00Z","sentAt":"soon""#,
        r#""timestamp":"2001-01-01T00:00:00Z","sentAt":5"#,
        // As far apart as can be, in both directions.
        r#""timestamp":"0000-01-01T00:00:00Z","sentAt":"9999-12-30T00:00:00Z""#,
        r#""timestamp":"9999-12-30T00:00:00Z","sentAt":"0000-01-01T00:00:00Z""#,
        // Only when it was sent is known.
        r#""sentAt":"2023-11-14T22:13:10Z""#,
        // A library that calls it so already.
        r#""originalTimestamp":"2023-11-14T22:13:16Z","sentAt":"2023-11-14T22:13:19Z""#,
    ];
    let items = clocks.map(|clock| format!(r#"{{"type":"identify","userId":"u",{clock}}}"#));
    let items = items.each_ref().map(String::as_str);
    table(
        &items,
        &["timestamp", "originalTimestamp", "sentAt"],
        &arrival(),
        &expect![[r#"
            {"type":"identify","userId":"u","timestamp":"2023-11-14T22:13:16Z","sentAt":"2023-11-14T22:13:19Z"} => "2023-11-14T22:13:17.000Z" "2023-11-14T22:13:16Z" "2023-11-14T22:13:19.000Z"
            {"type":"identify","userId":"u","timestamp":"2022-11-14T22:00:00Z","sentAt":"2022-11-14T22:00:10Z"} => "2023-11-14T22:13:10.000Z" "2022-11-14T22:00:00Z" "2022-11-14T22:00:10.000Z"
            {"type":"identify","userId":"u","timestamp":"2023-11-14T23:13:20Z","sentAt":"2023-11-14T23:13:20Z"} => "2023-11-14T22:13:20.000Z" "2023-11-14T23:13:20Z" "2023-11-14T23:13:20.000Z"
            {"type":"identify","userId":"u","timestamp":"2023-11-14T22:13:20Z","sentAt":"2023-11-14T22:13:10Z"} => "2023-11-14T22:13:30.000Z" "2023-11-14T22:13:20Z" "2023-11-14T22:13:10.000Z"
            {"type":"identify","userId":"u","timestamp":"2001-01-01T00:00:00Z"} => "2001-01-01T00:00:00.000Z" "2001-01-01T00:00:00Z" -
            {"type":"identify","userId":"u","timestamp":"2001-01-01T00:00:00Z","sentAt":null} => "2001-01-01T00:00:00.000Z" "2001-01-01T00:00:00Z" null
            {"type":"identify","userId":"u","timestamp":"2001-01-01T00:00:00Z","sentAt":"soon"} => "2001-01-01T00:00:00.000Z" "2001-01-01T00:00:00Z" "soon"
            {"type":"identify","userId":"u","timestamp":"2001-01-01T00:00:00Z","sentAt":5} => "2001-01-01T00:00:00.000Z" "2001-01-01T00:00:00Z" 5
            {"type":"identify","userId":"u","timestamp":"0000-01-01T00:00:00Z","sentAt":"9999-12-30T00:00:00Z"} => "2023-11-14T22:13:20.000Z" "0000-01-01T00:00:00Z" "9999-12-30T00:00:00.000Z"
            {"type":"identify","userId":"u","timestamp":"9999-12-30T00:00:00Z","sentAt":"0000-01-01T00:00:00Z"} => "2023-11-14T22:13:20.000Z" "9999-12-30T00:00:00Z" "0000-01-01T00:00:00.000Z"
            {"type":"identify","userId":"u","sentAt":"2023-11-14T22:13:10Z"} => "2023-11-14T22:13:20.000Z" "2023-11-14T22:13:20.000Z" "2023-11-14T22:13:10.000Z"
            {"type":"identify","userId":"u","originalTimestamp":"2023-11-14T22:13:16Z","sentAt":"2023-11-14T22:13:19Z"} => "2023-11-14T22:13:17.000Z" "2023-11-14T22:13:16Z" "2023-11-14T22:13:19.000Z"
        "#]],
    );
}

#[test]
fn a_server_without_a_sensible_clock_still_answers() {
    for received_ms in [0, i64::MAX as u64, u64::MAX] {
        let arrival = Arrival { received_ms, ..arrival() };
        let item =
            r#"{"type":"identify","userId":"u","timestamp":"2022-11-14T22:00:00Z","sentAt":"0001-11-14T22:00:10Z"}"#;
        assert!(normalised(item, &arrival).is_ok(), "{received_ms}");
    }
}

#[test]
fn an_id_is_given_where_there_is_none_that_can_be_used() {
    table(
        &[
            r#"{"type":"identify","userId":"u","messageId":"m-1"}"#,
            r#"{"type":"identify","userId":"u","messageId":"a\u0000b"}"#,
            r#"{"type":"identify","userId":"u","messageId":""}"#,
            r#"{"type":"identify","userId":"u","messageId":null}"#,
            r#"{"type":"identify","userId":"u","messageId":17}"#,
            r#"{"type":"identify","userId":"u"}"#,
        ],
        &["messageId"],
        &arrival(),
        &expect![[r#"
            {"type":"identify","userId":"u","messageId":"m-1"} => "m-1"
            {"type":"identify","userId":"u","messageId":"a\u0000b"} => "a\u0000b"
            {"type":"identify","userId":"u","messageId":""} => "new-id"
            {"type":"identify","userId":"u","messageId":null} => "new-id"
            {"type":"identify","userId":"u","messageId":17} => "new-id"
            {"type":"identify","userId":"u"} => "new-id"
        "#]],
    );
}

#[test]
fn the_endpoint_says_what_an_event_is() {
    table(
        &[r#"{"userId":"u"}"#, r#"{"userId":"u","type":"track"}"#, r#"{"userId":"u","type":null}"#],
        &["type"],
        &Arrival { kind: Some(Kind::Identify), ..arrival() },
        &expect![[r#"
            {"userId":"u"} => "identify"
            {"userId":"u","type":"track"} => "identify"
            {"userId":"u","type":null} => "identify"
        "#]],
    );
}

#[test]
fn the_channel_is_told_by_the_library_and_the_address_kept_for_clients() {
    let fields = [
        r#""context":{}"#,
        r#""context":{"library":{"name":"@segment/analytics-node"}}"#,
        r#""context":{"library":{"name":"analytics.js","version":"npm:next-1.0"}}"#,
        r#""context":{"library":{"name":"analytics-ios"}}"#,
        r#""context":{"library":{"name":"@segment/analytics-react-native"}}"#,
        r#""context":{"library":{"name":"analytics_flutter"}}"#,
        r#""context":{"library":"analytics.js"}"#,
        r#""context":{"direct":true}"#,
        r#""context":{"direct":"true"}"#,
        r#""context":{"direct":true,"ip":"198.51.100.1"}"#,
        r#""context":{"ip":null},"channel":"browser""#,
        r#""context":null,"channel":"browser""#,
        r#""context":"odd","channel":"browser""#,
        r#""channel":"browser""#,
        r#""channel":"server","context":{"library":{"name":"analytics.js"}}"#,
        r#""channel":7"#,
        r#""channel":"""#,
    ];
    let items = fields.map(|fields| format!(r#"{{"type":"identify","userId":"u",{fields}}}"#));
    let items = items.each_ref().map(String::as_str);
    table(
        &items,
        &["channel", "context"],
        &arrival(),
        &expect![[r#"
            {"type":"identify","userId":"u","context":{}} => "server" {}
            {"type":"identify","userId":"u","context":{"library":{"name":"@segment/analytics-node"}}} => "server" {"library":{"name":"@segment/analytics-node"}}
            {"type":"identify","userId":"u","context":{"library":{"name":"analytics.js","version":"npm:next-1.0"}}} => "browser" {"library":{"name":"analytics.js","version":"npm:next-1.0"},"ip":"192.0.2.7"}
            {"type":"identify","userId":"u","context":{"library":{"name":"analytics-ios"}}} => "mobile" {"library":{"name":"analytics-ios"},"ip":"192.0.2.7"}
            {"type":"identify","userId":"u","context":{"library":{"name":"@segment/analytics-react-native"}}} => "mobile" {"library":{"name":"@segment/analytics-react-native"},"ip":"192.0.2.7"}
            {"type":"identify","userId":"u","context":{"library":{"name":"analytics_flutter"}}} => "mobile" {"library":{"name":"analytics_flutter"},"ip":"192.0.2.7"}
            {"type":"identify","userId":"u","context":{"library":"analytics.js"}} => "server" {"library":"analytics.js"}
            {"type":"identify","userId":"u","context":{"direct":true}} => "server" {"direct":true,"ip":"192.0.2.7"}
            {"type":"identify","userId":"u","context":{"direct":"true"}} => "server" {"direct":"true"}
            {"type":"identify","userId":"u","context":{"direct":true,"ip":"198.51.100.1"}} => "server" {"direct":true,"ip":"198.51.100.1"}
            {"type":"identify","userId":"u","context":{"ip":null},"channel":"browser"} => "browser" {"ip":"192.0.2.7"}
            {"type":"identify","userId":"u","context":null,"channel":"browser"} => "browser" null
            {"type":"identify","userId":"u","context":"odd","channel":"browser"} => "browser" "odd"
            {"type":"identify","userId":"u","channel":"browser"} => "browser" {"ip":"192.0.2.7"}
            {"type":"identify","userId":"u","channel":"server","context":{"library":{"name":"analytics.js"}}} => "server" {"library":{"name":"analytics.js"}}
            {"type":"identify","userId":"u","channel":7} => "server" -
            {"type":"identify","userId":"u","channel":""} => "server" -
        "#]],
    );
    let fields = ["channel", "context"];
    let browser = Arrival { is_browser: true, peer: Some("::ffff:192.0.2.7".parse().unwrap()), ..arrival() };
    table(
        &[
            r#"{"type":"identify","userId":"u"}"#,
            r#"{"type":"identify","userId":"u","context":{"library":{"name":"analytics-swift"}}}"#,
        ],
        &fields,
        &browser,
        &expect![[r#"
            {"type":"identify","userId":"u"} => "browser" {"ip":"192.0.2.7"}
            {"type":"identify","userId":"u","context":{"library":{"name":"analytics-swift"}}} => "mobile" {"library":{"name":"analytics-swift"},"ip":"192.0.2.7"}
        "#]],
    );
    table(
        &[r#"{"type":"identify","userId":"u"}"#],
        &fields,
        &Arrival { peer: None, ..browser },
        &expect![[r#"
            {"type":"identify","userId":"u"} => "browser" -
        "#]],
    );
    let local: IpAddr = "::1".parse().unwrap();
    let direct = r#"{"type":"identify","userId":"u","context":{"direct":true}}"#;
    table(
        &[direct],
        &fields,
        &Arrival { peer: Some(local), ..arrival() },
        &expect![[r#"
            {"type":"identify","userId":"u","context":{"direct":true}} => "server" {"direct":true,"ip":"::1"}
        "#]],
    );
}

#[test]
fn numbers_and_text_keep_what_they_are() {
    table(
        &[
            r#"{"type":"track","event":"E","userId":"u","properties":{"n":[0,-0.0,0.1,1e-7,123456789.123456789,18446744073709551615,-9223372036854775808,1e300]}}"#,
            r#"{"type":"track","event":"E","userId":"u","properties":{"n":[48.137154000000001,0.30000000000000004,2.2250738585072014e-308]}}"#,
            r#"{"type":"track","event":"E","userId":"u","properties":{"s":"\u0000\ud83d\ude00 \"\\/\u00e4"}}"#,
            r#"{"type":"track","event":"E","userId":"u","properties":{"":{"":""},"a.b":1,"__proto__":2,"a":1,"a":2}}"#,
        ],
        &["properties"],
        &arrival(),
        &expect![[r#"
            {"type":"track","event":"E","userId":"u","properties":{"n":[0,-0.0,0.1,1e-7,123456789.123456789,18446744073709551615,-9223372036854775808,1e300]}} => {"n":[0,-0.0,0.1,1e-7,123456789.12345679,18446744073709551615,-9223372036854775808,1e+300]}
            {"type":"track","event":"E","userId":"u","properties":{"n":[48.137154000000001,0.30000000000000004,2.2250738585072014e-308]}} => {"n":[48.137154,0.30000000000000004,2.2250738585072014e-308]}
            {"type":"track","event":"E","userId":"u","properties":{"s":"\u0000\ud83d\ude00 \"\\/\u00e4"}} => {"s":"\u0000😀 \"\\/ä"}
            {"type":"track","event":"E","userId":"u","properties":{"":{"":""},"a.b":1,"__proto__":2,"a":1,"a":2}} => {"":{"":""},"a.b":1,"__proto__":2,"a":2}
        "#]],
    );
}
