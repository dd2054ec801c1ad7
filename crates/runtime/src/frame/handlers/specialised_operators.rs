//! Specialised operators: ints and floats in the word, strings, subscripts of the builtin containers, truth, containment.

use bytecode::opcode::{compare, op};

use super::operators::{
    BINARY_OP_plain, COMPARE_OP_plain, CONTAINS_OP_plain, STORE_SUBSCR_plain, TO_BOOL_plain, binary_op_native,
};
use crate::error::Res;
use crate::frame::registers::{
    Fp, Sp, after_truth, attempt, clone_word, handler, next, not_taken, raise, release_next, release_pair_next,
};
use crate::frame::specialise::{self, Extend};
use crate::objects::dict::{DICT_TYPE, Dict};
use crate::objects::list::List;
use crate::objects::set::{FROZENSET_TYPE, SET_TYPE};
use crate::objects::str::{STR_TYPE, Str};
use crate::objects::tuple::Tuple;
use crate::thread::ThreadState;
use crate::value::{FALSE, FLOAT_BIAS, NONE, TAG_FLOAT, TRUE, UNBOUND, Value};

/// A guard failed: the plain form does this one; after some more of them the instruction is plain again.
macro_rules! miss {
    ($name:ident, $plain:ident, $base:ident) => {
        handler!(
            #[cold]
            $name,
            |pc, sp, fp, th, arg| {
                specialise::missed(pc, op::$base);
                $plain(pc, sp, fp, th, arg)
            }
        );
    };
}
pub(super) use miss;

miss!(binary_op_miss, BINARY_OP_plain, BINARY_OP);
miss!(compare_op_miss, COMPARE_OP_plain, COMPARE_OP);
miss!(contains_op_miss, CONTAINS_OP_plain, CONTAINS_OP);
miss!(to_bool_miss, TO_BOOL_plain, TO_BOOL);
miss!(store_subscr_miss, STORE_SUBSCR_plain, STORE_SUBSCR);

handler!(BINARY_OP_ADD_INT, |pc, sp, fp, th, arg| {
    let (a, b) = (sp.word(2), sp.word(1));
    if a & b & 1 == 0 {
        return binary_op_miss(pc, sp, fp, th, arg);
    }
    // 2x + 1 and 2y + 1: the sum's word is their sum less one.
    let (sum, overflow) = (a as i64 - 1).overflowing_add(b as i64);
    if overflow {
        return BINARY_OP_plain(pc, sp, fp, th, arg);
    }
    sp.set_word(2, sum as u64);
    next!(pc.add(5), sp.sub(1), fp, th)
});

handler!(BINARY_OP_SUBTRACT_INT, |pc, sp, fp, th, arg| {
    let (a, b) = (sp.word(2), sp.word(1));
    if a & b & 1 == 0 {
        return binary_op_miss(pc, sp, fp, th, arg);
    }
    let (difference, overflow) = (a as i64).overflowing_sub(b as i64 - 1);
    if overflow {
        return BINARY_OP_plain(pc, sp, fp, th, arg);
    }
    sp.set_word(2, difference as u64);
    next!(pc.add(5), sp.sub(1), fp, th)
});

handler!(BINARY_OP_MULTIPLY_INT, |pc, sp, fp, th, arg| {
    let (a, b) = (sp.word(2), sp.word(1));
    if a & b & 1 == 0 {
        return binary_op_miss(pc, sp, fp, th, arg);
    }
    let (product, overflow) = (a as i64 - 1).overflowing_mul(b as i64 >> 1);
    if overflow {
        return BINARY_OP_plain(pc, sp, fp, th, arg);
    }
    sp.set_word(2, product as u64 | 1);
    next!(pc.add(5), sp.sub(1), fp, th)
});

/// Operations on the words of two small ints whose result is one.
macro_rules! bits_operation {
    ($name:ident, |$a:ident, $b:ident| $result:expr) => {
        handler!($name, |pc, sp, fp, th, arg| {
            let ($a, $b) = (sp.word(2), sp.word(1));
            if $a & $b & 1 == 0 {
                return binary_op_miss(pc, sp, fp, th, arg);
            }
            sp.set_word(2, $result);
            next!(pc.add(5), sp.sub(1), fp, th)
        });
    };
}

