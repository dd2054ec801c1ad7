//! Forms of instructions that `sys.monitoring` writes over plain ones. Without events to report, each does what the plain
//! one does.

pub(in crate::frame) use super::attributes::LOAD_SUPER_ATTR as INSTRUMENTED_LOAD_SUPER_ATTR;
pub(in crate::frame) use super::calls::{
    CALL as INSTRUMENTED_CALL, CALL_FUNCTION_EX as INSTRUMENTED_CALL_FUNCTION_EX, CALL_KW as INSTRUMENTED_CALL_KW,
};
pub(in crate::frame) use super::control::{
    JUMP_BACKWARD as INSTRUMENTED_JUMP_BACKWARD, JUMP_FORWARD as INSTRUMENTED_JUMP_FORWARD,
    NOT_TAKEN as INSTRUMENTED_NOT_TAKEN, POP_JUMP_IF_FALSE as INSTRUMENTED_POP_JUMP_IF_FALSE,
    POP_JUMP_IF_NONE as INSTRUMENTED_POP_JUMP_IF_NONE, POP_JUMP_IF_NOT_NONE as INSTRUMENTED_POP_JUMP_IF_NOT_NONE,
    POP_JUMP_IF_TRUE as INSTRUMENTED_POP_JUMP_IF_TRUE, RESUME as INSTRUMENTED_RESUME,
    RETURN_VALUE as INSTRUMENTED_RETURN_VALUE,
};
pub(in crate::frame) use super::generators::{
    END_ASYNC_FOR as INSTRUMENTED_END_ASYNC_FOR, YIELD_VALUE as INSTRUMENTED_YIELD_VALUE,
};
pub(in crate::frame) use super::iteration::FOR_ITER as INSTRUMENTED_FOR_ITER;
pub(in crate::frame) use super::stack::{
    END_FOR as INSTRUMENTED_END_FOR, END_SEND as INSTRUMENTED_END_SEND, POP_ITER as INSTRUMENTED_POP_ITER,
};
pub(in crate::frame) use crate::frame::dispatch::{
    UNKNOWN_OPCODE as INSTRUMENTED_INSTRUCTION, UNKNOWN_OPCODE as INSTRUMENTED_LINE, UNKNOWN_OPCODE as ENTER_EXECUTOR,
};
