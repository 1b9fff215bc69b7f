//! Hashers, ciphers and keys as an instance holds them: opened within bounds, and paid for with every call.

use super::ciphers::{self, Direction};
use super::digests::{self, Hash, Running};
use super::failure::Failure;
use super::key_read::Source;
use super::key_write::{Target, Written};
use super::keys::{self, Parameters, Signing};
use super::rsa_key::{Operation, Padding};
use super::{Answer, answer, encoded, hash_cost, wit};
use crate::sandbox::Sandbox;
use std::sync::Arc;
use wasmtime::component::Resource;
use wasmtime::format_err;

/// Hashers, ciphers and keys that one instance may hold at a time, and the bytes that they may take together.
const OBJECTS_MAX: usize = 10_000;
const OBJECT_BYTES_MAX: usize = 16 << 20;

/// The bytes of a hash or HMAC under way, at most.
const HASHER_BYTES: usize = 1_024;

/// What an instance holds of cryptography.
#[derive(Default)]
pub(crate) struct Held {
    objects: usize,
    bytes: usize,
}

impl Held {
    fn take(&mut self, bytes: usize) -> Result<(), Failure> {
        if self.objects >= OBJECTS_MAX || self.bytes.saturating_add(bytes) > OBJECT_BYTES_MAX {
            return Err(Failure::plain("too many hashes, ciphers and keys are in use at a time"));
        }
        self.objects += 1;
        self.bytes += bytes;
        Ok(())
    }

    fn give_back(&mut self, bytes: usize) {
        self.objects = self.objects.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

/// A hash or HMAC under way.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Hasher {
    hash: Hash,
    /// None only while it is worked with elsewhere.
    running: Option<Box<dyn Running>>,
}

/// A cipher under way; none only while it is worked with elsewhere.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Cipher {
    cipher: Option<Box<ciphers::Cipher>>,
    bytes: usize,
}

/// A private or public key.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Key {
    key: Arc<keys::Key>,
    bytes: usize,
}

impl wit::HostHasher for Sandbox {
    async fn open(
        &mut self,
        algorithm: String,
        key: Option<Vec<u8>>,
        output_length: Option<u32>,
    ) -> Answer<Resource<Hasher>> {
        let hash = match digests::known(&algorithm, key.is_some()) {
            Ok(hash) => hash,
            Err(failure) => return answer(Err(failure)),
        };
        self.charge(hash_cost(hash, key.as_ref().map_or(0, Vec::len)) as usize).await?;
        let opened = digests::begin(hash, key.as_deref(), output_length);
        match opened.and_then(|running| self.crypto.take(HASHER_BYTES).map(|()| running)) {
            Ok(running) => Ok(Ok(self.resources.push(Hasher { hash, running: Some(running) })?)),
            Err(failure) => answer(Err(failure)),
        }
    }

    async fn update(&mut self, hasher: Resource<Hasher>, data: wit::Data) -> wasmtime::Result<()> {
        let slot = self.resources.get_mut(&hasher)?;
        let cost = hash_cost(slot.hash, data.as_bytes().len());
        let mut running = slot.running.take().ok_or_else(in_use)?;
        let updated = move || {
            running.update(data.as_bytes());
            running
        };
        let running = self.work(cost, updated).await?;
        self.resources.get_mut(&hasher)?.running = Some(running);
        Ok(())
    }

    async fn digest(&mut self, hasher: Resource<Hasher>, encoding: Option<String>) -> wasmtime::Result<wit::Data> {
        self.charge(1_000).await?;
        let running = self.resources.get_mut(&hasher)?.running.as_mut().ok_or_else(in_use)?;
        let value = running.finish();
        self.charge(value.len() * 8).await?;
        Ok(encoded(value, encoding.as_deref()))
    }

    async fn copy(&mut self, hasher: Resource<Hasher>, output_length: Option<u32>) -> Answer<Resource<Hasher>> {
        self.charge(HASHER_BYTES).await?;
        let slot = self.resources.get(&hasher)?;
        let (hash, mut running) = (slot.hash, slot.running.as_ref().ok_or_else(in_use)?.copy());
        let copied = match output_length {
            Some(_) => digests::checked_length(hash, output_length).map(|length| running.set_length(length)),
            None => Ok(()),
        };
        match copied.and_then(|()| self.crypto.take(HASHER_BYTES)) {
            Ok(()) => Ok(Ok(self.resources.push(Hasher { hash, running: Some(running) })?)),
            Err(failure) => answer(Err(failure)),
        }
    }

