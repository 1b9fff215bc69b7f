//! AWS's signature, version 4, as the side that is called computes it.

use crate::endpoint::Received;
use ring::{digest, hmac};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The secret that belongs to the access key `AKIDEXAMPLE`.
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// The service and the region that a request was signed for, or what is wrong with its signature.
pub(crate) fn verified(received: &Received) -> Result<String, String> {
    match received.header("authorization") {
        Some(authorization) => verify_header(received, authorization),
        None => verify_query(received),
    }
}

fn verify_header(received: &Received, authorization: &str) -> Result<String, String> {
    let rest = authorization.strip_prefix("AWS4-HMAC-SHA256 ").ok_or("not version 4")?;
    let fields: BTreeMap<_, _> = rest.split(", ").filter_map(|field| field.split_once('=')).collect();
    let field = |name| fields.get(name).copied().ok_or(format!("no {name}"));
    let (credential, signed, signature) = (field("Credential")?, field("SignedHeaders")?, field("Signature")?);
    let date = received.header("x-amz-date").ok_or("no date")?;
    let actual = hex(digest::digest(&digest::SHA256, received.body.as_bytes()).as_ref());
    let given = received.header("x-amz-content-sha256");
    if given.is_some_and(|given| given != actual) {
        return Err("the body is not what was signed".to_owned());
    }
    let query = received.path.split_once('?').map_or("", |(_, query)| query);
    let request = Request { received, query: sorted(query), signed, payload: &actual };
    let expected = request.signature(credential, date)?;
    if expected != signature {
        return Err(format!("the signature is not right for\n{}", request.canonical(credential)));
    }
    check_date(date)?;
    if !signed.split(';').any(|name| name == "host") {
        return Err("the host is not signed".to_owned());
    }
    Ok(scope(credential))
}

/// A signature in the query, as of an address that somebody else may use.
fn verify_query(received: &Received) -> Result<String, String> {
    let (_, query) = received.path.split_once('?').ok_or("not signed")?;
    let value = |name: &str| {
        let pair = query.split('&').filter_map(|pair| pair.split_once('=')).find(|pair| pair.0 == name);
        pair.map(|pair| decoded(pair.1)).ok_or(format!("no {name}"))
    };
    let signature = value("X-Amz-Signature")?;
    let rest: Vec<_> = query.split('&').filter(|pair| !pair.starts_with("X-Amz-Signature=")).collect();
    let (credential, date) = (value("X-Amz-Credential")?, value("X-Amz-Date")?);
    let signed = value("X-Amz-SignedHeaders")?;
    let query = sorted(&rest.join("&"));
    let request = Request { received, query, signed: &signed, payload: "UNSIGNED-PAYLOAD" };
    let expected = request.signature(&credential, &date)?;
    if expected != signature {
        return Err(format!("the signature is not right for\n{}", request.canonical(&credential)));
    }
    check_date(&date)?;
    Ok(format!("{} for {} s", scope(&credential), value("X-Amz-Expires")?))
}

struct Request<'a> {
    received: &'a Received,
    query: String,
    signed: &'a str,
    payload: &'a str,
}

impl Request<'_> {
    fn canonical(&self, credential: &str) -> String {
        let path = self.received.path.split('?').next().unwrap_or("/");
        // All services but S3 sign the path encoded once more.
        let path = if scope(credential).starts_with("s3") { path.to_owned() } else { encoded(path) };
        let headers: String = self
            .signed
            .split(';')
            .map(|name| {
                let values: Vec<_> = self
                    .received
                    .headers
                    .iter()
                    .filter(|header| header.0 == name)
                    .map(|header| header.1.trim())
                    .collect();
                format!("{name}:{}\n", values.join(","))
            })
            .collect();
        let method = &self.received.method;
        format!("{method}\n{path}\n{}\n{headers}\n{}\n{}", self.query, self.signed, self.payload)
    }

    fn signature(&self, credential: &str, date: &str) -> Result<String, String> {
        let (key, scope) = credential.split_once('/').ok_or("no scope")?;
        if key != "AKIDEXAMPLE" {
            return Err(format!("unknown access key {key}"));
        }
        let hash = hex(digest::digest(&digest::SHA256, self.canonical(credential).as_bytes()).as_ref());
        let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{hash}");
        let mut key = format!("AWS4{SECRET}").into_bytes();
        for part in scope.split('/').chain([text.as_str()]) {
            key = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), part.as_bytes()).as_ref().to_vec();
        }
        Ok(hex(&key))
    }
}

/// `SERVICE in REGION` of `KEY/DAY/REGION/SERVICE/aws4_request`.
fn scope(credential: &str) -> String {
    let parts: Vec<_> = credential.split('/').collect();
    format!("{} in {}", parts.get(3).unwrap_or(&"?"), parts.get(2).unwrap_or(&"?"))
}

/// A request signed while the function was built would be dated 1970.
fn check_date(date: &str) -> Result<(), String> {
    let number = |range: std::ops::Range<usize>| date.get(range).and_then(|text| text.parse::<u64>().ok());
    let (Some(year), Some(month)) = (number(0..4), number(4..6)) else { return Err(format!("no date: {date}")) };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
    let months_now = now / 2_629_746;
    let months = (year.saturating_sub(1970)) * 12 + month - 1;
    if months.abs_diff(months_now) > 1 { Err(format!("signed at {date}")) } else { Ok(()) }
}

fn sorted(query: &str) -> String {
    let mut pairs: Vec<_> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| if pair.contains('=') { pair.to_owned() } else { format!("{pair}=") })
        .collect();
    pairs.sort();
    pairs.join("&")
}

fn encoded(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn decoded(value: &str) -> String {
    value.replace("%2F", "/").replace("%3B", ";")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
