//! `math`: functions of real numbers and of integers.

use std::borrow::Cow;

use algo::number::float::repr_float;
use algo::number::special::{self, Undefined};
use algo::number::sums::{ExactSum, ProductSum, SumError, norm};
use algo::number::{IBig, counting, float_exact, int_math};
use macros::pymodule;
use runtime::objects::int::{INT_TYPE, IntView};
use runtime::protocol::numbers::BinaryOp;
use runtime::{Raised, Res, ThreadState, Value};

use crate::support::check_interrupts;

#[cold]
fn domain(th: &ThreadState) -> Raised {
    th.value_error("math domain error")
}

#[cold]
fn range(th: &ThreadState) -> Raised {
    th.overflow_error("math range error")
}

/// "expected a nonnegative input, got -1.0"
#[cold]
fn expected(th: &ThreadState, what: &str, x: f64) -> Raised {
    th.value_error(format_args!("expected {what}, got {}", repr_float(x)))
}

/// The result of a function that is finite wherever it is defined; `what` it is defined for.
#[inline(always)]
fn defined(th: &ThreadState, x: f64, result: f64, what: &str) -> Res<f64> {
    if result.is_finite() || (result.is_nan() && x.is_nan()) || (result.is_infinite() && !x.is_finite()) {
        return Ok(result);
    }
    Err(expected(th, what, x))
}

/// The result of a function that is infinite only when it overflows.
#[inline(always)]
fn in_range(th: &ThreadState, x: f64, result: f64) -> Res<f64> {
    if result.is_infinite() && x.is_finite() { Err(range(th)) } else { Ok(result) }
}

const NOT_POLE: &str = "a noninteger or positive integer";

fn gamma_family(th: &ThreadState, x: f64, result: Result<f64, Undefined>) -> Res<f64> {
    result.map_err(|why| match why {
        Undefined::Domain => expected(th, NOT_POLE, x),
        Undefined::Overflow => range(th),
    })
}

/// A float as an int: it must be a whole number.
fn whole(th: &ThreadState, x: f64) -> Res {
    if x.abs() < 4e18 {
        return Ok(th.int(x as i64));
    }
    if x.is_nan() {
        return Err(th.value_error("cannot convert float NaN to integer"));
    }
    if x.is_infinite() {
        return Err(th.overflow_error("cannot convert float infinity to integer"));
    }
    Ok(th.int_from_big(float_exact::truncate(x)))
}

/// The logarithm of any real number; ints of any size keep their precision.
fn logarithm(th: &ThreadState, value: &Value, log: fn(f64) -> f64) -> Res<f64> {
    if let Some(number) = value.as_int() {
        if number.is_negative() || number.is_zero() {
            return Err(th.value_error("expected a positive input"));
        }
        return Ok(match (number, number.to_f64()) {
            (_, Some(number)) => log(number),
            (IntView::Big(number), None) => {
                let exponent = int_math::bit_length(number);
                let shifted = int_math::shift_right(number, exponent - 64);
                // The bits that fell off decide only between equal neighbours.
                let sticky =
                    IBig::from(int_math::trailing_zeros(number).is_some_and(|zeros| zeros < exponent - 64) as u8);
                let mantissa = int_math::to_f64(&(shifted | sticky)).unwrap_or(1.0) / 18_446_744_073_709_551_616.0;
                let (mantissa, carried) = float_exact::frexp(mantissa);
                log(mantissa) + log(2.0) * (exponent as f64 + f64::from(carried))
            }
            (IntView::Small(_), None) => 0.0,
        });
    }
    let x = th.to_f64(value)?;
    if x > 0.0 {
        return Ok(log(x));
    }
    if x.is_nan() { Ok(x) } else { Err(expected(th, "a positive input", x)) }
}

/// The coordinates of a point given as any iterable.
fn coordinates(th: &ThreadState, point: &Value) -> Res<Vec<Value>> {
    match point.as_tuple() {
        Some(tuple) => Ok(tuple.as_slice().to_vec()),
        None => th.collect(point),
    }
}

