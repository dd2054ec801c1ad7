//! `types.SimpleNamespace`.

use macros::{pyclass, pymethods};

use crate::args::split;
use crate::error::{Res, name_text};
use crate::instance;
use crate::object::Payload;
use crate::objects::dict::Dict;
use crate::objects::dict::methods::update;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type};
use crate::value::Value;

/// A simple attribute-based namespace.
#[pyclass(
    name = "SimpleNamespace",
    module = "types",
    flags(basetype, managed_dict),
    text = "(mapping_or_iterable=(), /, **kwargs)"
)]
pub struct Namespace {}

fn namespace(th: &ThreadState, slf: &Value) -> Res {
    instance::dict(th, slf).ok_or_else(|| th.system_error("a namespace without attributes"))
}

#[pymethods]
impl Namespace {
    #[pyslot(new)]
    fn construct(th: &ThreadState, class: &Type, _: &[Value], _: &[Value]) -> Res {
        Ok(th.new_instance(class, Namespace {}))
    }

    #[pyslot]
    fn init(th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
        let (positional, values) = split(args, kwnames);
        let dict = namespace(th, slf)?;
        match positional {
            [] => {}
            [source] => {
                let new = Dict::new();
                update(th, &new, source)?;
                for (key, value) in new.to_vec() {
                    if key.as_str().is_none() {
                        return Err(th.type_error("keywords must be strings"));
                    }
                    Dict::of(&dict).set(th, &key, value)?;
                }
            }
            _ => {
                return Err(th.type_error(format_args!(
                    "{} expected at most 1 positional argument, got {}",
                    slf.class().name(),
                    positional.len()
                )));
            }
        }
        for (name, value) in kwnames.iter().zip(values) {
            Dict::of(&dict).set(th, name, value.clone())?;
        }
        Ok(())
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let exact = slf.is_exactly(&NAMESPACE_TYPE);
        let name = if exact { "namespace".to_string() } else { slf.class().name() };
        let Some(_guard) = th.enter_repr(slf) else { return Ok(th.str(&format!("{name}(...)"))) };
        let dict = namespace(th, slf)?;
        let mut parts = Vec::new();
        for (key, value) in Dict::of(&dict).to_vec() {
            if key.as_str().is_some_and(|key| !key.is_empty()) {
                parts.push(format!("{}={}", name_text(&key), th.repr_string(&value)?));
            }
        }
        Ok(th.str(&format!("{name}({})", parts.join(", "))))
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        if a.downcast::<Namespace>().is_none() || b.downcast::<Namespace>().is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        th.compare(&namespace(th, a)?, &namespace(th, b)?, op)
    }

    /// Return state information for pickling
    #[pymethod]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Res {
        Ok(th.tuple(&[slf.class().as_value(), th.tuple(&[]), namespace(th, slf)?]))
    }

    /// Return a copy of the namespace object with new values for the specified attributes.
    #[pymethod("(**changes)", raw)]
    fn __replace__(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        let (positional, values) = split(args, kwnames);
        let [slf] = positional else {
            return Err(th.type_error("__replace__() takes no positional arguments"));
        };
        let new = th.call(slf.class().value_ref(), &[])?;
        if new.downcast::<Namespace>().is_none() {
            return Err(th.type_error(format_args!(
                "expect types.SimpleNamespace type, but {}() returned '{}' object",
                crate::modules::sys::display::class_text(th, slf),
                crate::modules::sys::display::class_text(th, &new)
            )));
        }
        let dict = namespace(th, &new)?;
        update(th, Dict::of(&dict), &namespace(th, slf)?)?;
        for (name, value) in kwnames.iter().zip(values) {
            Dict::of(&dict).set(th, name, value.clone())?;
        }
        Ok(new)
    }
}

impl ThreadState {
    /// `types.SimpleNamespace(**values)`.
    pub fn simple_namespace(&self, values: &[(&str, Value)]) -> Res {
        let object = self.new_object(Namespace {});
        for (name, value) in values {
            self.setattr_str(&object, name, value)?;
        }
        Ok(object)
    }
}

/// Types of this file, for `ready_builtin_types`.
pub(crate) const TYPES: &[&Type] = &[&NAMESPACE_TYPE];
