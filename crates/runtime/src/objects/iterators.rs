//! Iterators that belong to no one type.

use std::cell::Cell;

use macros::{pyclass, pymethods};

use crate::error::Res;
use crate::gc::ValueCell;
use crate::objects::exceptions as exc;
use crate::protocol::iteration::iter_self;
use crate::thread::ThreadState;
use crate::value::Value;

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
        let iter = crate::import::import_attribute(th, "builtins", "iter")?;
        match (self.callable.get(), self.sentinel.get()) {
            (Some(callable), Some(sentinel)) => Ok(th.tuple(&[iter, th.tuple(&[callable, sentinel])])),
            _ => Ok(th.tuple(&[iter, th.tuple(&[th.tuple(&[])])])),
        }
    }
}
