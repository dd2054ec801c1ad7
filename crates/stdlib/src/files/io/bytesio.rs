//! `BytesIO`: a binary stream in memory, and the buffer that `getbuffer()` shows of it.

use std::cell::{Cell, RefCell};

use macros::{pyclass, pymethods};
use runtime::buffer::{BufferInfo, Flags};
use runtime::convert::WritableBuffer;
use runtime::gc::Traverse;
use runtime::objects::bytes::BYTES_TYPE;
use runtime::objects::exceptions as exc;
use runtime::objects::list::List;
use runtime::objects::tuple::Tuple;
use runtime::{Payload, Res, ThreadState, Type, Value};

use super::base::{BUFFERED_IO_BASE_TYPE, IoBase, closed_error};
use super::memory;

/// Where the bytes are. A `bytes` object that was put in or given out is shared until somebody writes.
enum Store {
    Shared(Value),
    Own(Vec<u8>),
    Closed,
}

impl Default for Store {
    fn default() -> Store {
        Store::Own(Vec::new())
    }
}

impl Traverse for Store {
    fn traverse(&self, _: &mut runtime::gc::Visitor<'_>) {}
}

impl Store {
    fn as_slice(&self) -> &[u8] {
        match self {
            Store::Shared(bytes) => bytes.as_bytes().map_or(&[], |bytes| bytes.as_slice()),
            Store::Own(bytes) => bytes,
            Store::Closed => &[],
        }
    }

    /// The vector, copied out of the shared object if need be. The object is alive elsewhere or plain bytes, so dropping
    /// our reference runs no Python code.
    fn own(&mut self) -> &mut Vec<u8> {
        if !matches!(self, Store::Own(_)) {
            *self = Store::Own(self.as_slice().to_vec());
        }
        match self {
            Store::Own(bytes) => bytes,
            _ => unreachable!("just made"),
        }
    }
}

/// Buffered I/O implementation using an in-memory bytes buffer.
#[pyclass(name = "BytesIO", module = "_io", base = BUFFERED_IO_BASE_TYPE, payload = runtime::object::PayloadFns::plain::<BytesIo>(), flags(basetype))]
#[repr(C)]
pub struct BytesIo {
    #[notrace]
    io: IoBase,
    #[notrace]
    store: RefCell<Store>,
    position: Cell<usize>,
    /// Views that `getbuffer()` has given out.
    exports: Cell<usize>,
}

impl BytesIo {
    fn check_open(&self, th: &ThreadState) -> Res<()> {
        if matches!(*self.store.borrow(), Store::Closed) { Err(closed_error(th)) } else { Ok(()) }
    }

