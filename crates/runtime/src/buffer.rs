//! The buffer protocol: objects that show their bytes to others.
#![expect(unsafe_code, reason = "exporters' memory is reached through raw pointers")]

use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use crate::error::Res;
use crate::thread::ThreadState;
use crate::value::Value;

/// What a consumer asks for; bits of CPython's `PyBUF_*`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Flags(pub u32);

impl Flags {
    pub const SIMPLE: Flags = Flags(0);
    pub const WRITABLE: Flags = Flags(1);
    pub const FORMAT: Flags = Flags(4);
    pub const ND: Flags = Flags(8);
    pub const STRIDES: Flags = Flags(0x18);
    pub const C_CONTIGUOUS: Flags = Flags(0x38);
    pub const INDIRECT: Flags = Flags(0x118);
    pub const FULL_RO: Flags = Flags(0x11C);
    pub const FULL: Flags = Flags(0x11D);

    pub fn contains(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A format in `struct` syntax: plain bytes need no memory for theirs.
#[derive(Clone)]
pub enum Format {
    /// "B"
    Bytes,
    Other(Rc<str>),
}

impl Deref for Format {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        match self {
            Format::Bytes => "B",
            Format::Other(text) => text,
        }
    }
}

impl From<&str> for Format {
    fn from(text: &str) -> Format {
        if text == "B" { Format::Bytes } else { Format::Other(text.into()) }
    }
}

/// A number for each dimension; most buffers have one.
#[derive(Clone)]
pub enum Dimensions {
    One([isize; 1]),
    Many(Box<[isize]>),
}

impl Dimensions {
    #[inline]
    pub fn one(number: isize) -> Dimensions {
        Dimensions::One([number])
    }
}

impl Deref for Dimensions {
    type Target = [isize];

    #[inline]
    fn deref(&self) -> &[isize] {
        match self {
            Dimensions::One(one) => one,
            Dimensions::Many(many) => many,
        }
    }
}

impl DerefMut for Dimensions {
    #[inline]
    fn deref_mut(&mut self) -> &mut [isize] {
        match self {
            Dimensions::One(one) => one,
            Dimensions::Many(many) => many,
        }
    }
}

impl From<Vec<isize>> for Dimensions {
    fn from(numbers: Vec<isize>) -> Dimensions {
        match numbers[..] {
            [one] => Dimensions::one(one),
            _ => Dimensions::Many(numbers.into()),
        }
    }
}

/// A view of an object's bytes, as its `get_buffer` slot describes it. The exporter keeps the memory in place and alive
/// until `release_buffer` (a `bytearray` refuses to be resized meanwhile). Consumers use [`Buffer`], which releases.
#[derive(Clone)]
pub struct BufferInfo {
    /// Item 0 (of all indexes).
    pub start: *mut u8,
    /// Bytes of all items together.
    pub length: usize,
    pub readonly: bool,
    pub itemsize: usize,
    /// `struct` syntax; "B" for plain bytes.
    pub format: Format,
    pub shape: Dimensions,
    pub strides: Dimensions,
    pub suboffsets: Option<Box<[isize]>>,
    /// Who is told with `release_buffer`.
    pub exporter: Value,
}

impl BufferInfo {
    /// Plain bytes: one dimension, format "B".
    #[inline]
    pub fn of_bytes(
        th: &ThreadState,
        exporter: &Value,
        start: *mut u8,
        length: usize,
        readonly: bool,
        flags: Flags,
    ) -> Res<BufferInfo> {
        if readonly && flags.contains(Flags::WRITABLE) {
            return Err(th.buffer_error("Object is not writable."));
        }
        Ok(BufferInfo {
            start,
            length,
            readonly,
            itemsize: 1,
            format: Format::Bytes,
            shape: Dimensions::one(length as isize),
            strides: Dimensions::one(1),
            suboffsets: None,
            exporter: exporter.clone(),
        })
    }

    /// Whether items follow each other without gaps, in C order.
    pub fn is_c_contiguous(&self) -> bool {
        if let (Dimensions::One(_), &Dimensions::One([stride]), None) = (&self.shape, &self.strides, &self.suboffsets)
            && stride == self.itemsize as isize
        {
            return true;
        }
        let mut expected = self.itemsize as isize;
        self.suboffsets.is_none()
            && (self.length == 0
                || self.shape.iter().zip(self.strides.iter()).rev().all(|(&size, &stride)| {
                    let fits = size == 1 || stride == expected;
                    expected *= size;
                    fits
                }))
    }
}

/// A buffer in use; released when dropped.
pub struct Buffer {
    info: BufferInfo,
    /// Released by the slot of the exporter's native class, not by its own class.
    native: bool,
}

impl Buffer {
    pub(crate) fn native(info: BufferInfo) -> Buffer {
        Buffer { info, native: true }
    }

    #[inline]
    pub fn info(&self) -> &BufferInfo {
        &self.info
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.info.length
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.info.length == 0
    }

    #[inline]
    pub fn is_readonly(&self) -> bool {
        self.info.readonly
    }

