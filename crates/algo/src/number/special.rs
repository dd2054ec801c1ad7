//! Functions of one float that Python computes by itself rather than by the platform's library: gamma and its logarithm
//! (Lanczos' approximation, with the 13 terms and the g that Boost publishes for doubles), and the inverse of the normal
//! distribution (Wichura's AS241).

use std::f64::consts::PI;

const LANCZOS_G: f64 = 6.024_680_040_776_729_583_740_234_375;
const LANCZOS_G_MINUS_HALF: f64 = 5.524_680_040_776_729_583_740_234_375;
const LN_PI: f64 = 1.144_729_885_849_400_174_143_427_351_353_058_711_647;

/// Coefficients of the rational function, lowest power first.
#[expect(clippy::excessive_precision, reason = "as published")]
const LANCZOS_NUMERATOR: [f64; 13] = [
    23531376880.410759688572007674451636754734846804940,
    42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843,
    17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708,
    1439720407.3117216736632230727949123939715485786372,
    248874557.86205415651146038641322942321632125127801,
    31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768,
    186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024,
    210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408,
];
const LANCZOS_DENOMINATOR: [f64; 13] = [
    0.0,
    39916800.0,
    120543840.0,
    150917976.0,
    105258076.0,
    45995730.0,
    13339535.0,
    2637558.0,
    357423.0,
    32670.0,
    1925.0,
    66.0,
    1.0,
];

/// Where a function of the gamma family has no value, or none that a float can hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Undefined {
    /// A pole.
    Domain,
    Overflow,
}

/// A polynomial by Horner's rule, highest power first.
fn horner(x: f64, coefficients: impl Iterator<Item = f64>) -> f64 {
    coefficients.fold(0.0, |sum, c| sum * x + c)
}

fn lanczos_sum(x: f64) -> f64 {
    // In powers of x or of 1/x, so that nothing overflows.
    if x < 5.0 {
        let upper = horner(x, LANCZOS_NUMERATOR.into_iter().rev());
        upper / horner(x, LANCZOS_DENOMINATOR.into_iter().rev())
    } else {
        let by_inverse = |terms: [f64; 13]| terms.into_iter().fold(0.0, |sum, c| sum / x + c);
        by_inverse(LANCZOS_NUMERATOR) / by_inverse(LANCZOS_DENOMINATOR)
    }
}

/// `sin(pi * x)` without loss for large `x`.
fn sin_pi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let sine = match (2.0 * y).round() as i32 {
        0 => (PI * y).sin(),
        1 => (PI * (y - 0.5)).cos(),
        2 => (PI * (1.0 - y)).sin(),
        3 => -(PI * (y - 1.5)).cos(),
        _ => (PI * (y - 2.0)).sin(),
    };
    1f64.copysign(x) * sine
}

/// `math.gamma`.
pub fn gamma(x: f64) -> Result<f64, Undefined> {
    if !x.is_finite() {
        return if x == f64::NEG_INFINITY { Err(Undefined::Domain) } else { Ok(x) };
    }
    if x == 0.0 {
        return Err(Undefined::Domain);
    }
    if x == x.floor() {
        if x < 0.0 {
            return Err(Undefined::Domain);
        }
        if x <= 23.0 {
            // Factorials that a float holds exactly.
            return Ok((1..x as u64).fold(1.0, |product, factor| product * factor as f64));
        }
    }
    let magnitude = x.abs();
    let finite = |result: f64| if result.is_finite() { Ok(result) } else { Err(Undefined::Overflow) };
    if magnitude < 1e-20 {
        return finite(1.0 / x);
    }
    if magnitude > 200.0 {
        return if x < 0.0 { Ok(0.0 / sin_pi(x)) } else { Err(Undefined::Overflow) };
    }
    let y = magnitude + LANCZOS_G_MINUS_HALF;
    // What rounding `y` lost.
    let lost = if magnitude > LANCZOS_G_MINUS_HALF {
        (y - magnitude) - LANCZOS_G_MINUS_HALF
    } else {
        (y - LANCZOS_G_MINUS_HALF) - magnitude
    };
    let correction = lost * LANCZOS_G / y;
    let exponent = magnitude - 0.5;
    let result = if x < 0.0 {
        let mut result = -PI / sin_pi(magnitude) / magnitude * y.exp() / lanczos_sum(magnitude);
        result -= correction * result;
        if magnitude < 140.0 {
            result / y.powf(exponent)
        } else {
            let root = y.powf(magnitude / 2.0 - 0.25);
            result / root / root
        }
    } else {
        let mut result = lanczos_sum(magnitude) / y.exp();
        result += correction * result;
        if magnitude < 140.0 {
            result * y.powf(exponent)
        } else {
            let root = y.powf(magnitude / 2.0 - 0.25);
            result * root * root
        }
    };
    finite(result)
}

