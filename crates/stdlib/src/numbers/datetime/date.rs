//! `date`: a day of the calendar.

use algo::calendar::{self, IsoWeekError};
use macros::{pyclass, pymethods};
use runtime::args::KwArgs;
use runtime::function::{NativeDef, NativeKind};
use runtime::objects::int::IntView;
use runtime::objects::struct_sequence::{self, StructSequence, StructSequenceDef};
use runtime::types::{CompareOp, TypeDef};
use runtime::{Res, ThreadState, Type, Value};

use super::delta::{Timedelta, as_delta};
use super::fields::{Parameters, c_int, c_int_or, check_date, out_of_range, pickled, set_constant};
use super::moment::{DATETIME_TYPE, Datetime};
use super::text::{self, DAY_NAMES, MONTH_NAMES};
use crate::system::numbers::{Rounding, time_t};

/// date(year, month, day) --> date object
#[pyclass(name = "date", module = "datetime", flags(basetype))]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(C)]
pub struct Date {
    pub year: u16,
    pub month: u8,
    pub day: u8,
}

impl Date {
    /// From parts that were checked.
    pub fn of(year: i32, month: i32, day: i32) -> Date {
        Date { year: year as u16, month: month as u8, day: day as u8 }
    }

    pub fn parts(&self) -> (i32, i32, i32) {
        (i32::from(self.year), i32::from(self.month), i32::from(self.day))
    }

    pub fn ordinal(&self) -> i32 {
        let (year, month, day) = self.parts();
        calendar::to_ordinal(year, month, day)
    }

    pub fn state(&self) -> [u8; 4] {
        let [high, low] = self.year.to_be_bytes();
        [high, low, self.month, self.day]
    }

    /// The day `days` later.
    pub fn plus(&self, th: &ThreadState, days: i32) -> Res<Date> {
        let ordinal = self.ordinal().checked_add(days).filter(|day| (1..=calendar::MAX_ORDINAL).contains(day));
        let (year, month, day) = calendar::from_ordinal(ordinal.ok_or_else(|| out_of_range(th))?);
        Ok(Date::of(year, month, day))
    }

    pub fn ctime(&self, hour: u8, minute: u8, second: u8) -> String {
        let (year, month, day) = self.parts();
        let weekday = DAY_NAMES[calendar::weekday(year, month, day) as usize % 7];
        let month = MONTH_NAMES[(month as usize + 11) % 12];
        format!("{weekday} {month} {day:2} {hour:02}:{minute:02}:{second:02} {year:04}")
    }

    pub fn iso(&self) -> String {
        let (year, month, day) = self.parts();
        format!("{year:04}-{month:02}-{day:02}")
    }
}

fn is_state(state: &[u8; 4]) -> bool {
    (1..=12).contains(&state[2])
}

/// An instance of `cls` for a date: subclasses are called.
pub fn make(th: &ThreadState, cls: &Type, year: i32, month: i32, day: i32) -> Res {
    if std::ptr::eq(cls, &DATE_TYPE) {
        check_date(th, year, month, day)?;
        return Ok(th.new_object(Date::of(year, month, day)));
    }
    th.call(cls.value_ref(), &[year, month, day].map(Value::int32))
}

fn class_of(value: &Value) -> &Type {
    value.as_type().unwrap_or(&DATE_TYPE)
}

/// A date that is no moment.
fn plain_date(value: &Value) -> Option<&Date> {
    if value.is_instance_of(&DATETIME_TYPE) { None } else { value.downcast::<Date>() }
}

const PARAMETERS: Parameters = Parameters { names: &["year", "month", "day"], required: 3, positional: 3 };

static ISO_REDUCE: runtime::args::Signature = runtime::args::Signature {
    name: "__reduce__",
    owner: "IsoCalendarDate",
    text: Some("($self, /)"),
    doc: None,
    params: &[],
    constructor: false,
};
const ISO_FIELDS: &[(&str, &str)] = &[("year", ""), ("week", ""), ("weekday", "")];
const ISO_GETSET: [runtime::function::GetSetDef; 3] = struct_sequence::getters(ISO_FIELDS);

