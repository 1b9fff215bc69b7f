//! Takes events in over HTTP, as Segment's tracking API does: the endpoints,
//! who may write where, and the answers. An event is on disk before its sender
//! is told so. Knows no destinations and no functions, and keeps nothing itself.
//!
//! # The write key
//!
//! The first of these that is there counts, even if no source has it:
//! 1. the user name of `Authorization: Basic`, with or without a colon behind it;
//! 2. `writeKey` in the body;
//! 3. `writeKey` in the item of a batch;
//! 4. `Authorization: Bearer`. It comes last since libraries that use OAuth send
//!    a token of another kind in it and the key in the body.
//!
//! `writeKey` is not kept in the event. A key that no source has, or none, is
//! answered with 200 and counted, as Segment does, and so is everything else
//! that is wrong with an event.
//!
//! # Answers
//!
//! 200 for a request that could be read; 400 for one that is too large, is not
//! JSON or could not be unpacked; 404 and 405 for what is no endpoint; 408 for a
//! body that does not come; 429 under pressure and 503 when the disk or the
//! process cannot take events, both with `Retry-After`. Never 401.

mod body;
mod event;
mod json;
mod time;

pub use event::{Arrival, Kind, Normalised, Reason, Shared, normalise};

use crate::clock::Clock;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use fnhost_queue::{Accepted, NewEvent, Queue, QueueError, Rejection};
use json::Unreadable;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;
use tracing::Instrument;
use tracing::field::Empty;

/// The largest event, and the largest request that is not a batch.
pub const EVENT_BYTES_MAX: usize = 32 * 1024;

/// The largest batch.
pub const BATCH_BYTES_MAX: usize = 500 * 1024;

/// The most events in a batch.
pub const BATCH_EVENTS_MAX: usize = 2_500;

/// The size that the items of one batch may grow to when each is given what the
/// batch shares. The items beyond are too large.
const MERGED_BYTES_MAX: usize = 8 * BATCH_BYTES_MAX;

/// When to come again, in seconds.
const BUSY_RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");
const UNAVAILABLE_RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// User names as Basic authentication has them; some senders leave out the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What [`router`] needs.
#[derive(Clone)]
pub struct Ingest {
    /// Which write key belongs to which source; may change at any time.
    pub routes: watch::Receiver<Arc<Routes>>,
    /// Where events are kept.
    pub queue: Queue,
    /// The time: what the wall's clock says for stamps, the other for what is due.
    pub clock: Clock,
    /// A permit for every request that may be read and stored at a time.
    pub requests: Arc<Semaphore>,
    /// Is told of every request that was answered, but for preflights and paths that do not exist.
    pub observer: Arc<dyn Fn(Observed) + Send + Sync>,
}

/// The sources by their write keys.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    /// The sources.
    pub by_write_key: HashMap<String, Route>,
}

/// Where the events of a source go.
#[derive(Debug, Clone)]
pub struct Route {
    /// The source's name.
    pub source: String,
    /// Whether it takes events.
    pub enabled: bool,
    /// The destinations that are connected to it.
    pub destinations: Arc<[String]>,
}

/// What became of a request, for metrics and logs.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// The path.
    pub endpoint: &'static str,
    /// The answer.
    pub status: u16,
    /// What the answer calls a refusal; none if the status is 200.
    pub code: Option<&'static str>,
    /// What a refusal was about, for logs only.
    pub detail: Option<String>,
    /// What became of the events; nothing if the request was refused.
    pub counts: Vec<Count>,
    /// The size of the body, unpacked; 0 if it was not read to its end.
    pub body_bytes: usize,
    /// From the request's head to the answer.
    pub duration: Duration,
}

/// How many events of a source met with a fate.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// The source; empty if the write key belongs to none.
    pub source: String,
    /// What became of them.
    pub fate: Fate,
    /// How many they are. An empty batch counts as one.
    pub events: u64,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is on disk.
    Accepted,
    /// It was there already.
    Duplicate,
    /// It is not an event that can be accepted.
    Rejected(Reason),
}

/// A path of the API.
struct Endpoint {
    path: &'static str,
    /// What a request is; none for a batch.
    kind: Option<Kind>,
    /// Whether only browser libraries use it.
    is_browser: bool,
}

