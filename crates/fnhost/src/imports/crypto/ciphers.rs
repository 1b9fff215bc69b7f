//! Symmetric ciphers in pieces: opening one by its name, blocks and their padding. Authenticated ciphers and key wrap
//! are in `authenticated.rs` and `wrap.rs`. Knows of no host.

use super::authenticated::{Authenticated, Ccm};
use super::cipher_table::{Algorithm, CipherRow, Mode};
use super::failure::Failure;
use super::ocb::Ocb;
use super::wrap::{KeyWrap, TripleDesWrap};
use aes::cipher::{
    Array, Block, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, BlockSizeUser,
};
use aes::cipher::{InnerIvInit, KeyInit, KeyIvInit, StreamCipher, StreamCipherCoreWrapper};
use aes::{Aes128, Aes192, Aes256};
use chacha20::ChaCha20LegacyCore;
use des::{TdesEde2, TdesEde3};
use ofb::Ofb;

/// Which way a cipher works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Encrypt,
    Decrypt,
}

/// What a cipher is made of.
pub(crate) struct Options<'a> {
    pub(crate) name: &'a str,
    pub(crate) key: &'a [u8],
    pub(crate) iv: &'a [u8],
    pub(crate) auth_tag_length: Option<u32>,
}

/// A cipher under way.
pub(crate) struct Cipher {
    row: &'static CipherRow,
    direction: Direction,
    engine: Engine,
    auto_padding: bool,
    /// What has not come to a block's end, or the block that is held back as it may be the last one.
    partial: Vec<u8>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Fresh,
    Updated,
    Finished,
}

enum Engine {
    Blocks(Box<dyn Transform>),
    Stream(Box<dyn Transform>),
    Authenticated(Box<Authenticated>),
    Ccm(Box<Ccm>),
    Ocb(Box<Ocb>),
    KeyWrap(Box<KeyWrap>),
    TripleDesWrap(TripleDesWrap),
}

/// Additional data that CCM keeps until the text comes.
pub(crate) const AAD_BYTES_MAX: usize = 1 << 16;

/// Changes bytes in place, going on where it ended the last time. Ciphers that work in blocks get whole ones.
pub(crate) trait Transform: Send + Sync {
    fn apply(&mut self, bytes: &mut [u8]);
}

impl Cipher {
    /// Opens a cipher, with Node's errors for what does not fit.
    pub(crate) fn open(direction: Direction, options: &Options<'_>) -> Result<Cipher, Failure> {
        let row = CipherRow::named(options.name)?;
        check_lengths(row, options)?;
        let engine = match row.mode {
            Mode::Gcm => Engine::Authenticated(Box::new(Authenticated::gcm(direction, row, options)?)),
            Mode::ChaCha20Poly1305 => Engine::Authenticated(Box::new(Authenticated::chacha(direction, row, options)?)),
            Mode::Ccm => Engine::Ccm(Box::new(Ccm::new(direction, row, options)?)),
            Mode::Ocb => Engine::Ocb(Box::new(Ocb::new(direction, options)?)),
            Mode::Wrap if row.algorithm == Algorithm::TripleDes3 => {
                Engine::TripleDesWrap(TripleDesWrap::new(direction, options))
            }
            Mode::Wrap => Engine::KeyWrap(Box::new(KeyWrap::new(direction, options)?)),
            Mode::ChaCha20 => Engine::Stream(chacha_stream(options.key, options.iv)?),
            mode => open_plain(direction, row.algorithm, mode, options.key, options.iv)?,
        };
        Ok(Cipher { row, direction, engine, auto_padding: true, partial: Vec::new(), state: State::Fresh })
    }

    /// Nanoseconds that a byte takes, at most about.
    pub(crate) fn cost_per_byte(&self) -> u64 {
        self.row.cost_per_byte()
    }

    /// Bytes that it may take, about.
    pub(crate) fn size(&self) -> usize {
        if self.row.mode == Mode::Ccm { 2_048 + AAD_BYTES_MAX } else { 2_048 }
    }

    pub(crate) fn set_auto_padding(&mut self, auto_padding: bool) {
        self.auto_padding = auto_padding;
    }

    /// Additional data that are authenticated and not encrypted.
    pub(crate) fn set_aad(&mut self, aad: &[u8], text_length: Option<u32>) -> Result<(), Failure> {
        if self.state != State::Fresh {
            return Err(invalid_state("setAAD"));
        }
        match &mut self.engine {
            Engine::Authenticated(engine) => engine.add_aad(aad),
            Engine::Ocb(engine) => engine.add_aad(aad),
            Engine::Ccm(engine) => return engine.set_aad(aad, text_length),
            _ => return Err(invalid_state("setAAD")),
        }
        Ok(())
    }

