//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`: bytes kept between a raw stream and its user.
//!
//! A stream holds bytes that were read ahead or bytes that wait to be written, never both: changing from one to the other
//! moves the raw stream to where its user believes it to be. A raw stream that is exactly a `FileIO` is used without going
//! through Python's calls.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use runtime::buffer::{Buffer, Flags};
use runtime::gc::{Traverse, ValueCell, Visitor};
use runtime::objects::exceptions as exc;
use runtime::types::TypeDef;
use runtime::{Payload, Raised, Res, ThreadState, Type, Value};

use super::base::{IoBase, check_readable, check_seekable, check_writable, close_both};
use super::buffered_classes::{BUFFERED_RANDOM_TYPE, BUFFERED_READER_DEF, BUFFERED_READER_TYPE, BUFFERED_WRITER_TYPE};
use super::fileio::{FILE_IO_TYPE, FileIo};
use super::memory::Data;
use super::unsupported;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Ready,
    Detached,
}

/// Which of the three classes a stream is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Reader,
    Writer,
    Random,
}

/// No more than this is asked for before it is known to be there.
const MOST_AT_ONCE: usize = 1 << 24;

const WOULD_BLOCK: &str = "write could not complete without blocking";

/// Payload of the three classes.
#[repr(C)]
pub struct Buffered {
    io: IoBase,
    raw: ValueCell,
    state: Cell<State>,
    kind: Cell<Kind>,
    /// The raw stream is exactly a `FileIO`.
    direct: Cell<bool>,
    /// The stream was closed: nothing is kept any more.
    gone: Cell<bool>,
    finalizing: Cell<bool>,
    /// What was read ahead stands in `store` from `position` to `end`. The store is made with the first reading.
    store: RefCell<Vec<u8>>,
    position: Cell<usize>,
    end: Cell<usize>,
    /// Bytes to be written.
    pending: RefCell<Vec<u8>>,
    size: Cell<usize>,
    /// The raw stream's position, if known; -1 otherwise.
    raw_position: Cell<i64>,
    /// The thread that is in a method; 0 for none.
    owner: Cell<u64>,
    /// Threads that wait to be it.
    waiting: Cell<u32>,
}

impl Traverse for Buffered {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.raw.traverse(visit);
    }

    fn clear(&self) {
        self.state.set(State::New);
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
        // Mostly it is exactly one of them.
        let exact = classes.iter().position(|class| value.is_exactly(class));
        let likely = exact.map_or(&classes[..], |place| &classes[place..=place]);
        match value.shared_payload::<Buffered>(likely) {
            Some(buffered) => buffered,
            None => unreachable!("a buffered stream's method was called with another object"),
        }
    }
}

/// A method is running; other threads wait for its end.
struct Entered<'a>(&'a Buffered);

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.owner.set(0);
    }
}

/// `BlockingIOError(EAGAIN, message, written)`.
#[cold]
fn blocking_error(th: &ThreadState, written: usize) -> Raised {
    let args = [Value::int32(host::error::EAGAIN), th.str(WOULD_BLOCK), Value::index(written)];
    th.error_args(&exc::BLOCKING_IO_ERROR, &args)
}

/// Calls a method of a raw stream, again when a signal interrupted it.
fn call_raw(th: &ThreadState, raw: &Value, name: &Value, args: &[Value]) -> Res {
    loop {
        match th.call_method(raw, name, args) {
            Err(raised) if th.raised_is(&raised, &exc::INTERRUPTED_ERROR) => {
                drop(th.take_raised(raised));
                th.check_interrupts()?;
            }
            result => return result,
        }
    }
}

/// Making, checks, the lock.
impl Buffered {
    pub fn make(th: &ThreadState, class: &Type, kind: Kind) -> Value {
        let payload = Buffered {
            io: IoBase::default(),
            raw: ValueCell::empty(),
            state: Cell::new(State::New),
            kind: Cell::new(kind),
            direct: Cell::new(false),
            gone: Cell::new(false),
            finalizing: Cell::new(false),
            store: RefCell::default(),
            position: Cell::new(0),
            end: Cell::new(0),
            pending: RefCell::default(),
            size: Cell::new(super::DEFAULT_BUFFER_SIZE),
            raw_position: Cell::new(-1),
            owner: Cell::new(0),
            waiting: Cell::new(0),
        };
        th.new_instance(class, payload)
    }

