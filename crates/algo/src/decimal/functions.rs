//! Square root, exponential, logarithms and powers, rounded right.
//!
//! The transcendental ones compute in fixed-point numbers of many bits, to some digits more than wanted; when those digits
//! do not decide the rounding, to more of them.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;

use dashu_int::ops::{Abs, BitTest, DivRem, Gcd, PowerOfTwo, SquareRoot};
use dashu_int::{IBig, UBig};

use crate::number::int_math;

use super::arithmetic::{divide, finish_ideal, multiply, strip_zeros};
use super::{Number, ROOM, Rounding, Rules, compare, digits_of, power_of_ten, status};

/// Bits for that many decimal digits.
fn bits_for(digits: i64) -> usize {
    (digits.max(0) as usize) * 3322 / 1000 + 8
}

/// The sum of `z ** (2n+1) / (2n+1)` for `z = numerator / denominator`, in units of `2 ** -bits`.
fn atanh_of_ratio(numerator: u32, denominator: u32, bits: usize) -> IBig {
    let square = IBig::from(denominator) * denominator;
    let mut power = (IBig::from(numerator) << bits) / denominator;
    let mut sum = power.clone();
    let mut n = 1u64;
    while power != IBig::ZERO {
        power /= &square;
        n += 2;
        sum += &power / n;
    }
    sum
}

thread_local! {
    /// The logarithm of ten, to as many bits as were needed so far.
    static LN_TEN: RefCell<(usize, IBig)> = const { RefCell::new((0, IBig::ZERO)) };
}

/// `ln(10)` in units of `2 ** -bits`.
fn ln_ten(bits: usize) -> IBig {
    LN_TEN.with_borrow_mut(|(known, value)| {
        if *known < bits {
            let inner = bits + 64;
            let sum = atanh_of_ratio(1, 31, inner) * 46
                + atanh_of_ratio(1, 49, inner) * 34
                + atanh_of_ratio(1, 161, inner) * 20;
            (*known, *value) = (bits, sum >> 64usize);
        }
        &*value >> (*known - bits)
    })
}

/// `ln(m)` of a fixed-point `m` between 1/4 and 4.
fn ln_fixed(m: &UBig, bits: usize) -> IBig {
    // Square roots bring `m` near one, where the series is short.
    let roots = (bits as f64).sqrt() as usize / 3 + 4;
    let inner = bits + 2 * roots + 32;
    let mut m = m << (inner - bits);
    for _ in 0..roots {
        m = (m << inner).sqrt();
    }
    let one = IBig::ONE << inner;
    let m = IBig::from(m);
    let z = ((&m - &one) << inner) / (&m + &one);
    let square = (&z * &z) >> inner;
    let (mut power, mut sum, mut n) = (z.clone(), z, 1u64);
    while !power.is_zero() {
        power = shift_down(&power * &square, inner);
        n += 2;
        sum += &power / n;
    }
    shift_down(sum << (roots + 1), inner - bits)
}

/// Division by a power of two, towards zero.
fn shift_down(value: IBig, bits: usize) -> IBig {
    if value < IBig::ZERO { -((-value) >> bits) } else { value >> bits }
}

/// `e ** r` of a fixed-point `r` between 0 and 3.
fn exp_fixed(r: &IBig, bits: usize) -> UBig {
    let halvings = (bits as f64).sqrt() as usize / 2 + 2;
    let inner = bits + 2 * halvings + 32;
    let r: IBig = (r << (inner - bits)) >> halvings;
    let one = IBig::ONE << inner;
    let (mut power, mut sum, mut n) = (one.clone(), one, 0u64);
    while !power.is_zero() {
        n += 1;
        power = ((&power * &r) >> inner) / n;
        sum += &power;
    }
    for _ in 0..halvings {
        sum = (&sum * &sum) >> inner;
    }
    UBig::try_from(sum >> (inner - bits)).unwrap_or(UBig::ONE)
}

/// A finite number in units of `2 ** -bits`; its exponent must be moderate.
fn fixed(coefficient: &UBig, exponent: i64, negative: bool, bits: usize) -> IBig {
    let value = if exponent >= 0 {
        (coefficient * power_of_ten(exponent)) << bits
    } else {
        (coefficient << bits) / power_of_ten(-exponent)
    };
    let value = IBig::from(value);
    if negative { -value } else { value }
}

