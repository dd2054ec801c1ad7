//! Methods of `set` and `frozenset`, and their iterator.

use std::cell::Cell;

use macros::{pyclass, pymethods};

use super::{FROZENSET_TYPE, SET_PAYLOAD, SET_TYPE, Set, element_hash};
use crate::error::Res;
use crate::gc::ValueCell;
use crate::object::Payload;
use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::protocol::iteration::iter_self;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type, TypeDef};
use crate::value::Value;

/// The class of frozen sets; their payload is a [`Set`] too.
pub struct FrozenSet;

impl Payload for FrozenSet {
    const DEF: &'static TypeDef = &FROZEN_SET_DEF;

    fn class() -> &'static Type {
        &FROZENSET_TYPE
    }
}

/// The storage of a method's `self`.
#[inline(always)]
fn storage(value: &Value) -> &Set {
    match value.as_set() {
        Some(set) => set,
        None => unreachable!("a set's method was called with another object"),
    }
}

fn is_frozen(class: &Type) -> bool {
    class.is_subtype_native(&FROZENSET_TYPE)
}

/// A new set of the builtin class that `like` is or derives from.
fn result_like(th: &ThreadState, like: &Value, set: Set) -> Value {
    let class = if is_frozen(like.class()) { &FROZENSET_TYPE } else { &SET_TYPE };
    th.new_instance(class, set)
}

/// The key to look for: a set is not hashable itself, but is looked for as the frozenset with its elements.
fn lookup_key<R>(th: &ThreadState, key: &Value, find: impl Fn(&Value, i64) -> Res<R>) -> Res<R> {
    match element_hash(th, key) {
        Ok(hash) => find(key, hash),
        Err(raised) => {
            let Some(set) = key.as_set().filter(|_| th.raised_is(&raised, &exc::TYPE_ERROR)) else {
                return Err(raised);
            };
            drop(th.take_raised(raised));
            let copy = Set::new();
            copy.merge(th, set)?;
            let frozen = th.new_frozenset(&FROZENSET_TYPE, copy);
            let hash = th.hash(&frozen)?;
            find(&frozen, hash)
        }
    }
}

impl Set {
    /// `key in set`.
    #[inline(never)]
    pub(crate) fn contains_key(&self, th: &ThreadState, key: &Value) -> Res<bool> {
        lookup_key(th, key, |key, hash| match self.holds_plainly(key, hash) {
            Some(held) => Ok(held),
            None => self.contains_hashed(th, key, hash),
        })
    }
}

/// Adds every element of an iterable.
pub(crate) fn update(th: &ThreadState, set: &Set, iterable: &Value) -> Res<()> {
    if let Some(other) = iterable.as_set() {
        return set.merge(th, other);
    }
    if let Some(dict) = iterable.downcast_exact::<Dict>() {
        set.reserve(dict.len());
        return for_each_key(th, dict, |key, hash| set.add_hashed(th, key, hash).map(drop));
    }
    th.for_each(iterable, |item| {
        let hash = element_hash(th, &item)?;
        set.add_hashed(th, &item, hash).map(drop)
    })
}

/// The keys of a dict with the hashes that it knows.
fn for_each_key(th: &ThreadState, dict: &Dict, mut each: impl FnMut(&Value, i64) -> Res<()>) -> Res<()> {
    let mut position = 0;
    while let Some((key, _)) = dict.next_entry(&mut position) {
        let hash = dict.entry_hash(position - 1).map_or_else(|| element_hash(th, &key), Ok)?;
        each(&key, hash)?;
    }
    Ok(())
}

fn copy_of(th: &ThreadState, value: &Value) -> Res<Set> {
    let copy = Set::new();
    update(th, &copy, value)?;
    Ok(copy)
}

fn intersection(th: &ThreadState, set: &Set, other: &Value) -> Res<Set> {
    if let Some(other) = other.as_set() {
        // The smaller one is walked.
        let (walked, asked) = if other.len() > set.len() { (set, other) } else { (other, set) };
        return walked.selected_by(th, asked, true);
    }
    let out = Set::new();
    th.for_each(other, |key| {
        let hash = element_hash(th, &key)?;
        if set.contains_hashed(th, &key, hash)? {
            out.add_hashed(th, &key, hash)?;
        }
        Ok(())
    })?;
    Ok(out)
}

