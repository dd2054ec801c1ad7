//! `cmath`: functions of complex numbers. The formulas are Kahan's ("Branch cuts for complex elementary functions"); what
//! infinities and NaNs give is in tables, by the kind of the real part (rows) and of the imaginary one.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, LN_2, LN_10, PI};

use macros::pymodule;
use runtime::args::{ArgAt, FromArg, IntoRes};
use runtime::{Raised, Res, ThreadState, Value};

/// A complex number.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Complex(f64, f64);

use Complex as C;

impl<'a> FromArg<'a> for Complex {
    fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
        th.to_complex(value).map(|(real, imag)| Complex(real, imag))
    }
}

impl IntoRes for Complex {
    fn into_res(self, th: &ThreadState) -> Res {
        Ok(th.complex(self.0, self.1))
    }
}

impl Complex {
    fn is_finite(self) -> bool {
        self.0.is_finite() && self.1.is_finite()
    }

    /// `i * self`
    fn turned(self) -> Complex {
        C(-self.1, self.0)
    }

    /// `-i * self`
    fn turned_back(self) -> Complex {
        C(self.1, -self.0)
    }

    fn phase(self) -> f64 {
        self.1.atan2(self.0)
    }
}

/// Why there is no result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Failure {
    Domain,
    Range,
}

type Outcome = Result<Complex, Failure>;

fn raise(th: &ThreadState, failure: Failure) -> Raised {
    match failure {
        Failure::Domain => th.value_error("math domain error"),
        Failure::Range => th.overflow_error("math range error"),
    }
}

/// Beyond these, intermediate results would overflow or vanish.
const LARGE: f64 = f64::MAX / 4.0;
const SQRT_LARGE: f64 = 6.703903964971298e+153;
const LOG_LARGE: f64 = 708.396_418_532_264_1;
const SQRT_MIN: f64 = 1.4916681462400413e-154;

type Table = [[(f64, f64); 7]; 7];

const N: f64 = f64::NAN;
const I: f64 = f64::INFINITY;
const Z: f64 = 0.0;
const O: f64 = 1.0;
const P: f64 = PI;
const H: f64 = FRAC_PI_2;
const Q: f64 = FRAC_PI_4;
const T: f64 = 3.0 * FRAC_PI_4;
/// Both parts are finite: never looked up.
const U: (f64, f64) = (0.0, 0.0);

