//! `_lzma`: compression by LZMA, in containers or raw. The coders are those of the crate `lzma-rust2`.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use lzma_rust2::{
    Action, CheckType, Lzma2Options, Lzma2Stream, Lzma2Writer, LzmaOptions, LzmaStream, LzmaWriter, Status,
    StreamResult, XzOptions, XzStream, XzWriter,
};
use macros::{pyclass, pymethods, pymodule};
use runtime::args::{ArgAt, FromArg};
use runtime::buffer::Buffer;
use runtime::objects::exceptions::{self as exc, EXCEPTION};
use runtime::types::TypeDef;
use runtime::types::ready::ready;
use runtime::{Raised, Res, ThreadState, Type, Value};

use super::filters::{self, Filter, Pipe, Stage, Undo};
use super::{Feed, Step};
use crate::support::exception;

static ERROR_DEF: TypeDef = exception("_lzma", "LZMAError", &EXCEPTION, Some("Call to liblzma failed."));
static LZMA_ERROR: Type = Type::new_static(&ERROR_DEF);

pub(super) const OPTIONS: &str = "Invalid or unsupported options";

#[cold]
pub(super) fn lzma_error(th: &ThreadState, message: impl std::fmt::Display) -> Raised {
    th.error(&LZMA_ERROR, message)
}

const FORMAT_AUTO: i32 = 0;
const FORMAT_XZ: i32 = 1;
const FORMAT_ALONE: i32 = 2;
const FORMAT_RAW: i32 = 3;

const CHECK_NONE: i32 = 0;
const CHECK_UNKNOWN: i32 = 16;

fn check_type(number: i32) -> Option<CheckType> {
    Some(match number {
        0 => CheckType::None,
        1 => CheckType::Crc32,
        4 => CheckType::Crc64,
        10 => CheckType::Sha256,
        _ => return None,
    })
}

/// The end of a chain that compresses.
enum Coder {
    Xz(Box<XzWriter<Pipe>>),
    Lzma1(Box<LzmaWriter<Pipe>>),
    Lzma2(Box<Lzma2Writer<Pipe>>),
}

struct Packing {
    stages: Vec<Stage>,
    coder: Coder,
    out: Pipe,
}

impl Packing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.coder {
            Coder::Xz(writer) => writer.write_all(bytes),
            Coder::Lzma1(writer) => writer.write_all(bytes),
            Coder::Lzma2(writer) => writer.write_all(bytes),
        }
    }

    fn compress(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut filtered;
        let mut bytes = bytes;
        for stage in &mut self.stages {
            filtered = stage.filter(bytes)?;
            bytes = &filtered;
        }
        let bytes = bytes.to_vec();
        self.write(&bytes)?;
        Ok(self.out.take())
    }

    fn finish(mut self) -> io::Result<Vec<u8>> {
        let mut rest = Vec::new();
        for mut stage in std::mem::take(&mut self.stages) {
            rest = stage.filter(&rest)?;
            rest.extend_from_slice(&stage.finish()?);
        }
        self.write(&rest)?;
        match self.coder {
            Coder::Xz(writer) => writer.finish().map(drop)?,
            Coder::Lzma1(writer) => writer.finish().map(drop)?,
            Coder::Lzma2(writer) => writer.finish().map(drop)?,
        }
        Ok(self.out.take())
    }
}

/// LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)
///
/// Create a compressor object for compressing data incrementally.
///
/// format specifies the container format to use for the output. This can
/// be FORMAT_XZ (default), FORMAT_ALONE, or FORMAT_RAW.
///
/// check specifies the integrity check to use. For FORMAT_XZ, the default
/// is CHECK_CRC64. FORMAT_ALONE and FORMAT_RAW do not support integrity
/// checks; for these formats, check must be omitted, or be CHECK_NONE.
///
/// The settings used by the compressor can be specified either as a
/// preset compression level (with the 'preset' argument), or in detail
/// as a custom filter chain (with the 'filters' argument). For FORMAT_XZ
/// and FORMAT_ALONE, the default is to use the PRESET_DEFAULT preset
/// level. For FORMAT_RAW, the caller must always specify a filter chain;
/// the raw compressor does not support preset compression levels.
///
/// preset (if provided) should be an integer in the range 0-9, optionally
/// OR-ed with the constant PRESET_EXTREME.
///
/// filters (if provided) should be a sequence of dicts. Each dict should
/// have an entry for "id" indicating the ID of the filter, plus
/// additional entries for options to the filter.
///
/// For one-shot compression, use the compress() function instead.
#[pyclass(name = "LZMACompressor", module = "_lzma", text = none)]
pub struct LzmaCompressor {
    /// `None` once it is flushed.
    #[notrace]
    packing: Mutex<Option<Packing>>,
}

