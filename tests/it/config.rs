//! The configuration file: what it means. Its mistakes are in `config_mistakes.rs`.

use expect_test::expect;
use fnhost_server::config::{Config, ConfigErrors, Destination, FunctionSource, References, Retry, Source};
use fnhost_server::filter::Filters;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What most texts end with: a source and a function.
pub(crate) const REST: &str = "
[[source]]
name = \"web\"
write_key = \"web-key\"
[[function]]
name = \"forward\"
path = \"forward.js\"
";

fn env(name: &str) -> Option<String> {
    match name {
        "BIN_KEY" => Some("hunter2".to_owned()),
        "SPACED" => Some("hunter 2".to_owned()),
        _ => None,
    }
}

pub(crate) fn parse(text: &str) -> Result<Config, ConfigErrors> {
    let folder = [FunctionSource { name: "folded".to_owned(), path: PathBuf::from("functions/folded.js") }];
    Config::parse(text, "fnhost.toml", &folder, References { env: &env, base_dir: Path::new("") })
}

/// A destination that is right but for `keys`, which start on line 5.
pub(crate) fn destination_text(keys: &str) -> String {
    format!("[[destination]]\nname = \"bin\"\nsource = \"web\"\nfunction = \"forward\"\n{keys}\n")
}

fn destination(keys: &str) -> Destination {
    let text = destination_text(keys) + REST;
    let mut config = parse(&text).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(config.warnings, [], "{keys}");
    config.destinations.remove(0)
}

fn settings(keys: &str) -> Value {
    serde_json::from_str(destination(keys).settings.reveal()).unwrap()
}

#[test]
fn the_default_file_says_what_the_defaults_are() {
    let empty = |_: &str| None;
    let references = References { env: &empty, base_dir: Path::new("") };
    let parsed = Config::parse(Config::DEFAULT_TEXT, "config.default.toml", &[], references).unwrap();
    assert_eq!(parsed, Config::default());
    let of_nothing = Config::parse("", "fnhost.toml", &[], references).unwrap();
    assert_eq!(of_nothing, Config::default());
}