/// `greatest(a, b)` over many integers, small ones without allocation.
fn fold_integers(
    th: &ThreadState,
    integers: &[Value],
    start: i64,
    small: fn(i64, i64) -> Option<i64>,
    big: fn(&IBig, &IBig) -> IBig,
) -> Res {
    let mut result = IBig::from(start);
    let mut word = Some(start);
    for value in integers {
        let value = th.index(value)?;
        let Some(number) = value.as_int() else { continue };
        if let (Some(a), IntView::Small(b)) = (word, number)
            && let Some(next) = small(a, b)
        {
            word = Some(next);
            continue;
        }
        let a = match word {
            Some(a) => Cow::Owned(IBig::from(a)),
            None => Cow::Borrowed(&result),
        };
        let next = big(&a, &number.to_big_ref());
        word = i64::try_from(&next).ok();
        result = next;
        check_interrupts(th)?;
    }
    Ok(match word {
        Some(word) => th.int(word),
        None => th.int_from_big(result),
    })
}

/// The greatest common divisor of machine words.
pub fn small_gcd(a: i64, b: i64) -> Option<i64> {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    if a == 0 || b == 0 {
        return i64::try_from(a | b).ok();
    }
    let shift = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    loop {
        b >>= b.trailing_zeros();
        if a > b {
            std::mem::swap(&mut a, &mut b);
        }
        b -= a;
        if b == 0 {
            return i64::try_from(a << shift).ok();
        }
    }
}

fn small_lcm(a: i64, b: i64) -> Option<i64> {
    if a == 0 || b == 0 {
        return Some(0);
    }
    (a / small_gcd(a, b)?).checked_mul(b)?.checked_abs()
}

/// An integer argument that may not be negative.
fn natural(th: &ThreadState, value: &Value, name: &str) -> Res {
    let index = th.index(value)?;
    if index.as_int().is_some_and(IntView::is_negative) {
        return Err(th.value_error(format_args!("{name} must be a non-negative integer")));
    }
    Ok(index)
}

/// MemoryError for results of more bits than memory could hold.
fn check_bits(th: &ThreadState, bits: f64) -> Res<()> {
    if bits > 1e15 {
        return Err(th.memory_error());
    }
    th.check_room((bits / 8.0) as usize)
}

fn factorial_of(th: &ThreadState, value: &Value) -> Res {
    let index = th.index(value)?;
    let Some(number) = index.as_int() else { return Ok(index) };
    if number.is_negative() {
        return Err(th.value_error("factorial() not defined for negative values"));
    }
    let Some(n) = number.to_i64() else {
        return Err(th.overflow_error(format_args!("factorial() argument should not exceed {}", i64::MAX)));
    };
    check_bits(th, n as f64 * (n as f64).max(2.0).log2())?;
    Ok(th.int_from_big(counting::factorial(n as u64).into()))
}

/// How `math.sumprod` adds: as long as the numbers are of one kind, without objects.
struct SumOfProducts {
    total: Value,
    ints: Option<i64>,
    floats: Option<ProductSum>,
    any_int: bool,
    any_float: bool,
}

/// A number as a float, for sums of floats and exact ints.
fn as_summand(value: &Value) -> Option<f64> {
    match value.as_word_float() {
        Some(x) => Some(x),
        None if value.is_exactly(&runtime::objects::float::FLOAT_TYPE) => value.as_float(),
        None => None,
    }
}

fn as_int_summand(value: &Value) -> Option<f64> {
    if value.is_exactly(&INT_TYPE) || value.as_bool().is_some() { value.as_int()?.to_f64() } else { None }
}

impl SumOfProducts {
    fn add(&mut self, th: &ThreadState, p: &Value, q: &Value) -> Res<()> {
        if let Some(sum) = self.ints {
            if let (Some(a), Some(b)) = (p.as_small_int(), q.as_small_int())
                && let Some(next) = a.checked_mul(b).and_then(|product| sum.checked_add(product))
            {
                self.ints = Some(next);
                self.any_int = true;
                return Ok(());
            }
            self.end_ints(th)?;
        }
        if let Some(sum) = self.floats {
            let pair = match (as_summand(p), as_summand(q)) {
                (Some(a), Some(b)) => Some((a, b)),
                (Some(a), None) => as_int_summand(q).map(|b| (a, b)),
                (None, Some(b)) => as_int_summand(p).map(|a| (a, b)),
                (None, None) => None,
            };
            if let Some(next) = pair.and_then(|(a, b)| sum.add(a, b)) {
                self.floats = Some(next);
                self.any_float = true;
                return Ok(());
            }
            self.end_floats(th)?;
        }
        let product = th.binary(BinaryOp::Multiply, p, q)?;
        self.total = th.binary(BinaryOp::Add, &self.total, &product)?;
        Ok(())
    }

