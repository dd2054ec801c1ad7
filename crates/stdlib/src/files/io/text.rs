//! `TextIOWrapper`: text over a buffered stream.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use macros::{pyclass, pymethods};
use runtime::gc::ValueCell;
use runtime::objects::exceptions as exc;
use runtime::objects::str::builder::StrBuilder;
use runtime::objects::str::{STR_TYPE, Str};
use runtime::{Payload, Raised, Res, ThreadState, Type, Value};

use super::base::{IoBase, TEXT_IO_BASE_TYPE, check_closed, close_both, closed_error, finalizing_flag, repr_start};
use super::buffered::Buffered;
use super::memory::{cannot_pickle, size_argument};
use super::newline::{Mode, find, with_ending};
use super::text_codec::{Codec, Decoding, Encoding};
use super::unsupported;

/// Bytes are read and written in pieces of about so many.
const CHUNK: usize = 8192;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Ready,
    Detached,
}

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
/// '\n', '\r', and '\r\n'. On input, None means universal newlines that
/// are translated into '\n'; '' means universal newlines that stay as
/// they are; other values end lines by themselves. On output, '\r' and
/// '\r\n' take the place of each '\n'.
///
/// If line_buffering is True, a call to flush is implied when a call to
/// write contains a newline character.
#[pyclass(name = "TextIOWrapper", module = "_io", base = TEXT_IO_BASE_TYPE, payload = runtime::object::PayloadFns::traced::<TextIoWrapper>(), flags(basetype, object_new))]
#[repr(C)]
pub struct TextIoWrapper {
    #[notrace]
    io: IoBase,
    #[notrace]
    state: Cell<State>,
    pub(super) buffer: ValueCell,
    /// The buffer is exactly one of our buffered streams, and used without going through Python's calls.
    direct: Cell<bool>,
    encoding: ValueCell,
    errors: ValueCell,
    #[notrace]
    errors_text: RefCell<Rc<str>>,
    #[notrace]
    mode: Cell<Mode>,
    pub(super) decoding: Decoding,
    pub(super) encoder: Encoding,
    /// Decoded text; what comes before `used` was given out.
    pub(super) decoded: ValueCell,
    pub(super) used: Cell<usize>,
    /// For `tell`: the decoder's number before the present text was decoded, and the bytes that it was decoded from.
    #[notrace]
    pub(super) snapshot: RefCell<Option<(i64, Vec<u8>)>>,
    /// Bytes per character of the present text.
    pub(super) ratio: Cell<f64>,
    pub(super) seekable: Cell<bool>,
    pub(super) telling: Cell<bool>,
    has_read1: Cell<bool>,
    chunk_size: Cell<usize>,
    line_buffering: Cell<bool>,
    write_through: Cell<bool>,
    finalizing: Cell<bool>,
    /// Encoded text to be written.
    #[notrace]
    pending: RefCell<Vec<u8>>,
}

/// Checks and settings.
impl TextIoWrapper {
    #[cold]
    fn not_ready(&self, th: &ThreadState) -> Raised {
        match self.state.get() {
            State::Detached => th.value_error("underlying buffer has been detached"),
            _ => th.value_error("I/O operation on uninitialized object"),
        }
    }

    /// The buffer of a stream that has one.
    pub(super) fn buffer(&self, th: &ThreadState) -> Res {
        match self.buffer.get() {
            Some(buffer) if self.state.get() == State::Ready => Ok(buffer),
            _ => Err(self.not_ready(th)),
        }
    }

    /// The buffer of a stream that is open.
    pub(super) fn open_buffer(&self, th: &ThreadState, slf: &Value) -> Res {
        let buffer = self.buffer(th)?;
        if self.direct.get() && slf.is_exactly(&TEXT_IO_WRAPPER_TYPE) {
            if Buffered::of(&buffer).is_closed(th)? {
                return Err(closed_error(th));
            }
        } else {
            check_closed(th, slf)?;
        }
        Ok(buffer)
    }

