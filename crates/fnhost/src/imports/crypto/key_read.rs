//! Reading keys: PEM, DER, JWK and raw ones. Knows of no host.

use super::curves::{Curve, EcKey};
use super::der::{self, Reader};
use super::dh_key::{DhGroup, DhKey};
use super::digests::Hash;
use super::dsa_key::{Domain, DsaKey};
use super::ec_parameters;
use super::failure::Failure;
use super::key_encryption::{self, Encrypted};
use super::keys::{Key, invalid_curve};
use super::okp::{Okp, OkpKey};
use super::pem::{self, Block};
use super::rsa_key::{PssLimits, RsaKey, Use};
use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

pub(crate) const RSA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
pub(crate) const RSA_PSS: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a";
pub(crate) const MGF1: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08";
pub(crate) const EC: &[u8] = b"\x2a\x86\x48\xce\x3d\x02\x01";
pub(crate) const DSA: &[u8] = b"\x2a\x86\x48\xce\x38\x04\x01";
pub(crate) const DH: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x03\x01";

/// The longest text or bytes that a key is looked for in.
const SOURCE_BYTES_MAX: usize = 1 << 20;

/// Where a key comes from.
pub(crate) struct Source<'a> {
    pub(crate) data: &'a [u8],
    pub(crate) format: &'a str,
    pub(crate) wants_private: bool,
    pub(crate) structure: Option<&'a str>,
    pub(crate) passphrase: Option<&'a [u8]>,
    pub(crate) curve: Option<&'a str>,
}

