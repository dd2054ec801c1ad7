//! `str.format`, `format_map`, `str.__format__`, and the parser that `string.Formatter` shares.

use std::borrow::Cow;

use algo::format_spec::{self, Align, FormatSpec, LARGEST_PRECISION};
use macros::pymethods;

use super::builder::StrBuilder;
use super::{STR_TYPE, Str};
use crate::args::KwArgs;
use crate::error::Res;
use crate::thread::ThreadState;
use crate::value::Value;

/// A part of a format string: literal text, then maybe a field. Ranges are of code points.
pub struct Markup {
    pub literal: (usize, usize),
    pub field: Option<Field>,
}

pub struct Field {
    pub name: (usize, usize),
    pub conversion: Option<u32>,
    pub spec: (usize, usize),
    /// The specification has fields of its own.
    pub nested: bool,
}

const OPEN: u32 = b'{' as u32;
const CLOSE: u32 = b'}' as u32;

/// The next part of a format string from `at` on; `None` at its end. Errors are the words of a ValueError.
pub fn next_markup(text: &[u32], at: &mut usize) -> Result<Option<Markup>, &'static str> {
    let start = *at;
    if start >= text.len() {
        return Ok(None);
    }
    let Some(brace) = text[start..].iter().position(|&c| c == OPEN || c == CLOSE).map(|offset| start + offset) else {
        *at = text.len();
        return Ok(Some(Markup { literal: (start, text.len()), field: None }));
    };
    match (text[brace], text.get(brace + 1)) {
        (brace_char, Some(&next)) if next == brace_char => {
            *at = brace + 2;
            return Ok(Some(Markup { literal: (start, brace + 1), field: None }));
        }
        (CLOSE, _) => return Err("Single '}' encountered in format string"),
        (_, None) => return Err("Single '{' encountered in format string"),
        _ => {}
    }
    let (field, end) = parse_field(text, brace + 1)?;
    *at = end;
    Ok(Some(Markup { literal: (start, brace), field: Some(field) }))
}

/// Parses a field behind its brace; also gives the place behind the closing one.
fn parse_field(text: &[u32], start: usize) -> Result<(Field, usize), &'static str> {
    let mut at = start;
    let mut brackets = false;
    let stop = loop {
        let Some(&point) = text.get(at) else { return Err("expected '}' before end of string") };
        match char::from_u32(point) {
            Some('{') if !brackets => return Err("unexpected '{' in field name"),
            Some('[') => brackets = true,
            Some(']') => brackets = false,
            Some('}' | ':' | '!') if !brackets => break point,
            _ => {}
        }
        at += 1;
    };
    let name = (start, at);
    at += 1;
    let mut conversion = None;
    if stop == CLOSE {
        return Ok((Field { name, conversion, spec: (at, at), nested: false }, at));
    }
    if stop == u32::from(b'!') {
        let Some(&given) = text.get(at) else {
            return Err("end of string while looking for conversion specifier");
        };
        conversion = Some(given);
        match text.get(at + 1) {
            Some(&CLOSE) => return Ok((Field { name, conversion, spec: (at, at), nested: false }, at + 2)),
            Some(&point) if point == u32::from(b':') => at += 2,
            Some(_) => return Err("expected ':' after conversion specifier"),
            None => return Err("unmatched '{' in format spec"),
        }
    }
    let (spec, mut depth, mut nested) = (at, 1, false);
    while let Some(&point) = text.get(at) {
        match point {
            OPEN => {
                nested = true;
                depth += 1;
            }
            CLOSE => {
                depth -= 1;
                if depth == 0 {
                    return Ok((Field { name, conversion, spec: (spec, at), nested }, at + 1));
                }
            }
            _ => {}
        }
        at += 1;
    }
    Err("unmatched '{' in format spec")
}

/// A step from an object to a part of it.
pub enum Accessor {
    Attribute((usize, usize)),
    Index(usize),
    Key((usize, usize)),
}

/// The first part of a field's name: a number, or a name.
pub enum First {
    Index(usize),
    Name((usize, usize)),
}

/// A number made of decimal digits of any script; `None` if it is something else.
fn number(text: &[u32]) -> Result<Option<usize>, &'static str> {
    let mut value: Option<usize> = None;
    for &point in text {
        let Some(digit) = algo::unicode::decimal_value(point) else { return Ok(None) };
        let next = value.unwrap_or(0).checked_mul(10).and_then(|value| value.checked_add(digit as usize));
        value =
            Some(next.filter(|&next| next <= isize::MAX as usize).ok_or("Too many decimal digits in format string")?);
    }
    Ok(value)
}

