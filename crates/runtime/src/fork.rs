//! What `fork` means for the machine: in the child, only the thread that forked goes on.
#![expect(unsafe_code, reason = "the forking thread's state becomes the process's main one")]

use std::io;
use std::sync::PoisonError;

use crate::modules::{imp, thread};
use crate::thread::{ThreadState, breaker};

impl ThreadState {
    /// Forks. `fork` makes the process, `is_child` tells from its result whether this is the child. The machine's own locks
    /// are held meanwhile, so that no other thread is in the middle of changing what they guard. Python's hooks
    /// (`os.register_at_fork`) are the caller's to call, before and after.
    pub fn fork<T>(
        &self,
        fork: impl FnOnce() -> io::Result<T>,
        is_child: impl FnOnce(&T) -> bool,
    ) -> (io::Result<T>, bool) {
        let import_lock = imp::imp::acquire_lock(self);
        if let Err(raised) = import_lock {
            drop(self.take_raised(raised));
        }
        let interp = self.interp();
        let pending = interp.pending_calls.lock().unwrap_or_else(PoisonError::into_inner);
        let mut gil = interp.gil.freeze();
        let result = fork();
        let in_child = result.as_ref().is_ok_and(is_child);
        if in_child {
            gil.alone();
        }
        drop(gil);
        drop(pending);
        if in_child {
            self.after_fork_in_child();
        }
        if let Err(raised) = imp::imp::release_lock(self) {
            drop(self.take_raised(raised));
        }
        (result, in_child)
    }

    /// The calling thread is the only one that is left, and the main one.
    fn after_fork_in_child(&self) {
        let interp = self.interp();
        // The others' states stay as they are: what they refer to can not be given up by anybody else.
        interp.threads.borrow_mut().retain(|&other| std::ptr::eq(other, self));
        interp.main_thread.set(self.id.get());
        interp.forks.set(interp.forks.get().wrapping_add(1));
        interp.pending_calls.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.extension::<imp::imp::ImportLock>().after_fork(self.id.get());
        thread::handle::only_this_thread(self);
        if let Err(raised) = self.extension::<crate::warnings::State>().after_fork(self) {
            drop(self.take_raised(raised));
        }
        host::signal::forget_all();
        // SAFETY: when this thread ends, so does the process (`modules/thread/handle.rs`).
        let eval_breaker = unsafe { &*std::ptr::from_ref(&self.eval_breaker) };
        host::signal::set_breaker(eval_breaker, breaker::SIGNALS);
    }
}
