//! `collections.OrderedDict`: a dict whose keys can be moved to either end, that compares by order and that calls a subclass's
//! own methods where the library's Python version would.
//!
//! The storage is the dict's own (`Dict::move_to_end`, `Dict::pop_first`): there is no second order to keep.

use std::cell::Cell;

use macros::pymethods;

use super::views::{DICT_ITEMS_TYPE, DICT_KEYS_TYPE, DICT_VALUES_TYPE, Kind, View};
use super::{DICT_PAYLOAD, DICT_TYPE, Dict};
use crate::args::split;
use crate::error::Res;
use crate::gc::{ValueCell, Visitor};
use crate::object::{Payload, PayloadFns};
use crate::protocol::iteration::iter_self;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type, TypeDef};
use crate::value::Value;

/// The class behind [`ORDERED_DICT_TYPE`]; its instances have the payload of `dict`.
pub struct OrderedDict;

impl Payload for OrderedDict {
    const DEF: &'static TypeDef = &ORDERED_DICT_DEF;

    fn class() -> &'static Type {
        &ORDERED_DICT_TYPE
    }
}

pub static ORDERED_DICT_TYPE: Type = Type::new_static(&ORDERED_DICT_DEF);

/// Types of this file, for `ready_builtin_types`.
pub(crate) const TYPES: &[&Type] =
    &[&ORDERED_DICT_TYPE, &ODICT_KEYS_TYPE, &ODICT_VALUES_TYPE, &ODICT_ITEMS_TYPE, &ODICT_ITERATOR_TYPE];

fn is_ordered(value: &Value) -> bool {
    value.class().is_subtype_native(&ORDERED_DICT_TYPE)
}

/// Dictionary that remembers insertion order
#[pymethods(class(
    name = "OrderedDict",
    module = "collections",
    base = DICT_TYPE,
    payload = DICT_PAYLOAD,
    flags(basetype, managed_dict, weakrefs, mutable)
))]
impl OrderedDict {
    #[pyslot]
    fn init(th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
        let given = args.len() - kwnames.len();
        if given > 1 {
            return Err(th.type_error(format_args!("expected at most 1 argument, got {given}")));
        }
        update_from_call(th, slf, args, kwnames)
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let name = slf.class().name();
        if Dict::of(slf).is_empty() {
            return Ok(th.str(&format!("{name}()")));
        }
        let Some(_guard) = th.enter_repr(slf) else { return Ok(th.str("...")) };
        let shown = if slf.is_exactly(&ORDERED_DICT_TYPE) && has_plain_keys(Dict::of(slf)) {
            th.dict(Dict::of(slf).copy())
        } else {
            let items = th.call_method(slf, &th.names().items, &[])?;
            th.call(DICT_TYPE.value_ref(), &[items])?
        };
        th.concat_strings(&[th.str(&format!("{name}(")), th.repr(&shown)?, th.str(")")])
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let Some(compare) = DICT_TYPE.slots().richcompare.get() else { return Ok(Value::NOT_IMPLEMENTED) };
        let equal = compare(th, a, b, CompareOp::Eq)?;
        let Some(mut equal) = equal.as_bool() else { return Ok(equal) };
        if equal && is_ordered(b) {
            equal = same_order(th, Dict::of(a), Dict::of(b))?;
        }
        Ok(Value::bool(equal == (op == CompareOp::Eq)))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        Ok(OrderedIterator::make(th, slf, Kind::Keys, false))
    }

    #[pyslot]
    fn mp_ass_subscript(th: &ThreadState, slf: &Value, key: &Value, value: Option<&Value>) -> Res<()> {
        let dict = Dict::of(slf);
        let hash = th.hash(key)?;
        match value {
            Some(value) => dict.set_hashed(th, key, hash, value.clone()),
            None => match dict.remove_hashed(th, key, hash)? {
                Some(removed) => {
                    drop(removed);
                    Ok(())
                }
                None => Err(th.key_error(key)),
            },
        }
    }

