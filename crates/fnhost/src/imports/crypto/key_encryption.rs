//! Private keys under a passphrase: PKCS#8 with PBES2, and the old way of PEM headers. Knows of no host.

use super::cipher_table::{CipherRow, Mode};
use super::ciphers::{Direction, Options, at_once, bad_decrypt};
use super::der::{self, Reader};
use super::digests::Hash;
use super::failure::Failure;
use super::kdf::{Scrypt, pbkdf2, pbkdf2_cost};
use super::rsa_padding::fill;

const PBES2: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d";
const PBKDF2: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c";
const SCRYPT: &[u8] = b"\x2b\x06\x01\x04\x01\xda\x47\x04\x0b";
/// HMACs' identifiers begin like this; the last byte says which.
const HMAC: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x02";
const HMAC_HASHES: &[(u8, Hash)] = &[
    (7, Hash::Sha1),
    (8, Hash::Sha224),
    (9, Hash::Sha256),
    (10, Hash::Sha384),
    (11, Hash::Sha512),
    (12, Hash::Sha512_224),
    (13, Hash::Sha512_256),
];

/// The iterations that OpenSSL writes, and more than those of any real key.
const ITERATIONS: u32 = 2_048;
const ITERATIONS_MAX: u32 = 10_000_000;
/// Memory that scrypt may take for a key in a file.
const SCRYPT_BYTES_MAX: u64 = 64 << 20;

const CIPHER_OIDS: &[(&str, &[u8])] = &[
    ("aes-128-cbc", b"\x60\x86\x48\x01\x65\x03\x04\x01\x02"),
    ("aes-192-cbc", b"\x60\x86\x48\x01\x65\x03\x04\x01\x16"),
    ("aes-256-cbc", b"\x60\x86\x48\x01\x65\x03\x04\x01\x2a"),
    ("aes-128-ecb", b"\x60\x86\x48\x01\x65\x03\x04\x01\x01"),
    ("aes-128-ofb", b"\x60\x86\x48\x01\x65\x03\x04\x01\x03"),
    ("aes-128-cfb", b"\x60\x86\x48\x01\x65\x03\x04\x01\x04"),
    ("aes-192-ecb", b"\x60\x86\x48\x01\x65\x03\x04\x01\x15"),
    ("aes-192-ofb", b"\x60\x86\x48\x01\x65\x03\x04\x01\x17"),
    ("aes-192-cfb", b"\x60\x86\x48\x01\x65\x03\x04\x01\x18"),
    ("aes-256-ecb", b"\x60\x86\x48\x01\x65\x03\x04\x01\x29"),
    ("aes-256-ofb", b"\x60\x86\x48\x01\x65\x03\x04\x01\x2b"),
    ("aes-256-cfb", b"\x60\x86\x48\x01\x65\x03\x04\x01\x2c"),
    ("des-ede3-cbc", b"\x2a\x86\x48\x86\xf7\x0d\x03\x07"),
];

/// How the passphrase becomes a key.
enum Derivation<'a> {
    Pbkdf2 { hash: Hash, iterations: u32, salt: &'a [u8] },
    Scrypt { parameters: Scrypt, salt: &'a [u8] },
}

/// An encrypted key in PKCS#8, taken apart.
pub(crate) struct Encrypted<'a> {
    derivation: Derivation<'a>,
    cipher: &'static CipherRow,
    vector: &'a [u8],
    data: &'a [u8],
}

impl<'a> Encrypted<'a> {
    /// None: the bytes are something else, or encrypted in a way that is not known.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Encrypted<'a>> {
        let mut outside = Reader(bytes).sequence()?;
        let mut algorithm = outside.sequence()?;
        let data = outside.value(der::OCTET_STRING)?;
        if algorithm.value(der::OID)? != PBES2 {
            return None;
        }
        let mut parameters = algorithm.sequence()?;
        let mut derivation = parameters.sequence()?;
        let mut encryption = parameters.sequence()?;
        let oid = encryption.value(der::OID)?;
        let name = CIPHER_OIDS.iter().find(|(_, known)| *known == oid)?.0;
        let vector = encryption.value(der::OCTET_STRING)?;
        let kind = derivation.value(der::OID)?;
        let mut inside = derivation.sequence()?;
        let salt = inside.value(der::OCTET_STRING)?;
        let derivation = match kind {
            PBKDF2 => Derivation::Pbkdf2 { iterations: inside.small_integer()?, hash: hmac_hash(inside)?, salt },
            SCRYPT => {
                let [cost, block_size, parallelization] =
                    [inside.small_integer()?, inside.small_integer()?, inside.small_integer()?];
                let memory_max = SCRYPT_BYTES_MAX;
                Derivation::Scrypt {
                    parameters: Scrypt { cost: cost.into(), block_size, parallelization, memory_max },
                    salt,
                }
            }
            _ => return None,
        };
        Some(Encrypted { derivation, cipher: CipherRow::named(name).ok()?, vector, data })
    }

    /// Nanoseconds that decrypting takes.
    pub(crate) fn cost(&self) -> u64 {
        match &self.derivation {
            Derivation::Pbkdf2 { hash, iterations, .. } => pbkdf2_cost(hash.name(), *iterations, 32),
            Derivation::Scrypt { parameters, .. } => parameters.check().map_or(0, |()| parameters.time()),
        }
    }

    pub(crate) fn decrypt(&self, passphrase: &[u8]) -> Result<Vec<u8>, Failure> {
        let length = self.cipher.key_length as u32;
        let key = match &self.derivation {
            Derivation::Pbkdf2 { iterations: 0 | ITERATIONS_MAX.., .. } => return Err(bad_decrypt()),
            Derivation::Pbkdf2 { hash, iterations, salt } => {
                pbkdf2(hash.name(), *iterations, passphrase, salt, length)?
            }
            Derivation::Scrypt { parameters, salt } => parameters.derive(passphrase, salt, length)?,
        };
        let options = Options { name: self.cipher.name, key: &key, iv: self.vector, auth_tag_length: None };
        at_once(Direction::Decrypt, &options, self.data, true).map_err(|_| bad_decrypt())
    }
}

