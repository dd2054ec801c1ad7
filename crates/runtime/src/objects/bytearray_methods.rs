//! Methods of `bytearray` that `bytes` does not share: everything that changes it.

use macros::pymethods;

use super::bytearray::{BYTEARRAY_PAYLOAD, ByteArray};
use super::bytes_iterator::{self, Items};
use super::bytes_like::{self, ByteLike, FillByte, bytes_like_methods};
use super::bytes_new;
use crate::buffer::{Buffer, BufferInfo, Flags};
use crate::convert::SliceIndex;
use crate::error::Res;
use crate::objects::exceptions as exc;
use crate::objects::slice::Slice;
use crate::objects::str::methods::TextArg;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type};
use crate::value::Value;

/// The bytes to put into a slice, as a copy.
fn assigned_bytes(th: &ThreadState, value: &Value) -> Res<Vec<u8>> {
    if th.has_buffer(value) {
        return bytes_new::contiguous_copy(th, value);
    }
    let slots = value.class().slots();
    let iterable = slots.iter.get().is_some() || slots.sq_item.get().is_some();
    if value.as_str().is_some() || !iterable {
        return Err(th.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)"));
    }
    bytes_new::items_of_object(th, value, "byte", "bytearray")
}

impl ByteArray {
    fn assign_slice(&self, th: &ThreadState, slice: &Slice, value: Option<&Value>) -> Res<()> {
        let new = value.map(|value| assigned_bytes(th, value)).transpose()?;
        let bounds = th.slice_bounds_of(slice, || self.len())?;
        if bounds.step == 1 {
            let (start, end) = (bounds.start as usize, bounds.start as usize + bounds.count);
            let new = new.unwrap_or_default();
            if new.len() == bounds.count {
                self.with_slice(|bytes| bytes[start..end].copy_from_slice(&new));
                return Ok(());
            }
            th.check_room((self.len() - bounds.count).saturating_add(new.len()))?;
            return self.resize_with(th, |bytes| {
                bytes.splice(start..end, new);
            });
        }
        match new {
            Some(new) if new.len() == bounds.count => {
                bounds.indexes().zip(new).for_each(|(index, byte)| self.put(index, byte));
                Ok(())
            }
            Some(new) if new.is_empty() => self.delete_indexes(th, bounds),
            Some(new) => Err(th.value_error(format_args!(
                "attempt to assign bytes of size {} to extended slice of size {}",
                new.len(),
                bounds.count
            ))),
            None => self.delete_indexes(th, bounds),
        }
    }

    fn delete_indexes(&self, th: &ThreadState, bounds: crate::protocol::items::SliceBounds) -> Res<()> {
        if bounds.count == 0 {
            return Ok(());
        }
        self.resize_with(th, |bytes| {
            let mut gone = vec![false; bytes.len()];
            bounds.indexes().for_each(|index| gone[index] = true);
            let mut gone = gone.into_iter();
            bytes.retain(|_| !gone.next().unwrap_or(false));
        })
    }

    fn extend_copy(&self, th: &ThreadState, new: &[u8]) -> Res<()> {
        th.check_room(self.len().saturating_add(new.len()))?;
        self.resize_with(th, |bytes| bytes.extend_from_slice(new))
    }

    fn reduce(&self, th: &ThreadState, slf: &Value, protocol: i64) -> Res {
        let state = th.instance_state(slf)?;
        let args = if protocol < 3 {
            th.tuple(&[th.str_from_latin1(self.as_slice()), th.str("latin-1")])
        } else {
            th.tuple(&[th.bytes(self.as_slice())])
        };
        Ok(th.tuple(&[slf.class().as_value(), args, state]))
    }
}

/// Whether an argument of `bytearray()` is read item by item.
fn is_stream(th: &ThreadState, source: &Value) -> bool {
    source.as_str().is_none()
        && !th.has_buffer(source)
        && !th.is_index(source)
        && source.class().slots().iter.get().is_some()
}

