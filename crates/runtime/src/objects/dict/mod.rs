//! `dict`: a compact, ordered hash table. This file holds the storage; methods and views are beside it.
//!
//! Entries stand in insertion order; a separate index table (one, two or four bytes per place) maps hashes to entry
//! numbers. A removed entry stays as a hole until the next growth. While every key is an exact `str`, comparison needs
//! no Python code; otherwise `__eq__` may run and change the very dict, which the lookup notices (`mutations`) and
//! starts again.
//!
//! `keys_version` identifies the set of keys and their places: the machine caches a global by it and an entry number.
#![expect(unsafe_code, reason = "storage is shared by many references and mutated in place")]

pub mod methods;
pub mod ordered;
pub mod views;

use std::cell::{Cell, UnsafeCell};

use crate::error::Res;
use crate::gc::{Traverse, Visitor};
use crate::object::{Payload, PayloadFns};
use crate::objects::str::Str;
use crate::thread::ThreadState;
use crate::types::{Type, TypeDef};
use crate::value::Value;

#[derive(Clone)]
struct Entry {
    hash: i64,
    /// `None`: a hole.
    key: Option<Value>,
    value: Option<Value>,
}

/// Places of the index table: entry number, or one of two marks.
#[derive(Clone)]
enum Index {
    Small(Box<[u8]>),
    Medium(Box<[u16]>),
    Large(Box<[u32]>),
}

const FREE: usize = usize::MAX;
const DELETED: usize = usize::MAX - 1;

impl Index {
    fn new(places: usize) -> Index {
        match places {
            0..=128 => Index::Small(vec![u8::MAX; places].into()),
            129..=32768 => Index::Medium(vec![u16::MAX; places].into()),
            _ => Index::Large(vec![u32::MAX; places].into()),
        }
    }

    fn empty(&mut self) {
        match self {
            Index::Small(table) => table.fill(u8::MAX),
            Index::Medium(table) => table.fill(u16::MAX),
            Index::Large(table) => table.fill(u32::MAX),
        }
    }

    #[inline(always)]
    fn get(&self, place: usize) -> usize {
        macro_rules! read {
            ($table:expr, $type:ty) => {{
                let index = $table[place];
                if index >= <$type>::MAX - 1 { FREE - (<$type>::MAX - index) as usize } else { index as usize }
            }};
        }
        match self {
            Index::Small(table) => read!(table, u8),
            Index::Medium(table) => read!(table, u16),
            Index::Large(table) => read!(table, u32),
        }
    }

    /// `index` is an entry number, `FREE` or `DELETED`: the marks are the type's two largest numbers.
    #[inline(always)]
    fn set(&mut self, place: usize, index: usize) {
        match self {
            Index::Small(table) => table[place] = index as u8,
            Index::Medium(table) => table[place] = index as u16,
            Index::Large(table) => table[place] = index as u32,
        }
    }

    #[inline(always)]
    fn places(&self) -> usize {
        match self {
            Index::Small(table) => table.len(),
            Index::Medium(table) => table.len(),
            Index::Large(table) => table.len(),
        }
    }
}

struct Table {
    index: Index,
    entries: Vec<Entry>,
    live: usize,
    /// Places of the index that are in use or were: a search ends at one that never was.
    filled: usize,
    /// Every entry before this one is a hole: what is taken from the front again and again is found at once.
    first: usize,
    /// Every key is an exact `str`.
    str_keys: bool,
}

/// Two thirds of the places may be used.
fn usable(places: usize) -> usize {
    places * 2 / 3
}

/// The sequence of places to look at for a hash.
struct Probe {
    place: usize,
    perturb: u64,
    mask: usize,
}

impl Probe {
    #[inline(always)]
    fn new(hash: i64, mask: usize) -> Probe {
        Probe { place: hash as usize & mask, perturb: hash as u64, mask }
    }

    #[inline(always)]
    fn advance(&mut self) {
        self.perturb >>= 5;
        self.place = (self.place.wrapping_mul(5).wrapping_add(self.perturb as usize).wrapping_add(1)) & self.mask;
    }
}

impl Table {
    fn empty() -> Table {
        Table { index: Index::Small(Box::new([])), entries: Vec::new(), live: 0, filled: 0, first: 0, str_keys: true }
    }

