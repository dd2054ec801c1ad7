//! Iterators that keep their sources and no more than a few values.

use std::cell::{Cell, RefCell};

use macros::{pyclass, pymethods};
use runtime::args::split;
use runtime::gc::ValueCell;
use runtime::objects::exceptions as exc;
use runtime::protocol::BinaryOp;
use runtime::protocol::iteration::iter_self;
use runtime::{Payload, Res, ThreadState, Type, Value};

use super::{exactly, no_keywords};

/// Return a count object whose .__next__() method returns consecutive values.
///
/// Equivalent to:
///     def count(firstval=0, step=1):
///         x = firstval
///         while 1:
///             yield x
///             x += step
#[pyclass(name = "count", module = "itertools", flags(basetype))]
pub struct Count {
    /// The next value, while it and the step are small.
    next: Cell<i64>,
    small_step: i64,
    /// The next value otherwise.
    big: ValueCell,
    step: Value,
}

/// Far enough from the ends of an `i64` that a step cannot leave it.
const NEAR: i64 = 1 << 61;

fn is_number(value: &Value) -> bool {
    let slots = value.class().slots();
    let number = slots.nb_index.get().is_some() || slots.nb_int.get().is_some() || slots.nb_float.get().is_some();
    number || value.is_instance_of(&runtime::objects::complex::COMPLEX_TYPE)
}

#[pymethods]
impl Count {
    #[pyslot("(start=0, step=1)")]
    fn new(th: &ThreadState, cls: &Type, start: Option<Value>, step: Option<Value>) -> Res {
        if start.iter().chain(&step).any(|value| !is_number(value)) {
            return Err(th.type_error("a number is required"));
        }
        let exact = |value: Value| match value.as_bool() {
            Some(truth) => Value::index(usize::from(truth)),
            None => value,
        };
        let start = start.map_or(Value::index(0), exact);
        let step = step.unwrap_or(Value::index(1));
        let small = |value: &Value| value.as_small_int().filter(|number| number.abs() < NEAR);
        let payload = match (small(&start), small(&step)) {
            (Some(next), Some(small_step)) => {
                Count { next: Cell::new(next), small_step, big: ValueCell::empty(), step }
            }
            _ => Count { next: Cell::new(0), small_step: 0, big: ValueCell::new(start), step },
        };
        Ok(th.new_instance(cls, payload))
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let this = Count::of(slf);
        let next = this.big.get().unwrap_or_else(|| th.int(this.next.get()));
        let start = th.str(&format!("{}(", slf.class().name()));
        let next = th.repr(&next)?;
        if this.step.as_small_int() == Some(1) {
            return th.concat_strings(&[start, next, th.str(")")]);
        }
        th.concat_strings(&[start, next, th.str(", "), th.repr(&this.step)?, th.str(")")])
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        if let Some(current) = self.big.get() {
            let next = th.binary(BinaryOp::Add, &current, &self.step)?;
            self.big.set(Some(next));
            return Ok(current);
        }
        let current = self.next.get();
        let next = current + self.small_step;
        if next.abs() < NEAR {
            self.next.set(next);
        } else {
            self.big.set(Some(th.int(next)));
        }
        Ok(th.int(current))
    }
}

/// Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.
#[pyclass(name = "cycle", module = "itertools", flags(basetype), text = "(iterable, /)")]
pub struct Cycle {
    /// Empty once it has ended.
    iterator: ValueCell,
    saved: RefCell<Vec<Value>>,
    index: Cell<usize>,
}

#[pymethods]
impl Cycle {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let [iterable] = exactly(th, cls, &CYCLE_TYPE, args, kwnames)?;
        let iterator = ValueCell::new(th.iter(iterable)?);
        Ok(th.new_instance(cls, Cycle { iterator, saved: RefCell::default(), index: Cell::new(0) }))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        if let Some(iterator) = self.iterator.get() {
            if let Some(item) = th.next(&iterator)? {
                self.saved.borrow_mut().push(item.clone());
                return Ok(item);
            }
            self.iterator.set(None);
        }
        let saved = self.saved.borrow();
        let index = self.index.get();
        match saved.get(index) {
            Some(item) => {
                self.index.set(if index + 1 >= saved.len() { 0 } else { index + 1 });
                Ok(item.clone())
            }
            None => Ok(Value::EXHAUSTED),
        }
    }
}