    /// A stream that is exactly of one of the three classes: nothing is overridden.
    pub fn exactly(value: &Value) -> Option<&Buffered> {
        let classes = [&BUFFERED_READER_TYPE, &BUFFERED_WRITER_TYPE, &BUFFERED_RANDOM_TYPE];
        classes.iter().any(|class| value.is_exactly(class)).then(|| Buffered::of(value))
    }

    pub fn init(&self, th: &ThreadState, raw: &Value, size: isize) -> Res<()> {
        self.state.set(State::New);
        match self.kind.get() {
            Kind::Reader => check_readable(th, raw)?,
            Kind::Writer => check_writable(th, raw)?,
            Kind::Random => {
                check_seekable(th, raw)?;
                check_readable(th, raw)?;
                check_writable(th, raw)?;
            }
        }
        let Some(size) = usize::try_from(size).ok().filter(|&size| size > 0) else {
            return Err(th.value_error("buffer size must be strictly positive"));
        };
        if size > MOST_AT_ONCE && Vec::<u8>::new().try_reserve_exact(size).is_err() {
            return Err(th.memory_error());
        }
        *self.store.borrow_mut() = Vec::new();
        self.pending.borrow_mut().clear();
        self.forget_ahead();
        self.size.set(size);
        self.direct.set(raw.is_exactly(&FILE_IO_TYPE));
        self.gone.set(false);
        self.raw.set(Some(raw.clone()));
        self.raw_position.set(-1);
        if let Err(raised) = self.raw_tell(th) {
            drop(th.take_raised(raised));
        }
        self.state.set(State::Ready);
        Ok(())
    }

    pub fn check_ready(&self, th: &ThreadState) -> Res<()> {
        match self.state.get() {
            State::Ready => Ok(()),
            State::Detached => Err(th.value_error("raw stream has been detached")),
            State::New => Err(th.value_error("I/O operation on uninitialized object")),
        }
    }

    /// The raw stream of a stream that is ready.
    pub fn raw(&self, th: &ThreadState) -> Res {
        self.check_ready(th)?;
        self.raw.get().ok_or_else(|| th.value_error("I/O operation on uninitialized object"))
    }

    pub fn raw_or_none(&self) -> Value {
        self.raw.get_or_none()
    }

    pub fn is_finalizing(&self) -> bool {
        self.finalizing.get()
    }

    pub fn set_finalizing(&self, finalizing: bool) {
        self.finalizing.set(finalizing);
    }

    fn can_write(&self) -> bool {
        self.kind.get() != Kind::Reader
    }

    pub fn is_closed(&self, th: &ThreadState) -> Res<bool> {
        if self.direct.get()
            && let Some(closed) =
                self.raw.with(|raw| raw.and_then(|raw| raw.downcast::<FileIo>()).map(FileIo::is_closed))
        {
            self.check_ready(th)?;
            return Ok(closed);
        }
        let closed = th.getattr(&self.raw(th)?, &th.names().closed)?;
        th.is_true(&closed)
    }

    /// Whether the stream is over a `FileIO` that is open: known without asking anybody.
    pub fn is_surely_open(&self) -> bool {
        let is_open =
            |raw: Option<&Value>| raw.and_then(|raw| raw.downcast::<FileIo>()).is_some_and(|file| !file.is_closed());
        self.direct.get() && self.state.get() == State::Ready && self.raw.with(is_open)
    }

    /// "read of closed file". What was read ahead can still be had.
    fn check_open(&self, th: &ThreadState, doing: &str) -> Res<()> {
        self.check_ready(th)?;
        if self.ahead() == 0 && (self.gone.get() || self.is_closed(th)?) {
            return Err(th.value_error(format_args!("{doing} closed file")));
        }
        Ok(())
    }

