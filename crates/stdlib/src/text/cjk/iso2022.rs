//! The encodings that change between character sets by escape sequences (ISO 2022).

use super::codec::{Put, State, Step};
use super::tables::{Read, table};

/// A character set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Set {
    None,
    Ascii,
    JisRoman,
    JisKana,
    Jis0208,
    Jis0208Old,
    Jis0212,
    Gb2312,
    Ksx1001,
    Latin1,
    Greek,
    /// JIS X 0213: the first plane of 2000 and of 2004, the second plane.
    Jis0213Of2000,
    Jis0213Of2004,
    Jis0213Second,
}

/// How a set is called up in output: the bytes behind ESC, and which of the four places it takes.
pub struct Designation {
    set: Set,
    escape: &'static [u8],
    place: usize,
}

/// What an encoding may use, in the order in which sets are tried for a character.
pub struct Rules {
    designations: &'static [Designation],
    /// Sets that are only read.
    read_only: &'static [Set],
    /// The second place is used through SHIFT OUT.
    shifts: bool,
    /// The third place is used through ESC N, for a character at a time.
    single_shifts: bool,
    /// The set that has characters of two code points.
    pairs: Option<Set>,
}

const fn set(set: Set, escape: &'static [u8], place: usize) -> Designation {
    Designation { set, escape, place }
}

const PLAIN: Rules = Rules { designations: &[], read_only: &[], shifts: false, single_shifts: false, pairs: None };

const ASCII: &[u8] = b"(B";
const ESCAPE: u8 = 0x1B;
const SHIFT_OUT: u8 = 0x0E;
const SHIFT_IN: u8 = 0x0F;

const JIS0208: Designation = set(Set::Jis0208, b"$B", 0);
const JIS0208_OLD: Designation = set(Set::Jis0208Old, b"$@", 0);
const JIS0212: Designation = set(Set::Jis0212, b"$(D", 0);
const JIS0213_OF_2000: Designation = set(Set::Jis0213Of2000, b"$(O", 0);
const JIS0213_OF_2004: Designation = set(Set::Jis0213Of2004, b"$(Q", 0);
const JIS0213_SECOND: Designation = set(Set::Jis0213Second, b"$(P", 0);
const ROMAN: Designation = set(Set::JisRoman, b"(J", 0);
const KANA: Designation = set(Set::JisKana, b"(I", 0);
const KOREAN: Designation = set(Set::Ksx1001, b"$(C", 0);
const KOREAN_SHIFTED: Designation = set(Set::Ksx1001, b"$)C", 1);
const CHINESE: Designation = set(Set::Gb2312, b"$(A", 0);

static KR: Rules = Rules { designations: &[KOREAN_SHIFTED], shifts: true, ..PLAIN };
static JP: Rules = Rules { designations: &[JIS0208, ROMAN, JIS0208_OLD], ..PLAIN };
static JP_1: Rules = Rules { designations: &[JIS0208, JIS0212, ROMAN, JIS0208_OLD], ..PLAIN };
static JP_2: Rules = Rules {
    designations: &[JIS0208, JIS0212, KOREAN, CHINESE, ROMAN, JIS0208_OLD],
    read_only: &[Set::Latin1, Set::Greek],
    single_shifts: true,
    ..PLAIN
};
static JP_3: Rules =
    Rules { designations: &[JIS0208, JIS0213_OF_2000, JIS0213_SECOND], pairs: Some(Set::Jis0213Of2000), ..PLAIN };
static JP_2004: Rules =
    Rules { designations: &[JIS0208, JIS0213_OF_2004, JIS0213_SECOND], pairs: Some(Set::Jis0213Of2004), ..PLAIN };
static JP_EXT: Rules = Rules { designations: &[JIS0208, JIS0212, ROMAN, KANA, JIS0208_OLD], ..PLAIN };

/// The rules of an encoding, by the codec's name.
pub fn rules(name: &str) -> Option<(&'static str, &'static Rules)> {
    Some(match name {
        "iso2022_kr" => ("iso2022_kr", &KR),
        "iso2022_jp" => ("iso2022_jp", &JP),
        "iso2022_jp_1" => ("iso2022_jp_1", &JP_1),
        "iso2022_jp_2" => ("iso2022_jp_2", &JP_2),
        "iso2022_jp_3" => ("iso2022_jp_3", &JP_3),
        "iso2022_jp_2004" => ("iso2022_jp_2004", &JP_2004),
        "iso2022_jp_ext" => ("iso2022_jp_ext", &JP_EXT),
        _ => return None,
    })
}

