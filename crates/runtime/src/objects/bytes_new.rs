//! Bytes from any object that `bytes()` takes.

use crate::error::{Raised, Res};
use crate::objects::exceptions as exc;
use crate::objects::str::methods::TextArg;
use crate::thread::ThreadState;
use crate::value::Value;

/// One item of bytes: "bytes must be in range(0, 256)".
pub fn byte_of(th: &ThreadState, value: &Value, what: &str) -> Res<u8> {
    if let Some(Ok(byte)) = value.as_small_int().map(u8::try_from) {
        return Ok(byte);
    }
    let number = th.index(value)?.as_int().and_then(|number| number.to_i64());
    number
        .and_then(|number| u8::try_from(number).ok())
        .ok_or_else(|| th.value_error(format_args!("{what} must be in range(0, 256)")))
}

/// The bytes of a bytes-like object or an iterable of ints: `bytes(object)` for what is neither `str` nor a number.
pub fn bytes_of_object(th: &ThreadState, object: &Value) -> Res<Vec<u8>> {
    if let Some(bytes) = object.as_bytes().filter(|_| object.is_exactly(&super::bytes::BYTES_TYPE)) {
        return Ok(bytes.as_slice().to_vec());
    }
    if let Some(result) = th.call_special(object, &th.names().__bytes__, &[])? {
        return match result.as_bytes() {
            Some(bytes) => Ok(bytes.as_slice().to_vec()),
            None => Err(not_bytes(th, &result)),
        };
    }
    items_of_object(th, object, "bytes", "bytes")
}

#[cold]
pub fn not_bytes(th: &ThreadState, result: &Value) -> Raised {
    th.type_error(format_args!("__bytes__ returned non-bytes (type {})", result.class().full_name()))
}

/// As [`bytes_of_object`], without asking `__bytes__`.
pub fn items_of_object(th: &ThreadState, object: &Value, item: &str, target: &str) -> Res<Vec<u8>> {
    if th.has_buffer(object) {
        return contiguous_copy(th, object);
    }
    let class = object.class();
    let iterable = class.slots().iter.get().is_some() || class.slots().sq_item.get().is_some();
    if object.as_str().is_some() || !iterable {
        return Err(th.type_error(format_args!("cannot convert '{}' object to {target}", class.full_name())));
    }
    let mut bytes = Vec::new();
    th.for_each(object, |value| {
        bytes.push(byte_of(th, &value, item)?);
        Ok(())
    })?;
    Ok(bytes)
}

/// All items of a buffer in C order.
pub fn contiguous_copy(th: &ThreadState, object: &Value) -> Res<Vec<u8>> {
    Ok(th.buffer(object, crate::buffer::Flags::FULL_RO)?.to_contiguous())
}

/// A count of bytes: `bytes(5)`.
pub fn count_of(th: &ThreadState, object: &Value) -> Res<Option<usize>> {
    if !th.is_index(object) {
        return Ok(None);
    }
    let count = th.index_or(object, &exc::OVERFLOW_ERROR)?;
    match usize::try_from(count) {
        Ok(count) => {
            th.check_room(count)?;
            Ok(Some(count))
        }
        Err(_) => Err(th.value_error("negative count")),
    }
}

/// The bytes that `bytes(source, encoding, errors)` and `bytearray(...)` make.
pub fn from_arguments(
    th: &ThreadState,
    source: Option<&Value>,
    encoding: &TextArg<'_>,
    errors: &TextArg<'_>,
    mutable: bool,
) -> Res<Vec<u8>> {
    if encoding.0.is_some() || errors.0.is_some() {
        let Some(text) = source.filter(|source| source.as_str().is_some()) else {
            let what = if encoding.0.is_some() { "encoding" } else { "errors" };
            return Err(th.type_error(format_args!("{what} without a string argument")));
        };
        if encoding.0.is_none() {
            return Err(th.type_error("string argument without an encoding"));
        }
        let (encoding, errors) = (encoding.to_text(), errors.to_text());
        let encoded =
            th.encode_object(text, encoding.as_deref().unwrap_or("utf-8"), errors.as_deref().unwrap_or("strict"))?;
        return Ok(encoded.as_bytes().map(|bytes| bytes.as_slice().to_vec()).unwrap_or_default());
    }
    let Some(source) = source else { return Ok(Vec::new()) };
    let (item, target) = if mutable { ("byte", "bytearray") } else { ("bytes", "bytes") };
    if source.as_str().is_some() {
        // A class derived from `str` may have `__bytes__`.
        if mutable || source.class().lookup(th, &th.names().__bytes__).is_none() {
            return Err(th.type_error("string argument without an encoding"));
        }
    }
    if !mutable && source.class().lookup(th, &th.names().__bytes__).is_some() {
        return bytes_of_object(th, source);
    }
    let countable = !th.has_buffer(source) && th.is_index(source);
    if countable && let Some(count) = th.catch(count_of(th, source), &exc::TYPE_ERROR)?.flatten() {
        return Ok(vec![0; count]);
    }
    items_of_object(th, source, item, target)
}
