//! The way out: what stands behind `wasi:http` and `fnhost:destination/requests`. One client for the whole host,
//! whose connections are kept and shared; per run, a count, a trace, and
//! bounds on bodies. How connections are made is in `connect.rs`, how a failure
//! is told in `failure.rs`.

mod body;
mod connect;
mod decode;
mod direct;
mod exchange;
mod failure;
mod guard;
mod pool;
mod replace;
mod resolve;
mod rules;
mod seals;
mod stand_in;
mod trace;
mod verify;

pub(crate) use direct::{Answered, Outgoing, OutgoingBody, Received};
pub(crate) use exchange::{Cancel, Exchange};
pub(crate) use failure::Failure;
pub(crate) use guard::Guard;
pub(crate) use pool::{Client, Network};
pub use resolve::{ResolveError, Resolved, Resolver, SystemResolver};
pub use rules::{EgressRules, HostPattern, HostPatternError};
pub(crate) use seals::Seals;
pub use stand_in::{StandIn, StandInAnswer, StandInRequest};

use crate::limits::Limits;
use crate::redact::Redactor;
use crate::run::{Error, ErrorKind, Request};
use crate::sandbox::Breach;
use body::{BodyError, Metered, ReceivedBody, Side};
use bytes::Bytes;
use connect::{CONNECT_TIME, Made};
use failure::{Reason, WasiCode};
use http_body::Body;
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use replace::{Bound, Found};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};
use trace::Trace;
use wasmtime_wasi_http::{RequestOptions, WasiBody, WasiHttpHooks};

/// The outbound requests of one run.
#[derive(Clone)]
pub(crate) struct Egress {
    way: Way,
    rules: Arc<EgressRules>,
    seals: Option<Arc<Seals>>,
    trace: Arc<Trace>,
    breach: Arc<Breach>,
    requests_max: u64,
    request_bytes_max: u64,
    response_bytes_max: u64,
}

/// Where requests go.
#[derive(Clone)]
pub(crate) enum Way {
    /// To the network.
    Network(Arc<Client>),
    /// To something that answers in its place.
    StandIn(Arc<dyn StandIn>),
    /// Nowhere: every request is refused.
    Nowhere,
}

/// How long the network is waited for.
#[derive(Clone, Copy)]
struct Patience {
    /// For the head of an answer, from when the request is handed to the client.
    head: Duration,
    /// For more of a body.
    silence: Duration,
}

const PATIENCE_MAX: Patience = Patience { head: Duration::from_secs(60), silence: Duration::from_secs(60) };

impl Patience {
    /// What a component asks for, as far as it is less. Whether a connection is made for its request is not the
    /// component's to know, so that the time for that counts with the time for the first byte.
    fn asked(options: Option<RequestOptions>) -> Patience {
        let Some(options) = options else { return PATIENCE_MAX };
        let first_byte = options.first_byte_timeout.unwrap_or(PATIENCE_MAX.head);
        let head = first_byte.saturating_add(options.connect_timeout.unwrap_or(CONNECT_TIME));
        let silence = options.between_bytes_timeout.unwrap_or(PATIENCE_MAX.silence);
        Patience { head: head.min(PATIENCE_MAX.head), silence: silence.min(PATIENCE_MAX.silence) }
    }
}

/// What the headers of an answer may come to; Node has the same bound.
const HEAD_BYTES_MAX: usize = 16 << 10;

impl Egress {
    /// Egress by `way`, as far as `rules` let it, with what is sealed.
    pub(crate) fn new(
        way: Way,
        rules: Arc<EgressRules>,
        seals: Option<Arc<Seals>>,
        limits: &Limits,
        breach: Arc<Breach>,
    ) -> Egress {
        Egress {
            way,
            rules,
            seals,
            trace: Arc::new(Trace::new(Instant::now(), limits.trace_bytes_max)),
            breach,
            requests_max: limits.requests_max,
            request_bytes_max: limits.request_bytes_max,
            response_bytes_max: limits.response_bytes_max,
        }
    }

