//! What the items of an array are: a type code, how Python values become machine values, and back.

use runtime::objects::int::IntView;
use runtime::{Res, ThreadState, Value};

/// One type code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Code {
    I8,
    U8,
    /// 'u' and 'w': one code point in four bytes.
    OldChar,
    Char,
    I16,
    U16,
    I32,
    U32,
    Long,
    ULong,
    I64,
    U64,
    F32,
    F64,
}

/// All type codes, in the order of `array.typecodes`.
pub const CODES: [(u8, Code); 14] = [
    (b'b', Code::I8),
    (b'B', Code::U8),
    (b'u', Code::OldChar),
    (b'w', Code::Char),
    (b'h', Code::I16),
    (b'H', Code::U16),
    (b'i', Code::I32),
    (b'I', Code::U32),
    (b'l', Code::Long),
    (b'L', Code::ULong),
    (b'q', Code::I64),
    (b'Q', Code::U64),
    (b'f', Code::F32),
    (b'd', Code::F64),
];

/// An item's bytes, at the start of eight.
pub type Item = [u8; 8];

fn padded(bytes: &[u8]) -> Item {
    let mut item = [0; 8];
    item[..bytes.len()].copy_from_slice(bytes);
    item
}

impl Code {
    pub fn from_letter(letter: u32) -> Option<Code> {
        CODES.iter().find(|(code, _)| u32::from(*code) == letter).map(|&(_, code)| code)
    }

    pub fn letter(self) -> char {
        CODES.iter().find(|(_, code)| *code == self).map_or('?', |&(letter, _)| char::from(letter))
    }

    #[inline(always)]
    pub fn size(self) -> usize {
        match self {
            Code::I8 | Code::U8 => 1,
            Code::I16 | Code::U16 => 2,
            Code::OldChar | Code::Char | Code::I32 | Code::U32 | Code::F32 => 4,
            Code::Long | Code::ULong | Code::I64 | Code::U64 | Code::F64 => 8,
        }
    }

    pub fn is_text(self) -> bool {
        matches!(self, Code::OldChar | Code::Char)
    }

    pub fn is_float(self) -> bool {
        matches!(self, Code::F32 | Code::F64)
    }

    pub fn is_signed(self) -> bool {
        matches!(self, Code::I8 | Code::I16 | Code::I32 | Code::Long | Code::I64)
    }

    /// The format in `struct`'s syntax that a `memoryview` shows.
    pub fn format(self) -> &'static str {
        match self {
            Code::I8 => "b",
            Code::U8 => "B",
            Code::OldChar | Code::Char => "w",
            Code::I16 => "h",
            Code::U16 => "H",
            Code::I32 => "i",
            Code::U32 => "I",
            Code::Long => "l",
            Code::ULong => "L",
            Code::I64 => "q",
            Code::U64 => "Q",
            Code::F32 => "f",
            Code::F64 => "d",
        }
    }

    /// The number that names this representation in pickles.
    pub fn machine_format(self) -> usize {
        let little = match self {
            Code::U8 => return 0,
            Code::I8 => return 1,
            Code::F32 => 14,
            Code::F64 => 16,
            Code::OldChar | Code::Char => 20,
            _ => 2 + 4 * (self.size().trailing_zeros() as usize - 1) + 2 * usize::from(self.is_signed()),
        };
        little + usize::from(cfg!(target_endian = "big"))
    }

    /// The value of an item; `bytes` has the item's size.
    #[inline]
    pub fn decode(self, th: &ThreadState, bytes: &[u8]) -> Value {
        macro_rules! read {
            ($type:ty) => {
                <$type>::from_ne_bytes(bytes.try_into().unwrap_or_default())
            };
        }
        match self {
            Code::I8 => Value::int32(i32::from(read!(i8))),
            Code::U8 => Value::int32(i32::from(read!(u8))),
            Code::I16 => Value::int32(i32::from(read!(i16))),
            Code::U16 => Value::int32(i32::from(read!(u16))),
            Code::I32 => Value::int32(read!(i32)),
            Code::U32 => th.int(i64::from(read!(u32))),
            Code::Long | Code::I64 => th.int(read!(i64)),
            Code::ULong | Code::U64 => th.int_from_u64(read!(u64)),
            Code::F32 => th.float(f64::from(read!(f32))),
            Code::F64 => th.float(read!(f64)),
            Code::OldChar | Code::Char => th.str_from_char(read!(u32)),
        }
    }

    /// The bytes of a value, or what is wrong with it. May run Python code.
    #[inline]
    pub fn encode(self, th: &ThreadState, value: &Value) -> Res<Item> {
        match self {
            Code::F32 => Ok(padded(&(th.to_f64(value)? as f32).to_ne_bytes())),
            Code::F64 => Ok(th.to_f64(value)?.to_ne_bytes()),
            Code::OldChar | Code::Char => encode_char(th, value),
            _ => self.encode_int(th, value),
        }
    }

    fn encode_int(self, th: &ThreadState, value: &Value) -> Res<Item> {
        let index;
        let number = match value.as_small_int() {
            Some(number) => Some(number),
            None => {
                index = th.index(value)?;
                match index.as_int() {
                    Some(IntView::Big(big)) if matches!(self, Code::ULong | Code::U64) => {
                        return match u64::try_from(big) {
                            Ok(number) => Ok(number.to_ne_bytes()),
                            Err(_) => Err(self.overflow(th, IntView::Big(big).is_negative(), false)),
                        };
                    }
                    Some(view) if view.to_i64().is_none() => {
                        return Err(self.overflow(th, view.is_negative(), true));
                    }
                    view => view.and_then(IntView::to_i64),
                }
            }
        };
        let number = number.unwrap_or_default();
        // Two types are converted through a wider one first, which has its own words.
        let wrong = || match self {
            Code::I8 if i16::try_from(number).is_err() => Code::I16.overflow(th, number < 0, false),
            Code::U16 if i32::try_from(number).is_err() => Code::I32.overflow(th, number < 0, false),
            _ => self.overflow(th, number < 0, false),
        };
        macro_rules! write {
            ($type:ty) => {
                padded(&<$type>::try_from(number).map_err(|_| wrong())?.to_ne_bytes())
            };
        }
        Ok(match self {
            Code::I8 => write!(i8),
            Code::U8 => write!(u8),
            Code::I16 => write!(i16),
            Code::U16 => write!(u16),
            Code::I32 => write!(i32),
            Code::U32 => write!(u32),
            Code::ULong | Code::U64 => write!(u64),
            _ => number.to_ne_bytes(),
        })
    }

    /// `beyond`: past every machine integer.
    #[cold]
    fn overflow(self, th: &ThreadState, negative: bool, beyond: bool) -> runtime::Raised {
        let side = if negative { "less than minimum" } else { "greater than maximum" };
        let message = match self {
            Code::I64 => "int too big to convert".to_owned(),
            Code::U64 if negative => "can't convert negative int to unsigned".to_owned(),
            Code::U64 => "int too big to convert".to_owned(),
            Code::U32 | Code::ULong if negative && !beyond => "can't convert negative value to unsigned int".to_owned(),
            Code::ULong => "Python int too large to convert to C unsigned long".to_owned(),
            Code::U32 if beyond && !negative => "Python int too large to convert to C unsigned long".to_owned(),
            _ if beyond => "Python int too large to convert to C long".to_owned(),
            Code::I8 => format!("signed char is {side}"),
            Code::U8 => format!("unsigned byte integer is {side}"),
            Code::I16 => format!("signed short integer is {side}"),
            Code::U16 => format!("unsigned short is {side}"),
            Code::I32 => format!("signed integer is {side}"),
            _ => format!("unsigned int is {side}"),
        };
        th.overflow_error(message)
    }
}

