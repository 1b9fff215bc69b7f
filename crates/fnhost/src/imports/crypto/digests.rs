//! Hashes and HMAC: their names, at once and in pieces. Knows of no host.

use super::failure::Failure;
use blake2::{Blake2b512, Blake2s256};
use hmac::{KeyInit, Mac, SimpleHmac};
use md5::Md5;
use ripemd::Ripemd160;
use sha1::Sha1;
use sha2::digest::block_api::BlockSizeUser;
use sha2::digest::{Digest, ExtendableOutput, Update};
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};
use shake::{Shake128, Shake256};
use sm3::Sm3;

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    Md5,
    /// The two one after the other, as TLS 1.0 signs them.
    Md5Sha1,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha512_224,
    Sha512_256,
    Sha3_224,
    Sha3_256,
    Sha3_384,
    Sha3_512,
    Ripemd160,
    Blake2b512,
    Blake2s256,
    Shake128,
    Shake256,
    Sm3,
}

/// Every name that Node lists, with the hash behind it.
const NAMES: &[(&str, Hash)] = &[
    ("RSA-MD5", Hash::Md5),
    ("RSA-RIPEMD160", Hash::Ripemd160),
    ("RSA-SHA1", Hash::Sha1),
    ("RSA-SHA1-2", Hash::Sha1),
    ("RSA-SHA224", Hash::Sha224),
    ("RSA-SHA256", Hash::Sha256),
    ("RSA-SHA3-224", Hash::Sha3_224),
    ("RSA-SHA3-256", Hash::Sha3_256),
    ("RSA-SHA3-384", Hash::Sha3_384),
    ("RSA-SHA3-512", Hash::Sha3_512),
    ("RSA-SHA384", Hash::Sha384),
    ("RSA-SHA512", Hash::Sha512),
    ("RSA-SHA512/224", Hash::Sha512_224),
    ("RSA-SHA512/256", Hash::Sha512_256),
    ("RSA-SM3", Hash::Sm3),
    ("blake2b512", Hash::Blake2b512),
    ("blake2s256", Hash::Blake2s256),
    ("id-rsassa-pkcs1-v1_5-with-sha3-224", Hash::Sha3_224),
    ("id-rsassa-pkcs1-v1_5-with-sha3-256", Hash::Sha3_256),
    ("id-rsassa-pkcs1-v1_5-with-sha3-384", Hash::Sha3_384),
    ("id-rsassa-pkcs1-v1_5-with-sha3-512", Hash::Sha3_512),
    ("md5", Hash::Md5),
    ("md5-sha1", Hash::Md5Sha1),
    ("md5WithRSAEncryption", Hash::Md5),
    ("ripemd", Hash::Ripemd160),
    ("ripemd160", Hash::Ripemd160),
    ("ripemd160WithRSA", Hash::Ripemd160),
    ("rmd160", Hash::Ripemd160),
    ("sha1", Hash::Sha1),
    ("sha1WithRSAEncryption", Hash::Sha1),
    ("sha224", Hash::Sha224),
    ("sha224WithRSAEncryption", Hash::Sha224),
    ("sha256", Hash::Sha256),
    ("sha256WithRSAEncryption", Hash::Sha256),
    ("sha3-224", Hash::Sha3_224),
    ("sha3-256", Hash::Sha3_256),
    ("sha3-384", Hash::Sha3_384),
    ("sha3-512", Hash::Sha3_512),
    ("sha384", Hash::Sha384),
    ("sha384WithRSAEncryption", Hash::Sha384),
    ("sha512", Hash::Sha512),
    ("sha512-224", Hash::Sha512_224),
    ("sha512-224WithRSAEncryption", Hash::Sha512_224),
    ("sha512-256", Hash::Sha512_256),
    ("sha512-256WithRSAEncryption", Hash::Sha512_256),
    ("sha512WithRSAEncryption", Hash::Sha512),
    ("shake128", Hash::Shake128),
    ("shake256", Hash::Shake256),
    ("sm3", Hash::Sm3),
    ("sm3WithRSAEncryption", Hash::Sm3),
    ("ssl3-md5", Hash::Md5),
    ("ssl3-sha1", Hash::Sha1),
];

