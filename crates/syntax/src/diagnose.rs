//! Finding CPython's error for text that the fast parser refused.

use crate::error::{ErrorKind, SyntaxError};
use crate::lexer::Tokens;
use crate::options::{Mode, Options};
use crate::parser::Parser;

/// Is there nothing but space and comments from `pos` on?
pub(crate) fn only_space_and_comments(text: &str, pos: usize) -> bool {
    let mut rest = text.as_bytes().get(pos..).unwrap_or(b"");
    loop {
        let space = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | 0x0C)).count();
        rest = &rest[space..];
        match rest.first() {
            None => return true,
            Some(b'#') => rest = &rest[memchr::memchr(b'\n', rest).unwrap_or(rest.len())..],
            Some(_) => return false,
        }
    }
}

/// The error for a text that could not be parsed.
pub(crate) fn find_error(
    parser: &Parser<'_, '_>,
    _tokens: &Tokens,
    _mode: Mode,
    _options: &Options<'_>,
) -> Box<SyntaxError> {
    if parser.overflow {
        let msg = "Parser stack overflowed - Python source too complex to understand";
        return Box::new(SyntaxError::bare(ErrorKind::MemoryError, msg));
    }
    let mut error = SyntaxError::bare(ErrorKind::SyntaxError, "invalid syntax");
    let token = parser.token();
    error.lineno = Some(token.lineno);
    error.offset = Some(token.col + 1);
    error.end_lineno = Some(token.end_lineno);
    error.end_offset = Some(token.end_col + 1);
    Box::new(error)
}
