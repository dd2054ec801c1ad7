//! Numbers laid out by a [`FormatSpec`]: sign, prefix, grouped digits, fraction, padding.

use super::{Align, FormatSpec, Grouping, SignRule, TextSink, unknown_code};
use crate::number::float::{FloatCode, FloatStyle, format_float};
use crate::number::{IBig, Sign, int_math, int_text};

/// An integer as the runtime holds it.
#[derive(Clone, Copy)]
pub enum IntRef<'a> {
    Small(i64),
    Big(&'a IBig),
}

impl IntRef<'_> {
    fn is_negative(self) -> bool {
        match self {
            IntRef::Small(value) => value < 0,
            IntRef::Big(value) => value.sign() == Sign::Negative,
        }
    }

    /// Digits with a minus sign if negative.
    pub fn to_text(self, base: u32) -> String {
        match self {
            IntRef::Small(value) => int_text::small_to_text(value, base),
            IntRef::Big(value) => int_text::big_to_text(value, base),
        }
    }
}

/// What the `n` type needs to know of the locale. `grouping` is C's: group sizes from the right, the last one repeats
/// unless 127 (the C library's "no further grouping") ends it.
#[derive(Clone, Copy)]
pub struct Locale<'a> {
    pub decimal_point: &'a str,
    pub thousands_separator: &'a str,
    pub grouping: &'a [u8],
}

