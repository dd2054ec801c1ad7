//! Exact views of floats: as a ratio of integers, as an integer, and `round(x, ndigits)` without double rounding.

use super::{IBig, Sign, UBig};

/// Significand and exponent: `value == significand * 2^exponent` for a finite, non-negative float; the significand is
/// odd, or zero.
pub fn decompose(value: f64) -> (u64, i32) {
    let bits = value.to_bits() & !(1 << 63);
    let fraction = bits & ((1 << 52) - 1);
    let biased = (bits >> 52) as i32;
    let (significand, exponent) = if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    if significand == 0 {
        return (0, 0);
    }
    let zeros = significand.trailing_zeros();
    (significand >> zeros, exponent + zeros as i32)
}

/// `math.frexp`: mantissa in [0.5, 1) and exponent. Zero, infinities and NaN come back with exponent 0.
pub fn frexp(value: f64) -> (f64, i32) {
    if value == 0.0 || !value.is_finite() {
        return (value, 0);
    }
    let biased = (value.to_bits() >> 52 & 0x7FF) as i32;
    if biased == 0 {
        let (mantissa, exponent) = frexp(value * 18_014_398_509_481_984.0);
        return (mantissa, exponent - 54);
    }
    (f64::from_bits(value.to_bits() & !(0x7FF << 52) | 1022 << 52), biased - 1022)
}

/// `math.ldexp`: `value * 2^exponent`, rounded once; `None` on overflow.
pub fn ldexp(value: f64, exponent: i64) -> Option<f64> {
    if value == 0.0 || !value.is_finite() {
        return Some(value);
    }
    let (significand, own) = decompose(value);
    let magnitude = super::float_parse::scale_rounded(significand, false, exponent.saturating_add(i64::from(own)))?;
    Some(magnitude.copysign(value))
}

/// `value.as_integer_ratio()` for a finite float.
pub fn as_integer_ratio(value: f64) -> (IBig, UBig) {
    let (significand, exponent) = decompose(value);
    let sign = if value < 0.0 { Sign::Negative } else { Sign::Positive };
    let magnitude = UBig::from(significand);
    if exponent >= 0 {
        (IBig::from_parts(sign, magnitude << exponent as usize), UBig::ONE)
    } else {
        (IBig::from_parts(sign, magnitude), UBig::ONE << exponent.unsigned_abs() as usize)
    }
}

/// The integer part of a finite float (`int(value)`).
pub fn truncate(value: f64) -> IBig {
    let (significand, exponent) = decompose(value.trunc());
    let sign = if value < 0.0 { Sign::Negative } else { Sign::Positive };
    // A truncated value has no fraction, so that its exponent is not negative.
    IBig::from_parts(sign, UBig::from(significand) << exponent.max(0) as usize)
}

/// `round(value)` for a finite float: half to even.
pub fn round_to_int(value: f64) -> IBig {
    truncate(value.round_ties_even())
}

/// `round(value, ndigits)`: correctly rounded, ties to even on the exact binary value. `None` if the result overflows.
pub fn round_to_digits(value: f64, ndigits: i64) -> Option<f64> {
    if !value.is_finite() || value == 0.0 {
        return Some(value);
    }
    // Beyond this many digits every double is a decimal already; below, every double rounds to zero.
    if ndigits > 323 {
        return Some(value);
    }
    if ndigits < -308 {
        return Some(0.0f64.copysign(value));
    }
    let rounded = if ndigits >= 0 {
        format!("{:.*}", ndigits as usize, value.abs()).parse().ok()?
    } else {
        round_above_point(value.abs(), ndigits.unsigned_abs() as usize)?
    };
    let rounded: f64 = rounded;
    rounded.is_finite().then(|| rounded.copysign(value))
}

/// Rounds a positive float to a multiple of 10^places, on its exact decimal digits.
fn round_above_point(value: f64, places: usize) -> Option<f64> {
    let whole = value.trunc();
    let fraction = value > whole;
    let mut digits = format!("{whole:.0}").into_bytes();
    while digits.len() <= places {
        digits.insert(0, b'0');
    }
    let (kept, lost) = digits.split_at(digits.len() - places);
    let half = std::iter::once(b'5').chain(std::iter::repeat(b'0')).take(places);
    let order = lost.iter().copied().cmp(half);
    let odd = kept.last().is_some_and(|b| b & 1 == 1);
    let up = order.is_gt() || (order.is_eq() && (fraction || odd));
    let mut kept = kept.to_vec();
    if up {
        let mut carry = true;
        for digit in kept.iter_mut().rev() {
            if *digit == b'9' {
                *digit = b'0';
            } else {
                *digit += 1;
                carry = false;
                break;
            }
        }
        if carry {
            kept.insert(0, b'1');
        }
    }
    let text = String::from_utf8(kept).ok()? + "e" + &places.to_string();
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios() {
        assert_eq!(as_integer_ratio(-0.75), (IBig::from(-3), UBig::from(4u8)));
        assert_eq!(as_integer_ratio(1e22).0, IBig::from(10).pow(22));
        assert_eq!(truncate(-1e22), -IBig::from(10).pow(22));
        assert_eq!(truncate(2.9), IBig::from(2));
        assert_eq!(round_to_int(2.5), IBig::from(2));
        assert_eq!(round_to_int(-3.5), IBig::from(-4));
    }

    #[test]
    fn rounding() {
        for (value, digits, expected) in [
            (2.675, 2, 2.67),
            (0.5, 0, 0.0),
            (1.5, 0, 2.0),
            (25.0, -1, 20.0),
            (35.0, -1, 40.0),
            (25.000001, -1, 30.0),
            (5.0, -1, 0.0),
            (5.1, -1, 10.0),
            (4.9, -2, 0.0),
            (-1234.5, -2, -1200.0),
            (1e300, -299, 1e300),
            (5.015, 2, 5.01),
            (1.0, 400, 1.0),
            (123456.0, -308, 0.0),
            (999.0, -1, 1000.0),
        ] {
            assert_eq!(round_to_digits(value, digits), Some(expected), "{value} {digits}");
        }
        assert_eq!(round_to_digits(1.7e308, -308), None);
        assert!(round_to_digits(-0.4, 0).is_some_and(|v| v.is_sign_negative()));
    }

    #[test]
    fn scaling() {
        assert_eq!(frexp(8.0), (0.5, 4));
        assert_eq!(frexp(5e-324), (0.5, -1073));
        assert_eq!(ldexp(1.0, -1074), Some(5e-324));
        assert_eq!(ldexp(3.0, -1076), Some(5e-324));
        assert_eq!(ldexp(1.0, -1075), Some(0.0));
        assert_eq!(ldexp(1.0, 1024), None);
        assert_eq!(ldexp(-1.5, 1), Some(-3.0));
    }
}
