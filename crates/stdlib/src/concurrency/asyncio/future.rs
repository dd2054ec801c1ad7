//! `_asyncio.Future`, and the iterator by which it is awaited.

use std::cell::{Cell, RefCell};

use macros::{pyclass, pymethods};
use runtime::gc::ValueCell;
use runtime::objects::exceptions::{self as exc, BaseException};
use runtime::types::slots::Sent;
use runtime::{Payload, Raised, Res, ThreadState, Type, Value};

use super::{
    call_exception_handler, call_soon, cancelled_error, event_loop, imported, invalid_state, is_stop_iteration,
};

pub(super) const PENDING: u8 = 0;
pub(super) const CANCELLED: u8 = 1;
pub(super) const FINISHED: u8 = 2;

/// This class is *almost* compatible with concurrent.futures.Future.
///
///     Differences:
///
///     - result() and exception() do not take a timeout argument and
///       raise an exception when the future isn't done yet.
///
///     - Callbacks registered with add_done_callback() are always called
///       via the event loop's call_soon_threadsafe().
///
///     - This class is not compatible with the wait() and as_completed()
///       methods in the concurrent.futures package.
#[pyclass(name = "Future", module = "_asyncio", flags(basetype, weakrefs, managed_dict), text = "(*, loop=None)")]
#[derive(Default)]
pub struct Future {
    event_loop: ValueCell,
    /// Callbacks and the contexts to call them in.
    callbacks: RefCell<Vec<(Value, Value)>>,
    pub(super) result: ValueCell,
    pub(super) exception: ValueCell,
    exception_traceback: ValueCell,
    source_traceback: ValueCell,
    pub(super) cancel_message: ValueCell,
    /// The `CancelledError` that a task ended with, to be raised again.
    pub(super) cancelled_exception: ValueCell,
    awaited_by: RefCell<Vec<Value>>,
    pub(super) state: Cell<u8>,
    pub(super) log_traceback: Cell<bool>,
    /// Whether it was yielded by `await`.
    pub(super) blocking: Cell<bool>,
}

impl Future {
    pub(super) fn is_done(&self) -> bool {
        self.state.get() != PENDING
    }

    pub(super) fn event_loop(&self) -> Option<Value> {
        self.event_loop.get()
    }

    pub(super) fn source_traceback(&self) -> Option<Value> {
        self.source_traceback.get()
    }

    /// The loop, for methods that need an initialised future.
    pub(super) fn own_loop(&self, th: &ThreadState) -> Res {
        self.event_loop.get().ok_or_else(|| th.runtime_error("Future object is not initialized."))
    }

    pub(super) fn initialise(&self, th: &ThreadState, given: &Value) -> Res<()> {
        let own = match given.is_none() {
            true => event_loop(th)?,
            false => given.clone(),
        };
        self.state.set(PENDING);
        self.log_traceback.set(false);
        self.blocking.set(false);
        for cell in [&self.result, &self.exception, &self.exception_traceback, &self.cancel_message] {
            cell.set(None);
        }
        self.event_loop.set(Some(own.clone()));
        let debug = th.call_method(&own, &th.names().get_debug, &[])?;
        if th.is_true(&debug)? {
            let extract = imported(th, |all| &all.extract_stack, "asyncio.format_helpers", "extract_stack")?;
            let stack = th.call(&extract, &[])?;
            self.source_traceback.set(Some(stack));
        }
        Ok(())
    }

    pub(super) fn add_awaited_by(&self, waiter: &Value) {
        let mut waiters = self.awaited_by.borrow_mut();
        if !waiters.iter().any(|other| other.is(waiter)) {
            waiters.push(waiter.clone());
        }
    }

    pub(super) fn discard_awaited_by(&self, waiter: &Value) {
        let mut waiters = self.awaited_by.borrow_mut();
        let place = waiters.iter().position(|other| other.is(waiter));
        let old = place.map(|index| waiters.swap_remove(index));
        drop(waiters);
        drop(old);
    }

