//! `array`: sequences of machine values.
//!
//! The bytes stand in a vector that keeps its place and length while a buffer is exported. Converting a value may run Python
//! code, so values are converted before the bytes are looked at again.

mod items;

use std::cell::{Cell, RefCell};

use macros::{pyclass, pymethods, pymodule};
use runtime::args::split;
use runtime::buffer::{BufferInfo, Dimensions, Flags};
use runtime::convert::SliceIndex;
use runtime::gc::ValueCell;
use runtime::objects::exceptions as exc;
use runtime::objects::list::List;
use runtime::objects::slice::Slice;
use runtime::protocol::items::SliceBounds;
use runtime::protocol::iteration::iter_self;
use runtime::types::ready::ready;
use runtime::{CompareOp, Payload, Raised, Res, ThreadState, Type, Value};

use items::{CODES, Code, Item};

/// array(typecode [, initializer]) -> array
///
/// Return a new array whose items are restricted by typecode, and
/// initialized from the optional initializer value, which must be a list,
/// string or iterable over elements of the appropriate type.
///
/// Arrays represent basic values and behave very much like lists, except
/// the type of objects stored in them is constrained. The type is specified
/// at object creation time by using a type code, which is a single character.
/// The following type codes are defined:
///
///     Type code   C Type             Minimum size in bytes
///     'b'         signed integer     1
///     'B'         unsigned integer   1
///     'u'         Unicode character  2 (see note)
///     'w'         Py_UCS4            4
///     'h'         signed integer     2
///     'H'         unsigned integer   2
///     'i'         signed integer     2
///     'I'         unsigned integer   2
///     'l'         signed integer     4
///     'L'         unsigned integer   4
///     'q'         signed integer     8 (see note)
///     'Q'         unsigned integer   8 (see note)
///     'f'         floating-point     4
///     'd'         floating-point     8
#[pyclass(name = "array", module = "array", flags(basetype, weakrefs, sequence), text = none)]
pub struct Array {
    #[notrace]
    code: Code,
    bytes: RefCell<Vec<u8>>,
    exports: Cell<usize>,
}

impl Array {
    fn make(th: &ThreadState, code: Code, bytes: Vec<u8>) -> Value {
        th.new_object(Array { code, bytes: RefCell::new(bytes), exports: Cell::new(0) })
    }

    fn len(&self) -> usize {
        self.bytes.borrow().len() / self.code.size()
    }

    fn get(&self, th: &ThreadState, index: usize) -> Option<Value> {
        let (bytes, size) = (self.bytes.borrow(), self.code.size());
        bytes.get(index * size..(index + 1) * size).map(|bytes| self.code.decode(th, bytes))
    }

    /// Overwrites an item; `false` if the index is out of range.
    fn put(&self, index: usize, item: Item) -> bool {
        let size = self.code.size();
        match self.bytes.borrow_mut().get_mut(index * size..(index + 1) * size) {
            Some(place) => {
                place.copy_from_slice(&item[..size]);
                true
            }
            None => false,
        }
    }

    fn check_exports(&self, th: &ThreadState) -> Res<()> {
        if self.exports.get() > 0 {
            return Err(th.buffer_error("cannot resize an array that is exporting buffers"));
        }
        Ok(())
    }

    /// Changes the bytes and perhaps their number.
    fn resize<R>(&self, th: &ThreadState, change: impl FnOnce(&mut Vec<u8>) -> R) -> Res<R> {
        self.check_exports(th)?;
        Ok(change(&mut self.bytes.borrow_mut()))
    }

