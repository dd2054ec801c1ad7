//! System calls that may wait: others run meanwhile, and signals are answered.
//!
//! **Native code that may block** (reads, waits, sleeps, long computations on its own copies) runs as
//! `th.without_gil(|| ..)`: other threads run Python meanwhile. System calls that a signal may interrupt (`EINTR`) run as
//! `th.blocking(|| ..)`, which lets signal handlers run and calls again, as PEP 475 says; a call with a timeout works out in
//! the closure what is left of it. The closure takes what it needs (numbers, bytes, descriptors) before: it must not
//! clone, drop or look into Python values, nor use `th`. Bytes of an object may be read or filled in place while the
//! caller holds the object and its buffer is exported (so that it can not be resized).

use std::io;

use crate::error::{Raised, Res};
use crate::objects::exceptions as exc;
use crate::thread::ThreadState;
use crate::value::Value;

impl ThreadState {
    /// Runs what may wait for long. `work` touches no values: other threads run Python meanwhile.
    #[inline]
    pub fn without_gil<R>(&self, work: impl FnOnce() -> R) -> R {
        let _released = self.release_gil();
        work()
    }

    /// Runs Python again inside of `without_gil`, for foreign code that calls back.
    pub fn with_gil<R>(&self, work: impl FnOnce() -> R) -> R {
        self.take_gil();
        let result = work();
        // Whoever let go takes it again.
        std::mem::forget(self.release_gil());
        result
    }

    /// A system call that may wait. One that a signal interrupts is made again, after the signal's handler has run
    /// (which may raise).
    #[inline]
    pub fn blocking<R>(&self, mut call: impl FnMut() -> io::Result<R>) -> Res<io::Result<R>> {
        // A signal that came just before would else have to wait as long as the call.
        if self.eval_breaker.load(std::sync::atomic::Ordering::Relaxed) != 0 {
            self.check_signals()?;
        }
        loop {
            match self.without_gil(&mut call) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => self.check_signals()?,
                result => return Ok(result),
            }
        }
    }

    /// As [`blocking`](ThreadState::blocking), with failures raised as OSError.
    #[inline]
    pub fn blocking_call<R>(&self, call: impl FnMut() -> io::Result<R>) -> Res<R> {
        self.blocking(call)?.map_err(|error| self.os_error(&error, None))
    }

    /// To be called now and then by native code that runs long, while it holds no borrowed storage: handles signals and
    /// the like, which may raise.
    #[inline]
    pub fn check_interrupts(&self) -> Res<()> {
        if self.eval_breaker.load(std::sync::atomic::Ordering::Relaxed) == 0 {
            return Ok(());
        }
        crate::frame::breaker::handle_eval_breaker(self)
    }

    /// The `OSError` of an operation on two files.
    #[cold]
    pub fn os_error_with_files(&self, error: &io::Error, first: &Value, second: &Value) -> Raised {
        let number = error.raw_os_error().unwrap_or(0);
        let words = self.str(&host::error::message(number));
        let args = [Value::int32(number), words, first.clone(), Value::NONE, second.clone()];
        match self.call(exc::OS_ERROR.value_ref(), &args) {
            Ok(exception) => self.raise(exception),
            Err(raised) => raised,
        }
    }
}
