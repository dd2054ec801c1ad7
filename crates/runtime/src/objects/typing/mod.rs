//! The native part of `typing`: type variables, type aliases, `Generic`, `NoDefault`.
//!
//! Bounds, constraints, defaults and alias values written in the language's own syntax (PEP 695, 696) are functions that
//! run when someone asks; a [`Lazy`] holds either such a function or a value. What is not needed to make classes is left to
//! the pure-Python module `typing`.

pub mod evaluator;
pub mod generic;
pub mod param_spec;
pub mod type_alias;
pub mod type_var;
pub mod type_var_tuple;

use crate::error::Res;
use crate::gc::{Traverse, ValueCell, Visitor};
use crate::object::Ref;
use crate::objects::singletons::NONE_TYPE;
use crate::objects::str::Str;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

pub use generic::no_default;

/// A value that may not have been computed yet.
pub(crate) struct Lazy {
    value: ValueCell,
    /// Called with a format (1: the value itself).
    compute: ValueCell,
}

impl Traverse for Lazy {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.value.traverse(visit);
        self.compute.traverse(visit);
    }

    fn clear(&self) {
        self.value.clear();
        self.compute.clear();
    }
}

impl Lazy {
    pub const fn missing() -> Lazy {
        Lazy { value: ValueCell::empty(), compute: ValueCell::empty() }
    }

    pub fn of_value(value: Option<Value>) -> Lazy {
        Lazy { value: ValueCell::from_option(value), compute: ValueCell::empty() }
    }

    pub fn of_function(function: Value) -> Lazy {
        Lazy { value: ValueCell::empty(), compute: ValueCell::new(function) }
    }

    /// The value, computed now if nobody asked before.
    fn get(&self, th: &ThreadState) -> Res<Option<Value>> {
        if let Some(value) = self.value.get() {
            return Ok(Some(value));
        }
        let Some(compute) = self.compute.get() else { return Ok(None) };
        let value = th.call(&compute, &[Value::int32(1)])?;
        self.value.set(Some(value.clone()));
        Ok(Some(value))
    }

    /// What computes the value: the function, or a stand-in that knows it.
    fn evaluator(&self, th: &ThreadState) -> Value {
        match (self.compute.get(), self.value.get()) {
            (Some(compute), _) => compute,
            (None, Some(value)) => evaluator::constant(th, value),
            (None, None) => Value::NONE,
        }
    }
}

/// The default of a type parameter; missing is `NoDefault`.
fn default_of(th: &ThreadState, lazy: &Lazy) -> Res {
    Ok(lazy.get(th)?.unwrap_or_else(|| no_default(th)))
}

/// A default as the constructors take it.
fn given_default(th: &ThreadState, value: Option<Value>) -> Lazy {
    Lazy::of_value(value.filter(|value| !value.is(&no_default(th))))
}

/// `_typing`'s way to say what may stand as a bound: `None` is its type, everything else is checked by `typing`.
fn type_check(th: &ThreadState, value: &Value, message: &str) -> Res {
    if value.is_none() {
        return Ok(NONE_TYPE.as_value());
    }
    if value.as_type().is_some() {
        return Ok(value.clone());
    }
    call_typing(th, "_type_check", &[value.clone(), th.str(message)])
}

/// A bound as the constructors take it: `None` is none.
fn given_bound(th: &ThreadState, value: &Value) -> Res<Option<Value>> {
    if value.is_none() { Ok(None) } else { type_check(th, value, "Bound must be a type.").map(Some) }
}

/// `typing.name(*args)`.
fn call_typing(th: &ThreadState, name: &str, args: &[Value]) -> Res {
    let function = crate::import::import_attribute(th, "typing", name)?;
    th.call(&function, args)
}

/// Refuses two variances at once.
fn check_variance(th: &ThreadState, covariant: bool, contravariant: bool, infer: bool) -> Res<()> {
    if covariant && contravariant {
        return Err(th.value_error("Bivariant types are not supported."));
    }
    if infer && (covariant || contravariant) {
        return Err(th.value_error("Variance cannot be specified with infer_variance."));
    }
    Ok(())
}