/// The hash of PBKDF2's HMAC, at the end of its parameters; SHA-1 where nothing is said.
fn hmac_hash(mut parameters: Reader<'_>) -> Option<Hash> {
    let _key_length = parameters.value(der::INTEGER);
    let Some(mut algorithm) = parameters.sequence() else { return Some(Hash::Sha1) };
    let last = algorithm.value(der::OID)?.strip_prefix(HMAC)?;
    HMAC_HASHES.iter().find(|(byte, _)| last == [*byte]).map(|(_, hash)| *hash)
}

/// Nanoseconds that encrypting takes.
pub(crate) fn encryption_cost() -> u64 {
    pbkdf2_cost("sha256", ITERATIONS, 32)
}

/// A private key in PKCS#8 under a passphrase, as OpenSSL writes it.
pub(crate) fn encrypt(cipher: &str, passphrase: &[u8], key: &[u8]) -> Result<Vec<u8>, Failure> {
    let row = CipherRow::named(cipher)?;
    let Some((name, oid)) = CIPHER_OIDS.iter().find(|(known, _)| *known == row.name) else {
        let reason = "cipher has no object identifier";
        return Err(Failure::openssl("0680006C", "asn1 encoding routines", "ASN1_", reason));
    };
    let (mut salt, mut vector) = ([0; 8], vec![0; row.iv_length]);
    fill(&mut salt)?;
    fill(&mut vector)?;
    let secret = pbkdf2("sha256", ITERATIONS, passphrase, &salt, row.key_length as u32)?;
    let options = Options { name, key: &secret, iv: &vector, auth_tag_length: None };
    let data = at_once(Direction::Encrypt, &options, key, true)?;
    let hmac = der::sequence(&[&der::oid(&[HMAC, &[9]].concat()), &der::null()]);
    let derivation = der::sequence(&[&der::octets(&salt), &der::small_integer(ITERATIONS), &hmac]);
    let derivation = der::sequence(&[&der::oid(PBKDF2), &derivation]);
    let encryption = der::sequence(&[&der::oid(oid), &der::octets(&vector)]);
    let algorithm = der::sequence(&[&der::oid(PBES2), &der::sequence(&[&derivation, &encryption])]);
    Ok(der::sequence(&[&algorithm, &der::octets(&data)]))
}

/// Decrypts the body of a PEM block that names cipher and vector in its headers.
pub(crate) fn decrypt_old(cipher: &str, vector: &[u8], passphrase: &[u8], data: &[u8]) -> Result<Vec<u8>, Failure> {
    let row = old_cipher(cipher)?;
    if vector.len() != row.iv_length {
        return Err(bad_decrypt());
    }
    let key = old_key(passphrase, &vector[..8], row.key_length);
    let options = Options { name: row.name, key: &key, iv: vector, auth_tag_length: None };
    at_once(Direction::Decrypt, &options, data, true).map_err(|_| bad_decrypt())
}

/// The headers and the body of such a block.
pub(crate) fn encrypt_old(cipher: &str, passphrase: &[u8], data: &[u8]) -> Result<(String, Vec<u8>), Failure> {
    let row = old_cipher(cipher)?;
    let mut vector = vec![0; row.iv_length];
    fill(&mut vector)?;
    let key = old_key(passphrase, &vector[..8], row.key_length);
    let options = Options { name: row.name, key: &key, iv: &vector, auth_tag_length: None };
    let data = at_once(Direction::Encrypt, &options, data, true)?;
    let hex: String = vector.iter().map(|byte| format!("{byte:02X}")).collect();
    let name = row.name.to_ascii_uppercase();
    Ok((format!("Proc-Type: 4,ENCRYPTED\nDEK-Info: {name},{hex}\n\n"), data))
}

/// Ciphers with a vector that the key can be salted with.
fn old_cipher(name: &str) -> Result<&'static CipherRow, Failure> {
    let row = CipherRow::named(name)?;
    let fits = matches!(row.mode, Mode::Cbc | Mode::Cfb | Mode::Ofb | Mode::Ctr) && row.iv_length >= 8;
    let unsupported = || Failure::openssl("04800071", "PEM routines", "PEM_", "unsupported cipher");
    if fits { Ok(row) } else { Err(unsupported()) }
}

/// MD5 over itself, passphrase and salt, as often as it takes.
fn old_key(passphrase: &[u8], salt: &[u8], length: usize) -> Vec<u8> {
    let mut key = Vec::new();
    let mut last = Vec::new();
    while key.len() < length {
        last = Hash::Md5.digest_parts(&[&last, passphrase, salt]);
        key.extend_from_slice(&last);
    }
    key.truncate(length);
    key
}
