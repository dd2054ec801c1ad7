//! Operators of `int`: on machine words where both operands fit one, else on big integers.

use std::cmp::Ordering;

use algo::number::int_math;
use dashu_int::IBig;
use macros::pymethods;

use super::{Int, IntView};
use crate::error::{Raised, Res};
use crate::thread::ThreadState;
use crate::types::CompareOp;
use crate::value::Value;

/// Results with more bits are not tried: MemoryError.
const MAX_BITS: u64 = 1 << 34;

type Views<'a> = (IntView<'a>, IntView<'a>);

#[inline]
fn both<'a>(a: &'a Value, b: &'a Value) -> Option<Views<'a>> {
    Some((a.as_int()?, b.as_int()?))
}

#[cold]
fn division_by_zero(th: &ThreadState) -> Raised {
    th.zero_division_error("division by zero")
}

/// Quotient rounded down and remainder with the divisor's sign; `None` if the quotient overflows. `b` is not zero.
#[inline]
pub(crate) fn floor_div_mod(a: i64, b: i64) -> Option<(i64, i64)> {
    let (quotient, remainder) = (a.checked_div(b)?, a % b);
    if remainder != 0 && (remainder < 0) != (b < 0) {
        Some((quotient - 1, remainder + b))
    } else {
        Some((quotient, remainder))
    }
}

