//! UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError: which part of what could not be converted.

use std::cell::Cell;

use macros::{pyclass, pymethods};

use super::{BaseException, UNICODE_ERROR, construct, members, refuse_keywords};
use crate::error::Res;
use crate::gc::ValueCell;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// What the three classes share in reading their arguments.
struct Fields<'a> {
    encoding: Option<&'a ValueCell>,
    object: &'a ValueCell,
    start: &'a Cell<isize>,
    end: &'a Cell<isize>,
    reason: &'a ValueCell,
}

fn wrong(th: &ThreadState, position: usize, expected: &str, value: &Value) -> crate::error::Raised {
    let found = if value.is_none() { "None".to_string() } else { value.class().full_name() };
    th.type_error(format_args!("argument {position} must be {expected}, not {found}"))
}

impl Fields<'_> {
    fn read(&self, th: &ThreadState, args: &[Value], is_object: fn(&Value) -> bool, expected: &str) -> Res<()> {
        let count = if self.encoding.is_some() { 5 } else { 4 };
        if args.len() != count {
            let given = args.len();
            return Err(th.type_error(format_args!("function takes exactly {count} arguments ({given} given)")));
        }
        let mut rest = args;
        let mut position = 1;
        if let Some(cell) = self.encoding {
            if args[0].as_str().is_none() {
                return Err(wrong(th, 1, "str", &args[0]));
            }
            cell.set(Some(args[0].clone()));
            rest = &args[1..];
            position = 2;
        }
        let [object, start, end, reason] = rest else { return Ok(()) };
        if !is_object(object) {
            return if expected.is_empty() {
                let found = object.class().full_name();
                Err(th.type_error(format_args!("a bytes-like object is required, not '{found}'")))
            } else {
                Err(wrong(th, position, expected, object))
            };
        }
        let (start, end) = (th.index_or(start, &super::OVERFLOW_ERROR)?, th.index_or(end, &super::OVERFLOW_ERROR)?);
        if reason.as_str().is_none() {
            return Err(wrong(th, position + 3, "str", reason));
        }
        // What is decoded is kept as it was: a buffer may change.
        let object = if !expected.is_empty() || object.is_instance_of(&crate::objects::bytes::BYTES_TYPE) {
            object.clone()
        } else {
            th.call(crate::objects::bytes::BYTES_TYPE.value_ref(), std::slice::from_ref(object))?
        };
        self.object.set(Some(object));
        self.start.set(start);
        self.end.set(end);
        self.reason.set(Some(reason.clone()));
        Ok(())
    }

    /// The place in an object of `length` items: the index of one item, or "start-end" of several (or of none: what a
    /// program sets is shown as it is).
    fn place(&self, length: usize) -> Result<usize, String> {
        let (start, end) = (self.start.get(), self.end.get());
        match usize::try_from(start) {
            Ok(index) if index < length && end == start + 1 => Ok(index),
            _ => Err(format!("{start}-{}", end.saturating_sub(1))),
        }
    }

    /// "character '\xe9' in position 3" or "characters in position 3-5".
    fn characters(&self, th: &ThreadState) -> Res<String> {
        let object = self.object.get();
        let text = object.as_ref().and_then(Value::as_str);
        let Some(text) = text else { return Err(self.wrong_object(th, object.is_some(), "string")) };
        let index = match self.place(text.len()) {
            Ok(index) => index,
            Err(range) => return Ok(format!("characters in position {range}")),
        };
        let point = text.char_at(index);
        let shown = match point {
            0..=0xFF => format!("\\x{point:02x}"),
            0x100..=0xFFFF => format!("\\u{point:04x}"),
            _ => format!("\\U{point:08x}"),
        };
        Ok(format!("character '{shown}' in position {index}"))
    }

    fn wrong_object(&self, th: &ThreadState, is_set: bool, expected: &str) -> crate::error::Raised {
        if is_set {
            th.type_error(format_args!("UnicodeError 'object' attribute must be a {expected}"))
        } else {
            th.type_error("UnicodeError 'object' attribute is not set")
        }
    }
}

