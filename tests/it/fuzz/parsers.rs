//! Texts and bytes that people, senders and files give us.

use super::{damaged, text_of};
use crate::config;
use crate::harness::{TRACK, guarded_options, host, wait};
use crate::ingest_http::{SHOP, Server};
use bolero::check;
use fnhost::{Host, HostOptions, HostPattern, Limits, Position, Positions};
use fnhost_server::config::{Config, References, parse_network};
use fnhost_server::filter::{Condition, Expression, Path};
use fnhost_server::ingest::{Arrival, Kind, Shared, normalise};
use serde_json::{Map, Value};
use std::fs;
use std::sync::LazyLock;

/// A component that loads at once.
static COMPONENT: LazyLock<Vec<u8>> = LazyLock::new(|| wat::parse_str(include_str!("../foreign.wat")).unwrap());

#[test]
fn fql() {
    const WORDS: [&str; 30] = [
        "event",
        " = ",
        "'",
        "\"",
        " and ",
        " or ",
        "not ",
        "!",
        "(",
        ")",
        "contains(",
        "match(",
        "length(",
        "lowercase(",
        "typeof(",
        ", ",
        "properties.",
        "price",
        " > ",
        " >= ",
        " != ",
        "1",
        "-2.5e3",
        "null",
        "true",
        " in ",
        "[",
        "]",
        "\\",
        "*",
    ];
    let event: Value = serde_json::from_str(TRACK).unwrap();
    check!().with_iterations(30_000).with_max_len(120).for_each(|bytes: &[u8]| {
        let source = text_of(bytes, &WORDS);
        match Expression::parse(&source) {
            Ok(expression) => {
                assert_eq!(expression.source(), source);
                // The same event gives the same result, or the same error.
                assert_eq!(expression.matches(&event), Expression::parse(&source).unwrap().matches(&event));
                expression.warnings().iter().for_each(|warning| assert!(!warning.render().is_empty()));
            }
            Err(error) => assert!(!error.to_string().is_empty() && !error.render().is_empty()),
        }
        assert_eq!(Condition::parse(&source).is_ok(), Expression::parse(&source).is_ok() || source.trim() == "all");
    });
}

#[test]
fn paths_of_fields() {
    check!().with_iterations(30_000).with_max_len(60).for_each(|bytes: &[u8]| {
        let text = text_of(bytes, &["a", ".", "\\", "context", "b.c", "\\.", ""]);
        match Path::parse(&text) {
            Ok(path) => assert_eq!(Path::parse(&text), Ok(path)),
            Err(error) => assert!(error.to_string().contains("path") || !error.to_string().is_empty()),
        }
    });
}

#[test]
fn the_configuration() {
    const WORDS: [&str; 44] = [
        "[[source]]",
        "[[destination]]",
        "[[destination.filter]]",
        "[destination.retry]",
        "[server]",
        "[ingest]",
        "\n",
        "\n",
        "\n",
        "name",
        "write_key",
        "source",
        "function",
        "settings",
        "hosts",
        "allow_net",
        "limits",
        "if",
        "action",
        " = ",
        " = ",
        " = ",
        "\"a\"",
        "'b'",
        "\"env:KEY\"",
        "\"file:x\"",
        "{ sealed = \"long enough\", hosts = [\"a.example\"] }",
        "{",
        "}",
        "[",
        "]",
        ",",
        "1",
        "-1",
        "1.5",
        "inf",
        "true",
        "1979-05-27",
        "\"\"\"",
        "fuel_max",
        "\"event = 'x'\"",
        "\"drop\"",
        "#",
        ".",
    ];
    check!().with_iterations(5_000).with_max_len(80).for_each(|bytes: &[u8]| {
        let text = text_of(bytes, &WORDS);
        let env = |name: &str| (name == "KEY").then(|| "from the environment".to_owned());
        let references = References { env: &env, base_dir: std::path::Path::new("/nowhere") };
        for text in [text.clone(), config::destination_text(&text)] {
            if let Err(errors) = Config::parse(&text, "fnhost.toml", &[], references) {
                assert!(errors.to_string().starts_with("fnhost.toml"), "{errors}");
            }
        }
    });
}

