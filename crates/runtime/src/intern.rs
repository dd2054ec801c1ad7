//! Interned strings: one object per text, so that names compare by address.
//!
//! The table does not own its strings: one that dies takes itself out. Names of code objects and of the machine are
//! immortal, which is what makes them fit as keys of the method cache.
#![expect(unsafe_code, reason = "the table holds strings weakly")]

use hashbrown::HashTable;

use crate::object::{Header, flags};
use crate::objects::str::Str;
use crate::thread::{ThreadState, current};
use crate::value::Value;

/// The strings, each found by its own hash.
pub struct InternTable {
    strings: HashTable<*mut Header>,
}

impl Default for InternTable {
    fn default() -> InternTable {
        // A start interns some five thousand.
        InternTable { strings: HashTable::with_capacity(7000) }
    }
}

/// The text of an entry.
///
/// # Safety
/// The entry is live: a dying string takes itself out of the table first.
unsafe fn text<'a>(entry: *mut Header) -> &'a Str {
    // SAFETY: the caller's promise.
    unsafe { (*entry).payload::<Str>() }
}

fn hash_of(entry: &*mut Header) -> u64 {
    // SAFETY: entries are live.
    unsafe { text(*entry) }.hash() as u64
}

impl InternTable {
    fn find(&self, wanted: &Str) -> Option<Value> {
        self.strings
            // SAFETY: entries are live.
            .find(wanted.hash() as u64, |&entry| unsafe { text(entry) }.equals(wanted))
            .map(|entry| Value::from_header_ref(entry).clone())
    }

    pub fn len(&self) -> usize {
        self.strings.len()
    }

    pub fn is_empty(&self) -> bool {
        self.strings.is_empty()
    }
}

/// The interned string of a text. One that is there already is found without making another first.
pub fn intern_text(th: &ThreadState, text: &str) -> Value {
    if text.is_ascii() { intern_ascii(th, text.as_bytes()) } else { intern(th, th.str(text)) }
}

/// As [`intern_text`], of bytes that are all below 128.
pub fn intern_ascii(th: &ThreadState, bytes: &[u8]) -> Value {
    if bytes.len() <= 1 {
        return th.str_from_ascii(bytes);
    }
    let hash = crate::hashing::hash_bytes(bytes);
    let mut table = th.interp().interned.borrow_mut();
    // SAFETY: entries are live.
    let is_wanted =
        |&entry: &*mut Header| unsafe { text(entry) }.as_ascii().is_some_and(|text| text.as_bytes() == bytes);
    if let Some(&entry) = table.strings.find(hash as u64, is_wanted) {
        return Value::from_header_ref(&entry).clone();
    }
    let value = th.str_from_ascii(bytes);
    if let Some(text) = value.as_str() {
        text.note_hash(hash);
    }
    if let Some(header) = value.header() {
        table.strings.insert_unique(hash as u64, value.header_ptr(), hash_of);
        header.set_flag(flags::INTERNED);
    }
    value
}

/// As [`intern_text`]; the string is immortal, as [`intern_immortal`] says.
pub fn intern_immortal_text(th: &ThreadState, text: &str) -> Value {
    let value = intern_text(th, text);
    if let Some(header) = value.header() {
        header.make_immortal();
    }
    value
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
    table.strings.insert_unique(text.hash() as u64, value.header_ptr(), hash_of);
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
    let hash = hash_of(&object);
    let mut table = th.interp().interned.borrow_mut();
    if let Ok(entry) = table.strings.find_entry(hash, |&entry| entry == object) {
        entry.remove();
    }
}