    fn end_ints(&mut self, th: &ThreadState) -> Res<()> {
        if let (Some(sum), true) = (self.ints.take(), self.any_int) {
            self.total = th.binary(BinaryOp::Add, &self.total, &th.int(sum))?;
        }
        Ok(())
    }

    fn end_floats(&mut self, th: &ThreadState) -> Res<()> {
        if let (Some(sum), true) = (self.floats.take(), self.any_float) {
            self.total = th.binary(BinaryOp::Add, &self.total, &th.float(sum.total()))?;
        }
        Ok(())
    }
}

/// `math.isclose` and the tolerance part of `cmath.isclose`.
pub fn close(difference: f64, a: f64, b: f64, rel_tol: f64, abs_tol: f64) -> bool {
    difference <= (rel_tol * b).abs() || difference <= (rel_tol * a).abs() || difference <= abs_tol
}

#[pymodule(name = "math")]
pub mod math_module {
    //! This module provides access to the mathematical functions
    //! defined by the C standard.
    use super::*;

    #[pyattr(name = "pi")]
    const PI: f64 = std::f64::consts::PI;
    #[pyattr(name = "e")]
    const E: f64 = std::f64::consts::E;
    #[pyattr(name = "tau")]
    const TAU: f64 = std::f64::consts::TAU;
    #[pyattr(name = "inf")]
    const INF: f64 = f64::INFINITY;
    #[pyattr(name = "nan")]
    const NAN: f64 = f64::NAN;

    /// Return the arc cosine (measured in radians) of x.
    ///
    /// The result is between 0 and pi.
    #[pyfunction("(x, /)")]
    fn acos(th: &ThreadState, x: f64) -> Res<f64> {
        defined(th, x, x.acos(), "a number in range from -1 up to 1")
    }

    /// Return the inverse hyperbolic cosine of x.
    #[pyfunction("(x, /)")]
    fn acosh(th: &ThreadState, x: f64) -> Res<f64> {
        defined(th, x, host::math::acosh(x), "argument value not less than 1")
    }

    /// Return the arc sine (measured in radians) of x.
    ///
    /// The result is between -pi/2 and pi/2.
    #[pyfunction("(x, /)")]
    fn asin(th: &ThreadState, x: f64) -> Res<f64> {
        defined(th, x, x.asin(), "a number in range from -1 up to 1")
    }

    /// Return the inverse hyperbolic sine of x.
    #[pyfunction("(x, /)")]
    fn asinh(x: f64) -> f64 {
        host::math::asinh(x)
    }

    /// Return the arc tangent (measured in radians) of x.
    ///
    /// The result is between -pi/2 and pi/2.
    #[pyfunction("(x, /)")]
    fn atan(x: f64) -> f64 {
        x.atan()
    }

    /// Return the arc tangent (measured in radians) of y/x.
    ///
    /// Unlike atan(y/x), the signs of both x and y are considered.
    #[pyfunction("(y, x, /)")]
    fn atan2(y: f64, x: f64) -> f64 {
        y.atan2(x)
    }

    /// Return the inverse hyperbolic tangent of x.
    #[pyfunction("(x, /)")]
    fn atanh(th: &ThreadState, x: f64) -> Res<f64> {
        defined(th, x, host::math::atanh(x), "a number between -1 and 1")
    }

    /// Return the cube root of x.
    #[pyfunction("(x, /)")]
    fn cbrt(x: f64) -> f64 {
        x.cbrt()
    }

    /// Return the ceiling of x as an Integral.
    ///
    /// This is the smallest integer >= x.
    #[pyfunction("(x, /)")]
    fn ceil(th: &ThreadState, x: &Value) -> Res {
        round_by(th, x, "__ceil__", f64::ceil)
    }