#[test]
fn hosts_and_networks() {
    const WORDS: [&str; 26] = [
        "*.",
        "*",
        "example",
        ".com",
        ".",
        ":443",
        ":",
        "0",
        "1",
        "255",
        "127.0.0.1",
        "[",
        "]",
        "::",
        "::1",
        "fe80",
        "%",
        "/",
        "32",
        "xn--",
        "é",
        "０",
        "-",
        "@",
        "0x7f",
        "65536",
    ];
    check!().with_iterations(50_000).with_max_len(16).for_each(|bytes: &[u8]| {
        let text = text_of(bytes, &WORDS);
        match text.parse::<HostPattern>() {
            Ok(pattern) => assert_eq!(pattern.to_string().parse(), Ok(pattern)),
            Err(error) => assert!(error.to_string().contains(&text)),
        }
        match parse_network(&text) {
            Ok(network) => assert_eq!(parse_network(&network.to_string()), Ok(network)),
            Err(why) => assert!(!why.is_empty()),
        }
    });
}

#[test]
fn events() {
    const WORDS: [&str; 40] = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"type\":",
        "\"track\"",
        "\"identify\"",
        "\"event\":",
        "\"userId\":",
        "\"anonymousId\":",
        "\"messageId\":",
        "\"timestamp\":",
        "\"sentAt\":",
        "\"originalTimestamp\":",
        "\"2020-02-30T25:61:61Z\"",
        "\"2024-02-29T12:00:00.123456789+14:00\"",
        "\"1970-01-01\"",
        "\"+275760-09-13T00:00:00.000Z\"",
        "\"-000001-01-01T00:00:00Z\"",
        "\"context\":",
        "\"consent\":",
        "\"categoryPreferences\":",
        "\"device\":",
        "\"advertisingId\":",
        "\"integrations\":",
        "\"properties\":",
        "\"traits\":",
        "null",
        "true",
        "1e400",
        "-0",
        "12345678901234567890",
        "\"x\"",
        "\"\"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "{}",
        "{\"a\":1}",
    ];
    let shared = Shared::default();
    check!().with_iterations(50_000).with_max_len(60).for_each(|bytes: &[u8]| {
        // Half of them are objects to begin with.
        let text = text_of(bytes, &WORDS);
        let whole = format!("{{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u\",{text}\"z\":0}}");
        for text in [text, whole] {
            let Ok(item) = serde_json::from_str::<Map<String, Value>>(&text) else { continue };
            let kind = bytes.first().is_some_and(|byte| byte % 2 == 0).then_some(Kind::Track);
            let (is_browser, received_ms, peer) = (bytes.len().is_multiple_of(2), 1_700_000_000_000, None);
            let arrival = Arrival { source: "shop", received_ms, kind, is_browser, peer, shared: &shared };
            let mut made = item.clone();
            match normalise(&mut made, &arrival, || "new".to_owned()) {
                Ok(event) => {
                    let payload: Map<String, Value> = serde_json::from_slice(&event.payload).unwrap();
                    assert_eq!(payload["messageId"], event.message_id);
                    assert!(payload["timestamp"].is_string() && payload["receivedAt"].is_string());
                    assert!(item.keys().all(|key| payload.contains_key(key)));
                }
                Err(reason) => assert_eq!((made, reason.code().is_empty()), (item, false)),
            }
        }
    });
}

#[test]
fn requests_of_senders() {
    const WORDS: [&str; 34] = [
        "{\"batch\":[",
        "]}",
        "{",
        "}",
        "[",
        "]",
        ",",
        "\"type\":\"track\"",
        "\"event\":\"E\"",
        "\"userId\":\"u\"",
        "\"sentAt\":",
        "\"context\":{",
        "\"writeKey\":\"key-shop\"",
        "\"writeKey\":\"key-off\"",
        "null",
        "1",
        "\"x\"",
        "POST /v1/track HTTP/1.1\r\n",
        "POST /v1/batch HTTP/1.1\r\n",
        "GET /v1/p?data= HTTP/1.1\r\n",
        "Host: a\r\n",
        "Authorization: Basic a2V5LXNob3A6\r\n",
        "Content-Length: 10\r\n",
        "Content-Length: 99999999999\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Content-Encoding: gzip\r\n",
        "Content-Type: text/plain\r\n",
        "\r\n",
        "\r\n\r\n",
        "5\r\n",
        "0\r\n\r\n",
        "\u{1f}\u{8b}",
        " ",
        "\\u0000",
    ];
    let server = std::panic::AssertUnwindSafe(Server::start());
    check!().with_iterations(500).with_max_len(60).for_each(|bytes: &[u8]| {
        let text = text_of(bytes, &WORDS);
        let encoding = if bytes.first() == Some(&0) { "Content-Encoding: gzip\r\n" } else { "" };
        for path in ["/v1/track", "/v1/batch"] {
            let answer = server.send("POST", path, &format!("{SHOP}{encoding}"), text.as_bytes());
            assert!(["200", "400"].iter().any(|status| answer.contains(status)), "{answer}");
        }
        server.exchange(text.as_bytes(), true);
    });
    server.still_works();
}

