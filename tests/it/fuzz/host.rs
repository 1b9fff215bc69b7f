//! What a function reaches of the host: its imports, and what servers answer.

use crate::endpoint::Endpoint;
use crate::harness::{TRACK, function, wait};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bolero::check;
use fnhost::{ErrorKind, Function, Limits, Outcome};
use serde_json::json;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A run that may end in every way but by a trap, which would mean that the host was called as its contract does not allow
/// and our JavaScript let it pass; and after which the function still runs.
fn check_run(function: &Function, settings: &str) {
    let limits = Limits { fuel_max: 300_000_000, ..Limits::default() };
    let run = wait(function.run(TRACK, settings, &limits)).unwrap();
    if let Outcome::Failed(failure) = &run.outcome {
        assert_ne!(failure.error.kind, ErrorKind::Trap, "{settings}: {failure:?}");
    }
    serde_json::to_string(&run).unwrap();
}

/// Calls what the host offers, with arguments that the bytes in the settings choose.
#[test]
fn imports() {
    let function = AssertUnwindSafe(function(include_str!("imports.js")));
    check!().with_iterations(1_000).with_max_len(200).for_each(|bytes: &[u8]| {
        check_run(&function, &json!({ "bytes": STANDARD.encode(bytes) }).to_string());
    });
    let still = wait(function.run(TRACK, r#"{"bytes":""}"#, &Limits::default())).unwrap();
    assert!(matches!(still.outcome, Outcome::Returned { .. }));
}

/// What a server sends is none of ours.
#[test]
fn answers() {
    const WORDS: [&str; 33] = [
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 302 Found\r\n",
        "HTTP/1.0 204\r\n",
        "HTTP/1.1 429 Slow\r\n",
        "HTTP/1.1 101 Switching\r\n",
        "HTTP/2 200\r\n",
        "Content-Length: 5\r\n",
        "Content-Length: 4\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Content-Encoding: gzip\r\n",
        "Content-Encoding: br\r\n",
        "Content-Encoding: deflate\r\n",
        "Connection: close\r\n",
        "Retry-After: 3\r\n",
        "Retry-After: Fri, 31 Feb 2020 25:00:00 GMT\r\n",
        "Date: Wed, 21 Oct 2015 07:28:00 GMT\r\n",
        "Location: /\r\n",
        "Location: //[::1\r\n",
        "Set-Cookie: a=b\r\n",
        "X: \u{e9}\r\n",
        "\r\n",
        "\r\n\r\n",
        "hello",
        "5\r\nhello\r\n",
        "0\r\n\r\n",
        "ffffffffffffffff\r\n",
        "\u{1f}\u{8b}\u{8}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{3}",
        "{\"a\":1}",
        ":",
        " ",
        "\0",
        "x: y\r\n",
        "\n",
    ];
    let answer: Arc<Mutex<Vec<u8>>> = Arc::default();
    let given = answer.clone();
    let endpoint = wait(Endpoint::start(Arc::default(), move |mut stream| {
        let answer = given.lock().unwrap().clone();
        async move {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
        }
    }));
    let function = AssertUnwindSafe(function(
        "async function onTrack(event, { url }) {
          const answer = await fetch(url);
          const told = [answer.status, answer.statusText, [...answer.headers], answer.url];
          const bytes = await answer.arrayBuffer();
          return [told, bytes.byteLength];
        }",
    ));
    let url = endpoint.url();
    check!().with_iterations(1_000).with_max_len(40).for_each(|bytes: &[u8]| {
        // In Latin-1, so that any byte can be.
        let text = super::text_of(bytes, &WORDS);
        *answer.lock().unwrap() = text.chars().map(|char| u8::try_from(char).unwrap_or(b'?')).collect();
        check_run(&function, &json!({ "url": url }).to_string());
    });
}
