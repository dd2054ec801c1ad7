//! `%` formatting: the parser of `%(key)-+ #0width.precision` pieces for text and bytes, and the layout of numbers.
//!
//! The runtime takes arguments from the tuple or mapping between the pieces; errors that the reference would notice only
//! after consuming arguments are therefore kept in the piece and raised when their turn comes.

use std::ops::Range;

use crate::format_spec::{IntRef, TextSink};
use crate::number::float::{FloatCode, FloatStyle, format_float};

/// A code unit of the format: `u8`, `u16` or `u32`.
pub trait Unit: Copy {
    fn code_point(self) -> u32;
}

impl Unit for u8 {
    fn code_point(self) -> u32 {
        u32::from(self)
    }
}

impl Unit for u16 {
    fn code_point(self) -> u32 {
        u32::from(self)
    }
}

impl Unit for u32 {
    fn code_point(self) -> u32 {
        self
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PercentFlags {
    pub left: bool,
    pub plus: bool,
    pub space: bool,
    pub alternate: bool,
    pub zero: bool,
}

/// A width or precision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Amount {
    Given(usize),
    /// `*`: the next argument says.
    Star,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PercentError {
    /// "incomplete format key"
    IncompleteKey,
    /// "incomplete format"
    Incomplete,
    /// "width too big"
    WidthTooBig,
    /// "precision too big"
    PrecisionTooBig,
}

impl PercentError {
    /// The words of the ValueError.
    pub fn message(self) -> &'static str {
        match self {
            PercentError::IncompleteKey => "incomplete format key",
            PercentError::Incomplete => "incomplete format",
            PercentError::WidthTooBig => "width too big",
            PercentError::PrecisionTooBig => "precision too big",
        }
    }
}

/// One conversion. What follows an error is left at its default.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Conversion {
    /// The key in parentheses; the format then needs a mapping.
    pub key: Option<Range<usize>>,
    pub flags: PercentFlags,
    pub width: Option<Amount>,
    pub precision: Option<Amount>,
    /// The conversion's code point, and its index in the format for the error message.
    pub code: u32,
    pub index: usize,
    /// To be raised after the stars are served (and after "format requires a mapping").
    pub error: Option<PercentError>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// Text between conversions.
    Literal(Range<usize>),
    /// `%%`
    Percent,
    Conversion(Conversion),
}

/// An iterator over the pieces of a format.
pub struct Pieces<'a, U> {
    format: &'a [U],
    at: usize,
}

