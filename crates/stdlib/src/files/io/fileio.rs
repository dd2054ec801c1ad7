//! `FileIO`: a raw stream over a file descriptor.

use std::cell::Cell;
use std::ffi::CString;
use std::io::{Error, ErrorKind};

use macros::{pyclass, pymethods};
use runtime::convert::WritableBuffer;
use runtime::objects::exceptions as exc;
use runtime::{Payload, Raised, Res, ThreadState, Type, Value};

use super::base::{IoBase, RAW_IO_BASE_TYPE, close_both, close_with_base, finalizing_flag};
use super::memory::{Data, cannot_pickle, size_argument};
use super::unsupported;

/// No single system call is asked to move more.
const MOST_AT_ONCE: usize = 0x7FFF_F000;

/// Files up to this size are read whole without asking for the position.
const SMALL_FILE: i64 = 65536;

/// Open a file.
///
/// The mode can be 'r' (default), 'w', 'x' or 'a' for reading,
/// writing, exclusive creation or appending.  The file will be created
/// if it doesn't exist when opened for writing or appending; it will be
/// truncated when opened for writing.  A FileExistsError will be raised
/// if it already exists when opened for creating.  Add a '+' to the mode
/// to allow simultaneous reading and writing.
///
/// A custom opener can be used by passing a callable as *opener*.  It is
/// called with (*name*, *flags*) and must return an open file descriptor.
#[pyclass(name = "FileIO", module = "_io", base = RAW_IO_BASE_TYPE, payload = runtime::object::PayloadFns::plain::<FileIo>(), flags(basetype))]
#[repr(C)]
pub struct FileIo {
    #[notrace]
    io: IoBase,
    fd: Cell<i32>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    created: Cell<bool>,
    appending: Cell<bool>,
    closefd: Cell<bool>,
    finalizing: Cell<bool>,
    /// Whether positions can be set: 0 no, 1 yes, -1 not asked yet.
    seekable: Cell<i32>,
    block_size: Cell<i64>,
    /// The size when the file was opened, for the room that `readall` makes.
    size: Cell<i64>,
}

#[cold]
fn closed_error(th: &ThreadState) -> Raised {
    th.value_error("I/O operation on closed file")
}

impl FileIo {
    fn fd(&self, th: &ThreadState) -> Res<i32> {
        if self.fd.get() < 0 { Err(closed_error(th)) } else { Ok(self.fd.get()) }
    }

    pub fn is_closed(&self) -> bool {
        self.fd.get() < 0
    }