impl Source<'_> {
    /// Nanoseconds of reading it, at most about.
    pub(crate) fn cost(&self) -> u64 {
        let bytes = self.data.len() as u64 * 20;
        // A private RSA key is checked, which takes as long as using it.
        let bits = (self.data.len() as u32).min(2_048) * 4;
        let checked = super::numbers::power_cost(bits.min(4_096), bits.min(4_096)) / 2 + 500_000;
        let decrypted = if self.passphrase.is_none() { 0 } else { self.decryption_cost() };
        bytes.saturating_add(checked).saturating_add(decrypted)
    }

    fn decryption_cost(&self) -> u64 {
        if self.data.len() > SOURCE_BYTES_MAX {
            return 0;
        }
        let cost = |bytes: &[u8]| Encrypted::parse(bytes).map_or(0, |encrypted| encrypted.cost());
        match self.format {
            "der" => cost(self.data),
            "pem" => self.blocks().iter().map(|block| cost(&block.bytes)).max().unwrap_or(0),
            _ => 0,
        }
    }

    fn blocks(&self) -> Vec<Block> {
        pem::blocks(&String::from_utf8_lossy(self.data))
    }

    pub(crate) fn parse(&self) -> Result<Key, Failure> {
        if self.data.len() > SOURCE_BYTES_MAX {
            return Err(unsupported());
        }
        let key = match self.format {
            "pem" => self.read_pem()?,
            "der" => self.read_der()?,
            "jwk" => self.read_jwk()?,
            _ => self.read_raw()?,
        };
        match (self.wants_private, key.is_private()) {
            (true, false) => Err(unsupported()),
            (false, true) => Ok(key.to_public()),
            _ => Ok(key),
        }
    }

    fn read_pem(&self) -> Result<Key, Failure> {
        let blocks = self.blocks();
        if !self.wants_private {
            for block in &blocks {
                let key = match block.label.as_str() {
                    "PUBLIC KEY" => public_info(&block.bytes),
                    "RSA PUBLIC KEY" => rsa_public(&block.bytes),
                    "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => certificate(&block.bytes),
                    _ => continue,
                };
                return key.ok_or_else(wrong_tag);
            }
        }
        for block in &blocks {
            match block.label.as_str() {
                "PRIVATE KEY" => return private_info(&block.bytes).ok_or_else(unsupported),
                "RSA PRIVATE KEY" => return rsa_private(&self.decrypted_old(block)?, Use::Any).ok_or_else(unsupported),
                "EC PRIVATE KEY" => return ec_private(&self.decrypted_old(block)?, None).ok_or_else(unsupported),
                "DSA PRIVATE KEY" => return dsa_private(&self.decrypted_old(block)?).ok_or_else(unsupported),
                "ENCRYPTED PRIVATE KEY" => {
                    let encrypted = Encrypted::parse(&block.bytes).ok_or_else(unsupported)?;
                    let passphrase = self.passphrase.ok_or_else(no_passphrase)?;
                    return private_info(&encrypted.decrypt(passphrase)?).ok_or_else(unsupported);
                }
                _ => {}
            }
        }
        Err(unsupported())
    }

    fn decrypted_old(&self, block: &Block) -> Result<Vec<u8>, Failure> {
        let Some((cipher, vector)) = &block.encryption else { return Ok(block.bytes.clone()) };
        let passphrase = self.passphrase.ok_or_else(no_passphrase)?;
        let bytes = key_encryption::decrypt_old(cipher, vector, passphrase, &block.bytes)?;
        // Padding that is right by chance.
        if Reader(&bytes).sequence().is_none() { Err(super::ciphers::bad_decrypt()) } else { Ok(bytes) }
    }

    fn read_der(&self) -> Result<Key, Failure> {
        let data = self.data;
        match (self.structure, self.wants_private) {
            (Some("spki"), _) => public_info(data).ok_or_else(wrong_tag),
            (Some("pkcs1"), false) => rsa_public(data).or_else(|| rsa_private(data, Use::Any)).ok_or_else(wrong_tag),
            (Some("pkcs8"), _) => {
                if let Some(encrypted) = Encrypted::parse(data) {
                    let missing =
                        || Failure::type_error("ERR_MISSING_PASSPHRASE", "Passphrase required for encrypted key");
                    let bytes = encrypted.decrypt(self.passphrase.ok_or_else(missing)?)?;
                    return private_info(&bytes).ok_or_else(unsupported);
                }
                private_info(data).ok_or_else(wrong_tag)
            }
            _ => rsa_private(data, Use::Any)
                .or_else(|| ec_private(data, None))
                .or_else(|| dsa_private(data))
                .or_else(|| private_info(data))
                .ok_or_else(unsupported),
        }
    }

    fn read_raw(&self) -> Result<Key, Failure> {
        let name = self.curve.unwrap_or_default();
        let (key, missing) = match (Okp::named(name), Curve::named(name)) {
            (Some(kind), _) if self.wants_private => (OkpKey::private(kind, self.data).map(Key::Okp), "private"),
            (Some(kind), _) => (OkpKey::public(kind, self.data).map(Key::Okp), "public"),
            (_, Some(curve)) if self.wants_private => (EcKey::private(curve, self.data).map(Key::Ec), "private"),
            (_, Some(curve)) => (EcKey::public(curve, self.data).map(Key::Ec), "public"),
            _ => return Err(invalid_curve()),
        };
        key.ok_or_else(|| match missing {
            "private" => {
                let message = "Private key is not valid for specified curve.";
                Failure::range_error("ERR_CRYPTO_INVALID_KEYTYPE", message)
            }
            _ => {
                let message = "Public key is not valid for specified curve";
                Failure::error("ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY", message)
            }
        })
    }

    fn read_jwk(&self) -> Result<Key, Failure> {
        let invalid = |what: &str| Failure::type_error("ERR_CRYPTO_INVALID_JWK", format!("Invalid JWK {what}"));
        let fields: serde_json::Value = serde_json::from_slice(self.data).map_err(|_| invalid("data"))?;
        let text = |name: &str| fields.get(name).and_then(serde_json::Value::as_str);
        let bytes = |name: &str| text(name).and_then(base64url);
        let is_private = text("d").is_some() && self.wants_private;
        match text("kty").unwrap_or_default() {
            "RSA" => {
                let (Some(n), Some(e)) = (bytes("n"), bytes("e")) else { return Err(invalid("RSA key")) };
                if !is_private {
                    return RsaKey::public(&n, &e, Use::Any).map(Key::Rsa).ok_or_else(|| invalid("RSA key"));
                }
                let parts = ["d", "p", "q", "dp", "dq", "qi"].map(|name| bytes(name).unwrap_or_default());
                let key = RsaKey::private(&n, &e, parts.each_ref().map(|part| &part[..]), Use::Any);
                key.map(Key::Rsa).ok_or_else(|| invalid("RSA key"))
            }
            "EC" => {
                let invalid = || invalid("EC key");
                let curve = text("crv").and_then(Curve::named).ok_or_else(invalid_curve)?;
                let (Some(x), Some(y)) = (bytes("x"), bytes("y")) else { return Err(invalid()) };
                if x.len() > curve.length() || y.len() > curve.length() {
                    return Err(invalid());
                }
                let length = curve.length();
                let point =
                    [&[4][..], &super::numbers::padded(&x, length), &super::numbers::padded(&y, length)].concat();
                let key = EcKey::public(curve, &point).ok_or_else(invalid)?;
                if !is_private {
                    return Ok(Key::Ec(key));
                }
                let private = EcKey::private(curve, &bytes("d").ok_or_else(invalid)?).ok_or_else(invalid)?;
                if private.point == key.point { Ok(Key::Ec(private)) } else { Err(invalid()) }
            }
            "OKP" => {
                let kind = text("crv").and_then(Okp::named).ok_or_else(|| invalid("data"))?;
                let public = OkpKey::public(kind, &bytes("x").unwrap_or_default());
                let key = match bytes("d") {
                    Some(number) if is_private => public.and_then(|_| OkpKey::private(kind, &number)),
                    _ => public,
                };
                key.map(Key::Okp).ok_or_else(|| invalid("data"))
            }
            _ => Err(invalid("data")),
        }
    }
}

