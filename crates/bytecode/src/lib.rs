//! The instruction set, code objects and their tables, marshal, disassembly. Knows nothing of the runtime.

pub mod code;
pub mod disassemble;
pub mod exception_table;
pub mod location;
pub mod marshal;
pub mod opcode;
