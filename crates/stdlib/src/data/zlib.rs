//! `zlib`: compression and decompression of deflate streams, raw or in zlib and gzip containers.

use std::cell::{Cell, RefCell};

use macros::pymodule;
use runtime::buffer::Buffer;
use runtime::gc::ValueCell;
use runtime::objects::exceptions::EXCEPTION;
use runtime::types::ready::ready;
use runtime::types::{Type, TypeDef};
use runtime::{Raised, Res, ThreadState, Value};
use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Inflate, InflateError, InflateFlush, Method, Status, Strategy};

use super::crc;
use crate::support::exception;

static ERROR_DEF: TypeDef = exception("zlib", "error", &EXCEPTION, None);
pub static ZLIB_ERROR: Type = Type::new_static(&ERROR_DEF);

/// Output grows by this much.
const CHUNK: usize = 16 * 1024;
/// A stream can be copied while it has taken no more than this: a copy is made by running its input again.
const COPY_LIMIT: usize = 1 << 20;

const STREAM_ERROR: i32 = -2;
const DATA_ERROR: i32 = -3;
const BUF_ERROR: i32 = -5;

fn error(th: &ThreadState, message: impl std::fmt::Display) -> Raised {
    th.error(&ZLIB_ERROR, message)
}

/// "Error -3 while decompressing data: incorrect header check"
fn code_error(th: &ThreadState, code: i32, doing: &str, message: Option<&str>) -> Raised {
    let known = match code {
        BUF_ERROR => Some("incomplete or truncated stream"),
        STREAM_ERROR => Some("inconsistent stream state"),
        DATA_ERROR => Some("invalid input data"),
        _ => None,
    };
    match message.or(known) {
        Some(message) => error(th, format!("Error {code} {doing}: {message}")),
        None => error(th, format!("Error {code} {doing}")),
    }
}

/// What was fed to a stream so far, for copies.
#[derive(Clone, Debug, Default)]
struct History {
    parts: Vec<(Vec<u8>, i32)>,
    size: usize,
}

impl History {
    fn add(&mut self, data: &[u8], mode: i32) {
        self.size = self.size.saturating_add(data.len());
        if self.size <= COPY_LIMIT {
            self.parts.push((data.to_vec(), mode));
        } else {
            self.parts = Vec::new();
        }
    }
}

/// The parameters of a compressor, checked.
#[derive(Clone)]
struct CompressorConfig {
    level: i32,
    window_bits: i32,
    mem_level: i32,
    strategy: i32,
    dictionary: Option<Vec<u8>>,
}

impl CompressorConfig {
    fn is_valid(&self) -> bool {
        let bits = self.window_bits;
        (-1..=9).contains(&self.level)
            && ((9..=15).contains(&bits) || (-15..=-9).contains(&bits) || (25..=31).contains(&bits))
            && (1..=9).contains(&self.mem_level)
            && (0..=4).contains(&self.strategy)
    }

    fn make(&self) -> Option<Deflate> {
        let strategy = match self.strategy {
            1 => Strategy::Filtered,
            2 => Strategy::HuffmanOnly,
            3 => Strategy::Rle,
            4 => Strategy::Fixed,
            _ => Strategy::Default,
        };
        let config = DeflateConfig {
            level: self.level,
            method: Method::Deflated,
            window_bits: self.window_bits,
            mem_level: self.mem_level,
            strategy,
        };
        let mut deflate = Deflate::new_with_config(config);
        if let Some(dictionary) = &self.dictionary {
            deflate.set_dictionary(dictionary).ok()?;
        }
        Some(deflate)
    }
}

fn flush_mode(mode: i32) -> Option<DeflateFlush> {
    Some(match mode {
        0 => DeflateFlush::NoFlush,
        1 => DeflateFlush::PartialFlush,
        2 => DeflateFlush::SyncFlush,
        3 => DeflateFlush::FullFlush,
        4 => DeflateFlush::Finish,
        5 => DeflateFlush::Block,
        _ => return None,
    })
}

