//! Python text outside the runtime: Unicode code points with lone surrogates allowed.
//!
//! A Python string literal may contain `"\ud800"`, which UTF-8 cannot hold. [`Text`] is WTF-8: UTF-8 plus three-byte
//! sequences for surrogates. Names, constants and file names of code objects are `Text`, shared by reference count.

use std::borrow::Borrow;
use std::fmt;
use std::rc::Rc;

/// An immutable, cheaply cloned string of code points (surrogates included), stored as WTF-8.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text(Rc<[u8]>);

impl Text {
    /// Takes WTF-8 bytes. The caller promises that they came from [`push_code_point`] or from UTF-8.
    pub fn from_wtf8(bytes: &[u8]) -> Text {
        Text(Rc::from(bytes))
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text as UTF-8, or `None` if it holds a lone surrogate.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The text for display; surrogates become U+FFFD.
    pub fn to_string_lossy(&self) -> String {
        self.code_points().map(|c| char::from_u32(c).unwrap_or('\u{FFFD}')).collect()
    }

    pub fn code_points(&self) -> CodePoints<'_> {
        CodePoints { rest: &self.0 }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// So that a map with `Text` keys is searched with bytes.
impl Borrow<[u8]> for Text {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text(Rc::from(text.as_bytes()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::from(text.as_str())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string_lossy(), f)
    }
}

/// Appends one code point (at most U+10FFFF, surrogates included) as WTF-8.
pub fn push_code_point(out: &mut Vec<u8>, code_point: u32) {
    match code_point {
        0..=0x7F => out.push(code_point as u8),
        0x80..=0x7FF => out.extend([0xC0 | (code_point >> 6) as u8, 0x80 | (code_point & 0x3F) as u8]),
        0x800..=0xFFFF => out.extend([
            0xE0 | (code_point >> 12) as u8,
            0x80 | ((code_point >> 6) & 0x3F) as u8,
            0x80 | (code_point & 0x3F) as u8,
        ]),
        _ => out.extend([
            0xF0 | (code_point >> 18) as u8,
            0x80 | ((code_point >> 12) & 0x3F) as u8,
            0x80 | ((code_point >> 6) & 0x3F) as u8,
            0x80 | (code_point & 0x3F) as u8,
        ]),
    }
}

/// The code points of WTF-8 bytes, in order.
pub struct CodePoints<'a> {
    rest: &'a [u8],
}

impl<'a> CodePoints<'a> {
    pub fn new(wtf8: &'a [u8]) -> CodePoints<'a> {
        CodePoints { rest: wtf8 }
    }
}

impl Iterator for CodePoints<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let (&first, _) = self.rest.split_first()?;
        let (length, mut value) = match first {
            0..=0x7F => (1, u32::from(first)),
            0x80..=0xDF => (2, u32::from(first & 0x1F)),
            0xE0..=0xEF => (3, u32::from(first & 0x0F)),
            _ => (4, u32::from(first & 0x07)),
        };
        let length = length.min(self.rest.len());
        for &byte in &self.rest[1..length] {
            value = value << 6 | u32::from(byte & 0x3F);
        }
        self.rest = &self.rest[length..];
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogates_survive() {
        let mut bytes = Vec::new();
        let points = [0x41, 0xE9, 0xD800, 0xDFFF, 0x20AC, 0x1F600];
        for point in points {
            push_code_point(&mut bytes, point);
        }
        let text = Text::from_wtf8(&bytes);
        assert_eq!(text.code_points().collect::<Vec<_>>(), points);
        assert_eq!(text.as_str(), None);
        assert_eq!(Text::from("aé€😀").as_str(), Some("aé€😀"));
    }
}