/// What OpenSSL says when it finds no key.
fn unsupported() -> Failure {
    Failure::openssl("1E08010C", "DECODER routines", "", "unsupported")
}

/// And when it finds something else.
fn wrong_tag() -> Failure {
    Failure::openssl("068000A8", "asn1 encoding routines", "ASN1_", "wrong tag")
}

/// And when it cannot ask for a passphrase; Node has a word of its own.
fn no_passphrase() -> Failure {
    Failure::openssl("07880109", "common libcrypto routines", "CRYPTO_", "interrupted or cancelled")
}

/// As Node reads base64url: padding or none, both alphabets.
fn base64url(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::URL_SAFE,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    LENIENT.decode(text.replace('+', "-").replace('/', "_")).ok()
}

/// An algorithm with its parameters.
enum Algorithm {
    Rsa(Use),
    /// And whether it is said in full.
    Ec(Curve, bool),
    Okp(Okp),
    Dsa(Domain),
    Dh(DhGroup),
}

fn algorithm(mut fields: Reader<'_>) -> Option<Algorithm> {
    match fields.value(der::OID)? {
        RSA => Some(Algorithm::Rsa(Use::Any)),
        RSA_PSS => Some(Algorithm::Rsa(Use::Pss(pss_limits(fields)?))),
        EC => curve(fields).map(|(curve, explicit)| Algorithm::Ec(curve, explicit)),
        DSA => {
            let mut numbers = fields.sequence()?;
            Domain::new(numbers.integer()?, numbers.integer()?, numbers.integer()?).map(Algorithm::Dsa)
        }
        DH => {
            let mut numbers = fields.sequence()?;
            DhGroup::new(numbers.integer()?, numbers.integer()?, numbers.small_integer()).map(Algorithm::Dh)
        }
        oid => Okp::with_oid(oid).map(Algorithm::Okp),
    }
}

/// The curve that is named, or said in full.
fn curve(mut fields: Reader<'_>) -> Option<(Curve, bool)> {
    if let Some(oid) = fields.value(der::OID) {
        return Curve::ALL.into_iter().find(|curve| curve.oid() == oid).map(|curve| (curve, false));
    }
    ec_parameters::read(fields).map(|curve| (curve, true))
}

/// Outer none: they cannot be read. Inner none: there are none.
fn pss_limits(mut fields: Reader<'_>) -> Option<Option<PssLimits>> {
    let Some(mut parameters) = fields.sequence() else { return Some(None) };
    let hash_in = |mut algorithm: Reader<'_>| Hash::with_oid(algorithm.value(der::OID)?);
    let mut limits = PssLimits { hash: Hash::Sha1, mask_hash: Hash::Sha1, salt_length: 20 };
    if let Some(mut field) = parameters.inside(der::field(0)) {
        limits.hash = hash_in(field.sequence()?)?;
    }
    if let Some(mut field) = parameters.inside(der::field(1)) {
        let mut mask = field.sequence()?;
        if mask.value(der::OID)? != MGF1 {
            return None;
        }
        limits.mask_hash = hash_in(mask.sequence()?)?;
    }
    if let Some(mut field) = parameters.inside(der::field(2)) {
        limits.salt_length = field.small_integer()?;
    }
    Some(Some(limits))
}