/// Names that are understood and not listed.
const ALIASES: &[(&str, Hash)] = &[
    ("sha-1", Hash::Sha1),
    ("sha-224", Hash::Sha224),
    ("sha2-224", Hash::Sha224),
    ("sha-256", Hash::Sha256),
    ("sha2-256", Hash::Sha256),
    ("sha-384", Hash::Sha384),
    ("sha2-384", Hash::Sha384),
    ("sha-512", Hash::Sha512),
    ("sha2-512", Hash::Sha512),
    ("sha-512/224", Hash::Sha512_224),
    ("sha2-512/224", Hash::Sha512_224),
    ("sha-512/256", Hash::Sha512_256),
    ("sha2-512/256", Hash::Sha512_256),
    ("ripemd-160", Hash::Ripemd160),
    ("blake2b-512", Hash::Blake2b512),
    ("blake2s-256", Hash::Blake2s256),
    ("shake-128", Hash::Shake128),
    ("shake-256", Hash::Shake256),
];

/// Runs `$body` with `$kind` standing for the type behind a hash of fixed length, `$otherwise` for the rest.
macro_rules! with_fixed {
    ($hash:expr, $kind:ident => $body:expr, $otherwise:expr) => {
        with_fixed!(@arms $hash, $kind, $body, $otherwise,
            Md5 Md5, Sha1 Sha1, Sha224 Sha224, Sha256 Sha256, Sha384 Sha384, Sha512 Sha512, Sha512_224 Sha512_224,
            Sha512_256 Sha512_256, Sha3_224 Sha3_224, Sha3_256 Sha3_256, Sha3_384 Sha3_384, Sha3_512 Sha3_512,
            Ripemd160 Ripemd160, Blake2b512 Blake2b512, Blake2s256 Blake2s256, Sm3 Sm3)
    };
    (@arms $hash:expr, $kind:ident, $body:expr, $otherwise:expr, $($variant:ident $real:ident),*) => {
        match $hash {
            $(Hash::$variant => {
                type $kind = $real;
                $body
            })*
            Hash::Md5Sha1 | Hash::Shake128 | Hash::Shake256 => $otherwise,
        }
    };
}
pub(crate) use with_fixed;