    /// Has the loop call what was waiting.
    pub(super) fn schedule_callbacks(&self, th: &ThreadState, slf: &Value) -> Res<()> {
        let callbacks = std::mem::take(&mut *self.callbacks.borrow_mut());
        if callbacks.is_empty() {
            return Ok(());
        }
        let own = self.own_loop(th)?;
        for (callback, context) in &callbacks {
            call_soon(th, &own, callback, Some(slf), Some(context))?;
        }
        Ok(())
    }

    pub(super) fn add_callback(
        &self,
        th: &ThreadState,
        slf: &Value,
        callback: &Value,
        context: Option<&Value>,
    ) -> Res<()> {
        let own = self.own_loop(th)?;
        let context = match context {
            Some(context) if !context.is_none() => context.clone(),
            _ => crate::concurrency::contextvars::copy_current(th),
        };
        if self.is_done() {
            return call_soon(th, &own, callback, Some(slf), Some(&context));
        }
        self.callbacks.borrow_mut().push((callback.clone(), context));
        Ok(())
    }

    pub(super) fn finish(&self, th: &ThreadState, slf: &Value, result: &Value) -> Res<()> {
        self.own_loop(th)?;
        if self.is_done() {
            return Err(invalid_state(th, "invalid state"));
        }
        self.result.set(Some(result.clone()));
        self.state.set(FINISHED);
        self.schedule_callbacks(th, slf)
    }

    pub(super) fn fail(&self, th: &ThreadState, slf: &Value, exception: &Value) -> Res<()> {
        self.own_loop(th)?;
        if self.is_done() {
            return Err(invalid_state(th, "invalid state"));
        }
        let mut exception = match exception.as_type() {
            Some(_) => th.call(exception, &[])?,
            None => exception.clone(),
        };
        if exception.downcast::<BaseException>().is_none() {
            return Err(th.type_error("invalid exception object"));
        }
        if is_stop_iteration(&exception) {
            let message = th.str("StopIteration interacts badly with generators and cannot be raised into a Future");
            let wrapper = exc::new(th, &exc::RUNTIME_ERROR, &[message]);
            th.setattr_str(&wrapper, "__cause__", &exception)?;
            th.setattr_str(&wrapper, "__context__", &exception)?;
            exception = wrapper;
        }
        let traceback = BaseException::of(&exception).traceback.get();
        self.exception_traceback.set(traceback);
        self.exception.set(Some(exception));
        self.state.set(FINISHED);
        self.log_traceback.set(true);
        self.schedule_callbacks(th, slf)
    }

    pub(super) fn cancel_now(&self, th: &ThreadState, slf: &Value, message: &Value) -> Res<bool> {
        self.log_traceback.set(false);
        if self.is_done() {
            return Ok(false);
        }
        self.state.set(CANCELLED);
        self.cancel_message.set(Some(message.clone()));
        self.schedule_callbacks(th, slf)?;
        Ok(true)
    }

    /// The `CancelledError` to raise.
    pub(super) fn make_cancelled(&self, th: &ThreadState) -> Res {
        if let Some(exception) = self.cancelled_exception.take() {
            return Ok(exception);
        }
        let class = cancelled_error(th)?;
        match self.cancel_message.get().filter(|message| !message.is_none()) {
            Some(message) => th.call(&class, &[message]),
            None => th.call(&class, &[]),
        }
    }

    fn raise_cancelled(&self, th: &ThreadState) -> Raised {
        match self.make_cancelled(th) {
            Ok(exception) => th.raise(exception),
            Err(raised) => raised,
        }
    }

    /// The result of a future that is done, or its exception raised.
    pub(super) fn outcome(&self, th: &ThreadState) -> Res {
        match self.state.get() {
            CANCELLED => return Err(self.raise_cancelled(th)),
            FINISHED => {}
            _ => return Err(invalid_state(th, "Result is not set.")),
        }
        self.log_traceback.set(false);
        let Some(exception) = self.exception.get() else { return Ok(self.result.get_or_none()) };
        if let Some(base) = exception.downcast::<BaseException>() {
            base.traceback.set(self.exception_traceback.get());
        }
        Err(th.raise(exception))
    }

