//! Imports.

use crate::frame::imports;
use crate::frame::registers::{attempt, handler, next, raise};

handler!(IMPORT_NAME, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let module = attempt!(imports::import_name(th, fp, fp.code().name_at(arg), sp.peek(1), sp.peek(2)), pc, sp, fp, th);
    let sp = sp.drop_top(2);
    sp.put(0, module);
    next!(pc, sp.add(1), fp, th)
});

handler!(IMPORT_FROM, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    let value = attempt!(imports::import_from(th, sp.peek(1), fp.code().name_at(arg)), pc, sp, fp, th);
    sp.put(0, value);
    next!(pc, sp.add(1), fp, th)
});