    fn with_capacity(items: usize) -> Table {
        if items == 0 {
            return Table::empty();
        }
        let places = (items * 3 / 2 + 1).next_power_of_two().max(8);
        Table {
            index: Index::new(places),
            entries: Vec::with_capacity(usable(places)),
            live: 0,
            filled: 0,
            first: 0,
            str_keys: true,
        }
    }

    /// The entry number of a key that needs no Python code to compare: identical, or a `str` equal by text.
    #[inline(always)]
    fn find_str(&self, key: &Value, text: &Str, hash: i64) -> Option<usize> {
        if self.live == 0 {
            return None;
        }
        let mut probe = Probe::new(hash, self.index.places() - 1);
        loop {
            let index = self.index.get(probe.place);
            if index == FREE {
                return None;
            }
            if index != DELETED {
                let entry = &self.entries[index];
                if let Some(candidate) = &entry.key {
                    if candidate.is(key) {
                        return Some(index);
                    }
                    if entry.hash == hash && candidate.downcast_exact::<Str>().is_some_and(|other| other.equals(text)) {
                        return Some(index);
                    }
                }
            }
            probe.advance();
        }
    }

    /// Puts an entry number into the first place that is not in use (any more).
    fn link(&mut self, hash: i64, index: usize) {
        let mut probe = Probe::new(hash, self.index.places() - 1);
        loop {
            let found = self.index.get(probe.place);
            if found >= DELETED {
                self.filled += usize::from(found == FREE);
                break;
            }
            probe.advance();
        }
        self.index.set(probe.place, index);
    }

    /// Appends a key that is not in the table.
    fn append(&mut self, hash: i64, key: Value, value: Value) {
        let usable = usable(self.index.places());
        if self.entries.len() >= usable || self.filled >= usable {
            self.grow();
        }
        self.str_keys &= key.downcast_exact::<Str>().is_some();
        self.link(hash, self.entries.len());
        self.entries.push(Entry { hash, key: Some(key), value: Some(value) });
        self.live += 1;
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        let places = (self.live * 3).max(8).next_power_of_two();
        if self.live == 0 {
            self.entries.clear();
        } else {
            self.entries.retain(|entry| entry.key.is_some());
        }
        self.first = 0;
        self.entries.reserve_exact(usable(places).saturating_sub(self.entries.len()));
        if places == self.index.places() {
            self.index.empty();
        } else {
            self.index = Index::new(places);
        }
        self.filled = 0;
        for number in 0..self.entries.len() {
            self.link(self.entries[number].hash, number);
        }
    }

    /// The place of the index that leads to entry `number`.
    fn place_of(&self, number: usize) -> usize {
        let mut probe = Probe::new(self.entries[number].hash, self.index.places() - 1);
        while self.index.get(probe.place) != number {
            probe.advance();
        }
        probe.place
    }

    /// Makes entry `number` a hole and returns what it held. The index must not lead there any more.
    fn vacate(&mut self, number: usize) -> (Option<Value>, Option<Value>) {
        let entry = &mut self.entries[number];
        let removed = (entry.key.take(), entry.value.take());
        if number == self.first {
            self.skip_front_holes();
        }
        removed
    }

    fn skip_front_holes(&mut self) {
        while self.entries.get(self.first).is_some_and(|entry| entry.key.is_none()) {
            self.first += 1;
        }
    }

    /// Makes entry `number` a hole and returns what it held.
    fn remove(&mut self, number: usize) -> (Option<Value>, Option<Value>) {
        let place = self.place_of(number);
        self.index.set(place, DELETED);
        self.live -= 1;
        self.vacate(number)
    }

    /// Moves an entry behind all others.
    fn move_to_back(&mut self, mut number: usize) {
        if number + 1 == self.entries.len() {
            return;
        }
        if self.entries.len() >= usable(self.index.places()) {
            // Entries keep their order when the table grows.
            number = self.entries[..number].iter().filter(|entry| entry.key.is_some()).count();
            self.grow();
        }
        let place = self.place_of(number);
        let hash = self.entries[number].hash;
        self.index.set(place, self.entries.len());
        let entry = &mut self.entries[number];
        let (key, value) = (entry.key.take(), entry.value.take());
        self.entries.push(Entry { hash, key, value });
        if number == self.first {
            self.skip_front_holes();
        }
    }

