//! `fnhost:destination/crypto`. What is computed is in the files beside this one, which know of no host; here it is paid
//! for, bounded and handed over.

mod digests;
mod failure;

use super::bindings::fnhost::destination::crypto as wit;
use crate::sandbox::Sandbox;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use digests::Hash;
use failure::Failure;
use std::fmt::Write as _;
use wasmtime::component::Resource;

/// Hashers, ciphers and keys that one instance may hold at a time, and the bytes that they may take together.
const OBJECTS_MAX: usize = 10_000;
const OBJECT_BYTES_MAX: usize = 16 << 20;

/// What an instance holds of cryptography.
#[derive(Default)]
pub(crate) struct Held {
    objects: usize,
    bytes: usize,
}

impl Held {
    fn take(&mut self, bytes: usize) -> Result<(), Failure> {
        if self.objects >= OBJECTS_MAX || self.bytes.saturating_add(bytes) > OBJECT_BYTES_MAX {
            return Err(Failure::plain("too many hashes, ciphers and keys are open at a time"));
        }
        self.objects += 1;
        self.bytes += bytes;
        Ok(())
    }

    fn give_back(&mut self, bytes: usize) {
        self.objects -= 1;
        self.bytes -= bytes;
    }
}

/// A hash or HMAC under way.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Hasher {
    hash: Hash,
    running: Box<dyn digests::Running>,
}

#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Cipher;

#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Key;

const HASHER_BYTES: usize = 1_024;

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

fn missing<T>() -> Answer<T> {
    answer(Err(Failure::plain("not there yet")))
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
    async fn charge_hash(&mut self, hash: Hash, bytes: usize) -> wasmtime::Result<()> {
        self.charge((bytes as u64).saturating_mul(hash.cost_per_byte()) as usize).await
    }
}

impl wit::Host for Sandbox {
    async fn list_supported(&mut self) -> wasmtime::Result<wit::Supported> {
        self.charge(10_000).await?;
        Ok(wit::Supported { hashes: Hash::names(), ciphers: Vec::new(), curves: Vec::new() })
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
        let bytes = data.as_bytes();
        let length = bytes.len() + key.as_ref().map_or(0, Vec::len) + output_length.unwrap_or(0) as usize;
        self.charge_hash(hash, length).await?;
        answer(digests::begin(hash, key.as_deref(), output_length).map(|mut running| {
            running.update(bytes);
            encoded(running.finish(), encoding.as_deref())
        }))
    }

    async fn derive(
        &mut self,
        _derivation: wit::Derivation,
        _secret: wit::Data,
        _salt: wit::Data,
        _length: u32,
    ) -> Answer<Vec<u8>> {
        missing()
    }

    async fn same_bytes(&mut self, one: Vec<u8>, other: Vec<u8>) -> wasmtime::Result<bool> {
        self.charge(one.len() + other.len()).await?;
        Ok(one == other)
    }

    async fn named_group(&mut self, _name: String) -> wasmtime::Result<Option<wit::Group>> {
        Ok(None)
    }

    async fn check_group(&mut self, _group: wit::Group) -> Answer<u32> {
        missing()
    }

    async fn power(&mut self, _base: Vec<u8>, _exponent: Vec<u8>, _modulus: Vec<u8>) -> Answer<Vec<u8>> {
        missing()
    }

    async fn generate_prime(
        &mut self,
        _bits: u32,
        _safe: bool,
        _add: Option<Vec<u8>>,
        _rem: Option<Vec<u8>>,
    ) -> Answer<Vec<u8>> {
        missing()
    }

    async fn check_prime(&mut self, _candidate: Vec<u8>, _checks: u32) -> Answer<bool> {
        missing()
    }

    async fn digest(&mut self, algorithm: wit::Algorithm, data: Vec<u8>) -> wasmtime::Result<Vec<u8>> {
        self.charge(data.len()).await?;
        Ok(old(algorithm).digest(&data))
    }

    async fn hmac(&mut self, algorithm: wit::Algorithm, key: Vec<u8>, data: Vec<u8>) -> wasmtime::Result<Vec<u8>> {
        self.charge(key.len() + data.len()).await?;
        Ok(old(algorithm).hmac(&key, &data).unwrap_or_default())
    }
}

fn old(algorithm: wit::Algorithm) -> Hash {
    match algorithm {
        wit::Algorithm::Md5 => Hash::Md5,
        wit::Algorithm::Sha1 => Hash::Sha1,
        wit::Algorithm::Sha224 => Hash::Sha224,
        wit::Algorithm::Sha256 => Hash::Sha256,
        wit::Algorithm::Sha384 => Hash::Sha384,
        wit::Algorithm::Sha512 => Hash::Sha512,
    }
}

