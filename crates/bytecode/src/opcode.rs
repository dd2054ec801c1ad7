//! The instruction set of Python 3.14: one row for each instruction, from which everything else is derived.
//!
//! The compiler's constants and stack effects, the assembler's cache sizes, the disassembler's arguments, the machine's
//! dispatch and the views of the `opcode` and `_opcode` modules all come from [`for_each_instruction`]. The test
//! `tests/opcode_table.rs` compares the rows with what a reference interpreter says of itself.
//!
//! A row of `real` and `pseudo` reads: name = number, kind of argument, inline cache entries (code units), values popped =>
//! values pushed (`a` is the argument), effects. `specialised` rows are quickened forms `of` a real instruction and take
//! its caches and stack effect; `instrumented` rows are what `sys.monitoring` writes over one.

/// Calls `$callback!` with the whole table; see the module's words for the columns.
#[macro_export]
macro_rules! for_each_instruction {
    ($callback:ident) => {
        $callback! {
        (a)
        real {
            CACHE = 0, NoArg, caches 0, 0 => 0, [];
            BINARY_SLICE = 1, NoArg, caches 0, 3 => 1, [ERROR | ESCAPES];
            BUILD_TEMPLATE = 2, NoArg, caches 0, 2 => 1, [ERROR];
            CALL_FUNCTION_EX = 4, NoArg, caches 0, 4 => 1, [ERROR | ESCAPES | EVAL_BREAK];
            CHECK_EG_MATCH = 5, NoArg, caches 0, 2 => 2, [ERROR | ESCAPES];
            CHECK_EXC_MATCH = 6, NoArg, caches 0, 2 => 2, [ERROR];
            CLEANUP_THROW = 7, NoArg, caches 0, 3 => 2, [ERROR | ESCAPES];
            DELETE_SUBSCR = 8, NoArg, caches 0, 2 => 0, [ERROR | ESCAPES];
            END_FOR = 9, NoArg, caches 0, 1 => 0, [ESCAPES];
            END_SEND = 10, NoArg, caches 0, 2 => 1, [ESCAPES];
            EXIT_INIT_CHECK = 11, NoArg, caches 0, 1 => 0, [ERROR];
            FORMAT_SIMPLE = 12, NoArg, caches 0, 1 => 1, [ERROR | ESCAPES];
            FORMAT_WITH_SPEC = 13, NoArg, caches 0, 2 => 1, [ERROR | ESCAPES];
            GET_AITER = 14, NoArg, caches 0, 1 => 1, [ERROR | ESCAPES];
            GET_ANEXT = 15, NoArg, caches 0, 1 => 2, [ERROR | ESCAPES];
            GET_ITER = 16, NoArg, caches 0, 1 => 1, [ERROR | ESCAPES];
            RESERVED = 17, NoArg, caches 0, 0 => 0, [];
            GET_LEN = 18, NoArg, caches 0, 1 => 2, [ERROR | ESCAPES];
            GET_YIELD_FROM_ITER = 19, NoArg, caches 0, 1 => 1, [ERROR | ESCAPES];
            INTERPRETER_EXIT = 20, NoArg, caches 0, 1 => 0, [TERMINATOR];
            LOAD_BUILD_CLASS = 21, NoArg, caches 0, 0 => 1, [ERROR | ESCAPES];
            LOAD_LOCALS = 22, NoArg, caches 0, 0 => 1, [ERROR];
            MAKE_FUNCTION = 23, NoArg, caches 0, 1 => 1, [ERROR];
            MATCH_KEYS = 24, NoArg, caches 0, 2 => 3, [ERROR | ESCAPES];
            MATCH_MAPPING = 25, NoArg, caches 0, 1 => 2, [PURE];
            MATCH_SEQUENCE = 26, NoArg, caches 0, 1 => 2, [PURE];
            NOP = 27, NoArg, caches 0, 0 => 0, [PURE];
            NOT_TAKEN = 28, NoArg, caches 0, 0 => 0, [PURE];
            POP_EXCEPT = 29, NoArg, caches 0, 1 => 0, [ESCAPES];
            POP_ITER = 30, NoArg, caches 0, 1 => 0, [ESCAPES];
            POP_TOP = 31, NoArg, caches 0, 1 => 0, [ESCAPES];
            PUSH_EXC_INFO = 32, NoArg, caches 0, 1 => 2, [];
            PUSH_NULL = 33, NoArg, caches 0, 0 => 1, [PURE];
            RETURN_GENERATOR = 34, NoArg, caches 0, 0 => 1, [ERROR];
            RETURN_VALUE = 35, NoArg, caches 0, 1 => 1, [ESCAPES | TERMINATOR];
            SETUP_ANNOTATIONS = 36, NoArg, caches 0, 0 => 0, [ERROR | ESCAPES];
            STORE_SLICE = 37, NoArg, caches 0, 4 => 0, [ERROR | ESCAPES];
            STORE_SUBSCR = 38, NoArg, caches 1, 3 => 0, [ERROR | ESCAPES];
            TO_BOOL = 39, NoArg, caches 3, 1 => 1, [ERROR | ESCAPES];
            UNARY_INVERT = 40, NoArg, caches 0, 1 => 1, [ERROR | ESCAPES];
            UNARY_NEGATIVE = 41, NoArg, caches 0, 1 => 1, [ERROR | ESCAPES];
            UNARY_NOT = 42, NoArg, caches 0, 1 => 1, [PURE];
            WITH_EXCEPT_START = 43, NoArg, caches 0, 5 => 6, [ERROR | ESCAPES];
            BINARY_OP = 44, BinaryOp, caches 5, 2 => 1, [ERROR | ESCAPES];
            BUILD_INTERPOLATION = 45, Raw, caches 0, 2 + (a & 1) => 1, [ERROR];
            BUILD_LIST = 46, Raw, caches 0, a => 1, [ERROR];
            BUILD_MAP = 47, Raw, caches 0, 2 * a => 1, [ERROR | ESCAPES];
            BUILD_SET = 48, Raw, caches 0, a => 1, [ERROR | ESCAPES];
            BUILD_SLICE = 49, Raw, caches 0, a => 1, [ERROR];
            BUILD_STRING = 50, Raw, caches 0, a => 1, [ERROR];
            BUILD_TUPLE = 51, Raw, caches 0, a => 1, [ERROR];
            CALL = 52, Raw, caches 3, a + 2 => 1, [ERROR | ESCAPES | EVAL_BREAK];
            CALL_INTRINSIC_1 = 53, Intrinsic1, caches 0, 1 => 1, [ERROR | ESCAPES];
            CALL_INTRINSIC_2 = 54, Intrinsic2, caches 0, 2 => 1, [ERROR | ESCAPES];
            CALL_KW = 55, Raw, caches 3, a + 3 => 1, [ERROR | ESCAPES | EVAL_BREAK];
            COMPARE_OP = 56, Compare, caches 1, 2 => 1, [ERROR | ESCAPES];
            CONTAINS_OP = 57, ContainsOp, caches 1, 2 => 1, [ERROR | ESCAPES];
            CONVERT_VALUE = 58, Convert, caches 0, 1 => 1, [ERROR | ESCAPES];
            COPY = 59, Raw, caches 0, a => a + 1, [PURE];
            COPY_FREE_VARS = 60, Raw, caches 0, 0 => 0, [];
            DELETE_ATTR = 61, Name, caches 0, 1 => 0, [ERROR | ESCAPES];
            DELETE_DEREF = 62, Free, caches 0, 0 => 0, [ERROR];
            DELETE_FAST = 63, Local, caches 0, 0 => 0, [ERROR];
            DELETE_GLOBAL = 64, Name, caches 0, 0 => 0, [ERROR | ESCAPES];
            DELETE_NAME = 65, Name, caches 0, 0 => 0, [ERROR | ESCAPES];
            DICT_MERGE = 66, Raw, caches 0, a + 4 => a + 3, [ERROR | ESCAPES];
            DICT_UPDATE = 67, Raw, caches 0, a + 1 => a, [ERROR | ESCAPES];
            END_ASYNC_FOR = 68, JumpBackward, caches 0, 2 => 0, [ERROR | ESCAPES];
            EXTENDED_ARG = 69, Raw, caches 0, 0 => 0, [];
            FOR_ITER = 70, JumpForward, caches 1, 1 => 2, [ERROR | ESCAPES];
            GET_AWAITABLE = 71, Raw, caches 0, 1 => 1, [ERROR | ESCAPES];
            IMPORT_FROM = 72, Name, caches 0, 1 => 2, [ERROR | ESCAPES];
            IMPORT_NAME = 73, Name, caches 0, 2 => 1, [ERROR | ESCAPES];
            IS_OP = 74, IsOp, caches 0, 2 => 1, [PURE];
            JUMP_BACKWARD = 75, JumpBackward, caches 1, 0 => 0, [ERROR | ESCAPES | EVAL_BREAK | TERMINATOR];
            JUMP_BACKWARD_NO_INTERRUPT = 76, JumpBackward, caches 0, 0 => 0, [TERMINATOR];
            JUMP_FORWARD = 77, JumpForward, caches 0, 0 => 0, [TERMINATOR];
            LIST_APPEND = 78, Raw, caches 0, a + 1 => a, [ERROR];
            LIST_EXTEND = 79, Raw, caches 0, a + 1 => a, [ERROR | ESCAPES];
            LOAD_ATTR = 80, NameShift1, caches 9, 1 => 1 + (a & 1), [ERROR | ESCAPES];
            LOAD_COMMON_CONSTANT = 81, CommonConstant, caches 0, 0 => 1, [PURE];
            LOAD_CONST = 82, Const, caches 0, 0 => 1, [PURE];
            LOAD_DEREF = 83, Deref, caches 0, 0 => 1, [ERROR];
            LOAD_FAST = 84, Local, caches 0, 0 => 1, [PURE];
            LOAD_FAST_AND_CLEAR = 85, Local, caches 0, 0 => 1, [PURE];
            LOAD_FAST_BORROW = 86, Local, caches 0, 0 => 1, [PURE];
            LOAD_FAST_BORROW_LOAD_FAST_BORROW = 87, LocalPair, caches 0, 0 => 2, [PURE];
            LOAD_FAST_CHECK = 88, Local, caches 0, 0 => 1, [ERROR];
            LOAD_FAST_LOAD_FAST = 89, LocalPair, caches 0, 0 => 2, [PURE];
            LOAD_FROM_DICT_OR_DEREF = 90, Free, caches 0, 1 => 1, [ERROR | ESCAPES];
            LOAD_FROM_DICT_OR_GLOBALS = 91, Name, caches 0, 1 => 1, [ERROR | ESCAPES];
            LOAD_GLOBAL = 92, NameShift1, caches 4, 0 => 1 + (a & 1), [ERROR | ESCAPES];
            LOAD_NAME = 93, Name, caches 0, 0 => 1, [ERROR | ESCAPES];
            LOAD_SMALL_INT = 94, Raw, caches 0, 0 => 1, [PURE];
            LOAD_SPECIAL = 95, SpecialMethod, caches 0, 1 => 2, [ERROR | ESCAPES];
            LOAD_SUPER_ATTR = 96, NameShift2, caches 1, 3 => 1 + (a & 1), [ERROR | ESCAPES];
            MAKE_CELL = 97, Free, caches 0, 0 => 0, [ERROR];
            MAP_ADD = 98, Raw, caches 0, a + 2 => a, [ERROR | ESCAPES];
            MATCH_CLASS = 99, Raw, caches 0, 3 => 1, [ERROR | ESCAPES];
            POP_JUMP_IF_FALSE = 100, JumpForward, caches 1, 1 => 0, [];
            POP_JUMP_IF_NONE = 101, JumpForward, caches 1, 1 => 0, [];
            POP_JUMP_IF_NOT_NONE = 102, JumpForward, caches 1, 1 => 0, [];
            POP_JUMP_IF_TRUE = 103, JumpForward, caches 1, 1 => 0, [];
            RAISE_VARARGS = 104, Raw, caches 0, a => 0, [ERROR | ESCAPES | TERMINATOR];
            RERAISE = 105, Raw, caches 0, a + 1 => a, [ERROR | ESCAPES | TERMINATOR];
            SEND = 106, JumpForward, caches 1, 2 => 2, [ERROR | ESCAPES];
            SET_ADD = 107, Raw, caches 0, a + 1 => a, [ERROR | ESCAPES];
            SET_FUNCTION_ATTRIBUTE = 108, FunctionAttribute, caches 0, 2 => 1, [];
            SET_UPDATE = 109, Raw, caches 0, a + 1 => a, [ERROR | ESCAPES];
            STORE_ATTR = 110, Name, caches 4, 2 => 0, [ERROR | ESCAPES];
            STORE_DEREF = 111, Free, caches 0, 1 => 0, [ESCAPES];
            STORE_FAST = 112, Local, caches 0, 1 => 0, [ESCAPES];
            STORE_FAST_LOAD_FAST = 113, LocalPair, caches 0, 1 => 1, [ESCAPES];
            STORE_FAST_STORE_FAST = 114, LocalPair, caches 0, 2 => 0, [ESCAPES];
            STORE_GLOBAL = 115, Name, caches 0, 1 => 0, [ERROR | ESCAPES];
            STORE_NAME = 116, Name, caches 0, 1 => 0, [ERROR | ESCAPES];
            SWAP = 117, Raw, caches 0, a => a, [PURE];
            UNPACK_EX = 118, Raw, caches 0, 1 => 1 + (a & 0xFF) + (a >> 8), [ERROR | ESCAPES];
            UNPACK_SEQUENCE = 119, Raw, caches 1, 1 => a, [ERROR | ESCAPES];
            YIELD_VALUE = 120, Raw, caches 0, 1 => 1, [ESCAPES];
            RESUME = 128, Raw, caches 0, 0 => 0, [ERROR | ESCAPES | EVAL_BREAK];
            INSTRUMENTED_INSTRUCTION = 238, NoArg, caches 0, 0 => 0, [];
            INSTRUMENTED_LINE = 254, NoArg, caches 0, 0 => 0, [];
            ENTER_EXECUTOR = 255, Raw, caches 0, 0 => 0, [];
        }
        specialised {
            BINARY_OP_INPLACE_ADD_UNICODE = 3, Local, of BINARY_OP;
            BINARY_OP_ADD_FLOAT = 129, NoArg, of BINARY_OP;
            BINARY_OP_ADD_INT = 130, NoArg, of BINARY_OP;
            BINARY_OP_ADD_UNICODE = 131, NoArg, of BINARY_OP;
            BINARY_OP_EXTEND = 132, NoArg, of BINARY_OP;
            BINARY_OP_MULTIPLY_FLOAT = 133, NoArg, of BINARY_OP;
            BINARY_OP_MULTIPLY_INT = 134, NoArg, of BINARY_OP;
            BINARY_OP_SUBSCR_DICT = 135, NoArg, of BINARY_OP;
            BINARY_OP_SUBSCR_GETITEM = 136, NoArg, of BINARY_OP;
            BINARY_OP_SUBSCR_LIST_INT = 137, NoArg, of BINARY_OP;
            BINARY_OP_SUBSCR_LIST_SLICE = 138, NoArg, of BINARY_OP;
            BINARY_OP_SUBSCR_STR_INT = 139, NoArg, of BINARY_OP;
            BINARY_OP_SUBSCR_TUPLE_INT = 140, NoArg, of BINARY_OP;
            BINARY_OP_SUBTRACT_FLOAT = 141, NoArg, of BINARY_OP;
            BINARY_OP_SUBTRACT_INT = 142, NoArg, of BINARY_OP;
            CALL_ALLOC_AND_ENTER_INIT = 143, Raw, of CALL;
            CALL_BOUND_METHOD_EXACT_ARGS = 144, Raw, of CALL;
            CALL_BOUND_METHOD_GENERAL = 145, Raw, of CALL;
            CALL_BUILTIN_CLASS = 146, Raw, of CALL;
            CALL_BUILTIN_FAST = 147, Raw, of CALL;
            CALL_BUILTIN_FAST_WITH_KEYWORDS = 148, Raw, of CALL;
            CALL_BUILTIN_O = 149, Raw, of CALL;
            CALL_ISINSTANCE = 150, Raw, of CALL;
            CALL_KW_BOUND_METHOD = 151, Raw, of CALL_KW;
            CALL_KW_NON_PY = 152, Raw, of CALL_KW;
            CALL_KW_PY = 153, Raw, of CALL_KW;
            CALL_LEN = 154, NoArg, of CALL;
            CALL_LIST_APPEND = 155, Raw, of CALL;
            CALL_METHOD_DESCRIPTOR_FAST = 156, Raw, of CALL;
            CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS = 157, Raw, of CALL;
            CALL_METHOD_DESCRIPTOR_NOARGS = 158, Raw, of CALL;
            CALL_METHOD_DESCRIPTOR_O = 159, Raw, of CALL;
            CALL_NON_PY_GENERAL = 160, Raw, of CALL;
            CALL_PY_EXACT_ARGS = 161, Raw, of CALL;
            CALL_PY_GENERAL = 162, Raw, of CALL;
            CALL_STR_1 = 163, Raw, of CALL;
            CALL_TUPLE_1 = 164, Raw, of CALL;
            CALL_TYPE_1 = 165, Raw, of CALL;
            COMPARE_OP_FLOAT = 166, Raw, of COMPARE_OP;
            COMPARE_OP_INT = 167, Raw, of COMPARE_OP;
            COMPARE_OP_STR = 168, Raw, of COMPARE_OP;
            CONTAINS_OP_DICT = 169, Raw, of CONTAINS_OP;
            CONTAINS_OP_SET = 170, Raw, of CONTAINS_OP;
            FOR_ITER_GEN = 171, Raw, of FOR_ITER;
            FOR_ITER_LIST = 172, JumpForward, of FOR_ITER;
            FOR_ITER_RANGE = 173, JumpForward, of FOR_ITER;
            FOR_ITER_TUPLE = 174, JumpForward, of FOR_ITER;
            JUMP_BACKWARD_JIT = 175, JumpBackward, of JUMP_BACKWARD;
            JUMP_BACKWARD_NO_JIT = 176, JumpBackward, of JUMP_BACKWARD;
            LOAD_ATTR_CLASS = 177, Raw, of LOAD_ATTR;
            LOAD_ATTR_CLASS_WITH_METACLASS_CHECK = 178, Raw, of LOAD_ATTR;
            LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN = 179, NameShift1, of LOAD_ATTR;
            LOAD_ATTR_INSTANCE_VALUE = 180, Raw, of LOAD_ATTR;
            LOAD_ATTR_METHOD_LAZY_DICT = 181, Raw, of LOAD_ATTR;
            LOAD_ATTR_METHOD_NO_DICT = 182, Raw, of LOAD_ATTR;
            LOAD_ATTR_METHOD_WITH_VALUES = 183, Raw, of LOAD_ATTR;
            LOAD_ATTR_MODULE = 184, Raw, of LOAD_ATTR;
            LOAD_ATTR_NONDESCRIPTOR_NO_DICT = 185, Raw, of LOAD_ATTR;
            LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES = 186, Raw, of LOAD_ATTR;
            LOAD_ATTR_PROPERTY = 187, Raw, of LOAD_ATTR;
            LOAD_ATTR_SLOT = 188, Raw, of LOAD_ATTR;
            LOAD_ATTR_WITH_HINT = 189, NameShift1, of LOAD_ATTR;
            LOAD_CONST_IMMORTAL = 190, Const, of LOAD_CONST;
            LOAD_CONST_MORTAL = 191, Const, of LOAD_CONST;
            LOAD_GLOBAL_BUILTIN = 192, Raw, of LOAD_GLOBAL;
            LOAD_GLOBAL_MODULE = 193, Raw, of LOAD_GLOBAL;
            LOAD_SUPER_ATTR_ATTR = 194, NameShift2, of LOAD_SUPER_ATTR;
            LOAD_SUPER_ATTR_METHOD = 195, NameShift2, of LOAD_SUPER_ATTR;
            RESUME_CHECK = 196, NoArg, of RESUME;
            SEND_GEN = 197, Raw, of SEND;
            STORE_ATTR_INSTANCE_VALUE = 198, NoArg, of STORE_ATTR;
            STORE_ATTR_SLOT = 199, NoArg, of STORE_ATTR;
            STORE_ATTR_WITH_HINT = 200, Name, of STORE_ATTR;
            STORE_SUBSCR_DICT = 201, NoArg, of STORE_SUBSCR;
            STORE_SUBSCR_LIST_INT = 202, NoArg, of STORE_SUBSCR;
            TO_BOOL_ALWAYS_TRUE = 203, NoArg, of TO_BOOL;
            TO_BOOL_BOOL = 204, NoArg, of TO_BOOL;
            TO_BOOL_INT = 205, NoArg, of TO_BOOL;
            TO_BOOL_LIST = 206, NoArg, of TO_BOOL;
            TO_BOOL_NONE = 207, NoArg, of TO_BOOL;
            TO_BOOL_STR = 208, NoArg, of TO_BOOL;
            UNPACK_SEQUENCE_LIST = 209, Raw, of UNPACK_SEQUENCE;
            UNPACK_SEQUENCE_TUPLE = 210, Raw, of UNPACK_SEQUENCE;
            UNPACK_SEQUENCE_TWO_TUPLE = 211, Raw, of UNPACK_SEQUENCE;
        }
        instrumented {
            INSTRUMENTED_END_FOR = 234, NoArg, of END_FOR;
            INSTRUMENTED_POP_ITER = 235, NoArg, of POP_ITER;
            INSTRUMENTED_END_SEND = 236, NoArg, of END_SEND;
            INSTRUMENTED_FOR_ITER = 237, JumpForward, of FOR_ITER;
            INSTRUMENTED_JUMP_FORWARD = 239, Raw, of JUMP_FORWARD;
            INSTRUMENTED_NOT_TAKEN = 240, NoArg, of NOT_TAKEN;
            INSTRUMENTED_POP_JUMP_IF_TRUE = 241, Raw, of POP_JUMP_IF_TRUE;
            INSTRUMENTED_POP_JUMP_IF_FALSE = 242, Raw, of POP_JUMP_IF_FALSE;
            INSTRUMENTED_POP_JUMP_IF_NONE = 243, Raw, of POP_JUMP_IF_NONE;
            INSTRUMENTED_POP_JUMP_IF_NOT_NONE = 244, Raw, of POP_JUMP_IF_NOT_NONE;
            INSTRUMENTED_RESUME = 245, Raw, of RESUME;
            INSTRUMENTED_RETURN_VALUE = 246, NoArg, of RETURN_VALUE;
            INSTRUMENTED_YIELD_VALUE = 247, Raw, of YIELD_VALUE;
            INSTRUMENTED_END_ASYNC_FOR = 248, JumpBackward, of END_ASYNC_FOR;
            INSTRUMENTED_LOAD_SUPER_ATTR = 249, NameShift2, of LOAD_SUPER_ATTR;
            INSTRUMENTED_CALL = 250, Raw, of CALL;
            INSTRUMENTED_CALL_KW = 251, Raw, of CALL_KW;
            INSTRUMENTED_CALL_FUNCTION_EX = 252, NoArg, of CALL_FUNCTION_EX;
            INSTRUMENTED_JUMP_BACKWARD = 253, Raw, of JUMP_BACKWARD;
        }
        pseudo {
            ANNOTATIONS_PLACEHOLDER = 256, NoArg, caches 0, 0 => 0, [];
            JUMP = 257, JumpPseudo, caches 0, 0 => 0, [TERMINATOR];
            JUMP_IF_FALSE = 258, JumpPseudo, caches 0, 1 => 1, [];
            JUMP_IF_TRUE = 259, JumpPseudo, caches 0, 1 => 1, [];
            JUMP_NO_INTERRUPT = 260, JumpPseudo, caches 0, 0 => 0, [TERMINATOR];
            LOAD_CLOSURE = 261, Local, caches 0, 0 => 1, [PURE];
            POP_BLOCK = 262, NoArg, caches 0, 0 => 0, [];
            SETUP_CLEANUP = 263, Handler, caches 0, 0 => 0, [];
            SETUP_FINALLY = 264, Handler, caches 0, 0 => 0, [];
            SETUP_WITH = 265, Handler, caches 0, 0 => 0, [];
            STORE_FAST_MAYBE_NULL = 266, Local, caches 0, 1 => 0, [ESCAPES];
        }
        }
    };
}

