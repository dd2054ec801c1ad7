//! Methods of `complex`: construction, text.

use algo::format_spec::{self, Align, Locale};
use algo::number::float::{FloatCode, FloatStyle, format_float};
use algo::number::float_parse::parse_float_prefix;
use macros::pymethods;

use super::complex::{COMPLEX_PAYLOAD, COMPLEX_TYPE, Complex};
use crate::args::{self, Param, ParamKind, Signature};
use crate::error::Res;
use crate::objects::exceptions as exc;
use crate::objects::int::text::{ascii_number, number_error};
use crate::objects::str::Str;
use crate::objects::str::builder::StrBuilder;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

const fn part(name: &'static str) -> Param {
    Param { name, kind: ParamKind::PositionalOrKeyword, required: false }
}

/// How `complex(...)` takes its arguments; it has to know which came by name.
static SIGNATURE: Signature = Signature {
    name: "complex",
    owner: "",
    text: None,
    doc: None,
    params: &[part("real"), part("imag")],
    constructor: true,
};

/// Reads `1`, `2j`, `1+2j`, in parentheses or not.
fn parse(text: &[u8]) -> Option<(f64, f64)> {
    let mut text = text.trim_ascii();
    if let Some(inner) = text.strip_prefix(b"(") {
        text = inner.strip_suffix(b")")?.trim_ascii();
    }
    let mut cleaned = Vec::with_capacity(text.len());
    for (at, &byte) in text.iter().enumerate() {
        if byte == b'_' {
            let digit = |index: Option<usize>| index.and_then(|index| text.get(index)).is_some_and(u8::is_ascii_digit);
            if !digit(at.checked_sub(1)) || !digit(Some(at + 1)) {
                return None;
            }
        } else {
            cleaned.push(byte);
        }
    }
    let is_j = |byte: Option<&u8>| matches!(byte, Some(b'j' | b'J'));
    // A part without digits, as in "1-j", is one.
    let unit = |text: &[u8]| match text {
        [b'+', rest @ ..] if is_j(rest.first()) => Some((1.0, 1)),
        [b'-', rest @ ..] if is_j(rest.first()) => Some((-1.0, 1)),
        rest if is_j(rest.first()) => Some((1.0, 0)),
        _ => None,
    };
    let text = &cleaned[..];
    let (first, used) = parse_float_prefix(text).or_else(|| unit(text))?;
    let rest = &text[used..];
    match rest {
        [] => Some((first, 0.0)),
        [b'j' | b'J'] => Some((0.0, first)),
        [b'+' | b'-', ..] => {
            let (second, used) = parse_float_prefix(rest).or_else(|| unit(rest))?;
            matches!(rest[used..], [b'j' | b'J']).then_some((first, second))
        }
        _ => None,
    }
}

/// What `__complex__` gives, if the class has it.
fn try_special(th: &ThreadState, value: &Value) -> Res<Option<(f64, f64)>> {
    if value.is_exactly(&COMPLEX_TYPE) {
        return Ok(value.as_complex());
    }
    let Some(result) = th.call_special(value, &th.names().__complex__, &[])? else { return Ok(None) };
    let name = |value: &Value| value.class().full_name();
    let Some(pair) = result.as_complex() else {
        return Err(th.type_error(format_args!("__complex__ returned non-complex (type {})", name(&result))));
    };
    if !result.is_exactly(&COMPLEX_TYPE) {
        let found = name(&result);
        let message = format!(
            "__complex__ returned non-complex (type {found}).  The ability to return an instance of a strict \
             subclass of complex is deprecated, and may be removed in a future version of Python."
        );
        crate::warnings::warn(th, &exc::DEPRECATION_WARNING, &message)?;
    }
    Ok(Some(pair))
}

fn is_real(value: &Value) -> bool {
    let slots = value.class().slots();
    slots.nb_float.get().is_some() || slots.nb_index.get().is_some()
}

fn of_class(th: &ThreadState, cls: &Type, (real, imag): (f64, f64)) -> Value {
    th.new_instance(cls, Complex { real, imag })
}

impl ThreadState {
    /// A number as a complex one: `__complex__`, else a real number.
    pub fn to_complex(&self, value: &Value) -> Res<(f64, f64)> {
        if let Some(pair) = value.as_complex() {
            return Ok(pair);
        }
        match try_special(self, value)? {
            Some(pair) => Ok(pair),
            None => Ok((self.to_f64(value)?, 0.0)),
        }
    }
}

fn push_part(out: &mut String, number: f64) {
    let style = FloatStyle { code: FloatCode::Repr, precision: 0, alternate: false, add_dot_zero: false, upper: false };
    format_float(out, number, style);
}

/// Is there an underscore that is not between two digits?
fn has_stray_underscore(number: &[u8]) -> bool {
    let is_digit = |at: Option<usize>| at.and_then(|at| number.get(at)).is_some_and(u8::is_ascii_digit);
    let stray = |at: usize| !is_digit(at.checked_sub(1)) || !is_digit(at.checked_add(1));
    number.iter().enumerate().any(|(at, &byte)| byte == b'_' && stray(at))
}

