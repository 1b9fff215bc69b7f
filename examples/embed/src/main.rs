//! Events from a stream through a function: what a pipeline does that has
//! fnhost inside. The stream is a bounded channel, filled from the lines of
//! standard input; every event runs in a sandbox of its own, a few at a time.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]

use anyhow::Result;
use fnhost::{Function, Host, HostOptions, Limits, Outcome, RetryRule, Run, RunError, Verdict};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Events under way at a time. More than a core's worth pays off as soon as the
/// function waits for a network.
const RUNS_MAX: usize = 64;

/// Events that wait in the channel. When it is full the source has to wait: this
/// is the pipeline's backpressure.
const EVENTS_WAITING_MAX: usize = 256;

/// The destination's settings; every event gets a fresh copy.
const SETTINGS: &str = r#"{"minimumTotal":1}"#;

#[tokio::main]
async fn main() -> Result<()> {
    // One host per process. With a cache folder (`.cache_dir(…)`) the next start
    // loads machine code instead of making it.
    let host = Host::new(HostOptions::default().instances_max(RUNS_MAX as u32))?;

    // Here the source is built at start. A component from `fnhost build` or from
    // a build script can be loaded as it is; then `fnhost-build` is not needed.
    let built = fnhost_build::build(&host, "function.js", include_str!("../function.js"), &Limits::default()).await?;
    for warning in &built.warnings {
        eprintln!("{warning}");
    }
    let function = host.load(&built.component)?;

    let (sender, events) = mpsc::channel(EVENTS_WAITING_MAX);
    let (read, ()) = tokio::join!(read_lines(sender), deliver(&function, events));
    read
}

/// Sends every line of standard input into the channel. It waits while the
/// channel is full; the channel closes when the sender is dropped.
async fn read_lines(sender: mpsc::Sender<String>) -> Result<()> {
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        if sender.send(line).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// Runs the events, at most [`RUNS_MAX`] at a time, until the channel is closed
/// and the last one has ended. Outcomes come in the order in which runs end.
async fn deliver(function: &Function, mut events: mpsc::Receiver<String>) {
    let mut runs = JoinSet::new();
    let mut is_open = true;
    while is_open || !runs.is_empty() {
        tokio::select! {
            // An event is taken only when there is room for its run.
            event = events.recv(), if is_open && runs.len() < RUNS_MAX => match event {
                Some(event) => { runs.spawn(run(function.clone(), event)); }
                None => is_open = false,
            },
            Some(ended) = runs.join_next() => match ended {
                Ok((event, run)) => report(&event, run),
                Err(error) => eprintln!("a run panicked: {error}"),
            },
        }
    }
}

async fn run(function: Function, event: String) -> (String, Result<Run, RunError>) {
    let run = function.run(&event, SETTINGS, &Limits::default()).await;
    (event, run)
}

/// What a pipeline would do with each outcome; this one prints a line.
fn report(event: &str, run: Result<Run, RunError>) {
    let run = match run {
        Ok(run) => run,
        // No run: the text is no event, or the host is at fault.
        Err(error) => return println!("refused      {error}  {event}"),
    };
    let what = match run.verdict(RetryRule::Auto) {
        Verdict::Delivered => "delivered",
        Verdict::Retrying => "retry later", // back into the queue, with a delay
        Verdict::Dropped => "dropped",
        Verdict::Unsupported => "unsupported",
        Verdict::Rejected => "rejected",
        Verdict::BadRequest => "bad request",
        Verdict::Broken => "broken", // over a limit: look at the function
    };
    let detail = match &run.outcome {
        Outcome::Returned { value } => value.to_string(),
        Outcome::Failed(failure) => format!("{}: {}", failure.error.name, failure.error.message),
    };
    println!(
        "{what:<12} {} {detail}  ({} units of fuel, {:.1} ms)",
        run.handler, run.usage.fuel, run.usage.duration_ms
    );
    for log in &run.logs {
        println!("{:<12} [{}] {}", "", log.level, log.message);
    }
}
