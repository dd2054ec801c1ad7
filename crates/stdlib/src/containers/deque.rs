//! `collections.deque` and its iterators.
//!
//! The items stand in a ring buffer. Whatever runs Python code between two looks at the items (comparisons, an iterable's
//! `__next__`) is followed by a look at `state`, which counts changes of the deque's structure.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use macros::{pyclass, pymethods};
use runtime::args::{split, unexpected_keyword};
use runtime::convert::SliceIndex;
use runtime::gc::ValueCell;
use runtime::objects::exceptions as exc;
use runtime::protocol::iteration::iter_self;
use runtime::{CompareOp, Payload, Res, ThreadState, Type, Value};

/// A list-like sequence optimized for data accesses near its endpoints.
#[pyclass(name = "deque", module = "collections", flags(basetype, weakrefs, sequence), text = "([iterable[, maxlen]])")]
pub struct Deque {
    items: RefCell<VecDeque<Value>>,
    state: Cell<u64>,
    /// Negative: unbounded.
    maxlen: Cell<isize>,
}

impl Deque {
    fn with(items: VecDeque<Value>, maxlen: isize) -> Deque {
        Deque { items: RefCell::new(items), state: Cell::new(0), maxlen: Cell::new(maxlen) }
    }

    #[inline(always)]
    fn len(&self) -> usize {
        self.items.borrow().len()
    }

    #[inline(always)]
    fn get(&self, index: usize) -> Option<Value> {
        self.items.borrow().get(index).cloned()
    }

    #[inline(always)]
    fn changed(&self) {
        self.state.set(self.state.get().wrapping_add(1));
    }

    #[inline(always)]
    fn is_full(&self) -> bool {
        let maxlen = self.maxlen.get();
        maxlen >= 0 && self.len() as isize >= maxlen
    }

    #[inline(always)]
    fn push_back(&self, item: Value) {
        self.changed();
        let dropped = if self.is_full() {
            if self.maxlen.get() == 0 {
                return;
            }
            self.items.borrow_mut().pop_front()
        } else {
            None
        };
        self.items.borrow_mut().push_back(item);
        drop(dropped);
    }

    #[inline(always)]
    fn push_front(&self, item: Value) {
        self.changed();
        let dropped = if self.is_full() {
            if self.maxlen.get() == 0 {
                return;
            }
            self.items.borrow_mut().pop_back()
        } else {
            None
        };
        self.items.borrow_mut().push_front(item);
        drop(dropped);
    }

    fn add_all(th: &ThreadState, slf: &Value, iterable: &Value, push: fn(&Deque, Value)) -> Res<()> {
        let this = Deque::of(slf);
        if iterable.is(slf) {
            let items: Vec<Value> = this.items.borrow().iter().cloned().collect();
            items.into_iter().for_each(|item| push(this, item));
            return Ok(());
        }
        th.for_each(iterable, |item| {
            push(this, item);
            Ok(())
        })
    }

    /// Calls `look` with the items in order until it says that it is enough; it may run Python code.
    fn walk(
        &self,
        th: &ThreadState,
        mut start: usize,
        stop: usize,
        error: &Type,
        mut look: impl FnMut(usize, &Value) -> Res<bool>,
    ) -> Res<()> {
        let before = self.state.get();
        while start < stop {
            let Some(item) = self.get(start) else { break };
            if look(start, &item)? {
                break;
            }
            if self.state.get() != before {
                return Err(th.error(error, "deque mutated during iteration"));
            }
            start += 1;
        }
        Ok(())
    }

    fn position(&self, th: &ThreadState, wanted: &Value, range: (usize, usize), error: &Type) -> Res<Option<usize>> {
        let mut found = None;
        self.walk(th, range.0, range.1, error, |index, item| {
            let equal = th.is_equal(item, wanted)?;
            if equal {
                found = Some(index);
            }
            Ok(equal)
        })?;
        Ok(found)
    }

    fn remove_at(&self, index: usize) {
        let removed = self.items.borrow_mut().remove(index);
        self.changed();
        drop(removed);
    }

    fn index_in(&self, th: &ThreadState, index: isize) -> Res<usize> {
        let found = usize::try_from(index).ok().filter(|&index| index < self.len());
        found.ok_or_else(|| th.index_error("deque index out of range"))
    }

