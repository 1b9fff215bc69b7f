//! Keys on the curves of Edwards and Montgomery: Ed25519 and Ed448 for signatures, X25519 and X448 for agreement.
//! Knows of no host.

use super::failure::Failure;
use super::rsa_padding::fill;
use ed448_goldilocks::elliptic_curve::bigint::U448;
use ed448_goldilocks::elliptic_curve::scalar::FromUintUnchecked;
use ed448_goldilocks::{EdwardsScalar, MontgomeryPoint};
use ed25519_dalek::Signer;

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Okp {
    Ed25519,
    Ed448,
    X25519,
    X448,
}

/// A key, its numbers as they are in files.
#[derive(Clone)]
pub(crate) struct OkpKey {
    pub(crate) kind: Okp,
    pub(crate) public: Vec<u8>,
    pub(crate) private: Option<Vec<u8>>,
}

impl Okp {
    const ALL: [Okp; 4] = [Okp::Ed25519, Okp::Ed448, Okp::X25519, Okp::X448];

    pub(crate) fn named(name: &str) -> Option<Okp> {
        Okp::ALL.into_iter().find(|kind| kind.jwk_name().eq_ignore_ascii_case(name))
    }

    pub(crate) fn with_oid(oid: &[u8]) -> Option<Okp> {
        Okp::ALL.into_iter().find(|kind| kind.oid() == oid)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Okp::Ed25519 => "ed25519",
            Okp::Ed448 => "ed448",
            Okp::X25519 => "x25519",
            Okp::X448 => "x448",
        }
    }

    pub(crate) fn jwk_name(self) -> &'static str {
        match self {
            Okp::Ed25519 => "Ed25519",
            Okp::Ed448 => "Ed448",
            Okp::X25519 => "X25519",
            Okp::X448 => "X448",
        }
    }

    pub(crate) fn oid(self) -> &'static [u8] {
        match self {
            Okp::Ed25519 => b"\x2b\x65\x70",
            Okp::Ed448 => b"\x2b\x65\x71",
            Okp::X25519 => b"\x2b\x65\x6e",
            Okp::X448 => b"\x2b\x65\x6f",
        }
    }

    pub(crate) fn signs(self) -> bool {
        matches!(self, Okp::Ed25519 | Okp::Ed448)
    }

    /// Bytes of a number, private or public.
    fn length(self) -> usize {
        match self {
            Okp::Ed25519 | Okp::X25519 => 32,
            Okp::Ed448 => 57,
            Okp::X448 => 56,
        }
    }
}

impl OkpKey {
    pub(crate) fn public(kind: Okp, bytes: &[u8]) -> Option<OkpKey> {
        (bytes.len() == kind.length()).then(|| OkpKey { kind, public: bytes.to_vec(), private: None })
    }

    pub(crate) fn private(kind: Okp, bytes: &[u8]) -> Option<OkpKey> {
        let public = match kind {
            Okp::Ed25519 => ed25519(bytes)?.verifying_key().to_bytes().to_vec(),
            Okp::Ed448 => ed448(bytes)?.verifying_key().to_bytes().to_vec(),
            Okp::X25519 => x25519_dalek::x25519(bytes.try_into().ok()?, x25519_dalek::X25519_BASEPOINT_BYTES).to_vec(),
            Okp::X448 => x448(bytes, &MontgomeryPoint::GENERATOR.0)?,
        };
        Some(OkpKey { kind, public, private: Some(bytes.to_vec()) })
    }

    pub(crate) fn generate(kind: Okp) -> Result<OkpKey, Failure> {
        let mut bytes = vec![0; kind.length()];
        fill(&mut bytes)?;
        OkpKey::private(kind, &bytes).ok_or_else(|| Failure::plain("the system's random bytes give no key"))
    }

    /// Nanoseconds of using it.
    pub(crate) fn cost(&self) -> u64 {
        match self.kind {
            Okp::Ed25519 | Okp::X25519 => 200_000,
            Okp::Ed448 | Okp::X448 => 1_000_000,
        }
    }

    /// None: the key is private no more, or not for signatures.
    pub(crate) fn sign(&self, data: &[u8]) -> Option<Vec<u8>> {
        let private = self.private.as_ref()?;
        match self.kind {
            Okp::Ed25519 => Some(ed25519(private)?.sign(data).to_bytes().to_vec()),
            Okp::Ed448 => Some(ed448(private)?.sign_raw(data).to_bytes().to_vec()),
            Okp::X25519 | Okp::X448 => None,
        }
    }

    pub(crate) fn verify(&self, data: &[u8], signature: &[u8]) -> bool {
        match self.kind {
            Okp::Ed25519 => self.verify_ed25519(data, signature).is_some(),
            Okp::Ed448 => self.verify_ed448(data, signature).is_some(),
            Okp::X25519 | Okp::X448 => false,
        }
    }

    fn verify_ed25519(&self, data: &[u8], signature: &[u8]) -> Option<()> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(self.public.as_slice().try_into().ok()?).ok()?;
        let signature = ed25519_dalek::Signature::from_slice(signature).ok()?;
        ed25519_dalek::Verifier::verify(&key, data, &signature).ok()
    }

    fn verify_ed448(&self, data: &[u8], signature: &[u8]) -> Option<()> {
        let bytes: [u8; 57] = self.public.as_slice().try_into().ok()?;
        // Of the last byte of a point only the sign counts; the crate does not look at the others.
        if bytes[56] & 0x7f != 0 || signature.get(56)? & 0x7f != 0 {
            return None;
        }
        let key = ed448_goldilocks::VerifyingKey::from_bytes(&bytes).ok()?;
        let signature = ed448_goldilocks::Signature::from_slice(signature).ok()?;
        key.verify_raw(&signature, data).ok()
    }

    /// None where the result would be known to everybody, or keys are not for agreement.
    pub(crate) fn agree(&self, other: &OkpKey) -> Option<Vec<u8>> {
        let private = self.private.as_ref()?;
        let secret = match (self.kind, other.kind) {
            (Okp::X25519, Okp::X25519) => {
                let public = other.public.as_slice().try_into().ok()?;
                x25519_dalek::x25519(private.as_slice().try_into().ok()?, public).to_vec()
            }
            (Okp::X448, Okp::X448) => x448(private, other.public.as_slice().try_into().ok()?)?,
            _ => return None,
        };
        secret.iter().any(|byte| *byte != 0).then_some(secret)
    }
}

fn ed25519(private: &[u8]) -> Option<ed25519_dalek::SigningKey> {
    Some(ed25519_dalek::SigningKey::from_bytes(private.try_into().ok()?))
}

fn ed448(private: &[u8]) -> Option<ed448_goldilocks::SigningKey> {
    ed448_goldilocks::SigningKey::try_from(private).ok()
}

/// The function of RFC 7748.
fn x448(private: &[u8], point: &[u8; 56]) -> Option<Vec<u8>> {
    let mut number: [u8; 56] = private.try_into().ok()?;
    number[0] &= 0xfc;
    number[55] |= 0x80;
    // Not reduced: it is the bits that count.
    let number = EdwardsScalar::from_uint_unchecked(U448::from_le_slice(&number));
    Some((&MontgomeryPoint(*point) * &number).0.to_vec())
}
