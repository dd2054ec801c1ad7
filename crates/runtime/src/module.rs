//! Native modules as their source declares them.

use crate::error::Res;
use crate::function::{AttrDef, NativeDef};
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// One native module; made by `#[pymodule]`.
pub struct ModuleDef {
    pub name: ModuleName,
    pub doc: Option<&'static str>,
    pub functions: &'static [&'static NativeDef],
    pub attrs: &'static [AttrDef],
    pub types: &'static [&'static Type],
    /// Runs last, with the module filled.
    pub init: Option<fn(&ThreadState, &Value) -> Res<()>>,
}

/// A module's name, in place: a start reads the names of all modules, and so finds them side by side with what else it
/// reads of a definition.
pub struct ModuleName {
    length: u8,
    bytes: [u8; 47],
}

impl ModuleName {
    /// At most 47 bytes.
    pub const fn new(name: &str) -> ModuleName {
        let mut bytes = [0; 47];
        let mut index = 0;
        while index < name.len() {
            bytes[index] = name.as_bytes()[index];
            index += 1;
        }
        ModuleName { length: name.len() as u8, bytes }
    }

    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}