    fn append_bytes(&self, th: &ThreadState, bytes: &[u8]) -> Res<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let had_room = self.resize(th, |own| {
            let had_room = own.try_reserve(bytes.len()).is_ok();
            if had_room {
                own.extend_from_slice(bytes);
            }
            had_room
        })?;
        if had_room { Ok(()) } else { Err(th.memory_error()) }
    }

    fn append_value(&self, th: &ThreadState, value: &Value) -> Res<()> {
        let item = self.code.encode(th, value)?;
        self.append_bytes(th, &item[..self.code.size()])
    }

    fn append_items(&self, th: &ThreadState, iterable: &Value) -> Res<()> {
        // A new array takes no more room than it needs.
        let count = iterable.downcast::<List>().map(List::len).or_else(|| Some(iterable.as_tuple()?.len()));
        if let Some(count) = count
            && let Ok(mut own) = self.bytes.try_borrow_mut()
            && own.is_empty()
        {
            let had_room = own.try_reserve_exact(count.saturating_mul(self.code.size()));
            drop(own);
            had_room.map_err(|_| th.memory_error())?;
        }
        th.for_each(iterable, |value| self.append_value(th, &value))
    }

    /// Appends the bytes of machine values.
    fn append_machine_values(&self, th: &ThreadState, bytes: &[u8]) -> Res<()> {
        if !bytes.len().is_multiple_of(self.code.size()) {
            return Err(th.value_error("bytes length not a multiple of item size"));
        }
        self.append_bytes(th, bytes)
    }

    fn append_text(&self, th: &ThreadState, text: &Value) -> Res<()> {
        let points = text.as_str().map(|text| text.code_points().flat_map(u32::to_ne_bytes).collect::<Vec<u8>>());
        self.append_bytes(th, &points.unwrap_or_default())
    }

    fn extend(&self, th: &ThreadState, source: &Value) -> Res<()> {
        match source.downcast::<Array>() {
            Some(other) if other.code == self.code => {
                let bytes = other.bytes.borrow().clone();
                self.append_bytes(th, &bytes)
            }
            Some(_) => Err(th.type_error("can only extend with array of same kind")),
            None => self.append_items(th, source),
        }
    }

    fn values(&self, th: &ThreadState) -> Vec<Value> {
        let bytes = self.bytes.borrow();
        bytes.chunks_exact(self.code.size()).map(|bytes| self.code.decode(th, bytes)).collect()
    }

    fn position(&self, th: &ThreadState, wanted: &Value, start: usize, stop: usize) -> Res<Option<usize>> {
        let mut index = start;
        while index < stop {
            let Some(item) = self.get(th, index) else { break };
            if th.is_equal(&item, wanted)? {
                return Ok(Some(index));
            }
            index += 1;
        }
        Ok(None)
    }

    fn text(&self, th: &ThreadState) -> Res {
        let mut out = runtime::objects::str::builder::StrBuilder::new();
        for bytes in self.bytes.borrow().chunks_exact(4) {
            let point = u32::from_ne_bytes(bytes.try_into().unwrap_or_default());
            if point > 0x10_FFFF {
                let message = format!("character U+{point:x} is not in range [U+0000; U+10ffff]");
                return Err(th.value_error(message));
            }
            out.push(point);
        }
        Ok(out.finish(th))
    }

    fn repeated(&self, th: &ThreadState, count: isize) -> Res<Vec<u8>> {
        let bytes = self.bytes.borrow();
        let count = usize::try_from(count).unwrap_or(0);
        let mut out = Vec::new();
        match bytes.len().checked_mul(count) {
            Some(total) if out.try_reserve_exact(total).is_ok() => {}
            _ => return Err(th.memory_error()),
        }
        for _ in 0..if bytes.is_empty() { 0 } else { count } {
            out.extend_from_slice(&bytes);
        }
        Ok(out)
    }

    fn index_in(&self, th: &ThreadState, key: &Value) -> Res<usize> {
        if !th.is_index(key) {
            return Err(th.type_error("array indices must be integers"));
        }
        let index = th.index_or(key, &exc::INDEX_ERROR)?;
        let index = if index < 0 { index + self.len() as isize } else { index };
        Ok(usize::try_from(index).unwrap_or(usize::MAX / 16))
    }

    fn assign_slice(&self, th: &ThreadState, bounds: SliceBounds, new: &[u8]) -> Res<()> {
        let (size, count) = (self.code.size(), new.len() / self.code.size());
        let start = bounds.start.max(0) as usize;
        if bounds.step == 1 {
            let old = start * size..(start + bounds.count) * size;
            if old.len() != new.len() {
                self.check_exports(th)?;
            }
            self.bytes.borrow_mut().splice(old, new.iter().copied()).for_each(drop);
            return Ok(());
        }
        if count == 0 {
            return self.delete_slice(th, bounds);
        }
        if count != bounds.count {
            return Err(th.value_error(format_args!(
                "attempt to assign array of size {count} to extended slice of size {}",
                bounds.count
            )));
        }
        let mut bytes = self.bytes.borrow_mut();
        for (index, item) in bounds.indexes().zip(new.chunks_exact(size)) {
            bytes[index * size..(index + 1) * size].copy_from_slice(item);
        }
        Ok(())
    }

    fn delete_slice(&self, th: &ThreadState, bounds: SliceBounds) -> Res<()> {
        if bounds.count == 0 {
            return Ok(());
        }
        let size = self.code.size();
        let mut gone: Vec<usize> = bounds.indexes().collect();
        gone.sort_unstable();
        self.resize(th, |bytes| {
            let mut gone = gone.into_iter().peekable();
            let mut kept = Vec::with_capacity(bytes.len());
            for (index, item) in bytes.chunks_exact(size).enumerate() {
                if gone.next_if_eq(&index).is_none() {
                    kept.extend_from_slice(item);
                }
            }
            *bytes = kept;
        })
    }
}

