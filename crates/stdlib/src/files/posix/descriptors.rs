//! File descriptors: reading, writing, duplicating, pipes, events, timers, locks.

use macros::pymodule;

/// Functions of the module `posix`.
#[pymodule(name = "posix")]
pub mod functions {
    use host::descriptor;
    use runtime::buffer::Buffer;
    use runtime::convert::WritableBuffer;
    use runtime::{Res, ThreadState, Value};

    use crate::files::posix::arguments::{fs_encoded, int64, sequence};
    use crate::system::numbers::{Descriptor, Rounding, float_seconds, nanoseconds};

    /// The kernel transfers no more at once.
    const MOST: usize = 0x7fff_f000;

    /// Close a file descriptor.
    #[pyfunction("(fd)")]
    fn close(th: &ThreadState, fd: i32) -> Res<()> {
        // After EINTR the descriptor is closed: trying again could close another.
        match th.without_gil(|| host::fs::close(fd)) {
            Err(error) if error.kind() != std::io::ErrorKind::Interrupted => Err(th.os_error(&error, None)),
            _ => Ok(()),
        }
    }

    /// Closes all file descriptors in [fd_low, fd_high), ignoring errors.
    #[pyfunction("(fd_low, fd_high, /)")]
    fn closerange(th: &ThreadState, fd_low: i32, fd_high: i32) {
        th.without_gil(|| descriptor::close_range(fd_low, fd_high));
    }

    /// Return a duplicate of a file descriptor.
    #[pyfunction("(fd, /)")]
    fn dup(th: &ThreadState, fd: i32) -> Res<i32> {
        descriptor::duplicate(fd).map_err(|error| th.os_error(&error, None))
    }

    /// Duplicate file descriptor.
    #[pyfunction("(fd, fd2, inheritable=True)")]
    fn dup2(th: &ThreadState, fd: i32, fd2: i32, inheritable: bool) -> Res<i32> {
        th.blocking_call(|| {
            if inheritable || fd == fd2 {
                let result = descriptor::duplicate_to(fd, fd2)?;
                if !inheritable {
                    descriptor::set_inheritable(fd2, false)?;
                }
                return Ok(result);
            }
            descriptor::duplicate_to_private(fd, fd2)
        })
    }

    /// Apply, test or remove a POSIX lock on an open file descriptor.
    ///
    ///   fd
    ///     An open file descriptor.
    ///   command
    ///     One of F_LOCK, F_TLOCK, F_ULOCK or F_TEST.
    ///   length
    ///     The number of bytes to lock, starting at the current position.
    #[pyfunction("(fd, command, length, /)")]
    fn lockf(th: &ThreadState, fd: i32, command: i32, length: i64) -> Res<()> {
        th.audit("os.lockf", &[Value::int32(fd), Value::int32(command), th.int(length)])?;
        th.blocking_call(|| descriptor::lock(fd, command, length))
    }

    /// Set the position of a file descriptor.  Return the new position.
    ///
    ///   fd
    ///     An open file descriptor, as returned by os.open().
    ///   position
    ///     Position, interpreted relative to 'whence'.
    ///   whence
    ///     The relative position to seek from. Valid values are:
    ///     - SEEK_SET: seek from the start of the file.
    ///     - SEEK_CUR: seek from the current file position.
    ///     - SEEK_END: seek from the end of the file.
    ///
    /// The return value is the number of bytes relative to the beginning of the file.
    #[pyfunction("(fd, position, whence, /)")]
    fn lseek(th: &ThreadState, fd: i32, position: i64, whence: i32) -> Res<i64> {
        th.without_gil(|| host::fs::seek(fd, position, whence)).map_err(|error| th.os_error(&error, None))
    }

    fn read_length(th: &ThreadState, length: isize) -> Res<usize> {
        match usize::try_from(length) {
            Ok(length) => Ok(length.min(MOST)),
            Err(_) => Err(th.os_error(&std::io::Error::from_raw_os_error(host::error::EINVAL), None)),
        }
    }

    fn space(th: &ThreadState, length: usize) -> Res<Vec<u8>> {
        let mut buffer = Vec::new();
        buffer.try_reserve_exact(length).map_err(|_| th.memory_error())?;
        buffer.resize(length, 0);
        Ok(buffer)
    }

