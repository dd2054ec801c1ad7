//! Floats to text: the shortest form that reads back the same (`repr`), and the exact, correctly rounded
//! `e`, `f`, `g` forms of formatting.
//!
//! The digits come from the standard library's float formatting, which is exact at every precision; this file only lays
//! them out Python's way.

use std::fmt::Write;

/// The shape of the text, as the reference's `PyOS_double_to_string` knows them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FloatCode {
    /// Always with an exponent.
    Exponent,
    /// Never with an exponent.
    Fixed,
    /// Either, by magnitude; trailing zeros are dropped.
    General,
    /// The shortest digits that read back the same.
    Repr,
}

/// How [`format_float`] lays a float out.
#[derive(Clone, Copy, Debug)]
pub struct FloatStyle {
    pub code: FloatCode,
    /// Digits after the point, or significant digits for [`FloatCode::General`]. Ignored by [`FloatCode::Repr`].
    pub precision: usize,
    /// `#`: keep the point and trailing zeros.
    pub alternate: bool,
    /// Add `.0` to what looks like an integer.
    pub add_dot_zero: bool,
    pub upper: bool,
}

/// No finite double has more digits than this after the first one, or after the point.
const EXACT_DIGITS: usize = 1100;

/// A fixed buffer that a formatter writes to; holds every shortest form.
struct Small {
    bytes: [u8; 40],
    len: usize,
}

