//! Methods of `tuple`.

use macros::pymethods;

use super::tuple::{TUPLE_PAYLOAD, Tuple};

#[pymethods(class(name = "tuple", payload = TUPLE_PAYLOAD, flags(basetype, tuple_subclass, sequence, match_self, have_gc)))]
impl Tuple {}
