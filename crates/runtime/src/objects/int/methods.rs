//! Methods of `int` and `bool`.

use macros::pymethods;

use super::{Bool, INT_PAYLOAD, INT_TYPE, Int};
use crate::object::PayloadFns;

#[pymethods(class(name = "int", payload = INT_PAYLOAD, flags(basetype, int_subclass, match_self)))]
impl Int {}

#[pymethods(class(name = "bool", base = INT_TYPE, payload = PayloadFns { size: INT_PAYLOAD.size, ..PayloadFns::NONE }))]
impl Bool {}
