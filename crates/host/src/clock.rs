//! Clocks, calendar time, sleep.
#![expect(unsafe_code, reason = "system calls through the C library")]

use std::ffi::{CStr, CString};
use std::io::{Error, Result};

use crate::call::{c_bytes, check, check_number};

/// Nanoseconds in a second.
pub const SECOND: i64 = 1_000_000_000;

/// Numbers of the system's clocks.
pub const CLOCK_REALTIME: i32 = libc::CLOCK_REALTIME;
pub const CLOCK_MONOTONIC: i32 = libc::CLOCK_MONOTONIC;
pub const CLOCK_PROCESS: i32 = libc::CLOCK_PROCESS_CPUTIME_ID;
pub const CLOCK_THREAD: i32 = libc::CLOCK_THREAD_CPUTIME_ID;

/// Clocks as the module `time` names them.
pub static CLOCKS: &[(&str, i32)] = &[
    ("CLOCK_REALTIME", CLOCK_REALTIME),
    ("CLOCK_MONOTONIC", CLOCK_MONOTONIC),
    ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
    ("CLOCK_PROCESS_CPUTIME_ID", CLOCK_PROCESS),
    ("CLOCK_THREAD_CPUTIME_ID", CLOCK_THREAD),
    ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
    ("CLOCK_TAI", libc::CLOCK_TAI),
];

pub(crate) fn timespec(nanoseconds: i64) -> libc::timespec {
    libc::timespec { tv_sec: nanoseconds.div_euclid(SECOND), tv_nsec: nanoseconds.rem_euclid(SECOND) }
}

fn nanoseconds(time: libc::timespec) -> i64 {
    time.tv_sec.saturating_mul(SECOND).saturating_add(time.tv_nsec)
}

/// The nanoseconds that a clock shows.
pub fn get(clock: i32) -> Result<i64> {
    let mut time = timespec(0);
    // SAFETY: the structure is there to be filled.
    check(unsafe { libc::clock_gettime(clock, &mut time) })?;
    Ok(nanoseconds(time))
}

/// As [`get`], for clocks that are always there.
pub fn now(clock: i32) -> i64 {
    get(clock).unwrap_or(0)
}

pub fn set(clock: i32, time: i64) -> Result<()> {
    // SAFETY: the structure lives as long as the call.
    check(unsafe { libc::clock_settime(clock, &timespec(time)) }).map(drop)
}

pub fn resolution(clock: i32) -> Result<i64> {
    let mut time = timespec(0);
    // SAFETY: the structure is there to be filled.
    check(unsafe { libc::clock_getres(clock, &mut time) })?;
    Ok(nanoseconds(time))
}

/// Sleeps until the monotonic clock shows `deadline`; a signal interrupts.
pub fn sleep_until(deadline: i64) -> Result<()> {
    let time = timespec(deadline);
    // SAFETY: the structure lives as long as the call; nothing is written back for absolute times.
    check_number(unsafe { libc::clock_nanosleep(CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &time, std::ptr::null_mut()) })
}

/// The CPU clock of a thread.
pub fn thread_clock(thread: u64) -> Result<i32> {
    let mut clock = 0;
    // SAFETY: the identity is one that `threading.get_ident` gave; the C library checks it as far as it can.
    check_number(unsafe { libc::pthread_getcpuclockid(thread as libc::pthread_t, &mut clock) })?;
    Ok(clock)
}

/// A moment of the calendar. `year` counts from 1900 and `month` from 0, as C does.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    pub second: i32,
    pub minute: i32,
    pub hour: i32,
    pub day: i32,
    pub month: i32,
    pub year: i32,
    pub weekday: i32,
    pub yearday: i32,
    pub is_dst: i32,
    /// Seconds east of UTC.
    pub offset: i64,
    pub zone: Vec<u8>,
}

fn empty() -> libc::tm {
    // SAFETY: plain numbers and a pointer, for which zero is "none".
    unsafe { std::mem::zeroed() }
}

impl Calendar {
    fn read(tm: &libc::tm) -> Calendar {
        Calendar {
            second: tm.tm_sec,
            minute: tm.tm_min,
            hour: tm.tm_hour,
            day: tm.tm_mday,
            month: tm.tm_mon,
            year: tm.tm_year,
            weekday: tm.tm_wday,
            yearday: tm.tm_yday,
            is_dst: tm.tm_isdst,
            offset: tm.tm_gmtoff,
            // SAFETY: the zone's name is a string that the C library keeps; copied at once.
            zone: unsafe { c_bytes(tm.tm_zone) },
        }
    }

    fn raw(&self) -> libc::tm {
        let mut tm = empty();
        tm.tm_sec = self.second;
        tm.tm_min = self.minute;
        tm.tm_hour = self.hour;
        tm.tm_mday = self.day;
        tm.tm_mon = self.month;
        tm.tm_year = self.year;
        tm.tm_wday = self.weekday;
        tm.tm_yday = self.yearday;
        tm.tm_isdst = self.is_dst;
        tm.tm_gmtoff = self.offset;
        tm
    }

    /// The moment in the local time zone, or in UTC.
    pub fn of(seconds: i64, local: bool) -> Result<Calendar> {
        let mut tm = empty();
        // SAFETY: both are there for the call; the result is null or the structure.
        let failed = unsafe {
            match local {
                true => libc::localtime_r(&seconds, &mut tm).is_null(),
                false => libc::gmtime_r(&seconds, &mut tm).is_null(),
            }
        };
        if failed { Err(Error::last_os_error()) } else { Ok(Calendar::read(&tm)) }
    }

    /// Seconds since the epoch of a local time; `None` if there is no such time.
    pub fn to_seconds(&self) -> Option<i64> {
        let mut tm = self.raw();
        tm.tm_wday = -1;
        // SAFETY: the structure is there to be read and normalised.
        let seconds = unsafe { libc::mktime(&mut tm) };
        // -1 may be a time; the weekday is filled only when the call succeeds.
        if seconds == -1 && tm.tm_wday == -1 { None } else { Some(seconds) }
    }

    /// `strftime` of the C library, in the present locale. `None` if the text is longer than `limit`.
    pub fn format(&self, format: &CStr, limit: usize) -> Option<Vec<u8>> {
        let zone = CString::new(self.zone.clone()).unwrap_or_default();
        let mut tm = self.raw();
        tm.tm_zone = zone.as_ptr();
        let mut size = 1024.min(limit.max(1));
        loop {
            let mut buffer = vec![0u8; size];
            // SAFETY: the buffer is as long as said; format and zone are zero-terminated and live.
            let length = unsafe { libc::strftime(buffer.as_mut_ptr().cast(), size, format.as_ptr(), &tm) };
            if length > 0 || size >= limit {
                buffer.truncate(length);
                return if length > 0 { Some(buffer) } else { None };
            }
            size *= 2;
        }
    }
}

unsafe extern "C" {
    fn tzset();
}

/// Reads the time zone from the environment anew.
pub fn read_zone() {
    // SAFETY: takes nothing; the C library locks its own data.
    unsafe { tzset() }
}
