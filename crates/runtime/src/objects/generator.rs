//! `generator` and `coroutine`, and what they share with `async_generator`: a frame that rests between resumptions.
//!
//! The frame's words stand behind the payload, in the layout that frames have on the stack (`frame/stack.rs`).
#![expect(unsafe_code, reason = "frames are laid out behind the payload")]

use std::cell::Cell;

use bytecode::code::flags;
use macros::{pyclass, pymethods};

use crate::error::{Raised, Res, name_text};
use crate::frame::generators::{Resume, resume};
use crate::frame::registers::{Fp, Pc, Sp};
use crate::frame::stack::HEADER;
use crate::gc::{ValueCell, Visitor};
use crate::object::{Header, Payload, PayloadFns};
use crate::objects::code::Code;
use crate::objects::exceptions as exc;
use crate::protocol::iteration::iter_self;
use crate::thread::ThreadState;
use crate::types::slots::Sent;
use crate::types::{Type, TypeDef};
use crate::value::Value;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum State {
    Created,
    Suspended,
    /// At a `yield from` or `await`: what it waits for is the top of its stack.
    SuspendedYieldFrom,
    /// As before, while what it waits for is being closed: counts as running.
    Closing,
    Executing,
    Cleared,
}

/// Payload of generators, coroutines and asynchronous generators.
#[repr(C)]
pub struct Generator {
    pub(crate) yield_pc: Cell<Pc>,
    /// What the frame was handling when it was suspended.
    pub(crate) handled: ValueCell,
    name: ValueCell,
    qualname: ValueCell,
    code: Value,
    /// Where a coroutine was made, if that is tracked.
    origin: ValueCell,
    /// Asynchronous generators: `sys.set_asyncgen_hooks`' finalizer at first iteration.
    pub(crate) finalizer: ValueCell,
    pub(crate) state: Cell<State>,
    /// Asynchronous generators: hooks have been told, `aclose` has been called, an operation is under way.
    pub(crate) hooks_told: Cell<bool>,
    pub(crate) closed: Cell<bool>,
    pub(crate) running_async: Cell<bool>,
    /// Words of the frame at rest.
    used: Cell<u32>,
    capacity: u32,
    /// The address of this payload: the word before the frame's header, as it is on the stack.
    this: Cell<*const Generator>,
    image: [u64; 0],
}

#[repr(transparent)]
pub struct Coroutine(pub(crate) Generator);

unsafe fn generator_size(object: *mut Header) -> usize {
    // SAFETY: called with generators only.
    Header::SIZE + size_of::<Generator>() + 8 * unsafe { (*object).payload::<Generator>() }.capacity as usize
}

unsafe fn drop_generator(object: *mut Header) {
    // SAFETY: called once, with a dying generator.
    unsafe {
        (*object).payload::<Generator>().clear_frame();
        std::ptr::drop_in_place(object.cast::<u8>().add(Header::SIZE).cast::<Generator>());
    }
}

unsafe fn traverse_generator(object: *mut Header, visit: &mut Visitor<'_>) {
    // SAFETY: called with live generators only.
    let generator = unsafe { (*object).payload::<Generator>() };
    use crate::gc::Traverse;
    for cell in [&generator.handled, &generator.name, &generator.qualname, &generator.origin, &generator.finalizer] {
        cell.traverse(visit);
    }
    visit.value(&generator.code);
    // A running frame's words are on the stack: they count as held from outside.
    if generator.state.get() != State::Executing && generator.used.get() as usize >= HEADER {
        let fp = generator.image_fp();
        visit.value(fp.function_value());
        visit.value(fp.extra());
        for index in 0..generator.used.get() as usize - HEADER {
            visit.value(fp.local(index));
        }
    }
}

unsafe fn clear_generator(object: *mut Header) {
    // SAFETY: called with live generators only.
    unsafe { (*object).payload::<Generator>() }.clear_frame();
}

const _: () = assert!(std::mem::offset_of!(Generator, image) == std::mem::offset_of!(Generator, this) + 8);

pub(crate) const GENERATOR_PAYLOAD: PayloadFns = PayloadFns {
    size: size_of::<Generator>(),
    drop: Some(drop_generator),
    traverse: Some(traverse_generator),
    clear: Some(clear_generator),
    var_size: Some(generator_size),
    rust_type: Some(std::any::TypeId::of::<Generator>()),
};