/// repeat(object [,times]) -> create an iterator which returns the object
/// for the specified number of times.  If not specified, returns the object
/// endlessly.
#[pyclass(name = "repeat", module = "itertools", flags(basetype), text = none)]
pub struct Repeat {
    element: Value,
    /// How often it still comes; negative: endlessly.
    left: Cell<isize>,
}

#[pymethods]
impl Repeat {
    #[pyslot("(object, times=<unrepresentable>)", text = none)]
    fn new(th: &ThreadState, cls: &Type, object: &Value, times: Option<&Value>) -> Res {
        let left = match times {
            Some(times) => th.index_or(times, &exc::OVERFLOW_ERROR)?.max(0),
            None => -1,
        };
        Ok(th.new_instance(cls, Repeat { element: object.clone(), left: Cell::new(left) }))
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let this = Repeat::of(slf);
        let start = th.str(&format!("{}(", slf.class().name()));
        let end = match this.left.get() {
            left if left >= 0 => th.str(&format!(", {left})")),
            _ => th.str(")"),
        };
        th.concat_strings(&[start, th.repr(&this.element)?, end])
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self) -> Res {
        let left = self.left.get();
        if left == 0 {
            return Ok(Value::EXHAUSTED);
        }
        if left > 0 {
            self.left.set(left - 1);
        }
        Ok(self.element.clone())
    }

    /// Private method returning an estimate of len(list(it)).
    #[pymethod("()")]
    fn __length_hint__(&self, th: &ThreadState) -> Res<usize> {
        usize::try_from(self.left.get()).map_err(|_| th.type_error("len() of unsized object"))
    }
}

/// Return series of accumulated sums (or other binary function results).
#[pyclass(name = "accumulate", module = "itertools", flags(basetype))]
pub struct Accumulate {
    iterator: Value,
    function: Value,
    initial: ValueCell,
    total: ValueCell,
}

#[pymethods]
impl Accumulate {
    #[pyslot("(iterable, func=None, *, initial=None)")]
    fn new(th: &ThreadState, cls: &Type, iterable: &Value, func: &Value, initial: &Value) -> Res {
        let payload = Accumulate {
            iterator: th.iter(iterable)?,
            function: func.clone(),
            initial: ValueCell::from_option(Some(initial.clone()).filter(|initial| !initial.is_none())),
            total: ValueCell::empty(),
        };
        Ok(th.new_instance(cls, payload))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        if let Some(initial) = self.initial.take() {
            self.total.set(Some(initial.clone()));
            return Ok(initial);
        }
        let Some(item) = th.next(&self.iterator)? else { return Ok(Value::EXHAUSTED) };
        let total = match self.total.get() {
            None => item,
            Some(total) if self.function.is_none() => th.binary(BinaryOp::Add, &total, &item)?,
            Some(total) => th.call(&self.function, &[total, item])?,
        };
        self.total.set(Some(total.clone()));
        Ok(total)
    }
}

/// Batch data into tuples of length n. The last batch may be shorter than n.
///
/// Loops over the input iterable and accumulates data into tuples
/// up to size n.  The input is consumed lazily, just enough to
/// fill a batch.  The result is yielded as soon as a batch is full
/// or when the input iterable is exhausted.
///
///     >>> for batch in batched('ABCDEFG', 3):
///     ...     print(batch)
///     ...
///     ('A', 'B', 'C')
///     ('D', 'E', 'F')
///     ('G',)
///
/// If "strict" is True, raises a ValueError if the final batch is shorter
/// than n.
#[pyclass(name = "batched", module = "itertools", flags(basetype))]
pub struct Batched {
    iterator: ValueCell,
    size: usize,
    strict: bool,
}

