//! `range` and its iterators.
//!
//! A range whose numbers fit 63 bits is counted in machine words; others in big integers.

use std::cell::{Cell, RefCell};

use dashu_int::IBig;
use dashu_int::ops::DivRem;
use macros::{pyclass, pymethods};

use crate::error::Res;
use crate::gc::Visitor;
use crate::object::Payload;
use crate::objects::int::IntView;
use crate::objects::slice::Slice;
use crate::protocol::iteration::iter_self;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type};
use crate::value::Value;

/// range(stop) -> range object
/// range(start, stop[, step]) -> range object
///
/// Return an object that produces a sequence of integers from start (inclusive)
/// to stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.
/// start defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.
/// These are exactly the valid indices for a list of 4 elements.
/// When step is given, it specifies the increment (or decrement).
#[pyclass(name = "range", flags(sequence), text = none)]
pub struct Range {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
    pub length: Value,
}

fn big(value: &Value) -> IBig {
    value.as_int().map_or(IBig::ZERO, IntView::to_big)
}

fn length_of(start: &IBig, stop: &IBig, step: &IBig) -> IBig {
    let zero = IBig::ZERO;
    let span = if *step > zero { stop - start } else { start - stop };
    if span <= zero {
        return zero;
    }
    let step = if *step > zero { step.clone() } else { -step };
    (span - IBig::ONE).div_rem(step).0 + IBig::ONE
}

impl Range {
    fn make(th: &ThreadState, start: Value, stop: Value, step: Value) -> Range {
        let small = (start.as_small_int(), stop.as_small_int(), step.as_small_int());
        let length = match small {
            // Differences of 63-bit numbers fit 64 bits.
            (Some(start), Some(stop), Some(step)) if step > 0 && start < stop => th.int((stop - start - 1) / step + 1),
            (Some(start), Some(stop), Some(step)) if step < 0 && start > stop => th.int((start - stop - 1) / -step + 1),
            (Some(_), Some(_), Some(_)) => Value::index(0),
            _ => th.int_from_big(length_of(&big(&start), &big(&stop), &big(&step))),
        };
        Range { start, stop, step, length }
    }

    /// The start, step and number of items, if every item fits a machine word.
    pub fn as_words(&self) -> Option<(i64, i64, i64)> {
        Some((self.start.as_small_int()?, self.step.as_small_int()?, self.length.as_small_int()?))
            .filter(|_| self.stop.is_small_int())
    }

    /// `range[a:b:c]`, if everything in it fits machine words.
    fn slice_in_words(&self, th: &ThreadState, slice: &Slice) -> Option<Range> {
        let (start, step, length) = self.as_words()?;
        let word = |value: &Value, default: i64| if value.is_none() { Some(default) } else { value.as_small_int() };
        let stride = word(&slice.step, 1).filter(|&stride| stride != 0)?;
        let (low, high) = if stride < 0 { (-1, length - 1) } else { (0, length) };
        let (first, last) = if stride < 0 { (high, low) } else { (low, high) };
        let clamp = |value: &Value, default: i64| {
            let index = word(value, default)?;
            // Small ints have a bit to spare.
            let index = if index < 0 && !value.is_none() { index + length } else { index };
            Some(index.clamp(low, high.max(low)))
        };
        let item = |index: i64| start.checked_add(index.checked_mul(step)?);
        let (from, to) = (item(clamp(&slice.start, first)?)?, item(clamp(&slice.stop, last)?)?);
        Some(Range::make(th, th.int(from), th.int(to), th.int(step.checked_mul(stride)?)))
    }

    fn item(&self, th: &ThreadState, index: &IBig) -> Value {
        th.int_from_big(big(&self.start) + index * big(&self.step))
    }

    /// The position of an int in the range.
    fn position(&self, number: &Value) -> Option<IBig> {
        let (start, stop, step, number) = (big(&self.start), big(&self.stop), big(&self.step), big(number));
        let inside =
            if step > IBig::ZERO { start <= number && number < stop } else { stop < number && number <= start };
        if !inside {
            return None;
        }
        let (quotient, remainder) = (number - start).div_rem(step);
        remainder.is_zero().then_some(quotient)
    }

    fn is_exact_int(value: &Value) -> bool {
        value.is_small_int() || value.as_bool().is_some() || value.is_exactly(&crate::objects::int::INT_TYPE)
    }

