//! `async_generator`, the awaitables of its methods, and what can be awaited.

use std::cell::Cell;

use bytecode::code::flags;
use macros::{pyclass, pymethods};

use super::generator::{GENERATOR_PAYLOAD, Generator, State, any, generator_class, sent_or_stop, warn_of_old_throw};
use crate::error::{Raised, Res, name_text};
use crate::frame::registers::Fp;
use crate::gc::ValueCell;
use crate::object::Payload;
use crate::objects::exceptions as exc;
use crate::protocol::iteration::iter_self;
use crate::thread::ThreadState;
use crate::types::slots::Sent;
use crate::types::{Type, TypeDef};
use crate::value::Value;

#[repr(transparent)]
pub struct AsyncGenerator(pub(crate) Generator);

generator_class!(AsyncGenerator, ASYNC_GENERATOR_DEF, ASYNC_GENERATOR_TYPE);

/// A value that an asynchronous generator yields to its own consumer, to tell it from what an `await` inside passes out.
#[pyclass(name = "async_generator_wrapped_value", flags(disallow_new))]
pub struct Wrapped {
    value: ValueCell,
}

#[pymethods]
impl Wrapped {}

/// `INTRINSIC_ASYNC_GEN_WRAP`.
pub(crate) fn wrap(th: &ThreadState, value: Value) -> Res {
    Ok(th.new_object(Wrapped { value: ValueCell::new(value) }))
}

impl Generator {
    pub(crate) fn is_async(&self) -> bool {
        self.code().has_flag(flags::ASYNC_GENERATOR)
    }
}

/// Tells the hooks of an asynchronous generator's first iteration.
fn first_iteration(th: &ThreadState, slf: &Value) -> Res<()> {
    let generator = &AsyncGenerator::of(slf).0;
    if generator.hooks_told.replace(true) {
        return Ok(());
    }
    generator.finalizer.set(th.asyncgen_finalizer.get());
    if let Some(hook) = th.asyncgen_firstiter.get() {
        th.call(&hook, std::slice::from_ref(slf))?;
    }
    Ok(())
}

#[pymethods(class(name = "async_generator", payload = GENERATOR_PAYLOAD, flags(have_gc, has_weakrefs, disallow_new)))]
impl AsyncGenerator {
    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let name = name_text(&AsyncGenerator::of(slf).0.qualname());
        Ok(th.str(&format!("<async_generator object {name} at {:#x}>", slf.id())))
    }

    #[pyslot]
    fn am_aiter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn am_anext(th: &ThreadState, slf: &Value) -> Res {
        first_iteration(th, slf)?;
        Ok(new_send(th, slf, None))
    }

    #[pyslot]
    fn finalize(th: &ThreadState, slf: &Value) {
        Generator::finalize_any(th, slf);
    }

    /// asend(v) -> send 'v' in generator.
    #[pymethod("(value, /)", text = "($self, object, /)")]
    fn asend(slf: &Value, th: &ThreadState, value: &Value) -> Res {
        first_iteration(th, slf)?;
        Ok(new_send(th, slf, Some(value.clone())))
    }

    /// athrow(value)
    /// athrow(type[,value[,tb]])
    ///
    /// raise exception in generator.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[pymethod("(*args)", text = none)]
    fn athrow(slf: &Value, th: &ThreadState, args: &[Value]) -> Res {
        if args.is_empty() {
            return Err(th.type_error("athrow expected at least 1 argument, got 0"));
        }
        warn_of_old_throw(th, args, "athrow")?;
        first_iteration(th, slf)?;
        Ok(new_throw(th, slf, args.to_vec()))
    }

    /// aclose() -> raise GeneratorExit inside generator.
    #[pymethod]
    fn aclose(slf: &Value, th: &ThreadState) -> Res {
        first_iteration(th, slf)?;
        Ok(new_throw(th, slf, Vec::new()))
    }

    #[pygetter]
    fn ag_frame(&self, slf: &Value, th: &ThreadState) -> Res {
        th.audit_attribute("object.__getattr__", slf, "ag_frame")?;
        Ok(self.0.frame(th))
    }

    #[pygetter(member)]
    fn ag_running(&self) -> bool {
        self.0.running_async.get()
    }

    #[pygetter]
    fn ag_suspended(&self) -> bool {
        self.0.is_suspended()
    }

    #[pygetter]
    fn ag_code(&self, slf: &Value, th: &ThreadState) -> Res {
        th.audit_attribute("object.__getattr__", slf, "ag_code")?;
        Ok(self.0.code_object())
    }

    /// object being awaited on, or None
    #[pygetter]
    fn ag_await(&self) -> Value {
        self.0.waits_for().unwrap_or(Value::NONE)
    }

    /// name of the async generator
    #[pygetter]
    fn __name__(&self) -> Value {
        self.0.name()
    }

    #[pysetter]
    fn set___name__(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.0.set_name(th, value)
    }

    /// qualified name of the async generator
    #[pygetter]
    fn __qualname__(&self) -> Value {
        self.0.qualname()
    }

    #[pysetter]
    fn set___qualname__(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.0.set_qualname(th, value)
    }

    /// See PEP 585
    #[pyclassmethod("(object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        th.generic_alias(cls, object)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Start,
    Iterating,
    Closed,
}

