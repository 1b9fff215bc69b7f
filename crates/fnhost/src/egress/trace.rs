//! The trace of a run's requests: what went out and what came back, each bounded,
//! and without credentials. It sends nothing and refuses nothing.

use super::connect::Made;
use crate::redact::{REDACTED, Redactor};
use crate::run::Request;
use http::{HeaderMap, header};
use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// The requests of one run.
pub(super) struct Trace {
    started: Instant,
    body_bytes_max: usize,
    entries: Mutex<Vec<Entry>>,
}

struct Entry {
    started: Instant,
    request: Request,
    /// The starts of both bodies, which become text when the run is over.
    sent: Vec<u8>,
    received: Vec<u8>,
    ended: bool,
    /// Where the answer says to go instead, until a request goes there.
    location: Option<Url>,
}

/// The longest URL that is kept; what is longer is cut.
const URL_BYTES_MAX: usize = 8 * 1024;

/// Headers that are kept, and bytes of their names and values, of a request and of an answer.
const HEADERS_MAX: usize = 64;
const HEADER_BYTES_MAX: usize = 4 * 1024;

/// What stands for what is left out: no header can have this name.
const LEFT_OUT: &str = "…";

/// The longest wait that an answer can ask for; who asks for more gets this.
const RETRY_AFTER_SECONDS_MAX: u64 = 24 * 60 * 60;

impl Trace {
    pub(super) fn new(started: Instant, body_bytes_max: u64) -> Trace {
        Trace { started, body_bytes_max: body_bytes_max as usize, entries: Mutex::new(Vec::new()) }
    }

    pub(super) fn started(&self) -> Instant {
        self.started
    }

    /// Begins an entry, and gives its index.
    pub(super) fn start(&self, method: &http::Method, uri: &http::Uri) -> usize {
        let now = Instant::now();
        let mut url = uri.to_string();
        url.truncate(url.floor_char_boundary(URL_BYTES_MAX));
        let start_ms = milliseconds(now - self.started);
        let mut entries = self.lock();
        let redirect_of = redirect_to(&url, &mut entries);
        let request = Request { method: method.as_str().to_owned(), url, redirect_of, start_ms, ..Request::default() };
        let (sent, received) = (Vec::new(), Vec::new());
        entries.push(Entry { started: now, request, sent, received, ended: false, location: None });
        entries.len() - 1
    }

    /// The request is handed to the connection, with `headers`.
    pub(super) fn sending(&self, index: usize, headers: &HeaderMap) {
        let kept = kept_headers(headers);
        self.update(index, |entry| entry.request.request_headers = kept);
    }

    /// The sealed setting called `name` goes with the request.
    pub(super) fn filled(&self, index: usize, name: &str) {
        self.update(index, |entry| {
            if !entry.request.sealed.iter().any(|known| known == name) {
                entry.request.sealed.push(name.to_owned());
            }
        });
    }

    pub(super) fn answered(&self, index: usize, status: http::StatusCode, headers: &HeaderMap) {
        let (kept, retry_after_ms) = (kept_headers(headers), retry_after_ms(headers));
        self.update(index, |entry| {
            entry.request.timings.first_byte_ms = Some(milliseconds(entry.started.elapsed()));
            entry.request.status = Some(status.as_u16());
            entry.location = location(status, headers, &entry.request.url);
            entry.request.response_headers = kept;
            entry.request.retry_after_ms = retry_after_ms;
        });
    }

    /// The request has no answer, or not all of it; `refused` by the host itself.
    pub(super) fn failed(&self, index: usize, message: String, refused: bool) {
        self.update(index, |entry| {
            entry.request.error = Some(message);
            entry.request.refused = refused;
            entry.ended = true;
        });
    }

    pub(super) fn sent(&self, index: usize, data: &[u8]) {
        self.update(index, |entry| {
            entry.request.request_bytes += data.len() as u64;
            self.keep(&mut entry.sent, data);
        });
    }

