//! How a failed request is told: in the words and with the codes of Node, which
//! is what functions look at, and as an error code of `wasi:http`.

use super::body::TOO_LARGE;
use super::resolve::ResolveError;
use rustls::CertificateError;
use std::borrow::Cow;
use std::error::Error as StdError;
use std::io;
use std::net::{IpAddr, SocketAddr};
use wasmtime_wasi_http::Error as Wasi;

/// A connection that was not made.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct ConnectError {
    message: String,
    code: &'static str,
    wasi: WasiCode,
}

/// Why a request had no answer, or not all of its body.
#[derive(Debug)]
pub(super) struct Reason {
    pub(super) message: String,
    pub(super) code: String,
    pub(super) wasi: WasiCode,
}

/// What a function hears of it: Node's words and code.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) code: String,
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Failure {
        Failure { message: reason.message, code: reason.code }
    }
}

/// The codes of `wasi:http` that are used here.
#[derive(Debug, Clone, Copy)]
pub(super) enum WasiCode {
    Denied,
    Limit,
    DnsNotFound,
    DnsTimeout,
    Refused,
    Terminated,
    Timeout,
    Unavailable,
    TlsCertificate,
    TlsProtocol,
    HttpProtocol,
}

impl From<WasiCode> for Wasi {
    fn from(code: WasiCode) -> Wasi {
        match code {
            WasiCode::Denied => Wasi::HttpRequestDenied,
            WasiCode::Limit => Wasi::ConnectionLimitReached,
            WasiCode::DnsNotFound => Wasi::DnsError { rcode: Some("NXDOMAIN".to_owned()), info_code: None },
            WasiCode::DnsTimeout => Wasi::DnsTimeout,
            WasiCode::Refused => Wasi::ConnectionRefused,
            WasiCode::Terminated => Wasi::ConnectionTerminated,
            WasiCode::Timeout => Wasi::ConnectionTimeout,
            WasiCode::Unavailable => Wasi::DestinationUnavailable,
            WasiCode::TlsCertificate => Wasi::TlsCertificateError,
            WasiCode::TlsProtocol => Wasi::TlsProtocolError,
            WasiCode::HttpProtocol => Wasi::HttpProtocolError,
        }
    }
}

impl ConnectError {
    pub(super) fn not_found(host: &str, port: u16) -> ConnectError {
        ConnectError::resolve(host, port, ResolveError::NotFound)
    }

    /// Node 12 and before name the host twice, the second time with the port;
    /// functions match on it, so it is kept.
    pub(super) fn resolve(host: &str, port: u16, error: ResolveError) -> ConnectError {
        let (code, wasi) = match error {
            ResolveError::NotFound => ("ENOTFOUND", WasiCode::DnsNotFound),
            ResolveError::TryAgain => ("EAI_AGAIN", WasiCode::DnsTimeout),
        };
        ConnectError { message: format!("getaddrinfo {code} {host} {host}:{port}"), code, wasi }
    }

    /// The host's own rule, in the form of a failure of the operating system.
    pub(super) fn refused(host: &str, port: u16, class: &str) -> ConnectError {
        let host = bracketed(host);
        let message =
            format!("connect EACCES {host}:{port}: its address is not public ({class}), and no `allow_net` lists it");
        ConnectError { message, code: "EACCES", wasi: WasiCode::Denied }
    }

    pub(super) fn timed_out(host: &str, port: u16) -> ConnectError {
        let message = format!("connect ETIMEDOUT {}:{port}", bracketed(host));
        ConnectError { message, code: "ETIMEDOUT", wasi: WasiCode::Timeout }
    }

    /// For a connection on behalf of a request that was served by another one; nobody hears of it.
    pub(super) fn not_needed(host: &str, port: u16) -> ConnectError {
        let message = format!("connect ECANCELED {}:{port}", bracketed(host));
        ConnectError { message, code: "ECANCELED", wasi: WasiCode::Terminated }
    }

    pub(super) fn tcp(address: SocketAddr, error: io::Error) -> ConnectError {
        let (code, wasi) = code_of(error.kind()).unwrap_or(("EIO", WasiCode::Unavailable));
        ConnectError { message: format!("connect {code} {}:{}", address.ip(), address.port()), code, wasi }
    }

    pub(super) fn tls(host: &str, error: io::Error) -> ConnectError {
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        let (message, code, wasi) = match tls {
            Some(rustls::Error::InvalidCertificate(error)) => {
                let (message, code) = certificate_failure(host, error);
                (message, code, WasiCode::TlsCertificate)
            }
            Some(rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType)) => {
                (WRONG_VERSION.to_owned(), "EPROTO", WasiCode::TlsProtocol)
            }
            Some(error) => (format!("write EPROTO {error}"), "EPROTO", WasiCode::TlsProtocol),
            None => (
                "Client network socket disconnected before secure TLS connection was established".to_owned(),
                "ECONNRESET",
                WasiCode::Terminated,
            ),
        };
        ConnectError { message, code, wasi }
    }
}

