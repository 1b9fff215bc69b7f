//! The table of limits itself: names, ranges, texts.

use expect_test::expect;
use fnhost::Limits;
use std::fmt::Write;

#[test]
fn table_names_have_their_unit_last() {
    for limit in Limits::TABLE {
        let name = limit.name;
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{name} is not snake_case");
        let suffix = match limit.unit {
            "bytes" => "_bytes_max",
            "ms" => "_ms_max",
            "units" => "fuel_max",
            "requests" => "requests_max",
            "entries" => "_entries_max",
            "modules" => "modules_max",
            unit => panic!("{name} counts {unit}, which no suffix stands for"),
        };
        assert!(name.ends_with(suffix), "{name} does not end with {suffix}");
    }
}

#[test]
fn table_names_are_unique() {
    let mut names: Vec<_> = Limits::TABLE.iter().map(|limit| limit.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Limits::TABLE.len());
}

#[test]
fn table_defaults_are_in_range_and_are_the_default() {
    for limit in Limits::TABLE {
        assert!((1..=limit.maximum).contains(&limit.default), "{}", limit.name);
        assert_eq!(Limits::default().get(limit.name), Some(limit.default));
    }
}

#[test]
fn table_texts_name_the_limit_and_start_like_errors_do() {
    for limit in Limits::TABLE {
        assert!(limit.breach.contains("{limit}"), "{}", limit.breach);
        assert!(!limit.doc.ends_with('.'), "{}", limit.doc);
        assert!(limit.doc.starts_with(char::is_uppercase), "{}", limit.doc);
        assert!(limit.breach.starts_with(char::is_lowercase), "{}", limit.breach);
        let rest = limit.breach.replace("{limit}", "").replace("{used}", "");
        assert!(!rest.contains(['{', '}']), "{} has a hole that nothing fills", limit.breach);
    }
}

#[test]
fn table_can_be_set_to_every_value_in_range() {
    for limit in Limits::TABLE {
        for value in [1, limit.default, limit.maximum] {
            let mut limits = Limits::default();
            limits.set(limit.name, value).unwrap();
            assert_eq!(limits.get(limit.name), Some(value));
            limits.set(limit.name, limit.default).unwrap();
            assert_eq!(limits, Limits::default(), "`{}` sets something else too", limit.name);
        }
    }
}

#[test]
fn table_refuses_every_value_out_of_range() {
    let mut out = String::new();
    for limit in Limits::TABLE {
        for value in [0, limit.maximum + 1] {
            let mut limits = Limits::default();
            writeln!(out, "{}", limits.set(limit.name, value).unwrap_err()).unwrap();
            assert_eq!(limits, Limits::default(), "a refused value changes nothing");
        }
    }
    expect![[r#"
        `fuel_max` must be between 1 and 1000000000000, not 0
        `fuel_max` must be between 1 and 1000000000000, not 1000000000001
        `memory_bytes_max` must be between 1 and 536870912, not 0
        `memory_bytes_max` must be between 1 and 536870912, not 536870913
        `timeout_ms_max` must be between 1 and 60000, not 0
        `timeout_ms_max` must be between 1 and 60000, not 60001
        `stack_bytes_max` must be between 1 and 1048576, not 0
        `stack_bytes_max` must be between 1 and 1048576, not 1048577
        `log_bytes_max` must be between 1 and 1048576, not 0
        `log_bytes_max` must be between 1 and 1048576, not 1048577
        `value_bytes_max` must be between 1 and 16777216, not 0
        `value_bytes_max` must be between 1 and 16777216, not 16777217
        `requests_max` must be between 1 and 1000, not 0
        `requests_max` must be between 1 and 1000, not 1001
        `request_bytes_max` must be between 1 and 67108864, not 0
        `request_bytes_max` must be between 1 and 67108864, not 67108865
        `response_bytes_max` must be between 1 and 67108864, not 0
        `response_bytes_max` must be between 1 and 67108864, not 67108865
        `trace_bytes_max` must be between 1 and 65536, not 0
        `trace_bytes_max` must be between 1 and 65536, not 65537
        `event_bytes_max` must be between 1 and 67108864, not 0
        `event_bytes_max` must be between 1 and 67108864, not 67108865
        `cache_entries_max` must be between 1 and 100000, not 0
        `cache_entries_max` must be between 1 and 100000, not 100001
        `cache_bytes_max` must be between 1 and 268435456, not 0
        `cache_bytes_max` must be between 1 and 268435456, not 268435457
        `source_bytes_max` must be between 1 and 16777216, not 0
        `source_bytes_max` must be between 1 and 16777216, not 16777217
        `modules_max` must be between 1 and 100000, not 0
        `modules_max` must be between 1 and 100000, not 100001
        `modules_bytes_max` must be between 1 and 536870912, not 0
        `modules_bytes_max` must be between 1 and 536870912, not 536870913
        `build_fuel_max` must be between 1 and 1000000000000, not 0
        `build_fuel_max` must be between 1 and 1000000000000, not 1000000000001
        `build_timeout_ms_max` must be between 1 and 120000, not 0
        `build_timeout_ms_max` must be between 1 and 120000, not 120001
    "#]]
    .assert_eq(&out);
}

#[test]
fn unknown_limit_is_refused_with_the_names_of_all() {
    expect!["there is no limit `memory_max`; the limits are fuel_max, memory_bytes_max, timeout_ms_max, stack_bytes_max, log_bytes_max, value_bytes_max, requests_max, request_bytes_max, response_bytes_max, trace_bytes_max, event_bytes_max, cache_entries_max, cache_bytes_max, source_bytes_max, modules_max, modules_bytes_max, build_fuel_max, build_timeout_ms_max"].assert_eq(&Limits::default().set("memory_max", 1).unwrap_err().to_string());
    assert_eq!(Limits::default().get("memory_max"), None);
}