impl Write for Small {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.len + text.len();
        let room = self.bytes.get_mut(self.len..end).ok_or(std::fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// Where a positive float lies half way between two numbers of 16 or 17 digits (with fewer, one of them would be another float),
/// `repr` wants the even one; `scientific` is one of them, as `d.ddde-xx`.
fn round_tie_to_even(value: f64, scientific: &mut [u8]) {
    let Some(last) = [17, 16].into_iter().find(|last| scientific.get(last + 1) == Some(&b'e')) else { return };
    if scientific.get(last).is_none_or(|digit| digit % 2 == 0) {
        return;
    }
    // Half way means one digit more, which is 5. With k binary places there are 5^k and so many digits only if k is small.
    let (fraction, biased) = (value.to_bits() & ((1 << 52) - 1), (value.to_bits() >> 52) as i32);
    let places = 1075 - biased - (fraction | 1 << 52).trailing_zeros() as i32;
    if !(1..=25).contains(&places) {
        return;
    }
    let mut exact = Small { bytes: [0; 40], len: 0 };
    if write!(exact, "{value:.30e}").is_err() || exact.bytes[last + 1] != b'5' {
        return;
    }
    let ends_there = exact.bytes[last + 2..].iter().take_while(|&&digit| digit != b'e').all(|&digit| digit == b'0');
    if ends_there {
        // The exact digits cut off are the lower of the two numbers; the even one is it or the next.
        let lower = exact.bytes[last];
        let before = scientific[last];
        scientific[last] = if lower.is_multiple_of(2) { lower } else { lower.saturating_add(1).min(b'9') };
        // Below a power of two floats lie closer, so that the lower number may be another one.
        let read: Option<f64> = std::str::from_utf8(scientific).ok().and_then(|text| text.parse().ok());
        if read != Some(value) {
            scientific[last] = before;
        }
    }
}

/// Splits `d.ddde[-]xx` into its digits (appended to `digits`) and the exponent.
fn split_scientific(text: &[u8], digits: &mut Vec<u8>) -> i32 {
    let mut parts = text.splitn(2, |&b| b == b'e');
    digits.extend(parts.next().unwrap_or_default().iter().copied().filter(u8::is_ascii_digit));
    let exponent = parts.next().unwrap_or_default();
    std::str::from_utf8(exponent).ok().and_then(|e| e.parse().ok()).unwrap_or(0)
}

/// The shortest decimal digits of a finite, non-negative float and its decimal point position: value = 0.DIGITS * 10^point.
pub fn shortest_digits(value: f64) -> (Vec<u8>, i32) {
    let mut small = Small { bytes: [0; 40], len: 0 };
    // The buffer is large enough for 17 digits and an exponent, so that this cannot fail.
    let _ = write!(small, "{value:e}");
    round_tie_to_even(value, &mut small.bytes[..small.len]);
    let mut digits = Vec::with_capacity(20);
    let exponent = split_scientific(&small.bytes[..small.len], &mut digits);
    (digits, exponent + 1)
}

/// Powers of ten that a double word holds together with a float's significand.
const POWERS_OF_TEN: [u128; 23] = {
    let mut table = [1; 23];
    let mut i = 1;
    while i < table.len() {
        table[i] = table[i - 1] * 10;
        i += 1;
    }
    table
};

/// `value * 10^decimals`, rounded to the nearest integer, half to even, of a finite, non-negative float; `None` if that takes
/// more than a double word.
fn scaled(value: f64, decimals: usize) -> Option<u128> {
    let bits = value.to_bits();
    let (fraction, biased) = (bits & ((1 << 52) - 1), (bits >> 52) as i32 & 0x7FF);
    let (significand, exponent) = if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    // At most 53 + 74 bits.
    let product = u128::from(significand) * POWERS_OF_TEN.get(decimals)?;
    if exponent >= 0 {
        return if exponent < product.leading_zeros() as i32 { Some(product << exponent) } else { None };
    }
    let shift = exponent.unsigned_abs();
    if shift >= 128 {
        return Some(0);
    }
    let quotient = product >> shift;
    let rest = product & ((1 << shift) - 1);
    let half = 1 << (shift - 1);
    let up = rest > half || (rest == half && quotient & 1 == 1);
    Some(quotient + u128::from(up))
}

/// The decimal digits of a number, in the caller's buffer.
fn decimal_digits(mut number: u128, buffer: &mut [u8; 40]) -> &[u8] {
    let mut at = buffer.len();
    while number > u128::from(u64::MAX) {
        at -= 1;
        buffer[at] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    let mut word = number as u64;
    loop {
        at -= 1;
        buffer[at] = b'0' + (word % 10) as u8;
        word /= 10;
        if word == 0 {
            return &buffer[at..];
        }
    }
}

/// Appends a finite, non-negative float with a fixed number of decimals; false if that takes the slow way.
fn push_fixed(out: &mut String, value: f64, decimals: usize) -> bool {
    let Some(number) = scaled(value, decimals) else { return false };
    let mut buffer = [0; 40];
    let digits = decimal_digits(number, &mut buffer);
    let whole = digits.len().saturating_sub(decimals);
    if whole == 0 {
        out.push('0');
    }
    // Only digits were written.
    let text = std::str::from_utf8(digits).unwrap_or_default();
    out.push_str(&text[..whole]);
    if decimals > 0 {
        out.push('.');
        out.extend(std::iter::repeat_n('0', decimals.saturating_sub(digits.len())));
        out.push_str(&text[whole..]);
    }
    true
}

/// `rounded_digits` for few digits of numbers of a common size.
fn few_digits(value: f64, count: usize) -> Option<(Vec<u8>, i32)> {
    if !(1..=17).contains(&count) || !(1e-5..1e15).contains(&value) {
        return None;
    }
    let mut power = value.log10().floor() as i32;
    // The estimate, or rounding, may be off by one.
    for _ in 0..3 {
        let decimals = usize::try_from(count as i32 - 1 - power).ok()?;
        let number = scaled(value, decimals)?;
        if number >= POWERS_OF_TEN[count] {
            power += 1;
        } else if number < POWERS_OF_TEN[count - 1] {
            power -= 1;
        } else {
            let mut buffer = [0; 40];
            return Some((decimal_digits(number, &mut buffer).to_vec(), power + 1));
        }
    }
    None
}

/// `count` correctly rounded significant digits (at least one) of a finite, non-negative float, and its point position.
pub fn rounded_digits(value: f64, count: usize) -> (Vec<u8>, i32) {
    if let Some(few) = few_digits(value, count) {
        return few;
    }
    let exact = count.clamp(1, EXACT_DIGITS);
    let text = format!("{value:.*e}", exact - 1);
    let mut digits = Vec::with_capacity(exact);
    let exponent = split_scientific(text.as_bytes(), &mut digits);
    (digits, exponent + 1)
}

/// `repr(value)`: the shortest text that reads back as the same float.
pub fn repr_float(value: f64) -> String {
    let mut out = String::with_capacity(24);
    push_repr(&mut out, value);
    out
}

/// Appends `repr(value)`.
pub fn push_repr(out: &mut String, value: f64) {
    let magnitude = value.abs();
    if magnitude < 9_007_199_254_740_992.0 && magnitude.trunc() == magnitude {
        if value.is_sign_negative() {
            out.push('-');
        }
        push_small_int(out, magnitude as u64);
        out.push_str(".0");
        return;
    }
    if value.is_finite() {
        let mut small = Small { bytes: [0; 40], len: 0 };
        let _ = write!(small, "{magnitude:e}");
        round_tie_to_even(magnitude, &mut small.bytes[..small.len]);
        if value.is_sign_negative() {
            out.push('-');
        }
        push_shortest(out, &small.bytes[..small.len]);
        return;
    }
    out.push_str(if value.is_nan() {
        "nan"
    } else if value > 0.0 {
        "inf"
    } else {
        "-inf"
    });
}

fn push_small_int(out: &mut String, mut value: u64) {
    let mut bytes = [0u8; 20];
    let mut at = bytes.len();
    loop {
        at -= 1;
        bytes[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend(bytes[at..].iter().map(|&b| b as char));
}

/// Lays out `d.ddde[-]xx` as `repr` does, without going through the heap.
fn push_shortest(out: &mut String, scientific: &[u8]) {
    let mut digits = [0u8; 24];
    let mut count = 0;
    let mut rest = scientific.iter();
    for &b in rest.by_ref() {
        match b {
            b'e' => break,
            b'.' => {}
            _ => {
                if let Some(slot) = digits.get_mut(count) {
                    *slot = b;
                    count += 1;
                }
            }
        }
    }
    let exponent = std::str::from_utf8(rest.as_slice()).ok().and_then(|e| e.parse::<i32>().ok()).unwrap_or(0);
    let layout = Layout { min_fraction: 1, ..Layout::default() };
    push_layout(out, &digits[..count], exponent + 1, !(-4 < exponent + 1 && exponent < 16), layout);
}

/// Rules for [`push_layout`].
#[derive(Clone, Copy, Default)]
struct Layout {
    /// Pad the fraction with zeros up to this many digits (not in exponent form).
    min_fraction: usize,
    /// Pad the mantissa's fraction with zeros up to this many digits (in exponent form).
    min_mantissa_fraction: usize,
    keep_point: bool,
    upper: bool,
}

/// Writes digits whose value is `0.DIGITS * 10^point`.
fn push_layout(out: &mut String, digits: &[u8], point: i32, exponent_form: bool, layout: Layout) {
    let zeros = |out: &mut String, count: usize| out.extend(std::iter::repeat_n('0', count));
    let push = |out: &mut String, digits: &[u8]| out.extend(digits.iter().map(|&b| b as char));
    if exponent_form {
        let (first, fraction) = digits.split_at(1.min(digits.len()));
        push(out, first);
        if !fraction.is_empty() || layout.min_mantissa_fraction > 0 || layout.keep_point {
            out.push('.');
        }
        push(out, fraction);
        zeros(out, layout.min_mantissa_fraction.saturating_sub(fraction.len()));
        let exponent = point - 1;
        out.push(if layout.upper { 'E' } else { 'e' });
        out.push(if exponent < 0 { '-' } else { '+' });
        let magnitude = exponent.unsigned_abs();
        if magnitude < 10 {
            out.push('0');
        }
        push_small_int(out, u64::from(magnitude));
        return;
    }
    let mut fraction_len = 0;
    if point <= 0 {
        out.push('0');
        let leading = point.unsigned_abs() as usize;
        if !digits.is_empty() || layout.min_fraction > 0 || layout.keep_point {
            out.push('.');
        }
        if !digits.is_empty() {
            zeros(out, leading);
            push(out, digits);
            fraction_len = leading + digits.len();
        }
    } else {
        let point = point as usize;
        let (whole, fraction) = digits.split_at(point.min(digits.len()));
        push(out, whole);
        zeros(out, point - whole.len());
        if !fraction.is_empty() || layout.min_fraction > 0 || layout.keep_point {
            out.push('.');
        }
        push(out, fraction);
        fraction_len += fraction.len();
    }
    zeros(out, layout.min_fraction.saturating_sub(fraction_len));
}

/// Appends the text of a float. The sign is written only if negative (a negative NaN has none).
pub fn format_float(out: &mut String, value: f64, style: FloatStyle) {
    if !value.is_finite() {
        let text = match (value.is_nan(), value < 0.0, style.upper) {
            (true, _, false) => "nan",
            (true, _, true) => "NAN",
            (_, true, false) => "-inf",
            (_, true, true) => "-INF",
            (_, false, false) => "inf",
            (_, false, true) => "INF",
        };
        out.push_str(text);
        return;
    }
    if value.is_sign_negative() {
        out.push('-');
    }
    let magnitude = value.abs();
    let mut layout = Layout { keep_point: style.alternate, upper: style.upper, ..Layout::default() };
    match style.code {
        FloatCode::Repr => {
            let (digits, point) = shortest_digits(magnitude);
            let exponent_form = point <= -4 || point > 16;
            layout.min_fraction = usize::from(style.add_dot_zero);
            push_layout(out, &digits, point, exponent_form, layout);
        }
        FloatCode::Exponent => {
            let (digits, point) = rounded_digits(magnitude, style.precision.saturating_add(1));
            layout.min_mantissa_fraction = style.precision;
            push_layout(out, &digits, point, true, layout);
        }
        FloatCode::Fixed => {
            let exact = style.precision.min(EXACT_DIGITS);
            if !push_fixed(out, magnitude, style.precision) {
                // Writing to a String cannot fail.
                let _ = write!(out, "{magnitude:.exact$}");
            }
            if style.precision == 0 && style.alternate {
                out.push('.');
            }
            out.extend(std::iter::repeat_n('0', style.precision - exact));
        }
        FloatCode::General => {
            let precision = style.precision.max(1);
            let (mut digits, point) = rounded_digits(magnitude, precision);
            let limit = precision.min(i32::MAX as usize) as i32 - i32::from(style.add_dot_zero);
            let exponent_form = point <= -4 || point > limit;
            if style.alternate {
                layout.min_mantissa_fraction = precision - 1;
                layout.min_fraction = (precision as i64 - i64::from(point)).max(0) as usize;
            } else {
                while digits.len() > 1 && digits.last() == Some(&b'0') {
                    digits.pop();
                }
                layout.min_fraction = usize::from(style.add_dot_zero);
            }
            push_layout(out, &digits, point, exponent_form, layout);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_of_seventeen_digits_is_even() {
        for (value, expected) in [
            (1.0 / 33_554_432.0, "2.9802322387695312e-08"),
            (1049.0 / 1_048_576.0, "0.0010004043579101562"),
            (3.0 / 16_777_216.0, "1.7881393432617188e-07"),
            (0.1, "0.1"),
        ] {
            let mut out = String::new();
            push_repr(&mut out, value);
            assert_eq!(out, expected);
        }
    }

    fn check(value: f64, code: FloatCode, precision: usize, alternate: bool, expected: &str) {
        let mut out = String::new();
        let style = FloatStyle { code, precision, alternate, add_dot_zero: false, upper: false };
        format_float(&mut out, value, style);
        assert_eq!(out, expected, "{value} {code:?} {precision} {alternate}");
    }

    #[test]
    fn fast_ways_agree_with_the_slow_one() {
        let mut state = 1u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let exponent = 1023 - 60 + (state >> 57);
            let value = f64::from_bits(state >> 12 | exponent << 52);
            let halves = (state >> 40) as f64 / 8.0;
            for value in [value, halves, value.trunc()] {
                for decimals in [0, 1, 2, 6, 17] {
                    let mut out = String::new();
                    if push_fixed(&mut out, value, decimals) {
                        assert_eq!(out, format!("{value:.decimals$}"));
                    }
                    if let Some((digits, point)) = few_digits(value, decimals + 1) {
                        let mut slow = Vec::new();
                        let exponent = split_scientific(format!("{value:.decimals$e}").as_bytes(), &mut slow);
                        assert_eq!((digits, point), (slow, exponent + 1), "{value} {decimals}");
                    }
                }
            }
        }
    }

    #[test]
    fn repr() {
        for (value, expected) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (1.5, "1.5"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (9007199254740993.0, "9007199254740992.0"),
            (1.2345e16, "1.2345e+16"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (1e22, "1e+22"),
            (0.1 + 0.2, "0.30000000000000004"),
            (99.998_809_814_453_125, "99.99880981445312"),
            (1.000_000_000_000_000_2, "1.0000000000000002"),
            (5.960_464_477_539_062_5e-8, "5.960464477539063e-08"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(repr_float(value), expected);
            let mut out = String::new();
            let style =
                FloatStyle { code: FloatCode::Repr, precision: 0, alternate: false, add_dot_zero: true, upper: false };
            format_float(&mut out, value, style);
            assert_eq!(out, expected);
        }
    }

    #[test]
    fn fixed_and_exponent() {
        use FloatCode::*;
        check(2.5, Fixed, 0, false, "2");
        check(0.5, Fixed, 0, false, "0");
        check(1.5, Fixed, 0, true, "2.");
        check(0.125, Fixed, 2, false, "0.12");
        check(0.375, Fixed, 2, false, "0.38");
        check(1e22, Fixed, 1, false, "10000000000000000000000.0");
        check(5e-324, Fixed, 3, false, "0.000");
        check(-0.0, Fixed, 1, false, "-0.0");
        check(2.5, Exponent, 0, false, "2e+00");
        check(3.5, Exponent, 0, true, "4.e+00");
        check(0.0, Exponent, 3, false, "0.000e+00");
        check(9.9999e99, Exponent, 2, false, "1.00e+100");
    }

    #[test]
    fn general() {
        use FloatCode::*;
        check(100000.0, General, 6, false, "100000");
        check(1000000.0, General, 6, false, "1e+06");
        check(0.0001, General, 6, false, "0.0001");
        check(0.00001, General, 6, false, "1e-05");
        check(1.0, General, 6, true, "1.00000");
        check(0.0, General, 6, true, "0.00000");
        check(0.0, General, 6, false, "0");
        check(1e10, General, 3, true, "1.00e+10");
        check(0.00012, General, 3, true, "0.000120");
        check(123.0, General, 0, false, "1e+02");
        check(5.0, General, 0, true, "5.");
    }

    #[test]
    fn huge_precision() {
        let mut out = String::new();
        let style = FloatStyle {
            code: FloatCode::Fixed,
            precision: 70_000,
            alternate: false,
            add_dot_zero: false,
            upper: false,
        };
        format_float(&mut out, 0.5, style);
        assert_eq!(out.len(), 70_002);
    }
}