macro_rules! generator_class {
    ($payload:ident, $def:ident, $static:ident) => {
        impl Payload for $payload {
            const DEF: &'static TypeDef = &$def;

            #[inline(always)]
            fn class() -> &'static Type {
                &$static
            }
        }

        pub static $static: Type = Type::new_static(&$def);
    };
}
pub(crate) use generator_class;

generator_class!(Generator, GENERATOR_DEF, GENERATOR_TYPE);
generator_class!(Coroutine, COROUTINE_DEF, COROUTINE_TYPE);

/// The payload of a generator, coroutine or asynchronous generator.
#[inline(always)]
pub(crate) fn any(value: &Value) -> Option<&Generator> {
    let header = value.header()?;
    let class: *const Type = header.class();
    let all: [*const Type; 3] = [&GENERATOR_TYPE, &COROUTINE_TYPE, &super::async_generator::ASYNC_GENERATOR_TYPE];
    // SAFETY: the three classes have this payload and can not be derived from.
    if all.contains(&class) { Some(unsafe { &*((value.bits() + 16) as *const Generator) }) } else { None }
}

/// As [`any`], for what runs by being sent to: a generator or coroutine.
#[inline(always)]
pub(crate) fn plain(value: &Value) -> Option<&Generator> {
    let header = value.header()?;
    let class: *const Type = header.class();
    let is_either = std::ptr::eq(class, &COROUTINE_TYPE) || std::ptr::eq(class, &GENERATOR_TYPE);
    // SAFETY: as in `any`.
    if is_either { Some(unsafe { &*((value.bits() + 16) as *const Generator) }) } else { None }
}

impl Generator {
    /// A generator that takes over the `used` words of the frame `fp` (header included).
    ///
    /// # Safety
    /// The caller owns the words and uses them no more.
    pub(crate) unsafe fn make(th: &ThreadState, fp: Fp, used: usize) -> Value {
        let function = fp.function();
        let code = fp.code();
        let class: &Type = if code.has_flag(flags::COROUTINE) {
            &COROUTINE_TYPE
        } else if code.has_flag(flags::ASYNC_GENERATOR) {
            &super::async_generator::ASYNC_GENERATOR_TYPE
        } else {
            &GENERATOR_TYPE
        };
        let capacity = HEADER + code.frame_size;
        let origin = if code.has_flag(flags::COROUTINE) { super::frame::coroutine_origin(th, fp) } else { None };
        let payload = Generator {
            yield_pc: Cell::new(Pc::NULL),
            handled: ValueCell::empty(),
            name: ValueCell::new(function.name()),
            qualname: ValueCell::new(function.qualname()),
            code: function.code_object(),
            origin: ValueCell::from_option(origin),
            finalizer: ValueCell::empty(),
            state: Cell::new(State::Created),
            hooks_told: Cell::new(false),
            closed: Cell::new(false),
            running_async: Cell::new(false),
            used: Cell::new(used as u32),
            capacity: capacity as u32,
            this: Cell::new(std::ptr::null()),
            image: [],
        };
        // SAFETY: payload and image are written with the size that `generator_size` reads back.
        let value = unsafe {
            th.new_variable(class, 8 * capacity, |start| {
                start.cast::<Generator>().write(payload);
                let image = start.add(size_of::<Generator>()).cast::<u64>();
                image.copy_from_nonoverlapping(fp.0.sub(HEADER).cast::<u64>(), used);
            })
        };
        if let Some(generator) = any(&value) {
            generator.this.set(generator);
            let image = generator.image_fp();
            image.header().previous.set(Fp::NULL);
            if !image.extra().is_unbound() {
                super::frame::moved(image);
            }
        }
        value
    }

    #[inline(always)]
    pub(crate) fn image(&self) -> *mut Value {
        self.image.as_ptr().cast_mut().cast()
    }

    /// The frame at rest.
    #[inline(always)]
    pub(crate) fn image_fp(&self) -> Fp {
        Fp(self.image().wrapping_add(HEADER))
    }

    #[inline(always)]
    pub(crate) fn used(&self) -> usize {
        self.used.get() as usize
    }

    #[inline(always)]
    pub(crate) fn capacity(&self) -> usize {
        self.capacity as usize
    }

    /// Whether the resting frame's code has `except` or `finally`.
    #[inline(always)]
    pub(crate) fn handles_exceptions(&self) -> bool {
        self.image_fp().code().handles_exceptions
    }

