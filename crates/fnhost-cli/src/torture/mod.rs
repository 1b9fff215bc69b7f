//! Functions that misbehave, each with how its run must end, and what it takes to try them: a server that misbehaves
//! too, a good function beside them, and a look at what the process holds.

mod beside;
mod components;
mod held;
mod server;

pub(crate) use beside::{Beside, Times};
pub(crate) use held::{Held, History};
pub(crate) use server::Server;

use crate::setup;
use anyhow::{Context, Result};
use fnhost::{EgressRules, ErrorKind, Function, Host, Limits, Outcome};
use fnhost_build::BuildError;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::Instant;

const FUNCTIONS: &str = include_str!("functions.js");
const PLATFORM: &str = include_str!("platform.js");
const NETWORK: &str = include_str!("network.js");

/// How an outcome is called where the source must not be built, or the component not be loaded.
const REFUSED: &str = "refused";
const RETURNED: &str = "returned";
const OUT_OF_FUEL: &str = ErrorKind::OutOfFuel.as_str();
const TIMEOUT: &str = ErrorKind::Timeout.as_str();

/// How it is called where building or loading took too long, whatever came of it.
const TOO_LATE: &str = "made too late";

/// What a busy machine may add to the time that the limits give a build or a run.
const GRACE: Duration = Duration::from_secs(8);

/// What the components here may take to be compiled. There are others that take longer: see SECURITY.md.
const LOAD_TIME_MAX: Duration = Duration::from_secs(20);

/// The event that every function gets.
const EVENT: &str = r#"{"type":"track","event":"Signed Up","userId":"u1"}"#;

/// Among how a case may end: it gets two events, one after the other.
const TWICE: &str = "twice";

/// What comes before the name of a case whose source calls its handler at the top level.
const AT_TOP_LEVEL: &str = "at the top level: ";

/// One behaviour.
pub(crate) struct Case {
    pub(crate) name: String,
    /// How it may end: `returned`, kinds of failure, `refused`.
    pub(crate) ends: Vec<&'static str>,
    what: What,
}

/// What misbehaves.
enum What {
    /// A source, and how many events it gets.
    Source(String, usize),
    /// A component in WebAssembly's text format.
    Component(String),
}

/// How it ended.
pub(crate) struct Ended {
    pub(crate) how: &'static str,
    /// The error, or the value.
    pub(crate) detail: String,
    /// How long it took to build or load it.
    pub(crate) made: Duration,
    /// How long that, or where there was a run the run, took; and how long it might.
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

    /// The same behaviour while the function is built, and then for an event. Where the build is what it breaks, the source
    /// is refused; what it does later it does not do there, as timers and the network are not there yet.
    fn at_top_level(&self) -> Option<Case> {
        let What::Source(text, 1) = &self.what else { return None };
        let is_handler_alone = text.matches("onTrack(").count() >= 1 && !text.contains("\nfunction onTrack");
        if !is_handler_alone || self.ends.contains(&REFUSED) {
            return None;
        }
        let ends = [self.ends.as_slice(), &[REFUSED]].concat();
        let text = format!("{text}\nawait onTrack({EVENT}, {{}});\nexport {{ onTrack }};\n");
        Some(Case { name: format!("{AT_TOP_LEVEL}{}", self.name), ends, what: What::Source(text, 1) })
    }
}

/// The limits under which the behaviours are tried: below the default ones, so that all of them end soon.
pub(crate) fn limits() -> Limits {
    Limits { fuel_max: 2_000_000_000, build_fuel_max: 2_000_000_000, ..Limits::default() }
}

/// All behaviours.
pub(crate) fn cases() -> Result<Vec<Case>> {
    let of_functions = sources(FUNCTIONS)?;
    let at_top_level: Vec<_> = of_functions.iter().filter_map(Case::at_top_level).collect();
    let mut cases = of_functions;
    cases.extend(sources(PLATFORM)?);
    cases.extend(sources(NETWORK)?);
    cases.extend(components::cases()?);
    cases.extend(at_top_level);
    Ok(cases)
}

