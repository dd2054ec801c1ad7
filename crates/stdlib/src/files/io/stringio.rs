//! `StringIO`: a text stream in memory.

use std::cell::{Cell, RefCell};

use macros::{pyclass, pymethods};
use runtime::objects::exceptions as exc;
use runtime::objects::str::builder::StrBuilder;
use runtime::objects::tuple::Tuple;
use runtime::{Payload, Res, ThreadState, Type, Value};

use super::base::{IoBase, TEXT_IO_BASE_TYPE};
use super::memory;
use super::newline::{Mode, Newlines, with_ending};

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Closed,
}

/// Text I/O implementation using an in-memory buffer.
///
/// The initial_value argument sets the value of object.  The newline
/// argument is like the one of TextIOWrapper's constructor.
#[pyclass(name = "StringIO", module = "_io", base = TEXT_IO_BASE_TYPE, payload = runtime::object::PayloadFns::plain::<StringIo>(), flags(basetype))]
#[repr(C)]
pub struct StringIo {
    #[notrace]
    io: IoBase,
    #[notrace]
    state: Cell<State>,
    #[notrace]
    text: RefCell<StrBuilder>,
    position: Cell<usize>,
    #[notrace]
    mode: Cell<Mode>,
    #[notrace]
    newlines: RefCell<Option<Newlines>>,
}

impl StringIo {
    fn check_open(&self, th: &ThreadState) -> Res<()> {
        match self.state.get() {
            State::Open => Ok(()),
            State::Closed => Err(th.value_error("I/O operation on closed file")),
            State::New => Err(self.uninitialized(th)),
        }
    }

    #[cold]
    fn uninitialized(&self, th: &ThreadState) -> runtime::Raised {
        th.value_error("I/O operation on uninitialized object")
    }

    fn length(&self) -> usize {
        self.text.borrow().len()
    }

    fn write_text(&self, th: &ThreadState, text: &Value) -> Res<()> {
        let decoded = self.newlines.borrow().as_ref().map(|newlines| newlines.decode(th, text.clone(), true));
        let mut shown = decoded.unwrap_or_else(|| text.clone());
        if let (Some(ending), Some(text)) = (self.mode.get().written(), shown.as_str()) {
            shown = with_ending(th, text, ending);
        }
        let Some(text) = shown.as_str() else { return Ok(()) };
        let at = self.position.get();
        let fits = at.checked_add(text.len()).filter(|&end| end < isize::MAX as usize / 4);
        let Some(end) = fits else { return Err(th.overflow_error("new position too large")) };
        let reserved = {
            let mut own = self.text.borrow_mut();
            let more = end.saturating_sub(own.len());
            let reserved = own.try_reserve(more);
            if reserved {
                own.overwrite(at, text);
            }
            reserved
        };
        if !reserved {
            return Err(th.memory_error());
        }
        self.position.set(end);
        Ok(())
    }

    fn set_up(&self, th: &ThreadState, initial: Option<&Value>, newline: Option<&Value>) -> Res<()> {
        let mode = match newline {
            None => Mode::LineFeed,
            Some(newline) if newline.is_none() => Mode::Translate,
            Some(newline) => {
                let Some(text) = newline.as_str() else {
                    let class = newline.class().full_name();
                    return Err(th.type_error(format_args!("newline must be str or None, not {class}")));
                };
                match Mode::of(text) {
                    Some(mode) => mode,
                    None => {
                        let shown = th.repr_string(newline)?;
                        return Err(th.value_error(format_args!("illegal newline value: {shown}")));
                    }
                }
            }
        };
        let initial = initial.filter(|initial| !initial.is_none());
        if let Some(initial) = initial.filter(|initial| initial.as_str().is_none()) {
            let class = initial.class().full_name();
            return Err(th.type_error(format_args!("initial_value must be str or None, not {class}")));
        }
        self.mode.set(mode);
        let newlines = mode.reads_universal().then(|| Newlines::new(mode == Mode::Translate));
        *self.newlines.borrow_mut() = newlines;
        *self.text.borrow_mut() = StrBuilder::new();
        self.position.set(0);
        self.state.set(State::Open);
        if let Some(initial) = initial {
            self.write_text(th, initial)?;
        }
        self.position.set(0);
        Ok(())
    }