impl Locale<'static> {
    /// The C locale.
    pub const C: Locale<'static> = Locale { decimal_point: ".", thousands_separator: "", grouping: &[] };
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NumberError {
    /// A ValueError.
    Value(String),
    /// An OverflowError.
    Overflow(&'static str),
}

impl From<&str> for NumberError {
    fn from(text: &str) -> NumberError {
        NumberError::Value(text.to_owned())
    }
}

fn code_of(spec: &FormatSpec) -> char {
    char::from_u32(spec.code).unwrap_or('\u{FFFD}')
}

/// Whether an integer with this specification is to be formatted as a float (`e f g %` types).
pub fn render_int_as_float(spec: &FormatSpec) -> bool {
    matches!(code_of(spec), 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%')
}

/// Formats an integer with any type that is not a float's.
pub fn render_int<S: TextSink>(
    sink: &mut S,
    value: IntRef<'_>,
    spec: &FormatSpec,
    type_name: &str,
    locale: Locale<'_>,
) -> Result<(), NumberError> {
    let code = code_of(spec);
    let base = match code {
        'b' => 2,
        'c' => 0,
        'd' | 'n' | '\0' => 10,
        'o' => 8,
        'x' | 'X' => 16,
        _ => return Err(NumberError::Value(unknown_code(spec.code, type_name))),
    };
    if spec.precision.is_some() {
        return Err("Precision not allowed in integer format specifier".into());
    }
    if spec.no_negative_zero {
        return Err("Negative zero coercion (z) not allowed in integer format specifier".into());
    }
    if code == 'c' {
        return render_character(sink, value, spec);
    }
    let mut text = value.to_text(base).into_bytes();
    if code == 'X' {
        text.make_ascii_uppercase();
    }
    let digits = text.strip_prefix(b"-").unwrap_or(&text);
    let prefix = match (spec.alternate, code) {
        (true, 'b') => "0b",
        (true, 'o') => "0o",
        (true, 'x') => "0x",
        (true, 'X') => "0X",
        _ => "",
    };
    let number = Number { negative: value.is_negative(), prefix, whole: digits, ..Number::default() };
    let group = if base == 10 { 3 } else { 4 };
    number.render(sink, spec, locale, group);
    Ok(())
}

fn render_character<S: TextSink>(sink: &mut S, value: IntRef<'_>, spec: &FormatSpec) -> Result<(), NumberError> {
    if spec.sign.is_some() {
        return Err("Sign not allowed with integer format specifier 'c'".into());
    }
    if spec.alternate {
        return Err("Alternate form (#) not allowed with integer format specifier 'c'".into());
    }
    let code_point = match value {
        IntRef::Small(value) => {
            u32::try_from(value).ok().filter(|&c| c < 0x11_0000).ok_or(NumberError::Overflow(OUT_OF_RANGE))?
        }
        IntRef::Big(_) => return Err(NumberError::Overflow("Python int too large to convert to C long")),
    };
    let padding = Padding::new(spec, 1);
    sink.fill(spec.fill, padding.left);
    sink.push(code_point);
    sink.fill(spec.fill, padding.right);
    Ok(())
}

const OUT_OF_RANGE: &str = "%c arg not in range(0x110000)";

/// Formats a float (or an integer with a float's type, converted by the caller).
pub fn render_float<S: TextSink>(
    sink: &mut S,
    value: f64,
    spec: &FormatSpec,
    type_name: &str,
    locale: Locale<'_>,
) -> Result<(), NumberError> {
    let code = code_of(spec);
    let (float_code, upper, default_precision) = match code {
        'e' | 'E' => (FloatCode::Exponent, code == 'E', 6),
        'f' | 'F' | '%' => (FloatCode::Fixed, code == 'F', 6),
        'g' | 'G' | 'n' => (FloatCode::General, code == 'G', 6),
        '\0' if spec.precision.is_some() => (FloatCode::General, false, 0),
        '\0' => (FloatCode::Repr, false, 0),
        _ => return Err(NumberError::Value(unknown_code(spec.code, type_name))),
    };
    let precision = checked_precision(spec)?.unwrap_or(default_precision);
    let style =
        FloatStyle { code: float_code, precision, alternate: spec.alternate, add_dot_zero: code == '\0', upper };
    let mut text = String::with_capacity(32);
    format_float(&mut text, if code == '%' { value * 100.0 } else { value }, style);
    if code == '%' {
        text.push('%');
    }
    let number = Number::of_float(&text, spec.no_negative_zero);
    number.render(sink, spec, locale, 3);
    Ok(())
}

/// The most digits after the point that a float or complex number is asked for.
pub const LARGEST_PRECISION: usize = i32::MAX as usize - 1024;

/// Lays out the text of a number (digits, a point, an exponent) or of a special value.
pub fn render_number_text<S: TextSink>(sink: &mut S, text: &str, spec: &FormatSpec, locale: Locale<'_>) {
    Number::of_float(text, spec.no_negative_zero).render(sink, spec, locale, 3);
}

fn checked_precision(spec: &FormatSpec) -> Result<Option<usize>, NumberError> {
    match spec.precision {
        Some(precision) if precision > LARGEST_PRECISION => Err("precision too big".into()),
        precision => Ok(precision),
    }
}

/// Formats a complex number.
pub fn render_complex<S: TextSink>(
    sink: &mut S,
    (real, imag): (f64, f64),
    spec: &FormatSpec,
    type_name: &str,
    locale: Locale<'_>,
) -> Result<(), NumberError> {
    let code = code_of(spec);
    if !matches!(code, '\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n') {
        return Err(NumberError::Value(unknown_code(spec.code, type_name)));
    }
    if spec.fill == u32::from(b'0') {
        return Err("Zero padding is not allowed in complex format specifier".into());
    }
    if spec.align == Align::AfterSign {
        return Err("'=' alignment flag is not allowed in complex format specifier".into());
    }
    let (float_code, upper, default_precision) = match code {
        'e' | 'E' => (FloatCode::Exponent, code == 'E', 6),
        'f' | 'F' => (FloatCode::Fixed, code == 'F', 6),
        'g' | 'G' | 'n' => (FloatCode::General, code == 'G', 6),
        '\0' if spec.precision.is_some() => (FloatCode::General, false, 0),
        '\0' => (FloatCode::Repr, false, 0),
        _ => return Err(NumberError::Value(unknown_code(spec.code, type_name))),
    };
    let precision = checked_precision(spec)?.unwrap_or(default_precision);
    let style = FloatStyle { code: float_code, precision, alternate: spec.alternate, add_dot_zero: false, upper };
    let plain = code == '\0';
    let skip_real = plain && real == 0.0 && real.is_sign_positive();
    let parentheses = plain && !skip_real;
    let part_spec = FormatSpec { width: 0, fill: u32::from(b' '), ..spec.clone() };
    let mut body: Vec<u32> = Vec::new();
    if parentheses {
        body.push_ascii(b"(");
    }
    let mut text = String::with_capacity(32);
    if !skip_real {
        format_float(&mut text, real, style);
        Number::of_float(&text, spec.no_negative_zero).render(&mut body, &part_spec, locale, 3);
        text.clear();
    }
    format_float(&mut text, imag, style);
    let imag_spec = if skip_real { part_spec } else { FormatSpec { sign: Some(SignRule::Plus), ..part_spec } };
    Number::of_float(&text, spec.no_negative_zero).render(&mut body, &imag_spec, locale, 3);
    body.push_ascii(b"j");
    if parentheses {
        body.push_ascii(b")");
    }
    let padding = Padding::new(spec, body.len());
    sink.fill(spec.fill, padding.left);
    for &code_point in &body {
        sink.push(code_point);
    }
    sink.fill(spec.fill, padding.right);
    Ok(())
}

/// How much fill goes to either side.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Padding {
    pub left: usize,
    pub right: usize,
}

impl Padding {
    /// The padding of `len` code points; `=` counts as right alignment.
    pub fn new(spec: &FormatSpec, len: usize) -> Padding {
        let total = spec.width.saturating_sub(len);
        let left = match spec.align {
            Align::Left => 0,
            Align::Center => total / 2,
            Align::Right | Align::AfterSign => total,
        };
        Padding { left, right: total - left }
    }
}

/// Checks a specification for text and says how many code points of `len` to take and how to pad them.
pub fn string_padding(spec: &FormatSpec, len: usize, type_name: &str) -> Result<(usize, Padding), String> {
    if spec.code != u32::from(b's') {
        return Err(unknown_code(spec.code, type_name));
    }
    match spec.sign {
        Some(SignRule::Space) => return Err("Space not allowed in string format specifier".to_owned()),
        Some(_) => return Err("Sign not allowed in string format specifier".to_owned()),
        None => {}
    }
    if spec.no_negative_zero {
        return Err("Negative zero coercion (z) not allowed in string format specifier".to_owned());
    }
    if spec.alternate {
        return Err("Alternate form (#) not allowed in string format specifier".to_owned());
    }
    if spec.align == Align::AfterSign {
        return Err("'=' alignment not allowed in string format specifier".to_owned());
    }
    let taken = spec.precision.map_or(len, |precision| precision.min(len));
    Ok((taken, Padding::new(spec, taken)))
}

/// The parts of a number's text, ASCII.
#[derive(Clone, Copy, Default)]
struct Number<'a> {
    negative: bool,
    prefix: &'static str,
    whole: &'a [u8],
    /// Whether a decimal point follows.
    point: bool,
    fraction: &'a [u8],
    /// Exponent, percent sign, `inf`, `nan`.
    rest: &'a [u8],
}

