//! `fnhost:destination/crypto`: digests and HMAC.

use super::bindings::fnhost::destination::crypto::{Algorithm, Host};
use crate::sandbox::Sandbox;
use hmac::{Hmac, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

/// Runs `$body` with `$hash` standing for the algorithm's type.
macro_rules! with_hash {
    ($algorithm:expr, $hash:ident => $body:expr) => {
        match $algorithm {
            Algorithm::Md5 => {
                type $hash = Md5;
                $body
            }
            Algorithm::Sha1 => {
                type $hash = Sha1;
                $body
            }
            Algorithm::Sha224 => {
                type $hash = Sha224;
                $body
            }
            Algorithm::Sha256 => {
                type $hash = Sha256;
                $body
            }
            Algorithm::Sha384 => {
                type $hash = Sha384;
                $body
            }
            Algorithm::Sha512 => {
                type $hash = Sha512;
                $body
            }
        }
    };
}

impl Host for Sandbox {
    async fn digest(&mut self, algorithm: Algorithm, data: Vec<u8>) -> wasmtime::Result<Vec<u8>> {
        self.charge(data.len()).await?;
        Ok(with_hash!(algorithm, Hash => Hash::digest(&data).to_vec()))
    }

    async fn hmac(&mut self, algorithm: Algorithm, key: Vec<u8>, data: Vec<u8>) -> wasmtime::Result<Vec<u8>> {
        self.charge(key.len() + data.len()).await?;
        Ok(with_hash!(algorithm, Hash => {
            let mut mac = Hmac::<Hash>::new_from_slice(&key)?;
            mac.update(&data);
            mac.finalize().into_bytes().to_vec()
        }))
    }
}
