//! Key wrap: AES's (RFC 3394), padded or not (RFC 5649), with any initial value as OpenSSL takes it, and that of 3DES
//! (RFC 3217). Knows of no host.

use super::authenticated::Aes;
use super::ciphers::{Direction, Options, at_once, cannot_add};
use super::digests::Hash;
use super::failure::Failure;
use super::rsa_padding::fill;
use subtle::ConstantTimeEq;

/// Wraps or unwraps one key, in one piece.
pub(crate) struct KeyWrap {
    direction: Direction,
    aes: Aes,
    /// Eight bytes, or four where the rest is the length of what is padded.
    initial: Vec<u8>,
}

impl KeyWrap {
    pub(crate) fn new(direction: Direction, options: &Options<'_>) -> Result<KeyWrap, Failure> {
        Ok(KeyWrap { direction, aes: Aes::new(options.key)?, initial: options.iv.to_vec() })
    }

    pub(crate) fn update(&mut self, data: &[u8]) -> Result<Vec<u8>, Failure> {
        let whole = data.len().is_multiple_of(8);
        let padded = self.initial.len() == 4;
        match self.direction {
            Direction::Encrypt if padded => Ok(self.wrap_padded(data)),
            Direction::Decrypt if padded && whole && data.len() >= 16 => {
                self.unwrap_padded(data).ok_or_else(cannot_add)
            }
            Direction::Encrypt if whole && data.len() >= 16 => Ok(self.wrap(&self.initial, data)),
            Direction::Decrypt if !padded && whole && data.len() >= 24 => {
                let output = self.unwrap(data);
                let intact: bool = output[..8].ct_eq(&self.initial).into();
                if intact { Ok(output[8..].to_vec()) } else { Err(cannot_add()) }
            }
            _ => Err(cannot_add()),
        }
    }

    fn wrap_padded(&self, data: &[u8]) -> Vec<u8> {
        if data.is_empty() {
            return Vec::new();
        }
        let initial = [&self.initial[..], &(data.len() as u32).to_be_bytes()].concat();
        let mut padded = data.to_vec();
        padded.resize(data.len().next_multiple_of(8), 0);
        if padded.len() > 8 {
            return self.wrap(&initial, &padded);
        }
        let mut block = [0; 16];
        block[..8].copy_from_slice(&initial);
        block[8..].copy_from_slice(&padded);
        self.aes.encrypt(&mut block);
        block.to_vec()
    }

    fn unwrap_padded(&self, data: &[u8]) -> Option<Vec<u8>> {
        let output = match <[u8; 16]>::try_from(data) {
            Ok(mut block) => {
                self.aes.decrypt(&mut block);
                block.to_vec()
            }
            Err(_) => self.unwrap(data),
        };
        let (head, text) = output.split_at(8);
        let length = u32::from_be_bytes(head[4..].try_into().ok()?) as usize;
        let fits = length <= text.len() && length + 8 > text.len();
        let zeros = text.get(length..).is_some_and(|rest| rest.iter().all(|byte| *byte == 0));
        let intact: bool = head[..4].ct_eq(&self.initial).into();
        (intact && fits && zeros).then(|| text[..length].to_vec())
    }

    fn wrap(&self, initial: &[u8], data: &[u8]) -> Vec<u8> {
        let mut output = [initial, data].concat();
        let count = data.len() / 8;
        let mut block = [0; 16];
        for step in 0..6 * count {
            let at = 8 * (step % count + 1);
            block[..8].copy_from_slice(&output[..8]);
            block[8..].copy_from_slice(&output[at..at + 8]);
            self.aes.encrypt(&mut block);
            output[at..at + 8].copy_from_slice(&block[8..]);
            number(&mut block, step);
            output[..8].copy_from_slice(&block[..8]);
        }
        output
    }

    /// The initial value and the text.
    fn unwrap(&self, data: &[u8]) -> Vec<u8> {
        let mut output = data.to_vec();
        let count = data.len() / 8 - 1;
        let mut block = [0; 16];
        for step in (0..6 * count).rev() {
            let at = 8 * (step % count + 1);
            block[..8].copy_from_slice(&output[..8]);
            number(&mut block, step);
            block[8..].copy_from_slice(&output[at..at + 8]);
            self.aes.decrypt(&mut block);
            output[..8].copy_from_slice(&block[..8]);
            output[at..at + 8].copy_from_slice(&block[8..]);
        }
        output
    }
}

/// Wraps or unwraps a key with 3DES, in one piece.
pub(crate) struct TripleDesWrap {
    direction: Direction,
    key: Vec<u8>,
}

impl TripleDesWrap {
    pub(crate) fn new(direction: Direction, options: &Options<'_>) -> TripleDesWrap {
        TripleDesWrap { direction, key: options.key.to_vec() }
    }

    pub(crate) fn update(&mut self, data: &[u8]) -> Result<Vec<u8>, Failure> {
        match self.direction {
            Direction::Encrypt if data.len().is_multiple_of(8) => self.wrap(data),
            Direction::Decrypt if data.len().is_multiple_of(8) && data.len() >= 24 => self.unwrap(data),
            _ => Err(cannot_add()),
        }
    }

    /// The vector that the outer of the two layers is made with.
    const OUTER: [u8; 8] = [0x4a, 0xdd, 0xa2, 0x2c, 0x79, 0xe8, 0x21, 0x05];

    fn wrap(&self, data: &[u8]) -> Result<Vec<u8>, Failure> {
        let mut vector = [0; 8];
        fill(&mut vector)?;
        let checked = [data, &Hash::Sha1.digest(data)[..8]].concat();
        let mut layer = [&vector[..], &self.layer(&vector, &checked)?].concat();
        layer.reverse();
        self.layer(&TripleDesWrap::OUTER, &layer)
    }

    fn unwrap(&self, data: &[u8]) -> Result<Vec<u8>, Failure> {
        let mut layer = self.layer(&TripleDesWrap::OUTER, data)?;
        layer.reverse();
        let (vector, inner) = layer.split_at(8);
        let checked = self.layer(vector, inner)?;
        let (text, sum) = checked.split_at(checked.len() - 8);
        let intact: bool = sum.ct_eq(&Hash::Sha1.digest(text)[..8]).into();
        if intact { Ok(text.to_vec()) } else { Err(cannot_add()) }
    }

    /// CBC, without padding.
    fn layer(&self, iv: &[u8], data: &[u8]) -> Result<Vec<u8>, Failure> {
        let options = Options { name: "des-ede3-cbc", key: &self.key, iv, auth_tag_length: None };
        at_once(self.direction, &options, data, false)
    }
}

/// Marks the first half of a block with the number of the step.
fn number(block: &mut [u8; 16], step: usize) {
    let number = (step as u64 + 1).to_be_bytes();
    block.iter_mut().zip(number).for_each(|(byte, number)| *byte ^= number);
}