#[pymethods]
impl Batched {
    #[pyslot("(iterable, n, *, strict=False)")]
    fn new(th: &ThreadState, cls: &Type, iterable: &Value, n: isize, strict: bool) -> Res {
        if n < 1 {
            return Err(th.value_error("n must be at least one"));
        }
        let iterator = ValueCell::new(th.iter(iterable)?);
        Ok(th.new_instance(cls, Batched { iterator, size: n as usize, strict }))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        let Some(iterator) = self.iterator.get() else { return Ok(Value::EXHAUSTED) };
        let mut batch = Vec::with_capacity(self.size.min(1024));
        while batch.len() < self.size {
            match th.next(&iterator) {
                Ok(Some(item)) => batch.push(item),
                Ok(None) => break,
                Err(raised) => {
                    self.iterator.set(None);
                    return Err(raised);
                }
            }
        }
        if batch.len() < self.size {
            self.iterator.set(None);
            if batch.is_empty() {
                return Ok(Value::EXHAUSTED);
            }
            if self.strict {
                return Err(th.value_error("batched(): incomplete batch"));
            }
        }
        Ok(th.tuple_from_vec(batch))
    }
}

/// Return a chain object whose .__next__() method returns elements from the
/// first iterable until it is exhausted, then elements from the next
/// iterable, until all of the iterables are exhausted.
#[pyclass(name = "chain", module = "itertools", flags(basetype), text = "(*iterables)")]
pub struct Chain {
    /// The iterator of iterables; empty at the end.
    source: ValueCell,
    active: ValueCell,
}

#[pymethods]
impl Chain {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        no_keywords(th, cls, &CHAIN_TYPE, kwnames)?;
        let source = ValueCell::new(th.iter(&th.tuple(split(args, kwnames).0))?);
        Ok(th.new_instance(cls, Chain { source, active: ValueCell::empty() }))
    }

    /// Alternative chain() constructor taking a single iterable argument that evaluates lazily.
    #[pyclassmethod("(iterable, /)")]
    fn from_iterable(th: &ThreadState, cls: &Type, iterable: &Value) -> Res {
        let source = ValueCell::new(th.iter(iterable)?);
        Ok(th.new_instance(cls, Chain { source, active: ValueCell::empty() }))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        loop {
            if let Some(active) = self.active.get() {
                if let Some(item) = th.next(&active)? {
                    return Ok(item);
                }
                self.active.set(None);
            }
            let Some(source) = self.source.get() else { return Ok(Value::EXHAUSTED) };
            let active = match th.next(&source) {
                Ok(Some(iterable)) => th.iter(&iterable),
                Ok(None) => {
                    self.source.set(None);
                    return Ok(Value::EXHAUSTED);
                }
                Err(raised) => Err(raised),
            };
            match active {
                Ok(active) => self.active.set(Some(active)),
                Err(raised) => {
                    self.source.set(None);
                    return Err(raised);
                }
            }
        }
    }

    /// chain is generic over the type of its contents.
    /// This is the union of the types of the input iterable contents.
    #[pyclassmethod("(object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        th.generic_alias(cls, object)
    }
}

/// Return data elements corresponding to true selector elements.
///
/// Forms a shorter iterator from selected data elements using the selectors
/// to choose the data elements.
#[pyclass(name = "compress", module = "itertools", flags(basetype))]
pub struct Compress {
    data: Value,
    selectors: Value,
}

#[pymethods]
impl Compress {
    #[pyslot("(data, selectors)")]
    fn new(th: &ThreadState, cls: &Type, data: &Value, selectors: &Value) -> Res {
        let payload = Compress { data: th.iter(data)?, selectors: th.iter(selectors)? };
        Ok(th.new_instance(cls, payload))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        loop {
            let Some(item) = th.next(&self.data)? else { return Ok(Value::EXHAUSTED) };
            let Some(selector) = th.next(&self.selectors)? else { return Ok(Value::EXHAUSTED) };
            if th.is_true(&selector)? {
                return Ok(item);
            }
            crate::support::check_interrupts(th)?;
        }
    }
}

