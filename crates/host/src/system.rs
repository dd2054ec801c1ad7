//! The machine and its settings: names, limits, load, processors, scheduling.
#![expect(unsafe_code, reason = "system calls through the C library")]

use std::io::{Error, Result};

use crate::call::{check, system_calls, until_zero};
use crate::clock::SECOND;

/// A call of which -1 with no error says "no limit".
pub(crate) fn unless_silent(call: impl FnOnce() -> i64) -> Result<Option<i64>> {
    // SAFETY: the C library's error number belongs to this thread.
    unsafe { *libc::__errno_location() = 0 };
    match call() {
        -1 => {
            let error = Error::last_os_error();
            if error.raw_os_error() == Some(0) { Ok(None) } else { Err(error) }
        }
        value => Ok(Some(value)),
    }
}

pub fn setting(name: i32) -> Result<Option<i64>> {
    // SAFETY: asks about a number.
    unless_silent(|| unsafe { libc::sysconf(name) })
}

/// A setting that is text; `None` if it has no value.
pub fn text_setting(name: i32) -> Result<Option<Vec<u8>>> {
    // SAFETY: the buffer is as long as said; errno belongs to this thread.
    unsafe {
        *libc::__errno_location() = 0;
        let length = libc::confstr(name, std::ptr::null_mut(), 0);
        if length == 0 {
            let error = Error::last_os_error();
            return if error.raw_os_error() == Some(0) { Ok(None) } else { Err(error) };
        }
        let mut buffer = vec![0u8; length];
        libc::confstr(name, buffer.as_mut_ptr().cast(), length);
        Ok(Some(until_zero(&buffer).to_vec()))
    }
}

/// System, node, release, version, machine.
pub fn names() -> Result<[Vec<u8>; 5]> {
    // SAFETY: the structure is plain data that the call fills with zero-terminated texts.
    let raw = unsafe {
        let mut raw = std::mem::zeroed::<libc::utsname>();
        check(libc::uname(&mut raw))?;
        raw
    };
    let text = |field: &[libc::c_char]| {
        let bytes: Vec<u8> = field.iter().map(|&byte| byte as u8).collect();
        until_zero(&bytes).to_vec()
    };
    Ok([text(&raw.sysname), text(&raw.nodename), text(&raw.release), text(&raw.version), text(&raw.machine)])
}

/// User, system, children's user and children's system time, and real time, in clock ticks; and ticks per second.
pub fn process_times() -> Result<([i64; 5], i64)> {
    // SAFETY: the structure is plain data that the call fills.
    unsafe {
        let mut raw = std::mem::zeroed::<libc::tms>();
        let elapsed = libc::times(&mut raw);
        if elapsed == -1 {
            return Err(Error::last_os_error());
        }
        let ticks = libc::sysconf(libc::_SC_CLK_TCK).max(1);
        Ok(([raw.tms_utime, raw.tms_stime, raw.tms_cutime, raw.tms_cstime, elapsed], ticks))
    }
}

/// Average load of the last 1, 5 and 15 minutes.
pub fn load() -> Option<[f64; 3]> {
    let mut load = [0.0; 3];
    // SAFETY: three numbers are there to be filled.
    (unsafe { libc::getloadavg(load.as_mut_ptr(), 3) } == 3).then_some(load)
}

/// Logical processors that are online.
pub fn processors() -> Option<i64> {
    setting(libc::_SC_NPROCESSORS_ONLN).ok().flatten().filter(|&count| count > 0)
}

system_calls! {
    pub fn yield_processor() = sched_yield();
    pub fn least_priority(policy: i32) -> i32 = sched_get_priority_min(policy);
    pub fn greatest_priority(policy: i32) -> i32 = sched_get_priority_max(policy);
    pub fn scheduler(pid: i32) -> i32 = sched_getscheduler(pid);
}

pub fn scheduling_priority(pid: i32) -> Result<i32> {
    // SAFETY: the structure is plain data that the call fills.
    unsafe {
        let mut raw = std::mem::zeroed::<libc::sched_param>();
        check(libc::sched_getparam(pid, &mut raw))?;
        Ok(raw.sched_priority)
    }
}

