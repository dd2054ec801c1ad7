//! Operators of `str`: concatenation, repetition, subscripts, comparison, `repr`.

use algo::unicode::is_printable;
use macros::pymethods;

use super::builder::StrBuilder;
use super::iterator;
use super::percent::Percent;
use super::{Str, search};
use crate::error::Res;
use crate::objects::exceptions as exc;
use crate::objects::slice::Slice;
use crate::thread::ThreadState;
use crate::types::CompareOp;
use crate::value::Value;

/// The text of `repr`: quotes, escapes for what does not print.
fn push_repr(out: &mut StrBuilder, text: &Str) {
    let has =
        |quote: u8| memchr::memchr(quote, text.raw()).is_some() && text.code_points().any(|c| c == u32::from(quote));
    let quote = if has(b'\'') && !has(b'"') { b'"' } else { b'\'' };
    out.push(u32::from(quote));
    for point in text.code_points() {
        match point {
            0x09 => out.push_latin1(b"\\t"),
            0x0A => out.push_latin1(b"\\n"),
            0x0D => out.push_latin1(b"\\r"),
            0x5C => out.push_latin1(b"\\\\"),
            0x20..=0x7E => {
                if point == u32::from(quote) {
                    out.push(0x5C);
                }
                out.push(point);
            }
            0..=0x7F => push_escape(out, point),
            _ if is_printable(point) => out.push(point),
            _ => push_escape(out, point),
        }
    }
    out.push(u32::from(quote));
}

/// `\xNN`, `\uNNNN` or `\UNNNNNNNN`.
pub(crate) fn push_escape(out: &mut StrBuilder, point: u32) {
    let text = match point {
        0..=0xFF => format!("\\x{point:02x}"),
        0x100..=0xFFFF => format!("\\u{point:04x}"),
        _ => format!("\\U{point:08x}"),
    };
    out.push_latin1(text.as_bytes());
}

impl ThreadState {
    /// `repr` of a string.
    pub fn str_repr(&self, text: &Str) -> Value {
        // The usual case is found out without building character by character.
        if let Some(ascii) = text.as_ascii()
            && ascii.bytes().all(|byte| (0x20..0x7F).contains(&byte) && byte != b'\'' && byte != b'\\')
        {
            let mut quoted = Vec::with_capacity(ascii.len() + 2);
            quoted.push(b'\'');
            quoted.extend_from_slice(ascii.as_bytes());
            quoted.push(b'\'');
            return self.str_from_ascii(&quoted);
        }
        let mut out = StrBuilder::with_capacity(text.len() + 2);
        push_repr(&mut out, text);
        out.finish(self)
    }

    /// `left + right` of strings.
    pub fn str_concat(&self, left: &Value, right: &Value) -> Res {
        let (Some(a), Some(b)) = (left.as_str(), right.as_str()) else { return Ok(Value::NOT_IMPLEMENTED) };
        if a.is_empty() && right.is_exactly(&super::STR_TYPE) {
            return Ok(right.clone());
        }
        if b.is_empty() && left.is_exactly(&super::STR_TYPE) {
            return Ok(left.clone());
        }
        self.check_room((a.len() + b.len()).saturating_mul(a.width().max(b.width())))?;
        Ok(self.str_join(None, [a, b].into_iter()))
    }
}

#[pymethods(extra = operators)]
impl Str {
    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        Ok(th.str_repr(self))
    }

    #[pyslot]
    fn str(th: &ThreadState, slf: &Value) -> Res {
        Ok(th.exact_str(slf))
    }

    #[pyslot(hash)]
    fn hash_slot(_: &ThreadState, slf: &Value) -> Res<i64> {
        Ok(Str::of_value(slf).hash())
    }

    #[pyslot]
    fn richcompare(_: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        let (Some(left), Some(right)) = (a.as_str(), b.as_str()) else { return Ok(Value::NOT_IMPLEMENTED) };
        Ok(Value::bool(match op {
            CompareOp::Eq => a.is(b) || left.equals(right),
            CompareOp::Ne => !(a.is(b) || left.equals(right)),
            op => op.holds(left.compare(right)),
        }))
    }

    #[pyslot]
    fn iter(th: &ThreadState, slf: &Value) -> Res {
        Ok(iterator::iterate(th, slf))
    }

    #[pyslot(sq_length, mp_length)]
    fn length(&self, _: &ThreadState) -> Res<usize> {
        Ok(self.len())
    }

    #[pyslot]
    fn sq_concat(th: &ThreadState, a: &Value, b: &Value) -> Res {
        if b.as_str().is_none() {
            let found = b.class().full_name();
            return Err(th.type_error(format_args!("can only concatenate str (not \"{found}\") to str")));
        }
        th.str_concat(a, b)
    }

    #[pyslot]
    fn sq_repeat(th: &ThreadState, slf: &Value, count: isize) -> Res {
        let text = Str::of_value(slf);
        if count <= 0 || text.is_empty() {
            return Ok(th.str(""));
        }
        if count == 1 {
            return Ok(th.exact_str(slf));
        }
        match text.len().checked_mul(count as usize).filter(|&length| length <= isize::MAX as usize) {
            Some(length) => th.check_room(length.saturating_mul(text.width()))?,
            None => return Err(th.overflow_error("repeated string is too long")),
        }
        Ok(th.str_repeated(text, count as usize))
    }

    #[pyslot]
    fn sq_item(&self, th: &ThreadState, index: isize) -> Res {
        match usize::try_from(index) {
            Ok(index) if index < self.len() => Ok(th.str_from_char(self.char_at(index))),
            _ => Err(th.index_error("string index out of range")),
        }
    }

    #[pyslot]
    fn sq_contains(&self, th: &ThreadState, item: &Value) -> Res<bool> {
        match item.as_str() {
            Some(part) => Ok(search::contains(self, part)),
            None => Err(th.type_error(format_args!(
                "'in <string>' requires string as left operand, not {}",
                item.class().full_name()
            ))),
        }
    }

    #[pyslot]
    fn mp_subscript(th: &ThreadState, slf: &Value, key: &Value) -> Res {
        let text = Str::of_value(slf);
        if let Some(slice) = key.downcast_exact::<Slice>() {
            let bounds = th.slice_bounds(slice, text.len())?;
            if bounds.step == 1 {
                return Ok(th.str_slice(slf, bounds.start as usize, bounds.start as usize + bounds.count));
            }
            let mut out = StrBuilder::with_capacity(bounds.count);
            bounds.indexes().for_each(|index| out.push(text.char_at(index)));
            return Ok(out.finish(th));
        }
        if !th.is_index(key) {
            let found = key.class().full_name();
            return Err(th.type_error(format_args!("string indices must be integers, not '{found}'")));
        }
        let index = th.index_or(key, &exc::INDEX_ERROR)?;
        text.sq_item(th, if index < 0 { index + text.len() as isize } else { index })
    }

    #[pyslot]
    fn nb_remainder(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match a.as_str() {
            Some(_) => Percent::format_str(th, a, b),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }
}
