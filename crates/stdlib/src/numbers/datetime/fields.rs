//! Arguments of the constructors: fields as C ints, their ranges, and the words that CPython's argument parser uses.

use algo::calendar;
use runtime::args::KwArgs;
use runtime::objects::dict::Dict;
use runtime::objects::int::IntView;
use runtime::{Raised, Res, ThreadState, Type, Value};

use super::zone::TZINFO_TYPE;

/// A C int.
pub fn c_int(th: &ThreadState, value: &Value) -> Res<i32> {
    let index = th.index(value)?;
    let number = index.as_int().and_then(IntView::to_i64);
    let number = number.ok_or_else(|| th.overflow_error("Python int too large to convert to C long"))?;
    i32::try_from(number).map_err(|_| {
        let side = if number < 0 { "less than minimum" } else { "greater than maximum" };
        th.overflow_error(format_args!("signed integer is {side}"))
    })
}

/// A C int, or `default` if it was not given.
pub fn c_int_or(th: &ThreadState, value: Option<&Value>, default: i32) -> Res<i32> {
    value.map_or(Ok(default), |value| c_int(th, value))
}

/// The parameters of a constructor.
pub struct Parameters {
    pub names: &'static [&'static str],
    pub required: usize,
    /// How many may be given by position.
    pub positional: usize,
}

impl Parameters {
    /// Puts arguments into the order of the parameters.
    pub fn bind<'a, const N: usize>(
        &self,
        th: &ThreadState,
        args: &'a [Value],
        kwargs: KwArgs<'a>,
    ) -> Res<[Option<&'a Value>; N]> {
        let mut bound = [None; N];
        let (most, given) = (self.names.len(), args.len() + kwargs.len());
        if given > most {
            let word = if args.is_empty() { "keyword " } else { "" };
            return Err(th.type_error(format_args!("function takes at most {most} {word}arguments ({given} given)")));
        }
        if args.len() > self.positional {
            let (most, given) = (self.positional, args.len());
            return Err(
                th.type_error(format_args!("function takes at most {most} positional arguments ({given} given)"))
            );
        }
        for (place, value) in bound.iter_mut().zip(args) {
            *place = Some(value);
        }
        let mut unknown = None;
        for (name, value) in kwargs.iter() {
            let found = name.as_str().and_then(|name| self.names.iter().position(|known| name.equals_ascii(known)));
            match found {
                Some(index) if bound[index].is_none() => bound[index] = Some(value),
                Some(index) => {
                    let (name, position) = (self.names[index], index + 1);
                    return Err(th.type_error(format_args!(
                        "argument for function given by name ('{name}') and position ({position})"
                    )));
                }
                None => unknown = unknown.or(Some(name)),
            }
        }
        if let Some(index) = bound[..self.required].iter().position(Option::is_none) {
            // Numbers that were given are looked at before one is missed.
            for value in args.iter().take(self.required) {
                c_int(th, value)?;
            }
            let (name, position) = (self.names[index], index + 1);
            return Err(th.type_error(format_args!("function missing required argument '{name}' (pos {position})")));
        }
        match unknown {
            None => Ok(bound),
            Some(name) => {
                let name = runtime::error::name_text(name);
                Err(th.type_error(format_args!("this function got an unexpected keyword argument '{name}'")))
            }
        }
    }
}

fn check(th: &ThreadState, name: &str, value: i32, least: i32, most: i32) -> Res<()> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(th.value_error(format_args!("{name} must be in {least}..{most}, not {value}")))
}

pub fn check_date(th: &ThreadState, year: i32, month: i32, day: i32) -> Res<()> {
    check(th, "year", year, calendar::MIN_YEAR, calendar::MAX_YEAR)?;
    check(th, "month", month, 1, 12)?;
    let most = calendar::days_in_month(year, month);
    if (1..=most).contains(&day) {
        return Ok(());
    }
    Err(th.value_error(format_args!("day {day} must be in range 1..{most} for month {month} in year {year}")))
}

pub fn check_time(th: &ThreadState, hour: i32, minute: i32, second: i32, microsecond: i32, fold: i32) -> Res<()> {
    check(th, "hour", hour, 0, 23)?;
    check(th, "minute", minute, 0, 59)?;
    check(th, "second", second, 0, 59)?;
    check(th, "microsecond", microsecond, 0, 999_999)?;
    if fold == 0 || fold == 1 {
        return Ok(());
    }
    Err(th.value_error(format_args!("fold must be either 0 or 1, not {fold}")))
}

/// `None`, or an instance of a subclass of `tzinfo`.
pub fn check_zone(th: &ThreadState, zone: &Value) -> Res<()> {
    if zone.is_none() || zone.is_instance_of(&TZINFO_TYPE) {
        return Ok(());
    }
    let class = zone.class().full_name();
    Err(th.type_error(format_args!("tzinfo argument must be None or of a tzinfo subclass, not type '{class}'")))
}

#[cold]
pub fn out_of_range(th: &ThreadState) -> Raised {
    th.overflow_error("date value out of range")
}

/// The bytes of a pickled state of `size` bytes: `bytes`, or a `str` that Python 2 pickled. `is_state` looks whether such
/// bytes are a state at all.
pub fn pickled<const N: usize>(
    th: &ThreadState,
    value: Option<&Value>,
    what: &str,
    is_state: fn(&[u8; N]) -> bool,
) -> Res<Option<[u8; N]>> {
    let Some(value) = value else { return Ok(None) };
    if let Some(bytes) = value.as_bytes() {
        return Ok(<[u8; N]>::try_from(bytes.as_slice()).ok().filter(is_state));
    }
    let Some(text) = value.as_str().filter(|text| text.len() == N) else { return Ok(None) };
    let mut state = [0; N];
    for (byte, point) in state.iter_mut().zip(text.code_points()) {
        *byte = u8::try_from(point).map_err(|_| {
            th.value_error(format_args!(
                "Failed to encode latin1 string when unpickling a {what} object. pickle.load(data, encoding='latin1') is \
                 assumed."
            ))
        })?;
    }
    Ok(Some(state).filter(is_state))
}

/// Sets class attributes such as `min` and `max`, which are instances of the class itself.
pub fn set_constant(th: &ThreadState, class: &'static Type, name: &str, value: Value) {
    let value = runtime::types::ready::immortal(value);
    class.with_dict(|dict: &Dict| drop(dict.set_str(&th.intern(name), value)));
    class.modified();
}