/// Drop items from the iterable while predicate(item) is true.
///
/// Afterwards, return every element until the iterable is exhausted.
#[pyclass(name = "dropwhile", module = "itertools", flags(basetype), text = "(predicate, iterable, /)")]
pub struct DropWhile {
    predicate: Value,
    iterator: Value,
    started: Cell<bool>,
}

#[pymethods]
impl DropWhile {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let [predicate, iterable] = exactly(th, cls, &DROP_WHILE_TYPE, args, kwnames)?;
        let iterator = th.iter(iterable)?;
        Ok(th.new_instance(cls, DropWhile { predicate: predicate.clone(), iterator, started: Cell::new(false) }))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        while let Some(item) = th.next(&self.iterator)? {
            if self.started.get() {
                return Ok(item);
            }
            let dropped = th.call(&self.predicate, std::slice::from_ref(&item))?;
            if !th.is_true(&dropped)? {
                self.started.set(true);
                return Ok(item);
            }
            crate::support::check_interrupts(th)?;
        }
        Ok(Value::EXHAUSTED)
    }
}

/// Return successive entries from an iterable as long as the predicate evaluates to true for each entry.
#[pyclass(name = "takewhile", module = "itertools", flags(basetype), text = "(predicate, iterable, /)")]
pub struct TakeWhile {
    predicate: Value,
    iterator: Value,
    stopped: Cell<bool>,
}

#[pymethods]
impl TakeWhile {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let [predicate, iterable] = exactly(th, cls, &TAKE_WHILE_TYPE, args, kwnames)?;
        let iterator = th.iter(iterable)?;
        Ok(th.new_instance(cls, TakeWhile { predicate: predicate.clone(), iterator, stopped: Cell::new(false) }))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        if self.stopped.get() {
            return Ok(Value::EXHAUSTED);
        }
        let Some(item) = th.next(&self.iterator)? else { return Ok(Value::EXHAUSTED) };
        let taken = th.call(&self.predicate, std::slice::from_ref(&item))?;
        if th.is_true(&taken)? {
            return Ok(item);
        }
        self.stopped.set(true);
        Ok(Value::EXHAUSTED)
    }
}

/// Return those items of iterable for which function(item) is false.
///
/// If function is None, return the items that are false.
#[pyclass(name = "filterfalse", module = "itertools", flags(basetype), text = "(function, iterable, /)")]
pub struct FilterFalse {
    function: Value,
    /// The function is `None` or `bool`.
    by_truth: bool,
    iterator: Value,
}

#[pymethods]
impl FilterFalse {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let [function, iterable] = exactly(th, cls, &FILTER_FALSE_TYPE, args, kwnames)?;
        let iterator = th.iter(iterable)?;
        let by_truth = function.is_none() || function.is(runtime::objects::int::BOOL_TYPE.value_ref());
        Ok(th.new_instance(cls, FilterFalse { function: function.clone(), by_truth, iterator }))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        while let Some(item) = th.next(&self.iterator)? {
            let truth = if self.by_truth {
                th.is_true(&item)?
            } else {
                th.is_true(&th.call(&self.function, std::slice::from_ref(&item))?)?
            };
            if !truth {
                return Ok(item);
            }
            crate::support::check_interrupts(th)?;
        }
        Ok(Value::EXHAUSTED)
    }
}

/// Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.
#[pyclass(name = "starmap", module = "itertools", flags(basetype), text = "(function, iterable, /)")]
pub struct StarMap {
    function: Value,
    iterator: Value,
}

