//! `fnhost torture`: functions that misbehave, on this machine.

use crate::args::TortureArguments;
use crate::torture::{self, Beside, Case, Ended, Held, History, Server, Times};
use crate::{DONE, FUNCTION_FAILED, setup};
use anyhow::{Result, bail};
use fnhost::{Host, Limits};
use serde_json::json;
use std::time::Duration;

/// The longest detail that is shown, in characters.
const DETAIL_MAX: usize = 100;

/// Events of the good function that are timed while nothing misbehaves, before and after each round.
const QUIET_EVENTS: u64 = 1_000;

/// Events during one behaviour from which on it is judged by itself.
const EVENTS_TO_JUDGE: u64 = 100;

/// How often a behaviour is tried during which the good function is slow. What the machine did meanwhile passes; what the
/// behaviour does, it does each time.
const SLOW_TRIES_MAX: u32 = 3;

/// How many times its normal 99th percentile the good function's may be meanwhile.
const TIMES_NORMAL_MAX: f64 = 2.0;

pub(crate) fn torture(arguments: TortureArguments) -> Result<u8> {
    let cases = chosen(&arguments.names)?;
    let host = setup::host(&arguments.cache, &Limits::default())?;
    setup::runtime_for_events()?.block_on(async {
        let server = Server::start()?;
        let beside = Beside::start(&host).await?;
        // What is made once and kept is there before anything is counted.
        torture::try_out(&host, &cases[0], server.url()).await?;
        let mut tally = Tally { quiet: beside.next(QUIET_EVENTS).await, ..Tally::default() };
        let mut history = History::new(Held::now());
        for round in 1..=arguments.rounds {
            try_all(&host, &cases, &server, &beside, round, &mut tally, arguments.json).await?;
            history.note(tally.tried).await;
            tally.quiet.add(&beside.next(QUIET_EVENTS).await);
            if arguments.rounds > 1 {
                print_round(round, &tally, &history, arguments.json)?;
            }
        }
        if let Some(answer) = beside.wrong() {
            bail!("the good function beside them answered {answer}");
        }
        print_end(&tally, &history, arguments.json)?;
        let is_good = tally.failed == 0 && tally.is_quick() && history.leaks().is_empty();
        Ok(if is_good { DONE } else { FUNCTION_FAILED })
    })
}

/// What came of all cases so far.
#[derive(Default)]
struct Tally {
    tried: usize,
    failed: usize,
    /// The good function's times while nothing misbehaved, and while something did.
    quiet: Times,
    meanwhile: Times,
    /// Behaviours during which the good function was slow, by themselves.
    slow_during: Vec<String>,
}

impl Tally {
    fn normal(&self) -> Duration {
        self.quiet.percentile_99().unwrap_or_default()
    }

    fn times_normal(&self, meanwhile: &Times) -> Option<f64> {
        Some(meanwhile.percentile_99()?.as_secs_f64() / self.normal().as_secs_f64())
    }

    /// Whether the good function was as quick as it must be, over all and during each that lasted long enough to tell.
    fn is_quick(&self) -> bool {
        self.times_normal(&self.meanwhile).is_none_or(|times| times <= TIMES_NORMAL_MAX) && self.slow_during.is_empty()
    }

    /// Whether the good function was slow in `meanwhile`, the times during one behaviour.
    fn is_slow(&self, meanwhile: &Times) -> bool {
        meanwhile.count() >= EVENTS_TO_JUDGE && meanwhile.are_above(self.normal().mul_f64(TIMES_NORMAL_MAX))
    }
}

/// The cases whose names have one of `names` in them; all if there are none.
fn chosen(names: &[String]) -> Result<Vec<Case>> {
    let mut cases = torture::cases()?;
    cases.retain(|case| names.is_empty() || names.iter().any(|name| case.name.contains(name.as_str())));
    if cases.is_empty() {
        bail!("no behaviour is called {}; without a name all are tried, and shown", names.join(", "));
    }
    Ok(cases)
}

