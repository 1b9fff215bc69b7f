//! Bodies that are counted and bounded, both ways.

use super::failure::Reason;
use super::trace::Trace;
use crate::limits::Limits;
use crate::run::{Error, ErrorKind};
use crate::sandbox::Breach;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use wasmtime_wasi_http::WasiBody;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Side {
    Request,
    Response,
}

/// A body whose bytes are counted into the trace and held to a limit.
pub(super) struct Metered {
    body: WasiBody,
    side: Side,
    index: usize,
    bytes: u64,
    bytes_max: u64,
    trace: Arc<Trace>,
    breach: Arc<Breach>,
}

impl Metered {
    pub(super) fn new(
        body: WasiBody,
        side: Side,
        index: usize,
        bytes_max: u64,
        trace: Arc<Trace>,
        breach: Arc<Breach>,
    ) -> Metered {
        let metered = Metered { body, side, index, bytes: 0, bytes_max, trace, breach };
        // A response without a body ends with its headers: nobody has to ask for its end.
        if side == Side::Response && metered.body.is_end_stream() {
            metered.trace.ended(index);
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
        if self.bytes <= self.bytes_max {
            return true;
        }
        let (kind, limit) = match self.side {
            Side::Request => (ErrorKind::RequestTooLarge, "request_bytes_max"),
            Side::Response => (ErrorKind::ResponseTooLarge, "response_bytes_max"),
        };
        self.breach.set(Error::of_kind(kind, Limits::row(limit).breached(self.bytes, self.bytes_max)));
        false
    }
}

impl Body for Metered {
    type Data = Bytes;
    type Error = wasmtime_wasi_http::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        let data = match &frame {
            Some(Ok(frame)) => frame.data_ref().map_or(&[][..], Bytes::as_ref),
            Some(Err(error)) if self.side == Side::Response => {
                self.trace.failed(self.index, reason_of(error));
                return Poll::Ready(frame);
            }
            _ => &[],
        };
        if !self.count(data) {
            return Poll::Ready(Some(Err(wasmtime_wasi_http::Error::HttpRequestBodySize(Some(self.bytes)))));
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

/// The reason that [`received`] has put into an error.
pub(super) fn reason_of(error: &wasmtime_wasi_http::Error) -> String {
    match error {
        wasmtime_wasi_http::Error::InternalError(Some(reason)) => reason.clone(),
        other => other.to_string(),
    }
}

/// An answer's body as `wasi:http` takes it.
pub(super) fn received(body: Incoming) -> WasiBody {
    body.map_err(|error| wasmtime_wasi_http::Error::InternalError(Some(Reason::of_body(&error)))).boxed_unsync()
}
