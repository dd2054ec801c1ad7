//! Memory that shows a file, or is shared between processes.
//!
//! Bytes are copied in and out: another process may change them at any moment. Who maps a file and then shortens it gets the
//! system's signal SIGBUS on access, as in any program.
#![expect(unsafe_code, reason = "mapped memory is reached through raw pointers")]

use std::io::{Error, Result};

use crate::call::check;

pub const SHARED: i32 = libc::MAP_SHARED;
pub const PRIVATE: i32 = libc::MAP_PRIVATE;
pub const ANONYMOUS: i32 = libc::MAP_ANONYMOUS;
pub const READ: i32 = libc::PROT_READ;
pub const WRITE: i32 = libc::PROT_WRITE;

/// A mapping; undone when dropped.
#[derive(Debug)]
pub struct Mapping {
    start: *mut u8,
    length: usize,
}

impl Mapping {
    pub fn new(length: usize, protection: i32, flags: i32, fd: i32, offset: i64) -> Result<Mapping> {
        if flags & libc::MAP_FIXED != 0 {
            return Err(Error::from_raw_os_error(libc::EINVAL));
        }
        // SAFETY: the system chooses the place, so nothing that is in use is replaced.
        let start = unsafe { libc::mmap(std::ptr::null_mut(), length, protection, flags, fd, offset) };
        if start == libc::MAP_FAILED {
            Err(Error::last_os_error())
        } else {
            Ok(Mapping { start: start.cast(), length })
        }
    }

    pub fn len(&self) -> usize {
        self.length
    }

    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    pub fn start(&self) -> *mut u8 {
        self.start
    }

    /// Shows the bytes of a range, cut to what there is. `look` is quick and calls nobody.
    pub fn with<R>(&self, start: usize, end: usize, look: impl FnOnce(&[u8]) -> R) -> R {
        let end = end.min(self.length);
        let start = start.min(end);
        // SAFETY: the range lies in the mapping. Other processes may write meanwhile; a byte then reads as old or new.
        look(unsafe { std::slice::from_raw_parts(self.start.add(start), end - start) })
    }

    /// Writes what fits.
    pub fn write(&self, offset: usize, bytes: &[u8]) {
        let offset = offset.min(self.length);
        let count = bytes.len().min(self.length - offset);
        // SAFETY: the range lies in the mapping; `copy` allows the source to lie there too.
        unsafe { self.start.add(offset).copy_from(bytes.as_ptr(), count) };
    }

    /// Moves bytes within the mapping; `false` if they do not lie in it.
    pub fn move_within(&self, to: usize, from: usize, count: usize) -> bool {
        let inside = |start: usize| start <= self.length && count <= self.length - start;
        if !inside(to) || !inside(from) {
            return false;
        }
        // SAFETY: just checked.
        unsafe { self.start.add(to).copy_from(self.start.add(from), count) };
        true
    }

    /// Waits until a range is in the file.
    pub fn sync(&self, offset: usize, length: usize) -> Result<()> {
        let length = length.min(self.length.saturating_sub(offset));
        // SAFETY: names a part of the mapping.
        check(unsafe { libc::msync(self.start.wrapping_add(offset).cast(), length, libc::MS_SYNC) }).map(drop)
    }

    pub fn advise(&self, offset: usize, length: usize, advice: i32) -> Result<()> {
        let length = length.min(self.length.saturating_sub(offset));
        // SAFETY: names a part of the mapping. What some pieces of advice throw away reads as zeros, never as garbage.
        check(unsafe { libc::madvise(self.start.wrapping_add(offset).cast(), length, advice) }).map(drop)
    }

    /// Changes the length; the mapping may move. Nobody may hold its address.
    pub fn resize(&mut self, length: usize) -> Result<()> {
        // SAFETY: the mapping is ours, and `&mut` says that no slice of it is held.
        let start = unsafe { libc::mremap(self.start.cast(), self.length, length, libc::MREMAP_MAYMOVE) };
        if start == libc::MAP_FAILED {
            return Err(Error::last_os_error());
        }
        (self.start, self.length) = (start.cast(), length);
        Ok(())
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours and nobody looks at it any more.
        unsafe { libc::munmap(self.start.cast(), self.length) };
    }
}

/// The size of a regular file; `None` for other files and descriptors that are not open.
pub fn regular_size(fd: i32) -> Option<i64> {
    // SAFETY: the structure is plain data that the call fills.
    unsafe {
        let mut raw = std::mem::zeroed::<libc::stat>();
        check(libc::fstat(fd, &mut raw)).ok()?;
        (raw.st_mode & libc::S_IFMT == libc::S_IFREG).then_some(raw.st_size)
    }
}

pub fn size(fd: i32) -> Result<i64> {
    // SAFETY: the structure is plain data that the call fills.
    unsafe {
        let mut raw = std::mem::zeroed::<libc::stat>();
        check(libc::fstat(fd, &mut raw))?;
        Ok(raw.st_size)
    }
}

pub fn set_size(fd: i32, size: i64) -> Result<()> {
    // SAFETY: works on numbers.
    check(unsafe { libc::ftruncate(fd, size) }).map(drop)
}

crate::constants::table! {
    /// Attributes of the module `mmap`.
    pub CONSTANTS:
    PROT_EXEC, PROT_READ, PROT_WRITE, MAP_SHARED, MAP_PRIVATE, MAP_DENYWRITE, MAP_EXECUTABLE, MAP_ANON, MAP_ANONYMOUS,
    MAP_NORESERVE, MAP_POPULATE, MAP_STACK, MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED, MADV_REMOVE,
    MADV_DONTFORK, MADV_DOFORK, MADV_HWPOISON, MADV_MERGEABLE, MADV_UNMERGEABLE, MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_DONTDUMP,
    MADV_DODUMP, MADV_FREE,
}
#[cfg(target_arch = "x86_64")]
crate::constants::table! {
    /// Those that this processor alone has.
    pub MACHINE_CONSTANTS: MAP_32BIT,
}
#[cfg(not(target_arch = "x86_64"))]
crate::constants::table! {
    /// Those that this processor alone has.
    pub MACHINE_CONSTANTS:
}