    /// Moves an entry before all others.
    fn move_to_front(&mut self, mut number: usize) {
        if number == self.first {
            return;
        }
        if self.first == 0 {
            number = self.entries[..number].iter().filter(|entry| entry.key.is_some()).count();
            number += self.make_room_in_front();
        }
        let place = self.place_of(number);
        let hash = self.entries[number].hash;
        self.first -= 1;
        self.index.set(place, self.first);
        let (key, value) = self.vacate(number);
        self.entries[self.first] = Entry { hash, key, value };
    }

    /// Puts as many holes before the first entry as there are entries, and returns their number.
    #[cold]
    #[inline(never)]
    fn make_room_in_front(&mut self) -> usize {
        let room = self.live.max(4);
        let places = ((self.live + room) * 2).max(8).next_power_of_two();
        let old = std::mem::take(&mut self.entries);
        self.entries.reserve_exact(usable(places));
        self.entries.extend((0..room).map(|_| Entry { hash: 0, key: None, value: None }));
        self.entries.extend(old.into_iter().filter(|entry| entry.key.is_some()));
        self.index = Index::new(places);
        self.filled = 0;
        self.first = room;
        for number in room..self.entries.len() {
            self.link(self.entries[number].hash, number);
        }
        room
    }
}

/// Payload of `dict` objects.
pub struct Dict {
    table: UnsafeCell<Table>,
    /// Names the present keys and their entry numbers; 0 until the machine asks, and again after a key comes or goes.
    keys_version: Cell<u32>,
    /// Counts changes of the table's structure, so that a lookup that ran Python code can tell.
    mutations: Cell<u32>,
}

impl Default for Dict {
    fn default() -> Dict {
        Dict::new()
    }
}

impl Dict {
    pub fn new() -> Dict {
        Dict::with_capacity(0)
    }

    pub fn with_capacity(items: usize) -> Dict {
        Dict {
            table: UnsafeCell::new(Table::with_capacity(items)),
            keys_version: Cell::new(0),
            mutations: Cell::new(0),
        }
    }

    #[inline(always)]
    fn table(&self) -> &Table {
        // SAFETY: methods of this type hold no mutable borrow while other code can run.
        unsafe { &*self.table.get() }
    }

    #[inline(always)]
    #[expect(clippy::mut_from_ref, reason = "the GIL and the borrow rule give exclusive access")]
    fn table_mut(&self) -> &mut Table {
        // SAFETY: as for `table`; callers neither run Python code nor drop values while they hold it.
        unsafe { &mut *self.table.get() }
    }

