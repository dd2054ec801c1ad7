//! `typing.TypeAliasType`: what a `type` statement makes.

use macros::{pyclass, pymethods};

use super::{Lazy, default_lazy, iterate_unpacked, make_union, name_value, unpack_type_var_tuples};
use crate::error::Res;
use crate::object::Ref;
use crate::objects::str::Str;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// Type alias.
///
/// Type aliases are created through the type statement::
///
///     type Alias = int
///
/// In this example, Alias and int will be treated equivalently by static
/// type checkers.
///
/// At runtime, Alias is an instance of TypeAliasType. The __name__
/// attribute holds the name of the type alias. The value of the type alias
/// is stored in the __value__ attribute. It is evaluated lazily, so the
/// value is computed only if the attribute is accessed.
///
/// Type aliases can also be generic::
///
///     type ListOrSet[T] = list[T] | set[T]
///
/// In this case, the type parameters of the alias are stored in the
/// __type_params__ attribute.
///
/// See PEP 695 for more information.
#[pyclass(name = "TypeAliasType", module = "typing", text = none)]
pub struct TypeAlias {
    name: Value,
    /// A tuple; `None` if the alias is not generic.
    type_params: Option<Value>,
    value: Lazy,
    module: Option<Value>,
}

/// The alias of a `type` statement.
pub(crate) fn declare(th: &ThreadState, name: &Value, type_params: &Value, compute: &Value) -> Value {
    let type_params = Some(type_params.clone()).filter(|params| !params.is_none());
    let value = Lazy::of_function(compute.clone());
    th.new_object(TypeAlias { name: name.clone(), type_params, value, module: None })
}

/// Checks that all are type parameters, and that none without default follows one that has one.
fn check_type_params(th: &ThreadState, params: &[Value]) -> Res<()> {
    let mut default_seen = false;
    for param in params {
        let Some(default) = default_lazy(param) else {
            return Err(th.type_error(format_args!("Expected a type param, got {}", th.repr_string(param)?)));
        };
        if default.value.is_some() || default.compute.is_some() {
            default_seen = true;
        } else if default_seen {
            return Err(th.type_error(format_args!(
                "non-default type parameter '{}' follows default type parameter",
                th.repr_string(param)?
            )));
        }
    }
    Ok(())
}

#[pymethods]
impl TypeAlias {
    #[pyslot("(name, value, *, type_params=<unrepresentable>)", function = "typealias", text = none)]
    fn new(th: &ThreadState, cls: &Type, name: Ref<Str>, value: Value, type_params: Option<Value>) -> Res {
        if let Some(params) = &type_params {
            let Some(params) = params.as_tuple() else { return Err(th.type_error("type_params must be a tuple")) };
            check_type_params(th, params.as_slice())?;
        }
        let type_params = type_params.filter(|params| params.as_tuple().is_some_and(|params| !params.is_empty()));
        let module = crate::frame_api::module_name_at(th, 0);
        let value = Lazy::of_value(Some(value));
        Ok(th.new_instance(cls, TypeAlias { name: name_value(name), type_params, value, module }))
    }

    #[pyslot]
    fn repr(&self, _th: &ThreadState) -> Res {
        Ok(self.name.clone())
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iterate_unpacked(th, slf)
    }

    #[pyslot]
    fn nb_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
        make_union(th, a, b)
    }

    #[pyslot]
    fn mp_subscript(&self, slf: &Value, th: &ThreadState, item: &Value) -> Res {
        if self.type_params.is_none() {
            return Err(th.type_error("Only generic type aliases are subscriptable"));
        }
        crate::objects::generic_alias::new(th, slf, item)
    }

    #[pymethod("()")]
    fn __reduce__(&self) -> Value {
        self.name.clone()
    }

    #[pygetter(member)]
    fn __name__(&self) -> &Value {
        &self.name
    }

    #[pygetter]
    fn __parameters__(&self, th: &ThreadState) -> Res {
        match self.type_params.as_ref().and_then(Value::as_tuple) {
            Some(params) => Ok(th.tuple_from_vec(unpack_type_var_tuples(th, params.as_slice())?)),
            None => Ok(th.tuple(&[])),
        }
    }

    #[pygetter]
    fn __type_params__(&self, th: &ThreadState) -> Value {
        self.type_params.clone().unwrap_or_else(|| th.tuple(&[]))
    }

    #[pygetter]
    fn __value__(&self, th: &ThreadState) -> Res {
        Ok(self.value.get(th)?.unwrap_or(Value::NONE))
    }

    #[pygetter]
    fn evaluate_value(&self, th: &ThreadState) -> Value {
        self.value.evaluator(th)
    }

    #[pygetter]
    fn __module__(&self, th: &ThreadState) -> Res {
        if let Some(module) = &self.module {
            return Ok(module.clone());
        }
        match self.value.compute.get() {
            Some(function) => th.getattr(&function, &th.names().__module__),
            None => Ok(Value::NONE),
        }
    }
}
