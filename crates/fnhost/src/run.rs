//! What a run says: outcome, log, requests, usage, and their JSON. How a run
//! is carried out is in `execute.rs`.

use serde::Serialize;
use serde_json::value::RawValue;

/// All that is known of one event's way through a function.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Run {
    /// The handler that was called, `onTrack` say.
    pub handler: &'static str,
    /// What became of the event.
    pub outcome: Outcome,
    /// What the function logged, in order.
    pub logs: Vec<Log>,
    /// The function's outbound requests, in the order in which they started.
    pub requests: Vec<Request>,
    /// What the run cost.
    pub usage: Usage,
}

/// What became of the event.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "status", rename_all = "lowercase")]
pub enum Outcome {
    /// The handler returned: the event is delivered.
    Returned {
        /// The returned value, the Callback Return, as JSON.
        value: Box<RawValue>,
    },
    /// The handler threw, or was stopped.
    Failed(Failure),
}

/// Why an event was not delivered.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Failure {
    /// Whether another attempt is worth it, by [`RetryRule::Auto`].
    pub retryable: bool,
    /// What went wrong.
    pub error: Error,
}

/// What went wrong in a function. Everything here is the function's doing, not
/// the host's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Error {
    /// What kind of failure.
    pub kind: ErrorKind,
    /// The class of what was thrown, `FetchError` say; the kind where nothing was thrown.
    pub name: String,
    /// What went wrong, for a person to read.
    pub message: String,
    /// The stack, one frame a line, in the user's own files; empty where there is none.
    pub stack: String,
    /// A code that a program can compare, `ENOTFOUND` say.
    pub code: Option<String>,
}

/// The kinds of failure. [`ErrorKind::as_str`] has their names in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The handler is not defined, or threw `EventNotSupported`.
    EventNotSupported,
    /// The handler threw `InvalidEventPayload`.
    InvalidEventPayload,
    /// The handler threw `ValidationError`.
    ValidationError,
    /// The handler threw `RetryError`.
    RetryError,
    /// The handler threw `DropEvent`.
    DropEvent,
    /// The handler threw anything else.
    Uncaught,
    /// Over `timeout_ms_max`.
    Timeout,
    /// Over `fuel_max`.
    OutOfFuel,
    /// Over `memory_bytes_max`.
    OutOfMemory,
    /// Over `stack_bytes_max`.
    StackOverflow,
    /// The handler's promise can never settle: nothing is left to wait for.
    Unsettled,
    /// Over `value_bytes_max`.
    ValueTooLarge,
    /// Over `requests_max`.
    TooManyRequests,
    /// Over `request_bytes_max`.
    RequestTooLarge,
    /// Over `response_bytes_max`.
    ResponseTooLarge,
    /// The sandbox stopped for another reason, such as a broken component.
    Trap,
}

/// When a failed event is worth another attempt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RetryRule {
    /// `RetryError`, a timeout, and an uncaught error when the function's last
    /// request had no answer or was answered 408, 429 or 5xx (but not 501).
    #[default]
    Auto,
    /// `RetryError` and a timeout only, as Segment does.
    Explicit,
}

/// What an outcome counts as in delivery statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Delivered.
    Delivered,
    /// Tried again later.
    Retrying,
    /// Discarded: the function does not support the event.
    Unsupported,
    /// Discarded: the function rejected the event or the settings.
    Rejected,
    /// Dropped on purpose.
    Dropped,
    /// Discarded: an error that nobody caught.
    BadRequest,
    /// Discarded: the function broke a limit or the sandbox.
    Broken,
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Log {
    /// `trace`, `debug`, `info`, `log`, `warn` or `error`.
    pub level: &'static str,
    /// The text, formatted as Node does it; may have several lines.
    pub message: String,
    /// Milliseconds since the start of the run.
    pub time_ms: f64,
}

/// One outbound request. A redirect that was followed is a request of its own.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Request {
    /// The method, in upper case.
    pub method: String,
    /// The absolute URL.
    pub url: String,
    /// Which of the run's requests, counted from 0, was answered with a redirect to here; none where none was.
    pub redirect_of: Option<usize>,
    /// The answer's status; none where there was no answer.
    pub status: Option<u16>,
    /// Why there was no answer, or why its body ended early.
    pub error: Option<String>,
    /// Whether the host refused to send it: by the address it goes to, or the hosts that the function may reach.
    pub refused: bool,
    /// The names of the sealed settings that went with it. The rest of what is said here has their tokens.
    pub sealed: Vec<String>,
    /// Milliseconds from the start of the run to the start of the request.
    pub start_ms: f64,
    /// Milliseconds from the start of the request to the end of the answer, as far as it was read.
    pub duration_ms: f64,
    /// Where the time went.
    pub timings: Timings,
    /// Bytes of the request's body.
    pub request_bytes: u64,
    /// Bytes of the answer's body that were received.
    pub response_bytes: u64,
    /// How long the answer's `Retry-After` asks to wait, 24 hours at most; none where it has none that can be read.
    /// A date there counts from the answer's own `Date`, and says nothing where that is missing.
    pub retry_after_ms: Option<u64>,
    /// The request's headers, names in lower case, once it was on its way; credentials are `[redacted]`. `host`, and how
    /// the body is framed, may be missing: the connection adds them. 64 headers and 4 KiB at most: the rest is counted
    /// by a last one named `…`.
    pub request_headers: Vec<(String, String)>,
    /// The start of the request's body, as far as it was sent; none where nothing was. See
    /// [`trace_bytes_max`](crate::Limits::trace_bytes_max): what is longer ends with `… [N bytes in all]`, and what is
    /// no text is `[N bytes of binary data]`.
    pub request_body: Option<String>,
    /// The answer's headers, as those of the request; empty where there was no answer.
    pub response_headers: Vec<(String, String)>,
    /// The start of the answer's body, as far as it was received, kept as that of the request.
    pub response_body: Option<String>,
}

