//! `set` and `frozenset`: an open-addressing table in CPython's probing order, so that iteration order is CPython's.
//!
//! From a hash's place up to nine neighbours are looked at, then the next place of the perturbed sequence. Removed keys
//! leave a mark; a new key takes the last such place on its way. Like the dict, a lookup that ran `__eq__` starts again if the table changed meanwhile.
#![expect(unsafe_code, reason = "storage is shared by many references and mutated in place")]

pub mod methods;

use std::cell::{Cell, UnsafeCell};

use crate::error::Res;
use crate::gc::{Traverse, Visitor};
use crate::object::{Payload, PayloadFns};
use crate::objects::str::Str;
use crate::thread::ThreadState;
use crate::types::{Type, TypeDef};
use crate::value::Value;

const NEIGHBOURS: usize = 9;
const PERTURB_SHIFT: u32 = 5;
const MIN_PLACES: usize = 8;

#[derive(Clone)]
struct Entry {
    key: Option<Value>,
    /// Of a free place 0, of a removed key's -1 (which no key has).
    hash: i64,
}

const FREE: Entry = Entry { key: None, hash: 0 };

impl Entry {
    fn is_free(&self) -> bool {
        self.key.is_none() && self.hash == 0
    }
}

fn free_places(count: usize) -> Vec<Entry> {
    std::iter::repeat_with(|| FREE).take(count).collect()
}

struct Table {
    places: Vec<Entry>,
    used: usize,
    /// Used and removed places.
    fill: usize,
}

impl Table {
    fn empty() -> Table {
        Table { places: Vec::new(), used: 0, fill: 0 }
    }

    fn mask(&self) -> usize {
        self.places.len().max(MIN_PLACES) - 1
    }

    /// Inserts a key that is not there into a table without removed marks.
    fn insert_clean(&mut self, key: Value, hash: i64) {
        let mask = self.places.len() - 1;
        let mut perturb = hash as u64;
        let mut place = hash as usize & mask;
        loop {
            let end = if place + NEIGHBOURS <= mask { place + NEIGHBOURS + 1 } else { place + 1 };
            let run = &mut self.places[place..end];
            if let Some(free) = run.iter_mut().find(|entry| entry.key.is_none()) {
                *free = Entry { key: Some(key), hash };
                return;
            }
            perturb >>= PERTURB_SHIFT;
            place = (place.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb as usize)) & mask;
        }
    }

    /// Rebuilds the table with more than `minimum` places.
    fn resize(&mut self, minimum: usize) {
        let mut places = MIN_PLACES;
        while places <= minimum {
            places <<= 1;
        }
        let old = std::mem::replace(&mut self.places, free_places(places));
        self.fill = self.used;
        for entry in old {
            if let Some(key) = entry.key {
                self.insert_clean(key, entry.hash);
            }
        }
    }

    /// After an insertion: grows when three fifths are in use.
    fn grow_if_full(&mut self) {
        if self.fill * 5 >= self.mask() * 3 {
            self.resize(if self.used > 50000 { self.used * 2 } else { self.used * 4 });
        }
    }
}

/// Where a key is, or would go.
enum Found {
    At(usize),
    Free(usize),
    /// The place of a removed key.
    Removed(usize),
}

/// Payload of `set` and `frozenset` objects.
pub struct Set {
    table: UnsafeCell<Table>,
    mutations: Cell<u32>,
    /// Where `pop` goes on looking.
    finger: Cell<usize>,
    /// Of a frozenset, once computed.
    hash: Cell<Option<i64>>,
}

impl Default for Set {
    fn default() -> Set {
        Set::new()
    }
}

impl Set {
    pub fn new() -> Set {
        Set {
            table: UnsafeCell::new(Table::empty()),
            mutations: Cell::new(0),
            finger: Cell::new(0),
            hash: Cell::new(None),
        }
    }

    fn table(&self) -> &Table {
        // SAFETY: methods of this type hold no mutable borrow while other code can run.
        unsafe { &*self.table.get() }
    }

    #[expect(clippy::mut_from_ref, reason = "the GIL and the borrow rule give exclusive access")]
    fn table_mut(&self) -> &mut Table {
        // SAFETY: as for `table`; callers neither run Python code nor drop values while they hold it.
        unsafe { &mut *self.table.get() }
    }

