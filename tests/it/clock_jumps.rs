//! A wall clock that jumps, under a daemon in this process: it is handed its
//! clock. Times of waiting do not follow the jump, stamps on events do.

use crate::daemon::{Client, Daemon, FORWARD, config, destination, texts, track, until};
use crate::endpoint::Endpoint;
use crate::harness::{RUNTIME, host, wait};
use bytes::Bytes;
use expect_test::expect;
use fnhost_queue::{Ledger, Selection};
use fnhost_server::{Clock, ServeOptions, Signal, serve};
use http_body_util::Full;
use hyper::Response;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

const DAY_MS: u64 = 24 * 3_600_000;
/// 2026-01-05T09:30:00.000Z.
const NOW_MS: u64 = 1_767_605_400_000;

/// A daemon whose wall clock is `wall`.
struct Served {
    client: Client,
    signals: mpsc::Sender<Signal>,
    task: JoinHandle<()>,
}

fn start(files: &Daemon, wall: &Arc<AtomicU64>) -> Served {
    let (signals, received) = mpsc::channel(1);
    let (ready, is_ready) = oneshot::channel();
    let wall = wall.clone();
    let path = |name| files.folder().path(name);
    let (config_path, data_dir): (PathBuf, PathBuf) = (path("fnhost.toml"), path("data"));
    let task = RUNTIME.spawn(async move {
        let options = ServeOptions {
            config_path,
            data_dir: Some(data_dir),
            listen: Some(([127, 0, 0, 1], 0).into()),
            host: host().clone(),
            environment: Arc::new(|_| None),
            clock: Clock::new(move || wall.load(Ordering::Relaxed)),
            signals: received,
        };
        serve(options, |address| ready.send(address).unwrap()).await.unwrap();
    });
    Served { client: Client::at(wait(is_ready).unwrap()), signals, task }
}

impl Served {
    fn post(&self, message_id: &str) {
        let answer = self.client.post("/v1/track", &track(message_id).to_string()).unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    fn stop(self) {
        wait(self.signals.send(Signal::Stop)).unwrap();
        wait(self.task).unwrap();
    }
}

/// Waits until `count` deliveries are over, and renders all.
fn settled(ledger: &Ledger, count: usize) -> String {
    until("deliveries to end", || {
        let deliveries = ledger.deliveries(&Selection::default(), 100).unwrap();
        let text = texts(ledger, &deliveries);
        let over = deliveries.iter().filter(|delivery| !delivery.state.is_open()).count();
        if over == count { Ok(text) } else { Err(text) }
    })
}

/// An endpoint that answers every second request with 503.
fn every_second() -> Endpoint {
    let count = Arc::new(AtomicUsize::new(0));
    wait(Endpoint::http(move |_| {
        let status = if count.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) { 503 } else { 200 };
        async move { Response::builder().status(status).body(Full::<Bytes>::default()).unwrap() }
    }))
}

#[test]
fn a_wall_clock_that_jumps_delays_and_loses_nothing() {
    let endpoint = every_second();
    let retry = "retry = { first_ms = 20, retries_max = 5, factor = 1.0 }";
    let files = Daemon::prepare(&config(&destination("forward", &endpoint.url(), retry)), &[("forward.js", FORWARD)]);
    let wall = Arc::new(AtomicU64::new(NOW_MS));
    let served = start(&files, &wall);
    let ledger = Ledger::open(&files.folder().path("data")).unwrap();
    served.post("before");
    settled(&ledger, 1);
    wall.store(NOW_MS + 30 * DAY_MS, Ordering::Relaxed);
    served.post("a month later");
    settled(&ledger, 2);
    wall.store(NOW_MS - 30 * DAY_MS, Ordering::Relaxed);
    served.post("a month earlier");
    expect![[r#"
        a month earlier forward delivered after 2
        a month later forward delivered after 2
        before forward delivered after 2
    "#]]
    .assert_eq(&settled(&ledger, 3));
    let stamps = ledger.events(&Selection::default(), 10).unwrap().into_iter().map(|event| event.received_ms);
    assert_eq!(stamps.collect::<Vec<_>>(), [NOW_MS - 30 * DAY_MS, NOW_MS + 30 * DAY_MS, NOW_MS]);
    served.stop();
    assert_eq!(ledger.audit().unwrap(), [""; 0]);
}

#[test]
fn a_clock_that_was_set_back_between_two_starts_does_not_hold_up_what_waits() {
    let endpoint = wait(Endpoint::status(503, "later"));
    let retry = "retry = { first_ms = 3_600_000, wait_ms_max = 3_600_000 }";
    let forward = [("forward.js", FORWARD)];
    let files = Daemon::prepare(&config(&destination("forward", &endpoint.url(), retry)), &forward);
    let wall = Arc::new(AtomicU64::new(NOW_MS + 30 * DAY_MS));
    let served = start(&files, &wall);
    let ledger = Ledger::open(&files.folder().path("data")).unwrap();
    served.post("m");
    let attempted = |count: u32| {
        until("attempts", || {
            let found = ledger.deliveries(&Selection::default(), 1).unwrap();
            if found.iter().any(|delivery| delivery.attempts == count) { Ok(()) } else { Err(format!("{found:?}")) }
        });
    };
    attempted(1);
    served.stop();
    // Due in a month, by the clock as it is now.
    wall.store(NOW_MS, Ordering::Relaxed);
    let served = start(&files, &wall);
    attempted(2);
    served.stop();
}