/// SubjectPublicKeyInfo.
fn public_info(bytes: &[u8]) -> Option<Key> {
    let mut fields = Reader(bytes).sequence()?;
    let algorithm = algorithm(fields.sequence()?)?;
    let bits = fields.bit_string()?;
    match algorithm {
        Algorithm::Rsa(usage) => {
            let mut numbers = Reader(bits).sequence()?;
            RsaKey::public(numbers.integer()?, numbers.integer()?, usage).map(Key::Rsa)
        }
        Algorithm::Ec(curve, explicit) => EcKey::public(curve, bits).map(|key| Key::Ec(EcKey { explicit, ..key })),
        Algorithm::Okp(kind) => OkpKey::public(kind, bits).map(Key::Okp),
        Algorithm::Dsa(domain) => DsaKey::public(domain, Reader(bits).integer()?).map(Key::Dsa),
        Algorithm::Dh(group) => DhKey::public(group, Reader(bits).integer()?).map(Key::Dh),
    }
}

/// RSAPublicKey of PKCS#1.
fn rsa_public(bytes: &[u8]) -> Option<Key> {
    let mut numbers = Reader(bytes).sequence()?;
    RsaKey::public(numbers.integer()?, numbers.integer()?, Use::Any).map(Key::Rsa)
}

/// RSAPrivateKey of PKCS#1.
fn rsa_private(bytes: &[u8], usage: Use) -> Option<Key> {
    let mut numbers = Reader(bytes).sequence()?;
    if numbers.small_integer()? != 0 {
        return None;
    }
    let (modulus, exponent) = (numbers.integer()?, numbers.integer()?);
    let mut parts = [&[][..]; 6];
    for part in &mut parts {
        *part = numbers.integer()?;
    }
    RsaKey::private(modulus, exponent, parts, usage).map(Key::Rsa)
}

/// ECPrivateKey of SEC 1, whose curve may be known already.
fn ec_private(bytes: &[u8], known: Option<(Curve, bool)>) -> Option<Key> {
    let mut fields = Reader(bytes).sequence()?;
    if fields.small_integer()? != 1 {
        return None;
    }
    let number = fields.value(der::OCTET_STRING)?;
    let named = match fields.inside(der::field(0)) {
        Some(field) => Some(curve(field)?),
        None => None,
    };
    let (curve, explicit) = known.or(named)?;
    EcKey::private(curve, number).map(|key| Key::Ec(EcKey { explicit, ..key }))
}

/// What OpenSSL wrote before there was PKCS#8.
fn dsa_private(bytes: &[u8]) -> Option<Key> {
    let mut numbers = Reader(bytes).sequence()?;
    if numbers.small_integer()? != 0 {
        return None;
    }
    let domain = Domain::new(numbers.integer()?, numbers.integer()?, numbers.integer()?)?;
    let _public = numbers.integer()?;
    DsaKey::private(domain, numbers.integer()?).map(Key::Dsa)
}

/// PrivateKeyInfo of PKCS#8.
fn private_info(bytes: &[u8]) -> Option<Key> {
    let mut fields = Reader(bytes).sequence()?;
    if fields.small_integer()? > 1 {
        return None;
    }
    let algorithm = algorithm(fields.sequence()?)?;
    let inside = fields.value(der::OCTET_STRING)?;
    match algorithm {
        Algorithm::Rsa(usage) => rsa_private(inside, usage),
        Algorithm::Ec(curve, explicit) => ec_private(inside, Some((curve, explicit))),
        Algorithm::Okp(kind) => OkpKey::private(kind, Reader(inside).value(der::OCTET_STRING)?).map(Key::Okp),
        Algorithm::Dsa(domain) => DsaKey::private(domain, Reader(inside).integer()?).map(Key::Dsa),
        Algorithm::Dh(group) => DhKey::private(group, Reader(inside).integer()?).map(Key::Dh),
    }
}

/// The public key of an X.509 certificate, nothing of which is checked.
fn certificate(bytes: &[u8]) -> Option<Key> {
    let mut fields = Reader(bytes).sequence()?.sequence()?;
    let _version = fields.value(der::field(0));
    // Serial number, signature's algorithm, issuer, validity, subject.
    for _ in 0..5 {
        fields.next()?;
    }
    let info = fields.value(der::SEQUENCE)?;
    public_info(&der::sequence(&[info]))
}
