//! Sealed settings: secrets that a function uses and does not see.

use crate::command::Folder;
use crate::daemon::{Daemon, config, track};
use crate::endpoint::{Endpoint, Received};
use crate::harness::{TRACK, function, limits, text, wait, without_ports};
use expect_test::{Expect, expect};
use flate2::Compression;
use flate2::write::GzEncoder;
use fnhost::{Limits, Run, Sealed};
use http_body_util::Full;
use hyper::Response;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;

/// With characters that JSON, URLs, forms and XML each write in a way of their own.
const SECRET: &str = "s3cr\"et/ key+1&<é>";

/// `text` with one word for whatever token is in it.
fn without_tokens(text: &str) -> String {
    let mut pieces = text.split("sealed_");
    let mut out = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let digits = piece.bytes().take_while(u8::is_ascii_hexdigit).count();
        write!(
            out,
            "{}{}",
            if digits == 32 { "TOKEN" } else { "sealed_" },
            &piece[if digits == 32 { 32 } else { 0 }..]
        )
        .unwrap();
    }
    without_ports(&out)
}

/// The run of `onTrack` with the statements `body`. `key` is sealed, for `named.test`; `url` and `other` lead to
/// `endpoint`, as `named.test` and by another name.
fn run_with(body: &str, secret: &str, endpoint: &Endpoint, limits: &Limits) -> Run {
    let port = endpoint.port();
    let mut settings = json!({
        "key": { "sealed": secret, "hosts": ["named.test"] },
        "url": format!("http://named.test:{port}"),
        "other": format!("http://other.test:{port}"),
    });
    let sealed = Sealed::in_settings(&mut settings).unwrap();
    let function = function(&format!("async function onTrack(event, {{ key, url, other }}) {{ {body} }}"));
    wait(function.with_sealed(sealed).run(TRACK, &settings.to_string(), limits)).unwrap()
}

/// What a request says, but for headers that all have.
fn shown(received: &Received) -> String {
    let mut out = format!("{} {}\n", received.method, received.path);
    for (name, value) in &received.headers {
        if !matches!(name.as_str(), "accept" | "user-agent" | "accept-encoding" | "host") {
            writeln!(out, "  {name}: {value}").unwrap();
        }
    }
    if !received.body.is_empty() {
        writeln!(out, "  {}", received.body.replace('\n', "\n  ").replace('\r', "")).unwrap();
    }
    out
}

/// What arrives of the requests of `body`, and what the run says.
fn check(body: &str, expected: Expect) {
    let endpoint = wait(Endpoint::saying("ok"));
    let run = run_with(body, SECRET, &endpoint, &Limits::default());
    let arrived: String = endpoint.received().iter().map(shown).collect();
    let requests: String =
        run.requests.iter().map(|request| format!("{} {:?}\n", request.url, request.sealed)).collect();
    let said = serde_json::to_string(&run).unwrap();
    assert!(!said.contains("s3cr"), "{said}");
    expected.assert_eq(&without_tokens(&format!("{arrived}---\n{}---\n{requests}", text(&run))));
}