    fn take(&self) -> VecDeque<Value> {
        self.changed();
        self.items.take()
    }

    /// The items `count` times over, as far as `maxlen` has room for the last of them.
    fn repeated(&self, th: &ThreadState, count: isize) -> Res<VecDeque<Value>> {
        let items = self.items.borrow();
        let count = usize::try_from(count).unwrap_or(0);
        let Some(total) = items.len().checked_mul(count) else { return Err(th.memory_error()) };
        let kept = usize::try_from(self.maxlen.get()).map_or(total, |maxlen| total.min(maxlen));
        let mut out = VecDeque::new();
        if out.try_reserve(kept).is_err() || kept > isize::MAX as usize / 16 {
            return Err(th.memory_error());
        }
        let length = items.len();
        out.extend((total - kept..total).map(|at| items[at % length].clone()));
        Ok(out)
    }

    fn maxlen_value(&self, th: &ThreadState) -> Value {
        match self.maxlen.get() {
            maxlen if maxlen < 0 => Value::NONE,
            maxlen => th.int(maxlen as i64),
        }
    }
}

#[pymethods]
impl Deque {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, _: &[Value], _: &[Value]) -> Res {
        Ok(th.new_instance(cls, Deque::with(VecDeque::new(), -1)))
    }

    #[pyslot]
    fn init(th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
        if args.len() > 2 {
            return Err(th.type_error(format_args!("deque() takes at most 2 arguments ({} given)", args.len())));
        }
        let (positional, values) = split(args, kwnames);
        let (mut iterable, mut maxlen) = (positional.first(), positional.get(1));
        for (name, value) in kwnames.iter().zip(values) {
            let place = match name.as_str() {
                Some(text) if text.equals_ascii("iterable") => &mut iterable,
                Some(text) if text.equals_ascii("maxlen") => &mut maxlen,
                _ => return Err(unexpected_keyword(th, "deque", name, ["iterable", "maxlen"])),
            };
            if place.replace(value).is_some() {
                let (name, at) = (runtime::error::name_text(name), 1);
                return Err(
                    th.type_error(format_args!("argument for deque() given by name ('{name}') and position ({at})"))
                );
            }
        }
        let mut limit = -1;
        if let Some(maxlen) = maxlen.filter(|maxlen| !maxlen.is_none()) {
            if maxlen.as_int().is_none() {
                return Err(th.type_error("an integer is required"));
            }
            limit = th.index_or(maxlen, &exc::OVERFLOW_ERROR)?;
            if limit < 0 {
                return Err(th.value_error("maxlen must be non-negative"));
            }
        }
        let this = Deque::of(slf);
        this.maxlen.set(limit);
        drop(this.take());
        match iterable {
            Some(iterable) => Deque::add_all(th, slf, iterable, Deque::push_back),
            None => Ok(()),
        }
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let Some(_guard) = th.enter_repr(slf) else { return Ok(th.str("[...]")) };
        let items = th.collect(slf)?;
        let shown = th.repr(&th.list(items))?;
        let name = th.str(&format!("{}(", slf.class().name()));
        let end = match Deque::of(slf).maxlen.get() {
            maxlen if maxlen >= 0 => th.str(&format!(", maxlen={maxlen})")),
            _ => th.str(")"),
        };
        th.concat_strings(&[name, shown, end])
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        let (Some(x), Some(y)) = (a.downcast::<Deque>(), b.downcast::<Deque>()) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let is_equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        if is_equality && (a.is(b) || x.len() != y.len()) {
            return Ok(Value::bool(a.is(b) == (op == CompareOp::Eq)));
        }
        let before = (x.state.get(), y.state.get());
        let mut index = 0;
        while let (Some(left), Some(right)) = (x.get(index), y.get(index)) {
            let equal = th.is_equal(&left, &right)?;
            if !equal {
                return if is_equality {
                    Ok(Value::bool(op == CompareOp::Ne))
                } else {
                    th.compare_bool(&left, &right, op).map(Value::bool)
                };
            }
            if (x.state.get(), y.state.get()) != before {
                return Err(th.runtime_error("deque mutated during iteration"));
            }
            index += 1;
        }
        Ok(Value::bool(op.holds(x.len().cmp(&y.len()))))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        Ok(th.new_object(DequeIterator(Walk::new(slf))))
    }

    #[pyslot(sq_length)]
    fn length(&self) -> Res<usize> {
        Ok(self.len())
    }

    #[pyslot]
    fn sq_item(&self, th: &ThreadState, index: isize) -> Res {
        let item = usize::try_from(index).ok().and_then(|index| self.get(index));
        item.ok_or_else(|| th.index_error("deque index out of range"))
    }

    #[pyslot]
    fn sq_ass_item(&self, th: &ThreadState, index: isize, value: Option<&Value>) -> Res<()> {
        let index = self.index_in(th, index)?;
        match value {
            None => self.remove_at(index),
            Some(value) => {
                let old = self.items.borrow_mut().get_mut(index).map(|place| std::mem::replace(place, value.clone()));
                drop(old);
            }
        }
        Ok(())
    }

    #[pyslot]
    fn sq_contains(&self, th: &ThreadState, item: &Value) -> Res<bool> {
        let found = self.position(th, item, (0, usize::MAX), &exc::RUNTIME_ERROR)?;
        Ok(found.is_some())
    }

    #[pyslot]
    fn sq_concat(th: &ThreadState, slf: &Value, other: &Value) -> Res {
        if other.downcast::<Deque>().is_none() {
            let name = other.class().full_name();
            return Err(th.type_error(format_args!("can only concatenate deque (not \"{name}\") to deque")));
        }
        let new = Deque::copy(slf, th)?;
        Deque::add_all(th, &new, other, Deque::push_back)?;
        Ok(new)
    }

    #[pyslot]
    fn sq_repeat(th: &ThreadState, slf: &Value, count: isize) -> Res {
        let new = Deque::copy(slf, th)?;
        Deque::sq_inplace_repeat(th, &new, count)
    }

    #[pyslot]
    fn sq_inplace_concat(th: &ThreadState, slf: &Value, other: &Value) -> Res {
        Deque::add_all(th, slf, other, Deque::push_back)?;
        Ok(slf.clone())
    }

    #[pyslot]
    fn sq_inplace_repeat(th: &ThreadState, slf: &Value, count: isize) -> Res {
        let this = Deque::of(slf);
        let repeated = this.repeated(th, count)?;
        this.changed();
        let old = this.items.replace(repeated);
        drop(old);
        Ok(slf.clone())
    }

    /// Add an element to the right side of the deque.
    #[pymethod("(item, /)")]
    fn append(&self, item: &Value) {
        self.push_back(item.clone());
    }

    /// Add an element to the left side of the deque.
    #[pymethod("(item, /)")]
    fn appendleft(&self, item: &Value) {
        self.push_front(item.clone());
    }

    /// Remove all elements from the deque.
    #[pymethod("()")]
    fn clear(&self) {
        let old = self.take();
        drop(old);
    }

    /// Return a shallow copy of a deque.
    #[pymethod("()")]
    fn __copy__(slf: &Value, th: &ThreadState) -> Res {
        Deque::copy(slf, th)
    }

    /// Return a shallow copy of a deque.
    #[pymethod("()")]
    fn copy(slf: &Value, th: &ThreadState) -> Res {
        let this = Deque::of(slf);
        if slf.is_exactly(&DEQUE_TYPE) {
            let items = this.items.borrow().clone();
            return Ok(th.new_object(Deque::with(items, this.maxlen.get())));
        }
        let class = slf.class();
        let new = match this.maxlen.get() {
            maxlen if maxlen < 0 => th.call(class.value_ref(), std::slice::from_ref(slf))?,
            _ => th.call(class.value_ref(), &[slf.clone(), this.maxlen_value(th)])?,
        };
        if new.downcast::<Deque>().is_none() {
            let (class, found) = (class.full_name(), new.class().full_name());
            return Err(th.type_error(format_args!("{class}() must return a deque, not {found}")));
        }
        Ok(new)
    }

    /// Return number of occurrences of value.
    #[pymethod("(value, /)")]
    fn count(&self, th: &ThreadState, value: &Value) -> Res<usize> {
        let mut count = 0;
        self.walk(th, 0, usize::MAX, &exc::RUNTIME_ERROR, |_, item| {
            count += usize::from(th.is_equal(item, value)?);
            Ok(false)
        })?;
        Ok(count)
    }

    /// Extend the right side of the deque with elements from the iterable.
    #[pymethod("(iterable, /)")]
    fn extend(slf: &Value, th: &ThreadState, iterable: &Value) -> Res<()> {
        Deque::add_all(th, slf, iterable, Deque::push_back)
    }

    /// Extend the left side of the deque with elements from the iterable.
    #[pymethod("(iterable, /)")]
    fn extendleft(slf: &Value, th: &ThreadState, iterable: &Value) -> Res<()> {
        Deque::add_all(th, slf, iterable, Deque::push_front)
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[pymethod("(value, start=0, stop=sys.maxsize, /)", text = "($self, value, [start, [stop]])")]
    fn index(
        &self,
        th: &ThreadState,
        value: &Value,
        #[default(SliceIndex(0))] start: SliceIndex,
        #[default(SliceIndex(isize::MAX))] stop: SliceIndex,
    ) -> Res<usize> {
        let length = self.len();
        let range = (start.within(length), stop.within(length));
        let found = self.position(th, value, range, &exc::RUNTIME_ERROR)?;
        found.ok_or_else(|| th.value_error("deque.index(x): x not in deque"))
    }

    /// Insert value before index.
    #[pymethod("(index, value, /)")]
    fn insert(&self, th: &ThreadState, index: isize, value: &Value) -> Res<()> {
        if self.is_full() {
            return Err(th.index_error("deque already at its maximum size"));
        }
        let at = SliceIndex(index).within(self.len());
        self.items.borrow_mut().insert(at, value.clone());
        self.changed();
        Ok(())
    }

    /// Remove and return the rightmost element.
    #[pymethod("()")]
    fn pop(&self, th: &ThreadState) -> Res {
        self.changed();
        let item = self.items.borrow_mut().pop_back();
        item.ok_or_else(|| th.index_error("pop from an empty deque"))
    }

    /// Remove and return the leftmost element.
    #[pymethod("()")]
    fn popleft(&self, th: &ThreadState) -> Res {
        self.changed();
        let item = self.items.borrow_mut().pop_front();
        item.ok_or_else(|| th.index_error("pop from an empty deque"))
    }

    /// Return state information for pickling.
    #[pymethod("()")]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Res {
        let this = Deque::of(slf);
        let state = th.instance_state(slf)?;
        let iterator = th.iter(slf)?;
        let args = match this.maxlen.get() {
            maxlen if maxlen < 0 => th.tuple(&[]),
            _ => th.tuple(&[th.tuple(&[]), this.maxlen_value(th)]),
        };
        Ok(th.tuple(&[slf.class().as_value(), args, state, iterator]))
    }

    /// Remove first occurrence of value.
    #[pymethod("(value, /)")]
    fn remove(&self, th: &ThreadState, value: &Value) -> Res<()> {
        let before = self.state.get();
        match self.position(th, value, (0, usize::MAX), &exc::INDEX_ERROR)? {
            Some(_) if self.state.get() != before => Err(th.index_error("deque mutated during iteration")),
            Some(index) => {
                self.remove_at(index);
                Ok(())
            }
            None => Err(th.value_error("deque.remove(x): x not in deque")),
        }
    }

    /// Return a reverse iterator over the deque.
    #[pymethod("()")]
    fn __reversed__(slf: &Value, th: &ThreadState) -> Value {
        th.new_object(DequeReverseIterator(Walk::new(slf)))
    }

    /// Reverse *IN PLACE*.
    #[pymethod("()")]
    fn reverse(&self) {
        self.items.borrow_mut().make_contiguous().reverse();
    }

    /// Rotate the deque n steps to the right.  If n is negative, rotates left.
    #[pymethod("(n=1, /)")]
    fn rotate(&self, n: isize) {
        let mut items = self.items.borrow_mut();
        let length = items.len();
        if length > 1 {
            items.rotate_right(n.rem_euclid(length as isize) as usize);
            drop(items);
            self.changed();
        }
    }

    /// Return the size of the deque in memory, in bytes.
    #[pymethod("()")]
    fn __sizeof__(&self) -> usize {
        size_of::<Deque>() + 16 + 8 * self.items.borrow().capacity()
    }

    /// deques are generic over the type of their contents
    #[pyclassmethod("(object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        th.generic_alias(cls, object)
    }

    /// maximum size of a deque or None if unbounded
    #[pygetter]
    fn maxlen(&self, th: &ThreadState) -> Value {
        self.maxlen_value(th)
    }
}

