//! What goes wrong in cryptography, in the words and codes of Node and OpenSSL. Knows of no host.

/// An error as Node throws it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The class: `Error`, `TypeError` or `RangeError`.
    pub(crate) name: &'static str,
    pub(crate) message: String,
    /// Empty where there is none.
    pub(crate) code: String,
}

impl Failure {
    /// An `Error` of Node's own, with a code.
    pub(crate) fn error(code: &str, message: impl Into<String>) -> Failure {
        Failure { name: "Error", message: message.into(), code: code.to_owned() }
    }

    /// A `TypeError` with a code.
    pub(crate) fn type_error(code: &str, message: impl Into<String>) -> Failure {
        Failure { name: "TypeError", message: message.into(), code: code.to_owned() }
    }

    /// A `RangeError` with a code.
    pub(crate) fn range_error(code: &str, message: impl Into<String>) -> Failure {
        Failure { name: "RangeError", message: message.into(), code: code.to_owned() }
    }

    /// An error without a code.
    pub(crate) fn plain(message: impl Into<String>) -> Failure {
        Failure::error("", message)
    }

    /// An error of OpenSSL: its number in hexadecimal, the library that it names and the reason. `prefix` is what
    /// stands in the code between `ERR_OSSL_` and the reason: `EVP_` say, or nothing.
    pub(crate) fn openssl(number: &str, library: &str, prefix: &str, reason: &str) -> Failure {
        let code = format!("ERR_OSSL_{prefix}{}", reason.to_uppercase().replace([' ', '-'], "_"));
        Failure::error(&code, format!("error:{number}:{library}::{reason}"))
    }

    /// An error of OpenSSL's providers, where the work is done.
    pub(crate) fn provider(number: &str, reason: &str) -> Failure {
        Failure::openssl(number, "Provider routines", "", reason)
    }
}
