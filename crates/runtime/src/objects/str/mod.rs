//! `str`: an immutable sequence of code points in the narrowest of one, two or four bytes each.
//!
//! The characters stand behind the payload, so a string is one block. ASCII is marked: it is also UTF-8, so `&str` is
//! free. Lone surrogates are kept. This file holds the storage; methods are in the files beside it.
#![expect(unsafe_code, reason = "characters are laid out behind the payload")]

pub mod builder;
mod case;
mod classify;
pub mod format;
pub mod iterator;
pub mod methods;
mod operators;
mod percent;
pub mod search;
mod split;
mod translate;

pub(crate) use operators::push_escape;
pub use percent::Percent;

use std::borrow::Cow;
use std::cell::Cell;

use crate::error::Res;
use crate::hashing::hash_bytes;
use crate::object::{Header, Payload, PayloadFns};
use crate::thread::ThreadState;
use crate::types::{Type, TypeDef};
use crate::value::Value;

/// Payload of `str` objects. `meta` is `length << 8 | ASCII << 3 | bytes per character`.
#[repr(C)]
pub struct Str {
    hash: Cell<i64>,
    meta: u64,
    data: [u32; 0],
}

const ASCII: u64 = 1 << 3;
const NO_HASH: i64 = 0;

/// The characters of a string, by width.
#[derive(Clone, Copy)]
pub enum Chars<'a> {
    /// All below 128: also UTF-8.
    Ascii(&'a str),
    Latin1(&'a [u8]),
    Ucs2(&'a [u16]),
    Ucs4(&'a [u32]),
}

impl Str {
    /// Number of code points.
    #[inline(always)]
    pub fn len(&self) -> usize {
        (self.meta >> 8) as usize
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.meta & ASCII != 0
    }

    /// Bytes per character: 1, 2 or 4.
    #[inline(always)]
    pub fn width(&self) -> usize {
        (self.meta & 7) as usize
    }

    /// The characters as raw bytes, native endian.
    #[inline(always)]
    pub fn raw(&self) -> &[u8] {
        // SAFETY: strings are made with `len * width` bytes behind the payload.
        unsafe { std::slice::from_raw_parts(self.data.as_ptr().cast(), self.len() * self.width()) }
    }

    #[inline]
    pub fn chars(&self) -> Chars<'_> {
        // SAFETY: as for `raw`; the data is aligned to 4; marked strings hold ASCII only.
        unsafe {
            match self.width() {
                1 if self.is_ascii() => Chars::Ascii(std::str::from_utf8_unchecked(self.raw())),
                1 => Chars::Latin1(self.raw()),
                2 => Chars::Ucs2(std::slice::from_raw_parts(self.data.as_ptr().cast(), self.len())),
                _ => Chars::Ucs4(std::slice::from_raw_parts(self.data.as_ptr(), self.len())),
            }
        }
    }

    /// The text, if it is ASCII: free of cost.
    #[inline(always)]
    pub fn as_ascii(&self) -> Option<&str> {
        match self.chars() {
            Chars::Ascii(text) => Some(text),
            _ => None,
        }
    }

    /// Code point number `index`, which is in range.
    #[inline(always)]
    pub fn char_at(&self, index: usize) -> u32 {
        match self.chars() {
            Chars::Ascii(text) => u32::from(text.as_bytes()[index]),
            Chars::Latin1(chars) => u32::from(chars[index]),
            Chars::Ucs2(chars) => u32::from(chars[index]),
            Chars::Ucs4(chars) => chars[index],
        }
    }

    pub fn code_points(&self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + '_ {
        (0..self.len()).map(|index| self.char_at(index))
    }

    /// UTF-8, or `None` if there is a lone surrogate.
    pub fn to_utf8(&self) -> Option<Cow<'_, str>> {
        if let Some(text) = self.as_ascii() {
            return Some(Cow::Borrowed(text));
        }
        self.code_points().map(char::from_u32).collect::<Option<String>>().map(Cow::Owned)
    }

    /// The text for messages; lone surrogates become `\udXXX` escapes.
    pub fn to_string_lossy(&self) -> String {
        if let Some(text) = self.as_ascii() {
            return text.to_string();
        }
        let mut out = String::with_capacity(self.len());
        for point in self.code_points() {
            match char::from_u32(point) {
                Some(c) => out.push(c),
                None => out.push_str(&format!("\\u{point:04x}")),
            }
        }
        out
    }

    /// WTF-8: UTF-8 with surrogates as three bytes each.
    pub fn to_wtf8(&self) -> Vec<u8> {
        if let Some(text) = self.as_ascii() {
            return text.as_bytes().to_vec();
        }
        let mut out = Vec::with_capacity(self.len() * 2);
        for point in self.code_points() {
            syntax::text::push_code_point(&mut out, point);
        }
        out
    }

    /// `hash()`, computed once.
    #[inline(always)]
    pub fn hash(&self) -> i64 {
        let hash = self.hash.get();
        if hash != NO_HASH { hash } else { self.compute_hash() }
    }

    #[cold]
    fn compute_hash(&self) -> i64 {
        let hash = hash_bytes(self.raw());
        self.hash.set(hash);
        hash
    }

    /// Keeps a hash that the caller computed from the same bytes.
    pub(crate) fn note_hash(&self, hash: i64) {
        self.hash.set(hash);
    }

    /// Same code points. (Canonical widths make equal strings equal bytes.)
    #[inline(always)]
    pub fn equals(&self, other: &Str) -> bool {
        self.meta == other.meta && self.raw() == other.raw()
    }

    pub fn equals_ascii(&self, other: &str) -> bool {
        self.as_ascii() == Some(other)
    }

    /// Order by code points.
    pub fn compare(&self, other: &Str) -> std::cmp::Ordering {
        match (self.chars(), other.chars()) {
            (Chars::Ascii(a), Chars::Ascii(b)) => a.as_bytes().cmp(b.as_bytes()),
            (Chars::Latin1(a), Chars::Latin1(b)) => a.cmp(b),
            (Chars::Ucs2(a), Chars::Ucs2(b)) => a.cmp(b),
            (Chars::Ucs4(a), Chars::Ucs4(b)) => a.cmp(b),
            _ => self.code_points().cmp(other.code_points()),
        }
    }
}

unsafe fn str_size(object: *mut Header) -> usize {
    // SAFETY: called with `str` objects only.
    let text = unsafe { (*object).payload::<Str>() };
    Header::SIZE + size_of::<Str>() + (text.len() * text.width()).next_multiple_of(8)
}

pub(crate) const STR_PAYLOAD: PayloadFns = PayloadFns {
    size: size_of::<Str>(),
    drop: Some(drop_str),
    traverse: None,
    clear: None,
    var_size: Some(str_size),
    rust_type: Some(std::any::TypeId::of::<Str>()),
};

unsafe fn drop_str(object: *mut Header) {
    // SAFETY: called with dying `str` objects only.
    unsafe {
        if (*object).has_flag(crate::object::flags::INTERNED) {
            crate::intern::forget(object);
        }
    }
}

impl Payload for Str {
    const DEF: &'static TypeDef = &methods::STR_DEF;

    fn class() -> &'static Type {
        &STR_TYPE
    }
}

