//! Limits of resources, and how much of them was used.
#![expect(unsafe_code, reason = "system calls through the C library")]

use std::io::Result;

use crate::call::check;
use crate::process::{Usage, usage_of};

/// Soft and hard limit; all bits set is "none".
pub fn limits(resource: u32) -> Result<(u64, u64)> {
    let mut raw = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the structure is there to be filled.
    check(unsafe { libc::getrlimit(resource, &mut raw) })?;
    Ok((raw.rlim_cur, raw.rlim_max))
}

pub fn set_limits(resource: u32, (soft, hard): (u64, u64)) -> Result<()> {
    let raw = libc::rlimit { rlim_cur: soft, rlim_max: hard };
    // SAFETY: the structure lives as long as the call.
    check(unsafe { libc::setrlimit(resource, &raw) }).map(drop)
}

/// The limits of another process, after they were read; set if `new` says so.
pub fn process_limits(pid: i32, resource: u32, new: Option<(u64, u64)>) -> Result<(u64, u64)> {
    let mut old = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    let new = new.map(|(soft, hard)| libc::rlimit { rlim_cur: soft, rlim_max: hard });
    let new = new.as_ref().map_or(std::ptr::null(), |new| new as *const libc::rlimit);
    // SAFETY: one structure is read (or null), the other filled.
    check(unsafe { libc::prlimit(pid, resource, new, &mut old) })?;
    Ok((old.rlim_cur, old.rlim_max))
}

pub fn usage(who: i32) -> Result<Usage> {
    // SAFETY: the structure is plain data that the call fills.
    unsafe {
        let mut raw = std::mem::zeroed::<libc::rusage>();
        check(libc::getrusage(who, &mut raw))?;
        Ok(usage_of(&raw))
    }
}

pub fn page_size() -> i64 {
    crate::system::setting(libc::_SC_PAGESIZE).ok().flatten().unwrap_or(4096)
}

/// How many kinds of limits there are.
pub const KINDS: i32 = 16;
