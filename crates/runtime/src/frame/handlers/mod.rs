//! The instructions, by family. Each is a function named as its opcode; `dispatch.rs` puts them into the table.

mod attributes;
mod calls;
mod containers;
mod control;
mod exceptions;
mod functions;
mod generators;
mod imports;
mod instrumented;
mod iteration;
mod names;
mod operators;
mod patterns;
mod stack;
mod strings;
mod unspecialised;

pub(super) use attributes::*;
pub(super) use calls::*;
pub(super) use containers::*;
pub(super) use control::*;
pub(super) use exceptions::*;
pub(super) use functions::*;
pub(super) use generators::*;
pub(super) use imports::*;
pub(super) use instrumented::*;
pub(super) use iteration::*;
pub(super) use names::*;
pub(super) use operators::*;
pub(super) use patterns::*;
pub(super) use stack::*;
pub(super) use strings::*;
pub(super) use unspecialised::*;
