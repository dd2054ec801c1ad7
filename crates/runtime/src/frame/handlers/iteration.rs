//! Iteration: `for`, unpacking.

use super::continuations::enter_or;
use super::specialised_iteration::{FOR_ITER_GEN, enterable_generator};
use crate::error::Res;
use crate::frame::private::{continuation, continue_at};
use crate::frame::registers::{Sp, adaptive, attempt, handler, next, raise};
use crate::frame::{special, specialise};
use crate::objects::exceptions as exc;
use crate::objects::list::List;
use crate::objects::tuple::Tuple;
use crate::thread::ThreadState;
use crate::value::Value;

handler!(GET_ITER, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    if special::python_class(sp.peek(1)).is_some() {
        return get_iter_special(pc, sp, fp, th, arg);
    }
    get_iter_native(pc, sp, fp, th, arg)
});

handler!(get_iter_special, |pc, sp, fp, th, arg| {
    let pushed = special::unary(th, sp, &th.names().__iter__, continue_at(continuation::ITER), fp);
    enter_or!(pushed, th, get_iter_native(pc, sp, fp, th, arg))
});

handler!(get_iter_native, |pc, sp, fp, th, arg| {
    let iterator = attempt!(th.iter(sp.peek(1)), pc, sp, fp, th);
    sp.replace(1, iterator);
    next!(pc, sp, fp, th)
});

adaptive!(FOR_ITER, for_iter_warm, FOR_ITER_plain, |pc, sp, fp, th, arg| specialise::for_iter(th, pc, sp));

handler!(FOR_ITER_plain, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    if special::python_class(sp.peek(1)).is_some() {
        return for_iter_special(pc, sp, fp, th, arg);
    }
    if enterable_generator(th, sp).is_some() {
        return FOR_ITER_GEN(pc, sp, fp, th, arg);
    }
    for_iter_native(pc, sp, fp, th, arg)
});

handler!(for_iter_special, |pc, sp, fp, th, arg| {
    let pushed = special::next(th, sp, arg, continue_at(continuation::NEXT), fp);
    enter_or!(pushed, th, for_iter_native(pc, sp, fp, th, arg))
});

handler!(for_iter_native, |pc, sp, fp, th, arg| {
    let item = attempt!(next_item(th, sp.peek(1)), pc, sp, fp, th);
    if item.is_exhausted() {
        // Past the END_FOR, to the POP_ITER.
        return next!(pc.add(2 + arg), sp, fp, th);
    }
    sp.put(0, item);
    next!(pc.add(1), sp.add(1), fp, th)
});

/// The next item, or the exhausted marker.
#[inline(never)]
pub(in crate::frame) fn next_item(th: &ThreadState, iterator: &Value) -> Res {
    let Some(iternext) = iterator.class().slots().iternext.get() else {
        return Err(th.type_error(format_args!("'{}' object is not an iterator", iterator.class().full_name())));
    };
    match iternext(th, iterator) {
        Err(raised) if th.raised_is(&raised, &exc::STOP_ITERATION) => {
            drop(th.take_raised(raised));
            Ok(Value::EXHAUSTED)
        }
        result => result,
    }
}

adaptive!(UNPACK_SEQUENCE, unpack_sequence_warm, UNPACK_SEQUENCE_plain, |pc, sp, fp, th, arg| {
    specialise::unpack_sequence(th, pc, sp, arg)
});

handler!(UNPACK_SEQUENCE_plain, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = unpack(th, sp.take(1), sp.sub(1), arg);
    attempt!(result, pc, sp.sub(1), fp, th);
    next!(pc.add(1), sp.sub(1).add(arg), fp, th)
});

/// Writes `count` items to the stack at `sp`, the first one topmost. It takes the sequence itself: a handler that lends a
/// local would need a native frame, and could not leave by a jump.
#[inline(never)]
fn unpack(th: &ThreadState, sequence: Value, sp: Sp, count: usize) -> Res<()> {
    let sequence = &sequence;
    let wrong_length = |length: usize| {
        Err(th.value_error(if length > count {
            format!("too many values to unpack (expected {count}, got {length})")
        } else {
            format!("not enough values to unpack (expected {count}, got {length})")
        }))
    };
    let mut top = sp;
    if let Some(tuple) = sequence.downcast_exact::<Tuple>() {
        if tuple.len() != count {
            return wrong_length(tuple.len());
        }
        for item in tuple.as_slice().iter().rev() {
            top = top.push(item.clone());
        }
        return Ok(());
    }
    if let Some(list) = sequence.downcast_exact::<List>() {
        if list.len() != count {
            return wrong_length(list.len());
        }
        list.with(|items| {
            for item in items.iter().rev() {
                top = top.push(item.clone());
            }
        });
        return Ok(());
    }
    let iterator = unpack_iterator(th, sequence)?;
    let mut items = Vec::with_capacity(count);
    while items.len() < count {
        match th.next(&iterator)? {
            Some(item) => items.push(item),
            None => {
                return Err(
                    th.value_error(format_args!("not enough values to unpack (expected {count}, got {})", items.len()))
                );
            }
        }
    }
    if th.next(&iterator)?.is_some() {
        if sequence.downcast::<crate::objects::dict::Dict>().is_some_and(|dict| dict.len() > count) {
            let length = th.len(sequence)?;
            return Err(th.value_error(format_args!("too many values to unpack (expected {count}, got {length})")));
        }
        return Err(th.value_error(format_args!("too many values to unpack (expected {count})")));
    }
    put_reversed(sp, items);
    Ok(())
}

fn unpack_iterator(th: &ThreadState, sequence: &Value) -> Res {
    let slots = sequence.class().slots();
    if slots.iter.get().is_none() && slots.sq_item.get().is_none() {
        return Err(th.type_error(format_args!("cannot unpack non-iterable {} object", sequence.class().full_name())));
    }
    th.iter(sequence)
}

fn put_reversed(sp: Sp, items: Vec<Value>) {
    let mut sp = sp;
    for item in items.into_iter().rev() {
        sp = sp.push(item);
    }
}

handler!(UNPACK_EX, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = unpack_star(th, sp.take(1), sp.sub(1), arg & 0xFF, arg >> 8);
    attempt!(result, pc, sp.sub(1), fp, th);
    next!(pc, sp.add((arg & 0xFF) + (arg >> 8)), fp, th)
});

/// `a, *b, c = sequence`: `before` items, a list, `after` items; the first topmost.
#[inline(never)]
fn unpack_star(th: &ThreadState, sequence: Value, sp: Sp, before: usize, after: usize) -> Res<()> {
    let too_few = |expected: usize, got: usize| {
        th.value_error(format_args!("not enough values to unpack (expected at least {expected}, got {got})"))
    };
    let sure = sequence.downcast_exact::<List>().is_some() || sequence.downcast_exact::<Tuple>().is_some();
    let mut all;
    if sure {
        all = th.collect(&sequence)?;
    } else {
        let iterator = unpack_iterator(th, &sequence)?;
        all = Vec::with_capacity(before + after);
        while all.len() < before {
            match th.next(&iterator)? {
                Some(item) => all.push(item),
                None => return Err(too_few(before + after, all.len())),
            }
        }
        all.append(&mut th.collect(&iterator)?);
    }
    if all.len() < before + after {
        return Err(too_few(before + after, all.len()));
    }
    let tail = all.split_off(all.len() - after);
    let rest = all.split_off(before);
    all.push(th.list(rest));
    all.extend(tail);
    put_reversed(sp, all);
    Ok(())
}
