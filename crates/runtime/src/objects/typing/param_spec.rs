//! `typing.ParamSpec` and its `args` and `kwargs`.

use macros::{pyclass, pymethods};

use super::{
    Lazy, call_typing, check_variance, default_of, given_default, make_union, name_value, no_subclassing,
    set_caller_module, variance_repr,
};
use crate::error::{Res, name_text};
use crate::object::Ref;
use crate::objects::str::Str;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type};
use crate::value::Value;

/// Parameter specification variable.
///
/// The preferred way to construct a parameter specification is via the
/// dedicated syntax for generic functions, classes, and type aliases,
/// where the use of '**' creates a parameter specification::
///
///     type IntFunc[**P] = Callable[P, int]
///
/// The following syntax creates a parameter specification that defaults
/// to a callable accepting two positional-only arguments of types int
/// and str:
///
///     type IntFuncDefault[**P = [int, str]] = Callable[P, int]
///
/// For compatibility with Python 3.11 and earlier, ParamSpec objects
/// can also be created as follows::
///
///     P = ParamSpec('P')
///     DefaultP = ParamSpec('DefaultP', default=[int, str])
///
/// Parameter specification variables exist primarily for the benefit of
/// static type checkers.  They are used to forward the parameter types of
/// one callable to another callable, a pattern commonly found in
/// higher-order functions and decorators.  They are only valid when used
/// in ``Concatenate``, or as the first argument to ``Callable``, or as
/// parameters for user-defined Generics. See class Generic for more
/// information on generic types.
///
/// An example for annotating a decorator::
///
///     def add_logging[**P, T](f: Callable[P, T]) -> Callable[P, T]:
///         '''A type-safe decorator to add logging to a function.'''
///         def inner(*args: P.args, **kwargs: P.kwargs) -> T:
///             logging.info(f'{f.__name__} was called')
///             return f(*args, **kwargs)
///         return inner
///
///     @add_logging
///     def add_two(x: float, y: float) -> float:
///         '''Add two numbers together.'''
///         return x + y
///
/// Parameter specification variables can be introspected. e.g.::
///
///     >>> P = ParamSpec("P")
///     >>> P.__name__
///     'P'
///
/// Note that only parameter specification variables defined in the global
/// scope can be pickled.
#[pyclass(name = "ParamSpec", module = "typing", flags(managed_dict, weakrefs), text = none)]
pub struct ParamSpec {
    name: Value,
    bound: Option<Value>,
    pub(super) default: Lazy,
    covariant: bool,
    contravariant: bool,
    infer_variance: bool,
}

/// A parameter specification of the language's own syntax.
pub(crate) fn declare(th: &ThreadState, name: &Value) -> Value {
    th.new_object(ParamSpec {
        name: name.clone(),
        bound: None,
        default: Lazy::missing(),
        covariant: false,
        contravariant: false,
        infer_variance: true,
    })
}

#[pymethods]
impl ParamSpec {
    #[pyslot(
        "(name, *, bound=None, default=typing.NoDefault, covariant=False, contravariant=False, infer_variance=False)",
        function = "paramspec",
        text = none
    )]
    fn new(
        th: &ThreadState,
        cls: &Type,
        name: Ref<Str>,
        bound: Value,
        default: Option<Value>,
        covariant: bool,
        contravariant: bool,
        infer_variance: bool,
    ) -> Res {
        check_variance(th, covariant, contravariant, infer_variance)?;
        let bound = Some(bound).filter(|bound| !bound.is_none());
        let spec = th.new_instance(
            cls,
            ParamSpec {
                name: name_value(name),
                bound,
                default: given_default(th, default),
                covariant,
                contravariant,
                infer_variance,
            },
        );
        set_caller_module(th, &spec)?;
        Ok(spec)
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
        call_typing(th, "_paramspec_subst", &[slf.clone(), arg.clone()])
    }

    #[pymethod("(alias, args, /)")]
    fn __typing_prepare_subst__(slf: &Value, th: &ThreadState, alias: &Value, args: &Value) -> Res {
        call_typing(th, "_paramspec_prepare_subst", &[slf.clone(), alias.clone(), args.clone()])
    }

    #[pymethod("()")]
    fn has_default(&self) -> bool {
        self.default.value.is_some() || self.default.compute.is_some()
    }

    #[pymethod("()")]
    fn __reduce__(&self) -> Value {
        self.name.clone()
    }

    #[pymethod("(object, /)")]
    fn __mro_entries__(slf: &Value, th: &ThreadState, object: &Value) -> Res {
        let _ = (slf, object);
        no_subclassing(th, "ParamSpec")
    }

    #[pygetter(member)]
    fn __name__(&self) -> &Value {
        &self.name
    }

    #[pygetter(member)]
    fn __bound__(&self) -> Value {
        self.bound.clone().unwrap_or(Value::NONE)
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

    /// Represents positional arguments.
    #[pygetter]
    fn args(slf: &Value, th: &ThreadState) -> Value {
        th.new_object(ParamSpecArgs { origin: slf.clone() })
    }

    /// Represents keyword arguments.
    #[pygetter]
    fn kwargs(slf: &Value, th: &ThreadState) -> Value {
        th.new_object(ParamSpecKwargs { origin: slf.clone() })
    }

    /// The default value for this ParamSpec.
    #[pygetter]
    fn __default__(&self, th: &ThreadState) -> Res {
        default_of(th, &self.default)
    }

    #[pygetter]
    fn evaluate_default(&self, th: &ThreadState) -> Value {
        self.default.evaluator(th)
    }
}

