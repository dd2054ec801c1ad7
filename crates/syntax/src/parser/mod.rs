//! The parser's way in.

use crate::{Arena, ErrorKind, Mode, Options, Parsed, SyntaxError};

/// Parses `source` (bytes as in a file, or UTF-8 with `options.ignore_cookie`). `filename` only appears in messages.
pub fn parse<'a>(
    _arena: &'a Arena,
    _source: &[u8],
    _filename: &str,
    _mode: Mode,
    _options: &Options<'_>,
) -> Result<Parsed<'a>, Box<SyntaxError>> {
    Err(Box::new(SyntaxError::bare(ErrorKind::SyntaxError, "the parser has not landed yet")))
}
