//! `INSTRUMENTED`: what stands in the place of an instruction that has an event to tell; and the forms of the instruction
//! table that the machine does not write.

use bytecode::opcode::op;

use super::*;
use crate::error::Res;
use crate::frame::calls::{expand_method, native_call};
use crate::frame::dispatch::HANDLERS;
use crate::frame::monitoring::{self, event, is_wanted_at, offset_value, tell_at, tell_call_end};
use crate::frame::private;
use crate::frame::registers::{Fp, Handler, Pc, Sp, handler, next, raise};
use crate::objects::exceptions as exc;
use crate::objects::function::FUNCTION_TYPE;
use crate::objects::generator;
use crate::thread::ThreadState;
use crate::value::{FALSE, NONE, TRUE, Value};

macro_rules! unused {
    ($($plain:ident: $($form:ident)*;)*) => {
        $($(pub(in crate::frame) use super::$plain as $form;)*)*
    };
}

unused! {
    LOAD_SUPER_ATTR: INSTRUMENTED_LOAD_SUPER_ATTR;
    CALL: INSTRUMENTED_CALL;
    CALL_FUNCTION_EX: INSTRUMENTED_CALL_FUNCTION_EX;
    CALL_KW: INSTRUMENTED_CALL_KW;
    JUMP_BACKWARD: INSTRUMENTED_JUMP_BACKWARD;
    JUMP_FORWARD: INSTRUMENTED_JUMP_FORWARD;
    NOP: INSTRUMENTED_NOT_TAKEN;
    POP_JUMP_IF_FALSE: INSTRUMENTED_POP_JUMP_IF_FALSE;
    POP_JUMP_IF_TRUE: INSTRUMENTED_POP_JUMP_IF_TRUE;
    POP_JUMP_IF_NONE: INSTRUMENTED_POP_JUMP_IF_NONE;
    POP_JUMP_IF_NOT_NONE: INSTRUMENTED_POP_JUMP_IF_NOT_NONE;
    RESUME: INSTRUMENTED_RESUME;
    RETURN_VALUE: INSTRUMENTED_RETURN_VALUE;
    YIELD_VALUE: INSTRUMENTED_YIELD_VALUE;
    END_ASYNC_FOR: INSTRUMENTED_END_ASYNC_FOR;
    FOR_ITER: INSTRUMENTED_FOR_ITER;
    POP_TOP: INSTRUMENTED_END_FOR INSTRUMENTED_POP_ITER;
    END_SEND: INSTRUMENTED_END_SEND;
}
pub(in crate::frame) use crate::frame::dispatch::{
    UNKNOWN_OPCODE as INSTRUMENTED_INSTRUCTION, UNKNOWN_OPCODE as INSTRUMENTED_LINE, UNKNOWN_OPCODE as ENTER_EXECUTOR,
};

/// `observe` has raised.
const RAISED: usize = 256;
/// `observe` has done the instruction: registers lie in `th.frames.moved`.
const MOVED: usize = 257;

handler!(INSTRUMENTED, |pc, sp, fp, th, arg| {
    match observe(th, pc, sp, fp, arg) {
        RAISED => {
            let sp = th.frames.moved.get().1;
            raise!(pc, sp, fp, th)
        }
        MOVED => {
            let (pc, sp) = th.frames.moved.get();
            next!(pc, sp, fp, th)
        }
        opcode => plain_form(opcode as u16)(pc, sp, fp, th, arg),
    }
});

/// The handler of an instruction that does not quicken it: that would take the events away.
fn plain_form(opcode: u16) -> Handler {
    match opcode {
        op::BINARY_OP => BINARY_OP_plain,
        op::COMPARE_OP => COMPARE_OP_plain,
        op::CONTAINS_OP => CONTAINS_OP_plain,
        op::TO_BOOL => TO_BOOL_plain,
        op::STORE_SUBSCR => STORE_SUBSCR_plain,
        op::LOAD_ATTR => LOAD_ATTR_plain,
        op::STORE_ATTR => STORE_ATTR_plain,
        op::CALL => CALL_plain,
        op::FOR_ITER => FOR_ITER_plain,
        op::UNPACK_SEQUENCE => UNPACK_SEQUENCE_plain,
        op::LOAD_GLOBAL => LOAD_GLOBAL_plain,
        opcode => HANDLERS[usize::from(opcode)],
    }
}

