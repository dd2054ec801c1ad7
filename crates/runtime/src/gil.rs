//! The global interpreter lock: which thread of an interpreter may run Python code, and how the others get their turn.
//!
//! A thread that waits longer than the switch interval asks the holder, through a bit of its eval breaker, to let go;
//! the holder then waits until somebody else has had the lock, so that it is not the first to get it again.
//!
//! Native code that may block lets go through `th.without_gil` and `th.blocking` (`blocking.rs`).
#![expect(unsafe_code, reason = "the holder's eval breaker is reached through a pointer that the lock keeps valid")]

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::thread::{ThreadState, breaker};

/// One interpreter's lock.
pub struct Gil {
    state: Mutex<State>,
    /// The lock became free.
    freed: Condvar,
    /// Another thread has it now.
    switched: Condvar,
    interval_micros: AtomicU64,
    /// Identity of the thread that ends the interpreter; all others wait for ever. 0: nobody does.
    finalizer: AtomicU64,
}

struct State {
    held: bool,
    /// Eval breaker of the holder, valid while it holds the lock.
    holder: *const AtomicU32,
    /// Counts changes of the holder.
    switches: u64,
    waiting: usize,
}

// SAFETY: the pointer is used under the mutex only, while its thread state holds the lock and thus lives.
unsafe impl Send for State {}

impl Default for Gil {
    fn default() -> Gil {
        Gil {
            state: Mutex::new(State { held: false, holder: std::ptr::null(), switches: 0, waiting: 0 }),
            freed: Condvar::new(),
            switched: Condvar::new(),
            interval_micros: AtomicU64::new(5000),
            finalizer: AtomicU64::new(0),
        }
    }
}

impl Gil {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the lock is this thread's. `breaker` is the thread state's; a thread that comes after the end of the
    /// interpreter never returns.
    pub(crate) fn take(&self, breaker: &AtomicU32) {
        let mut state = self.lock();
        if state.held {
            state.waiting += 1;
            while state.held {
                let before = state.switches;
                let interval = Duration::from_micros(self.interval_micros.load(Ordering::Relaxed).max(1));
                let (now, timeout) = self.freed.wait_timeout(state, interval).unwrap_or_else(PoisonError::into_inner);
                state = now;
                if timeout.timed_out() && state.held && state.switches == before && !state.holder.is_null() {
                    // SAFETY: the holder's thread state lives while it holds the lock, which the mutex freezes.
                    unsafe { (*state.holder).fetch_or(breaker::GIL_DROP_REQUEST, Ordering::Relaxed) };
                }
            }
            state.waiting -= 1;
        }
        let finalizer = self.finalizer.load(Ordering::Relaxed);
        if finalizer != 0 && finalizer != host::thread::ident() {
            drop(state);
            self.freed.notify_one();
            // Who lets this thread have its turn need not wait for it.
            self.switched.notify_all();
            hang();
        }
        state.held = true;
        if !std::ptr::eq(state.holder, breaker) {
            state.switches += 1;
            state.holder = breaker;
            self.switched.notify_all();
        }
    }

    /// Lets the lock go.
    pub(crate) fn release(&self) {
        let mut state = self.lock();
        state.held = false;
        if state.waiting > 0 {
            drop(state);
            self.freed.notify_one();
        }
    }

    /// Before the holder's thread state dies, the lock still being held: nobody may look at it any more.
    pub(crate) fn retire(&self) {
        self.lock().holder = std::ptr::null();
    }

    /// Lets others run, if any waits, and takes the lock again when one has had its turn.
    pub(crate) fn switch(&self, breaker: &AtomicU32) {
        breaker.fetch_and(!breaker::GIL_DROP_REQUEST, Ordering::Relaxed);
        {
            let mut state = self.lock();
            if state.waiting == 0 || self.finalizer.load(Ordering::Relaxed) != 0 {
                return;
            }
            state.held = false;
            self.freed.notify_one();
            while state.waiting > 0 && std::ptr::eq(state.holder, breaker) {
                state = self.switched.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
        self.take(breaker);
    }

    pub fn interval(&self) -> f64 {
        self.interval_micros.load(Ordering::Relaxed) as f64 / 1e6
    }

    pub fn set_interval(&self, seconds: f64) {
        self.interval_micros.store(((seconds * 1e6) as u64).max(1), Ordering::Relaxed);
    }

    /// From now on only the calling thread gets the lock.
    pub(crate) fn finalize(&self) {
        self.finalizer.store(host::thread::ident(), Ordering::Relaxed);
    }

    /// Freezes the lock for `fork`: in the child, no other thread can be in the middle of changing it.
    pub(crate) fn freeze(&self) -> Frozen<'_> {
        Frozen(self.lock())
    }
}

/// The lock as `fork` keeps it.
pub(crate) struct Frozen<'a>(MutexGuard<'a, State>);

impl Frozen<'_> {
    /// In the child: nobody else waits any more.
    pub(crate) fn alone(&mut self) {
        self.0.waiting = 0;
    }
}

/// A thread that comes too late stops here; the process ends without it.
fn hang() -> ! {
    loop {
        std::thread::park();
    }
}

/// The lock taken again when dropped, so that a panic in between keeps the count right.
pub(crate) struct Released<'a>(&'a ThreadState);

impl Drop for Released<'_> {
    fn drop(&mut self) {
        self.0.take_gil();
    }
}

impl ThreadState {
    pub(crate) fn take_gil(&self) {
        self.interp().gil.take(&self.eval_breaker);
    }

    /// Lets other threads run until the result is dropped.
    #[inline]
    pub(crate) fn release_gil(&self) -> Released<'_> {
        self.interp().gil.release();
        Released(self)
    }
}
