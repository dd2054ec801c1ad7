//! `complex`: two doubles. This file holds the storage and the arithmetic; methods are in `complex_methods.rs`.

use macros::pymethods;

pub use super::complex_methods::COMPLEX_DEF;
use crate::error::Res;
use crate::object::{Payload, PayloadFns};
use crate::objects::float::float_operand;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type, TypeDef};
use crate::value::Value;

/// Payload of complex numbers.
#[derive(Clone, Copy)]
pub struct Complex {
    pub real: f64,
    pub imag: f64,
}

pub(crate) const COMPLEX_PAYLOAD: PayloadFns = PayloadFns::plain::<Complex>();

impl Payload for Complex {
    const DEF: &'static TypeDef = &COMPLEX_DEF;

    fn class() -> &'static Type {
        &COMPLEX_TYPE
    }
}

pub static COMPLEX_TYPE: Type = Type::new_static(&COMPLEX_DEF);

impl Value {
    /// Both parts, if the value is a complex number or of a subclass.
    pub fn as_complex(&self) -> Option<(f64, f64)> {
        self.downcast::<Complex>().map(|number| (number.real, number.imag))
    }
}

type Pair = (f64, f64);

impl ThreadState {
    pub fn complex(&self, real: f64, imag: f64) -> Value {
        self.new_object(Complex { real, imag })
    }

    /// Both parts, if the value is a complex number or of a subclass.
    pub fn as_complex(&self, value: &Value) -> Option<Pair> {
        value.as_complex()
    }

    pub(crate) fn complex_pair(&self, (real, imag): Pair) -> Value {
        self.complex(real, imag)
    }
}

/// An operand: real numbers keep their own rules (no imaginary zero appears).
#[derive(Clone, Copy)]
enum Operand {
    Real(f64),
    Complex(Pair),
}

impl Operand {
    fn pair(self) -> Pair {
        match self {
            Operand::Real(real) => (real, 0.0),
            Operand::Complex(pair) => pair,
        }
    }
}

fn operand(th: &ThreadState, value: &Value) -> Res<Option<Operand>> {
    match value.as_complex() {
        Some(pair) => Ok(Some(Operand::Complex(pair))),
        None => Ok(float_operand(th, value)?.map(Operand::Real)),
    }
}

fn both(th: &ThreadState, a: &Value, b: &Value) -> Res<Option<(Operand, Operand)>> {
    let Some(a) = operand(th, a)? else { return Ok(None) };
    Ok(operand(th, b)?.map(|b| (a, b)))
}

/// The product; infinities are recovered where the plain formula gives NaNs only (C99, annex G).
fn multiply((mut a, mut b): Pair, (mut c, mut d): Pair) -> Pair {
    let (ac, bd, ad, bc) = (a * c, b * d, a * d, b * c);
    let (real, imag) = (ac - bd, ad + bc);
    if !(real.is_nan() && imag.is_nan()) {
        return (real, imag);
    }
    let boxed = |x: f64| (if x.is_infinite() { 1.0f64 } else { 0.0 }).copysign(x);
    let zero_nan = |x: &mut f64| {
        if x.is_nan() {
            *x = 0.0f64.copysign(*x);
        }
    };
    let mut recompute = false;
    if a.is_infinite() || b.is_infinite() {
        (a, b) = (boxed(a), boxed(b));
        zero_nan(&mut c);
        zero_nan(&mut d);
        recompute = true;
    }
    if c.is_infinite() || d.is_infinite() {
        (c, d) = (boxed(c), boxed(d));
        zero_nan(&mut a);
        zero_nan(&mut b);
        recompute = true;
    }
    if !recompute && [ac, bd, ad, bc].iter().any(|x| x.is_infinite()) {
        for part in [&mut a, &mut b, &mut c, &mut d] {
            zero_nan(part);
        }
        recompute = true;
    }
    if recompute {
        return (f64::INFINITY * (a * c - b * d), f64::INFINITY * (a * d + b * c));
    }
    (real, imag)
}

