//! Reading and writing of text in these encodings, a character at a time, with what state there is between them.

use super::iso2022::{self, Shifts};
use super::tables::{Class, Read, Table, Written, table};

/// An encoding.
#[derive(Clone, Copy)]
pub enum Codec {
    Plain {
        name: &'static str,
        table: &'static Table,
    },
    Shifting {
        name: &'static str,
        rules: &'static iso2022::Rules,
    },
    /// GB 2312 in seven bits, with "~{" and "~}".
    Hz,
}

/// What comes next in the input.
pub enum Step {
    /// Characters, and how many bytes they took; none for what only changes the state.
    Read(Option<Read>, usize),
    /// Wrong, for so many bytes.
    Illegal(usize),
    Incomplete,
}

/// What was done about a character.
pub enum Put {
    /// Written, for so many characters.
    Done(usize),
    /// It may belong to the next one.
    Waits,
    Cannot,
}

/// What is remembered between characters.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct State(pub [u8; 8]);

const CHO: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const JONG: &str = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";
pub const FILLER: u32 = 0x3164;
const SYLLABLES: std::ops::Range<u32> = 0xAC00..0xD7A4;

fn place_in(letters: &str, point: u32) -> Option<u32> {
    letters.chars().position(|c| c as u32 == point).map(|place| place as u32)
}

/// A Hangul syllable spelled out behind a filler.
fn spelled(table: &Table, bytes: &[u8]) -> Option<u32> {
    let mut jamo = [0; 3];
    for (place, pair) in jamo.iter_mut().zip(bytes[2..8].chunks_exact(2)) {
        match table.pair_of_bytes(pair[0], pair[1]) {
            _ if pair == [0xA4, 0xD4] => *place = FILLER,
            Some(Read::One(point)) if pair[0] == 0xA4 => *place = point,
            _ => return None,
        }
    }
    let cho = place_in(CHO, jamo[0])?;
    let jung = jamo[1].checked_sub(0x314F).filter(|&jung| jung < 21)?;
    let jong = if jamo[2] == FILLER { 0 } else { place_in(JONG, jamo[2])? + 1 };
    Some(SYLLABLES.start + (cho * 21 + jung) * 28 + jong)
}

fn spell(table: &Table, point: u32, out: &mut Vec<u8>) -> bool {
    if !SYLLABLES.contains(&point) {
        return false;
    }
    let index = point - SYLLABLES.start;
    let nth = |letters: &str, place: u32| letters.chars().nth(place as usize).map_or(FILLER, |c| c as u32);
    let jong = index % 28;
    let jamo =
        [FILLER, nth(CHO, index / 588), 0x314F + index / 28 % 21, if jong == 0 { FILLER } else { nth(JONG, jong - 1) }];
    for point in jamo {
        match table.written(point) {
            Some(written) => out.extend_from_slice(written.as_slice()),
            None => return false,
        }
    }
    true
}

impl Codec {
    pub fn named(name: &str) -> Option<Codec> {
        if name == "hz" {
            return Some(Codec::Hz);
        }
        if let Some((name, rules)) = iso2022::rules(name) {
            return Some(Codec::Shifting { name, rules });
        }
        let name = NAMES.iter().find(|known| **known == name)?;
        table(name).map(|table| Codec::Plain { name, table })
    }

    pub fn name(&self) -> &'static str {
        match self {
            Codec::Plain { name, .. } | Codec::Shifting { name, .. } => name,
            Codec::Hz => "hz",
        }
    }

    /// The next characters of `input`, which is not empty.
    pub fn read(&self, input: &[u8], state: &mut State) -> Step {
        match self {
            Codec::Plain { name, table } => read_plain(name, table, input),
            Codec::Shifting { rules, .. } => iso2022::read(rules, input, state),
            Codec::Hz => read_hz(input, state),
        }
    }

    /// Writes the first of `points`; `is_last` if none come behind them.
    pub fn write(&self, points: &[u32], is_last: bool, state: &mut State, out: &mut Vec<u8>) -> Put {
        let Some(&point) = points.first() else { return Put::Done(0) };
        match self {
            Codec::Plain { name, table } => write_plain(name, table, points, is_last, out),
            Codec::Shifting { rules, .. } => iso2022::write(rules, points, is_last, state, out),
            Codec::Hz => write_hz(point, state, out),
        }
    }

    /// Ends the output: the state is then that of the beginning.
    pub fn finish(&self, state: &mut State, out: &mut Vec<u8>) {
        match self {
            Codec::Plain { .. } => {}
            Codec::Shifting { .. } => Shifts::of(state).finish(state, out),
            Codec::Hz => {
                if state.0[0] != 0 {
                    out.extend_from_slice(b"~}");
                }
            }
        }
        *state = State::default();
    }
}

const NAMES: &[&str] = &[
    "gb2312",
    "gbk",
    "gb18030",
    "big5",
    "cp950",
    "big5hkscs",
    "euc_kr",
    "cp949",
    "johab",
    "shift_jis",
    "cp932",
    "euc_jp",
    "shift_jis_2004",
    "shift_jisx0213",
    "euc_jis_2004",
    "euc_jisx0213",
];