    /// Read from a file descriptor.  Returns a bytes object.
    #[pyfunction("(fd, length, /)")]
    fn read(th: &ThreadState, fd: i32, length: isize) -> Res {
        let mut buffer = space(th, read_length(th, length)?)?;
        let count = th.blocking_call(|| host::fs::read(fd, &mut buffer))?;
        Ok(th.bytes(buffer.get(..count).unwrap_or_default()))
    }

    /// Read into a buffer object from a file descriptor.
    ///
    /// The buffer should be mutable and bytes-like. On success, returns the number of
    /// bytes read. Less bytes may be read than the size of the buffer. The underlying
    /// system call will be retried when interrupted by a signal, unless the signal
    /// handler raises an exception. Other errors will not be retried and an error will
    /// be raised.
    ///
    /// Returns 0 if *fd* is at end of file or if the provided *buffer* has length 0
    /// (which can be used to check for errors without reading data). Never returns
    /// negative.
    #[pyfunction("(fd, buffer, /)")]
    fn readinto(th: &ThreadState, fd: i32, buffer: WritableBuffer) -> Res<usize> {
        th.blocking_call(|| {
            buffer.0.with_mut(|bytes| {
                let most = bytes.len().min(MOST);
                host::fs::read(fd, bytes.get_mut(..most).unwrap_or_default())
            })
        })
    }

    /// Write a bytes object to a file descriptor.
    #[pyfunction("(fd, data, /)")]
    fn write(th: &ThreadState, fd: i32, data: Buffer) -> Res<usize> {
        let bytes = data.as_slice();
        let bytes = bytes.get(..bytes.len().min(MOST)).unwrap_or_default();
        th.blocking_call(|| host::fs::write(fd, bytes))
    }

    /// Read a number of bytes from a file descriptor starting at a particular offset.
    ///
    /// Read length bytes from file descriptor fd, starting at offset bytes from
    /// the beginning of the file.  The file offset remains unchanged.
    #[pyfunction("(fd, length, offset, /)")]
    fn pread(th: &ThreadState, fd: i32, length: isize, offset: i64) -> Res {
        let mut buffer = space(th, read_length(th, length)?)?;
        let count = th.blocking_call(|| descriptor::read_at(fd, &mut buffer, offset))?;
        Ok(th.bytes(buffer.get(..count).unwrap_or_default()))
    }

    /// Write bytes to a file descriptor starting at a particular offset.
    ///
    /// Write buffer to fd, starting at offset bytes from the beginning of
    /// the file.  Returns the number of bytes written.  Does not change the
    /// current file offset.
    #[pyfunction("(fd, buffer, offset, /)")]
    fn pwrite(th: &ThreadState, fd: i32, buffer: Buffer, offset: i64) -> Res<usize> {
        th.blocking_call(|| descriptor::write_at(fd, buffer.as_slice(), offset))
    }

    /// The items of a sequence of buffers.
    fn parts(th: &ThreadState, buffers: &Value, function: &str) -> Res<Vec<Value>> {
        if let Some(items) = sequence(buffers) {
            return Ok(items);
        }
        let slots = buffers.class().slots();
        if slots.sq_item.get().is_none() {
            return Err(th.type_error(format_args!("{function}() arg 2 must be a sequence")));
        }
        th.collect(buffers)
    }

    fn read_parts(th: &ThreadState, fd: i32, buffers: &Value, at: Option<(i64, i32)>, function: &str) -> Res<usize> {
        let mut writable = Vec::new();
        for part in parts(th, buffers, function)? {
            writable.push(th.writable_buffer(&part)?);
        }
        th.blocking_call(|| fill_parts(&writable, fd, at))
    }

    /// Reads into several buffers, one after the other.
    fn fill_parts(buffers: &[Buffer], fd: i32, at: Option<(i64, i32)>) -> std::io::Result<usize> {
        let total = buffers.iter().fold(0usize, |total, buffer| total.saturating_add(buffer.len()));
        // One read into memory of our own, then spread: buffers of a program may overlap.
        let mut data = Vec::new();
        if data.try_reserve_exact(total.min(MOST)).is_err() {
            return Err(std::io::Error::from_raw_os_error(host::error::ENOMEM));
        }
        data.resize(total.min(MOST), 0u8);
        let count = descriptor::read_parts(fd, &mut [&mut data[..]], at)?;
        let mut rest = data.get(..count).unwrap_or_default();
        for buffer in buffers {
            let (now, later) = rest.split_at(rest.len().min(buffer.len()));
            buffer.write(0, now);
            rest = later;
        }
        Ok(count)
    }

