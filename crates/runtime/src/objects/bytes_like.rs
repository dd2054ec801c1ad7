//! What `bytes` and `bytearray` have in common: their methods, written once.

use std::borrow::Cow;

use memchr::memmem;

use super::bytearray::ByteArray;
use super::bytes::{BYTES_TYPE, Bytes};
use super::bytes_new;
use crate::args::{ArgAt, FromArg};
use crate::buffer::Buffer;
use crate::convert::SliceIndex;
use crate::error::{Raised, Res};
use crate::object::Payload;
use crate::objects::slice::Slice;
use crate::objects::str::methods::bounds;
use crate::thread::ThreadState;
use crate::value::Value;

/// A sequence of bytes whose methods give sequences of the same kind.
pub(crate) trait ByteLike: Payload {
    const NAME: &'static str;
    /// What an index error calls an item of it.
    const INDEX: &'static str;

    /// The bytes; not to be held while Python code runs.
    fn data(&self) -> &[u8];

    /// Does something while the length cannot change, as if a buffer were exported.
    fn pinned<R>(&self, act: impl FnOnce(&Self) -> R) -> R;

    fn make(th: &ThreadState, bytes: &[u8]) -> Value;

    /// Part of `slf`; the whole may be `slf` itself.
    fn part(th: &ThreadState, slf: &Value, start: usize, end: usize) -> Value;
}

impl ByteLike for Bytes {
    const NAME: &'static str = "bytes";
    const INDEX: &'static str = "byte";

    fn data(&self) -> &[u8] {
        self.as_slice()
    }

    fn pinned<R>(&self, act: impl FnOnce(&Self) -> R) -> R {
        act(self)
    }

    fn make(th: &ThreadState, bytes: &[u8]) -> Value {
        th.bytes(bytes)
    }

    fn part(th: &ThreadState, slf: &Value, start: usize, end: usize) -> Value {
        let bytes = Bytes::of(slf).as_slice();
        if start == 0 && end == bytes.len() && slf.is_exactly(&BYTES_TYPE) {
            return slf.clone();
        }
        th.bytes(bytes.get(start..end).unwrap_or_default())
    }
}

impl ByteLike for ByteArray {
    const NAME: &'static str = "bytearray";
    const INDEX: &'static str = "bytearray";

    fn data(&self) -> &[u8] {
        self.as_slice()
    }

    fn pinned<R>(&self, act: impl FnOnce(&Self) -> R) -> R {
        self.begin_export();
        let result = act(self);
        self.end_export();
        result
    }

    fn make(th: &ThreadState, bytes: &[u8]) -> Value {
        th.bytearray(bytes.to_vec())
    }

    fn part(th: &ThreadState, slf: &Value, start: usize, end: usize) -> Value {
        let part = ByteArray::of(slf).as_slice().get(start..end).unwrap_or_default().to_vec();
        th.bytearray(part)
    }
}

/// What is searched for: one byte as an int, or a bytes-like object.
enum Sub {
    Byte([u8; 1]),
    Bytes(Buffer),
}

impl Sub {
    pub fn as_slice(&self) -> &[u8] {
        match self {
            Sub::Byte(byte) => byte,
            Sub::Bytes(buffer) => buffer.as_slice(),
        }
    }
}

impl Sub {
    fn of(th: &ThreadState, value: &Value) -> Res<Self> {
        if th.has_buffer(value) {
            return th.readable_buffer(value).map(Sub::Bytes);
        }
        if th.is_index(value) {
            return bytes_new::byte_of(th, value, "byte").map(|byte| Sub::Byte([byte]));
        }
        let found = value.class().full_name();
        Err(th.type_error(format_args!("argument should be integer or bytes-like object, not '{found}'")))
    }
}

/// A fill byte.
pub(crate) struct FillByte(pub u8);

impl<'a> FromArg<'a> for FillByte {
    fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self> {
        let bytes = match (value.as_bytes(), value.downcast::<ByteArray>()) {
            (Some(bytes), _) => bytes.as_slice(),
            (_, Some(bytes)) => bytes.as_slice(),
            _ => return Err(at.wrong_type(th, "a byte string of length 1", value)),
        };
        match bytes {
            [byte] => Ok(FillByte(*byte)),
            bytes => {
                let (function, argument, length) = (at.function(), at.describe(), bytes.len());
                let kind = value.class().full_name();
                Err(th.type_error(format_args!(
                    "{function}(): {argument} must be a byte string of length 1, not a {kind} object of length {length}"
                )))
            }
        }
    }
}

/// The place of `sub` within the bounds. What is searched is exported meanwhile: asking `sub` for its bytes cannot change it.
pub(crate) fn search(
    th: &ThreadState,
    slf: &Value,
    sub: &Value,
    start: Option<SliceIndex>,
    end: Option<SliceIndex>,
    last: bool,
) -> Res<Option<usize>> {
    let data = th.readable_buffer(slf)?;
    let sub = Sub::of(th, sub)?;
    let (start, end) = bounds(data.len(), start, end);
    let Some(hay) = data.as_slice().get(start..end) else { return Ok(None) };
    let found = if last { memmem::rfind(hay, sub.as_slice()) } else { memmem::find(hay, sub.as_slice()) };
    Ok(found.map(|at| start + at))
}

pub(crate) fn count(
    th: &ThreadState,
    slf: &Value,
    sub: &Value,
    start: Option<SliceIndex>,
    end: Option<SliceIndex>,
) -> Res<usize> {
    let data = th.readable_buffer(slf)?;
    let sub = Sub::of(th, sub)?;
    let (start, end) = bounds(data.len(), start, end);
    Ok(match (data.as_slice().get(start..end), sub.as_slice()) {
        (None, _) => 0,
        (Some(hay), []) => hay.len() + 1,
        (Some(hay), [byte]) => memchr::memchr_iter(*byte, hay).count(),
        (Some(hay), sub) => memmem::find_iter(hay, sub).count(),
    })
}

