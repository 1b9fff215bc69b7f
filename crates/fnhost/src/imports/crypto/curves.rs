//! Keys on elliptic curves for ECDSA and ECDH: NIST's and secp256k1. Knows of no host.

use super::failure::Failure;
use super::numbers::{padded, random, trimmed};
use super::rsa_padding::fill;
use p256::ecdsa::signature::hazmat::{PrehashVerifier, RandomizedPrehashSigner};
use p256::elliptic_curve::sec1::ToSec1Point;

/// A curve for ECDSA and ECDH.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Curve {
    P224,
    P256,
    P384,
    P521,
    Secp256k1,
}

/// Runs `$body` with `$module` standing for the crate of a curve.
macro_rules! with_curve {
    ($curve:expr, $module:ident => $body:expr) => {
        match $curve {
            Curve::P224 => {
                use p224 as $module;
                $body
            }
            Curve::P256 => {
                use p256 as $module;
                $body
            }
            Curve::P384 => {
                use p384 as $module;
                $body
            }
            Curve::P521 => {
                use p521 as $module;
                $body
            }
            Curve::Secp256k1 => {
                use k256 as $module;
                $body
            }
        }
    };
}

impl Curve {
    pub(crate) const ALL: [Curve; 5] = [Curve::P256, Curve::P224, Curve::Secp256k1, Curve::P384, Curve::P521];

    /// The curve that `name` stands for, in the spellings of OpenSSL and NIST.
    pub(crate) fn named(name: &str) -> Option<Curve> {
        let is_it = |known: &str| known.eq_ignore_ascii_case(name);
        Curve::ALL.into_iter().find(|curve| is_it(curve.name()) || is_it(curve.jwk_name()))
    }

    /// OpenSSL's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Curve::P224 => "secp224r1",
            Curve::P256 => "prime256v1",
            Curve::P384 => "secp384r1",
            Curve::P521 => "secp521r1",
            Curve::Secp256k1 => "secp256k1",
        }
    }

    pub(crate) fn jwk_name(self) -> &'static str {
        match self {
            Curve::P224 => "P-224",
            Curve::P256 => "P-256",
            Curve::P384 => "P-384",
            Curve::P521 => "P-521",
            Curve::Secp256k1 => "secp256k1",
        }
    }

    pub(crate) fn oid(self) -> &'static [u8] {
        match self {
            Curve::P224 => b"\x2b\x81\x04\x00\x21",
            Curve::P256 => b"\x2a\x86\x48\xce\x3d\x03\x01\x07",
            Curve::P384 => b"\x2b\x81\x04\x00\x22",
            Curve::P521 => b"\x2b\x81\x04\x00\x23",
            Curve::Secp256k1 => b"\x2b\x81\x04\x00\x0a",
        }
    }

    /// Bytes of a coordinate, and of a private key.
    pub(crate) fn length(self) -> usize {
        match self {
            Curve::P224 => 28,
            Curve::P256 | Curve::Secp256k1 => 32,
            Curve::P384 => 48,
            Curve::P521 => 66,
        }
    }

    /// Nanoseconds of a multiplication.
    pub(crate) fn cost(self) -> u64 {
        match self {
            Curve::P224 | Curve::P256 | Curve::Secp256k1 => 300_000,
            Curve::P384 => 800_000,
            Curve::P521 => 1_500_000,
        }
    }
}

/// A key on such a curve.
#[derive(Clone)]
pub(crate) struct EcKey {
    pub(crate) curve: Curve,
    /// Not compressed.
    pub(crate) point: Vec<u8>,
    /// As long as a coordinate.
    pub(crate) private: Option<Vec<u8>>,
    /// Files say what the curve is, instead of naming it.
    pub(crate) explicit: bool,
}

