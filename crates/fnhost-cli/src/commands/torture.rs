//! `fnhost torture`: functions that misbehave, on this machine.

use crate::args::TortureArguments;
use crate::torture::{self, Beside, Case, Ended, Server};
use crate::{DONE, FUNCTION_FAILED, setup};
use anyhow::{Result, bail};
use fnhost::{Host, Limits};
use serde_json::json;
use std::fs;
use std::time::Duration;

/// The longest detail that is shown, in characters.
const DETAIL_MAX: usize = 100;

/// What the process holds.
struct Held {
    memory_bytes: Option<u64>,
    files: Option<usize>,
}

pub(crate) fn torture(arguments: TortureArguments) -> Result<u8> {
    let cases = chosen(&arguments.names)?;
    let host = setup::host(&arguments.cache, &Limits::default())?;
    setup::runtime()?.block_on(async {
        let server = Server::start().await?;
        let (beside, normal) = Beside::start(&host).await?;
        // What is made once and kept is there before anything is counted.
        torture::try_out(&host, &cases[0], server.url()).await?;
        let before = held();
        let mut failed = 0;
        for round in 1..=arguments.rounds {
            failed += try_all(&host, &cases, &server, &beside, (round, normal), arguments.json).await?;
        }
        let after = held();
        if let Some(answer) = beside.wrong() {
            bail!("the good function beside them answered {answer}");
        }
        print_end(&cases, (arguments.rounds, failed), normal, (&before, &after), arguments.json)?;
        Ok(if failed == 0 { DONE } else { FUNCTION_FAILED })
    })
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

/// Tries each case, prints how it ended, and counts those that ended otherwise than they must.
async fn try_all(
    host: &Host,
    cases: &[Case],
    server: &Server,
    beside: &Beside,
    (round, normal): (u32, Duration),
    json: bool,
) -> Result<usize> {
    let mut failed = 0;
    for case in cases {
        beside.take();
        let ended = torture::try_out(host, case, server.url()).await?;
        let meanwhile = beside.take().unwrap_or(normal);
        let is_met = case.is_met_by(&ended);
        failed += usize::from(!is_met);
        let line = if json {
            json_line(case, &ended, (round, is_met), meanwhile)
        } else {
            text_line(case, &ended, is_met, meanwhile.as_secs_f64() / normal.as_secs_f64())
        };
        setup::print(&(line + "\n"))?;
    }
    Ok(failed)
}

fn json_line(case: &Case, ended: &Ended, (round, is_met): (u32, bool), beside: Duration) -> String {
    json!({
        "name": case.name,
        "round": round,
        "must": case.ends,
        "outcome": ended.how,
        "detail": ended.detail,
        "ok": is_met,
        "time_ms": milliseconds(ended.time),
        "time_ms_max": milliseconds(ended.time_max),
        "beside_p99_ms": milliseconds(beside),
    })
    .to_string()
}

fn text_line(case: &Case, ended: &Ended, is_met: bool, beside: f64) -> String {
    let word = if is_met { "ok" } else { "FAILED" };
    let mut line =
        format!("{word:<7}{:<55}{:<15}{:>8.1} ms  {beside:>5.1}", case.name, ended.how, milliseconds(ended.time));
    if !is_met {
        let shown: String = ended.detail.chars().take(DETAIL_MAX).collect();
        line += &format!("\n       must end as {} within {:?}; {shown}", case.ends.join(" or "), ended.time_max);
    }
    line
}

fn print_end(
    cases: &[Case],
    (rounds, failed): (u32, usize),
    normal: Duration,
    (before, after): (&Held, &Held),
    json: bool,
) -> Result<()> {
    let tried = cases.len() * rounds as usize;
    if json {
        let line = json!({
            "tried": tried,
            "failed": failed,
            "normal_p99_ms": milliseconds(normal),
            "memory_bytes": [before.memory_bytes, after.memory_bytes],
            "open_files": [before.files, after.files],
        });
        return setup::print(&format!("{line}\n"));
    }
    let mebibytes = |bytes: Option<u64>| bytes.map_or("?".to_owned(), |bytes| (bytes >> 20).to_string());
    let files = |files: Option<usize>| files.map_or("?".to_owned(), |files| files.to_string());
    setup::print(&format!(
        "\n{tried} tried, {failed} failed. The last column: how many times its normal {:.2} ms a good function took meanwhile (99th percentile)\n\
         Memory {} MiB before, {} MiB after; {} files open before, {} after\n",
        milliseconds(normal),
        mebibytes(before.memory_bytes),
        mebibytes(after.memory_bytes),
        files(before.files),
        files(after.files),
    ))
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e5).round() / 1e2
}

/// As Linux tells it; nothing elsewhere.
fn held() -> Held {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = resident.and_then(|text| text.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    Held {
        memory_bytes: kibibytes.map(|kibibytes| kibibytes << 10),
        files: fs::read_dir("/proc/self/fd").ok().map(Iterator::count),
    }
}
