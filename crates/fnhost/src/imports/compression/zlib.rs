//! zlib's formats: `deflate`, `gzip`, and bare data.

use super::{Failure, Format, Step, Work, ZlibOptions};
use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Inflate, InflateError, InflateFlush, Method, Status, Strategy};

/// What zlib adds to the window's size for `gzip`, and for whichever format the data have.
const GZIP: u8 = 16;
const EITHER: u8 = 32;

const FINISH: u8 = 4;

/// The memory that a codec takes, about.
pub(super) fn bytes(format: Format, options: &ZlibOptions) -> usize {
    let window = 1 << options.window_bits.clamp(9, 15);
    let state =
        if is_compressing(format) { window * 8 + (1 << (options.memory_level.clamp(1, 9) + 10)) } else { window };
    (64 << 10) + state + options.dictionary.as_ref().map_or(0, Vec::len)
}

pub(super) fn open(format: Format, options: ZlibOptions) -> Result<Box<dyn Work>, Failure> {
    if is_compressing(format) {
        Ok(Box::new(Compress::new(format, options)?))
    } else {
        Ok(Box::new(Decompress::new(format, options)?))
    }
}

fn is_compressing(format: Format) -> bool {
    matches!(format, Format::Deflate | Format::Gzip | Format::DeflateRaw)
}

fn refused() -> Failure {
    Failure::new("Init error", "Z_STREAM_ERROR", -2)
}

fn no_dictionary() -> Failure {
    Failure::new("Failed to set dictionary", "Z_STREAM_ERROR", -2)
}

struct Compress {
    format: Format,
    options: ZlibOptions,
    deflate: Deflate,
}

impl Compress {
    fn new(format: Format, options: ZlibOptions) -> Result<Compress, Failure> {
        let deflate = deflate(format, &options)?;
        Ok(Compress { format, options, deflate })
    }
}

fn deflate(format: Format, options: &ZlibOptions) -> Result<Deflate, Failure> {
    let is_known = (-1..=9).contains(&options.level)
        && (8..=15).contains(&options.window_bits)
        && (1..=9).contains(&options.memory_level);
    let Ok(strategy) = Strategy::try_from(i32::from(options.strategy)) else { return Err(refused()) };
    if !is_known {
        return Err(refused());
    }
    // zlib makes 9 of 8, but refuses to for what has no header that could say so.
    let window_bits = i32::from(options.window_bits.max(9));
    let window_bits = match format {
        Format::Gzip => window_bits + i32::from(GZIP),
        Format::DeflateRaw => -window_bits,
        _ => window_bits,
    };
    let config = DeflateConfig {
        level: options.level,
        method: Method::Deflated,
        window_bits,
        mem_level: i32::from(options.memory_level),
        strategy,
    };
    let mut deflate = Deflate::new_with_config(config);
    match &options.dictionary {
        Some(dictionary) if format != Format::Gzip => {
            deflate.set_dictionary(dictionary).map_err(|_| no_dictionary())?;
        }
        _ => {}
    }
    Ok(deflate)
}

impl Work for Compress {
    fn step(&mut self, input: &[u8], output: &mut [u8], flush: u8, is_rest: bool) -> Result<Step, Failure> {
        let flush = if is_rest { i32::from(flush) } else { 0 };
        let flush = DeflateFlush::try_from(flush).map_err(|()| Failure::new("Zlib error", "Z_STREAM_ERROR", -2))?;
        let (before_in, before_out) = (self.deflate.total_in(), self.deflate.total_out());
        let status = self.deflate.compress(input, output, flush);
        let status = status.map_err(|_| Failure::new("Zlib error", "Z_STREAM_ERROR", -2))?;
        Ok(Step {
            read: (self.deflate.total_in() - before_in) as usize,
            written: (self.deflate.total_out() - before_out) as usize,
            is_ended: status == Status::StreamEnd,
        })
    }

    fn reset(&mut self) -> Result<(), Failure> {
        self.deflate = deflate(self.format, &self.options)?;
        Ok(())
    }

    fn set_level(&mut self, level: i32) -> Result<(), Failure> {
        if !(-1..=9).contains(&level) {
            return Err(refused());
        }
        self.options.level = level;
        // Where data are held back the library cannot change it, and goes on at the level that it has.
        let _ = self.deflate.set_level(level);
        Ok(())
    }

