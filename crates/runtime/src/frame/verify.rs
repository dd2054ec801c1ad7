//! Stress mode's look at the machine before each instruction (`-X taipan_stress=check:N`), in builds with debug assertions,
//! where the loop returns to a trampoline: the stack is as deep as the code says, what lies there lives, no exception is
//! forgotten; and at every Nth instruction (less often in a large heap) no object is referred to by more objects than it
//! counts.
//!
//! What is found wrong is a fault of the machine's: it is said, and the process ends.
#![expect(unsafe_code, reason = "looks at raw words of the stack")]

use super::registers::{Fp, Pc, Sp};
use crate::object::{Header, flags};
use crate::thread::ThreadState;
use crate::value::Value;

/// Words of a frame that are looked at before each instruction.
const WORDS: usize = 100;

pub(super) fn before_instruction(th: &ThreadState, pc: Pc, sp: Sp, fp: Fp) {
    // The loop's own small units: the frame may be gone, or the operands of another instruction lie above it.
    if fp.is_null() || !fp.code().has_unit(pc) {
        return;
    }
    if th.raised.is_some() {
        fail(fp, pc, "an exception is forgotten");
    }
    let base = fp.stack_base();
    let depth = (sp.0 as isize - base.0 as isize) / 8;
    if depth < 0 || depth > fp.code().stacksize as isize {
        fail(fp, pc, &format!("{depth} words on a stack of {}", fp.code().stacksize));
    }
    let mut stress = th.interp().stress.get();
    stress.checked = stress.checked.wrapping_add(1);
    // Of huge frames the newest words are looked at, and all of them now and then.
    let (locals, depth) = (fp.code().nlocalsplus(), depth as usize);
    let is_whole = locals + depth <= WORDS || stress.checked.is_multiple_of(1024);
    for index in 0..if is_whole { locals } else { 0 } {
        if let Some(wrong) = wrong_with(fp.0.wrapping_add(index)) {
            fail(fp, pc, &format!("local {index} {wrong}"));
        }
    }
    for index in if is_whole { 0 } else { depth.saturating_sub(WORDS) }..depth {
        if let Some(wrong) = wrong_with(base.0.wrapping_add(index)) {
            fail(fp, pc, &format!("stack word {index} of {depth} {wrong}"));
        }
    }
    stress.unlooked += 1;
    let is_due = stress.unlooked >= th.heap().stress_period(stress.check);
    if is_due {
        stress.unlooked = 0;
    }
    th.interp().stress.set(stress);
    if is_due && let Some((class, count, referrers)) = crate::gc::collect::miscounted(th) {
        fail(fp, pc, &format!("{referrers} objects refer to a {class} whose count is {count}"));
    }
}

/// What is wrong with a word of the stack.
fn wrong_with(word: *const Value) -> Option<&'static str> {
    // SAFETY: the word lies in the frame, below the stack pointer; an object that is gone is still memory of the heap.
    unsafe {
        let bits = *word.cast::<u64>();
        if bits == 0 {
            return Some("is empty");
        }
        if bits & 7 != 0 {
            return None;
        }
        let header = &*(bits as *const Header);
        match () {
            _ if header.class_ptr().is_null() => Some("is an object that is gone"),
            _ if header.refcount() == 0 => Some("is an object without references"),
            _ if header.has_flag(flags::DYING) => Some("is an object that is dying"),
            _ => None,
        }
    }
}

#[cold]
fn fail(fp: Fp, pc: Pc, what: &str) -> ! {
    let code = fp.code();
    let name = crate::error::name_text(code.qualname());
    let file = crate::error::name_text(&code.filename());
    let unit = (code.offset_of(pc) + 2) / 2;
    let message =
        format!("taipan_stress: {what}, in {name} ({file}) before unit {unit} (opcode {})\n", pc.fetch() & 0xFF);
    host::stdio::write_error(message.as_bytes());
    std::process::abort()
}
