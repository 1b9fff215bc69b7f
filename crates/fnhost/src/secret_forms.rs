//! How a secret may look: as it is, in JSON, in a URL, and in base64, where it may be in the middle of more. And finding
//! many texts at once. It does not know what is done where one is found.

use aho_corasick::{AhoCorasick, AhoCorasickKind, Match, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::borrow::Cow;
use url::{Position, Url};

/// Characters of base64 that say enough to be looked for.
const BASE64_BYTES_MIN: usize = 8;

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

/// Finds texts, the longest of those that begin at one place.
pub(crate) struct Finder {
    automaton: AhoCorasick,
    texts: Vec<String>,
}

impl Finder {
    /// For `texts`; none if there are none, or more than there is room for, which bounds on settings rule out.
    pub(crate) fn new(texts: Vec<String>) -> Option<Finder> {
        // Of a secret of some KiB the faster kinds would have tens of megabytes.
        let kind = AhoCorasickKind::ContiguousNFA;
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).kind(Some(kind)).build(&texts);
        automaton.ok().filter(|_| !texts.is_empty()).map(|automaton| Finder { automaton, texts })
    }

    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        self.automaton.is_match(bytes)
    }

    /// What is found in `bytes`, none of it in another; a match says which of the texts it is.
    pub(crate) fn all_in(&self, bytes: &[u8]) -> impl Iterator<Item = Match> {
        self.automaton.find_iter(bytes)
    }

    /// `text` with `instead` in the place of each that is found.
    pub(crate) fn replaced(&self, text: &str, instead: &str) -> String {
        self.automaton.replace_all(text, &vec![instead; self.texts.len()])
    }

    /// How many bytes at the end of `bytes` begin one of the texts without being all of it; the most, of those that are
    /// `bytes_min` or more.
    pub(crate) fn begun_at_end(&self, bytes: &[u8], bytes_min: usize) -> usize {
        let begun = |text: &String| {
            let longest = text.len().saturating_sub(1).min(bytes.len());
            (bytes_min..=longest).rev().find(|length| bytes.ends_with(&text.as_bytes()[..*length]))
        };
        self.texts.iter().filter_map(begun).max().unwrap_or(0)
    }
}

/// How `secret` may look.
pub(crate) fn forms_of(secret: &str) -> Vec<String> {
    let component = utf8_percent_encode(secret, COMPONENT).to_string();
    let strict = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let uri = utf8_percent_encode(secret, URI).to_string();
    let mut forms = vec![secret.to_owned(), in_json(secret)];
    for escaped in [
        component,
        strict,
        in_form(secret),
        uri,
        in_url(|url| url.set_path(secret)),
        in_url(|url| url.set_query(Some(secret))),
    ] {
        forms.push(lower_escapes(&escaped).into_owned());
        forms.push(escaped);
    }
    forms.extend(base64_forms(secret.as_bytes()));
    forms
}

/// `text` between the quotes of JSON.
pub(crate) fn in_json(text: &str) -> String {
    let json = serde_json::Value::String(text.to_owned()).to_string();
    json[1..json.len() - 1].to_owned()
}

/// `text` as a part of a URL: as `encodeURIComponent` writes it.
pub(crate) fn in_url_part(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

/// `text` as a form writes it.
pub(crate) fn in_form(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
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
            if end >= start + BASE64_BYTES_MIN {
                forms.push(encoded[start..end].to_owned());
            }
        }
    }
    forms
}