    /// The frame lies in the image again, with so many words (none: it is gone).
    #[inline(always)]
    pub(crate) fn rest(&self, used: usize, state: State) {
        self.used.set(used as u32);
        self.state.set(state);
    }

    pub(crate) fn code(&self) -> &Code {
        Code::of(&self.code)
    }

    pub(crate) fn is_running(&self) -> bool {
        matches!(self.state.get(), State::Executing | State::Closing)
    }

    pub(crate) fn is_suspended(&self) -> bool {
        matches!(self.state.get(), State::Suspended | State::SuspendedYieldFrom)
    }

    /// Drops a resting frame: the generator is finished.
    pub(crate) fn clear_frame(&self) {
        let used = self.used();
        if self.is_running() || used < HEADER {
            return;
        }
        self.rest(0, State::Cleared);
        let handled = self.handled.take();
        if let Some(th) = crate::thread::current() {
            let fp = self.image_fp();
            crate::frame::clear_frame(th, fp, Sp(self.image().wrapping_add(used)));
        }
        drop(handled);
    }

    /// What the frame waits for in `yield from` or `await`.
    pub(crate) fn waits_for(&self) -> Option<Value> {
        if self.state.get() != State::SuspendedYieldFrom {
            return None;
        }
        Some(Sp(self.image().wrapping_add(self.used())).peek(1).clone())
    }

