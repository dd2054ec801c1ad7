//! `typing.TypeVarTuple`.

use macros::{pyclass, pymethods};

use super::{
    Lazy, call_typing, default_of, given_default, iterate_unpacked, name_value, no_subclassing, set_caller_module,
};
use crate::error::Res;
use crate::object::Ref;
use crate::objects::str::Str;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// Type variable tuple. A specialized form of type variable that enables
/// variadic generics.
///
/// The preferred way to construct a type variable tuple is via the
/// dedicated syntax for generic functions, classes, and type aliases,
/// where a single '*' indicates a type variable tuple::
///
///     def move_first_element_to_last[T, *Ts](tup: tuple[T, *Ts]) -> tuple[*Ts, T]:
///         return (*tup[1:], tup[0])
///
/// Type variables tuples can have default values:
///
///     type AliasWithDefault[*Ts = (str, int)] = tuple[*Ts]
///
/// For compatibility with Python 3.11 and earlier, TypeVarTuple objects
/// can also be created as follows::
///
///     Ts = TypeVarTuple('Ts')  # Can be given any name
///     DefaultTs = TypeVarTuple('Ts', default=(str, int))
///
/// Just as a TypeVar (type variable) is a placeholder for a single type,
/// a TypeVarTuple is a placeholder for an *arbitrary* number of types. For
/// example, if we define a generic class using a TypeVarTuple::
///
///     class C[*Ts]: ...
///
/// Then we can parameterize that class with an arbitrary number of type
/// arguments::
///
///     C[int]       # Fine
///     C[int, str]  # Also fine
///     C[()]        # Even this is fine
///
/// For more details, see PEP 646.
///
/// Note that only TypeVarTuples defined in the global scope can be
/// pickled.
#[pyclass(name = "TypeVarTuple", module = "typing", flags(managed_dict, weakrefs), text = none)]
pub struct TypeVarTuple {
    name: Value,
    pub(super) default: Lazy,
}

/// A type variable tuple of the language's own syntax.
pub(crate) fn declare(th: &ThreadState, name: &Value) -> Value {
    th.new_object(TypeVarTuple { name: name.clone(), default: Lazy::missing() })
}

#[pymethods]
impl TypeVarTuple {
    #[pyslot("(name, *, default=typing.NoDefault)", function = "typevartuple", text = none)]
    fn new(th: &ThreadState, cls: &Type, name: Ref<Str>, default: Option<Value>) -> Res {
        let made = th.new_instance(cls, TypeVarTuple { name: name_value(name), default: given_default(th, default) });
        set_caller_module(th, &made)?;
        Ok(made)
    }

    #[pyslot]
    fn repr(&self, _th: &ThreadState) -> Res {
        Ok(self.name.clone())
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iterate_unpacked(th, slf)
    }

    #[pymethod("(arg, /)")]
    fn __typing_subst__(slf: &Value, th: &ThreadState, arg: &Value) -> Res {
        let _ = (slf, arg);
        Err(th.type_error("Substitution of bare TypeVarTuple is not supported"))
    }

    #[pymethod("(alias, args, /)")]
    fn __typing_prepare_subst__(slf: &Value, th: &ThreadState, alias: &Value, args: &Value) -> Res {
        call_typing(th, "_typevartuple_prepare_subst", &[slf.clone(), alias.clone(), args.clone()])
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
        no_subclassing(th, "TypeVarTuple")
    }

    #[pygetter(member)]
    fn __name__(&self) -> &Value {
        &self.name
    }

    /// The default value for this TypeVarTuple.
    #[pygetter]
    fn __default__(&self, th: &ThreadState) -> Res {
        default_of(th, &self.default)
    }

    #[pygetter]
    fn evaluate_default(&self, th: &ThreadState) -> Value {
        self.default.evaluator(th)
    }
}
