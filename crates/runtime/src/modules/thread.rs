//! `_thread`: locks, thread-local data, identities. Threads themselves cannot be started yet.

use std::cell::{Cell, RefCell};

use macros::{pyclass, pymethods, pymodule};

use crate::gc::ValueCell;
use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::{Payload, Raised, Res, ThreadState, Type, Value, instance};

/// A lock object is a synchronization primitive.
#[pyclass(name = "lock", module = "_thread", flags(weakrefs))]
#[derive(Default)]
pub struct Lock {
    locked: Cell<bool>,
}

/// A lock that no other thread can release: waiting for it would never end.
fn would_deadlock(th: &ThreadState) -> Raised {
    th.runtime_error("deadlock: the only thread waits for a lock that it holds")
}

/// The arguments of `acquire`: whether to wait, and how long (-1: forever).
fn check_timeout(th: &ThreadState, blocking: bool, timeout: f64) -> Res<()> {
    if !blocking && timeout != -1.0 {
        return Err(th.value_error("can't specify a timeout for a non-blocking call"));
    }
    if timeout < 0.0 && timeout != -1.0 {
        return Err(th.value_error("timeout value must be a non-negative number"));
    }
    Ok(())
}

#[pymethods]
impl Lock {
    #[pyslot("()")]
    fn new(th: &ThreadState, cls: &Type) -> Res {
        Ok(th.new_instance(cls, Lock::default()))
    }

    /// Lock the lock.
    #[pymethod("(blocking=True, timeout=-1)")]
    fn acquire(&self, th: &ThreadState, blocking: bool, timeout: f64) -> Res<bool> {
        check_timeout(th, blocking, timeout)?;
        if !self.locked.replace(true) {
            return Ok(true);
        }
        if blocking && timeout == -1.0 {
            return Err(would_deadlock(th));
        }
        Ok(false)
    }

    /// Release the lock.
    #[pymethod("()")]
    fn release(&self, th: &ThreadState) -> Res<()> {
        if self.locked.replace(false) { Ok(()) } else { Err(th.runtime_error("release unlocked lock")) }
    }

    /// Return whether the lock is in the locked state.
    #[pymethod("()")]
    fn locked(&self) -> bool {
        self.locked.get()
    }

    /// Lock the lock.
    #[pymethod("()")]
    fn __enter__(&self, th: &ThreadState) -> Res<bool> {
        self.acquire(th, true, -1.0)
    }

    /// Release the lock.
    #[pymethod("(*args)")]
    fn __exit__(&self, th: &ThreadState, args: &[Value]) -> Res<()> {
        let _ = args;
        self.release(th)
    }

    #[pymethod("()", text = none)]
    fn _at_fork_reinit(&self) {
        self.locked.set(false);
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let state = if Lock::of(slf).locked.get() { "locked" } else { "unlocked" };
        Ok(th.str(&format!("<{state} _thread.lock object at {:#x}>", slf.id())))
    }
}

/// A lock that its owner may acquire again.
#[pyclass(name = "RLock", module = "_thread", flags(basetype, weakrefs))]
#[derive(Default)]
pub struct RLock {
    count: Cell<usize>,
}

#[pymethods]
impl RLock {
    #[pyslot("()")]
    fn new(th: &ThreadState, cls: &Type) -> Res {
        Ok(th.new_instance(cls, RLock::default()))
    }

    /// Lock the lock.
    #[pymethod("(blocking=True, timeout=-1)")]
    fn acquire(&self, th: &ThreadState, blocking: bool, timeout: f64) -> Res<bool> {
        check_timeout(th, blocking, timeout)?;
        self.count.set(self.count.get() + 1);
        Ok(true)
    }

    /// Release the lock.
    #[pymethod("()")]
    fn release(&self, th: &ThreadState) -> Res<()> {
        match self.count.get().checked_sub(1) {
            Some(count) => {
                self.count.set(count);
                Ok(())
            }
            None => Err(th.runtime_error("cannot release un-acquired lock")),
        }
    }

