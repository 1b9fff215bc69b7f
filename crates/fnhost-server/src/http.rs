//! The HTTP server: connections, their bounds and their end, and the paths
//! beside the tracking API. What the tracking API does is in `ingest`.

use crate::clock::Clock;
use crate::metrics::Metrics;
use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use fnhost_queue::Queue;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// Connections at a time; more wait to be accepted.
const CONNECTIONS_MAX: usize = 10_000;
/// For a request's head to come.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// A request's head at most, in bytes.
const HEAD_BYTES_MAX: usize = 64 << 10;
/// How long to wait when the system has no room for another connection.
const ACCEPT_WAIT: Duration = Duration::from_millis(100);

/// What the paths for operators show.
#[derive(Clone)]
pub(crate) struct Status {
    pub(crate) queue: Queue,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) clock: Clock,
    /// Whether events are taken; false from the first signal to stop on.
    pub(crate) ready: watch::Receiver<bool>,
}

/// `/healthz`, `/readyz` and `/metrics`.
pub(crate) fn operator_routes(status: Status) -> Router {
    let (for_ready, for_metrics) = (status.clone(), status);
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(move || ready(for_ready.clone())))
        .route("/metrics", get(move || metrics(for_metrics.clone())))
}

async fn ready(status: Status) -> Response {
    if !*status.ready.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    match status.queue.totals().await {
        Ok(_) => "ready\n".into_response(),
        Err(error) => {
            tracing::error!(%error, "not ready: the database cannot be read");
            (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be read\n").into_response()
        }
    }
}

async fn metrics(status: Status) -> Response {
    let read =
        async { Ok::<_, fnhost_queue::QueueError>((status.queue.totals().await?, status.queue.oldest_due().await?)) };
    match read.await {
        Ok((totals, oldest_due)) => {
            let text = status.metrics.text(&totals, &oldest_due, status.clock.now_ms());
            let format = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, format)], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "cannot read the totals");
            (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be read\n").into_response()
        }
    }
}

/// Serves `router` until `stop` is true, then finishes the requests under way.
pub(crate) async fn serve(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    let for_connections = stop.clone();
    loop {
        let stopping = async { drop(stop.wait_for(|stop| *stop).await) };
        let accept = async {
            let slot = slots.clone().acquire_owned().await.expect("the semaphore is never closed");
            (slot, listener.accept().await)
        };
        tokio::select! {
            () = stopping => break,
            Some(_) = connections.join_next() => {}
            (slot, accepted) = accept => match accepted {
                Ok((stream, peer)) => {
                    let (router, stop) = (router.clone(), for_connections.clone());
                    connections.spawn(async move {
                        connection(stream, peer, router, stop).await;
                        drop(slot);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_WAIT).await;
                }
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, mut stop: watch::Receiver<bool>) {
    // Small answers should not wait for acknowledgements of others.
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(router.layer(axum::Extension(ConnectInfo(peer))));
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_BYTES_MAX)
        // Some clients close their side when they have said all.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let stopping = async { drop(stop.wait_for(|stop| *stop).await) };
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = stopping => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