/// What an instruction's argument means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArgKind {
    /// No argument: the byte is zero.
    NoArg,
    /// A number: a count, a depth, flags.
    Raw,
    /// Index into `co_consts`.
    Const,
    /// Index into `co_names`.
    Name,
    /// Index into `co_names` above one flag bit (`LOAD_ATTR`, `LOAD_GLOBAL`).
    NameShift1,
    /// Index into `co_names` above two flag bits (`LOAD_SUPER_ATTR`).
    NameShift2,
    /// Index into `co_localsplusnames`: a fast local.
    Local,
    /// Two indices into `co_localsplusnames`, four bits each.
    LocalPair,
    /// Index into `co_localsplusnames`: a cell or free variable.
    Free,
    /// As `Free`; the reference counts `LOAD_DEREF` among the local accesses.
    Deref,
    /// Code units forward, counted from the next instruction.
    JumpForward,
    /// Code units back, counted from the next instruction.
    JumpBackward,
    /// A label, before jumps are resolved.
    JumpPseudo,
    /// A label of an exception handler, before the exception table is made.
    Handler,
    /// Comparison operator and mask: see [`compare`].
    Compare,
    /// Index into [`BINARY_OPS`].
    BinaryOp,
    /// 1 inverts (`is not`).
    IsOp,
    /// 1 inverts (`not in`).
    ContainsOp,
    /// Index into [`CONVERSIONS`].
    Convert,
    /// One of [`function_attribute`]'s flags.
    FunctionAttribute,
    /// Index into [`INTRINSICS_1`].
    Intrinsic1,
    /// Index into [`INTRINSICS_2`].
    Intrinsic2,
    /// Index into [`COMMON_CONSTANTS`].
    CommonConstant,
    /// Index into [`SPECIAL_METHODS`].
    SpecialMethod,
}

