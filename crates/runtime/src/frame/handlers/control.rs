//! Jumps, `RESUME`, and returning.

use std::sync::atomic::Ordering;

use bytecode::opcode::{self, op};

use crate::frame::breaker;
use crate::frame::dispatch::release_then_return;
use crate::frame::registers::{Sp, attempt, drop_shared, handler, next, not_taken, raise, release_next};
use crate::value::{FALSE, NONE, TRUE, UNBOUND};

handler!(
    /// The first call of code whose body has not been read.
    LOAD_BODY,
    |pc, sp, fp, th, arg| {
        let code = fp.code();
        code.body();
        fp.header().current_pc.set(code.start());
        next!(code.start(), sp, fp, th)
    }
);

handler!(RESUME, |pc, sp, fp, th, arg| {
    if th.eval_breaker.load(Ordering::Relaxed) != 0 {
        return resume_slow(pc, sp, fp, th, arg);
    }
    next!(pc, sp, fp, th)
});

pub(in crate::frame) use RESUME as RESUME_CHECK;

handler!(
    #[cold]
    resume_slow,
    |pc, sp, fp, th, arg| {
        if fp.code().catch_up(&th.interp().monitoring) {
            return next!(pc.sub(1), sp, fp, th);
        }
        fp.header().current_pc.set(pc);
        // Between `yield from` and its sub-iterator, an exception would be lost to neither.
        if arg as u32 & bytecode::opcode::resume::LOCATION_MASK <= bytecode::opcode::resume::AFTER_YIELD {
            attempt!(breaker::handle_eval_breaker(th), pc, sp, fp, th);
        }
        next!(pc, sp, fp, th)
    }
);

handler!(JUMP_BACKWARD, |pc, sp, fp, th, arg| {
    if th.eval_breaker.load(Ordering::Relaxed) != 0 {
        return jump_backward_slow(pc, sp, fp, th, arg);
    }
    next!(pc.add(1).sub(arg), sp, fp, th)
});

pub(in crate::frame) use JUMP_BACKWARD as JUMP_BACKWARD_JIT;
pub(in crate::frame) use JUMP_BACKWARD as JUMP_BACKWARD_NO_JIT;

handler!(
    #[cold]
    jump_backward_slow,
    |pc, sp, fp, th, arg| {
        fp.header().current_pc.set(pc);
        attempt!(breaker::handle_eval_breaker(th), pc, sp, fp, th);
        next!(pc.add(1).sub(arg), sp, fp, th)
    }
);

handler!(JUMP_BACKWARD_NO_INTERRUPT, |pc, sp, fp, th, arg| {
    // Behind the `RESUME` of a `yield from`, an exception would be lost to its sub-iterator. Code made by hand may loop so.
    if th.eval_breaker.load(Ordering::Relaxed) != 0 && opcode::base(pc.sub(2).fetch() & 0xFF) != op::RESUME {
        return jump_backward_no_cache_slow(pc, sp, fp, th, arg);
    }
    next!(pc.sub(arg), sp, fp, th)
});

handler!(
    #[cold]
    jump_backward_no_cache_slow,
    |pc, sp, fp, th, arg| {
        fp.header().current_pc.set(pc);
        attempt!(breaker::handle_eval_breaker(th), pc, sp, fp, th);
        next!(pc.sub(arg), sp, fp, th)
    }
);

handler!(JUMP_FORWARD, |pc, sp, fp, th, arg| { next!(pc.add(arg), sp, fp, th) });

pub(in crate::frame) use crate::frame::handlers::stack::NOP as NOT_TAKEN;
pub(in crate::frame) use crate::frame::handlers::stack::NOP as CACHE;

handler!(POP_JUMP_IF_TRUE, |pc, sp, fp, th, arg| {
    let word = sp.word(1);
    let target = if word == TRUE { pc.add(1 + arg) } else { not_taken(pc.add(1)) };
    release_next!(word, target, sp.sub(1), fp, th)
});

handler!(POP_JUMP_IF_FALSE, |pc, sp, fp, th, arg| {
    let word = sp.word(1);
    let target = if word == FALSE { pc.add(1 + arg) } else { not_taken(pc.add(1)) };
    release_next!(word, target, sp.sub(1), fp, th)
});

handler!(POP_JUMP_IF_NONE, |pc, sp, fp, th, arg| {
    let word = sp.word(1);
    let target = if word == NONE { pc.add(1 + arg) } else { not_taken(pc.add(1)) };
    release_next!(word, target, sp.sub(1), fp, th)
});

handler!(POP_JUMP_IF_NOT_NONE, |pc, sp, fp, th, arg| {
    let word = sp.word(1);
    let target = if word != NONE { pc.add(1 + arg) } else { not_taken(pc.add(1)) };
    release_next!(word, target, sp.sub(1), fp, th)
});

handler!(RETURN_VALUE, |pc, sp, fp, th, arg| {
    let header = fp.header();
    if header.extra.get() != UNBOUND {
        return return_slow(pc, sp, fp, th, arg);
    }
    // Locals that are the last reference to an object make the slow way worth while: their release may look at frames.
    let end = sp.sub(1);
    let mut word = Sp(fp.0);
    while word != end {
        let bits = word.word(0);
        if !drop_shared(bits) {
            return return_slow(pc, sp, fp, th, arg);
        }
        word.set_word(0, UNBOUND);
        word = word.add(1);
    }
    let function = header.func.get();
    let (return_pc, previous) = (header.return_pc.get(), header.previous.get());
    let below = fp.header_sp();
    let result = sp.word(1);
    below.set_word(0, result);
    th.frames.fp.set(previous);
    th.frames.recursion_remaining.set(th.frames.recursion_remaining.get() + 1);
    if !drop_shared(function) {
        return release_then_return(return_pc, below.add(1), previous, th, function as usize);
    }
    next!(return_pc, below.add(1), previous, th)
});

handler!(
    #[cold]
    return_slow,
    |pc, sp, fp, th, arg| {
        let (return_pc, previous) = (fp.header().return_pc.get(), fp.header().previous.get());
        fp.header().current_pc.set(pc);
        let below = {
            let result = sp.take(1);
            let below = crate::frame::leave_frame(th, fp, sp.sub(1));
            below.put(0, result);
            below
        };
        next!(return_pc, below.add(1), previous, th)
    }
);

handler!(INTERPRETER_EXIT, |pc, sp, fp, th, arg| { sp.word(1) });

handler!(RESERVED, |pc, sp, fp, th, arg| { crate::frame::dispatch::UNKNOWN_OPCODE(pc, sp, fp, th, arg) });