pub static STR_TYPE: Type = Type::new_static(&methods::STR_DEF);

/// Whether a value is an interned string: equal names are then the same object.
#[inline(always)]
pub fn is_interned(value: &Value) -> bool {
    value.header().is_some_and(|header| header.has_flag(crate::object::flags::INTERNED))
}

impl Value {
    /// The string, if the value is a `str` or of a subclass.
    #[inline(always)]
    pub fn as_str(&self) -> Option<&Str> {
        let header = self.header()?;
        if header.class().has_flag(crate::types::type_flags::STR_SUBCLASS) {
            Some(header.payload::<Str>())
        } else {
            None
        }
    }
}

impl ThreadState {
    /// A new `str`. Empty and one-character Latin-1 strings are shared.
    pub fn str(&self, text: &str) -> Value {
        if text.is_ascii() {
            return self.str_from_ascii(text.as_bytes());
        }
        // The first bytes of characters tell their width; the other bytes are below them.
        let widest = match text.bytes().max().unwrap_or(0) {
            0..0xC4 => 0xFF,
            0xC4..0xF0 => 0xFFFF,
            _ => 0x10_FFFF,
        };
        let count = text.bytes().filter(|&byte| byte & 0xC0 != 0x80).count();
        self.str_from_points(widest, count, text.chars().map(u32::from))
    }

    /// A new `str` from bytes that are all below 128.
    pub fn str_from_ascii(&self, bytes: &[u8]) -> Value {
        debug_assert!(bytes.is_ascii());
        if bytes.len() <= 1 {
            return self.short_str(bytes.first().copied());
        }
        // SAFETY: one byte per character, all ASCII.
        unsafe { self.str_raw(&STR_TYPE, bytes.len(), 1 | ASCII, bytes) }
    }

