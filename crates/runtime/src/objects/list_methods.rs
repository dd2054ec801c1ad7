//! Methods of `list`.

use macros::pymethods;

use super::iterators::IndexIterator;
use super::list::{LIST_PAYLOAD, List, release_backwards};
use crate::convert::SliceIndex;
use crate::error::Res;
use crate::object::Payload;
use crate::objects::exceptions as exc;
use crate::objects::slice::Slice;
use crate::protocol::items::SliceBounds;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type};
use crate::value::Value;

/// The most items that any list may have: sizes past this are refused before memory is asked for.
pub(crate) const MAX_ITEMS: usize = isize::MAX as usize / 8;

/// Built-in mutable sequence.
///
/// If no argument is given, the constructor creates a new empty list.
/// The argument must be an iterable if specified.
#[pymethods(class(name = "list", payload = LIST_PAYLOAD, flags(basetype, list_subclass, sequence, match_self, have_gc)))]
impl List {
    #[pyslot(new)]
    fn construct(th: &ThreadState, class: &Type, _: &[Value], _: &[Value]) -> Res {
        Ok(th.new_instance(class, List::new(Vec::new())))
    }

    #[pyslot(text = "(iterable=(), /)")]
    fn init(th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
        // A subclass with a `__new__` of its own may take keywords.
        let own_new = match (slf.class().slots().new.get(), super::list::LIST_TYPE.slots().new.get()) {
            (Some(new), Some(own)) => std::ptr::fn_addr_eq(new, own),
            _ => false,
        };
        if own_new && !kwnames.is_empty() {
            return Err(th.type_error("list() takes no keyword arguments"));
        }
        let iterable = match &args[..args.len() - kwnames.len()] {
            [] => None,
            [iterable] => Some(iterable),
            args => return Err(th.type_error(format_args!("list expected at most 1 argument, got {}", args.len()))),
        };
        let list = List::of(slf);
        drop(list.take());
        match iterable {
            Some(iterable) => extend(th, list, iterable),
            None => Ok(()),
        }
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let list = List::of(slf);
        if list.is_empty() {
            return Ok(th.str("[]"));
        }
        let Some(_guard) = th.enter_repr(slf) else { return Ok(th.str("[...]")) };
        let mut parts = Vec::with_capacity(2 * list.len() + 1);
        parts.push(th.str("["));
        let comma = th.str(", ");
        let mut index = 0;
        while let Some(item) = list.get(index) {
            if index > 0 {
                parts.push(comma.clone());
            }
            parts.push(th.repr(&item)?);
            index += 1;
        }
        parts.push(th.str("]"));
        th.concat_strings(&parts)
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        let (Some(a), Some(b)) = (a.downcast::<List>(), b.downcast::<List>()) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        if a.len() != b.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::bool(op == CompareOp::Ne));
        }
        compare_sequences(th, op, |index| a.get(index), |index| b.get(index), || a.len().cmp(&b.len()))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        Ok(IndexIterator::list(th, slf.clone()))
    }

    #[pyslot(sq_length, mp_length)]
    fn length(_: &ThreadState, slf: &Value) -> Res<usize> {
        Ok(List::of(slf).len())
    }

    #[pyslot]
    fn sq_concat(th: &ThreadState, slf: &Value, other: &Value) -> Res {
        let Some(other) = other.downcast::<List>() else {
            return Err(th.type_error(format_args!(
                "can only concatenate list (not \"{}\") to list",
                other.class().full_name()
            )));
        };
        let mut items = List::of(slf).to_vec();
        items.extend(other.to_vec());
        Ok(th.list(items))
    }

    #[pyslot]
    fn sq_repeat(th: &ThreadState, slf: &Value, count: isize) -> Res {
        let items = List::of(slf).to_vec();
        Ok(th.list(repeat(th, items, count)?))
    }

    #[pyslot]
    fn sq_item(th: &ThreadState, slf: &Value, index: isize) -> Res {
        usize::try_from(index)
            .ok()
            .and_then(|index| List::of(slf).get(index))
            .ok_or_else(|| th.index_error("list index out of range"))
    }

    #[pyslot]
    fn sq_ass_item(th: &ThreadState, slf: &Value, index: isize, value: Option<&Value>) -> Res<()> {
        let list = List::of(slf);
        let Some(index) = usize::try_from(index).ok().filter(|&index| index < list.len()) else {
            return Err(th.index_error("list assignment index out of range"));
        };
        let old = match value {
            Some(value) => list.replace(index, value.clone()).ok(),
            None => Some(list.with_mut(|items| items.remove(index))),
        };
        drop(old);
        Ok(())
    }

    #[pyslot]
    fn sq_contains(th: &ThreadState, slf: &Value, item: &Value) -> Res<bool> {
        let list = List::of(slf);
        let mut index = 0;
        while let Some(candidate) = list.get(index) {
            if th.is_equal(&candidate, item)? {
                return Ok(true);
            }
            index += 1;
        }
        Ok(false)
    }

    #[pyslot]
    fn sq_inplace_concat(th: &ThreadState, slf: &Value, other: &Value) -> Res {
        extend(th, List::of(slf), other)?;
        Ok(slf.clone())
    }

    #[pyslot]
    fn sq_inplace_repeat(th: &ThreadState, slf: &Value, count: isize) -> Res {
        let list = List::of(slf);
        let items = repeat(th, list.to_vec(), count)?;
        let old = list.with_mut(|place| std::mem::replace(place, items));
        drop(old);
        Ok(slf.clone())
    }

    /// Return self[index].
    #[pymethod("(index, /)")]
    fn __getitem__(slf: &Value, th: &ThreadState, index: &Value) -> Res {
        List::mp_subscript(th, slf, index)
    }

    #[pyslot]
    fn mp_subscript(th: &ThreadState, slf: &Value, key: &Value) -> Res {
        let list = List::of(slf);
        if let Some(slice) = key.downcast::<Slice>() {
            let bounds = th.slice_bounds_of(slice, || list.len())?;
            return Ok(th.list(list.with(|items| select(items, bounds))));
        }
        let index = sequence_index(th, key, list.len(), "list")?;
        index.and_then(|index| list.get(index)).ok_or_else(|| th.index_error("list index out of range"))
    }

    #[pyslot]
    fn mp_ass_subscript(th: &ThreadState, slf: &Value, key: &Value, value: Option<&Value>) -> Res<()> {
        let list = List::of(slf);
        if let Some(slice) = key.downcast::<Slice>() {
            return match value {
                Some(value) => assign_slice(th, list, slice, value),
                None => delete_slice(th, list, slice),
            };
        }
        match sequence_index(th, key, list.len(), "list")? {
            Some(index) => Self::sq_ass_item(th, slf, index as isize, value),
            None => Err(th.index_error("list assignment index out of range")),
        }
    }

    /// Return a reverse iterator over the list.
    #[pymethod("()")]
    fn __reversed__(slf: &Value, th: &ThreadState) -> Value {
        IndexIterator::list_reversed(th, slf.clone())
    }

    /// Return the size of the list in memory, in bytes.
    #[pymethod("()")]
    fn __sizeof__(&self) -> usize {
        40 + 8 * self.with_mut(|items| items.capacity())
    }

    /// Remove all items from list.
    #[pymethod("()")]
    fn clear(&self) {
        release_backwards(self.take());
    }

    /// Return a shallow copy of the list.
    #[pymethod("()")]
    fn copy(&self, th: &ThreadState) -> Value {
        th.list(self.to_vec())
    }

    /// Append object to the end of the list.
    #[pymethod("(object, /)")]
    fn append(&self, object: Value) {
        self.push(object);
    }

    /// Insert object before index.
    #[pymethod("(index, object, /)")]
    fn insert(&self, index: isize, object: Value) {
        let length = self.len();
        let index = if index < 0 { index.saturating_add(length as isize).max(0) as usize } else { index as usize };
        self.with_mut(|items| items.insert(index.min(length), object));
    }

    /// Extend list by appending elements from the iterable.
    #[pymethod("(iterable, /)")]
    fn extend(&self, th: &ThreadState, iterable: &Value) -> Res<()> {
        extend(th, self, iterable)
    }

    /// Remove and return item at index (default last).
    ///
    /// Raises IndexError if list is empty or index is out of range.
    #[pymethod("(index=-1, /)", name = "pop")]
    fn pop_item(&self, th: &ThreadState, index: isize) -> Res {
        let length = self.len();
        if length == 0 {
            return Err(th.index_error("pop from empty list"));
        }
        let index = if index < 0 { index + length as isize } else { index };
        if index < 0 || index as usize >= length {
            return Err(th.index_error("pop index out of range"));
        }
        Ok(self.with_mut(|items| items.remove(index as usize)))
    }

    /// Sort the list in ascending order and return None.
    ///
    /// The sort is in-place (i.e. the list itself is modified) and stable (i.e. the
    /// order of two equal elements is maintained).
    ///
    /// If a key function is given, apply it once to each list item and sort them,
    /// ascending or descending, according to their function values.
    ///
    /// The reverse flag can be set to sort in descending order.
    #[pymethod("(*, key=None, reverse=False)")]
    fn sort(&self, th: &ThreadState, key: Option<&Value>, reverse: bool) -> Res<()> {
        sort(th, self, key.filter(|key| !key.is_none()), reverse)
    }

    /// Reverse *IN PLACE*.
    #[pymethod("()")]
    fn reverse(&self) {
        self.with_mut(|items| items.reverse());
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[pymethod("(value, start=0, stop=sys.maxsize, /)")]
    fn index(
        &self,
        th: &ThreadState,
        value: &Value,
        #[default(SliceIndex(0))] start: SliceIndex,
        #[default(SliceIndex(isize::MAX))] stop: SliceIndex,
    ) -> Res<usize> {
        // What the comparison adds is searched too, unless `stop` forbids it.
        let (mut index, stop) =
            (start.within(self.len()), if stop.0 < 0 { stop.within(self.len()) } else { stop.0 as usize });
        while index < stop {
            let Some(item) = self.get(index) else { break };
            if th.is_equal(&item, value)? {
                return Ok(index);
            }
            index += 1;
        }
        Err(th.value_error("list.index(x): x not in list"))
    }

    /// Return number of occurrences of value.
    #[pymethod("(value, /)")]
    fn count(&self, th: &ThreadState, value: &Value) -> Res<usize> {
        let (mut count, mut index) = (0, 0);
        while let Some(item) = self.get(index) {
            count += usize::from(th.is_equal(&item, value)?);
            index += 1;
        }
        Ok(count)
    }

    /// Remove first occurrence of value.
    ///
    /// Raises ValueError if the value is not present.
    #[pymethod("(value, /)")]
    fn remove(&self, th: &ThreadState, value: &Value) -> Res<()> {
        let mut index = 0;
        while let Some(item) = self.get(index) {
            if th.is_equal(&item, value)? {
                let removed = self.with_mut(|items| (index < items.len()).then(|| items.remove(index)));
                drop(removed);
                return Ok(());
            }
            index += 1;
        }
        Err(th.value_error("list.remove(x): x not in list"))
    }

    /// See PEP 585
    #[pyclassmethod("(item, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, item: &Value) -> Res {
        th.generic_alias(cls, item)
    }
}

