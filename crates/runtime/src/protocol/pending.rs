//! Conversions that codecs, complex numbers and memoryviews will answer; plain forms until those types are there.

use crate::error::Res;
use crate::thread::ThreadState;
use crate::value::Value;

impl ThreadState {
    pub fn memoryview_of_static(&self, bytes: &'static [u8]) -> Value {
        self.bytes(bytes)
    }

    /// `cls[item]` of a generic native class.
    pub fn generic_alias(&self, cls: &Value, item: &Value) -> Res {
        let _ = (cls, item);
        Err(self.not_implemented_error("types.GenericAlias"))
    }

    /// A read-only view of a mapping.
    pub fn mapping_proxy(&self, mapping: &Value) -> Res {
        let _ = mapping;
        Err(self.not_implemented_error("types.MappingProxyType"))
    }

    /// What `object.__getstate__` gives: the instance's attributes, or None.
    pub fn instance_state(&self, value: &Value) -> Res {
        Ok(crate::instance::dict(self, value).unwrap_or(Value::NONE))
    }

    /// `types.SimpleNamespace(**values)`.
    pub fn simple_namespace(&self, values: &[(&str, Value)]) -> Res {
        let module = self.new_module("namespace");
        for (name, value) in values {
            self.setattr_str(&module, name, value)?;
        }
        Ok(module)
    }

    /// `OSError` of a failed system call.
    pub fn os_error(&self, error: &std::io::Error, filename: Option<&Value>) -> crate::Raised {
        let number = error.raw_os_error().unwrap_or(0);
        let mut args = vec![Value::int32(number), self.str(&host::error::message(number))];
        args.extend(filename.cloned());
        match self.call(crate::objects::exceptions::OS_ERROR.value_ref(), &args) {
            Ok(exception) => self.raise(exception),
            Err(raised) => raised,
        }
    }
}
