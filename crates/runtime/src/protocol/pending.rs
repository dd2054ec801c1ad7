//! Conversions that codecs, complex numbers and memoryviews will answer; plain forms until those types are there.

use crate::error::Res;
use crate::thread::ThreadState;
use crate::value::Value;

impl ThreadState {
    /// `ascii(value)`.
    pub fn ascii(&self, value: &Value) -> Res {
        self.repr(value)
    }

    /// Bytes as text.
    pub fn decode(&self, bytes: &[u8], _encoding: &str, _errors: &str) -> Res {
        Ok(self.str(&String::from_utf8_lossy(bytes)))
    }

    /// WTF-8 as text, surrogates kept.
    pub fn str_from_wtf8(&self, bytes: &[u8]) -> Res {
        Ok(self.str_from_ucs4(&syntax::text::CodePoints::new(bytes).collect::<Vec<_>>()))
    }

    pub fn complex(&self, real: f64, imaginary: f64) -> Value {
        self.tuple(&[self.float(real), self.float(imaginary)])
    }

    pub fn as_complex(&self, _value: &Value) -> Option<(f64, f64)> {
        None
    }

    pub fn memoryview_of_static(&self, bytes: &'static [u8]) -> Value {
        self.bytes(bytes)
    }

    /// The strings one after the other.
    pub fn concat_strings(&self, parts: &[Value]) -> Res {
        let mut points = Vec::new();
        for part in parts {
            if let Some(text) = part.as_str() {
                points.extend(text.code_points());
            }
        }
        Ok(self.str_from_ucs4(&points))
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
