//! `dict_keys`, `dict_values`, `dict_items` and their iterators.

use std::cell::Cell;

use macros::pymethods;

use super::Dict;
use crate::error::Res;
use crate::gc::{Traverse, ValueCell, Visitor};
use crate::object::{Payload, PayloadFns};
use crate::objects::set::Set;
use crate::protocol::iteration::iter_self;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type, TypeDef};
use crate::value::Value;

/// What of an entry is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Keys,
    Values,
    Items,
}

/// Payload of the three kinds of views.
pub struct View {
    pub(super) dict: Value,
}

impl Traverse for View {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit.value(&self.dict);
    }
}

impl View {
    fn dict(&self) -> &Dict {
        Dict::of(&self.dict)
    }
}

/// Payload of the six kinds of iterators.
pub struct DictIterator {
    dict: ValueCell,
    /// The entry that comes next (or, reversed, the one after it).
    position: Cell<usize>,
    /// Items still to come, and the number of keys when the iterator was made.
    left: Cell<usize>,
    used: Cell<usize>,
    kind: Kind,
    reversed: bool,
}

impl Traverse for DictIterator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.dict.traverse(visit);
    }

    fn clear(&self) {
        self.dict.set(None);
    }
}

impl DictIterator {
    /// The next entry; `None` at the end.
    #[inline]
    pub fn advance(&self, th: &ThreadState) -> Res<Option<(Value, Value)>> {
        let mut changed = None;
        let entry = self.dict.with(|dict| {
            let dict = dict?.downcast::<Dict>()?;
            if dict.len() != self.used.get() {
                changed = Some("dictionary changed size during iteration");
                return None;
            }
            let mut position = self.position.get();
            let entry = if self.reversed { dict.previous_entry(&mut position) } else { dict.next_entry(&mut position) };
            self.position.set(position);
            if entry.is_some() && self.left.get() == 0 {
                changed = Some("dictionary keys changed during iteration");
                return None;
            }
            entry
        });
        if let Some(message) = changed {
            // Every later call says so again.
            self.used.set(usize::MAX);
            return Err(th.runtime_error(message));
        }
        match entry {
            Some(entry) => {
                self.left.set(self.left.get() - 1);
                Ok(Some(entry))
            }
            None => {
                self.dict.set(None);
                Ok(None)
            }
        }
    }

    /// The next key or value, if that is what is shown and nothing is unusual.
    #[inline]
    fn advance_plain(&self) -> Option<Value> {
        let left = self.left.get();
        if self.reversed || left == 0 || self.kind == Kind::Items {
            return None;
        }
        self.dict.with(|dict| {
            let dict = Dict::of(dict?);
            if dict.len() != self.used.get() {
                return None;
            }
            let mut position = self.position.get();
            let next =
                if self.kind == Kind::Keys { dict.next_key(&mut position) } else { dict.next_value(&mut position) }?;
            self.position.set(position);
            self.left.set(left - 1);
            Some(next)
        })
    }

    fn next_value(&self, th: &ThreadState) -> Res {
        if let Some(next) = self.advance_plain() {
            return Ok(next);
        }
        let Some((key, value)) = self.advance(th)? else { return Ok(Value::EXHAUSTED) };
        Ok(match self.kind {
            Kind::Keys => key,
            Kind::Values => value,
            Kind::Items => th.tuple_from_array([key, value]),
        })
    }

    fn length_hint(&self) -> usize {
        let used = self.dict.with(|dict| dict.and_then(|dict| dict.downcast::<Dict>()).map(Dict::len));
        if used == Some(self.used.get()) { self.left.get() } else { 0 }
    }
}

/// What a view shows, all at once; `None` if the value is no view.
pub(crate) fn collect(th: &ThreadState, value: &Value) -> Option<Vec<Value>> {
    let (keys, values) = (value.is_exactly(&DICT_KEYS_TYPE), value.is_exactly(&DICT_VALUES_TYPE));
    if !keys && !values && !value.is_exactly(&DICT_ITEMS_TYPE) {
        return None;
    }
    let dict = View::of(value).dict();
    let mut items = Vec::with_capacity(dict.len());
    let mut position = 0;
    while let Some((key, value)) = dict.next_entry(&mut position) {
        items.push(match (keys, values) {
            (true, _) => key,
            (_, true) => value,
            _ => th.tuple_from_array([key, value]),
        });
    }
    Some(items)
}