    fn enter(&self, th: &ThreadState, slf: &Value) -> Res<Entered<'_>> {
        let me = th.id.get().wrapping_add(1);
        if self.owner.get() == me {
            let shown = th.repr_string(slf)?;
            return Err(th.runtime_error(format_args!("reentrant call inside {shown}")));
        }
        // Who comes later lets those pass that wait already, for a while: a thread that writes all the time would else be
        // the owner whenever another one looks.
        let mut patience = 20;
        if self.owner.get() != 0 || self.waiting.get() != 0 {
            self.waiting.set(self.waiting.get() + 1);
            let mut first = self.waiting.get() == 1;
            let mut outcome = Ok(());
            // Once the interpreter ends no other thread leaves a method any more: its lock is nobody's.
            while (self.owner.get() != 0 || !first && patience > 0) && !th.interp().finalizing.get() && outcome.is_ok()
            {
                th.without_gil(|| std::thread::sleep(Duration::from_micros(50)));
                patience -= i32::from(self.owner.get() == 0);
                first |= self.waiting.get() == 1;
                outcome = th.check_interrupts();
            }
            self.waiting.set(self.waiting.get().saturating_sub(1));
            outcome?;
        }
        self.owner.set(me);
        Ok(Entered(self))
    }

    fn ahead(&self) -> usize {
        self.end.get().saturating_sub(self.position.get())
    }

    fn forget_ahead(&self) {
        self.position.set(0);
        self.end.set(0);
    }

    /// Moves over up to `count` bytes that were read ahead and shows them.
    fn take<R>(&self, count: usize, show: impl FnOnce(&[u8]) -> R) -> R {
        let start = self.position.get();
        let end = start + count.min(self.ahead());
        self.position.set(end);
        show(self.store.borrow().get(start..end).unwrap_or(&[]))
    }
}

/// The raw stream.
impl Buffered {
    /// Reads once from the raw stream; `None` if it has nothing for now.
    fn raw_read(&self, th: &ThreadState, target: &mut [u8]) -> Res<Option<usize>> {
        let raw = self.raw(th)?;
        let count = match raw.downcast::<FileIo>().filter(|_| self.direct.get()) {
            Some(file) => file.read_into(th, target)?,
            None => {
                let bytes = th.bytearray(vec![0; target.len()]);
                let view = th.memoryview(&bytes, Flags::FULL)?;
                let result = call_raw(th, &raw, &th.names().readinto, std::slice::from_ref(&view))?;
                let count = self.raw_count(th, &result, target.len(), "readinto")?;
                if let Some(count) = count {
                    target[..count].copy_from_slice(&th.readable_buffer(&bytes)?.as_slice()[..count]);
                }
                th.call_method_str(&view, "release", &[])?;
                count
            }
        };
        self.advance_raw(count);
        Ok(count)
    }

    /// Writes once to the raw stream; `None` if it takes nothing for now.
    fn raw_write(&self, th: &ThreadState, bytes: &[u8]) -> Res<Option<usize>> {
        let raw = self.raw(th)?;
        let count = match raw.downcast::<FileIo>().filter(|_| self.direct.get()) {
            Some(file) => file.write_from(th, bytes)?,
            None => {
                let view = th.memoryview(&th.bytes(bytes), Flags::FULL_RO)?;
                let result = call_raw(th, &raw, &th.names().write, &[view])?;
                self.raw_count(th, &result, bytes.len(), "write")?
            }
        };
        self.advance_raw(count);
        Ok(count)
    }

    fn advance_raw(&self, count: Option<usize>) {
        if let Some(count) = count
            && self.raw_position.get() >= 0
        {
            self.raw_position.set(self.raw_position.get() + count as i64);
        }
    }

