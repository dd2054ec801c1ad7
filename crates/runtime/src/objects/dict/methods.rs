//! Methods of `dict`.

use macros::pymethods;

use super::views;
use super::{DICT_PAYLOAD, DICT_TYPE, Dict, key_hash};
use crate::args::{KwArgs, split};
use crate::error::Res;
use crate::object::Payload;
use crate::objects::exceptions as exc;
use crate::objects::set::{FROZENSET_TYPE, SET_TYPE};
use crate::objects::tuple::TUPLE_TYPE;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type};
use crate::value::Value;

/// dict() -> new empty dictionary
/// dict(mapping) -> new dictionary initialized from a mapping object's
///     (key, value) pairs
/// dict(iterable) -> new dictionary initialized as if via:
///     d = {}
///     for k, v in iterable:
///         d[k] = v
/// dict(**kwargs) -> new dictionary initialized with the name=value pairs
///     in the keyword argument list.  For example:  dict(one=1, two=2)
#[pymethods(class(name = "dict", payload = DICT_PAYLOAD, flags(basetype, dict_subclass, mapping, match_self, have_gc)))]
impl Dict {
    #[pyslot(new)]
    fn construct(th: &ThreadState, class: &Type, _: &[Value], _: &[Value]) -> Res {
        Ok(th.new_instance(class, Dict::new()))
    }

    #[pyslot]
    fn init(th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
        update_from_call(th, slf, "dict", args, kwnames)
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let dict = Dict::of(slf);
        if dict.is_empty() {
            return Ok(th.str("{}"));
        }
        let Some(_guard) = th.enter_repr(slf) else { return Ok(th.str("{...}")) };
        let mut parts = Vec::with_capacity(4 * dict.len() + 1);
        parts.push(th.str("{"));
        let (comma, colon) = (th.str(", "), th.str(": "));
        let mut position = 0;
        while let Some((key, value)) = dict.next_entry(&mut position) {
            if parts.len() > 1 {
                parts.push(comma.clone());
            }
            parts.push(th.repr(&key)?);
            parts.push(colon.clone());
            parts.push(th.repr(&value)?);
        }
        parts.push(th.str("}"));
        th.concat_strings(&parts)
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        let (Some(x), Some(y)) = (a.downcast::<Dict>(), b.downcast::<Dict>()) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        match op {
            CompareOp::Eq => Ok(Value::bool(equal(th, x, y)?)),
            CompareOp::Ne => Ok(Value::bool(!equal(th, x, y)?)),
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        Ok(views::iterator(th, slf, views::Kind::Keys, false))
    }

    #[pyslot(mp_length, sq_length)]
    fn length(_: &ThreadState, slf: &Value) -> Res<usize> {
        Ok(Dict::of(slf).len())
    }

    #[pyslot]
    fn sq_contains(th: &ThreadState, slf: &Value, key: &Value) -> Res<bool> {
        let hash = key_hash(th, key)?;
        Ok(Dict::of(slf).get_hashed(th, key, hash)?.is_some())
    }

    /// True if the dictionary has the specified key, else False.
    #[pymethod("(key, /)")]
    fn __contains__(slf: &Value, th: &ThreadState, key: &Value) -> Res<bool> {
        Dict::sq_contains(th, slf, key)
    }

    /// Return self[key].
    #[pymethod("(key, /)")]
    fn __getitem__(slf: &Value, th: &ThreadState, key: &Value) -> Res {
        Dict::mp_subscript(th, slf, key)
    }

    #[pyslot]
    fn mp_subscript(th: &ThreadState, slf: &Value, key: &Value) -> Res {
        let hash = key_hash(th, key)?;
        if let Some(value) = Dict::of(slf).get_hashed(th, key, hash)? {
            return Ok(value);
        }
        if !slf.is_exactly(&DICT_TYPE)
            && let Some(value) = th.call_special(slf, &th.names().__missing__, std::slice::from_ref(key))?
        {
            return Ok(value);
        }
        Err(th.key_error(key))
    }

    #[pyslot]
    fn mp_ass_subscript(th: &ThreadState, slf: &Value, key: &Value, value: Option<&Value>) -> Res<()> {
        let dict = Dict::of(slf);
        let hash = key_hash(th, key)?;
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
        let (Some(x), Some(_)) = (a.downcast::<Dict>(), b.downcast::<Dict>()) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let new = th.dict(x.copy());
        merge(th, Dict::of(&new), b, true)?;
        Ok(new)
    }

    #[pyslot]
    fn nb_inplace_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
        update(th, Dict::of(a), b)?;
        Ok(a.clone())
    }