    /// The next piece.
    pub(crate) fn update(&mut self, data: &[u8]) -> Result<Vec<u8>, Failure> {
        if self.state == State::Finished {
            return Err(cannot_add());
        }
        self.state = State::Updated;
        match &mut self.engine {
            Engine::Blocks(_) => Ok(self.update_blocks(data)),
            Engine::Stream(engine) => {
                let mut bytes = data.to_vec();
                engine.apply(&mut bytes);
                Ok(bytes)
            }
            Engine::Authenticated(engine) => Ok(engine.update(data)),
            Engine::Ccm(engine) => engine.update(data),
            Engine::Ocb(engine) => Ok(engine.update(data)),
            Engine::KeyWrap(engine) => engine.update(data),
            Engine::TripleDesWrap(engine) => engine.update(data),
        }
    }

    fn update_blocks(&mut self, data: &[u8]) -> Vec<u8> {
        let block_size = self.row.block_size;
        let mut bytes = std::mem::take(&mut self.partial);
        bytes.reserve_exact(data.len());
        bytes.extend_from_slice(data);
        let mut left = bytes.len() % block_size;
        let holds_back = self.direction == Direction::Decrypt && self.auto_padding;
        if left == 0 && holds_back && !bytes.is_empty() {
            left = block_size;
        }
        self.partial = bytes.split_off(bytes.len() - left);
        if let Engine::Blocks(engine) = &mut self.engine {
            engine.apply(&mut bytes);
        }
        bytes
    }

    /// What is left, and the authentication tag where there is one. `auth_tag` is what has to come out when an
    /// authenticated cipher decrypts.
    pub(crate) fn finish(&mut self, auth_tag: Option<&[u8]>) -> Result<(Vec<u8>, Option<Vec<u8>>), Failure> {
        if self.state == State::Finished {
            return Err(Failure::error("ERR_CRYPTO_INVALID_STATE", "Invalid state"));
        }
        self.state = State::Finished;
        match &mut self.engine {
            Engine::Blocks(_) => Ok((self.finish_blocks()?, None)),
            Engine::Stream(_) => Ok((Vec::new(), None)),
            Engine::Authenticated(engine) => Ok((Vec::new(), engine.finish(auth_tag)?)),
            Engine::Ccm(engine) => Ok((Vec::new(), engine.finish(auth_tag)?)),
            Engine::Ocb(engine) => engine.finish(auth_tag),
            Engine::KeyWrap(_) | Engine::TripleDesWrap(_) => Ok((Vec::new(), None)),
        }
    }

    fn finish_blocks(&mut self) -> Result<Vec<u8>, Failure> {
        let Engine::Blocks(engine) = &mut self.engine else { return Ok(Vec::new()) };
        let block_size = self.row.block_size;
        let mut last = std::mem::take(&mut self.partial);
        if self.direction == Direction::Encrypt && self.auto_padding {
            let missing = block_size - last.len();
            last.resize(block_size, missing as u8);
        }
        let whole = last.len() == block_size;
        if !whole && (self.auto_padding || !last.is_empty()) {
            return Err(Failure::provider("1C80006B", "wrong final block length"));
        }
        engine.apply(&mut last);
        if self.direction == Direction::Decrypt && self.auto_padding {
            let padding = usize::from(last[block_size - 1]);
            let good = (1..=block_size).contains(&padding)
                && last[block_size - padding..].iter().all(|byte| usize::from(*byte) == padding);
            if !good {
                return Err(bad_decrypt());
            }
            last.truncate(block_size - padding);
        }
        Ok(last)
    }
}

/// Decrypts or encrypts `data` at once.
pub(crate) fn at_once(
    direction: Direction,
    options: &Options<'_>,
    data: &[u8],
    auto_padding: bool,
) -> Result<Vec<u8>, Failure> {
    let mut cipher = Cipher::open(direction, options)?;
    cipher.set_auto_padding(auto_padding);
    let mut bytes = cipher.update(data)?;
    bytes.extend(cipher.finish(None)?.0);
    Ok(bytes)
}

/// What OpenSSL says of a wrong key, mostly.
pub(crate) fn bad_decrypt() -> Failure {
    Failure::provider("1C800064", "bad decrypt")
}

/// What Node says of data that a cipher does not take, or not any more.
pub(crate) fn cannot_add() -> Failure {
    Failure::plain("Trying to add data in unsupported state")
}

/// What Node says of a wrong authentication tag.
pub(crate) fn not_authentic() -> Failure {
    Failure::plain("Unsupported state or unable to authenticate data")
}

pub(crate) fn invalid_iv() -> Failure {
    Failure::type_error("ERR_CRYPTO_INVALID_IV", "Invalid initialization vector")
}

pub(crate) fn invalid_state(operation: &str) -> Failure {
    Failure::error("ERR_CRYPTO_INVALID_STATE", format!("Invalid state for operation {operation}"))
}