/// Runs a compressor over `input` until it has taken all of it and given all that it wants to give.
fn deflate_all(deflate: &mut Deflate, input: &[u8], flush: DeflateFlush) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = input;
    loop {
        let start = out.len();
        out.resize(start + CHUNK.max(rest.len() / 2), 0);
        let (in_before, out_before) = (deflate.total_in(), deflate.total_out());
        let status = deflate.compress(rest, &mut out[start..], flush).ok()?;
        let taken = (deflate.total_in() - in_before) as usize;
        let given = (deflate.total_out() - out_before) as usize;
        rest = rest.get(taken..).unwrap_or_default();
        let full = start + given == out.len();
        out.truncate(start + given);
        if status == Status::StreamEnd || (rest.is_empty() && !full) || (taken == 0 && given == 0) {
            return Some(out);
        }
    }
}

/// A decompressor for `wbits`, if they are valid.
fn inflate_for(window_bits: i32) -> Option<Inflate> {
    match window_bits {
        -15..=-8 => Some(Inflate::new(false, window_bits.unsigned_abs() as u8)),
        0 | 8..=15 | 24..=31 | 40..=47 => Some(Inflate::new(true, window_bits as u8)),
        _ => None,
    }
}

/// What a run of a decompressor gave.
struct Inflated {
    out: Vec<u8>,
    taken: usize,
    ended: bool,
}

