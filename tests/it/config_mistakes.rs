//! What is said about mistakes in the configuration file: every one, where it is.
//! Those in destinations are in `config_destinations.rs`.

use crate::config::{REST, destination_text, parse};
use expect_test::{Expect, expect};
use fnhost_server::config::{Config, References};
use std::fmt::Write;
use std::path::Path;

/// What is said about `text`, the warnings included. No secret is ever in it.
pub(crate) fn said(text: &str) -> String {
    let said = match parse(text) {
        Err(errors) => errors.to_string() + "\n",
        Ok(config) => config.warnings.iter().map(|warning| format!("warning: {warning}\n")).collect(),
    };
    assert!(!said.contains("hunter"), "{said}");
    said
}

pub(crate) fn check(text: &str, expected: Expect) {
    expected.assert_eq(&said(text));
}

/// What is said about each of `texts` by itself, put into a file by `file`.
pub(crate) fn check_each(texts: &[&str], file: impl Fn(&str) -> String, expected: Expect) {
    let mut all = String::new();
    for text in texts {
        let said = said(&file(text));
        let said = if said.is_empty() { "fine\n".to_owned() } else { said };
        for (at, line) in text.lines().enumerate() {
            writeln!(all, "{} {line}", if at == 0 { ">" } else { " " }).unwrap();
        }
        all += &said;
    }
    expected.assert_eq(&all);
}

/// A file with a source, a function, and a destination that is right but for `keys`, which start on line 5.
pub(crate) fn destination_file(keys: &str) -> String {
    destination_text(keys) + REST
}

