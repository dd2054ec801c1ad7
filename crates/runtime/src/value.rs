//! `Value`: every Python value in one 64-bit word.
//!
//! | low bits | meaning |
//! | --- | --- |
//! | `..1`  | small int: 63 bits, two's complement |
//! | `..10` | float whose exponent is near 1, rotated into the word (`FLOAT_BIAS`, `rotate_left(3)`) |
//! | `.000` | pointer to a heap object, 8-byte aligned, one owned count |
//! | `.100` | `None`, `True`, `False`, `Ellipsis`, `NotImplemented`, `0.0`, `-0.0` and the machine's markers |
//!
//! Zero is never a `Value`, so `Option<Value>` is one word too. Only the pointer form is counted: `Clone` adds one,
//! `Drop` takes one away and releases the object with the last.
#![expect(unsafe_code, reason = "turns words into object references; the whole object model rests on it")]

use std::mem::ManuallyDrop;
use std::num::NonZeroU64;

use crate::object::{Header, Payload, release};
use crate::types::Type;

/// One Python value; owns a count when it points to a heap object.
#[repr(transparent)]
pub struct Value(NonZeroU64);

const _: () = assert!(size_of::<Value>() == 8 && size_of::<Option<Value>>() == 8);

pub(crate) const TAG_INT: u64 = 1;
pub(crate) const TAG_FLOAT: u64 = 2;
pub(crate) const FLOAT_BIAS: u64 = 1 << 60;

const fn immediate(index: u64) -> u64 {
    index << 3 | 4
}

pub(crate) const NONE: u64 = immediate(0);
pub(crate) const FALSE: u64 = immediate(1);
pub(crate) const TRUE: u64 = immediate(2);
pub(crate) const ELLIPSIS: u64 = immediate(3);
pub(crate) const NOT_IMPLEMENTED: u64 = immediate(4);
pub(crate) const FLOAT_ZERO: u64 = immediate(5);
pub(crate) const FLOAT_MINUS_ZERO: u64 = immediate(6);
/// An unbound local, an empty cell, the place beside a callable that has no `self`. Never seen by Python code.
pub(crate) const UNBOUND: u64 = immediate(7);
/// What an `iternext` slot returns at the end, instead of raising `StopIteration`. Never seen by Python code.
pub(crate) const EXHAUSTED: u64 = immediate(8);

pub const SMALL_INT_MAX: i64 = (1 << 62) - 1;
pub const SMALL_INT_MIN: i64 = -(1 << 62);

impl Value {
    pub const NONE: Value = Value::from_immediate(NONE);
    pub const TRUE: Value = Value::from_immediate(TRUE);
    pub const FALSE: Value = Value::from_immediate(FALSE);
    pub const ELLIPSIS: Value = Value::from_immediate(ELLIPSIS);
    pub const NOT_IMPLEMENTED: Value = Value::from_immediate(NOT_IMPLEMENTED);
    pub const UNBOUND: Value = Value::from_immediate(UNBOUND);
    pub const EXHAUSTED: Value = Value::from_immediate(EXHAUSTED);

    #[inline(always)]
    const fn from_immediate(bits: u64) -> Value {
        match NonZeroU64::new(bits) {
            Some(word) => Value(word),
            None => panic!("an immediate is never zero"),
        }
    }

    #[inline(always)]
    pub const fn none() -> Value {
        Value::NONE
    }

    #[inline(always)]
    pub const fn bool(value: bool) -> Value {
        if value { Value::TRUE } else { Value::FALSE }
    }

    /// A small int, if it fits 63 bits. `ThreadState::int` takes any `i64`.
    #[inline(always)]
    pub const fn small_int(value: i64) -> Option<Value> {
        if value << 1 >> 1 == value { Some(Value::from_immediate((value as u64) << 1 | TAG_INT)) } else { None }
    }

    /// A small int that is known to fit (lengths, indexes, 32-bit quantities).
    #[inline(always)]
    pub fn index(value: usize) -> Value {
        debug_assert!(value <= SMALL_INT_MAX as usize);
        Value::from_immediate((value as u64) << 1 | TAG_INT)
    }

    /// A small int from at most 32 bits.
    #[inline(always)]
    pub const fn int32(value: i32) -> Value {
        Value::from_immediate((value as i64 as u64) << 1 | TAG_INT)
    }

    /// A float, if the word can hold it; `ThreadState::float` takes every double.
    #[inline(always)]
    pub fn word_float(value: f64) -> Option<Value> {
        let word = value.to_bits().wrapping_add(FLOAT_BIAS).rotate_left(3);
        if word & 3 == TAG_FLOAT {
            return Some(Value::from_immediate(word));
        }
        match value.to_bits() {
            0 => Some(Value::from_immediate(FLOAT_ZERO)),
            0x8000_0000_0000_0000 => Some(Value::from_immediate(FLOAT_MINUS_ZERO)),
            _ => None,
        }
    }