/// Whether the digits beyond the precision, of which the last may be wrong by a little, decide the rounding.
fn decided(coefficient: &UBig, prec: i64) -> bool {
    let beyond = digits_of(coefficient) - prec;
    if beyond < 2 {
        return false;
    }
    let half = power_of_ten(beyond - 1) * 5u8;
    let rest = coefficient % &half;
    rest > UBig::from(4u8) && rest < half - 4u8
}

/// A positive result `2 ** -bits * value * 10 ** exponent` with `digits` digits.
fn to_digits(value: &UBig, bits: usize, exponent: i64, digits: i64) -> (UBig, i64) {
    // As many powers of ten as bring the value to at least that many digits.
    let size = ((value.bit_len() as i64 - bits as i64) * 30103).div_euclid(100_000) - 1;
    let shift = digits - size;
    let scaled =
        if shift >= 0 { (value * power_of_ten(shift)) >> bits } else { (value >> bits) / power_of_ten(-shift) };
    (scaled, exponent - shift)
}

/// `e ** x` (for `x` in units of `2 ** -bits`) as a coefficient with `digits` digits or more.
fn exp_digits(x: &IBig, bits: usize, digits: i64) -> (UBig, i64) {
    let ln = ln_ten(bits);
    let mut quotient = x / &ln;
    let mut rest = x - &quotient * &ln;
    if rest < IBig::ZERO {
        rest += &ln;
        quotient -= 1;
    }
    let power = i64::try_from(&quotient).unwrap_or(0);
    to_digits(&exp_fixed(&rest, bits), bits, power, digits)
}

/// Tries with more and more digits until the rounding is decided.
fn settle(rules: &Rules, negative: bool, compute: impl Fn(i64) -> (UBig, i64)) -> Number {
    let mut extra = 6;
    loop {
        let (coefficient, exponent) = compute(rules.prec + extra);
        if decided(&coefficient, rules.prec) || extra > 10_000 {
            let even = Rules { rounding: Rounding::HalfEven, ..rules.clone() };
            even.status.set(0);
            let result = even.finish(negative, coefficient, exponent);
            rules.note(even.status.get());
            return result;
        }
        extra = extra * 2 + 3;
    }
}

/// Whether results with that many digits can be computed.
fn too_precise(rules: &Rules) -> bool {
    rules.prec > ROOM / 50
}

/// One and the tiniest bit more or less.
fn near_one(rules: &Rules, rounding: Rounding, below: bool) -> Number {
    let digits = rules.prec + 2;
    let one = power_of_ten(digits);
    let coefficient = if below { one - 1u8 } else { one + 1u8 };
    let inner = Rules { rounding, ..rules.clone() };
    inner.status.set(0);
    let result = inner.finish(false, coefficient, -digits);
    rules.note(inner.status.get());
    result
}

/// A result beyond the largest or the smallest exponent.
fn out_of_range(rules: &Rules, negative: bool, large: bool) -> Number {
    let exponent = if large { rules.emax + 1 } else { rules.etiny() - 1 };
    rules.finish(negative, UBig::ONE, exponent)
}

/// Whether an integer power is seen to be too small by a rough bound already. Then it is rounded as the context says;
/// else it vanishes while squares are taken, which round to the nearest.
fn is_plainly_tiny(rules: &Rules, base: &Number, power: &Number) -> bool {
    let digits = |number: i64| i64::from(number.unsigned_abs().checked_ilog10().unwrap_or(0));
    let away = || super::arithmetic::subtract(&Rules::widest(), base, &Number::small(1)).adjusted();
    let least_log = match base.adjusted() {
        0 => away() - 2,
        -1 => away() - 1,
        adjusted if adjusted > 0 => digits(adjusted),
        adjusted => digits(adjusted + 1),
    };
    power.adjusted() + least_log > digits(rules.etiny()) + 1
}

