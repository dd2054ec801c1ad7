//! Named semaphores and shared memory objects, for processes that work together.
#![expect(unsafe_code, reason = "system calls through the C library")]

use std::collections::HashSet;
use std::ffi::CStr;
use std::io::{Error, Result};
use std::sync::{Mutex, PoisonError};

use crate::call::{check, system_calls};

system_calls! {
    pub fn remove_name(name: &CStr) = sem_unlink(name.as_ptr());
    /// A descriptor of a shared memory object.
    pub fn open_memory(path: &CStr, flags: i32, mode: u32) -> i32 = shm_open(path.as_ptr(), flags, mode);
    pub fn remove_memory(path: &CStr) = shm_unlink(path.as_ptr());
}

pub const MOST: i64 = i32::MAX as i64;

/// The addresses of all semaphores that this process has open: a number that a program hands back is one of them or none.
/// They are never closed while a [`Semaphore`] may have them, so each stays valid.
static OPEN: Mutex<Option<HashSet<usize>>> = Mutex::new(None);

/// A semaphore that is open in this process (or was, in the one that it is a copy of).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Semaphore(usize);

impl Semaphore {
    fn pointer(self) -> *mut libc::sem_t {
        self.0 as *mut libc::sem_t
    }

    fn keep(pointer: *mut libc::sem_t) -> Result<Semaphore> {
        if pointer == libc::SEM_FAILED {
            return Err(Error::last_os_error());
        }
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        open.get_or_insert_default().insert(pointer as usize);
        Ok(Semaphore(pointer as usize))
    }

    /// Makes a new semaphore of this name, for the user alone.
    pub fn create(name: &CStr, value: u32) -> Result<Semaphore> {
        // SAFETY: the name ends with a zero; the two further arguments are those that O_CREAT asks for.
        Semaphore::keep(unsafe { libc::sem_open(name.as_ptr(), libc::O_CREAT | libc::O_EXCL, 0o600u32, value) })
    }

    pub fn open(name: &CStr) -> Result<Semaphore> {
        // SAFETY: the name ends with a zero.
        Semaphore::keep(unsafe { libc::sem_open(name.as_ptr(), 0) })
    }

    /// The semaphore of a [`handle`](Semaphore::handle), if this process has it open.
    pub fn from_handle(handle: i64) -> Option<Semaphore> {
        let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        open.as_ref().is_some_and(|open| open.contains(&(handle as usize))).then_some(Semaphore(handle as usize))
    }

    pub fn handle(self) -> i64 {
        self.0 as i64
    }

    /// Error EAGAIN when it would have to wait.
    pub fn try_wait(self) -> Result<()> {
        // SAFETY: open for as long as the process lives, as are those below.
        check(unsafe { libc::sem_trywait(self.pointer()) }).map(drop)
    }

    pub fn wait(self) -> Result<()> {
        // SAFETY: see `try_wait`.
        check(unsafe { libc::sem_wait(self.pointer()) }).map(drop)
    }

    /// Waits until a moment of the wall clock, in seconds and nanoseconds.
    pub fn wait_until(self, seconds: i64, nanoseconds: i64) -> Result<()> {
        let time = libc::timespec { tv_sec: seconds, tv_nsec: nanoseconds };
        // SAFETY: see `try_wait`.
        check(unsafe { libc::sem_timedwait(self.pointer(), &time) }).map(drop)
    }

    pub fn post(self) -> Result<()> {
        // SAFETY: see `try_wait`.
        check(unsafe { libc::sem_post(self.pointer()) }).map(drop)
    }

    pub fn value(self) -> Result<i32> {
        let mut value = 0;
        // SAFETY: see `try_wait`.
        check(unsafe { libc::sem_getvalue(self.pointer(), &mut value) })?;
        Ok(value.max(0))
    }
}