/// Fills a new array from the constructor's second argument.
fn fill(th: &ThreadState, array: &Array, initial: &Value) -> Res<()> {
    let code = array.code;
    if initial.as_str().is_some() {
        if !code.is_text() {
            let letter = code.letter();
            return Err(th.type_error(format_args!("cannot use a str to initialize an array with typecode '{letter}'")));
        }
        return array.append_text(th, initial);
    }
    if let Some(other) = initial.downcast::<Array>() {
        if other.code.is_text() && !code.is_text() {
            let letter = code.letter();
            return Err(th.type_error(format_args!(
                "cannot use a unicode array to initialize an array with typecode '{letter}'"
            )));
        }
        if other.code == code || other.code.is_text() {
            let bytes = other.bytes.borrow().clone();
            return array.append_bytes(th, &bytes);
        }
        let values = other.values(th);
        return values.iter().try_for_each(|value| array.append_value(th, value));
    }
    if initial.as_bytes().is_some() || runtime::objects::bytearray::is_bytearray(initial) {
        let bytes = th.readable_buffer(initial)?.to_vec();
        return array.append_machine_values(th, &bytes);
    }
    array.append_items(th, initial)
}

fn bad_argument(th: &ThreadState) -> Raised {
    th.type_error("bad argument type for built-in operation")
}

