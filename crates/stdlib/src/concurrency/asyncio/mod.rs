//! `_asyncio`: futures, tasks, and which loop and task run, natively.
//!
//! `future.rs` and `task.rs` have the two classes; this file what they share: names of the Python part of asyncio, the
//! running loop and task of each thread, and the registry of tasks.

mod future;
mod task;

use std::cell::{Cell, RefCell};

use macros::pymodule;
use runtime::gc::ValueCell;
use runtime::objects::exceptions as exc;
use runtime::{Raised, Res, ThreadState, Value, import, weakref};
use rustc_hash::FxHashMap;

use future::Future;

/// What the native part needs of the Python part, looked up once.
#[derive(Default)]
struct Imported {
    cancelled_error: ValueCell,
    invalid_state_error: ValueCell,
    future_repr: ValueCell,
    task_repr: ValueCell,
    get_stack: ValueCell,
    print_stack: ValueCell,
    is_coroutine: ValueCell,
    extract_stack: ValueCell,
    get_policy: ValueCell,
}

fn imported(th: &ThreadState, choose: fn(&Imported) -> &ValueCell, module: &str, name: &str) -> Res {
    let all = th.extension::<Imported>();
    if let Some(value) = choose(&all).get() {
        return Ok(value);
    }
    let value = import::import_attribute(th, module, name)?;
    choose(&all).set(Some(value.clone()));
    Ok(value)
}

fn cancelled_error(th: &ThreadState) -> Res {
    imported(th, |all| &all.cancelled_error, "asyncio.exceptions", "CancelledError")
}

fn invalid_state(th: &ThreadState, message: &str) -> Raised {
    let made = imported(th, |all| &all.invalid_state_error, "asyncio.exceptions", "InvalidStateError")
        .and_then(|class| th.call(&class, &[th.str(message)]));
    match made {
        Ok(exception) => th.raise(exception),
        Err(raised) => raised,
    }
}

/// Whether the exception in flight is a `CancelledError`.
fn is_cancelled(th: &ThreadState, exception: &Value) -> Res<bool> {
    let class = cancelled_error(th)?;
    Ok(class.as_type().is_some_and(|class| exception.is_instance_of(class)))
}

/// `loop.call_soon(callback, *args, context=context)`.
fn call_soon(
    th: &ThreadState,
    event_loop: &Value,
    callback: &Value,
    arg: Option<&Value>,
    context: Option<&Value>,
) -> Res<()> {
    let names = th.names();
    let kwnames = std::slice::from_ref(&names.context);
    match (arg.cloned(), context.cloned()) {
        (None, None) => th.call_method(event_loop, &names.call_soon, std::slice::from_ref(callback)),
        (Some(arg), None) => th.call_method(event_loop, &names.call_soon, &[callback.clone(), arg]),
        (None, Some(context)) => th.call_method_kw(event_loop, &names.call_soon, &[callback.clone(), context], kwnames),
        (Some(arg), Some(context)) => {
            th.call_method_kw(event_loop, &names.call_soon, &[callback.clone(), arg, context], kwnames)
        }
    }
    .map(drop)
}

/// `loop.call_exception_handler(context)` from a finaliser; what goes wrong is reported.
fn call_exception_handler(th: &ThreadState, object: &Value, event_loop: &Value, items: &[(&str, Value)]) {
    let context = th.dict(runtime::objects::dict::Dict::new());
    let mut result = Ok(());
    for (name, value) in items {
        result = result.and_then(|()| th.set_item(&context, &th.intern(name), value));
    }
    let result = result.and_then(|()| th.call_method_str(event_loop, "call_exception_handler", &[context]));
    if let Err(raised) = result {
        th.unraisable(raised, Some("Exception ignored while calling the exception handler of"), Some(object));
    }
}

/// The loop and the task that a thread runs.
#[derive(Default)]
struct Running {
    event_loop: ValueCell,
    task: ValueCell,
    /// How many forks lay behind when the loop was set: a child process has no running loop.
    forks: Cell<u32>,
}

fn running_loop(th: &ThreadState) -> Option<Value> {
    let running = th.thread_extension::<Running>();
    if running.forks.get() != th.interp().forks.get() {
        return None;
    }
    running.event_loop.get().filter(|event_loop| !event_loop.is_none())
}

fn set_running_loop(th: &ThreadState, event_loop: &Value) {
    let running = th.thread_extension::<Running>();
    if running.forks.replace(th.interp().forks.get()) != th.interp().forks.get() {
        // The task of before the fork is the parent's.
        running.task.set(None);
    }
    running.event_loop.set(Some(event_loop.clone()));
}

