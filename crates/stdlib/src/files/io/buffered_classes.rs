//! The classes `BufferedReader`, `BufferedWriter` and `BufferedRandom`: their methods, over what `buffered.rs` does.

use macros::pymethods;
use runtime::convert::WritableBuffer;
use runtime::object::PayloadFns;
use runtime::types::TypeDef;
use runtime::{Payload, Res, ThreadState, Type, Value};

use super::base::{BUFFERED_IO_BASE_TYPE, finalizing_flag, repr_start};
use super::buffered::{Buffered, Kind};
use super::memory::{Data, cannot_pickle, size_argument};

/// One of the classes, with what all share and some of its own.
macro_rules! buffered_class {
    ($(#[$doc:meta])* $marker:ident, $def:ident, $static:ident, $name:tt, $kind:expr, { $($own:item)* }) => {
        #[doc = concat!("The class `", $name, "`.")]
        pub struct $marker;

        impl Payload for $marker {
            const DEF: &'static TypeDef = &$def;

            fn class() -> &'static Type {
                &$static
            }
        }

        pub static $static: Type = Type::new_static(&$def);

        $(#[$doc])*
        #[pymethods(class(name = $name, module = "_io", base = BUFFERED_IO_BASE_TYPE, payload = PayloadFns::traced::<Buffered>(), flags(basetype, object_new)))]
        impl $marker {
            #[pyslot(new)]
            fn construct(th: &ThreadState, class: &Type, _: &[Value], _: &[Value]) -> Res {
                Ok(Buffered::make(th, class, $kind))
            }

            #[pyslot("(raw, buffer_size=DEFAULT_BUFFER_SIZE)")]
            fn init(slf: &Value, th: &ThreadState, raw: &Value, buffer_size: Option<&Value>) -> Res<()> {
                let size = match buffer_size {
                    Some(size) => th.index_or(size, &runtime::objects::exceptions::OVERFLOW_ERROR)?,
                    None => super::DEFAULT_BUFFER_SIZE as isize,
                };
                Buffered::of(slf).init(th, raw, size)
            }

            #[pyslot]
            fn repr(th: &ThreadState, slf: &Value) -> Res {
                Ok(th.str(&format!("{}>", repr_start(th, slf)?)))
            }

            #[pymethod("()")]
            fn flush(slf: &Value, th: &ThreadState) -> Res<()> {
                Buffered::of(slf).flush(th, slf)
            }

            #[pymethod("()")]
            fn close(slf: &Value, th: &ThreadState) -> Res<()> {
                Buffered::of(slf).close(th, slf)
            }

            #[pymethod("()")]
            fn detach(slf: &Value, th: &ThreadState) -> Res {
                Buffered::of(slf).detach(th, slf)
            }

            #[pymethod("()")]
            fn fileno(slf: &Value, th: &ThreadState) -> Res {
                Buffered::of(slf).ask(th, "fileno")
            }

            #[pymethod("()")]
            fn isatty(slf: &Value, th: &ThreadState) -> Res {
                Buffered::of(slf).ask(th, "isatty")
            }

            #[pymethod("()")]
            fn seekable(slf: &Value, th: &ThreadState) -> Res {
                Buffered::of(slf).ask(th, "seekable")
            }

            #[pymethod("(target, whence=0, /)")]
            fn seek(slf: &Value, th: &ThreadState, target: &Value, whence: i32) -> Res<i64> {
                Buffered::of(slf).seek(th, slf, target, whence)
            }

            #[pymethod("()")]
            fn tell(slf: &Value, th: &ThreadState) -> Res<i64> {
                Buffered::of(slf).tell(th)
            }

            #[pymethod("(pos=None, /)")]
            fn truncate(slf: &Value, th: &ThreadState, pos: &Value) -> Res {
                Buffered::of(slf).truncate(th, slf, pos)
            }

            #[pymethod("(source, /)")]
            fn _dealloc_warn(slf: &Value, th: &ThreadState, source: &Value) {
                Buffered::of(slf).dealloc_warn(th, source);
            }

            #[pymethod("()")]
            fn __getstate__(slf: &Value, th: &ThreadState) -> Res {
                Err(cannot_pickle(th, slf))
            }

            #[pymethod("()")]
            fn __sizeof__(slf: &Value, th: &ThreadState) -> Res<usize> {
                Buffered::of(slf).check_ready(th)?;
                Ok(Buffered::of(slf).memory(slf))
            }

            #[pygetter(name = "_finalizing", member)]
            fn get_finalizing(slf: &Value) -> bool {
                Buffered::of(slf).is_finalizing()
            }

            #[pysetter(name = "_finalizing")]
            fn set_finalizing(slf: &Value, th: &ThreadState, value: Option<&Value>) -> Res<()> {
                Buffered::of(slf).set_finalizing(finalizing_flag(th, value)?);
                Ok(())
            }

            #[pygetter(member)]
            fn raw(slf: &Value) -> Value {
                Buffered::of(slf).raw_or_none()
            }

            #[pygetter]
            fn closed(slf: &Value, th: &ThreadState) -> Res<bool> {
                Buffered::of(slf).is_closed(th)
            }

            #[pygetter]
            fn name(slf: &Value, th: &ThreadState) -> Res {
                th.getattr_str(&Buffered::of(slf).raw(th)?, "name")
            }

            #[pygetter]
            fn mode(slf: &Value, th: &ThreadState) -> Res {
                th.getattr(&Buffered::of(slf).raw(th)?, &th.names().mode)
            }

            $($own)*
        }
    };
}

macro_rules! writing_class {
    ($(#[$doc:meta])* $marker:ident, $def:ident, $static:ident, $name:tt, $kind:expr, { $($own:item)* }) => {
        buffered_class! { $(#[$doc])* $marker, $def, $static, $name, $kind, {
            #[pymethod("()")]
            fn writable(slf: &Value, th: &ThreadState) -> Res {
                Buffered::of(slf).ask(th, "writable")
            }

            /// Write the given buffer to the IO stream.
            ///
            /// Return the number of bytes written, which is always the length of b
            /// in bytes.  Raise BlockingIOError if the buffer is full and the
            /// underlying raw stream cannot accept more data at the moment.
            #[pymethod("(buffer, /)")]
            fn write(slf: &Value, th: &ThreadState, buffer: Data) -> Res<usize> {
                Buffered::of(slf).write(th, slf, &buffer)
            }

            $($own)*
        }}
    };
}

/// The reading methods, handed to another macro that makes the class.
macro_rules! reading_class {
    ($class:ident, $(#[$doc:meta])* $marker:ident, $def:ident, $static:ident, $name:tt, $kind:expr) => {
        $class! { $(#[$doc])* $marker, $def, $static, $name, $kind, {
            #[pymethod("()")]
            fn readable(slf: &Value, th: &ThreadState) -> Res {
                Buffered::of(slf).ask(th, "readable")
            }

            #[pymethod("(size=-1, /)")]
            fn read(slf: &Value, th: &ThreadState, size: &Value) -> Res {
                Buffered::of(slf).read(th, slf, size)
            }

            #[pymethod("(size=-1, /)")]
            fn read1(slf: &Value, th: &ThreadState, size: isize) -> Res {
                Buffered::of(slf).read1(th, slf, size)
            }

            #[pymethod("(buffer, /)")]
            fn readinto(slf: &Value, th: &ThreadState, buffer: WritableBuffer) -> Res {
                Buffered::of(slf).readinto(th, slf, &buffer.0, false)
            }

            #[pymethod("(buffer, /)")]
            fn readinto1(slf: &Value, th: &ThreadState, buffer: WritableBuffer) -> Res {
                Buffered::of(slf).readinto(th, slf, &buffer.0, true)
            }

            #[pymethod("(size=-1, /)")]
            fn readline(slf: &Value, th: &ThreadState, size: &Value) -> Res {
                let limit = size_argument(th, size)?;
                Buffered::of(slf).readline(th, slf, limit)
            }

            #[pymethod("(size=0, /)")]
            fn peek(slf: &Value, th: &ThreadState, size: isize) -> Res {
                let _ = size;
                Buffered::of(slf).peek(th, slf)
            }

            #[pyslot]
            fn iternext(th: &ThreadState, slf: &Value) -> Res {
                let line = if slf.is_exactly(&$static) {
                    Buffered::of(slf).readline(th, slf, None)?
                } else {
                    let line = th.call_method(slf, &th.names().readline, &[])?;
                    if line.as_bytes().is_none() {
                        return Err(th.os_error_message(format_args!(
                            "readline() should have returned a bytes object, not '{}'",
                            line.class().full_name()
                        )));
                    }
                    line
                };
                Ok(if line.as_bytes().is_none_or(|line| line.is_empty()) { Value::EXHAUSTED } else { line })
            }
        }}
    };
}

reading_class! {
    buffered_class,
    /// Create a new buffered reader using the given readable raw IO object.
    BufferedReader, BUFFERED_READER_DEF, BUFFERED_READER_TYPE, "BufferedReader", Kind::Reader
}

reading_class! {
    writing_class,
    /// A buffered interface to random access streams.
    ///
    /// The constructor creates a reader and writer for a seekable stream,
    /// raw, given in the first argument. If the buffer_size is omitted it
    /// defaults to DEFAULT_BUFFER_SIZE.
    BufferedRandom, BUFFERED_RANDOM_DEF, BUFFERED_RANDOM_TYPE, "BufferedRandom", Kind::Random
}

writing_class! {
    /// A buffer for a writeable sequential RawIO object.
    ///
    /// The constructor creates a BufferedWriter for the given writeable raw
    /// stream. If the buffer_size is not given, it defaults to
    /// DEFAULT_BUFFER_SIZE.
    BufferedWriter, BUFFERED_WRITER_DEF, BUFFERED_WRITER_TYPE, "BufferedWriter", Kind::Writer, {}
}
