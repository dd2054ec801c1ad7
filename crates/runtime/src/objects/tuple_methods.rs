//! Methods of `tuple`.

use macros::pymethods;

use super::iterators::IndexIterator;
use super::list_methods::{repeat, select, sequence_index};
use super::tuple::{TUPLE_PAYLOAD, TUPLE_TYPE, Tuple};
use crate::convert::SliceIndex;
use crate::error::Res;
use crate::object::Payload;
use crate::objects::slice::Slice;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type};
use crate::value::Value;

/// Built-in immutable sequence.
///
/// If no argument is given, the constructor returns an empty tuple.
/// If iterable is specified the tuple is initialized from iterable's items.
///
/// If the argument is a tuple, the return value is the same object.
#[pymethods(class(name = "tuple", payload = TUPLE_PAYLOAD, flags(basetype, tuple_subclass, sequence, match_self, have_gc)))]
impl Tuple {
    #[pyslot(text = "(iterable=(), /)")]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        crate::args::refuse_keywords(th, cls, &TUPLE_TYPE, kwnames)?;
        let iterable = match &args[..args.len() - kwnames.len()] {
            [] => None,
            [iterable] => Some(iterable),
            args => return Err(th.type_error(format_args!("tuple expected at most 1 argument, got {}", args.len()))),
        };
        let class = cls;
        let exact = std::ptr::eq(class, &TUPLE_TYPE);
        let Some(iterable) = iterable else { return Ok(th.tuple_of_class(class, &[])) };
        if exact && iterable.is_exactly(&TUPLE_TYPE) {
            return Ok(iterable.clone());
        }
        let items = th.collect(iterable)?;
        Ok(if exact { th.tuple_from_vec(items) } else { th.tuple_of_class(class, &items) })
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let items = Tuple::of(slf).as_slice();
        if items.is_empty() {
            return Ok(th.str("()"));
        }
        let Some(_guard) = th.enter_repr(slf) else { return Ok(th.str("(...)")) };
        let mut parts = Vec::with_capacity(2 * items.len() + 1);
        parts.push(th.str("("));
        let comma = th.str(", ");
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                parts.push(comma.clone());
            }
            parts.push(th.repr(item)?);
        }
        parts.push(th.str(if items.len() == 1 { ",)" } else { ")" }));
        th.concat_strings(&parts)
    }

    #[pyslot]
    fn hash(th: &ThreadState, slf: &Value) -> Res<i64> {
        let tuple = Tuple::of(slf);
        if tuple.known_hash() != 0 {
            return Ok(tuple.known_hash());
        }
        th.check_native_stack(" while hashing a tuple")?;
        let mut hash = algo::siphash::TupleHash::default();
        for item in tuple.as_slice() {
            hash.push(th.hash(item)?);
        }
        let hash = hash.finish();
        tuple.keep_hash(hash);
        Ok(hash)
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        let (Some(a), Some(b)) = (a.as_tuple(), b.as_tuple()) else { return Ok(Value::NOT_IMPLEMENTED) };
        let (x, y) = (a.as_slice(), b.as_slice());
        for (x, y) in x.iter().zip(y) {
            if !th.is_equal(x, y)? {
                return match op {
                    CompareOp::Eq => Ok(Value::FALSE),
                    CompareOp::Ne => Ok(Value::TRUE),
                    op => th.compare(x, y, op),
                };
            }
        }
        Ok(Value::bool(op.holds(x.len().cmp(&y.len()))))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        Ok(IndexIterator::tuple(th, slf.clone()))
    }

    #[pyslot(sq_length, mp_length)]
    fn length(_: &ThreadState, slf: &Value) -> Res<usize> {
        Ok(Tuple::of(slf).len())
    }

    #[pyslot]
    fn sq_concat(th: &ThreadState, slf: &Value, other: &Value) -> Res {
        let Some(right) = other.as_tuple() else {
            return Err(th.type_error(format_args!(
                "can only concatenate tuple (not \"{}\") to tuple",
                other.class().full_name()
            )));
        };
        let left = Tuple::of(slf);
        if left.is_empty() && other.is_exactly(&TUPLE_TYPE) {
            return Ok(other.clone());
        }
        if right.is_empty() && slf.is_exactly(&TUPLE_TYPE) {
            return Ok(slf.clone());
        }
        Ok(th.tuple_from_vec([left.as_slice(), right.as_slice()].concat()))
    }

    #[pyslot]
    fn sq_repeat(th: &ThreadState, slf: &Value, count: isize) -> Res {
        if slf.is_exactly(&TUPLE_TYPE) && (count == 1 || Tuple::of(slf).is_empty()) {
            return Ok(slf.clone());
        }
        Ok(th.tuple_from_vec(repeat(th, Tuple::of(slf).as_slice().to_vec(), count)?))
    }

    #[pyslot]
    fn sq_item(th: &ThreadState, slf: &Value, index: isize) -> Res {
        let item = usize::try_from(index).ok().and_then(|index| Tuple::of(slf).as_slice().get(index));
        item.cloned().ok_or_else(|| th.index_error("tuple index out of range"))
    }

    #[pyslot]
    fn sq_contains(th: &ThreadState, slf: &Value, item: &Value) -> Res<bool> {
        for candidate in Tuple::of(slf).as_slice() {
            if th.is_equal(candidate, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[pyslot]
    fn mp_subscript(th: &ThreadState, slf: &Value, key: &Value) -> Res {
        let items = Tuple::of(slf).as_slice();
        if let Some(slice) = key.downcast::<Slice>() {
            let bounds = th.slice_bounds(slice, items.len())?;
            if bounds.count == items.len() && bounds.step == 1 && slf.is_exactly(&TUPLE_TYPE) {
                return Ok(slf.clone());
            }
            return Ok(th.tuple_from_vec(select(items, bounds)));
        }
        let index = sequence_index(th, key, items.len(), "tuple")?;
        index.map(|index| items[index].clone()).ok_or_else(|| th.index_error("tuple index out of range"))
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
        let (start, stop) = (start.within(self.len()), stop.within(self.len()));
        for index in start..stop {
            if th.is_equal(&self.as_slice()[index], value)? {
                return Ok(index);
            }
        }
        Err(th.value_error("tuple.index(x): x not in tuple"))
    }

    /// Return number of occurrences of value.
    #[pymethod("(value, /)")]
    fn count(&self, th: &ThreadState, value: &Value) -> Res<usize> {
        let mut count = 0;
        for item in self.as_slice() {
            count += usize::from(th.is_equal(item, value)?);
        }
        Ok(count)
    }

    #[pymethod("()")]
    fn __getnewargs__(&self, th: &ThreadState) -> Value {
        th.tuple(&[th.tuple(self.as_slice())])
    }

    /// See PEP 585
    #[pyclassmethod("(item, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, item: &Value) -> Res {
        th.generic_alias(cls, item)
    }
}
