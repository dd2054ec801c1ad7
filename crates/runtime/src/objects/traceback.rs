//! `traceback`: where an exception has come through.

use std::cell::Cell;

use macros::{pyclass, pymethods};

use crate::error::Res;
use crate::gc::ValueCell;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// Create a new traceback object.
#[pyclass(name = "traceback")]
pub struct Traceback {
    pub next: ValueCell,
    pub frame: Value,
    pub lasti: i32,
    /// -1 until first asked for: the line follows from `lasti`.
    lineno: Cell<i32>,
}

/// An entry for `frame`, at its instruction `lasti`.
pub fn new(th: &ThreadState, next: Option<Value>, frame: Value, lasti: i32) -> Value {
    th.new_object(Traceback { next: ValueCell::from_option(next), frame, lasti, lineno: Cell::new(-1) })
}

impl Traceback {
    /// The line, if it is known.
    pub fn line(&self) -> Option<i32> {
        if self.lineno.get() >= 0 {
            return Some(self.lineno.get());
        }
        super::frame::code_of(&self.frame).line_at(self.lasti)
    }
}

#[pymethods]
impl Traceback {
    #[pyslot("(tb_next, tb_frame, tb_lasti, tb_lineno)")]
    fn new(th: &ThreadState, _cls: &Type, tb_next: &Value, tb_frame: &Value, tb_lasti: i32, tb_lineno: i32) -> Res {
        if !tb_next.is_none() && tb_next.downcast::<Traceback>().is_none() {
            return Err(
                th.type_error(format_args!("expected traceback object or None, got '{}'", tb_next.class().full_name()))
            );
        }
        if !super::frame::is_frame(tb_frame) {
            return Err(th.type_error(format_args!(
                "traceback() argument 'tb_frame' must be frame, not {}",
                tb_frame.class().full_name()
            )));
        }
        let next = if tb_next.is_none() { None } else { Some(tb_next.clone()) };
        Ok(th.new_object(Traceback {
            next: ValueCell::from_option(next),
            frame: tb_frame.clone(),
            lasti: tb_lasti,
            lineno: Cell::new(tb_lineno),
        }))
    }

    #[pymethod]
    fn __dir__(&self, th: &ThreadState) -> Res {
        let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
        Ok(th.list(names.iter().map(|name| th.intern(name)).collect()))
    }

    #[pygetter]
    fn tb_next(&self) -> Value {
        self.next.get_or_none()
    }

    #[pysetter]
    fn set_tb_next(slf: &Value, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        use crate::object::Payload;
        let Some(value) = value else { return Err(th.type_error("can't delete tb_next attribute")) };
        if !value.is_none() && value.downcast::<Traceback>().is_none() {
            return Err(th.type_error(format_args!("expected traceback object, got '{}'", value.class().full_name())));
        }
        let mut cursor = Some(value.clone()).filter(|value| !value.is_none());
        while let Some(entry) = cursor {
            if entry.is(slf) {
                return Err(th.value_error("traceback loop detected"));
            }
            cursor = Traceback::of(&entry).next.get();
        }
        Traceback::of(slf).next.set(if value.is_none() { None } else { Some(value.clone()) });
        Ok(())
    }

    #[pygetter(member)]
    fn tb_frame(&self, slf: &Value, th: &ThreadState) -> Res {
        th.audit_attribute("object.__getattr__", slf, "tb_frame")?;
        Ok(self.frame.clone())
    }

    #[pygetter(member)]
    fn tb_lasti(&self) -> i32 {
        self.lasti
    }

    #[pygetter]
    fn tb_lineno(&self) -> Value {
        self.line().map_or(Value::NONE, Value::int32)
    }
}

/// Types of this file.
pub(crate) const TYPES: &[&Type] = &[&TRACEBACK_TYPE];