    /// A new `str` whose code points are the bytes.
    pub fn str_from_latin1(&self, bytes: &[u8]) -> Value {
        if bytes.len() <= 1 {
            return self.short_str(bytes.first().copied());
        }
        let ascii = if bytes.is_ascii() { ASCII } else { 0 };
        // SAFETY: one byte per character.
        unsafe { self.str_raw(&STR_TYPE, bytes.len(), 1 | ascii, bytes) }
    }

    /// A new `str` from code points that may be wider than needed.
    pub fn str_from_ucs2(&self, points: &[u16]) -> Value {
        let widest = points.iter().fold(0, |all, &point| all | point);
        self.str_from_points(u32::from(widest), points.len(), points.iter().map(|&point| u32::from(point)))
    }

    /// A new `str` from code points (at most U+10FFFF each) that may be wider than needed.
    pub fn str_from_ucs4(&self, points: &[u32]) -> Value {
        let widest = points.iter().copied().max().unwrap_or(0);
        self.str_from_points(widest, points.len(), points.iter().copied())
    }

    /// WTF-8 as text: UTF-8 whose surrogates are three bytes each.
    pub fn str_from_wtf8(&self, bytes: &[u8]) -> Res {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(self.str(text)),
            Err(_) => Ok(self.str_from_ucs4(&syntax::text::CodePoints::new(bytes).collect::<Vec<_>>())),
        }
    }

    pub fn str_from_text(&self, text: &syntax::text::Text) -> Value {
        match text.as_str() {
            Some(text) => self.str(text),
            None => self.str_from_ucs4(&text.code_points().collect::<Vec<_>>()),
        }
    }

    /// A `str` of one code point.
    #[inline]
    pub fn str_from_char(&self, point: u32) -> Value {
        if point < 256 {
            self.short_str(Some(point as u8))
        } else {
            self.str_from_points(point, 1, [point].into_iter())
        }
    }

    /// A new `str` of `length` code points, none above `widest` (which must need the right width).
    fn str_from_points(&self, widest: u32, length: usize, points: impl Iterator<Item = u32>) -> Value {
        match widest {
            0..=0xFF => self.str_from_latin1(&points.map(|point| point as u8).collect::<Vec<_>>()),
            0x100..=0xFFFF => {
                let chars: Vec<u16> = points.map(|point| point as u16).collect();
                debug_assert_eq!(chars.len(), length);
                // SAFETY: two bytes per character.
                unsafe { self.str_raw(&STR_TYPE, length, 2, as_bytes(&chars)) }
            }
            _ => {
                let chars: Vec<u32> = points.collect();
                debug_assert_eq!(chars.len(), length);
                // SAFETY: four bytes per character.
                unsafe { self.str_raw(&STR_TYPE, length, 4, as_bytes(&chars)) }
            }
        }
    }

    /// A copy of `text` as an instance of `class`, a subclass of `str`.
    pub fn str_of_class(&self, class: &Type, text: &Str) -> Value {
        // SAFETY: the width and mark of an existing string.
        unsafe { self.str_raw(class, text.len(), text.meta & 0xFF, text.raw()) }
    }

    /// A new `str` of `length` characters of `width` bytes whose bytes `fill` writes (they are zero before). The caller
    /// promises the narrowest width; `ascii` may only be true if all will be below 128.
    ///
    /// # Safety
    /// With `ascii`, `fill` writes bytes below 128 only.
    pub unsafe fn str_filled(&self, length: usize, width: usize, ascii: bool, fill: impl FnOnce(&mut [u8])) -> Value {
        let kind = width as u64 | if ascii { ASCII } else { 0 };
        let size = length * width;
        // SAFETY: payload and items are written here with a length that `str_size` reproduces; `fill` gets zeroed memory, as
        // a slice must be.
        unsafe {
            self.new_variable(&STR_TYPE, size, |start| {
                start.cast::<Str>().write(Str {
                    hash: Cell::new(NO_HASH),
                    meta: (length as u64) << 8 | kind,
                    data: [],
                });
                fill(std::slice::from_raw_parts_mut(start.add(size_of::<Str>()), size));
            })
        }
    }

    /// A new `str` of `length` characters below 256, more than one, which `fill` writes over zeros.
    fn str_filled_latin1(&self, length: usize, fill: impl FnOnce(&mut [u8])) -> Value {
        // SAFETY: as for `str_filled`; the mark says what was written.
        unsafe {
            self.new_variable(&STR_TYPE, length, |start| {
                let out = std::slice::from_raw_parts_mut(start.add(size_of::<Str>()), length);
                fill(out);
                let kind = 1 | if out.is_ascii() { ASCII } else { 0 };
                start.cast::<Str>().write(Str {
                    hash: Cell::new(NO_HASH),
                    meta: (length as u64) << 8 | kind,
                    data: [],
                });
            })
        }
    }

    unsafe fn str_raw(&self, class: &Type, length: usize, kind: u64, bytes: &[u8]) -> Value {
        let payload = Str { hash: Cell::new(NO_HASH), meta: (length as u64) << 8 | kind, data: [] };
        let fill = |start: *mut u8| {
            // SAFETY: the block has room for payload and bytes.
            unsafe {
                start.cast::<Str>().write(payload);
                start.add(size_of::<Str>()).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            }
        };
        // SAFETY: the caller's `kind` fits the bytes; the length is the one that `str_size` reads back. What lies between
        // the last byte and the block's end is never read.
        unsafe {
            if std::ptr::eq(class, &STR_TYPE) {
                return self.new_variable_filled(class, bytes.len().next_multiple_of(8), fill);
            }
            self.new_variable(class, bytes.len(), fill)
        }
    }

    /// The shared string of no character or one Latin-1 character.
    #[inline]
    fn short_str(&self, byte: Option<u8>) -> Value {
        let index = byte.map_or(0, |byte| byte as usize + 1);
        let shared = self.interp().short_strings.borrow().get(index).cloned();
        match shared {
            Some(value) => value,
            // SAFETY: one byte per character.
            None => unsafe {
                let ascii = if byte.is_none_or(|byte| byte < 128) { ASCII } else { 0 };
                self.str_raw(&STR_TYPE, byte.iter().len(), 1 | ascii, byte.as_slice())
            },
        }
    }
}

