//! `_IOBase` and the abstract classes of raw, buffered and text streams: what every stream can do by its own methods.

use macros::{pyclass, pymethods};
use runtime::objects::exceptions as exc;
use runtime::objects::list::List;
use runtime::{Payload, Raised, Res, ThreadState, Value};

use super::memory::size_argument;
use super::unsupported;

/// Raises ValueError if the stream says that it is closed.
pub fn check_closed(th: &ThreadState, stream: &Value) -> Res<()> {
    let closed = th.getattr(stream, &th.names().closed)?;
    if th.is_true(&closed)? { Err(closed_error(th)) } else { Ok(()) }
}

pub fn closed_error(th: &ThreadState) -> Raised {
    th.value_error("I/O operation on closed file.")
}

fn check_can(th: &ThreadState, stream: &Value, method: &str, message: &str) -> Res<()> {
    let answer = th.call_method_str(stream, method, &[])?;
    if answer.is_true() { Ok(()) } else { Err(unsupported(th, message)) }
}

pub fn check_readable(th: &ThreadState, stream: &Value) -> Res<()> {
    check_can(th, stream, "readable", "File or stream is not readable.")
}

pub fn check_writable(th: &ThreadState, stream: &Value) -> Res<()> {
    check_can(th, stream, "writable", "File or stream is not writable.")
}

pub fn check_seekable(th: &ThreadState, stream: &Value) -> Res<()> {
    check_can(th, stream, "seekable", "File or stream is not seekable.")
}

/// The abstract base class for all I/O classes.
///
/// This class provides dummy implementations for many methods that
/// derived classes can override selectively; the default implementations
/// represent a file that cannot be read, written or seeked.
#[pyclass(name = "_IOBase", module = "_io", flags(basetype, managed_dict, weakrefs, object_new))]
#[derive(Default)]
pub struct IoBase {
    /// `close` of the base class has run.
    pub closed: std::cell::Cell<bool>,
}

#[pymethods]
impl IoBase {
    #[pyslot(new)]
    fn construct(th: &ThreadState, class: &runtime::Type, _: &[Value], _: &[Value]) -> Res {
        Ok(th.new_instance(class, IoBase::default()))
    }

    #[pyslot]
    fn init(_: &ThreadState, _: &Value, _: &[Value], _: &[Value]) -> Res<()> {
        Ok(())
    }

    #[pyslot]
    fn finalize(th: &ThreadState, slf: &Value) {
        finalize(th, slf);
    }

    /// Change the stream position to the given byte offset.
    #[pymethod("(offset, whence=0, /)")]
    fn seek(th: &ThreadState, slf: &Value, offset: &Value, whence: i32) -> Res {
        let _ = (slf, offset, whence);
        Err(unsupported(th, "seek"))
    }

    /// Return current stream position.
    #[pymethod("()")]
    fn tell(slf: &Value, th: &ThreadState) -> Res {
        th.call_method(slf, &th.names().seek, &[Value::index(0), Value::index(1)])
    }

    /// Truncate file to size bytes.
    ///
    /// File pointer is left unchanged. Size defaults to the current IO position
    /// as reported by tell(). Return the new size.
    #[pymethod("(size=None, /)")]
    fn truncate(slf: &Value, th: &ThreadState, size: Value) -> Res {
        let _ = (slf, size);
        Err(unsupported(th, "truncate"))
    }

    /// Flush write buffers, if applicable.
    ///
    /// This is not implemented for read-only and non-blocking streams.
    #[pymethod("()")]
    fn flush(slf: &Value, th: &ThreadState) -> Res<()> {
        if base_closed(slf) { Err(closed_error(th)) } else { Ok(()) }
    }

    /// Flush and close the IO object.
    ///
    /// This method has no effect if the file is already closed.
    #[pymethod("()")]
    fn close(slf: &Value, th: &ThreadState) -> Res<()> {
        if base_closed(slf) {
            return Ok(());
        }
        let flushed = th.call_method(slf, &th.names().flush, &[]);
        IoBase::of(slf).closed.set(true);
        flushed.map(drop)
    }

    /// Return whether object supports random access.
    ///
    /// If False, seek(), tell() and truncate() will raise OSError.
    /// This method may need to do a test seek().
    #[pymethod("()")]
    fn seekable() -> bool {
        false
    }

