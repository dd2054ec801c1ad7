//! `_io`: streams. Raw files, buffering, text over bytes, and `open`.

mod base;
mod buffered;
mod bytesio;
mod fileio;
mod memory;
mod newline;
mod pair;
mod stringio;
mod text;

use macros::pymodule;
use runtime::objects::exceptions as exc;
use runtime::{Raised, ThreadState, Value};

pub use fileio::path_argument;

pub const DEFAULT_BUFFER_SIZE: usize = 131072;

/// `io.UnsupportedOperation(message)`: an OSError and a ValueError.
pub fn unsupported(th: &ThreadState, message: &str) -> Raised {
    let class = th.interp().io_unsupported.get().unwrap_or_else(|| exc::OS_ERROR.as_value());
    match th.call(&class, &[th.str(message)]) {
        Ok(exception) => th.raise(exception),
        Err(raised) => raised,
    }
}

/// The module `_io`.
#[pymodule(
    name = "_io",
    classes(
        super::base::IO_BASE_TYPE,
        super::base::RAW_IO_BASE_TYPE,
        super::base::BUFFERED_IO_BASE_TYPE,
        super::base::TEXT_IO_BASE_TYPE,
        super::fileio::FILE_IO_TYPE,
        super::buffered::BUFFERED_READER_TYPE,
        super::buffered::BUFFERED_WRITER_TYPE,
        super::buffered::BUFFERED_RANDOM_TYPE,
        super::pair::BUFFERED_RW_PAIR_TYPE,
        super::bytesio::BYTES_IO_TYPE,
        super::bytesio::BYTES_IO_BUFFER_TYPE,
        super::stringio::STRING_IO_TYPE,
        super::newline::INCREMENTAL_NEWLINE_DECODER_TYPE,
        super::text::TEXT_IO_WRAPPER_TYPE
    )
)]
pub mod io_module {
    //! The io module provides the Python interfaces to stream handling. The
    //! builtin open function is defined in this module.

    use super::*;
    use runtime::types::type_flags;
    use runtime::{Res, Type};

    #[pyattr(name = "DEFAULT_BUFFER_SIZE")]
    const BUFFER_SIZE: i64 = DEFAULT_BUFFER_SIZE as i64;

    #[pyattr(name = "BlockingIOError")]
    fn blocking_io_error() -> &'static Type {
        &exc::BLOCKING_IO_ERROR
    }

    /// Open file and return a stream.  Raise OSError upon failure.
    #[pyfunction("(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)")]
    #[allow(clippy::too_many_arguments)]
    fn open(
        th: &ThreadState,
        file: &Value,
        mode: &Value,
        buffering: Option<i64>,
        encoding: Value,
        errors: Value,
        newline: Value,
        closefd: Option<Value>,
        opener: Value,
    ) -> Res {
        let _ = type_flags::READY;
        super::text::open(th, file, mode, buffering.unwrap_or(-1), encoding, errors, newline, closefd, opener)
    }

    /// Opens the provided file with the intent to import the contents.
    #[pyfunction("(path)")]
    fn open_code(th: &ThreadState, path: &Value) -> Res {
        let none = Value::NONE;
        super::text::open(th, path, &th.str("rb"), -1, none.clone(), none.clone(), none.clone(), None, none)
    }

    /// A helper function to choose the text encoding.
    #[pyfunction("(encoding, stacklevel=2, /)")]
    fn text_encoding(th: &ThreadState, encoding: Value, stacklevel: i64) -> Value {
        let _ = stacklevel;
        if encoding.is_none() { th.intern("locale") } else { encoding }
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        let bases = th.tuple(&[exc::OS_ERROR.as_value(), exc::VALUE_ERROR.as_value()]);
        let namespace = th.dict(runtime::objects::dict::Dict::new());
        th.set_item(&namespace, &th.intern("__module__"), &th.intern("io"))?;
        let class =
            th.call(runtime::types::TYPE_TYPE.value_ref(), &[th.intern("UnsupportedOperation"), bases, namespace])?;
        th.interp().io_unsupported.set(Some(class.clone()));
        th.setattr_str(module, "UnsupportedOperation", &class)
    }
}
