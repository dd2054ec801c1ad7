//! `_tokenize`: the tokenizer as an iterator of tuples, which the library's `tokenize` wraps.

use std::cell::RefCell;

use macros::{pyclass, pymethods, pymodule};
use runtime::objects::exceptions as exc;
use runtime::protocol::iteration::iter_self;
use runtime::{Raised, Res, ThreadState, Type, Value};
use syntax::ErrorKind;
use syntax::token_stream::{Next, StreamToken, TokenReader};

/// The next line that `readline` gives; an empty one at the end.
fn read_line(th: &ThreadState, readline: &Value, encoding: Option<&Value>) -> Res<String> {
    let line = match th.call(readline, &[]) {
        Ok(line) => line,
        Err(raised) if th.raised_is(&raised, &exc::STOP_ITERATION) => {
            drop(th.take_raised(raised));
            return Ok(String::new());
        }
        Err(raised) => return Err(raised),
    };
    let line = match encoding {
        Some(encoding) => {
            let Some(bytes) = line.as_bytes() else {
                return Err(th.type_error("readline() returned a non-bytes object"));
            };
            let name = encoding.as_str().map(|name| name.to_string_lossy()).unwrap_or_default();
            th.decode(bytes.as_slice(), &name, "replace")?
        }
        None => line,
    };
    let Some(line) = line.as_str() else {
        return Err(th.type_error("readline() returned a non-string object"));
    };
    Ok(line.to_utf8().map_or_else(|| line.to_string_lossy(), std::borrow::Cow::into_owned))
}

fn raise(th: &ThreadState, error: &syntax::SyntaxError) -> Raised {
    let class: &Type = match error.kind {
        ErrorKind::IndentationError => &exc::INDENTATION_ERROR,
        ErrorKind::TabError => &exc::TAB_ERROR,
        ErrorKind::MemoryError => return th.memory_error(),
        _ => &exc::SYNTAX_ERROR,
    };
    let message = th.str(&error.msg);
    let Some(lineno) = error.lineno else { return th.error_args(class, &[message]) };
    let number = |number: Option<i32>| number.map_or(Value::NONE, |number| th.int(i64::from(number)));
    let text = error.text.as_ref().map_or(Value::NONE, |text| th.str(text));
    let mut place = vec![th.str("<string>"), th.int(i64::from(lineno)), number(error.offset), text];
    if error.end_lineno.is_some() {
        place.extend([number(error.end_lineno), number(error.end_offset)]);
    }
    th.error_args(class, &[message, th.tuple(&place)])
}

// The module `_tokenize`.
#[pymodule(name = "_tokenize")]
pub mod tokenize_module {
    use super::*;

    #[pyclass(name = "TokenizerIter", flags(basetype, mutable))]
    pub struct TokenizerIter {
        readline: Value,
        encoding: Value,
        #[notrace]
        reader: RefCell<TokenReader>,
        /// The line of the last token, which the next one often shares.
        #[notrace]
        last_line: RefCell<Option<((u32, u32), Value)>>,
    }

    #[pymethods]
    impl TokenizerIter {
        #[pyslot("(readline, /, *, encoding=None, extra_tokens)", text = none)]
        fn new(th: &ThreadState, cls: &Type, readline: &Value, encoding: &Value, extra_tokens: bool) -> Res {
            if !encoding.is_none() && encoding.as_str().is_none() {
                let class = encoding.class().full_name();
                return Err(th.type_error(format_args!("tokenizeriter() argument 'encoding' must be str, not {class}")));
            }
            Ok(th.new_instance(
                cls,
                TokenizerIter {
                    readline: readline.clone(),
                    encoding: encoding.clone(),
                    reader: RefCell::new(TokenReader::new(extra_tokens)),
                    last_line: RefCell::new(None),
                },
            ))
        }

        #[pyslot]
        fn iter(th: &ThreadState, slf: &Value) -> Res {
            iter_self(th, slf)
        }

        #[pyslot]
        fn iternext(&self, th: &ThreadState) -> Res {
            loop {
                // The reader is not borrowed while `readline` runs.
                let next = self.reader.borrow_mut().next_token();
                match next {
                    Next::Token(token) => return Ok(self.shown(th, &self.reader.borrow(), &token)),
                    Next::End => return Ok(Value::EXHAUSTED),
                    Next::Error(error) => return Err(raise(th, &error)),
                    Next::NeedsLine => {
                        let encoding = Some(&self.encoding).filter(|encoding| !encoding.is_none());
                        let line = read_line(th, &self.readline, encoding)?;
                        self.reader.borrow_mut().feed(&line);
                    }
                }
            }
        }

        /// A token as the tuple that the library expects.
        fn shown(&self, th: &ThreadState, stream: &TokenReader, token: &StreamToken) -> Value {
            let place = |line: i32, col: i32| th.tuple(&[th.int(i64::from(line)), th.int(i64::from(col))]);
            let key = stream.line_key(token);
            let line = match &*self.last_line.borrow() {
                Some((last, line)) if *last == key => Some(line.clone()),
                _ => None,
            };
            let line = line.unwrap_or_else(|| {
                let line = th.str(stream.line(token));
                *self.last_line.borrow_mut() = Some((key, line.clone()));
                line
            });
            th.tuple(&[
                th.int(i64::from(token.kind)),
                th.str(stream.text(token)),
                place(token.lineno, token.col),
                place(token.end_lineno, token.end_col),
                line,
            ])
        }
    }
}