/// Why a run of a decompressor failed: a code and zlib's message.
type InflateFailure = (i32, &'static str, Option<String>);

fn failure(inflate: &Inflate, code: i32) -> InflateFailure {
    (code, "while decompressing data", inflate.error_message().map(str::to_owned))
}

/// Runs a decompressor over `input`, giving at most `limit` bytes.
fn inflate_some(
    inflate: &mut Inflate,
    dictionary: Option<&[u8]>,
    input: &[u8],
    limit: usize,
) -> Result<Inflated, InflateFailure> {
    let mut result = Inflated { out: Vec::new(), taken: 0, ended: false };
    loop {
        let start = result.out.len();
        let room = (limit - start).min(CHUNK.max(start));
        if room == 0 && limit > 0 {
            return Ok(result);
        }
        result.out.resize(start + room, 0);
        let (in_before, out_before) = (inflate.total_in(), inflate.total_out());
        let rest = input.get(result.taken..).unwrap_or_default();
        let status = inflate.decompress(rest, &mut result.out[start..], InflateFlush::SyncFlush);
        let taken = (inflate.total_in() - in_before) as usize;
        let given = (inflate.total_out() - out_before) as usize;
        result.out.truncate(start + given);
        result.taken += taken;
        match status {
            Ok(Status::StreamEnd) => {
                result.ended = true;
                return Ok(result);
            }
            Ok(_) if given < room && (result.taken == input.len() || taken + given == 0) => return Ok(result),
            Ok(_) if limit == 0 => return Ok(result),
            Ok(_) => {}
            Err(InflateError::NeedDict { .. }) => match dictionary {
                None => return Err(failure(inflate, 2)),
                Some(dictionary) => {
                    if inflate.set_dictionary(dictionary).is_err() {
                        return Err((DATA_ERROR, "while setting zdict", None));
                    }
                }
            },
            Err(InflateError::DataError) => return Err(failure(inflate, DATA_ERROR)),
            Err(InflateError::StreamError) => return Err(failure(inflate, STREAM_ERROR)),
            Err(InflateError::MemError) => return Err(failure(inflate, -4)),
        }
    }
}

fn raise_failure(th: &ThreadState, (code, doing, message): InflateFailure) -> Raised {
    code_error(th, code, doing, message.as_deref())
}

/// A decompressor with its parameters, shared by both classes.
struct Decoder {
    inflate: Inflate,
    window_bits: i32,
    dictionary: Option<Vec<u8>>,
    history: History,
}

impl Decoder {
    fn new(th: &ThreadState, window_bits: i32, zdict: Option<&Value>) -> Res<Decoder> {
        let dictionary = match zdict {
            None => None,
            Some(zdict) if !th.has_buffer(zdict) => {
                return Err(th.type_error("zdict argument must support the buffer protocol"));
            }
            Some(zdict) => Some(th.readable_buffer(zdict)?.to_vec()).filter(|dictionary| !dictionary.is_empty()),
        };
        let invalid = || th.value_error("Invalid initialization option");
        let mut inflate = inflate_for(window_bits).ok_or_else(invalid)?;
        if let (true, Some(dictionary)) = (window_bits < 0, &dictionary) {
            inflate.set_dictionary(dictionary).map_err(|_| code_error(th, DATA_ERROR, "while setting zdict", None))?;
        }
        Ok(Decoder { inflate, window_bits, dictionary, history: History::default() })
    }

    fn run(&mut self, th: &ThreadState, input: &[u8], limit: usize) -> Res<Inflated> {
        let run = inflate_some(&mut self.inflate, self.dictionary.as_deref(), input, limit);
        let run = run.map_err(|failure| raise_failure(th, failure))?;
        self.history.add(&input[..run.taken.min(input.len())], run.out.len().min(i32::MAX as usize) as i32);
        Ok(run)
    }

    /// Another decompressor in the same state.
    fn copy(&self, th: &ThreadState) -> Res<Decoder> {
        if self.history.size > COPY_LIMIT {
            return Err(th.not_implemented_error("copying a decompressor that took more than 1 MiB"));
        }
        let invalid = || th.value_error("Inconsistent stream state");
        let mut inflate = inflate_for(self.window_bits).ok_or_else(invalid)?;
        if let (true, Some(dictionary)) = (self.window_bits < 0, &self.dictionary) {
            inflate.set_dictionary(dictionary).map_err(|_| invalid())?;
        }
        for (part, given) in &self.history.parts {
            let run = inflate_some(&mut inflate, self.dictionary.as_deref(), part, *given as usize);
            run.map_err(|failure| raise_failure(th, failure))?;
        }
        let (window_bits, dictionary, history) = (self.window_bits, self.dictionary.clone(), self.history.clone());
        Ok(Decoder { inflate, window_bits, dictionary, history })
    }
}

/// Appends to a field that holds `bytes`.
fn append(th: &ThreadState, field: &ValueCell, more: &[u8]) {
    if more.is_empty() {
        return;
    }
    let mut bytes = field.get().and_then(|old| old.as_bytes().map(|old| old.as_slice().to_vec())).unwrap_or_default();
    bytes.extend_from_slice(more);
    field.set(Some(th.bytes(&bytes)));
}

#[pymodule(name = "zlib")]
pub mod zlib_module {
    //! The functions in this module allow compression and decompression using the
    //! zlib library, which is based on GNU zip.
    //!
    //! adler32(string[, start]) -- Compute an Adler-32 checksum.
    //! compress(data[, level]) -- Compress data, with compression level 0-9 or -1.
    //! compressobj([level[, ...]]) -- Return a compressor object.
    //! crc32(string[, start]) -- Compute a CRC-32 checksum.
    //! decompress(string,[wbits],[bufsize]) -- Decompresses a compressed string.
    //! decompressobj([wbits[, zdict]]) -- Return a decompressor object.
    //!
    //! 'wbits' is window buffer size and container format.
    //! Compressor objects support compress() and flush() methods; decompressor
    //! objects support decompress() and flush().
    use std::num::Wrapping;

    use macros::{pyclass, pymethods};

    use super::*;

    #[pyattr(name = "MAX_WBITS")]
    const MAX_WBITS: i64 = 15;
    #[pyattr(name = "DEFLATED")]
    const DEFLATED: i64 = 8;
    #[pyattr(name = "DEF_MEM_LEVEL")]
    const DEF_MEM_LEVEL: i64 = 8;
    #[pyattr(name = "DEF_BUF_SIZE")]
    const DEF_BUF_SIZE: i64 = 16 * 1024;
    #[pyattr(name = "Z_BEST_COMPRESSION")]
    const Z_BEST_COMPRESSION: i64 = 9;
    #[pyattr(name = "Z_BEST_SPEED")]
    const Z_BEST_SPEED: i64 = 1;
    #[pyattr(name = "Z_BLOCK")]
    const Z_BLOCK: i64 = 5;
    #[pyattr(name = "Z_DEFAULT_COMPRESSION")]
    const Z_DEFAULT_COMPRESSION: i64 = -1;
    #[pyattr(name = "Z_DEFAULT_STRATEGY")]
    const Z_DEFAULT_STRATEGY: i64 = 0;
    #[pyattr(name = "Z_FILTERED")]
    const Z_FILTERED: i64 = 1;
    #[pyattr(name = "Z_FINISH")]
    const Z_FINISH: i64 = 4;
    #[pyattr(name = "Z_FIXED")]
    const Z_FIXED: i64 = 4;
    #[pyattr(name = "Z_FULL_FLUSH")]
    const Z_FULL_FLUSH: i64 = 3;
    #[pyattr(name = "Z_HUFFMAN_ONLY")]
    const Z_HUFFMAN_ONLY: i64 = 2;
    #[pyattr(name = "Z_NO_COMPRESSION")]
    const Z_NO_COMPRESSION: i64 = 0;
    #[pyattr(name = "Z_NO_FLUSH")]
    const Z_NO_FLUSH: i64 = 0;
    #[pyattr(name = "Z_PARTIAL_FLUSH")]
    const Z_PARTIAL_FLUSH: i64 = 1;
    #[pyattr(name = "Z_RLE")]
    const Z_RLE: i64 = 3;
    #[pyattr(name = "Z_SYNC_FLUSH")]
    const Z_SYNC_FLUSH: i64 = 2;
    #[pyattr(name = "Z_TREES")]
    const Z_TREES: i64 = 6;
    #[pyattr(name = "ZLIB_VERSION")]
    const ZLIB_VERSION: &str = "1.3.2";
    #[pyattr(name = "ZLIB_RUNTIME_VERSION")]
    const ZLIB_RUNTIME_VERSION: &str = "1.3.2";
    #[pyattr(name = "__version__")]
    const VERSION: &str = "1.0";

    #[pyattr(name = "error")]
    fn error_class(th: &ThreadState) -> Value {
        ready(th, &ZLIB_ERROR);
        ZLIB_ERROR.as_value()
    }

    /// Compute an Adler-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[pyfunction("(data, value=1, /)")]
    fn adler32(data: Buffer, #[default(Wrapping(1))] value: Wrapping<u32>) -> u64 {
        u64::from(crc::adler32(value.0, data.as_slice()))
    }

    /// Compute a CRC-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[pyfunction("(data, value=0, /)")]
    fn crc32(data: Buffer, #[default(Wrapping(0))] value: Wrapping<u32>) -> u64 {
        u64::from(crc::crc32(value.0, data.as_slice()))
    }

    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///   level
    ///     Compression level, in 0-9 or -1.
    ///   wbits
    ///     The window buffer size and container format.
    #[pyfunction(
        "(data, /, level=-1, wbits=15)",
        text = "($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)"
    )]
    fn compress(th: &ThreadState, data: Buffer, level: i32, wbits: i32) -> Res {
        let config = CompressorConfig { level, window_bits: wbits, mem_level: 8, strategy: 0, dictionary: None };
        if !config.is_valid() {
            return Err(error(th, "Bad compression level"));
        }
        let input = data.to_vec();
        let packed = config.make().and_then(|mut deflate| deflate_all(&mut deflate, &input, DeflateFlush::Finish));
        let packed = packed.ok_or_else(|| code_error(th, STREAM_ERROR, "while compressing data", None))?;
        Ok(th.bytes(&packed))
    }

    /// Returns a bytes object containing the uncompressed data.
    ///
    ///   data
    ///     Compressed data.
    ///   wbits
    ///     The window buffer size and container format.
    ///   bufsize
    ///     The initial output buffer size.
    #[pyfunction(
        "(data, /, wbits=15, bufsize=16384)",
        text = "($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)"
    )]
    fn decompress(th: &ThreadState, data: Buffer, wbits: i32, bufsize: isize) -> Res {
        if bufsize < 0 {
            return Err(th.value_error("bufsize must be non-negative"));
        }
        let doing = "while preparing to decompress data";
        let mut inflate = inflate_for(wbits).ok_or_else(|| code_error(th, STREAM_ERROR, doing, None))?;
        let input = data.to_vec();
        let run = inflate_some(&mut inflate, None, &input, usize::MAX).map_err(|failure| raise_failure(th, failure))?;
        if !run.ended {
            return Err(code_error(th, BUF_ERROR, "while decompressing data", None));
        }
        Ok(th.bytes(&run.out))
    }

    /// Return a compressor object.
    ///
    ///   level
    ///     The compression level (an integer in the range 0-9 or -1; default is
    ///     currently equivalent to 6).  Higher compression levels are slower,
    ///     but produce smaller results.
    ///   method
    ///     The compression algorithm.  If given, this must be DEFLATED.
    ///   wbits
    ///     +9 to +15: The base-two logarithm of the window size.  Include a zlib
    ///         container.
    ///     -9 to -15: Generate a raw stream.
    ///     +25 to +31: Include a gzip container.
    ///   memLevel
    ///     Controls the amount of memory used for internal compression state.
    ///     Valid values range from 1 to 9.  Higher values result in higher memory
    ///     usage, faster compression, and smaller output.
    ///   strategy
    ///     Used to tune the compression algorithm.  Possible values are
    ///     Z_DEFAULT_STRATEGY, Z_FILTERED, and Z_HUFFMAN_ONLY.
    ///   zdict
    ///     The predefined compression dictionary - a sequence of bytes
    ///     containing subsequences that are likely to occur in the input data.
    #[pyfunction(
        "(level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=None)",
        text = "($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n            wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL,\n            strategy=Z_DEFAULT_STRATEGY, zdict=<unrepresentable>)"
    )]
    #[allow(non_snake_case)]
    fn compressobj(
        th: &ThreadState,
        level: i32,
        method: i32,
        wbits: i32,
        memLevel: i32,
        strategy: i32,
        zdict: Option<&Value>,
    ) -> Res {
        let dictionary = zdict.map(|zdict| Ok(th.readable_buffer(zdict)?.to_vec())).transpose()?;
        let dictionary = dictionary.filter(|dictionary| !dictionary.is_empty());
        let config = CompressorConfig { level, window_bits: wbits, mem_level: memLevel, strategy, dictionary };
        let invalid = || th.value_error("Invalid initialization option");
        if method != 8 || !config.is_valid() {
            return Err(invalid());
        }
        let deflate = config.make().ok_or_else(invalid)?;
        Ok(th.new_object(Compress {
            stream: RefCell::new(Some(deflate)),
            config,
            history: RefCell::new(History::default()),
        }))
    }

    /// Return a decompressor object.
    ///
    ///   wbits
    ///     The window buffer size and container format.
    ///   zdict
    ///     The predefined compression dictionary.  This must be the same
    ///     dictionary as used by the compressor that produced the input data.
    #[pyfunction("(wbits=15, zdict=None)", text = "($module, /, wbits=MAX_WBITS, zdict=b'')")]
    fn decompressobj(th: &ThreadState, wbits: i32, zdict: Option<&Value>) -> Res {
        let decoder = Decoder::new(th, wbits, zdict)?;
        Ok(th.new_object(Decompress {
            decoder: RefCell::new(decoder),
            unused_data: ValueCell::new(th.bytes(b"")),
            unconsumed_tail: ValueCell::new(th.bytes(b"")),
            eof: Cell::new(false),
            flushed: Cell::new(false),
        }))
    }

    #[pyclass(name = "Compress", hidden, flags(disallow_new))]
    pub struct Compress {
        /// Nothing after the end.
        #[notrace]
        stream: RefCell<Option<Deflate>>,
        #[notrace]
        config: CompressorConfig,
        #[notrace]
        history: RefCell<History>,
    }

    impl Compress {
        fn run(&self, th: &ThreadState, input: &[u8], mode: i32, doing: &str) -> Res {
            let failed = || code_error(th, STREAM_ERROR, doing, None);
            let flush = flush_mode(mode).ok_or_else(failed)?;
            let mut stream = self.stream.borrow_mut();
            let packed = stream.as_mut().and_then(|deflate| deflate_all(deflate, input, flush)).ok_or_else(failed)?;
            if mode == 4 {
                *stream = None;
            } else {
                self.history.borrow_mut().add(input, mode);
            }
            Ok(th.bytes(&packed))
        }

        fn duplicate(&self, th: &ThreadState) -> Res {
            let history = self.history.borrow().clone();
            if history.size > COPY_LIMIT {
                return Err(th.not_implemented_error("copying a compressor that took more than 1 MiB"));
            }
            let inconsistent = || th.value_error("Inconsistent stream state");
            if self.stream.borrow().is_none() {
                return Err(inconsistent());
            }
            let mut deflate = self.config.make().ok_or_else(inconsistent)?;
            for (part, mode) in &history.parts {
                let flush = flush_mode(*mode).ok_or_else(inconsistent)?;
                deflate_all(&mut deflate, part, flush).ok_or_else(inconsistent)?;
            }
            Ok(th.new_object(Compress {
                stream: RefCell::new(Some(deflate)),
                config: self.config.clone(),
                history: RefCell::new(history),
            }))
        }
    }

    #[pymethods]
    impl Compress {
        /// Returns a bytes object containing compressed data.
        ///
        ///   data
        ///     Binary data to be compressed.
        ///
        /// After calling this function, some of the input data may still
        /// be stored in internal buffers for later processing.
        /// Call the flush() method to clear these buffers.
        #[pymethod("(data, /)")]
        fn compress(&self, th: &ThreadState, data: Buffer) -> Res {
            self.run(th, &data.to_vec(), 0, "while compressing data")
        }

        /// Return a bytes object containing any remaining compressed data.
        ///
        ///   mode
        ///     One of the constants Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH.
        ///     If mode == Z_FINISH, the compressor object can no longer be
        ///     used after calling the flush() method.  Otherwise, more data
        ///     can still be compressed.
        #[pymethod("(mode=4, /)", text = "($self, mode=zlib.Z_FINISH, /)")]
        fn flush(&self, th: &ThreadState, mode: i32) -> Res {
            if mode == 0 {
                return Ok(th.bytes(b""));
            }
            self.run(th, &[], mode, "while flushing")
        }

        /// Return a copy of the compression object.
        #[pymethod("()")]
        fn copy(&self, th: &ThreadState) -> Res {
            self.duplicate(th)
        }

        #[pymethod("()")]
        fn __copy__(&self, th: &ThreadState) -> Res {
            self.duplicate(th)
        }

        #[pymethod("(memo, /)")]
        fn __deepcopy__(&self, th: &ThreadState, memo: &Value) -> Res {
            let _ = memo;
            self.duplicate(th)
        }
    }

    #[pyclass(name = "Decompress", hidden, flags(disallow_new))]
    pub struct Decompress {
        #[notrace]
        decoder: RefCell<Decoder>,
        unused_data: ValueCell,
        unconsumed_tail: ValueCell,
        eof: Cell<bool>,
        /// Ended and flushed: nothing is left to be copied.
        flushed: Cell<bool>,
    }

    impl Decompress {
        fn run(&self, th: &ThreadState, input: &[u8], limit: usize) -> Res {
            if self.eof.get() {
                append(th, &self.unused_data, input);
                return Ok(th.bytes(b""));
            }
            let run = self.decoder.borrow_mut().run(th, input, limit)?;
            let rest = input.get(run.taken..).unwrap_or_default();
            if run.ended {
                self.eof.set(true);
                append(th, &self.unused_data, rest);
                self.unconsumed_tail.set(Some(th.bytes(b"")));
            } else {
                self.unconsumed_tail.set(Some(th.bytes(rest)));
            }
            Ok(th.bytes(&run.out))
        }

        fn duplicate(&self, th: &ThreadState) -> Res {
            if self.flushed.get() {
                return Err(th.value_error("Inconsistent stream state"));
            }
            let decoder = self.decoder.borrow().copy(th)?;
            Ok(th.new_object(Decompress {
                flushed: Cell::new(false),
                decoder: RefCell::new(decoder),
                unused_data: ValueCell::from_option(self.unused_data.get()),
                unconsumed_tail: ValueCell::from_option(self.unconsumed_tail.get()),
                eof: Cell::new(self.eof.get()),
            }))
        }
    }

    #[pymethods]
    impl Decompress {
        /// Return a bytes object containing the decompressed version of the data.
        ///
        ///   data
        ///     The binary data to decompress.
        ///   max_length
        ///     The maximum allowable length of the decompressed data.
        ///     Unconsumed input data will be stored in
        ///     the unconsumed_tail attribute.
        ///
        /// After calling this function, some of the input data may still be
        /// stored in internal buffers for later processing.
        /// Call the flush() method to clear these buffers.
        #[pymethod("(data, /, max_length=0)")]
        fn decompress(&self, th: &ThreadState, data: Buffer, max_length: isize) -> Res {
            let limit = usize::try_from(max_length).map_err(|_| th.value_error("max_length must be non-negative"))?;
            self.run(th, &data.to_vec(), if limit == 0 { usize::MAX } else { limit })
        }

        /// Return a bytes object containing any remaining decompressed data.
        ///
        ///   length
        ///     the initial size of the output buffer.
        #[pymethod("(length=16384, /)", text = "($self, length=zlib.DEF_BUF_SIZE, /)")]
        fn flush(&self, th: &ThreadState, length: isize) -> Res {
            if length <= 0 {
                return Err(th.value_error("length must be greater than zero"));
            }
            let tail = self.unconsumed_tail.get_or_none();
            let tail = tail.as_bytes().map(|tail| tail.as_slice().to_vec()).unwrap_or_default();
            let out = self.run(th, &tail, usize::MAX)?;
            self.flushed.set(self.eof.get());
            Ok(out)
        }

        /// Return a copy of the decompression object.
        #[pymethod("()")]
        fn copy(&self, th: &ThreadState) -> Res {
            self.duplicate(th)
        }

        #[pymethod("()")]
        fn __copy__(&self, th: &ThreadState) -> Res {
            self.duplicate(th)
        }

        #[pymethod("(memo, /)")]
        fn __deepcopy__(&self, th: &ThreadState, memo: &Value) -> Res {
            let _ = memo;
            self.duplicate(th)
        }

        #[pygetter(member)]
        fn unused_data(&self) -> Value {
            self.unused_data.get_or_none()
        }

        #[pygetter(member)]
        fn unconsumed_tail(&self) -> Value {
            self.unconsumed_tail.get_or_none()
        }

        #[pygetter(member)]
        fn eof(&self) -> bool {
            self.eof.get()
        }
    }

    /// Create a decompressor object for decompressing data incrementally.
    ///
    ///   wbits = 15
    ///   zdict
    ///      The predefined compression dictionary. This is a sequence of bytes
    ///      (such as a bytes object) containing subsequences that are expected
    ///      to occur frequently in the data that is to be compressed. Those
    ///      subsequences that are expected to be most common should come at the
    ///      end of the dictionary. This must be the same dictionary as used by the
    ///      compressor that produced the input data.
    #[pyclass(name = "_ZlibDecompressor", flags(basetype), text = "(wbits=15, zdict=b'')")]
    pub struct ZlibDecompressor {
        #[notrace]
        decoder: RefCell<Decoder>,
        /// Input that was not taken yet.
        #[notrace]
        pending: RefCell<Vec<u8>>,
        unused_data: ValueCell,
        eof: Cell<bool>,
        needs_input: Cell<bool>,
    }

    #[pymethods]
    impl ZlibDecompressor {
        #[pyslot("(wbits=15, zdict=None)", text = none)]
        fn new(th: &ThreadState, cls: &Type, wbits: i32, zdict: Option<&Value>) -> Res {
            let decoder = Decoder::new(th, wbits, zdict)?;
            let decompressor = ZlibDecompressor {
                decoder: RefCell::new(decoder),
                pending: RefCell::new(Vec::new()),
                unused_data: ValueCell::new(th.bytes(b"")),
                eof: Cell::new(false),
                needs_input: Cell::new(true),
            };
            Ok(th.new_instance(cls, decompressor))
        }

        /// Decompress *data*, returning uncompressed data as bytes.
        ///
        /// If *max_length* is nonnegative, returns at most *max_length* bytes
        /// of decompressed data.  If this limit is reached and further output
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
            if self.eof.get() {
                return Err(th.eof_error("End of stream already reached"));
            }
            let mut input = self.pending.take();
            input.extend_from_slice(data.as_slice());
            let run = self.decoder.borrow_mut().run(th, &input, usize::try_from(max_length).unwrap_or(usize::MAX))?;
            let rest = input.split_off(run.taken.min(input.len()));
            if run.ended {
                self.eof.set(true);
                self.needs_input.set(false);
                self.unused_data.set(Some(th.bytes(&rest)));
            } else {
                self.needs_input.set(rest.is_empty());
                self.pending.replace(rest);
            }
            Ok(th.bytes(&run.out))
        }

        /// True if the end-of-stream marker has been reached.
        #[pygetter(member)]
        fn eof(&self) -> bool {
            self.eof.get()
        }

        /// Data found after the end of the compressed stream.
        #[pygetter(member)]
        fn unused_data(&self) -> Value {
            self.unused_data.get_or_none()
        }

        /// True if more input is needed before more decompressed data can be produced.
        #[pygetter(member)]
        fn needs_input(&self) -> bool {
            self.needs_input.get()
        }
    }

    #[pyinit]
    fn init(th: &ThreadState, _: &Value) -> Res<()> {
        ready(th, &COMPRESS_TYPE);
        ready(th, &DECOMPRESS_TYPE);
        Ok(())
    }
}
