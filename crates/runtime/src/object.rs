//! The heap object: header, native payload, release.
//!
//! ```text
//!  0       4       8       16                   extra_offset
//! +-------+-------+-------+--------------------+----------------+---------+---------------+
//! | count | flags | type  | native payload     | __slots__      | attrs   | inline values |
//! +-------+-------+-------+--------------------+----------------+---------+---------------+
//! ```
//! The payload is a Rust value of the class's nearest native base (`Payload`). What Python classes add stands behind it
//! (see `instance.rs`). Objects of variable size (`str`, `bytes`, `tuple`, ...) keep their items at the payload's end and
//! what classes add behind the items.
//!
//! **Borrow rule.** A reference into a payload's storage (the items of a list, the table of a dict) must not be held
//! across anything that can run Python code or drop a `Value`. What can run Python takes `th`; storage is reached through
//! methods that clone values out, or closures that have no `th`. Replaced values are returned, and dropped by the caller
//! when the storage is consistent again.
#![expect(unsafe_code, reason = "object headers are read and written through raw pointers")]

use std::any::TypeId;
use std::cell::Cell;
use std::ptr::NonNull;

use crate::gc::Visitor;
use crate::thread::{ThreadState, current};
use crate::types::{Type, TypeDef};
use crate::value::Value;

/// First 16 bytes of every heap object. Count first and type second, as CPython lays objects out: stable-ABI extensions
/// will read them.
#[repr(C)]
pub struct Header {
    refcount: Cell<u32>,
    /// Low 8 bits: `flags::*`. High 24 bits: the shape of an instance with attributes (see `shape.rs`).
    flags: Cell<u32>,
    class: Cell<*const Type>,
}

const _: () = assert!(size_of::<Header>() == 16);

/// A count with this bit is never changed.
pub const IMMORTAL: u32 = 1 << 31;

/// Bits of the header's flags word.
pub mod flags {
    /// The interpreter's weak reference table has an entry for the object.
    pub const HAS_WEAKREFS: u32 = 1 << 0;
    /// `__del__` has run.
    pub const FINALIZED: u32 = 1 << 1;
    /// Survived a collection.
    pub const OLD: u32 = 1 << 2;
    /// The attrs word is an owned `dict`, not the overflow array.
    pub const DICT_MODE: u32 = 1 << 3;
    /// A string that the interpreter's intern table knows.
    pub const INTERNED: u32 = 1 << 4;
    /// Excluded from collections (`gc.freeze`).
    pub const FROZEN: u32 = 1 << 5;
    /// Waits on the thread's list of postponed releases, or is being torn down.
    pub const DYING: u32 = 1 << 6;
    /// Free for the object's class to use.
    pub const CLASS_BIT: u32 = 1 << 7;
    pub const SHAPE_SHIFT: u32 = 8;
}

impl Header {
    pub const fn immortal(class: *const Type) -> Header {
        Header { refcount: Cell::new(IMMORTAL), flags: Cell::new(0), class: Cell::new(class) }
    }

    #[inline(always)]
    pub fn refcount(&self) -> u32 {
        self.refcount.get()
    }

    #[inline(always)]
    pub(crate) fn set_refcount(&self, count: u32) {
        self.refcount.set(count);
    }

    #[inline(always)]
    pub fn is_immortal(&self) -> bool {
        self.refcount.get() & IMMORTAL != 0
    }

    /// Counts can not reach the immortal bit by honest use: 2^31 references need 16 GiB of words. An object that gets
    /// there simply never dies.
    #[inline(always)]
    pub(crate) fn add_count(&self) {
        let count = self.refcount.get();
        if count as i32 >= 0 {
            self.refcount.set(count + 1);
        }
    }

    /// A new reference to the live object at `header`.
    pub(crate) fn value_at(header: *mut Header) -> Value {
        Value::from_header_ref(&header).clone()
    }

    pub(crate) fn make_immortal(&self) {
        self.refcount.set(IMMORTAL);
    }

