//! Splitting: `split`, `rsplit`, `splitlines`.

use algo::unicode::{is_linebreak, is_space};
use macros::pymethods;

use super::search::Needle;
use super::{Chars, Str};
use crate::error::{Raised, Res};
use crate::thread::ThreadState;
use crate::value::Value;

type Spans = Vec<(usize, usize)>;

/// White space of ASCII text, as Unicode defines it.
pub(super) fn is_ascii_space(byte: u8) -> bool {
    matches!(byte, 0x09..=0x0D | 0x1C..=0x20)
}

/// Words between white space, at most `limit` cuts from the left.
fn words(length: usize, limit: usize, space: impl Fn(usize) -> bool) -> Spans {
    let mut spans = Vec::with_capacity(8);
    let mut at = 0;
    loop {
        while at < length && space(at) {
            at += 1;
        }
        if at == length {
            return spans;
        }
        let start = at;
        if spans.len() == limit {
            // The rest keeps the white space that it ends with.
            spans.push((start, length));
            return spans;
        }
        while at < length && !space(at) {
            at += 1;
        }
        spans.push((start, at));
    }
}

/// Words between white space, at most `limit` cuts from the right; in order.
fn words_from_right(length: usize, limit: usize, space: impl Fn(usize) -> bool) -> Spans {
    let mut spans = Vec::new();
    let mut end = length;
    loop {
        while end > 0 && space(end - 1) {
            end -= 1;
        }
        if end == 0 {
            break;
        }
        let stop = end;
        if spans.len() == limit {
            // The rest keeps the white space that it begins with.
            spans.push((0, stop));
            break;
        }
        while end > 0 && !space(end - 1) {
            end -= 1;
        }
        spans.push((end, stop));
    }
    spans.reverse();
    spans
}

fn limit_of(maxsplit: isize) -> usize {
    if maxsplit < 0 { usize::MAX } else { maxsplit as usize }
}

fn list_of(th: &ThreadState, value: &Value, spans: Spans) -> Value {
    th.list(spans.into_iter().map(|(start, end)| th.str_slice(value, start, end)).collect())
}

#[cold]
fn wrong_separator(th: &ThreadState, separator: &Value) -> Raised {
    th.type_error(format_args!("must be str or None, not {}", separator.class().full_name()))
}

/// The text without the lines' ends: (start, end, end with line break).
pub(crate) fn line_spans(text: &Str) -> Vec<(usize, usize, usize)> {
    let mut lines = Vec::new();
    let (mut start, length) = (0, text.len());
    if let Chars::Ascii(chars) = text.chars() {
        let bytes = chars.as_bytes();
        let mut at = 0;
        while at < length {
            if !matches!(bytes[at], 0x0A..=0x0D | 0x1C..=0x1E) {
                at += 1;
                continue;
            }
            let end = at;
            at += if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') { 2 } else { 1 };
            lines.push((start, end, at));
            start = at;
        }
        if start < length {
            lines.push((start, length, length));
        }
        return lines;
    }
    let mut at = 0;
    while at < length {
        let point = text.char_at(at);
        if !is_linebreak(point) {
            at += 1;
            continue;
        }
        let end = at;
        at += 1;
        if point == 0x0D && at < length && text.char_at(at) == 0x0A {
            at += 1;
        }
        lines.push((start, end, at));
        start = at;
    }
    if start < length {
        lines.push((start, length, length));
    }
    lines
}

#[pymethods(extra = split)]
impl Str {
    /// Return a list of the substrings in the string, using sep as the separator string.
    ///
    ///   sep
    ///     The separator used to split the string.
    ///
    ///     When set to None (the default value), will split on any
    ///     whitespace character (including \n \r \t \f and spaces) and
    ///     will discard empty strings from the result.
    ///   maxsplit
    ///     Maximum number of splits.
    ///     -1 (the default value) means no limit.
    ///
    /// Splitting starts at the front of the string and works to the end.
    ///
    /// Note, str.split() is mainly useful for data that has been
    /// intentionally delimited.  With natural text that includes
    /// punctuation, consider using the regular expression module.
    #[pymethod("(sep=None, maxsplit=-1)")]
    fn split(&self, th: &ThreadState, slf: &Value, sep: &Value, maxsplit: isize) -> Res {
        let limit = limit_of(maxsplit);
        if sep.is_none() {
            let spans = match self.chars() {
                Chars::Ascii(chars) => words(self.len(), limit, |at| is_ascii_space(chars.as_bytes()[at])),
                _ => words(self.len(), limit, |at| is_space(self.char_at(at))),
            };
            return Ok(list_of(th, slf, spans));
        }
        let Some(separator) = sep.as_str() else { return Err(wrong_separator(th, sep)) };
        if separator.is_empty() {
            return Err(th.value_error("empty separator"));
        }
        let places = Needle::new(separator, self).map(|needle| needle.find_all(self, 0, self.len(), limit));
        let mut parts = Vec::new();
        let mut from = 0;
        for at in places.unwrap_or_default() {
            parts.push((from, at));
            from = at + separator.len();
        }
        parts.push((from, self.len()));
        Ok(list_of(th, slf, parts))
    }

    /// Return a list of the substrings in the string, using sep as the separator string.
    ///
    ///   sep
    ///     The separator used to split the string.
    ///
    ///     When set to None (the default value), will split on any
    ///     whitespace character (including \n \r \t \f and spaces) and
    ///     will discard empty strings from the result.
    ///   maxsplit
    ///     Maximum number of splits.
    ///     -1 (the default value) means no limit.
    ///
    /// Splitting starts at the end of the string and works to the front.
    #[pymethod("(sep=None, maxsplit=-1)")]
    fn rsplit(&self, th: &ThreadState, slf: &Value, sep: &Value, maxsplit: isize) -> Res {
        let limit = limit_of(maxsplit);
        if sep.is_none() {
            return Ok(list_of(th, slf, words_from_right(self.len(), limit, |at| is_space(self.char_at(at)))));
        }
        let Some(separator) = sep.as_str() else { return Err(wrong_separator(th, sep)) };
        if separator.is_empty() {
            return Err(th.value_error("empty separator"));
        }
        let mut parts = Vec::new();
        let mut end = self.len();
        if let Some(needle) = Needle::new(separator, self) {
            while parts.len() < limit
                && let Some(at) = needle.rfind(self, 0, end)
            {
                parts.push((at + separator.len(), end));
                end = at;
            }
        }
        parts.push((0, end));
        parts.reverse();
        Ok(list_of(th, slf, parts))
    }

    /// Return a list of the lines in the string, breaking at line boundaries.
    ///
    /// Line breaks are not included in the resulting list unless keepends
    /// is given and true.
    #[pymethod("(keepends=False)")]
    fn splitlines(&self, th: &ThreadState, slf: &Value, keepends: bool) -> Res {
        let lines = line_spans(self).into_iter();
        Ok(list_of(th, slf, lines.map(|(start, end, full)| (start, if keepends { full } else { end })).collect()))
    }
}
