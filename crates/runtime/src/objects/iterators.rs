//! Iterators that belong to no one type.

use std::cell::Cell;

use macros::{pyclass, pymethods};

use crate::error::Res;
use crate::gc::ValueCell;
use crate::object::{Payload, PayloadFns};
use crate::objects::exceptions as exc;
use crate::objects::list::List;
use crate::objects::tuple::Tuple;
use crate::protocol::iteration::iter_self;
use crate::thread::ThreadState;
use crate::types::{Type, TypeDef};
use crate::value::{UNBOUND, Value};

#[pyclass(name = "iterator")]
pub struct SequenceIterator {
    sequence: ValueCell,
    index: Cell<isize>,
}

/// `iter()` of an object that has `__getitem__` only.
pub fn sequence_iterator(th: &ThreadState, sequence: Value) -> Value {
    th.new_object(SequenceIterator { sequence: ValueCell::new(sequence), index: Cell::new(0) })
}

#[pymethods]
impl SequenceIterator {
    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        let Some(sequence) = self.sequence.get() else { return Ok(Value::EXHAUSTED) };
        let index = self.index.get();
        if index == isize::MAX {
            return Err(th.overflow_error("iter index too large"));
        }
        let Some(item) = sequence.class().slots().sq_item.get() else { return Ok(Value::EXHAUSTED) };
        match item(th, &sequence, index) {
            Ok(value) => {
                self.index.set(index + 1);
                Ok(value)
            }
            Err(raised) if th.raised_is(&raised, &exc::INDEX_ERROR) || th.raised_is(&raised, &exc::STOP_ITERATION) => {
                drop(th.take_raised(raised));
                self.sequence.set(None);
                Ok(Value::EXHAUSTED)
            }
            Err(raised) => Err(raised),
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[pymethod("()")]
    fn __length_hint__(&self, th: &ThreadState) -> Res {
        let Some(sequence) = self.sequence.get() else { return Ok(Value::index(0)) };
        let slots = sequence.class().slots();
        let Some(length) = slots.sq_length.get().or(slots.mp_length.get()) else { return Ok(Value::NOT_IMPLEMENTED) };
        let length = length(th, &sequence)?;
        Ok(th.int_from_u64(length.saturating_sub(self.index.get().max(0) as usize) as u64))
    }

    /// Return state information for pickling.
    #[pymethod("()")]
    fn __reduce__(&self, th: &ThreadState) -> Res {
        let iter = th.builtin("iter")?;
        Ok(match self.sequence.get() {
            Some(sequence) => th.tuple(&[iter, th.tuple(&[sequence]), th.int(self.index.get() as i64)]),
            None => th.tuple(&[iter, th.tuple(&[th.tuple(&[])])]),
        })
    }

    /// Set state information for unpickling.
    #[pymethod("(object, /)")]
    fn __setstate__(&self, object: isize) {
        if self.sequence.is_some() {
            self.index.set(object.max(0));
        }
    }
}

/// `iter(callable, sentinel)`.
#[pyclass(name = "callable_iterator")]
pub struct CallableIterator {
    callable: ValueCell,
    sentinel: ValueCell,
}

pub fn callable_iterator(th: &ThreadState, callable: Value, sentinel: Value) -> Value {
    th.new_object(CallableIterator { callable: ValueCell::new(callable), sentinel: ValueCell::new(sentinel) })
}

#[pymethods]
impl CallableIterator {
    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        let Some(callable) = self.callable.get() else { return Ok(Value::EXHAUSTED) };
        let result = match th.call(&callable, &[]) {
            Ok(result) => result,
            Err(raised) if th.raised_is(&raised, &exc::STOP_ITERATION) => {
                drop(th.take_raised(raised));
                self.callable.set(None);
                self.sentinel.set(None);
                return Ok(Value::EXHAUSTED);
            }
            Err(raised) => return Err(raised),
        };
        // The call may have exhausted this very iterator.
        let Some(sentinel) = self.sentinel.get() else { return Ok(Value::EXHAUSTED) };
        if th.is_equal(&sentinel, &result)? {
            self.callable.set(None);
            self.sentinel.set(None);
            return Ok(Value::EXHAUSTED);
        }
        Ok(result)
    }

