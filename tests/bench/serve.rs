//! `fnhost serve` under load: the real program as a child, with its clients and
//! its endpoint, `load.rs`, in this process. `serve.mjs` calls it, one case at a
//! time, and judges the figures. Answers are checked by their status alone.

use crate::load::{Endpoint, Load, Plan, Sender, Source, body, cpu_ms, event, key, milliseconds, percentiles};
use crate::{Flags, resident_bytes};
use anyhow::{Context, Result, bail, ensure};
use fnhost_queue::{Finish, Finished, NewEvent, Options, Queue, Record, State};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

/// Events in a batch.
const BATCH_EVENTS: u64 = 100;
/// Numbers of the events that are in a ledger from the beginning count from here.
const FILL_FIRST: u64 = 1 << 40;
/// How long something runs before it is measured.
const WARM_UP: Duration = Duration::from_secs(5);

const TRANSFORM: &str = include_str!("transform.js");
const FORWARD: &str = "async function onTrack(event, settings) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(settings.endpoint, { method: 'POST', headers, body: JSON.stringify(event) });
  if (!response.ok) throw new RetryError(`status ${response.status}`);
}
";

pub(crate) async fn measure(case: &str, flags: &Flags) -> Result<Value> {
    let setup = Setup::new(flags)?;
    match case {
        "disk" => disk(&setup),
        "ingest" => ingest(&setup, flags).await,
        "path" => path(&setup, flags).await,
        "latency" => latency(&setup, flags).await,
        "waiting" => waiting(&setup, flags).await,
        "start" => start(&setup, flags).await,
        "memory" => memory(&setup, flags).await,
        other => bail!("there is no case `serve-{other}`"),
    }
}

/// What a write to this disk costs before anything is done with it.
fn disk(setup: &Setup) -> Result<Value> {
    let mut file = File::create(setup.folder.path().join("probe"))?;
    let mut times = Vec::new();
    for _ in 0..300 {
        let start = Instant::now();
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        times.push(milliseconds(start.elapsed()));
    }
    let [p50, p99, _] = percentiles(times);
    Ok(json!({"sync_p50_ms": p50, "sync_p99_ms": p99}))
}

/// Batches from a few connections, as fast as they are acknowledged; then the
/// time until all of them are delivered.
async fn ingest(setup: &Setup, flags: &Flags) -> Result<Value> {
    let source = Source::of(flags)?;
    let daemon = setup.start()?;
    let connections = flags.number("connections", 4)?;
    let plan = Plan { source, connections, events: BATCH_EVENTS, backlog_max: u64::MAX };
    let mut load = Load::start(&daemon, plan).await?;
    sleep(WARM_UP).await;
    let before = load.sample().await?;
    sleep(Duration::from_secs(flags.number("seconds", 10)? as u64)).await;
    let after = load.sample().await?;
    let [p50, p99, _] = percentiles(load.stop().await?);
    let refused = load.counts.refused.load(Relaxed);
    let mut line = merged(after.since(&before), json!({"batch_p50_ms": p50, "batch_p99_ms": p99, "refused": refused}));
    if source.is_delivered {
        let (drain, accepted) = (Instant::now(), load.counts.acknowledged.load(Relaxed));
        let backlog = accepted - load.metrics.delivered().await?;
        load.metrics.until_delivered(accepted).await?;
        let drain_s = drain.elapsed().as_secs_f64();
        let drain_per_s = backlog as f64 / drain_s;
        line = merged(line, json!({"backlog": backlog, "drain_s": drain_s, "drain_per_s": drain_per_s}));
    }
    Ok(line)
}

/// One event to a request, each through a function with one request. With
/// `--backlog`, clients wait while that many events are not delivered.
async fn path(setup: &Setup, flags: &Flags) -> Result<Value> {
    let endpoint = Endpoint::start(0).await?;
    setup.write(FORWARD, &endpoint.url)?;
    let daemon = setup.start()?;
    let (connections, backlog_max) = (flags.number("connections", 32)?, flags.number("backlog", usize::MAX)? as u64);
    let mut load = Load::start(&daemon, Plan { source: Source::SHOP, connections, events: 1, backlog_max }).await?;
    sleep(WARM_UP).await;
    let before = load.sample().await?;
    sleep(Duration::from_secs(flags.number("seconds", 20)? as u64)).await;
    let after = load.sample().await?;
    let seen = endpoint.arrivals.count.load(Relaxed);
    ensure!(seen >= after.delivered, "{} deliveries, but the endpoint saw {seen} requests", after.delivered);
    let [p50, p99, _] = percentiles(load.stop().await?);
    Ok(merged(after.since(&before), json!({"request_p50_ms": p50, "request_p99_ms": p99})))
}

