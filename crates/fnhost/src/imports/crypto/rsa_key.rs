//! RSA keys, and what is done with them. The powers are the `rsa` crate's, blinded and checked. Knows of no host.

use super::digests::Hash;
use super::failure::Failure;
use super::numbers::{bit_length, bytes, number, padded, random, trimmed};
use super::rsa_padding::{Pss, digest_info, pad_oaep, pad_pkcs1, rsa_failure, unpad_oaep, unpad_pkcs1, unpadded};
use crypto_bigint::{BoxedUint, Odd, Resize};
use rsa::hazmat::{rsa_decrypt_and_check, rsa_encrypt};
use rsa::traits::{PrivateKeyParts, PublicKeyParts};

/// The longest modulus that is read, in bits, and the longest of a private key.
const MODULUS_BITS_MAX: u32 = 16_384;
const PRIVATE_BITS_MAX: u32 = 8_192;

/// What an `rsa-pss` key may be used with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PssLimits {
    pub(crate) hash: Hash,
    pub(crate) mask_hash: Hash,
    pub(crate) salt_length: u32,
}

/// Whether a key is for every use, or for PSS alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    Any,
    Pss(Option<PssLimits>),
}

/// A private or public key.
#[derive(Clone)]
pub(crate) struct RsaKey {
    pub(crate) usage: Use,
    pub(crate) modulus: Vec<u8>,
    pub(crate) exponent: Vec<u8>,
    pub(crate) private: Option<Private>,
}

/// The numbers of a private key.
#[derive(Clone)]
pub(crate) struct Private {
    key: rsa::PrivateKey,
    /// As they are in files: d, p, q, d mod (p-1), d mod (q-1), 1/q mod p.
    pub(crate) parts: [Vec<u8>; 6],
}

/// How to pad what is encrypted.
pub(crate) enum Padding {
    None,
    Pkcs1,
    Oaep { hash: Hash, label: Vec<u8> },
}

/// What is done to data with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    PublicEncrypt,
    PrivateDecrypt,
    PrivateEncrypt,
    PublicDecrypt,
}

impl RsaKey {
    /// None: numbers that are no key, or beyond what is computed with.
    pub(crate) fn public(modulus: &[u8], exponent: &[u8], usage: Use) -> Option<RsaKey> {
        let (modulus, exponent) = (trimmed(modulus), trimmed(exponent));
        let fits = bit_length(modulus) <= MODULUS_BITS_MAX && bit_length(exponent) <= 64;
        let odd = |digits: &[u8]| digits.last().is_some_and(|last| last & 1 == 1);
        let good = fits && odd(modulus) && odd(exponent) && bit_length(modulus) > bit_length(exponent).max(16);
        let key = RsaKey { usage, modulus: modulus.to_vec(), exponent: exponent.to_vec(), private: None };
        good.then_some(key)
    }

    /// `parts` are the numbers of [`Private::parts`].
    pub(crate) fn private(modulus: &[u8], exponent: &[u8], parts: [&[u8]; 6], usage: Use) -> Option<RsaKey> {
        let mut key = RsaKey::public(modulus, exponent, usage)?;
        let bits = bit_length(modulus);
        if bits > PRIVATE_BITS_MAX || parts.iter().any(|part| bit_length(part) > bits || bit_length(part) == 0) {
            return None;
        }
        let parts = parts.map(|part| trimmed(part).to_vec());
        let width = bits.next_multiple_of(64);
        let real = rsa::PrivateKey::from_components_with_large_exponent(
            number(modulus).resize(width),
            number(exponent),
            number(&parts[0]).resize(width),
            vec![number(&parts[1]), number(&parts[2])],
        );
        key.private = Some(Private { key: real.ok()?, parts });
        Some(key)
    }

