//! Assigning to `f_lineno`: where a frame may go on, given what lies on its stack.
//!
//! The kinds of values on the stack before each instruction are found by walking the code; a jump is allowed to where the
//! stack has the same kinds, some of the topmost values dropped.

use bytecode::opcode::{self, op};

use super::monitoring::{self, event};
use super::registers::{Fp, Pc, Sp};
use crate::error::Res;
use crate::objects::code::Code;
use crate::thread::ThreadState;
use crate::value::Value;

/// A jump that a trace function has asked for.
#[derive(Clone, Copy)]
pub(crate) struct Jump {
    unit: u32,
    /// How many values are dropped, and which of them restore what was handled before: bit n is the nth from the top.
    drops: u32,
    handled: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Iterator,
    Except,
    Object,
    Null,
    Lasti,
}

type Stack = Option<Vec<Kind>>;

/// Kinds on the stack before each unit's instruction; `None` where the code is never reached.
fn stacks(code: &Code) -> Vec<Stack> {
    let bytes = code.code_bytes();
    let count = bytes.len() / 2;
    let mut stacks: Vec<Stack> = vec![None; count + 1];
    stacks[0] = Some(Vec::new());
    loop {
        let mut again = false;
        monitoring::walk(bytes, |first, unit, opcode, arg| {
            let Some(mut stack) = stacks.get(first).cloned().flatten() else { return };
            stacks[unit] = Some(stack.clone());
            let next = unit + 1 + usize::from(opcode::caches(opcode));
            let mut falls_through = true;
            let mut reach = |target: usize, stack: &[Kind]| {
                if let Some(place) = stacks.get_mut(target)
                    && place.is_none()
                {
                    *place = Some(stack.to_vec());
                    again |= target <= unit;
                }
            };
            match opcode {
                op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE | op::POP_JUMP_IF_NONE | op::POP_JUMP_IF_NOT_NONE => {
                    stack.pop();
                    reach(next + arg, &stack);
                }
                op::SEND => reach(next + arg, &stack),
                op::JUMP_BACKWARD | op::JUMP_BACKWARD_NO_INTERRUPT => {
                    reach(next.saturating_sub(arg), &stack);
                    falls_through = false;
                }
                op::JUMP_FORWARD => {
                    reach(next + arg, &stack);
                    falls_through = false;
                }
                op::GET_ITER | op::GET_AITER => {
                    stack.pop();
                    stack.push(Kind::Iterator);
                }
                op::FOR_ITER => {
                    stack.push(Kind::Object);
                    reach(next + arg, &stack);
                }
                op::END_ASYNC_FOR => {
                    stack.pop();
                    stack.pop();
                }
                op::PUSH_EXC_INFO => stack.push(Kind::Except),
                op::POP_EXCEPT => {
                    stack.pop();
                }
                op::RETURN_VALUE | op::RAISE_VARARGS | op::RERAISE => falls_through = false,
                op::PUSH_NULL => stack.push(Kind::Null),
                op::LOAD_GLOBAL => {
                    stack.push(Kind::Object);
                    if arg & 1 != 0 {
                        stack.push(Kind::Null);
                    }
                }
                op::LOAD_ATTR => {
                    stack.pop();
                    stack.push(Kind::Object);
                    if arg & 1 != 0 {
                        stack.push(Kind::Null);
                    }
                }
                op::SWAP => {
                    let top = stack.len();
                    if arg >= 1 && arg <= top {
                        stack.swap(top - 1, top - arg);
                    }
                }
                op::COPY => {
                    let kind = stack.len().checked_sub(arg).and_then(|index| stack.get(index)).copied();
                    stack.push(kind.unwrap_or(Kind::Object));
                }
                _ => {
                    let effect = opcode::stack_effect(opcode, arg as u32, false);
                    for _ in effect..0 {
                        stack.pop();
                    }
                    for _ in 0..effect {
                        stack.push(Kind::Object);
                    }
                }
            }
            if falls_through {
                reach(next, &stack);
            }
        });
        for entry in code.handlers() {
            let (start, target) = (entry.start as usize / 2, entry.target as usize / 2);
            if let Some(mut stack) = stacks.get(start).cloned().flatten()
                && let Some(place) = stacks.get_mut(target)
                && place.is_none()
            {
                stack.truncate(entry.depth as usize);
                if entry.lasti {
                    stack.push(Kind::Lasti);
                }
                stack.push(Kind::Except);
                *place = Some(stack);
                again = true;
            }
        }
        if !again {
            return stacks;
        }
    }
}

fn is_compatible(from: &[Kind], to: &[Kind]) -> bool {
    from.len() >= to.len()
        && from.iter().zip(to).all(|(from, to)| match to {
            Kind::Object => *from != Kind::Null,
            Kind::Null => true,
            to => from == to,
        })
}