/// `startswith` and `endswith`.
pub(crate) fn affix<T: ByteLike>(
    th: &ThreadState,
    slf: &T,
    affix: &Value,
    (start, end): (Option<SliceIndex>, Option<SliceIndex>),
    method: &str,
    at_end: bool,
) -> Res<bool> {
    let matches = |affix: &Value| -> Res<bool> {
        let affix = th.readable_buffer(affix)?;
        let data = slf.data();
        let (start, end) = bounds(data.len(), start, end);
        let Some(data) = data.get(start..end) else { return Ok(false) };
        Ok(if at_end { data.ends_with(affix.as_slice()) } else { data.starts_with(affix.as_slice()) })
    };
    if let Some(choices) = affix.as_tuple() {
        for choice in choices.as_slice() {
            if matches(choice)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if !th.has_buffer(affix) {
        let found = affix.class().full_name();
        return Err(th.type_error(format_args!("{method} first arg must be bytes or a tuple of bytes, not {found}")));
    }
    matches(affix)
}

#[cold]
pub(crate) fn not_found(th: &ThreadState) -> Raised {
    th.value_error("subsection not found")
}

pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | 0x09..=0x0D)
}

/// Where the parts of a split lie.
pub(crate) fn split_spans(data: &[u8], separator: Option<&[u8]>, maxsplit: isize, right: bool) -> Vec<(usize, usize)> {
    let limit = if maxsplit < 0 { usize::MAX } else { maxsplit as usize };
    let mut spans = Vec::new();
    match (separator, right) {
        (Some(separator), false) => {
            let mut from = 0;
            for at in memmem::find_iter(data, separator).take(limit) {
                spans.push((from, at));
                from = at + separator.len();
            }
            spans.push((from, data.len()));
            return spans;
        }
        (Some(separator), true) => {
            let mut end = data.len();
            for at in memmem::rfind_iter(data, separator).take(limit) {
                spans.push((at + separator.len(), end));
                end = at;
            }
            spans.push((0, end));
        }
        (None, false) => {
            let mut at = 0;
            loop {
                while at < data.len() && is_space(data[at]) {
                    at += 1;
                }
                if at == data.len() {
                    return spans;
                }
                let start = at;
                if spans.len() == limit {
                    spans.push((start, data.len()));
                    return spans;
                }
                while at < data.len() && !is_space(data[at]) {
                    at += 1;
                }
                spans.push((start, at));
            }
        }
        (None, true) => {
            let mut end = data.len();
            loop {
                while end > 0 && is_space(data[end - 1]) {
                    end -= 1;
                }
                if end == 0 {
                    break;
                }
                let stop = end;
                if spans.len() == limit {
                    spans.push((0, stop));
                    break;
                }
                while end > 0 && !is_space(data[end - 1]) {
                    end -= 1;
                }
                spans.push((end, stop));
            }
        }
    }
    spans.reverse();
    spans
}

/// Where the lines lie, without and with their ends.
pub(crate) fn line_spans(data: &[u8], keep_ends: bool) -> Vec<(usize, usize)> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < data.len() {
        let end = memchr::memchr2(b'\n', b'\r', &data[start..]).map_or(data.len(), |at| start + at);
        let next = match &data[end..] {
            [b'\r', b'\n', ..] => end + 2,
            [] => end,
            _ => end + 1,
        };
        lines.push((start, if keep_ends { next } else { end }));
        start = next;
    }
    lines
}

/// Where `data` begins and ends when stripped.
pub(crate) fn strip_span(data: &[u8], chars: Option<&[u8]>, left: bool, right: bool) -> (usize, usize) {
    let strips = |byte: u8| chars.map_or_else(|| is_space(byte), |chars| chars.contains(&byte));
    let (mut start, mut end) = (0, data.len());
    while left && start < end && strips(data[start]) {
        start += 1;
    }
    while right && start < end && strips(data[end - 1]) {
        end -= 1;
    }
    (start, end)
}

/// The argument of `strip`: `None`, or bytes.
pub(crate) fn strip_argument(th: &ThreadState, chars: &Value) -> Res<Option<Buffer>> {
    if chars.is_none() { Ok(None) } else { th.readable_buffer(chars).map(Some) }
}

pub(crate) fn replace(th: &ThreadState, data: &[u8], old: &[u8], new: &[u8], count: isize) -> Res<Option<Vec<u8>>> {
    let limit = if count < 0 { usize::MAX } else { count as usize };
    let places: Vec<usize> = memmem::find_iter(data, old).take(limit).collect();
    if places.is_empty() {
        return Ok(None);
    }
    let length = data.len() as i128 + (new.len() as i128 - old.len() as i128) * places.len() as i128;
    if length > isize::MAX as i128 {
        return Err(th.overflow_error("replace bytes is too long"));
    }
    th.check_room(length as usize)?;
    let mut out = Vec::with_capacity(length as usize);
    let mut from = 0;
    for at in places {
        out.extend_from_slice(&data[from..at]);
        out.extend_from_slice(new);
        from = at + old.len();
    }
    out.extend_from_slice(&data[from..]);
    Ok(Some(out))
}

/// The bytes of all items with a separator between them.
pub(crate) fn join(th: &ThreadState, separator: &[u8], iterable: &Value) -> Res<Vec<u8>> {
    let slots = iterable.class().slots();
    if slots.iter.get().is_none() && slots.sq_item.get().is_none() {
        return Err(th.type_error("can only join an iterable"));
    }
    let items = th.collect(iterable)?;
    let exact = |item: &Value| item.downcast_exact::<Bytes>().is_some();
    if items.iter().all(exact) {
        return join_exact(th, separator, &items);
    }
    let mut buffers = Vec::with_capacity(items.len());
    let mut length = separator.len().saturating_mul(items.len().saturating_sub(1));
    for (index, item) in items.iter().enumerate() {
        if !th.has_buffer(item) {
            let found = item.class().full_name();
            return Err(
                th.type_error(format_args!("sequence item {index}: expected a bytes-like object, {found} found"))
            );
        }
        let buffer = th.readable_buffer(item)?;
        length = length.saturating_add(buffer.len());
        buffers.push(buffer);
    }
    if iterable.downcast::<crate::objects::list::List>().is_some_and(|list| list.len() != items.len()) {
        return Err(th.runtime_error("sequence changed size during iteration"));
    }
    if length > isize::MAX as usize {
        return Err(th.overflow_error("join() result is too long"));
    }
    th.check_room(length)?;
    let mut out = Vec::with_capacity(length);
    for (index, buffer) in buffers.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(separator);
        }
        out.extend_from_slice(buffer.as_slice());
    }
    Ok(out)
}

