//! `time`: a time of day, perhaps in a time zone.

use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Ordering;

use algo::calendar;
use macros::{pyclass, pymethods};
use runtime::args::KwArgs;
use runtime::types::CompareOp;
use runtime::{Res, ThreadState, Type, Value};

use super::delta::{DAY, SECOND, Timedelta};
use super::fields::{Parameters, c_int_or, check_time, check_zone, pickled, set_constant};
use super::text;
use super::zone::{ask_name, ask_offset, ask_offset_value, fixed};

/// time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object
///
/// All arguments are optional. tzinfo may be None, or an instance of
/// a tzinfo subclass. The remaining arguments may be ints.
#[pyclass(name = "time", module = "datetime", flags(basetype))]
pub struct Time {
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    #[notrace]
    pub fold: Cell<bool>,
    pub microsecond: u32,
    pub zone: Value,
}

pub fn is_state(state: &[u8; 6]) -> bool {
    state[0] & 0x7F < 24
}

const PARAMETERS: Parameters =
    Parameters { names: &["hour", "minute", "second", "microsecond", "tzinfo", "fold"], required: 0, positional: 5 };

/// The fields of a time, as numbers that were not checked yet.
pub struct Parts {
    pub hour: i32,
    pub minute: i32,
    pub second: i32,
    pub microsecond: i32,
    pub fold: i32,
    pub zone: Value,
}

impl Parts {
    fn check(self, th: &ThreadState) -> Res<Time> {
        check_time(th, self.hour, self.minute, self.second, self.microsecond, self.fold)?;
        check_zone(th, &self.zone)?;
        Ok(Time {
            hour: self.hour as u8,
            minute: self.minute as u8,
            second: self.second as u8,
            fold: Cell::new(self.fold == 1),
            microsecond: self.microsecond as u32,
            zone: self.zone,
        })
    }

    /// An instance of `cls`: subclasses are called.
    fn make(self, th: &ThreadState, cls: &Type) -> Res {
        if std::ptr::eq(cls, &TIME_TYPE) {
            return Ok(th.new_object(self.check(th)?));
        }
        let [hour, minute, second, microsecond] =
            [self.hour, self.minute, self.second, self.microsecond].map(Value::int32);
        let made = th.call(cls.value_ref(), &[hour, minute, second, microsecond, self.zone])?;
        if self.fold != 0
            && let Some(time) = made.downcast::<Time>()
        {
            time.fold.set(true);
        }
        Ok(made)
    }
}

impl Time {
    pub fn zone(&self) -> Value {
        self.zone.clone()
    }

    /// In microseconds since midnight.
    pub fn total(&self) -> i128 {
        i128::from(self.hour) * 3600 * SECOND
            + i128::from(self.minute) * 60 * SECOND
            + i128::from(self.second) * SECOND
            + i128::from(self.microsecond)
    }

    fn key(&self) -> (u8, u8, u8, u32) {
        (self.hour, self.minute, self.second, self.microsecond)
    }

    fn state(&self, with_fold: bool) -> [u8; 6] {
        let [_, high, middle, low] = self.microsecond.to_be_bytes();
        let fold = if with_fold && self.fold.get() { 0x80 } else { 0 };
        [self.hour | fold, self.minute, self.second, high, middle, low]
    }

    fn offset(&self, th: &ThreadState) -> Res<Option<Timedelta>> {
        ask_offset(th, &self.zone, "utcoffset", &Value::NONE)
    }

    fn reduced(&self, th: &ThreadState, slf: &Value, with_fold: bool) -> Value {
        let state = th.bytes(&self.state(with_fold));
        let args = if self.zone.is_none() { th.tuple(&[state]) } else { th.tuple(&[state, self.zone()]) };
        th.tuple(&[slf.class().as_value(), args])
    }
}

/// Sets the class's constants.
pub fn prepare(th: &ThreadState) {
    let of = |hour, minute, second, microsecond| {
        th.new_object(Time { hour, minute, second, fold: Cell::new(false), microsecond, zone: Value::NONE })
    };
    set_constant(th, &TIME_TYPE, "min", of(0, 0, 0, 0));
    set_constant(th, &TIME_TYPE, "max", of(23, 59, 59, 999_999));
    set_constant(th, &TIME_TYPE, "resolution", Timedelta { microseconds: 1, ..Timedelta::ZERO }.value(th));
}