/// An iterator over a dict.
pub fn iterator(th: &ThreadState, dict: &Value, kind: Kind, reversed: bool) -> Value {
    let storage = Dict::of(dict);
    let payload = DictIterator {
        dict: ValueCell::new(dict.clone()),
        position: Cell::new(if reversed { storage.entry_limit() } else { 0 }),
        left: Cell::new(storage.len()),
        used: Cell::new(storage.len()),
        kind,
        reversed,
    };
    let class: &Type = match (kind, reversed) {
        (Kind::Keys, false) => &DICT_KEY_ITERATOR_TYPE,
        (Kind::Values, false) => &DICT_VALUE_ITERATOR_TYPE,
        (Kind::Items, false) => &DICT_ITEM_ITERATOR_TYPE,
        (Kind::Keys, true) => &DICT_REVERSE_KEY_ITERATOR_TYPE,
        (Kind::Values, true) => &DICT_REVERSE_VALUE_ITERATOR_TYPE,
        (Kind::Items, true) => &DICT_REVERSE_ITEM_ITERATOR_TYPE,
    };
    th.new_instance(class, payload)
}

/// A view of a dict.
pub fn view(th: &ThreadState, dict: &Value, kind: Kind) -> Value {
    let class: &Type = match kind {
        Kind::Keys => &DICT_KEYS_TYPE,
        Kind::Values => &DICT_VALUES_TYPE,
        Kind::Items => &DICT_ITEMS_TYPE,
    };
    th.new_instance(class, View { dict: dict.clone() })
}

/// A class whose instances share a payload type with others: reached through `of`.
macro_rules! shared_payload {
    ($marker:ident, $def:ident, $static:ident) => {
        #[doc = concat!("The class behind [`", stringify!($static), "`].")]
        pub struct $marker;

        impl Payload for $marker {
            const DEF: &'static TypeDef = &$def;

            fn class() -> &'static Type {
                &$static
            }
        }

        pub static $static: Type = Type::new_static(&$def);
    };
}

macro_rules! dict_iterator {
    ($marker:ident, $def:ident, $static:ident, $name:tt) => {
        shared_payload!($marker, $def, $static);

        #[pymethods(class(name = $name, payload = PayloadFns::traced::<DictIterator>(), flags(disallow_new)))]
        impl $marker {
            #[pyslot]
            fn iter(th: &ThreadState, slf: &Value) -> Res {
                iter_self(th, slf)
            }

            #[pyslot]
            fn iternext(th: &ThreadState, slf: &Value) -> Res {
                DictIterator::of(slf).next_value(th)
            }

            /// Private method returning an estimate of len(list(it)).
            #[pymethod("()")]
            fn __length_hint__(slf: &Value) -> usize {
                DictIterator::of(slf).length_hint()
            }

            /// Return state information for pickling.
            #[pymethod("()")]
            fn __reduce__(slf: &Value, th: &ThreadState) -> Res {
                let iterator = DictIterator::of(slf);
                let iter = th.builtin("iter")?;
                let mut items = Vec::new();
                if let Some(dict) = iterator.dict.get() {
                    let copy = DictIterator {
                        dict: ValueCell::new(dict),
                        position: iterator.position.clone(),
                        left: iterator.left.clone(),
                        used: iterator.used.clone(),
                        kind: iterator.kind,
                        reversed: iterator.reversed,
                    };
                    loop {
                        let item = copy.next_value(th)?;
                        if item.is_exhausted() {
                            break;
                        }
                        items.push(item);
                    }
                }
                Ok(th.tuple(&[iter, th.tuple(&[th.list(items)])]))
            }
        }
    };
}

dict_iterator!(DictKeyIterator, DICT_KEY_ITERATOR_DEF, DICT_KEY_ITERATOR_TYPE, "dict_keyiterator");
dict_iterator!(DictValueIterator, DICT_VALUE_ITERATOR_DEF, DICT_VALUE_ITERATOR_TYPE, "dict_valueiterator");
dict_iterator!(DictItemIterator, DICT_ITEM_ITERATOR_DEF, DICT_ITEM_ITERATOR_TYPE, "dict_itemiterator");
dict_iterator!(
    DictReverseKeyIterator,
    DICT_REVERSE_KEY_ITERATOR_DEF,
    DICT_REVERSE_KEY_ITERATOR_TYPE,
    "dict_reversekeyiterator"
);
dict_iterator!(
    DictReverseValueIterator,
    DICT_REVERSE_VALUE_ITERATOR_DEF,
    DICT_REVERSE_VALUE_ITERATOR_TYPE,
    "dict_reversevalueiterator"
);
dict_iterator!(
    DictReverseItemIterator,
    DICT_REVERSE_ITEM_ITERATOR_DEF,
    DICT_REVERSE_ITEM_ITERATOR_TYPE,
    "dict_reverseitemiterator"
);