    /// Return whether the lock is in the locked state.
    #[pymethod("()")]
    fn locked(&self) -> bool {
        self.count.get() > 0
    }

    /// Lock the lock.
    #[pymethod("()")]
    fn __enter__(&self, th: &ThreadState) -> Res<bool> {
        self.acquire(th, true, -1.0)
    }

    /// Release the lock.
    #[pymethod("(*args)")]
    fn __exit__(&self, th: &ThreadState, args: &[Value]) -> Res<()> {
        let _ = args;
        self.release(th)
    }

    /// For internal use by `threading.Condition`.
    #[pymethod("()", text = none)]
    fn _is_owned(&self) -> bool {
        self.count.get() > 0
    }

    /// For internal use by reentrant lock tests.
    #[pymethod("()", text = none)]
    fn _recursion_count(&self) -> usize {
        self.count.get()
    }

    /// For internal use by `threading.Condition`.
    #[pymethod("()", text = none)]
    fn _release_save(&self, th: &ThreadState) -> Res {
        let count = self.count.replace(0);
        if count == 0 {
            return Err(th.runtime_error("cannot release un-acquired lock"));
        }
        Ok(th.tuple(&[Value::index(count), th.int_from_u64(th.id.get())]))
    }

    /// For internal use by `threading.Condition`.
    #[pymethod("(state, /)", text = none)]
    fn _acquire_restore(&self, th: &ThreadState, state: &Value) -> Res<()> {
        let count = state.as_tuple().and_then(|state| state.as_slice().first()?.as_small_int());
        match count {
            Some(count) => {
                self.count.set(count.max(0) as usize);
                Ok(())
            }
            None => Err(th.type_error("a saved state is needed")),
        }
    }

    #[pymethod("()", text = none)]
    fn _at_fork_reinit(&self) {
        self.count.set(0);
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let count = RLock::of(slf).count.get();
        let (state, owner) = if count > 0 { ("locked", th.id.get()) } else { ("unlocked", 0) };
        let name = slf.class().full_name();
        Ok(th.str(&format!("<{state} {name} object owner={owner} count={count} at {:#x}>", slf.id())))
    }
}

/// Thread-local data.
#[pyclass(name = "_local", module = "_thread", flags(basetype, managed_dict, weakrefs))]
pub struct Local {
    args: RefCell<Vec<Value>>,
    kwnames: ValueCell,
}

#[pymethods]
impl Local {
    #[pyslot]
    fn new(th: &ThreadState, class: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let initialises = class.slots().init.get().is_some_and(|init| {
            crate::objects::object::OBJECT_TYPE.slots().init.get().is_none_or(|own| !std::ptr::fn_addr_eq(init, own))
        });
        if !args.is_empty() && !initialises {
            return Err(th.type_error("Initialization arguments are not supported"));
        }
        let kwnames = ValueCell::new(th.tuple(kwnames));
        Ok(th.new_instance(class, Local { args: RefCell::new(args.to_vec()), kwnames }))
    }
}

/// What `threading` knows a thread by.
#[pyclass(name = "_ThreadHandle", module = "_thread")]
pub struct ThreadHandle {
    ident: Cell<u64>,
    done: Cell<bool>,
}

#[pymethods]
impl ThreadHandle {
    #[pyslot("()")]
    fn new(th: &ThreadState, cls: &Type) -> Res {
        Ok(th.new_instance(cls, ThreadHandle { ident: Cell::new(0), done: Cell::new(false) }))
    }

    #[pygetter]
    fn ident(&self) -> u64 {
        self.ident.get()
    }

    /// Wait for the thread to end.
    #[pymethod("(timeout=None, /)")]
    fn join(&self, th: &ThreadState, timeout: &Value) -> Res<()> {
        let _ = timeout;
        if self.ident.get() == th.id.get() { Err(th.runtime_error("Cannot join current thread")) } else { Ok(()) }
    }

    #[pymethod("()")]
    fn is_done(&self) -> bool {
        self.done.get()
    }

    #[pymethod("()")]
    fn _set_done(&self) {
        self.done.set(true);
    }
}