macro_rules! unicode_error {
    ($class:ident, $name:tt, $doc:tt, $object:expr, $expected:tt, [$($encoding:ident $set_encoding:ident)?]) => {
        #[doc = $doc]
        #[pyclass(name = $name, base = UNICODE_ERROR, payload = crate::object::PayloadFns::traced::<$class>(), flags(basetype), extra(members))]
        #[derive(Default)]
        #[repr(C)]
        pub struct $class {
            base: BaseException,
            $($encoding: ValueCell,)?
            object: ValueCell,
            start: Cell<isize>,
            end: Cell<isize>,
            reason: ValueCell,
        }

        members! {
            $class {
                $($encoding $set_encoding "exception encoding";)?
                object set_object "exception object";
                reason set_reason "exception reason";
            }
        }

        impl $class {
            fn fields(&self) -> Fields<'_> {
                #[allow(unused_mut, unused_assignments)]
                let mut encoding = None;
                $(encoding = Some(&self.$encoding);)?
                Fields { encoding, object: &self.object, start: &self.start, end: &self.end, reason: &self.reason }
            }
        }

        #[pymethods]
        impl $class {
            #[pyslot]
            fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
                Ok(construct::<$class>(th, cls, args, kwnames))
            }

            #[pyslot]
            fn init(&self, th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
                refuse_keywords(th, slf, kwnames)?;
                self.base.args.set(Some(th.tuple(args)));
                self.fields().read(th, args, $object, $expected)
            }

            #[pyslot]
            fn str(&self, th: &ThreadState) -> Res {
                if !self.object.is_some() {
                    return Ok(th.str(""));
                }
                self.describe(th)
            }

            /// exception start
            #[pygetter(member)]
            fn start(&self) -> isize {
                self.start.get()
            }

            #[pysetter]
            fn set_start(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
                let Some(value) = value else { return Err(th.type_error("can't delete numeric/char attribute")) };
                self.start.set(th.index_or(value, &super::OVERFLOW_ERROR)?);
                Ok(())
            }

            /// exception end
            #[pygetter(member)]
            fn end(&self) -> isize {
                self.end.get()
            }

            #[pysetter]
            fn set_end(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
                let Some(value) = value else { return Err(th.type_error("can't delete numeric/char attribute")) };
                self.end.set(th.index_or(value, &super::OVERFLOW_ERROR)?);
                Ok(())
            }
        }
    };
}

unicode_error!(
    UnicodeEncodeError, "UnicodeEncodeError", "Unicode encoding error.", |object| object.as_str().is_some(), "str",
    [encoding set_encoding]
);
unicode_error!(
    UnicodeDecodeError, "UnicodeDecodeError", "Unicode decoding error.",
    |object| object.class().slots().get_buffer.get().is_some(), "", [encoding set_encoding]
);
unicode_error!(
    UnicodeTranslateError,
    "UnicodeTranslateError",
    "Unicode translation error.",
    |object| object.as_str().is_some(),
    "str",
    []
);

impl UnicodeEncodeError {
    fn describe(&self, th: &ThreadState) -> Res {
        let encoding = th.str_string(&self.encoding.get_or_none())?;
        let reason = th.str_string(&self.reason.get_or_none())?;
        let what = self.fields().characters(th)?;
        Ok(th.str(&format!("'{encoding}' codec can't encode {what}: {reason}")))
    }
}

impl UnicodeTranslateError {
    fn describe(&self, th: &ThreadState) -> Res {
        let reason = th.str_string(&self.reason.get_or_none())?;
        let what = self.fields().characters(th)?;
        Ok(th.str(&format!("can't translate {what}: {reason}")))
    }
}

impl UnicodeDecodeError {
    fn describe(&self, th: &ThreadState) -> Res {
        let encoding = th.str_string(&self.encoding.get_or_none())?;
        let reason = th.str_string(&self.reason.get_or_none())?;
        let object = self.object.get();
        let bytes = object.as_ref().filter(|object| object.is_instance_of(&crate::objects::bytes::BYTES_TYPE));
        let Some(bytes) = bytes else { return Err(self.fields().wrong_object(th, object.is_some(), "bytes")) };
        let what = match self.fields().place(th.len(bytes)?) {
            Ok(index) => {
                let byte = th.get_item(bytes, &Value::index(index))?;
                format!("byte {:#04x} in position {index}", byte.as_small_int().unwrap_or(0))
            }
            Err(range) => format!("bytes in position {range}"),
        };
        Ok(th.str(&format!("'{encoding}' codec can't decode {what}: {reason}")))
    }
}
