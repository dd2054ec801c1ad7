//! Conversions that codecs, complex numbers and memoryviews will answer; plain forms until those types are there.

use crate::error::Res;
use crate::thread::ThreadState;
use crate::value::Value;

impl ThreadState {
    /// `cls[item]` of a generic native class.
    pub fn generic_alias(&self, cls: &Value, item: &Value) -> Res {
        Ok(crate::objects::generic_alias::new(self, cls, item)?)
    }

    /// A read-only view of a mapping.
    pub fn mapping_proxy(&self, mapping: &Value) -> Res {
        Ok(crate::objects::mappingproxy::new(self, mapping.clone()))
    }

    /// What `__getstate__` gives: the instance's attributes and slots, or None.
    pub fn instance_state(&self, value: &Value) -> Res {
        crate::objects::object::state_of(self, value, false)
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

    /// `OSError(message)`.
    pub fn os_error_message(&self, message: impl std::fmt::Display) -> crate::Raised {
        self.error(&crate::objects::exceptions::OS_ERROR, message)
    }
}
