//! `slice`.

use macros::{pyclass, pymethods};

use crate::thread::ThreadState;
use crate::value::Value;

/// Create a slice object.  This is used for extended slicing (e.g. a[0:10:2]).
#[pyclass(name = "slice")]
pub struct Slice {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
}

#[pymethods]
impl Slice {}

impl ThreadState {
    pub fn slice(&self, start: Value, stop: Value, step: Value) -> Value {
        self.new_object(Slice { start, stop, step })
    }
}
