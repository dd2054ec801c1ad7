//! Interned strings: one object per text, so that names compare by address.
//!
//! The table does not own its strings: one that dies takes itself out. Names of code objects and of the machine are
//! immortal, which is what makes them fit as keys of the method cache.
#![expect(unsafe_code, reason = "the table holds strings weakly")]

use rustc_hash::FxHashMap;

use crate::object::{Header, flags};
use crate::objects::str::Str;
use crate::thread::{ThreadState, current};
use crate::value::Value;

/// Strings by hash; equal hashes are told apart by text.
#[derive(Default)]
pub struct InternTable {
    by_hash: FxHashMap<i64, Vec<*mut Header>>,
}

impl InternTable {
    fn find(&self, text: &Str) -> Option<Value> {
        let bucket = self.by_hash.get(&text.hash())?;
        bucket
            .iter()
            // SAFETY: entries are live: a dying string takes itself out first.
            .find(|&&entry| unsafe { (*entry).payload::<Str>() }.equals(text))
            .map(|entry| Value::from_header_ref(entry).clone())
    }

    pub fn len(&self) -> usize {
        self.by_hash.values().map(Vec::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.by_hash.is_empty()
    }
}

/// The interned string equal to `value`, an exact `str`. Other values come back unchanged.
pub fn intern(th: &ThreadState, value: Value) -> Value {
    let Some(text) = value.downcast_exact::<Str>() else { return value };
    let Some(header) = value.header() else { return value };
    if header.has_flag(flags::INTERNED) {
        return value;
    }
    let mut table = th.interp().interned.borrow_mut();
    if let Some(found) = table.find(text) {
        return found;
    }
    table.by_hash.entry(text.hash()).or_default().push(value.header_ptr());
    header.set_flag(flags::INTERNED);
    drop(table);
    value
}

/// An interned, immortal string: for names that the machine or a code object holds.
pub fn intern_immortal(th: &ThreadState, value: Value) -> Value {
    let value = intern(th, value);
    if let Some(header) = value.header()
        && header.has_flag(flags::INTERNED)
    {
        header.make_immortal();
    }
    value
}

/// Takes a dying string out of its interpreter's table.
pub(crate) fn forget(object: *mut Header) {
    let Some(th) = current() else { return };
    // SAFETY: the string is dying but its payload is intact.
    let hash = unsafe { (*object).payload::<Str>() }.hash();
    let mut table = th.interp().interned.borrow_mut();
    if let Some(bucket) = table.by_hash.get_mut(&hash) {
        bucket.retain(|&entry| entry != object);
        if bucket.is_empty() {
            table.by_hash.remove(&hash);
        }
    }
}
