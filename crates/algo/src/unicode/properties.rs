//! The Unicode database behind `unicodedata`: category, bidirectional class, combining class, width, mirroring, numeric
//! values and decompositions, for Unicode 16.0 and for 3.2 (which IDNA needs).

use super::tables::{Section, find_record, two_stage, u24_at, u32_at};

/// Which version of the database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Version {
    /// 16.0.0
    Current,
    /// 3.2.0
    Old,
}

const CATEGORIES: [&str; 30] = [
    "Cn", "Lu", "Ll", "Lt", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Lm", "Lo",
    "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So",
];
const BIDIRECTIONAL: [&str; 24] = [
    "", "L", "LRE", "LRO", "R", "AL", "RLE", "RLO", "PDF", "EN", "ES", "ET", "AN", "CS", "NSM", "BN", "B", "S", "WS",
    "ON", "LRI", "RLI", "FSI", "PDI",
];
const WIDTHS: [&str; 6] = ["F", "H", "W", "Na", "A", "N"];
const TAGS: [&str; 17] = [
    "",
    "<compat>",
    "<noBreak>",
    "<super>",
    "<fraction>",
    "<font>",
    "<narrow>",
    "<initial>",
    "<medial>",
    "<final>",
    "<isolated>",
    "<wide>",
    "<vertical>",
    "<square>",
    "<circle>",
    "<sub>",
    "<small>",
];

/// The record of one code point.
#[derive(Clone, Copy)]
pub struct Properties(&'static [u8]);

/// Looks the properties of a code point up.
pub fn properties(code_point: u32, version: Version) -> Properties {
    const RECORDS: &[u8] = Section::PropertyRecords.bytes();
    const INDEX: &[u8] = Section::PropertyIndex.bytes();
    const BLOCKS: &[u8] = Section::PropertyBlocks.bytes();
    const OLD_INDEX: &[u8] = Section::OldPropertyIndex.bytes();
    const OLD_BLOCKS: &[u8] = Section::OldPropertyBlocks.bytes();
    let code_point = code_point.min(0x10_FFFF);
    let at = 5 * match version {
        Version::Current => two_stage(INDEX, BLOCKS, code_point),
        Version::Old => two_stage(OLD_INDEX, OLD_BLOCKS, code_point),
    };
    Properties(RECORDS.get(at..at + 5).unwrap_or(&RECORDS[..5]))
}

fn text_of(table: &'static [&'static str], index: u8) -> &'static str {
    table.get(usize::from(index)).copied().unwrap_or_default()
}

impl Properties {
    pub fn category(self) -> &'static str {
        text_of(&CATEGORIES, self.0[0])
    }

    pub fn bidirectional(self) -> &'static str {
        text_of(&BIDIRECTIONAL, self.0[1])
    }

    /// The canonical combining class.
    pub fn combining(self) -> u8 {
        self.0[2]
    }

    pub fn east_asian_width(self) -> &'static str {
        text_of(&WIDTHS, self.0[3] & 0x7F)
    }

    pub fn mirrored(self) -> bool {
        self.0[3] & 0x80 != 0
    }

    pub fn is_assigned(self) -> bool {
        self.0[0] != 0
    }

    /// Bits for NFC, NFD, NFKC, NFKD: "not surely in this normal form".
    pub(super) fn normalization_doubt(self) -> u8 {
        self.0[4]
    }
}

/// The numeric value (`unicodedata.numeric`).
pub fn numeric(code_point: u32, version: Version) -> Option<f64> {
    let value = |record: &[u8]| record.first_chunk::<8>().map(|bytes| f64::from_le_bytes(*bytes));
    if version == Version::Old {
        if !properties(code_point, version).is_assigned() {
            return None;
        }
        if let Some(record) = find_record(Section::OldNumbers.bytes(), 12, code_point) {
            return value(record).filter(|v| !v.is_nan());
        }
    }
    find_record(Section::Numeric.bytes(), 12, code_point).and_then(value)
}

/// The value as a decimal digit (`unicodedata.decimal`).
pub fn decimal(code_point: u32, version: Version) -> Option<u32> {
    if version == Version::Old {
        if !properties(code_point, version).is_assigned() {
            return None;
        }
        if let Some(record) = find_record(Section::OldDecimals.bytes(), 8, code_point) {
            return Some(u32_at(record, 0)).filter(|&v| v < 255);
        }
    }
    super::decimal_value(code_point)
}

/// The value as a digit (`unicodedata.digit`). The reference answers with the current value for old versions too.
pub fn digit(code_point: u32) -> Option<u32> {
    super::digit_value(code_point)
}

/// A stored decomposition: one step, not the recursive one.
#[derive(Clone, Copy)]
pub(super) struct Decomposition {
    tag: u8,
    points: &'static [u8],
}

impl Decomposition {
    pub(super) fn is_canonical(self) -> bool {
        self.tag == 0
    }

    pub(super) fn points(self) -> impl Iterator<Item = u32> {
        let points = self.points;
        (0..points.len() / 3).map(move |i| u24_at(points, i))
    }
}

fn pool_entry(at: usize) -> Option<Decomposition> {
    const POOL: &[u8] = Section::DecompositionPool.bytes();
    let &[tag, len] = POOL.get(at..at + 2)? else { return None };
    let points = POOL.get(at + 2..at + 2 + 3 * usize::from(len))?;
    (len > 0).then_some(Decomposition { tag, points })
}

/// The stored decomposition of a code point (Hangul syllables are computed elsewhere).
pub(super) fn stored_decomposition(code_point: u32) -> Option<Decomposition> {
    const INDEX: &[u8] = Section::DecompositionIndex.bytes();
    const BLOCKS: &[u8] = Section::DecompositionBlocks.bytes();
    match two_stage(INDEX, BLOCKS, code_point.min(0x10_FFFF)) {
        0 => None,
        entry => pool_entry(u32_at(Section::DecompositionEntries.bytes(), entry) as usize),
    }
}

/// What Unicode 3.2 decomposed differently (errors corrected since).
pub(super) fn old_decomposition(code_point: u32) -> Option<Decomposition> {
    let record = find_record(Section::OldDecompositions.bytes(), 8, code_point)?;
    pool_entry(u32_at(record, 0) as usize)
}

/// `unicodedata.decomposition`: the tag and the code points in hexadecimal, or nothing.
pub fn decomposition_text(code_point: u32, version: Version) -> String {
    let mut out = String::new();
    if version == Version::Old && !properties(code_point, version).is_assigned() {
        return out;
    }
    let mut push = |point: u32| {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&format!("{point:04X}"));
    };
    if let Some(parts) = super::normalize::decompose_hangul(code_point) {
        parts.into_iter().filter(|&point| point != 0).for_each(&mut push);
    } else if let Some(entry) = stored_decomposition(code_point) {
        entry.points().for_each(&mut push);
        if !entry.is_canonical() {
            out = format!("{} {out}", text_of(&TAGS, entry.tag));
        }
    }
    out
}
