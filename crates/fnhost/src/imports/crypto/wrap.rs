//! AES key wrap (RFC 3394), with any initial value as OpenSSL takes it. Knows of no host.

use super::authenticated::Aes;
use super::ciphers::{Direction, Options, cannot_add};
use super::failure::Failure;
use subtle::ConstantTimeEq;

/// Wraps or unwraps one key, in one piece.
pub(crate) struct KeyWrap {
    direction: Direction,
    aes: Aes,
    initial: [u8; 8],
}

impl KeyWrap {
    pub(crate) fn new(direction: Direction, options: &Options<'_>) -> Result<KeyWrap, Failure> {
        let initial = options.iv.try_into().map_err(|_| super::ciphers::invalid_iv())?;
        Ok(KeyWrap { direction, aes: Aes::new(options.key)?, initial })
    }

    pub(crate) fn update(&mut self, data: &[u8]) -> Result<Vec<u8>, Failure> {
        match self.direction {
            Direction::Encrypt if data.len() >= 16 && data.len().is_multiple_of(8) => Ok(self.wrap(data)),
            Direction::Decrypt if data.len() >= 24 && data.len().is_multiple_of(8) => {
                self.unwrap(data).ok_or_else(cannot_add)
            }
            _ => Err(cannot_add()),
        }
    }

    fn wrap(&self, data: &[u8]) -> Vec<u8> {
        let mut output = [&self.initial[..], data].concat();
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

    fn unwrap(&self, data: &[u8]) -> Option<Vec<u8>> {
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
        let intact: bool = output[..8].ct_eq(&self.initial).into();
        intact.then(|| output.split_off(8))
    }
}

/// Marks the first half of a block with the number of the step.
fn number(block: &mut [u8; 16], step: usize) {
    let number = (step as u64 + 1).to_be_bytes();
    block.iter_mut().zip(number).for_each(|(byte, number)| *byte ^= number);
}
