//! Classes of characters that the tokenizer and `repr` need.

use crate::unicode_tables::NOT_PRINTABLE;

/// May a name start with it (`str.isidentifier`)?
#[inline]
pub fn is_identifier_start(ch: char) -> bool {
    ch == '_' || unicode_ident::is_xid_start(ch)
}

/// May it stand inside a name?
#[inline]
pub fn is_identifier_continue(ch: char) -> bool {
    unicode_ident::is_xid_continue(ch)
}

/// `str.isprintable` for one character.
pub fn is_printable(ch: char) -> bool {
    let number = u32::from(ch);
    if number < 128 {
        return (32..127).contains(&number);
    }
    let after = NOT_PRINTABLE.partition_point(|&(first, _)| first <= number);
    after == 0 || NOT_PRINTABLE[after - 1].1 < number
}
