//! `bool`: the two words `True` and `False`, an int in all else.

use macros::pymethods;

use super::{Bool, INT_PAYLOAD, INT_TYPE, Int};
use crate::error::Res;
use crate::object::PayloadFns;
use crate::objects::exceptions as exc;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// Returns True when the argument is true, False otherwise.
///
/// The builtins True and False are the only two instances of the class bool.
/// The class bool is a subclass of the class int, and cannot be subclassed.
#[pymethods(class(name = "bool", base = INT_TYPE, payload = PayloadFns { size: INT_PAYLOAD.size, ..PayloadFns::NONE }))]
impl Bool {
    #[pyslot("(object=False, /)")]
    fn new(th: &ThreadState, cls: &Type, object: Option<&Value>) -> Res {
        let _ = cls;
        object.map_or(Ok(Value::FALSE), |object| th.is_true(object).map(Value::bool))
    }

    #[pyslot]
    fn repr(th: &ThreadState, value: &Value) -> Res {
        Ok(th.intern(if value.is_true() { "True" } else { "False" }))
    }

    #[pyslot]
    fn nb_and(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match (a.as_bool(), b.as_bool()) {
            (Some(a), Some(b)) => Ok(Value::bool(a & b)),
            _ => Int::nb_and(th, a, b),
        }
    }

    #[pyslot]
    fn nb_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match (a.as_bool(), b.as_bool()) {
            (Some(a), Some(b)) => Ok(Value::bool(a | b)),
            _ => Int::nb_or(th, a, b),
        }
    }

    #[pyslot]
    fn nb_xor(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match (a.as_bool(), b.as_bool()) {
            (Some(a), Some(b)) => Ok(Value::bool(a ^ b)),
            _ => Int::nb_xor(th, a, b),
        }
    }

    #[pyslot]
    fn nb_invert(th: &ThreadState, value: &Value) -> Res {
        crate::warnings::warn(
            th,
            &exc::DEPRECATION_WARNING,
            "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
             inversion of the underlying int object and is usually not what you expect from negating a bool. Use the \
             'not' operator for boolean negation or ~int(x) if you really want the bitwise inversion of the underlying \
             int.",
        )?;
        Int::nb_invert(th, value)
    }
}
