//! The exception table (`co_exceptiontable`): which handler covers which code units, and how deep the stack is there.
//!
//! An entry is four numbers: start, length, target (in code units), `depth << 1 | lasti`. A number is written in six-bit
//! groups, most significant first, each but the last with bit 6 set; the first byte of an entry has bit 7 set.

/// One handler's reach. Offsets are in bytes of `co_code`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    pub start: u32,
    pub end: u32,
    pub target: u32,
    /// The stack is cut to this depth before the exception is pushed.
    pub depth: u32,
    /// Whether the offset of the instruction that raised is pushed first.
    pub lasti: bool,
}

/// Appends an entry to a table.
pub fn write(table: &mut Vec<u8>, entry: Entry) {
    number(table, entry.start / 2, 0x80);
    number(table, (entry.end - entry.start) / 2, 0);
    number(table, entry.target / 2, 0);
    number(table, entry.depth << 1 | u32::from(entry.lasti), 0);
}

fn number(table: &mut Vec<u8>, value: u32, mark: u8) {
    let mut mark = mark;
    for shift in [24, 18, 12, 6] {
        if value >> shift != 0 {
            table.push((value >> shift & 0x3F) as u8 | 0x40 | mark);
            mark = 0;
        }
    }
    table.push((value & 0x3F) as u8 | mark);
}

/// Reads a table entry by entry; a damaged one ends early.
pub fn entries(table: &[u8]) -> impl Iterator<Item = Entry> + '_ {
    let mut rest = table;
    std::iter::from_fn(move || {
        let start = read(&mut rest)?;
        let length = read(&mut rest)?;
        let target = read(&mut rest)?;
        let depth_lasti = read(&mut rest)?;
        Some(Entry {
            start: start.wrapping_mul(2),
            end: start.wrapping_add(length).wrapping_mul(2),
            target: target.wrapping_mul(2),
            depth: depth_lasti >> 1,
            lasti: depth_lasti & 1 != 0,
        })
    })
}

fn read(rest: &mut &[u8]) -> Option<u32> {
    let mut value = 0u32;
    loop {
        let (&byte, tail) = rest.split_first()?;
        *rest = tail;
        value = value << 6 | u32::from(byte & 0x3F);
        if byte & 0x40 == 0 {
            return Some(value);
        }
    }
}

/// The handler of the instruction at a byte offset. Entries are sorted by start; the search stops where they pass it.
pub fn find(table: &[u8], offset: u32) -> Option<Entry> {
    entries(table).take_while(|entry| entry.start <= offset).find(|entry| offset < entry.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_back() {
        let wanted = [
            Entry { start: 0, end: 10, target: 40, depth: 0, lasti: false },
            Entry { start: 126, end: 300, target: 8200, depth: 3, lasti: true },
            Entry { start: 40_000, end: 40_002, target: 2_000_000, depth: 1, lasti: true },
        ];
        let mut table = Vec::new();
        for entry in wanted {
            write(&mut table, entry);
        }
        assert_eq!(entries(&table).collect::<Vec<_>>(), wanted);
        assert_eq!(find(&table, 130), Some(wanted[1]));
        assert_eq!(find(&table, 12), None);
    }
}
