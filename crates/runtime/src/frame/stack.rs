//! The thread's value stack: one contiguous run of words on which frames lie, and the header of a frame.
//!
//! ```text
//!  caller's sp before the call                     fp                                 fp + framesize
//!  v                                               v                                  v
//! +------+------+--------+----------+---------+---------+-------+--------+-----------+-----------+
//! | func | code | return | previous | globals | current | extra | locals, cells, free | value stack |
//! +------+------+--------+----------+---------+---------+-------+--------+-----------+-----------+
//! ```
//! The header starts where the callable lay, so the address of `func` is where the result goes. `func` and `extra` are
//! owned, as are the words behind the header; the other words are plain pointers that `func` keeps valid. A generator's
//! frame has one more word before the header: the generator (see `handlers/generators.rs`).
#![expect(unsafe_code, reason = "frames are runs of raw words")]

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::cell::Cell;

use super::registers::{Fp, Pc, Sp};
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::value::Value;

/// Words of the main thread's value stack. The system hands out memory as it is touched; Miri does not.
pub(crate) const STACK_WORDS: usize = if cfg!(miri) { 64 << 10 } else { 8 << 20 };
/// Words of other threads' value stacks: there may be hundreds.
pub(crate) const THREAD_STACK_WORDS: usize = 2 << 20;
/// Words above the last frame that handlers may use as scratch without asking.
const SLACK: usize = 64;

/// Python frames that may be active at a time, unless `sys.setrecursionlimit` says otherwise.
pub const DEFAULT_RECURSION_LIMIT: isize = 1000;

/// Memory for the frames of one thread, and where its innermost frame is.
pub struct FrameStack {
    start: *mut Value,
    words: usize,
    /// No frame may end above this.
    pub(crate) limit: *mut Value,
    /// The innermost frame; null while the thread runs none.
    pub(crate) fp: Cell<Fp>,
    /// Words below this are in use even if they lie above the innermost frame (while a frame is being taken down).
    pub(crate) floor: Cell<*mut Value>,
    /// How many more frames may be pushed.
    pub(crate) recursion_remaining: Cell<isize>,
    pub(crate) recursion_limit: Cell<isize>,
    /// `sys.settrace` and `sys.setprofile`.
    pub(crate) trace: crate::gc::ValueCell,
    pub(crate) profile: crate::gc::ValueCell,
    /// How many callbacks of tools and trace functions are running: they cause no events.
    pub(crate) tracing: Cell<u32>,
    /// The event that the innermost of them was called for; -1 outside.
    pub(crate) event: Cell<i8>,
    /// The frame that it is about.
    pub(crate) traced: Cell<Fp>,
    /// Where a trace function has told its frame to go on.
    pub(crate) jump: Cell<Option<super::jumps::Jump>>,
    /// Registers that an instrumented instruction leaves.
    pub(crate) moved: Cell<(Pc, Sp)>,
    /// Where the trampoline of debug builds goes on.
    #[cfg(debug_assertions)]
    pub(crate) resume: Cell<(Pc, Sp, Fp)>,
}

fn stack_layout(words: usize) -> Layout {
    Layout::array::<Value>(words).expect("the stack's size is a constant")
}

impl FrameStack {
    /// A stack of so many words; `None` if there is no memory for it.
    pub(crate) fn with_words(words: usize) -> Option<FrameStack> {
        // SAFETY: the layout has a size.
        let start = unsafe { alloc(stack_layout(words)) }.cast::<Value>();
        if start.is_null() {
            return None;
        }
        Some(FrameStack {
            start,
            words,
            limit: start.wrapping_add(words - SLACK),
            fp: Cell::new(Fp::NULL),
            floor: Cell::new(start),
            recursion_remaining: Cell::new(DEFAULT_RECURSION_LIMIT),
            recursion_limit: Cell::new(DEFAULT_RECURSION_LIMIT),
            trace: crate::gc::ValueCell::empty(),
            profile: crate::gc::ValueCell::empty(),
            tracing: Cell::new(0),
            event: Cell::new(-1),
            traced: Cell::new(Fp::NULL),
            jump: Cell::new(None),
            moved: Cell::new((Pc::NULL, Sp::NULL)),
            #[cfg(debug_assertions)]
            resume: Cell::new((Pc::NULL, Sp::NULL, Fp::NULL)),
        })
    }
}

impl Default for FrameStack {
    fn default() -> FrameStack {
        FrameStack::with_words(STACK_WORDS).unwrap_or_else(|| handle_alloc_error(stack_layout(STACK_WORDS)))
    }
}

impl Drop for FrameStack {
    fn drop(&mut self) {
        // SAFETY: `start` is the allocation made in `with_words`.
        unsafe { dealloc(self.start.cast(), stack_layout(self.words)) }
    }
}

impl FrameStack {
    /// The lowest word that a frame pushed by native code may use.
    pub(crate) fn base(&self) -> Sp {
        let fp = self.fp.get();
        let end = if fp.is_null() { self.start } else { fp.end() };
        Sp(end.max(self.floor.get()))
    }

