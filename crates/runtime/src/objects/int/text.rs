//! Ints as text: decimal digits with the conversion limit, parsing, formatting.

use std::borrow::Cow;

use algo::format_spec::{self, Align, Locale, NumberError};
use algo::number::int_text::{self, IntParseError, ParsedInt};

use super::IntView;
use crate::error::{Raised, Res};
use crate::objects::str::Str;
use crate::objects::str::builder::StrBuilder;
use crate::thread::ThreadState;
use crate::value::Value;

/// Fewer digits are always converted.
const UNLIMITED_DIGITS: usize = 640;

/// `str(number)`, limited as `sys.set_int_max_str_digits` says.
pub(crate) fn decimal_value(th: &ThreadState, number: IntView<'_>) -> Res {
    match number {
        IntView::Small(number) => {
            let mut buffer = [0; 20];
            Ok(th.str_from_ascii(int_text::decimal(number, &mut buffer).as_bytes()))
        }
        IntView::Big(_) => Ok(th.str_from_ascii(decimal_string(th, number)?.as_bytes())),
    }
}

/// The decimal digits of an int as a Rust string.
pub fn decimal_string(th: &ThreadState, number: IntView<'_>) -> Res<String> {
    check_digits(th, number)?;
    let text = number.as_int_ref().to_text(10);
    let limit = th.interp().int_max_str_digits.get();
    if limit > 0 && text.len() > UNLIMITED_DIGITS && text.len() - usize::from(number.is_negative()) > limit {
        return Err(too_many_digits(th, limit));
    }
    Ok(text)
}

/// Refuses numbers that are certainly too long, before time is spent on them.
pub(crate) fn check_digits(th: &ThreadState, number: IntView<'_>) -> Res<()> {
    let IntView::Big(number) = number else { return Ok(()) };
    let limit = th.interp().int_max_str_digits.get();
    let bits = algo::number::int_math::bit_length(number);
    let at_least = (bits.saturating_sub(1) as u128 * 30_102 / 100_000) as usize + 1;
    if limit > 0 && at_least > limit.max(UNLIMITED_DIGITS) { Err(too_many_digits(th, limit)) } else { Ok(()) }
}

#[cold]
fn too_many_digits(th: &ThreadState, limit: usize) -> Raised {
    th.value_error(format_args!(
        "Exceeds the limit ({limit} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase \
         the limit"
    ))
}

/// Reads what `int(text, base)` reads; `shown` is the argument for the error message.
pub(crate) fn parse(th: &ThreadState, text: &[u8], base: u32, shown: &Value) -> Res {
    let limit = th.interp().int_max_str_digits.get();
    match int_text::parse_int(text.trim_ascii(), base, limit) {
        Ok(ParsedInt::Small(number)) => Ok(th.int(number)),
        Ok(ParsedInt::Big(number)) => Ok(th.int_from_big(number)),
        Err(IntParseError::Invalid) => {
            let shown = th.repr_string(shown)?;
            let shown: String = shown.chars().take(200).collect();
            Err(th.value_error(format_args!("invalid literal for int() with base {base}: {shown}")))
        }
        Err(IntParseError::TooManyDigits(digits)) => Err(th.value_error(format_args!(
            "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; use \
             sys.set_int_max_str_digits() to increase the limit"
        ))),
    }
}

/// The text of a number for parsing: decimal digits and spaces of all scripts become ASCII, anything else that is not
/// ASCII becomes `?`. Surrounding white space is gone.
pub fn ascii_number(text: &Str) -> Cow<'_, [u8]> {
    if let Some(text) = text.as_ascii() {
        return Cow::Borrowed(text.as_bytes().trim_ascii());
    }
    let bytes: Vec<u8> = text
        .code_points()
        .map(|point| match point {
            0..=127 => point as u8,
            _ if algo::unicode::is_space(point) => b' ',
            _ => algo::unicode::decimal_value(point).map_or(b'?', |digit| b'0' + digit as u8),
        })
        .collect();
    Cow::Owned(bytes.trim_ascii().to_vec())
}

/// `int.__format__`.
pub(crate) fn format(th: &ThreadState, value: &Value, spec: &Str) -> Res {
    if spec.is_empty() {
        return th.str_of(value);
    }
    let Some(number) = value.as_int() else { return th.str_of(value) };
    let type_name =
        if value.is_exactly(&super::INT_TYPE) { Cow::Borrowed("int") } else { value.class().full_name().into() };
    let points: Vec<u32> = spec.code_points().collect();
    let spec = format_spec::parse_spec(&points, u32::from(b'd'), Align::Right, &type_name)
        .map_err(|message| th.value_error(message))?;
    let mut out = StrBuilder::new();
    crate::objects::str::format::check_width(th, &spec)?;
    let result = if format_spec::render_int_as_float(&spec) {
        let float = number.to_f64().ok_or_else(|| th.overflow_error("int too large to convert to float"))?;
        format_spec::render_float(&mut out, float, &spec, &type_name, Locale::C)
    } else {
        if matches!(char::from_u32(spec.code), Some('d' | 'n')) {
            check_digits(th, number)?;
        }
        format_spec::render_int(&mut out, number.as_int_ref(), &spec, &type_name, Locale::C)
    };
    result.map_err(|error| number_error(th, error))?;
    Ok(out.finish(th))
}

pub(crate) fn number_error(th: &ThreadState, error: NumberError) -> Raised {
    match error {
        NumberError::Value(message) => th.value_error(message),
        NumberError::Overflow(message) => th.overflow_error(message),
    }
}
