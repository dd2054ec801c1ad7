//! `_json`: the fast parts of the library's `json`: scanning text into values and encoding values into text.

mod decode;
mod encode;

use macros::pymodule;
use runtime::types::ready::ready;
use runtime::{Res, ThreadState, Value};

pub use decode::{SCANNER_TYPE, Scanner};
pub use encode::{ENCODER_TYPE, Encoder};

#[pymodule(name = "_json")]
pub mod json_module {
    //! json speedups
    use super::*;

    #[pyattr(name = "make_scanner")]
    fn make_scanner(th: &ThreadState) -> Value {
        ready(th, &SCANNER_TYPE);
        SCANNER_TYPE.as_value()
    }

    #[pyattr(name = "make_encoder")]
    fn make_encoder(th: &ThreadState) -> Value {
        ready(th, &ENCODER_TYPE);
        ENCODER_TYPE.as_value()
    }

    /// scanstring(string, end, strict=True) -> (string, end)
    ///
    /// Scan the string s for a JSON string. End is the index of the
    /// character in s after the quote that started the JSON string.
    /// Unescapes all valid JSON string escape sequences and raises ValueError
    /// on attempt to decode an invalid string. If strict is False then literal
    /// control characters are allowed in the string.
    ///
    /// Returns a tuple of the decoded string and the index of the character in s
    /// after the end quote.
    #[pyfunction("(string, end, strict=True, /)", text = none)]
    fn scanstring(th: &ThreadState, string: &Value, end: isize, strict: bool) -> Res<(Value, usize)> {
        decode::scan_string(th, string, end, strict)
    }

    /// encode_basestring_ascii(string) -> string
    ///
    /// Return an ASCII-only JSON representation of a Python string
    #[pyfunction("(object, /)", text = "($self, object, /)")]
    fn encode_basestring_ascii(th: &ThreadState, object: &Value) -> Res {
        encode::quoted(th, object, true)
    }

    /// encode_basestring(string) -> string
    ///
    /// Return a JSON representation of a Python string
    #[pyfunction("(object, /)", text = "($self, object, /)")]
    fn encode_basestring(th: &ThreadState, object: &Value) -> Res {
        encode::quoted(th, object, false)
    }
}
