//! Names of code points: to and from, with aliases, named sequences, Hangul syllables and the numbered ideographs.
//!
//! A name is a run of word numbers ended by word 0; frequent words take one byte. Finding a name is a binary search over
//! the names in sorted order.

use std::cmp::Ordering;

use super::tables::{Section, u16_at, u24_at, u32_at};

const JAMO_LEAD: [&str; 19] =
    ["G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H"];
const JAMO_VOWEL: [&str; 21] = [
    "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI", "YU", "EU",
    "YI", "I",
];
const JAMO_TAIL: [&str; 28] = [
    "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M", "B", "BS", "S",
    "SS", "NG", "J", "C", "K", "T", "P", "H",
];

const HANGUL: &str = "HANGUL SYLLABLE ";

/// Word numbers below this take one byte.
fn escape() -> usize {
    usize::from(u16_at(Section::NameCounts.bytes(), 0))
}

/// How many code points have a stored name; the names after them are aliases and sequences.
fn named_count() -> usize {
    usize::from(u16_at(Section::NameCounts.bytes(), 1))
}

fn word(number: usize) -> &'static [u8] {
    const STARTS: &[u8] = Section::WordStarts.bytes();
    let (start, end) = (u24_at(STARTS, number) as usize, u24_at(STARTS, number + 1) as usize);
    Section::WordText.bytes().get(start..end).unwrap_or_default()
}

/// Reads one word number.
fn next_word(stream: &mut &'static [u8]) -> usize {
    let escape = escape();
    match **stream {
        [first, ref rest @ ..] if usize::from(first) < escape => {
            *stream = rest;
            usize::from(first)
        }
        [first, second, ref rest @ ..] => {
            *stream = rest;
            escape + ((usize::from(first) - escape) << 8) + usize::from(second)
        }
        _ => 0,
    }
}

/// The word numbers of a stored name.
fn words_of(number: usize) -> impl Iterator<Item = usize> {
    let start = u32_at(Section::NameBlocks.bytes(), number / 32) as usize;
    let mut stream = Section::NameStream.bytes().get(start..).unwrap_or_default();
    for _ in 0..number % 32 {
        while next_word(&mut stream) != 0 {}
    }
    std::iter::from_fn(move || Some(next_word(&mut stream)).filter(|&word| word != 0))
}

fn push_stored(number: usize, out: &mut Vec<u8>) {
    for (i, number) in words_of(number).enumerate() {
        if i > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word(number));
    }
}

/// The ranges whose names are a prefix and the code point: first, last, prefix.
fn algorithmic() -> impl Iterator<Item = (u32, u32, &'static str)> {
    Section::AlgorithmicNames.bytes().chunks_exact(40).map(|record| {
        let len = usize::from(record[8]).min(31);
        (u32_at(record, 0), u32_at(record, 1), std::str::from_utf8(&record[9..9 + len]).unwrap_or_default())
    })
}

/// The name of a code point.
pub fn name(code_point: u32) -> Option<String> {
    if let Some(index) = code_point.checked_sub(0xAC00).filter(|&i| i < 11_172) {
        let index = index as usize;
        let (lead, vowel, tail) = (index / 588, index % 588 / 28, index % 28);
        return Some(format!("{HANGUL}{}{}{}", JAMO_LEAD[lead], JAMO_VOWEL[vowel], JAMO_TAIL[tail]));
    }
    if let Some((_, _, prefix)) = algorithmic().find(|&(low, high, _)| (low..=high).contains(&code_point)) {
        return Some(format!("{prefix}{code_point:04X}"));
    }
    const RUNS: &[u8] = Section::NameRuns.bytes();
    let (mut low, mut high) = (0, RUNS.len() / 12);
    while low < high {
        let middle = (low + high) / 2;
        let (start, len) = (u32_at(RUNS, 3 * middle), u32_at(RUNS, 3 * middle + 1));
        if code_point < start {
            high = middle;
        } else if code_point >= start + len {
            low = middle + 1;
        } else {
            let mut out = Vec::with_capacity(40);
            push_stored((u32_at(RUNS, 3 * middle + 2) + code_point - start) as usize, &mut out);
            return String::from_utf8(out).ok();
        }
    }
    None
}

