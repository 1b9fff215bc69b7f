//! `fnhost:destination/crypto`. What is computed is in the files beside this one, which know of no host; here and in
//! `resources.rs` it is paid for, bounded and handed over.

mod authenticated;
mod cipher_table;
mod ciphers;
mod curves;
mod der;
mod dh_key;
mod digests;
mod dsa_key;
mod ec_parameters;
mod failure;
mod kdf;
mod key_encryption;
mod key_read;
mod key_write;
mod keys;
mod numbers;
mod ocb;
mod okp;
mod pem;
mod primes;
mod resources;
mod rsa_key;
mod rsa_padding;
mod wrap;

use super::bindings::fnhost::destination::crypto as wit;
use crate::sandbox::Sandbox;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cipher_table::CIPHERS;
use curves::Curve;
use digests::Hash;
use failure::Failure;
pub(crate) use resources::Held;
#[expect(unreachable_pub, reason = "the generated bindings re-export them")]
pub use resources::{Cipher, Hasher, Key};
use std::fmt::Write as _;
use subtle::ConstantTimeEq;

/// Work that takes longer than this, in nanoseconds, is done where it does not keep other runs waiting.
const INLINE_NS_MAX: u64 = 2_000_000;

impl From<Failure> for wit::Failure {
    fn from(failure: Failure) -> wit::Failure {
        wit::Failure { name: failure.name.to_owned(), message: failure.message, code: failure.code }
    }
}

impl wit::Data {
    fn as_bytes(&self) -> &[u8] {
        match self {
            wit::Data::Text(text) => text.as_bytes(),
            wit::Data::Bytes(bytes) => bytes,
        }
    }
}

/// What crosses for a function that can fail.
type Answer<T> = wasmtime::Result<Result<T, wit::Failure>>;

fn answer<T>(result: Result<T, Failure>) -> Answer<T> {
    Ok(result.map_err(wit::Failure::from))
}

/// `bytes` as a text in `encoding`, or as they are.
fn encoded(bytes: Vec<u8>, encoding: Option<&str>) -> wit::Data {
    match encoding {
        Some("hex") => {
            let mut text = String::with_capacity(bytes.len() * 2);
            bytes.iter().for_each(|byte| write!(text, "{byte:02x}").expect("a string takes everything"));
            wit::Data::Text(text)
        }
        Some("base64") => wit::Data::Text(STANDARD.encode(bytes)),
        Some("base64url") => wit::Data::Text(URL_SAFE_NO_PAD.encode(bytes)),
        _ => wit::Data::Bytes(bytes),
    }
}

impl Sandbox {
    /// Does what takes about `nanoseconds`, after it has been paid for; a byte of other host work is one nanosecond.
    async fn work<T: Send + 'static>(
        &mut self,
        nanoseconds: u64,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> wasmtime::Result<T> {
        // No limit on fuel is near this, and its price in fuel can be computed.
        self.charge(nanoseconds.min(1 << 50) as usize).await?;
        if nanoseconds < INLINE_NS_MAX {
            return Ok(work());
        }
        Ok(tokio::task::spawn_blocking(work).await?)
    }
}

/// Nanoseconds that `hash` takes for so many bytes.
fn hash_cost(hash: Hash, bytes: usize) -> u64 {
    256 + (bytes as u64).saturating_mul(hash.cost_per_byte())
}

fn cipher_infos() -> Vec<wit::CipherInfo> {
    let info = |row: &cipher_table::CipherRow| wit::CipherInfo {
        name: row.name.to_owned(),
        names: row.names.iter().map(|name| (*name).to_owned()).collect(),
        nid: row.nid,
        mode: row.mode.name().to_owned(),
        block_size: (row.mode.name() != "stream").then_some(row.block_size as u32),
        key_length: row.key_length as u32,
        iv_length: (row.iv_length > 0).then_some(row.iv_length as u32),
    };
    CIPHERS.iter().map(info).collect()
}

impl wit::Host for Sandbox {
    async fn list_supported(&mut self) -> wasmtime::Result<wit::Supported> {
        self.charge(20_000).await?;
        let curves = Curve::ALL.iter().map(|curve| curve.name().to_owned()).collect();
        Ok(wit::Supported { hashes: Hash::names(), ciphers: cipher_infos(), curves })
    }

