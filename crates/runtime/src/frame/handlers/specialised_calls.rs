//! Specialised calls. Caches of `CALL`: counter, then a function's version (two units); or 48 bits of the callable's
//! address.

use bytecode::opcode::op;

use super::calls::CALL_plain;
use super::continuations::enter_or;
use super::specialised_operators::miss;
use crate::error::Res;
use crate::frame::bind::push_frame;
use crate::frame::calls::{Called, call_init};
use crate::frame::private::{self, continuation, continue_at};
use crate::frame::registers::{
    Fp, Pc, Sp, activate_exact, after_truth, attempt, called_next, clone_word, drop_shared, enter, handler, next, own,
    raise, release_next, release_pair_next, short_loop,
};
use crate::frame::stack::HEADER;
use crate::frame::{activate, calls, special, specialise};
use crate::objects::function::{FUNCTION_TYPE, Function};
use crate::objects::list::List;
use crate::objects::method::Method;
use crate::objects::native_function::{MethodDescriptor, NativeFunction};
use crate::objects::tuple::Tuple;
use crate::thread::ThreadState;
use crate::types::{Type, type_flags};
use crate::value::{FALSE, TRUE, UNBOUND, Value};

miss!(call_miss, CALL_plain, CALL);

handler!(
    #[cold]
    call_undo,
    |pc, sp, fp, th, arg| {
        specialise::undo(pc, op::CALL);
        CALL_plain(pc, sp, fp, th, arg)
    }
);

handler!(CALL_PY_EXACT_ARGS, |pc, sp, fp, th, arg| {
    let callable = sp.word(arg + 2);
    if !sp.peek(arg + 2).is_exactly(&FUNCTION_TYPE) {
        return call_miss(pc, sp, fp, th, arg);
    }
    let function = Function::at_word(callable);
    let code = function.code();
    let has_self = usize::from(sp.word(arg + 1) != UNBOUND);
    let count = arg + has_self;
    if function.version() != pc.cache32(1) || code.argcount as usize != count || !th.frames.has_room_for(sp, code) {
        return call_miss(pc, sp, fp, th, arg);
    }
    fp.header().current_pc.set(pc);
    let args = sp.sub(count);
    let base = sp.sub(arg + 2);
    base.move_up(args, count);
    let new = activate_exact(th, base, function, code, pc.add(3), fp, count);
    enter!(code, new, th)
});

// A function whose last parameters have defaults, or are not all plain.
handler!(CALL_PY_GENERAL, |pc, sp, fp, th, arg| {
    if !sp.peek(arg + 2).is_exactly(&FUNCTION_TYPE) {
        return call_miss(pc, sp, fp, th, arg);
    }
    let function = Function::at_word(sp.word(arg + 2));
    let code = function.code();
    let count = arg + usize::from(sp.word(arg + 1) != UNBOUND);
    let argcount = code.argcount as usize;
    let defaults = default_values(function);
    // From which default on they are needed.
    let from = (defaults.len() + count).wrapping_sub(argcount);
    if !code.is_simple || count > argcount || from > defaults.len() || !th.frames.has_room_for(sp, code) {
        return call_py_bind(pc, sp, fp, th, arg);
    }
    fp.header().current_pc.set(pc);
    let base = sp.sub(arg + 2);
    base.move_up(sp.sub(count), count);
    let locals = Fp(base.0.wrapping_add(HEADER));
    for index in count..argcount {
        let word = defaults.get(from + index - count).map_or(UNBOUND, |value| clone_word(value.bits()));
        locals.init_local(index, own(word));
        short_loop();
    }
    let new = activate_exact(th, base, function, code, pc.add(3), fp, argcount);
    enter!(code, new, th)
});

/// The values of a function's defaults; none if they are not in a tuple.
#[inline(always)]
fn default_values(function: &Function) -> &[Value] {
    function.defaults_tuple().map_or(&[], Tuple::as_slice)
}

handler!(call_py_bind, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let count = arg + usize::from(sp.word(arg + 1) != UNBOUND);
    let base = sp.sub(arg + 2);
    let new = attempt!(push_active(th, base, sp.sub(count), count, pc.add(3), fp), pc, base, fp, th);
    enter!(new.code(), new, th)
});

/// A frame of the function at `base`, which becomes the innermost one.
#[inline(never)]
fn push_active(th: &ThreadState, base: Sp, args: Sp, count: usize, return_pc: Pc, fp: Fp) -> Res<Fp> {
    let new = push_frame(th, base, args, count, &[], return_pc, fp)?;
    activate(th, new);
    Ok(new)
}