    async fn drop(&mut self, hasher: Resource<Hasher>) -> wasmtime::Result<()> {
        self.resources.delete(hasher)?;
        self.crypto.give_back(HASHER_BYTES);
        Ok(())
    }
}

fn in_use() -> wasmtime::Error {
    format_err!("a hash or cipher is in use")
}

impl Sandbox {
    async fn open_cipher(&mut self, direction: Direction, options: wit::CipherOptions) -> Answer<Resource<Cipher>> {
        let wit::CipherOptions { algorithm, key, iv, auth_tag_length } = options;
        let iv = iv.unwrap_or_default();
        self.charge(5_000 + key.len() + iv.len()).await?;
        let options = ciphers::Options { name: &algorithm, key: &key, iv: &iv, auth_tag_length };
        let opened = ciphers::Cipher::open(direction, &options);
        match opened.and_then(|cipher| self.crypto.take(cipher.size()).map(|()| cipher)) {
            Ok(cipher) => {
                let bytes = cipher.size();
                Ok(Ok(self.resources.push(Cipher { cipher: Some(Box::new(cipher)), bytes })?))
            }
            Err(failure) => answer(Err(failure)),
        }
    }

    /// Lends the cipher to `work`, which handles so many bytes.
    async fn with_cipher<T: Send + 'static>(
        &mut self,
        handle: Resource<Cipher>,
        bytes: usize,
        work: impl FnOnce(&mut ciphers::Cipher) -> T + Send + 'static,
    ) -> wasmtime::Result<T> {
        let mut cipher = self.resources.get_mut(&handle)?.cipher.take().ok_or_else(in_use)?;
        let cost = (bytes as u64 + 64).saturating_mul(cipher.cost_per_byte());
        let done = move || {
            let result = work(&mut cipher);
            (cipher, result)
        };
        let (cipher, result) = self.work(cost, done).await?;
        self.resources.get_mut(&handle)?.cipher = Some(cipher);
        Ok(result)
    }

    fn keep_key(&mut self, key: Result<keys::Key, Failure>) -> Answer<Resource<Key>> {
        match key.and_then(|key| self.crypto.take(key.size()).map(|()| key)) {
            Ok(key) => {
                let bytes = key.size();
                Ok(Ok(self.resources.push(Key { key: Arc::new(key), bytes })?))
            }
            Err(failure) => answer(Err(failure)),
        }
    }

    fn key(&self, key: &Resource<Key>) -> wasmtime::Result<Arc<keys::Key>> {
        Ok(self.resources.get(key)?.key.clone())
    }
}

impl wit::HostCipher for Sandbox {
    async fn encrypt(&mut self, options: wit::CipherOptions) -> Answer<Resource<Cipher>> {
        self.open_cipher(Direction::Encrypt, options).await
    }

    async fn decrypt(&mut self, options: wit::CipherOptions) -> Answer<Resource<Cipher>> {
        self.open_cipher(Direction::Decrypt, options).await
    }

    async fn set_aad(&mut self, cipher: Resource<Cipher>, aad: Vec<u8>, text_length: Option<u32>) -> Answer<()> {
        answer(self.with_cipher(cipher, aad.len(), move |cipher| cipher.set_aad(&aad, text_length)).await?)
    }

    async fn set_auto_padding(&mut self, cipher: Resource<Cipher>, auto_padding: bool) -> wasmtime::Result<()> {
        self.with_cipher(cipher, 0, move |cipher| cipher.set_auto_padding(auto_padding)).await
    }

    async fn update(&mut self, cipher: Resource<Cipher>, data: wit::Data) -> Answer<Vec<u8>> {
        let length = data.as_bytes().len();
        answer(self.with_cipher(cipher, length, move |cipher| cipher.update(data.as_bytes())).await?)
    }

    async fn finish(&mut self, cipher: Resource<Cipher>, auth_tag: Option<Vec<u8>>) -> Answer<wit::Finished> {
        let finished = self.with_cipher(cipher, 0, move |cipher| cipher.finish(auth_tag.as_deref())).await?;
        answer(finished.map(|(bytes, auth_tag)| wit::Finished { bytes, auth_tag }))
    }

