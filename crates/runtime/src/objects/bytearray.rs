//! `bytearray`: bytes that change. This file holds the storage.
#![expect(unsafe_code, reason = "storage is shared by many references and mutated in place")]

use std::cell::{Cell, UnsafeCell};

use crate::buffer::{BufferInfo, Flags};
use crate::error::Res;
use crate::object::{Payload, PayloadFns};
use crate::thread::ThreadState;
use crate::types::{Type, TypeDef};
use crate::value::Value;

pub use super::bytearray_methods::BYTE_ARRAY_DEF;

/// Payload of `bytearray` objects. While a buffer is exported the vector keeps its length and its place.
pub struct ByteArray {
    bytes: UnsafeCell<Vec<u8>>,
    exports: Cell<usize>,
}

impl ByteArray {
    pub const fn new(bytes: Vec<u8>) -> ByteArray {
        ByteArray { bytes: UnsafeCell::new(bytes), exports: Cell::new(0) }
    }

    pub fn len(&self) -> usize {
        // SAFETY: no mutable borrow outlives a method of this type.
        unsafe { (*self.bytes.get()).len() }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn capacity(&self) -> usize {
        // SAFETY: as above.
        unsafe { (*self.bytes.get()).capacity() }
    }

    /// The bytes as they are. Nothing that runs Python code may be called while the slice is held.
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: the contract above: nothing changes the bytes meanwhile.
        unsafe { &*self.bytes.get() }
    }

    pub fn get(&self, index: usize) -> Option<u8> {
        self.as_slice().get(index).copied()
    }

    /// Overwrites one byte that is in range.
    pub fn put(&self, index: usize, byte: u8) {
        // SAFETY: writing a byte in place is allowed at any time.
        unsafe {
            if let Some(place) = (&mut *self.bytes.get()).get_mut(index) {
                *place = byte;
            }
        }
    }

    /// Changes bytes in place, without changing their number.
    pub fn with_slice<R>(&self, change: impl FnOnce(&mut [u8]) -> R) -> R {
        // SAFETY: `change` has no `th`: no other holder runs meanwhile.
        unsafe { change(&mut *self.bytes.get()) }
    }

    /// Changes the vector; BufferError while a buffer is exported.
    pub fn resize_with<R>(&self, th: &ThreadState, change: impl FnOnce(&mut Vec<u8>) -> R) -> Res<R> {
        self.check_exports(th)?;
        // SAFETY: nothing is exported, and `change` has no `th`.
        Ok(unsafe { change(&mut *self.bytes.get()) })
    }

    pub fn check_exports(&self, th: &ThreadState) -> Res<()> {
        if self.exports.get() > 0 {
            return Err(th.buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }

    pub(super) fn export(&self, th: &ThreadState, slf: &Value, flags: Flags) -> Res<BufferInfo> {
        // SAFETY: the address stays valid while the export is counted: the vector is not changed.
        let (start, length) = unsafe { ((*self.bytes.get()).as_mut_ptr(), (*self.bytes.get()).len()) };
        let info = BufferInfo::of_bytes(th, slf, start, length, false, flags)?;
        self.exports.set(self.exports.get() + 1);
        Ok(info)
    }

    /// Counts a use during which the length must not change; `end_export` ends it.
    pub(super) fn begin_export(&self) {
        self.exports.set(self.exports.get() + 1);
    }

    pub(super) fn end_export(&self) {
        self.exports.set(self.exports.get().saturating_sub(1));
    }
}

pub(crate) const BYTEARRAY_PAYLOAD: PayloadFns = PayloadFns::plain::<ByteArray>();

impl Payload for ByteArray {
    const DEF: &'static TypeDef = &BYTE_ARRAY_DEF;

    fn class() -> &'static Type {
        &BYTEARRAY_TYPE
    }
}

pub static BYTEARRAY_TYPE: Type = Type::new_static(&BYTE_ARRAY_DEF);

pub fn is_bytearray(value: &Value) -> bool {
    value.downcast::<ByteArray>().is_some()
}

impl ThreadState {
    /// A new `bytearray` of these bytes.
    pub fn bytearray(&self, bytes: Vec<u8>) -> Value {
        self.new_object(ByteArray::new(bytes))
    }
}