    fn kind(&self) -> &'static str {
        let code = self.code();
        if code.has_flag(flags::COROUTINE) {
            "coroutine"
        } else if code.has_flag(flags::ASYNC_GENERATOR) {
            "async generator"
        } else {
            "generator"
        }
    }

    fn is_coroutine(&self) -> bool {
        self.code().has_flag(flags::COROUTINE)
    }

    fn already_executing(&self, th: &ThreadState) -> Raised {
        th.value_error(format_args!("{} already executing", self.kind()))
    }

    /// Sends a value: `gen_send_ex` with everything that can be wrong.
    pub(crate) fn send(&self, th: &ThreadState, value: &Value) -> Res<Sent> {
        match self.state.get() {
            State::Executing | State::Closing => Err(self.already_executing(th)),
            State::Cleared if self.is_coroutine() => Err(th.runtime_error("cannot reuse already awaited coroutine")),
            State::Cleared => Ok(Sent::Return(Value::NONE)),
            State::Created if !value.is_none() => {
                Err(th.type_error(format_args!("can't send non-None value to a just-started {}", self.kind())))
            }
            _ => resume(th, self, Resume::Send(value.clone())),
        }
    }

    /// Resumes with the exception that is raised.
    fn resume_raised(&self, th: &ThreadState, raised: Raised) -> Res<Sent> {
        match self.state.get() {
            State::Executing | State::Closing => {
                drop(th.take_raised(raised));
                Err(self.already_executing(th))
            }
            State::Cleared => {
                if self.is_coroutine() {
                    drop(th.take_raised(raised));
                    return Err(th.runtime_error("cannot reuse already awaited coroutine"));
                }
                Err(raised)
            }
            _ => {
                let Raised { .. } = raised;
                resume(th, self, Resume::Throw)
            }
        }
    }

    /// `throw`: into what the frame waits for, else into the frame. `close_on_exit` says that GeneratorExit closes what it
    /// waits for.
    pub(crate) fn throw(&self, th: &ThreadState, args: &[Value], close_on_exit: bool) -> Res<Sent> {
        crate::frame::generators::throw(th, self, args, close_on_exit)
    }

    /// What throwing `args` into this frame itself would raise: in the frame, unless that is an error.
    pub(crate) fn raise_here(&self, th: &ThreadState, args: &[Value]) -> Result<Raised, Raised> {
        let exception = exception_to_throw(th, args)?;
        match self.state.get() {
            State::Executing | State::Closing => Err(self.already_executing(th)),
            State::Cleared if self.is_coroutine() => Err(th.runtime_error("cannot reuse already awaited coroutine")),
            State::Cleared => Err(th.raise_as_is(exception)),
            _ => Ok(th.raise_as_is(exception)),
        }
    }

    /// `close()`: returns what the generator returned, if it did. Generators that wait for each other are closed from the
    /// innermost on, without recursion.
    pub(crate) fn close(&self, th: &ThreadState) -> Res {
        let mut chain: Vec<Value> = Vec::new();
        let mut cursor = self.waits_for();
        self.mark_executing();
        while let Some(inner) = cursor.take_if(|inner| is_generator_or_coroutine(inner)) {
            if let Some(generator) = any(&inner) {
                cursor = generator.waits_for();
                generator.mark_executing();
            }
            chain.push(inner);
        }
        // What the innermost waits for is no generator.
        let mut failed = cursor.and_then(|inner| close_iterator(th, &inner).err());
        while let Some(inner) = chain.pop() {
            if let Some(generator) = any(&inner) {
                failed = generator.close_here(th, failed).err();
            }
            if failed.is_some() {
                let exception = th.take_raised(th.still_raised());
                drop(inner);
                failed = Some(th.raise_as_is(exception));
            }
        }
        self.close_here(th, failed)
    }

    /// A frame that waits for something counts as running while that is closed.
    fn mark_executing(&self) {
        if self.state.get() == State::SuspendedYieldFrom {
            self.state.set(State::Closing);
        }
    }

    /// Raises GeneratorExit in the frame, or what closing the iterator that it waits for has raised.
    fn close_here(&self, th: &ThreadState, failed: Option<Raised>) -> Res {
        match self.state.get() {
            State::Executing => return Err(self.already_executing(th)),
            State::Cleared => return Ok(Value::NONE),
            State::Created => {
                self.closed.set(true);
                self.clear_frame();
                return Ok(Value::NONE);
            }
            State::Closing => self.state.set(State::SuspendedYieldFrom),
            _ => {}
        }
        let raised = match failed {
            Some(raised) => raised,
            None if self.handles_nothing() && !crate::frame::monitoring::follows_exceptions(th) => {
                self.closed.set(true);
                self.clear_frame();
                return Ok(Value::NONE);
            }
            None => th.raise_as_is(exc::new(th, &exc::GENERATOR_EXIT, &[])),
        };
        self.closed.set(true);
        match self.resume_raised(th, raised) {
            Ok(Sent::Yield(value)) => {
                drop(value);
                Err(th.runtime_error(format_args!("{} ignored GeneratorExit", self.kind())))
            }
            Ok(Sent::Return(value)) => Ok(value),
            Err(raised) if th.raised_is(&raised, &exc::GENERATOR_EXIT) => {
                drop(th.take_raised(raised));
                Ok(Value::NONE)
            }
            Err(raised) if th.raised_is(&raised, &exc::STOP_ITERATION) => {
                let exception = th.take_raised(raised);
                Ok(exc::stop_iteration_value(&exception))
            }
            Err(raised) => Err(raised),
        }
    }

    /// Whether the place where the frame rests is protected by nothing but what turns StopIteration into RuntimeError.
    fn handles_nothing(&self) -> bool {
        let unit = self.image_fp().header().current_pc.get().fetch();
        // An instrumented one has something to tell.
        self.state.get() == State::Suspended
            && unit & 0xFF == bytecode::opcode::op::RESUME
            && u32::from(unit >> 8) & bytecode::opcode::resume::DEPTH1 != 0
    }

    /// The `finalize` slot of all three classes.
    pub(crate) fn finalize_any(th: &ThreadState, slf: &Value) {
        if let Some(generator) = any(slf) {
            generator.finalize_payload(th, slf);
        }
    }

    /// `__del__`: runs what `finally` promises.
    fn finalize_payload(&self, th: &ThreadState, slf: &Value) {
        if self.state.get() == State::Cleared || self.is_running() {
            return;
        }
        let before = th.raised.take();
        if self.code().has_flag(flags::ASYNC_GENERATOR)
            && let Some(finalizer) = self.finalizer.take()
            && !self.closed.get()
        {
            if let Err(raised) = th.call(&finalizer, std::slice::from_ref(slf)) {
                th.unraisable_while(raised, "Exception ignored while finalizing generator", slf);
            }
            th.raised.set(before);
            return;
        }
        if self.state.get() == State::Created {
            if self.is_coroutine() {
                warn_never_awaited(th, self, slf);
            }
            self.clear_frame();
        } else if let Err(raised) = self.close(th) {
            th.unraisable_while(raised, "Exception ignored while closing generator", slf);
        }
        th.raised.set(before);
    }

    fn repr_as(&self, th: &ThreadState, slf: &Value, class: &str) -> Res {
        let name = name_text(&self.qualname.get_or_none());
        Ok(th.str(&format!("<{class} object {name} at {:#x}>", slf.id())))
    }

    pub(crate) fn frame(&self, th: &ThreadState) -> Value {
        match self.state.get() {
            State::Cleared => Value::NONE,
            State::Executing => super::frame::of_generator(th, self).unwrap_or(Value::NONE),
            _ => super::frame::object(th, self.image_fp()),
        }
    }

    pub(crate) fn name(&self) -> Value {
        self.name.get_or_none()
    }

    pub(crate) fn qualname(&self) -> Value {
        self.qualname.get_or_none()
    }

    pub(crate) fn set_name(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        set_string(th, &self.name, value, "__name__")
    }

    pub(crate) fn set_qualname(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        set_string(th, &self.qualname, value, "__qualname__")
    }

    pub(crate) fn code_object(&self) -> Value {
        self.code.clone()
    }
}