/// Splits `first.attribute[key]`; ranges are relative to the whole of `text`.
pub fn split_name(text: &[u32], (start, end): (usize, usize)) -> Result<(First, usize), &'static str> {
    let stop = (start..end).find(|&at| matches!(char::from_u32(text[at]), Some('.' | '['))).unwrap_or(end);
    Ok((number(&text[start..stop])?.map_or(First::Name((start, stop)), First::Index), stop))
}

/// The next accessor from `at` on, before `end`.
pub fn next_accessor(text: &[u32], at: &mut usize, end: usize) -> Result<Option<Accessor>, &'static str> {
    let Some(&point) = text[..end].get(*at) else { return Ok(None) };
    let start = *at + 1;
    if point == u32::from(b'.') {
        let stop = (start..end).find(|&at| matches!(char::from_u32(text[at]), Some('.' | '['))).unwrap_or(end);
        *at = stop;
        if start == stop {
            return Err("Empty attribute in format string");
        }
        return Ok(Some(Accessor::Attribute((start, stop))));
    }
    if point != u32::from(b'[') {
        return Err("Only '.' or '[' may follow ']' in format field specifier");
    }
    let Some(stop) = (start..end).find(|&at| text[at] == u32::from(b']')) else {
        return Err("Missing ']' in format string");
    };
    *at = stop + 1;
    if start == stop {
        return Err("Empty attribute in format string");
    }
    Ok(Some(number(&text[start..stop])?.map_or(Accessor::Key((start, stop)), Accessor::Index)))
}

/// Where fields find their objects.
#[derive(Clone, Copy)]
enum Source<'a> {
    Arguments(&'a [Value], KwArgs<'a>),
    Mapping(&'a Value),
}

/// Numbering of fields without a name: not to be mixed.
#[derive(Clone, Copy, PartialEq)]
enum Numbering {
    Unknown,
    Automatic(usize),
    Manual,
}

struct Formatter<'a> {
    th: &'a ThreadState,
    source: Source<'a>,
    numbering: Numbering,
}

impl Formatter<'_> {
    fn format(&mut self, text: &[u32], depth: usize, out: &mut StrBuilder) -> Res<()> {
        let th = self.th;
        if depth == 0 {
            return Err(th.value_error("Max string recursion exceeded"));
        }
        let mut at = 0;
        while let Some(markup) = next_markup(text, &mut at).map_err(|message| th.value_error(message))? {
            text[markup.literal.0..markup.literal.1].iter().for_each(|&point| out.push(point));
            if let Some(field) = markup.field {
                self.field(text, &field, depth, out)?;
            }
        }
        Ok(())
    }

    fn field(&mut self, text: &[u32], field: &Field, depth: usize, out: &mut StrBuilder) -> Res<()> {
        let th = self.th;
        let mut object = self.object(text, field.name)?;
        match field.conversion.map(char::from_u32) {
            None => {}
            Some(Some('r')) => object = th.repr(&object)?,
            Some(Some('s')) => object = th.str_of(&object)?,
            Some(Some('a')) => object = th.ascii(&object)?,
            Some(shown) => {
                let code = field.conversion.unwrap_or(0);
                return Err(match shown {
                    Some(shown) if (33..127).contains(&code) => {
                        th.value_error(format_args!("Unknown conversion specifier {shown}"))
                    }
                    _ => th.value_error(format_args!("Unknown conversion specifier \\x{code:x}")),
                });
            }
        }
        let spec = &text[field.spec.0..field.spec.1];
        let spec = if field.nested {
            let mut inner = StrBuilder::new();
            self.format(spec, depth - 1, &mut inner)?;
            inner.finish(th)
        } else if spec.is_empty() {
            th.str("")
        } else {
            th.str_from_ucs4(spec)
        };
        let result = th.format(&object, &spec)?;
        if let Some(result) = result.as_str() {
            th.check_room(out.len() + result.len())?;
            out.push_text(result);
        }
        Ok(())
    }

    fn object(&mut self, text: &[u32], name: (usize, usize)) -> Res {
        let th = self.th;
        let error = |message: &'static str| th.value_error(message);
        let (first, mut at) = split_name(text, name).map_err(error)?;
        let first = match first {
            First::Name((start, end)) if start == end => First::Index(self.automatic()?),
            First::Index(index) => {
                if matches!(self.numbering, Numbering::Automatic(_)) {
                    return Err(error("cannot switch from automatic field numbering to manual field specification"));
                }
                self.numbering = Numbering::Manual;
                First::Index(index)
            }
            name => name,
        };
        let mut object = match (first, self.source) {
            (First::Index(_), Source::Mapping(_)) => return Err(error("Format string contains positional fields")),
            (First::Index(index), Source::Arguments(args, _)) => match args.get(index) {
                Some(object) => object.clone(),
                None => {
                    return Err(th.index_error(format_args!(
                        "Replacement index {index} out of range for positional args tuple"
                    )));
                }
            },
            (First::Name((start, end)), source) => {
                let key = th.str_from_ucs4(&text[start..end]);
                match source {
                    Source::Mapping(mapping) => th.get_item(mapping, &key)?,
                    Source::Arguments(_, kwargs) => {
                        let wanted = key.as_str();
                        let same = |name: &Value| matches!((name.as_str(), wanted), (Some(a), Some(b)) if a.equals(b));
                        match kwargs.iter().find(|(name, _)| same(name)) {
                            Some((_, object)) => object.clone(),
                            None => return Err(th.key_error(&key)),
                        }
                    }
                }
            }
        };
        while let Some(accessor) = next_accessor(text, &mut at, name.1).map_err(error)? {
            object = match accessor {
                Accessor::Attribute((start, end)) => th.getattr(&object, &th.str_from_ucs4(&text[start..end]))?,
                Accessor::Index(index) => th.get_item(&object, &Value::index(index.min(1 << 61)))?,
                Accessor::Key((start, end)) => th.get_item(&object, &th.str_from_ucs4(&text[start..end]))?,
            };
        }
        Ok(object)
    }

    fn automatic(&mut self) -> Res<usize> {
        if let Source::Mapping(_) = self.source {
            return Err(self.th.value_error("Format string contains positional fields"));
        }
        let next = match self.numbering {
            Numbering::Unknown => 0,
            Numbering::Automatic(next) => next,
            Numbering::Manual => {
                return Err(self
                    .th
                    .value_error("cannot switch from manual field specification to automatic field numbering"));
            }
        };
        self.numbering = Numbering::Automatic(next + 1);
        Ok(next)
    }
}