    #[pyslot]
    fn nb_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
        let (class, other) = if is_ordered(a) { (a.class(), b) } else { (b.class(), a) };
        if other.downcast::<Dict>().is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let new = th.call(class.value_ref(), std::slice::from_ref(a))?;
        update(th, &new, b)?;
        Ok(new)
    }

    #[pyslot]
    fn nb_inplace_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
        update(th, a, b)?;
        Ok(a.clone())
    }

    /// Create a new ordered dictionary with keys from iterable and values set to value.
    #[pyclassmethod("(iterable, value=None)")]
    fn fromkeys(th: &ThreadState, cls: &Value, iterable: &Value, value: Value) -> Res {
        let new = th.call(cls, &[])?;
        if new.is_exactly(&ORDERED_DICT_TYPE) {
            let dict = Dict::of(&new);
            th.for_each(iterable, |key| dict.set(th, &key, value.clone()))?;
        } else {
            th.for_each(iterable, |key| th.set_item(&new, &key, &value))?;
        }
        Ok(new)
    }

    #[pymethod("()")]
    fn __sizeof__(slf: &Value) -> usize {
        128 + Dict::of(slf).entry_limit() * 64
    }

    /// Return state information for pickling
    #[pymethod("()")]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Res {
        let state = th.instance_state(slf)?;
        let items = th.call_method(slf, &th.names().items, &[])?;
        let items = th.iter(&items)?;
        Ok(th.tuple(&[slf.class().as_value(), th.tuple(&[]), state, Value::NONE, items]))
    }

    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[pymethod("(key, default=None)")]
    fn setdefault(slf: &Value, th: &ThreadState, key: &Value, default: Value) -> Res {
        if slf.is_exactly(&ORDERED_DICT_TYPE) {
            return Dict::of(slf).set_default(th, key, default);
        }
        if th.contains(slf, key)? {
            return th.get_item(slf, key);
        }
        th.set_item(slf, key, &default)?;
        Ok(default)
    }

    /// od.pop(key[,default]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[pymethod("(key, default=<unrepresentable>)")]
    fn pop(slf: &Value, th: &ThreadState, key: &Value, default: Option<Value>) -> Res {
        match (Dict::of(slf).remove(th, key)?, default) {
            (Some((_, value)), _) => Ok(value),
            (None, Some(default)) => Ok(default),
            (None, None) => Err(th.key_error(key)),
        }
    }

    /// Remove and return a (key, value) pair from the dictionary.
    ///
    /// Pairs are returned in LIFO order if last is true or FIFO order if
    /// false.
    #[pymethod("(last=True)")]
    fn popitem(slf: &Value, th: &ThreadState, last: bool) -> Res {
        let dict = Dict::of(slf);
        match if last { dict.pop_last() } else { dict.pop_first() } {
            Some((key, value)) => Ok(th.tuple_from_array([key, value])),
            None => Err(th.key_error(&th.str("dictionary is empty"))),
        }
    }

    #[pymethod("()")]
    fn keys(slf: &Value, th: &ThreadState) -> Value {
        th.new_instance(&ODICT_KEYS_TYPE, View { dict: slf.clone() })
    }

    #[pymethod("()")]
    fn values(slf: &Value, th: &ThreadState) -> Value {
        th.new_instance(&ODICT_VALUES_TYPE, View { dict: slf.clone() })
    }

    #[pymethod("()")]
    fn items(slf: &Value, th: &ThreadState) -> Value {
        th.new_instance(&ODICT_ITEMS_TYPE, View { dict: slf.clone() })
    }

    #[pymethod("(*args, **kwargs)", name = "update", text = none, raw)]
    fn update_method(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        let Some((slf, rest)) = args.split_first() else { return Err(th.type_error("update() needs an argument")) };
        let given = rest.len() - kwnames.len();
        if given > 1 {
            return Err(th.type_error(format_args!("update() takes at most 1 positional argument ({given} given)")));
        }
        update_from_call(th, slf, rest, kwnames)?;
        Ok(Value::NONE)
    }

    /// Remove all items from ordered dict.
    #[pymethod("()")]
    fn clear(slf: &Value) {
        Dict::of(slf).clear();
    }

    /// A shallow copy of ordered dict.
    #[pymethod("()")]
    fn copy(slf: &Value, th: &ThreadState) -> Res {
        let dict = Dict::of(slf);
        let is_exact = slf.is_exactly(&ORDERED_DICT_TYPE);
        if is_exact && has_plain_keys(dict) {
            return Ok(th.new_instance(&ORDERED_DICT_TYPE, dict.copy()));
        }
        let new = th.call(slf.class().value_ref(), &[])?;
        let (mut position, before) = (0, dict.mutations());
        while let Some((key, _)) = dict.next_entry(&mut position) {
            if is_exact {
                let value = dict.get(th, &key)?.ok_or_else(|| th.key_error(&key))?;
                Dict::of(&new).set(th, &key, value)?;
            } else {
                let value = th.get_item(slf, &key)?;
                th.set_item(&new, &key, &value)?;
            }
            if dict.mutations() != before {
                return Err(th.runtime_error("OrderedDict mutated during iteration"));
            }
        }
        Ok(new)
    }

    /// od.__reversed__() <==> reversed(od)
    #[pymethod("()")]
    fn __reversed__(slf: &Value, th: &ThreadState) -> Value {
        OrderedIterator::make(th, slf, Kind::Keys, true)
    }

    /// Move an existing element to the end (or beginning if last is false).
    ///
    /// Raise KeyError if the element does not exist.
    #[pymethod("(key, last=True)")]
    fn move_to_end(slf: &Value, th: &ThreadState, key: &Value, last: bool) -> Res<()> {
        match Dict::of(slf).move_to_end(th, key, last)? {
            true => Ok(()),
            false => Err(th.key_error(key)),
        }
    }
}