    pub(super) fn errors(&self) -> Rc<str> {
        self.errors_text.borrow().clone()
    }

    /// Sets encoder and decoder, as far as the buffer can be written and read.
    fn set_codec(&self, th: &ThreadState, buffer: &Value, codec: &Codec, errors: &Value) -> Res<()> {
        let can = |method: &Value| -> Res<bool> {
            let answer = th.call_method(buffer, method, &[])?;
            th.is_true(&answer)
        };
        let mode = self.mode.get();
        self.decoding.set_up(th, can(&th.names().readable)?.then_some((codec, errors)), mode)?;
        self.encoder.set_up(th, can(&th.names().writable)?.then_some((codec, errors)))
    }

    /// Tells the encoder whether the stream is at its start.
    fn place_encoder(&self, th: &ThreadState, buffer: &Value) -> Res<()> {
        if !self.seekable.get() || self.encoder.none() {
            return Ok(());
        }
        let position = th.call_method(buffer, &th.names().tell, &[])?;
        if !th.is_equal(&position, &Value::index(0))? {
            self.encoder.set_at_start(th, false)?;
        }
        Ok(())
    }

    fn set_errors(&self, errors: &Value) {
        let text = errors.as_str().map(Str::to_string_lossy).unwrap_or_default();
        *self.errors_text.borrow_mut() = text.into();
        self.errors.set(Some(errors.clone()));
    }
}

/// A str without null characters, or None.
fn text_argument(th: &ThreadState, value: &Value, function: &str, name: &str) -> Res<Option<String>> {
    if value.is_none() {
        return Ok(None);
    }
    let Some(text) = value.as_str() else {
        let class = value.class().full_name();
        return Err(th.type_error(format_args!("{function}() argument '{name}' must be str or None, not {class}")));
    };
    let Some(text) = text.to_utf8() else { return Err(runtime::convert::surrogates(th, value)) };
    if let Some((start, _)) = text.split_once('\0') {
        if function == "reconfigure" {
            return Err(th.lookup_error(format_args!("unknown encoding: {start}")));
        }
        return Err(th.value_error("embedded null character"));
    }
    Ok(Some(text.into_owned()))
}

fn newline_argument(th: &ThreadState, value: &Value, function: &str) -> Res<Mode> {
    match text_argument(th, value, function, "newline")? {
        None => Ok(Mode::Translate),
        Some(text) => value
            .as_str()
            .and_then(Mode::of)
            .ok_or_else(|| th.value_error(format_args!("illegal newline value: {text}"))),
    }
}

/// Writing.
impl TextIoWrapper {
    /// Hands what is pending to the buffer.
    pub(super) fn flush_pending(&self, th: &ThreadState) -> Res<()> {
        if self.pending.borrow().is_empty() {
            return Ok(());
        }
        let mut bytes = std::mem::take(&mut *self.pending.borrow_mut());
        let buffer = self.buffer(th)?;
        if self.direct.get() {
            Buffered::of(&buffer).write_slice(th, &buffer, &bytes)?;
            // The room is kept for what comes next.
            let mut pending = self.pending.borrow_mut();
            if pending.is_empty() && bytes.capacity() <= 4 * CHUNK {
                bytes.clear();
                *pending = bytes;
            }
            return Ok(());
        }
        let bytes = th.bytes(&bytes);
        loop {
            match th.call_method(&buffer, &th.names().write, std::slice::from_ref(&bytes)) {
                Err(raised) if th.raised_is(&raised, &exc::INTERRUPTED_ERROR) => {
                    drop(th.take_raised(raised));
                    th.check_interrupts()?;
                }
                result => return result.map(drop),
            }
        }
    }

    fn flush_buffer(&self, th: &ThreadState, buffer: &Value) -> Res<()> {
        if self.direct.get() {
            return Buffered::of(buffer).flush(th, buffer);
        }
        th.call_method(buffer, &th.names().flush, &[]).map(drop)
    }