    fn changed(&self) {
        self.mutations.set(self.mutations.get().wrapping_add(1));
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.table().used
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn mutations(&self) -> u32 {
        self.mutations.get()
    }

    /// The hash of a frozenset, computed once.
    pub fn hash(&self) -> i64 {
        if let Some(hash) = self.hash.get() {
            return hash;
        }
        let hashes = self.table().places.iter().filter(|entry| entry.key.is_some()).map(|entry| entry.hash);
        let mut combined = algo::siphash::SetHash::default();
        hashes.for_each(|hash| combined.push(hash));
        let hash = combined.finish();
        self.hash.set(Some(hash));
        hash
    }

    #[inline]
    fn find(&self, th: &ThreadState, key: &Value, hash: i64) -> Res<Found> {
        // Most searches end where they begin.
        let table = self.table();
        let place = hash as usize & table.places.len().wrapping_sub(1);
        match table.places.get(place) {
            Some(entry) if entry.is_free() => Ok(Found::Free(place)),
            Some(entry) if entry.hash == hash && entry.key.as_ref().is_some_and(|found| found.is(key)) => {
                Ok(Found::At(place))
            }
            _ => self.search(th, key, hash),
        }
    }

    fn search(&self, th: &ThreadState, key: &Value, hash: i64) -> Res<Found> {
        let text = key.downcast_exact::<Str>();
        'restart: loop {
            if self.table().places.is_empty() {
                return Ok(Found::Free(usize::MAX));
            }
            let mask = self.table().places.len().wrapping_sub(1);
            let mut perturb = hash as u64;
            let mut place = hash as usize & mask;
            let mut removed = None;
            loop {
                let end = if place + NEIGHBOURS <= mask { place + NEIGHBOURS + 1 } else { place + 1 };
                for place in place..end {
                    let Some(entry) = self.table().places.get(place) else { continue 'restart };
                    if entry.is_free() {
                        return Ok(removed.map_or(Found::Free(place), Found::Removed));
                    }
                    if entry.key.is_none() {
                        removed = Some(place);
                    }
                    let Some(candidate) = entry.key.as_ref().filter(|_| entry.hash == hash) else { continue };
                    if candidate.is(key) {
                        return Ok(Found::At(place));
                    }
                    if let (Some(a), Some(b)) = (text, candidate.downcast_exact::<Str>()) {
                        if a.equals(b) {
                            return Ok(Found::At(place));
                        }
                        continue;
                    }
                    let candidate = candidate.clone();
                    let before = (self.mutations.get(), self.table().places.as_ptr());
                    let equal = th.is_equal(&candidate, key)?;
                    // What came elsewhere meanwhile does not matter; a table that grew, or a key that went, does.
                    if self.mutations.get() != before.0 {
                        let now = self.table().places.get(place).and_then(|entry| entry.key.as_ref());
                        if self.table().places.as_ptr() != before.1 || !now.is_some_and(|now| now.is(&candidate)) {
                            continue 'restart;
                        }
                        // It may be in use again.
                        removed = None;
                    }
                    if equal {
                        return Ok(Found::At(place));
                    }
                }
                perturb >>= PERTURB_SHIFT;
                place = (place.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb as usize)) & mask;
            }
        }
    }

