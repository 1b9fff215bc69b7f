//! A URL record of the WHATWG standard: its parts, what text they make, and the sets of characters that are
//! percent-encoded in each. Parsing is in `parse.rs`, the setters in `set.rs`.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::borrow::Cow;
use std::fmt::Write;

pub(super) const FRAGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');
pub(super) const QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');
pub(super) const SPECIAL_QUERY: &AsciiSet = &QUERY.add(b'\'');
pub(super) const PATH: &AsciiSet = &QUERY.add(b'?').add(b'`').add(b'{').add(b'}');
pub(super) const USERINFO: &AsciiSet =
    &PATH.add(b'/').add(b':').add(b';').add(b'=').add(b'@').add(b'[').add(b'\\').add(b']').add(b'^').add(b'|');

/// A URL in its parts, each as it is written in the URL's text.
#[derive(Clone, Default)]
pub(super) struct Record {
    pub(super) scheme: String,
    pub(super) username: String,
    pub(super) password: String,
    /// None: no authority; empty is a host as well.
    pub(super) host: Option<String>,
    /// None where it is the scheme's own.
    pub(super) port: Option<u16>,
    /// Every segment with a slash in front; any text where `is_opaque`. One text, as millions of segments must not cost
    /// more than their bytes.
    pub(super) path: String,
    pub(super) is_opaque: bool,
    pub(super) query: Option<String>,
    pub(super) fragment: Option<String>,
}

impl Record {
    pub(super) fn is_special(&self) -> bool {
        is_special(&self.scheme)
    }

    pub(super) fn has_credentials(&self) -> bool {
        !self.username.is_empty() || !self.password.is_empty()
    }

    /// Without a host's name there is nothing that credentials or a port could belong to.
    pub(super) fn cannot_have_credentials_or_port(&self) -> bool {
        self.host.as_ref().is_none_or(String::is_empty) || self.scheme == "file"
    }

    /// Removes the last segment, but never the drive of a `file:` URL.
    pub(super) fn shorten_path(&mut self) {
        let single = self.path.rfind('/') == Some(0);
        if self.scheme == "file" && single && is_normalized_drive(&self.path[1..]) {
            return;
        }
        self.path.truncate(self.path.rfind('/').unwrap_or(0));
    }

    pub(super) fn push_segment(&mut self, segment: &str) {
        self.path.push('/');
        self.path.push_str(segment);
    }

    /// The first segment, if there is one.
    pub(super) fn first_segment(&self) -> Option<&str> {
        self.path.strip_prefix('/')?.split('/').next()
    }

    pub(super) fn set_query(&mut self, text: &str) {
        let set = if self.is_special() { SPECIAL_QUERY } else { QUERY };
        self.query = Some(encoded(text, set));
    }

    pub(super) fn set_fragment(&mut self, text: &str) {
        self.fragment = Some(encoded(text, FRAGMENT));
    }

    /// The spaces at the end of an opaque path would be lost if the text were read again.
    pub(super) fn strip_opaque_spaces(&mut self) {
        if self.is_opaque && self.query.is_none() && self.fragment.is_none() {
            self.path.truncate(self.path.trim_end_matches(' ').len());
        }
    }

    /// The URL as text.
    pub(super) fn text(&self) -> String {
        let mut text = String::with_capacity(self.scheme.len() + self.path.len() + 64);
        text.push_str(&self.scheme);
        text.push(':');
        if let Some(host) = &self.host {
            text.push_str("//");
            if self.has_credentials() {
                text.push_str(&self.username);
                if !self.password.is_empty() {
                    text.push(':');
                    text.push_str(&self.password);
                }
                text.push('@');
            }
            text.push_str(host);
            if let Some(port) = self.port {
                write!(text, ":{port}").expect("a string takes everything");
            }
        } else if !self.is_opaque && self.path.starts_with("//") {
            // Without this the path would be read as a host.
            text.push_str("/.");
        }
        text.push_str(&self.path);
        for (sign, part) in [('?', &self.query), ('#', &self.fragment)] {
            if let Some(part) = part {
                text.push(sign);
                text.push_str(part);
            }
        }
        text
    }
}

pub(super) fn is_special(scheme: &str) -> bool {
    matches!(scheme, "http" | "https" | "ws" | "wss" | "ftp" | "file")
}

pub(super) fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        "ftp" => Some(21),
        _ => None,
    }
}

pub(super) fn encoded(text: &str, set: &'static AsciiSet) -> String {
    Cow::from(utf8_percent_encode(text, set)).into_owned()
}

/// `C:` or `C|`.
pub(super) fn is_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':' | b'|'] if letter.is_ascii_alphabetic())
}

pub(super) fn is_normalized_drive(text: &str) -> bool {
    is_drive(text) && text.ends_with(':')
}

/// Whether `text` begins with a drive that ends there as a path's segment does.
pub(super) fn starts_with_drive(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = matches!(bytes.get(2), None | Some(b'/' | b'\\' | b'?' | b'#'));
    bytes.len() >= 2 && text.is_char_boundary(2) && is_drive(&text[..2]) && ends
}