/// Appends all items of an iterable, which may be the list itself.
pub(crate) fn extend(th: &ThreadState, list: &List, iterable: &Value) -> Res<()> {
    let exact = iterable.downcast_exact::<List>().map(List::to_vec);
    if let Some(items) =
        exact.or_else(|| iterable.downcast_exact::<super::tuple::Tuple>().map(|t| t.as_slice().to_vec()))
    {
        list.with_mut(|place| place.extend(items));
        return Ok(());
    }
    let iterator = th.iter(iterable)?;
    let hint = th.length_hint(iterable, 8)?;
    // A list that could not have so many items at all is not asked to: the hint may be wrong.
    if hint > MAX_ITEMS && list.len() <= isize::MAX as usize - hint {
        return Err(th.memory_error());
    }
    list.with_mut(|place| place.reserve(hint.min(1 << 16)));
    while let Some(item) = th.next(&iterator)? {
        list.push(item);
    }
    Ok(())
}

/// `items * count`, refused where it cannot fit.
pub(crate) fn repeat(th: &ThreadState, items: Vec<Value>, count: isize) -> Res<Vec<Value>> {
    let count = count.max(0) as usize;
    let Some(total) = items.len().checked_mul(count).filter(|&total| total <= MAX_ITEMS) else {
        return Err(th.memory_error());
    };
    let mut out = Vec::new();
    if out.try_reserve_exact(total).is_err() {
        return Err(th.memory_error());
    }
    for _ in 0..count {
        out.extend_from_slice(&items);
    }
    Ok(out)
}