    /// The number that a raw stream's method answered with.
    fn raw_count(&self, th: &ThreadState, result: &Value, most: usize, method: &str) -> Res<Option<usize>> {
        if result.is_none() {
            return Ok(None);
        }
        let count = match th.index_or(result, &exc::VALUE_ERROR) {
            Ok(count) => count,
            Err(raised) if method == "readinto" => {
                let cause = th.take_raised(raised);
                let error = exc::new(th, &exc::OS_ERROR, &[th.str("raw readinto() failed")]);
                if let Some(error) = error.downcast::<exc::BaseException>() {
                    error.cause.set(Some(cause.clone()));
                    error.context.set(Some(cause));
                    error.suppress_context.set(true);
                }
                return Err(th.raise_as_is(error));
            }
            Err(raised) => return Err(raised),
        };
        match usize::try_from(count) {
            Ok(count) if count <= most => Ok(Some(count)),
            _ => Err(th.os_error_message(format_args!(
                "raw {method}() returned invalid length {count} (should have been between 0 and {most})"
            ))),
        }
    }

    fn raw_seek(&self, th: &ThreadState, target: i64, whence: i32) -> Res<i64> {
        let raw = self.raw(th)?;
        self.raw_position.set(-1);
        let position = match raw.downcast::<FileIo>().filter(|_| self.direct.get()) {
            Some(file) => file.seek_to(th, target, whence)?,
            None => {
                let result = th.call_method(&raw, &th.names().seek, &[th.int(target), Value::int32(whence)])?;
                self.checked_position(th, &result)?
            }
        };
        self.raw_position.set(position);
        Ok(position)
    }

    fn raw_tell(&self, th: &ThreadState) -> Res<i64> {
        let raw = self.raw.get().ok_or_else(|| th.value_error("I/O operation on uninitialized object"))?;
        self.raw_position.set(-1);
        let position = match raw.downcast::<FileIo>().filter(|_| self.direct.get()) {
            Some(file) => file.seek_to(th, 0, 1)?,
            None => {
                let result = th.call_method(&raw, &th.names().tell, &[])?;
                self.checked_position(th, &result)?
            }
        };
        self.raw_position.set(position);
        Ok(position)
    }

    fn checked_position(&self, th: &ThreadState, result: &Value) -> Res<i64> {
        let position = th.index_or(result, &exc::VALUE_ERROR)? as i64;
        if position < 0 {
            return Err(th.os_error_message(format_args!("Raw stream returned invalid position {position}")));
        }
        Ok(position)
    }

    /// Reads once into the store, behind what it holds or held. `None`: nothing for now; 0: the end.
    fn fill(&self, th: &ThreadState) -> Res<Option<usize>> {
        // The store is out of the way while other code runs.
        let mut store = std::mem::take(&mut *self.store.borrow_mut());
        if store.len() != self.size.get() {
            self.forget_ahead();
            store = Vec::new();
            if store.try_reserve_exact(self.size.get()).is_err() {
                return Err(th.memory_error());
            }
            store = vec![0; self.size.get()];
        }
        let start = self.end.get();
        let result = self.raw_read(th, &mut store[start..]);
        *self.store.borrow_mut() = store;
        if let Ok(Some(count)) = &result {
            self.end.set(start + count);
        }
        result
    }

    /// Writes out what is pending; BlockingIOError if that would have to wait.
    fn flush_pending(&self, th: &ThreadState) -> Res<()> {
        loop {
            let mut pending = std::mem::take(&mut *self.pending.borrow_mut());
            if pending.is_empty() {
                *self.pending.borrow_mut() = pending;
                return Ok(());
            }
            let result = self.raw_write(th, &pending);
            let written = match &result {
                Ok(count) => count.unwrap_or(0),
                Err(_) => 0,
            };
            let all = written == pending.len();
            pending.drain(..written);
            *self.pending.borrow_mut() = pending;
            if result?.is_none() {
                return Err(blocking_error(th, 0));
            }
            if all {
                return Ok(());
            }
            th.check_interrupts()?;
        }
    }

    /// Puts the raw stream where the user believes it to be.
    fn synchronize(&self, th: &ThreadState) -> Res<()> {
        if self.can_write() {
            self.flush_pending(th)?;
        }
        let ahead = self.ahead();
        if ahead > 0 {
            self.raw_seek(th, -(ahead as i64), 1)?;
        }
        self.forget_ahead();
        Ok(())
    }
}