    fn write_parts(th: &ThreadState, fd: i32, buffers: &Value, at: Option<(i64, i32)>, function: &str) -> Res<usize> {
        let mut readable = Vec::new();
        for part in parts(th, buffers, function)? {
            readable.push(th.readable_buffer(&part)?);
        }
        let slices: Vec<&[u8]> = readable.iter().map(Buffer::as_slice).collect();
        th.blocking_call(|| descriptor::write_parts(fd, &slices, at))
    }

    /// Read from a file descriptor fd into an iterable of buffers.
    ///
    /// The buffers should be mutable buffers accepting bytes.
    /// readv will transfer data into each buffer until it is full
    /// and then move on to the next buffer in the sequence to hold
    /// the rest of the data.
    ///
    /// readv returns the total number of bytes read,
    /// which may be less than the total capacity of all the buffers.
    #[pyfunction("(fd, buffers, /)")]
    fn readv(th: &ThreadState, fd: i32, buffers: &Value) -> Res<usize> {
        read_parts(th, fd, buffers, None, "readv")
    }

    /// Reads from a file descriptor into a number of mutable bytes-like objects.
    ///
    /// Combines the functionality of readv() and pread(). As readv(), it will
    /// transfer data into each buffer until it is full and then move on to the next
    /// buffer in the sequence to hold the rest of the data. Its fourth argument,
    /// specifies the file offset at which the input operation is to be performed. It
    /// will return the total number of bytes read (which can be less than the total
    /// capacity of all the objects).
    ///
    /// The flags argument contains a bitwise OR of zero or more of the following flags:
    ///
    /// - RWF_HIPRI
    /// - RWF_NOWAIT
    ///
    /// Using non-zero flags requires Linux 4.6 or newer.
    #[pyfunction("(fd, buffers, offset, flags=0, /)")]
    fn preadv(th: &ThreadState, fd: i32, buffers: &Value, offset: i64, flags: i32) -> Res<usize> {
        read_parts(th, fd, buffers, Some((offset, flags)), "preadv")
    }

    /// Iterate over buffers, and write the contents of each to a file descriptor.
    ///
    /// Returns the total number of bytes written.
    /// buffers must be a sequence of bytes-like objects.
    #[pyfunction("(fd, buffers, /)")]
    fn writev(th: &ThreadState, fd: i32, buffers: &Value) -> Res<usize> {
        write_parts(th, fd, buffers, None, "writev")
    }

    /// Writes the contents of bytes-like objects to a file descriptor at a given offset.
    ///
    /// Combines the functionality of writev() and pwrite(). All buffers must be a sequence
    /// of bytes-like objects. Buffers are processed in array order. Entire contents of first
    /// buffer is written before proceeding to second, and so on. The operating system may
    /// set a limit (sysconf() value SC_IOV_MAX) on the number of buffers that can be used.
    /// This function writes the contents of each object to the file descriptor and returns
    /// the total number of bytes written.
    ///
    /// The flags argument contains a bitwise OR of zero or more of the following flags:
    ///
    /// - RWF_DSYNC
    /// - RWF_SYNC
    /// - RWF_APPEND
    ///
    /// Using non-zero flags requires Linux 4.7 or newer.
    #[pyfunction("(fd, buffers, offset, flags=0, /)")]
    fn pwritev(th: &ThreadState, fd: i32, buffers: &Value, offset: i64, flags: i32) -> Res<usize> {
        write_parts(th, fd, buffers, Some((offset, flags)), "pwritev")
    }

    fn optional_offset(th: &ThreadState, value: &Value) -> Res<Option<i64>> {
        if value.is_none() { Ok(None) } else { int64(th, value).map(Some) }
    }

    fn check_count(th: &ThreadState, count: isize, message: &str) -> Res<usize> {
        usize::try_from(count).map_err(|_| th.value_error(message))
    }

    /// Copy count bytes from file descriptor in_fd to file descriptor out_fd.
    #[pyfunction("(out_fd, in_fd, offset, count)")]
    fn sendfile(th: &ThreadState, out_fd: i32, in_fd: i32, offset: &Value, count: isize) -> Res<usize> {
        let offset = optional_offset(th, offset)?;
        th.blocking_call(|| descriptor::send_file(out_fd, in_fd, offset, count as usize))
    }

