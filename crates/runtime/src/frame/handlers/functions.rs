//! Making functions; intrinsic functions.

use crate::frame::intrinsics;
use crate::frame::registers::{attempt, handler, next, own, raise, release_next};
use crate::objects::code::Code;
use crate::objects::function::{self, Function};
use crate::thread::ThreadState;
use crate::value::Value;

handler!(MAKE_FUNCTION, |pc, sp, fp, th, arg| {
    if sp.peek(1).downcast_exact::<Code>().is_none() {
        return crate::frame::dispatch::UNKNOWN_OPCODE(pc, sp, fp, th, arg);
    }
    let made = make(th, sp.peek(1), fp.function().globals());
    let code = sp.word(1);
    sp.put(1, made);
    release_next!(code, pc, sp, fp, th)
});

#[inline(never)]
fn make(th: &ThreadState, code: &Value, globals: &Value) -> Value {
    function::new(th, code, globals, None)
}

/// The function that makes a function's annotations is called after it.
#[inline(never)]
fn name_annotate(th: &ThreadState, function: &Function, annotate: &Value) {
    if let Some(annotate) = annotate.downcast_exact::<Function>() {
        let owner = function.qualname();
        let owner = owner.as_str().map(|name| name.to_string_lossy()).unwrap_or_default();
        annotate.set_qualname(th.str(&format!("{owner}.__annotate__")));
    }
}

handler!(SET_FUNCTION_ATTRIBUTE, |pc, sp, fp, th, arg| {
    let (made, value) = (sp.word(1), own(sp.word(2)));
    sp.set_word(2, made);
    match sp.peek(1).downcast_exact::<Function>() {
        Some(function) => {
            if arg as u32 == bytecode::opcode::function_attribute::ANNOTATE {
                name_annotate(th, function, &value);
            }
            function.set_attribute(arg as u32, value);
        }
        None => drop(value),
    }
    next!(pc, sp.sub(1), fp, th)
});

handler!(CALL_INTRINSIC_1, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = attempt!(intrinsics::call_1(th, fp, arg as u32, sp.peek(1)), pc, sp, fp, th);
    sp.replace(1, result);
    next!(pc, sp, fp, th)
});

handler!(CALL_INTRINSIC_2, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = attempt!(intrinsics::call_2(th, arg as u32, sp.peek(2), sp.peek(1)), pc, sp, fp, th);
    let sp = sp.drop_top(2);
    sp.put(0, result);
    next!(pc, sp.add(1), fp, th)
});
