//! The tables of encodings with more than one byte a character, made by `make_tables.py` and read when first used.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use zlib_rs::{Inflate, InflateFlush};

/// What a byte begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Itself,
    Lead,
    Invalid,
    Mapped,
}

/// In a table: no character; and above this, one of the pairs.
const PAIR: u32 = 0x80_0000;

/// One or two characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Read {
    One(u32),
    Two(u32, u32),
}

/// A sequence of up to four bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Written {
    bytes: [u8; 4],
    length: u8,
}

impl Written {
    fn new(bytes: &[u8]) -> Written {
        let mut all = [0; 4];
        let length = bytes.len().min(4);
        all[..length].copy_from_slice(&bytes[..length]);
        Written { bytes: all, length: length as u8 }
    }

    pub fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.length as usize]
    }
}

/// An encoding's tables.
pub struct Table {
    classes: [Class; 256],
    singles: [u32; 256],
    pairs: Vec<(u32, u32)>,
    two: Vec<u32>,
    three: Vec<u32>,
    written: FxHashMap<u32, Written>,
    written_pairs: FxHashMap<(u32, u32), Written>,
    /// First of a run of four-byte sequences, its character, how many; by sequence.
    runs: Vec<(u32, u32, u32)>,
}

/// Reads numbers from a table's bytes; zeros behind their end.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn number(&mut self, width: usize) -> u32 {
        let (head, rest) = self.0.split_at(width.min(self.0.len()));
        self.0 = rest;
        head.iter().rev().fold(0, |number, &byte| number << 8 | u32::from(byte))
    }

    fn bytes(&mut self, length: usize) -> &[u8] {
        let (head, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        head
    }
}

fn inflated(packed: &[u8]) -> Vec<u8> {
    let mut inflate = Inflate::new(true, 15);
    // Tables hold at most 65536 sequences of two bytes, as many of three, and little else.
    let mut out = vec![0; 1 << 19];
    if inflate.decompress(packed, &mut out, InflateFlush::Finish).is_err() {
        return Vec::new();
    }
    out.truncate(inflate.total_out() as usize);
    out
}

impl Table {
    fn read(packed: &[u8]) -> Table {
        let bytes = inflated(packed);
        let mut input = Input(&bytes);
        let mut table = Table {
            classes: [Class::Invalid; 256],
            singles: std::array::from_fn(|byte| byte as u32),
            pairs: Vec::new(),
            two: vec![0; 1 << 16],
            three: Vec::new(),
            written: FxHashMap::default(),
            written_pairs: FxHashMap::default(),
            runs: Vec::new(),
        };
        for class in &mut table.classes {
            *class = match input.number(1) {
                0 => Class::Itself,
                1 => Class::Lead,
                3 => Class::Mapped,
                _ => Class::Invalid,
            };
        }
        for _ in 0..input.number(2) {
            let byte = input.number(1) as usize & 0xFF;
            table.singles[byte] = input.number(4);
        }
        for _ in 0..input.number(2) {
            let pair = (input.number(4), input.number(4));
            table.pairs.push(pair);
        }
        for byte in 0..=255u8 {
            if matches!(table.classes[byte as usize], Class::Itself | Class::Mapped) {
                table.written.entry(table.singles[byte as usize]).or_insert(Written::new(&[byte]));
            }
        }
        table.read_rows(&mut input, None);
        table.read_rows(&mut input, Some(0x8F));
        for _ in 0..input.number(4) {
            let point = input.number(4);
            let length = input.number(1) as usize;
            let written = Written::new(input.bytes(length));
            if length == 0 {
                table.written.remove(&point);
            } else {
                table.written.insert(point, written);
            }
        }
        for _ in 0..input.number(2) {
            let run = (input.number(4), input.number(4), input.number(4));
            table.runs.push(run);
        }
        table
    }