/// bytearray(iterable_of_ints) -> bytearray
/// bytearray(string, encoding[, errors]) -> bytearray
/// bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer
/// bytearray(int) -> bytes array of size given by the parameter initialized with null bytes
/// bytearray() -> empty bytes array
///
/// Construct a mutable bytearray object from:
///   - an iterable yielding integers in range(256)
///   - a text string encoded using the specified encoding
///   - a bytes or a buffer object
///   - any object implementing the buffer API.
///   - an integer
#[pymethods(class(name = "bytearray", payload = BYTEARRAY_PAYLOAD, flags(basetype, match_self), extra(shared)))]
impl ByteArray {
    #[pyslot(new)]
    fn make_empty(th: &ThreadState, cls: &Type, _: &[Value], _: &[Value]) -> Res {
        Ok(th.new_instance(cls, ByteArray::new(Vec::new())))
    }

    #[pyslot("(source=b'', encoding='utf-8', errors='strict')", text = none)]
    fn init(
        &self,
        th: &ThreadState,
        source: Option<&Value>,
        #[default(TextArg(None))] encoding: TextArg<'_>,
        #[default(TextArg(None))] errors: TextArg<'_>,
    ) -> Res<()> {
        if !self.is_empty() {
            self.resize_with(th, Vec::clear)?;
        }
        if let Some(source) =
            source.filter(|source| encoding.0.is_none() && errors.0.is_none() && is_stream(th, source))
        {
            // What has been read already can be seen by whoever makes the items.
            let read = th.for_each(source, |item| {
                let byte = bytes_new::byte_of(th, &item, "byte")?;
                self.resize_with(th, |bytes| bytes.push(byte))
            });
            let listed = source.as_tuple().is_some() || source.is_instance_of(&crate::objects::list::LIST_TYPE);
            if read.is_err() && listed {
                self.resize_with(th, Vec::clear)?;
            }
            return read;
        }
        let bytes = bytes_new::from_arguments(th, source, &encoding, &errors, true)?;
        if bytes.is_empty() {
            return Ok(());
        }
        self.resize_with(th, |place| *place = bytes)
    }

    #[pyslot]
    fn get_buffer(&self, th: &ThreadState, slf: &Value, flags: Flags) -> Res<BufferInfo> {
        self.export(th, slf, flags)
    }

    #[pyslot]
    fn release_buffer(_: &ThreadState, slf: &Value) {
        if let Some(bytes) = slf.downcast::<ByteArray>() {
            bytes.end_export();
        }
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState, slf: &Value) -> Res {
        th.check_room(self.len().saturating_mul(4))?;
        let shown = bytes_like::repr(self.as_slice(), true);
        // Unlike for bytes, a single quote is escaped even inside double quotes.
        let mut body = Vec::with_capacity(shown.len());
        let double = shown.get(1) == Some(&b'"');
        for &byte in &shown {
            if double && byte == b'\'' {
                body.push(b'\\');
            }
            body.push(byte);
        }
        let body = th.str_from_ascii(&body);
        th.concat_strings(&[th.str(&slf.class().name()), th.str("("), body, th.str(")")])
    }

