//! Numbers: text forms, exact rounding, hashes, and the integer arithmetic that the big-integer crate does not spell
//! Python's way.
//!
//! [`float`] writes floats, [`float_parse`] reads them, [`float_exact`] holds ratios and rounding; [`int_text`] reads and
//! writes integers, [`int_math`] is their arithmetic, [`hash`] the numeric hashes that make `1 == 1.0 == 1+0j` one key.

pub mod counting;
pub mod float;
pub mod float_exact;
pub mod float_parse;
pub mod hash;
pub mod int_math;
pub mod int_text;
pub mod mersenne;
pub mod special;
pub mod sums;

pub use dashu_int::{IBig, Sign, UBig};