    /// Return the floor of x as an Integral.
    ///
    /// This is the largest integer <= x.
    #[pyfunction("(x, /)")]
    fn floor(th: &ThreadState, x: &Value) -> Res {
        round_by(th, x, "__floor__", f64::floor)
    }

    fn round_by(th: &ThreadState, value: &Value, method: &str, round: fn(f64) -> f64) -> Res {
        if value.is_exactly(&runtime::objects::float::FLOAT_TYPE)
            && let Some(x) = value.as_float()
        {
            return whole(th, round(x));
        }
        if value.is_small_int() {
            return Ok(value.clone());
        }
        if let Some(result) = th.call_special(value, &th.intern(method), &[])? {
            return Ok(result);
        }
        whole(th, round(th.to_f64(value)?))
    }

    /// Return a float with the magnitude (absolute value) of x but the sign of y.
    ///
    /// On platforms that support signed zeros, copysign(1.0, -0.0)
    /// returns -1.0.
    #[pyfunction("(x, y, /)")]
    fn copysign(x: f64, y: f64) -> f64 {
        x.copysign(y)
    }

    /// Return the cosine of x (measured in radians).
    #[pyfunction("(x, /)")]
    fn cos(th: &ThreadState, x: f64) -> Res<f64> {
        defined(th, x, x.cos(), "a finite input")
    }

    /// Return the hyperbolic cosine of x.
    #[pyfunction("(x, /)")]
    fn cosh(th: &ThreadState, x: f64) -> Res<f64> {
        in_range(th, x, x.cosh())
    }

    /// Convert angle x from radians to degrees.
    #[pyfunction("(x, /)")]
    fn degrees(x: f64) -> f64 {
        x * (180.0 / std::f64::consts::PI)
    }

    /// Convert angle x from degrees to radians.
    #[pyfunction("(x, /)")]
    fn radians(x: f64) -> f64 {
        x * (std::f64::consts::PI / 180.0)
    }

    /// Error function at x.
    #[pyfunction("(x, /)")]
    fn erf(x: f64) -> f64 {
        host::math::erf(x)
    }

    /// Complementary error function at x.
    #[pyfunction("(x, /)")]
    fn erfc(x: f64) -> f64 {
        host::math::erfc(x)
    }

    /// Return e raised to the power of x.
    #[pyfunction("(x, /)")]
    fn exp(th: &ThreadState, x: f64) -> Res<f64> {
        in_range(th, x, x.exp())
    }

    /// Return 2 raised to the power of x.
    #[pyfunction("(x, /)")]
    fn exp2(th: &ThreadState, x: f64) -> Res<f64> {
        in_range(th, x, x.exp2())
    }

    /// Return exp(x)-1.
    ///
    /// This function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for small x.
    #[pyfunction("(x, /)")]
    fn expm1(th: &ThreadState, x: f64) -> Res<f64> {
        in_range(th, x, x.exp_m1())
    }

    /// Return the absolute value of the float x.
    #[pyfunction("(x, /)")]
    fn fabs(x: f64) -> f64 {
        x.abs()
    }

    /// Find n!.
    #[pyfunction("(n, /)")]
    fn factorial(th: &ThreadState, n: &Value) -> Res {
        factorial_of(th, n)
    }

    /// Fused multiply-add operation.
    ///
    /// Compute (x * y) + z with a single round.
    #[pyfunction("(x, y, z, /)")]
    fn fma(th: &ThreadState, x: f64, y: f64, z: f64) -> Res<f64> {
        let result = x.mul_add(y, z);
        if result.is_finite() {
            return Ok(result);
        }
        if result.is_nan() {
            if !x.is_nan() && !y.is_nan() && !z.is_nan() {
                return Err(th.value_error("invalid operation in fma"));
            }
        } else if x.is_finite() && y.is_finite() && z.is_finite() {
            return Err(th.overflow_error("overflow in fma"));
        }
        Ok(result)
    }

