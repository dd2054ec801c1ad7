//! Specialised attribute access. Caches of `LOAD_ATTR`: counter, class version (two units), shape or metaclass version
//! (two), then a place or a borrowed word (four). A class's version says that what was found on it is still there.

use super::attributes::{LOAD_ATTR_plain, STORE_ATTR_plain};
use crate::error::Res;
use crate::frame::attribute_cache::kind;
use crate::frame::registers::{
    Fp, Pc, Sp, activate_exact, attempt, clone_word, drop_shared, enter, handler, is_function_word, load_word,
    native_getter, next, own, raise, release_next, store_word,
};
use crate::frame::specialise;
use crate::instance;
use crate::objects::function::Function;
use crate::objects::module::MODULE_TYPE;
use crate::objects::property::Property;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::UNBOUND;

handler!(
    /// A guard failed: the plain form does this one; after some more of them the site is one for several classes.
    #[cold]
    load_attr_miss,
    |pc, sp, fp, th, arg| {
        specialise::load_attr_missed(th, pc, sp, fp, arg);
        LOAD_ATTR_plain(pc, sp, fp, th, arg)
    }
);

/// Ends a `LOAD_ATTR`: an owned word takes the place of the owner, which is released.
macro_rules! replace_owner {
    ($word:expr, $pc:ident, $sp:ident, $fp:ident, $th:ident, $arg:ident) => {{
        let (word, owner): (u64, u64) = ($word, $sp.word(1));
        $sp.set_word(1, word);
        $sp.set_word(0, UNBOUND);
        release_next!(owner, $pc.add(9), $sp.add($arg & 1), $fp, $th)
    }};
}

// A site that sees several classes: the cache holds the name, the interpreter's table the rest.
handler!(LOAD_ATTR_POLY, |pc, sp, fp, th, arg| {
    let found = match sp.peek(1).header() {
        Some(header) => th.interp().attribute_cache.load(header, pc.cache64(5)),
        None => None,
    };
    let Some(entry) = found else { return load_attr_poly_miss(pc, sp, fp, th, arg) };
    let owner = sp.word(1);
    if entry.kind == kind::METHOD {
        if arg & 1 == 0 {
            return LOAD_ATTR_plain(pc, sp, fp, th, arg);
        }
        sp.set_word(0, owner);
        sp.set_word(1, clone_word(entry.value));
        return next!(pc.add(9), sp.add(1), fp, th);
    }
    if entry.kind >= kind::PROPERTY {
        return load_attr_poly_computed(pc, sp, fp, th, arg);
    }
    let value = if entry.kind == kind::CONSTANT { entry.value } else { load_word(owner, entry.offset as usize) };
    if value == 0 {
        return LOAD_ATTR_plain(pc, sp, fp, th, arg);
    }
    replace_owner!(clone_word(value), pc, sp, fp, th, arg)
});

handler!(
    #[cold]
    load_attr_poly_miss,
    |pc, sp, fp, th, arg| {
        specialise::enter_load(th, pc, sp, fp, arg);
        LOAD_ATTR_plain(pc, sp, fp, th, arg)
    }
);

// As `LOAD_ATTR_POLY`; the cache holds nothing but the name.
handler!(STORE_ATTR_POLY, |pc, sp, fp, th, arg| {
    let found = match sp.peek(1).header() {
        Some(header) => th.interp().attribute_cache.store(header, pc.cache64(0)),
        None => None,
    };
    let Some(entry) = found else { return store_attr_poly_miss(pc, sp, fp, th, arg) };
    let owner = sp.word(1);
    let old = store_word(owner, entry.offset as usize, sp.word(2));
    if entry.kind == kind::ADD {
        if let Some(header) = sp.peek(1).header() {
            header.set_shape_id(entry.value as u32);
        }
    } else if old != 0 && !drop_shared(old) {
        sp.set_word(2, old);
        return store_attr_release(pc, sp, fp, th, arg);
    }
    release_next!(owner, pc.add(4), sp.sub(2), fp, th)
});

