//! Operations on names in the file system, relative to an open directory (`AT_FDCWD`: the current one).
#![expect(unsafe_code, reason = "system calls through the C library")]

use std::ffi::{CStr, CString};
use std::io::{Error, Result};

use crate::call::{check, system_calls};

pub use libc::AT_FDCWD;

fn follow_flag(follow: bool) -> i32 {
    if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW }
}

system_calls! {
    pub fn make_directory(directory: i32, path: &CStr, mode: u32) = mkdirat(directory, path.as_ptr(), mode);
    pub fn remove_directory(directory: i32, path: &CStr) = unlinkat(directory, path.as_ptr(), libc::AT_REMOVEDIR);
    pub fn unlink(directory: i32, path: &CStr) = unlinkat(directory, path.as_ptr(), 0);
    pub fn rename(from_directory: i32, from: &CStr, to_directory: i32, to: &CStr)
        = renameat(from_directory, from.as_ptr(), to_directory, to.as_ptr());
    pub fn symlink(target: &CStr, directory: i32, path: &CStr) = symlinkat(target.as_ptr(), directory, path.as_ptr());
    pub fn make_fifo(directory: i32, path: &CStr, mode: u32) = mkfifoat(directory, path.as_ptr(), mode);
    pub fn make_node(directory: i32, path: &CStr, mode: u32, device: u64)
        = mknodat(directory, path.as_ptr(), mode, device);
    pub fn change_root(path: &CStr) = chroot(path.as_ptr());
    pub fn change_directory(path: &CStr) = chdir(path.as_ptr());
    pub fn truncate(path: &CStr, length: i64) = truncate(path.as_ptr(), length);
    pub fn change_owner(directory: i32, path: &CStr, uid: u32, gid: u32, follow: bool)
        = fchownat(directory, path.as_ptr(), uid, gid, follow_flag(follow));
}

/// The flags of [`access`].
pub fn access_flags(effective: bool, follow: bool) -> i32 {
    follow_flag(follow) | if effective { libc::AT_EACCESS } else { 0 }
}

pub fn link(from_directory: i32, from: &CStr, to_directory: i32, to: &CStr, follow: bool) -> Result<()> {
    let flags = if follow { libc::AT_SYMLINK_FOLLOW } else { 0 };
    // SAFETY: both names are zero-terminated.
    check(unsafe { libc::linkat(from_directory, from.as_ptr(), to_directory, to.as_ptr(), flags) }).map(drop)
}

/// Changes permissions. Not following links is possible only where the kernel can.
pub fn change_mode(directory: i32, path: &CStr, mode: u32, follow: bool) -> Result<()> {
    // SAFETY: the name is zero-terminated.
    check(unsafe { libc::fchmodat(directory, path.as_ptr(), mode, follow_flag(follow)) }).map(drop)
}

/// What a symbolic link holds.
pub fn read_link(directory: i32, path: &CStr) -> Result<Vec<u8>> {
    let mut buffer = vec![0u8; 4096];
    loop {
        // SAFETY: the buffer is as long as said.
        let length =
            check(unsafe { libc::readlinkat(directory, path.as_ptr(), buffer.as_mut_ptr().cast(), buffer.len()) })?
                as usize;
        if length < buffer.len() || buffer.len() > 1 << 20 {
            buffer.truncate(length);
            return Ok(buffer);
        }
        let longer = buffer.len() * 2;
        buffer.resize(longer, 0);
    }
}

/// When a file was used, as `utimensat` takes it.
#[derive(Clone, Copy)]
pub enum FileTime {
    Now,
    /// Seconds and nanoseconds since the epoch.
    At(i64, i64),
}

fn file_times(times: [FileTime; 2]) -> [libc::timespec; 2] {
    times.map(|time| match time {
        FileTime::Now => libc::timespec { tv_sec: 0, tv_nsec: libc::UTIME_NOW },
        FileTime::At(seconds, nanoseconds) => libc::timespec { tv_sec: seconds, tv_nsec: nanoseconds },
    })
}

pub fn set_times(directory: i32, path: &CStr, times: [FileTime; 2], follow: bool) -> Result<()> {
    let times = file_times(times);
    // SAFETY: two times are passed, and a zero-terminated name.
    check(unsafe { libc::utimensat(directory, path.as_ptr(), times.as_ptr(), follow_flag(follow)) }).map(drop)
}

