//! `match` statements.

use crate::frame::patterns;
use crate::frame::registers::{attempt, handler, next, raise};
use crate::types::type_flags;
use crate::value::Value;

handler!(MATCH_MAPPING, |pc, sp, fp, th, arg| {
    let matches = sp.peek(1).class().has_flag(type_flags::MAPPING);
    sp.put(0, Value::bool(matches));
    next!(pc, sp.add(1), fp, th)
});

handler!(MATCH_SEQUENCE, |pc, sp, fp, th, arg| {
    let matches = sp.peek(1).class().has_flag(type_flags::SEQUENCE);
    sp.put(0, Value::bool(matches));
    next!(pc, sp.add(1), fp, th)
});

handler!(MATCH_KEYS, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let values = attempt!(patterns::match_keys(th, sp.peek(2), sp.peek(1)), pc, sp, fp, th);
    sp.put(0, values);
    next!(pc, sp.add(1), fp, th)
});

handler!(MATCH_CLASS, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let result = patterns::match_class(th, sp.peek(3), sp.peek(2), arg, sp.peek(1));
    let sp = sp.drop_top(3);
    let result = attempt!(result, pc, sp, fp, th);
    sp.put(0, result);
    next!(pc, sp.add(1), fp, th)
});
