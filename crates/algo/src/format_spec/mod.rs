//! The format mini-language of `format()` and f-strings: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.
//!
//! This file parses it with the reference's error messages; [`render`] lays numbers out with it. Text goes to a
//! [`TextSink`], so that the runtime's string builder receives it without a copy.

pub mod render;

pub use render::{
    IntRef, LARGEST_PRECISION, Locale, NumberError, Padding, int_to_float, render_complex, render_float, render_int,
    render_int_as_float, render_number_text, string_padding,
};

/// Where rendered text goes: the runtime's string builder, or a vector of code points.
pub trait TextSink {
    fn push(&mut self, code_point: u32);
    fn push_ascii(&mut self, text: &[u8]) {
        for &byte in text {
            self.push(u32::from(byte));
        }
    }
    fn fill(&mut self, code_point: u32, count: usize) {
        for _ in 0..count {
            self.push(code_point);
        }
    }
}

impl TextSink for Vec<u32> {
    fn push(&mut self, code_point: u32) {
        Vec::push(self, code_point);
    }
}

impl TextSink for String {
    fn push(&mut self, code_point: u32) {
        String::push(self, char::from_u32(code_point).unwrap_or('\u{FFFD}'));
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    Left,
    Right,
    Center,
    /// `=`: the padding goes between sign and digits.
    AfterSign,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SignRule {
    /// Only negative numbers show one.
    Minus,
    Plus,
    Space,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grouping {
    Comma,
    Underscore,
}

impl Grouping {
    fn separator(self) -> char {
        match self {
            Grouping::Comma => ',',
            Grouping::Underscore => '_',
        }
    }
}

/// A parsed specification. `code` is 0 if none was given and the default of the type applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatSpec {
    pub fill: u32,
    pub align: Align,
    pub sign: Option<SignRule>,
    pub no_negative_zero: bool,
    pub alternate: bool,
    pub width: usize,
    pub grouping: Option<Grouping>,
    pub precision: Option<usize>,
    pub fraction_grouping: Option<Grouping>,
    pub code: u32,
}

/// The text of a ValueError.
pub type SpecError = String;

/// Parses a specification given as code points. `default_align` is right for numbers and left for text;
/// `default_code` stands for a missing type in the check of the separators (`s` for text, 0 for float and complex).
pub fn parse_spec(
    spec: &[u32],
    default_code: u32,
    default_align: Align,
    type_name: &str,
) -> Result<FormatSpec, SpecError> {
    let mut parser = Parser { spec, at: 0 };
    let mut align = None;
    let mut fill = None;
    if let Some(given) = parser.peek_at(1).and_then(align_of) {
        fill = parser.peek_at(0);
        align = Some(given);
        parser.at = 2;
    } else if let Some(given) = parser.peek_at(0).and_then(align_of) {
        align = Some(given);
        parser.at = 1;
    }
    let sign = match parser.peek() {
        Some(0x2B) => Some(SignRule::Plus),
        Some(0x20) => Some(SignRule::Space),
        Some(0x2D) => Some(SignRule::Minus),
        _ => None,
    };
    parser.at += usize::from(sign.is_some());
    let no_negative_zero = parser.eat('z');
    let alternate = parser.eat('#');
    if fill.is_none() && parser.eat('0') {
        fill = Some(u32::from(b'0'));
        if align.is_none() && default_align == Align::Right {
            align = Some(Align::AfterSign);
        }
    }
    let width = parser.number()?.unwrap_or(0);
    let grouping = parser.grouping()?;
    let mut precision = None;
    let mut fraction_grouping = None;
    if parser.eat('.') {
        precision = parser.number()?;
        fraction_grouping = parser.grouping()?;
        if precision.is_none() && fraction_grouping.is_none() {
            return Err("Format specifier missing precision".to_owned());
        }
    }
    let code = match &spec[parser.at..] {
        [] => default_code,
        [code] => *code,
        _ => {
            let shown: String = spec.iter().map(|&c| char::from_u32(c).unwrap_or('\u{FFFD}')).collect();
            return Err(format!("Invalid format specifier '{shown}' for object of type '{type_name}'"));
        }
    };
    if let Some(grouping) = grouping {
        let known = char::from_u32(code).unwrap_or('\u{FFFD}');
        let fits = match known {
            'd' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' | '\0' => true,
            'b' | 'o' | 'x' | 'X' => grouping == Grouping::Underscore,
            _ => false,
        };
        if !fits {
            return Err(separator_error(grouping, code));
        }
    }
    if let (Some(grouping), true) = (fraction_grouping, code == u32::from(b'n')) {
        return Err(separator_error(grouping, code));
    }
    Ok(FormatSpec {
        fill: fill.unwrap_or(u32::from(b' ')),
        align: align.unwrap_or(default_align),
        sign,
        no_negative_zero,
        alternate,
        width,
        grouping,
        precision,
        fraction_grouping,
        code,
    })
}

fn separator_error(grouping: Grouping, code: u32) -> SpecError {
    format!("Cannot specify '{}' with '{}'.", grouping.separator(), shown_code(code))
}

/// "Unknown format code 'q' for object of type 'int'"
pub fn unknown_code(code: u32, type_name: &str) -> SpecError {
    format!("Unknown format code '{}' for object of type '{type_name}'", shown_code(code))
}

fn shown_code(code: u32) -> String {
    match char::from_u32(code) {
        Some(shown) if code > 32 && code < 128 => shown.to_string(),
        _ => format!("\\x{code:x}"),
    }
}

fn align_of(code_point: u32) -> Option<Align> {
    match char::from_u32(code_point)? {
        '<' => Some(Align::Left),
        '>' => Some(Align::Right),
        '=' => Some(Align::AfterSign),
        '^' => Some(Align::Center),
        _ => None,
    }
}

struct Parser<'a> {
    spec: &'a [u32],
    at: usize,
}

impl Parser<'_> {
    fn peek_at(&self, ahead: usize) -> Option<u32> {
        self.spec.get(self.at + ahead).copied()
    }

