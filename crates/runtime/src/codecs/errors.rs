//! Error handlers: what to do with what cannot be encoded or decoded.
//!
//! The handlers that Python knows by name work on exception objects, as functions. Codecs call them for anything out of
//! the ordinary; the frequent cases are decided by [`Handler`] without making an exception.

use macros::pyfunction;

use crate::error::{Raised, Res};
use crate::objects::exceptions as exc;
use crate::objects::str::builder::StrBuilder;
use crate::objects::str::{Str, push_escape};
use crate::thread::ThreadState;
use crate::value::Value;

/// A handler that codecs know without a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Handler {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    XmlCharRefReplace,
    SurrogateEscape,
    Other,
}

impl Handler {
    pub fn of(errors: &str) -> Handler {
        match errors {
            "strict" => Handler::Strict,
            "ignore" => Handler::Ignore,
            "replace" => Handler::Replace,
            "backslashreplace" => Handler::BackslashReplace,
            "xmlcharrefreplace" => Handler::XmlCharRefReplace,
            "surrogateescape" => Handler::SurrogateEscape,
            _ => Handler::Other,
        }
    }
}

pub fn is_surrogate(point: u32) -> bool {
    (0xD800..0xE000).contains(&point)
}

/// What an exception says: `encoding`, `object`, `start`, `end`, clamped to the object.
struct Report {
    object: Value,
    start: usize,
    end: usize,
}

fn report(th: &ThreadState, error: &Value) -> Res<Report> {
    let object = th.getattr_str(error, "object")?;
    let decodes = error.is_instance_of(&exc::UNICODE_DECODE_ERROR);
    let length = match (object.as_str(), object.as_bytes()) {
        (Some(text), _) if !decodes => text.len() as isize,
        (_, Some(bytes)) if decodes => bytes.len() as isize,
        _ => {
            let wanted = if decodes { "bytes" } else { "string" };
            return Err(th.type_error(format_args!("UnicodeError 'object' attribute must be a {wanted}")));
        }
    };
    let bound = |name: &str| -> Res<isize> { th.index_clamped(&th.getattr_str(error, name)?) };
    let start = bound("start")?.min(length - 1).max(0);
    let end = bound("end")?.max(1).min(length).max(start);
    Ok(Report { object, start: start as usize, end: end as usize })
}

#[derive(PartialEq)]
enum Kind {
    Encode,
    Decode,
    Translate,
}

fn kind(error: &Value) -> Option<Kind> {
    if error.is_instance_of(&exc::UNICODE_ENCODE_ERROR) {
        Some(Kind::Encode)
    } else if error.is_instance_of(&exc::UNICODE_DECODE_ERROR) {
        Some(Kind::Decode)
    } else if error.is_instance_of(&exc::UNICODE_TRANSLATE_ERROR) {
        Some(Kind::Translate)
    } else {
        None
    }
}

#[cold]
fn wrong_type(th: &ThreadState, error: &Value) -> Raised {
    th.type_error(format_args!("don't know how to handle {} in error callback", error.class().full_name()))
}

fn answer(th: &ThreadState, replacement: Value, end: usize) -> Res {
    Ok(th.tuple(&[replacement, Value::index(end)]))
}

/// Raises the exception that a handler was given.
fn raise(th: &ThreadState, error: &Value) -> Raised {
    if error.is_instance_of(&exc::BASE_EXCEPTION_TYPE) {
        th.raise(error.clone())
    } else {
        th.type_error("codec must pass exception instance")
    }
}

/// The characters that an exception is about.
fn points(report: &Report) -> Vec<u32> {
    report.object.as_str().map_or_else(Vec::new, |text| (report.start..report.end).map(|at| text.char_at(at)).collect())
}

/// Implements the 'strict' error handling, which raises a UnicodeError on coding errors.
#[pyfunction("(exc, /)", module = "", text = "($self, object, /)")]
pub fn strict_errors(th: &ThreadState, exc: &Value) -> Res {
    Err(raise(th, exc))
}