    /// Return state information for pickling.
    #[pymethod("()")]
    fn __reduce__(&self, th: &ThreadState) -> Res {
        let iter = th.builtin("iter")?;
        match (self.callable.get(), self.sentinel.get()) {
            (Some(callable), Some(sentinel)) => Ok(th.tuple(&[iter, th.tuple(&[callable, sentinel])])),
            _ => Ok(th.tuple(&[iter, th.tuple(&[th.tuple(&[])])])),
        }
    }
}

/// What an [`IndexIterator`] walks, and which way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Walk {
    List,
    ListReversed,
    Tuple,
}

/// Iterators of lists and tuples: the sequence (dropped at the end) and the next index.
pub struct IndexIterator {
    sequence: ValueCell,
    index: Cell<isize>,
    walk: Walk,
}

impl crate::gc::Traverse for IndexIterator {
    fn traverse(&self, visit: &mut crate::gc::Visitor<'_>) {
        self.sequence.traverse(visit);
    }

    fn clear(&self) {
        self.sequence.set(None);
    }
}

macro_rules! index_iterator {
    ($payload:ident, $def:ident, $static:ident, $name:tt, $walk:expr) => {
        /// The class of one kind of [`IndexIterator`].
        pub struct $payload;

        impl Payload for $payload {
            const DEF: &'static TypeDef = &$def;

            fn class() -> &'static Type {
                &$static
            }
        }

        pub static $static: Type = Type::new_static(&$def);

        #[pymethods(class(name = $name, payload = PayloadFns::traced::<IndexIterator>()))]
        impl $payload {
            #[pyslot]
            fn iter(th: &ThreadState, slf: &Value) -> Res {
                iter_self(th, slf)
            }

            #[pyslot]
            fn iternext(_: &ThreadState, slf: &Value) -> Res {
                let iterator = match slf.header() {
                    Some(header) if std::ptr::eq(header.class(), &$static) => header.payload::<IndexIterator>(),
                    _ => IndexIterator::of(slf),
                };
                Ok(iterator.advance_by($walk).unwrap_or(Value::EXHAUSTED))
            }

            /// Private method returning an estimate of len(list(it)).
            #[pymethod("()")]
            fn __length_hint__(slf: &Value) -> usize {
                IndexIterator::of(slf).remaining()
            }

            /// Return state information for pickling.
            #[pymethod("()")]
            fn __reduce__(slf: &Value, th: &ThreadState) -> Res {
                IndexIterator::of(slf).reduce(th)
            }

            /// Set state information for unpickling.
            #[pymethod("(object, /)")]
            fn __setstate__(slf: &Value, object: isize) {
                IndexIterator::of(slf).index.set(object.max(-1));
            }
        }
    };
}

index_iterator!(ListIterator, LIST_ITERATOR_DEF, LIST_ITERATOR_TYPE, "list_iterator", Walk::List);
index_iterator!(
    ListReverseIterator,
    LIST_REVERSE_ITERATOR_DEF,
    LIST_REVERSE_ITERATOR_TYPE,
    "list_reverseiterator",
    Walk::ListReversed
);
index_iterator!(TupleIterator, TUPLE_ITERATOR_DEF, TUPLE_ITERATOR_TYPE, "tuple_iterator", Walk::Tuple);

impl Payload for IndexIterator {
    const DEF: &'static TypeDef = &LIST_ITERATOR_DEF;

    fn class() -> &'static Type {
        &LIST_ITERATOR_TYPE
    }

    #[inline(always)]
    fn of(value: &Value) -> &IndexIterator {
        match value.header() {
            Some(header) if is_index_iterator(header.class()) => header.payload::<IndexIterator>(),
            _ => unreachable!("a method of an index iterator was called with another object"),
        }
    }
}

fn is_index_iterator(class: &Type) -> bool {
    [&LIST_ITERATOR_TYPE, &LIST_REVERSE_ITERATOR_TYPE, &TUPLE_ITERATOR_TYPE]
        .iter()
        .any(|known| std::ptr::eq(*known, class))
}

impl IndexIterator {
    pub fn list(th: &ThreadState, list: Value) -> Value {
        th.new_instance(&LIST_ITERATOR_TYPE, IndexIterator::new(list, 0, Walk::List))
    }

