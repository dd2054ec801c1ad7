//! `memoryview`: a window on another object's memory. This file reads and writes that memory; methods are in
//! `memoryview_methods.rs`, item formats in `memoryview_format.rs`.
#![expect(unsafe_code, reason = "the memory belongs to an exporter and is reached through pointers")]

use std::cell::Cell;

pub use super::memoryview_methods::MEMORY_VIEW_DEF;
use macros::pyclass;

use crate::buffer::{Buffer, BufferInfo, Flags};
use crate::error::{Raised, Res};
use crate::gc::{Traverse, ValueCell, Visitor};
use crate::object::{Payload, PayloadFns};
use crate::protocol::items::SliceBounds;
use crate::thread::ThreadState;
use crate::types::slots::GetBufferFn;
use crate::types::{Type, TypeDef};
use crate::value::Value;

/// Payload of `memoryview` objects.
pub struct MemoryView {
    /// The exporter's buffer (a [`ManagedBuffer`]), shared with the views made from this one; gone after `release()`.
    base: ValueCell,
    /// What this view shows of it.
    info: BufferInfo,
    /// Buffers that this view itself has given out.
    pub(super) exports: Cell<usize>,
    pub(super) hash: Cell<Option<i64>>,
}

pub(crate) const MEMORYVIEW_PAYLOAD: PayloadFns = PayloadFns::traced::<MemoryView>();

impl Traverse for MemoryView {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.base.traverse(visit);
        visit.value(&self.info.exporter);
    }
}

/// A buffer that views share: an object, so that the collector sees who holds the exporter.
#[pyclass(name = "managedbuffer", module = "builtins", flags(disallow_new), manual_traverse, no_methods)]
pub struct ManagedBuffer {
    buffer: Buffer,
}

impl Traverse for ManagedBuffer {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit.value(&self.buffer.info().exporter);
    }
}

impl Payload for MemoryView {
    const DEF: &'static TypeDef = &MEMORY_VIEW_DEF;

    fn class() -> &'static Type {
        &MEMORYVIEW_TYPE
    }
}

pub static MEMORYVIEW_TYPE: Type = Type::new_static(&MEMORY_VIEW_DEF);

/// The largest number of dimensions.
pub(super) const MAX_DIMENSIONS: usize = 64;

#[cold]
fn released(th: &ThreadState) -> Raised {
    th.value_error("operation forbidden on released memoryview object")
}

impl MemoryView {
    pub fn is_released(&self) -> bool {
        !self.base.is_some()
    }

    /// The layout, if the view is not released.
    pub fn info(&self, th: &ThreadState) -> Res<&BufferInfo> {
        if self.is_released() { Err(released(th)) } else { Ok(&self.info) }
    }

    /// Gives the memory back (with the last view of it).
    pub(super) fn release(&self, th: &ThreadState) -> Res<()> {
        let exports = self.exports.get();
        if exports > 0 {
            let s = if exports == 1 { "" } else { "s" };
            return Err(th.buffer_error(format_args!("memoryview has {exports} exported buffer{s}")));
        }
        drop(self.base.take());
        Ok(())
    }

    /// Another view of the same memory.
    pub(super) fn derived(&self, th: &ThreadState, info: BufferInfo) -> Res {
        let base = self.base(th)?;
        Ok(MemoryView::over(th, base, info))
    }

    /// What keeps the memory.
    pub(super) fn base(&self, th: &ThreadState) -> Res {
        self.base.get().ok_or_else(|| released(th))
    }

    /// A view of what `base` keeps.
    pub(super) fn over(th: &ThreadState, base: Value, info: BufferInfo) -> Value {
        th.new_object(MemoryView { base: ValueCell::new(base), info, exports: Cell::new(0), hash: Cell::new(None) })
    }