/// The items of a slice.
pub(crate) fn select(items: &[Value], bounds: SliceBounds) -> Vec<Value> {
    if bounds.step == 1 {
        let start = bounds.start as usize;
        return items[start..start + bounds.count].to_vec();
    }
    if bounds.step == -1 && bounds.count != 0 {
        let stop = bounds.start as usize + 1;
        return items[stop - bounds.count..stop].iter().rev().cloned().collect();
    }
    bounds.indexes().map(|index| items[index].clone()).collect()
}

/// An index of a sequence: negative ones count from the end. `None` if out of range; TypeError if it is no index.
pub(crate) fn sequence_index(th: &ThreadState, key: &Value, length: usize, kind: &str) -> Res<Option<usize>> {
    if !th.is_index(key) {
        return Err(
            th.type_error(format_args!("{kind} indices must be integers or slices, not {}", key.class().full_name()))
        );
    }
    let index = th.index_or(key, &exc::INDEX_ERROR)?;
    let index = if index < 0 { index + length as isize } else { index };
    Ok(usize::try_from(index).ok().filter(|&index| index < length))
}

/// Compares two sequences item by item, as lists and tuples do. Items are fetched again at each step: they may change.
pub(crate) fn compare_sequences(
    th: &ThreadState,
    op: CompareOp,
    a: impl Fn(usize) -> Option<Value>,
    b: impl Fn(usize) -> Option<Value>,
    lengths: impl Fn() -> std::cmp::Ordering,
) -> Res {
    let mut index = 0;
    while let (Some(x), Some(y)) = (a(index), b(index)) {
        if !th.is_equal(&x, &y)? {
            // The comparison may have shortened the sequences.
            if a(index).is_none() || b(index).is_none() {
                break;
            }
            return match op {
                CompareOp::Eq => Ok(Value::FALSE),
                CompareOp::Ne => Ok(Value::TRUE),
                op => th.compare(&x, &y, op),
            };
        }
        index += 1;
    }
    Ok(Value::bool(op.holds(lengths())))
}

