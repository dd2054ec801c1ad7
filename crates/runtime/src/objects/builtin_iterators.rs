//! `enumerate`, `zip`, `map`, `filter`, `reversed`: iterators over iterators.

use std::cell::{Cell, RefCell};

use macros::{pyclass, pymethods};

use crate::args::{too_many_keywords, unexpected_keyword};
use crate::error::Res;
use crate::gc::ValueCell;
use crate::objects::int::IntView;
use crate::protocol::iteration::iter_self;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// Return an enumerate object.
///
///   iterable
///     an object supporting iteration
///
/// The enumerate object yields pairs containing a count (from start, which
/// defaults to zero) and a value yielded by the iterable argument.
///
/// enumerate is useful for obtaining an indexed list:
///     (0, seq[0]), (1, seq[1]), (2, seq[2]), ...
#[pyclass(name = "enumerate", flags(basetype))]
pub struct Enumerate {
    iterator: Value,
    index: Cell<i64>,
    /// The count, once it left 63 bits.
    big: ValueCell,
}

impl Enumerate {
    /// What the next pair holds, without the pair; `None` at the end.
    fn next_items(&self, th: &ThreadState) -> Res<Option<(Value, Value)>> {
        let Some(item) = th.next(&self.iterator)? else { return Ok(None) };
        let index = match self.big.get() {
            Some(index) => {
                let next = th.binary(crate::protocol::BinaryOp::Add, &index, &Value::index(1))?;
                self.big.set(Some(next));
                index
            }
            None => {
                let index = self.index.get();
                self.index.set(index + 1);
                th.int(index)
            }
        };
        Ok(Some((index, item)))
    }
}

impl Zip {
    /// As for `enumerate`, for two iterables.
    fn next_items(&self, th: &ThreadState) -> Res<Option<(Value, Value)>> {
        let [first, second] = &self.iterators[..] else { return Ok(None) };
        let Some(a) = th.next(first)? else { return Ok(None) };
        let Some(b) = th.next(second)? else { return Ok(None) };
        Ok(Some((a, b)))
    }
}

/// Whether an iterator gives pairs that [`next_pair`] can take apart before they are made.
pub(crate) fn gives_pairs(iterator: &Value) -> bool {
    iterator.is_exactly(&ENUMERATE_TYPE)
        || iterator.is_exactly(&crate::objects::dict::views::DICT_ITEM_ITERATOR_TYPE)
        || iterator.downcast_exact::<Zip>().is_some_and(|zip| zip.iterators.len() == 2 && !zip.strict.get())
}

/// The two parts of the next pair; `None` at the end. Only for what [`gives_pairs`].
pub(crate) fn next_pair(th: &ThreadState, iterator: &Value) -> Res<Option<(Value, Value)>> {
    use crate::object::Payload;
    if let Some(enumerate) = iterator.downcast_exact::<Enumerate>() {
        return enumerate.next_items(th);
    }
    if let Some(zip) = iterator.downcast_exact::<Zip>() {
        return zip.next_items(th);
    }
    crate::objects::dict::views::DictIterator::of(iterator).advance(th)
}

#[pymethods]
impl Enumerate {
    #[pyslot("(iterable=<unrepresentable>, start=0)", text = "(iterable, start=0)")]
    fn new(th: &ThreadState, cls: &Type, iterable: Option<&Value>, start: Option<Value>) -> Res {
        let Some(iterable) = iterable else {
            return Err(th.type_error("enumerate() missing required argument 'iterable'"));
        };
        let (mut index, mut big) = (0, None);
        if let Some(start) = start {
            let start = th.index(&start)?;
            match start.as_int().and_then(IntView::to_i64).filter(|&start| start < i64::MAX / 2) {
                Some(start) => index = start,
                None => big = Some(start),
            }
        }
        let iterator = th.iter(iterable)?;
        Ok(th.new_instance(cls, Enumerate { iterator, index: Cell::new(index), big: ValueCell::from_option(big) }))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        let Some((index, item)) = self.next_items(th)? else { return Ok(Value::EXHAUSTED) };
        Ok(th.tuple_from_array([index, item]))
    }

