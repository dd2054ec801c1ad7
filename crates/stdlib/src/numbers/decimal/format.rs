//! `format(decimal, spec)`: the format mini-language as decimal numbers read it.

use algo::decimal::{Number, Rules, arithmetic, digits_of, text};
use algo::format_spec::{self, Align, FormatSpec, Locale};
use algo::number::UBig;
use runtime::objects::dict::Dict;
use runtime::objects::exceptions as exc;
use runtime::objects::str::Str;
use runtime::objects::str::builder::StrBuilder;
use runtime::{Res, ThreadState, Value};

use super::context::{current, of};

/// Points, separators and groups that the caller gave in place of the locale's.
struct Marks {
    point: String,
    separator: String,
    grouping: Vec<u8>,
}

impl Marks {
    /// Reads the argument `override`; only code `n` has marks of its own where the dictionary names none.
    fn read(th: &ThreadState, value: &Value, local: bool) -> Res<Marks> {
        let Some(dict) = value.downcast::<Dict>() else {
            return Err(th.type_error("optional argument must be a dict"));
        };
        let entry = |name: &str, default: &str| -> Res<String> {
            match dict.get(th, &th.str(name))? {
                None => Ok(default.to_owned()),
                Some(value) => match value.as_str() {
                    Some(text) => match text.to_utf8() {
                        Some(text) => Ok(text.into_owned()),
                        None => Err(th.value_error("invalid override dict")),
                    },
                    None => Err(th.type_error("bad argument type for built-in operation")),
                },
            }
        };
        let point = entry("decimal_point", if local { Locale::C.decimal_point } else { "" })?;
        let separator = entry("thousands_sep", "")?;
        let mut grouping = entry("grouping", "")?.into_bytes();
        if let Some(end) = grouping.iter().position(|&size| size == 0) {
            // A zero says that the size before it goes on, as the end does.
            grouping.truncate(end);
        }
        if !(1..=4).contains(&point.len()) || separator.len() > 4 || !grouping.is_ascii() {
            return Err(th.value_error("invalid override dict"));
        }
        Ok(Marks { point, separator, grouping })
    }

    fn locale(&self) -> Locale<'_> {
        Locale { decimal_point: &self.point, thousands_separator: &self.separator, grouping: &self.grouping }
    }
}

/// Parses a specification: no alignment together with the `0`. Also
/// whether the code was `N`: `n` with large letters.
fn parse(th: &ThreadState, spec: &Str) -> Res<(FormatSpec, bool)> {
    let invalid = || th.value_error("invalid format string");
    let mut points: Vec<u32> = spec.code_points().collect();
    let large_n = points.last() == Some(&u32::from(b'N'));
    if large_n {
        let message = "Format specifier 'N' is deprecated and slated for removal in Python 3.18";
        runtime::warnings::warn(th, &exc::DEPRECATION_WARNING, message)?;
        points.pop();
        points.push(u32::from(b'n'));
    }
    let is_align =
        |at: usize| points.get(at).is_some_and(|&point| b"<>=^".iter().any(|&align| u32::from(align) == point));
    let given = if is_align(1) { 2 } else { usize::from(is_align(0)) };
    if given > 0 {
        let is = |at: usize, set: &[u8]| {
            points.get(at).is_some_and(|&point| set.iter().any(|&byte| u32::from(byte) == point))
        };
        let mut at = given;
        at += usize::from(is(at, b"+- "));
        at += usize::from(is(at, b"z"));
        if is(at, b"0") {
            return Err(invalid());
        }
    }
    let parsed = format_spec::parse_spec(&points, 0, Align::Right, "decimal.Decimal").map_err(|_| invalid())?;
    let code = char::from_u32(parsed.code).unwrap_or('\u{FFFD}');
    let code_given = code != '\0' || (points.last() == Some(&0) && !is_align(points.len() - 1) && points.len() > given);
    if code_given && !"eEfFgGn%".contains(code) {
        return Err(invalid());
    }
    let most = algo::decimal::MAX_PREC as usize;
    if parsed.width > most || parsed.precision.is_some_and(|precision| precision > most) {
        return Err(th.value_error("format specification exceeds internal limits of _decimal"));
    }
    Ok((parsed, large_n))
}

