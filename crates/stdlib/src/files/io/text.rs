//! `TextIOWrapper`: text over a buffered stream; and `open`, which stacks the layers.

use std::cell::{Cell, RefCell};

use macros::{pyclass, pymethods};
use runtime::gc::ValueCell;
use runtime::{Payload, Res, ThreadState, Type, Value};

use super::base::{IoBase, TEXT_IO_BASE_TYPE, check_closed};
use super::{buffered, fileio, unsupported};

/// Characters are read and decoded in chunks of so many bytes.
const CHUNK: usize = 8192;

/// Character and line based layer over a BufferedIOBase object, buffer.
///
/// encoding gives the name of the encoding that the stream will be
/// decoded or encoded with. It defaults to locale.getencoding().
///
/// errors determines the strictness of encoding and decoding (see
/// help(codecs.Codec) or the documentation for codecs.register) and
/// defaults to "strict".
///
/// newline controls how line endings are handled. It can be None, '',
/// '\n', '\r', and '\r\n'.
#[pyclass(name = "TextIOWrapper", module = "_io", base = TEXT_IO_BASE_TYPE, payload = runtime::object::PayloadFns::traced::<TextIoWrapper>(), flags(basetype))]
#[repr(C)]
pub struct TextIoWrapper {
    #[notrace]
    io: IoBase,
    buffer: ValueCell,
    encoding: ValueCell,
    errors: ValueCell,
    decoder: ValueCell,
    /// Decoded characters, from `position` on.
    decoded: RefCell<Vec<u32>>,
    position: Cell<usize>,
    at_end: Cell<bool>,
    /// A carriage return that a line feed may follow.
    pending_return: Cell<bool>,
    /// The `newline` argument; `None` for universal newlines with translation.
    newline: RefCell<Option<String>>,
    /// Line ends seen: bits for "\r", "\n", "\r\n".
    seen: Cell<u8>,
    line_buffering: Cell<bool>,
    write_through: Cell<bool>,
    pending: RefCell<Vec<u8>>,
}

impl TextIoWrapper {
    fn buffer(&self, th: &ThreadState) -> Res {
        self.buffer.get().ok_or_else(|| th.value_error("I/O operation on uninitialized object"))
    }

    fn text_of(value: &Value) -> String {
        value.as_str().map(|text| text.to_string_lossy()).unwrap_or_default()
    }

    fn decoder(&self, th: &ThreadState) -> Res {
        if let Some(decoder) = self.decoder.get() {
            return Ok(decoder);
        }
        let make = runtime::import::import_attribute(th, "codecs", "getincrementaldecoder")?;
        let class = th.call(&make, &[self.encoding.get_or_none()])?;
        let decoder = th.call(&class, &[self.errors.get_or_none()])?;
        self.decoder.set(Some(decoder.clone()));
        Ok(decoder)
    }

    fn left(&self) -> usize {
        self.decoded.borrow().len() - self.position.get()
    }

    /// Decodes one more chunk; false at the end.
    fn read_chunk(&self, th: &ThreadState, all: bool) -> Res<bool> {
        if self.at_end.get() {
            return Ok(false);
        }
        let buffer = self.buffer(th)?;
        let part = if all {
            th.call_method(&buffer, &th.names().read, &[])?
        } else {
            th.call_method(&buffer, &th.names().read1, &[Value::index(CHUNK)])?
        };
        let at_end = th.len(&part)? == 0;
        let text = th.call_method_str(&self.decoder(th)?, "decode", &[part, Value::bool(at_end || all)])?;
        let Some(text) = text.as_str() else {
            return Err(th.type_error("decoder should return a string result"));
        };
        self.at_end.set(at_end || all);
        let points: Vec<u32> = text.code_points().collect();
        let translated = self.translate(points, at_end || all);
        let mut decoded = self.decoded.borrow_mut();
        decoded.drain(..self.position.replace(0));
        decoded.extend(translated);
        Ok(!at_end)
    }

