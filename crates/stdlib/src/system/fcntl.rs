//! `fcntl`: control of files and devices by descriptor.

use macros::pymodule;

/// The module `fcntl`.
#[pymodule(name = "fcntl")]
pub mod fcntl_module {
    //! This module performs file control and I/O control on file
    //! descriptors.  It is an interface to the fcntl() and ioctl() Unix
    //! routines.  File descriptors can be obtained with the fileno() method of
    //! a file or socket object.

    use host::descriptor;
    use runtime::buffer::Flags;
    use runtime::objects::exceptions as exc;
    use runtime::objects::int::IntView;
    use runtime::{Res, ThreadState, Value};

    use crate::system::numbers::{Descriptor, add_constants};

    /// Structures that commands take are no longer than this.
    const LONGEST: usize = 1024;
    /// Room behind what a program gave, in case a command writes more than it was told.
    const ROOM: usize = 2 * LONGEST;

    /// The third argument: a number, or the bytes of a structure.
    enum Argument {
        Number(i64),
        Bytes(Vec<u8>),
    }

    fn number(th: &ThreadState, value: &Value) -> Res<i64> {
        let index = th.index(value)?;
        match index.as_int() {
            Some(IntView::Small(number)) => Ok(number),
            Some(number) => {
                let big = number.to_big();
                let wide = i128::try_from(&big).ok().filter(|wide| (-(1 << 63)..1 << 64).contains(wide));
                wide.map(|wide| wide as i64)
                    .ok_or_else(|| th.overflow_error("Python int too large to convert to C long"))
            }
            None => Ok(0),
        }
    }

    fn argument(th: &ThreadState, value: Option<&Value>, function: &str) -> Res<Argument> {
        let Some(value) = value else { return Ok(Argument::Number(0)) };
        if th.is_index(value) {
            return number(th, value).map(Argument::Number);
        }
        let bytes = if value.as_str().is_some() {
            let encoded = th.encode_object(value, "utf-8", "strict")?;
            encoded.as_bytes().map(|bytes| bytes.as_slice().to_vec()).unwrap_or_default()
        } else if th.has_buffer(value) {
            th.readable_buffer(value)?.to_vec()
        } else {
            let class = value.class().full_name();
            return Err(th.type_error(format_args!(
                "{function}() argument 3 must be an integer, a bytes-like object, or a string, not {class}"
            )));
        };
        Ok(Argument::Bytes(bytes))
    }

    fn code(th: &ThreadState, value: &Value) -> Res<u64> {
        let index = th.index(value)?;
        match index.as_int() {
            Some(IntView::Small(number)) => Ok(number as u64),
            Some(number) => {
                let big = number.to_big();
                i128::try_from(&big)
                    .ok()
                    .filter(|wide| (-(1 << 63)..1 << 64).contains(wide))
                    .map(|wide| wide as u64)
                    .ok_or_else(|| th.overflow_error("Python int too large to convert to C unsigned long"))
            }
            None => Ok(0),
        }
    }

    /// Perform the operation cmd on file descriptor fd.
    ///
    /// The values used for cmd are operating system dependent, and are
    /// available as constants in the fcntl module, using the same names as used
    /// in the relevant C header files.  The argument arg is optional, and
    /// defaults to 0; it may be an integer, a bytes-like object or a string.
    /// If arg is given as a string, it will be encoded to binary using the
    /// UTF-8 encoding.
    ///
    /// If the arg given is an integer or if none is specified, the result value
    /// is an integer corresponding to the return value of the fcntl() call in
    /// the C code.
    ///
    /// If arg is given as a bytes-like object, the return value of fcntl() is a
    /// bytes object of that length, containing the resulting value put in the
    /// arg buffer by the operating system.
    #[pyfunction("(fd, cmd, arg=0, /)")]
    fn fcntl(th: &ThreadState, fd: Descriptor, cmd: i32, arg: Option<&Value>) -> Res {
        let shown = arg.cloned().unwrap_or(Value::int32(0));
        th.audit("fcntl.fcntl", &[Value::int32(fd.0), Value::int32(cmd), shown])?;
        match argument(th, arg, "fcntl")? {
            Argument::Number(number) => {
                let result = th.blocking_call(|| descriptor::control(fd.0, cmd, number))?;
                Ok(Value::int32(result))
            }
            Argument::Bytes(bytes) => {
                if bytes.len() > LONGEST {
                    return Err(th.value_error("fcntl argument 3 is too long"));
                }
                let length = bytes.len();
                let mut buffer = bytes;
                buffer.resize(ROOM, 0);
                th.blocking_call(|| descriptor::control_bytes(fd.0, cmd, &mut buffer))?;
                Ok(th.bytes(&buffer[..length]))
            }
        }
    }