/// An integer power by squaring, at a precision that grows with the exponent's length, rounded at the end.
fn power_by_squaring(rules: &Rules, base: &Number, times: i64, negative: bool) -> Number {
    let length = i64::from(times.unsigned_abs().checked_ilog10().unwrap_or(0)) + 1;
    let inner = Rules {
        prec: rules.prec + length + 2 + i64::from(times < 0),
        rounding: Rounding::HalfEven,
        clamp: false,
        status: Cell::new(0),
        ..*rules
    };
    let base = if times < 0 { divide(&inner, &Number::small(1), base) } else { base.clone() };
    // Flags of the division are not those of the power.
    inner.status.set(0);
    let times = times.unsigned_abs();
    let mut result = base.clone();
    for bit in (0..times.ilog2()).rev() {
        result = multiply(&inner, &result, &result);
        if times >> bit & 1 == 1 {
            result = multiply(&inner, &result, &base);
        }
        if result.is_infinite() || (result.is_zero() && inner.status.get() & status::CLAMPED != 0) {
            break;
        }
    }
    rules.note(inner.status.get());
    match result.parts() {
        Some((coefficient, exponent)) => rules.finish(negative, coefficient.clone(), exponent),
        // Rounded as the context says.
        None if result.is_infinite() => out_of_range(rules, negative, true),
        None => result,
    }
}

/// `e ** a`
pub fn exp(rules: &Rules, a: &Number) -> Number {
    if let Some(nan) = rules.nan_of(&[a]) {
        return nan;
    }
    let Some((coefficient, exponent)) = a.parts() else {
        return if a.negative { Number::small(0) } else { a.clone() };
    };
    if coefficient.is_zero() {
        return Number::small(1);
    }
    if too_precise(rules) {
        return rules.invalid(status::NO_MEMORY);
    }
    let adjusted = a.adjusted();
    // Twenty digits before the point are more than any exponent.
    let approximate = approximation(a) / std::f64::consts::LN_10;
    if adjusted > 20 || approximate > rules.emax as f64 + 2.0 || approximate < rules.etiny() as f64 - 2.0 {
        let even = Rules { rounding: Rounding::HalfEven, ..rules.clone() };
        let result = out_of_range(&even, false, !a.negative);
        rules.note(even.status.get());
        return result;
    }
    if adjusted < -rules.prec - 2 {
        return near_one(rules, Rounding::HalfEven, a.negative);
    }
    settle(rules, false, |digits| {
        let bits = bits_for(digits + 4) + 2 * bits_for(adjusted.max(0)) + 16;
        exp_digits(&fixed(coefficient, exponent, a.negative, bits), bits, digits)
    })
}

/// A finite number as a float, roughly.
fn approximation(a: &Number) -> f64 {
    let Some((coefficient, exponent)) = a.parts() else { return f64::NAN };
    let drop = (digits_of(coefficient) - 18).max(0);
    let leading = u64::try_from(&(coefficient / power_of_ten(drop))).unwrap_or(0) as f64;
    let value = leading * 10f64.powf((exponent + drop) as f64);
    if a.negative { -value } else { value }
}

/// The logarithm of a positive number that is not one, in units of `2 ** -bits`.
fn ln_of(coefficient: &UBig, exponent: i64, bits: usize) -> IBig {
    let length = digits_of(coefficient);
    // Between 0.2 and 3: a number near one keeps its own exponent.
    let leading = u64::try_from(&(coefficient / power_of_ten((length - 3).max(0)))).unwrap_or(100);
    let leading = if length < 3 { leading * 10u64.pow((3 - length) as u32) } else { leading };
    let power = exponent + length - i64::from(leading < 300);
    let mantissa = fixed(coefficient, exponent - power, false, bits);
    let ln = ln_fixed(&UBig::try_from(mantissa).unwrap_or(UBig::ONE), bits);
    ln + ln_ten(bits) * power
}

/// How many digits the difference from one takes away from the logarithm.
fn lost_digits(coefficient: &UBig, exponent: i64) -> i64 {
    let length = digits_of(coefficient);
    if !(-1..=0).contains(&(exponent + length - 1)) || exponent > 0 {
        return 0;
    }
    let one = power_of_ten(-exponent);
    let difference = if *coefficient >= one { coefficient - &one } else { &one - coefficient };
    if difference.is_zero() { 0 } else { (-exponent - digits_of(&difference) + 1).max(0) }
}

