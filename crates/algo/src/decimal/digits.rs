//! Operations on digits: logic on zeros and ones, shifts and rotations.

use dashu_int::UBig;

use super::{Number, ROOM, Rules, status};

/// The digits of an operand of a logical operation, padded to the precision.
fn bits(rules: &Rules, number: &Number) -> Option<Vec<u8>> {
    let (coefficient, exponent) = number.parts()?;
    let text = coefficient.to_string();
    if number.negative || exponent != 0 || !text.bytes().all(|digit| matches!(digit, b'0' | b'1')) {
        return None;
    }
    Some(padded(rules, &text))
}

/// As many digits as the precision says: the last ones, after zeros.
fn padded(rules: &Rules, text: &str) -> Vec<u8> {
    let (prec, text) = (rules.prec as usize, text.as_bytes());
    let kept = &text[text.len().saturating_sub(prec)..];
    let mut out = vec![b'0'; prec - kept.len()];
    out.extend_from_slice(kept);
    out
}

fn number(digits: &[u8]) -> UBig {
    std::str::from_utf8(digits).ok().and_then(|text| UBig::from_str_radix(text, 10).ok()).unwrap_or(UBig::ZERO)
}

/// A logical operation on each pair of digits.
pub fn logical(rules: &Rules, a: &Number, b: &Number, operation: impl Fn(bool, bool) -> bool) -> Number {
    if rules.prec > ROOM {
        return rules.invalid(status::NO_MEMORY);
    }
    let (Some(a), Some(b)) = (bits(rules, a), bits(rules, b)) else {
        return rules.invalid(status::INVALID_OPERATION);
    };
    let pairs = a.iter().zip(&b);
    let digits: Vec<u8> = pairs.map(|(&a, &b)| b'0' + u8::from(operation(a == b'1', b == b'1'))).collect();
    Number::finite(false, number(&digits), 0)
}

pub fn invert(rules: &Rules, a: &Number) -> Number {
    logical(rules, a, a, |a, _| !a)
}

/// Shifts or rotates the coefficient to the left by an integer.
pub fn shift(rules: &Rules, a: &Number, by: &Number, rotate: bool) -> Number {
    if let Some(nan) = rules.nan_of(&[a, by]) {
        return nan;
    }
    let count = match by.parts() {
        Some((count, 0)) => i64::try_from(count).ok().filter(|&count| count <= rules.prec),
        _ => None,
    };
    let Some(count) = count else { return rules.invalid(status::INVALID_OPERATION) };
    let Some((coefficient, exponent)) = a.parts() else { return a.clone() };
    if rules.prec > ROOM {
        return rules.invalid(status::NO_MEMORY);
    }
    let mut digits = padded(rules, &coefficient.to_string());
    let count = count as usize;
    match (rotate, by.negative) {
        (true, false) => digits.rotate_left(count),
        (true, true) => digits.rotate_right(count),
        (false, false) => {
            digits.drain(..count);
            digits.resize(rules.prec as usize, b'0');
        }
        (false, true) => digits.truncate(digits.len() - count),
    }
    let coefficient = if digits.is_empty() { UBig::ZERO } else { number(&digits) };
    Number::finite(a.negative, coefficient, exponent)
}
