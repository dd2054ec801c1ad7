//! `groupby` and `tee`: iterators that share a source.

use std::cell::{Cell, RefCell};

use macros::{pyclass, pymethods};
use runtime::gc::ValueCell;
use runtime::protocol::iteration::iter_self;
use runtime::{Payload, Ref, Res, ThreadState, Type, Value};

use super::exactly;

/// make an iterator that returns consecutive keys and groups from the iterable
///
///   iterable
///     Elements to divide into groups according to the key function.
///   key
///     A function for computing the group category for each element.
///     If the key function is not specified or is None, the element itself
///     is used for grouping.
#[pyclass(name = "groupby", module = "itertools", flags(basetype))]
pub struct GroupBy {
    iterator: Value,
    key_function: Value,
    /// The key of the group that was given last.
    target_key: ValueCell,
    /// The item read last and its key; the item is gone once it was given.
    current_key: ValueCell,
    current_value: ValueCell,
    /// Which grouper may go on: those made before it have ended.
    group: Cell<u64>,
}

#[pymethods]
impl GroupBy {
    #[pyslot("(iterable, key=None)")]
    fn new(th: &ThreadState, cls: &Type, iterable: &Value, key: &Value) -> Res {
        let payload = GroupBy {
            iterator: th.iter(iterable)?,
            key_function: key.clone(),
            target_key: ValueCell::empty(),
            current_key: ValueCell::empty(),
            current_value: ValueCell::empty(),
            group: Cell::new(0),
        };
        Ok(th.new_instance(cls, payload))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(th: &ThreadState, slf: &Value) -> Res {
        let this = GroupBy::of(slf);
        this.group.set(this.group.get() + 1);
        loop {
            match (this.current_key.get(), this.target_key.get()) {
                (None, _) => {}
                (Some(_), None) => break,
                (Some(current), Some(target)) => {
                    if !th.is_equal(&target, &current)? {
                        break;
                    }
                }
            }
            if !this.step(th)? {
                return Ok(Value::EXHAUSTED);
            }
        }
        let key = this.current_key.get_or_none();
        this.target_key.set(Some(key.clone()));
        let grouper = Grouper::make(th, slf, &key);
        Ok(th.tuple_from_array([key, grouper]))
    }
}

impl GroupBy {
    /// Reads one item; `false` at the end.
    #[inline]
    fn step(&self, th: &ThreadState) -> Res<bool> {
        let Some(value) = th.next(&self.iterator)? else { return Ok(false) };
        let key = if self.key_function.is_none() {
            value.clone()
        } else {
            th.call(&self.key_function, std::slice::from_ref(&value))?
        };
        self.current_value.set(Some(value));
        self.current_key.set(Some(key));
        Ok(true)
    }
}

/// The items of one group.
#[pyclass(name = "_grouper", module = "itertools", text = none)]
pub struct Grouper {
    parent: Value,
    key: Value,
    group: u64,
}

impl Grouper {
    fn make(th: &ThreadState, parent: &Value, key: &Value) -> Value {
        let groups = GroupBy::of(parent);
        groups.group.set(groups.group.get() + 1);
        th.new_object(Grouper { parent: parent.clone(), key: key.clone(), group: groups.group.get() })
    }
}

#[pymethods]
impl Grouper {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let [parent, key] = exactly(th, cls, &GROUPER_TYPE, args, kwnames)?;
        if parent.downcast::<GroupBy>().is_none() {
            let name = parent.class().full_name();
            return Err(th.type_error(format_args!("_grouper() argument 1 must be itertools.groupby, not {name}")));
        }
        Ok(Grouper::make(th, parent, key))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        let parent = GroupBy::of(&self.parent);
        if parent.group.get() != self.group {
            return Ok(Value::EXHAUSTED);
        }
        if !parent.current_value.is_some() && !parent.step(th)? {
            return Ok(Value::EXHAUSTED);
        }
        let Some(key) = parent.current_key.get() else { return Ok(Value::EXHAUSTED) };
        if !th.is_equal(&self.key, &key)? {
            return Ok(Value::EXHAUSTED);
        }
        parent.current_key.set(None);
        // The comparison may have taken the item.
        Ok(parent.current_value.take().unwrap_or(Value::EXHAUSTED))
    }
}

/// How many items one link of a tee's chain holds.
const LINK: usize = 57;

/// teedataobject(iterable, values, next, /)
/// --
///
/// Data container common to multiple tee objects.
#[pyclass(name = "_tee_dataobject", module = "itertools", text = none)]
pub struct TeeData {
    iterator: Value,
    /// Items that some tee has read and another may not have.
    values: RefCell<Vec<Value>>,
    next: ValueCell,
    running: Cell<bool>,
}

