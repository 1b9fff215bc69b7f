//! Asymmetric keys of all kinds: what they are, signing, agreeing. Reading and writing them is in `key_read.rs` and
//! `key_write.rs`. Knows of no host.

use super::curves::{Curve, EcKey};
use super::der;
use super::dh_key::{DhGroup, DhKey};
use super::digests::{Hash, invalid_digest};
use super::dsa_key::DsaKey;
use super::failure::Failure;
use super::numbers::{padded, trimmed};
use super::okp::{Okp, OkpKey};
use super::primes::prime_cost;
use super::rsa_key::{Operation, Padding, PssLimits, RsaKey, Use, illegal_padding, not_allowed, unsupported_operation};
use super::rsa_padding::Pss;

/// A private or public key.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "keys are few, and the largest is what nearly all of them are")]
pub(crate) enum Key {
    Rsa(RsaKey),
    Ec(EcKey),
    Okp(OkpKey),
    Dsa(DsaKey),
    Dh(DhKey),
}

/// How to sign or verify.
pub(crate) struct Signing<'a> {
    pub(crate) hash: Option<&'a str>,
    pub(crate) prehashed: bool,
    pub(crate) padding: Option<&'a str>,
    pub(crate) salt_length: Option<i32>,
    /// r and s one after the other, not as DER.
    pub(crate) plain_dsa: bool,
}

/// What kind of key to make.
pub(crate) struct Parameters<'a> {
    pub(crate) algorithm: &'a str,
    pub(crate) modulus_length: u32,
    pub(crate) divisor_length: u32,
    pub(crate) public_exponent: &'a [u8],
    pub(crate) curve: &'a str,
    /// A key on a curve says what the curve is instead of naming it.
    pub(crate) explicit: bool,
    /// Prime and generator.
    pub(crate) group: Option<(&'a [u8], &'a [u8])>,
    pub(crate) hash: Option<&'a str>,
    pub(crate) mask_hash: Option<&'a str>,
    pub(crate) salt_length: Option<u32>,
}

impl Parameters<'_> {
    /// Nanoseconds that it takes, about.
    pub(crate) fn cost(&self) -> u64 {
        match self.algorithm {
            "rsa" | "rsa-pss" => 2 * prime_cost(self.modulus_length.min(20_000) / 2, false),
            "dsa" => DsaKey::generation_cost(self.modulus_length),
            "dh" => self.group().map_or(0, |group| group.cost()),
            _ => 2_000_000,
        }
    }

    fn group(&self) -> Option<DhGroup> {
        let (prime, generator) = self.group?;
        DhGroup::new(prime, generator, None)
    }

    pub(crate) fn generate(&self) -> Result<Key, Failure> {
        match self.algorithm {
            "rsa" => RsaKey::generate(self.modulus_length, self.public_exponent, Use::Any).map(Key::Rsa),
            "rsa-pss" => {
                let usage = Use::Pss(self.limits()?);
                RsaKey::generate(self.modulus_length, self.public_exponent, usage).map(Key::Rsa)
            }
            "ec" => {
                let mut key = EcKey::generate(Curve::named(self.curve).ok_or_else(invalid_curve)?)?;
                key.explicit = self.explicit;
                Ok(Key::Ec(key))
            }
            "dsa" => DsaKey::generate(self.modulus_length, self.divisor_length).map(Key::Dsa),
            "dh" => DhKey::generate(self.group().ok_or_else(unsupported_operation)?).map(Key::Dh),
            name => match Okp::named(name) {
                Some(kind) => OkpKey::generate(kind).map(Key::Okp),
                None => Err(unsupported_operation()),
            },
        }
    }

    fn limits(&self) -> Result<Option<PssLimits>, Failure> {
        let named = |name: &str| Hash::named(name).ok_or_else(|| invalid_digest(name));
        if self.hash.is_none() && self.mask_hash.is_none() && self.salt_length.is_none() {
            return Ok(None);
        }
        let hash = self.hash.map_or(Ok(Hash::Sha1), named)?;
        let mask_hash = self.mask_hash.map_or(Ok(hash), named)?;
        let salt_length = self.salt_length.unwrap_or(if self.hash.is_some() { hash.length() as u32 } else { 20 });
        Ok(Some(PssLimits { hash, mask_hash, salt_length }))
    }
}

pub(crate) fn invalid_curve() -> Failure {
    Failure::type_error("ERR_CRYPTO_INVALID_CURVE", "Invalid EC curve name")
}

impl Key {
    pub(crate) fn is_private(&self) -> bool {
        match self {
            Key::Rsa(key) => key.private.is_some(),
            Key::Ec(key) => key.private.is_some(),
            Key::Okp(key) => key.private.is_some(),
            Key::Dsa(key) => key.private.is_some(),
            Key::Dh(key) => key.private.is_some(),
        }
    }