impl crate::gc::Traverse for Progress {
    fn traverse(&self, _: &mut crate::gc::Visitor<'_>) {}
}

/// What `__anext__` and `asend` return.
#[pyclass(name = "async_generator_asend", flags(disallow_new))]
pub struct AsyncSend {
    generator: Value,
    /// The value to send first.
    value: ValueCell,
    #[notrace]
    progress: Cell<Progress>,
}

fn new_send(th: &ThreadState, generator: &Value, value: Option<Value>) -> Value {
    th.new_object(AsyncSend {
        generator: generator.clone(),
        value: ValueCell::from_option(value),
        progress: Cell::new(Progress::Start),
    })
}

/// A result of the generator as its consumer sees it: a wrapped value ends the step.
fn unwrap(th: &ThreadState, generator: &Generator, result: Res<Sent>) -> Res<Sent> {
    match result {
        Ok(Sent::Yield(value)) => match value.downcast_exact::<Wrapped>() {
            Some(wrapped) => {
                generator.running_async.set(false);
                Ok(Sent::Return(wrapped.value.get_or_none()))
            }
            None => Ok(Sent::Yield(value)),
        },
        Ok(Sent::Return(value)) => {
            drop(value);
            generator.running_async.set(false);
            generator.closed.set(true);
            Err(th.error_args(&exc::STOP_ASYNC_ITERATION, &[]))
        }
        Err(raised) => {
            if th.raised_is(&raised, &exc::STOP_ASYNC_ITERATION) || th.raised_is(&raised, &exc::GENERATOR_EXIT) {
                generator.closed.set(true);
            }
            generator.running_async.set(false);
            Err(raised)
        }
    }
}

impl AsyncSend {
    fn inner(&self) -> &Generator {
        &AsyncGenerator::of(&self.generator).0
    }

    fn begin(&self, th: &ThreadState) -> Res<()> {
        match self.progress.get() {
            Progress::Closed => Err(th.runtime_error("cannot reuse already awaited __anext__()/asend()")),
            Progress::Start if self.inner().running_async.get() => {
                self.progress.set(Progress::Closed);
                Err(th.runtime_error("anext(): asynchronous generator is already running"))
            }
            Progress::Start => {
                self.inner().running_async.set(true);
                Ok(())
            }
            Progress::Iterating => Ok(()),
        }
    }

