//! The loop's registers: instruction pointer, stack pointer, frame pointer; and the macros that handlers are made of.
//!
//! **Invariant.** A `Pc` points into a code object's private units (or one of the loop's own small units), an `Sp` into the
//! thread's value stack, an `Fp` behind a frame's header there. Code objects are checked before they are run: arguments
//! index what exists, jumps land on instructions, the stack depth stays within `co_stacksize`. That is what makes the
//! methods here sound; they exist in this module only.
#![expect(unsafe_code, reason = "the loop works on raw words")]

use std::sync::atomic::Ordering;

use bytecode::opcode::op;

use super::stack::HEADER;
use crate::objects::code::Code;
use crate::objects::function::{FUNCTION_TYPE, Function};
use crate::objects::property::Property;
use crate::thread::ThreadState;
use crate::value::{FALSE, TRUE, UNBOUND, Value};

/// A word of a value, or 0 for "an exception is raised": what handlers return when the loop ends.
pub(crate) type Word = u64;

/// One instruction's code. Release builds: each ends in a tail call of the next one's.
pub(crate) type Handler = fn(Pc, Sp, Fp, &ThreadState, usize) -> Word;

/// Points behind the unit of the present instruction: at its inline caches or the next instruction.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Pc(pub(crate) *mut u16);

/// Points at the first free word of the value stack.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Sp(pub(crate) *mut Value);

/// Points at local 0 of a frame.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Fp(pub(crate) *mut Value);

impl Pc {
    pub(crate) const NULL: Pc = Pc(std::ptr::null_mut());

    #[inline(always)]
    pub(crate) fn add(self, units: usize) -> Pc {
        Pc(self.0.wrapping_add(units))
    }

    #[inline(always)]
    pub(crate) fn sub(self, units: usize) -> Pc {
        Pc(self.0.wrapping_sub(units))
    }

    /// The unit pointed at.
    #[inline(always)]
    pub(crate) fn fetch(self) -> u16 {
        // SAFETY: see the module's invariant.
        unsafe { *self.0 }
    }

    /// Inline cache unit `index` of the present instruction.
    #[inline(always)]
    pub(crate) fn cache16(self, index: usize) -> u16 {
        // SAFETY: handlers read the caches that their instruction has.
        unsafe { *self.0.add(index) }
    }

    #[inline(always)]
    pub(crate) fn cache32(self, index: usize) -> u32 {
        // SAFETY: as above; units are aligned to two bytes only.
        unsafe { self.0.add(index).cast::<u32>().read_unaligned() }
    }

    #[inline(always)]
    pub(crate) fn cache64(self, index: usize) -> u64 {
        // SAFETY: as above.
        unsafe { self.0.add(index).cast::<u64>().read_unaligned() }
    }

    #[inline(always)]
    pub(crate) fn set_cache16(self, index: usize, value: u16) {
        // SAFETY: as above; units are private to the code object and touched with the GIL held.
        unsafe { *self.0.add(index) = value }
    }

    #[inline(always)]
    pub(crate) fn set_cache32(self, index: usize, value: u32) {
        // SAFETY: as above.
        unsafe { self.0.add(index).cast::<u32>().write_unaligned(value) }
    }

    #[inline(always)]
    pub(crate) fn set_cache64(self, index: usize, value: u64) {
        // SAFETY: as above.
        unsafe { self.0.add(index).cast::<u64>().write_unaligned(value) }
    }

    /// Writes the opcode of the present instruction (its argument stays).
    #[inline(always)]
    pub(crate) fn set_opcode(self, opcode: u16) {
        // SAFETY: the present instruction's unit lies just before.
        unsafe {
            let unit = self.0.sub(1);
            *unit = *unit & 0xFF00 | opcode;
        }
    }

    /// The opcode of the present instruction.
    pub(crate) fn opcode(self) -> u16 {
        self.sub(1).fetch() & 0xFF
    }

    /// Counts an adaptive instruction's executions down; true when it should try to specialise.
    #[inline(always)]
    pub(crate) fn warm(self) -> bool {
        let counter = self.cache16(0);
        self.set_cache16(0, counter.wrapping_sub(1));
        counter == 0
    }
}

impl Sp {
    pub(crate) const NULL: Sp = Sp(std::ptr::null_mut());

    #[inline(always)]
    pub(crate) fn add(self, words: usize) -> Sp {
        Sp(self.0.wrapping_add(words))
    }

