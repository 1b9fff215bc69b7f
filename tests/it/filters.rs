//! Destination filters: what each action does, in which order, and that they
//! fail closed.

use expect_test::{Expect, expect};
use fnhost_server::filter::{Action, Condition, Fields, Filter, Filters, Path, Verdict};
use serde_json::{Value, json};
use std::fmt::Write;

/// A filter with the condition `condition`, named after it.
fn filter(condition: &str, action: Action) -> Filter {
    Filter {
        title: condition.chars().take(64).collect(),
        condition: Condition::parse(condition).unwrap(),
        action,
        enabled: true,
    }
}

fn fields(keys_at: &[(&str, &[&str])]) -> Fields {
    keys_at.iter().fold(Fields::default(), |fields, (path, keys)| {
        fields.with(Path::parse(path).unwrap(), keys.iter().map(|key| key.to_string()))
    })
}

fn sample(percent: f64, path: Option<&str>) -> Action {
    Action::Sample { percent, path: path.map(|path| Path::parse(path).unwrap()) }
}

/// What filters make of `event`, with `random` for those that leave it to chance.
fn verdict(filters: &[Filter], event: &Value, random: f64) -> String {
    let filters = Filters::new(filters.to_vec()).unwrap();
    let mut after = event.clone();
    match filters.apply(&mut after, &mut || random) {
        Verdict::Send => format!("sent {after}"),
        Verdict::Filtered { title, reason } => {
            assert_eq!(after, *event, "an event that is held back is not changed");
            format!("held by `{title}`: {reason:?}")
        }
    }
}

/// What one filter on `all` makes of each of `events`, a line each.
fn check_each(action: Action, events: &[Value], expected: Expect) {
    let filters = [filter("all", action)];
    let lines: Vec<_> = events.iter().map(|event| format!("{event} ⇒ {}\n", verdict(&filters, event, 0.5))).collect();
    expected.assert_eq(&lines.concat());
}