const SETS: [Set; 14] = [
    Set::None,
    Set::Ascii,
    Set::JisRoman,
    Set::JisKana,
    Set::Jis0208,
    Set::Jis0208Old,
    Set::Jis0212,
    Set::Gb2312,
    Set::Ksx1001,
    Set::Latin1,
    Set::Greek,
    Set::Jis0213Of2000,
    Set::Jis0213Of2004,
    Set::Jis0213Second,
];

/// Which sets are called up, and whether output is shifted.
pub struct Shifts {
    places: [Set; 4],
    is_shifted: bool,
    /// Input is taken as it is.
    passes: bool,
}

impl Shifts {
    pub fn of(state: &State) -> Shifts {
        let mut places = [0, 1, 2, 3].map(|place| SETS.get(state.0[place] as usize).copied().unwrap_or(Set::None));
        if places[0] == Set::None {
            places[0] = Set::Ascii;
        }
        Shifts { places, is_shifted: state.0[4] != 0, passes: state.0[5] != 0 }
    }

    fn save(&self, state: &mut State) {
        for (place, set) in self.places.iter().enumerate() {
            state.0[place] = *set as u8;
        }
        state.0[4] = self.is_shifted.into();
        state.0[5] = self.passes.into();
    }

    pub fn finish(&mut self, state: &mut State, out: &mut Vec<u8>) {
        self.return_to_ascii(out);
        self.save(state);
    }

    fn return_to_ascii(&mut self, out: &mut Vec<u8>) {
        if self.is_shifted {
            out.push(SHIFT_IN);
            self.is_shifted = false;
        }
        if self.places[0] != Set::Ascii {
            out.push(ESCAPE);
            out.extend_from_slice(ASCII);
            self.places[0] = Set::Ascii;
        }
    }
}

impl Set {
    fn is_double(self) -> bool {
        use Set::*;
        matches!(
            self,
            Jis0208 | Jis0208Old | Jis0212 | Gb2312 | Ksx1001 | Jis0213Of2000 | Jis0213Of2004 | Jis0213Second
        )
    }

    /// The codec whose table holds a plane of JIS X 0213. The second plane is the same in all editions but for characters that
    /// only the later one has.
    fn jis0213(self) -> Option<&'static super::tables::Table> {
        table(if self == Set::Jis0213Of2000 { "euc_jisx0213" } else { "euc_jis_2004" })
    }

    /// The character of one byte (of seven bits) or two.
    fn read(self, bytes: &[u8]) -> Option<Read> {
        let one = |point: u32| Some(Read::One(point));
        let (first, second) = (bytes[0], bytes.get(1).copied().unwrap_or(0));
        match self {
            Set::None => None,
            Set::Ascii => one(first.into()),
            Set::JisRoman => one(match first {
                b'\\' => 0xA5,
                b'~' => 0x203E,
                byte => byte.into(),
            }),
            Set::JisKana => (0x21..=0x5F).contains(&first).then(|| Read::One(u32::from(first) - 0x21 + 0xFF61)),
            Set::Jis0208 | Set::Jis0208Old if first == 0x21 && second == 0x40 => one(0xFF3C),
            Set::Jis0208 | Set::Jis0208Old => table("euc_jp")?.pair_of_bytes(first | 0x80, second | 0x80),
            Set::Jis0212 => table("euc_jp")?.behind_shift(first | 0x80, second | 0x80),
            Set::Gb2312 => table("gb2312")?.pair_of_bytes(first | 0x80, second | 0x80),
            Set::Ksx1001 if first == 0x24 && second == 0x54 => one(super::codec::FILLER),
            Set::Ksx1001 => table("euc_kr")?.pair_of_bytes(first | 0x80, second | 0x80),
            Set::Jis0213Of2000 | Set::Jis0213Of2004 if first == 0x22 && second == 0x32 => one(0x7E),
            Set::Jis0213Of2000 | Set::Jis0213Of2004 => self.jis0213()?.pair_of_bytes(first | 0x80, second | 0x80),
            Set::Jis0213Second if !in_second_plane(first) => None,
            Set::Jis0213Second => self.jis0213()?.behind_shift(first | 0x80, second | 0x80),
            Set::Latin1 => one(u32::from(first) | 0x80),
            Set::Greek => greek(first | 0x80).map(Read::One),
        }
    }

    /// The bytes (of seven bits) of a character.
    fn write(self, point: u32) -> Option<([u8; 2], usize)> {
        let double = |codec: &str, length: usize| {
            let written = table(codec)?.written(point)?;
            let bytes = written.as_slice();
            let own = bytes.len() == length && (length == 3) == (bytes[0] == 0x8F) && bytes[0] != 0x8E;
            own.then(|| ([bytes[length - 2] & 0x7F, bytes[length - 1] & 0x7F], 2))
        };
        let one = |byte: u32| Some(([byte as u8, 0], 1));
        match self {
            Set::None => None,
            Set::Ascii => (point < 128).then_some(([point as u8, 0], 1)),
            Set::JisRoman => match point {
                0xA5 => one(0x5C),
                0x203E => one(0x7E),
                _ => None,
            },
            Set::JisKana => point.checked_sub(0xFF61).filter(|&kana| kana < 63).and_then(|kana| one(kana + 0x21)),
            Set::Jis0208 if point == 0xFF3C => Some(([0x21, 0x40], 2)),
            Set::Jis0208 if point < 128 => None,
            Set::Jis0208 => double("euc_jp", 2),
            Set::Jis0208Old => None,
            Set::Jis0212 => double("euc_jp", 3),
            Set::Gb2312 => double("gb2312", 2),
            Set::Ksx1001 => double("euc_kr", 2),
            Set::Jis0213Of2000 | Set::Jis0213Of2004 if point == 0xFF5E => None,
            Set::Jis0213Of2000 => double("euc_jisx0213", 2),
            Set::Jis0213Of2004 => double("euc_jis_2004", 2),
            Set::Jis0213Second => double("euc_jis_2004", 3).filter(|(bytes, _)| in_second_plane(bytes[0])),
            Set::Latin1 | Set::Greek => None,
        }
    }
}

