//! Writing keys: PEM, DER, JWK and raw ones, byte for byte as OpenSSL does. Knows of no host.

use super::curves::EcKey;
use super::der;
use super::digests::Hash;
use super::ec_parameters;
use super::failure::Failure;
use super::key_encryption;
use super::key_read::{DH, DSA, EC, MGF1, RSA, RSA_PSS};
use super::keys::Key;
use super::pem;
use super::rsa_key::{PssLimits, RsaKey, Use};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// How a key is to be written.
pub(crate) struct Target<'a> {
    pub(crate) format: &'a str,
    pub(crate) structure: Option<&'a str>,
    /// Cipher and passphrase.
    pub(crate) encryption: Option<(&'a str, &'a [u8])>,
}

/// A key written down.
pub(crate) enum Written {
    Text(String),
    Bytes(Vec<u8>),
}

impl Target<'_> {
    pub(crate) fn write(&self, key: &Key) -> Result<Written, Failure> {
        match self.format {
            "jwk" => jwk(key).map(Written::Text),
            "raw" => raw(key, self.structure).map(Written::Bytes),
            _ => self.write_der(key),
        }
    }

    fn write_der(&self, key: &Key) -> Result<Written, Failure> {
        let is_pem = self.format == "pem";
        let (label, bytes) = match (self.structure, key) {
            (Some("pkcs1"), Key::Rsa(rsa @ RsaKey { usage: Use::Any, .. })) => match rsa_private(rsa) {
                Some(bytes) => ("RSA PRIVATE KEY", bytes),
                None => ("RSA PUBLIC KEY", rsa_public(rsa)),
            },
            (Some("sec1"), Key::Ec(ec)) if ec.private.is_some() => ("EC PRIVATE KEY", ec_private(ec, true)),
            (Some("pkcs1"), _) => return Err(incompatible("pkcs1", "RSA")),
            (Some("sec1"), _) => return Err(incompatible("sec1", "EC")),
            _ if key.is_private() => {
                let bytes = private_info(key);
                if let Some((cipher, passphrase)) = self.encryption {
                    let bytes = key_encryption::encrypt(cipher, passphrase, &bytes)?;
                    return Ok(written("ENCRYPTED PRIVATE KEY", "", bytes, is_pem));
                }
                ("PRIVATE KEY", bytes)
            }
            _ => ("PUBLIC KEY", public_info(key)),
        };
        match self.encryption {
            Some((cipher, passphrase)) if key.is_private() && is_pem => {
                let (headers, bytes) = key_encryption::encrypt_old(cipher, passphrase, &bytes)?;
                Ok(written(label, &headers, bytes, true))
            }
            _ => Ok(written(label, "", bytes, is_pem)),
        }
    }
}

fn written(label: &str, headers: &str, bytes: Vec<u8>, is_pem: bool) -> Written {
    if is_pem { Written::Text(pem::write(label, headers, &bytes)) } else { Written::Bytes(bytes) }
}

fn incompatible(structure: &str, kind: &str) -> Failure {
    let message = format!("The selected key encoding {structure} can only be used for {kind} keys.");
    Failure::error("ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS", message)
}

fn algorithm(key: &Key) -> Vec<u8> {
    match key {
        Key::Rsa(RsaKey { usage: Use::Any, .. }) => der::sequence(&[&der::oid(RSA), &der::null()]),
        Key::Rsa(RsaKey { usage: Use::Pss(None), .. }) => der::sequence(&[&der::oid(RSA_PSS)]),
        Key::Rsa(RsaKey { usage: Use::Pss(Some(limits)), .. }) => {
            der::sequence(&[&der::oid(RSA_PSS), &pss_limits(*limits)])
        }
        Key::Ec(key) => der::sequence(&[&der::oid(EC), &curve(key)]),
        Key::Okp(key) => der::sequence(&[&der::oid(key.kind.oid())]),
        Key::Dsa(key) => {
            let domain =
                [&key.domain.prime, &key.domain.divisor, &key.domain.generator].map(|number| der::integer(number));
            der::sequence(&[&der::oid(DSA), &der::sequence(&[&domain.concat()])])
        }
        Key::Dh(key) => {
            let mut group = [der::integer(&key.group.prime), der::integer(&key.group.generator)].concat();
            group.extend(key.group.private_bits.map(der::small_integer).unwrap_or_default());
            der::sequence(&[&der::oid(DH), &der::sequence(&[&group])])
        }
    }
}

fn curve(key: &EcKey) -> Vec<u8> {
    if key.explicit { ec_parameters::write(key.curve) } else { der::oid(key.curve.oid()) }
}

