//! Methods of `float`.

use std::borrow::Cow;

use algo::format_spec::{self, Align, Locale};
use algo::number::{float as float_text, float_exact, float_parse};
use dashu_int::IBig;
use macros::pymethods;

use super::arithmetic::check_finite;
use super::{FLOAT_PAYLOAD, FLOAT_TYPE, Float};
use crate::args::KwArgs;
use crate::error::Res;
use crate::objects::int::text::{ascii_number, number_error};
use crate::objects::str::Str;
use crate::objects::str::builder::StrBuilder;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

impl ThreadState {
    /// `float(value)`: `__float__`, `__index__`, text.
    pub fn to_float(&self, value: &Value) -> Res {
        if value.is_exactly(&FLOAT_TYPE) {
            return Ok(value.clone());
        }
        let slots = value.class().slots();
        if let (Some(convert), Some(_)) = (slots.nb_float.get(), value.as_float()) {
            // A subclass may define `__float__`.
            return self.float_by_slot(value, convert).map(|number| self.float(number));
        }
        if slots.nb_float.get().is_some() || slots.nb_index.get().is_some() {
            return self.to_f64(value).map(|number| self.float(number));
        }
        if let Some(number) = value.as_float() {
            return Ok(self.float(number));
        }
        let (parsed, shown) = if let Some(text) = value.as_str() {
            (float_parse::parse_float(&ascii_number(text)), value.clone())
        } else if self.has_buffer(value) {
            let bytes = self.readable_buffer(value)?.to_vec();
            let shown = if value.as_bytes().is_some() { value.clone() } else { self.bytes(&bytes) };
            (float_parse::parse_float(bytes.trim_ascii()), shown)
        } else {
            return Err(self.type_error(format_args!(
                "float() argument must be a string or a real number, not '{}'",
                value.class().full_name()
            )));
        };
        match parsed {
            Some(number) => Ok(self.float(number)),
            None => {
                let shown = self.repr_string(&shown)?;
                Err(self.value_error(format_args!("could not convert string to float: {shown}")))
            }
        }
    }

    /// `repr` of a float.
    pub fn float_repr(&self, number: f64) -> Value {
        let mut text = String::with_capacity(24);
        float_text::push_repr(&mut text, number);
        self.str_from_ascii(text.as_bytes())
    }
}

fn number(value: &Value) -> f64 {
    value.as_float().unwrap_or_default()
}

/// `int(number)` of a finite, whole number.
fn whole(th: &ThreadState, number: f64) -> Res {
    check_finite(th, number)?;
    if number.abs() < 4e18 { Ok(th.int(number as i64)) } else { Ok(th.int_from_big(float_exact::truncate(number))) }
}

/// Whether a subclass of `float` defines `__init__`.
fn has_own_init(cls: &Type) -> bool {
    match (cls.slots().init.get(), FLOAT_TYPE.slots().init.get()) {
        (Some(own), Some(plain)) => !std::ptr::fn_addr_eq(own, plain),
        (own, plain) => own.is_some() != plain.is_some(),
    }
}

/// Without white space as C defines it.
fn trim(mut text: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b'\t'..=b'\r' | b' ');
    while let [first, rest @ ..] = text
        && is_space(first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && is_space(last)
    {
        text = rest;
    }
    text
}

/// Convert a string or number to a floating-point number, if possible.
#[pymethods(class(name = "float", payload = FLOAT_PAYLOAD, flags(basetype, match_self), extra(arithmetic)))]
impl Float {
    #[pyslot("(x=0, /, **kwargs)", text = "(x=0, /)")]
    fn new(th: &ThreadState, cls: &Type, x: Option<&Value>, kwargs: KwArgs<'_>) -> Res {
        // A subclass with an `__init__` of its own may take names.
        if !kwargs.is_empty() && !has_own_init(cls) {
            return Err(th.type_error("float() takes no keyword arguments"));
        }
        let result = match x {
            Some(x) => th.to_float(x)?,
            None => th.float(0.0),
        };
        if std::ptr::eq(cls, &FLOAT_TYPE) { Ok(result) } else { Ok(th.float_of_class(cls, number(&result))) }
    }

    #[pyslot]
    fn repr(th: &ThreadState, value: &Value) -> Res {
        Ok(th.float_repr(number(value)))
    }

    /// Convert real number to a floating-point number.
    #[pyclassmethod("(number, /)")]
    fn from_number(th: &ThreadState, cls: &Value, number: &Value) -> Res {
        if number.is_exactly(&FLOAT_TYPE) && cls.is(FLOAT_TYPE.value_ref()) {
            return Ok(number.clone());
        }
        let result = th.float(th.to_f64(number)?);
        if cls.is(FLOAT_TYPE.value_ref()) { Ok(result) } else { th.call(cls, &[result]) }
    }

    /// Create a floating-point number from a hexadecimal string.
    ///
    /// >>> float.fromhex("0x1.8p+1")
    /// 3.0
    /// >>> float.fromhex("-0x.4")
    /// -0.25
    #[pyclassmethod("(string, /)")]
    fn fromhex(th: &ThreadState, cls: &Value, string: &Value) -> Res {
        let Some(text) = string.as_str() else {
            return Err(th.type_error("bad argument type for built-in operation"));
        };
        let bytes = text.to_wtf8();
        match float_parse::parse_hex_float(trim(&bytes)) {
            Ok(number) => {
                let result = th.float(number);
                if cls.is(FLOAT_TYPE.value_ref()) { Ok(result) } else { th.call(cls, &[result]) }
            }
            Err(float_parse::HexError::Invalid) => Err(th.value_error("invalid hexadecimal floating-point string")),
            Err(float_parse::HexError::TooLarge) => {
                Err(th.overflow_error("hexadecimal value too large to represent as a float"))
            }
        }
    }

