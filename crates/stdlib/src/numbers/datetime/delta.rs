//! `timedelta`: a duration in days, seconds and microseconds.

use std::fmt::Write;

use algo::number::{IBig, float_exact, int_math};
use macros::{pyclass, pymethods};
use runtime::objects::int::IntView;
use runtime::types::CompareOp;
use runtime::{Raised, Res, ThreadState, Type, Value};

use super::fields::set_constant;

const MAX_DAYS: i32 = 999_999_999;
pub const SECOND: i128 = 1_000_000;
pub const DAY: i128 = 86_400 * SECOND;

/// Difference between two datetime values.
///
/// timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)
///
/// All arguments are optional and default to 0.
/// Arguments may be integers or floats, and may be positive or negative.
#[pyclass(name = "timedelta", module = "datetime", flags(basetype))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Timedelta {
    pub days: i32,
    /// Less than a day.
    pub seconds: i32,
    /// Less than a second.
    pub microseconds: i32,
}

impl Timedelta {
    pub const ZERO: Timedelta = Timedelta { days: 0, seconds: 0, microseconds: 0 };

    /// In microseconds.
    pub fn total(&self) -> i128 {
        i128::from(self.days) * DAY + i128::from(self.seconds) * SECOND + i128::from(self.microseconds)
    }

    pub fn is_zero(&self) -> bool {
        *self == Timedelta::ZERO
    }

    /// From microseconds.
    pub fn of(th: &ThreadState, microseconds: i128) -> Res<Timedelta> {
        let days = microseconds.div_euclid(DAY);
        let Ok(days) = i32::try_from(days) else {
            return Err(too_large(th));
        };
        if days.abs() > MAX_DAYS {
            return Err(th.overflow_error(format_args!("days={days}; must have magnitude <= {MAX_DAYS}")));
        }
        let rest = microseconds.rem_euclid(DAY);
        Ok(Timedelta { days, seconds: (rest / SECOND) as i32, microseconds: (rest % SECOND) as i32 })
    }

    /// As an object of class `timedelta`.
    pub fn value(self, th: &ThreadState) -> Value {
        th.new_object(self)
    }

    pub fn hash_value(&self, th: &ThreadState) -> Res<i64> {
        th.hash(&th.tuple(&[self.days, self.seconds, self.microseconds].map(Value::int32)))
    }

    /// "timedelta(days=1, seconds=2)" without the class.
    fn push_fields(&self, out: &mut String) {
        let fields = [("days", self.days), ("seconds", self.seconds), ("microseconds", self.microseconds)];
        let mut first = true;
        for (name, number) in fields.into_iter().filter(|(_, number)| *number != 0) {
            let separator = if first { "" } else { ", " };
            let _ = write!(out, "{separator}{name}={number}");
            first = false;
        }
        if first {
            out.push('0');
        }
    }
}

#[cold]
fn too_large(th: &ThreadState) -> Raised {
    th.overflow_error("Python int too large to convert to C int")
}

#[cold]
fn division_by_zero(th: &ThreadState) -> Raised {
    th.zero_division_error("division by zero")
}

/// The duration, of a value of class `timedelta` or a subclass.
pub fn as_delta(value: &Value) -> Option<Timedelta> {
    value.downcast::<Timedelta>().copied()
}

/// `a / b`, rounded to the nearest, half to even.
fn divide_nearest(a: &IBig, b: &IBig) -> Option<IBig> {
    let (quotient, rest) = int_math::div_mod(a, b)?;
    let twice = &rest << 1usize;
    let (twice, size) = if *b < IBig::ZERO { (-twice, -b) } else { (twice, b.clone()) };
    let odd = int_math::bit(&quotient, 0);
    Some(if twice > size || (twice == size && odd) { quotient + 1 } else { quotient })
}

fn of_big(th: &ThreadState, microseconds: &IBig) -> Res {
    let microseconds = i128::try_from(microseconds).map_err(|_| too_large(th))?;
    Ok(Timedelta::of(th, microseconds)?.value(th))
}

