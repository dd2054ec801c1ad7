//! Decimal numbers as text.

use dashu_int::UBig;

use super::{Kind, Number, digits_of};

/// Reads a number: ASCII without spaces or underscores.
pub fn parse(text: &[u8]) -> Option<Number> {
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if rest.eq_ignore_ascii_case(b"inf") || rest.eq_ignore_ascii_case(b"infinity") {
        return Some(Number::infinity(negative));
    }
    let (signaling, word) = match rest {
        [b's' | b'S', word @ ..] => (true, word),
        word => (false, word),
    };
    if let Some((nan, payload)) = word.split_at_checked(3)
        && nan.eq_ignore_ascii_case(b"nan")
    {
        let payload = if payload.is_empty() { UBig::ZERO } else { integer(payload)? };
        return Some(Number { negative, kind: Kind::Nan { payload, signaling } });
    }
    if signaling {
        return None;
    }
    let (mantissa, power) = match rest.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => (&rest[..at], parse_exponent(&rest[at + 1..])?),
        None => (rest, 0),
    };
    let (whole, fraction) = match mantissa.iter().position(|&byte| byte == b'.') {
        Some(at) => (&mantissa[..at], &mantissa[at + 1..]),
        None => (mantissa, &[][..]),
    };
    let all = [whole, fraction].concat();
    let exponent = power.saturating_sub(fraction.len() as i64);
    Some(Number::finite(negative, integer(&all)?, exponent))
}

/// At least one digit.
fn integer(digits: &[u8]) -> Option<UBig> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    UBig::from_str_radix(std::str::from_utf8(digits).ok()?, 10).ok()
}

/// An exponent; those that no context allows are cut to a bound that none allows either.
fn parse_exponent(text: &[u8]) -> Option<i64> {
    const BOUND: i64 = 2_000_000_000_000_000_000;
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let step = |value: i64, byte: &u8| value.saturating_mul(10).saturating_add(i64::from(byte - b'0')).min(BOUND);
    let value = digits.iter().fold(0, step);
    Some(if negative { -value } else { value })
}

/// The scientific or engineering text.
pub fn to_text(number: &Number, engineering: bool, capitals: bool) -> String {
    let mut out = String::with_capacity(32);
    if number.negative {
        out.push('-');
    }
    let (coefficient, exponent) = match &number.kind {
        Kind::Infinite => {
            out.push_str("Infinity");
            return out;
        }
        Kind::Nan { payload, signaling } => {
            out.push_str(if *signaling { "sNaN" } else { "NaN" });
            if !payload.is_zero() {
                out.push_str(&payload.to_string());
            }
            return out;
        }
        Kind::Finite { coefficient, exponent } => (coefficient, *exponent),
    };
    let digits = coefficient.to_string();
    let length = digits_of(coefficient);
    let left = exponent + length;
    // Where the point stands among the digits.
    let place = if exponent <= 0 && left > -6 {
        left
    } else if !engineering {
        1
    } else if coefficient.is_zero() {
        (left + 1).rem_euclid(3) - 1
    } else {
        (left - 1).rem_euclid(3) + 1
    };
    push_digits(&mut out, &digits, place);
    if left != place {
        out.push(if capitals { 'E' } else { 'e' });
        out.push_str(&format!("{:+}", left - place));
    }
    out
}

/// Writes digits with the point at `place`, padded with zeros on either side.
pub fn push_digits(out: &mut String, digits: &str, place: i64) {
    let length = digits.len() as i64;
    if place <= 0 {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', (-place) as usize));
        out.push_str(digits);
    } else if place >= length {
        out.push_str(digits);
        out.extend(std::iter::repeat_n('0', (place - length) as usize));
    } else {
        let (whole, fraction) = digits.split_at(place as usize);
        out.push_str(whole);
        out.push('.');
        out.push_str(fraction);
    }
}