    fn read_rows(&mut self, input: &mut Input<'_>, prefix: Option<u8>) {
        let count = input.number(2);
        if prefix.is_some() && count > 0 {
            self.three = vec![0; 1 << 16];
        }
        for _ in 0..count {
            let (lead, first, last) = (input.number(1), input.number(1), input.number(1));
            for trail in first..=last {
                let number = input.number(3);
                if number == 0 {
                    continue;
                }
                let place = (lead << 8 | trail) as usize & 0xFFFF;
                let written = match prefix {
                    None => Written::new(&[lead as u8, trail as u8]),
                    Some(prefix) => Written::new(&[prefix, lead as u8, trail as u8]),
                };
                if prefix.is_some() {
                    self.three[place] = number
                } else {
                    self.two[place] = number
                }
                match self.character(number) {
                    Some(Read::One(point)) => {
                        self.written.entry(point).or_insert(written);
                    }
                    Some(Read::Two(a, b)) => {
                        self.written_pairs.entry((a, b)).or_insert(written);
                    }
                    None => {}
                }
            }
        }
    }

    fn character(&self, number: u32) -> Option<Read> {
        match number {
            0 => None,
            PAIR.. => self.pairs.get((number - PAIR) as usize).map(|&(a, b)| Read::Two(a, b)),
            point => Some(Read::One(point)),
        }
    }

    pub fn class(&self, byte: u8) -> Class {
        self.classes[byte as usize]
    }

    pub fn single(&self, byte: u8) -> u32 {
        self.singles[byte as usize]
    }

    pub fn pair_of_bytes(&self, lead: u8, trail: u8) -> Option<Read> {
        self.character(self.two[usize::from(lead) << 8 | usize::from(trail)])
    }

    /// The character of a sequence of three bytes that begins with 0x8F.
    pub fn behind_shift(&self, lead: u8, trail: u8) -> Option<Read> {
        self.character(*self.three.get(usize::from(lead) << 8 | usize::from(trail))?)
    }

    pub fn has_three(&self) -> bool {
        !self.three.is_empty()
    }

    pub fn has_four(&self) -> bool {
        !self.runs.is_empty()
    }

    pub fn written(&self, point: u32) -> Option<Written> {
        self.written.get(&point).copied()
    }

    /// The sequence of two characters that are written as one.
    pub fn written_pair(&self, first: u32, second: u32) -> Option<Written> {
        if self.written_pairs.is_empty() {
            return None;
        }
        self.written_pairs.get(&(first, second)).copied()
    }

    /// Whether a character may be the first of such two.
    pub fn begins_pair(&self, first: u32) -> bool {
        !self.pairs.is_empty() && self.pairs.iter().any(|&(a, _)| a == first)
    }

    /// The character of a four-byte sequence, by its number.
    pub fn four(&self, linear: u32) -> Option<u32> {
        if let Some(beyond) = linear.checked_sub(189_000) {
            return Some(beyond + 0x10000).filter(|&point| point <= 0x10_FFFF);
        }
        let after = self.runs.partition_point(|&(first, ..)| first <= linear);
        let &(first, point, count) = self.runs.get(after.checked_sub(1)?)?;
        (linear - first < count).then(|| point + (linear - first))
    }

    /// The number of a character's four-byte sequence.
    pub fn linear(&self, point: u32) -> Option<u32> {
        if !self.has_four() {
            return None;
        }
        if point >= 0x10000 {
            return Some(point - 0x10000 + 189_000);
        }
        let run = self.runs.iter().find(|&&(_, first, count)| (first..first + count).contains(&point))?;
        Some(run.0 + (point - run.1))
    }
}

macro_rules! tables {
    ($($name:literal,)*) => {
        /// The tables of an encoding, by the codec's name.
        pub fn table(name: &str) -> Option<&'static Table> {
            match name {
                $($name => {
                    static TABLE: OnceLock<Table> = OnceLock::new();
                    Some(TABLE.get_or_init(|| Table::read(include_bytes!(concat!("tables/", $name, ".bin")))))
                })*
                _ => None,
            }
        }
    };
}

tables! {
    "gb2312", "gbk", "gb18030", "big5", "cp950", "big5hkscs", "euc_kr", "cp949", "johab", "shift_jis", "cp932", "euc_jp",
    "shift_jis_2004", "shift_jisx0213", "euc_jis_2004", "euc_jisx0213",
}