/// How two ints compare.
pub(crate) fn compare(a: IntView<'_>, b: IntView<'_>) -> Ordering {
    match (a, b) {
        (IntView::Small(a), IntView::Small(b)) => a.cmp(&b),
        (IntView::Small(_), IntView::Big(b)) => {
            if IntView::Big(b).is_negative() {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        }
        (IntView::Big(a), IntView::Small(_)) => {
            if IntView::Big(a).is_negative() {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
        (IntView::Big(a), IntView::Big(b)) => a.cmp(b),
    }
}

fn bits(number: IntView<'_>) -> u64 {
    match number {
        IntView::Small(number) => u64::from(64 - number.unsigned_abs().leading_zeros()),
        IntView::Big(number) => int_math::bit_length(number) as u64,
    }
}

fn check_bits(th: &ThreadState, bits: u64) -> Res<()> {
    if bits > MAX_BITS { Err(th.memory_error()) } else { Ok(()) }
}

fn divmod(th: &ThreadState, (a, b): Views<'_>) -> Res<(Value, Value)> {
    if b.is_zero() {
        return Err(division_by_zero(th));
    }
    if let (IntView::Small(a), IntView::Small(b)) = (a, b)
        && let Some((quotient, remainder)) = floor_div_mod(a, b)
    {
        return Ok((th.int(quotient), th.int(remainder)));
    }
    match int_math::div_mod(&a.to_big_ref(), &b.to_big_ref()) {
        Some((quotient, remainder)) => Ok((th.int_from_big(quotient), th.int_from_big(remainder))),
        None => Err(division_by_zero(th)),
    }
}

/// `a ** b`, with a float result for negative exponents.
fn power(th: &ThreadState, a: IntView<'_>, b: IntView<'_>) -> Res {
    if b.is_negative() {
        let float =
            |number: IntView<'_>| number.to_f64().ok_or_else(|| th.overflow_error("int too large to convert to float"));
        return crate::objects::float::power(th, float(a)?, float(b)?);
    }
    match (a, b) {
        (_, IntView::Small(0)) => return Ok(Value::int32(1)),
        (IntView::Small(0 | 1), _) => return Ok(th.int(a.to_i64().unwrap_or(0))),
        (IntView::Small(-1), _) => {
            let odd = match b {
                IntView::Small(number) => number & 1 == 1,
                IntView::Big(number) => int_math::bit(number, 0),
            };
            return Ok(Value::int32(if odd { -1 } else { 1 }));
        }
        _ => {}
    }
    let IntView::Small(exponent) = b else { return Err(th.memory_error()) };
    if let IntView::Small(base) = a
        && let Some(result) = u32::try_from(exponent).ok().and_then(|exponent| base.checked_pow(exponent))
    {
        return Ok(th.int(result));
    }
    let power_of_two = matches!(a, IntView::Small(2));
    check_bits(th, (bits(a) - u64::from(power_of_two)).saturating_mul(exponent as u64))?;
    if power_of_two {
        return Ok(th.int_from_big(IBig::ONE << exponent as usize));
    }
    Ok(th.int_from_big(int_math::pow(&a.to_big_ref(), exponent as usize)))
}

fn power_modulo(th: &ThreadState, a: IntView<'_>, b: IntView<'_>, modulus: IntView<'_>) -> Res {
    if let (IntView::Small(base), IntView::Small(exponent), IntView::Small(modulus @ 1..)) = (a, b, modulus)
        && exponent >= 0
        && modulus <= i64::from(u32::MAX)
    {
        let modulus = modulus as u64;
        let (mut base, mut exponent, mut result) =
            (base.rem_euclid(modulus as i64) as u64, exponent as u64, 1 % modulus);
        while exponent > 0 {
            if exponent & 1 == 1 {
                result = result * base % modulus;
            }
            base = base * base % modulus;
            exponent >>= 1;
        }
        return Ok(th.int(result as i64));
    }
    match int_math::pow_mod(&a.to_big_ref(), &b.to_big_ref(), &modulus.to_big_ref()) {
        Ok(result) => Ok(th.int_from_big(result)),
        Err(int_math::PowModError::ZeroModulus) => Err(th.value_error("pow() 3rd argument cannot be 0")),
        Err(int_math::PowModError::NotInvertible) => {
            Err(th.value_error("base is not invertible for the given modulus"))
        }
    }
}

fn shift_left(th: &ThreadState, a: IntView<'_>, count: IntView<'_>) -> Res {
    if count.is_negative() {
        return Err(th.value_error("negative shift count"));
    }
    if a.is_zero() {
        return Ok(Value::int32(0));
    }
    let IntView::Small(count) = count else { return Err(th.overflow_error("too many digits in integer")) };
    if let IntView::Small(number) = a
        && count < 63
        && number << count >> count == number
    {
        return Ok(th.int(number << count));
    }
    check_bits(th, bits(a).saturating_add(count as u64))?;
    Ok(th.int_from_big(int_math::shift_left(&a.to_big_ref(), count as usize)))
}

fn shift_right(th: &ThreadState, a: IntView<'_>, count: IntView<'_>) -> Res {
    if count.is_negative() {
        return Err(th.value_error("negative shift count"));
    }
    match (a, count) {
        (IntView::Small(number), IntView::Small(count)) => Ok(th.int(number >> count.min(63))),
        (IntView::Big(number), IntView::Small(count)) => {
            Ok(th.int_from_big(int_math::shift_right(number, count as usize)))
        }
        (a, IntView::Big(_)) => Ok(Value::int32(if a.is_negative() { -1 } else { 0 })),
    }
}

fn true_divide(th: &ThreadState, (a, b): Views<'_>) -> Res {
    const EXACT: u64 = 1 << 53;
    if let (IntView::Small(a), IntView::Small(b)) = (a, b)
        && b != 0
        && a.unsigned_abs() <= EXACT
        && b.unsigned_abs() <= EXACT
    {
        return Ok(th.float(a as f64 / b as f64));
    }
    match int_math::true_div(&a.to_big_ref(), &b.to_big_ref()) {
        Ok(quotient) => Ok(th.float(quotient)),
        Err(int_math::TrueDivError::ZeroDivision) => Err(division_by_zero(th)),
        Err(int_math::TrueDivError::Overflow) => {
            Err(th.overflow_error("integer division result too large for a float"))
        }
    }
}

#[pymethods(extra = arithmetic)]
impl Int {
    #[pyslot]
    fn nb_add(th: &ThreadState, a: &Value, b: &Value) -> Res {
        if let (Some(a), Some(b)) = (a.as_small_int(), b.as_small_int()) {
            return Ok(th.int(a + b));
        }
        match both(a, b) {
            Some((IntView::Small(a), IntView::Small(b))) if a.checked_add(b).is_some() => Ok(th.int(a + b)),
            Some((a, b)) => Ok(th.int_from_big(&*a.to_big_ref() + &*b.to_big_ref())),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_subtract(th: &ThreadState, a: &Value, b: &Value) -> Res {
        if let (Some(a), Some(b)) = (a.as_small_int(), b.as_small_int()) {
            return Ok(th.int(a - b));
        }
        match both(a, b) {
            Some((IntView::Small(a), IntView::Small(b))) if a.checked_sub(b).is_some() => Ok(th.int(a - b)),
            Some((a, b)) => Ok(th.int_from_big(&*a.to_big_ref() - &*b.to_big_ref())),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_multiply(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match both(a, b) {
            Some((IntView::Small(a), IntView::Small(b))) => match a.checked_mul(b) {
                Some(product) => Ok(th.int(product)),
                None => Ok(th.int_from_big(IBig::from(i128::from(a) * i128::from(b)))),
            },
            Some((a, b)) => {
                check_bits(th, bits(a) + bits(b))?;
                Ok(th.int_from_big(&*a.to_big_ref() * &*b.to_big_ref()))
            }
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_floor_divide(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match both(a, b) {
            Some(views) => Ok(divmod(th, views)?.0),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_remainder(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match both(a, b) {
            Some(views) => Ok(divmod(th, views)?.1),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_divmod(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match both(a, b) {
            Some(views) => {
                let (quotient, remainder) = divmod(th, views)?;
                Ok(th.tuple(&[quotient, remainder]))
            }
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_true_divide(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match both(a, b) {
            Some(views) => true_divide(th, views),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_power(th: &ThreadState, a: &Value, b: &Value, modulus: &Value) -> Res {
        let Some((a, b)) = both(a, b) else { return Ok(Value::NOT_IMPLEMENTED) };
        if modulus.is_none() {
            return power(th, a, b);
        }
        match modulus.as_int() {
            Some(modulus) => power_modulo(th, a, b, modulus),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_lshift(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match both(a, b) {
            Some((a, b)) => shift_left(th, a, b),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_rshift(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match both(a, b) {
            Some((a, b)) => shift_right(th, a, b),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    pub(super) fn nb_and(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match both(a, b) {
            Some((IntView::Small(a), IntView::Small(b))) => Ok(th.int(a & b)),
            Some((a, b)) => Ok(th.int_from_big(&*a.to_big_ref() & &*b.to_big_ref())),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    pub(super) fn nb_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match both(a, b) {
            Some((IntView::Small(a), IntView::Small(b))) => Ok(th.int(a | b)),
            Some((a, b)) => Ok(th.int_from_big(&*a.to_big_ref() | &*b.to_big_ref())),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    pub(super) fn nb_xor(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match both(a, b) {
            Some((IntView::Small(a), IntView::Small(b))) => Ok(th.int(a ^ b)),
            Some((a, b)) => Ok(th.int_from_big(&*a.to_big_ref() ^ &*b.to_big_ref())),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_negative(th: &ThreadState, value: &Value) -> Res {
        Ok(match value.as_int() {
            Some(IntView::Small(number)) if number != i64::MIN => th.int(-number),
            Some(number) => th.int_from_big(-number.to_big()),
            None => Value::NOT_IMPLEMENTED,
        })
    }

    #[pyslot(nb_positive, nb_int, nb_index)]
    fn exact(th: &ThreadState, value: &Value) -> Res {
        Ok(super::exact(th, value))
    }

    #[pyslot]
    fn nb_absolute(th: &ThreadState, value: &Value) -> Res {
        match value.as_int() {
            Some(number) if number.is_negative() => Int::nb_negative(th, value),
            _ => Ok(super::exact(th, value)),
        }
    }

    #[pyslot]
    pub(super) fn nb_invert(th: &ThreadState, value: &Value) -> Res {
        Ok(match value.as_int() {
            Some(IntView::Small(number)) => th.int(!number),
            Some(IntView::Big(number)) => th.int_from_big(-(number + IBig::ONE)),
            None => Value::NOT_IMPLEMENTED,
        })
    }

    #[pyslot]
    fn nb_bool(_: &ThreadState, value: &Value) -> Res<bool> {
        Ok(value.as_int().is_some_and(|number| !number.is_zero()))
    }

    #[pyslot]
    fn nb_float(th: &ThreadState, value: &Value) -> Res {
        match value.as_int().and_then(IntView::to_f64) {
            Some(number) => Ok(th.float(number)),
            None => Err(th.overflow_error("int too large to convert to float")),
        }
    }

    #[pyslot]
    fn richcompare(_: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        match both(a, b) {
            Some((a, b)) => Ok(Value::bool(op.holds(compare(a, b)))),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn hash(_: &ThreadState, value: &Value) -> Res<i64> {
        Ok(match value.as_int() {
            Some(IntView::Small(number)) => algo::number::hash::hash_i64(number),
            Some(IntView::Big(number)) => algo::number::hash::hash_int(number),
            None => 0,
        })
    }
}