const ENDPOINTS: [Endpoint; 17] = [
    Endpoint { path: "/v1/identify", kind: Some(Kind::Identify), is_browser: false },
    Endpoint { path: "/v1/track", kind: Some(Kind::Track), is_browser: false },
    Endpoint { path: "/v1/page", kind: Some(Kind::Page), is_browser: false },
    Endpoint { path: "/v1/screen", kind: Some(Kind::Screen), is_browser: false },
    Endpoint { path: "/v1/group", kind: Some(Kind::Group), is_browser: false },
    Endpoint { path: "/v1/alias", kind: Some(Kind::Alias), is_browser: false },
    Endpoint { path: "/v1/delete", kind: Some(Kind::Delete), is_browser: false },
    Endpoint { path: "/v1/batch", kind: None, is_browser: false },
    Endpoint { path: "/v1/import", kind: None, is_browser: false },
    Endpoint { path: "/v1/i", kind: Some(Kind::Identify), is_browser: true },
    Endpoint { path: "/v1/t", kind: Some(Kind::Track), is_browser: true },
    Endpoint { path: "/v1/p", kind: Some(Kind::Page), is_browser: true },
    Endpoint { path: "/v1/s", kind: Some(Kind::Screen), is_browser: true },
    Endpoint { path: "/v1/g", kind: Some(Kind::Group), is_browser: true },
    Endpoint { path: "/v1/a", kind: Some(Kind::Alias), is_browser: true },
    Endpoint { path: "/v1/m", kind: None, is_browser: true },
    Endpoint { path: "/v1/b", kind: None, is_browser: true },
];

/// The endpoints. The addresses of senders are known if the service is made
/// with their [`ConnectInfo`].
pub fn router(ingest: Ingest) -> Router {
    let ingest = Arc::new(ingest);
    let mut router = Router::new();
    for endpoint in &ENDPOINTS {
        let ingest = ingest.clone();
        router = router.route(endpoint.path, any(move |request| serve(ingest.clone(), endpoint, request)));
    }
    router.fallback(|| async { Refusal::NotFound.into_response() })
}

/// Why a request as a whole is not carried out.
#[derive(Debug)]
enum Refusal {
    NotFound,
    Method,
    /// Nothing is free to serve it.
    Busy,
    TooLarge {
        bytes_max: usize,
    },
    /// The fields of a batch beside its items are too large.
    EnvelopeTooLarge,
    /// A `Content-Encoding` that is not understood.
    Packing,
    /// A body that is not what `Content-Encoding` says.
    Packed,
    NotAnObject,
    Json(String),
    /// The body ended early, or its chunks are wrong.
    Incomplete,
    TooSlow,
    /// What the queue says is for logs only.
    Queue(QueueError),
}

impl Refusal {
    /// The status, the code and what the sender can do about it.
    fn parts(&self) -> (StatusCode, &'static str, String) {
        let (status, code, message) = match self {
            Refusal::NotFound => (StatusCode::NOT_FOUND, "not_found", "there is no such endpoint"),
            Refusal::Method => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "send events with `POST`"),
            Refusal::Busy | Refusal::Queue(QueueError::Busy) => {
                (StatusCode::TOO_MANY_REQUESTS, "busy", "too many requests at a time, send it again later")
            }
            Refusal::TooLarge { bytes_max } => {
                let message =
                    format!("the body is too large, the limit is {} KB ({bytes_max} bytes)", bytes_max / 1024);
                return (StatusCode::BAD_REQUEST, "body_too_large", message);
            }
            Refusal::EnvelopeTooLarge => {
                let message = format!(
                    "the fields of the batch beside `batch` are too large, the limit is 32 KB ({EVENT_BYTES_MAX} bytes)"
                );
                return (StatusCode::BAD_REQUEST, "body_too_large", message);
            }
            Refusal::Packing => (
                StatusCode::BAD_REQUEST,
                "unknown_encoding",
                "the `Content-Encoding` is not understood, use `gzip`, `deflate` or none",
            ),
            Refusal::Packed => (
                StatusCode::BAD_REQUEST,
                "invalid_encoding",
                "the body could not be unpacked, it is not what `Content-Encoding` says",
            ),
            Refusal::NotAnObject => (StatusCode::BAD_REQUEST, "invalid_json", "the body is not a JSON object"),
            Refusal::Json(detail) => {
                return (StatusCode::BAD_REQUEST, "invalid_json", format!("the body cannot be read as JSON: {detail}"));
            }
            Refusal::Incomplete => (StatusCode::BAD_REQUEST, "incomplete_body", "the body did not come whole"),
            Refusal::TooSlow => {
                (StatusCode::REQUEST_TIMEOUT, "slow_body", "the body did not come in time, the limit is 30 s")
            }
            Refusal::Queue(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "events cannot be stored for now, send them again later",
            ),
        };
        (status, code, message.to_owned())
    }

    /// What is behind it, which is nobody's business but ours.
    fn detail(&self) -> Option<String> {
        match self {
            Refusal::Queue(error) => Some(error.to_string()),
            _ => None,
        }
    }
}