    #[inline(always)]
    pub fn class(&self) -> &Type {
        // SAFETY: every object's type word points to a type that the object keeps alive.
        unsafe { &*self.class.get() }
    }

    #[inline(always)]
    pub(crate) fn class_ptr(&self) -> *const Type {
        self.class.get()
    }

    pub(crate) fn set_class_ptr(&self, class: *const Type) {
        self.class.set(class);
    }

    #[inline(always)]
    pub fn has_flag(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }

    #[inline(always)]
    pub(crate) fn flag_bits(&self) -> u32 {
        self.flags.get()
    }

    #[inline(always)]
    pub(crate) fn set_flag(&self, flag: u32) {
        self.flags.set(self.flags.get() | flag);
    }

    #[inline(always)]
    pub(crate) fn clear_flag(&self, flag: u32) {
        self.flags.set(self.flags.get() & !flag);
    }

    /// The shape id of an instance; 0 for "none" (no attributes region, or dict mode).
    #[inline(always)]
    pub fn shape_id(&self) -> u32 {
        self.flags.get() >> flags::SHAPE_SHIFT
    }

    #[inline(always)]
    pub(crate) fn set_shape_id(&self, id: u32) {
        self.flags.set(self.flags.get() & 0xFF | id << flags::SHAPE_SHIFT);
    }

    #[inline(always)]
    pub(crate) fn payload<T: Payload>(&self) -> &T {
        // SAFETY: callers have checked that the object's class has `T` as native base, so a `T` lies there.
        unsafe { &*(self as *const Header).cast::<u8>().add(T::OFFSET).cast::<T>() }
    }
}

/// The native part of a class's instances. Implemented by `#[pyclass]`, and by hand in `runtime` for objects of variable
/// size: `class()` must be a type whose `TypeDef` was made for `Self`.
pub trait Payload: 'static + Sized {
    const DEF: &'static TypeDef;
    /// Where the payload lies in the object; only `Type` includes the header itself.
    const OFFSET: usize = size_of::<Header>();

    fn class() -> &'static Type;

    /// The payload of a value that is known to be an instance (a method's `self`, checked by its descriptor).
    ///
    /// Panics if it is not: a fault of the caller's, never of a Python program's.
    #[inline(always)]
    fn of(value: &Value) -> &Self {
        match value.downcast::<Self>() {
            Some(payload) => payload,
            None => wrong_self(Self::class(), value),
        }
    }
}

#[cold]
#[inline(never)]
fn wrong_self(class: &Type, value: &Value) -> ! {
    panic!("a {} reached native code for {}", value.class().name(), class.name())
}

/// An owned reference to an object whose native payload is a `T`.
pub struct Ref<T: Payload> {
    value: Value,
    payload: NonNull<T>,
}

impl<T: Payload> Ref<T> {
    /// Takes a value if it is an instance of `T`'s class; gives it back otherwise.
    pub fn try_new(value: Value) -> Result<Ref<T>, Value> {
        match value.downcast::<T>().map(NonNull::from) {
            Some(payload) => Ok(Ref { value, payload }),
            None => Err(value),
        }
    }

    /// A new object of exactly `T`'s class.
    pub fn new(th: &ThreadState, payload: T) -> Ref<T> {
        let value = th.new_object(payload);
        let payload = NonNull::from(T::of(&value));
        Ref { value, payload }
    }

    #[inline(always)]
    pub fn as_value(&self) -> &Value {
        &self.value
    }

    #[inline(always)]
    pub fn into_value(self) -> Value {
        self.value
    }
}

impl<T: Payload> Clone for Ref<T> {
    fn clone(&self) -> Ref<T> {
        Ref { value: self.value.clone(), payload: self.payload }
    }
}

impl<T: Payload> std::ops::Deref for Ref<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: `value` keeps the object alive, and objects do not move.
        unsafe { self.payload.as_ref() }
    }
}