    /// The word itself; ownership stays with `self`.
    #[inline(always)]
    pub const fn bits(&self) -> u64 {
        self.0.get()
    }

    /// Gives up ownership and returns the word.
    #[inline(always)]
    pub fn into_bits(self) -> u64 {
        ManuallyDrop::new(self).0.get()
    }

    /// # Safety
    /// `bits` is a word from [`Value::into_bits`], used once; or an immediate.
    #[inline(always)]
    pub const unsafe fn from_bits(bits: u64) -> Value {
        // SAFETY: the caller's promise: words of values are not zero.
        Value(unsafe { NonZeroU64::new_unchecked(bits) })
    }

    /// # Safety
    /// `header` points to a live object; the result owns one of its counts, which the caller gives up.
    #[inline(always)]
    pub unsafe fn from_header(header: *mut Header) -> Value {
        // SAFETY: object addresses are aligned to words and not null.
        unsafe { Value::from_bits(header as u64) }
    }

    /// A view of a live object as a value, without taking a count.
    #[inline(always)]
    pub fn from_header_ref(header: &*mut Header) -> &Value {
        // SAFETY: `Value` is transparent over a non-null word and pointers to live objects are such words.
        unsafe { &*(header as *const *mut Header as *const Value) }
    }

    #[inline(always)]
    pub fn is(&self, other: &Value) -> bool {
        self.bits() == other.bits()
    }

    #[inline(always)]
    pub fn is_none(&self) -> bool {
        self.bits() == NONE
    }

    #[inline(always)]
    pub fn is_true(&self) -> bool {
        self.bits() == TRUE
    }

    #[inline(always)]
    pub fn is_false(&self) -> bool {
        self.bits() == FALSE
    }

    #[inline(always)]
    pub fn is_not_implemented(&self) -> bool {
        self.bits() == NOT_IMPLEMENTED
    }

    #[inline(always)]
    pub fn is_unbound(&self) -> bool {
        self.bits() == UNBOUND
    }

    #[inline(always)]
    pub fn is_exhausted(&self) -> bool {
        self.bits() == EXHAUSTED
    }

    #[inline(always)]
    pub fn is_small_int(&self) -> bool {
        self.bits() & TAG_INT != 0
    }

    /// The number of an exact small int (not of a bool or of an int object).
    #[inline(always)]
    pub fn as_small_int(&self) -> Option<i64> {
        if self.is_small_int() { Some(self.bits() as i64 >> 1) } else { None }
    }

    /// `Some` for `True` and `False` only.
    #[inline(always)]
    pub fn as_bool(&self) -> Option<bool> {
        match self.bits() {
            TRUE => Some(true),
            FALSE => Some(false),
            _ => None,
        }
    }

    /// The number of an exact float held in the word (0.0 and -0.0 included); heap floats give `None`.
    #[inline(always)]
    pub fn as_word_float(&self) -> Option<f64> {
        if self.bits() & 3 == TAG_FLOAT {
            return Some(f64::from_bits(self.bits().rotate_right(3).wrapping_sub(FLOAT_BIAS)));
        }
        match self.bits() {
            FLOAT_ZERO => Some(0.0),
            FLOAT_MINUS_ZERO => Some(-0.0),
            _ => None,
        }
    }

    #[inline(always)]
    pub fn is_object(&self) -> bool {
        self.bits() & 7 == 0
    }

    /// The object behind a pointer word.
    #[inline(always)]
    pub fn header(&self) -> Option<&Header> {
        // SAFETY: a pointer word owns a count, so the object lives at least as long as `self` is borrowed.
        if self.is_object() { Some(unsafe { &*(self.bits() as *const Header) }) } else { None }
    }

    #[inline(always)]
    pub(crate) fn header_ptr(&self) -> *mut Header {
        debug_assert!(self.is_object());
        self.bits() as *mut Header
    }

    /// The type of the value: `type(x)`.
    #[inline(always)]
    pub fn class(&self) -> &Type {
        match self.header() {
            Some(header) => header.class(),
            None => self.immediate_class(),
        }
    }

