//! `fnhost demo`: the seed's first example, against a request bin on loopback.

use crate::args::DemoArguments;
use crate::request_bin::{Received, RequestBin};
use crate::{DONE, report, setup};
use anyhow::{Context, Result};
use fnhost::{Host, Limits};
use serde_json::json;

/// The example, as a user would paste it, and the endpoint that stands in it.
const FUNCTION: &str = include_str!("../demo/function.js");
const ENDPOINT: &str = "https://REDACTED.x.pipedream.net";

const SETTINGS: &str = r#"{"apiKey":"demo-key"}"#;

pub(crate) fn demo(arguments: DemoArguments) -> Result<u8> {
    let limits = Limits::default();
    let host = setup::host(&arguments.cache, &limits)?;
    setup::runtime()?.block_on(show(&host, &limits))?;
    Ok(DONE)
}

async fn show(host: &Host, limits: &Limits) -> Result<()> {
    let mut bin = RequestBin::start().await.context("cannot start the request bin")?;
    let source = FUNCTION.replace(ENDPOINT, bin.url());
    setup::print(&format!("A request bin listens on {}\n\nThe function:\n\n{source}\n", bin.url()))?;
    let built = fnhost_build::build(host, "function.js", &source, limits).await?;
    let function = host.load(&built.component)?;
    for event in events() {
        let event = event.to_string();
        let run = function.run(&event, SETTINGS, limits).await?;
        let arrived = arrived(&bin.take());
        setup::print(&format!("──── {event}\n\nArrived at the request bin\n{arrived}\n\n{}", report::text(&run)))?;
    }
    setup::print("To try a function of your own: fnhost run function.js --event event.json\n")?;
    bin.stop().await;
    Ok(())
}

fn arrived(requests: &[Received]) -> String {
    if requests.is_empty() {
        return "  (nothing)".to_owned();
    }
    let texts: Vec<_> = requests
        .iter()
        .map(|request| {
            let headers: Vec<_> = request.headers.iter().map(|(name, value)| format!("  {name}: {value}\n")).collect();
            format!("  {} {}\n{}\n  {}", request.method, request.path, headers.concat(), request.body)
        })
        .collect();
    texts.join("\n\n")
}

/// One event of every type, with the fields that Segment's spec asks for.
fn events() -> Vec<serde_json::Value> {
    let timestamp = "2026-01-05T09:30:00.000Z";
    let user = "user-17";
    vec![
        json!({"type": "track", "event": "Order Placed", "userId": user, "properties": {"total": 39.9, "currency": "EUR"}, "timestamp": timestamp}),
        json!({"type": "identify", "userId": user, "traits": {"plan": "pro"}, "timestamp": timestamp}),
        json!({"type": "page", "userId": user, "name": "Pricing", "properties": {"path": "/pricing"}, "timestamp": timestamp}),
        json!({"type": "screen", "userId": user, "name": "Cart", "timestamp": timestamp}),
        json!({"type": "group", "userId": user, "groupId": "acme", "traits": {"seats": 12}, "timestamp": timestamp}),
        json!({"type": "alias", "userId": user, "previousId": "anonymous-3", "timestamp": timestamp}),
        json!({"type": "delete", "userId": user, "timestamp": timestamp}),
    ]
}
