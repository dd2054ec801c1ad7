//! The four operations and what belongs to them.

use std::cmp::Ordering;

use dashu_int::UBig;
use dashu_int::ops::{BitTest, DivRem};

use super::{Kind, Number, ROOM, Rounding, Rules, digits_of, power_of_ten, round_off, status};

/// `a + b`
pub fn add(rules: &Rules, a: &Number, b: &Number) -> Number {
    if let Some(nan) = rules.nan_of(&[a, b]) {
        return nan;
    }
    match (a.parts(), b.parts()) {
        (None, None) if a.negative != b.negative => rules.invalid(status::INVALID_OPERATION),
        (None, _) => a.clone(),
        (_, None) => b.clone(),
        (Some((x, ex)), Some((y, ey))) => {
            let exponent = ex.min(ey);
            match (x.is_zero(), y.is_zero()) {
                (true, true) => {
                    let floor = rules.rounding == Rounding::Floor;
                    let negative = if a.negative == b.negative { a.negative } else { floor };
                    rules.finish(negative, UBig::ZERO, exponent)
                }
                (true, false) => add_zero(rules, b, y, ey, ex),
                (false, true) => add_zero(rules, a, x, ex, ey),
                (false, false) => add_finite(rules, (a.negative, x, ex), (b.negative, y, ey)),
            }
        }
    }
}

/// A number and a zero: the zero's exponent counts as far as there is precision.
fn add_zero(rules: &Rules, number: &Number, coefficient: &UBig, exponent: i64, zero: i64) -> Number {
    // More zeros than the precision and one would all be rounded off again.
    let pad = (exponent - zero).clamp(0, rules.prec + 1);
    if pad > ROOM {
        return rules.invalid(status::NO_MEMORY);
    }
    rules.finish(number.negative, coefficient * power_of_ten(pad), exponent - pad)
}

type Term<'a> = (bool, &'a UBig, i64);

fn add_finite(rules: &Rules, a: Term<'_>, b: Term<'_>) -> Number {
    // `high` has the larger exponent.
    let (high, low) = if a.2 >= b.2 { (a, b) } else { (b, a) };
    let (high_length, low_length) = (digits_of(high.1), digits_of(low.1));
    let mut low = low;
    let tiny = UBig::ONE;
    // Below this everything is the same to the rounding: one unit stands for it.
    let bottom = high.2 + (high_length - rules.prec - 2).min(-1);
    if low_length + low.2 - 1 < bottom {
        low = (low.0, &tiny, bottom);
    }
    let pad = high.2 - low.2;
    if pad > ROOM {
        return rules.invalid(status::NO_MEMORY);
    }
    let high_coefficient = high.1 * power_of_ten(pad);
    let exponent = low.2;
    if high.0 == low.0 {
        return rules.finish(high.0, high_coefficient + low.1, exponent);
    }
    match high_coefficient.cmp(low.1) {
        Ordering::Equal => rules.finish(rules.rounding == Rounding::Floor, UBig::ZERO, exponent),
        Ordering::Greater => rules.finish(high.0, high_coefficient - low.1, exponent),
        Ordering::Less => rules.finish(low.0, low.1 - high_coefficient, exponent),
    }
}

/// `a - b`
pub fn subtract(rules: &Rules, a: &Number, b: &Number) -> Number {
    match rules.nan_of(&[a, b]) {
        Some(nan) => nan,
        None => add(rules, a, &b.with_sign(!b.negative)),
    }
}

/// `a * b`
pub fn multiply(rules: &Rules, a: &Number, b: &Number) -> Number {
    if let Some(nan) = rules.nan_of(&[a, b]) {
        return nan;
    }
    match product(a, b) {
        Some(Number { negative, kind: Kind::Finite { coefficient, exponent } }) => {
            rules.finish(negative, coefficient, exponent)
        }
        Some(infinity) => infinity,
        None => rules.invalid(status::INVALID_OPERATION),
    }
}

