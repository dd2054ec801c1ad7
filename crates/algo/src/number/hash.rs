//! The numeric hashes: reduction modulo the prime 2^61 - 1, so that equal numbers of different types hash alike.

use super::{IBig, Sign};

/// The hash of infinity (its negative for minus infinity).
pub const HASH_INF: i64 = 314_159;
/// What the imaginary part of a complex number is multiplied by.
pub const HASH_IMAG: i64 = 1_000_003;

const BITS: u32 = 61;
const MODULUS: u64 = (1 << BITS) - 1;

/// A hash is never -1, which tells of an error in the reference's C interface.
#[inline]
fn avoid_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

#[inline]
pub fn hash_i64(value: i64) -> i64 {
    if (0..MODULUS as i64).contains(&value) {
        return value;
    }
    let reduced = (value.unsigned_abs() % MODULUS) as i64;
    avoid_minus_one(if value < 0 { -reduced } else { reduced })
}

pub fn hash_int(value: &IBig) -> i64 {
    let (sign, words) = value.as_sign_words();
    let mut reduced: u64 = 0;
    for &word in words.iter().rev() {
        // reduced * 2^64 + word, and 2^61 is 1 modulo the prime.
        let wide = u128::from(reduced) << 64 | u128::from(word);
        let folded = (wide & u128::from(MODULUS)) + (wide >> BITS & u128::from(MODULUS)) + (wide >> (2 * BITS));
        reduced = (folded % u128::from(MODULUS)) as u64;
    }
    let hash = reduced as i64;
    avoid_minus_one(if sign == Sign::Negative { -hash } else { hash })
}

/// The hash of a float; `None` for NaN, whose hash is its object's.
pub fn hash_float(value: f64) -> Option<i64> {
    if value.is_nan() {
        return None;
    }
    if value.is_infinite() {
        return Some(if value > 0.0 { HASH_INF } else { -HASH_INF });
    }
    let (significand, exponent) = super::float_exact::decompose(value);
    let reduced = significand % MODULUS;
    let shift = exponent.rem_euclid(BITS as i32) as u32;
    // Multiplying by a power of two rotates the 61 bits.
    let rotated = if shift == 0 { reduced } else { (reduced << shift & MODULUS) | reduced >> (BITS - shift) };
    let hash = rotated as i64;
    Some(avoid_minus_one(if value < 0.0 { -hash } else { hash }))
}

/// Combines the hashes of a complex number's parts.
pub fn hash_complex(real: i64, imag: i64) -> i64 {
    avoid_minus_one(real.wrapping_add(HASH_IMAG.wrapping_mul(imag)))
}

/// `hash(numerator / denominator)` as `fractions.Fraction` and `decimal` define it, from the hash of the numerator's
/// magnitude and the inverse of the denominator modulo the prime: multiplication modulo 2^61 - 1.
pub fn mul_mod(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(MODULUS)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_hash_alike() {
        assert_eq!(hash_i64(-1), -2);
        assert_eq!(hash_i64(i64::MIN), -4);
        assert_eq!(hash_int(&(IBig::from(1) << 61)), 1);
        assert_eq!(hash_int(&(IBig::from(10).pow(50))), 619_332_571_178_673_746);
        assert_eq!(hash_float(0.1), Some(230_584_300_921_369_408));
        assert_eq!(hash_float(-1.0), Some(-2));
        assert_eq!(hash_float(1e300), Some(hash_int(&super::super::float_exact::truncate(1e300))));
        assert_eq!(hash_float(5e-324), Some(16_777_216));
        assert_eq!(hash_complex(1, hash_float(2.0).unwrap_or(0)), 2_000_007);
    }
}
