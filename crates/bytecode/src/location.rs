//! The location table (`co_linetable`, PEP 657): for each run of code units the line and columns of the source.
//!
//! An entry is a byte `1kkkklll` (kind, length in code units less one) and, by kind, column bytes or variable-length
//! numbers of six bits a byte, least significant first. Lines are deltas to the entry before; the first one's is to
//! `co_firstlineno`.

/// A source position; -1 stands for "not known", for the line too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    pub line: i32,
    pub end_line: i32,
    pub column: i32,
    pub end_column: i32,
}

impl Position {
    pub const NONE: Position = Position { line: -1, end_line: -1, column: -1, end_column: -1 };
}

const LONG: u8 = 14;
const NO_COLUMNS: u8 = 13;
const ONE_LINE0: u8 = 10;
const NO_LOCATION: u8 = 15;

/// The most code units that one entry covers.
const MAX_UNITS: u32 = 8;

/// Writes a location table.
#[derive(Debug, Default)]
pub struct LocationWriter {
    bytes: Vec<u8>,
    line: i32,
}

impl LocationWriter {
    pub fn new(firstlineno: i32) -> LocationWriter {
        LocationWriter { bytes: Vec::new(), line: firstlineno }
    }

    /// Starts again, keeping the memory.
    pub fn reset(&mut self, firstlineno: i32) {
        self.bytes.clear();
        self.line = firstlineno;
    }

    /// The table so far.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Appends `units` code units at a position.
    pub fn push(&mut self, position: Position, mut units: u32) {
        while units > MAX_UNITS {
            self.entry(position, MAX_UNITS);
            units -= MAX_UNITS;
        }
        if units > 0 {
            self.entry(position, units);
        }
    }

    fn head(&mut self, kind: u8, units: u32) {
        self.bytes.push(0x80 | kind << 3 | (units - 1) as u8);
    }

    fn entry(&mut self, position: Position, units: u32) {
        let Position { line, end_line, column, end_column } = position;
        if line == -1 {
            return self.head(NO_LOCATION, units);
        }
        let delta = line.wrapping_sub(self.line);
        if column < 0 || end_column < 0 {
            if end_line == line || end_line < 0 {
                self.head(NO_COLUMNS, units);
                self.signed(delta);
                self.line = line;
                return;
            }
        } else if end_line == line {
            if delta == 0 && column < 80 && end_column >= column && end_column - column < 16 {
                self.head((column >> 3) as u8, units);
                self.bytes.push((column as u8 & 7) << 4 | (end_column - column) as u8);
                return;
            }
            if (0..3).contains(&delta) && column < 128 && end_column < 128 {
                self.head(ONE_LINE0 + delta as u8, units);
                self.bytes.extend([column as u8, end_column as u8]);
                self.line = line;
                return;
            }
        }
        self.head(LONG, units);
        self.signed(delta);
        self.unsigned(end_line.wrapping_sub(line) as u32);
        self.unsigned(column.wrapping_add(1) as u32);
        self.unsigned(end_column.wrapping_add(1) as u32);
        self.line = line;
    }

    fn unsigned(&mut self, mut value: u32) {
        while value >= 64 {
            self.bytes.push(0x40 | (value & 0x3F) as u8);
            value >>= 6;
        }
        self.bytes.push(value as u8);
    }

    fn signed(&mut self, value: i32) {
        let magnitude = value.unsigned_abs();
        self.unsigned(magnitude << 1 | u32::from(value < 0));
    }
}

/// The table with lines alone: what `-X no_debug_ranges` leaves.
pub fn without_columns(table: &[u8], firstlineno: i32) -> Box<[u8]> {
    let mut writer = LocationWriter::new(firstlineno);
    for Entry { start, end, position: Position { line, .. } } in LocationReader::new(table, firstlineno) {
        writer.push(Position { line, end_line: line, column: -1, end_column: -1 }, (end - start) / 2);
    }
    writer.bytes.into()
}

/// One entry of a location table: the code units `start..end` (byte offsets) and their position.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    pub start: u32,
    pub end: u32,
    pub position: Position,
}

/// Reads a location table entry by entry. Damaged tables end early or give odd positions, nothing worse.
#[derive(Clone, Debug)]
pub struct LocationReader<'a> {
    rest: &'a [u8],
    line: i32,
    offset: u32,
}