/// Reading.
impl Buffered {
    pub fn read(&self, th: &ThreadState, slf: &Value, size: &Value) -> Res {
        self.check_ready(th)?;
        let size = match size.as_small_int() {
            Some(size) if size < -1 => return Err(th.value_error("read length must be non-negative or -1")),
            _ => super::memory::size_argument(th, size)?,
        };
        self.check_open(th, "read of")?;
        let _entered = self.enter(th, slf)?;
        match size {
            None => self.read_all(th),
            Some(size) if size <= self.ahead() => Ok(self.take(size, |bytes| th.bytes(bytes))),
            Some(size) => self.read_more(th, size),
        }
    }

    /// All that is left, for code of ours; `None` if there is nothing for now, or the raw stream is not a plain file.
    pub fn read_rest(&self, th: &ThreadState, slf: &Value) -> Res<Option<Vec<u8>>> {
        self.check_open(th, "read of")?;
        let _entered = self.enter(th, slf)?;
        if self.direct.get() { self.read_rest_of_file(th) } else { Ok(None) }
    }

    fn read_rest_of_file(&self, th: &ThreadState) -> Res<Option<Vec<u8>>> {
        self.flush_pending(th)?;
        let mut all = self.take(usize::MAX, |bytes| bytes.to_vec());
        self.forget_ahead();
        self.raw_position.set(-1);
        let raw = self.raw(th)?;
        let rest = match raw.downcast::<FileIo>() {
            Some(file) => file.read_all(th)?,
            None => None,
        };
        Ok(match rest {
            rest if all.is_empty() => rest,
            rest => {
                all.extend(rest.unwrap_or_default());
                Some(all)
            }
        })
    }

    /// What is there, up to `size` bytes, after at most one reading of the raw stream into the store.
    pub fn read_chunk(&self, th: &ThreadState, slf: &Value, size: usize) -> Res<Vec<u8>> {
        self.check_open(th, "read of")?;
        let _entered = self.enter(th, slf)?;
        if self.ahead() == 0 {
            self.flush_pending(th)?;
            self.forget_ahead();
            self.fill(th)?;
        }
        Ok(self.take(size, |bytes| bytes.to_vec()))
    }

    fn read_all(&self, th: &ThreadState) -> Res {
        if self.direct.get() {
            return Ok(self.read_rest_of_file(th)?.map_or(Value::NONE, |all| th.bytes(&all)));
        }
        self.flush_pending(th)?;
        let mut all = self.take(usize::MAX, |bytes| bytes.to_vec());
        self.forget_ahead();
        self.raw_position.set(-1);
        let raw = self.raw(th)?;
        if let Some(readall) = th.getattr_opt(&raw, &th.names().readall)? {
            let rest = th.call(&readall, &[])?;
            if rest.is_none() {
                return Ok(if all.is_empty() { rest } else { th.bytes(&all) });
            }
            let Some(bytes) = rest.as_bytes() else { return Err(th.type_error("readall() should return bytes")) };
            if all.is_empty() {
                return Ok(rest);
            }
            all.extend_from_slice(bytes.as_slice());
            return Ok(th.bytes(&all));
        }
        loop {
            let part = th.call_method(&raw, &th.names().read, &[])?;
            if part.is_none() {
                return Ok(if all.is_empty() { part } else { th.bytes(&all) });
            }
            let Some(bytes) = part.as_bytes() else { return Err(th.type_error("read() should return bytes")) };
            if bytes.is_empty() {
                return Ok(th.bytes(&all));
            }
            all.extend_from_slice(bytes.as_slice());
        }
    }

