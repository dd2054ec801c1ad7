//! The generated tables and how to read them. `tools/tables.py` writes `data.bin`; [`Section`] is its table of contents.

/// The blob, made by `tools/tables.py` from the reference interpreter's `unicodedata`.
/// An array, not a reference to one: what a reference shows is copied into every crate that reads it.
static DATA: [u8; include_bytes!("data.bin").len()] = *include_bytes!("data.bin");

/// The sections of the blob, in its order.
#[derive(Clone, Copy)]
pub(super) enum Section {
    TypeIndex,
    TypeBlocks,
    TypeRecords,
    SpecialCases,
    Numeric,
    PropertyIndex,
    PropertyBlocks,
    OldPropertyIndex,
    OldPropertyBlocks,
    PropertyRecords,
    DecompositionIndex,
    DecompositionBlocks,
    DecompositionEntries,
    DecompositionPool,
    Compositions,
    OldDecompositions,
    OldNumbers,
    OldDecimals,
    NameCounts,
    WordText,
    WordStarts,
    NameStream,
    NameBlocks,
    NameRuns,
    NamesSorted,
    SequencePoints,
    SequenceStarts,
    AlgorithmicNames,
}

impl Section {
    const fn offset(number: usize) -> usize {
        let at = 4 * number;
        u32::from_le_bytes([DATA[at], DATA[at + 1], DATA[at + 2], DATA[at + 3]]) as usize
    }

    /// The bytes of a section; a constant where it is used.
    pub(super) const fn bytes(self) -> &'static [u8] {
        let start = Section::offset(self as usize);
        let end = Section::offset(self as usize + 1);
        DATA.split_at(start).1.split_at(end - start).0
    }
}

pub(super) fn u16_at(bytes: &[u8], index: usize) -> u16 {
    match bytes.get(2 * index..2 * index + 2) {
        Some(&[a, b]) => u16::from_le_bytes([a, b]),
        _ => 0,
    }
}

pub(super) fn u24_at(bytes: &[u8], index: usize) -> u32 {
    match bytes.get(3 * index..3 * index + 3) {
        Some(&[a, b, c]) => u32::from_le_bytes([a, b, c, 0]),
        _ => 0,
    }
}

pub(super) fn u32_at(bytes: &[u8], index: usize) -> u32 {
    match bytes.get(4 * index..4 * index + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]),
        _ => 0,
    }
}

/// Looks a code point up in a two-stage table of blocks of 128.
#[inline]
pub(super) fn two_stage(index: &[u8], blocks: &[u8], code_point: u32) -> usize {
    let block = u16_at(index, (code_point >> 7) as usize) as usize;
    u16_at(blocks, block * 128 + (code_point & 127) as usize) as usize
}

/// Finds the record of a code point among fixed-size records that start with their code point (u32) and are sorted by it.
pub(super) fn find_record(records: &'static [u8], size: usize, code_point: u32) -> Option<&'static [u8]> {
    let (mut low, mut high) = (0, records.len() / size);
    while low < high {
        let middle = (low + high) / 2;
        let record = records.get(middle * size..(middle + 1) * size)?;
        match u32_at(record, 0).cmp(&code_point) {
            std::cmp::Ordering::Equal => return record.get(4..),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}