    fn mode(&self) -> &'static str {
        match (self.created.get(), self.appending.get(), self.readable.get(), self.writable.get()) {
            (true, _, true, _) => "xb+",
            (true, ..) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, ..) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, false) => "rb",
            _ => "wb",
        }
    }

    /// Reads once into `target`; `None` if that would have to wait.
    pub fn read_into(&self, th: &ThreadState, target: &mut [u8]) -> Res<Option<usize>> {
        let fd = self.fd(th)?;
        if !self.readable.get() {
            return Err(unsupported(th, "File not open for reading"));
        }
        let count = target.len().min(MOST_AT_ONCE);
        would_wait(th, th.blocking(|| host::fs::read(fd, &mut target[..count]))?)
    }

    /// Writes once; `None` if that would have to wait.
    pub fn write_from(&self, th: &ThreadState, bytes: &[u8]) -> Res<Option<usize>> {
        let fd = self.fd(th)?;
        if !self.writable.get() {
            return Err(unsupported(th, "File not open for writing"));
        }
        let bytes = &bytes[..bytes.len().min(MOST_AT_ONCE)];
        would_wait(th, th.blocking(|| host::fs::write(fd, bytes))?)
    }

    /// Sets the position and gives it, from the file's start.
    pub fn seek_to(&self, th: &ThreadState, position: i64, whence: i32) -> Res<i64> {
        let fd = self.fd(th)?;
        let result = host::fs::seek(fd, position, whence);
        if self.seekable.get() < 0 {
            self.seekable.set(i32::from(result.is_ok()));
        }
        result.map_err(|error| th.os_error(&error, None))
    }

    /// Everything up to the end; `None` if nothing is there yet.
    pub fn read_all(&self, th: &ThreadState) -> Res<Option<Vec<u8>>> {
        let fd = self.fd(th)?;
        let mut expected = 0;
        if self.size.get() > 0 {
            // Room for all of a small file is cheaper than asking for the position.
            let small = self.size.get() <= SMALL_FILE;
            let position = if small { 0 } else { host::fs::seek(fd, 0, 1).unwrap_or(0) };
            expected = usize::try_from(self.size.get() - position).unwrap_or(0);
        }
        let mut all: Vec<u8> = Vec::new();
        // One byte more than expected, so that the end is seen without growing.
        let mut room = if expected > 0 { expected + 1 } else { 8192 };
        let mut length = 0;
        loop {
            if all.len() - length < room {
                let more = room - (all.len() - length);
                if all.try_reserve_exact(more).is_err() {
                    return Err(th.memory_error());
                }
                all.resize(all.len() + more, 0);
            }
            let end = all.len().min(length + MOST_AT_ONCE);
            let result = th.blocking(|| host::fs::read(fd, &mut all[length..end]))?;
            match would_wait(th, result)? {
                None if length == 0 => return Ok(None),
                None | Some(0) => break,
                Some(count) => length += count,
            }
            room = if all.len() > length { 1 } else { length.clamp(8192, 1 << 24) };
        }
        all.truncate(length);
        Ok(Some(all))
    }

    fn close_descriptor(&self, th: &ThreadState) -> Res<()> {
        let fd = self.fd.replace(-1);
        if fd < 0 {
            return Ok(());
        }
        th.without_gil(|| host::fs::close(fd)).map_err(|error| th.os_error(&error, None))
    }

    /// The system's file number for `file`, opened if it is a name.
    fn open_descriptor(&self, th: &ThreadState, file: &Value, flags: i32, opener: &Value) -> Res<i32> {
        if opener.is_none() {
            let path = path_argument(th, file)?;
            let result = th.blocking(|| host::fs::open(&path, flags, 0o666))?;
            return result.map_err(|error| th.os_error(&error, Some(file)));
        }
        let fd = th.call(opener, &[file.clone(), Value::int32(flags | host::fs::O_CLOEXEC)])?;
        if fd.as_int().is_none() {
            return Err(th.type_error("expected integer from opener"));
        }
        let fd: i64 = th.index_or(&fd, &exc::OVERFLOW_ERROR)? as i64;
        match i32::try_from(fd) {
            Ok(fd) if fd >= 0 => Ok(fd),
            _ => Err(th.value_error(format_args!("opener returned {fd}"))),
        }
    }
}

/// An answer that the system has for now: `None` when the call would have to wait.
fn would_wait(th: &ThreadState, result: Result<usize, Error>) -> Res<Option<usize>> {
    match result {
        Ok(count) => Ok(Some(count)),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(th.os_error(&error, None)),
    }
}

/// What a mode such as "rb+" says.
struct Mode {
    kind: u8,
    plus: bool,
}

impl Mode {
    fn parse(th: &ThreadState, text: &str) -> Res<Mode> {
        let wrong = || th.value_error("Must have exactly one of create/read/write/append mode and at most one plus");
        let (mut kind, mut plus) = (None, false);
        for letter in text.bytes() {
            match letter {
                b'r' | b'w' | b'x' | b'a' if kind.is_none() => kind = Some(letter),
                b'+' if !plus => plus = true,
                b'b' => {}
                b'r' | b'w' | b'x' | b'a' | b'+' => return Err(wrong()),
                _ => return Err(th.value_error(format_args!("invalid mode: {text}"))),
            }
        }
        kind.map(|kind| Mode { kind, plus }).ok_or_else(wrong)
    }

    fn flags(&self) -> i32 {
        let access = match (self.kind, self.plus) {
            (_, true) => host::fs::O_RDWR,
            (b'r', false) => host::fs::O_RDONLY,
            _ => host::fs::O_WRONLY,
        };
        access
            | match self.kind {
                b'w' => host::fs::O_CREAT | host::fs::O_TRUNC,
                b'x' => host::fs::O_CREAT | host::fs::O_EXCL,
                b'a' => host::fs::O_CREAT | host::fs::O_APPEND,
                _ => 0,
            }
    }
}

