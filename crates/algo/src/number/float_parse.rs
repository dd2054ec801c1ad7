//! Text to floats: what `float()` and `float.fromhex()` accept, and `float.hex()` on the way out.

/// Reads what `float()` reads: whitespace must be stripped and digits ASCII already. Underscores may stand between digits.
pub fn parse_float(text: &[u8]) -> Option<f64> {
    let mut cleaned = Vec::new();
    let text = if text.contains(&b'_') {
        cleaned.reserve(text.len());
        for (i, &b) in text.iter().enumerate() {
            if b == b'_' {
                let before = i.checked_sub(1).and_then(|j| text.get(j)).is_some_and(u8::is_ascii_digit);
                let after = text.get(i + 1).is_some_and(u8::is_ascii_digit);
                if !(before && after) {
                    return None;
                }
            } else {
                cleaned.push(b);
            }
        }
        &cleaned[..]
    } else {
        text
    };
    match parse_float_prefix(text) {
        Some((value, used)) if used == text.len() => Some(value),
        _ => None,
    }
}

/// Reads the longest float at the start of `text` (no underscores): the value and the number of bytes used.
pub fn parse_float_prefix(text: &[u8]) -> Option<(f64, usize)> {
    let (negative, start) = sign(text);
    let rest = &text[start..];
    if let Some((value, used)) = special(rest) {
        return Some((if negative { -value } else { value }, start + used));
    }
    let digits = |from: usize| rest[from.min(rest.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
    let whole = digits(0);
    let mut end = whole;
    let mut fraction = 0;
    if rest.get(end) == Some(&b'.') {
        fraction = digits(end + 1);
        if whole + fraction > 0 {
            end += 1 + fraction;
        }
    }
    if whole + fraction == 0 {
        return None;
    }
    if matches!(rest.get(end), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(rest.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + signed);
        if exponent > 0 {
            end += 1 + signed + exponent;
        }
    }
    let value: f64 = std::str::from_utf8(&rest[..end]).ok()?.parse().ok()?;
    Some((if negative { -value } else { value }, start + end))
}

fn sign(text: &[u8]) -> (bool, usize) {
    match text.first() {
        Some(b'-') => (true, 1),
        Some(b'+') => (false, 1),
        _ => (false, 0),
    }
}

/// `inf`, `infinity`, `nan` in any case, without a sign.
fn special(text: &[u8]) -> Option<(f64, usize)> {
    let starts = |word: &[u8]| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    if starts(b"infinity") {
        Some((f64::INFINITY, 8))
    } else if starts(b"inf") {
        Some((f64::INFINITY, 3))
    } else if starts(b"nan") {
        Some((f64::NAN, 3))
    } else {
        None
    }
}

/// `value.hex()`.
pub fn hex_float(value: f64) -> String {
    if !value.is_finite() {
        return super::float::repr_float(value);
    }
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = ((bits >> 52) & 0x7FF) as i64;
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let (lead, exponent) = if biased == 0 { (0, -1022) } else { (1, biased - 1023) };
    format!("{sign}0x{lead}.{fraction:013x}p{exponent:+}")
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HexError {
    /// "invalid hexadecimal floating-point string"
    Invalid,
    /// "hexadecimal value too large to represent as a float"
    TooLarge,
}

/// `float.fromhex(text)` for text that is stripped of whitespace already.
pub fn parse_hex_float(text: &[u8]) -> Result<f64, HexError> {
    let (negative, start) = sign(text);
    let mut rest = &text[start..];
    if let Some((value, used)) = special(rest) {
        return if used == rest.len() { Ok(if negative { -value } else { value }) } else { Err(HexError::Invalid) };
    }
    if rest.get(..2).is_some_and(|head| head.eq_ignore_ascii_case(b"0x")) {
        rest = &rest[2..];
    }
    // The first 64 bits of the significand and whether anything nonzero came after; the rest only moves the exponent.
    let mut significand: u64 = 0;
    let mut sticky = false;
    let mut exponent: i64 = 0;
    let mut any = false;
    let mut after_point = false;
    let mut used = 0;
    for &b in rest {
        let digit = match b {
            b'.' if !after_point => {
                after_point = true;
                used += 1;
                continue;
            }
            _ => match (b as char).to_digit(16) {
                Some(digit) => digit,
                None => break,
            },
        };
        used += 1;
        any = true;
        if significand >> 60 == 0 {
            significand = significand << 4 | u64::from(digit);
            exponent -= if after_point { 4 } else { 0 };
        } else {
            sticky |= digit != 0;
            exponent += if after_point { 0 } else { 4 };
        }
    }
    if !any {
        return Err(HexError::Invalid);
    }
    rest = &rest[used..];
    if matches!(rest.first(), Some(b'p' | b'P')) {
        let (exponent_negative, signed) = sign(&rest[1..]);
        let digits = &rest[1 + signed..];
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(HexError::Invalid);
        }
        let mut written: i64 = 0;
        for &b in digits {
            written = (written * 10 + i64::from(b - b'0')).min(1 << 58);
        }
        exponent += if exponent_negative { -written } else { written };
        rest = &[];
    }
    if !rest.is_empty() {
        return Err(HexError::Invalid);
    }
    let magnitude = scale_rounded(significand, sticky, exponent).ok_or(HexError::TooLarge)?;
    Ok(if negative { -magnitude } else { magnitude })
}

/// `(significand + sticky bit) * 2^exponent` rounded half to even; `None` if it overflows.
pub(super) fn scale_rounded(significand: u64, sticky: bool, exponent: i64) -> Option<f64> {
    if significand == 0 {
        return Some(0.0);
    }
    let shift = significand.leading_zeros();
    let normal = significand << shift;
    // The value lies in [2^top, 2^(top + 1)).
    let top = exponent.saturating_sub(i64::from(shift)).saturating_add(63);
    if top > 1023 {
        return None;
    }
    if top < -1080 {
        return Some(0.0);
    }
    let keep = if top >= -1022 { 53 } else { 53 - (-1022 - top) };
    if keep < 0 {
        return Some(0.0);
    }
    let drop = 64 - keep as u32;
    let kept = if drop == 64 { 0 } else { normal >> drop };
    let lost = if drop == 64 { normal } else { normal & ((1 << drop) - 1) };
    let half = 1u64 << (drop - 1);
    let up = lost > half || (lost == half && (sticky || kept & 1 == 1));
    let rounded = kept + u64::from(up);
    // `rounded` units of 2^(top - keep + 1); adding it to the exponent field carries by itself.
    let bits = if top >= -1022 { (((top + 1022) as u64) << 52) + rounded } else { rounded };
    let value = f64::from_bits(bits);
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal() {
        for (text, expected) in [
            ("1_0.0", Some(10.0)),
            ("1__0", None),
            ("_1", None),
            ("1_", None),
            ("1_.0", None),
            ("1e1_0", Some(1e10)),
            ("in_f", None),
            ("0x1p3", None),
            ("1e", None),
            (".", None),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            ("+.5e-3", Some(0.0005)),
            ("-inf", Some(f64::NEG_INFINITY)),
            ("Infinity", Some(f64::INFINITY)),
            ("1e400", Some(f64::INFINITY)),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(parse_float(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(parse_float_prefix(b"1.5e+x"), Some((1.5, 3)));
    }

    #[test]
    fn hexadecimal() {
        for (text, expected) in [
            ("0x1p3", Ok(8.0)),
            ("1.8", Ok(1.5)),
            (".8p1", Ok(1.0)),
            ("0x.p1", Err(HexError::Invalid)),
            ("0xp1", Err(HexError::Invalid)),
            ("0x1p", Err(HexError::Invalid)),
            ("0x1p1024", Err(HexError::TooLarge)),
            ("0x1p-1075", Ok(0.0)),
            ("0x1.8p-1075", Ok(5e-324)),
            ("0x1.fffffffffffff8p1023", Err(HexError::TooLarge)),
            ("0x1.fffffffffffff7ffffp1023", Ok(f64::MAX)),
            ("0x0p99999999999999999999", Ok(0.0)),
            ("0x0.0000000000001p-1022", Ok(5e-324)),
            ("0x1.fffffffffffffp-1023", Ok(f64::MIN_POSITIVE)),
            ("0x10000000000000000000000000p-100", Ok(1.0)),
            ("-0x1.8p1", Ok(-3.0)),
            ("0x1.00000000000008p0", Ok(1.0)),
            ("0x1.000000000000080000001p0", Ok(1.0 + f64::EPSILON)),
        ] {
            assert_eq!(parse_hex_float(text.as_bytes()), expected, "{text}");
        }
        for (value, expected) in [
            (1.5, "0x1.8000000000000p+0"),
            (5e-324, "0x0.0000000000001p-1022"),
            (-0.0, "-0x0.0p+0"),
            (1e300, "0x1.7e43c8800759cp+996"),
        ] {
            assert_eq!(hex_float(value), expected);
            assert_eq!(parse_hex_float(expected.as_bytes()), Ok(value));
        }
    }
}