fn set_string(th: &ThreadState, cell: &ValueCell, value: Option<&Value>, name: &str) -> Res<()> {
    match value {
        Some(value) if value.as_str().is_some() => {
            cell.set(Some(value.clone()));
            Ok(())
        }
        _ => Err(th.type_error(format_args!("{name} must be set to a string object"))),
    }
}

/// "coroutine 'f' was never awaited", by the function that `warnings` has for it.
fn warn_never_awaited(th: &ThreadState, generator: &Generator, slf: &Value) {
    let warn = crate::import::import_attribute(th, "warnings", "_warn_unawaited_coroutine");
    match warn.map(|warn| th.call(&warn, std::slice::from_ref(slf))) {
        Ok(Ok(done)) => return drop(done),
        Ok(Err(raised)) => th.unraisable_while(raised, "Exception ignored while finalizing coroutine", slf),
        Err(raised) => drop(th.take_raised(raised)),
    }
    let message = format!("coroutine '{}' was never awaited", name_text(&generator.qualname.get_or_none()));
    if let Err(raised) = crate::warnings::warn(th, &exc::RUNTIME_WARNING, &message) {
        th.unraisable_while(raised, "Exception ignored while finalizing coroutine", slf);
    }
}

pub(crate) fn is_generator_or_coroutine(value: &Value) -> bool {
    value.is_exactly(&GENERATOR_TYPE) || value.is_exactly(&COROUTINE_TYPE)
}

/// Closes what a frame waits for.
pub(crate) fn close_iterator(th: &ThreadState, inner: &Value) -> Res<()> {
    if is_generator_or_coroutine(inner)
        && let Some(generator) = any(inner)
    {
        return generator.close(th).map(drop);
    }
    match th.getattr_opt(inner, &th.names().close) {
        Ok(Some(method)) => th.call(&method, &[]).map(drop),
        Ok(None) => Ok(()),
        Err(raised) => {
            th.unraisable_while(raised, "Exception ignored while closing generator", inner);
            Ok(())
        }
    }
}

/// Several arguments are the old way to throw.
pub(crate) fn warn_of_old_throw(th: &ThreadState, args: &[Value], name: &str) -> Res<()> {
    if args.len() < 2 {
        return Ok(());
    }
    let message =
        format!("the (type, exc, tb) signature of {name}() is deprecated, use the single-arg signature instead.");
    crate::warnings::warn(th, &exc::DEPRECATION_WARNING, &message)
}

