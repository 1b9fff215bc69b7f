//! Primes: testing and finding them. Bytes are big-endian. Knows of no host.

use super::failure::Failure;
use super::numbers::{BITS_MAX, bit_length, bytes, number, power_cost, random, too_large, trimmed};
use super::rsa_padding::fill;
use crypto_bigint::{BoxedUint, Limb, NonZero, Odd, RandomBits, Resize};
use crypto_primes::hazmat::{MillerRabin, SetBits, SmallFactorsSieveFactory};
use crypto_primes::{Flavor, is_prime, sieve_and_find};
use std::cell::Cell;

/// Nanoseconds of testing whether a number is a prime.
pub(crate) fn check_cost(bits: u32, checks: u32) -> u64 {
    power_cost(bits, bits).saturating_mul(6 + u64::from(checks))
}

/// Whether a number is a prime: Baillie's test, and as many of Miller and Rabin with random bases as are asked for.
pub(crate) fn check_prime(candidate: &[u8], checks: u32) -> Result<bool, Failure> {
    if bit_length(candidate) > BITS_MAX {
        return Err(too_large());
    }
    let candidate = number(candidate);
    if !is_prime(Flavor::Any, &candidate) {
        return Ok(false);
    }
    match Odd::new(candidate).into_option() {
        Some(odd) if odd.as_ref().bit_width_vartime() > 3 => {
            let test = MillerRabin::new(odd);
            Ok((0..checks).all(|_| test.test_random_base(&mut random()).is_probably_prime()))
        }
        _ => Ok(true),
    }
}

/// Nanoseconds that finding a prime takes, about.
pub(crate) fn prime_cost(bits: u32, safe: bool) -> u64 {
    let tests = u64::from(bits) / 24 + 4;
    let tests = if safe { tests.saturating_mul(u64::from(bits) / 12 + 4) } else { tests };
    power_cost(bits, bits).saturating_mul(tests)
}

/// A random prime of `bits` bits.
pub(crate) fn generate_prime(
    bits: u32,
    safe: bool,
    add: Option<&[u8]>,
    rem: Option<&[u8]>,
) -> Result<Vec<u8>, Failure> {
    let shortest = if safe { 3 } else { 2 };
    if bits < shortest || (safe && matches!(bits, 4 | 5)) {
        return Err(Failure::plain("error:01800076:bignum routines::bits too small"));
    }
    if bits > BITS_MAX {
        return Err(Failure::plain("error:01800072:bignum routines::bignum too long"));
    }
    if let Some(add) = add {
        return generate_in_class(bits, safe, trimmed(add), rem.map(trimmed));
    }
    if bits < 8 {
        return generate_small(bits, safe);
    }
    let flavor = if safe { Flavor::Safe } else { Flavor::Any };
    let sieve = SmallFactorsSieveFactory::new(flavor, bits, SetBits::TwoMsb).map_err(|_| not_found())?;
    let left = Cell::new(tries_max(bits, safe));
    let found = sieve_and_find(&mut random(), sieve, |_, candidate: &BoxedUint| {
        left.set(left.get().saturating_sub(1));
        left.get() == 0 || is_prime(flavor, candidate)
    });
    match found {
        Ok(Some(prime)) if left.get() > 0 => Ok(bytes(&prime)),
        _ => Err(not_found()),
    }
}

/// A prime of less than eight bits. The first two of them are set, as they are in longer ones.
fn generate_small(bits: u32, safe: bool) -> Result<Vec<u8>, Failure> {
    let is_prime = |number: u8| number > 1 && (2..number).all(|divisor| !number.is_multiple_of(divisor));
    let numbers = (3_u8 << (bits - 2))..=(0xff >> (8 - bits));
    let primes: Vec<u8> = numbers.filter(|number| is_prime(*number) && (!safe || is_prime(number / 2))).collect();
    let mut choice = [0; 8];
    fill(&mut choice)?;
    let index = u64::from_le_bytes(choice) % (primes.len() as u64).max(1);
    primes.get(index as usize).map(|prime| vec![*prime]).ok_or_else(not_found)
}

