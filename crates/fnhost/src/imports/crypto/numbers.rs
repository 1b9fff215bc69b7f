//! Large numbers: powers, and Diffie-Hellman's groups. Bytes are big-endian. Knows of no host.

use super::failure::Failure;
use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, NonZero, Odd, Resize};
use crypto_primes::{Flavor, is_prime};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;

/// Longer numbers are refused.
pub(crate) const BITS_MAX: u32 = 10_000;

/// The system's randomness. It fails only where the system itself is broken.
pub(crate) fn random() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// A number of any length; leading zeros do not count.
pub(crate) fn number(bytes: &[u8]) -> BoxedUint {
    let bytes = trimmed(bytes);
    let bits = (bytes.len() as u32 * 8).max(64).next_multiple_of(64);
    BoxedUint::from_be_slice(bytes, bits).unwrap_or_else(|_| BoxedUint::zero_with_precision(bits))
}

/// Without leading zeros.
pub(crate) fn trimmed(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..]
}

/// The bytes of `number`, as few as there need be.
pub(crate) fn bytes(number: &BoxedUint) -> Vec<u8> {
    trimmed(&number.to_be_bytes()).to_vec()
}

/// The bytes of `number`, filled with zeros to `length`.
pub(crate) fn padded(number: &[u8], length: usize) -> Vec<u8> {
    let number = trimmed(number);
    let mut filled = vec![0; length.saturating_sub(number.len())];
    filled.extend_from_slice(number);
    filled
}

pub(crate) fn bit_length(bytes: &[u8]) -> u32 {
    let bytes = trimmed(bytes);
    bytes.first().map_or(0, |first| bytes.len() as u32 * 8 - first.leading_zeros())
}

fn too_small() -> Failure {
    Failure::openssl("0280007E", "Diffie-Hellman routines", "DH_", "modulus too small")
}

pub(crate) fn too_large() -> Failure {
    Failure::openssl("02800067", "Diffie-Hellman routines", "DH_", "modulus too large")
}

/// Nanoseconds that a power takes: a multiplication of two such numbers for each bit of the exponent.
pub(crate) fn power_cost(exponent_bits: u32, modulus_bits: u32) -> u64 {
    let words = u64::from(modulus_bits.div_ceil(64)) + 2;
    u64::from(exponent_bits).saturating_mul(words * words * 2)
}

/// `base` to the power of `exponent`, modulo `modulus`; as long as the modulus.
pub(crate) fn power(base: &[u8], exponent: &[u8], modulus: &[u8]) -> Result<Vec<u8>, Failure> {
    let (exponent, modulus) = (trimmed(exponent), trimmed(modulus));
    if bit_length(modulus) > BITS_MAX || bit_length(exponent) > BITS_MAX || bit_length(base) > 2 * BITS_MAX {
        return Err(too_large());
    }
    if bit_length(modulus) < 2 {
        return Err(too_small());
    }
    let no_inverse = || Failure::openssl("0180006C", "bignum routines", "BN_", "no inverse");
    let length = modulus.len();
    let modulus = number(modulus);
    let odd = Odd::new(modulus.clone()).into_option().ok_or_else(no_inverse)?;
    let base = number(base).rem_vartime(&NonZero::new(modulus.clone()).into_option().ok_or_else(no_inverse)?);
    let parameters = BoxedMontyParams::new(odd);
    let base = BoxedMontyForm::new(base.resize(modulus.bits_precision()), &parameters);
    let result = base.pow(&number(exponent)).retrieve();
    Ok(padded(&result.to_be_bytes(), length))
}