/// The name with the sign of its variance before it.
fn variance_repr(th: &ThreadState, name: &Value, covariant: bool, contravariant: bool, infer: bool) -> Res {
    if infer {
        return Ok(name.clone());
    }
    let sign = match (covariant, contravariant) {
        (true, _) => "+",
        (_, true) => "-",
        _ => "~",
    };
    th.concat_strings(&[th.str(sign), name.clone()])
}

/// `__module__` of a type parameter that a program makes: where the call stands.
fn set_caller_module(th: &ThreadState, object: &Value) -> Res<()> {
    let module = crate::frame_api::module_name_at(th, 0).unwrap_or(Value::NONE);
    th.setattr(object, &th.names().__module__, Some(&module))
}

fn name_value(name: Ref<Str>) -> Value {
    name.into_value()
}

/// A union with a type parameter or alias in it: anything may be its other part.
fn make_union(th: &ThreadState, a: &Value, b: &Value) -> Res {
    crate::objects::union::from_items(th, &[a.clone(), b.clone()])
}

fn no_subclassing(th: &ThreadState, name: &str) -> Res {
    Err(th.type_error(format_args!("Cannot subclass an instance of {name}")))
}

/// `typing.Unpack[value]`, once: what `*value` in a type expression means.
fn unpacked(th: &ThreadState, value: &Value) -> Res {
    let unpack = crate::import::import_attribute(th, "typing", "Unpack")?;
    th.get_item(&unpack, value)
}

fn iterate_unpacked(th: &ThreadState, value: &Value) -> Res {
    let item = unpacked(th, value)?;
    th.iter(&th.tuple(&[item]))
}

/// Type parameters with each TypeVarTuple unpacked.
pub(crate) fn unpack_type_var_tuples(th: &ThreadState, params: &[Value]) -> Res<Vec<Value>> {
    params
        .iter()
        .map(|param| {
            if param.downcast_exact::<type_var_tuple::TypeVarTuple>().is_some() {
                unpacked(th, param)
            } else {
                Ok(param.clone())
            }
        })
        .collect()
}

/// `CALL_INTRINSIC_2` 5: the default of a type parameter.
pub(crate) fn set_default(th: &ThreadState, param: &Value, compute: &Value) -> Res {
    let lazy = if let Some(param) = param.downcast_exact::<type_var::TypeVar>() {
        &param.default
    } else if let Some(param) = param.downcast_exact::<param_spec::ParamSpec>() {
        &param.default
    } else if let Some(param) = param.downcast_exact::<type_var_tuple::TypeVarTuple>() {
        &param.default
    } else {
        return Err(th.type_error(format_args!("Expected a type param, got {}", th.repr_string(param)?)));
    };
    lazy.compute.set(Some(compute.clone()));
    Ok(param.clone())
}

/// The default of a type parameter; `None` if the value is none.
fn default_lazy(param: &Value) -> Option<&Lazy> {
    if let Some(param) = param.downcast_exact::<type_var::TypeVar>() {
        return Some(&param.default);
    }
    if let Some(param) = param.downcast_exact::<param_spec::ParamSpec>() {
        return Some(&param.default);
    }
    Some(&param.downcast_exact::<type_var_tuple::TypeVarTuple>()?.default)
}

/// Types of this folder, for `ready_builtin_types`.
pub(crate) const TYPES: &[&Type] = &[
    &type_var::TYPE_VAR_TYPE,
    &param_spec::PARAM_SPEC_TYPE,
    &param_spec::PARAM_SPEC_ARGS_TYPE,
    &param_spec::PARAM_SPEC_KWARGS_TYPE,
    &type_var_tuple::TYPE_VAR_TUPLE_TYPE,
    &type_alias::TYPE_ALIAS_TYPE,
    &generic::GENERIC_TYPE,
    &generic::NO_DEFAULT_TYPE,
    &evaluator::CONST_EVALUATOR_TYPE,
];
