//! OCB (RFC 7253), in pieces. Knows of no host.

use super::authenticated::{Aes, check_tag};
use super::cipher_table::Mode;
use super::ciphers::{Direction, Options};
use super::failure::Failure;

type Block = [u8; 16];

/// Encrypts or decrypts whole blocks as they come; what is left over waits for the end.
pub(crate) struct Ocb {
    direction: Direction,
    aes: Aes,
    tag_length: usize,
    masks: Masks,
    text: Blocks,
    checksum: Block,
    aad: Blocks,
    aad_sum: Block,
}

/// What follows from the key: for the end of a text, for the tag, and for blocks by how even their number is.
struct Masks {
    last: Block,
    tag: Block,
    by_zeros: [Block; 64],
}

/// A row of blocks: how far it has come, and the bytes that do not fill a block yet.
struct Blocks {
    offset: Block,
    count: u64,
    partial: Vec<u8>,
}

impl Masks {
    fn new(aes: &Aes) -> Masks {
        let mut last = [0; 16];
        aes.encrypt(&mut last);
        let tag = doubled(&last);
        let mut by_zeros = [[0; 16]; 64];
        let mut mask = tag;
        for entry in &mut by_zeros {
            mask = doubled(&mask);
            *entry = mask;
        }
        Masks { last, tag, by_zeros }
    }
}

/// Twice the value, in the field of 2^128.
fn doubled(block: &Block) -> Block {
    let value = u128::from_be_bytes(*block);
    let carry = if value >> 127 == 1 { 0x87 } else { 0 };
    ((value << 1) ^ carry).to_be_bytes()
}

fn add(block: &mut Block, other: &[u8]) {
    block.iter_mut().zip(other).for_each(|(byte, other)| *byte ^= other);
}

impl Blocks {
    fn new(offset: Block) -> Blocks {
        Blocks { offset, count: 0, partial: Vec::new() }
    }

    /// Takes `data`, and gives the blocks that are whole by now.
    fn whole(&mut self, data: &[u8]) -> Vec<u8> {
        let mut bytes = std::mem::take(&mut self.partial);
        bytes.extend_from_slice(data);
        self.partial = bytes.split_off(bytes.len() - bytes.len() % 16);
        bytes
    }

    /// Goes on to the next block.
    fn advance(&mut self, masks: &Masks) -> Block {
        self.count += 1;
        add(&mut self.offset, &masks.by_zeros[self.count.trailing_zeros() as usize & 63]);
        self.offset
    }

    /// What has not filled a block, with a one and zeros.
    fn filled(&self) -> Block {
        let mut block = [0; 16];
        block[..self.partial.len()].copy_from_slice(&self.partial);
        block[self.partial.len()] = 0x80;
        block
    }
}

/// The offset that a nonce of up to 15 bytes begins with.
fn first_offset(aes: &Aes, nonce: &[u8], tag_length: usize) -> Block {
    let mut block = [0; 16];
    block[16 - nonce.len()..].copy_from_slice(nonce);
    block[15 - nonce.len()] |= 1;
    block[0] |= ((tag_length * 8 % 128) as u8) << 1;
    let shift = u32::from(block[15] & 0x3f);
    block[15] &= 0xc0;
    aes.encrypt(&mut block);
    let top = u128::from_be_bytes(block);
    let more = ((top >> 64) ^ (top >> 56)) as u64;
    if shift == 0 { block } else { (top << shift | u128::from(more >> (64 - shift))).to_be_bytes() }
}

impl Ocb {
    pub(crate) fn new(direction: Direction, options: &Options<'_>) -> Result<Ocb, Failure> {
        let aes = Aes::new(options.key)?;
        let tag_length = options.auth_tag_length.unwrap_or(16) as usize;
        let masks = Masks::new(&aes);
        let text = Blocks::new(first_offset(&aes, options.iv, tag_length));
        let (aad, zero) = (Blocks::new([0; 16]), [0; 16]);
        Ok(Ocb { direction, aes, tag_length, masks, text, checksum: zero, aad, aad_sum: zero })
    }

    pub(crate) fn add_aad(&mut self, aad: &[u8]) {
        for piece in self.aad.whole(aad).chunks(16) {
            let mut block = self.aad.advance(&self.masks);
            add(&mut block, piece);
            self.aes.encrypt(&mut block);
            add(&mut self.aad_sum, &block);
        }
    }

    pub(crate) fn update(&mut self, data: &[u8]) -> Vec<u8> {
        let mut bytes = self.text.whole(data);
        for piece in bytes.chunks_mut(16) {
            let offset = self.text.advance(&self.masks);
            let mut block = offset;
            add(&mut block, piece);
            match self.direction {
                Direction::Encrypt => {
                    add(&mut self.checksum, piece);
                    self.aes.encrypt(&mut block);
                }
                Direction::Decrypt => self.aes.decrypt(&mut block),
            }
            add(&mut block, &offset);
            piece.copy_from_slice(&block);
            if self.direction == Direction::Decrypt {
                add(&mut self.checksum, piece);
            }
        }
        bytes
    }

    /// The end of the text, and the tag when encrypting.
    pub(crate) fn finish(&mut self, expected: Option<&[u8]>) -> Result<(Vec<u8>, Option<Vec<u8>>), Failure> {
        let bytes = self.finish_text();
        let mut tag = self.checksum;
        add(&mut tag, &self.text.offset);
        add(&mut tag, &self.masks.tag);
        self.aes.encrypt(&mut tag);
        add(&mut tag, &self.finish_aad());
        match self.direction {
            Direction::Encrypt => Ok((bytes, Some(tag[..self.tag_length].to_vec()))),
            Direction::Decrypt => check_tag(Mode::Ocb, Some(self.tag_length), &tag, expected).map(|()| (bytes, None)),
        }
    }

    fn finish_text(&mut self) -> Vec<u8> {
        if self.text.partial.is_empty() {
            return Vec::new();
        }
        add(&mut self.text.offset, &self.masks.last);
        let mut stream = self.text.offset;
        self.aes.encrypt(&mut stream);
        let mut bytes = self.text.partial.clone();
        bytes.iter_mut().zip(stream).for_each(|(byte, stream)| *byte ^= stream);
        if self.direction == Direction::Decrypt {
            self.text.partial.clone_from(&bytes);
        }
        add(&mut self.checksum, &self.text.filled());
        bytes
    }

    fn finish_aad(&self) -> Block {
        let mut sum = self.aad_sum;
        if !self.aad.partial.is_empty() {
            let mut block = self.aad.filled();
            add(&mut block, &self.aad.offset);
            add(&mut block, &self.masks.last);
            self.aes.encrypt(&mut block);
            add(&mut sum, &block);
        }
        sum
    }
}
