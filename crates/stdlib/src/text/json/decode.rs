//! The scanner: one pass over the text, whatever its width.
//!
//! Keys are looked up by their raw characters in a memo before a string is made of them, so that a list of like objects
//! makes each key once.

use algo::number::int_text::{ParsedInt, parse_int};
use macros::{pyclass, pymethods};
use runtime::objects::dict::Dict;
use runtime::objects::float::FLOAT_TYPE;
use runtime::objects::int::INT_TYPE;
use runtime::objects::str::{Chars, Str};
use runtime::types::Type;
use runtime::{Raised, Res, ThreadState, Value};
use rustc_hash::FxHashMap;

use crate::support::import;
use crate::text::build::TextBuilder;

/// JSON scanner object
#[pyclass(name = "Scanner", module = "_json", flags(basetype))]
pub struct Scanner {
    strict: bool,
    object_hook: Value,
    object_pairs_hook: Value,
    parse_float: Value,
    parse_int: Value,
    parse_constant: Value,
}

#[pymethods]
impl Scanner {
    #[pyslot("(context)", text = none)]
    fn new(th: &ThreadState, cls: &Type, context: &Value) -> Res {
        let get = |name| th.getattr_str(context, name);
        let scanner = Scanner {
            strict: th.is_true(&get("strict")?)?,
            object_hook: get("object_hook")?,
            object_pairs_hook: get("object_pairs_hook")?,
            parse_float: get("parse_float")?,
            parse_int: get("parse_int")?,
            parse_constant: get("parse_constant")?,
        };
        Ok(th.new_instance(cls, scanner))
    }

    #[pyslot("(string, idx)", text = none)]
    fn call(&self, th: &ThreadState, string: &Value, idx: isize) -> Res {
        let text = text_of(th, string)?;
        let start = usize::try_from(idx).map_err(|_| th.value_error("idx cannot be negative"))?;
        let (value, end) = match text.chars() {
            Chars::Ascii(units) => self.scan(th, string, units.as_bytes(), start)?,
            Chars::Latin1(units) => self.scan(th, string, units, start)?,
            Chars::Ucs2(units) => self.scan(th, string, units, start)?,
            Chars::Ucs4(units) => self.scan(th, string, units, start)?,
        };
        Ok(th.tuple(&[value, Value::index(end)]))
    }

    #[pygetter(member)]
    fn strict(&self) -> bool {
        self.strict
    }

    #[pygetter(member)]
    fn object_hook(&self) -> Value {
        self.object_hook.clone()
    }

    #[pygetter(member)]
    fn object_pairs_hook(&self) -> Value {
        self.object_pairs_hook.clone()
    }

    #[pygetter(member)]
    fn parse_float(&self) -> Value {
        self.parse_float.clone()
    }

    #[pygetter(member)]
    fn parse_int(&self) -> Value {
        self.parse_int.clone()
    }

    #[pygetter(member)]
    fn parse_constant(&self) -> Value {
        self.parse_constant.clone()
    }
}

impl Scanner {
    fn scan<U: Unit>(&self, th: &ThreadState, string: &Value, units: &[U], start: usize) -> Res<(Value, usize)> {
        let mut decoder = Decoder { th, scanner: self, string, units, memo: FxHashMap::default() };
        decoder.value(start)
    }
}

fn text_of<'a>(th: &ThreadState, string: &'a Value) -> Res<&'a Str> {
    string.as_str().ok_or_else(|| {
        let class = string.class().full_name();
        th.type_error(format!("first argument must be a string, not {class}"))
    })
}

/// `_json.scanstring`.
pub(super) fn scan_string(th: &ThreadState, string: &Value, end: isize, strict: bool) -> Res<(Value, usize)> {
    let text = text_of(th, string)?;
    let start = usize::try_from(end).ok().filter(|&end| end <= text.len());
    let start = start.ok_or_else(|| th.value_error("end is out of bounds"))?;
    match text.chars() {
        Chars::Ascii(units) => string_at(th, string, units.as_bytes(), start, strict),
        Chars::Latin1(units) => string_at(th, string, units, start, strict),
        Chars::Ucs2(units) => string_at(th, string, units, start, strict),
        Chars::Ucs4(units) => string_at(th, string, units, start, strict),
    }
}

