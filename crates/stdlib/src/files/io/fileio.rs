//! `FileIO`: a raw stream over a file descriptor.

use std::cell::Cell;
use std::ffi::CString;

use macros::{pyclass, pymethods};
use runtime::{Payload, Res, ThreadState, Type, Value};

use super::base::{IoBase, RAW_IO_BASE_TYPE, closed_error};
use super::unsupported;

/// Open a file.
///
/// The mode can be 'r' (default), 'w', 'x' or 'a' for reading,
/// writing, exclusive creation or appending.  The file will be created if it
/// doesn't exist when opened for writing or appending; it will be truncated
/// when opened for writing.  A FileExistsError will be raised if it already
/// exists when opened for creating. Opening a file for creating implies
/// writing so this mode behaves in a similar way to 'w'.Add a '+' to the mode
/// to allow simultaneous reading and writing. A custom opener can be used by
/// passing a callable as *opener*.
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
}

impl FileIo {
    fn fd(&self, th: &ThreadState) -> Res<i32> {
        if self.fd.get() < 0 { Err(closed_error(th)) } else { Ok(self.fd.get()) }
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
}

/// A path argument as the system takes it: str, bytes or a path object.
pub fn path_argument(th: &ThreadState, path: &Value) -> Res<CString> {
    let path = match th.call_special(path, &th.names().__fspath__, &[])? {
        Some(path) => path,
        None => path.clone(),
    };
    let bytes = if path.as_str().is_some() {
        let encoded = th.call_method_str(&path, "encode", &[th.str("utf-8"), th.str("surrogateescape")])?;
        encoded.as_bytes().map(|bytes| bytes.as_slice().to_vec())
    } else {
        path.as_bytes().map(|bytes| bytes.as_slice().to_vec())
    };
    let Some(bytes) = bytes else {
        return Err(
            th.type_error(format_args!("expected str, bytes or os.PathLike object, not {}", path.class().full_name()))
        );
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
        };
        Ok(th.new_instance(class, payload))
    }

    #[pyslot("(file, mode='r', closefd=True, opener=None)")]
    fn init(slf: &Value, th: &ThreadState, file: &Value, mode: Option<Value>, closefd: bool, opener: Value) -> Res<()> {
        let this = FileIo::of(slf);
        let mode = mode.unwrap_or_else(|| th.str("r"));
        let Some(mode_text) = mode.as_str().map(|mode| mode.to_string_lossy()) else {
            return Err(th.type_error("FileIO() argument 'mode' must be str"));
        };
        let bad_mode = || th.value_error("Must have exactly one of create/read/write/append mode and at most one plus");
        let (mut base, mut plus) = (None, false);
        for letter in mode_text.chars() {
            match letter {
                'r' | 'w' | 'x' | 'a' if base.is_none() => base = Some(letter),
                '+' if !plus => plus = true,
                'b' => {}
                'r' | 'w' | 'x' | 'a' | '+' => return Err(bad_mode()),
                _ => return Err(th.value_error(format_args!("invalid mode: {mode_text}"))),
            }
        }
        let Some(base) = base else { return Err(bad_mode()) };
        this.readable.set(base == 'r' || plus);
        this.writable.set(base != 'r' || plus);
        this.created.set(base == 'x');
        this.appending.set(base == 'a');
        let mut flags = match (this.readable.get(), this.writable.get()) {
            (true, true) => host::fs::O_RDWR,
            (true, false) => host::fs::O_RDONLY,
            _ => host::fs::O_WRONLY,
        };
        flags |= match base {
            'w' => host::fs::O_CREAT | host::fs::O_TRUNC,
            'x' => host::fs::O_CREAT | host::fs::O_EXCL,
            'a' => host::fs::O_CREAT | host::fs::O_APPEND,
            _ => 0,
        };
        if let Some(fd) = file.as_int() {
            let fd = fd.to_i64().and_then(|fd| i32::try_from(fd).ok()).unwrap_or(-1);
            if fd < 0 {
                return Err(th.value_error("negative file descriptor"));
            }
            if let Err(error) = host::fs::fstat(fd) {
                return Err(th.os_error(&error, None));
            }
            this.fd.set(fd);
            this.closefd.set(closefd);
        } else {
            if !closefd {
                return Err(th.value_error("Cannot use closefd=False with file name"));
            }
            let fd = if opener.is_none() {
                let path = path_argument(th, file)?;
                host::fs::open(&path, flags, 0o666).map_err(|error| th.os_error(&error, Some(file)))?
            } else {
                let fd = th.call(&opener, &[file.clone(), Value::int32(flags)])?;
                match fd.as_small_int().and_then(|fd| i32::try_from(fd).ok()) {
                    Some(fd) if fd >= 0 => fd,
                    Some(fd) => return Err(th.value_error(format_args!("opener returned {fd}"))),
                    None => return Err(th.type_error("expected integer from opener")),
                }
            };
            this.fd.set(fd);
            if let Ok(stat) = host::fs::fstat(fd)
                && stat.is_dir()
            {
                let _ = host::fs::close(this.fd.replace(-1));
                return Err(th.os_error(&std::io::Error::from_raw_os_error(21), Some(file)));
            }
        }
        if this.appending.get() {
            let _ = host::fs::seek(this.fd.get(), 0, 2);
        }
        th.setattr_str(slf, "name", file)
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let this = FileIo::of(slf);
        let class = slf.class().full_name();
        if this.fd.get() < 0 {
            return Ok(th.str(&format!("<{class} [closed]>")));
        }
        let name = match th.getattr_opt_str(slf, "name")? {
            Some(name) => format!("name={}", th.repr_string(&name)?),
            None => format!("fd={}", this.fd.get()),
        };
        let closefd = if this.closefd.get() { "True" } else { "False" };
        Ok(th.str(&format!("<{class} {name} mode='{}' closefd={closefd}>", this.mode())))
    }

