//! Brotli.

use super::{Failure, Step, Work};
use brotli::enc::StandardAlloc;
use brotli::enc::backward_references::BrotliEncoderMode;
use brotli::enc::encode::{BrotliEncoderOperation, BrotliEncoderStateStruct};
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};

/// The largest window for compressing. Larger ones take more memory than an instance has.
const WINDOW_BITS_MAX: u32 = 18;

/// What one block holds: beyond it a step would take long.
const BLOCK_BITS_MAX: u32 = 18;

/// The numbers of the operations, as Node has them.
const FLUSH: u8 = 1;
const FINISH: u8 = 2;

type Encoder = BrotliEncoderStateStruct<StandardAlloc>;
type Decoder = BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>;

/// A codec, and the memory that it takes, about.
pub(super) fn open(compress: bool, parameters: &[(u32, u32)]) -> (Box<dyn Work>, usize) {
    if !compress {
        return (Box::new(Decompress { decoder: decoder() }), 18 << 20);
    }
    let mut settings = Settings { quality: 11, window_bits: 22, mode: 0, block_bits: 0, size_hint: 0, no_context: 0 };
    for (parameter, value) in parameters {
        settings.set(*parameter, *value);
    }
    let bytes = match settings.quality {
        0..=4 => 4 << 20,
        quality @ 5..=9 => (4 << 20) + (1 << (quality - 1 + 15 + 2)),
        _ => 16 << 20,
    };
    (Box::new(Compress { encoder: settings.encoder(), settings }), bytes)
}

struct Settings {
    quality: u32,
    window_bits: u32,
    mode: u32,
    block_bits: u32,
    size_hint: u32,
    no_context: u32,
}

impl Settings {
    /// What is out of range counts as the nearest value, as in Brotli's own library.
    fn set(&mut self, parameter: u32, value: u32) {
        match parameter {
            0 => self.mode = if value <= 2 { value } else { 0 },
            1 => self.quality = value.min(11),
            2 => self.window_bits = value.clamp(10, 24),
            3 => self.block_bits = value.min(24),
            4 => self.no_context = value.min(1),
            5 => self.size_hint = value,
            _ => {}
        }
    }

    fn encoder(&self) -> Box<Encoder> {
        let mut encoder = Box::new(Encoder::new(StandardAlloc::default()));
        encoder.params.mode = match self.mode {
            1 => BrotliEncoderMode::BROTLI_MODE_TEXT,
            2 => BrotliEncoderMode::BROTLI_MODE_FONT,
            _ => BrotliEncoderMode::BROTLI_MODE_GENERIC,
        };
        encoder.params.quality = self.quality as i32;
        encoder.params.lgwin = self.window_bits.min(WINDOW_BITS_MAX) as i32;
        encoder.params.lgblock =
            if self.block_bits == 0 { 0 } else { self.block_bits.clamp(16, BLOCK_BITS_MAX) as i32 };
        encoder.params.disable_literal_context_modeling = self.no_context as i32;
        encoder.params.size_hint = self.size_hint as usize;
        encoder
    }
}

struct Compress {
    settings: Settings,
    encoder: Box<Encoder>,
}

impl Work for Compress {
    fn step(&mut self, input: &[u8], output: &mut [u8], flush: u8, is_rest: bool) -> Result<Step, Failure> {
        let operation = match flush {
            FLUSH if is_rest => BrotliEncoderOperation::BROTLI_OPERATION_FLUSH,
            FINISH if is_rest => BrotliEncoderOperation::BROTLI_OPERATION_FINISH,
            _ => BrotliEncoderOperation::BROTLI_OPERATION_PROCESS,
        };
        let (mut left_in, mut read) = (input.len(), 0);
        let (mut left_out, mut written) = (output.len(), 0);
        let is_done = self.encoder.compress_stream(
            operation,
            &mut left_in,
            input,
            &mut read,
            &mut left_out,
            output,
            &mut written,
            &mut None,
            &mut |_, _, _, _| (),
        );
        if !is_done {
            return Err(Failure::new("Compression failed", "ERR_BROTLI_COMPRESSION_FAILED", -2));
        }
        Ok(Step { read, written, is_ended: self.encoder.is_finished() })
    }

    fn reset(&mut self) -> Result<(), Failure> {
        self.encoder = self.settings.encoder();
        Ok(())
    }

    fn weights(&self) -> (usize, usize) {
        let weight = match self.settings.quality {
            0..=1 => 10,
            2..=4 => 30,
            5..=9 => 150,
            10 => 1_000,
            _ => 1_500,
        };
        (weight, 1)
    }

    fn is_slow(&self) -> bool {
        self.settings.quality >= 10
    }

    fn must_end(&self, _flush: u8) -> bool {
        false
    }
}

struct Decompress {
    decoder: Box<Decoder>,
}

/// Windows larger than the standard's are refused: a few bytes could ask for a gigabyte.
fn decoder() -> Box<Decoder> {
    Box::new(BrotliState::new_strict(StandardAlloc::default(), StandardAlloc::default(), StandardAlloc::default()))
}

impl Work for Decompress {
    fn step(&mut self, input: &[u8], output: &mut [u8], _flush: u8, _is_rest: bool) -> Result<Step, Failure> {
        let (mut left_in, mut read) = (input.len(), 0);
        let (mut left_out, mut written, mut total) = (output.len(), 0, 0);
        let result = BrotliDecompressStream(
            &mut left_in,
            &mut read,
            input,
            &mut left_out,
            &mut written,
            output,
            &mut total,
            &mut self.decoder,
        );
        if matches!(result, BrotliResult::ResultFailure) {
            let name = format!("{:?}", self.decoder.error_code);
            let name = name.strip_prefix("BROTLI_DECODER").unwrap_or(&name);
            let errno = self.decoder.error_code as i32;
            return Err(Failure::new("Decompression failed", &format!("ERR_{name}"), errno));
        }
        Ok(Step { read, written, is_ended: matches!(result, BrotliResult::ResultSuccess) })
    }

    fn reset(&mut self) -> Result<(), Failure> {
        self.decoder = decoder();
        Ok(())
    }

    fn weights(&self) -> (usize, usize) {
        (6, 6)
    }

    fn must_end(&self, flush: u8) -> bool {
        flush == FINISH
    }
}
