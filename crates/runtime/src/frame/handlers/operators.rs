//! Operators: arithmetic, comparison, truth, identity, containment, subscripts.

use bytecode::opcode::{binary, compare};

use super::continuations::enter_or;
use crate::error::Res;
use crate::frame::private::{continuation, continue_at};
use crate::frame::registers::{
    Sp, adaptive, after_truth, attempt, drop_shared, handler, next, own, raise, release_next, release_pair_next,
};
use crate::frame::{special, specialise};
use crate::objects::list::List;
use crate::protocol::numbers::BinaryOp;
use crate::thread::ThreadState;
use crate::types::CompareOp;
use crate::value::{FALSE, TRUE, Value};

/// `BINARY_OP` by its argument.
#[inline(never)]
fn binary_operation(th: &ThreadState, sp: Sp, arg: usize) -> Res {
    let (a, b) = (sp.peek(2), sp.peek(1));
    let arg = arg as u32;
    if arg == binary::SUBSCR {
        return th.get_item(a, b);
    }
    match BinaryOp::ALL.get((arg % binary::INPLACE) as usize) {
        Some(&operator) if arg < binary::INPLACE => th.binary(operator, a, b),
        Some(&operator) => th.inplace(operator, a, b),
        None => Err(th.system_error("unknown binary operation")),
    }
}

adaptive!(BINARY_OP, binary_op_warm, BINARY_OP_plain, |pc, sp, fp, th, arg| specialise::binary_op(th, pc, sp, fp, arg));

handler!(BINARY_OP_plain, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    if special::python_class(sp.peek(2)).is_some() {
        return binary_op_special(pc, sp, fp, th, arg);
    }
    binary_op_native(pc, sp, fp, th, arg)
});

// The left operand's class was made by a `class` statement.
handler!(binary_op_special, |pc, sp, fp, th, arg| {
    let pushed = if arg as u32 == binary::SUBSCR {
        special::get_item(th, sp, pc.add(5), fp)
    } else {
        special::binary(th, sp, arg, continue_at(continuation::BINARY), continue_at(continuation::INPLACE), fp)
    };
    enter_or!(pushed, th, binary_op_native(pc, sp, fp, th, arg))
});

handler!(binary_op_native, |pc, sp, fp, th, arg| {
    let result = attempt!(binary_operation(th, sp, arg), pc, sp, fp, th);
    let (b, a) = (sp.word(1), sp.word(2));
    sp.put(2, result);
    release_pair_next!(b, a, pc.add(5), sp.sub(1), fp, th)
});

/// The result of a comparison as `COMPARE_OP` leaves it: as it is, or as a bool.
#[inline(never)]
fn comparison(th: &ThreadState, sp: Sp, arg: usize) -> Res {
    let operator = match CompareOp::ALL.get(arg >> 5) {
        Some(&operator) => operator,
        None => return Err(th.system_error("unknown comparison")),
    };
    let result = th.compare(sp.peek(2), sp.peek(1), operator)?;
    if arg as u32 & compare::TO_BOOL != 0 && result.as_bool().is_none() {
        return Ok(Value::bool(th.is_true(&result)?));
    }
    Ok(result)
}

adaptive!(COMPARE_OP, compare_op_warm, COMPARE_OP_plain, |pc, sp, fp, th, arg| specialise::compare_op(
    th, pc, sp, fp, arg
));

handler!(COMPARE_OP_plain, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    if special::python_class(sp.peek(2)).is_some() {
        return compare_op_special(pc, sp, fp, th, arg);
    }
    compare_op_native(pc, sp, fp, th, arg)
});

handler!(compare_op_special, |pc, sp, fp, th, arg| {
    let pushed = special::compare(th, sp, arg, continue_at(continuation::COMPARE), fp);
    enter_or!(pushed, th, compare_op_native(pc, sp, fp, th, arg))
});

handler!(compare_op_native, |pc, sp, fp, th, arg| {
    let result = attempt!(comparison(th, sp, arg), pc, sp, fp, th);
    let (b, a) = (sp.word(1), sp.word(2));
    sp.put(2, result);
    release_pair_next!(b, a, pc.add(1), sp.sub(1), fp, th)
});

