//! Iterators over strings: one type for ASCII text, one for all other, as CPython has.

use std::cell::Cell;

use macros::{pyclass, pymethods};

use crate::error::Res;
use crate::gc::ValueCell;
use crate::protocol::iteration::iter_self;
use crate::thread::ThreadState;
use crate::value::Value;

/// Where an iterator stands.
struct State {
    text: ValueCell,
    index: Cell<usize>,
}

impl crate::gc::Traverse for State {
    fn traverse(&self, visit: &mut crate::gc::Visitor<'_>) {
        self.text.traverse(visit);
    }

    fn clear(&self) {
        self.text.clear();
    }
}

impl State {
    fn next(&self, th: &ThreadState) -> Value {
        let index = self.index.get();
        let point = self.text.with(|text| {
            let text = text?.as_str()?;
            (index < text.len()).then(|| text.char_at(index))
        });
        match point {
            Some(point) => {
                self.index.set(index + 1);
                th.str_from_char(point)
            }
            None => {
                self.text.set(None);
                Value::EXHAUSTED
            }
        }
    }

    fn remaining(&self) -> usize {
        self.text
            .with(|text| text.and_then(Value::as_str).map_or(0, |text| text.len().saturating_sub(self.index.get())))
    }

    fn reduce(&self, th: &ThreadState) -> Res {
        let iter = th.builtin("iter")?;
        match self.text.get() {
            Some(text) => Ok(th.tuple(&[iter, th.tuple(&[text]), Value::index(self.index.get())])),
            None => Ok(th.tuple(&[iter, th.tuple(&[th.str("")])])),
        }
    }

    fn set_state(&self, th: &ThreadState, state: &Value) -> Res<()> {
        let index = th.index_or(state, &crate::objects::exceptions::OVERFLOW_ERROR)?;
        let length = self.text.with(|text| text.and_then(Value::as_str).map(super::Str::len));
        if let Some(length) = length {
            self.index.set((index.max(0) as usize).min(length));
        }
        Ok(())
    }
}

macro_rules! string_iterator {
    ($name:ident, $python:tt) => {
        #[pyclass(name = $python, flags(disallow_new))]
        pub struct $name {
            state: State,
        }

        #[pymethods]
        impl $name {
            #[pyslot]
            fn iter(th: &ThreadState, slf: &Value) -> Res {
                iter_self(th, slf)
            }

            #[pyslot]
            fn iternext(&self, th: &ThreadState) -> Res {
                Ok(self.state.next(th))
            }

            /// Private method returning an estimate of len(list(it)).
            #[pymethod]
            fn __length_hint__(&self) -> usize {
                self.state.remaining()
            }

            /// Return state information for pickling.
            #[pymethod]
            fn __reduce__(&self, th: &ThreadState) -> Res {
                self.state.reduce(th)
            }

            /// Set state information for unpickling.
            #[pymethod("(object, /)")]
            fn __setstate__(&self, th: &ThreadState, object: &Value) -> Res<()> {
                self.state.set_state(th, object)
            }
        }
    };
}

string_iterator!(StrAsciiIterator, "str_ascii_iterator");
string_iterator!(StrIterator, "str_iterator");

/// The iterator of a string.
pub(super) fn iterate(th: &ThreadState, text: &Value) -> Value {
    let state = State { text: ValueCell::new(text.clone()), index: Cell::new(0) };
    match text.as_str() {
        Some(text) if text.is_ascii() => th.new_object(StrAsciiIterator { state }),
        _ => th.new_object(StrIterator { state }),
    }
}
