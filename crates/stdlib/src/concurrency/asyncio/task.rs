//! `_asyncio.Task`: a coroutine that the loop drives.

use std::cell::Cell;

use macros::{pyclass, pymethods};
use runtime::gc::ValueCell;
use runtime::objects::exceptions as exc;
use runtime::types::slots::Sent;
use runtime::{Payload, Raised, Res, ThreadState, Type, Value};

use super::future::{FUTURE_TYPE, Future};
use super::{
    call_exception_handler, call_soon, enter_task, imported, invalid_state, is_cancelled, leave_task, register,
    register_eager, swap_task, unregister, unregister_eager,
};
use crate::concurrency::contextvars;

/// A coroutine wrapped in a Future.
#[pyclass(
    name = "Task",
    module = "_asyncio",
    base = FUTURE_TYPE,
    flags(basetype, weakrefs, managed_dict),
    text = "(coro, *, loop=None, name=None, context=None, eager_start=False)"
)]
#[repr(C)]
#[derive(Default)]
pub struct Task {
    #[base]
    future: Future,
    coroutine: ValueCell,
    context: ValueCell,
    /// A string; made when it is asked for if the task got none.
    name: ValueCell,
    number: Cell<u64>,
    /// What the coroutine waits for.
    waiter: ValueCell,
    cancels: Cell<i64>,
    must_cancel: Cell<bool>,
    log_destroy_pending: Cell<bool>,
}

/// Numbers for names of tasks.
#[derive(Default)]
struct Counter(Cell<u64>);

fn not_deletable(th: &ThreadState) -> Raised {
    th.error(&exc::ATTRIBUTE_ERROR, "cannot delete attribute")
}

impl Task {
    fn context(&self, th: &ThreadState) -> Value {
        self.context.get().unwrap_or_else(|| contextvars::current(th))
    }

    /// Has the loop make the next step, with an exception to be thrown if there is one.
    fn call_step_soon(&self, th: &ThreadState, slf: &Value, exception: Option<Value>) -> Res<()> {
        let own = self.future.own_loop(th)?;
        let step = th.new_object(Step { task: slf.clone(), exception: ValueCell::from_option(exception) });
        call_soon(th, &own, &step, None, Some(&self.context(th)))
    }

    fn is_own_coroutine(th: &ThreadState, coroutine: &Value) -> Res<bool> {
        if coroutine.is_exactly(&runtime::objects::generator::COROUTINE_TYPE) {
            return Ok(true);
        }
        let check = imported(th, |all| &all.is_coroutine, "asyncio.coroutines", "iscoroutine")?;
        let result = th.call(&check, std::slice::from_ref(coroutine))?;
        th.is_true(&result)
    }

    /// Runs the coroutine's first step at once.
    fn start_eagerly(&self, th: &ThreadState, slf: &Value) -> Res<()> {
        let own = self.future.own_loop(th)?;
        let previous = swap_task(th, &own, slf)?;
        register_eager(th, slf);
        let result = contextvars::run_in(th, &self.context(th), || self.step_entered(th, slf, None));
        unregister_eager(th, slf);
        let swapped = swap_task(th, &own, &previous);
        result?;
        swapped?;
        if self.future.is_done() {
            self.coroutine.set(None);
            Ok(())
        } else {
            register(th, slf)
        }
    }
}

/// One step of a task: the coroutine runs until it waits again.
fn step(th: &ThreadState, task: &Value, exception: Option<Value>) -> Res<()> {
    let payload = Task::of(task);
    let own = payload.future.own_loop(th)?;
    enter_task(th, &own, task)?;
    let result = payload.step_entered(th, task, exception);
    match result {
        Ok(()) => leave_task(th, &own, task),
        Err(raised) => {
            let exception = th.take_raised(raised);
            if let Err(second) = leave_task(th, &own, task) {
                drop(th.take_raised(second));
            }
            Err(th.raise_as_is(exception))
        }
    }
}