/// A unit of text of one width.
trait Unit: Copy + Eq + std::hash::Hash + Into<u32> + 'static {
    fn to_value(th: &ThreadState, units: &[Self]) -> Value;
}

impl Unit for u8 {
    fn to_value(th: &ThreadState, units: &[u8]) -> Value {
        th.str_from_latin1(units)
    }
}

impl Unit for u16 {
    fn to_value(th: &ThreadState, units: &[u16]) -> Value {
        th.str_from_ucs2(units)
    }
}

impl Unit for u32 {
    fn to_value(th: &ThreadState, units: &[u32]) -> Value {
        th.str_from_ucs4(units)
    }
}

/// The character as ASCII; 0 for what is not.
#[inline]
fn ascii<U: Unit>(unit: U) -> u8 {
    let code_point: u32 = unit.into();
    if code_point < 128 { code_point as u8 } else { 0 }
}

/// Raises `json.JSONDecodeError(message, document, position)`.
#[cold]
fn decode_error(th: &ThreadState, string: &Value, message: &str, position: isize) -> Raised {
    let raise = || -> Res {
        let decoder = import(th, "json.decoder")?;
        let class = th.getattr_str(&decoder, "JSONDecodeError")?;
        th.call(&class, &[th.str(message), string.clone(), th.int(position as i64)])
    };
    match raise() {
        Ok(error) => th.raise(error),
        Err(raised) => raised,
    }
}

/// Where a plain run of string characters ends: at a quote, a backslash or a control character.
#[inline]
fn plain_run<U: Unit>(units: &[U]) -> usize {
    let special = |unit: &U| {
        let code_point: u32 = (*unit).into();
        code_point < 0x20 || code_point == 0x22 || code_point == 0x5C
    };
    units.iter().position(special).unwrap_or(units.len())
}

/// Decodes the string whose opening quote is before `start`: the value and the position after the closing quote.
fn string_at<U: Unit>(
    th: &ThreadState,
    string: &Value,
    units: &[U],
    start: usize,
    strict: bool,
) -> Res<(Value, usize)> {
    let begin = start as isize - 1;
    let unterminated = || decode_error(th, string, "Unterminated string starting at", begin);
    let mut out: Option<TextBuilder> = None;
    let mut at = start;
    // The start of what is not copied to `out` yet.
    let mut from = start;
    loop {
        at += plain_run(units.get(at..).unwrap_or_default());
        let Some(&unit) = units.get(at) else { return Err(unterminated()) };
        let part = &units[from..at];
        match ascii(unit) {
            b'"' => {
                let value = match out {
                    None => U::to_value(th, part),
                    Some(mut out) => {
                        push_units(&mut out, part);
                        out.finish(th)
                    }
                };
                return Ok((value, at + 1));
            }
            b'\\' => {
                let out = out.get_or_insert_with(TextBuilder::default);
                push_units(out, part);
                let Some(&escaped) = units.get(at + 1) else { return Err(unterminated()) };
                let (code_point, next) = escape(th, string, units, at, ascii(escaped))?;
                out.push(code_point);
                at = next;
                from = next;
            }
            _ if strict => return Err(decode_error(th, string, "Invalid control character at", at as isize)),
            _ => at += 1,
        }
    }
}

fn push_units<U: Unit>(out: &mut TextBuilder, units: &[U]) {
    for &unit in units {
        out.push(unit.into());
    }
}

/// The character of the escape whose backslash is at `at`, and the position after it.
fn escape<U: Unit>(th: &ThreadState, string: &Value, units: &[U], at: usize, code: u8) -> Res<(u32, usize)> {
    let simple = match code {
        b'"' | b'\\' | b'/' => code,
        b'b' => 0x08,
        b'f' => 0x0C,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => return unicode_escape(th, string, units, at + 1),
        _ => return Err(decode_error(th, string, "Invalid \\escape", at as isize)),
    };
    Ok((u32::from(simple), at + 2))
}