/// Events at a fixed rate, whatever becomes of those before; the time from each
/// one's acknowledgement to its arrival at the endpoint. `--deliveries` are in
/// the ledger already.
async fn latency(setup: &Setup, flags: &Flags) -> Result<Value> {
    let rate = flags.number("rate", 850)? as u64;
    let (warm_up, seconds) = (rate * WARM_UP.as_secs(), flags.number("seconds", 20)? as u64);
    let events = warm_up + rate * seconds;
    let endpoint = Endpoint::start(events).await?;
    setup.write(FORWARD, &endpoint.url)?;
    fill(&setup.data(), flags.number("deliveries", 0)? as u64, 0).await?;
    let daemon = setup.start()?;
    let (done, mut free) = mpsc::channel(flags.number("connections", 64)?);
    for _ in 0..done.max_capacity() {
        done.send(Sender::connect(daemon.address).await?).await?;
    }
    let (mut requests, mut late_ms, start) = (JoinSet::new(), 0_f64, Instant::now());
    for number in 0..events {
        let planned = start + Duration::from_micros(number * 1_000_000 / rate);
        sleep_until(planned).await;
        let mut sender: Sender = free.recv().await.context("the connections are gone")?;
        late_ms = late_ms.max(milliseconds(planned.elapsed()));
        let done = done.clone();
        requests.spawn(async move {
            let status = sender.post("/v1/track", Source::SHOP, &body(number, 1)).await?;
            ensure!(status == 200, "status {status}");
            let acknowledged = Instant::now();
            done.send(sender).await?;
            Ok((number, acknowledged))
        });
    }
    let mut waits = Vec::new();
    endpoint.arrivals.until(events).await?;
    while let Some(request) = requests.join_next().await {
        let (number, acknowledged) = request??;
        if number >= warm_up {
            waits.push(endpoint.arrivals.after_ms(number, acknowledged));
        }
    }
    let [p50, p99, max] = percentiles(waits);
    Ok(json!({"events": events - warm_up, "p50_ms": p50, "p99_ms": p99, "max_ms": max, "sent_late_max_ms": late_ms}))
}

/// What a daemon costs that has nothing to do while deliveries wait.
async fn waiting(setup: &Setup, flags: &Flags) -> Result<Value> {
    let deliveries = flags.number("deliveries", 100_000)? as u64;
    fill(&setup.data(), deliveries, deliveries).await?;
    let daemon = setup.start()?;
    sleep(WARM_UP).await;
    let (start, before) = (Instant::now(), cpu_ms(&daemon.pid())?);
    sleep(Duration::from_secs(flags.number("seconds", 20)? as u64)).await;
    let cpu_ms_per_s = (cpu_ms(&daemon.pid())? - before) / start.elapsed().as_secs_f64();
    Ok(json!({"deliveries": deliveries, "cpu_ms_per_s": cpu_ms_per_s, "memory_bytes": resident_bytes(&daemon.pid())?}))
}

/// From nothing to the first line, and from there to the first acknowledged
/// event, with many deliveries in the ledger. The daemon before was killed.
async fn start(setup: &Setup, flags: &Flags) -> Result<Value> {
    let (deliveries, waiting) = (flags.number("deliveries", 1_000_000)?, flags.number("waiting", 100_000)?);
    fill(&setup.data(), deliveries as u64, waiting as u64).await?;
    let database_bytes = fs::metadata(setup.data().join("fnhost.db"))?.len();
    drop(setup.start()?);
    let (mut starts, mut first_events) = (Vec::new(), Vec::new());
    for number in 0..5 {
        let daemon = setup.start()?;
        starts.push(daemon.start_ms);
        let connected = Instant::now();
        let mut sender = Sender::connect(daemon.address).await?;
        let status = sender.post("/v1/batch", Source::ALONE, &body(number, 1)).await?;
        ensure!(status == 200, "status {status}");
        first_events.push(milliseconds(connected.elapsed()));
    }
    let ([p50, _, max], [event_p50, _, event_max]) = (percentiles(starts), percentiles(first_events));
    Ok(json!({
        "deliveries": deliveries, "database_bytes": database_bytes, "start_p50_ms": p50, "start_max_ms": max,
        "first_event_p50_ms": event_p50, "first_event_max_ms": event_max,
    }))
}

/// Memory after each tenth of many events that went through a function.
async fn memory(setup: &Setup, flags: &Flags) -> Result<Value> {
    let events = flags.number("events", 1_000_000)? as u64;
    let daemon = setup.start()?;
    let start = Instant::now();
    let plan = Plan { source: Source::SHOP, connections: 2, events: BATCH_EVENTS, backlog_max: 10_000 };
    let mut load = Load::start(&daemon, plan).await?;
    let mut samples = Vec::new();
    for tenth in 1..=10 {
        load.metrics.until_delivered(events * tenth / 10).await?;
        samples.push(resident_bytes(&daemon.pid())?);
    }
    let events_per_s = events as f64 / start.elapsed().as_secs_f64();
    load.stop().await?;
    Ok(json!({
        "events": events, "memory_bytes": samples, "first_bytes": samples[0], "last_bytes": samples[9],
        "growth": samples[9] as f64 / samples[0] as f64, "events_per_s": events_per_s,
    }))
}

/// A folder with a configuration and data.
struct Setup {
    fnhost: PathBuf,
    folder: TempDir,
    concurrency: usize,
}

