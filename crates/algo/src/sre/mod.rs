//! The regular-expression machine: runs the code words that the standard library's `re._compiler` makes.
//!
//! The words are checked and translated once into a [`Program`] ([`translate`]): single-character tests become tables,
//! runs of literals become strings, and every repetition learns which characters can follow it ([`analysis`]), so that
//! most backtracking points are never created. [`exec`] runs a program over text of any width with its own backtrack
//! stack: depth costs memory, never native stack, and a callback is polled so that interrupts and limits work.
//!
//! Locale-dependent operations know the C locale only: bytes above 127 are neither letters nor cased.

mod analysis;
mod charset;
pub mod codes;
mod exec;
mod program;
#[cfg(test)]
mod tests;
mod translate;

pub use exec::{Mode, Scratch, Stop, Unit};
pub use program::{InvalidCode, Program};

/// What `_sre.ascii_tolower` and the ignore-case operations without flags do.
pub fn lower_ascii(code_point: u32) -> u32 {
    if (0x41..=0x5A).contains(&code_point) { code_point + 32 } else { code_point }
}

fn upper_ascii(code_point: u32) -> u32 {
    if (0x61..=0x7A).contains(&code_point) { code_point - 32 } else { code_point }
}

/// Whether ASCII case matters for a character (`_sre.ascii_iscased`).
pub fn is_cased_ascii(code_point: u32) -> bool {
    lower_ascii(code_point) != upper_ascii(code_point)
}

/// What `_sre.unicode_tolower` does.
pub fn lower_unicode(code_point: u32) -> u32 {
    if code_point < 128 { lower_ascii(code_point) } else { crate::unicode::to_lower_first(code_point) }
}

/// Whether a character has another case (`_sre.unicode_iscased`).
pub fn is_cased_unicode(code_point: u32) -> bool {
    let lower = lower_unicode(code_point);
    code_point != lower || code_point != crate::unicode::to_upper_first(code_point)
}