/// The exact product of two numbers that are no NaN; `None` for zero times infinity.
fn product(a: &Number, b: &Number) -> Option<Number> {
    let negative = a.negative != b.negative;
    match (a.parts(), b.parts()) {
        (Some((x, ex)), Some((y, ey))) => Some(Number::finite(negative, x * y, ex + ey)),
        _ if a.is_zero() || b.is_zero() => None,
        _ => Some(Number::infinity(negative)),
    }
}

/// `a * b + c`, rounded once.
pub fn fused_multiply_add(rules: &Rules, a: &Number, b: &Number, c: &Number) -> Number {
    if a.is_nan() || b.is_nan() {
        return rules.nan_of(&[a, b, c]).unwrap_or_else(Number::nan);
    }
    match product(a, b) {
        Some(product) => add(rules, &product, c),
        None => rules.invalid(status::INVALID_OPERATION),
    }
}

/// `a / b`
pub fn divide(rules: &Rules, a: &Number, b: &Number) -> Number {
    if let Some(nan) = rules.nan_of(&[a, b]) {
        return nan;
    }
    let negative = a.negative != b.negative;
    let ((x, ex), (y, ey)) = match (a.parts(), b.parts()) {
        (None, None) => return rules.invalid(status::INVALID_OPERATION),
        (None, _) => return Number::infinity(negative),
        (Some(_), None) => {
            rules.note(status::CLAMPED);
            return Number::finite(negative, UBig::ZERO, rules.etiny());
        }
        (Some(x), Some(y)) => (x, y),
    };
    if y.is_zero() {
        if x.is_zero() {
            return rules.invalid(status::DIVISION_UNDEFINED);
        }
        rules.note(status::DIVISION_BY_ZERO);
        return Number::infinity(negative);
    }
    let ideal = ex - ey;
    if x.is_zero() {
        return rules.finish(negative, UBig::ZERO, ideal);
    }
    let mut shift = digits_of(y) - digits_of(x) + rules.prec + 1;
    if shift > ROOM {
        // An exact quotient needs no more digits than this.
        shift = (y.bit_len() as i64 + 2).min(ROOM);
        let (quotient, rest) = (x * power_of_ten(shift)).div_rem(y);
        if !rest.is_zero() {
            return rules.invalid(status::NO_MEMORY);
        }
        return finish_ideal(rules, negative, quotient, ideal - shift, ideal);
    }
    let (mut quotient, rest) =
        if shift >= 0 { (x * power_of_ten(shift)).div_rem(y) } else { x.div_rem(&(y * power_of_ten(-shift))) };
    if rest.is_zero() {
        return finish_ideal(rules, negative, quotient, ideal - shift, ideal);
    }
    if &quotient % 5u8 == 0 {
        quotient += 1u8;
    }
    rules.finish(negative, quotient, ideal - shift)
}

/// An exact result: zeros at its end are taken off as far as the ideal exponent.
pub(super) fn finish_ideal(rules: &Rules, negative: bool, coefficient: UBig, exponent: i64, ideal: i64) -> Number {
    let (coefficient, exponent) = strip_zeros(coefficient, exponent, ideal);
    rules.finish(negative, coefficient, exponent)
}

/// Takes zeros off the end while the exponent is below `most`.
pub(super) fn strip_zeros(coefficient: UBig, exponent: i64, most: i64) -> (UBig, i64) {
    let (mut coefficient, mut exponent) = (coefficient, exponent);
    if coefficient.is_zero() {
        return (coefficient, exponent);
    }
    // Large steps first: a long run of zeros takes few divisions.
    for step in [1024i64, 128, 16, 4, 1] {
        while exponent + step <= most && coefficient.trailing_zeros().is_some_and(|zeros| zeros as i64 >= step) {
            let (quotient, rest) = (&coefficient).div_rem(power_of_ten(step));
            if !rest.is_zero() {
                break;
            }
            coefficient = quotient;
            exponent += step;
        }
    }
    (coefficient, exponent)
}

