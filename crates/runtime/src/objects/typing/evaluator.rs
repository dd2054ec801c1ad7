//! `_typing._ConstEvaluator`: computes a value that is known already.

use macros::{pyclass, pymethods};

use crate::error::Res;
use crate::objects::generic_alias::type_repr;
use crate::thread::ThreadState;
use crate::value::Value;

/// `annotationlib.Format.STRING`.
const FORMAT_STRING: i32 = 4;

#[pyclass(name = "_ConstEvaluator", module = "_typing", flags(disallow_instantiation))]
pub struct ConstEvaluator {
    value: Value,
}

/// A callable that gives `value`, or its text if asked for that.
pub(super) fn constant(th: &ThreadState, value: Value) -> Value {
    th.new_object(ConstEvaluator { value })
}

#[pymethods]
impl ConstEvaluator {
    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        Ok(th.str(&format!("<constevaluator {}>", th.repr_string(&self.value)?)))
    }

    #[pyslot("(format, /)", function = "constevaluator.__call__", text = none)]
    fn call(&self, th: &ThreadState, format: i32) -> Res {
        if format != FORMAT_STRING {
            return Ok(self.value.clone());
        }
        let text = match self.value.as_tuple() {
            Some(items) => {
                let items: Res<Vec<String>> = items.as_slice().iter().map(|item| type_repr(th, item)).collect();
                format!("({})", items?.join(", "))
            }
            None => type_repr(th, &self.value)?,
        };
        Ok(th.str(&text))
    }
}