handler!(
    #[cold]
    store_attr_poly_miss,
    |pc, sp, fp, th, arg| {
        specialise::enter_store(th, sp, fp, arg);
        STORE_ATTR_plain(pc, sp, fp, th, arg)
    }
);

/// The class of an object whose version the cache holds.
#[inline(always)]
fn known_class<'a>(sp: Sp, pc: Pc) -> Option<&'a Type> {
    let class = sp.peek(1).header()?.class();
    if class.version() == pc.cache32(1) { Some(class) } else { None }
}

/// Whether the object's shape is the cached one. (Shape 0 is dict mode and never cached.)
#[inline(always)]
fn known_shape(sp: Sp, pc: Pc) -> bool {
    sp.peek(1).header().is_some_and(|header| header.shape_id() == pc.cache32(3))
}

handler!(LOAD_ATTR_INSTANCE_VALUE, |pc, sp, fp, th, arg| {
    if known_class(sp, pc).is_none() || !known_shape(sp, pc) {
        return load_attr_miss(pc, sp, fp, th, arg);
    }
    let owner = sp.word(1);
    let value = load_word(owner, usize::from(pc.cache16(5)));
    replace_owner!(clone_word(value), pc, sp, fp, th, arg)
});

handler!(LOAD_ATTR_WITH_HINT, |pc, sp, fp, th, arg| {
    if known_class(sp, pc).is_none() {
        return load_attr_miss(pc, sp, fp, th, arg);
    }
    let found = instance::mode_dict(sp.peek(1))
        .and_then(|dict| dict.entry_word_for(usize::from(pc.cache16(5)), fp.code().name_at(arg >> 1)));
    let Some(value) = found else { return load_attr_miss(pc, sp, fp, th, arg) };
    replace_owner!(clone_word(value), pc, sp, fp, th, arg)
});

handler!(LOAD_ATTR_MODULE, |pc, sp, fp, th, arg| {
    if !sp.peek(1).is_exactly(&MODULE_TYPE) {
        return load_attr_miss(pc, sp, fp, th, arg);
    }
    let found = instance::mode_dict(sp.peek(1))
        .filter(|dict| dict.present_keys_version() == pc.cache32(1))
        .and_then(|dict| dict.entry_word(usize::from(pc.cache16(5))));
    let Some(value) = found else { return load_attr_miss(pc, sp, fp, th, arg) };
    replace_owner!(clone_word(value), pc, sp, fp, th, arg)
});

handler!(LOAD_ATTR_SLOT, |pc, sp, fp, th, arg| {
    if known_class(sp, pc).is_none() {
        return load_attr_miss(pc, sp, fp, th, arg);
    }
    let owner = sp.word(1);
    let value = load_word(owner, usize::from(pc.cache16(5)));
    if value == 0 {
        return LOAD_ATTR_plain(pc, sp, fp, th, arg);
    }
    replace_owner!(clone_word(value), pc, sp, fp, th, arg)
});

// An attribute of a class: the cache holds the versions of the class and of its metaclass.
handler!(LOAD_ATTR_CLASS, |pc, sp, fp, th, arg| {
    let known = match sp.peek(1).as_type() {
        Some(class) => class.version() == pc.cache32(1) && class.header().class().version() == pc.cache32(3),
        None => false,
    };
    if !known {
        return load_attr_miss(pc, sp, fp, th, arg);
    }
    replace_owner!(clone_word(pc.cache64(5)), pc, sp, fp, th, arg)
});

pub(in crate::frame) use LOAD_ATTR_CLASS as LOAD_ATTR_CLASS_WITH_METACLASS_CHECK;

// A method of an object with attributes, none of which hides it.
handler!(LOAD_ATTR_METHOD_WITH_VALUES, |pc, sp, fp, th, arg| {
    if known_class(sp, pc).is_none() || !known_shape(sp, pc) {
        return load_attr_miss(pc, sp, fp, th, arg);
    }
    sp.set_word(0, sp.word(1));
    sp.set_word(1, clone_word(pc.cache64(5)));
    next!(pc.add(9), sp.add(1), fp, th)
});