impl<T: Payload> From<Ref<T>> for Value {
    fn from(reference: Ref<T>) -> Value {
        reference.value
    }
}

/// Native functions of a payload, derived from its Rust type.
#[derive(Clone, Copy)]
pub struct PayloadFns {
    /// Bytes of payload after the header (for objects of variable size: without items).
    pub size: usize,
    pub drop: Option<unsafe fn(*mut Header)>,
    pub traverse: Option<unsafe fn(*mut Header, &mut Visitor<'_>)>,
    pub clear: Option<unsafe fn(*mut Header)>,
    /// For objects of variable size: bytes from the object's start to the end of its items.
    pub var_size: Option<unsafe fn(*mut Header) -> usize>,
    /// The Rust type. (Its functions' addresses do not tell: crates have copies of their own.)
    pub rust_type: Option<TypeId>,
}

impl PayloadFns {
    pub const NONE: PayloadFns =
        PayloadFns { size: 0, drop: None, traverse: None, clear: None, var_size: None, rust_type: None };

    /// For payloads that the collector need not look into.
    pub const fn plain<T: Payload>() -> PayloadFns {
        assert!(align_of::<T>() <= 8);
        PayloadFns {
            size: size_of::<T>().next_multiple_of(8),
            drop: if std::mem::needs_drop::<T>() { Some(drop_payload::<T>) } else { None },
            traverse: None,
            clear: None,
            var_size: None,
            rust_type: Some(TypeId::of::<T>()),
        }
    }

    /// Whether two classes' payloads are the same Rust type.
    pub fn same_as(&self, other: &PayloadFns) -> bool {
        self.rust_type == other.rust_type && self.size == other.size
    }

    /// For payloads that hold values.
    pub const fn traced<T: Payload + crate::gc::Traverse>() -> PayloadFns {
        PayloadFns {
            traverse: Some(traverse_payload::<T>),
            clear: Some(clear_payload::<T>),
            ..PayloadFns::plain::<T>()
        }
    }
}

unsafe fn drop_payload<T: Payload>(object: *mut Header) {
    // SAFETY: called once, by the release of an object whose payload is a `T`.
    unsafe { std::ptr::drop_in_place(object.cast::<u8>().add(T::OFFSET).cast::<T>()) }
}

unsafe fn traverse_payload<T: Payload + crate::gc::Traverse>(object: *mut Header, visit: &mut Visitor<'_>) {
    // SAFETY: called with a live object whose payload is a `T`.
    unsafe { (*object).payload::<T>() }.traverse(visit);
}

unsafe fn clear_payload<T: Payload + crate::gc::Traverse>(object: *mut Header) {
    // SAFETY: called with a live object whose payload is a `T`.
    unsafe { (*object).payload::<T>() }.clear();
}

impl ThreadState {
    /// A new object of exactly `T`'s class.
    #[inline]
    pub fn new_object<T: Payload>(&self, payload: T) -> Value {
        self.new_instance(T::class(), payload)
    }

    /// A new object of `class`, which is `T`'s class or derives from it; its attributes and slots are empty.
    #[inline]
    pub fn new_instance<T: Payload>(&self, class: &Type, payload: T) -> Value {
        debug_assert!(
            class.payload_fns().size == size_of::<T>().next_multiple_of(8),
            "layout of {} is not {}'s",
            class.name(),
            T::class().name()
        );
        let size = class.instance_size();
        let object = self.heap().allocate(size);
        // SAFETY: the block has `size` bytes, which hold the header, the payload and what the class adds (zeroed: empty).
        unsafe {
            let payload_end = Header::SIZE + size_of::<T>();
            // Word by word: there are few, and a call to clear them would cost more. (Sizes are multiples of 8.)
            let mut at = payload_end.next_multiple_of(8);
            while at < size {
                object.cast::<u8>().add(at).cast::<u64>().write(0);
                at += 8;
                crate::frame::registers::short_loop();
            }
            object.cast::<u8>().add(Header::SIZE).cast::<T>().write(payload);
            self.init_header(object, class)
        }
    }