/// Tells the events of the instruction before `pc`. Returns its opcode if it is still to be done.
#[inline(never)]
fn observe(th: &ThreadState, pc: Pc, sp: Sp, fp: Fp, arg: usize) -> usize {
    let before = fp.header().current_pc.replace(pc);
    let unit = monitoring::unit_of(fp, pc);
    let opcode = fp.code().opcode_at(unit);
    let plain = match opcode {
        op::RETURN_VALUE if fp.code().is_generator() => private::op::RETURN_GENERATOR_VALUE,
        opcode => opcode,
    };
    if th.frames.tracing.get() != 0 {
        return usize::from(plain);
    }
    fp.code().catch_up(&th.interp().monitoring);
    // Callbacks may run instrumented code themselves: the registers are left only when all are done.
    let mut at = (pc, sp);
    let told = tell_events(th, before, &mut at, fp, arg, unit, opcode);
    th.frames.moved.set(at);
    match told {
        Ok(true) => usize::from(plain),
        Ok(false) => MOVED,
        Err(_) => RAISED,
    }
}

/// True: the instruction is still to be done; false: it has been, or the frame goes on elsewhere. `at` are the registers.
fn tell_events(
    th: &ThreadState,
    before: Pc,
    at: &mut (Pc, Sp),
    fp: Fp,
    arg: usize,
    unit: usize,
    opcode: u16,
) -> Res<bool> {
    let (_, sp) = *at;
    let code = fp.code();
    if let Some(line) = monitoring::line_at(th, fp, unit) {
        let offset = code.offset_of(before);
        let is_other = offset < 0 || code.line_at(offset) != Some(line);
        let opcode_before = if offset < 0 { op::RESUME } else { code.opcode_at(offset as usize / 2) };
        // A frame that was thrown into stands at its YIELD_VALUE.
        if is_other || matches!(opcode_before, op::RESUME | op::YIELD_VALUE) {
            monitoring::tell_line(th, fp, unit, line, !is_other && opcode_before == op::RESUME)?;
            if let Some(jump) = th.frames.jump.take() {
                *at = crate::frame::jumps::apply(th, fp, sp, jump);
                return Ok(false);
            }
        }
    }
    let is_prefix_done = unit > 0 && code.opcode_at(unit - 1) == op::EXTENDED_ARG && arg > 0xFF;
    if !is_prefix_done && opcode != op::RESUME && is_wanted_at(th, fp, unit, event::INSTRUCTION) {
        tell_at(th, fp, unit, event::INSTRUCTION, &[offset_value(unit)])?;
        if let Some(jump) = th.frames.jump.take() {
            *at = crate::frame::jumps::apply(th, fp, sp, jump);
            return Ok(false);
        }
    }
    let here = offset_value(unit);
    let branch = || {
        let unit_before = || usize::try_from(code.offset_of(before)).map_or(0, |offset| offset / 2);
        offset_value(monitoring::branch_of(fp, unit).unwrap_or_else(unit_before))
    };
    match opcode {
        op::RESUME => {
            let is_start = arg as u32 & bytecode::opcode::resume::LOCATION_MASK == 0;
            tell_at(th, fp, unit, if is_start { event::PY_START } else { event::PY_RESUME }, &[here])?;
        }
        op::RETURN_VALUE => tell_at(th, fp, unit, event::PY_RETURN, &[here, sp.peek(1).clone()])?,
        op::YIELD_VALUE => {
            tell_at(th, fp, unit, event::PY_YIELD, &[here, sp.peek(1).clone()])?;
            if let Some(jump) = th.frames.jump.take() {
                *at = crate::frame::jumps::apply(th, fp, sp, jump);
                return Ok(false);
            }
        }
        op::JUMP_FORWARD | op::JUMP_BACKWARD => {
            if let Some(target) = monitoring::jump_target(unit, opcode, arg) {
                tell_at(th, fp, unit, event::JUMP, &[here, offset_value(target)])?;
            }
        }
        op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE | op::POP_JUMP_IF_NONE | op::POP_JUMP_IF_NOT_NONE => {
            let word = sp.word(1);
            let jumps = match opcode {
                op::POP_JUMP_IF_FALSE => word == FALSE,
                op::POP_JUMP_IF_TRUE => word == TRUE,
                op::POP_JUMP_IF_NONE => word == NONE,
                _ => word != NONE,
            };
            if let Some(target) = monitoring::jump_target(unit, opcode, arg).filter(|_| jumps) {
                tell_at(th, fp, unit, event::BRANCH_RIGHT, &[here, offset_value(target)])?;
            }
        }
        op::NOT_TAKEN => {
            tell_at(th, fp, unit, event::BRANCH_LEFT, &[branch(), offset_value(unit + 1)])?;
            if let Some(jump) = th.frames.jump.take() {
                *at = crate::frame::jumps::apply(th, fp, sp, jump);
                return Ok(false);
            }
        }
        op::POP_ITER => {
            tell_at(th, fp, unit, event::BRANCH_RIGHT, &[branch(), offset_value(unit + 1)])?;
        }
        op::END_ASYNC_FOR => {
            if sp.peek(1).is_instance_of(&exc::STOP_ASYNC_ITERATION)
                && let Some(start) = monitoring::jump_target(unit, opcode, arg)
            {
                tell_at(th, fp, unit, event::BRANCH_RIGHT, &[offset_value(start), offset_value(unit + 1)])?;
            }
        }
        op::END_FOR | op::END_SEND if generator::any(sp.peek(2)).is_some() => {
            tell_stop(th, fp, unit, sp.peek(1))?;
        }
        op::FOR_ITER => return for_iter(th, at, fp, arg, unit),
        op::CALL | op::CALL_KW | op::CALL_FUNCTION_EX if is_wanted_at(th, fp, unit, event::CALL) => {
            return call(th, at, fp, arg, unit, opcode);
        }
        op::LOAD_SUPER_ATTR if is_wanted_at(th, fp, unit, event::CALL) => {
            return super_attribute(th, at, fp, arg, unit);
        }
        _ => {}
    }
    Ok(true)
}