impl EcKey {
    pub(crate) fn public(curve: Curve, point: &[u8]) -> Option<EcKey> {
        let length = curve.length();
        let mut plain = point.to_vec();
        // A hybrid point says twice whether y is odd.
        if let (Some(6 | 7), Some(last)) = (point.first(), point.last())
            && point.len() == 2 * length + 1
        {
            if point[0] & 1 != last & 1 {
                return None;
            }
            plain[0] = 4;
        }
        let point = with_curve!(curve, module => module::PublicKey::from_sec1_bytes(&plain).ok()?.to_sec1_point(false).as_bytes().to_vec());
        Some(EcKey { curve, point, private: None, explicit: false })
    }

    pub(crate) fn private(curve: Curve, number: &[u8]) -> Option<EcKey> {
        if trimmed(number).len() > curve.length() {
            return None;
        }
        let private = padded(number, curve.length());
        let point = with_curve!(curve, module => module::SecretKey::from_slice(&private).ok()?.public_key().to_sec1_point(false).as_bytes().to_vec());
        Some(EcKey { curve, point, private: Some(private), explicit: false })
    }

    pub(crate) fn generate(curve: Curve) -> Result<EcKey, Failure> {
        for _ in 0..64 {
            let mut number = vec![0; curve.length()];
            fill(&mut number)?;
            if curve == Curve::P521 {
                number[0] &= 1;
            }
            if let Some(key) = EcKey::private(curve, &number) {
                return Ok(key);
            }
        }
        Err(Failure::plain("the system's random bytes give no key"))
    }

    /// The point as `compressed`, `hybrid` or, for anything else, in full.
    pub(crate) fn encoded_point(&self, form: Option<&str>) -> Vec<u8> {
        let length = self.curve.length();
        let odd = self.point.last().map_or(0, |last| last & 1);
        let mut point = self.point.clone();
        match form {
            Some("compressed") => {
                point.truncate(length + 1);
                point[0] = 2 | odd;
            }
            Some("hybrid") => point[0] = 6 | odd,
            _ => {}
        }
        point
    }

    /// The coordinates.
    pub(crate) fn coordinates(&self) -> (&[u8], &[u8]) {
        self.point[1..].split_at(self.curve.length())
    }

    /// A signature of a hash's value: r and s, one after the other.
    pub(crate) fn sign(&self, digest: &[u8]) -> Option<Vec<u8>> {
        let private = self.private.as_ref()?;
        let digest = padded_digest(digest, self.curve);
        Some(with_curve!(self.curve, module => {
            let key = module::ecdsa::SigningKey::from_slice(private).ok()?;
            let signature: module::ecdsa::Signature = key.sign_prehash_with_rng(&mut random(), &digest).ok()?;
            signature.to_bytes().to_vec()
        }))
    }

    /// Whether r and s are a signature of this hash.
    pub(crate) fn verify(&self, digest: &[u8], signature: &[u8]) -> bool {
        let digest = padded_digest(digest, self.curve);
        with_curve!(self.curve, module => {
            let key = module::ecdsa::VerifyingKey::from_sec1_bytes(&self.point);
            // Some curves' crates take only the smaller of the two values that s can have, OpenSSL takes both.
            let signature = module::ecdsa::Signature::from_slice(signature).map(|signature| signature.normalize_s());
            matches!((key, signature), (Ok(key), Ok(signature)) if key.verify_prehash(&digest, &signature).is_ok())
        })
    }

    pub(crate) fn agree(&self, other: &EcKey) -> Option<Vec<u8>> {
        let private = self.private.as_ref()?;
        Some(with_curve!(self.curve, module => {
            let secret = module::SecretKey::from_slice(private).ok()?;
            let public = module::PublicKey::from_sec1_bytes(&other.point).ok()?;
            secret.diffie_hellman(&public).raw_secret_bytes().to_vec()
        }))
    }
}

/// A hash that is much shorter than the curve's numbers, with zeros in front, which changes nothing.
fn padded_digest(digest: &[u8], curve: Curve) -> Vec<u8> {
    let missing = curve.length().div_ceil(2).saturating_sub(digest.len());
    let mut bytes = vec![0; missing];
    bytes.extend_from_slice(digest);
    bytes
}