/// Whether a row (its first byte, of seven bits) is of the second plane of JIS X 0213; the others are of JIS X 0212.
fn in_second_plane(row: u8) -> bool {
    matches!(row, 0x21 | 0x23..=0x25 | 0x28 | 0x2C..=0x2F | 0x6E..=0x7E)
}

/// The upper half of ISO 8859-7.
fn greek(byte: u8) -> Option<u32> {
    Some(match byte {
        0xA1 => 0x2018,
        0xA2 => 0x2019,
        0xA4 => 0x20AC,
        0xA5 => 0x20AF,
        0xAA => 0x37A,
        0xAF => 0x2015,
        0xAE | 0xD2 | 0xFF => return None,
        0xB4 => 0x384,
        0xB5 => 0x385,
        0xB6 => 0x386,
        0xB8..=0xBA => 0x388 + u32::from(byte) - 0xB8,
        0xBC => 0x38C,
        0xBE..=0xFE => 0x38E + u32::from(byte) - 0xBE,
        _ => byte.into(),
    })
}

/// Bytes in escape sequences that are looked at before they are given up.
const LONGEST_ESCAPE: usize = 16;

pub fn read(rules: &Rules, input: &[u8], state: &mut State) -> Step {
    let mut shifts = Shifts::of(state);
    let first = input[0];
    if shifts.passes {
        // Behind an escape that is none of ours, up to its end.
        shifts.passes = !(first.is_ascii_uppercase() || first == b'@');
        shifts.save(state);
        return Step::Read(Some(Read::One(first.into())), 1);
    }
    match first {
        ESCAPE => {
            let Some(&second) = input.get(1) else { return Step::Incomplete };
            if second == b'N' && rules.single_shifts {
                // One character of the third place.
                let Some(&byte) = input.get(2) else { return Step::Incomplete };
                let read = match shifts.places[2] {
                    Set::None => Some(Read::One(byte.into())),
                    set => set.read(&[byte]),
                };
                return match read {
                    Some(read) if byte < 0x80 => Step::Read(Some(read), 3),
                    _ => Step::Illegal(3),
                };
            }
            if matches!(second, b'(' | b')' | b'$' | b'.' | b'&') {
                return escape(rules, input, shifts, state);
            }
            shifts.passes = true;
            shifts.save(state);
            return Step::Read(Some(Read::One(first.into())), 1);
        }
        SHIFT_OUT if rules.shifts => {
            shifts.is_shifted = true;
            shifts.save(state);
            return Step::Read(None, 1);
        }
        SHIFT_IN if rules.shifts => {
            shifts.is_shifted = false;
            shifts.save(state);
            return Step::Read(None, 1);
        }
        b'\n' => {
            shifts.is_shifted = false;
            shifts.save(state);
            return Step::Read(Some(Read::One(10)), 1);
        }
        0..0x20 => return Step::Read(Some(Read::One(first.into())), 1),
        0x80.. => return Step::Illegal(1),
        _ => {}
    }
    let set = match shifts.places[usize::from(shifts.is_shifted)] {
        // What was not called up is ASCII.
        Set::None => Set::Ascii,
        set => set,
    };
    let width = if set.is_double() { 2 } else { 1 };
    let Some(bytes) = input.get(..width) else { return Step::Incomplete };
    match set.read(bytes) {
        Some(read) => Step::Read(Some(read), width),
        None => Step::Illegal(width),
    }
}