pub fn set_descriptor_times(fd: i32, times: [FileTime; 2]) -> Result<()> {
    let times = file_times(times);
    // SAFETY: two times are passed.
    check(unsafe { libc::futimens(fd, times.as_ptr()) }).map(drop)
}

/// The current directory.
pub fn current_directory() -> Result<Vec<u8>> {
    crate::call::with_buffer(|buffer| {
        // SAFETY: the buffer is as long as said.
        let found = unsafe { libc::getcwd(buffer.as_mut_ptr().cast(), buffer.len()) };
        if found.is_null() {
            return Err(Error::last_os_error());
        }
        Ok(crate::call::until_zero(buffer).to_vec())
    })
}

/// What `statvfs` tells of a file system.
#[derive(Clone, Copy, Debug)]
pub struct FileSystem {
    pub block_size: u64,
    pub fragment_size: u64,
    pub blocks: u64,
    pub free: u64,
    pub available: u64,
    pub files: u64,
    pub free_files: u64,
    pub available_files: u64,
    pub flags: u64,
    pub name_max: u64,
    pub id: u64,
}

/// Of the file system with the file at a path, or with an open file.
pub fn file_system(path: Option<&CStr>, fd: i32) -> Result<FileSystem> {
    // SAFETY: the structure is plain data that the call fills; the name is zero-terminated.
    let raw = unsafe {
        let mut raw = std::mem::zeroed::<libc::statvfs>();
        check(match path {
            Some(path) => libc::statvfs(path.as_ptr(), &mut raw),
            None => libc::fstatvfs(fd, &mut raw),
        })?;
        raw
    };
    Ok(FileSystem {
        block_size: raw.f_bsize,
        fragment_size: raw.f_frsize,
        blocks: raw.f_blocks,
        free: raw.f_bfree,
        available: raw.f_bavail,
        files: raw.f_files,
        free_files: raw.f_ffree,
        available_files: raw.f_favail,
        flags: raw.f_flag,
        name_max: raw.f_namemax,
        id: raw.f_fsid,
    })
}

/// A limit of a file: `None` if there is none.
pub fn limit(path: Option<&CStr>, fd: i32, name: i32) -> Result<Option<i64>> {
    crate::system::unless_silent(|| {
        // SAFETY: a number and a zero-terminated name.
        unsafe {
            match path {
                Some(path) => libc::pathconf(path.as_ptr(), name),
                None => libc::fpathconf(fd, name),
            }
        }
    })
}