    #[pyslot]
    fn str(&self, th: &ThreadState, slf: &Value) -> Res {
        bytes_like::warn_bytes(th, "str() on a bytearray instance")?;
        ByteArray::repr(self, th, slf)
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        Ok(bytes_iterator::bytearray_iterator(th, Items::new(slf)))
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        if !th.has_buffer(a) || !th.has_buffer(b) {
            if matches!(op, CompareOp::Eq | CompareOp::Ne) && (a.as_str().is_some() || b.as_str().is_some()) {
                bytes_like::warn_bytes(th, "Comparison between bytearray and string")?;
            }
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let (Some(left), Some(right)) = (
            th.catch(th.readable_buffer(a), &exc::BUFFER_ERROR)?,
            th.catch(th.readable_buffer(b), &exc::BUFFER_ERROR)?,
        ) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        Ok(Value::bool(op.holds(left.as_slice().cmp(right.as_slice()))))
    }

    #[pyslot]
    fn sq_inplace_concat(&self, th: &ThreadState, slf: &Value, other: &Value) -> Res {
        if !th.has_buffer(other) {
            let found = other.class().full_name();
            return Err(th.type_error(format_args!("can't concat {found} to {}", slf.class().full_name())));
        }
        let new = bytes_new::contiguous_copy(th, other)?;
        if !new.is_empty() {
            self.extend_copy(th, &new)?;
        }
        Ok(slf.clone())
    }

    #[pyslot]
    fn sq_inplace_repeat(&self, th: &ThreadState, slf: &Value, count: isize) -> Res {
        if count == 1 {
            return Ok(slf.clone());
        }
        self.check_exports(th)?;
        let repeated = bytes_like::repeated(th, self.as_slice(), count)?;
        self.resize_with(th, |bytes| *bytes = repeated)?;
        Ok(slf.clone())
    }

    #[pyslot]
    fn mp_ass_subscript(&self, th: &ThreadState, key: &Value, value: Option<&Value>) -> Res<()> {
        if let (Some(index), Some(Some(byte))) = (key.as_small_int(), value.map(Value::as_small_int))
            && let (Ok(index), Ok(byte)) = (usize::try_from(index), u8::try_from(byte))
            && index < self.len()
        {
            self.put(index, byte);
            return Ok(());
        }
        if th.is_index(key) {
            let index = th.index_or(key, &exc::INDEX_ERROR)?;
            let byte = value.map(|value| bytes_new::byte_of(th, value, "byte")).transpose()?;
            let length = self.len();
            let index = if index < 0 { index + length as isize } else { index };
            let Some(index) = usize::try_from(index).ok().filter(|&index| index < length) else {
                return Err(th.index_error("bytearray index out of range"));
            };
            return match byte {
                Some(byte) => {
                    self.put(index, byte);
                    Ok(())
                }
                None => self.resize_with(th, |bytes| {
                    bytes.remove(index);
                }),
            };
        }
        match key.downcast_exact::<Slice>() {
            Some(slice) => self.assign_slice(th, slice, value),
            None => {
                let found = key.class().full_name();
                Err(th.type_error(format_args!("bytearray indices must be integers or slices, not {found}")))
            }
        }
    }

    /// Append a single item to the end of the bytearray.
    ///
    ///   item
    ///     The item to be appended.
    #[pymethod("(item, /)")]
    fn append(&self, th: &ThreadState, item: &Value) -> Res<()> {
        let byte = bytes_new::byte_of(th, item, "byte")?;
        self.resize_with(th, |bytes| bytes.push(byte))
    }

    /// Remove all items from the bytearray.
    #[pymethod]
    fn clear(&self, th: &ThreadState) -> Res<()> {
        self.resize_with(th, |bytes| *bytes = Vec::new())
    }

    /// Return a copy of B.
    #[pymethod]
    fn copy(&self, th: &ThreadState) -> Res {
        Ok(th.bytearray(self.as_slice().to_vec()))
    }

    /// Append all the items from the iterator or sequence to the end of the bytearray.
    ///
    ///   iterable_of_ints
    ///     The iterable of items to append.
    #[pymethod("(iterable_of_ints, /)")]
    fn extend(&self, th: &ThreadState, iterable_of_ints: &Value) -> Res<()> {
        let class = iterable_of_ints.class();
        if iterable_of_ints.as_str().is_some() {
            let found = class.full_name();
            return Err(th.type_error(format_args!("expected iterable of integers; got: '{found}'")));
        }
        let slots = class.slots();
        if !th.has_buffer(iterable_of_ints) && slots.iter.get().is_none() && slots.sq_item.get().is_none() {
            return Err(th.type_error(format_args!("can't extend bytearray with {}", class.full_name())));
        }
        if !th.has_buffer(iterable_of_ints) {
            // The hint is not needed; one that raises is an error all the same.
            th.length_hint(iterable_of_ints, 32)?;
        }
        let end = self.len();
        let new = bytes_new::items_of_object(th, iterable_of_ints, "byte", "bytearray")?;
        if self.len() > end {
            // Python code has appended meanwhile: the items belong to the end as it was.
            th.check_room(self.len().saturating_add(new.len()))?;
            return self.resize_with(th, |bytes| drop(bytes.splice(end..end, new)));
        }
        self.extend_copy(th, &new)
    }

    /// Insert a single item into the bytearray before the given index.
    ///
    ///   index
    ///     The index where the value is to be inserted.
    ///   item
    ///     The item to be inserted.
    #[pymethod("(index, item, /)")]
    fn insert(&self, th: &ThreadState, index: isize, item: &Value) -> Res<()> {
        let byte = bytes_new::byte_of(th, item, "byte")?;
        let at = SliceIndex(index).within(self.len());
        self.resize_with(th, |bytes| bytes.insert(at, byte))
    }

    /// Remove and return a single item from B.
    ///
    ///   index
    ///     The index from where to remove the item.
    ///     -1 (the default value) means remove the last item.
    ///
    /// If no index argument is given, will pop the last item.
    #[pymethod("(index=-1, /)")]
    fn pop(&self, th: &ThreadState, index: isize) -> Res<u8> {
        let length = self.len();
        if length == 0 {
            return Err(th.index_error("pop from empty bytearray"));
        }
        let index = if index < 0 { index.saturating_add(length as isize) } else { index };
        match usize::try_from(index).ok().filter(|&index| index < length) {
            Some(index) => self.resize_with(th, |bytes| bytes.remove(index)),
            None => Err(th.index_error("pop index out of range")),
        }
    }

    /// Remove the first occurrence of a value in the bytearray.
    ///
    ///   value
    ///     The value to remove.
    #[pymethod("(value, /)")]
    fn remove(&self, th: &ThreadState, value: &Value) -> Res<()> {
        let byte = bytes_new::byte_of(th, value, "byte")?;
        match memchr::memchr(byte, self.as_slice()) {
            Some(index) => self.resize_with(th, |bytes| {
                bytes.remove(index);
            }),
            None => Err(th.value_error("value not found in bytearray")),
        }
    }

    /// Resize the internal buffer of bytearray to len.
    ///
    ///   size
    ///     New size to resize to.
    #[pymethod("(size, /)")]
    fn resize(&self, th: &ThreadState, size: isize) -> Res<()> {
        let Ok(size) = usize::try_from(size) else {
            return Err(th.value_error(format_args!("Can only resize to positive sizes, got {size}")));
        };
        if size == self.len() {
            return Ok(());
        }
        th.check_room(size)?;
        self.resize_with(th, |bytes| bytes.resize(size, 0))
    }

    /// Reverse the order of the values in B in place.
    #[pymethod]
    fn reverse(&self) {
        self.with_slice(<[u8]>::reverse);
    }

    /// B.__alloc__() -> int
    ///
    /// Return the number of bytes actually allocated.
    #[pymethod]
    fn __alloc__(&self) -> usize {
        if self.capacity() == 0 { 0 } else { self.capacity() + 1 }
    }

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(&self, th: &ThreadState, slf: &Value) -> Res {
        self.reduce(th, slf, 2)
    }

    /// Return state information for pickling.
    #[pymethod("(proto=0, /)")]
    fn __reduce_ex__(&self, th: &ThreadState, slf: &Value, proto: i32) -> Res {
        self.reduce(th, slf, i64::from(proto))
    }

    /// Returns the size of the bytearray object in memory, in bytes.
    #[pymethod]
    fn __sizeof__(&self) -> usize {
        56 + if self.capacity() == 0 { 0 } else { self.capacity() + 1 }
    }
}

bytes_like_methods!(ByteArray);
