//! Functions that misbehave, each with how its run must end, and what it takes to try them: a server that misbehaves
//! too, a good function beside them, and a look at what the process holds.

mod beside;
mod server;

pub(crate) use beside::Beside;
pub(crate) use server::Server;

use anyhow::{Context, Result};
use fnhost::{EgressRules, ErrorKind, Host, Limits, Outcome};
use fnhost_build::BuildError;
use std::time::Duration;
use tokio::time::Instant;

const FUNCTIONS: &str = include_str!("functions.js");
const NETWORK: &str = include_str!("network.js");

/// How an outcome is called where the source must not be built.
const REFUSED: &str = "refused";
const RETURNED: &str = "returned";
const OUT_OF_FUEL: &str = ErrorKind::OutOfFuel.as_str();
const TIMEOUT: &str = ErrorKind::Timeout.as_str();

/// What a busy machine may add to the time that the limits give a build or a run.
const GRACE: Duration = Duration::from_secs(8);

/// The event that every function gets.
const EVENT: &str = r#"{"type":"track","event":"Signed Up","userId":"u1"}"#;

/// One behaviour.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// How it may end: `returned`, kinds of failure, `refused`.
    pub(crate) ends: Vec<&'static str>,
    source: String,
}

/// How it ended.
pub(crate) struct Ended {
    pub(crate) how: &'static str,
    /// The error, or the value.
    pub(crate) detail: String,
    /// How long the build, or where there was a run that, took; and how long it might.
    pub(crate) time: Duration,
    pub(crate) time_max: Duration,
}

impl Case {
    /// Whether it ended as it must, in time.
    pub(crate) fn is_met_by(&self, ended: &Ended) -> bool {
        // Which of the two limits on computing comes first is the machine's business.
        let how = if ended.how == TIMEOUT && self.ends.contains(&OUT_OF_FUEL) { OUT_OF_FUEL } else { ended.how };
        self.ends.contains(&how) && ended.time <= ended.time_max
    }
}

/// The limits under which the behaviours are tried: below the default ones, so that all of them end soon.
pub(crate) fn limits() -> Limits {
    Limits { fuel_max: 2_000_000_000, build_fuel_max: 4_000_000_000, ..Limits::default() }
}

/// All behaviours.
pub(crate) fn cases() -> Result<Vec<Case>> {
    let texts = [FUNCTIONS, NETWORK].into_iter().flat_map(|text| text.split("\n//# ").skip(1));
    let case = |text: &'static str| {
        let (head, source) = text.split_once('\n').context("a case without a source")?;
        let (name, ends) = head.rsplit_once(": ").context("a case without an outcome")?;
        anyhow::Ok(Case { name, ends: ends.split(' ').collect(), source: source.to_owned() })
    };
    texts.map(case).collect()
}

/// Builds and runs `case` on `host`; its requests may reach the server at `url`, and public addresses.
pub(crate) async fn try_out(host: &Host, case: &Case, url: &str) -> Result<Ended> {
    let limits = limits();
    let started = Instant::now();
    let ended = |how, detail: String, started: Instant, limit_ms: u64| {
        let time_max = Duration::from_millis(limit_ms) + GRACE;
        Ended { how, detail, time: started.elapsed(), time_max }
    };
    // A top level with `await` is that of a module.
    let name = if case.source.contains("\nexport ") { "function.mjs" } else { "function.js" };
    let built = match fnhost_build::build(host, name, &case.source, &limits).await {
        Ok(built) => built,
        Err(BuildError::Source(diagnostics)) => {
            let detail = diagnostics.first().map(ToString::to_string).unwrap_or_default();
            return Ok(ended(REFUSED, detail, started, limits.build_timeout_ms_max));
        }
        Err(error) => return Err(error).with_context(|| format!("cannot build `{}`", case.name)),
    };
    let rules = EgressRules::default().allow_net("127.0.0.1/32".parse()?);
    let function = host.load(&built.component)?.with_egress(rules);
    let settings = serde_json::json!({ "url": url }).to_string();
    let started = Instant::now();
    let run = function.run(EVENT, &settings, &limits).await.with_context(|| format!("cannot run `{}`", case.name))?;
    let (how, detail) = match &run.outcome {
        Outcome::Returned { value } => (RETURNED, value.get().to_owned()),
        Outcome::Failed(failure) => {
            (failure.error.kind.as_str(), format!("{}: {}", failure.error.name, failure.error.message))
        }
    };
    Ok(ended(how, detail, started, limits.timeout_ms_max))
}