impl<'a, U: Unit> Pieces<'a, U> {
    pub fn new(format: &'a [U]) -> Pieces<'a, U> {
        Pieces { format, at: 0 }
    }

    fn peek(&self) -> Option<u32> {
        self.format.get(self.at).map(|unit| unit.code_point())
    }

    fn peek_char(&self) -> Option<char> {
        self.peek().and_then(char::from_u32)
    }

    fn conversion(&mut self) -> Conversion {
        let mut conversion = Conversion::default();
        if let Err(error) = self.fields(&mut conversion) {
            conversion.error = Some(error);
            self.at = self.format.len();
        }
        conversion
    }

    fn fields(&mut self, conversion: &mut Conversion) -> Result<(), PercentError> {
        if self.peek_char() == Some('(') {
            let start = self.at + 1;
            conversion.key = Some(start..start);
            let mut depth = 0usize;
            loop {
                match self.peek_char().or(self.peek().map(|_| '\u{FFFD}')) {
                    Some('(') => depth += 1,
                    Some(')') if depth == 1 => break,
                    Some(')') => depth -= 1,
                    Some(_) => {}
                    None => {
                        conversion.key = None;
                        return Err(PercentError::IncompleteKey);
                    }
                }
                self.at += 1;
            }
            conversion.key = Some(start..self.at);
            self.at += 1;
        }
        let flags = &mut conversion.flags;
        loop {
            match self.peek_char() {
                Some('-') => flags.left = true,
                Some('+') => flags.plus = true,
                Some(' ') => flags.space = true,
                Some('#') => flags.alternate = true,
                Some('0') => flags.zero = true,
                _ => break,
            }
            self.at += 1;
        }
        conversion.width = self.amount(isize::MAX as usize, PercentError::WidthTooBig)?;
        if self.peek_char() == Some('.') {
            self.at += 1;
            let amount = self.amount(i32::MAX as usize, PercentError::PrecisionTooBig)?;
            conversion.precision = Some(amount.unwrap_or(Amount::Given(0)));
        }
        if matches!(self.peek_char(), Some('h' | 'l' | 'L')) {
            self.at += 1;
        }
        conversion.code = self.peek().ok_or(PercentError::Incomplete)?;
        conversion.index = self.at;
        self.at += 1;
        Ok(())
    }

    fn amount(&mut self, limit: usize, error: PercentError) -> Result<Option<Amount>, PercentError> {
        if self.peek_char() == Some('*') {
            self.at += 1;
            return Ok(Some(Amount::Star));
        }
        let mut value: Option<usize> = None;
        while let Some(digit) = self.peek_char().and_then(|c| c.to_digit(10)) {
            let next = value.unwrap_or(0).checked_mul(10).and_then(|v| v.checked_add(digit as usize));
            value = Some(next.filter(|&v| v <= limit).ok_or(error)?);
            self.at += 1;
        }
        Ok(value.map(Amount::Given))
    }
}

impl<U: Unit> Iterator for Pieces<'_, U> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let percent = |unit: &U| unit.code_point() == u32::from(b'%');
        let rest = self.format.get(self.at..)?;
        match rest.iter().position(percent) {
            None if rest.is_empty() => None,
            Some(0) => {
                self.at += 1;
                if self.peek_char() == Some('%') {
                    self.at += 1;
                    return Some(Piece::Percent);
                }
                Some(Piece::Conversion(self.conversion()))
            }
            end => {
                let start = self.at;
                self.at = end.map_or(self.format.len(), |end| start + end);
                Some(Piece::Literal(start..self.at))
            }
        }
    }
}

/// The text of `%d %i %u %o %x %X`: sign, prefix, digits (zero-padded to the precision).
pub fn int_body(value: IntRef<'_>, code: char, alternate: bool, precision: Option<usize>) -> String {
    let base = match code {
        'o' => 8,
        'x' | 'X' => 16,
        _ => 10,
    };
    let mut digits = value.to_text(base);
    let negative = digits.starts_with('-');
    if code == 'X' {
        digits.make_ascii_uppercase();
    }
    let prefix = match (alternate, code) {
        (true, 'o') => "0o",
        (true, 'x') => "0x",
        (true, 'X') => "0X",
        _ => "",
    };
    let plain = if negative { &digits[1..] } else { &digits[..] };
    let zeros = precision.unwrap_or(0).saturating_sub(plain.len());
    if prefix.is_empty() && zeros == 0 {
        return digits;
    }
    let mut out = String::with_capacity(plain.len() + zeros + 3);
    if negative {
        out.push('-');
    }
    out.push_str(prefix);
    out.extend(std::iter::repeat_n('0', zeros));
    out.push_str(plain);
    out
}

/// The text of `%e %f %g` and their capitals.
pub fn float_body(value: f64, code: char, alternate: bool, precision: Option<usize>) -> String {
    let float_code = match code.to_ascii_lowercase() {
        'e' => FloatCode::Exponent,
        'f' => FloatCode::Fixed,
        _ => FloatCode::General,
    };
    let style = FloatStyle {
        code: float_code,
        precision: precision.unwrap_or(6),
        alternate,
        add_dot_zero: false,
        upper: code.is_ascii_uppercase(),
    };
    let mut out = String::with_capacity(32);
    format_float(&mut out, value, style);
    out
}

