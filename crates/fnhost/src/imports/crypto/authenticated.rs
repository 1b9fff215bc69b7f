//! Authenticated ciphers: GCM and ChaCha20-Poly1305 in pieces, CCM on the whole. Knows of no host.

use super::cipher_table::{Algorithm, CipherRow, Mode};
use super::ciphers::{
    AAD_BYTES_MAX, Direction, KeyStream, Options, Transform, cannot_add, invalid_tag_length, not_authentic,
};
use super::failure::Failure;
use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit, KeyIvInit, StreamCipher};
use aes::{Aes128, Aes192, Aes256};
use chacha20::ChaCha20;
use ghash::GHash;
use ghash::universal_hash::UniversalHash;
use poly1305::Poly1305;
use subtle::ConstantTimeEq;

/// AES with a key of any length.
pub(crate) enum Aes {
    Short(Box<Aes128>),
    Middle(Box<Aes192>),
    Long(Box<Aes256>),
}

impl Aes {
    pub(crate) fn new(key: &[u8]) -> Result<Aes, Failure> {
        let aes = match key.len() {
            16 => Aes128::new_from_slice(key).map(|aes| Aes::Short(Box::new(aes))),
            24 => Aes192::new_from_slice(key).map(|aes| Aes::Middle(Box::new(aes))),
            _ => Aes256::new_from_slice(key).map(|aes| Aes::Long(Box::new(aes))),
        };
        aes.map_err(|_| Failure::range_error("ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length"))
    }

    pub(crate) fn encrypt(&self, block: &mut [u8; 16]) {
        let block = block.into();
        match self {
            Aes::Short(aes) => aes.encrypt_block(block),
            Aes::Middle(aes) => aes.encrypt_block(block),
            Aes::Long(aes) => aes.encrypt_block(block),
        }
    }

    pub(crate) fn decrypt(&self, block: &mut [u8; 16]) {
        let block = block.into();
        match self {
            Aes::Short(aes) => aes.decrypt_block(block),
            Aes::Middle(aes) => aes.decrypt_block(block),
            Aes::Long(aes) => aes.decrypt_block(block),
        }
    }
}

/// GCM or ChaCha20-Poly1305: a stream, and a hash over additional data, cipher text and their lengths.
pub(crate) struct Authenticated {
    direction: Direction,
    mode: Mode,
    tag_length: Option<usize>,
    stream: Box<dyn Transform>,
    hash: Absorber,
    /// What is added to the hash for the tag.
    mask: [u8; 16],
    aad_length: u64,
    text_length: u64,
}

impl Authenticated {
    pub(crate) fn gcm(direction: Direction, row: &CipherRow, options: &Options<'_>) -> Result<Authenticated, Failure> {
        let aes = Aes::new(options.key)?;
        let mut hash_key = [0; 16];
        aes.encrypt(&mut hash_key);
        let first = first_counter(&hash_key, options.iv);
        let mut mask = first;
        aes.encrypt(&mut mask);
        let mut counter = first;
        let next = u32::from_be_bytes([first[12], first[13], first[14], first[15]]).wrapping_add(1);
        counter[12..].copy_from_slice(&next.to_be_bytes());
        let (key, iv) = (options.key, &counter[..]);
        let stream = match row.algorithm {
            Algorithm::Aes128 => key_stream::<ctr::Ctr32BE<Aes128>>(key, iv)?,
            Algorithm::Aes192 => key_stream::<ctr::Ctr32BE<Aes192>>(key, iv)?,
            _ => key_stream::<ctr::Ctr32BE<Aes256>>(key, iv)?,
        };
        let hash = Absorber::new(UniversalKind::Galois(GHash::new(&hash_key.into())));
        Ok(Authenticated::new(direction, Mode::Gcm, options, stream, hash, mask))
    }

    pub(crate) fn chacha(
        direction: Direction,
        row: &CipherRow,
        options: &Options<'_>,
    ) -> Result<Authenticated, Failure> {
        let mut cipher =
            KeyStream(ChaCha20::new_from_slices(options.key, options.iv).map_err(|_| super::ciphers::invalid_iv())?);
        // The first block of the stream is the hash's key, the text begins with the next one.
        let mut first = [0; 64];
        cipher.apply(&mut first);
        let key = poly1305::Key::try_from(&first[..32]).expect("32 bytes are a key");
        let hash = Absorber::new(UniversalKind::Poly(Box::new(Poly1305::new(&key))));
        Ok(Authenticated::new(direction, row.mode, options, Box::new(cipher), hash, [0; 16]))
    }

    fn new(
        direction: Direction,
        mode: Mode,
        options: &Options<'_>,
        stream: Box<dyn Transform>,
        hash: Absorber,
        mask: [u8; 16],
    ) -> Authenticated {
        let tag_length = options.auth_tag_length.map(|length| length as usize);
        Authenticated { direction, mode, tag_length, stream, hash, mask, aad_length: 0, text_length: 0 }
    }