    /// Return state information for pickling.
    #[pymethod("()")]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Value {
        use crate::Payload;
        let this = Enumerate::of(slf);
        let index = this.big.get().unwrap_or_else(|| th.int(this.index.get()));
        th.tuple(&[slf.class().as_value(), th.tuple(&[this.iterator.clone(), index])])
    }

    /// See PEP 585
    #[pyclassmethod("(item, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, item: &Value) -> Res {
        th.generic_alias(cls, item)
    }
}

/// The zip object yields n-length tuples, where n is the number of iterables
/// passed as positional arguments to zip().  The i-th element in every tuple
/// comes from the i-th iterable argument to zip().  This continues until the
/// shortest argument is exhausted.
///
/// If strict is true and one of the arguments is exhausted before the others,
/// raise a ValueError.
///
///    >>> list(zip('abcdefg', range(3), range(4)))
///    [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]
#[pyclass(name = "zip", flags(basetype))]
pub struct Zip {
    iterators: Vec<Value>,
    strict: Cell<bool>,
}

fn strict_option(th: &ThreadState, name: &str, args: &[Value], kwnames: &[Value]) -> Res<bool> {
    match kwnames {
        [] => Ok(false),
        [keyword] if keyword.as_str().is_some_and(|keyword| keyword.equals_ascii("strict")) => {
            th.is_true(&args[args.len() - 1])
        }
        [keyword] => Err(unexpected_keyword(th, name, keyword, ["strict"])),
        _ => Err(too_many_keywords(th, name, 1, kwnames.len())),
    }
}

/// Iterators of all arguments.
fn iterators(th: &ThreadState, iterables: &[Value]) -> Res<Vec<Value>> {
    let mut out = Vec::with_capacity(iterables.len());
    for iterable in iterables {
        out.push(th.iter(iterable)?);
    }
    Ok(out)
}

/// One item of each iterator; `None` at the end of one. With `strict`, ends must coincide.
fn next_items(th: &ThreadState, name: &str, iterators: &[Value], strict: bool) -> Res<Option<Vec<Value>>> {
    let mut items = Vec::with_capacity(iterators.len());
    for (index, iterator) in iterators.iter().enumerate() {
        match th.next(iterator)? {
            Some(item) => items.push(item),
            None if !strict => return Ok(None),
            None if index > 0 => {
                let before = if index == 1 { "argument 1".to_string() } else { format!("arguments 1-{index}") };
                return Err(th.value_error(format_args!("{name}() argument {} is shorter than {before}", index + 1)));
            }
            None => {
                for (index, iterator) in iterators.iter().enumerate().skip(1) {
                    if let Some(item) = th.next(iterator)? {
                        drop(item);
                        let before = if index == 1 { "argument 1".to_string() } else { format!("arguments 1-{index}") };
                        return Err(
                            th.value_error(format_args!("{name}() argument {} is longer than {before}", index + 1))
                        );
                    }
                }
                return Ok(None);
            }
        }
    }
    Ok(Some(items))
}

#[pymethods]
impl Zip {
    #[pyslot(text = "(*iterables, strict=False)")]
    fn new(th: &ThreadState, class: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let strict = strict_option(th, "zip", args, kwnames)?;
        let iterators = iterators(th, &args[..args.len() - kwnames.len()])?;
        Ok(th.new_instance(class, Zip { iterators, strict: Cell::new(strict) }))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        if self.iterators.is_empty() {
            return Ok(Value::EXHAUSTED);
        }
        if self.iterators.len() == 2 && !self.strict.get() {
            let pair = self.next_items(th)?;
            return Ok(pair.map_or(Value::EXHAUSTED, |(a, b)| th.tuple_from_array([a, b])));
        }
        if let ([a, b, c], false) = (&self.iterators[..], self.strict.get()) {
            let Some(a) = th.next(a)? else { return Ok(Value::EXHAUSTED) };
            let Some(b) = th.next(b)? else { return Ok(Value::EXHAUSTED) };
            let Some(c) = th.next(c)? else { return Ok(Value::EXHAUSTED) };
            return Ok(th.tuple_from_array([a, b, c]));
        }
        let items = next_items(th, "zip", &self.iterators, self.strict.get())?;
        Ok(items.map_or(Value::EXHAUSTED, |items| th.tuple_from_vec(items)))
    }