bits_operation!(BINARY_OP_AND_INT, |a, b| a & b);
bits_operation!(BINARY_OP_OR_INT, |a, b| a | b);
bits_operation!(BINARY_OP_XOR_INT, |a, b| (a ^ b) | 1);

handler!(BINARY_OP_LSHIFT_INT, |pc, sp, fp, th, arg| {
    let (a, b) = (sp.word(2), sp.word(1));
    if a & b & 1 == 0 {
        return binary_op_miss(pc, sp, fp, th, arg);
    }
    let (number, count) = (a as i64 - 1, b >> 1);
    if count > 62 || number << count >> count != number {
        return BINARY_OP_plain(pc, sp, fp, th, arg);
    }
    sp.set_word(2, (number << count) as u64 | 1);
    next!(pc.add(5), sp.sub(1), fp, th)
});

handler!(BINARY_OP_RSHIFT_INT, |pc, sp, fp, th, arg| {
    let (a, b) = (sp.word(2), sp.word(1));
    if a & b & 1 == 0 {
        return binary_op_miss(pc, sp, fp, th, arg);
    }
    let count = b >> 1;
    if count > 62 {
        return BINARY_OP_plain(pc, sp, fp, th, arg);
    }
    sp.set_word(2, (a as i64 >> count) as u64 | 1);
    next!(pc.add(5), sp.sub(1), fp, th)
});

// Dividends and divisors that fit 32 bits take the processor's short division, which is several times faster.
handler!(BINARY_OP_FLOOR_DIVIDE_INT, |pc, sp, fp, th, arg| {
    let (a, b) = (sp.word(2), sp.word(1));
    if a & b & 1 == 0 {
        return binary_op_miss(pc, sp, fp, th, arg);
    }
    let (a, b) = (a as i64 >> 1, b as i64 >> 1);
    if b <= 0 {
        return BINARY_OP_plain(pc, sp, fp, th, arg);
    }
    let quotient = if (a | b) as u64 >> 32 == 0 { i64::from(a as u32 / b as u32) } else { a.div_euclid(b) };
    sp.set_word(2, (quotient as u64) << 1 | 1);
    next!(pc.add(5), sp.sub(1), fp, th)
});

handler!(BINARY_OP_REMAINDER_INT, |pc, sp, fp, th, arg| {
    let (a, b) = (sp.word(2), sp.word(1));
    if a & b & 1 == 0 {
        return binary_op_miss(pc, sp, fp, th, arg);
    }
    let (a, b) = (a as i64 >> 1, b as i64 >> 1);
    if b <= 0 {
        return BINARY_OP_plain(pc, sp, fp, th, arg);
    }
    let rest = if (a | b) as u64 >> 32 == 0 { i64::from(a as u32 % b as u32) } else { a.rem_euclid(b) };
    sp.set_word(2, (rest as u64) << 1 | 1);
    next!(pc.add(5), sp.sub(1), fp, th)
});

handler!(BINARY_OP_TRUE_DIVIDE_FLOAT, |pc, sp, fp, th, arg| {
    let (a, b) = (sp.word(2), sp.word(1));
    if a & 3 != TAG_FLOAT || b & 3 != TAG_FLOAT {
        return binary_op_miss(pc, sp, fp, th, arg);
    }
    let word = encode(decode(a) / decode(b));
    if word & 3 != TAG_FLOAT {
        return BINARY_OP_plain(pc, sp, fp, th, arg);
    }
    sp.set_word(2, word);
    next!(pc.add(5), sp.sub(1), fp, th)
});

#[inline(always)]
fn decode(word: u64) -> f64 {
    f64::from_bits(word.rotate_right(3).wrapping_sub(FLOAT_BIAS))
}

#[inline(always)]
fn encode(number: f64) -> u64 {
    number.to_bits().wrapping_add(FLOAT_BIAS).rotate_left(3)
}

