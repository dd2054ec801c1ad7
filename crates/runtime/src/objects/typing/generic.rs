//! `typing.Generic` and `typing.NoDefault`.

use macros::pymethods;

use crate::args::split;
use crate::error::Res;
use crate::object::{Payload, PayloadFns};
use crate::thread::ThreadState;
use crate::types::{Type, TypeDef};
use crate::value::Value;

/// Instances have nothing native: a class that derives from `Generic` and another native class takes that one's layout.
pub struct Generic;

impl Payload for Generic {
    const DEF: &'static TypeDef = &GENERIC_DEF;

    fn class() -> &'static Type {
        &GENERIC_TYPE
    }
}

pub static GENERIC_TYPE: Type = Type::new_static(&GENERIC_DEF);

/// Calls `typing.name(cls, *args, **kwargs)`; `args[0]` is the class.
fn forward(th: &ThreadState, name: &str, args: &[Value], kwnames: &[Value]) -> Res {
    let function = crate::import::import_attribute(th, "typing", name)?;
    th.call_kw(&function, args, kwnames)
}

/// Abstract base class for generic types.
///
/// On Python 3.12 and newer, generic classes implicitly inherit from
/// Generic when they declare a parameter list after the class's name::
///
///     class Mapping[KT, VT]:
///         def __getitem__(self, key: KT) -> VT:
///             ...
///         # Etc.
///
/// On older versions of Python, however, generic classes have to
/// explicitly inherit from Generic.
///
/// After a class has been declared to be generic, it can then be used as
/// follows::
///
///     def lookup_name[KT, VT](mapping: Mapping[KT, VT], key: KT, default: VT) -> VT:
///         try:
///             return mapping[key]
///         except KeyError:
///             return default
#[pymethods(class(name = "Generic", module = "typing", payload = PayloadFns::NONE, flags(basetype), text = none))]
impl Generic {
    /// Parameterizes a generic class.
    ///
    /// At least, parameterizing a generic class is the *main* thing this
    /// method does.  For example, for some generic class `Foo`, this is
    /// called when we do `Foo[int]` - there, with `cls=Foo` and
    /// `params=int`.
    ///
    /// However, note that this method is also called when defining generic
    /// classes in the first place with `class Foo[T]: ...`.
    #[pyclassmethod(raw, text = none)]
    fn __class_getitem__(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        forward(th, "_generic_class_getitem", args, kwnames)
    }

    /// Function to initialize subclasses.
    #[pyclassmethod(raw, text = none)]
    fn __init_subclass__(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        forward(th, "_generic_init_subclass", args, kwnames)
    }
}

pub struct NoDefault;

impl Payload for NoDefault {
    const DEF: &'static TypeDef = &NO_DEFAULT_DEF;

    fn class() -> &'static Type {
        &NO_DEFAULT_TYPE
    }
}

pub static NO_DEFAULT_TYPE: Type = Type::new_static(&NO_DEFAULT_DEF);

/// The one instance of an interpreter.
#[derive(Default)]
struct TheNoDefault(crate::gc::ValueCell);

/// `typing.NoDefault`.
pub fn no_default(th: &ThreadState) -> Value {
    let holder = th.extension::<TheNoDefault>();
    if let Some(value) = holder.0.get() {
        return value;
    }
    let value = th.new_object(NoDefault);
    holder.0.set(Some(value.clone()));
    value
}

/// The type of the NoDefault singleton.
#[pymethods(class(name = "NoDefaultType", payload = PayloadFns::NONE, text = "()"))]
impl NoDefault {
    #[pyslot(new)]
    fn construct(th: &ThreadState, _: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        if split(args, kwnames).0.is_empty() && kwnames.is_empty() {
            return Ok(no_default(th));
        }
        Err(th.type_error("NoDefaultType takes no arguments"))
    }

    #[pyslot]
    fn init(_: &ThreadState, _: &Value, _: &[Value], _: &[Value]) -> Res<()> {
        Ok(())
    }

    #[pyslot]
    fn repr(th: &ThreadState, _: &Value) -> Res {
        Ok(th.str("typing.NoDefault"))
    }

    #[pymethod("()")]
    fn __reduce__(&self) -> &'static str {
        "NoDefault"
    }
}