    fn write_text(&self, th: &ThreadState, slf: &Value, value: &Value) -> Res<usize> {
        let Some(text) = value.as_str() else {
            let class = value.class().full_name();
            return Err(th.type_error(format_args!("write() argument must be str, not {class}")));
        };
        let mut buffer = self.open_buffer(th, slf)?;
        if self.encoder.none() {
            return Err(unsupported(th, "not writable"));
        }
        let length = text.len();
        let (ending, line_buffering) = (self.mode.get().written(), self.line_buffering.get());
        let has_feed = (ending.is_some() || line_buffering) && find(text, 0, length, 10).is_some();
        let flushes = line_buffering && (has_feed || find(text, 0, length, 13).is_some());
        let translated;
        let shown = match ending.filter(|_| has_feed) {
            Some(ending) if value.is_exactly(&STR_TYPE) => {
                translated = with_ending(th, text, ending);
                &translated
            }
            Some(ending) => {
                translated = th.call_method_str(value, "replace", &[th.str("\n"), th.str(ending)])?;
                if translated.as_str().is_none() {
                    let class = translated.class().full_name();
                    return Err(th.type_error(format_args!("replace() should return a str, not {class}")));
                }
                // That may have been a method of the program's.
                buffer = self.open_buffer(th, slf)?;
                if self.encoder.none() {
                    return Err(unsupported(th, "not writable"));
                }
                &translated
            }
            None => value,
        };
        let chunk = self.chunk_size.get();
        let mut too_much = Vec::new();
        self.encoder.encode(
            th,
            shown,
            || self.errors(),
            |bytes| {
                let mut pending = self.pending.borrow_mut();
                if !pending.is_empty() && pending.len() + bytes.len() > chunk {
                    too_much = bytes.to_vec();
                } else {
                    pending.extend_from_slice(bytes);
                }
            },
        )?;
        if !too_much.is_empty() {
            // Two pieces that are too long together stay apart, also one that is written while the first goes out.
            while !self.pending.borrow().is_empty() {
                self.flush_pending(th)?;
            }
            self.pending.borrow_mut().append(&mut too_much);
        }
        if self.pending.borrow().len() >= chunk || flushes || self.write_through.get() {
            self.flush_pending(th)?;
        }
        if flushes {
            self.flush_buffer(th, &buffer)?;
        }
        if self.snapshot.borrow().is_some() {
            self.forget_decoded();
        }
        if !self.decoding.none() {
            self.decoding.reset(th)?;
        }
        Ok(length)
    }
}

/// Reading.
impl TextIoWrapper {
    /// Forgets decoded text and how it came about.
    pub(super) fn forget_decoded(&self) {
        if self.decoded.is_some() {
            self.decoded.set(None);
        }
        self.used.set(0);
        if self.snapshot.borrow().is_some() {
            *self.snapshot.borrow_mut() = None;
        }
    }

    fn set_decoded(&self, text: Value) {
        self.decoded.set(Some(text));
        self.used.set(0);
    }

    /// Text that was decoded and not given out yet.
    fn left(&self) -> usize {
        let length = self.decoded.with(|text| text.and_then(Value::as_str).map_or(0, Str::len));
        length.saturating_sub(self.used.get())
    }

    /// Up to `count` characters of the decoded text.
    fn take(&self, th: &ThreadState, count: usize) -> Value {
        let Some(decoded) = self.decoded.get() else { return th.str("") };
        let start = self.used.get();
        let end = start + count.min(self.left());
        self.used.set(end);
        th.str_slice(&decoded, start, end)
    }

    fn check_readable(&self, th: &ThreadState) -> Res<()> {
        if self.decoding.none() { Err(unsupported(th, "not readable")) } else { Ok(()) }
    }