/// Floats in the word; zeros, doubles that do not fit it and results like that take `float_operation`.
macro_rules! float_operation {
    ($name:ident, $a:ident $operator:tt $b:ident) => {
        handler!($name, |pc, sp, fp, th, arg| {
            let (a, b) = (sp.word(2), sp.word(1));
            if a & 3 != TAG_FLOAT || b & 3 != TAG_FLOAT {
                return float_operation(pc, sp, fp, th, arg);
            }
            let ($a, $b) = (decode(a), decode(b));
            let word = encode($a $operator $b);
            if word & 3 != TAG_FLOAT {
                return float_operation(pc, sp, fp, th, arg);
            }
            sp.set_word(2, word);
            next!(pc.add(5), sp.sub(1), fp, th)
        });
    };
}

float_operation!(BINARY_OP_ADD_FLOAT, a + b);
float_operation!(BINARY_OP_SUBTRACT_FLOAT, a - b);
float_operation!(BINARY_OP_MULTIPLY_FLOAT, a * b);

handler!(float_operation, |pc, sp, fp, th, arg| {
    let (a, b) = (sp.peek(2), sp.peek(1));
    let is_float = |value: &Value| value.is_exactly(&crate::objects::float::FLOAT_TYPE);
    if !is_float(a) || !is_float(b) {
        return binary_op_miss(pc, sp, fp, th, arg);
    }
    let (x, y) = (a.as_float().unwrap_or(0.0), b.as_float().unwrap_or(0.0));
    let result = match pc.opcode() {
        op::BINARY_OP_ADD_FLOAT => x + y,
        op::BINARY_OP_SUBTRACT_FLOAT => x - y,
        _ => x * y,
    };
    let result = th.float(result);
    sp.replace(1, Value::NONE);
    sp.replace(2, result);
    next!(pc.add(5), sp.sub(1), fp, th)
});

// The cache holds a function of two words that are no objects; 0 says that it does not apply.
handler!(BINARY_OP_EXTEND, |pc, sp, fp, th, arg| {
    let (a, b) = (sp.word(2), sp.word(1));
    let result = if a & 7 != 0 && b & 7 != 0 { Extend::from_cache(pc.cache64(1)).call(a, b) } else { 0 };
    if result == 0 {
        return binary_op_miss(pc, sp, fp, th, arg);
    }
    sp.set_word(2, result);
    next!(pc.add(5), sp.sub(1), fp, th)
});

handler!(BINARY_OP_ADD_UNICODE, |pc, sp, fp, th, arg| {
    if !sp.peek(2).is_exactly(&STR_TYPE) || !sp.peek(1).is_exactly(&STR_TYPE) {
        return binary_op_miss(pc, sp, fp, th, arg);
    }
    binary_op_native(pc, sp, fp, th, arg)
});

// `s = s + t` and `s += t` with a local: the local gives its reference up first, so that the string may grow in place.
handler!(BINARY_OP_INPLACE_ADD_UNICODE, |pc, sp, fp, th, arg| {
    if !sp.peek(2).is_exactly(&STR_TYPE) || !sp.peek(1).is_exactly(&STR_TYPE) {
        return binary_op_miss(pc, sp, fp, th, arg);
    }
    let store = pc.add(5).fetch();
    let local = usize::from(store >> 8);
    if store & 0xFF != op::STORE_FAST || fp.local(local).bits() != sp.word(2) {
        return binary_op_native(pc, sp, fp, th, arg);
    }
    let right = sp.word(1);
    append_to_local(th, sp, fp, local);
    release_next!(right, pc.add(6), sp.sub(2), fp, th)
});

/// Stack: the string that the local holds too, and what is added to it; the second is left to the caller.
#[inline(never)]
fn append_to_local(th: &ThreadState, sp: Sp, fp: Fp, local: usize) {
    let left = sp.take(2);
    drop(fp.swap_local(local, Value::UNBOUND));
    let result = match sp.peek(1).downcast_exact::<Str>() {
        Some(right) => th.str_append(left, right),
        None => left,
    };
    fp.init_local(local, result);
}

handler!(
    /// Not what the form is for; but lists here and dicts there are no reason to do either the long way.
    subscr_other,
    |pc, sp, fp, th, arg| {
        let container = sp.peek(2);
        if container.is_exactly(&DICT_TYPE) {
            return BINARY_OP_SUBSCR_DICT(pc, sp, fp, th, arg);
        }
        if !sp.peek(1).is_small_int() {
            return binary_op_miss(pc, sp, fp, th, arg);
        }
        if container.downcast_exact::<List>().is_some() {
            return BINARY_OP_SUBSCR_LIST_INT(pc, sp, fp, th, arg);
        }
        if container.downcast_exact::<Tuple>().is_some() {
            return BINARY_OP_SUBSCR_TUPLE_INT(pc, sp, fp, th, arg);
        }
        binary_op_miss(pc, sp, fp, th, arg)
    }
);