/// Where an opcode number comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// No instruction has this number.
    Unused,
    /// What the compiler writes.
    Real,
    /// What the machine writes over a real instruction.
    Specialised,
    /// What `sys.monitoring` writes over a real instruction.
    Instrumented,
    /// What exists only before assembly.
    Pseudo,
}

/// Effects that rows name; the bits of [`Info::flags`].
pub mod effect {
    /// May raise an exception.
    pub const ERROR: u8 = 1;
    /// May run arbitrary Python code.
    pub const ESCAPES: u8 = 2;
    /// Looks at the eval breaker.
    pub const EVAL_BREAK: u8 = 4;
    /// Control never falls through to the next instruction.
    pub const TERMINATOR: u8 = 8;
    /// Neither raises nor has an effect but on the value stack.
    pub const PURE: u8 = 16;
}

/// The facts of one opcode number.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    pub name: &'static str,
    pub kind: ArgKind,
    pub class: Class,
    /// Inline cache entries that follow, in code units.
    pub caches: u8,
    /// Bits of [`effect`].
    pub flags: u8,
    /// The real instruction that this one is a form of (itself, for most).
    pub base: u16,
}

const UNUSED: Info = Info { name: "", kind: ArgKind::NoArg, class: Class::Unused, caches: 0, flags: 0, base: 0 };