    fn check_exports(&self, th: &ThreadState) -> Res<()> {
        if self.exports.get() > 0 {
            return Err(th.buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }

    /// Moves over up to `size` bytes and shows them.
    fn advance<R>(&self, size: Option<usize>, show: impl FnOnce(&[u8]) -> R) -> R {
        let store = self.store.borrow();
        let bytes = store.as_slice();
        let start = self.position.get();
        let Some(left) = bytes.get(start..) else { return show(&[]) };
        let count = size.unwrap_or(usize::MAX).min(left.len());
        self.position.set(start + count);
        show(&left[..count])
    }

    fn read_bytes(&self, th: &ThreadState, size: Option<usize>) -> Value {
        if self.position.get() == 0
            && let Store::Shared(bytes) = &*self.store.borrow()
            && let length = bytes.as_bytes().map_or(0, |bytes| bytes.len())
            && size.is_none_or(|size| size >= length)
        {
            self.position.set(length);
            return bytes.clone();
        }
        self.advance(size, |bytes| th.bytes(bytes))
    }

    /// The next line, empty at the end.
    fn line(&self, th: &ThreadState, limit: Option<usize>) -> Value {
        let length = {
            let store = self.store.borrow();
            let left = store.as_slice().get(self.position.get()..).unwrap_or(&[]);
            let left = &left[..limit.unwrap_or(usize::MAX).min(left.len())];
            memchr::memchr(b'\n', left).map_or(left.len(), |end| end + 1)
        };
        self.advance(Some(length), |bytes| th.bytes(bytes))
    }

    fn write_bytes(&self, th: &ThreadState, data: &Value) -> Res<usize> {
        self.check_open(th)?;
        self.check_exports(th)?;
        let data = memory::Data::of(th, data)?;
        if !data.is_constant() {
            // Asking for the buffer may have run Python code.
            self.check_open(th)?;
            self.check_exports(th)?;
        }
        let source = data.as_slice();
        let count = source.len();
        if count > 0 {
            let start = self.position.get();
            let Some(end) = start.checked_add(count) else {
                return Err(th.overflow_error("new position too large"));
            };
            let mut store = self.store.borrow_mut();
            let bytes = store.own();
            if bytes.try_reserve(end.saturating_sub(bytes.len())).is_err() {
                drop(store);
                return Err(th.memory_error());
            }
            if start == bytes.len() {
                bytes.extend_from_slice(source);
            } else {
                if end > bytes.len() {
                    bytes.resize(end, 0);
                }
                bytes[start..end].copy_from_slice(source);
            }
            self.position.set(end);
        }
        Ok(count)
    }

    /// All bytes as an object, which is shared from now on.
    fn value(&self, th: &ThreadState) -> Value {
        if let Store::Shared(bytes) = &*self.store.borrow() {
            return bytes.clone();
        }
        let bytes = th.bytes(self.store.borrow().as_slice());
        if self.exports.get() == 0 {
            *self.store.borrow_mut() = Store::Shared(bytes.clone());
        }
        bytes
    }
}

#[pymethods]
impl BytesIo {
    #[pyslot(new)]
    fn construct(th: &ThreadState, class: &Type, _: &[Value], _: &[Value]) -> Res {
        let payload =
            BytesIo { io: IoBase::default(), store: RefCell::default(), position: Cell::new(0), exports: Cell::new(0) };
        Ok(th.new_instance(class, payload))
    }

    #[pyslot("(initial_bytes=b'')")]
    fn init(&self, th: &ThreadState, initial_bytes: Option<&Value>) -> Res<()> {
        self.check_exports(th)?;
        self.position.set(0);
        let Some(initial) = initial_bytes.filter(|initial| !initial.is_none()) else {
            self.store.replace(Store::default());
            return Ok(());
        };
        if initial.is_exactly(&BYTES_TYPE) {
            self.store.replace(Store::Shared(initial.clone()));
            return Ok(());
        }
        self.store.replace(Store::default());
        self.write_bytes(th, initial)?;
        self.position.set(0);
        Ok(())
    }

    /// Returns True if the IO object can be read.
    #[pymethod("()")]
    fn readable(&self, th: &ThreadState) -> Res<bool> {
        self.check_open(th).map(|()| true)
    }

    /// Returns True if the IO object can be seeked.
    #[pymethod("()")]
    fn seekable(&self, th: &ThreadState) -> Res<bool> {
        self.check_open(th).map(|()| true)
    }

    /// Returns True if the IO object can be written.
    #[pymethod("()")]
    fn writable(&self, th: &ThreadState) -> Res<bool> {
        self.check_open(th).map(|()| true)
    }

    /// Disable all I/O operations.
    #[pymethod("()")]
    fn close(&self, th: &ThreadState) -> Res<()> {
        self.check_exports(th)?;
        self.store.replace(Store::Closed);
        Ok(())
    }

    /// Does nothing.
    #[pymethod("()")]
    fn flush(&self, th: &ThreadState) -> Res<()> {
        self.check_open(th)
    }

    /// Always returns False.
    ///
    /// BytesIO objects are not connected to a TTY-like device.
    #[pymethod("()")]
    fn isatty(&self, th: &ThreadState) -> Res<bool> {
        self.check_open(th).map(|()| false)
    }

    /// Current file position, an integer.
    #[pymethod("()")]
    fn tell(&self, th: &ThreadState) -> Res<usize> {
        self.check_open(th).map(|()| self.position.get())
    }

    /// Write bytes to file.
    ///
    /// Return the number of bytes written.
    #[pymethod("(b, /)")]
    fn write(&self, th: &ThreadState, b: &Value) -> Res<usize> {
        self.write_bytes(th, b)
    }

    /// Write lines to the file.
    ///
    /// Note that newlines are not added.  lines can be any iterable object
    /// producing bytes-like objects.  This is equivalent to calling write()
    /// for each element.
    #[pymethod("(lines, /)")]
    fn writelines(&self, th: &ThreadState, lines: &Value) -> Res<()> {
        self.check_open(th)?;
        th.for_each(lines, |line| self.write_bytes(th, &line).map(drop))
    }

    /// Read at most size bytes, returned as a bytes object.
    ///
    /// If the size argument is negative, read until EOF is reached.
    /// Return an empty bytes object at EOF.
    #[pymethod("(size=-1, /)")]
    fn read(&self, th: &ThreadState, size: &Value) -> Res {
        self.check_open(th)?;
        let size = memory::size_argument(th, size)?;
        Ok(self.read_bytes(th, size))
    }

    /// Read at most size bytes, returned as a bytes object.
    ///
    /// If the size argument is negative or omitted, read until EOF is
    /// reached.  Return an empty bytes object at EOF.
    #[pymethod("(size=-1, /)")]
    fn read1(&self, th: &ThreadState, size: &Value) -> Res {
        self.read(th, size)
    }

    /// Read bytes into buffer.
    ///
    /// Returns number of bytes read (0 for EOF), or None if the object
    /// is set not to block and has no data to read.
    #[pymethod("(buffer, /)")]
    fn readinto(&self, th: &ThreadState, buffer: WritableBuffer) -> Res<usize> {
        self.check_open(th)?;
        let WritableBuffer(buffer) = buffer;
        Ok(self.advance(Some(buffer.len()), |bytes| {
            buffer.write(0, bytes);
            bytes.len()
        }))
    }

    /// Next line from the file, as a bytes object.
    ///
    /// Retain newline.  A non-negative size argument limits the maximum
    /// number of bytes to return (an incomplete line may be returned then).
    /// Return an empty bytes object at EOF.
    #[pymethod("(size=-1, /)")]
    fn readline(&self, th: &ThreadState, size: &Value) -> Res {
        self.check_open(th)?;
        let size = memory::size_argument(th, size)?;
        Ok(self.line(th, size))
    }

    /// List of bytes objects, each a line from the file.
    ///
    /// Call readline() repeatedly and return a list of the lines so read.
    /// The optional size argument, if given, is an approximate bound on the
    /// total number of bytes in the lines returned.
    #[pymethod("(size=None, /)")]
    fn readlines(&self, th: &ThreadState, size: &Value) -> Res {
        self.check_open(th)?;
        let limit = if size.is_none() {
            None
        } else if th.is_index(size) {
            memory::size_argument(th, size)?.filter(|&limit| limit > 0)
        } else {
            let class = size.class().full_name();
            return Err(th.type_error(format_args!("integer argument expected, got '{class}'")));
        };
        let lines = th.list(Vec::new());
        let mut total = 0;
        loop {
            let line = self.line(th, None);
            let length = line.as_bytes().map_or(0, |line| line.len());
            if length == 0 {
                break;
            }
            total += length;
            List::of(&lines).push(line);
            if limit.is_some_and(|limit| total >= limit) {
                break;
            }
        }
        Ok(lines)
    }

    #[pyslot]
    fn iter(_: &ThreadState, slf: &Value) -> Res {
        Ok(slf.clone())
    }

    #[pyslot]
    fn iternext(th: &ThreadState, slf: &Value) -> Res {
        let this = BytesIo::of(slf);
        this.check_open(th)?;
        let line = this.line(th, None);
        Ok(if line.as_bytes().is_none_or(|line| line.is_empty()) { Value::EXHAUSTED } else { line })
    }

    /// Get a read-write view over the contents of the BytesIO object.
    #[pymethod("()")]
    fn getbuffer(&self, th: &ThreadState, slf: &Value) -> Res {
        self.check_open(th)?;
        th.memoryview(&th.new_object(BytesIoBuffer { source: slf.clone() }), Flags::FULL)
    }

    /// Retrieve the entire contents of the BytesIO object.
    #[pymethod("()")]
    fn getvalue(&self, th: &ThreadState) -> Res {
        self.check_open(th)?;
        Ok(self.value(th))
    }

    /// Change stream position.
    ///
    /// Seek to byte offset pos relative to position indicated by whence:
    ///      0  Start of stream (the default).  pos should be >= 0;
    ///      1  Current position - pos may be negative;
    ///      2  End of stream - pos usually negative.
    /// Returns the new absolute position.
    #[pymethod("(pos, whence=0, /)")]
    fn seek(&self, th: &ThreadState, pos: &Value, whence: i32) -> Res<usize> {
        self.check_open(th)?;
        let pos = th.index_or(pos, &exc::OVERFLOW_ERROR)?;
        let base = match whence {
            0 if pos < 0 => return Err(th.value_error(format_args!("negative seek value {pos}"))),
            0 => 0,
            1 => self.position.get(),
            2 => self.store.borrow().as_slice().len(),
            _ => return Err(th.value_error(format_args!("invalid whence ({whence}, should be 0, 1 or 2)"))),
        };
        let Some(position) = (base as isize).checked_add(pos) else {
            return Err(th.overflow_error("new position too large"));
        };
        self.position.set(position.max(0) as usize);
        Ok(self.position.get())
    }

    /// Truncate the file to at most size bytes.
    ///
    /// Size defaults to the current file position, as returned by tell().
    /// The current file position is unchanged.  Returns the new size.
    #[pymethod("(size=None, /)")]
    fn truncate(&self, th: &ThreadState, size: &Value) -> Res<usize> {
        self.check_open(th)?;
        self.check_exports(th)?;
        let size = match size.is_none() {
            true => self.position.get() as isize,
            false => th.index_or(size, &exc::OVERFLOW_ERROR)?,
        };
        let Ok(size) = usize::try_from(size) else {
            return Err(th.value_error(format_args!("negative size value {size}")));
        };
        // The number may have come from Python code.
        self.check_open(th)?;
        self.check_exports(th)?;
        let mut store = self.store.borrow_mut();
        if size < store.as_slice().len() {
            let bytes = store.own();
            bytes.truncate(size);
            bytes.shrink_to(size.saturating_mul(2));
        }
        Ok(size)
    }

    #[pymethod("()")]
    fn __getstate__(slf: &Value, th: &ThreadState) -> Res {
        let this = BytesIo::of(slf);
        this.check_open(th)?;
        let attributes = memory::attributes_copy(th, slf)?;
        Ok(th.tuple(&[this.value(th), Value::index(this.position.get()), attributes]))
    }

    #[pymethod("(object, /)")]
    fn __setstate__(slf: &Value, th: &ThreadState, object: &Value) -> Res<()> {
        let Some([initial, position, attributes]) = object.downcast::<Tuple>().map(|tuple| tuple.as_slice()) else {
            return Err(memory::wrong_state(th, slf, object, 3));
        };
        let this = BytesIo::of(slf);
        this.check_open(th)?;
        this.check_exports(th)?;
        this.position.set(0);
        this.store.replace(Store::default());
        this.write_bytes(th, initial)?;
        this.position.set(memory::state_position(th, position, "second item of state must be an integer, not")?);
        memory::restore_attributes(th, slf, attributes, "third")
    }

    #[pymethod("()")]
    fn __sizeof__(slf: &Value) -> usize {
        let store = BytesIo::of(slf).store.borrow();
        let own = match &*store {
            Store::Own(bytes) => bytes.capacity(),
            _ => 0,
        };
        slf.class().instance_size() + own
    }

    /// True if the file is closed.
    #[pygetter]
    fn closed(&self) -> bool {
        matches!(*self.store.borrow(), Store::Closed)
    }
}

/// What the memoryview of `getbuffer()` looks at: keeps the stream from being resized.
#[pyclass(name = "_BytesIOBuffer", module = "_io", flags(disallow_new))]
pub struct BytesIoBuffer {
    source: Value,
}

#[pymethods]
impl BytesIoBuffer {
    #[pyslot]
    fn get_buffer(&self, th: &ThreadState, slf: &Value, flags: Flags) -> Res<BufferInfo> {
        let stream = BytesIo::of(&self.source);
        let (start, length) = {
            let mut store = stream.store.borrow_mut();
            let bytes = store.own();
            (bytes.as_mut_ptr(), bytes.len())
        };
        let info = BufferInfo::of_bytes(th, slf, start, length, false, flags)?;
        stream.exports.set(stream.exports.get() + 1);
        Ok(info)
    }

    #[pyslot]
    fn release_buffer(_: &ThreadState, slf: &Value) {
        let stream = BytesIo::of(&BytesIoBuffer::of(slf).source);
        stream.exports.set(stream.exports.get().saturating_sub(1));
    }
}