#[test]
fn in_headers() {
    check(
        "await fetch(url, { headers: { Authorization: `Bearer ${key}`, 'X-Twice': key + key } });
        await fetch(url, { headers: { Authorization: 'Basic ' + btoa('user:' + key) } });
        await fetch(url.replace('://', `://${key}:p@`));
        return key;",
        expect![[r#"
            GET /
              authorization: Bearer s3cr"et/ key+1&<é>
              x-twice: s3cr"et/ key+1&<é>s3cr"et/ key+1&<é>
            GET /
              authorization: Basic dXNlcjpzM2NyImV0LyBrZXkrMSY8w6k+
            GET /
              authorization: Basic czNjciJldC8ga2V5KzEmPMOpPjpw
            ---
            onTrack returned "TOKEN"
            GET http://named.test:PORT/: 200
            GET http://named.test:PORT/: 200
            GET http://named.test:PORT/: 200
            ---
            http://named.test:PORT/ ["key"]
            http://named.test:PORT/ ["key"]
            http://named.test:PORT/ ["key"]
        "#]],
    );
}

#[test]
fn in_path_and_query() {
    check(
        "await fetch(`${url}/bot${key}/send?key=${key}&${new URLSearchParams({ again: key })}`);",
        expect![[r#"
        GET /bots3cr%22et%2F%20key%2B1%26%3C%C3%A9%3E/send?key=s3cr%22et%2F%20key%2B1%26%3C%C3%A9%3E&again=s3cr%22et%2F%20key%2B1%26%3C%C3%A9%3E
        ---
        onTrack returned null
        GET http://named.test:PORT/botTOKEN/send?key=TOKEN&again=TOKEN: 200
        ---
        http://named.test:PORT/botTOKEN/send?key=TOKEN&again=TOKEN ["key"]
    "#]],
    );
}

#[test]
fn in_bodies() {
    check(
        "const post = (type, body) => fetch(url, { method: 'POST', body, headers: type ? { 'Content-Type': type } : {} });
        await post('application/json', JSON.stringify({ key, twice: [key, key] }));
        await post('application/vnd.api+json; charset=utf-8', JSON.stringify({ key }));
        await post(undefined, new URLSearchParams({ key }));
        await post('text/xml', `<key>${key}</key>`);
        await post('text/plain', `${key} and ${key.slice(0, 7)}`);
        await post('application/octet-stream', Buffer.from('bytes ' + key));",
        expect![[r#"
            POST /
              content-type: application/json
              content-length: 86
              {"key":"s3cr\"et/ key+1&<é>","twice":["s3cr\"et/ key+1&<é>","s3cr\"et/ key+1&<é>"]}
            POST /
              content-type: application/vnd.api+json; charset=utf-8
              content-length: 30
              {"key":"s3cr\"et/ key+1&<é>"}
            POST /
              content-type: application/x-www-form-urlencoded;charset=UTF-8
              content-length: 39
              key=s3cr%22et%2F+key%2B1%26%3C%C3%A9%3E
            POST /
              content-type: text/xml
              content-length: 45
              <key>s3cr&quot;et/ key+1&amp;&lt;é&gt;</key>
            POST /
              content-type: text/plain
              content-length: 31
              s3cr"et/ key+1&<é> and sealed_
            POST /
              content-type: application/octet-stream
              content-length: 25
              bytes s3cr"et/ key+1&<é>
            ---
            onTrack returned null
            POST http://named.test:PORT/: 200
            POST http://named.test:PORT/: 200
            POST http://named.test:PORT/: 200
            POST http://named.test:PORT/: 200
            POST http://named.test:PORT/: 200
            POST http://named.test:PORT/: 200
            ---
            http://named.test:PORT/ ["key"]
            http://named.test:PORT/ ["key"]
            http://named.test:PORT/ ["key"]
            http://named.test:PORT/ ["key"]
            http://named.test:PORT/ ["key"]
            http://named.test:PORT/ ["key"]
        "#]],
    );
}

#[test]
fn in_bodies_that_come_in_pieces() {
    check(
        "const { Readable } = require('stream');
        const body = Readable.from([`a ${key.slice(0, 5)}`, key.slice(5), ' b ', key.slice(0, 7), '.', key]);
        await fetch(url, { method: 'POST', body });",
        expect![[r#"
            POST /
              transfer-encoding: chunked
              a s3cr"et/ key+1&<é> b sealed_.s3cr"et/ key+1&<é>
            ---
            onTrack returned null
            POST http://named.test:PORT/: 200
            ---
            http://named.test:PORT/ ["key"]
        "#]],
    );
}

#[test]
fn other_hosts_get_the_token() {
    check(
        "await fetch(`${other}/${key}`, { method: 'POST', body: key, headers: { Authorization: `Bearer ${key}` } });
        await fetch(`${other}/named.test/?host=named.test`, { headers: { 'X-Key': key, 'Host': 'named.test' } });
        await fetch(other.replace('other.test', 'evil-named.test'), { headers: { 'X-Key': key } });
        await fetch(other.replace('other.test', 'sub.named.test'), { headers: { 'X-Key': key } });
        await fetch(url.replace('named.test', 'NAMED.test.'), { headers: { 'X-Key': key } });",
        expect![[r#"
            POST /TOKEN
              authorization: Bearer TOKEN
              content-type: text/plain;charset=UTF-8
              content-length: 39
              TOKEN
            GET /named.test/?host=named.test
              x-key: TOKEN
            GET /
              x-key: TOKEN
            GET /
              x-key: TOKEN
            ---
            onTrack failed: Uncaught, retry: Retrying
            FetchError: request to http://named.test.:PORT/ failed, reason: getaddrinfo ENOTFOUND named.test. named.test.:PORT
            code ENOTFOUND
            POST http://other.test:PORT/TOKEN: 200
            GET http://other.test:PORT/named.test/?host=named.test: 200
            GET http://evil-named.test:PORT/: 200
            GET http://sub.named.test:PORT/: 200
            GET http://named.test.:PORT/: no answer, getaddrinfo ENOTFOUND named.test. named.test.:PORT
            ---
            http://other.test:PORT/TOKEN []
            http://other.test:PORT/named.test/?host=named.test []
            http://evil-named.test:PORT/ []
            http://sub.named.test:PORT/ []
            http://named.test.:PORT/ ["key"]
        "#]],
    );
}

/// Sends elsewhere whoever asks for `/away`.
fn redirecting() -> Endpoint {
    wait(Endpoint::http(|received| async move {
        let port = received.header("host").and_then(|host| host.rsplit_once(':')).map(|(_, port)| port.to_owned());
        let location = format!("http://other.test:{}/there?from={}", port.unwrap_or_default(), &received.path[6..]);
        match received.path.starts_with("/away") {
            true => Response::builder().status(307).header("location", location).body(Full::default()).unwrap(),
            false => Response::new(Full::from("arrived")),
        }
    }))
}

#[test]
fn a_redirect_takes_nothing_along() {
    let endpoint = redirecting();
    let body = "await fetch(`${url}/away?${key}`, { method: 'POST', body: key, headers: { 'X-Key': key } });";
    let run = run_with(body, SECRET, &endpoint, &Limits::default());
    let arrived: String = endpoint.received().iter().map(shown).collect();
    expect![[r#"
        POST /away?s3cr%22et%2F%20key%2B1%26%3C%C3%A9%3E
          x-key: s3cr"et/ key+1&<é>
          content-type: text/plain;charset=UTF-8
          content-length: 19
          s3cr"et/ key+1&<é>
        POST /there?from=TOKEN
          x-key: TOKEN
          content-type: text/plain;charset=UTF-8
          content-length: 39
          TOKEN
        onTrack returned null
        POST http://named.test:PORT/away?TOKEN: 307
        POST http://other.test:PORT/there?from=TOKEN: 200
    "#]]
    .assert_eq(&without_tokens(&format!("{arrived}{}", text(&run))));
    assert_eq!(run.requests[1].redirect_of, Some(0));
}

/// Gives back what it gets.
fn echo() -> Endpoint {
    wait(Endpoint::http(|received| async move {
        let authorization = received.header("authorization").unwrap_or_default().to_owned();
        let answer = format!("{authorization} {} {}", received.path, received.body);
        let answer = match received.header("x-encoding") {
            None => answer.into_bytes(),
            Some("gzip") => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(answer.as_bytes()).unwrap();
                encoder.finish().unwrap()
            }
            Some(_) => b"who knows".to_vec(),
        };
        let mut response = Response::builder().header("x-given", authorization);
        if let Some(encoding) = received.header("x-encoding") {
            response = response.header("content-encoding", encoding);
        }
        response.body(Full::from(answer)).unwrap()
    }))
}

#[test]
fn what_comes_back_has_the_token() {
    let body = "const shown = async (url, options) => {
          const answer = await fetch(url, options);
          console.log(answer.headers.get('x-given'), (await answer.text()).replaceAll(key, 'KEY'));
        };
        const headers = { Authorization: `Bearer ${key}` };
        await shown(`${url}/${key}`, { headers });
        await shown(url, { headers: { Authorization: 'Basic ' + btoa('u:' + key) } });
        await shown(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ key }) });
        await shown(url, { headers: { ...headers, 'X-Encoding': 'gzip' } });
        await shown(url, { headers: { ...headers, 'X-Encoding': 'gzip' }, compress: false });
        await shown(url, { headers: { ...headers, 'X-Encoding': 'zstd' } });";
    let run = run_with(body, SECRET, &echo(), &Limits::default());
    let said = serde_json::to_string(&run).unwrap();
    assert!(!said.contains("s3cr"), "{said}");
    expect![[r#"
        onTrack failed: Uncaught: BadRequest
        FetchError: request to http://named.test:PORT/ failed, reason: an answer in the encoding "zstd" cannot be searched for what is sealed
        code ERR_SEALED
        [log] Bearer TOKEN Bearer KEY /KEY 
        [log] Basic dTpTOKEN Basic dTpKEY / 
        [log]   / {"key":"KEY"}
        [log] Bearer TOKEN Bearer KEY / 
        [log] Bearer TOKEN Bearer KEY / 
        GET http://named.test:PORT/TOKEN: 200
        GET http://named.test:PORT/: 200
        POST http://named.test:PORT/: 200
        GET http://named.test:PORT/: 200
        GET http://named.test:PORT/: 200
        GET http://named.test:PORT/: 200, an answer in the encoding "zstd" cannot be searched for what is sealed
    "#]].assert_eq(&without_tokens(&text(&run)));
}

#[test]
fn what_does_not_fit() {
    let check = |body: &str, secret: &str, expected: Expect| {
        let endpoint = wait(Endpoint::saying("ok"));
        let run = run_with(body, secret, &endpoint, &limits("request_bytes_max", 100_000));
        expected.assert_eq(&without_tokens(&text(&run)));
        // What comes in pieces is on its way before it is too much.
        assert!(endpoint.received().is_empty() || body.contains("Readable"));
    };
    let lines = "-----BEGIN KEY-----\nMIIB\n-----END KEY-----";
    check(
        "await fetch(url, { headers: { 'X-Key': key } })",
        lines,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        FetchError: request to http://named.test:PORT/ failed, reason: what is sealed cannot stand in the header `x-key`: it has a line break, or the like
        code ERR_SEALED
        GET http://named.test:PORT/: no answer, what is sealed cannot stand in the header `x-key`: it has a line break, or the like
    "#]],
    );
    let long = "k".repeat(4096);
    check(
        "await fetch(url + '/' + key.repeat(20))",
        &long,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        FetchError: request to http://named.test:PORT/TOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKEN failed, reason: the URL is too long with what is sealed
        code ERR_SEALED
        GET http://named.test:PORT/TOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKENTOKEN: no answer, the URL is too long with what is sealed
    "#]],
    );
    check(
        "await fetch(url, { headers: { 'X-Key': key.repeat(100) } })",
        &long,
        expect![[r#"
        onTrack failed: Uncaught: BadRequest
        FetchError: request to http://named.test:PORT/ failed, reason: headers with what is sealed have more than 262144 bytes
        code ERR_SEALED
        GET http://named.test:PORT/: no answer, headers with what is sealed have more than 262144 bytes
    "#]],
    );
    check(
        "await fetch(url, { method: 'POST', body: key.repeat(100) })",
        &long,
        expect![[r#"
            onTrack failed: RequestTooLarge: Broken
            RequestTooLarge: function sent a request body of 409600 bytes or more, limit 100000 (`request_bytes_max`)
            POST http://named.test:PORT/: no answer, the body is too large
        "#]],
    );
    check(
        "await fetch(url, { method: 'POST', body: require('stream').Readable.from([key.repeat(20), key.repeat(20)]) })",
        &long,
        expect![[r#"
            onTrack failed: RequestTooLarge: Broken
            RequestTooLarge: function sent a request body of 163840 bytes or more, limit 100000 (`request_bytes_max`)
            POST http://named.test:PORT/: no answer, the body is too large
        "#]],
    );
}

#[test]
fn what_can_be_sealed() {
    let check = |settings: Value| {
        let mut sealed = settings.clone();
        let told = match Sealed::in_settings(&mut sealed) {
            Ok(found) => {
                let names: Vec<_> = found.iter().map(Sealed::name).collect();
                format!("{} {names:?}", without_tokens(&sealed.to_string()))
            }
            Err(error) => error.to_string(),
        };
        format!("{settings}\n  {told}\n")
    };
    let hosts = json!(["api.example.com:443", "*.example.org"]);
    let told = [
        json!({ "key": "plain", "list": [1, null, true], "sealed": false }),
        json!({ "key": { "sealed": "long enough", "hosts": hosts } }),
        json!({ "auth": { "keys": ["plain", { "sealed": "long enough", "hosts": hosts }] } }),
        json!({ "key": { "sealed": "long enough" } }),
        json!({ "key": { "sealed": "long enough", "hosts": [] } }),
        json!({ "key": { "sealed": "long enough", "hosts": "api.example.com" } }),
        json!({ "key": { "sealed": "long enough", "hosts": [1] } }),
        json!({ "key": { "sealed": "long enough", "hosts": ["*"] } }),
        json!({ "key": { "sealed": "long enough", "hosts": hosts, "host": "x" } }),
        json!({ "key": { "sealed": "short", "hosts": hosts } }),
        json!({ "key": { "sealed": "", "hosts": hosts } }),
        json!({ "sealed": "long enough", "hosts": hosts }),
    ];
    expect![[r#"
        {"key":"plain","list":[1,null,true],"sealed":false}
          {"key":"plain","list":[1,null,true],"sealed":false} []
        {"key":{"sealed":"long enough","hosts":["api.example.com:443","*.example.org"]}}
          {"key":"TOKEN"} ["key"]
        {"auth":{"keys":["plain",{"sealed":"long enough","hosts":["api.example.com:443","*.example.org"]}]}}
          {"auth":{"keys":["plain","TOKEN"]}} ["auth.keys[1]"]
        {"key":{"sealed":"long enough"}}
          `key` cannot be sealed: `hosts` must name those that get the value
        {"key":{"sealed":"long enough","hosts":[]}}
          `key` cannot be sealed: `hosts` must name those that get the value
        {"key":{"sealed":"long enough","hosts":"api.example.com"}}
          `key` cannot be sealed: `hosts` must name those that get the value
        {"key":{"sealed":"long enough","hosts":[1]}}
          `key` cannot be sealed: `hosts` is not a list of texts
        {"key":{"sealed":"long enough","hosts":["*"]}}
          `key` cannot be sealed: `*` is every host; leave `hosts` out for that
        {"key":{"sealed":"long enough","hosts":["api.example.com:443","*.example.org"],"host":"x"}}
          `key` cannot be sealed: beside `sealed` and `hosts` it has `host`
        {"key":{"sealed":"short","hosts":["api.example.com:443","*.example.org"]}}
          `key` cannot be sealed: it has 5 bytes, and 8 to 4096 are possible
        {"key":{"sealed":"","hosts":["api.example.com:443","*.example.org"]}}
          `key` cannot be sealed: it has 0 bytes, and 8 to 4096 are possible
        {"sealed":"long enough","hosts":["api.example.com:443","*.example.org"]}
          `` cannot be sealed: the settings as a whole are no setting
    "#]]
    .assert_eq(&told.into_iter().map(check).collect::<String>());
    let token =
        |value: &str, host: &str| Sealed::new("key", value, vec![host.parse().unwrap()]).unwrap().token().to_owned();
    assert_eq!(token("long enough", "a.example"), token("long enough", "a.example"));
    assert_ne!(token("long enough", "a.example"), token("long enough", "b.example"));
    assert_ne!(token("long enough", "a.example"), token("long enough!", "a.example"));
    let many: Vec<_> = (0..101).map(|_| json!({ "sealed": "long enough", "hosts": hosts })).collect();
    expect!["`many[100]` cannot be sealed: settings have at most 100 that are sealed"]
        .assert_eq(&Sealed::in_settings(&mut json!({ "many": many })).unwrap_err().to_string());
    let sealed = Sealed::new("key", "long enough", vec!["a.example".parse().unwrap()]).unwrap();
    assert!(!format!("{sealed:?}").contains("enough"));
}

/// A function that sends its key, and says it.
const SENDER: &str = "async function onTrack(event, { key, url }) {
  console.log('the key is', key);
  const answer = await fetch(url, { method: 'POST', body: key, headers: { Authorization: `Bearer ${key}` } });
  throw new Error(`${key}: ${await answer.text()}`);
}";

#[test]
fn on_the_command_line() {
    let endpoint = echo();
    let settings = |hosts: &str| {
        json!({ "url": endpoint.url(), "key": { "sealed": "k3y-of-the-api", "hosts": [hosts] } }).to_string()
    };
    let (good, bad) = (settings("127.0.0.1"), settings("*"));
    let event = ("e.json", TRACK);
    let folder = Folder::with(&[("f.js", SENDER), event, ("settings.json", &good), ("bad.json", &bad)]);
    let run = folder.fnhost("run f.js --event e.json --settings settings.json --allow-net 127.0.0.0/8");
    assert_eq!(endpoint.received()[0].header("authorization"), Some("Bearer k3y-of-the-api"));
    assert!(!run.contains("k3y-of"), "{run}");
    assert!(run.contains("with what is sealed: key"), "{run}");
    expect![[r#"
        exit 2
        stderr: error: the settings cannot be used: `key` cannot be sealed: `*` is every host; leave `hosts` out for that
    "#]].assert_eq(&folder.fnhost("run f.js --event e.json --settings bad.json"));
}

#[test]
fn in_the_daemon() {
    const SECRET: &str = "k3y-of-the-api";
    let endpoint = echo();
    let settings =
        format!("url = \"{}\"\nkey = {{ sealed = \"env:API_KEY\", hosts = [\"127.0.0.1\"] }}", endpoint.url());
    let destination = format!(
        "[[destination]]\nname = \"bin\"\nsource = \"website\"\nfunction = \"bin\"\nallow_net = [\"127.0.0.0/8\"]\n[destination.settings]\n{settings}\n"
    );
    let environment = [("API_KEY", SECRET), ("FNHOST_LOG", "trace")];
    let mut daemon = Daemon::start_with(&config(&destination), &[("bin.js", SENDER)], &environment);
    daemon.post(&[track("m1")]);
    expect![[r#"
        m1 bin discarded after 1: bad_request: Error: TOKEN: Bearer TOKEN / TOKEN
    "#]]
    .assert_eq(&without_tokens(&daemon.settled(1)));
    let received = &endpoint.received()[0];
    assert_eq!((received.header("authorization"), received.body.as_str()), (Some("Bearer k3y-of-the-api"), SECRET));
    let shown = daemon.folder().fnhost("show m1 --data data");
    assert!(shown.contains("(sealed: key)") && shown.contains("first byte"), "{shown}");
    daemon.stop();
    let mut seen = shown + &daemon.log();
    for entry in std::fs::read_dir(daemon.folder().path("data")).unwrap() {
        seen += &String::from_utf8_lossy(&std::fs::read(entry.unwrap().path()).unwrap());
    }
    for secret in [SECRET, "azN5LW9mLXRoZS1hcGk"] {
        assert_eq!(seen.find(secret), None);
    }
}