impl From<Unreadable> for Refusal {
    fn from(unreadable: Unreadable) -> Refusal {
        match unreadable {
            Unreadable::NotAnObject => Refusal::NotAnObject,
            Unreadable::Invalid(detail) => Refusal::Json(detail),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, message) = self.parts();
        let mut response = answer(status, json!({ "success": false, "code": code, "message": message }).to_string());
        let headers = response.headers_mut();
        match status {
            StatusCode::METHOD_NOT_ALLOWED => {
                headers.insert(header::ALLOW, HeaderValue::from_static("POST, OPTIONS"));
            }
            StatusCode::TOO_MANY_REQUESTS => {
                headers.insert(header::RETRY_AFTER, BUSY_RETRY_AFTER);
                headers.insert(HeaderName::from_static("x-ratelimit-reset"), BUSY_RETRY_AFTER);
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, UNAVAILABLE_RETRY_AFTER);
            }
            _ => {}
        }
        response
    }
}

/// An answer that pages of any origin may read.
fn answer(status: StatusCode, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After, X-RateLimit-Reset"),
    ];
    (status, headers, body).into_response()
}

/// Allows a page of any origin to send events. `*` does not stand for
/// `Authorization`.
fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, Content-Encoding, *"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

async fn serve(ingest: Arc<Ingest>, endpoint: &'static Endpoint, request: Request) -> Response {
    if request.method() == Method::OPTIONS {
        return preflight();
    }
    let start = Instant::now();
    let mut observed = Observed {
        endpoint: endpoint.path,
        status: StatusCode::OK.as_u16(),
        code: None,
        detail: None,
        counts: Vec::new(),
        body_bytes: 0,
        duration: Duration::ZERO,
    };
    let span = tracing::debug_span!("ingest", endpoint = endpoint.path, status = Empty);
    let response = match take_in(&ingest, endpoint, request, &mut observed).instrument(span.clone()).await {
        Ok(()) => answer(StatusCode::OK, r#"{"success":true}"#.to_owned()),
        Err(refusal) => {
            observed.code = Some(refusal.parts().1);
            observed.detail = refusal.detail();
            observed.counts.clear();
            refusal.into_response()
        }
    };
    observed.status = response.status().as_u16();
    span.record("status", observed.status);
    observed.duration = start.elapsed();
    (ingest.observer)(observed);
    response
}

/// Reads a request and puts what can be accepted into the queue.
async fn take_in(
    ingest: &Ingest,
    endpoint: &Endpoint,
    request: Request,
    observed: &mut Observed,
) -> Result<(), Refusal> {
    if request.method() != Method::POST {
        return Err(Refusal::Method);
    }
    let (head, body) = request.into_parts();
    let Ok(_permit) = ingest.requests.try_acquire() else {
        body::discard(&head.headers, body).await;
        return Err(Refusal::Busy);
    };
    let received_ms = ingest.clock.wall_ms();
    let bytes_max = if endpoint.kind.is_some() { EVENT_BYTES_MAX } else { BATCH_BYTES_MAX };
    let text = body::read(&head.headers, body, bytes_max).await?;
    observed.body_bytes = text.len();
    let routes = ingest.routes.borrow().clone();
    let peer = head.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let (basic, bearer) = credentials(&head.headers);
    let arrival =
        Arrival { source: "", received_ms, kind: endpoint.kind, is_browser: endpoint.is_browser, peer, shared: &NONE };
    let mut intake = Intake {
        routes: &routes,
        key: basic,
        bearer,
        sorted: Sorted { due_ms: ingest.clock.now_ms(), ..Sorted::default() },
    };
    match endpoint.kind {
        Some(_) => intake.take(json::object(&text)?, &text, arrival),
        None => intake.take_batch(&text, arrival)?,
    }
    intake.sorted.store(&ingest.queue, &mut observed.counts).await.map_err(Refusal::Queue)
}

/// What a request that is not a batch shares.
static NONE: Shared = Shared { context: None, integrations: None, sent_at: None };

/// A request's items on their way to the queue.
struct Intake<'a> {
    routes: &'a Routes,
    /// The key that comes before that of an item.
    key: Option<String>,
    /// The key that comes after it.
    bearer: Option<String>,
    sorted: Sorted<'a>,
}