#[test]
fn no_filters_send_everything() {
    assert!(Filters::default().is_empty());
    assert_eq!(verdict(&[], &json!({ "a": 1 }), 0.5), r#"sent {"a":1}"#);
    assert_eq!(verdict(&[], &json!(null), 0.5), "sent null");
}

#[test]
fn drop_and_only_send_are_opposites() {
    let events =
        [json!({ "type": "track" }), json!({ "type": "page" }), json!({}), json!([]), json!("track"), json!(null)];
    let mut out = String::new();
    for event in &events {
        for (name, action) in [("drop", Action::Drop), ("only send", Action::OnlySend)] {
            let on_track = verdict(&[filter("type = 'track'", action.clone())], event, 0.5);
            let on_all = verdict(&[filter("all", action)], event, 0.5);
            writeln!(out, "{name} {event} ⇒ {on_track}; all ⇒ {on_all}").unwrap();
        }
    }
    expect![[r#"
        drop {"type":"track"} ⇒ held by `type = 'track'`: Rule; all ⇒ held by `all`: Rule
        only send {"type":"track"} ⇒ sent {"type":"track"}; all ⇒ sent {"type":"track"}
        drop {"type":"page"} ⇒ sent {"type":"page"}; all ⇒ held by `all`: Rule
        only send {"type":"page"} ⇒ held by `type = 'track'`: Rule; all ⇒ sent {"type":"page"}
        drop {} ⇒ sent {}; all ⇒ held by `all`: Rule
        only send {} ⇒ held by `type = 'track'`: Rule; all ⇒ sent {}
        drop [] ⇒ sent []; all ⇒ held by `all`: Rule
        only send [] ⇒ held by `type = 'track'`: Rule; all ⇒ sent []
        drop "track" ⇒ sent "track"; all ⇒ held by `all`: Rule
        only send "track" ⇒ held by `type = 'track'`: Rule; all ⇒ sent "track"
        drop null ⇒ sent null; all ⇒ held by `all`: Rule
        only send null ⇒ held by `type = 'track'`: Rule; all ⇒ sent null
    "#]]
    .assert_eq(&out);
}

#[test]
fn conflicting_only_sends_send_nothing() {
    let filters = [filter("type = 'track'", Action::OnlySend), filter("type = 'page'", Action::OnlySend)];
    expect!["held by `type = 'page'`: Rule"].assert_eq(&verdict(&filters, &json!({ "type": "track" }), 0.5));
    expect!["held by `type = 'track'`: Rule"].assert_eq(&verdict(&filters, &json!({ "type": "page" }), 0.5));
}

#[test]
fn drop_properties_takes_keys_away_and_nothing_else() {
    let action = Action::DropProperties(fields(&[
        ("", &["ip", "no"]),
        ("context.traits", &["email"]),
        ("list.items", &["price", "b c"]),
    ]));
    check_each(
        action,
        &[
            json!({ "z": 1, "ip": "::1", "a": 2, "b": 3, "c": 4 }),
            json!({ "context": { "traits": { "z": 0, "email": "x", "a": 1 }, "email": "kept" } }),
            json!({ "context": { "traits": null } }),
            json!({ "context": "text" }),
            json!({ "context": [{ "traits": { "email": 1 } }, 5, { "traits": [{ "email": 2, "k": 3 }] }] }),
            json!({ "list": { "items": [{ "price": 1, "b c": 2, "k": 3 }, "text", null, [{ "price": 4 }], {}] } }),
            json!({ "list": { "items": { "price": { "price": 1 } } } }),
            json!({ "list": { "items": "price" }, "price": 1 }),
            json!({ "list": [{ "items": [{ "price": 1 }, { "price": 2 }] }, { "items": { "price": 3 } }, { "other": 4 }] }),
            json!([{ "ip": 1, "k": 2 }, 3]),
            json!("ip"),
            json!(null),
        ],
        expect![[r#"
            {"z":1,"ip":"::1","a":2,"b":3,"c":4} ⇒ sent {"z":1,"a":2,"b":3,"c":4}
            {"context":{"traits":{"z":0,"email":"x","a":1},"email":"kept"}} ⇒ sent {"context":{"traits":{"z":0,"a":1},"email":"kept"}}
            {"context":{"traits":null}} ⇒ sent {"context":{"traits":null}}
            {"context":"text"} ⇒ sent {"context":"text"}
            {"context":[{"traits":{"email":1}},5,{"traits":[{"email":2,"k":3}]}]} ⇒ sent {"context":[{"traits":{}},5,{"traits":[{"k":3}]}]}
            {"list":{"items":[{"price":1,"b c":2,"k":3},"text",null,[{"price":4}],{}]}} ⇒ sent {"list":{"items":[{"k":3},"text",null,[{"price":4}],{}]}}
            {"list":{"items":{"price":{"price":1}}}} ⇒ sent {"list":{"items":{}}}
            {"list":{"items":"price"},"price":1} ⇒ sent {"list":{"items":"price"},"price":1}
            {"list":[{"items":[{"price":1},{"price":2}]},{"items":{"price":3}},{"other":4}]} ⇒ sent {"list":[{"items":[{},{}]},{"items":{}},{"other":4}]}
            [{"ip":1,"k":2},3] ⇒ sent [{"k":2},3]
            "ip" ⇒ sent "ip"
            null ⇒ sent null
        "#]],
    );
}

#[test]
fn allow_properties_takes_all_other_keys_away() {
    let action = Action::AllowProperties(fields(&[
        ("properties", &["b", "a", "items"]),
        ("properties.items", &["id"]),
        ("traits", &[]),
    ]));
    check_each(
        action,
        &[
            json!({ "properties": { "z": 1, "a": 2, "y": 3, "b": 4, "x": 5 }, "other": { "z": 6 } }),
            json!({ "properties": { "items": [{ "id": 1, "price": 2 }, { "price": 3 }, "text", null, { "id": 4 }] } }),
            json!({ "properties": { "items": { "price": 1, "id": 2 } } }),
            json!({ "properties": "text" }),
            json!({ "properties": [{ "a": 1, "z": 2 }, 3] }),
            json!({ "properties": null, "traits": { "email": "x" } }),
            json!({ "no": "properties" }),
            json!(5),
        ],
        expect![[r#"
            {"properties":{"z":1,"a":2,"y":3,"b":4,"x":5},"other":{"z":6}} ⇒ sent {"properties":{"a":2,"b":4},"other":{"z":6}}
            {"properties":{"items":[{"id":1,"price":2},{"price":3},"text",null,{"id":4}]}} ⇒ sent {"properties":{"items":[{"id":1},{},"text",null,{"id":4}]}}
            {"properties":{"items":{"price":1,"id":2}}} ⇒ sent {"properties":{"items":{"id":2}}}
            {"properties":"text"} ⇒ sent {"properties":"text"}
            {"properties":[{"a":1,"z":2},3]} ⇒ sent {"properties":[{"a":1},3]}
            {"properties":null,"traits":{"email":"x"}} ⇒ sent {"properties":null,"traits":{}}
            {"no":"properties"} ⇒ sent {"no":"properties"}
            5 ⇒ sent 5
        "#]],
    );
    check_each(
        Action::AllowProperties(fields(&[("", &["userId"])])),
        &[json!({ "a": 1, "userId": "u", "b": 2 }), json!([{ "a": 1 }])],
        expect![[r#"
            {"a":1,"userId":"u","b":2} ⇒ sent {"userId":"u"}
            [{"a":1}] ⇒ sent [{}]
        "#]],
    );
}

#[test]
fn property_filters_apply_only_where_their_condition_does() {
    let filters = [filter("type = 'track'", Action::DropProperties(fields(&[("", &["a"])])))];
    expect![[r#"sent {"type":"track"}"#]].assert_eq(&verdict(&filters, &json!({ "type": "track", "a": 1 }), 0.5));
    expect![[r#"sent {"type":"page","a":1}"#]].assert_eq(&verdict(&filters, &json!({ "type": "page", "a": 1 }), 0.5));
}

#[test]
fn the_order_is_always_the_same() {
    let event = json!({ "type": "track", "a": 1, "b": 2, "c": 3 });
    let filters = [
        filter("type = 'track'", Action::AllowProperties(fields(&[("", &["a", "b"])]))),
        filter("b = 2", Action::DropProperties(fields(&[("", &["b"])]))),
        filter("a = 1", Action::Drop),
        filter("c = 3", sample(0.5, None)),
    ];
    for order in orders(4) {
        let ordered: Vec<_> = order.iter().map(|at| filters[*at].clone()).collect();
        assert_eq!(verdict(&ordered, &event, 0.9), "held by `c = 3`: SampledOut");
        assert_eq!(verdict(&ordered, &event, 0.1), "held by `a = 1`: Rule");
        let without_drop: Vec<_> = ordered.into_iter().filter(|filter| filter.action != Action::Drop).collect();
        assert_eq!(verdict(&without_drop, &event, 0.1), r#"sent {"a":1}"#);
    }
}

/// All orders of the numbers below `count`.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    for number in 0..count {
        orders = orders
            .into_iter()
            .flat_map(|order| {
                (0..=order.len()).map(move |at| {
                    let mut order = order.clone();
                    order.insert(at, number);
                    order
                })
            })
            .collect();
    }
    orders
}

#[test]
fn what_a_filter_removes_does_not_change_what_others_do() {
    let filters = [
        filter("contains(email, '@')", Action::DropProperties(fields(&[("", &["email"])]))),
        filter("contains(email, '@test')", Action::AllowProperties(fields(&[("", &["type"])]))),
        filter("contains(email, '@test')", Action::DropProperties(fields(&[("", &["more"])]))),
    ];
    expect![[r#"sent {"type":"track"}"#]].assert_eq(&verdict(
        &filters,
        &json!({ "type": "track", "email": "a@test", "more": 1, "k": 2 }),
        0.5,
    ));
}

#[test]
fn filters_fail_closed() {
    let fails = "properties.name and true";
    let event = json!({ "properties": { "name": "secret" }, "a": 1 });
    let keys = || fields(&[("", &["a"])]);
    for action in [
        Action::Drop,
        Action::OnlySend,
        sample(1.0, None),
        Action::DropProperties(keys()),
        Action::AllowProperties(keys()),
    ] {
        let filters = [filter(fails, action.clone())];
        let held = verdict(&filters, &event, 0.5);
        assert!(held.starts_with("held by `properties.name and true`: Error("), "{action:?}: {held}");
        assert!(
            held.contains("1:1: `and` takes") || held.contains("`and` takes a bool or null, got a string"),
            "{held}"
        );
        assert!(!held.contains("secret"), "{held}");
    }
    // A later error holds the event back before an earlier change is made.
    let filters = [filter("all", Action::DropProperties(keys())), filter(fails, Action::AllowProperties(keys()))];
    assert!(verdict(&filters, &event, 0.5).starts_with("held by `properties.name and true`: Error("));
    // What comes first decides: the sample leaves the event out.
    let filters = [filter(fails, Action::Drop), filter("all", sample(0.0, None))];
    assert_eq!(verdict(&filters, &event, 0.5), "held by `all`: SampledOut");
}

#[test]
fn disabled_filters_do_nothing() {
    let disabled = |condition: &str, action: Action| Filter { enabled: false, ..filter(condition, action) };
    let filters =
        [disabled("all", Action::Drop), disabled("a and 5", Action::OnlySend), disabled("all", sample(0.0, None))];
    assert_eq!(verdict(&filters, &json!({ "a": true }), 0.5), r#"sent {"a":true}"#);
    assert!(Filters::new(filters.to_vec()).unwrap().is_empty());
}

#[test]
fn conditions_are_all_or_an_expression() {
    assert_eq!(Condition::parse("all").unwrap(), Condition::All);
    assert_eq!(Condition::parse(" all\n").unwrap(), Condition::All);
    assert_eq!(Condition::parse("All").unwrap().matches(&json!({ "All": true })), Ok(true));
    assert_eq!(Condition::parse(r"\all").unwrap().matches(&json!({ "all": false })), Ok(false));
    expect!["1:1: the expression is empty"].assert_eq(&Condition::parse("").unwrap_err().to_string());
    expect!["1:5: unterminated string"].assert_eq(&Condition::parse("a = 'b").unwrap_err().to_string());
}

#[test]
fn filters_that_cannot_be_are_refused() {
    let refused = |filters: Vec<Filter>| Filters::new(filters).unwrap_err().to_string();
    let drop = || filter("all", Action::Drop);
    assert!(Filters::new(vec![drop(); 10]).is_ok());
    expect!["a destination has 11 filters, limit 10"]
        .assert_eq(&refused(vec![Filter { enabled: false, ..drop() }; 11]));
    let titled = |title: String| Filter { title, ..drop() };
    assert_eq!(titled("é".repeat(64)).check(), Ok(()));
    assert_eq!(titled(String::new()).check(), Ok(()));
    expect!["a filter's title has 65 characters, limit 64"].assert_eq(&refused(vec![drop(), titled("x".repeat(65))]));
    for percent in [0.0, -0.0, 0.25, 1.0] {
        assert_eq!(filter("all", sample(percent, None)).check(), Ok(()));
    }
    let percents = [-0.1, 1.1, 50.0, f64::NAN, f64::INFINITY];
    let messages: Vec<_> = percents.map(|percent| refused(vec![filter("all", sample(percent, None))]) + "\n").to_vec();
    expect![[r#"
        a filter's `percent` must be between 0 and 1, not -0.1
        a filter's `percent` must be between 0 and 1, not 1.1
        a filter's `percent` must be between 0 and 1, not 50
        a filter's `percent` must be between 0 and 1, not NaN
        a filter's `percent` must be between 0 and 1, not inf
    "#]]
    .assert_eq(&messages.concat());
}

#[test]
fn paths_have_names_between_dots() {
    for (text, shown) in
        [("", ""), ("a", "a"), ("a.b c.é", "a.b c.é"), (r"a\.b.c", r"a\.b.c"), (r"\a\\", r"a\\"), (r"\.", r"\.")]
    {
        let path = Path::parse(text).unwrap();
        assert_eq!(path.to_string(), shown);
        assert_eq!(Path::parse(shown).unwrap(), path);
    }
    let messages: Vec<_> =
        [".", "a.", ".a", "a..b", r"a\", r"a.\"].map(|text| format!("{}\n", Path::parse(text).unwrap_err())).to_vec();
    expect![[r#"
        the path `.` has an empty name
        the path `a.` has an empty name
        the path `.a` has an empty name
        the path `a..b` has an empty name
        the path `a\` ends with an escape of nothing
        the path `a.\` ends with an escape of nothing
    "#]]
    .assert_eq(&messages.concat());
    let dotted = Action::DropProperties(fields(&[(r"a\.b.c d", &["k.l"])]));
    expect![[r#"sent {"a.b":{"c d":{"k":{"l":1}}}}"#]].assert_eq(&verdict(
        &[filter("all", dotted)],
        &json!({ "a.b": { "c d": { "k": { "l": 1 }, "k.l": 2 } } }),
        0.5,
    ));
}

#[test]
fn samples_by_chance_keep_what_is_not_above_the_part() {
    let mut out = String::new();
    for percent in [0.0, 0.25, 0.5, 1.0] {
        for random in [0.0, 0.25, 0.25_f64.next_up(), 0.5, 0.999, 1.0] {
            let is_sent = verdict(&[filter("all", sample(percent, None))], &json!({}), random).starts_with("sent");
            out.push(if is_sent { '+' } else { '-' });
        }
        writeln!(out, " {percent}").unwrap();
    }
    expect![[r#"
        ------ 0
        ++---- 0.25
        ++++-- 0.5
        ++++++ 1
    "#]]
    .assert_eq(&out);
}

#[test]
fn chance_is_asked_once_for_each_sample_that_needs_it() {
    let asked = |filters: Vec<Filter>| {
        let mut count = 0;
        Filters::new(filters).unwrap().apply(&mut json!({ "type": "track" }), &mut || {
            count += 1;
            0.1
        });
        count
    };
    assert_eq!(asked(vec![filter("all", sample(0.5, None)), filter("all", sample(0.6, None))]), 2);
    assert_eq!(asked(vec![filter("all", sample(0.5, Some("")))]), 1, "an empty path is none");
    assert_eq!(asked(vec![filter("type = 'page'", sample(0.5, None))]), 0);
    assert_eq!(asked(vec![filter("all", sample(0.0, None))]), 0);
    assert_eq!(asked(vec![filter("all", sample(1.0, None))]), 0);
    assert_eq!(asked(vec![filter("all", sample(0.5, Some("type")))]), 0);
    assert_eq!(asked(vec![filter("all", sample(0.5, None)), filter("all", Action::Drop)]), 1);
}

/// Whether an event with `value` is in a sample of the part `percent`.
fn is_kept(value: &Value, percent: f64) -> bool {
    let event = json!({ "properties": { "value": value } });
    verdict(&[filter("all", sample(percent, Some("properties.value")))], &event, 0.5).starts_with("sent")
}

#[test]
fn samples_by_path_keep_what_segment_keeps() {
    // Computed from the rule by programs in Python and JavaScript.
    let table = [
        (r#""user-1""#, 0.7170107421443237),
        (r#""user-2""#, 0.5319969993460245),
        (r#""user-3""#, 0.601022513181706),
        (r#""97980cfea0067""#, 0.5982070639219473),
        // 20 and more zeros before the first digit that counts.
        (r#""u33060""#, 5.841303846878448e-07),
        (r#""u1179408""#, 9.037786159960571e-07),
        (r#""""#, 0.6143403500407842),
        (r#""ünï☺""#, 0.48209180047491956),
        (r#""a\"b\\c\n""#, 0.8152462355040034),
        ("\"\\u0001\\u001f\\/<>&\\u2028\\u007f\"", 0.8636988013894726),
        ("0", 0.8117237399763632),
        ("-0.0", 0.8117237399763632),
        ("1", 0.7687112224818731),
        ("1.0", 0.7687112224818731),
        ("100.0", 0.97108576399285),
        ("-7", 0.454719190212534),
        ("1.5", 0.37512805742859806),
        ("1e20", 0.9793313159241747),
        ("1e21", 0.22133085965029373),
        ("1e-6", 0.6467868913022627),
        ("1e-7", 0.8280942330942597),
        ("123456789.125", 0.06379058265098127),
        ("1.7976931348623157e308", 0.8924043028023274),
        ("9007199254740991", 0.5467926749415559),
        ("true", 0.6998093738613387),
        ("false", 0.4084974673063115),
        ("null", 0.21737895085312378),
        (r#"[1, "a", null]"#, 0.6952387255815611),
        (r#"{ "b": 1.0, "a": [] }"#, 0.29850947150848667),
    ];
    for (value, place) in table {
        let value: Value = serde_json::from_str(value).unwrap();
        assert!(!is_kept(&value, place), "{value} is at {place}");
        assert!(is_kept(&value, place.next_up()), "{value} is at {place}");
    }
    let missing = |event: Value| {
        let at = |percent| verdict(&[filter("all", sample(percent, Some("a.b")))], &event, 0.5).starts_with("sent");
        (at(0.21737895085312378), at(0.21737895085312378_f64.next_up()))
    };
    for event in [json!({}), json!({ "a": { "b": null } }), json!({ "a": [{ "b": 1 }] }), json!("a"), json!(null)] {
        assert_eq!(missing(event), (false, true), "a missing value is null");
    }
}

#[test]
fn samples_by_path_are_nested_and_of_their_size() {
    let parts = [0.0, 0.01, 0.1, 0.3, 0.5, 0.9, 1.0];
    let mut kept = [0; 7];
    for user in 0..2_000 {
        let value = json!(format!("user-{user}"));
        let is_kept = parts.map(|percent| self::is_kept(&value, percent));
        assert!(is_kept.is_sorted(), "{value} is in a sample and not in a larger one");
        assert_eq!(is_kept, parts.map(|percent| self::is_kept(&value, percent)), "the same value has the same fate");
        for (count, is_kept) in kept.iter_mut().zip(is_kept) {
            *count += usize::from(is_kept);
        }
    }
    expect!["[0, 17, 186, 580, 974, 1782, 2000]"].assert_eq(&format!("{kept:?}"));
}

#[test]
fn sampled_events_are_those_the_condition_is_for() {
    let filters = [filter("type = 'track'", sample(0.0, None))];
    expect!["held by `type = 'track'`: SampledOut"].assert_eq(&verdict(&filters, &json!({ "type": "track" }), 0.5));
    expect![[r#"sent {"type":"page"}"#]].assert_eq(&verdict(&filters, &json!({ "type": "page" }), 0.5));
}

#[test]
fn large_events_are_filtered_in_one_pass() {
    let items: Vec<_> = (0..2_000).map(|id| json!({ "id": id, "price": 1 })).collect();
    let event = json!({ "properties": { "items": items } });
    let filters = [
        filter("length(properties.items) = 2000", Action::DropProperties(fields(&[("properties.items", &["price"])]))),
        filter("properties = properties", Action::AllowProperties(fields(&[("properties.items", &["id", "price"])]))),
    ];
    let after = verdict(&filters, &event, 0.5);
    assert!(after.starts_with(r#"sent {"properties":{"items":[{"id":0},{"id":1},"#) && !after.contains("price"));
}