    fn step(&self, th: &ThreadState, value: &Value) -> Res<Sent> {
        self.begin(th)?;
        let first = self.progress.replace(Progress::Iterating) == Progress::Start;
        let result = match self.value.take() {
            Some(initial) if first && value.is_none() => self.inner().send(th, &initial),
            _ => self.inner().send(th, value),
        };
        let result = unwrap(th, self.inner(), result);
        if !matches!(result, Ok(Sent::Yield(_))) {
            self.progress.set(Progress::Closed);
        }
        result
    }
}

/// An awaitable of an asynchronous generator dies without having been awaited.
fn warn_never_awaited(th: &ThreadState, generator: &Generator, method: &str) {
    let before = th.raised.take();
    let name = name_text(&generator.qualname());
    let message = format!("coroutine method '{method}' of '{name}' was never awaited");
    if let Err(raised) = crate::warnings::warn(th, &exc::RUNTIME_WARNING, &message) {
        th.unraisable(raised, None, None);
    }
    drop(th.raised.replace(before));
}

#[pymethods]
impl AsyncSend {
    #[pyslot]
    fn finalize(th: &ThreadState, slf: &Value) {
        let this = AsyncSend::of(slf);
        if this.progress.get() == Progress::Start {
            warn_never_awaited(th, this.inner(), "asend");
        }
    }

    #[pyslot]
    fn am_await(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        sent_or_stop(th, self.step(th, &Value::NONE)?)
    }

    #[pyslot]
    fn am_send(&self, th: &ThreadState, value: &Value) -> Res<Sent> {
        self.step(th, value)
    }

    /// send(value) -> send 'value' into the generator.
    #[pymethod("(value, /)", text = "($self, object, /)")]
    fn send(&self, th: &ThreadState, value: &Value) -> Res {
        sent_or_stop(th, self.step(th, value)?)
    }

    /// throw(value) -> raise exception in the generator.
    #[pymethod("(*args)", text = none)]
    fn throw(&self, th: &ThreadState, args: &[Value]) -> Res {
        warn_of_old_throw(th, args, "throw")?;
        self.begin(th)?;
        self.progress.set(Progress::Iterating);
        let result = self.inner().throw(th, args, false);
        let result = unwrap(th, self.inner(), result);
        if !matches!(result, Ok(Sent::Yield(_))) {
            self.progress.set(Progress::Closed);
        }
        sent_or_stop(th, result?)
    }

    /// close() -> end the step.
    #[pymethod]
    fn close(&self, th: &ThreadState) -> Res {
        if self.progress.get() == Progress::Closed {
            return Ok(Value::NONE);
        }
        let result = self.throw(th, &[exc::GENERATOR_EXIT.as_value()]);
        closed(th, result)
    }
}

/// The result of `close`: throwing GeneratorExit must have ended it.
fn closed(th: &ThreadState, result: Res) -> Res {
    match result {
        Ok(_) => Err(th.runtime_error("coroutine ignored GeneratorExit")),
        Err(raised)
            if th.raised_is(&raised, &exc::STOP_ITERATION)
                || th.raised_is(&raised, &exc::STOP_ASYNC_ITERATION)
                || th.raised_is(&raised, &exc::GENERATOR_EXIT) =>
        {
            drop(th.take_raised(raised));
            Ok(Value::NONE)
        }
        Err(raised) => Err(raised),
    }
}

/// What `athrow` and `aclose` return. Without arguments it is `aclose`'s.
#[pyclass(name = "async_generator_athrow", flags(disallow_new))]
pub struct AsyncThrow {
    generator: Value,
    args: Vec<Value>,
    #[notrace]
    progress: Cell<Progress>,
}

fn new_throw(th: &ThreadState, generator: &Value, args: Vec<Value>) -> Value {
    th.new_object(AsyncThrow { generator: generator.clone(), args, progress: Cell::new(Progress::Start) })
}

impl AsyncThrow {
    fn inner(&self) -> &Generator {
        &AsyncGenerator::of(&self.generator).0
    }

    fn is_close(&self) -> bool {
        self.args.is_empty()
    }

    fn ignored_exit(&self, th: &ThreadState) -> Raised {
        th.runtime_error("async generator ignored GeneratorExit")
    }