/// The cases of a file, each with a head and a source.
fn sources(text: &'static str) -> Result<Vec<Case>> {
    let case = |text: &'static str| {
        let (name, ends, source) = parts(text)?;
        let is_ending = |end: &&str| *end != TWICE;
        let events = if ends.iter().all(is_ending) { 1 } else { 2 };
        let ends = ends.into_iter().filter(is_ending).collect();
        Ok(Case { name: name.to_owned(), ends, what: What::Source(source.to_owned(), events) })
    };
    text.split("\n//# ").skip(1).map(case).collect()
}

/// A case's name, how it may end, and the rest.
fn parts(text: &'static str) -> Result<(&'static str, Vec<&'static str>, &'static str)> {
    let (head, rest) = text.split_once('\n').context("a case without a source")?;
    let (name, ends) = head.rsplit_once(": ").context("a case without an outcome")?;
    Ok((name, ends.split(' ').collect(), rest))
}

/// What came of making a function.
struct Made {
    function: Result<Function, String>,
    time: Duration,
    time_max: Duration,
}

/// Builds or loads `case` on `host`, and runs it; its requests may reach the server at `url`, and public addresses.
pub(crate) async fn try_out(host: &Host, case: &Case, url: &str) -> Result<Ended> {
    let (made, events) = match &case.what {
        What::Source(source, events) => (build(host, case, source)?, *events),
        What::Component(text) => (load(host, case, text)?, 1),
    };
    let ended = |how, detail| Ended { how, detail, made: made.time, time: made.time, time_max: made.time_max };
    let function = match made.function {
        Err(detail) => return Ok(ended(REFUSED, detail)),
        Ok(_) if made.time > made.time_max => return Ok(ended(TOO_LATE, String::new())),
        Ok(function) => function,
    };
    let function = function.with_egress(EgressRules::default().allow_net("127.0.0.1/32".parse()?));
    let mut last = run(&function, case, url, made.time).await?;
    for _ in 1..events {
        if case.is_met_by(&last) {
            last = run(&function, case, url, made.time).await?;
        }
    }
    Ok(last)
}

fn build(host: &Host, case: &Case, source: &str) -> Result<Made> {
    let (limits, started) = (limits(), Instant::now());
    // A top level with `await` is that of a module.
    let name = if source.contains("\nexport ") { "function.mjs" } else { "function.js" };
    let runtime = Handle::current();
    let built = setup::behind_events(|| runtime.block_on(fnhost_build::build(host, name, source, &limits)));
    let function = match built {
        Ok(built) => Ok(setup::behind_events(|| host.load(&built.component))?),
        Err(BuildError::Source(diagnostics)) => Err(diagnostics.first().map(ToString::to_string).unwrap_or_default()),
        Err(error) => return Err(error).with_context(|| format!("cannot build `{}`", case.name)),
    };
    let time_max = Duration::from_millis(limits.build_timeout_ms_max) + GRACE;
    Ok(Made { function, time: started.elapsed(), time_max })
}

fn load(host: &Host, case: &Case, text: &str) -> Result<Made> {
    let component = wat::parse_str(text).with_context(|| format!("cannot assemble `{}`", case.name))?;
    let started = Instant::now();
    let function = setup::behind_events(|| host.load(&component)).map_err(|error| error.to_string());
    Ok(Made { function, time: started.elapsed(), time_max: LOAD_TIME_MAX })
}

/// One run, in a task of its own, as the daemon's runs are.
async fn run(function: &Function, case: &Case, url: &str, made: Duration) -> Result<Ended> {
    let (function, settings) = (function.clone(), serde_json::json!({ "url": url }).to_string());
    let mut task = JoinSet::new();
    let started = Instant::now();
    task.spawn(async move { function.run(EVENT, &settings, &limits()).await });
    let run = task
        .join_next()
        .await
        .context("the task is gone")?
        .with_context(|| format!("`{}` broke the host", case.name))?;
    let run = run.with_context(|| format!("cannot run `{}`", case.name))?;
    let (how, detail) = match &run.outcome {
        Outcome::Returned { value } => (RETURNED, value.get().to_owned()),
        Outcome::Failed(failure) => {
            (failure.error.kind.as_str(), format!("{}: {}", failure.error.name, failure.error.message))
        }
    };
    let time_max = Duration::from_millis(limits().timeout_ms_max) + GRACE;
    Ok(Ended { how, detail, made, time: started.elapsed(), time_max })
}