/// Where the time of a request went, in milliseconds. What took no part in it is not there: a connection that was kept
/// from an earlier request is neither resolved nor made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Timings {
    /// From the start of the request until there was room for a new connection.
    pub queue_ms: Option<f64>,
    /// To find the addresses of the host.
    pub resolve_ms: Option<f64>,
    /// To connect to one of them.
    pub connect_ms: Option<f64>,
    /// For the TLS handshake.
    pub tls_ms: Option<f64>,
    /// From the start of the request to the answer's head. The end is [`Request::duration_ms`].
    pub first_byte_ms: Option<f64>,
    /// Whether an earlier request went over the same connection; none where there was no answer.
    pub reused: Option<bool>,
}

/// What a run cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Usage {
    /// Units of fuel; the same event costs the same.
    pub fuel: u64,
    /// The largest size of the instance's memory, in bytes.
    pub memory_bytes: u64,
    /// Wall-clock milliseconds.
    pub duration_ms: f64,
}

impl Run {
    /// What this run counts as, and by `rule` whether it is tried again.
    pub fn verdict(&self, rule: RetryRule) -> Verdict {
        match &self.outcome {
            Outcome::Returned { .. } => Verdict::Delivered,
            Outcome::Failed(failure) => failure.verdict(rule),
        }
    }
}

impl Failure {
    /// What this failure counts as, by `rule`.
    pub fn verdict(&self, rule: RetryRule) -> Verdict {
        use ErrorKind as Kind;
        match self.error.kind {
            Kind::EventNotSupported => Verdict::Unsupported,
            Kind::InvalidEventPayload | Kind::ValidationError => Verdict::Rejected,
            Kind::DropEvent => Verdict::Dropped,
            Kind::RetryError | Kind::Timeout => Verdict::Retrying,
            Kind::Uncaught if self.retryable && rule == RetryRule::Auto => Verdict::Retrying,
            Kind::Uncaught => Verdict::BadRequest,
            _ => Verdict::Broken,
        }
    }

    /// The failure that `error` is, after a run that made `requests`.
    pub(crate) fn new(error: Error, requests: &[Request]) -> Failure {
        let retryable = match error.kind {
            ErrorKind::RetryError | ErrorKind::Timeout => true,
            ErrorKind::Uncaught => requests.last().is_some_and(Request::is_transient_failure),
            _ => false,
        };
        Failure { retryable, error }
    }
}

impl Request {
    /// No answer, or one that says "not now": 408, 429, and 5xx but 501, which
    /// is what Segment's own destinations retry. What the host refuses it refuses again.
    fn is_transient_failure(&self) -> bool {
        match self.status {
            None => !self.refused,
            Some(status) => matches!(status, 408 | 429 | 500 | 502..=599),
        }
    }
}

impl Error {
    /// An error that the host makes, with no stack.
    pub(crate) fn of_kind(kind: ErrorKind, message: String) -> Error {
        Error { kind, name: kind.as_str().to_owned(), message, stack: String::new(), code: None }
    }
}

impl ErrorKind {
    /// The name of the kind, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            ErrorKind::EventNotSupported => "EventNotSupported",
            ErrorKind::InvalidEventPayload => "InvalidEventPayload",
            ErrorKind::ValidationError => "ValidationError",
            ErrorKind::RetryError => "RetryError",
            ErrorKind::DropEvent => "DropEvent",
            ErrorKind::Uncaught => "Uncaught",
            ErrorKind::Timeout => "Timeout",
            ErrorKind::OutOfFuel => "OutOfFuel",
            ErrorKind::OutOfMemory => "OutOfMemory",
            ErrorKind::StackOverflow => "StackOverflow",
            ErrorKind::Unsettled => "Unsettled",
            ErrorKind::ValueTooLarge => "ValueTooLarge",
            ErrorKind::TooManyRequests => "TooManyRequests",
            ErrorKind::RequestTooLarge => "RequestTooLarge",
            ErrorKind::ResponseTooLarge => "ResponseTooLarge",
            ErrorKind::Trap => "Trap",
        }
    }
}
