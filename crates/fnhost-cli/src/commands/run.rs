//! `fnhost run`: events through a function.

use crate::args::RunArguments;
use crate::{DONE, FUNCTION_FAILED, report, setup};
use anyhow::{Context, Result, bail};
use fnhost::{Function, Handler, Limits, Outcome, Run, Sealed};
use serde_json::value::RawValue;

pub(crate) fn run(arguments: RunArguments) -> Result<u8> {
    let limits = &arguments.limits.0;
    let handler = arguments.handler.as_deref().map(handler).transpose()?;
    let event = setup::read_text(&arguments.event)?;
    let (settings, sealed) = setup::settings(arguments.settings.as_deref())?;
    let host = setup::host_with(&arguments.cache, limits, |mut options| {
        options.allow_net = arguments.network.allow_net;
        options
    })?;
    setup::runtime()?.block_on(async {
        let Some(function) = setup::function(&host, &arguments.function, limits).await? else {
            return Ok(FUNCTION_FAILED);
        };
        let function = function.with_secrets(sealed.iter().map(Sealed::value)).with_sealed(sealed.iter().cloned());
        let mut exit = DONE;
        let calls = calls(&function, handler, &event, limits).await?;
        for (index, (handler, event)) in calls.iter().enumerate() {
            let run = function.run_handler(*handler, event, &settings, limits).await?;
            let heading = format!("──── {} {} of {}\n\n", handler.name(), index + 1, calls.len());
            print(&run, event, if calls.len() > 1 { &heading } else { "" }, arguments.json)?;
            if matches!(run.outcome, Outcome::Failed(_)) {
                exit = FUNCTION_FAILED;
            }
        }
        Ok(exit)
    })
}

fn handler(name: &str) -> Result<Handler> {
    let names: Vec<_> = Handler::ALL.into_iter().map(Handler::name).collect();
    Handler::named(name).with_context(|| format!("there is no handler `{name}`; the handlers are {}", names.join(", ")))
}

/// Which handlers to call with what. An array goes to `onBatch`, or where the
/// function has none, event by event.
async fn calls<'a>(
    function: &Function,
    handler: Option<Handler>,
    event: &'a str,
    limits: &Limits,
) -> Result<Vec<(Handler, &'a str)>> {
    if let Some(handler) = handler {
        return Ok(vec![(handler, event)]);
    }
    let chosen = Handler::of_event(event)?;
    if chosen != Handler::OnBatch || function.defined(limits).await?.iter().any(|name| name == chosen.name()) {
        return Ok(vec![(chosen, event)]);
    }
    let events: Vec<&RawValue> = serde_json::from_str(event).context("the event cannot be used")?;
    if events.is_empty() {
        bail!("the event cannot be used: it is an empty array");
    }
    events.into_iter().map(|event| Ok((Handler::of_event(event.get())?, event.get()))).collect()
}

fn print(run: &Run, event: &str, heading: &str, json: bool) -> Result<()> {
    if json {
        return setup::print(&(serde_json::to_string(run)? + "\n"));
    }
    let events: Option<Vec<&RawValue>> =
        (run.handler == Handler::OnBatch.name()).then(|| serde_json::from_str(event).ok()).flatten();
    let batch = events.map_or_else(String::new, |events| report::batch(run, events.len()));
    setup::print(&format!("{heading}{}{batch}", report::text(run)))
}