    /// Return whether object was opened for reading.
    ///
    /// If False, read() will raise OSError.
    #[pymethod("()")]
    fn readable() -> bool {
        false
    }

    /// Return whether object was opened for writing.
    ///
    /// If False, write() will raise OSError.
    #[pymethod("()")]
    fn writable() -> bool {
        false
    }

    #[pymethod("()", name = "_checkClosed")]
    fn require_open(slf: &Value, th: &ThreadState) -> Res<()> {
        check_closed(th, slf)
    }

    #[pymethod("()", name = "_checkSeekable")]
    fn require_seekable(slf: &Value, th: &ThreadState) -> Res<bool> {
        check_seekable(th, slf).map(|()| true)
    }

    #[pymethod("()", name = "_checkReadable")]
    fn require_readable(slf: &Value, th: &ThreadState) -> Res<bool> {
        check_readable(th, slf).map(|()| true)
    }

    #[pymethod("()", name = "_checkWritable")]
    fn require_writable(slf: &Value, th: &ThreadState) -> Res<bool> {
        check_writable(th, slf).map(|()| true)
    }

    /// Return underlying file descriptor if one exists.
    ///
    /// Raise OSError if the IO object does not use a file descriptor.
    #[pymethod("()")]
    fn fileno(slf: &Value, th: &ThreadState) -> Res {
        let _ = slf;
        Err(unsupported(th, "fileno"))
    }

    /// Return whether this is an 'interactive' stream.
    ///
    /// Return False if it can't be determined.
    #[pymethod("()")]
    fn isatty(slf: &Value, th: &ThreadState) -> Res<bool> {
        check_closed(th, slf)?;
        Ok(false)
    }

    #[pymethod("()")]
    fn __enter__(slf: &Value, th: &ThreadState) -> Res {
        check_closed(th, slf)?;
        Ok(slf.clone())
    }

    #[pymethod("(*args)", text = none)]
    fn __exit__(slf: &Value, th: &ThreadState, args: &[Value]) -> Res {
        let _ = args;
        th.call_method(slf, &th.names().close, &[])
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        check_closed(th, slf)?;
        Ok(slf.clone())
    }

    #[pyslot]
    fn iternext(th: &ThreadState, slf: &Value) -> Res {
        let line = th.call_method(slf, &th.names().readline, &[])?;
        Ok(if th.len(&line)? == 0 { Value::EXHAUSTED } else { line })
    }

    /// Read and return a line from the stream.
    ///
    /// If size is specified, at most size bytes will be read.
    ///
    /// The line terminator is always b'\n' for binary files; for text
    /// files, the newlines argument to open can be used to select the line
    /// terminator(s) recognized.
    #[pymethod("(size=-1, /)")]
    fn readline(slf: &Value, th: &ThreadState, size: &Value) -> Res {
        let limit = size_argument(th, size)?.unwrap_or(usize::MAX);
        let peek = th.getattr_opt(slf, &th.names().peek)?;
        let mut line = Vec::new();
        while line.len() < limit {
            let mut want = 1;
            if let Some(peek) = &peek {
                let ahead = th.call(peek, &[Value::index(1)])?;
                let Some(ahead) = ahead.as_bytes() else {
                    return Err(th.os_error_message(format_args!(
                        "peek() should have returned a bytes object, not '{}'",
                        ahead.class().full_name()
                    )));
                };
                let ahead = ahead.as_slice();
                if !ahead.is_empty() {
                    let end = memchr::memchr(b'\n', ahead).map_or(ahead.len(), |end| end + 1);
                    want = end.min(limit - line.len());
                }
            }
            let part = th.call_method(slf, &th.names().read, &[Value::index(want)])?;
            let Some(part) = part.as_bytes() else {
                return Err(th.os_error_message(format_args!(
                    "read() should have returned a bytes object, not '{}'",
                    part.class().full_name()
                )));
            };
            line.extend_from_slice(part.as_slice());
            if part.is_empty() || line.ends_with(b"\n") {
                break;
            }
        }
        Ok(th.bytes(&line))
    }