    /// Node's `asymmetricKeyType`.
    pub(crate) fn algorithm(&self) -> &'static str {
        match self {
            Key::Rsa(RsaKey { usage: Use::Any, .. }) => "rsa",
            Key::Rsa(_) => "rsa-pss",
            Key::Ec(_) => "ec",
            Key::Okp(key) => key.kind.name(),
            Key::Dsa(_) => "dsa",
            Key::Dh(_) => "dh",
        }
    }

    pub(crate) fn to_public(&self) -> Key {
        let mut key = self.clone();
        match &mut key {
            Key::Rsa(key) => key.private = None,
            Key::Ec(key) => key.private = None,
            Key::Okp(key) => key.private = None,
            Key::Dsa(key) => key.private = None,
            Key::Dh(key) => key.private = None,
        }
        key
    }

    pub(crate) fn equals(&self, other: &Key) -> bool {
        match (self, other) {
            _ if self.is_private() != other.is_private() => false,
            (Key::Rsa(one), Key::Rsa(two)) => {
                let same_usage = matches!(one.usage, Use::Any) == matches!(two.usage, Use::Any);
                same_usage && one.modulus == two.modulus && one.exponent == two.exponent
            }
            (Key::Ec(one), Key::Ec(two)) => one.curve == two.curve && one.point == two.point,
            (Key::Okp(one), Key::Okp(two)) => one.kind == two.kind && one.public == two.public,
            (Key::Dsa(one), Key::Dsa(two)) => one.domain == two.domain && one.public == two.public,
            (Key::Dh(one), Key::Dh(two)) => one.is_in_group_of(two) && one.public == two.public,
            _ => false,
        }
    }

    /// Bytes that it takes, about.
    pub(crate) fn size(&self) -> usize {
        match self {
            Key::Rsa(key) => 512 + key.length() * if key.private.is_some() { 24 } else { 4 },
            Key::Ec(_) | Key::Okp(_) => 512,
            Key::Dsa(key) => 512 + key.domain.prime.len() * 4,
            Key::Dh(key) => 512 + key.group.prime.len() * 4,
        }
    }

    /// Nanoseconds of using it.
    pub(crate) fn cost(&self) -> u64 {
        match self {
            Key::Rsa(key) => key.cost(),
            Key::Ec(key) => 2 * key.curve.cost(),
            Key::Okp(key) => key.cost(),
            Key::Dsa(key) => key.cost(),
            Key::Dh(key) => key.group.cost(),
        }
    }

    pub(crate) fn sign(&self, signing: &Signing<'_>, data: &[u8]) -> Result<Vec<u8>, Failure> {
        if !self.is_private() {
            return Err(unsupported_operation());
        }
        match self {
            Key::Okp(key) => key.sign(self.whole(key, signing, data)?).ok_or_else(unsupported_operation),
            Key::Ec(key) => signing.written(key.sign(&self.digest(signing, data)?.1)).ok_or_else(unsupported_operation),
            Key::Dsa(key) => {
                signing.written(key.sign(&self.digest(signing, data)?.1)).ok_or_else(unsupported_operation)
            }
            Key::Dh(_) => Err(unsupported_operation()),
            Key::Rsa(key) => {
                let (hash, digest) = self.digest(signing, data)?;
                match key.pss(signing, hash, true)? {
                    Some(pss) => key.sign_pss(pss, &digest),
                    None => key.sign_pkcs1(hash, &digest),
                }
            }
        }
    }

    pub(crate) fn verify(&self, signing: &Signing<'_>, data: &[u8], signature: &[u8]) -> Result<bool, Failure> {
        match self {
            Key::Okp(key) => Ok(key.verify(self.whole(key, signing, data)?, signature)),
            Key::Ec(key) => {
                let digest = self.digest(signing, data)?.1;
                let signature = signing.read(signature, key.curve.length());
                Ok(signature.is_some_and(|signature| key.verify(&digest, &signature)))
            }
            Key::Dsa(key) => {
                let digest = self.digest(signing, data)?.1;
                let signature = signing.read(signature, key.length());
                Ok(signature.is_some_and(|signature| key.verify(&digest, &signature)))
            }
            Key::Dh(_) => Err(unsupported_operation()),
            Key::Rsa(key) => {
                let (hash, digest) = self.digest(signing, data)?;
                match key.pss(signing, hash, false)? {
                    Some(pss) => Ok(key.verify_pss(pss, &digest, signature)),
                    None => key.verify_pkcs1(hash, &digest, signature),
                }
            }
        }
    }

    /// The data, for keys that have their own way of hashing.
    fn whole<'a>(&self, key: &OkpKey, signing: &Signing<'_>, data: &'a [u8]) -> Result<&'a [u8], Failure> {
        match (key.kind.signs(), signing.prehashed, signing.hash) {
            (false, ..) => Err(unsupported_operation()),
            (_, true, _) => Err(Failure::error("ERR_CRYPTO_UNSUPPORTED_OPERATION", "Unsupported crypto operation")),
            (_, _, Some(_)) => Err(Failure::provider("1C80007A", "invalid digest")),
            _ => Ok(data),
        }
    }

    /// The hash to sign with, and its value.
    fn digest(&self, signing: &Signing<'_>, data: &[u8]) -> Result<(Hash, Vec<u8>), Failure> {
        let own = match self {
            Key::Rsa(RsaKey { usage: Use::Pss(Some(limits)), .. }) => limits.hash,
            _ => Hash::Sha256,
        };
        let hash = signing.hash.map_or(Some(own), Hash::named);
        let hash = hash.ok_or_else(|| invalid_digest(signing.hash.unwrap_or_default()))?;
        if hash.is_extendable() {
            return Err(not_allowed());
        }
        if !signing.prehashed {
            return Ok((hash, hash.digest(data)));
        }
        if data.len() != hash.length() {
            return Err(Failure::provider("1C8000A6", "invalid digest length"));
        }
        Ok((hash, data.to_vec()))
    }

    pub(crate) fn crypt(&self, operation: Operation, padding: &Padding, data: &[u8]) -> Result<Vec<u8>, Failure> {
        match self {
            Key::Rsa(key) => key.crypt(operation, padding, data),
            _ => Err(unsupported_operation()),
        }
    }

    /// The secret shared with another's public key.
    pub(crate) fn agree(&self, other: &Key) -> Result<Vec<u8>, Failure> {
        let secret = match (self, other) {
            (Key::Ec(one), Key::Ec(two)) if one.curve == two.curve => one.agree(two),
            (Key::Ec(_), Key::Ec(_)) => return Err(Failure::provider("1C8000CB", "mismatching domain parameters")),
            (Key::Okp(one), Key::Okp(two)) if one.kind == two.kind && !one.kind.signs() => one.agree(two),
            (Key::Dh(one), Key::Dh(two)) if one.is_in_group_of(two) => one.agree(two),
            (Key::Dh(_), Key::Dh(_)) => return Err(Failure::provider("1C8000CB", "mismatching domain parameters")),
            _ => {
                let (one, two) = (self.algorithm(), other.algorithm());
                let message = format!("Incompatible key types for Diffie-Hellman: {one} and {two}");
                return Err(Failure::error("ERR_CRYPTO_INCOMPATIBLE_KEY", message));
            }
        };
        secret.ok_or_else(|| Failure::provider("1C8000A4", "failed during derivation"))
    }
}