/// A path argument as the system takes it: str, bytes or a path object.
pub fn path_argument(th: &ThreadState, path: &Value) -> Res<CString> {
    let bytes = |path: &Value| -> Res<Option<Vec<u8>>> {
        if path.as_str().is_some() {
            return th.encode(path, "utf-8", "surrogateescape").map(Some);
        }
        Ok(path.as_bytes().map(|bytes| bytes.as_slice().to_vec()))
    };
    let mut found = bytes(path)?;
    if found.is_none()
        && let Some(other) = crate::files::posix::arguments::call_fspath(th, path)?
    {
        found = bytes(&other)?;
        if found.is_none() {
            let (class, wrong) = (path.class().full_name(), other.class().full_name());
            return Err(
                th.type_error(format_args!("expected {class}.__fspath__() to return str or bytes, not {wrong}"))
            );
        }
    }
    let Some(bytes) = found else {
        let class = path.class().full_name();
        return Err(th.type_error(format_args!("expected str, bytes or os.PathLike object, not {class}")));
    };
    CString::new(bytes).map_err(|_| th.value_error("embedded null byte"))
}

#[pymethods]
impl FileIo {
    #[pyslot(new)]
    fn construct(th: &ThreadState, class: &Type, _: &[Value], _: &[Value]) -> Res {
        let payload = FileIo {
            io: IoBase::default(),
            fd: Cell::new(-1),
            readable: Cell::new(false),
            writable: Cell::new(false),
            created: Cell::new(false),
            appending: Cell::new(false),
            closefd: Cell::new(true),
            finalizing: Cell::new(false),
            seekable: Cell::new(-1),
            block_size: Cell::new(super::DEFAULT_BUFFER_SIZE as i64),
            size: Cell::new(0),
        };
        Ok(th.new_instance(class, payload))
    }

    #[pyslot("(file, mode='r', closefd=True, opener=None)")]
    fn init(
        slf: &Value,
        th: &ThreadState,
        file: &Value,
        mode: Option<&Value>,
        closefd: bool,
        opener: Value,
    ) -> Res<()> {
        let this = FileIo::of(slf);
        if this.fd.get() >= 0 {
            match this.closefd.get() {
                true => this.close_descriptor(th)?,
                false => this.fd.set(-1),
            }
        }
        let mode_text = match mode {
            None => "r".to_string(),
            Some(mode) => match mode.as_str() {
                Some(text) => text.to_string_lossy(),
                None => {
                    let class = mode.class().full_name();
                    return Err(th.type_error(format_args!("FileIO() argument 'mode' must be str, not {class}")));
                }
            },
        };
        let mut number = None;
        if let Some(fd) = file.as_int() {
            if file.as_bool().is_some() {
                runtime::warnings::warn(th, &exc::RUNTIME_WARNING, "bool is used as a file descriptor")?;
            }
            number = fd.to_i64().and_then(|fd| i32::try_from(fd).ok());
            if number.is_some_and(|fd| fd < 0) {
                return Err(th.value_error("negative file descriptor"));
            }
        }
        let parsed = Mode::parse(th, &mode_text)?;
        this.readable.set(parsed.kind == b'r' || parsed.plus);
        this.writable.set(parsed.kind != b'r' || parsed.plus);
        this.created.set(parsed.kind == b'x');
        this.appending.set(parsed.kind == b'a');
        this.seekable.set(-1);
        this.closefd.set(closefd);
        th.audit("open", &[file.clone(), th.str(&mode_text), Value::int32(parsed.flags())])?;
        match number {
            Some(fd) => this.fd.set(fd),
            None if !closefd => {
                path_argument(th, file)?;
                return Err(th.value_error("Cannot use closefd=False with file name"));
            }
            None => this.fd.set(this.open_descriptor(th, file, parsed.flags(), &opener)?),
        }
        if let Err(raised) = this.look_at_file(th, slf, file) {
            // A number that was given stays the caller's.
            let fd = this.fd.replace(-1);
            if number.is_none() {
                let _ = host::fs::close(fd);
            }
            return Err(raised);
        }
        Ok(())
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let this = FileIo::of(slf);
        let class = slf.class().full_name();
        if this.fd.get() < 0 {
            return Ok(th.str(&format!("<{class} [closed]>")));
        }
        let name = match th.getattr_opt_str(slf, "name")? {
            Some(name) => format!("name={}", super::base::repr_inside(th, slf, &name)?),
            None => format!("fd={}", this.fd.get()),
        };
        let closefd = if this.closefd.get() { "True" } else { "False" };
        Ok(th.str(&format!("<{class} {name} mode='{}' closefd={closefd}>", this.mode())))
    }