/// "P.args": the name of a ParamSpec, the repr of anything else.
fn part_repr(th: &ThreadState, origin: &Value, part: &str) -> Res {
    let shown = match origin.downcast_exact::<ParamSpec>() {
        Some(spec) => name_text(&spec.name),
        None => th.repr_string(origin)?,
    };
    Ok(th.str(&format!("{shown}.{part}")))
}

fn compare_parts(th: &ThreadState, a: &Value, b: Option<&Value>, op: CompareOp) -> Res {
    match b {
        Some(b) if matches!(op, CompareOp::Eq | CompareOp::Ne) => th.compare(a, b, op),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// The args for a ParamSpec object.
///
/// Given a ParamSpec object P, P.args is an instance of ParamSpecArgs.
///
/// ParamSpecArgs objects have a reference back to their ParamSpec::
///
///     >>> P = ParamSpec("P")
///     >>> P.args.__origin__ is P
///     True
///
/// This type is meant for runtime introspection and has no special meaning
/// to static type checkers.
#[pyclass(name = "ParamSpecArgs", module = "typing", flags(weakrefs), text = none)]
pub struct ParamSpecArgs {
    origin: Value,
}

#[pymethods]
impl ParamSpecArgs {
    #[pyslot("(origin)", function = "paramspecargs", text = none)]
    fn new(th: &ThreadState, cls: &Type, origin: Value) -> Res {
        Ok(th.new_instance(cls, ParamSpecArgs { origin }))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        part_repr(th, &self.origin, "args")
    }

    #[pyslot]
    fn richcompare(&self, th: &ThreadState, other: &Value, op: CompareOp) -> Res {
        compare_parts(th, &self.origin, other.downcast_exact::<ParamSpecArgs>().map(|other| &other.origin), op)
    }

    #[pymethod("(object, /)")]
    fn __mro_entries__(slf: &Value, th: &ThreadState, object: &Value) -> Res {
        let _ = (slf, object);
        no_subclassing(th, "ParamSpecArgs")
    }

    #[pygetter(member)]
    fn __origin__(&self) -> &Value {
        &self.origin
    }
}

/// The kwargs for a ParamSpec object.
///
/// Given a ParamSpec object P, P.kwargs is an instance of ParamSpecKwargs.
///
/// ParamSpecKwargs objects have a reference back to their ParamSpec::
///
///     >>> P = ParamSpec("P")
///     >>> P.kwargs.__origin__ is P
///     True
///
/// This type is meant for runtime introspection and has no special meaning
/// to static type checkers.
#[pyclass(name = "ParamSpecKwargs", module = "typing", flags(weakrefs), text = none)]
pub struct ParamSpecKwargs {
    origin: Value,
}

#[pymethods]
impl ParamSpecKwargs {
    #[pyslot("(origin)", function = "paramspeckwargs", text = none)]
    fn new(th: &ThreadState, cls: &Type, origin: Value) -> Res {
        Ok(th.new_instance(cls, ParamSpecKwargs { origin }))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        part_repr(th, &self.origin, "kwargs")
    }

    #[pyslot]
    fn richcompare(&self, th: &ThreadState, other: &Value, op: CompareOp) -> Res {
        compare_parts(th, &self.origin, other.downcast_exact::<ParamSpecKwargs>().map(|other| &other.origin), op)
    }

    #[pymethod("(object, /)")]
    fn __mro_entries__(slf: &Value, th: &ThreadState, object: &Value) -> Res {
        let _ = (slf, object);
        no_subclassing(th, "ParamSpecKwargs")
    }

    #[pygetter(member)]
    fn __origin__(&self) -> &Value {
        &self.origin
    }
}
