//! Names of modules, classes and closures: globals, namespaces, cells.

use crate::frame::names::{self, cell};
use crate::frame::registers::{adaptive, attempt, clone_word, handler, next, own, raise, release_next};
use crate::frame::specialise;
use crate::value::{UNBOUND, Value};

adaptive!(LOAD_GLOBAL, load_global_warm, LOAD_GLOBAL_plain, |pc, sp, fp, th, arg| specialise::load_global(
    th, pc, fp, arg
));

handler!(LOAD_GLOBAL_plain, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let value = attempt!(names::load_global(th, fp, arg >> 1), pc, sp, fp, th);
    sp.put(0, value);
    sp.add(1).set_word(0, UNBOUND);
    next!(pc.add(4), sp.add(1 + (arg & 1)), fp, th)
});

// Caches: entry number, then the keys' versions of globals and builtins in 24 bits each.
handler!(LOAD_GLOBAL_MODULE, |pc, sp, fp, th, arg| {
    let caches = pc.cache64(0);
    let globals = fp.globals();
    if u64::from(globals.present_keys_version()) != caches >> 16 & 0xFF_FFFF {
        return despecialise_global(pc, sp, fp, th, arg);
    }
    let Some(word) = globals.entry_word((caches & 0xFFFF) as usize) else {
        return despecialise_global(pc, sp, fp, th, arg);
    };
    sp.set_word(0, clone_word(word));
    sp.add(1).set_word(0, UNBOUND);
    next!(pc.add(4), sp.add(1 + (arg & 1)), fp, th)
});

handler!(LOAD_GLOBAL_BUILTIN, |pc, sp, fp, th, arg| {
    let caches = pc.cache64(0);
    let (globals, builtins) = (fp.globals(), fp.function().builtins_dict());
    if u64::from(globals.present_keys_version()) != caches >> 16 & 0xFF_FFFF
        || u64::from(builtins.present_keys_version()) != caches >> 40
    {
        return despecialise_global(pc, sp, fp, th, arg);
    }
    let Some(word) = builtins.entry_word((caches & 0xFFFF) as usize) else {
        return despecialise_global(pc, sp, fp, th, arg);
    };
    sp.set_word(0, clone_word(word));
    sp.add(1).set_word(0, UNBOUND);
    next!(pc.add(4), sp.add(1 + (arg & 1)), fp, th)
});

handler!(
    #[cold]
    despecialise_global,
    |pc, sp, fp, th, arg| {
        specialise::undo(pc, bytecode::opcode::op::LOAD_GLOBAL);
        LOAD_GLOBAL(pc, sp, fp, th, arg)
    }
);

handler!(STORE_GLOBAL, |pc, sp, fp, th, arg| {
    let old = fp.globals().set_str(fp.code().name_at(arg), own(sp.word(1)));
    fp.header().current_pc.set(pc);
    drop(old);
    next!(pc, sp.sub(1), fp, th)
});

handler!(DELETE_GLOBAL, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    attempt!(names::delete_global(th, fp, arg), pc, sp, fp, th);
    next!(pc, sp, fp, th)
});

handler!(LOAD_NAME, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let value = attempt!(names::load_name(th, fp, arg), pc, sp, fp, th);
    sp.put(0, value);
    next!(pc, sp.add(1), fp, th)
});

handler!(STORE_NAME, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = names::store_name(th, fp, arg, sp.peek(1));
    drop(sp.take(1));
    attempt!(result, pc, sp.sub(1), fp, th);
    next!(pc, sp.sub(1), fp, th)
});

handler!(DELETE_NAME, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    attempt!(names::delete_name(th, fp, arg), pc, sp, fp, th);
    next!(pc, sp, fp, th)
});

handler!(LOAD_LOCALS, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let value = attempt!(names::load_locals(th, fp), pc, sp, fp, th);
    sp.put(0, value);
    next!(pc, sp.add(1), fp, th)
});

handler!(LOAD_FROM_DICT_OR_GLOBALS, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let value = attempt!(names::load_from_dict_or_globals(th, fp, sp.peek(1), arg), pc, sp, fp, th);
    sp.replace(1, value);
    next!(pc, sp, fp, th)
});

handler!(LOAD_FROM_DICT_OR_DEREF, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let value = attempt!(names::load_from_dict_or_deref(th, fp, sp.peek(1), arg), pc, sp, fp, th);
    sp.replace(1, value);
    next!(pc, sp, fp, th)
});

handler!(MAKE_CELL, |pc, sp, fp, th, arg| {
    names::make_cell(th, fp, arg);
    next!(pc, sp, fp, th)
});

handler!(COPY_FREE_VARS, |pc, sp, fp, th, arg| {
    names::copy_free_vars(fp, arg);
    next!(pc, sp, fp, th)
});

handler!(LOAD_DEREF, |pc, sp, fp, th, arg| {
    let Some(cell) = cell(fp, arg) else { return unbound_deref(pc, sp, fp, th, arg) };
    let word = cell.contents.word();
    if word == 0 {
        return unbound_deref(pc, sp, fp, th, arg);
    }
    sp.set_word(0, clone_word(word));
    next!(pc, sp.add(1), fp, th)
});

handler!(
    #[cold]
    unbound_deref,
    |pc, sp, fp, th, arg| {
        fp.header().current_pc.set(pc);
        let _ = names::unbound_deref(th, fp, arg);
        raise!(pc, sp, fp, th)
    }
);

handler!(STORE_DEREF, |pc, sp, fp, th, arg| {
    let Some(cell) = cell(fp, arg) else { return unbound_deref(pc, sp, fp, th, arg) };
    let old = cell.contents.replace(Some(own(sp.word(1))));
    let word = old.map_or(UNBOUND, Value::into_bits);
    release_next!(word, pc, sp.sub(1), fp, th)
});

handler!(DELETE_DEREF, |pc, sp, fp, th, arg| {
    match cell(fp, arg).and_then(|cell| cell.contents.take()) {
        None => unbound_deref(pc, sp, fp, th, arg),
        Some(old) => {
            let word = old.into_bits();
            release_next!(word, pc, sp, fp, th)
        }
    }
});

handler!(LOAD_BUILD_CLASS, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let value = attempt!(names::load_build_class(th, fp), pc, sp, fp, th);
    sp.put(0, value);
    next!(pc, sp.add(1), fp, th)
});

handler!(SETUP_ANNOTATIONS, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    attempt!(names::setup_annotations(th, fp), pc, sp, fp, th);
    next!(pc, sp, fp, th)
});