/// Writes a number's text with sign flags and padding.
pub fn render_number<S: TextSink>(sink: &mut S, body: &str, code: char, flags: PercentFlags, width: usize) {
    let (mut sign, rest) = match body.as_bytes().split_first() {
        Some((&sign @ (b'-' | b'+'), rest)) => (Some(sign), rest),
        _ => (None, body.as_bytes()),
    };
    if sign.is_none() {
        sign = if flags.plus {
            Some(b'+')
        } else if flags.space {
            Some(b' ')
        } else {
            None
        };
    }
    let prefixed = flags.alternate && matches!(code, 'x' | 'X' | 'o') && rest.len() > 2;
    let (prefix, digits) = rest.split_at(if prefixed { 2 } else { 0 });
    let padding = width.saturating_sub(rest.len() + usize::from(sign.is_some()));
    let sign = sign.as_slice();
    if flags.left {
        sink.push_ascii(sign);
        sink.push_ascii(rest);
        sink.fill(u32::from(b' '), padding);
    } else if flags.zero {
        sink.push_ascii(sign);
        sink.push_ascii(prefix);
        sink.fill(u32::from(b'0'), padding);
        sink.push_ascii(digits);
    } else {
        sink.fill(u32::from(b' '), padding);
        sink.push_ascii(sign);
        sink.push_ascii(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(format: &str) -> Conversion {
        match Pieces::new(format.as_bytes()).next() {
            Some(Piece::Conversion(conversion)) => conversion,
            other => panic!("{other:?}"),
        }
    }

    fn int(format: &str, value: i64) -> String {
        let c = one(format);
        let amount = |amount| match amount {
            Some(Amount::Given(n)) => Some(n),
            _ => None,
        };
        let code = c.code as u8 as char;
        let body = int_body(IntRef::Small(value), code, c.flags.alternate, amount(c.precision));
        let mut out = String::new();
        render_number(&mut out, &body, code, c.flags, amount(c.width).unwrap_or(0));
        out
    }

    #[test]
    fn pieces() {
        let all: Vec<Piece> = Pieces::new(b"a%%b%(k(x))-5.2lsz".as_slice()).collect();
        assert_eq!(all.len(), 5);
        let Piece::Conversion(c) = &all[3] else { panic!() };
        assert_eq!(
            (c.key.clone(), c.width, c.precision),
            (Some(6..10), Some(Amount::Given(5)), Some(Amount::Given(2)))
        );
        assert_eq!((c.code, c.index), (u32::from(b's'), 16));
        assert_eq!(one("%(a").error, Some(PercentError::IncompleteKey));
        assert_eq!(one("%(a)").error, Some(PercentError::Incomplete));
        assert_eq!(one("%*").error, Some(PercentError::Incomplete));
        assert_eq!(one("%99999999999999999999d").error, Some(PercentError::WidthTooBig));
        assert_eq!(one("%.9999999999d").error, Some(PercentError::PrecisionTooBig));
    }

    #[test]
    fn numbers() {
        for (format, value, expected) in [
            ("%05.3d", 7, "00007"),
            ("%-05d", 5, "5    "),
            ("%+05d", 5, "+0005"),
            ("% 5d", 5, "    5"),
            ("%#X", 255, "0XFF"),
            ("%#010x", 255, "0x000000ff"),
            ("%#10x", 255, "      0xff"),
            ("%-#10x", 255, "0xff      "),
            ("%#.3x", 1, "0x001"),
            ("%+#08x", -255, "-0x000ff"),
            ("%+ d", 3, "+3"),
            ("%.0d", 0, "0"),
        ] {
            assert_eq!(int(format, value), expected, "{format} {value}");
        }
        let mut out = String::new();
        let flags = PercentFlags { zero: true, plus: true, ..PercentFlags::default() };
        render_number(&mut out, &float_body(1.25, 'f', false, Some(1)), 'f', flags, 5);
        assert_eq!(out, "+01.2");
    }
}
