//! `fnhost:destination/compression`: zlib's formats and Brotli, both ways. All work is done in steps that are short and
//! cost fuel; what comes out is bounded by whoever asks, and what is kept between two calls by a meter.

use super::bindings::fnhost::destination::compression::{Failure, Format, Host, HostCodec, Output, ZlibOptions};
use crate::sandbox::Sandbox;
use wasmtime::component::Resource;

mod brotli;
mod zlib;

/// What goes in or comes out in one step.
const STEP_BYTES_MAX: usize = 64 << 10;

/// What comes out of one call.
const OUTPUT_BYTES_MAX: usize = 8 << 20;

/// Memory that the codecs of one instance may take together, with what they have not used of their input.
const CODEC_BYTES_MAX: usize = 64 << 20;

/// Data that are compressed or decompressed.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct Codec {
    /// None while a step is done elsewhere.
    work: Option<Box<dyn Work>>,
    input: Vec<u8>,
    /// How many bytes of `input` are used.
    used: usize,
    is_ended: bool,
    /// What counts in the meter: the codec itself, and its input.
    bytes: usize,
}

/// One way of compressing or decompressing.
trait Work: Send {
    /// Takes from `input` and puts into `output`, neither empty but at the end of data; `is_rest` says that
    /// `flush` is for what is there.
    fn step(&mut self, input: &[u8], output: &mut [u8], flush: u8, is_rest: bool) -> Result<Step, Failure>;

    /// Begins anew.
    fn reset(&mut self) -> Result<(), Failure>;

    fn set_level(&mut self, _level: i32) -> Result<(), Failure> {
        Ok(())
    }

    /// How many bytes that are copied take as long as one that goes in, and one that comes out.
    fn weights(&self) -> (usize, usize);

    /// Whether a step may take so long that other tasks should not have to wait.
    fn is_slow(&self) -> bool {
        false
    }

    /// Whether `flush` says that no more data follow, which then have to be whole.
    fn must_end(&self, flush: u8) -> bool;

    /// Whether another part of the data may begin with `byte` after the end of one; then it does.
    fn goes_on(&mut self, _byte: u8) -> Result<bool, Failure> {
        Ok(false)
    }
}

/// What one step did.
struct Step {
    read: usize,
    written: usize,
    is_ended: bool,
}

/// What a codec is after a step.
enum Progress {
    Going,
    /// It needs more input.
    Idle,
    Full,
}

impl Failure {
    fn new(message: &str, code: &str, errno: i32) -> Failure {
        Failure { message: message.to_owned(), code: code.to_owned(), errno }
    }

    fn unfinished() -> Failure {
        Failure::new("unexpected end of file", "Z_BUF_ERROR", -5)
    }
}

impl Codec {
    /// One step: `output` grows by what came out. Says what it cost besides.
    fn step(&mut self, output: &mut Vec<u8>, flush: u8, bytes_max: usize) -> Result<(Progress, usize), Failure> {
        let work = self.work.as_mut().expect("a codec is back when the call that has taken it ends");
        let rest = &self.input[self.used..];
        if self.is_ended {
            let Some(first) = rest.first() else { return Ok((Progress::Idle, 0)) };
            if !work.goes_on(*first)? {
                return Ok((Progress::Idle, 0));
            }
            self.is_ended = false;
        }
        let piece = &rest[..rest.len().min(STEP_BYTES_MAX)];
        let start = output.len();
        let room = (bytes_max - start).min(STEP_BYTES_MAX);
        output.resize(start + room, 0);
        let done = work.step(piece, &mut output[start..], flush, piece.len() == rest.len())?;
        output.truncate(start + done.written);
        let is_last = piece.len() == rest.len() && done.read == piece.len();
        self.used += done.read;
        self.is_ended = done.is_ended;
        let (weight_read, weight_written) = work.weights();
        let cost = done.read * weight_read + done.written * weight_written;
        let progress = if done.written == room && start + room == bytes_max {
            Progress::Full
        } else if done.is_ended || (done.written < room && (is_last || (done.read == 0 && done.written == 0))) {
            if done.is_ended && self.used < self.input.len() { Progress::Going } else { Progress::Idle }
        } else {
            Progress::Going
        };
        Ok((progress, cost))
    }

    /// Whether data that had to be whole are not.
    fn is_unfinished(&self, flush: u8) -> bool {
        !self.is_ended && self.work.as_ref().is_some_and(|work| work.must_end(flush))
    }
}

impl Sandbox {
    fn add_codec(&mut self, work: Box<dyn Work>, bytes: usize) -> wasmtime::Result<Result<Resource<Codec>, Failure>> {
        if self.codec_bytes + bytes > CODEC_BYTES_MAX {
            return Ok(Err(Failure::new("Initialization failed", "ERR_ZLIB_INITIALIZATION_FAILED", 0)));
        }
        self.codec_bytes += bytes;
        let codec = Codec { work: Some(work), input: Vec::new(), used: 0, is_ended: false, bytes };
        Ok(Ok(self.resources.push(codec)?))
    }