handler!(CALL_BOUND_METHOD_EXACT_ARGS, |pc, sp, fp, th, arg| {
    if sp.word(arg + 1) != UNBOUND {
        return call_miss(pc, sp, fp, th, arg);
    }
    let Some(method) = sp.peek(arg + 2).downcast_exact::<Method>() else { return call_miss(pc, sp, fp, th, arg) };
    if !method.function.is_exactly(&FUNCTION_TYPE) {
        return call_miss(pc, sp, fp, th, arg);
    }
    let callable = sp.word(arg + 2);
    sp.set_word(arg + 1, clone_word(method.object.bits()));
    sp.set_word(arg + 2, clone_word(method.function.bits()));
    if !drop_shared(callable) {
        return release_then_call(pc, sp, fp, th, callable as usize);
    }
    CALL_PY_EXACT_ARGS(pc, sp, fp, th, arg)
});

handler!(
    /// The bound method was a temporary: releases it, then calls what it was made of.
    release_then_call,
    |pc, sp, fp, th, arg| {
        fp.header().current_pc.set(pc);
        crate::object::release_in(th, arg as u64);
        let arg = usize::from(pc.sub(1).fetch() >> 8);
        CALL_PY_EXACT_ARGS(pc, sp, fp, th, arg)
    }
);

// A class whose instances are plain and whose `__init__` is a Python function: the instance takes the class's place, the
// frame of `__init__` starts in the word beside it. The class remembers its `__init__` for the version in the cache.
handler!(CALL_ALLOC_AND_ENTER_INIT, |pc, sp, fp, th, arg| {
    let class = match sp.peek(arg + 2).as_type() {
        Some(class) if class.version() == pc.cache32(1) && sp.word(arg + 1) == UNBOUND => class,
        _ => return call_miss(pc, sp, fp, th, arg),
    };
    let code = Function::at_word(class.known_init()).code();
    if !code.is_simple || code.argcount as usize != arg + 1 || !th.frames.has_room_for(sp, code) {
        return call_init_general(pc, sp, fp, th, arg);
    }
    fp.header().current_pc.set(pc);
    let class_word = enter_init(th, sp, arg, fp);
    let new = th.frames.fp.get();
    release_next!(class_word, code.start(), new.stack_base(), new, th)
});

handler!(
    /// As `CALL_ALLOC_AND_ENTER_INIT`, when the arguments are not just the parameters.
    call_init_general,
    |pc, sp, fp, th, arg| {
        fp.header().current_pc.set(pc);
        let base = sp.sub(arg + 2);
        let new = init_of_known(th, base, arg, fp);
        if new.is_null() {
            return raise!(pc, base, fp, th);
        }
        enter!(new.code(), new, th)
    }
);

/// The frame of the known `__init__`; null: raised.
#[inline(never)]
fn init_of_known(th: &ThreadState, base: Sp, count: usize, fp: Fp) -> Fp {
    let class_value = base.add(1).peek(1).clone();
    let Some(class) = class_value.as_type() else { return Fp::NULL };
    match call_init(th, class, own(clone_word(class.known_init())), base, count, &[], fp) {
        Called::Frame(new) => new,
        _ => Fp::NULL,
    }
}

/// Stack: class, unbound, `count` arguments. Makes the instance and the frame of `__init__`; returns the class's word.
#[inline(never)]
fn enter_init(th: &ThreadState, sp: Sp, count: usize, fp: Fp) -> u64 {
    let class_word = sp.word(count + 2);
    let Some(class) = sp.peek(count + 2).as_type() else { return UNBOUND };
    let init = clone_word(class.known_init());
    let function = Function::at_word(init);
    let instance = th.new_plain_instance(class).into_bits();
    let base = sp.sub(count + 1);
    sp.set_word(count + 2, instance);
    base.add(1).move_up(sp.sub(count), count);
    base.set_word(0, init);
    let new = activate_exact(th, base, function, function.code(), private::init(), fp, count + 1);
    new.init_local(0, own(clone_word(instance)));
    class_word
}

// A native function, called without going through its type.
handler!(CALL_BUILTIN_FAST, |pc, sp, fp, th, arg| {
    let Some(function) = sp.peek(arg + 2).downcast_exact::<NativeFunction>() else {
        return call_miss(pc, sp, fp, th, arg);
    };
    if sp.word(arg + 1) != UNBOUND || function.passes_self {
        return call_miss(pc, sp, fp, th, arg);
    }
    fp.header().current_pc.set(pc);
    let result = (function.def.call)(th, sp.slice(arg), &[]);
    let base = sp.drop_top(arg + 2);
    let result = attempt!(result, pc, base, fp, th);
    base.put(0, result);
    called_next!(pc.add(3), base.add(1), fp, th)
});