/// One more than the largest opcode number, pseudo instructions included.
pub const COUNT: usize = 267;

macro_rules! derive_table {
    (
        ($a:ident)
        real { $($name:ident = $number:literal, $kind:ident, caches $caches:literal, $popped:expr => $pushed:expr, [$($flag:ident)|*];)* }
        specialised { $($sname:ident = $snumber:literal, $skind:ident, of $sbase:ident;)* }
        instrumented { $($iname:ident = $inumber:literal, $ikind:ident, of $ibase:ident;)* }
        pseudo { $($pname:ident = $pnumber:literal, $pkind:ident, caches $pcaches:literal, $ppopped:expr => $ppushed:expr, [$($pflag:ident)|*];)* }
    ) => {
        /// Opcode numbers by name.
        pub mod op {
            $(pub const $name: u16 = $number;)*
            $(pub const $sname: u16 = $snumber;)*
            $(pub const $iname: u16 = $inumber;)*
            $(pub const $pname: u16 = $pnumber;)*
        }

        /// The table, indexed by opcode number.
        pub static INFO: [Info; COUNT] = TABLE;

        const TABLE: [Info; COUNT] = {
            let mut table = [UNUSED; COUNT];
            $(table[$number] = Info {
                name: stringify!($name), kind: ArgKind::$kind, class: Class::Real, caches: $caches,
                flags: 0 $(| effect::$flag)*, base: $number,
            };)*
            $(table[$snumber] = Info {
                name: stringify!($sname), kind: ArgKind::$skind, class: Class::Specialised,
                caches: table[op::$sbase as usize].caches, flags: table[op::$sbase as usize].flags, base: op::$sbase,
            };)*
            $(table[$inumber] = Info {
                name: stringify!($iname), kind: ArgKind::$ikind, class: Class::Instrumented,
                caches: table[op::$ibase as usize].caches, flags: table[op::$ibase as usize].flags, base: op::$ibase,
            };)*
            $(table[$pnumber] = Info {
                name: stringify!($pname), kind: ArgKind::$pkind, class: Class::Pseudo, caches: $pcaches,
                flags: 0 $(| effect::$pflag)*, base: $pnumber,
            };)*
            table
        };

        /// Values taken and given by a real or pseudo instruction. `$a` is the argument.
        const fn compute_effect(opcode: u16, argument: u32) -> (i32, i32) {
            let $a = argument as i32;
            match opcode {
                $($number => { let _ = $a; ($popped, $pushed) })*
                $($pnumber => { let _ = $a; ($ppopped, $ppushed) })*
                _ => (0, 0),
            }
        }
    };
}