    #[inline]
    fn immediate_class(&self) -> &'static Type {
        use crate::objects::*;
        match self.bits() {
            bits if bits & TAG_INT != 0 => &int::INT_TYPE,
            bits if bits & 3 == TAG_FLOAT => &float::FLOAT_TYPE,
            TRUE | FALSE => &int::BOOL_TYPE,
            FLOAT_ZERO | FLOAT_MINUS_ZERO => &float::FLOAT_TYPE,
            ELLIPSIS => &singletons::ELLIPSIS_TYPE,
            NOT_IMPLEMENTED => &singletons::NOT_IMPLEMENTED_TYPE,
            _ => &singletons::NONE_TYPE,
        }
    }

    /// The native part of an object whose class is `T`'s class or derives from it.
    #[inline(always)]
    pub fn downcast<T: Payload>(&self) -> Option<&T> {
        let header = self.header()?;
        if header.class().is_subtype_native(T::class()) { Some(header.payload::<T>()) } else { None }
    }

    /// Like [`Value::downcast`], for exactly `T`'s class: subclasses give `None`.
    #[inline(always)]
    pub fn downcast_exact<T: Payload>(&self) -> Option<&T> {
        let header = self.header()?;
        if std::ptr::eq(header.class(), T::class()) { Some(header.payload::<T>()) } else { None }
    }

    /// The native part of an object of one of several native classes that share the payload type `T`; the class's payload
    /// is checked by its size.
    pub fn shared_payload<T: Payload>(&self, classes: &[&'static Type]) -> Option<&T> {
        let header = self.header()?;
        let known = classes.iter().find(|class| header.class().is_subtype_native(class))?;
        (known.payload_fns().size == size_of::<T>().next_multiple_of(8)).then(|| header.payload::<T>())
    }

    /// Whether `type(self)` is exactly `class`.
    #[inline(always)]
    pub fn is_exactly(&self, class: &Type) -> bool {
        std::ptr::eq(self.class(), class)
    }

    /// Whether `type(self)` is `class` or derives from it (no `__instancecheck__`).
    #[inline]
    pub fn is_instance_of(&self, class: &Type) -> bool {
        self.class().is_subtype(class)
    }

    /// The number that `id()` shows: the address of an object, the word of anything else.
    pub fn id(&self) -> u64 {
        self.bits()
    }
}

impl Default for Value {
    fn default() -> Value {
        Value::NONE
    }
}

impl Clone for Value {
    #[inline(always)]
    fn clone(&self) -> Value {
        if let Some(header) = self.header() {
            header.add_count();
        }
        // SAFETY: the count that the copy owns was just added.
        unsafe { Value::from_bits(self.bits()) }
    }
}

impl Drop for Value {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(header) = self.header() {
            let count = header.refcount();
            if count as i32 > 1 {
                header.set_refcount(count - 1);
            } else if count == 1 {
                release(self.bits());
            }
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(number) = self.as_small_int() {
            return write!(f, "{number}");
        }
        if let Some(number) = self.as_word_float() {
            return write!(f, "{number:?}");
        }
        match self.bits() {
            NONE => f.write_str("None"),
            TRUE => f.write_str("True"),
            FALSE => f.write_str("False"),
            ELLIPSIS => f.write_str("Ellipsis"),
            NOT_IMPLEMENTED => f.write_str("NotImplemented"),
            UNBOUND => f.write_str("<unbound>"),
            EXHAUSTED => f.write_str("<exhausted>"),
            bits => write!(f, "<{} object at {bits:#x}>", self.class().name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_ints_round_trip() {
        for number in [0, 1, -1, 42, SMALL_INT_MAX, SMALL_INT_MIN] {
            assert_eq!(Value::small_int(number).and_then(|v| v.as_small_int()), Some(number));
        }
        assert!(Value::small_int(SMALL_INT_MAX + 1).is_none());
        assert!(Value::small_int(SMALL_INT_MIN - 1).is_none());
    }

    #[test]
    fn words_tell_what_they_are_and_change_hands() {
        let words = [Value::NONE, Value::TRUE, Value::FALSE, Value::ELLIPSIS, Value::UNBOUND, Value::EXHAUSTED];
        for (number, value) in words.iter().enumerate() {
            assert!(!value.is_object() && !value.is_small_int() && value.as_word_float().is_none());
            assert!(words.iter().enumerate().all(|(other, word)| word.is(value) == (other == number)));
            // SAFETY: the word comes from `into_bits` and is used once.
            assert!(unsafe { Value::from_bits(value.clone().into_bits()) }.is(value));
        }
        assert_eq!((Value::TRUE.as_bool(), Value::index(1).as_bool()), (Some(true), None));
        assert_eq!(Value::int32(-7).as_small_int(), Some(-7));
        let empty: Option<Value> = None;
        // SAFETY: an absent value is the word that no value has.
        assert_eq!(unsafe { std::mem::transmute::<Option<Value>, u64>(empty) }, 0);
    }

    #[test]
    fn floats_near_one_live_in_the_word() {
        for number in [0.0, -0.0, 1.0, -1.5, 1e-70, 3.7e70, std::f64::consts::PI] {
            let value = Value::word_float(number).expect("fits the word");
            assert_eq!(value.as_word_float().map(f64::to_bits), Some(number.to_bits()));
        }
        for number in [f64::INFINITY, f64::NAN, 1e300, 5e-324] {
            assert!(Value::word_float(number).is_none());
        }
    }
}
