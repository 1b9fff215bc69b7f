//! Sealed settings on their way: into requests to the hosts that they name, and out of whatever comes back.

use super::body::ReceivedBody;
use super::failure::Reason;
use super::replace::{Bound, Found, Replaced, Replacer};
use super::rules::HostPattern;
use crate::sealed::Sealed;
use crate::secret_forms::{Finder, forms_of, in_form, in_json, in_url_part};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, Request, Response, Uri, header, request};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use hyper::ext::ReasonPhrase;
use std::sync::Arc;
use wasmtime_wasi_http::WasiBody;

/// What the values in one request's headers may come to. An API takes far less.
const FILLED_BYTES_MAX: usize = 256 << 10;

/// The sealed settings of a function.
pub(crate) struct Seals {
    sealed: Vec<Sealed>,
    tokens: Arc<Finder>,
    /// Puts tokens in the place of values, in whatever form these are found.
    scrubber: Replacer,
}

/// What a token stands in: its value has to be written accordingly.
#[derive(Clone, Copy)]
enum Within {
    /// Nothing that has rules: a header, text, parts of a form.
    Text,
    Json,
    Form,
    Xml,
    Url,
}

impl Seals {
    /// None if there is nothing that is sealed.
    pub(crate) fn new(sealed: impl IntoIterator<Item = Sealed>) -> Option<Seals> {
        let sealed: Vec<Sealed> = sealed.into_iter().collect();
        let tokens = Finder::new(sealed.iter().map(|sealed| sealed.token().to_owned()).collect())?;
        let forms =
            sealed.iter().flat_map(|sealed| forms_of(sealed.value()).into_iter().map(move |form| (sealed, form)));
        let (instead, forms) = forms.map(|(sealed, form)| (Some(sealed.token().into()), form)).unzip();
        let values = Arc::new(Finder::new(forms)?);
        Some(Seals { sealed, tokens: Arc::new(tokens), scrubber: Replacer::new(values, instead) })
    }

    /// The name of the setting with `index`.
    pub(super) fn name(&self, index: usize) -> &str {
        self.sealed[index].name()
    }

    /// `request` with the values that its host gets; `found` is told which. With them, its body is held to `bound`.
    pub(super) async fn fill(
        &self,
        request: Request<WasiBody>,
        found: Found,
        bound: Bound,
    ) -> Result<Request<WasiBody>, Reason> {
        let uri = request.uri();
        let gets = |sealed: &Sealed| HostPattern::any_matches(sealed.hosts(), uri);
        let chosen: Vec<&Sealed> = self.sealed.iter().filter(|sealed| gets(sealed)).collect();
        if chosen.is_empty() {
            return Ok(request);
        }
        let replacer = |within: Within| {
            let instead = |sealed: &Sealed| gets(sealed).then(|| within.written(sealed.value()));
            Replacer::new(self.tokens.clone(), self.sealed.iter().map(instead).collect())
        };
        let (in_url, in_text) = (replacer(Within::Url), replacer(Within::Text));
        let in_body = replacer(Within::body_of(request.headers()));
        let (mut head, body) = request.into_parts();
        fill_url(&mut head, &in_url, found.as_ref())?;
        fill_headers(&mut head.headers, &in_text, found.as_ref())?;
        if body.is_end_stream() {
            return Ok(Request::from_parts(head, body));
        }
        let length = body.size_hint().exact();
        let body = Replaced::new(body, in_body, found, Some(bound)).boxed_unsync();
        if length.is_none() {
            head.headers.remove(header::CONTENT_LENGTH);
            return Ok(Request::from_parts(head, body));
        }
        // Its length is to be said in front, as some APIs take no other bodies, and the values change it.
        let whole = body.collect().await.map_err(|error| Reason::of_body_sent(&error))?.to_bytes();
        if head.headers.contains_key(header::CONTENT_LENGTH) {
            head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
        }
        Ok(Request::from_parts(head, Full::new(whole).map_err(|never| match never {}).boxed_unsync()))
    }

