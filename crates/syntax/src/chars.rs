//! Classes of characters that the tokenizer and `repr` need.

use algo::unicode;

/// May a name start with it (`str.isidentifier`)?
#[inline]
pub fn is_identifier_start(ch: char) -> bool {
    unicode::is_identifier_start(u32::from(ch))
}

/// May it stand inside a name?
#[inline]
pub fn is_identifier_continue(ch: char) -> bool {
    unicode::is_identifier_continue(u32::from(ch))
}

/// `str.isprintable` for one character.
pub fn is_printable(ch: char) -> bool {
    unicode::is_printable(u32::from(ch))
}
