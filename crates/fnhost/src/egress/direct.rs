//! The way out for `fnhost:destination/requests`: what a function asks for made
//! into an HTTP request, and the answer into what it gets.

use super::body::ReceivedBody;
use super::failure::Failure;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Buf, Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use http_body::Body;
use http_body_util::{BodyExt, Empty, Full};
use hyper::ext::ReasonPhrase;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use url::{Position, Url};
use wasmtime_wasi_http::WasiBody;

/// A request as a function asks for it. In header values one character is one byte.
pub(crate) struct Outgoing {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: OutgoingBody,
    /// Whether the body of the answer is decoded.
    pub(crate) decode: bool,
}

/// What is sent with a request.
pub(crate) enum OutgoingBody {
    Nothing,
    Whole(Vec<u8>),
    /// In pieces, of a length that may be known.
    Pieces(WasiBody, Option<u64>),
}

/// The head of an answer, and its body.
pub(crate) struct Answered {
    pub(crate) status: u16,
    /// What the server says of the status, where these are not the usual words.
    pub(crate) status_text: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Received,
}

/// The body of an answer.
pub(crate) struct Received {
    body: ReceivedBody,
    /// What has arrived and was not asked for yet.
    rest: Bytes,
    /// Why nothing more comes, until it is told.
    failed: Option<Failure>,
}

/// The largest body that is handed over with the head of an answer.
const WHOLE_BYTES_MAX: usize = 64 << 10;

/// Headers that a request may have; a `HeaderMap` panics where it is given far more.
const HEADERS_MAX: usize = 1_000;

/// Headers that follow from the URL, the body and the connection. A function
/// that could set them could make two requests of one.
const HOSTS_OWN: [HeaderName; 8] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::HOST,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];
const HOSTS_OWN_TOO: [&str; 4] = ["http2-settings", "keep-alive", "proxy-authenticate", "proxy-connection"];

impl Outgoing {
    /// The request for the client. An error says in Node's words what is not valid.
    pub(super) fn into_request(self) -> Result<http::Request<WasiBody>, Failure> {
        let url = Url::parse(&self.url).map_err(|_| invalid("URL", "Only absolute URLs are supported".to_owned()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid("URL", "Only HTTP(S) protocols are supported".to_owned()));
        }
        let target = [
            url.scheme(),
            "://",
            &url[Position::BeforeHost..Position::AfterPort],
            &url[Position::BeforePath..Position::AfterQuery],
        ];
        let uri = Uri::try_from(target.concat()).map_err(|error| invalid("URL", format!("Invalid URL: {error}")))?;
        let method = Method::from_bytes(self.method.as_bytes())
            .map_err(|_| invalid("HTTP_TOKEN", format!("Method must be a valid HTTP token [\"{}\"]", self.method)))?;
        let mut headers = wire_headers(&self.headers)?;
        if let Some(credentials) = basic_credentials(&url)
            && !headers.contains_key(header::AUTHORIZATION)
        {
            headers.insert(header::AUTHORIZATION, credentials);
        }
        let length = match &self.body {
            OutgoingBody::Nothing => (!has_no_body(&method)).then_some(0),
            OutgoingBody::Whole(bytes) => Some(bytes.len() as u64),
            OutgoingBody::Pieces(_, length) => *length,
        };
        if let Some(length) = length {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        let body = match self.body {
            OutgoingBody::Nothing => Empty::new().map_err(|never| match never {}).boxed_unsync(),
            OutgoingBody::Whole(bytes) => Full::new(Bytes::from(bytes)).map_err(|never| match never {}).boxed_unsync(),
            OutgoingBody::Pieces(body, _) => body,
        };
        let mut request = http::Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        Ok(request)
    }
}

/// Whether a request by `method` that has no body says nothing of a length: as in Node's `http`.
fn has_no_body(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::DELETE | Method::OPTIONS | Method::TRACE | Method::CONNECT)
}

fn invalid(what: &str, message: String) -> Failure {
    Failure { message, code: format!("ERR_INVALID_{what}") }
}