    /// Asks the buffer for bytes once.
    fn read_bytes(&self, th: &ThreadState, buffer: &Value, size: usize) -> Res<Vec<u8>> {
        if self.direct.get() {
            return Buffered::of(buffer).read_chunk(th, buffer, size);
        }
        let (method, name) = match self.has_read1.get() {
            true => (&th.names().read1, "read1"),
            false => (&th.names().read, "read"),
        };
        let input = th.call_method(buffer, method, &[Value::index(size)])?;
        bytes_of(th, &input, name)
    }

    /// Decodes the next bytes, about `hint` characters. False at the end.
    fn read_chunk(&self, th: &ThreadState, buffer: &Value, hint: usize) -> Res<bool> {
        self.check_readable(th)?;
        let state = if self.telling.get() { Some(self.decoding.state(th)?) } else { None };
        let hint = (hint as f64 * self.ratio.get().max(1.0)) as usize;
        let bytes = self.read_bytes(th, buffer, hint.clamp(self.chunk_size.get(), 1 << 30))?;
        let at_end = bytes.is_empty();
        let text = self.decoding.decode(th, &bytes, &self.errors(), at_end)?;
        let characters = text.as_str().map_or(0, Str::len);
        self.ratio.set(if characters > 0 { bytes.len() as f64 / characters as f64 } else { 0.0 });
        self.set_decoded(text);
        if let Some((mut held, flags)) = state {
            held.extend(bytes);
            *self.snapshot.borrow_mut() = Some((flags, held));
        }
        Ok(!at_end || characters > 0)
    }

    fn read_all(&self, th: &ThreadState, buffer: &Value) -> Res {
        let mut bytes = None;
        if self.direct.get() {
            bytes = Buffered::of(buffer).read_rest(th, buffer)?;
        }
        let bytes = match bytes {
            Some(bytes) => bytes,
            None => {
                let input = th.call_method(buffer, &th.names().read, &[])?;
                if input.is_none() {
                    return Err(th.error(&exc::BLOCKING_IO_ERROR, "Read returned None."));
                }
                bytes_of(th, &input, "read")?
            }
        };
        let rest = self.decoding.decode(th, &bytes, &self.errors(), true)?;
        if self.left() == 0 {
            self.forget_decoded();
            return Ok(rest);
        }
        let head = self.take(th, usize::MAX);
        self.forget_decoded();
        th.concat_strings(&[head, rest])
    }

    fn read_some(&self, th: &ThreadState, buffer: &Value, size: usize) -> Res {
        if self.left() >= size {
            return Ok(self.take(th, size));
        }
        let mut parts = Vec::new();
        let mut left = size;
        loop {
            if self.left() > 0 {
                let part = self.take(th, left);
                left -= part.as_str().map_or(0, Str::len);
                parts.push(part);
            }
            if left == 0 || !self.read_chunk(th, buffer, left)? {
                break;
            }
        }
        match &parts[..] {
            [] => Ok(th.str("")),
            [only] => Ok(only.clone()),
            _ => th.concat_strings(&parts),
        }
    }

    /// A whole line, if it lies in the decoded text of a stream of our own layers: nothing is asked of anybody.
    fn line_at_hand(&self, th: &ThreadState) -> Option<Value> {
        if !self.direct.get() || !self.pending.borrow().is_empty() {
            return None;
        }
        let open = |buffer: Option<&Value>| buffer.is_some_and(|buffer| Buffered::of(buffer).is_surely_open());
        if !self.buffer.with(open) {
            return None;
        }
        let start = self.used.get();
        self.decoded.with(|decoded| {
            let text = decoded?.as_str()?;
            let end = self.mode.get().line_end().find(text.chars(), start, text.len()).ok()?;
            self.used.set(end);
            Some(th.str_part(text, start, end))
        })
    }

