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
}
