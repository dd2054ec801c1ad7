//! From a list of instructions with labels to a code object: flow graph, optimiser, assembler.
//!
//! The code generator writes an [`InstrSequence`] and fills a [`CodeUnit`]; [`Assembler::assemble`] does the rest, in the
//! order of CPython 3.14's passes, because every one of them shows in the result.

mod assemble;
mod complex;
mod exceptions;
mod fold;
mod graph;
mod jumps;
mod lines;
mod locals;
mod peephole;
pub mod sequence;
mod stack;
mod unit;

pub use sequence::{Instr, InstrSequence, Label, NEXT_LOCATION, NO_LOCATION};
pub use unit::{AssembleError, Assembler, CodeUnit, ConstTable};