/// The quotient, scaled by the larger part of the divisor; `None` for a zero divisor.
/// A real number divided by a complex one: it has no imaginary zero whose sign could play a part.
fn divide_real(a: f64, (c, d): Pair) -> Option<Pair> {
    let (mut real, mut imag) = if c.abs() >= d.abs() {
        if c == 0.0 {
            return None;
        }
        let ratio = d / c;
        let denominator = c + d * ratio;
        (a / denominator, -a * ratio / denominator)
    } else if d.abs() >= c.abs() {
        let ratio = c / d;
        let denominator = c * ratio + d;
        (a * ratio / denominator, -a / denominator)
    } else {
        (f64::NAN, f64::NAN)
    };
    if real.is_nan() && imag.is_nan() && a.is_finite() && (c.is_infinite() || d.is_infinite()) {
        let boxed = |x: f64| (if x.is_infinite() { 1.0f64 } else { 0.0 }).copysign(x);
        real = 0.0 * (a * boxed(c));
        imag = 0.0 * (-a * boxed(d));
    }
    Some((real, imag))
}

fn divide((a, b): Pair, (c, d): Pair) -> Option<Pair> {
    let (mut real, mut imag) = if c.abs() >= d.abs() {
        if c == 0.0 {
            return None;
        }
        let ratio = d / c;
        let denominator = c + d * ratio;
        ((a + b * ratio) / denominator, (b - a * ratio) / denominator)
    } else if d.abs() >= c.abs() {
        let ratio = c / d;
        let denominator = c * ratio + d;
        ((a * ratio + b) / denominator, (b * ratio - a) / denominator)
    } else {
        (f64::NAN, f64::NAN)
    };
    // Infinities and zeros that NaNs hide (C99, annex G.5.1.2).
    if real.is_nan() && imag.is_nan() {
        let boxed = |x: f64| (if x.is_infinite() { 1.0f64 } else { 0.0 }).copysign(x);
        if (a.is_infinite() || b.is_infinite()) && c.is_finite() && d.is_finite() {
            let (x, y) = (boxed(a), boxed(b));
            real = f64::INFINITY * (x * c + y * d);
            imag = f64::INFINITY * (y * c - x * d);
        } else if (c.is_infinite() || d.is_infinite()) && a.is_finite() && b.is_finite() {
            let (x, y) = (boxed(c), boxed(d));
            real = 0.0 * (a * x + b * y);
            imag = 0.0 * (b * x - a * y);
        }
    }
    Some((real, imag))
}

/// Small whole exponents, by squaring.
fn power_by_squaring(base: Pair, exponent: u64) -> Pair {
    let (mut result, mut factor, mut bit) = ((1.0, 0.0), base, 1);
    while bit > 0 && exponent >= bit {
        if exponent & bit != 0 {
            result = multiply(result, factor);
        }
        bit <<= 1;
        factor = multiply(factor, factor);
    }
    result
}

/// `a ** b`.
pub(crate) fn power(th: &ThreadState, a: Pair, b: Pair) -> Res {
    let zero_division = || th.zero_division_error("zero to a negative or complex power");
    let result = if b.1 == 0.0 && b.0 == b.0.floor() && b.0.abs() <= 100.0 {
        let exponent = b.0.abs() as u64;
        let positive = power_by_squaring(a, exponent);
        if b.0 < 0.0 { divide((1.0, 0.0), positive).ok_or_else(zero_division)? } else { positive }
    } else if a == (0.0, 0.0) {
        if b.1 != 0.0 || b.0 < 0.0 {
            return Err(zero_division());
        }
        (0.0, 0.0)
    } else {
        let size = a.0.hypot(a.1);
        let angle = a.1.atan2(a.0);
        let (mut length, mut phase) = (size.powf(b.0), angle * b.0);
        if b.1 != 0.0 {
            length *= (-angle * b.1).exp();
            phase += b.1 * size.ln();
        }
        (length * phase.cos(), length * phase.sin())
    };
    let operands_finite = [a.0, a.1, b.0, b.1].iter().all(|x| x.is_finite());
    if (result.0.is_infinite() || result.1.is_infinite()) && (operands_finite || b.1 != 0.0 || b.0 != b.0.floor()) {
        return Err(th.overflow_error("complex exponentiation"));
    }
    Ok(th.complex_pair(result))
}