impl TeeData {
    fn make(th: &ThreadState, iterator: Value) -> Ref<TeeData> {
        let payload =
            TeeData { iterator, values: RefCell::default(), next: ValueCell::empty(), running: Cell::new(false) };
        Ref::new(th, payload)
    }

    /// Item `index`, read from the iterator if no tee came here before; `None` at the end.
    #[inline]
    fn item(&self, th: &ThreadState, index: usize) -> Res<Option<Value>> {
        if let Some(value) = self.values.borrow().get(index) {
            return Ok(Some(value.clone()));
        }
        if self.running.replace(true) {
            return Err(th.runtime_error("cannot re-enter the tee iterator"));
        }
        let result = th.next(&self.iterator);
        self.running.set(false);
        let item = result?;
        if let Some(item) = &item {
            self.values.borrow_mut().push(item.clone());
        }
        Ok(item)
    }

    fn link(&self, th: &ThreadState) -> Option<Ref<TeeData>> {
        if !self.next.is_some() {
            self.next.set(Some(TeeData::make(th, self.iterator.clone()).into_value()));
        }
        Ref::try_new(self.next.get()?).ok()
    }
}

#[pymethods]
impl TeeData {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        if args.len() != 3 || !kwnames.is_empty() {
            return Err(th.type_error(format_args!("teedataobject expected 3 arguments, got {}", args.len())));
        }
        let (iterable, values, next) = (&args[0], &args[1], &args[2]);
        let invalid = || th.value_error("Invalid arguments");
        let payload = TeeData {
            iterator: th.iter(iterable)?,
            values: RefCell::default(),
            next: ValueCell::empty(),
            running: Cell::new(false),
        };
        let Some(list) = values.downcast::<runtime::objects::list::List>() else {
            return Err(th.type_error(format_args!(
                "teedataobject() argument 2 must be list, not {}",
                values.class().full_name()
            )));
        };
        let count = list.len();
        if count > LINK {
            return Err(invalid());
        }
        *payload.values.borrow_mut() = list.to_vec();
        if !next.is_none() {
            if count != LINK || next.downcast::<TeeData>().is_none() {
                return Err(invalid());
            }
            payload.next.set(Some(next.clone()));
        }
        Ok(th.new_instance(cls, payload))
    }
}

/// Iterator wrapped to make it copyable.
#[pyclass(name = "_tee", module = "itertools", flags(weakrefs), text = "(iterable, /)")]
pub struct Tee {
    data: RefCell<Option<Ref<TeeData>>>,
    index: Cell<usize>,
}

impl Tee {
    fn copy(&self, th: &ThreadState) -> Value {
        let data = self.data.borrow().clone();
        th.new_object(Tee { data: RefCell::new(data), index: self.index.clone() })
    }

    fn from_iterable(th: &ThreadState, iterable: &Value) -> Res {
        let iterator = th.iter(iterable)?;
        if let Some(tee) = iterator.downcast::<Tee>() {
            return Ok(tee.copy(th));
        }
        let data = TeeData::make(th, iterator);
        Ok(th.new_object(Tee { data: RefCell::new(Some(data)), index: Cell::new(0) }))
    }
}

#[pymethods]
impl Tee {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let [iterable] = exactly(th, cls, &TEE_TYPE, args, kwnames)?;
        Tee::from_iterable(th, iterable)
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        iter_self(th, slf)
    }

    #[pyslot]
    fn iternext(&self, th: &ThreadState) -> Res {
        let Some(mut data) = self.data.borrow().clone() else { return Ok(Value::EXHAUSTED) };
        if self.index.get() >= LINK {
            let Some(next) = data.link(th) else { return Ok(Value::EXHAUSTED) };
            let old = self.data.replace(Some(next.clone()));
            self.index.set(0);
            drop(old);
            data = next;
        }
        let item = data.item(th, self.index.get())?;
        if item.is_some() {
            self.index.set(self.index.get() + 1);
        }
        Ok(item.unwrap_or(Value::EXHAUSTED))
    }

    /// Returns an independent iterator.
    #[pymethod("()")]
    fn __copy__(&self, th: &ThreadState) -> Value {
        self.copy(th)
    }
}

/// `itertools.tee`.
pub(super) fn tee(th: &ThreadState, iterable: &Value, n: isize) -> Res {
    let Ok(n) = usize::try_from(n) else { return Err(th.value_error("n must be >= 0")) };
    if n == 0 {
        return Ok(th.tuple(&[]));
    }
    if n > isize::MAX as usize / 64 {
        return Err(th.memory_error());
    }
    th.check_room(64 * n)?;
    let first = Tee::from_iterable(th, iterable)?;
    let mut all = Vec::with_capacity(n);
    all.extend((1..n).map(|_| Tee::of(&first).copy(th)));
    all.insert(0, first);
    Ok(th.tuple_from_vec(all))
}