/// What is as it is without being said is not said.
fn pss_limits(limits: PssLimits) -> Vec<u8> {
    let hash = |hash: Hash| der::sequence(&[&der::oid(hash.oid().unwrap_or_default()), &der::null()]);
    let mut fields = Vec::new();
    if limits.hash != Hash::Sha1 {
        fields.extend(der::write(der::field(0), &[&hash(limits.hash)]));
    }
    if limits.mask_hash != Hash::Sha1 {
        let mask = der::sequence(&[&der::oid(MGF1), &hash(limits.mask_hash)]);
        fields.extend(der::write(der::field(1), &[&mask]));
    }
    if limits.salt_length != 20 {
        fields.extend(der::write(der::field(2), &[&der::small_integer(limits.salt_length)]));
    }
    der::sequence(&[&fields])
}

fn public_info(key: &Key) -> Vec<u8> {
    let bits = match key {
        Key::Rsa(key) => rsa_public(key),
        Key::Ec(key) => key.point.clone(),
        Key::Okp(key) => key.public.clone(),
        Key::Dsa(key) => der::integer(&key.public),
        Key::Dh(key) => der::integer(&key.public),
    };
    der::sequence(&[&algorithm(key), &der::bits(&bits)])
}

fn private_info(key: &Key) -> Vec<u8> {
    let inside = match key {
        Key::Rsa(key) => rsa_private(key).unwrap_or_default(),
        Key::Ec(key) => ec_private(key, false),
        Key::Okp(key) => der::octets(key.private.as_deref().unwrap_or_default()),
        Key::Dsa(key) => der::integer(key.private.as_deref().unwrap_or_default()),
        Key::Dh(key) => der::integer(key.private.as_deref().unwrap_or_default()),
    };
    der::sequence(&[&der::small_integer(0), &algorithm(key), &der::octets(&inside)])
}

fn rsa_public(key: &RsaKey) -> Vec<u8> {
    der::sequence(&[&der::integer(&key.modulus), &der::integer(&key.exponent)])
}

fn rsa_private(key: &RsaKey) -> Option<Vec<u8>> {
    let mut numbers = [der::small_integer(0), der::integer(&key.modulus), der::integer(&key.exponent)].concat();
    for part in &key.private.as_ref()?.parts {
        numbers.extend(der::integer(part));
    }
    Some(der::sequence(&[&numbers]))
}

/// `names_curve`: not where the curve is said around it.
fn ec_private(key: &EcKey, names_curve: bool) -> Vec<u8> {
    let number = der::octets(key.private.as_deref().unwrap_or_default());
    let curve = if names_curve { der::write(der::field(0), &[&curve(key)]) } else { Vec::new() };
    let point = der::write(der::field(1), &[&der::bits(&key.point)]);
    der::sequence(&[&der::small_integer(1), &number, &curve, &point])
}

/// The fields in Node's order.
fn jwk(key: &Key) -> Result<String, Failure> {
    let mut fields: Vec<(&str, String)> = Vec::new();
    let base64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    match key {
        Key::Rsa(key) if key.usage == Use::Any => {
            fields.extend([("kty", "RSA".to_owned()), ("n", base64(&key.modulus)), ("e", base64(&key.exponent))]);
            if let Some(private) = &key.private {
                let names = ["d", "p", "q", "dp", "dq", "qi"];
                fields.extend(names.into_iter().zip(private.parts.iter().map(|part| base64(part))));
            }
        }
        Key::Rsa(_) | Key::Dsa(_) | Key::Dh(_) => {
            return Err(Failure::error("ERR_CRYPTO_JWK_UNSUPPORTED_KEY_TYPE", "Unsupported JWK Key Type."));
        }
        Key::Ec(key) => {
            let (x, y) = key.coordinates();
            fields.extend([("kty", "EC".to_owned()), ("x", base64(x)), ("y", base64(y))]);
            fields.push(("crv", key.curve.jwk_name().to_owned()));
            fields.extend(key.private.iter().map(|number| ("d", base64(number))));
        }
        Key::Okp(key) => {
            fields.push(("crv", key.kind.jwk_name().to_owned()));
            fields.extend(key.private.iter().map(|number| ("d", base64(number))));
            fields.extend([("x", base64(&key.public)), ("kty", "OKP".to_owned())]);
        }
    }
    // Names and values are plain ASCII without quotes.
    let members: Vec<String> = fields.iter().map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
    Ok(format!("{{{}}}", members.join(",")))
}

fn raw(key: &Key, form: Option<&str>) -> Result<Vec<u8>, Failure> {
    match key {
        Key::Ec(key) => Ok(key.private.clone().unwrap_or_else(|| key.encoded_point(form))),
        Key::Okp(key) => Ok(key.private.clone().unwrap_or_else(|| key.public.clone())),
        Key::Rsa(_) | Key::Dsa(_) | Key::Dh(_) => Err(Failure::plain("this key has no raw form")),
    }
}