    /// The next line, empty at the end.
    fn line(&self, th: &ThreadState, limit: Option<usize>) -> Value {
        let text = self.text.borrow();
        let (start, length) = (self.position.get(), text.len());
        if start >= length {
            return th.str("");
        }
        let length = limit.map_or(length, |limit| start.saturating_add(limit).min(length));
        let end = self.mode.get().line_end().find(text.chars(), start, length).unwrap_or(length);
        self.position.set(end);
        text.part(th, start, end)
    }
}

#[pymethods]
impl StringIo {
    #[pyslot(new)]
    fn construct(th: &ThreadState, class: &Type, _: &[Value], _: &[Value]) -> Res {
        let payload = StringIo {
            io: IoBase::default(),
            state: Cell::new(State::New),
            text: RefCell::default(),
            position: Cell::new(0),
            mode: Cell::new(Mode::LineFeed),
            newlines: RefCell::new(None),
        };
        Ok(th.new_instance(class, payload))
    }

    #[pyslot(r"(initial_value='', newline='\n')")]
    fn init(&self, th: &ThreadState, initial_value: Option<&Value>, newline: Option<&Value>) -> Res<()> {
        self.state.set(State::New);
        self.set_up(th, initial_value, newline)
    }

    /// Retrieve the entire contents of the object.
    #[pymethod("()")]
    fn getvalue(&self, th: &ThreadState) -> Res {
        self.check_open(th)?;
        let text = self.text.borrow();
        Ok(text.part(th, 0, text.len()))
    }

    /// Tell the current file position.
    #[pymethod("()")]
    fn tell(&self, th: &ThreadState) -> Res<usize> {
        self.check_open(th)?;
        Ok(self.position.get())
    }

    /// Read at most size characters, returned as a string.
    ///
    /// If the argument is negative or omitted, read until EOF
    /// is reached. Return an empty string at EOF.
    #[pymethod("(size=-1, /)")]
    fn read(&self, th: &ThreadState, size: &Value) -> Res {
        let size = memory::size_argument(th, size)?;
        self.check_open(th)?;
        let text = self.text.borrow();
        let start = self.position.get().min(text.len());
        let end = size.map_or(text.len(), |size| start.saturating_add(size).min(text.len()));
        self.position.set(self.position.get() + (end - start));
        Ok(text.part(th, start, end))
    }

    /// Read until newline or EOF.
    ///
    /// Returns an empty string if EOF is hit immediately.
    #[pymethod("(size=-1, /)")]
    fn readline(&self, th: &ThreadState, size: &Value) -> Res {
        let size = memory::size_argument(th, size)?;
        self.check_open(th)?;
        Ok(self.line(th, size))
    }

    #[pyslot]
    fn iternext(th: &ThreadState, slf: &Value) -> Res {
        let this = StringIo::of(slf);
        this.check_open(th)?;
        let line = if slf.is_exactly(&STRING_IO_TYPE) {
            this.line(th, None)
        } else {
            let line = th.call_method(slf, &th.names().readline, &[])?;
            if line.as_str().is_none() {
                let class = line.class().full_name();
                return Err(
                    th.os_error_message(format_args!("readline() should have returned a str object, not '{class}'"))
                );
            }
            line
        };
        Ok(if line.as_str().is_none_or(|line| line.is_empty()) { Value::EXHAUSTED } else { line })
    }

    /// Truncate size to pos.
    ///
    /// The pos argument defaults to the current file position, as
    /// returned by tell().  The current file position is unchanged.
    /// Returns the new absolute position.
    #[pymethod("(pos=None, /)")]
    fn truncate(&self, th: &ThreadState, pos: &Value) -> Res<usize> {
        self.check_open(th)?;
        let size = match pos.is_none() {
            true => self.position.get() as isize,
            false => th.index_or(pos, &exc::OVERFLOW_ERROR)?,
        };
        let Ok(size) = usize::try_from(size) else {
            return Err(th.value_error(format_args!("Negative size value {size}")));
        };
        self.text.borrow_mut().truncate(size);
        Ok(size)
    }

