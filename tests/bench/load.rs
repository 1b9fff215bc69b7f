//! What drives `fnhost serve` in the benchmark: clients of the tracking API, and
//! an endpoint for functions to send to. Sockets and little else, for they share
//! the cores with what is measured. Starts no daemon, and judges nothing.

use crate::Flags;
use crate::serve::Daemon;
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

/// How often the daemon is asked what it has delivered.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How long a client waits that was told to come later, or has sent enough.
const PAUSE: Duration = Duration::from_millis(5);
/// How long nothing may come when something must.
const STALL_MAX: Duration = Duration::from_secs(30);

const EVENT: &str = include_str!("event.json");

/// Where events come from: the name is the write key as well.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    /// `NAME:` in base64.
    credentials: &'static str,
    /// Whether it has a destination.
    pub(crate) is_delivered: bool,
}

impl Source {
    pub(crate) const ALONE: Source = Source { credentials: "YWxvbmU6", is_delivered: false };
    pub(crate) const SHOP: Source = Source { credentials: "c2hvcDo=", is_delivered: true };

    pub(crate) fn of(flags: &Flags) -> Result<Source> {
        match flags.text("source")? {
            "alone" => Ok(Source::ALONE),
            "shop" => Ok(Source::SHOP),
            other => bail!("there is no source `{other}`"),
        }
    }
}

/// How a [`Load`] sends.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) source: Source,
    pub(crate) connections: usize,
    /// Events in each request.
    pub(crate) events: u64,
    /// Nothing is sent while more than these are not delivered.
    pub(crate) backlog_max: u64,
}

/// Clients that send as fast as they are answered.
pub(crate) struct Load {
    pub(crate) counts: Arc<Counts>,
    /// Each gives how long its requests took, in milliseconds.
    clients: JoinSet<Result<Vec<f64>>>,
    pub(crate) metrics: Sender,
    pid: String,
}

#[derive(Default)]
pub(crate) struct Counts {
    sent: AtomicU64,
    pub(crate) acknowledged: AtomicU64,
    pub(crate) refused: AtomicU64,
    delivered: AtomicU64,
    is_over: AtomicBool,
}

impl Load {
    pub(crate) async fn start(daemon: &Daemon, plan: Plan) -> Result<Load> {
        let (counts, mut clients) = (Arc::<Counts>::default(), JoinSet::new());
        for _ in 0..plan.connections {
            clients.spawn(client(Sender::connect(daemon.address).await?, counts.clone(), plan));
        }
        if plan.backlog_max < u64::MAX {
            clients.spawn(look(Sender::connect(daemon.address).await?, counts.clone()));
        }
        Ok(Load { counts, clients, metrics: Sender::connect(daemon.address).await?, pid: daemon.pid() })
    }

    pub(crate) async fn sample(&mut self) -> Result<Sample> {
        let delivered = self.metrics.delivered().await?;
        let acknowledged = self.counts.acknowledged.load(Relaxed);
        Ok(Sample {
            at: Instant::now(),
            acknowledged,
            delivered,
            cpu_ms: cpu_ms(&self.pid)?,
            own_cpu_ms: cpu_ms("self")?,
            machine_cpu_ms: machine_cpu_ms()?,
            cpu_by_thread_ms: cpu_by_thread_ms(&self.pid)?,
        })
    }

    /// How long each request took, in milliseconds.
    pub(crate) async fn stop(&mut self) -> Result<Vec<f64>> {
        self.counts.is_over.store(true, Relaxed);
        let mut times = Vec::new();
        while let Some(client) = self.clients.join_next().await {
            times.extend(client??);
        }
        Ok(times)
    }
}

