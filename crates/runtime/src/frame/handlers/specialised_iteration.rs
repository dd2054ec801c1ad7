//! Specialised iteration and unpacking.

use bytecode::opcode::op;

use super::iteration::{FOR_ITER_plain, UNPACK_SEQUENCE_plain};
use super::specialised_operators::miss;
use crate::frame::generators as frames;
use crate::frame::registers::{Sp, clone_word, handler, item_next, next, raise, release_next, short_loop};
use crate::frame::specialise;
use crate::objects::builtin_iterators;
use crate::objects::exceptions as exc;
use crate::objects::generator::{GENERATOR_TYPE, Generator, State};
use crate::objects::iterators::{IndexIterator, LIST_ITERATOR_TYPE, TUPLE_ITERATOR_TYPE};
use crate::objects::list::List;
use crate::objects::range::{RANGE_ITERATOR_TYPE, RangeIterator};
use crate::objects::tuple::Tuple;
use crate::thread::ThreadState;
use crate::value::{NONE, UNBOUND};

miss!(for_iter_miss, FOR_ITER_plain, FOR_ITER);
miss!(unpack_sequence_miss, UNPACK_SEQUENCE_plain, UNPACK_SEQUENCE);

handler!(FOR_ITER_LIST, |pc, sp, fp, th, arg| {
    let Some(iterator) = IndexIterator::exactly(sp.peek(1), &LIST_ITERATOR_TYPE) else {
        return for_iter_other(pc, sp, fp, th, arg);
    };
    let item = iterator.next_of_list();
    if item == UNBOUND {
        return FOR_ITER_plain(pc, sp, fp, th, arg);
    }
    if item == 0 {
        return for_iter_end(pc, sp, fp, th, arg);
    }
    item_next!(clone_word(item), pc.add(1), sp, fp, th)
});

handler!(FOR_ITER_TUPLE, |pc, sp, fp, th, arg| {
    let Some(iterator) = IndexIterator::exactly(sp.peek(1), &TUPLE_ITERATOR_TYPE) else {
        return for_iter_other(pc, sp, fp, th, arg);
    };
    let item = iterator.next_of_tuple();
    if item == 0 {
        return for_iter_end(pc, sp, fp, th, arg);
    }
    item_next!(clone_word(item), pc.add(1), sp, fp, th)
});

handler!(
    /// An iterator of another class than the form is for, but perhaps one of the usual ones: loops over lists here and
    /// tuples there are no reason to do either the long way.
    for_iter_other,
    |pc, sp, fp, th, arg| {
        let iterator = sp.peek(1);
        if iterator.is_exactly(&LIST_ITERATOR_TYPE) {
            return FOR_ITER_LIST(pc, sp, fp, th, arg);
        }
        if iterator.is_exactly(&TUPLE_ITERATOR_TYPE) {
            return FOR_ITER_TUPLE(pc, sp, fp, th, arg);
        }
        if iterator.is_exactly(&RANGE_ITERATOR_TYPE) {
            return FOR_ITER_RANGE(pc, sp, fp, th, arg);
        }
        for_iter_miss(pc, sp, fp, th, arg)
    }
);

handler!(
    /// The iterator lets its sequence go.
    for_iter_end,
    |pc, sp, fp, th, arg| {
        fp.header().current_pc.set(pc);
        for class in [&LIST_ITERATOR_TYPE, &TUPLE_ITERATOR_TYPE] {
            if let Some(iterator) = IndexIterator::exactly(sp.peek(1), class) {
                iterator.finish();
            }
        }
        next!(pc.add(2 + arg), sp, fp, th)
    }
);

handler!(FOR_ITER_RANGE, |pc, sp, fp, th, arg| {
    let Some(range) = sp.peek(1).downcast_exact::<RangeIterator>() else {
        return for_iter_other(pc, sp, fp, th, arg);
    };
    let left = range.left.get();
    if left <= 0 {
        return next!(pc.add(2 + arg), sp, fp, th);
    }
    let number = range.next.get();
    // Items lie between start and stop, which are small ints; the number after the last may not fit, and is not used.
    range.next.set(number.wrapping_add(range.step));
    range.left.set(left - 1);
    item_next!((number as u64) << 1 | 1, pc.add(1), sp, fp, th)
});

// `for a, b in` items of a dict, `enumerate` or `zip`: the pair is never made. Behind lies `UNPACK_SEQUENCE` 2.
handler!(FOR_ITER_PAIR, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    match push_pair(th, sp) {
        Pushed::Pair => next!(pc.add(3), sp.add(2), fp, th),
        Pushed::End => next!(pc.add(2 + arg), sp, fp, th),
        Pushed::Other => for_iter_miss(pc, sp, fp, th, arg),
        Pushed::Raised => raise!(pc, sp, fp, th),
    }
});

enum Pushed {
    Pair,
    End,
    Other,
    Raised,
}