/// What `isocalendar()` returns.
static ISO_CALENDAR_DATE: StructSequence = StructSequence {
    def: StructSequenceDef {
        full_name: "datetime.IsoCalendarDate",
        fields: &["year", "week", "weekday"],
        visible: 3,
        constructible: true,
    },
    class: Type::new_static(&TypeDef {
        methods: &[&[NativeDef { signature: &ISO_REDUCE, call: reduce_iso, kind: NativeKind::Method }]],
        ..struct_sequence::type_def(
            "datetime",
            "IsoCalendarDate",
            "The result of date.isocalendar() or datetime.isocalendar()",
            &[&ISO_GETSET],
        )
    }),
};

/// Pickled as a plain tuple.
fn reduce_iso(th: &ThreadState, args: &[Value], _: &[Value]) -> Res {
    let items = args.first().and_then(Value::as_tuple).map(|tuple| tuple.as_slice()).unwrap_or_default();
    let class = runtime::objects::tuple::TUPLE_TYPE.as_value();
    Ok(th.tuple(&[class, th.tuple(&[th.tuple(items)])]))
}

/// Sets the class's constants.
pub fn prepare(th: &ThreadState) {
    let day = Timedelta { days: 1, ..Timedelta::ZERO };
    set_constant(th, &DATE_TYPE, "min", th.new_object(Date::of(1, 1, 1)));
    set_constant(th, &DATE_TYPE, "max", th.new_object(Date::of(9999, 12, 31)));
    set_constant(th, &DATE_TYPE, "resolution", day.value(th));
}