#[pymethods]
impl Array {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let plain = match (cls.slots().init.get(), ARRAY_TYPE.slots().init.get()) {
            (Some(own), Some(ours)) => std::ptr::fn_addr_eq(own, ours),
            (own, _) => own.is_none(),
        };
        if plain && !kwnames.is_empty() {
            return Err(th.type_error("array.array() takes no keyword arguments"));
        }
        let given = split(args, kwnames).0;
        let (letter, initial) = match given {
            [] => return Err(th.type_error("array() takes at least 1 argument (0 given)")),
            [letter] => (letter, None),
            [letter, initial] => (letter, Some(initial)),
            _ => {
                return Err(th.type_error(format_args!("array() takes at most 2 arguments ({} given)", given.len())));
            }
        };
        let wrong =
            |found: String| th.type_error(format_args!("array() argument 1 must be a unicode character, not {found}"));
        let point = match letter.as_str() {
            Some(text) if text.len() == 1 => text.char_at(0),
            Some(text) => return Err(wrong(format!("a string of length {}", text.len()))),
            None => return Err(wrong(letter.class().full_name())),
        };
        let Some(code) = Code::from_letter(point) else {
            return Err(th.value_error("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)"));
        };
        if code == Code::OldChar {
            let message = "The 'u' type code is deprecated and will be removed in Python 3.16";
            runtime::warnings::warn(th, &exc::DEPRECATION_WARNING, message)?;
        }
        let new = th.new_instance(cls, Array { code, bytes: RefCell::default(), exports: Cell::new(0) });
        if let Some(initial) = initial {
            fill(th, Array::of(&new), initial)?;
        }
        Ok(new)
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let this = Array::of(slf);
        let start = th.str(&format!("{}('{}'", slf.class().name(), this.code.letter()));
        if this.len() == 0 {
            return th.concat_strings(&[start, th.str(")")]);
        }
        let content = if this.code.is_text() { this.text(th)? } else { th.list(this.values(th)) };
        th.concat_strings(&[start, th.str(", "), th.repr(&content)?, th.str(")")])
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        let (Some(x), Some(y)) = (a.downcast::<Array>(), b.downcast::<Array>()) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let is_equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        if is_equality && x.len() != y.len() {
            return Ok(Value::bool(op == CompareOp::Ne));
        }
        let mut index = 0;
        while let (Some(left), Some(right)) = (x.get(th, index), y.get(th, index)) {
            // Values made here are no two names of one object, so a NaN differs from itself.
            if !th.compare_bool(&left, &right, CompareOp::Eq)? {
                return if is_equality { Ok(Value::bool(op == CompareOp::Ne)) } else { th.compare(&left, &right, op) };
            }
            index += 1;
        }
        Ok(Value::bool(op.holds(x.len().cmp(&y.len()))))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        Ok(th.new_object(ArrayIterator { array: ValueCell::new(slf.clone()), index: Cell::new(0) }))
    }

    #[pyslot]
    fn get_buffer(&self, th: &ThreadState, slf: &Value, flags: Flags) -> Res<BufferInfo> {
        let (start, length) = {
            let mut bytes = self.bytes.borrow_mut();
            (bytes.as_mut_ptr(), bytes.len())
        };
        let mut info = BufferInfo::of_bytes(th, slf, start, length, false, flags)?;
        let size = self.code.size();
        info.itemsize = size;
        info.format = self.code.format().into();
        info.shape = Dimensions::one((length / size) as isize);
        info.strides = Dimensions::one(size as isize);
        self.exports.set(self.exports.get() + 1);
        Ok(info)
    }

    #[pyslot]
    fn release_buffer(_: &ThreadState, slf: &Value) {
        if let Some(array) = slf.downcast::<Array>() {
            array.exports.set(array.exports.get().saturating_sub(1));
        }
    }

    #[pyslot(sq_length, mp_length)]
    fn length(&self) -> Res<usize> {
        Ok(self.len())
    }

    #[pyslot]
    fn sq_item(&self, th: &ThreadState, index: isize) -> Res {
        let item = usize::try_from(index).ok().filter(|&i| i < usize::MAX / 16).and_then(|index| self.get(th, index));
        item.ok_or_else(|| th.index_error("array index out of range"))
    }

    #[pyslot]
    fn mp_subscript(&self, th: &ThreadState, key: &Value) -> Res {
        if let Some(slice) = key.downcast::<Slice>() {
            let bounds = th.slice_bounds_of(slice, || self.len())?;
            let (bytes, size) = (self.bytes.borrow(), self.code.size());
            let mut out = Vec::with_capacity(bounds.count * size);
            if bounds.step == 1 {
                let start = bounds.start.max(0) as usize * size;
                out.extend_from_slice(bytes.get(start..start + bounds.count * size).unwrap_or_default());
            } else {
                for index in bounds.indexes() {
                    out.extend_from_slice(bytes.get(index * size..(index + 1) * size).unwrap_or_default());
                }
            }
            return Ok(Array::make(th, self.code, out));
        }
        let index = self.index_in(th, key)?;
        self.get(th, index).ok_or_else(|| th.index_error("array index out of range"))
    }

    #[pyslot]
    fn mp_ass_subscript(&self, th: &ThreadState, key: &Value, value: Option<&Value>) -> Res<()> {
        if let Some(slice) = key.downcast::<Slice>() {
            let Some(value) = value else {
                let bounds = th.slice_bounds_of(slice, || self.len())?;
                return self.delete_slice(th, bounds);
            };
            let Some(other) = value.downcast::<Array>() else {
                let class = value.class().full_name();
                return Err(th.type_error(format_args!("can only assign array (not \"{class}\") to array slice")));
            };
            if other.code != self.code {
                return Err(bad_argument(th));
            }
            let new = other.bytes.borrow().clone();
            let bounds = th.slice_bounds_of(slice, || self.len())?;
            return self.assign_slice(th, bounds, &new);
        }
        let index = self.index_in(th, key)?;
        let out_of_range = || th.index_error("array assignment index out of range");
        if index >= self.len() {
            return Err(out_of_range());
        }
        match value {
            Some(value) => {
                let item = self.code.encode(th, value)?;
                if self.put(index, item) { Ok(()) } else { Err(out_of_range()) }
            }
            None => {
                let size = self.code.size();
                self.resize(th, |bytes| drop(bytes.drain(index * size..(index + 1) * size)))
            }
        }
    }

    #[pyslot]
    fn sq_contains(&self, th: &ThreadState, item: &Value) -> Res<bool> {
        Ok(self.position(th, item, 0, usize::MAX)?.is_some())
    }

    #[pyslot]
    fn sq_concat(&self, th: &ThreadState, other: &Value) -> Res {
        let Some(array) = other.downcast::<Array>() else {
            let class = other.class().full_name();
            return Err(th.type_error(format_args!("can only append array (not \"{class}\") to array")));
        };
        if array.code != self.code {
            return Err(bad_argument(th));
        }
        let bytes = [&self.bytes.borrow()[..], &array.bytes.borrow()[..]].concat();
        Ok(Array::make(th, self.code, bytes))
    }

    #[pyslot]
    fn sq_repeat(&self, th: &ThreadState, count: isize) -> Res {
        Ok(Array::make(th, self.code, self.repeated(th, count)?))
    }

    #[pyslot]
    fn sq_inplace_concat(th: &ThreadState, slf: &Value, other: &Value) -> Res {
        if other.downcast::<Array>().is_none() {
            let class = other.class().full_name();
            return Err(th.type_error(format_args!("can only extend with array (not \"{class}\")")));
        }
        Array::extend(Array::of(slf), th, other)?;
        Ok(slf.clone())
    }

    #[pyslot]
    fn sq_inplace_repeat(th: &ThreadState, slf: &Value, count: isize) -> Res {
        let this = Array::of(slf);
        if count != 1 && this.len() > 0 {
            this.check_exports(th)?;
            let repeated = this.repeated(th, count)?;
            *this.bytes.borrow_mut() = repeated;
        }
        Ok(slf.clone())
    }

    /// Append new value v to the end of the array.
    #[pymethod("(v, /)")]
    fn append(&self, th: &ThreadState, v: &Value) -> Res<()> {
        self.append_value(th, v)
    }

    /// Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.
    ///
    /// The length should be multiplied by the itemsize attribute to
    /// calculate the buffer length in bytes.
    #[pymethod("()")]
    fn buffer_info(&self) -> (usize, usize) {
        (self.bytes.borrow().as_ptr() as usize, self.len())
    }

    /// Byteswap all items of the array.
    ///
    /// If the items in the array are not 1, 2, 4, or 8 bytes in size,
    /// RuntimeError is raised.
    #[pymethod("()")]
    fn byteswap(&self) {
        self.bytes.borrow_mut().chunks_exact_mut(self.code.size()).for_each(<[u8]>::reverse);
    }

    /// Remove all items from the array.
    #[pymethod("()")]
    fn clear(&self, th: &ThreadState) -> Res<()> {
        self.resize(th, Vec::clear)
    }

    /// Return a copy of the array.
    #[pymethod("()")]
    fn __copy__(&self, th: &ThreadState) -> Value {
        let bytes = self.bytes.borrow().clone();
        Array::make(th, self.code, bytes)
    }

    /// Return a copy of the array.
    #[pymethod("(unused, /)")]
    fn __deepcopy__(&self, th: &ThreadState, unused: &Value) -> Value {
        let _ = unused;
        self.__copy__(th)
    }

    /// Return number of occurrences of v in the array.
    #[pymethod("(v, /)")]
    fn count(&self, th: &ThreadState, v: &Value) -> Res<usize> {
        let (mut count, mut from) = (0, 0);
        while let Some(found) = self.position(th, v, from, usize::MAX)? {
            count += 1;
            from = found + 1;
        }
        Ok(count)
    }

    /// Append items to the end of the array.
    #[pymethod("(bb, /)", name = "extend")]
    fn extend_method(&self, th: &ThreadState, bb: &Value) -> Res<()> {
        self.extend(th, bb)
    }

    /// Read n objects from the file object f and append them to the end of the array.
    #[pymethod("(f, n, /)")]
    fn fromfile(&self, th: &ThreadState, f: &Value, n: isize) -> Res<()> {
        let Ok(count) = usize::try_from(n) else { return Err(th.value_error("negative count")) };
        let Some(wanted) = count.checked_mul(self.code.size()).filter(|&wanted| wanted <= isize::MAX as usize) else {
            return Err(th.memory_error());
        };
        let read = th.call_method(f, &th.names().read, &[th.int(wanted as i64)])?;
        let Some(bytes) = read.as_bytes() else { return Err(th.type_error("read() didn't return bytes")) };
        self.append_machine_values(th, bytes.as_slice())?;
        if bytes.as_slice().len() != wanted {
            return Err(th.eof_error("read() didn't return enough bytes"));
        }
        Ok(())
    }

    /// Append items to array from list.
    #[pymethod("(list, /)")]
    fn fromlist(&self, th: &ThreadState, list: &Value) -> Res<()> {
        let Some(list) = list.downcast::<List>() else { return Err(th.type_error("arg must be list")) };
        let length = list.len();
        let mut bytes = Vec::with_capacity(length * self.code.size());
        for index in 0..length {
            let Some(item) = list.get(index) else { break };
            bytes.extend_from_slice(&self.code.encode(th, &item)?[..self.code.size()]);
            if list.len() != length {
                return Err(th.runtime_error("list changed size during iteration"));
            }
        }
        self.append_bytes(th, &bytes)
    }

    /// Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.
    #[pymethod("(buffer, /)")]
    fn frombytes(&self, th: &ThreadState, buffer: &Value) -> Res<()> {
        let view = th.readable_buffer(buffer)?;
        if view.info().itemsize != 1 {
            return Err(th.type_error("a bytes-like object is required"));
        }
        let bytes = view.to_vec();
        drop(view);
        self.append_machine_values(th, &bytes)
    }

    /// Extends this array with data from the unicode string ustr.
    ///
    /// The array must be a unicode type array; otherwise a ValueError is
    /// raised.  Use array.frombytes(ustr.encode(...)) to append Unicode
    /// data to an array of some other type.
    #[pymethod("(ustr, /)")]
    fn fromunicode(&self, th: &ThreadState, ustr: &Value) -> Res<()> {
        if ustr.as_str().is_none() {
            let class = ustr.class().full_name();
            return Err(th.type_error(format_args!("fromunicode() argument must be str, not {class}")));
        }
        if !self.code.is_text() {
            return Err(th.value_error("fromunicode() may only be called on unicode type arrays ('u' or 'w')"));
        }
        self.append_text(th, ustr)
    }

    /// Return index of first occurrence of v in the array.
    ///
    /// Raise ValueError if the value is not present.
    #[pymethod("(v, start=0, stop=sys.maxsize, /)")]
    fn index(
        &self,
        th: &ThreadState,
        v: &Value,
        #[default(SliceIndex(0))] start: SliceIndex,
        #[default(SliceIndex(isize::MAX))] stop: SliceIndex,
    ) -> Res<usize> {
        let length = self.len();
        let found = self.position(th, v, start.within(length), stop.within(length))?;
        found.ok_or_else(|| th.value_error("array.index(x): x not in array"))
    }

    /// Insert a new item v into the array before position i.
    #[pymethod("(i, v, /)")]
    fn insert(&self, th: &ThreadState, i: isize, v: &Value) -> Res<()> {
        let (size, at) = (self.code.size(), SliceIndex(i).within(self.len()));
        let item = self.code.encode(th, v)?;
        // What the value is asked for may have made the array shorter.
        if at > self.len() {
            return Err(th.index_error("array assignment index out of range"));
        }
        self.resize(th, |bytes| bytes.splice(at * size..at * size, item[..size].iter().copied()).for_each(drop))
    }

    /// Return the i-th element and delete it from the array.
    ///
    /// i defaults to -1.
    #[pymethod("(i=-1, /)")]
    fn pop(&self, th: &ThreadState, i: isize) -> Res {
        let length = self.len();
        if length == 0 {
            return Err(th.index_error("pop from empty array"));
        }
        let index = if i < 0 { i.saturating_add(length as isize) } else { i };
        let index = usize::try_from(index).ok().filter(|&index| index < length);
        let Some(index) = index else { return Err(th.index_error("pop index out of range")) };
        let size = self.code.size();
        let value = self.get(th, index).unwrap_or_default();
        self.resize(th, |bytes| drop(bytes.drain(index * size..(index + 1) * size)))?;
        Ok(value)
    }

    /// Return state information for pickling.
    #[pymethod("(value, /)")]
    fn __reduce_ex__(slf: &Value, th: &ThreadState, value: &Value) -> Res {
        let this = Array::of(slf);
        if value.as_int().is_none() {
            let class = value.class().full_name();
            return Err(th.type_error(format_args!("__reduce_ex__ argument should be an integer, not {class}")));
        }
        let state = th.getattr_opt(slf, &th.names().__dict__)?.unwrap_or(Value::NONE);
        let class = slf.class().as_value();
        let letter = th.str_from_char(u32::from(this.code.letter()));
        if value.as_small_int().is_some_and(|protocol| protocol < 3) {
            let args = th.tuple(&[letter, th.list(this.values(th))]);
            return Ok(th.tuple(&[class, args, state]));
        }
        let reconstruct = runtime::import::import_attribute(th, "array", "_array_reconstructor")?;
        let bytes = th.bytes(&this.bytes.borrow());
        let args = th.tuple(&[class, letter, Value::index(this.code.machine_format()), bytes]);
        Ok(th.tuple(&[reconstruct, args, state]))
    }

    /// Remove the first occurrence of v in the array.
    #[pymethod("(v, /)")]
    fn remove(&self, th: &ThreadState, v: &Value) -> Res<()> {
        let Some(index) = self.position(th, v, 0, usize::MAX)? else {
            return Err(th.value_error("array.remove(x): x not in array"));
        };
        let size = self.code.size();
        self.resize(th, |bytes| {
            // The comparison may have shortened the array.
            if (index + 1) * size <= bytes.len() {
                drop(bytes.drain(index * size..(index + 1) * size));
            }
        })
    }

    /// Reverse the order of the items in the array.
    #[pymethod("()")]
    fn reverse(&self) {
        let size = self.code.size();
        let mut bytes = self.bytes.borrow_mut();
        bytes.reverse();
        bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse);
    }

    /// Write all items (as machine values) to the file object f.
    #[pymethod("(f, /)")]
    fn tofile(&self, th: &ThreadState, f: &Value) -> Res<()> {
        const BLOCK: usize = 64 * 1024;
        let mut start = 0;
        while start < self.bytes.borrow().len() {
            let block = {
                let bytes = self.bytes.borrow();
                th.bytes(&bytes[start..bytes.len().min(start + BLOCK)])
            };
            th.call_method(f, &th.names().write, &[block])?;
            start += BLOCK;
        }
        // Also an empty array asks whether it could be written.
        if start == 0 {
            th.getattr(f, &th.names().write)?;
        }
        Ok(())
    }

    /// Convert array to an ordinary list with the same items.
    #[pymethod("()")]
    fn tolist(&self, th: &ThreadState) -> Value {
        th.list(self.values(th))
    }

    /// Convert the array to an array of machine values and return the bytes representation.
    #[pymethod("()")]
    fn tobytes(&self, th: &ThreadState) -> Value {
        th.bytes(&self.bytes.borrow())
    }

    /// Extends this array with data from the unicode string ustr.
    ///
    /// Convert the array to a unicode string.  The array must be a unicode
    /// type array; otherwise a ValueError is raised.  Use
    /// array.tobytes().decode() to obtain a unicode string from an array of
    /// some other type.
    #[pymethod("()")]
    fn tounicode(&self, th: &ThreadState) -> Res {
        if !self.code.is_text() {
            return Err(th.value_error("tounicode() may only be called on unicode type arrays ('u' or 'w')"));
        }
        self.text(th)
    }

    /// Size of the array in memory, in bytes.
    #[pymethod("()")]
    fn __sizeof__(&self) -> usize {
        16 + size_of::<Array>() + self.bytes.borrow().capacity()
    }

    /// Arrays are generic over the type of their elements
    #[pyclassmethod("(object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        th.generic_alias(cls, object)
    }

    /// the typecode character used to create the array
    #[pygetter]
    fn typecode(&self) -> char {
        self.code.letter()
    }

    /// the size, in bytes, of one array item
    #[pygetter]
    fn itemsize(&self) -> usize {
        self.code.size()
    }
}