    fn step(&self, th: &ThreadState, value: &Value) -> Res<Sent> {
        let generator = self.inner();
        let name = if self.is_close() { "aclose" } else { "athrow" };
        if self.progress.get() == Progress::Closed {
            return Err(th.runtime_error("cannot reuse already awaited aclose()/athrow()"));
        }
        if self.progress.get() == Progress::Start {
            if generator.state.get() == State::Cleared {
                self.progress.set(Progress::Closed);
                return Ok(Sent::Return(Value::NONE));
            }
            if generator.running_async.get() {
                self.progress.set(Progress::Closed);
                return Err(th.runtime_error(format_args!("{name}(): asynchronous generator is already running")));
            }
            if generator.closed.get() {
                self.progress.set(Progress::Closed);
                return Err(th.error_args(&exc::STOP_ASYNC_ITERATION, &[]));
            }
            if !value.is_none() {
                return Err(th.runtime_error("can't send non-None value to a just-started coroutine"));
            }
            self.progress.set(Progress::Iterating);
            generator.running_async.set(true);
            if self.is_close() {
                generator.closed.set(true);
                let result = generator.throw(th, &[exc::GENERATOR_EXIT.as_value()], false);
                return self.close_result(th, result);
            }
            let result = generator.throw(th, &self.args, false);
            return self.throw_result(th, result);
        }
        let result = generator.send(th, value);
        if self.is_close() { self.close_result(th, result) } else { self.throw_result(th, result) }
    }

    fn throw_result(&self, th: &ThreadState, result: Res<Sent>) -> Res<Sent> {
        let result = unwrap(th, self.inner(), result);
        if !matches!(result, Ok(Sent::Yield(_))) {
            self.progress.set(Progress::Closed);
        }
        result
    }

    fn close_result(&self, th: &ThreadState, result: Res<Sent>) -> Res<Sent> {
        let generator = self.inner();
        match result {
            Ok(Sent::Yield(value)) if value.downcast_exact::<Wrapped>().is_none() => Ok(Sent::Yield(value)),
            Ok(Sent::Yield(_)) => {
                generator.running_async.set(false);
                self.progress.set(Progress::Closed);
                Err(self.ignored_exit(th))
            }
            Ok(Sent::Return(_)) => {
                generator.running_async.set(false);
                self.progress.set(Progress::Closed);
                Ok(Sent::Return(Value::NONE))
            }
            Err(raised) => {
                generator.running_async.set(false);
                self.progress.set(Progress::Closed);
                if th.raised_is(&raised, &exc::STOP_ASYNC_ITERATION) || th.raised_is(&raised, &exc::GENERATOR_EXIT) {
                    drop(th.take_raised(raised));
                    return Ok(Sent::Return(Value::NONE));
                }
                Err(raised)
            }
        }
    }
}

#[pymethods]
impl AsyncThrow {
    #[pyslot]
    fn finalize(th: &ThreadState, slf: &Value) {
        let this = AsyncThrow::of(slf);
        if this.progress.get() == Progress::Start {
            warn_never_awaited(th, this.inner(), if this.is_close() { "aclose" } else { "athrow" });
        }
    }

    #[pyslot]
    fn am_await(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        sent_or_stop(th, self.step(th, &Value::NONE)?)
    }

    #[pyslot]
    fn am_send(&self, th: &ThreadState, value: &Value) -> Res<Sent> {
        self.step(th, value)
    }

    /// send(value) -> send 'value' into the generator.
    #[pymethod("(value, /)", text = "($self, object, /)")]
    fn send(&self, th: &ThreadState, value: &Value) -> Res {
        sent_or_stop(th, self.step(th, value)?)
    }

