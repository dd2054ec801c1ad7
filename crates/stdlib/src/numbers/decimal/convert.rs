//! Decimal numbers from other objects.

use algo::decimal::{Kind, Number, Rules, status, text};
use algo::number::{IBig, Sign, UBig};
use runtime::objects::float::FLOAT_TYPE;
use runtime::objects::list::LIST_TYPE;
use runtime::{Res, ThreadState, Value};

use super::context::{Context, number_of};

/// The text that a number is read from: ASCII digits; without spaces around it and without underscores, unless the text
/// is taken as it is (`exact`).
fn plain_text(value: &Value, exact: bool) -> Option<Vec<u8>> {
    let text = value.as_str()?;
    let mut out = Vec::with_capacity(text.len());
    for point in text.code_points() {
        let byte = match point {
            0..=0x7F => point as u8,
            _ if !exact && char::from_u32(point).is_some_and(char::is_whitespace) => b' ',
            _ => b'0' + algo::unicode::decimal_value(point)? as u8,
        };
        out.push(byte);
    }
    if exact {
        return Some(out);
    }
    let is_space = |byte: &u8| matches!(byte, b' ' | 9..=13 | 28..=31);
    let start = out.iter().position(|byte| !is_space(byte)).unwrap_or(out.len());
    let end = out.iter().rposition(|byte| !is_space(byte)).map_or(start, |last| last + 1);
    Some(out[start..end].iter().copied().filter(|&byte| byte != b'_').collect())
}

/// A number that fits in no context is invalid, as is one that would have to be rounded.
fn checked(th: &ThreadState, context: &Context, number: Number) -> Res<Number> {
    if number.is_nan() {
        return Ok(number);
    }
    let widest = Rules::widest();
    let result = widest.round(&number);
    if widest.status.get()
        & (status::INEXACT | status::ROUNDED | status::CLAMPED | status::OVERFLOW | status::UNDERFLOW)
        != 0
    {
        context.settle(th, status::INVALID_OPERATION)?;
        return Ok(Number::nan());
    }
    Ok(result)
}

pub fn of_int(value: &Value) -> Option<Number> {
    let number = value.as_int()?;
    if let Some(small) = number.to_i64() {
        return Some(Number::small(small));
    }
    let (sign, magnitude) = number.to_big().into_parts();
    Some(Number::finite(sign == Sign::Negative, magnitude, 0))
}

/// The exact value of a float.
pub fn of_float(value: f64) -> Number {
    let negative = value.is_sign_negative();
    if value.is_nan() {
        return Number { negative, ..Number::nan() };
    }
    if value.is_infinite() {
        return Number::infinity(negative);
    }
    let bits = value.to_bits();
    let (fraction, power) = (bits & ((1 << 52) - 1), (bits >> 52 & 0x7FF) as i64);
    let (mantissa, power) = if power == 0 { (fraction, -1074) } else { (fraction | 1 << 52, power - 1075) };
    if mantissa == 0 {
        return Number::finite(negative, UBig::ZERO, 0);
    }
    let zeros = i64::from(mantissa.trailing_zeros());
    let (mantissa, power) = (UBig::from(mantissa >> zeros), power + zeros);
    if power >= 0 {
        return Number::finite(negative, mantissa << power as usize, 0);
    }
    Number::finite(negative, mantissa * UBig::from(5u8).pow(-power as usize), power)
}

/// `from_float`: a float or an int.
pub fn of_float_or_int(th: &ThreadState, value: &Value) -> Res<Number> {
    if let Some(number) = of_int(value) {
        return Ok(number);
    }
    match value.as_float() {
        Some(number) => Ok(of_float(number)),
        None => Err(th.type_error("argument must be int or float")),
    }
}

