//! `_bz2`: compression by the Burrows-Wheeler transform.

use std::sync::{Mutex, PoisonError};

use bzip2::{Action, Compress, Compression, Decompress, Error, Status};
use macros::{pyclass, pymethods, pymodule};
use runtime::buffer::Buffer;
use runtime::objects::exceptions as exc;
use runtime::{Raised, Res, ThreadState, Type, Value};

use super::{CHUNK, Feed, Step};

fn failed(th: &ThreadState, error: Error) -> Raised {
    match error {
        Error::Param => th.value_error("Internal error - invalid parameters passed to libbzip2"),
        Error::Data | Error::DataMagic => th.error(&exc::OS_ERROR, "Invalid data stream"),
        Error::Sequence => th.runtime_error("Internal error - Invalid sequence of commands sent to libbzip2"),
    }
}

/// Runs a compressor until it has taken all input, or given all output.
fn compress_all(stream: &mut Compress, input: &[u8], action: Action) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    let mut taken = 0;
    if input.is_empty() && action == Action::Run {
        return Ok(out);
    }
    loop {
        let start = out.len();
        out.resize(start + CHUNK.max(start / 2), 0);
        let (in_before, out_before) = (stream.total_in(), stream.total_out());
        let status = stream.compress(&input[taken..], &mut out[start..], action)?;
        taken += (stream.total_in() - in_before) as usize;
        out.truncate(start + (stream.total_out() - out_before) as usize);
        if status == Status::StreamEnd || (action == Action::Run && taken >= input.len()) {
            return Ok(out);
        }
    }
}

/// Create a compressor object for compressing data incrementally.
///
///   compresslevel
///     Compression level, as a number between 1 and 9.
///
/// For one-shot compression, use the compress() function instead.
#[pyclass(name = "BZ2Compressor", module = "_bz2")]
pub struct Bz2Compressor {
    /// `None` once it is flushed.
    #[notrace]
    stream: Mutex<Option<Compress>>,
}

impl Bz2Compressor {
    fn with<R>(&self, work: impl FnOnce(&mut Option<Compress>) -> R) -> R {
        work(&mut self.stream.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[pymethods]
impl Bz2Compressor {
    #[pyslot("(compresslevel=9, /)")]
    fn new(th: &ThreadState, cls: &Type, compresslevel: i32) -> Res {
        if !(1..=9).contains(&compresslevel) {
            return Err(th.value_error("compresslevel must be between 1 and 9"));
        }
        let stream = Mutex::new(Some(Compress::new(Compression::new(compresslevel as u32), 0)));
        Ok(th.new_instance(cls, Bz2Compressor { stream }))
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
        let packed = th
            .without_gil(|| self.with(|stream| stream.as_mut().map(|stream| compress_all(stream, input, Action::Run))));
        match packed {
            None => Err(th.value_error("Compressor has been flushed")),
            Some(packed) => Ok(th.bytes(&packed.map_err(|error| failed(th, error))?)),
        }
    }

    /// Finish the compression process.
    ///
    /// Returns the compressed data left in internal buffers.
    ///
    /// The compressor object may not be used after this method is called.
    #[pymethod("()")]
    fn flush(&self, th: &ThreadState) -> Res {
        let packed =
            th.without_gil(|| self.with(Option::take).map(|mut stream| compress_all(&mut stream, &[], Action::Finish)));
        match packed {
            None => Err(th.value_error("Repeated call to flush()")),
            Some(packed) => Ok(th.bytes(&packed.map_err(|error| failed(th, error))?)),
        }
    }
}

struct Unpacking {
    stream: Decompress,
    feed: Feed,
    /// After an error the stream is in no state to go on.
    failed: bool,
}

/// Create a decompressor object for decompressing data incrementally.
///
/// For one-shot decompression, use the decompress() function instead.
#[pyclass(name = "BZ2Decompressor", module = "_bz2")]
pub struct Bz2Decompressor {
    #[notrace]
    state: Mutex<Unpacking>,
}

impl Bz2Decompressor {
    fn with<R>(&self, work: impl FnOnce(&mut Unpacking) -> R) -> R {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[pymethods]
impl Bz2Decompressor {
    #[pyslot("()")]
    fn new(th: &ThreadState, cls: &Type) -> Res {
        let state = Mutex::new(Unpacking { stream: Decompress::new(false), feed: Feed::new(), failed: false });
        Ok(th.new_instance(cls, Bz2Decompressor { state }))
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
        let input = data.as_slice();
        let limit = usize::try_from(max_length).ok();
        let unpacked = th.without_gil(|| {
            self.with(|state| {
                let Unpacking { stream, feed, failed } = state;
                if feed.ended || *failed {
                    return Err(*failed);
                }
                let unpacked = feed.run(input, limit, |input, out| {
                    let (in_before, out_before) = (stream.total_in(), stream.total_out());
                    let status = stream.decompress(input, out)?;
                    Ok(Step {
                        taken: (stream.total_in() - in_before) as usize,
                        given: (stream.total_out() - out_before) as usize,
                        ended: status == Status::StreamEnd,
                    })
                });
                *failed = unpacked.is_err();
                Ok(unpacked)
            })
        });
        match unpacked {
            Err(true) => Err(th.value_error("Decompressor is unusable after a previous error")),
            Err(false) => Err(th.error(&exc::EOF_ERROR, "End of stream already reached")),
            Ok(unpacked) => Ok(th.bytes(&unpacked.map_err(|error| failed(th, error))?)),
        }
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

/// The module `_bz2`.
#[pymodule(name = "_bz2", classes(super::BZ2_COMPRESSOR_TYPE, super::BZ2_DECOMPRESSOR_TYPE))]
pub mod bz2_module {}
