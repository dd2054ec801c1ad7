//! Integer arithmetic in Python's spelling: floor division, exact true division, modular powers, bytes and bits.

use dashu_int::fast_div::ConstDivisor;
use dashu_int::ops::{Abs, BitTest, DivRem, ExtendedGcd, Gcd, SquareRoot, UnsignedAbs};

use super::{IBig, Sign, UBig};

/// `divmod(a, b)`: the quotient rounds down and the remainder has the divisor's sign. `None` if `b` is zero.
pub fn div_mod(a: &IBig, b: &IBig) -> Option<(IBig, IBig)> {
    if b.is_zero() {
        return None;
    }
    let (mut quotient, mut remainder) = a.div_rem(b);
    if !remainder.is_zero() && remainder.sign() != b.sign() {
        quotient -= 1;
        remainder += b;
    }
    Some((quotient, remainder))
}

/// `a // b`, or `None` if `b` is zero.
pub fn floor_div(a: &IBig, b: &IBig) -> Option<IBig> {
    if !b.is_zero() && a.sign() == b.sign() {
        return Some(a / b);
    }
    div_mod(a, b).map(|(quotient, _)| quotient)
}

/// `a % b`, or `None` if `b` is zero.
pub fn floor_mod(a: &IBig, b: &IBig) -> Option<IBig> {
    if b.is_zero() {
        return None;
    }
    let remainder = a % b;
    Some(if !remainder.is_zero() && remainder.sign() != b.sign() { remainder + b } else { remainder })
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TrueDivError {
    /// "division by zero"
    ZeroDivision,
    /// "integer division result too large for a float"
    Overflow,
}

/// `a / b` as a float, rounded once, half to even.
pub fn true_div(a: &IBig, b: &IBig) -> Result<f64, TrueDivError> {
    if b.is_zero() {
        return Err(TrueDivError::ZeroDivision);
    }
    if a.is_zero() {
        return Ok(if b.sign() == Sign::Negative { -0.0 } else { 0.0 });
    }
    let negative = a.sign() != b.sign();
    let (a, b) = (a.unsigned_abs(), b.unsigned_abs());
    let (a_bits, b_bits) = (a.bit_len() as i64, b.bit_len() as i64);
    if a_bits - b_bits > 1025 {
        return Err(TrueDivError::Overflow);
    }
    let sign = |magnitude: f64| if negative { -magnitude } else { magnitude };
    if a_bits - b_bits < -1080 {
        return Ok(sign(0.0));
    }
    // A quotient of 63 or 64 bits and a sticky remainder decide every rounding.
    let shift = 63 - (a_bits - b_bits);
    let (quotient, remainder) =
        if shift >= 0 { (a << shift as usize).div_rem(b) } else { a.div_rem(b << shift.unsigned_abs() as usize) };
    let significand = u64::try_from(&quotient).map_err(|_| TrueDivError::Overflow)?;
    super::float_parse::scale_rounded(significand, !remainder.is_zero(), -shift).map(sign).ok_or(TrueDivError::Overflow)
}

/// `float(a)`; `None` if it is too large ("int too large to convert to float").
pub fn to_f64(a: &IBig) -> Option<f64> {
    let (sign, words) = a.as_sign_words();
    let top = words.len().saturating_sub(2);
    if top > 16 {
        return None;
    }
    let high = words[top..].iter().rev().fold(0u128, |acc, &word| acc << 64 | u128::from(word));
    let lead = high.leading_zeros().min(127);
    let aligned = high << lead;
    let sticky = aligned as u64 != 0 || words[..top].iter().any(|&word| word != 0);
    let exponent = top as i64 * 64 + 64 - i64::from(lead);
    let magnitude = super::float_parse::scale_rounded((aligned >> 64) as u64, sticky, exponent)?;
    Some(if sign == Sign::Negative { -magnitude } else { magnitude })
}

/// How an integer compares with a float, exactly; `None` for NaN.
pub fn compare_f64(a: &IBig, b: f64) -> Option<std::cmp::Ordering> {
    use std::cmp::Ordering;
    if b.is_nan() {
        return None;
    }
    if b.is_infinite() {
        return Some(if b > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let whole = super::float_exact::truncate(b);
    Some(a.cmp(&whole).then_with(|| 0.0f64.partial_cmp(&(b - b.trunc())).unwrap_or(Ordering::Equal)))
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PowModError {
    /// "pow() 3rd argument cannot be 0"
    ZeroModulus,
    /// "base is not invertible for the given modulus"
    NotInvertible,
}

/// `pow(base, exponent, modulus)`.
pub fn pow_mod(base: &IBig, exponent: &IBig, modulus: &IBig) -> Result<IBig, PowModError> {
    if modulus.is_zero() {
        return Err(PowModError::ZeroModulus);
    }
    let ring_size: UBig = modulus.unsigned_abs();
    if ring_size.is_one() {
        return Ok(IBig::ZERO);
    }
    let mut base = floor_mod(base, &IBig::from(ring_size.clone())).unwrap_or_default();
    if exponent.sign() == Sign::Negative {
        base = inverse(&base, &ring_size).ok_or(PowModError::NotInvertible)?;
    }
    let ring = ConstDivisor::new(ring_size);
    let residue: UBig = ring.reduce(base.unsigned_abs()).pow(&exponent.unsigned_abs()).residue();
    let result = IBig::from(residue);
    Ok(if modulus.sign() == Sign::Negative && !result.is_zero() { result + modulus } else { result })
}

fn inverse(base: &IBig, modulus: &UBig) -> Option<IBig> {
    if base.is_zero() {
        return None;
    }
    let modulus = IBig::from(modulus.clone());
    let (gcd, coefficient, _) = base.gcd_ext(&modulus);
    if !gcd.is_one() {
        return None;
    }
    floor_mod(&coefficient, &modulus)
}

/// An upper bound of the bits of `base ** exponent`, so that the caller can check limits first.
pub fn pow_bits(base: &IBig, exponent: u64) -> u64 {
    (bit_length(base) as u64).saturating_mul(exponent)
}

/// `base ** exponent`. The caller has checked [`pow_bits`].
pub fn pow(base: &IBig, exponent: usize) -> IBig {
    base.pow(exponent)
}

/// `math.isqrt`; `None` if negative.
pub fn isqrt(a: &IBig) -> Option<IBig> {
    (a.sign() == Sign::Positive).then(|| IBig::from(a.unsigned_abs().sqrt()))
}

pub fn gcd(a: &IBig, b: &IBig) -> IBig {
    if a.is_zero() {
        return b.clone().abs();
    }
    if b.is_zero() {
        return a.clone().abs();
    }
    IBig::from(a.gcd(b))
}

pub fn lcm(a: &IBig, b: &IBig) -> IBig {
    if a.is_zero() || b.is_zero() {
        return IBig::ZERO;
    }
    (a / gcd(a, b) * b).abs()
}

/// `a.bit_length()`.
pub fn bit_length(a: &IBig) -> usize {
    let (_, words) = a.as_sign_words();
    words.last().map_or(0, |top| words.len() * 64 - top.leading_zeros() as usize)
}

/// `a.bit_count()`: the ones of the magnitude.
pub fn bit_count(a: &IBig) -> usize {
    a.as_sign_words().1.iter().map(|word| word.count_ones() as usize).sum()
}

/// `a >> count`, rounding down.
pub fn shift_right(a: &IBig, count: usize) -> IBig {
    let (sign, words) = a.as_sign_words();
    if count / 64 > words.len() {
        return if sign == Sign::Negative { IBig::from(-1) } else { IBig::ZERO };
    }
    a >> count
}

/// `a << count`. The caller has checked the size.
pub fn shift_left(a: &IBig, count: usize) -> IBig {
    a << count
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ToBytesError {
    /// "int too big to convert"
    TooBig,
    /// "can't convert negative int to unsigned"
    NegativeToUnsigned,
}

/// `a.to_bytes(length, order, signed=signed)`.
pub fn to_bytes(a: &IBig, length: usize, big_endian: bool, signed: bool) -> Result<Vec<u8>, ToBytesError> {
    let negative = a.sign() == Sign::Negative;
    if negative && !signed {
        return Err(ToBytesError::NegativeToUnsigned);
    }
    let needed = if signed {
        // -128 fits one byte although its magnitude has eight bits.
        let magnitude = if negative { bit_length(&(a + 1)) } else { bit_length(a) };
        if a.is_zero() { 0 } else { magnitude / 8 + 1 }
    } else {
        bit_length(a).div_ceil(8)
    };
    if needed > length {
        return Err(ToBytesError::TooBig);
    }
    let (_, words) = a.as_sign_words();
    let mut out = Vec::with_capacity(length + 8);
    out.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    out.resize(out.len().max(length), 0);
    out.truncate(length);
    if negative {
        let mut carry = true;
        for byte in &mut out {
            let (inverted, overflow) = (!*byte).overflowing_add(u8::from(carry));
            *byte = inverted;
            carry = overflow;
        }
    }
    if big_endian {
        out.reverse();
    }
    Ok(out)
}

/// `int.from_bytes(bytes, order, signed=signed)`.
pub fn from_bytes(bytes: &[u8], big_endian: bool, signed: bool) -> IBig {
    let top = if big_endian { bytes.first() } else { bytes.last() };
    let negative = signed && top.is_some_and(|byte| byte & 0x80 != 0);
    let magnitude = if big_endian { UBig::from_be_bytes(bytes) } else { UBig::from_le_bytes(bytes) };
    let value = IBig::from(magnitude);
    if negative { value - (IBig::ONE << (bytes.len() * 8)) } else { value }
}

/// The number of zeros below the lowest one; `None` for zero.
pub fn trailing_zeros(a: &IBig) -> Option<usize> {
    a.trailing_zeros()
}

/// Whether bit `index` of the infinite two's complement is set.
pub fn bit(a: &IBig, index: usize) -> bool {
    a.bit(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn big(text: &str) -> IBig {
        text.parse().expect("a number")
    }

    #[test]
    fn floor_semantics() {
        for (a, b, q, r) in [(7, 2, 3, 1), (-7, 2, -4, 1), (7, -2, -4, -1), (-7, -2, 3, -1), (-8, 2, -4, 0)] {
            let (a, b) = (IBig::from(a), IBig::from(b));
            assert_eq!(div_mod(&a, &b), Some((IBig::from(q), IBig::from(r))));
            assert_eq!(floor_div(&a, &b), Some(IBig::from(q)));
            assert_eq!(floor_mod(&a, &b), Some(IBig::from(r)));
        }
        assert_eq!(floor_div(&IBig::ONE, &IBig::ZERO), None);
        assert_eq!(shift_right(&IBig::from(-5), 1), IBig::from(-3));
        assert_eq!(shift_right(&IBig::from(-5), usize::MAX), IBig::from(-1));
    }

    #[test]
    fn division_rounds_once() {
        let ten = IBig::from(10);
        assert_eq!(true_div(&IBig::from(1), &IBig::from(3)), Ok(1.0 / 3.0));
        assert_eq!(true_div(&ten.pow(400), &ten.pow(399)), Ok(10.0));
        assert_eq!(true_div(&IBig::from(-1), &ten.pow(400)), Ok(-0.0));
        assert_eq!(true_div(&ten.pow(400), &IBig::ONE), Err(TrueDivError::Overflow));
        assert_eq!(true_div(&IBig::ONE, &(IBig::ONE << 1074)), Ok(5e-324));
        assert_eq!(true_div(&IBig::ONE, &(IBig::ONE << 1075)), Ok(0.0));
        assert_eq!(true_div(&IBig::from(3), &(IBig::ONE << 1076)), Ok(5e-324));
        assert_eq!(true_div(&((IBig::ONE << 53) + 1), &IBig::ONE), Ok(9007199254740992.0));
        assert_eq!(to_f64(&((IBig::ONE << 53) + 3)), Some(9007199254740996.0));
        assert_eq!(to_f64(&(-(IBig::ONE << 1023))), Some(-(2f64.powi(1023))));
        assert_eq!(to_f64(&((IBig::ONE << 1024) - 1)), None);
        assert_eq!(to_f64(&((IBig::ONE << 200) + (IBig::ONE << 147) + 1)), Some(2f64.powi(200) + 2f64.powi(148)));
        assert_eq!(to_f64(&IBig::ZERO), Some(0.0));
        assert_eq!(to_f64(&(IBig::ONE << 128)), Some(2f64.powi(128)));
    }

    #[test]
    fn modular() {
        let p =
            |b: i64, e: i64, m: i64| pow_mod(&b.into(), &e.into(), &m.into()).map(|v| i64::try_from(v).unwrap_or(-99));
        assert_eq!(p(3, 200, 13), Ok(9));
        assert_eq!(p(3, -1, 7), Ok(5));
        assert_eq!(p(-3, 3, -7), Ok(-6));
        assert_eq!(p(2, -1, 4), Err(PowModError::NotInvertible));
        assert_eq!(p(2, 1, 0), Err(PowModError::ZeroModulus));
        assert_eq!(p(5, 0, 1), Ok(0));
        assert_eq!(p(0, 0, 5), Ok(1));
        assert_eq!(p(0, -1, 1), Ok(0));
    }

    #[test]
    fn bytes() {
        assert_eq!(to_bytes(&IBig::from(-128), 1, true, true), Ok(vec![0x80]));
        assert_eq!(to_bytes(&IBig::from(128), 1, true, true), Err(ToBytesError::TooBig));
        assert_eq!(to_bytes(&IBig::from(-129), 1, true, true), Err(ToBytesError::TooBig));
        assert_eq!(to_bytes(&IBig::from(0), 0, true, true), Ok(vec![]));
        assert_eq!(to_bytes(&IBig::from(258), 3, true, false), Ok(vec![0, 1, 2]));
        assert_eq!(to_bytes(&IBig::from(-2), 10, false, true).map(|b| (b[0], b[9])), Ok((0xFE, 0xFF)));
        assert_eq!(from_bytes(&[0xFE, 0xFF], false, true), IBig::from(-2));
        assert_eq!(from_bytes(&[], false, true), IBig::ZERO);
        assert_eq!(bit_length(&IBig::from(-256)), 9);
        assert_eq!(bit_count(&big("-36893488147419103231")), 65);
        assert_eq!(lcm(&IBig::from(-4), &IBig::from(6)), IBig::from(12));
        assert_eq!(gcd(&IBig::ZERO, &IBig::from(-6)), IBig::from(6));
        assert_eq!(isqrt(&big("1000000000000000000000000000000")), Some(big("1000000000000000")));
    }

    #[test]
    fn comparison_with_floats() {
        use std::cmp::Ordering::*;
        assert_eq!(compare_f64(&((IBig::ONE << 53) + 1), 9007199254740992.0), Some(Greater));
        assert_eq!(compare_f64(&IBig::from(2), 2.5), Some(Less));
        assert_eq!(compare_f64(&IBig::from(-2), -2.5), Some(Greater));
        assert_eq!(compare_f64(&IBig::from(-2), f64::NEG_INFINITY), Some(Greater));
        assert_eq!(compare_f64(&IBig::from(-2), f64::NAN), None);
    }
}
