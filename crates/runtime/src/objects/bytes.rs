//! `bytes`: immutable; the bytes stand behind the payload. This file holds the storage.
#![expect(unsafe_code, reason = "bytes are laid out behind the payload")]

use std::cell::Cell;

use crate::hashing::hash_bytes;
use crate::object::{Header, Payload, PayloadFns};
use crate::thread::ThreadState;
use crate::types::{Type, TypeDef};
use crate::value::Value;

pub use super::bytes_methods::BYTES_DEF;

/// Payload of `bytes` objects.
#[repr(C)]
pub struct Bytes {
    hash: Cell<i64>,
    length: usize,
    data: [u8; 0],
}

impl Bytes {
    /// The bytes. They never change, so the slice may be kept as long as the object is.
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: objects are made with `length` bytes behind the payload.
        unsafe { std::slice::from_raw_parts(self.data.as_ptr(), self.length) }
    }

    pub fn len(&self) -> usize {
        self.length
    }

    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// `hash()`, computed once.
    pub fn hash(&self) -> i64 {
        if self.hash.get() == 0 {
            self.hash.set(hash_bytes(self.as_slice()));
        }
        self.hash.get()
    }
}

unsafe fn bytes_size(object: *mut Header) -> usize {
    // SAFETY: called with `bytes` objects only.
    let length = unsafe { (*object).payload::<Bytes>() }.len();
    Header::SIZE + size_of::<Bytes>() + length.next_multiple_of(8)
}

pub(crate) const BYTES_PAYLOAD: PayloadFns = PayloadFns {
    size: size_of::<Bytes>(),
    drop: None,
    traverse: None,
    clear: None,
    var_size: Some(bytes_size),
    rust_type: Some(std::any::TypeId::of::<Bytes>()),
};

impl Payload for Bytes {
    const DEF: &'static TypeDef = &BYTES_DEF;

    fn class() -> &'static Type {
        &BYTES_TYPE
    }
}

pub static BYTES_TYPE: Type = Type::new_static(&BYTES_DEF);

impl Value {
    /// The bytes, if the value is `bytes` or of a subclass.
    #[inline(always)]
    pub fn as_bytes(&self) -> Option<&Bytes> {
        let header = self.header()?;
        if header.class().has_flag(crate::types::type_flags::BYTES_SUBCLASS) {
            Some(header.payload::<Bytes>())
        } else {
            None
        }
    }
}

impl ThreadState {
    pub fn bytes(&self, bytes: &[u8]) -> Value {
        self.bytes_of_parts(&[bytes])
    }

    /// New `bytes` of several runs; their lengths together are a size that can be.
    pub fn bytes_of_parts(&self, parts: &[&[u8]]) -> Value {
        let length = parts.iter().map(|part| part.len()).sum::<usize>();
        if length < 2
            && let Some(shared) = self.short_bytes(parts.iter().find_map(|part| part.first().copied()))
        {
            return shared;
        }
        // SAFETY: as below; what lies between the last byte and the block's end is never read.
        unsafe {
            self.new_variable_filled(&BYTES_TYPE, length.next_multiple_of(8), |start| {
                start.cast::<Bytes>().write(Bytes { hash: Cell::new(0), length, data: [] });
                let mut target = start.add(size_of::<Bytes>());
                for part in parts {
                    target.copy_from_nonoverlapping(part.as_ptr(), part.len());
                    target = target.add(part.len());
                }
            })
        }
    }

    /// The one object that is empty or holds a byte. There is none before the interpreter has started.
    fn short_bytes(&self, byte: Option<u8>) -> Option<Value> {
        let index = byte.map_or(0, |byte| usize::from(byte) + 1);
        self.interp().short_bytes.borrow().get(index).cloned()
    }

    /// A new instance of `class`, which is `bytes` or derives from it.
    pub fn bytes_of_class(&self, class: &Type, bytes: &[u8]) -> Value {
        if std::ptr::eq(class, &BYTES_TYPE) {
            return self.bytes(bytes);
        }
        // SAFETY: payload and data are written here, with the length that `bytes_size` reads back.
        unsafe {
            self.new_variable(class, bytes.len(), |start| {
                start.cast::<Bytes>().write(Bytes { hash: Cell::new(0), length: bytes.len(), data: [] });
                start.add(size_of::<Bytes>()).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            })
        }
    }
}