/// Removes every element of an iterable.
fn difference_update(th: &ThreadState, set: &Set, other: &Value) -> Res<()> {
    if let Some(other) = other.as_set() {
        let mut position = 0;
        while let Some((key, hash)) = other.next_entry(&mut position) {
            drop(set.remove_hashed(th, &key, hash)?);
        }
    } else if let Some(dict) = other.downcast_exact::<Dict>() {
        for_each_key(th, dict, |key, hash| set.remove_hashed(th, key, hash).map(drop))?;
    } else {
        th.for_each(other, |key| {
            let hash = element_hash(th, &key)?;
            set.remove_hashed(th, &key, hash).map(drop)
        })?;
    }
    set.sweep();
    Ok(())
}

fn difference(th: &ThreadState, set: &Set, other: &Value) -> Res<Set> {
    let out = Set::new();
    // A much larger set is copied, and the others' elements are taken out: their places stay as they were.
    let small = |count: usize| count < set.len() / 4;
    if let Some(other) = other.as_set().filter(|other| !small(other.len())) {
        return set.selected_by(th, other, false);
    }
    if let Some(other) = other.downcast_exact::<Dict>().filter(|other| !small(other.len())) {
        let mut position = 0;
        while let Some((key, hash)) = set.next_entry(&mut position) {
            if other.find_entry(th, &key, hash)?.is_none() {
                out.add_hashed(th, &key, hash)?;
            }
        }
        return Ok(out);
    }
    out.merge(th, set)?;
    difference_update(th, &out, other)?;
    Ok(out)
}

fn symmetric_difference_update(th: &ThreadState, set: &Set, other: &Value) -> Res<()> {
    let toggle = |key: &Value, hash: i64| -> Res<()> {
        if set.remove_hashed(th, key, hash)?.is_none() {
            set.add_hashed(th, key, hash)?;
        }
        Ok(())
    };
    if let Some(dict) = other.downcast_exact::<Dict>() {
        return for_each_key(th, dict, toggle);
    }
    let entries = match other.as_set() {
        Some(other) => other.to_vec(),
        None => copy_of(th, other)?.to_vec(),
    };
    entries.iter().try_for_each(|(key, hash)| toggle(key, *hash))
}

fn is_subset(th: &ThreadState, set: &Set, other: &Set) -> Res<bool> {
    if set.len() > other.len() {
        return Ok(false);
    }
    other.all_of(th, set, true)
}