    /// Puts tokens in the place of values in the head of an answer: APIs say what they were sent, in errors for example.
    pub(super) fn scrub_head<B>(&self, response: &mut Response<B>) {
        for value in response.headers_mut().values_mut() {
            let replaced = self.scrubber.replaced(value.as_bytes(), &|_| ());
            if let Some(replaced) = replaced.and_then(|replaced| HeaderValue::from_bytes(&replaced).ok()) {
                *value = replaced;
            }
        }
        if let Some(reason) = response.extensions().get::<ReasonPhrase>() {
            let replaced = self.scrubber.replaced(reason.as_bytes(), &|_| ());
            if let Some(reason) = replaced.and_then(|replaced| ReasonPhrase::try_from(replaced).ok()) {
                response.extensions_mut().insert(reason);
            }
        }
    }

    /// The body of an answer, decoded, with tokens in the place of values. Whoever reads it holds it to a limit.
    pub(super) fn scrubbed(&self, body: ReceivedBody) -> ReceivedBody {
        if body.is_end_stream() {
            return body;
        }
        Replaced::new(body, self.scrubber.clone(), Arc::new(|_| ()), None).boxed_unsync()
    }
}

impl Within {
    /// What the body of a request with `headers` is.
    fn body_of(headers: &HeaderMap) -> Within {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/x-www-form-urlencoded" => Within::Form,
            kind if kind.ends_with("json") => Within::Json,
            kind if kind.ends_with("xml") => Within::Xml,
            _ => Within::Text,
        }
    }

    fn written(self, value: &str) -> Vec<u8> {
        let written = match self {
            Within::Text => value.to_owned(),
            Within::Json => in_json(value),
            Within::Form => in_form(value),
            Within::Xml => in_xml(value),
            Within::Url => in_url_part(value),
        };
        written.into_bytes()
    }
}

fn in_xml(value: &str) -> String {
    let escaped = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    escaped.replace('"', "&quot;").replace('\'', "&apos;")
}

/// Never in the host: a token is none that anybody names.
fn fill_url(head: &mut request::Parts, replacer: &Replacer, found: &dyn Fn(usize)) -> Result<(), Reason> {
    let Some(path) = head.uri.path_and_query() else { return Ok(()) };
    let Some(replaced) = replacer.replaced(path.as_str().as_bytes(), found) else { return Ok(()) };
    let mut parts = head.uri.clone().into_parts();
    let too_long = || Reason::not_filled("the URL is too long with what is sealed");
    parts.path_and_query = Some(replaced.as_slice().try_into().map_err(|_| too_long())?);
    head.uri = Uri::from_parts(parts).map_err(|_| too_long())?;
    Ok(())
}

fn fill_headers(headers: &mut HeaderMap, replacer: &Replacer, found: &dyn Fn(usize)) -> Result<(), Reason> {
    let mut room = FILLED_BYTES_MAX;
    for (name, value) in headers.iter_mut() {
        let Some(filled) = filled_header(value.as_bytes(), replacer, found) else { continue };
        room = room.checked_sub(filled.len()).ok_or_else(|| {
            Reason::not_filled(&format!("headers with what is sealed have more than {FILLED_BYTES_MAX} bytes"))
        })?;
        *value = HeaderValue::from_bytes(&filled).map_err(|_| {
            let text = format!("what is sealed cannot stand in the header `{name}`: it has a line break, or the like");
            Reason::not_filled(&text)
        })?;
        // HTTP/2 keeps such values out of its tables.
        value.set_sensitive(true);
    }
    Ok(())
}

/// The value of a header with what is sealed, also within the base64 of `Basic`; none if there is nothing.
fn filled_header(value: &[u8], replacer: &Replacer, found: &dyn Fn(usize)) -> Option<Vec<u8>> {
    const BASIC: usize = "Basic ".len();
    let scheme = value.get(..BASIC).filter(|scheme| scheme.eq_ignore_ascii_case(b"Basic "));
    let plain = scheme.and_then(|_| STANDARD.decode(value[BASIC..].trim_ascii()).ok());
    if let Some(filled) = plain.and_then(|plain| replacer.replaced(&plain, found)) {
        return Some(format!("Basic {}", STANDARD.encode(filled)).into_bytes());
    }
    replacer.replaced(value, found)
}