impl Task {
    fn step_entered(&self, th: &ThreadState, slf: &Value, mut exception: Option<Value>) -> Res<()> {
        if self.future.is_done() {
            let shown = th.repr_string(slf)?;
            let thrown = exception.map(|exception| th.repr_string(&exception)).transpose()?.unwrap_or_default();
            return Err(invalid_state(th, &format!("__step(): already done: {shown} {thrown}")));
        }
        if self.must_cancel.get() {
            let is_cancel = match &exception {
                Some(exception) => is_cancelled(th, exception)?,
                None => false,
            };
            if !is_cancel {
                exception = Some(self.future.make_cancelled(th)?);
            }
            self.must_cancel.set(false);
        }
        self.waiter.set(None);
        let Some(coroutine) = self.coroutine.get() else {
            return Err(th.runtime_error("uninitialized Task object"));
        };
        let outcome = match exception {
            Some(exception) => sent(th, th.call_method_str(&coroutine, "throw", &[exception])),
            None => match coroutine.class().slots().am_send.get() {
                Some(send) => send(th, &coroutine, &Value::NONE),
                None => sent(th, th.call_method(&coroutine, &th.names().send, &[Value::NONE])),
            },
        };
        match outcome {
            Ok(Sent::Yield(value)) => self.wait_for(th, slf, &value),
            Ok(Sent::Return(value)) => {
                if self.must_cancel.replace(false) {
                    let message = self.future.cancel_message.get_or_none();
                    self.end(th, slf);
                    return self.future.cancel_now(th, slf, &message).map(drop);
                }
                self.end(th, slf);
                self.future.finish(th, slf, &value)
            }
            Err(raised) => self.fail_with(th, slf, raised),
        }
    }

    fn end(&self, th: &ThreadState, slf: &Value) {
        unregister(th, slf);
    }

    fn fail_with(&self, th: &ThreadState, slf: &Value, raised: Raised) -> Res<()> {
        let exception = th.take_raised(raised);
        self.end(th, slf);
        if is_cancelled(th, &exception)? {
            self.future.cancelled_exception.set(Some(exception));
            // The message stays what it was: the exception carries its own.
            let message = self.future.cancel_message.get_or_none();
            return self.future.cancel_now(th, slf, &message).map(drop);
        }
        self.future.fail(th, slf, &exception)?;
        if exception.is_instance_of(&exc::KEYBOARD_INTERRUPT) || exception.is_instance_of(&exc::SYSTEM_EXIT) {
            return Err(th.raise_as_is(exception));
        }
        Ok(())
    }

    /// The coroutine has yielded `value`: sees to it that the task goes on when that is done.
    fn wait_for(&self, th: &ThreadState, slf: &Value, value: &Value) -> Res<()> {
        if value.is_none() {
            return self.call_step_soon(th, slf, None);
        }
        if value.is(slf) {
            let shown = th.repr_string(slf)?;
            return self.throw_soon(th, slf, format!("Task cannot await on itself: {shown}"));
        }
        if value.is_exactly(&FUTURE_TYPE) || value.is_exactly(&TASK_TYPE) {
            let future = Future::of(value);
            let (theirs, ours) = (future.own_loop(th)?, self.future.own_loop(th)?);
            if !theirs.is(&ours) {
                return self.wrong_loop(th, slf, value);
            }
            if !future.blocking.replace(false) {
                return self.not_awaited(th, slf, value);
            }
            let wakeup = th.new_object(Wakeup { task: slf.clone() });
            future.add_callback(th, value, &wakeup, Some(&self.context(th)))?;
            future.add_awaited_by(slf);
        } else {
            let blocking = th.getattr_opt_str(value, "_asyncio_future_blocking")?.filter(|flag| !flag.is_none());
            let Some(blocking) = blocking else { return self.bad_yield(th, slf, value) };
            let ours = self.future.own_loop(th)?;
            let get_loop = th.getattr_opt_str(value, "get_loop")?;
            let theirs = match get_loop {
                Some(get_loop) => th.call(&get_loop, &[])?,
                None => th.getattr_str(value, "_loop")?,
            };
            if !theirs.is(&ours) {
                return self.wrong_loop(th, slf, value);
            }
            if !th.is_true(&blocking)? {
                return self.not_awaited(th, slf, value);
            }
            th.setattr_str(value, "_asyncio_future_blocking", &Value::FALSE)?;
            let add = th.getattr_str(value, "add_done_callback")?;
            let wakeup = th.new_object(Wakeup { task: slf.clone() });
            th.call_with(&add, &[wakeup], &[("context", self.context(th))])?;
            if let Some(future) = value.downcast::<Future>() {
                future.add_awaited_by(slf);
            }
        }
        self.waiter.set(Some(value.clone()));
        if self.must_cancel.get() {
            let message = self.future.cancel_message.get_or_none();
            if cancel_any(th, value, &message)? {
                self.must_cancel.set(false);
            }
        }
        Ok(())
    }

