//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`: bytes kept between a raw stream and its user.

use std::cell::{Cell, RefCell};

use macros::pymethods;
use runtime::gc::{Traverse, ValueCell, Visitor};
use runtime::object::PayloadFns;
use runtime::types::TypeDef;
use runtime::{Payload, Res, ThreadState, Type, Value};

use super::base::{BUFFERED_IO_BASE_TYPE, IoBase};
use super::unsupported;

/// Payload of the three classes. At most one of the two buffers holds bytes.
#[repr(C)]
pub struct Buffered {
    io: IoBase,
    raw: ValueCell,
    /// Bytes read ahead, from `position` on.
    ahead: RefCell<Vec<u8>>,
    position: Cell<usize>,
    /// Bytes to be written.
    pending: RefCell<Vec<u8>>,
    size: Cell<usize>,
}

impl Traverse for Buffered {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.raw.traverse(visit);
    }

    fn clear(&self) {
        self.raw.set(None);
    }
}

impl Payload for Buffered {
    const DEF: &'static TypeDef = &BUFFERED_READER_DEF;

    fn class() -> &'static Type {
        &BUFFERED_READER_TYPE
    }

    fn of(value: &Value) -> &Buffered {
        let classes: [&'static Type; 3] = [&BUFFERED_READER_TYPE, &BUFFERED_WRITER_TYPE, &BUFFERED_RANDOM_TYPE];
        match value.shared_payload::<Buffered>(&classes) {
            Some(buffered) => buffered,
            None => unreachable!("a buffered stream's method was called with another object"),
        }
    }
}

impl Buffered {
    fn raw(&self, th: &ThreadState) -> Res {
        self.raw.get().ok_or_else(|| th.value_error("raw stream has been detached"))
    }

    fn ahead_length(&self) -> usize {
        self.ahead.borrow().len() - self.position.get()
    }

    /// Takes up to `count` bytes that were read ahead.
    fn take(&self, count: usize) -> Vec<u8> {
        let ahead = self.ahead.borrow();
        let start = self.position.get();
        let end = start.saturating_add(count).min(ahead.len());
        self.position.set(end);
        ahead[start..end].to_vec()
    }

    /// Reads once from the raw stream into the (used up) buffer. `None` if it would block; 0 at the end.
    fn fill(&self, th: &ThreadState, want: usize) -> Res<Option<usize>> {
        let part = th.call_method(&self.raw(th)?, &th.names().read, &[Value::index(want)])?;
        if part.is_none() {
            return Ok(None);
        }
        let Some(bytes) = part.as_bytes() else { return Err(th.type_error("read() should return bytes")) };
        *self.ahead.borrow_mut() = bytes.as_slice().to_vec();
        self.position.set(0);
        Ok(Some(bytes.len()))
    }

    /// Writes out what is pending.
    fn flush_pending(&self, th: &ThreadState) -> Res<()> {
        loop {
            let pending = std::mem::take(&mut *self.pending.borrow_mut());
            if pending.is_empty() {
                return Ok(());
            }
            let written = th.call_method(&self.raw(th)?, &th.names().write, &[th.bytes(&pending)]);
            let count = match &written {
                Ok(count) => count.as_small_int().unwrap_or(0).max(0) as usize,
                Err(_) => 0,
            };
            if count < pending.len() {
                let mut rest = pending[count..].to_vec();
                rest.append(&mut self.pending.borrow_mut());
                *self.pending.borrow_mut() = rest;
            }
            if written?.is_none() {
                return Err(th.error(
                    &runtime::objects::exceptions::BLOCKING_IO_ERROR,
                    "write could not complete without blocking",
                ));
            }
        }
    }

    /// Forgets what was read ahead, so that the raw position is the stream's.
    fn drop_ahead(&self, th: &ThreadState) -> Res<()> {
        let ahead = self.ahead_length();
        self.ahead.borrow_mut().clear();
        self.position.set(0);
        if ahead > 0 {
            let raw = self.raw(th)?;
            th.call_method(&raw, &th.names().seek, &[th.int(-(ahead as i64)), Value::index(1)])?;
        }
        Ok(())
    }

