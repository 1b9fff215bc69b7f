//! The way out: what stands behind `wasi:http`. One client for the whole host,
//! whose connections are kept and shared; per run, a count, a trace, and
//! bounds on bodies. How connections are made is in `connect.rs`, how a failure
//! is told in `failure.rs`.

mod body;
mod connect;
mod failure;
mod resolve;
mod trace;
mod verify;

pub(crate) use connect::{Client, client};
pub use resolve::{ResolveError, Resolved, Resolver, SystemResolver};

use crate::limits::Limits;
use crate::run::{Error, ErrorKind, Request};
use crate::sandbox::Breach;
use body::{Metered, Side};
use failure::Reason;
use http_body_util::BodyExt;
use std::sync::Arc;
use tokio::time::Instant;
use trace::Trace;
use wasmtime_wasi_http::{RequestOptions, WasiBody, WasiHttpHooks};

/// The outbound requests of one run.
pub(crate) struct Egress {
    client: Option<Client>,
    trace: Arc<Trace>,
    breach: Arc<Breach>,
    requests_max: u64,
    request_bytes_max: u64,
    response_bytes_max: u64,
}

impl Egress {
    /// Egress through `client`; with none, every request is refused.
    pub(crate) fn new(client: Option<Client>, limits: &Limits, breach: Arc<Breach>) -> Egress {
        Egress {
            client,
            trace: Arc::new(Trace::new(Instant::now())),
            breach,
            requests_max: limits.requests_max,
            request_bytes_max: limits.request_bytes_max,
            response_bytes_max: limits.response_bytes_max,
        }
    }

    pub(crate) fn started(&self) -> Instant {
        self.trace.started()
    }

    /// The trace so far. Requests under way count as ended without an answer.
    pub(crate) fn take_requests(&self) -> Vec<Request> {
        self.trace.take()
    }

    /// Node's words and code for why the latest request to `url` failed.
    pub(crate) fn failure(&self, url: &str) -> Option<(String, String)> {
        self.trace.failure(url)
    }

    /// A body that counts its bytes into the trace, and ends the run over the limit.
    fn metered(&self, index: usize, side: Side, body: WasiBody) -> WasiBody {
        let bytes_max = match side {
            Side::Request => self.request_bytes_max,
            Side::Response => self.response_bytes_max,
        };
        Metered::new(body, side, index, bytes_max, self.trace.clone(), self.breach.clone()).boxed_unsync()
    }
}

type Sent = (http::Response<WasiBody>, Box<dyn Future<Output = Result<(), wasmtime_wasi_http::Error>> + Send>);

impl WasiHttpHooks for Egress {
    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        _options: Option<RequestOptions>,
        _processed: Box<dyn Future<Output = Result<(), wasmtime_wasi_http::Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Sent, wasmtime_wasi_http::Error>> + Send> {
        let index = self.trace.start(request.method(), request.uri());
        let made = index as u64 + 1;
        if made > self.requests_max {
            let message = Limits::row("requests_max").breached(made, self.requests_max);
            self.breach.set(Error::of_kind(ErrorKind::TooManyRequests, message));
            return Box::new(std::future::ready(Err(wasmtime_wasi_http::Error::ConnectionLimitReached)));
        }
        let Some(client) = self.client.clone() else {
            return Box::new(std::future::ready(Err(wasmtime_wasi_http::Error::HttpRequestDenied)));
        };
        let request = request.map(|body| self.metered(index, Side::Request, body));
        let sender = self.response_side();
        Box::new(async move {
            match client.request(request).await {
                Ok(response) => {
                    sender.trace.answered(index, response.status());
                    let response = response.map(|body| sender.metered(index, Side::Response, body::received(body)));
                    let done: Box<dyn Future<Output = _> + Send> = Box::new(std::future::ready(Ok(())));
                    Ok((response, done))
                }
                Err(error) => {
                    let reason = Reason::of(&error);
                    let code = reason.wasi.into();
                    sender.trace.failed(index, reason.message, reason.code);
                    Err(code)
                }
            }
        })
    }
}

impl Egress {
    /// What the answer's side needs, for a future that outlives the call.
    fn response_side(&self) -> Egress {
        Egress { client: None, trace: self.trace.clone(), breach: self.breach.clone(), ..*self }
    }
}