fn is_disjoint(th: &ThreadState, set: &Set, other: &Value) -> Res<bool> {
    if let Some(other) = other.as_set() {
        let (walked, asked) = if other.len() > set.len() { (set, other) } else { (other, set) };
        return asked.all_of(th, walked, false);
    }
    let iterator = th.iter(other)?;
    while let Some(key) = th.next(&iterator)? {
        let hash = element_hash(th, &key)?;
        if set.contains_hashed(th, &key, hash)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
    let (Some(x), Some(y)) = (a.as_set(), b.as_set()) else { return Ok(Value::NOT_IMPLEMENTED) };
    th.check_native_stack(" in comparison")?;
    Ok(Value::bool(match op {
        CompareOp::Eq => x.may_equal(y) && is_subset(th, x, y)?,
        CompareOp::Ne => !(x.may_equal(y) && is_subset(th, x, y)?),
        CompareOp::Le => is_subset(th, x, y)?,
        CompareOp::Ge => is_subset(th, y, x)?,
        CompareOp::Lt => x.len() < y.len() && is_subset(th, x, y)?,
        CompareOp::Gt => y.len() < x.len() && is_subset(th, y, x)?,
    }))
}

fn set_repr(th: &ThreadState, slf: &Value) -> Res {
    let set = storage(slf);
    let class = slf.class();
    if set.is_empty() {
        return Ok(th.str(&format!("{}()", class.name())));
    }
    let Some(_guard) = th.enter_repr(slf) else { return Ok(th.str(&format!("{}(...)", class.name()))) };
    let exact = std::ptr::eq(class, &SET_TYPE);
    let mut parts = vec![th.str(&if exact { "{".to_string() } else { format!("{}({{", class.name()) })];
    for (index, (key, _)) in set.to_vec().into_iter().enumerate() {
        if index > 0 {
            parts.push(th.str(", "));
        }
        parts.push(th.repr(&key)?);
    }
    parts.push(th.str(if exact { "}" } else { "})" }));
    th.concat_strings(&parts)
}

/// Two sets for an operator; NotImplemented otherwise.
macro_rules! both_sets {
    ($a:expr, $b:expr) => {
        match ($a.as_set(), $b.as_set()) {
            (Some(a), Some(_)) => a,
            _ => return Ok(Value::NOT_IMPLEMENTED),
        }
    };
}

/// A class with the methods that `set` and `frozenset` share, and some of its own.
macro_rules! set_class {
    ($(#[$doc:meta])* $class:ident, $name:tt, { $($own:item)* }) => {
        $(#[$doc])*
        #[pymethods(class(name = $name, payload = SET_PAYLOAD, flags(basetype, have_gc, match_self, weakrefs)))]
        impl $class {
            #[pyslot]
            fn repr(th: &ThreadState, slf: &Value) -> Res {
                set_repr(th, slf)
            }

            #[pyslot]
            fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
                compare(th, a, b, op)
            }

            #[pyslot]
            fn iter(th: &ThreadState, slf: &Value) -> Res {
                let length = storage(slf).len();
                Ok(th.new_object(SetIterator {
                    set: ValueCell::new(slf.clone()),
                    position: Cell::new(0),
                    used: Cell::new(length),
                    left: Cell::new(length),
                }))
            }

            #[pyslot]
            fn sq_length(_: &ThreadState, slf: &Value) -> Res<usize> {
                Ok(storage(slf).len())
            }

            #[pyslot]
            fn sq_contains(th: &ThreadState, slf: &Value, key: &Value) -> Res<bool> {
                storage(slf).contains_key(th, key)
            }

            #[pyslot]
            fn nb_and(th: &ThreadState, a: &Value, b: &Value) -> Res {
                let set = both_sets!(a, b);
                Ok(result_like(th, a, intersection(th, set, b)?))
            }

            #[pyslot]
            fn nb_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
                both_sets!(a, b);
                let out = copy_of(th, a)?;
                if !a.is(b) {
                    update(th, &out, b)?;
                }
                Ok(result_like(th, a, out))
            }

            #[pyslot]
            fn nb_subtract(th: &ThreadState, a: &Value, b: &Value) -> Res {
                let set = both_sets!(a, b);
                Ok(result_like(th, a, difference(th, set, b)?))
            }

            #[pyslot]
            fn nb_xor(th: &ThreadState, a: &Value, b: &Value) -> Res {
                both_sets!(a, b);
                // The order of the result shows it: the left set goes into a copy of the right one.
                let out = copy_of(th, b)?;
                symmetric_difference_update(th, &out, a)?;
                Ok(result_like(th, a, out))
            }

            /// Return a shallow copy of a set.
            #[pymethod("()")]
            fn copy(slf: &Value, th: &ThreadState) -> Res {
                if slf.is_exactly(&FROZENSET_TYPE) {
                    return Ok(slf.clone());
                }
                Ok(result_like(th, slf, copy_of(th, slf)?))
            }

            /// Return the union of sets as a new set.
            #[pymethod("(*others)")]
            fn union(slf: &Value, th: &ThreadState, others: &[Value]) -> Res {
                let out = copy_of(th, slf)?;
                for other in others.iter().filter(|other| !other.is(slf)) {
                    update(th, &out, other)?;
                }
                Ok(result_like(th, slf, out))
            }

            /// Return a new set with elements common to the set and all others.
            #[pymethod("(*others)", name = "intersection")]
            fn intersection_method(slf: &Value, th: &ThreadState, others: &[Value]) -> Res {
                let Some((first, others)) = others.split_first() else {
                    return Ok(result_like(th, slf, copy_of(th, slf)?));
                };
                let mut out = intersection(th, storage(slf), first)?;
                for other in others {
                    out = intersection(th, &out, other)?;
                }
                Ok(result_like(th, slf, out))
            }

            /// Return a new set with elements in the set that are not in the others.
            #[pymethod("(*others)", name = "difference")]
            fn difference_method(slf: &Value, th: &ThreadState, others: &[Value]) -> Res {
                let Some((first, others)) = others.split_first() else {
                    return Ok(result_like(th, slf, copy_of(th, slf)?));
                };
                let mut out = difference(th, storage(slf), first)?;
                for other in others {
                    out = difference(th, &out, other)?;
                }
                Ok(result_like(th, slf, out))
            }

            /// Return a new set with elements in either the set or other but not both.
            #[pymethod("(other, /)")]
            fn symmetric_difference(slf: &Value, th: &ThreadState, other: &Value) -> Res {
                let out = copy_of(th, other)?;
                symmetric_difference_update(th, &out, slf)?;
                Ok(result_like(th, slf, out))
            }

            /// Report whether another set contains this set.
            #[pymethod("(other, /)")]
            fn issubset(slf: &Value, th: &ThreadState, other: &Value) -> Res<bool> {
                match other.as_set() {
                    Some(other) => is_subset(th, storage(slf), other),
                    None => is_subset(th, storage(slf), &copy_of(th, other)?),
                }
            }

            /// Report whether this set contains another set.
            #[pymethod("(other, /)")]
            fn issuperset(slf: &Value, th: &ThreadState, other: &Value) -> Res<bool> {
                if let Some(other) = other.as_set() {
                    return is_subset(th, other, storage(slf));
                }
                let iterator = th.iter(other)?;
                while let Some(key) = th.next(&iterator)? {
                    let hash = element_hash(th, &key)?;
                    if !storage(slf).contains_hashed(th, &key, hash)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }

            /// Return True if two sets have a null intersection.
            #[pymethod("(other, /)")]
            fn isdisjoint(slf: &Value, th: &ThreadState, other: &Value) -> Res<bool> {
                is_disjoint(th, storage(slf), other)
            }

            /// x.__contains__(y) <==> y in x.
            #[pymethod("(object, /)")]
            fn __contains__(slf: &Value, th: &ThreadState, object: &Value) -> Res<bool> {
                Self::sq_contains(th, slf, object)
            }

            /// Return state information for pickling.
            #[pymethod("()")]
            fn __reduce__(slf: &Value, th: &ThreadState) -> Res {
                let items = storage(slf).to_vec().into_iter().map(|(key, _)| key).collect();
                let state = th.instance_state(slf)?;
                Ok(th.tuple(&[slf.class().as_value(), th.tuple(&[th.list(items)]), state]))
            }

            /// S.__sizeof__() -> size of S in memory, in bytes.
            #[pymethod("()")]
            fn __sizeof__(slf: &Value) -> usize {
                200 + 16 * storage(slf).len()
            }

            /// See PEP 585
            #[pyclassmethod("(item, /)")]
            fn __class_getitem__(th: &ThreadState, cls: &Value, item: &Value) -> Res {
                th.generic_alias(cls, item)
            }

            $($own)*
        }
    };
}

set_class! {
    /// Build an unordered collection of unique elements.
    Set, "set", {
        #[pyslot(new)]
        fn construct(th: &ThreadState, class: &Type, _: &[Value], _: &[Value]) -> Res {
            Ok(th.new_instance(class, Set::new()))
        }

        #[pyslot("(iterable=(), /)")]
        fn init(slf: &Value, th: &ThreadState, iterable: Option<&Value>) -> Res<()> {
            let set = storage(slf);
            Set::clear(set);
            iterable.map_or(Ok(()), |iterable| update(th, set, iterable))
        }

        #[pyslot]
        fn nb_inplace_and(th: &ThreadState, a: &Value, b: &Value) -> Res {
            let set = both_sets!(a, b);
            set.replace_with(intersection(th, set, b)?);
            Ok(a.clone())
        }

        #[pyslot]
        fn nb_inplace_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
            update(th, both_sets!(a, b), b)?;
            Ok(a.clone())
        }

        #[pyslot]
        fn nb_inplace_subtract(th: &ThreadState, a: &Value, b: &Value) -> Res {
            difference_update(th, both_sets!(a, b), b)?;
            Ok(a.clone())
        }

        #[pyslot]
        fn nb_inplace_xor(th: &ThreadState, a: &Value, b: &Value) -> Res {
            symmetric_difference_update(th, both_sets!(a, b), b)?;
            Ok(a.clone())
        }

        /// Add an element to a set.
        ///
        /// This has no effect if the element is already present.
        #[pymethod("(object, /)", name = "add")]
        fn add_method(&self, th: &ThreadState, object: &Value) -> Res<()> {
            let hash = element_hash(th, object)?;
            self.add_hashed(th, object, hash).map(drop)
        }

        /// Remove an element from a set; it must be a member.
        ///
        /// If the element is not a member, raise a KeyError.
        #[pymethod("(object, /)", name = "remove")]
        fn remove_method(&self, th: &ThreadState, object: &Value) -> Res<()> {
            match lookup_key(th, object, |key, hash| self.remove_hashed(th, key, hash))? {
                Some(removed) => {
                    drop(removed);
                    Ok(())
                }
                None => Err(th.key_error(object)),
            }
        }

        /// Remove an element from a set if it is a member.
        ///
        /// Unlike set.remove(), the discard() method does not raise
        /// an exception when an element is missing from the set.
        #[pymethod("(object, /)")]
        fn discard(&self, th: &ThreadState, object: &Value) -> Res<()> {
            lookup_key(th, object, |key, hash| self.remove_hashed(th, key, hash)).map(drop)
        }

        /// Remove and return an arbitrary set element.
        ///
        /// Raises KeyError if the set is empty.
        #[pymethod("()", name = "pop")]
        fn pop_method(&self, th: &ThreadState) -> Res {
            self.pop().ok_or_else(|| th.key_error(&th.str("pop from an empty set")))
        }

        /// Remove all elements from this set.
        #[pymethod("()", name = "clear")]
        fn clear_method(&self) {
            Set::clear(self);
        }

        /// Update the set, adding elements from all others.
        #[pymethod("(*others)", name = "update")]
        fn update_method(&self, th: &ThreadState, others: &[Value]) -> Res<()> {
            others.iter().try_for_each(|other| update(th, self, other))
        }

        /// Update the set, keeping only elements found in it and all others.
        #[pymethod("(*others)")]
        fn intersection_update(slf: &Value, th: &ThreadState, others: &[Value]) -> Res<()> {
            let mut out = copy_of(th, slf)?;
            for other in others {
                out = intersection(th, &out, other)?;
            }
            storage(slf).replace_with(out);
            Ok(())
        }

        /// Update the set, removing elements found in others.
        #[pymethod("(*others)", name = "difference_update")]
        fn difference_update_method(&self, th: &ThreadState, others: &[Value]) -> Res<()> {
            for other in others {
                if other.as_set().is_some_and(|other| std::ptr::eq(other, self)) {
                    Set::clear(self);
                } else {
                    difference_update(th, self, other)?;
                }
            }
            Ok(())
        }

        /// Update the set, keeping only elements found in either set, but not in both.
        #[pymethod("(other, /)", name = "symmetric_difference_update")]
        fn symmetric_difference_update_method(&self, th: &ThreadState, other: &Value) -> Res<()> {
            symmetric_difference_update(th, self, other)
        }
    }
}

set_class! {
    /// Build an immutable unordered collection of unique elements.
    FrozenSet, "frozenset", {
        #[pyslot(text = "(iterable=(), /)")]
        fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
            let exact = std::ptr::eq(cls, &FROZENSET_TYPE);
            crate::args::refuse_keywords(th, cls, &FROZENSET_TYPE, kwnames)?;
            let iterable = match &args[..args.len() - kwnames.len()] {
                [] => None,
                [iterable] => Some(iterable),
                args => {
                    return Err(th.type_error(format_args!("frozenset expected at most 1 argument, got {}", args.len())));
                }
            };
            if let Some(iterable) = iterable.filter(|iterable| exact && iterable.is_exactly(&FROZENSET_TYPE)) {
                return Ok(iterable.clone());
            }
            let set = Set::new();
            if let Some(iterable) = iterable {
                update(th, &set, iterable)?;
            }
            Ok(th.new_frozenset(cls, set))
        }

        #[pyslot]
        fn hash(_: &ThreadState, slf: &Value) -> Res<i64> {
            Ok(storage(slf).hash())
        }
    }
}