    /// Copy count bytes from one file descriptor to another.
    ///
    ///   src
    ///     Source file descriptor.
    ///   dst
    ///     Destination file descriptor.
    ///   count
    ///     Number of bytes to copy.
    ///   offset_src
    ///     Starting offset in src.
    ///   offset_dst
    ///     Starting offset in dst.
    ///
    /// If offset_src is None, then src is read from the current position;
    /// respectively for offset_dst.
    #[pyfunction("(src, dst, count, offset_src=None, offset_dst=None)")]
    fn copy_file_range(
        th: &ThreadState,
        src: i32,
        dst: i32,
        count: isize,
        offset_src: Value,
        offset_dst: Value,
    ) -> Res<usize> {
        let count = check_count(th, count, "negative value for 'count' not allowed")?;
        let (from, to) = (optional_offset(th, &offset_src)?, optional_offset(th, &offset_dst)?);
        th.blocking_call(|| descriptor::copy_range(src, dst, count, from, to))
    }

    /// Transfer count bytes from one pipe to a descriptor or vice versa.
    ///
    ///   src
    ///     Source file descriptor.
    ///   dst
    ///     Destination file descriptor.
    ///   count
    ///     Number of bytes to copy.
    ///   offset_src
    ///     Starting offset in src.
    ///   offset_dst
    ///     Starting offset in dst.
    ///   flags
    ///     Flags to modify the semantics of the call.
    ///
    /// If offset_src is None, then src is read from the current position;
    /// respectively for offset_dst. The offset associated to the file
    /// descriptor that refers to a pipe must be None.
    #[pyfunction("(src, dst, count, offset_src=None, offset_dst=None, flags=0)")]
    fn splice(
        th: &ThreadState,
        src: i32,
        dst: i32,
        count: isize,
        offset_src: Value,
        offset_dst: Value,
        flags: u32,
    ) -> Res<usize> {
        let count = check_count(th, count, "negative value for 'count' not allowed")?;
        let (from, to) = (optional_offset(th, &offset_src)?, optional_offset(th, &offset_dst)?);
        th.blocking_call(|| descriptor::splice(src, dst, count, from, to, flags))
    }

    /// Create a pipe.
    ///
    /// Returns a tuple of two file descriptors:
    ///   (read_fd, write_fd)
    #[pyfunction("()")]
    fn pipe(th: &ThreadState) -> Res<(i32, i32)> {
        pipe2(th, host::fs::O_CLOEXEC)
    }

    /// Create a pipe with flags set atomically.
    ///
    /// Returns a tuple of two file descriptors:
    ///   (read_fd, write_fd)
    ///
    /// flags can be constructed by ORing together one or more of these values:
    /// O_NONBLOCK, O_CLOEXEC.
    #[pyfunction("(flags, /)")]
    fn pipe2(th: &ThreadState, flags: i32) -> Res<(i32, i32)> {
        descriptor::pipe(flags).map_err(|error| th.os_error(&error, None))
    }

    /// Force write of fd to disk.
    #[pyfunction("(fd)")]
    fn fsync(th: &ThreadState, fd: Descriptor) -> Res<()> {
        th.blocking_call(|| descriptor::sync(fd.0))
    }

    /// Force write of fd to disk without forcing update of metadata.
    #[pyfunction("(fd)")]
    fn fdatasync(th: &ThreadState, fd: Descriptor) -> Res<()> {
        th.blocking_call(|| descriptor::sync_data(fd.0))
    }

    /// Force write of everything to disk.
    #[pyfunction("()")]
    fn sync(th: &ThreadState) {
        th.without_gil(host::system::sync_all);
    }

    /// Ensure a file has allocated at least a particular number of bytes on disk.
    ///
    /// Ensure that the file specified by fd encompasses a range of bytes
    /// starting at offset bytes from the beginning and continuing for length bytes.
    #[pyfunction("(fd, offset, length, /)")]
    fn posix_fallocate(th: &ThreadState, fd: i32, offset: i64, length: i64) -> Res<()> {
        th.blocking_call(|| descriptor::allocate(fd, offset, length))
    }

    /// Announce an intention to access data in a specific pattern.
    ///
    /// Announce an intention to access data in a specific pattern, thus allowing
    /// the kernel to make optimizations.
    /// The advice applies to the region of the file specified by fd starting at
    /// offset and continuing for length bytes.
    /// advice is one of POSIX_FADV_NORMAL, POSIX_FADV_SEQUENTIAL,
    /// POSIX_FADV_RANDOM, POSIX_FADV_NOREUSE, POSIX_FADV_WILLNEED, or
    /// POSIX_FADV_DONTNEED.
    #[pyfunction("(fd, offset, length, advice, /)")]
    fn posix_fadvise(th: &ThreadState, fd: i32, offset: i64, length: i64, advice: i32) -> Res<()> {
        th.blocking_call(|| descriptor::advise(fd, offset, length, advice))
    }