impl Hash {
    /// The hash that `name` stands for, in any case.
    pub(crate) fn named(name: &str) -> Option<Hash> {
        let known =
            |table: &[(&str, Hash)]| table.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|row| row.1);
        known(NAMES).or_else(|| known(ALIASES))
    }

    /// The names that are listed.
    pub(crate) fn names() -> Vec<String> {
        NAMES.iter().map(|(name, _)| (*name).to_owned()).collect()
    }

    /// The plain name: `sha256`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Hash::Md5 => "md5",
            Hash::Md5Sha1 => "md5-sha1",
            Hash::Sha1 => "sha1",
            Hash::Sha224 => "sha224",
            Hash::Sha256 => "sha256",
            Hash::Sha384 => "sha384",
            Hash::Sha512 => "sha512",
            Hash::Sha512_224 => "sha512-224",
            Hash::Sha512_256 => "sha512-256",
            Hash::Sha3_224 => "sha3-224",
            Hash::Sha3_256 => "sha3-256",
            Hash::Sha3_384 => "sha3-384",
            Hash::Sha3_512 => "sha3-512",
            Hash::Ripemd160 => "ripemd160",
            Hash::Blake2b512 => "blake2b512",
            Hash::Blake2s256 => "blake2s256",
            Hash::Shake128 => "shake128",
            Hash::Shake256 => "shake256",
            Hash::Sm3 => "sm3",
        }
    }

    /// Its object identifier, where signatures with it have one.
    pub(crate) fn oid(self) -> Option<&'static [u8]> {
        Some(match self {
            Hash::Md5 => b"\x2a\x86\x48\x86\xf7\x0d\x02\x05",
            Hash::Sha1 => b"\x2b\x0e\x03\x02\x1a",
            Hash::Ripemd160 => b"\x2b\x24\x03\x02\x01",
            Hash::Sha256 => b"\x60\x86\x48\x01\x65\x03\x04\x02\x01",
            Hash::Sha384 => b"\x60\x86\x48\x01\x65\x03\x04\x02\x02",
            Hash::Sha512 => b"\x60\x86\x48\x01\x65\x03\x04\x02\x03",
            Hash::Sha224 => b"\x60\x86\x48\x01\x65\x03\x04\x02\x04",
            Hash::Sha512_224 => b"\x60\x86\x48\x01\x65\x03\x04\x02\x05",
            Hash::Sha512_256 => b"\x60\x86\x48\x01\x65\x03\x04\x02\x06",
            Hash::Sha3_224 => b"\x60\x86\x48\x01\x65\x03\x04\x02\x07",
            Hash::Sha3_256 => b"\x60\x86\x48\x01\x65\x03\x04\x02\x08",
            Hash::Sha3_384 => b"\x60\x86\x48\x01\x65\x03\x04\x02\x09",
            Hash::Sha3_512 => b"\x60\x86\x48\x01\x65\x03\x04\x02\x0a",
            Hash::Sm3 => b"\x2a\x81\x1c\xcf\x55\x01\x83\x11",
            _ => return None,
        })
    }

    /// The hash with this object identifier.
    pub(crate) fn with_oid(oid: &[u8]) -> Option<Hash> {
        NAMES.iter().map(|(_, hash)| *hash).find(|hash| hash.oid() == Some(oid))
    }

    /// The length of its value in bytes; of SHAKE, the one that is usual.
    pub(crate) fn length(self) -> usize {
        match self {
            Hash::Md5 | Hash::Shake128 => 16,
            Hash::Sha1 | Hash::Ripemd160 => 20,
            Hash::Sha224 | Hash::Sha512_224 | Hash::Sha3_224 => 28,
            Hash::Sha256 | Hash::Sha512_256 | Hash::Sha3_256 | Hash::Blake2s256 | Hash::Shake256 | Hash::Sm3 => 32,
            Hash::Md5Sha1 => 36,
            Hash::Sha384 | Hash::Sha3_384 => 48,
            Hash::Sha512 | Hash::Sha3_512 | Hash::Blake2b512 => 64,
        }
    }

    /// Whether the value may have any length.
    pub(crate) fn is_extendable(self) -> bool {
        matches!(self, Hash::Shake128 | Hash::Shake256)
    }

    /// Nanoseconds that a byte takes, at most about: without the processor's help for SHA, say.
    pub(crate) fn cost_per_byte(self) -> u64 {
        match self {
            Hash::Sha256 | Hash::Sha224 | Hash::Sha1 | Hash::Blake2b512 => 1,
            Hash::Md5Sha1 | Hash::Sha3_384 => 4,
            Hash::Ripemd160 | Hash::Sm3 => 5,
            Hash::Sha3_512 => 6,
            _ => 2,
        }
    }

    /// The hash of `data`.
    pub(crate) fn digest(self, data: &[u8]) -> Vec<u8> {
        self.digest_parts(&[data])
    }

    /// The hash of `parts`, one after the other.
    pub(crate) fn digest_parts(self, parts: &[&[u8]]) -> Vec<u8> {
        let mut running = self.start(self.length());
        parts.iter().for_each(|part| running.update(part));
        running.finish()
    }

    /// The hash in `ring`, where that is faster: as fast as OpenSSL's, which `sha2`'s 64-bit rounds are not.
    fn in_ring(self) -> Option<&'static ring::digest::Algorithm> {
        match self {
            Hash::Sha384 => Some(&ring::digest::SHA384),
            Hash::Sha512 => Some(&ring::digest::SHA512),
            Hash::Sha512_256 => Some(&ring::digest::SHA512_256),
            _ => None,
        }
    }

    /// Begins a hash whose value has `length` bytes.
    fn start(self, length: usize) -> Box<dyn Running> {
        if let Some(algorithm) = self.in_ring() {
            return Box::new(InRing(ring::digest::Context::new(algorithm)));
        }
        with_fixed!(self, Kind => Box::new(Plain(Kind::default())), match self {
            Hash::Shake128 => Box::new(Extendable { hash: Shake128::default(), length }),
            Hash::Shake256 => Box::new(Extendable { hash: Shake256::default(), length }),
            _ => Box::new(Pair(Md5::default(), Sha1::default())),
        })
    }

    /// The HMAC of `data` under `key`.
    pub(crate) fn hmac(self, key: &[u8], data: &[u8]) -> Result<Vec<u8>, Failure> {
        let mut running = self.start_hmac(key)?;
        running.update(data);
        Ok(running.finish())
    }

    fn start_hmac(self, key: &[u8]) -> Result<Box<dyn Running>, Failure> {
        with_fixed!(self, Kind => Ok(keyed::<Kind>(key)), match self {
            Hash::Md5Sha1 => Ok(Box::new(PairMac::new(key))),
            // What Node says of it.
            _ => Err(Failure::plain("error:00000000:lib(0)::reason(0)")),
        })
    }
}