/// Whether a key is found again for certain: it hashes and compares as it always did.
fn is_plain(key: &Value) -> bool {
    key.as_small_int().is_some()
        || key.is_exactly(&crate::objects::str::STR_TYPE)
        || key.is_exactly(&crate::objects::int::INT_TYPE)
        || key.is_exactly(&crate::objects::bytes::BYTES_TYPE)
}

fn has_plain_keys(dict: &Dict) -> bool {
    let mut position = 0;
    while let Some((key, _)) = dict.next_entry(&mut position) {
        if !is_plain(&key) {
            return false;
        }
    }
    true
}

/// Whether two dicts of equal content have equal keys in the same places.
fn same_order(th: &ThreadState, a: &Dict, b: &Dict) -> Res<bool> {
    let (before_a, before_b) = (a.mutations(), b.mutations());
    let (mut at_a, mut at_b) = (0, 0);
    loop {
        match (a.next_entry(&mut at_a), b.next_entry(&mut at_b)) {
            (None, None) => return Ok(true),
            (Some((x, _)), Some((y, _))) => {
                let equal = th.is_equal(&x, &y)?;
                if (a.mutations(), b.mutations()) != (before_a, before_b) {
                    return Err(th.runtime_error("OrderedDict mutated during iteration"));
                }
                if !equal {
                    return Ok(false);
                }
            }
            _ => return Ok(false),
        }
    }
}

fn add_pairs(th: &ThreadState, slf: &Value, pairs: &Value) -> Res<()> {
    let iterator = th.iter(pairs)?;
    while let Some(pair) = th.next(&iterator)? {
        let parts = th.iter(&pair)?;
        let missing = |count: usize| {
            let s = if count == 1 { "" } else { "s" };
            th.value_error(format_args!("need more than {count} value{s} to unpack"))
        };
        let key = th.next(&parts)?.ok_or_else(|| missing(0))?;
        let value = th.next(&parts)?.ok_or_else(|| missing(1))?;
        if th.next(&parts)?.is_some() {
            return Err(th.value_error("too many values to unpack (expected 2)"));
        }
        th.set_item(slf, &key, &value)?;
    }
    Ok(())
}

/// As `MutableMapping.update`: every item is set through the object's own `__setitem__`.
fn update(th: &ThreadState, slf: &Value, source: &Value) -> Res<()> {
    if source.is_exactly(&DICT_TYPE) {
        for (key, value) in Dict::of(source).to_vec() {
            th.set_item(slf, &key, &value)?;
        }
        return Ok(());
    }
    let names = th.names();
    if let Some(keys) = th.getattr_opt(source, &names.keys)? {
        let keys = th.call(&keys, &[])?;
        let iterator = th.iter(&keys)?;
        while let Some(key) = th.next(&iterator)? {
            let value = th.get_item(source, &key)?;
            th.set_item(slf, &key, &value)?;
        }
        return Ok(());
    }
    match th.getattr_opt(source, &names.items)? {
        Some(items) => add_pairs(th, slf, &th.call(&items, &[])?),
        None => add_pairs(th, slf, source),
    }
}

fn update_from_call(th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
    let (positional, values) = split(args, kwnames);
    if let Some(source) = positional.first() {
        update(th, slf, source)?;
    }
    for (name, value) in kwnames.iter().zip(values) {
        th.set_item(slf, name, value)?;
    }
    Ok(())
}

/// The iterator of ordered dicts and of their views.
pub struct OrderedIterator {
    dict: ValueCell,
    position: Cell<usize>,
    mutations: u32,
    length: usize,
    kind: Kind,
    reversed: bool,
}

impl crate::gc::Traverse for OrderedIterator {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.dict.traverse(visit);
    }

    fn clear(&self) {
        self.dict.set(None);
    }
}