    /// Whether `words` more words fit above `sp`.
    #[inline(always)]
    pub(crate) fn has_room(&self, sp: Sp, words: usize) -> bool {
        (self.limit as usize).saturating_sub(sp.0 as usize) >= words * 8
    }

    /// Whether a frame of `code` may be pushed above `sp`: room on the stack, and one more level of recursion.
    #[inline(always)]
    pub(crate) fn has_room_for(&self, sp: Sp, code: &Code) -> bool {
        self.has_room(sp, HEADER + code.frame_size) && self.recursion_remaining.get() > 0
    }

    /// The innermost frame, if the thread runs Python code.
    pub fn innermost(&self) -> Option<Fp> {
        let fp = self.fp.get();
        if fp.is_null() { None } else { Some(fp) }
    }

    /// Number of frames that count towards the recursion limit.
    pub fn depth(&self) -> isize {
        self.recursion_limit.get() - self.recursion_remaining.get()
    }

    pub fn recursion_limit(&self) -> isize {
        self.recursion_limit.get()
    }

    pub fn set_recursion_limit(&self, limit: isize) {
        self.recursion_remaining.set(limit - self.depth());
        self.recursion_limit.set(limit);
    }
}

/// What stands before a frame's locals.
#[repr(C)]
pub struct FrameHeader {
    /// The function object, owned.
    pub(crate) func: Cell<u64>,
    /// Kept alive by the function (see `Function::set_code`).
    pub(crate) code: Cell<*const Code>,
    /// Where the caller goes on when the frame returns.
    pub(crate) return_pc: Cell<Pc>,
    pub(crate) previous: Cell<Fp>,
    /// The function's globals.
    pub(crate) globals: Cell<*const Dict>,
    /// Behind the unit of the present instruction; written before anything that may raise, call or look.
    pub(crate) current_pc: Cell<Pc>,
    /// Owned: unbound, or the frame object, or (without one) the namespace of code that is not optimised.
    pub(crate) extra: Cell<u64>,
}

/// Words of a header.
pub const HEADER: usize = size_of::<FrameHeader>() / 8;
const _: () = assert!(HEADER == 7);

impl Fp {
    #[inline(always)]
    pub(crate) fn header(&self) -> &FrameHeader {
        // SAFETY: an `Fp` that is not null points behind a header.
        unsafe { &*self.0.cast::<FrameHeader>().sub(1) }
    }

    /// The address of the header: the caller's stack pointer once the frame is gone.
    #[inline(always)]
    pub(crate) fn header_sp(self) -> Sp {
        Sp(self.0.wrapping_sub(HEADER))
    }

    #[inline(always)]
    pub fn code(&self) -> &Code {
        // SAFETY: set when the frame was pushed; the function keeps the code object.
        unsafe { &*self.header().code.get() }
    }

    #[inline(always)]
    pub(crate) fn function_value(&self) -> &Value {
        // SAFETY: the word is an owned function object.
        unsafe { &*self.header().func.as_ptr().cast::<Value>() }
    }

    #[inline(always)]
    pub fn function(&self) -> &Function {
        // SAFETY: frames are pushed for exact function objects only, whose payload follows the object header.
        unsafe { &*((self.header().func.get() + 16) as *const Function) }
    }

    #[inline(always)]
    pub(crate) fn globals(&self) -> &Dict {
        // SAFETY: the function owns its globals, a dict, for as long as it lives.
        unsafe { &*self.header().globals.get() }
    }

    /// The `extra` word as a value, borrowed.
    #[inline(always)]
    pub(crate) fn extra(&self) -> &Value {
        // SAFETY: the word is owned by the header and never zero.
        unsafe { &*self.header().extra.as_ptr().cast::<Value>() }
    }

    /// Replaces the `extra` word and returns the old one.
    pub(crate) fn set_extra(self, value: Value) -> Value {
        // SAFETY: the old word's ownership goes to the caller.
        unsafe { Value::from_bits(self.header().extra.replace(value.into_bits())) }
    }

    /// The first word that no value of this frame can occupy.
    #[inline(always)]
    pub(crate) fn end(self) -> *mut Value {
        self.0.wrapping_add(self.code().frame_size)
    }

    pub fn previous(self) -> Option<Fp> {
        let previous = self.header().previous.get();
        if previous.is_null() { None } else { Some(previous) }
    }

    /// Byte offset of the present instruction in `co_code`: `f_lasti`.
    pub fn last_instruction(self) -> i32 {
        self.code().offset_of(self.header().current_pc.get())
    }
}

/// Keeps frames that native code pushes above `top`, until dropped.
pub(crate) struct FloorGuard<'a> {
    th: &'a crate::thread::ThreadState,
    before: *mut Value,
}

impl<'a> FloorGuard<'a> {
    #[inline(always)]
    pub(crate) fn new(th: &'a crate::thread::ThreadState, top: Sp) -> FloorGuard<'a> {
        let before = th.frames.floor.get();
        th.frames.floor.set(before.max(top.0));
        FloorGuard { th, before }
    }
}

impl Drop for FloorGuard<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.th.frames.floor.set(self.before);
    }
}
