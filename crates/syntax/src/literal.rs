//! The values of literals: numbers, and strings with their escapes.

use crate::arena::Arena;
use crate::ast::Constant;
use crate::text::push_code_point;
use algo::unicode::names::{Named, lookup};
use dashu_int::UBig;

/// Why a literal has no value.
#[derive(Debug)]
pub(crate) enum LiteralError {
    /// `(unicode error) ...`, `(value error) ...`
    Escape(String),
    NotAscii,
    TooManyDigits {
        limit: usize,
        digits: usize,
    },
    Malformed,
}

/// The first invalid escape of a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InvalidEscape {
    /// The byte offset of the backslash in the literal's body.
    pub at: usize,
    /// The character after the backslash, or the value of an octal escape that is too large.
    pub escape: Escape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escape {
    Char(char),
    Octal(u32),
}

impl Escape {
    /// The escape as shown in messages, without its backslash.
    fn shown(self) -> String {
        match self {
            Escape::Char(ch) => ch.to_string(),
            Escape::Octal(value) => format!("{value:o}"),
        }
    }

    pub(crate) fn warning(self) -> String {
        let (shown, octal) = (self.shown(), self.octal());
        format!(
            "\"\\{shown}\" is an invalid {octal}escape sequence. Such sequences will not work in the future. Did you \
             mean \"\\\\{shown}\"? A raw string is also an option."
        )
    }

    pub(crate) fn error(self) -> String {
        let (shown, octal) = (self.shown(), self.octal());
        format!(
            "\"\\{shown}\" is an invalid {octal}escape sequence. Did you mean \"\\\\{shown}\"? A raw string is also \
             an option."
        )
    }

    fn octal(self) -> &'static str {
        if matches!(self, Escape::Octal(_)) { "octal " } else { "" }
    }
}

/// The value of a number as written. `max_digits` limits decimal ints (0: no limit).
#[inline]
pub(crate) fn number<'a>(arena: &'a Arena, text: &str, max_digits: usize) -> Result<Constant<'a>, LiteralError> {
    let bytes = text.as_bytes();
    if bytes.len() <= 18 && bytes.iter().all(u8::is_ascii_digit) {
        let value = bytes.iter().fold(0i64, |value, digit| value * 10 + i64::from(digit - b'0'));
        return Ok(Constant::Int(value));
    }
    other_number(arena, text, max_digits)
}

fn other_number<'a>(arena: &'a Arena, text: &str, max_digits: usize) -> Result<Constant<'a>, LiteralError> {
    let plain;
    let text = if text.contains('_') {
        plain = text.replace('_', "");
        plain.as_str()
    } else {
        text
    };
    let bytes = text.as_bytes();
    if let [b'0', radix @ (b'x' | b'X' | b'o' | b'O' | b'b' | b'B'), ..] = bytes {
        let radix = match radix | 0x20 {
            b'x' => 16,
            b'o' => 8,
            _ => 2,
        };
        let digits = &text[2..];
        if let Ok(value) = i64::from_str_radix(digits, radix) {
            return Ok(Constant::Int(value));
        }
        let value = UBig::from_str_radix(digits, radix).map_err(|_| LiteralError::Malformed)?;
        return Ok(arena.int(&value.into()));
    }
    match bytes.last() {
        Some(b'j' | b'J') => {
            let imag = text[..text.len() - 1].parse().map_err(|_| LiteralError::Malformed)?;
            Ok(Constant::Complex { real: 0.0, imag })
        }
        _ if bytes.iter().all(u8::is_ascii_digit) => {
            if max_digits != 0 && bytes.len() > max_digits {
                let digits = bytes.len();
                if !bytes.iter().all(|&digit| digit == b'0') {
                    return Err(LiteralError::TooManyDigits { limit: max_digits, digits });
                }
            }
            let value = UBig::from_str_radix(text, 10).map_err(|_| LiteralError::Malformed)?;
            Ok(arena.int(&value.into()))
        }
        _ => Ok(Constant::Float(text.parse().map_err(|_| LiteralError::Malformed)?)),
    }
}

/// A string token taken apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StringParts<'s> {
    pub bytes: bool,
    pub raw: bool,
    pub unicode: bool,
    pub quote_length: usize,
    pub body: &'s str,
}

