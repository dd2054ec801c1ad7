//! Methods of `memoryview`.

use std::cell::Cell;

use macros::{pyclass, pymethods};

use super::memoryview::{MEMORYVIEW_PAYLOAD, MemoryView, for_each_index};
use super::{bytes_like, memoryview_format as format};
use crate::buffer::{BufferInfo, Dimensions, Flags};
use crate::convert::SliceIndex;
use crate::error::Res;
use crate::gc::ValueCell;
use crate::object::Payload;
use crate::objects::exceptions as exc;
use crate::objects::slice::Slice;
use crate::objects::str::Str;
use crate::protocol::iteration::iter_self;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type};
use crate::value::Value;

fn is_f_contiguous(info: &BufferInfo) -> bool {
    let mut expected = info.itemsize as isize;
    info.suboffsets.is_none()
        && (info.length == 0
            || info.shape.iter().zip(info.strides.iter()).all(|(&size, &stride)| {
                let fits = size == 1 || stride == expected;
                expected *= size;
                fits
            }))
}

fn int_tuple(th: &ThreadState, numbers: &[isize]) -> Value {
    th.tuple_from_vec(numbers.iter().map(|&number| th.int(number as i64)).collect())
}

impl MemoryView {
    /// Index `key` of dimension `dimension`, in range.
    fn index_of(&self, th: &ThreadState, info: &BufferInfo, dimension: usize, key: &Value) -> Res<usize> {
        let index = th.index_or(key, &exc::INDEX_ERROR)?;
        let size = info.shape[dimension];
        let index = if index < 0 { index + size } else { index };
        match usize::try_from(index) {
            Ok(place) if index < size => Ok(place),
            _ => Err(th.index_error(format_args!("index out of bounds on dimension {}", dimension + 1))),
        }
    }

    /// The indexes that a key of ints stands for; `None` if it is something else.
    fn indexes(&self, th: &ThreadState, info: &BufferInfo, key: &Value) -> Res<Option<Vec<usize>>> {
        let dimensions = info.shape.len();
        if th.is_index(key) {
            if dimensions > 1 {
                return Err(th.not_implemented_error("multi-dimensional sub-views are not implemented"));
            }
            return Ok(Some(vec![self.index_of(th, info, 0, key)?]));
        }
        let Some(items) = key.as_tuple().map(|items| items.as_slice()) else { return Ok(None) };
        if items.iter().all(|item| th.is_index(item)) {
            if items.len() < dimensions {
                return Err(th.not_implemented_error("sub-views are not implemented"));
            }
            if items.len() > dimensions {
                return Err(th.type_error(format_args!(
                    "cannot index {dimensions}-dimension view with {}-element tuple",
                    items.len()
                )));
            }
            let indexes = items.iter().enumerate().map(|(dimension, item)| self.index_of(th, info, dimension, item));
            return indexes.collect::<Res<Vec<_>>>().map(Some);
        }
        if items.iter().all(|item| item.downcast_exact::<Slice>().is_some()) {
            return Err(th.not_implemented_error("multi-dimensional slicing is not implemented"));
        }
        Ok(None)
    }

    fn item(&self, th: &ThreadState, indexes: &[usize]) -> Res {
        let bytes = self.read(th, indexes)?;
        format::unpack(th, &self.info(th)?.format, &bytes)
    }

    fn list(&self, th: &ThreadState, indexes: &mut Vec<usize>) -> Res {
        let dimension = indexes.len();
        let size = match self.info(th)?.shape.get(dimension) {
            Some(&size) => size as usize,
            None => return self.item(th, indexes),
        };
        let mut items = Vec::with_capacity(size);
        for index in 0..size {
            indexes.push(index);
            items.push(self.list(th, indexes)?);
            indexes.pop();
        }
        Ok(th.list(items))
    }