/// Joins `bytes` objects.
fn join_exact(th: &ThreadState, separator: &[u8], items: &[Value]) -> Res<Vec<u8>> {
    let parts = || items.iter().filter_map(|item| item.downcast_exact::<Bytes>()).map(Bytes::as_slice);
    let length = parts().fold(separator.len().saturating_mul(items.len().saturating_sub(1)), |sum, part| {
        sum.saturating_add(part.len())
    });
    if length > isize::MAX as usize {
        return Err(th.overflow_error("join() result is too long"));
    }
    th.check_room(length)?;
    let mut out = Vec::with_capacity(length);
    for (index, part) in parts().enumerate() {
        if index > 0 {
            out.extend_from_slice(separator);
        }
        out.extend_from_slice(part);
    }
    Ok(out)
}

pub(crate) fn padded(th: &ThreadState, data: &[u8], left: usize, right: usize, fill: u8) -> Res<Vec<u8>> {
    let total = data.len().saturating_add(left).saturating_add(right);
    th.check_room(total)?;
    let mut out = Vec::with_capacity(total);
    out.resize(left, fill);
    out.extend_from_slice(data);
    out.resize(total, fill);
    Ok(out)
}

pub(crate) fn zero_filled(th: &ThreadState, data: &[u8], width: usize) -> Res<Vec<u8>> {
    let padding = width.saturating_sub(data.len());
    th.check_room(width)?;
    let sign = usize::from(matches!(data.first(), Some(b'+' | b'-')));
    let mut out = Vec::with_capacity(data.len() + padding);
    out.extend_from_slice(&data[..sign]);
    out.resize(sign + padding, b'0');
    out.extend_from_slice(&data[sign..]);
    Ok(out)
}

pub(crate) fn expand_tabs(th: &ThreadState, data: &[u8], tab: usize) -> Res<Vec<u8>> {
    let mut out = Vec::with_capacity(data.len());
    let mut column = 0;
    for &byte in data {
        match byte {
            b'\t' if tab > 0 => {
                let spaces = tab - column % tab;
                column += spaces;
                th.check_room(out.len().saturating_add(spaces))?;
                out.resize(out.len() + spaces, b' ');
            }
            b'\t' => {}
            _ => {
                out.push(byte);
                column = if matches!(byte, b'\n' | b'\r') { 0 } else { column + 1 };
            }
        }
    }
    Ok(out)
}

/// Title case (`first` says whether only the first letter counts).
pub(crate) fn titled(data: &[u8], only_first: bool) -> Vec<u8> {
    let mut inside = false;
    let map = |byte: u8| {
        let mapped = if inside { byte.to_ascii_lowercase() } else { byte.to_ascii_uppercase() };
        inside = only_first || byte.is_ascii_alphabetic();
        mapped
    };
    data.iter().copied().map(map).collect()
}

pub(crate) fn is_title(data: &[u8]) -> bool {
    let (mut inside, mut any) = (false, false);
    for byte in data {
        if byte.is_ascii_uppercase() {
            if inside {
                return false;
            }
            (inside, any) = (true, true);
        } else if byte.is_ascii_lowercase() {
            if !inside {
                return false;
            }
        } else {
            inside = false;
        }
    }
    any
}

pub(crate) fn translate(th: &ThreadState, data: &[u8], table: &Value, delete: Option<&Value>) -> Res<Vec<u8>> {
    let table = if table.is_none() { None } else { Some(th.readable_buffer(table)?) };
    if table.as_ref().is_some_and(|table| table.len() != 256) {
        return Err(th.value_error("translation table must be 256 characters long"));
    }
    let delete = delete.map(|delete| th.readable_buffer(delete)).transpose()?;
    let mut deleted = [false; 256];
    for &byte in delete.iter().flat_map(Buffer::as_slice) {
        deleted[usize::from(byte)] = true;
    }
    let kept = data.iter().filter(|&&byte| !deleted[usize::from(byte)]);
    Ok(match &table {
        Some(table) => {
            let table = table.as_slice();
            kept.map(|&byte| table.get(usize::from(byte)).copied().unwrap_or(byte)).collect()
        }
        None => kept.copied().collect(),
    })
}

