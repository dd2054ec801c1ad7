//! Methods of `bytes` that `bytearray` does not share.

use macros::pymethods;

use super::bytes::{BYTES_PAYLOAD, BYTES_TYPE, Bytes};
use super::bytes_iterator::{self, Items};
use super::bytes_like::{self, ByteLike, FillByte, bytes_like_methods};
use super::bytes_new;
use crate::buffer::{Buffer, BufferInfo, Flags};
use crate::convert::SliceIndex;
use crate::error::Res;
use crate::objects::str::methods::TextArg;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type};
use crate::value::Value;

/// bytes(iterable_of_ints) -> bytes
/// bytes(string, encoding[, errors]) -> bytes
/// bytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer
/// bytes(int) -> bytes object of size given by the parameter initialized with null bytes
/// bytes() -> empty bytes object
///
/// Construct an immutable array of bytes from:
///   - an iterable yielding integers in range(256)
///   - a text string encoded using the specified encoding
///   - any object implementing the buffer API.
///   - an integer
#[pymethods(class(name = "bytes", payload = BYTES_PAYLOAD, flags(basetype, bytes_subclass, match_self), extra(shared)))]
impl Bytes {
    #[pyslot("(source=b'', encoding='utf-8', errors='strict')", text = none)]
    fn new(
        th: &ThreadState,
        cls: &Type,
        source: Option<&Value>,
        #[default(TextArg(None))] encoding: TextArg<'_>,
        #[default(TextArg(None))] errors: TextArg<'_>,
    ) -> Res {
        if let Some(source) = source
            && source.is_exactly(&BYTES_TYPE)
            && std::ptr::eq(cls, &BYTES_TYPE)
            && encoding.0.is_none()
            && errors.0.is_none()
        {
            return Ok(source.clone());
        }
        if let Some(source) = source
            && std::ptr::eq(cls, &BYTES_TYPE)
            && encoding.0.is_none()
            && errors.0.is_none()
            && let Some(made) = th.call_special(source, &th.names().__bytes__, &[])?
        {
            // The object itself, which may be of a derived class.
            return match made.as_bytes() {
                Some(_) => Ok(made),
                None => Err(bytes_new::not_bytes(th, &made)),
            };
        }
        let bytes = bytes_new::from_arguments(th, source, &encoding, &errors, false)?;
        Ok(th.bytes_of_class(cls, &bytes))
    }

    #[pyslot]
    fn get_buffer(th: &ThreadState, slf: &Value, flags: Flags) -> Res<BufferInfo> {
        let bytes = slf.as_bytes().map(Bytes::as_slice).unwrap_or_default();
        BufferInfo::of_bytes(th, slf, bytes.as_ptr().cast_mut(), bytes.len(), true, flags)
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        th.check_room(self.len().saturating_mul(4))?;
        Ok(th.str_from_ascii(&bytes_like::repr(self.as_slice(), true)))
    }

    #[pyslot]
    fn str(&self, th: &ThreadState) -> Res {
        bytes_like::warn_bytes(th, "str() on a bytes instance")?;
        Bytes::repr(self, th)
    }

    #[pyslot(hash)]
    fn hash_slot(&self, _: &ThreadState) -> Res<i64> {
        Ok(self.hash())
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        Ok(bytes_iterator::bytes_iterator(th, Items::new(slf)))
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        let (Some(left), Some(right)) = (a.as_bytes(), b.as_bytes()) else {
            if matches!(op, CompareOp::Eq | CompareOp::Ne) {
                if a.as_str().is_some() || b.as_str().is_some() {
                    bytes_like::warn_bytes(th, "Comparison between bytes and string")?;
                } else if a.as_int().is_some() || b.as_int().is_some() {
                    bytes_like::warn_bytes(th, "Comparison between bytes and int")?;
                }
            }
            return Ok(Value::NOT_IMPLEMENTED);
        };
        Ok(Value::bool(match op {
            CompareOp::Eq => left.as_slice() == right.as_slice(),
            CompareOp::Ne => left.as_slice() != right.as_slice(),
            op => op.holds(left.as_slice().cmp(right.as_slice())),
        }))
    }

    #[pymethod]
    fn __getnewargs__(&self, th: &ThreadState) -> Res {
        Ok(th.tuple(&[th.bytes(self.as_slice())]))
    }

    /// Convert this value to exact type bytes.
    #[pymethod]
    fn __bytes__(&self, th: &ThreadState, slf: &Value) -> Res {
        Ok(if slf.is_exactly(&BYTES_TYPE) { slf.clone() } else { th.bytes(self.as_slice()) })
    }

    /// Return the size of the object in memory, in bytes.
    #[pymethod]
    fn __sizeof__(&self) -> usize {
        33 + self.len()
    }
}

bytes_like_methods!(Bytes);