    /// Return fmod(x, y), according to platform C.
    ///
    /// x % y may differ.
    #[pyfunction("(x, y, /)")]
    fn fmod(th: &ThreadState, x: f64, y: f64) -> Res<f64> {
        if y.is_infinite() && x.is_finite() {
            return Ok(x);
        }
        let result = x % y;
        if result.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain(th)) } else { Ok(result) }
    }

    /// Return the mantissa and exponent of x, as pair (m, e).
    ///
    /// If x is a finite nonzero number, then m is a float with
    /// 0.5 <= abs(m) < 1.0 and an integer e is such that
    /// x == m * 2**e exactly.  Else, return (x, 0).
    #[pyfunction("(x, /)")]
    fn frexp(x: f64) -> (f64, i32) {
        float_exact::frexp(x)
    }

    /// Return x * (2**i).
    ///
    /// This is essentially the inverse of frexp().
    #[pyfunction("(x, i, /)")]
    fn ldexp(th: &ThreadState, x: f64, i: &Value) -> Res<f64> {
        let Some(exponent) = i.as_int() else {
            return Err(th.type_error("Expected an int as second argument to ldexp."));
        };
        let exponent = exponent.to_i64().unwrap_or(if exponent.is_negative() { i64::MIN } else { i64::MAX });
        float_exact::ldexp(x, exponent).ok_or_else(|| range(th))
    }

    /// Return an accurate floating-point sum of values in the iterable seq.
    ///
    /// Assumes IEEE-754 floating-point arithmetic.
    #[pyfunction("(seq, /)")]
    fn fsum(th: &ThreadState, seq: &Value) -> Res<f64> {
        let raise = |error: SumError| match error {
            SumError::Overflow => th.overflow_error("intermediate overflow in fsum"),
            SumError::Infinities => th.value_error("-inf + inf in fsum"),
        };
        let mut sum = ExactSum::default();
        th.for_each(seq, |item| sum.add(th.to_f64(&item)?).map_err(raise))?;
        sum.total().map_err(raise)
    }

    /// Gamma function at x.
    #[pyfunction("(x, /)")]
    fn gamma(th: &ThreadState, x: f64) -> Res<f64> {
        gamma_family(th, x, special::gamma(x))
    }

    /// Natural logarithm of absolute value of Gamma function at x.
    #[pyfunction("(x, /)")]
    fn lgamma(th: &ThreadState, x: f64) -> Res<f64> {
        gamma_family(th, x, special::lgamma(x))
    }

    /// Greatest Common Divisor.
    #[pyfunction("(*integers)", text = "($module, /, *integers)")]
    fn gcd(th: &ThreadState, integers: &[Value]) -> Res {
        fold_integers(th, integers, 0, small_gcd, int_math::gcd)
    }

    /// Least Common Multiple.
    #[pyfunction("(*integers)", text = "($module, /, *integers)")]
    fn lcm(th: &ThreadState, integers: &[Value]) -> Res {
        fold_integers(th, integers, 1, small_lcm, int_math::lcm)
    }

    /// Multidimensional Euclidean distance from the origin to a point.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum(x**2 for x in coordinates))
    ///
    /// For a two dimensional point (x, y), gives the hypotenuse
    /// using the Pythagorean theorem:  sqrt(x*x + y*y).
    ///
    /// For example, the hypotenuse of a 3/4/5 right triangle is:
    ///
    ///     >>> hypot(3.0, 4.0)
    ///     5.0
    #[pyfunction("(*coordinates)", text = "($module, /, *coordinates)")]
    fn hypot(th: &ThreadState, coordinates: &[Value]) -> Res<f64> {
        if let [x, y] = coordinates {
            return Ok(norm(&mut [th.to_f64(x)?, th.to_f64(y)?]));
        }
        let mut vector = coordinates.iter().map(|x| th.to_f64(x)).collect::<Res<Vec<f64>>>()?;
        Ok(norm(&mut vector))
    }

    /// Return the Euclidean distance between two points p and q.
    ///
    /// The points should be specified as sequences (or iterables) of
    /// coordinates.  Both inputs must have the same dimension.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))
    #[pyfunction("(p, q, /)")]
    fn dist(th: &ThreadState, p: &Value, q: &Value) -> Res<f64> {
        let (p, q) = (coordinates(th, p)?, coordinates(th, q)?);
        if p.len() != q.len() {
            return Err(th.value_error("both points must have the same number of dimensions"));
        }
        let differences = p.iter().zip(&q).map(|(p, q)| Ok(th.to_f64(p)? - th.to_f64(q)?));
        Ok(norm(&mut differences.collect::<Res<Vec<f64>>>()?))
    }

    /// Determine whether two floating-point numbers are close in value.
    ///
    ///   rel_tol
    ///     maximum difference for being considered "close", relative to the
    ///     magnitude of the input values
    ///   abs_tol
    ///     maximum difference for being considered "close", regardless of the
    ///     magnitude of the input values
    ///
    /// Return True if a is close in value to b, and False otherwise.
    ///
    /// For the values to be considered close, the difference between them
    /// must be smaller than at least one of the tolerances.
    ///
    /// -inf, inf and NaN behave similarly to the IEEE 754 Standard.  That
    /// is, NaN is not close to anything, even itself.  inf and -inf are
    /// only close to themselves.
    #[pyfunction("(a, b, *, rel_tol=1e-09, abs_tol=0.0)", text = "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(th: &ThreadState, a: f64, b: f64, rel_tol: f64, abs_tol: f64) -> Res<bool> {
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(th.value_error("tolerances must be non-negative"));
        }
        if a == b {
            return Ok(true);
        }
        Ok(!a.is_infinite() && !b.is_infinite() && close((b - a).abs(), a, b, rel_tol, abs_tol))
    }

    /// Return True if x is neither an infinity nor a NaN, and False otherwise.
    #[pyfunction("(x, /)")]
    fn isfinite(x: f64) -> bool {
        x.is_finite()
    }

    /// Return True if x is a positive or negative infinity, and False otherwise.
    #[pyfunction("(x, /)")]
    fn isinf(x: f64) -> bool {
        x.is_infinite()
    }

    /// Return True if x is a NaN (not a number), and False otherwise.
    #[pyfunction("(x, /)")]
    fn isnan(x: f64) -> bool {
        x.is_nan()
    }

    /// Return the integer part of the square root of the input.
    #[pyfunction("(n, /)")]
    fn isqrt(th: &ThreadState, n: &Value) -> Res {
        let index = th.index(n)?;
        let root = match index.as_int() {
            Some(IntView::Small(number)) => u64::try_from(number).ok().map(|number| th.int_from_u64(number.isqrt())),
            Some(IntView::Big(number)) => int_math::isqrt(number).map(|root| th.int_from_big(root)),
            None => None,
        };
        root.ok_or_else(|| th.value_error("isqrt() argument must be nonnegative"))
    }

    /// log(x, [base=math.e])
    /// Return the logarithm of x to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e) of x.
    #[pyfunction("(x, base=None, /)", text = none)]
    fn log(th: &ThreadState, x: &Value, base: Option<&Value>) -> Res<f64> {
        let above = logarithm(th, x, f64::ln)?;
        let Some(base) = base else { return Ok(above) };
        let below = logarithm(th, base, f64::ln)?;
        if below == 0.0 { Err(th.zero_division_error("division by zero")) } else { Ok(above / below) }
    }

    /// Return the base 2 logarithm of x.
    #[pyfunction("(x, /)")]
    fn log2(th: &ThreadState, x: &Value) -> Res<f64> {
        logarithm(th, x, f64::log2)
    }

    /// Return the base 10 logarithm of x.
    #[pyfunction("(x, /)")]
    fn log10(th: &ThreadState, x: &Value) -> Res<f64> {
        logarithm(th, x, f64::log10)
    }

    /// Return the natural logarithm of 1+x (base e).
    ///
    /// The result is computed in a way which is accurate for x near zero.
    #[pyfunction("(x, /)")]
    fn log1p(th: &ThreadState, x: f64) -> Res<f64> {
        defined(th, x, if x == 0.0 { x } else { x.ln_1p() }, "argument value > -1")
    }

    /// Return the fractional and integer parts of x.
    ///
    /// Both results carry the sign of x and are floats.
    #[pyfunction("(x, /)")]
    fn modf(x: f64) -> (f64, f64) {
        if x.is_infinite() {
            return (0f64.copysign(x), x);
        }
        if x.is_nan() { (x, x) } else { ((x - x.trunc()).copysign(x), x.trunc()) }
    }

    /// Return the floating-point value the given number of steps after x towards y.
    ///
    /// If steps is not specified or is None, it defaults to 1.
    ///
    /// Raises a TypeError, if x or y is not a double, or if steps is not
    /// an integer.  Raises ValueError if steps is negative.
    #[pyfunction("(x, y, /, *, steps=None)")]
    fn nextafter(th: &ThreadState, x: f64, y: f64, steps: &Value) -> Res<f64> {
        if steps.is_none() {
            return Ok(special::next_after(x, y, 1));
        }
        let index = th.index(steps)?;
        let Some(count) = index.as_int() else { return Ok(x) };
        if count.is_negative() {
            return Err(th.value_error("steps must be a non-negative integer"));
        }
        let count = match count {
            IntView::Small(count) => count as u64,
            IntView::Big(count) => u64::try_from(count).unwrap_or(u64::MAX),
        };
        Ok(special::next_after(x, y, count))
    }

    /// Return the value of the least significant bit of the float x.
    #[pyfunction("(x, /)")]
    fn ulp(x: f64) -> f64 {
        special::ulp(x)
    }

    /// Return x**y (x to the power of y).
    #[pyfunction("(x, y, /)")]
    fn pow(th: &ThreadState, x: f64, y: f64) -> Res<f64> {
        let result = x.powf(y);
        if result.is_finite() || !x.is_finite() || !y.is_finite() {
            return Ok(result);
        }
        Err(if result.is_nan() || x == 0.0 { domain(th) } else { range(th) })
    }

    /// Difference between x and the closest integer multiple of y.
    ///
    /// Return x - n*y where n*y is the closest integer multiple of y.
    /// In the case where x is exactly halfway between two multiples of
    /// y, the nearest even value of n is used. The result is always exact.
    #[pyfunction("(x, y, /)")]
    fn remainder(th: &ThreadState, x: f64, y: f64) -> Res<f64> {
        match () {
            () if x.is_nan() => Ok(x),
            () if y.is_nan() => Ok(y),
            () if x.is_infinite() || y == 0.0 => Err(domain(th)),
            () if y.is_infinite() => Ok(x),
            () => Ok(special::remainder(x, y)),
        }
    }

    /// Return the sine of x (measured in radians).
    #[pyfunction("(x, /)")]
    fn sin(th: &ThreadState, x: f64) -> Res<f64> {
        defined(th, x, x.sin(), "a finite input")
    }

    /// Return the hyperbolic sine of x.
    #[pyfunction("(x, /)")]
    fn sinh(th: &ThreadState, x: f64) -> Res<f64> {
        in_range(th, x, x.sinh())
    }

    /// Return the square root of x.
    #[pyfunction("(x, /)")]
    fn sqrt(th: &ThreadState, x: f64) -> Res<f64> {
        defined(th, x, x.sqrt(), "a nonnegative input")
    }

    /// Return the tangent of x (measured in radians).
    #[pyfunction("(x, /)")]
    fn tan(th: &ThreadState, x: f64) -> Res<f64> {
        defined(th, x, x.tan(), "a finite input")
    }

    /// Return the hyperbolic tangent of x.
    #[pyfunction("(x, /)")]
    fn tanh(x: f64) -> f64 {
        x.tanh()
    }

    /// Truncates the Real x to the nearest Integral toward 0.
    ///
    /// Uses the __trunc__ magic method.
    #[pyfunction("(x, /)")]
    fn trunc(th: &ThreadState, x: &Value) -> Res {
        if x.is_exactly(&runtime::objects::float::FLOAT_TYPE)
            && let Some(x) = x.as_float()
        {
            return whole(th, x.trunc());
        }
        match th.call_special(x, &th.intern("__trunc__"), &[])? {
            Some(result) => Ok(result),
            None => Err(th.type_error(format_args!("type {} doesn't define __trunc__ method", x.class().full_name()))),
        }
    }

    /// Number of ways to choose k items from n items without repetition and with order.
    ///
    /// Evaluates to n! / (n - k)! when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// If k is not specified or is None, then k defaults to n
    /// and the function returns n!.
    ///
    /// Raises TypeError if either of the arguments are not integers.
    /// Raises ValueError if either of the arguments are negative.
    #[pyfunction("(n, k=None, /)")]
    fn perm(th: &ThreadState, n: &Value, k: &Value) -> Res {
        if k.is_none() {
            return factorial_of(th, n);
        }
        let (n, k) = (th.index(n)?, th.index(k)?);
        let (n, k) = (natural(th, &n, "n")?, natural(th, &k, "k")?);
        let (Some(n), Some(k)) = (n.as_int(), k.as_int()) else { return Ok(Value::NONE) };
        let n = n.to_big_ref();
        if *k.to_big_ref() > *n {
            return Ok(th.int(0));
        }
        let Some(k) = k.to_i64() else {
            return Err(th.overflow_error(format_args!("k must not exceed {}", i64::MAX)));
        };
        check_bits(th, k as f64 * int_math::bit_length(&n) as f64)?;
        Ok(th.int_from_big(counting::permutations(&n, k as u64)))
    }

    /// Number of ways to choose k items from n items without repetition and without order.
    ///
    /// Evaluates to n! / (k! * (n - k)!) when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// Also called the binomial coefficient because it is equivalent
    /// to the coefficient of k-th term in polynomial expansion of the
    /// expression (1 + x)**n.
    ///
    /// Raises TypeError if either of the arguments are not integers.
    /// Raises ValueError if either of the arguments are negative.
    #[pyfunction("(n, k, /)")]
    fn comb(th: &ThreadState, n: &Value, k: &Value) -> Res {
        let (n, k) = (th.index(n)?, th.index(k)?);
        let (n, k) = (natural(th, &n, "n")?, natural(th, &k, "k")?);
        let (Some(n), Some(k)) = (n.as_int(), k.as_int()) else { return Ok(Value::NONE) };
        let (n, k) = (n.to_big_ref(), k.to_big_ref());
        if *k > *n {
            return Ok(th.int(0));
        }
        let other = &*n - &*k;
        let Ok(k) = i64::try_from(if other < *k { &other } else { &*k }) else {
            return Err(th.overflow_error(format_args!("min(n - k, k) must not exceed {}", i64::MAX)));
        };
        check_bits(th, k as f64 * int_math::bit_length(&n) as f64)?;
        Ok(th.int_from_big(counting::combinations(&n, k as u64)))
    }

    /// Calculate the product of all the elements in the input iterable.
    ///
    /// The default start value for the product is 1.
    ///
    /// When the iterable is empty, return the start value.  This function is
    /// intended specifically for use with numeric values and may reject
    /// non-numeric types.
    #[pyfunction("(iterable, /, *, start=1)")]
    fn prod(th: &ThreadState, iterable: &Value, #[default(Value::int32(1))] start: Value) -> Res {
        let mut product = start;
        th.for_each(iterable, |item| {
            let small = product.as_small_int().zip(item.as_small_int()).and_then(|(a, b)| a.checked_mul(b));
            product = match (small, product.as_word_float(), item.as_word_float()) {
                (Some(word), ..) => th.int(word),
                (None, Some(a), Some(b)) => th.float(a * b),
                _ => th.binary(BinaryOp::Multiply, &product, &item)?,
            };
            Ok(())
        })?;
        Ok(product)
    }

    /// Return the sum of products of values from two iterables p and q.
    ///
    /// Roughly equivalent to:
    ///
    ///     sum(map(operator.mul, p, q, strict=True))
    ///
    /// For float and mixed int/float inputs, the intermediate products
    /// and sums are computed with extended precision.
    #[pyfunction("(p, q, /)")]
    fn sumprod(th: &ThreadState, p: &Value, q: &Value) -> Res {
        let (p, q) = (th.iter(p)?, th.iter(q)?);
        let mut sum = SumOfProducts {
            total: Value::int32(0),
            ints: Some(0),
            floats: Some(ProductSum::default()),
            any_int: false,
            any_float: false,
        };
        loop {
            match (th.next(&p)?, th.next(&q)?) {
                (Some(p), Some(q)) => sum.add(th, &p, &q)?,
                (None, None) => break,
                _ => return Err(th.value_error("Inputs are not the same length")),
            }
        }
        sum.end_ints(th)?;
        sum.end_floats(th)?;
        Ok(sum.total)
    }
}