/// The sum of a list of small ints and `start`, if that is all there is and a machine word holds it.
pub(crate) fn sum_of_small_ints(list: &Value, start: &Value) -> Option<i64> {
    let start = start.as_small_int()?;
    let list = list.downcast_exact::<List>()?;
    list.with(|items| items.iter().try_fold(start, |sum, item| sum.checked_add(item.as_small_int()?)))
}

fn assign_slice(th: &ThreadState, list: &List, slice: &Slice, value: &Value) -> Res<()> {
    let Ok(new) = collect_for_slice(th, value) else {
        return Err(th.type_error("must assign iterable to extended slice"));
    };
    let new = new?;
    let bounds = th.slice_bounds_of(slice, || list.len())?;
    if bounds.step == 1 {
        let start = bounds.start as usize;
        let end = (start + bounds.count).min(list.len());
        let start = start.min(end);
        let old: Vec<Value> = list.with_mut(|items| items.splice(start..end, new).collect());
        drop(old);
        return Ok(());
    }
    if new.len() != bounds.count {
        return Err(th.value_error(format_args!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            new.len(),
            bounds.count
        )));
    }
    let old: Vec<Value> = list.with_mut(|items| {
        bounds.indexes().zip(new).map(|(index, value)| std::mem::replace(&mut items[index], value)).collect()
    });
    drop(old);
    Ok(())
}

