//! Fused instructions: a load and its consumer in one, which reads the local in place.
//!
//! Only the first unit's opcode is private; the consumer's unit and caches stay where they are, so jumps to it and
//! `co_code` stay right. Each form checks that the consumer is still the specialised one it was fused with, and otherwise
//! does the load alone.

use bytecode::opcode::op;

use super::stack::{LOAD_FAST, LOAD_FAST_LOAD_FAST, LOAD_SMALL_INT};
use crate::frame::attribute_cache::kind;
use crate::frame::private::op as private;
use crate::frame::registers::{clone_word, handler, load_word, next, not_taken, release_next, store_word};
use crate::frame::specialise::AddRecord;
use crate::objects::list::List;
use crate::value::{UNBOUND, Value};

// LOAD_FAST, LOAD_ATTR_INSTANCE_VALUE.
handler!(LOAD_FAST_ATTR_VALUE, |pc, sp, fp, th, arg| {
    let attr = pc.add(1);
    let owner = fp.local(arg);
    let known = match owner.header() {
        Some(header) => {
            header.class().version() == attr.cache32(1)
                && header.shape_id() == attr.cache32(3)
                && pc.fetch() & 0xFF == op::LOAD_ATTR_INSTANCE_VALUE
        }
        None => false,
    };
    if !known {
        return LOAD_FAST(pc, sp, fp, th, arg);
    }
    let value = load_word(owner.bits(), usize::from(attr.cache16(5)));
    sp.set_word(0, clone_word(value));
    next!(attr.add(9), sp.add(1), fp, th)
});

// LOAD_FAST, LOAD_ATTR_METHOD_WITH_VALUES.
handler!(LOAD_FAST_METHOD, |pc, sp, fp, th, arg| {
    let attr = pc.add(1);
    let owner = fp.local(arg);
    let known = match owner.header() {
        Some(header) => {
            header.class().version() == attr.cache32(1)
                && header.shape_id() == attr.cache32(3)
                && pc.fetch() & 0xFF == op::LOAD_ATTR_METHOD_WITH_VALUES
        }
        None => false,
    };
    if !known {
        return LOAD_FAST(pc, sp, fp, th, arg);
    }
    sp.set_word(0, clone_word(attr.cache64(5)));
    sp.add(1).set_word(0, clone_word(owner.bits()));
    next!(attr.add(9), sp.add(2), fp, th)
});

// LOAD_FAST, LOAD_ATTR_POLY.
handler!(LOAD_FAST_ATTR_POLY, |pc, sp, fp, th, arg| {
    let attr = pc.add(1);
    let owner = fp.local(arg);
    let found = match owner.header() {
        Some(header) if pc.fetch() & 0xFF == private::LOAD_ATTR_POLY => {
            th.interp().attribute_cache.load(header, attr.cache64(5))
        }
        _ => None,
    };
    let Some(entry) = found else { return LOAD_FAST(pc, sp, fp, th, arg) };
    if entry.kind == kind::VALUE {
        let value = load_word(owner.bits(), entry.offset as usize);
        sp.set_word(0, clone_word(value));
        sp.add(1).set_word(0, UNBOUND);
        return next!(attr.add(9), sp.add(1 + usize::from(pc.fetch() >> 8 & 1)), fp, th);
    }
    if entry.kind != kind::METHOD || pc.fetch() & 0x100 == 0 {
        return LOAD_FAST(pc, sp, fp, th, arg);
    }
    sp.set_word(0, clone_word(entry.value));
    sp.add(1).set_word(0, clone_word(owner.bits()));
    next!(attr.add(9), sp.add(2), fp, th)
});

// LOAD_FAST of the owner, STORE_ATTR_INSTANCE_VALUE; the value lies on the stack.
handler!(LOAD_FAST_STORE_ATTR, |pc, sp, fp, th, arg| {
    let attr = pc.add(1);
    let owner = fp.local(arg);
    let cached = attr.cache32(2);
    let known = match owner.header() {
        Some(header) => {
            header.class().version() == attr.cache32(0)
                && header.shape_id() == cached >> 8
                && pc.fetch() & 0xFF == op::STORE_ATTR_INSTANCE_VALUE
        }
        None => false,
    };
    if !known {
        return LOAD_FAST(pc, sp, fp, th, arg);
    }
    let old = store_word(owner.bits(), 8 * (cached & 0xFF) as usize, sp.word(1));
    release_next!(old, attr.add(4), sp.sub(1), fp, th)
});