    #[inline(always)]
    pub(crate) fn sub(self, words: usize) -> Sp {
        Sp(self.0.wrapping_sub(words))
    }

    /// The value `depth` words down: 1 is the top.
    #[inline(always)]
    pub(crate) fn peek<'a>(self, depth: usize) -> &'a Value {
        // SAFETY: the checked stack effect says that the word is owned by the stack. The lifetime is the handler's
        // business: words stay in place until it moves them.
        unsafe { &*self.0.sub(depth) }
    }

    /// The raw word `depth` words down.
    #[inline(always)]
    pub(crate) fn word(self, depth: usize) -> u64 {
        // SAFETY: as above.
        unsafe { *self.0.sub(depth).cast::<u64>() }
    }

    /// Overwrites the word `depth` words down without dropping what was there; 0 is the first free word.
    #[inline(always)]
    pub(crate) fn set_word(self, depth: usize, word: u64) {
        // SAFETY: the word belongs to the stack.
        unsafe { *self.0.sub(depth).cast::<u64>() = word }
    }

    /// Takes the value `depth` words down; its word is then dead.
    #[inline(always)]
    pub(crate) fn take(self, depth: usize) -> Value {
        // SAFETY: as for `peek`; the handler lowers the stack or overwrites the word.
        unsafe { self.0.sub(depth).read() }
    }

    /// Writes a value `depth` words down, over a dead word.
    #[inline(always)]
    pub(crate) fn put(self, depth: usize, value: Value) {
        // SAFETY: as for `set_word`.
        unsafe { self.0.sub(depth).write(value) }
    }

    /// Replaces the value `depth` words down and drops the old one.
    #[inline(always)]
    pub(crate) fn replace(self, depth: usize, value: Value) {
        // SAFETY: as for `peek`.
        drop(unsafe { std::ptr::replace(self.0.sub(depth), value) })
    }

    /// Pushes a value.
    #[inline(always)]
    pub(crate) fn push(self, value: Value) -> Sp {
        self.put(0, value);
        self.add(1)
    }

    /// Drops the `count` topmost values, the last one first.
    #[inline]
    pub(crate) fn drop_top(self, count: usize) -> Sp {
        let base = self.sub(count);
        let mut top = self;
        while top != base {
            drop(top.take(1));
            top = top.sub(1);
        }
        base
    }

    /// The `count` topmost values in order.
    #[inline(always)]
    pub(crate) fn slice<'a>(self, count: usize) -> &'a [Value] {
        // SAFETY: as for `peek`.
        unsafe { std::slice::from_raw_parts(self.0.sub(count), count) }
    }

    /// Moves `count` arguments to the first locals of a frame whose header starts here, last first: they overlap.
    #[inline(always)]
    pub(crate) fn move_up(self, args: Sp, count: usize) {
        let mut index = count;
        while index > 0 {
            index -= 1;
            // SAFETY: both runs lie on the value stack; room for the frame has been checked.
            unsafe { *self.0.add(HEADER + index).cast::<u64>() = args.0.add(index).cast::<u64>().read_volatile() };
            short_loop();
        }
    }

    /// Copies `count` words to `target`. One by one: read in pairs, words that were just stored singly could not be
    /// forwarded from the store buffer, and each pair would wait (which is why the reads are volatile).
    ///
    /// # Safety
    /// Both runs hold `count` words and do not overlap; the words move.
    #[inline(always)]
    pub(crate) unsafe fn copy_words(source: *const u64, target: *mut u64, count: usize) {
        let mut index = 0;
        while index < count {
            // SAFETY: the caller's promise.
            unsafe { *target.add(index) = source.add(index).read_volatile() };
            index += 1;
            short_loop();
        }
    }

    /// Words between `base` and here.
    #[inline(always)]
    pub(crate) fn above(self, base: Sp) -> usize {
        (self.0 as usize).wrapping_sub(base.0 as usize) / 8
    }
}

impl Fp {
    pub(crate) const NULL: Fp = Fp(std::ptr::null_mut());

    #[inline(always)]
    pub(crate) fn is_null(self) -> bool {
        self.0.is_null()
    }

    /// A local (or cell, or free variable), borrowed.
    #[inline(always)]
    pub(crate) fn local<'a>(self, index: usize) -> &'a Value {
        // SAFETY: arguments that name locals are checked with the code object.
        unsafe { &*self.0.add(index) }
    }