/// The running loop, or what the policy gives.
fn event_loop(th: &ThreadState) -> Res {
    if let Some(event_loop) = running_loop(th) {
        return Ok(event_loop);
    }
    let policy = imported(th, |all| &all.get_policy, "asyncio.events", "_get_event_loop_policy")?;
    let policy = th.call(&policy, &[])?;
    th.call_method_str(&policy, "get_event_loop", &[])
}

fn no_running_loop(th: &ThreadState) -> Raised {
    th.runtime_error("no running event loop")
}

fn enter_task(th: &ThreadState, event_loop: &Value, task: &Value) -> Res<()> {
    check_loop(th, event_loop)?;
    let running = th.thread_extension::<Running>();
    if let Some(current) = running.task.get() {
        let (task, current) = (th.repr_string(task)?, th.repr_string(&current)?);
        return Err(th.runtime_error(format_args!(
            "Cannot enter into task {task} while another task {current} is being executed."
        )));
    }
    running.task.set(Some(task.clone()));
    Ok(())
}

fn leave_task(th: &ThreadState, event_loop: &Value, task: &Value) -> Res<()> {
    check_loop(th, event_loop)?;
    let running = th.thread_extension::<Running>();
    let current = running.task.get_or_none();
    if !current.is(task) {
        let (task, current) = (th.repr_string(task)?, th.repr_string(&current)?);
        return Err(
            th.runtime_error(format_args!("Invalid attempt to leave task {task} while task {current} is entered."))
        );
    }
    running.task.set(None);
    Ok(())
}

/// Puts `task` in the place of the current task, which is returned.
fn swap_task(th: &ThreadState, event_loop: &Value, task: &Value) -> Res {
    check_loop(th, event_loop)?;
    let running = th.thread_extension::<Running>();
    let new = Some(task.clone()).filter(|task| !task.is_none());
    Ok(running.task.replace(new).unwrap_or(Value::NONE))
}

fn check_loop(th: &ThreadState, event_loop: &Value) -> Res<()> {
    match running_loop(th) {
        Some(running) if !running.is(event_loop) => {
            let (event_loop, running) = (th.repr_string(event_loop)?, th.repr_string(&running)?);
            Err(th.runtime_error(format_args!("loop {event_loop} is not the running loop {running}")))
        }
        _ => Ok(()),
    }
}

/// The tasks that run eagerly; those that are scheduled are on the interpreter's roll, weakly.
#[derive(Default)]
struct Registry {
    eager: RefCell<FxHashMap<u64, Value>>,
}

fn register(th: &ThreadState, task: &Value) -> Res<()> {
    weakref::enrol(th, task)
}

fn unregister(th: &ThreadState, task: &Value) {
    weakref::strike(th, task);
}

fn register_eager(th: &ThreadState, task: &Value) {
    let old = th.extension::<Registry>().eager.borrow_mut().insert(task.id(), task.clone());
    drop(old);
}

fn unregister_eager(th: &ThreadState, task: &Value) {
    let old = th.extension::<Registry>().eager.borrow_mut().remove(&task.id());
    drop(old);
}

/// The module `_asyncio`.
#[pymodule(
    name = "_asyncio",
    classes(future::FUTURE_TYPE, future::FUTURE_ITERATOR_TYPE, task::TASK_TYPE, task::STEP_TYPE, task::WAKEUP_TYPE)
)]
pub mod asyncio_module {
    //! Accelerator module for asyncio

    use super::*;

    /// Return the running event loop or None.
    ///
    /// This is a low-level function intended to be used by event loops.
    /// This function is thread-specific.
    #[pyfunction("()")]
    fn _get_running_loop(th: &ThreadState) -> Value {
        running_loop(th).unwrap_or(Value::NONE)
    }