    /// throw(value) -> raise exception in the generator.
    #[pymethod("(*args)", text = none)]
    fn throw(&self, th: &ThreadState, args: &[Value]) -> Res {
        warn_of_old_throw(th, args, "throw")?;
        match self.progress.get() {
            Progress::Closed => return Err(th.runtime_error("cannot reuse already awaited aclose()/athrow()")),
            Progress::Start => {
                if self.inner().running_async.get() {
                    self.progress.set(Progress::Closed);
                    let name = if self.is_close() { "aclose" } else { "athrow" };
                    return Err(th.runtime_error(format_args!("{name}(): asynchronous generator is already running")));
                }
                self.progress.set(Progress::Iterating);
                self.inner().running_async.set(true);
            }
            Progress::Iterating => {}
        }
        let result = self.inner().throw(th, args, false);
        let result = if self.is_close() { self.close_result(th, result) } else { self.throw_result(th, result) };
        sent_or_stop(th, result?)
    }

    /// close() -> end the operation.
    #[pymethod]
    fn close(&self, th: &ThreadState) -> Res {
        if self.progress.get() == Progress::Closed {
            return Ok(Value::NONE);
        }
        let result = self.throw(th, &[exc::GENERATOR_EXIT.as_value()]);
        closed(th, result)
    }
}

/// `anext(iterator, default)`: an awaitable that gives `default` for StopAsyncIteration.
#[pyclass(name = "anext_awaitable", flags(disallow_new))]
pub struct AnextAwaitable {
    wrapped: Value,
    default: Value,
}

pub fn anext_with_default(th: &ThreadState, wrapped: Value, default: Value) -> Value {
    th.new_object(AnextAwaitable { wrapped, default })
}

impl AnextAwaitable {
    fn iterator(&self, th: &ThreadState) -> Res {
        let awaitable = awaitable(th, &self.wrapped, 0)?;
        if awaitable.downcast_exact::<super::generator::Coroutine>().is_some() {
            return th.iter_of_await(&awaitable);
        }
        Ok(awaitable)
    }

    fn finish(&self, th: &ThreadState, result: Res) -> Res {
        match result {
            Err(raised) if th.raised_is(&raised, &exc::STOP_ASYNC_ITERATION) => {
                drop(th.take_raised(raised));
                Err(th.stop_iteration(&self.default))
            }
            result => result,
        }
    }
}

impl ThreadState {
    fn iter_of_await(&self, value: &Value) -> Res {
        match value.class().slots().am_await.get() {
            Some(await_) => await_(self, value),
            None => Ok(value.clone()),
        }
    }
}

#[pymethods]
impl AnextAwaitable {
    #[pyslot]
    fn am_await(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        let iterator = self.iterator(th)?;
        let result = match iterator.class().slots().iternext.get() {
            Some(iternext) => iternext(th, &iterator),
            None => Err(th.type_error(format_args!("'{}' object is not an iterator", iterator.class().full_name()))),
        };
        self.finish(th, result)
    }

    #[pymethod("(value, /)", text = "($self, object, /)")]
    fn send(&self, th: &ThreadState, value: &Value) -> Res {
        let iterator = self.iterator(th)?;
        let result = th.call_method(&iterator, &th.names().send, std::slice::from_ref(value));
        self.finish(th, result)
    }

    #[pymethod("(*args)", text = none)]
    fn throw(&self, th: &ThreadState, args: &[Value]) -> Res {
        let iterator = self.iterator(th)?;
        let result = th.call_method(&iterator, &th.names().throw, args);
        self.finish(th, result)
    }