    fn iterator(&self, th: &ThreadState, reversed: bool) -> Value {
        if let Some((start, step, length)) = self.as_words()
            && let Some(last) = step.checked_mul(length).and_then(|span| start.checked_add(span))
        {
            let (start, step) = if reversed { (last - step, -step) } else { (start, step) };
            return th.new_object(RangeIterator { next: Cell::new(start), step, left: Cell::new(length) });
        }
        let (start, step, length) = (big(&self.start), big(&self.step), big(&self.length));
        let (start, step) = if reversed { (start + (&length - IBig::ONE) * &step, -step) } else { (start, step) };
        th.new_object(LongRangeIterator { start, step, length, index: RefCell::new(IBig::ZERO) })
    }
}

#[pymethods]
impl Range {
    #[pyslot]
    fn new(th: &ThreadState, _: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        if !kwnames.is_empty() {
            return Err(th.type_error("range() takes no keyword arguments"));
        }
        let exact = |value: &Value| {
            let index = th.index(value)?;
            Ok(match index.as_int() {
                Some(IntView::Small(number)) => th.int(number),
                Some(IntView::Big(number)) => th.int_from_big(number.clone()),
                None => index,
            })
        };
        let (start, stop, step) = match args {
            [] => return Err(th.type_error("range expected at least 1 argument, got 0")),
            [stop] => (Value::index(0), exact(stop)?, Value::index(1)),
            [start, stop] => (exact(start)?, exact(stop)?, Value::index(1)),
            [start, stop, step] => (exact(start)?, exact(stop)?, exact(step)?),
            _ => return Err(th.type_error(format_args!("range expected at most 3 arguments, got {}", args.len()))),
        };
        if step.as_int().is_some_and(IntView::is_zero) {
            return Err(th.value_error("range() arg 3 must not be zero"));
        }
        Ok(th.new_object(Range::make(th, start, stop, step)))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        let (start, stop) = (th.repr_string(&self.start)?, th.repr_string(&self.stop)?);
        let text = match self.step.as_small_int() {
            Some(1) => format!("range({start}, {stop})"),
            _ => format!("range({start}, {stop}, {})", th.repr_string(&self.step)?),
        };
        Ok(th.str(&text))
    }