impl Payload for DictIterator {
    const DEF: &'static TypeDef = &DICT_KEY_ITERATOR_DEF;

    fn class() -> &'static Type {
        &DICT_KEY_ITERATOR_TYPE
    }

    #[inline(always)]
    fn of(value: &Value) -> &DictIterator {
        match value.header() {
            Some(header) if ITERATOR_TYPES.iter().any(|known| std::ptr::eq(*known, header.class())) => {
                header.payload::<DictIterator>()
            }
            _ => unreachable!("a method of a dict iterator was called with another object"),
        }
    }
}

impl Payload for View {
    const DEF: &'static TypeDef = &DICT_KEYS_DEF;

    fn class() -> &'static Type {
        &DICT_KEYS_TYPE
    }

    #[inline(always)]
    fn of(value: &Value) -> &View {
        match value.header() {
            Some(header) if VIEW_TYPES.iter().any(|known| header.class().is_subtype_native(known)) => {
                header.payload::<View>()
            }
            _ => unreachable!("a method of a dict view was called with another object"),
        }
    }
}

const ITERATOR_TYPES: &[&Type] = &[
    &DICT_KEY_ITERATOR_TYPE,
    &DICT_VALUE_ITERATOR_TYPE,
    &DICT_ITEM_ITERATOR_TYPE,
    &DICT_REVERSE_KEY_ITERATOR_TYPE,
    &DICT_REVERSE_VALUE_ITERATOR_TYPE,
    &DICT_REVERSE_ITEM_ITERATOR_TYPE,
];

const VIEW_TYPES: &[&Type] = &[&DICT_KEYS_TYPE, &DICT_VALUES_TYPE, &DICT_ITEMS_TYPE];

/// Types of this file, for `ready_builtin_types`.
pub(crate) const TYPES: &[&Type] = &[
    &DICT_KEYS_TYPE,
    &DICT_VALUES_TYPE,
    &DICT_ITEMS_TYPE,
    &DICT_KEY_ITERATOR_TYPE,
    &DICT_VALUE_ITERATOR_TYPE,
    &DICT_ITEM_ITERATOR_TYPE,
    &DICT_REVERSE_KEY_ITERATOR_TYPE,
    &DICT_REVERSE_VALUE_ITERATOR_TYPE,
    &DICT_REVERSE_ITEM_ITERATOR_TYPE,
];

fn view_repr(th: &ThreadState, slf: &Value) -> Res {
    let Some(_guard) = th.enter_repr(slf) else { return Ok(th.str("...")) };
    let items = th.list(th.collect(slf)?);
    th.concat_strings(&[th.str(&slf.class().name()), th.str("("), th.repr(&items)?, th.str(")")])
}