handler!(LOAD_ATTR_METHOD_NO_DICT, |pc, sp, fp, th, arg| {
    if sp.peek(1).class().version() != pc.cache32(1) {
        return load_attr_miss(pc, sp, fp, th, arg);
    }
    sp.set_word(0, sp.word(1));
    sp.set_word(1, clone_word(pc.cache64(5)));
    next!(pc.add(9), sp.add(1), fp, th)
});

pub(in crate::frame) use LOAD_ATTR_METHOD_NO_DICT as LOAD_ATTR_METHOD_LAZY_DICT;

// Something on the class that is no descriptor.
handler!(LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES, |pc, sp, fp, th, arg| {
    if known_class(sp, pc).is_none() || !known_shape(sp, pc) {
        return load_attr_miss(pc, sp, fp, th, arg);
    }
    replace_owner!(clone_word(pc.cache64(5)), pc, sp, fp, th, arg)
});

handler!(LOAD_ATTR_NONDESCRIPTOR_NO_DICT, |pc, sp, fp, th, arg| {
    if sp.peek(1).class().version() != pc.cache32(1) {
        return load_attr_miss(pc, sp, fp, th, arg);
    }
    replace_owner!(clone_word(pc.cache64(5)), pc, sp, fp, th, arg)
});

/// Ends a handler by entering the getter of the property that a word points to, if it is a Python function: its frame
/// starts where the owner lies, so the result replaces it.
macro_rules! enter_getter {
    ($property:expr, $pc:ident, $sp:ident, $fp:ident, $th:ident, $arg:ident) => {{
        let getter = Property::at_word($property).getter.word();
        if getter == 0 || !is_function_word(getter) {
            return LOAD_ATTR_plain($pc, $sp, $fp, $th, $arg);
        }
        let function = Function::at_word(getter);
        let code = function.code();
        if !code.is_simple || code.argcount != 1 || !$th.frames.has_room_for($sp, code) {
            return LOAD_ATTR_plain($pc, $sp, $fp, $th, $arg);
        }
        $fp.header().current_pc.set($pc);
        let owner = $sp.word(1);
        $sp.set_word(1, clone_word(getter));
        let new = activate_exact($th, $sp.sub(1), function, code, $pc.add(9), $fp, 1);
        new.init_local(0, own(owner));
        enter!(code, new, $th)
    }};
}

handler!(LOAD_ATTR_PROPERTY, |pc, sp, fp, th, arg| {
    if known_class(sp, pc).is_none() {
        return load_attr_miss(pc, sp, fp, th, arg);
    }
    enter_getter!(pc.cache64(5), pc, sp, fp, th, arg)
});

handler!(load_attr_poly_computed, |pc, sp, fp, th, arg| {
    let found = match sp.peek(1).header() {
        Some(header) => th.interp().attribute_cache.load(header, pc.cache64(5)),
        None => None,
    };
    let Some(entry) = found else { return LOAD_ATTR_plain(pc, sp, fp, th, arg) };
    if entry.kind == kind::OVERFLOW {
        return match instance::overflow_word(sp.peek(1), entry.offset as usize) {
            Some(word) => replace_owner!(clone_word(word), pc, sp, fp, th, arg),
            None => LOAD_ATTR_plain(pc, sp, fp, th, arg),
        };
    }
    if entry.kind == kind::NATIVE {
        fp.header().current_pc.set(pc);
        let value = attempt!(native_attribute(th, sp, entry.value, fp, arg), pc, sp, fp, th).into_bits();
        return replace_owner!(value, pc, sp, fp, th, arg);
    }
    if entry.kind != kind::PROPERTY || arg & 1 != 0 {
        return LOAD_ATTR_plain(pc, sp, fp, th, arg);
    }
    enter_getter!(entry.value, pc, sp, fp, th, arg)
});

// A field or computed attribute of a native class (CPython's number for something else that it leaves plain).
handler!(LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN, |pc, sp, fp, th, arg| {
    if sp.peek(1).class().version() != pc.cache32(1) {
        return load_attr_miss(pc, sp, fp, th, arg);
    }
    fp.header().current_pc.set(pc);
    let value = attempt!(native_attribute(th, sp, pc.cache64(5), fp, arg), pc, sp, fp, th).into_bits();
    replace_owner!(value, pc, sp, fp, th, arg)
});