/// Where an iterator of a deque stands.
pub struct Walk {
    deque: ValueCell,
    /// How many items it has given, and how many are left.
    given: Cell<usize>,
    left: Cell<usize>,
    state: u64,
}

impl runtime::gc::Traverse for Walk {
    fn traverse(&self, visit: &mut runtime::gc::Visitor<'_>) {
        self.deque.traverse(visit);
    }

    fn clear(&self) {
        self.deque.set(None);
    }
}

impl Walk {
    fn new(deque: &Value) -> Walk {
        let this = Deque::of(deque);
        Walk {
            deque: ValueCell::new(deque.clone()),
            given: Cell::new(0),
            left: Cell::new(this.len()),
            state: this.state.get(),
        }
    }

    /// `_deque_iterator(deque, index=0)`: an iterator that has given `index` items already, as unpickling makes it.
    fn from_args(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res<Walk> {
        let (positional, _) = split(args, kwnames);
        let deque = match positional {
            [] => return Err(th.type_error("function takes at least 1 argument (0 given)")),
            [_, _, _, ..] => {
                let given = positional.len();
                return Err(th.type_error(format_args!("function takes at most 2 arguments ({given} given)")));
            }
            [deque, ..] => deque,
        };
        if deque.downcast::<Deque>().is_none() {
            let name = deque.class().full_name();
            return Err(th.type_error(format_args!("argument 1 must be collections.deque, not {name}")));
        }
        let skip = match positional.get(1) {
            Some(index) => th.index_or(index, &exc::OVERFLOW_ERROR)?,
            None => 0,
        };
        let walk = Walk::new(deque);
        let skip = walk.left.get().min(usize::try_from(skip).unwrap_or(0));
        walk.given.set(skip);
        walk.left.set(walk.left.get() - skip);
        Ok(walk)
    }

    #[inline(always)]
    fn next(&self, th: &ThreadState, reversed: bool) -> Res {
        let mut mutated = false;
        let item = self.deque.with(|deque| {
            let deque = deque?.downcast::<Deque>()?;
            if deque.state.get() != self.state {
                mutated = true;
                return None;
            }
            let left = self.left.get();
            if left == 0 {
                return None;
            }
            let given = self.given.get();
            self.left.set(left - 1);
            self.given.set(given + 1);
            deque.get(if reversed { left - 1 } else { given })
        });
        match item {
            Some(item) => Ok(item),
            None if mutated => {
                self.left.set(0);
                Err(th.runtime_error("deque mutated during iteration"))
            }
            None => Ok(Value::EXHAUSTED),
        }
    }

    fn reduce(&self, th: &ThreadState, slf: &Value) -> Value {
        let deque = self.deque.get_or_none();
        let given = deque.downcast::<Deque>().map_or(0, |deque| deque.len().saturating_sub(self.left.get()));
        th.tuple(&[slf.class().as_value(), th.tuple(&[deque, Value::index(given)])])
    }
}

macro_rules! deque_iterator {
    ($class:ident, $name:tt, $reversed:expr) => {
        #[pyclass(name = $name, module = "collections", text = none)]
        pub struct $class(Walk);

        #[pymethods]
        impl $class {
            #[pyslot]
            fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
                Ok(th.new_instance(cls, $class(Walk::from_args(th, args, kwnames)?)))
            }

            #[pyslot]
            fn iter(th: &ThreadState, slf: &Value) -> Res {
                iter_self(th, slf)
            }

            #[pyslot]
            fn iternext(&self, th: &ThreadState) -> Res {
                self.0.next(th, $reversed)
            }

            /// Private method returning an estimate of len(list(it)).
            #[pymethod("()")]
            fn __length_hint__(&self) -> usize {
                self.0.left.get()
            }

            /// Return state information for pickling.
            #[pymethod("()")]
            fn __reduce__(slf: &Value, th: &ThreadState) -> Value {
                $class::of(slf).0.reduce(th, slf)
            }
        }
    };
}

deque_iterator!(DequeIterator, "_deque_iterator", false);
deque_iterator!(DequeReverseIterator, "_deque_reverse_iterator", true);
