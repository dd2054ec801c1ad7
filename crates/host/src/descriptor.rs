//! File descriptors: what can be done with one that is open.
#![expect(unsafe_code, reason = "system calls through the C library")]

use std::ffi::CStr;
use std::io::{Error, Result};

use crate::call::{check, check_number, system_calls};
use crate::clock::{SECOND, timespec};

system_calls! {
    /// A second descriptor of the same file, not inherited.
    pub fn duplicate(fd: i32) -> i32 = fcntl(fd, libc::F_DUPFD_CLOEXEC, 0);
    pub fn duplicate_inheritable(fd: i32) -> i32 = dup(fd);
    pub fn duplicate_to(fd: i32, to: i32) -> i32 = dup2(fd, to);
    pub fn duplicate_to_private(fd: i32, to: i32) -> i32 = dup3(fd, to, libc::O_CLOEXEC);
    pub fn sync(fd: i32) = fsync(fd);
    pub fn sync_data(fd: i32) = fdatasync(fd);
    pub fn change_directory(fd: i32) = fchdir(fd);
    pub fn change_mode(fd: i32, mode: u32) = fchmod(fd, mode);
    pub fn change_owner(fd: i32, uid: u32, gid: u32) = fchown(fd, uid, gid);
    pub fn flags(fd: i32) -> i32 = fcntl(fd, libc::F_GETFD);
    pub fn set_flags(fd: i32, flags: i32) = fcntl(fd, libc::F_SETFD, flags);
    pub fn status(fd: i32) -> i32 = fcntl(fd, libc::F_GETFL);
    pub fn set_status(fd: i32, flags: i32) = fcntl(fd, libc::F_SETFL, flags);
    pub fn lock(fd: i32, command: i32, length: i64) = lockf(fd, command, length);
    pub fn lock_whole(fd: i32, operation: i32) = flock(fd, operation);
    pub fn control(fd: i32, command: i32, argument: i64) -> i32 = fcntl(fd, command, argument);
    pub fn memory_file(name: &CStr, flags: u32) -> i32 = memfd_create(name.as_ptr(), flags);
    pub fn event(initial: u32, flags: i32) -> i32 = eventfd(initial, flags);
    pub fn timer(clock: i32, flags: i32) -> i32 = timerfd_create(clock, flags);
    pub fn process(pid: i32, flags: u32) -> i32 = syscall(libc::SYS_pidfd_open, pid, flags);
    pub fn enter_namespace(fd: i32, kind: i32) = setns(fd, kind);
    pub fn unshare(flags: i32) = unshare(flags);
}

/// Whether programs that this one starts get the descriptor.
pub fn is_inheritable(fd: i32) -> Result<bool> {
    flags(fd).map(|flags| flags & libc::FD_CLOEXEC == 0)
}

pub fn set_inheritable(fd: i32, inheritable: bool) -> Result<()> {
    let old = flags(fd)?;
    let new = if inheritable { old & !libc::FD_CLOEXEC } else { old | libc::FD_CLOEXEC };
    if old == new { Ok(()) } else { set_flags(fd, new) }
}

pub fn is_blocking(fd: i32) -> Result<bool> {
    status(fd).map(|status| status & libc::O_NONBLOCK == 0)
}

pub fn set_blocking(fd: i32, blocking: bool) -> Result<()> {
    let old = status(fd)?;
    let new = if blocking { old & !libc::O_NONBLOCK } else { old | libc::O_NONBLOCK };
    if old == new { Ok(()) } else { set_status(fd, new) }
}

/// Closes all descriptors from `low` on and below `high`, those that are open.
pub fn close_range(low: i32, high: i32) {
    let low = low.max(0);
    if high <= low {
        return;
    }
    // SAFETY: works on numbers; the caller owns the descriptors.
    unsafe {
        if libc::close_range(low as u32, (high - 1) as u32, 0) == 0 {
            return;
        }
        let most = libc::sysconf(libc::_SC_OPEN_MAX).clamp(0, 1 << 20) as i32;
        for fd in low..high.min(most) {
            libc::close(fd);
        }
    }
}

