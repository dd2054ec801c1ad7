//! Attributes: load, store, delete, `super()`.

use crate::error::Res;
use crate::frame::registers::{Fp, Sp, adaptive, attempt, handler, next, raise};
use crate::frame::{classes, specialise};
use crate::thread::ThreadState;
use crate::types::type_flags;
use crate::value::{UNBOUND, Value};

adaptive!(LOAD_ATTR, load_attr_warm, LOAD_ATTR_plain, |pc, sp, fp, th, arg| specialise::load_attr(th, pc, sp, fp, arg));

handler!(LOAD_ATTR_plain, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    if arg & 1 == 0 {
        let value = attempt!(th.getattr(sp.peek(1), fp.code().name_at(arg >> 1)), pc, sp, fp, th);
        sp.replace(1, value);
        return next!(pc.add(9), sp, fp, th);
    }
    let function = attempt!(load_method(th, sp, fp, arg), pc, sp, fp, th);
    // The function takes the owner's place; the owner moves up, or is dropped if the value is bound already.
    let owner = sp.take(1);
    sp.put(1, function);
    if sp.word(0) == UNBOUND {
        drop(owner);
        return next!(pc.add(9), sp.add(1), fp, th);
    }
    sp.put(0, owner);
    next!(pc.add(9), sp.add(1), fp, th)
});

/// A method for an immediate call: unbound if that is possible. Writes the word beside it: unbound, or anything else
/// where the owner goes.
#[inline(never)]
fn load_method(th: &ThreadState, sp: Sp, fp: Fp, arg: usize) -> Res {
    let owner = sp.peek(1);
    let name = fp.code().name_at(arg >> 1);
    let class = owner.class();
    sp.set_word(0, UNBOUND);
    if class.has_flag(type_flags::GENERIC_GETATTR)
        && let Some(attribute) = class.lookup(th, name)
        && attribute.class().has_flag(type_flags::METHOD_DESCRIPTOR)
    {
        if let Some(value) = crate::instance::get_attribute(th, owner, name) {
            return Ok(value);
        }
        sp.set_word(0, Value::NONE.bits());
        return Ok(attribute);
    }
    th.getattr(owner, name)
}

adaptive!(STORE_ATTR, store_attr_warm, STORE_ATTR_plain, |pc, sp, fp, th, arg| specialise::store_attr(
    th, pc, sp, fp, arg
));

handler!(STORE_ATTR_plain, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = th.setattr(sp.peek(1), fp.code().name_at(arg), Some(sp.peek(2)));
    let sp = sp.drop_top(2);
    attempt!(result, pc, sp, fp, th);
    next!(pc.add(4), sp, fp, th)
});

handler!(DELETE_ATTR, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = th.setattr(sp.peek(1), fp.code().name_at(arg), None);
    let sp = sp.drop_top(1);
    attempt!(result, pc, sp, fp, th);
    next!(pc, sp, fp, th)
});

handler!(LOAD_SUPER_ATTR, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    sp.set_word(0, UNBOUND);
    let value = attempt!(classes::load_super(th, sp, fp.code().name_at(arg >> 2), arg), pc, sp, fp, th);
    // Below: super, class, self. With a method found, self stays to be its first argument.
    let bound = sp.word(0);
    let this = sp.take(1);
    let (class, super_type) = (sp.take(2), sp.take(3));
    sp.put(3, value);
    if arg & 1 == 0 {
        drop(this);
        drop(class);
        drop(super_type);
        return next!(pc.add(1), sp.sub(2), fp, th);
    }
    if bound == UNBOUND {
        sp.set_word(2, UNBOUND);
        drop(this);
    } else {
        sp.put(2, this);
    }
    drop(class);
    drop(super_type);
    next!(pc.add(1), sp.sub(1), fp, th)
});