/// `\uXXXX`, with a second one if they are a surrogate pair; `at` is the position of the `u`.
fn unicode_escape<U: Unit>(th: &ThreadState, string: &Value, units: &[U], at: usize) -> Res<(u32, usize)> {
    let invalid = |at: usize| decode_error(th, string, "Invalid \\uXXXX escape", at as isize);
    let four = |at: usize| -> Res<u32> {
        let digits = units.get(at + 1..at + 5).ok_or_else(|| invalid(at))?;
        digits.iter().try_fold(0, |value, &unit| {
            let digit = (ascii(unit) as char).to_digit(16).ok_or_else(|| invalid(at))?;
            Ok(value << 4 | digit)
        })
    };
    let first = four(at)?;
    let after = at + 5;
    let follows = |offset: usize, byte: u8| units.get(after + offset).is_some_and(|&unit| ascii(unit) == byte);
    if (0xD800..0xDC00).contains(&first) && after + 6 <= units.len() && follows(0, b'\\') && follows(1, b'u') {
        let second = four(after + 1)?;
        if (0xDC00..0xE000).contains(&second) {
            return Ok((0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00), after + 6));
        }
    }
    Ok((first, after))
}

struct Decoder<'a, U> {
    th: &'a ThreadState,
    scanner: &'a Scanner,
    string: &'a Value,
    units: &'a [U],
    /// Keys without escapes that were seen, by their characters.
    memo: FxHashMap<&'a [U], Value>,
}

impl<'a, U: Unit> Decoder<'a, U> {
    #[inline]
    fn at(&self, at: usize) -> u8 {
        self.units.get(at).map_or(0, |&unit| ascii(unit))
    }

    #[inline]
    fn skip_space(&self, mut at: usize) -> usize {
        while matches!(self.at(at), b' ' | b'\t' | b'\n' | b'\r') {
            at += 1;
        }
        at
    }

    fn error(&self, message: &str, at: usize) -> Raised {
        decode_error(self.th, self.string, message, at as isize)
    }

    #[cold]
    fn stop(&self, at: usize) -> Raised {
        self.th.stop_iteration(&Value::index(at))
    }

    fn word(&self, at: usize, word: &[u8]) -> bool {
        let found = self.units.get(at..at + word.len());
        found.is_some_and(|units| units.iter().zip(word).all(|(&unit, &byte)| ascii(unit) == byte))
    }

    fn value(&mut self, at: usize) -> Res<(Value, usize)> {
        match self.at(at) {
            b'"' => string_at(self.th, self.string, self.units, at + 1, self.scanner.strict),
            b'{' => {
                self.th.check_native_stack(" while decoding a JSON object from a unicode string")?;
                self.object(at + 1)
            }
            b'[' => {
                self.th.check_native_stack(" while decoding a JSON array from a unicode string")?;
                self.array(at + 1)
            }
            b'n' if self.word(at, b"null") => Ok((Value::NONE, at + 4)),
            b't' if self.word(at, b"true") => Ok((Value::TRUE, at + 4)),
            b'f' if self.word(at, b"false") => Ok((Value::FALSE, at + 5)),
            b'N' if self.word(at, b"NaN") => self.constant("NaN", at),
            b'I' if self.word(at, b"Infinity") => self.constant("Infinity", at),
            b'-' if self.word(at, b"-Infinity") => self.constant("-Infinity", at),
            b'-' | b'0'..=b'9' => self.number(at),
            _ => Err(self.stop(at)),
        }
    }

    fn constant(&self, word: &str, at: usize) -> Res<(Value, usize)> {
        let value = self.th.call(&self.scanner.parse_constant, &[self.th.str(word)])?;
        Ok((value, at + word.len()))
    }

    fn digits(&self, at: usize) -> usize {
        let rest = self.units.get(at..).unwrap_or_default();
        rest.iter().take_while(|&&unit| ascii(unit).is_ascii_digit()).count()
    }