/// `(sign, digits, exponent)`
fn of_tuple(th: &ThreadState, value: &Value) -> Res<Option<Number>> {
    let items = th.collect(value)?;
    let [sign, digits, exponent] = &items[..] else {
        return Err(th.value_error("argument must be a sequence of length 3"));
    };
    let negative = match sign.as_small_int() {
        Some(0) => false,
        Some(1) => true,
        _ => return Err(th.value_error("sign must be an integer with the value 0 or 1")),
    };
    let mut payload_of = None;
    let mut power = 0;
    if let Some(name) = exponent.as_str() {
        payload_of = match name.as_ascii() {
            Some("F") => return Ok(Some(Number::infinity(negative))),
            Some("n") => Some(false),
            Some("N") => Some(true),
            _ => return Err(th.value_error("string argument in the third position must be 'F', 'n' or 'N'")),
        };
    } else if exponent.as_int().is_some() {
        power = th.index_or(exponent, &runtime::objects::exceptions::OVERFLOW_ERROR)? as i64;
    } else {
        return Err(th.value_error("exponent must be an integer"));
    }
    if digits.as_tuple().is_none() && !digits.is_instance_of(&LIST_TYPE) {
        return Err(th.value_error("coefficient must be a tuple of digits"));
    }
    let mut shown = Vec::new();
    for digit in th.collect(digits)? {
        match digit.as_small_int() {
            Some(digit @ 0..=9) => shown.push(b'0' + digit as u8),
            _ => return Err(th.value_error("coefficient must be a tuple of digits")),
        }
    }
    let coefficient =
        std::str::from_utf8(&shown).ok().and_then(|digits| UBig::from_str_radix(digits, 10).ok()).unwrap_or(UBig::ZERO);
    Ok(Some(match payload_of {
        Some(signaling) => {
            // Quiet is 'n'.
            Number { negative, kind: Kind::Nan { payload: coefficient, signaling } }
        }
        None => {
            Number::finite(negative, coefficient, power.clamp(-2_000_000_000_000_000_000, 2_000_000_000_000_000_000))
        }
    }))
}

/// The number that `Decimal(value)` is. In `create_decimal` (`inexact`) a text is not checked against the widest context.
pub fn of_value(th: &ThreadState, context: &Context, value: &Value, inexact: bool) -> Res<Number> {
    if let Some(number) = number_of(value) {
        return Ok(number.clone());
    }
    if value.as_str().is_some() {
        let number = plain_text(value, inexact).and_then(|text| text::parse(&text));
        let Some(number) = number else {
            context.settle(th, status::CONVERSION_SYNTAX)?;
            return Ok(Number::nan());
        };
        return if inexact { Ok(number) } else { checked(th, context, number) };
    }
    if let Some(number) = of_int(value) {
        return Ok(number);
    }
    if value.as_tuple().is_some() || value.is_instance_of(&LIST_TYPE) {
        let number = of_tuple(th, value)?.unwrap_or_else(Number::nan);
        return if inexact { Ok(number) } else { checked(th, context, number) };
    }
    if value.is_instance_of(&FLOAT_TYPE) {
        context.settle(th, status::FLOAT_OPERATION)?;
        return Ok(of_float(value.as_float().unwrap_or(f64::NAN)));
    }
    let found = value.class().full_name();
    Err(th.type_error(format_args!("conversion from {found} to Decimal is not supported")))
}

/// An operand of a method: a Decimal or an int.
pub fn exact_operand(th: &ThreadState, context: &Context, value: &Value) -> Res<Number> {
    let _ = context;
    if let Some(number) = number_of(value) {
        return Ok(number.clone());
    }
    match of_int(value) {
        Some(number) => Ok(number),
        None => {
            let found = value.class().full_name();
            Err(th.type_error(format_args!("conversion from {found} to Decimal is not supported")))
        }
    }
}

/// An operand of an operator; `None` for other classes.
pub fn operand(value: &Value) -> Option<Number> {
    number_of(value).cloned().or_else(|| of_int(value))
}

/// A signed integer.
pub fn signed(negative: bool, magnitude: UBig) -> IBig {
    let number = IBig::from(magnitude);
    if negative { -number } else { number }
}