    pub(super) fn finalize_future(&self, th: &ThreadState, slf: &Value) {
        if !self.log_traceback.replace(false) {
            return;
        }
        let (Some(exception), Some(own)) = (self.exception.get(), self.event_loop.get()) else { return };
        let message = th.str(&format!("{} exception was never retrieved", slf.class().name()));
        let mut items = vec![("message", message), ("exception", exception), ("future", slf.clone())];
        if let Some(stack) = self.source_traceback.get() {
            items.push(("source_traceback", stack));
        }
        call_exception_handler(th, slf, &own, &items);
    }
}

#[pymethods]
impl Future {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, _args: &[Value], _kwnames: &[Value]) -> Res {
        Ok(th.new_instance(cls, Future::default()))
    }

    #[pyslot("(*, loop=None)", text = none)]
    fn init(&self, th: &ThreadState, r#loop: &Value) -> Res<()> {
        self.initialise(th, r#loop)
    }

    #[pyslot]
    fn finalize(th: &ThreadState, slf: &Value) {
        let pending = th.set_aside_raised();
        Future::of(slf).finalize_future(th, slf);
        th.restore_raised(pending);
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        Future::of(slf).own_loop(th)?;
        Ok(th.new_object(FutureIterator { future: RefCell::new(Some(slf.clone())) }))
    }

    #[pyslot]
    fn am_await(th: &ThreadState, slf: &Value) -> Res {
        Future::iter(th, slf)
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let repr = imported(th, |all| &all.future_repr, "asyncio.base_futures", "_future_repr")?;
        th.call(&repr, std::slice::from_ref(slf))
    }

    /// Futures are generic over the type of their results
    #[pyclassmethod("(object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        th.generic_alias(cls, object)
    }

    /// Return the result this future represents.
    ///
    /// If the future has been cancelled, raises CancelledError.  If the
    /// future's result isn't yet available, raises InvalidStateError.  If
    /// the future is done and has an exception set, this exception is raised.
    #[pymethod("()")]
    fn result(&self, th: &ThreadState) -> Res {
        self.own_loop(th).map_err(|raised| uninitialised(th, raised))?;
        self.outcome(th)
    }

    /// Return the exception that was set on this future.
    ///
    /// The exception (or None if no exception was set) is returned only if
    /// the future is done.  If the future has been cancelled, raises
    /// CancelledError.  If the future isn't done yet, raises
    /// InvalidStateError.
    #[pymethod("()")]
    fn exception(&self, th: &ThreadState) -> Res {
        self.own_loop(th).map_err(|raised| uninitialised(th, raised))?;
        match self.state.get() {
            CANCELLED => return Err(self.raise_cancelled(th)),
            FINISHED => {}
            _ => return Err(invalid_state(th, "Exception is not set.")),
        }
        self.log_traceback.set(false);
        Ok(self.exception.get_or_none())
    }

    /// Mark the future done and set its result.
    ///
    /// If the future is already done when this method is called, raises
    /// InvalidStateError.
    #[pymethod("(result, /)")]
    fn set_result(&self, slf: &Value, th: &ThreadState, result: &Value) -> Res<()> {
        self.finish(th, slf, result)
    }

    /// Mark the future done and set an exception.
    ///
    /// If the future is already done when this method is called, raises
    /// InvalidStateError.
    #[pymethod("(exception, /)")]
    fn set_exception(&self, slf: &Value, th: &ThreadState, exception: &Value) -> Res<()> {
        self.fail(th, slf, exception)
    }

    /// Add a callback to be run when the future becomes done.
    ///
    /// The callback is called with a single argument - the future object. If
    /// the future is already done when this is called, the callback is
    /// scheduled with call_soon.
    #[pymethod("(fn, /, *, context=<unrepresentable>)")]
    fn add_done_callback(&self, slf: &Value, th: &ThreadState, r#fn: &Value, context: Option<&Value>) -> Res<()> {
        self.add_callback(th, slf, r#fn, context)
    }

    /// Remove all instances of a callback from the "call when done" list.
    ///
    /// Returns the number of callbacks removed.
    #[pymethod("(fn, /)")]
    fn remove_done_callback(&self, th: &ThreadState, r#fn: &Value) -> Res<usize> {
        self.own_loop(th)?;
        let callbacks = self.callbacks.borrow().clone();
        let mut removed = Vec::new();
        for (index, (callback, _)) in callbacks.iter().enumerate() {
            if th.is_equal(callback, r#fn)? {
                removed.push(index);
            }
        }
        // Comparisons may have changed the list: only what is still there, by identity, goes.
        let mut gone = Vec::new();
        let mut present = self.callbacks.borrow_mut();
        for index in removed {
            let (callback, _) = &callbacks[index];
            if let Some(place) = present.iter().position(|(other, _)| other.is(callback)) {
                gone.push(present.remove(place));
            }
        }
        drop(present);
        Ok(gone.len())
    }

    /// Cancel the future and schedule callbacks.
    ///
    /// If the future is already done or cancelled, return False.  Otherwise,
    /// change the future's state to cancelled, schedule the callbacks and
    /// return True.
    #[pymethod("(msg=None)")]
    fn cancel(&self, slf: &Value, th: &ThreadState, msg: &Value) -> Res<bool> {
        self.own_loop(th)?;
        self.cancel_now(th, slf, msg)
    }

    /// Return True if the future was cancelled.
    #[pymethod("()")]
    fn cancelled(&self) -> bool {
        self.state.get() == CANCELLED
    }

    /// Return True if the future is done.
    ///
    /// Done means either that a result / exception are available, or that the
    /// future was cancelled.
    #[pymethod("()")]
    fn done(&self) -> bool {
        self.event_loop.is_some() && self.is_done()
    }

    /// Return the event loop the Future is bound to.
    #[pymethod("()")]
    fn get_loop(&self, th: &ThreadState) -> Res {
        self.own_loop(th)
    }

    /// Create the CancelledError to raise if the Future is cancelled.
    ///
    /// This should only be called once when handling a cancellation since
    /// it erases the context exception value.
    #[pymethod("()")]
    fn _make_cancelled_error(&self, th: &ThreadState) -> Res {
        self.make_cancelled(th)
    }

    #[pygetter(name = "_state")]
    fn shown_state(&self) -> &'static str {
        match self.state.get() {
            PENDING => "PENDING",
            CANCELLED => "CANCELLED",
            _ => "FINISHED",
        }
    }

    #[pygetter]
    fn _asyncio_future_blocking(&self) -> bool {
        self.event_loop.is_some() && self.blocking.get()
    }

    #[pysetter(name = "_asyncio_future_blocking")]
    fn set_asyncio_future_blocking(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.own_loop(th)?;
        let Some(value) = value else {
            return Err(th.error(&exc::ATTRIBUTE_ERROR, "cannot delete attribute"));
        };
        self.blocking.set(th.is_true(value)?);
        Ok(())
    }

    #[pygetter]
    fn _asyncio_awaited_by(&self, th: &ThreadState) -> Res {
        let waiters = self.awaited_by.borrow().clone();
        if waiters.is_empty() { Ok(Value::NONE) } else { th.frozenset(waiters) }
    }

    #[pygetter]
    fn _loop(&self) -> Value {
        self.event_loop.get_or_none()
    }

    #[pygetter]
    fn _callbacks(&self, th: &ThreadState) -> Value {
        let callbacks = self.callbacks.borrow().clone();
        if callbacks.is_empty() {
            return Value::NONE;
        }
        th.list(callbacks.iter().map(|(callback, context)| th.tuple(&[callback.clone(), context.clone()])).collect())
    }

    #[pygetter]
    fn _result(&self) -> Value {
        self.result.get_or_none()
    }

    #[pygetter]
    fn _exception(&self) -> Value {
        self.exception.get_or_none()
    }

    #[pygetter]
    fn _log_traceback(&self) -> bool {
        self.log_traceback.get()
    }

    #[pysetter(name = "_log_traceback")]
    fn set_log_traceback(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let Some(value) = value else {
            return Err(th.error(&exc::ATTRIBUTE_ERROR, "cannot delete attribute"));
        };
        if th.is_true(value)? {
            return Err(th.value_error("_log_traceback can only be set to False"));
        }
        self.log_traceback.set(false);
        Ok(())
    }

    #[pygetter]
    fn _source_traceback(&self) -> Value {
        self.source_traceback.get_or_none()
    }

    #[pygetter]
    fn _cancel_message(&self) -> Value {
        self.cancel_message.get_or_none()
    }

    #[pysetter(name = "_cancel_message")]
    fn set_cancel_message(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let Some(value) = value else {
            return Err(th.error(&exc::ATTRIBUTE_ERROR, "cannot delete attribute"));
        };
        self.cancel_message.set(Some(value.clone()));
        Ok(())
    }
}

