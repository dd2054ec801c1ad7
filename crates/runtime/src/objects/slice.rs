//! `slice`.

use macros::{pyclass, pymethods};

use crate::error::Res;
use crate::object::Payload;
use crate::thread::ThreadState;
use crate::types::CompareOp;
use crate::value::Value;

/// slice(stop)
/// slice(start, stop[, step])
///
/// Create a slice object.  This is used for extended slicing (e.g. a[0:10:2]).
#[pyclass(name = "slice", text = none)]
pub struct Slice {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
}

#[pymethods]
impl Slice {
    #[pyslot]
    fn new(th: &ThreadState, _: &crate::Type, args: &[Value], kwnames: &[Value]) -> Res {
        if !kwnames.is_empty() {
            return Err(th.type_error("slice() takes no keyword arguments"));
        }
        match args {
            [] => Err(th.type_error("slice expected at least 1 argument, got 0")),
            [stop] => Ok(th.slice(Value::NONE, stop.clone(), Value::NONE)),
            [start, stop] => Ok(th.slice(start.clone(), stop.clone(), Value::NONE)),
            [start, stop, step] => Ok(th.slice(start.clone(), stop.clone(), step.clone())),
            _ => Err(th.type_error(format_args!("slice expected at most 3 arguments, got {}", args.len()))),
        }
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        let text = format!(
            "slice({}, {}, {})",
            th.repr_string(&self.start)?,
            th.repr_string(&self.stop)?,
            th.repr_string(&self.step)?
        );
        Ok(th.str(&text))
    }

    #[pyslot]
    fn hash(&self, th: &ThreadState) -> Res<i64> {
        let mut hash = algo::siphash::TupleHash::default();
        for part in [&self.start, &self.stop, &self.step] {
            hash.push(th.hash(part)?);
        }
        Ok(hash.finish_slice())
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        let (Some(x), Some(y)) = (a.downcast::<Slice>(), b.downcast::<Slice>()) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        if a.is(b) {
            return Ok(Value::bool(matches!(op, CompareOp::Eq | CompareOp::Le | CompareOp::Ge)));
        }
        let tuple = |slice: &Slice| th.tuple(&[slice.start.clone(), slice.stop.clone(), slice.step.clone()]);
        th.compare(&tuple(x), &tuple(y), op)
    }

    /// S.indices(len) -> (start, stop, stride)
    ///
    /// Assuming a sequence of length len, calculate the start and stop
    /// indices, and the stride length of the extended slice described by
    /// S. Out of bounds indices are clipped in a manner consistent with the
    /// handling of normal slices.
    #[pymethod("(object, /)")]
    fn indices(&self, th: &ThreadState, object: &Value) -> Res {
        let length = th.index(object)?;
        if length.as_int().is_some_and(|length| length.is_negative()) {
            return Err(th.value_error("length should not be negative"));
        }
        super::range::slice_indices(th, self, &length)
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

    /// Return state information for pickling.
    #[pymethod]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Value {
        let slice = Slice::of(slf);
        let parts = th.tuple(&[slice.start.clone(), slice.stop.clone(), slice.step.clone()]);
        th.tuple(&[slf.class().as_value(), parts])
    }
}

impl ThreadState {
    pub fn slice(&self, start: Value, stop: Value, step: Value) -> Value {
        self.new_object(Slice { start, stop, step })
    }
}
