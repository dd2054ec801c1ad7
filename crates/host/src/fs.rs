//! File descriptors and files.
#![expect(unsafe_code, reason = "system calls through the C library")]

use std::ffi::CStr;
use std::io::{Error, Result};

fn check(result: i64) -> Result<i64> {
    if result < 0 { Err(Error::last_os_error()) } else { Ok(result) }
}

/// Opens a file; close-on-exec.
pub fn open(path: &CStr, flags: i32, mode: u32) -> Result<i32> {
    // SAFETY: the path is zero-terminated.
    let opened = check(i64::from(unsafe { libc::open(path.as_ptr(), flags | libc::O_CLOEXEC, mode) }));
    opened.map(|fd| fd as i32).or_else(|error| crate::shown::open(path, flags, error))
}

pub fn close(fd: i32) -> Result<()> {
    // SAFETY: works on a number; the caller owns the descriptor.
    check(i64::from(unsafe { libc::close(fd) })).map(drop)
}

/// Reads at most `buffer.len()` bytes; 0 at the end.
pub fn read(fd: i32, buffer: &mut [u8]) -> Result<usize> {
    // SAFETY: the buffer is as long as said.
    check(unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) } as i64).map(|count| count as usize)
}

pub fn write(fd: i32, bytes: &[u8]) -> Result<usize> {
    // SAFETY: the bytes are as many as said.
    check(unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) } as i64).map(|count| count as usize)
}

pub fn seek(fd: i32, offset: i64, whence: i32) -> Result<i64> {
    // SAFETY: works on numbers.
    check(unsafe { libc::lseek(fd, offset, whence) })
}

pub fn truncate(fd: i32, length: i64) -> Result<()> {
    // SAFETY: works on numbers.
    check(i64::from(unsafe { libc::ftruncate(fd, length) })).map(drop)
}

/// What `stat` tells of a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stat {
    pub mode: u32,
    pub inode: u64,
    pub device: u64,
    pub links: u64,
    pub uid: u32,
    pub gid: u32,
    pub size: i64,
    pub block_size: i64,
    pub blocks: i64,
    pub rdev: u64,
    /// Nanoseconds since the epoch.
    pub accessed: i128,
    pub modified: i128,
    pub changed: i128,
}

impl Stat {
    pub fn is_dir(&self) -> bool {
        self.mode & libc::S_IFMT == libc::S_IFDIR
    }
}

fn convert(raw: &libc::stat) -> Stat {
    let time = |seconds: i64, nanoseconds: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds);
    Stat {
        mode: raw.st_mode,
        inode: raw.st_ino,
        device: raw.st_dev,
        links: raw.st_nlink,
        uid: raw.st_uid,
        gid: raw.st_gid,
        size: raw.st_size,
        block_size: raw.st_blksize,
        blocks: raw.st_blocks,
        rdev: raw.st_rdev,
        accessed: time(raw.st_atime, raw.st_atime_nsec),
        modified: time(raw.st_mtime, raw.st_mtime_nsec),
        changed: time(raw.st_ctime, raw.st_ctime_nsec),
    }
}

/// `stat` (or, not following a last link, `lstat`) relative to an open directory (`AT_FDCWD` for the current one).
pub fn stat(directory: i32, path: &CStr, follow: bool) -> Result<Stat> {
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the structure is plain data that the call fills; the path is zero-terminated.
    unsafe {
        let mut raw = std::mem::zeroed::<libc::stat>();
        match check(i64::from(libc::fstatat(directory, path.as_ptr(), &mut raw, flags))) {
            Ok(_) => Ok(convert(&raw)),
            Err(error) => crate::shown::stat(path, error),
        }
    }
}

pub fn fstat(fd: i32) -> Result<Stat> {
    // SAFETY: the structure is plain data that the call fills.
    unsafe {
        let mut raw = std::mem::zeroed::<libc::stat>();
        check(i64::from(libc::fstat(fd, &mut raw)))?;
        Ok(convert(&raw))
    }
}

pub const AT_FDCWD: i32 = libc::AT_FDCWD;
pub const O_RDONLY: i32 = libc::O_RDONLY;
pub const O_WRONLY: i32 = libc::O_WRONLY;
pub const O_RDWR: i32 = libc::O_RDWR;
pub const O_CREAT: i32 = libc::O_CREAT;
pub const O_EXCL: i32 = libc::O_EXCL;
pub const O_TRUNC: i32 = libc::O_TRUNC;
pub const O_APPEND: i32 = libc::O_APPEND;
pub const O_CLOEXEC: i32 = libc::O_CLOEXEC;
