//! The basic URL parser of the WHATWG standard. Each function here is one of its states, or a run of states that always
//! follow each other; `rest` is what is not read yet. None: the standard's failure.

use super::record::{
    FRAGMENT, PATH, Record, USERINFO, default_port, encoded, is_drive, is_normalized_drive, is_special,
    starts_with_drive,
};
use percent_encoding::CONTROLS;
use std::borrow::Cow;

/// Parses `input`, seen from `base` if there is one.
pub(super) fn parse(input: &str, base: Option<&Record>) -> Option<Record> {
    let trimmed = input.trim_matches(|character| character <= ' ');
    let text = without_line_breaks(trimmed);
    match split_scheme(&text) {
        Some((scheme, rest)) => after_scheme(scheme, rest, base),
        None => without_scheme(&text, base?),
    }
}

/// Tabs and line breaks are skipped wherever they are.
pub(super) fn without_line_breaks(text: &str) -> Cow<'_, str> {
    let skipped = |character: char| matches!(character, '\t' | '\n' | '\r');
    if text.contains(skipped) { Cow::Owned(text.replace(skipped, "")) } else { Cow::Borrowed(text) }
}

/// The scheme in lower case and what follows its colon.
pub(super) fn split_scheme(text: &str) -> Option<(String, &str)> {
    let end =
        text.find(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '+' | '-' | '.')))?;
    let rest = text[end..].strip_prefix(':')?;
    text.starts_with(|first: char| first.is_ascii_alphabetic()).then(|| (text[..end].to_ascii_lowercase(), rest))
}

fn after_scheme(scheme: String, rest: &str, base: Option<&Record>) -> Option<Record> {
    let url = Record { scheme, ..Record::default() };
    if url.scheme == "file" {
        return file(url, rest, base.filter(|base| base.scheme == "file"));
    }
    if url.is_special() {
        let related = base.filter(|base| base.scheme == url.scheme);
        return match related {
            Some(base) if !rest.starts_with("//") => relative(rest, base),
            _ => authority(url, after_slashes(rest)),
        };
    }
    if let Some(rest) = rest.strip_prefix("//") {
        return authority(url, rest);
    }
    if rest.starts_with('/') {
        return path_start(url, rest);
    }
    opaque_path(url, rest)
}

fn without_scheme(text: &str, base: &Record) -> Option<Record> {
    if base.is_opaque {
        let fragment = text.strip_prefix('#')?;
        let mut url = Record { fragment: None, ..base.clone() };
        url.set_fragment(fragment);
        return Some(url);
    }
    if base.scheme == "file" {
        return file(Record { scheme: base.scheme.clone(), ..Record::default() }, text, Some(base));
    }
    relative(text, base)
}

fn opaque_path(mut url: Record, rest: &str) -> Option<Record> {
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    url.is_opaque = true;
    url.path = encoded(&rest[..end], CONTROLS);
    query_and_fragment(url, &rest[end..])
}

fn relative(rest: &str, base: &Record) -> Option<Record> {
    let mut url = Record { fragment: None, ..base.clone() };
    let slash = slash_of(&url);
    if let Some(after) = strip_slash(rest, slash) {
        if url.is_special() && after.starts_with(slash) {
            return authority(Record { scheme: url.scheme, ..Record::default() }, after_slashes(after));
        }
        if let Some(after) = after.strip_prefix('/') {
            return authority(Record { scheme: url.scheme, ..Record::default() }, after);
        }
        url.path.clear();
        url.query = None;
        return path(url, after);
    }
    if rest.is_empty() || rest.starts_with('#') {
        return query_and_fragment(url, rest);
    }
    url.query = None;
    if rest.starts_with('?') {
        return query_and_fragment(url, rest);
    }
    url.shorten_path();
    path(url, rest)
}

fn file(mut url: Record, rest: &str, base: Option<&Record>) -> Option<Record> {
    url.host = Some(String::new());
    let slash = ['/', '\\'].as_slice();
    if let Some(after) = strip_slash(rest, slash) {
        if let Some(after) = strip_slash(after, slash) {
            return file_host(url, after);
        }
        if let Some(base) = base {
            url.host.clone_from(&base.host);
            if let Some(drive) = base.first_segment()
                && !starts_with_drive(after)
                && is_normalized_drive(drive)
            {
                url.push_segment(drive);
            }
        }
        return path(url, after);
    }
    let Some(base) = base else { return path(url, rest) };
    url.host.clone_from(&base.host);
    if rest.is_empty() || rest.starts_with(['?', '#']) {
        url.path.clone_from(&base.path);
        url.query.clone_from(&base.query);
        if rest.starts_with('?') {
            url.query = None;
        }
        return query_and_fragment(url, rest);
    }
    if !starts_with_drive(rest) {
        url.path.clone_from(&base.path);
        url.shorten_path();
    }
    path(url, rest)
}

fn file_host(mut url: Record, rest: &str) -> Option<Record> {
    let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    if is_drive(&rest[..end]) {
        return path(url, rest);
    }
    url.host = Some(file_host_text(&rest[..end])?);
    path_start(url, &rest[end..])
}

/// The host of a `file:` URL. This machine needs no name.
pub(super) fn file_host_text(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some(String::new());
    }
    let host = host_text(text, true)?;
    Some(if host == "localhost" { String::new() } else { host })
}

