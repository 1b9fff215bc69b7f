//! Reads a request's body: within a size, before and after it is unpacked, and
//! within a time. Does not know what is in it.

use super::Refusal;
use axum::body::{Body, HttpBody};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, EXPECT};
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use http_body_util::BodyExt;
use std::io::Read;
use std::time::Duration;
use tokio::time::timeout;

/// How long a body may take to come.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// What packing may add to a body that cannot be made smaller.
const PACKED_EXTRA_BYTES_MAX: usize = 1024;

/// What is read of a body that is refused, and for how long. A connection that
/// is closed while the sender still writes is reset, and the sender may never
/// see the answer.
const DISCARDED_BYTES_MAX: usize = 4 << 20;
const DISCARD_TIMEOUT: Duration = Duration::from_secs(2);

/// How a body is packed.
#[derive(Clone, Copy, PartialEq)]
enum Packing {
    Plain,
    Gzip,
    Deflate,
}

/// Reads `body` and unpacks it. Neither what came nor what it holds may be
/// longer than `bytes_max`.
pub(super) async fn read(headers: &HeaderMap, mut body: Body, bytes_max: usize) -> Result<Vec<u8>, Refusal> {
    let Some(packing) = packing(headers) else {
        discard(headers, body).await;
        return Err(Refusal::Packing);
    };
    let sent_bytes_max = if packing == Packing::Plain { bytes_max } else { bytes_max + PACKED_EXTRA_BYTES_MAX };
    let collected = timeout(BODY_TIMEOUT, collect(&mut body, sent_bytes_max)).await;
    match collected.map_err(|_| Refusal::TooSlow)?? {
        Some(sent) => unpack(packing, sent, bytes_max),
        None => {
            discard(headers, body).await;
            Err(Refusal::TooLarge { bytes_max })
        }
    }
}

/// Reads the rest of a body that is refused, within reason.
pub(super) async fn discard(headers: &HeaderMap, mut body: Body) {
    if headers.contains_key(EXPECT) {
        // The sender waits for our word before it sends the body.
        return;
    }
    let rest = async {
        let mut bytes = 0;
        while let Some(Ok(frame)) = body.frame().await {
            bytes += frame.data_ref().map_or(0, |data| data.len());
            if bytes > DISCARDED_BYTES_MAX {
                break;
            }
        }
    };
    // If it takes too long the sender has to live with a reset.
    let _ = timeout(DISCARD_TIMEOUT, rest).await;
}

/// The body, or none if it is longer than `bytes_max`.
async fn collect(body: &mut Body, bytes_max: usize) -> Result<Option<Vec<u8>>, Refusal> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > bytes_max {
        return Ok(None);
    }
    let mut collected = Vec::with_capacity(announced);
    while let Some(frame) = body.frame().await {
        // Trailers are of no use here.
        let Ok(data) = frame.map_err(|_| Refusal::Incomplete)?.into_data() else { continue };
        if data.len() > bytes_max - collected.len() {
            return Ok(None);
        }
        collected.extend_from_slice(&data);
    }
    Ok(Some(collected))
}

/// None for a packing that is not understood, and for several of them.
fn packing(headers: &HeaderMap) -> Option<Packing> {
    let mut values = headers.get_all(CONTENT_ENCODING).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return (headers.get(CONTENT_ENCODING).is_none()).then_some(Packing::Plain);
    };
    match value.to_str().ok()?.trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Some(Packing::Plain),
        "gzip" | "x-gzip" => Some(Packing::Gzip),
        "deflate" => Some(Packing::Deflate),
        _ => None,
    }
}

fn unpack(packing: Packing, sent: Vec<u8>, bytes_max: usize) -> Result<Vec<u8>, Refusal> {
    match packing {
        Packing::Plain => Ok(sent),
        Packing::Gzip => read_up_to(MultiGzDecoder::new(&sent[..]), bytes_max),
        Packing::Deflate => read_up_to(ZlibDecoder::new(&sent[..]), bytes_max),
    }
}

/// Unpacks no further than one byte beyond the limit.
fn read_up_to(packed: impl Read, bytes_max: usize) -> Result<Vec<u8>, Refusal> {
    let mut plain = Vec::new();
    packed.take(bytes_max as u64 + 1).read_to_end(&mut plain).map_err(|_| Refusal::Packed)?;
    if plain.len() > bytes_max {
        return Err(Refusal::TooLarge { bytes_max });
    }
    Ok(plain)
}