    /// Return a list of lines from the stream.
    ///
    /// hint can be specified to control the number of lines read: no more
    /// lines will be read if the total size (in bytes/characters) of all
    /// lines so far exceeds hint.
    #[pymethod("(hint=-1, /)")]
    fn readlines(slf: &Value, th: &ThreadState, hint: &Value) -> Res {
        let hint = size_argument(th, hint)?.filter(|&hint| hint > 0);
        let lines = th.list(Vec::new());
        let iterator = th.iter(slf)?;
        let mut total = 0;
        while let Some(line) = th.next(&iterator)? {
            total += if hint.is_some() { th.len(&line)? } else { 0 };
            List::of(&lines).push(line);
            if hint.is_some_and(|hint| total > hint) {
                break;
            }
        }
        Ok(lines)
    }

    /// Write a list of lines to stream.
    ///
    /// Line separators are not added, so it is usual for each of the
    /// lines provided to have a line separator at the end.
    #[pymethod("(lines, /)")]
    fn writelines(slf: &Value, th: &ThreadState, lines: &Value) -> Res<()> {
        check_closed(th, slf)?;
        th.for_each(lines, |line| th.call_method(slf, &th.names().write, &[line]).map(drop))
    }

    #[pygetter]
    fn closed(slf: &Value) -> bool {
        base_closed(slf)
    }
}

/// Whether `_IOBase.close` has run.
fn base_closed(slf: &Value) -> bool {
    IoBase::of(slf).closed.get()
}

/// `_IOBase.close`, for classes that go on from there.
pub fn close_with_base(th: &ThreadState, slf: &Value) -> Res<()> {
    IoBase::close(slf, th)
}

/// What `__del__` does: closes the stream. Errors are nobody's, but shown.
pub fn finalize(th: &ThreadState, slf: &Value) {
    // An exception may be on its way while objects are released.
    let pending = th.set_aside_raised();
    if !is_closed_for_finalizer(th, slf) {
        if let Err(raised) = th.setattr_str(slf, "_finalizing", &Value::TRUE) {
            drop(th.take_raised(raised));
        }
        if let Err(raised) = th.call_method(slf, &th.names().close, &[]) {
            finalizing_failed(th, raised, slf);
        }
    }
    th.restore_raised(pending);
}

/// A stream that cannot tell is left alone.
fn is_closed_for_finalizer(th: &ThreadState, slf: &Value) -> bool {
    let closed = match th.getattr_opt(slf, &th.names().closed) {
        Ok(Some(closed)) => th.is_true(&closed),
        Ok(None) => Ok(true),
        Err(raised) => Err(raised),
    };
    closed.unwrap_or_else(|raised| {
        drop(th.take_raised(raised));
        true
    })
}

/// "unclosed file": a ResourceWarning that blames `object`, for a raw stream that is going.
pub fn warn_unclosed(th: &ThreadState, object: &Value, raw: &Value) {
    let warned = th
        .repr_string(object)
        .and_then(|shown| runtime::warnings::resource(th, object, &format!("unclosed file {shown}")));
    match warned {
        Ok(()) => {}
        Err(raised) if th.raised_is(&raised, &exc::WARNING) => finalizing_failed(th, raised, raw),
        Err(raised) => drop(th.take_raised(raised)),
    }
}

/// Reports an error that came up while a stream was finalised.
fn finalizing_failed(th: &ThreadState, raised: Raised, stream: &Value) {
    let exception = th.take_raised(raised);
    let shown = th.repr_string(stream).unwrap_or_else(|raised| {
        drop(th.take_raised(raised));
        format!("<{} object>", stream.class().full_name())
    });
    let raised = th.raise_as_is(exception);
    th.unraisable(raised, Some(&format!("Exception ignored while finalizing file {shown}")), None);
}

/// The repr of a stream's name inside of the stream's own: RuntimeError if that leads back here.
pub fn repr_inside(th: &ThreadState, slf: &Value, name: &Value) -> Res<String> {
    let Some(_guard) = th.enter_repr(slf) else {
        let class = slf.class().full_name();
        return Err(th.runtime_error(format_args!("reentrant call inside {class}.__repr__")));
    };
    th.repr_string(name)
}