    fn read_line(&self, th: &ThreadState, slf: &Value, limit: Option<usize>) -> Res {
        if limit.is_none()
            && let Some(line) = self.line_at_hand(th)
        {
            return Ok(line);
        }
        let buffer = self.open_buffer(th, slf)?;
        self.flush_pending(th)?;
        let limit = limit.unwrap_or(usize::MAX);
        let line_end = self.mode.get().line_end();
        // What earlier chunks had of the line.
        let mut head: Option<StrBuilder> = None;
        let mut ends_with_return = false;
        loop {
            if self.left() == 0 && limit > head.as_ref().map_or(0, StrBuilder::len) {
                if !self.read_chunk(th, &buffer, 0)? {
                    self.forget_decoded();
                    break;
                }
                continue;
            }
            let Some(decoded) = self.decoded.get() else { break };
            let Some(text) = decoded.as_str() else { break };
            let start = self.used.get();
            let most = limit - head.as_ref().map_or(0, StrBuilder::len);
            let stop = text.len().min(start.saturating_add(most));
            // A line end of two characters may lie across two chunks.
            let split = ends_with_return && stop > start && text.char_at(start) == 10;
            let found = if split { Ok(start + 1) } else { line_end.find(text.chars(), start, stop) };
            let complete = found.is_ok() || stop - start == most;
            let end = found.unwrap_or(stop);
            self.used.set(end);
            if complete && head.is_none() {
                return Ok(th.str_slice(&decoded, start, end));
            }
            let line = head.get_or_insert_with(StrBuilder::new);
            line.push_range(text, start, end);
            ends_with_return = line_end.is_pair() && end > start && text.char_at(end - 1) == 13;
            if complete {
                break;
            }
        }
        Ok(head.map_or_else(|| th.str(""), |line| line.finish(th)))
    }
}

/// The bytes that a buffer's method gave.
pub(super) fn bytes_of(th: &ThreadState, input: &Value, method: &str) -> Res<Vec<u8>> {
    if let Some(bytes) = input.as_bytes() {
        return Ok(bytes.as_slice().to_vec());
    }
    if !th.has_buffer(input) {
        let class = input.class().full_name();
        return Err(th.type_error(format_args!(
            "underlying {method}() should have returned a bytes-like object, not '{class}'"
        )));
    }
    Ok(th.readable_buffer(input)?.to_vec())
}

#[pymethods]
impl TextIoWrapper {
    #[pyslot(new)]
    fn construct(th: &ThreadState, class: &Type, _: &[Value], _: &[Value]) -> Res {
        let payload = TextIoWrapper {
            io: IoBase::default(),
            state: Cell::new(State::New),
            buffer: ValueCell::empty(),
            direct: Cell::new(false),
            encoding: ValueCell::empty(),
            errors: ValueCell::empty(),
            errors_text: RefCell::new("".into()),
            mode: Cell::new(Mode::Translate),
            decoding: Decoding::default(),
            encoder: Encoding::default(),
            decoded: ValueCell::empty(),
            used: Cell::new(0),
            snapshot: RefCell::new(None),
            ratio: Cell::new(0.0),
            seekable: Cell::new(false),
            telling: Cell::new(false),
            has_read1: Cell::new(false),
            chunk_size: Cell::new(CHUNK),
            line_buffering: Cell::new(false),
            write_through: Cell::new(false),
            finalizing: Cell::new(false),
            pending: RefCell::default(),
        };
        Ok(th.new_instance(class, payload))
    }