/// What the constructor adds up: whole microseconds, and fractions of one.
#[derive(Default)]
struct Sum {
    whole: i128,
    fraction: f64,
}

impl Sum {
    fn add(&mut self, th: &ThreadState, name: &str, value: Option<&Value>, unit: i128) -> Res<()> {
        let Some(value) = value else { return Ok(()) };
        let add = |whole: i128, number: Option<i128>| {
            number.and_then(|number| number.checked_mul(unit)).and_then(|part| whole.checked_add(part))
        };
        if let Some(number) = value.as_int() {
            let number = match number {
                IntView::Small(number) => Some(i128::from(number)),
                IntView::Big(number) => i128::try_from(number).ok(),
            };
            self.whole = add(self.whole, number).ok_or_else(|| too_large(th))?;
            return Ok(());
        }
        let Some(number) = value.as_float() else {
            let class = value.class().full_name();
            return Err(th.type_error(format_args!("unsupported type for timedelta {name} component: {class}")));
        };
        if number.is_nan() {
            return Err(th.value_error("cannot convert float NaN to integer"));
        }
        if number.is_infinite() {
            return Err(th.overflow_error("cannot convert float infinity to integer"));
        }
        let whole = number.trunc();
        let whole_int = if whole.abs() < 1e30 { Some(whole as i128) } else { None };
        self.whole = add(self.whole, whole_int).ok_or_else(|| too_large(th))?;
        let rest = (number - whole) * unit as f64;
        self.whole += rest.trunc() as i128;
        self.fraction += rest - rest.trunc();
        Ok(())
    }

    fn total(&self) -> i128 {
        if self.fraction == 0.0 {
            return self.whole;
        }
        let mut rounded = self.fraction.round();
        if (rounded - self.fraction).abs() == 0.5 {
            // Halfway: the sum shall be even.
            let odd = (self.whole & 1) as f64;
            rounded = 2.0 * ((self.fraction + odd) * 0.5).round() - odd;
        }
        self.whole + rounded as i128
    }
}

/// Sets the class's constants.
pub fn prepare(th: &ThreadState) {
    let max = Timedelta { days: MAX_DAYS, seconds: 86_399, microseconds: 999_999 };
    set_constant(th, &TIMEDELTA_TYPE, "min", Timedelta { days: -MAX_DAYS, ..Timedelta::ZERO }.value(th));
    set_constant(th, &TIMEDELTA_TYPE, "max", max.value(th));
    set_constant(th, &TIMEDELTA_TYPE, "resolution", Timedelta { microseconds: 1, ..Timedelta::ZERO }.value(th));
}

#[pymethods]
impl Timedelta {
    #[pyslot("(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)", text = none)]
    fn new(
        th: &ThreadState,
        cls: &Type,
        days: Option<&Value>,
        seconds: Option<&Value>,
        microseconds: Option<&Value>,
        milliseconds: Option<&Value>,
        minutes: Option<&Value>,
        hours: Option<&Value>,
        weeks: Option<&Value>,
    ) -> Res {
        let mut sum = Sum::default();
        sum.add(th, "microseconds", microseconds, 1)?;
        sum.add(th, "milliseconds", milliseconds, 1000)?;
        sum.add(th, "seconds", seconds, SECOND)?;
        sum.add(th, "minutes", minutes, 60 * SECOND)?;
        sum.add(th, "hours", hours, 3600 * SECOND)?;
        sum.add(th, "days", days, DAY)?;
        sum.add(th, "weeks", weeks, 7 * DAY)?;
        Ok(th.new_instance(cls, Timedelta::of(th, sum.total())?))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState, slf: &Value) -> Res {
        let mut out = slf.class().full_name();
        out.push('(');
        self.push_fields(&mut out);
        out.push(')');
        Ok(th.str(&out))
    }

    #[pyslot]
    fn str(&self, th: &ThreadState) -> Res {
        let mut out = String::new();
        if self.days != 0 {
            let s = if self.days.abs() == 1 { "" } else { "s" };
            let _ = write!(out, "{} day{s}, ", self.days);
        }
        let seconds = self.seconds;
        let _ = write!(out, "{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        if self.microseconds != 0 {
            let _ = write!(out, ".{:06}", self.microseconds);
        }
        Ok(th.str(&out))
    }