/// The exception of `throw(value)` or, deprecated, `throw(type, value, traceback)`.
pub(crate) fn exception_to_throw(th: &ThreadState, args: &[Value]) -> Res {
    let (first, value, traceback) = match args {
        [] => return Err(th.type_error("throw expected at least 1 argument, got 0")),
        [first] => (first, None, None),
        [first, value] => (first, Some(value), None),
        [first, value, traceback] => (first, Some(value), Some(traceback)),
        _ => return Err(th.type_error(format_args!("throw expected at most 3 arguments, got {}", args.len()))),
    };
    let traceback = traceback.filter(|traceback| !traceback.is_none());
    if traceback.is_some_and(|traceback| traceback.downcast::<super::traceback::Traceback>().is_none()) {
        return Err(th.type_error("throw() third argument must be a traceback object"));
    }
    let exception = if let Some(class) = first.as_type()
        && class.is_subtype(&exc::BASE_EXCEPTION_TYPE)
    {
        let made = match value {
            None => th.call(first, &[]),
            Some(value) if value.is_none() => th.call(first, &[]),
            Some(value) if value.is_instance_of(class) => Ok(value.clone()),
            Some(value) => match value.as_tuple() {
                Some(items) => th.call(first, items.as_slice()),
                None => th.call(first, std::slice::from_ref(value)),
            },
        };
        // What goes wrong while the exception is made is thrown in its place.
        let made = match made {
            Ok(made) if !made.is_instance_of(&exc::BASE_EXCEPTION_TYPE) => Err(th.type_error(format_args!(
                "calling {} should have returned an instance of BaseException, not {}",
                th.repr_string(first)?,
                th.repr_string(&made.class().as_value())?
            ))),
            made => made,
        };
        made.unwrap_or_else(|raised| th.take_raised(raised))
    } else if first.is_instance_of(&exc::BASE_EXCEPTION_TYPE) {
        if value.is_some_and(|value| !value.is_none()) {
            return Err(th.type_error("instance exception may not have a separate value"));
        }
        first.clone()
    } else {
        return Err(th.type_error(format_args!(
            "exceptions must be classes or instances deriving from BaseException, not {}",
            first.class().full_name()
        )));
    };
    if let (Some(traceback), Some(payload)) = (traceback, exception.downcast::<exc::BaseException>()) {
        payload.traceback.set(Some(traceback.clone()));
    }
    Ok(exception)
}

/// The result of `send`, `throw` and `__next__`: the value yielded, or StopIteration.
pub(crate) fn sent_or_stop(th: &ThreadState, sent: Sent) -> Res {
    match sent {
        Sent::Yield(value) => Ok(value),
        Sent::Return(value) => Err(th.stop_iteration(&value)),
    }
}

#[pymethods(class(name = "generator", payload = GENERATOR_PAYLOAD, flags(have_gc, has_weakrefs, disallow_new)))]
impl Generator {
    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        Generator::of(slf).repr_as(th, slf, "generator")
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        match self.send(th, &Value::NONE)? {
            Sent::Yield(value) => Ok(value),
            Sent::Return(value) if value.is_none() => Ok(Value::EXHAUSTED),
            Sent::Return(value) => Err(th.stop_iteration(&value)),
        }
    }

    #[pyslot]
    fn am_send(&self, th: &ThreadState, value: &Value) -> Res<Sent> {
        self.send(th, value)
    }

    #[pyslot]
    fn finalize(th: &ThreadState, slf: &Value) {
        Generator::finalize_any(th, slf);
    }

    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[pymethod(name = "send", "(value, /)", text = "($self, object, /)")]
    fn py_send(&self, th: &ThreadState, value: &Value) -> Res {
        sent_or_stop(th, self.send(th, value)?)
    }

    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[pymethod(name = "throw", "(*args)", text = none)]
    fn py_throw(&self, th: &ThreadState, args: &[Value]) -> Res {
        warn_of_old_throw(th, args, "throw")?;
        sent_or_stop(th, self.throw(th, args, true)?)
    }

    /// close() -> raise GeneratorExit inside generator.
    #[pymethod(name = "close")]
    fn py_close(&self, th: &ThreadState) -> Res {
        self.close(th)
    }

    #[pygetter]
    fn gi_frame(&self, slf: &Value, th: &ThreadState) -> Res {
        th.audit_attribute("object.__getattr__", slf, "gi_frame")?;
        Ok(self.frame(th))
    }

    #[pygetter]
    fn gi_running(&self) -> bool {
        self.is_running()
    }

    #[pygetter]
    fn gi_suspended(&self) -> bool {
        self.is_suspended()
    }

    #[pygetter]
    fn gi_code(&self, slf: &Value, th: &ThreadState) -> Res {
        th.audit_attribute("object.__getattr__", slf, "gi_code")?;
        Ok(self.code_object())
    }

    /// object being iterated by yield from, or None
    #[pygetter]
    fn gi_yieldfrom(&self) -> Value {
        self.waits_for().unwrap_or(Value::NONE)
    }

    /// name of the generator
    #[pygetter]
    fn __name__(&self) -> Value {
        self.name()
    }

    #[pysetter]
    fn set___name__(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_name(th, value)
    }

    /// qualified name of the generator
    #[pygetter]
    fn __qualname__(&self) -> Value {
        self.qualname()
    }

    #[pysetter]
    fn set___qualname__(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.set_qualname(th, value)
    }

    /// See PEP 585
    #[pyclassmethod("(object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        th.generic_alias(cls, object)
    }
}