    #[inline(always)]
    fn structure_changed(&self) {
        self.keys_version.set(0);
        self.mutations.set(self.mutations.get().wrapping_add(1));
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.table().live
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether every key is an exact `str`.
    #[inline(always)]
    pub fn has_str_keys(&self) -> bool {
        self.table().str_keys
    }

    /// Changes whenever a key comes or goes, or entries move. For iterators: "dictionary changed size" is told by `len`,
    /// "keys changed" by this.
    pub fn mutations(&self) -> u32 {
        self.mutations.get()
    }

    /// The value under `name`, a `str`, found by text alone: for namespaces.
    #[inline(always)]
    pub fn get_str(&self, name: &Value) -> Option<Value> {
        let text = name.as_str()?;
        let table = self.table();
        let number = table.find_str(name, text, text.hash())?;
        table.entries[number].value.clone()
    }

    /// A dict of attributes, whose names are exact strings and all different.
    pub(crate) fn of_attributes(attributes: Vec<(Value, Value)>) -> Dict {
        let dict = Dict::with_capacity(attributes.len() + 2);
        let table = dict.table_mut();
        for (name, value) in attributes {
            let hash = name.as_str().map_or(0, Str::hash);
            table.append(hash, name, value);
        }
        dict
    }

    /// Stores under an exact `str` and returns the old value.
    #[inline(always)]
    pub fn set_str(&self, name: &Value, value: Value) -> Option<Value> {
        let text = name.as_str()?;
        let hash = text.hash();
        let table = self.table_mut();
        if let Some(number) = table.find_str(name, text, hash) {
            return table.entries[number].value.replace(value);
        }
        table.append(hash, name.clone(), value);
        self.structure_changed();
        None
    }

    /// Removes the entry of a `str` and returns its value. (The key is dropped: names have no finaliser.)
    pub fn remove_str(&self, name: &Value) -> Option<Value> {
        let text = name.as_str()?;
        let number = self.table().find_str(name, text, text.hash())?;
        let (key, value) = self.table_mut().remove(number);
        self.structure_changed();
        drop(key);
        value
    }

    /// Whether a table of so many places still has a key where a lookup found it: then the lookup can go on.
    #[cold]
    fn is_at(&self, places: usize, place: usize, index: usize, key: &Value) -> bool {
        let table = self.table();
        table.index.places() == places
            && table.index.get(place) == index
            && table.entries.get(index).is_some_and(|entry| entry.key.as_ref().is_some_and(|at| at.is(key)))
    }

    /// The entry number of a key; may run `__eq__`.
    fn find(&self, th: &ThreadState, key: &Value, hash: i64) -> Res<Option<usize>> {
        if let Some(text) = key.downcast_exact::<Str>()
            && self.table().str_keys
        {
            return Ok(self.table().find_str(key, text, hash));
        }
        'restart: loop {
            let table = self.table();
            if table.live == 0 {
                return Ok(None);
            }
            let places = table.index.places();
            let mut probe = Probe::new(hash, places - 1);
            loop {
                let table = self.table();
                let index = table.index.get(probe.place);
                if index == FREE {
                    return Ok(None);
                }
                if index != DELETED {
                    let entry = &table.entries[index];
                    if let Some(candidate) = &entry.key {
                        if candidate.is(key) {
                            return Ok(Some(index));
                        }
                        if entry.hash == hash {
                            let candidate = candidate.clone();
                            let before = self.mutations.get();
                            let equal = th.is_equal(&candidate, key)?;
                            if self.mutations.get() != before && !self.is_at(places, probe.place, index, &candidate) {
                                continue 'restart;
                            }
                            if equal {
                                return Ok(Some(index));
                            }
                        }
                    }
                }
                probe.advance();
            }
        }
    }

    #[inline]
    pub fn get(&self, th: &ThreadState, key: &Value) -> Res<Option<Value>> {
        let hash = key_hash(th, key)?;
        self.get_hashed(th, key, hash)
    }

    #[inline]
    pub fn get_hashed(&self, th: &ThreadState, key: &Value, hash: i64) -> Res<Option<Value>> {
        Ok(self.find(th, key, hash)?.and_then(|number| self.table().entries.get(number)?.value.clone()))
    }

    pub fn contains(&self, th: &ThreadState, key: &Value) -> Res<bool> {
        let hash = key_hash(th, key)?;
        Ok(self.find(th, key, hash)?.is_some())
    }

    #[inline]
    pub fn set(&self, th: &ThreadState, key: &Value, value: Value) -> Res<()> {
        let hash = key_hash(th, key)?;
        self.set_hashed(th, key, hash, value)
    }

    /// Stores a value; an existing key object stays.
    #[inline]
    pub fn set_hashed(&self, th: &ThreadState, key: &Value, hash: i64, value: Value) -> Res<()> {
        if self.table().live == 0 {
            self.table_mut().append(hash, key.clone(), value);
            self.structure_changed();
            return Ok(());
        }
        let old = match self.find(th, key, hash)? {
            Some(number) => self.table_mut().entries[number].value.replace(value),
            None => {
                self.table_mut().append(hash, key.clone(), value);
                self.structure_changed();
                None
            }
        };
        drop(old);
        Ok(())
    }

    /// The value of a key, stored as `default` first if there is none.
    pub fn set_default(&self, th: &ThreadState, key: &Value, default: Value) -> Res {
        let hash = key_hash(th, key)?;
        self.set_default_hashed(th, key, hash, default)
    }

    pub fn set_default_hashed(&self, th: &ThreadState, key: &Value, hash: i64, default: Value) -> Res {
        if let Some(number) = self.find(th, key, hash)?
            && let Some(value) = self.table().entries.get(number).and_then(|entry| entry.value.clone())
        {
            return Ok(value);
        }
        self.table_mut().append(hash, key.clone(), default.clone());
        self.structure_changed();
        Ok(default)
    }