/// The natural logarithm.
pub fn ln(rules: &Rules, a: &Number) -> Number {
    logarithm(rules, a, ln_of)
}

/// The logarithm to base ten.
pub fn log10(rules: &Rules, a: &Number) -> Number {
    if let (false, Some((coefficient, exponent))) = (a.negative, a.parts())
        && !coefficient.is_zero()
    {
        let (coefficient, exponent) = strip_zeros(coefficient.clone(), exponent, i64::MAX);
        if coefficient.is_one() {
            return rules.round(&Number::small(exponent));
        }
    }
    logarithm(rules, a, |coefficient, exponent, bits| {
        let inner = bits + 80;
        (ln_of(coefficient, exponent, inner) << bits) / ln_ten(inner)
    })
}

fn logarithm(rules: &Rules, a: &Number, compute: impl Fn(&UBig, i64, usize) -> IBig) -> Number {
    if let Some(nan) = rules.nan_of(&[a]) {
        return nan;
    }
    if a.is_zero() {
        return Number::infinity(true);
    }
    if a.negative {
        return rules.invalid(status::INVALID_OPERATION);
    }
    let Some((coefficient, exponent)) = a.parts() else { return a.clone() };
    if compare::order(a, &Number::small(1)) == Ordering::Equal {
        return Number::small(0);
    }
    if too_precise(rules) {
        return rules.invalid(status::NO_MEMORY);
    }
    let lost = lost_digits(coefficient, exponent);
    let negative = a.adjusted() < 0;
    settle(rules, negative, |digits| {
        let bits = bits_for(digits + lost + 24);
        let value = compute(coefficient, exponent, bits);
        to_digits(&UBig::try_from(value.abs()).unwrap_or(UBig::ONE), bits, 0, digits)
    })
}

/// The square root.
pub fn square_root(rules: &Rules, a: &Number) -> Number {
    if let Some(nan) = rules.nan_of(&[a]) {
        return nan;
    }
    if a.is_zero() {
        let exponent = a.parts().map_or(0, |(_, exponent)| exponent);
        return rules.finish(a.negative, UBig::ZERO, exponent.div_euclid(2));
    }
    if a.negative {
        return rules.invalid(status::INVALID_OPERATION);
    }
    let Some((coefficient, exponent)) = a.parts() else { return a.clone() };
    let ideal = exponent.div_euclid(2);
    // An even exponent, and one digit more than the precision.
    let odd = exponent.rem_euclid(2);
    let base = coefficient * power_of_ten(odd);
    let even = Rules { rounding: Rounding::HalfEven, ..rules.clone() };
    even.status.set(0);
    let length = digits_of(&base);
    let wanted = rules.prec + 2;
    let result = if wanted > ROOM {
        let root = base.sqrt();
        if &root * &root != base {
            return rules.invalid(status::NO_MEMORY);
        }
        even.finish(false, root, ideal)
    } else {
        let shift = (wanted - length.div_euclid(2)).max(0);
        let shifted = base * power_of_ten(2 * shift);
        let mut root = shifted.sqrt();
        if &root * &root == shifted {
            finish_ideal(&even, false, root, ideal - shift, ideal)
        } else {
            if &root % 5u8 == 0 {
                root += 1u8;
            }
            even.finish(false, root, ideal - shift)
        }
    };
    rules.note(even.status.get());
    result
}

/// A finite number as an integer power: its value if it is one and moderate, and whether it is odd.
fn integer_value(number: &Number) -> Option<(Option<i64>, bool)> {
    let (coefficient, exponent) = number.parts()?;
    if !number.is_integer() {
        return None;
    }
    let (coefficient, exponent) = strip_zeros(coefficient.clone(), exponent, i64::MAX);
    let odd = exponent == 0 && coefficient.bit(0);
    let value =
        (exponent <= 18).then(|| coefficient * power_of_ten(exponent)).and_then(|value| i64::try_from(&value).ok());
    Some((value.map(|value| if number.negative { -value } else { value }), odd))
}