    /// More than was read ahead: whole blocks go straight to the result.
    fn read_more(&self, th: &ThreadState, size: usize) -> Res {
        self.flush_pending(th)?;
        let mut out = self.take(size, |bytes| bytes.to_vec());
        self.forget_ahead();
        let result = |out: Vec<u8>, nothing_yet: bool| match nothing_yet && out.is_empty() {
            true => Value::NONE,
            false => th.bytes(&out),
        };
        loop {
            let left = size - out.len();
            let block = left - left % self.size.get();
            if block == 0 {
                break;
            }
            let filled = out.len();
            let room = block.min(MOST_AT_ONCE);
            if out.try_reserve(room).is_err() {
                return Err(th.memory_error());
            }
            out.resize(filled + room, 0);
            let count = self.raw_read(th, &mut out[filled..])?;
            out.truncate(filled + count.unwrap_or(0));
            if matches!(count, None | Some(0)) {
                return Ok(result(out, count.is_none()));
            }
        }
        while out.len() < size {
            let count = self.fill(th)?;
            if matches!(count, None | Some(0)) {
                return Ok(result(out, count.is_none()));
            }
            self.take(size - out.len(), |bytes| out.extend_from_slice(bytes));
        }
        Ok(th.bytes(&out))
    }

    /// What is there, after at most one reading of the raw stream.
    pub fn read_once(&self, th: &ThreadState, slf: &Value, size: usize) -> Res<Vec<u8>> {
        self.check_open(th, "read of")?;
        if size == 0 {
            return Ok(Vec::new());
        }
        let _entered = self.enter(th, slf)?;
        if self.ahead() > 0 {
            return Ok(self.take(size, |bytes| bytes.to_vec()));
        }
        self.flush_pending(th)?;
        self.forget_ahead();
        let mut bytes = Vec::new();
        if bytes.try_reserve_exact(size).is_err() {
            return Err(th.memory_error());
        }
        bytes.resize(size, 0);
        let count = self.raw_read(th, &mut bytes)?.unwrap_or(0);
        bytes.truncate(count);
        Ok(bytes)
    }

    pub fn read1(&self, th: &ThreadState, slf: &Value, size: isize) -> Res {
        self.check_ready(th)?;
        let size = usize::try_from(size).unwrap_or(self.size.get());
        Ok(th.bytes(&self.read_once(th, slf, size)?))
    }

    /// Reads into a buffer until it is full, or (`once`) after at most one reading of the raw stream.
    pub fn readinto(&self, th: &ThreadState, slf: &Value, buffer: &Buffer, once: bool) -> Res {
        self.check_open(th, "readinto of")?;
        let _entered = self.enter(th, slf)?;
        let mut written = 0;
        let copy = |written: usize| {
            self.take(buffer.len() - written, |bytes| {
                buffer.write(written, bytes);
                bytes.len()
            })
        };
        if self.ahead() > 0 {
            written = copy(0);
        }
        if written == buffer.len() {
            return Ok(Value::index(written));
        }
        self.flush_pending(th)?;
        self.forget_ahead();
        while written < buffer.len() {
            let left = buffer.len() - written;
            let count = if left > self.size.get() {
                let mut bytes = Vec::new();
                let room = left.min(MOST_AT_ONCE);
                if bytes.try_reserve_exact(room).is_err() {
                    return Err(th.memory_error());
                }
                bytes.resize(room, 0);
                let count = self.raw_read(th, &mut bytes)?;
                if let Some(count) = count {
                    buffer.write(written, &bytes[..count]);
                    written += count;
                }
                count
            } else if once && written > 0 {
                break;
            } else {
                let count = self.fill(th)?;
                if count.is_some_and(|count| count > 0) {
                    written += copy(written);
                }
                count
            };
            match count {
                None if written == 0 => return Ok(Value::NONE),
                None | Some(0) => break,
                Some(_) if once => break,
                Some(_) => {}
            }
        }
        Ok(Value::index(written))
    }

    pub fn readline(&self, th: &ThreadState, slf: &Value, limit: Option<usize>) -> Res {
        self.check_open(th, "readline of")?;
        let limit = limit.unwrap_or(usize::MAX);
        // Nothing runs while the line is looked for in what was read ahead.
        let (start, end) = (self.position.get(), self.end.get());
        let within = end.min(start.saturating_add(limit));
        {
            let store = self.store.borrow();
            let found = match store.get(start..within) {
                Some(ahead) => memchr::memchr(b'\n', ahead).map(|place| start + place + 1),
                None => None,
            };
            if let Some(line_end) = found.or((within - start == limit).then_some(within)) {
                self.position.set(line_end);
                return Ok(th.bytes(store.get(start..line_end).unwrap_or(&[])));
            }
        }
        let _entered = self.enter(th, slf)?;
        self.flush_pending(th)?;
        let mut line = self.take(limit, |bytes| bytes.to_vec());
        while line.len() < limit {
            self.forget_ahead();
            if !matches!(self.fill(th)?, Some(count) if count > 0) {
                break;
            }
            let most = limit - line.len();
            let end = self.find_feed();
            self.take(end.map_or(most, |end| most.min(end + 1)), |bytes| line.extend_from_slice(bytes));
            if end.is_some() {
                break;
            }
        }
        Ok(th.bytes(&line))
    }