/// Whether every item of `a` is in `b`.
fn all_contained(th: &ThreadState, a: &Value, b: &Value) -> Res<bool> {
    let iterator = th.iter(a)?;
    while let Some(item) = th.next(&iterator)? {
        if !th.contains(b, &item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Sets and the set-like views compare with each other.
fn is_set_like(value: &Value) -> bool {
    value.as_set().is_some()
        || value.class().is_subtype_native(&DICT_KEYS_TYPE)
        || value.class().is_subtype_native(&DICT_ITEMS_TYPE)
}

fn compare_views(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
    if !is_set_like(b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (x, y) = (th.len(a)?, th.len(b)?);
    Ok(Value::bool(match op {
        CompareOp::Eq => x == y && all_contained(th, a, b)?,
        CompareOp::Ne => !(x == y && all_contained(th, a, b)?),
        CompareOp::Lt => x < y && all_contained(th, a, b)?,
        CompareOp::Le => x <= y && all_contained(th, a, b)?,
        CompareOp::Gt => x > y && all_contained(th, b, a)?,
        CompareOp::Ge => x >= y && all_contained(th, b, a)?,
    }))
}

/// The items of a view, or of any iterable, as a new set.
fn to_set(th: &ThreadState, value: &Value) -> Res<Set> {
    let items = th.collect(value)?;
    th.set_of(&items)
}

/// The class's methods that keys and items share.
macro_rules! set_like_view {
    ($marker:ident, $def:ident, $static:ident, $name:tt, $kind:expr, $contains:expr) => {
        shared_payload!($marker, $def, $static);

        #[pymethods(class(name = $name, payload = PayloadFns::traced::<View>(), flags(disallow_new)))]
        impl $marker {
            #[pyslot]
            fn repr(th: &ThreadState, slf: &Value) -> Res {
                view_repr(th, slf)
            }

            #[pyslot]
            fn iter(th: &ThreadState, slf: &Value) -> Res {
                Ok(iterator(th, &View::of(slf).dict, $kind, false))
            }

            #[pyslot]
            fn sq_length(_: &ThreadState, slf: &Value) -> Res<usize> {
                Ok(View::of(slf).dict().len())
            }

            #[pyslot]
            fn sq_contains(th: &ThreadState, slf: &Value, item: &Value) -> Res<bool> {
                $contains(th, View::of(slf).dict(), item)
            }

            #[pyslot]
            fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
                compare_views(th, a, b, op)
            }

            #[pyslot]
            fn nb_and(th: &ThreadState, a: &Value, b: &Value) -> Res {
                // Either operand may be the view.
                let (view, other) = if is_set_like(a) { (a, b) } else { (b, a) };
                let out = Set::new();
                let iterator = th.iter(other)?;
                while let Some(item) = th.next(&iterator)? {
                    if th.contains(view, &item)? {
                        out.add(th, &item)?;
                    }
                }
                Ok(th.new_object(out))
            }

            #[pyslot]
            fn nb_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
                let out = to_set(th, a)?;
                th.for_each(b, |item| out.add(th, &item).map(drop))?;
                Ok(th.new_object(out))
            }

            #[pyslot]
            fn nb_subtract(th: &ThreadState, a: &Value, b: &Value) -> Res {
                let out = to_set(th, a)?;
                th.for_each(b, |item| out.remove(th, &item).map(drop))?;
                Ok(th.new_object(out))
            }

            #[pyslot]
            fn nb_xor(th: &ThreadState, a: &Value, b: &Value) -> Res {
                let (out, other) = (to_set(th, a)?, to_set(th, b)?);
                for (item, hash) in other.to_vec() {
                    if out.remove_hashed(th, &item, hash)?.is_none() {
                        out.add_hashed(th, &item, hash)?;
                    }
                }
                Ok(th.new_object(out))
            }

            /// Return True if the view and the given iterable have a null intersection.
            #[pymethod("(other, /)")]
            fn isdisjoint(slf: &Value, th: &ThreadState, other: &Value) -> Res<bool> {
                let iterator = th.iter(other)?;
                while let Some(item) = th.next(&iterator)? {
                    if th.contains(slf, &item)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }

            /// Return a reverse iterator over the view.
            #[pymethod("()")]
            fn __reversed__(slf: &Value, th: &ThreadState) -> Value {
                iterator(th, &View::of(slf).dict, $kind, true)
            }

            /// dictionary that this view refers to
            #[pygetter]
            fn mapping(slf: &Value, th: &ThreadState) -> Res {
                Ok(th.mapping_proxy(&View::of(slf).dict))
            }
        }
    };
}

set_like_view!(DictKeys, DICT_KEYS_DEF, DICT_KEYS_TYPE, "dict_keys", Kind::Keys, keys_contain);
set_like_view!(DictItems, DICT_ITEMS_DEF, DICT_ITEMS_TYPE, "dict_items", Kind::Items, items_contain);

fn keys_contain(th: &ThreadState, dict: &Dict, key: &Value) -> Res<bool> {
    dict.contains(th, key)
}

fn items_contain(th: &ThreadState, dict: &Dict, item: &Value) -> Res<bool> {
    let Some([key, value]) = item.as_tuple().map(|item| item.as_slice()) else { return Ok(false) };
    match dict.get(th, key)? {
        Some(found) => th.is_equal(&found, value),
        None => Ok(false),
    }
}

shared_payload!(DictValues, DICT_VALUES_DEF, DICT_VALUES_TYPE);

#[pymethods(class(name = "dict_values", payload = PayloadFns::traced::<View>(), flags(disallow_new)))]
impl DictValues {
    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        view_repr(th, slf)
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        Ok(iterator(th, &View::of(slf).dict, Kind::Values, false))
    }

    #[pyslot]
    fn sq_length(_: &ThreadState, slf: &Value) -> Res<usize> {
        Ok(View::of(slf).dict().len())
    }

    /// Return a reverse iterator over the view.
    #[pymethod("()")]
    fn __reversed__(slf: &Value, th: &ThreadState) -> Value {
        iterator(th, &View::of(slf).dict, Kind::Values, true)
    }

    /// dictionary that this view refers to
    #[pygetter]
    fn mapping(slf: &Value, th: &ThreadState) -> Res {
        Ok(th.mapping_proxy(&View::of(slf).dict))
    }
}