/// Sets the priority, and the policy if one is given.
pub fn set_scheduling(pid: i32, policy: Option<i32>, priority: i32) -> Result<()> {
    // SAFETY: the structure is plain data that the call reads.
    unsafe {
        let mut raw = std::mem::zeroed::<libc::sched_param>();
        raw.sched_priority = priority;
        check(match policy {
            Some(policy) => libc::sched_setscheduler(pid, policy, &raw),
            None => libc::sched_setparam(pid, &raw),
        })
        .map(drop)
    }
}

/// The round-robin quantum in nanoseconds.
pub fn quantum(pid: i32) -> Result<i64> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the structure is there to be filled.
    check(unsafe { libc::sched_rr_get_interval(pid, &mut time) })?;
    Ok(time.tv_sec.saturating_mul(SECOND).saturating_add(time.tv_nsec))
}

/// Most processors that a set of them can name.
pub const MAX_PROCESSORS: usize = 1 << 16;

/// The processors that a process may run on.
pub fn affinity(pid: i32) -> Result<Vec<usize>> {
    let mut words = vec![0u64; 16];
    loop {
        let size = words.len() * 8;
        // SAFETY: the words are as many as said.
        let result = check(unsafe { libc::sched_getaffinity(pid, size, words.as_mut_ptr().cast()) });
        match result {
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) && size * 8 < MAX_PROCESSORS => {
                words = vec![0; words.len() * 2];
            }
            Err(error) => return Err(error),
            Ok(_) => break,
        }
    }
    let is_set = |&number: &usize| words[number / 64] >> (number % 64) & 1 != 0;
    Ok((0..words.len() * 64).filter(is_set).collect())
}

/// Numbers are below [`MAX_PROCESSORS`].
pub fn set_affinity(pid: i32, processors: &[usize]) -> Result<()> {
    let most = processors.iter().copied().max().unwrap_or(0).min(MAX_PROCESSORS);
    let mut words = vec![0u64; (most / 64 + 1).max(16)];
    for &number in processors {
        if let Some(word) = words.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }
    // SAFETY: the words are as many as said.
    check(unsafe { libc::sched_setaffinity(pid, words.len() * 8, words.as_ptr().cast()) }).map(drop)
}

/// `getpriority`, whose -1 may be a result.
pub fn priority(which: u32, who: u32) -> Result<i32> {
    // SAFETY: works on numbers; errno belongs to this thread.
    unsafe {
        *libc::__errno_location() = 0;
        let value = libc::getpriority(which, who);
        let error = Error::last_os_error();
        if value == -1 && error.raw_os_error() != Some(0) { Err(error) } else { Ok(value) }
    }
}

pub fn set_priority(which: u32, who: u32, priority: i32) -> Result<()> {
    // SAFETY: works on numbers.
    check(unsafe { libc::setpriority(which, who, priority) }).map(drop)
}

/// `nice`, whose -1 may be a result.
pub fn nice(increment: i32) -> Result<i32> {
    // SAFETY: works on numbers; errno belongs to this thread.
    unsafe {
        *libc::__errno_location() = 0;
        let value = libc::nice(increment);
        let error = Error::last_os_error();
        if value == -1 && error.raw_os_error() != Some(0) { Err(error) } else { Ok(value) }
    }
}

/// Writes all that waits in memory to disks.
pub fn sync_all() {
    // SAFETY: takes nothing.
    unsafe { libc::sync() }
}

/// Random bytes: `getrandom` as it is, with flags, perhaps fewer than asked for.
pub fn random(buffer: &mut [u8], flags: u32) -> Result<usize> {
    // SAFETY: the buffer is as long as said.
    check(unsafe { libc::getrandom(buffer.as_mut_ptr().cast(), buffer.len(), flags) }).map(|count| count as usize)
}

/// Device numbers.
pub fn major(device: u64) -> u32 {
    libc::major(device)
}

pub fn minor(device: u64) -> u32 {
    libc::minor(device)
}

pub fn make_device(major: u32, minor: u32) -> u64 {
    libc::makedev(major, minor)
}

/// Runs a shell command; `None` stands for a failure to wait, with the error.
pub fn shell(command: &std::ffi::CStr) -> i32 {
    // SAFETY: the command is zero-terminated.
    unsafe { libc::system(command.as_ptr()) }
}
