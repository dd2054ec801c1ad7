//! Waiting of one thread for a sign of another, so that a signal's arrival ends the wait too.
//!
//! The standard library's condition variables go on waiting after a signal; a thread in `lock.acquire()` must wake up to
//! run signal handlers. This is a word that threads sleep on (a futex).
#![expect(unsafe_code, reason = "the futex system call")]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    Notified,
    TimedOut,
    Interrupted,
}

/// Holds at most one sign.
#[derive(Default)]
pub struct Parker(AtomicU32);

impl Parker {
    /// Takes the sign, waiting for it until `deadline`.
    pub fn wait(&self, deadline: Option<Instant>) -> Wake {
        loop {
            if self.0.swap(0, Ordering::Acquire) == 1 {
                return Wake::Notified;
            }
            let mut left = None;
            if let Some(deadline) = deadline {
                match deadline.checked_duration_since(Instant::now()) {
                    Some(duration) if !duration.is_zero() => left = Some(duration),
                    _ => return Wake::TimedOut,
                }
            }
            if self.sleep(left) == libc::EINTR {
                return if self.0.swap(0, Ordering::Acquire) == 1 { Wake::Notified } else { Wake::Interrupted };
            }
        }
    }

    /// Sleeps while there is no sign; returns the error number.
    fn sleep(&self, left: Option<Duration>) -> i32 {
        let timeout = left.map(|left| libc::timespec {
            tv_sec: left.as_secs().min(i64::MAX as u64) as i64,
            tv_nsec: i64::from(left.subsec_nanos()),
        });
        let timeout = timeout.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        // SAFETY: the word and the timeout live during the call.
        let result = unsafe {
            libc::syscall(libc::SYS_futex, self.0.as_ptr(), libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG, 0, timeout)
        };
        if result == 0 { 0 } else { std::io::Error::last_os_error().raw_os_error().unwrap_or(0) }
    }

    /// Leaves a sign and wakes who waits for it.
    pub fn notify(&self) {
        self.0.store(1, Ordering::Release);
        // SAFETY: the word lives; waking nobody is fine.
        unsafe { libc::syscall(libc::SYS_futex, self.0.as_ptr(), libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG, 1) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_kept_and_taken() {
        let parker = Parker::default();
        parker.notify();
        assert_eq!(parker.wait(None), Wake::Notified);
        assert_eq!(parker.wait(Some(Instant::now() + Duration::from_millis(5))), Wake::TimedOut);
        std::thread::scope(|scope| {
            scope.spawn(|| parker.notify());
            assert_eq!(parker.wait(None), Wake::Notified);
        });
    }
}
