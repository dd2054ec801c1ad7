//! Operators of `float`, with CPython's corner cases.

use std::cmp::Ordering;

use algo::number::{float_exact, hash, int_math};
use macros::pymethods;

use super::Float;
use crate::error::{Raised, Res};
use crate::objects::int::IntView;
use crate::thread::ThreadState;
use crate::types::CompareOp;
use crate::value::Value;

/// An operand as a double: floats and ints; `None` for anything else (the operation is then not implemented).
#[inline]
pub(crate) fn float_operand(th: &ThreadState, value: &Value) -> Res<Option<f64>> {
    if let Some(number) = value.as_word_float() {
        return Ok(Some(number));
    }
    if let Some(number) = value.as_small_int() {
        return Ok(Some(number as f64));
    }
    if let Some(number) = value.as_float() {
        return Ok(Some(number));
    }
    match value.as_int() {
        None => Ok(None),
        Some(number) => match number.to_f64() {
            Some(number) => Ok(Some(number)),
            None => Err(th.overflow_error("int too large to convert to float")),
        },
    }
}

#[inline]
fn both(th: &ThreadState, a: &Value, b: &Value) -> Res<Option<(f64, f64)>> {
    let Some(a) = float_operand(th, a)? else { return Ok(None) };
    Ok(float_operand(th, b)?.map(|b| (a, b)))
}

#[cold]
fn division_by_zero(th: &ThreadState) -> Raised {
    th.zero_division_error("division by zero")
}

/// Remainder with the divisor's sign. `b` is not zero.
fn float_mod(a: f64, b: f64) -> f64 {
    let remainder = a % b;
    if remainder == 0.0 {
        0.0f64.copysign(b)
    } else if (remainder < 0.0) != (b < 0.0) {
        remainder + b
    } else {
        remainder
    }
}

/// `divmod` of floats; `b` is not zero.
pub(crate) fn float_div_mod(a: f64, b: f64) -> (f64, f64) {
    let remainder = a % b;
    let mut quotient = (a - remainder) / b;
    let mut modulo = remainder;
    if remainder == 0.0 {
        modulo = 0.0f64.copysign(b);
    } else if (remainder < 0.0) != (b < 0.0) {
        modulo += b;
        quotient -= 1.0;
    }
    let whole = if quotient == 0.0 {
        0.0f64.copysign(a / b)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    };
    (whole, modulo)
}

/// `a ** b` of floats; a complex number for a negative base with a fractional exponent.
pub(crate) fn power(th: &ThreadState, a: f64, b: f64) -> Res {
    let odd = || b.abs() % 2.0 == 1.0;
    if b == 0.0 {
        return Ok(th.float(1.0));
    }
    if a.is_nan() {
        return Ok(th.float(a));
    }
    if b.is_nan() {
        return Ok(th.float(if a == 1.0 { 1.0 } else { b }));
    }
    if b.is_infinite() {
        let size = a.abs();
        return Ok(th.float(if size == 1.0 {
            1.0
        } else if (b > 0.0) == (size > 1.0) {
            b.abs()
        } else {
            0.0
        }));
    }
    if a.is_infinite() {
        return Ok(th.float(match (b > 0.0, odd()) {
            (true, true) => a,
            (true, false) => a.abs(),
            (false, true) => 0.0f64.copysign(a),
            (false, false) => 0.0,
        }));
    }
    if a == 0.0 {
        if b < 0.0 {
            return Err(th.zero_division_error("zero to a negative power"));
        }
        return Ok(th.float(if odd() { a } else { 0.0 }));
    }
    let mut base = a;
    let mut negate = false;
    if a < 0.0 {
        if b != b.floor() {
            return crate::objects::complex::power(th, (a, 0.0), (b, 0.0));
        }
        base = -a;
        negate = odd();
    }
    let result = if base == 1.0 { 1.0 } else { base.powf(b) };
    if result.is_infinite() {
        let args = [Value::int32(34), th.str("Numerical result out of range")];
        return Err(th.error_args(&crate::objects::exceptions::OVERFLOW_ERROR, &args));
    }
    Ok(th.float(if negate { -result } else { result }))
}

/// How a float compares with an int, exactly.
fn compare_with_int(a: f64, b: IntView<'_>) -> Option<Ordering> {
    match b {
        IntView::Small(b) if b.unsigned_abs() <= 1 << 53 => a.partial_cmp(&(b as f64)),
        b => int_math::compare_f64(&b.to_big_ref(), a).map(Ordering::reverse),
    }
}