/// An address of IPv6 as it stands before a port.
fn bracketed(host: &str) -> Cow<'_, str> {
    if host.contains(':') { format!("[{host}]").into() } else { host.into() }
}

/// OpenSSL's words for an answer that is not TLS at all.
const WRONG_VERSION: &str = "write EPROTO error:0A00010B:SSL routines:ssl3_get_record:wrong version number";

/// OpenSSL's words and Node's code for a certificate that was refused.
fn certificate_failure(host: &str, error: &CertificateError) -> (String, &'static str) {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            ("certificate has expired".to_owned(), "CERT_HAS_EXPIRED")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ("certificate is not yet valid".to_owned(), "CERT_NOT_YET_VALID")
        }
        CertificateError::NotValidForName => (altnames_failure(host, &[]), "ERR_TLS_CERT_ALTNAME_INVALID"),
        CertificateError::NotValidForNameContext { presented, .. } => {
            (altnames_failure(host, presented), "ERR_TLS_CERT_ALTNAME_INVALID")
        }
        CertificateError::Revoked => ("certificate revoked".to_owned(), "CERT_REVOKED"),
        CertificateError::UnknownIssuer => {
            ("unable to verify the first certificate".to_owned(), "UNABLE_TO_VERIFY_LEAF_SIGNATURE")
        }
        // Either `SelfSigned` below, or a certificate for a CA, used by a server, which signs itself too.
        CertificateError::Other(_) => ("self-signed certificate".to_owned(), "DEPTH_ZERO_SELF_SIGNED_CERT"),
        other => (format!("certificate is not valid: {other}"), "CERT_REJECTED"),
    }
}

/// Node lists the certificate's names; rustls gives them as `DnsName("a.example")`.
fn altnames_failure(host: &str, presented: &[String]) -> String {
    let altname = |name: &String| match name.split_once("(\"") {
        Some(("DnsName", rest)) => format!("DNS:{}", rest.trim_end_matches("\")")),
        _ => name.replace("IpAddress(", "IP Address:").replace(')', ""),
    };
    let altnames: Vec<_> = presented.iter().map(altname).collect();
    if host.parse::<IpAddr>().is_ok() {
        let addresses = altnames.iter().filter_map(|altname| altname.strip_prefix("IP Address:"));
        let list = addresses.collect::<Vec<_>>().join(", ");
        return format!(
            "Hostname/IP does not match certificate's altnames: IP: {host} is not in the cert's list: {list}"
        );
    }
    let list = if altnames.is_empty() { String::new() } else { format!(": {}", altnames.join(", ")) };
    format!("Hostname/IP does not match certificate's altnames: Host: {host}. is not in the cert's altnames{list}")
}

/// Node's code for a failure of the operating system; none for what is not one.
fn code_of(kind: io::ErrorKind) -> Option<(&'static str, WasiCode)> {
    Some(match kind {
        io::ErrorKind::ConnectionRefused => ("ECONNREFUSED", WasiCode::Refused),
        io::ErrorKind::ConnectionReset => ("ECONNRESET", WasiCode::Terminated),
        io::ErrorKind::ConnectionAborted => ("ECONNABORTED", WasiCode::Terminated),
        io::ErrorKind::BrokenPipe => ("EPIPE", WasiCode::Terminated),
        io::ErrorKind::TimedOut => ("ETIMEDOUT", WasiCode::Timeout),
        io::ErrorKind::HostUnreachable => ("EHOSTUNREACH", WasiCode::Unavailable),
        io::ErrorKind::NetworkUnreachable => ("ENETUNREACH", WasiCode::Unavailable),
        io::ErrorKind::AddrNotAvailable => ("EADDRNOTAVAIL", WasiCode::Unavailable),
        io::ErrorKind::PermissionDenied => ("EACCES", WasiCode::Unavailable),
        _ => return None,
    })
}

impl Reason {
    pub(super) fn of(error: &hyper_util::client::legacy::Error) -> Reason {
        if let Some(connect) = find::<ConnectError>(error) {
            return Reason { message: connect.message.clone(), code: connect.code.to_owned(), wasi: connect.wasi };
        }
        Reason::of_exchange(error)
    }

