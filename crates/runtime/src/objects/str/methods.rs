//! Methods of `str`.

use macros::pymethods;

use super::{STR_PAYLOAD, Str};

#[pymethods(class(name = "str", payload = STR_PAYLOAD, flags(basetype, str_subclass, match_self)))]
impl Str {}
