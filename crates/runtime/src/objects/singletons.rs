//! `None`, `NotImplemented` and `Ellipsis`.

use macros::pymethods;

use crate::error::Res;
use crate::object::{Payload, PayloadFns};
use crate::thread::ThreadState;
use crate::types::{Type, TypeDef};
use crate::value::Value;

macro_rules! singleton {
    ($payload:ident, $def:ident, $static:ident) => {
        pub struct $payload;

        impl Payload for $payload {
            const DEF: &'static TypeDef = &$def;

            fn class() -> &'static Type {
                &$static
            }
        }

        pub static $static: Type = Type::new_static(&$def);
    };
}

singleton!(NoneType, NONE_TYPE_DEF, NONE_TYPE);
singleton!(NotImplementedType, NOT_IMPLEMENTED_TYPE_DEF, NOT_IMPLEMENTED_TYPE);
singleton!(Ellipsis, ELLIPSIS_DEF, ELLIPSIS_TYPE);

/// The type of the None singleton.
#[pymethods(class(name = "NoneType", payload = PayloadFns::NONE))]
impl NoneType {
    #[pyslot]
    fn repr(th: &ThreadState, _: &Value) -> Res {
        Ok(th.intern("None"))
    }

    #[pyslot]
    fn nb_bool(_: &ThreadState, _: &Value) -> Res<bool> {
        Ok(false)
    }
}

/// The type of the NotImplemented singleton.
#[pymethods(class(name = "NotImplementedType", payload = PayloadFns::NONE))]
impl NotImplementedType {
    #[pyslot]
    fn repr(th: &ThreadState, _: &Value) -> Res {
        Ok(th.intern("NotImplemented"))
    }

    #[pyslot]
    fn nb_bool(th: &ThreadState, _: &Value) -> Res<bool> {
        Err(th.type_error("NotImplemented should not be used in a boolean context"))
    }
}

/// The type of the Ellipsis singleton.
#[pymethods(class(name = "ellipsis", payload = PayloadFns::NONE))]
impl Ellipsis {
    #[pyslot]
    fn repr(th: &ThreadState, _: &Value) -> Res {
        Ok(th.intern("Ellipsis"))
    }
}