/// "<class name='...'", or without a name if the stream below cannot tell it any more.
pub fn repr_start(th: &ThreadState, slf: &Value) -> Res<String> {
    let class = slf.class().full_name();
    let name = match th.getattr_opt_str(slf, "name") {
        Ok(name) => name,
        Err(raised) if th.raised_is(&raised, &exc::VALUE_ERROR) => {
            drop(th.take_raised(raised));
            None
        }
        Err(raised) => return Err(raised),
    };
    match name {
        Some(name) => Ok(format!("<{class} name={}", repr_inside(th, slf, &name)?)),
        None => Ok(format!("<{class}")),
    }
}

/// What is assigned to `_finalizing`.
pub fn finalizing_flag(th: &ThreadState, value: Option<&Value>) -> Res<bool> {
    let value = value.ok_or_else(|| th.type_error("can't delete numeric/char attribute"))?;
    value.as_bool().ok_or_else(|| th.type_error("attribute value type must be bool"))
}

/// Runs two steps of closing, the second even if the first fails; the error of the first becomes the context of an error
/// of the second.
pub fn close_both(th: &ThreadState, first: impl FnOnce() -> Res<()>, second: impl FnOnce() -> Res<()>) -> Res<()> {
    let failed = first().err().map(|raised| th.take_raised(raised));
    let result = second();
    let Some(earlier) = failed else { return result };
    match result {
        Ok(()) => Err(th.raise_as_is(earlier)),
        Err(raised) => {
            let later = th.take_raised(raised);
            if let Some(error) = later.downcast::<exc::BaseException>() {
                error.context.set(Some(earlier));
            }
            Err(th.raise_as_is(later))
        }
    }
}

/// Base class for raw binary I/O.
#[pyclass(name = "_RawIOBase", module = "_io", base = IO_BASE_TYPE, payload = runtime::object::PayloadFns::plain::<IoBase>(), flags(basetype))]
pub struct RawIoBase;

#[pymethods]
impl RawIoBase {
    /// Read up to size bytes, through readinto().
    #[pymethod("(size=-1, /)")]
    fn read(slf: &Value, th: &ThreadState, size: isize) -> Res {
        if size < 0 {
            return th.call_method_str(slf, "readall", &[]);
        }
        let buffer = th.bytearray(vec![0; size as usize]);
        let count = th.call_method(slf, &th.names().readinto, std::slice::from_ref(&buffer))?;
        if count.is_none() {
            return Ok(count);
        }
        let count = th.index_or(&count, &exc::VALUE_ERROR)?;
        let bytes = th.readable_buffer(&buffer)?;
        if count < 0 || count as usize > bytes.len() {
            return Err(th.value_error(format_args!("readinto returned {count} outside buffer size {size}")));
        }
        Ok(th.bytes(&bytes.as_slice()[..count as usize]))
    }

    /// Read until EOF, using multiple read() call.
    #[pymethod("()")]
    fn readall(slf: &Value, th: &ThreadState) -> Res {
        let mut all = Vec::new();
        loop {
            let part = th.call_method(slf, &th.names().read, &[Value::index(super::DEFAULT_BUFFER_SIZE)])?;
            if part.is_none() {
                return Ok(if all.is_empty() { part } else { th.bytes(&all) });
            }
            let Some(part) = part.as_bytes() else {
                return Err(th.type_error("read() should return bytes"));
            };
            if part.is_empty() {
                return Ok(th.bytes(&all));
            }
            all.extend_from_slice(part.as_slice());
        }
    }

    /// Read bytes into buffer.
    #[pymethod("(buffer, /)", text = none)]
    fn readinto(slf: &Value, th: &ThreadState, buffer: &Value) -> Res {
        let _ = (slf, buffer);
        Err(th.not_implemented_error(""))
    }

    /// Write buffer b to file.
    #[pymethod("(b, /)", text = none)]
    fn write(slf: &Value, th: &ThreadState, b: &Value) -> Res {
        let _ = (slf, b);
        Err(th.not_implemented_error(""))
    }
}

