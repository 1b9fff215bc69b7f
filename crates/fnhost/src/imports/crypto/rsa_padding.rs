//! RSA's paddings (RFC 8017), with any hash. Knows of no host.

use super::der;
use super::digests::Hash;
use super::failure::Failure;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

/// An error of OpenSSL's RSA.
pub(crate) fn rsa_failure(number: &str, reason: &str) -> Failure {
    Failure::openssl(number, "rsa routines", "RSA_", reason)
}

pub(crate) fn too_large() -> Failure {
    rsa_failure("0200006E", "data too large for key size")
}

/// Fresh random bytes.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), Failure> {
    getrandom::fill(bytes).map_err(|_| Failure::plain("the system gives no random bytes"))
}

/// Data that are as long as the modulus already.
pub(crate) fn unpadded(data: &[u8], length: usize) -> Result<Vec<u8>, Failure> {
    match data.len() {
        found if found > length => Err(too_large()),
        found if found < length => Err(rsa_failure("0200007A", "data too small for key size")),
        _ => Ok(data.to_vec()),
    }
}

/// PKCS#1 v1.5: kind 1 fills with ones, kind 2 with random bytes that are not zero.
pub(crate) fn pad_pkcs1(kind: u8, data: &[u8], length: usize) -> Result<Vec<u8>, Failure> {
    let filling = length.checked_sub(data.len() + 3).filter(|filling| *filling >= 8).ok_or_else(too_large)?;
    let mut block = vec![0, kind];
    block.resize(2 + filling, 0xff);
    if kind == 2 {
        fill(&mut block[2..])?;
        for at in 2..block.len() {
            while block[at] == 0 {
                fill(&mut block[at..=at])?;
            }
        }
    }
    block.push(0);
    block.extend_from_slice(data);
    Ok(block)
}

pub(crate) fn unpad_pkcs1(kind: u8, block: &[u8]) -> Option<Vec<u8>> {
    let (head, rest) = block.split_at_checked(2)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    let filled = kind == 2 || rest[..end].iter().all(|byte| *byte == 0xff);
    (head == [0, kind] && end >= 8 && filled).then(|| rest[end + 1..].to_vec())
}

/// Adds MGF1's stream from `seed` to `bytes`.
fn apply_mask(hash: Hash, seed: &[u8], bytes: &mut [u8]) {
    for (counter, piece) in bytes.chunks_mut(hash.length()).enumerate() {
        let mask = hash.digest_parts(&[seed, &(counter as u32).to_be_bytes()]);
        piece.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
    }
}

pub(crate) fn pad_oaep(hash: Hash, label: &[u8], data: &[u8], length: usize) -> Result<Vec<u8>, Failure> {
    let size = hash.length();
    let filling = length.checked_sub(data.len() + 2 * size + 2).ok_or_else(too_large)?;
    let mut seed = vec![0; size];
    fill(&mut seed)?;
    let mut rest = hash.digest(label);
    rest.resize(size + filling, 0);
    rest.push(1);
    rest.extend_from_slice(data);
    apply_mask(hash, &seed, &mut rest);
    apply_mask(hash, &rest, &mut seed);
    Ok([&[0][..], &seed, &rest].concat())
}

/// Takes the same time whatever is wrong.
pub(crate) fn unpad_oaep(hash: Hash, label: &[u8], block: &[u8]) -> Option<Vec<u8>> {
    let size = hash.length();
    if block.len() < 2 * size + 2 {
        return None;
    }
    let mut seed = block[1..=size].to_vec();
    let mut rest = block[size + 1..].to_vec();
    apply_mask(hash, &rest, &mut seed);
    apply_mask(hash, &seed, &mut rest);
    let mut good = block[0].ct_eq(&0) & rest[..size].ct_eq(&hash.digest(label));
    let (mut looking, mut start) = (Choice::from(1), 0_u32);
    for (at, byte) in rest.iter().enumerate().skip(size) {
        let is_one = byte.ct_eq(&1);
        good &= !looking | is_one | byte.ct_eq(&0);
        start.conditional_assign(&(at as u32 + 1), looking & is_one);
        looking &= !is_one;
    }
    good &= !looking;
    bool::from(good).then(|| rest[start as usize..].to_vec())
}

/// The value of a hash with the hash's name in front. None: RSA does not sign such.
pub(crate) fn digest_info(hash: Hash, digest: &[u8]) -> Option<Vec<u8>> {
    if hash == Hash::Md5Sha1 {
        return Some(digest.to_vec());
    }
    let algorithm = der::sequence(&[&der::oid(hash.oid()?), &der::null()]);
    Some(der::sequence(&[&algorithm, &der::octets(digest)]))
}

/// How PSS is done: the hash, MGF1's hash, and the salt's length: -1 as the hash's, other negative ones the longest when
/// signing and any when verifying.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pss {
    pub(crate) hash: Hash,
    pub(crate) mask_hash: Hash,
    pub(crate) salt_length: i32,
}

impl Pss {
    /// A block of `bits` bits.
    pub(crate) fn pad(&self, digest: &[u8], bits: usize) -> Result<Vec<u8>, Failure> {
        let length = bits.div_ceil(8);
        let room = length.checked_sub(digest.len() + 2).ok_or_else(too_large)?;
        let salt_length = match self.salt_length {
            -1 => self.hash.length(),
            asked @ 0.. => asked as usize,
            _ => room,
        };
        if salt_length > room {
            return Err(too_large());
        }
        let mut salt = vec![0; salt_length];
        fill(&mut salt)?;
        let value = self.hash.digest_parts(&[&[0; 8], digest, &salt]);
        let mut block = vec![0; length - value.len() - 1];
        let at = block.len() - salt_length;
        block[at - 1] = 1;
        block[at..].copy_from_slice(&salt);
        apply_mask(self.mask_hash, &value, &mut block);
        block[0] &= 0xff >> (8 * length - bits);
        block.extend_from_slice(&value);
        block.push(0xbc);
        Ok(block)
    }

    /// Whether `block`, of `bits` bits, was made of this hash.
    pub(crate) fn matches(&self, digest: &[u8], block: &[u8], bits: usize) -> bool {
        let length = bits.div_ceil(8);
        let (over, block) = block.split_at(block.len() - length);
        if over.iter().any(|byte| *byte != 0) || length < digest.len() + 2 || block[length - 1] != 0xbc {
            return false;
        }
        let (masked, value) = block[..length - 1].split_at(length - 1 - digest.len());
        let mut data = masked.to_vec();
        let unused = !(0xff_u8 >> (8 * length - bits));
        if data.first().is_none_or(|first| first & unused != 0) {
            return false;
        }
        apply_mask(self.mask_hash, value, &mut data);
        data[0] &= !unused;
        let Some(one) = data.iter().position(|byte| *byte != 0) else { return false };
        let salt = &data[one + 1..];
        let expected_length = match self.salt_length {
            -1 => Some(self.hash.length()),
            asked @ 0.. => Some(asked as usize),
            _ => None,
        };
        data[one] == 1
            && expected_length.is_none_or(|expected| expected == salt.len())
            && self.hash.digest_parts(&[&[0; 8], digest, salt]) == value
    }
}