async fn client(mut sender: Sender, counts: Arc<Counts>, plan: Plan) -> Result<Vec<f64>> {
    let path = if plan.events == 1 { "/v1/track" } else { "/v1/batch" };
    let mut times = Vec::new();
    while !counts.is_over.load(Relaxed) {
        let waiting = counts.sent.load(Relaxed).saturating_sub(counts.delivered.load(Relaxed));
        if waiting > plan.backlog_max {
            sleep(PAUSE).await;
            continue;
        }
        let body = body(counts.sent.fetch_add(plan.events, Relaxed), plan.events);
        let start = Instant::now();
        loop {
            match sender.post(path, plan.source, &body).await? {
                200 => break,
                429 => counts.refused.fetch_add(1, Relaxed),
                status => bail!("status {status}"),
            };
            sleep(PAUSE).await;
        }
        counts.acknowledged.fetch_add(plan.events, Relaxed);
        times.push(milliseconds(start.elapsed()));
    }
    Ok(times)
}

/// Keeps the count of what is delivered up to date.
async fn look(mut metrics: Sender, counts: Arc<Counts>) -> Result<Vec<f64>> {
    while !counts.is_over.load(Relaxed) {
        counts.delivered.store(metrics.delivered().await?, Relaxed);
        sleep(LOOK_EVERY).await;
    }
    Ok(Vec::new())
}

/// How far everything was at a time.
pub(crate) struct Sample {
    pub(crate) at: Instant,
    acknowledged: u64,
    pub(crate) delivered: u64,
    cpu_ms: f64,
    /// Of this process, the clients and the endpoint.
    own_cpu_ms: f64,
    machine_cpu_ms: f64,
    cpu_by_thread_ms: BTreeMap<String, f64>,
}

impl Sample {
    pub(crate) fn since(&self, before: &Sample) -> Value {
        let seconds = (self.at - before.at).as_secs_f64();
        let per_s = |field: fn(&Sample) -> f64| (field(self) - field(before)) / seconds;
        let acknowledged_per_s = per_s(|sample| sample.acknowledged as f64);
        let delivered_per_s = per_s(|sample| sample.delivered as f64);
        let used = |(thread, cpu_ms): (&String, &f64)| {
            let before_ms = before.cpu_by_thread_ms.get(thread).copied().unwrap_or_default();
            (thread.clone(), ((cpu_ms - before_ms) / seconds).round().into())
        };
        let by_thread: Map<String, Value> = self.cpu_by_thread_ms.iter().map(used).collect();
        json!({
            "acknowledged_per_s": acknowledged_per_s, "delivered_per_s": delivered_per_s,
            "both_per_s": acknowledged_per_s.min(delivered_per_s),
            "cpu_ms_per_s": per_s(|sample| sample.cpu_ms), "cpu_ms_per_s_by_thread": by_thread,
            "driver_cpu_ms_per_s": per_s(|sample| sample.own_cpu_ms),
            "others_cpu_ms_per_s": per_s(|sample| sample.machine_cpu_ms - sample.cpu_ms - sample.own_cpu_ms),
            "cpu_us_per_delivered": per_s(|sample| sample.cpu_ms * 1e3) / delivered_per_s.max(1.0),
            "cpu_us_per_acknowledged": per_s(|sample| sample.cpu_ms * 1e3) / acknowledged_per_s.max(1.0),
        })
    }
}

