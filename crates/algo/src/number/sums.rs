//! Sums of floats that keep what rounding would lose: `math.fsum`, `math.sumprod`, `math.hypot` and `math.dist`.

/// `a + b` and what rounding lost of it.
#[inline(always)]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_part = sum - a;
    (sum, (a - (sum - b_part)) + (b - b_part))
}

/// `a * b` and what rounding lost of it.
#[inline(always)]
fn two_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    (product, a.mul_add(b, -product))
}

/// Why an exact sum has no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SumError {
    /// "intermediate overflow in fsum"
    Overflow,
    /// "-inf + inf in fsum"
    Infinities,
}

/// A sum of floats without rounding: parts that do not overlap, smallest first.
#[derive(Default)]
pub struct ExactSum {
    parts: Vec<f64>,
    /// Infinities and NaNs, which are summed apart.
    special: f64,
    infinities: f64,
}

impl ExactSum {
    pub fn add(&mut self, value: f64) -> Result<(), SumError> {
        let mut x = value;
        let mut kept = 0;
        for i in 0..self.parts.len() {
            let mut y = self.parts[i];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                self.parts[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.parts.truncate(kept);
        if x == 0.0 {
            return Ok(());
        }
        if x.is_finite() {
            self.parts.push(x);
            return Ok(());
        }
        if value.is_finite() {
            return Err(SumError::Overflow);
        }
        if value.is_infinite() {
            self.infinities += value;
        }
        self.special += value;
        self.parts.clear();
        Ok(())
    }

    /// The sum, rounded once, half to even.
    pub fn total(&self) -> Result<f64, SumError> {
        if self.special != 0.0 {
            return if self.infinities.is_nan() { Err(SumError::Infinities) } else { Ok(self.special) };
        }
        let mut rest = self.parts.iter().copied().rev();
        let Some(mut high) = rest.next() else { return Ok(0.0) };
        let mut low = 0.0;
        for part in rest.by_ref() {
            let before = high;
            high = before + part;
            low = part - (high - before);
            if low != 0.0 {
                break;
            }
        }
        // Exactly halfway between two floats: what is left decides.
        if let Some(next) = rest.next()
            && ((low < 0.0 && next < 0.0) || (low > 0.0 && next > 0.0))
        {
            let twice = low * 2.0;
            let candidate = high + twice;
            if twice == candidate - high {
                high = candidate;
            }
        }
        Ok(high)
    }
}

/// A sum of products with three times a float's precision.
#[derive(Clone, Copy, Default, Debug)]
pub struct ProductSum {
    high: f64,
    middle: f64,
    low: f64,
}

impl ProductSum {
    /// `self + a * b`; `None` when it leaves the range of floats.
    #[inline]
    pub fn add(self, a: f64, b: f64) -> Option<ProductSum> {
        let (product, product_rest) = two_product(a, b);
        let (high, rest) = two_sum(self.high, product);
        let (middle, middle_rest) = two_sum(self.middle, product_rest);
        let (middle, more_rest) = two_sum(middle, rest);
        high.is_finite().then_some(ProductSum { high, middle, low: self.low + (middle_rest + more_rest) })
    }

    pub fn total(self) -> f64 {
        let (rest, lowest) = two_sum(self.low, self.middle);
        let (total, rest) = two_sum(self.high, rest);
        total + (rest + lowest)
    }
}

/// The Euclidean length of a vector, within about half a unit of the last place.
pub fn norm(vector: &mut [f64]) -> f64 {
    let mut largest = 0.0f64;
    let mut has_nan = false;
    for x in vector.iter_mut() {
        *x = x.abs();
        has_nan |= x.is_nan();
        largest = largest.max(*x);
    }
    if largest.is_infinite() {
        return largest;
    }
    if has_nan {
        return f64::NAN;
    }
    if largest == 0.0 || vector.len() <= 1 {
        return largest;
    }
    scaled_norm(vector, largest)
}

/// Of finite coordinates that are not negative.
fn scaled_norm(vector: &mut [f64], largest: f64) -> f64 {
    let (_, exponent) = super::float_exact::frexp(largest);
    if exponent < -1023 {
        // The scale would overflow: make the numbers normal first.
        vector.iter_mut().for_each(|x| *x /= f64::MIN_POSITIVE);
        return f64::MIN_POSITIVE * scaled_norm(vector, largest / f64::MIN_POSITIVE);
    }
    // A power of two: scaling loses nothing.
    let scale = super::float_exact::ldexp(1.0, -i64::from(exponent)).unwrap_or(1.0);
    // Starting at one makes every addend smaller than the sum.
    let (mut sum, mut product_rests, mut sum_rests) = (1.0, 0.0, 0.0);
    let mut add = |a: f64, b: f64| {
        let (product, product_rest) = two_product(a, b);
        let total = sum + product;
        sum_rests += (sum - total) + product;
        product_rests += product_rest;
        sum = total;
        sum - 1.0 + (product_rests + sum_rests)
    };
    let mut square = 0.0;
    for x in vector.iter() {
        let x = x * scale;
        square = add(x, x);
    }
    // One step of Newton's method, with the difference to the exact square.
    let root = square.sqrt();
    let difference = add(-root, root);
    (root + difference / (2.0 * root)) / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fsum(values: &[f64]) -> Result<f64, SumError> {
        let mut sum = ExactSum::default();
        values.iter().try_for_each(|&value| sum.add(value))?;
        sum.total()
    }

    #[test]
    fn exact() {
        assert_eq!(fsum(&[0.1; 10]), Ok(1.0));
        assert_eq!(fsum(&[1e100, 1.0, -1e100, 1e-100]), Ok(1.0));
        assert_eq!(fsum(&[1e308, 1e308]), Err(SumError::Overflow));
        assert_eq!(fsum(&[f64::INFINITY, f64::NEG_INFINITY]), Err(SumError::Infinities));
        assert_eq!(fsum(&[1e16, 1.0, 1e-16]), Ok(10000000000000002.0));
    }

    #[test]
    fn lengths() {
        assert_eq!(norm(&mut [3.0, 4.0]), 5.0);
        assert_eq!(norm(&mut [5e-324, 0.0]), 5e-324);
        assert_eq!(norm(&mut [1e308, 1e308]), 1e308f64.hypot(1e308));
    }
}
