//! `fnhost demo`: a daemon with the seed's first example, a request bin on
//! loopback, and one event of every type. Then it stays, to be played with.

use crate::args::DemoArguments;
use crate::commands::{serve, show};
use crate::request_bin::{Received, RequestBin};
use crate::{DONE, data, setup, telemetry};
use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use fnhost::{Host, Limits};
use fnhost_queue::{Ledger, Selection};
use fnhost_server::config::LogFormat;
use fnhost_server::{Clock, ServeError, ServeOptions};
use http_body_util::Full;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::oneshot;

/// The example, as a user would paste it, and the endpoint that stands in it.
const FUNCTION: &str = include_str!("../demo/function.js");
const ENDPOINT: &str = "https://REDACTED.x.pipedream.net";

/// The configuration; paths in it are relative to its own folder.
const CONFIG: &str = r#"[workspace]
name = "Demo"

[[source]]
name = "website"
write_key = "demo"

[[destination]]
name = "request-bin"
source = "website"
function = "function"
settings = { apiKey = "demo-key" }
allow_net = ["127.0.0.0/8"]
"#;

/// How long a delivery is waited for before it is shown as it is.
const DELIVERY_TIME: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(20);

pub(crate) fn demo(arguments: DemoArguments) -> Result<u8> {
    let runtime = setup::runtime_for_events()?;
    let telemetry = telemetry::start(LogFormat::Text, "warn", runtime.handle())?;
    let host = setup::host(&arguments.cache, &Limits::default())?;
    let dir = tempfile::Builder::new().prefix("fnhost-demo-").tempdir().context("cannot make a folder for the demo")?;
    runtime.block_on(show_all(host, dir.path(), arguments.listen))?;
    telemetry.finish();
    runtime.shutdown_background();
    dir.close().context("cannot remove the demo's folder")?;
    Ok(DONE)
}

async fn show_all(host: Host, dir: &Path, listen: SocketAddr) -> Result<()> {
    let mut bin = RequestBin::start().await.context("cannot start the request bin")?;
    let source = FUNCTION.replace(ENDPOINT, bin.url());
    setup::print(&format!("A request bin listens on {}\n\nThe function:\n\n{source}\n", bin.url()))?;
    fs::create_dir(dir.join("functions")).context("cannot make the functions folder")?;
    fs::write(dir.join("functions/function.js"), &source).context("cannot write the function")?;
    fs::write(dir.join("fnhost.toml"), CONFIG).context("cannot write the configuration")?;
    setup::print(&format!("The configuration, {}:\n\n{CONFIG}\n", dir.join("fnhost.toml").display()))?;

    let options = ServeOptions {
        config_path: dir.join("fnhost.toml"),
        data_dir: None,
        listen: Some(listen),
        host,
        environment: Arc::new(setup::environment),
        clock: Clock::new(data::now_ms),
        signals: serve::signals()?,
    };
    let (ready, is_ready) = oneshot::channel();
    let daemon = fnhost_server::serve(options, |address| {
        // The visitor may have given up.
        let _ = ready.send(address);
    });
    let visitor = async {
        // Where it never gets ready, its own error says why.
        let Ok(address) = is_ready.await else { return std::future::pending().await };
        play(address, &dir.join("fnhost-data"), &mut bin).await?;
        setup::print(&farewell(address, dir))?;
        loop {
            setup::print(&format!("Arrived at the request bin\n{}\n\n", arrived(&[bin.next().await])))?;
        }
    };
    let ended = tokio::select! {
        served = daemon => served.map_err(ServeError::into),
        played = visitor => played,
    };
    bin.stop().await;
    ended
}

/// Sends one event of every type and shows what became of it.
async fn play(address: SocketAddr, data_dir: &Path, bin: &mut RequestBin) -> Result<()> {
    let ledger = Ledger::open(data_dir)?;
    for event in events() {
        send(address, &event).await?;
        let delivered = delivered(&ledger, event["messageId"].as_str().unwrap_or_default()).await?;
        let sent = format!("──── POST http://{address}/v1/{} {event}", event["type"].as_str().unwrap_or_default());
        setup::print(&format!("{sent}\n\nArrived at the request bin\n{}\n{delivered}\n", arrived(&bin.take())))?;
    }
    Ok(())
}

/// Sends an event as Segment's libraries do.
async fn send(address: SocketAddr, event: &Value) -> Result<()> {
    let stream = TcpStream::connect(address).await.context("cannot reach the daemon")?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let request = hyper::Request::post(format!("/v1/{}", event["type"].as_str().unwrap_or_default()))
        .header("Host", address.to_string())
        // `demo:`, the write key without a password.
        .header("Authorization", "Basic ZGVtbzo=")
        .header("Content-Type", "application/json")
        .body(Full::new(Bytes::from(event.to_string())))?;
    let answer = sender.send_request(request);
    let (answer, _) = tokio::join!(async { answer.await.inspect(|_| drop(sender)) }, connection);
    let status = answer?.status();
    ensure!(status.is_success(), "the daemon answered {status}");
    Ok(())
}

/// The delivery of the event with this `messageId`, once it is over.
async fn delivered(ledger: &Ledger, message_id: &str) -> Result<String> {
    let deadline = tokio::time::Instant::now() + DELIVERY_TIME;
    loop {
        let event = ledger.events_by_key(message_id)?.pop().context("the event was not kept")?;
        let selection = Selection { event: Some(event.id), ..Selection::default() };
        let delivery = ledger.deliveries(&selection, 1)?.pop().context("there is no delivery")?;
        let attempts = ledger.attempts(delivery.id)?;
        if !delivery.state.is_open() || tokio::time::Instant::now() > deadline {
            return Ok(show::delivery_text(&delivery, &attempts));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn farewell(address: SocketAddr, dir: &Path) -> String {
    let dir = dir.display();
    format!(
        "The daemon goes on until Ctrl-C. From another terminal:\n
  curl -u demo: http://{address}/v1/track -d '{{\"event\":\"Signed Up\",\"userId\":\"user-17\"}}'
  fnhost deliveries --config {dir}/fnhost.toml
  fnhost show d1 --config {dir}/fnhost.toml
  curl http://{address}/metrics\n
Changes of the function or the configuration in {dir} apply at once.
A function of your own: fnhost run function.js --event event.json\n"
    )
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
fn events() -> Vec<Value> {
    let timestamp = "2026-01-05T09:30:00.000Z";
    let user = "user-17";
    let mut events = vec![
        json!({"type": "track", "event": "Order Placed", "userId": user, "properties": {"total": 39.9, "currency": "EUR"}}),
        json!({"type": "identify", "userId": user, "traits": {"plan": "pro"}}),
        json!({"type": "page", "userId": user, "name": "Pricing", "properties": {"path": "/pricing"}}),
        json!({"type": "screen", "userId": user, "name": "Cart"}),
        json!({"type": "group", "userId": user, "groupId": "acme", "traits": {"seats": 12}}),
        json!({"type": "alias", "userId": user, "previousId": "anonymous-3"}),
        json!({"type": "delete", "userId": user}),
    ];
    for event in &mut events {
        event["messageId"] = json!(format!("demo-{}", event["type"].as_str().unwrap_or_default()));
        event["timestamp"] = json!(timestamp);
    }
    events
}
