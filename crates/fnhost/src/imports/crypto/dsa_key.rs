//! DSA keys. Signatures are the `dsa` crate's. Knows of no host.

use super::failure::Failure;
use super::numbers::{BITS_MAX, bit_length, number, padded, power, power_cost, random, trimmed};
use super::primes::{generate_prime, prime_cost};
use crypto_bigint::{BoxedUint, NonZero, RandomMod, Resize};
use dsa::signature::hazmat::{PrehashVerifier, RandomizedPrehashSigner};
use dsa::{Components, Signature, SigningKey, VerifyingKey};

/// The shortest and longest prime and divisor, in bits.
const PRIME_BITS_MIN: u32 = 512;
const DIVISOR_BITS: std::ops::RangeInclusive<u32> = 160..=512;

/// The numbers that many keys may share.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Domain {
    pub(crate) prime: Vec<u8>,
    pub(crate) divisor: Vec<u8>,
    pub(crate) generator: Vec<u8>,
}

/// A private or public key.
#[derive(Clone)]
pub(crate) struct DsaKey {
    pub(crate) domain: Domain,
    pub(crate) public: Vec<u8>,
    pub(crate) private: Option<Vec<u8>>,
}

impl Domain {
    /// None: numbers that are not computed with.
    pub(crate) fn new(prime: &[u8], divisor: &[u8], generator: &[u8]) -> Option<Domain> {
        let [prime, divisor, generator] = [prime, divisor, generator].map(|number| trimmed(number).to_vec());
        let is_odd = |digits: &[u8]| digits.last().is_some_and(|last| last & 1 == 1);
        let fits = (PRIME_BITS_MIN..=BITS_MAX).contains(&bit_length(&prime))
            && DIVISOR_BITS.contains(&bit_length(&divisor))
            && bit_length(&divisor) < bit_length(&prime);
        let is_good = fits && is_odd(&prime) && is_odd(&divisor) && is_within(&generator, &prime);
        is_good.then_some(Domain { prime, divisor, generator })
    }

    fn components(&self) -> Option<Components> {
        let prime = number(&self.prime);
        let generator = number(&self.generator).resize(prime.bits_precision());
        Components::from_components_unchecked(prime, number(&self.divisor), generator).ok()
    }
}

/// Whether a number is more than one and less than `limit`.
fn is_within(digits: &[u8], limit: &[u8]) -> bool {
    bit_length(digits) > 1 && number(digits).cmp_vartime(number(limit)).is_lt()
}

impl DsaKey {
    pub(crate) fn public(domain: Domain, public: &[u8]) -> Option<DsaKey> {
        is_within(public, &domain.prime).then(|| DsaKey { domain, public: trimmed(public).to_vec(), private: None })
    }

    pub(crate) fn private(domain: Domain, private: &[u8]) -> Option<DsaKey> {
        if bit_length(private) == 0 || !number(private).cmp_vartime(number(&domain.divisor)).is_lt() {
            return None;
        }
        let public = trimmed(&power(&domain.generator, private, &domain.prime).ok()?).to_vec();
        Some(DsaKey { domain, public, private: Some(trimmed(private).to_vec()) })
    }

    /// Nanoseconds of making a key.
    pub(crate) fn generation_cost(bits: u32) -> u64 {
        prime_cost(bits.min(BITS_MAX), false).saturating_mul(2)
    }

    pub(crate) fn generate(bits: u32, divisor_bits: u32) -> Result<DsaKey, Failure> {
        if !(1_024..=BITS_MAX).contains(&bits) || !matches!(divisor_bits, 160 | 224 | 256) {
            return Err(Failure::plain("error:05000072:dsa routines::bad ffc parameters"));
        }
        let failed = || Failure::plain("error:05080003:dsa routines::BN lib");
        let divisor = generate_prime(divisor_bits, false, None, None)?;
        let doubled = number(&divisor).resize(bits).shl(1);
        let prime = generate_prime(bits, false, Some(&doubled.to_be_bytes()), Some(&[1]))?;
        let step = NonZero::new(number(&divisor).resize(bits.next_multiple_of(64))).into_option().ok_or_else(failed)?;
        let cofactor = number(&prime).wrapping_sub(BoxedUint::one()).wrapping_div_vartime(&step).to_be_bytes();
        let generator =
            (2_u8..=255).find_map(|base| power(&[base], &cofactor, &prime).ok().filter(|g| bit_length(g) > 1));
        let domain = Domain::new(&prime, &divisor, &generator.ok_or_else(failed)?).ok_or_else(failed)?;
        let below = NonZero::new(number(&domain.divisor)).into_option().ok_or_else(failed)?;
        let private = BoxedUint::random_mod_vartime(&mut random(), &below);
        DsaKey::private(domain, &private.to_be_bytes()).ok_or_else(failed)
    }

    pub(crate) fn bits(&self) -> u32 {
        bit_length(&self.domain.prime)
    }

    pub(crate) fn divisor_bits(&self) -> u32 {
        bit_length(&self.domain.divisor)
    }

    /// Bytes of each of the two numbers of a signature.
    pub(crate) fn length(&self) -> usize {
        self.domain.divisor.len()
    }

    /// Nanoseconds of using it: reading checks the public number.
    pub(crate) fn cost(&self) -> u64 {
        power_cost(self.divisor_bits() + 64, self.bits()).saturating_mul(4)
    }

    fn verifying(&self) -> Option<VerifyingKey> {
        let public = number(&self.public).resize(number(&self.domain.prime).bits_precision());
        VerifyingKey::from_components(self.domain.components()?, public).ok()
    }

    /// A signature of a hash's value: r and s, one after the other.
    pub(crate) fn sign(&self, digest: &[u8]) -> Option<Vec<u8>> {
        let private = number(self.private.as_ref()?).resize(number(&self.domain.divisor).bits_precision());
        let key = SigningKey::from_components(self.verifying()?, private).ok()?;
        let signature: Signature = key.sign_prehash_with_rng(&mut random(), digest).ok()?;
        let half = |number: &BoxedUint| padded(&number.to_be_bytes(), self.length());
        Some([half(signature.r()), half(signature.s())].concat())
    }

    /// Whether r and s are a signature of this hash.
    pub(crate) fn verify(&self, digest: &[u8], signature: &[u8]) -> bool {
        if signature.len() != 2 * self.length() {
            return false;
        }
        let (r, s) = signature.split_at(self.length());
        let precision = number(&self.domain.divisor).bits_precision();
        let half = |digits: &[u8]| number(digits).resize(precision);
        let signature = Signature::from_components(half(r), half(s));
        let (Some(key), Some(signature)) = (self.verifying(), signature) else { return false };
        key.verify_prehash(digest, &signature).is_ok()
    }
}
