//! Where requests may go: addresses by whatever spelling, name or redirect, hosts that are listed; and whose
//! connections they go over. The rules by themselves are in `egress_rules.rs`.

use crate::egress_rules::rules;
use crate::endpoint::Endpoint;
use crate::harness::{self, TRACK, guarded_options, host, text, wait, without_ports};
use expect_test::expect;
use fnhost::{EgressRules, Function, Host, HostPattern, Limits, Outcome, Resolved, Resolver, Run};
use http_body_util::Full;
use hyper::Response;
use std::fmt::Write;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

/// A host that reaches public addresses only.
static GUARDED: LazyLock<Host> = LazyLock::new(|| Host::new(guarded_options()).unwrap());

/// Fetches every URL in the settings, and returns what came of each.
const FETCHER: &str = "
async function onTrack(event, { urls }) {
  const results = [];
  for (const url of urls) {
    results.push(await fetch(url).then(async (answer) => `${answer.status} ${await answer.text()}`, (error) => `${error.name}: ${error.message} ${error.code}`));
  }
  return results;
}";

/// `source`, built, on `host`.
fn function_on(host: &Host, source: &str) -> Function {
    let built = wait(fnhost_build::build(harness::host(), "function.js", source, &Limits::default())).unwrap();
    host.load(&built.component).unwrap()
}

fn run(function: &Function, urls: &[&str]) -> Run {
    let settings = serde_json::json!({ "urls": urls }).to_string();
    wait(function.run(TRACK, &settings, &Limits::default())).unwrap()
}

/// What fetching each of `urls` comes to.
fn fetched(function: &Function, urls: &[&str]) -> String {
    let mut out = String::new();
    for urls in urls.chunks(50) {
        let run = run(function, urls);
        let Outcome::Returned { value } = &run.outcome else { return text(&run) };
        let results: Vec<String> = serde_json::from_str(value.get()).unwrap();
        for (url, result) in urls.iter().zip(results) {
            writeln!(out, "{url} ⇒ {result}").unwrap();
        }
    }
    without_ports(&out)
}