/// Implements the 'ignore' error handling, which ignores malformed data and continues.
#[pyfunction("(exc, /)", module = "", text = "($self, object, /)")]
pub fn ignore_errors(th: &ThreadState, exc: &Value) -> Res {
    if kind(exc).is_none() {
        return Err(wrong_type(th, exc));
    }
    let end = report(th, exc)?.end;
    answer(th, th.str(""), end)
}

/// Implements the 'replace' error handling, which replaces malformed data with a replacement marker.
#[pyfunction("(exc, /)", module = "", text = "($self, object, /)")]
pub fn replace_errors(th: &ThreadState, exc: &Value) -> Res {
    let Some(kind) = kind(exc) else { return Err(wrong_type(th, exc)) };
    let report = report(th, exc)?;
    let mut out = StrBuilder::new();
    match kind {
        Kind::Encode => out.fill(u32::from(b'?'), report.end - report.start),
        Kind::Decode => out.push(0xFFFD),
        Kind::Translate => out.fill(0xFFFD, report.end - report.start),
    }
    answer(th, out.finish(th), report.end)
}

/// Implements the 'xmlcharrefreplace' error handling, which replaces an unencodable character with the appropriate XML
/// character reference.
#[pyfunction("(exc, /)", module = "", text = "($self, object, /)")]
pub fn xmlcharrefreplace_errors(th: &ThreadState, exc: &Value) -> Res {
    if kind(exc) != Some(Kind::Encode) {
        return Err(wrong_type(th, exc));
    }
    let report = report(th, exc)?;
    let text: String = points(&report).iter().map(|point| format!("&#{point};")).collect();
    answer(th, th.str(&text), report.end)
}

/// Implements the 'backslashreplace' error handling, which replaces malformed data with a backslashed escape sequence.
#[pyfunction("(exc, /)", module = "", text = "($self, object, /)")]
pub fn backslashreplace_errors(th: &ThreadState, exc: &Value) -> Res {
    if kind(exc).is_none() {
        return Err(wrong_type(th, exc));
    }
    let report = report(th, exc)?;
    let mut out = StrBuilder::new();
    match report.object.as_bytes() {
        Some(bytes) => bytes.as_slice()[report.start..report.end].iter().for_each(|&b| push_escape(&mut out, b.into())),
        None => points(&report).into_iter().for_each(|point| push_escape(&mut out, point)),
    }
    answer(th, out.finish(th), report.end)
}

/// Implements the 'namereplace' error handling, which replaces an unencodable character with a \N{...} escape sequence.
#[pyfunction("(exc, /)", module = "", text = "($self, object, /)")]
pub fn namereplace_errors(th: &ThreadState, exc: &Value) -> Res {
    if kind(exc) != Some(Kind::Encode) {
        return Err(wrong_type(th, exc));
    }
    let report = report(th, exc)?;
    let mut out = StrBuilder::new();
    for point in points(&report) {
        match algo::unicode::names::name(point) {
            Some(name) => out.push_str(&format!("\\N{{{name}}}")),
            None => push_escape(&mut out, point),
        }
    }
    answer(th, out.finish(th), report.end)
}

/// How an encoding writes surrogates: bytes of a unit, and whether the low byte comes first.
#[derive(Clone, Copy, PartialEq)]
enum Units {
    Utf8,
    Utf16 { little: bool },
    Utf32 { little: bool },
}

fn units(encoding: &str) -> Option<Units> {
    let name: String = encoding.to_ascii_lowercase().replace('_', "-");
    let rest = name.strip_prefix("utf")?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let native = cfg!(target_endian = "little");
    let little = |suffix: &str| match suffix {
        "" => Some(native),
        "le" | "-le" => Some(true),
        "be" | "-be" => Some(false),
        _ => None,
    };
    if rest == "8" {
        return Some(Units::Utf8);
    }
    if let Some(suffix) = rest.strip_prefix("16") {
        return little(suffix).map(|little| Units::Utf16 { little });
    }
    rest.strip_prefix("32").and_then(little).map(|little| Units::Utf32 { little })
}