/// Integer quotient and remainder of finite numbers, the divisor not zero; `None` if the quotient has too many digits.
fn quotient_and_rest(rules: &Rules, a: &Number, b: &Number) -> Option<(UBig, (UBig, i64))> {
    let ((x, ex), (y, ey)) = (a.parts()?, b.parts()?);
    let exponent = ex.min(ey);
    if x.is_zero() {
        return Some((UBig::ZERO, (UBig::ZERO, exponent)));
    }
    let difference = a.adjusted() - b.adjusted();
    if difference < 0 {
        // The quotient is zero. The rest is `a` with the smaller exponent, as far as it fits.
        let pad = (ex - exponent).min(rules.prec + 1);
        if pad > ROOM {
            rules.note(status::NO_MEMORY);
            return None;
        }
        return Some((UBig::ZERO, (x * power_of_ten(pad), ex - pad)));
    }
    if difference > rules.prec {
        return None;
    }
    if (ex - ey).abs() > ROOM {
        rules.note(status::NO_MEMORY);
        return None;
    }
    let (quotient, rest) = (x * power_of_ten(ex - exponent)).div_rem(&(y * power_of_ten(ey - exponent)));
    if digits_of(&quotient) > rules.prec {
        return None;
    }
    Some((quotient, (rest, exponent)))
}

/// `a // b`: cut off towards zero.
pub fn divide_integer(rules: &Rules, a: &Number, b: &Number) -> Number {
    if let Some(nan) = rules.nan_of(&[a, b]) {
        return nan;
    }
    let negative = a.negative != b.negative;
    if a.is_infinite() {
        return if b.is_infinite() { rules.invalid(status::INVALID_OPERATION) } else { Number::infinity(negative) };
    }
    if b.is_zero() {
        if a.is_zero() {
            return rules.invalid(status::DIVISION_UNDEFINED);
        }
        rules.note(status::DIVISION_BY_ZERO);
        return Number::infinity(negative);
    }
    if b.is_infinite() {
        return Number::finite(negative, UBig::ZERO, 0);
    }
    match quotient_and_rest(rules, a, b) {
        Some((quotient, _)) => rules.finish(negative, quotient, 0),
        None => rules.invalid(status::DIVISION_IMPOSSIBLE),
    }
}

/// `a % b`: with the sign of `a`.
pub fn remainder(rules: &Rules, a: &Number, b: &Number) -> Number {
    if let Some(nan) = rules.nan_of(&[a, b]) {
        return nan;
    }
    if a.is_infinite() {
        return rules.invalid(status::INVALID_OPERATION);
    }
    if b.is_zero() {
        let why = if a.is_zero() { status::DIVISION_UNDEFINED } else { status::INVALID_OPERATION };
        return rules.invalid(why);
    }
    if b.is_infinite() {
        return rules.round(a);
    }
    match quotient_and_rest(rules, a, b) {
        Some((_, (rest, exponent))) => rules.finish(a.negative, rest, exponent),
        None => rules.invalid(status::DIVISION_IMPOSSIBLE),
    }
}

/// `divmod(a, b)`
pub fn divide_with_remainder(rules: &Rules, a: &Number, b: &Number) -> (Number, Number) {
    if let Some(nan) = rules.nan_of(&[a, b]) {
        return (nan.clone(), nan);
    }
    let negative = a.negative != b.negative;
    if a.is_infinite() {
        rules.note(status::INVALID_OPERATION);
        let quotient = if b.is_infinite() { Number::nan() } else { Number::infinity(negative) };
        return (quotient, Number::nan());
    }
    if b.is_zero() {
        if a.is_zero() {
            rules.note(status::DIVISION_UNDEFINED);
            return (Number::nan(), Number::nan());
        }
        rules.note(status::DIVISION_BY_ZERO | status::INVALID_OPERATION);
        return (Number::infinity(negative), Number::nan());
    }
    if b.is_infinite() {
        return (rules.finish(negative, UBig::ZERO, 0), rules.round(a));
    }
    match quotient_and_rest(rules, a, b) {
        Some((quotient, (rest, exponent))) => {
            (rules.finish(negative, quotient, 0), rules.finish(a.negative, rest, exponent))
        }
        None => {
            rules.note(status::DIVISION_IMPOSSIBLE);
            (Number::nan(), Number::nan())
        }
    }
}

