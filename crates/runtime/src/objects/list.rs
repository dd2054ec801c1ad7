//! `list`: a growable array of values. This file holds the storage; methods are in `list_methods.rs`.
#![expect(unsafe_code, reason = "storage is shared by many references and mutated in place")]

use std::cell::UnsafeCell;

use crate::gc::{Traverse, Visitor};
use crate::object::{Payload, PayloadFns};
use crate::thread::ThreadState;
use crate::types::{Type, TypeDef};
use crate::value::Value;

pub use super::list_methods::LIST_DEF;
pub(crate) use super::list_methods::sum_of_small_ints;

/// Payload of `list` objects.
///
/// No method runs Python code or drops a value while the items are borrowed; values taken out are returned.
pub struct List {
    items: UnsafeCell<Vec<Value>>,
}

impl List {
    pub const fn new(items: Vec<Value>) -> List {
        List { items: UnsafeCell::new(items) }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        // SAFETY: no mutable borrow outlives a method of this type.
        unsafe { (*self.items.get()).len() }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A clone of item `index`.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Value> {
        // SAFETY: cloning a value runs no other code.
        unsafe { (&*self.items.get()).get(index).cloned() }
    }

    /// The word of item `index`, which the list still owns.
    #[inline(always)]
    pub(crate) fn word(&self, index: usize) -> Option<u64> {
        self.with(|items| items.get(index).map(Value::bits))
    }

    /// Stores an owned word over item `index`, which is in range, and returns the old one.
    #[inline(always)]
    pub(crate) fn replace_word(&self, index: usize, word: u64) -> u64 {
        // SAFETY: the caller owns the word and takes the old one over.
        self.with_mut(|items| std::mem::replace(&mut items[index], unsafe { Value::from_bits(word) }).into_bits())
    }

    /// Appends an owned word if that takes no more memory.
    #[inline(always)]
    pub(crate) fn push_word_in_place(&self, word: u64) -> bool {
        // SAFETY: as for `push`; the caller owns the word, and keeps it if there is no room.
        unsafe {
            let items = &mut *self.items.get();
            if items.len() == items.capacity() {
                return false;
            }
            let end = items.as_mut_ptr().add(items.len());
            *end.cast::<u64>() = word;
            items.set_len(items.len() + 1);
            true
        }
    }

    /// Appends an owned word.
    pub(crate) fn push_word(&self, word: u64) {
        // SAFETY: the caller owns the word.
        self.push(unsafe { Value::from_bits(word) });
    }

    /// Stores an item and returns the old one; gives `value` back if `index` is out of range.
    #[inline(always)]
    pub fn replace(&self, index: usize, value: Value) -> Result<Value, Value> {
        // SAFETY: as above; nothing is dropped here.
        unsafe {
            match (&mut *self.items.get()).get_mut(index) {
                Some(place) => Ok(std::mem::replace(place, value)),
                None => Err(value),
            }
        }
    }

    #[inline(always)]
    pub fn push(&self, value: Value) {
        // SAFETY: growing moves words only.
        unsafe { (*self.items.get()).push(value) }
    }

    #[inline(always)]
    pub fn pop(&self) -> Option<Value> {
        // SAFETY: as above.
        unsafe { (*self.items.get()).pop() }
    }

    /// Looks at the items. `look` must neither run Python code nor drop a value: it has no `th`.
    #[inline(always)]
    pub fn with<R>(&self, look: impl FnOnce(&[Value]) -> R) -> R {
        // SAFETY: the contract of `look`.
        unsafe { look(&*self.items.get()) }
    }

    /// Changes the items. `change` must neither run Python code nor drop a value; it returns what it takes out.
    #[inline(always)]
    pub fn with_mut<R>(&self, change: impl FnOnce(&mut Vec<Value>) -> R) -> R {
        // SAFETY: the contract of `change`.
        unsafe { change(&mut *self.items.get()) }
    }

    /// Takes all items out.
    pub fn take(&self) -> Vec<Value> {
        self.with_mut(std::mem::take)
    }

    /// A copy of the items.
    pub fn to_vec(&self) -> Vec<Value> {
        self.with(<[Value]>::to_vec)
    }
}

impl Traverse for List {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.with(|items| visit.values(items.iter()));
    }

    fn clear(&self) {
        release_backwards(self.take());
    }
}

impl Drop for List {
    fn drop(&mut self) {
        release_backwards(std::mem::take(self.items.get_mut()));
    }
}

/// Gives items up from the last to the first, as CPython's lists do when they are cleared or die.
pub(crate) fn release_backwards(mut items: Vec<Value>) {
    while let Some(item) = items.pop() {
        drop(item);
    }
}

pub(crate) const LIST_PAYLOAD: PayloadFns = PayloadFns::traced::<List>();

impl Payload for List {
    const DEF: &'static TypeDef = &LIST_DEF;

    fn class() -> &'static Type {
        &LIST_TYPE
    }
}

pub static LIST_TYPE: Type = Type::new_static(&LIST_DEF);

impl ThreadState {
    pub fn list(&self, items: Vec<Value>) -> Value {
        self.new_object(List::new(items))
    }
}