/// Where an extended attribute belongs.
#[derive(Clone, Copy)]
pub enum Attributed<'a> {
    File(i32),
    Path(&'a CStr),
    Link(&'a CStr),
}

pub fn get_attribute(of: Attributed<'_>, name: &CStr, size: usize) -> Result<Vec<u8>> {
    let mut buffer = vec![0u8; size];
    let (data, name) = (buffer.as_mut_ptr().cast(), name.as_ptr());
    // SAFETY: the buffer is as long as said; names are zero-terminated.
    let length = check(unsafe {
        match of {
            Attributed::File(fd) => libc::fgetxattr(fd, name, data, size),
            Attributed::Path(path) => libc::getxattr(path.as_ptr(), name, data, size),
            Attributed::Link(path) => libc::lgetxattr(path.as_ptr(), name, data, size),
        }
    })?;
    buffer.truncate(length as usize);
    Ok(buffer)
}

pub fn set_attribute(of: Attributed<'_>, name: &CStr, value: &[u8], flags: i32) -> Result<()> {
    let (data, size, name) = (value.as_ptr().cast(), value.len(), name.as_ptr());
    // SAFETY: the value is as long as said; names are zero-terminated.
    check(unsafe {
        match of {
            Attributed::File(fd) => libc::fsetxattr(fd, name, data, size, flags),
            Attributed::Path(path) => libc::setxattr(path.as_ptr(), name, data, size, flags),
            Attributed::Link(path) => libc::lsetxattr(path.as_ptr(), name, data, size, flags),
        }
    })
    .map(drop)
}

pub fn remove_attribute(of: Attributed<'_>, name: &CStr) -> Result<()> {
    let name = name.as_ptr();
    // SAFETY: names are zero-terminated.
    check(unsafe {
        match of {
            Attributed::File(fd) => libc::fremovexattr(fd, name),
            Attributed::Path(path) => libc::removexattr(path.as_ptr(), name),
            Attributed::Link(path) => libc::lremovexattr(path.as_ptr(), name),
        }
    })
    .map(drop)
}

/// The names of all extended attributes, each ended by a zero.
pub fn list_attributes(of: Attributed<'_>, size: usize) -> Result<Vec<u8>> {
    let mut buffer = vec![0u8; size];
    let data = buffer.as_mut_ptr().cast();
    // SAFETY: the buffer is as long as said; names are zero-terminated.
    let length = check(unsafe {
        match of {
            Attributed::File(fd) => libc::flistxattr(fd, data, size),
            Attributed::Path(path) => libc::listxattr(path.as_ptr(), data, size),
            Attributed::Link(path) => libc::llistxattr(path.as_ptr(), data, size),
        }
    })?;
    buffer.truncate(length as usize);
    Ok(buffer)
}

/// Kinds of directory entries, as far as reading the directory tells.
pub use libc::{DT_DIR, DT_LNK, DT_REG, DT_UNKNOWN};

/// One entry of a directory.
#[derive(Clone, Debug)]
pub struct Entry {
    pub name: Vec<u8>,
    pub inode: u64,
    pub kind: u8,
}

/// What the system alone says.
mod plain {
    use std::ffi::CStr;

    use crate::call::system_calls;

    system_calls! {
        pub fn open(directory: i32, path: &CStr, flags: i32, mode: u32) -> i32
            = openat(directory, path.as_ptr(), flags | libc::O_CLOEXEC, mode);
        pub fn access(directory: i32, path: &CStr, mode: i32, flags: i32)
            = faccessat(directory, path.as_ptr(), mode, flags);
    }
}

/// Opens a file; close-on-exec.
pub fn open(directory: i32, path: &CStr, flags: i32, mode: u32) -> Result<i32> {
    plain::open(directory, path, flags, mode).or_else(|error| crate::shown::open(path, flags, error))
}

/// Whether the process may do with a file what `mode` says.
pub fn access(directory: i32, path: &CStr, mode: i32, flags: i32) -> Result<()> {
    plain::access(directory, path, mode, flags).or_else(|error| crate::shown::access(path, mode, error))
}

/// An open directory.
pub struct Directory {
    /// Null for a folder that only this program has.
    stream: *mut libc::DIR,
    /// What such a folder holds, last one first.
    shown: Vec<Entry>,
    /// Opened from a descriptor, whose position is shared: rewound at the end.
    rewind: bool,
}

impl Directory {
    pub fn open(path: &CStr) -> Result<Directory> {
        // SAFETY: the name is zero-terminated.
        let stream = unsafe { libc::opendir(path.as_ptr()) };
        let shown = match stream.is_null() {
            true => crate::shown::entries(path, Error::last_os_error())?.into_iter().rev().collect(),
            false => Vec::new(),
        };
        Ok(Directory { stream, shown, rewind: false })
    }

    /// Of an open descriptor, which stays the caller's.
    pub fn of_descriptor(fd: i32) -> Result<Directory> {
        let own = crate::descriptor::duplicate(fd)?;
        // SAFETY: the descriptor is a fresh one, which the stream owns from here on.
        let stream = unsafe { libc::fdopendir(own) };
        if stream.is_null() {
            let error = Error::last_os_error();
            let _ = crate::fs::close(own);
            return Err(error);
        }
        Ok(Directory { stream, shown: Vec::new(), rewind: true })
    }

    /// The next entry but "." and "..".
    pub fn next_entry(&mut self) -> Result<Option<Entry>> {
        if self.stream.is_null() {
            return Ok(self.shown.pop());
        }
        loop {
            // SAFETY: the stream is open and used by one thread at a time; the entry is copied before the next read.
            unsafe {
                *libc::__errno_location() = 0;
                let entry = libc::readdir(self.stream);
                if entry.is_null() {
                    let error = Error::last_os_error();
                    return if error.raw_os_error() == Some(0) { Ok(None) } else { Err(error) };
                }
                let name = CStr::from_ptr((*entry).d_name.as_ptr()).to_bytes();
                if name == b"." || name == b".." {
                    continue;
                }
                return Ok(Some(Entry { name: name.to_vec(), inode: (*entry).d_ino, kind: (*entry).d_type }));
            }
        }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if self.stream.is_null() {
            return;
        }
        // SAFETY: closed once.
        unsafe {
            if self.rewind {
                libc::rewinddir(self.stream);
            }
            libc::closedir(self.stream);
        }
    }
}

/// The bytes of a path as a C string; `None` if there is a zero in it.
pub fn c_path(bytes: Vec<u8>) -> Option<CString> {
    CString::new(bytes).ok()
}
