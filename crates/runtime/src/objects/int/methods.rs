//! Methods of `int` and `bool`.

use macros::pymethods;

use super::{Bool, INT_PAYLOAD, INT_TYPE, Int};
use crate::error::Res;
use crate::object::PayloadFns;
use crate::thread::ThreadState;
use crate::value::Value;

#[pymethods(class(name = "int", payload = INT_PAYLOAD, flags(basetype, int_subclass, match_self)))]
impl Int {
    #[pyslot]
    fn hash(_: &ThreadState, value: &Value) -> Res<i64> {
        Ok(value.as_int().and_then(|number| number.to_i64()).unwrap_or(0))
    }
}

#[pymethods(class(name = "bool", base = INT_TYPE, payload = PayloadFns { size: INT_PAYLOAD.size, ..PayloadFns::NONE }))]
impl Bool {}
