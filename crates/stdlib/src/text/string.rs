//! `_string`: the parsers of format strings, for `string.Formatter`.

use std::cell::{Cell, RefCell};

use macros::{pyclass, pymethods, pymodule};
use runtime::objects::str::Str;
use runtime::objects::str::format::{Accessor, First, next_accessor, next_markup, split_name};
use runtime::protocol::iteration::iter_self;
use runtime::{Res, ThreadState, Value};

fn points(th: &ThreadState, object: &Value) -> Res<Vec<u32>> {
    match object.as_str() {
        Some(text) => Ok(Str::code_points(text).collect()),
        None => Err(th.type_error(format_args!("expected str, got {}", object.class().full_name()))),
    }
}

#[pymodule(name = "_string")]
pub mod string {
    //! string helper module
    use super::*;

    /// Yields (literal text, field name, format specification, conversion).
    #[pyclass(name = "formatteriterator", flags(disallow_new))]
    pub struct FormatterIterator {
        text: RefCell<Vec<u32>>,
        at: Cell<usize>,
    }

    #[pymethods]
    impl FormatterIterator {
        #[pyslot]
        fn iter(th: &ThreadState, slf: &Value) -> Res {
            iter_self(th, slf)
        }

        #[pyslot]
        fn iternext(&self, th: &ThreadState) -> Res {
            let text = self.text.borrow();
            let mut at = self.at.get();
            let markup = next_markup(&text, &mut at).map_err(|message| th.value_error(message))?;
            self.at.set(at);
            let Some(markup) = markup else { return Ok(Value::EXHAUSTED) };
            let part = |(start, end): (usize, usize)| th.str_from_ucs4(&text[start..end]);
            let literal = part(markup.literal);
            Ok(match markup.field {
                None => th.tuple(&[literal, Value::NONE, Value::NONE, Value::NONE]),
                Some(field) => {
                    let conversion = field.conversion.map_or(Value::NONE, |code| th.str_from_char(code));
                    th.tuple(&[literal, part(field.name), part(field.spec), conversion])
                }
            })
        }
    }

    /// Yields (is attribute, name or index) for what follows the first part of a field's name.
    #[pyclass(name = "fieldnameiterator", flags(disallow_new))]
    pub struct FieldNameIterator {
        text: RefCell<Vec<u32>>,
        at: Cell<usize>,
    }

    #[pymethods]
    impl FieldNameIterator {
        #[pyslot]
        fn iter(th: &ThreadState, slf: &Value) -> Res {
            iter_self(th, slf)
        }

        #[pyslot]
        fn iternext(&self, th: &ThreadState) -> Res {
            let text = self.text.borrow();
            let mut at = self.at.get();
            let accessor = next_accessor(&text, &mut at, text.len()).map_err(|message| th.value_error(message))?;
            self.at.set(at);
            let part = |(start, end): (usize, usize)| th.str_from_ucs4(&text[start..end]);
            Ok(match accessor {
                None => Value::EXHAUSTED,
                Some(Accessor::Attribute(name)) => th.tuple(&[Value::TRUE, part(name)]),
                Some(Accessor::Key(name)) => th.tuple(&[Value::FALSE, part(name)]),
                Some(Accessor::Index(index)) => th.tuple(&[Value::FALSE, th.int_from_u64(index as u64)]),
            })
        }
    }

    /// parse the argument as a format string
    #[pyfunction("(object, /)")]
    fn formatter_parser(th: &ThreadState, object: &Value) -> Res {
        let text = RefCell::new(points(th, object)?);
        Ok(th.new_object(FormatterIterator { text, at: Cell::new(0) }))
    }

    /// split the argument as a field name
    #[pyfunction("(object, /)")]
    fn formatter_field_name_split(th: &ThreadState, object: &Value) -> Res {
        let text = points(th, object)?;
        let end = text.len();
        let (first, at) = split_name(&text, (0, end)).map_err(|message| th.value_error(message))?;
        let first = match first {
            First::Index(index) => th.int_from_u64(index as u64),
            First::Name((start, end)) => th.str_from_ucs4(&text[start..end]),
        };
        let rest = th.new_object(FieldNameIterator { text: RefCell::new(text), at: Cell::new(at) });
        Ok(th.tuple(&[first, rest]))
    }
}
