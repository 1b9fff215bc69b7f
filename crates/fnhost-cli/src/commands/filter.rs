//! `fnhost filter`: a filter expression on events.

use crate::args::FilterArguments;
use crate::{DONE, FUNCTION_FAILED, WE_FAILED, setup};
use anyhow::{Context, Result, ensure};
use fnhost_server::filter::Expression;
use serde_json::Value;

pub(crate) fn filter(arguments: FilterArguments) -> Result<u8> {
    let expression = match Expression::parse(&arguments.expression) {
        Ok(expression) => expression,
        Err(error) => {
            eprintln!("error: {}", error.render());
            return Ok(WE_FAILED);
        }
    };
    for warning in expression.warnings() {
        eprintln!("{}", warning.render());
    }
    let text = setup::read_text(&arguments.event)?;
    let event: Value = serde_json::from_str(&text).context("the event is not JSON")?;
    let events = match event {
        Value::Array(events) => events,
        event => vec![event],
    };
    ensure!(!events.is_empty(), "there is no event in an empty array");
    let mut exit = DONE;
    for (index, event) in events.iter().enumerate() {
        let matches =
            expression.matches(event).with_context(|| format!("there is no result for event {}", index + 1))?;
        if !matches {
            exit = FUNCTION_FAILED;
        }
        setup::print(&format!("{matches}\n"))?;
    }
    Ok(exit)
}