    /// Removes a key and returns its entry.
    pub fn remove(&self, th: &ThreadState, key: &Value) -> Res<Option<(Value, Value)>> {
        let hash = key_hash(th, key)?;
        self.remove_hashed(th, key, hash)
    }

    pub fn remove_hashed(&self, th: &ThreadState, key: &Value, hash: i64) -> Res<Option<(Value, Value)>> {
        let Some(number) = self.find(th, key, hash)? else { return Ok(None) };
        let removed = self.table_mut().remove(number);
        self.structure_changed();
        Ok(match removed {
            (Some(key), Some(value)) => Some((key, value)),
            _ => None,
        })
    }

    /// Removes and returns the newest entry.
    pub fn pop_last(&self) -> Option<(Value, Value)> {
        let number = self.table().entries.iter().rposition(|entry| entry.key.is_some())?;
        let table = self.table_mut();
        let (key, value) = table.remove(number);
        // What comes and goes at the end leaves no holes.
        table.entries.truncate(number);
        table.first = table.first.min(number);
        self.structure_changed();
        key.zip(value)
    }

    /// Takes over a copy of another dict's entries, if this one is empty; tells whether it was.
    pub fn fill_from(&self, other: &Dict) -> bool {
        if !self.is_empty() {
            return false;
        }
        // An empty table holds no values that dropping it could release.
        *self.table_mut() = other.copy().table.into_inner();
        self.structure_changed();
        true
    }

    /// Removes and returns the oldest entry.
    pub fn pop_first(&self) -> Option<(Value, Value)> {
        let table = self.table_mut();
        if table.live == 0 {
            return None;
        }
        let (key, value) = table.remove(table.first);
        self.structure_changed();
        key.zip(value)
    }

    /// Moves a key behind (or before) all others; `false` if it is not there.
    pub fn move_to_end(&self, th: &ThreadState, key: &Value, last: bool) -> Res<bool> {
        let hash = th.hash(key)?;
        let Some(number) = self.find(th, key, hash)? else { return Ok(false) };
        let table = self.table_mut();
        if last {
            table.move_to_back(number)
        } else {
            table.move_to_front(number)
        }
        self.structure_changed();
        Ok(true)
    }

    /// Moves entry `number`, just found, behind all others.
    pub fn move_entry_to_back(&self, number: usize) {
        let table = self.table_mut();
        if number + 1 < table.entries.len() && table.entries[number].key.is_some() {
            table.move_to_back(number);
            self.structure_changed();
        }
    }

    /// The entry number of a key whose hash is known; may run `__eq__`.
    pub fn find_entry(&self, th: &ThreadState, key: &Value, hash: i64) -> Res<Option<usize>> {
        self.find(th, key, hash)
    }

    /// Replaces the value of entry `number`, just found, and returns the old one.
    pub fn replace_value(&self, number: usize, value: Value) -> Option<Value> {
        match self.table_mut().entries.get_mut(number) {
            Some(entry) if entry.key.is_some() => entry.value.replace(value),
            _ => Some(value),
        }
    }

    /// Removes everything.
    pub fn clear(&self) {
        let old = std::mem::replace(self.table_mut(), Table::empty());
        self.structure_changed();
        drop(old);
    }

    /// The entry at or after entry number `*position`, which moves behind it. Start with 0.
    #[inline(always)]
    pub fn next_entry(&self, position: &mut usize) -> Option<(Value, Value)> {
        let Table { entries, first, .. } = self.table();
        *position = (*position).max(*first);
        while let Some(entry) = entries.get(*position) {
            *position += 1;
            if let (Some(key), Some(value)) = (&entry.key, &entry.value) {
                return Some((key.clone(), value.clone()));
            }
        }
        None
    }

    /// As [`Dict::next_entry`], the key alone.
    #[inline(always)]
    pub fn next_key(&self, position: &mut usize) -> Option<Value> {
        let Table { entries, first, .. } = self.table();
        *position = (*position).max(*first);
        while let Some(entry) = entries.get(*position) {
            *position += 1;
            if let Some(key) = &entry.key {
                return Some(key.clone());
            }
        }
        None
    }

