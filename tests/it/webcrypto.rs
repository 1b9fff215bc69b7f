//! WebCrypto: tables in `crypto_tables`, whose results are Node's own.

use crate::harness::{TRACK, check};
use crate::node_crypto::check_crypto_table;
use expect_test::expect;

#[test]
fn digests() {
    check_crypto_table("web_digests.txt");
}

#[test]
fn ciphers() {
    check_crypto_table("web_ciphers.txt");
}

#[test]
fn keys() {
    check_crypto_table("web_keys.txt");
}

#[test]
fn signatures() {
    check_crypto_table("web_signatures.txt");
}

#[test]
fn derivation() {
    check_crypto_table("web_derivation.txt");
}

#[test]
fn a_key_that_may_not_be_exported() {
    // The standard's name of this error; Node 20 has `InvalidAccessException`, which is none.
    check(
        "async function onTrack() {
           const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt']);
           return crypto.subtle.exportKey('raw', key).catch((error) => [error.name, error.message, error.code]);
         }",
        TRACK,
        expect![[r#"
            onTrack returned ["InvalidAccessError","key is not extractable",15]
        "#]],
    );
}

#[test]
fn the_global_is_nodes_module_and_webcrypto() {
    check(
        "import * as named from 'node:crypto';
         import module, { createHash, webcrypto, subtle } from 'crypto';
         export function onTrack() {
           return [module === crypto, module === named.default, createHash === crypto.createHash,
             subtle === crypto.subtle, webcrypto.subtle === subtle, typeof named.randomUUID, typeof crypto.getRandomValues];
         }",
        TRACK,
        expect![[r#"
            onTrack returned [true,true,true,true,true,"function","function"]
        "#]],
    );
}