const ACOS: Table = [
    [(T, I), (P, I), (P, I), (P, -I), (P, -I), (T, -I), (N, I)],
    [(H, I), U, U, U, U, (H, -I), (N, N)],
    [(H, I), U, U, U, U, (H, -I), (H, N)],
    [(H, I), U, U, U, U, (H, -I), (H, N)],
    [(H, I), U, U, U, U, (H, -I), (N, N)],
    [(Q, I), (Z, I), (Z, I), (Z, -I), (Z, -I), (Q, -I), (N, I)],
    [(N, I), (N, N), (N, N), (N, N), (N, N), (N, -I), (N, N)],
];
const ACOSH: Table = [
    [(I, -T), (I, -P), (I, -P), (I, P), (I, P), (I, T), (I, N)],
    [(I, -H), U, U, U, U, (I, H), (N, N)],
    [(I, -H), U, U, U, U, (I, H), (N, H)],
    [(I, -H), U, U, U, U, (I, H), (N, H)],
    [(I, -H), U, U, U, U, (I, H), (N, N)],
    [(I, -Q), (I, -Z), (I, -Z), (I, Z), (I, Z), (I, Q), (I, N)],
    [(I, N), (N, N), (N, N), (N, N), (N, N), (I, N), (N, N)],
];
const ASINH: Table = [
    [(-I, -Q), (-I, -Z), (-I, -Z), (-I, Z), (-I, Z), (-I, Q), (-I, N)],
    [(-I, -H), U, U, U, U, (-I, H), (N, N)],
    [(-I, -H), U, U, U, U, (-I, H), (N, N)],
    [(I, -H), U, U, U, U, (I, H), (N, N)],
    [(I, -H), U, U, U, U, (I, H), (N, N)],
    [(I, -Q), (I, -Z), (I, -Z), (I, Z), (I, Z), (I, Q), (I, N)],
    [(I, N), (N, N), (N, -Z), (N, Z), (N, N), (I, N), (N, N)],
];
const ATANH: Table = [
    [(-Z, -H), (-Z, -H), (-Z, -H), (-Z, H), (-Z, H), (-Z, H), (-Z, N)],
    [(-Z, -H), U, U, U, U, (-Z, H), (N, N)],
    [(-Z, -H), U, U, U, U, (-Z, H), (-Z, N)],
    [(Z, -H), U, U, U, U, (Z, H), (Z, N)],
    [(Z, -H), U, U, U, U, (Z, H), (N, N)],
    [(Z, -H), (Z, -H), (Z, -H), (Z, H), (Z, H), (Z, H), (Z, N)],
    [(Z, -H), (N, N), (N, N), (N, N), (N, N), (Z, H), (N, N)],
];
const COSH: Table = [
    [(I, N), (-I, I), (I, Z), (I, -Z), (-I, -I), (I, N), (I, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(N, N), U, U, U, U, (N, N), (N, Z)],
    [(N, N), U, U, U, U, (N, N), (N, Z)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(I, N), (-I, -I), (I, -Z), (I, Z), (-I, I), (I, N), (I, N)],
    [(N, N), (N, N), (N, Z), (N, Z), (N, N), (N, N), (N, N)],
];
const EXP: Table = [
    [(Z, Z), (-Z, -Z), (Z, -Z), (Z, Z), (-Z, Z), (Z, Z), (Z, Z)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(I, N), (-I, -I), (I, -Z), (I, Z), (-I, I), (I, N), (I, N)],
    [(N, N), (N, N), (N, -Z), (N, Z), (N, N), (N, N), (N, N)],
];
const LOG: Table = [
    [(I, -T), (I, -P), (I, -P), (I, P), (I, P), (I, T), (I, N)],
    [(I, -H), U, U, U, U, (I, H), (N, N)],
    [(I, -H), U, U, U, U, (I, H), (N, N)],
    [(I, -H), U, U, U, U, (I, H), (N, N)],
    [(I, -H), U, U, U, U, (I, H), (N, N)],
    [(I, -Q), (I, -Z), (I, -Z), (I, Z), (I, Z), (I, Q), (I, N)],
    [(I, N), (N, N), (N, N), (N, N), (N, N), (I, N), (N, N)],
];
const SINH: Table = [
    [(I, N), (I, -I), (-I, -Z), (-I, Z), (I, I), (I, N), (I, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(N, N), U, U, U, U, (N, N), (Z, N)],
    [(N, N), U, U, U, U, (N, N), (Z, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(I, N), (-I, -I), (I, -Z), (I, Z), (-I, I), (I, N), (I, N)],
    [(N, N), (N, N), (N, -Z), (N, Z), (N, N), (N, N), (N, N)],
];
const SQRT: Table = [
    [(I, -I), (Z, -I), (Z, -I), (Z, I), (Z, I), (I, I), (N, I)],
    [(I, -I), U, U, U, U, (I, I), (N, N)],
    [(I, -I), U, U, U, U, (I, I), (N, N)],
    [(I, -I), U, U, U, U, (I, I), (N, N)],
    [(I, -I), U, U, U, U, (I, I), (N, N)],
    [(I, -I), (I, -Z), (I, -Z), (I, Z), (I, Z), (I, I), (I, N)],
    [(I, -I), (N, N), (N, N), (N, N), (N, N), (I, I), (N, N)],
];
const TANH: Table = [
    [(-O, Z), (-O, Z), (-O, -Z), (-O, Z), (-O, -Z), (-O, Z), (-O, Z)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(N, N), U, U, U, U, (N, N), (-Z, N)],
    [(N, N), U, U, U, U, (N, N), (Z, N)],
    [(N, N), U, U, U, U, (N, N), (N, N)],
    [(O, Z), (O, Z), (O, -Z), (O, Z), (O, -Z), (O, Z), (O, Z)],
    [(N, N), (N, N), (N, -Z), (N, Z), (N, N), (N, N), (N, N)],
];
const RECT: Table = [
    [(I, N), (I, I), (-I, Z), (-I, -Z), (I, -I), (I, N), (I, N)],
    [(I, N), U, U, U, U, (I, N), (N, N)],
    [(Z, Z), U, U, U, U, (Z, Z), (Z, Z)],
    [(Z, Z), U, U, U, U, (Z, Z), (Z, Z)],
    [(I, N), U, U, U, U, (I, N), (N, N)],
    [(I, N), (-I, -I), (I, -Z), (I, Z), (-I, I), (I, N), (I, N)],
    [(N, N), (N, N), (N, Z), (N, Z), (N, N), (N, N), (N, N)],
];

/// The row or column of a number.
fn kind(x: f64) -> usize {
    match (x.is_nan(), x.is_infinite(), x == 0.0, x.is_sign_negative()) {
        (true, ..) => 6,
        (_, true, _, negative) => {
            if negative {
                0
            } else {
                5
            }
        }
        (_, _, true, negative) => {
            if negative {
                2
            } else {
                3
            }
        }
        (.., negative) => {
            if negative {
                1
            } else {
                4
            }
        }
    }
}

/// What the table says, unless both parts are finite.
fn special(z: Complex, table: &Table) -> Option<Complex> {
    if z.is_finite() {
        return None;
    }
    let (real, imag) = table[kind(z.0)][kind(z.1)];
    Some(C(real, imag))
}

fn finite(z: Complex) -> Outcome {
    if z.0.is_infinite() || z.1.is_infinite() { Err(Failure::Range) } else { Ok(z) }
}

fn sqrt(z: Complex) -> Complex {
    if let Some(result) = special(z, &SQRT) {
        return result;
    }
    if z.0 == 0.0 && z.1 == 0.0 {
        return C(0.0, z.1);
    }
    let (mut x, mut y) = (z.0.abs(), z.1.abs());
    let root = if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE && (x > 0.0 || y > 0.0) {
        // Subnormal numbers are scaled up.
        const UP: f64 = 9_007_199_254_740_992.0;
        const ROOT_DOWN: f64 = 1.0 / 134_217_728.0;
        x *= UP;
        (x + x.hypot(y * UP)).sqrt() * ROOT_DOWN
    } else {
        x /= 8.0;
        2.0 * (x + x.hypot(y / 8.0)).sqrt()
    };
    y /= 2.0 * root;
    if z.0 >= 0.0 { C(root, y.copysign(z.1)) } else { C(y, root.copysign(z.1)) }
}

/// The logarithm of the absolute value of a number that may be huge.
fn log_abs_half(z: Complex) -> f64 {
    (z.0 / 2.0).hypot(z.1 / 2.0).ln()
}

fn is_large(z: Complex) -> bool {
    z.0.abs() > LARGE || z.1.abs() > LARGE
}

fn acos(z: Complex) -> Complex {
    if let Some(result) = special(z, &ACOS) {
        return result;
    }
    if is_large(z) {
        let log = log_abs_half(z) + LN_2 * 2.0;
        return C(z.1.abs().atan2(z.0), if z.0 < 0.0 { -log.copysign(z.1) } else { log.copysign(-z.1) });
    }
    let (a, b) = (sqrt(C(1.0 - z.0, -z.1)), sqrt(C(1.0 + z.0, z.1)));
    C(2.0 * a.0.atan2(b.0), host::math::asinh(b.0 * a.1 - b.1 * a.0))
}

fn acosh(z: Complex) -> Complex {
    if let Some(result) = special(z, &ACOSH) {
        return result;
    }
    if is_large(z) {
        return C(log_abs_half(z) + LN_2 * 2.0, z.phase());
    }
    let (a, b) = (sqrt(C(z.0 - 1.0, z.1)), sqrt(C(z.0 + 1.0, z.1)));
    C(host::math::asinh(a.0 * b.0 + a.1 * b.1), 2.0 * a.1.atan2(b.0))
}

fn asinh(z: Complex) -> Complex {
    if let Some(result) = special(z, &ASINH) {
        return result;
    }
    if is_large(z) {
        let log = (log_abs_half(z) + LN_2 * 2.0).copysign(z.0);
        return C(log, z.1.atan2(z.0.abs()));
    }
    let (a, b) = (sqrt(C(1.0 + z.1, -z.0)), sqrt(C(1.0 - z.1, z.0)));
    C(host::math::asinh(a.0 * b.1 - b.0 * a.1), z.1.atan2(a.0 * b.0 - a.1 * b.1))
}

fn atanh(z: Complex) -> Outcome {
    if let Some(result) = special(z, &ATANH) {
        return Ok(result);
    }
    if z.0.is_sign_negative() {
        let C(real, imag) = atanh(C(-z.0, -z.1))?;
        return Ok(C(-real, -imag));
    }
    let y = z.1.abs();
    if z.0 > SQRT_LARGE || y > SQRT_LARGE {
        let h = (z.0 / 2.0).hypot(z.1 / 2.0);
        return Ok(C(z.0 / 4.0 / h / h, -FRAC_PI_2.copysign(-z.1)));
    }
    if z.0 == 1.0 && y < SQRT_MIN {
        if y == 0.0 {
            return Err(Failure::Domain);
        }
        let real = -(y.sqrt() / y.hypot(2.0).sqrt()).ln();
        return Ok(C(real, (2f64.atan2(-y) / 2.0).copysign(z.1)));
    }
    let left = 1.0 - z.0;
    let real = (4.0 * z.0 / (left * left + y * y)).ln_1p() / 4.0;
    Ok(C(real, -(-2.0 * z.1).atan2(left * (1.0 + z.0) - y * y) / 2.0))
}

fn cosh(z: Complex) -> Outcome {
    if z.0.is_infinite() && z.1.is_finite() && z.1 != 0.0 {
        let imag = f64::INFINITY.copysign(z.1.sin());
        return Ok(C(f64::INFINITY.copysign(z.1.cos()), if z.0 > 0.0 { imag } else { -imag }));
    }
    if let Some(result) = special(z, &COSH) {
        return if z.1.is_infinite() && !z.0.is_nan() { Err(Failure::Domain) } else { Ok(result) };
    }
    if z.0.abs() > LOG_LARGE {
        let less = z.0 - 1f64.copysign(z.0);
        return finite(C(z.1.cos() * less.cosh() * std::f64::consts::E, z.1.sin() * less.sinh() * std::f64::consts::E));
    }
    finite(C(z.1.cos() * z.0.cosh(), z.1.sin() * z.0.sinh()))
}

fn sinh(z: Complex) -> Outcome {
    if z.0.is_infinite() && z.1.is_finite() && z.1 != 0.0 {
        let real = f64::INFINITY.copysign(z.1.cos());
        return Ok(C(if z.0 > 0.0 { real } else { -real }, f64::INFINITY.copysign(z.1.sin())));
    }
    if let Some(result) = special(z, &SINH) {
        return if z.1.is_infinite() && !z.0.is_nan() { Err(Failure::Domain) } else { Ok(result) };
    }
    if z.0.abs() > LOG_LARGE {
        let less = z.0 - 1f64.copysign(z.0);
        return finite(C(z.1.cos() * less.sinh() * std::f64::consts::E, z.1.sin() * less.cosh() * std::f64::consts::E));
    }
    finite(C(z.1.cos() * z.0.sinh(), z.1.sin() * z.0.cosh()))
}

fn tanh(z: Complex) -> Outcome {
    if z.0.is_infinite() && z.1.is_finite() {
        return Ok(C(1f64.copysign(z.0), 0f64.copysign(2.0 * z.1.sin() * z.1.cos())));
    }
    if let Some(result) = special(z, &TANH) {
        return if z.1.is_infinite() && z.0.is_finite() { Err(Failure::Domain) } else { Ok(result) };
    }
    if z.0.abs() > LOG_LARGE {
        let imag = 4.0 * z.1.sin() * z.1.cos() * (-2.0 * z.0.abs()).exp();
        return Ok(C(1f64.copysign(z.0), imag));
    }
    let (tx, ty, cx) = (z.0.tanh(), z.1.tan(), 1.0 / z.0.cosh());
    let product = tx * ty;
    let denominator = 1.0 + product * product;
    Ok(C(tx * (1.0 + ty * ty) / denominator, ty / denominator * cx * cx))
}

fn exp(z: Complex) -> Outcome {
    if z.0.is_infinite() && z.1.is_finite() && z.1 != 0.0 {
        let length = if z.0 > 0.0 { f64::INFINITY } else { 0.0 };
        return Ok(C(length.copysign(z.1.cos()), length.copysign(z.1.sin())));
    }
    if let Some(result) = special(z, &EXP) {
        let undefined = z.1.is_infinite() && (z.0.is_finite() || z.0 == f64::INFINITY);
        return if undefined { Err(Failure::Domain) } else { Ok(result) };
    }
    if z.0 > LOG_LARGE {
        let length = (z.0 - 1.0).exp();
        return finite(C(length * z.1.cos() * std::f64::consts::E, length * z.1.sin() * std::f64::consts::E));
    }
    let length = z.0.exp();
    finite(C(length * z.1.cos(), length * z.1.sin()))
}

/// The logarithm; of zero it is `-inf` and a failure besides.
fn log(z: Complex) -> (Complex, Option<Failure>) {
    if let Some(result) = special(z, &LOG) {
        return (result, None);
    }
    let (x, y) = (z.0.abs(), z.1.abs());
    let real = if is_large(z) {
        log_abs_half(z) + LN_2
    } else if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        if x == 0.0 && y == 0.0 {
            return (C(f64::NEG_INFINITY, z.phase()), Some(Failure::Domain));
        }
        const UP: f64 = 9_007_199_254_740_992.0;
        (x * UP).hypot(y * UP).ln() - 53.0 * LN_2
    } else {
        let h = x.hypot(y);
        if (0.71..=1.73).contains(&h) {
            // Near one, the difference to one is what counts.
            let (large, small) = (x.max(y), x.min(y));
            ((large - 1.0) * (large + 1.0) + small * small).ln_1p() / 2.0
        } else {
            h.ln()
        }
    };
    (C(real, z.phase()), None)
}

fn divide(a: Complex, b: Complex) -> Complex {
    // Smith's method: by the larger part of the divisor.
    if b.0.abs() >= b.1.abs() {
        let ratio = b.1 / b.0;
        let denominator = b.0 + b.1 * ratio;
        return C((a.0 + a.1 * ratio) / denominator, (a.1 - a.0 * ratio) / denominator);
    }
    let ratio = b.0 / b.1;
    let denominator = b.0 * ratio + b.1;
    C((a.0 * ratio + a.1) / denominator, (a.1 * ratio - a.0) / denominator)
}

#[pymodule(name = "cmath")]
pub mod cmath_module {
    //! This module provides access to mathematical functions for complex
    //! numbers.
    use super::*;

    #[pyattr(name = "pi")]
    const MODULE_PI: f64 = PI;
    #[pyattr(name = "e")]
    const E: f64 = std::f64::consts::E;
    #[pyattr(name = "tau")]
    const TAU: f64 = std::f64::consts::TAU;
    #[pyattr(name = "inf")]
    const INF: f64 = f64::INFINITY;
    #[pyattr(name = "nan")]
    const NAN: f64 = f64::NAN;

    #[pyattr(name = "infj")]
    fn infj(th: &ThreadState) -> Value {
        th.complex(0.0, f64::INFINITY)
    }

    #[pyattr(name = "nanj")]
    fn nanj(th: &ThreadState) -> Value {
        th.complex(0.0, f64::NAN)
    }

    fn answer(th: &ThreadState, outcome: Outcome) -> Res<Complex> {
        outcome.map_err(|failure| raise(th, failure))
    }

    /// Return the arc cosine of z.
    #[pyfunction("(z, /)", name = "acos")]
    fn py_acos(z: Complex) -> Complex {
        acos(z)
    }

    /// Return the inverse hyperbolic cosine of z.
    #[pyfunction("(z, /)", name = "acosh")]
    fn py_acosh(z: Complex) -> Complex {
        acosh(z)
    }

    /// Return the arc sine of z.
    #[pyfunction("(z, /)")]
    fn asin(z: Complex) -> Complex {
        super::asinh(z.turned()).turned_back()
    }

    /// Return the inverse hyperbolic sine of z.
    #[pyfunction("(z, /)", name = "asinh")]
    fn py_asinh(z: Complex) -> Complex {
        asinh(z)
    }

    /// Return the arc tangent of z.
    #[pyfunction("(z, /)")]
    fn atan(th: &ThreadState, z: Complex) -> Res<Complex> {
        answer(th, super::atanh(z.turned())).map(Complex::turned_back)
    }

    /// Return the inverse hyperbolic tangent of z.
    #[pyfunction("(z, /)", name = "atanh")]
    fn py_atanh(th: &ThreadState, z: Complex) -> Res<Complex> {
        answer(th, atanh(z))
    }

    /// Return the cosine of z.
    #[pyfunction("(z, /)")]
    fn cos(th: &ThreadState, z: Complex) -> Res<Complex> {
        answer(th, super::cosh(z.turned()))
    }

    /// Return the hyperbolic cosine of z.
    #[pyfunction("(z, /)", name = "cosh")]
    fn py_cosh(th: &ThreadState, z: Complex) -> Res<Complex> {
        answer(th, cosh(z))
    }

    /// Return the exponential value e**z.
    #[pyfunction("(z, /)", name = "exp")]
    fn py_exp(th: &ThreadState, z: Complex) -> Res<Complex> {
        answer(th, exp(z))
    }

    /// log(z[, base]) -> the logarithm of z to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e)
    /// of z.
    #[pyfunction("(z, base=None, /)", name = "log", text = "($module, z, base=<unrepresentable>, /)")]
    fn py_log(th: &ThreadState, z: Complex, base: Option<&Value>) -> Res<Complex> {
        let (mut result, mut failure) = log(z);
        if let Some(base) = base {
            let (real, imag) = th.to_complex(base)?;
            let (below, second) = log(C(real, imag));
            failure = failure.or(second);
            if below.0 == 0.0 && below.1 == 0.0 {
                failure = Some(Failure::Domain);
            }
            result = divide(result, below);
        }
        match failure {
            Some(failure) => Err(raise(th, failure)),
            None => Ok(result),
        }
    }

    /// Return the base-10 logarithm of z.
    #[pyfunction("(z, /)")]
    fn log10(th: &ThreadState, z: Complex) -> Res<Complex> {
        match log(z) {
            (_, Some(failure)) => Err(raise(th, failure)),
            (C(real, imag), None) => Ok(C(real / LN_10, imag / LN_10)),
        }
    }

    /// Return the sine of z.
    #[pyfunction("(z, /)")]
    fn sin(th: &ThreadState, z: Complex) -> Res<Complex> {
        answer(th, super::sinh(z.turned())).map(Complex::turned_back)
    }

    /// Return the hyperbolic sine of z.
    #[pyfunction("(z, /)", name = "sinh")]
    fn py_sinh(th: &ThreadState, z: Complex) -> Res<Complex> {
        answer(th, sinh(z))
    }

    /// Return the square root of z.
    #[pyfunction("(z, /)", name = "sqrt")]
    fn py_sqrt(z: Complex) -> Complex {
        sqrt(z)
    }

    /// Return the tangent of z.
    #[pyfunction("(z, /)")]
    fn tan(th: &ThreadState, z: Complex) -> Res<Complex> {
        answer(th, super::tanh(z.turned())).map(Complex::turned_back)
    }

    /// Return the hyperbolic tangent of z.
    #[pyfunction("(z, /)", name = "tanh")]
    fn py_tanh(th: &ThreadState, z: Complex) -> Res<Complex> {
        answer(th, tanh(z))
    }

    /// Return argument, also known as the phase angle, of a complex.
    #[pyfunction("(z, /)")]
    fn phase(z: Complex) -> f64 {
        z.phase()
    }

    /// Convert a complex from rectangular coordinates to polar coordinates.
    ///
    /// r is the distance from 0 and phi the phase angle.
    #[pyfunction("(z, /)")]
    fn polar(th: &ThreadState, z: Complex) -> Res<(f64, f64)> {
        let length = z.0.hypot(z.1);
        if length.is_infinite() && z.is_finite() {
            return Err(raise(th, Failure::Range));
        }
        Ok((length, z.phase()))
    }

    /// Convert from polar coordinates to rectangular coordinates.
    #[pyfunction("(r, phi, /)")]
    fn rect(th: &ThreadState, r: f64, phi: f64) -> Res<Complex> {
        if r.is_finite() && phi.is_finite() {
            if phi == 0.0 {
                // Keeps the sign of zero.
                return Ok(C(r, r * phi));
            }
            return Ok(C(r * phi.cos(), r * phi.sin()));
        }
        if phi.is_infinite() && !r.is_nan() && r != 0.0 {
            return Err(raise(th, Failure::Domain));
        }
        let (real, imag) = RECT[kind(r)][kind(phi)];
        if r.is_infinite() && phi.is_finite() && phi != 0.0 {
            let (cos, sin) = (phi.cos(), phi.sin());
            let sign = 1f64.copysign(r);
            return Ok(C(f64::INFINITY.copysign(cos * sign), f64::INFINITY.copysign(sin * sign)));
        }
        Ok(C(real, imag))
    }

    /// Return True if both the real and imaginary parts of z are finite, else False.
    #[pyfunction("(z, /)")]
    fn isfinite(z: Complex) -> bool {
        z.is_finite()
    }

    /// Checks if the real or imaginary part of z is infinite.
    #[pyfunction("(z, /)")]
    fn isinf(z: Complex) -> bool {
        z.0.is_infinite() || z.1.is_infinite()
    }

    /// Checks if the real or imaginary part of z not a number (NaN).
    #[pyfunction("(z, /)")]
    fn isnan(z: Complex) -> bool {
        z.0.is_nan() || z.1.is_nan()
    }

    /// Determine whether two complex numbers are close in value.
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
    /// For the values to be considered close, the difference between them must
    /// be smaller than at least one of the tolerances.
    ///
    /// -inf, inf and NaN behave similarly to the IEEE 754 Standard.  That is,
    /// NaN is not close to anything, even itself. inf and -inf are only close
    /// to themselves.
    #[pyfunction("(a, b, *, rel_tol=1e-09, abs_tol=0.0)", text = "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(th: &ThreadState, a: Complex, b: Complex, rel_tol: f64, abs_tol: f64) -> Res<bool> {
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(th.value_error("tolerances must be non-negative"));
        }
        if a == b {
            return Ok(true);
        }
        if isinf(a) || isinf(b) {
            return Ok(false);
        }
        let length = |z: Complex| z.0.hypot(z.1);
        let difference = length(C(a.0 - b.0, a.1 - b.1));
        Ok(super::super::math::close(difference, length(a), length(b), rel_tol, abs_tol))
    }
}