    /// Stores into a local and returns the old word.
    #[inline(always)]
    pub(crate) fn swap_local(self, index: usize, value: Value) -> Value {
        // SAFETY: as above.
        unsafe { std::ptr::replace(self.0.add(index), value) }
    }

    /// Stores into a local whose word is dead.
    #[inline(always)]
    pub(crate) fn init_local(self, index: usize, value: Value) {
        // SAFETY: as above.
        unsafe { self.0.add(index).write(value) }
    }

    #[inline(always)]
    pub(crate) fn set_local_unbound(self, index: usize) {
        // SAFETY: as above.
        unsafe { *self.0.add(index).cast::<u64>() = UNBOUND }
    }

    /// Empties the locals from `start` to before `end`: two at a time, since there may be many.
    #[inline(always)]
    pub(crate) fn set_locals_unbound(self, start: usize, end: usize) {
        let mut index = start;
        while index + 1 < end {
            // SAFETY: the frame has `end` locals.
            unsafe { self.0.add(index).cast::<[u64; 2]>().write([UNBOUND; 2]) };
            index += 2;
            short_loop();
        }
        if index < end {
            self.set_local_unbound(index);
        }
    }

    /// The stack pointer of a frame whose value stack is empty.
    #[inline(always)]
    pub(crate) fn stack_base(self) -> Sp {
        Sp(self.0.wrapping_add(self.code().nlocalsplus()))
    }
}

