//! Decimal numbers after the General Decimal Arithmetic specification: what `decimal.Decimal` computes with.
//!
//! A [`Number`] is a sign and an integer coefficient with a power of ten, an infinity or a NaN. [`Rules`] are a context:
//! operations take them, round by them and note in them what happened ([`status`]). This file holds the types and the
//! one rounding that every result goes through; [`text`] reads and writes, [`arithmetic`], [`compare`], [`digits`] and
//! [`functions`] are the operations.

pub mod arithmetic;
pub mod compare;
pub mod digits;
pub mod functions;
pub mod text;

use std::cell::Cell;
use std::cmp::Ordering;

use dashu_int::UBig;
use dashu_int::ops::{BitTest, DivRem};

/// What happened: bits of a status, with the reference's values.
pub mod status {
    pub const CLAMPED: u32 = 0x1;
    pub const CONVERSION_SYNTAX: u32 = 0x2;
    pub const DIVISION_BY_ZERO: u32 = 0x4;
    pub const DIVISION_IMPOSSIBLE: u32 = 0x8;
    pub const DIVISION_UNDEFINED: u32 = 0x10;
    pub const INEXACT: u32 = 0x40;
    pub const INVALID_CONTEXT: u32 = 0x80;
    pub const INVALID_OPERATION: u32 = 0x100;
    /// The result would not fit in memory.
    pub const NO_MEMORY: u32 = 0x200;
    pub const FLOAT_OPERATION: u32 = 0x400;
    pub const OVERFLOW: u32 = 0x800;
    pub const ROUNDED: u32 = 0x1000;
    pub const SUBNORMAL: u32 = 0x2000;
    pub const UNDERFLOW: u32 = 0x4000;
    /// Conditions that are signalled as "invalid operation".
    pub const ALL_INVALID: u32 =
        CONVERSION_SYNTAX | DIVISION_IMPOSSIBLE | DIVISION_UNDEFINED | INVALID_CONTEXT | INVALID_OPERATION | NO_MEMORY;
}

pub const MAX_PREC: i64 = 999_999_999_999_999_999;
pub const MAX_EMAX: i64 = 999_999_999_999_999_999;
pub const MIN_EMIN: i64 = -999_999_999_999_999_999;
pub const MIN_ETINY: i64 = MIN_EMIN - (MAX_PREC - 1);

/// More digits than this are not made.
const ROOM: i64 = 100_000_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rounding {
    Up,
    Down,
    Ceiling,
    Floor,
    HalfUp,
    HalfDown,
    HalfEven,
    /// Away from zero if the last digit would be 0 or 5.
    ZeroFiveUp,
}

impl Rounding {
    /// All, with Python's names.
    pub const ALL: [(Rounding, &'static str); 8] = [
        (Rounding::Up, "ROUND_UP"),
        (Rounding::Down, "ROUND_DOWN"),
        (Rounding::Ceiling, "ROUND_CEILING"),
        (Rounding::Floor, "ROUND_FLOOR"),
        (Rounding::HalfUp, "ROUND_HALF_UP"),
        (Rounding::HalfDown, "ROUND_HALF_DOWN"),
        (Rounding::HalfEven, "ROUND_HALF_EVEN"),
        (Rounding::ZeroFiveUp, "ROUND_05UP"),
    ];

    pub fn name(self) -> &'static str {
        Rounding::ALL.iter().find(|(rounding, _)| *rounding == self).map_or("ROUND_HALF_EVEN", |(_, name)| name)
    }

    pub fn of_name(name: &str) -> Option<Rounding> {
        Rounding::ALL.iter().find(|(_, known)| *known == name).map(|(rounding, _)| *rounding)
    }

