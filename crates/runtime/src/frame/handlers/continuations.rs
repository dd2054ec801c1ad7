//! What is left to do when the frame of a special method returns to the instruction that called it (`special.rs`). The
//! result lies on top of the instruction's operands; `current_pc` of the frame is the instruction's.

use bytecode::opcode::compare;

use crate::frame::private::continuation;
use crate::frame::registers::{Handler, attempt, handler, next, raise, release_next, release_pair_next};
use crate::frame::special;
use crate::value::{EXHAUSTED, FALSE, NOT_IMPLEMENTED, TRUE, UNBOUND};

/// By the numbers of `private::continuation`.
static CONTINUATIONS: [Handler; continuation::COUNT] = {
    let mut table: [Handler; continuation::COUNT] = [after_binary; continuation::COUNT];
    table[continuation::INPLACE] = after_inplace;
    table[continuation::COMPARE] = after_compare;
    table[continuation::STORE_SUBSCR] = after_store_subscr;
    table[continuation::DELETE_SUBSCR] = after_delete_subscr;
    table[continuation::STORE_ATTR] = after_store_attr;
    table[continuation::BOOL] = after_bool;
    table[continuation::BOOL_LENGTH] = after_bool_length;
    table[continuation::LENGTH] = after_length;
    table[continuation::CONTAINS] = after_contains;
    table[continuation::ITER] = after_iter;
    table[continuation::NEXT] = after_next;
    table[continuation::ATTR] = after_attr;
    table[continuation::WITH_EXIT] = after_with_exit;
    table
};

handler!(CONTINUE_SPECIAL, |pc, sp, fp, th, arg| {
    CONTINUATIONS[arg % continuation::COUNT](fp.header().current_pc.get(), sp, fp, th, arg)
});

// Stack: a, b, result.
handler!(after_binary, |pc, sp, fp, th, arg| {
    let result = sp.word(1);
    if result == NOT_IMPLEMENTED {
        return binary_not_implemented(pc, sp.sub(1), fp, th, arg);
    }
    let (b, a) = (sp.word(2), sp.word(3));
    sp.set_word(3, result);
    release_pair_next!(b, a, pc.add(5), sp.sub(2), fp, th)
});

handler!(
    #[cold]
    binary_not_implemented,
    |pc, sp, fp, th, arg| {
        let arg = usize::from(pc.sub(1).fetch() >> 8);
        let result = attempt!(special::binary_after_left(th, sp, arg), pc, sp, fp, th);
        let (b, a) = (sp.word(1), sp.word(2));
        sp.put(2, result);
        release_pair_next!(b, a, pc.add(5), sp.sub(1), fp, th)
    }
);

handler!(after_inplace, |pc, sp, fp, th, arg| {
    let result = sp.word(1);
    if result == NOT_IMPLEMENTED {
        return inplace_not_implemented(pc, sp.sub(1), fp, th, arg);
    }
    let (b, a) = (sp.word(2), sp.word(3));
    sp.set_word(3, result);
    release_pair_next!(b, a, pc.add(5), sp.sub(2), fp, th)
});

handler!(
    #[cold]
    inplace_not_implemented,
    |pc, sp, fp, th, arg| {
        let arg = usize::from(pc.sub(1).fetch() >> 8);
        let result = attempt!(special::binary_after_inplace(th, sp, arg), pc, sp, fp, th);
        let (b, a) = (sp.word(1), sp.word(2));
        sp.put(2, result);
        release_pair_next!(b, a, pc.add(5), sp.sub(1), fp, th)
    }
);

// Stack: a, b, result.
handler!(after_compare, |pc, sp, fp, th, arg| {
    let result = sp.word(1);
    let arg = usize::from(pc.sub(1).fetch() >> 8);
    let is_plain = arg as u32 & compare::TO_BOOL == 0 || result == TRUE || result == FALSE;
    if result == NOT_IMPLEMENTED || !is_plain {
        return compare_slow(pc, sp, fp, th, arg);
    }
    let (b, a) = (sp.word(2), sp.word(3));
    sp.set_word(3, result);
    release_pair_next!(b, a, pc.add(1), sp.sub(2), fp, th)
});

handler!(
    #[cold]
    compare_slow,
    |pc, sp, fp, th, arg| {
        let mut word = sp.word(1);
        let sp = sp.sub(1);
        if word == NOT_IMPLEMENTED {
            word = attempt!(special::compare_after_left(th, sp, arg), pc, sp, fp, th).into_bits();
        }
        if arg as u32 & compare::TO_BOOL != 0 {
            word = attempt!(special::truth_of(th, word), pc, sp, fp, th).into_bits();
        }
        let (b, a) = (sp.word(1), sp.word(2));
        sp.set_word(2, word);
        release_pair_next!(b, a, pc.add(1), sp.sub(1), fp, th)
    }
);

// Stack: value, container, key, result.
handler!(after_store_subscr, |pc, sp, fp, th, arg| {
    let sp = sp.drop_top(4);
    next!(pc.add(1), sp, fp, th)
});