impl<'a> LocationReader<'a> {
    pub fn new(table: &'a [u8], firstlineno: i32) -> LocationReader<'a> {
        LocationReader { rest: table, line: firstlineno, offset: 0 }
    }

    fn byte(&mut self) -> u8 {
        match self.rest.split_first() {
            Some((&byte, rest)) => {
                self.rest = rest;
                byte
            }
            None => 0,
        }
    }

    fn unsigned(&mut self) -> u32 {
        let mut value = 0u32;
        let mut shift = 0;
        loop {
            let byte = self.byte();
            value |= u32::from(byte & 0x3F).checked_shl(shift).unwrap_or(0);
            shift += 6;
            if byte & 0x40 == 0 {
                return value;
            }
        }
    }

    fn signed(&mut self) -> i32 {
        let value = self.unsigned();
        if value & 1 != 0 { ((value >> 1) as i32).wrapping_neg() } else { (value >> 1) as i32 }
    }
}

impl Iterator for LocationReader<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        if self.rest.is_empty() {
            return None;
        }
        let head = self.byte();
        let start = self.offset;
        let end = start.saturating_add((u32::from(head & 7) + 1) * 2);
        self.offset = end;
        let kind = head >> 3 & 15;
        let position = match kind {
            NO_LOCATION => Position::NONE,
            LONG => {
                self.line = self.line.wrapping_add(self.signed());
                let end_line = self.line.wrapping_add(self.unsigned() as i32);
                let column = (self.unsigned() as i32).wrapping_sub(1);
                let end_column = (self.unsigned() as i32).wrapping_sub(1);
                Position { line: self.line, end_line, column, end_column }
            }
            NO_COLUMNS => {
                self.line = self.line.wrapping_add(self.signed());
                Position { line: self.line, end_line: self.line, column: -1, end_column: -1 }
            }
            ONE_LINE0..NO_COLUMNS => {
                self.line = self.line.wrapping_add(i32::from(kind - ONE_LINE0));
                let column = i32::from(self.byte());
                let end_column = i32::from(self.byte());
                Position { line: self.line, end_line: self.line, column, end_column }
            }
            _ => {
                let byte = self.byte();
                let column = i32::from(kind) << 3 | i32::from(byte >> 4);
                Position { line: self.line, end_line: self.line, column, end_column: column + i32::from(byte & 15) }
            }
        };
        Some(Entry { start, end, position })
    }
}

/// `co_lines()`: runs of code with one line, as byte offsets; line -1 is None. Adjacent entries with one line are merged.
pub fn lines(table: &[u8], firstlineno: i32) -> impl Iterator<Item = (u32, u32, i32)> + '_ {
    let mut entries = LocationReader::new(table, firstlineno).peekable();
    std::iter::from_fn(move || {
        let first = entries.next()?;
        let mut end = first.end;
        while let Some(next) = entries.next_if(|next| next.position.line == first.position.line) {
            end = next.end;
        }
        Some((first.start, end, first.position.line))
    })
}

/// `co_positions()`: the position of each code unit.
pub fn positions(table: &[u8], firstlineno: i32) -> impl Iterator<Item = Position> + '_ {
    LocationReader::new(table, firstlineno)
        .flat_map(|entry| std::iter::repeat_n(entry.position, (entry.end - entry.start) as usize / 2))
}

/// The position of the code unit at a byte offset.
pub fn position_at(table: &[u8], firstlineno: i32, offset: u32) -> Position {
    LocationReader::new(table, firstlineno)
        .find(|entry| offset < entry.end)
        .map_or(Position::NONE, |entry| entry.position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_comes_back() {
        let position = |line, end_line, column, end_column| Position { line, end_line, column, end_column };
        let wanted = [
            (position(10, 10, 4, 9), 3),
            (position(11, 11, 100, 120), 1),
            (position(12, 12, 200, 300), 1),
            (Position::NONE, 20),
            (position(5, 9, 0, 1), 2),
            (position(5, 5, -1, -1), 1),
            (position(4000, 4000, 7, 7), 8),
        ];
        let mut writer = LocationWriter::new(10);
        for (position, units) in wanted {
            writer.push(position, units);
        }
        let read: Vec<_> = positions(writer.bytes(), 10).collect();
        let expected: Vec<_> =
            wanted.iter().flat_map(|&(position, units)| std::iter::repeat_n(position, units as usize)).collect();
        assert_eq!(read, expected);
        let lines: Vec<_> = lines(writer.bytes(), 10).collect();
        assert_eq!(lines, [(0, 6, 10), (6, 8, 11), (8, 10, 12), (10, 50, -1), (50, 56, 5), (56, 72, 4000)]);
    }
}
