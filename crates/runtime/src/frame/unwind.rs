//! Exceptions on their way: to the handler that the exception table names, or out of the frame.

use std::sync::atomic::Ordering;

use bytecode::opcode::op;

use super::monitoring::{self, event};
use super::registers::{Fp, Pc, Sp, handler, next};
use super::{generators, leave_frame, private};
use crate::gc::ValueCell;
use crate::objects::exceptions::{self as exc, BaseException};

use crate::thread::ThreadState;
use crate::value::Value;

handler!(
    /// Goes on where the raised exception is handled. `pc` is the instruction that raised.
    #[cold]
    unwind,
    |pc, sp, fp, th, arg| {
        fp.header().current_pc.set(pc);
        match find_handler(th, pc, sp, fp, true) {
            Some((pc, sp, fp)) => next!(pc, sp, fp, th),
            None => 0,
        }
    }
);

handler!(
    /// As `unwind`, for an exception raised again: the frame has its place in the traceback already, and the frame's
    /// header says which instruction counts as the one that raised.
    #[cold]
    unwind_again,
    |pc, sp, fp, th, arg| {
        match find_handler(th, pc, sp, fp, false) {
            Some((pc, sp, fp)) => next!(pc, sp, fp, th),
            None => 0,
        }
    }
);

/// Where to go on, or `None` when the exception leaves the loop.
#[inline(never)]
fn find_handler(th: &ThreadState, pc: Pc, sp: Sp, fp: Fp, add_entry: bool) -> Option<(Pc, Sp, Fp)> {
    let (mut pc, mut sp, mut fp, mut add_entry) = (pc, sp, fp, add_entry);
    let mut exception = th.take_raised(th.still_raised());
    let follows = monitoring::follows_exceptions(th);
    loop {
        let offset = fp.code().offset_of(pc);
        if add_entry {
            add_traceback(th, &exception, fp);
        }
        if follows {
            let event = if add_entry { event::RAISE } else { event::RERAISE };
            exception = monitoring::exceptional(th, fp, event, monitoring::unit_of(fp, pc), exception);
        }
        let code = fp.code();
        let after = code.handlers().partition_point(|entry| entry.start as i32 <= offset);
        let entry = after.checked_sub(1).and_then(|index| code.handlers().get(index));
        if let Some(entry) = entry.filter(|entry| offset < entry.end as i32) {
            // Code made by hand may have handlers that loop: like other jumps back, these can be interrupted.
            if entry.target as i32 <= offset
                && th.eval_breaker.load(Ordering::Relaxed) != 0
                && super::breaker::handle_eval_breaker(th).is_err()
            {
                exception = th.take_raised(th.still_raised());
            }
            let floor = fp.stack_base().add(entry.depth as usize);
            // Code made by hand may protect an instruction that has taken some of the values below: they become unbound.
            while (sp.0 as usize) < floor.0 as usize {
                sp = sp.push(Value::UNBOUND);
            }
            sp = sp.drop_top(sp.above(floor));
            if entry.lasti {
                sp = sp.push(Value::int32(fp.last_instruction() / 2));
            }
            if follows {
                let unit = entry.target as usize / 2;
                exception = monitoring::exceptional(th, fp, event::EXCEPTION_HANDLED, unit, exception);
            }
            return Some((code.at(entry.target), sp.push(exception), fp));
        }
        if follows {
            exception = monitoring::exceptional(th, fp, event::PY_UNWIND, monitoring::unit_of(fp, pc), exception);
        }
        let (return_pc, previous) = (fp.header().return_pc.get(), fp.header().previous.get());
        // Code that cannot run has not become a generator, whatever it calls itself.
        let is_generator = code.is_generator() && code.can_run();
        sp = if is_generator { generators::leave_by_exception(th, fp, sp) } else { leave_frame(th, fp, sp) };
        if return_pc == private::exit() {
            let _ = th.raise_as_is(exception);
            return None;
        }
        fp = previous;
        pc = fp.header().current_pc.get();
        if return_pc == private::continue_at(private::continuation::NEXT)
            && exception.is_instance_of(&crate::objects::exceptions::STOP_ITERATION)
        {
            drop(exception);
            return Some((return_pc, sp.push(Value::EXHAUSTED), fp));
        }
        add_entry = true;
        if return_pc == private::continue_at(private::continuation::ATTR)
            && exception.is_instance_of(&exc::ATTRIBUTE_ERROR)
            && let Some(name) = attribute_name(fp)
        {
            exc::complete_attribute_error(&exception, name, sp.peek(1));
        }
    }
}

/// The name in the LOAD_ATTR that the frame executes.
#[cold]
fn attribute_name<'a>(fp: Fp) -> Option<&'a Value> {
    let code = fp.code();
    let mut at = usize::try_from(fp.last_instruction()).ok()?;
    let bytes = code.code_bytes();
    if *bytes.get(at)? as u16 != op::LOAD_ATTR {
        return None;
    }
    let (mut arg, mut shift) = (usize::from(*bytes.get(at + 1)?), 8);
    while at >= 2 && bytes[at - 2] as u16 == op::EXTENDED_ARG && shift < 32 {
        at -= 2;
        arg |= usize::from(bytes[at + 1]) << shift;
        shift += 8;
    }
    // Arguments that index names have been checked.
    Some(code.name_at(arg >> 1))
}

/// Puts the frame in front of the exception's traceback.
pub(crate) fn add_traceback(th: &ThreadState, exception: &Value, fp: Fp) {
    let Some(payload) = exception.downcast::<BaseException>() else { return };
    let frame = crate::objects::frame::object(th, fp);
    let cell: &ValueCell = &payload.traceback;
    let next = cell.take();
    let entry = crate::objects::traceback::new(th, next, frame, fp.last_instruction());
    cell.set(Some(entry));
}