    /// Universal newlines: notes what kinds occur and, without `newline`, makes all of them "\n".
    fn translate(&self, points: Vec<u32>, last: bool) -> Vec<u32> {
        let newline = self.newline.borrow();
        let universal = newline.as_deref().is_none_or(str::is_empty);
        if !universal {
            return points;
        }
        let translate = newline.is_none();
        let (cr, lf) = (u32::from(b'\r'), u32::from(b'\n'));
        if !self.pending_return.get() && !points.contains(&cr) {
            if points.contains(&lf) {
                self.seen.set(self.seen.get() | 2);
            }
            return points;
        }
        let mut out = Vec::with_capacity(points.len() + 1);
        let mut held = self.pending_return.replace(false);
        for point in points {
            if held {
                held = false;
                if point == lf {
                    self.seen.set(self.seen.get() | 4);
                    if !translate {
                        out.push(cr);
                    }
                    out.push(lf);
                    continue;
                }
                self.seen.set(self.seen.get() | 1);
                out.push(if translate { lf } else { cr });
            }
            match point {
                _ if point == cr => held = true,
                _ => {
                    if point == lf {
                        self.seen.set(self.seen.get() | 2);
                    }
                    out.push(point);
                }
            }
        }
        if held && last {
            self.seen.set(self.seen.get() | 1);
            out.push(if translate { lf } else { cr });
        } else {
            self.pending_return.set(held);
        }
        out
    }

    fn take(&self, th: &ThreadState, count: usize) -> Value {
        let decoded = self.decoded.borrow();
        let start = self.position.get();
        let end = start.saturating_add(count).min(decoded.len());
        self.position.set(end);
        th.str_from_ucs4(&decoded[start..end])
    }

    /// Where the line that starts at `from` (an index into what is decoded) ends, its end included.
    fn line_end(&self, from: usize) -> Option<usize> {
        let decoded = self.decoded.borrow();
        let text = &decoded[from..];
        let newline = self.newline.borrow();
        match newline.as_deref() {
            None | Some("\n") => text.iter().position(|&point| point == 10).map(|at| from + at + 1),
            Some("") => {
                let at = text.iter().position(|&point| point == 10 || point == 13)?;
                let both = text[at] == 13 && text.get(at + 1) == Some(&10);
                Some(from + at + 1 + usize::from(both))
            }
            Some("\r\n") => text.windows(2).position(|pair| pair == [13, 10]).map(|at| from + at + 2),
            Some(_) => text.iter().position(|&point| point == 13).map(|at| from + at + 1),
        }
    }

    fn flush_pending(&self, th: &ThreadState) -> Res<()> {
        let pending = std::mem::take(&mut *self.pending.borrow_mut());
        if pending.is_empty() {
            return Ok(());
        }
        th.call_method(&self.buffer(th)?, &th.names().write, &[th.bytes(&pending)]).map(drop)
    }
}

#[pymethods]
impl TextIoWrapper {
    #[pyslot(new)]
    fn construct(th: &ThreadState, class: &Type, _: &[Value], _: &[Value]) -> Res {
        let payload = TextIoWrapper {
            io: IoBase::default(),
            buffer: ValueCell::empty(),
            encoding: ValueCell::empty(),
            errors: ValueCell::empty(),
            decoder: ValueCell::empty(),
            decoded: RefCell::default(),
            position: Cell::new(0),
            at_end: Cell::new(false),
            pending_return: Cell::new(false),
            newline: RefCell::new(None),
            seen: Cell::new(0),
            line_buffering: Cell::new(false),
            write_through: Cell::new(false),
            pending: RefCell::default(),
        };
        Ok(th.new_instance(class, payload))
    }

