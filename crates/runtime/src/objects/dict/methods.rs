//! Methods of `dict`.

use macros::pymethods;

use super::{DICT_PAYLOAD, Dict};

#[pymethods(class(name = "dict", payload = DICT_PAYLOAD, flags(basetype, dict_subclass, mapping, match_self, have_gc)))]
impl Dict {}