    #[pyslot]
    fn hash(&self, th: &ThreadState) -> Res<i64> {
        let none = Value::NONE;
        let (start, step) = match self.length.as_small_int() {
            Some(0) => (&none, &none),
            Some(1) => (&self.start, &none),
            _ => (&self.start, &self.step),
        };
        let mut hash = algo::siphash::TupleHash::default();
        for part in [&self.length, start, step] {
            hash.push(th.hash(part)?);
        }
        Ok(hash.finish())
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        let (Some(x), Some(y)) = (a.downcast::<Range>(), b.downcast::<Range>()) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        let same = |x: &Value, y: &Value| th.is_equal(x, y);
        let equal = same(&x.length, &y.length)?
            && match x.length.as_small_int() {
                Some(0) => true,
                Some(1) => same(&x.start, &y.start)?,
                _ => same(&x.start, &y.start)? && same(&x.step, &y.step)?,
            };
        match op {
            CompareOp::Eq => Ok(Value::bool(equal)),
            CompareOp::Ne => Ok(Value::bool(!equal)),
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_bool(&self, _: &ThreadState) -> Res<bool> {
        Ok(self.length.as_small_int() != Some(0))
    }

    #[pyslot]
    fn iter(&self, th: &ThreadState) -> Res {
        Ok(self.iterator(th, false))
    }

    #[pyslot(sq_length, mp_length)]
    fn length_slot(th: &ThreadState, slf: &Value) -> Res<usize> {
        match Range::of(slf).length.as_int().and_then(IntView::to_i64) {
            Some(length) => Ok(length as usize),
            None => Err(th.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }

    #[pyslot]
    fn sq_item(&self, th: &ThreadState, index: isize) -> Res {
        self.at(th, &IBig::from(index))
    }

    #[pyslot]
    fn sq_contains(th: &ThreadState, slf: &Value, item: &Value) -> Res<bool> {
        let range = Range::of(slf);
        if Self::is_exact_int(item) {
            return Ok(range.position(item).is_some());
        }
        let iterator = range.iterator(th, false);
        while let Some(candidate) = th.next(&iterator)? {
            if th.is_equal(&candidate, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[pyslot]
    fn mp_subscript(th: &ThreadState, slf: &Value, key: &Value) -> Res {
        let range = Range::of(slf);
        if let Some(slice) = key.downcast::<Slice>() {
            if let Some(part) = range.slice_in_words(th, slice) {
                return Ok(th.new_object(part));
            }
            let bounds = slice_indices(th, slice, &range.length)?;
            let Some([start, stop, step]) = bounds.as_tuple().map(|bounds| bounds.as_slice()) else {
                return Ok(Value::NONE);
            };
            let new_step = th.int_from_big(big(&range.step) * big(step));
            let (start, stop) = (range.item(th, &big(start)), range.item(th, &big(stop)));
            return Ok(th.new_object(Range::make(th, start, stop, new_step)));
        }
        if !th.is_index(key) {
            return Err(th.type_error(format_args!(
                "range indices must be integers or slices, not {}",
                key.class().full_name()
            )));
        }
        let index = th.index(key)?;
        if let (Some((start, step, length)), Some(index)) = (range.as_words(), index.as_small_int()) {
            let index = if index < 0 { index + length } else { index };
            return match (0..length).contains(&index) {
                // An item lies between start and stop.
                true => Ok(th.int(start.wrapping_add(index.wrapping_mul(step)))),
                false => Err(th.index_error("range object index out of range")),
            };
        }
        let index = big(&index);
        let index = if index < IBig::ZERO { index + big(&range.length) } else { index };
        range.at(th, &index)
    }

    /// Return a reverse iterator.
    #[pymethod("()")]
    fn __reversed__(&self, th: &ThreadState) -> Value {
        self.iterator(th, true)
    }

    #[pymethod]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Value {
        let range = Range::of(slf);
        let parts = th.tuple(&[range.start.clone(), range.stop.clone(), range.step.clone()]);
        th.tuple(&[slf.class().as_value(), parts])
    }

    /// rangeobject.count(value) -> integer -- return number of occurrences of value
    #[pymethod("(object, /)")]
    fn count(slf: &Value, th: &ThreadState, object: &Value) -> Res<usize> {
        let range = Range::of(slf);
        if Self::is_exact_int(object) {
            return Ok(usize::from(range.position(object).is_some()));
        }
        let iterator = range.iterator(th, false);
        let mut count = 0;
        while let Some(candidate) = th.next(&iterator)? {
            count += usize::from(th.is_equal(&candidate, object)?);
        }
        Ok(count)
    }

    /// rangeobject.index(value) -> integer -- return index of value.
    /// Raise ValueError if the value is not present.
    #[pymethod("(object, /)")]
    fn index(slf: &Value, th: &ThreadState, object: &Value) -> Res {
        let range = Range::of(slf);
        if Self::is_exact_int(object) {
            return match range.position(object) {
                Some(position) => Ok(th.int_from_big(position)),
                None => Err(th.value_error("range.index(x): x not in range")),
            };
        }
        let iterator = range.iterator(th, false);
        let mut index = 0;
        while let Some(candidate) = th.next(&iterator)? {
            if th.is_equal(&candidate, object)? {
                return Ok(th.int(index));
            }
            index += 1;
        }
        Err(th.value_error("sequence.index(x): x not in sequence"))
    }

    #[pygetter(member)]
    fn start(&self) -> Value {
        self.start.clone()
    }

    #[pygetter(member)]
    fn stop(&self) -> Value {
        self.stop.clone()
    }

    #[pygetter(member)]
    fn step(&self) -> Value {
        self.step.clone()
    }
}

impl Range {
    fn at(&self, th: &ThreadState, index: &IBig) -> Res {
        if *index < IBig::ZERO || *index >= big(&self.length) {
            return Err(th.index_error("range object index out of range"));
        }
        Ok(self.item(th, index))
    }
}

/// `slice.indices` for a sequence of any length, as a tuple of ints.
pub(crate) fn slice_indices(th: &ThreadState, slice: &Slice, length: &Value) -> Res {
    let zero = IBig::ZERO;
    let length = big(length);
    let index = |value: &Value| -> Res<IBig> {
        if !th.is_index(value) {
            return Err(th.type_error("slice indices must be integers or None or have an __index__ method"));
        }
        Ok(big(&th.index(value)?))
    };
    let step = if slice.step.is_none() { IBig::ONE } else { index(&slice.step)? };
    if step.is_zero() {
        return Err(th.value_error("slice step cannot be zero"));
    }
    let negative = step < zero;
    let (low, high) = if negative { (IBig::NEG_ONE, &length - IBig::ONE) } else { (zero.clone(), length.clone()) };
    let bound = |value: &Value, default: &IBig| -> Res<IBig> {
        if value.is_none() {
            return Ok(default.clone());
        }
        let index = index(value)?;
        let index = if index < zero { index + &length } else { index };
        Ok(index.clamp(low.clone(), high.clone().max(low.clone())))
    };
    let start = bound(&slice.start, if negative { &high } else { &low })?;
    let stop = bound(&slice.stop, if negative { &low } else { &high })?;
    Ok(th.tuple(&[th.int_from_big(start), th.int_from_big(stop), th.int_from_big(step)]))
}

/// Walks a range in machine words.
#[pyclass(name = "range_iterator", flags(disallow_new))]
pub struct RangeIterator {
    #[notrace]
    pub next: Cell<i64>,
    pub step: i64,
    pub left: Cell<i64>,
}

#[pymethods]
impl RangeIterator {
    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        Ok(self.advance().map_or(Value::EXHAUSTED, |number| th.int(number)))
    }

    /// Private method returning an estimate of len(list(it)).
    #[pymethod("()")]
    fn __length_hint__(&self) -> i64 {
        self.left.get()
    }

    /// Return state information for pickling.
    #[pymethod("()")]
    fn __reduce__(&self, th: &ThreadState) -> Res {
        let (start, left) = (self.next.get(), self.left.get());
        let stop = start + self.step * left;
        let range = Range::make(th, th.int(start), th.int(stop), th.int(self.step));
        let iter = th.builtin("iter")?;
        Ok(th.tuple(&[iter, th.tuple(&[th.new_object(range)]), Value::NONE]))
    }

    /// Set state information for unpickling.
    #[pymethod("(object, /)")]
    fn __setstate__(&self, object: i64) {
        let skipped = object.clamp(0, self.left.get());
        self.next.set(self.next.get() + self.step * skipped);
        self.left.set(self.left.get() - skipped);
    }
}

impl RangeIterator {
    /// The next number.
    #[inline(always)]
    pub fn advance(&self) -> Option<i64> {
        let left = self.left.get();
        if left <= 0 {
            return None;
        }
        let number = self.next.get();
        self.left.set(left - 1);
        self.next.set(number.wrapping_add(self.step));
        Some(number)
    }
}

/// Walks a range of big numbers.
#[pyclass(name = "longrange_iterator", flags(disallow_new), manual_traverse)]
pub struct LongRangeIterator {
    start: IBig,
    step: IBig,
    length: IBig,
    index: RefCell<IBig>,
}

impl crate::gc::Traverse for LongRangeIterator {
    fn traverse(&self, _: &mut Visitor<'_>) {}
}

#[pymethods]
impl LongRangeIterator {
    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        let mut index = self.index.borrow_mut();
        if *index >= self.length {
            return Ok(Value::EXHAUSTED);
        }
        let number = &self.start + &*index * &self.step;
        *index += IBig::ONE;
        Ok(th.int_from_big(number))
    }

    /// Private method returning an estimate of len(list(it)).
    #[pymethod("()")]
    fn __length_hint__(&self, th: &ThreadState) -> Value {
        th.int_from_big(&self.length - &*self.index.borrow())
    }

    /// Return state information for pickling.
    #[pymethod("()")]
    fn __reduce__(&self, th: &ThreadState) -> Res {
        let index = self.index.borrow().clone();
        let start = th.int_from_big(&self.start + index * &self.step);
        let stop = th.int_from_big(&self.start + &self.length * &self.step);
        let range = Range::make(th, start, stop, th.int_from_big(self.step.clone()));
        let iter = th.builtin("iter")?;
        Ok(th.tuple(&[iter, th.tuple(&[th.new_object(range)]), Value::NONE]))
    }

    /// Set state information for unpickling.
    #[pymethod("(object, /)")]
    fn __setstate__(&self, th: &ThreadState, object: &Value) -> Res<()> {
        let Some(skipped) = object.as_int().map(IntView::to_big) else {
            let class = object.class().full_name();
            return Err(th.type_error(format_args!("state must be an int, not {class}")));
        };
        let mut index = self.index.borrow_mut();
        let left = &self.length - &*index;
        *index += skipped.max(IBig::ZERO).min(left);
        Ok(())
    }
}

/// Types of this file, for `ready_builtin_types`.
pub(crate) const TYPES: &[&Type] = &[&RANGE_TYPE, &RANGE_ITERATOR_TYPE, &LONG_RANGE_ITERATOR_TYPE];