#[test]
fn spellings_of_loopback_and_its_neighbours() {
    let endpoint = wait(Endpoint::saying("reached"));
    let port = endpoint.port();
    let hosts = "127.0.0.1 127.1 127.0.1 0177.0.0.1 0x7f.0.0.1 0x7f000001 017700000001 2130706433 127.0.0.1. 0 0.0.0.0 00000177.1 0x7F.1 127.00.00.01 \
                 %31%32%37.0.0.1 １２７.0.0.1 ①②⑦.0.0.1 127。0。0。1 localhost LOCALHOST localhost. foo.localhost internal.test [::1] [0:0:0:0:0:0:0:1] [::] \
                 [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::] [fe80::1%25lo] [fe80::1%lo] [::1%1] 169.254.169.254 0xa9fea9fe \
                 2852039166 metadata metadata.google.internal METADATA.google.internal. metadata.goog instance-data user:pass@127.0.0.1 127.0.0.1@127.2 \
                 10.0.0.1 172.16.0.1 192.168.1.1 100.64.0.1 224.0.0.1 255.255.255.255 256.1.1.1 127.0.0.1.nip.test";
    let urls: Vec<_> = hosts.split_whitespace().map(|host| format!("http://{host}:{port}/")).collect();
    let urls: Vec<_> = urls.iter().map(String::as_str).collect();
    expect![[r#"
        http://127.0.0.1:PORT/ ⇒ FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://127.1:PORT/ ⇒ FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://127.0.1:PORT/ ⇒ FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://0177.0.0.1:PORT/ ⇒ FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://0x7f.0.0.1:PORT/ ⇒ FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://0x7f000001:PORT/ ⇒ FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://017700000001:PORT/ ⇒ FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://2130706433:PORT/ ⇒ FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://127.0.0.1.:PORT/ ⇒ FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://0:PORT/ ⇒ FetchError: request to http://0.0.0.0:PORT/ failed, reason: connect EACCES 0.0.0.0:PORT: its address is not public (unspecified), and no `allow_net` lists it EACCES
        http://0.0.0.0:PORT/ ⇒ FetchError: request to http://0.0.0.0:PORT/ failed, reason: connect EACCES 0.0.0.0:PORT: its address is not public (unspecified), and no `allow_net` lists it EACCES
        http://00000177.1:PORT/ ⇒ FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://0x7F.1:PORT/ ⇒ FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://127.00.00.01:PORT/ ⇒ FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://%31%32%37.0.0.1:PORT/ ⇒ FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://１２７.0.0.1:PORT/ ⇒ FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://①②⑦.0.0.1:PORT/ ⇒ FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://127。0。0。1:PORT/ ⇒ FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://localhost:PORT/ ⇒ FetchError: request to http://localhost:PORT/ failed, reason: connect EACCES localhost:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://LOCALHOST:PORT/ ⇒ FetchError: request to http://localhost:PORT/ failed, reason: connect EACCES localhost:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://localhost.:PORT/ ⇒ FetchError: request to http://localhost.:PORT/ failed, reason: getaddrinfo ENOTFOUND localhost. localhost.:PORT ENOTFOUND
        http://foo.localhost:PORT/ ⇒ FetchError: request to http://foo.localhost:PORT/ failed, reason: getaddrinfo ENOTFOUND foo.localhost foo.localhost:PORT ENOTFOUND
        http://internal.test:PORT/ ⇒ FetchError: request to http://internal.test:PORT/ failed, reason: connect EACCES internal.test:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://[::1]:PORT/ ⇒ FetchError: request to http://[::1]:PORT/ failed, reason: connect EACCES [::1]:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://[0:0:0:0:0:0:0:1]:PORT/ ⇒ FetchError: request to http://[::1]:PORT/ failed, reason: connect EACCES [::1]:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://[::]:PORT/ ⇒ FetchError: request to http://[::]:PORT/ failed, reason: connect EACCES [::]:PORT: its address is not public (unspecified), and no `allow_net` lists it EACCES
        http://[::ffff:127.0.0.1]:PORT/ ⇒ FetchError: request to http://[::ffff:7f00:1]:PORT/ failed, reason: connect EACCES [::ffff:7f00:1]:PORT: its address is not public (IPv4-mapped), and no `allow_net` lists it EACCES
        http://[::ffff:7f00:1]:PORT/ ⇒ FetchError: request to http://[::ffff:7f00:1]:PORT/ failed, reason: connect EACCES [::ffff:7f00:1]:PORT: its address is not public (IPv4-mapped), and no `allow_net` lists it EACCES
        http://[::127.0.0.1]:PORT/ ⇒ FetchError: request to http://[::7f00:1]:PORT/ failed, reason: connect EACCES [::7f00:1]:PORT: its address is not public (IPv4-compatible), and no `allow_net` lists it EACCES
        http://[64:ff9b::7f00:1]:PORT/ ⇒ FetchError: request to http://[64:ff9b::7f00:1]:PORT/ failed, reason: connect EACCES [64:ff9b::7f00:1]:PORT: its address is not public (NAT64), and no `allow_net` lists it EACCES
        http://[2002:7f00:1::]:PORT/ ⇒ FetchError: request to http://[2002:7f00:1::]:PORT/ failed, reason: connect EACCES [2002:7f00:1::]:PORT: its address is not public (6to4), and no `allow_net` lists it EACCES
        http://[fe80::1%25lo]:PORT/ ⇒ TypeError: Only absolute URLs are supported undefined
        http://[fe80::1%lo]:PORT/ ⇒ TypeError: Only absolute URLs are supported undefined
        http://[::1%1]:PORT/ ⇒ TypeError: Only absolute URLs are supported undefined
        http://169.254.169.254:PORT/ ⇒ FetchError: request to http://169.254.169.254:PORT/ failed, reason: connect EACCES 169.254.169.254:PORT: its address is not public (cloud metadata), and no `allow_net` lists it EACCES
        http://0xa9fea9fe:PORT/ ⇒ FetchError: request to http://169.254.169.254:PORT/ failed, reason: connect EACCES 169.254.169.254:PORT: its address is not public (cloud metadata), and no `allow_net` lists it EACCES
        http://2852039166:PORT/ ⇒ FetchError: request to http://169.254.169.254:PORT/ failed, reason: connect EACCES 169.254.169.254:PORT: its address is not public (cloud metadata), and no `allow_net` lists it EACCES
        http://metadata:PORT/ ⇒ FetchError: request to http://metadata:PORT/ failed, reason: connect EACCES metadata:PORT: its address is not public (cloud metadata), and no `allow_net` lists it EACCES
        http://metadata.google.internal:PORT/ ⇒ FetchError: request to http://metadata.google.internal:PORT/ failed, reason: connect EACCES metadata.google.internal:PORT: its address is not public (cloud metadata), and no `allow_net` lists it EACCES
        http://METADATA.google.internal.:PORT/ ⇒ FetchError: request to http://metadata.google.internal.:PORT/ failed, reason: connect EACCES metadata.google.internal.:PORT: its address is not public (cloud metadata), and no `allow_net` lists it EACCES
        http://metadata.goog:PORT/ ⇒ FetchError: request to http://metadata.goog:PORT/ failed, reason: connect EACCES metadata.goog:PORT: its address is not public (cloud metadata), and no `allow_net` lists it EACCES
        http://instance-data:PORT/ ⇒ FetchError: request to http://instance-data:PORT/ failed, reason: connect EACCES instance-data:PORT: its address is not public (cloud metadata), and no `allow_net` lists it EACCES
        http://user:pass@127.0.0.1:PORT/ ⇒ FetchError: request to http://user:pass@127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://127.0.0.1@127.2:PORT/ ⇒ FetchError: request to http://127.0.0.1@127.0.0.2:PORT/ failed, reason: connect EACCES 127.0.0.2:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://10.0.0.1:PORT/ ⇒ FetchError: request to http://10.0.0.1:PORT/ failed, reason: connect EACCES 10.0.0.1:PORT: its address is not public (private), and no `allow_net` lists it EACCES
        http://172.16.0.1:PORT/ ⇒ FetchError: request to http://172.16.0.1:PORT/ failed, reason: connect EACCES 172.16.0.1:PORT: its address is not public (private), and no `allow_net` lists it EACCES
        http://192.168.1.1:PORT/ ⇒ FetchError: request to http://192.168.1.1:PORT/ failed, reason: connect EACCES 192.168.1.1:PORT: its address is not public (private), and no `allow_net` lists it EACCES
        http://100.64.0.1:PORT/ ⇒ FetchError: request to http://100.64.0.1:PORT/ failed, reason: connect EACCES 100.64.0.1:PORT: its address is not public (carrier-grade NAT), and no `allow_net` lists it EACCES
        http://224.0.0.1:PORT/ ⇒ FetchError: request to http://224.0.0.1:PORT/ failed, reason: connect EACCES 224.0.0.1:PORT: its address is not public (multicast), and no `allow_net` lists it EACCES
        http://255.255.255.255:PORT/ ⇒ FetchError: request to http://255.255.255.255:PORT/ failed, reason: connect EACCES 255.255.255.255:PORT: its address is not public (broadcast), and no `allow_net` lists it EACCES
        http://256.1.1.1:PORT/ ⇒ TypeError: Only absolute URLs are supported undefined
        http://127.0.0.1.nip.test:PORT/ ⇒ FetchError: request to http://127.0.0.1.nip.test:PORT/ failed, reason: connect EACCES 127.0.0.1.nip.test:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
    "#]].assert_eq(&fetched(&function_on(&GUARDED, FETCHER), &urls));
    assert_eq!(endpoint.connections(), 0);
}

#[test]
fn other_clients_are_guarded_too() {
    let endpoint = wait(Endpoint::saying("reached"));
    let source = format!(
        "const http = require('http');
        async function onTrack() {{
          const byHttp = await new Promise((resolve) => http.get('http://127.0.0.1:{0}/', resolve).on('error', resolve));
          const bySdk = await new AWS.S3({{ endpoint: 'http://127.0.0.1:{0}', maxRetries: 0, accessKeyId: 'a', secretAccessKey: 'b' }}).listBuckets().promise().catch((error) => error);
          const byRetries = await fetchretrylib.fetchretry(fetch)('http://127.0.0.1:{0}/', {{ retries: 0 }}).catch((error) => error);
          return [byHttp.message, bySdk.message, byRetries.message];
        }}",
        endpoint.port()
    );
    let run = wait(function_on(&GUARDED, &source).run(TRACK, "{}", &Limits::default())).unwrap();
    expect![[r#"
        onTrack returned ["connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it","connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it","request to http://127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it"]
        GET http://127.0.0.1:PORT/: no answer, connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it
        GET http://127.0.0.1:PORT/: no answer, connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it
        GET http://127.0.0.1:PORT/: no answer, connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it
    "#]].assert_eq(&text(&run));
    assert_eq!(endpoint.connections(), 0);
}

#[test]
fn a_refusal_is_not_tried_again_and_is_in_the_trace() {
    let run = run(&function_on(&GUARDED, "onTrack = (event, { urls }) => fetch(urls[0])"), &["http://10.0.0.1/"]);
    expect![[r#"
        onTrack failed: Uncaught: BadRequest
        FetchError: request to http://10.0.0.1/ failed, reason: connect EACCES 10.0.0.1:80: its address is not public (private), and no `allow_net` lists it
        code EACCES
        GET http://10.0.0.1/: no answer, connect EACCES 10.0.0.1:80: its address is not public (private), and no `allow_net` lists it
    "#]].assert_eq(&text(&run));
    assert!(run.requests[0].refused);
}

#[test]
fn redirects_are_looked_at_again() {
    let inner = wait(Endpoint::saying("reached"));
    let port = inner.port();
    let outer = wait(Endpoint::http(move |request| async move {
        let target = match request.path.as_str() {
            "/address" => format!("http://127.0.0.2:{port}/"),
            "/decimal" => format!("http://2130706434:{port}/"),
            "/mapped" => format!("http://[::ffff:127.0.0.2]:{port}/"),
            "/name" => format!("http://localhost:{port}/"),
            _ => "http://169.254.169.254/latest/meta-data/".to_owned(),
        };
        Response::builder().status(302).header("location", target).body(Full::default()).unwrap()
    }));
    let function = function_on(&GUARDED, FETCHER).with_egress(rules(&["127.0.0.1/32"]));
    let urls = ["/address", "/decimal", "/mapped", "/name", "/metadata"].map(|path| format!("{}{path}", outer.url()));
    expect![[r#"
        http://127.0.0.1:PORT/address ⇒ FetchError: request to http://127.0.0.2:PORT/ failed, reason: connect EACCES 127.0.0.2:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://127.0.0.1:PORT/decimal ⇒ FetchError: request to http://127.0.0.2:PORT/ failed, reason: connect EACCES 127.0.0.2:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://127.0.0.1:PORT/mapped ⇒ FetchError: request to http://[::ffff:7f00:2]:PORT/ failed, reason: connect EACCES [::ffff:7f00:2]:PORT: its address is not public (IPv4-mapped), and no `allow_net` lists it EACCES
        http://127.0.0.1:PORT/name ⇒ 200 reached
        http://127.0.0.1:PORT/metadata ⇒ FetchError: request to http://169.254.169.254/latest/meta-data/ failed, reason: connect EACCES 169.254.169.254:80: its address is not public (cloud metadata), and no `allow_net` lists it EACCES
    "#]].assert_eq(&fetched(&function, &urls.each_ref().map(String::as_str)));
    assert_eq!(inner.connections(), 1, "`localhost` is 127.0.0.1, which is opened");
}

/// Answers with one after the other of some lists of addresses.
struct Turning(AtomicUsize, Vec<Vec<IpAddr>>);

impl Resolver for Turning {
    fn resolve<'a>(&'a self, _host: &'a str) -> Resolved<'a> {
        let turn = self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(std::future::ready(Ok(self.1[turn % self.1.len()].clone())))
    }
}

fn turning(answers: &[&[&str]]) -> Turning {
    let parsed = answers.iter().map(|answer| answer.iter().map(|address| address.parse().unwrap()).collect());
    Turning(AtomicUsize::new(0), parsed.collect())
}

#[test]
fn what_a_name_resolves_to_is_looked_at_each_time() {
    let endpoint = wait(Endpoint::http(|_| async {
        Response::builder().header("connection", "close").body(Full::from("reached")).unwrap()
    }));
    let url = format!("http://rebinding.example:{}/", endpoint.port());
    // First the good address, then a bad one; both; none at all.
    let resolver = turning(&[
        &["127.0.0.1"],
        &["127.0.0.2"],
        &["10.0.0.1", "::ffff:10.0.0.1", "127.0.0.1", "fe80::1"],
        &["169.254.169.254", "127.0.0.2"],
        &[],
    ]);
    let host = Host::new(guarded_options().resolver(resolver)).unwrap();
    let function = function_on(&host, FETCHER).with_egress(rules(&["127.0.0.1/32"]));
    expect![[r#"
        http://rebinding.example:PORT/ ⇒ 200 reached
        http://rebinding.example:PORT/ ⇒ FetchError: request to http://rebinding.example:PORT/ failed, reason: connect EACCES rebinding.example:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://rebinding.example:PORT/ ⇒ 200 reached
        http://rebinding.example:PORT/ ⇒ FetchError: request to http://rebinding.example:PORT/ failed, reason: connect EACCES rebinding.example:PORT: its address is not public (cloud metadata), and no `allow_net` lists it EACCES
        http://rebinding.example:PORT/ ⇒ FetchError: request to http://rebinding.example:PORT/ failed, reason: getaddrinfo ENOTFOUND rebinding.example rebinding.example:PORT ENOTFOUND
    "#]].assert_eq(&fetched(&function, &[url.as_str(); 5]));
    assert_eq!(endpoint.connections(), 2);
}

#[test]
fn the_next_address_is_tried() {
    let endpoint = wait(Endpoint::saying("reached"));
    let url = format!("http://both.example:{}/", endpoint.port());
    // Nobody listens there with IPv6, and nothing answers from the network for documentation.
    let resolver = turning(&[&["::1", "127.0.0.1"], &["192.0.2.1", "127.0.0.1"], &["127.0.0.1", "::1"]]);
    let host = Host::new(guarded_options().resolver(resolver)).unwrap();
    let opened = rules(&["127.0.0.1/32", "::1/128", "192.0.2.0/24"]);
    for _ in 0..3 {
        let function = function_on(&host, FETCHER).with_egress(opened.clone());
        assert_eq!(
            fetched(&function, &[&url]).replace("PORT", &endpoint.port().to_string()),
            format!("{url} ⇒ 200 reached\n")
        );
    }
}

#[test]
fn ipv6_is_reached_where_it_is_opened() {
    let listener = wait(tokio::net::TcpListener::bind((Ipv6Addr::LOCALHOST, 0)));
    let Ok(listener) = listener else { return };
    let url = format!("http://[::1]:{}/", listener.local_addr().unwrap().port());
    let _server = harness::RUNTIME.spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut [0; 4096]).await;
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\nconnection: close\r\n\r\nreached";
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, answer).await;
        }
    });
    let function = function_on(&GUARDED, FETCHER);
    let opened = function.with_egress(rules(&["::1/128"]));
    expect![[r#"
        http://[::1]:PORT/ ⇒ FetchError: request to http://[::1]:PORT/ failed, reason: connect EACCES [::1]:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://[::1]:PORT/ ⇒ 200 reached
    "#]].assert_eq(&(fetched(&function, &[&url]) + &fetched(&opened, &[&url])));
}

#[test]
fn a_connection_is_not_used_by_who_may_not_make_it() {
    let endpoint = wait(Endpoint::saying("reached"));
    let url = endpoint.url();
    let opened = function_on(&GUARDED, FETCHER).with_egress(rules(&["127.0.0.0/8"]));
    let closed = opened.with_egress(EgressRules::default());
    let same = opened.with_egress(rules(&["127.0.0.0/8"]));
    let all = [&opened, &opened, &closed, &same].map(|function| fetched(function, &[&url]));
    expect![[r#"
        http://127.0.0.1:PORT ⇒ 200 reached
        http://127.0.0.1:PORT ⇒ 200 reached
        http://127.0.0.1:PORT ⇒ FetchError: request to http://127.0.0.1:PORT/ failed, reason: connect EACCES 127.0.0.1:PORT: its address is not public (loopback), and no `allow_net` lists it EACCES
        http://127.0.0.1:PORT ⇒ 200 reached
    "#]].assert_eq(&all.concat());
    assert_eq!(endpoint.connections(), 2, "one for each of the two that may");
}

#[test]
fn hosts_that_are_listed() {
    let endpoint = wait(Endpoint::saying("reached"));
    let port = endpoint.port();
    let hosts =
        ["api.test".to_owned(), format!("*.org.test:{port}"), "*.other.test:1".to_owned(), "127.0.0.1".to_owned()];
    let hosts: Vec<HostPattern> = hosts.iter().map(|host| host.parse().unwrap()).collect();
    let function = function_on(host(), FETCHER).with_egress(EgressRules::default().hosts(hosts));
    let names = "api.test API.TEST api.test. x.api.test xapi.test api.test.evil.test a.org.test a.b.org.test org.test .org.test evilorg.test a.other.test other.test \
                 127.0.0.1 2130706433 127.0.0.2 localhost [::1] api.test@evil.test user@api.test api.test%2eevil.test";
    let urls: Vec<_> = names.split_whitespace().map(|name| format!("http://{name}:{port}/")).collect();
    let urls: Vec<_> = urls.iter().map(String::as_str).collect();
    expect![[r#"
        http://api.test:PORT/ ⇒ 200 reached
        http://API.TEST:PORT/ ⇒ 200 reached
        http://api.test.:PORT/ ⇒ FetchError: request to http://api.test.:PORT/ failed, reason: getaddrinfo ENOTFOUND api.test. api.test.:PORT ENOTFOUND
        http://x.api.test:PORT/ ⇒ FetchError: request to http://x.api.test:PORT/ failed, reason: x.api.test:PORT is not among the `hosts` that this function may reach EACCES
        http://xapi.test:PORT/ ⇒ FetchError: request to http://xapi.test:PORT/ failed, reason: xapi.test:PORT is not among the `hosts` that this function may reach EACCES
        http://api.test.evil.test:PORT/ ⇒ FetchError: request to http://api.test.evil.test:PORT/ failed, reason: api.test.evil.test:PORT is not among the `hosts` that this function may reach EACCES
        http://a.org.test:PORT/ ⇒ 200 reached
        http://a.b.org.test:PORT/ ⇒ 200 reached
        http://org.test:PORT/ ⇒ FetchError: request to http://org.test:PORT/ failed, reason: org.test:PORT is not among the `hosts` that this function may reach EACCES
        http://.org.test:PORT/ ⇒ FetchError: request to http://.org.test:PORT/ failed, reason: .org.test:PORT is not among the `hosts` that this function may reach EACCES
        http://evilorg.test:PORT/ ⇒ FetchError: request to http://evilorg.test:PORT/ failed, reason: evilorg.test:PORT is not among the `hosts` that this function may reach EACCES
        http://a.other.test:PORT/ ⇒ FetchError: request to http://a.other.test:PORT/ failed, reason: a.other.test:PORT is not among the `hosts` that this function may reach EACCES
        http://other.test:PORT/ ⇒ FetchError: request to http://other.test:PORT/ failed, reason: other.test:PORT is not among the `hosts` that this function may reach EACCES
        http://127.0.0.1:PORT/ ⇒ 200 reached
        http://2130706433:PORT/ ⇒ 200 reached
        http://127.0.0.2:PORT/ ⇒ FetchError: request to http://127.0.0.2:PORT/ failed, reason: 127.0.0.2:PORT is not among the `hosts` that this function may reach EACCES
        http://localhost:PORT/ ⇒ FetchError: request to http://localhost:PORT/ failed, reason: localhost:PORT is not among the `hosts` that this function may reach EACCES
        http://[::1]:PORT/ ⇒ FetchError: request to http://[::1]:PORT/ failed, reason: [::1]:PORT is not among the `hosts` that this function may reach EACCES
        http://api.test@evil.test:PORT/ ⇒ FetchError: request to http://api.test@evil.test:PORT/ failed, reason: evil.test:PORT is not among the `hosts` that this function may reach EACCES
        http://user@api.test:PORT/ ⇒ 200 reached
        http://api.test%2eevil.test:PORT/ ⇒ FetchError: request to http://api.test.evil.test:PORT/ failed, reason: api.test.evil.test:PORT is not among the `hosts` that this function may reach EACCES
    "#]].assert_eq(&fetched(&function, &urls));
    let none = function.with_egress(EgressRules::default().hosts([]));
    let run = run(&none, &[&format!("http://api.test:{port}/")]);
    expect![[r#"
        onTrack returned ["FetchError: request to http://api.test:PORT/ failed, reason: api.test:PORT is not among the `hosts` that this function may reach EACCES"]
        GET http://api.test:PORT/: no answer, api.test:PORT is not among the `hosts` that this function may reach
    "#]].assert_eq(&text(&run));
    assert!(run.requests[0].refused);
}

#[test]
fn no_more_connections_than_requests_at_a_time() {
    let endpoint = wait(Endpoint::saying("reached"));
    let url = endpoint.url();
    let one = function_on(host(), FETCHER).with_egress(EgressRules::default());
    for _ in 0..40 {
        run(&one, &[url.as_str(); 50]);
    }
    // Where the machine stalls for as long as a connection's return is waited for, another one is made.
    assert!(endpoint.connections() <= 3, "{} connections", endpoint.connections());
    let many = function_on(
        host(),
        "onTrack = (event, { urls }) => Promise.all(urls.map(async (url) => (await fetch(url)).text())).then((all) => all.length)",
    )
    .with_egress(EgressRules::default());
    wait(async {
        for _ in 0..20 {
            let settings = serde_json::json!({ "urls": [&url, &url, &url, &url, &url] }).to_string();
            let limits = Limits::default();
            let runs = (0..4).map(|_| many.run(TRACK, &settings, &limits));
            for run in futures_join(runs).await {
                assert!(matches!(run.outcome, Outcome::Returned { .. }), "{}", text(&run));
            }
        }
    });
    assert!(endpoint.connections() <= 3 + 20 + 4, "{} connections", endpoint.connections());
}

#[test]
fn connections_of_many_requests_are_kept_for_as_many() {
    const TOGETHER: usize = 100;
    let barrier = Arc::new(tokio::sync::Barrier::new(TOGETHER));
    // Answers when all of a wave are there, so that afterwards all of their connections are idle.
    let endpoint = wait(Endpoint::http(move |_| {
        let barrier = barrier.clone();
        async move {
            barrier.wait().await;
            hyper::Response::new("all here".into())
        }
    }));
    let source = "onTrack = (event, { url, count }) =>
        Promise.all(Array.from({ length: count }, async () => (await fetch(url)).text())).then((all) => all.length)";
    let function = function_on(host(), source).with_egress(EgressRules::default());
    let settings = serde_json::json!({ "url": endpoint.url(), "count": TOGETHER }).to_string();
    let limits = harness::limits("requests_max", TOGETHER as u64);
    for _ in 0..5 {
        let run = wait(function.run(TRACK, &settings, &limits)).unwrap();
        assert!(matches!(run.outcome, Outcome::Returned { .. }), "{}", text(&run));
    }
    // As above.
    assert!(endpoint.connections() <= TOGETHER + 2, "{} connections", endpoint.connections());
}

/// What all of `runs` come to, carried on side by side.
async fn futures_join<F: Future<Output = Result<Run, fnhost::RunError>>>(runs: impl Iterator<Item = F>) -> Vec<Run> {
    let mut runs: Vec<_> = runs.map(|run| (Box::pin(run), None)).collect();
    std::future::poll_fn(|context| {
        for (run, done) in runs.iter_mut().filter(|(_, done)| done.is_none()) {
            if let std::task::Poll::Ready(ended) = run.as_mut().poll(context) {
                *done = Some(ended.unwrap());
            }
        }
        if runs.iter().any(|(_, done)| done.is_none()) { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    runs.into_iter().filter_map(|(_, done)| done).collect()
}

#[test]
fn timings() {
    let endpoint = wait(Endpoint::saying("reached"));
    let run = run(&function_on(host(), FETCHER), &[&endpoint.url(), &endpoint.url()]);
    let [first, second] = [run.requests[0].timings, run.requests[1].timings];
    assert!(
        first.queue_ms.is_some()
            && first.resolve_ms.is_some()
            && first.connect_ms.is_some()
            && first.first_byte_ms.is_some()
    );
    assert_eq!((first.tls_ms, first.reused), (None, Some(false)));
    assert!(first.first_byte_ms.unwrap() <= run.requests[0].duration_ms);
    assert_eq!((second.queue_ms, second.connect_ms, second.reused), (None, None, Some(true)));
}

/// Accepts, and never answers.
async fn silent() -> Endpoint {
    Endpoint::start(Default::default(), |stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await
}

#[test]
fn connections_of_all_functions_are_bounded_together() {
    let (silent, other) = (wait(silent()), wait(Endpoint::saying("other")));
    let network = "127.0.0.0/8".parse().unwrap();
    let host = Host::new(guarded_options().allow_net(network).connections_max(1)).unwrap();
    let source = "onTrack = async (event, { urls }) => {
      const open = Array.from({ length: 17 }, () => fetch(urls[0]));
      await new Promise((done) => setTimeout(done, 300));
      await fetch(urls[1]);
    }";
    let later = "onTrack = async (event, { urls }) => {
      await new Promise((done) => setTimeout(done, 600));
      return (await fetch(urls[1])).text();
    }";
    // Another function has its own 16.
    let (function, beside) = (function_on(&host, source), function_on(&host, later));
    // A function's own 16 and the one that all share are taken, so that the next waits until its time is over.
    let settings = serde_json::json!({ "urls": [silent.url(), other.url()] }).to_string();
    let limits = harness::limits("timeout_ms_max", 1_500);
    let (waited, beside) =
        wait(async { tokio::join!(function.run(TRACK, &settings, &limits), beside.run(TRACK, &settings, &limits)) });
    let (waited, beside) = (text(&waited.unwrap()), text(&beside.unwrap()));
    assert!(waited.contains("Timeout"), "{waited}");
    assert!(beside.contains("returned \"other\""), "{beside}");
    assert_eq!((silent.connections(), other.connections()), (17, 1));
}

#[test]
fn connections_that_nobody_uses_make_room() {
    let endpoints: Vec<_> = (0..40).map(|_| wait(Endpoint::saying("here"))).collect();
    let network = "127.0.0.0/8".parse().unwrap();
    let host = Host::new(guarded_options().allow_net(network).connections_max(1)).unwrap();
    let function = function_on(&host, FETCHER);
    let urls: Vec<_> = endpoints.iter().map(Endpoint::url).collect();
    let urls: Vec<_> = urls.iter().map(String::as_str).collect();
    for _ in 0..2 {
        assert_eq!(fetched(&function, &urls).matches("200 here").count(), 40);
    }
    // Those that were used last are still there: 17 of them.
    let last: Vec<_> = urls[23..].to_vec();
    assert_eq!(fetched(&function, &last).matches("200 here").count(), 17);
    let connections: Vec<_> = endpoints.iter().map(Endpoint::connections).collect();
    assert!(connections[..23].iter().all(|count| *count == 2), "{connections:?}");
    assert!(connections[24..].iter().all(|count| *count == 2), "{connections:?}");
}

/// Answers for `slow….test` never, and counts how many wait.
struct Stuck(Arc<AtomicUsize>);

impl Resolver for Stuck {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolved<'a> {
        Box::pin(async move {
            if host.starts_with("slow") {
                self.0.fetch_add(1, Ordering::Relaxed);
                std::future::pending::<()>().await;
            }
            Ok(vec!["127.0.0.1".parse().unwrap()])
        })
    }
}

#[test]
fn names_that_nobody_answers_for_keep_none_but_their_function_waiting() {
    let endpoint = wait(Endpoint::saying("reached"));
    let asked: Arc<AtomicUsize> = Arc::default();
    let options = guarded_options().resolver(Stuck(asked.clone())).allow_net("127.0.0.0/8".parse().unwrap());
    let host = Host::new(options).unwrap();
    let source = "onTrack = (event, { urls }) => Promise.all(urls.map((url) => fetch(url)))";
    let (one, other) = (function_on(&host, source), function_on(&host, FETCHER));
    let urls: Vec<_> = (0..40).map(|number| format!("http://slow{number}.test/")).collect();
    let settings = serde_json::json!({ "urls": urls }).to_string();
    for _ in 0..2 {
        let run = wait(one.run(TRACK, &settings, &harness::limits("timeout_ms_max", 300))).unwrap();
        assert!(text(&run).contains("Timeout"), "{}", text(&run));
        // Those of the first run still count in the second.
        assert_eq!(asked.load(Ordering::Relaxed), 16);
    }
    let url = format!("http://fast.test:{}/", endpoint.port());
    assert!(fetched(&other, &[&url]).contains("200 reached"));
}

#[test]
fn networks_are_written_in_one_way() {
    let arguments = ["127.0.0.1", "127.0.0.1/8", "localhost", "::1"];
    let folder = crate::command::Folder::with(&[]);
    let said = arguments.map(|network| folder.fnhost(&format!("run f.js --event e.json --allow-net {network}")));
    expect![[r#"
        exit 2
        stderr: error: invalid value '127.0.0.1' for '--allow-net <CIDR>': expected an address and the length of its prefix, such as `127.0.0.1/32`
        stderr: 
        stderr: For more information, try '--help'.
        exit 2
        stderr: error: invalid value '127.0.0.1/8' for '--allow-net <CIDR>': the address has bits beyond its prefix; is `127.0.0.0/8` meant?
        stderr: 
        stderr: For more information, try '--help'.
        exit 2
        stderr: error: invalid value 'localhost' for '--allow-net <CIDR>': expected an address and the length of its prefix, such as `127.0.0.0/8`
        stderr: 
        stderr: For more information, try '--help'.
        exit 2
        stderr: error: invalid value '::1' for '--allow-net <CIDR>': expected an address and the length of its prefix, such as `::1/128`
        stderr: 
        stderr: For more information, try '--help'.
    "#]].assert_eq(&said.concat());
}