handler!(BINARY_OP_SUBSCR_LIST_INT, |pc, sp, fp, th, arg| {
    let (Some(list), Some(index)) = (sp.peek(2).downcast_exact::<List>(), sp.peek(1).as_small_int()) else {
        return subscr_other(pc, sp, fp, th, arg);
    };
    let index = if index < 0 { index + list.len() as i64 } else { index };
    let Some(item) = list.word(index as usize) else { return BINARY_OP_plain(pc, sp, fp, th, arg) };
    let container = sp.word(2);
    sp.set_word(2, clone_word(item));
    release_next!(container, pc.add(5), sp.sub(1), fp, th)
});

handler!(BINARY_OP_SUBSCR_TUPLE_INT, |pc, sp, fp, th, arg| {
    let (Some(tuple), Some(index)) = (sp.peek(2).downcast_exact::<Tuple>(), sp.peek(1).as_small_int()) else {
        return subscr_other(pc, sp, fp, th, arg);
    };
    let index = if index < 0 { index + tuple.len() as i64 } else { index };
    let Some(item) = tuple.as_slice().get(index as usize).map(Value::bits) else {
        return BINARY_OP_plain(pc, sp, fp, th, arg);
    };
    let container = sp.word(2);
    sp.set_word(2, clone_word(item));
    release_next!(container, pc.add(5), sp.sub(1), fp, th)
});

handler!(BINARY_OP_SUBSCR_STR_INT, |pc, sp, fp, th, arg| {
    let (Some(text), Some(index)) = (sp.peek(2).downcast_exact::<Str>(), sp.peek(1).as_small_int()) else {
        return subscr_other(pc, sp, fp, th, arg);
    };
    let index = if index < 0 { index + text.len() as i64 } else { index };
    if index < 0 || index as usize >= text.len() {
        return BINARY_OP_plain(pc, sp, fp, th, arg);
    }
    let item = character(th, text, index as usize);
    let container = sp.word(2);
    sp.set_word(2, item);
    release_next!(container, pc.add(5), sp.sub(1), fp, th)
});

/// A string of one character, as an owned word.
#[inline(never)]
fn character(th: &ThreadState, text: &Str, index: usize) -> u64 {
    th.str_from_char(text.char_at(index)).into_bits()
}

handler!(BINARY_OP_SUBSCR_DICT, |pc, sp, fp, th, arg| {
    if !sp.peek(2).is_exactly(&DICT_TYPE) {
        return subscr_other(pc, sp, fp, th, arg);
    }
    fp.header().current_pc.set(pc);
    let found = specialise::dict_item(th, sp.peek(2), sp.peek(1));
    if found == 0 {
        return raise!(pc, sp, fp, th);
    }
    let (key, container) = (sp.word(1), sp.word(2));
    sp.set_word(2, found);
    release_pair_next!(key, container, pc.add(5), sp.sub(1), fp, th)
});

pub(in crate::frame) use super::operators::BINARY_OP as BINARY_OP_SUBSCR_GETITEM;
pub(in crate::frame) use super::operators::BINARY_OP as BINARY_OP_SUBSCR_LIST_SLICE;

handler!(STORE_SUBSCR_LIST_INT, |pc, sp, fp, th, arg| {
    let (Some(list), Some(index)) = (sp.peek(2).downcast_exact::<List>(), sp.peek(1).as_small_int()) else {
        return store_subscr_miss(pc, sp, fp, th, arg);
    };
    if index < 0 || index as usize >= list.len() {
        return STORE_SUBSCR_plain(pc, sp, fp, th, arg);
    }
    let old = list.replace_word(index as usize, sp.word(3));
    let container = sp.word(2);
    release_pair_next!(old, container, pc.add(1), sp.sub(3), fp, th)
});