    /// Read at most size bytes, returned as bytes.
    ///
    /// If size is less than 0, read all bytes in the file making multiple
    /// read calls.  See ``FileIO.readall``.
    ///
    /// In non-blocking mode, returns None if no data is available.  Return
    /// an empty bytes object at EOF.
    #[pymethod("(size=-1, /)")]
    fn read(&self, th: &ThreadState, size: &Value) -> Res {
        self.fd(th)?;
        if !self.readable.get() {
            return Err(unsupported(th, "File not open for reading"));
        }
        let Some(size) = size_argument(th, size)? else { return self.readall(th) };
        let size = size.min(MOST_AT_ONCE);
        let mut bytes = Vec::new();
        if bytes.try_reserve_exact(size).is_err() {
            return Err(th.memory_error());
        }
        bytes.resize(size, 0);
        let count = self.read_into(th, &mut bytes)?;
        Ok(count.map_or(Value::NONE, |count| th.bytes(&bytes[..count])))
    }

    /// Read all data from the file, returned as bytes.
    ///
    /// Reads until either there is an error or read() returns size 0
    /// (indicates EOF).  In non-blocking mode, returns as much as could be
    /// read, or None if no data is available.
    #[pymethod("()")]
    fn readall(&self, th: &ThreadState) -> Res {
        Ok(self.read_all(th)?.map_or(Value::NONE, |all| th.bytes(&all)))
    }

    /// Same as RawIOBase.readinto().
    #[pymethod("(buffer, /)")]
    fn readinto(&self, th: &ThreadState, buffer: WritableBuffer) -> Res {
        let fd = self.fd(th)?;
        if !self.readable.get() {
            return Err(unsupported(th, "File not open for reading"));
        }
        let WritableBuffer(buffer) = buffer;
        let count = buffer.len().min(MOST_AT_ONCE);
        let result = th.blocking(|| buffer.with_mut(|bytes| host::fs::read(fd, &mut bytes[..count])))?;
        Ok(would_wait(th, result)?.map_or(Value::NONE, Value::index))
    }

    /// Write buffer b to file, return number of bytes written.
    ///
    /// Only makes one system call, so not all of the data may be written.
    /// In non-blocking mode, returns None if the write would block.
    #[pymethod("(b, /)")]
    fn write(&self, th: &ThreadState, b: Data) -> Res {
        let written = self.write_from(th, b.as_slice())?;
        // A signal may have ended the call early: its handler runs here and not in the statement after.
        th.check_interrupts()?;
        Ok(written.map_or(Value::NONE, Value::index))
    }

    /// Move to new file position and return the file position.
    ///
    /// Argument offset is a byte count.  Optional argument whence defaults
    /// to SEEK_SET or 0 (offset from start of file, offset should be >= 0);
    /// other values are SEEK_CUR or 1 (move relative to current position,
    /// positive or negative), and SEEK_END or 2 (move relative to end of
    /// file, usually negative).
    ///
    /// Note that not all file objects are seekable.
    #[pymethod("(pos, whence=0, /)")]
    fn seek(&self, th: &ThreadState, pos: &Value, whence: i32) -> Res<i64> {
        self.fd(th)?;
        self.seek_to(th, th.index_or(pos, &exc::OVERFLOW_ERROR)? as i64, whence)
    }

    /// Current file position.
    ///
    /// Can raise OSError for non seekable files.
    #[pymethod("()")]
    fn tell(&self, th: &ThreadState) -> Res<i64> {
        self.seek_to(th, 0, 1)
    }

    /// Truncate the file to at most size bytes and return the truncated size.
    ///
    /// Size defaults to the current file position, as returned by tell().
    #[pymethod("(size=None, /)")]
    fn truncate(&self, th: &ThreadState, size: &Value) -> Res {
        let fd = self.fd(th)?;
        if !self.writable.get() {
            return Err(unsupported(th, "File not open for writing"));
        }
        let size = if size.is_none() { th.int(self.tell(th)?) } else { size.clone() };
        let length = th.index_or(&size, &exc::OVERFLOW_ERROR)? as i64;
        th.blocking_call(|| host::fs::truncate(fd, length))?;
        self.size.set(0);
        Ok(size)
    }

