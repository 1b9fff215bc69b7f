//! What a request is that one call is not enough for: a body that comes in pieces, and the means to break it off.

use super::failure::Failure;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::sync::{mpsc, watch};
use wasmtime_wasi_http::{Error, WasiBody};

/// Pieces that wait for the connection; whoever writes more has to wait.
const PIECES_MAX: usize = 1;

/// Breaks off whatever waits under it. Clones are one.
#[derive(Clone)]
pub(crate) struct Cancel(Arc<watch::Sender<bool>>);

impl Cancel {
    pub(crate) fn new() -> Cancel {
        Cancel(Arc::new(watch::Sender::new(false)))
    }

    pub(crate) fn cancel(&self) {
        self.0.send_replace(true);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// What `future` comes to, or why it was broken off.
    pub(crate) async fn unless<V>(&self, future: impl Future<Output = Result<V, Failure>>) -> Result<V, Failure> {
        let mut cancelled = self.0.subscribe();
        tokio::select! {
            biased;
            _ = cancelled.wait_for(|cancelled| *cancelled) => Err(Cancel::failure()),
            done = future => done,
        }
    }

    pub(crate) fn failure() -> Failure {
        Failure { message: "The operation was aborted".to_owned(), code: "ABORT_ERR".to_owned() }
    }
}

/// A request that is made in steps.
pub(crate) struct Exchange {
    pub(crate) cancel: Cancel,
    pub(crate) pieces: Writer,
    unsent: Option<mpsc::Receiver<Piece>>,
}

/// Where the pieces of a body go.
#[derive(Clone)]
pub(crate) struct Writer(mpsc::Sender<Piece>);

enum Piece {
    Data(Bytes),
    End,
}

impl Exchange {
    pub(crate) fn new() -> Exchange {
        let (sender, receiver) = mpsc::channel(PIECES_MAX);
        Exchange { cancel: Cancel::new(), pieces: Writer(sender), unsent: Some(receiver) }
    }

    /// The body that what is written becomes; none if it was taken before.
    pub(crate) fn take_body(&mut self, length: Option<u64>) -> Option<WasiBody> {
        let pieces = self.unsent.take()?;
        Some(Pieces { pieces, left: length, is_over: false }.boxed_unsync())
    }

    /// As after a request without a body, which takes no pieces.
    pub(crate) fn take_no_body(&mut self) -> bool {
        self.unsent.take().is_some()
    }
}

impl Writer {
    /// Waits for room, and says whether anybody takes the piece.
    pub(crate) async fn write(&self, bytes: Vec<u8>, last: bool) -> bool {
        if !bytes.is_empty() && self.0.send(Piece::Data(Bytes::from(bytes))).await.is_err() {
            return false;
        }
        !last || self.0.send(Piece::End).await.is_ok()
    }
}

/// A body of pieces.
struct Pieces {
    pieces: mpsc::Receiver<Piece>,
    /// How many bytes have to come, where that is known.
    left: Option<u64>,
    is_over: bool,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        match ready!(self.pieces.poll_recv(cx)) {
            Some(Piece::Data(data)) => {
                if let Some(left) = &mut self.left {
                    let Some(less) = left.checked_sub(data.len() as u64) else { return Poll::Ready(wrong_length()) };
                    *left = less;
                }
                Poll::Ready(Some(Ok(Frame::data(data))))
            }
            Some(Piece::End) if self.left.is_some_and(|left| left > 0) => Poll::Ready(wrong_length()),
            Some(Piece::End) => {
                self.is_over = true;
                Poll::Ready(None)
            }
            // It broke off.
            None => Poll::Ready(Some(Err(Error::ConnectionTerminated))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.is_over
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}

fn wrong_length() -> Option<Result<Frame<Bytes>, Error>> {
    Some(Err(Error::InternalError(Some("the body is not as long as its content-length says".to_owned()))))
}
