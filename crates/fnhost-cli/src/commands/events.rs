//! `fnhost events`: what came in, and what was refused.

use crate::args::EventsArguments;
use crate::{DONE, data, setup};
use anyhow::Result;
use fnhost_queue::{Event, Rejected};
use serde_json::json;

pub(crate) fn events(arguments: EventsArguments) -> Result<u8> {
    let ledger = data::ledger(&arguments.data)?;
    if arguments.rejected {
        return rejected(&ledger.rejections(arguments.list.limit)?, arguments.list.json);
    }
    let mut selection = data::range(&arguments.range)?;
    selection.below = arguments.list.after.as_deref().map(data::event_number).transpose()?;
    let events = ledger.events(&selection, arguments.list.limit)?;
    if arguments.list.json {
        let lines: String = events.iter().map(|event| format!("{}\n", data::event_json(event))).collect();
        setup::print(&lines)?;
        return Ok(DONE);
    }
    let headings = ["EVENT", "RECEIVED", "SOURCE", "WHAT", "MESSAGE ID"].map(str::to_owned).to_vec();
    let rows: Vec<_> = std::iter::once(headings).chain(events.iter().map(row)).collect();
    setup::print(&data::table(&rows))?;
    Ok(DONE)
}

fn row(event: &Event) -> Vec<String> {
    let summary = data::summary(&data::payload(event));
    vec![
        format!("e{}", event.id),
        data::time(event.received_ms),
        event.source.clone(),
        summary,
        data::one_line(&event.key),
    ]
}

fn rejected(rejections: &[Rejected], as_json: bool) -> Result<u8> {
    let text = |rejected: &Rejected| String::from_utf8_lossy(&rejected.payload).into_owned();
    if as_json {
        let line = |rejected: &Rejected| {
            let (source, reason) = (&rejected.source, &rejected.reason);
            let received_at = data::time(rejected.received_ms);
            let line =
                json!({ "source": source, "reason": reason, "received_at": received_at, "body": text(rejected) });
            format!("{line}\n")
        };
        setup::print(&rejections.iter().map(line).collect::<String>())?;
        return Ok(DONE);
    }
    let headings = ["RECEIVED", "SOURCE", "REASON", "WHAT CAME"].map(str::to_owned).to_vec();
    let rows = rejections.iter().map(|rejected| {
        let received = data::time(rejected.received_ms);
        vec![received, rejected.source.clone(), rejected.reason.clone(), data::one_line(&text(rejected))]
    });
    setup::print(&data::table(&std::iter::once(headings).chain(rows).collect::<Vec<_>>()))?;
    Ok(DONE)
}