/// `a ** b`
pub fn power(rules: &Rules, a: &Number, b: &Number) -> Number {
    if let Some(nan) = rules.nan_of(&[a, b]) {
        return nan;
    }
    if b.is_zero() {
        return if a.is_zero() { rules.invalid(status::INVALID_OPERATION) } else { Number::small(1) };
    }
    let integer = integer_value(b);
    let negative = a.negative && integer.is_some_and(|(_, odd)| odd);
    if a.negative && !a.is_zero() && b.is_finite() && integer.is_none() {
        return rules.invalid(status::INVALID_OPERATION);
    }
    if a.is_zero() {
        return if b.negative { Number::infinity(negative) } else { Number::finite(negative, UBig::ZERO, 0) };
    }
    if a.negative && b.is_infinite() {
        return rules.invalid(status::INVALID_OPERATION);
    }
    if a.is_infinite() {
        return if b.negative { Number::finite(negative, UBig::ZERO, 0) } else { Number::infinity(negative) };
    }
    let base = a.with_sign(false);
    let to_one = compare::order(&base, &Number::small(1));
    if to_one == Ordering::Equal {
        return power_of_one(rules, a, b, negative, integer.is_some());
    }
    if b.is_infinite() {
        let large = (to_one == Ordering::Greater) != b.negative;
        return if large { Number::infinity(false) } else { Number::small(0) };
    }
    let Some((coefficient, exponent)) = base.parts() else { return Number::nan() };
    // Far out of range, or next to one?
    let log = rough_log10(coefficient, exponent);
    let size = log * approximation(b);
    let squared = integer.and_then(|(value, _)| value).filter(|_| rules.prec <= ROOM);
    if size > rules.emax as f64 * 1.01 + 2.0 {
        return out_of_range(rules, negative, true);
    }
    if size < rules.etiny() as f64 * 1.01 - 2.0 {
        match squared {
            Some(times) if !is_plainly_tiny(rules, &base, b) => {
                return power_by_squaring(rules, &base, times, negative);
            }
            _ => return out_of_range(rules, negative, false),
        }
    }
    if let Some(times) = squared {
        return power_by_squaring(rules, &base, times, negative);
    }
    if let Some(result) = exact_power(rules, coefficient, exponent, b, integer.and_then(|(value, _)| value)) {
        let (result, exponent, ideal) = result;
        if integer.is_some() {
            return finish_ideal(rules, negative, result, exponent, ideal);
        }
        // A root that comes out even is still counted as inexact, and shown with all digits.
        let pad = rules.prec + 1 - digits_of(&result);
        let (result, exponent) =
            if pad > 0 { (result * power_of_ten(pad), exponent - pad) } else { (result, exponent) };
        let rounded = rules.finish(negative, result, exponent);
        rules.note(status::INEXACT | status::ROUNDED);
        if rules.status.get() & status::SUBNORMAL != 0 {
            rules.note(status::UNDERFLOW);
        }
        return rounded;
    }
    if too_precise(rules) {
        return rules.invalid(status::NO_MEMORY);
    }
    if size.abs() < 1.0 && size.abs().log10() < -(rules.prec as f64) - 3.0 {
        // So close to one that the digits at hand show nothing else: then nothing is left to be rounded.
        let digits = rules.prec.max(digits_of(coefficient)) + 23;
        let vanishes = (size.abs() * std::f64::consts::LN_10).log10() < 5f64.log10() - digits as f64;
        let rounding = if vanishes { Rounding::HalfEven } else { rules.rounding };
        return near_one(rules, rounding, size < 0.0).with_sign(negative);
    }
    let Some((times, ten_power)) = b.parts() else { return Number::nan() };
    let wide = bits_for(b.adjusted().max(0) + 22);
    let guard = rules.with_rounding(rules.rounding);
    let computed = settle_with(&guard, negative, |digits| {
        let bits = bits_for(digits + 26) + wide;
        let ln = ln_of(coefficient, exponent, bits);
        let scaled = ln * IBig::from(times.clone());
        let scaled = if ten_power >= 0 {
            scaled * IBig::from(power_of_ten(ten_power))
        } else {
            scaled / IBig::from(power_of_ten(-ten_power))
        };
        exp_digits(&if b.negative { -scaled } else { scaled }, bits, digits)
    });
    rules.note(guard.status.get());
    computed
}