impl<'a> Number<'a> {
    fn of_float(text: &'a str, no_negative_zero: bool) -> Number<'a> {
        let bytes = text.as_bytes();
        let mut negative = bytes.first() == Some(&b'-');
        let bytes = &bytes[usize::from(negative)..];
        let whole = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
        let (whole, mut rest) = bytes.split_at(whole);
        let point = rest.first() == Some(&b'.');
        let mut fraction: &[u8] = &[];
        if point {
            let len = rest[1..].iter().take_while(|b| b.is_ascii_digit()).count();
            fraction = &rest[1..1 + len];
            rest = &rest[1 + len..];
        }
        if no_negative_zero && !whole.is_empty() && whole.iter().chain(fraction).all(|&b| b == b'0') {
            negative = false;
        }
        Number { negative, prefix: "", whole, point, fraction, rest }
    }

    fn render<S: TextSink>(&self, sink: &mut S, spec: &FormatSpec, locale: Locale<'_>, group: u8) {
        let sizes = [group];
        let separator_of = |grouping: Grouping| if grouping == Grouping::Comma { "," } else { "_" };
        let (point, separator, grouping): (&str, &str, &[u8]) = match (spec.grouping, code_of(spec)) {
            (_, 'n') => (locale.decimal_point, locale.thousands_separator, locale.grouping),
            (Some(grouping), _) => (".", separator_of(grouping), &sizes),
            (None, _) => (".", "", &[]),
        };
        let sign = match (self.negative, spec.sign) {
            (true, _) => "-",
            (false, Some(SignRule::Plus)) => "+",
            (false, Some(SignRule::Space)) => " ",
            _ => "",
        };
        let fraction_separators = match spec.fraction_grouping {
            Some(_) => self.fraction.len().saturating_sub(1) / 3,
            None => 0,
        };
        let point_len = if self.point { point.chars().count() } else { 0 };
        let fixed =
            sign.len() + self.prefix.len() + point_len + self.fraction.len() + fraction_separators + self.rest.len();
        let zero_fill = spec.fill == u32::from(b'0') && spec.align == Align::AfterSign;
        let min_whole = if zero_fill { spec.width.saturating_sub(fixed) } else { 0 };
        let groups = Groups::new(self.whole.len(), min_whole, separator.chars().count(), grouping);
        let padding = spec.width.saturating_sub(fixed + groups.width());
        let left = match spec.align {
            Align::Right => padding,
            Align::Center => padding / 2,
            Align::Left | Align::AfterSign => 0,
        };
        let inner = if spec.align == Align::AfterSign { padding } else { 0 };
        sink.fill(spec.fill, left);
        sink.push_ascii(sign.as_bytes());
        sink.push_ascii(self.prefix.as_bytes());
        sink.fill(spec.fill, inner);
        groups.write(sink, self.whole, separator);
        if self.point {
            push_str(sink, point);
        }
        if let Some(grouping) = spec.fraction_grouping {
            for (i, group) in self.fraction.chunks(3).enumerate() {
                if i > 0 {
                    sink.push(grouping.separator() as u32);
                }
                sink.push_ascii(group);
            }
        } else {
            sink.push_ascii(self.fraction);
        }
        sink.push_ascii(self.rest);
        sink.fill(spec.fill, padding - left - inner);
    }
}

fn push_str<S: TextSink>(sink: &mut S, text: &str) {
    for c in text.chars() {
        sink.push(c as u32);
    }
}

/// The whole part cut into groups: sizes from the right, zeros included. Zero padding never breaks a group, so that the
/// width may be exceeded by one.
struct Groups {
    /// Group sizes from the right; every size but the last one is followed by a separator to its left.
    head: Vec<usize>,
    separator_len: usize,
}

impl Groups {
    fn new(digits: usize, min_width: usize, separator_len: usize, grouping: &[u8]) -> Groups {
        if digits == 0 {
            return Groups { head: Vec::new(), separator_len };
        }
        let mut digits = digits as isize;
        let mut min_width = min_width as isize;
        let mut head = Vec::new();
        let mut sizes = grouping.iter().copied();
        let mut repeat = 0u8;
        let mut finished = false;
        loop {
            let size = sizes.next().unwrap_or(repeat);
            repeat = size;
            // Zero means "no group at all"; 127 that no further grouping is wanted.
            if size == 0 || size == 127 {
                break;
            }
            let len = isize::from(size as i8).min(digits.max(min_width).max(1));
            head.push(len as usize);
            digits -= len.min(digits);
            min_width -= len;
            if digits <= 0 && min_width <= 0 {
                finished = true;
                break;
            }
            min_width -= separator_len as isize;
        }
        if !finished {
            head.push(digits.max(min_width).max(1) as usize);
        }
        Groups { head, separator_len }
    }