for_each_instruction!(derive_table);

/// The stack effect of an opcode whose effect does not depend on its argument.
#[derive(Clone, Copy)]
struct Effect {
    popped: i8,
    pushed: i8,
    fixed: bool,
}

/// A power of two above every opcode number: an index that is masked needs no check.
const MASK: usize = 511;

static EFFECTS: [Effect; MASK + 1] = {
    let mut effects = [Effect { popped: 0, pushed: 0, fixed: true }; MASK + 1];
    let mut opcode = 0;
    while opcode < COUNT {
        let base = match TABLE[opcode].class {
            Class::Specialised | Class::Instrumented => TABLE[opcode].base,
            _ => opcode as u16,
        };
        let (popped, pushed) = compute_effect(base, 0);
        let mut fixed = true;
        let mut argument = 1;
        while argument <= 0x100 {
            let (also_popped, also_pushed) = compute_effect(base, argument);
            fixed = fixed && also_popped == popped && also_pushed == pushed;
            argument += 0xFF;
        }
        effects[opcode] = Effect { popped: popped as i8, pushed: pushed as i8, fixed };
        opcode += 1;
    }
    effects
};

/// How many values the instruction takes from the stack.
#[inline]
pub fn popped(opcode: u16, argument: u32) -> i32 {
    let effect = EFFECTS[usize::from(opcode) & MASK];
    if effect.fixed { i32::from(effect.popped) } else { compute_effect(base(opcode), argument).0 }
}