    /// As [`Dict::next_entry`], the value alone.
    #[inline(always)]
    pub fn next_value(&self, position: &mut usize) -> Option<Value> {
        let Table { entries, first, .. } = self.table();
        *position = (*position).max(*first);
        while let Some(entry) = entries.get(*position) {
            *position += 1;
            if let Some(value) = &entry.value {
                return Some(value.clone());
            }
        }
        None
    }

    /// The entry before entry number `*position`, which moves onto it. Start with `entry_limit()`.
    pub fn previous_entry(&self, position: &mut usize) -> Option<(Value, Value)> {
        let Table { entries, first, .. } = self.table();
        // Entries are gone that the iterator counted on: it ends.
        if *position > entries.len() {
            *position = 0;
        }
        while *position > *first {
            *position -= 1;
            if let (Some(key), Some(value)) = (&entries[*position].key, &entries[*position].value) {
                return Some((key.clone(), value.clone()));
            }
        }
        None
    }

    /// One more than the largest entry number.
    pub fn entry_limit(&self) -> usize {
        self.table().entries.len()
    }

    /// The hash stored with entry number `number`.
    pub fn entry_hash(&self, number: usize) -> Option<i64> {
        self.table().entries.get(number).map(|entry| entry.hash)
    }

    /// All entries, cloned.
    pub fn to_vec(&self) -> Vec<(Value, Value)> {
        let mut items = Vec::with_capacity(self.len());
        let mut position = 0;
        while let Some(item) = self.next_entry(&mut position) {
            items.push(item);
        }
        items
    }

    /// A dict payload with the same entries.
    pub fn copy(&self) -> Dict {
        let table = self.table();
        if table.live == table.entries.len() && table.live == table.filled && table.live > 0 {
            // No holes and no marks of removed entries: the index is right as it is.
            let mut entries = Vec::with_capacity(usable(table.index.places()).max(table.live));
            entries.extend_from_slice(&table.entries);
            let table = Table { index: table.index.clone(), entries, ..*table };
            return Dict { table: UnsafeCell::new(table), keys_version: Cell::new(0), mutations: Cell::new(0) };
        }
        let new = Dict::with_capacity(table.live);
        let target = new.table_mut();
        for entry in &table.entries {
            if let (Some(key), Some(value)) = (&entry.key, &entry.value) {
                target.append(entry.hash, key.clone(), value.clone());
            }
        }
        new
    }

    /// A tag for the present keys and their entry numbers, for inline caches. 0: can not be cached.
    pub fn keys_version(&self, th: &ThreadState) -> u32 {
        if self.keys_version.get() == 0 && self.has_str_keys() {
            let counter = &th.interp().next_keys_version;
            if counter.get() != u32::MAX {
                counter.set(counter.get() + 1);
                self.keys_version.set(counter.get());
            }
        }
        self.keys_version.get()
    }

    /// The tag as it is, for the check of an inline cache.
    #[inline(always)]
    pub fn present_keys_version(&self) -> u32 {
        self.keys_version.get()
    }

    /// The entry number of a name.
    pub fn entry_number(&self, name: &Value) -> Option<usize> {
        let text = name.as_str()?;
        self.table().find_str(name, text, text.hash())
    }

    /// The value of entry `number`; for a cache whose `keys_version` has been checked.
    #[inline(always)]
    pub fn entry_value(&self, number: usize) -> Option<Value> {
        self.table().entries.get(number)?.value.clone()
    }

    /// As [`Dict::entry_value`], as a word that the dict still owns.
    #[inline(always)]
    pub(crate) fn entry_word(&self, number: usize) -> Option<u64> {
        self.table().entries.get(number)?.value.as_ref().map(Value::bits)
    }

    /// As [`Dict::entry_value_for`], as a word that the dict still owns.
    #[inline(always)]
    pub(crate) fn entry_word_for(&self, number: usize, key: &Value) -> Option<u64> {
        let entry = self.table().entries.get(number)?;
        if entry.key.as_ref().is_some_and(|candidate| candidate.is(key)) {
            entry.value.as_ref().map(Value::bits)
        } else {
            None
        }
    }

    /// The value of entry `number` if its key is this very object: for a cache that remembers where a key was.
    #[inline(always)]
    pub fn entry_value_for(&self, number: usize, key: &Value) -> Option<Value> {
        let entry = self.table().entries.get(number)?;
        if entry.key.as_ref().is_some_and(|candidate| candidate.is(key)) { entry.value.clone() } else { None }
    }

