//! `PyCapsule`: an address with a name, handed from one native module to another.

use macros::{pyclass, pymethods};

use crate::error::Res;
use crate::thread::ThreadState;
use crate::value::Value;

/// Capsule objects let you wrap a C "void *" pointer in a Python
/// object.  They're a way of passing data through the Python interpreter
/// without creating your own custom type.
///
/// Capsules are used for communication between extension modules.
/// They provide a way for an extension module to export a C interface
/// to other extension modules, so that extension modules can use the
/// Python import mechanism to link to one another.
#[pyclass(name = "PyCapsule", flags(disallow_instantiation))]
pub struct Capsule {
    name: &'static str,
}

/// A capsule of a name; what it stands for is its maker's business.
pub fn new(th: &ThreadState, name: &'static str) -> Value {
    th.new_object(Capsule { name })
}

#[pymethods]
impl Capsule {
    #[pyslot]
    fn repr(&self, slf: &Value, th: &ThreadState) -> Res {
        Ok(th.str(&format!("<capsule object \"{}\" at {:#x}>", self.name, slf.id())))
    }
}