fn read_plain(name: &str, table: &Table, input: &[u8]) -> Step {
    let first = input[0];
    match table.class(first) {
        Class::Itself | Class::Mapped => return Step::Read(Some(Read::One(table.single(first))), 1),
        Class::Invalid => return Step::Illegal(1),
        Class::Lead => {}
    }
    let Some(&second) = input.get(1) else { return Step::Incomplete };
    if table.has_four() && second.is_ascii_digit() {
        let [_, _, third, fourth, ..] = *input else { return Step::Incomplete };
        if !(0x81..=0xFE).contains(&first) || !(0x81..=0xFE).contains(&third) || !fourth.is_ascii_digit() {
            return Step::Illegal(1);
        }
        let [a, b, c, d] = [first - 0x81, second - 0x30, third - 0x81, fourth - 0x30].map(u32::from);
        return match table.four(((a * 10 + b) * 126 + c) * 10 + d) {
            Some(point) => Step::Read(Some(Read::One(point)), 4),
            None => Step::Illegal(1),
        };
    }
    if first == 0x8F && table.has_three() {
        let Some(&third) = input.get(2) else { return Step::Incomplete };
        return match table.behind_shift(second, third) {
            Some(read) => Step::Read(Some(read), 3),
            None => Step::Illegal(1),
        };
    }
    if name == "euc_kr" && first == 0xA4 && second == 0xD4 {
        if input.len() < 8 {
            return Step::Incomplete;
        }
        return match spelled(table, input) {
            Some(point) => Step::Read(Some(Read::One(point)), 8),
            None => Step::Illegal(1),
        };
    }
    match table.pair_of_bytes(first, second) {
        Some(read) => Step::Read(Some(read), 2),
        None => Step::Illegal(1),
    }
}

fn write_plain(name: &str, table: &Table, points: &[u32], is_last: bool, out: &mut Vec<u8>) -> Put {
    let point = points[0];
    // Not all tables have ASCII in its place.
    if point < 128 && table.class(point as u8) == Class::Itself {
        out.push(point as u8);
        return Put::Done(1);
    }
    match points.get(1) {
        Some(&second) => {
            if let Some(written) = table.written_pair(point, second) {
                out.extend_from_slice(written.as_slice());
                return Put::Done(2);
            }
        }
        None if !is_last && table.begins_pair(point) => return Put::Waits,
        None => {}
    }
    put(table.written(point), out).unwrap_or_else(|| {
        if let Some(linear) = table.linear(point) {
            let digits =
                [linear / 12600 + 0x81, linear / 1260 % 10 + 0x30, linear / 10 % 126 + 0x81, linear % 10 + 0x30];
            out.extend(digits.map(|digit| digit as u8));
            return Put::Done(1);
        }
        if name == "euc_kr" && spell(table, point, out) { Put::Done(1) } else { Put::Cannot }
    })
}

fn put(written: Option<Written>, out: &mut Vec<u8>) -> Option<Put> {
    written.map(|written| {
        out.extend_from_slice(written.as_slice());
        Put::Done(1)
    })
}

fn read_hz(input: &[u8], state: &mut State) -> Step {
    let first = input[0];
    if first == b'~' {
        let Some(&second) = input.get(1) else { return Step::Incomplete };
        match second {
            b'~' if state.0[0] == 0 => return Step::Read(Some(Read::One(u32::from(b'~'))), 2),
            b'{' if state.0[0] == 0 => state.0[0] = 1,
            b'\n' if state.0[0] == 0 => {}
            b'}' if state.0[0] != 0 => state.0[0] = 0,
            _ => return Step::Illegal(1),
        }
        return Step::Read(None, 2);
    }
    if first >= 0x80 {
        return Step::Illegal(1);
    }
    if state.0[0] == 0 {
        return Step::Read(Some(Read::One(first.into())), 1);
    }
    let Some(&second) = input.get(1) else { return Step::Incomplete };
    match table("gb2312").and_then(|table| table.pair_of_bytes(first | 0x80, second | 0x80)) {
        Some(read) => Step::Read(Some(read), 2),
        None => Step::Illegal(1),
    }
}

fn write_hz(point: u32, state: &mut State, out: &mut Vec<u8>) -> Put {
    if point < 128 {
        if state.0[0] != 0 {
            out.extend_from_slice(b"~}");
            state.0[0] = 0;
        }
        out.push(point as u8);
        if point == u32::from(b'~') {
            out.push(b'~');
        }
        return Put::Done(1);
    }
    let Some(written) = table("gb2312").and_then(|table| table.written(point)) else { return Put::Cannot };
    if state.0[0] == 0 {
        out.extend_from_slice(b"~{");
        state.0[0] = 1;
    }
    out.extend(written.as_slice().iter().map(|byte| byte & 0x7F));
    Put::Done(1)
}