/// A sequence that calls up a set: ESC, what says how many bytes a character has and which place it takes, a letter.
fn escape(rules: &Rules, input: &[u8], mut shifts: Shifts, state: &mut State) -> Step {
    let is_korean = rules.shifts;
    let is_end = |(at, byte): (usize, &u8)| match byte {
        // "&@" announces a later edition of JIS X 0208, which is the same set for us.
        b'@' => is_korean || input[at - 1] != b'&',
        byte => byte.is_ascii_uppercase(),
    };
    let Some(end) = input.iter().enumerate().skip(2).take(LONGEST_ESCAPE).position(|place| is_end((place.0, place.1)))
    else {
        return if input.len() < LONGEST_ESCAPE { Step::Incomplete } else { Step::Illegal(1) };
    };
    let end = end + 2;
    let called = match &input[1..=end] {
        [b'(', letter] => single(*letter).map(|set| (set, 0)),
        [b')', letter] => single(*letter).map(|set| (set, 1)),
        [b'.', letter] if rules.single_shifts => single(*letter).map(|set| (set, 2)),
        [b'$', letter] | [b'$', b'(', letter] => double(*letter).map(|set| (set, 0)),
        [b'$', b')', letter] => double(*letter).map(|set| (set, 1)),
        b"&@\x1B$B" if !is_korean => Some((Set::Jis0208, 0)),
        _ => None,
    };
    let is_known = |set: Set| {
        set == Set::Ascii || rules.read_only.contains(&set) || rules.designations.iter().any(|known| known.set == set)
    };
    match called {
        Some((set, place)) if is_known(set) => {
            shifts.places[place] = set;
            shifts.save(state);
            Step::Read(None, end + 1)
        }
        _ => Step::Illegal(end + 1),
    }
}

fn single(letter: u8) -> Option<Set> {
    Some(match letter {
        b'B' => Set::Ascii,
        b'J' => Set::JisRoman,
        b'I' => Set::JisKana,
        b'A' => Set::Latin1,
        b'F' => Set::Greek,
        _ => return None,
    })
}

fn double(letter: u8) -> Option<Set> {
    Some(match letter {
        b'B' => Set::Jis0208,
        b'@' => Set::Jis0208Old,
        b'D' => Set::Jis0212,
        b'A' => Set::Gb2312,
        b'C' => Set::Ksx1001,
        b'O' => Set::Jis0213Of2000,
        b'P' => Set::Jis0213Second,
        b'Q' => Set::Jis0213Of2004,
        _ => return None,
    })
}

/// Writes the first of `points`, or the first two if they are one character; `is_last` if none come behind them.
pub fn write(rules: &Rules, points: &[u32], is_last: bool, state: &mut State, out: &mut Vec<u8>) -> Put {
    let mut shifts = Shifts::of(state);
    let Some(&point) = points.first() else { return Put::Done(0) };
    if point < 128 {
        shifts.return_to_ascii(out);
        out.push(point as u8);
        shifts.save(state);
        return Put::Done(1);
    }
    let mut pair = None;
    if let Some(table) = rules.pairs.and_then(Set::jis0213) {
        match points.get(1) {
            Some(&second) => pair = table.written_pair(point, second),
            None if !is_last && table.begins_pair(point) => return Put::Waits,
            None => {}
        }
    }
    for known in rules.designations {
        let (bytes, length) = match &pair {
            Some(_) if rules.pairs != Some(known.set) => continue,
            Some(written) => match written.as_slice() {
                [first, second] => ([first & 0x7F, second & 0x7F], 2),
                _ => continue,
            },
            None => match known.set.write(point) {
                Some(bytes) => bytes,
                None => continue,
            },
        };
        if shifts.places[known.place] != known.set {
            out.push(ESCAPE);
            out.extend_from_slice(known.escape);
            shifts.places[known.place] = known.set;
        }
        match known.place {
            1 if !shifts.is_shifted => {
                out.push(SHIFT_OUT);
                shifts.is_shifted = true;
            }
            0 if shifts.is_shifted => {
                out.push(SHIFT_IN);
                shifts.is_shifted = false;
            }
            _ => {}
        }
        out.extend_from_slice(&bytes[..length]);
        shifts.save(state);
        return Put::Done(if pair.is_some() { 2 } else { 1 });
    }
    Put::Cannot
}
