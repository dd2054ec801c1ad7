//! `_thread.lock` and `_thread.RLock`.
//!
//! Whether a lock is taken is a plain cell, for only the GIL's holder looks at it. Who must wait queues up, lets go of the
//! GIL, and tries again when woken; signals wake the main thread too, and their handlers run during the wait.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use host::park::{Parker, Wake};
use macros::{pyclass, pymethods};

use crate::{Payload, Res, ThreadState, Type, Value};

/// Threads that wait for something, in the order of their coming.
#[derive(Default)]
pub struct WaitQueue(RefCell<VecDeque<Arc<Parker>>>);

impl WaitQueue {
    /// Waits until `attempt` succeeds or the deadline passes; tells whether it succeeded.
    pub fn wait(&self, th: &ThreadState, deadline: Option<Instant>, attempt: impl Fn() -> bool) -> Res<bool> {
        if attempt() {
            return Ok(true);
        }
        if th.eval_breaker.load(std::sync::atomic::Ordering::Relaxed) != 0 {
            th.check_signals()?;
        }
        let parker = Arc::new(Parker::default());
        self.0.borrow_mut().push_back(parker.clone());
        loop {
            let wake = th.without_gil(|| parker.wait(deadline));
            let was_called = !self.remove(&parker);
            match wake {
                Wake::TimedOut => return Ok(attempt()),
                Wake::Interrupted => {
                    if let Err(raised) = th.check_signals() {
                        if was_called {
                            self.wake_one();
                        }
                        return Err(raised);
                    }
                }
                Wake::Notified => {}
            }
            if attempt() {
                return Ok(true);
            }
            // Somebody was faster; next time it is this thread's turn again.
            self.0.borrow_mut().push_front(parker.clone());
        }
    }

    /// Takes a waiter off the queue; false if it had been called already.
    fn remove(&self, parker: &Arc<Parker>) -> bool {
        let mut queue = self.0.borrow_mut();
        match queue.iter().position(|other| Arc::ptr_eq(other, parker)) {
            Some(index) => queue.remove(index).is_some(),
            None => false,
        }
    }

    /// Calls who has waited longest.
    #[inline]
    pub fn wake_one(&self) {
        let next = self.0.borrow_mut().pop_front();
        if let Some(parker) = next {
            parker.notify();
        }
    }

    pub fn wake_all(&self) {
        let all = std::mem::take(&mut *self.0.borrow_mut());
        all.iter().for_each(|parker| parker.notify());
    }

    /// After `fork`: those who waited are not there any more.
    pub fn forget(&self) {
        self.0.borrow_mut().clear();
    }
}

/// Longest wait that can be asked for, in seconds: `_thread.TIMEOUT_MAX`.
pub const TIMEOUT_MAX: f64 = 9223372036.0;

/// A time in seconds; negative ones are left to the caller.
pub fn seconds(th: &ThreadState, value: &Value) -> Res<f64> {
    let seconds = match (value.as_float(), value.as_int()) {
        (Some(seconds), _) => seconds,
        (None, Some(number)) => number.to_i64().map_or(f64::INFINITY, |number| number as f64),
        (None, None) if th.is_index(value) => th.to_f64(&th.index(value)?)?,
        (None, None) => {
            return Err(th.type_error(format_args!(
                "'{}' object cannot be interpreted as an integer or float",
                value.class().full_name()
            )));
        }
    };
    if seconds.is_nan() {
        return Err(th.value_error("Invalid value NaN (not a number)"));
    }
    if seconds.abs() > 9223372036.854775 {
        return Err(th.overflow_error("timestamp out of range for C PyTime_t"));
    }
    Ok(seconds)
}

/// When a wait of so many seconds ends, rounded up to the nanosecond.
pub fn deadline_after(seconds: f64) -> Option<Instant> {
    let nanos = (seconds.max(0.0) * 1e9).ceil().min(i64::MAX as f64) as u64;
    Instant::now().checked_add(Duration::from_nanos(nanos))
}

/// The arguments of `acquire`: `None` for an attempt without waiting, else the deadline, if there is one.
fn wait_limit(th: &ThreadState, blocking: bool, timeout: &Value) -> Res<Option<Option<Instant>>> {
    let timeout = if timeout.as_small_int() == Some(-1) { -1.0 } else { seconds(th, timeout)? };
    if !blocking {
        if timeout != -1.0 {
            return Err(th.value_error("can't specify a timeout for a non-blocking call"));
        }
        return Ok(None);
    }
    if timeout == -1.0 {
        return Ok(Some(None));
    }
    if timeout < 0.0 {
        return Err(th.value_error("timeout value must be a non-negative number"));
    }
    if timeout > TIMEOUT_MAX {
        return Err(th.overflow_error("timeout value is too large"));
    }
    Ok(if timeout == 0.0 { None } else { Some(deadline_after(timeout)) })
}