/// Hash of a float value: NaNs hash by identity.
pub(crate) fn float_hash(value: &Value, number: f64) -> i64 {
    hash::hash_float(number).unwrap_or_else(|| algo::siphash::hash_address(value.id() as usize))
}

#[pymethods(extra = arithmetic)]
impl Float {
    #[pyslot]
    fn nb_add(th: &ThreadState, a: &Value, b: &Value) -> Res {
        Ok(both(th, a, b)?.map_or(Value::NOT_IMPLEMENTED, |(a, b)| th.float(a + b)))
    }

    #[pyslot]
    fn nb_subtract(th: &ThreadState, a: &Value, b: &Value) -> Res {
        Ok(both(th, a, b)?.map_or(Value::NOT_IMPLEMENTED, |(a, b)| th.float(a - b)))
    }

    #[pyslot]
    fn nb_multiply(th: &ThreadState, a: &Value, b: &Value) -> Res {
        Ok(both(th, a, b)?.map_or(Value::NOT_IMPLEMENTED, |(a, b)| th.float(a * b)))
    }

    #[pyslot]
    fn nb_true_divide(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match both(th, a, b)? {
            Some((_, 0.0)) => Err(division_by_zero(th)),
            Some((a, b)) => Ok(th.float(a / b)),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_floor_divide(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match both(th, a, b)? {
            Some((_, 0.0)) => Err(division_by_zero(th)),
            Some((a, b)) => Ok(th.float(float_div_mod(a, b).0)),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_remainder(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match both(th, a, b)? {
            Some((_, 0.0)) => Err(division_by_zero(th)),
            Some((a, b)) => Ok(th.float(float_mod(a, b))),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_divmod(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match both(th, a, b)? {
            Some((_, 0.0)) => Err(division_by_zero(th)),
            Some((a, b)) => {
                let (quotient, remainder) = float_div_mod(a, b);
                Ok(th.tuple(&[th.float(quotient), th.float(remainder)]))
            }
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_power(th: &ThreadState, a: &Value, b: &Value, modulus: &Value) -> Res {
        if !modulus.is_none() {
            return Err(th.type_error("pow() 3rd argument not allowed unless all arguments are integers"));
        }
        match both(th, a, b)? {
            Some((a, b)) => power(th, a, b),
            None => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_negative(th: &ThreadState, value: &Value) -> Res {
        Ok(th.float(-value.as_float().unwrap_or_default()))
    }

    #[pyslot(nb_positive, nb_float)]
    pub(super) fn exact(th: &ThreadState, value: &Value) -> Res {
        Ok(if value.is_exactly(&super::FLOAT_TYPE) {
            value.clone()
        } else {
            th.float(value.as_float().unwrap_or_default())
        })
    }

    #[pyslot]
    fn nb_absolute(th: &ThreadState, value: &Value) -> Res {
        Ok(th.float(value.as_float().unwrap_or_default().abs()))
    }

    #[pyslot]
    fn nb_bool(_: &ThreadState, value: &Value) -> Res<bool> {
        Ok(value.as_float() != Some(0.0))
    }

    #[pyslot]
    pub(super) fn nb_int(th: &ThreadState, value: &Value) -> Res {
        let number = value.as_float().unwrap_or_default();
        if number.abs() < 4e18 {
            return Ok(th.int(number as i64));
        }
        check_finite(th, number)?;
        Ok(th.int_from_big(float_exact::truncate(number)))
    }

    #[pyslot]
    fn richcompare(_: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        let Some(number) = a.as_float() else { return Ok(Value::NOT_IMPLEMENTED) };
        let ordering = match (b.as_float(), b.as_int()) {
            (Some(b), _) => number.partial_cmp(&b),
            (None, Some(b)) => compare_with_int(number, b),
            (None, None) => return Ok(Value::NOT_IMPLEMENTED),
        };
        Ok(Value::bool(match ordering {
            Some(ordering) => op.holds(ordering),
            None => op == CompareOp::Ne,
        }))
    }

    #[pyslot]
    fn hash(_: &ThreadState, value: &Value) -> Res<i64> {
        Ok(float_hash(value, value.as_float().unwrap_or_default()))
    }
}

/// Only finite floats are integers.
pub(crate) fn check_finite(th: &ThreadState, number: f64) -> Res<()> {
    if number.is_infinite() {
        return Err(th.overflow_error("cannot convert float infinity to integer"));
    }
    if number.is_nan() {
        return Err(th.value_error("cannot convert float NaN to integer"));
    }
    Ok(())
}