    #[pyslot("(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of the class")]
    fn init(
        &self,
        th: &ThreadState,
        buffer: &Value,
        encoding: &Value,
        errors: &Value,
        newline: &Value,
        line_buffering: bool,
        write_through: bool,
    ) -> Res<()> {
        self.state.set(State::New);
        let given = text_argument(th, encoding, "TextIOWrapper", "encoding")?;
        if let Some(errors) = text_argument(th, errors, "TextIOWrapper", "errors")?
            && th.interp().config.borrow().dev_mode
        {
            // A wrong name is otherwise found out with the first error.
            drop(runtime::codecs::registry::lookup_error(th, &errors)?);
        }
        let mode = newline_argument(th, newline, "TextIOWrapper")?;
        let name = super::open::resolve_encoding(th, given)?;
        let codec = Codec::lookup(th, &name)?;
        let errors = if errors.is_none() { th.intern("strict") } else { errors.clone() };
        self.buffer.set(None);
        self.encoding.set(Some(th.str(&name)));
        self.set_errors(&errors);
        self.mode.set(mode);
        self.line_buffering.set(line_buffering);
        self.write_through.set(write_through);
        self.chunk_size.set(CHUNK);
        self.pending.borrow_mut().clear();
        self.forget_decoded();
        self.ratio.set(0.0);
        self.set_codec(th, buffer, &codec, &errors)?;
        self.direct.set(Buffered::exactly(buffer).is_some());
        self.buffer.set(Some(buffer.clone()));
        let seekable = th.call_method(buffer, &th.names().seekable, &[])?;
        self.seekable.set(th.is_true(&seekable)?);
        self.telling.set(self.seekable.get());
        self.has_read1.set(th.getattr_opt(buffer, &th.names().read1)?.is_some());
        self.place_encoder(th, buffer)?;
        self.state.set(State::Ready);
        Ok(())
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let this = TextIoWrapper::of(slf);
        if this.state.get() == State::New {
            return Err(this.not_ready(th));
        }
        let mut text = repr_start(th, slf)?;
        if let Some(mode) = th.getattr_opt(slf, &th.names().mode)? {
            text.push_str(&format!(" mode={}", th.repr_string(&mode)?));
        }
        text.push_str(&format!(" encoding={}>", th.repr_string(&this.encoding.get_or_none())?));
        Ok(th.str(&text))
    }

    #[pymethod("(text, /)")]
    fn write(slf: &Value, th: &ThreadState, text: &Value) -> Res<usize> {
        TextIoWrapper::of(slf).write_text(th, slf, text)
    }

    #[pymethod("(size=-1, /)")]
    fn read(slf: &Value, th: &ThreadState, size: &Value) -> Res {
        let this = TextIoWrapper::of(slf);
        let size = size_argument(th, size)?;
        let buffer = this.open_buffer(th, slf)?;
        this.check_readable(th)?;
        this.flush_pending(th)?;
        match size {
            None => this.read_all(th, &buffer),
            Some(size) => this.read_some(th, &buffer, size),
        }
    }

    #[pymethod("(size=-1, /)")]
    fn readline(slf: &Value, th: &ThreadState, size: isize) -> Res {
        TextIoWrapper::of(slf).read_line(th, slf, usize::try_from(size).ok())
    }