pub(in crate::frame) use CALL_BUILTIN_FAST as CALL_BUILTIN_FAST_WITH_KEYWORDS;

// A native method bound to its object, which takes the word beside the callable.
handler!(CALL_BUILTIN_O, |pc, sp, fp, th, arg| {
    let Some(function) = sp.peek(arg + 2).downcast_exact::<NativeFunction>() else {
        return call_miss(pc, sp, fp, th, arg);
    };
    let bound = function.bound.word();
    if sp.word(arg + 1) != UNBOUND || !function.passes_self || bound == 0 {
        return call_miss(pc, sp, fp, th, arg);
    }
    fp.header().current_pc.set(pc);
    sp.set_word(arg + 1, clone_word(bound));
    let result = (function.def.call)(th, sp.slice(arg + 1), &[]);
    let base = sp.drop_top(arg + 2);
    let result = attempt!(result, pc, base, fp, th);
    base.put(0, result);
    called_next!(pc.add(3), base.add(1), fp, th)
});

handler!(CALL_BUILTIN_CLASS, |pc, sp, fp, th, arg| {
    if sp.word(arg + 1) != UNBOUND || !calls::is_native_class(sp.peek(arg + 2)) {
        return call_miss(pc, sp, fp, th, arg);
    }
    fp.header().current_pc.set(pc);
    let result = calls::call_native_class(th, sp.peek(arg + 2), sp.slice(arg));
    let base = sp.drop_top(arg + 2);
    let result = attempt!(result, pc, base, fp, th);
    base.put(0, result);
    called_next!(pc.add(3), base.add(1), fp, th)
});

// Any other callable of a native class, which the cache names.
handler!(CALL_NON_PY_GENERAL, |pc, sp, fp, th, arg| {
    let callable = sp.peek(arg + 2);
    if std::ptr::from_ref(callable.class()) as u64 != pc.cache64(0) & 0xFFFF_FFFF_FFFF {
        return call_undo(pc, sp, fp, th, arg);
    }
    fp.header().current_pc.set(pc);
    let count = arg + usize::from(sp.word(arg + 1) != UNBOUND);
    let result = calls::native_call(th, callable, sp.slice(count), &[]);
    let base = sp.drop_top(arg + 2);
    let result = attempt!(result, pc, base, fp, th);
    base.put(0, result);
    called_next!(pc.add(3), base.add(1), fp, th)
});

// A method of a native class, on an instance of just that class.
handler!(CALL_METHOD_DESCRIPTOR_FAST, |pc, sp, fp, th, arg| {
    let Some(method) = sp.peek(arg + 2).downcast_exact::<MethodDescriptor>() else {
        return call_miss(pc, sp, fp, th, arg);
    };
    let owner = method.owner.bits();
    let is_its = match sp.peek(arg + 1).header() {
        Some(header) => header.class_ptr() as u64 == owner,
        None => sp.word(arg + 1) != UNBOUND && std::ptr::from_ref(sp.peek(arg + 1).class()) as u64 == owner,
    };
    if !is_its {
        return call_miss(pc, sp, fp, th, arg);
    }
    fp.header().current_pc.set(pc);
    let result = (method.def.call)(th, sp.slice(arg + 1), &[]);
    let base = sp.drop_top(arg + 2);
    let result = attempt!(result, pc, base, fp, th);
    base.put(0, result);
    called_next!(pc.add(3), base.add(1), fp, th)
});

pub(in crate::frame) use CALL_METHOD_DESCRIPTOR_FAST as CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS;
pub(in crate::frame) use CALL_METHOD_DESCRIPTOR_FAST as CALL_METHOD_DESCRIPTOR_NOARGS;
pub(in crate::frame) use CALL_METHOD_DESCRIPTOR_FAST as CALL_METHOD_DESCRIPTOR_O;

// `list.append(x)`, its result dropped by the next instruction.
handler!(CALL_LIST_APPEND, |pc, sp, fp, th, arg| {
    if sp.word(3) & 0xFFFF_FFFF_FFFF != pc.cache64(0) & 0xFFFF_FFFF_FFFF || sp.word(2) == UNBOUND {
        return call_undo(pc, sp, fp, th, arg);
    }
    let Some(list) = sp.peek(2).downcast_exact::<List>() else { return call_undo(pc, sp, fp, th, arg) };
    if !list.push_word_in_place(sp.word(1)) {
        return call_list_append_grow(pc, sp, fp, th, arg);
    }
    // The method descriptor belongs to a static type: it is immortal.
    let list = sp.word(2);
    release_next!(list, pc.add(4), sp.sub(3), fp, th)
});