impl<'a> Intake<'a> {
    fn take_batch(&mut self, text: &[u8], arrival: Arrival<'_>) -> Result<(), Refusal> {
        let batch = json::batch(text, BATCH_EVENTS_MAX, EVENT_BYTES_MAX)?.ok_or(Refusal::EnvelopeTooLarge)?;
        let mut envelope = batch.envelope;
        if arrival.is_browser && batch.items.is_none() && envelope.contains_key("series") {
            // Browser libraries send figures about themselves to the same place.
            return Ok(());
        }
        self.key = self.key.take().or_else(|| write_key(&mut envelope));
        let items = match batch.items {
            Some(items) if !items.is_empty() => items,
            None if envelope.get("batch").is_some_and(|batch| !batch.is_null()) => {
                self.reject_whole(Reason::BadRequest, text, 1, arrival);
                return Ok(());
            }
            _ => {
                self.reject_whole(Reason::EmptyBatch, text, 1, arrival);
                return Ok(());
            }
        };
        if batch.items_count > items.len() {
            self.reject_whole(Reason::TooManyEvents, text, batch.items_count, arrival);
            return Ok(());
        }
        let shared_bytes = if envelope.contains_key("context") || envelope.contains_key("integrations") {
            batch.envelope_bytes
        } else {
            0
        };
        let shared = shared(&mut envelope);
        let mut merged_bytes = 0;
        for (index, item) in items.into_iter().enumerate() {
            let bytes = item.len() + shared_bytes;
            if bytes > EVENT_BYTES_MAX || merged_bytes + bytes > MERGED_BYTES_MAX {
                self.reject_whole(Reason::EventTooLarge, item, 1, arrival);
                continue;
            }
            merged_bytes += bytes;
            match json::object(item) {
                Ok(object) => self.take(object, item, Arrival { shared: &shared, ..arrival }),
                Err(Unreadable::NotAnObject) => self.reject_whole(Reason::BadRequest, item, 1, arrival),
                Err(Unreadable::Invalid(detail)) => {
                    return Err(Refusal::Json(format!("item {} of `batch`: {detail}", index + 1)));
                }
            }
        }
        Ok(())
    }

    /// Takes an item that could be read, whose text is `raw`.
    fn take(&mut self, mut item: Map<String, Value>, raw: &[u8], arrival: Arrival<'_>) {
        let names_key = item.contains_key("writeKey");
        let own_key = write_key(&mut item);
        let route = match self.route(own_key.as_deref()) {
            Ok(route) => route,
            Err((source, reason)) => return self.sorted.count(source, Fate::Rejected(reason), 1),
        };
        let arrival = Arrival { source: &route.source, ..arrival };
        match normalise(&mut item, &arrival, || uuid::Uuid::new_v4().to_string()) {
            Ok(event) => self.sorted.accept(route, event, arrival.received_ms),
            Err(reason) if names_key => {
                let raw = serde_json::to_vec(&item).expect("a tree of JSON can always be written");
                self.sorted.reject(&route.source, reason, &raw, 1, arrival.received_ms);
            }
            Err(reason) => self.sorted.reject(&route.source, reason, raw, 1, arrival.received_ms),
        }
    }