    #[pyslot("(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)")]
    fn init(
        slf: &Value,
        th: &ThreadState,
        buffer: &Value,
        encoding: Value,
        errors: Value,
        newline: Value,
        line_buffering: bool,
        write_through: bool,
    ) -> Res<()> {
        let this = TextIoWrapper::of(slf);
        let text = |value: Value, default: &str, name: &str| match value.as_str() {
            Some(_) => Ok(value),
            None if value.is_none() => Ok(th.str(default)),
            None => Err(th.type_error(format_args!(
                "TextIOWrapper() argument '{name}' must be str or None, not {}",
                value.class().full_name()
            ))),
        };
        let encoding = text(encoding, "utf-8", "encoding")?;
        let encoding = if Self::text_of(&encoding) == "locale" { th.str("utf-8") } else { encoding };
        let lookup = runtime::import::import_attribute(th, "codecs", "lookup")?;
        th.call(&lookup, std::slice::from_ref(&encoding))?;
        let newline = match newline.as_str() {
            Some(newline) => {
                let newline = newline.to_string_lossy();
                if !["", "\n", "\r", "\r\n"].contains(&newline.as_str()) {
                    return Err(th.value_error(format_args!("illegal newline value: {newline}")));
                }
                Some(newline)
            }
            None if newline.is_none() => None,
            None => {
                return Err(th.type_error(format_args!("illegal newline type: {}", newline.class().full_name())));
            }
        };
        this.errors.set(Some(text(errors, "strict", "errors")?));
        this.encoding.set(Some(encoding));
        *this.newline.borrow_mut() = newline;
        this.line_buffering.set(line_buffering);
        this.write_through.set(write_through);
        this.buffer.set(Some(buffer.clone()));
        Ok(())
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let mut text = format!("<{}", slf.class().full_name());
        for attribute in ["name", "mode"] {
            if let Some(value) = th.getattr_opt_str(slf, attribute)? {
                text.push_str(&format!(" {attribute}={}", th.repr_string(&value)?));
            }
        }
        let encoding = TextIoWrapper::of(slf).encoding.get_or_none();
        text.push_str(&format!(" encoding={}>", th.repr_string(&encoding)?));
        Ok(th.str(&text))
    }

    #[pymethod("(text, /)")]
    fn write(slf: &Value, th: &ThreadState, text: &Value) -> Res<usize> {
        let Some(string) = text.as_str() else {
            return Err(th.type_error(format_args!("write() argument must be str, not {}", text.class().full_name())));
        };
        check_closed(th, slf)?;
        let this = TextIoWrapper::of(slf);
        let has_newline = string.code_points().any(|point| point == 10);
        let newline = this.newline.borrow().clone();
        let ending = newline.filter(|newline| newline.len() > 1 || newline == "\r");
        let shown = match ending.filter(|_| has_newline) {
            Some(ending) => th.call_method_str(text, "replace", &[th.str("\n"), th.str(&ending)])?,
            None => text.clone(),
        };
        let (encoding, errors) = (this.encoding.get_or_none(), this.errors.get_or_none());
        let bytes = th.encode(&shown, &Self::text_of(&encoding), &Self::text_of(&errors))?;
        this.pending.borrow_mut().extend(bytes);
        let has_return = || string.code_points().any(|point| point == 13);
        let flush = this.line_buffering.get() && (has_newline || has_return());
        if this.pending.borrow().len() >= CHUNK || this.write_through.get() || flush {
            this.flush_pending(th)?;
        }
        if flush {
            th.call_method(&this.buffer(th)?, &th.names().flush, &[])?;
        }
        Ok(string.len())
    }

    #[pymethod("(size=-1, /)")]
    fn read(slf: &Value, th: &ThreadState, size: Option<isize>) -> Res {
        check_closed(th, slf)?;
        let this = TextIoWrapper::of(slf);
        super::base::check_readable(th, &this.buffer(th)?)?;
        this.flush_pending(th)?;
        match size.and_then(|size| usize::try_from(size).ok()) {
            None => {
                this.read_chunk(th, true)?;
                Ok(this.take(th, usize::MAX))
            }
            Some(size) => {
                while this.left() < size && this.read_chunk(th, false)? {}
                Ok(this.take(th, size))
            }
        }
    }