    /// Read at most size bytes, returned as bytes.
    #[pymethod("(size=-1, /)")]
    fn read(slf: &Value, th: &ThreadState, size: Option<isize>) -> Res {
        let this = FileIo::of(slf);
        let fd = this.fd(th)?;
        if !this.readable.get() {
            return Err(unsupported(th, "File not open for reading"));
        }
        let size = size.unwrap_or(-1);
        if size < 0 {
            return FileIo::readall(slf, th);
        }
        let mut buffer = vec![0; size as usize];
        match host::fs::read(fd, &mut buffer) {
            Ok(count) => Ok(th.bytes(&buffer[..count])),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(Value::NONE),
            Err(error) => Err(th.os_error(&error, None)),
        }
    }

    /// Read all data from the file, returned as bytes.
    #[pymethod("()")]
    fn readall(slf: &Value, th: &ThreadState) -> Res {
        let fd = FileIo::of(slf).fd(th)?;
        let mut all = Vec::new();
        let mut chunk = vec![0; 65536];
        loop {
            match host::fs::read(fd, &mut chunk) {
                Ok(0) => return Ok(th.bytes(&all)),
                Ok(count) => all.extend_from_slice(&chunk[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(th.os_error(&error, None)),
            }
        }
    }

    /// Same as RawIOBase.readinto().
    #[pymethod("(buffer, /)")]
    fn readinto(&self, th: &ThreadState, buffer: &Value) -> Res {
        let fd = self.fd(th)?;
        if !self.readable.get() {
            return Err(unsupported(th, "File not open for reading"));
        }
        let target = th.writable_buffer(buffer)?;
        match target.with_mut(|bytes| host::fs::read(fd, bytes)) {
            Ok(count) => Ok(Value::index(count)),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(Value::NONE),
            Err(error) => Err(th.os_error(&error, None)),
        }
    }

    /// Write buffer b to file, return number of bytes written.
    #[pymethod("(b, /)")]
    fn write(&self, th: &ThreadState, b: &Value) -> Res {
        let fd = self.fd(th)?;
        if !self.writable.get() {
            return Err(unsupported(th, "File not open for writing"));
        }
        let bytes = th.readable_buffer(b)?;
        match host::fs::write(fd, bytes.as_slice()) {
            Ok(count) => Ok(Value::index(count)),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(Value::NONE),
            Err(error) => Err(th.os_error(&error, None)),
        }
    }

    /// Move to new file position and return the file position.
    #[pymethod("(pos, whence=0, /)")]
    fn seek(&self, th: &ThreadState, pos: i64, whence: i32) -> Res<i64> {
        host::fs::seek(self.fd(th)?, pos, whence).map_err(|error| th.os_error(&error, None))
    }

    /// Current file position.
    #[pymethod("()")]
    fn tell(&self, th: &ThreadState) -> Res<i64> {
        host::fs::seek(self.fd(th)?, 0, 1).map_err(|error| th.os_error(&error, None))
    }

    /// Truncate the file to at most size bytes and return the truncated size.
    #[pymethod("(size=None, /)")]
    fn truncate(&self, th: &ThreadState, size: Option<i64>) -> Res<i64> {
        let fd = self.fd(th)?;
        if !self.writable.get() {
            return Err(unsupported(th, "File not open for writing"));
        }
        let size = match size {
            Some(size) => size,
            None => self.tell(th)?,
        };
        host::fs::truncate(fd, size).map_err(|error| th.os_error(&error, None))?;
        Ok(size)
    }

    /// Close the file.
    #[pymethod("()")]
    fn close(&self, th: &ThreadState) -> Res<()> {
        let fd = self.fd.replace(-1);
        if fd >= 0 && self.closefd.get() {
            host::fs::close(fd).map_err(|error| th.os_error(&error, None))?;
        }
        Ok(())
    }

    /// True if file supports random-access.
    #[pymethod("()")]
    fn seekable(&self, th: &ThreadState) -> Res<bool> {
        Ok(host::fs::seek(self.fd(th)?, 0, 1).is_ok())
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

    #[pymethod("()", text = none)]
    fn _isatty_open_only(&self, th: &ThreadState) -> Res<bool> {
        self.isatty(th)
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

    #[pygetter]
    fn _blksize(&self) -> i64 {
        super::DEFAULT_BUFFER_SIZE as i64
    }
}