/// Both ends of a pipe: to read from, to write to.
pub fn pipe(flags: i32) -> Result<(i32, i32)> {
    let mut ends = [0; 2];
    // SAFETY: two numbers are filled.
    check(unsafe { libc::pipe2(ends.as_mut_ptr(), flags) })?;
    Ok((ends[0], ends[1]))
}

pub fn read_at(fd: i32, buffer: &mut [u8], offset: i64) -> Result<usize> {
    // SAFETY: the buffer is as long as said.
    check(unsafe { libc::pread(fd, buffer.as_mut_ptr().cast(), buffer.len(), offset) }).map(|count| count as usize)
}

pub fn write_at(fd: i32, bytes: &[u8], offset: i64) -> Result<usize> {
    // SAFETY: the bytes are as many as said.
    check(unsafe { libc::pwrite(fd, bytes.as_ptr().cast(), bytes.len(), offset) }).map(|count| count as usize)
}

fn parts_to_fill(buffers: &mut [&mut [u8]]) -> Vec<libc::iovec> {
    buffers.iter_mut().map(|part| libc::iovec { iov_base: part.as_mut_ptr().cast(), iov_len: part.len() }).collect()
}

fn parts(buffers: &[&[u8]]) -> Vec<libc::iovec> {
    buffers.iter().map(|part| libc::iovec { iov_base: part.as_ptr().cast_mut().cast(), iov_len: part.len() }).collect()
}

/// Reads into several buffers, at a place of the file if `at` says so (offset and flags).
pub fn read_parts(fd: i32, buffers: &mut [&mut [u8]], at: Option<(i64, i32)>) -> Result<usize> {
    let parts = parts_to_fill(buffers);
    let count = parts.len() as i32;
    // SAFETY: each part describes one of the buffers, which live as long as the call.
    let result = unsafe {
        match at {
            None => libc::readv(fd, parts.as_ptr(), count),
            Some((offset, 0)) => libc::preadv(fd, parts.as_ptr(), count, offset),
            Some((offset, flags)) => libc::preadv2(fd, parts.as_ptr(), count, offset, flags),
        }
    };
    check(result).map(|count| count as usize)
}

pub fn write_parts(fd: i32, buffers: &[&[u8]], at: Option<(i64, i32)>) -> Result<usize> {
    let parts = parts(buffers);
    let count = parts.len() as i32;
    // SAFETY: each part describes one of the buffers, which the call only reads.
    let result = unsafe {
        match at {
            None => libc::writev(fd, parts.as_ptr(), count),
            Some((offset, 0)) => libc::pwritev(fd, parts.as_ptr(), count, offset),
            Some((offset, flags)) => libc::pwritev2(fd, parts.as_ptr(), count, offset, flags),
        }
    };
    check(result).map(|count| count as usize)
}

fn offset_pointer(offset: &mut Option<i64>) -> *mut i64 {
    offset.as_mut().map_or(std::ptr::null_mut(), |offset| offset as *mut i64)
}

/// Copies from one file to another inside the kernel; with no offset, from where `from` stands.
pub fn send_file(to: i32, from: i32, mut offset: Option<i64>, count: usize) -> Result<usize> {
    // SAFETY: the offset, if any, lives as long as the call.
    check(unsafe { libc::sendfile(to, from, offset_pointer(&mut offset), count) }).map(|count| count as usize)
}

pub fn copy_range(
    from: i32,
    to: i32,
    count: usize,
    mut from_offset: Option<i64>,
    mut to_offset: Option<i64>,
) -> Result<usize> {
    // SAFETY: offsets, if any, live as long as the call.
    check(unsafe {
        libc::copy_file_range(from, offset_pointer(&mut from_offset), to, offset_pointer(&mut to_offset), count, 0)
    })
    .map(|count| count as usize)
}

pub fn splice(
    from: i32,
    to: i32,
    count: usize,
    mut from_offset: Option<i64>,
    mut to_offset: Option<i64>,
    flags: u32,
) -> Result<usize> {
    // SAFETY: offsets, if any, live as long as the call.
    check(unsafe {
        libc::splice(from, offset_pointer(&mut from_offset), to, offset_pointer(&mut to_offset), count, flags)
    })
    .map(|count| count as usize)
}

pub fn advise(fd: i32, offset: i64, length: i64, advice: i32) -> Result<()> {
    // SAFETY: works on numbers.
    check_number(unsafe { libc::posix_fadvise(fd, offset, length, advice) })
}

