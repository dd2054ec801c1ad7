//! Locals, constants, and moving words on the value stack.

use crate::frame::registers::{attempt, clone_word, handler, next, own, raise, release_next, release_pair_next};
use crate::frame::{consts, names};
use crate::value::{UNBOUND, Value};

handler!(NOP, |pc, sp, fp, th, arg| { next!(pc, sp, fp, th) });

handler!(EXTENDED_ARG, |pc, sp, fp, th, arg| {
    let unit = pc.fetch() as usize;
    crate::frame::dispatch::HANDLERS[unit & 0xFF](pc.add(1), sp, fp, th, arg << 8 | unit >> 8)
});

handler!(LOAD_FAST, |pc, sp, fp, th, arg| {
    sp.set_word(0, clone_word(fp.local(arg).bits()));
    next!(pc, sp.add(1), fp, th)
});

// A plain counted load: a mark for borrowed words costs more at their consumers than it saves here (measured).
pub(in crate::frame) use LOAD_FAST as LOAD_FAST_BORROW;

handler!(LOAD_FAST_LOAD_FAST, |pc, sp, fp, th, arg| {
    sp.set_word(0, clone_word(fp.local(arg >> 4).bits()));
    sp.add(1).set_word(0, clone_word(fp.local(arg & 15).bits()));
    next!(pc, sp.add(2), fp, th)
});

pub(in crate::frame) use LOAD_FAST_LOAD_FAST as LOAD_FAST_BORROW_LOAD_FAST_BORROW;

handler!(LOAD_FAST_CHECK, |pc, sp, fp, th, arg| {
    if fp.local(arg).is_unbound() {
        return unbound_local(pc, sp, fp, th, arg);
    }
    sp.set_word(0, clone_word(fp.local(arg).bits()));
    next!(pc, sp.add(1), fp, th)
});

handler!(
    #[cold]
    unbound_local,
    |pc, sp, fp, th, arg| {
        fp.header().current_pc.set(pc);
        let _ = names::unbound_local(th, fp, arg);
        raise!(pc, sp, fp, th)
    }
);

handler!(LOAD_FAST_AND_CLEAR, |pc, sp, fp, th, arg| {
    let word = fp.local(arg).bits();
    fp.set_local_unbound(arg);
    sp.set_word(0, word);
    next!(pc, sp.add(1), fp, th)
});

handler!(STORE_FAST, |pc, sp, fp, th, arg| {
    let old = fp.local(arg).bits();
    fp.init_local(arg, own(sp.word(1)));
    release_next!(old, pc, sp.sub(1), fp, th)
});

handler!(STORE_FAST_LOAD_FAST, |pc, sp, fp, th, arg| {
    let old = fp.local(arg >> 4).bits();
    fp.init_local(arg >> 4, own(sp.word(1)));
    sp.set_word(1, clone_word(fp.local(arg & 15).bits()));
    release_next!(old, pc, sp, fp, th)
});

handler!(STORE_FAST_STORE_FAST, |pc, sp, fp, th, arg| {
    // The top goes into the first local.
    let first = fp.local(arg >> 4).bits();
    fp.init_local(arg >> 4, own(sp.word(1)));
    let second = fp.local(arg & 15).bits();
    fp.init_local(arg & 15, own(sp.word(2)));
    release_pair_next!(first, second, pc, sp.sub(2), fp, th)
});

handler!(DELETE_FAST, |pc, sp, fp, th, arg| {
    let old = fp.local(arg).bits();
    if old == UNBOUND {
        return unbound_local(pc, sp, fp, th, arg);
    }
    fp.set_local_unbound(arg);
    release_next!(old, pc, sp, fp, th)
});

handler!(LOAD_CONST, |pc, sp, fp, th, arg| {
    sp.set_word(0, clone_word(fp.code().constant(arg).bits()));
    next!(pc, sp.add(1), fp, th)
});

pub(in crate::frame) use LOAD_CONST as LOAD_CONST_IMMORTAL;
pub(in crate::frame) use LOAD_CONST as LOAD_CONST_MORTAL;

handler!(LOAD_SMALL_INT, |pc, sp, fp, th, arg| {
    sp.put(0, Value::index(arg));
    next!(pc, sp.add(1), fp, th)
});

handler!(LOAD_COMMON_CONSTANT, |pc, sp, fp, th, arg| {
    let value = attempt!(consts::common(th, arg), pc, sp, fp, th);
    sp.put(0, value);
    next!(pc, sp.add(1), fp, th)
});

handler!(POP_TOP, |pc, sp, fp, th, arg| {
    let word = sp.word(1);
    release_next!(word, pc, sp.sub(1), fp, th)
});

pub(in crate::frame) use POP_TOP as END_FOR;
pub(in crate::frame) use POP_TOP as POP_ITER;

handler!(END_SEND, |pc, sp, fp, th, arg| {
    let receiver = sp.word(2);
    sp.set_word(2, sp.word(1));
    release_next!(receiver, pc, sp.sub(1), fp, th)
});

handler!(PUSH_NULL, |pc, sp, fp, th, arg| {
    sp.set_word(0, UNBOUND);
    next!(pc, sp.add(1), fp, th)
});

handler!(COPY, |pc, sp, fp, th, arg| {
    sp.set_word(0, clone_word(sp.word(arg)));
    next!(pc, sp.add(1), fp, th)
});

handler!(SWAP, |pc, sp, fp, th, arg| {
    let (top, other) = (sp.word(1), sp.word(arg));
    sp.set_word(1, other);
    sp.set_word(arg, top);
    next!(pc, sp, fp, th)
});
