//! Exceptions: raising, handling, `with`.

use crate::error::Res;
use crate::frame::calls::{Called, call_any};
use crate::frame::groups;
use crate::frame::private::{continuation, continue_at};
use crate::frame::registers::{Fp, Pc, Sp, attempt, handler, next, own, raise, release_next};
use crate::frame::stack::FloorGuard;
use crate::frame::unwind::unwind_again;
use crate::objects::exceptions as exc;
use crate::thread::ThreadState;
use crate::value::Value;

handler!(PUSH_EXC_INFO, |pc, sp, fp, th, arg| {
    let exception = sp.word(1);
    let before = swap_handled(th, sp.peek(1).clone());
    sp.put(1, before);
    sp.set_word(0, exception);
    next!(pc, sp.add(1), fp, th)
});

/// Replaces what the frame handles.
#[inline(never)]
fn swap_handled(th: &ThreadState, new: Value) -> Value {
    match th.handled.borrow_mut().last_mut() {
        Some(handled) => std::mem::replace(handled, new),
        None => Value::NONE,
    }
}

handler!(POP_EXCEPT, |pc, sp, fp, th, arg| {
    let before = own(sp.word(1));
    let handled = swap_handled(th, before).into_bits();
    release_next!(handled, pc, sp.sub(1), fp, th)
});

handler!(RAISE_VARARGS, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    if arg == 0 {
        return match reraise_handled(th) {
            true => unwind_again(pc, sp, fp, th, arg),
            false => raise!(pc, sp, fp, th),
        };
    }
    raise_value(th, sp, arg);
    let sp = sp.drop_top(arg);
    raise!(pc, sp, fp, th)
});

/// `raise`: true if there is something to raise again.
#[inline(never)]
fn reraise_handled(th: &ThreadState) -> bool {
    let handled = th.handled.borrow().iter().rev().find(|value| !value.is_none()).cloned();
    match handled {
        Some(exception) => {
            let _ = th.raise_as_is(exception);
            true
        }
        None => {
            let _ = th.runtime_error("No active exception to reraise");
            false
        }
    }
}

/// `raise exception [from cause]`. Whatever goes wrong is raised instead.
#[inline(never)]
fn raise_value(th: &ThreadState, sp: Sp, count: usize) {
    let (exception, cause) = if count == 2 { (sp.peek(2), Some(sp.peek(1))) } else { (sp.peek(1), None) };
    let Ok(exception) = instance(th, exception, "exceptions must derive from BaseException") else { return };
    if let Some(cause) = cause {
        let cause = if cause.is_none() {
            None
        } else {
            match instance(th, cause, "exception causes must derive from BaseException") {
                Ok(cause) => Some(cause),
                Err(_) => return,
            }
        };
        if let Some(payload) = exception.downcast::<exc::BaseException>() {
            payload.cause.set(cause);
            payload.suppress_context.set(true);
        }
    }
    let _ = th.raise(exception);
}

/// An exception from what `raise` was given: a class is called.
fn instance(th: &ThreadState, value: &Value, wrong: &str) -> Res {
    if let Some(class) = value.as_type()
        && class.is_subtype(&exc::BASE_EXCEPTION_TYPE)
    {
        let made = th.call(value, &[])?;
        if !made.is_instance_of(&exc::BASE_EXCEPTION_TYPE) {
            return Err(th.type_error(format_args!(
                "calling {} should have returned an instance of BaseException, not {}",
                th.repr_string(value)?,
                made.class().full_name()
            )));
        }
        return Ok(made);
    }
    if value.is_instance_of(&exc::BASE_EXCEPTION_TYPE) {
        return Ok(value.clone());
    }
    Err(th.type_error(wrong))
}

handler!(RERAISE, |pc, sp, fp, th, arg| {
    let exception = own(sp.word(1));
    let _ = th.raise_as_is(exception);
    fp.header().current_pc.set(raised_at(fp, sp, arg).unwrap_or(pc));
    unwind_again(pc, sp.sub(1), fp, th, arg)
});

/// Where the exception that a cleanup raises again came from, if the handler kept it below `depth` words of the stack.
#[inline(never)]
fn raised_at(fp: Fp, sp: Sp, depth: usize) -> Option<Pc> {
    if depth == 0 {
        return None;
    }
    let unit = usize::try_from(sp.peek(depth + 1).as_small_int()?).ok()?;
    if 2 * unit < fp.code().code_bytes().len() { Some(fp.code().at(2 * unit as u32).add(1)) } else { None }
}