#[pymethods]
impl StarMap {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let [function, iterable] = exactly(th, cls, &STAR_MAP_TYPE, args, kwnames)?;
        let iterator = th.iter(iterable)?;
        Ok(th.new_instance(cls, StarMap { function: function.clone(), iterator }))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        let Some(args) = th.next(&self.iterator)? else { return Ok(Value::EXHAUSTED) };
        let result = match args.as_tuple() {
            Some(args) => th.call(&self.function, args.as_slice()),
            None => th.call(&self.function, &th.collect(&args)?),
        };
        // A StopIteration of the function's ends the iterator, as it would have ended a `next`.
        Ok(th.catch(result, &exc::STOP_ITERATION)?.unwrap_or(Value::EXHAUSTED))
    }
}

/// islice(iterable, stop) --> islice object
/// islice(iterable, start, stop[, step]) --> islice object
///
/// Return an iterator whose next() method returns selected values from an
/// iterable.  If start is specified, will skip all preceding elements;
/// otherwise, start defaults to zero.  Step defaults to one.  If
/// specified as another value, step determines how many values are
/// skipped between successive calls.  Works like a slice() on a list
/// but returns an iterator.
#[pyclass(name = "islice", module = "itertools", flags(basetype), text = none)]
pub struct Slice {
    /// Empty at the end.
    iterator: ValueCell,
    /// The index of the next item to give, and of the next that the iterator will.
    wanted: Cell<usize>,
    index: Cell<usize>,
    stop: Option<usize>,
    step: usize,
}

/// An index of `islice`: `None`, or an int that is not negative.
fn slice_index(th: &ThreadState, value: &Value, message: &str) -> Res<Option<usize>> {
    if value.is_none() {
        return Ok(None);
    }
    let wrong = |th: &ThreadState| th.value_error(message);
    match th.index_or(value, &exc::OVERFLOW_ERROR) {
        Ok(index) => usize::try_from(index).map(Some).map_err(|_| wrong(th)),
        Err(raised) => {
            drop(th.take_raised(raised));
            Err(wrong(th))
        }
    }
}

#[pymethods]
impl Slice {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        const STOP: &str = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        const INDICES: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        const STEP: &str = "Step for islice() must be a positive integer or None.";
        no_keywords(th, cls, &SLICE_TYPE, kwnames)?;
        let given = split(args, kwnames).0;
        let (iterable, start, stop, step) = match given {
            [iterable, stop] => (iterable, None, stop, None),
            [iterable, start, stop] => (iterable, Some(start), stop, None),
            [iterable, start, stop, step] => (iterable, Some(start), stop, Some(step)),
            _ => {
                let (how, bound) = if given.len() < 2 { ("least", 2) } else { ("most", 4) };
                return Err(
                    th.type_error(format_args!("islice expected at {how} {bound} arguments, got {}", given.len()))
                );
            }
        };
        // The stop is converted first, and the start's faults are told after it.
        let stop = slice_index(th, stop, STOP)?;
        let start = start.map_or(Ok(None), |start| slice_index(th, start, INDICES))?.unwrap_or(0);
        let step = step.map_or(Ok(None), |step| slice_index(th, step, STEP))?.unwrap_or(1);
        if step == 0 {
            return Err(th.value_error(STEP));
        }
        let iterator = ValueCell::new(th.iter(iterable)?);
        let payload = Slice { iterator, wanted: Cell::new(start), index: Cell::new(0), stop, step };
        Ok(th.new_instance(cls, payload))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        let Some(iterator) = self.iterator.get() else { return Ok(Value::EXHAUSTED) };
        let end = || {
            self.iterator.set(None);
            Ok(Value::EXHAUSTED)
        };
        while self.index.get() < self.wanted.get() {
            if th.next(&iterator)?.is_none() {
                return end();
            }
            self.index.set(self.index.get() + 1);
            crate::support::check_interrupts(th)?;
        }
        if self.stop.is_some_and(|stop| self.index.get() >= stop) {
            return end();
        }
        let Some(item) = th.next(&iterator)? else { return end() };
        self.index.set(self.index.get() + 1);
        let next = self.wanted.get().saturating_add(self.step);
        self.wanted.set(self.stop.map_or(next, |stop| next.min(stop)));
        Ok(item)
    }
}

