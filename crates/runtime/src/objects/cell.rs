//! `cell`: a variable that closures share.

use macros::{pyclass, pymethods};

use crate::error::Res;
use crate::gc::ValueCell;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type};
use crate::value::Value;

/// Create a new cell object.
///
///   contents
///     the contents of the cell. If not specified, the cell will be empty,
///     and
///  further attempts to access its cell_contents attribute will
///     raise a ValueError.
#[pyclass(name = "cell")]
pub struct CellObject {
    pub contents: ValueCell,
}

pub fn new(th: &ThreadState, contents: Option<Value>) -> Value {
    th.new_object(CellObject { contents: ValueCell::from_option(contents) })
}

#[pymethods]
impl CellObject {
    #[pyslot("(contents=<unrepresentable>, /)", text = "([contents])")]
    fn new(th: &ThreadState, _cls: &Type, #[default(None)] contents: Option<&Value>) -> Res {
        Ok(new(th, contents.cloned()))
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        use crate::object::Payload;
        let shown = match CellObject::of(slf).contents.get() {
            Some(value) => format!("{} object at {:#x}", value.class().full_name(), value.id()),
            None => "empty".to_string(),
        };
        Ok(th.str(&format!("<cell at {:#x}: {shown}>", slf.id())))
    }

    #[pyslot]
    fn richcompare(&self, th: &ThreadState, other: &Value, op: CompareOp) -> Res {
        let Some(other) = other.downcast_exact::<CellObject>() else { return Ok(Value::NOT_IMPLEMENTED) };
        match (self.contents.get(), other.contents.get()) {
            (Some(a), Some(b)) => th.compare(&a, &b, op),
            (a, b) => Ok(Value::bool(op.holds(a.is_some().cmp(&b.is_some())))),
        }
    }

    #[pygetter]
    fn cell_contents(&self, th: &ThreadState) -> Res {
        self.contents.get().ok_or_else(|| th.value_error("Cell is empty"))
    }

    #[pysetter]
    fn set_cell_contents(&self, _th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.contents.set(value.cloned());
        Ok(())
    }
}

/// Types of this file.
pub(crate) const TYPES: &[&Type] = &[&CELL_OBJECT_TYPE];