/// Writes the next pair's parts above the iterator, the first one topmost.
#[inline(never)]
fn push_pair(th: &ThreadState, sp: Sp) -> Pushed {
    if !builtin_iterators::gives_pairs(sp.peek(1)) {
        return Pushed::Other;
    }
    match builtin_iterators::next_pair(th, sp.peek(1)) {
        Ok(Some((first, second))) => {
            sp.put(0, second);
            sp.add(1).put(0, first);
            Pushed::Pair
        }
        Ok(None) => Pushed::End,
        Err(raised) if th.raised_is(&raised, &exc::STOP_ITERATION) => {
            drop(th.take_raised(raised));
            Pushed::End
        }
        Err(_) => Pushed::Raised,
    }
}

/// The generator on top of the stack, if it waits and its frame fits.
#[inline(always)]
pub(super) fn enterable_generator<'a>(th: &ThreadState, sp: Sp) -> Option<&'a Generator> {
    if !sp.peek(1).is_exactly(&GENERATOR_TYPE) {
        return None;
    }
    let inner = crate::objects::generator::plain(sp.peek(1))?;
    let waits = matches!(inner.state.get(), State::Created | State::Suspended | State::SuspendedYieldFrom);
    (waits && frames::has_room(th, inner, sp)).then_some(inner)
}

// The generator's frame goes on in this loop; its end jumps to END_FOR, which drops the result.
handler!(FOR_ITER_GEN, |pc, sp, fp, th, arg| {
    let Some(inner) = enterable_generator(th, sp) else { return for_iter_miss(pc, sp, fp, th, arg) };
    if inner.handles_exceptions() {
        return for_iter_handling(pc, sp, fp, th, arg);
    }
    fp.header().current_pc.set(pc);
    let (pc, sp, fp) = frames::enter_plain(th, inner, sp, fp, pc.add(1 + arg), pc.add(1));
    sp.set_word(0, NONE);
    next!(pc, sp.add(1), fp, th)
});

// As `FOR_ITER_GEN`, which has looked at the generator, when its code has `except` or `finally`.
handler!(for_iter_handling, |pc, sp, fp, th, arg| {
    let Some(inner) = crate::objects::generator::plain(sp.peek(1)) else { return for_iter_miss(pc, sp, fp, th, arg) };
    fp.header().current_pc.set(pc);
    let (pc, sp, fp) = frames::enter(th, inner, sp, fp, pc.add(1 + arg), pc.add(1));
    sp.set_word(0, NONE);
    next!(pc, sp.add(1), fp, th)
});

handler!(UNPACK_SEQUENCE_TWO_TUPLE, |pc, sp, fp, th, arg| {
    let word = sp.word(1);
    let items = match sp.peek(1).downcast_exact::<Tuple>() {
        Some(tuple) => tuple.as_slice(),
        None => &[],
    };
    let [first, second] = items else { return unpack_sequence_other(pc, sp, fp, th, arg) };
    let (first, second) = (clone_word(first.bits()), clone_word(second.bits()));
    sp.set_word(1, second);
    sp.set_word(0, first);
    release_next!(word, pc.add(1), sp.add(1), fp, th)
});

handler!(UNPACK_SEQUENCE_TUPLE, |pc, sp, fp, th, arg| {
    let word = sp.word(1);
    let Some(tuple) = sp.peek(1).downcast_exact::<Tuple>().filter(|tuple| tuple.len() == arg) else {
        return unpack_sequence_other(pc, sp, fp, th, arg);
    };
    let mut top = sp.sub(1);
    for item in tuple.as_slice().iter().rev() {
        top.set_word(0, clone_word(item.bits()));
        top = top.add(1);
        short_loop();
    }
    release_next!(word, pc.add(1), top, fp, th)
});

handler!(UNPACK_SEQUENCE_LIST, |pc, sp, fp, th, arg| {
    let word = sp.word(1);
    let Some(list) = sp.peek(1).downcast_exact::<List>().filter(|list| list.len() == arg) else {
        return unpack_sequence_other(pc, sp, fp, th, arg);
    };
    let mut top = sp.sub(1);
    for index in (0..arg).rev() {
        top.set_word(0, clone_word(list.word(index).unwrap_or(NONE)));
        top = top.add(1);
        short_loop();
    }
    release_next!(word, pc.add(1), top, fp, th)
});

handler!(
    /// Not what the form is for; but lists here and tuples there are no reason to do either the long way.
    unpack_sequence_other,
    |pc, sp, fp, th, arg| {
        let sequence = sp.peek(1);
        if sequence.downcast_exact::<Tuple>().is_some_and(|tuple| tuple.len() == arg) {
            return UNPACK_SEQUENCE_TUPLE(pc, sp, fp, th, arg);
        }
        if sequence.downcast_exact::<List>().is_some_and(|list| list.len() == arg) {
            return UNPACK_SEQUENCE_LIST(pc, sp, fp, th, arg);
        }
        unpack_sequence_miss(pc, sp, fp, th, arg)
    }
);