/// Takes a whole string token (prefix, quotes, body) apart.
pub(crate) fn split_string(token: &str) -> StringParts<'_> {
    let quote_at = token.bytes().position(|byte| matches!(byte, b'"' | b'\'')).unwrap_or(0);
    let (prefix, rest) = token.split_at(quote_at);
    let has = |letter: u8| prefix.bytes().any(|byte| byte | 0x20 == letter);
    let quotes = rest.as_bytes();
    let triple = quotes.len() >= 6 && quotes[1] == quotes[0] && quotes[2] == quotes[0];
    let quote_length = if triple { 3 } else { 1 };
    let body = rest.get(quote_length..rest.len().saturating_sub(quote_length)).unwrap_or("");
    StringParts { bytes: has(b'b'), raw: has(b'r'), unicode: has(b'u'), quote_length, body }
}

/// The value of a bytes literal's body.
pub(crate) fn decode_bytes<'a>(
    arena: &'a Arena,
    body: &'a str,
    raw: bool,
    invalid: &mut Option<InvalidEscape>,
) -> Result<&'a [u8], LiteralError> {
    if !body.is_ascii() {
        return Err(LiteralError::NotAscii);
    }
    let src = body.as_bytes();
    if raw || memchr::memchr(b'\\', src).is_none() {
        return Ok(src);
    }
    let mut out = Vec::with_capacity(src.len());
    let mut pos = 0;
    while let Some(&byte) = src.get(pos) {
        if byte != b'\\' {
            out.push(byte);
            pos += 1;
            continue;
        }
        let at = pos;
        let escape = src.get(pos + 1).copied().unwrap_or(0);
        pos += 2;
        match escape {
            b'x' => match (hex_digit(src, pos), hex_digit(src, pos + 1)) {
                (Some(high), Some(low)) => {
                    out.push((high * 16 + low) as u8);
                    pos += 2;
                }
                _ => return Err(LiteralError::Escape(format!("(value error) invalid \\x escape at position {at}"))),
            },
            b'0'..=b'7' => {
                let (value, length) = octal(src, at + 1);
                pos = at + 1 + length;
                if value > 0xFF && invalid.is_none() {
                    *invalid = Some(InvalidEscape { at, escape: Escape::Octal(value) });
                }
                out.push(value as u8);
            }
            _ => match simple_escape(escape) {
                Some(Some(byte)) => out.push(byte),
                Some(None) => {}
                None => {
                    if invalid.is_none() {
                        *invalid = Some(InvalidEscape { at, escape: Escape::Char(char::from(escape)) });
                    }
                    out.push(b'\\');
                    pos = at + 1;
                }
            },
        }
    }
    Ok(arena.slice(&out))
}