fn wire_headers(pairs: &[(String, String)]) -> Result<HeaderMap, Failure> {
    if pairs.len() > HEADERS_MAX {
        let message = format!("a request has at most {HEADERS_MAX} headers, not {}", pairs.len());
        return Err(invalid("HEADERS", message));
    }
    let mut headers = HeaderMap::with_capacity(pairs.len() + 2);
    for (name, value) in pairs {
        let header = HeaderName::from_bytes(name.as_bytes());
        let header = header.map_err(|_| invalid("HTTP_TOKEN", format!("{name} is not a legal HTTP header name")))?;
        if HOSTS_OWN.contains(&header) || HOSTS_OWN_TOO.contains(&header.as_str()) {
            continue;
        }
        let bytes: Option<Vec<u8>> = value.chars().map(|character| u8::try_from(character).ok()).collect();
        let value = bytes.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok());
        let value = value.ok_or_else(|| invalid("CHAR", format!("{name} has a value that is not a legal one")))?;
        headers.append(header, value);
    }
    Ok(headers)
}

/// `Basic …` for the user and password of `url`, with their escapes undone; none if it has none.
fn basic_credentials(url: &Url) -> Option<HeaderValue> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let mut plain: Vec<u8> = percent_encoding::percent_decode_str(url.username()).collect();
    plain.push(b':');
    plain.extend(percent_encoding::percent_decode_str(url.password().unwrap_or_default()));
    HeaderValue::try_from(format!("Basic {}", STANDARD.encode(plain))).ok()
}

impl Answered {
    pub(super) fn of(response: http::Response<ReceivedBody>) -> Answered {
        let (head, body) = response.into_parts();
        let text = |bytes: &[u8]| bytes.iter().copied().map(char::from).collect::<String>();
        let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes())));
        let status_text = head.extensions.get::<ReasonPhrase>().map(|reason| text(reason.as_bytes()));
        Answered {
            status: head.status.as_u16(),
            status_text: status_text.filter(|text| !text.is_empty()),
            headers: headers.collect(),
            body: Received { body, rest: Bytes::new(), failed: None },
        }
    }
}

impl Received {
    /// The body, if all of it is here already and it is not large. Most answers
    /// of APIs come in one piece, and handing that over takes no call to read it.
    pub(crate) fn whole(&mut self) -> Option<Vec<u8>> {
        let mut bytes = BytesMut::new();
        let mut context = Context::from_waker(Waker::noop());
        while bytes.len() <= WHOLE_BYTES_MAX {
            if self.body.is_end_stream() {
                return Some(bytes.into());
            }
            match Pin::new(&mut self.body).poll_frame(&mut context) {
                Poll::Ready(Some(Ok(frame))) => bytes.extend(frame.into_data().unwrap_or_default()),
                Poll::Ready(Some(Err(reason))) => {
                    self.failed = Some(reason.into());
                    break;
                }
                Poll::Ready(None) => return Some(bytes.into()),
                Poll::Pending => break,
            }
        }
        self.rest = bytes.freeze();
        None
    }

    /// The next bytes as they arrive, `bytes_max` at most, and whether they are
    /// the last; none of them only at the end.
    pub(crate) async fn read(&mut self, bytes_max: usize) -> Result<(Vec<u8>, bool), Failure> {
        while self.rest.is_empty() {
            if let Some(failure) = self.failed.take() {
                return Err(failure);
            }
            if self.body.is_end_stream() {
                break;
            }
            match self.body.frame().await {
                // Trailers are of no use here.
                Some(Ok(frame)) => self.rest = frame.into_data().unwrap_or_default(),
                Some(Err(reason)) => return Err(reason.into()),
                None => return Ok((Vec::new(), true)),
            }
        }
        let bytes = self.rest.split_to(self.rest.len().min(bytes_max.max(1))).to_vec();
        let is_last = !self.rest.has_remaining() && self.failed.is_none() && self.body.is_end_stream();
        Ok((bytes, is_last))
    }
}
