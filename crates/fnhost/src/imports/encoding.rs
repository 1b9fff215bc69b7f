//! `fnhost:destination/encoding`: text and bytes.

use super::bindings::fnhost::destination::encoding::{Host, HostDecoder, Notation};
use crate::sandbox::Sandbox;
use base64::Engine;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD, URL_SAFE_NO_PAD};
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use encoding_rs::{DecoderResult, Encoding, UTF_8};
use wasmtime::component::Resource;
use wasmtime::format_err;

/// Decoders that one instance may have at a time.
const DECODERS_MAX: usize = 1_000;

/// As Node reads base64: no padding needed, stray bits at the end ignored.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A decoder between two pieces of a text.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct StreamDecoder {
    encoding: &'static Encoding,
    decoder: encoding_rs::Decoder,
    fatal: bool,
    ignore_bom: bool,
}

impl StreamDecoder {
    fn new(encoding: &'static Encoding, fatal: bool, ignore_bom: bool) -> StreamDecoder {
        StreamDecoder { encoding, decoder: new_decoder(encoding, ignore_bom), fatal, ignore_bom }
    }

    fn decode(&mut self, bytes: &[u8], last: bool) -> Result<String, String> {
        let capacity = self.decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len());
        let mut text = String::with_capacity(capacity);
        let well_formed = if self.fatal {
            let result = self.decoder.decode_to_string_without_replacement(bytes, &mut text, last).0;
            !matches!(result, DecoderResult::Malformed(..))
        } else {
            let _ = self.decoder.decode_to_string(bytes, &mut text, last);
            true
        };
        if last || !well_formed {
            self.decoder = new_decoder(self.encoding, self.ignore_bom);
        }
        let name = self.encoding.name().to_ascii_lowercase();
        if well_formed { Ok(text) } else { Err(format!("The encoded data was not valid for encoding {name}")) }
    }
}

/// A BOM of the encoding itself is removed, unless it counts as text; a BOM
/// never changes the encoding.
fn new_decoder(encoding: &'static Encoding, ignore_bom: bool) -> encoding_rs::Decoder {
    if ignore_bom { encoding.new_decoder_without_bom_handling() } else { encoding.new_decoder_with_bom_removal() }
}

fn known(label: &str) -> wasmtime::Result<&'static Encoding> {
    Encoding::for_label_no_replacement(label.as_bytes()).ok_or_else(|| format_err!("no encoding is called `{label}`"))
}

impl Host for Sandbox {
    async fn encode(&mut self, text: String) -> wasmtime::Result<Vec<u8>> {
        self.charge(text.len()).await?;
        Ok(text.into_bytes())
    }

    async fn decode(
        &mut self,
        bytes: Vec<u8>,
        label: String,
        fatal: bool,
        ignore_bom: bool,
    ) -> wasmtime::Result<Result<String, String>> {
        self.charge(bytes.len()).await?;
        let encoding = known(&label)?;
        // What nearly all text is, without a copy.
        if encoding == UTF_8 && !bytes.starts_with(b"\xEF\xBB\xBF") {
            return Ok(match String::from_utf8(bytes) {
                Ok(text) => Ok(text),
                Err(error) => StreamDecoder::new(encoding, fatal, ignore_bom).decode(error.as_bytes(), true),
            });
        }
        Ok(StreamDecoder::new(encoding, fatal, ignore_bom).decode(&bytes, true))
    }

    async fn canonical_label(&mut self, label: String) -> wasmtime::Result<Option<String>> {
        self.charge(label.len()).await?;
        Ok(known(&label).ok().map(|encoding| encoding.name().to_ascii_lowercase()))
    }

    async fn base64_encode(&mut self, binary: String) -> wasmtime::Result<String> {
        self.charge(binary.len()).await?;
        let bytes: Vec<u8> = binary.encode_utf16().map(|unit| (unit & 0xff) as u8).collect();
        Ok(STANDARD.encode(bytes))
    }

    async fn base64_decode(&mut self, text: String) -> wasmtime::Result<String> {
        self.charge(text.len()).await?;
        Ok(latin1_text(&base64_bytes(&text)))
    }

    async fn bytes_to_text(&mut self, bytes: Vec<u8>, notation: Notation) -> wasmtime::Result<String> {
        self.charge(bytes.len()).await?;
        Ok(match notation {
            Notation::Base64 => STANDARD.encode(bytes),
            Notation::Base64url => URL_SAFE_NO_PAD.encode(bytes),
            Notation::Hex => hex_text(&bytes),
            Notation::Latin1 => latin1_text(&bytes),
            Notation::Ascii => bytes.into_iter().map(|byte| char::from(byte & 0x7f)).collect(),
            Notation::Utf16le => utf16_text(&bytes),
        })
    }

    async fn text_to_bytes(&mut self, text: String, notation: Notation) -> wasmtime::Result<Vec<u8>> {
        self.charge(text.len()).await?;
        Ok(match notation {
            Notation::Base64 | Notation::Base64url => base64_bytes(&text),
            Notation::Hex => hex_bytes(text.as_bytes()),
            Notation::Latin1 | Notation::Ascii if text.is_ascii() => text.into_bytes(),
            Notation::Latin1 | Notation::Ascii => text.encode_utf16().map(|unit| (unit & 0xff) as u8).collect(),
            Notation::Utf16le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        })
    }
}

/// One character a byte.
fn latin1_text(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn utf16_text(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|decoded| decoded.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn hex_text(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value & 0xf)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

fn hex_bytes(digits: &[u8]) -> Vec<u8> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    let pairs = digits.chunks_exact(2);
    pairs.map_while(|pair| Some((value(pair[0])? << 4 | value(pair[1])?) as u8)).collect()
}

/// The bytes of a base64 text as Node reads it.
fn base64_bytes(text: &str) -> Vec<u8> {
    // What nearly all texts are needs no cleaning.
    if let Ok(bytes) = STANDARD.decode(text) {
        return bytes;
    }
    let mut clean: Vec<u8> = text.bytes().take_while(|byte| *byte != b'=').filter_map(standard_base64).collect();
    // A single character at the end is less than a byte.
    if clean.len() % 4 == 1 {
        clean.pop();
    }
    LENIENT.decode(&clean).expect("nothing but the alphabet is left, and no lone character at the end")
}

/// The character of the standard alphabet that `byte` stands for, if any.
fn standard_base64(byte: u8) -> Option<u8> {
    match byte {
        b'-' => Some(b'+'),
        b'_' => Some(b'/'),
        b'+' | b'/' => Some(byte),
        _ => byte.is_ascii_alphanumeric().then_some(byte),
    }
}

impl HostDecoder for Sandbox {
    async fn new(&mut self, label: String, fatal: bool, ignore_bom: bool) -> wasmtime::Result<Resource<StreamDecoder>> {
        self.charge(label.len()).await?;
        self.decoders += 1;
        if self.decoders > DECODERS_MAX {
            return Err(format_err!("more than {DECODERS_MAX} decoders at a time"));
        }
        Ok(self.resources.push(StreamDecoder::new(known(&label)?, fatal, ignore_bom))?)
    }

    async fn decode(
        &mut self,
        decoder: Resource<StreamDecoder>,
        bytes: Vec<u8>,
        last: bool,
    ) -> wasmtime::Result<Result<String, String>> {
        self.charge(bytes.len()).await?;
        Ok(self.resources.get_mut(&decoder)?.decode(&bytes, last))
    }

    async fn drop(&mut self, decoder: Resource<StreamDecoder>) -> wasmtime::Result<()> {
        self.resources.delete(decoder)?;
        self.decoders -= 1;
        Ok(())
    }
}