    /// Replaces the value of entry `number` if its key is this very object, and returns the old one; otherwise gives
    /// `value` back.
    #[inline(always)]
    pub fn replace_entry_value(&self, number: usize, key: &Value, value: Value) -> Result<Option<Value>, Value> {
        match self.table_mut().entries.get_mut(number) {
            Some(entry) if entry.key.as_ref().is_some_and(|candidate| candidate.is(key)) => {
                Ok(entry.value.replace(value))
            }
            _ => Err(value),
        }
    }
}

impl Traverse for Dict {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        let entries = self.table().entries.iter();
        visit.values(entries.flat_map(|entry| entry.key.iter().chain(&entry.value)));
    }

    fn clear(&self) {
        Dict::clear(self);
    }
}

pub(crate) const DICT_PAYLOAD: PayloadFns = PayloadFns::traced::<Dict>();

impl Payload for Dict {
    const DEF: &'static TypeDef = &methods::DICT_DEF;

    fn class() -> &'static Type {
        &DICT_TYPE
    }
}

pub static DICT_TYPE: Type = Type::new_static(&methods::DICT_DEF);

impl ThreadState {
    pub fn dict(&self, dict: Dict) -> Value {
        self.new_object(dict)
    }
}

/// The hash of a key; a TypeError says what it was for.
#[inline]
pub(crate) fn key_hash(th: &ThreadState, key: &Value) -> Res<i64> {
    th.hash(key).map_err(|raised| th.unhashable(raised, key, "a dict key"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys that come and go at the end used up every place of the index, and a search never ended.
    #[test]
    fn keys_that_come_and_go_leave_room() {
        let (th, _entered) = ThreadState::for_test();
        let dict = Dict::new();
        dict.set(th, &Value::index(0), Value::NONE).expect("ints are hashable");
        for number in 1..if cfg!(miri) { 100 } else { 1000 } {
            let key = Value::index(number);
            dict.set(th, &key, Value::NONE).expect("ints are hashable");
            assert!(dict.remove(th, &key).expect("ints are hashable").is_some());
        }
        assert_eq!(dict.len(), 1);
        assert!(dict.get(th, &Value::index(5)).expect("ints are hashable").is_none());
    }

    /// Compares with a plain vector what a dict does whose keys move, come and go.
    #[test]
    fn keys_move_to_both_ends() {
        let (th, _entered) = ThreadState::for_test();
        let dict = Dict::new();
        let mut model: Vec<i64> = Vec::new();
        let mut state: u64 = 88;
        for _ in 0..if cfg!(miri) { 200 } else { 20_000 } {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let (action, number) = ((state >> 33) % 6, (state >> 40) as i64 % 40);
            let key = Value::index(number as usize);
            let at = model.iter().position(|&known| known == number);
            match action {
                0 => {
                    dict.set(th, &key, key.clone()).expect("ints are hashable");
                    if at.is_none() {
                        model.push(number);
                    }
                }
                1 => {
                    let removed = dict.remove(th, &key).expect("ints are hashable");
                    assert_eq!(removed.is_some(), at.is_some());
                    model.retain(|&known| known != number);
                }
                2 | 3 => {
                    let moved = dict.move_to_end(th, &key, action == 2).expect("ints are hashable");
                    assert_eq!(moved, at.is_some());
                    if let Some(at) = at {
                        model.remove(at);
                        model.insert(if action == 2 { model.len() } else { 0 }, number);
                    }
                }
                4 => {
                    let popped = dict.pop_first().and_then(|(key, _)| key.as_small_int());
                    assert_eq!(popped, if model.is_empty() { None } else { Some(model.remove(0)) });
                }
                _ => assert_eq!(dict.pop_last().and_then(|(key, _)| key.as_small_int()), model.pop()),
            }
            let keys: Vec<i64> = dict.to_vec().iter().filter_map(|(key, _)| key.as_small_int()).collect();
            assert_eq!(keys, model);
            for &number in &model {
                let found = dict.get(th, &Value::index(number as usize)).expect("ints are hashable");
                assert_eq!(found.and_then(|value| value.as_small_int()), Some(number));
            }
        }
    }
}