/// What remains of `a` beside the nearest multiple of `b`.
pub fn remainder_near(rules: &Rules, a: &Number, b: &Number) -> Number {
    if let Some(nan) = rules.nan_of(&[a, b]) {
        return nan;
    }
    if a.is_infinite() {
        return rules.invalid(status::INVALID_OPERATION);
    }
    if b.is_zero() {
        let why = if a.is_zero() { status::DIVISION_UNDEFINED } else { status::INVALID_OPERATION };
        return rules.invalid(why);
    }
    let (Some((x, ex)), Some((y, ey))) = (a.parts(), b.parts()) else { return rules.round(a) };
    let exponent = ex.min(ey);
    if x.is_zero() {
        return rules.finish(a.negative, UBig::ZERO, exponent);
    }
    let difference = a.adjusted() - b.adjusted();
    if difference > rules.prec {
        return rules.invalid(status::DIVISION_IMPOSSIBLE);
    }
    if difference < -1 {
        // Far less than half of `b`.
        return add_zero(rules, a, x, ex, exponent);
    }
    if (ex - ey).abs() > ROOM {
        return rules.invalid(status::NO_MEMORY);
    }
    let divisor = y * power_of_ten(ey - exponent);
    let (quotient, rest) = (x * power_of_ten(ex - exponent)).div_rem(&divisor);
    let doubled = (&rest << 1).cmp(&divisor);
    let up = doubled == Ordering::Greater || (doubled == Ordering::Equal && quotient.bit(0));
    let quotient = if up { quotient + 1u8 } else { quotient };
    if digits_of(&quotient) > rules.prec {
        return rules.invalid(status::DIVISION_IMPOSSIBLE);
    }
    if up { rules.finish(!a.negative, divisor - rest, exponent) } else { rules.finish(a.negative, rest, exponent) }
}

/// `-a`, rounded; a zero is positive unless rounding goes down.
pub fn minus(rules: &Rules, a: &Number) -> Number {
    signed(rules, a, !a.negative)
}

/// `+a`
pub fn plus(rules: &Rules, a: &Number) -> Number {
    signed(rules, a, a.negative)
}

fn signed(rules: &Rules, a: &Number, negative: bool) -> Number {
    if let Some(nan) = rules.nan_of(&[a]) {
        return nan;
    }
    let negative = if a.is_zero() { rules.rounding == Rounding::Floor && negative } else { negative };
    rules.round(&a.with_sign(negative))
}

/// `abs(a)`
pub fn absolute(rules: &Rules, a: &Number) -> Number {
    match rules.nan_of(&[a]) {
        Some(nan) => nan,
        None => rules.round(&a.with_sign(false)),
    }
}

/// The coefficient of a finite number at another exponent, and whether it is exact. `None`: too many digits.
fn rescaled(number: &Number, target: i64, rounding: Rounding) -> Option<(UBig, bool)> {
    let (coefficient, exponent) = number.parts()?;
    if coefficient.is_zero() {
        return Some((UBig::ZERO, true));
    }
    if exponent >= target {
        return (exponent - target <= ROOM).then(|| (coefficient * power_of_ten(exponent - target), true));
    }
    Some(round_off(coefficient, digits_of(coefficient), target - exponent, number.negative, rounding))
}

/// `a` with the exponent of `b`.
pub fn quantize(rules: &Rules, a: &Number, b: &Number) -> Number {
    if let Some(nan) = rules.nan_of(&[a, b]) {
        return nan;
    }
    let target = match (a.is_infinite(), b.parts()) {
        (true, None) => return a.clone(),
        (false, Some((_, target))) => target,
        _ => return rules.invalid(status::INVALID_OPERATION),
    };
    quantize_to(rules, a, target)
}