/// Base class for buffered IO objects.
///
/// The main difference with RawIOBase is that the read() method
/// supports omitting the size argument, and does not have a default
/// implementation that defers to readinto().
///
/// In addition, read(), readinto() and write() may raise
/// BlockingIOError if the underlying raw stream is in non-blocking
/// mode and not ready; unlike their raw counterparts, they will never
/// return None.
#[pyclass(name = "_BufferedIOBase", module = "_io", base = IO_BASE_TYPE, payload = runtime::object::PayloadFns::plain::<IoBase>(), flags(basetype))]
pub struct BufferedIoBase;

#[pymethods]
impl BufferedIoBase {
    /// Disconnect this buffer from its underlying raw stream and return it.
    #[pymethod("()")]
    fn detach(slf: &Value, th: &ThreadState) -> Res {
        let _ = slf;
        Err(unsupported(th, "detach"))
    }

    /// Read and return up to n bytes.
    #[pymethod("(size=-1, /)")]
    fn read(slf: &Value, th: &ThreadState, size: Value) -> Res {
        let _ = (slf, size);
        Err(unsupported(th, "read"))
    }

    /// Read and return up to size bytes.
    #[pymethod("(size=-1, /)")]
    fn read1(slf: &Value, th: &ThreadState, size: Value) -> Res {
        let _ = (slf, size);
        Err(unsupported(th, "read1"))
    }

    #[pymethod("(buffer, /)")]
    fn readinto(slf: &Value, th: &ThreadState, buffer: &Value) -> Res {
        read_into(th, slf, buffer, "read")
    }

    #[pymethod("(buffer, /)")]
    fn readinto1(slf: &Value, th: &ThreadState, buffer: &Value) -> Res {
        read_into(th, slf, buffer, "read1")
    }

    /// Write buffer b to the IO stream.
    #[pymethod("(b, /)")]
    fn write(slf: &Value, th: &ThreadState, b: &Value) -> Res {
        let _ = (slf, b);
        Err(unsupported(th, "write"))
    }
}

fn read_into(th: &ThreadState, slf: &Value, target: &Value, method: &str) -> Res {
    let buffer = th.writable_buffer(target)?;
    let part = th.call_method_str(slf, method, &[Value::index(buffer.len())])?;
    let Some(part) = part.as_bytes() else { return Err(th.type_error("read() should return bytes")) };
    if part.len() > buffer.len() {
        return Err(th.value_error(format_args!(
            "read() returned too much data: {} bytes requested, {} returned",
            buffer.len(),
            part.len()
        )));
    }
    buffer.write(0, part.as_slice());
    Ok(Value::index(part.len()))
}

/// Base class for text I/O.
///
/// This class provides a character and line based interface to stream
/// I/O. There is no readinto method because Python's character strings
/// are immutable.
#[pyclass(name = "_TextIOBase", module = "_io", base = IO_BASE_TYPE, payload = runtime::object::PayloadFns::plain::<IoBase>(), flags(basetype))]
pub struct TextIoBase;

#[pymethods]
impl TextIoBase {
    /// Separate the underlying buffer from the TextIOBase and return it.
    #[pymethod("()")]
    fn detach(slf: &Value, th: &ThreadState) -> Res {
        let _ = slf;
        Err(unsupported(th, "detach"))
    }

    /// Read at most size characters from stream.
    #[pymethod("(size=-1, /)")]
    fn read(slf: &Value, th: &ThreadState, size: Value) -> Res {
        let _ = (slf, size);
        Err(unsupported(th, "read"))
    }

    /// Read until newline or EOF.
    #[pymethod("(size=-1, /)")]
    fn readline(slf: &Value, th: &ThreadState, size: Value) -> Res {
        let _ = (slf, size);
        Err(unsupported(th, "readline"))
    }

    /// Write string s to stream.
    #[pymethod("(s, /)")]
    fn write(slf: &Value, th: &ThreadState, s: &Value) -> Res {
        let _ = (slf, s);
        Err(unsupported(th, "write"))
    }

    /// Encoding of the text stream.
    #[pygetter]
    fn encoding() -> Value {
        Value::NONE
    }

    /// Line endings translated so far.
    #[pygetter]
    fn newlines() -> Value {
        Value::NONE
    }

    /// The error setting of the decoder or encoder.
    #[pygetter]
    fn errors() -> Value {
        Value::NONE
    }
}