    /// A new object of `class` with `items_size` bytes of items after a payload of variable size. `fill` must write the
    /// payload and items (both zeroed before).
    ///
    /// # Safety
    /// `class` derives from the native class whose layout `fill` writes; `var_size` of that class gives the same size.
    pub unsafe fn new_variable(&self, class: &Type, items_size: usize, fill: impl FnOnce(*mut u8)) -> Value {
        let size = class.instance_size() + items_size.next_multiple_of(8);
        let object = self.heap().allocate(size);
        // SAFETY: the block has `size` bytes.
        unsafe {
            let start = object.cast::<u8>().add(Header::SIZE);
            start.write_bytes(0, size - Header::SIZE);
            fill(start);
            self.init_header(object, class)
        }
    }

    /// As [`ThreadState::new_variable`], when `fill` writes every byte behind the header: nothing is zeroed before.
    ///
    /// # Safety
    /// As there; the class adds nothing behind the items.
    #[inline(always)]
    pub(crate) unsafe fn new_variable_filled(
        &self,
        class: &Type,
        items_size: usize,
        fill: impl FnOnce(*mut u8),
    ) -> Value {
        let size = class.instance_size() + items_size;
        let object = self.heap().allocate(size);
        // SAFETY: the block has `size` bytes.
        unsafe {
            fill(object.cast::<u8>().add(Header::SIZE));
            self.init_header(object, class)
        }
    }