/// The text of `hex(sep, bytes_per_sep)`.
pub(crate) fn hex(th: &ThreadState, data: &[u8], separator: Option<&Value>, group: i32) -> Res {
    let separator = separator.map(|separator| hex_separator(th, separator)).transpose()?;
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let size = group.unsigned_abs() as usize;
    th.check_room(data.len().saturating_mul(3))?;
    let mut out = Vec::with_capacity(data.len() * 3);
    for (index, &byte) in data.iter().enumerate() {
        if let Some(separator) = separator
            && index > 0
            && size > 0
            && (if group > 0 { data.len() - index } else { index }) % size == 0
        {
            out.push(separator);
        }
        out.extend([DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
    Ok(th.str_from_ascii(&out))
}

fn hex_separator(th: &ThreadState, separator: &Value) -> Res<u8> {
    if th.len(separator)? != 1 {
        return Err(th.value_error("sep must be length 1."));
    }
    let point = match (separator.as_str(), separator.as_bytes()) {
        (Some(text), _) => text.char_at(0),
        (_, Some(bytes)) => u32::from(bytes.as_slice().first().copied().unwrap_or(0)),
        _ => return Err(th.type_error("sep must be str or bytes.")),
    };
    u8::try_from(point).ok().filter(u8::is_ascii).ok_or_else(|| th.value_error("sep must be ASCII."))
}

/// The bytes of `fromhex(string)`.
pub(crate) fn from_hex(th: &ThreadState, string: &Value) -> Res<Vec<u8>> {
    let text: Cow<'_, [u8]> = if let Some(text) = string.as_str() {
        match text.as_ascii() {
            Some(ascii) => Cow::Borrowed(ascii.as_bytes()),
            // What is not ASCII is no digit, wherever it stands.
            None => Cow::Owned(text.code_points().map(|point| u8::try_from(point).unwrap_or(0xFF)).collect()),
        }
    } else if th.has_buffer(string) {
        Cow::Owned(th.readable_buffer(string)?.to_vec())
    } else {
        let found = string.class().full_name();
        return Err(th.type_error(format_args!("fromhex() argument must be str or bytes-like, not {found}")));
    };
    let digit = |at: usize| text.get(at).and_then(|&byte| (byte as char).to_digit(16));
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if is_space(byte) {
            at += 1;
            continue;
        }
        let wrong =
            |at: usize| th.value_error(format_args!("non-hexadecimal number found in fromhex() arg at position {at}"));
        let high = digit(at).ok_or_else(|| wrong(at))?;
        if at + 1 >= text.len() {
            return Err(th.value_error("fromhex() arg must contain an even number of hexadecimal digits"));
        }
        let low = digit(at + 1).ok_or_else(|| wrong(at + 1))?;
        out.push((high << 4 | low) as u8);
        at += 2;
    }
    Ok(out)
}

/// `repr` of bytes, with `b` and quotes.
pub(crate) fn repr(data: &[u8], prefer_double: bool) -> Vec<u8> {
    let quote = if prefer_double && data.contains(&b'\'') && !data.contains(&b'"') { b'"' } else { b'\'' };
    let mut out = Vec::with_capacity(data.len() + 3);
    out.extend([b'b', quote]);
    for &byte in data {
        match byte {
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\\' => out.extend(b"\\\\"),
            byte if byte == quote => out.extend([b'\\', byte]),
            0x20..=0x7E => out.push(byte),
            _ => out.extend(format!("\\x{byte:02x}").as_bytes()),
        }
    }
    out.push(quote);
    out
}

/// `a + b` for what has a buffer.
pub(crate) fn concat(th: &ThreadState, data: &[u8], other: &Value, name: &str) -> Res<Vec<u8>> {
    if let Some(other) = other.downcast_exact::<Bytes>() {
        th.check_room(data.len().saturating_add(other.len()))?;
        return Ok([data, other.as_slice()].concat());
    }
    if !th.has_buffer(other) {
        let found = other.class().full_name();
        return Err(th.type_error(format_args!("can't concat {found} to {name}")));
    }
    let other = th.readable_buffer(other)?;
    th.check_room(data.len().saturating_add(other.len()))?;
    let mut out = Vec::with_capacity(data.len() + other.len());
    out.extend_from_slice(data);
    out.extend_from_slice(other.as_slice());
    Ok(out)
}

pub(crate) fn repeated(th: &ThreadState, data: &[u8], count: isize) -> Res<Vec<u8>> {
    let count = count.max(0) as usize;
    match data.len().checked_mul(count).filter(|&size| size <= isize::MAX as usize) {
        Some(size) => th.check_room(size)?,
        None => return Err(th.memory_error()),
    }
    Ok(data.repeat(count))
}

/// `data[key]`.
pub(crate) fn subscript<T: ByteLike>(th: &ThreadState, slf: &Value, key: &Value) -> Res {
    if th.is_index(key) {
        let index = th.index_or(key, &crate::objects::exceptions::INDEX_ERROR)?;
        return item::<T>(th, slf, if index < 0 { index + T::of(slf).data().len() as isize } else { index });
    }
    let Some(slice) = key.downcast_exact::<Slice>() else {
        let found = key.class().full_name();
        let index = T::INDEX;
        return Err(th.type_error(format_args!("{index} indices must be integers or slices, not {found}")));
    };
    // Finding the bounds may run code that changes a bytearray: they are found again until they hold.
    let mut bounds = th.slice_bounds(slice, T::of(slf).data().len())?;
    let length = T::of(slf).data().len();
    if bounds.count > 0 && bounds.start.max(bounds.start + (bounds.count as isize - 1) * bounds.step) >= length as isize
    {
        bounds = th.slice_bounds(slice, length)?;
    }
    if bounds.step == 1 {
        return Ok(T::part(th, slf, bounds.start as usize, bounds.start as usize + bounds.count));
    }
    let data = T::of(slf).data();
    let bytes: Vec<u8> = bounds.indexes().filter_map(|index| data.get(index).copied()).collect();
    Ok(T::make(th, &bytes))
}

/// Item `index`, counted from the start.
pub(crate) fn item<T: ByteLike>(th: &ThreadState, slf: &Value, index: isize) -> Res {
    match usize::try_from(index).ok().and_then(|index| T::of(slf).data().get(index).copied()) {
        Some(byte) => Ok(Value::int32(i32::from(byte))),
        None if T::NAME == "bytes" => Err(th.index_error("index out of range")),
        None => Err(th.index_error("bytearray index out of range")),
    }
}

pub(crate) fn contains(th: &ThreadState, data: &[u8], item: &Value) -> Res<bool> {
    if th.is_index(item) {
        let byte = bytes_new::byte_of(th, item, "byte")?;
        return Ok(memchr::memchr(byte, data).is_some());
    }
    let sub = th.readable_buffer(item)?;
    Ok(memmem::find(data, sub.as_slice()).is_some())
}

/// `BytesWarning` for comparing or showing bytes as text, as `-b` wants it.
pub(crate) fn warn_bytes(th: &ThreadState, message: &str) -> Res<()> {
    if th.interp().config.borrow().bytes_warning == 0 {
        return Ok(());
    }
    crate::warnings::warn(th, &crate::objects::exceptions::BYTES_WARNING, message)
}

/// The methods of both types.
macro_rules! bytes_like_methods {
    ($Type:ident) => {
        #[macros::pymethods(extra = shared)]
        impl $Type {
            #[pyslot(sq_length, mp_length)]
            fn length_slot(&self, _: &ThreadState) -> Res<usize> {
                Ok(self.data().len())
            }

            #[pyslot]
            fn sq_concat(th: &ThreadState, a: &Value, b: &Value) -> Res {
                let Some(left) = a.downcast::<$Type>() else { return Ok(Value::NOT_IMPLEMENTED) };
                let joined = match b.downcast_exact::<crate::objects::bytes::Bytes>() {
                    Some(right) if a.is_instance_of(&crate::objects::bytes::BYTES_TYPE) => {
                        th.check_room(left.data().len().saturating_add(right.len()))?;
                        return Ok(th.bytes_of_parts(&[left.data(), right.as_slice()]));
                    }
                    _ => bytes_like::concat(th, &left.data().to_vec(), b, <$Type as ByteLike>::NAME)?,
                };
                Ok($Type::make(th, &joined))
            }

            #[pyslot]
            fn sq_repeat(th: &ThreadState, slf: &Value, count: isize) -> Res {
                let slf_bytes = <$Type as crate::object::Payload>::of(slf);
                if count == 1 {
                    return Ok($Type::part(th, slf, 0, slf_bytes.data().len()));
                }
                let repeated = bytes_like::repeated(th, slf_bytes.data(), count)?;
                Ok($Type::make(th, &repeated))
            }

            #[pyslot]
            fn sq_item(th: &ThreadState, slf: &Value, index: isize) -> Res {
                bytes_like::item::<$Type>(th, slf, index)
            }

            #[pyslot]
            fn mp_subscript(th: &ThreadState, slf: &Value, key: &Value) -> Res {
                bytes_like::subscript::<$Type>(th, slf, key)
            }

            #[pyslot]
            fn sq_contains(th: &ThreadState, slf: &Value, item: &Value) -> Res<bool> {
                let data = th.readable_buffer(slf)?;
                bytes_like::contains(th, data.as_slice(), item)
            }

            #[pyslot]
            fn nb_remainder(th: &ThreadState, a: &Value, b: &Value) -> Res {
                let Some(format) = a.downcast::<$Type>() else { return Ok(Value::NOT_IMPLEMENTED) };
                let formatted = format
                    .pinned(|format| crate::objects::bytes_percent::format_bytes(th, &format.data().to_vec(), b))?;
                Ok($Type::make(th, &formatted))
            }

            /// Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
            ///
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            ///
            /// Return -1 on failure.
            #[pymethod("(sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
            fn find(
                slf: &Value,
                th: &ThreadState,
                sub: &Value,
                start: Option<SliceIndex>,
                end: Option<SliceIndex>,
            ) -> Res<isize> {
                let found = bytes_like::search(th, slf, sub, start, end, false)?;
                Ok(found.map_or(-1, |at| at as isize))
            }

            /// Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
            ///
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            ///
            /// Return -1 on failure.
            #[pymethod("(sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
            fn rfind(
                slf: &Value,
                th: &ThreadState,
                sub: &Value,
                start: Option<SliceIndex>,
                end: Option<SliceIndex>,
            ) -> Res<isize> {
                let found = bytes_like::search(th, slf, sub, start, end, true)?;
                Ok(found.map_or(-1, |at| at as isize))
            }

            /// Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
            ///
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            ///
            /// Raise ValueError if the subsection is not found.
            #[pymethod("(sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
            fn index(
                slf: &Value,
                th: &ThreadState,
                sub: &Value,
                start: Option<SliceIndex>,
                end: Option<SliceIndex>,
            ) -> Res<usize> {
                bytes_like::search(th, slf, sub, start, end, false)?.ok_or_else(|| bytes_like::not_found(th))
            }

            /// Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].
            ///
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            ///
            /// Raise ValueError if the subsection is not found.
            #[pymethod("(sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
            fn rindex(
                slf: &Value,
                th: &ThreadState,
                sub: &Value,
                start: Option<SliceIndex>,
                end: Option<SliceIndex>,
            ) -> Res<usize> {
                bytes_like::search(th, slf, sub, start, end, true)?.ok_or_else(|| bytes_like::not_found(th))
            }

            /// Return the number of non-overlapping occurrences of subsection 'sub' in bytes B[start:end].
            ///
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            #[pymethod("(sub, start=None, end=None, /)", text = "($self, sub[, start[, end]], /)")]
            fn count(
                slf: &Value,
                th: &ThreadState,
                sub: &Value,
                start: Option<SliceIndex>,
                end: Option<SliceIndex>,
            ) -> Res<usize> {
                bytes_like::count(th, slf, sub, start, end)
            }

            /// Return True if the bytes starts with the specified prefix, False otherwise.
            ///
            ///   prefix
            ///     A bytes or a tuple of bytes to try.
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            #[pymethod("(prefix, start=None, end=None, /)", text = "($self, prefix[, start[, end]], /)")]
            fn startswith(
                &self,
                th: &ThreadState,
                prefix: &Value,
                start: Option<SliceIndex>,
                end: Option<SliceIndex>,
            ) -> Res<bool> {
                bytes_like::affix(th, self, prefix, (start, end), "startswith", false)
            }

            /// Return True if the bytes ends with the specified suffix, False otherwise.
            ///
            ///   suffix
            ///     A bytes or a tuple of bytes to try.
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            #[pymethod("(suffix, start=None, end=None, /)", text = "($self, suffix[, start[, end]], /)")]
            fn endswith(
                &self,
                th: &ThreadState,
                suffix: &Value,
                start: Option<SliceIndex>,
                end: Option<SliceIndex>,
            ) -> Res<bool> {
                bytes_like::affix(th, self, suffix, (start, end), "endswith", true)
            }

            /// Return a bytes object with the given prefix string removed if present.
            #[pymethod("(prefix, /)")]
            fn removeprefix(&self, th: &ThreadState, slf: &Value, prefix: Buffer) -> Res {
                let start = if self.data().starts_with(prefix.as_slice()) { prefix.len() } else { 0 };
                Ok($Type::part(th, slf, start, self.data().len()))
            }

            /// Return a bytes object with the given suffix string removed if present.
            #[pymethod("(suffix, /)")]
            fn removesuffix(&self, th: &ThreadState, slf: &Value, suffix: Buffer) -> Res {
                let length = self.data().len();
                let end = if self.data().ends_with(suffix.as_slice()) { length - suffix.len() } else { length };
                Ok($Type::part(th, slf, 0, end))
            }

            /// Return a copy with all occurrences of substring old replaced by new.
            ///
            ///   count
            ///     Maximum number of occurrences to replace.
            ///     -1 (the default value) means replace all occurrences.
            ///
            /// If the optional argument count is given, only the first count occurrences are
            /// replaced.
            #[pymethod("(old, new, count=-1, /)")]
            fn replace(&self, th: &ThreadState, slf: &Value, old: Buffer, new: Buffer, count: isize) -> Res {
                match bytes_like::replace(th, self.data(), old.as_slice(), new.as_slice(), count)? {
                    Some(bytes) => Ok($Type::make(th, &bytes)),
                    None => Ok($Type::part(th, slf, 0, self.data().len())),
                }
            }

            /// Return a list of the sections in the bytes, using sep as the delimiter.
            ///
            ///   sep
            ///     The delimiter according which to split the bytes.
            ///     None (the default value) means split on ASCII whitespace
            ///     characters (space, tab, return, newline, formfeed, vertical tab).
            ///   maxsplit
            ///     Maximum number of splits to do.
            ///     -1 (the default value) means no limit.
            #[pymethod("(sep=None, maxsplit=-1)")]
            fn split(&self, th: &ThreadState, slf: &Value, sep: &Value, maxsplit: isize) -> Res {
                Self::split_value(th, slf, sep, maxsplit, false)
            }

            /// Return a list of the sections in the bytes, using sep as the delimiter.
            ///
            ///   sep
            ///     The delimiter according which to split the bytes.
            ///     None (the default value) means split on ASCII whitespace
            ///     characters (space, tab, return, newline, formfeed, vertical tab).
            ///   maxsplit
            ///     Maximum number of splits to do.
            ///     -1 (the default value) means no limit.
            ///
            /// Splitting is done starting at the end of the bytes and working to
            /// the front.
            #[pymethod("(sep=None, maxsplit=-1)")]
            fn rsplit(&self, th: &ThreadState, slf: &Value, sep: &Value, maxsplit: isize) -> Res {
                Self::split_value(th, slf, sep, maxsplit, true)
            }

            fn split_value(th: &ThreadState, slf: &Value, sep: &Value, maxsplit: isize, right: bool) -> Res {
                let data = th.readable_buffer(slf)?;
                let separator = bytes_like::strip_argument(th, sep)?;
                if separator.as_ref().is_some_and(Buffer::is_empty) {
                    return Err(th.value_error("empty separator"));
                }
                let separator = separator.as_ref().map(Buffer::as_slice);
                let spans = bytes_like::split_spans(data.as_slice(), separator, maxsplit, right);
                Ok(th.list(spans.into_iter().map(|(start, end)| $Type::part(th, slf, start, end)).collect()))
            }

            /// Return a list of the lines in the bytes, breaking at line boundaries.
            ///
            /// Line breaks are not included in the resulting list unless keepends
            /// is given and true.
            #[pymethod("(keepends=False)")]
            fn splitlines(&self, th: &ThreadState, slf: &Value, keepends: bool) -> Res {
                let spans = bytes_like::line_spans(self.data(), keepends);
                Ok(th.list(spans.into_iter().map(|(start, end)| $Type::part(th, slf, start, end)).collect()))
            }

            fn cut(th: &ThreadState, slf: &Value, sep: &Value, last: bool) -> Res {
                let data = th.readable_buffer(slf)?;
                let separator = th.readable_buffer(sep)?;
                if separator.is_empty() {
                    return Err(th.value_error("empty separator"));
                }
                let length = data.len();
                let (hay, needle) = (data.as_slice(), separator.as_slice());
                let place = match last {
                    true => memchr::memmem::rfind(hay, needle),
                    false => memchr::memmem::find(hay, needle),
                };
                let empty = || $Type::make(th, b"");
                Ok(match place {
                    Some(at) => {
                        let end = at + needle.len();
                        let middle = $Type::make(th, needle);
                        th.tuple_from_vec(vec![$Type::part(th, slf, 0, at), middle, $Type::part(th, slf, end, length)])
                    }
                    None if last => th.tuple_from_vec(vec![empty(), empty(), $Type::part(th, slf, 0, length)]),
                    None => th.tuple_from_vec(vec![$Type::part(th, slf, 0, length), empty(), empty()]),
                })
            }

            /// Partition the bytes into three parts using the given separator.
            #[pymethod("(sep, /)")]
            fn partition(th: &ThreadState, slf: &Value, sep: &Value) -> Res {
                Self::cut(th, slf, sep, false)
            }

            /// Partition the bytes into three parts using the given separator, starting at the end.
            #[pymethod("(sep, /)")]
            fn rpartition(th: &ThreadState, slf: &Value, sep: &Value) -> Res {
                Self::cut(th, slf, sep, true)
            }

            fn strip_value(th: &ThreadState, slf: &Value, chars: &Value, left: bool, right: bool) -> Res {
                let chars = bytes_like::strip_argument(th, chars)?;
                let data = <$Type as crate::object::Payload>::of(slf).data();
                let (start, end) = bytes_like::strip_span(data, chars.as_ref().map(Buffer::as_slice), left, right);
                Ok($Type::part(th, slf, start, end))
            }

            /// Strip leading and trailing bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip leading and trailing ASCII
            /// whitespace.
            #[pymethod("(bytes=None, /)")]
            fn strip(th: &ThreadState, slf: &Value, bytes: &Value) -> Res {
                Self::strip_value(th, slf, bytes, true, true)
            }

            /// Strip leading bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip leading  ASCII whitespace.
            #[pymethod("(bytes=None, /)")]
            fn lstrip(th: &ThreadState, slf: &Value, bytes: &Value) -> Res {
                Self::strip_value(th, slf, bytes, true, false)
            }

            /// Strip trailing bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip trailing ASCII whitespace.
            #[pymethod("(bytes=None, /)")]
            fn rstrip(th: &ThreadState, slf: &Value, bytes: &Value) -> Res {
                Self::strip_value(th, slf, bytes, false, true)
            }

            /// Concatenate any number of bytes objects.
            ///
            /// The bytes whose method is called is inserted in between each pair.
            ///
            /// The result is returned as a new bytes object.
            ///
            /// Example: b'.'.join([b'ab', b'pq', b'rs']) -> b'ab.pq.rs'.
            #[pymethod("(iterable_of_bytes, /)")]
            fn join(slf: &Value, th: &ThreadState, iterable_of_bytes: &Value) -> Res {
                // Exported meanwhile: what the iterable does cannot change it.
                let separator = th.readable_buffer(slf)?;
                Ok($Type::make(th, &bytes_like::join(th, separator.as_slice(), iterable_of_bytes)?))
            }

            /// Return a left-justified string of length width.
            ///
            /// Padding is done using the specified fill character.
            #[pymethod("(width, fillchar=b' ', /)")]
            fn ljust(&self, th: &ThreadState, width: isize, #[default(FillByte(b' '))] fillchar: FillByte) -> Res {
                let padding = (width.max(0) as usize).saturating_sub(self.data().len());
                Ok($Type::make(th, &bytes_like::padded(th, self.data(), 0, padding, fillchar.0)?))
            }

            /// Return a right-justified string of length width.
            ///
            /// Padding is done using the specified fill character.
            #[pymethod("(width, fillchar=b' ', /)")]
            fn rjust(&self, th: &ThreadState, width: isize, #[default(FillByte(b' '))] fillchar: FillByte) -> Res {
                let padding = (width.max(0) as usize).saturating_sub(self.data().len());
                Ok($Type::make(th, &bytes_like::padded(th, self.data(), padding, 0, fillchar.0)?))
            }

            /// Return a centered string of length width.
            ///
            /// Padding is done using the specified fill character.
            #[pymethod("(width, fillchar=b' ', /)")]
            fn center(&self, th: &ThreadState, width: isize, #[default(FillByte(b' '))] fillchar: FillByte) -> Res {
                let width = width.max(0) as usize;
                let padding = width.saturating_sub(self.data().len());
                let left = padding / 2 + (padding & width & 1);
                Ok($Type::make(th, &bytes_like::padded(th, self.data(), left, padding - left, fillchar.0)?))
            }

            /// Pad a numeric string with zeros on the left, to fill a field of the given width.
            ///
            /// The original string is never truncated.
            #[pymethod("(width, /)")]
            fn zfill(&self, th: &ThreadState, width: isize) -> Res {
                Ok($Type::make(th, &bytes_like::zero_filled(th, self.data(), width.max(0) as usize)?))
            }

            /// Return a copy where all tab characters are expanded using spaces.
            ///
            /// If tabsize is not given, a tab size of 8 characters is assumed.
            #[pymethod("(tabsize=8)")]
            fn expandtabs(&self, th: &ThreadState, tabsize: i32) -> Res {
                Ok($Type::make(th, &bytes_like::expand_tabs(th, self.data(), tabsize.max(0) as usize)?))
            }

            /// B.upper() -> copy of B
            ///
            /// Return a copy of B with all ASCII characters converted to uppercase.
            #[pymethod]
            fn upper(&self, th: &ThreadState) -> Res {
                Ok($Type::make(th, &self.data().to_ascii_uppercase()))
            }

            /// B.lower() -> copy of B
            ///
            /// Return a copy of B with all ASCII characters converted to lowercase.
            #[pymethod]
            fn lower(&self, th: &ThreadState) -> Res {
                Ok($Type::make(th, &self.data().to_ascii_lowercase()))
            }

            /// B.swapcase() -> copy of B
            ///
            /// Return a copy of B with uppercase ASCII characters converted
            /// to lowercase ASCII and vice versa.
            #[pymethod]
            fn swapcase(&self, th: &ThreadState) -> Res {
                let swap = |byte: &u8| if byte.is_ascii_alphabetic() { byte ^ 0x20 } else { *byte };
                Ok($Type::make(th, &self.data().iter().map(swap).collect::<Vec<u8>>()))
            }

            /// B.capitalize() -> copy of B
            ///
            /// Return a copy of B with only its first character capitalized (ASCII)
            /// and the rest lower-cased.
            #[pymethod]
            fn capitalize(&self, th: &ThreadState) -> Res {
                Ok($Type::make(th, &bytes_like::titled(self.data(), true)))
            }

            /// B.title() -> copy of B
            ///
            /// Return a titlecased version of B, i.e. ASCII words start with
            /// uppercase characters, all remaining cased characters have lowercase.
            #[pymethod]
            fn title(&self, th: &ThreadState) -> Res {
                Ok($Type::make(th, &bytes_like::titled(self.data(), false)))
            }

            /// B.isalnum() -> bool
            ///
            /// Return True if all characters in B are alphanumeric
            /// and there is at least one character in B, False otherwise.
            #[pymethod]
            fn isalnum(&self) -> bool {
                !self.data().is_empty() && self.data().iter().all(u8::is_ascii_alphanumeric)
            }

            /// B.isalpha() -> bool
            ///
            /// Return True if all characters in B are alphabetic
            /// and there is at least one character in B, False otherwise.
            #[pymethod]
            fn isalpha(&self) -> bool {
                !self.data().is_empty() && self.data().iter().all(u8::is_ascii_alphabetic)
            }

            /// B.isascii() -> bool
            ///
            /// Return True if B is empty or all characters in B are ASCII,
            /// False otherwise.
            #[pymethod]
            fn isascii(&self) -> bool {
                self.data().is_ascii()
            }

            /// B.isdigit() -> bool
            ///
            /// Return True if all characters in B are digits
            /// and there is at least one character in B, False otherwise.
            #[pymethod]
            fn isdigit(&self) -> bool {
                !self.data().is_empty() && self.data().iter().all(u8::is_ascii_digit)
            }

            /// B.isspace() -> bool
            ///
            /// Return True if all characters in B are whitespace
            /// and there is at least one character in B, False otherwise.
            #[pymethod]
            fn isspace(&self) -> bool {
                !self.data().is_empty() && self.data().iter().all(|&byte| bytes_like::is_space(byte))
            }

            /// B.islower() -> bool
            ///
            /// Return True if all cased characters in B are lowercase and there is
            /// at least one cased character in B, False otherwise.
            #[pymethod]
            fn islower(&self) -> bool {
                !self.data().iter().any(u8::is_ascii_uppercase) && self.data().iter().any(u8::is_ascii_lowercase)
            }

            /// B.isupper() -> bool
            ///
            /// Return True if all cased characters in B are uppercase and there is
            /// at least one cased character in B, False otherwise.
            #[pymethod]
            fn isupper(&self) -> bool {
                !self.data().iter().any(u8::is_ascii_lowercase) && self.data().iter().any(u8::is_ascii_uppercase)
            }

            /// B.istitle() -> bool
            ///
            /// Return True if B is a titlecased string and there is at least one
            /// character in B, i.e. uppercase characters may only follow uncased
            /// characters and lowercase characters only cased ones. Return False
            /// otherwise.
            #[pymethod]
            fn istitle(&self) -> bool {
                bytes_like::is_title(self.data())
            }

            /// Return a copy with each character mapped by the given translation table.
            ///
            ///   table
            ///     Translation table, which must be a bytes object of length 256.
            ///
            /// All characters occurring in the optional argument delete are
            /// removed.  The remaining characters are mapped through the given
            /// translation table.
            #[pymethod("(table, /, delete=b'')")]
            fn translate(&self, th: &ThreadState, table: &Value, #[default(None)] delete: Option<&Value>) -> Res {
                let data = self.data().to_vec();
                Ok($Type::make(th, &bytes_like::translate(th, &data, table, delete)?))
            }

            /// Return a translation table usable for the bytes or bytearray translate method.
            ///
            /// The returned table will be one where each byte in frm is mapped to the byte at
            /// the same position in to.
            ///
            /// The bytes objects frm and to must be of the same length.
            #[pystaticmethod("(frm, to, /)")]
            fn maketrans(th: &ThreadState, frm: Buffer, to: Buffer) -> Res {
                if frm.len() != to.len() {
                    return Err(th.value_error("maketrans arguments must have same length"));
                }
                let mut table: Vec<u8> = (0..=255).collect();
                for (&from, &to) in frm.as_slice().iter().zip(to.as_slice()) {
                    if let Some(place) = table.get_mut(usize::from(from)) {
                        *place = to;
                    }
                }
                Ok(th.bytes(&table))
            }

            /// Create a string of hexadecimal numbers from a bytes object.
            ///
            ///   sep
            ///     An optional single character or byte to separate hex bytes.
            ///   bytes_per_sep
            ///     How many bytes between separators.  Positive values count from
            ///     the right, negative values count from the left.
            ///
            /// >>> data = bytes(b"\x01\x23\xab\xcd")
            /// >>> data.hex()
            /// '0123abcd'
            /// >>> data.hex(":")
            /// '01:23:ab:cd'
            /// >>> data.hex(":", 3)
            /// '01:23abcd'
            /// >>> data.hex(":", -3)
            /// '0123ab:cd'
            #[pymethod("(sep=None, bytes_per_sep=1)", text = "($self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
            fn hex(&self, th: &ThreadState, sep: Option<&Value>, bytes_per_sep: i32) -> Res {
                self.pinned(|bytes| bytes_like::hex(th, &bytes.data().to_vec(), sep, bytes_per_sep))
            }

            /// Create a bytes object from a string of hexadecimal numbers.
            ///
            /// Spaces between two numbers are accepted.
            #[pyclassmethod("(string, /)")]
            fn fromhex(th: &ThreadState, cls: &Value, string: &Value) -> Res {
                let bytes = $Type::make(th, &bytes_like::from_hex(th, string)?);
                if cls.is(<$Type as crate::object::Payload>::class().value_ref()) {
                    return Ok(bytes);
                }
                th.call(cls, &[bytes])
            }

            /// Decode the bytes using the codec registered for encoding.
            ///
            ///   encoding
            ///     The encoding with which to decode the bytes.
            ///   errors
            ///     The error handling scheme to use for the handling of decoding
            ///     errors.  The default is 'strict' meaning that decoding errors
            ///     raise a UnicodeDecodeError.  Other possible values are 'ignore'
            ///     and 'replace' as well as any other name registered with
            ///     codecs.register_error that can handle UnicodeDecodeErrors.
            #[pymethod("(encoding='utf-8', errors='strict')")]
            fn decode(
                th: &ThreadState,
                slf: &Value,
                #[default(TextArg(None))] encoding: TextArg<'_>,
                #[default(TextArg(None))] errors: TextArg<'_>,
            ) -> Res {
                let utf8 = encoding.0.is_none_or(crate::objects::str::methods::is_utf8) && errors.0.is_none();
                if utf8
                    && let Some(bytes) = slf.downcast_exact::<crate::objects::bytes::Bytes>()
                    && bytes.as_slice().is_ascii()
                {
                    return Ok(th.str_from_ascii(bytes.as_slice()));
                }
                let (encoding, errors) = (encoding.to_text(), errors.to_text());
                th.decode_object(slf, encoding.as_deref().unwrap_or("utf-8"), errors.as_deref().unwrap_or("strict"))
            }
        }
    };
}

pub(crate) use bytes_like_methods;
