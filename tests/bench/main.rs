//! The fnhost side of the benchmark: one measurement per call, one line of JSON
//! on standard output. `run.mjs` calls it beside its peers, and `serve.mjs` for
//! the daemon, whose cases are in `serve.rs`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints its figures")]

mod load;
mod serve;

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use fnhost::{Function, Host, HostOptions, Limits, Outcome};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

const CASES: &str = "the case is missing: fresh, fetch, cpu, each, bare, certificate, cold, inflight, or serve-disk, -ingest, -path, \
                     -latency, -waiting, -start or -memory";

/// That of the binary `fnhost`.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Events that are run before anything is measured.
const WARM_UP: usize = 200;

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let case = words.next().context(CASES)?;
    let mut flags = HashMap::new();
    while let Some(flag) = words.next() {
        let name = flag.strip_prefix("--").with_context(|| format!("`{flag}` is no flag"))?;
        flags.insert(name.to_owned(), words.next().with_context(|| format!("`{flag}` lacks a value"))?);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let line = runtime.block_on(async { runtime_task(measure(case, Flags(flags))).await })?;
    println!("{line}");
    Ok(())
}

/// Runs on the runtime's one worker, as a server's tasks do, not on the thread that blocks.
async fn runtime_task<F: Future<Output = Result<Value>> + Send + 'static>(task: F) -> Result<Value> {
    let mut tasks = JoinSet::new();
    tasks.spawn(task);
    tasks.join_next().await.context("no task")??
}

struct Flags(HashMap<String, String>);

impl Flags {
    fn text(&self, name: &str) -> Result<&str> {
        self.0.get(name).map(String::as_str).with_context(|| format!("`--{name}` is missing"))
    }

    fn number(&self, name: &str, default: usize) -> Result<usize> {
        self.0.get(name).map_or(Ok(default), |text| text.parse().with_context(|| format!("`--{name}` is no number")))
    }

    fn file(&self, name: &str) -> Result<String> {
        let path = self.text(name)?;
        fs::read_to_string(path).with_context(|| format!("cannot read `{path}`"))
    }
}

/// What is measured: a function, its event and its settings.
struct Subject {
    host: Host,
    function: Function,
    event: String,
    settings: String,
    limits: Limits,
}

impl Subject {
    async fn new(flags: &Flags) -> Result<Subject> {
        let cache = std::env::temp_dir().join("fnhost-bench-cache");
        let mut options = HostOptions::default().cache_dir(cache).allow_net("127.0.0.0/8".parse()?);
        if let Ok(file) = flags.text("root") {
            options = options.extra_root(fs::read(file).with_context(|| format!("cannot read `{file}`"))?);
        }
        let host = Host::new(options)?;
        let function = build(&host, &source(flags)?).await?;
        let settings = flags.text("set").map(str::to_owned).or_else(|_| flags.file("settings"))?;
        let mut settings: Value = serde_json::from_str(&settings)?;
        if let Ok(endpoint) = flags.text("endpoint") {
            settings["endpoint"] = endpoint.into();
        }
        let limits = Limits::default();
        Ok(Subject { host, function, event: flags.file("event")?, settings: settings.to_string(), limits })
    }

    /// Runs one event; anything but a returned value is an error.
    async fn run(&self) -> Result<fnhost::Run> {
        let run = self.function.run(&self.event, &self.settings, &self.limits).await?;
        if let Outcome::Failed(failure) = &run.outcome {
            bail!("the function failed: {}", failure.error.message);
        }
        Ok(run)
    }
}

/// The function's text, and what it is to hold besides: `--holds "new AWS.S3()"`.
fn source(flags: &Flags) -> Result<String> {
    let source = flags.file("function")?;
    Ok(flags.text("holds").map_or(source.clone(), |holds| format!("{source}\nconst held = {holds};\n")))
}

async fn build(host: &Host, source: &str) -> Result<Function> {
    let built = fnhost_build::build(host, "function.js", source, &Limits::default()).await?;
    Ok(host.load(&built.component)?)
}

async fn measure(case: String, flags: Flags) -> Result<Value> {
    if let Some(case) = case.strip_prefix("serve-") {
        return serve::measure(case, &flags).await;
    }
    if case == "bare" {
        return bare(&flags).await;
    }
    if case == "certificate" {
        return certificate(Path::new(flags.text("folder")?));
    }
    let subject = Arc::new(Subject::new(&flags).await?);
    let warm_up = match case.as_str() {
        "inflight" => 0,
        "each" => 2,
        _ => WARM_UP,
    };
    for _ in 0..warm_up {
        subject.run().await?;
    }
    let iterations = flags.number("iterations", 2_000)?;
    match case.as_str() {
        "fresh" => fresh(&subject, iterations).await,
        "fetch" => fetch(subject, iterations, flags.number("concurrency", 1)?).await,
        "cpu" => {
            let before = cpu_us();
            one_by_one(&subject, iterations).await?;
            Ok(json!({"peer": "fnhost", "case": "cpu", "cpu_us_per_event": (cpu_us() - before) / iterations as f64}))
        }
        "cold" => cold(&subject, &source(&flags)?).await,
        "each" => each(subject, flags.number("iterations", 10)?).await,
        "inflight" => inflight(subject, flags.number("events", 1_000)?).await,
        other => bail!("there is no case `{other}`"),
    }
}