    fn read(&self, th: &ThreadState, size: Option<usize>) -> Res {
        self.flush_pending(th)?;
        let Some(size) = size else {
            let mut all = self.take(usize::MAX);
            let rest = th.call_method_str(&self.raw(th)?, "readall", &[])?;
            if let Some(rest) = rest.as_bytes() {
                all.extend_from_slice(rest.as_slice());
            }
            return Ok(th.bytes(&all));
        };
        let mut all = self.take(size);
        while all.len() < size {
            match self.fill(th, (size - all.len()).max(self.size.get()))? {
                None if all.is_empty() => return Ok(Value::NONE),
                None | Some(0) => break,
                Some(_) => all.extend(self.take(size - all.len())),
            }
        }
        Ok(th.bytes(&all))
    }

    fn read1(&self, th: &ThreadState, size: Option<usize>) -> Res {
        self.flush_pending(th)?;
        let size = size.unwrap_or(self.size.get());
        if self.ahead_length() == 0 && size > 0 && self.fill(th, self.size.get())?.is_none() {
            return Ok(th.bytes(&[]));
        }
        Ok(th.bytes(&self.take(size)))
    }

    fn readline(&self, th: &ThreadState, limit: usize) -> Res {
        self.flush_pending(th)?;
        let mut line = Vec::new();
        while line.len() < limit {
            if self.ahead_length() == 0 && !matches!(self.fill(th, self.size.get())?, Some(count) if count > 0) {
                break;
            }
            let end = {
                let ahead = self.ahead.borrow();
                memchr::memchr(b'\n', &ahead[self.position.get()..]).map(|end| end + 1)
            };
            line.extend(self.take(end.unwrap_or(usize::MAX).min(limit - line.len())));
            if line.last() == Some(&b'\n') {
                break;
            }
        }
        Ok(th.bytes(&line))
    }

    fn write(&self, th: &ThreadState, bytes: &Value) -> Res {
        let buffer = th.readable_buffer(bytes)?;
        let count = buffer.len();
        let data = buffer.to_vec();
        drop(buffer);
        self.drop_ahead(th)?;
        self.pending.borrow_mut().extend(data);
        if self.pending.borrow().len() > self.size.get() {
            self.flush_pending(th)?;
        }
        Ok(Value::index(count))
    }

    fn seek(&self, th: &ThreadState, offset: i64, whence: i64) -> Res {
        self.flush_pending(th)?;
        self.drop_ahead(th)?;
        th.call_method(&self.raw(th)?, &th.names().seek, &[th.int(offset), th.int(whence)])
    }

    fn tell(&self, th: &ThreadState) -> Res {
        let raw = th.call_method(&self.raw(th)?, &th.names().tell, &[])?;
        let position = raw.as_small_int().unwrap_or(0);
        Ok(th.int(position - self.ahead_length() as i64 + self.pending.borrow().len() as i64))
    }
}

fn limit(size: Option<isize>) -> Option<usize> {
    size.and_then(|size| usize::try_from(size).ok())
}