handler!(STORE_SUBSCR_DICT, |pc, sp, fp, th, arg| {
    let Some(dict) = sp.peek(2).downcast_exact::<Dict>() else { return store_subscr_miss(pc, sp, fp, th, arg) };
    fp.header().current_pc.set(pc);
    attempt!(store_item(th, dict, sp), pc, sp, fp, th);
    let (key, container) = (sp.word(1), sp.word(2));
    release_pair_next!(key, container, pc.add(1), sp.sub(3), fp, th)
});

/// Stack: value, dict, key. The value goes into the dict.
#[inline(never)]
fn store_item(th: &ThreadState, dict: &Dict, sp: Sp) -> Res<()> {
    let value = sp.take(3);
    sp.set_word(3, UNBOUND);
    dict.set(th, sp.peek(1), value)
}

/// 2, 4 or 8: less, greater, equal, as `COMPARE_OP`'s mask counts them.
#[inline(always)]
fn outcome<T: PartialOrd>(a: T, b: T) -> usize {
    if a < b {
        compare::LESS as usize
    } else if a > b {
        compare::GREATER as usize
    } else if a == b {
        compare::EQUAL as usize
    } else {
        compare::UNORDERED as usize
    }
}

handler!(COMPARE_OP_INT, |pc, sp, fp, th, arg| {
    let (a, b) = (sp.word(2), sp.word(1));
    if a & b & 1 == 0 {
        return compare_op_miss(pc, sp, fp, th, arg);
    }
    let (a, b) = (a as i64, b as i64);
    let seen = if a < b {
        2
    } else if a > b {
        4
    } else {
        8
    };
    sp.set_word(2, if arg & seen != 0 { TRUE } else { FALSE });
    next!(pc.add(1), sp.sub(1), fp, th)
});

// A comparison whose result the next instruction jumps by: both in one.
handler!(COMPARE_INT_JUMP_IF_FALSE, |pc, sp, fp, th, arg| {
    let (a, b) = (sp.word(2), sp.word(1));
    if a & b & 1 == 0 {
        return compare_op_miss(pc, sp, fp, th, arg);
    }
    let (a, b) = (a as i64, b as i64);
    let seen = if a < b {
        2
    } else if a > b {
        4
    } else {
        8
    };
    let jump = usize::from(pc.cache16(1) >> 8);
    let target = if arg & seen != 0 { not_taken(pc.add(3)) } else { pc.add(3 + jump) };
    next!(target, sp.sub(2), fp, th)
});

handler!(COMPARE_INT_JUMP_IF_TRUE, |pc, sp, fp, th, arg| {
    let (a, b) = (sp.word(2), sp.word(1));
    if a & b & 1 == 0 {
        return compare_op_miss(pc, sp, fp, th, arg);
    }
    let (a, b) = (a as i64, b as i64);
    let seen = if a < b {
        2
    } else if a > b {
        4
    } else {
        8
    };
    let jump = usize::from(pc.cache16(1) >> 8);
    let target = if arg & seen == 0 { not_taken(pc.add(3)) } else { pc.add(3 + jump) };
    next!(target, sp.sub(2), fp, th)
});

handler!(COMPARE_OP_FLOAT, |pc, sp, fp, th, arg| {
    let (Some(a), Some(b)) = (sp.peek(2).as_word_float(), sp.peek(1).as_word_float()) else {
        return compare_op_miss(pc, sp, fp, th, arg);
    };
    let (pc, sp) = after_truth(arg & outcome(a, b) != 0, pc.add(1), sp.sub(2));
    next!(pc, sp, fp, th)
});

// `==` and `!=` only, of strings or of a string and None.
handler!(COMPARE_OP_STR, |pc, sp, fp, th, arg| {
    let equal = match (sp.peek(2).downcast_exact::<Str>(), sp.peek(1).downcast_exact::<Str>()) {
        (Some(a), Some(b)) => sp.word(2) == sp.word(1) || a.equals(b),
        (Some(_), None) if sp.word(1) == NONE => false,
        (None, Some(_)) if sp.word(2) == NONE => false,
        _ => return compare_op_miss(pc, sp, fp, th, arg),
    };
    let seen = if equal { compare::EQUAL } else { compare::LESS } as usize;
    let (b, a) = (sp.word(1), sp.word(2));
    let (pc, sp) = after_truth(arg & seen != 0, pc.add(1), sp.sub(2));
    release_pair_next!(b, a, pc, sp, fp, th)
});

