//! Building strings: code points go in, the width grows as needed.

use algo::format_spec::TextSink;

use super::{Chars, Str};
use crate::thread::ThreadState;
use crate::value::Value;

enum Buffer {
    Narrow(Vec<u8>),
    Ucs2(Vec<u16>),
    Ucs4(Vec<u32>),
}

/// A growing text.
pub struct StrBuilder {
    buffer: Buffer,
}

impl Default for StrBuilder {
    fn default() -> StrBuilder {
        StrBuilder::new()
    }
}

impl StrBuilder {
    pub fn new() -> StrBuilder {
        StrBuilder { buffer: Buffer::Narrow(Vec::new()) }
    }

    pub fn with_capacity(capacity: usize) -> StrBuilder {
        StrBuilder { buffer: Buffer::Narrow(Vec::with_capacity(capacity)) }
    }

    /// Number of code points so far.
    pub fn len(&self) -> usize {
        match &self.buffer {
            Buffer::Narrow(chars) => chars.len(),
            Buffer::Ucs2(chars) => chars.len(),
            Buffer::Ucs4(chars) => chars.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes room for characters up to `point`.
    #[cold]
    fn widen(&mut self, point: u32) {
        let wide = point > 0xFFFF;
        self.buffer = match std::mem::replace(&mut self.buffer, Buffer::Narrow(Vec::new())) {
            Buffer::Narrow(chars) if wide => Buffer::Ucs4(chars.into_iter().map(u32::from).collect()),
            Buffer::Narrow(chars) => Buffer::Ucs2(chars.into_iter().map(u16::from).collect()),
            Buffer::Ucs2(chars) if wide => Buffer::Ucs4(chars.into_iter().map(u32::from).collect()),
            other => other,
        };
    }

    #[inline]
    pub fn push(&mut self, point: u32) {
        match &mut self.buffer {
            Buffer::Narrow(chars) if point <= 0xFF => chars.push(point as u8),
            Buffer::Ucs2(chars) if point <= 0xFFFF => chars.push(point as u16),
            Buffer::Ucs4(chars) => chars.push(point),
            _ => {
                self.widen(point);
                self.push(point);
            }
        }
    }

    /// Appends bytes below 256 as characters.
    #[inline]
    pub fn push_latin1(&mut self, bytes: &[u8]) {
        match &mut self.buffer {
            Buffer::Narrow(chars) => chars.extend_from_slice(bytes),
            Buffer::Ucs2(chars) => chars.extend(bytes.iter().map(|&byte| u16::from(byte))),
            Buffer::Ucs4(chars) => chars.extend(bytes.iter().map(|&byte| u32::from(byte))),
        }
    }

    pub fn push_str(&mut self, text: &str) {
        if text.is_ascii() {
            self.push_latin1(text.as_bytes());
        } else {
            text.chars().for_each(|c| self.push(u32::from(c)));
        }
    }

    pub fn push_text(&mut self, text: &Str) {
        self.push_range(text, 0, text.len());
    }

    /// Appends the characters from `start` to `end`, which are in range.
    pub fn push_range(&mut self, text: &Str, start: usize, end: usize) {
        match (text.chars(), &mut self.buffer) {
            (Chars::Ascii(chars), _) => self.push_latin1(&chars.as_bytes()[start..end]),
            (Chars::Latin1(chars), _) => self.push_latin1(&chars[start..end]),
            (Chars::Ucs2(chars), Buffer::Ucs2(out)) => out.extend_from_slice(&chars[start..end]),
            (Chars::Ucs4(chars), Buffer::Ucs4(out)) => out.extend_from_slice(&chars[start..end]),
            (Chars::Ucs2(chars), _) => chars[start..end].iter().for_each(|&point| self.push(u32::from(point))),
            (Chars::Ucs4(chars), _) => chars[start..end].iter().for_each(|&point| self.push(point)),
        }
    }

    pub fn fill(&mut self, point: u32, count: usize) {
        if count == 0 {
            return;
        }
        self.push(point);
        let more = count - 1;
        match &mut self.buffer {
            Buffer::Narrow(chars) => chars.resize(chars.len() + more, point as u8),
            Buffer::Ucs2(chars) => chars.resize(chars.len() + more, point as u16),
            Buffer::Ucs4(chars) => chars.resize(chars.len() + more, point),
        }
    }

    /// The characters so far; narrow ones show as Latin-1.
    #[inline]
    pub fn chars(&self) -> Chars<'_> {
        match &self.buffer {
            Buffer::Narrow(chars) => Chars::Latin1(chars),
            Buffer::Ucs2(chars) => Chars::Ucs2(chars),
            Buffer::Ucs4(chars) => Chars::Ucs4(chars),
        }
    }

    /// The characters from `start` to `end`, which are in range, as a string.
    pub fn part(&self, th: &ThreadState, start: usize, end: usize) -> Value {
        match &self.buffer {
            Buffer::Narrow(chars) => th.str_from_latin1(&chars[start..end]),
            Buffer::Ucs2(chars) => th.str_from_ucs2(&chars[start..end]),
            Buffer::Ucs4(chars) => th.str_from_ucs4(&chars[start..end]),
        }
    }

    /// Room for `more` characters as wide as those so far; false if there is not that much memory.
    pub fn try_reserve(&mut self, more: usize) -> bool {
        match &mut self.buffer {
            Buffer::Narrow(chars) => chars.try_reserve(more).is_ok(),
            Buffer::Ucs2(chars) => chars.try_reserve(more).is_ok(),
            Buffer::Ucs4(chars) => chars.try_reserve(more).is_ok(),
        }
    }

    pub fn truncate(&mut self, length: usize) {
        match &mut self.buffer {
            Buffer::Narrow(chars) => chars.truncate(length),
            Buffer::Ucs2(chars) => chars.truncate(length),
            Buffer::Ucs4(chars) => chars.truncate(length),
        }
    }

    /// Puts `text` at position `at`, over what stands there; a gap before it is filled with null characters.
    pub fn overwrite(&mut self, at: usize, text: &Str) {
        let gap = at.saturating_sub(self.len());
        self.fill(0, gap);
        if at == self.len() {
            return self.push_text(text);
        }
        if text.len() > self.len() - at {
            let inside = self.len() - at;
            self.put(at, text, inside);
            return self.push_range(text, inside, text.len());
        }
        self.put(at, text, text.len());
    }

    /// Replaces `count` characters at `at` by the first ones of `text`.
    fn put(&mut self, at: usize, text: &Str, count: usize) {
        if let Some(widest) = text.code_points().take(count).max()
            && match &self.buffer {
                Buffer::Narrow(_) => widest > 0xFF,
                Buffer::Ucs2(_) => widest > 0xFFFF,
                Buffer::Ucs4(_) => false,
            }
        {
            self.widen(widest);
        }
        let points = text.code_points().take(count);
        match &mut self.buffer {
            Buffer::Narrow(chars) => chars[at..].iter_mut().zip(points).for_each(|(place, point)| *place = point as u8),
            Buffer::Ucs2(chars) => chars[at..].iter_mut().zip(points).for_each(|(place, point)| *place = point as u16),
            Buffer::Ucs4(chars) => chars[at..].iter_mut().zip(points).for_each(|(place, point)| *place = point),
        }
    }

    /// The string.
    pub fn finish(self, th: &ThreadState) -> Value {
        match self.buffer {
            Buffer::Narrow(chars) => th.str_from_latin1(&chars),
            Buffer::Ucs2(chars) => th.str_from_ucs2(&chars),
            Buffer::Ucs4(chars) => th.str_from_ucs4(&chars),
        }
    }
}

impl TextSink for StrBuilder {
    fn push(&mut self, code_point: u32) {
        StrBuilder::push(self, code_point);
    }

    fn push_ascii(&mut self, text: &[u8]) {
        self.push_latin1(text);
    }

    fn fill(&mut self, code_point: u32, count: usize) {
        StrBuilder::fill(self, code_point, count);
    }
}