    /// Return a hexadecimal representation of a floating-point number.
    ///
    /// >>> (0.75).hex()
    /// '0x1.8000000000000p-1'
    /// >>> (-2.5).hex()
    /// '-0x1.4000000000000p+1'
    #[pymethod]
    fn hex(slf: &Value) -> String {
        float_parse::hex_float(number(slf))
    }

    /// Return True if the float is an integer.
    #[pymethod]
    fn is_integer(slf: &Value) -> bool {
        let number = number(slf);
        number.is_finite() && number.trunc() == number
    }

    /// Return a pair of integers, whose ratio is exactly equal to the original float.
    ///
    /// >>> (2.5).as_integer_ratio()
    /// (5, 2)
    /// >>> (0.0).as_integer_ratio()
    /// (0, 1)
    /// >>> (-.125).as_integer_ratio()
    /// (-1, 8)
    #[pymethod]
    fn as_integer_ratio(th: &ThreadState, slf: &Value) -> Res {
        let number = number(slf);
        if number.is_infinite() {
            return Err(th.overflow_error("cannot convert Infinity to integer ratio"));
        }
        if number.is_nan() {
            return Err(th.value_error("cannot convert NaN to integer ratio"));
        }
        let (numerator, denominator) = float_exact::as_integer_ratio(number);
        Ok(th.tuple(&[th.int_from_big(numerator), th.int_from_big(IBig::from(denominator))]))
    }

    /// Return self, the complex conjugate of any float.
    #[pymethod]
    fn conjugate(th: &ThreadState, slf: &Value) -> Res {
        Float::exact(th, slf)
    }

    /// Return the Integral closest to x between 0 and x.
    #[pymethod(name = "__trunc__")]
    fn trunc_method(th: &ThreadState, slf: &Value) -> Res {
        Float::nb_int(th, slf)
    }

    /// Return the floor as an Integral.
    #[pymethod(name = "__floor__")]
    fn floor_method(th: &ThreadState, slf: &Value) -> Res {
        whole(th, number(slf).floor())
    }

    /// Return the ceiling as an Integral.
    #[pymethod(name = "__ceil__")]
    fn ceil_method(th: &ThreadState, slf: &Value) -> Res {
        whole(th, number(slf).ceil())
    }

    /// Return the Integral closest to x, rounding half toward even.
    ///
    /// When an argument is passed, work like built-in round(x, ndigits).
    #[pymethod("(ndigits=None, /)")]
    fn __round__(th: &ThreadState, slf: &Value, ndigits: Option<&Value>) -> Res {
        let number = number(slf);
        let Some(ndigits) = ndigits.filter(|ndigits| !ndigits.is_none()) else {
            return whole(th, number.round_ties_even());
        };
        let ndigits = th.index_clamped(ndigits)?;
        match float_exact::round_to_digits(number, ndigits as i64) {
            Some(rounded) => Ok(th.float(rounded)),
            None => Err(th.overflow_error("rounded value too large to represent")),
        }
    }

    #[pymethod]
    fn __getnewargs__(th: &ThreadState, slf: &Value) -> Res {
        Ok(th.tuple(&[th.float(number(slf))]))
    }

    /// Formats the float according to format_spec.
    #[pymethod("(format_spec, /)")]
    fn __format__(th: &ThreadState, slf: &Value, format_spec: &Str) -> Res {
        if format_spec.is_empty() {
            return th.str_of(slf);
        }
        let type_name =
            if slf.is_exactly(&FLOAT_TYPE) { Cow::Borrowed("float") } else { slf.class().full_name().into() };
        let points: Vec<u32> = format_spec.code_points().collect();
        let spec =
            format_spec::parse_spec(&points, 0, Align::Right, &type_name).map_err(|message| th.value_error(message))?;
        crate::objects::str::format::check_width(th, &spec)?;
        let mut out = StrBuilder::new();
        format_spec::render_float(&mut out, number(slf), &spec, &type_name, Locale::C)
            .map_err(|error| number_error(th, error))?;
        Ok(out.finish(th))
    }

    /// You probably don't want to use this function.
    ///
    ///   typestr
    ///     Must be 'double' or 'float'.
    ///
    /// It exists mainly to be used in Python's test suite.
    ///
    /// This function returns whichever of 'unknown', 'IEEE, big-endian' or 'IEEE,
    /// little-endian' best describes the format of floating-point numbers used by the
    /// C type named by typestr.
    #[pyclassmethod("(typestr, /)")]
    fn __getformat__(th: &ThreadState, cls: &Value, typestr: &Str) -> Res {
        let _ = cls;
        if !typestr.equals_ascii("double") && !typestr.equals_ascii("float") {
            return Err(th.value_error("__getformat__() argument 1 must be 'double' or 'float'"));
        }
        Ok(th.str(if cfg!(target_endian = "little") { "IEEE, little-endian" } else { "IEEE, big-endian" }))
    }

    /// the real part of a complex number
    #[pygetter]
    fn real(th: &ThreadState, slf: &Value) -> Res {
        Float::exact(th, slf)
    }

    /// the imaginary part of a complex number
    #[pygetter]
    fn imag(slf: &Value) -> f64 {
        let _ = slf;
        0.0
    }
}
