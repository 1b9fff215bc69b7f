//! Nothing is lost: the real daemon is killed again and again at random points, under load, and in the end
//! every event that was acknowledged is in the ledger once and has arrived at each of its destinations.

use crate::daemon::{Client, Daemon, config, destination, track};
use crate::endpoint::{Endpoint, Received};
use crate::harness::wait;
use crate::many::{Random, message_ids, port_to_come_back_to, say, totals, until_nothing_is_open};
use bytes::Bytes;
use http_body_util::Full;
use hyper::Response;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// Kills at least.
const KILLS: usize = 100;

const CLIENTS: usize = 4;

/// Requests that a client sends in each life of the daemon, beside those that it has to send again.
const REQUESTS_PER_LIFE: usize = 3;

/// Events in a batch at most.
const BATCH_EVENTS_MAX: usize = 8;

/// The longest life after the daemon is ready.
const LIFE_MS_MAX: usize = 150;

/// When it is killed while it starts, at the latest; whatever it does is done by then.
const START_MS_MAX: usize = 300;

/// Throws for everything but an answer in the 200s, so the delivery is made again.
const SINGLE: &str = "async function onTrack(event, settings) {
  const res = await fetch(settings.url, { method: 'POST', body: event.messageId });
  if (!res.ok) throw new Error(`answered ${res.status}`);
}";

const BATCHED: &str = "async function onBatch(events, settings) {
  const res = await fetch(settings.url, { method: 'POST', body: events.map((event) => event.messageId).join(' ') });
  if (!res.ok) throw new Error(`answered ${res.status}`);
}";

/// The destinations.
const NAMES: [&str; 3] = ["batched", "shaky", "steady"];

/// Counts what comes, by destination and `messageId`.
#[derive(Clone, Default)]
struct Arrivals(Arc<Mutex<HashMap<(String, String), u64>>>);

impl Arrivals {
    /// Counts, and answers; `/shaky` answers the first request of every third event with 500.
    fn take(&self, received: &Received) -> Response<Full<Bytes>> {
        let name = received.path.trim_start_matches('/');
        let mut counts = self.0.lock().unwrap();
        let mut is_refused = false;
        for id in received.body.split(' ') {
            let count = counts.entry((name.to_owned(), id.to_owned())).or_default();
            *count += 1;
            is_refused |= name == "shaky" && *count == 1 && id.bytes().map(usize::from).sum::<usize>() % 3 == 0;
        }
        Response::builder().status(if is_refused { 500 } else { 200 }).body(Full::default()).unwrap()
    }

    /// The events that came for `name`.
    fn ids(&self, name: &str) -> BTreeSet<String> {
        self.0.lock().unwrap().keys().filter(|key| key.0 == name).map(|key| key.1.clone()).collect()
    }

    fn total(&self) -> u64 {
        self.0.lock().unwrap().values().sum()
    }
}

/// How many requests may still be sent, and whether there will be more of them.
#[derive(Default)]
struct Allowance {
    left: Mutex<(usize, bool)>,
    changed: Condvar,
}

impl Allowance {
    fn add(&self, requests: usize) {
        self.left.lock().unwrap().0 += requests;
        self.changed.notify_all();
    }

    fn end(&self) {
        self.left.lock().unwrap().1 = true;
        self.changed.notify_all();
    }

    /// Waits until one more may be sent; false if none will be.
    fn take(&self) -> bool {
        let left = self.left.lock().unwrap();
        let mut left = self.changed.wait_while(left, |(left, has_ended)| *left == 0 && !*has_ended).unwrap();
        let may_send = left.0 > 0;
        left.0 -= usize::from(may_send);
        may_send
    }
}

/// Sends events one by one and in batches, each request again until it is acknowledged; what was.
fn send(client: &Client, number: usize, mut random: Random, allowance: &Allowance) -> Vec<String> {
    let mut acknowledged = Vec::new();
    while allowance.take() {
        let count = if random.below(2) == 0 { 1 } else { 1 + random.below(BATCH_EVENTS_MAX) };
        let ids: Vec<_> = (0..count).map(|index| format!("c{number}-{}", acknowledged.len() + index)).collect();
        let events: Vec<_> = ids.iter().map(|id| track(id)).collect();
        match &events[..] {
            [event] => client.post_until_acknowledged("/v1/track", &event.to_string()),
            _ => client.post_until_acknowledged("/v1/batch", &serde_json::json!({ "batch": events }).to_string()),
        }
        acknowledged.extend(ids);
    }
    acknowledged
}

