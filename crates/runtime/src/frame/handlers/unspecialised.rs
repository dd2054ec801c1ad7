//! Specialised forms that the machine does not write: each does what the plain instruction does.

macro_rules! plain {
    ($($plain:ident: $($form:ident)*;)*) => {
        $($(pub(in crate::frame) use super::$plain as $form;)*)*
    };
}

plain! {
    CALL: CALL_BOUND_METHOD_GENERAL CALL_STR_1 CALL_TUPLE_1;
    CALL_KW: CALL_KW_BOUND_METHOD CALL_KW_NON_PY CALL_KW_PY;
    LOAD_SUPER_ATTR: LOAD_SUPER_ATTR_ATTR LOAD_SUPER_ATTR_METHOD;
}
