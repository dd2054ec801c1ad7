//! `typing.TypeVar`.

use macros::{pyclass, pymethods};

use super::{
    Lazy, call_typing, check_variance, default_of, given_bound, given_default, make_union, name_value, no_subclassing,
    set_caller_module, variance_repr,
};
use crate::error::Res;
use crate::object::Ref;
use crate::objects::str::Str;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// Type variable.
///
/// The preferred way to construct a type variable is via the dedicated
/// syntax for generic functions, classes, and type aliases::
///
///     class Sequence[T]:  # T is a TypeVar
///         ...
///
/// This syntax can also be used to create bound and constrained type
/// variables::
///
///     # S is a TypeVar bound to str
///     class StrSequence[S: str]:
///         ...
///
///     # A is a TypeVar constrained to str or bytes
///     class StrOrBytesSequence[A: (str, bytes)]:
///         ...
///
/// Type variables can also have defaults:
///
///     class IntDefault[T = int]:
///         ...
///
/// However, if desired, reusable type variables can also be constructed
/// manually, like so::
///
///    T = TypeVar('T')  # Can be anything
///    S = TypeVar('S', bound=str)  # Can be any subtype of str
///    A = TypeVar('A', str, bytes)  # Must be exactly str or bytes
///    D = TypeVar('D', default=int)  # Defaults to int
///
/// Type variables exist primarily for the benefit of static type
/// checkers.  They serve as the parameters for generic types as well
/// as for generic function and type alias definitions.
///
/// The variance of type variables is inferred by type checkers when they
/// are created through the type parameter syntax and when
/// ``infer_variance=True`` is passed. Manually created type variables may
/// be explicitly marked covariant or contravariant by passing
/// ``covariant=True`` or ``contravariant=True``. By default, manually
/// created type variables are invariant. See PEP 484 and PEP 695 for more
/// details.
#[pyclass(name = "TypeVar", module = "typing", flags(managed_dict, weakrefs), text = none)]
pub struct TypeVar {
    name: Value,
    bound: Lazy,
    constraints: Lazy,
    pub(super) default: Lazy,
    covariant: bool,
    contravariant: bool,
    infer_variance: bool,
}

/// A type variable of the language's own syntax.
pub(crate) fn declare(th: &ThreadState, name: &Value, bound: Option<&Value>, constraints: Option<&Value>) -> Value {
    let lazy = |function: Option<&Value>| function.map_or(Lazy::missing(), |f| Lazy::of_function(f.clone()));
    th.new_object(TypeVar {
        name: name.clone(),
        bound: lazy(bound),
        constraints: lazy(constraints),
        default: Lazy::missing(),
        covariant: false,
        contravariant: false,
        infer_variance: true,
    })
}

#[pymethods]
impl TypeVar {
    #[pyslot(
        "(name, *constraints, bound=None, default=typing.NoDefault, covariant=False, contravariant=False, infer_variance=False)",
        function = "typevar",
        text = none
    )]
    fn new(
        th: &ThreadState,
        cls: &Type,
        name: Ref<Str>,
        constraints: &[Value],
        bound: Value,
        default: Option<Value>,
        covariant: bool,
        contravariant: bool,
        infer_variance: bool,
    ) -> Res {
        check_variance(th, covariant, contravariant, infer_variance)?;
        let bound = given_bound(th, &bound)?;
        if constraints.len() == 1 {
            return Err(th.type_error("A single constraint is not allowed"));
        }
        if !constraints.is_empty() && bound.is_some() {
            return Err(th.type_error("Constraints cannot be combined with bound=..."));
        }
        let constraints = (!constraints.is_empty()).then(|| th.tuple(constraints));
        let variable = th.new_instance(
            cls,
            TypeVar {
                name: name_value(name),
                bound: Lazy::of_value(bound),
                constraints: Lazy::of_value(constraints),
                default: given_default(th, default),
                covariant,
                contravariant,
                infer_variance,
            },
        );
        set_caller_module(th, &variable)?;
        Ok(variable)
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        variance_repr(th, &self.name, self.covariant, self.contravariant, self.infer_variance)
    }

    #[pyslot]
    fn nb_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
        make_union(th, a, b)
    }

    #[pymethod("(arg, /)")]
    fn __typing_subst__(slf: &Value, th: &ThreadState, arg: &Value) -> Res {
        call_typing(th, "_typevar_subst", &[slf.clone(), arg.clone()])
    }

    #[pymethod("(alias, args, /)")]
    fn __typing_prepare_subst__(&self, slf: &Value, th: &ThreadState, alias: &Value, args: &Value) -> Res {
        let parameters = th.collect(&th.getattr(alias, &th.names().__parameters__)?)?;
        let index = parameters.iter().position(|parameter| parameter.is(slf)).unwrap_or(parameters.len());
        let given = th.len(args)?;
        if index < given {
            return Ok(args.clone());
        }
        let default = if index == given { self.default.get(th)? } else { None };
        match default {
            Some(default) => {
                let mut all = th.collect(args)?;
                all.push(default);
                Ok(th.tuple_from_vec(all))
            }
            None => Err(th.type_error(format_args!(
                "Too few arguments for {}; actual {given}, expected at least {}",
                th.str_string(alias)?,
                index + 1
            ))),
        }
    }

    #[pymethod("()")]
    fn __reduce__(&self) -> Value {
        self.name.clone()
    }

    #[pymethod("()")]
    fn has_default(&self) -> bool {
        self.default.value.is_some() || self.default.compute.is_some()
    }

    #[pymethod("(object, /)")]
    fn __mro_entries__(slf: &Value, th: &ThreadState, object: &Value) -> Res {
        let _ = (slf, object);
        no_subclassing(th, "TypeVar")
    }

    #[pygetter(member)]
    fn __name__(&self) -> &Value {
        &self.name
    }

    #[pygetter(member)]
    fn __covariant__(&self) -> bool {
        self.covariant
    }

    #[pygetter(member)]
    fn __contravariant__(&self) -> bool {
        self.contravariant
    }

    #[pygetter(member)]
    fn __infer_variance__(&self) -> bool {
        self.infer_variance
    }

    #[pygetter]
    fn __bound__(&self, th: &ThreadState) -> Res {
        Ok(self.bound.get(th)?.unwrap_or(Value::NONE))
    }

    #[pygetter]
    fn __constraints__(&self, th: &ThreadState) -> Res {
        Ok(self.constraints.get(th)?.unwrap_or_else(|| th.tuple(&[])))
    }

    #[pygetter]
    fn __default__(&self, th: &ThreadState) -> Res {
        default_of(th, &self.default)
    }

    #[pygetter]
    fn evaluate_bound(&self, th: &ThreadState) -> Value {
        self.bound.evaluator(th)
    }

    #[pygetter]
    fn evaluate_constraints(&self, th: &ThreadState) -> Value {
        self.constraints.evaluator(th)
    }

    #[pygetter]
    fn evaluate_default(&self, th: &ThreadState) -> Value {
        self.default.evaluator(th)
    }
}