    /// A failure after the connection was made.
    fn of_exchange(error: &(dyn StdError + 'static)) -> Reason {
        let reason = |message: String, code: &str, wasi| Reason { message, code: code.to_owned(), wasi };
        match find::<Wasi>(error) {
            // What a body of pieces says of itself.
            Some(Wasi::InternalError(Some(text))) => {
                return reason(text.clone(), "ERR_HTTP_CONTENT_LENGTH_MISMATCH", WasiCode::Terminated);
            }
            Some(Wasi::HttpRequestBodySize(_)) => return Reason::limit(TOO_LARGE),
            _ => {}
        }
        if let Some(io) = find::<io::Error>(error)
            && let Some((code, wasi)) = code_of(io.kind())
        {
            let call = if io.kind() == io::ErrorKind::BrokenPipe { "write" } else { "read" };
            return reason(format!("{call} {code}"), code, wasi);
        }
        // Bad chunks come as an error of the decoder, inside of one of hyper's.
        let is_malformed = find::<io::Error>(error)
            .is_some_and(|io| matches!(io.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData));
        match find::<hyper::Error>(error) {
            Some(error) if error.is_parse() => {
                let text = error.to_string();
                let (message, code) = parse_failure(&text);
                reason(format!("Parse Error: {message}"), code, WasiCode::HttpProtocol)
            }
            Some(_) if is_malformed => Reason {
                message: "Parse Error: Invalid character in chunk size".to_owned(),
                code: "HPE_INVALID_CHUNK_SIZE".to_owned(),
                wasi: WasiCode::HttpProtocol,
            },
            _ => reason("socket hang up".to_owned(), "ECONNRESET", WasiCode::Terminated),
        }
    }

    /// Why the body of a request could not be sent.
    pub(super) fn of_body_sent(error: &Wasi) -> Reason {
        Reason::of_exchange(error)
    }

    /// For a request that cannot be sent with what is sealed.
    pub(super) fn not_filled(message: &str) -> Reason {
        Reason { message: message.to_owned(), code: "ERR_SEALED".to_owned(), wasi: WasiCode::Denied }
    }

    /// For an answer in an `encoding` in which nothing can be looked for, where that must be.
    pub(super) fn unreadable(encoding: &http::HeaderValue) -> Reason {
        let text = format!("an answer in the encoding {encoding:?} cannot be searched for what is sealed");
        Reason::not_filled(&text)
    }

    /// In Node's words, why a body ended early.
    pub(super) fn of_body(error: &hyper::Error) -> Reason {
        let mut reason = Reason::of_exchange(error);
        if reason.message == "socket hang up" {
            reason.message = "Premature close".to_owned();
        }
        reason
    }

    /// For an answer whose headers are larger than Node takes.
    pub(super) fn header_overflow() -> Reason {
        let (message, code) = HEADER_OVERFLOW;
        Reason { message: format!("Parse Error: {message}"), code: code.to_owned(), wasi: WasiCode::HttpProtocol }
    }

    /// For an answer of which nothing came for too long.
    pub(super) fn silence() -> Reason {
        Reason { message: "read ETIMEDOUT".to_owned(), code: "ETIMEDOUT".to_owned(), wasi: WasiCode::Timeout }
    }

    /// For what the host does not let through.
    pub(super) fn denied(message: String) -> Reason {
        Reason { message, code: "EACCES".to_owned(), wasi: WasiCode::Denied }
    }

    /// Whether it is the host that did not let it through.
    pub(super) fn is_denied(&self) -> bool {
        matches!(self.wasi, WasiCode::Denied)
    }

    /// For what is more than is allowed.
    pub(super) fn limit(message: &str) -> Reason {
        Reason { message: message.to_owned(), code: "EACCES".to_owned(), wasi: WasiCode::Limit }
    }
}

const HEADER_OVERFLOW: (&str, &str) = ("Header overflow", "HPE_HEADER_OVERFLOW");

/// The words and the code of Node's parser for what hyper calls `error`.
fn parse_failure(error: &str) -> (&str, &'static str) {
    match error {
        "invalid HTTP version parsed" => ("Expected HTTP/, RTSP/ or ICE/", "HPE_INVALID_CONSTANT"),
        "invalid HTTP status-code parsed" => ("Invalid status code", "HPE_INVALID_STATUS"),
        "invalid HTTP header parsed" => ("Invalid header token", "HPE_INVALID_HEADER_TOKEN"),
        "invalid content-length parsed" => ("Invalid character in Content-Length", "HPE_INVALID_CONTENT_LENGTH"),
        "unexpected transfer-encoding parsed" => {
            ("Request has invalid `Transfer-Encoding`", "HPE_INVALID_TRANSFER_ENCODING")
        }
        "message head is too large" => HEADER_OVERFLOW,
        other => (other, "HPE_INVALID_CONSTANT"),
    }
}

/// The first error of type `E` in the chain of sources.
fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    let mut link = Some(error);
    while let Some(error) = link {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        link = error.source();
    }
    None
}
