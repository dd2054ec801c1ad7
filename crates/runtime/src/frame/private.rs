//! The machine's own instructions: forms that it writes into the private copy of a code object's units, in numbers that
//! the instruction table leaves free; and the loop's own small units.

/// Calls `$callback!` with the rows `name = number`.
macro_rules! for_each_private {
    ($callback:ident, $($first:tt)*) => {
        $callback! { $($first)*:
            RETURN_GENERATOR_VALUE = 212;
            EXIT_YIELDED = 213;
            CONTINUE_INIT = 214;
            STORE_ATTR_ADD = 215;
            COMPARE_INT_JUMP_IF_FALSE = 216;
            COMPARE_INT_JUMP_IF_TRUE = 217;
            LOAD_FAST_ATTR_VALUE = 218;
            LOAD_FAST_METHOD = 219;
            LOAD_PAIR_COMPARE_JUMP = 220;
            LOAD_SMALL_INT_ADD = 221;
            LOAD_SMALL_INT_SUBTRACT = 222;
            CONTINUE_SPECIAL = 223;
            BINARY_OP_AND_INT = 224;
            BINARY_OP_OR_INT = 225;
            BINARY_OP_XOR_INT = 226;
            BINARY_OP_LSHIFT_INT = 227;
            BINARY_OP_RSHIFT_INT = 228;
            BINARY_OP_FLOOR_DIVIDE_INT = 229;
            BINARY_OP_REMAINDER_INT = 230;
            BINARY_OP_TRUE_DIVIDE_FLOAT = 231;
            INSTRUMENTED = 232;
            FOR_ITER_PAIR = 233;
            LOAD_BODY = 234;
            LOAD_ATTR_POLY = 121;
            STORE_ATTR_POLY = 122;
            LOAD_FAST_ATTR_POLY = 123;
            LOAD_FAST_STORE_ATTR = 124;
            LOAD_PAIR_STORE_ATTR = 125;
            LOAD_PAIR_SUBSCR_LIST = 126;
            LOAD_FAST_SUBSCR_LIST = 127;
        }
    };
}
pub(super) use for_each_private;

macro_rules! numbers {
    (names: $($name:ident = $number:literal;)*) => {
        /// Numbers of the private instructions.
        #[allow(dead_code)]
        pub(crate) mod op {
            $(pub(crate) const $name: u16 = $number;)*
        }
    };
}
for_each_private!(numbers, names);

use super::registers::Pc;
use bytecode::opcode::op as public;

/// Where a frame that native code pushed returns to.
static EXIT: [u16; 1] = [public::INTERPRETER_EXIT];
/// Where a generator that native code resumed yields to.
static YIELDED: [u16; 1] = [op::EXIT_YIELDED];
/// Where `__init__` returns to when a class is called.
static INIT: [u16; 1] = [op::CONTINUE_INIT];

/// Where code starts whose body has not been read.
static UNREAD: [u16; 1] = [op::LOAD_BODY];

/// The pointer is never written through: these units hold instructions without caches.
fn unit(units: &'static [u16; 1]) -> Pc {
    Pc(units.as_ptr().cast_mut())
}

/// What code begins with whose body has not been read.
pub(crate) fn load_body() -> Pc {
    unit(&UNREAD)
}

#[inline(always)]
pub(super) fn exit() -> Pc {
    unit(&EXIT)
}

#[inline(always)]
pub(super) fn yielded() -> Pc {
    unit(&YIELDED)
}

#[inline(always)]
pub(super) fn init() -> Pc {
    unit(&INIT)
}

/// Arguments of `CONTINUE_SPECIAL`: which instruction a special method's frame returns to.
pub(super) mod continuation {
    pub(crate) const BINARY: usize = 0;
    pub(crate) const INPLACE: usize = 1;
    pub(crate) const COMPARE: usize = 2;
    pub(crate) const STORE_SUBSCR: usize = 3;
    pub(crate) const DELETE_SUBSCR: usize = 4;
    pub(crate) const STORE_ATTR: usize = 5;
    pub(crate) const BOOL: usize = 6;
    pub(crate) const BOOL_LENGTH: usize = 7;
    pub(crate) const LENGTH: usize = 8;
    pub(crate) const CONTAINS: usize = 9;
    pub(crate) const ITER: usize = 10;
    pub(crate) const NEXT: usize = 11;
    pub(crate) const ATTR: usize = 12;
    pub(crate) const WITH_EXIT: usize = 13;
    pub(crate) const COUNT: usize = 16;
}

static CONTINUATIONS: [[u16; 1]; continuation::COUNT] = {
    let mut units = [[0; 1]; continuation::COUNT];
    let mut kind = 0;
    while kind < continuation::COUNT {
        units[kind] = [op::CONTINUE_SPECIAL | (kind as u16) << 8];
        kind += 1;
    }
    units
};

/// Where a special method's frame returns to.
#[inline(always)]
pub(super) fn continue_at(kind: usize) -> Pc {
    unit(&CONTINUATIONS[kind])
}
