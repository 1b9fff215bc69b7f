//! The module `crypto` as Node has it: tables in `crypto_tables`, whose results are Node's own
//! (`node tests/it/crypto_tables/check.mjs` says so), and what differs while a function is built.

use crate::harness::{TRACK, check, run, text};
use crate::table::table_below;
use expect_test::{expect, expect_file};
use std::path::Path;

/// Computes the results of a table in `crypto_tables`, and expects those that are in it.
pub(crate) fn check_crypto_table(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("it/crypto_tables");
    let path = folder.join(name);
    let written = std::fs::read_to_string(&path).unwrap();
    let (head, lines) = written.split_once("\n===\n").unwrap();
    let keys = std::fs::read_to_string(folder.join("keys.js")).unwrap();
    let expressions: Vec<&str> = lines.lines().map(|line| line.split_once(" ⇒ ").unwrap().0).collect();
    // Modules are loaded while the function is built, and so at the top level.
    let (top, prelude): (Vec<&str>, Vec<&str>) = head.lines().partition(|line| line.contains("require("));
    let computed = table_below(&format!("{keys}\n{}", top.join("\n")), &prelude.join("\n"), &expressions);
    expect_file![&path].assert_eq(&format!("{head}\n===\n{computed}"));
}

#[test]
fn hashes() {
    check_crypto_table("node_hashes.txt");
}

#[test]
fn hmacs() {
    check_crypto_table("node_hmacs.txt");
}

#[test]
fn ciphers() {
    check_crypto_table("node_ciphers.txt");
    check_crypto_table("node_cipher_errors.txt");
}

#[test]
fn keys() {
    check_crypto_table("node_keys.txt");
    check_crypto_table("node_key_errors.txt");
    check_crypto_table("node_more_keys.txt");
}

#[test]
fn certificates() {
    check_crypto_table("node_certificates.txt");
}

#[test]
fn signatures() {
    check_crypto_table("node_signatures.txt");
    check_crypto_table("node_signature_errors.txt");
}

#[test]
fn rsa_encryption() {
    check_crypto_table("node_rsa_encryption.txt");
}

#[test]
fn derivation() {
    check_crypto_table("node_derivation.txt");
}

#[test]
fn agreement() {
    check_crypto_table("node_agreement.txt");
}

#[test]
fn random_values() {
    check_crypto_table("node_random_values.txt");
}

#[test]
fn generation() {
    check_crypto_table("node_generation.txt");
}

#[test]
fn callbacks() {
    check_crypto_table("node_callbacks.txt");
}

#[test]
fn streams() {
    check_crypto_table("node_streams.txt");
}

#[test]
fn what_was_made_at_the_top_level_is_used_by_every_event() {
    check(
        "const { createHash, createHmac, createCipheriv, createSecretKey, createPrivateKey, createPublicKey, sign, verify } = require('crypto');
         const started = createHash('sha1').update('some ');
         const long = createHash('sha1').update(Buffer.alloc(300000)).update(Buffer.alloc(300000));
         const hmac = createHmac('sha1', 'key').update('a');
         const secret = createSecretKey('key', 'utf8');
         const cipher = createCipheriv('aes-128-gcm', Buffer.alloc(16), Buffer.alloc(12)).setAAD(Buffer.from('a'));
         const used = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16));
         used.update('a');
         const keys = Array.from({ length: 12 }, (_, index) => createPrivateKey({
           key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, index + 1)]),
           format: 'der', type: 'pkcs8' }));
         const publicKeys = keys.map((key) => createPublicKey(key));
         const signature = sign(null, Buffer.from('a'), keys[0]).toString('hex').slice(0, 16);
         function onTrack() {
           const results = [started.update('data').digest('hex'), long.digest('hex'), hmac.digest('hex'), secret.export().toString(), signature];
           results.push(cipher.update('a', 'utf8', 'hex') + cipher.final('hex') + cipher.getAuthTag().toString('hex'));
           try { used.update('a') } catch (error) { results.push(error.message) }
           results.push(keys.map((key, index) => verify(null, Buffer.from('b'), publicKeys[index], sign(null, Buffer.from('b'), key))));
           results.push(sign(null, Buffer.from('a'), keys[0]).toString('hex').slice(0, 16), publicKeys[11].equals(createPublicKey(keys[11])));
           return results;
         }",
        TRACK,
        expect![[r#"
            onTrack returned ["baf34551fecb48acc3da868eb85e1b6dac9de356","ed258aa4c90e8fec3ed4b06ca1406e4fea717cc5","0db21f05052f323e714ef9bf1f7b000ffe97e8a0","key","20cf7302e69413ab","62c51e42fc0de806da40938372409a0d69","a cipher that was used while the function was built cannot go on: make a new one",[true,true,true,true,true,true,true,true,true,true,true,true],"20cf7302e69413ab",true]
        "#]],
    );
}

#[test]
fn randomness_is_refused_at_the_top_level() {
    for call in [
        "crypto.randomBytes(4)",
        "crypto.randomFillSync(Buffer.alloc(4))",
        "crypto.randomInt(4)",
        "crypto.randomUUID()",
        "crypto.getRandomValues(Buffer.alloc(4))",
        "crypto.generateKeyPairSync('ed25519')",
        "crypto.generateKeySync('aes', { length: 128 })",
        "crypto.generatePrimeSync(16)",
        "crypto.createECDH('prime256v1').generateKeys()",
        "crypto.getDiffieHellman('modp5').generateKeys()",
    ] {
        let source = format!(
            "let failed; try {{ {call} }} catch (error) {{ failed = error.message }}\nfunction onTrack() {{ return failed }}"
        );
        let said = text(&run(&source, TRACK));
        assert!(said.contains("is not available at the top level of a function"), "{call}: {said}");
    }
}

#[test]
fn hostile_calls_end_with_an_error() {
    let calls = [
        "crypto.createHash('shake256', { outputLength: 4294967295 }).digest().length",
        "crypto.pbkdf2Sync('a', 'b', 2147483647, 2147483647, 'sha512')",
        "crypto.scryptSync('a', 'b', 2147483647, { N: 1048576, r: 8, maxmem: 2 ** 53 - 1 })",
        "crypto.hkdfSync('sha512', 'a', 'b', 'c', 4294967295)",
        "crypto.generateKeyPairSync('rsa', { modulusLength: 4294967295 })",
        "crypto.generatePrimeSync(2147483647)",
        "crypto.checkPrimeSync(Buffer.alloc(1000000, 255), { checks: 2147483647 })",
        "crypto.createDiffieHellman(2147483647)",
        "crypto.createDiffieHellman(Buffer.alloc(1000000, 255)).generateKeys()",
        "crypto.createPrivateKey('-----BEGIN PRIVATE KEY-----' + 'A'.repeat(1000000))",
    ];
    for call in calls {
        let source = format!("function onTrack() {{ return {call} }}");
        let said = text(&run(&source, TRACK));
        assert!(said.starts_with("onTrack failed"), "{call}: {said}");
    }
}