/// The items to assign; `Err(())` if the value is no iterable.
fn collect_for_slice(th: &ThreadState, value: &Value) -> Result<Res<Vec<Value>>, ()> {
    match th.collect(value) {
        Err(raised)
            if th.raised_is(&raised, &exc::TYPE_ERROR)
                && value.class().slots().iter.get().is_none()
                && value.class().slots().sq_item.get().is_none() =>
        {
            drop(th.take_raised(raised));
            Err(())
        }
        result => Ok(result),
    }
}

fn delete_slice(th: &ThreadState, list: &List, slice: &Slice) -> Res<()> {
    let bounds = th.slice_bounds_of(slice, || list.len())?;
    if bounds.count == 0 {
        return Ok(());
    }
    let removed: Vec<Value> = list.with_mut(|items| {
        let (first, step) = if bounds.step > 0 {
            (bounds.start as usize, bounds.step as usize)
        } else {
            ((bounds.start + (bounds.count as isize - 1) * bounds.step) as usize, bounds.step.unsigned_abs())
        };
        if step == 1 {
            return items.drain(first..first + bounds.count).collect();
        }
        let mut removed = Vec::with_capacity(bounds.count);
        let old = std::mem::take(items);
        for (index, value) in old.into_iter().enumerate() {
            let selected = index >= first && (index - first) % step == 0 && (index - first) / step < bounds.count;
            if selected { removed.push(value) } else { items.push(value) }
        }
        removed
    });
    drop(removed);
    Ok(())
}

/// Sorts in place. The list is empty while `key` and comparisons run; a list that was changed meanwhile raises.
fn sort(th: &ThreadState, list: &List, key: Option<&Value>, reverse: bool) -> Res<()> {
    let mut items = list.take();
    let result = sort_items(th, &mut items, key, reverse);
    let meanwhile = list.with_mut(|place| std::mem::replace(place, items));
    let changed = !meanwhile.is_empty() || meanwhile.capacity() > 0;
    drop(meanwhile);
    result?;
    if changed { Err(th.value_error("list modified during sort")) } else { Ok(()) }
}

pub(crate) fn sort_items(th: &ThreadState, items: &mut Vec<Value>, key: Option<&Value>, reverse: bool) -> Res<()> {
    // A stable descending sort: reverse, sort ascending, reverse.
    if let Some(key) = key {
        let mut pairs = Vec::with_capacity(items.len());
        for item in items.iter() {
            pairs.push((th.call(key, std::slice::from_ref(item))?, item.clone()));
        }
        if reverse {
            pairs.reverse();
        }
        let result = sort_by_rank(th, &mut pairs, |pair| &pair.0);
        if reverse {
            pairs.reverse();
        }
        let (ranks, sorted): (Vec<Value>, Vec<Value>) = pairs.into_iter().unzip();
        let old = std::mem::replace(items, sorted);
        drop((ranks, old));
        return result;
    }
    if reverse {
        items.reverse();
    }
    let result = sort_by_rank(th, items, |item| item);
    if reverse {
        items.reverse();
    }
    result
}

/// Sorts by `rank`, with comparisons for ranks of one kind chosen beforehand.
fn sort_by_rank<T: Default>(th: &ThreadState, items: &mut [T], rank: impl Fn(&T) -> &Value) -> Res<()> {
    use crate::objects::str::Str;
    let all = |test: fn(&Value) -> bool| items.iter().all(|item| test(rank(item)));
    if all(Value::is_small_int) {
        items.sort_by_key(|item| rank(item).as_small_int());
        return Ok(());
    }
    if all(|value| value.downcast_exact::<Str>().is_some()) {
        items.sort_by(|a, b| match (rank(a).as_str(), rank(b).as_str()) {
            (Some(a), Some(b)) => a.compare(b),
            _ => std::cmp::Ordering::Equal,
        });
        return Ok(());
    }
    if all(|value| value.as_word_float().is_some()) {
        items.sort_by(|a, b| {
            rank(a).as_word_float().partial_cmp(&rank(b).as_word_float()).unwrap_or(std::cmp::Ordering::Equal)
        });
        return Ok(());
    }
    algo::sort::sort_by(items, |a, b| th.compare_bool(rank(a), rank(b), CompareOp::Lt))
}