/// Microseconds that each of `iterations` events takes, ascending.
async fn one_by_one(subject: &Subject, iterations: usize) -> Result<Vec<f64>> {
    let mut times = Vec::with_capacity(iterations);
    for _ in 0..iterations {
        let start = Instant::now();
        subject.run().await?;
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    times.sort_by(f64::total_cmp);
    Ok(times)
}

async fn fresh(subject: &Subject, iterations: usize) -> Result<Value> {
    let fuel = subject.run().await?.usage.fuel;
    let times = one_by_one(subject, iterations).await?;
    Ok(json!({
        "peer": "fnhost", "case": "fresh", "iterations": iterations, "fuel": fuel,
        "p50_us": times[times.len() / 2], "p99_us": times[times.len() * 99 / 100],
        "mean_us": times.iter().sum::<f64>() / times.len() as f64,
    }))
}

/// Processor time of each of the `times` steps, by the settings, of a function's event: that of events with them, less that of
/// events with none.
async fn each(subject: Arc<Subject>, iterations: usize) -> Result<Value> {
    let mut settings: Value = serde_json::from_str(&subject.settings)?;
    let times = settings["times"].as_f64().context("the settings lack `times`")?;
    let before = cpu_us();
    one_by_one(&subject, iterations).await?;
    let many_us = cpu_us() - before;
    settings["times"] = 0.into();
    let mut subject = Arc::into_inner(subject).context("shared")?;
    subject.settings = settings.to_string();
    let before = cpu_us();
    one_by_one(&subject, iterations).await?;
    let none_us = cpu_us() - before;
    let each_us = (many_us - none_us) / iterations as f64 / times;
    Ok(json!({"peer": "fnhost", "case": "each", "each_us": each_us}))
}

async fn fetch(subject: Arc<Subject>, iterations: usize, concurrency: usize) -> Result<Value> {
    let each = iterations.div_ceil(concurrency);
    let (start, cpu) = (Instant::now(), cpu_us());
    let mut tasks = JoinSet::new();
    for _ in 0..concurrency {
        let subject = subject.clone();
        tasks.spawn(async move { one_by_one(&subject, each).await });
    }
    let mut times = Vec::new();
    while let Some(task) = tasks.join_next().await {
        times.extend(task??);
    }
    times.sort_by(f64::total_cmp);
    let events = times.len() as f64;
    Ok(json!({
        "peer": "fnhost", "case": "fetch", "p50_us": times[times.len() / 2],
        "events_per_s": events / start.elapsed().as_secs_f64(), "cpu_us_per_event": (cpu_us() - cpu) / events,
    }))
}

/// Processor time of a request with a body of an event's size, and its answer, with nothing around it.
async fn bare(flags: &Flags) -> Result<Value> {
    let (endpoint, body) = (flags.text("endpoint")?, Bytes::from(flags.file("event")?));
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let send = || async {
        let request = http::Request::post(endpoint).header("content-type", "application/json");
        let response = client.request(request.body(Full::new(body.clone()))?).await?;
        response.into_body().collect().await?;
        anyhow::Ok(())
    };
    for _ in 0..WARM_UP {
        send().await?;
    }
    let (iterations, before) = (flags.number("iterations", 2_000)?, cpu_us());
    for _ in 0..iterations {
        send().await?;
    }
    Ok(json!({"peer": "hyper", "case": "bare", "cpu_us_per_request": (cpu_us() - before) / iterations as f64}))
}

/// Writes a certificate for loopback (P-256, as many APIs have) with its key, and the root that it hangs on, to `folder`.
fn certificate(folder: &Path) -> Result<Value> {
    let mut root = CertificateParams::default();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let (root_key, key) = (KeyPair::generate()?, KeyPair::generate()?);
    let root = root.self_signed(&root_key)?;
    let certificate = CertificateParams::new(["127.0.0.1".to_owned()])?.signed_by(&key, &root, &root_key)?;
    fs::write(folder.join("root.der"), root.der())?;
    fs::write(folder.join("certificate.pem"), certificate.pem())?;
    fs::write(folder.join("key.pem"), key.serialize_pem())?;
    Ok(json!({"case": "certificate"}))
}

/// From a source that was never seen to its first event, with warm caches.
async fn cold(subject: &Subject, source: &str) -> Result<Value> {
    let salt = std::time::UNIX_EPOCH.elapsed()?.as_nanos();
    let source = format!("{source}\n// {salt}\nconst salt = {salt};\n");
    let start = Instant::now();
    let function = build(&subject.host, &source).await?;
    let run = function.run(&subject.event, &subject.settings, &subject.limits).await?;
    let elapsed_ms = start.elapsed().as_secs_f64() * 1e3;
    ensure!(matches!(run.outcome, Outcome::Returned { .. }), "the function failed");
    Ok(json!({"peer": "fnhost", "case": "cold", "source_to_first_event_ms": elapsed_ms}))
}

/// Memory of the process for each event that waits for an answer.
async fn inflight(subject: Arc<Subject>, events: usize) -> Result<Value> {
    let before = resident_bytes("self")?;
    let mut tasks = JoinSet::new();
    for _ in 0..events {
        let subject = subject.clone();
        tasks.spawn(async move { subject.run().await.map(drop) });
    }
    // The endpoint answers long after the last event has been sent.
    let mut most = before;
    while !tasks.is_empty() {
        tokio::time::sleep(Duration::from_millis(50)).await;
        most = most.max(resident_bytes("self")?);
        while let Some(task) = tasks.try_join_next() {
            task??;
        }
    }
    Ok(
        json!({"peer": "fnhost", "case": "inflight", "events": events, "bytes_per_event": (most - before) / events as u64}),
    )
}

/// Processor time of this process so far, in microseconds.
fn cpu_us() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}

/// Memory of a process. What it shares is counted by its share: each instance
/// maps the same file with the function's memory, whose pages are there once.
fn resident_bytes(pid: &str) -> Result<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:")).context("no line `Pss`")?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes * 1024)
}
