//! `int(x)`: from numbers, text and bytes.

use macros::pymethods;

use super::{INT_TYPE, Int, exact, text, warn_strict_subclass};
use crate::error::Res;
use crate::objects::str::Str;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

impl ThreadState {
    /// `int(value)`: `__int__`, `__index__`, text in base ten.
    pub fn to_int(&self, value: &Value) -> Res {
        if value.is_small_int() || value.is_exactly(&INT_TYPE) {
            return Ok(value.clone());
        }
        let slots = value.class().slots();
        if let Some(convert) = slots.nb_int.get() {
            let result = convert(self, value)?;
            if result.is_small_int() || result.is_exactly(&INT_TYPE) {
                return Ok(result);
            }
            if result.as_int().is_none() {
                let found = result.class().full_name();
                return Err(self.type_error(format_args!("__int__ returned non-int (type {found})")));
            }
            warn_strict_subclass(self, &result, "__int__")?;
            return Ok(exact(self, &result));
        }
        if slots.nb_index.get().is_some() {
            let index = self.index(value)?;
            return Ok(exact(self, &index));
        }
        match from_text(self, value, 10)? {
            Some(number) => Ok(number),
            None => Err(self.type_error(format_args!(
                "int() argument must be a string, a bytes-like object or a real number, not '{}'",
                value.class().full_name()
            ))),
        }
    }
}

/// The number that a string or bytes-like object shows; `None` for other objects.
/// The number that a few plain digits stand for.
fn short_decimal(text: &Str) -> Option<usize> {
    let digits = text.as_ascii()?.as_bytes();
    if digits.is_empty() || digits.len() > 17 {
        return None;
    }
    let mut number = 0;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + usize::from(digit);
    }
    Some(number)
}

fn from_text(th: &ThreadState, value: &Value, base: u32) -> Res<Option<Value>> {
    if let Some(string) = value.as_str() {
        if base == 10
            && let Some(number) = short_decimal(string)
        {
            return Ok(Some(Value::index(number)));
        }
        return text::parse(th, &text::ascii_number(string), base, value).map(Some);
    }
    if let Some(bytes) = value.as_bytes() {
        return text::parse(th, bytes.as_slice(), base, value).map(Some);
    }
    if !th.has_buffer(value) {
        return Ok(None);
    }
    let bytes = th.readable_buffer(value)?.to_vec();
    let shown = th.bytes(&bytes);
    text::parse(th, &bytes, base, &shown).map(Some)
}

#[pymethods(extra = convert)]
impl Int {
    #[pyslot("(x=0, /, base=10)", text = none)]
    fn new(th: &ThreadState, cls: &Type, x: Option<&Value>, base: Option<&Value>) -> Res {
        let number = match (x, base) {
            (None, None) => Value::int32(0),
            (None, Some(_)) => return Err(th.type_error("int() missing string argument")),
            (Some(x), None) => th.to_int(x)?,
            (Some(x), Some(base)) => {
                let base = th.index_clamped(base)?;
                if base != 0 && !(2..=36).contains(&base) {
                    return Err(th.value_error("int() base must be >= 2 and <= 36, or 0"));
                }
                if x.as_str().is_none() && x.as_bytes().is_none() && !super::super::bytearray::is_bytearray(x) {
                    return Err(th.type_error("int() can't convert non-string with explicit base"));
                }
                from_text(th, x, base as u32)?.unwrap_or(Value::int32(0))
            }
        };
        if std::ptr::eq(cls, &INT_TYPE) {
            return Ok(number);
        }
        Ok(th.int_of_class(cls, number.as_int().map(super::IntView::to_big).unwrap_or_default()))
    }
}
