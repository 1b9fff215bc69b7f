//! A good function on the same host, whose events go on while others misbehave, and how long they take.

use anyhow::{Result, ensure};
use fnhost::{Function, Host, Limits, Outcome};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

const SOURCE: &str = "async function onTrack(event, settings) {
  const { userId, properties } = event;
  await null;
  return { userId, total: properties.items.reduce((sum, item) => sum + item.price, 0) };
}";
const EVENT: &str =
    r#"{"type":"track","event":"Order Placed","userId":"u1","properties":{"items":[{"price":2},{"price":3}]}}"#;
const ANSWER: &str = r#"{"userId":"u1","total":5}"#;

/// From one of its events to the next.
const PERIOD: Duration = Duration::from_millis(3);

/// What the runtime's timer may be late by itself.
const TIMER_STEP: Duration = Duration::from_millis(1);

/// How far events may fall behind before those that are due are given up: on a machine that is too busy for them all they
/// would wait longer and longer, and say nothing any more.
const BEHIND_MAX: Duration = Duration::from_secs(1);

/// Events after which everything is warm.
const EVENTS_AT_FIRST: u64 = 200;

/// The function and the times of its events.
pub(crate) struct Beside {
    times: Arc<Mutex<Times>>,
    /// The first event that went wrong.
    wrong: Arc<Mutex<Option<String>>>,
    _task: JoinSet<()>,
}

impl Beside {
    /// Starts to send events through a good function, and returns when it is warm.
    pub(crate) async fn start(host: &Host) -> Result<Beside> {
        let built = fnhost_build::build(host, "good.js", SOURCE, &Limits::default()).await?;
        let function = host.load(&built.component)?;
        let answer = answer(&function).await;
        ensure!(answer == ANSWER, "a good function answers {answer}");
        let mut beside = Beside { times: Arc::default(), wrong: Arc::default(), _task: JoinSet::new() };
        let (times, wrong) = (beside.times.clone(), beside.wrong.clone());
        beside._task.spawn(go_on(function, times, wrong));
        beside.next(EVENTS_AT_FIRST).await;
        Ok(beside)
    }

    /// The times of the next `count` events, after those that may be behind.
    pub(crate) async fn next(&self, count: u64) -> Times {
        let mut times = Times::default();
        tokio::time::sleep(BEHIND_MAX).await;
        self.take();
        while times.count() < count {
            tokio::time::sleep(PERIOD).await;
            times.add(&self.take());
        }
        times
    }

    /// The times of the events since the last call.
    pub(crate) fn take(&self) -> Times {
        std::mem::take(&mut *self.times.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What an event came to that should have come to something else.
    pub(crate) fn wrong(&self) -> Option<String> {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// An event each [`PERIOD`]. What has to wait for the one before is late, and its time counts from when it was due: else a
/// long pause would be one slow event, where it was many that came in vain.
async fn go_on(function: Function, times: Arc<Mutex<Times>>, wrong: Arc<Mutex<Option<String>>>) {
    let mut ticks = tokio::time::interval(PERIOD);
    loop {
        let due = ticks.tick().await + TIMER_STEP;
        let started = Instant::now().min(due);
        if due.elapsed() > BEHIND_MAX {
            ticks.reset();
        }
        let answer = answer(&function).await;
        times.lock().unwrap_or_else(PoisonError::into_inner).note(started.elapsed());
        if answer != ANSWER {
            wrong.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(answer);
        }
    }
}

async fn answer(function: &Function) -> String {
    match function.run(EVENT, "{}", &Limits::default()).await {
        Ok(run) => match run.outcome {
            Outcome::Returned { value } => value.get().to_owned(),
            Outcome::Failed(failure) => format!("{}: {}", failure.error.name, failure.error.message),
        },
        Err(error) => error.to_string(),
    }
}

/// How many steps of a fiftieth there are from a microsecond to a minute.
const STEPS: usize = 910;
const STEP: f64 = 1.02;

/// Times of events, each counted at its size: a round has tens of thousands.
pub(crate) struct Times([u64; STEPS]);

impl Default for Times {
    fn default() -> Times {
        Times([0; STEPS])
    }
}

impl Times {
    fn note(&mut self, time: Duration) {
        self.0[step_of(time)] += 1;
    }

    pub(crate) fn add(&mut self, others: &Times) {
        self.0.iter_mut().zip(others.0).for_each(|(count, more)| *count += more);
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The time that 99 of 100 events do not exceed, within a fiftieth; none where there are no events.
    pub(crate) fn percentile_99(&self) -> Option<Duration> {
        let wanted = self.count().checked_sub(1)? * 99 / 100;
        let mut seen = 0;
        let step = self.0.iter().position(|count| {
            seen += count;
            seen > wanted
        })?;
        Some(Duration::from_secs_f64(STEP.powi(step as i32 + 1) / 1e6))
    }

    /// Whether more than one event of a hundred took longer than `time`, and more than chance explains: of `n` that should
    /// exceed it, about `√n` more or less do, hardly ever four times as many.
    pub(crate) fn are_above(&self, time: Duration) -> bool {
        let above: u64 = self.0[step_of(time)..].iter().skip(1).sum();
        let expected = self.count() as f64 / 100.0;
        above as f64 > expected + 4.0 * expected.sqrt() + 4.0
    }
}

fn step_of(time: Duration) -> usize {
    let steps = (time.as_secs_f64() * 1e6).max(1.0).ln() / STEP.ln();
    (steps as usize).min(STEPS - 1)
}