/// `math.lgamma`.
pub fn lgamma(x: f64) -> Result<f64, Undefined> {
    if !x.is_finite() {
        return Ok(x.abs());
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { Err(Undefined::Domain) } else { Ok(0.0) };
    }
    let magnitude = x.abs();
    if magnitude < 1e-20 {
        return Ok(-magnitude.ln());
    }
    let mut result = lanczos_sum(magnitude).ln() - LANCZOS_G;
    result += (magnitude - 0.5) * ((magnitude + LANCZOS_G - 0.5).ln() - 1.0);
    if x < 0.0 {
        // Reflection.
        result = LN_PI - sin_pi(magnitude).abs().ln() - magnitude.ln() - result;
    }
    if result.is_infinite() { Err(Undefined::Overflow) } else { Ok(result) }
}

/// `math.remainder` of finite numbers, `y` not zero: exact.
pub fn remainder(x: f64, y: f64) -> f64 {
    let (magnitude, divisor) = (x.abs(), y.abs());
    let rest = magnitude % divisor;
    let complement = divisor - rest;
    let near = if rest < complement {
        rest
    } else if rest > complement {
        -complement
    } else {
        // Halfway: to the even multiple.
        rest - 2.0 * (0.5 * (magnitude - rest) % divisor)
    };
    1f64.copysign(x) * near
}

/// `math.nextafter(x, y, steps=steps)`.
pub fn next_after(x: f64, y: f64, steps: u64) -> f64 {
    if steps == 0 || x.is_nan() {
        return x;
    }
    if y.is_nan() {
        return y;
    }
    if x == y {
        return y;
    }
    if steps == 1 {
        // A step from the least negative number gives -0.0, whatever the sign of a zero in `y`.
        return if x < y { x.next_up() } else { x.next_down() };
    }
    // Magnitudes of floats count upwards as integers do.
    const SIGN: u64 = 1 << 63;
    let (from, to) = (x.to_bits() & !SIGN, y.to_bits() & !SIGN);
    let (from_sign, to_sign) = (x.to_bits() & SIGN, y.to_bits() & SIGN);
    let bits = if from_sign != to_sign {
        match from.checked_add(to) {
            Some(distance) if distance <= steps => return y,
            _ if from < steps => (steps - from) | to_sign,
            _ => (from - steps) | from_sign,
        }
    } else if from > to {
        if from - to >= steps { (from - steps) | from_sign } else { return y }
    } else if to - from >= steps {
        (from + steps) | from_sign
    } else {
        return y;
    };
    f64::from_bits(bits)
}

/// `math.ulp`.
pub fn ulp(x: f64) -> f64 {
    let x = x.abs();
    if !x.is_finite() {
        return x;
    }
    let above = x.next_up();
    if above.is_infinite() { x - x.next_down() } else { above - x }
}

