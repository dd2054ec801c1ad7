//! Methods of `list`.

use macros::pymethods;

use super::list::{List, LIST_PAYLOAD};

#[pymethods(class(name = "list", payload = LIST_PAYLOAD, flags(basetype, list_subclass, sequence, match_self, have_gc)))]
impl List {}