    /// Set the running event loop.
    ///
    /// This is a low-level function intended to be used by event loops.
    /// This function is thread-specific.
    #[pyfunction("(loop, /)")]
    fn _set_running_loop(th: &ThreadState, r#loop: &Value) {
        set_running_loop(th, r#loop);
    }

    /// Return an asyncio event loop.
    ///
    /// When called from a coroutine or a callback (e.g. scheduled with
    /// call_soon or similar API), this function will always return the
    /// running event loop.
    ///
    /// If there is no running event loop set, the function will return
    /// the result of `get_event_loop_policy().get_event_loop()` call.
    #[pyfunction("()")]
    fn get_event_loop(th: &ThreadState) -> Res {
        event_loop(th)
    }

    /// Return the running event loop.  Raise a RuntimeError if there is none.
    ///
    /// This function is thread-specific.
    #[pyfunction("()")]
    fn get_running_loop(th: &ThreadState) -> Res {
        running_loop(th).ok_or_else(|| no_running_loop(th))
    }

    /// Enter into task execution or resume suspended task.
    ///
    /// Task belongs to loop.
    ///
    /// Returns None.
    #[pyfunction("(loop, task)")]
    fn _enter_task(th: &ThreadState, r#loop: &Value, task: &Value) -> Res<()> {
        enter_task(th, r#loop, task)
    }

    /// Leave task execution or suspend a task.
    ///
    /// Task belongs to loop.
    ///
    /// Returns None.
    #[pyfunction("(loop, task)")]
    fn _leave_task(th: &ThreadState, r#loop: &Value, task: &Value) -> Res<()> {
        leave_task(th, r#loop, task)
    }

    /// Temporarily swap in the supplied task and return the original one (or None).
    ///
    /// This is intended for use during eager coroutine execution.
    #[pyfunction("(loop, task)")]
    fn _swap_current_task(th: &ThreadState, r#loop: &Value, task: &Value) -> Res {
        swap_task(th, r#loop, task)
    }

    /// Register a new task in asyncio as executed by loop.
    ///
    /// Returns None.
    #[pyfunction("(task)")]
    fn _register_task(th: &ThreadState, task: &Value) -> Res<()> {
        register(th, task)
    }

    /// Register a new task in asyncio as executed by loop.
    ///
    /// Returns None.
    #[pyfunction("(task)")]
    fn _register_eager_task(th: &ThreadState, task: &Value) {
        register_eager(th, task);
    }

    /// Unregister a task.
    ///
    /// Returns None.
    #[pyfunction("(task)")]
    fn _unregister_task(th: &ThreadState, task: &Value) {
        unregister(th, task);
    }

    /// Unregister a task.
    ///
    /// Returns None.
    #[pyfunction("(task)")]
    fn _unregister_eager_task(th: &ThreadState, task: &Value) {
        unregister_eager(th, task);
    }

    /// Return a currently executed task.
    #[pyfunction("(loop=None)")]
    fn current_task(th: &ThreadState, r#loop: &Value) -> Res {
        let running = running_loop(th);
        let wanted = match (r#loop.is_none(), running) {
            (true, None) => return Err(no_running_loop(th)),
            (true, Some(_)) => return Ok(th.thread_extension::<Running>().task.get_or_none()),
            (false, _) => r#loop,
        };
        let mut found = Value::NONE;
        th.for_each_thread(|thread| {
            let running = thread.thread_extension::<Running>();
            if running.event_loop.get().is_some_and(|event_loop| event_loop.is(wanted)) {
                found = running.task.get_or_none();
            }
        });
        Ok(found)
    }

    /// Return a set of all tasks for the loop.
    #[pyfunction("(loop=None)")]
    fn all_tasks(th: &ThreadState, r#loop: &Value) -> Res {
        let wanted = match r#loop.is_none() {
            true => running_loop(th).ok_or_else(|| no_running_loop(th))?,
            false => r#loop.clone(),
        };
        let eager: Vec<Value> = th.extension::<Registry>().eager.borrow().values().cloned().collect();
        let mut tasks = Vec::new();
        for task in weakref::roll(th).into_iter().chain(eager) {
            let (is_done, its_loop) = match task.downcast::<Future>() {
                Some(future) => (future.is_done(), future.event_loop()),
                None => {
                    let done = th.call_method_str(&task, "done", &[])?;
                    let its_loop = match th.getattr_opt_str(&task, "get_loop")? {
                        Some(get_loop) => th.call(&get_loop, &[])?,
                        None => th.getattr_str(&task, "_loop")?,
                    };
                    (th.is_true(&done)?, Some(its_loop))
                }
            };
            if !is_done && its_loop.is_some_and(|its_loop| its_loop.is(&wanted)) {
                tasks.push(task);
            }
        }
        th.set(&tasks)
    }

    /// Record that `fut` is awaited on by `waiter`.
    #[pyfunction("(fut, waiter, /)")]
    fn future_add_to_awaited_by(fut: &Value, waiter: &Value) {
        if let (Some(future), Some(_)) = (fut.downcast::<Future>(), waiter.downcast::<Future>()) {
            future.add_awaited_by(waiter);
        }
    }

    #[pyfunction("(fut, waiter, /)")]
    fn future_discard_from_awaited_by(fut: &Value, waiter: &Value) {
        if let (Some(future), Some(_)) = (fut.downcast::<Future>(), waiter.downcast::<Future>()) {
            future.discard_awaited_by(waiter);
        }
    }
}

/// The type of a `StopIteration`'s exception class, for messages.
fn is_stop_iteration(exception: &Value) -> bool {
    exception.is_instance_of(&exc::STOP_ITERATION)
}