    /// Return state information for pickling.
    #[pymethod("()")]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Value {
        use crate::Payload;
        let this = Zip::of(slf);
        let parts = [slf.class().as_value(), th.tuple(&this.iterators), Value::TRUE];
        th.tuple(if this.strict.get() { &parts } else { &parts[..2] })
    }

    /// Set state information for unpickling.
    #[pymethod("(object, /)")]
    fn __setstate__(&self, object: bool) {
        self.strict.set(object);
    }
}

/// Make an iterator that computes the function using arguments from
/// each of the iterables.  Stops when the shortest iterable is exhausted.
///
/// If strict is true and one of the arguments is exhausted before the others,
/// raise a ValueError.
#[pyclass(name = "map", flags(basetype))]
pub struct Map {
    function: Value,
    iterators: Vec<Value>,
    strict: Cell<bool>,
}

#[pymethods]
impl Map {
    #[pyslot(text = "(function, iterable, /, *iterables, strict=False)")]
    fn new(th: &ThreadState, class: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let strict = strict_option(th, "map", args, kwnames)?;
        let [function, iterables @ ..] = &args[..args.len() - kwnames.len()] else {
            return Err(th.type_error("map() must have at least two arguments."));
        };
        if iterables.is_empty() {
            return Err(th.type_error("map() must have at least two arguments."));
        }
        let iterators = iterators(th, iterables)?;
        Ok(th.new_instance(class, Map { function: function.clone(), iterators, strict: Cell::new(strict) }))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        if let [iterator] = &self.iterators[..] {
            return match th.next(iterator)? {
                Some(item) => th.call(&self.function, &[item]),
                None => Ok(Value::EXHAUSTED),
            };
        }
        match next_items(th, "map", &self.iterators, self.strict.get())? {
            Some(items) => th.call(&self.function, &items),
            None => Ok(Value::EXHAUSTED),
        }
    }

    /// Return state information for pickling.
    #[pymethod("()")]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Value {
        use crate::Payload;
        let this = Map::of(slf);
        let mut arguments = vec![this.function.clone()];
        arguments.extend_from_slice(&this.iterators);
        let parts = [slf.class().as_value(), th.tuple_from_vec(arguments), Value::TRUE];
        th.tuple(if this.strict.get() { &parts } else { &parts[..2] })
    }

    /// Set state information for unpickling.
    #[pymethod("(object, /)")]
    fn __setstate__(&self, object: bool) {
        self.strict.set(object);
    }
}

/// Return an iterator yielding those items of iterable for which function(item)
/// is true. If function is None, return the items that are true.
#[pyclass(name = "filter", flags(basetype))]
pub struct Filter {
    function: Value,
    iterator: Value,
}

#[pymethods]
impl Filter {
    #[pyslot(text = "(function, iterable, /)")]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        crate::args::refuse_keywords(th, cls, &FILTER_TYPE, kwnames)?;
        let [function, iterable] = &args[..args.len() - kwnames.len()] else {
            let given = args.len() - kwnames.len();
            return Err(th.type_error(format_args!("filter expected 2 arguments, got {given}")));
        };
        let iterator = th.iter(iterable)?;
        Ok(th.new_instance(cls, Filter { function: function.clone(), iterator }))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        let by_truth = self.function.is_none() || self.function.is(crate::objects::int::BOOL_TYPE.value_ref());
        while let Some(item) = th.next(&self.iterator)? {
            let keep = if by_truth {
                th.is_true(&item)?
            } else {
                let result = th.call(&self.function, std::slice::from_ref(&item))?;
                th.is_true(&result)?
            };
            if keep {
                return Ok(item);
            }
        }
        Ok(Value::EXHAUSTED)
    }

    /// Return state information for pickling.
    #[pymethod("()")]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Value {
        use crate::Payload;
        let this = Filter::of(slf);
        th.tuple(&[slf.class().as_value(), th.tuple(&[this.function.clone(), this.iterator.clone()])])
    }
}

