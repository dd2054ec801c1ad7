//! Case: mappings and the methods that apply them.

use algo::unicode::{self, Case};
use macros::pymethods;

use super::builder::StrBuilder;
use super::{Chars, Str};
use crate::error::Res;
use crate::thread::ThreadState;
use crate::value::Value;

const CAPITAL_SIGMA: u32 = 0x3A3;

/// Appends the mapping of character `at`.
fn push_mapped(out: &mut StrBuilder, text: &Str, at: usize, case: Case) {
    let point = text.char_at(at);
    if point == CAPITAL_SIGMA && case == Case::Lower {
        out.push(unicode::lower_sigma(at, text.len(), |index| text.char_at(index)));
        return;
    }
    for &mapped in unicode::map_case(point, case).as_slice() {
        out.push(mapped);
    }
}

fn map_all(th: &ThreadState, text: &Str, case: Case) -> Value {
    if let Chars::Ascii(chars) = text.chars() {
        let mut bytes = chars.as_bytes().to_vec();
        if case == Case::Upper {
            bytes.make_ascii_uppercase()
        } else {
            bytes.make_ascii_lowercase()
        }
        return th.str_from_ascii(&bytes);
    }
    let mut out = StrBuilder::with_capacity(text.len());
    for at in 0..text.len() {
        push_mapped(&mut out, text, at, case);
    }
    out.finish(th)
}

#[pymethods(extra = case)]
impl Str {
    /// Return a copy of the string converted to uppercase.
    #[pymethod]
    fn upper(&self, th: &ThreadState) -> Res {
        Ok(map_all(th, self, Case::Upper))
    }

    /// Return a copy of the string converted to lowercase.
    #[pymethod]
    fn lower(&self, th: &ThreadState) -> Res {
        Ok(map_all(th, self, Case::Lower))
    }

    /// Return a version of the string suitable for caseless comparisons.
    #[pymethod]
    fn casefold(&self, th: &ThreadState) -> Res {
        Ok(map_all(th, self, Case::Fold))
    }

    /// Return a capitalized version of the string.
    ///
    /// More specifically, make the first character have upper case and the rest lower
    /// case.
    #[pymethod]
    fn capitalize(&self, th: &ThreadState) -> Res {
        if self.is_ascii() {
            let mut bytes = self.raw().to_ascii_lowercase();
            if let Some(first) = bytes.first_mut() {
                first.make_ascii_uppercase();
            }
            return Ok(th.str_from_ascii(&bytes));
        }
        let mut out = StrBuilder::with_capacity(self.len());
        for at in 0..self.len() {
            push_mapped(&mut out, self, at, if at == 0 { Case::Title } else { Case::Lower });
        }
        Ok(out.finish(th))
    }

    /// Return a version of the string where each word is titlecased.
    ///
    /// More specifically, words start with uppercased characters and all remaining
    /// cased characters have lower case.
    #[pymethod]
    fn title(&self, th: &ThreadState) -> Res {
        if self.is_ascii() {
            let mut bytes = self.raw().to_vec();
            let mut inside = false;
            for byte in &mut bytes {
                if inside {
                    byte.make_ascii_lowercase();
                } else {
                    byte.make_ascii_uppercase();
                }
                inside = byte.is_ascii_alphabetic();
            }
            return Ok(th.str_from_ascii(&bytes));
        }
        let mut out = StrBuilder::with_capacity(self.len());
        let mut inside = false;
        for at in 0..self.len() {
            push_mapped(&mut out, self, at, if inside { Case::Lower } else { Case::Title });
            inside = unicode::is_cased(self.char_at(at));
        }
        Ok(out.finish(th))
    }

    /// Convert uppercase characters to lowercase and lowercase characters to uppercase.
    #[pymethod]
    fn swapcase(&self, th: &ThreadState) -> Res {
        let mut out = StrBuilder::with_capacity(self.len());
        for at in 0..self.len() {
            let point = self.char_at(at);
            if unicode::is_upper(point) {
                push_mapped(&mut out, self, at, Case::Lower);
            } else if unicode::is_lower(point) {
                push_mapped(&mut out, self, at, Case::Upper);
            } else {
                out.push(point);
            }
        }
        Ok(out.finish(th))
    }
}