fn check_lengths(row: &CipherRow, options: &Options<'_>) -> Result<(), Failure> {
    let length = options.iv.len();
    let iv_fits = match row.mode {
        Mode::Gcm => (1..=128).contains(&length),
        Mode::Ccm => (7..=13).contains(&length),
        Mode::Ocb => (1..=15).contains(&length),
        _ => length == row.iv_length,
    };
    if !iv_fits {
        return Err(invalid_iv());
    }
    check_tag_length(row, options)?;
    match options.key.len() == row.key_length {
        true => Ok(()),
        false => Err(Failure::range_error("ERR_CRYPTO_INVALID_KEYLEN", "Invalid key length")),
    }
}

fn check_tag_length(row: &CipherRow, options: &Options<'_>) -> Result<(), Failure> {
    let Some(length) = options.auth_tag_length else {
        if matches!(row.mode, Mode::Ccm | Mode::Ocb) {
            let message = format!("authTagLength required for {}", options.name);
            return Err(Failure::type_error("ERR_CRYPTO_INVALID_AUTH_TAG", message));
        }
        return Ok(());
    };
    if row.mode.takes_tag_of(length as usize) { Ok(()) } else { Err(invalid_tag_length(length as usize)) }
}

pub(crate) fn invalid_tag_length(length: usize) -> Failure {
    let message = format!("Invalid authentication tag length: {length}");
    Failure::type_error("ERR_CRYPTO_INVALID_AUTH_TAG", message)
}

fn open_plain(
    direction: Direction,
    algorithm: Algorithm,
    mode: Mode,
    key: &[u8],
    iv: &[u8],
) -> Result<Engine, Failure> {
    match algorithm {
        Algorithm::Aes128 => with_cipher::<Aes128, Ofb<Aes128>>(direction, mode, key, iv),
        Algorithm::Aes192 => with_cipher::<Aes192, Ofb<Aes192>>(direction, mode, key, iv),
        Algorithm::Aes256 => with_cipher::<Aes256, Ofb<Aes256>>(direction, mode, key, iv),
        Algorithm::TripleDes2 => with_cipher_no_counter::<TdesEde2, Ofb<TdesEde2>>(direction, mode, key, iv),
        Algorithm::TripleDes3 => with_cipher_no_counter::<TdesEde3, Ofb<TdesEde3>>(direction, mode, key, iv),
        Algorithm::ChaCha20 => Err(Failure::error("ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher")),
    }
}

/// ChaCha20 alone, whose vector begins with the number of the first block.
fn chacha_stream(key: &[u8], iv: &[u8]) -> Result<Box<dyn Transform>, Failure> {
    /// So many blocks can follow, at least.
    const BLOCKS: u64 = 1 << 32;
    let (counter, nonce) = iv.split_at_checked(8).ok_or_else(wrong_length)?;
    let counter = u64::from_le_bytes(counter.try_into().map_err(|_| wrong_length())?);
    if counter > u64::MAX - BLOCKS {
        return Err(invalid_iv());
    }
    let mut core = ChaCha20LegacyCore::new_from_slices(key, nonce).map_err(|_| wrong_length())?;
    core.set_block_pos(counter);
    Ok(Box::new(KeyStream(StreamCipherCoreWrapper::from_core(core))))
}

/// What stream ciphers can do.
trait Stream: KeyIvInit + StreamCipher + Send + Sync + 'static {}
impl<S: KeyIvInit + StreamCipher + Send + Sync + 'static> Stream for S {}

/// The counter mode of the AES ciphers; 3DES has none.
fn with_cipher<C, O>(direction: Direction, mode: Mode, key: &[u8], iv: &[u8]) -> Result<Engine, Failure>
where
    C: Cryptor + BlockSizeUser<BlockSize = aes::cipher::consts::U16>,
    O: Stream,
{
    match mode {
        Mode::Ctr => stream::<ctr::Ctr128BE<C>>(key, iv),
        _ => with_cipher_no_counter::<C, O>(direction, mode, key, iv),
    }
}

/// What block ciphers can do.
trait Cryptor: BlockCipherEncrypt + BlockCipherDecrypt + KeyInit + Send + Sync + 'static {}
impl<C: BlockCipherEncrypt + BlockCipherDecrypt + KeyInit + Send + Sync + 'static> Cryptor for C {}