    #[pymethod]
    fn close(&self, th: &ThreadState) -> Res {
        let iterator = self.iterator(th)?;
        th.call_method(&iterator, &th.names().close, &[])
    }
}

/// `GET_AWAITABLE`: an iterator to send to. `place` says where: 1 and 2 are `async with`'s entry and exit.
#[inline(never)]
pub(crate) fn awaitable(th: &ThreadState, value: &Value, place: usize) -> Res {
    if let Some(generator) = any(value)
        && generator.code().has_flag(flags::COROUTINE | flags::ITERABLE_COROUTINE)
    {
        if generator.code().has_flag(flags::COROUTINE) && generator.waits_for().is_some() {
            return Err(th.runtime_error("coroutine is being awaited already"));
        }
        return Ok(value.clone());
    }
    let class = value.class();
    let Some(await_) = class.slots().am_await.get() else {
        let shown = class.full_name();
        return Err(match place {
            1 => th.type_error(format_args!(
                "'async with' received an object from __aenter__ that does not implement __await__: {shown}"
            )),
            2 => th.type_error(format_args!(
                "'async with' received an object from __aexit__ that does not implement __await__: {shown}"
            )),
            _ => th.type_error(format_args!("'{shown}' object can't be awaited")),
        });
    };
    let iterator = await_(th, value)?;
    let is_coroutine =
        any(&iterator).is_some_and(|inner| inner.code().has_flag(flags::COROUTINE | flags::ITERABLE_COROUTINE));
    if is_coroutine {
        return Err(th.type_error("__await__() returned a coroutine"));
    }
    if iterator.class().slots().iternext.get().is_none() {
        return Err(
            th.type_error(format_args!("__await__() returned non-iterator of type '{}'", iterator.class().full_name()))
        );
    }
    Ok(iterator)
}

/// `GET_AITER`.
#[inline(never)]
pub(crate) fn aiter(th: &ThreadState, value: &Value) -> Res {
    let class = value.class();
    let Some(aiter) = class.slots().am_aiter.get() else {
        return Err(th.type_error(format_args!(
            "'async for' requires an object with __aiter__ method, got {}",
            class.full_name()
        )));
    };
    let iterator = aiter(th, value)?;
    if iterator.class().slots().am_anext.get().is_none() {
        return Err(th.type_error(format_args!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            iterator.class().full_name()
        )));
    }
    Ok(iterator)
}

/// `GET_ANEXT`.
#[inline(never)]
pub(crate) fn anext(th: &ThreadState, iterator: &Value) -> Res {
    let class = iterator.class();
    let Some(anext) = class.slots().am_anext.get() else {
        return Err(th.type_error(format_args!(
            "'async for' requires an iterator with __anext__ method, got {}",
            class.full_name()
        )));
    };
    let step = anext(th, iterator)?;
    if step.downcast_exact::<AsyncSend>().is_some() {
        return Ok(step);
    }
    match awaitable(th, &step, 0) {
        Ok(awaitable) => Ok(awaitable),
        Err(raised) => {
            let cause = th.take_raised(raised);
            let raised = th.type_error(format_args!(
                "'async for' received an invalid object from __anext__: {}",
                step.class().full_name()
            ));
            let exception = th.take_raised(raised);
            if let Some(payload) = exception.downcast::<exc::BaseException>() {
                payload.cause.set(Some(cause.clone()));
                payload.context.set(Some(cause));
                payload.suppress_context.set(true);
            }
            Err(th.raise_as_is(exception))
        }
    }
}

/// `GET_YIELD_FROM_ITER`.
#[inline(never)]
pub(crate) fn yield_from_iterator(th: &ThreadState, fp: Fp, value: &Value) -> Res {
    if let Some(inner) = any(value) {
        if inner.code().has_flag(flags::COROUTINE) {
            if !fp.code().has_flag(flags::COROUTINE | flags::ITERABLE_COROUTINE) {
                return Err(th.type_error("cannot 'yield from' a coroutine object in a non-coroutine generator"));
            }
            return Ok(value.clone());
        }
        if !inner.is_async() {
            return Ok(value.clone());
        }
    }
    th.iter(value)
}

/// What the methods of asynchronous generators return.
pub(crate) fn is_step(value: &Value) -> bool {
    [&ASYNC_SEND_TYPE, &ASYNC_THROW_TYPE, &ANEXT_AWAITABLE_TYPE].into_iter().any(|class| value.is_exactly(class))
}

/// Types of this file.
pub(crate) const TYPES: &[&Type] =
    &[&ASYNC_GENERATOR_TYPE, &WRAPPED_TYPE, &ASYNC_SEND_TYPE, &ASYNC_THROW_TYPE, &ANEXT_AWAITABLE_TYPE];
