//! A request bin: an HTTP server on loopback that answers everything with 200,
//! and keeps what came.

use anyhow::Result;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// The largest body that is kept.
const BODY_BYTES_MAX: usize = 1 << 20;

/// Requests that may wait to be shown; more wait for their answer.
const WAITING_MAX: usize = 100;

/// A request that came.
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

pub(crate) struct RequestBin {
    url: String,
    received: mpsc::Receiver<Received>,
    tasks: JoinSet<()>,
}

impl RequestBin {
    /// Listens on a free port of loopback.
    pub(crate) async fn start() -> Result<RequestBin> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (sender, received) = mpsc::channel(WAITING_MAX);
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, sender));
        Ok(RequestBin { url, received, tasks })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What came since the last call. A request is here before its answer is sent.
    pub(crate) fn take(&mut self) -> Vec<Received> {
        std::iter::from_fn(|| self.received.try_recv().ok()).collect()
    }

    /// The next request that comes.
    pub(crate) async fn next(&mut self) -> Received {
        match self.received.recv().await {
            Some(received) => received,
            // The bin is being stopped.
            None => std::future::pending().await,
        }
    }

    pub(crate) async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

async fn accept(listener: TcpListener, sender: mpsc::Sender<Received>) {
    let mut connections = JoinSet::new();
    while let Ok((connection, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        connections.spawn(serve(connection, sender.clone()));
    }
}

async fn serve(connection: TcpStream, sender: mpsc::Sender<Received>) {
    let service = service_fn(|request| answer(request, sender.clone()));
    // A connection that breaks off is its client's business.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(connection), service).await;
}

async fn answer(
    request: Request<Incoming>,
    sender: mpsc::Sender<Received>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, BODY_BYTES_MAX).collect().await;
    let body =
        body.map_or_else(|error| format!("({error})"), |body| String::from_utf8_lossy(&body.to_bytes()).into_owned());
    let headers = head
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let received = Received { method: head.method.to_string(), path: head.uri.to_string(), headers, body };
    let _ = sender.send(received).await;
    Ok(Response::new(Full::new(Bytes::from_static(b"{\"success\":true}"))))
}