/// As [`settle`], rounding as the context says.
fn settle_with(rules: &Rules, negative: bool, compute: impl Fn(i64) -> (UBig, i64)) -> Number {
    let mut extra = 6;
    loop {
        let (coefficient, exponent) = compute(rules.prec + extra);
        if decided(&coefficient, rules.prec) || extra > 10_000 {
            return rules.finish(negative, coefficient, exponent);
        }
        extra = extra * 2 + 3;
    }
}

/// A power of a number that equals one: with the exponent that the multiplication would give, as far as it fits.
fn power_of_one(rules: &Rules, a: &Number, b: &Number, negative: bool, integer: bool) -> Number {
    let (_, exponent) = a.parts().unwrap_or((&UBig::ONE, 0));
    if !integer {
        if rules.prec > ROOM {
            return rules.invalid(status::NO_MEMORY);
        }
        rules.note(status::INEXACT | status::ROUNDED);
        return Number::finite(negative, power_of_ten(rules.prec - 1), 1 - rules.prec);
    }
    let times = match integer_value(b) {
        _ if b.negative => 0,
        Some((Some(times), _)) => times.min(rules.prec),
        _ => rules.prec,
    };
    let mut exponent = exponent.saturating_mul(times);
    if exponent < 1 - rules.prec {
        exponent = 1 - rules.prec;
        rules.note(status::ROUNDED);
    }
    if -exponent > ROOM {
        return rules.invalid(status::NO_MEMORY);
    }
    Number::finite(negative, power_of_ten((-exponent).max(0)), exponent.min(0))
}

/// `log10` of a positive number, roughly, even near one.
fn rough_log10(coefficient: &UBig, exponent: i64) -> f64 {
    let lost = lost_digits(coefficient, exponent);
    if lost < 3 {
        let drop = (digits_of(coefficient) - 18).max(0);
        let leading = u64::try_from(&(coefficient / power_of_ten(drop))).unwrap_or(1) as f64;
        return leading.log10() + (exponent + drop) as f64;
    }
    let one = power_of_ten(-exponent);
    let above = *coefficient >= one;
    let difference = if above { coefficient - &one } else { &one - coefficient };
    let value = approximation(&Number::finite(!above, difference, exponent));
    value / std::f64::consts::LN_10
}

/// The exact power if there is one of no more digits than matter: coefficient, exponent, and the ideal exponent.
fn exact_power(
    rules: &Rules,
    coefficient: &UBig,
    exponent: i64,
    b: &Number,
    integer: Option<i64>,
) -> Option<(UBig, i64, i64)> {
    let ideal = match integer {
        Some(times) if times >= 0 => exponent.saturating_mul(times),
        _ => 0,
    };
    let (coefficient, exponent) = strip_zeros(coefficient.clone(), exponent, i64::MAX);
    let (times, ten_power) = b.parts()?;
    // `b` as a fraction of small integers.
    let (times, ten_power) = strip_zeros(times.clone(), ten_power, i64::MAX);
    let (mut numerator, mut denominator) = (times, UBig::ONE);
    if ten_power >= 0 {
        if ten_power > 20 {
            return None;
        }
        numerator *= power_of_ten(ten_power);
    } else {
        if -ten_power > 10_000 {
            return None;
        }
        denominator = power_of_ten(-ten_power);
        let common = (&numerator).gcd(&denominator);
        numerator /= &common;
        denominator /= &common;
    }
    let (mut coefficient, mut exponent) = (coefficient, exponent);
    if !denominator.is_one() {
        // An exact root of the base?
        let root = i64::try_from(&denominator).ok()?;
        if exponent % root != 0 {
            return None;
        }
        if !coefficient.is_one() {
            if root as usize > coefficient.bit_len() {
                return None;
            }
            coefficient = exact_root(&coefficient, root as usize)?;
        }
        exponent /= root;
    }
    let times = i64::try_from(&numerator).ok()?;
    if b.negative && !coefficient.is_one() {
        // One over a power of two is a power of five, and the other way round; nothing else comes out even.
        let most = rules.prec.min(ROOM) as usize * 4 + 64;
        let (other, count) = prime_power(&coefficient)?;
        if count.checked_mul(times as usize)? > most {
            return None;
        }
        coefficient = UBig::from(other).pow(count);
        exponent += count as i64;
    }
    let exponent = exponent.checked_mul(if b.negative { -times } else { times })?;
    if coefficient.is_one() {
        return Some((coefficient, exponent, ideal));
    }
    let digits = (digits_of(&coefficient) - 1) as f64 * times as f64;
    if digits > rules.prec.min(ROOM) as f64 + 2.0 || times as u64 > 4 * rules.prec.min(ROOM) as u64 + 64 {
        return None;
    }
    let result = coefficient.pow(times as usize);
    (digits_of(&result) <= rules.prec.saturating_mul(2) + 4).then_some((result, exponent, ideal))
}