    async fn drop(&mut self, cipher: Resource<Cipher>) -> wasmtime::Result<()> {
        let Cipher { bytes, .. } = self.resources.delete(cipher)?;
        self.crypto.give_back(bytes);
        Ok(())
    }
}

impl wit::HostKey for Sandbox {
    async fn parse(&mut self, source: wit::KeySource) -> Answer<Resource<Key>> {
        // Finding out what it costs takes a look at every byte.
        self.charge(source.data.as_bytes().len() * 10).await?;
        let cost = source_of(&source).cost();
        let key = self.work(cost, move || source_of(&source).parse()).await?;
        self.keep_key(key)
    }

    async fn generate(&mut self, parameters: wit::KeyParameters) -> Answer<Resource<Key>> {
        let cost = parameters_of(&parameters).cost();
        let key = self.work(cost, move || parameters_of(&parameters).generate()).await?;
        self.keep_key(key)
    }

    async fn serialize(&mut self, key: Resource<Key>, target: wit::KeyTarget) -> Answer<wit::Data> {
        let key = self.key(&key)?;
        let encryption = if target.encryption.is_some() { super::key_encryption::encryption_cost() } else { 0 };
        let write = move || {
            let encryption = target.encryption.as_ref();
            let target = Target {
                format: &target.format,
                structure: target.structure.as_deref(),
                encryption: encryption.map(|(cipher, passphrase)| (cipher.as_str(), &passphrase[..])),
            };
            target.write(&key)
        };
        answer(self.work(20_000 + encryption, write).await?.map(|written| match written {
            Written::Text(text) => wit::Data::Text(text),
            Written::Bytes(bytes) => wit::Data::Bytes(bytes),
        }))
    }

    async fn details(&mut self, key: Resource<Key>) -> wasmtime::Result<wit::KeyDetails> {
        self.charge(1_000).await?;
        let key = self.key(&key)?;
        Ok(details_of(&key))
    }

    async fn to_public(&mut self, key: Resource<Key>) -> Answer<Resource<Key>> {
        self.charge(10_000).await?;
        let key = self.key(&key)?.to_public();
        self.keep_key(Ok(key))
    }

    async fn equals(&mut self, key: Resource<Key>, other: Resource<Key>) -> wasmtime::Result<bool> {
        self.charge(2_000).await?;
        let (key, other) = (self.key(&key)?, self.key(&other)?);
        Ok(key.equals(&other))
    }

    async fn sign(&mut self, key: Resource<Key>, options: wit::SignatureOptions, data: wit::Data) -> Answer<Vec<u8>> {
        let key = self.key(&key)?;
        let cost = key.cost() + signed_cost(&options, &data);
        answer(self.work(cost, move || key.sign(&signing_of(&options), data.as_bytes())).await?)
    }

    async fn verify(
        &mut self,
        key: Resource<Key>,
        options: wit::SignatureOptions,
        data: wit::Data,
        signature: Vec<u8>,
    ) -> Answer<bool> {
        let key = self.key(&key)?;
        let cost = key.cost() + signed_cost(&options, &data) + signature.len() as u64;
        answer(self.work(cost, move || key.verify(&signing_of(&options), data.as_bytes(), &signature)).await?)
    }

    async fn rsa(
        &mut self,
        key: Resource<Key>,
        operation: wit::RsaOperation,
        options: wit::RsaOptions,
        data: Vec<u8>,
    ) -> Answer<Vec<u8>> {
        let key = self.key(&key)?;
        let cost = key.cost() + (data.len() + options.label.as_ref().map_or(0, Vec::len)) as u64 * 8 + 100_000;
        let operation = match operation {
            wit::RsaOperation::PublicEncrypt => Operation::PublicEncrypt,
            wit::RsaOperation::PrivateDecrypt => Operation::PrivateDecrypt,
            wit::RsaOperation::PrivateEncrypt => Operation::PrivateEncrypt,
            wit::RsaOperation::PublicDecrypt => Operation::PublicDecrypt,
        };
        match padding_of(options) {
            Ok(padding) => answer(self.work(cost, move || key.crypt(operation, &padding, &data)).await?),
            Err(failure) => answer(Err(failure)),
        }
    }