impl RsaKey {
    /// How PSS is to be done, unless it is PKCS#1 v1.5 that is asked for.
    fn pss(&self, signing: &Signing<'_>, hash: Hash, signs: bool) -> Result<Option<Pss>, Failure> {
        let only_pss = matches!(self.usage, Use::Pss(_));
        let asked = signing.salt_length;
        match signing.padding {
            None if !only_pss => return Ok(None),
            Some("pkcs1") if !only_pss => return Ok(None),
            None | Some("pss") => {}
            Some("none") if !only_pss => return Err(Failure::provider("1C8000A8", "invalid padding mode")),
            Some(_) => return Err(illegal_padding()),
        }
        let Use::Pss(Some(limits)) = self.usage else {
            return Ok(Some(Pss { hash, mask_hash: hash, salt_length: asked.unwrap_or(-2) }));
        };
        if hash != limits.hash {
            return Err(not_allowed());
        }
        let least = limits.salt_length as i32;
        if asked.is_some_and(|length| length >= 0 && length < least) {
            return Err(Failure::provider("1C8000AC", "pss saltlen too small"));
        }
        let usual = if signs { least } else { -2 };
        Ok(Some(Pss { hash, mask_hash: limits.mask_hash, salt_length: asked.unwrap_or(usual) }))
    }
}

impl Signing<'_> {
    /// r and s, one after the other, in the form that is asked for.
    fn written(&self, signature: Option<Vec<u8>>) -> Option<Vec<u8>> {
        let signature = signature?;
        Some(if self.plain_dsa { signature } else { dsa_to_der(&signature) })
    }

    /// r and s, of `length` bytes each, one after the other.
    fn read(&self, signature: &[u8], length: usize) -> Option<Vec<u8>> {
        if self.plain_dsa { Some(signature.to_vec()) } else { dsa_from_der(signature, length) }
    }
}

/// r and s as two numbers in DER.
fn dsa_to_der(signature: &[u8]) -> Vec<u8> {
    let (r, s) = signature.split_at(signature.len() / 2);
    der::sequence(&[&der::integer(r), &der::integer(s)])
}

fn dsa_from_der(bytes: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut outside = der::Reader(bytes);
    let mut inside = outside.sequence()?;
    let (r, s) = (inside.integer()?, inside.integer()?);
    let canonical = dsa_to_der(&[padded(r, length), padded(s, length)].concat()) == bytes;
    let fits = trimmed(r).len() <= length && trimmed(s).len() <= length;
    (fits && canonical).then(|| [padded(r, length), padded(s, length)].concat())
}