/// A finite number with another exponent, or nothing if it does not fit.
pub fn quantize_to(rules: &Rules, a: &Number, target: i64) -> Number {
    if target < rules.etiny() || target > rules.emax {
        return rules.invalid(status::INVALID_OPERATION);
    }
    if a.is_zero() {
        return rules.finish(a.negative, UBig::ZERO, target);
    }
    let adjusted = a.adjusted();
    if adjusted > rules.emax || adjusted - target + 1 > rules.prec {
        return rules.invalid(status::INVALID_OPERATION);
    }
    let Some((coefficient, exact)) = rescaled(a, target, rules.rounding) else {
        return rules.invalid(status::NO_MEMORY);
    };
    let length = digits_of(&coefficient);
    if length > rules.prec || target + length - 1 > rules.emax {
        return rules.invalid(status::INVALID_OPERATION);
    }
    if !coefficient.is_zero() && target + length - 1 < rules.emin {
        rules.note(status::SUBNORMAL);
    }
    if a.parts().is_some_and(|(_, exponent)| target > exponent) {
        rules.note(status::ROUNDED);
        if !exact {
            rules.note(status::INEXACT);
        }
    }
    if coefficient.is_zero() || (rules.clamp && target > rules.etop()) {
        return rules.finish(a.negative, coefficient, target);
    }
    Number::finite(a.negative, coefficient, target)
}

/// The nearest integer; `exact` says whether rounding is noted.
pub fn to_integral(rules: &Rules, a: &Number, exact: bool) -> Number {
    if let Some(nan) = rules.nan_of(&[a]) {
        return nan;
    }
    let Some((coefficient, exponent)) = a.parts() else { return a.clone() };
    if exponent >= 0 {
        return a.clone();
    }
    if coefficient.is_zero() {
        return Number::finite(a.negative, UBig::ZERO, 0);
    }
    let Some((coefficient, same)) = rescaled(a, 0, rules.rounding) else {
        return rules.invalid(status::NO_MEMORY);
    };
    if exact {
        rules.note(status::ROUNDED | if same { 0 } else { status::INEXACT });
    }
    Number::finite(a.negative, coefficient, 0)
}

/// Rounded, without zeros at the end.
pub fn reduce(rules: &Rules, a: &Number) -> Number {
    if let Some(nan) = rules.nan_of(&[a]) {
        return nan;
    }
    let rounded = rules.round(a);
    match rounded.parts() {
        None => rounded,
        Some((coefficient, _)) if coefficient.is_zero() => Number::finite(rounded.negative, UBig::ZERO, 0),
        Some((coefficient, exponent)) => {
            let most = if rules.clamp { rules.etop() } else { rules.emax };
            let (coefficient, exponent) = strip_zeros(coefficient.clone(), exponent, most);
            Number::finite(rounded.negative, coefficient, exponent)
        }
    }
}

/// `a * 10 ** b`
pub fn scale(rules: &Rules, a: &Number, b: &Number) -> Number {
    if let Some(nan) = rules.nan_of(&[a, b]) {
        return nan;
    }
    let by = match b.parts() {
        Some((coefficient, 0)) => i64::try_from(coefficient).ok().map(|by| if b.negative { -by } else { by }),
        _ => None,
    };
    let most = 2 * (rules.emax + rules.prec);
    let Some(by) = by.filter(|by| by.abs() <= most) else { return rules.invalid(status::INVALID_OPERATION) };
    match a.parts() {
        Some((coefficient, exponent)) => rules.finish(a.negative, coefficient.clone(), exponent + by),
        None => a.clone(),
    }
}

/// The exponent of the first digit, as a number.
pub fn log_b(rules: &Rules, a: &Number) -> Number {
    if let Some(nan) = rules.nan_of(&[a]) {
        return nan;
    }
    if a.is_infinite() {
        return Number::infinity(false);
    }
    if a.is_zero() {
        rules.note(status::DIVISION_BY_ZERO);
        return Number::infinity(true);
    }
    rules.round(&Number::small(a.adjusted()))
}
