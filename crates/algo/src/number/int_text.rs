//! Integers to text in any base and back: what `int(text, base)`, `str`, `bin`, `oct`, `hex` need.

use super::{IBig, Sign, UBig};

/// An integer that was read: most fit a machine word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ParsedInt {
    Small(i64),
    Big(IBig),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IntParseError {
    /// "invalid literal for int() with base ..."
    Invalid,
    /// More decimal digits than the limit: this many.
    TooManyDigits(usize),
}

/// Reads what `int(text, base)` reads, for text stripped of whitespace with its digits made ASCII. `base` is 0 or 2..=36.
/// `max_digits` guards the bases that are not powers of two (0: no limit).
pub fn parse_int(text: &[u8], base: u32, max_digits: usize) -> Result<ParsedInt, IntParseError> {
    let (negative, mut digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    let prefix = match digits {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    let mut must_be_zero = false;
    let base = match base {
        0 if prefix != 0 => prefix,
        0 => {
            must_be_zero = digits.first() == Some(&b'0');
            10
        }
        base => base,
    };
    if !(2..=36).contains(&base) {
        return Err(IntParseError::Invalid);
    }
    if prefix == base {
        digits = &digits[2..];
        // One underscore may follow the prefix.
        if let Some((b'_', rest)) = digits.split_first() {
            digits = rest;
        }
    }
    let mut small: u64 = 0;
    let mut fits = true;
    let mut count = 0;
    let mut after_digit = false;
    for &byte in digits {
        if byte == b'_' {
            if !after_digit {
                return Err(IntParseError::Invalid);
            }
            after_digit = false;
            continue;
        }
        let digit = (byte as char).to_digit(base).ok_or(IntParseError::Invalid)?;
        if must_be_zero && digit != 0 {
            return Err(IntParseError::Invalid);
        }
        count += 1;
        after_digit = true;
        if fits {
            match small.checked_mul(u64::from(base)).and_then(|v| v.checked_add(u64::from(digit))) {
                Some(next) if next <= i64::MAX as u64 => small = next,
                _ => fits = false,
            }
        }
    }
    if !after_digit {
        return Err(IntParseError::Invalid);
    }
    if max_digits > 0 && count > max_digits && !base.is_power_of_two() {
        return Err(IntParseError::TooManyDigits(count));
    }
    if fits {
        return Ok(ParsedInt::Small(if negative { -(small as i64) } else { small as i64 }));
    }
    let cleaned: Vec<u8> = digits.iter().copied().filter(|&b| b != b'_').collect();
    let text = std::str::from_utf8(&cleaned).map_err(|_| IntParseError::Invalid)?;
    let magnitude = UBig::from_str_radix(text, base).map_err(|_| IntParseError::Invalid)?;
    let sign = if negative { Sign::Negative } else { Sign::Positive };
    Ok(ParsedInt::Big(IBig::from_parts(sign, magnitude)))
}

/// Appends the digits of a machine integer in base 10.
pub fn push_decimal(out: &mut String, value: i64) {
    let mut buffer = [0u8; 20];
    out.push_str(decimal(value, &mut buffer));
}

const PAIRS: [u8; 200] = {
    let mut table = [0; 200];
    let mut i = 0;
    while i < 100 {
        table[2 * i] = b'0' + (i / 10) as u8;
        table[2 * i + 1] = b'0' + (i % 10) as u8;
        i += 1;
    }
    table
};

/// The digits of a machine integer in base 10, in the caller's buffer.
pub fn decimal(value: i64, buffer: &mut [u8; 20]) -> &str {
    let mut rest = value.unsigned_abs();
    let mut at = buffer.len();
    while rest >= 100 {
        let pair = (rest % 100) as usize * 2;
        rest /= 100;
        at -= 2;
        buffer[at..at + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    }
    if rest >= 10 {
        at -= 2;
        let pair = rest as usize * 2;
        buffer[at..at + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    } else {
        at -= 1;
        buffer[at] = b'0' + rest as u8;
    }
    if value < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    // Only digits and a sign were written.
    std::str::from_utf8(&buffer[at..]).unwrap_or_default()
}

/// The text of a machine integer in base 2, 8, 10 or 16 (or any other up to 36), without a prefix.
pub fn small_to_text(value: i64, base: u32) -> String {
    if base == 10 {
        let mut buffer = [0u8; 20];
        return decimal(value, &mut buffer).to_owned();
    }
    let base = u64::from(base.clamp(2, 36));
    let mut digits = [0u8; 65];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b"0123456789abcdefghijklmnopqrstuvwxyz"[(rest % base) as usize];
        rest /= base;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    digits[at..].iter().map(|&b| b as char).collect()
}

/// The text of a big integer in a base from 2 to 36, without a prefix. Decimal is as fast as multiplication is; the
/// caller guards its size.
pub fn big_to_text(value: &IBig, base: u32) -> String {
    match base {
        10 => value.to_string(),
        base => value.in_radix(base.clamp(2, 36) as u8).to_string(),
    }
}

/// An upper bound of the decimal digits of a big integer, cheap enough for the guard against slow conversions.
pub fn decimal_digits_bound(value: &IBig) -> usize {
    (super::int_math::bit_length(value) as u128 * 30_103 / 100_000 + 1) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals() {
        use IntParseError::*;
        for (text, base, expected) in [
            ("0x_1", 0, Ok(1)),
            ("0_1", 0, Err(Invalid)),
            ("00", 0, Ok(0)),
            ("01", 0, Err(Invalid)),
            ("01", 10, Ok(1)),
            ("0b1", 2, Ok(1)),
            ("0b1", 3, Err(Invalid)),
            ("0x", 16, Err(Invalid)),
            ("1_0", 10, Ok(10)),
            ("-0x1f", 16, Ok(-31)),
            ("-  1", 10, Err(Invalid)),
            ("", 10, Err(Invalid)),
            ("+-1", 10, Err(Invalid)),
            ("zz", 36, Ok(1295)),
            ("0_0", 0, Ok(0)),
            ("0b12", 0, Err(Invalid)),
            ("1__0", 10, Err(Invalid)),
            ("_1", 10, Err(Invalid)),
            ("1_", 10, Err(Invalid)),
            ("0b_1", 2, Ok(1)),
            ("0b", 36, Ok(11)),
            ("0", 0, Ok(0)),
            ("-9223372036854775807", 10, Ok(-i64::MAX)),
        ] {
            assert_eq!(parse_int(text.as_bytes(), base, 0), expected.map(ParsedInt::Small), "{text} {base}");
        }
        assert_eq!(parse_int(b"9223372036854775808", 10, 0), Ok(ParsedInt::Big(IBig::from(1u64 << 63))));
        assert_eq!(parse_int(b"1234_5", 10, 4), Err(TooManyDigits(5)));
        assert_eq!(parse_int(b"0x12345", 16, 4), Ok(ParsedInt::Small(0x12345)));
    }

    #[test]
    fn text() {
        assert_eq!(small_to_text(i64::MIN, 10), "-9223372036854775808");
        assert_eq!(small_to_text(i64::MIN, 2).len(), 65);
        assert_eq!(small_to_text(-255, 16), "-ff");
        assert_eq!(big_to_text(&(IBig::ONE << 64), 16), "10000000000000000");
        assert_eq!(big_to_text(&-(IBig::ONE << 64), 10), "-18446744073709551616");
        for value in [0, 7, 10, 99, 100, 12345, -1, -10] {
            let mut out = String::new();
            push_decimal(&mut out, value);
            assert_eq!(out, value.to_string());
        }
    }
}