/// Tries each case and prints how it ended, the last time if it was tried again.
async fn try_all(
    host: &Host,
    cases: &[Case],
    server: &Server,
    beside: &Beside,
    round: u32,
    tally: &mut Tally,
    json: bool,
) -> Result<()> {
    for case in cases {
        let mut tries = 0;
        let (ended, is_met, meanwhile) = loop {
            tries += 1;
            beside.take();
            let ended = torture::try_out(host, case, server.url()).await?;
            let meanwhile = beside.take();
            tally.meanwhile.add(&meanwhile);
            let is_met = case.is_met_by(&ended);
            let is_slow = tally.is_slow(&meanwhile);
            if is_met && is_slow && tries < SLOW_TRIES_MAX {
                continue;
            }
            if is_slow {
                tally.slow_during.push(case.name.clone());
            }
            break (ended, is_met, meanwhile);
        };
        tally.tried += 1;
        tally.failed += usize::from(!is_met);
        let line = if json {
            json_line(case, &ended, (round, is_met), &meanwhile)
        } else {
            text_line(case, &ended, is_met, tally.times_normal(&meanwhile))
        };
        setup::print(&(line + "\n"))?;
    }
    Ok(())
}

fn json_line(case: &Case, ended: &Ended, (round, is_met): (u32, bool), beside: &Times) -> String {
    json!({
        "name": case.name,
        "round": round,
        "must": case.ends,
        "outcome": ended.how,
        "detail": ended.detail,
        "ok": is_met,
        "made_ms": milliseconds(ended.made),
        "time_ms": milliseconds(ended.time),
        "time_ms_max": milliseconds(ended.time_max),
        "beside_events": beside.count(),
        "beside_p99_ms": beside.percentile_99().map(milliseconds),
    })
    .to_string()
}

fn text_line(case: &Case, ended: &Ended, is_met: bool, beside: Option<f64>) -> String {
    let word = if is_met { "ok" } else { "FAILED" };
    let beside = beside.map_or("-".to_owned(), |times| format!("{times:.1}"));
    let mut line =
        format!("{word:<7}{:<65}{:<15}{:>8.1} ms  {beside:>5}", case.name, ended.how, milliseconds(ended.time));
    if !is_met {
        let shown: String = ended.detail.chars().take(DETAIL_MAX).collect();
        line += &format!("\n       must end as {} within {:?}; {shown}", case.ends.join(" or "), ended.time_max);
    }
    line
}

fn print_round(round: u32, tally: &Tally, history: &History, json: bool) -> Result<()> {
    let held = history.last();
    if json {
        let line = json!({
            "round": round,
            "failed": tally.failed,
            "memory_bytes": held.memory_bytes,
            "open_files": held.files,
            "tasks": held.tasks,
        });
        return setup::print(&format!("{line}\n"));
    }
    let memory = held.memory_bytes.map_or("?".to_owned(), |bytes| (bytes >> 20).to_string());
    setup::print(&format!("       round {round}: {} failed so far, {memory} MiB, {} tasks\n", tally.failed, held.tasks))
}

fn print_end(tally: &Tally, history: &History, json: bool) -> Result<()> {
    let (normal, times, leaks) = (tally.normal(), tally.times_normal(&tally.meanwhile), history.leaks());
    if json {
        let mut line = json!({
            "tried": tally.tried,
            "failed": tally.failed,
            "beside_normal_p99_ms": milliseconds(normal),
            "beside_p99_ms": tally.meanwhile.percentile_99().map(milliseconds),
            "beside_events": tally.meanwhile.count(),
            "beside_slow_during": tally.slow_during,
            "leaks": leaks,
        });
        if let (Some(line), Some(held)) = (line.as_object_mut(), history.json().as_object()) {
            line.extend(held.clone());
        }
        return setup::print(&format!("{line}\n"));
    }
    let word = |is_good: bool| if is_good { "ok" } else { "FAILED" };
    let slow = match tally.slow_during.as_slice() {
        [] => String::new(),
        names => format!("\n       slower by itself during: {}", names.join(", ")),
    };
    setup::print(&format!(
        "\n{:<7}{} tried, {} did not end as they must, or not in time\n\
         {:<7}a good function beside them took {:.1} times its normal {:.2} ms (99th percentile of {} events; at most {TIMES_NORMAL_MAX} \
         times, over all and during each of {EVENTS_TO_JUDGE} events or more; the last column has it for each){slow}\n\
         {:<7}{history}\n",
        word(tally.failed == 0),
        tally.tried,
        tally.failed,
        word(tally.is_quick()),
        times.unwrap_or_default(),
        milliseconds(normal),
        tally.meanwhile.count(),
        word(leaks.is_empty()),
    ))
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e5).round() / 1e2
}
