//! The setters of the standard's `URL` members. A value that is no good changes nothing, as the standard has it.

use super::parse::{
    authority_end, file_host_text, host_text, port_number, push_path, slash_of, split_port, split_scheme, strip_slash,
    without_line_breaks,
};
use super::record::{Record, USERINFO, default_port, encoded, is_special};

pub(super) fn set_protocol(url: &mut Record, value: &str) {
    let text = format!("{}:", without_line_breaks(value));
    let Some((scheme, _)) = split_scheme(&text) else { return };
    let is_file = scheme == "file" && (url.has_credentials() || url.port.is_some());
    let has_no_host = url.scheme == "file" && url.host.as_ref().is_none_or(String::is_empty);
    if is_special(&scheme) != url.is_special() || is_file || has_no_host {
        return;
    }
    url.scheme = scheme;
    if url.port == default_port(&url.scheme) {
        url.port = None;
    }
}

pub(super) fn set_username(url: &mut Record, value: &str) {
    if !url.cannot_have_credentials_or_port() {
        url.username = encoded(value, USERINFO);
    }
}

pub(super) fn set_password(url: &mut Record, value: &str) {
    if !url.cannot_have_credentials_or_port() {
        url.password = encoded(value, USERINFO);
    }
}

/// `with_port`: the setter of `host`, else that of `hostname`.
pub(super) fn set_host(url: &mut Record, value: &str, with_port: bool) {
    if url.is_opaque {
        return;
    }
    let text = without_line_breaks(value);
    let text = &text[..authority_end(&text, url.is_special())];
    if url.scheme == "file" {
        if let Some(host) = file_host_text(text) {
            url.host = Some(host);
        }
        return;
    }
    let (host, port) = split_port(text);
    let must_have_host = url.is_special() || url.has_credentials() || url.port.is_some() || port.is_some();
    if (host.is_empty() && must_have_host) || (port.is_some() && !with_port) {
        return;
    }
    let Some(host) = host_text(host, url.is_special()) else { return };
    url.host = Some(host);
    if let Some(port) = port {
        set_port_digits(url, port);
    }
}

pub(super) fn set_port(url: &mut Record, value: &str) {
    if url.cannot_have_credentials_or_port() {
        return;
    }
    if value.is_empty() {
        url.port = None;
    } else {
        set_port_digits(url, &without_line_breaks(value));
    }
}

/// What follows the digits is ignored; no digits change nothing.
fn set_port_digits(url: &mut Record, text: &str) {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    if end == 0 {
        return;
    }
    if let Some(port) = port_number(&text[..end], &url.scheme) {
        url.port = port;
    }
}

pub(super) fn set_pathname(url: &mut Record, value: &str) {
    if url.is_opaque {
        return;
    }
    url.path.clear();
    let text = without_line_breaks(value);
    match strip_slash(&text, slash_of(url)) {
        Some(after) => push_path(url, after),
        None if !text.is_empty() || url.is_special() => push_path(url, &text),
        None if url.host.is_none() => url.push_segment(""),
        None => {}
    }
}

pub(super) fn set_search(url: &mut Record, value: &str) {
    if value.is_empty() {
        url.query = None;
        url.strip_opaque_spaces();
    } else {
        url.set_query(&without_line_breaks(value.strip_prefix('?').unwrap_or(value)));
    }
}

pub(super) fn set_hash(url: &mut Record, value: &str) {
    if value.is_empty() {
        url.fragment = None;
        url.strip_opaque_spaces();
    } else {
        url.set_fragment(&without_line_breaks(value.strip_prefix('#').unwrap_or(value)));
    }
}