/// `format(number, spec)`
pub fn formatted(th: &ThreadState, number: &Number, spec: &Str, marks: Option<&Value>) -> Res {
    let zero_flag = |spec: &FormatSpec, shown: &Str| {
        // Zeros that were asked for by the flag are no padding for words; a fill character that is a zero is one.
        spec.fill == u32::from(b'0')
            && !shown.code_points().any(|point| b"<>=^".iter().any(|&align| u32::from(align) == point))
    };
    let text_of_spec = spec;
    let (mut spec, large_n) = parse(th, spec)?;
    let code = char::from_u32(spec.code).unwrap_or('\0');
    let marks = marks.map(|marks| Marks::read(th, marks, code == 'n')).transpose()?;
    th.check_room(spec.width)?;
    let context = current(th)?;
    let context = of(&context);
    let capitals = if code == '\0' { context.capitals.get() } else { large_n || code.is_ascii_uppercase() };
    let shown = match number.parts() {
        None => {
            let mut shown = text::to_text(number, false, true);
            if code == '%' {
                shown.push('%');
            }
            if zero_flag(&spec, text_of_spec) {
                spec.fill = u32::from(b' ');
                spec.align = Align::Right;
            }
            shown
        }
        Some((coefficient, exponent)) => {
            let exponent = if code == '%' { exponent + 2 } else { exponent };
            let number = Number::finite(number.negative, coefficient.clone(), exponent);
            let rules = Rules { rounding: context.rules().rounding, ..Rules::widest() };
            let number = match spec.precision {
                Some(precision) => cut(th, &rules, number, code, precision)?,
                None => number,
            };
            finite_text(th, number, code, &spec, capitals)?
        }
    };
    let mut out = StrBuilder::new();
    match &marks {
        Some(marks) => {
            spec.code = u32::from(b'n');
            format_spec::render_number_text(&mut out, &shown, &spec, marks.locale());
        }
        None => format_spec::render_number_text(&mut out, &shown, &spec, Locale::C),
    }
    Ok(out.finish(th))
}

/// The number with the digits that a precision asks for.
fn cut(th: &ThreadState, rules: &Rules, number: Number, code: char, precision: usize) -> Res<Number> {
    let Some((coefficient, exponent)) = number.parts() else { return Ok(number) };
    let precision = precision as i64;
    let length = digits_of(coefficient);
    let kept = match code {
        'f' | 'F' | '%' => {
            th.check_room((exponent + precision).max(0) as usize)?;
            return Ok(rescaled(rules, &number, -precision));
        }
        _ if number.is_zero() => return Ok(number),
        'e' | 'E' => precision + 1,
        _ if length <= precision.max(1) => return Ok(number),
        _ => precision.max(1),
    };
    th.check_room((kept - length).max(0) as usize)?;
    let target = exponent + length - kept;
    let result = rescaled(rules, &number, target);
    // 9.99 became 10.0: one digit less.
    let grown = result.parts().is_some_and(|(coefficient, _)| digits_of(coefficient) > kept);
    Ok(if grown { rescaled(rules, &number, target + 1) } else { result })
}

fn rescaled(rules: &Rules, number: &Number, target: i64) -> Number {
    if number.is_zero() {
        return Number::finite(number.negative, UBig::ZERO, target);
    }
    arithmetic::quantize_to(rules, number, target)
}

fn finite_text(th: &ThreadState, number: Number, code: char, spec: &FormatSpec, capitals: bool) -> Res<String> {
    let is_fixed = matches!(code, 'f' | 'F' | '%');
    let number = match number.parts() {
        Some((coefficient, exponent)) if is_fixed && coefficient.is_zero() && exponent > 0 => {
            Number::finite(number.negative, UBig::ZERO, 0)
        }
        _ => number,
    };
    let Some((coefficient, exponent)) = number.parts() else { return Err(th.memory_error()) };
    let digits = coefficient.to_string();
    let left = exponent + digits.len() as i64;
    let place = match code {
        'e' | 'E' if number.is_zero() => 1 - spec.precision.unwrap_or(0) as i64,
        'e' | 'E' => 1,
        'f' | 'F' | '%' => left,
        _ if exponent <= 0 && left > -6 => left,
        _ => 1,
    };
    th.check_room(place.unsigned_abs() as usize)?;
    let mut shown = String::new();
    if number.negative {
        shown.push('-');
    }
    text::push_digits(&mut shown, &digits, place);
    if spec.alternate && !shown.contains('.') {
        shown.push('.');
    }
    if left != place || matches!(code, 'e' | 'E') {
        shown.push(if capitals { 'E' } else { 'e' });
        shown.push_str(&format!("{:+}", left - place));
    }
    if code == '%' {
        shown.push('%');
    }
    Ok(shown)
}
