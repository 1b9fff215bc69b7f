//! Where the daemon's log goes, and its traces: standard error, and, where the
//! environment names one, an OpenTelemetry collector. What is told is decided
//! where it happens.

use crate::setup;
use anyhow::{Context, Result, anyhow};
use fnhost_server::config::LogFormat;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// The variables that OpenTelemetry's specification names for the collector.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
/// What the collector is told; it is to have every attempt, whatever the log says.
const TRACED: &str = "fnhost_server=debug";
/// For the collector to take what it is sent.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(10);

/// The export of traces, if there is one.
pub(crate) struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

/// Starts the log, in which `FNHOST_LOG` chooses what there is instead of
/// `level`, and the export of traces if the environment names a collector.
pub(crate) fn start(format: LogFormat, level: &str, runtime: &Handle) -> Result<Telemetry> {
    let filter = setup::environment("FNHOST_LOG").unwrap_or_else(|| level.to_owned());
    let filter = EnvFilter::builder().parse(&filter).with_context(|| format!("cannot use FNHOST_LOG=`{filter}`"))?;
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let log = match format {
        LogFormat::Text => {
            log.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).with_filter(filter).boxed()
        }
        LogFormat::Json => log.json().flatten_event(true).with_filter(filter).boxed(),
    };
    let is_named = |name: &&str| setup::environment(name).is_some_and(|endpoint| !endpoint.is_empty());
    let traces = if ENDPOINTS.iter().any(is_named) { Some(exporter(runtime)?) } else { None };
    let traced = traces.as_ref().map(|traces| {
        tracing_opentelemetry::layer().with_tracer(traces.tracer("fnhost")).with_filter(EnvFilter::new(TRACED))
    });
    let started = tracing_subscriber::registry().with(log).with(traced).try_init();
    started.map_err(|error| anyhow!("cannot start the log: {error}"))?;
    Ok(Telemetry { traces })
}

impl Telemetry {
    /// Sends what has not been sent, which takes a few seconds at most.
    pub(crate) fn finish(self) {
        if let Some(Err(error)) = self.traces.map(|traces| traces.shutdown()) {
            tracing::warn!(%error, "some traces were not taken by the collector");
        }
    }
}

fn exporter(runtime: &Handle) -> Result<SdkTracerProvider> {
    let client = HyperClient::with_default_connector(EXPORT_TIMEOUT, None);
    let client = OnRuntime { runtime: runtime.clone(), client: Arc::new(client) };
    let exporter = SpanExporter::builder().with_http().with_http_client(client).build();
    let exporter = exporter.context("cannot set up the export of traces")?;
    let mut resource = Resource::builder();
    if setup::environment("OTEL_SERVICE_NAME").is_none() {
        resource = resource.with_service_name("fnhost");
    }
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build())
}

/// Sends requests on the runtime: the exporter has a thread of its own, where
/// nothing waits for sockets.
#[derive(Debug)]
struct OnRuntime {
    runtime: Handle,
    client: Arc<HyperClient>,
}

#[async_trait::async_trait]
impl HttpClient for OnRuntime {
    async fn send_bytes(
        &self,
        request: http::Request<bytes::Bytes>,
    ) -> Result<http::Response<bytes::Bytes>, HttpError> {
        let client = self.client.clone();
        self.runtime.spawn(async move { client.send_bytes(request).await }).await?
    }
}