/// `STOP_ITERATION`, which is told as the exception that it would have been.
fn tell_stop(th: &ThreadState, fp: Fp, unit: usize, value: &Value) -> Res<()> {
    if !is_wanted_at(th, fp, unit, event::STOP_ITERATION) {
        return Ok(());
    }
    let args = if value.is_none() { &[][..] } else { std::slice::from_ref(value) };
    let exception = exc::new(th, &exc::STOP_ITERATION, args);
    tell_at(th, fp, unit, event::STOP_ITERATION, &[offset_value(unit), exception])
}

/// `FOR_ITER`, which knows only afterwards whether there was an item.
fn for_iter(th: &ThreadState, at: &mut (Pc, Sp), fp: Fp, arg: usize, unit: usize) -> Res<bool> {
    let (pc, sp) = *at;
    let iterator = sp.peek(1);
    let item = match iterator.class().slots().iternext.get() {
        None => return Ok(true),
        Some(iternext) => match iternext(th, iterator) {
            Err(raised) if th.raised_is(&raised, &exc::STOP_ITERATION) => {
                let exception = th.take_raised(raised);
                if monitoring::follows_exceptions(th) {
                    crate::frame::unwind::add_traceback(th, &exception, fp);
                    drop(monitoring::exceptional(th, fp, event::RAISE, unit, exception));
                }
                Value::EXHAUSTED
            }
            result => result?,
        },
    };
    if item.is_exhausted() {
        // Past the END_FOR, to the POP_ITER.
        *at = (pc.add(2 + arg), sp);
        return Ok(false);
    }
    *at = (pc.add(1), sp.push(item));
    let told = tell_at(th, fp, unit, event::BRANCH_LEFT, &[offset_value(unit), offset_value(unit + 2)]);
    told.map(|()| false)
}

