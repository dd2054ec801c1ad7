//! Attributes: load, store, delete, `super()`.

use super::continuations::enter_or;
use crate::error::Res;
use crate::frame::private::{continuation, continue_at};
use crate::frame::registers::{Fp, Sp, adaptive, attempt, clone_word, handler, next, raise, release_next};
use crate::frame::{classes, special, specialise};
use crate::thread::ThreadState;
use crate::types::type_flags;
use crate::value::{UNBOUND, Value};

adaptive!(LOAD_ATTR, load_attr_warm, LOAD_ATTR_plain, |pc, sp, fp, th, arg| specialise::load_attr(th, pc, sp, fp, arg));

handler!(LOAD_ATTR_plain, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    if special::python_class(sp.peek(1)).is_some_and(|class| !class.has_flag(type_flags::GENERIC_GETATTR)) {
        return load_attr_hooked(pc, sp, fp, th, arg);
    }
    load_attr_native(pc, sp, fp, th, arg)
});

// The class has `__getattr__`, or a `__getattribute__` of its own.
handler!(load_attr_hooked, |pc, sp, fp, th, arg| {
    let name = fp.code().name_at(arg >> 1);
    match generic_attribute(th, sp, name) {
        Err(_) => raise!(pc, sp, fp, th),
        Ok(Lookup::Found(value)) => {
            let owner = sp.word(1);
            sp.put(1, value);
            sp.set_word(0, UNBOUND);
            release_next!(owner, pc.add(9), sp.add(arg & 1), fp, th)
        }
        Ok(Lookup::Missing) => {
            let pushed = special::missing_attribute(th, sp, name, continue_at(continuation::ATTR), fp);
            enter_or!(pushed, th, load_attr_native(pc, sp, fp, th, arg))
        }
        Ok(Lookup::Overridden) => load_attr_native(pc, sp, fp, th, arg),
    }
});

enum Lookup {
    Found(Value),
    /// `__getattr__` is to be asked.
    Missing,
    /// `__getattribute__` is not the generic one.
    Overridden,
}

/// What the generic algorithm finds, if the class uses it before `__getattr__`.
#[inline(never)]
fn generic_attribute(th: &ThreadState, sp: Sp, name: &Value) -> Res<Lookup> {
    let owner = sp.peek(1);
    let class = owner.class();
    if !crate::types::slot_table::dispatch::asks_generic_first(th, class)
        || special::method(th, class, &th.names().__getattr__, 2).is_none()
    {
        return Ok(Lookup::Overridden);
    }
    match crate::protocol::attributes::generic_getattr_opt(th, owner, name) {
        Ok(Some(value)) => Ok(Lookup::Found(value)),
        Ok(None) => Ok(Lookup::Missing),
        Err(raised) if th.raised_is(&raised, &crate::objects::exceptions::ATTRIBUTE_ERROR) => {
            drop(th.take_raised(raised));
            Ok(Lookup::Missing)
        }
        Err(raised) => Err(raised),
    }
}

handler!(load_attr_native, |pc, sp, fp, th, arg| {
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
    let pushed = special::set_attribute(th, sp, fp.code().name_at(arg), continue_at(continuation::STORE_ATTR), fp);
    enter_or!(pushed, th, store_attr_native(pc, sp, fp, th, arg))
});

handler!(store_attr_native, |pc, sp, fp, th, arg| {
    let result = set_attribute_apart(th, sp, fp.code().name_at(arg));
    let sp = sp.drop_top(2);
    attempt!(result, pc, sp, fp, th);
    next!(pc.add(4), sp, fp, th)
});

/// A handler that keeps something in its native frame cannot leave by a jump.
#[inline(never)]
fn set_attribute_apart(th: &ThreadState, sp: Sp, name: &Value) -> Res<()> {
    th.setattr(sp.peek(1), name, Some(sp.peek(2)))
}

handler!(DELETE_ATTR, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = th.setattr(sp.peek(1), fp.code().name_at(arg), None);
    let sp = sp.drop_top(1);
    attempt!(result, pc, sp, fp, th);
    next!(pc, sp, fp, th)
});

// Methods that have been found before stand in the interpreter's table.
handler!(LOAD_SUPER_ATTR, |pc, sp, fp, th, arg| {
    let name = fp.code().name_at(arg >> 2).bits();
    let found = match (sp.peek(2).as_type(), sp.peek(1).header()) {
        (Some(class), Some(this)) if arg & 1 != 0 && classes::is_super(sp.peek(3)) => {
            if this.class().has_flag(type_flags::TYPE_SUBCLASS) {
                None
            } else {
                th.interp().attribute_cache.super_method(this.class(), class, name)
            }
        }
        _ => None,
    };
    let Some(method) = found else { return load_super_attr(pc, sp, fp, th, arg) };
    // Below: super (a static type: immortal), class, self.
    let class = sp.word(2);
    sp.set_word(3, clone_word(method));
    sp.set_word(2, sp.word(1));
    release_next!(class, pc.add(1), sp.sub(1), fp, th)
});

handler!(load_super_attr, |pc, sp, fp, th, arg| {
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
