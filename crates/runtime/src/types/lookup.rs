//! Finding attributes on types: the method resolution order, walked once and remembered.
//!
//! `Type::lookup` is CPython's `_PyType_Lookup`. The cache is direct-mapped by (version tag, name address); a type that
//! changes gets a new version, so entries never need to be removed. The address of a name that may die is not enough to
//! know it by: its entries hold its hash too.
#![expect(unsafe_code, reason = "the cache holds borrowed words")]

use std::cell::Cell;

use crate::objects::dict::Dict;
use crate::objects::str::Str;
use crate::thread::ThreadState;
use crate::types::{Type, type_flags};
use crate::value::Value;

const CACHE_SIZE: usize = 4096;

#[derive(Clone, Copy)]
struct Entry {
    version: u32,
    name: u64,
    /// The name's hash; 0 for names that never die.
    hash: i64,
    /// Word of the attribute, kept alive by the type while the version holds; 0: not found.
    value: u64,
}

/// Results of lookups in one interpreter.
pub struct MethodCache {
    entries: Box<[Cell<Entry>]>,
    next_version: Cell<u32>,
}

impl Default for MethodCache {
    fn default() -> MethodCache {
        MethodCache {
            entries: vec![Cell::new(Entry { version: 0, name: 0, hash: 0, value: 0 }); CACHE_SIZE].into(),
            next_version: Cell::new(1),
        }
    }
}

impl Type {
    /// The attribute `name` (an interned `str`) of the first class in the MRO that has it. Never runs Python code.
    #[inline]
    pub fn lookup(&self, th: &ThreadState, name: &Value) -> Option<Value> {
        let version = self.version();
        if version != 0 {
            let cache = &th.interp().method_cache;
            let entry = cache.entries[slot(version, name.bits())].get();
            if entry.version == version
                && entry.name == name.bits()
                && (entry.hash == 0 || name.as_str().is_some_and(|name| name.hash() == entry.hash))
            {
                if entry.value == 0 {
                    return None;
                }
                // SAFETY: the version says that the type still holds this value under this name.
                let value = std::mem::ManuallyDrop::new(unsafe { Value::from_bits(entry.value) });
                return Some((*value).clone());
            }
        }
        self.lookup_slow(th, name)
    }

    #[inline(never)]
    fn lookup_slow(&self, th: &ThreadState, name: &Value) -> Option<Value> {
        let found = self.lookup_uncached(name);
        let version = self.ensure_version(th);
        // Entries own no count of the name: only an immortal one's address means it for as long as the entry lives.
        if version != 0
            && let Some(text) = name.downcast_exact::<Str>()
        {
            let immortal = name.header().is_some_and(|name| name.is_immortal());
            let (name, hash) = (name.bits(), if immortal { 0 } else { text.hash() });
            if immortal || hash != 0 {
                let value = found.as_ref().map_or(0, Value::bits);
                th.interp().method_cache.entries[slot(version, name)].set(Entry { version, name, hash, value });
            }
        }
        found
    }

    /// As [`Type::lookup`], without the cache. Also for names that are not interned.
    pub fn lookup_uncached(&self, name: &Value) -> Option<Value> {
        self.with_mro(|mro| {
            mro.iter().find_map(|class| class.as_type()?.with_dict(|dict| dict.get_str(name)).flatten())
        })
        .flatten()
    }

    /// Gives the type (and its bases) a version tag if it has none. 0 if tags ran out.
    pub fn ensure_version(&self, th: &ThreadState) -> u32 {
        if self.has_flag(type_flags::FOREIGN_MRO) {
            return 0;
        }
        if self.version() == 0 {
            let counter = &th.interp().method_cache.next_version;
            let version = counter.get();
            if version == u32::MAX {
                return 0;
            }
            if let Some(bases) = self.bases()
                && let Some(bases) = bases.downcast::<crate::objects::tuple::Tuple>()
            {
                for base in bases.as_slice() {
                    if base.as_type().is_some_and(|base| base.ensure_version(th) == 0) {
                        return 0;
                    }
                }
            }
            counter.set(counter.get().max(version) + 1);
            self.set_version(counter.get());
        }
        self.version()
    }

    /// To be called after any change of the type's namespace, bases or MRO: takes the version tags of the type and of
    /// everything derived from it away.
    pub fn modified(&self) {
        if self.version() == 0 {
            return;
        }
        self.set_version(0);
        let subclasses: Vec<*const Type> = self.subclasses.borrow().clone();
        for subclass in subclasses {
            // SAFETY: dying classes take themselves out of the list.
            unsafe { &*subclass }.modified();
        }
    }

    /// An attribute of the type's own namespace (`name` need not be interned).
    pub fn own_attribute(&self, name: &Value) -> Option<Value> {
        self.with_dict(|dict: &Dict| dict.get_str(name)).flatten()
    }
}

#[inline(always)]
fn slot(version: u32, name: u64) -> usize {
    (version as usize ^ (name >> 4) as usize) & (CACHE_SIZE - 1)
}

impl MethodCache {
    /// Forgets everything (when names may die, before a collection).
    pub fn clear(&self) {
        for entry in &self.entries {
            entry.set(Entry { version: 0, name: 0, hash: 0, value: 0 });
        }
    }
}
