//! The instruction set, code objects and their tables, marshal, disassembly