#[pymethods]
impl Date {
    #[pyslot("(*args, **kwargs)", text = none)]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwargs: KwArgs<'_>) -> Res {
        if let ([state], true) = (args, kwargs.is_empty())
            && let Some([high, low, month, day]) = pickled(th, Some(state), "date", is_state)?
        {
            let year = u16::from_be_bytes([high, low]);
            return Ok(th.new_instance(cls, Date { year, month, day }));
        }
        let bound: [Option<&Value>; 3] = PARAMETERS.bind(th, args, kwargs)?;
        let [year, month, day] = bound.map(|value| c_int_or(th, value, 0));
        let (year, month, day) = (year?, month?, day?);
        check_date(th, year, month, day)?;
        Ok(th.new_instance(cls, Date::of(year, month, day)))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState, slf: &Value) -> Res {
        Ok(th.str(&format!("{}({}, {}, {})", slf.class().full_name(), self.year, self.month, self.day)))
    }

    #[pyslot]
    fn str(th: &ThreadState, slf: &Value) -> Res {
        th.call_method_str(slf, "isoformat", &[])
    }

    #[pyslot]
    fn hash(&self, th: &ThreadState) -> Res<i64> {
        let _ = th;
        Ok(runtime::hashing::hash_bytes(&self.state()))
    }

    #[pyslot]
    fn richcompare(&self, th: &ThreadState, slf: &Value, other: &Value, op: CompareOp) -> Res {
        let _ = th;
        Ok(match (plain_date(slf), plain_date(other)) {
            (Some(a), Some(b)) => Value::bool(op.holds(a.cmp(b))),
            _ => Value::NOT_IMPLEMENTED,
        })
    }

    #[pyslot]
    fn nb_add(th: &ThreadState, a: &Value, b: &Value) -> Res {
        let (date, object, delta) = match (plain_date(a), plain_date(b), as_delta(a), as_delta(b)) {
            (Some(date), None, _, Some(delta)) => (date, a, delta),
            (None, Some(date), Some(delta), _) => (date, b, delta),
            _ => return Ok(Value::NOT_IMPLEMENTED),
        };
        let (year, month, day) = date.plus(th, delta.days)?.parts();
        make(th, object.class(), year, month, day)
    }

    #[pyslot]
    fn nb_subtract(th: &ThreadState, a: &Value, b: &Value) -> Res {
        let Some(date) = plain_date(a) else { return Ok(Value::NOT_IMPLEMENTED) };
        if let Some(other) = plain_date(b) {
            let days = date.ordinal() - other.ordinal();
            return Ok(Timedelta { days, ..Timedelta::ZERO }.value(th));
        }
        let Some(delta) = as_delta(b) else { return Ok(Value::NOT_IMPLEMENTED) };
        let (year, month, day) = date.plus(th, -delta.days)?.parts();
        make(th, a.class(), year, month, day)
    }

    /// int -> date corresponding to a proleptic Gregorian ordinal.
    #[pyclassmethod("(ordinal, /)", text = none)]
    fn fromordinal(th: &ThreadState, cls: &Value, ordinal: &Value) -> Res {
        let ordinal = c_int(th, ordinal)?;
        if ordinal < 1 {
            return Err(th.value_error("ordinal must be >= 1"));
        }
        let (year, month, day) = calendar::from_ordinal(ordinal);
        make(th, class_of(cls), year, month, day)
    }

    /// int, int, int -> Construct a date from the ISO year, week number and weekday.
    ///
    /// This is the inverse of the date.isocalendar() function
    #[pyclassmethod("(year, week, day)", text = none)]
    fn fromisocalendar(th: &ThreadState, cls: &Value, year: &Value, week: &Value, day: &Value) -> Res {
        let part = |value: &Value| -> Res<i32> {
            let index = th.index(value)?;
            let number = index.as_int().and_then(IntView::to_i64).and_then(|number| i32::try_from(number).ok());
            number.ok_or_else(|| th.value_error("ISO calendar component out of range"))
        };
        let (year, week, day) = (part(year)?, part(week)?, part(day)?);
        let ordinal = calendar::from_iso(year, week, day).map_err(|error| match error {
            IsoWeekError::Year => th.value_error(format_args!("year must be in 1..9999, not {year}")),
            IsoWeekError::Week => th.value_error(format_args!("Invalid week: {week}")),
            IsoWeekError::Weekday => th.value_error(format_args!("Invalid weekday: {day} (range is [1, 7])")),
        })?;
        let (year, month, day) = if ordinal < 1 { (0, 12, 31) } else { calendar::from_ordinal(ordinal) };
        make(th, class_of(cls), year, month, day)
    }

    /// str -> Construct a date from a string in ISO 8601 format.
    #[pyclassmethod("(object, /)")]
    fn fromisoformat(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        let written = text::ascii_or_marks(text::iso_argument(th, object)?);
        let parsed = if matches!(written.len(), 7 | 8 | 10) { calendar::parse_date(&written) } else { None };
        let (year, month, day) = parsed.ok_or_else(|| text::invalid_iso(th, object))?;
        make(th, class_of(cls), year, month, day)
    }

    /// Create a date from a POSIX timestamp.
    ///
    /// The timestamp is a number, e.g. created via time.time(), that is
    /// interpreted as local time.
    #[pyclassmethod("(timestamp, /)")]
    fn fromtimestamp(th: &ThreadState, cls: &Value, timestamp: &Value) -> Res {
        let seconds = time_t(th, timestamp, Rounding::Floor)?;
        let local = host::clock::Calendar::of(seconds, true).map_err(|error| th.os_error(&error, None))?;
        make(th, class_of(cls), local.year.saturating_add(1900), local.month + 1, local.day)
    }

    /// Current date or datetime:  same as self.__class__.fromtimestamp(time.time()).
    #[pyclassmethod("()")]
    fn today(th: &ThreadState, cls: &Value) -> Res {
        let time = th.call_method_str(&crate::support::import(th, "time")?, "time", &[])?;
        th.call_method_str(cls, "fromtimestamp", &[time])
    }

    /// string, format -> new date parsed from a string (like time.strptime()).
    #[pyclassmethod("(string, format, /)", text = none)]
    fn strptime(th: &ThreadState, cls: &Value, string: &Value, format: &Value) -> Res {
        text::strptime(th, "_strptime_datetime_date", cls, string, format)
    }

    #[pygetter]
    fn year(&self) -> u16 {
        self.year
    }

    #[pygetter]
    fn month(&self) -> u8 {
        self.month
    }

    #[pygetter]
    fn day(&self) -> u8 {
        self.day
    }

    /// Return ctime() style string.
    #[pymethod("()", name = "ctime")]
    fn py_ctime(&self, th: &ThreadState) -> Value {
        th.str(&self.ctime(0, 0, 0))
    }

    /// format -> strftime() style string.
    #[pymethod("(format)", text = none)]
    fn strftime(th: &ThreadState, slf: &Value, format: &Value) -> Res {
        let format = text::text_argument(th, format, "strftime", 1)?;
        let tuple = th.call_method_str(slf, "timetuple", &[])?;
        let microsecond = slf.downcast::<Datetime>().map_or(0, |moment| moment.microsecond);
        text::strftime(th, slf, format, &tuple, microsecond)
    }

    /// Formats self with strftime.
    #[pymethod("(spec, /)", text = none)]
    fn __format__(th: &ThreadState, slf: &Value, spec: &Value) -> Res {
        text::format_object(th, slf, spec)
    }

    /// Return string in ISO 8601 format, YYYY-MM-DD.
    #[pymethod("()")]
    fn isoformat(&self, th: &ThreadState) -> Value {
        th.str(&self.iso())
    }

    /// Return the day of the week represented by the date.
    /// Monday == 1 ... Sunday == 7
    #[pymethod("()")]
    fn isoweekday(&self) -> i32 {
        self.weekday() + 1
    }

    /// Return the day of the week represented by the date.
    /// Monday == 0 ... Sunday == 6
    #[pymethod("()")]
    fn weekday(&self) -> i32 {
        let (year, month, day) = self.parts();
        calendar::weekday(year, month, day)
    }

    /// Return a named tuple containing ISO year, week number, and weekday.
    #[pymethod("()")]
    fn isocalendar(&self, th: &ThreadState) -> Value {
        let (year, month, day) = self.parts();
        let (year, week, weekday) = calendar::to_iso(year, month, day);
        ISO_CALENDAR_DATE.make(th, [year, week, weekday].map(Value::int32).to_vec())
    }

    /// Return time tuple, compatible with time.localtime().
    #[pymethod("()")]
    fn timetuple(&self, th: &ThreadState) -> Res {
        text::struct_time(th, self.parts(), (0, 0, 0), -1)
    }

    /// Return proleptic Gregorian ordinal.  January 1 of year 1 is day 1.
    #[pymethod("()")]
    fn toordinal(&self) -> i32 {
        self.ordinal()
    }

    /// Return date with new specified fields.
    #[pymethod(
        "(year=None, month=None, day=None)",
        text = "($self, /, year=unchanged, month=unchanged, day=unchanged)"
    )]
    fn replace(
        &self,
        th: &ThreadState,
        slf: &Value,
        year: Option<&Value>,
        month: Option<&Value>,
        day: Option<&Value>,
    ) -> Res {
        let (y, m, d) = self.parts();
        let (year, month, day) = (c_int_or(th, year, y)?, c_int_or(th, month, m)?, c_int_or(th, day, d)?);
        make(th, slf.class(), year, month, day)
    }

    /// The same as replace().
    #[pymethod("(*, year=None, month=None, day=None)", text = "($self, /, **changes)")]
    fn __replace__(
        &self,
        th: &ThreadState,
        slf: &Value,
        year: Option<&Value>,
        month: Option<&Value>,
        day: Option<&Value>,
    ) -> Res {
        self.replace(th, slf, year, month, day)
    }

    /// __reduce__() -> (cls, state)
    #[pymethod("()")]
    fn __reduce__(&self, th: &ThreadState, slf: &Value) -> Value {
        th.tuple(&[slf.class().as_value(), th.tuple(&[th.bytes(&self.state())])])
    }
}