/// Asking an uninitialised future for its outcome is an invalid state.
fn uninitialised(th: &ThreadState, raised: Raised) -> Raised {
    drop(th.take_raised(raised));
    invalid_state(th, "Future object is not initialized.")
}

/// What awaiting a future iterates over.
#[pyclass(name = "FutureIter", module = "_asyncio", flags(disallow_new), hidden)]
pub struct FutureIterator {
    /// Gone once the future's outcome was given.
    future: RefCell<Option<Value>>,
}

impl FutureIterator {
    fn resume(&self, th: &ThreadState) -> Res<Sent> {
        let Some(value) = self.future.borrow().clone() else { return Ok(Sent::Return(Value::NONE)) };
        let future = Future::of(&value);
        if !future.is_done() {
            if future.blocking.get() {
                return Err(th.runtime_error("await wasn't used with future"));
            }
            future.blocking.set(true);
            return Ok(Sent::Yield(value));
        }
        let old = self.future.take();
        drop(old);
        future.outcome(th).map(Sent::Return)
    }

    fn close_now(&self) {
        let old = self.future.take();
        drop(old);
    }
}

#[pymethods]
impl FutureIterator {
    #[pyslot]
    fn iter(_th: &ThreadState, slf: &Value) -> Res {
        Ok(slf.clone())
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        match self.resume(th)? {
            Sent::Yield(value) => Ok(value),
            Sent::Return(value) if value.is_none() => Ok(Value::EXHAUSTED),
            Sent::Return(value) => Err(th.stop_iteration(&value)),
        }
    }