handler!(IS_OP, |pc, sp, fp, th, arg| {
    let (b, a) = (sp.word(1), sp.word(2));
    let (pc, sp) = after_truth((a == b) == (arg == 0), pc, sp.sub(2));
    release_pair_next!(b, a, pc, sp, fp, th)
});

adaptive!(CONTAINS_OP, contains_op_warm, CONTAINS_OP_plain, |pc, sp, fp, th, arg| specialise::contains_op(th, pc, sp));

handler!(CONTAINS_OP_plain, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    if special::python_class(sp.peek(1)).is_some() {
        return contains_op_special(pc, sp, fp, th, arg);
    }
    contains_op_native(pc, sp, fp, th, arg)
});

handler!(contains_op_special, |pc, sp, fp, th, arg| {
    let pushed = special::contains(th, sp, continue_at(continuation::CONTAINS), fp);
    enter_or!(pushed, th, contains_op_native(pc, sp, fp, th, arg))
});

handler!(contains_op_native, |pc, sp, fp, th, arg| {
    let found = attempt!(th.contains(sp.peek(1), sp.peek(2)), pc, sp, fp, th);
    let (b, a) = (sp.word(1), sp.word(2));
    let (pc, sp) = after_truth(found == (arg == 0), pc.add(1), sp.sub(2));
    release_pair_next!(b, a, pc, sp, fp, th)
});

adaptive!(TO_BOOL, to_bool_warm, TO_BOOL_plain, |pc, sp, fp, th, arg| specialise::to_bool(th, pc, sp));

handler!(TO_BOOL_plain, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    if special::python_class(sp.peek(1)).is_some() {
        return to_bool_special(pc, sp, fp, th, arg);
    }
    to_bool_native(pc, sp, fp, th, arg)
});

handler!(to_bool_special, |pc, sp, fp, th, arg| {
    let (by_bool, by_length) = (continue_at(continuation::BOOL), continue_at(continuation::BOOL_LENGTH));
    enter_or!(special::truth(th, sp, by_bool, by_length, fp), th, to_bool_native(pc, sp, fp, th, arg))
});

handler!(to_bool_native, |pc, sp, fp, th, arg| {
    let truth = attempt!(th.is_true(sp.peek(1)), pc, sp, fp, th);
    sp.replace(1, Value::bool(truth));
    next!(pc.add(3), sp, fp, th)
});

handler!(UNARY_NOT, |pc, sp, fp, th, arg| {
    let word = sp.word(1);
    // Comes after TO_BOOL or a comparison; anything else would be code made by hand.
    let result = if word == FALSE { TRUE } else { FALSE };
    sp.set_word(1, result);
    release_next!(word, pc, sp, fp, th)
});

handler!(UNARY_NEGATIVE, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = attempt!(th.negative(sp.peek(1)), pc, sp, fp, th);
    sp.replace(1, result);
    next!(pc, sp, fp, th)
});

handler!(UNARY_INVERT, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = attempt!(th.invert(sp.peek(1)), pc, sp, fp, th);
    sp.replace(1, result);
    next!(pc, sp, fp, th)
});

handler!(BINARY_SLICE, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = attempt!(slice_of(th, sp), pc, sp, fp, th);
    let sp = sp.drop_top(3);
    sp.put(0, result);
    next!(pc, sp.add(1), fp, th)
});

#[inline(never)]
fn slice_of(th: &ThreadState, sp: Sp) -> Res {
    // `list[a:b]` with plain bounds needs no slice object.
    if let Some(list) = sp.peek(3).downcast_exact::<List>()
        && let Some((start, stop)) = plain_bounds(list.len(), sp.peek(2), sp.peek(1))
    {
        return Ok(th.list(list.with(|items| items[start..stop].to_vec())));
    }
    let slice = th.slice(sp.peek(2).clone(), sp.peek(1).clone(), Value::NONE);
    th.get_item(sp.peek(3), &slice)
}

