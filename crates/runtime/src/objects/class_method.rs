//! `staticmethod` and `classmethod`.

use macros::{pyclass, pymethods};

use crate::error::Res;
use crate::gc::ValueCell;
use crate::instance;
use crate::objects::exceptions as exc;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// Convert a function to be a static method.
///
/// A static method does not receive an implicit first argument.
/// To declare a static method, use this idiom:
///
///      class C:
///          @staticmethod
///          def f(arg1, arg2, argN):
///              ...
///
/// It can be called either on the class (e.g. C.f()) or on an instance
/// (e.g. C().f()). Both the class and the instance are ignored, and
/// neither is passed implicitly as the first argument to the method.
///
/// Static methods in Python are similar to those found in Java or C++.
/// For a more advanced concept, see the classmethod builtin.
#[pyclass(name = "staticmethod", flags(basetype, managed_dict))]
pub struct StaticMethod {
    pub(crate) callable: ValueCell,
}

/// Convert a function to be a class method.
///
/// A class method receives the class as implicit first argument,
/// just like an instance method receives the instance.
/// To declare a class method, use this idiom:
///
///   class C:
///       @classmethod
///       def f(cls, arg1, arg2, argN):
///           ...
///
/// It can be called either on the class (e.g. C.f()) or on an instance
/// (e.g. C().f()).  The instance is ignored except for its class.
/// If a class method is called for a derived class, the derived class
/// object is passed as the implied first argument.
///
/// Class methods are different than C++ or Java static methods.
/// If you want those, see the staticmethod builtin.
#[pyclass(name = "classmethod", flags(basetype, managed_dict))]
pub struct ClassMethod {
    pub(crate) callable: ValueCell,
}

pub fn static_method(th: &ThreadState, callable: Value) -> Value {
    th.new_object(StaticMethod { callable: ValueCell::new(callable) })
}

pub fn class_method(th: &ThreadState, callable: Value) -> Value {
    th.new_object(ClassMethod { callable: ValueCell::new(callable) })
}

/// The wrapper looks like what it wraps.
fn take_over_names(th: &ThreadState, wrapper: &Value, callable: &Value) -> Res<()> {
    let names = th.names();
    for name in [&names.__module__, &names.__name__, &names.__qualname__, &names.__doc__] {
        if let Some(value) = th.getattr_opt(callable, name)? {
            drop(instance::set_attribute(th, wrapper, name, Some(value)));
        }
    }
    Ok(())
}

fn one_argument<'a>(th: &ThreadState, name: &str, args: &'a [Value], kwnames: &[Value]) -> Res<&'a Value> {
    if !kwnames.is_empty() {
        return Err(th.type_error(format_args!("{name}() takes no keyword arguments")));
    }
    match args {
        [callable] => Ok(callable),
        _ => Err(th.type_error(format_args!("{name} expected 1 argument, got {}", args.len()))),
    }
}

/// The wrapped callable's `__isabstractmethod__`.
pub(crate) fn is_abstract(th: &ThreadState, callable: &Value) -> Res<bool> {
    match th.getattr_opt(callable, &th.names().__isabstractmethod__)? {
        Some(flag) => th.is_true(&flag),
        None => Ok(false),
    }
}

/// An attribute that is the callable's until it is asked for or set.
fn forwarded(th: &ThreadState, wrapper: &Value, callable: &Value, name: &Value) -> Res {
    if let Some(own) = instance::get_attribute(th, wrapper, name) {
        return Ok(own);
    }
    let value = th.getattr(callable, name)?;
    drop(instance::set_attribute(th, wrapper, name, Some(value.clone())));
    Ok(value)
}

fn set_forwarded(th: &ThreadState, wrapper: &Value, name: &Value, value: Option<&Value>) -> Res<()> {
    let Ok(old) = instance::set_attribute(th, wrapper, name, value.cloned()) else { return Ok(()) };
    if value.is_none() && old.is_none() {
        return Err(th.error_args(&exc::ATTRIBUTE_ERROR, std::slice::from_ref(name)));
    }
    Ok(())
}

