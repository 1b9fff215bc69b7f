//! `fnhost deliveries`: where deliveries stand.

use crate::args::DeliveriesArguments;
use crate::{DONE, data, setup};
use anyhow::Result;
use fnhost_queue::{Delivery, Ledger, State, Total};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub(crate) fn deliveries(arguments: DeliveriesArguments) -> Result<u8> {
    let ledger = data::ledger(&arguments.data)?;
    if arguments.totals {
        return totals(&ledger, arguments.selection.destination.as_deref(), arguments.list.json);
    }
    let mut selection = data::selection(&arguments.selection)?;
    selection.below = arguments.list.after.as_deref().map(data::delivery_number).transpose()?;
    let deliveries = ledger.deliveries(&selection, arguments.list.limit)?;
    if arguments.list.json {
        let line = |delivery: &Delivery| format!("{}\n", data::delivery_json(delivery));
        setup::print(&deliveries.iter().map(line).collect::<String>())?;
        return Ok(DONE);
    }
    let headings = ["DELIVERY", "EVENT", "DESTINATION", "STATE", "ATTEMPTS", "CHANGED", "NEXT", "REASON"];
    let rows: Vec<_> =
        std::iter::once(headings.map(str::to_owned).to_vec()).chain(deliveries.iter().map(row)).collect();
    setup::print(&data::table(&rows))?;
    Ok(DONE)
}

fn row(delivery: &Delivery) -> Vec<String> {
    let next = if delivery.state.is_open() { data::time(delivery.due_ms) } else { "-".to_owned() };
    vec![
        format!("d{}", delivery.id),
        format!("e{}", delivery.event),
        delivery.destination.clone(),
        delivery.state.as_str().to_owned(),
        delivery.attempts.to_string(),
        data::time(delivery.changed_ms),
        next,
        data::one_line(delivery.reason.as_deref().unwrap_or_default()),
    ]
}

/// The ledger in one table: accepted is the sum of the states.
fn totals(ledger: &Ledger, only: Option<&str>, as_json: bool) -> Result<u8> {
    let mut by_destination: BTreeMap<String, BTreeMap<Option<State>, u64>> = BTreeMap::new();
    for Total { destination, state, count } in ledger.totals()? {
        if only.is_none_or(|only| only == destination) {
            by_destination.entry(destination).or_default().insert(state, count);
        }
    }
    let count = |counts: &BTreeMap<Option<State>, u64>, state| counts.get(&state).copied().unwrap_or(0);
    if as_json {
        for (destination, counts) in &by_destination {
            let mut line = Map::from_iter([("destination".to_owned(), Value::from(destination.as_str()))]);
            line.insert("accepted".to_owned(), json!(count(counts, None)));
            for state in State::ALL {
                line.insert(state.as_str().to_owned(), json!(count(counts, Some(state))));
            }
            setup::print(&format!("{}\n", Value::Object(line)))?;
        }
        return Ok(DONE);
    }
    let states = State::ALL.into_iter().map(|state| state.as_str().to_uppercase());
    let headings: Vec<_> = ["DESTINATION".to_owned(), "ACCEPTED".to_owned()].into_iter().chain(states).collect();
    let row = |(destination, counts): (&String, &BTreeMap<Option<State>, u64>)| {
        let columns = std::iter::once(None).chain(State::ALL.map(Some));
        std::iter::once(destination.clone()).chain(columns.map(|state| count(counts, state).to_string())).collect()
    };
    let rows: Vec<Vec<_>> = std::iter::once(headings).chain(by_destination.iter().map(row)).collect();
    setup::print(&data::table(&rows))?;
    Ok(DONE)
}