    pub(crate) fn started(&self) -> Instant {
        self.trace.started()
    }

    /// Egress to nowhere.
    pub(crate) fn none(limits: &Limits, breach: Arc<Breach>) -> Egress {
        Egress::new(Way::Nowhere, Arc::default(), None, limits, breach)
    }

    /// The trace so far, its bodies without secrets. Requests under way count as ended without an answer.
    pub(crate) fn take_requests(&self, redactor: &Redactor) -> Vec<Request> {
        self.trace.take(redactor)
    }

    /// Sends what a function asks for; an error at once where that is no valid request.
    pub(crate) fn send(
        &self,
        outgoing: Outgoing,
    ) -> Result<impl Future<Output = Result<Answered, Failure>> + Send + use<>, Failure> {
        let decode = outgoing.decode;
        let exchange = self.exchange(outgoing.into_request()?, decode, PATIENCE_MAX);
        Ok(async move { exchange.await.map(Answered::of).map_err(Failure::from) })
    }

    /// One request and the head of its answer: counted, traced, bounded; its body decoded where that is asked for.
    fn exchange(
        &self,
        request: http::Request<WasiBody>,
        decode: bool,
        patience: Patience,
    ) -> impl Future<Output = Result<http::Response<ReceivedBody>, Reason>> + Send + use<> {
        let index = self.trace.start(request.method(), request.uri());
        let made = index as u64 + 1;
        let permitted = made <= self.requests_max;
        if !permitted {
            let message = Limits::row("requests_max").breached(made, self.requests_max);
            self.breach.set(Error::of_kind(ErrorKind::TooManyRequests, message));
        }
        // A tunnel would carry what nobody counts or looks at.
        let denied = if request.method() == http::Method::CONNECT {
            Some("the method CONNECT is not allowed".to_owned())
        } else if !self.rules.reaches(request.uri()) {
            let host = request.uri().authority().map_or("", http::uri::Authority::as_str);
            Some(format!("{host} is not among the `hosts` that this function may reach"))
        } else {
            None
        };
        let decode = decode && request.method() != http::Method::HEAD;
        let request = request.map(|body| self.metered(index, Side::Request, body));
        let this = self.clone();
        async move {
            if !permitted {
                return Err(Reason::limit("too many requests"));
            }
            if let Some(message) = denied {
                return Err(this.failed(index, Reason::denied(message)));
            }
            match &this.way {
                Way::Nowhere => Err(Reason::denied("there is no network here".to_owned())),
                Way::Network(client) => this.over_network(client, (index, patience), request, decode).await,
                Way::StandIn(stand_in) => this.over_stand_in(stand_in.as_ref(), index, request, decode).await,
            }
        }
    }

    /// Notes that a request failed for `reason`.
    fn failed(&self, index: usize, reason: Reason) -> Reason {
        self.trace.failed(index, reason.message.clone(), reason.is_denied());
        reason
    }

    async fn over_network(
        &self,
        client: &Client,
        (index, patience): (usize, Patience),
        request: http::Request<WasiBody>,
        decode: bool,
    ) -> Result<http::Response<ReceivedBody>, Reason> {
        self.trace.sending(index, request.headers());
        // Only here, where requests go to the network: what is traced, or stood in for, has tokens.
        let request = match &self.seals {
            Some(seals) => {
                let bound = Bound { bytes_max: self.request_bytes_max, breach: self.breach.clone() };
                let filled = seals.fill(request, self.found(seals, index), bound).await;
                filled.map_err(|reason| self.failed(index, reason))?
            }
            None => request,
        };
        let sent = match timeout(patience.head, client.send(request)).await {
            Ok(Ok(sent)) => sent,
            Ok(Err(error)) => return Err(self.failed(index, Reason::of(&error))),
            Err(_) => return Err(self.failed(index, Reason::silence())),
        };
        let (mut response, under_way) = sent;
        if let Some(seals) = &self.seals {
            seals.scrub_head(&mut response);
        }
        self.trace.made(index, response.extensions().get::<Arc<Made>>().map(Arc::as_ref));
        self.trace.answered(index, response.status(), response.headers());
        if head_bytes(response.headers()) > HEAD_BYTES_MAX {
            return Err(self.failed(index, Reason::header_overflow()));
        }
        self.answer(index, response.map(|body| body::received(body, under_way, patience.silence)), decode)
    }