/// Implements the 'surrogatepass' error handling: surrogates are encoded and decoded as ordinary code points.
#[pyfunction("(exc, /)", module = "", text = "($self, object, /)")]
pub fn surrogatepass(th: &ThreadState, exc: &Value) -> Res {
    let kind = match kind(exc) {
        Some(kind @ (Kind::Encode | Kind::Decode)) => kind,
        _ => return Err(wrong_type(th, exc)),
    };
    let report = report(th, exc)?;
    let encoding = th.getattr_str(exc, "encoding")?;
    let encoding = encoding.as_str().map(Str::to_string_lossy).unwrap_or_default();
    let Some(units) = units(&encoding) else { return Err(raise(th, exc)) };
    if kind == Kind::Encode {
        let mut out = Vec::new();
        for point in points(&report) {
            if !is_surrogate(point) {
                return Err(raise(th, exc));
            }
            match units {
                Units::Utf8 => syntax::text::push_code_point(&mut out, point),
                Units::Utf16 { little: true } => out.extend((point as u16).to_le_bytes()),
                Units::Utf16 { little: false } => out.extend((point as u16).to_be_bytes()),
                Units::Utf32 { little: true } => out.extend(point.to_le_bytes()),
                Units::Utf32 { little: false } => out.extend(point.to_be_bytes()),
            }
        }
        return answer(th, th.bytes(&out), report.end);
    }
    let bytes = report.object.as_bytes().map(|bytes| bytes.as_slice()).unwrap_or_default();
    let rest = bytes.get(report.start..).unwrap_or_default();
    let found = match (units, rest) {
        (Units::Utf8, [a @ 0xE0..=0xEF, b @ 0x80..=0xBF, c @ 0x80..=0xBF, ..]) => {
            Some((u32::from(a & 15) << 12 | u32::from(b & 63) << 6 | u32::from(c & 63), 3))
        }
        (Units::Utf16 { little }, [a, b, ..]) => {
            let pair = [*a, *b];
            Some((u32::from(if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }), 2))
        }
        (Units::Utf32 { little }, [a, b, c, d, ..]) => {
            let four = [*a, *b, *c, *d];
            Some((if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) }, 4))
        }
        _ => None,
    };
    match found {
        Some((point, size)) if is_surrogate(point) => answer(th, th.str_from_char(point), report.start + size),
        _ => Err(raise(th, exc)),
    }
}

/// Implements the 'surrogateescape' error handling: undecodable bytes become lone surrogates, and back.
#[pyfunction("(exc, /)", module = "", text = "($self, object, /)")]
pub fn surrogateescape(th: &ThreadState, exc: &Value) -> Res {
    match kind(exc) {
        Some(Kind::Encode) => {
            let report = report(th, exc)?;
            let mut out = Vec::new();
            for point in points(&report) {
                if !(0xDC80..=0xDCFF).contains(&point) {
                    return Err(raise(th, exc));
                }
                out.push((point - 0xDC00) as u8);
            }
            answer(th, th.bytes(&out), report.end)
        }
        Some(Kind::Decode) => {
            let report = report(th, exc)?;
            let bytes = report.object.as_bytes().map(|bytes| bytes.as_slice()).unwrap_or_default();
            let rest = bytes.get(report.start..report.end).unwrap_or_default();
            let escaped: Vec<u32> =
                (rest.iter().take(4).take_while(|&&byte| byte >= 128)).map(|&byte| 0xDC00 + u32::from(byte)).collect();
            if escaped.is_empty() {
                return Err(raise(th, exc));
            }
            answer(th, th.str_from_ucs4(&escaped), report.start + escaped.len())
        }
        _ => Err(wrong_type(th, exc)),
    }
}

/// The handlers that every interpreter knows.
pub(crate) static BUILTIN: &[(&str, &crate::function::NativeDef)] = &[
    ("strict", &__def_strict_errors),
    ("ignore", &__def_ignore_errors),
    ("replace", &__def_replace_errors),
    ("xmlcharrefreplace", &__def_xmlcharrefreplace_errors),
    ("backslashreplace", &__def_backslashreplace_errors),
    ("namereplace", &__def_namereplace_errors),
    ("surrogatepass", &__def_surrogatepass),
    ("surrogateescape", &__def_surrogateescape),
];