/// The daemon, made ready for being started often: its functions are components already.
fn prepare(endpoint: &Endpoint) -> Daemon {
    let mut text = String::new();
    for name in NAMES {
        let source = if name == "batched" { "batched" } else { "single" };
        text += &format!("[[function]]\nname = \"{name}\"\npath = \"{source}.wasm\"\n");
    }
    for name in NAMES {
        let more = match name {
            "batched" => "batch = { events_max = 20, wait_ms = 50 }",
            "shaky" => "retry = { retries_max = 20, first_ms = 20, factor = 1.0, wait_ms_max = 50 }",
            _ => "",
        };
        text += &destination(name, &format!("{}/{name}", endpoint.url()), more);
    }
    let daemon = Daemon::prepare(&config(&text), &[]);
    for (name, source) in [("single", SINGLE), ("batched", BATCHED)] {
        daemon.write(&format!("{name}.js"), source);
        let built = daemon.folder().fnhost(&format!("build {name}.js --output {name}.wasm"));
        assert!(built.starts_with("exit 0\n"), "{built}");
    }
    daemon
}

fn arguments(port: u16) -> String {
    format!("--listen 127.0.0.1:{port} --data data")
}

/// A start that does not get far.
fn kill_while_it_starts(daemon: &Daemon, port: u16, after_ms: usize) {
    let mut child =
        daemon.folder().command(&format!("serve --config fnhost.toml {}", arguments(port))).spawn().unwrap();
    wait_ms(after_ms);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// The time of a kill is an arbitrary one; nothing waits for what happens until then.
fn wait_ms(ms: usize) {
    std::thread::park_timeout(Duration::from_millis(u64::try_from(ms).unwrap()));
}

/// Four clients send events one by one and in batches, each request until it is acknowledged, to a daemon with
/// three destinations: one that works, one that answers every third event with 500 at first, and one with
/// `onBatch`. The daemon is killed with SIGKILL at random points, some of them while it starts. That takes half
/// a minute to a minute on two cores.
#[test]
fn killed_a_hundred_times_it_loses_nothing() {
    let mut random = Random::seeded("killed_a_hundred_times_it_loses_nothing");
    let arrivals = Arrivals::default();
    let counting = arrivals.clone();
    let endpoint = wait(Endpoint::http(move |received| std::future::ready(counting.take(&received))));
    let (mut daemon, port) = (prepare(&endpoint), port_to_come_back_to());
    daemon.try_start_with(&arguments(port)).unwrap();
    let allowance = Arc::new(Allowance::default());
    let clients = start_clients(&daemon, &mut random, &allowance);
    let mut killed = 0;
    while killed < KILLS {
        allowance.add(CLIENTS * REQUESTS_PER_LIFE);
        wait_ms(random.below(LIFE_MS_MAX));
        daemon.kill();
        killed += 1;
        if random.below(5) == 0 {
            kill_while_it_starts(&daemon, port, random.below(START_MS_MAX));
            killed += 1;
        }
        daemon.try_start_with(&arguments(port)).unwrap();
        daemon.audit();
    }
    allowance.end();
    let mut acknowledged: Vec<_> = clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
    acknowledged.sort();
    until_nothing_is_open(&daemon);
    check(&daemon, &arrivals, &acknowledged);
    let (events, came) = (acknowledged.len(), arrivals.total());
    say(&format!("{killed} kills: {events} events acknowledged, {} deliveries, {came} arrivals", 3 * events));
    daemon.stop();
}

fn start_clients(daemon: &Daemon, random: &mut Random, allowance: &Arc<Allowance>) -> Vec<JoinHandle<Vec<String>>> {
    let start = |number| {
        let (client, random, allowance) = (daemon.client(), random.split(), allowance.clone());
        std::thread::spawn(move || send(&client, number, random, &allowance))
    };
    (0..CLIENTS).map(start).collect()
}

/// What was acknowledged is in the ledger once, delivered to every destination, and has arrived there.
fn check(daemon: &Daemon, arrivals: &Arrivals, acknowledged: &[String]) {
    assert_eq!(message_ids(&daemon.ledger()), acknowledged);
    let count = acknowledged.len();
    let expected = NAMES.map(|name| format!("{name}: {count} accepted, {count} delivered\n"));
    assert_eq!(totals(&daemon.ledger()), expected.concat());
    let acknowledged: BTreeSet<_> = acknowledged.iter().cloned().collect();
    for name in NAMES {
        let came = arrivals.ids(name);
        let missing: Vec<_> = acknowledged.difference(&came).collect();
        assert!(missing.is_empty(), "never arrived at {name}: {missing:?}");
        assert_eq!(came.len(), count, "nothing else arrives");
    }
}
