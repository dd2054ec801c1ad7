//! `method`: a function bound to an object.

use macros::{pyclass, pymethods};

use crate::error::{Res, name_text};
use crate::object::Payload;
use crate::objects::function::Function;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type};
use crate::value::Value;

/// Create a bound instance method object.
#[pyclass(name = "method", flags(has_weakrefs, have_vectorcall))]
pub struct Method {
    pub function: Value,
    pub object: Value,
}

/// `function` bound to `object`.
#[inline]
pub fn bind(th: &ThreadState, function: Value, object: Value) -> Value {
    th.new_object(Method { function, object })
}

/// Calls `function` with `object` before the other arguments.
pub(crate) fn call_bound(th: &ThreadState, function: &Value, object: &Value, args: &[Value], kwnames: &[Value]) -> Res {
    if function.downcast_exact::<Function>().is_some() {
        th.check_native_stack("")?;
        return crate::frame::call_function(th, function, Some(object), args, kwnames);
    }
    let mut all = Vec::with_capacity(args.len() + 1);
    all.push(object.clone());
    all.extend_from_slice(args);
    th.call_kw(function, &all, kwnames)
}

#[pymethods]
impl Method {
    #[pyslot("(function, instance, /)")]
    fn new(th: &ThreadState, _cls: &Type, function: &Value, instance: &Value) -> Res {
        if !th.is_callable(function) {
            return Err(th.type_error("first argument must be callable"));
        }
        if instance.is_none() {
            return Err(th.type_error("instance must not be None"));
        }
        Ok(bind(th, function.clone(), instance.clone()))
    }

    #[pyslot]
    fn call(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        call_bound(th, &self.function, &self.object, args, kwnames)
    }

    #[pyslot]
    fn getattro(th: &ThreadState, slf: &Value, name: &Value) -> Res {
        let class = slf.class();
        if let Some(attribute) = class.lookup(th, name) {
            return match attribute.class().slots().descr_get.get() {
                Some(get) => get(th, &attribute, Some(slf), class.value_ref()),
                None => Ok(attribute),
            };
        }
        th.getattr(&Method::of(slf).function, name)
    }

    #[pyslot]
    fn descr_get(_: &ThreadState, slf: &Value, _: Option<&Value>, _: &Value) -> Res {
        // Bound already, and once is enough.
        Ok(slf.clone())
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        let mut name = th.getattr_opt(&self.function, &th.names().__qualname__)?;
        if name.is_none() {
            name = th.getattr_opt(&self.function, &th.names().__name__)?;
        }
        let name = name.filter(|name| name.as_str().is_some()).map_or("?".to_string(), |name| name_text(&name));
        Ok(th.str(&format!("<bound method {name} of {}>", th.repr_string(&self.object)?)))
    }

    #[pyslot]
    fn hash(&self, th: &ThreadState) -> Res<i64> {
        let object = (self.object.id() >> 4 | self.object.id() << 60) as i64;
        let hash = object ^ th.hash(&self.function)?;
        Ok(if hash == -1 { -2 } else { hash })
    }

    #[pyslot]
    fn richcompare(&self, th: &ThreadState, other: &Value, op: CompareOp) -> Res {
        let Some(other) = other.downcast_exact::<Method>() else { return Ok(Value::NOT_IMPLEMENTED) };
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let equal = self.object.is(&other.object) && th.is_equal(&self.function, &other.function)?;
        Ok(Value::bool(equal == (op == CompareOp::Eq)))
    }

    #[pygetter(member)]
    fn __func__(&self) -> Value {
        self.function.clone()
    }

    #[pygetter(member)]
    fn __self__(&self) -> Value {
        self.object.clone()
    }

    #[pygetter]
    fn __doc__(&self, th: &ThreadState) -> Res {
        th.getattr(&self.function, &th.names().__doc__)
    }

    #[pymethod]
    fn __reduce__(&self, th: &ThreadState) -> Res {
        let name = th.getattr(&self.function, &th.names().__name__)?;
        let builtins = th.builtins_dict();
        let getattr = builtins
            .as_ref()
            .and_then(|builtins| crate::objects::dict::Dict::of(builtins).get_str(&th.intern("getattr")))
            .unwrap_or(Value::NONE);
        Ok(th.tuple(&[getattr, th.tuple(&[self.object.clone(), name])]))
    }
}

/// Types of this file.
pub(crate) const TYPES: &[&Type] = &[&METHOD_TYPE];
