//! Calling.

use crate::error::{Raised, Res};
use crate::objects::dict::Dict;
use crate::objects::module::MODULE_TYPE;
use crate::thread::ThreadState;
use crate::value::Value;

impl ThreadState {
    /// `callable(*args)`.
    #[inline]
    pub fn call(&self, callable: &Value, args: &[Value]) -> Res {
        self.call_kw(callable, args, &[])
    }

    /// Calls with keyword arguments: `args` ends with one value for each of `kwnames`.
    #[inline]
    pub fn call_kw(&self, callable: &Value, args: &[Value], kwnames: &[Value]) -> Res {
        let Some(call) = callable.class().slots().call.get() else {
            return Err(self.not_callable(callable));
        };
        self.check_native_stack("")?;
        call(self, callable, args, kwnames)
    }

    /// "'X' object is not callable". Of a module that holds a callable of its own name, that one may be meant.
    #[cold]
    pub(crate) fn not_callable(&self, callable: &Value) -> Raised {
        if callable.is_exactly(&MODULE_TYPE)
            && let Some(dict) = crate::instance::dict(self, callable)
            && let Some(namespace) = dict.downcast::<Dict>()
            && let Some(name) = namespace.get_str(&self.names().__name__)
            && let Some(text) = name.as_str()
            && let Some(meant) = namespace.get_str(&name)
            && meant.class().slots().call.get().is_some()
        {
            let text = text.to_string_lossy();
            return self
                .type_error(format_args!("'module' object is not callable. Did you mean: '{text}.{text}(...)'?"));
        }
        self.type_error(format_args!("'{}' object is not callable", callable.class().full_name()))
    }

    /// `object.name(*args)`.
    #[inline]
    pub fn call_method(&self, object: &Value, name: &Value, args: &[Value]) -> Res {
        self.call_method_kw(object, name, args, &[])
    }

    /// As [`ThreadState::call_method`], with keyword arguments: `args` ends with one value for each of `kwnames`.
    pub fn call_method_kw(&self, object: &Value, name: &Value, args: &[Value], kwnames: &[Value]) -> Res {
        let class = object.class();
        // A method found on the type of an object without instance attributes of that name is called unbound.
        if class.has_flag(crate::types::type_flags::GENERIC_GETATTR)
            && let Some(attribute) = class.lookup(self, name)
            && attribute.class().has_flag(crate::types::type_flags::METHOD_DESCRIPTOR)
            && crate::instance::get_attribute(self, object, name).is_none()
        {
            if attribute.is_exactly(&crate::objects::function::FUNCTION_TYPE) {
                self.check_native_stack("")?;
                return crate::frame::call_function(self, &attribute, Some(object), args, kwnames);
            }
            let mut all = Vec::with_capacity(args.len() + 1);
            all.push(object.clone());
            all.extend_from_slice(args);
            return self.call_kw(&attribute, &all, kwnames);
        }
        let method = self.getattr(object, name)?;
        self.call_kw(&method, args, kwnames)
    }

    pub fn call_method_str(&self, object: &Value, name: &str, args: &[Value]) -> Res {
        self.call_method(object, &self.intern(name), args)
    }

    /// `callable(*args, **kwargs)` with keyword names as Rust strings.
    pub fn call_with(&self, callable: &Value, args: &[Value], kwargs: &[(&str, Value)]) -> Res {
        let mut all = args.to_vec();
        let mut names = Vec::with_capacity(kwargs.len());
        for (name, value) in kwargs {
            names.push(self.intern(name));
            all.push(value.clone());
        }
        self.call_kw(callable, &all, &names)
    }

    /// Whether `callable()` would find a call slot.
    pub fn is_callable(&self, value: &Value) -> bool {
        value.class().slots().call.get().is_some()
    }
}