    fn number(&self, start: usize) -> Res<(Value, usize)> {
        let mut at = start + usize::from(self.at(start) == b'-');
        match self.at(at) {
            b'0' => at += 1,
            b'1'..=b'9' => at += self.digits(at),
            _ => return Err(self.stop(start)),
        }
        let mut is_float = false;
        if self.at(at) == b'.' && self.at(at + 1).is_ascii_digit() {
            is_float = true;
            at += 1 + self.digits(at + 1);
        }
        if matches!(self.at(at), b'e' | b'E') {
            let sign = usize::from(matches!(self.at(at + 1), b'+' | b'-'));
            let digits = self.digits(at + 1 + sign);
            if digits > 0 {
                is_float = true;
                at += 1 + sign + digits;
            }
        }
        let units = &self.units[start..at];
        let (own, parse) = if is_float {
            (self.scanner.parse_float.is(FLOAT_TYPE.value_ref()), &self.scanner.parse_float)
        } else {
            (self.scanner.parse_int.is(INT_TYPE.value_ref()), &self.scanner.parse_int)
        };
        if own {
            let mut buffer = [0u8; 32];
            let long: Vec<u8>;
            let text: &[u8] = if let Some(short) = buffer.get_mut(..units.len()) {
                short.iter_mut().zip(units).for_each(|(byte, &unit)| *byte = ascii(unit));
                short
            } else {
                long = units.iter().map(|&unit| ascii(unit)).collect();
                &long
            };
            if is_float {
                let number = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
                if let Some(number) = number {
                    return Ok((self.th.float(number), at));
                }
            } else if let Ok(ParsedInt::Small(number)) = parse_int(text, 10, 0) {
                return Ok((self.th.int(number), at));
            }
        }
        // Long integers go through `int`, which guards their length.
        let value = self.th.call(parse, &[U::to_value(self.th, units)])?;
        Ok((value, at))
    }

    fn key(&mut self, at: usize) -> Res<(Value, usize)> {
        let units: &'a [U] = self.units;
        let rest = units.get(at..).unwrap_or_default();
        let end = plain_run(rest);
        if self.at(at + end) != b'"' {
            return string_at(self.th, self.string, units, at, self.scanner.strict);
        }
        let th = self.th;
        let key = self.memo.entry(&rest[..end]).or_insert_with(|| U::to_value(th, &rest[..end]));
        Ok((key.clone(), at + end + 1))
    }

    fn object(&mut self, at: usize) -> Res<(Value, usize)> {
        let th = self.th;
        let has_pairs_hook = !self.scanner.object_pairs_hook.is_none();
        let dict = Dict::new();
        let mut pairs = Vec::new();
        let mut at = self.skip_space(at);
        if self.at(at) != b'}' {
            loop {
                if self.at(at) != b'"' {
                    return Err(self.error("Expecting property name enclosed in double quotes", at));
                }
                let (key, next) = self.key(at + 1)?;
                at = self.skip_space(next);
                if self.at(at) != b':' {
                    return Err(self.error("Expecting ':' delimiter", at));
                }
                let (value, next) = self.value(self.skip_space(at + 1))?;
                if has_pairs_hook {
                    pairs.push(th.tuple(&[key, value]));
                } else {
                    dict.set(th, &key, value)?;
                }
                at = self.skip_space(next);
                match self.at(at) {
                    b'}' => break,
                    b',' => {}
                    _ => return Err(self.error("Expecting ',' delimiter", at)),
                }
                let comma = at;
                at = self.skip_space(at + 1);
                if self.at(at) == b'}' {
                    return Err(self.error("Illegal trailing comma before end of object", comma));
                }
            }
        }
        let hook = if has_pairs_hook { &self.scanner.object_pairs_hook } else { &self.scanner.object_hook };
        let value = if has_pairs_hook { th.list(pairs) } else { th.dict(dict) };
        let value = if hook.is_none() { value } else { th.call(hook, &[value])? };
        Ok((value, at + 1))
    }

    fn array(&mut self, at: usize) -> Res<(Value, usize)> {
        let mut items = Vec::new();
        let mut at = self.skip_space(at);
        if self.at(at) != b']' {
            loop {
                let (value, next) = self.value(at)?;
                items.push(value);
                at = self.skip_space(next);
                match self.at(at) {
                    b']' => break,
                    b',' => {}
                    _ => return Err(self.error("Expecting ',' delimiter", at)),
                }
                let comma = at;
                at = self.skip_space(at + 1);
                if self.at(at) == b']' {
                    return Err(self.error("Illegal trailing comma before end of array", comma));
                }
            }
        }
        Ok((self.th.list(items), at + 1))
    }
}