/// A prime that leaves the remainder `rem` when divided by `add`.
fn generate_in_class(bits: u32, safe: bool, add: &[u8], rem: Option<&[u8]>) -> Result<Vec<u8>, Failure> {
    if add.is_empty() {
        return Err(Failure::plain("error:01800067:bignum routines::div by zero"));
    }
    if bit_length(add) > bits {
        return Err(Failure::range_error("ERR_OUT_OF_RANGE", "invalid options.add"));
    }
    let precision = bits.next_multiple_of(64) + 64;
    let add = number(add).resize(precision);
    let rem = rem.map_or_else(|| BoxedUint::from(if safe { 3_u64 } else { 1 }), number).resize(precision);
    if rem.cmp_vartime(&add).is_ge() && bits > 2 {
        return Err(Failure::range_error("ERR_OUT_OF_RANGE", "invalid options.rem"));
    }
    let step = NonZero::new(add).into_option().ok_or_else(not_found)?;
    let flavor = if safe { Flavor::Safe } else { Flavor::Any };
    let small = small_primes(bits);
    let mut left = tries_max(bits, safe);
    while left > 0 {
        left -= 1;
        let start = BoxedUint::random_bits(&mut random(), bits).resize(precision);
        let mut candidate = start.wrapping_sub(start.rem_vartime(&step)).wrapping_add(&rem);
        for is_composite in sieved(&candidate, &step, safe, &small) {
            if candidate.bit_width_vartime() != bits {
                break;
            }
            if !is_composite {
                left = left.saturating_sub(1);
                if is_prime(flavor, &candidate.clone().resize(bits.next_multiple_of(64))) {
                    return Ok(bytes(&candidate));
                }
            }
            candidate = candidate.wrapping_add(step.as_ref());
        }
        left = left.saturating_sub(LOOK_COST * small.len().min(1) as u64);
    }
    Err(not_found())
}

/// Numbers that are sieved together.
const WINDOW: usize = 4_096;

/// Sieving counts as so many tries.
const LOOK_COST: u64 = 16;

/// The primes that candidates of so many bits are divided by: none, where candidates may be as small themselves.
fn small_primes(bits: u32) -> Vec<u32> {
    const MAX: usize = 1 << 14;
    if bits < 64 {
        return Vec::new();
    }
    let mut is_composite = vec![false; MAX];
    let mut primes = Vec::new();
    for number in 2..MAX {
        if !is_composite[number] {
            primes.push(number as u32);
            (number * number..MAX).step_by(number).for_each(|multiple| is_composite[multiple] = true);
        }
    }
    primes
}

/// Which of the numbers `start`, `start + step` and so on cannot be primes, or not safe ones.
fn sieved(start: &BoxedUint, step: &NonZero<BoxedUint>, safe: bool, small: &[u32]) -> Vec<bool> {
    // Where nothing is sieved, numbers near each other are no better than any.
    let mut is_composite = vec![false; if small.is_empty() { 1 } else { WINDOW }];
    for prime in small {
        let Some(divisor) = NonZero::new(Limb::from_u32(*prime)).into_option() else { continue };
        let mut rest = start.rem_limb(divisor).0;
        let step = step.rem_limb(divisor).0;
        let prime = u64::from(*prime);
        for flag in &mut is_composite {
            // Of a safe prime (p - 1) / 2 is a prime too.
            *flag |= rest == 0 || (safe && rest == 1 && prime > 2);
            rest += step;
            if rest >= prime {
                rest -= prime;
            }
        }
    }
    is_composite
}

/// How often it is tried: far more often than it takes, unless there is no such prime.
fn tries_max(bits: u32, safe: bool) -> u64 {
    let usual = u64::from(bits) * 8 + 500;
    if safe { usual * (u64::from(bits) / 8 + 10) } else { usual }
}

fn not_found() -> Failure {
    Failure::plain("error:01800079:bignum routines::no suitable prime found")
}