handler!(
    #[cold]
    call_list_append_grow,
    |pc, sp, fp, th, arg| {
        if let Some(list) = sp.peek(2).downcast_exact::<List>() {
            list.push_word(sp.word(1));
        }
        let list = sp.word(2);
        release_next!(list, pc.add(4), sp.sub(3), fp, th)
    }
);

handler!(CALL_TYPE_1, |pc, sp, fp, th, arg| {
    if sp.word(3) != crate::types::TYPE_TYPE.value_ref().bits() || sp.word(2) != UNBOUND {
        return call_undo(pc, sp, fp, th, arg);
    }
    let object = sp.word(1);
    sp.put(3, sp.peek(1).class().as_value());
    release_next!(object, pc.add(3), sp.sub(2), fp, th)
});

handler!(CALL_LEN, |pc, sp, fp, th, arg| {
    if sp.word(3) & 0xFFFF_FFFF_FFFF != pc.cache64(0) & 0xFFFF_FFFF_FFFF || sp.word(2) != UNBOUND {
        return call_undo(pc, sp, fp, th, arg);
    }
    fp.header().current_pc.set(pc);
    if special::python_class(sp.peek(1)).is_some() {
        return call_len_special(pc, sp, fp, th, arg);
    }
    call_len_native(pc, sp, fp, th, arg)
});

handler!(call_len_special, |pc, sp, fp, th, arg| {
    let pushed = special::unary(th, sp, &th.names().__len__, continue_at(continuation::LENGTH), fp);
    enter_or!(pushed, th, call_len_native(pc, sp, fp, th, arg))
});

handler!(call_len_native, |pc, sp, fp, th, arg| {
    let length = attempt!(th.len(sp.peek(1)), pc, sp, fp, th);
    let (object, callable) = (sp.word(1), sp.word(3));
    sp.put(3, th.int_from_u64(length as u64));
    release_pair_next!(callable, object, pc.add(3), sp.sub(2), fp, th)
});

handler!(CALL_ISINSTANCE, |pc, sp, fp, th, arg| {
    if sp.word(4) & 0xFFFF_FFFF_FFFF != pc.cache64(0) & 0xFFFF_FFFF_FFFF || sp.word(3) != UNBOUND {
        return call_undo(pc, sp, fp, th, arg);
    }
    fp.header().current_pc.set(pc);
    let object = sp.peek(2);
    let Some(class) = sp.peek(1).as_type() else { return call_isinstance_native(pc, sp, fp, th, arg) };
    // The object's own class needs no question; nor does any class whose metaclass is `type` itself.
    let found = if std::ptr::eq(object.class(), class) {
        true
    } else if std::ptr::eq(class.header().class(), &crate::types::TYPE_TYPE) {
        match derives(th, object, class) {
            Some(found) => found,
            None => return call_isinstance_native(pc, sp, fp, th, arg),
        }
    } else {
        return call_isinstance_native(pc, sp, fp, th, arg);
    };
    let (class, object) = (sp.word(1), sp.word(2));
    if !drop_shared(class) {
        return call_isinstance_native(pc, sp, fp, th, arg);
    }
    // The builtin function is immortal, or the builtins module holds it.
    let callable = sp.word(4);
    let (pc, sp) = after_truth(found, pc.add(3), sp.sub(4));
    release_pair_next!(callable, object, pc, sp, fp, th)
});

/// Whether an object's class derives from `class`; `None` if its `__class__` might say something else.
#[inline(never)]
fn derives(th: &ThreadState, object: &Value, class: &Type) -> Option<bool> {
    let own = object.class();
    if own.is_subtype(class) {
        return Some(true);
    }
    let name = &th.names().__class__;
    let told_by = |class: &Type| class.lookup(th, name).map_or(0, |found| found.bits());
    let plain =
        own.has_flag(type_flags::GENERIC_GETATTR) && told_by(own) == told_by(&crate::objects::object::OBJECT_TYPE);
    if plain { Some(false) } else { None }
}

handler!(call_isinstance_native, |pc, sp, fp, th, arg| {
    let found = attempt!(th.is_instance(sp.peek(2), sp.peek(1)), pc, sp, fp, th);
    let (class, object, callable) = (sp.word(1), sp.word(2), sp.word(4));
    sp.set_word(4, if found { TRUE } else { FALSE });
    for word in [class, callable] {
        if !drop_shared(word) {
            drop(own(word));
        }
    }
    release_next!(object, pc.add(3), sp.sub(3), fp, th)
});