    #[pyslot]
    fn am_send(&self, th: &ThreadState, _value: &Value) -> Res<Sent> {
        self.resume(th)
    }

    #[pymethod("(value, /)", text = "($self, object, /)")]
    fn send(&self, th: &ThreadState, value: &Value) -> Res {
        let _ = value;
        match self.resume(th)? {
            Sent::Yield(value) => Ok(value),
            Sent::Return(value) => Err(th.stop_iteration(&value)),
        }
    }

    #[pymethod(text = none, raw)]
    fn throw(th: &ThreadState, args: &[Value], _kwnames: &[Value]) -> Res {
        let (Some(slf), Some(class)) = (args.first(), args.get(1)) else {
            return Err(th.type_error("throw expected at least 1 argument, got 0"));
        };
        if args.len() > 2 {
            runtime::warnings::warn(
                th,
                &exc::DEPRECATION_WARNING,
                "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.",
            )?;
        }
        let (value, traceback) = (args.get(2), args.get(3).filter(|traceback| !traceback.is_none()));
        if traceback.is_some_and(|traceback| traceback.downcast::<runtime::objects::traceback::Traceback>().is_none()) {
            return Err(th.type_error("throw() third argument must be a traceback"));
        }
        let exception = match (class.as_type(), value.filter(|value| !value.is_none())) {
            (Some(_), Some(value)) if value.downcast::<BaseException>().is_some() => value.clone(),
            (Some(_), Some(value)) => th.call(class, std::slice::from_ref(value))?,
            (Some(_), None) => th.call(class, &[])?,
            (None, Some(_)) => return Err(th.type_error("instance exception may not have a separate value")),
            (None, None) => class.clone(),
        };
        let Some(base) = exception.downcast::<BaseException>() else {
            return Err(th.type_error("exceptions must be classes deriving BaseException or instances of such a class"));
        };
        if let Some(traceback) = traceback {
            base.traceback.set(Some(traceback.clone()));
        }
        FutureIterator::of(slf).close_now();
        Err(th.raise(exception))
    }

    #[pymethod]
    fn close(&self) {
        self.close_now();
    }
}