#[pyclass(name = "set_iterator", flags(disallow_new))]
pub struct SetIterator {
    set: ValueCell,
    position: Cell<usize>,
    /// Elements when the iterator was made; the set must keep as many.
    used: Cell<usize>,
    left: Cell<usize>,
}

#[pymethods]
impl SetIterator {
    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        let mut changed = false;
        let key = self.set.with(|set| {
            let set = storage(set?);
            changed = set.len() != self.used.get();
            if changed {
                return None;
            }
            let mut position = self.position.get();
            let (key, _) = set.next_entry(&mut position)?;
            self.position.set(position);
            Some(key)
        });
        if changed {
            self.used.set(usize::MAX);
            return Err(th.runtime_error("Set changed size during iteration"));
        }
        let Some(key) = key else {
            self.set.set(None);
            return Ok(Value::EXHAUSTED);
        };
        self.left.set(self.left.get().saturating_sub(1));
        Ok(key)
    }

    /// Private method returning an estimate of len(list(it)).
    #[pymethod("()")]
    fn __length_hint__(&self) -> usize {
        let length = self.set.with(|set| set.and_then(Value::as_set).map(Set::len));
        if length == Some(self.used.get()) { self.left.get() } else { 0 }
    }

    /// Return state information for pickling.
    #[pymethod("()")]
    fn __reduce__(&self, th: &ThreadState) -> Res {
        let iter = th.builtin("iter")?;
        let mut items = Vec::new();
        if let Some(set) = self.set.get() {
            let mut position = self.position.get();
            while let Some((key, _)) = storage(&set).next_entry(&mut position) {
                items.push(key);
            }
        }
        Ok(th.tuple(&[iter, th.tuple(&[th.list(items)])]))
    }
}
