//! What is said about mistakes in the destinations of the configuration file, in
//! their settings and filters, and about what only looks like a mistake.

use crate::config_mistakes::{check, check_each, destination_file};
use expect_test::expect;

/// A file with `keys` in the filter of a destination, which start on line 6.
fn filter_file(keys: &str) -> String {
    destination_file(&format!("[[destination.filter]]\n{keys}"))
}

#[test]
fn mistakes_in_destinations() {
    check_each(
        &[
            "name = \"again\"",
            "enabled = 1",
            "enabeld = true",
            "concurrency_max = 0",
            "concurrency_max = 129",
            "isolation = \"reuse\"",
            "isolation = \"none\"",
            "retry = true",
            "retry = \"sometimes\"",
            "retry = { rule = 1 }",
            "retry = { retries_max = 101, first_ms = 0, factor = 0.5, wait_ms_max = 0, window_ms = 0 }",
            "retry = { factor = nan }",
            "retry = { factor = \"2\" }",
            "retry = { factor = 11 }",
            "retry = { factor = 2 }",
            "retry = { retires_max = 1 }",
            "retry = { window_ms = 10_000 }",
            "retry = { window_ms = 10_000, retries_max = 0 }",
            "retry = { wait_ms_max = 10_000 }",
            "batch = false",
            "batch = { events_max = 401 }",
            "batch = { wait_ms = 3_600_001, event_max = 1 }",
            "limits = { timeout_ms = 1 }",
            "limits = { timeout_ms_max = 0 }",
            "limits = { memory_bytes_max = 999_999_999_999 }",
            "limits = { memory_bytes_max = \"64 MB\", cpu = 1 }",
            "limits = []",
            "breaker = { failures_max = 0, first_ms = 10, wait_ms_max = 5 }",
            "allow_net = \"10.0.0.0/8\"",
            "allow_net = [\"10.0.0.0\", \"::1\", \"10.0.0.0/33\", \"localhost\", 10, \"10.1.0.0/8\"]",
            "allow_net = [\"0.0.0.0/0\"]",
            "settings = \"env:BIN_KEY\"",
        ],
        destination_file,
        expect![[r#"
            > name = "again"
            fnhost.toml:5:1: the key `name` is there twice
            > enabled = 1
            fnhost.toml:5:11: destination[0].enabled: expected `true` or `false`, found an integer
            > enabeld = true
            fnhost.toml:5:1: destination[0].enabeld: there is no key `enabeld`; is `enabled` meant?
            > concurrency_max = 0
            fnhost.toml:5:19: destination[0].concurrency_max: must be between 1 and 10000, not 0
            > concurrency_max = 129
            warning: 5:19: destination[0].concurrency_max: all destinations together run 128 at a time (`delivery.concurrency_max`)
            > isolation = "reuse"
            fnhost.toml:5:13: destination[0].isolation: `reuse` is not supported yet; every event has a fresh instance (`fresh`)
            > isolation = "none"
            fnhost.toml:5:13: destination[0].isolation: must be `fresh`, not `none`
            > retry = true
            fnhost.toml:5:9: destination[0].retry: expected a table, found a boolean
            > retry = "sometimes"
            fnhost.toml:5:9: destination[0].retry: must be `auto` or `explicit`, not `sometimes`
            > retry = { rule = 1 }
            fnhost.toml:5:18: destination[0].retry.rule: expected a string, found an integer
            > retry = { retries_max = 101, first_ms = 0, factor = 0.5, wait_ms_max = 0, window_ms = 0 }
            fnhost.toml:5:25: destination[0].retry.retries_max: must be between 0 and 100, not 101
            fnhost.toml:5:41: destination[0].retry.first_ms: must be between 1 and 86400000, not 0
            fnhost.toml:5:53: destination[0].retry.factor: must be between 1 and 10, not 0.5
            fnhost.toml:5:72: destination[0].retry.wait_ms_max: must be between 1 and 86400000, not 0
            fnhost.toml:5:87: destination[0].retry.window_ms: must be between 1 and 604800000, not 0
            > retry = { factor = nan }
            fnhost.toml:5:20: destination[0].retry.factor: must be between 1 and 10, not nan
            > retry = { factor = "2" }
            fnhost.toml:5:20: destination[0].retry.factor: expected a number, found a string
            > retry = { factor = 11 }
            fnhost.toml:5:20: destination[0].retry.factor: must be between 1 and 10, not 11
            > retry = { factor = 2 }
            fine
            > retry = { retires_max = 1 }
            fnhost.toml:5:11: destination[0].retry.retires_max: there is no key `retires_max`; is `retries_max` meant?
            > retry = { window_ms = 10_000 }
            warning: 5:9: destination[0].retry: the first wait, 30000 ms, is longer than `window_ms`, 10000 ms
            > retry = { window_ms = 10_000, retries_max = 0 }
            fine
            > retry = { wait_ms_max = 10_000 }
            warning: 5:9: destination[0].retry: the first wait, 30000 ms, is cut to `wait_ms_max`, 10000 ms
            > batch = false
            fnhost.toml:5:9: destination[0].batch: expected a table, found a boolean
            > batch = { events_max = 401 }
            fnhost.toml:5:24: destination[0].batch.events_max: must be between 1 and 400, not 401
            > batch = { wait_ms = 3_600_001, event_max = 1 }
            fnhost.toml:5:21: destination[0].batch.wait_ms: must be between 0 and 3600000, not 3600001
            fnhost.toml:5:32: destination[0].batch.event_max: there is no key `event_max`; is `events_max` meant?
            > limits = { timeout_ms = 1 }
            fnhost.toml:5:25: destination[0].limits.timeout_ms: there is no limit `timeout_ms`; the limits are `fuel_max`, `memory_bytes_max`, `timeout_ms_max`, `stack_bytes_max`, `log_bytes_max`, `value_bytes_max`, `requests_max`, `request_bytes_max`, `response_bytes_max`, `trace_bytes_max`, `event_bytes_max`, `cache_entries_max`, `cache_bytes_max`, `source_bytes_max`, `modules_max`, `modules_bytes_max`, `build_fuel_max`, `build_timeout_ms_max`
            > limits = { timeout_ms_max = 0 }
            fnhost.toml:5:29: destination[0].limits.timeout_ms_max: must be between 1 and 60000, not 0
            > limits = { memory_bytes_max = 999_999_999_999 }
            fnhost.toml:5:31: destination[0].limits.memory_bytes_max: must be between 1 and 536870912, not 999999999999
            > limits = { memory_bytes_max = "64 MB", cpu = 1 }
            fnhost.toml:5:31: destination[0].limits.memory_bytes_max: expected an integer, found a string
            fnhost.toml:5:46: destination[0].limits.cpu: there is no limit `cpu`; the limits are `fuel_max`, `memory_bytes_max`, `timeout_ms_max`, `stack_bytes_max`, `log_bytes_max`, `value_bytes_max`, `requests_max`, `request_bytes_max`, `response_bytes_max`, `trace_bytes_max`, `event_bytes_max`, `cache_entries_max`, `cache_bytes_max`, `source_bytes_max`, `modules_max`, `modules_bytes_max`, `build_fuel_max`, `build_timeout_ms_max`
            > limits = []
            fnhost.toml:5:10: destination[0].limits: expected a table, found an array
            > breaker = { failures_max = 0, first_ms = 10, wait_ms_max = 5 }
            fnhost.toml:5:28: destination[0].breaker.failures_max: must be between 1 and 100000, not 0
            > allow_net = "10.0.0.0/8"
            fnhost.toml:5:13: destination[0].allow_net: expected an array, found a string
            > allow_net = ["10.0.0.0", "::1", "10.0.0.0/33", "localhost", 10, "10.1.0.0/8"]
            fnhost.toml:5:14: destination[0].allow_net[0]: expected an address and the length of its prefix, such as `10.0.0.0/32`
            fnhost.toml:5:26: destination[0].allow_net[1]: expected an address and the length of its prefix, such as `::1/128`
            fnhost.toml:5:33: destination[0].allow_net[2]: expected an address and the length of its prefix, such as `127.0.0.0/8`
            fnhost.toml:5:48: destination[0].allow_net[3]: expected an address and the length of its prefix, such as `127.0.0.0/8`
            fnhost.toml:5:61: destination[0].allow_net[4]: expected a string, found an integer
            fnhost.toml:5:65: destination[0].allow_net[5]: the address has bits beyond its prefix; is `10.0.0.0/8` meant?
            > allow_net = ["0.0.0.0/0"]
            warning: 5:14: destination[0].allow_net[0]: `0.0.0.0/0` is every address, the services of this machine included
            > settings = "env:BIN_KEY"
            fnhost.toml:5:12: destination[0].settings: expected a table, found a string
        "#]],
    );
}

#[test]
fn settings_that_cannot_be_json_or_found() {
    check_each(
        &[
            "settings = { a = inf, b = [nan], c = -inf }",
            "settings = { a = 9223372036854775808 }",
            "settings = { a = 9007199254740993 }",
            "settings = { a = \"env:NOT_SET\", b = [{ c = \"env:BIN-KEY\" }], \"d e\" = \"file:gone\" }",
            "settings = { a = { sealed = \"env:NOT_SET\", hosts = [\"a.example\"] }, b = { sealed = \"long enough\", hosts = [\"a.example\"] } }",
            "settings = { b = { sealed = \"long enough\" } }",
            "settings = { b = { sealed = \"short\", hosts = [\"a.example\"] } }",
            "settings = { b = { c = [{ sealed = \"long enough\", hosts = [\"https://a.example/\"] }] } }",
            "settings = { a = { a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a = 1 } }",
        ],
        destination_file,
        expect![[r#"
            > settings = { a = inf, b = [nan], c = -inf }
            fnhost.toml:5:18: destination[0].settings.a: JSON has no infinite numbers and no `nan`
            fnhost.toml:5:28: destination[0].settings.b[0]: JSON has no infinite numbers and no `nan`
            fnhost.toml:5:38: destination[0].settings.c: JSON has no infinite numbers and no `nan`
            > settings = { a = 9223372036854775808 }
            fnhost.toml:5:18: destination[0].settings.a: an integer has 64 bits at most
            > settings = { a = 9007199254740993 }
            warning: 5:18: destination[0].settings.a: JavaScript rounds integers above 9007199254740991; as a text it stays exact
            > settings = { a = "env:NOT_SET", b = [{ c = "env:BIN-KEY" }], "d e" = "file:gone" }
            fnhost.toml:5:18: destination[0].settings.a: the environment variable `NOT_SET` is not set
            fnhost.toml:5:44: destination[0].settings.b[0].c: the environment variable `BIN-KEY` is not set
            fnhost.toml:5:70: destination[0].settings."d e": the file `gone` cannot be used: there is no such file
            > settings = { a = { sealed = "env:NOT_SET", hosts = ["a.example"] }, b = { sealed = "long enough", hosts = ["a.example"] } }
            fnhost.toml:5:29: destination[0].settings.a.sealed: the environment variable `NOT_SET` is not set
            > settings = { b = { sealed = "long enough" } }
            fnhost.toml:5:12: destination[0].settings: `b` cannot be sealed: `hosts` must name those that get the value
            > settings = { b = { sealed = "short", hosts = ["a.example"] } }
            fnhost.toml:5:12: destination[0].settings: `b` cannot be sealed: it has 5 bytes, and 8 to 4096 are possible
            > settings = { b = { c = [{ sealed = "long enough", hosts = ["https://a.example/"] }] } }
            fnhost.toml:5:12: destination[0].settings: `b.c[0]` cannot be sealed: `https://a.example/` has more than a host and a port, such as `api.example.com:443`
            > settings = { a = { a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a = 1 } }
            fnhost.toml:5:145: tables and arrays may be nested 64 deep, and this is deeper
        "#]],
    );
}

#[test]
fn mistakes_in_filters() {
    check_each(
        &[
            "",
            "if = 1\naction = 1",
            "if = \"event = 'A\"\naction = \"drop\"",
            "if = '''\nevent = 'A'\n  and evnt ='''\naction = \"drop\"",
            "if = \"a = 1 or b = 2 and c = 3\"\naction = \"drop\"",
            "if = \"all\"\naction = \"keep\"",
            "if = \"all\"\naction = \"sample\"",
            "if = \"all\"\naction = \"drop_properties\"",
            "if = \"all\"\naction = {}",
            "if = \"all\"\naction = { sample = 1.1 }",
            "if = \"all\"\naction = { sample = \"10 %\" }",
            "if = \"all\"\naction = { sample = 0.1, path = \"\" }",
            "if = \"all\"\naction = { sample = 0.1, path = \"a..b\" }",
            "if = \"all\"\naction = { drop_properties = { a = [\"b\"] }, path = \"a\" }",
            "if = \"all\"\naction = { drop_properties = { a = [\"b\"] }, sample = 0.1 }",
            "if = \"all\"\naction = { drop_properties = [\"email\"] }",
            "if = \"all\"\naction = { drop_properties = {} }",
            "if = \"all\"\naction = { allow_properties = { a = \"b\", b = [1], \"c.\" = [] } }",
            "if = \"all\"\naction = { map_properties = { a = \"b\" } }",
            "if = \"all\"\naction = \"drop\"\nenabled = \"no\"\nof = 1",
            "if = \"all\"\naction = \"drop\"\ntitle = \"12345678901234567890123456789012345678901234567890123456789012345\"",
        ],
        filter_file,
        expect![[r#"
            fnhost.toml:5:1: destination[0].filter[0]: `if` is missing
            fnhost.toml:5:1: destination[0].filter[0]: `action` is missing
            > if = 1
              action = 1
            fnhost.toml:6:6: destination[0].filter[0].if: expected a string, found an integer
            fnhost.toml:7:10: destination[0].filter[0].action: expected a string or a table, found an integer
            > if = "event = 'A"
              action = "drop"
            fnhost.toml:6:6: destination[0].filter[0].if: at 1:9 of the expression: unterminated string
            > if = '''
              event = 'A'
                and evnt ='''
              action = "drop"
            fnhost.toml:6:6: destination[0].filter[0].if: at 2:13 of the expression: expected a value, got the end
            > if = "a = 1 or b = 2 and c = 3"
              action = "drop"
            warning: 6:6: destination[0].filter[0].if: at 1:16 of the expression: `and` binds tighter than `or` here; add parentheses to say which is meant
            > if = "all"
              action = "keep"
            fnhost.toml:7:10: destination[0].filter[0].action: must be `drop` or `only_send`, not `keep`
            > if = "all"
              action = "sample"
            fnhost.toml:7:10: destination[0].filter[0].action: `sample` says too little; write a table, such as `{ sample = 0.1 }`
            > if = "all"
              action = "drop_properties"
            fnhost.toml:7:10: destination[0].filter[0].action: `drop_properties` says too little; write a table, such as `{ drop_properties = { properties = ["email"] } }`
            > if = "all"
              action = {}
            fnhost.toml:7:10: destination[0].filter[0].action: expected one of `sample`, `drop_properties` and `allow_properties`
            > if = "all"
              action = { sample = 1.1 }
            fnhost.toml:7:21: destination[0].filter[0].action.sample: must be between 0 and 1, not 1.1
            > if = "all"
              action = { sample = "10 %" }
            fnhost.toml:7:21: destination[0].filter[0].action.sample: expected a number, found a string
            > if = "all"
              action = { sample = 0.1, path = "" }
            fnhost.toml:7:33: destination[0].filter[0].action.path: expected the path of a field, found an empty text
            > if = "all"
              action = { sample = 0.1, path = "a..b" }
            fnhost.toml:7:33: destination[0].filter[0].action.path: the path `a..b` has an empty name
            > if = "all"
              action = { drop_properties = { a = ["b"] }, path = "a" }
            fnhost.toml:7:52: destination[0].filter[0].action.path: `path` goes with `sample` only
            > if = "all"
              action = { drop_properties = { a = ["b"] }, sample = 0.1 }
            fnhost.toml:7:10: destination[0].filter[0].action: expected one of `sample`, `drop_properties` and `allow_properties`
            > if = "all"
              action = { drop_properties = ["email"] }
            fnhost.toml:7:30: destination[0].filter[0].action.drop_properties: expected a table, found an array
            > if = "all"
              action = { drop_properties = {} }
            fnhost.toml:7:30: destination[0].filter[0].action.drop_properties: expected lists of keys by path, found none
            > if = "all"
              action = { allow_properties = { a = "b", b = [1], "c." = [] } }
            fnhost.toml:7:37: destination[0].filter[0].action.allow_properties.a: expected an array, found a string
            fnhost.toml:7:47: destination[0].filter[0].action.allow_properties.b[0]: expected a string, found an integer
            fnhost.toml:7:58: destination[0].filter[0].action.allow_properties."c.": the path `c.` has an empty name
            > if = "all"
              action = { map_properties = { a = "b" } }
            fnhost.toml:7:10: destination[0].filter[0].action: expected one of `sample`, `drop_properties` and `allow_properties`
            fnhost.toml:7:12: destination[0].filter[0].action.map_properties: there is no key `map_properties`; is `drop_properties` meant?
            > if = "all"
              action = "drop"
              enabled = "no"
              of = 1
            fnhost.toml:8:11: destination[0].filter[0].enabled: expected `true` or `false`, found a string
            fnhost.toml:9:1: destination[0].filter[0].of: there is no key `of`; the keys are `title`, `if`, `action`, `enabled`
            > if = "all"
              action = "drop"
              title = "12345678901234567890123456789012345678901234567890123456789012345"
            fnhost.toml:8:9: destination[0].filter[0].title: a filter's title has 65 characters, limit 64
        "#]],
    );
}

#[test]
fn too_many_filters() {
    let filter = "[[destination.filter]]\nif = \"all\"\naction = \"drop\"\n";
    check(&destination_file(&filter.repeat(10)), expect![[""]]);
    check(
        &destination_file(&filter.repeat(11)),
        expect![[r#"
        fnhost.toml:1:1: destination[0]: a destination has 11 filters, limit 10
    "#]],
    );
}

#[test]
fn doubtful_things_are_warned_of() {
    check(
        r#"
[[source]]
name = "web"
write_key = "1"
[[source]]
name = "app"
write_key = "2"
[[source]]
name = "old"
write_key = "3"
enabled = false
[[function]]
name = "used"
path = "used.js"
[[function]]
name = "unused"
path = "unused.js"
[[destination]]
name = "bin"
source = "web"
function = "used"
concurrency_max = 200
retry.window_ms = 1
[[destination.filter]]
if = "a = 1 or b = 2 and c = 3"
action = "drop"
"#,
        expect![[r#"
            warning: 6:8: source[1].name: no destination takes the events of the source `app`
            warning: 16:8: function[1].name: no destination uses the function `unused`
            warning: 22:19: destination[0].concurrency_max: all destinations together run 128 at a time (`delivery.concurrency_max`)
            warning: 23:1: destination[0].retry: the first wait, 30000 ms, is longer than `window_ms`, 1 ms
            warning: 25:6: destination[0].filter[0].if: at 1:16 of the expression: `and` binds tighter than `or` here; add parentheses to say which is meant
        "#]],
    );
}