/// A hash or HMAC that has seen part of its data.
pub(crate) trait Running: Send + Sync {
    fn update(&mut self, data: &[u8]);
    /// The value; begins anew.
    fn finish(&mut self) -> Vec<u8>;
    fn copy(&self) -> Box<dyn Running>;
    /// Gives the value another length, where it has no length of its own.
    fn set_length(&mut self, _length: usize) {}
}

/// Begins a hash, or an HMAC where there is a key. The error is Node's for `createHash` or `createHmac`.
pub(crate) fn begin(hash: Hash, key: Option<&[u8]>, output_length: Option<u32>) -> Result<Box<dyn Running>, Failure> {
    match key {
        Some(key) => hash.start_hmac(key),
        None => Ok(hash.start(checked_length(hash, output_length)?)),
    }
}

/// The hash called `name`; `keyed` decides what is said where there is none.
pub(crate) fn known(name: &str, keyed: bool) -> Result<Hash, Failure> {
    Hash::named(name).ok_or_else(|| if keyed { invalid_digest(name) } else { unknown_hash(name) })
}

/// Of `createHmac` and the functions that derive keys.
pub(crate) fn invalid_digest(name: &str) -> Failure {
    Failure::type_error("ERR_CRYPTO_INVALID_DIGEST", format!("Invalid digest: {name}"))
}

fn unknown_hash(name: &str) -> Failure {
    // OpenSSL knows these, and does not compute them any more.
    const RETIRED: &[&str] =
        &["md4", "md4withrsaencryption", "mdc2", "rsa-md4", "rsa-mdc2", "mdc2withrsa", "whirlpool"];
    if RETIRED.contains(&name.to_ascii_lowercase().as_str()) {
        return Failure::openssl("0308010C", "digital envelope routines", "EVP_", "unsupported");
    }
    Failure::plain("Digest method not supported")
}

/// The length to give a hash's value, where `asked` is what was asked for.
pub(crate) fn checked_length(hash: Hash, asked: Option<u32>) -> Result<usize, Failure> {
    match asked {
        Some(length) if hash.is_extendable() && length <= OUTPUT_BYTES_MAX => Ok(length as usize),
        Some(length) if length as usize != hash.length() => {
            Err(Failure::openssl("030000B2", "digital envelope routines", "EVP_", "not XOF or invalid length"))
        }
        _ => Ok(hash.length()),
    }
}

/// The longest value that SHAKE is asked for.
const OUTPUT_BYTES_MAX: u32 = 1 << 24;

#[derive(Clone)]
struct InRing(ring::digest::Context);

impl Running for InRing {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn finish(&mut self) -> Vec<u8> {
        let new = ring::digest::Context::new(self.0.algorithm());
        std::mem::replace(&mut self.0, new).finish().as_ref().to_vec()
    }