    #[pyslot]
    fn iternext(th: &ThreadState, slf: &Value) -> Res {
        let this = TextIoWrapper::of(slf);
        if this.state.get() != State::Ready {
            return Err(this.not_ready(th));
        }
        // Positions need not be kept for lines that are read one after the other.
        this.telling.set(false);
        let line = if slf.is_exactly(&TEXT_IO_WRAPPER_TYPE) {
            this.read_line(th, slf, None)?
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
        if line.as_str().is_none_or(Str::is_empty) {
            *this.snapshot.borrow_mut() = None;
            this.telling.set(this.seekable.get());
            return Ok(Value::EXHAUSTED);
        }
        Ok(line)
    }

    #[pymethod("()")]
    fn flush(slf: &Value, th: &ThreadState) -> Res<()> {
        let this = TextIoWrapper::of(slf);
        let buffer = this.open_buffer(th, slf)?;
        this.telling.set(this.seekable.get());
        this.flush_pending(th)?;
        this.flush_buffer(th, &buffer)
    }

    #[pymethod("()")]
    fn close(slf: &Value, th: &ThreadState) -> Res<()> {
        let this = TextIoWrapper::of(slf);
        let buffer = this.buffer(th)?;
        let closed = th.getattr(slf, &th.names().closed)?;
        if th.is_true(&closed)? || this.state.get() == State::Detached {
            return Ok(());
        }
        if this.finalizing.get()
            && let Err(raised) = th.call_method_str(&buffer, "_dealloc_warn", std::slice::from_ref(slf))
        {
            drop(th.take_raised(raised));
        }
        close_both(
            th,
            || th.call_method(slf, &th.names().flush, &[]).map(drop),
            || th.call_method(&buffer, &th.names().close, &[]).map(drop),
        )
    }

    #[pymethod("()")]
    fn detach(slf: &Value, th: &ThreadState) -> Res {
        let this = TextIoWrapper::of(slf);
        this.buffer(th)?;
        th.call_method(slf, &th.names().flush, &[])?;
        let buffer = this.buffer(th)?;
        this.buffer.set(None);
        this.state.set(State::Detached);
        Ok(buffer)
    }

    /// Reconfigure the text stream with new parameters.
    ///
    /// This also does an implicit stream flush.
    #[pymethod("(*, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)")]
    fn reconfigure(
        slf: &Value,
        th: &ThreadState,
        encoding: &Value,
        errors: &Value,
        newline: Option<&Value>,
        line_buffering: Option<i32>,
        write_through: Option<i32>,
    ) -> Res<()> {
        let this = TextIoWrapper::of(slf);
        let buffer = this.buffer(th)?;
        let given = text_argument(th, encoding, "reconfigure", "encoding")?;
        text_argument(th, errors, "reconfigure", "errors")?;
        let mode = match newline {
            Some(newline) => Some(newline_argument(th, newline, "reconfigure")?),
            None => None,
        };
        if this.decoded.is_some() && (given.is_some() || !errors.is_none() || mode.is_some()) {
            return Err(unsupported(
                th,
                "It is not possible to set the encoding or newline of stream after the first read",
            ));
        }
        th.call_method(slf, &th.names().flush, &[])?;
        this.ratio.set(0.0);
        if given.is_some() || !errors.is_none() || mode.is_some() {
            let new_errors = match (given.is_some(), errors.is_none()) {
                (_, false) => errors.clone(),
                (true, true) => th.intern("strict"),
                (false, true) => this.errors.get_or_none(),
            };
            let name = match given {
                Some(given) => super::open::resolve_encoding(th, Some(given))?,
                None => this.encoding.get_or_none().as_str().map(Str::to_string_lossy).unwrap_or_default(),
            };
            let codec = Codec::lookup(th, &name)?;
            if let Some(mode) = mode {
                this.mode.set(mode);
            }
            this.set_codec(th, &buffer, &codec, &new_errors)?;
            this.encoding.set(Some(th.str(&name)));
            this.set_errors(&new_errors);
            this.place_encoder(th, &buffer)?;
        }
        if let Some(line_buffering) = line_buffering {
            this.line_buffering.set(line_buffering != 0);
        }
        if let Some(write_through) = write_through {
            this.write_through.set(write_through != 0);
        }
        Ok(())
    }

    #[pymethod("()")]
    fn fileno(&self, th: &ThreadState) -> Res {
        th.call_method_str(&self.buffer(th)?, "fileno", &[])
    }

    #[pymethod("()")]
    fn isatty(&self, th: &ThreadState) -> Res {
        th.call_method_str(&self.buffer(th)?, "isatty", &[])
    }

    #[pymethod("()")]
    fn readable(&self, th: &ThreadState) -> Res {
        th.call_method_str(&self.buffer(th)?, "readable", &[])
    }

    #[pymethod("()")]
    fn writable(&self, th: &ThreadState) -> Res {
        th.call_method_str(&self.buffer(th)?, "writable", &[])
    }

    #[pymethod("()", name = "seekable")]
    fn is_seekable(&self, th: &ThreadState) -> Res {
        th.call_method_str(&self.buffer(th)?, "seekable", &[])
    }

    /// Set the stream position, and return the new stream position.
    ///
    /// Four operations are supported: seek(0, SEEK_SET) rewinds to the
    /// start, seek(cookie, SEEK_SET) restores a position that tell()
    /// returned, seek(0, SEEK_END) goes to the end, and seek(0, SEEK_CUR)
    /// leaves the position unchanged.
    #[pymethod("(cookie, whence=os.SEEK_SET, /)")]
    fn seek(slf: &Value, th: &ThreadState, cookie: &Value, #[default(0)] whence: i32) -> Res {
        TextIoWrapper::of(slf).seek_to(th, slf, cookie, whence)
    }

    /// Return the stream position as an opaque number.
    ///
    /// The return value of tell() can be given as input to seek(), to
    /// restore a previous stream position.
    #[pymethod("()")]
    fn tell(slf: &Value, th: &ThreadState) -> Res {
        TextIoWrapper::of(slf).position(th, slf)
    }

    #[pymethod("(pos=None, /)")]
    fn truncate(slf: &Value, th: &ThreadState, pos: &Value) -> Res {
        let buffer = TextIoWrapper::of(slf).buffer(th)?;
        th.call_method(slf, &th.names().flush, &[])?;
        th.call_method(&buffer, &th.names().truncate, std::slice::from_ref(pos))
    }

    #[pymethod("()")]
    fn __getstate__(slf: &Value, th: &ThreadState) -> Res {
        Err(cannot_pickle(th, slf))
    }

    #[pygetter(name = "buffer")]
    fn get_buffer_object(&self, th: &ThreadState) -> Res {
        self.buffer(th)
    }

    #[pygetter(name = "encoding", member)]
    fn get_encoding(&self) -> Value {
        self.encoding.get_or_none()
    }

    #[pygetter(name = "errors")]
    fn get_errors(&self, th: &ThreadState) -> Res {
        if self.state.get() == State::New {
            return Err(self.not_ready(th));
        }
        Ok(self.errors.get_or_none())
    }

    #[pygetter(name = "line_buffering", member)]
    fn get_line_buffering(&self) -> bool {
        self.line_buffering.get()
    }

    #[pygetter(name = "write_through", member)]
    fn get_write_through(&self) -> bool {
        self.write_through.get()
    }

    #[pygetter(name = "_finalizing", member)]
    fn get_finalizing(&self) -> bool {
        self.finalizing.get()
    }

    #[pysetter(name = "_finalizing")]
    fn set_finalizing(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.finalizing.set(finalizing_flag(th, value)?);
        Ok(())
    }

    #[pygetter]
    fn newlines(&self, th: &ThreadState) -> Res {
        self.buffer(th)?;
        Ok(self.decoding.newlines(th))
    }

    #[pygetter]
    fn closed(&self, th: &ThreadState) -> Res {
        match self.buffer.get() {
            Some(buffer) if self.direct.get() => Buffered::of(&buffer).is_closed(th).map(Value::bool),
            Some(buffer) => th.getattr(&buffer, &th.names().closed),
            None if self.state.get() == State::New => Ok(Value::TRUE),
            None => Err(self.not_ready(th)),
        }
    }

    #[pygetter]
    fn name(&self, th: &ThreadState) -> Res {
        th.getattr_str(&self.buffer(th)?, "name")
    }

    #[pygetter(name = "_CHUNK_SIZE")]
    fn get_chunk_size(&self, th: &ThreadState) -> Res<usize> {
        self.buffer(th)?;
        Ok(self.chunk_size.get())
    }

    #[pysetter(name = "_CHUNK_SIZE")]
    fn set_chunk_size(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.buffer(th)?;
        let Some(value) = value else {
            let message = "attribute '_CHUNK_SIZE' of '_io.TextIOWrapper' objects cannot be deleted";
            return Err(th.error(&exc::ATTRIBUTE_ERROR, message));
        };
        match usize::try_from(th.index_or(value, &exc::VALUE_ERROR)?) {
            Ok(size) if size > 0 => {
                self.chunk_size.set(size);
                Ok(())
            }
            _ => Err(th.value_error("a strictly positive integer is required")),
        }
    }
}
