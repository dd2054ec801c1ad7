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
