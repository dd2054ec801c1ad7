//! Complex arithmetic as CPython 3.14 does it: infinities recovered as C's Annex G asks, powers by repeated products.

/// A complex number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Complex {
    pub real: f64,
    pub imaginary: f64,
}

impl From<f64> for Complex {
    fn from(real: f64) -> Complex {
        Complex { real, imaginary: 0.0 }
    }
}

impl Complex {
    fn is_zero(self) -> bool {
        self.real == 0.0 && self.imaginary == 0.0
    }

    fn has_infinity(self) -> bool {
        self.real.is_infinite() || self.imaginary.is_infinite()
    }

    fn is_finite(self) -> bool {
        self.real.is_finite() && self.imaginary.is_finite()
    }
}

/// One with a sign for infinities, zero with a sign for the rest.
fn boxed(value: f64) -> f64 {
    if value.is_infinite() { 1f64.copysign(value) } else { 0f64.copysign(value) }
}

fn denan(value: f64) -> f64 {
    if value.is_nan() { 0f64.copysign(value) } else { value }
}

pub(super) fn multiply(left: Complex, right: Complex) -> Complex {
    let (mut a, mut b, mut c, mut d) = (left.real, left.imaginary, right.real, right.imaginary);
    let (ac, bd, ad, bc) = (a * c, b * d, a * d, b * c);
    let product = Complex { real: ac - bd, imaginary: ad + bc };
    if !(product.real.is_nan() && product.imaginary.is_nan()) {
        return product;
    }
    let mut recover = false;
    if left.has_infinity() {
        (a, b) = (boxed(a), boxed(b));
        (c, d) = (denan(c), denan(d));
        recover = true;
    }
    if right.has_infinity() {
        (c, d) = (boxed(c), boxed(d));
        (a, b) = (denan(a), denan(b));
        recover = true;
    }
    if !recover && (ac.is_infinite() || bd.is_infinite() || ad.is_infinite() || bc.is_infinite()) {
        (a, b, c, d) = (denan(a), denan(b), denan(c), denan(d));
        recover = true;
    }
    if !recover {
        return product;
    }
    Complex { real: f64::INFINITY * (a * c - b * d), imaginary: f64::INFINITY * (a * d + b * c) }
}

/// Smith's method; `None` for a zero divisor.
pub(super) fn divide(a: Complex, b: Complex) -> Option<Complex> {
    let quotient = if b.real.abs() >= b.imaginary.abs() {
        if b.real == 0.0 {
            return None;
        }
        let ratio = b.imaginary / b.real;
        let divisor = b.real + b.imaginary * ratio;
        Complex { real: (a.real + a.imaginary * ratio) / divisor, imaginary: (a.imaginary - a.real * ratio) / divisor }
    } else if b.imaginary.abs() >= b.real.abs() {
        let ratio = b.real / b.imaginary;
        let divisor = b.real * ratio + b.imaginary;
        Complex { real: (a.real * ratio + a.imaginary) / divisor, imaginary: (a.imaginary * ratio - a.real) / divisor }
    } else {
        Complex { real: f64::NAN, imaginary: f64::NAN }
    };
    if !(quotient.real.is_nan() && quotient.imaginary.is_nan()) {
        return Some(quotient);
    }
    if a.has_infinity() && b.is_finite() {
        let (x, y) = (boxed(a.real), boxed(a.imaginary));
        return Some(Complex {
            real: f64::INFINITY * (x * b.real + y * b.imaginary),
            imaginary: f64::INFINITY * (y * b.real - x * b.imaginary),
        });
    }
    if b.has_infinity() && a.is_finite() {
        let (x, y) = (boxed(b.real), boxed(b.imaginary));
        return Some(Complex {
            real: 0.0 * (a.real * x + a.imaginary * y),
            imaginary: 0.0 * (a.imaginary * x - a.real * y),
        });
    }
    Some(quotient)
}

pub(super) fn divide_by_real(a: Complex, b: f64) -> Option<Complex> {
    (b != 0.0).then(|| Complex { real: a.real / b, imaginary: a.imaginary / b })
}

pub(super) fn divide_real(a: f64, b: Complex) -> Option<Complex> {
    let quotient = if b.real.abs() >= b.imaginary.abs() {
        if b.real == 0.0 {
            return None;
        }
        let ratio = b.imaginary / b.real;
        let divisor = b.real + b.imaginary * ratio;
        Complex { real: a / divisor, imaginary: (-a * ratio) / divisor }
    } else if b.imaginary.abs() >= b.real.abs() {
        let ratio = b.real / b.imaginary;
        let divisor = b.real * ratio + b.imaginary;
        Complex { real: a * ratio / divisor, imaginary: -a / divisor }
    } else {
        Complex { real: f64::NAN, imaginary: f64::NAN }
    };
    if quotient.real.is_nan() && quotient.imaginary.is_nan() && a.is_finite() && b.has_infinity() {
        let (x, y) = (boxed(b.real), boxed(b.imaginary));
        return Some(Complex { real: 0.0 * (a * x), imaginary: 0.0 * (-a * y) });
    }
    Some(quotient)
}

/// `None` where Python raises: zero to a negative or complex power, a power without a direction, overflow.
pub(super) fn power(base: Complex, exponent: Complex) -> Option<Complex> {
    const MAX_INTEGER: f64 = 100.0;
    let result = if exponent.imaginary == 0.0 && exponent.real.fract() == 0.0 && exponent.real.abs() <= MAX_INTEGER {
        let count = exponent.real.abs() as u32;
        if exponent.real >= 0.0 {
            product_power(base, count)
        } else {
            divide(Complex::from(1.0), product_power(base, count))?
        }
    } else if exponent.is_zero() {
        Complex::from(1.0)
    } else if base.is_zero() {
        if exponent.imaginary != 0.0 || exponent.real < 0.0 {
            return None;
        }
        Complex::from(0.0)
    } else {
        let length = base.real.hypot(base.imaginary);
        let angle = base.imaginary.atan2(base.real);
        let mut magnitude = length.powf(exponent.real);
        let mut phase = angle * exponent.real;
        if exponent.imaginary != 0.0 {
            magnitude *= (-angle * exponent.imaginary).exp();
            phase += exponent.imaginary * length.ln();
        }
        if phase.is_infinite() {
            return None;
        }
        Complex { real: magnitude * phase.cos(), imaginary: magnitude * phase.sin() }
    };
    (!result.has_infinity()).then_some(result)
}

fn product_power(base: Complex, count: u32) -> Complex {
    let mut result = Complex::from(1.0);
    let mut square = base;
    let mut mask = 1u32;
    while mask > 0 && count >= mask {
        if count & mask != 0 {
            result = multiply(result, square);
        }
        mask <<= 1;
        square = multiply(square, square);
    }
    result
}