/// The reference finds these by name, but gives them none.
const TANGUT: [(u32, u32, &str); 2] =
    [(0x1_7000, 0x1_87F7, "TANGUT IDEOGRAPH-"), (0x1_8D00, 0x1_8D08, "TANGUT IDEOGRAPH-")];

/// What a name stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Named {
    CodePoint(u32),
    /// A named sequence, which `\N{...}` does not accept but `unicodedata.lookup` does.
    Sequence(Vec<u32>),
}

/// Finds what a name (of a character, an alias or a sequence) stands for; case does not matter.
pub fn lookup(name: &str) -> Option<Named> {
    if name.len() > 256 || !name.is_ascii() {
        return None;
    }
    let upper = name.to_ascii_uppercase();
    if let Some(syllable) = upper.strip_prefix(HANGUL) {
        return lookup_hangul(syllable).map(Named::CodePoint);
    }
    for (low, high, prefix) in algorithmic().chain(TANGUT) {
        if let Some(digits) = upper.strip_prefix(prefix) {
            let found = u32::from_str_radix(digits, 16).ok().filter(|c| (low..=high).contains(c));
            if let Some(code_point) = found.filter(|c| digits.len() == if *c > 0xFFFF { 5 } else { 4 }) {
                return Some(Named::CodePoint(code_point));
            }
        }
    }
    const SORTED: &[u8] = Section::NamesSorted.bytes();
    let (mut low, mut high) = (0, SORTED.len() / 2);
    let mut candidate = Vec::with_capacity(64);
    while low < high {
        let middle = (low + high) / 2;
        let number = usize::from(u16_at(SORTED, middle));
        candidate.clear();
        push_stored(number, &mut candidate);
        match candidate.as_slice().cmp(upper.as_bytes()) {
            Ordering::Equal => return meaning(number),
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
        }
    }
    None
}

fn meaning(number: usize) -> Option<Named> {
    let named = named_count();
    if number < named {
        const RUNS: &[u8] = Section::NameRuns.bytes();
        let runs =
            (0..RUNS.len() / 12).map(|i| (u32_at(RUNS, 3 * i), u32_at(RUNS, 3 * i + 1), u32_at(RUNS, 3 * i + 2)));
        let number = number as u32;
        let (start, _, first) = runs.into_iter().find(|&(_, len, first)| number >= first && number < first + len)?;
        return Some(Named::CodePoint(start + number - first));
    }
    const STARTS: &[u8] = Section::SequenceStarts.bytes();
    let (start, end) = (u16_at(STARTS, number - named), u16_at(STARTS, number - named + 1));
    let points: Vec<u32> = (start..end).map(|i| u24_at(Section::SequencePoints.bytes(), usize::from(i))).collect();
    Some(if let [point] = points[..] { Named::CodePoint(point) } else { Named::Sequence(points) })
}

fn lookup_hangul(syllable: &str) -> Option<u32> {
    // The longest lead and vowel that fit; an empty lead is allowed.
    let longest = |table: &[&str], rest: &str| {
        let fits = table.iter().enumerate().filter(|(_, jamo)| rest.starts_with(**jamo));
        fits.max_by_key(|(_, jamo)| jamo.len()).map(|(i, jamo)| (i, jamo.len()))
    };
    let (lead, used) = longest(&JAMO_LEAD, syllable)?;
    let rest = &syllable[used..];
    let (vowel, used) = longest(&JAMO_VOWEL, rest)?;
    let rest = &rest[used..];
    let tail = JAMO_TAIL.iter().position(|jamo| *jamo == rest)?;
    Some(0xAC00 + (lead * 588 + vowel * 28 + tail) as u32)
}