/// How many values the instruction puts on the stack, when it does not jump to a handler.
#[inline]
pub fn pushed(opcode: u16, argument: u32) -> i32 {
    let effect = EFFECTS[usize::from(opcode) & MASK];
    if effect.fixed { i32::from(effect.pushed) } else { compute_effect(base(opcode), argument).1 }
}

const JUMPS: u8 = 1;
const SETS_HANDLER: u8 = 2;

/// Cache entries and the kinds that are asked for most, small enough to stay in the processor's cache.
static QUICK: [(u8, u8); MASK + 1] = {
    let mut quick = [(0, 0); MASK + 1];
    let mut opcode = 0;
    while opcode < COUNT {
        let bits = match TABLE[opcode].kind {
            ArgKind::JumpForward | ArgKind::JumpBackward | ArgKind::JumpPseudo => JUMPS,
            ArgKind::Handler => SETS_HANDLER,
            _ => 0,
        };
        quick[opcode] = (TABLE[opcode].caches, bits);
        opcode += 1;
    }
    quick
};

/// Opcodes above this one have an argument; those below have none (3.14 keeps the two apart, `RESUME` and later excepted).
pub const HAVE_ARGUMENT: u16 = 43;
/// The first number that `sys.monitoring` uses.
pub const MIN_INSTRUMENTED_OPCODE: u16 = 234;

/// The facts of an opcode number; numbers that no instruction has give [`Class::Unused`].
pub fn info(opcode: u16) -> &'static Info {
    INFO.get(usize::from(opcode)).unwrap_or(&UNUSED)
}

/// The instruction's name, `<n>` for an unknown number being the caller's matter (empty here).
pub fn name(opcode: u16) -> &'static str {
    info(opcode).name
}

/// Inline cache entries that follow the instruction, in code units.
#[inline]
pub fn caches(opcode: u16) -> u8 {
    QUICK[usize::from(opcode) & MASK].0
}

/// The real instruction of a specialised or instrumented one; any other number is itself.
pub fn base(opcode: u16) -> u16 {
    let info = info(opcode);
    match info.class {
        Class::Specialised | Class::Instrumented => info.base,
        _ => opcode,
    }
}

