//! Native modules as their source declares them.

use crate::error::Res;
use crate::function::{AttrDef, NativeDef};
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// One native module; made by `#[pymodule]`.
pub struct ModuleDef {
    pub name: &'static str,
    pub doc: Option<&'static str>,
    pub functions: &'static [&'static NativeDef],
    pub attrs: &'static [AttrDef],
    pub types: &'static [&'static Type],
    /// Runs last, with the module filled.
    pub init: Option<fn(&ThreadState, &Value) -> Res<()>>,
}
