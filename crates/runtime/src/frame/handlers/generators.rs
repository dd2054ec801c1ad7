//! Generators, coroutines, asynchronous iteration.

use crate::error::Res;
use crate::frame::generators::{self as frames};
use crate::frame::registers::{Fp, Pc, attempt, handler, next, own, raise, release_next};
use crate::frame::unwind::unwind_again;
use crate::frame::{Sp, monitoring};
use crate::objects::async_generator as asynchronous;
use crate::objects::exceptions as exc;
use crate::objects::generator::{self, State};
use crate::thread::ThreadState;
use crate::types::slots::Sent;
use crate::value::{NONE, Value};

handler!(RETURN_GENERATOR, |pc, sp, fp, th, arg| {
    let (return_pc, previous, below) = (fp.header().return_pc.get(), fp.header().previous.get(), fp.header_sp());
    let made = frames::make(th, pc, sp, fp);
    below.put(0, made);
    next!(return_pc, below.add(1), previous, th)
});

handler!(YIELD_VALUE, |pc, sp, fp, th, arg| {
    if fp.code().handles_exceptions {
        return yield_handling(pc, sp, fp, th, arg);
    }
    let value = sp.word(1);
    let state = if arg == 0 { State::Suspended } else { State::SuspendedYieldFrom };
    let yield_pc = fp.generator().yield_pc.get();
    let previous = fp.header().previous.get();
    let below = frames::suspend_plain(th, pc, sp.sub(1), fp, state);
    below.set_word(0, value);
    next!(yield_pc, below.add(1), previous, th)
});

// As `YIELD_VALUE`, in code with `except` or `finally`.
handler!(yield_handling, |pc, sp, fp, th, arg| {
    let value = sp.word(1);
    let state = if arg == 0 { State::Suspended } else { State::SuspendedYieldFrom };
    let yield_pc = fp.generator().yield_pc.get();
    let previous = fp.header().previous.get();
    let below = frames::suspend(th, pc, sp.sub(1), fp, state);
    below.set_word(0, value);
    next!(yield_pc, below.add(1), previous, th)
});

handler!(
    /// `RETURN_VALUE` of generators.
    RETURN_GENERATOR_VALUE,
    |pc, sp, fp, th, arg| {
        let (return_pc, previous) = (fp.header().return_pc.get(), fp.header().previous.get());
        fp.header().current_pc.set(pc);
        let result = sp.word(1);
        let below = frames::finish(th, sp.sub(1), fp);
        below.set_word(0, result);
        next!(return_pc, below.add(1), previous, th)
    }
);

handler!(
    /// A generator that native code resumed has yielded.
    EXIT_YIELDED,
    |pc, sp, fp, th, arg| { sp.word(1) }
);

handler!(SEND, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let Some(inner) = generator::plain(sp.peek(2)) else { return send_other(pc, sp, fp, th, arg) };
    if !(inner.is_suspended() || inner.state.get() == State::Created && sp.word(1) == NONE)
        || inner.handles_exceptions()
        || !frames::has_room(th, inner, sp)
    {
        return send_other(pc, sp, fp, th, arg);
    }
    let value = sp.word(1);
    let (pc, sp, fp) = frames::enter_plain(th, inner, sp.sub(1), fp, pc.add(1 + arg), pc.add(1));
    sp.set_word(0, value);
    next!(pc, sp.add(1), fp, th)
});

// To a frame with `except` or `finally`, or to anything else.
handler!(send_other, |pc, sp, fp, th, arg| {
    if let Some(inner) = generator::any(sp.peek(2))
        && (inner.is_suspended() || inner.state.get() == State::Created && sp.peek(1).is_none())
        && frames::has_room(th, inner, sp)
        && !inner.is_async()
    {
        let value = sp.word(1);
        let (pc, sp, fp) = frames::enter(th, inner, sp.sub(1), fp, pc.add(1 + arg), pc.add(1));
        sp.set_word(0, value);
        return next!(pc, sp.add(1), fp, th);
    }
    let old = sp.word(1);
    let target = attempt!(send_natively(th, pc, sp, fp, arg), pc, sp, fp, th);
    release_next!(old, target, sp, fp, th)
});