fn cannot_start(th: &ThreadState) -> Raised {
    th.error(&exc::NOT_IMPLEMENTED_ERROR, "Taipan cannot start threads yet")
}

/// The module `_thread`.
#[pymodule(
    name = "_thread",
    classes(super::LOCK_TYPE, super::R_LOCK_TYPE, super::LOCAL_TYPE, super::THREAD_HANDLE_TYPE)
)]
pub mod thread {
    //! This module provides primitive operations to write multi-threaded programs.
    //! The 'threading' module provides a more convenient interface.

    use super::*;

    #[pyattr(name = "TIMEOUT_MAX")]
    const TIMEOUT_MAX: f64 = 9223372036.0;

    /// Create a new lock object.
    #[pyfunction("()")]
    fn allocate_lock(th: &ThreadState) -> Value {
        th.new_object(Lock::default())
    }

    /// An obsolete synonym of allocate_lock().
    #[pyfunction("()")]
    fn allocate(th: &ThreadState) -> Value {
        allocate_lock(th)
    }

    /// Start a new thread and return its identifier.
    #[pyfunction("(function, args, kwargs={}, /)", text = none)]
    fn start_new_thread(th: &ThreadState, function: &Value, args: &Value, kwargs: Option<Value>) -> Res {
        let _ = (function, args, kwargs);
        Err(cannot_start(th))
    }

    /// *For internal use only*: start a new thread.
    #[pyfunction("(function, handle=None, daemon=True)", text = none)]
    fn start_joinable_thread(th: &ThreadState, function: &Value, handle: Value, daemon: bool) -> Res {
        let _ = (function, handle, daemon);
        Err(cannot_start(th))
    }

    /// Return a non-zero integer that uniquely identifies the current thread
    /// amongst other threads that exist simultaneously.
    #[pyfunction("()")]
    fn get_ident(th: &ThreadState) -> u64 {
        th.id.get()
    }

    /// Return a non-negative integer identifying the thread as reported
    /// by the OS (kernel).
    #[pyfunction("()")]
    fn get_native_id() -> u64 {
        u64::from(std::process::id())
    }

    #[pyfunction("()", text = none)]
    fn _get_main_thread_ident(th: &ThreadState) -> u64 {
        th.id.get()
    }

    #[pyfunction("()", text = none)]
    fn _is_main_interpreter() -> bool {
        true
    }

    /// Return True if daemon threads are allowed in the current interpreter.
    #[pyfunction("()")]
    fn daemon_threads_allowed() -> bool {
        true
    }

    /// Return the number of currently running Python threads, excluding the main thread.
    #[pyfunction("()")]
    fn _count() -> i64 {
        0
    }

    /// Wait until all non-daemon threads get stopped.
    #[pyfunction("()", text = none)]
    fn _shutdown() {}

    /// *For internal use only*: a handle of a thread that runs already.
    #[pyfunction("(ident, /)", text = none)]
    fn _make_thread_handle(th: &ThreadState, ident: u64) -> Value {
        th.new_object(ThreadHandle { ident: Cell::new(ident), done: Cell::new(false) })
    }

    /// Set the name of the current thread.
    #[pyfunction("(name)")]
    fn set_name(name: &Value) {
        let _ = name;
    }

    /// Return the thread stack size used when creating new threads.
    #[pyfunction("(size=0, /)", text = none)]
    fn stack_size(size: i64) -> i64 {
        let _ = size;
        0
    }

    /// Simulate the arrival of the given signal in the main thread.
    #[pyfunction("(signum=2, /)")]
    fn interrupt_main(th: &ThreadState, signum: i64) -> Res<()> {
        let _ = signum;
        let exception = th.call(exc::KEYBOARD_INTERRUPT.value_ref(), &[])?;
        Err(th.raise(exception))
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        if let Some(dict) = instance::dict(th, module) {
            let namespace = Dict::of(&dict);
            drop(namespace.set_str(&th.intern("error"), exc::RUNTIME_ERROR.as_value()));
            drop(namespace.set_str(&th.intern("LockType"), LOCK_TYPE.as_value()));
        }
        Ok(())
    }
}
