//! What Prometheus is told. Counts of deliveries come from the ledger when they
//! are asked for, so they agree with it; the rest is counted here.

use fnhost_queue::Total;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use std::sync::atomic::AtomicU64;

type Counts = Family<Vec<(&'static str, String)>, Counter>;
type Levels = Family<Vec<(&'static str, String)>, Gauge<f64, AtomicU64>>;
type Times = Family<Vec<(&'static str, String)>, Histogram, fn() -> Histogram>;

/// All metrics.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Counts,
    ingest_bytes: Counter,
    ingest_times: Times,
    events: Counts,
    attempts: Counts,
    attempt_times: Times,
    delivery_times: Times,
    fuel: Counts,
    outbound: Counts,
    memory: Times,
    open_breakers: Levels,
    deliveries: Levels,
    accepted: Levels,
    queue_age: Levels,
    reloads: Counts,
}

/// An attempt, as far as it is counted.
pub(crate) struct AttemptSeen {
    pub(crate) outcome: &'static str,
    pub(crate) fuel: u64,
    pub(crate) memory_bytes: u64,
    pub(crate) duration_ms: f64,
    pub(crate) requests: u64,
}

/// From 0.5 ms to about 4 minutes.
fn times() -> Histogram {
    Histogram::new(exponential_buckets(0.0005, 2.0, 20))
}

/// From a second's fraction to the four hours that retries may take.
fn long_times() -> Histogram {
    Histogram::new(exponential_buckets(0.005, 2.5, 18))
}

/// From 1 MiB to 512 MiB.
fn sizes() -> Histogram {
    Histogram::new(exponential_buckets(1_048_576.0, 2.0, 10))
}

impl Default for Metrics {
    fn default() -> Metrics {
        let mut metrics = Metrics {
            registry: Registry::with_prefix("fnhost"),
            requests: Family::default(),
            ingest_bytes: Counter::default(),
            ingest_times: Family::new_with_constructor(times),
            events: Family::default(),
            attempts: Family::default(),
            attempt_times: Family::new_with_constructor(times),
            delivery_times: Family::new_with_constructor(long_times),
            fuel: Family::default(),
            outbound: Family::default(),
            memory: Family::new_with_constructor(sizes),
            open_breakers: Family::default(),
            deliveries: Family::default(),
            accepted: Family::default(),
            queue_age: Family::default(),
            reloads: Family::default(),
        };
        metrics.register();
        // There from the start, for alerts on a change.
        for result in ["applied", "refused"] {
            drop(metrics.reloads.get_or_create(&labels([("result", result)])));
        }
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("ingest_requests", "Requests to the tracking API, by status", self.requests.clone());
        registry.register_with_unit(
            "ingest_body",
            "Bodies received by the tracking API, as they came",
            Unit::Bytes,
            self.ingest_bytes.clone(),
        );
        registry.register_with_unit(
            "ingest_duration",
            "Time to answer a request to the tracking API, the write to disk included",
            Unit::Seconds,
            self.ingest_times.clone(),
        );
        registry.register(
            "events",
            "Events by source and by what became of them at ingestion: accepted, duplicate, or the reason of a rejection",
            self.events.clone(),
        );
        registry.register("attempts", "Attempts by destination and outcome", self.attempts.clone());
        registry.register_with_unit(
            "attempt_duration",
            "Time that a function ran",
            Unit::Seconds,
            self.attempt_times.clone(),
        );
        registry.register_with_unit(
            "delivery_duration",
            "From the event's arrival to its delivery",
            Unit::Seconds,
            self.delivery_times.clone(),
        );
        registry.register("fuel", "Units of fuel used by functions", self.fuel.clone());
        registry.register("outbound_requests", "Requests made by functions", self.outbound.clone());
        registry.register_with_unit(
            "attempt_memory",
            "Largest memory of a function's instance",
            Unit::Bytes,
            self.memory.clone(),
        );
        registry.register(
            "breaker_open",
            "1 while a destination is left alone because it only fails",
            self.open_breakers.clone(),
        );
        registry.register(
            "deliveries",
            "Deliveries by destination and state, since the data folder was made",
            self.deliveries.clone(),
        );
        registry.register(
            "deliveries_accepted",
            "Deliveries ever accepted, which is the sum of the states",
            self.accepted.clone(),
        );
        registry.register_with_unit(
            "queue_age",
            "How long the oldest delivery that is due has been due",
            Unit::Seconds,
            self.queue_age.clone(),
        );
        registry.register("config_reloads", "Attempts to apply a changed configuration", self.reloads.clone());
    }

    /// Everything in the text format, with the ledger's `totals`, and since when
    /// the oldest delivery of each destination is due.
    pub(crate) fn text(&self, totals: &[Total], oldest_due: &[(String, u64)], now_ms: u64) -> String {
        for total in totals {
            let count = total.count as f64;
            let destination = total.destination.as_str();
            match total.state {
                None => drop(self.accepted.get_or_create(&labels([("destination", destination)])).set(count)),
                Some(state) => {
                    let labels = labels([("destination", destination), ("state", state.as_str())]);
                    self.deliveries.get_or_create(&labels).set(count);
                }
            }
        }
        self.queue_age.clear();
        for (destination, due_ms) in oldest_due {
            let age_ms = now_ms.saturating_sub(*due_ms);
            self.queue_age.get_or_create(&labels([("destination", destination)])).set(age_ms as f64 / 1e3);
        }
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    /// A request to the tracking API was answered.
    pub(crate) fn ingested(&self, status: u16, body_bytes: u64, duration_s: f64) {
        self.requests.get_or_create(&labels([("status", &status.to_string())])).inc();
        self.ingest_bytes.inc_by(body_bytes);
        self.ingest_times.get_or_create(&Vec::new()).observe(duration_s);
    }

    /// `count` events of a source came to `result` at ingestion.
    pub(crate) fn events(&self, source: &str, result: &str, count: u64) {
        self.events.get_or_create(&labels([("source", source), ("result", result)])).inc_by(count);
    }

    pub(crate) fn attempted(&self, destination: &str, seen: &AttemptSeen) {
        let by_destination = labels([("destination", destination)]);
        self.attempts.get_or_create(&labels([("destination", destination), ("outcome", seen.outcome)])).inc();
        self.attempt_times.get_or_create(&by_destination).observe(seen.duration_ms / 1e3);
        self.fuel.get_or_create(&by_destination).inc_by(seen.fuel);
        self.outbound.get_or_create(&by_destination).inc_by(seen.requests);
        self.memory.get_or_create(&by_destination).observe(seen.memory_bytes as f64);
    }

    pub(crate) fn delivered(&self, destination: &str, after_ms: u64) {
        self.delivery_times.get_or_create(&labels([("destination", destination)])).observe(after_ms as f64 / 1e3);
    }

    pub(crate) fn breaker(&self, destination: &str, is_open: bool) {
        self.open_breakers.get_or_create(&labels([("destination", destination)])).set(f64::from(u8::from(is_open)));
    }

    pub(crate) fn reloaded(&self, result: &str) {
        self.reloads.get_or_create(&labels([("result", result)])).inc();
    }
}

fn labels<const N: usize>(labels: Labels2<'_, N>) -> Vec<(&'static str, String)> {
    labels.into_iter().map(|(name, value)| (name, value.to_owned())).collect()
}

type Labels2<'a, const N: usize> = [(&'static str, &'a str); N];
