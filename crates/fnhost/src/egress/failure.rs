//! How a failed request is told: in the words and with the codes of Node, which
//! is what functions look at, and as an error code of `wasi:http`.

use super::resolve::ResolveError;
use rustls::CertificateError;
use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;
use wasmtime_wasi_http::Error as Wasi;

/// A connection that was not made.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct ConnectError {
    message: String,
    code: &'static str,
    wasi: WasiCode,
}

/// Why a request had no answer.
pub(super) struct Reason {
    pub(super) message: String,
    pub(super) code: String,
    pub(super) wasi: WasiCode,
}

/// The codes of `wasi:http` that are used here.
#[derive(Debug, Clone, Copy)]
pub(super) enum WasiCode {
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

    pub(super) fn tcp(address: SocketAddr, error: io::Error) -> ConnectError {
        let (code, wasi) = code_of(error.kind());
        ConnectError { message: format!("connect {code} {}:{}", address.ip(), address.port()), code, wasi }
    }

    pub(super) fn tls(host: &str, error: io::Error) -> ConnectError {
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        let (message, code, wasi) = match tls {
            Some(rustls::Error::InvalidCertificate(error)) => {
                let (message, code) = certificate_failure(host, error);
                (message, code, WasiCode::TlsCertificate)
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

/// OpenSSL's words and Node's code for a certificate that was refused.
fn certificate_failure(host: &str, error: &CertificateError) -> (String, &'static str) {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            ("certificate has expired".to_owned(), "CERT_HAS_EXPIRED")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ("certificate is not yet valid".to_owned(), "CERT_NOT_YET_VALID")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            format!("Hostname/IP does not match certificate's altnames: Host: {host}. is not in the cert's altnames"),
            "ERR_TLS_CERT_ALTNAME_INVALID",
        ),
        CertificateError::Revoked => ("certificate revoked".to_owned(), "CERT_REVOKED"),
        CertificateError::UnknownIssuer => {
            ("unable to verify the first certificate".to_owned(), "UNABLE_TO_VERIFY_LEAF_SIGNATURE")
        }
        // A certificate that signs itself is one for a CA, used by a server.
        CertificateError::Other(_) => ("self-signed certificate".to_owned(), "DEPTH_ZERO_SELF_SIGNED_CERT"),
        other => (format!("certificate is not valid: {other}"), "CERT_REJECTED"),
    }
}

fn code_of(kind: io::ErrorKind) -> (&'static str, WasiCode) {
    match kind {
        io::ErrorKind::ConnectionRefused => ("ECONNREFUSED", WasiCode::Refused),
        io::ErrorKind::ConnectionReset => ("ECONNRESET", WasiCode::Terminated),
        io::ErrorKind::ConnectionAborted => ("ECONNABORTED", WasiCode::Terminated),
        io::ErrorKind::BrokenPipe => ("EPIPE", WasiCode::Terminated),
        io::ErrorKind::TimedOut => ("ETIMEDOUT", WasiCode::Timeout),
        io::ErrorKind::HostUnreachable => ("EHOSTUNREACH", WasiCode::Unavailable),
        io::ErrorKind::NetworkUnreachable => ("ENETUNREACH", WasiCode::Unavailable),
        io::ErrorKind::AddrNotAvailable => ("EADDRNOTAVAIL", WasiCode::Unavailable),
        io::ErrorKind::PermissionDenied => ("EACCES", WasiCode::Unavailable),
        _ => ("EIO", WasiCode::Unavailable),
    }
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
        if let Some(io) = find::<io::Error>(error)
            && io.kind() != io::ErrorKind::UnexpectedEof
            && io.kind() != io::ErrorKind::Other
        {
            let (code, wasi) = code_of(io.kind());
            let call = if io.kind() == io::ErrorKind::BrokenPipe { "write" } else { "read" };
            return reason(format!("{call} {code}"), code, wasi);
        }
        match find::<hyper::Error>(error) {
            Some(error) if error.is_parse() => reason(format!("Parse Error: {error}"), "HPE_INVALID_CONSTANT", WasiCode::HttpProtocol),
            _ => reason("socket hang up".to_owned(), "ECONNRESET", WasiCode::Terminated),
        }
    }

    /// In Node's words, why a body ended early.
    pub(super) fn of_body(error: &hyper::Error) -> String {
        let reason = Reason::of_exchange(error);
        if reason.message == "socket hang up" { "Premature close".to_owned() } else { reason.message }
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
