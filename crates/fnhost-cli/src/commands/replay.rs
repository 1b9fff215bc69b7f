//! `fnhost replay`: finished deliveries again, or what another function would
//! do with them.

use crate::args::ReplayArguments;
use crate::commands::compare;
use crate::{DONE, data, setup};
use anyhow::{Context, Result, bail};
use fnhost_queue::{Delivery, Event, Ledger, Replayed, Selection};
use fnhost_server::filter::Expression;
use serde_json::json;

/// Deliveries that are looked at, or changed, at a time. Between two steps the
/// daemon can write.
const STEP: usize = 500;

/// A delivery that was chosen, and its event.
pub(crate) struct Chosen {
    pub(crate) delivery: Delivery,
    pub(crate) event: Event,
}

pub(crate) fn replay(arguments: ReplayArguments) -> Result<u8> {
    let mut ledger = data::ledger(&arguments.data)?;
    if arguments.function.is_some() {
        let chosen = chosen(&ledger, &arguments)?;
        return compare::compare(&ledger, &chosen, &arguments);
    }
    if arguments.dry_run {
        return list(&chosen(&ledger, &arguments)?, arguments.json);
    }
    let ids: Vec<_> = chosen(&ledger, &arguments)?.into_iter().map(|chosen| chosen.delivery.id).collect();
    let mut replayed = Replayed::default();
    for step in ids.chunks(STEP) {
        let done = ledger.replay(step, data::now_ms())?;
        replayed.again += done.again;
        replayed.open += done.open;
    }
    setup::print(&if arguments.json {
        format!("{}\n", json!({ "replayed": replayed.again, "left_alone": replayed.open }))
    } else {
        format!("{} pending again, {} left alone as they are open already\n", replayed.again, replayed.open)
    })?;
    Ok(DONE)
}

/// The deliveries that the arguments choose, oldest first.
fn chosen(ledger: &Ledger, arguments: &ReplayArguments) -> Result<Vec<Chosen>> {
    let filter = match &arguments.filter {
        Some(filter) => Some(
            Expression::parse(filter).map_err(|error| anyhow::anyhow!("cannot use the filter:\n{}", error.render()))?,
        ),
        None => None,
    };
    let mut chosen = if arguments.ids.is_empty() {
        by_selection(ledger, arguments, filter.as_ref())?
    } else {
        by_number(ledger, arguments, filter.as_ref())?
    };
    chosen.reverse();
    Ok(chosen)
}

fn by_number(ledger: &Ledger, arguments: &ReplayArguments, filter: Option<&Expression>) -> Result<Vec<Chosen>> {
    let mut chosen = Vec::new();
    for id in &arguments.ids {
        let number = data::delivery_number(id)?;
        let selection = Selection { below: number.checked_add(1), ..data::selection(&arguments.selection)? };
        let found = ledger.deliveries(&selection, 1)?.into_iter().find(|delivery| delivery.id == number);
        let delivery = found.with_context(|| format!("there is no delivery `{id}` that the other arguments allow"))?;
        chosen.extend(with_event(ledger, delivery, filter)?);
    }
    chosen.reverse();
    Ok(chosen)
}

fn by_selection(ledger: &Ledger, arguments: &ReplayArguments, filter: Option<&Expression>) -> Result<Vec<Chosen>> {
    let mut selection = data::selection(&arguments.selection)?;
    match selection.state {
        None => bail!("say which deliveries: numbers, or `--state dead` say"),
        Some(state) if state.is_open() => bail!("deliveries that are {} need no replay", state.as_str()),
        Some(_) => {}
    }
    let mut chosen = Vec::new();
    loop {
        let page = ledger.deliveries(&selection, STEP)?;
        let Some(last) = page.last() else { return Ok(chosen) };
        selection.below = Some(last.id);
        for delivery in page {
            if chosen.len() == arguments.limit {
                return Ok(chosen);
            }
            chosen.extend(with_event(ledger, delivery, filter)?);
        }
    }
}

/// The delivery with its event, if the filter lets it pass.
fn with_event(ledger: &Ledger, delivery: Delivery, filter: Option<&Expression>) -> Result<Option<Chosen>> {
    let selection = Selection { event: Some(delivery.event), ..Selection::default() };
    let Some(event) = ledger.events(&selection, 1)?.pop() else { return Ok(None) };
    let passes = match filter {
        Some(filter) => filter
            .matches(&data::payload(&event))
            .with_context(|| format!("the filter has no result for event e{}", event.id))?,
        None => true,
    };
    Ok(passes.then_some(Chosen { delivery, event }))
}

fn list(chosen: &[Chosen], as_json: bool) -> Result<u8> {
    if as_json {
        let line = |chosen: &Chosen| format!("{}\n", data::delivery_json(&chosen.delivery));
        setup::print(&chosen.iter().map(line).collect::<String>())?;
        return Ok(DONE);
    }
    let headings = ["DELIVERY", "EVENT", "WHAT", "DESTINATION", "STATE", "REASON"].map(str::to_owned).to_vec();
    let rows = chosen.iter().map(|Chosen { delivery, event }| {
        vec![
            format!("d{}", delivery.id),
            format!("e{}", event.id),
            data::summary(&data::payload(event)),
            delivery.destination.clone(),
            delivery.state.as_str().to_owned(),
            data::one_line(delivery.reason.as_deref().unwrap_or_default()),
        ]
    });
    setup::print(&data::table(&std::iter::once(headings).chain(rows).collect::<Vec<_>>()))?;
    setup::print(&format!("{} would be pending again; nothing was changed\n", chosen.len()))?;
    Ok(DONE)
}
