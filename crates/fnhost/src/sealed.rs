//! Sealed settings: secrets that a function can use and not see. Which they are, and the tokens that stand for them; how
//! they get into requests is in `egress/seals.rs`.

use crate::egress::HostPattern;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::Sha256;
use std::fmt;
use std::sync::OnceLock;

/// Of less than this a token would be put into answers where nothing secret is, and what is so short can be guessed.
const BYTES_MIN: usize = 8;

/// Keys in PEM have some 3 KiB.
const BYTES_MAX: usize = 4 * 1024;

/// Sealed settings of one function.
const SEALED_MAX: usize = 100;

/// A secret that a function can use and not see: it has a token, which the host replaces by the value in requests to
/// `hosts`, and to no others. See [`Function::with_sealed`](crate::Function::with_sealed).
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    name: String,
    token: String,
    value: String,
    hosts: Vec<HostPattern>,
}

/// A secret that cannot be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` cannot be sealed: {problem}")]
pub struct SealedError {
    name: String,
    problem: String,
}

impl Sealed {
    /// Seals `value`, of 8 bytes to 4 KiB, for requests to `hosts`. The trace calls it `name`.
    ///
    /// The token is the same whenever a process seals the same value for the same hosts, and another one in another process.
    pub fn new(name: &str, value: &str, hosts: Vec<HostPattern>) -> Result<Sealed, SealedError> {
        let error = |problem: String| SealedError { name: name.to_owned(), problem };
        if !(BYTES_MIN..=BYTES_MAX).contains(&value.len()) {
            return Err(error(format!("it has {} bytes, and {BYTES_MIN} to {BYTES_MAX} are possible", value.len())));
        }
        if hosts.is_empty() {
            return Err(error("`hosts` must name those that get the value".to_owned()));
        }
        let token = token(value, &hosts).map_err(|why| error(format!("the system has no random bytes: {why}")))?;
        Ok(Sealed { name: name.to_owned(), token, value: value.to_owned(), hosts })
    }

    /// Seals what `settings`, a JSON object, say is to be sealed: in the place of each
    /// `{ "sealed": "the value", "hosts": ["api.example.com"] }` its token is left. The name is the path to it: `auth.key`.
    pub fn in_settings(settings: &mut Value) -> Result<Vec<Sealed>, SealedError> {
        let mut found = Vec::new();
        seal(settings, "", &mut found)?;
        Ok(found)
    }

    /// What the trace calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the function gets.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The secret, for the one who hands it to [`Function::with_secrets`](crate::Function::with_secrets) as well.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The hosts that get the value.
    pub fn hosts(&self) -> &[HostPattern] {
        &self.hosts
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed").field("name", &self.name).field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

/// Seals what is in `value`, the setting at `path`. Recursion is bounded by how deep the parser lets documents nest.
fn seal(value: &mut Value, path: &str, found: &mut Vec<Sealed>) -> Result<(), SealedError> {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(secret)) = members.get("sealed") {
                let sealed = Sealed::new(path, secret, hosts(members, path)?)?;
                if found.len() == SEALED_MAX {
                    let problem = format!("settings have at most {SEALED_MAX} that are sealed");
                    return Err(SealedError { name: path.to_owned(), problem });
                }
                *value = Value::String(sealed.token.clone());
                found.push(sealed);
                return Ok(());
            }
            let dot = if path.is_empty() { "" } else { "." };
            members.iter_mut().try_for_each(|(name, member)| seal(member, &format!("{path}{dot}{name}"), found))
        }
        Value::Array(values) => {
            let mut values = values.iter_mut().enumerate();
            values.try_for_each(|(index, value)| seal(value, &format!("{path}[{index}]"), found))
        }
        _ => Ok(()),
    }
}

/// The `hosts` beside `sealed`, with nothing else there.
fn hosts(members: &Map<String, Value>, path: &str) -> Result<Vec<HostPattern>, SealedError> {
    let error = |problem: String| SealedError { name: path.to_owned(), problem };
    if path.is_empty() {
        return Err(error("the settings as a whole are no setting".to_owned()));
    }
    if let Some(other) = members.keys().find(|name| !matches!(name.as_str(), "sealed" | "hosts")) {
        return Err(error(format!("beside `sealed` and `hosts` it has `{other}`")));
    }
    let hosts = members.get("hosts").map_or(&[][..], |hosts| hosts.as_array().map_or(&[][..], Vec::as_slice));
    let pattern = |host: &Value| {
        let text = host.as_str().ok_or_else(|| error("`hosts` is not a list of texts".to_owned()))?;
        text.parse().map_err(|why: crate::HostPatternError| error(why.to_string()))
    };
    hosts.iter().map(pattern).collect()
}

/// 128 bits that nobody can guess who does not know the process's own key.
fn token(value: &str, hosts: &[HostPattern]) -> Result<String, getrandom::Error> {
    static KEY: OnceLock<[u8; 32]> = OnceLock::new();
    let mut random = [0; 32];
    getrandom::fill(&mut random)?;
    let key = KEY.get_or_init(|| random);
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(value.as_bytes());
    hosts.iter().for_each(|host| mac.update(format!("\0{host}").as_bytes()));
    let digits: String = mac.finalize().into_bytes().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("sealed_{digits}"))
}
