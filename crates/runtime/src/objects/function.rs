//! Python functions, bound methods, `staticmethod`, `classmethod`.

use macros::{pyclass, pymethods};

use crate::error::Res;
use crate::gc::ValueCell;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// Convert a function to be a static method.
#[pyclass(name = "staticmethod", flags(basetype, managed_dict))]
pub struct StaticMethod {
    pub(crate) callable: ValueCell,
}

#[pymethods]
impl StaticMethod {
    #[pyslot]
    fn descr_get(&self, _th: &ThreadState, _: Option<&Value>, _: &Value) -> Res {
        Ok(self.callable.get_or_none())
    }
}

pub fn static_method(th: &ThreadState, callable: Value) -> Value {
    th.new_object(StaticMethod { callable: ValueCell::new(callable) })
}

/// Types of this file, for `ready_builtin_types`.
pub(crate) const TYPES: &[&Type] = &[&STATIC_METHOD_TYPE];