/// The default file with all its examples switched on.
fn uncommented() -> String {
    let is_example = |line: &str| line.starts_with('#') && !line.starts_with("# ") && line.len() > 1;
    let lines = Config::DEFAULT_TEXT.lines().map(|line| if is_example(line) { &line[1..] } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_examples_of_the_default_file_show_every_default() {
    let env = |name: &str| (name == "WEBSITE_WRITE_KEY").then(|| "key".to_owned());
    let references = References { env: &env, base_dir: Path::new("") };
    let mut config = Config::parse(&uncommented(), "config.default.toml", &[], references).unwrap();
    assert_eq!(config.warnings, []);
    let destination = config.destinations.remove(0);
    assert!(!destination.filters.is_empty() && destination.hosts.as_ref().is_some_and(|hosts| hosts.len() == 2));
    let expected = Destination {
        name: "forward-prod".to_owned(),
        sources: vec!["website".to_owned()],
        function: "forward".to_owned(),
        filters: destination.filters.clone(),
        hosts: destination.hosts.clone(),
        ..Destination::default()
    };
    assert_eq!(destination, expected);
}

#[test]
fn the_default_file_names_every_key() {
    let text = uncommented();
    let tables = ["workspace", "server", "ingest", "delivery", "retention", "source", "function", "destination"];
    let nested = ["destination.retry", "destination.batch", "destination.breaker", "destination.limits"];
    for table in tables.into_iter().chain(nested).chain(["destination.filter"]) {
        let brackets = [format!("\n[{table}]\n"), format!("\n[[{table}]]\n")];
        let header = brackets.iter().find(|header| text.contains(*header)).unwrap_or_else(|| panic!("no {table}"));
        let (before, after) = text.split_once(header).unwrap();
        let wrong = format!("{before}{header}zzzzzzzzzzzz = 1\n{after}");
        let said = parse(&wrong).unwrap_err().to_string();
        let (_, keys) = said.split_once("s are ").unwrap_or_else(|| panic!("{said}"));
        for key in keys.lines().next().unwrap().split('`').skip(1).step_by(2) {
            let is_there = after.lines().any(|line| line.starts_with(&format!("{key} =")));
            let is_table = text.contains(&format!(".{key}]"));
            assert!(is_there || is_table, "{table}.{key} is not in the default file");
        }
    }
}

#[test]
fn everything_can_be_set() {
    let config = parse(
        r#"
[workspace]
name = "Shop"
[server]
listen = "[::1]:0"
data_dir = "/var/lib/fnhost"
functions_dir = "fns"
grace_ms = 0
log_format = "json"
[ingest]
requests_max = 1
events_waiting_max = 2
[delivery]
concurrency_max = 3
[retention]
age_days = 4
dead_age_days = 5
bytes_max = 0x10_0000
[[source]]
name = "web"
write_key = "env:BIN_KEY"
enabled = false
[[function]]
name = "folded"
path = "other/folded.ts"
"#,
    )
    .unwrap();
    expect![[r#"
        Config {
            workspace_name: "Shop",
            server: Server {
                listen: [::1]:0,
                data_dir: "/var/lib/fnhost",
                functions_dir: "fns",
                grace_ms: 0,
                log_format: Json,
            },
            ingest: Ingest {
                requests_max: 1,
                events_waiting_max: 2,
            },
            delivery: Delivery {
                concurrency_max: 3,
            },
            retention: Retention {
                age_days: 4,
                dead_age_days: 5,
                bytes_max: 1048576,
            },
            sources: [
                Source {
                    name: "web",
                    write_key: [secret],
                    enabled: false,
                },
            ],
            functions: [
                FunctionSource {
                    name: "folded",
                    path: "other/folded.ts",
                },
            ],
            destinations: [],
            warnings: [
                ConfigError {
                    line: 24,
                    column: 8,
                    key: "function[0].name",
                    message: "no destination uses the function `folded`",
                },
            ],
        }
    "#]]
    .assert_debug_eq(&config);
    assert_eq!(config.sources[0].write_key.reveal(), "hunter2");
}

#[test]
fn everything_of_a_destination_can_be_set() {
    let destination = destination(
        r#"
enabled = false
concurrency_max = 2
isolation = "fresh"
retry = { rule = "explicit", retries_max = 3, first_ms = 10, factor = 1.5, wait_ms_max = 1_000, window_ms = 9_000 }
batch = { events_max = 400, wait_ms = 0, enabled = false }
breaker = { failures_max = 3, first_ms = 1, wait_ms_max = 2 }
allow_net = ["127.0.0.0/8", "::1/128"]
limits = { timeout_ms_max = 60_000 }
"#,
    );
    assert_eq!(destination.limits, fnhost::Limits { timeout_ms_max: 60_000, ..fnhost::Limits::default() });
    let found = format!("{destination:#?}").replace(&format!("{:#?}", destination.limits).replace('\n', "\n    "), "…");
    expect![[r#"
        Destination {
            name: "bin",
            sources: [
                "web",
            ],
            function: "forward",
            enabled: false,
            settings: [secret],
            secrets: [],
            sealed: [],
            concurrency_max: 2,
            isolation: Fresh,
            retry: Retry {
                rule: Explicit,
                retries_max: 3,
                first_ms: 10,
                factor: 1.5,
                wait_ms_max: 1000,
                window_ms: 9000,
            },
            batch: Batch {
                enabled: false,
                events_max: 400,
                wait_ms: 0,
            },
            limits: …,
            breaker: Breaker {
                failures_max: 3,
                first_ms: 1,
                wait_ms_max: 2,
            },
            allow_net: [
                127.0.0.0/8,
                ::1/128,
            ],
            hosts: None,
            filters: Filters {
                filters: [],
            },
        }"#]]
    .assert_eq(&found);
    let explicit = Retry { rule: fnhost::RetryRule::Explicit, ..Retry::default() };
    assert_eq!(self::destination("retry = \"explicit\"").retry, explicit);
}

#[test]
fn a_destination_takes_from_many_sources_and_uses_functions_of_the_folder() {
    let text = r#"
        source = [{ name = "web", write_key = "1" }, { name = "app 2", write_key = "2" }]
        destination = [{ name = "bin", source = ["web", "app 2"], function = "folded" }]
    "#;
    let config = parse(text).unwrap();
    assert_eq!(config.warnings, []);
    assert_eq!(config.destinations[0].sources, ["web", "app 2"]);
    assert_eq!(config.functions[0].path, Path::new("functions/folded.js"));
}

#[test]
fn settings_of_every_type_become_json() {
    let found = settings(
        r#"
[destination.settings]
text = "a\tb"
"strange key" = 'c:\d'
lines = """
one
two"""
whole = -1_000
hex = 0xff
part = 0.5
large = 1e20
yes = true
at = 1979-05-27T07:32:00.25Z
local = 1979-05-27T07:32:00
day = 1979-05-27
hour = 07:32:00
list = [1, "two", [3.5], { four = 4 }]
empty = []
dotted.key.here = 1
[destination.settings.table.in.table]
[[destination.settings.rows]]
a = 1
[[destination.settings.rows]]
a = 2
"#,
    );
    let expected = json!({
        "text": "a\tb", "strange key": "c:\\d", "lines": "one\ntwo", "whole": -1000, "hex": 255, "part": 0.5,
        "large": 1e20, "yes": true, "at": "1979-05-27T07:32:00.25Z", "local": "1979-05-27T07:32:00",
        "day": "1979-05-27", "hour": "07:32:00", "list": [1, "two", [3.5], {"four": 4}], "empty": [],
        "dotted": {"key": {"here": 1}}, "table": {"in": {"table": {}}}, "rows": [{"a": 1}, {"a": 2}],
    });
    assert_eq!(found, expected);
}

#[test]
fn references_are_followed_wherever_they_are() {
    let found = settings(
        r#"settings = { a = "env:BIN_KEY", b = { c = ["env:BIN_KEY", "literal:env:BIN_KEY"] }, d = "literal:", e = "ENV:x", "env:BIN_KEY" = 1 }"#,
    );
    let expected = json!({
        "a": "hunter2", "b": {"c": ["hunter2", "env:BIN_KEY"]}, "d": "", "e": "ENV:x", "env:BIN_KEY": 1,
    });
    assert_eq!(found, expected);
}

#[test]
fn files_are_read_from_the_folder_of_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("secrets")).unwrap();
    for (name, bytes) in [
        ("plain", &b"hunter2"[..]),
        ("newline", b"hunter2\n"),
        ("windows", b"hunter2\r\n"),
        ("two-newlines", b"hunter2\n\n"),
        ("most", &[b'a'; 65_536]),
        ("too-large", &[b'a'; 65_537]),
        ("binary", b"one\ntwo\n\xff"),
    ] {
        std::fs::write(folder.path().join("secrets").join(name), bytes).unwrap();
    }
    let references = References { env: &env, base_dir: folder.path() };
    let parse = |names: &[&str]| {
        let pairs: Vec<_> = names.iter().map(|name| format!("\"{name}\" = \"file:secrets/{name}\"\n")).collect();
        let text = destination_text(&format!("[destination.settings]\n{}", pairs.concat())) + REST;
        Config::parse(&text, "fnhost.toml", &[], references)
    };
    let config = parse(&["plain", "newline", "windows", "two-newlines", "most"]).unwrap();
    let expected = json!({
        "plain": "hunter2", "newline": "hunter2", "windows": "hunter2", "two-newlines": "hunter2\n", "most": "a".repeat(65_536),
    });
    assert_eq!(serde_json::from_str::<Value>(config.destinations[0].settings.reveal()).unwrap(), expected);
    assert_eq!(config.functions[0].path, folder.path().join("forward.js"));
    assert_eq!(config.server.data_dir, folder.path().join("fnhost-data"));
    let said = parse(&["too-large", "binary", "", "gone"]).unwrap_err().to_string();
    expect![[r#"
        fnhost.toml:6:15: destination[0].settings.too-large: the file `secrets/too-large` cannot be used: it is larger than 65536 bytes
        fnhost.toml:7:12: destination[0].settings.binary: the file `secrets/binary` cannot be used: it is not UTF-8 text, see line 3
        fnhost.toml:8:6: destination[0].settings."": the file `secrets/` cannot be used: it is a folder, not a file
        fnhost.toml:9:10: destination[0].settings.gone: the file `secrets/gone` cannot be used: there is no such file"#]].assert_eq(&said);
}

#[test]
fn secrets_are_never_printed() {
    let text = destination_text("settings = { a = \"env:BIN_KEY\" }") + &REST.replace("web-key", "hunter3");
    let config = parse(&text).unwrap();
    let said = format!("{config:?} {config:#?} {} {:?}", config.destinations[0].settings, config.sources[0].write_key);
    assert!(!said.contains("hunter"), "{said}");
    let Source { write_key, .. } = &config.sources[0];
    assert_eq!((write_key.to_string().as_str(), write_key.reveal()), ("[secret]", "hunter3"));
    assert_eq!(config.destinations[0].settings.reveal(), r#"{"a":"hunter2"}"#);
}

#[test]
fn filters_of_every_kind() {
    let actions = [
        "\"drop\"",
        "\"only_send\"",
        "{ sample = 0.1 }",
        "{ sample = 1, path = \"userId\" }",
        "{ drop_properties = { properties = [\"email\"], \"\" = [\"userId\"] } }",
        "{ allow_properties = { \"context.page\" = [\"url\"] } }",
    ];
    for action in actions {
        let filter = format!("[[destination.filter]]\ntitle = \"t\"\nif = \"event = 'A'\"\naction = {action}");
        assert_ne!(destination(&filter).filters, Filters::default(), "{action}");
        let disabled = format!("{filter}\nenabled = false");
        assert_eq!(destination(&disabled).filters, Filters::default(), "{action}");
    }
}

#[test]
fn texts_that_are_not_toml() {
    let mut said = String::new();
    for text in [
        "a = ",
        "[server\nlisten = 1",
        "[server]\nlisten = 127.0.0.1:8787",
        "[server]\n  grace_ms = 08\n  log_format = 'json\n",
        "name = 1\nname = 2",
        "[server]\n[server]",
        "[[source]]\n[source]",
        "[source]\n[[source]]",
        "a = [1\nb = 2",
        "ä = 1",
        "\u{feff}= 1",
        "a = \"\\q\"",
        "a = \"\u{1}\"",
        "\0",
    ] {
        writeln!(said, "{text:?}\n  {}", parse(text).unwrap_err().to_string().replace('\n', "\n  ")).unwrap();
    }
    expect![[r#"
        "a = "
          fnhost.toml:1:5: this is not TOML: string values must be quoted, expected literal string
        "[server\nlisten = 1"
          fnhost.toml:1:8: this is not TOML: unclosed table, expected `]`
        "[server]\nlisten = 127.0.0.1:8787"
          fnhost.toml:2:15: this is not TOML: invalid float
        "[server]\n  grace_ms = 08\n  log_format = 'json\n"
          fnhost.toml:2:14: this is not TOML: unexpected leading zero
          fnhost.toml:3:21: this is not TOML: invalid literal string, expected `'`
        "name = 1\nname = 2"
          fnhost.toml:1:1: name: there is no key `name`; the keys are `workspace`, `server`, `ingest`, `delivery`, `retention`, `source`, `function`, `destination`
          fnhost.toml:2:1: the key `name` is there twice
        "[server]\n[server]"
          fnhost.toml:2:2: the key `server` is there twice
        "[[source]]\n[source]"
          fnhost.toml:2:1: source: expected an array of tables, found a table; write `[[source]]`
          fnhost.toml:2:2: the key `source` is there twice
        "[source]\n[[source]]"
          fnhost.toml:1:1: source: expected an array of tables, found a table; write `[[source]]`
          fnhost.toml:2:3: the key `source` is there twice
        "a = [1\nb = 2"
          fnhost.toml:2:1: this is not TOML: missing comma between array elements, expected `,`
        "ä = 1"
          fnhost.toml:1:1: this is not TOML: invalid unquoted key, expected letters, numbers, `-`, `_`
        "\u{feff}= 1"
          fnhost.toml:1:1: this is not TOML: unquoted keys cannot be empty, expected letters, numbers, `-`, `_`
        "a = \"\\q\""
          fnhost.toml:1:7: this is not TOML: missing escaped value, expected `b`, `e`, `f`, `n`, `r`, `\`, `"`, `x`, `u`, `U`
        "a = \"\u{1}\""
          fnhost.toml:1:6: this is not TOML: invalid basic string, expected non-double-quote visible characters, `\`
        "\0"
          fnhost.toml:1:1: this is not TOML: invalid unquoted key, expected letters, numbers, `-`, `_`
    "#]].assert_eq(&said);
}