fn authority(mut url: Record, rest: &str) -> Option<Record> {
    let end = authority_end(rest, url.is_special());
    let (text, after) = rest.split_at(end);
    let host_and_port = match text.rsplit_once('@') {
        None => text,
        Some((_, "")) => return None,
        Some((credentials, host_and_port)) => {
            let (username, password) = credentials.split_once(':').unwrap_or((credentials, ""));
            url.username = encoded(username, USERINFO);
            url.password = encoded(password, USERINFO);
            host_and_port
        }
    };
    let (host, port) = split_port(host_and_port);
    if host.is_empty() && (url.is_special() || port.is_some()) {
        return None;
    }
    url.host = Some(host_text(host, url.is_special())?);
    if let Some(port) = port {
        url.port = port_number(port, &url.scheme)?;
    }
    path_start(url, after)
}

/// Where what is between `//` and the path ends.
pub(super) fn authority_end(rest: &str, is_special: bool) -> usize {
    let ends = |character: char| matches!(character, '/' | '?' | '#') || (is_special && character == '\\');
    rest.find(ends).unwrap_or(rest.len())
}

/// Host and port; a colon within brackets is no port's.
pub(super) fn split_port(text: &str) -> (&str, Option<&str>) {
    let mut in_brackets = false;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => in_brackets = true,
            b']' => in_brackets = false,
            b':' if !in_brackets => return (&text[..index], Some(&text[index + 1..])),
            _ => {}
        }
    }
    (text, None)
}

/// A host as it is written in a URL: a domain in ASCII, an address in its one form, anything encoded where the scheme is
/// not special.
pub(super) fn host_text(text: &str, is_special: bool) -> Option<String> {
    if text.is_empty() {
        return (!is_special).then(String::new);
    }
    let host = if is_special { url::Host::parse(text) } else { url::Host::parse_opaque(text) };
    host.ok().map(|host| host.to_string())
}

/// The inner none: the scheme's own port, or an empty text.
pub(super) fn port_number(text: &str, scheme: &str) -> Option<Option<u16>> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if text.is_empty() {
        return Some(None);
    }
    let digits = text.trim_start_matches('0');
    let number = if digits.is_empty() { 0 } else { digits.parse::<u16>().ok()? };
    Some(Some(number).filter(|number| default_port(scheme) != Some(*number)))
}

/// Where a path may begin, or a query or fragment.
fn path_start(url: Record, rest: &str) -> Option<Record> {
    if let Some(after) = strip_slash(rest, slash_of(&url)) {
        return path(url, after);
    }
    if url.is_special() {
        return path(url, rest);
    }
    query_and_fragment(url, rest)
}

/// The segments of a path from after its first slash on, and what follows them.
fn path(mut url: Record, rest: &str) -> Option<Record> {
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    push_path(&mut url, &rest[..end]);
    query_and_fragment(url, &rest[end..])
}

/// Adds the segments of `text`, which is a path's from after its first slash on.
pub(super) fn push_path(url: &mut Record, text: &str) {
    let slash = slash_of(url);
    let mut rest = text;
    loop {
        let end = rest.find(slash).unwrap_or(rest.len());
        let is_last = end == rest.len();
        let segment = encoded(&rest[..end], PATH);
        match dots(&segment) {
            2 => {
                url.shorten_path();
                if is_last {
                    url.push_segment("");
                }
            }
            1 if is_last => url.push_segment(""),
            1 => {}
            _ if url.scheme == "file" && url.path.is_empty() && is_drive(&segment) => {
                url.push_segment(&segment.replace('|', ":"));
            }
            _ => url.push_segment(&segment),
        }
        if is_last {
            return;
        }
        rest = &rest[end + 1..];
    }
}

/// 1 for `.`, 2 for `..`, in whatever way the dots are written; 0 for any other segment.
fn dots(segment: &str) -> usize {
    let mut rest = segment;
    let mut count = 0;
    while !rest.is_empty() && count < 3 {
        let encoded = rest.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("%2e"));
        match rest.strip_prefix('.') {
            Some(after) => rest = after,
            None if encoded => rest = &rest[3..],
            None => return 0,
        }
        count += 1;
    }
    if count < 3 { count } else { 0 }
}

/// `rest` is empty or begins with `?` or `#`.
fn query_and_fragment(mut url: Record, rest: &str) -> Option<Record> {
    let (before, fragment) = match rest.split_once('#') {
        Some((before, fragment)) => (before, Some(fragment)),
        None => (rest, None),
    };
    if let Some(query) = before.strip_prefix('?') {
        url.set_query(query);
    }
    url.fragment = fragment.map(|fragment| encoded(fragment, FRAGMENT));
    Some(url)
}

/// The characters that separate segments.
pub(super) fn slash_of(url: &Record) -> &'static [char] {
    if is_special(&url.scheme) { &['/', '\\'] } else { &['/'] }
}

pub(super) fn strip_slash<'a>(text: &'a str, slash: &[char]) -> Option<&'a str> {
    text.strip_prefix(slash)
}

/// A special URL may have any number of slashes before its host.
fn after_slashes(text: &str) -> &str {
    text.trim_start_matches(['/', '\\'])
}