/// Return a reverse iterator over the values of the given sequence.
#[pyclass(name = "reversed", flags(basetype))]
pub struct Reversed {
    sequence: ValueCell,
    index: RefCell<isize>,
}

#[pymethods]
impl Reversed {
    #[pyslot("(object, /)")]
    fn new(th: &ThreadState, cls: &Type, object: &Value) -> Res {
        let name = &th.names().__reversed__;
        if let Some(method) = object.class().lookup(th, name) {
            if method.is_none() {
                return Err(th.type_error(format_args!("'{}' object is not reversible", object.class().full_name())));
            }
            if let Some(result) = th.call_special(object, name, &[])? {
                return Ok(result);
            }
        }
        let slots = object.class().slots();
        let is_sequence =
            slots.sq_item.get().is_some() && !object.class().has_flag(crate::types::type_flags::DICT_SUBCLASS);
        if !is_sequence {
            return Err(th.type_error(format_args!("'{}' object is not reversible", object.class().full_name())));
        }
        let length = th.len(object)?;
        let payload = Reversed { sequence: ValueCell::new(object.clone()), index: RefCell::new(length as isize - 1) };
        Ok(th.new_instance(cls, payload))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        let Some(sequence) = self.sequence.get() else { return Ok(Value::EXHAUSTED) };
        let index = *self.index.borrow();
        if index >= 0 {
            let item = match sequence.class().slots().sq_item.get() {
                Some(item) => item(th, &sequence, index),
                None => th.get_item(&sequence, &th.int(index as i64)),
            };
            match item {
                Ok(item) => {
                    *self.index.borrow_mut() = index - 1;
                    return Ok(item);
                }
                Err(raised)
                    if th.raised_is(&raised, &crate::objects::exceptions::INDEX_ERROR)
                        || th.raised_is(&raised, &crate::objects::exceptions::STOP_ITERATION) =>
                {
                    drop(th.take_raised(raised));
                }
                Err(raised) => return Err(raised),
            }
        }
        *self.index.borrow_mut() = -1;
        self.sequence.set(None);
        Ok(Value::EXHAUSTED)
    }

    /// Private method returning an estimate of len(list(it)).
    #[pymethod("()")]
    fn __length_hint__(&self, th: &ThreadState) -> Res<usize> {
        let Some(sequence) = self.sequence.get() else { return Ok(0) };
        let (length, position) = (th.len(&sequence)?, (*self.index.borrow() + 1).max(0) as usize);
        Ok(if length < position { 0 } else { position })
    }

    /// Return state information for pickling.
    #[pymethod("()")]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Value {
        use crate::Payload;
        let this = Reversed::of(slf);
        let class = slf.class().as_value();
        match this.sequence.get() {
            Some(sequence) => th.tuple(&[class, th.tuple(&[sequence]), th.int(*this.index.borrow() as i64)]),
            None => th.tuple(&[class, th.tuple(&[th.tuple(&[])])]),
        }
    }

    /// Set state information for unpickling.
    #[pymethod("(object, /)")]
    fn __setstate__(&self, th: &ThreadState, object: isize) -> Res<()> {
        if let Some(sequence) = self.sequence.get() {
            let length = th.len(&sequence)? as isize;
            *self.index.borrow_mut() = object.clamp(-1, length - 1);
        }
        Ok(())
    }
}

/// Types of this file, for `ready_builtin_types`.
pub(crate) const TYPES: &[&Type] = &[&ENUMERATE_TYPE, &ZIP_TYPE, &MAP_TYPE, &FILTER_TYPE, &REVERSED_TYPE];
