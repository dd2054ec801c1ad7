//! `wrapper_descriptor` and `method-wrapper`: a native type's slots as Python sees them (`int.__add__`, `(1).__add__`).

use macros::{pyclass, pymethods};

use crate::error::Res;
use crate::hashing::hash_pointer;
use crate::object::Payload;
use crate::thread::ThreadState;
use crate::types::slot_table::Row;
use crate::types::{CompareOp, Type};
use crate::value::Value;

/// One special method of a native type.
#[pyclass(name = "wrapper_descriptor", flags(method_descriptor))]
pub struct SlotWrapper {
    #[notrace]
    pub row: &'static Row,
    pub owner: Value,
}

impl SlotWrapper {
    fn owner_name(&self) -> String {
        self.owner.as_type().map(Type::name).unwrap_or_default()
    }
}

#[pymethods]
impl SlotWrapper {
    #[pyslot]
    fn call(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        let Some(slf) = crate::args::split(args, kwnames).0.first() else {
            return Err(th.type_error(format_args!(
                "descriptor '{}' of '{}' object needs an argument",
                self.row.name,
                self.owner_name()
            )));
        };
        let Some(owner) = self.owner.as_type().filter(|owner| slf.is_instance_of(owner)) else {
            return Err(th.type_error(format_args!(
                "descriptor '{}' requires a '{}' object but received a '{}'",
                self.row.name,
                self.owner_name(),
                slf.class().full_name()
            )));
        };
        self.row.call(th, owner.slots(), args, kwnames)
    }

    #[pyslot]
    fn descr_get(th: &ThreadState, slf: &Value, object: Option<&Value>, _: &Value) -> Res {
        let Some(object) = object else { return Ok(slf.clone()) };
        let wrapper = SlotWrapper::of(slf);
        if !wrapper.owner.as_type().is_some_and(|owner| object.is_instance_of(owner)) {
            return Err(th.type_error(format_args!(
                "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
                wrapper.row.name,
                wrapper.owner_name(),
                object.class().full_name()
            )));
        }
        Ok(th.new_object(MethodWrapper { wrapper: slf.clone(), slf: object.clone() }))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        Ok(th.str(&format!("<slot wrapper '{}' of '{}' objects>", self.row.name, self.owner_name())))
    }

    #[pymethod]
    fn __reduce__(&self, th: &ThreadState) -> Res {
        crate::objects::native_function::reduce_attribute(th, &self.owner, self.row.name)
    }

    #[pygetter(name = "__name__", member)]
    fn name(&self) -> &'static str {
        self.row.name
    }

    #[pygetter(name = "__qualname__")]
    fn qualname(&self, th: &ThreadState) -> Res {
        crate::objects::native_function::member_qualname(th, &self.owner, self.row.name)
    }

    #[pygetter(name = "__objclass__", member)]
    fn objclass(&self) -> &Value {
        &self.owner
    }

    #[pygetter(name = "__doc__")]
    fn doc(&self) -> &'static str {
        self.row.doc
    }

    #[pygetter(name = "__text_signature__")]
    fn text_signature(&self) -> &'static str {
        self.row.text_signature
    }
}

/// A special method bound to an object.
#[pyclass(name = "method-wrapper")]
pub struct MethodWrapper {
    pub wrapper: Value,
    pub slf: Value,
}

impl MethodWrapper {
    fn wrapper(&self) -> &SlotWrapper {
        SlotWrapper::of(&self.wrapper)
    }
}

#[pymethods]
impl MethodWrapper {
    #[pyslot]
    fn call(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        let wrapper = self.wrapper();
        let Some(owner) = wrapper.owner.as_type() else { return Ok(Value::NONE) };
        let slf = self.slf.clone();
        let call = |all: &[Value]| wrapper.row.call(th, owner.slots(), all, kwnames);
        match args {
            [] => call(&[slf]),
            [a] => call(&[slf, a.clone()]),
            [a, b] => call(&[slf, a.clone(), b.clone()]),
            _ => call(&[std::slice::from_ref(&slf), args].concat()),
        }
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        Ok(th.str(&format!(
            "<method-wrapper '{}' of {} object at {:#x}>",
            self.wrapper().row.name,
            self.slf.class().full_name(),
            self.slf.id()
        )))
    }

    #[pyslot]
    fn hash(&self, _th: &ThreadState) -> Res<i64> {
        Ok(hash_pointer(self.slf.bits()) ^ hash_pointer(self.wrapper.bits()))
    }

    #[pyslot]
    fn richcompare(&self, _th: &ThreadState, other: &Value, op: CompareOp) -> Res {
        let Some(other) = other.downcast_exact::<MethodWrapper>() else { return Ok(Value::NOT_IMPLEMENTED) };
        let equal = self.wrapper.is(&other.wrapper) && self.slf.is(&other.slf);
        Ok(match op {
            CompareOp::Eq => Value::bool(equal),
            CompareOp::Ne => Value::bool(!equal),
            _ => Value::NOT_IMPLEMENTED,
        })
    }

    #[pymethod]
    fn __reduce__(&self, th: &ThreadState) -> Res {
        crate::objects::native_function::reduce_attribute(th, &self.slf, self.wrapper().row.name)
    }

    #[pygetter(name = "__self__", member)]
    fn self_(&self) -> &Value {
        &self.slf
    }

    #[pygetter(name = "__objclass__")]
    fn objclass(&self) -> &Value {
        &self.wrapper().owner
    }

    #[pygetter(name = "__name__")]
    fn name(&self) -> &'static str {
        self.wrapper().row.name
    }

    #[pygetter(name = "__qualname__")]
    fn qualname(&self, th: &ThreadState) -> Res {
        crate::objects::native_function::member_qualname(th, &self.wrapper().owner, self.wrapper().row.name)
    }

    #[pygetter(name = "__doc__")]
    fn doc(&self) -> &'static str {
        self.wrapper().row.doc
    }

    #[pygetter(name = "__text_signature__")]
    fn text_signature(&self) -> &'static str {
        self.wrapper().row.text_signature
    }
}