    /// Create a new dictionary with keys from iterable and values set to value.
    #[pyclassmethod("(iterable, value=None, /)")]
    fn fromkeys(th: &ThreadState, cls: &Value, iterable: &Value, value: Value) -> Res {
        let new = th.call(cls, &[])?;
        if new.is_exactly(&DICT_TYPE) {
            let dict = Dict::of(&new);
            if let Some(source) = iterable.downcast_exact::<Dict>() {
                let mut position = 0;
                while let Some((key, _)) = source.next_entry(&mut position) {
                    let hash = source.entry_hash(position - 1).map_or_else(|| key_hash(th, &key), Ok)?;
                    dict.set_hashed(th, &key, hash, value.clone())?;
                }
                return Ok(new);
            }
            if let Some(source) = iterable.as_set().filter(|_| is_plain_set(iterable)) {
                let mut position = 0;
                while let Some((key, hash)) = source.next_entry(&mut position) {
                    dict.set_hashed(th, &key, hash, value.clone())?;
                }
                return Ok(new);
            }
            th.for_each(iterable, |key| dict.set(th, &key, value.clone()))?;
        } else {
            th.for_each(iterable, |key| th.set_item(&new, &key, &value))?;
        }
        Ok(new)
    }

    /// Return the value for key if key is in the dictionary, else default.
    #[pymethod("(key, default=None, /)", name = "get")]
    fn get_or_default(&self, th: &ThreadState, key: &Value, default: Value) -> Res {
        let hash = key_hash(th, key)?;
        Ok(self.get_hashed(th, key, hash)?.unwrap_or(default))
    }

    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[pymethod("(key, default=None, /)")]
    fn setdefault(&self, th: &ThreadState, key: &Value, default: Value) -> Res {
        let hash = key_hash(th, key)?;
        self.set_default_hashed(th, key, hash, default)
    }

    /// D.pop(k[,d]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[pymethod("(key, default=<unrepresentable>, /)")]
    fn pop(&self, th: &ThreadState, key: &Value, default: Option<Value>) -> Res {
        if self.is_empty() {
            return default.ok_or_else(|| th.key_error(key));
        }
        let hash = key_hash(th, key)?;
        match (self.remove_hashed(th, key, hash)?, default) {
            (Some((_, value)), _) => Ok(value),
            (None, Some(default)) => Ok(default),
            (None, None) => Err(th.key_error(key)),
        }
    }

    /// Remove and return a (key, value) pair as a 2-tuple.
    ///
    /// Pairs are returned in LIFO (last-in, first-out) order.
    /// Raises KeyError if the dict is empty.
    #[pymethod("()")]
    fn popitem(&self, th: &ThreadState) -> Res {
        match self.pop_last() {
            Some((key, value)) => Ok(th.tuple_from_array([key, value])),
            None => Err(th.key_error(&th.str("popitem(): dictionary is empty"))),
        }
    }

    /// D.keys() -> a set-like object providing a view on D's keys
    #[pymethod("()")]
    fn keys(slf: &Value, th: &ThreadState) -> Value {
        views::view(th, slf, views::Kind::Keys)
    }

    /// D.items() -> a set-like object providing a view on D's items
    #[pymethod("()")]
    fn items(slf: &Value, th: &ThreadState) -> Value {
        views::view(th, slf, views::Kind::Items)
    }

    /// D.values() -> an object providing a view on D's values
    #[pymethod("()")]
    fn values(slf: &Value, th: &ThreadState) -> Value {
        views::view(th, slf, views::Kind::Values)
    }

    /// D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.
    /// If E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]
    /// If E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v
    /// In either case, this is followed by: for k in F:  D[k] = F[k]
    #[pymethod("(*args, **kwargs)", name = "update", text = none, raw)]
    fn update_method(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        let Some((slf, rest)) = args.split_first() else { return Err(th.type_error("update() needs an argument")) };
        update_from_call(th, slf, "update", rest, kwnames)?;
        Ok(Value::NONE)
    }

    /// Remove all items from the dict.
    #[pymethod("()", name = "clear")]
    fn clear_method(&self) {
        self.clear();
    }

    /// Return a shallow copy of the dict.
    #[pymethod("()", name = "copy")]
    fn copy_method(&self, th: &ThreadState) -> Value {
        th.dict(self.copy())
    }

    /// Return a reverse iterator over the dict keys.
    #[pymethod("()")]
    fn __reversed__(slf: &Value, th: &ThreadState) -> Value {
        views::iterator(th, slf, views::Kind::Keys, true)
    }

    /// Return the size of the dict in memory.
    #[pymethod("()")]
    fn __sizeof__(&self) -> usize {
        64 + self.entry_limit() * 32
    }

    /// See PEP 585
    #[pyclassmethod("(item, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, item: &Value) -> Res {
        th.generic_alias(cls, item)
    }
}

fn is_plain_set(value: &Value) -> bool {
    value.is_exactly(&SET_TYPE) || value.is_exactly(&FROZENSET_TYPE)
}