impl Str {
    /// The characters from `start` to `end` (both in range, in order) as raw bytes.
    #[inline]
    pub fn raw_range(&self, start: usize, end: usize) -> &[u8] {
        let width = self.width();
        &self.raw()[start * width..end * width]
    }
}

impl ThreadState {
    /// The characters from `start` to `end` of a string. The whole of an exact `str` is the string itself.
    pub fn str_slice(&self, value: &Value, start: usize, end: usize) -> Value {
        let Some(text) = value.as_str() else { return value.clone() };
        let end = end.min(text.len());
        if start >= end {
            return self.short_str(None);
        }
        if start == 0 && end == text.len() && value.is_exactly(&STR_TYPE) {
            return value.clone();
        }
        self.str_part(text, start, end)
    }

    /// As [`ThreadState::str_slice`], always a new string; `start <= end <= len`.
    pub fn str_part(&self, text: &Str, start: usize, end: usize) -> Value {
        match text.chars() {
            Chars::Ascii(chars) => self.str_from_ascii(&chars.as_bytes()[start..end]),
            Chars::Latin1(chars) => self.str_from_latin1(&chars[start..end]),
            Chars::Ucs2(chars) => self.str_from_ucs2(&chars[start..end]),
            Chars::Ucs4(chars) => self.str_from_ucs4(&chars[start..end]),
        }
    }

    /// An exact `str` with the same text.
    pub fn exact_str(&self, value: &Value) -> Value {
        match value.as_str() {
            Some(text) if !value.is_exactly(&STR_TYPE) => self.str_of_class(&STR_TYPE, text),
            _ => value.clone(),
        }
    }