fn missing(th: &ThreadState) -> Value {
    th.interp().monitoring.missing.get_or_none()
}

/// `super().name`, done as the call and the look at its result that it stands for.
fn super_attribute(th: &ThreadState, at: &mut (Pc, Sp), fp: Fp, arg: usize, unit: usize) -> Res<bool> {
    let (pc, sp) = *at;
    let first = if arg & 2 != 0 { sp.peek(2).clone() } else { missing(th) };
    let args = [offset_value(unit), sp.peek(3).clone(), first];
    tell_at(th, fp, unit, event::CALL, &args)?;
    let made = match th.call(sp.peek(3), sp.slice(2)) {
        Ok(made) => made,
        Err(raised) => {
            tell_call_end(th, fp, unit, event::C_RAISE, &args)?;
            return Err(raised);
        }
    };
    tell_call_end(th, fp, unit, event::C_RETURN, &args)?;
    let value = th.getattr(&made, fp.code().name_at(arg >> 2))?;
    let sp = sp.drop_top(3).push(value);
    *at = (pc.add(1), if arg & 1 != 0 { sp.push(Value::UNBOUND) } else { sp });
    Ok(false)
}

/// A call that somebody wants to know of. Python functions get their frame as always; what is native is called here, so
/// that its end can be told.
fn call(th: &ThreadState, at: &mut (Pc, Sp), fp: Fp, arg: usize, unit: usize, opcode: u16) -> Res<bool> {
    let (pc, sp) = *at;
    let base = match opcode {
        op::CALL => sp.sub(arg + 2),
        op::CALL_KW => sp.sub(arg + 3),
        _ => sp.sub(4),
    };
    let first = if opcode == op::CALL_FUNCTION_EX {
        match sp.peek(2).as_tuple().and_then(|args| args.as_slice().first()) {
            Some(first) => first.clone(),
            None => missing(th),
        }
    } else {
        expand_method(base);
        let this = base.add(2).peek(1);
        if !this.is_unbound() {
            this.clone()
        } else if arg > 0 {
            base.add(3).peek(1).clone()
        } else {
            missing(th)
        }
    };
    let callable = base.add(1).peek(1).clone();
    let args = [offset_value(unit), callable.clone(), first];
    tell_at(th, fp, unit, event::CALL, &args)?;
    if callable.is_exactly(&FUNCTION_TYPE) {
        return Ok(true);
    }
    let (result, after) = if opcode == op::CALL_FUNCTION_EX {
        (spread(th, sp, &callable), pc)
    } else {
        let names = if opcode == op::CALL_KW { sp.peek(1).clone() } else { Value::NONE };
        let names = names.as_tuple().map_or(&[][..], |names| names.as_slice());
        let has_self = !base.add(2).peek(1).is_unbound();
        let count = arg + usize::from(has_self);
        let values = base.add(2 + arg).slice(count);
        (native_call(th, &callable, values, &names[..names.len().min(count)]), pc.add(3))
    };
    match result {
        Ok(value) => {
            let told = tell_call_end(th, fp, unit, event::C_RETURN, &args);
            let sp = sp.drop_top(sp.above(base));
            *at = (after, sp);
            told?;
            *at = (after, sp.push(value));
            Ok(false)
        }
        Err(raised) => {
            let told = tell_call_end(th, fp, unit, event::C_RAISE, &args);
            told?;
            Err(raised)
        }
    }
}

/// `callable(*args, **keywords)`. Stack: callable, unbound, arguments, keywords or unbound.
fn spread(th: &ThreadState, sp: Sp, callable: &Value) -> Res {
    let mut values = th.collect(sp.peek(2))?;
    let mut names = Vec::new();
    if let Some(dict) = sp.peek(1).downcast::<crate::objects::dict::Dict>() {
        for (name, value) in dict.to_vec() {
            if name.as_str().is_none() {
                return Err(th.type_error("keywords must be strings"));
            }
            names.push(name);
            values.push(value);
        }
    }
    native_call(th, callable, &values, &names)
}