impl LzmaCompressor {
    fn with<R>(&self, work: impl FnOnce(&mut Option<Packing>) -> R) -> R {
        work(&mut self.packing.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// An object that may be None.
fn given(value: Option<&Value>) -> Option<&Value> {
    value.filter(|value| !value.is_none())
}

fn coder_for(
    th: &ThreadState,
    format: i32,
    check: i32,
    preset: Option<&Value>,
    filters: Option<&Value>,
) -> Res<Packing> {
    let preset = match preset {
        Some(value) => filters::uint32(th, value)?,
        None => 6,
    };
    let out = Pipe::default();
    let failed = |error: io::Error| filters::raise_io(th, &error);
    match format {
        FORMAT_XZ => {
            let (before, options) = match filters {
                None => (Vec::new(), filters::preset_options(preset).ok_or_else(|| lzma_error(th, OPTIONS))?),
                Some(specs) => match filters::split(th, filters::chain(th, specs)?)? {
                    (before, Filter::Lzma2(options)) => (before, *options),
                    _ => return Err(lzma_error(th, OPTIONS)),
                },
            };
            let check = check_type(if check == -1 { 4 } else { check })
                .ok_or_else(|| lzma_error(th, "Unsupported integrity check"))?;
            let options = XzOptions { lzma_options: options, check_type: check, block_size: None, filters: before };
            let writer = XzWriter::new(out.clone(), options).map_err(failed)?;
            Ok(Packing { stages: Vec::new(), coder: Coder::Xz(Box::new(writer)), out })
        }
        FORMAT_ALONE => {
            let options = match filters {
                None => filters::options_of_preset(th, preset)?,
                Some(specs) => match <[Filter; 1]>::try_from(filters::chain(th, specs)?) {
                    Ok([Filter::Lzma1(options)]) => *options,
                    _ => {
                        return Err(
                            th.value_error("Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter")
                        );
                    }
                },
            };
            let writer = LzmaWriter::new_use_header(out.clone(), &options, None).map_err(failed)?;
            Ok(Packing { stages: Vec::new(), coder: Coder::Lzma1(Box::new(writer)), out })
        }
        FORMAT_RAW => {
            let Some(specs) = filters else { return Err(th.value_error("Must specify filters for FORMAT_RAW")) };
            let (before, last) = filters::split(th, filters::chain(th, specs)?)?;
            let stages = before.iter().map(Stage::new).collect();
            let coder = match last {
                Filter::Lzma2(options) => Coder::Lzma2(Box::new(Lzma2Writer::new(
                    out.clone(),
                    Lzma2Options { lzma_options: *options, ..Lzma2Options::default() },
                ))),
                Filter::Lzma1(options) => {
                    let writer = LzmaWriter::new_no_header(out.clone(), &options, true).map_err(failed)?;
                    Coder::Lzma1(Box::new(writer))
                }
                Filter::Before(_) => return Err(lzma_error(th, OPTIONS)),
            };
            Ok(Packing { stages, coder, out })
        }
        _ => Err(th.value_error(format_args!("Invalid container format: {format}"))),
    }
}

#[pymethods]
impl LzmaCompressor {
    #[pyslot("(format=1, check=-1, preset=None, filters=None)", text = none)]
    fn new(
        th: &ThreadState,
        cls: &Type,
        #[default(FORMAT_XZ)] format: i32,
        check: i32,
        preset: Option<&Value>,
        filters: Option<&Value>,
    ) -> Res {
        let (preset, filters) = (given(preset), given(filters));
        if preset.is_some() && filters.is_some() {
            return Err(th.value_error("Cannot specify both preset and filter chain"));
        }
        if format != FORMAT_XZ && check != -1 && check != CHECK_NONE {
            return Err(th.value_error("Integrity checks are only supported by FORMAT_XZ"));
        }
        let packing = Mutex::new(Some(coder_for(th, format, check, preset, filters)?));
        Ok(th.new_instance(cls, LzmaCompressor { packing }))
    }

    /// Provide data to the compressor object.
    ///
    /// Returns a chunk of compressed data if possible, or b'' otherwise.
    ///
    /// When you have finished providing data to the compressor, call the
    /// flush() method to finish the compression process.
    #[pymethod("(data, /)")]
    fn compress(&self, th: &ThreadState, data: Buffer) -> Res {
        let input = data.as_slice();
        let packed = th.without_gil(|| self.with(|packing| packing.as_mut().map(|packing| packing.compress(input))));
        match packed {
            None => Err(th.value_error("Compressor has been flushed")),
            Some(packed) => Ok(th.bytes(&packed.map_err(|error| filters::raise_io(th, &error))?)),
        }
    }

    /// Finish the compression process.
    ///
    /// Returns the compressed data left in internal buffers.
    ///
    /// The compressor object may not be used after this method is called.
    #[pymethod("()")]
    fn flush(&self, th: &ThreadState) -> Res {
        let packed = th.without_gil(|| self.with(Option::take).map(Packing::finish));
        match packed {
            None => Err(th.value_error("Repeated call to flush()")),
            Some(packed) => Ok(th.bytes(&packed.map_err(|error| filters::raise_io(th, &error))?)),
        }
    }
}

/// What decompresses.
enum Decoder {
    /// Not known before the first byte.
    Unknown(u32),
    Xz(Box<XzStream>),
    Alone(Box<LzmaStream>),
    Lzma1(Box<LzmaStream>),
    Lzma2(Box<Lzma2Stream>),
}

/// Why a step failed.
enum Failure {
    Format,
    Other(io::Error),
}

const XZ_MAGIC: [u8; 6] = *b"\xFD7zXZ\0";

struct Unpacking {
    decoder: Decoder,
    /// Filters of a raw chain, in the order that they undo; and what they gave but nobody took yet.
    undo: Vec<Undo>,
    ready: Vec<u8>,
    ended_inside: bool,
    /// The first bytes, until it is clear that they are of the format.
    head: Vec<u8>,
    feed: Feed,
}

impl Unpacking {
    fn coder_step(&mut self, input: &[u8], out: &mut [u8]) -> Result<StreamResult, Failure> {
        if let Decoder::Unknown(limit) = self.decoder {
            let Some(&first) = input.first() else {
                return Ok(StreamResult { bytes_consumed: 0, bytes_produced: 0, status: Status::Ok });
            };
            self.decoder = if first == XZ_MAGIC[0] {
                Decoder::Xz(Box::new(XzStream::new_mem_limit(false, limit)))
            } else {
                Decoder::Alone(Box::new(LzmaStream::new_mem_limit(limit, None)))
            };
        }
        if self.head.len() < 13 {
            let more = input.len().min(13 - self.head.len());
            self.head.extend_from_slice(&input[..more]);
        }
        let result = match &mut self.decoder {
            Decoder::Xz(stream) => stream.process(input, out, Action::Run),
            Decoder::Alone(stream) | Decoder::Lzma1(stream) => stream.process(input, out, Action::Run),
            Decoder::Lzma2(stream) => stream.process(input, out, Action::Run),
            Decoder::Unknown(_) => Err(io::ErrorKind::Unsupported.into()),
        };
        result.map_err(|error| {
            let is_other_format = match &self.decoder {
                Decoder::Xz(_) => !self.head.starts_with(&XZ_MAGIC),
                Decoder::Alone(stream) => {
                    error.kind() != io::ErrorKind::OutOfMemory && stream.total_in() <= 13 && stream.total_out() == 0
                }
                _ => false,
            };
            if is_other_format { Failure::Format } else { Failure::Other(error) }
        })
    }

    fn step(&mut self, input: &[u8], out: &mut [u8]) -> Result<Step, Failure> {
        if self.undo.is_empty() {
            let result = self.coder_step(input, out)?;
            let ended = result.status == Status::StreamEnd;
            return Ok(Step { taken: result.bytes_consumed, given: result.bytes_produced, ended });
        }
        let mut taken = 0;
        if self.ready.is_empty() && !self.ended_inside {
            let mut raw = vec![0; super::CHUNK];
            let result = self.coder_step(input, &mut raw)?;
            taken = result.bytes_consumed;
            self.ended_inside = result.status == Status::StreamEnd;
            raw.truncate(result.bytes_produced);
            for undo in &mut self.undo {
                raw = undo.filter(&raw, self.ended_inside);
            }
            self.ready = raw;
        }
        let given = self.ready.len().min(out.len());
        out[..given].copy_from_slice(&self.ready[..given]);
        self.ready.drain(..given);
        Ok(Step { taken, given, ended: self.ended_inside && self.ready.is_empty() })
    }

    fn check(&self) -> i32 {
        match &self.decoder {
            Decoder::Unknown(_) => CHECK_UNKNOWN,
            Decoder::Xz(stream) => stream.check_type().map_or(CHECK_UNKNOWN, |check| check as i32),
            _ => CHECK_NONE,
        }
    }
}

/// Create a decompressor object for decompressing data incrementally.
///
///   format
///     Specifies the container format of the input stream.  If this is
///     FORMAT_AUTO (the default), the decompressor will automatically detect
///     whether the input is FORMAT_XZ or FORMAT_ALONE.  Streams created with
///     FORMAT_RAW cannot be autodetected.
///   memlimit
///     Limit the amount of memory used by the decompressor.  This will cause
///     decompression to fail if the input cannot be decompressed within the
///     given limit.
///   filters
///     A custom filter chain.  This argument is required for FORMAT_RAW, and
///     not accepted with any other format.  When provided, this should be a
///     sequence of dicts, each indicating the ID and options for a single
///     filter.
///
/// For one-shot decompression, use the decompress() function instead.
#[pyclass(name = "LZMADecompressor", module = "_lzma")]
pub struct LzmaDecompressor {
    #[notrace]
    state: Mutex<Unpacking>,
}

impl LzmaDecompressor {
    fn with<R>(&self, work: impl FnOnce(&mut Unpacking) -> R) -> R {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A limit in bytes as the coders take it.
fn kibibytes(limit: Option<u64>) -> u32 {
    limit.map_or(u32::MAX, |limit| u32::try_from(limit / 1024).unwrap_or(u32::MAX))
}

#[pymethods]
impl LzmaDecompressor {
    #[pyslot("(format=0, memlimit=None, filters=None)", text = "(format=FORMAT_AUTO, memlimit=None, filters=None)")]
    fn new(
        th: &ThreadState,
        cls: &Type,
        #[default(FORMAT_AUTO)] format: i32,
        memlimit: Option<u64>,
        filters: Option<&Value>,
    ) -> Res {
        let filters = given(filters);
        if memlimit.is_some() && format == FORMAT_RAW {
            return Err(th.value_error("Cannot specify memory limit with FORMAT_RAW"));
        }
        if format == FORMAT_RAW && filters.is_none() {
            return Err(th.value_error("Must specify filters for FORMAT_RAW"));
        }
        if format != FORMAT_RAW && filters.is_some() {
            return Err(th.value_error("Cannot specify filters except with FORMAT_RAW"));
        }
        let limit = kibibytes(memlimit);
        let failed = |error: io::Error| filters::raise_io(th, &error);
        let mut undo = Vec::new();
        let decoder = match (format, filters) {
            (FORMAT_AUTO, _) => Decoder::Unknown(limit),
            (FORMAT_XZ, _) => Decoder::Xz(Box::new(XzStream::new_mem_limit(false, limit))),
            (FORMAT_ALONE, _) => Decoder::Alone(Box::new(LzmaStream::new_mem_limit(limit, None))),
            (FORMAT_RAW, Some(specs)) => {
                let (before, last) = filters::split(th, filters::chain(th, specs)?)?;
                for config in before.iter().rev() {
                    undo.push(Undo::new(config).map_err(failed)?);
                }
                match last {
                    Filter::Lzma2(options) => Decoder::Lzma2(Box::new(Lzma2Stream::new(options.dict_size))),
                    Filter::Lzma1(options) => {
                        let LzmaOptions { lc, lp, pb, dict_size, .. } = *options;
                        let stream = LzmaStream::new(u64::MAX, lc, lp, pb, dict_size, None).map_err(failed)?;
                        Decoder::Lzma1(Box::new(stream))
                    }
                    Filter::Before(_) => return Err(lzma_error(th, OPTIONS)),
                }
            }
            _ => return Err(th.value_error(format_args!("Invalid container format: {format}"))),
        };
        let state = Mutex::new(Unpacking {
            decoder,
            undo,
            ready: Vec::new(),
            ended_inside: false,
            head: Vec::new(),
            feed: Feed::new(),
        });
        Ok(th.new_instance(cls, LzmaDecompressor { state }))
    }

    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes
    /// of decompressed data. If this limit is reached and further output
    /// can be produced, *self.needs_input* will be set to ``False``.  In
    /// this case, the next call to *decompress()* may provide *data* as b''
    /// to obtain more of the output.
    ///
    /// If all of the input data was decompressed and returned (either
    /// because this was less than *max_length* bytes, or because
    /// *max_length* was negative), *self.needs_input* will be set to True.
    ///
    /// Attempting to decompress data after the end of stream is reached
    /// raises an EOFError.  Any data found after the end of the stream is
    /// ignored and saved in the unused_data attribute.
    #[pymethod("(data, max_length=-1)")]
    fn decompress(&self, th: &ThreadState, data: Buffer, max_length: isize) -> Res {
        let input = data.as_slice();
        let limit = usize::try_from(max_length).ok();
        let unpacked = th.without_gil(|| {
            self.with(|state| {
                if state.feed.ended {
                    return None;
                }
                let mut feed = std::mem::take(&mut state.feed);
                let unpacked = feed.run(input, limit, |input, out| state.step(input, out));
                state.feed = feed;
                Some(unpacked)
            })
        });
        match unpacked {
            None => Err(th.error(&exc::EOF_ERROR, "Already at end of stream")),
            Some(Ok(bytes)) => Ok(th.bytes(&bytes)),
            Some(Err(Failure::Format)) => Err(lzma_error(th, "Input format not supported by decoder")),
            Some(Err(Failure::Other(error))) => Err(filters::raise_io(th, &error)),
        }
    }

    /// ID of the integrity check used by the input stream.
    #[pygetter(member)]
    fn check(&self) -> i32 {
        self.with(|state| state.check())
    }

    /// True if the end-of-stream marker has been reached.
    #[pygetter(member)]
    fn eof(&self) -> bool {
        self.with(|state| state.feed.ended)
    }

    /// True if more input is needed before more decompressed data can be produced.
    #[pygetter(member)]
    fn needs_input(&self) -> bool {
        self.with(|state| state.feed.hungry)
    }

    /// Data found after the end of the compressed stream.
    #[pygetter(member)]
    fn unused_data(&self, th: &ThreadState) -> Value {
        self.with(|state| th.bytes(&state.feed.unused))
    }
}

/// An id of a filter.
struct FilterId(u64);

impl<'a> FromArg<'a> for FilterId {
    fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self> {
        u64::from_arg(th, value, at).map(FilterId)
    }
}

/// The module `_lzma`.
#[pymodule(name = "_lzma", classes(super::LZMA_COMPRESSOR_TYPE, super::LZMA_DECOMPRESSOR_TYPE))]
pub mod lzma_module {
    use super::*;
    use crate::system::numbers::add_constants;

    #[pyattr(name = "LZMAError")]
    fn error_class(th: &ThreadState) -> Value {
        ready(th, &LZMA_ERROR);
        LZMA_ERROR.as_value()
    }

    /// Test whether the given integrity check is supported.
    ///
    /// Always returns True for CHECK_NONE and CHECK_CRC32.
    #[pyfunction("(check_id, /)")]
    fn is_check_supported(check_id: i32) -> bool {
        check_type(check_id).is_some()
    }

    /// Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).
    ///
    /// The result does not include the filter ID itself, only the options.
    #[pyfunction("(filter, /)", name = "_encode_filter_properties")]
    fn encode_filter_properties(th: &ThreadState, filter: &Value) -> Res {
        Ok(th.bytes(&filters::encoded_properties(th, filter)?))
    }

    /// Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).
    ///
    /// The result does not include the filter ID itself, only the options.
    #[pyfunction("(filter_id, encoded_props, /)", name = "_decode_filter_properties")]
    fn decode_filter_properties(th: &ThreadState, filter_id: FilterId, encoded_props: Buffer) -> Res {
        filters::decoded_properties(th, filter_id.0, &encoded_props.to_vec())
    }

    static CONSTANTS: &[(&str, i64)] = &[
        ("FORMAT_AUTO", FORMAT_AUTO as i64),
        ("FORMAT_XZ", FORMAT_XZ as i64),
        ("FORMAT_ALONE", FORMAT_ALONE as i64),
        ("FORMAT_RAW", FORMAT_RAW as i64),
        ("CHECK_NONE", CHECK_NONE as i64),
        ("CHECK_CRC32", 1),
        ("CHECK_CRC64", 4),
        ("CHECK_SHA256", 10),
        ("CHECK_ID_MAX", 15),
        ("CHECK_UNKNOWN", CHECK_UNKNOWN as i64),
        ("FILTER_LZMA1", filters::LZMA1 as i64),
        ("FILTER_LZMA2", filters::LZMA2 as i64),
        ("FILTER_DELTA", filters::DELTA as i64),
        ("FILTER_X86", 4),
        ("FILTER_POWERPC", 5),
        ("FILTER_IA64", 6),
        ("FILTER_ARM", 7),
        ("FILTER_ARMTHUMB", 8),
        ("FILTER_SPARC", 9),
        ("MF_HC3", 3),
        ("MF_HC4", 4),
        ("MF_BT2", 18),
        ("MF_BT3", 19),
        ("MF_BT4", 20),
        ("MODE_FAST", 1),
        ("MODE_NORMAL", 2),
        ("PRESET_DEFAULT", 6),
        ("PRESET_EXTREME", 1 << 31),
    ];

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        add_constants(th, module, CONSTANTS)
    }
}
