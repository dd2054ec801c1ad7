//! Iterators over `bytes` and `bytearray`.

use std::cell::Cell;

use macros::{pyclass, pymethods};

use super::bytearray::ByteArray;
use crate::error::Res;
use crate::gc::{Traverse, ValueCell, Visitor};
use crate::protocol::iteration::iter_self;
use crate::thread::ThreadState;
use crate::value::Value;

/// Where an iterator stands.
pub(crate) struct Items {
    source: ValueCell,
    index: Cell<usize>,
}

impl Traverse for Items {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        self.source.traverse(visit);
    }

    fn clear(&self) {
        self.source.clear();
    }
}

impl Items {
    pub fn new(source: &Value) -> Items {
        Items { source: ValueCell::new(source.clone()), index: Cell::new(0) }
    }

    fn with_bytes<R>(&self, look: impl FnOnce(&[u8]) -> R) -> Option<R> {
        self.source.with(|source| {
            let source = source?;
            match (source.as_bytes(), source.downcast::<ByteArray>()) {
                (Some(bytes), _) => Some(look(bytes.as_slice())),
                (None, Some(bytes)) => Some(look(bytes.as_slice())),
                (None, None) => None,
            }
        })
    }

    fn next(&self) -> Value {
        let index = self.index.get();
        match self.with_bytes(|bytes| bytes.get(index).copied()).flatten() {
            Some(byte) => {
                self.index.set(index + 1);
                Value::int32(i32::from(byte))
            }
            None => {
                self.source.set(None);
                Value::EXHAUSTED
            }
        }
    }

    fn remaining(&self) -> usize {
        self.with_bytes(<[u8]>::len).unwrap_or(0).saturating_sub(self.index.get())
    }

    fn reduce(&self, th: &ThreadState) -> Res {
        let iter = th.builtin("iter")?;
        match self.source.get() {
            Some(source) => Ok(th.tuple(&[iter, th.tuple(&[source]), Value::index(self.index.get())])),
            None => Ok(th.tuple(&[iter, th.tuple(&[th.tuple(&[])])])),
        }
    }

    fn set_state(&self, th: &ThreadState, state: &Value) -> Res<()> {
        let index = th.index_or(state, &crate::objects::exceptions::OVERFLOW_ERROR)?;
        if let Some(length) = self.with_bytes(<[u8]>::len) {
            self.index.set((index.max(0) as usize).min(length));
        }
        Ok(())
    }
}

macro_rules! items_iterator {
    ($name:ident, $make:ident, $python:tt) => {
        #[pyclass(name = $python, flags(disallow_new))]
        pub struct $name {
            items: Items,
        }

        pub(crate) fn $make(th: &ThreadState, items: Items) -> Value {
            th.new_object($name { items })
        }

        #[pymethods]
        impl $name {
            #[pyslot]
            fn iter(th: &ThreadState, slf: &Value) -> Res {
                iter_self(th, slf)
            }

            #[pyslot]
            fn iternext(&self, _: &ThreadState) -> Res {
                Ok(self.items.next())
            }

            /// Private method returning an estimate of len(list(it)).
            #[pymethod]
            fn __length_hint__(&self) -> usize {
                self.items.remaining()
            }

            /// Return state information for pickling.
            #[pymethod]
            fn __reduce__(&self, th: &ThreadState) -> Res {
                self.items.reduce(th)
            }

            /// Set state information for unpickling.
            #[pymethod("(object, /)")]
            fn __setstate__(&self, th: &ThreadState, object: &Value) -> Res<()> {
                self.items.set_state(th, object)
            }
        }
    };
}

items_iterator!(BytesIterator, bytes_iterator, "bytes_iterator");
items_iterator!(ByteArrayIterator, bytearray_iterator, "bytearray_iterator");
