//! Answers that do not come from the network: for trying a function without
//! anything being sent.

use super::body::ReceivedBody;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use wasmtime_wasi_http::WasiBody;

/// Answers requests in place of the network.
pub trait StandIn: Send + Sync + 'static {
    /// The answer to `request`, or why there is none, in Node's words.
    fn answer(&self, request: &StandInRequest) -> Result<StandInAnswer, String>;
}

/// A request that a [`StandIn`] answers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StandInRequest {
    /// The method, in upper case.
    pub method: String,
    /// The absolute URL.
    pub url: String,
    /// The whole body.
    pub body: Vec<u8>,
}

/// What a [`StandIn`] answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandInAnswer {
    /// The status, from 100 to 999.
    pub status: u16,
    /// Names and values. Those that are none are left out.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// The answer of `stand_in`; an error says why there is none.
pub(super) async fn answer(
    stand_in: &dyn StandIn,
    request: http::Request<WasiBody>,
) -> Result<http::Response<ReceivedBody>, String> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes().to_vec();
    let (method, url) = (head.method.to_string(), head.uri.to_string());
    let answer = stand_in.answer(&StandInRequest { method, url, body })?;
    let status = http::StatusCode::from_u16(answer.status).map_err(|_| format!("{} is no status", answer.status))?;
    let body = Full::new(Bytes::from(answer.body)).map_err(|never| match never {}).boxed_unsync();
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (http::HeaderName::try_from(name), http::HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    Ok(response)
}
