//! Threads: how they start, run and end, and `_thread._ThreadHandle`, by which others wait for their end.
#![expect(unsafe_code, reason = "a new thread takes over values that its starter made")]

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Instant;

use host::park::{Parker, Wake};
use macros::{pyclass, pymethods};

use super::local;
use crate::objects::exceptions as exc;
use crate::{Res, ThreadState, Type, Value};

const NOT_STARTED: u8 = 0;
const STARTING: u8 = 1;
const RUNNING: u8 = 2;
const DONE: u8 = 3;

/// What is known of a thread, shared by its handle and the thread itself.
#[derive(Default)]
pub(crate) struct State {
    ident: AtomicU64,
    phase: AtomicU8,
    waiters: Mutex<Vec<Arc<Parker>>>,
}

impl State {
    pub(super) fn was_started(&self) -> bool {
        self.phase.load(Ordering::Acquire) != NOT_STARTED
    }

    fn is_done(&self) -> bool {
        self.phase.load(Ordering::Acquire) == DONE
    }

    fn set_done(&self) {
        self.phase.store(DONE, Ordering::Release);
        let waiters = std::mem::take(&mut *self.waiters.lock().unwrap_or_else(PoisonError::into_inner));
        waiters.iter().for_each(|waiter| waiter.notify());
    }

    /// Waits for the thread's end; false if the deadline came first.
    fn wait(&self, th: &ThreadState, deadline: Option<Instant>) -> Res<bool> {
        if self.is_done() {
            return Ok(true);
        }
        let parker = Arc::new(Parker::default());
        self.waiters.lock().unwrap_or_else(PoisonError::into_inner).push(parker.clone());
        let result = loop {
            if self.is_done() {
                break Ok(true);
            }
            match th.without_gil(|| parker.wait(deadline)) {
                Wake::Notified => {}
                Wake::TimedOut => break Ok(self.is_done()),
                Wake::Interrupted => {
                    if let Err(raised) = th.check_signals() {
                        break Err(raised);
                    }
                }
            }
        };
        let mut waiters = self.waiters.lock().unwrap_or_else(PoisonError::into_inner);
        waiters.retain(|waiter| !Arc::ptr_eq(waiter, &parker));
        result
    }
}

/// The threads of an interpreter that `_thread` started.
#[derive(Default)]
pub(crate) struct Threads {
    /// How many run.
    pub(crate) count: Cell<usize>,
    /// All that run, and whether the interpreter waits for them at its end.
    running: RefCell<Vec<(Arc<State>, bool)>>,
    /// Those that others started, as far as handles of them are in use.
    others: RefCell<Vec<Weak<State>>>,
    pub(crate) stack_size: Cell<usize>,
}

/// What a thread knows a thread by.
#[pyclass(name = "_ThreadHandle", module = "_thread", flags(weakrefs))]
pub struct ThreadHandle {
    #[notrace]
    pub(super) state: Arc<State>,
}

/// A handle of a thread that runs already.
pub(super) fn handle_of(th: &ThreadState, ident: u64) -> Value {
    let state = State::default();
    state.ident.store(ident, Ordering::Relaxed);
    state.phase.store(RUNNING, Ordering::Relaxed);
    let state = Arc::new(state);
    let all = th.extension::<Threads>();
    let mut others = all.others.borrow_mut();
    others.retain(|other| other.strong_count() > 0);
    others.push(Arc::downgrade(&state));
    drop(others);
    th.new_object(ThreadHandle { state })
}

#[pymethods]
impl ThreadHandle {
    #[pyslot("()", text = none)]
    fn new(th: &ThreadState, cls: &Type) -> Res {
        Ok(th.new_instance(cls, ThreadHandle { state: Arc::default() }))
    }

    #[pygetter]
    fn ident(&self) -> u64 {
        self.state.ident.load(Ordering::Relaxed)
    }

    #[pymethod("(timeout=None, /)", text = none)]
    fn join(&self, th: &ThreadState, timeout: &Value) -> Res<()> {
        let deadline = match timeout {
            timeout if timeout.is_none() => None,
            timeout => match super::lock::seconds(th, timeout)? {
                seconds if seconds < 0.0 => None,
                seconds => super::lock::deadline_after(seconds),
            },
        };
        match self.state.phase.load(Ordering::Acquire) {
            NOT_STARTED | STARTING => return Err(th.runtime_error("thread not started")),
            RUNNING if self.state.ident.load(Ordering::Relaxed) == th.id.get() => {
                return Err(th.runtime_error("Cannot join current thread"));
            }
            _ => {}
        }
        if th.interp().finalizing.get() && !self.state.is_done() {
            // Other threads run no more: the wait would not end.
            return Err(th.error(&exc::PYTHON_FINALIZATION_ERROR, "cannot join thread at interpreter shutdown"));
        }
        self.state.wait(th, deadline).map(drop)
    }