#[pymethods(class(name = "coroutine", payload = GENERATOR_PAYLOAD, flags(have_gc, has_weakrefs, disallow_new)))]
impl Coroutine {
    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        Coroutine::of(slf).0.repr_as(th, slf, "coroutine")
    }

    #[pyslot]
    fn am_await(th: &ThreadState, slf: &Value) -> Res {
        Ok(th.new_object(CoroutineWrapper { coroutine: slf.clone() }))
    }

    #[pyslot]
    fn am_send(&self, th: &ThreadState, value: &Value) -> Res<Sent> {
        self.0.send(th, value)
    }

    #[pyslot]
    fn finalize(th: &ThreadState, slf: &Value) {
        Generator::finalize_any(th, slf);
    }

    /// send(arg) -> send 'arg' into coroutine,
    /// return next iterated value or raise StopIteration.
    #[pymethod("(arg, /)", text = "($self, object, /)")]
    fn send(&self, th: &ThreadState, arg: &Value) -> Res {
        sent_or_stop(th, self.0.send(th, arg)?)
    }

    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next iterated value or raise
    /// StopIteration.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[pymethod("(*args)", text = none)]
    fn throw(&self, th: &ThreadState, args: &[Value]) -> Res {
        warn_of_old_throw(th, args, "throw")?;
        sent_or_stop(th, self.0.throw(th, args, true)?)
    }

    /// close() -> raise GeneratorExit inside coroutine.
    #[pymethod]
    fn close(&self, th: &ThreadState) -> Res {
        self.0.close(th)
    }

    #[pygetter]
    fn cr_frame(&self, slf: &Value, th: &ThreadState) -> Res {
        th.audit_attribute("object.__getattr__", slf, "cr_frame")?;
        Ok(self.0.frame(th))
    }

    #[pygetter]
    fn cr_running(&self) -> bool {
        self.0.is_running()
    }

    #[pygetter]
    fn cr_suspended(&self) -> bool {
        self.0.is_suspended()
    }

    #[pygetter]
    fn cr_code(&self, slf: &Value, th: &ThreadState) -> Res {
        th.audit_attribute("object.__getattr__", slf, "cr_code")?;
        Ok(self.0.code_object())
    }

    #[pygetter]
    fn cr_origin(&self) -> Value {
        self.0.origin.get_or_none()
    }

    /// object being awaited on, or None
    #[pygetter]
    fn cr_await(&self) -> Value {
        self.0.waits_for().unwrap_or(Value::NONE)
    }

    /// name of the coroutine
    #[pygetter]
    fn __name__(&self) -> Value {
        self.0.name()
    }

    #[pysetter]
    fn set___name__(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.0.set_name(th, value)
    }

    /// qualified name of the coroutine
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

/// A wrapper object implementing __await__ for coroutines.
#[pyclass(name = "coroutine_wrapper", flags(disallow_new))]
pub struct CoroutineWrapper {
    coroutine: Value,
}

impl CoroutineWrapper {
    fn inner(&self) -> &Generator {
        &Coroutine::of(&self.coroutine).0
    }
}

#[pymethods]
impl CoroutineWrapper {
    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        sent_or_stop(th, self.inner().send(th, &Value::NONE)?)
    }

    #[pyslot]
    fn am_send(&self, th: &ThreadState, value: &Value) -> Res<Sent> {
        self.inner().send(th, value)
    }

    /// send(arg) -> send 'arg' into coroutine
    /// return next iterated value or raise StopIteration.
    #[pymethod("(arg, /)", text = "($self, object, /)")]
    fn send(&self, th: &ThreadState, arg: &Value) -> Res {
        sent_or_stop(th, self.inner().send(th, arg)?)
    }

    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next iterated value or raise
    /// StopIteration.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[pymethod("(*args)", text = none)]
    fn throw(&self, th: &ThreadState, args: &[Value]) -> Res {
        warn_of_old_throw(th, args, "throw")?;
        sent_or_stop(th, self.inner().throw(th, args, true)?)
    }

    /// close() -> raise GeneratorExit inside coroutine.
    #[pymethod]
    fn close(&self, th: &ThreadState) -> Res {
        self.inner().close(th)
    }
}

/// Types of this file.
pub(crate) const TYPES: &[&Type] = &[&GENERATOR_TYPE, &COROUTINE_TYPE, &COROUTINE_WRAPPER_TYPE];
