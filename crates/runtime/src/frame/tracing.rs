//! `sys.settrace` and `sys.setprofile`: two tools that turn the machine's events into those that trace functions know.

use super::monitoring::{self, PROFILE_TOOL, TRACE_TOOL, event};
use super::registers::Fp;
use crate::error::Res;
use crate::object::Payload;
use crate::objects::exceptions as exc;
use crate::objects::frame::{self as frames, Frame};
use crate::objects::native_function::{MethodDescriptor, NativeFunction};
use crate::thread::ThreadState;
use crate::value::Value;

const TRACE_EVENTS: u32 = event::bit(event::PY_START)
    | event::bit(event::PY_RESUME)
    | event::bit(event::PY_RETURN)
    | event::bit(event::PY_YIELD)
    | event::bit(event::PY_THROW)
    | event::bit(event::PY_UNWIND)
    | event::bit(event::RAISE)
    | event::bit(event::STOP_ITERATION)
    | event::bit(event::LINE)
    | event::bit(event::JUMP)
    | event::bit(event::BRANCH_LEFT)
    | event::bit(event::BRANCH_RIGHT);

const PROFILE_EVENTS: u32 = event::bit(event::PY_START)
    | event::bit(event::PY_RESUME)
    | event::bit(event::PY_THROW)
    | event::bit(event::PY_RETURN)
    | event::bit(event::PY_YIELD)
    | event::bit(event::PY_UNWIND)
    | event::bit(event::CALL);

/// The trace function of this thread.
pub fn set_trace(th: &ThreadState, function: Option<&Value>) {
    let old = th.frames.trace.replace(function.cloned());
    listen(th);
    drop(old);
}

/// The profile function of this thread.
pub fn set_profile(th: &ThreadState, function: Option<&Value>) {
    let old = th.frames.profile.replace(function.cloned());
    listen(th);
    drop(old);
}

/// The trace function of all threads that run now.
pub fn set_trace_everywhere(th: &ThreadState, function: Option<&Value>) {
    let mut old = Vec::new();
    th.for_each_thread(|other| old.push(other.frames.trace.replace(function.cloned())));
    listen(th);
    drop(old);
}

/// The profile function of all threads that run now.
pub fn set_profile_everywhere(th: &ThreadState, function: Option<&Value>) {
    let mut old = Vec::new();
    th.for_each_thread(|other| old.push(other.frames.profile.replace(function.cloned())));
    listen(th);
    drop(old);
}

/// Asks for the events that any thread's functions want.
fn listen(th: &ThreadState) {
    let (mut traced, mut profiled) = (false, false);
    th.for_each_thread(|thread| {
        traced |= thread.frames.trace.with(|function| function.is_some());
        profiled |= thread.frames.profile.with(|function| function.is_some());
    });
    monitoring::set_events(th, TRACE_TOOL, if traced { TRACE_EVENTS } else { 0 });
    monitoring::set_events(th, PROFILE_TOOL, if profiled { PROFILE_EVENTS } else { 0 });
}

/// A frame that wants `opcode` events.
pub(crate) fn trace_opcodes(th: &ThreadState, code: &crate::objects::code::Code) {
    monitoring::set_local_events(th, code, TRACE_TOOL, event::bit(event::INSTRUCTION));
}

/// Calls something that reports events, without events of its own.
pub(super) fn quietly<R>(th: &ThreadState, event: usize, call: impl FnOnce() -> R) -> R {
    let (depth, outer) = (th.frames.tracing.get(), th.frames.event.replace(event as i8));
    th.frames.tracing.set(depth + 1);
    let result = call();
    th.frames.tracing.set(depth);
    th.frames.event.set(outer);
    result
}

/// Calls something without telling trace functions and their like of it.
pub(crate) fn untraced<R>(th: &ThreadState, call: impl FnOnce() -> R) -> R {
    let depth = th.frames.tracing.get();
    th.frames.tracing.set(depth + 1);
    let result = call();
    th.frames.tracing.set(depth);
    result
}

/// Calls something with events, from within a trace function: `sys.call_tracing`.
pub fn call_tracing<R>(th: &ThreadState, call: impl FnOnce() -> R) -> R {
    let (depth, event) = (th.frames.tracing.replace(0), th.frames.event.replace(-1));
    let result = call();
    th.frames.tracing.set(depth);
    th.frames.event.set(event);
    result
}

/// Type, value and traceback of an exception.
fn exception_parts(th: &ThreadState, exception: &Value) -> Value {
    let traceback = exception.downcast::<exc::BaseException>().and_then(|payload| payload.traceback.get());
    th.tuple(&[exception.class().as_value(), exception.clone(), traceback.unwrap_or(Value::NONE)])
}

