//! The memo of a pickler: objects that were written, by identity, with their numbers.

use runtime::Value;

/// Objects with their numbers, and a table of places by identity. It keeps the objects alive: their identities stay theirs.
#[derive(Clone, Default)]
pub struct Memo {
    entries: Vec<(Value, usize)>,
    /// Position in `entries` plus one; 0 is free. The length is a power of two, at least twice that of `entries`.
    table: Vec<u32>,
}

const LEAST: usize = 128;

impl Memo {
    #[inline]
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    #[inline(always)]
    fn start(&self, bits: u64) -> usize {
        // The product's upper bits are the mixed ones.
        (bits.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & (self.table.len() - 1)
    }

    /// The number of an object.
    #[inline]
    pub fn get(&self, object: &Value) -> Option<usize> {
        if self.table.is_empty() {
            return None;
        }
        let at = self.table[self.place(object)] as usize;
        Some(self.entries.get(at.checked_sub(1)?)?.1)
    }

    pub fn contains(&self, object: &Value) -> bool {
        self.get(object).is_some()
    }

    /// Gives an object its number.
    #[inline]
    pub fn insert(&mut self, object: &Value, number: usize) {
        if (self.entries.len() + 1) * 2 > self.table.len() {
            self.grow();
        }
        let place = self.place(object);
        match self.table[place] {
            0 => {
                self.entries.push((object.clone(), number));
                self.table[place] = self.entries.len() as u32;
            }
            at => self.entries[at as usize - 1].1 = number,
        }
    }

    /// Where the object stands in the table, or may stand.
    #[inline]
    fn place(&self, object: &Value) -> usize {
        let mut place = self.start(object.bits());
        while let at = self.table[place] as usize
            && at != 0
            && !self.entries[at - 1].0.is(object)
        {
            place = (place + 1) & (self.table.len() - 1);
        }
        place
    }

    #[cold]
    fn grow(&mut self) {
        let length = (self.table.len() * 4).max(LEAST);
        self.table.clear();
        self.table.resize(length, 0);
        for at in 1..=self.entries.len() {
            let place = self.place(&self.entries[at - 1].0);
            self.table[place] = at as u32;
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &(Value, usize)> {
        self.entries.iter()
    }

    /// Bytes that the memo holds.
    pub fn size(&self) -> usize {
        self.entries.capacity() * size_of::<(Value, usize)>() + self.table.capacity() * size_of::<u32>()
    }
}
