//! Answers' bodies in `gzip`, `deflate` and `br`, decoded as they arrive, as node-fetch and Node's zlib do. Whatever
//! comes out is bounded by whoever reads; what goes in is bounded here, as it may come to nothing.

use super::body::{ReceivedBody, too_large};
use super::failure::{Reason, WasiCode};
use crate::sandbox::Breach;
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};
use bytes::{Buf, Bytes};
use flate2::{Decompress, FlushDecompress, Status};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// What comes out at a time.
const PIECE_BYTES_MAX: usize = 32 << 10;

/// zlib's largest window, which every stream may ask for.
const WINDOW_BITS: u8 = 15;

/// What decodes the body of an answer with `head`; none if it is in no encoding, or in none that is known here.
pub(super) fn codec_of(head: &http::response::Parts) -> Option<Codec> {
    use http::StatusCode;
    let is_without_body = matches!(head.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let mut encodings = head.headers.get_all(http::header::CONTENT_ENCODING).iter();
    let encoding = encodings.next().map_or(&[][..], |value| value.as_bytes());
    if is_without_body || encodings.next().is_some() {
        return None;
    }
    match encoding {
        b"gzip" | b"x-gzip" => Some(Codec::gzip()),
        b"deflate" | b"x-deflate" => Some(Codec::Undecided),
        b"br" => Some(Codec::brotli()),
        _ => None,
    }
}

/// `body`, decoded by `codec`. At most `bytes_max` encoded bytes are taken.
pub(super) fn decoded(codec: Codec, body: ReceivedBody, bytes_max: u64, breach: Arc<Breach>) -> ReceivedBody {
    let input = Bytes::new();
    let scratch = vec![0; PIECE_BYTES_MAX].into_boxed_slice();
    let decoded = Decoded { body, codec, input, scratch, arrived: 0, bytes_max, breach, state: State::Open };
    decoded.boxed_unsync()
}

/// A body that is decoded.
struct Decoded {
    body: ReceivedBody,
    codec: Codec,
    /// What has arrived and is not decoded yet.
    input: Bytes,
    scratch: Box<[u8]>,
    arrived: u64,
    bytes_max: u64,
    breach: Arc<Breach>,
    state: State,
}

#[derive(PartialEq)]
enum State {
    Open,
    /// Nothing more arrives.
    Arrived,
    Over,
}

impl Decoded {
    /// Takes the next frame of the encoded body.
    fn take(&mut self, frame: Option<Result<Frame<Bytes>, Reason>>) -> Result<(), Reason> {
        let Some(frame) = frame else {
            self.state = State::Arrived;
            return Ok(());
        };
        self.input = frame?.into_data().unwrap_or_default();
        self.arrived += self.input.len() as u64;
        if self.arrived > self.bytes_max {
            return Err(too_large(&self.breach, self.arrived, self.bytes_max));
        }
        Ok(())
    }

    /// What can be decoded of what has arrived; none if nothing can.
    fn step(&mut self) -> Result<Option<Bytes>, Reason> {
        let length = self.codec.decode(&mut self.input, &mut self.scratch)?;
        Ok((length > 0).then(|| Bytes::copy_from_slice(&self.scratch[..length])))
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Reason>> {
        loop {
            if let Some(bytes) = self.step()? {
                return Poll::Ready(Ok(Some(bytes)));
            }
            if self.state == State::Arrived {
                return Poll::Ready(self.codec.end().map(|()| None));
            }
            let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
            self.take(frame)?;
        }
    }
}

impl Body for Decoded {
    type Data = Bytes;
    type Error = Reason;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Reason>>> {
        if self.state == State::Over {
            return Poll::Ready(None);
        }
        let decoded = ready!(self.poll(cx));
        if !matches!(decoded, Ok(Some(_))) {
            self.state = State::Over;
        }
        Poll::Ready(decoded.transpose().map(|bytes| bytes.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.state == State::Over
    }
}

pub(super) enum Codec {
    /// `deflate` before its first byte, which tells zlib's format from bare data.
    Undecided,
    Deflate {
        inflate: Decompress,
        is_over: bool,
    },
    Gzip {
        inflate: Decompress,
        /// A member is complete; another may follow.
        is_between: bool,
        /// Padding has begun, after which nothing counts.
        is_padded: bool,
    },
    Brotli {
        state: Box<Brotli>,
        is_over: bool,
    },
}

type Brotli = BrotliState<brotli::enc::StandardAlloc, brotli::enc::StandardAlloc, brotli::enc::StandardAlloc>;

impl Codec {
    fn gzip() -> Codec {
        Codec::Gzip { inflate: Decompress::new_gzip(WINDOW_BITS), is_between: false, is_padded: false }
    }

    fn brotli() -> Codec {
        let allocator = brotli::enc::StandardAlloc::default;
        Codec::Brotli { state: Box::new(BrotliState::new(allocator(), allocator(), allocator())), is_over: false }
    }

    /// Decodes from `input` into `output`, and says how much came out: nothing only where more input is needed.
    fn decode(&mut self, input: &mut Bytes, output: &mut [u8]) -> Result<usize, Reason> {
        match self {
            Codec::Undecided => {
                let Some(first) = input.first() else { return Ok(0) };
                let is_zlib = first & 0x0f == 0x08;
                *self = Codec::Deflate { inflate: Decompress::new(is_zlib), is_over: false };
                self.decode(input, output)
            }
            Codec::Deflate { is_over: true, .. }
            | Codec::Gzip { is_padded: true, .. }
            | Codec::Brotli { is_over: true, .. } => {
                input.clear();
                Ok(0)
            }
            Codec::Deflate { inflate, is_over } => {
                let (length, ended) = inflated(inflate, input, output)?;
                *is_over = ended;
                Ok(length)
            }
            Codec::Gzip { inflate, is_between, is_padded } => loop {
                if *is_between {
                    match input.first() {
                        None => return Ok(0),
                        Some(0) => {
                            *is_padded = true;
                            input.clear();
                            return Ok(0);
                        }
                        Some(_) => *inflate = Decompress::new_gzip(WINDOW_BITS),
                    }
                }
                let (length, ended) = inflated(inflate, input, output)?;
                *is_between = ended;
                if length > 0 || !ended {
                    return Ok(length);
                }
            },
            Codec::Brotli { state, is_over } => {
                let (length, ended) = unbrotlied(state, input, output)?;
                *is_over = ended;
                Ok(length)
            }
        }
    }

    /// Whether the body may end here.
    fn end(&self) -> Result<(), Reason> {
        match self {
            Codec::Deflate { is_over: false, .. } | Codec::Brotli { is_over: false, .. } => {
                Err(refused("unexpected end of file".to_owned(), "Z_BUF_ERROR".to_owned()))
            }
            _ => Ok(()),
        }
    }
}

/// How much came out, and whether the stream has ended.
fn inflated(inflate: &mut Decompress, input: &mut Bytes, output: &mut [u8]) -> Result<(usize, bool), Reason> {
    let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
    let status = inflate.decompress(input, output, FlushDecompress::None).map_err(|error| {
        if error.needs_dictionary().is_some() {
            return refused("Missing dictionary".to_owned(), "Z_NEED_DICT".to_owned());
        }
        let message = error.message().unwrap_or("invalid compressed data");
        refused(message.to_owned(), "Z_DATA_ERROR".to_owned())
    })?;
    input.advance((inflate.total_in() - before_in) as usize);
    Ok(((inflate.total_out() - before_out) as usize, status == Status::StreamEnd))
}

fn unbrotlied(state: &mut Brotli, input: &mut Bytes, output: &mut [u8]) -> Result<(usize, bool), Reason> {
    let (mut left_in, mut read) = (input.len(), 0);
    let (mut left_out, mut written, mut total) = (output.len(), 0, 0);
    let result =
        BrotliDecompressStream(&mut left_in, &mut read, input, &mut left_out, &mut written, output, &mut total, state);
    input.advance(read);
    if matches!(result, BrotliResult::ResultFailure) {
        let error = format!("{:?}", state.error_code);
        let name = error.strip_prefix("BROTLI_DECODER").unwrap_or(&error);
        return Err(refused("Decompression failed".to_owned(), format!("ERR_{name}")));
    }
    Ok((written, matches!(result, BrotliResult::ResultSuccess)))
}

fn refused(message: String, code: String) -> Reason {
    Reason { message, code, wasi: WasiCode::HttpProtocol }
}