    /// How far the next line feed is in what was read ahead.
    fn find_feed(&self) -> Option<usize> {
        memchr::memchr(b'\n', self.store.borrow().get(self.position.get()..self.end.get())?)
    }

    pub fn peek(&self, th: &ThreadState, slf: &Value) -> Res {
        self.check_open(th, "peek of")?;
        let _entered = self.enter(th, slf)?;
        self.flush_pending(th)?;
        if self.ahead() == 0 {
            self.forget_ahead();
            self.fill(th)?;
        }
        let store = self.store.borrow();
        Ok(th.bytes(store.get(self.position.get()..self.end.get()).unwrap_or(&[])))
    }
}

/// Writing, positions, the end.
impl Buffered {
    pub fn write(&self, th: &ThreadState, slf: &Value, data: &Data) -> Res<usize> {
        self.check_ready(th)?;
        let _entered = self.enter(th, slf)?;
        let bytes = data.as_slice();
        // A buffer may not be looked at while other code runs, which a raw stream in Python is.
        if self.direct.get() || data.is_constant() || self.fits(bytes.len()) {
            return self.write_bytes(th, bytes);
        }
        self.write_bytes(th, bytes)
    }

    /// As `write`, for code of ours.
    pub fn write_slice(&self, th: &ThreadState, slf: &Value, bytes: &[u8]) -> Res<usize> {
        self.check_ready(th)?;
        let _entered = self.enter(th, slf)?;
        self.write_bytes(th, bytes)
    }

    fn fits(&self, count: usize) -> bool {
        count <= self.size.get().saturating_sub(self.pending.borrow().len())
    }

    fn append(&self, th: &ThreadState, bytes: &[u8]) -> Res<()> {
        let mut pending = self.pending.borrow_mut();
        if pending.try_reserve(bytes.len()).is_err() {
            return Err(th.memory_error());
        }
        pending.extend_from_slice(bytes);
        Ok(())
    }

    fn write_bytes(&self, th: &ThreadState, bytes: &[u8]) -> Res<usize> {
        if self.gone.get() || self.is_closed(th)? {
            return Err(th.value_error("write to closed file"));
        }
        if self.ahead() > 0 {
            self.synchronize(th)?;
        }
        if self.fits(bytes.len()) {
            self.append(th, bytes)?;
            return Ok(bytes.len());
        }
        if let Err(raised) = self.flush_pending(th) {
            if !th.raised_is(&raised, &exc::BLOCKING_IO_ERROR) {
                return Err(raised);
            }
            drop(th.take_raised(raised));
            if !self.fits(bytes.len()) {
                // As much as there is room for.
                let room = self.size.get().saturating_sub(self.pending.borrow().len());
                self.append(th, &bytes[..room])?;
                return Err(blocking_error(th, room));
            }
        }
        let mut written = 0;
        while bytes.len() - written > self.size.get() {
            match self.raw_write(th, &bytes[written..])? {
                Some(count) => written += count,
                None => {
                    let room = self.size.get();
                    self.append(th, &bytes[written..written + room])?;
                    return Err(blocking_error(th, written + room));
                }
            }
            th.check_interrupts()?;
        }
        self.append(th, &bytes[written..])?;
        Ok(bytes.len())
    }

    pub fn flush(&self, th: &ThreadState, slf: &Value) -> Res<()> {
        if self.kind.get() == Kind::Reader {
            return th.call_method(&self.raw(th)?, &th.names().flush, &[]).map(drop);
        }
        self.check_open(th, "flush of")?;
        let _entered = self.enter(th, slf)?;
        self.synchronize(th)
    }