    #[pyslot]
    fn hash(&self, th: &ThreadState) -> Res<i64> {
        self.hash_value(th)
    }

    #[pyslot]
    fn richcompare(&self, th: &ThreadState, other: &Value, op: CompareOp) -> Res {
        let _ = th;
        Ok(match as_delta(other) {
            Some(other) => Value::bool(op.holds(self.cmp(&other))),
            None => Value::NOT_IMPLEMENTED,
        })
    }

    #[pyslot]
    fn nb_bool(&self, th: &ThreadState) -> Res<bool> {
        let _ = th;
        Ok(!self.is_zero())
    }

    #[pyslot]
    fn nb_negative(&self, th: &ThreadState) -> Res {
        Ok(Timedelta::of(th, -self.total())?.value(th))
    }

    #[pyslot]
    fn nb_positive(&self, th: &ThreadState) -> Res {
        Ok(self.value(th))
    }

    #[pyslot]
    fn nb_absolute(&self, th: &ThreadState) -> Res {
        Ok(Timedelta::of(th, self.total().abs())?.value(th))
    }

    #[pyslot]
    fn nb_add(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match (as_delta(a), as_delta(b)) {
            (Some(a), Some(b)) => Ok(Timedelta::of(th, a.total() + b.total())?.value(th)),
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_subtract(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match (as_delta(a), as_delta(b)) {
            (Some(a), Some(b)) => Ok(Timedelta::of(th, a.total() - b.total())?.value(th)),
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_multiply(th: &ThreadState, a: &Value, b: &Value) -> Res {
        let (delta, factor) = match (as_delta(a), as_delta(b)) {
            (Some(delta), None) => (delta, b),
            (None, Some(delta)) => (delta, a),
            _ => return Ok(Value::NOT_IMPLEMENTED),
        };
        if let Some(factor) = factor.as_int() {
            let small = factor.to_i64().and_then(|factor| delta.total().checked_mul(i128::from(factor)));
            let total = small.ok_or_else(|| too_large(th))?;
            return Ok(Timedelta::of(th, total)?.value(th));
        }
        let Some((upper, lower)) = ratio_of(th, factor)? else { return Ok(Value::NOT_IMPLEMENTED) };
        match divide_nearest(&(IBig::from(delta.total()) * upper), &lower) {
            Some(total) => of_big(th, &total),
            None => Err(division_by_zero(th)),
        }
    }

    #[pyslot]
    fn nb_true_divide(th: &ThreadState, a: &Value, b: &Value) -> Res {
        let Some(delta) = as_delta(a) else { return Ok(Value::NOT_IMPLEMENTED) };
        let total = IBig::from(delta.total());
        if let Some(other) = as_delta(b) {
            return match int_math::true_div(&total, &IBig::from(other.total())) {
                Ok(quotient) => Ok(th.float(quotient)),
                Err(_) => Err(division_by_zero(th)),
            };
        }
        let quotient = if let Some(divisor) = b.as_int() {
            divide_nearest(&total, &divisor.to_big_ref())
        } else if let Some((upper, lower)) = ratio_of(th, b)? {
            divide_nearest(&(total * lower), &upper)
        } else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        of_big(th, &quotient.ok_or_else(|| division_by_zero(th))?)
    }

    #[pyslot]
    fn nb_floor_divide(th: &ThreadState, a: &Value, b: &Value) -> Res {
        let Some(delta) = as_delta(a) else { return Ok(Value::NOT_IMPLEMENTED) };
        let total = IBig::from(delta.total());
        if let Some(other) = as_delta(b) {
            let quotient = int_math::floor_div(&total, &IBig::from(other.total()));
            return Ok(th.int_from_big(quotient.ok_or_else(|| division_by_zero(th))?));
        }
        let Some(divisor) = b.as_int() else { return Ok(Value::NOT_IMPLEMENTED) };
        let quotient = int_math::floor_div(&total, &divisor.to_big_ref());
        of_big(th, &quotient.ok_or_else(|| division_by_zero(th))?)
    }

    #[pyslot]
    fn nb_remainder(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match (as_delta(a), as_delta(b)) {
            (Some(_), Some(b)) if b.is_zero() => Err(division_by_zero(th)),
            (Some(a), Some(b)) => Ok(Timedelta::of(th, floor_parts(a, b).1)?.value(th)),
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_divmod(th: &ThreadState, a: &Value, b: &Value) -> Res {
        match (as_delta(a), as_delta(b)) {
            (Some(_), Some(b)) if b.is_zero() => Err(division_by_zero(th)),
            (Some(a), Some(b)) => {
                let (quotient, rest) = floor_parts(a, b);
                let rest = Timedelta::of(th, rest)?.value(th);
                Ok(th.tuple(&[th.int_from_big(IBig::from(quotient)), rest]))
            }
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    /// Total seconds in the duration.
    #[pymethod("()")]
    fn total_seconds(&self) -> f64 {
        let total = self.total();
        if total.unsigned_abs() < 1 << 53 {
            return total as f64 / 1e6;
        }
        int_math::true_div(&IBig::from(total), &IBig::from(SECOND)).unwrap_or(0.0)
    }

    /// __reduce__() -> (cls, state)
    #[pymethod("()")]
    fn __reduce__(&self, th: &ThreadState, slf: &Value) -> Value {
        let state = th.tuple(&[self.days, self.seconds, self.microseconds].map(Value::int32));
        th.tuple(&[slf.class().as_value(), state])
    }

    /// Number of days.
    #[pygetter(member)]
    fn days(&self) -> i32 {
        self.days
    }

    /// Number of seconds (>= 0 and less than 1 day).
    #[pygetter(member)]
    fn seconds(&self) -> i32 {
        self.seconds
    }

    /// Number of microseconds (>= 0 and less than 1 second).
    #[pygetter(member)]
    fn microseconds(&self) -> i32 {
        self.microseconds
    }
}

/// Quotient and remainder, rounded down; the divisor is not zero.
fn floor_parts(a: Timedelta, b: Timedelta) -> (i128, i128) {
    let (a, b) = (a.total(), b.total());
    let (quotient, rest) = (a / b, a % b);
    if rest != 0 && (rest < 0) != (b < 0) { (quotient - 1, rest + b) } else { (quotient, rest) }
}

/// A float as a fraction. A subclass is asked, and may say anything.
fn ratio_of(th: &ThreadState, number: &Value) -> Res<Option<(IBig, IBig)>> {
    let Some(value) = number.as_float() else { return Ok(None) };
    if number.is_exactly(&runtime::objects::float::FLOAT_TYPE) {
        return ratio(th, value).map(Some);
    }
    let answer = th.call_method_str(number, "as_integer_ratio", &[])?;
    let Some(parts) = answer.as_tuple() else {
        let class = answer.class().full_name();
        return Err(th.type_error(format_args!(
            "unexpected return type from as_integer_ratio(): expected tuple, not '{class}'"
        )));
    };
    let [upper, lower] = parts.as_slice() else {
        return Err(th.value_error("as_integer_ratio() must return a 2-tuple"));
    };
    match (upper.as_int(), lower.as_int()) {
        (Some(upper), Some(lower)) => Ok(Some((upper.to_big_ref().into_owned(), lower.to_big_ref().into_owned()))),
        _ => Err(th.type_error("non-integer arguments in division")),
    }
}

fn ratio(th: &ThreadState, number: f64) -> Res<(IBig, IBig)> {
    if number.is_nan() {
        return Err(th.value_error("cannot convert NaN to integer ratio"));
    }
    if number.is_infinite() {
        return Err(th.overflow_error("cannot convert Infinity to integer ratio"));
    }
    let (upper, lower) = float_exact::as_integer_ratio(number);
    Ok((upper, lower.into()))
}