    /// Whether a key is there, as far as that can be told without running `__eq__`; `None` if not.
    #[inline]
    fn holds_plainly(&self, key: &Value, hash: i64) -> Option<bool> {
        if self.is_empty() {
            return Some(false);
        }
        let places = &self.table().places[..];
        let mask = places.len().wrapping_sub(1);
        let mut perturb = hash as u64;
        let mut place = hash as usize & mask;
        loop {
            let end = if place + NEIGHBOURS <= mask { place + NEIGHBOURS + 1 } else { place + 1 };
            for entry in &places[place..end] {
                let Some(candidate) = &entry.key else {
                    if entry.hash == 0 {
                        return Some(false);
                    }
                    continue;
                };
                if entry.hash == hash {
                    if candidate.is(key) {
                        return Some(true);
                    }
                    if !candidate.is_small_int() || !key.is_small_int() {
                        return match (candidate.downcast_exact::<Str>(), key.downcast_exact::<Str>()) {
                            (Some(a), Some(b)) if a.equals(b) => Some(true),
                            _ => None,
                        };
                    }
                }
            }
            perturb >>= PERTURB_SHIFT;
            place = (place.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb as usize)) & mask;
        }
    }

    /// Whether this set holds every key of `other` (`wanted`: it holds none, if false).
    fn all_of(&self, th: &ThreadState, other: &Set, wanted: bool) -> Res<bool> {
        let mut place = 0;
        while let Some(entry) = other.table().places.get(place) {
            place += 1;
            let Some(key) = &entry.key else { continue };
            let held = match self.holds_plainly(key, entry.hash) {
                Some(held) => held,
                None => {
                    let (key, hash) = (key.clone(), entry.hash);
                    self.contains_hashed(th, &key, hash)?
                }
            };
            if held != wanted {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether sizes, and hashes if both are known, allow that two sets are equal.
    fn may_equal(&self, other: &Set) -> bool {
        let differ = matches!((self.hash.get(), other.hash.get()), (Some(a), Some(b)) if a != b);
        self.len() == other.len() && !differ
    }

    /// A new set of those keys that `other` holds (or does not, if `wanted` is false), in this one's order.
    fn selected_by(&self, th: &ThreadState, other: &Set, wanted: bool) -> Res<Set> {
        let out = Set::new();
        let (mut place, mut distinct) = (0, true);
        while let Some(entry) = self.table().places.get(place) {
            place += 1;
            let Some(key) = &entry.key else { continue };
            let (key, hash) = (key.clone(), entry.hash);
            let held = match other.holds_plainly(&key, hash) {
                Some(held) => held,
                None => {
                    // `__eq__` may have changed this set: keys may come a second time.
                    distinct = false;
                    other.contains_hashed(th, &key, hash)?
                }
            };
            if held == wanted {
                if distinct {
                    out.add_new(key, hash);
                } else {
                    out.add_hashed(th, &key, hash)?;
                }
            }
        }
        Ok(out)
    }

    /// Adds a key that is not there to a set from which nothing was removed.
    fn add_new(&self, key: Value, hash: i64) {
        let table = self.table_mut();
        if table.places.is_empty() {
            table.places = free_places(MIN_PLACES);
        }
        table.insert_clean(key, hash);
        table.used += 1;
        table.fill += 1;
        table.grow_if_full();
        self.changed();
    }

    /// Adds a key; false if it was there.
    pub fn add(&self, th: &ThreadState, key: &Value) -> Res<bool> {
        let hash = element_hash(th, key)?;
        self.add_hashed(th, key, hash)
    }

    pub fn add_hashed(&self, th: &ThreadState, key: &Value, hash: i64) -> Res<bool> {
        loop {
            if self.table().places.is_empty() {
                self.table_mut().places = free_places(MIN_PLACES);
            }
            match self.find(th, key, hash)? {
                Found::At(_) => return Ok(false),
                // The table was emptied by `__eq__`.
                Found::Free(usize::MAX) => {}
                Found::Free(place) => {
                    let table = self.table_mut();
                    table.places[place] = Entry { key: Some(key.clone()), hash };
                    table.used += 1;
                    table.fill += 1;
                    table.grow_if_full();
                    self.changed();
                    return Ok(true);
                }
                Found::Removed(place) => {
                    let table = self.table_mut();
                    table.places[place] = Entry { key: Some(key.clone()), hash };
                    table.used += 1;
                    self.changed();
                    return Ok(true);
                }
            }
        }
    }

    pub fn contains(&self, th: &ThreadState, key: &Value) -> Res<bool> {
        let hash = element_hash(th, key)?;
        self.contains_hashed(th, key, hash)
    }

    pub fn contains_hashed(&self, th: &ThreadState, key: &Value, hash: i64) -> Res<bool> {
        Ok(!self.is_empty() && matches!(self.find(th, key, hash)?, Found::At(_)))
    }

    /// Removes a key and returns it.
    pub fn remove(&self, th: &ThreadState, key: &Value) -> Res<Option<Value>> {
        let hash = element_hash(th, key)?;
        self.remove_hashed(th, key, hash)
    }

    pub fn remove_hashed(&self, th: &ThreadState, key: &Value, hash: i64) -> Res<Option<Value>> {
        if self.is_empty() {
            return Ok(None);
        }
        match self.find(th, key, hash)? {
            Found::At(place) => Ok(self.take_place(place)),
            Found::Free(_) | Found::Removed(_) => Ok(None),
        }
    }

    fn take_place(&self, place: usize) -> Option<Value> {
        let table = self.table_mut();
        let entry = &mut table.places[place];
        entry.hash = -1;
        table.used -= 1;
        self.changed();
        entry.key.take()
    }

    /// Removes and returns the next key in the order of places, going round.
    pub fn pop(&self) -> Option<Value> {
        if self.is_empty() {
            return None;
        }
        let places = self.table().places.len();
        let start = self.finger.get() & (places - 1);
        let place = (start..places).chain(0..start).find(|&place| self.table().places[place].key.is_some())?;
        self.finger.set(place + 1);
        self.take_place(place)
    }

    /// Rebuilds a table of which more than a quarter are marks of removed keys.
    pub fn sweep(&self) {
        let table = self.table_mut();
        if table.fill - table.used > table.mask() / 4 {
            table.resize(if table.used > 50000 { table.used * 2 } else { table.used * 4 });
            self.changed();
        }
    }

    /// Removes everything.
    pub fn clear(&self) {
        let old = std::mem::replace(self.table_mut(), Table::empty());
        self.changed();
        drop(old);
    }

    /// The key at or after place `*position`, with its hash; `*position` moves behind it.
    #[inline]
    pub fn next_entry(&self, position: &mut usize) -> Option<(Value, i64)> {
        let places = &self.table().places;
        while let Some(entry) = places.get(*position) {
            *position += 1;
            if let Some(key) = &entry.key {
                return Some((key.clone(), entry.hash));
            }
        }
        None
    }

    pub fn to_vec(&self) -> Vec<(Value, i64)> {
        let places = self.table().places.iter();
        places.filter_map(|entry| Some((entry.key.clone()?, entry.hash))).collect()
    }

    /// Makes room for so many keys more at once.
    pub fn reserve(&self, count: usize) {
        let table = self.table_mut();
        if (table.fill + count) * 5 >= table.mask() * 3 {
            table.resize((table.used + count) * 2);
            self.changed();
        }
    }

    /// Adds all keys of another set.
    pub fn merge(&self, th: &ThreadState, other: &Set) -> Res<()> {
        if std::ptr::eq(self, other) || other.is_empty() {
            return Ok(());
        }
        {
            let table = self.table_mut();
            if (table.fill + other.len()) * 5 >= table.mask() * 3 {
                table.resize((table.used + other.len()) * 2);
            } else if table.places.is_empty() {
                table.places = free_places(MIN_PLACES);
            }
        }
        let source = other.table();
        if self.table().fill == 0 {
            let table = self.table_mut();
            table.used = source.used;
            table.fill = source.used;
            if table.places.len() == source.places.len() && source.fill == source.used {
                table.places.clone_from(&source.places);
            } else {
                for entry in &source.places {
                    if let Some(key) = &entry.key {
                        table.insert_clean(key.clone(), entry.hash);
                    }
                }
            }
            self.changed();
            return Ok(());
        }
        let mut position = 0;
        while let Some((key, hash)) = other.next_entry(&mut position) {
            self.add_hashed(th, &key, hash)?;
        }
        Ok(())
    }

    /// Makes this set hold what `other` holds, and drops what it held.
    pub fn replace_with(&self, other: Set) {
        let old = std::mem::replace(self.table_mut(), other.table.into_inner());
        self.changed();
        drop(old);
    }
}

impl Traverse for Set {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit.values(self.table().places.iter().filter_map(|entry| entry.key.as_ref()));
    }

    fn clear(&self) {
        Set::clear(self);
    }
}

pub(crate) const SET_PAYLOAD: PayloadFns = PayloadFns::traced::<Set>();

impl Payload for Set {
    const DEF: &'static TypeDef = &methods::SET_DEF;

    fn class() -> &'static Type {
        &SET_TYPE
    }
}