    /// The next step throws a RuntimeError.
    fn throw_soon(&self, th: &ThreadState, slf: &Value, message: String) -> Res<()> {
        let error = exc::new(th, &exc::RUNTIME_ERROR, &[th.str(&message)]);
        self.call_step_soon(th, slf, Some(error))
    }

    fn wrong_loop(&self, th: &ThreadState, slf: &Value, value: &Value) -> Res<()> {
        let (task, future) = (th.repr_string(slf)?, th.repr_string(value)?);
        self.throw_soon(th, slf, format!("Task {task} got Future {future} attached to a different loop"))
    }

    fn not_awaited(&self, th: &ThreadState, slf: &Value, value: &Value) -> Res<()> {
        let (task, future) = (th.repr_string(slf)?, th.repr_string(value)?);
        self.throw_soon(th, slf, format!("yield was used instead of yield from in task {task} with {future}"))
    }

    fn bad_yield(&self, th: &ThreadState, slf: &Value, value: &Value) -> Res<()> {
        let shown = th.repr_string(value)?;
        if value.is_exactly(&runtime::objects::generator::GENERATOR_TYPE) {
            let task = th.repr_string(slf)?;
            let text = format!("yield was used instead of yield from for generator in task {task} with {shown}");
            return self.throw_soon(th, slf, text);
        }
        self.throw_soon(th, slf, format!("Task got bad yield: {shown}"))
    }
}

/// What `send` or `throw` returned, told apart from a return.
fn sent(th: &ThreadState, result: Res) -> Res<Sent> {
    match result {
        Ok(value) => Ok(Sent::Yield(value)),
        Err(raised) if th.raised_is(&raised, &exc::STOP_ITERATION) => {
            let exception = th.take_raised(raised);
            Ok(Sent::Return(exc::stop_iteration_value(&exception)))
        }
        Err(raised) => Err(raised),
    }
}

/// `future.cancel(msg=message)`.
fn cancel_any(th: &ThreadState, future: &Value, message: &Value) -> Res<bool> {
    if future.is_exactly(&FUTURE_TYPE) {
        return Future::of(future).cancel_now(th, future, message);
    }
    let cancel = th.getattr_str(future, "cancel")?;
    let result = th.call_with(&cancel, &[], &[("msg", message.clone())])?;
    th.is_true(&result)
}

/// Goes on with a task when `future`, which it waited for, is done.
fn wake(th: &ThreadState, task: &Value, future: &Value) -> Res<()> {
    if let Some(payload) = future.downcast::<Future>() {
        payload.discard_awaited_by(task);
    }
    let outcome = match future.is_exactly(&FUTURE_TYPE) || future.is_exactly(&TASK_TYPE) {
        true => Future::of(future).outcome(th),
        false => th.call_method_str(future, "result", &[]),
    };
    match outcome {
        Ok(value) => {
            drop(value);
            step(th, task, None)
        }
        Err(raised) => {
            let exception = th.take_raised(raised);
            step(th, task, Some(exception))
        }
    }
}