/// Who was asked to stop while it waited stops at the end of the wait, not in the next function that it calls: that may
/// rely on what the caller does first.
fn after_wait(th: &ThreadState) -> Res<()> {
    match th.eval_breaker.load(std::sync::atomic::Ordering::Relaxed) {
        0 => Ok(()),
        _ => crate::frame::breaker::handle_eval_breaker(th),
    }
}

/// A lock object is a synchronization primitive.
///
/// To create a lock, call threading.Lock(). It is not owned by the thread that
/// locked it: another thread may unlock it. A thread that locks a lock which it
/// has already locked waits until another thread unlocks it.
#[pyclass(name = "lock", module = "_thread", flags(weakrefs))]
#[derive(Default)]
pub struct Lock {
    locked: Cell<bool>,
    #[notrace]
    queue: WaitQueue,
}

impl Lock {
    #[inline]
    fn lock(&self, th: &ThreadState, limit: Option<Option<Instant>>) -> Res<bool> {
        if !self.locked.replace(true) {
            return Ok(true);
        }
        match limit {
            None => Ok(false),
            Some(deadline) => {
                let locked = self.queue.wait(th, deadline, || !self.locked.replace(true))?;
                after_wait(th)?;
                Ok(locked)
            }
        }
    }
}

#[pymethods]
impl Lock {
    #[pyslot("()")]
    fn new(th: &ThreadState, cls: &Type) -> Res {
        Ok(th.new_instance(cls, Lock::default()))
    }

    /// Lock the lock.
    ///
    /// Without argument, this blocks if the lock is already locked (even by the
    /// same thread), waiting for another thread to release the lock, and returns
    /// True once the lock is acquired. With an argument, this will only block if
    /// the argument is true, and the return value reflects whether the lock is
    /// acquired. The blocking operation is interruptible.
    #[pymethod("(blocking=True, timeout=-1)")]
    fn acquire(&self, th: &ThreadState, blocking: bool, #[default(&Value::int32(-1))] timeout: &Value) -> Res<bool> {
        let limit = wait_limit(th, blocking, timeout)?;
        self.lock(th, limit)
    }

    /// An obsolete synonym of acquire().
    #[pymethod("(blocking=True, timeout=-1)")]
    fn acquire_lock(
        &self,
        th: &ThreadState,
        blocking: bool,
        #[default(&Value::int32(-1))] timeout: &Value,
    ) -> Res<bool> {
        self.acquire(th, blocking, timeout)
    }

    /// Release the lock, allowing another thread that is blocked waiting for
    /// the lock to acquire the lock.
    ///
    /// The lock must be in the locked state, but it needn't be locked by the
    /// same thread that unlocks it.
    #[pymethod("()")]
    fn release(&self, th: &ThreadState) -> Res<()> {
        if !self.locked.replace(false) {
            return Err(th.runtime_error("release unlocked lock"));
        }
        self.queue.wake_one();
        Ok(())
    }

    /// An obsolete synonym of release().
    #[pymethod("()")]
    fn release_lock(&self, th: &ThreadState) -> Res<()> {
        self.release(th)
    }

    /// Return whether the lock is in the locked state.
    #[pymethod("()")]
    fn locked(&self) -> bool {
        self.locked.get()
    }

    /// An obsolete synonym of locked().
    #[pymethod("()")]
    fn locked_lock(&self) -> bool {
        self.locked.get()
    }

    /// Lock the lock.
    #[pymethod("()")]
    fn __enter__(&self, th: &ThreadState) -> Res<bool> {
        self.lock(th, Some(None))
    }

    /// Release the lock.
    #[pymethod("(*exc_info)")]
    fn __exit__(&self, th: &ThreadState, exc_info: &[Value]) -> Res<()> {
        let _ = exc_info;
        self.release(th)
    }

    #[pymethod("()")]
    fn _at_fork_reinit(&self) {
        self.locked.set(false);
        self.queue.forget();
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let state = if Lock::of(slf).locked.get() { "locked" } else { "unlocked" };
        Ok(th.str(&format!("<{state} {} object at {:#x}>", slf.class().full_name(), slf.id())))
    }
}

/// A lock that its owner may acquire again.
#[pyclass(name = "RLock", module = "_thread", flags(basetype, weakrefs))]
#[derive(Default)]
pub struct RLock {
    /// Identity of the owner, while `count` is not zero.
    owner: Cell<u64>,
    count: Cell<usize>,
    #[notrace]
    queue: WaitQueue,
}

