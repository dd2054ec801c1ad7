//! Text of dates and times: offsets, ISO 8601, `strftime`.

use std::fmt::Write;

use runtime::objects::str::Str;
use runtime::objects::str::builder::StrBuilder;
use runtime::{Raised, Res, ThreadState, Value};

use super::delta::Timedelta;
use crate::support::import;

pub const DAY_NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
pub const MONTH_NAMES: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// "+05:30", with seconds and microseconds if there are any.
pub fn push_offset(out: &mut String, offset: &Timedelta, separator: &str) {
    let total = offset.total();
    let sign = if total < 0 { '-' } else { '+' };
    let total = total.unsigned_abs();
    let (microseconds, seconds) = (total % 1_000_000, total / 1_000_000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    // Writing to a String never fails.
    let _ = write!(out, "{sign}{hours:02}{separator}{minutes:02}");
    if seconds != 0 || microseconds != 0 {
        let _ = write!(out, "{separator}{seconds:02}");
    }
    if microseconds != 0 {
        let _ = write!(out, ".{microseconds:06}");
    }
}

/// A time of day with as many parts as `timespec` says.
pub fn push_clock(
    th: &ThreadState,
    out: &mut String,
    (hour, minute, second, microsecond): (u8, u8, u8, u32),
    timespec: Option<&str>,
) -> Res<()> {
    let milliseconds = microsecond / 1000;
    let _ = match timespec {
        Some("hours") => write!(out, "{hour:02}"),
        Some("minutes") => write!(out, "{hour:02}:{minute:02}"),
        Some("milliseconds") => write!(out, "{hour:02}:{minute:02}:{second:02}.{milliseconds:03}"),
        Some("seconds") => write!(out, "{hour:02}:{minute:02}:{second:02}"),
        None | Some("auto") if microsecond == 0 => write!(out, "{hour:02}:{minute:02}:{second:02}"),
        None | Some("auto" | "microseconds") => write!(out, "{hour:02}:{minute:02}:{second:02}.{microsecond:06}"),
        Some(_) => return Err(th.value_error("Unknown timespec value")),
    };
    Ok(())
}

/// The ASCII bytes of a text; other characters become one byte that no format has.
pub fn ascii_or_marks(text: &Str) -> Vec<u8> {
    text.code_points().map(|point| u8::try_from(point).ok().filter(u8::is_ascii).unwrap_or(0xFF)).collect()
}

#[cold]
pub fn invalid_iso(th: &ThreadState, text: &Value) -> Raised {
    match th.repr_string(text) {
        Ok(shown) => th.value_error(format_args!("Invalid isoformat string: {shown}")),
        Err(raised) => raised,
    }
}

/// The argument of `fromisoformat`.
pub fn iso_argument<'a>(th: &ThreadState, value: &'a Value) -> Res<&'a Str> {
    value.as_str().ok_or_else(|| th.type_error("fromisoformat: argument must be str"))
}

/// `object.strftime(format)`: what the C library does not know is filled in before it is asked. `microsecond` is `None` for
/// dates.
pub fn strftime(th: &ThreadState, object: &Value, format: &Str, tuple: &Value, microsecond: u32) -> Res {
    let time = import(th, "time")?;
    let library = |format: Value| th.call_method_str(&time, "strftime", &[format, tuple.clone()]);
    let mut out = StrBuilder::with_capacity(format.len() + 16);
    let push = |out: &mut StrBuilder, text: &str| text.chars().for_each(|c| out.push(c as u32));
    let points: Vec<u32> = format.code_points().collect();
    let letter = |at: usize| points.get(at).and_then(|&point| char::from_u32(point));
    let mut at = 0;
    while at < points.len() {
        if points[at] != u32::from(b'%') {
            out.push(points[at]);
            at += 1;
            continue;
        }
        let (code, colon) = match (letter(at + 1), letter(at + 2)) {
            (Some(':'), Some('z')) => ('z', true),
            (Some(code), _) => (code, false),
            (None, _) => {
                out.push(u32::from(b'%'));
                break;
            }
        };
        at += if colon { 3 } else { 2 };
        match code {
            'z' => {
                let offset = super::zone::offset_of_object(th, object)?;
                if let Some(offset) = offset {
                    let mut text = String::new();
                    push_offset(&mut text, &offset, if colon { ":" } else { "" });
                    push(&mut out, &text);
                }
            }
            'Z' => {
                let name = if object.is_exactly(&super::date::DATE_TYPE) {
                    Value::NONE
                } else {
                    match th.getattr_opt_str(object, "tzname")? {
                        Some(method) => th.call(&method, &[])?,
                        None => Value::NONE,
                    }
                };
                if name.as_str().is_some() {
                    // A subclass of str has its say.
                    let escaped = th.call_method_str(&name, "replace", &[th.str("%"), th.str("%%")])?;
                    let name =
                        escaped.as_str().ok_or_else(|| th.type_error("tzname.replace() did not return a string"))?;
                    for point in name.code_points() {
                        out.push(point);
                    }
                }
            }
            'f' => push(&mut out, &format!("{microsecond:06}")),
            'Y' | 'G' | 'F' => {
                // The C library does not pad years to four digits.
                let year = match code {
                    'G' => th.str_string(&library(th.str("%G"))?)?,
                    _ => th.str_string(&th.get_item(tuple, &Value::int32(0))?)?,
                };
                push(&mut out, &format!("{year:0>4}"));
                if code == 'F' {
                    push(&mut out, "-%m-%d");
                }
            }
            'C' => {
                let year = th.get_item(tuple, &Value::int32(0))?.as_small_int().unwrap_or(0);
                push(&mut out, &format!("{:02}", year / 100));
            }
            code => {
                out.push(u32::from(b'%'));
                out.push(code as u32);
            }
        }
    }
    library(out.finish(th))
}

/// `time.struct_time((...))`
pub fn struct_time(th: &ThreadState, (year, month, day): (i32, i32, i32), (h, m, s): (u8, u8, u8), dst: i32) -> Res {
    use algo::calendar;
    let fields = [
        year,
        month,
        day,
        i32::from(h),
        i32::from(m),
        i32::from(s),
        calendar::weekday(year, month, day),
        calendar::days_before_month(year, month) + day,
        dst,
    ];
    let tuple = th.tuple(&fields.map(Value::int32));
    th.call_method_str(&import(th, "time")?, "struct_time", &[tuple])
}

/// A string argument: `strptime` and `strftime` ask for one in these words.
pub fn text_argument<'a>(th: &ThreadState, value: &'a Value, function: &str, position: usize) -> Res<&'a Str> {
    value.as_str().ok_or_else(|| {
        let class = value.class().full_name();
        th.type_error(format_args!("{function}() argument {position} must be str, not {class}"))
    })
}

/// `cls.strptime(text, format)`, by the library's Python code.
pub fn strptime(th: &ThreadState, function: &str, cls: &Value, text: &Value, format: &Value) -> Res {
    text_argument(th, text, "strptime", 1)?;
    text_argument(th, format, "strptime", 2)?;
    let module = import(th, "_strptime")?;
    th.call_method_str(&module, function, &[cls.clone(), text.clone(), format.clone()])
}

/// `object.__format__(spec)`
pub fn format_object(th: &ThreadState, object: &Value, spec: &Value) -> Res {
    if text_argument(th, spec, "__format__", 1)?.is_empty() {
        return th.str_of(object);
    }
    th.call_method_str(object, "strftime", std::slice::from_ref(spec))
}
