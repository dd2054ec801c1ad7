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
#[pymethods(class(name = "NoneType", payload = PayloadFns::NONE, text = "()"))]
impl NoneType {
    #[pyslot]
    fn new(th: &ThreadState, _cls: &Type, args: &[Value], _kwnames: &[Value]) -> Res {
        if args.is_empty() { Ok(Value::NONE) } else { Err(th.type_error("NoneType takes no arguments")) }
    }

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
#[pymethods(class(name = "NotImplementedType", payload = PayloadFns::NONE, text = "()"))]
impl NotImplementedType {
    #[pyslot]
    fn new(th: &ThreadState, _cls: &Type, args: &[Value], _kwnames: &[Value]) -> Res {
        if args.is_empty() {
            Ok(Value::NOT_IMPLEMENTED)
        } else {
            Err(th.type_error("NotImplementedType takes no arguments"))
        }
    }

    #[pyslot]
    fn repr(th: &ThreadState, _: &Value) -> Res {
        Ok(th.intern("NotImplemented"))
    }

    #[pyslot]
    fn nb_bool(th: &ThreadState, _: &Value) -> Res<bool> {
        Err(th.type_error("NotImplemented should not be used in a boolean context"))
    }

    #[pymethod]
    fn __reduce__(_slf: &Value) -> &'static str {
        "NotImplemented"
    }
}

/// The type of the Ellipsis singleton.
#[pymethods(class(name = "ellipsis", payload = PayloadFns::NONE, text = "()"))]
impl Ellipsis {
    #[pyslot]
    fn new(th: &ThreadState, _cls: &Type, args: &[Value], _kwnames: &[Value]) -> Res {
        if args.is_empty() { Ok(Value::ELLIPSIS) } else { Err(th.type_error("EllipsisType takes no arguments")) }
    }

    #[pyslot]
    fn repr(th: &ThreadState, _: &Value) -> Res {
        Ok(th.intern("Ellipsis"))
    }

    #[pymethod]
    fn __reduce__(_slf: &Value) -> &'static str {
        "Ellipsis"
    }
}