    pub fn seek(&self, th: &ThreadState, slf: &Value, target: &Value, whence: i32) -> Res<i64> {
        self.check_ready(th)?;
        if !(0..=4).contains(&whence) {
            return Err(th.value_error(format_args!("whence value {whence} unsupported")));
        }
        self.check_open(th, "seek of")?;
        check_seekable(th, &self.raw(th)?)?;
        let mut target = th.index_or(target, &exc::VALUE_ERROR)? as i64;
        if whence <= 1 && self.ahead() > 0 {
            // Perhaps the place is in the store.
            let raw = if self.raw_position.get() < 0 { self.raw_tell(th)? } else { self.raw_position.get() };
            let current = raw - self.ahead() as i64;
            let offset = if whence == 0 { target.saturating_sub(current) } else { target };
            if offset >= -(self.position.get() as i64) && offset <= self.ahead() as i64 {
                self.position.set((self.position.get() as i64 + offset) as usize);
                return Ok((current + offset).max(0));
            }
        }
        let _entered = self.enter(th, slf)?;
        self.flush_pending(th)?;
        if whence == 1 {
            target = target.saturating_sub(self.ahead() as i64);
        }
        let position = self.raw_seek(th, target, whence)?;
        self.forget_ahead();
        Ok(position)
    }

    pub fn tell(&self, th: &ThreadState) -> Res<i64> {
        self.check_ready(th)?;
        let raw = self.raw_tell(th)?;
        Ok((raw - self.ahead() as i64 + self.pending.borrow().len() as i64).max(0))
    }

    pub fn truncate(&self, th: &ThreadState, slf: &Value, size: &Value) -> Res {
        self.check_open(th, "truncate of")?;
        if !self.can_write() {
            return Err(unsupported(th, "truncate"));
        }
        let _entered = self.enter(th, slf)?;
        self.synchronize(th)?;
        let result = th.call_method(&self.raw(th)?, &th.names().truncate, std::slice::from_ref(size))?;
        if let Err(raised) = self.raw_tell(th) {
            drop(th.take_raised(raised));
        }
        Ok(result)
    }

    pub fn close(&self, th: &ThreadState, slf: &Value) -> Res<()> {
        let raw = self.raw(th)?;
        {
            let _entered = self.enter(th, slf)?;
            if self.is_closed(th)? {
                return Ok(());
            }
            if self.finalizing.get() {
                self.dealloc_warn(th, slf);
            }
        }
        close_both(
            th,
            || th.call_method(slf, &th.names().flush, &[]).map(drop),
            || {
                let _entered = self.enter(th, slf)?;
                let result = th.call_method(&raw, &th.names().close, &[]);
                self.gone.set(true);
                self.forget_ahead();
                *self.store.borrow_mut() = Vec::new();
                *self.pending.borrow_mut() = Vec::new();
                result.map(drop)
            },
        )
    }

    /// Passes the complaint about a stream that was not closed on to the raw stream.
    pub fn dealloc_warn(&self, th: &ThreadState, source: &Value) {
        if self.state.get() == State::Ready
            && let Some(raw) = self.raw.get()
            && let Err(raised) = th.call_method_str(&raw, "_dealloc_warn", std::slice::from_ref(source))
        {
            drop(th.take_raised(raised));
        }
    }

    pub fn detach(&self, th: &ThreadState, slf: &Value) -> Res {
        self.check_ready(th)?;
        th.call_method(slf, &th.names().flush, &[])?;
        let raw = self.raw(th)?;
        self.raw.set(None);
        self.state.set(State::Detached);
        Ok(raw)
    }

    /// Asks the raw stream.
    pub fn ask(&self, th: &ThreadState, method: &str) -> Res {
        th.call_method_str(&self.raw(th)?, method, &[])
    }

    pub fn memory(&self, slf: &Value) -> usize {
        slf.class().instance_size() + if self.gone.get() { 0 } else { self.size.get() }
    }
}
