//! `tuple`: the items stand behind the payload.
#![expect(unsafe_code, reason = "items are laid out behind the payload")]

use std::cell::Cell;

use crate::gc::Visitor;
use crate::object::{Header, Payload, PayloadFns};
use crate::thread::ThreadState;
use crate::types::{Type, TypeDef};
use crate::value::Value;

pub use super::tuple_methods::TUPLE_DEF;

/// Payload of `tuple` objects.
#[repr(C)]
pub struct Tuple {
    length: usize,
    /// `hash()`, once it was asked for; 0 before.
    hash: Cell<i64>,
    items: [Value; 0],
}

/// Where the items stand in the object.
pub(super) const ITEMS: usize = Header::SIZE + size_of::<Tuple>();

impl Tuple {
    /// The items. A tuple never changes, so the slice may be kept as long as the tuple is.
    #[inline(always)]
    pub fn as_slice(&self) -> &[Value] {
        // SAFETY: tuples are made with `length` values behind the payload.
        unsafe { std::slice::from_raw_parts(self.items.as_ptr(), self.length) }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length
    }

    /// The hash that was computed before, or 0.
    #[inline(always)]
    pub(crate) fn known_hash(&self) -> i64 {
        self.hash.get()
    }

    pub(super) fn keep_hash(&self, hash: i64) {
        self.hash.set(hash);
    }

    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
}

unsafe fn tuple_size(object: *mut Header) -> usize {
    // SAFETY: called with tuples only.
    Header::SIZE + size_of::<Tuple>() + 8 * unsafe { (*object).payload::<Tuple>() }.len()
}

unsafe fn drop_tuple(object: *mut Header) {
    // SAFETY: called once, with a dying tuple: each item is read out once, the last one first, as CPython gives them up.
    unsafe {
        for item in (*object).payload::<Tuple>().as_slice().iter().rev() {
            drop(std::ptr::read(item));
        }
    }
}

unsafe fn traverse_tuple(object: *mut Header, visit: &mut Visitor<'_>) {
    // SAFETY: called with live tuples only.
    visit.values(unsafe { (*object).payload::<Tuple>() }.as_slice().iter());
}

pub(crate) const TUPLE_PAYLOAD: PayloadFns = PayloadFns {
    size: size_of::<Tuple>(),
    drop: Some(drop_tuple),
    traverse: Some(traverse_tuple),
    clear: None,
    var_size: Some(tuple_size),
    rust_type: Some(std::any::TypeId::of::<Tuple>()),
};

impl Payload for Tuple {
    const DEF: &'static TypeDef = &TUPLE_DEF;

    fn class() -> &'static Type {
        &TUPLE_TYPE
    }
}

pub static TUPLE_TYPE: Type = Type::new_static(&TUPLE_DEF);

impl Value {
    /// The tuple, if the value is one or of a subclass.
    #[inline(always)]
    pub fn as_tuple(&self) -> Option<&Tuple> {
        let header = self.header()?;
        if header.class().has_flag(crate::types::type_flags::TUPLE_SUBCLASS) {
            Some(header.payload::<Tuple>())
        } else {
            None
        }
    }
}

impl ThreadState {
    /// A new tuple of clones of `items`.
    pub fn tuple(&self, items: &[Value]) -> Value {
        self.tuple_of_class(&TUPLE_TYPE, items)
    }

    /// A new tuple that takes a known number of items over; nothing else is allocated.
    #[inline]
    pub fn tuple_from_array<const N: usize>(&self, items: [Value; N]) -> Value {
        let items = std::mem::ManuallyDrop::new(items);
        // SAFETY: the words move, and `items` is not dropped.
        unsafe { self.new_tuple_words(&TUPLE_TYPE, N, items.as_ptr()) }
    }

    /// A new tuple that takes the items over.
    pub fn tuple_from_vec(&self, items: Vec<Value>) -> Value {
        if items.is_empty() {
            return self.tuple(&[]);
        }
        // SAFETY: as in `tuple_of_class`; the words move, and the vector forgets them.
        unsafe {
            let value = self.new_tuple_words(&TUPLE_TYPE, items.len(), items.as_ptr());
            let mut items = items;
            items.set_len(0);
            value
        }
    }

    /// Replaces the items of a tuple that `marshal` is still making (nobody holds a slice of it): as many as fit.
    pub(crate) fn fill_tuple(&self, tuple: &Value, items: Vec<Value>) {
        let Some(length) = tuple.as_tuple().map(Tuple::len) else { return };
        let Some(header) = tuple.header() else { return };
        // Something may have asked for the hash of the unfinished tuple.
        header.payload::<Tuple>().hash.set(0);
        // From the object's own address: a reference to the payload may not be written through.
        let start = tuple.header_ptr().cast::<u8>().wrapping_add(ITEMS).cast::<Value>();
        for (index, item) in items.into_iter().take(length).enumerate() {
            // SAFETY: the index is within the tuple, whose words are values; no slice of it is held while it changes.
            drop(unsafe { std::ptr::replace(start.add(index), item) });
        }
    }

    /// A new instance of `class`, which is `tuple` or derives from it.
    pub fn tuple_of_class(&self, class: &Type, items: &[Value]) -> Value {
        if items.is_empty()
            && std::ptr::eq(class, &TUPLE_TYPE)
            && let Some(empty) = self.interp().empty_tuple.get()
        {
            return empty;
        }
        for item in items {
            std::mem::forget(item.clone());
        }
        // SAFETY: each word's new count was just added.
        unsafe { self.new_tuple_words(class, items.len(), items.as_ptr()) }
    }

    /// # Safety
    /// The tuple takes over one count of each of the `length` words at `items`.
    #[inline]
    pub(crate) unsafe fn new_tuple_words(&self, class: &Type, length: usize, items: *const Value) -> Value {
        // SAFETY: payload and items are written here, with the length that `tuple_size` reads back.
        unsafe {
            if std::ptr::eq(class, &TUPLE_TYPE) {
                // Every byte is written: nothing needs to be cleared first.
                return self.new_variable_filled(class, 8 * length, |start| {
                    start.cast::<Tuple>().write(Tuple { length, hash: Cell::new(0), items: [] });
                    let target = start.add(size_of::<Tuple>()).cast::<u64>();
                    crate::frame::copy_words(items.cast(), target, length);
                });
            }
            self.new_variable(class, 8 * length, |start| {
                start.cast::<Tuple>().write(Tuple { length, hash: Cell::new(0), items: [] });
                let target = start.add(size_of::<Tuple>()).cast::<u64>();
                crate::frame::copy_words(items.cast(), target, length);
            })
        }
    }
}