    #[pymethod("(size=-1, /)")]
    fn readline(slf: &Value, th: &ThreadState, size: isize) -> Res {
        check_closed(th, slf)?;
        let this = TextIoWrapper::of(slf);
        this.flush_pending(th)?;
        let limit = usize::try_from(size).unwrap_or(usize::MAX);
        let mut searched = 0;
        loop {
            let from = this.position.get() + searched;
            let end = this.line_end(from.min(this.decoded.borrow().len()));
            if let Some(end) = end {
                return Ok(this.take(th, (end - this.position.get()).min(limit)));
            }
            if this.left() >= limit {
                return Ok(this.take(th, limit));
            }
            // The last character may be half of "\r\n".
            searched = this.left().saturating_sub(1);
            if !this.read_chunk(th, false)? {
                if this.line_end(this.position.get()).is_some() {
                    searched = 0;
                    continue;
                }
                return Ok(this.take(th, limit));
            }
        }
    }

    #[pymethod("()")]
    fn flush(slf: &Value, th: &ThreadState) -> Res<()> {
        check_closed(th, slf)?;
        let this = TextIoWrapper::of(slf);
        this.flush_pending(th)?;
        th.call_method(&this.buffer(th)?, &th.names().flush, &[]).map(drop)
    }

    #[pymethod("()")]
    fn close(slf: &Value, th: &ThreadState) -> Res<()> {
        let this = TextIoWrapper::of(slf);
        let Some(buffer) = this.buffer.get() else { return Ok(()) };
        let closed = th.getattr(&buffer, &th.names().closed)?;
        if th.is_true(&closed)? {
            return Ok(());
        }
        let flushed = th.call_method(slf, &th.names().flush, &[]);
        let pending = flushed.err().map(|raised| th.take_raised(raised));
        let closed = th.call_method(&buffer, &th.names().close, &[]);
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
        let this = TextIoWrapper::of(slf);
        let buffer = this.buffer(th)?;
        this.buffer.set(None);
        Ok(buffer)
    }

    /// Reconfigure the text stream with new parameters.
    #[pymethod("(*, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)")]
    fn reconfigure(
        slf: &Value,
        th: &ThreadState,
        encoding: Value,
        errors: Value,
        newline: Option<Value>,
        line_buffering: Option<bool>,
        write_through: Option<bool>,
    ) -> Res<()> {
        let this = TextIoWrapper::of(slf);
        th.call_method(slf, &th.names().flush, &[])?;
        if !encoding.is_none() {
            this.encoding.set(Some(encoding.clone()));
            this.decoder.set(None);
            this.errors.set(Some(th.str("strict")));
        }
        if !errors.is_none() {
            this.errors.set(Some(errors));
            this.decoder.set(None);
        }
        if let Some(newline) = newline {
            *this.newline.borrow_mut() = newline.as_str().map(|newline| newline.to_string_lossy());
        }
        if let Some(line_buffering) = line_buffering {
            this.line_buffering.set(line_buffering);
        }
        if let Some(write_through) = write_through {
            this.write_through.set(write_through);
        }
        Ok(())
    }

    #[pymethod("()")]
    fn fileno(slf: &Value, th: &ThreadState) -> Res {
        th.call_method_str(&TextIoWrapper::of(slf).buffer(th)?, "fileno", &[])
    }

    #[pymethod("()")]
    fn isatty(slf: &Value, th: &ThreadState) -> Res {
        th.call_method_str(&TextIoWrapper::of(slf).buffer(th)?, "isatty", &[])
    }

    #[pymethod("()")]
    fn readable(slf: &Value, th: &ThreadState) -> Res {
        th.call_method_str(&TextIoWrapper::of(slf).buffer(th)?, "readable", &[])
    }

    #[pymethod("()")]
    fn writable(slf: &Value, th: &ThreadState) -> Res {
        th.call_method_str(&TextIoWrapper::of(slf).buffer(th)?, "writable", &[])
    }