/// The primes of the groups modp1 to modp18 are made of the digits of pi: 64 ones, digits plus a number, 64 ones.
#[rustfmt::skip]
const PI: &str = "\
    C90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437\
    4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3D\
    C2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804\
    F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE5\
    15D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
    ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C\
    770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A92108011A723C12A787E6D788719A10BDBA5B2699C327186AF4E23C\
    1A946834B6150BDA2583E9CA2AD44CE8DBBBC2DB04DE8EF92E8EFC141FBECAA6287C59474E6BC05D99B2964FA090C3A2233BA186515BE7ED\
    1F612970CEE2D7AFB81BDD762170481CD0069127D5B05AA993B4EA988D8FDDC186FFB7DC90A6C08F4DF435C93402849236C3FAB4D27C7026\
    C1D4DCB2602646DEC9751E763DBA37BDF8FF9406AD9E530EE5DB382F413001AEB06A53ED9027D831179727B0865A8918DA3EDBEBCF9B14ED\
    44CE6CBACED4BB1BDB7F1447E6CC254B332051512BD7AF426FB8F401378CD2BF5983CA01C64B92ECF032EA15D1721D03F482D7CE6E74FEF6\
    D55E702F46980C82B5A84031900B1C9E59E7C97FBEC7E8F323A97A7E36CC88BE0F1D45B7FF585AC54BD407B22B4154AACC8F6D7EBF48E1D8\
    14CC5ED20F8037E0A79715EEF29BE32806A1D58BB7C5DA76F550AA3D8A1FBFF0EB19CCB1A313D55CDA56C9EC2EF29632387FE8D76E3C0468\
    043E8F663F4860EE12BF2D5B0B7474D6E694F91E6DBE115974A3926F12FEE5E438777CB6A932DF8CD8BEC4D073B931BA3BC832B68D9DD300\
    741FA7BF8AFC47ED2576F6936BA424663AAB639C5AE4F5683423B4742BF1C978238F16CBE39D652DE3FDB8BEFC848AD922222E04A4037C07\
    13EB57A81A23F0C73473FC646CEA306B4BCBC8862F8385DDFA9D4B7FA2C087E879683303ED5BDD3A062B3CF5B3A278A66D2A13F83F44F82D\
    DF310EE074AB6A364597E899A0255DC164F31CC50846851DF9AB48195DED7EA1B1D510BD7EE74D73FAF36BC31ECFA268359046F4EB879F92\
    4009438B481C6CD7889A002ED5EE382BC9190DA6FC026E479558E4475677E9AA9E3050E2765694DFC81F56E880B96E7160C980DD98A573EA\
";

/// The name of a group, how long its prime is in bits, what is added to the digits, and how long private numbers are in
/// bits; 0: as long as the prime.
const GROUPS: &[(&str, usize, u32, u32)] = &[
    ("modp1", 768, 149_686, 0),
    ("modp2", 1_024, 129_093, 0),
    ("modp5", 1_536, 741_804, 200),
    ("modp14", 2_048, 124_476, 225),
    ("modp15", 3_072, 1_690_314, 275),
    ("modp16", 4_096, 240_904, 325),
    ("modp17", 6_144, 929_484, 375),
    ("modp18", 8_192, 4_743_158, 400),
];

/// The prime of a well-known group, whose generator is 2.
pub(crate) fn named_group(name: &str) -> Option<Vec<u8>> {
    GROUPS
        .iter()
        .find(|(known, ..)| known.eq_ignore_ascii_case(name))
        .map(|(_, bits, added, _)| prime_of_group(*bits, *added))
}

fn prime_of_group(bits: usize, added: u32) -> Vec<u8> {
    let nibble = |digit: u8| (digit as char).to_digit(16).unwrap_or(0) as u8;
    let digits = &PI.as_bytes()[..(bits - 128) / 4];
    let mut prime = vec![0xff; 8];
    prime.extend(digits.chunks(2).map(|pair| nibble(pair[0]) << 4 | nibble(pair[1])));
    let mut carry = u64::from(added) - 1;
    for byte in prime.iter_mut().rev() {
        carry += u64::from(*byte);
        *byte = carry as u8;
        carry >>= 8;
    }
    prime.extend([0xff; 8]);
    prime
}

/// The bits of private numbers in the well-known group of this prime, which has no zeros in front; none: there is no such
/// group, or it does not say.
pub(crate) fn private_bits(prime: &[u8]) -> Option<u32> {
    let bits = bit_length(prime) as usize;
    let known = GROUPS.iter().find(|(_, length, added, _)| *length == bits && prime_of_group(bits, *added) == prime);
    known.map(|(.., private)| *private).filter(|private| *private > 0)
}

/// What OpenSSL's `DH_check` finds: 1 not prime, 2 not a safe prime, 8 a bad generator, 128 too short, 256 too long.
pub(crate) fn check_group(prime: &[u8], generator: &[u8]) -> Result<u32, Failure> {
    let (prime, generator) = (trimmed(prime), trimmed(generator));
    let bits = bit_length(prime);
    if GROUPS.iter().any(|(_, length, added, _)| *length as u32 == bits && prime_of_group(*length, *added) == prime) {
        return Ok(0);
    }
    if bits > BITS_MAX {
        return Err(too_large());
    }
    let p = number(prime);
    let g = number(generator);
    let mut flags = 0;
    let less_one = p.wrapping_sub(BoxedUint::one());
    if bit_length(generator) < 2 || g.cmp_vartime(&less_one).is_ge() {
        flags |= 8;
    }
    if bits < 512 {
        flags |= 128;
    }
    if !is_prime(Flavor::Any, &p) {
        flags |= 1;
    } else if !is_prime(Flavor::Any, &less_one.shr(1)) {
        flags |= 2;
    }
    Ok(flags)
}