/// One event for the trace function. `args` are those of the event's callbacks, without the code object.
pub(super) fn trace(th: &ThreadState, fp: Fp, event: usize, args: &[Value]) -> Res<()> {
    let Some(function) = th.frames.trace.get() else { return Ok(()) };
    let last = args.last().cloned().unwrap_or(Value::NONE);
    let (what, arg) = match event {
        event::PY_START | event::PY_RESUME | event::PY_THROW => ("call", Value::NONE),
        event::PY_RETURN | event::PY_YIELD => ("return", last),
        event::PY_UNWIND => ("return", Value::NONE),
        event::RAISE | event::STOP_ITERATION => ("exception", exception_parts(th, &last)),
        event::LINE => ("line", Value::NONE),
        event::INSTRUCTION => ("opcode", Value::NONE),
        event::JUMP | event::BRANCH_LEFT | event::BRANCH_RIGHT => return trace_jump(th, fp, args),
        _ => return Ok(()),
    };
    if what == "call" {
        return call_trace(th, fp, &function, event, what, &arg);
    }
    trace_local(th, fp, event, what, &arg)
}

/// An event for the function that traces the frame, if there is one.
fn trace_local(th: &ThreadState, fp: Fp, event: usize, what: &str, arg: &Value) -> Res<()> {
    let Some(frame) = fp.extra().downcast_exact::<Frame>() else { return Ok(()) };
    if what == "line" && !frame.traces_lines() || what == "opcode" && !frame.traces_opcodes() {
        return Ok(());
    }
    match frame.trace.get() {
        Some(function) => call_trace(th, fp, &function, event, what, arg),
        None => Ok(()),
    }
}

/// A jump back to the line that it comes from runs the line again.
fn trace_jump(th: &ThreadState, fp: Fp, args: &[Value]) -> Res<()> {
    let offset = |index: usize| args.get(index).and_then(Value::as_small_int).unwrap_or(0) as i32;
    let (from, to) = (offset(0), offset(1));
    let code = fp.code();
    if to > from || code.line_at(to).is_none() || code.line_at(from) != code.line_at(to) {
        return Ok(());
    }
    trace_local(th, fp, event::LINE, "line", &Value::NONE)
}

fn call_trace(th: &ThreadState, fp: Fp, function: &Value, event: usize, what: &str, arg: &Value) -> Res<()> {
    let frame = frames::object(th, fp);
    let args = [frame.clone(), th.intern(what), arg.clone()];
    let outer = th.frames.traced.replace(fp);
    let result = quietly(th, event, || th.call(function, &args));
    th.frames.traced.set(outer);
    match result {
        Ok(result) => {
            if !result.is_none() {
                let payload = Frame::of(&frame);
                payload.trace.set(Some(result));
                if payload.traces_opcodes() {
                    trace_opcodes(th, fp.code());
                }
            }
            Ok(())
        }
        Err(raised) => {
            let exception = th.take_raised(raised);
            set_trace(th, None);
            Frame::of(&frame).trace.set(None);
            Err(th.raise_as_is(exception))
        }
    }
}

/// One event for the profile function.
pub(super) fn profile(th: &ThreadState, fp: Fp, event: usize, args: &[Value]) -> Res<()> {
    let Some(function) = th.frames.profile.get() else { return Ok(()) };
    let last = args.last().cloned().unwrap_or(Value::NONE);
    let (what, arg) = match event {
        event::PY_START | event::PY_RESUME | event::PY_THROW => ("call", Value::NONE),
        event::PY_RETURN | event::PY_YIELD => ("return", last),
        event::PY_UNWIND => ("return", Value::NONE),
        event::CALL | event::C_RETURN | event::C_RAISE => {
            let Some(callable) = native_callable(th, args)? else { return Ok(()) };
            let what = match event {
                event::CALL => "c_call",
                event::C_RETURN => "c_return",
                _ => "c_exception",
            };
            (what, callable)
        }
        _ => return Ok(()),
    };
    let frame = frames::object(th, fp);
    let args = [frame, th.intern(what), arg];
    let outer = th.frames.traced.replace(fp);
    let result = quietly(th, event, || th.call(&function, &args));
    th.frames.traced.set(outer);
    match result {
        Ok(_) => Ok(()),
        Err(raised) => {
            let exception = th.take_raised(raised);
            set_profile(th, None);
            Err(th.raise_as_is(exception))
        }
    }
}

/// The builtin function or method that a call's event is about; others are not profiled.
fn native_callable(th: &ThreadState, args: &[Value]) -> Res<Option<Value>> {
    let [_, callable, first] = args else { return Ok(None) };
    if callable.downcast_exact::<NativeFunction>().is_some() {
        return Ok(Some(callable.clone()));
    }
    let is_missing = th.interp().monitoring.missing.with(|missing| missing.is_some_and(|missing| missing.is(first)));
    if callable.downcast_exact::<MethodDescriptor>().is_none() || is_missing {
        return Ok(None);
    }
    match callable.class().slots().descr_get.get() {
        Some(get) => get(th, callable, Some(first), first.class().value_ref()).map(Some),
        None => Ok(None),
    }
}