/// A connection to the daemon, kept alive.
pub(crate) struct Sender {
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Sender {
    pub(crate) async fn connect(address: SocketAddr) -> Result<Sender> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Sender { stream, request: Vec::new(), answer: Vec::new() })
    }

    /// Sends `body`, and gives the answer's status.
    pub(crate) async fn post(&mut self, path: &str, source: Source, body: &[u8]) -> Result<u16> {
        let (credentials, length) = (source.credentials, body.len());
        self.request.clear();
        write!(
            self.request,
            "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Basic {credentials}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        )?;
        self.request.extend_from_slice(body);
        let message = self.answer().await?;
        let status = self.answer[..message.end].get(9..12).context("no status")?;
        let status = std::str::from_utf8(status)?.parse()?;
        self.answer.drain(..message.end);
        Ok(status)
    }

    /// How many deliveries are delivered.
    pub(crate) async fn delivered(&mut self) -> Result<u64> {
        self.request.clear();
        self.request.extend_from_slice(b"GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n");
        let message = self.answer().await?;
        let text = String::from_utf8(self.answer.drain(..message.end).collect())?;
        let lines = text.lines().filter(|line| line.starts_with("fnhost_deliveries{"));
        let mut delivered = lines.filter(|line| line.contains("state=\"delivered\""));
        let Some(line) = delivered.next() else { return Ok(0) };
        Ok(line.rsplit(' ').next().context("no number")?.parse::<f64>()? as u64)
    }

    pub(crate) async fn until_delivered(&mut self, wanted: u64) -> Result<()> {
        let mut last = (Instant::now(), 0);
        loop {
            let delivered = self.delivered().await?;
            if delivered >= wanted {
                return Ok(());
            }
            if delivered > last.1 {
                last = (Instant::now(), delivered);
            }
            ensure!(last.0.elapsed() < STALL_MAX, "{delivered} of {wanted} events are delivered, and no more come");
            sleep(LOOK_EVERY).await;
        }
    }

    async fn answer(&mut self) -> Result<Message> {
        self.stream.write_all(&self.request).await?;
        message(&mut self.stream, &mut self.answer).await?.context("the connection was closed")
    }
}

/// Where things are in a buffer that begins with an HTTP message.
struct Message {
    body: usize,
    end: usize,
}

/// Reads on until `buffer` has a whole message; none at the end of the stream.
async fn message(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<Option<Message>> {
    loop {
        if let Some(head) = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let text = std::str::from_utf8(&buffer[..head])?;
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.context("a message without a length")?.parse()?;
            let end = head + 4 + length;
            while buffer.len() < end {
                ensure!(stream.read_buf(buffer).await? > 0, "the connection was closed in a message");
            }
            return Ok(Some(Message { body: head + 4, end }));
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

/// Takes what functions send.
pub(crate) struct Endpoint {
    pub(crate) url: String,
    pub(crate) arrivals: Arc<Arrivals>,
    _tasks: JoinSet<()>,
}

pub(crate) struct Arrivals {
    start: Instant,
    pub(crate) count: AtomicU64,
    /// When each event came for the first time, after `start`; 0 if it did not.
    at_us: Vec<AtomicU64>,
}

impl Endpoint {
    /// Keeps the times at which events with numbers below `timed` come.
    pub(crate) async fn start(timed: u64) -> Result<Endpoint> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}/", listener.local_addr()?);
        let at_us = (0..timed).map(|_| AtomicU64::new(0)).collect();
        let arrivals = Arc::new(Arrivals { start: Instant::now(), count: AtomicU64::new(0), at_us });
        let (noted, mut tasks) = (arrivals.clone(), JoinSet::new());
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(receive(stream, noted.clone()));
            }
        });
        Ok(Endpoint { url, arrivals, _tasks: tasks })
    }
}

async fn receive(mut stream: TcpStream, arrivals: Arc<Arrivals>) -> Result<()> {
    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    stream.set_nodelay(true)?;
    let mut buffer = Vec::new();
    while let Some(message) = message(&mut stream, &mut buffer).await? {
        arrivals.note(number_in(&buffer[message.body..message.end])?);
        buffer.drain(..message.end);
        stream.write_all(ANSWER).await?;
    }
    Ok(())
}

impl Arrivals {
    fn note(&self, number: u64) {
        if let Some(at_us) = self.at_us.get(number as usize) {
            let now_us = self.start.elapsed().as_micros() as u64;
            // One that comes again came the first time.
            if at_us.compare_exchange(0, now_us, Relaxed, Relaxed).is_err() {
                return;
            }
        }
        self.count.fetch_add(1, Relaxed);
    }

