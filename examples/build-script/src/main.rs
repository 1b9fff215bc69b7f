//! Runs an event through the function that `build.rs` has built. The bytes are
//! in the program; nothing is read from disk, and no JavaScript is parsed.
#![allow(clippy::print_stdout, reason = "a command-line program")]

use anyhow::Result;
use fnhost::{Host, HostOptions, Limits, Outcome};

/// The component, made of `functions/order-alert.js`.
static ORDER_ALERT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/order-alert.wasm"));

const EVENT: &str =
    r#"{"type":"track","event":"Order Placed","userId":"user-17","properties":{"total":640,"currency":"EUR"}}"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let host = Host::new(HostOptions::default())?;
    let function = host.load(ORDER_ALERT)?;
    let run = function.run(EVENT, r#"{"largeTotal":500}"#, &Limits::default()).await?;
    for log in &run.logs {
        println!("[{}] {}", log.level, log.message);
    }
    match run.outcome {
        Outcome::Returned { value } => println!("{} returned {value}", run.handler),
        Outcome::Failed(failure) => println!("{} failed: {}", run.handler, failure.error.message),
    }
    Ok(())
}
