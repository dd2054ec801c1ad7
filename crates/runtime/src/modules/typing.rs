//! `_typing`: what `typing` takes from the machine.

use macros::pymodule;

#[pymodule(
    name = "_typing",
    classes(
        crate::objects::typing::type_var::TYPE_VAR_TYPE,
        crate::objects::typing::param_spec::PARAM_SPEC_TYPE,
        crate::objects::typing::param_spec::PARAM_SPEC_ARGS_TYPE,
        crate::objects::typing::param_spec::PARAM_SPEC_KWARGS_TYPE,
        crate::objects::typing::type_var_tuple::TYPE_VAR_TUPLE_TYPE,
        crate::objects::typing::type_alias::TYPE_ALIAS_TYPE,
        crate::objects::typing::generic::GENERIC_TYPE,
        crate::objects::union::UNION_TYPE
    )
)]
pub mod typing {
    //! Primitives and accelerators for the typing module.

    use crate::{Res, ThreadState, Value};

    #[pyfunction("(x, /)")]
    fn _idfunc(x: &Value) -> Value {
        x.clone()
    }

    #[pyattr(name = "NoDefault")]
    fn no_default(th: &ThreadState) -> Res {
        Ok(crate::objects::typing::no_default(th))
    }
}