    /// A new key.
    pub(crate) fn generate(bits: u32, exponent: &[u8], usage: Use) -> Result<RsaKey, Failure> {
        if bits < 512 {
            return Err(Failure::plain("error:1C8000AB:Provider routines::key size too small"));
        }
        if bits > PRIVATE_BITS_MAX {
            return Err(Failure::plain("error:02000069:rsa routines::modulus too large"));
        }
        let exponent = trimmed(exponent);
        let odd = exponent.last().is_some_and(|last| last & 1 == 1);
        if !odd || bit_length(exponent) < 2 || bit_length(exponent) > 33 {
            return Err(Failure::plain("error:020000B2:rsa routines::pub exponent out of range"));
        }
        let failed = || Failure::plain("error:02080003:rsa routines::BN lib");
        let real = rsa::PrivateKey::new_with_exp_unchecked(&mut random(), bits as usize, number(exponent));
        let real = real.map_err(|_| failed())?;
        let [p, q] = real.primes() else { return Err(failed()) };
        let (p, q): (&BoxedUint, &BoxedUint) = (p, q);
        // Files have the larger prime first.
        let (p, q) = if p.cmp_vartime(q).is_ge() { (p, q) } else { (q, p) };
        RsaKey::from_primes(p, q, real.d(), real.n().as_ref(), exponent, usage).ok_or_else(failed)
    }

    fn from_primes(
        p: &BoxedUint,
        q: &BoxedUint,
        d: &BoxedUint,
        modulus: &BoxedUint,
        exponent: &[u8],
        usage: Use,
    ) -> Option<RsaKey> {
        let less_one = |prime: &BoxedUint| prime.wrapping_sub(BoxedUint::one()).into_nz().into_option();
        let dp = d.rem_vartime(&less_one(p)?);
        let dq = d.rem_vartime(&less_one(q)?);
        let odd_p = Odd::new(p.clone()).into_option()?;
        let q_in_p = q.clone().resize(p.bits_precision()).rem_vartime(odd_p.as_nz_ref());
        let qi = q_in_p.invert_odd_mod(&odd_p).into_option()?;
        let parts = [d, p, q, &dp, &dq, &qi].map(bytes);
        RsaKey::private(&bytes(modulus), exponent, parts.each_ref().map(|part| &part[..]), usage)
    }

    /// The length of the modulus in bytes, which all results have.
    pub(crate) fn length(&self) -> usize {
        self.modulus.len()
    }

    pub(crate) fn bits(&self) -> u32 {
        bit_length(&self.modulus)
    }

    /// Nanoseconds of using it; reading a private key takes about as long.
    pub(crate) fn cost(&self) -> u64 {
        let bits = self.bits();
        match &self.private {
            Some(_) => super::numbers::power_cost(bits, bits),
            None => super::numbers::power_cost(bit_length(&self.exponent) + 16, bits),
        }
    }

    /// What everybody can compute.
    fn power_public(&self, data: &[u8]) -> Result<Vec<u8>, Failure> {
        let key = rsa::PublicKey::new_unchecked(number(&self.modulus), number(&self.exponent));
        let width = key.n().bits_precision();
        let value = number(data);
        if bit_length(data) > self.bits() || value.cmp_vartime(key.n().as_ref()).is_ge() {
            return Err(too_large_for_modulus());
        }
        let result = rsa_encrypt(&key, &value.resize(width)).map_err(|_| too_large_for_modulus())?;
        Ok(padded(&result.to_be_bytes(), self.length()))
    }

    /// What takes the private key.
    fn power_private(&self, data: &[u8]) -> Result<Vec<u8>, Failure> {
        let private = self.private.as_ref().ok_or_else(unsupported_operation)?;
        let width = private.key.n().bits_precision();
        let value = number(data);
        if bit_length(data) > self.bits() || value.cmp_vartime(private.key.n().as_ref()).is_ge() {
            return Err(too_large_for_modulus());
        }
        let result = rsa_decrypt_and_check(&private.key, Some(&mut random()), &value.resize(width));
        let result = result.map_err(|_| rsa_failure("02080003", "BN lib"))?;
        Ok(padded(&result.to_be_bytes(), self.length()))
    }