impl RLock {
    fn lock(&self, th: &ThreadState, limit: Option<Option<Instant>>, count: usize) -> Res<bool> {
        let id = th.id.get();
        if self.count.get() != 0 && self.owner.get() == id {
            self.count.set(self.count.get().saturating_add(count));
            return Ok(true);
        }
        let attempt = || {
            let is_free = self.count.get() == 0;
            if is_free {
                self.owner.set(id);
                self.count.set(count);
            }
            is_free
        };
        match limit {
            _ if attempt() => Ok(true),
            None => Ok(false),
            Some(deadline) => {
                let locked = self.queue.wait(th, deadline, attempt)?;
                after_wait(th)?;
                Ok(locked)
            }
        }
    }

    fn is_owned_by(&self, th: &ThreadState) -> bool {
        self.count.get() != 0 && self.owner.get() == th.id.get()
    }
}

#[pymethods]
impl RLock {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], _kwnames: &[Value]) -> Res {
        if !args.is_empty() {
            let message = "Passing arguments to RLock is deprecated and will be removed in 3.15";
            crate::warnings::warn(th, &crate::objects::exceptions::DEPRECATION_WARNING, message)?;
        }
        Ok(th.new_instance(cls, RLock::default()))
    }

    /// Lock the lock.
    ///
    /// If the current thread already holds the lock, its internal counter is
    /// simply incremented. If nobody holds the lock, it is taken and the counter
    /// is set to 1. Otherwise `blocking` says whether to wait for its release.
    #[pymethod("(blocking=True, timeout=-1)")]
    fn acquire(&self, th: &ThreadState, blocking: bool, #[default(&Value::int32(-1))] timeout: &Value) -> Res<bool> {
        let limit = wait_limit(th, blocking, timeout)?;
        self.lock(th, limit, 1)
    }

    /// Release the lock, allowing another thread that is blocked waiting for
    /// the lock to acquire the lock.
    ///
    /// The lock must be locked by the same thread that unlocks it, as often as
    /// it was acquired.
    #[pymethod("()")]
    fn release(&self, th: &ThreadState) -> Res<()> {
        if !self.is_owned_by(th) {
            return Err(th.runtime_error("cannot release un-acquired lock"));
        }
        self.count.set(self.count.get() - 1);
        if self.count.get() == 0 {
            self.owner.set(0);
            self.queue.wake_one();
        }
        Ok(())
    }

    /// Return a boolean indicating whether this object is locked right now.
    #[pymethod("()")]
    fn locked(&self) -> bool {
        self.count.get() > 0
    }

    /// Lock the lock.
    #[pymethod("()")]
    fn __enter__(&self, th: &ThreadState) -> Res<bool> {
        self.lock(th, Some(None), 1)
    }

    /// Release the lock.
    #[pymethod("(*exc_info)")]
    fn __exit__(&self, th: &ThreadState, exc_info: &[Value]) -> Res<()> {
        let _ = exc_info;
        self.release(th)
    }

    /// For internal use by `threading.Condition`.
    #[pymethod("()")]
    fn _is_owned(&self, th: &ThreadState) -> bool {
        self.is_owned_by(th)
    }

    /// For internal use by reentrancy checks.
    #[pymethod("()")]
    fn _recursion_count(&self, th: &ThreadState) -> usize {
        if self.is_owned_by(th) { self.count.get() } else { 0 }
    }

    /// For internal use by `threading.Condition`.
    #[pymethod("()")]
    fn _release_save(&self, th: &ThreadState) -> Res {
        let count = self.count.replace(0);
        if count == 0 {
            return Err(th.runtime_error("cannot release un-acquired lock"));
        }
        let owner = self.owner.replace(0);
        self.queue.wake_one();
        Ok(th.tuple(&[Value::index(count), th.int_from_u64(owner)]))
    }

    /// For internal use by `threading.Condition`.
    #[pymethod("(state, /)")]
    fn _acquire_restore(&self, th: &ThreadState, state: &Value) -> Res<()> {
        let parts = state.as_tuple().map(|state| state.as_slice()).unwrap_or_default();
        let (Some(count), Some(owner)) =
            (parts.first().and_then(Value::as_small_int), parts.get(1).and_then(|owner| owner.as_int()?.to_i64()))
        else {
            return Err(th.type_error("a saved state is needed"));
        };
        self.lock(th, Some(None), 1)?;
        self.count.set(count.max(1) as usize);
        self.owner.set(owner as u64);
        Ok(())
    }

    #[pymethod("()")]
    fn _at_fork_reinit(&self) {
        self.count.set(0);
        self.owner.set(0);
        self.queue.forget();
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let lock = RLock::of(slf);
        let count = lock.count.get();
        let state = if count > 0 { "locked" } else { "unlocked" };
        let (name, owner) = (slf.class().full_name(), lock.owner.get());
        Ok(th.str(&format!("<{state} {name} object owner={owner} count={count} at {:#x}>", slf.id())))
    }
}