    /// Change stream position.
    ///
    /// Seek to character offset pos relative to position indicated by
    /// whence:
    ///     0  Start of stream (the default).  pos should be >= 0;
    ///     1  Current position - pos must be 0;
    ///     2  End of stream - pos must be 0.
    /// Returns the new absolute position.
    #[pymethod("(pos, whence=0, /)")]
    fn seek(&self, th: &ThreadState, pos: &Value, whence: i32) -> Res<usize> {
        let pos = th.index_or(pos, &exc::OVERFLOW_ERROR)?;
        self.check_open(th)?;
        let position = match (whence, usize::try_from(pos)) {
            (0, Ok(position)) => position,
            (0, Err(_)) => return Err(th.value_error(format_args!("Negative seek position {pos}"))),
            (1, Ok(0)) => self.position.get(),
            (2, Ok(0)) => self.length(),
            (1 | 2, _) => return Err(th.os_error_message("Can't do nonzero cur-relative seeks")),
            _ => return Err(th.value_error(format_args!("Invalid whence ({whence}, should be 0, 1 or 2)"))),
        };
        self.position.set(position);
        Ok(position)
    }

    /// Write string to file.
    ///
    /// Returns the number of characters written, which is always equal to
    /// the length of the string.
    #[pymethod("(s, /)")]
    fn write(&self, th: &ThreadState, s: &Value) -> Res<usize> {
        if self.state.get() == State::New {
            return Err(self.uninitialized(th));
        }
        let Some(text) = s.as_str() else {
            let class = s.class().full_name();
            return Err(th.type_error(format_args!("string argument expected, got '{class}'")));
        };
        self.check_open(th)?;
        let count = text.len();
        if count > 0 {
            self.write_text(th, s)?;
        }
        Ok(count)
    }

    /// Close the IO object.
    ///
    /// Attempting any further operation after the object is closed
    /// will raise a ValueError.
    ///
    /// This method has no effect if the file is already closed.
    #[pymethod("()")]
    fn close(&self) {
        self.state.set(State::Closed);
        *self.text.borrow_mut() = StrBuilder::new();
    }

    /// Returns True if the IO object can be seeked.
    #[pymethod("()")]
    fn seekable(&self, th: &ThreadState) -> Res<bool> {
        self.check_open(th).map(|()| true)
    }

    /// Returns True if the IO object can be read.
    #[pymethod("()")]
    fn readable(&self, th: &ThreadState) -> Res<bool> {
        self.check_open(th).map(|()| true)
    }

    /// Returns True if the IO object can be written.
    #[pymethod("()")]
    fn writable(&self, th: &ThreadState) -> Res<bool> {
        self.check_open(th).map(|()| true)
    }

    #[pymethod("()")]
    fn __getstate__(slf: &Value, th: &ThreadState) -> Res {
        let this = StringIo::of(slf);
        let text = this.getvalue(th)?;
        let newline = this.mode.get().text().map_or(Value::NONE, |newline| th.str(newline));
        let attributes = memory::attributes_copy(th, slf)?;
        Ok(th.tuple(&[text, newline, Value::index(this.position.get()), attributes]))
    }

    #[pymethod("(state, /)")]
    fn __setstate__(slf: &Value, th: &ThreadState, state: &Value) -> Res<()> {
        let this = StringIo::of(slf);
        if this.state.get() == State::Closed {
            return Err(th.value_error("I/O operation on closed file"));
        }
        let Some([text, newline, position, attributes]) = state.downcast::<Tuple>().map(|tuple| tuple.as_slice())
        else {
            return Err(memory::wrong_state(th, slf, state, 4));
        };
        this.set_up(th, Some(text), Some(newline))?;
        // The state holds the text as it is: line ends have been translated already.
        if let Some(text) = text.as_str() {
            let mut own = StrBuilder::with_capacity(text.len());
            own.push_text(text);
            *this.text.borrow_mut() = own;
        }
        this.position.set(memory::state_position(th, position, "third item of state must be an integer, got")?);
        memory::restore_attributes(th, slf, attributes, "fourth")
    }

    #[pygetter]
    fn closed(&self, th: &ThreadState) -> Res<bool> {
        match self.state.get() {
            State::New => Err(self.uninitialized(th)),
            state => Ok(state == State::Closed),
        }
    }

    #[pygetter]
    fn line_buffering(&self, th: &ThreadState) -> Res<bool> {
        self.check_open(th).map(|()| false)
    }

    #[pygetter(name = "newlines")]
    fn get_newlines(&self, th: &ThreadState) -> Res {
        self.check_open(th)?;
        Ok(self.newlines.borrow().as_ref().map_or(Value::NONE, |newlines| newlines.seen(th)))
    }
}