    /// Encrypts or decrypts, either way.
    pub(crate) fn crypt(&self, operation: Operation, padding: &Padding, data: &[u8]) -> Result<Vec<u8>, Failure> {
        if let Use::Pss(_) = self.usage {
            return Err(Failure::provider("1C8000B2", "operation not supported for this keytype"));
        }
        match operation {
            Operation::PublicEncrypt => self.encrypt(padding, data),
            Operation::PrivateDecrypt => self.decrypt(padding, data),
            Operation::PrivateEncrypt => {
                let block = match padding {
                    Padding::None => unpadded(data, self.length())?,
                    Padding::Pkcs1 => pad_pkcs1(1, data, self.length())?,
                    Padding::Oaep { .. } => return Err(illegal_padding()),
                };
                self.power_private(&block)
            }
            Operation::PublicDecrypt => {
                self.check_length(data)?;
                match padding {
                    Padding::None => self.power_public(data),
                    Padding::Pkcs1 => {
                        let block = self.power_public(data)?;
                        // What was not made with the private key is told from what was damaged.
                        let (number, reason) = match block.get(1) {
                            Some(1) => ("0200008A", "invalid padding"),
                            _ => ("0200006A", "block type is not 01"),
                        };
                        unpad_pkcs1(1, &block).ok_or_else(|| rsa_failure(number, reason))
                    }
                    Padding::Oaep { .. } => Err(illegal_padding()),
                }
            }
        }
    }

    fn encrypt(&self, padding: &Padding, data: &[u8]) -> Result<Vec<u8>, Failure> {
        let length = self.length();
        let block = match padding {
            Padding::None => unpadded(data, length)?,
            Padding::Pkcs1 => pad_pkcs1(2, data, length)?,
            Padding::Oaep { hash, label } => pad_oaep(*hash, label, data, length)?,
        };
        self.power_public(&block)
    }

    fn decrypt(&self, padding: &Padding, data: &[u8]) -> Result<Vec<u8>, Failure> {
        self.check_length(data)?;
        let block = self.power_private(data)?;
        match padding {
            Padding::None => Ok(block),
            Padding::Pkcs1 => unpad_pkcs1(2, &block).ok_or_else(|| rsa_failure("0200009F", "pkcs decoding error")),
            Padding::Oaep { hash, label } => {
                unpad_oaep(*hash, label, &block).ok_or_else(|| rsa_failure("02000079", "oaep decoding error"))
            }
        }
    }

    fn check_length(&self, data: &[u8]) -> Result<(), Failure> {
        if data.len() > self.length() { Err(rsa_failure("0200006C", "data greater than mod len")) } else { Ok(()) }
    }

    /// A PKCS#1 v1.5 signature of the hash's value.
    pub(crate) fn sign_pkcs1(&self, hash: Hash, digest: &[u8]) -> Result<Vec<u8>, Failure> {
        let info = digest_info(hash, digest).ok_or_else(not_allowed)?;
        let block = pad_pkcs1(1, &info, self.length());
        self.power_private(&block.map_err(|_| rsa_failure("02000070", "digest too big for rsa key"))?)
    }

    pub(crate) fn verify_pkcs1(&self, hash: Hash, digest: &[u8], signature: &[u8]) -> Result<bool, Failure> {
        let info = digest_info(hash, digest).ok_or_else(not_allowed)?;
        let Ok(expected) = pad_pkcs1(1, &info, self.length()) else { return Ok(false) };
        Ok(signature.len() == self.length() && self.power_public(signature).is_ok_and(|found| found == expected))
    }

    /// A PSS signature of the hash's value.
    pub(crate) fn sign_pss(&self, pss: Pss, digest: &[u8]) -> Result<Vec<u8>, Failure> {
        self.power_private(&pss.pad(digest, self.bits() as usize - 1)?)
    }

    pub(crate) fn verify_pss(&self, pss: Pss, digest: &[u8], signature: &[u8]) -> bool {
        let block = if signature.len() == self.length() { self.power_public(signature).ok() } else { None };
        block.is_some_and(|block| pss.matches(digest, &block, self.bits() as usize - 1))
    }
}

fn too_large_for_modulus() -> Failure {
    rsa_failure("02000084", "data too large for modulus")
}

pub(crate) fn not_allowed() -> Failure {
    Failure::provider("1C8000AE", "digest not allowed")
}

pub(crate) fn illegal_padding() -> Failure {
    Failure::provider("1C8000A5", "illegal or unsupported padding mode")
}

/// What OpenSSL says of a key that is not for this.
pub(crate) fn unsupported_operation() -> Failure {
    let reason = "operation not supported for this keytype";
    Failure::openssl("03000096", "digital envelope routines", "EVP_", reason)
}
