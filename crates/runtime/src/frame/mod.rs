//! Frames and the evaluation loop.
//!
//! Read `stack.rs` (what a frame is), `registers.rs` (what handlers are made of), `dispatch.rs` (the table and the loop's
//! ends), then `handlers/`, by family. `bind.rs` puts arguments into frames, `unwind.rs` takes exceptions to their handlers,
//! `generators.rs` moves frames between the stack and generator objects, `specialise/` quickens instructions.
#![expect(unsafe_code, reason = "lays out arguments on the value stack")]

pub mod attribute_cache;
mod bind;
pub mod breaker;
mod calls;
pub mod check;
pub mod classes;
pub mod consts;
mod dispatch;
pub mod dump;
pub(crate) mod generators;
mod groups;
mod handlers;
pub mod imports;
mod intrinsics;
pub(crate) mod jumps;
pub mod monitoring;
pub mod names;
mod patterns;
pub(crate) mod private;
pub(crate) mod registers;
mod special;
mod specialise;
pub mod stack;
pub mod tracing;
pub(crate) mod unwind;
#[cfg(debug_assertions)]
mod verify;

pub use classes::build_class;
pub use registers::Fp;

use bind::push_frame;
use registers::Sp;
use stack::HEADER;

use crate::error::Res;
use crate::objects::function::{self, Function};
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::{UNBOUND, Value};

/// Types of the machine's objects.
pub(crate) const TYPES: &[&[&Type]] = &[
    crate::objects::code::TYPES,
    crate::objects::cell::TYPES,
    crate::objects::template::TYPES,
    crate::objects::method::TYPES,
    crate::objects::generator::TYPES,
    crate::objects::async_generator::TYPES,
    crate::objects::frame::TYPES,
    crate::objects::traceback::TYPES,
];

/// Makes a frame the innermost one.
#[inline(always)]
fn activate(th: &ThreadState, fp: Fp) {
    th.frames.fp.set(fp);
    th.frames.recursion_remaining.set(th.frames.recursion_remaining.get() - 1);
}

/// Calls a Python function from native code, in a loop of its own. `callable` is exactly a function.
pub fn call_function(
    th: &ThreadState,
    callable: &Value,
    object: Option<&Value>,
    args: &[Value],
    kwnames: &[Value],
) -> Res {
    let base = th.frames.base();
    let count = args.len() + usize::from(object.is_some());
    if !th.frames.has_room(base, count + HEADER + 8) {
        return Err(th.recursion_error("maximum recursion depth exceeded"));
    }
    let mut sp = base.push(callable.clone());
    let first = sp.add(1);
    sp = first;
    if let Some(object) = object {
        sp = sp.push(object.clone());
    }
    for arg in args {
        sp = sp.push(arg.clone());
    }
    let fp = push_frame(th, base, first, count, kwnames, private::exit(), th.frames.fp.get())?;
    activate(th, fp);
    dispatch::run(th, fp.code().start(), fp.stack_base(), fp)
}

/// Runs a code object as `exec` and `eval` do: in `globals` (a dict) and `locals` (any mapping).
pub fn run_code(th: &ThreadState, code: &Value, globals: &Value, locals: &Value, closure: Option<&Value>) -> Res {
    th.check_native_stack("")?;
    let callable = function::new(th, code, globals, None);
    if let Some(closure) = closure {
        Function::of_exact(&callable).closure.set(Some(closure.clone()));
    }
    run_with_locals(th, callable, locals.clone())
}

/// Calls a function without arguments whose code is not optimised, with `locals` as its namespace.
pub(crate) fn run_with_locals(th: &ThreadState, callable: Value, locals: Value) -> Res {
    let base = th.frames.base();
    if !th.frames.has_room(base, HEADER + 8) {
        return Err(th.recursion_error("maximum recursion depth exceeded"));
    }
    base.push(callable);
    let fp = push_frame(th, base, base.add(2), 0, &[], private::exit(), th.frames.fp.get())?;
    if !fp.code().has_flag(bytecode::code::flags::OPTIMIZED) {
        fp.header().extra.set(locals.into_bits());
    }
    activate(th, fp);
    dispatch::run(th, fp.code().start(), fp.stack_base(), fp)
}

impl Function {
    /// The payload of a value that is exactly a function.
    pub(crate) fn of_exact(value: &Value) -> &Function {
        <Function as crate::object::Payload>::of(value)
    }
}

/// Takes a finished frame down: its locals and stack up to `sp` are dropped, or handed to its frame object if someone
/// else has that. The frame is no longer the innermost one. Returns where the caller's stack ends.
// Apart: a handler that keeps something in its native frame cannot leave by a jump.
#[inline(never)]
pub(super) fn leave_frame(th: &ThreadState, fp: Fp, sp: Sp) -> Sp {
    let header_sp = fp.header_sp();
    let _guard = stack::FloorGuard::new(th, sp);
    th.frames.fp.set(fp.header().previous.get());
    th.frames.recursion_remaining.set(th.frames.recursion_remaining.get() + 1);
    clear_frame(th, fp, sp);
    header_sp
}

/// Drops what a frame owns: on the stack or in a generator. Its words are dead afterwards.
pub(crate) fn clear_frame(th: &ThreadState, fp: Fp, sp: Sp) {
    let extra = fp.set_extra(Value::UNBOUND);
    if crate::objects::frame::is_frame(&extra) {
        crate::objects::frame::detach(th, &extra, fp, sp);
    } else {
        // SAFETY: the words from local 0 up to `sp` are owned by the frame.
        unsafe {
            let mut word = fp.0;
            while word < sp.0 {
                let value = word.read();
                *word.cast::<u64>() = UNBOUND;
                drop(value);
                word = word.add(1);
            }
        }
    }
    drop(extra);
    // SAFETY: the header owns the function.
    drop(unsafe { Value::from_bits(fp.header().func.get()) });
}

impl ThreadState {
    /// The innermost frame's globals, if Python code runs.
    pub fn current_globals(&self) -> Option<Value> {
        Some(self.frames.innermost()?.function().globals().clone())
    }

    /// The builtins dict that the running code sees.
    pub fn current_builtins(&self) -> Option<Value> {
        match self.frames.innermost() {
            Some(fp) => Some(fp.function().builtins().clone()),
            None => self.builtins_dict(),
        }
    }

    /// The interpreter's builtins dict.
    pub fn builtins_dict(&self) -> Option<Value> {
        self.interp().builtins.get()
    }

    /// `locals()`: the namespace of a module or class body; a fresh snapshot in a function.
    pub fn current_locals(&self) -> Res<Option<Value>> {
        match self.frames.innermost() {
            Some(fp) => crate::objects::frame::locals(self, fp).map(Some),
            None => Ok(None),
        }
    }

    /// The frame object `depth` frames out.
    pub fn frame_object(&self, depth: usize) -> Option<Value> {
        let mut fp = self.frames.innermost()?;
        for _ in 0..depth {
            fp = fp.previous()?;
        }
        Some(crate::objects::frame::object(self, fp))
    }
}

impl Fp {
    /// A clone of a local's word.
    pub(crate) fn variable(self, index: usize) -> Value {
        self.local(index).clone()
    }
}

/// See [`Sp::copy_words`].
///
/// # Safety
/// As there.
#[inline(always)]
pub(crate) unsafe fn copy_words(source: *const u64, target: *mut u64, count: usize) {
    // SAFETY: the caller's promise.
    unsafe { Sp::copy_words(source, target, count) }
}