/// The value of a str literal's body, as WTF-8.
pub(crate) fn decode_str<'a>(
    arena: &'a Arena,
    body: &'a str,
    raw: bool,
    invalid: &mut Option<InvalidEscape>,
) -> Result<&'a [u8], LiteralError> {
    let src = body.as_bytes();
    if raw {
        return Ok(src);
    }
    let Some(first) = memchr::memchr(b'\\', src) else { return Ok(src) };
    let mut out = Vec::with_capacity(src.len());
    out.extend_from_slice(&src[..first]);
    let mut pos = first;
    while let Some(&byte) = src.get(pos) {
        if byte != b'\\' {
            let rest = &src[pos..];
            let length = memchr::memchr(b'\\', rest).unwrap_or(rest.len());
            out.extend_from_slice(&rest[..length]);
            pos += length;
            continue;
        }
        let at = pos;
        let escape = src.get(pos + 1).copied().unwrap_or(0);
        pos += 2;
        match escape {
            b'x' | b'u' | b'U' => {
                let (digits, what) = match escape {
                    b'x' => (2, "truncated \\xXX escape"),
                    b'u' => (4, "truncated \\uXXXX escape"),
                    _ => (8, "truncated \\UXXXXXXXX escape"),
                };
                let mut value = 0u32;
                for _ in 0..digits {
                    let Some(digit) = hex_digit(src, pos) else { return Err(unicode_error(body, at, pos, what)) };
                    value = value << 4 | digit;
                    pos += 1;
                }
                if value > 0x10_FFFF {
                    return Err(unicode_error(body, at, pos, "illegal Unicode character"));
                }
                push_code_point(&mut out, value);
            }
            b'N' => {
                let malformed = "malformed \\N character escape";
                if src.get(pos) != Some(&b'{') {
                    return Err(unicode_error(body, at, pos, malformed));
                }
                let name_start = pos + 1;
                let rest = src.get(name_start..).unwrap_or(b"");
                let Some(length) = memchr::memchr(b'}', rest) else {
                    return Err(unicode_error(body, at, src.len(), malformed));
                };
                pos = name_start + length + 1;
                if length == 0 {
                    return Err(unicode_error(body, at, pos, malformed));
                }
                let name = body.get(name_start..name_start + length).unwrap_or("");
                match find_character(name) {
                    Some(value) => push_code_point(&mut out, value),
                    None => return Err(unicode_error(body, at, pos, "unknown Unicode character name")),
                }
            }
            b'0'..=b'7' => {
                let (value, length) = octal(src, at + 1);
                pos = at + 1 + length;
                if value > 0xFF && invalid.is_none() {
                    *invalid = Some(InvalidEscape { at, escape: Escape::Octal(value) });
                }
                push_code_point(&mut out, value);
            }
            // A backslash before a character that is not ASCII stands for itself, silently.
            0 | 0x80.. => {
                out.push(b'\\');
                pos = at + 1;
            }
            _ => match simple_escape(escape) {
                Some(Some(byte)) => out.push(byte),
                Some(None) => {}
                None => {
                    if invalid.is_none() {
                        *invalid = Some(InvalidEscape { at, escape: Escape::Char(char::from(escape)) });
                    }
                    out.push(b'\\');
                    pos = at + 1;
                }
            },
        }
    }
    Ok(arena.slice(&out))
}

fn find_character(name: &str) -> Option<u32> {
    match lookup(name) {
        Some(Named::CodePoint(code_point)) => Some(code_point),
        _ => None,
    }
}

/// `Some(None)` for an escaped line end, which vanishes.
fn simple_escape(escape: u8) -> Option<Option<u8>> {
    Some(match escape {
        b'\n' => None,
        b'\\' | b'\'' | b'"' => Some(escape),
        b'a' => Some(7),
        b'b' => Some(8),
        b't' => Some(9),
        b'n' => Some(10),
        b'v' => Some(11),
        b'f' => Some(12),
        b'r' => Some(13),
        _ => return None,
    })
}

fn hex_digit(src: &[u8], pos: usize) -> Option<u32> {
    char::from(*src.get(pos)?).to_digit(16)
}

/// Up to three octal digits from `pos`: value and length.
fn octal(src: &[u8], pos: usize) -> (u32, usize) {
    let mut value = 0;
    let mut length = 0;
    while length < 3
        && let Some(&digit @ b'0'..=b'7') = src.get(pos + length)
    {
        value = value * 8 + u32::from(digit - b'0');
        length += 1;
    }
    (value, length)
}

/// A text as CPython gives it to the codec of escapes: a character that is not ASCII is the ten of `\UXXXXXXXX`, a backslash
/// before one the six of `\u005c`.
pub(crate) fn for_codec(body: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(body.len());
    let mut chars = body.chars().peekable();
    while let Some(ch) = chars.next() {
        match ch {
            '\\' => match chars.peek() {
                Some(&next) if next.is_ascii() => {
                    chars.next();
                    out.extend(['\\', next]);
                }
                Some(_) => out.push_str("\\u005c"),
                None => out.push('\\'),
            },
            _ if ch.is_ascii() => out.push(ch),
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\U{:08x}", u32::from(ch));
            }
        }
    }
    out
}

/// CPython's message.
fn unicode_error(body: &str, start: usize, end: usize, what: &str) -> LiteralError {
    let position = |upto: usize| for_codec(body.get(..upto).unwrap_or(body)).len();
    let (first, last) = (position(start), position(end) - 1);
    let place = if first == last {
        format!("can't decode byte 0x5c in position {first}")
    } else {
        format!("can't decode bytes in position {first}-{last}")
    };
    LiteralError::Escape(format!("(unicode error) 'unicodeescape' codec {place}: {what}"))
}
