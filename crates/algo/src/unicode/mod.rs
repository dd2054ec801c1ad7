//! Unicode 16.0: what the methods of `str` and the module `unicodedata` know of code points.
//!
//! This file has the character types and the case mappings; [`properties`] the database proper (category, numeric
//! values, decompositions, Unicode 3.2), [`normalize`] the four normal forms, [`names`] the names. Functions take `u32`,
//! because a Python string may hold lone surrogates.

pub mod names;
pub mod normalize;
pub mod properties;
mod tables;
#[cfg(test)]
mod tests;

use tables::{Section, find_record, two_stage, u32_at};

const ALPHA: u16 = 1 << 0;
const DECIMAL: u16 = 1 << 1;
const DIGIT: u16 = 1 << 2;
const LOWER: u16 = 1 << 3;
const LINEBREAK: u16 = 1 << 4;
const SPACE: u16 = 1 << 5;
const TITLE: u16 = 1 << 6;
const UPPER: u16 = 1 << 7;
const ID_START: u16 = 1 << 8;
const ID_CONTINUE: u16 = 1 << 9;
const PRINTABLE: u16 = 1 << 10;
const NUMERIC: u16 = 1 << 11;
const CASE_IGNORABLE: u16 = 1 << 12;
const CASED: u16 = 1 << 13;
const EXPANDS: u16 = 1 << 14;

const RECORD: usize = 20;

#[inline]
fn record(code_point: u32) -> &'static [u8] {
    const INDEX: &[u8] = Section::TypeIndex.bytes();
    const BLOCKS: &[u8] = Section::TypeBlocks.bytes();
    const RECORDS: &[u8] = Section::TypeRecords.bytes();
    let at = two_stage(INDEX, BLOCKS, code_point.min(0x10_FFFF)) * RECORD;
    RECORDS.get(at..at + RECORD).unwrap_or(&RECORDS[..RECORD])
}

#[inline]
fn flags(code_point: u32) -> u16 {
    tables::u16_at(record(code_point), 0)
}

macro_rules! predicates {
    ($($(#[$doc:meta])* $name:ident: $mask:expr;)*) => {
        $($(#[$doc])* #[inline] pub fn $name(code_point: u32) -> bool { flags(code_point) & ($mask) != 0 })*
    };
}

predicates! {
    is_alpha: ALPHA;
    is_alnum: ALPHA | DECIMAL | DIGIT | NUMERIC;
    is_decimal: DECIMAL;
    is_digit: DIGIT;
    is_numeric: NUMERIC;
    is_lower: LOWER;
    is_upper: UPPER;
    is_title: TITLE;
    is_space: SPACE;
    /// Ends a line for `str.splitlines`.
    is_linebreak: LINEBREAK;
    is_printable: PRINTABLE;
    /// May start an identifier; the underscore is included.
    is_identifier_start: ID_START;
    is_identifier_continue: ID_CONTINUE;
    /// Has the property Cased, which `str.title` and the final sigma look at.
    is_cased: CASED;
    /// Is skipped when the final sigma's neighbours are looked at.
    is_case_ignorable: CASE_IGNORABLE;
}

/// The value of a decimal digit.
pub fn decimal_value(code_point: u32) -> Option<u32> {
    if code_point < 128 {
        return code_point.checked_sub(48).filter(|&v| v < 10);
    }
    match record(code_point)[2] {
        255 => None,
        value => Some(u32::from(value)),
    }
}

/// The value of a digit, superscripts and the like included.
pub fn digit_value(code_point: u32) -> Option<u32> {
    match record(code_point)[3] {
        255 => None,
        value => Some(u32::from(value)),
    }
}

/// A case mapping.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Case {
    Upper,
    Lower,
    Title,
    /// Case folding.
    Fold,
}

/// The result of a full case mapping: up to three code points.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mapped {
    points: [u32; 3],
    len: u8,
}

impl Mapped {
    pub fn as_slice(&self) -> &[u32] {
        &self.points[..usize::from(self.len)]
    }
}

/// The first code point of the full mapping, which is what single-character tests (and regular expressions) use.
#[inline]
pub fn map_first(code_point: u32, case: Case) -> u32 {
    let delta = u32_at(record(code_point), 1 + case as usize);
    code_point.wrapping_add(delta)
}

#[inline]
pub fn to_lower_first(code_point: u32) -> u32 {
    map_first(code_point, Case::Lower)
}

#[inline]
pub fn to_upper_first(code_point: u32) -> u32 {
    map_first(code_point, Case::Upper)
}

/// The full case mapping of one code point (the final sigma is the caller's: see [`lower_sigma`]).
pub fn map_case(code_point: u32, case: Case) -> Mapped {
    if flags(code_point) & EXPANDS == 0 {
        return Mapped { points: [map_first(code_point, case), 0, 0], len: 1 };
    }
    let special = find_record(Section::SpecialCases.bytes(), 52, code_point).unwrap_or(&[]);
    let mut mapped = Mapped { points: [0; 3], len: 0 };
    for (i, point) in mapped.points.iter_mut().enumerate() {
        *point = u32_at(special, 3 * case as usize + i);
        mapped.len += u8::from(*point != 0);
    }
    mapped
}

/// The lower case of a capital sigma at `at`: final after a cased letter and not before one.
pub fn lower_sigma(at: usize, len: usize, code_point_at: impl Fn(usize) -> u32) -> u32 {
    let cased_after_ignorable = |mut indices: &mut dyn Iterator<Item = usize>| {
        let found = (&mut indices).map(&code_point_at).find(|&c| !is_case_ignorable(c));
        found.is_some_and(is_cased)
    };
    let before = cased_after_ignorable(&mut (0..at).rev());
    if before && !cased_after_ignorable(&mut (at + 1..len)) { 0x3C2 } else { 0x3C3 }
}