handler!(CHECK_EXC_MATCH, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let matches = attempt!(exception_matches(th, sp.peek(2), sp.peek(1)), pc, sp, fp, th);
    sp.replace(1, Value::bool(matches));
    next!(pc, sp, fp, th)
});

const CANNOT_CATCH: &str = "catching classes that do not inherit from BaseException is not allowed";

#[inline(never)]
fn exception_matches(th: &ThreadState, exception: &Value, pattern: &Value) -> Res<bool> {
    let check = |class: &Value| class.as_type().is_some_and(|class| class.is_subtype(&exc::BASE_EXCEPTION_TYPE));
    if let Some(classes) = pattern.as_tuple() {
        if !classes.as_slice().iter().all(check) {
            return Err(th.type_error(CANNOT_CATCH));
        }
        return Ok(classes
            .as_slice()
            .iter()
            .any(|class| class.as_type().is_some_and(|class| exception.is_instance_of(class))));
    }
    if !check(pattern) {
        return Err(th.type_error(CANNOT_CATCH));
    }
    Ok(pattern.as_type().is_some_and(|class| exception.is_instance_of(class)))
}

handler!(CHECK_EG_MATCH, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let (rest, matched) = attempt!(group_matches(th, fp, sp.peek(2), sp.peek(1)), pc, sp, fp, th);
    if !matched.is_none() {
        drop(swap_handled(th, matched.clone()));
    }
    sp.replace(2, rest);
    sp.replace(1, matched);
    next!(pc, sp, fp, th)
});

/// `except*`: what is left, and what matched.
#[inline(never)]
fn group_matches(th: &ThreadState, fp: Fp, exception: &Value, pattern: &Value) -> Res<(Value, Value)> {
    let classes = match pattern.as_tuple() {
        Some(classes) => classes.as_slice(),
        None => std::slice::from_ref(pattern),
    };
    let is_exception = |class: &Value| class.as_type().is_some_and(|class| class.is_subtype(&exc::BASE_EXCEPTION_TYPE));
    if !classes.iter().all(is_exception) {
        return Err(th.type_error(CANNOT_CATCH));
    }
    let matches = !exception.is_none() && exception_matches(th, exception, pattern)?;
    groups::split(th, fp, exception, pattern, matches)
}

handler!(WITH_EXCEPT_START, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    match call_exit(th, sp, fp) {
        Called::Frame(new) => next!(new.code().start(), new.stack_base(), new, th),
        Called::Value(result) => {
            sp.put(0, result);
            next!(pc, sp.add(1), fp, th)
        }
        Called::Raised => raise!(pc, sp, fp, th),
    }
});

/// Stack: `__exit__`, self or unbound, lasti, what was handled, the exception. The call is laid out above them.
#[inline(never)]
fn call_exit(th: &ThreadState, sp: Sp, fp: Fp) -> Called {
    if !th.frames.has_room(sp, 16) {
        let _ = th.recursion_error("maximum recursion depth exceeded");
        return Called::Raised;
    }
    let (exception, this, exit) = (sp.peek(1), sp.peek(4), sp.peek(5));
    let traceback = exception.downcast::<exc::BaseException>().and_then(|payload| payload.traceback.get());
    if exit.as_type().is_some() {
        // A class's `__init__` would return as to a call.
        let args = [exception.class().as_value(), exception.clone(), traceback.unwrap_or(Value::NONE)];
        return th.call(exit, &args).map_or_else(|_| Called::Raised, Called::Value);
    }
    let top = sp.push(exit.clone()).push(this.clone());
    let top = top.push(exception.class().as_value()).push(exception.clone()).push(traceback.unwrap_or(Value::NONE));
    let _guard = FloorGuard::new(th, top);
    call_any(th, sp, 3, &[], continue_at(continuation::WITH_EXIT), fp)
}

handler!(LOAD_SPECIAL, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let method = attempt!(crate::frame::classes::load_special(th, sp, arg), pc, sp, fp, th);
    // The method takes the owner's place; the owner is its self unless it is bound.
    let owner = sp.take(1);
    sp.put(1, method);
    if sp.word(0) == crate::value::UNBOUND {
        drop(owner);
        return next!(pc, sp.add(1), fp, th);
    }
    sp.put(0, owner);
    next!(pc, sp.add(1), fp, th)
});
