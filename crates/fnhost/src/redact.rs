//! Takes secrets out of what a run says: its log, its error, its returned value and its requests. A secret is found as
//! it is, and as it looks in JSON, in a URL and in base64, where it may be in the middle of more.

use crate::run::{Error, Outcome, Request, Run};
use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeSet;
use url::{Position, Url};

/// What stands for a secret.
pub(crate) const REDACTED: &str = "[redacted]";

/// Shorter secrets are left alone: they are words of the language, or numbers, and nothing would be readable.
const BYTES_MIN: usize = 4;

/// Of longer secrets this much is looked for.
const BYTES_MAX: usize = 4 * 1024;

/// Secrets of many lines, keys in PEM say, are looked for line by line as well.
const LINE_BYTES_MIN: usize = 16;
const LINES_MAX: usize = 200;

/// How much of a secret at the end of a text that was cut gives it away.
const CUT_BYTES_MIN: usize = 8;

/// No name, message, stack, code, header or URL is cut that is shorter.
const CUT_TEXT_BYTES_MIN: usize = 2 * 1024;

/// What `encodeURIComponent` leaves as it is.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// What `encodeURI` leaves besides.
const URI: &AsciiSet = &COMPONENT
    .remove(b';')
    .remove(b',')
    .remove(b'/')
    .remove(b'?')
    .remove(b':')
    .remove(b'@')
    .remove(b'&')
    .remove(b'=')
    .remove(b'+')
    .remove(b'$')
    .remove(b'#');

/// Finds secrets.
#[derive(Default)]
pub(crate) struct Redactor {
    /// None where there are no secrets.
    finder: Option<AhoCorasick>,
    /// What it finds, in order.
    forms: Vec<String>,
}

impl Redactor {
    /// For `secrets`, as they are.
    pub(crate) fn new<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Redactor {
        let mut forms = BTreeSet::new();
        for secret in secrets {
            let start = &secret[..secret.floor_char_boundary(BYTES_MAX)];
            let lines = start.lines().map(str::trim).filter(|line| line.len() >= LINE_BYTES_MIN && *line != start);
            for text in [start].into_iter().chain(lines.take(LINES_MAX)).filter(|text| text.len() >= BYTES_MIN) {
                forms.extend(forms_of(text).into_iter().filter(|form| form.len() >= BYTES_MIN));
            }
        }
        let forms: Vec<String> = forms.into_iter().collect();
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&forms);
        // It fails for more patterns than there is room for, which bounds on settings rule out.
        Redactor { finder: finder.ok().filter(|_| !forms.is_empty()), forms }
    }

    /// `text` without secrets; where it was cut, also without the start of one at its end.
    pub(crate) fn text(&self, text: String, is_cut: bool) -> String {
        let Some(finder) = &self.finder else { return text };
        let text = match finder.is_match(&text) {
            true => finder.replace_all(&text, &vec![REDACTED; self.forms.len()]),
            false => text,
        };
        match is_cut.then(|| self.begun_at_end(&text)).flatten() {
            Some(at) => text[..at].to_owned() + REDACTED,
            None => text,
        }
    }

    /// Where the start of a secret begins that `text` ends with.
    fn begun_at_end(&self, text: &str) -> Option<usize> {
        let begun = |form: &String| {
            let longest = form.len().saturating_sub(1).min(text.len());
            let mut lengths = (CUT_BYTES_MIN..=longest).rev();
            lengths.find(|length| text.as_bytes().ends_with(&form.as_bytes()[..*length]))
        };
        let longest = self.forms.iter().filter_map(begun).max()?;
        text.is_char_boundary(text.len() - longest).then(|| text.len() - longest)
    }

    /// Takes the secrets out of all that `run` says but the bodies of its requests, which the trace has done.
    pub(crate) fn run(&self, run: &mut Run) {
        if self.finder.is_none() {
            return;
        }
        match &mut run.outcome {
            // Between quotes or not, what stands for a secret changes nothing about what is JSON, but for numbers.
            Outcome::Returned { value } => {
                let text = self.text(value.get().to_owned(), false);
                let quoted = |_| RawValue::from_string(serde_json::Value::String(REDACTED.to_owned()).to_string());
                if let Ok(redacted) = RawValue::from_string(text).or_else(quoted) {
                    *value = redacted;
                }
            }
            Outcome::Failed(failure) => self.error(&mut failure.error),
        }
        let logs = run.logs.len();
        for (index, log) in run.logs.iter_mut().enumerate() {
            // The limit on the log cuts the last message.
            log.message = self.text(std::mem::take(&mut log.message), index + 1 == logs);
        }
        run.requests.iter_mut().for_each(|request| self.request(request));
    }

    fn error(&self, error: &mut Error) {
        for text in [&mut error.name, &mut error.message, &mut error.stack].into_iter().chain(&mut error.code) {
            self.replace(text);
        }
    }

    fn request(&self, request: &mut Request) {
        let headers = request.request_headers.iter_mut().chain(&mut request.response_headers);
        let texts = headers.flat_map(|(name, value)| [name, value]).chain([&mut request.method, &mut request.url]);
        texts.chain(&mut request.error).for_each(|text| self.replace(text));
    }

    /// Texts of this kind are cut where they are very long.
    fn replace(&self, text: &mut String) {
        let is_cut = text.len() >= CUT_TEXT_BYTES_MIN;
        *text = self.text(std::mem::take(text), is_cut);
    }
}

/// How `secret` may look.
fn forms_of(secret: &str) -> Vec<String> {
    let json = serde_json::Value::String(secret.to_owned()).to_string();
    let component = utf8_percent_encode(secret, COMPONENT).to_string();
    let strict = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let form: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let uri = utf8_percent_encode(secret, URI).to_string();
    let mut forms = vec![secret.to_owned(), json[1..json.len() - 1].to_owned()];
    for escaped in
        [component, strict, form, uri, in_url(|url| url.set_path(secret)), in_url(|url| url.set_query(Some(secret)))]
    {
        forms.push(lower_escapes(&escaped).into_owned());
        forms.push(escaped);
    }
    forms.extend(base64_forms(secret.as_bytes()));
    forms
}

/// What stands behind the host of a URL that `set` was done to, without the sign in front.
fn in_url(set: impl FnOnce(&mut Url)) -> String {
    let Ok(mut url) = Url::parse("http://host") else { return String::new() };
    set(&mut url);
    url[Position::AfterPort..].trim_start_matches(['/', '?']).to_owned()
}

/// The same with the digits of its escapes in lower case.
fn lower_escapes(escaped: &str) -> Cow<'_, str> {
    if !escaped.contains('%') {
        return escaped.into();
    }
    let mut pieces = escaped.split('%');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| text + "%" + &piece[..2].to_lowercase() + &piece[2..]).into()
}

/// What base64 makes of `secret` within more: for each of the three places in a group of bytes where it can begin, the
/// characters that no neighbour changes. Those of a secret that is too short for that say too little to be looked for.
fn base64_forms(secret: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for before in 0..3 {
        let padded: Vec<u8> = vec![0; before].into_iter().chain(secret.iter().copied()).collect();
        // A character has six bits.
        let (start, end) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
        for encoded in [STANDARD_NO_PAD.encode(&padded), URL_SAFE_NO_PAD.encode(&padded)] {
            if end >= start + CUT_BYTES_MIN {
                forms.push(encoded[start..end].to_owned());
            }
        }
    }
    forms
}