    pub(crate) async fn until(&self, wanted: u64) -> Result<()> {
        let deadline = Instant::now() + STALL_MAX;
        while self.count.load(Relaxed) < wanted {
            ensure!(Instant::now() < deadline, "{} of {wanted} events came", self.count.load(Relaxed));
            sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    /// How long after `acknowledged` an event came. It may come before.
    pub(crate) fn after_ms(&self, number: u64, acknowledged: Instant) -> f64 {
        let arrived = self.start + Duration::from_micros(self.at_us[number as usize].load(Relaxed));
        milliseconds(arrived.saturating_duration_since(acknowledged))
    }
}

/// The event's number in its `messageId`.
fn number_in(event: &[u8]) -> Result<u64> {
    const FIELD: &[u8] = b"\"messageId\":\"";
    let start = event.windows(FIELD.len()).position(|bytes| bytes == FIELD).context("no `messageId`")? + FIELD.len();
    let digits = event.get(start + 17..start + 33).context("a `messageId` that is not ours")?;
    Ok(u64::from_str_radix(std::str::from_utf8(digits)?, 16)?)
}

/// `count` events from number `first` on, as the tracking API takes them: one
/// by itself, or several as a batch.
pub(crate) fn body(first: u64, count: u64) -> Vec<u8> {
    if count == 1 {
        return event(first).into_bytes();
    }
    let events: Vec<String> = (first..first + count).map(event).collect();
    format!("{{\"batch\":[{}]}}", events.join(",")).into_bytes()
}

/// The benchmark's event with a `messageId` of its own, which like real ones begins anywhere.
pub(crate) fn event(number: u64) -> String {
    const ID: &str = "ajs-next-6f1c2a9e-5d0b-4c37";
    EVENT.trim().replacen(ID, &key(number), 1)
}

pub(crate) fn key(number: u64) -> String {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    format!("{:016x}-{number:016x}", mixed ^ (mixed >> 27))
}

/// Processor time of a process so far, in milliseconds.
pub(crate) fn cpu_ms(pid: &str) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields = stat.rsplit(") ").next().context("no fields")?;
    ticks_ms(fields.split(' ').skip(11).take(2))
}

/// The same of all processes, and what the machine had to give to other machines.
fn machine_cpu_ms() -> Result<f64> {
    let stat = fs::read_to_string("/proc/stat")?;
    // User, nice, system, idle, waiting for disks, interrupts, soft interrupts, stolen.
    let fields = stat.split_whitespace().skip(1).take(8).enumerate();
    ticks_ms(fields.filter(|(index, _)| !matches!(index, 3 | 4)).map(|(_, field)| field))
}

fn ticks_ms<'a>(mut fields: impl Iterator<Item = &'a str>) -> Result<f64> {
    let ticks: f64 = fields.try_fold(0.0, |sum, field| anyhow::Ok(sum + field.parse::<f64>()?))?;
    Ok(ticks * 1e3 / rustix::param::clock_ticks_per_second() as f64)
}

/// The same by the names of its threads, as far as they are still there.
fn cpu_by_thread_ms(pid: &str) -> Result<BTreeMap<String, f64>> {
    let mut times = BTreeMap::new();
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        let file = |name| fs::read_to_string(thread.as_ref().ok()?.path().join(name)).ok();
        let (Some(name), Some(times_ns)) = (file("comm"), file("schedstat")) else { continue };
        let time_ns: f64 = times_ns.split(' ').next().context("no time")?.parse()?;
        *times.entry(name.trim().to_owned()).or_default() += time_ns / 1e6;
    }
    Ok(times)
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// The half, 99 of 100, and all of `values` are not above these; 0 if there are none.
pub(crate) fn percentiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    let at = |share: usize| values.get(values.len() * share / 100).or(values.last()).copied().unwrap_or_default();
    [at(50), at(99), at(100)]
}