    fn copy(&self) -> Box<dyn Running> {
        Box::new(self.clone())
    }
}

#[derive(Clone)]
struct Plain<D>(D);

impl<D: Digest + sha2::digest::Reset + sha2::digest::FixedOutputReset + Clone + Send + Sync + 'static> Running
    for Plain<D>
{
    fn update(&mut self, data: &[u8]) {
        Digest::update(&mut self.0, data);
    }

    fn finish(&mut self) -> Vec<u8> {
        self.0.finalize_reset().to_vec()
    }

    fn copy(&self) -> Box<dyn Running> {
        Box::new(self.clone())
    }
}

#[derive(Clone)]
struct Extendable<D> {
    hash: D,
    length: usize,
}

impl<D: ExtendableOutput + Default + Clone + Send + Sync + 'static> Running for Extendable<D> {
    fn update(&mut self, data: &[u8]) {
        Update::update(&mut self.hash, data);
    }

    fn finish(&mut self) -> Vec<u8> {
        let mut value = vec![0; self.length];
        std::mem::take(&mut self.hash).finalize_xof_into(&mut value);
        value
    }

    fn copy(&self) -> Box<dyn Running> {
        Box::new(self.clone())
    }

    fn set_length(&mut self, length: usize) {
        self.length = length;
    }
}

#[derive(Clone)]
struct Pair(Md5, Sha1);

impl Running for Pair {
    fn update(&mut self, data: &[u8]) {
        Digest::update(&mut self.0, data);
        Digest::update(&mut self.1, data);
    }

    fn finish(&mut self) -> Vec<u8> {
        [self.0.finalize_reset().as_slice(), self.1.finalize_reset().as_slice()].concat()
    }

    fn copy(&self) -> Box<dyn Running> {
        Box::new(self.clone())
    }
}

fn keyed<D>(key: &[u8]) -> Box<dyn Running>
where
    D: Digest + BlockSizeUser + sha2::digest::FixedOutputReset + Clone + Send + Sync + 'static,
{
    let mac = SimpleHmac::<D>::new_from_slice(key).expect("HMAC takes a key of any length");
    Box::new(Keyed { fresh: mac.clone(), mac })
}

#[derive(Clone)]
struct Keyed<M> {
    mac: M,
    fresh: M,
}

impl<M: Mac + Clone + Send + Sync + 'static> Running for Keyed<M> {
    fn update(&mut self, data: &[u8]) {
        self.mac.update(data);
    }

    fn finish(&mut self) -> Vec<u8> {
        std::mem::replace(&mut self.mac, self.fresh.clone()).finalize().into_bytes().to_vec()
    }

    fn copy(&self) -> Box<dyn Running> {
        Box::new(self.clone())
    }
}

/// HMAC over MD5 and SHA-1 as one hash.
#[derive(Clone)]
struct PairMac {
    inner: Pair,
    key: [u8; 64],
}

impl PairMac {
    fn new(key: &[u8]) -> PairMac {
        let mut block = [0; 64];
        match key.len() {
            0..=64 => block[..key.len()].copy_from_slice(key),
            _ => block[..36].copy_from_slice(&Hash::Md5Sha1.digest(key)),
        }
        let mut mac = PairMac { inner: Pair(Md5::default(), Sha1::default()), key: block };
        mac.begin();
        mac
    }

    fn begin(&mut self) {
        self.inner.update(&self.key.map(|byte| byte ^ 0x36));
    }
}

impl Running for PairMac {
    fn update(&mut self, data: &[u8]) {
        self.inner.update(data);
    }

    fn finish(&mut self) -> Vec<u8> {
        let inner = self.inner.finish();
        let value = Hash::Md5Sha1.digest_parts(&[&self.key.map(|byte| byte ^ 0x5c), &inner]);
        self.begin();
        value
    }

    fn copy(&self) -> Box<dyn Running> {
        Box::new(self.clone())
    }
}