/// One of the classes, with what all share and some of its own.
macro_rules! buffered_class {
    ($marker:ident, $def:ident, $static:ident, $name:tt, $needs:expr, { $($own:item)* }) => {
        #[doc = concat!("The class `", $name, "`.")]
        pub struct $marker;

        impl Payload for $marker {
            const DEF: &'static TypeDef = &$def;

            fn class() -> &'static Type {
                &$static
            }
        }

        pub static $static: Type = Type::new_static(&$def);

        #[pymethods(class(name = $name, module = "_io", base = BUFFERED_IO_BASE_TYPE, payload = PayloadFns::traced::<Buffered>(), flags(basetype)))]
        impl $marker {
            #[pyslot(new)]
            fn construct(th: &ThreadState, class: &Type, _: &[Value], _: &[Value]) -> Res {
                let payload = Buffered {
                    io: IoBase::default(),
                    raw: ValueCell::empty(),
                    ahead: RefCell::default(),
                    position: Cell::new(0),
                    pending: RefCell::default(),
                    size: Cell::new(super::DEFAULT_BUFFER_SIZE),
                };
                Ok(th.new_instance(class, payload))
            }

            #[pyslot("(raw, buffer_size=131072)")]
            fn init(slf: &Value, th: &ThreadState, raw: &Value, buffer_size: isize) -> Res<()> {
                for (method, message) in $needs {
                    let answer = th.call_method_str(raw, method, &[])?;
                    if !th.is_true(&answer)? {
                        return Err(unsupported(th, message));
                    }
                }
                if buffer_size <= 0 {
                    return Err(th.value_error("buffer size must be strictly positive"));
                }
                let this = Buffered::of(slf);
                this.size.set(buffer_size as usize);
                this.raw.set(Some(raw.clone()));
                Ok(())
            }

            #[pyslot]
            fn repr(th: &ThreadState, slf: &Value) -> Res {
                let class = slf.class().full_name();
                let text = match th.getattr_opt_str(slf, "name")? {
                    Some(name) => format!("<{class} name={}>", th.repr_string(&name)?),
                    None => format!("<{class}>"),
                };
                Ok(th.str(&text))
            }

            #[pymethod("()")]
            fn flush(slf: &Value, th: &ThreadState) -> Res<()> {
                super::base::check_closed(th, slf)?;
                let this = Buffered::of(slf);
                this.flush_pending(th)?;
                th.call_method(&this.raw(th)?, &th.names().flush, &[]).map(drop)
            }

            #[pymethod("()")]
            fn close(slf: &Value, th: &ThreadState) -> Res<()> {
                let this = Buffered::of(slf);
                let Some(raw) = this.raw.get() else { return Ok(()) };
                let closed = th.getattr(&raw, &th.names().closed)?;
                if th.is_true(&closed)? {
                    return Ok(());
                }
                let flushed = th.call_method(slf, &th.names().flush, &[]);
                let pending = flushed.err().map(|raised| th.take_raised(raised));
                let closed = th.call_method(&raw, &th.names().close, &[]);
                match pending {
                    Some(exception) => {
                        if let Err(raised) = closed {
                            drop(th.take_raised(raised));
                        }
                        Err(th.raise_as_is(exception))
                    }
                    None => closed.map(drop),
                }
            }

            #[pymethod("()")]
            fn detach(slf: &Value, th: &ThreadState) -> Res {
                th.call_method(slf, &th.names().flush, &[])?;
                let this = Buffered::of(slf);
                let raw = this.raw(th)?;
                this.raw.set(None);
                Ok(raw)
            }

            #[pymethod("()")]
            fn fileno(slf: &Value, th: &ThreadState) -> Res {
                th.call_method_str(&Buffered::of(slf).raw(th)?, "fileno", &[])
            }

            #[pymethod("()")]
            fn isatty(slf: &Value, th: &ThreadState) -> Res {
                th.call_method_str(&Buffered::of(slf).raw(th)?, "isatty", &[])
            }

            #[pymethod("()")]
            fn seekable(slf: &Value, th: &ThreadState) -> Res {
                th.call_method_str(&Buffered::of(slf).raw(th)?, "seekable", &[])
            }

            #[pymethod("()")]
            fn readable(slf: &Value, th: &ThreadState) -> Res {
                th.call_method_str(&Buffered::of(slf).raw(th)?, "readable", &[])
            }

            #[pymethod("()")]
            fn writable(slf: &Value, th: &ThreadState) -> Res {
                th.call_method_str(&Buffered::of(slf).raw(th)?, "writable", &[])
            }

            #[pymethod("(target, whence=0, /)")]
            fn seek(slf: &Value, th: &ThreadState, target: i64, whence: i64) -> Res {
                super::base::check_closed(th, slf)?;
                Buffered::of(slf).seek(th, target, whence)
            }

            #[pymethod("()")]
            fn tell(slf: &Value, th: &ThreadState) -> Res {
                Buffered::of(slf).tell(th)
            }

            #[pymethod("(pos=None, /)")]
            fn truncate(slf: &Value, th: &ThreadState, pos: Value) -> Res {
                super::base::check_writable(th, slf)?;
                let this = Buffered::of(slf);
                this.flush_pending(th)?;
                let pos = if pos.is_none() { this.tell(th)? } else { pos };
                th.call_method_str(&this.raw(th)?, "truncate", &[pos])
            }

            #[pygetter]
            fn raw(slf: &Value) -> Value {
                Buffered::of(slf).raw.get_or_none()
            }

            #[pygetter]
            fn closed(slf: &Value, th: &ThreadState) -> Res {
                th.getattr(&Buffered::of(slf).raw(th)?, &th.names().closed)
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

const READABLE: (&str, &str) = ("readable", "File or stream is not readable.");
const WRITABLE: (&str, &str) = ("writable", "File or stream is not writable.");
const SEEKABLE: (&str, &str) = ("seekable", "File or stream is not seekable.");

macro_rules! reading_class {
    ($marker:ident, $def:ident, $static:ident, $name:tt, $needs:expr, { $($own:item)* }) => {
        buffered_class! { $marker, $def, $static, $name, $needs, {
            /// Read and return up to n bytes.
            #[pymethod("(size=-1, /)")]
            fn read(slf: &Value, th: &ThreadState, size: Option<isize>) -> Res {
                super::base::check_closed(th, slf)?;
                if size.is_some_and(|size| size < -1) {
                    return Err(th.value_error("read length must be non-negative or -1"));
                }
                Buffered::of(slf).read(th, limit(size))
            }

            /// Read and return up to size bytes, with at most one read() call to the underlying raw stream.
            #[pymethod("(size=-1, /)")]
            fn read1(slf: &Value, th: &ThreadState, size: isize) -> Res {
                super::base::check_closed(th, slf)?;
                Buffered::of(slf).read1(th, limit(Some(size)))
            }

            /// Read and return a line from the stream.
            #[pymethod("(size=-1, /)")]
            fn readline(slf: &Value, th: &ThreadState, size: Option<isize>) -> Res {
                super::base::check_closed(th, slf)?;
                Buffered::of(slf).readline(th, limit(size).unwrap_or(usize::MAX))
            }

            /// Return buffered bytes without advancing the position.
            #[pymethod("(size=0, /)")]
            fn peek(slf: &Value, th: &ThreadState, size: isize) -> Res {
                let _ = size;
                super::base::check_closed(th, slf)?;
                let this = Buffered::of(slf);
                this.flush_pending(th)?;
                if this.ahead_length() == 0 {
                    this.fill(th, this.size.get())?;
                }
                let ahead = this.ahead.borrow();
                Ok(th.bytes(&ahead[this.position.get()..]))
            }

            $($own)*
        }}
    };
}

reading_class! { BufferedReader, BUFFERED_READER_DEF, BUFFERED_READER_TYPE, "BufferedReader", [READABLE], {} }

reading_class! {
    BufferedRandom, BUFFERED_RANDOM_DEF, BUFFERED_RANDOM_TYPE, "BufferedRandom", [SEEKABLE, READABLE, WRITABLE], {
        /// Write the given buffer to the IO stream.
        #[pymethod("(buffer, /)")]
        fn write(slf: &Value, th: &ThreadState, buffer: &Value) -> Res {
            super::base::check_closed(th, slf)?;
            Buffered::of(slf).write(th, buffer)
        }
    }
}

buffered_class! { BufferedWriter, BUFFERED_WRITER_DEF, BUFFERED_WRITER_TYPE, "BufferedWriter", [WRITABLE], {
    /// Write the given buffer to the IO stream.
    #[pymethod("(buffer, /)")]
    fn write(slf: &Value, th: &ThreadState, buffer: &Value) -> Res {
        super::base::check_closed(th, slf)?;
        Buffered::of(slf).write(th, buffer)
    }
}}