/// Same keys with equal values.
fn equal(th: &ThreadState, a: &Dict, b: &Dict) -> Res<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    th.check_native_stack(" in comparison")?;
    let mut position = 0;
    while let Some((key, value)) = a.next_entry(&mut position) {
        let hash = a.entry_hash(position - 1).map_or_else(|| th.hash(&key), Ok)?;
        match b.get_hashed(th, &key, hash)? {
            Some(other) if th.is_equal(&value, &other)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// Adds the entries of a mapping; with `replace` existing keys get the new values.
pub fn merge(th: &ThreadState, dict: &Dict, source: &Value, replace: bool) -> Res<()> {
    let plain = source.downcast::<Dict>().filter(|_| {
        // A subclass that iterates in its own way is asked for its keys.
        source.is_exactly(&DICT_TYPE)
            || source
                .class()
                .slots()
                .iter
                .get()
                .is_some_and(|iter| DICT_TYPE.slots().iter.get().is_some_and(|own| std::ptr::fn_addr_eq(iter, own)))
    });
    if let Some(other) = plain {
        if std::ptr::eq(dict, other) || dict.fill_from(other) {
            return Ok(());
        }
        let (mut position, length, before) = (0, other.len(), other.mutations());
        while let Some((key, value)) = other.next_entry(&mut position) {
            let hash = other.entry_hash(position - 1).map_or_else(|| th.hash(&key), Ok)?;
            if replace || dict.get_hashed(th, &key, hash)?.is_none() {
                dict.set_hashed(th, &key, hash, value)?;
            }
            if other.mutations() != before && other.len() != length {
                return Err(th.runtime_error("dict mutated during update"));
            }
        }
        return Ok(());
    }
    let keys = th.call_method(source, &th.names().keys, &[])?;
    let iterator = match th.iter(&keys) {
        Err(raised) if th.raised_is(&raised, &exc::TYPE_ERROR) => {
            drop(th.take_raised(raised));
            let (class, found) = (source.class().full_name(), keys.class().full_name());
            return Err(th.type_error(format_args!("{class}.keys() returned a non-iterable (type {found})")));
        }
        iterator => iterator?,
    };
    while let Some(key) = th.next(&iterator)? {
        if !replace && dict.contains(th, &key)? {
            continue;
        }
        let value = th.get_item(source, &key)?;
        dict.set(th, &key, value)?;
    }
    Ok(())
}

/// Adds pairs of an iterable.
fn merge_pairs(th: &ThreadState, dict: &Dict, pairs: &Value) -> Res<()> {
    let iterator = th.iter(pairs)?;
    let mut index = 0;
    while let Some(item) = th.next(&iterator)? {
        if let Some([key, value]) = item.as_tuple().filter(|_| item.is_exactly(&TUPLE_TYPE)).map(|pair| pair.as_slice())
        {
            dict.set(th, key, value.clone())?;
            index += 1;
            continue;
        }
        let pair = match th.collect(&item) {
            Ok(pair) => pair,
            Err(raised) if th.raised_is(&raised, &exc::TYPE_ERROR) => {
                let mut exception = th.take_raised(raised);
                if !th.is_iterable(&item) {
                    let raised = th.type_error("object is not iterable");
                    exception = th.take_raised(raised);
                }
                let note = format!("Cannot convert dictionary update sequence element #{index} to a sequence");
                th.call_method_str(&exception, "add_note", &[th.str(&note)])?;
                return Err(th.raise_as_is(exception));
            }
            Err(raised) => return Err(raised),
        };
        let [key, value] = &pair[..] else {
            return Err(th.value_error(format_args!(
                "dictionary update sequence element #{index} has length {}; 2 is required",
                pair.len()
            )));
        };
        let hash = key_hash(th, key)?;
        dict.set_hashed(th, key, hash, value.clone())?;
        index += 1;
    }
    Ok(())
}

/// `dict.update` of one argument: a mapping (it has `keys`) or pairs.
pub fn update(th: &ThreadState, dict: &Dict, source: &Value) -> Res<()> {
    if source.is_exactly(&DICT_TYPE) || th.getattr_opt(source, &th.names().keys)?.is_some() {
        return merge(th, dict, source, true);
    }
    merge_pairs(th, dict, source)
}

/// `dict(...)` and `dict.update(...)`.
fn update_from_call(th: &ThreadState, slf: &Value, name: &str, args: &[Value], kwnames: &[Value]) -> Res<()> {
    let dict = Dict::of(slf);
    let (positional, values) = split(args, kwnames);
    match positional {
        [] => {}
        [source] => update(th, dict, source)?,
        _ => {
            return Err(th.type_error(format_args!("{name} expected at most 1 argument, got {}", positional.len())));
        }
    }
    for (keyword, value) in kwnames.iter().zip(values) {
        dict.set(th, keyword, value.clone())?;
    }
    Ok(())
}

/// A dict of keyword arguments.
pub fn from_keywords(th: &ThreadState, keywords: KwArgs<'_>) -> Res<Dict> {
    let dict = Dict::new();
    for (name, value) in keywords.iter() {
        dict.set(th, name, value.clone())?;
    }
    Ok(dict)
}