    /// Whether `other` shows equal items in the same shape.
    fn equals(&self, th: &ThreadState, other: &Value) -> Res<Option<bool>> {
        let made = th.catch(th.memoryview(other, Flags::FULL_RO), &exc::BUFFER_ERROR)?;
        let Some(other) = made else { return Ok(None) };
        let other = MemoryView::of(&other);
        let (a, b) = (self.info(th)?, other.info(th)?);
        if *a.shape != *b.shape {
            return Ok(Some(false));
        }
        let (code_a, code_b) = (format::native_code(&a.format), format::native_code(&b.format));
        if matches!(code_a, Some(b'B' | b'b' | b'c')) && code_a == code_b {
            return Ok(Some(self.to_vec(th, false)? == other.to_vec(th, false)?));
        }
        let mut all = Vec::new();
        for_each_index(&a.shape, false, |indexes| all.push(indexes.to_vec()));
        for indexes in all {
            let left = th.catch(self.item(th, &indexes), &exc::EXCEPTION)?;
            let right = th.catch(other.item(th, &indexes), &exc::EXCEPTION)?;
            let (Some(left), Some(right)) = (left, right) else { return Ok(Some(false)) };
            if !th.compare_bool(&left, &right, CompareOp::Eq)? {
                return Ok(Some(false));
            }
        }
        Ok(Some(true))
    }

    fn assign_slice(&self, th: &ThreadState, slice: &Slice, value: &Value) -> Res<()> {
        let source = th.memoryview_source(value)?;
        let source = MemoryView::of(&source);
        let info = self.info(th)?;
        let bounds = th.slice_bounds(slice, info.shape[0] as usize)?;
        let from = source.info(th)?;
        let target = self.derived(th, self.sliced(bounds))?;
        let target = MemoryView::of(&target);
        let into = target.info(th)?;
        let same_format = *from.format == *into.format
            || (format::native_code(&from.format).is_some()
                && format::native_code(&from.format) == format::native_code(&into.format));
        if !same_format || *from.shape != *into.shape || from.itemsize != into.itemsize {
            return Err(th.value_error("memoryview assignment: lvalue and rvalue have different structures"));
        }
        // A copy first: both may lie in the same memory.
        let bytes = source.to_vec(th, false)?;
        for (index, item) in bytes.chunks_exact(into.itemsize.max(1)).enumerate() {
            target.write(th, &[index], item)?;
        }
        Ok(())
    }

    /// Casts to a format, and to one dimension.
    fn with_format(&self, th: &ThreadState, format: &str) -> Res<BufferInfo> {
        let info = self.info(th)?;
        let Some(code) = format::native_code(format) else {
            return Err(th.value_error(
                "memoryview: destination format must be a native single character format prefixed with an optional '@'",
            ));
        };
        let Some(old) = format::native_code(&info.format) else {
            return Err(th.value_error(
                "memoryview: source format must be a native single character format prefixed with an optional '@'",
            ));
        };
        let is_byte = |code: u8| matches!(code, b'B' | b'b' | b'c');
        if !is_byte(code) && !is_byte(old) {
            return Err(th.type_error("memoryview: cannot cast between two non-byte formats"));
        }
        let itemsize = format::size_of_code(code).unwrap_or(1);
        if info.length % itemsize != 0 {
            return Err(th.type_error("memoryview: length is not a multiple of itemsize"));
        }
        let mut info = info.clone();
        info.itemsize = itemsize;
        info.format = format.into();
        info.shape = Dimensions::one((info.length / itemsize) as isize);
        info.strides = Dimensions::one(itemsize as isize);
        info.suboffsets = None;
        Ok(info)
    }
}

impl ThreadState {
    fn memoryview_source(&self, value: &Value) -> Res {
        if !self.has_buffer(value) {
            let found = value.class().full_name();
            return Err(self.type_error(format_args!("a bytes-like object is required, not '{found}'")));
        }
        self.memoryview(value, Flags::FULL_RO)
    }
}