    #[inline(always)]
    unsafe fn init_header(&self, object: *mut Header, class: &Type) -> Value {
        class.header().add_count();
        // SAFETY: the caller's block.
        unsafe {
            object.write(Header {
                refcount: Cell::new(1),
                flags: Cell::new(class.root_shape_id() << flags::SHAPE_SHIFT),
                class: Cell::new(class),
            });
            Value::from_header(object)
        }
    }
}

impl Header {
    pub const SIZE: usize = size_of::<Header>();
}

/// How many releases may nest on the native stack before they are postponed to a list: a chain of a million nodes is
/// freed in constant stack.
const MAX_NESTED_RELEASES: u32 = 40;

/// Called with the word of the last reference to an object. Runs `__del__` and weak reference callbacks, drops the
/// payload and gives the memory back.
#[cold]
#[inline(never)]
pub fn release(word: u64) {
    if let Some(th) = current() {
        release_in(th, word);
    }
}

/// As [`release`], for who knows the current thread.
#[inline(never)]
pub(crate) fn release_in(th: &ThreadState, word: u64) {
    let object = word as *mut Header;
    let depth = th.release_depth.get();
    if depth >= MAX_NESTED_RELEASES {
        // SAFETY: the object is live until its postponed release.
        unsafe { &*object }.set_flag(flags::DYING);
        th.postponed_releases.borrow_mut().push(object);
        return;
    }
    th.release_depth.set(depth + 1);
    // SAFETY: the count was one and its owner gave it up: nobody else refers to the object.
    unsafe { tear_down(th, object) };
    if depth == 0 {
        loop {
            let next = th.postponed_releases.borrow_mut().pop();
            let Some(object) = next else { break };
            // SAFETY: postponed objects are owned by the list alone.
            unsafe { tear_down(th, object) };
        }
    }
    th.release_depth.set(depth);
}

/// An instance that is nothing but slots and attributes of a class without `__del__`: most of those that programs make.
///
/// # Safety
/// As for `tear_down`; the class `is_plain`, and the object has neither weak references nor a dict. (A reference as argument
/// would promise that the class is there until the end.)
#[inline(always)]
unsafe fn tear_down_plain(th: &ThreadState, object: *mut Header, class: *const Type) {
    // SAFETY: the object lives on a page (see `is_plain`) and nobody else refers to it; behind the header lie words up to
    // the end of its block: slots, the word of overflowing attributes, inline values. Each owned one is taken once. The
    // class is there until the object's count of it is given up.
    unsafe {
        let class = &*class;
        (*object).set_flag(flags::DYING);
        let size = crate::heap::block_size(object);
        let words = object.cast::<u64>();
        let slots_end = class.attrs_offset() / 8;
        // Blocks of instances with attributes are filled with inline values to their end.
        let (attrs, end) = if class.has_attrs() { (slots_end, size / 8) } else { (usize::MAX, slots_end) };
        let mut at = class.extra_offset() / 8;
        while at < end {
            let word = words.add(at).replace(0);
            if at == attrs {
                if word != 0 {
                    crate::instance::drop_overflow(word);
                }
            } else if word != 0 {
                drop(Value::from_bits(word));
            } else if at > attrs {
                // Inline values are filled in order.
                break;
            }
            at += 1;
        }
        th.heap().free(object, size);
        let class = class.header();
        let count = class.refcount();
        if count as i32 > 1 {
            class.set_refcount(count - 1);
        } else {
            drop(Value::from_header(class as *const Header as *mut Header));
        }
    }
}

/// An object of a native class that is nothing but a payload.
///
/// # Safety
/// As for `tear_down`; the class is static and has no finaliser, the object no weak references.
#[inline(always)]
unsafe fn tear_down_native(th: &ThreadState, object: *mut Header, class: &Type) {
    // SAFETY: nobody else refers to the object; its class is immortal.
    unsafe {
        (*object).set_flag(flags::DYING);
        let payload = class.payload_fns();
        let size = match payload.var_size {
            Some(var_size) => var_size(object),
            None => class.instance_size(),
        };
        if let Some(drop_payload) = payload.drop {
            drop_payload(object);
        }
        th.heap().free(object, size);
    }
}

/// # Safety
/// `object` is live and the caller holds its only reference, which it gives up.
unsafe fn tear_down(th: &ThreadState, object: *mut Header) {
    // SAFETY: the object is live until it is freed below; its type outlives it.
    unsafe {
        let header = &*object;
        let class = &*header.class_ptr();
        if !header.has_flag(flags::HAS_WEAKREFS | flags::DICT_MODE) {
            if class.is_heap_type() {
                if class.is_plain() {
                    return tear_down_plain(th, object, class);
                }
            } else if class.slots().finalize.get().is_none() && !class.has_extra() {
                return tear_down_native(th, object, class);
            }
        }
        header.clear_flag(flags::DYING);
        if let Some(finalize) = class.slots().finalize.get()
            && !header.has_flag(flags::FINALIZED)
        {
            header.set_flag(flags::FINALIZED);
            // `finalize` sees a live object with one reference; if more are left afterwards it was resurrected.
            let value = Value::from_header(object);
            finalize(th, &value);
            if header.refcount() > 1 {
                drop(value);
                return;
            }
            std::mem::forget(value);
        }
        if header.has_flag(flags::HAS_WEAKREFS) {
            // Callbacks may look at the object no more: references are cleared first.
            crate::weakref::clear_references(th, object);
            if header.refcount() > 1 {
                header.set_refcount(header.refcount() - 1);
                return;
            }
        }
        header.set_flag(flags::DYING);
        // A finaliser may have given the object another class.
        let class = &*header.class_ptr();
        if class.has_extra() {
            crate::instance::drop_extra(object, class);
        }
        let payload = class.payload_fns();
        let size = match payload.var_size {
            Some(var_size) => var_size(object) + class.extra_size(),
            // Instances of a class may have been made with different inline capacities.
            None if class.has_attrs() && class.instance_size() <= crate::heap::MAX_SMALL => {
                crate::heap::block_size(object)
            }
            None => class.instance_size(),
        };
        if let Some(drop_payload) = payload.drop {
            drop_payload(object);
        }
        th.heap().free(object, size);
        drop(Value::from_header(class.header() as *const Header as *mut Header));
    }
}