    /// Rejects what was not, or could not be, read any further.
    fn reject_whole(&mut self, reason: Reason, raw: &[u8], events: usize, arrival: Arrival<'_>) {
        match self.route(None) {
            Ok(route) => self.sorted.reject(&route.source, reason, raw, events as u64, arrival.received_ms),
            Err((source, reason)) => self.sorted.count(source, Fate::Rejected(reason), events as u64),
        }
    }

    /// The source that an item is for, if it takes events.
    fn route(&self, own_key: Option<&str>) -> Result<&'a Route, (&'a str, Reason)> {
        let key = self.key.as_deref().or(own_key).or(self.bearer.as_deref());
        let route = key.and_then(|key| self.routes.by_write_key.get(key)).ok_or(("", Reason::UnknownSource))?;
        if route.enabled { Ok(route) } else { Err((&route.source, Reason::SourceDisabled)) }
    }
}

/// Items sorted into what is stored, what is shown, and what is counted only.
#[derive(Default)]
struct Sorted<'a> {
    /// Since when the deliveries of the events are due.
    due_ms: u64,
    events: Vec<NewEvent>,
    /// The source of each event.
    sources: Vec<&'a str>,
    rejections: Vec<Rejection>,
    counts: Vec<Count>,
}

impl<'a> Sorted<'a> {
    fn accept(&mut self, route: &'a Route, event: Normalised, received_ms: u64) {
        self.sources.push(&route.source);
        self.events.push(NewEvent {
            source: route.source.clone(),
            key: event.message_id,
            received_ms,
            due_ms: self.due_ms,
            payload: event.payload,
            destinations: route.destinations.clone(),
        });
    }

    fn reject(&mut self, source: &str, reason: Reason, raw: &[u8], events: u64, received_ms: u64) {
        let payload = raw[..raw.len().min(EVENT_BYTES_MAX)].to_vec();
        self.rejections.push(Rejection { source: source.to_owned(), reason: reason.code(), received_ms, payload });
        self.count(source, Fate::Rejected(reason), events);
    }

    fn count(&mut self, source: &str, fate: Fate, events: u64) {
        match self.counts.iter_mut().find(|count| count.fate == fate && count.source == source) {
            Some(count) => count.events += events,
            None => self.counts.push(Count { source: source.to_owned(), fate, events }),
        }
    }

    /// Puts everything into the queue in one transaction.
    async fn store(mut self, queue: &Queue, counts: &mut Vec<Count>) -> Result<(), QueueError> {
        let (events, rejections) = (std::mem::take(&mut self.events), std::mem::take(&mut self.rejections));
        if !events.is_empty() || !rejections.is_empty() {
            let accepted = queue.accept(events, rejections).await?;
            for (source, accepted) in std::mem::take(&mut self.sources).into_iter().zip(accepted) {
                let fate = match accepted {
                    Accepted::New(_) => Fate::Accepted,
                    Accepted::Duplicate => Fate::Duplicate,
                };
                self.count(source, fate, 1);
            }
        }
        *counts = self.counts;
        Ok(())
    }
}

/// What a batch says for all of its items.
fn shared(envelope: &mut Map<String, Value>) -> Shared {
    let mut object = |name| match envelope.get_mut(name).map(Value::take) {
        Some(Value::Object(object)) => Some(object),
        _ => None,
    };
    let (context, integrations) = (object("context"), object("integrations"));
    let sent_at = envelope.get_mut("sentAt").map(Value::take).filter(|sent| !sent.is_null());
    Shared { context, integrations, sent_at }
}

/// Takes the write key out of a body or an item. One that is empty or not a
/// string is none.
fn write_key(object: &mut Map<String, Value>) -> Option<String> {
    match object.shift_remove("writeKey") {
        Some(Value::String(key)) if !key.is_empty() => Some(key),
        _ => None,
    }
}

/// The write keys in `Authorization`: that of Basic, and that of Bearer.
fn credentials(headers: &HeaderMap) -> (Option<String>, Option<String>) {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (scheme, rest) = value.trim().split_once(' ').unwrap_or_default();
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return (None, Some(rest.to_owned()).filter(|token| !token.is_empty()));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return (None, None);
    }
    let decoded = BASE64.decode(rest).ok().and_then(|decoded| String::from_utf8(decoded).ok());
    let user = decoded.map(|decoded| decoded.split(':').next().unwrap_or_default().to_owned());
    (user.filter(|user| !user.is_empty()), None)
}