    /// Close the file.
    ///
    /// A closed file cannot be used for further I/O operations.  close()
    /// may be called more than once without error.
    #[pymethod("()")]
    fn close(&self, th: &ThreadState, slf: &Value) -> Res<()> {
        close_both(
            th,
            || close_with_base(th, slf),
            || {
                if !self.closefd.get() {
                    self.fd.set(-1);
                    return Ok(());
                }
                if self.finalizing.get() {
                    self.warn_unclosed(th, slf, slf);
                }
                self.close_descriptor(th)
            },
        )
    }

    /// True if file supports random-access.
    #[pymethod("()", name = "seekable")]
    fn is_seekable(&self, th: &ThreadState) -> Res<bool> {
        let fd = self.fd(th)?;
        if self.seekable.get() < 0 {
            self.seekable.set(i32::from(host::fs::seek(fd, 0, 1).is_ok()));
        }
        Ok(self.seekable.get() == 1)
    }

    /// True if file was opened in a read mode.
    #[pymethod("()", name = "readable")]
    fn is_readable(&self, th: &ThreadState) -> Res<bool> {
        self.fd(th)?;
        Ok(self.readable.get())
    }

    /// True if file was opened in a write mode.
    #[pymethod("()", name = "writable")]
    fn is_writable(&self, th: &ThreadState) -> Res<bool> {
        self.fd(th)?;
        Ok(self.writable.get())
    }

    /// Return the underlying file descriptor (an integer).
    #[pymethod("()")]
    fn fileno(&self, th: &ThreadState) -> Res<i32> {
        self.fd(th)
    }

    /// True if the file is connected to a TTY device.
    #[pymethod("()")]
    fn isatty(&self, th: &ThreadState) -> Res<bool> {
        Ok(host::stdio::is_terminal(self.fd(th)?))
    }

    #[pymethod("()")]
    fn _isatty_open_only(&self, th: &ThreadState) -> Res<bool> {
        // A regular file is none, and that is known already.
        if self.size.get() > 0 { Ok(false) } else { self.isatty(th) }
    }

    #[pymethod("(object, /)")]
    fn _dealloc_warn(&self, th: &ThreadState, slf: &Value, object: &Value) {
        self.warn_unclosed(th, object, slf);
    }

    #[pymethod("()")]
    fn __getstate__(slf: &Value, th: &ThreadState) -> Res {
        Err(cannot_pickle(th, slf))
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

    /// True if the file is closed
    #[pygetter]
    fn closed(&self) -> bool {
        self.fd.get() < 0
    }

    /// True if the file descriptor will be closed by close().
    #[pygetter(name = "closefd")]
    fn get_closefd(&self) -> bool {
        self.closefd.get()
    }

    /// String giving the file mode
    #[pygetter(name = "mode")]
    fn get_mode(&self) -> &'static str {
        self.mode()
    }

    /// Stat st_blksize if available
    #[pygetter]
    fn _blksize(&self) -> i64 {
        self.block_size.get()
    }
}

impl FileIo {
    /// What the system knows of the file that was opened; a directory is none.
    fn look_at_file(&self, th: &ThreadState, slf: &Value, file: &Value) -> Res<()> {
        let fd = self.fd.get();
        match host::fs::fstat(fd) {
            Ok(stat) if stat.is_dir() => {
                return Err(th.os_error(&Error::from_raw_os_error(host::error::EISDIR), Some(file)));
            }
            Ok(stat) => {
                if stat.block_size > 1 {
                    self.block_size.set(stat.block_size);
                }
                self.size.set(stat.size);
            }
            Err(error) if error.raw_os_error() == Some(host::error::EBADF) => {
                return Err(th.os_error(&error, None));
            }
            Err(_) => {}
        }
        th.setattr_str(slf, "name", file)?;
        if self.appending.get() {
            let at_end = host::fs::seek(fd, 0, 2);
            self.seekable.set(i32::from(at_end.is_ok()));
        }
        Ok(())
    }

    /// "unclosed file": a ResourceWarning that blames `object`.
    fn warn_unclosed(&self, th: &ThreadState, object: &Value, slf: &Value) {
        if self.fd.get() < 0 || !self.closefd.get() {
            return;
        }
        super::base::warn_unclosed(th, object, slf);
    }
}