pub static SET_TYPE: Type = Type::new_static(&methods::SET_DEF);
pub static FROZENSET_TYPE: Type = Type::new_static(&methods::FROZEN_SET_DEF);

impl Value {
    /// The storage of a `set`, a `frozenset` or of an instance of a subclass of either.
    #[inline]
    pub fn as_set(&self) -> Option<&Set> {
        let header = self.header()?;
        let class = header.class();
        let exact = std::ptr::eq(class, &SET_TYPE) || std::ptr::eq(class, &FROZENSET_TYPE);
        (exact || class.is_subtype_native(&SET_TYPE) || class.is_subtype_native(&FROZENSET_TYPE))
            .then(|| header.payload::<Set>())
    }
}

impl ThreadState {
    /// A set payload of some values.
    pub fn set_of(&self, items: &[Value]) -> Res<Set> {
        let set = Set::new();
        for item in items {
            set.add(self, item)?;
        }
        Ok(set)
    }

    /// A new `set`.
    pub fn set(&self, items: &[Value]) -> Res {
        Ok(self.new_object(self.set_of(items)?))
    }

    /// A new `frozenset`.
    pub fn frozenset(&self, items: Vec<Value>) -> Res {
        let set = self.set_of(&items)?;
        Ok(self.new_frozenset(&FROZENSET_TYPE, set))
    }

    /// A frozenset object of `class` with a payload.
    pub fn new_frozenset(&self, class: &Type, set: Set) -> Value {
        self.new_instance(class, set)
    }
}

/// The hash of an element; a TypeError says what it was for.
#[inline]
pub(crate) fn element_hash(th: &ThreadState, key: &Value) -> Res<i64> {
    th.hash(key).map_err(|raised| th.unhashable(raised, key, "a set element"))
}
