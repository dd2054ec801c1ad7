//! What a pattern runs over: a `str`, `bytes`, or any object with a buffer.

use runtime::buffer::{Buffer, Flags};
use runtime::objects::bytes::BYTES_TYPE;
use runtime::objects::str::{Chars, STR_TYPE};
use runtime::{Res, ThreadState, Value};

use crate::text::build::substring;

/// A text that is held for the time of a run.
pub(super) enum Subject {
    Str(Value),
    Bytes(Value),
    /// The bytes of something that nobody can change meanwhile.
    View(Buffer),
    /// A copy of bytes that somebody may change.
    Copy(Vec<u8>),
}

/// The characters of a subject, by width.
#[derive(Clone, Copy)]
pub(super) enum Units<'a> {
    Narrow(&'a [u8]),
    Ucs2(&'a [u16]),
    Ucs4(&'a [u32]),
}

impl Units<'_> {
    pub(super) fn len(self) -> usize {
        match self {
            Units::Narrow(units) => units.len(),
            Units::Ucs2(units) => units.len(),
            Units::Ucs4(units) => units.len(),
        }
    }
}

impl Subject {
    pub(super) fn new(th: &ThreadState, value: &Value) -> Res<Subject> {
        if value.as_str().is_some() {
            return Ok(Subject::Str(value.clone()));
        }
        if value.as_bytes().is_some() {
            return Ok(Subject::Bytes(value.clone()));
        }
        if !th.has_buffer(value) {
            let class = value.class().full_name();
            return Err(th.type_error(format!("expected string or bytes-like object, got '{class}'")));
        }
        let buffer = th.buffer(value, Flags::SIMPLE)?;
        Ok(if buffer.is_readonly() { Subject::View(buffer) } else { Subject::Copy(buffer.to_vec()) })
    }

    pub(super) fn is_str(&self) -> bool {
        matches!(self, Subject::Str(_))
    }

    #[inline]
    pub(super) fn units(&self) -> Units<'_> {
        match self {
            Subject::Str(value) => match value.as_str().map(|text| text.chars()) {
                Some(Chars::Ascii(text)) => Units::Narrow(text.as_bytes()),
                Some(Chars::Latin1(units)) => Units::Narrow(units),
                Some(Chars::Ucs2(units)) => Units::Ucs2(units),
                Some(Chars::Ucs4(units)) => Units::Ucs4(units),
                None => Units::Narrow(&[]),
            },
            _ => Units::Narrow(self.bytes()),
        }
    }

    /// The bytes of a subject that is not a `str`.
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Subject::Str(_) => &[],
            Subject::Bytes(value) => value.as_bytes().map_or(&[], |bytes| bytes.as_slice()),
            Subject::View(buffer) => buffer.as_slice(),
            Subject::Copy(bytes) => bytes,
        }
    }

    /// A part of the subject; the whole of an exact `str` or `bytes` is the object itself.
    pub(super) fn slice(&self, th: &ThreadState, start: usize, end: usize) -> Value {
        match self {
            Subject::Str(value) => {
                let Some(text) = value.as_str() else { return th.str("") };
                if start == 0 && end == text.len() && value.is_exactly(&STR_TYPE) {
                    return value.clone();
                }
                substring(th, text, start, end.max(start))
            }
            Subject::Bytes(value) if start == 0 && end == self.bytes().len() && value.is_exactly(&BYTES_TYPE) => {
                value.clone()
            }
            _ => th.bytes(self.bytes().get(start..end).unwrap_or_default()),
        }
    }

    /// A span, or nothing at all for a group that took no part.
    pub(super) fn slice_or_empty(&self, th: &ThreadState, span: Option<(usize, usize)>) -> Value {
        let (start, end) = span.unwrap_or((0, 0));
        self.slice(th, start, end)
    }
}
