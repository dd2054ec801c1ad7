//! Pieces of strings: cutting a `str`, and building one from pieces of any width without measuring them first.

use runtime::objects::str::{Chars, Str};
use runtime::{ThreadState, Value};

/// Code points `start..end` of a string, as a new `str`. The bounds must be in order and within the string.
pub fn substring(th: &ThreadState, text: &Str, start: usize, end: usize) -> Value {
    match text.chars() {
        Chars::Ascii(chars) => th.str_from_ascii(chars.as_bytes().get(start..end).unwrap_or_default()),
        Chars::Latin1(chars) => th.str_from_latin1(chars.get(start..end).unwrap_or_default()),
        Chars::Ucs2(chars) => th.str_from_ucs2(chars.get(start..end).unwrap_or_default()),
        Chars::Ucs4(chars) => th.str_from_ucs4(chars.get(start..end).unwrap_or_default()),
    }
}

/// Collects code points: one byte each until the first that needs more.
#[derive(Default)]
pub struct TextBuilder {
    narrow: Vec<u8>,
    wide: Option<Vec<u32>>,
}

impl TextBuilder {
    pub fn with_capacity(capacity: usize) -> TextBuilder {
        TextBuilder { narrow: Vec::with_capacity(capacity), wide: None }
    }

    #[inline]
    pub fn push(&mut self, code_point: u32) {
        match (&mut self.wide, u8::try_from(code_point)) {
            (Some(wide), _) => wide.push(code_point),
            (None, Ok(byte)) => self.narrow.push(byte),
            (None, Err(_)) => self.widen().push(code_point),
        }
    }

    #[inline]
    pub fn push_latin1(&mut self, bytes: &[u8]) {
        match &mut self.wide {
            None => self.narrow.extend_from_slice(bytes),
            Some(wide) => wide.extend(bytes.iter().map(|&b| u32::from(b))),
        }
    }

    pub fn push_ascii(&mut self, text: &str) {
        self.push_latin1(text.as_bytes());
    }

    /// Appends code points `start..end` of a string.
    pub fn push_part(&mut self, text: &Str, start: usize, end: usize) {
        match text.chars() {
            Chars::Ascii(chars) => self.push_latin1(chars.as_bytes().get(start..end).unwrap_or_default()),
            Chars::Latin1(chars) => self.push_latin1(chars.get(start..end).unwrap_or_default()),
            Chars::Ucs2(chars) => {
                let chars = chars.get(start..end).unwrap_or_default();
                self.widen().extend(chars.iter().map(|&c| u32::from(c)));
            }
            Chars::Ucs4(chars) => {
                let chars = chars.get(start..end).unwrap_or_default();
                self.widen().extend_from_slice(chars);
            }
        }
    }

    pub fn push_str(&mut self, text: &Str) {
        self.push_part(text, 0, text.len());
    }

    fn widen(&mut self) -> &mut Vec<u32> {
        let narrow = &mut self.narrow;
        self.wide.get_or_insert_with(|| std::mem::take(narrow).into_iter().map(u32::from).collect())
    }

    pub fn len(&self) -> usize {
        self.wide.as_ref().map_or(self.narrow.len(), Vec::len)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn clear(&mut self) {
        self.narrow.clear();
        self.wide = None;
    }

    /// The text as a `str` of the narrowest width.
    pub fn finish(&self, th: &ThreadState) -> Value {
        match &self.wide {
            None => th.str_from_latin1(&self.narrow),
            Some(wide) => th.str_from_ucs4(wide),
        }
    }
}