    #[pymethod("()")]
    fn seekable(slf: &Value, th: &ThreadState) -> Res {
        th.call_method_str(&TextIoWrapper::of(slf).buffer(th)?, "seekable", &[])
    }

    #[pymethod("(cookie, whence=0, /)")]
    fn seek(slf: &Value, th: &ThreadState, cookie: i64, whence: i64) -> Res {
        check_closed(th, slf)?;
        let this = TextIoWrapper::of(slf);
        if whence == 1 && cookie != 0 {
            return Err(unsupported(th, "can't do nonzero cur-relative seeks"));
        }
        if whence == 2 && cookie != 0 {
            return Err(unsupported(th, "can't do nonzero end-relative seeks"));
        }
        th.call_method(slf, &th.names().flush, &[])?;
        let cookie = if whence == 1 { Self::tell(slf, th)? } else { th.int(cookie) };
        let whence = if whence == 1 { 0 } else { whence };
        this.decoded.borrow_mut().clear();
        this.position.set(0);
        this.at_end.set(false);
        this.pending_return.set(false);
        this.decoder.set(None);
        th.call_method(&this.buffer(th)?, &th.names().seek, &[cookie, th.int(whence)])
    }

    /// The position of the next character, in bytes.
    #[pymethod("()")]
    fn tell(slf: &Value, th: &ThreadState) -> Res {
        check_closed(th, slf)?;
        let this = TextIoWrapper::of(slf);
        this.flush_pending(th)?;
        let position = th.call_method(&this.buffer(th)?, &th.names().tell, &[])?;
        let left = this.left();
        if left == 0 {
            return Ok(position);
        }
        let rest = th.str_from_ucs4(&this.decoded.borrow()[this.position.get()..]);
        let encoding = Self::text_of(&this.encoding.get_or_none());
        let bytes = th.encode(&rest, &encoding, "surrogateescape")?;
        Ok(th.int(position.as_small_int().unwrap_or(0) - bytes.len() as i64))
    }

    #[pymethod("(pos=None, /)")]
    fn truncate(slf: &Value, th: &ThreadState, pos: Value) -> Res {
        th.call_method(slf, &th.names().flush, &[])?;
        let pos = if pos.is_none() { Self::tell(slf, th)? } else { pos };
        th.call_method_str(&TextIoWrapper::of(slf).buffer(th)?, "truncate", &[pos])
    }

    #[pygetter(name = "buffer")]
    fn get_buffer_object(&self) -> Value {
        self.buffer.get_or_none()
    }

    #[pygetter(name = "encoding")]
    fn get_encoding(&self) -> Value {
        self.encoding.get_or_none()
    }

    #[pygetter(name = "errors")]
    fn get_errors(&self) -> Value {
        self.errors.get_or_none()
    }

    #[pygetter(name = "line_buffering")]
    fn get_line_buffering(&self) -> bool {
        self.line_buffering.get()
    }

    #[pygetter(name = "write_through")]
    fn get_write_through(&self) -> bool {
        self.write_through.get()
    }

    #[pygetter]
    fn newlines(&self, th: &ThreadState) -> Value {
        let seen = self.seen.get();
        let kinds: Vec<Value> = [(1, "\r"), (2, "\n"), (4, "\r\n")]
            .into_iter()
            .filter(|(bit, _)| seen & bit != 0)
            .map(|(_, text)| th.str(text))
            .collect();
        match &kinds[..] {
            [] => Value::NONE,
            [one] => one.clone(),
            _ => th.tuple(&kinds),
        }
    }

    #[pygetter]
    fn closed(slf: &Value, th: &ThreadState) -> Res {
        match TextIoWrapper::of(slf).buffer.get() {
            Some(buffer) => th.getattr(&buffer, &th.names().closed),
            None => Ok(Value::FALSE),
        }
    }

