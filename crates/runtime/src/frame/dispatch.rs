//! The table of handlers and the loop's two ends.
#![expect(unsafe_code, reason = "turns the loop's words back into values")]

use super::handlers::*;
use super::monitoring::{self, event};
use super::private;
use super::registers::{Fp, Handler, Pc, Sp, Word, handler, next, own, raise};
use crate::error::Res;
use crate::thread::ThreadState;
use crate::value::Value;

/// What a handler returns to the trampoline of debug builds: "go on". No value has this word.
#[cfg(debug_assertions)]
pub(super) const CONTINUE: Word = 31 << 3 | 4;

macro_rules! handler_table {
    (
        ($a:ident)
        real { $($name:ident = $number:literal, $kind:ident, caches $caches:literal, $popped:expr => $pushed:expr, [$($flag:ident)|*];)* }
        specialised { $($sname:ident = $snumber:literal, $skind:ident, of $sbase:ident;)* }
        instrumented { $($iname:ident = $inumber:literal, $ikind:ident, of $ibase:ident;)* }
        pseudo { $($pname:ident = $pnumber:literal, $pkind:ident, caches $pcaches:literal, $ppopped:expr => $ppushed:expr, [$($pflag:ident)|*];)* }
    ) => {
        /// Every opcode's handler: the rows of the instruction table, each by its name, and the machine's own.
        pub(super) static HANDLERS: [Handler; 256] = {
            let mut table: [Handler; 256] = [UNKNOWN_OPCODE; 256];
            $(table[$number] = $name;)*
            $(table[$snumber] = $sname;)*
            $(table[$inumber] = $iname;)*
            private::for_each_private!(private_rows, table);
            table
        };
    };
}

macro_rules! private_rows {
    ($table:ident: $($name:ident = $number:literal;)*) => {
        $($table[$number] = $name;)*
    };
}
bytecode::for_each_instruction!(handler_table);

handler!(UNKNOWN_OPCODE, |pc, sp, fp, th, arg| {
    fp.header().current_pc.set(pc);
    unknown_opcode(th, pc, fp);
    raise!(pc, sp, fp, th)
});

#[cold]
#[inline(never)]
fn unknown_opcode(th: &ThreadState, pc: Pc, fp: Fp) {
    let code = fp.code();
    let offset = fp.last_instruction();
    let unit = pc.sub(1).fetch() as u8;
    // What the program wrote: the unit itself may stand for anything that is unknown.
    let opcode = usize::try_from(offset).ok().and_then(|offset| code.code_bytes().get(offset).copied()).unwrap_or(unit);
    let file = crate::error::name_text(&code.filename());
    let line = code.line_at(offset).unwrap_or(-1);
    drop(th.system_error(format_args!("{file}:{line}: unknown opcode {opcode}")));
}

handler!(
    /// Releases the word in `arg`, the last reference to its object, and goes on.
    #[cold]
    release_then_next,
    |pc, sp, fp, th, arg| {
        // What the release runs may ask for the line.
        fp.header().current_pc.set(pc);
        crate::object::release_in(th, arg as u64);
        next!(pc, sp, fp, th)
    }
);

handler!(
    /// As `release_then_next`, when `fp` is the caller that a frame has returned to: there may be none.
    #[cold]
    release_then_return,
    |pc, sp, fp, th, arg| {
        crate::object::release_in(th, arg as u64);
        next!(pc, sp, fp, th)
    }
);

handler!(
    /// Releases the word in `arg` and then the one above the stack, and goes on.
    #[cold]
    release_both_then_next,
    |pc, sp, fp, th, arg| {
        let second = sp.add(1).word(1);
        fp.header().current_pc.set(pc);
        crate::object::release_in(th, arg as u64);
        drop(own(second));
        next!(pc, sp, fp, th)
    }
);

/// Runs from an instruction until the frame's entry unit ends the loop.
pub(super) fn run(th: &ThreadState, pc: Pc, sp: Sp, fp: Fp) -> Res {
    finish(th, enter(pc, sp, fp, th))
}

/// Unwinds from an instruction and runs on where the exception is caught.
pub(super) fn run_raised(th: &ThreadState, pc: Pc, sp: Sp, fp: Fp) -> Res {
    // What is thrown happens while the frame itself handles something; what its thrower handles does not count.
    let handled = th.handled.borrow().last().cloned();
    let handles = fp.code().handles_exceptions && handled.is_some_and(|handled| !handled.is_none());
    if handles && let Some(exception) = th.raised.get() {
        crate::objects::exceptions::set_context(th, &exception);
    }
    fp.code().catch_up(&th.interp().monitoring);
    if monitoring::follows_exceptions(th) {
        let exception = th.take_raised(th.still_raised());
        let unit = monitoring::unit_of(fp, pc);
        let _ = th.raise_as_is(monitoring::exceptional(th, fp, event::PY_THROW, unit, exception));
    }
    let word = super::unwind::unwind(pc, sp, fp, th, 0);
    #[cfg(debug_assertions)]
    let word = if word == CONTINUE { trampoline(th) } else { word };
    finish(th, word)
}

fn finish(th: &ThreadState, word: Word) -> Res {
    if word == 0 {
        return Err(th.still_raised());
    }
    // SAFETY: the loop gives an owned word.
    Ok(unsafe { Value::from_bits(word) })
}

#[cfg(not(debug_assertions))]
fn enter(pc: Pc, sp: Sp, fp: Fp, th: &ThreadState) -> Word {
    next!(pc, sp, fp, th)
}

#[cfg(debug_assertions)]
fn enter(pc: Pc, sp: Sp, fp: Fp, th: &ThreadState) -> Word {
    th.frames.resume.set((pc, sp, fp));
    trampoline(th)
}

#[cfg(debug_assertions)]
fn trampoline(th: &ThreadState) -> Word {
    loop {
        let (pc, sp, fp) = th.frames.resume.get();
        if th.interp().stress.get().check != 0 {
            super::verify::before_instruction(th, pc, sp, fp);
        }
        let unit = pc.fetch() as usize;
        let word = HANDLERS[unit & 0xFF](pc.add(1), sp, fp, th, unit >> 8);
        if word != CONTINUE {
            return word;
        }
    }
}