    pub(super) fn received(&self, index: usize, data: &[u8]) {
        self.update(index, |entry| {
            entry.request.response_bytes += data.len() as u64;
            self.keep(&mut entry.received, data);
        });
    }

    /// Adds to the `start` of a body what there is room for.
    fn keep(&self, start: &mut Vec<u8>, data: &[u8]) {
        let room = self.body_bytes_max - start.len();
        start.extend_from_slice(&data[..data.len().min(room)]);
    }

    /// The request went over a connection that was `made` so.
    pub(super) fn made(&self, index: usize, made: Option<&Made>) {
        let Some(made) = made else { return };
        let was_used = made.use_again();
        self.update(index, |entry| {
            let timings = &mut entry.request.timings;
            timings.reused = Some(was_used);
            if !was_used {
                timings.queue_ms = Some(milliseconds(made.began.saturating_duration_since(entry.started)));
                timings.resolve_ms = Some(milliseconds(made.resolve));
                timings.connect_ms = Some(milliseconds(made.connect));
                timings.tls_ms = made.tls.map(milliseconds);
            }
        });
    }

    pub(super) fn ended(&self, index: usize) {
        self.update(index, |entry| entry.ended = true);
    }

    /// The requests in the order in which they started, with the last one that
    /// ended counted to now where it has not.
    pub(super) fn take(&self, redactor: &Redactor) -> Vec<Request> {
        let now = Instant::now();
        let entries = std::mem::take(&mut *self.lock());
        let finished = entries.into_iter().map(|mut entry| {
            if !entry.ended {
                entry.request.duration_ms = milliseconds(now - entry.started);
            }
            entry.request.request_body = body_text(entry.sent, entry.request.request_bytes, redactor);
            entry.request.response_body = body_text(entry.received, entry.request.response_bytes, redactor);
            entry.request
        });
        finished.collect()
    }

