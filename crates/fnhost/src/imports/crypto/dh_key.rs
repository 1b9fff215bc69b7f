//! Diffie-Hellman keys in a group of numbers. Knows of no host.

use super::failure::Failure;
use super::numbers::{self, BITS_MAX, bit_length, number, padded, power, power_cost, trimmed};
use super::rsa_padding::fill;
use crypto_bigint::BoxedUint;

/// The prime and the generator, without zeros in front, and how many bits private numbers are to have, if that is said.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct DhGroup {
    pub(crate) prime: Vec<u8>,
    pub(crate) generator: Vec<u8>,
    pub(crate) private_bits: Option<u32>,
}

/// A private or public key.
#[derive(Clone)]
pub(crate) struct DhKey {
    pub(crate) group: DhGroup,
    pub(crate) public: Vec<u8>,
    pub(crate) private: Option<Vec<u8>>,
}

impl DhGroup {
    /// None: numbers that are not computed with.
    pub(crate) fn new(prime: &[u8], generator: &[u8], private_bits: Option<u32>) -> Option<DhGroup> {
        let (prime, generator) = (trimmed(prime).to_vec(), trimmed(generator).to_vec());
        let is_odd = prime.last().is_some_and(|last| last & 1 == 1);
        let fits = (2..=BITS_MAX).contains(&bit_length(&prime)) && bit_length(&generator) <= BITS_MAX;
        (is_odd && fits).then_some(DhGroup { prime, generator, private_bits })
    }

    /// Bytes of a public number, at most, and of a secret.
    pub(crate) fn length(&self) -> usize {
        self.prime.len()
    }

    /// Nanoseconds of a power in it.
    pub(crate) fn cost(&self) -> u64 {
        let bits = bit_length(&self.prime);
        power_cost(bits, bits).saturating_add(100_000)
    }
}

impl DhKey {
    pub(crate) fn public(group: DhGroup, public: &[u8]) -> Option<DhKey> {
        let public = trimmed(public).to_vec();
        (bit_length(&public) <= bit_length(&group.prime)).then_some(DhKey { group, public, private: None })
    }

    pub(crate) fn private(group: DhGroup, private: &[u8]) -> Option<DhKey> {
        if bit_length(private) > BITS_MAX {
            return None;
        }
        let public = trimmed(&power(&group.generator, private, &group.prime).ok()?).to_vec();
        Some(DhKey { group, public, private: Some(trimmed(private).to_vec()) })
    }

    pub(crate) fn generate(group: DhGroup) -> Result<DhKey, Failure> {
        let bits = bit_length(&group.prime);
        if bits < 512 {
            return Err(Failure::plain("error:0280007E:Diffie-Hellman routines::modulus too small"));
        }
        let known = group.private_bits.or_else(|| numbers::private_bits(&group.prime));
        let length = known.filter(|known| *known > 1 && *known < bits).unwrap_or(bits - 1);
        let mut number = vec![0; length.div_ceil(8) as usize];
        fill(&mut number)?;
        let spare = number.len() as u32 * 8 - length;
        number[0] &= 0xff >> spare;
        // As long as it is said to be, and so never zero.
        number[0] |= 0x80 >> spare;
        DhKey::private(group, &number).ok_or_else(|| Failure::plain("error:02880003:Diffie-Hellman routines::BN lib"))
    }

    /// The secret shared with another's public key; none where that is one that gives the secret away.
    pub(crate) fn agree(&self, other: &DhKey) -> Option<Vec<u8>> {
        let private = self.private.as_ref()?;
        let last = number(&self.group.prime).wrapping_sub(BoxedUint::one());
        if bit_length(&other.public) < 2 || !number(&other.public).cmp_vartime(&last).is_lt() {
            return None;
        }
        let secret = power(&other.public, private, &self.group.prime).ok()?;
        (bit_length(&secret) > 1).then(|| padded(&secret, self.group.length()))
    }

    pub(crate) fn is_in_group_of(&self, other: &DhKey) -> bool {
        self.group.prime == other.group.prime && self.group.generator == other.group.generator
    }
}