impl Setup {
    fn new(flags: &Flags) -> Result<Setup> {
        let (fnhost, folder) = (PathBuf::from(flags.text("fnhost")?), tempfile::tempdir()?);
        let setup = Setup { fnhost, folder, concurrency: flags.number("concurrency", 32)? };
        setup.write(TRANSFORM, "")?;
        Ok(setup)
    }

    /// One source without and one with a destination, whose function is `function`.
    fn write(&self, function: &str, endpoint: &str) -> Result<()> {
        let functions = self.folder.path().join("functions");
        fs::create_dir_all(&functions)?;
        fs::write(functions.join("function.js"), function)?;
        let config = format!(
            "[workspace]\nname = \"Bench\"\n\
             [[source]]\nname = \"alone\"\nwrite_key = \"alone\"\n\
             [[source]]\nname = \"shop\"\nwrite_key = \"shop\"\n\
             [[destination]]\nname = \"bin\"\nsource = \"shop\"\nfunction = \"function\"\n\
             concurrency_max = {}\nallow_net = [\"127.0.0.1/32\"]\n\
             settings = {{ endpoint = \"{endpoint}\", source = \"web-shop\", currency = \"USD\" }}\n",
            self.concurrency
        );
        fs::write(self.folder.path().join("fnhost.toml"), config)?;
        // Builds the function, so that the daemon finds it in the cache.
        let checked = self.command(&["config", "check"]).output().context("cannot run `fnhost`")?;
        ensure!(checked.status.success(), "the configuration: {}", String::from_utf8_lossy(&checked.stderr));
        Ok(())
    }

    /// `fnhost` with `arguments`, this configuration, and a cache that the cases share.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.fnhost);
        command.args(arguments).arg("--config").arg(self.folder.path().join("fnhost.toml"));
        command.arg("--cache-dir").arg(std::env::temp_dir().join("fnhost-bench-serve-cache"));
        command.stdin(Stdio::null());
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn start(&self) -> Result<Daemon> {
        let log = self.folder.path().join("log");
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.arg("--data").arg(self.data()).stdout(Stdio::piped()).stderr(File::create(&log)?);
        let start = Instant::now();
        let mut child = command.spawn().with_context(|| format!("cannot start `{}`", self.fnhost.display()))?;
        let mut output = BufReader::new(child.stdout.take().context("no standard output")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let start_ms = milliseconds(start.elapsed());
        let address = line.trim().strip_prefix("listening on http://").map(str::parse);
        let Some(Ok(address)) = address else {
            let _ = child.kill();
            child.wait()?;
            bail!("the daemon did not start: {}", fs::read_to_string(log)?);
        };
        Ok(Daemon { child, address, start_ms, _output: output })
    }
}

/// The child; killed when dropped.
pub(crate) struct Daemon {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From its start to its first line.
    start_ms: f64,
    /// Where it may go on to write.
    _output: BufReader<ChildStdout>,
}

impl Daemon {
    pub(crate) fn pid(&self) -> String {
        self.child.id().to_string()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Puts `events` into the ledger of `dir`, if there are any. The first `waiting` wait for a retry
/// within the next hours, the others are delivered.
async fn fill(dir: &Path, events: u64, waiting: u64) -> Result<()> {
    if events == 0 {
        return Ok(());
    }
    let now_ms = u64::try_from(std::time::UNIX_EPOCH.elapsed()?.as_millis())?;
    let queue = Queue::open(dir, &Options::default(), now_ms)?;
    let destinations: Arc<[String]> = Arc::new(["bin".to_owned()]);
    let none_under_way = HashSet::new();
    let mut number = 0;
    while number < events {
        let until = events.min(number + 5_000);
        let new_event = |number| NewEvent {
            source: "shop".to_owned(),
            key: key(FILL_FIRST + number),
            received_ms: now_ms,
            due_ms: now_ms,
            payload: event(FILL_FIRST + number).into_bytes(),
            destinations: destinations.clone(),
        };
        queue.accept((number..until).map(new_event).collect(), Vec::new()).await?;
        while number < until {
            let mut finishes = JoinSet::new();
            for due in queue.due("bin", now_ms, 1_000, &none_under_way).await?.deliveries {
                let finish = finished(due.id, number < waiting, now_ms);
                let queue = queue.clone();
                finishes.spawn(async move { queue.finish(finish).await });
                number += 1;
            }
            while let Some(finish) = finishes.join_next().await {
                finish??;
            }
        }
    }
    Ok(())
}

fn finished(id: i64, is_waiting: bool, now_ms: u64) -> Finish {
    let detail = vec![b' '; 600];
    let record = Some(Record { version: "0123456789abcdef".to_owned(), started_ms: now_ms, detail });
    // Within four hours, and not within the time of the measurement.
    let due_ms = now_ms + 3_600_000 + id.unsigned_abs() * 997 % 10_800_000;
    let (state, reason) =
        if is_waiting { (State::Retrying, Some("retry".to_owned())) } else { (State::Delivered, None) };
    Finish { record, deliveries: vec![Finished { id, state, reason, due_ms, now_ms }] }
}

fn merged(mut line: Value, more: Value) -> Value {
    if let (Value::Object(line), Value::Object(more)) = (&mut line, more) {
        line.extend(more);
    }
    line
}