    /// Perform the operation request on file descriptor fd.
    ///
    /// The values used for request are operating system dependent, and are
    /// available as constants in the fcntl or termios library modules, using
    /// the same names as used in the relevant C header files.
    ///
    /// The argument arg is optional, and defaults to 0; it may be an integer, a
    /// bytes-like object or a string.  If arg is given as a string, it will be
    /// encoded to binary using the UTF-8 encoding.
    ///
    /// If the arg given is an integer or if none is specified, the result value
    /// is an integer corresponding to the return value of the ioctl() call in
    /// the C code.
    ///
    /// If the argument is a mutable buffer (such as a bytearray) and the
    /// mutate_flag argument is true (default) then the buffer is (in effect)
    /// passed to the operating system and changes made by the OS will be
    /// reflected in the contents of the buffer after the call has returned.
    /// The return value is the integer returned by the ioctl() system call.
    ///
    /// If the argument is a mutable buffer and the mutable_flag argument is
    /// false, the function behaves as if an immutable buffer (such as a bytes)
    /// was passed.
    ///
    /// If the argument is an immutable buffer then a copy of it is passed
    /// to the operating system and the return value is a bytes object of the
    /// same length containing whatever the operating system placed in the
    /// buffer.
    #[pyfunction("(fd, request, arg=0, mutate_flag=True, /)")]
    fn ioctl(th: &ThreadState, fd: Descriptor, request: &Value, arg: Option<&Value>, mutate_flag: bool) -> Res {
        let request_code = code(th, request)?;
        let shown = arg.cloned().unwrap_or(Value::int32(0));
        th.audit("fcntl.ioctl", &[Value::int32(fd.0), request.clone(), shown])?;
        if let Some(value) = arg
            && mutate_flag
            && !th.is_index(value)
            && th.has_buffer(value)
            && let Some(buffer) = th.catch(th.buffer(value, Flags::WRITABLE), &exc::BUFFER_ERROR)?
        {
            let length = buffer.len();
            let mut bytes = buffer.to_vec();
            bytes.resize(length.max(LONGEST) + ROOM, 0);
            let result = th.without_gil(|| descriptor::device_control_bytes(fd.0, request_code, &mut bytes));
            let result = result.map_err(|error| th.os_error(&error, None))?;
            buffer.write(0, &bytes[..length]);
            return Ok(Value::int32(result));
        }
        match argument(th, arg, "ioctl")? {
            Argument::Number(number) => {
                let result = th.without_gil(|| descriptor::device_control(fd.0, request_code, number));
                result.map(Value::int32).map_err(|error| th.os_error(&error, None))
            }
            Argument::Bytes(bytes) => {
                if bytes.len() > LONGEST {
                    return Err(th.value_error("ioctl argument 3 is too long"));
                }
                let length = bytes.len();
                let mut buffer = bytes;
                buffer.resize(ROOM, 0);
                let result = th.without_gil(|| descriptor::device_control_bytes(fd.0, request_code, &mut buffer));
                result.map_err(|error| th.os_error(&error, None))?;
                Ok(th.bytes(&buffer[..length]))
            }
        }
    }

    /// Perform the lock operation on file descriptor fd.
    ///
    /// See the Unix manual page for flock(2) for details (On some systems, this
    /// function is emulated using fcntl()).
    #[pyfunction("(fd, operation, /)")]
    fn flock(th: &ThreadState, fd: Descriptor, operation: i32) -> Res<()> {
        th.audit("fcntl.flock", &[Value::int32(fd.0), Value::int32(operation)])?;
        th.blocking_call(|| descriptor::lock_whole(fd.0, operation))
    }

    /// A wrapper around the fcntl() locking calls.
    ///
    /// fd is the file descriptor of the file to lock or unlock, and operation
    /// is one of the following values:
    ///
    ///     LOCK_UN - unlock
    ///     LOCK_SH - acquire a shared lock
    ///     LOCK_EX - acquire an exclusive lock
    ///
    /// When operation is LOCK_SH or LOCK_EX, it can also be bitwise ORed with
    /// LOCK_NB to avoid blocking on lock acquisition.  If LOCK_NB is used and the
    /// lock cannot be acquired, an OSError will be raised and the exception will
    /// have an errno attribute set to EACCES or EAGAIN (depending on the operating
    /// system -- for portability, check for either value).
    ///
    /// len is the number of bytes to lock, with the default meaning to lock to
    /// EOF.  start is the byte offset, relative to the beginning of the file, at
    /// which the lock starts.  whence is as with fileobj.seek(), specifically:
    ///
    ///     0 - relative to the start of the file (SEEK_SET)
    ///     1 - relative to the current buffer position (SEEK_CUR)
    ///     2 - relative to the end of the file (SEEK_END)
    #[pyfunction("(fd, cmd, len=0, start=0, whence=0, /)")]
    fn lockf(
        th: &ThreadState,
        fd: Descriptor,
        cmd: i32,
        len: Option<&Value>,
        start: Option<&Value>,
        whence: i32,
    ) -> Res<()> {
        let offset = |value: Option<&Value>| match value {
            None => Ok(0),
            Some(value) => crate::files::posix::arguments::int64(th, value),
        };
        let (length, first) = (offset(len)?, offset(start)?);
        let audited = [Value::int32(fd.0), Value::int32(cmd), th.int(length), th.int(first), Value::int32(whence)];
        th.audit("fcntl.lockf", &audited)?;
        let kind = match cmd & !descriptor::LOCK_NB {
            descriptor::LOCK_UN => descriptor::Lock::None,
            descriptor::LOCK_SH => descriptor::Lock::Shared,
            descriptor::LOCK_EX => descriptor::Lock::Exclusive,
            _ => return Err(th.value_error("unrecognized lockf argument")),
        };
        let wait = cmd & descriptor::LOCK_NB == 0;
        th.blocking_call(|| descriptor::lock_range(fd.0, kind, wait, first, length, whence as i16))
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        add_constants(th, module, host::constants::fcntl::CONSTANTS)
    }
}