/// Sends, puts what came over what was sent (which the caller has still to release) and says where to go on.
#[inline(never)]
fn send_natively(th: &ThreadState, pc: Pc, sp: Sp, fp: Fp, arg: usize) -> Res<Pc> {
    let mut sent = send(th, sp.peek(2), sp.peek(1))?;
    if monitoring::follows_exceptions(th) && asynchronous::is_step(sp.peek(2)) {
        sent = tell_of_end(th, fp, pc, sent)?;
    }
    let (value, target) = match sent {
        Sent::Yield(value) => (value.into_bits(), pc.add(1)),
        Sent::Return(value) => (value.into_bits(), pc.add(1 + arg)),
    };
    sp.set_word(1, value);
    Ok(target)
}

pub(in crate::frame) use SEND as SEND_GEN;

/// A step of an asynchronous generator ends with StopIteration, for those who listen.
#[cold]
#[inline(never)]
fn tell_of_end(th: &ThreadState, fp: Fp, pc: Pc, sent: Sent) -> Res<Sent> {
    let value = match sent {
        Sent::Return(value) => value,
        sent => return Ok(sent),
    };
    let raised = th.stop_iteration(&value);
    let exception = th.take_raised(raised);
    let unit = monitoring::unit_of(fp, pc);
    let told = monitoring::exceptional(th, fp, monitoring::event::RAISE, unit, exception.clone());
    if told.is(&exception) { Ok(Sent::Return(value)) } else { Err(th.raise_as_is(told)) }
}

/// Sends to anything that can be waited for.
fn send(th: &ThreadState, receiver: &Value, value: &Value) -> Res<Sent> {
    let slots = receiver.class().slots();
    if let Some(send) = slots.am_send.get() {
        return send(th, receiver, value);
    }
    let result = if value.is_none()
        && let Some(iternext) = slots.iternext.get()
    {
        iternext(th, receiver)
    } else {
        th.call_method(receiver, &th.names().send, std::slice::from_ref(value))
    };
    match result {
        Ok(value) if value.is_exhausted() => Ok(Sent::Return(Value::NONE)),
        Ok(value) => Ok(Sent::Yield(value)),
        Err(raised) if th.raised_is(&raised, &exc::STOP_ITERATION) => {
            let exception = th.take_raised(raised);
            Ok(Sent::Return(exc::stop_iteration_value(&exception)))
        }
        Err(raised) => Err(raised),
    }
}

handler!(GET_YIELD_FROM_ITER, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let iterator = attempt!(asynchronous::yield_from_iterator(th, fp, sp.peek(1)), pc, sp, fp, th);
    sp.replace(1, iterator);
    next!(pc, sp, fp, th)
});

handler!(GET_AWAITABLE, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let iterator = attempt!(asynchronous::awaitable(th, sp.peek(1), arg), pc, sp, fp, th);
    sp.replace(1, iterator);
    next!(pc, sp, fp, th)
});

handler!(GET_AITER, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let iterator = attempt!(asynchronous::aiter(th, sp.peek(1)), pc, sp, fp, th);
    sp.replace(1, iterator);
    next!(pc, sp, fp, th)
});

handler!(GET_ANEXT, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let awaitable = attempt!(asynchronous::anext(th, sp.peek(1)), pc, sp, fp, th);
    sp.put(0, awaitable);
    next!(pc, sp.add(1), fp, th)
});

handler!(END_ASYNC_FOR, |pc, sp, fp, th, arg| {
    let is_end = sp.peek(1).is_instance_of(&exc::STOP_ASYNC_ITERATION);
    let exception = own(sp.word(1));
    if !is_end {
        let _ = th.raise_as_is(exception);
        fp.header().current_pc.set(pc);
        return unwind_again(pc, sp.sub(1), fp, th, arg);
    }
    drop(exception);
    let iterator = sp.word(2);
    release_next!(iterator, pc, sp.sub(2), fp, th)
});

handler!(CLEANUP_THROW, |pc, sp, fp, th, arg| {
    let Ok(value) = stopped_with(th, own(sp.word(1))) else {
        fp.header().current_pc.set(pc);
        return unwind_again(pc, sp.sub(1), fp, th, arg);
    };
    let (sent, iterator) = (sp.take(2), sp.take(3));
    sp.put(3, Value::NONE);
    sp.put(2, value);
    drop(sent);
    drop(iterator);
    next!(pc, sp.sub(1), fp, th)
});

/// The value of a StopIteration; any other exception is raised again.
#[inline(never)]
fn stopped_with(th: &ThreadState, exception: Value) -> Res {
    if exception.is_instance_of(&exc::STOP_ITERATION) {
        return Ok(exc::stop_iteration_value(&exception));
    }
    Err(th.raise_as_is(exception))
}