/// `2 ** n` gives `(5, n)`, `5 ** n` gives `(2, n)`.
fn prime_power(number: &UBig) -> Option<(u8, usize)> {
    if number.is_power_of_two() {
        return Some((5, number.trailing_zeros()?));
    }
    let (mut rest, mut count) = (number.clone(), 0);
    let five = UBig::from(5u8);
    while !rest.is_one() {
        let (quotient, remainder) = rest.div_rem(&five);
        if !remainder.is_zero() {
            return None;
        }
        rest = quotient;
        count += 1;
    }
    Some((2, count))
}

/// The integer root, if the number is a perfect power.
fn exact_root(number: &UBig, n: usize) -> Option<UBig> {
    // Newton's steps from above.
    let mut root = UBig::ONE << (number.bit_len().div_ceil(n));
    loop {
        let next = (&root * (n - 1) + number / root.pow(n - 1)) / n;
        if next >= root {
            break;
        }
        root = next;
    }
    (root.pow(n) == *number).then_some(root)
}

/// `a ** b % modulus`, of integers.
pub fn power_modulo(rules: &Rules, a: &Number, b: &Number, modulus: &Number) -> Number {
    if let Some(nan) = rules.nan_of(&[a, b, modulus]) {
        return nan;
    }
    let whole = |number: &Number| number.is_integer();
    if !whole(a) || !whole(b) || !whole(modulus) || (b.negative && !b.is_zero()) || modulus.is_zero() {
        return rules.invalid(status::INVALID_OPERATION);
    }
    if modulus.adjusted() >= rules.prec || (a.is_zero() && b.is_zero()) {
        return rules.invalid(status::INVALID_OPERATION);
    }
    let odd = integer_value(b).is_some_and(|(_, odd)| odd);
    let (Some(modulus), Some((base, base_exponent)), Some((power, power_exponent))) =
        (modulus.truncated(), a.parts(), b.parts())
    else {
        return rules.invalid(status::NO_MEMORY);
    };
    let raise = |base: UBig, power: &UBig| -> UBig {
        let (base, power, ring) = (IBig::from(base), IBig::from(power.clone()), IBig::from(modulus.clone()));
        let result = int_math::pow_mod(&base, &power, &ring).unwrap_or(IBig::ZERO);
        UBig::try_from(result).unwrap_or(UBig::ZERO)
    };
    let shifted = |number: &UBig, exponent: i64| -> UBig {
        if exponent >= 0 {
            (number % &modulus) * raise(UBig::from(10u8), &UBig::from(exponent as u64)) % &modulus
        } else {
            number / power_of_ten(-exponent) % &modulus
        }
    };
    let mut result = shifted(base, base_exponent);
    let mut power = power.clone();
    if power_exponent < 0 {
        power /= power_of_ten(-power_exponent);
    }
    for _ in 0..power_exponent.clamp(0, ROOM) {
        result = raise(result, &UBig::from(10u8));
    }
    result = if power.is_zero() { UBig::ONE % &modulus } else { raise(result, &power) };
    Number::finite(a.negative && odd, result, 0)
}