/// Create a complex number from a string or numbers.
///
/// If a string is given, parse it as a complex number.
/// If a single number is given, convert it to a complex number.
/// If the 'real' or 'imag' arguments are given, create a complex number
/// with the specified real and imaginary components.
#[pymethods(class(name = "complex", payload = COMPLEX_PAYLOAD, flags(basetype), extra(arithmetic)))]
impl Complex {
    #[pyslot(text = "(real=0, imag=0)")]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let name = |value: &Value| value.class().full_name();
        let mut bound = [None, None];
        args::bind(th, &SIGNATURE, args, kwnames, &mut bound)?;
        let [real, imag] = bound;
        // One argument by its name is a part; by position it may be a text, or complex.
        if imag.is_none() && (real.is_none() || kwnames.is_empty()) {
            let Some(value) = real else { return Ok(of_class(th, cls, (0.0, 0.0))) };
            if value.is_exactly(&COMPLEX_TYPE) && std::ptr::eq(cls, &COMPLEX_TYPE) {
                return Ok(value.clone());
            }
            if let Some(text) = value.as_str() {
                let number = ascii_number(text);
                return match parse(&number) {
                    Some(pair) => Ok(of_class(th, cls, pair)),
                    None if has_stray_underscore(&number) => {
                        let shown = th.repr_string(value)?;
                        Err(th.value_error(format_args!("could not convert string to complex: {shown}")))
                    }
                    None => Err(th.value_error("complex() arg is a malformed string")),
                };
            }
            if let Some(pair) = try_special(th, value)? {
                return Ok(of_class(th, cls, pair));
            }
            if let Some(pair) = value.as_complex() {
                return Ok(of_class(th, cls, pair));
            }
            if !is_real(value) {
                let found = name(value);
                return Err(th.type_error(format_args!("complex() argument must be a string or a number, not {found}")));
            }
            return Ok(of_class(th, cls, (th.to_f64(value)?, 0.0)));
        }
        let mut result = (0.0, 0.0);
        if let Some(value) = real {
            let special = try_special(th, value)?.or_else(|| value.as_complex());
            if let Some(pair) = special {
                let found = name(value);
                let message = format!("complex() argument 'real' must be a real number, not {found}");
                crate::warnings::warn(th, &exc::DEPRECATION_WARNING, &message)?;
                result = pair;
            } else if is_real(value) {
                result.0 = th.to_f64(value)?;
            } else {
                let found = name(value);
                return Err(th.type_error(format_args!("complex() argument 'real' must be a real number, not {found}")));
            }
        }
        let Some(imag) = imag else { return Ok(of_class(th, cls, result)) };
        if let Some((real, inner)) = imag.as_complex() {
            let found = name(imag);
            let message = format!("complex() argument 'imag' must be a real number, not {found}");
            crate::warnings::warn(th, &exc::DEPRECATION_WARNING, &message)?;
            result = (result.0 - inner, result.1 + real);
        } else if is_real(imag) {
            // A real number has no imaginary zero to be added: the sign of `imag` stays.
            let imag = th.to_f64(imag)?;
            result.1 = if real.is_some_and(|real| real.as_complex().is_some()) { result.1 + imag } else { imag };
        } else {
            let found = name(imag);
            return Err(th.type_error(format_args!("complex() argument 'imag' must be a real number, not {found}")));
        }
        Ok(of_class(th, cls, result))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        let mut text = String::with_capacity(32);
        if self.real == 0.0 && self.real.is_sign_positive() {
            push_part(&mut text, self.imag);
            text.push('j');
        } else {
            text.push('(');
            push_part(&mut text, self.real);
            let start = text.len();
            push_part(&mut text, self.imag);
            if !text[start..].starts_with('-') {
                text.insert(start, '+');
            }
            text.push_str("j)");
        }
        Ok(th.str_from_ascii(text.as_bytes()))
    }

    /// Convert number to a complex floating-point number.
    #[pyclassmethod("(number, /)")]
    fn from_number(th: &ThreadState, cls: &Value, number: &Value) -> Res {
        if number.is_exactly(&COMPLEX_TYPE) && cls.is(COMPLEX_TYPE.value_ref()) {
            return Ok(number.clone());
        }
        let result = th.complex_pair(th.to_complex(number)?);
        if cls.is(COMPLEX_TYPE.value_ref()) { Ok(result) } else { th.call(cls, &[result]) }
    }

    /// Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.
    #[pymethod]
    fn conjugate(&self, th: &ThreadState) -> Res {
        Ok(th.complex_pair((self.real, -self.imag)))
    }

    #[pymethod]
    fn __getnewargs__(&self, th: &ThreadState) -> Res {
        Ok(th.tuple(&[th.float(self.real), th.float(self.imag)]))
    }

    /// Convert this value to exact type complex.
    #[pymethod]
    fn __complex__(&self, th: &ThreadState, slf: &Value) -> Res {
        Ok(if slf.is_exactly(&COMPLEX_TYPE) { slf.clone() } else { th.complex_pair((self.real, self.imag)) })
    }

    /// Convert to a string according to format_spec.
    #[pymethod("(format_spec, /)")]
    fn __format__(&self, th: &ThreadState, slf: &Value, format_spec: &Str) -> Res {
        if format_spec.is_empty() {
            return th.str_of(slf);
        }
        let type_name = slf.class().full_name();
        let points: Vec<u32> = format_spec.code_points().collect();
        let spec =
            format_spec::parse_spec(&points, 0, Align::Right, &type_name).map_err(|message| th.value_error(message))?;
        crate::objects::str::format::check_width(th, &spec)?;
        let mut out = StrBuilder::new();
        format_spec::render_complex(&mut out, (self.real, self.imag), &spec, &type_name, Locale::C)
            .map_err(|error| number_error(th, error))?;
        Ok(out.finish(th))
    }

    /// the real part of a complex number
    #[pygetter(member)]
    fn real(&self) -> f64 {
        self.real
    }

    /// the imaginary part of a complex number
    #[pygetter(member)]
    fn imag(&self) -> f64 {
        self.imag
    }
}