#[pyclass(name = "arrayiterator", module = "array", flags(disallow_new), text = none)]
pub struct ArrayIterator {
    /// Empty at the end.
    array: ValueCell,
    index: Cell<usize>,
}

#[pymethods]
impl ArrayIterator {
    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        let index = self.index.get();
        let item = self.array.with(|array| array?.downcast::<Array>()?.get(th, index));
        match item {
            Some(item) => {
                self.index.set(index + 1);
                Ok(item)
            }
            None => {
                self.array.set(None);
                Ok(Value::EXHAUSTED)
            }
        }
    }

    /// Return state information for pickling.
    #[pymethod("()")]
    fn __reduce__(&self, th: &ThreadState) -> Res {
        let iter = runtime::import::import_attribute(th, "builtins", "iter")?;
        Ok(match self.array.get() {
            Some(array) => th.tuple(&[iter, th.tuple(&[array]), Value::index(self.index.get())]),
            None => th.tuple(&[iter, th.tuple(&[th.tuple(&[])])]),
        })
    }

    /// Set state information for unpickling.
    #[pymethod("(state, /)")]
    fn __setstate__(&self, th: &ThreadState, state: &Value) -> Res<()> {
        let index = th.index_or(state, &exc::OVERFLOW_ERROR)?;
        if let Some(array) = self.array.get() {
            let length = Array::of(&array).len();
            self.index.set(usize::try_from(index).unwrap_or(0).min(length));
        }
        Ok(())
    }
}