    async fn over_stand_in(
        &self,
        stand_in: &dyn StandIn,
        index: usize,
        request: http::Request<WasiBody>,
        decode: bool,
    ) -> Result<http::Response<ReceivedBody>, Reason> {
        self.trace.sending(index, request.headers());
        match stand_in::answer(stand_in, request).await {
            Ok(response) => {
                self.trace.answered(index, response.status(), response.headers());
                self.answer(index, response, decode)
            }
            Err(message) => {
                self.trace.failed(index, message.clone(), false);
                Err(Reason { message, code: "ECONNREFUSED".to_owned(), wasi: WasiCode::Denied })
            }
        }
    }

    /// Who is told that a request has what is sealed.
    fn found(&self, seals: &Arc<Seals>, index: usize) -> Found {
        let (trace, seals) = (self.trace.clone(), seals.clone());
        Arc::new(move |sealed| trace.filled(index, seals.name(sealed)))
    }

    /// The answer as it is handed on.
    fn answer(
        &self,
        index: usize,
        response: http::Response<ReceivedBody>,
        decode: bool,
    ) -> Result<http::Response<ReceivedBody>, Reason> {
        let (mut head, mut body) = response.into_parts();
        // What is sealed can be looked for only in what is decoded.
        let must_decode = self.seals.is_some() && !body.is_end_stream();
        let encoding = head.headers.get(http::header::CONTENT_ENCODING).cloned();
        if let Some(encoding) = encoding.filter(|_| decode || must_decode) {
            match decode::codec_of(&head) {
                Some(codec) => {
                    body = decode::decoded(codec, body, self.response_bytes_max, self.breach.clone());
                    if !decode {
                        head.headers.remove(http::header::CONTENT_ENCODING);
                        head.headers.remove(http::header::CONTENT_LENGTH);
                    }
                }
                None if must_decode && encoding != "identity" => {
                    return Err(self.failed(index, Reason::unreadable(&encoding)));
                }
                None => {}
            }
        }
        if let Some(seals) = &self.seals {
            body = seals.scrubbed(body);
        }
        Ok(http::Response::from_parts(head, self.metered(index, Side::Response, body)))
    }

    /// A body that counts its bytes into the trace, and ends the run over the limit.
    fn metered<E: BodyError + Send + 'static>(
        &self,
        index: usize,
        side: Side,
        body: UnsyncBoxBody<Bytes, E>,
    ) -> UnsyncBoxBody<Bytes, E> {
        let bytes_max = match side {
            Side::Request => self.request_bytes_max,
            Side::Response => self.response_bytes_max,
        };
        Metered::new(body, side, index, bytes_max, self.trace.clone(), self.breach.clone()).boxed_unsync()
    }
}

/// The bytes of an answer's headers as they are on the wire, but for the first line.
fn head_bytes(headers: &http::HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len()).sum()
}

type Sent = (http::Response<WasiBody>, Box<dyn Future<Output = Result<(), wasmtime_wasi_http::Error>> + Send>);

impl WasiHttpHooks for Egress {
    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _processed: Box<dyn Future<Output = Result<(), wasmtime_wasi_http::Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Sent, wasmtime_wasi_http::Error>> + Send> {
        let exchange = self.exchange(request, false, Patience::asked(options));
        Box::new(async move {
            let response = exchange.await.map_err(|reason| wasmtime_wasi_http::Error::from(reason.wasi))?;
            let response = response.map(body::for_wasi);
            let done: Box<dyn Future<Output = _> + Send> = Box::new(std::future::ready(Ok(())));
            Ok((response, done))
        })
    }
}
