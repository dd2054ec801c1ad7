//! Finding text in text: one finder for all widths, on raw bytes with `memchr`'s two-way search.

use std::borrow::Cow;

use memchr::memmem;

use super::Str;
use crate::thread::ThreadState;
use crate::value::Value;

/// Something to look for, prepared for strings of one width.
pub struct Needle<'a> {
    bytes: Cow<'a, [u8]>,
    width: usize,
}

impl<'a> Needle<'a> {
    /// `needle` as it would stand in `text`; `None` if it has characters too wide to stand there.
    pub fn new(needle: &'a Str, text: &Str) -> Option<Needle<'a>> {
        let width = text.width();
        if needle.width() > width || (text.is_ascii() && !needle.is_ascii()) {
            return None;
        }
        let bytes = match (needle.width(), width) {
            (own, wanted) if own == wanted => Cow::Borrowed(needle.raw()),
            (_, 2) => Cow::Owned(needle.code_points().flat_map(|point| (point as u16).to_ne_bytes()).collect()),
            _ => Cow::Owned(needle.code_points().flat_map(u32::to_ne_bytes).collect()),
        };
        Some(Needle { bytes, width })
    }

    /// Number of characters.
    pub fn len(&self) -> usize {
        self.bytes.len() / self.width
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The first place in `text[start..end]`. The needle may be empty.
    pub fn find(&self, text: &Str, start: usize, end: usize) -> Option<usize> {
        if start > end {
            return None;
        }
        let hay = text.raw_range(start, end);
        if let [byte] = *self.bytes {
            return memchr::memchr(byte, hay).map(|at| start + at);
        }
        let mut from = 0;
        loop {
            let at = from + memmem::find(&hay[from..], &self.bytes)?;
            if at % self.width == 0 {
                return Some(start + at / self.width);
            }
            from = at + 1;
        }
    }

    /// The last place in `text[start..end]`.
    pub fn rfind(&self, text: &Str, start: usize, end: usize) -> Option<usize> {
        if start > end {
            return None;
        }
        let hay = text.raw_range(start, end);
        let mut to = hay.len();
        loop {
            let at = memmem::rfind(&hay[..to], &self.bytes)?;
            if at % self.width == 0 {
                return Some(start + at / self.width);
            }
            to = at + self.bytes.len() - 1;
        }
    }

    /// Places of all occurrences that do not overlap, at most `limit`, of a needle that is not empty.
    pub fn find_all(&self, text: &Str, start: usize, end: usize, limit: usize) -> Vec<usize> {
        let mut found = Vec::new();
        if start > end || limit == 0 {
            return found;
        }
        if self.width == 1 {
            let hay = text.raw_range(start, end);
            match *self.bytes {
                [byte] => found.extend(memchr::memchr_iter(byte, hay).take(limit).map(|at| start + at)),
                _ => found.extend(memmem::find_iter(hay, &*self.bytes).take(limit).map(|at| start + at)),
            }
            return found;
        }
        let mut from = start;
        while found.len() < limit
            && let Some(at) = self.find(text, from, end)
        {
            found.push(at);
            from = at + self.len();
        }
        found
    }

    /// How often the needle (not empty) occurs without overlap.
    pub fn count(&self, text: &Str, start: usize, end: usize) -> usize {
        if start > end {
            return 0;
        }
        if let ([byte], 1) = (&*self.bytes, self.width) {
            return memchr::memchr_iter(*byte, text.raw_range(start, end)).count();
        }
        if self.width == 1 {
            return memmem::find_iter(text.raw_range(start, end), &*self.bytes).count();
        }
        self.find_all(text, start, end, usize::MAX).len()
    }
}

/// Whether `part` stands in `text`.
pub fn contains(text: &Str, part: &Str) -> bool {
    Needle::new(part, text).is_some_and(|needle| needle.find(text, 0, text.len()).is_some())
}

/// Whether `part` stands at character `at` of `text`.
pub fn stands_at(text: &Str, part: &Str, at: usize) -> bool {
    let end = at + part.len();
    if end > text.len() {
        return false;
    }
    if part.width() == text.width() {
        return text.raw_range(at, end) == part.raw();
    }
    part.width() < text.width()
        && part.code_points().enumerate().all(|(index, point)| text.char_at(at + index) == point)
}

impl Str {
    /// Replaces one narrow character by another.
    pub(super) fn replace_byte(&self, th: &ThreadState, slf: &Value, from: u8, to: u8) -> Value {
        let bytes = self.raw();
        let Some(first) = memchr::memchr(from, bytes) else { return th.exact_str(slf) };
        let mut out = bytes.to_vec();
        out[first..].iter_mut().filter(|byte| **byte == from).for_each(|byte| *byte = to);
        if self.is_ascii() && to < 0x80 { th.str_from_ascii(&out) } else { th.str_from_latin1(&out) }
    }
}