    pub(crate) fn add_aad(&mut self, aad: &[u8]) {
        self.aad_length += aad.len() as u64;
        self.hash.absorb(aad);
    }

    pub(crate) fn update(&mut self, data: &[u8]) -> Vec<u8> {
        if self.text_length == 0 {
            self.hash.pad();
        }
        self.text_length += data.len() as u64;
        let mut bytes = data.to_vec();
        if self.direction == Direction::Decrypt {
            self.hash.absorb(data);
        }
        self.stream.apply(&mut bytes);
        if self.direction == Direction::Encrypt {
            self.hash.absorb(&bytes);
        }
        bytes
    }

    /// The tag, when encrypting; whether it is `expected`, when decrypting.
    pub(crate) fn finish(&mut self, expected: Option<&[u8]>) -> Result<Option<Vec<u8>>, Failure> {
        self.hash.pad();
        let (aad, text) = (self.aad_length, self.text_length);
        let lengths = match self.mode {
            Mode::Gcm => [(aad * 8).to_be_bytes(), (text * 8).to_be_bytes()],
            _ => [aad.to_le_bytes(), text.to_le_bytes()],
        };
        self.hash.absorb(lengths.as_flattened());
        let mut tag = self.hash.finish();
        tag.iter_mut().zip(self.mask).for_each(|(byte, mask)| *byte ^= mask);
        match self.direction {
            Direction::Encrypt => Ok(Some(tag[..self.tag_length.unwrap_or(16)].to_vec())),
            Direction::Decrypt => check_tag(self.mode, self.tag_length, &tag, expected).map(|()| None),
        }
    }
}

/// Whether the tag that came out is the one that is expected.
pub(crate) fn check_tag(
    mode: Mode,
    length: Option<usize>,
    tag: &[u8; 16],
    expected: Option<&[u8]>,
) -> Result<(), Failure> {
    let expected = expected.ok_or_else(not_authentic)?;
    let wanted = if mode == Mode::ChaCha20Poly1305 { Some(length.unwrap_or(16)) } else { length };
    if wanted.is_some_and(|length| length != expected.len()) || !mode.takes_tag_of(expected.len()) {
        return Err(invalid_tag_length(expected.len()));
    }
    let same: bool = tag[..expected.len()].ct_eq(expected).into();
    if same { Ok(()) } else { Err(not_authentic()) }
}

/// GCM's first counter block: the vector itself with a one, if it has the usual length, else its hash.
fn first_counter(hash_key: &[u8; 16], iv: &[u8]) -> [u8; 16] {
    let mut block = [0; 16];
    if iv.len() == 12 {
        block[..12].copy_from_slice(iv);
        block[15] = 1;
        return block;
    }
    let mut hash = GHash::new(hash_key.into());
    hash.update_padded(iv);
    block[8..].copy_from_slice(&(iv.len() as u64 * 8).to_be_bytes());
    hash.update(&[block.into()]);
    hash.finalize().into()
}

fn key_stream<S: KeyIvInit + StreamCipher + Send + Sync + 'static>(
    key: &[u8],
    iv: &[u8],
) -> Result<Box<dyn Transform>, Failure> {
    let cipher = S::new_from_slices(key, iv).map_err(|_| super::ciphers::invalid_iv())?;
    Ok(Box::new(KeyStream(cipher)))
}

enum UniversalKind {
    Galois(GHash),
    Poly(Box<Poly1305>),
}

/// Feeds bytes to a hash that takes blocks.
struct Absorber {
    hash: UniversalKind,
    partial: [u8; 16],
    filled: usize,
}

impl Absorber {
    fn new(hash: UniversalKind) -> Absorber {
        Absorber { hash, partial: [0; 16], filled: 0 }
    }

    fn absorb(&mut self, mut bytes: &[u8]) {
        if self.filled > 0 {
            let taken = bytes.len().min(16 - self.filled);
            self.partial[self.filled..self.filled + taken].copy_from_slice(&bytes[..taken]);
            self.filled += taken;
            bytes = &bytes[taken..];
            if self.filled < 16 {
                return;
            }
            self.pad();
        }
        let (blocks, rest) = Array::slice_as_chunks(bytes);
        match &mut self.hash {
            UniversalKind::Galois(hash) => hash.update(blocks),
            UniversalKind::Poly(hash) => hash.update(blocks),
        }
        self.partial[..rest.len()].copy_from_slice(rest);
        self.filled = rest.len();
    }

    /// Completes a block with zeros.
    fn pad(&mut self) {
        if self.filled == 0 {
            return;
        }
        self.partial[self.filled..].fill(0);
        self.filled = 0;
        let block = [self.partial.into()];
        match &mut self.hash {
            UniversalKind::Galois(hash) => hash.update(&block),
            UniversalKind::Poly(hash) => hash.update(&block),
        }
    }

    fn finish(&self) -> [u8; 16] {
        match &self.hash {
            UniversalKind::Galois(hash) => hash.clone().finalize().into(),
            UniversalKind::Poly(hash) => hash.as_ref().clone().finalize().into(),
        }
    }
}