    fn peek(&self) -> Option<u32> {
        self.peek_at(0)
    }

    fn eat(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected as u32);
        self.at += usize::from(found);
        found
    }

    fn number(&mut self) -> Result<Option<usize>, SpecError> {
        let mut value: Option<usize> = None;
        while let Some(digit) = self.peek().and_then(crate::unicode::decimal_value) {
            let next = value
                .unwrap_or(0)
                .checked_mul(10)
                .and_then(|v| v.checked_add(digit as usize))
                .filter(|&v| v <= isize::MAX as usize)
                .ok_or("Too many decimal digits in format string")?;
            value = Some(next);
            self.at += 1;
        }
        Ok(value)
    }

    fn grouping(&mut self) -> Result<Option<Grouping>, SpecError> {
        let first = if self.eat(',') {
            Grouping::Comma
        } else if self.eat('_') {
            Grouping::Underscore
        } else {
            return Ok(None);
        };
        let other = if first == Grouping::Comma { '_' } else { ',' };
        if self.peek() == Some(other as u32) {
            return Err("Cannot specify both ',' and '_'.".to_owned());
        }
        Ok(Some(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(spec: &str) -> String {
        let points: Vec<u32> = spec.chars().map(|c| c as u32).collect();
        parse_spec(&points, u32::from(b'd'), Align::Right, "int").err().unwrap_or_default()
    }

    #[test]
    fn errors() {
        assert_eq!(error("999999999999999999999999"), "Too many decimal digits in format string");
        assert_eq!(error(".x"), "Format specifier missing precision");
        assert_eq!(error(",_"), "Cannot specify both ',' and '_'.");
        assert_eq!(error(".3,_f"), "Cannot specify both ',' and '_'.");
        assert_eq!(error(",,"), "Cannot specify ',' with ','.");
        assert_eq!(error("_s"), "Cannot specify '_' with 's'.");
        assert_eq!(error(".6,n"), "Cannot specify ',' with 'n'.");
        assert_eq!(error(",\u{e9}"), "Cannot specify ',' with '\\xe9'.");
        assert_eq!(error("  5"), "Invalid format specifier '  5' for object of type 'int'");
        assert_eq!(error("10q"), "");
        assert_eq!(unknown_code(1, "int"), "Unknown format code '\\x1' for object of type 'int'");
    }

    #[test]
    fn fields() {
        let points: Vec<u32> = "*^+#012,.3_f".chars().map(|c| c as u32).collect();
        let spec = parse_spec(&points, 0, Align::Right, "float");
        assert_eq!(
            spec,
            Ok(FormatSpec {
                fill: u32::from(b'*'),
                align: Align::Center,
                sign: Some(SignRule::Plus),
                no_negative_zero: false,
                alternate: true,
                width: 12,
                grouping: Some(Grouping::Comma),
                precision: Some(3),
                fraction_grouping: Some(Grouping::Underscore),
                code: u32::from(b'f'),
            })
        );
    }
}