#[pymethods]
impl Task {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, _args: &[Value], _kwnames: &[Value]) -> Res {
        Ok(th.new_instance(cls, Task::default()))
    }

    #[pyslot("(coro, *, loop=None, name=None, context=None, eager_start=False)", text = none)]
    fn init(
        &self,
        slf: &Value,
        th: &ThreadState,
        coro: &Value,
        r#loop: &Value,
        name: &Value,
        context: &Value,
        eager_start: bool,
    ) -> Res<()> {
        self.future.initialise(th, r#loop)?;
        if !Task::is_own_coroutine(th, coro)? {
            self.log_destroy_pending.set(false);
            let shown = th.repr_string(coro)?;
            return Err(th.type_error(format_args!("a coroutine was expected, got {shown}")));
        }
        self.log_destroy_pending.set(true);
        let context = if context.is_none() { contextvars::copy_current(th) } else { context.clone() };
        self.context.set(Some(context));
        self.waiter.set(None);
        self.must_cancel.set(false);
        self.cancels.set(0);
        self.coroutine.set(Some(coro.clone()));
        if name.is_none() {
            let counter = th.extension::<Counter>();
            counter.0.set(counter.0.get() + 1);
            self.number.set(counter.0.get());
            self.name.set(None);
        } else {
            let name = if name.is_exactly(&runtime::objects::str::STR_TYPE) { name.clone() } else { th.str_of(name)? };
            self.name.set(Some(name));
        }
        if eager_start {
            let own = self.future.own_loop(th)?;
            let is_running = th.call_method_str(&own, "is_running", &[])?;
            if th.is_true(&is_running)? {
                return self.start_eagerly(th, slf);
            }
        }
        self.call_step_soon(th, slf, None)?;
        register(th, slf)
    }

    #[pyslot]
    fn finalize(th: &ThreadState, slf: &Value) {
        let pending = th.set_aside_raised();
        let task = Task::of(slf);
        unregister(th, slf);
        if let Some(own) = task.future.event_loop().filter(|_| !task.future.is_done())
            && task.log_destroy_pending.get()
            && task.coroutine.is_some()
        {
            let mut items = vec![("task", slf.clone()), ("message", th.str("Task was destroyed but it is pending!"))];
            if let Some(stack) = task.future.source_traceback() {
                items.push(("source_traceback", stack));
            }
            call_exception_handler(th, slf, &own, &items);
        }
        task.future.finalize_future(th, slf);
        th.restore_raised(pending);
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let repr = imported(th, |all| &all.task_repr, "asyncio.base_tasks", "_task_repr")?;
        th.call(&repr, std::slice::from_ref(slf))
    }

    /// Tasks are generic over the return type of their wrapped coroutines
    #[pyclassmethod("(object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        th.generic_alias(cls, object)
    }

    /// Request that this task cancel itself.
    ///
    /// This arranges for a CancelledError to be thrown into the
    /// wrapped coroutine on the next cycle through the event loop.
    /// The coroutine then has a chance to clean up or even deny
    /// the request using try/except/finally.
    ///
    /// This also increases the task's count of cancellation requests.
    #[pymethod("(msg=None)")]
    fn cancel(&self, th: &ThreadState, msg: &Value) -> Res<bool> {
        self.future.log_traceback.set(false);
        if self.future.is_done() {
            return Ok(false);
        }
        self.cancels.set(self.cancels.get() + 1);
        if let Some(waiter) = self.waiter.get()
            && cancel_any(th, &waiter, msg)?
        {
            return Ok(true);
        }
        self.must_cancel.set(true);
        self.future.cancel_message.set(Some(msg.clone()));
        Ok(true)
    }

    /// Return the count of the task's cancellation requests.
    ///
    /// This count is incremented when .cancel() is called
    /// and may be decremented using .uncancel().
    #[pymethod("()")]
    fn cancelling(&self) -> i64 {
        self.cancels.get()
    }

    /// Decrement the task's count of cancellation requests.
    ///
    /// This should be used by tasks that catch CancelledError
    /// and wish to continue indefinitely until they are cancelled again.
    ///
    /// Returns the remaining number of cancellation requests.
    #[pymethod("()")]
    fn uncancel(&self) -> i64 {
        if self.cancels.get() > 0 {
            self.cancels.set(self.cancels.get() - 1);
            if self.cancels.get() == 0 {
                self.must_cancel.set(false);
            }
        }
        self.cancels.get()
    }

    /// Return the list of stack frames for this task's coroutine.
    ///
    /// If the coroutine is not done, this returns the stack where it is
    /// suspended.  If the coroutine has completed successfully or was
    /// cancelled, this returns an empty list.  If the coroutine was
    /// terminated by an exception, this returns the list of traceback
    /// frames.
    ///
    /// The frames are always ordered from oldest to newest.
    #[pymethod("(*, limit=None)")]
    fn get_stack(slf: &Value, th: &ThreadState, limit: &Value) -> Res {
        let get = imported(th, |all| &all.get_stack, "asyncio.base_tasks", "_task_get_stack")?;
        th.call(&get, &[slf.clone(), limit.clone()])
    }

    /// Print the stack or traceback for this task's coroutine.
    ///
    /// This produces output similar to that of the traceback module,
    /// for the frames retrieved by get_stack().
    #[pymethod("(*, limit=None, file=None)")]
    fn print_stack(slf: &Value, th: &ThreadState, limit: &Value, file: &Value) -> Res {
        let print = imported(th, |all| &all.print_stack, "asyncio.base_tasks", "_task_print_stack")?;
        th.call(&print, &[slf.clone(), limit.clone(), file.clone()])
    }

    #[pymethod("(result, /)")]
    fn set_result(th: &ThreadState, slf: &Value, result: &Value) -> Res<()> {
        let _ = (slf, result);
        Err(th.runtime_error("Task does not support set_result operation"))
    }

    #[pymethod("(exception, /)")]
    fn set_exception(th: &ThreadState, slf: &Value, exception: &Value) -> Res<()> {
        let _ = (slf, exception);
        Err(th.runtime_error("Task does not support set_exception operation"))
    }

    #[pymethod("()")]
    fn get_coro(&self) -> Value {
        self.coroutine.get_or_none()
    }

    #[pymethod("()")]
    fn get_context(&self) -> Value {
        self.context.get_or_none()
    }

    #[pymethod("()")]
    fn get_name(&self, th: &ThreadState) -> Value {
        if let Some(name) = self.name.get() {
            return name;
        }
        let name = th.str(&format!("Task-{}", self.number.get()));
        self.name.set(Some(name.clone()));
        name
    }

    #[pymethod("(value, /)")]
    fn set_name(&self, th: &ThreadState, value: &Value) -> Res<()> {
        let name = if value.is_exactly(&runtime::objects::str::STR_TYPE) { value.clone() } else { th.str_of(value)? };
        self.name.set(Some(name));
        Ok(())
    }

    #[pygetter]
    fn _coro(&self) -> Value {
        self.coroutine.get_or_none()
    }

    #[pygetter]
    fn _fut_waiter(&self) -> Value {
        self.waiter.get_or_none()
    }

    #[pygetter]
    fn _must_cancel(&self) -> bool {
        self.must_cancel.get()
    }

    #[pygetter]
    fn _log_destroy_pending(&self) -> bool {
        self.log_destroy_pending.get()
    }

    #[pysetter(name = "_log_destroy_pending")]
    fn set_log_destroy_pending(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let Some(value) = value else { return Err(not_deletable(th)) };
        self.log_destroy_pending.set(th.is_true(value)?);
        Ok(())
    }
}