    #[pygetter]
    fn name(slf: &Value, th: &ThreadState) -> Res {
        th.getattr_str(&TextIoWrapper::of(slf).buffer(th)?, "name")
    }
}

/// `open(...)`: raw stream, buffer, text layer.
#[expect(clippy::too_many_arguments, reason = "the arguments of open()")]
pub fn open(
    th: &ThreadState,
    file: &Value,
    mode: &Value,
    buffering: i64,
    encoding: Value,
    errors: Value,
    newline: Value,
    closefd: Option<Value>,
    opener: Value,
) -> Res {
    let Some(mode) = mode.as_str().map(|mode| mode.to_string_lossy()) else {
        return Err(th.type_error(format_args!("open() argument 'mode' must be str, not {}", mode.class().full_name())));
    };
    let unique = mode.chars().enumerate().all(|(at, letter)| !mode[..at].contains(letter));
    if !unique || mode.chars().any(|letter| !"rwxab+t".contains(letter)) {
        return Err(th.value_error(format_args!("invalid mode: '{mode}'")));
    }
    let has = |letter: char| mode.contains(letter);
    let (binary, plus) = (has('b'), has('+'));
    let kinds = ['r', 'w', 'x', 'a'].into_iter().filter(|&letter| has(letter)).count();
    if has('t') && binary {
        return Err(th.value_error("can't have text and binary mode at once"));
    }
    if kinds != 1 {
        return Err(th.value_error("must have exactly one of create/read/write/append mode"));
    }
    if binary {
        for (value, name) in [(&encoding, "an encoding"), (&errors, "an errors"), (&newline, "a newline")] {
            if !value.is_none() {
                return Err(th.value_error(format_args!("binary mode doesn't take {name} argument")));
            }
        }
    }
    let raw_mode: String = mode.chars().filter(|letter| "rwxa+".contains(*letter)).collect();
    let closefd = closefd.unwrap_or(Value::TRUE);
    let raw = th.call(fileio::FILE_IO_TYPE.value_ref(), &[file.clone(), th.str(&raw_mode), closefd, opener])?;
    let result = layers(th, &raw, &mode, buffering, binary, plus, encoding, errors, newline);
    if let Err(raised) = result {
        let exception = th.take_raised(raised);
        if let Err(raised) = th.call_method(&raw, &th.names().close, &[]) {
            drop(th.take_raised(raised));
        }
        return Err(th.raise_as_is(exception));
    }
    result
}

#[expect(clippy::too_many_arguments, reason = "what open() has found out")]
fn layers(
    th: &ThreadState,
    raw: &Value,
    mode: &str,
    buffering: i64,
    binary: bool,
    plus: bool,
    encoding: Value,
    errors: Value,
    newline: Value,
) -> Res {
    let mut line_buffering = false;
    let mut size = buffering;
    if buffering == 1 && !binary {
        line_buffering = true;
        size = -1;
    }
    if size < 0 {
        let is_terminal = th.call_method_str(raw, "isatty", &[])?;
        line_buffering |= is_terminal.is_true();
        size = super::DEFAULT_BUFFER_SIZE as i64;
    }
    if size == 0 {
        return if binary { Ok(raw.clone()) } else { Err(th.value_error("can't have unbuffered text I/O")) };
    }
    let class: &Type = match () {
        () if plus => &buffered::BUFFERED_RANDOM_TYPE,
        () if mode.contains('r') => &buffered::BUFFERED_READER_TYPE,
        () => &buffered::BUFFERED_WRITER_TYPE,
    };
    let buffer = th.call(class.value_ref(), &[raw.clone(), th.int(size)])?;
    if binary {
        return Ok(buffer);
    }
    let stream =
        th.call(TEXT_IO_WRAPPER_TYPE.value_ref(), &[buffer, encoding, errors, newline, Value::bool(line_buffering)])?;
    th.setattr_str(&stream, "mode", &th.str(mode))?;
    Ok(stream)
}
