//! `PickleBuffer`: a buffer that may be pickled out of band.

use std::cell::RefCell;

use macros::{pyclass, pymethods};
use runtime::buffer::{Buffer, BufferInfo, Flags};
use runtime::gc::ValueCell;
use runtime::{Res, ThreadState, Type, Value};

/// Wrapper for potentially out-of-band buffers
#[pyclass(name = "PickleBuffer", module = "pickle", flags(has_weakrefs), manual_traverse)]
pub struct PickleBuffer {
    object: ValueCell,
    /// Keeps the object's memory in place.
    held: RefCell<Option<Buffer>>,
}

impl runtime::gc::Traverse for PickleBuffer {
    fn traverse(&self, visit: &mut runtime::gc::Visitor<'_>) {
        self.object.traverse(visit);
        if let Ok(held) = self.held.try_borrow()
            && let Some(held) = held.as_ref()
        {
            visit.value(&held.info().exporter);
        }
    }

    fn clear(&self) {
        let held = self.held.take();
        drop(held);
        drop(self.object.take());
    }
}

impl PickleBuffer {
    /// The object behind it, unless it was released.
    pub fn object(&self, th: &ThreadState) -> Res {
        self.object.get().ok_or_else(|| th.value_error("operation forbidden on released PickleBuffer object"))
    }
}

#[pymethods]
impl PickleBuffer {
    #[pyslot("(object, /)", text = none)]
    fn new(th: &ThreadState, cls: &Type, object: &Value) -> Res {
        let held = th.buffer(object, Flags::FULL_RO)?;
        let cell = ValueCell::empty();
        cell.set(Some(object.clone()));
        Ok(th.new_instance(cls, PickleBuffer { object: cell, held: RefCell::new(Some(held)) }))
    }

    #[pyslot]
    fn get_buffer(&self, th: &ThreadState, slf: &Value, flags: Flags) -> Res<BufferInfo> {
        let _ = slf;
        let object = self.object(th)?;
        match object.class().slots().get_buffer.get() {
            Some(get_buffer) => get_buffer(th, &object, flags),
            None => Err(th.buffer_error("the object has no buffer")),
        }
    }

    /// Return a memoryview of the raw memory underlying this buffer.
    /// Will raise BufferError is the buffer isn't contiguous.
    #[pymethod("()")]
    fn raw(&self, th: &ThreadState) -> Res {
        let view = th.memoryview(&self.object(th)?, Flags::FULL_RO)?;
        if !th.is_true(&th.getattr_str(&view, "contiguous")?)? {
            return Err(th.buffer_error("cannot extract raw buffer from non-contiguous buffer"));
        }
        let is_plain = {
            let format = th.getattr_str(&view, "format")?;
            let dimensions = th.getattr_str(&view, "ndim")?;
            format.as_str().is_some_and(|format| format.equals_ascii("B")) && dimensions.as_small_int() == Some(1)
        };
        if is_plain {
            return Ok(view);
        }
        let c_order = th.getattr_str(&view, "c_contiguous")?;
        let view = if th.is_true(&c_order)? { view } else { th.getattr_str(&view, "T").unwrap_or(view) };
        th.call_method_str(&view, "cast", &[th.str("B")])
    }

    /// Release the underlying buffer exposed by the PickleBuffer object.
    #[pymethod("()")]
    fn release(&self) {
        let held = self.held.take();
        drop(held);
        drop(self.object.take());
    }
}
