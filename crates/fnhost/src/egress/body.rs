//! Bodies that are counted and bounded, both ways.

use super::failure::Reason;
use super::pool::UnderWay;
use super::trace::Trace;
use crate::limits::Limits;
use crate::run::{Error, ErrorKind};
use crate::sandbox::Breach;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Sleep, sleep};
use wasmtime_wasi_http::{Error as Wasi, WasiBody};

/// The body of an answer. Its errors say in Node's words why there is no more of it.
pub(super) type ReceivedBody = UnsyncBoxBody<Bytes, Reason>;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Side {
    Request,
    Response,
}

/// What goes wrong with a body, here or in what it is made of.
pub(super) trait BodyError: Sized {
    /// A body of `bytes` bytes, which are too many.
    fn too_large(bytes: u64) -> Self;
    fn text(&self) -> String;
}

pub(super) const TOO_LARGE: &str = "the body is too large";

impl BodyError for Wasi {
    fn too_large(bytes: u64) -> Wasi {
        Wasi::HttpRequestBodySize(Some(bytes))
    }

    fn text(&self) -> String {
        match self {
            Wasi::InternalError(Some(reason)) => reason.clone(),
            other => other.to_string(),
        }
    }
}

impl BodyError for Reason {
    fn too_large(_: u64) -> Reason {
        Reason::limit(TOO_LARGE)
    }

    fn text(&self) -> String {
        self.message.clone()
    }
}

/// A body whose bytes are counted into the trace and held to a limit.
pub(super) struct Metered<E> {
    body: UnsyncBoxBody<Bytes, E>,
    side: Side,
    index: usize,
    bytes: u64,
    bytes_max: u64,
    trace: Arc<Trace>,
    breach: Arc<Breach>,
}

impl<E: BodyError> Metered<E> {
    pub(super) fn new(
        body: UnsyncBoxBody<Bytes, E>,
        side: Side,
        index: usize,
        bytes_max: u64,
        trace: Arc<Trace>,
        breach: Arc<Breach>,
    ) -> Metered<E> {
        let metered = Metered { body, side, index, bytes: 0, bytes_max, trace, breach };
        // A response without a body ends with its headers: nobody has to ask for its end.
        if side == Side::Response && metered.body.is_end_stream() {
            metered.trace.ended(index);
        }
        // Bodies that wait for a connection lie in memory, so one that is too large does not wait.
        if side == Side::Request {
            metered.check(metered.body.size_hint().lower());
        }
        metered
    }

    /// Counts `data`, which comes next; false over the limit.
    fn count(&mut self, data: &[u8]) -> bool {
        self.bytes += data.len() as u64;
        match self.side {
            Side::Request => self.trace.sent(self.index, data),
            Side::Response => self.trace.received(self.index, data),
        }
        self.check(self.bytes)
    }

    /// Whether `bytes` bytes are not too many.
    fn check(&self, bytes: u64) -> bool {
        if bytes <= self.bytes_max {
            return true;
        }
        breached(&self.breach, self.side, bytes, self.bytes_max);
        false
    }
}

pub(super) fn breached(breach: &Breach, side: Side, bytes: u64, bytes_max: u64) {
    let (kind, limit) = match side {
        Side::Request => (ErrorKind::RequestTooLarge, "request_bytes_max"),
        Side::Response => (ErrorKind::ResponseTooLarge, "response_bytes_max"),
    };
    breach.set(Error::of_kind(kind, Limits::row(limit).breached(bytes, bytes_max)));
}

/// Ends the run for an answer of which more than `bytes_max` bytes have arrived; gives what the body ends with.
pub(super) fn too_large(breach: &Breach, bytes: u64, bytes_max: u64) -> Reason {
    breached(breach, Side::Response, bytes, bytes_max);
    Reason::too_large(bytes)
}

impl<E: BodyError> Body for Metered<E> {
    type Data = Bytes;
    type Error = E;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, E>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        let data = match &frame {
            Some(Ok(frame)) => frame.data_ref().map_or(&[][..], Bytes::as_ref),
            Some(Err(error)) if self.side == Side::Response => {
                self.trace.failed(self.index, error.text(), false);
                return Poll::Ready(frame);
            }
            _ => &[],
        };
        if !self.count(data) {
            // Said here, as what comes of it elsewhere may be later than the end of the run.
            self.trace.failed(self.index, TOO_LARGE.to_owned(), false);
            return Poll::Ready(Some(Err(E::too_large(self.bytes))));
        }
        if self.side == Side::Response && (frame.is_none() || self.body.is_end_stream()) {
            self.trace.ended(self.index);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// What comes over the network as the body of an answer.
struct Incoming {
    body: hyper::body::Incoming,
    /// Kept until the end.
    under_way: Option<UnderWay>,
    /// How long there may be nothing new.
    silence_max: Duration,
    /// When there is nothing new for too long; none while nobody waits.
    silence: Option<Pin<Box<Sleep>>>,
}

/// The body of an answer as it is received; `under_way` is kept until its end, `silence_max` is how long it may be silent.
pub(super) fn received(body: hyper::body::Incoming, under_way: UnderWay, silence_max: Duration) -> ReceivedBody {
    let under_way = (!body.is_end_stream()).then_some(under_way);
    Incoming { body, under_way, silence_max, silence: None }.boxed_unsync()
}

impl Body for Incoming {
    type Data = Bytes;
    type Error = Reason;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Reason>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) else {
            let silence_max = self.silence_max;
            let silence = self.silence.get_or_insert_with(|| Box::pin(sleep(silence_max)));
            ready!(silence.as_mut().poll(cx));
            return Poll::Ready(Some(Err(Reason::silence())));
        };
        self.silence = None;
        if !matches!(frame, Some(Ok(_))) || self.body.is_end_stream() {
            self.under_way = None;
        }
        Poll::Ready(frame.map(|frame| frame.map_err(|error| Reason::of_body(&error))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer's body as `wasi:http` takes it.
pub(super) fn for_wasi(body: ReceivedBody) -> WasiBody {
    body.map_err(|reason| Wasi::InternalError(Some(reason.message))).boxed_unsync()
}