/// Defines an instruction's handler. Its body ends in one of `next!`, `raise!`, `release_next!` or a call of another
/// handler: those are tail calls in release builds, so no local with a destructor may be alive there.
macro_rules! handler {
    ($(#[$meta:meta])* $name:ident, |$pc:ident, $sp:ident, $fp:ident, $th:ident, $arg:ident| $body:block) => {
        $(#[$meta])*
        // Inlined into another handler, a slow one would make that save registers before its plain path.
        #[inline(never)]
        #[allow(non_snake_case, unused_variables)]
        pub(crate) fn $name(
            $pc: $crate::frame::registers::Pc,
            $sp: $crate::frame::registers::Sp,
            $fp: $crate::frame::registers::Fp,
            $th: &$crate::thread::ThreadState,
            $arg: usize,
        ) -> $crate::frame::registers::Word
        $body
    };
}

/// Defines an adaptive instruction: it counts down, specialises (in a handler of its own, which comes back to nobody), and
/// does what the plain form does.
macro_rules! adaptive {
    ($name:ident, $warm:ident, $plain:ident, |$pc:ident, $sp:ident, $fp:ident, $th:ident, $arg:ident| $specialise:expr) => {
        $crate::frame::registers::handler!($name, |$pc, $sp, $fp, $th, $arg| {
            if $pc.warm() {
                return $warm($pc, $sp, $fp, $th, $arg);
            }
            $plain($pc, $sp, $fp, $th, $arg)
        });

        $crate::frame::registers::handler!(
            #[cold]
            $warm,
            |$pc, $sp, $fp, $th, $arg| {
                $specialise;
                $plain($pc, $sp, $fp, $th, $arg)
            }
        );
    };
}

/// Goes on with the instruction at `pc`.
#[cfg(not(debug_assertions))]
macro_rules! next {
    ($pc:expr, $sp:expr, $fp:expr, $th:expr) => {{
        let pc: $crate::frame::registers::Pc = $pc;
        let unit = pc.fetch() as usize;
        $crate::frame::dispatch::HANDLERS[unit & 0xFF](pc.add(1), $sp, $fp, $th, unit >> 8)
    }};
}

/// Goes on with the instruction at `pc`: debug builds return to the trampoline, since tail calls need the optimiser.
#[cfg(debug_assertions)]
macro_rules! next {
    ($pc:expr, $sp:expr, $fp:expr, $th:expr) => {{
        $th.frames.resume.set(($pc, $sp, $fp));
        $crate::frame::dispatch::CONTINUE
    }};
}

/// Goes on in a new frame of `code`: at its first instruction, or behind a `RESUME` that has nothing to do.
macro_rules! enter {
    ($code:expr, $new:expr, $th:expr) => {{
        let start: $crate::frame::registers::Pc = $code.start();
        if $crate::frame::registers::starts_quietly(start, $th) {
            next!(start.add(1), $new.stack_base(), $new, $th)
        } else {
            next!(start, $new.stack_base(), $new, $th)
        }
    }};
}

/// Ends `FOR_ITER` with an owned item: if a plain `STORE_FAST` comes next, it is done too.
macro_rules! item_next {
    ($item:expr, $pc:expr, $sp:expr, $fp:expr, $th:expr) => {{
        let item: u64 = $item;
        let unit = $pc.fetch();
        if unit & 0xFF == bytecode::opcode::op::STORE_FAST {
            let local = usize::from(unit >> 8);
            let old = $fp.local(local).bits();
            $fp.init_local(local, $crate::frame::registers::own(item));
            release_next!(old, $pc.add(1), $sp, $fp, $th)
        } else {
            $sp.set_word(0, item);
            next!($pc, $sp.add(1), $fp, $th)
        }
    }};
}

/// Unwinds: the exception is in the thread state, `pc` is the present instruction's.
macro_rules! raise {
    ($pc:expr, $sp:expr, $fp:expr, $th:expr) => {
        $crate::frame::unwind::unwind($pc, $sp, $fp, $th, 0)
    };
}

/// Drops a word that may be the last reference to an object, then goes on: the release is a tail call, so that the plain
/// path of the handler needs no native frame.
macro_rules! release_next {
    ($word:expr, $pc:expr, $sp:expr, $fp:expr, $th:expr) => {{
        let word: u64 = $word;
        if $crate::frame::registers::drop_shared(word) {
            next!($pc, $sp, $fp, $th)
        } else {
            $crate::frame::dispatch::release_then_next($pc, $sp, $fp, $th, word as usize)
        }
    }};
}

/// Drops two words, the first one first, then goes on; as `release_next!`.
macro_rules! release_pair_next {
    ($first:expr, $second:expr, $pc:expr, $sp:expr, $fp:expr, $th:expr) => {{
        let (first, second): (u64, u64) = ($first, $second);
        let (pc, sp): ($crate::frame::registers::Pc, $crate::frame::registers::Sp) = ($pc, $sp);
        if $crate::frame::registers::drop_shared(first) {
            if $crate::frame::registers::drop_shared(second) {
                next!(pc, sp, $fp, $th)
            } else {
                $crate::frame::dispatch::release_then_next(pc, sp, $fp, $th, second as usize)
            }
        } else {
            sp.set_word(0, second);
            $crate::frame::dispatch::release_both_then_next(pc, sp, $fp, $th, first as usize)
        }
    }};
}

/// Unwraps a `Res` or unwinds.
macro_rules! attempt {
    ($result:expr, $pc:expr, $sp:expr, $fp:expr, $th:expr) => {
        match $result {
            Ok(value) => value,
            Err(_) => return raise!($pc, $sp, $fp, $th),
        }
    };
}

/// Goes on after a call of native code, whose result lies on the stack. The call may have taken long, or have been ended
/// by a signal: whoever asks for the thread's attention has it before the next instruction.
macro_rules! called_next {
    ($pc:expr, $sp:expr, $fp:expr, $th:expr) => {{
        if $th.eval_breaker.load(std::sync::atomic::Ordering::Relaxed) != 0 {
            return $crate::frame::handlers::calls::look_up_after_call($pc, $sp, $fp, $th, 0);
        }
        next!($pc, $sp, $fp, $th)
    }};
}

pub(crate) use {
    adaptive, attempt, called_next, enter, handler, item_next, next, raise, release_next, release_pair_next,
};

/// Whether a code object's first unit is a plain `RESUME` and nobody asks for the thread's attention.
#[inline(always)]
pub(crate) fn starts_quietly(start: Pc, th: &ThreadState) -> bool {
    start.fetch() == op::RESUME && th.eval_breaker.load(Ordering::Relaxed) == 0
}

/// Where to go on when the conditional jump before `pc` is not taken: past the `NOT_TAKEN` that the compiler puts there,
/// unless an event hangs on it.
#[inline(always)]
pub(crate) fn not_taken(pc: Pc) -> Pc {
    if pc.fetch() & 0xFF == op::NOT_TAKEN { pc.add(1) } else { pc }
}

/// What comes after an instruction that leaves a truth value at `sp`: if the one at `pc` is a conditional jump, it is done
/// too, otherwise the value is pushed.
#[inline(always)]
pub(crate) fn after_truth(truth: bool, pc: Pc, sp: Sp) -> (Pc, Sp) {
    let unit = pc.fetch();
    let jump_if = match unit & 0xFF {
        op::POP_JUMP_IF_FALSE => false,
        op::POP_JUMP_IF_TRUE => true,
        _ => {
            sp.set_word(0, if truth { TRUE } else { FALSE });
            return (pc, sp.add(1));
        }
    };
    if truth == jump_if { (pc.add(2 + usize::from(unit >> 8)), sp) } else { (not_taken(pc.add(2)), sp) }
}

/// Within a loop that moves a few words: keeps the compiler from unrolling it, since a handler that needs more registers
/// saves and restores them each time.
#[inline(always)]
pub(crate) fn short_loop() {
    #[cfg(all(not(miri), any(target_arch = "x86_64", target_arch = "aarch64")))]
    // SAFETY: no instruction at all.
    unsafe {
        std::arch::asm!("", options(nomem, nostack, preserves_flags));
    }
}

/// The word at a byte offset of the object that `object` points to.
#[inline(always)]
pub(crate) fn load_word(object: u64, offset: usize) -> u64 {
    // SAFETY: guards have checked class and shape, which say that the offset lies inside the object and holds a value.
    unsafe { *((object as usize + offset) as *const u64) }
}

impl Property {
    /// The payload of the property that a word points to.
    #[inline(always)]
    pub(crate) fn at_word<'a>(word: u64) -> &'a Property {
        // SAFETY: inline caches hold a property's word only beside the version of the class that owns it.
        unsafe { &*((word as usize + crate::object::Header::SIZE) as *const Property) }
    }
}

/// The getter of a native attribute, whose table an inline cache holds the address of.
#[inline(always)]
pub(crate) fn native_getter(field: u64) -> Option<fn(&ThreadState, &Value) -> crate::error::Res> {
    // SAFETY: such caches are written with the address of a static, beside the version of a class that has the attribute.
    unsafe { &*(field as *const crate::function::GetSetDef) }.get
}

/// Whether a word is an exact Python function.
#[inline(always)]
pub(crate) fn is_function_word(word: u64) -> bool {
    // SAFETY: as for `drop_shared`.
    word & 7 == 0 && std::ptr::eq(unsafe { &*(word as *const crate::object::Header) }.class(), &FUNCTION_TYPE)
}

/// Stores a word at a byte offset of an object and returns the old one.
#[inline(always)]
pub(crate) fn store_word(object: u64, offset: usize, word: u64) -> u64 {
    // SAFETY: as for `load_word`.
    unsafe { std::ptr::replace((object as usize + offset) as *mut u64, word) }
}

/// Fills the header of a frame whose function's word lies at `base` and whose first `count` locals are in place, and makes
/// it the innermost frame. Room has been checked.
#[inline(always)]
pub(crate) fn activate_exact(
    th: &ThreadState,
    base: Sp,
    function: &Function,
    code: &Code,
    return_pc: Pc,
    previous: Fp,
    count: usize,
) -> Fp {
    let fp = Fp(base.0.wrapping_add(HEADER));
    let header = fp.header();
    header.code.set(code);
    header.return_pc.set(return_pc);
    header.previous.set(previous);
    header.globals.set(function.globals_dict());
    header.extra.set(UNBOUND);
    fp.set_locals_unbound(count, code.nlocalsplus());
    th.frames.fp.set(fp);
    th.frames.recursion_remaining.set(th.frames.recursion_remaining.get() - 1);
    header.current_pc.set(code.start());
    fp
}

/// Takes a count from the object behind a word unless it is the last one. False: the caller still owns the word and must
/// release it.
#[inline(always)]
pub(crate) fn drop_shared(word: u64) -> bool {
    if word & 7 != 0 {
        return true;
    }
    // SAFETY: a word that ends in 000 is a pointer to a live object of which the caller owns a count.
    let header = unsafe { &*(word as *const crate::object::Header) };
    let count = header.refcount();
    if count as i32 > 1 {
        header.set_refcount(count - 1);
        return true;
    }
    count != 1
}

/// Adds a count to the object behind a word and returns the word.
#[inline(always)]
pub(crate) fn clone_word(word: u64) -> u64 {
    if word & 7 == 0 {
        // SAFETY: as for `drop_shared`.
        unsafe { &*(word as *const crate::object::Header) }.add_count();
    }
    word
}

/// An owned word as a value.
#[inline(always)]
pub(crate) fn own(word: u64) -> Value {
    // SAFETY: callers own the word and use it once.
    unsafe { Value::from_bits(word) }
}