/// Return an iterator of overlapping pairs taken from the input iterator.
///
///     s -> (s0,s1), (s1,s2), (s2, s3), ...
#[pyclass(name = "pairwise", module = "itertools", flags(basetype), text = "(iterable, /)")]
pub struct Pairwise {
    /// Empty at the end.
    iterator: ValueCell,
    old: ValueCell,
}

#[pymethods]
impl Pairwise {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let [iterable] = exactly(th, cls, &PAIRWISE_TYPE, args, kwnames)?;
        let iterator = ValueCell::new(th.iter(iterable)?);
        Ok(th.new_instance(cls, Pairwise { iterator, old: ValueCell::empty() }))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        let Some(iterator) = self.iterator.get() else { return Ok(Value::EXHAUSTED) };
        let end = |result: Res| {
            self.iterator.set(None);
            self.old.set(None);
            result
        };
        let old = match self.old.get() {
            Some(old) => old,
            None => {
                let old = match th.next(&iterator) {
                    Ok(Some(old)) => old,
                    Ok(None) => return end(Ok(Value::EXHAUSTED)),
                    Err(raised) => return end(Err(raised)),
                };
                self.old.set(Some(old.clone()));
                // The source may have come back here and ended this iterator.
                if !self.iterator.is_some() {
                    self.old.set(None);
                    return Ok(Value::EXHAUSTED);
                }
                old
            }
        };
        match th.next(&iterator) {
            Ok(Some(new)) => {
                self.old.set(Some(new.clone()));
                Ok(th.tuple_from_array([old, new]))
            }
            Ok(None) => end(Ok(Value::EXHAUSTED)),
            Err(raised) => end(Err(raised)),
        }
    }
}

/// Return a zip_longest object whose .__next__() method returns a tuple where
/// the i-th element comes from the i-th iterable argument.  The .__next__()
/// method continues until the longest iterable in the argument sequence
/// is exhausted and then it raises StopIteration.  When the shorter iterables
/// are exhausted, the fillvalue is substituted in their place.  The fillvalue
/// defaults to None or can be specified by a keyword argument.
#[pyclass(name = "zip_longest", module = "itertools", flags(basetype), text = "(*iterables, fillvalue=None)")]
pub struct ZipLongest {
    iterators: Vec<ValueCell>,
    active: Cell<usize>,
    fill: Value,
}

#[pymethods]
impl ZipLongest {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let (iterables, values) = split(args, kwnames);
        let fill = match kwnames {
            [] => Value::NONE,
            [name] if name.as_str().is_some_and(|name| name.equals_ascii("fillvalue")) => values[0].clone(),
            _ => return Err(th.type_error("zip_longest() got an unexpected keyword argument")),
        };
        let mut iterators = Vec::with_capacity(iterables.len());
        for iterable in iterables {
            iterators.push(ValueCell::new(th.iter(iterable)?));
        }
        Ok(th.new_instance(cls, ZipLongest { active: Cell::new(iterators.len()), iterators, fill }))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        if self.active.get() == 0 {
            return Ok(Value::EXHAUSTED);
        }
        let mut items = Vec::with_capacity(self.iterators.len());
        for cell in &self.iterators {
            let next = match cell.get() {
                None => None,
                Some(iterator) => match th.next(&iterator) {
                    Ok(None) => {
                        // The call may have come back here and found the end already.
                        let still = cell.take().is_some();
                        self.active.set(self.active.get().saturating_sub(usize::from(still)));
                        if self.active.get() == 0 {
                            return Ok(Value::EXHAUSTED);
                        }
                        None
                    }
                    Ok(item) => item,
                    Err(raised) => {
                        self.active.set(0);
                        return Err(raised);
                    }
                },
            };
            items.push(next.unwrap_or_else(|| self.fill.clone()));
        }
        Ok(th.tuple_from_vec(items))
    }
}