#[pymodule(name = "array", classes(super::ARRAY_TYPE))]
pub mod array_module {
    //! This module defines an object type which can efficiently represent
    //! an array of basic values: characters, integers, floating-point
    //! numbers.  Arrays are sequence types and behave very much like lists,
    //! except that the type of objects stored in them is constrained.

    use super::*;

    #[pyattr(name = "typecodes")]
    fn typecodes() -> String {
        CODES.iter().map(|&(letter, _)| char::from(letter)).collect()
    }

    #[pyattr(name = "ArrayType")]
    fn array_type(th: &ThreadState) -> Value {
        ready(th, &ARRAY_TYPE);
        ARRAY_TYPE.as_value()
    }

    /// Internal. Used for pickling support.
    #[pyfunction("(arraytype, typecode, mformat_code, items, /)")]
    fn _array_reconstructor(
        th: &ThreadState,
        arraytype: &Value,
        typecode: char,
        mformat_code: i32,
        items: &Value,
    ) -> Res {
        let Some(class) = arraytype.as_type() else {
            let found = arraytype.class().full_name();
            return Err(th.type_error(format_args!("first argument must be a type object, not {found}")));
        };
        if !class.is_subtype(&ARRAY_TYPE) {
            let (name, ours) = (class.full_name(), ARRAY_TYPE.full_name());
            return Err(th.type_error(format_args!("{name} is not a subtype of {ours}")));
        }
        let Some(code) = Code::from_letter(u32::from(typecode)) else {
            return Err(th.value_error("second argument must be a valid type code"));
        };
        let Some(format) = usize::try_from(mformat_code).ok().filter(|&format| format <= 21) else {
            return Err(th.value_error("third argument must be a valid machine format code."));
        };
        let Some(bytes) = items.as_bytes() else {
            let found = items.class().full_name();
            return Err(th.type_error(format_args!("fourth argument should be bytes, not {found}")));
        };
        let make = |code: Code, content: Value| {
            Array::new(th, class, &[th.str_from_char(u32::from(code.letter())), content], &[])
        };
        if format == code.machine_format() {
            return make(code, items.clone());
        }
        let Some(values) = items::decode_machine_format(th, format, bytes.as_slice()) else {
            return Err(th.value_error("string length not a multiple of item size"));
        };
        // An int type of the pickle's own size fits better than the one of the same letter here.
        let code = items::code_for_format(format).filter(|_| !code.is_text() && !code.is_float()).unwrap_or(code);
        make(code, th.list(values))
    }

    #[pyinit]
    fn init(th: &ThreadState, _: &Value) -> Res<()> {
        ready(th, &ARRAY_ITERATOR_TYPE);
        // Arrays are mutable sequences.
        let sequence = runtime::import::import_attribute(th, "collections.abc", "MutableSequence")?;
        th.call_method_str(&sequence, "register", &[ARRAY_TYPE.as_value()])?;
        Ok(())
    }
}