    /// The bytes of a C-contiguous buffer. Do not run Python code while holding the slice of a writable buffer: another
    /// holder may write (`to_vec` first).
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        debug_assert!(self.info.is_c_contiguous());
        if self.info.length == 0 {
            return &[];
        }
        // SAFETY: the exporter keeps `length` bytes at `start` until release.
        unsafe { std::slice::from_raw_parts(self.info.start, self.info.length) }
    }

    /// A copy of all items, in C order, whatever the layout.
    pub fn to_contiguous(&self) -> Vec<u8> {
        if self.info.is_c_contiguous() {
            return self.to_vec();
        }
        let mut out = Vec::with_capacity(self.info.length);
        self.for_each_item(|item| out.extend_from_slice(item));
        out
    }

    /// Shows the bytes of every item, in C order. `each` has no `th`: no Python code runs meanwhile.
    pub fn for_each_item(&self, mut each: impl FnMut(&[u8])) {
        self.walk(0, self.info.start, &mut each);
    }

    fn walk(&self, dimension: usize, start: *mut u8, each: &mut impl FnMut(&[u8])) {
        let info = &self.info;
        if dimension == info.shape.len() {
            // SAFETY: the exporter's strides lead to items of `itemsize` bytes that it keeps until release.
            each(unsafe { std::slice::from_raw_parts(start, info.itemsize) });
            return;
        }
        for index in 0..info.shape[dimension] {
            // SAFETY: as above; a suboffset says that a pointer to the next dimension lies there.
            let item = unsafe {
                let mut item = start.offset(index * info.strides[dimension]);
                if let Some(suboffset) =
                    info.suboffsets.as_ref().map(|all| all[dimension]).filter(|&offset| offset >= 0)
                {
                    item = item.cast::<*mut u8>().read_unaligned().offset(suboffset);
                }
                item
            };
            self.walk(dimension + 1, item, each);
        }
    }

    /// Writes `bytes` at `offset` of a writable, C-contiguous buffer; both must fit.
    pub fn write(&self, offset: usize, bytes: &[u8]) {
        assert!(!self.info.readonly && offset <= self.info.length && bytes.len() <= self.info.length - offset);
        // SAFETY: just checked; `copy` allows the source to overlap.
        unsafe { self.info.start.add(offset).copy_from(bytes.as_ptr(), bytes.len()) }
    }

    /// The bytes of a writable, C-contiguous buffer, for a system call to fill. No Python code may run meanwhile.
    pub fn with_mut<R>(&self, fill: impl FnOnce(&mut [u8]) -> R) -> R {
        assert!(!self.info.readonly);
        if self.info.length == 0 {
            return fill(&mut []);
        }
        // SAFETY: as for `as_slice`, and writable; `fill` has no `th`, so no other holder runs meanwhile.
        fill(unsafe { std::slice::from_raw_parts_mut(self.info.start, self.info.length) })
    }

    pub fn to_vec(&self) -> Vec<u8> {
        self.as_slice().to_vec()
    }
}

impl Drop for Buffer {
    #[inline]
    fn drop(&mut self) {
        let class = self.info.exporter.class();
        let class = if self.native { class.native() } else { class };
        if let Some(release) = class.slots().release_buffer.get()
            && let Some(th) = crate::thread::current()
        {
            let exporter = self.info.exporter.clone();
            release(th, &exporter);
        }
    }
}

impl ThreadState {
    /// The buffer of any object that has one: "a bytes-like object is required, not 'int'" otherwise.
    pub fn buffer(&self, value: &Value, flags: Flags) -> Res<Buffer> {
        match value.class().slots().get_buffer.get() {
            Some(get_buffer) => Ok(Buffer { info: get_buffer(self, value, flags)?, native: false }),
            None => {
                Err(self
                    .type_error(format_args!("a bytes-like object is required, not '{}'", value.class().full_name())))
            }
        }
    }

    /// A C-contiguous buffer to read from.
    pub fn readable_buffer(&self, value: &Value) -> Res<Buffer> {
        let buffer = self.buffer(value, Flags::SIMPLE)?;
        if !buffer.info.is_c_contiguous() {
            return Err(self.buffer_error("memoryview: underlying buffer is not C-contiguous"));
        }
        Ok(buffer)
    }

    /// A C-contiguous buffer to write to: "must be read-write bytes-like object" otherwise.
    pub fn writable_buffer(&self, value: &Value) -> Res<Buffer> {
        let buffer = self.buffer(value, Flags::WRITABLE)?;
        if !buffer.info.is_c_contiguous() {
            return Err(self.buffer_error("memoryview: underlying buffer is not C-contiguous"));
        }
        Ok(buffer)
    }

    /// Whether the value has the buffer protocol.
    pub fn has_buffer(&self, value: &Value) -> bool {
        value.class().slots().get_buffer.get().is_some()
    }
}

/// A copy of the bytes of a bytes-like object, or `None` for anything else.
pub fn plain_bytes(value: &Value) -> Option<Vec<u8>> {
    if let Some(bytes) = value.as_bytes() {
        return Some(bytes.as_slice().to_vec());
    }
    let th = crate::thread::current()?;
    if !th.has_buffer(value) {
        return None;
    }
    match th.readable_buffer(value) {
        Ok(buffer) => Some(buffer.to_vec()),
        Err(raised) => {
            drop(th.take_raised(raised));
            None
        }
    }
}