const CENTRAL: ([f64; 8], [f64; 8]) = (
    [
        2.5090809287301226727e+3,
        3.3430575583588128105e+4,
        6.7265770927008700853e+4,
        4.5921953931549871457e+4,
        1.3731693765509461125e+4,
        1.9715909503065514427e+3,
        1.3314166789178437745e+2,
        3.3871328727963666080e+0,
    ],
    [
        5.2264952788528545610e+3,
        2.8729085735721942674e+4,
        3.9307895800092710610e+4,
        2.1213794301586595867e+4,
        5.3941960214247511077e+3,
        6.8718700749205790830e+2,
        4.2313330701600911252e+1,
        1.0,
    ],
);
const MIDDLE: ([f64; 8], [f64; 8]) = (
    [
        7.74545014278341407640e-4,
        2.27238449892691845833e-2,
        2.41780725177450611770e-1,
        1.27045825245236838258e+0,
        3.64784832476320460504e+0,
        5.76949722146069140550e+0,
        4.63033784615654529590e+0,
        1.42343711074968357734e+0,
    ],
    [
        1.05075007164441684324e-9,
        5.47593808499534494600e-4,
        1.51986665636164571966e-2,
        1.48103976427480074590e-1,
        6.89767334985100004550e-1,
        1.67638483018380384940e+0,
        2.05319162663775882187e+0,
        1.0,
    ],
);
const TAIL: ([f64; 8], [f64; 8]) = (
    [
        2.01033439929228813265e-7,
        2.71155556874348757815e-5,
        1.24266094738807843860e-3,
        2.65321895265761230930e-2,
        2.96560571828504891230e-1,
        1.78482653991729133580e+0,
        5.46378491116411436990e+0,
        6.65790464350110377720e+0,
    ],
    [
        2.04426310338993978564e-15,
        1.42151175831644588870e-7,
        1.84631831751005468180e-5,
        7.86869131145613259100e-4,
        1.48753612908506148525e-2,
        1.36929880922735805310e-1,
        5.99832206555887937690e-1,
        1.0,
    ],
);

/// The value below which a normal variable stays with probability `p`, in standard deviations from the mean, scaled.
pub fn normal_inverse(p: f64, mean: f64, deviation: f64) -> Option<f64> {
    if p <= 0.0 || p >= 1.0 || deviation == 0.0 {
        return None;
    }
    let ratio = |(upper, lower): ([f64; 8], [f64; 8]), r: f64| {
        let rest = |terms: [f64; 8]| terms[1..].iter().fold(terms[0], |sum, c| sum * r + c);
        (rest(upper), rest(lower))
    };
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let (upper, lower) = ratio(CENTRAL, 0.180_625 - q * q);
        let x = upper * q / lower;
        return Some(mean + x * deviation);
    }
    let r = (-(if q <= 0.0 { p } else { 1.0 - p }).ln()).sqrt();
    let (upper, lower) = if r <= 5.0 { ratio(MIDDLE, r - 1.6) } else { ratio(TAIL, r - 5.0) };
    let x = upper / lower;
    Some(mean + if q < 0.0 { -x } else { x } * deviation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gammas() {
        assert_eq!(gamma(-1.5), Ok(2.3632718012073544));
        assert_eq!(gamma(5.0), Ok(24.0));
        assert_eq!(gamma(0.0), Err(Undefined::Domain));
        assert_eq!(gamma(200.0), Err(Undefined::Overflow));
        assert_eq!(lgamma(1.0), Ok(0.0));
        assert_eq!(lgamma(-3.0), Err(Undefined::Domain));
    }

    #[test]
    fn neighbours() {
        assert_eq!(next_after(1.0, 2.0, 3), 1.0000000000000007);
        assert_eq!(next_after(-5e-324, 5e-324, 1), 0.0);
        assert_eq!(next_after(-5e-324, 5e-324, 2), 5e-324);
        assert_eq!(next_after(1.0, 1.5, u64::MAX), 1.5);
        assert_eq!(ulp(1.0), f64::EPSILON);
        assert_eq!(remainder(-3.5, 1.0), 0.5);
        assert_eq!(remainder(2.5, 1.0), 0.5);
        assert_eq!(remainder(1.5, 1.0), -0.5);
    }
}