/// CCM (RFC 3610), which has to know the text's length before it begins.
pub(crate) struct Ccm {
    direction: Direction,
    aes: Aes,
    nonce: Vec<u8>,
    tag_length: usize,
    aad: Vec<u8>,
    text_length: Option<usize>,
    tag: Option<[u8; 16]>,
}

impl Ccm {
    pub(crate) fn new(direction: Direction, _row: &CipherRow, options: &Options<'_>) -> Result<Ccm, Failure> {
        Ok(Ccm {
            direction,
            aes: Aes::new(options.key)?,
            nonce: options.iv.to_vec(),
            tag_length: options.auth_tag_length.unwrap_or(16) as usize,
            aad: Vec::new(),
            text_length: None,
            tag: None,
        })
    }

    pub(crate) fn set_aad(&mut self, aad: &[u8], text_length: Option<u32>) -> Result<(), Failure> {
        let Some(length) = text_length else {
            let message = "options.plaintextLength required for CCM mode with AAD";
            return Err(Failure::type_error("ERR_MISSING_ARGS", message));
        };
        self.check_length(length as usize)?;
        if aad.len() > AAD_BYTES_MAX {
            return Err(Failure::plain(format!("additional data for CCM are longer than {AAD_BYTES_MAX} bytes")));
        }
        self.text_length = Some(length as usize);
        self.aad = aad.to_vec();
        Ok(())
    }

    fn check_length(&self, length: usize) -> Result<(), Failure> {
        let length_bytes = 15 - self.nonce.len();
        if length_bytes < 8 && (length as u64) >> (8 * length_bytes) != 0 {
            return Err(Failure::range_error("ERR_CRYPTO_INVALID_MESSAGELEN", "Invalid message length"));
        }
        Ok(())
    }

    /// The whole text; there is no second piece.
    pub(crate) fn update(&mut self, data: &[u8]) -> Result<Vec<u8>, Failure> {
        self.check_length(data.len())?;
        if self.tag.is_some() || self.text_length.is_some_and(|length| length != data.len()) {
            return Err(cannot_add());
        }
        let mut bytes = data.to_vec();
        for (index, block) in bytes.chunks_mut(16).enumerate() {
            let stream = self.stream_block(index as u64 + 1);
            block.iter_mut().zip(stream).for_each(|(byte, stream)| *byte ^= stream);
        }
        let plain = if self.direction == Direction::Encrypt { data } else { &bytes };
        let mut tag = self.checksum(plain);
        tag.iter_mut().zip(self.stream_block(0)).for_each(|(byte, stream)| *byte ^= stream);
        self.tag = Some(tag);
        Ok(bytes)
    }

    pub(crate) fn finish(&mut self, expected: Option<&[u8]>) -> Result<Option<Vec<u8>>, Failure> {
        match (self.direction, self.tag) {
            (Direction::Encrypt, Some(tag)) => Ok(Some(tag[..self.tag_length].to_vec())),
            (Direction::Encrypt, None) => Err(Failure::provider("1C800077", "tag not set")),
            (Direction::Decrypt, Some(tag)) => {
                check_tag(Mode::Ccm, Some(self.tag_length), &tag, expected).map(|()| None)
            }
            (Direction::Decrypt, None) => Err(not_authentic()),
        }
    }

    fn stream_block(&self, counter: u64) -> [u8; 16] {
        let mut block = [0; 16];
        block[0] = 14 - self.nonce.len() as u8;
        let free = self.nonce.len() + 1;
        block[1..free].copy_from_slice(&self.nonce);
        // The nonce has seven bytes or more, so the counter's room is in the second half.
        block[free..].copy_from_slice(&counter.to_be_bytes()[free - 8..]);
        self.aes.encrypt(&mut block);
        block
    }

    /// CBC-MAC over lengths, nonce, additional data and text.
    fn checksum(&self, text: &[u8]) -> [u8; 16] {
        let mut state = [0; 16];
        state[8..].copy_from_slice(&(text.len() as u64).to_be_bytes());
        let with_aad = if self.aad.is_empty() { 0 } else { 0x40 };
        state[0] = with_aad | (((self.tag_length - 2) / 2) << 3) as u8 | (14 - self.nonce.len()) as u8;
        state[1..=self.nonce.len()].copy_from_slice(&self.nonce);
        self.aes.encrypt(&mut state);
        if !self.aad.is_empty() {
            let mut head = match self.aad.len() {
                length @ ..0xff00 => (length as u16).to_be_bytes().to_vec(),
                length => [&[0xff, 0xfe][..], &(length as u32).to_be_bytes()].concat(),
            };
            head.extend_from_slice(&self.aad);
            self.absorb(&mut state, &head);
        }
        self.absorb(&mut state, text);
        state
    }

    fn absorb(&self, state: &mut [u8; 16], bytes: &[u8]) {
        for block in bytes.chunks(16) {
            state.iter_mut().zip(block).for_each(|(byte, other)| *byte ^= other);
            self.aes.encrypt(state);
        }
    }
}
