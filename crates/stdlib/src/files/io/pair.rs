//! `BufferedRWPair`: a reader and a writer that look like one stream.

use macros::{pyclass, pymethods};
use runtime::gc::ValueCell;
use runtime::{Res, ThreadState, Type, Value};

use super::base::{BUFFERED_IO_BASE_TYPE, IoBase, check_readable, check_writable, close_both};
use super::buffered_classes::{BUFFERED_READER_TYPE, BUFFERED_WRITER_TYPE};

/// A buffered reader and writer object together.
///
/// A buffered reader object and buffered writer object put together to
/// form a sequential IO object that can read and write. This is typically
/// used with a socket or two-way pipe.
///
/// reader and writer are RawIOBase objects that are readable and
/// writeable respectively. If the buffer_size is omitted it defaults to
/// DEFAULT_BUFFER_SIZE.
#[pyclass(name = "BufferedRWPair", module = "_io", base = BUFFERED_IO_BASE_TYPE, payload = runtime::object::PayloadFns::traced::<BufferedRwPair>(), flags(basetype, object_new))]
#[repr(C)]
pub struct BufferedRwPair {
    #[notrace]
    io: IoBase,
    reader: ValueCell,
    writer: ValueCell,
}

impl BufferedRwPair {
    fn part(&self, th: &ThreadState, part: &ValueCell) -> Res {
        part.get().ok_or_else(|| th.value_error("I/O operation on uninitialized object"))
    }

    fn ask(&self, th: &ThreadState, part: &ValueCell, method: &str, args: &[Value]) -> Res {
        th.call_method_str(&self.part(th, part)?, method, args)
    }
}

#[pymethods]
impl BufferedRwPair {
    #[pyslot(new)]
    fn construct(th: &ThreadState, class: &Type, _: &[Value], _: &[Value]) -> Res {
        let payload = BufferedRwPair { io: IoBase::default(), reader: ValueCell::empty(), writer: ValueCell::empty() };
        Ok(th.new_instance(class, payload))
    }

    #[pyslot("(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)")]
    fn init(&self, th: &ThreadState, reader: &Value, writer: &Value, buffer_size: Option<isize>) -> Res<()> {
        check_readable(th, reader)?;
        check_writable(th, writer)?;
        let size = th.int(buffer_size.unwrap_or(super::DEFAULT_BUFFER_SIZE as isize) as i64);
        let reader = th.call(BUFFERED_READER_TYPE.value_ref(), &[reader.clone(), size.clone()])?;
        let writer = th.call(BUFFERED_WRITER_TYPE.value_ref(), &[writer.clone(), size])?;
        self.reader.set(Some(reader));
        self.writer.set(Some(writer));
        Ok(())
    }

    #[pymethod("(*args)", text = none)]
    fn read(&self, th: &ThreadState, args: &[Value]) -> Res {
        self.ask(th, &self.reader, "read", args)
    }

    #[pymethod("(*args)", text = none)]
    fn peek(&self, th: &ThreadState, args: &[Value]) -> Res {
        self.ask(th, &self.reader, "peek", args)
    }

    #[pymethod("(*args)", text = none)]
    fn read1(&self, th: &ThreadState, args: &[Value]) -> Res {
        self.ask(th, &self.reader, "read1", args)
    }

    #[pymethod("(*args)", text = none)]
    fn readinto(&self, th: &ThreadState, args: &[Value]) -> Res {
        self.ask(th, &self.reader, "readinto", args)
    }

    #[pymethod("(*args)", text = none)]
    fn readinto1(&self, th: &ThreadState, args: &[Value]) -> Res {
        self.ask(th, &self.reader, "readinto1", args)
    }

    #[pymethod("(*args)", text = none)]
    fn write(&self, th: &ThreadState, args: &[Value]) -> Res {
        self.ask(th, &self.writer, "write", args)
    }

    #[pymethod("()")]
    fn flush(&self, th: &ThreadState) -> Res {
        self.ask(th, &self.writer, "flush", &[])
    }

    #[pymethod("()")]
    fn readable(&self, th: &ThreadState) -> Res {
        self.ask(th, &self.reader, "readable", &[])
    }

    #[pymethod("()")]
    fn writable(&self, th: &ThreadState) -> Res {
        self.ask(th, &self.writer, "writable", &[])
    }

    #[pymethod("()")]
    fn close(&self, th: &ThreadState) -> Res<()> {
        close_both(
            th,
            || self.ask(th, &self.writer, "close", &[]).map(drop),
            || self.ask(th, &self.reader, "close", &[]).map(drop),
        )
    }

    #[pymethod("()")]
    fn isatty(&self, th: &ThreadState) -> Res {
        let answer = self.ask(th, &self.writer, "isatty", &[])?;
        if answer.is_false() { self.ask(th, &self.reader, "isatty", &[]) } else { Ok(answer) }
    }

    #[pygetter]
    fn closed(&self, th: &ThreadState) -> Res {
        match self.writer.get() {
            Some(writer) => th.getattr(&writer, &th.names().closed),
            None => Err(th.runtime_error("the BufferedRWPair object is being garbage-collected")),
        }
    }
}