    pub fn list_reversed(th: &ThreadState, list: Value) -> Value {
        let last = list.downcast::<List>().map_or(0, List::len) as isize - 1;
        th.new_instance(&LIST_REVERSE_ITERATOR_TYPE, IndexIterator::new(list, last, Walk::ListReversed))
    }

    pub fn tuple(th: &ThreadState, tuple: Value) -> Value {
        th.new_instance(&TUPLE_ITERATOR_TYPE, IndexIterator::new(tuple, 0, Walk::Tuple))
    }

    fn new(sequence: Value, index: isize, walk: Walk) -> IndexIterator {
        IndexIterator { sequence: ValueCell::new(sequence), index: Cell::new(index), walk }
    }

    /// The next item, or `None` at the end, where the sequence is let go.
    #[inline]
    pub fn advance(&self) -> Option<Value> {
        self.advance_by(self.walk)
    }

    /// As [`IndexIterator::advance`], for a walk that is known when this is compiled.
    #[inline(always)]
    fn advance_by(&self, walk: Walk) -> Option<Value> {
        let index = self.index.get();
        let item = self.sequence.with(|sequence| {
            let sequence = sequence?;
            let index = usize::try_from(index).ok()?;
            match walk {
                Walk::Tuple => sequence.as_tuple()?.as_slice().get(index).cloned(),
                Walk::List | Walk::ListReversed => sequence.downcast::<List>()?.get(index),
            }
        });
        match item {
            Some(item) => {
                self.index.set(if walk == Walk::ListReversed { index - 1 } else { index + 1 });
                Some(item)
            }
            None => {
                self.sequence.set(None);
                None
            }
        }
    }

    /// The payload of an iterator of exactly one of this file's classes.
    #[inline(always)]
    pub(crate) fn exactly<'a>(value: &'a Value, class: &Type) -> Option<&'a IndexIterator> {
        let header = value.header()?;
        if std::ptr::eq(header.class(), class) { Some(header.payload()) } else { None }
    }

    /// The word of the next item of a list, which the list owns; 0 at the end, `UNBOUND` if the list's class only derives
    /// from `list`.
    #[inline(always)]
    pub(crate) fn next_of_list(&self) -> u64 {
        let index = self.index.get();
        self.sequence.with(|sequence| {
            let Some(sequence) = sequence else { return 0 };
            let Some(list) = sequence.downcast_exact::<List>() else { return UNBOUND };
            let Some(word) = list.word(index as usize) else { return 0 };
            self.index.set(index + 1);
            word
        })
    }

    /// The word of the next item of a tuple, which the tuple owns; 0 at the end.
    #[inline(always)]
    pub(crate) fn next_of_tuple(&self) -> u64 {
        let index = self.index.get();
        let item = self.sequence.with(|sequence| {
            let items = sequence?.as_tuple()?.as_slice();
            items.get(index as usize).map(Value::bits)
        });
        if item.is_some() {
            self.index.set(index + 1);
        }
        item.unwrap_or(0)
    }

    /// Lets the sequence go.
    pub(crate) fn finish(&self) {
        self.sequence.set(None);
    }

    fn remaining(&self) -> usize {
        let index = self.index.get();
        self.sequence.with(|sequence| {
            let Some(sequence) = sequence else { return 0 };
            let length = match self.walk {
                Walk::Tuple => sequence.as_tuple().map_or(0, Tuple::len),
                Walk::List | Walk::ListReversed => sequence.downcast::<List>().map_or(0, List::len),
            };
            match self.walk {
                Walk::ListReversed if index < length as isize => (index + 1).max(0) as usize,
                Walk::ListReversed => 0,
                _ => length.saturating_sub(index.max(0) as usize),
            }
        })
    }

    fn reduce(&self, th: &ThreadState) -> Res {
        let function = if self.walk == Walk::ListReversed { "reversed" } else { "iter" };
        let function = th.builtin(function)?;
        match self.sequence.get() {
            Some(sequence) => Ok(th.tuple(&[function, th.tuple(&[sequence]), th.int(self.index.get() as i64)])),
            None => {
                let empty = if self.walk == Walk::Tuple { th.tuple(&[]) } else { th.list(Vec::new()) };
                Ok(th.tuple(&[function, th.tuple(&[empty])]))
            }
        }
    }
}