/// What the getter of a native class's attribute says of the object on top of the stack.
#[inline(never)]
fn native_attribute(th: &ThreadState, sp: Sp, field: u64, fp: Fp, arg: usize) -> Res {
    let object = sp.peek(1);
    match native_getter(field) {
        Some(get) => get(th, object).map_err(|raised| th.attribute_failed(raised, object, fp.code().name_at(arg >> 1))),
        None => th.getattr(object, fp.code().name_at(arg >> 1)),
    }
}

handler!(
    #[cold]
    store_attr_undo,
    |pc, sp, fp, th, arg| {
        specialise::store_attr_missed(pc);
        STORE_ATTR_plain(pc, sp, fp, th, arg)
    }
);

// Caches: class version (two units), then shape in 24 bits and the place in words from the object's start in 8.
handler!(STORE_ATTR_INSTANCE_VALUE, |pc, sp, fp, th, arg| {
    let Some(header) = sp.peek(1).header() else { return store_attr_undo(pc, sp, fp, th, arg) };
    let cached = pc.cache32(2);
    if header.class().version() != pc.cache32(0) || header.shape_id() != cached >> 8 {
        return store_attr_undo(pc, sp, fp, th, arg);
    }
    let owner = sp.word(1);
    let old = store_word(owner, 8 * (cached & 0xFF) as usize, sp.word(2));
    if !drop_shared(old) {
        sp.set_word(2, old);
        return store_attr_release(pc, sp, fp, th, arg);
    }
    release_next!(owner, pc.add(4), sp.sub(2), fp, th)
});

handler!(
    /// The old value of an attribute was its last reference: below the owner lies its word.
    #[cold]
    store_attr_release,
    |pc, sp, fp, th, arg| {
        fp.header().current_pc.set(pc);
        let sp = sp.drop_top(2);
        next!(pc.add(4), sp, fp, th)
    }
);

// A new attribute within the inline values: the record holds class version, old shape, new shape, byte offset.
handler!(STORE_ATTR_ADD, |pc, sp, fp, th, arg| {
    let record = specialise::AddRecord::at(pc.cache64(0));
    let Some(header) = sp.peek(1).header() else { return store_attr_undo(pc, sp, fp, th, arg) };
    if header.class().version() != record.version || header.shape_id() != record.before {
        return store_attr_undo(pc, sp, fp, th, arg);
    }
    let owner = sp.word(1);
    store_word(owner, record.offset as usize, sp.word(2));
    header.set_shape_id(record.after);
    release_next!(owner, pc.add(4), sp.sub(2), fp, th)
});

// Caches: counter, class version (two units), byte offset.
handler!(STORE_ATTR_SLOT, |pc, sp, fp, th, arg| {
    if known_class(sp, pc).is_none() {
        return store_attr_undo(pc, sp, fp, th, arg);
    }
    let owner = sp.word(1);
    let old = store_word(owner, usize::from(pc.cache16(3)), sp.word(2));
    if old != 0 && !drop_shared(old) {
        sp.set_word(2, old);
        return store_attr_release(pc, sp, fp, th, arg);
    }
    release_next!(owner, pc.add(4), sp.sub(2), fp, th)
});

// Caches: counter, class version (two units), entry number.
handler!(STORE_ATTR_WITH_HINT, |pc, sp, fp, th, arg| {
    let dict = match known_class(sp, pc) {
        Some(_) => instance::mode_dict(sp.peek(1)),
        None => None,
    };
    let Some(dict) = dict else { return store_attr_undo(pc, sp, fp, th, arg) };
    match dict.replace_entry_value(usize::from(pc.cache16(3)), fp.code().name_at(arg), own(sp.word(2))) {
        Ok(old) => {
            fp.header().current_pc.set(pc);
            sp.set_word(2, UNBOUND);
            drop(old);
            let owner = sp.word(1);
            release_next!(owner, pc.add(4), sp.sub(2), fp, th)
        }
        Err(value) => {
            std::mem::forget(value);
            store_attr_undo(pc, sp, fp, th, arg)
        }
    }
});
