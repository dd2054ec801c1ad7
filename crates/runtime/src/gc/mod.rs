//! What the cycle collector asks of payloads: [`Traverse`]. The collector itself is in `gc/collect.rs`.

pub mod collect;

use std::cell::{Cell, OnceCell, RefCell};

pub(crate) use collect::collect_for_stress;
pub use collect::collect_if_due;

use crate::object::Header;
use crate::value::Value;

/// Receives every value that an object owns.
pub struct Visitor<'a> {
    purpose: Purpose<'a>,
}

/// What is done with the values. The collector's own purposes are spelled out here, so that they need no indirect call.
enum Purpose<'a> {
    /// Takes a count from objects that are in doubt.
    Subtract,
    /// Objects that were in doubt live: they are put on the list of those to be looked into.
    Reach(&'a mut Vec<*mut Header>),
    /// Heap objects are shown to a function.
    Objects(&'a mut dyn FnMut(&Value)),
    /// Small ints, None and the like too.
    Everything(&'a mut dyn FnMut(&Value)),
}

impl<'a> Visitor<'a> {
    pub fn new(visit: &'a mut dyn FnMut(&Value)) -> Visitor<'a> {
        Visitor { purpose: Purpose::Objects(visit) }
    }

    /// One that small ints, None and the like are shown to as well.
    pub fn of_everything(visit: &'a mut dyn FnMut(&Value)) -> Visitor<'a> {
        Visitor { purpose: Purpose::Everything(visit) }
    }

    fn subtracting() -> Visitor<'a> {
        Visitor { purpose: Purpose::Subtract }
    }

    fn reaching(alive: &'a mut Vec<*mut Header>) -> Visitor<'a> {
        Visitor { purpose: Purpose::Reach(alive) }
    }

    #[inline]
    pub fn value(&mut self, value: &Value) {
        if value.is_object() || matches!(self.purpose, Purpose::Everything(_)) {
            self.show(value);
        }
    }

    /// As `value` for each, for the containers that hold most of what there is.
    #[inline]
    pub(crate) fn values<'v>(&mut self, values: impl Iterator<Item = &'v Value>) {
        match &mut self.purpose {
            Purpose::Subtract => values.for_each(collect::subtract),
            Purpose::Reach(alive) => values.for_each(|value| collect::reach(value, alive)),
            _ => values.for_each(|value| self.value(value)),
        }
    }

    #[inline(never)]
    fn show(&mut self, value: &Value) {
        match &mut self.purpose {
            Purpose::Subtract => collect::subtract(value),
            Purpose::Reach(alive) => collect::reach(value, alive),
            Purpose::Objects(visit) | Purpose::Everything(visit) => visit(value),
        }
    }
}

/// Shows the values that a payload owns, each once; derived by `#[pyclass]` from the fields.
pub trait Traverse {
    fn traverse(&self, visit: &mut Visitor<'_>);

    /// Gives up references so that a garbage cycle falls apart. The object stays usable (empty).
    fn clear(&self) {}
}

impl Traverse for Value {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit.value(self);
    }
}

impl<T: crate::object::Payload> Traverse for crate::object::Ref<T> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        visit.value(self.as_value());
    }
}

impl<T: Traverse> Traverse for Option<T> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Some(inner) = self {
            inner.traverse(visit);
        }
    }
}

impl<T: Traverse> Traverse for [T] {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        for item in self {
            item.traverse(visit);
        }
    }
}

impl<T: Traverse> Traverse for Vec<T> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.as_slice().traverse(visit);
    }
}

impl<T: Traverse> Traverse for std::collections::VecDeque<T> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        for item in self {
            item.traverse(visit);
        }
    }
}

impl<T: Traverse + ?Sized> Traverse for Box<T> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        (**self).traverse(visit);
    }
}

impl<A: Traverse, B: Traverse> Traverse for (A, B) {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.0.traverse(visit);
        self.1.traverse(visit);
    }
}

impl<T: Traverse + Default> Traverse for RefCell<T> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Ok(inner) = self.try_borrow() {
            inner.traverse(visit);
        }
    }

    fn clear(&self) {
        let old = self.try_borrow_mut().map(|mut inner| std::mem::take(&mut *inner));
        drop(old);
    }
}

impl<T: Traverse> Traverse for OnceCell<T> {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        if let Some(inner) = self.get() {
            inner.traverse(visit);
        }
    }
}

/// A field that holds one value or none and may be replaced while others refer to the object.
pub struct ValueCell(Cell<Option<Value>>);

impl Default for ValueCell {
    fn default() -> ValueCell {
        ValueCell::empty()
    }
}

impl ValueCell {
    pub const fn empty() -> ValueCell {
        ValueCell(Cell::new(None))
    }

    pub const fn new(value: Value) -> ValueCell {
        ValueCell(Cell::new(Some(value)))
    }

    pub const fn from_option(value: Option<Value>) -> ValueCell {
        ValueCell(Cell::new(value))
    }

    #[inline]
    pub fn get(&self) -> Option<Value> {
        self.with(|value| value.cloned())
    }

    /// The value, or `None` the Python object.
    #[inline]
    pub fn get_or_none(&self) -> Value {
        self.get().unwrap_or(Value::NONE)
    }

    /// Looks at the value in place. `look` must not run Python code, which the missing `th` reminds of.
    #[inline]
    pub fn with<R>(&self, look: impl FnOnce(Option<&Value>) -> R) -> R {
        let value = std::mem::ManuallyDrop::new(self.0.take());
        let result = look(value.as_ref());
        // `take` left the cell empty; `look` has no way to reach this cell, so nothing is overwritten.
        self.0.set(std::mem::ManuallyDrop::into_inner(value));
        result
    }

    /// Where the value stands, to be looked at while another thread may run.
    pub(crate) fn as_ptr(&self) -> *const Option<Value> {
        self.0.as_ptr()
    }

    /// The word that is held, 0 for none; ownership stays here.
    #[inline(always)]
    pub(crate) fn word(&self) -> u64 {
        self.with(|value| value.map_or(0, Value::bits))
    }

    pub fn is_some(&self) -> bool {
        self.with(|value| value.is_some())
    }

    /// Stores a value. The old one is dropped after the new one is in place.
    #[inline]
    pub fn set(&self, value: Option<Value>) {
        drop(self.0.replace(value));
    }

    #[inline]
    pub fn replace(&self, value: Option<Value>) -> Option<Value> {
        self.0.replace(value)
    }

    #[inline]
    pub fn take(&self) -> Option<Value> {
        self.0.take()
    }
}

impl Traverse for ValueCell {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.with(|value| {
            if let Some(value) = value {
                visit.value(value);
            }
        });
    }

    fn clear(&self) {
        drop(self.take());
    }
}

macro_rules! untraced {
    ($($type:ty),* $(,)?) => { $(impl Traverse for $type { fn traverse(&self, _: &mut Visitor<'_>) {} })* };
}

untraced!(
    (),
    bool,
    u8,
    u16,
    u32,
    u64,
    usize,
    i8,
    i16,
    i32,
    i64,
    isize,
    f64,
    String,
    Cell<bool>,
    Cell<u8>,
    Cell<u16>,
    Cell<u32>,
    Cell<u64>,
    Cell<usize>,
    Cell<i32>,
    Cell<i64>,
    Cell<isize>,
    Cell<f64>,
    dashu_int::IBig
);