// Stack: container, key, result.
handler!(after_delete_subscr, |pc, sp, fp, th, arg| {
    let sp = sp.drop_top(3);
    next!(pc, sp, fp, th)
});

// Stack: value, owner, result.
handler!(after_store_attr, |pc, sp, fp, th, arg| {
    let sp = sp.drop_top(3);
    next!(pc.add(4), sp, fp, th)
});

// Stack: value, result.
handler!(after_bool, |pc, sp, fp, th, arg| {
    let result = sp.word(1);
    if result != TRUE && result != FALSE {
        return bool_slow(pc, sp, fp, th, arg);
    }
    let value = sp.word(2);
    sp.set_word(2, result);
    release_next!(value, pc.add(3), sp.sub(1), fp, th)
});

handler!(
    #[cold]
    bool_slow,
    |pc, sp, fp, th, arg| {
        let result = attempt!(special::checked_truth(th, sp.word(1)), pc, sp.sub(1), fp, th);
        let value = sp.word(2);
        sp.put(2, result);
        release_next!(value, pc.add(3), sp.sub(1), fp, th)
    }
);

handler!(after_bool_length, |pc, sp, fp, th, arg| {
    let length = attempt!(special::checked_length(th, sp.word(1)), pc, sp.sub(1), fp, th).into_bits();
    let value = sp.word(2);
    sp.set_word(2, if length == 1 { FALSE } else { TRUE });
    release_next!(value, pc.add(3), sp.sub(1), fp, th)
});

// Stack: `len`, unbound, object, result.
handler!(after_length, |pc, sp, fp, th, arg| {
    let word = sp.word(1);
    if word & 1 == 0 || (word as i64) < 0 {
        return length_slow(pc, sp, fp, th, arg);
    }
    let (object, callable) = (sp.word(2), sp.word(4));
    sp.set_word(4, word);
    release_pair_next!(object, callable, pc.add(3), sp.sub(3), fp, th)
});

handler!(
    #[cold]
    length_slow,
    |pc, sp, fp, th, arg| {
        let result = attempt!(special::checked_length(th, sp.word(1)), pc, sp.sub(1), fp, th);
        let (object, callable) = (sp.word(2), sp.word(4));
        sp.put(4, result);
        release_pair_next!(object, callable, pc.add(3), sp.sub(3), fp, th)
    }
);

// Stack: item, container, result.
handler!(after_contains, |pc, sp, fp, th, arg| {
    let result = sp.word(1);
    if result != TRUE && result != FALSE {
        return contains_slow(pc, sp, fp, th, arg);
    }
    let negated = pc.sub(1).fetch() >> 8 != 0;
    let (container, item) = (sp.word(2), sp.word(3));
    sp.set_word(3, if (result == TRUE) != negated { TRUE } else { FALSE });
    release_pair_next!(container, item, pc.add(1), sp.sub(2), fp, th)
});

handler!(
    #[cold]
    contains_slow,
    |pc, sp, fp, th, arg| {
        let result = attempt!(special::truth_of(th, sp.word(1)), pc, sp.sub(1), fp, th);
        sp.put(1, result);
        after_contains(pc, sp, fp, th, arg)
    }
);

// Stack: iterable, result.
handler!(after_iter, |pc, sp, fp, th, arg| {
    let iterator = attempt!(special::checked_iterator(th, sp.word(1)), pc, sp.sub(1), fp, th);
    let iterable = sp.word(2);
    sp.put(2, iterator);
    release_next!(iterable, pc, sp.sub(1), fp, th)
});

// Stack: iterator, the loop's argument, result. The exhausted marker says that the method raised StopIteration.
handler!(after_next, |pc, sp, fp, th, arg| {
    let item = sp.word(1);
    if item == EXHAUSTED {
        let arg = (sp.word(2) >> 1) as usize;
        // Past the END_FOR, to the POP_ITER.
        return next!(pc.add(2 + arg), sp.sub(2), fp, th);
    }
    sp.set_word(2, item);
    next!(pc.add(1), sp.sub(1), fp, th)
});

// Stack: owner, result.
handler!(after_attr, |pc, sp, fp, th, arg| {
    let is_call = usize::from(pc.sub(1).fetch() >> 8 & 1);
    let owner = sp.word(2);
    sp.set_word(2, sp.word(1));
    sp.set_word(1, UNBOUND);
    release_next!(owner, pc.add(9), sp.sub(1).add(is_call), fp, th)
});

// Stack: `__exit__`, self or unbound, lasti, what was handled, the exception, result.
handler!(after_with_exit, |pc, sp, fp, th, arg| { next!(pc, sp, fp, th) });

/// Ends a handler in a frame that was pushed, or in the native path.
macro_rules! enter_or {
    ($pushed:expr, $th:expr, $native:expr) => {
        match $pushed {
            Some(new) => $crate::frame::registers::enter!(new.code(), new, $th),
            None => $native,
        }
    };
}
pub(super) use enter_or;
