//! Curves said in full, by their numbers, as keys with explicit parameters have them (SEC 1, appendix C.2). Only the curves
//! that have names are computed with. Knows of no host.

use super::curves::{Curve, EcKey};
use super::der::{self, Reader};
use super::numbers::{number, padded, trimmed};
use crypto_bigint::BoxedUint;

const PRIME_FIELD: &[u8] = b"\x2a\x86\x48\xce\x3d\x01\x01";

/// The numbers of a curve y² = x³ + ax + b in hexadecimal: the field's prime, b, what b was made of, and the order.
struct Numbers {
    prime: &'static str,
    b: &'static str,
    seed: &'static str,
    order: &'static str,
}

const P224: Numbers = Numbers {
    prime: "ffffffffffffffffffffffffffffffff000000000000000000000001",
    b: "b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4",
    seed: "bd71344799d5c7fcdc45b59fa3b9ab8f6a948bc5",
    order: "ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d",
};

const P256: Numbers = Numbers {
    prime: "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
    b: "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
    seed: "c49d360886e704936a6678e1139d26b7819f7e90",
    order: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
};

const P384: Numbers = Numbers {
    prime: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
    b: "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
    seed: "a335926aa319a27a1d00896a6773a4827acdac73",
    order: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
};

const P521: Numbers = Numbers {
    prime: "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
            ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    b: "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109\
        e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
    seed: "d09e8800291cb85396cc6717393284aaa0da64ba",
    order: "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
            a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
};

const SECP256K1: Numbers = Numbers {
    prime: "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f",
    b: "07",
    seed: "",
    order: "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
};

/// The same, as bytes.
struct Parameters {
    prime: Vec<u8>,
    a: Vec<u8>,
    b: Vec<u8>,
    seed: Vec<u8>,
    generator: Vec<u8>,
    order: Vec<u8>,
}

impl Parameters {
    fn of(curve: Curve) -> Parameters {
        let numbers = match curve {
            Curve::P224 => P224,
            Curve::P256 => P256,
            Curve::P384 => P384,
            Curve::P521 => P521,
            Curve::Secp256k1 => SECP256K1,
        };
        let prime = bytes(numbers.prime);
        let minus_three = number(&prime).wrapping_sub(BoxedUint::from(3_u8));
        let a = if curve == Curve::Secp256k1 { Vec::new() } else { minus_three.to_be_bytes().to_vec() };
        // The public key of the private key 1.
        let generator = EcKey::private(curve, &[1]).map(|key| key.point).unwrap_or_default();
        let (b, seed, order) = (bytes(numbers.b), bytes(numbers.seed), bytes(numbers.order));
        Parameters { prime, a, b, seed, generator, order }
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |byte: u8| (byte as char).to_digit(16).unwrap_or(0) as u8;
    hex.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

/// As OpenSSL writes them.
pub(crate) fn write(curve: Curve) -> Vec<u8> {
    let Parameters { prime, a, b, seed, generator, order } = Parameters::of(curve);
    let field = der::sequence(&[&der::oid(PRIME_FIELD), &der::integer(&prime)]);
    let number = |number: &[u8]| padded(number, curve.length());
    let mut equation = [der::octets(&number(&a)), der::octets(&number(&b))].concat();
    if !seed.is_empty() {
        equation.extend(der::bits(&seed));
    }
    let equation = der::sequence(&[&equation]);
    let base = [der::octets(&generator), der::integer(&order), der::small_integer(1)].concat();
    der::sequence(&[&der::small_integer(1), &field, &equation, &base])
}

/// The curve that is meant.
pub(crate) fn read(mut outside: Reader<'_>) -> Option<Curve> {
    let mut fields = outside.sequence()?;
    fields.small_integer()?;
    let mut field = fields.sequence()?;
    if field.value(der::OID)? != PRIME_FIELD {
        return None;
    }
    let prime = field.integer()?;
    let mut equation = fields.sequence()?;
    let (a, b) = (equation.value(der::OCTET_STRING)?, equation.value(der::OCTET_STRING)?);
    let (generator, order) = (fields.value(der::OCTET_STRING)?, fields.integer()?);
    let is_it = |curve: &Curve| {
        let known = Parameters::of(*curve);
        let same = |one: &[u8], other: &[u8]| trimmed(one) == trimmed(other);
        same(prime, &known.prime)
            && same(a, &known.a)
            && same(b, &known.b)
            && same(order, &known.order)
            && EcKey::public(*curve, generator).is_some_and(|key| key.point == known.generator)
    };
    Curve::ALL.into_iter().find(is_it)
}