    #[pymethod("()")]
    fn is_done(&self) -> bool {
        self.state.is_done()
    }

    #[pymethod("()")]
    fn _set_done(&self, th: &ThreadState) -> Res<()> {
        if self.state.phase.load(Ordering::Acquire) < RUNNING {
            return Err(th.runtime_error("thread not started"));
        }
        self.state.set_done();
        Ok(())
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        let ident = self.state.ident.load(Ordering::Relaxed);
        Ok(th.str(&format!("<_thread._ThreadHandle object: ident={ident}>")))
    }
}

/// What a new thread gets from its starter.
struct Start {
    thread: Box<ThreadState>,
    callable: Value,
    args: Vec<Value>,
    kwnames: Vec<Value>,
    state: Arc<State>,
}

// SAFETY: the starter hands everything over; the new thread touches it only after it has taken the GIL.
unsafe impl Send for Start {}

/// The smallest stack that leaves native code room to work, whatever a program asks for.
const LEAST_STACK: usize = 1 << 20;

/// Starts a thread that calls `callable`; `daemon` threads are not waited for at the end.
pub(super) fn start(
    th: &ThreadState,
    callable: &Value,
    args: Vec<Value>,
    kwnames: Vec<Value>,
    state: Arc<State>,
    daemon: bool,
) -> Res<u64> {
    if th.interp().finalizing.get() {
        return Err(th.error(&exc::PYTHON_FINALIZATION_ERROR, "can't create new thread at interpreter shutdown"));
    }
    let Some(thread) = th.for_new_thread() else { return Err(th.memory_error()) };
    state.phase.store(STARTING, Ordering::Release);
    let all = th.extension::<Threads>();
    let start = Start { thread, callable: callable.clone(), args, kwnames, state: state.clone() };
    let size = match all.stack_size.get() {
        0 => 0,
        size => size.max(LEAST_STACK),
    };
    match host::thread::spawn(size, move || run(start)) {
        Ok(ident) => {
            state.ident.store(ident, Ordering::Relaxed);
            state.phase.store(RUNNING, Ordering::Release);
            all.count.set(all.count.get() + 1);
            all.running.borrow_mut().push((state, daemon));
            Ok(ident)
        }
        Err(_) => {
            state.phase.store(NOT_STARTED, Ordering::Release);
            Err(th.runtime_error("can't start new thread"))
        }
    }
}

/// The body of every thread.
fn run(start: Start) {
    let Start { thread, callable, args, kwnames, state } = { start };
    let gil = thread.interp().gil.clone();
    thread.take_gil();
    // Nothing of Python's may be touched by unwinding without the GIL, nor may the GIL stay taken.
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let th: &ThreadState = &thread;
        th.adopt();
        let entered = th.enter();
        if let Err(raised) = th.call_kw(&callable, &args, &kwnames) {
            if th.raised_is(&raised, &exc::SYSTEM_EXIT) {
                drop(th.take_raised(raised));
            } else {
                th.unraisable_while(raised, "Exception ignored in thread started by", &callable);
            }
        }
        drop((callable, args, kwnames));
        if th.is_main() {
            // The child of a fork that another thread than the main one made: with its only thread it ends.
            std::process::exit(0);
        }
        local::forget_thread(th);
        let all = th.extension::<Threads>();
        all.count.set(all.count.get().saturating_sub(1));
        all.running.borrow_mut().retain(|(other, _)| !Arc::ptr_eq(other, &state));
        drop(all);
        th.clear();
        state.set_done();
        drop(entered);
        th.interp().gil.retire();
        drop(thread);
    }));
    if outcome.is_err() {
        std::process::exit(134);
    }
    gil.release();
}

/// Waits for the end of all threads but daemons and the calling one.
pub(super) fn join_all(th: &ThreadState) -> Res<()> {
    let all = th.extension::<Threads>();
    loop {
        let next = all
            .running
            .borrow()
            .iter()
            .find(|(state, daemon)| !daemon && state.ident.load(Ordering::Relaxed) != th.id.get() && !state.is_done())
            .map(|(state, _)| state.clone());
        let Some(state) = next else { return Ok(()) };
        state.wait(th, None)?;
    }
}

/// In the child of a fork: the other threads do not exist there.
pub(crate) fn only_this_thread(th: &ThreadState) {
    let all = th.extension::<Threads>();
    let running = std::mem::take(&mut *all.running.borrow_mut());
    for (state, daemon) in running {
        if state.ident.load(Ordering::Relaxed) == th.id.get() {
            all.running.borrow_mut().push((state, daemon));
        } else {
            state.set_done();
        }
    }
    all.count.set(all.running.borrow().len());
    for state in all.others.borrow().iter().filter_map(Weak::upgrade) {
        if state.ident.load(Ordering::Relaxed) != th.id.get() {
            state.set_done();
        }
    }
}
