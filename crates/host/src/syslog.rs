//! The system's log.
#![expect(unsafe_code, reason = "system calls through the C library")]

use std::ffi::{CStr, CString};
use std::sync::{Mutex, PoisonError};

/// What `openlog` was told: the library keeps a pointer to the text, so it lives here.
struct Log {
    is_open: bool,
    identity: Option<CString>,
}

static LOG: Mutex<Log> = Mutex::new(Log { is_open: false, identity: None });

fn with_log<R>(work: impl FnOnce(&mut Log) -> R) -> R {
    work(&mut LOG.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Log {
    fn open(&mut self, identity: Option<CString>, options: i32, facility: i32) {
        let pointer = identity.as_ref().map_or(std::ptr::null(), |text| text.as_ptr());
        // SAFETY: the text is kept until the library gets another one or is told to close.
        unsafe { libc::openlog(pointer, options, facility) };
        self.identity = identity;
        self.is_open = true;
    }
}

/// Opens the log anew.
pub fn open(identity: Option<CString>, options: i32, facility: i32) {
    with_log(|log| log.open(identity, options, facility));
}

pub fn is_open() -> bool {
    with_log(|log| log.is_open)
}

/// Writes a message; may wait.
pub fn write(priority: i32, message: &CStr) {
    with_log(|_| {
        // SAFETY: both texts end with a zero, and the format takes one text.
        unsafe { libc::syslog(priority, c"%s".as_ptr(), message.as_ptr()) };
    });
}

/// Closes the log; `false` if it was not open.
pub fn close() -> bool {
    with_log(|log| {
        if log.is_open {
            // SAFETY: has no preconditions; afterwards the library has forgotten the text.
            unsafe { libc::closelog() };
            log.identity = None;
        }
        std::mem::replace(&mut log.is_open, false)
    })
}

/// Sets which priorities are logged; returns the old mask.
pub fn set_mask(mask: i32) -> i32 {
    // SAFETY: works on a number.
    unsafe { libc::setlogmask(mask) }
}

crate::constants::table! {
    /// Names and numbers of `syslog.h`.
    pub CONSTANTS:
    LOG_ALERT, LOG_AUTH, LOG_AUTHPRIV, LOG_CONS, LOG_CRIT, LOG_CRON, LOG_DAEMON, LOG_DEBUG, LOG_EMERG, LOG_ERR, LOG_FTP, LOG_INFO, LOG_KERN, LOG_LOCAL0, LOG_LOCAL1, LOG_LOCAL2, LOG_LOCAL3, LOG_LOCAL4, LOG_LOCAL5, LOG_LOCAL6, LOG_LOCAL7, LOG_LPR, LOG_MAIL, LOG_NDELAY, LOG_NEWS, LOG_NOTICE, LOG_NOWAIT, LOG_ODELAY, LOG_PERROR, LOG_PID, LOG_SYSLOG, LOG_USER, LOG_UUCP, LOG_WARNING,
}
