//! Formatting and building strings, templates.

use crate::error::Res;
use crate::frame::consts;
use crate::frame::registers::{attempt, handler, next, raise};
use crate::thread::ThreadState;
use crate::value::Value;

handler!(CONVERT_VALUE, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = attempt!(convert(th, sp.peek(1), arg), pc, sp, fp, th);
    sp.replace(1, result);
    next!(pc, sp, fp, th)
});

#[inline(never)]
fn convert(th: &ThreadState, value: &Value, how: usize) -> Res {
    match how {
        1 => th.str_of(value),
        2 => th.repr(value),
        _ => consts::ascii(th, value),
    }
}

handler!(FORMAT_SIMPLE, |pc, sp, fp, th, arg| {
    if sp.peek(1).is_exactly(&crate::objects::str::STR_TYPE) {
        return next!(pc, sp, fp, th);
    }
    fp.header().current_pc.set(pc);
    let result = attempt!(format_simple(th, sp.peek(1)), pc, sp, fp, th);
    sp.replace(1, result);
    next!(pc, sp, fp, th)
});

#[inline(never)]
fn format_simple(th: &ThreadState, value: &Value) -> Res {
    th.format(value, &th.str_from_ascii(b""))
}

handler!(FORMAT_WITH_SPEC, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = attempt!(th.format(sp.peek(2), sp.peek(1)), pc, sp, fp, th);
    let sp = sp.drop_top(2);
    sp.put(0, result);
    next!(pc, sp.add(1), fp, th)
});

handler!(BUILD_STRING, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = consts::join(th, sp.slice(arg));
    let sp = sp.drop_top(arg);
    let result = attempt!(result, pc, sp, fp, th);
    sp.put(0, result);
    next!(pc, sp.add(1), fp, th)
});

handler!(BUILD_INTERPOLATION, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let count = 2 + (arg & 1);
    let result = consts::interpolation(th, sp.slice(count), arg >> 2);
    let sp = sp.drop_top(count);
    let result = attempt!(result, pc, sp, fp, th);
    sp.put(0, result);
    next!(pc, sp.add(1), fp, th)
});

handler!(BUILD_TEMPLATE, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = consts::template(th, sp.peek(2), sp.peek(1));
    let sp = sp.drop_top(2);
    let result = attempt!(result, pc, sp, fp, th);
    sp.put(0, result);
    next!(pc, sp.add(1), fp, th)
});
