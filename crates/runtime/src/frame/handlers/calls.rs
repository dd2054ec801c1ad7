//! Calls. A Python function's frame is pushed and the loop goes on in it; other callables are called natively.

use bytecode::opcode;

use crate::frame::breaker;
use crate::frame::calls::{Called, call_any, call_ex};
use crate::frame::registers::{adaptive, attempt, called_next, enter, handler, next, raise};
use crate::frame::specialise;
use crate::value::NONE;

/// Ends a call's handler: in the new frame, or with the result where the callable lay.
macro_rules! finish_call {
    ($called:expr, $base:expr, $pc:expr, $after:expr, $fp:expr, $th:expr) => {
        match $called {
            Called::Frame(new) => enter!(new.code(), new, $th),
            Called::Value(result) => {
                $base.put(0, result);
                called_next!($after, $base.add(1), $fp, $th)
            }
            Called::Raised => raise!($pc, $base, $fp, $th),
        }
    };
}

handler!(
    /// The eval breaker asks for attention after a call of native code. `pc` is where to go on.
    #[cold]
    look_up_after_call,
    |pc, sp, fp, th, arg| {
        let call = fp.header().current_pc.get();
        attempt!(breaker::handle_eval_breaker(th), call, sp, fp, th);
        next!(pc, sp, fp, th)
    }
);

adaptive!(CALL, call_warm, CALL_plain, |pc, sp, fp, th, arg| specialise::call(th, pc, sp, arg));

handler!(CALL_plain, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let base = sp.sub(arg + 2);
    let called = call_any(th, base, arg, &[], pc.add(3), fp);
    finish_call!(called, base, pc, pc.add(3), fp, th)
});

handler!(CALL_KW, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let base = sp.sub(arg + 3);
    let called = crate::frame::calls::call_kw(th, base, arg, sp, pc.add(3), fp);
    finish_call!(called, base, pc, pc.add(3), fp, th)
});

handler!(CALL_FUNCTION_EX, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let base = sp.sub(4);
    let called = call_ex(th, sp, pc, fp);
    finish_call!(called, base, pc, pc, fp, th)
});

handler!(
    /// `__init__` of a class that was called has returned: its result must be None; the instance lies below it.
    CONTINUE_INIT,
    |pc, sp, fp, th, arg| {
        let pc = fp.header().current_pc.get();
        if sp.word(1) != NONE {
            return init_returned(pc, sp, fp, th, arg);
        }
        // The instruction may be instrumented by now.
        let code = fp.code();
        let unit = usize::try_from(code.offset_of(pc)).map_or(0, |offset| offset / 2);
        let caches = opcode::caches(code.opcode_at(unit));
        next!(pc.add(usize::from(caches)), sp.sub(1), fp, th)
    }
);

handler!(
    #[cold]
    init_returned,
    |pc, sp, fp, th, arg| {
        let result = sp.take(1);
        let _ = th.type_error(format_args!("__init__() should return None, not '{}'", result.class().full_name()));
        drop(result);
        raise!(pc, sp.sub(1), fp, th)
    }
);

handler!(EXIT_INIT_CHECK, |pc, sp, fp, th, arg| { crate::frame::dispatch::UNKNOWN_OPCODE(pc, sp, fp, th, arg) });