/// Create a new memoryview object which references the given object.
#[pymethods(class(name = "memoryview", payload = MEMORYVIEW_PAYLOAD, flags(sequence, weakrefs)))]
impl MemoryView {
    #[pyslot("(object)")]
    fn new(th: &ThreadState, cls: &Type, object: &Value) -> Res {
        let _ = cls;
        th.memoryview(object, Flags::FULL_RO)
    }

    /// Create a new memoryview object which references the given object.
    #[pyclassmethod("(object, flags)")]
    fn _from_flags(th: &ThreadState, cls: &Value, object: &Value, flags: i32) -> Res {
        let _ = cls;
        th.memoryview(object, Flags(flags as u32))
    }

    /// memoryviews are generic over the type of their underlying data
    #[pyclassmethod("(object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        crate::objects::generic_alias::new(th, cls, object)
    }

    #[pyslot]
    fn get_buffer(&self, th: &ThreadState, slf: &Value, flags: Flags) -> Res<BufferInfo> {
        self.export(th, slf, flags)
    }

    #[pyslot]
    fn release_buffer(_: &ThreadState, slf: &Value) {
        if let Some(view) = slf.downcast::<MemoryView>() {
            view.end_export();
        }
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState, slf: &Value) -> Res {
        let what = if self.is_released() { "released memory" } else { "memory" };
        Ok(th.str(&format!("<{what} at {:#x}>", slf.id())))
    }

    #[pyslot(hash)]
    fn hash_slot(&self, th: &ThreadState) -> Res<i64> {
        if let Some(hash) = self.hash.get() {
            return Ok(hash);
        }
        let info = self.info(th)?;
        if !info.readonly {
            return Err(th.value_error("cannot hash writable memoryview object"));
        }
        if !matches!(format::native_code(&info.format), Some(b'B' | b'b' | b'c')) {
            return Err(th.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
        }
        let pin = self.pin();
        th.hash(&info.exporter)?;
        drop(pin);
        let hash = crate::hashing::hash_bytes(&self.to_vec(th, false)?);
        self.hash.set(Some(hash));
        Ok(hash)
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        let Some(view) = a.downcast::<MemoryView>().filter(|_| matches!(op, CompareOp::Eq | CompareOp::Ne)) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let other_released = b.downcast::<MemoryView>().is_some_and(MemoryView::is_released);
        let equal = if view.is_released() || other_released {
            a.is(b)
        } else if th.has_buffer(b) {
            match view.equals(th, b)? {
                Some(equal) => equal,
                None => return Ok(Value::NOT_IMPLEMENTED),
            }
        } else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        Ok(Value::bool(equal == (op == CompareOp::Eq)))
    }

    #[pyslot(sq_length, mp_length)]
    fn length(&self, th: &ThreadState) -> Res<usize> {
        match self.info(th)?.shape.first() {
            Some(&size) => Ok(size as usize),
            None => Err(th.type_error("0-dim memory has no length")),
        }
    }

    #[pyslot]
    fn sq_item(&self, th: &ThreadState, index: isize) -> Res {
        self.mp_subscript(th, &th.int(index as i64))
    }

    #[pyslot]
    fn mp_subscript(&self, th: &ThreadState, key: &Value) -> Res {
        let info = self.info(th)?;
        if info.shape.is_empty() {
            if key.as_tuple().is_some_and(|items| items.is_empty()) {
                return self.item(th, &[]);
            }
            if key.is(&Value::ELLIPSIS) {
                return self.derived(th, info.clone());
            }
            return Err(th.type_error("invalid indexing of 0-dim memory"));
        }
        if let Some(slice) = key.downcast_exact::<Slice>() {
            // The bounds may come from Python code that releases this view.
            let base = self.base(th)?;
            let bounds = th.slice_bounds(slice, info.shape[0] as usize)?;
            return Ok(MemoryView::over(th, base, self.sliced(bounds)));
        }
        match self.indexes(th, info, key)? {
            Some(indexes) => self.item(th, &indexes),
            None => Err(th.type_error("memoryview: invalid slice key")),
        }
    }

    #[pyslot]
    fn mp_ass_subscript(&self, th: &ThreadState, key: &Value, value: Option<&Value>) -> Res<()> {
        let info = self.info(th)?;
        if info.readonly {
            return Err(th.type_error("cannot modify read-only memory"));
        }
        let Some(value) = value else { return Err(th.type_error("cannot delete memory")) };
        if info.shape.is_empty() {
            if key.is(&Value::ELLIPSIS) || key.as_tuple().is_some_and(|items| items.is_empty()) {
                let bytes = format::pack(th, &info.format, value)?;
                return self.write(th, &[], &bytes);
            }
            return Err(th.type_error("invalid indexing of 0-dim memory"));
        }
        if let Some(slice) = key.downcast_exact::<Slice>() {
            if info.shape.len() > 1 {
                return Err(
                    th.not_implemented_error("memoryview slice assignments are currently restricted to ndim = 1")
                );
            }
            return self.assign_slice(th, slice, value);
        }
        match self.indexes(th, info, key)? {
            Some(indexes) => {
                let bytes = format::pack(th, &info.format, value)?;
                self.write(th, &indexes, &bytes)
            }
            None => Err(th.type_error("memoryview: invalid slice key")),
        }
    }

    #[pyslot]
    fn iter(&self, th: &ThreadState, slf: &Value) -> Res {
        match self.info(th)?.shape.len() {
            0 => Err(th.type_error("invalid indexing of 0-dim memory")),
            1 => Ok(th.new_object(MemoryIterator { view: ValueCell::new(slf.clone()), index: Cell::new(0) })),
            _ => Err(th.not_implemented_error("multi-dimensional sub-views are not implemented")),
        }
    }

    /// Release the underlying buffer exposed by the memoryview object.
    #[pymethod(name = "release")]
    fn release_method(&self, th: &ThreadState) -> Res<()> {
        self.release(th)
    }

    #[pymethod]
    fn __enter__(&self, th: &ThreadState, slf: &Value) -> Res {
        self.info(th)?;
        Ok(slf.clone())
    }

    /// Release the underlying buffer exposed by the memoryview object.
    #[pymethod("(*exc_info)")]
    fn __exit__(&self, th: &ThreadState, exc_info: &[Value]) -> Res<()> {
        let _ = exc_info;
        self.release(th)
    }

    /// Return the data in the buffer as a list of elements.
    #[pymethod]
    fn tolist(&self, th: &ThreadState) -> Res {
        self.list(th, &mut Vec::new())
    }

    /// Return the data in the buffer as a byte string.
    ///
    /// Order can be {'C', 'F', 'A'}.  When order is 'C' or 'F', the data of
    /// the original array is converted to C or Fortran order.  For
    /// contiguous views, 'A' returns an exact copy of the physical memory.
    /// In particular, in-memory Fortran order is preserved.  For
    /// non-contiguous views, the data is converted to C first.  order=None
    /// is the same as order='C'.
    #[pymethod("(order='C')")]
    fn tobytes(&self, th: &ThreadState, #[default(None)] order: Option<&Str>) -> Res {
        let fortran = match order.map(Str::as_ascii) {
            None | Some(Some("C")) => false,
            Some(Some("F")) => true,
            Some(Some("A")) => is_f_contiguous(self.info(th)?) && !self.info(th)?.is_c_contiguous(),
            Some(_) => return Err(th.value_error("order must be 'C', 'F' or 'A'")),
        };
        Ok(th.bytes(&self.to_vec(th, fortran)?))
    }

    /// Return the data in the buffer as a str of hexadecimal numbers.
    ///
    /// >>> data = memoryview(b"\x01\x23\xab\xcd")
    /// >>> data.hex()
    /// '0123abcd'
    /// >>> data.hex(":")
    /// '01:23:ab:cd'
    /// >>> data.hex(":", 3)
    /// '01:23abcd'
    /// >>> data.hex(":", -3)
    /// '0123ab:cd'
    #[pymethod("(sep=None, bytes_per_sep=1)", text = "($self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(&self, th: &ThreadState, sep: Option<&Value>, bytes_per_sep: i32) -> Res {
        let bytes = self.to_vec(th, false)?;
        let _pin = self.pin();
        bytes_like::hex(th, &bytes, sep, bytes_per_sep)
    }

    /// Cast a memoryview to a new format or shape.
    #[pymethod("(format, shape=None)", text = "($self, /, format, shape=<unrepresentable>)")]
    fn cast(&self, th: &ThreadState, format: &Str, shape: Option<&Value>) -> Res {
        let info = self.info(th)?;
        if !info.is_c_contiguous() {
            return Err(th.type_error("memoryview: casts are restricted to C-contiguous views"));
        }
        if (shape.is_some() || info.shape.len() != 1) && info.shape.contains(&0) {
            return Err(th.type_error("memoryview: cannot cast view with zeros in shape or strides"));
        }
        let mut cast = self.with_format(th, &format.to_string_lossy())?;
        let Some(shape) = shape else { return self.derived(th, cast) };
        let sizes = match shape.as_tuple() {
            Some(items) => items.as_slice().to_vec(),
            None if shape.is_instance_of(&crate::objects::list::LIST_TYPE) => th.collect(shape)?,
            None => return Err(th.type_error("shape must be a list or a tuple")),
        };
        if sizes.len() > super::memoryview::MAX_DIMENSIONS {
            return Err(th.value_error("memoryview: number of dimensions must not exceed 64"));
        }
        if info.shape.len() != 1 && sizes.len() > 1 {
            return Err(th.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
        }
        let mut numbers = Vec::with_capacity(sizes.len());
        let mut product = cast.itemsize as isize;
        for size in &sizes {
            let Some(number) = size.as_int() else {
                return Err(th.type_error("memoryview.cast(): elements of shape must be integers"));
            };
            let number = number.to_i64().unwrap_or(i64::MAX) as isize;
            if number <= 0 {
                return Err(th.value_error("memoryview.cast(): elements of shape must be integers > 0"));
            }
            product = product
                .checked_mul(number)
                .ok_or_else(|| th.value_error("memoryview.cast(): product(shape) > SSIZE_MAX"))?;
            numbers.push(number);
        }
        if product as usize != cast.length {
            return Err(th.type_error("memoryview: product(shape) * itemsize != buffer size"));
        }
        let mut strides = vec![0; numbers.len()];
        let mut stride = cast.itemsize as isize;
        for (place, &size) in strides.iter_mut().zip(&numbers).rev() {
            *place = stride;
            stride *= size;
        }
        cast.shape = numbers.into();
        cast.strides = strides.into();
        self.derived(th, cast)
    }

    /// Return a readonly version of the memoryview.
    #[pymethod]
    fn toreadonly(&self, th: &ThreadState) -> Res {
        let mut info = self.info(th)?.clone();
        info.readonly = true;
        self.derived(th, info)
    }

    /// Count the number of occurrences of a value.
    #[pymethod("(value, /)")]
    fn count(&self, th: &ThreadState, value: &Value) -> Res<usize> {
        let mut count = 0;
        for index in 0..self.length(th)? {
            count += usize::from(th.is_equal(&self.mp_subscript(th, &Value::index(index))?, value)?);
        }
        Ok(count)
    }

    /// Return the index of the first occurrence of a value.
    ///
    /// Raises ValueError if the value is not present.
    #[pymethod("(value, start=0, stop=sys.maxsize, /)")]
    fn index(
        &self,
        th: &ThreadState,
        value: &Value,
        #[default(SliceIndex(0))] start: SliceIndex,
        #[default(SliceIndex(isize::MAX))] stop: SliceIndex,
    ) -> Res<usize> {
        let length = self.length(th)?;
        for index in start.within(length)..stop.within(length) {
            if th.is_equal(&self.mp_subscript(th, &Value::index(index))?, value)? {
                return Ok(index);
            }
        }
        Err(th.value_error("memoryview.index(x): x not found"))
    }

    /// The underlying object of the memoryview.
    #[pygetter]
    fn obj(&self, th: &ThreadState) -> Res {
        Ok(self.info(th)?.exporter.clone())
    }

    /// The amount of space in bytes that the array would use in
    ///  a contiguous representation.
    #[pygetter]
    fn nbytes(&self, th: &ThreadState) -> Res<usize> {
        Ok(self.info(th)?.length)
    }

    /// A bool indicating whether the memory is read only.
    #[pygetter]
    fn readonly(&self, th: &ThreadState) -> Res<bool> {
        Ok(self.info(th)?.readonly)
    }

    /// The size in bytes of each element of the memoryview.
    #[pygetter]
    fn itemsize(&self, th: &ThreadState) -> Res<usize> {
        Ok(self.info(th)?.itemsize)
    }

    /// A string containing the format (in struct module style)
    ///  for each element in the view.
    #[pygetter]
    fn format(&self, th: &ThreadState) -> Res {
        Ok(th.str(&self.info(th)?.format))
    }

    /// An integer indicating how many dimensions of a multi-dimensional
    ///  array the memory represents.
    #[pygetter]
    fn ndim(&self, th: &ThreadState) -> Res<usize> {
        Ok(self.info(th)?.shape.len())
    }

    /// A tuple of ndim integers giving the shape of the memory
    ///  as an N-dimensional array.
    #[pygetter]
    fn shape(&self, th: &ThreadState) -> Res {
        Ok(int_tuple(th, &self.info(th)?.shape))
    }

    /// A tuple of ndim integers giving the size in bytes to access
    ///  each element for each dimension of the array.
    #[pygetter]
    fn strides(&self, th: &ThreadState) -> Res {
        Ok(int_tuple(th, &self.info(th)?.strides))
    }

    /// A tuple of integers used internally for PIL-style arrays.
    #[pygetter]
    fn suboffsets(&self, th: &ThreadState) -> Res {
        Ok(int_tuple(th, self.info(th)?.suboffsets.as_deref().unwrap_or(&[])))
    }

    /// A bool indicating whether the memory is C contiguous.
    #[pygetter]
    fn c_contiguous(&self, th: &ThreadState) -> Res<bool> {
        Ok(self.info(th)?.is_c_contiguous())
    }

    /// A bool indicating whether the memory is Fortran contiguous.
    #[pygetter]
    fn f_contiguous(&self, th: &ThreadState) -> Res<bool> {
        Ok(is_f_contiguous(self.info(th)?))
    }

    /// A bool indicating whether the memory is contiguous.
    #[pygetter]
    fn contiguous(&self, th: &ThreadState) -> Res<bool> {
        let info = self.info(th)?;
        Ok(info.is_c_contiguous() || is_f_contiguous(info))
    }
}

/// Iterates over a view of one dimension.
#[pyclass(name = "memory_iterator", module = "_memoryview", flags(disallow_new))]
pub struct MemoryIterator {
    view: ValueCell,
    index: Cell<usize>,
}

#[pymethods]
impl MemoryIterator {
    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        let Some(value) = self.view.get() else { return Ok(Value::EXHAUSTED) };
        let view = MemoryView::of(&value);
        let index = self.index.get();
        if index < view.length(th)? {
            self.index.set(index + 1);
            return view.item(th, &[index]);
        }
        self.view.set(None);
        Ok(Value::EXHAUSTED)
    }
}
