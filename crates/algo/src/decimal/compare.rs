//! Order: by value, by representation, neighbours, larger and smaller.

use std::cmp::Ordering;

use dashu_int::UBig;

use super::{Kind, Number, Rounding, Rules, arithmetic, digits_of, power_of_ten, status};

/// The order of two numbers that are no NaN.
pub fn order(a: &Number, b: &Number) -> Ordering {
    let sign = |number: &Number| {
        if number.is_zero() {
            0
        } else if number.negative {
            -1
        } else {
            1
        }
    };
    let (sa, sb) = (sign(a), sign(b));
    if sa != sb || sa == 0 {
        return sa.cmp(&sb);
    }
    let magnitude = magnitudes(a, b);
    if sa < 0 { magnitude.reverse() } else { magnitude }
}

/// The order of the absolute values of numbers that are no NaN.
fn magnitudes(a: &Number, b: &Number) -> Ordering {
    let ((x, ex), (y, ey)) = match (a.parts(), b.parts()) {
        (Some(x), Some(y)) => (x, y),
        (x, y) => return x.is_none().cmp(&y.is_none()),
    };
    match (x.is_zero(), y.is_zero()) {
        (false, false) => {}
        (zero_x, zero_y) => return zero_y.cmp(&zero_x),
    }
    let adjusted = a.adjusted().cmp(&b.adjusted());
    if adjusted != Ordering::Equal {
        return adjusted;
    }
    // Equally long before the point: the exponents differ by no more than the lengths do.
    if ex >= ey { (x * power_of_ten(ex - ey)).cmp(y) } else { x.cmp(&(y * power_of_ten(ey - ex))) }
}

fn of_ordering(ordering: Ordering) -> Number {
    Number::small(ordering as i64)
}

/// -1, 0, 1 or NaN. `signal`: quiet NaNs are invalid as well.
pub fn compare(rules: &Rules, a: &Number, b: &Number, signal: bool) -> Number {
    if let Some(nan) = rules.nan_of(&[a, b]) {
        if signal {
            rules.note(status::INVALID_OPERATION);
        }
        return nan;
    }
    of_ordering(order(a, b))
}

/// The order of representations: even NaNs and equal numbers with other exponents have a place.
pub fn total_order(a: &Number, b: &Number) -> Ordering {
    if a.negative != b.negative {
        return b.negative.cmp(&a.negative);
    }
    let class = |number: &Number| match &number.kind {
        Kind::Nan { signaling: false, .. } => 2,
        Kind::Nan { .. } => 1,
        _ => 0,
    };
    let magnitude = class(a).cmp(&class(b)).then_with(|| match (&a.kind, &b.kind) {
        (Kind::Nan { payload: x, .. }, Kind::Nan { payload: y, .. }) => x.cmp(y),
        _ => magnitudes(a, b).then_with(|| {
            let exponent = |number: &Number| number.parts().map_or(0, |(_, exponent)| exponent);
            exponent(a).cmp(&exponent(b))
        }),
    });
    if a.negative { magnitude.reverse() } else { magnitude }
}

pub fn compare_total(a: &Number, b: &Number) -> Number {
    of_ordering(total_order(a, b))
}

pub fn compare_total_magnitude(a: &Number, b: &Number) -> Number {
    of_ordering(total_order(&a.with_sign(false), &b.with_sign(false)))
}

/// `max` and `min`, of values or of magnitudes.
pub fn extreme(rules: &Rules, a: &Number, b: &Number, largest: bool, by_magnitude: bool) -> Number {
    if a.is_nan() || b.is_nan() {
        // A number wins over a quiet NaN.
        let signaling = a.is_signaling() || b.is_signaling();
        match (a.is_nan(), b.is_nan()) {
            (true, false) if !signaling => return rules.round(b),
            (false, true) if !signaling => return rules.round(a),
            _ => return rules.nan_of(&[a, b]).unwrap_or_else(Number::nan),
        }
    }
    let by_value = if by_magnitude { magnitudes(a, b) } else { order(a, b) };
    let ordering = by_value.then_with(|| total_order(a, b));
    let first = if largest { ordering != Ordering::Less } else { ordering == Ordering::Less };
    rules.round(if first { a } else { b })
}

/// The next number that the context holds, above or below.
pub fn next(rules: &Rules, a: &Number, above: bool) -> Number {
    if let Some(nan) = rules.nan_of(&[a]) {
        return nan;
    }
    if a.is_infinite() {
        return if a.negative == above { rules.largest(a.negative) } else { a.clone() };
    }
    let quiet = rules.with_rounding(if above { Rounding::Ceiling } else { Rounding::Floor });
    let rounded = quiet.round(a);
    if order(&rounded, a) != Ordering::Equal {
        return rounded;
    }
    let step = Number::finite(!above, UBig::ONE, quiet.etiny() - 1);
    arithmetic::add(&quiet, a, &step)
}

/// The next number from `a` in the direction of `b`.
pub fn next_toward(rules: &Rules, a: &Number, b: &Number) -> Number {
    if let Some(nan) = rules.nan_of(&[a, b]) {
        return nan;
    }
    let ordering = order(a, b);
    if ordering == Ordering::Equal {
        return a.with_sign(b.negative);
    }
    let result = next(rules, a, ordering == Ordering::Less);
    if result.is_infinite() {
        rules.note(status::OVERFLOW | status::INEXACT | status::ROUNDED);
    } else if result.is_finite() && result.adjusted() < rules.emin {
        rules.note(status::UNDERFLOW | status::SUBNORMAL | status::INEXACT | status::ROUNDED);
        if result.is_zero() {
            rules.note(status::CLAMPED);
        }
    }
    result
}

/// Whether two numbers have the same exponent, or are both infinite, or both NaN.
pub fn same_quantum(a: &Number, b: &Number) -> bool {
    match (a.parts(), b.parts()) {
        (Some((_, x)), Some((_, y))) => x == y,
        _ => (a.is_infinite() && b.is_infinite()) || (a.is_nan() && b.is_nan()),
    }
}

/// The word of `number_class()`.
pub fn class_of(rules: &Rules, a: &Number) -> &'static str {
    let (zero, subnormal) = (a.is_zero(), is_subnormal(rules, a));
    match (&a.kind, a.negative) {
        (Kind::Nan { signaling: true, .. }, _) => "sNaN",
        (Kind::Nan { .. }, _) => "NaN",
        (Kind::Infinite, false) => "+Infinity",
        (Kind::Infinite, true) => "-Infinity",
        (_, false) if zero => "+Zero",
        (_, true) if zero => "-Zero",
        (_, false) if subnormal => "+Subnormal",
        (_, true) if subnormal => "-Subnormal",
        (_, false) => "+Normal",
        (_, true) => "-Normal",
    }
}

pub fn is_subnormal(rules: &Rules, a: &Number) -> bool {
    a.is_finite() && !a.is_zero() && a.adjusted() < rules.emin
}

pub fn is_normal(rules: &Rules, a: &Number) -> bool {
    a.is_finite() && !a.is_zero() && a.adjusted() >= rules.emin
}

/// Whether a coefficient has more digits than a context's precision.
pub fn is_longer(rules: &Rules, a: &Number) -> bool {
    a.parts().is_some_and(|(coefficient, _)| digits_of(coefficient) > rules.prec)
}