fn with_cipher_no_counter<C: Cryptor, O: Stream>(
    direction: Direction,
    mode: Mode,
    key: &[u8],
    iv: &[u8],
) -> Result<Engine, Failure> {
    let cipher = C::new_from_slice(key).map_err(|_| wrong_length())?;
    if mode == Mode::Ecb {
        return Ok(Engine::Blocks(match direction {
            Direction::Encrypt => Box::new(EcbEncrypt(cipher)),
            Direction::Decrypt => Box::new(EcbDecrypt(cipher)),
        }));
    }
    let vector = <&Block<C>>::try_from(iv).map_err(|_| wrong_length())?;
    Ok(match (mode, direction) {
        (Mode::Cbc, Direction::Encrypt) => {
            Engine::Blocks(Box::new(CbcEncrypt(cbc::Encryptor::inner_iv_init(cipher, vector))))
        }
        (Mode::Cbc, Direction::Decrypt) => {
            Engine::Blocks(Box::new(CbcDecrypt(cbc::Decryptor::inner_iv_init(cipher, vector))))
        }
        (Mode::Cfb, Direction::Encrypt) => {
            Engine::Stream(Box::new(cfb_mode::BufEncryptor::inner_iv_init(cipher, vector)))
        }
        (Mode::Cfb, Direction::Decrypt) => {
            Engine::Stream(Box::new(cfb_mode::BufDecryptor::inner_iv_init(cipher, vector)))
        }
        (Mode::Cfb8, Direction::Encrypt) => {
            Engine::Stream(Box::new(Cfb8Encrypt(cfb8::Encryptor::inner_iv_init(cipher, vector))))
        }
        (Mode::Cfb8, Direction::Decrypt) => {
            Engine::Stream(Box::new(Cfb8Decrypt(cfb8::Decryptor::inner_iv_init(cipher, vector))))
        }
        _ => return stream::<O>(key, iv),
    })
}

fn stream<S>(key: &[u8], iv: &[u8]) -> Result<Engine, Failure>
where
    S: Stream,
{
    let cipher = S::new_from_slices(key, iv).map_err(|_| wrong_length())?;
    Ok(Engine::Stream(Box::new(KeyStream(cipher))))
}

/// Lengths have been checked against the table before.
fn wrong_length() -> Failure {
    invalid_iv()
}

/// The blocks of `bytes`, of which there are only whole ones.
fn blocks<C: BlockSizeUser>(bytes: &mut [u8]) -> &mut [Block<C>] {
    Array::slice_as_chunks_mut(bytes).0
}

struct EcbEncrypt<C>(C);
struct EcbDecrypt<C>(C);
struct CbcEncrypt<C: BlockCipherEncrypt>(cbc::Encryptor<C>);
struct CbcDecrypt<C: BlockCipherDecrypt>(cbc::Decryptor<C>);
struct Cfb8Encrypt<C: BlockCipherEncrypt>(cfb8::Encryptor<C>);
struct Cfb8Decrypt<C: BlockCipherEncrypt>(cfb8::Decryptor<C>);

/// A cipher that gives a stream of bytes which are added to the text.
pub(crate) struct KeyStream<S>(pub(crate) S);

impl<C: BlockCipherEncrypt + Send + Sync> Transform for EcbEncrypt<C> {
    fn apply(&mut self, bytes: &mut [u8]) {
        self.0.encrypt_blocks(blocks::<C>(bytes));
    }
}

impl<C: BlockCipherDecrypt + Send + Sync> Transform for EcbDecrypt<C> {
    fn apply(&mut self, bytes: &mut [u8]) {
        self.0.decrypt_blocks(blocks::<C>(bytes));
    }
}

impl<C: BlockCipherEncrypt + Send + Sync> Transform for CbcEncrypt<C> {
    fn apply(&mut self, bytes: &mut [u8]) {
        self.0.encrypt_blocks(blocks::<C>(bytes));
    }
}

impl<C: BlockCipherDecrypt + Send + Sync> Transform for CbcDecrypt<C> {
    fn apply(&mut self, bytes: &mut [u8]) {
        self.0.decrypt_blocks(blocks::<C>(bytes));
    }
}

impl<C: BlockCipherEncrypt + Send + Sync> Transform for cfb_mode::BufEncryptor<C> {
    fn apply(&mut self, bytes: &mut [u8]) {
        self.encrypt(bytes);
    }
}

impl<C: BlockCipherEncrypt + Send + Sync> Transform for cfb_mode::BufDecryptor<C> {
    fn apply(&mut self, bytes: &mut [u8]) {
        self.decrypt(bytes);
    }
}

impl<C: BlockCipherEncrypt + Send + Sync> Transform for Cfb8Encrypt<C> {
    fn apply(&mut self, bytes: &mut [u8]) {
        self.0.encrypt_blocks(Array::slice_as_chunks_mut(bytes).0);
    }
}

impl<C: BlockCipherEncrypt + Send + Sync> Transform for Cfb8Decrypt<C> {
    fn apply(&mut self, bytes: &mut [u8]) {
        self.0.decrypt_blocks(Array::slice_as_chunks_mut(bytes).0);
    }
}

impl<S: StreamCipher + Send + Sync> Transform for KeyStream<S> {
    fn apply(&mut self, bytes: &mut [u8]) {
        self.0.apply_keystream(bytes);
    }
}