    /// Get the close-on-exe flag of the specified file descriptor.
    #[pyfunction("(fd, /)")]
    fn get_inheritable(th: &ThreadState, fd: i32) -> Res<bool> {
        descriptor::is_inheritable(fd).map_err(|error| th.os_error(&error, None))
    }

    /// Set the inheritable flag of the specified file descriptor.
    #[pyfunction("(fd, inheritable, /)")]
    fn set_inheritable(th: &ThreadState, fd: i32, inheritable: i32) -> Res<()> {
        descriptor::set_inheritable(fd, inheritable != 0).map_err(|error| th.os_error(&error, None))
    }

    /// Get the blocking mode of the file descriptor.
    ///
    /// Return False if the O_NONBLOCK flag is set, True if the flag is cleared.
    #[pyfunction("(fd, /)")]
    fn get_blocking(th: &ThreadState, fd: i32) -> Res<bool> {
        descriptor::is_blocking(fd).map_err(|error| th.os_error(&error, None))
    }

    /// Set the blocking mode of the specified file descriptor.
    ///
    /// Set the O_NONBLOCK flag if blocking is False,
    /// clear the O_NONBLOCK flag otherwise.
    #[pyfunction("(fd, blocking, /)")]
    fn set_blocking(th: &ThreadState, fd: i32, blocking: bool) -> Res<()> {
        descriptor::set_blocking(fd, blocking).map_err(|error| th.os_error(&error, None))
    }

    #[pyfunction("(name, flags=MFD_CLOEXEC)")]
    fn memfd_create(
        th: &ThreadState,
        name: &Value,
        #[default(std::num::Wrapping(1))] flags: std::num::Wrapping<u32>,
    ) -> Res<i32> {
        let name = fs_encoded(th, name)?;
        descriptor::memory_file(&name, flags.0).map_err(|error| th.os_error(&error, None))
    }

    /// Creates and returns an event notification file descriptor.
    #[pyfunction("(initval, flags=EFD_CLOEXEC)")]
    fn eventfd(th: &ThreadState, initval: u32, #[default(host::fs::O_CLOEXEC)] flags: i32) -> Res<i32> {
        descriptor::event(initval, flags).map_err(|error| th.os_error(&error, None))
    }

    /// Read eventfd value
    #[pyfunction("(fd)")]
    fn eventfd_read(th: &ThreadState, fd: Descriptor) -> Res<u64> {
        th.without_gil(|| descriptor::read_event(fd.0)).map_err(|error| th.os_error(&error, None))
    }

    /// Write eventfd value.
    #[pyfunction("(fd, value)")]
    fn eventfd_write(th: &ThreadState, fd: Descriptor, value: u64) -> Res<()> {
        th.without_gil(|| descriptor::write_event(fd.0, value)).map_err(|error| th.os_error(&error, None))
    }

    /// Create and return a timer file descriptor.
    ///
    ///   clockid
    ///     A valid clock ID constant as timer file descriptor.
    ///
    ///     time.CLOCK_REALTIME
    ///     time.CLOCK_MONOTONIC
    ///     time.CLOCK_BOOTTIME
    ///   flags
    ///     0 or a bit mask of os.TFD_NONBLOCK or os.TFD_CLOEXEC.
    ///
    ///     os.TFD_NONBLOCK
    ///         If *TFD_NONBLOCK* is set as a flag, read doesn't blocks.
    ///         If *TFD_NONBLOCK* is not set as a flag, read block until the timer fires.
    ///
    ///     os.TFD_CLOEXEC
    ///         If *TFD_CLOEXEC* is set as a flag, enable the close-on-exec flag
    #[pyfunction("(clockid, /, *, flags=TFD_CLOEXEC)", text = "($module, clockid, /, *, flags=0)")]
    fn timerfd_create(th: &ThreadState, clockid: i32, #[default(host::fs::O_CLOEXEC)] flags: i32) -> Res<i32> {
        descriptor::timer(clockid, flags | host::fs::O_CLOEXEC).map_err(|error| th.os_error(&error, None))
    }

