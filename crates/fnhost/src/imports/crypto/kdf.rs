//! Keys made from passwords and secrets: PBKDF2, scrypt, HKDF. What each costs is a function beside it. Knows of no host.

use super::digests::{self, Hash, with_fixed};
use super::failure::Failure;
use blake2::{Blake2b512, Blake2s256};
use hmac::SimpleHmac;
use md5::Md5;
use ripemd::Ripemd160;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};
use sm3::Sm3;

/// The longest key that is derived.
const LENGTH_MAX: u32 = 1 << 26;

/// The hash called `name`, in the way that Node's functions here speak of it.
fn known(name: &str) -> Result<Hash, Failure> {
    let hash = Hash::named(name).ok_or_else(|| digests::invalid_digest(name))?;
    if hash.is_extendable() { Err(Failure::plain("Deriving bits failed")) } else { Ok(hash) }
}

/// What one block of HMAC costs at most about, in nanoseconds.
fn block_cost(hash: Hash) -> u64 {
    400 + 128 * hash.cost_per_byte()
}

/// Nanoseconds that PBKDF2 takes.
pub(crate) fn pbkdf2_cost(hash: &str, iterations: u32, length: u32) -> u64 {
    let Some(hash) = Hash::named(hash) else { return 0 };
    let blocks = u64::from(length).div_ceil(hash.length() as u64);
    blocks.saturating_mul(u64::from(iterations)).saturating_mul(block_cost(hash))
}

pub(crate) fn pbkdf2(hash: &str, iterations: u32, secret: &[u8], salt: &[u8], length: u32) -> Result<Vec<u8>, Failure> {
    let hash = known(hash)?;
    let mut output = room(length)?;
    if iterations == 0 {
        let message = "The value of \"iterations\" is out of range. It must be >= 1 && <= 2147483647. Received 0";
        return Err(Failure::range_error("ERR_OUT_OF_RANGE", message));
    }
    if output.is_empty() {
        return Ok(output);
    }
    let done = with_fixed!(
        hash,
        Kind => pbkdf2::pbkdf2::<SimpleHmac<Kind>>(secret, salt, iterations, &mut output).is_ok(),
        false
    );
    if done { Ok(output) } else { Err(Failure::plain("Deriving bits failed")) }
}

/// The parameters of scrypt; memory is in bytes.
pub(crate) struct Scrypt {
    pub(crate) cost: u64,
    pub(crate) block_size: u32,
    pub(crate) parallelization: u32,
    pub(crate) memory_max: u64,
}

impl Scrypt {
    /// Bytes that are worked on, the room that OpenSSL counts.
    pub(crate) fn memory(&self) -> u64 {
        let line = 128 * u64::from(self.block_size);
        let table = line.saturating_mul(self.cost.saturating_add(2));
        table.saturating_add(line.saturating_mul(u64::from(self.parallelization)))
    }

    /// Nanoseconds that it takes.
    pub(crate) fn time(&self) -> u64 {
        let line = 128 * u64::from(self.block_size);
        line.saturating_mul(self.cost).saturating_mul(u64::from(self.parallelization)).saturating_mul(4)
    }

    /// Whether the parameters are good, and within the memory that is allowed.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let refused = |why: &str| Err(Failure::range_error("ERR_CRYPTO_INVALID_SCRYPT_PARAMS", why));
        let numbers_fit = u64::from(self.block_size) * u64::from(self.parallelization) < (1 << 30);
        if self.cost < 2 || !self.cost.is_power_of_two() || self.block_size == 0 || self.parallelization == 0 {
            return refused("Invalid scrypt params");
        }
        if self.memory() > self.memory_max || !numbers_fit {
            return refused("Invalid scrypt params: error:030000AC:digital envelope routines::memory limit exceeded");
        }
        if self.block_size < 4 && self.cost.ilog2() >= 16 * self.block_size {
            return refused("Invalid scrypt params");
        }
        Ok(())
    }

    pub(crate) fn derive(&self, secret: &[u8], salt: &[u8], length: u32) -> Result<Vec<u8>, Failure> {
        self.check()?;
        let mut output = room(length)?;
        if output.is_empty() {
            return Ok(output);
        }
        let failed = || Failure::range_error("ERR_CRYPTO_INVALID_SCRYPT_PARAMS", "Invalid scrypt params");
        let parameters = scrypt::Params::new(self.cost.ilog2() as u8, self.block_size, self.parallelization);
        scrypt::scrypt(secret, salt, &parameters.map_err(|_| failed())?, &mut output).map_err(|_| failed())?;
        Ok(output)
    }
}

/// HKDF (RFC 5869), both steps.
pub(crate) fn hkdf(hash: &str, secret: &[u8], salt: &[u8], info: &[u8], length: u32) -> Result<Vec<u8>, Failure> {
    let hash = known(hash)?;
    let length = length as usize;
    if length > 255 * hash.length() {
        return Err(Failure::range_error("ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length"));
    }
    let key = hash.hmac(salt, secret)?;
    let mut output = Vec::with_capacity(length + hash.length());
    let mut block = Vec::new();
    for counter in 1..=length.div_ceil(hash.length()) {
        block = hash.hmac(&key, &[&block[..], info, &[counter as u8]].concat())?;
        output.extend_from_slice(&block);
    }
    output.truncate(length);
    Ok(output)
}

/// Nanoseconds that HKDF takes.
pub(crate) fn hkdf_cost(hash: &str, secret: usize, info: usize, length: u32) -> u64 {
    let Some(hash) = Hash::named(hash) else { return 0 };
    let blocks = u64::from(length).div_ceil(hash.length() as u64).min(256);
    (secret as u64) * hash.cost_per_byte() + blocks * (2 * block_cost(hash) + info as u64 * hash.cost_per_byte())
}

fn room(length: u32) -> Result<Vec<u8>, Failure> {
    if length > LENGTH_MAX {
        let message = format!("The value of \"keylen\" is out of range. It must be <= {LENGTH_MAX}. Received {length}");
        return Err(Failure::range_error("ERR_OUT_OF_RANGE", message));
    }
    Ok(vec![0; length as usize])
}