    fn weights(&self) -> (usize, usize) {
        // The higher levels look the longer the more the data repeat themselves.
        let weight = match self.options.level {
            0 => 2,
            1..=3 => 10,
            -1 | 4..=6 => 25,
            _ => 100,
        };
        (weight, 1)
    }

    fn must_end(&self, _flush: u8) -> bool {
        false
    }
}

struct Decompress {
    format: Format,
    window_bits: u8,
    dictionary: Option<Vec<u8>>,
    inflate: Inflate,
    /// The first bytes, which tell `gzip` from others where it may be either.
    seen: Vec<u8>,
}

impl Decompress {
    fn new(format: Format, options: ZlibOptions) -> Result<Decompress, Failure> {
        let ZlibOptions { window_bits, dictionary, .. } = options;
        if window_bits != 0 && !(8..=15).contains(&window_bits) {
            return Err(refused());
        }
        let inflate = inflate(format, window_bits, dictionary.as_deref())?;
        Ok(Decompress { format, window_bits, dictionary, inflate, seen: Vec::new() })
    }

    /// The dictionary that the data ask for.
    fn add_dictionary(&mut self) -> Result<(), Failure> {
        let Some(dictionary) = &self.dictionary else {
            return Err(Failure::new("Missing dictionary", "Z_NEED_DICT", 2));
        };
        let set = self.inflate.set_dictionary(dictionary);
        set.map(|_| ()).map_err(|_| Failure::new("Bad dictionary", "Z_NEED_DICT", 2))
    }

    fn is_gzip(&self) -> bool {
        self.format == Format::Gunzip || (self.format == Format::Unzip && self.seen == [0x1f, 0x8b])
    }
}

fn inflate(format: Format, window_bits: u8, dictionary: Option<&[u8]>) -> Result<Inflate, Failure> {
    match format {
        Format::Gunzip => Ok(Inflate::new(true, window_bits + GZIP)),
        Format::Unzip => Ok(Inflate::new(true, window_bits + EITHER)),
        Format::InflateRaw => {
            let mut inflate = Inflate::new(false, if window_bits == 0 { 15 } else { window_bits });
            if let Some(dictionary) = dictionary {
                inflate.set_dictionary(dictionary).map_err(|_| no_dictionary())?;
            }
            Ok(inflate)
        }
        _ => Ok(Inflate::new(true, window_bits)),
    }
}

impl Work for Decompress {
    fn step(&mut self, input: &[u8], output: &mut [u8], _flush: u8, _is_rest: bool) -> Result<Step, Failure> {
        if self.format == Format::Unzip && self.seen.len() < 2 {
            self.seen.extend(input.iter().take(2 - self.seen.len()));
        }
        let (before_in, before_out) = (self.inflate.total_in(), self.inflate.total_out());
        let mut result = self.inflate.decompress(input, output, InflateFlush::NoFlush);
        if let Err(InflateError::NeedDict { .. }) = result {
            self.add_dictionary()?;
            let read = (self.inflate.total_in() - before_in) as usize;
            result = self.inflate.decompress(&input[read..], output, InflateFlush::NoFlush);
        }
        let status = result.map_err(|error| match error {
            InflateError::NeedDict { .. } => Failure::new("Bad dictionary", "Z_NEED_DICT", 2),
            InflateError::MemError => Failure::new("not enough memory", "Z_MEM_ERROR", -4),
            InflateError::StreamError => Failure::new("Zlib error", "Z_STREAM_ERROR", -2),
            InflateError::DataError => {
                Failure::new(self.inflate.error_message().unwrap_or("Zlib error"), "Z_DATA_ERROR", -3)
            }
        })?;
        Ok(Step {
            read: (self.inflate.total_in() - before_in) as usize,
            written: (self.inflate.total_out() - before_out) as usize,
            is_ended: status == Status::StreamEnd,
        })
    }

    fn reset(&mut self) -> Result<(), Failure> {
        self.inflate = inflate(self.format, self.window_bits, self.dictionary.as_deref())?;
        self.seen.clear();
        Ok(())
    }

    fn weights(&self) -> (usize, usize) {
        (4, 4)
    }

    fn must_end(&self, flush: u8) -> bool {
        flush == FINISH
    }

    /// A `gzip` file may have several members, and padding of zeros after the last.
    fn goes_on(&mut self, byte: u8) -> Result<bool, Failure> {
        if byte == 0 || !self.is_gzip() {
            return Ok(false);
        }
        self.inflate = inflate(Format::Gunzip, self.window_bits, None)?;
        Ok(true)
    }
}
