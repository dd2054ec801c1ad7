//! Methods of `list`.

use macros::pymethods;

use super::list::{LIST_PAYLOAD, List};

#[pymethods(class(name = "list", payload = LIST_PAYLOAD, flags(basetype, list_subclass, sequence, match_self, have_gc)))]
impl List {}
