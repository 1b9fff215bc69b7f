//! PEM: text around base64, read as strictly and as leniently as OpenSSL does. Knows of no host.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// One block of a PEM text.
#[derive(Debug)]
pub(crate) struct Block {
    /// `PRIVATE KEY` say.
    pub(crate) label: String,
    /// Cipher and vector of a block that is encrypted in the old way, by headers.
    pub(crate) encryption: Option<(String, Vec<u8>)>,
    pub(crate) bytes: Vec<u8>,
}

/// The blocks of `text` that are well-formed. Between them may be anything.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut lines = text.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let Some(label) = line.trim_end().strip_prefix("-----BEGIN ").and_then(|rest| rest.strip_suffix("-----"))
        else {
            continue;
        };
        let end = format!("-----END {label}-----");
        let mut body = Vec::new();
        for line in lines.by_ref() {
            let line = line.trim_end();
            if line == end {
                found.extend(block(label, &body));
                break;
            }
            body.push(line);
        }
    }
    found
}

fn block(label: &str, body: &[&str]) -> Option<Block> {
    let (headers, lines) = match body.iter().position(|line| line.is_empty()) {
        Some(gap) if body.first()?.contains(':') => (&body[..gap], &body[gap + 1..]),
        _ => (&body[..0], body),
    };
    let header = |name: &str| headers.iter().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let mut encryption = None;
    if header("Proc-Type:").is_some_and(|value| value.ends_with("ENCRYPTED")) {
        let (cipher, vector) = header("DEK-Info:")?.split_once(',')?;
        encryption = Some((cipher.trim().to_owned(), from_hex(vector.trim())?));
    }
    if lines.iter().any(|line| line.is_empty()) {
        return None;
    }
    let bytes = STANDARD.decode(lines.concat()).ok()?;
    Some(Block { label: label.to_owned(), encryption, bytes })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|digit| digit.to_digit(16).map(|value| value as u8)).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    Some(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// A PEM text of one block. `headers` is what comes before the base64.
pub(crate) fn write(label: &str, headers: &str, bytes: &[u8]) -> String {
    let base64 = STANDARD.encode(bytes);
    let mut text = format!("-----BEGIN {label}-----\n{headers}");
    for at in (0..base64.len()).step_by(64) {
        text.push_str(&base64[at..base64.len().min(at + 64)]);
        text.push('\n');
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}