impl wit::HostHasher for Sandbox {
    async fn open(
        &mut self,
        algorithm: String,
        key: Option<Vec<u8>>,
        output_length: Option<u32>,
    ) -> Answer<Resource<Hasher>> {
        self.charge(key.as_ref().map_or(0, Vec::len)).await?;
        let opened = digests::known(&algorithm, key.is_some()).and_then(|hash| {
            let running = digests::begin(hash, key.as_deref(), output_length)?;
            self.crypto.take(HASHER_BYTES)?;
            Ok(Hasher { hash, running })
        });
        match opened {
            Ok(hasher) => Ok(Ok(self.resources.push(hasher)?)),
            Err(failure) => answer(Err(failure)),
        }
    }

    async fn update(&mut self, hasher: Resource<Hasher>, data: wit::Data) -> wasmtime::Result<()> {
        let hash = self.resources.get(&hasher)?.hash;
        self.charge_hash(hash, data.as_bytes().len()).await?;
        self.resources.get_mut(&hasher)?.running.update(data.as_bytes());
        Ok(())
    }

    async fn digest(&mut self, hasher: Resource<Hasher>, encoding: Option<String>) -> wasmtime::Result<wit::Data> {
        self.charge(256).await?;
        Ok(encoded(self.resources.get_mut(&hasher)?.running.finish(), encoding.as_deref()))
    }

    async fn copy(&mut self, hasher: Resource<Hasher>, output_length: Option<u32>) -> Answer<Resource<Hasher>> {
        self.charge(HASHER_BYTES).await?;
        let Hasher { hash, running } = self.resources.get(&hasher)?;
        let (hash, mut running) = (*hash, running.copy());
        let copied = match output_length {
            Some(_) => digests::checked_length(hash, output_length).map(|length| running.set_length(length)),
            None => Ok(()),
        };
        match copied.and_then(|()| self.crypto.take(HASHER_BYTES)) {
            Ok(()) => Ok(Ok(self.resources.push(Hasher { hash, running })?)),
            Err(failure) => answer(Err(failure)),
        }
    }

    async fn drop(&mut self, hasher: Resource<Hasher>) -> wasmtime::Result<()> {
        self.resources.delete(hasher)?;
        self.crypto.give_back(HASHER_BYTES);
        Ok(())
    }
}

impl wit::HostCipher for Sandbox {
    async fn encrypt(&mut self, _options: wit::CipherOptions) -> Answer<Resource<Cipher>> {
        missing()
    }

    async fn decrypt(&mut self, _options: wit::CipherOptions) -> Answer<Resource<Cipher>> {
        missing()
    }

    async fn set_aad(&mut self, _cipher: Resource<Cipher>, _aad: Vec<u8>, _text_length: Option<u32>) -> Answer<()> {
        missing()
    }

    async fn set_auto_padding(&mut self, _cipher: Resource<Cipher>, _auto_padding: bool) -> wasmtime::Result<()> {
        Ok(())
    }

    async fn update(&mut self, _cipher: Resource<Cipher>, _data: wit::Data) -> Answer<Vec<u8>> {
        missing()
    }

    async fn finish(&mut self, _cipher: Resource<Cipher>, _auth_tag: Option<Vec<u8>>) -> Answer<wit::Finished> {
        missing()
    }

    async fn drop(&mut self, cipher: Resource<Cipher>) -> wasmtime::Result<()> {
        self.resources.delete(cipher)?;
        Ok(())
    }
}

impl wit::HostKey for Sandbox {
    async fn parse(&mut self, _source: wit::KeySource) -> Answer<Resource<Key>> {
        missing()
    }

    async fn generate(&mut self, _parameters: wit::KeyParameters) -> Answer<Resource<Key>> {
        missing()
    }

    async fn serialize(&mut self, _key: Resource<Key>, _target: wit::KeyTarget) -> Answer<wit::Data> {
        missing()
    }

    async fn details(&mut self, _key: Resource<Key>) -> wasmtime::Result<wit::KeyDetails> {
        Err(wasmtime::format_err!("no key"))
    }

    async fn to_public(&mut self, _key: Resource<Key>) -> Answer<Resource<Key>> {
        missing()
    }

    async fn equals(&mut self, _key: Resource<Key>, _other: Resource<Key>) -> wasmtime::Result<bool> {
        Ok(false)
    }

    async fn sign(
        &mut self,
        _key: Resource<Key>,
        _options: wit::SignatureOptions,
        _data: wit::Data,
    ) -> Answer<Vec<u8>> {
        missing()
    }

    async fn verify(
        &mut self,
        _key: Resource<Key>,
        _options: wit::SignatureOptions,
        _data: wit::Data,
        _signature: Vec<u8>,
    ) -> Answer<bool> {
        missing()
    }

    async fn rsa(
        &mut self,
        _key: Resource<Key>,
        _operation: wit::RsaOperation,
        _options: wit::RsaOptions,
        _data: Vec<u8>,
    ) -> Answer<Vec<u8>> {
        missing()
    }

    async fn agree(&mut self, _key: Resource<Key>, _other: Resource<Key>) -> Answer<Vec<u8>> {
        missing()
    }

    async fn drop(&mut self, key: Resource<Key>) -> wasmtime::Result<()> {
        self.resources.delete(key)?;
        Ok(())
    }
}
