//! Where requests may go: addresses by whatever spelling, name or redirect, networks that are opened, hosts that are
//! listed; and whose connections they go over.

use crate::endpoint::Endpoint;
use crate::harness::{self, TRACK, guarded_options, host, text, wait, without_ports};
use expect_test::{Expect, expect};
use fnhost::{EgressRules, Function, Host, HostPattern, Limits, Outcome, Resolved, Resolver, Run};
use http_body_util::Full;
use hyper::Response;
use std::fmt::Write;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

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

fn rules(networks: &[&str]) -> EgressRules {
    networks.iter().fold(EgressRules::default(), |rules, network| rules.allow_net(network.parse().unwrap()))
}

/// What `rules` say of each of `addresses`.
fn check_addresses(rules: &EgressRules, addresses: &str, expected: Expect) {
    let mut out = String::new();
    for address in addresses.split_whitespace() {
        let refusal = rules.refusal(address.parse().unwrap()).unwrap_or("reached");
        writeln!(out, "{address:<40} {refusal}").unwrap();
    }
    expected.assert_eq(&out);
}

#[test]
fn addresses_of_ipv4() {
    check_addresses(
        &EgressRules::default(),
        "0.0.0.0 0.0.0.1 0.255.255.255 1.0.0.0 8.8.8.8 9.255.255.255 10.0.0.0 10.255.255.255 11.0.0.0 100.63.255.255 100.64.0.0 \
         100.100.100.200 100.127.255.255 100.128.0.0 126.255.255.255 127.0.0.0 127.0.0.1 127.255.255.255 128.0.0.0 168.63.129.15 \
         168.63.129.16 169.253.255.255 169.254.0.0 169.254.169.254 169.254.170.2 169.254.255.255 169.255.0.0 172.15.255.255 172.16.0.0 \
         172.31.255.255 172.32.0.0 192.0.0.0 192.0.0.192 192.0.0.255 192.0.1.0 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1 192.167.255.255 \
         192.168.0.0 192.168.255.255 192.169.0.0 192.175.48.1 198.17.255.255 198.18.0.0 198.19.255.255 198.20.0.0 198.51.100.1 203.0.112.255 \
         203.0.113.1 203.0.114.0 223.255.255.255 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.254 255.255.255.255",
        expect![[r#""#]],
    );
}

#[test]
fn addresses_of_ipv6() {
    check_addresses(
        &EgressRules::default(),
        ":: ::1 ::2 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:169.254.169.254 ::fffe:8.8.8.8 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::a00:1 \
         64:ff9b:2:: 100::1 100:0:0:1::1 1fff:ffff::1 2000::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1 2001:1ff:ffff::1 \
         2001:200::1 2001:db7::1 2001:db8::1 2001:db9::1 2001:4860:4860::8888 2002:7f00:1:: 2002:808:808:: 2003::1 2606:4700:4700::1111 2620:4f:8000::1 \
         2a00:1450::1 3ffe::1 3fff::1 3fff:fff:ffff::1 3fff:1000::1 4000::1 5f00::1 8000::1 fbff::1 fc00::1 fd00:ec2::254 fd00:ec2::23 fd20:ce::254 fdff::1 \
         fe00::1 fe80::1 febf::1 fec0::1 feff::1 ff00::1 ff02::1 ffff::1",
        expect![[r#""#]],
    );
}

#[test]
fn opened_networks() {
    let all = rules(&["0.0.0.0/0", "::/0"]);
    let some = "10.0.0.1 127.0.0.1 169.254.1.1 169.254.169.254 168.63.129.16 100.100.100.200 8.8.8.8 ::1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 fd00:ec2::254 \
                64:ff9b::a9fe:a9fe 2002:a9fe:a9fe:: 2001:0:0:0:0:0:5601:5601 fe80::1 255.255.255.255";
    check_addresses(&all, some, expect![[r#""#]]);
    let metadata = rules(&["169.254.169.254/32", "fd00:ec2::254/128"]);
    check_addresses(&metadata, some, expect![[r#""#]]);
    // Through a translator of a network without IPv4, and only to where IPv4 itself may go.
    let nat64 = rules(&["64:ff9b::/96", "10.1.0.0/16"]);
    check_addresses(
        &nat64,
        "64:ff9b::808:808 64:ff9b::7f00:1 64:ff9b::a01:1 64:ff9b::a02:1 10.1.0.1 10.2.0.1 ::ffff:10.1.0.1 ::ffff:10.2.0.1 2002:a01:1::",
        expect![[r#""#]],
    );
    let mapped = rules(&["::ffff:10.1.0.0/112"]);
    check_addresses(&mapped, "::ffff:10.1.0.1 10.1.0.1 ::ffff:10.2.0.1", expect![[r#""#]]);
}

#[test]
fn spellings_of_loopback_and_its_neighbours() {
    let endpoint = wait(Endpoint::saying("reached"));
    let port = endpoint.port();
    let hosts = "127.0.0.1 127.1 127.0.1 0177.0.0.1 0x7f.0.0.1 0x7f000001 017700000001 2130706433 127.0.0.1. 0 0.0.0.0 00000177.1 0x7F.1 127.00.00.01 \
                 %31%32%37.0.0.1 １２７.0.0.1 ①②⑦.0.0.1 127。0。0。1 localhost LOCALHOST localhost. foo.localhost internal.test [::1] [0:0:0:0:0:0:0:1] [::] \
                 [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::] [fe80::1%25lo] [fe80::1%lo] [::1%1] 169.254.169.254 0xa9fea9fe \
                 2852039166 metadata metadata.google.internal METADATA.google.internal. metadata.goog instance-data user:pass@127.0.0.1 127.0.0.1@127.2 \
                 10.0.0.1 172.16.0.1 192.168.1.1 100.64.0.1 224.0.0.1 255.255.255.255 1.1 256.1.1.1 127.0.0.1.nip.test";
    let urls: Vec<_> = hosts.split_whitespace().map(|host| format!("http://{host}:{port}/")).collect();
    let urls: Vec<_> = urls.iter().map(String::as_str).collect();
    expect![[r#""#]].assert_eq(&fetched(&function_on(&GUARDED, FETCHER), &urls));
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
          const bySocket = await fetchretrylib(fetch)('http://127.0.0.1:{0}/', {{ retries: 0 }}).catch((error) => error);
          return [byHttp.message, bySdk.message, bySocket.message];
        }}",
        endpoint.port()
    );
    let run = wait(function_on(&GUARDED, &source).run(TRACK, "{}", &Limits::default())).unwrap();
    expect![[r#""#]].assert_eq(&text(&run));
    assert_eq!(endpoint.connections(), 0);
}

#[test]
fn a_refusal_is_not_tried_again_and_is_in_the_trace() {
    let run = run(&function_on(&GUARDED, "onTrack = (event, { urls }) => fetch(urls[0])"), &["http://10.0.0.1/"]);
    expect![[r#""#]].assert_eq(&text(&run));
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
    expect![[r#""#]].assert_eq(&fetched(&function, &urls.each_ref().map(String::as_str)));
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
    expect![[r#""#]].assert_eq(&fetched(&function, &[&url; 5]));
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
        assert_eq!(fetched(&function, &[&url]).replace("PORT", &endpoint.port().to_string()), format!("{url} ⇒ 200 reached\n"));
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
    expect![[r#""#]].assert_eq(&(fetched(&function, &[&url]) + &fetched(&opened, &[&url])));
}

#[test]
fn a_connection_is_not_used_by_who_may_not_make_it() {
    let endpoint = wait(Endpoint::saying("reached"));
    let url = endpoint.url();
    let opened = function_on(&GUARDED, FETCHER).with_egress(rules(&["127.0.0.0/8"]));
    let closed = opened.with_egress(EgressRules::default());
    let same = opened.with_egress(rules(&["127.0.0.0/8"]));
    let all = [&opened, &opened, &closed, &same].map(|function| fetched(function, &[&url]));
    expect![[r#""#]].assert_eq(&all.concat());
    assert_eq!(endpoint.connections(), 2, "one for each of the two that may");
}

#[test]
fn hosts_that_are_listed() {
    let endpoint = wait(Endpoint::saying("reached"));
    let port = endpoint.port();
    let hosts = ["api.test".to_owned(), format!("*.org.test:{port}"), "*.other.test:1".to_owned(), "127.0.0.1".to_owned()];
    let hosts: Vec<HostPattern> = hosts.iter().map(|host| host.parse().unwrap()).collect();
    let function = function_on(host(), FETCHER).with_egress(EgressRules::default().hosts(hosts));
    let names = "api.test API.TEST api.test. x.api.test xapi.test api.test.evil.test a.org.test a.b.org.test org.test .org.test evilorg.test a.other.test other.test \
                 127.0.0.1 2130706433 127.0.0.2 localhost [::1] api.test@evil.test user@api.test api.test%2eevil.test";
    let urls: Vec<_> = names.split_whitespace().map(|name| format!("http://{name}:{port}/")).collect();
    let urls: Vec<_> = urls.iter().map(String::as_str).collect();
    expect![[r#""#]].assert_eq(&fetched(&function, &urls));
    let none = function.with_egress(EgressRules::default().hosts([]));
    let run = run(&none, &[&format!("http://api.test:{port}/")]);
    expect![[r#""#]].assert_eq(&text(&run));
    assert!(run.requests[0].refused);
}

#[test]
fn patterns_of_hosts() {
    let texts = "example.com EXAMPLE.com. bücher.example *.example.com:443 192.0.2.7:80 [2001:db8::7]:8080 [::1] 0x7f.1 * *. *.* a.*.b exa*mple.com *.192.0.2.7 \
                 https://example.com example.com/ user@example.com example.com:0 example.com:65536 example.com:+1 example.com: :80 ::1 a..b %zz";
    let mut out = String::new();
    for text in texts.split(' ').filter(|text| !text.is_empty()).chain([""]) {
        let read = text.parse::<HostPattern>().map_or_else(|error| format!("error: {error}"), |host| host.to_string());
        writeln!(out, "{text} ⇒ {read}").unwrap();
    }
    expect![[r#""#]].assert_eq(&out);
}

#[test]
fn no_more_connections_than_requests_at_a_time() {
    let endpoint = wait(Endpoint::saying("reached"));
    let url = endpoint.url();
    let one = function_on(host(), FETCHER).with_egress(EgressRules::default());
    for _ in 0..40 {
        run(&one, &[&url; 50]);
    }
    assert_eq!(endpoint.connections(), 1);
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
    assert!(endpoint.connections() <= 1 + 20, "{} connections", endpoint.connections());
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
    assert!(first.queue_ms.is_some() && first.resolve_ms.is_some() && first.connect_ms.is_some() && first.first_byte_ms.is_some());
    assert_eq!((first.tls_ms, first.reused), (None, Some(false)));
    assert!(first.first_byte_ms.unwrap() <= run.requests[0].duration_ms);
    assert_eq!((second.queue_ms, second.connect_ms, second.reused), (None, None, Some(true)));
}