#[pymethods(extra = arithmetic)]
impl Complex {
    #[pyslot]
    fn nb_add(th: &ThreadState, a: &Value, b: &Value) -> Res {
        Ok(match both(th, a, b)? {
            Some((Operand::Complex(a), Operand::Real(b))) => th.complex_pair((a.0 + b, a.1)),
            Some((Operand::Real(a), Operand::Complex(b))) => th.complex_pair((a + b.0, b.1)),
            Some((a, b)) => {
                let (a, b) = (a.pair(), b.pair());
                th.complex_pair((a.0 + b.0, a.1 + b.1))
            }
            None => Value::NOT_IMPLEMENTED,
        })
    }

    #[pyslot]
    fn nb_subtract(th: &ThreadState, a: &Value, b: &Value) -> Res {
        Ok(match both(th, a, b)? {
            Some((Operand::Complex(a), Operand::Real(b))) => th.complex_pair((a.0 - b, a.1)),
            Some((Operand::Real(a), Operand::Complex(b))) => th.complex_pair((a - b.0, -b.1)),
            Some((a, b)) => {
                let (a, b) = (a.pair(), b.pair());
                th.complex_pair((a.0 - b.0, a.1 - b.1))
            }
            None => Value::NOT_IMPLEMENTED,
        })
    }

    #[pyslot]
    fn nb_multiply(th: &ThreadState, a: &Value, b: &Value) -> Res {
        Ok(match both(th, a, b)? {
            Some((Operand::Complex(a), Operand::Real(b))) => th.complex_pair((a.0 * b, a.1 * b)),
            Some((Operand::Real(a), Operand::Complex(b))) => th.complex_pair((a * b.0, a * b.1)),
            Some((a, b)) => th.complex_pair(multiply(a.pair(), b.pair())),
            None => Value::NOT_IMPLEMENTED,
        })
    }

    #[pyslot]
    fn nb_true_divide(th: &ThreadState, a: &Value, b: &Value) -> Res {
        let quotient = match both(th, a, b)? {
            Some((Operand::Complex(a), Operand::Real(b))) => (b != 0.0).then(|| (a.0 / b, a.1 / b)),
            Some((Operand::Real(a), Operand::Complex(b))) => divide_real(a, b),
            Some((a, b)) => divide(a.pair(), b.pair()),
            None => return Ok(Value::NOT_IMPLEMENTED),
        };
        match quotient {
            Some(quotient) => Ok(th.complex_pair(quotient)),
            None => Err(th.zero_division_error("division by zero")),
        }
    }

    #[pyslot]
    fn nb_power(th: &ThreadState, a: &Value, b: &Value, modulus: &Value) -> Res {
        let Some((a, b)) = both(th, a, b)? else { return Ok(Value::NOT_IMPLEMENTED) };
        if !modulus.is_none() {
            return Err(th.value_error("complex modulo"));
        }
        power(th, a.pair(), b.pair())
    }

    #[pyslot]
    fn nb_negative(&self, th: &ThreadState) -> Res {
        Ok(th.complex_pair((-self.real, -self.imag)))
    }

    #[pyslot]
    fn nb_positive(&self, th: &ThreadState, slf: &Value) -> Res {
        Ok(if slf.is_exactly(&COMPLEX_TYPE) { slf.clone() } else { th.complex_pair((self.real, self.imag)) })
    }

    #[pyslot]
    fn nb_absolute(&self, th: &ThreadState) -> Res {
        let size = self.real.hypot(self.imag);
        if size.is_infinite() && self.real.is_finite() && self.imag.is_finite() {
            return Err(th.overflow_error("absolute value too large"));
        }
        Ok(th.float(size))
    }

    #[pyslot]
    fn nb_bool(&self, _: &ThreadState) -> Res<bool> {
        Ok(self.real != 0.0 || self.imag != 0.0)
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let Some(number) = a.as_complex() else { return Ok(Value::NOT_IMPLEMENTED) };
        let equal = if let Some(other) = b.as_complex() {
            number == other
        } else if b.as_float().is_some() || b.as_int().is_some() {
            number.1 == 0.0 && th.compare_bool(&th.float(number.0), b, CompareOp::Eq)?
        } else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        Ok(Value::bool(equal == (op == CompareOp::Eq)))
    }

    #[pyslot]
    fn hash(&self, _: &ThreadState, slf: &Value) -> Res<i64> {
        let part = |number: f64| {
            algo::number::hash::hash_float(number).unwrap_or_else(|| algo::siphash::hash_address(slf.id() as usize))
        };
        Ok(algo::number::hash::hash_complex(part(self.real), part(self.imag)))
    }
}