/// The net effect on the value stack; `jump` says whether the instruction jumps (to its handler, for `SETUP_*`).
#[inline]
pub fn stack_effect(opcode: u16, argument: u32, jump: bool) -> i32 {
    match opcode {
        op::SETUP_FINALLY | op::SETUP_WITH => i32::from(jump),
        op::SETUP_CLEANUP => 2 * i32::from(jump),
        _ => pushed(opcode, argument) - popped(opcode, argument),
    }
}

/// Whether the opcode has an argument. `BINARY_OP_INPLACE_ADD_UNICODE` takes its local from the instruction that follows.
pub fn has_arg(opcode: u16) -> bool {
    info(opcode).kind != ArgKind::NoArg && opcode != op::BINARY_OP_INPLACE_ADD_UNICODE
}

/// Whether the argument indexes `co_consts`.
pub fn has_const(opcode: u16) -> bool {
    info(opcode).kind == ArgKind::Const
}

/// Whether the argument indexes `co_names`.
pub fn has_name(opcode: u16) -> bool {
    matches!(info(opcode).kind, ArgKind::Name | ArgKind::NameShift1 | ArgKind::NameShift2)
}

/// Whether the argument is a jump.
#[inline]
pub fn has_jump(opcode: u16) -> bool {
    QUICK[usize::from(opcode) & MASK].1 & JUMPS != 0
}

/// Whether the argument is an exception handler's label.
#[inline]
pub fn has_exc(opcode: u16) -> bool {
    QUICK[usize::from(opcode) & MASK].1 & SETS_HANDLER != 0
}

/// Whether the argument names a cell or free variable, as the reference counts them.
pub fn has_free(opcode: u16) -> bool {
    info(opcode).kind == ArgKind::Free
}

/// Whether the argument names a local variable, as the reference counts them.
pub fn has_local(opcode: u16) -> bool {
    matches!(info(opcode).kind, ArgKind::Local | ArgKind::LocalPair | ArgKind::Deref)
}

/// Whether control never reaches the next instruction.
pub fn is_terminator(opcode: u16) -> bool {
    info(opcode).flags & effect::TERMINATOR != 0
}

/// The opcode with this name.
pub fn by_name(name: &str) -> Option<u16> {
    (0..COUNT as u16).find(|&opcode| INFO[usize::from(opcode)].name == name && !name.is_empty())
}

/// The operators of `BINARY_OP`: the reference's name and the operator's text.
pub const BINARY_OPS: [(&str, &str); 27] = [
    ("NB_ADD", "+"),
    ("NB_AND", "&"),
    ("NB_FLOOR_DIVIDE", "//"),
    ("NB_LSHIFT", "<<"),
    ("NB_MATRIX_MULTIPLY", "@"),
    ("NB_MULTIPLY", "*"),
    ("NB_REMAINDER", "%"),
    ("NB_OR", "|"),
    ("NB_POWER", "**"),
    ("NB_RSHIFT", ">>"),
    ("NB_SUBTRACT", "-"),
    ("NB_TRUE_DIVIDE", "/"),
    ("NB_XOR", "^"),
    ("NB_INPLACE_ADD", "+="),
    ("NB_INPLACE_AND", "&="),
    ("NB_INPLACE_FLOOR_DIVIDE", "//="),
    ("NB_INPLACE_LSHIFT", "<<="),
    ("NB_INPLACE_MATRIX_MULTIPLY", "@="),
    ("NB_INPLACE_MULTIPLY", "*="),
    ("NB_INPLACE_REMAINDER", "%="),
    ("NB_INPLACE_OR", "|="),
    ("NB_INPLACE_POWER", "**="),
    ("NB_INPLACE_RSHIFT", ">>="),
    ("NB_INPLACE_SUBTRACT", "-="),
    ("NB_INPLACE_TRUE_DIVIDE", "/="),
    ("NB_INPLACE_XOR", "^="),
    ("NB_SUBSCR", "[]"),
];

/// Arguments of `BINARY_OP`; the in-place form of the first thirteen is `INPLACE` more.
pub mod binary {
    pub const ADD: u32 = 0;
    pub const AND: u32 = 1;
    pub const FLOOR_DIVIDE: u32 = 2;
    pub const LSHIFT: u32 = 3;
    pub const MATRIX_MULTIPLY: u32 = 4;
    pub const MULTIPLY: u32 = 5;
    pub const REMAINDER: u32 = 6;
    pub const OR: u32 = 7;
    pub const POWER: u32 = 8;
    pub const RSHIFT: u32 = 9;
    pub const SUBTRACT: u32 = 10;
    pub const TRUE_DIVIDE: u32 = 11;
    pub const XOR: u32 = 12;
    pub const INPLACE: u32 = 13;
    pub const SUBSCR: u32 = 26;
}

/// The functions of `CALL_INTRINSIC_1`.
pub const INTRINSICS_1: [&str; 12] = [
    "INTRINSIC_1_INVALID",
    "INTRINSIC_PRINT",
    "INTRINSIC_IMPORT_STAR",
    "INTRINSIC_STOPITERATION_ERROR",
    "INTRINSIC_ASYNC_GEN_WRAP",
    "INTRINSIC_UNARY_POSITIVE",
    "INTRINSIC_LIST_TO_TUPLE",
    "INTRINSIC_TYPEVAR",
    "INTRINSIC_PARAMSPEC",
    "INTRINSIC_TYPEVARTUPLE",
    "INTRINSIC_SUBSCRIPT_GENERIC",
    "INTRINSIC_TYPEALIAS",
];

/// The functions of `CALL_INTRINSIC_2`.
pub const INTRINSICS_2: [&str; 6] = [
    "INTRINSIC_2_INVALID",
    "INTRINSIC_PREP_RERAISE_STAR",
    "INTRINSIC_TYPEVAR_WITH_BOUND",
    "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
    "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
    "INTRINSIC_SET_TYPEPARAM_DEFAULT",
];