    async fn agree(&mut self, key: Resource<Key>, other: Resource<Key>) -> Answer<Vec<u8>> {
        let (key, other) = (self.key(&key)?, self.key(&other)?);
        answer(self.work(key.cost(), move || key.agree(&other)).await?)
    }

    async fn drop(&mut self, key: Resource<Key>) -> wasmtime::Result<()> {
        let Key { bytes, .. } = self.resources.delete(key)?;
        self.crypto.give_back(bytes);
        Ok(())
    }
}

fn source_of(source: &wit::KeySource) -> Source<'_> {
    Source {
        data: source.data.as_bytes(),
        format: &source.format,
        wants_private: source.kind == "private",
        structure: source.structure.as_deref(),
        passphrase: source.passphrase.as_deref(),
        curve: source.curve.as_deref(),
    }
}

fn parameters_of(parameters: &wit::KeyParameters) -> Parameters<'_> {
    Parameters {
        algorithm: &parameters.algorithm,
        modulus_length: parameters.modulus_length.unwrap_or(2_048),
        divisor_length: parameters.divisor_length.unwrap_or(224),
        public_exponent: parameters.public_exponent.as_deref().unwrap_or(&[1, 0, 1]),
        curve: parameters.named_curve.as_deref().unwrap_or_default(),
        explicit: parameters.explicit_curve,
        group: parameters.group.as_ref().map(|group| (&group.prime[..], &group.generator[..])),
        hash: parameters.hash_algorithm.as_deref(),
        mask_hash: parameters.mgf1_hash_algorithm.as_deref(),
        salt_length: parameters.salt_length,
    }
}

fn signing_of(options: &wit::SignatureOptions) -> Signing<'_> {
    Signing {
        hash: options.hash.as_deref(),
        prehashed: options.prehashed,
        padding: options.padding.as_deref(),
        salt_length: options.salt_length,
        plain_dsa: options.dsa_encoding.as_deref() == Some("ieee-p1363"),
    }
}

/// Nanoseconds of hashing what is signed.
fn signed_cost(options: &wit::SignatureOptions, data: &wit::Data) -> u64 {
    let hash = options.hash.as_deref().and_then(Hash::named).unwrap_or(Hash::Sha512);
    hash_cost(hash, data.as_bytes().len())
}

fn padding_of(options: wit::RsaOptions) -> Result<Padding, Failure> {
    match options.padding.as_str() {
        "none" => Ok(Padding::None),
        "pkcs1" => Ok(Padding::Pkcs1),
        "oaep" => {
            let hash = Hash::named(options.hash.as_deref().unwrap_or("sha1"));
            let invalid = || Failure::error("ERR_OSSL_EVP_INVALID_DIGEST", "Invalid digest used");
            Ok(Padding::Oaep { hash: hash.ok_or_else(invalid)?, label: options.label.unwrap_or_default() })
        }
        _ => Err(super::rsa_key::illegal_padding()),
    }
}

fn details_of(key: &keys::Key) -> wit::KeyDetails {
    use super::rsa_key::{RsaKey, Use};
    let mut details = wit::KeyDetails {
        kind: if key.is_private() { "private" } else { "public" }.to_owned(),
        algorithm: key.algorithm().to_owned(),
        modulus_length: None,
        divisor_length: None,
        public_exponent: None,
        named_curve: None,
        hash_algorithm: None,
        mgf1_hash_algorithm: None,
        salt_length: None,
    };
    match key {
        keys::Key::Rsa(rsa @ RsaKey { usage, .. }) => {
            details.modulus_length = Some(rsa.bits());
            details.public_exponent = Some(rsa.exponent.clone());
            if let Use::Pss(Some(limits)) = usage {
                details.hash_algorithm = Some(limits.hash.name().to_owned());
                details.mgf1_hash_algorithm = Some(limits.mask_hash.name().to_owned());
                details.salt_length = Some(limits.salt_length);
            }
        }
        keys::Key::Ec(key) => details.named_curve = Some(key.curve.name().to_owned()),
        keys::Key::Dsa(key) => {
            details.modulus_length = Some(key.bits());
            details.divisor_length = Some(key.divisor_bits());
        }
        keys::Key::Okp(_) | keys::Key::Dh(_) => {}
    }
    details
}