    /// `parts[0] + parts[1] + ...`, with `separator` between them, in one allocation. The caller has checked the size.
    pub fn str_join<'a>(
        &self,
        separator: Option<&'a Str>,
        parts: impl ExactSizeIterator<Item = &'a Str> + Clone,
    ) -> Value {
        let mut size = match separator {
            Some(separator) => JoinSize::of_separators(separator, parts.len()).unwrap_or(JoinSize::EMPTY),
            None => JoinSize::EMPTY,
        };
        parts.clone().for_each(|part| size.add(part));
        self.str_join_sized(separator, parts, size)
    }

    /// As [`ThreadState::str_join`], measured before.
    fn str_join_sized<'a>(
        &self,
        separator: Option<&'a Str>,
        parts: impl ExactSizeIterator<Item = &'a Str> + Clone,
        size: JoinSize,
    ) -> Value {
        let JoinSize { length, width, ascii } = size;
        let separator = separator.filter(|separator| !separator.is_empty());
        if length <= 1 {
            let between = separator.filter(|_| parts.len() > 1);
            let only = parts.clone().chain(between).find(|part| !part.is_empty());
            return only.map_or_else(|| self.short_str(None), |only| self.str_part(only, 0, 1));
        }
        // SAFETY: `ascii` only if every part is; the width is that of the widest part, which is narrowest for the whole.
        unsafe {
            self.str_filled(length, width, ascii, |out| {
                let mut at = 0;
                for (index, part) in parts.enumerate() {
                    if index > 0
                        && let Some(separator) = separator
                    {
                        at += copy_widened(separator, &mut out[at..], width);
                    }
                    at += copy_widened(part, &mut out[at..], width);
                }
            })
        }
    }

    /// `text * count`; the caller has checked the size, and `count` is at least one.
    pub fn str_repeated(&self, text: &Str, count: usize) -> Value {
        if text.len() * count <= 1 {
            return self.str_part(text, 0, text.len());
        }
        // SAFETY: the same characters: the same width and mark.
        unsafe {
            self.str_filled(text.len() * count, text.width(), text.is_ascii(), |out| match text.raw() {
                [byte] => out.fill(*byte),
                unit => out.chunks_exact_mut(unit.len()).for_each(|place| place.copy_from_slice(unit)),
            })
        }
    }

    /// `left + right`, where `left` is given up: a string that nobody else refers to grows in place if it can.
    pub fn str_append(&self, left: Value, right: &Str) -> Value {
        let Some(text) = left.as_str() else { return left };
        let grows = left.header().is_some_and(|header| {
            header.refcount() == 1
                && !header.has_flag(crate::object::flags::INTERNED)
                && std::ptr::eq(header.class(), &STR_TYPE)
        }) && text.len() > 1
            && right.width() <= text.width()
            && (right.is_ascii() || !text.is_ascii());
        if !grows {
            return self.str_join(None, [text, right].into_iter());
        }
        let (old, added, width) = (text.len(), right.len(), text.width());
        let base = Header::SIZE + size_of::<Str>();
        let old_size = base + (old * width).next_multiple_of(8);
        let new_size = base + ((old + added) * width).next_multiple_of(8);
        let kind = text.meta & 0xFF;
        let object = left.header_ptr();
        // SAFETY: the caller's is the only reference to the string, so that it may change and move; the block has room
        // for the new size (or another one is taken), and `copy_widened` fills the characters behind the old ones.
        unsafe {
            let Some(object) = self.heap().grow(object, old_size, new_size) else {
                return self.str_join(None, [text, right].into_iter());
            };
            std::mem::forget(left);
            let start = object.cast::<u8>().add(Header::SIZE);
            start.cast::<Str>().write(Str {
                hash: Cell::new(NO_HASH),
                meta: ((old + added) as u64) << 8 | kind,
                data: [],
            });
            let items = start.add(size_of::<Str>()).add(old * width);
            copy_widened(right, std::slice::from_raw_parts_mut(items, added * width), width);
            Value::from_header(object)
        }
    }
}

/// What joined strings will take: characters, bytes for each, whether all are ASCII.
#[derive(Clone, Copy)]
struct JoinSize {
    length: usize,
    width: usize,
    ascii: bool,
}

impl JoinSize {
    const EMPTY: JoinSize = JoinSize { length: 0, width: 1, ascii: true };

    /// What stands between so many parts; `None` if that is too much.
    fn of_separators(separator: &Str, parts: usize) -> Option<JoinSize> {
        let between = parts.saturating_sub(1);
        if between == 0 || separator.is_empty() {
            return Some(JoinSize::EMPTY);
        }
        let length = separator.len().checked_mul(between)?;
        Some(JoinSize { length, width: separator.width(), ascii: separator.is_ascii() })
    }

    #[inline(always)]
    fn add(&mut self, part: &Str) {
        self.length = self.length.saturating_add(part.len());
        self.width = self.width.max(part.width());
        self.ascii &= part.is_ascii();
    }

    fn bytes(self) -> usize {
        self.length.saturating_mul(self.width)
    }

    fn is_possible(self) -> bool {
        self.bytes() <= isize::MAX as usize
    }
}

/// Writes the characters of `text` with `width` bytes each, at least as many as its own; returns the bytes written.
fn copy_widened(text: &Str, out: &mut [u8], width: usize) -> usize {
    let size = text.len() * width;
    if text.width() == width {
        out[..size].copy_from_slice(text.raw());
    } else if width == 2 {
        for (place, point) in out[..size].chunks_exact_mut(2).zip(text.raw()) {
            place.copy_from_slice(&u16::from(*point).to_ne_bytes());
        }
    } else {
        for (place, point) in out[..size].chunks_exact_mut(4).zip(text.code_points()) {
            place.copy_from_slice(&point.to_ne_bytes());
        }
    }
    size
}

fn as_bytes<T: Copy>(items: &[T]) -> &[u8] {
    // SAFETY: plain integers may be read as bytes.
    unsafe { std::slice::from_raw_parts(items.as_ptr().cast(), size_of_val(items)) }
}
