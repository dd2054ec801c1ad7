//! The object protocol: what can be done with any value, through the slots of its type.
//!
//! Methods of `ThreadState`, in files by family. Each follows CPython's abstract object layer: which slot is tried, in
//! which order, and the words of the TypeError when none answers.

pub mod attributes;
mod calls;
pub mod compare;
pub mod instances;
pub mod items;
pub mod iteration;
pub mod numbers;
mod text;

pub use numbers::BinaryOp;