// LOAD_FAST_LOAD_FAST of value and owner, STORE_ATTR_INSTANCE_VALUE or STORE_ATTR_ADD.
handler!(LOAD_PAIR_STORE_ATTR, |pc, sp, fp, th, arg| {
    let attr = pc.add(1);
    let owner = fp.local(arg & 15);
    let Some(header) = owner.header() else { return LOAD_FAST_LOAD_FAST(pc, sp, fp, th, arg) };
    let form = pc.fetch() & 0xFF;
    if form == op::STORE_ATTR_INSTANCE_VALUE {
        let cached = attr.cache32(2);
        if header.class().version() != attr.cache32(0) || header.shape_id() != cached >> 8 {
            return LOAD_FAST_LOAD_FAST(pc, sp, fp, th, arg);
        }
        let new = clone_word(fp.local(arg >> 4).bits());
        let old = store_word(owner.bits(), 8 * (cached & 0xFF) as usize, new);
        return release_next!(old, attr.add(4), sp, fp, th);
    }
    if form != private::STORE_ATTR_ADD {
        return LOAD_FAST_LOAD_FAST(pc, sp, fp, th, arg);
    }
    let record = AddRecord::at(attr.cache64(0));
    if header.class().version() != record.version || header.shape_id() != record.before {
        return LOAD_FAST_LOAD_FAST(pc, sp, fp, th, arg);
    }
    store_word(owner.bits(), record.offset as usize, clone_word(fp.local(arg >> 4).bits()));
    header.set_shape_id(record.after);
    next!(attr.add(4), sp, fp, th)
});

/// The word of an item of an exact list at a small int; 0 for anything else.
#[inline(always)]
fn list_item(list: &Value, index: &Value) -> u64 {
    let (Some(list), Some(index)) = (list.downcast_exact::<List>(), index.as_small_int()) else { return 0 };
    let index = if index < 0 { index + list.len() as i64 } else { index };
    list.word(index as usize).unwrap_or(0)
}

// LOAD_FAST_LOAD_FAST of list and index, BINARY_OP_SUBSCR_LIST_INT.
handler!(LOAD_PAIR_SUBSCR_LIST, |pc, sp, fp, th, arg| {
    let item = list_item(fp.local(arg >> 4), fp.local(arg & 15));
    if item == 0 || pc.fetch() & 0xFF != op::BINARY_OP_SUBSCR_LIST_INT {
        return LOAD_FAST_LOAD_FAST(pc, sp, fp, th, arg);
    }
    sp.set_word(0, clone_word(item));
    next!(pc.add(6), sp.add(1), fp, th)
});

// LOAD_FAST of the index, BINARY_OP_SUBSCR_LIST_INT; the list lies on the stack.
handler!(LOAD_FAST_SUBSCR_LIST, |pc, sp, fp, th, arg| {
    let item = list_item(sp.peek(1), fp.local(arg));
    if item == 0 || pc.fetch() & 0xFF != op::BINARY_OP_SUBSCR_LIST_INT {
        return LOAD_FAST(pc, sp, fp, th, arg);
    }
    let list = sp.word(1);
    sp.set_word(1, clone_word(item));
    release_next!(list, pc.add(6), sp, fp, th)
});

// LOAD_FAST_LOAD_FAST, COMPARE_INT_JUMP_IF_FALSE (which has the jump in its caches' place).
handler!(LOAD_PAIR_COMPARE_JUMP, |pc, sp, fp, th, arg| {
    let (a, b) = (fp.local(arg >> 4).bits(), fp.local(arg & 15).bits());
    let unit = pc.fetch();
    if a & b & 1 == 0 || unit & 0xFF != private::COMPARE_INT_JUMP_IF_FALSE {
        return LOAD_FAST_LOAD_FAST(pc, sp, fp, th, arg);
    }
    let (a, b) = (a as i64, b as i64);
    let seen = if a < b {
        2
    } else if a > b {
        4
    } else {
        8
    };
    let compare = pc.add(1);
    let jump = usize::from(compare.cache16(1) >> 8);
    let target = if usize::from(unit >> 8) & seen != 0 { not_taken(compare.add(3)) } else { compare.add(3 + jump) };
    next!(target, sp, fp, th)
});

// LOAD_SMALL_INT, BINARY_OP_ADD_INT.
handler!(LOAD_SMALL_INT_ADD, |pc, sp, fp, th, arg| {
    let a = sp.word(1);
    let (sum, overflow) = (a as i64).overflowing_add((arg as i64) << 1);
    if a & 1 == 0 || overflow || pc.fetch() & 0xFF != op::BINARY_OP_ADD_INT {
        return LOAD_SMALL_INT(pc, sp, fp, th, arg);
    }
    sp.set_word(1, sum as u64);
    next!(pc.add(6), sp, fp, th)
});

// LOAD_SMALL_INT, BINARY_OP_SUBTRACT_INT.
handler!(LOAD_SMALL_INT_SUBTRACT, |pc, sp, fp, th, arg| {
    let a = sp.word(1);
    let (difference, overflow) = (a as i64).overflowing_sub((arg as i64) << 1);
    if a & 1 == 0 || overflow || pc.fetch() & 0xFF != op::BINARY_OP_SUBTRACT_INT {
        return LOAD_SMALL_INT(pc, sp, fp, th, arg);
    }
    sp.set_word(1, difference as u64);
    next!(pc.add(6), sp, fp, th)
});