impl Payload for OrderedIterator {
    const DEF: &'static TypeDef = &ORDERED_ITERATOR_DEF;

    fn class() -> &'static Type {
        &ODICT_ITERATOR_TYPE
    }
}

pub static ODICT_ITERATOR_TYPE: Type = Type::new_static(&ORDERED_ITERATOR_DEF);

impl OrderedIterator {
    fn make(th: &ThreadState, dict: &Value, kind: Kind, reversed: bool) -> Value {
        let storage = Dict::of(dict);
        th.new_object(OrderedIterator {
            dict: ValueCell::new(dict.clone()),
            position: Cell::new(if reversed { storage.entry_limit() } else { 0 }),
            mutations: storage.mutations(),
            length: storage.len(),
            kind,
            reversed,
        })
    }

    fn next_value(&self, th: &ThreadState) -> Res {
        let mut changed = None;
        let entry = self.dict.with(|dict| {
            let dict = dict?.downcast::<Dict>()?;
            if dict.len() != self.length {
                changed = Some("OrderedDict changed size during iteration");
            }
            if dict.mutations() != self.mutations {
                changed = Some("OrderedDict mutated during iteration");
            }
            if changed.is_some() {
                return None;
            }
            let mut position = self.position.get();
            let entry = if self.reversed { dict.previous_entry(&mut position) } else { dict.next_entry(&mut position) };
            self.position.set(position);
            entry
        });
        let Some((key, value)) = entry else {
            self.dict.set(None);
            return match changed {
                Some(message) => Err(th.runtime_error(message)),
                None => Ok(Value::EXHAUSTED),
            };
        };
        if self.kind == Kind::Keys {
            return Ok(key);
        }
        // The order is one thing, what stands for a key another: it is looked up.
        let value = match self.dict.get().filter(|_| !is_plain(&key)) {
            Some(dict) => Dict::of(&dict).get(th, &key)?.ok_or_else(|| th.key_error(&key))?,
            None => value,
        };
        Ok(if self.kind == Kind::Values { value } else { th.tuple_from_array([key, value]) })
    }
}

#[pymethods(class(name = "odict_iterator", payload = PayloadFns::traced::<OrderedIterator>(), flags(disallow_new)))]
impl OrderedIterator {
    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        self.next_value(th)
    }

    /// Return state information for pickling
    #[pymethod("()")]
    fn __reduce__(&self, th: &ThreadState) -> Res {
        let copy = OrderedIterator {
            dict: ValueCell::from_option(self.dict.get()),
            position: self.position.clone(),
            mutations: self.mutations,
            length: self.length,
            kind: self.kind,
            reversed: self.reversed,
        };
        let mut items = Vec::new();
        loop {
            let item = copy.next_value(th)?;
            if item.is_exhausted() {
                break;
            }
            items.push(item);
        }
        let iter = th.builtin("iter")?;
        Ok(th.tuple(&[iter, th.tuple(&[th.list(items)])]))
    }
}

macro_rules! ordered_view {
    ($marker:ident, $def:ident, $static:ident, $name:tt, $base:path, $kind:expr) => {
        #[doc = concat!("The class behind [`", stringify!($static), "`].")]
        pub struct $marker;

        impl Payload for $marker {
            const DEF: &'static TypeDef = &$def;

            fn class() -> &'static Type {
                &$static
            }
        }

        pub static $static: Type = Type::new_static(&$def);

        #[pymethods(class(name = $name, base = $base, payload = PayloadFns::traced::<View>(), flags(disallow_new)))]
        impl $marker {
            #[pyslot]
            fn iter(th: &ThreadState, slf: &Value) -> Res {
                Ok(OrderedIterator::make(th, &View::of(slf).dict, $kind, false))
            }

            #[pymethod("()")]
            fn __reversed__(slf: &Value, th: &ThreadState) -> Value {
                OrderedIterator::make(th, &View::of(slf).dict, $kind, true)
            }
        }
    };
}

ordered_view!(OdictKeys, ODICT_KEYS_DEF, ODICT_KEYS_TYPE, "odict_keys", DICT_KEYS_TYPE, Kind::Keys);
ordered_view!(OdictValues, ODICT_VALUES_DEF, ODICT_VALUES_TYPE, "odict_values", DICT_VALUES_TYPE, Kind::Values);
ordered_view!(OdictItems, ODICT_ITEMS_DEF, ODICT_ITEMS_TYPE, "odict_items", DICT_ITEMS_TYPE, Kind::Items);