    /// Makes `bytes` the codec's input, behind what it has not used. False where that is too much.
    fn give_input(&mut self, this: &Resource<Codec>, bytes: Vec<u8>) -> wasmtime::Result<bool> {
        let bytes_max = CODEC_BYTES_MAX.max(self.memory_bytes_max());
        let codec = self.resources.get_mut(this)?;
        if self.codec_bytes + bytes.len() > bytes_max {
            return Ok(false);
        }
        self.codec_bytes += bytes.len();
        codec.bytes += bytes.len();
        if codec.input.is_empty() {
            codec.input = bytes;
        } else {
            codec.input.extend(bytes);
        }
        Ok(true)
    }

    /// Forgets input that is used up, or all where nothing will use the rest.
    fn forget_input(&mut self, this: &Resource<Codec>, all: bool) -> wasmtime::Result<()> {
        let codec = self.resources.get_mut(this)?;
        if codec.used == codec.input.len() || all {
            self.codec_bytes -= codec.input.len();
            codec.bytes -= codec.input.len();
            codec.input = Vec::new();
            codec.used = 0;
        }
        Ok(())
    }

    /// One step of a codec, on a thread for such work where it is slow.
    async fn step_codec(
        &mut self,
        this: &Resource<Codec>,
        output: &mut Vec<u8>,
        flush: u8,
        bytes_max: usize,
    ) -> wasmtime::Result<Result<(Progress, usize), Failure>> {
        let codec = self.resources.get_mut(this)?;
        if !codec.work.as_ref().is_some_and(|work| work.is_slow()) {
            return Ok(codec.step(output, flush, bytes_max));
        }
        let empty = Codec { work: None, input: Vec::new(), used: 0, is_ended: false, bytes: 0 };
        let mut taken = std::mem::replace(codec, empty);
        let mut taken_output = std::mem::take(output);
        let stepping = tokio::task::spawn_blocking(move || {
            let done = taken.step(&mut taken_output, flush, bytes_max);
            (taken, taken_output, done)
        });
        let (taken, taken_output, done) = stepping.await?;
        *self.resources.get_mut(this)? = taken;
        *output = taken_output;
        Ok(done)
    }
}

impl HostCodec for Sandbox {
    async fn open_zlib(
        &mut self,
        format: Format,
        options: ZlibOptions,
    ) -> wasmtime::Result<Result<Resource<Codec>, Failure>> {
        let bytes = zlib::bytes(format, &options);
        self.charge(bytes / 8).await?;
        match zlib::open(format, options) {
            Ok(work) => self.add_codec(work, bytes),
            Err(failure) => Ok(Err(failure)),
        }
    }

    async fn open_brotli(
        &mut self,
        compress: bool,
        parameters: Vec<(u32, u32)>,
    ) -> wasmtime::Result<Result<Resource<Codec>, Failure>> {
        let (work, bytes) = brotli::open(compress, &parameters);
        self.charge(parameters.len() + bytes / 8).await?;
        self.add_codec(work, bytes)
    }

    async fn write(
        &mut self,
        this: Resource<Codec>,
        bytes: Vec<u8>,
        flush: u8,
        bytes_max: u32,
    ) -> wasmtime::Result<Result<Output, Failure>> {
        self.charge(bytes.len()).await?;
        if !self.give_input(&this, bytes)? {
            return Ok(Err(Failure::new("not enough memory", "Z_MEM_ERROR", -4)));
        }
        let bytes_max = (bytes_max as usize).min(OUTPUT_BYTES_MAX);
        let mut output = Vec::new();
        let is_full = loop {
            let (progress, cost) = match self.step_codec(&this, &mut output, flush, bytes_max).await? {
                Ok(done) => done,
                Err(failure) => return Ok(Err(failure)),
            };
            self.charge(cost).await?;
            match progress {
                Progress::Going => {}
                Progress::Idle => break false,
                Progress::Full => break true,
            }
        };
        let codec = self.resources.get(&this)?;
        if !is_full && codec.is_unfinished(flush) {
            return Ok(Err(Failure::unfinished()));
        }
        let (is_ended, unread) = (codec.is_ended, (codec.input.len() - codec.used) as u32);
        // Behind the end there may be another member, whose turn it is when there is room again.
        self.forget_input(&this, is_ended && !is_full)?;
        Ok(Ok(Output { bytes: output, is_full, is_ended, unread }))
    }

    async fn set_level(&mut self, this: Resource<Codec>, level: i32) -> wasmtime::Result<Result<(), Failure>> {
        self.charge(0).await?;
        let codec = self.resources.get_mut(&this)?;
        Ok(codec.work.as_mut().map_or(Ok(()), |work| work.set_level(level)))
    }

    async fn reset(&mut self, this: Resource<Codec>) -> wasmtime::Result<Result<(), Failure>> {
        let bytes = self.resources.get(&this)?.bytes;
        self.charge(bytes / 8).await?;
        let codec = self.resources.get_mut(&this)?;
        codec.is_ended = false;
        let done = codec.work.as_mut().map_or(Ok(()), |work| work.reset());
        self.forget_input(&this, true)?;
        Ok(done)
    }

    async fn drop(&mut self, this: Resource<Codec>) -> wasmtime::Result<()> {
        let codec = self.resources.delete(this)?;
        self.codec_bytes -= codec.bytes;
        Ok(())
    }
}

impl Host for Sandbox {
    async fn crc32(&mut self, bytes: Vec<u8>, value: u32) -> wasmtime::Result<u32> {
        self.charge(bytes.len()).await?;
        Ok(zlib_rs::crc32::crc32(value, &bytes))
    }
}
