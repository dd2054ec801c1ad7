//! Attributes at sites that see several classes: one table per interpreter, shared by all of them.
//!
//! An inline cache knows one class and one shape. A site whose cache keeps missing becomes `LOAD_ATTR_POLY` (or
//! `STORE_ATTR_POLY`), which looks here: by class version, shape and name. A version belongs to one state of one class and
//! is never given twice, so an entry need not be removed when its class changes or dies: nothing has its version any more.
//! Names are immortal strings, so their addresses stay theirs.

use std::cell::Cell;

use crate::object::Header;
use crate::types::Type;

/// A bit of a name's word, which an address has clear: what stands for the shape is the version of the class from which
/// `super` goes on.
const OF_SUPER: u64 = 1;

const SIZE_LOG2: u32 = 11;
const SIZE: usize = 1 << SIZE_LOG2;

type Table = [Cell<Entry>; SIZE];

/// What an entry says of its attribute.
pub(super) mod kind {
    /// An inline value of the instance, at a byte offset.
    pub(crate) const VALUE: u32 = 1;
    /// A method on the class that nothing hides: a word that the class owns.
    pub(crate) const METHOD: u32 = 2;
    /// Something else on the class that is no descriptor, and that nothing hides.
    pub(crate) const CONSTANT: u32 = 3;
    /// A word of `__slots__` at a byte offset: zero while empty.
    pub(crate) const SLOT: u32 = 4;
    /// A property of the class: a word that the class owns. Kinds from here on take more than a load.
    pub(crate) const PROPERTY: u32 = 6;
    /// A field or computed attribute of a native class: the address of its accessors.
    pub(crate) const NATIVE: u32 = 7;
    /// A value past the instance's inline ones, by its place there.
    pub(crate) const OVERFLOW: u32 = 8;
    /// (Stores.) A new inline value at a byte offset; the instance gets the shape in `value`.
    pub(crate) const ADD: u32 = 5;
}

/// One attribute of instances of one class in one shape.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub name: u64,
    pub version: u32,
    pub shape: u32,
    pub kind: u32,
    pub offset: u32,
    pub value: u64,
}

const EMPTY: Entry = Entry { name: 0, version: 0, shape: 0, kind: 0, offset: 0, value: 0 };

/// Direct-mapped tables of one interpreter.
pub struct AttributeCache {
    loads: Box<Table>,
    stores: Box<Table>,
}

impl Default for AttributeCache {
    fn default() -> AttributeCache {
        let table = || Box::new([const { Cell::new(EMPTY) }; SIZE]);
        AttributeCache { loads: table(), stores: table() }
    }
}

#[inline(always)]
fn index(version: u32, shape: u32, name: u64) -> usize {
    let key = u64::from(version) ^ u64::from(shape) << 20 ^ name >> 4;
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - SIZE_LOG2)) as usize
}

#[inline(always)]
fn find(table: &Table, version: u32, shape: u32, name: u64) -> Option<Entry> {
    let entry = table[index(version, shape, name)].get();
    // A class that has no version yet has no entries, but empty ones have this version too.
    if entry.name == name && entry.version == version && entry.shape == shape { Some(entry) } else { None }
}

fn enter(table: &Table, entry: Entry) {
    table[index(entry.version, entry.shape, entry.name)].set(entry);
}

impl AttributeCache {
    #[inline(always)]
    pub(super) fn load(&self, header: &Header, name: u64) -> Option<Entry> {
        find(&self.loads, header.class().version(), header.shape_id(), name)
    }

    #[inline(always)]
    pub(super) fn store(&self, header: &Header, name: u64) -> Option<Entry> {
        find(&self.stores, header.class().version(), header.shape_id(), name)
    }

    /// The method that `super(class, this).name` is, for a `this` of class `start`.
    #[inline(always)]
    pub(super) fn super_method(&self, start: &Type, class: &Type, name: u64) -> Option<u64> {
        find(&self.loads, start.version(), class.version(), name | OF_SUPER).map(|entry| entry.value)
    }

    pub(super) fn enter_super_method(&self, start: u32, class: u32, name: u64, method: u64) {
        let entry =
            Entry { name: name | OF_SUPER, version: start, shape: class, kind: kind::METHOD, offset: 0, value: method };
        enter(&self.loads, entry);
    }

    pub(super) fn enter_load(&self, entry: Entry) {
        enter(&self.loads, entry);
    }

    pub(super) fn enter_store(&self, entry: Entry) {
        enter(&self.stores, entry);
    }

    /// Forgets everything.
    pub fn clear(&self) {
        for entry in self.loads.iter().chain(self.stores.iter()) {
            entry.set(EMPTY);
        }
    }
}