#[pymethods]
impl Time {
    #[pyslot("(*args, **kwargs)", text = none)]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwargs: KwArgs<'_>) -> Res {
        if matches!(args.len(), 1 | 2)
            && kwargs.is_empty()
            && let Some([hour, minute, second, a, b, c]) = pickled(th, args.first(), "time", is_state)?
        {
            let zone = args.get(1).cloned().unwrap_or_default();
            if check_zone(th, &zone).map_err(|raised| drop(th.take_raised(raised))).is_err() {
                return Err(th.type_error("bad tzinfo state arg"));
            }
            let fold = Cell::new(hour & 0x80 != 0);
            let microsecond = u32::from_be_bytes([0, a, b, c]);
            return Ok(th.new_instance(cls, Time { hour: hour & 0x7F, minute, second, fold, microsecond, zone }));
        }
        let [hour, minute, second, microsecond, zone, fold] = PARAMETERS.bind(th, args, kwargs)?;
        let parts = Parts {
            hour: c_int_or(th, hour, 0)?,
            minute: c_int_or(th, minute, 0)?,
            second: c_int_or(th, second, 0)?,
            microsecond: c_int_or(th, microsecond, 0)?,
            fold: c_int_or(th, fold, 0)?,
            zone: zone.cloned().unwrap_or_default(),
        };
        Ok(th.new_instance(cls, parts.check(th)?))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState, slf: &Value) -> Res {
        let mut out = format!("{}({}, {}", slf.class().full_name(), self.hour, self.minute);
        if self.microsecond != 0 {
            out.push_str(&format!(", {}, {}", self.second, self.microsecond));
        } else if self.second != 0 {
            out.push_str(&format!(", {}", self.second));
        }
        push_zone_and_fold(th, &mut out, &self.zone, self.fold.get())?;
        Ok(th.str(&out))
    }

    #[pyslot]
    fn str(th: &ThreadState, slf: &Value) -> Res {
        th.call_method_str(slf, "isoformat", &[])
    }

    #[pyslot]
    fn hash(&self, th: &ThreadState) -> Res<i64> {
        let fold = self.fold.replace(false);
        let offset = self.offset(th);
        self.fold.set(fold);
        match offset? {
            Some(offset) if !offset.is_zero() => {
                let total = self.total() - offset.total();
                if (0..DAY).contains(&total) {
                    let seconds = total / SECOND;
                    let time = Time {
                        hour: (seconds / 3600) as u8,
                        minute: (seconds / 60 % 60) as u8,
                        second: (seconds % 60) as u8,
                        fold: Cell::new(false),
                        microsecond: (total % SECOND) as u32,
                        zone: Value::NONE,
                    };
                    return Ok(runtime::hashing::hash_bytes(&time.state(false)));
                }
                Timedelta::of(th, total)?.hash_value(th)
            }
            _ => Ok(runtime::hashing::hash_bytes(&self.state(false))),
        }
    }

    #[pyslot]
    fn richcompare(&self, th: &ThreadState, other: &Value, op: CompareOp) -> Res {
        let Some(other) = other.downcast::<Time>() else { return Ok(Value::NOT_IMPLEMENTED) };
        let plain = |ordering: Ordering| Ok(Value::bool(op.holds(ordering)));
        if self.zone.is(&other.zone) {
            return plain(self.key().cmp(&other.key()));
        }
        match (self.offset(th)?, other.offset(th)?) {
            (None, None) => plain(self.key().cmp(&other.key())),
            (Some(a), Some(b)) => plain((self.total() - a.total()).cmp(&(other.total() - b.total()))),
            _ if op == CompareOp::Eq => Ok(Value::FALSE),
            _ if op == CompareOp::Ne => Ok(Value::TRUE),
            _ => Err(th.type_error("can't compare offset-naive and offset-aware times")),
        }
    }

    /// string -> time from a string in ISO 8601 format
    #[pyclassmethod("(object, /)")]
    fn fromisoformat(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        let written = text::ascii_or_marks(text::iso_argument(th, object)?);
        let body = written.strip_prefix(b"T").unwrap_or(&written);
        let parsed = calendar::parse_time(body);
        let ((mut hour, minute, second, microsecond), offset) = parsed.ok_or_else(|| text::invalid_iso(th, object))?;
        if hour == 24 {
            if minute != 0 || second != 0 || microsecond != 0 {
                return Err(th.value_error("minute, second, and microsecond must be 0 when hour is 24"));
            }
            hour = 0;
        }
        let zone = zone_of(th, offset)?;
        Parts { hour, minute, second, microsecond, fold: 0, zone }.make(th, cls.as_type().unwrap_or(&TIME_TYPE))
    }

    /// string, format -> new time parsed from a string (like time.strptime()).
    #[pyclassmethod("(string, format, /)", text = none)]
    fn strptime(th: &ThreadState, cls: &Value, string: &Value, format: &Value) -> Res {
        text::strptime(th, "_strptime_datetime_time", cls, string, format)
    }

    #[pygetter]
    fn hour(&self) -> u8 {
        self.hour
    }

    #[pygetter]
    fn minute(&self) -> u8 {
        self.minute
    }

    #[pygetter]
    fn second(&self) -> u8 {
        self.second
    }

    #[pygetter]
    fn microsecond(&self) -> u32 {
        self.microsecond
    }

    #[pygetter]
    fn tzinfo(&self) -> Value {
        self.zone()
    }

    #[pygetter]
    fn fold(&self) -> u8 {
        u8::from(self.fold.get())
    }

    /// Return string in ISO 8601 format, [HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].
    ///
    /// The optional argument timespec specifies the number of additional terms
    /// of the time to include. Valid options are 'auto', 'hours', 'minutes',
    /// 'seconds', 'milliseconds' and 'microseconds'.
    #[pymethod("(timespec='auto')", text = none)]
    fn isoformat(&self, th: &ThreadState, #[default(None)] timespec: Option<&Value>) -> Res {
        let timespec = timespec_argument(th, timespec, 1)?;
        let mut out = String::new();
        text::push_clock(th, &mut out, self.key(), timespec.as_deref())?;
        if let Some(offset) = self.offset(th)? {
            text::push_offset(&mut out, &offset, ":");
        }
        Ok(th.str(&out))
    }

    /// format -> strftime() style string.
    #[pymethod("(format)", text = none)]
    fn strftime(&self, th: &ThreadState, slf: &Value, format: &Value) -> Res {
        let format = text::text_argument(th, format, "strftime", 1)?;
        let [h, m, s] = [self.hour, self.minute, self.second].map(i32::from);
        let tuple = th.tuple(&[1900, 1, 1, h, m, s, 0, 1, -1].map(Value::int32));
        text::strftime(th, slf, format, &tuple, self.microsecond)
    }

    /// Formats self with strftime.
    #[pymethod("(spec, /)", text = none)]
    fn __format__(th: &ThreadState, slf: &Value, spec: &Value) -> Res {
        text::format_object(th, slf, spec)
    }

    /// Return self.tzinfo.utcoffset(self).
    #[pymethod("()")]
    fn utcoffset(&self, th: &ThreadState) -> Res {
        ask_offset_value(th, &self.zone, "utcoffset", &Value::NONE)
    }

    /// Return self.tzinfo.tzname(self).
    #[pymethod("()")]
    fn tzname(&self, th: &ThreadState) -> Res {
        ask_name(th, &self.zone, &Value::NONE)
    }

    /// Return self.tzinfo.dst(self).
    #[pymethod("()")]
    fn dst(&self, th: &ThreadState) -> Res {
        ask_offset_value(th, &self.zone, "dst", &Value::NONE)
    }

    /// Return time with new specified fields.
    #[pymethod(
        "(hour=None, minute=None, second=None, microsecond=None, tzinfo=None, *, fold=None)",
        text = "($self, /, hour=unchanged, minute=unchanged, second=unchanged,\n        microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)"
    )]
    fn replace(
        &self,
        th: &ThreadState,
        slf: &Value,
        hour: Option<&Value>,
        minute: Option<&Value>,
        second: Option<&Value>,
        microsecond: Option<&Value>,
        tzinfo: Option<&Value>,
        fold: Option<&Value>,
    ) -> Res {
        Parts {
            hour: c_int_or(th, hour, self.hour.into())?,
            minute: c_int_or(th, minute, self.minute.into())?,
            second: c_int_or(th, second, self.second.into())?,
            microsecond: c_int_or(th, microsecond, self.microsecond as i32)?,
            zone: tzinfo.unwrap_or(&self.zone).clone(),
            fold: c_int_or(th, fold, self.fold.get().into())?,
        }
        .make(th, slf.class())
    }

    /// The same as replace().
    #[pymethod(
        "(*, hour=None, minute=None, second=None, microsecond=None, tzinfo=None, fold=None)",
        text = "($self, /, **changes)"
    )]
    fn __replace__(
        &self,
        th: &ThreadState,
        slf: &Value,
        hour: Option<&Value>,
        minute: Option<&Value>,
        second: Option<&Value>,
        microsecond: Option<&Value>,
        tzinfo: Option<&Value>,
        fold: Option<&Value>,
    ) -> Res {
        self.replace(th, slf, hour, minute, second, microsecond, tzinfo, fold)
    }

    /// __reduce__() -> (cls, state)
    #[pymethod("()")]
    fn __reduce__(&self, th: &ThreadState, slf: &Value) -> Value {
        self.reduced(th, slf, false)
    }

    /// __reduce_ex__(proto) -> (cls, state)
    #[pymethod("(proto, /)", text = none)]
    fn __reduce_ex__(&self, th: &ThreadState, slf: &Value, proto: i32) -> Value {
        self.reduced(th, slf, proto > 3)
    }
}

/// ", tzinfo=..., fold=1)": the end of a representation.
pub fn push_zone_and_fold(th: &ThreadState, out: &mut String, zone: &Value, fold: bool) -> Res<()> {
    if !zone.is_none() {
        out.push_str(", tzinfo=");
        out.push_str(&th.repr_string(zone)?);
    }
    if fold {
        out.push_str(", fold=1");
    }
    out.push(')');
    Ok(())
}

/// The zone of an offset that was read.
pub fn zone_of(th: &ThreadState, offset: Option<(i32, i32)>) -> Res {
    match offset {
        None => Ok(Value::NONE),
        Some((seconds, microseconds)) => {
            fixed(th, Timedelta::of(th, i128::from(seconds) * SECOND + i128::from(microseconds))?)
        }
    }
}

/// The argument `timespec`; "auto" if it was not given.
pub fn timespec_argument<'a>(th: &ThreadState, value: Option<&'a Value>, position: usize) -> Res<Option<Cow<'a, str>>> {
    let Some(value) = value else { return Ok(None) };
    let text = text::text_argument(th, value, "isoformat", position)?;
    text.to_utf8().map(Some).ok_or_else(|| runtime::convert::surrogates(th, value))
}