#[test]
fn all_mistakes_are_told_at_once_and_in_order() {
    check(
        r#"[server]
listen = "localhost"
grace_ms = "10s"
[[source]]
name = "web"
[[source]]
name = "web"
write_key = "a:b"
[[destination]]
name = "to/bin"
source = ["web", "app"]
function = "foo"
  retry = { rule = "never", retries_max = -1 }
settings = { key = "env:MISSING" }
limits.timeout_ms_max = 1_000_000
allow_net = ["10.0.0.0"]
[[destination.filter]]
if = "event = 'A"
action = "keep"
[[function]]
name = "a"
path = "a.js"
[[function]]
name = "b"
path = 1
[ingestion]
"#,
        expect![[r#"
            fnhost.toml:2:10: server.listen: expected an IP address and a port, such as `127.0.0.1:8787`
            fnhost.toml:3:12: server.grace_ms: expected an integer, found a string
            fnhost.toml:4:1: source[0]: `write_key` is missing
            fnhost.toml:7:8: source[1].name: the name `web` is taken by `source[0]`
            fnhost.toml:8:13: source[1].write_key: a write key has 1 to 128 printable ASCII characters, but no spaces and colons
            fnhost.toml:10:8: destination[0].name: a name has letters, digits, spaces, `-`, `_` and `.`, but no `/`
            fnhost.toml:11:18: destination[0].source[1]: there is no source `app`; the sources are `web`
            fnhost.toml:12:12: destination[0].function: there is no function `foo`; the functions are `a`, `b`, `folded`
            fnhost.toml:13:20: destination[0].retry.rule: must be `auto` or `explicit`, not `never`
            fnhost.toml:13:43: destination[0].retry.retries_max: must be between 0 and 100, not -1
            fnhost.toml:14:20: destination[0].settings.key: the environment variable `MISSING` is not set
            fnhost.toml:15:25: destination[0].limits.timeout_ms_max: must be between 1 and 60000, not 1000000
            fnhost.toml:16:14: destination[0].allow_net[0]: expected an address and the length of its prefix, such as `10.0.0.0/32`
            fnhost.toml:18:6: destination[0].filter[0].if: at 1:9 of the expression: unterminated string
            fnhost.toml:19:10: destination[0].filter[0].action: must be `drop` or `only_send`, not `keep`
            fnhost.toml:25:8: function[1].path: expected a string, found an integer
            fnhost.toml:26:2: ingestion: there is no key `ingestion`; is `ingest` meant?
        "#]],
    );
}

#[test]
fn mistakes_in_sections() {
    check_each(
        &[
            "servr = 1",
            "surprise = 1",
            "server = 1",
            "[server]\nlisen = \"127.0.0.1:1\"",
            "[server]\nlisten = 8787",
            "[server]\nlisten = \"127.0.0.1\"",
            "[server]\nlisten = \"127.0.0.1:70000\"",
            "[server]\nlisten = \"localhost:8787\"",
            "[server]\ndata_dir = \"\"",
            "[server]\ndata_dir = [\"a\"]",
            "[server]\nfunctions_dir = \"a\\u0000\"",
            "[server]\ngrace_ms = -1",
            "[server]\ngrace_ms = 600_001",
            "[server]\ngrace_ms = 99999999999999999999999",
            "[server]\ngrace_ms = 1.5",
            "[server]\nlog_format = \"xml\"",
            "[server]\nlog_format = true",
            "[workspace]\nname = \"\"",
            "[workspace]\nname = \"a\\nb\"",
            "[workspace]\nname = 2026-01-01",
            "[ingest]\nrequests_max = 0",
            "[ingest]\nevents_waiting_max = 10_000_001",
            "[delivery]\nconcurrency_max = 0x1_0000",
            "[delivery]\nconcurency_max = 1",
            "[retention]\nage_days = 0\ndead_age_days = 3651\nbytes_max = 1",
            "server.tls.\"my cert\" = 1",
        ],
        str::to_owned,
        expect![[r#"
            > servr = 1
            fnhost.toml:1:1: servr: there is no key `servr`; is `server` meant?
            > surprise = 1
            fnhost.toml:1:1: surprise: there is no key `surprise`; the keys are `workspace`, `server`, `ingest`, `delivery`, `retention`, `source`, `function`, `destination`
            > server = 1
            fnhost.toml:1:10: server: expected a table, found an integer
            > [server]
              lisen = "127.0.0.1:1"
            fnhost.toml:2:1: server.lisen: there is no key `lisen`; is `listen` meant?
            > [server]
              listen = 8787
            fnhost.toml:2:10: server.listen: expected a string, found an integer
            > [server]
              listen = "127.0.0.1"
            fnhost.toml:2:10: server.listen: expected an IP address and a port, such as `127.0.0.1:8787`
            > [server]
              listen = "127.0.0.1:70000"
            fnhost.toml:2:10: server.listen: expected an IP address and a port, such as `127.0.0.1:8787`
            > [server]
              listen = "localhost:8787"
            fnhost.toml:2:10: server.listen: expected an IP address and a port, such as `127.0.0.1:8787`
            > [server]
              data_dir = ""
            fnhost.toml:2:12: server.data_dir: expected a path, found an empty text
            > [server]
              data_dir = ["a"]
            fnhost.toml:2:12: server.data_dir: expected a string, found an array
            > [server]
              functions_dir = "a\u0000"
            fnhost.toml:2:17: server.functions_dir: a path has no NUL characters
            > [server]
              grace_ms = -1
            fnhost.toml:2:12: server.grace_ms: must be between 0 and 600000, not -1
            > [server]
              grace_ms = 600_001
            fnhost.toml:2:12: server.grace_ms: must be between 0 and 600000, not 600001
            > [server]
              grace_ms = 99999999999999999999999
            fnhost.toml:2:12: server.grace_ms: must be between 0 and 600000, not 99999999999999999999999
            > [server]
              grace_ms = 1.5
            fnhost.toml:2:12: server.grace_ms: expected an integer, found a float
            > [server]
              log_format = "xml"
            fnhost.toml:2:14: server.log_format: must be `text` or `json`, not `xml`
            > [server]
              log_format = true
            fnhost.toml:2:14: server.log_format: expected a string, found a boolean
            > [workspace]
              name = ""
            fnhost.toml:2:8: workspace.name: a name has 1 to 64 characters, not 0
            > [workspace]
              name = "a\nb"
            fnhost.toml:2:8: workspace.name: a name has no control characters
            > [workspace]
              name = 2026-01-01
            fnhost.toml:2:8: workspace.name: expected a string, found a date or time
            > [ingest]
              requests_max = 0
            fnhost.toml:2:16: ingest.requests_max: must be between 1 and 100000, not 0
            > [ingest]
              events_waiting_max = 10_000_001
            fnhost.toml:2:22: ingest.events_waiting_max: must be between 1 and 10000000, not 10000001
            > [delivery]
              concurrency_max = 0x1_0000
            fnhost.toml:2:19: delivery.concurrency_max: must be between 1 and 10000, not 0x10000
            > [delivery]
              concurency_max = 1
            fnhost.toml:2:1: delivery.concurency_max: there is no key `concurency_max`; is `concurrency_max` meant?
            > [retention]
              age_days = 0
              dead_age_days = 3651
              bytes_max = 1
            fnhost.toml:2:12: retention.age_days: must be between 1 and 3650, not 0
            fnhost.toml:3:17: retention.dead_age_days: must be between 1 and 3650, not 3651
            fnhost.toml:4:13: retention.bytes_max: must be between 1048576 and 1125899906842624, not 1
            > server.tls."my cert" = 1
            fnhost.toml:1:8: server.tls: there is no key `tls`; the keys are `listen`, `data_dir`, `functions_dir`, `grace_ms`, `log_format`
        "#]],
    );
}

#[test]
fn mistakes_in_sources_and_functions() {
    check_each(
        &[
            "[[source]]",
            "[source]\nname = \"web\"",
            "source = \"web\"",
            "source = [\"web\"]",
            "[[source]]\nname = \"\"\nwrite_key = \"k\"",
            "[[source]]\nname = \"wéb\"\nwrite_key = \"k\"",
            "[[source]]\nname = \"a\\nb\"\nwrite_key = \"k\"",
            "[[source]]\nname = \" web\"\nwrite_key = \"k\"",
            "[[source]]\nname = \"12345678901234567890123456789012345678901234567890123456789012345\"\nwrite_key = \"k\"",
            "[[source]]\nname = 5\nwrite_key = 5\nenabled = \"yes\"",
            "[[source]]\nname = \"a\"\nwrite_key = \"hunter\"\n[[source]]\nname = \"b\"\nwrite_key = \"hunter\"",
            "[[source]]\nname = \"a\"\nwrite_key = \"env:BIN_KEY\"\n[[source]]\nname = \"b\"\nwrite_key = \"hunter2\"",
            "[[source]]\nname = \"a\"\nwrite_key = \"\"",
            "[[source]]\nname = \"a\"\nwrite_key = \"env:SPACED\"",
            "[[source]]\nname = \"a\"\nwrite_key = \"env:NOT_SET\"",
            "[[source]]\nname = \"a\"\nwrite_key = \"env:\"",
            "[[source]]\nname = \"a\"\nwrite_key = \"env:A=B\"",
            "[[source]]\nname = \"a\"\nwrite_key = \"file:\"",
            "[[source]]\nname = \"a\"\nwrite_key = \"file:no/such/file\"",
            "[[source]]\nname = \"a\"\nwrite_key = \"a\"\nwritekey = \"hunter2\"",
            "[[function]]\nname = \"f\"",
            "[[function]]\nname = \"f\"\npath = \"\"",
            "[[function]]\nname = \"f\"\npath = \"a\"\n[[function]]\nname = \"f\"\npath = \"b\"",
            "[[function]]\nname = \"f\"\npath = \"a\"\nruntime = \"node\"",
        ],
        str::to_owned,
        expect![[r#"
            > [[source]]
            fnhost.toml:1:1: source[0]: `name` is missing
            fnhost.toml:1:1: source[0]: `write_key` is missing
            > [source]
              name = "web"
            fnhost.toml:1:1: source: expected an array of tables, found a table; write `[[source]]`
            > source = "web"
            fnhost.toml:1:10: source: expected an array, found a string
            > source = ["web"]
            fnhost.toml:1:11: source[0]: expected a table, found a string
            > [[source]]
              name = ""
              write_key = "k"
            fnhost.toml:2:8: source[0].name: a name has 1 to 64 characters, not 0
            > [[source]]
              name = "wéb"
              write_key = "k"
            fnhost.toml:2:8: source[0].name: a name has letters, digits, spaces, `-`, `_` and `.`, but no `é`
            > [[source]]
              name = "a\nb"
              write_key = "k"
            fnhost.toml:2:8: source[0].name: a name has letters, digits, spaces, `-`, `_` and `.`, but no `\n`
            > [[source]]
              name = " web"
              write_key = "k"
            fnhost.toml:2:8: source[0].name: a name does not begin or end with a space
            > [[source]]
              name = "12345678901234567890123456789012345678901234567890123456789012345"
              write_key = "k"
            fnhost.toml:2:8: source[0].name: a name has 1 to 64 characters, not 65
            > [[source]]
              name = 5
              write_key = 5
              enabled = "yes"
            fnhost.toml:2:8: source[0].name: expected a string, found an integer
            fnhost.toml:3:13: source[0].write_key: expected a string, found an integer
            fnhost.toml:4:11: source[0].enabled: expected `true` or `false`, found a string
            > [[source]]
              name = "a"
              write_key = "hunter"
              [[source]]
              name = "b"
              write_key = "hunter"
            fnhost.toml:6:13: source[1].write_key: `source[0]` has the same write key; each source has its own
            > [[source]]
              name = "a"
              write_key = "env:BIN_KEY"
              [[source]]
              name = "b"
              write_key = "hunter2"
            fnhost.toml:6:13: source[1].write_key: `source[0]` has the same write key; each source has its own
            > [[source]]
              name = "a"
              write_key = ""
            fnhost.toml:3:13: source[0].write_key: a write key has 1 to 128 printable ASCII characters, but no spaces and colons
            > [[source]]
              name = "a"
              write_key = "env:SPACED"
            fnhost.toml:3:13: source[0].write_key: a write key has 1 to 128 printable ASCII characters, but no spaces and colons
            > [[source]]
              name = "a"
              write_key = "env:NOT_SET"
            fnhost.toml:3:13: source[0].write_key: the environment variable `NOT_SET` is not set
            > [[source]]
              name = "a"
              write_key = "env:"
            fnhost.toml:3:13: source[0].write_key: `env:` does not name a variable; write `env:NAME`
            > [[source]]
              name = "a"
              write_key = "env:A=B"
            fnhost.toml:3:13: source[0].write_key: `env:A=B` does not name a variable; write `env:NAME`
            > [[source]]
              name = "a"
              write_key = "file:"
            fnhost.toml:3:13: source[0].write_key: `file:` does not name a file; write `file:path`
            > [[source]]
              name = "a"
              write_key = "file:no/such/file"
            fnhost.toml:3:13: source[0].write_key: the file `no/such/file` cannot be used: there is no such file
            > [[source]]
              name = "a"
              write_key = "a"
              writekey = "hunter2"
            fnhost.toml:4:1: source[0].writekey: there is no key `writekey`; is `write_key` meant?
            > [[function]]
              name = "f"
            fnhost.toml:1:1: function[0]: `path` is missing
            > [[function]]
              name = "f"
              path = ""
            fnhost.toml:3:8: function[0].path: expected a path, found an empty text
            > [[function]]
              name = "f"
              path = "a"
              [[function]]
              name = "f"
              path = "b"
            fnhost.toml:5:8: function[1].name: the name `f` is taken by `function[0]`
            > [[function]]
              name = "f"
              path = "a"
              runtime = "node"
            fnhost.toml:4:1: function[0].runtime: there is no key `runtime`; the keys are `name`, `path`
        "#]],
    );
}

#[test]
fn names_that_refer_to_nothing() {
    check_each(
        &[
            "source = \"web\"\nfunction = \"forward\"",
            "name = \"d\"",
            "name = \"d\"\nsource = \"wbe\"\nfunction = \"forwrad\"",
            "name = \"d\"\nsource = \"nothing-like-it\"\nfunction = \"x\"",
            "name = \"d\"\nsource = []\nfunction = \"folded\"",
            "name = \"d\"\nsource = [\"web\", \"web\"]\nfunction = \"forward\"",
            "name = \"d\"\nsource = [\"web\", 1]\nfunction = [\"forward\"]",
            "name = \"d\"\nsource = 1\nfunction = \"forward\"",
            "name = \"d\"\nsource = \"web\"\nfunction = \"forward\"\n[[destination]]\nname = \"d\"\nsource = \"web\"\nfunction = \"forward\"",
        ],
        |keys| format!("[[destination]]\n{keys}\n{REST}"),
        expect![[r#"
            > source = "web"
              function = "forward"
            fnhost.toml:1:1: destination[0]: `name` is missing
            > name = "d"
            fnhost.toml:1:1: destination[0]: `source` is missing
            fnhost.toml:1:1: destination[0]: `function` is missing
            > name = "d"
              source = "wbe"
              function = "forwrad"
            fnhost.toml:3:10: destination[0].source: there is no source `wbe`; is `web` meant?
            fnhost.toml:4:12: destination[0].function: there is no function `forwrad`; is `forward` meant?
            > name = "d"
              source = "nothing-like-it"
              function = "x"
            fnhost.toml:3:10: destination[0].source: there is no source `nothing-like-it`; the sources are `web`
            fnhost.toml:4:12: destination[0].function: there is no function `x`; the functions are `forward`, `folded`
            > name = "d"
              source = []
              function = "folded"
            fnhost.toml:3:10: destination[0].source: expected one source at least, found none
            > name = "d"
              source = ["web", "web"]
              function = "forward"
            fnhost.toml:3:18: destination[0].source[1]: the source `web` is listed twice
            > name = "d"
              source = ["web", 1]
              function = ["forward"]
            fnhost.toml:3:18: destination[0].source[1]: expected a string, found an integer
            fnhost.toml:4:12: destination[0].function: expected a string, found an array
            > name = "d"
              source = 1
              function = "forward"
            fnhost.toml:3:10: destination[0].source: expected a string or an array of strings, found an integer
            > name = "d"
              source = "web"
              function = "forward"
              [[destination]]
              name = "d"
              source = "web"
              function = "forward"
            fnhost.toml:6:8: destination[1].name: the name `d` is taken by `destination[0]`
        "#]],
    );
}

#[test]
fn names_when_there_is_nothing_to_refer_to() {
    let text = "[[destination]]\nname = \"d\"\nsource = \"web\"\nfunction = \"f\"";
    let env = |_: &str| None;
    let errors = Config::parse(text, "fnhost.toml", &[], References { env: &env, base_dir: Path::new("") });
    expect![[r#"
        fnhost.toml:3:10: destination[0].source: there is no source `web`, as there are no sources at all
        fnhost.toml:4:12: destination[0].function: there is no function `f`, as there are no functions at all"#]]
    .assert_eq(&errors.unwrap_err().to_string());
}
