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
}

/// How a set is called up: the bytes behind ESC, and which of the four places it takes.
pub struct Designation {
    set: Set,
    escape: &'static [u8],
    place: usize,
}

/// What an encoding may use, in the order in which sets are tried for a character.
pub struct Rules {
    designations: &'static [Designation],
    /// The second place is used through SHIFT OUT.
    shifts: bool,
}

const fn set(set: Set, escape: &'static [u8], place: usize) -> Designation {
    Designation { set, escape, place }
}

const ASCII: &[u8] = b"(B";
const ESCAPE: u8 = 0x1B;
const SHIFT_OUT: u8 = 0x0E;
const SHIFT_IN: u8 = 0x0F;

static KR: Rules = Rules { designations: &[set(Set::Ksx1001, b"$)C", 1)], shifts: true };
static JP: Rules = Rules {
    designations: &[set(Set::Jis0208, b"$B", 0), set(Set::JisRoman, b"(J", 0), set(Set::Jis0208Old, b"$@", 0)],
    shifts: false,
};
static JP_1: Rules = Rules {
    designations: &[
        set(Set::Jis0208, b"$B", 0),
        set(Set::Jis0212, b"$(D", 0),
        set(Set::JisRoman, b"(J", 0),
        set(Set::Jis0208Old, b"$@", 0),
    ],
    shifts: false,
};
static JP_2: Rules = Rules {
    designations: &[
        set(Set::Jis0208, b"$B", 0),
        set(Set::Jis0212, b"$(D", 0),
        set(Set::Ksx1001, b"$(C", 0),
        set(Set::Gb2312, b"$A", 0),
        set(Set::JisRoman, b"(J", 0),
        set(Set::Jis0208Old, b"$@", 0),
        set(Set::Latin1, b".A", 2),
        set(Set::Greek, b".F", 2),
    ],
    shifts: false,
};
static JP_EXT: Rules = Rules {
    designations: &[
        set(Set::Jis0208, b"$B", 0),
        set(Set::Jis0212, b"$(D", 0),
        set(Set::JisRoman, b"(J", 0),
        set(Set::JisKana, b"(I", 0),
        set(Set::Jis0208Old, b"$@", 0),
    ],
    shifts: false,
};

/// The rules of an encoding, by the codec's name.
pub fn rules(name: &str) -> Option<(&'static str, &'static Rules)> {
    Some(match name {
        "iso2022_kr" => ("iso2022_kr", &KR),
        "iso2022_jp" => ("iso2022_jp", &JP),
        "iso2022_jp_1" => ("iso2022_jp_1", &JP_1),
        "iso2022_jp_2" => ("iso2022_jp_2", &JP_2),
        "iso2022_jp_ext" => ("iso2022_jp_ext", &JP_EXT),
        _ => return None,
    })
}

const SETS: [Set; 11] = [
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
];

/// Which sets are called up, and whether output is shifted.
pub struct Shifts {
    places: [Set; 4],
    is_shifted: bool,
}

impl Shifts {
    pub fn of(state: &State) -> Shifts {
        let mut places = [0, 1, 2, 3].map(|place| SETS.get(state.0[place] as usize).copied().unwrap_or(Set::None));
        if places[0] == Set::None {
            places[0] = Set::Ascii;
        }
        Shifts { places, is_shifted: state.0[4] != 0 }
    }

    fn save(&self, state: &mut State) {
        for (place, set) in self.places.iter().enumerate() {
            state.0[place] = *set as u8;
        }
        state.0[4] = self.is_shifted.into();
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
        matches!(self, Set::Jis0208 | Set::Jis0208Old | Set::Jis0212 | Set::Gb2312 | Set::Ksx1001)
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
            Set::Ksx1001 => table("euc_kr")?.pair_of_bytes(first | 0x80, second | 0x80),
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
            Set::Latin1 => (0xA0..0x100).contains(&point).then_some(([(point & 0x7F) as u8, 0], 1)),
            Set::Greek => (0xA0..=0xFFu8).find(|&byte| greek(byte) == Some(point)).map(|byte| ([byte & 0x7F, 0], 1)),
        }
    }
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
    match first {
        ESCAPE => {
            let Some(&second) = input.get(1) else { return Step::Incomplete };
            if second == b'N' && !rules.shifts {
                // One character of the third place.
                let Some(&byte) = input.get(2) else { return Step::Incomplete };
                return match shifts.places[2].read(&[byte]) {
                    Some(read) if byte < 0x80 => Step::Read(Some(read), 3),
                    _ => Step::Illegal(1),
                };
            }
            let rest = &input[1..];
            let known = rules.designations.iter().map(|known| (known.set, known.escape, known.place));
            for (set, escape, place) in known.chain([(Set::Ascii, ASCII, 0)]) {
                if rest.starts_with(escape) {
                    shifts.places[place] = set;
                    shifts.save(state);
                    return Step::Read(None, 1 + escape.len());
                }
            }
            let end = rest.iter().position(u8::is_ascii_alphabetic);
            return match end {
                None if rest.len() < LONGEST_ESCAPE => Step::Incomplete,
                Some(end) if end < LONGEST_ESCAPE => Step::Illegal(end + 2),
                _ => Step::Illegal(1),
            };
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
    let set = shifts.places[usize::from(shifts.is_shifted)];
    let width = if set.is_double() { 2 } else { 1 };
    let Some(bytes) = input.get(..width) else { return Step::Incomplete };
    match set.read(bytes) {
        Some(read) => Step::Read(Some(read), width),
        None => Step::Illegal(width),
    }
}

pub fn write(rules: &Rules, point: u32, state: &mut State, out: &mut Vec<u8>) -> Put {
    let mut shifts = Shifts::of(state);
    if point < 128 {
        shifts.return_to_ascii(out);
        out.push(point as u8);
        if point == 10 && rules.shifts {
            shifts.places[1] = Set::None;
        }
        shifts.save(state);
        return Put::Done(1);
    }
    for known in rules.designations {
        let Some((bytes, length)) = known.set.write(point) else { continue };
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
            2 => out.extend_from_slice(&[ESCAPE, b'N']),
            0 if shifts.is_shifted => {
                out.push(SHIFT_IN);
                shifts.is_shifted = false;
            }
            _ => {}
        }
        out.extend_from_slice(&bytes[..length]);
        shifts.save(state);
        return Put::Done(1);
    }
    Put::Cannot
}