/// The first unit of each run of instructions with one line, and that line.
fn line_units(code: &Code) -> Vec<(usize, i32)> {
    bytecode::location::lines(code.linetable(), code.first_line())
        .filter(|&(_, _, line)| line >= 0)
        .map(|(start, _, line)| (start as usize / 2, line))
        .collect()
}

/// `frame.f_lineno = line`, in a trace function.
pub(crate) fn set_line(th: &ThreadState, fp: Option<Fp>, value: Option<&Value>) -> Res<()> {
    let Some(value) = value else {
        return Err(th.error(&crate::objects::exceptions::ATTRIBUTE_ERROR, "cannot delete attribute"));
    };
    if !value.is_exactly(&crate::objects::int::INT_TYPE) {
        return Err(th.value_error("lineno must be an integer"));
    }
    match th.frames.event.get() {
        -1 => return Err(th.value_error("f_lineno can only be set in a trace function")),
        event => match event as usize {
            event::PY_START | event::PY_RESUME => {
                return Err(th.value_error("can't jump from the 'call' trace event of a new frame"));
            }
            event::CALL | event::C_RETURN => return Err(th.value_error("can't jump during a call")),
            event::LINE | event::INSTRUCTION | event::PY_YIELD | event::BRANCH_LEFT => {}
            _ => return Err(th.value_error("can only jump from a 'line' trace event")),
        },
    }
    // Only the frame that the event is about stands still at an instruction of its own.
    let Some(fp) = fp.filter(|fp| th.frames.traced.get() == *fp) else {
        return Err(th.value_error("f_lineno can only be set in a trace function"));
    };
    let code = fp.code();
    let line = th.index_or(value, &crate::objects::exceptions::OVERFLOW_ERROR)? as i64;
    if line < i64::from(code.first_line()) {
        return Err(th.value_error(format_args!("line {line} comes before the current code block")));
    }
    let units = line_units(code);
    let Some(target) = units.iter().map(|&(_, at)| i64::from(at)).filter(|&at| at >= line).min() else {
        return Err(th.value_error(format_args!("line {line} comes after the current code block")));
    };
    let stacks = stacks(code);
    let present = monitoring::unit_of(fp, fp.header().current_pc.get());
    let Some(from) = stacks.get(present).and_then(Option::as_ref) else {
        return Err(th.value_error("can't jump from unreachable code"));
    };
    let mut best: Option<(usize, usize)> = None;
    let mut wrong = "cannot find bytecode for specified line";
    for &(unit, at) in &units {
        if i64::from(at) != target {
            continue;
        }
        match stacks.get(unit).and_then(Option::as_ref) {
            Some(to) if is_compatible(from, to) => {
                if best.is_none_or(|(_, depth)| to.len() > depth) {
                    best = Some((unit, to.len()));
                }
            }
            Some(to) => {
                wrong = match to.last() {
                    Some(Kind::Except) => "can't jump into an 'except' block as there's no exception",
                    Some(Kind::Lasti) => "can't jump into a re-raising block as there's no location",
                    Some(Kind::Iterator) => "can't jump into the body of a for loop",
                    _ => "incompatible stacks",
                };
            }
            None => wrong = "can't jump into an exception handler, or code may be unreachable",
        }
    }
    let Some((unit, depth)) = best else { return Err(th.value_error(wrong)) };
    bind_unbound_locals(th, fp)?;
    let mut handled = 0;
    for (index, kind) in from[depth..].iter().rev().enumerate().take(64) {
        if *kind == Kind::Except {
            handled |= 1 << index;
        }
    }
    th.frames.jump.set(Some(Jump { unit: unit as u32, drops: (from.len() - depth) as u32, handled }));
    Ok(())
}

/// A jump may skip assignments that the compiler relies on.
fn bind_unbound_locals(th: &ThreadState, fp: Fp) -> Res<()> {
    let unbound: Vec<usize> = (0..fp.code().nlocalsplus()).filter(|&index| fp.local(index).is_unbound()).collect();
    if unbound.is_empty() {
        return Ok(());
    }
    let message =
        format!("assigning None to {} unbound local{}", unbound.len(), if unbound.len() == 1 { "" } else { "s" });
    crate::warnings::warn(th, &crate::objects::exceptions::RUNTIME_WARNING, &message)?;
    for index in unbound {
        drop(fp.swap_local(index, Value::NONE));
    }
    Ok(())
}

/// Drops what the jump's target does not have on its stack. Returns where the frame goes on.
pub(super) fn apply(th: &ThreadState, fp: Fp, sp: Sp, jump: Jump) -> (Pc, Sp) {
    let mut sp = sp;
    for index in 0..jump.drops {
        let value = sp.take(1);
        sp = sp.sub(1);
        if index < 64 && jump.handled & 1 << index != 0 {
            let old = match th.handled.borrow_mut().last_mut() {
                Some(handled) => std::mem::replace(handled, value),
                None => value,
            };
            drop(old);
        } else {
            drop(value);
        }
    }
    (fp.code().at(2 * jump.unit), sp)
}