    fn set_timer(th: &ThreadState, fd: i32, flags: i32, initial: i64, interval: i64) -> Res<(i64, i64)> {
        th.without_gil(|| descriptor::set_timer(fd, flags, initial, interval))
            .map_err(|error| th.os_error(&error, None))
    }

    /// Alter a timer file descriptor's internal timer in seconds.
    ///
    ///   fd
    ///     A timer file descriptor.
    ///   flags
    ///     0 or a bit mask of TFD_TIMER_ABSTIME or TFD_TIMER_CANCEL_ON_SET.
    ///   initial
    ///     The initial expiration time, in seconds.
    ///   interval
    ///     The timer's interval, in seconds.
    #[pyfunction("(fd, /, *, flags=0, initial=0.0, interval=0.0)")]
    fn timerfd_settime(
        th: &ThreadState,
        fd: Descriptor,
        flags: i32,
        initial: f64,
        interval: f64,
    ) -> Res<(Value, Value)> {
        let exact = |seconds: f64| nanoseconds(th, &th.float(seconds), Rounding::Floor);
        let (old, step) = set_timer(th, fd.0, flags, exact(initial)?, exact(interval)?)?;
        Ok((float_seconds(th, old), float_seconds(th, step)))
    }

    /// Alter a timer file descriptor's internal timer in nanoseconds.
    ///
    ///   fd
    ///     A timer file descriptor.
    ///   flags
    ///     0 or a bit mask of TFD_TIMER_ABSTIME or TFD_TIMER_CANCEL_ON_SET.
    ///   initial
    ///     initial expiration timing in seconds.
    ///   interval
    ///     interval for the timer in seconds.
    #[pyfunction("(fd, /, *, flags=0, initial=0, interval=0)")]
    fn timerfd_settime_ns(
        th: &ThreadState,
        fd: Descriptor,
        flags: i32,
        initial: i64,
        interval: i64,
    ) -> Res<(i64, i64)> {
        set_timer(th, fd.0, flags, initial, interval)
    }

    /// Return a tuple of a timer file descriptor's (interval, next expiration) in float seconds.
    ///
    ///   fd
    ///     A timer file descriptor.
    #[pyfunction("(fd, /)")]
    fn timerfd_gettime(th: &ThreadState, fd: Descriptor) -> Res<(Value, Value)> {
        let (next, step) = timerfd_gettime_ns(th, fd)?;
        Ok((float_seconds(th, next), float_seconds(th, step)))
    }

    /// Return a tuple of a timer file descriptor's (interval, next expiration) in nanoseconds.
    ///
    ///   fd
    ///     A timer file descriptor.
    #[pyfunction("(fd, /)")]
    fn timerfd_gettime_ns(th: &ThreadState, fd: Descriptor) -> Res<(i64, i64)> {
        descriptor::timer_setting(fd.0).map_err(|error| th.os_error(&error, None))
    }

    /// Return a file descriptor referring to the process *pid*.
    ///
    /// The descriptor can be used to perform process management without races and
    /// signals.
    #[pyfunction("(pid, flags=0)")]
    fn pidfd_open(th: &ThreadState, pid: i32, flags: u32) -> Res<i32> {
        descriptor::process(pid, flags).map_err(|error| th.os_error(&error, None))
    }

    /// Move the calling thread into different namespaces.
    ///
    ///   fd
    ///     A file descriptor to a namespace.
    ///   nstype
    ///     Type of namespace.
    #[pyfunction("(fd, nstype=0)")]
    fn setns(th: &ThreadState, fd: Descriptor, nstype: i32) -> Res<()> {
        th.without_gil(|| descriptor::enter_namespace(fd.0, nstype)).map_err(|error| th.os_error(&error, None))
    }

    /// Disassociate parts of a process (or thread) execution context.
    ///
    ///   flags
    ///     Namespaces to be unshared.
    #[pyfunction("(flags)")]
    fn unshare(th: &ThreadState, flags: i32) -> Res<()> {
        th.without_gil(|| descriptor::unshare(flags)).map_err(|error| th.os_error(&error, None))
    }

    /// Return a string describing the encoding of a terminal's file descriptor.
    ///
    /// The file descriptor must be attached to a terminal.
    /// If the device is not a terminal, return None.
    #[pyfunction("(fd)")]
    fn device_encoding(th: &ThreadState, fd: i32) -> Value {
        if host::stdio::is_terminal(fd) { th.str("UTF-8") } else { Value::NONE }
    }
}