#[pymethods]
impl StaticMethod {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, _args: &[Value], _kwnames: &[Value]) -> Res {
        Ok(th.new_instance(cls, StaticMethod { callable: ValueCell::new(Value::NONE) }))
    }

    #[pyslot(text = "(function, /)")]
    fn init(&self, th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
        let callable = one_argument(th, "staticmethod", args, kwnames)?;
        self.callable.set(Some(callable.clone()));
        take_over_names(th, slf, callable)
    }

    #[pyslot]
    fn descr_get(&self, _th: &ThreadState, _: Option<&Value>, _: &Value) -> Res {
        Ok(self.callable.get_or_none())
    }

    #[pyslot]
    fn call(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        th.call_kw(&self.callable.get_or_none(), args, kwnames)
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        Ok(th.str(&format!("<staticmethod({})>", th.repr_string(&self.callable.get_or_none())?)))
    }

    #[pyclassmethod("(object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        crate::objects::generic_alias::new(th, cls, object)
    }

    #[pygetter(member)]
    fn __func__(&self) -> Value {
        self.callable.get_or_none()
    }

    #[pygetter(member)]
    fn __wrapped__(&self) -> Value {
        self.callable.get_or_none()
    }

    #[pygetter]
    fn __isabstractmethod__(&self, th: &ThreadState) -> Res<bool> {
        is_abstract(th, &self.callable.get_or_none())
    }

    #[pygetter]
    fn __annotations__(&self, th: &ThreadState, slf: &Value) -> Res {
        forwarded(th, slf, &self.callable.get_or_none(), &th.names().__annotations__)
    }

    #[pysetter(name = "__annotations__")]
    fn set_annotations(th: &ThreadState, slf: &Value, value: Option<&Value>) -> Res<()> {
        set_forwarded(th, slf, &th.names().__annotations__, value)
    }

    #[pygetter]
    fn __annotate__(&self, th: &ThreadState, slf: &Value) -> Res {
        forwarded(th, slf, &self.callable.get_or_none(), &th.names().__annotate__)
    }

    #[pysetter(name = "__annotate__")]
    fn set_annotate(th: &ThreadState, slf: &Value, value: Option<&Value>) -> Res<()> {
        set_forwarded(th, slf, &th.names().__annotate__, value)
    }
}

#[pymethods]
impl ClassMethod {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, _args: &[Value], _kwnames: &[Value]) -> Res {
        Ok(th.new_instance(cls, ClassMethod { callable: ValueCell::new(Value::NONE) }))
    }

    #[pyslot(text = "(function, /)")]
    fn init(&self, th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
        let callable = one_argument(th, "classmethod", args, kwnames)?;
        self.callable.set(Some(callable.clone()));
        take_over_names(th, slf, callable)
    }

    #[pyslot]
    fn descr_get(&self, th: &ThreadState, _: Option<&Value>, class: &Value) -> Res {
        Ok(crate::objects::method::bind(th, self.callable.get_or_none(), class.clone()))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        Ok(th.str(&format!("<classmethod({})>", th.repr_string(&self.callable.get_or_none())?)))
    }

    #[pyclassmethod("(object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        crate::objects::generic_alias::new(th, cls, object)
    }

    #[pygetter(member)]
    fn __func__(&self) -> Value {
        self.callable.get_or_none()
    }

    #[pygetter(member)]
    fn __wrapped__(&self) -> Value {
        self.callable.get_or_none()
    }

    #[pygetter]
    fn __isabstractmethod__(&self, th: &ThreadState) -> Res<bool> {
        is_abstract(th, &self.callable.get_or_none())
    }

    #[pygetter]
    fn __annotations__(&self, th: &ThreadState, slf: &Value) -> Res {
        forwarded(th, slf, &self.callable.get_or_none(), &th.names().__annotations__)
    }

    #[pysetter(name = "__annotations__")]
    fn set_annotations(th: &ThreadState, slf: &Value, value: Option<&Value>) -> Res<()> {
        set_forwarded(th, slf, &th.names().__annotations__, value)
    }

    #[pygetter]
    fn __annotate__(&self, th: &ThreadState, slf: &Value) -> Res {
        forwarded(th, slf, &self.callable.get_or_none(), &th.names().__annotate__)
    }

    #[pysetter(name = "__annotate__")]
    fn set_annotate(th: &ThreadState, slf: &Value, value: Option<&Value>) -> Res<()> {
        set_forwarded(th, slf, &th.names().__annotate__, value)
    }
}