#[test]
fn sources() {
    const WORDS: [&str; 40] = [
        "async ",
        "function ",
        "onTrack",
        "(event, settings)",
        "{",
        "}",
        "(",
        ")",
        "=> ",
        "await ",
        "fetch(",
        "return ",
        "const ",
        "x",
        " = ",
        ";",
        "\n",
        "'",
        "`",
        "${",
        "/",
        "*/",
        "/*",
        "//",
        "import ",
        "from ",
        "export ",
        "class ",
        ": string",
        "as ",
        "<",
        ">",
        "?.",
        "??",
        "...",
        "#a",
        "0n",
        "\\u{41}",
        "enum ",
        "@",
    ];
    check!().with_iterations(5_000).with_max_len(80).for_each(|bytes: &[u8]| {
        let text = text_of(bytes, &WORDS);
        for name in ["function.js", "function.ts", "function.mjs"] {
            for diagnostic in fnhost_build::check(name, &text) {
                assert!(diagnostic.to_string().starts_with(name), "{diagnostic}");
            }
        }
    });
}

/// The table that a component carries, and the stacks that it is for.
#[test]
fn stacks() {
    const WORDS: [&str; 16] = [
        "    at ",
        "onTrack",
        " (",
        ")",
        "function.js",
        ":",
        "1",
        "99999999999",
        "\n",
        "<anonymous>",
        "native",
        "hidden.js",
        "-1",
        "(",
        "at",
        " ",
    ];
    let mut positions = Positions::new(vec!["hidden.js".to_owned()]);
    let position = |line, column| Position { line, column };
    positions.add_file("function.js".to_owned(), "mine.js".to_owned(), vec![(position(1, 1), position(3, 5))]);
    positions.add_lines("function.js".to_owned(), "other.js".to_owned(), Vec::new(), u32::MAX, u32::MAX);
    let mut whole = COMPONENT.clone();
    positions.append_to(&mut whole);
    check!().with_iterations(500).with_max_len(60).for_each(|bytes: &[u8]| {
        let stack = text_of(bytes, &WORDS);
        assert!(positions.map_stack(&stack).lines().count() <= stack.lines().count());
        let (before, table) = whole.split_at(COMPONENT.len());
        let component = [before, &damaged(table, bytes)].concat();
        if let Ok(function) = host().load(&component) {
            assert!(wait(function.run(TRACK, "{}", &Limits::default())).is_ok());
        }
    });
}

#[test]
fn components() {
    check!().with_iterations(500).with_max_len(20).for_each(|bytes: &[u8]| {
        match host().load(&damaged(&COMPONENT, bytes)) {
            // Whatever it does is an outcome.
            Ok(function) => assert!(wait(function.run(TRACK, "{}", &Limits::default())).is_ok()),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    });
}

/// Files of compiled code, their checksums and the key, damaged: none is loaded, and the function runs.
#[test]
fn compiled_code() {
    check!().with_iterations(30).with_max_len(40).for_each(|bytes: &[u8]| {
        let folder = tempfile::tempdir().unwrap();
        let cache = folder.path().join("cache");
        let options = || -> HostOptions { guarded_options().cache_dir(&cache).instances_max(2) };
        Host::new(options()).unwrap().load(&COMPONENT).unwrap();
        for entry in fs::read_dir(&cache).unwrap() {
            let path = entry.unwrap().path();
            let content = fs::read(&path).unwrap();
            fs::write(&path, damaged(&content, bytes)).unwrap();
        }
        let function = Host::new(options()).unwrap().load(&COMPONENT).unwrap();
        assert!(wait(function.run(TRACK, "{}", &Limits::default())).is_ok());
    });
}