handler!(CONTAINS_OP_DICT, |pc, sp, fp, th, arg| {
    if !sp.peek(1).is_exactly(&DICT_TYPE) {
        return contains_op_miss(pc, sp, fp, th, arg);
    }
    let Some(dict) = sp.peek(1).downcast_exact::<Dict>() else { return contains_op_miss(pc, sp, fp, th, arg) };
    fp.header().current_pc.set(pc);
    let Ok(found) = dict_contains(th, dict, sp.peek(2)) else { return raise!(pc, sp, fp, th) };
    let (container, key) = (sp.word(1), sp.word(2));
    let (pc, sp) = after_truth(found == (arg == 0), pc.add(1), sp.sub(2));
    release_pair_next!(key, container, pc, sp, fp, th)
});

/// Apart: a handler that keeps something in its native frame cannot leave by a jump.
#[inline(never)]
fn dict_contains(th: &ThreadState, dict: &Dict, key: &Value) -> Res<bool> {
    dict.contains(th, key)
}

handler!(CONTAINS_OP_SET, |pc, sp, fp, th, arg| {
    let container = sp.peek(1);
    if !container.is_exactly(&SET_TYPE) && !container.is_exactly(&FROZENSET_TYPE) {
        return contains_op_miss(pc, sp, fp, th, arg);
    }
    let Some(set) = container.as_set() else { return contains_op_miss(pc, sp, fp, th, arg) };
    fp.header().current_pc.set(pc);
    let Ok(found) = set.contains_key(th, sp.peek(2)) else { return raise!(pc, sp, fp, th) };
    let (container, key) = (sp.word(1), sp.word(2));
    let (pc, sp) = after_truth(found == (arg == 0), pc.add(1), sp.sub(2));
    release_pair_next!(key, container, pc, sp, fp, th)
});

handler!(TO_BOOL_BOOL, |pc, sp, fp, th, arg| {
    let word = sp.word(1);
    if word != TRUE && word != FALSE {
        return to_bool_miss(pc, sp, fp, th, arg);
    }
    let (pc, sp) = after_truth(word == TRUE, pc.add(3), sp.sub(1));
    next!(pc, sp, fp, th)
});

handler!(TO_BOOL_INT, |pc, sp, fp, th, arg| {
    let word = sp.word(1);
    if word & 1 == 0 {
        return to_bool_miss(pc, sp, fp, th, arg);
    }
    let (pc, sp) = after_truth(word != 1, pc.add(3), sp.sub(1));
    next!(pc, sp, fp, th)
});

handler!(TO_BOOL_NONE, |pc, sp, fp, th, arg| {
    if !sp.peek(1).is_none() {
        return to_bool_miss(pc, sp, fp, th, arg);
    }
    let (pc, sp) = after_truth(false, pc.add(3), sp.sub(1));
    next!(pc, sp, fp, th)
});

handler!(TO_BOOL_LIST, |pc, sp, fp, th, arg| {
    let word = sp.word(1);
    let Some(list) = sp.peek(1).downcast_exact::<List>() else { return to_bool_miss(pc, sp, fp, th, arg) };
    let (pc, sp) = after_truth(!list.is_empty(), pc.add(3), sp.sub(1));
    release_next!(word, pc, sp, fp, th)
});

handler!(TO_BOOL_STR, |pc, sp, fp, th, arg| {
    let word = sp.word(1);
    let Some(text) = sp.peek(1).downcast_exact::<Str>() else { return to_bool_miss(pc, sp, fp, th, arg) };
    let (pc, sp) = after_truth(!text.is_empty(), pc.add(3), sp.sub(1));
    release_next!(word, pc, sp, fp, th)
});

// Instances of a class without `__bool__` and `__len__`; the cache holds the class's version.
handler!(TO_BOOL_ALWAYS_TRUE, |pc, sp, fp, th, arg| {
    let word = sp.word(1);
    let version = sp.peek(1).header().map_or(0, |header| header.class().version());
    if version == 0 || version != pc.cache32(1) {
        return to_bool_miss(pc, sp, fp, th, arg);
    }
    let (pc, sp) = after_truth(true, pc.add(3), sp.sub(1));
    release_next!(word, pc, sp, fp, th)
});