fn encode_char(th: &ThreadState, value: &Value) -> Res<Item> {
    match value.as_str() {
        Some(text) if text.len() == 1 => Ok(padded(&text.char_at(0).to_ne_bytes())),
        Some(text) => {
            let length = text.len();
            Err(th.type_error(format_args!("array item must be a unicode character, not a string of length {length}")))
        }
        None => {
            let class = value.class().full_name();
            Err(th.type_error(format_args!("array item must be a unicode character, not {class}")))
        }
    }
}

/// Items of a machine format, as pickles of other machines may have them; `None` if the bytes do not fit it.
pub fn decode_machine_format(th: &ThreadState, format: usize, bytes: &[u8]) -> Option<Vec<Value>> {
    let size = match format {
        0 | 1 => 1,
        2..=5 | 18 | 19 => 2,
        6..=9 | 14 | 15 | 20 | 21 => 4,
        _ => 8,
    };
    if !bytes.len().is_multiple_of(size) {
        return None;
    }
    let big_endian = format % 2 == 1 && format > 1;
    let ordered = |chunk: &[u8]| {
        let mut item = [0; 8];
        for (at, &byte) in chunk.iter().enumerate() {
            item[if big_endian { size - 1 - at } else { at }] = byte;
        }
        u64::from_le_bytes(item)
    };
    let words = bytes.chunks_exact(size).map(ordered);
    if matches!(format, 18 | 19) {
        let units: Vec<u16> = words.map(|word| word as u16).collect();
        let points = char::decode_utf16(units).map(|unit| match unit {
            Ok(point) => u32::from(point),
            Err(error) => u32::from(error.unpaired_surrogate()),
        });
        return Some(points.map(|point| th.str_from_char(point)).collect());
    }
    let shift = 64 - 8 * size as u32;
    let value = |word: u64| match format {
        14 | 15 => th.float(f64::from(f32::from_bits(word as u32))),
        16 | 17 => th.float(f64::from_bits(word)),
        20 | 21 => th.str_from_char((word as u32).min(0x10_FFFF)),
        1 | 4 | 5 | 8 | 9 | 12 | 13 => th.int((word << shift) as i64 >> shift),
        _ => th.int_from_u64(word),
    };
    Some(words.map(value).collect())
}

/// An integer type code for a machine format: signed or not, and its size.
pub fn code_for_format(format: usize) -> Option<Code> {
    let (signed, size) = match format {
        0 => (false, 1),
        1 => (true, 1),
        2..=13 => (format % 4 < 2, 2 << ((format - 2) / 4)),
        _ => return None,
    };
    let fits = |code: Code| !code.is_text() && !code.is_float() && code.is_signed() == signed && code.size() == size;
    CODES.iter().map(|&(_, code)| code).find(|&code| fits(code))
}