/// What the loop calls to make a task's next step.
#[pyclass(name = "TaskStepMethWrapper", module = "_asyncio", flags(disallow_new), hidden)]
pub struct Step {
    task: Value,
    exception: ValueCell,
}

#[pymethods]
impl Step {
    #[pyslot]
    fn call(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        if !kwnames.is_empty() {
            return Err(th.type_error("function takes no keyword arguments"));
        }
        if !args.is_empty() {
            return Err(th.type_error("function takes no positional arguments"));
        }
        step(th, &self.task, self.exception.take()).map(|()| Value::NONE)
    }

    #[pygetter]
    fn __self__(&self) -> Value {
        self.task.clone()
    }

    #[pygetter]
    fn __qualname__(&self, th: &ThreadState) -> Res {
        th.getattr_str(self.task.class().value_ref(), "__qualname__")
    }
}

/// What a future calls to wake the task that waits for it.
#[pyclass(name = "TaskWakeupMethWrapper", module = "_asyncio", flags(disallow_new), hidden)]
pub struct Wakeup {
    task: Value,
}

#[pymethods]
impl Wakeup {
    #[pyslot]
    fn call(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        let [future] = args else {
            return Err(th.type_error(format_args!("wakeup() takes exactly one argument ({} given)", args.len())));
        };
        if !kwnames.is_empty() {
            return Err(th.type_error("wakeup() takes no keyword arguments"));
        }
        wake(th, &self.task, future).map(|()| Value::NONE)
    }

    #[pygetter]
    fn __self__(&self) -> Value {
        self.task.clone()
    }

    #[pygetter]
    fn __name__(&self) -> &'static str {
        "task_wakeup"
    }

    #[pygetter]
    fn __qualname__(&self) -> &'static str {
        "Task.task_wakeup"
    }
}