pub fn allocate(fd: i32, offset: i64, length: i64) -> Result<()> {
    // SAFETY: works on numbers.
    check_number(unsafe { libc::posix_fallocate(fd, offset, length) })
}

pub fn read_event(fd: i32) -> Result<u64> {
    let mut bytes = [0; 8];
    match crate::fs::read(fd, &mut bytes)? {
        8 => Ok(u64::from_ne_bytes(bytes)),
        _ => Err(Error::from_raw_os_error(libc::EINVAL)),
    }
}

pub fn write_event(fd: i32, value: u64) -> Result<()> {
    match crate::fs::write(fd, &value.to_ne_bytes())? {
        8 => Ok(()),
        _ => Err(Error::from_raw_os_error(libc::EINVAL)),
    }
}

fn nanoseconds(time: libc::timespec) -> i64 {
    time.tv_sec.saturating_mul(SECOND).saturating_add(time.tv_nsec)
}

fn setting(raw: &libc::itimerspec) -> (i64, i64) {
    (nanoseconds(raw.it_value), nanoseconds(raw.it_interval))
}

/// When a timer goes off next, and how often then, in nanoseconds.
pub fn timer_setting(fd: i32) -> Result<(i64, i64)> {
    let mut raw = libc::itimerspec { it_interval: timespec(0), it_value: timespec(0) };
    // SAFETY: the structure is there to be filled.
    check(unsafe { libc::timerfd_gettime(fd, &mut raw) })?;
    Ok(setting(&raw))
}

/// Sets a timer; returns the setting before.
pub fn set_timer(fd: i32, flags: i32, initial: i64, interval: i64) -> Result<(i64, i64)> {
    let new = libc::itimerspec { it_interval: timespec(interval), it_value: timespec(initial) };
    let mut old = libc::itimerspec { it_interval: timespec(0), it_value: timespec(0) };
    // SAFETY: one structure is read, the other filled.
    check(unsafe { libc::timerfd_settime(fd, flags, &new, &mut old) })?;
    Ok(setting(&old))
}

/// `fcntl` whose argument is a structure: the bytes are passed and hold the result afterwards.
pub fn control_bytes(fd: i32, command: i32, bytes: &mut [u8]) -> Result<i32> {
    // SAFETY: the buffer is larger than any structure that a command reads or writes (the caller sees to it).
    check(unsafe { libc::fcntl(fd, command, bytes.as_mut_ptr()) })
}

/// `ioctl` with a number.
pub fn device_control(fd: i32, request: u64, argument: i64) -> Result<i32> {
    // SAFETY: the request is one that takes a number; the kernel checks addresses that a program makes up.
    check(unsafe { libc::ioctl(fd, request, argument) })
}

/// `ioctl` whose argument is a structure.
pub fn device_control_bytes(fd: i32, request: u64, bytes: &mut [u8]) -> Result<i32> {
    // SAFETY: the buffer is larger than what requests read or write (the caller sees to it).
    check(unsafe { libc::ioctl(fd, request, bytes.as_mut_ptr()) })
}

/// Operations of `flock`, which `fcntl.lockf` speaks too.
pub use libc::{LOCK_EX, LOCK_NB, LOCK_SH, LOCK_UN};

/// How a part of a file is locked.
#[derive(Clone, Copy)]
pub enum Lock {
    None,
    Shared,
    Exclusive,
}

/// Locks a part of a file, waiting for it or not.
pub fn lock_range(fd: i32, kind: Lock, wait: bool, start: i64, length: i64, whence: i16) -> Result<()> {
    // SAFETY: the structure is plain data that lives as long as the call.
    unsafe {
        let mut raw = std::mem::zeroed::<libc::flock>();
        raw.l_type = match kind {
            Lock::None => libc::F_UNLCK,
            Lock::Shared => libc::F_RDLCK,
            Lock::Exclusive => libc::F_WRLCK,
        } as i16;
        (raw.l_start, raw.l_len, raw.l_whence) = (start, length, whence);
        let command = if wait { libc::F_SETLKW } else { libc::F_SETLK };
        check(libc::fcntl(fd, command, &raw)).map(drop)
    }
}