/// Arguments of `CALL_INTRINSIC_1` and `CALL_INTRINSIC_2`.
pub mod intrinsic {
    pub const PRINT: u32 = 1;
    pub const IMPORT_STAR: u32 = 2;
    pub const STOPITERATION_ERROR: u32 = 3;
    pub const ASYNC_GEN_WRAP: u32 = 4;
    pub const UNARY_POSITIVE: u32 = 5;
    pub const LIST_TO_TUPLE: u32 = 6;
    pub const TYPEVAR: u32 = 7;
    pub const PARAMSPEC: u32 = 8;
    pub const TYPEVARTUPLE: u32 = 9;
    pub const SUBSCRIPT_GENERIC: u32 = 10;
    pub const TYPEALIAS: u32 = 11;

    pub const PREP_RERAISE_STAR: u32 = 1;
    pub const TYPEVAR_WITH_BOUND: u32 = 2;
    pub const TYPEVAR_WITH_CONSTRAINTS: u32 = 3;
    pub const SET_FUNCTION_TYPE_PARAMS: u32 = 4;
    pub const SET_TYPEPARAM_DEFAULT: u32 = 5;
}

/// The objects of `LOAD_COMMON_CONSTANT`, as `dis` prints them.
pub const COMMON_CONSTANTS: [&str; 5] = ["AssertionError", "NotImplementedError", "tuple", "all", "any"];

/// Arguments of `LOAD_COMMON_CONSTANT`.
pub mod common_constant {
    pub const ASSERTION_ERROR: u32 = 0;
    pub const NOT_IMPLEMENTED_ERROR: u32 = 1;
    pub const TUPLE: u32 = 2;
    pub const ALL: u32 = 3;
    pub const ANY: u32 = 4;
}

/// The methods of `LOAD_SPECIAL`.
pub const SPECIAL_METHODS: [&str; 4] = ["__enter__", "__exit__", "__aenter__", "__aexit__"];

/// Arguments of `LOAD_SPECIAL`.
pub mod special_method {
    pub const ENTER: u32 = 0;
    pub const EXIT: u32 = 1;
    pub const AENTER: u32 = 2;
    pub const AEXIT: u32 = 3;
}

/// The operators of `COMPARE_OP`, in the order of `opcode.cmp_op`.
pub const COMPARE_OPS: [&str; 6] = ["<", "<=", "==", "!=", ">", ">="];

/// The argument of `COMPARE_OP`: operator in bits 5.., bit 4 asks for a bool, bits 0-3 say which outcomes are true.
pub mod compare {
    pub const LT: u32 = 0;
    pub const LE: u32 = 1;
    pub const EQ: u32 = 2;
    pub const NE: u32 = 3;
    pub const GT: u32 = 4;
    pub const GE: u32 = 5;
    /// The result is converted to a bool.
    pub const TO_BOOL: u32 = 16;

    pub const UNORDERED: u32 = 1;
    pub const LESS: u32 = 2;
    pub const GREATER: u32 = 4;
    pub const EQUAL: u32 = 8;

    /// The whole argument for an operator, without [`TO_BOOL`].
    pub fn argument(operator: u32) -> u32 {
        let mask = match operator {
            LT => LESS,
            LE => LESS | EQUAL,
            EQ => EQUAL,
            NE => UNORDERED | LESS | GREATER,
            GT => GREATER,
            _ => GREATER | EQUAL,
        };
        operator << 5 | mask
    }
}

/// The conversions of `CONVERT_VALUE`: 0 is none.
pub const CONVERSIONS: [&str; 4] = ["", "str", "repr", "ascii"];

/// Arguments of `SET_FUNCTION_ATTRIBUTE`.
pub mod function_attribute {
    pub const DEFAULTS: u32 = 1;
    pub const KWDEFAULTS: u32 = 2;
    pub const ANNOTATIONS: u32 = 4;
    pub const CLOSURE: u32 = 8;
    pub const ANNOTATE: u32 = 16;
    /// The attributes as `dis` names them.
    pub const NAMES: [(u32, &str); 5] = [
        (DEFAULTS, "defaults"),
        (KWDEFAULTS, "kwdefaults"),
        (ANNOTATIONS, "annotations"),
        (CLOSURE, "closure"),
        (ANNOTATE, "annotate"),
    ];
}

/// The argument of `RESUME`: where, and whether inside a handler at depth one.
pub mod resume {
    pub const AT_FUNC_START: u32 = 0;
    pub const AFTER_YIELD: u32 = 1;
    pub const AFTER_YIELD_FROM: u32 = 2;
    pub const AFTER_AWAIT: u32 = 3;
    pub const LOCATION_MASK: u32 = 3;
    pub const DEPTH1: u32 = 4;
}

/// The names of an instruction's inline cache fields and their sizes in code units, in order.
pub fn cache_format(opcode: u16) -> &'static [(&'static str, u8)] {
    match base(opcode) {
        op::LOAD_GLOBAL => &[("counter", 1), ("index", 1), ("module_keys_version", 1), ("builtin_keys_version", 1)],
        op::BINARY_OP => &[("counter", 1), ("descr", 4)],
        op::LOAD_ATTR => &[("counter", 1), ("version", 2), ("keys_version", 2), ("descr", 4)],
        op::STORE_ATTR => &[("counter", 1), ("version", 2), ("index", 1)],
        op::CALL | op::CALL_KW => &[("counter", 1), ("func_version", 2)],
        op::TO_BOOL => &[("counter", 1), ("version", 2)],
        opcode if caches(opcode) == 1 => &[("counter", 1)],
        _ => &[],
    }
}