fn run(th: &ThreadState, template: &Str, source: Source<'_>) -> Res {
    let points: Vec<u32> = template.code_points().collect();
    let mut out = StrBuilder::with_capacity(points.len());
    Formatter { th, source, numbering: Numbering::Unknown }.format(&points, 2, &mut out)?;
    Ok(out.finish(th))
}

/// Width and precision are allocated: they must be possible.
pub(crate) fn check_width(th: &ThreadState, spec: &FormatSpec) -> Res<()> {
    th.check_room(spec.width)?;
    check_precision(th, spec.precision.unwrap_or(0))
}

/// As many digits pass through buffers that grow by doubling: the digits' text, that of the whole, and the result.
/// What no number may ask for is left to the formatting, which names the mistake.
pub(super) fn check_precision(th: &ThreadState, precision: usize) -> Res<()> {
    const ROOM_FOR_A_DIGIT: usize = 6;
    if precision > LARGEST_PRECISION { Ok(()) } else { th.check_room(precision * ROOM_FOR_A_DIGIT) }
}

#[pymethods(extra = format)]
impl Str {
    /// Return a formatted version of the string, using substitutions from args and kwargs.
    ///
    /// The substitutions are identified by braces ('{' and '}').
    #[pymethod("(*args, **kwargs)")]
    fn format(&self, th: &ThreadState, args: &[Value], kwargs: KwArgs<'_>) -> Res {
        run(th, self, Source::Arguments(args, kwargs))
    }

    /// Return a formatted version of the string, using substitutions from mapping.
    ///
    /// The substitutions are identified by braces ('{' and '}').
    #[pymethod("(mapping, /)")]
    fn format_map(&self, th: &ThreadState, mapping: &Value) -> Res {
        run(th, self, Source::Mapping(mapping))
    }

    /// Return a formatted version of the string as described by format_spec.
    #[pymethod("(format_spec, /)")]
    fn __format__(&self, th: &ThreadState, slf: &Value, format_spec: &Str) -> Res {
        if format_spec.is_empty() {
            return if slf.is_exactly(&STR_TYPE) { Ok(slf.clone()) } else { th.str_of(slf) };
        }
        let type_name = if slf.is_exactly(&STR_TYPE) { Cow::Borrowed("str") } else { slf.class().full_name().into() };
        let points: Vec<u32> = format_spec.code_points().collect();
        let spec = format_spec::parse_spec(&points, u32::from(b's'), Align::Left, &type_name)
            .map_err(|message| th.value_error(message))?;
        th.check_room(spec.width)?;
        let (taken, padding) =
            format_spec::string_padding(&spec, self.len(), &type_name).map_err(|message| th.value_error(message))?;
        if padding.left == 0 && padding.right == 0 {
            return Ok(th.str_slice(slf, 0, taken));
        }
        let mut out = StrBuilder::with_capacity(taken + padding.left + padding.right);
        out.fill(spec.fill, padding.left);
        out.push_range(self, 0, taken);
        out.fill(spec.fill, padding.right);
        Ok(out.finish(th))
    }
}