    fn width(&self) -> usize {
        self.head.iter().sum::<usize>() + self.separator_len * self.head.len().saturating_sub(1)
    }

    fn write<S: TextSink>(&self, sink: &mut S, digits: &[u8], separator: &str) {
        let total: usize = self.head.iter().sum();
        let mut zeros = total.saturating_sub(digits.len());
        let mut rest = digits;
        for (i, &size) in self.head.iter().rev().enumerate() {
            if i > 0 {
                push_str(sink, separator);
            }
            let padded = zeros.min(size);
            sink.fill(u32::from(b'0'), padded);
            zeros -= padded;
            let (group, after) = rest.split_at((size - padded).min(rest.len()));
            sink.push_ascii(group);
            rest = after;
        }
    }
}

/// Converts a big integer for formatting as a float.
pub fn int_to_float(value: IntRef<'_>) -> Result<f64, NumberError> {
    match value {
        IntRef::Small(value) => Ok(value as f64),
        IntRef::Big(value) => int_math::to_f64(value).ok_or(NumberError::Overflow("int too large to convert to float")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_spec;
    use super::*;

    fn int(value: i64, spec: &str) -> String {
        let points: Vec<u32> = spec.chars().map(|c| c as u32).collect();
        let spec = match parse_spec(&points, u32::from(b'd'), Align::Right, "int") {
            Ok(spec) => spec,
            Err(error) => return error,
        };
        let mut out = String::new();
        let result = if render_int_as_float(&spec) {
            render_float(&mut out, value as f64, &spec, "int", Locale::C)
        } else {
            render_int(&mut out, IntRef::Small(value), &spec, "int", Locale::C)
        };
        match result {
            Ok(()) => out,
            Err(NumberError::Value(text)) => text,
            Err(NumberError::Overflow(text)) => text.to_owned(),
        }
    }

    fn float(value: f64, spec: &str) -> String {
        let points: Vec<u32> = spec.chars().map(|c| c as u32).collect();
        let spec = match parse_spec(&points, 0, Align::Right, "float") {
            Ok(spec) => spec,
            Err(error) => return error,
        };
        let mut out = String::new();
        match render_float(&mut out, value, &spec, "float", Locale::C) {
            Ok(()) => out,
            Err(NumberError::Value(text)) => text,
            Err(NumberError::Overflow(text)) => text.to_owned(),
        }
    }

    fn complex(real: f64, imag: f64, spec: &str) -> String {
        let points: Vec<u32> = spec.chars().map(|c| c as u32).collect();
        let spec = match parse_spec(&points, 0, Align::Right, "complex") {
            Ok(spec) => spec,
            Err(error) => return error,
        };
        let mut out = String::new();
        match render_complex(&mut out, (real, imag), &spec, "complex", Locale::C) {
            Ok(()) => out,
            Err(NumberError::Value(text)) => text,
            Err(NumberError::Overflow(text)) => text.to_owned(),
        }
    }

    #[test]
    fn integers() {
        for (value, spec, expected) in [
            (42, "010,", "00,000,042"),
            (42, "010_x", "0_0000_002a"),
            (42, "05,d", "0,042"),
            (1234567, "012,", "0,001,234,567"),
            (42, "#_b", "0b10_1010"),
            (42, "<010", "4200000000"),
            (42, "^010", "0000420000"),
            (42, "=5", "   42"),
            (42, "\u{20ac}>5", "\u{20ac}\u{20ac}\u{20ac}42"),
            (42, ".2d", "Precision not allowed in integer format specifier"),
            (42, "z_", "Negative zero coercion (z) not allowed in integer format specifier"),
            (42, "+c", "Sign not allowed with integer format specifier 'c'"),
            (42, "05c", "0000*"),
            (-1, "c", "%c arg not in range(0x110000)"),
            (-5, "+#08b", "-0b00101"),
            (5, "07_x", "00_0005"),
            (42, ".,", "42"),
            (42, "%", "4200.000000%"),
            (0xabcdef12345, "#024_x", "0x00_0000_0abc_def1_2345"),
            (42, "q", "Unknown format code 'q' for object of type 'int'"),
        ] {
            assert_eq!(int(value, spec), expected, "{value} {spec}");
        }
    }

    #[test]
    fn floats() {
        for (value, spec, expected) in [
            (-3.7, "010,", "-000,003.7"),
            (f64::NAN, "010,", "0000000nan"),
            (f64::NAN, "+010", "+000000nan"),
            (-0.04, "+z.1f", "+0.0"),
            (-0.04, "z.0f", "0"),
            (-3.7, "z.0", "-4e+00"),
            (-3.7, "#.3", "-3.70"),
            (1e16, ",", "1e+16"),
            (1e15, ",", "1,000,000,000,000,000.0"),
            (1234567.8901234, "020,.7,f", "01,234,567.890,123,4"),
            (-3.7, "_.6_f", "-3.700_000"),
            (-3.7, "=5", "- 3.7"),
            (-3.7, "^010", "000-3.7000"),
            (-3.7, ".9999999999", "precision too big"),
            (1.5, "%", "150.000000%"),
            (1.5, "", "1.5"),
            (1.5, "E", "1.500000E+00"),
        ] {
            assert_eq!(float(value, spec), expected, "{value} {spec}");
        }
    }

    #[test]
    fn complex_numbers() {
        for ((real, imag), spec, expected) in [
            ((1234.5, -2.25), "", "(1234.5-2.25j)"),
            ((1234.5, -2.25), "05", "Zero padding is not allowed in complex format specifier"),
            ((1234.5, -2.25), ".3", "(1.23e+03-2.25j)"),
            ((1234.5, -2.25), "^20", "   (1234.5-2.25j)   "),
            ((1234.5, -2.25), ",.2f", "1,234.50-2.25j"),
            ((0.0, 3.0), "", "3j"),
            ((-0.0, 3.0), "", "(-0+3j)"),
            ((0.0, 3.0), "g", "0+3j"),
            ((1.0, -0.0), "+", "(+1-0j)"),
            ((123456.0, 2.0), ",", "(123,456+2j)"),
        ] {
            assert_eq!(complex(real, imag, spec), expected, "{spec}");
        }
    }

    #[test]
    fn strings() {
        let spec = |text: &str| {
            let points: Vec<u32> = text.chars().map(|c| c as u32).collect();
            parse_spec(&points, u32::from(b's'), Align::Left, "str")
        };
        let pad = |text: &str| spec(text).and_then(|spec| string_padding(&spec, 4, "str"));
        assert_eq!(pad("05"), Ok((4, Padding { left: 0, right: 1 })));
        assert_eq!(pad("*^9.2s"), Ok((2, Padding { left: 3, right: 4 })));
        assert_eq!(pad("=5"), Err("'=' alignment not allowed in string format specifier".to_owned()));
        assert_eq!(pad(","), Err("Cannot specify ',' with 's'.".to_owned()));
        assert_eq!(pad("10x"), Err("Unknown format code 'x' for object of type 'str'".to_owned()));
    }
}