    async fn hash(
        &mut self,
        algorithm: String,
        key: Option<Vec<u8>>,
        data: wit::Data,
        output_length: Option<u32>,
        encoding: Option<String>,
    ) -> Answer<wit::Data> {
        let hash = match digests::known(&algorithm, key.is_some()) {
            Ok(hash) => hash,
            Err(failure) => return answer(Err(failure)),
        };
        let bytes = data.as_bytes().len() + key.as_ref().map_or(0, Vec::len);
        let cost = hash_cost(hash, bytes.saturating_add(output_length.unwrap_or(0) as usize));
        let value = move || -> Result<wit::Data, Failure> {
            let mut running = digests::begin(hash, key.as_deref(), output_length)?;
            running.update(data.as_bytes());
            Ok(encoded(running.finish(), encoding.as_deref()))
        };
        answer(self.work(cost, value).await?)
    }

    async fn derive(
        &mut self,
        derivation: wit::Derivation,
        secret: wit::Data,
        salt: wit::Data,
        length: u32,
    ) -> Answer<Vec<u8>> {
        let inputs = (secret.as_bytes().len() + salt.as_bytes().len()) as u64 * 8 + u64::from(length);
        match derivation {
            wit::Derivation::Pbkdf2(wit::Pbkdf2Parameters { hash, iterations }) => {
                let cost = kdf::pbkdf2_cost(&hash, iterations, length).saturating_add(inputs);
                let derive = move || kdf::pbkdf2(&hash, iterations, secret.as_bytes(), salt.as_bytes(), length);
                answer(self.work(cost, derive).await?)
            }
            wit::Derivation::Scrypt(parameters) => {
                let scrypt = kdf::Scrypt {
                    cost: parameters.cost,
                    block_size: parameters.block_size,
                    parallelization: parameters.parallelization,
                    // The host's memory is as dear as the instance's own.
                    memory_max: parameters.memory_bytes_max.min(self.memory.room()),
                };
                if let Err(failure) = scrypt.check() {
                    return answer(Err(failure));
                }
                let cost = inputs.saturating_add(scrypt.time());
                let derive = move || scrypt.derive(secret.as_bytes(), salt.as_bytes(), length);
                answer(self.work(cost, derive).await?)
            }
            wit::Derivation::Hkdf(wit::HkdfParameters { hash, info }) => {
                let cost = inputs + kdf::hkdf_cost(&hash, secret.as_bytes().len(), info.len(), length);
                let derive = move || kdf::hkdf(&hash, secret.as_bytes(), salt.as_bytes(), &info, length);
                answer(self.work(cost, derive).await?)
            }
        }
    }

    async fn same_bytes(&mut self, one: Vec<u8>, other: Vec<u8>) -> wasmtime::Result<bool> {
        self.charge(one.len() + other.len()).await?;
        Ok(one.ct_eq(&other).into())
    }

    async fn named_group(&mut self, name: String) -> wasmtime::Result<Option<wit::Group>> {
        self.charge(10_000).await?;
        Ok(numbers::named_group(&name).map(|prime| wit::Group { prime, generator: vec![2] }))
    }

    async fn check_group(&mut self, group: wit::Group) -> Answer<u32> {
        let bits = numbers::bit_length(&group.prime).min(numbers::BITS_MAX);
        let cost = primes::check_cost(bits, 0).saturating_mul(2).saturating_add(group.generator.len() as u64);
        answer(self.work(cost, move || numbers::check_group(&group.prime, &group.generator)).await?)
    }

    async fn power(&mut self, base: Vec<u8>, exponent: Vec<u8>, modulus: Vec<u8>) -> Answer<Vec<u8>> {
        let bits = |bytes: &[u8]| numbers::bit_length(bytes).min(numbers::BITS_MAX);
        let cost = numbers::power_cost(bits(&exponent) + 64, bits(&modulus));
        let cost = cost.saturating_add((base.len() + exponent.len() + modulus.len()) as u64);
        answer(self.work(cost, move || numbers::power(&base, &exponent, &modulus)).await?)
    }

    async fn generate_prime(
        &mut self,
        bits: u32,
        safe: bool,
        add: Option<Vec<u8>>,
        rem: Option<Vec<u8>>,
    ) -> Answer<Vec<u8>> {
        let cost = primes::prime_cost(bits.min(numbers::BITS_MAX), safe);
        answer(self.work(cost, move || primes::generate_prime(bits, safe, add.as_deref(), rem.as_deref())).await?)
    }

    async fn check_prime(&mut self, candidate: Vec<u8>, checks: u32) -> Answer<bool> {
        let bits = numbers::bit_length(&candidate).min(numbers::BITS_MAX);
        let cost = primes::check_cost(bits, checks).saturating_add(candidate.len() as u64);
        answer(self.work(cost, move || primes::check_prime(&candidate, checks)).await?)
    }
}