    fn update(&self, index: usize, change: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.lock().get_mut(index)
            && !entry.ended
        {
            change(entry);
            entry.request.duration_ms = milliseconds(entry.started.elapsed());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where an answer to a request to `url` says to go instead.
fn location(status: http::StatusCode, headers: &HeaderMap, url: &str) -> Option<Url> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = headers.get(header::LOCATION)?.to_str().ok()?;
    let mut url = Url::parse(url).ok()?.join(location).ok()?;
    // These do not go with the request's own URL.
    url.set_fragment(None);
    let _ = url.set_username("").and_then(|()| url.set_password(None));
    Some(url)
}

/// The last of `entries` whose answer led to `url`, which is then followed.
fn redirect_to(url: &str, entries: &mut [Entry]) -> Option<usize> {
    if entries.iter().all(|entry| entry.location.is_none()) {
        return None;
    }
    let url = Url::parse(url).ok();
    let found = entries.iter().rposition(|entry| entry.location.is_some() && entry.location == url)?;
    entries[found].location = None;
    Some(found)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The headers that fit, in their order, and one more that counts the others.
fn kept_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut kept = Vec::with_capacity(headers.len().min(HEADERS_MAX + 1));
    let mut bytes = 0;
    let mut left_out = 0;
    for (name, value) in headers {
        let room = if kept.len() < HEADERS_MAX { HEADER_BYTES_MAX - bytes } else { 0 };
        match kept_header(name.as_str(), value.as_bytes(), room) {
            Some(header) => {
                bytes += header.0.len() + header.1.len();
                kept.push(header);
            }
            None => left_out += 1,
        }
    }
    if left_out > 0 {
        let plural = if left_out == 1 { "" } else { "s" };
        kept.push((LEFT_OUT.to_owned(), format!("[{left_out} more header{plural}]")));
    }
    kept
}

/// A header that takes no more than `bytes_max` bytes; none where it does.
fn kept_header(name: &str, value: &[u8], bytes_max: usize) -> Option<(String, String)> {
    let room = bytes_max.checked_sub(name.len())?;
    let value = if is_credential(name) { Cow::Borrowed(REDACTED) } else { value_text(value) };
    (value.len() <= room).then(|| (name.to_owned(), value.into_owned()))
}

/// Whether the value of the header `name`, which is in lower case as all names of a `HeaderMap` are, lets whoever
/// reads it act for somebody else. Rather one too many: a name is all there is to go by.
fn is_credential(name: &str) -> bool {
    let starts_one = |rest: &[u8]| {
        rest.starts_with(b"token")
            || rest.starts_with(b"secret")
            || rest.starts_with(b"password")
            || rest.starts_with(b"credential")
            || rest.starts_with(b"apikey")
    };
    matches!(name, "authorization" | "proxy-authorization" | "authentication" | "cookie" | "set-cookie")
        || (0..name.len()).any(|at| starts_one(&name.as_bytes()[at..]))
        || name.split(|char: char| !char.is_ascii_alphanumeric()).any(|word| matches!(word, "key" | "auth"))
}

/// A header's value as text: UTF-8, or else one character for each byte, which is how functions see it.
fn value_text(value: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(value) {
        Ok(text) => text.into(),
        // What is longer is left out, so that it need not be copied.
        Err(_) => value.iter().take(HEADER_BYTES_MAX).copied().map(char::from).collect::<String>().into(),
    }
}

/// How long `Retry-After` asks to wait. A date is compared with the answer's own
/// `Date`: both come from one clock, which may be wrong, and none is read here.
fn retry_after_ms(headers: &HeaderMap) -> Option<u64> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let asked = text(header::RETRY_AFTER)?;
    let seconds = if !asked.is_empty() && asked.bytes().all(|byte| byte.is_ascii_digit()) {
        // Nothing but digits can only be too large.
        asked.parse().unwrap_or(u64::MAX)
    } else {
        let until = httpdate::parse_http_date(asked).ok()?;
        let now = httpdate::parse_http_date(text(header::DATE)?).ok()?;
        // A date that has passed asks for no wait.
        until.duration_since(now).unwrap_or_default().as_secs()
    };
    Some(seconds.min(RETRY_AFTER_SECONDS_MAX) * 1_000)
}

/// The `start` of a body of `bytes` bytes as text without secrets, with a mark where it is cut; none of an empty body.
fn body_text(mut start: Vec<u8>, bytes: u64, redactor: &Redactor) -> Option<String> {
    if start.is_empty() {
        return None;
    }
    let is_cut = bytes > start.len() as u64;
    if is_cut {
        start.truncate(whole_characters(&start));
    }
    Some(match text_of(start).map(|text| redactor.text(text, is_cut)) {
        None => format!("[{bytes} bytes of binary data]"),
        Some(text) if is_cut => format!("{text}… [{bytes} bytes in all]"),
        Some(text) => text,
    })
}

/// How many of `bytes` come before the character that their end cuts in two, if it does.
fn whole_characters(bytes: &[u8]) -> usize {
    // A character has four bytes at most, so that three are enough to look at.
    let last = &bytes[bytes.len().saturating_sub(3)..];
    let end = last.utf8_chunks().last().map_or(&[][..], |chunk| chunk.invalid());
    let is_start = std::str::from_utf8(end).is_err_and(|error| error.error_len().is_none());
    if is_start { bytes.len() - end.len() } else { bytes.len() }
}

/// The text that `bytes` are, where some may be wrong; none where there are control
/// characters, which would do harm in a terminal, or more wrong characters than right ones.
fn text_of(bytes: Vec<u8>) -> Option<String> {
    let is_control = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    // To look at all of them takes less time than to stop at the first.
    if bytes.iter().fold(false, |found, byte| found | is_control(byte)) {
        return None;
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => return Some(text),
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    };
    let wrong = text.chars().filter(|char| *char == char::REPLACEMENT_CHARACTER).count();
    (wrong * 2 <= text.chars().count()).then_some(text)
}