    /// Whether a coefficient whose rest compares with one half like `rest` is increased.
    fn increases(self, negative: bool, kept: &UBig, rest: Ordering) -> bool {
        match self {
            Rounding::Up => true,
            Rounding::Down => false,
            Rounding::Ceiling => !negative,
            Rounding::Floor => negative,
            Rounding::HalfUp => rest != Ordering::Less,
            Rounding::HalfDown => rest == Ordering::Greater,
            Rounding::HalfEven => rest == Ordering::Greater || (rest == Ordering::Equal && kept.bit(0)),
            Rounding::ZeroFiveUp => kept % 5u8 == 0,
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `coefficient * 10 ** exponent`
    Finite {
        coefficient: UBig,
        exponent: i64,
    },
    Infinite,
    Nan {
        payload: UBig,
        signaling: bool,
    },
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Number {
    pub negative: bool,
    pub kind: Kind,
}

/// A context, and what has happened in it.
#[derive(Clone, Debug)]
pub struct Rules {
    pub prec: i64,
    pub emax: i64,
    pub emin: i64,
    pub rounding: Rounding,
    pub clamp: bool,
    pub status: Cell<u32>,
}

impl Rules {
    /// The widest context.
    pub fn widest() -> Rules {
        Rules {
            prec: MAX_PREC,
            emax: MAX_EMAX,
            emin: MIN_EMIN,
            rounding: Rounding::HalfEven,
            clamp: false,
            status: Cell::new(0),
        }
    }

    pub fn etiny(&self) -> i64 {
        self.emin - (self.prec - 1)
    }

    pub fn etop(&self) -> i64 {
        self.emax - (self.prec - 1)
    }

    pub fn note(&self, bits: u32) {
        self.status.set(self.status.get() | bits);
    }

    fn with_rounding(&self, rounding: Rounding) -> Rules {
        Rules { rounding, status: Cell::new(0), ..*self }
    }

    /// Notes an invalid operation, whose result is NaN.
    pub fn invalid(&self, bits: u32) -> Number {
        self.note(bits);
        Number::nan()
    }

    /// What NaN operands make of an operation: `None` if there are none.
    pub fn nan_of(&self, operands: &[&Number]) -> Option<Number> {
        let nans = || operands.iter().filter(|operand| operand.is_nan());
        let nan = nans().find(|nan| nan.is_signaling());
        if nan.is_some() {
            self.note(status::INVALID_OPERATION);
        }
        nan.or_else(|| nans().next()).map(|nan| self.quiet(nan))
    }

    /// A NaN made quiet, with no more payload than fits.
    fn quiet(&self, nan: &Number) -> Number {
        let Kind::Nan { payload, .. } = &nan.kind else { return nan.clone() };
        let most = self.prec - i64::from(self.clamp);
        let payload = if digits_of(payload) > most { payload % power_of_ten(most) } else { payload.clone() };
        Number { negative: nan.negative, kind: Kind::Nan { payload, signaling: false } }
    }

    /// Rounds a number to the context.
    pub fn round(&self, number: &Number) -> Number {
        match &number.kind {
            Kind::Finite { coefficient, exponent } => self.finish(number.negative, coefficient.clone(), *exponent),
            Kind::Infinite => number.clone(),
            Kind::Nan { payload, signaling } => {
                let kind = match self.quiet(number).kind {
                    Kind::Nan { payload, .. } => Kind::Nan { payload, signaling: *signaling },
                    _ => Kind::Nan { payload: payload.clone(), signaling: *signaling },
                };
                Number { negative: number.negative, kind }
            }
        }
    }

    fn overflowed(&self, negative: bool) -> Number {
        self.note(status::OVERFLOW | status::INEXACT | status::ROUNDED);
        let to_infinity = match self.rounding {
            Rounding::HalfUp | Rounding::HalfDown | Rounding::HalfEven | Rounding::Up => true,
            Rounding::Ceiling => !negative,
            Rounding::Floor => negative,
            Rounding::Down | Rounding::ZeroFiveUp => false,
        };
        if to_infinity { Number::infinity(negative) } else { self.largest(negative) }
    }

    /// The largest finite number.
    fn largest(&self, negative: bool) -> Number {
        if self.prec > ROOM {
            return self.invalid(status::NO_MEMORY);
        }
        Number::finite(negative, power_of_ten(self.prec) - 1u8, self.etop())
    }

    /// The number `coefficient * 10 ** exponent` in this context. A result that has more digits than were computed comes
    /// with at least two digits more than the precision, the last of them neither 0 nor 5.
    pub fn finish(&self, negative: bool, coefficient: UBig, exponent: i64) -> Number {
        let (etiny, etop) = (self.etiny(), self.etop());
        if coefficient.is_zero() {
            let most = if self.clamp { etop } else { self.emax };
            let kept = exponent.clamp(etiny, most.max(etiny));
            if kept != exponent {
                self.note(status::CLAMPED);
            }
            return Number::finite(negative, coefficient, kept);
        }
        let length = digits_of(&coefficient);
        let mut least = length + exponent - self.prec;
        if least > etop {
            return self.overflowed(negative);
        }
        let subnormal = least < etiny;
        if subnormal {
            least = etiny;
            self.note(status::SUBNORMAL);
        }
        if exponent < least {
            self.note(status::ROUNDED);
            let (mut kept, exact) = round_off(&coefficient, length, least - exponent, negative, self.rounding);
            let mut exponent = least;
            if digits_of(&kept) > self.prec {
                kept /= 10u8;
                exponent += 1;
            }
            if exponent > etop {
                return self.overflowed(negative);
            }
            if !exact {
                self.note(status::INEXACT);
                if subnormal {
                    self.note(status::UNDERFLOW);
                }
            }
            if kept.is_zero() {
                self.note(status::CLAMPED);
            }
            return Number::finite(negative, kept, exponent);
        }
        if self.clamp && exponent > etop {
            self.note(status::CLAMPED);
            return Number::finite(negative, coefficient * power_of_ten(exponent - etop), etop);
        }
        Number::finite(negative, coefficient, exponent)
    }
}

impl Number {
    pub fn finite(negative: bool, coefficient: UBig, exponent: i64) -> Number {
        Number { negative, kind: Kind::Finite { coefficient, exponent } }
    }

    pub fn small(value: i64) -> Number {
        Number::finite(value < 0, UBig::from(value.unsigned_abs()), 0)
    }

    pub fn nan() -> Number {
        Number { negative: false, kind: Kind::Nan { payload: UBig::ZERO, signaling: false } }
    }

    pub fn infinity(negative: bool) -> Number {
        Number { negative, kind: Kind::Infinite }
    }

    pub fn is_nan(&self) -> bool {
        matches!(self.kind, Kind::Nan { .. })
    }

    pub fn is_signaling(&self) -> bool {
        matches!(self.kind, Kind::Nan { signaling: true, .. })
    }

    pub fn is_infinite(&self) -> bool {
        matches!(self.kind, Kind::Infinite)
    }

    pub fn is_finite(&self) -> bool {
        matches!(self.kind, Kind::Finite { .. })
    }

    pub fn is_zero(&self) -> bool {
        self.parts().is_some_and(|(coefficient, _)| coefficient.is_zero())
    }

    /// Coefficient and exponent of a finite number.
    pub fn parts(&self) -> Option<(&UBig, i64)> {
        match &self.kind {
            Kind::Finite { coefficient, exponent } => Some((coefficient, *exponent)),
            _ => None,
        }
    }

    /// The exponent of the first digit.
    pub fn adjusted(&self) -> i64 {
        self.parts().map_or(0, |(coefficient, exponent)| exponent + digits_of(coefficient) - 1)
    }

    pub fn with_sign(&self, negative: bool) -> Number {
        Number { negative, kind: self.kind.clone() }
    }

    /// Whether a finite number has no fraction.
    pub fn is_integer(&self) -> bool {
        let Some((coefficient, exponent)) = self.parts() else { return false };
        exponent >= 0
            || coefficient.is_zero()
            || (-exponent < digits_of(coefficient) && (coefficient % power_of_ten(-exponent)).is_zero())
    }

    /// The integer that a finite number is, or is cut off to; `None` if it is too large to be made.
    pub fn truncated(&self) -> Option<UBig> {
        let (coefficient, exponent) = self.parts()?;
        if coefficient.is_zero() {
            return Some(UBig::ZERO);
        }
        if exponent >= 0 {
            return (exponent <= ROOM).then(|| coefficient * power_of_ten(exponent));
        }
        let length = digits_of(coefficient);
        Some(if -exponent >= length { UBig::ZERO } else { coefficient / power_of_ten(-exponent) })
    }
}

/// How many decimal digits a number has; 1 for zero.
pub fn digits_of(number: &UBig) -> i64 {
    if let Ok(small) = u128::try_from(number) {
        return i64::from(small.checked_ilog10().unwrap_or(0)) + 1;
    }
    // log10(2) times the number of bits is right or one too few.
    let bits = number.bit_len() as i128;
    let guess = ((bits - 1) * 30_102_999_566_398_119_521 / 100_000_000_000_000_000_000) as i64;
    if *number >= power_of_ten(guess + 1) { guess + 2 } else { guess + 1 }
}

/// `10 ** n`; the caller has checked that it can be made.
pub fn power_of_ten(n: i64) -> UBig {
    const SMALL: [u128; 39] = {
        let mut all = [1u128; 39];
        let mut at = 1;
        while at < 39 {
            all[at] = all[at - 1] * 10;
            at += 1;
        }
        all
    };
    let n = n.max(0) as usize;
    match SMALL.get(n) {
        Some(&small) => UBig::from(small),
        None => UBig::from(5u8).pow(n) << n,
    }
}

/// Cuts the last `drop` of `length` digits off, rounding; whether nothing was lost.
fn round_off(coefficient: &UBig, length: i64, drop: i64, negative: bool, rounding: Rounding) -> (UBig, bool) {
    if drop > length {
        // Less than a tenth of the unit that is kept.
        let exact = coefficient.is_zero();
        let up = !exact && rounding.increases(negative, &UBig::ZERO, Ordering::Less);
        return (UBig::from(u8::from(up)), exact);
    }
    let unit = power_of_ten(drop);
    let (mut kept, rest) = coefficient.div_rem(&unit);
    if rest.is_zero() {
        return (kept, true);
    }
    if rounding.increases(negative, &kept, (rest << 1).cmp(&unit)) {
        kept += 1u8;
    }
    (kept, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(prec: i64) -> Rules {
        Rules { prec, emax: 999_999, emin: -999_999, ..Rules::widest() }
    }

    fn number(text: &str) -> Number {
        text::parse(text.as_bytes()).unwrap_or_else(Number::nan)
    }

    fn shown(number: &Number) -> String {
        text::to_text(number, false, true)
    }

    #[test]
    fn lengths() {
        for n in [0, 1, 5, 38, 39, 40, 100, 1000, 4321] {
            assert_eq!(digits_of(&power_of_ten(n)), n + 1);
            if n > 0 {
                assert_eq!(digits_of(&(power_of_ten(n) - 1u8)), n);
            }
        }
    }

    #[test]
    fn basics() {
        let r = rules(9);
        for (a, b, sum, product, quotient) in [
            ("1", "3", "4", "3", "0.333333333"),
            ("12", "7.00", "19.00", "84.00", "1.71428571"),
            ("1E+2", "1E-2", "100.01", "1", "1E+4"),
            ("-0", "0", "0", "-0", "NaN"),
            ("1.3", "-1.07", "0.23", "-1.391", "-1.21495327"),
            ("Infinity", "2", "Infinity", "Infinity", "Infinity"),
        ] {
            let (a, b) = (number(a), number(b));
            assert_eq!(shown(&arithmetic::add(&r, &a, &b)), sum);
            assert_eq!(shown(&arithmetic::multiply(&r, &a, &b)), product);
            assert_eq!(shown(&arithmetic::divide(&r, &a, &b)), quotient);
        }
    }

    #[test]
    fn functions_are_rounded_right() {
        let r = rules(30);
        assert_eq!(shown(&functions::exp(&r, &number("1"))), "2.71828182845904523536028747135");
        assert_eq!(shown(&functions::ln(&r, &number("10"))), "2.30258509299404568401799145468");
        assert_eq!(shown(&functions::log10(&r, &number("2"))), "0.301029995663981195213738894724");
        assert_eq!(shown(&functions::square_root(&r, &number("2"))), "1.41421356237309504880168872421");
        assert_eq!(shown(&functions::power(&r, &number("2"), &number("0.5"))), "1.41421356237309504880168872421");
        assert_eq!(shown(&functions::power(&r, &number("2"), &number("-3"))), "0.125");
        assert_eq!(shown(&functions::ln(&r, &number("1.00000000000000000001"))), "9.99999999999999999995000000000E-21");
    }
}