/// Bounds of a slice of `length` items, if both are small ints or None.
fn plain_bounds(length: usize, start: &Value, stop: &Value) -> Option<(usize, usize)> {
    let bound = |value: &Value, default: usize| match value.as_small_int() {
        Some(number) if number < 0 => Some((length as i64 + number).max(0) as usize),
        Some(number) => Some((number as usize).min(length)),
        None if value.is_none() => Some(default),
        None => None,
    };
    let (start, stop) = (bound(start, 0)?, bound(stop, length)?);
    Some((start, stop.max(start)))
}

handler!(STORE_SLICE, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = store_slice(th, sp);
    let sp = sp.drop_top(4);
    attempt!(result, pc, sp, fp, th);
    next!(pc, sp, fp, th)
});

#[inline(never)]
fn store_slice(th: &ThreadState, sp: Sp) -> Res<()> {
    if let Some(list) = sp.peek(3).downcast_exact::<List>()
        && let Some(new) = sp.peek(4).downcast_exact::<List>()
        && let Some((start, stop)) = plain_bounds(list.len(), sp.peek(2), sp.peek(1))
    {
        if new.len() == stop - start && !std::ptr::eq(list, new) {
            drop(replace_items(list, start, new));
            return Ok(());
        }
        let new = new.to_vec();
        let old: Vec<Value> = if new.len() == stop - start {
            list.with_mut(|items| {
                items[start..stop].iter_mut().zip(new).map(|(at, item)| std::mem::replace(at, item)).collect()
            })
        } else {
            list.with_mut(|items| items.splice(start..stop, new).collect())
        };
        drop(old);
        return Ok(());
    }
    let slice = th.slice(sp.peek(2).clone(), sp.peek(1).clone(), Value::NONE);
    th.set_item(sp.peek(3), &slice, sp.peek(4))
}

/// Writes the items of `new` over those of `list` from `start` on. Returns the old items that nobody else refers to.
fn replace_items(list: &List, start: usize, new: &List) -> Vec<Value> {
    let mut last = Vec::new();
    new.with(|new| {
        list.with_mut(|items| {
            for (place, item) in items[start..].iter_mut().zip(new) {
                let old = std::mem::replace(place, item.clone()).into_bits();
                if !drop_shared(old) {
                    last.push(own(old));
                }
            }
        });
    });
    last
}

adaptive!(STORE_SUBSCR, store_subscr_warm, STORE_SUBSCR_plain, |pc, sp, fp, th, arg| specialise::store_subscr(
    th, pc, sp
));

handler!(STORE_SUBSCR_plain, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    if special::python_class(sp.peek(2)).is_some() {
        return store_subscr_special(pc, sp, fp, th, arg);
    }
    store_subscr_native(pc, sp, fp, th, arg)
});

handler!(store_subscr_special, |pc, sp, fp, th, arg| {
    let pushed = special::set_item(th, sp, continue_at(continuation::STORE_SUBSCR), fp);
    enter_or!(pushed, th, store_subscr_native(pc, sp, fp, th, arg))
});

handler!(store_subscr_native, |pc, sp, fp, th, arg| {
    let result = th.set_item(sp.peek(2), sp.peek(1), sp.peek(3));
    let sp = sp.drop_top(3);
    attempt!(result, pc, sp, fp, th);
    next!(pc.add(1), sp, fp, th)
});

handler!(DELETE_SUBSCR, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let pushed = special::delete_item(th, sp, continue_at(continuation::DELETE_SUBSCR), fp);
    enter_or!(pushed, th, delete_subscr_native(pc, sp, fp, th, arg))
});

handler!(delete_subscr_native, |pc, sp, fp, th, arg| {
    let result = th.del_item(sp.peek(2), sp.peek(1));
    let sp = sp.drop_top(2);
    attempt!(result, pc, sp, fp, th);
    next!(pc, sp, fp, th)
});

handler!(GET_LEN, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let length = attempt!(th.len(sp.peek(1)), pc, sp, fp, th);
    sp.put(0, th.int(length as i64));
    next!(pc, sp.add(1), fp, th)
});
