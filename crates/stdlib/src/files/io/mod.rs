//! `_io`: streams. Raw files, buffering, text over bytes, and `open`.

mod base;
mod buffered;
mod buffered_classes;
mod bytesio;
mod fileio;
mod memory;
mod newline;
mod open;
mod pair;
mod position;
mod stringio;
mod text;
mod text_codec;

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
        super::buffered_classes::BUFFERED_READER_TYPE,
        super::buffered_classes::BUFFERED_WRITER_TYPE,
        super::buffered_classes::BUFFERED_RANDOM_TYPE,
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
    use runtime::{Res, Type};

    #[pyattr(name = "DEFAULT_BUFFER_SIZE")]
    const BUFFER_SIZE: i64 = DEFAULT_BUFFER_SIZE as i64;

    #[pyattr(name = "BlockingIOError")]
    fn blocking_io_error() -> &'static Type {
        &exc::BLOCKING_IO_ERROR
    }

    /// Open file and return a stream.  Raise OSError upon failure.
    ///
    /// file is the name of the file to be opened (str, bytes or a path
    /// object) or the integer file descriptor of a file to be wrapped.
    ///
    /// mode says how: 'r' opens for reading (the default), 'w' for writing
    /// after truncating, 'x' creates a new file, 'a' appends; 'b' gives bytes,
    /// 't' text (the default); '+' allows reading and writing.
    ///
    /// buffering is 0 to switch buffering off (binary mode only), 1 for line
    /// buffering (text mode only), or the size of the buffer.
    ///
    /// encoding, errors and newline are those of TextIOWrapper.  With closefd
    /// False a file descriptor stays open when the stream is closed.  opener
    /// is called with (file, flags) and returns the file descriptor.
    #[pyfunction("(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of open()")]
    fn open(
        th: &ThreadState,
        file: &Value,
        #[default("r".into())] mode: std::borrow::Cow<'_, str>,
        buffering: i32,
        encoding: &Value,
        errors: &Value,
        newline: &Value,
        closefd: Option<&Value>,
        opener: &Value,
    ) -> Res {
        for (name, value) in [("encoding", encoding), ("errors", errors), ("newline", newline)] {
            if !value.is_none() && value.as_str().is_none() {
                let class = value.class().full_name();
                return Err(th.type_error(format_args!("open() argument '{name}' must be str or None, not {class}")));
            }
        }
        let closed_too = Value::TRUE;
        let arguments = super::open::Arguments {
            file,
            mode: &mode,
            buffering: i64::from(buffering),
            encoding,
            errors,
            newline,
            closefd: closefd.unwrap_or(&closed_too),
            opener,
        };
        super::open::open(th, &arguments)
    }

    /// Opens the provided file with the intent to import the contents.
    ///
    /// This may perform extra validation beyond open(), but is otherwise
    /// interchangeable with calling open(path, 'rb').
    #[pyfunction("(path)")]
    fn open_code(th: &ThreadState, path: &Value) -> Res {
        if path.as_str().is_none() {
            let class = path.class().full_name();
            return Err(th.type_error(format_args!("open_code() argument 'path' must be str, not {class}")));
        }
        let (none, closefd) = (&Value::NONE, &Value::TRUE);
        let arguments = super::open::Arguments {
            file: path,
            mode: "rb",
            buffering: -1,
            encoding: none,
            errors: none,
            newline: none,
            closefd,
            opener: none,
        };
        super::open::open(th, &arguments)
    }

    /// A helper function to choose the text encoding.
    ///
    /// When encoding is not None, this function returns it.
    /// Otherwise, this function returns the default text encoding
    /// (i.e. "locale" or "utf-8" depends on UTF-8 mode).
    #[pyfunction("(encoding, stacklevel=2, /)")]
    fn text_encoding(th: &ThreadState, encoding: Value, stacklevel: i32) -> Res {
        if !encoding.is_none() {
            return Ok(encoding);
        }
        super::open::warn_default_encoding(th, i64::from(stacklevel))?;
        Ok(th.intern(if th.interp().config.borrow().utf8_mode { "utf-8" } else { "locale" }))
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
