//! A good function on the same host, whose events go on while others misbehave.

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

/// The time between two of its events.
const PAUSE: Duration = Duration::from_millis(2);

/// Events after which its normal time is known.
const EVENTS_AT_FIRST: usize = 500;

/// The function and the times of its events.
pub(crate) struct Beside {
    times: Arc<Mutex<Vec<Duration>>>,
    /// The first event that went wrong.
    wrong: Arc<Mutex<Option<String>>>,
    _task: JoinSet<()>,
}

impl Beside {
    /// Starts to send events through a good function, after as many as it takes to know its normal time, which comes back
    /// with it: the 99th percentile.
    pub(crate) async fn start(host: &Host) -> Result<(Beside, Duration)> {
        let built = fnhost_build::build(host, "good.js", SOURCE, &Limits::default()).await?;
        let function = host.load(&built.component)?;
        let mut times = Vec::new();
        for _ in 0..EVENTS_AT_FIRST {
            let started = Instant::now();
            let answer = answer(&function).await;
            ensure!(answer == ANSWER, "a good function answers {answer}");
            times.push(started.elapsed());
            tokio::time::sleep(PAUSE).await;
        }
        let beside = Beside { times: Arc::default(), wrong: Arc::default(), _task: JoinSet::new() };
        let normal = percentile_99(&mut times);
        Ok((beside.going_on(function), normal))
    }

    fn going_on(mut self, function: Function) -> Beside {
        let (times, wrong) = (self.times.clone(), self.wrong.clone());
        self._task.spawn(async move {
            loop {
                let started = Instant::now();
                let answer = answer(&function).await;
                times.lock().unwrap_or_else(PoisonError::into_inner).push(started.elapsed());
                if answer != ANSWER {
                    wrong.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(answer);
                }
                tokio::time::sleep(PAUSE).await;
            }
        });
        self
    }

    /// The 99th percentile of the times of the events since the last call; none where there were none.
    pub(crate) fn take(&self) -> Option<Duration> {
        let mut times = std::mem::take(&mut *self.times.lock().unwrap_or_else(PoisonError::into_inner));
        (!times.is_empty()).then(|| percentile_99(&mut times))
    }

    /// What an event came to that should have come to something else.
    pub(crate) fn wrong(&self) -> Option<String> {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner).clone()
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

fn percentile_99(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[(times.len() - 1) * 99 / 100]
}
