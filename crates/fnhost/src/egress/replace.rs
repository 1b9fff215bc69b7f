//! Texts in bodies that are replaced as the bodies go by, also where a text lies in two pieces.

use super::body::{self, BodyError, Side};
use crate::sandbox::Breach;
use crate::secret_forms::Finder;
use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame};
use http_body_util::combinators::UnsyncBoxBody;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// What is found, and what stands in its place.
#[derive(Clone)]
pub(super) struct Replacer {
    finder: Arc<Finder>,
    /// For each text; none: it stays.
    instead: Arc<[Option<Vec<u8>>]>,
}

impl Replacer {
    /// `instead` has one for each text of `finder`, in their order.
    pub(super) fn new(finder: Arc<Finder>, instead: Vec<Option<Vec<u8>>>) -> Replacer {
        Replacer { finder, instead: instead.into() }
    }

    /// `bytes` with all that is found replaced; none if nothing is. `found` is told which of the texts were.
    pub(super) fn replaced(&self, bytes: &[u8], found: &dyn Fn(usize)) -> Option<Vec<u8>> {
        if !self.finder.is_in(bytes) {
            return None;
        }
        let (replaced, end) = self.before(bytes, bytes.len(), found);
        Some([&replaced, &bytes[end..]].concat())
    }

    /// `bytes` as far as what begins before `limit` reaches, replaced; and how far that is.
    fn before(&self, bytes: &[u8], limit: usize, found: &dyn Fn(usize)) -> (Vec<u8>, usize) {
        let mut replaced = Vec::with_capacity(bytes.len());
        let mut end = 0;
        for place in self.finder.all_in(bytes) {
            if place.start() >= limit {
                break;
            }
            if let Some(instead) = &self.instead[place.pattern().as_usize()] {
                found(place.pattern().as_usize());
                replaced.extend_from_slice(&bytes[end..place.start()]);
                replaced.extend_from_slice(instead);
                end = place.end();
            }
        }
        if end < limit {
            replaced.extend_from_slice(&bytes[end..limit]);
            end = limit;
        }
        (replaced, end)
    }
}

/// Who is told which of the texts were found.
pub(super) type Found = Arc<dyn Fn(usize) + Send + Sync>;

/// A body in which texts are replaced. It has no trailers.
pub(super) struct Replaced<E> {
    body: UnsyncBoxBody<Bytes, E>,
    replacer: Replacer,
    found: Found,
    /// The start of a text, perhaps.
    held: BytesMut,
    /// What has come out, and what may where that is bounded.
    bytes: u64,
    bound: Option<Bound>,
    is_over: bool,
}

/// The bound on a request's body, and who is told that it is broken.
pub(super) struct Bound {
    pub(super) bytes_max: u64,
    pub(super) breach: Arc<Breach>,
}

impl<E: BodyError> Replaced<E> {
    pub(super) fn new(
        body: UnsyncBoxBody<Bytes, E>,
        replacer: Replacer,
        found: Found,
        bound: Option<Bound>,
    ) -> Replaced<E> {
        Replaced { body, replacer, found, held: BytesMut::new(), bytes: 0, bound, is_over: false }
    }

    /// What can be handed on of what is held.
    fn take(&mut self) -> Bytes {
        let begun = if self.is_over { 0 } else { self.replacer.finder.begun_at_end(&self.held, 1) };
        let limit = self.held.len() - begun;
        let (replaced, end) = self.replacer.before(&self.held, limit, self.found.as_ref());
        let _ = self.held.split_to(end);
        replaced.into()
    }
}

impl<E: BodyError> Body for Replaced<E> {
    type Data = Bytes;
    type Error = E;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, E>>> {
        while !self.is_over {
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => self.held.extend_from_slice(&frame.into_data().unwrap_or_default()),
                Some(Err(error)) => {
                    self.is_over = true;
                    self.held.clear();
                    return Poll::Ready(Some(Err(error)));
                }
                None => self.is_over = true,
            }
            self.is_over |= self.body.is_end_stream();
            let bytes = self.take();
            self.bytes += bytes.len() as u64;
            if let Some(bound) = self.bound.as_ref().filter(|bound| self.bytes > bound.bytes_max) {
                body::breached(&bound.breach, Side::Request, self.bytes, bound.bytes_max);
                self.is_over = true;
                self.held.clear();
                return Poll::Ready(Some(Err(E::too_large(self.bytes))));
            }
            if !bytes.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.is_over || (self.held.is_empty() && self.body.is_end_stream())
    }
}