    /// Keeps the view from being released while Python code runs.
    pub(super) fn pin(&self) -> Pin<'_> {
        self.exports.set(self.exports.get() + 1);
        Pin(self)
    }

    /// The bytes of the item at `indexes`, one for each dimension, all in range.
    pub(super) fn read(&self, th: &ThreadState, indexes: &[usize]) -> Res<Vec<u8>> {
        let info = self.info(th)?;
        // SAFETY: the indexes are in range, so that the exporter's strides lead to an item that it keeps until release.
        Ok(unsafe { std::slice::from_raw_parts(item(info, indexes), info.itemsize).to_vec() })
    }

    /// Overwrites the item at `indexes`, all in range, of a view that is writable.
    pub(super) fn write(&self, th: &ThreadState, indexes: &[usize], bytes: &[u8]) -> Res<()> {
        let info = self.info(th)?;
        if info.readonly || bytes.len() != info.itemsize {
            return Err(th.type_error("cannot modify read-only memory"));
        }
        // SAFETY: as in `read`, and the exporter allows writing.
        unsafe { item(info, indexes).copy_from(bytes.as_ptr(), bytes.len()) };
        Ok(())
    }

    /// The layout of `self[start:stop:step]` in the first dimension.
    pub(super) fn sliced(&self, bounds: SliceBounds) -> BufferInfo {
        let mut info = self.info.clone();
        if bounds.count > 0 && info.suboffsets.as_ref().is_none_or(|all| all.first().is_none_or(|&offset| offset < 0)) {
            // SAFETY: the first item of the slice lies in the same memory.
            info.start = unsafe { info.start.offset(info.strides[0] * bounds.start) };
        }
        info.strides[0] *= bounds.step;
        info.shape[0] = bounds.count as isize;
        info.length = info.shape.iter().product::<isize>() as usize * info.itemsize;
        info
    }

    /// All items one after the other: in C order, or with the first index varying fastest.
    pub(super) fn to_vec(&self, th: &ThreadState, fortran: bool) -> Res<Vec<u8>> {
        let info = self.info(th)?;
        th.check_room(info.length)?;
        let mut out = Vec::with_capacity(info.length);
        if !fortran && info.is_c_contiguous() {
            if info.length > 0 {
                // SAFETY: contiguous: `length` bytes from the start on.
                out.extend_from_slice(unsafe { std::slice::from_raw_parts(info.start, info.length) });
            }
            return Ok(out);
        }
        for_each_index(&info.shape, fortran, |indexes| {
            // SAFETY: as in `read`.
            out.extend_from_slice(unsafe { std::slice::from_raw_parts(item(info, indexes), info.itemsize) });
        });
        Ok(out)
    }

    /// Counts a buffer given out; [`MemoryView::end_export`] takes it back.
    pub(super) fn export(&self, th: &ThreadState, slf: &Value, flags: Flags) -> Res<BufferInfo> {
        let info = self.info(th)?;
        if info.readonly && flags.contains(Flags::WRITABLE) {
            return Err(th.buffer_error("memoryview: underlying buffer is not writable"));
        }
        if !flags.contains(Flags::STRIDES) && !info.is_c_contiguous() {
            return Err(th.buffer_error("memoryview: underlying buffer is not C-contiguous"));
        }
        if info.suboffsets.is_some() && !flags.contains(Flags::INDIRECT) {
            return Err(th.buffer_error("memoryview: underlying buffer requires suboffsets"));
        }
        self.exports.set(self.exports.get() + 1);
        Ok(BufferInfo { exporter: slf.clone(), ..info.clone() })
    }

    pub(super) fn end_export(&self) {
        self.exports.set(self.exports.get().saturating_sub(1));
    }
}

/// A view that cannot be released, as if it had given a buffer out.
pub(super) struct Pin<'a>(&'a MemoryView);

impl Drop for Pin<'_> {
    fn drop(&mut self) {
        self.0.end_export();
    }
}

/// Where an item lies.
///
/// # Safety
/// There is one index for each dimension and all are in range.
unsafe fn item(info: &BufferInfo, indexes: &[usize]) -> *mut u8 {
    let mut at = info.start;
    for (dimension, &index) in indexes.iter().enumerate() {
        // SAFETY: the exporter's layout leads from dimension to dimension.
        unsafe {
            at = at.offset(info.strides[dimension] * index as isize);
            if let Some(offset) = info.suboffsets.as_ref().map(|all| all[dimension]).filter(|&offset| offset >= 0) {
                at = at.cast::<*mut u8>().read_unaligned().offset(offset);
            }
        }
    }
    at
}

/// Calls `each` with the indexes of every item.
pub(super) fn for_each_index(shape: &[isize], fortran: bool, mut each: impl FnMut(&[usize])) {
    if shape.contains(&0) {
        return;
    }
    let mut indexes = vec![0; shape.len()];
    loop {
        each(&indexes);
        let mut place = if fortran { 0 } else { shape.len().wrapping_sub(1) };
        loop {
            let Some(index) = indexes.get_mut(place) else { return };
            *index += 1;
            if (*index as isize) < shape[place] {
                break;
            }
            *index = 0;
            place = if fortran { place + 1 } else { place.wrapping_sub(1) };
        }
    }
}

impl ThreadState {
    /// `memoryview(object)`.
    pub fn memoryview(&self, object: &Value, flags: Flags) -> Res {
        if let Some(view) = object.downcast::<MemoryView>() {
            let info = view.info(self)?.clone();
            return view.derived(self, info);
        }
        if !self.has_buffer(object) {
            let found = object.class().full_name();
            return Err(self.type_error(format_args!("memoryview: a bytes-like object is required, not '{found}'")));
        }
        let buffer = self.buffer(object, flags)?;
        self.memoryview_of_buffer(buffer)
    }

    /// A view of what the native slot `get` exports, whatever the object's class does.
    pub(crate) fn memoryview_through(&self, object: &Value, get: GetBufferFn, flags: Flags) -> Res {
        let buffer = Buffer::native(get(self, object, flags)?);
        self.memoryview_of_buffer(buffer)
    }

    fn memoryview_of_buffer(&self, buffer: Buffer) -> Res {
        let info = buffer.info().clone();
        if info.shape.len() > MAX_DIMENSIONS {
            return Err(self.value_error("memoryview: number of dimensions must not exceed 64"));
        }
        let base = self.new_object(ManagedBuffer { buffer });
        Ok(MemoryView::over(self, base, info))
    }
}
