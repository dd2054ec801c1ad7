//! `datetime`: a moment, by date and time of day, perhaps in a time zone.

use std::cell::Cell;
use std::cmp::Ordering;

use algo::calendar;
use host::clock::{self, CLOCK_REALTIME};
use macros::{pyclass, pymethods};
use runtime::args::KwArgs;
use runtime::objects::exceptions as exc;
use runtime::objects::int::IntView;
use runtime::types::CompareOp;
use runtime::{Res, ThreadState, Type, Value};

use super::date::{DATE_TYPE, Date};
use super::delta::{DAY, SECOND, Timedelta, as_delta};
use super::fields::{Parameters, c_int_or, check_date, check_time, check_zone, out_of_range, pickled, set_constant};
use super::text;
use super::time::{Time, push_zone_and_fold, timespec_argument, zone_of};
use super::zone::{Timezone, ask_name, ask_offset, ask_offset_value, named};

/// The ordinal of January 1, 1970.
const EPOCH: i64 = 719_163;
/// Clocks are not turned back further than this, in seconds.
const MAX_FOLD: i64 = 24 * 3600;

/// datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])
///
/// The year, month and day arguments are required. tzinfo may be None, or an
/// instance of a tzinfo subclass. The remaining arguments may be ints.
#[pyclass(name = "datetime", module = "datetime", base = DATE_TYPE, flags(basetype))]
#[repr(C)]
pub struct Datetime {
    #[base]
    #[notrace]
    pub date: Date,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    #[notrace]
    pub fold: Cell<bool>,
    pub microsecond: u32,
    pub zone: Value,
}

fn is_state(state: &[u8; 10]) -> bool {
    (1..=12).contains(&(state[2] & 0x7F))
}

const PARAMETERS: Parameters = Parameters {
    names: &["year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold"],
    required: 3,
    positional: 8,
};

/// The fields of a moment, as numbers that were not checked yet.
pub struct Parts {
    pub date: (i32, i32, i32),
    pub time: (i32, i32, i32, i32),
    pub zone: Value,
    pub fold: i32,
}

impl Parts {
    fn check(self, th: &ThreadState) -> Res<Datetime> {
        let ((year, month, day), (hour, minute, second, microsecond)) = (self.date, self.time);
        check_date(th, year, month, day)?;
        check_time(th, hour, minute, second, microsecond, self.fold)?;
        check_zone(th, &self.zone)?;
        Ok(Datetime {
            date: Date::of(year, month, day),
            hour: hour as u8,
            minute: minute as u8,
            second: second as u8,
            fold: Cell::new(self.fold == 1),
            microsecond: microsecond as u32,
            zone: self.zone,
        })
    }

    /// An instance of `cls`: subclasses are called.
    fn make(self, th: &ThreadState, cls: &Type) -> Res {
        if std::ptr::eq(cls, &DATETIME_TYPE) {
            return Ok(th.new_object(self.check(th)?));
        }
        let ((year, month, day), (hour, minute, second, microsecond)) = (self.date, self.time);
        let [year, month, day] = [year, month, day].map(Value::int32);
        let [hour, minute, second, microsecond] = [hour, minute, second, microsecond].map(Value::int32);
        let made = th.call(cls.value_ref(), &[year, month, day, hour, minute, second, microsecond, self.zone])?;
        if self.fold != 0
            && let Some(moment) = made.downcast::<Datetime>()
        {
            moment.fold.set(true);
        }
        Ok(made)
    }
}

/// The parts of a number of microseconds since the start of year 1's day 0.
fn split(th: &ThreadState, total: i128) -> Res<((i32, i32, i32), (i32, i32, i32, i32))> {
    let ordinal = total.div_euclid(DAY);
    if !(1..=i128::from(calendar::MAX_ORDINAL)).contains(&ordinal) {
        return Err(out_of_range(th));
    }
    let rest = total.rem_euclid(DAY);
    let seconds = (rest / SECOND) as i32;
    let time = (seconds / 3600, seconds / 60 % 60, seconds % 60, (rest % SECOND) as i32);
    Ok((calendar::from_ordinal(ordinal as i32), time))
}

impl Datetime {
    pub fn zone(&self) -> Value {
        self.zone.clone()
    }

    /// In microseconds since day 0.
    fn total(&self) -> i128 {
        i128::from(self.date.ordinal()) * DAY + self.time_total()
    }

    fn time_total(&self) -> i128 {
        let (hour, minute, second) = (i128::from(self.hour), i128::from(self.minute), i128::from(self.second));
        (hour * 3600 + minute * 60 + second) * SECOND + i128::from(self.microsecond)
    }

    /// Seconds since the epoch, as if the clock showed UTC.
    fn seconds(&self) -> i64 {
        (i64::from(self.date.ordinal()) - EPOCH) * 86_400 + (self.time_total() / SECOND) as i64
    }

    fn key(&self) -> (Date, u8, u8, u8, u32) {
        (self.date, self.hour, self.minute, self.second, self.microsecond)
    }

    fn clock(&self) -> (i32, i32, i32, i32) {
        (self.hour.into(), self.minute.into(), self.second.into(), self.microsecond as i32)
    }

    /// The same fields again.
    fn parts(&self) -> Parts {
        Parts { date: self.date.parts(), time: self.clock(), zone: self.zone(), fold: self.fold.get().into() }
    }

    fn state(&self, with_fold: bool) -> [u8; 10] {
        let [a, b, month, day] = self.date.state();
        let [_, high, middle, low] = self.microsecond.to_be_bytes();
        let fold = if with_fold && self.fold.get() { 0x80 } else { 0 };
        [a, b, month | fold, day, self.hour, self.minute, self.second, high, middle, low]
    }

    fn offset(&self, th: &ThreadState, slf: &Value) -> Res<Option<Timedelta>> {
        ask_offset(th, &self.zone, "utcoffset", slf)
    }

    /// The offset that the other fold has.
    fn flipped_offset(&self, th: &ThreadState) -> Res<Option<Timedelta>> {
        let flipped = Parts { fold: i32::from(!self.fold.get()), ..self.parts() }.check(th)?;
        let zone = flipped.zone();
        ask_offset(th, &zone, "utcoffset", &th.new_object(flipped))
    }

    /// Whether the offset depends on `fold`: such a moment equals none of another zone.
    fn depends_on_fold(&self, th: &ThreadState, offset: Option<Timedelta>) -> Res<bool> {
        Ok(self.flipped_offset(th)? != offset)
    }

    fn reduced(&self, th: &ThreadState, slf: &Value, with_fold: bool) -> Value {
        let state = th.bytes(&self.state(with_fold));
        let args = if self.zone.is_none() { th.tuple(&[state]) } else { th.tuple(&[state, self.zone()]) };
        th.tuple(&[slf.class().as_value(), args])
    }

    /// The time since the epoch whose local offset counts: of two, the earlier, or with a fold the later. So in a gap, which
    /// [`from_local`] fills with the other side's offset, an offset is taken that was in force on its own side.
    fn local_instant(&self, th: &ThreadState) -> Res<i64> {
        let first = from_local(th, self.seconds(), false)?;
        let second = from_local(th, self.seconds(), true)?;
        Ok(if self.fold.get() { first.max(second) } else { first.min(second) })
    }

    /// The moment `microseconds` later, of the class of `slf`.
    fn plus(&self, th: &ThreadState, slf: &Value, microseconds: i128) -> Res {
        let (date, time) = split(th, self.total() + microseconds)?;
        Parts { date, time, zone: self.zone(), fold: 0 }.make(th, slf.class())
    }
}

/// What the local clock shows at a time since the epoch, again as seconds since the epoch.
fn local(th: &ThreadState, seconds: i64) -> Res<i64> {
    let local = broken_down(th, seconds, true)?;
    let (year, month, day) = (local.year.saturating_add(1900), local.month + 1, local.day);
    check_date(th, year, month, day)?;
    let days = i64::from(calendar::to_ordinal(year, month, day)) - EPOCH;
    Ok(days * 86_400 + i64::from(local.hour * 3600 + local.minute * 60 + local.second))
}

fn broken_down(th: &ThreadState, seconds: i64, local: bool) -> Res<clock::Calendar> {
    clock::Calendar::of(seconds, local).map_err(|error| th.os_error(&error, None))
}

/// The time since the epoch at which the local clock shows `shown` (PEP 495).
fn from_local(th: &ThreadState, shown: i64, fold: bool) -> Res<i64> {
    let difference = local(th, shown)? - shown;
    let first = shown - difference;
    let shown_first = local(th, first)?;
    let other = if shown_first == shown {
        // One solution: look for the other on the side that `fold` asks for.
        let probe = if fold { first + MAX_FOLD } else { first - MAX_FOLD };
        let other = local(th, probe)? - probe;
        if other == difference {
            return Ok(first);
        }
        other
    } else {
        shown_first - first
    };
    let second = shown - other;
    if local(th, second)? == shown {
        return Ok(second);
    }
    if shown_first == shown {
        return Ok(first);
    }
    // In a gap.
    Ok(if fold { first.min(second) } else { first.max(second) })
}

/// The zone that the local clock shows at a time since the epoch.
fn local_zone(th: &ThreadState, seconds: i64) -> Res {
    let local = broken_down(th, seconds, true)?;
    let offset = Timedelta::of(th, i128::from(local.offset) * SECOND)?;
    let name = th.str(&String::from_utf8_lossy(&local.zone));
    named(th, offset.value(th), Some(name))
}

/// A timestamp as seconds and microseconds, rounded half to even.
fn timestamp_parts(th: &ThreadState, value: &Value) -> Res<(i64, i32)> {
    let out_of_range = || th.overflow_error("timestamp out of range for platform time_t");
    let Some(number) = value.as_float() else {
        if !th.is_index(value) {
            let class = value.class().full_name();
            return Err(th.type_error(format_args!("argument must be int or float, not {class}")));
        }
        let index = th.index(value)?;
        let seconds = index.as_int().and_then(IntView::to_i64).ok_or_else(out_of_range)?;
        return Ok((seconds, 0));
    };
    if number.is_nan() {
        return Err(th.value_error("Invalid value NaN (not a number)"));
    }
    let mut seconds = number.trunc();
    let mut microseconds = ((number - seconds) * 1e6).round_ties_even();
    if microseconds >= 1e6 {
        microseconds -= 1e6;
        seconds += 1.0;
    } else if microseconds < 0.0 {
        microseconds += 1e6;
        seconds -= 1.0;
    }
    if !(-9.2e18..9.2e18).contains(&seconds) {
        return Err(out_of_range());
    }
    Ok((seconds as i64, microseconds as i32))
}

/// A moment from a time since the epoch: in local time, or in UTC for a zone.
fn from_seconds(th: &ThreadState, cls: &Type, seconds: i64, microsecond: i32, utc: bool, zone: Value) -> Res {
    let shown = broken_down(th, seconds, !utc)?;
    let date = (shown.year.saturating_add(1900), shown.month + 1, shown.day);
    let time = (shown.hour, shown.minute, shown.second.min(59), microsecond);
    let mut fold = 0;
    if !utc && (1..=9999).contains(&date.0) && seconds > -62_135_000_000 + MAX_FOLD {
        // Whether the clock showed the same time before.
        let now = local(th, seconds)?;
        let transition = now - local(th, seconds - MAX_FOLD)? - MAX_FOLD;
        if transition < 0 && local(th, seconds + transition)? == now {
            fold = 1;
        }
    }
    Parts { date, time, zone, fold }.make(th, cls)
}

fn class_of(cls: &Value) -> &Type {
    cls.as_type().unwrap_or(&DATETIME_TYPE)
}

/// A moment in UTC, given to the zone for conversion.
fn in_zone(th: &ThreadState, moment: Value, zone: &Value) -> Res {
    if zone.is_none() { Ok(moment) } else { th.call_method_str(zone, "fromutc", &[moment]) }
}

fn warn_utc(th: &ThreadState, name: &str, instead: &str) -> Res<()> {
    let message = format!(
        "datetime.datetime.{name}() is deprecated and scheduled for removal in a future version. Use timezone-aware \
         objects to represent datetimes in UTC: datetime.datetime.{instead}."
    );
    runtime::warnings::warn(th, &exc::DEPRECATION_WARNING, &message)
}

/// Sets the class's constants.
pub fn prepare(th: &ThreadState) {
    let of = |date, (hour, minute, second), microsecond| {
        let fold = Cell::new(false);
        th.new_object(Datetime { date, hour, minute, second, fold, microsecond, zone: Value::NONE })
    };
    set_constant(th, &DATETIME_TYPE, "min", of(Date::of(1, 1, 1), (0, 0, 0), 0));
    set_constant(th, &DATETIME_TYPE, "max", of(Date::of(9999, 12, 31), (23, 59, 59), 999_999));
    set_constant(th, &DATETIME_TYPE, "resolution", Timedelta { microseconds: 1, ..Timedelta::ZERO }.value(th));
}

#[pymethods]
impl Datetime {
    #[pyslot("(*args, **kwargs)", text = none)]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwargs: KwArgs<'_>) -> Res {
        if matches!(args.len(), 1 | 2)
            && kwargs.is_empty()
            && let Some(state) = pickled(th, args.first(), "datetime", is_state)?
        {
            let zone = args.get(1).cloned().unwrap_or_default();
            if check_zone(th, &zone).map_err(|raised| drop(th.take_raised(raised))).is_err() {
                return Err(th.type_error("bad tzinfo state arg"));
            }
            let [high, low, month, day, hour, minute, second, a, b, c] = state;
            let date = Date { year: u16::from_be_bytes([high, low]), month: month & 0x7F, day };
            let (fold, microsecond) = (Cell::new(month & 0x80 != 0), u32::from_be_bytes([0, a, b, c]));
            return Ok(th.new_instance(cls, Datetime { date, hour, minute, second, fold, microsecond, zone }));
        }
        let [year, month, day, hour, minute, second, microsecond, zone, fold] = PARAMETERS.bind(th, args, kwargs)?;
        let number = |value| c_int_or(th, value, 0);
        let parts = Parts {
            date: (number(year)?, number(month)?, number(day)?),
            time: (number(hour)?, number(minute)?, number(second)?, number(microsecond)?),
            zone: zone.cloned().unwrap_or_default(),
            fold: number(fold)?,
        };
        Ok(th.new_instance(cls, parts.check(th)?))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState, slf: &Value) -> Res {
        let (year, month, day) = self.date.parts();
        let mut out = format!("{}({year}, {month}, {day}, {}, {}", slf.class().full_name(), self.hour, self.minute);
        if self.microsecond != 0 {
            out.push_str(&format!(", {}, {}", self.second, self.microsecond));
        } else if self.second != 0 {
            out.push_str(&format!(", {}", self.second));
        }
        // Unlike a time, a moment shows its fold before its zone.
        if self.fold.get() {
            out.push_str(", fold=1");
        }
        push_zone_and_fold(th, &mut out, &self.zone, false)?;
        Ok(th.str(&out))
    }

    #[pyslot]
    fn str(th: &ThreadState, slf: &Value) -> Res {
        th.call_method_str(slf, "isoformat", &[th.str(" ")])
    }

    #[pyslot]
    fn hash(&self, th: &ThreadState, slf: &Value) -> Res<i64> {
        let offset = if self.fold.get() {
            let first = Parts { fold: 0, ..self.parts() }.check(th)?;
            let first = th.new_object(first);
            self.offset(th, &first)?
        } else {
            self.offset(th, slf)?
        };
        match offset {
            None => Ok(runtime::hashing::hash_bytes(&self.state(false))),
            Some(offset) => Timedelta::of(th, self.total() - offset.total())?.hash_value(th),
        }
    }

    #[pyslot]
    fn richcompare(&self, th: &ThreadState, slf: &Value, other: &Value, op: CompareOp) -> Res {
        let Some(that) = other.downcast::<Datetime>() else { return Ok(Value::NOT_IMPLEMENTED) };
        let plain = |ordering: Ordering| Ok(Value::bool(op.holds(ordering)));
        if self.zone.is(&that.zone) {
            return plain(self.key().cmp(&that.key()));
        }
        let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        let (a, b) = (self.offset(th, slf)?, that.offset(th, other)?);
        let ordering = match (a, b) {
            (None, None) => self.key().cmp(&that.key()),
            (Some(first), Some(second)) => (self.total() - first.total()).cmp(&(that.total() - second.total())),
            _ if equality => return Ok(Value::bool(op == CompareOp::Ne)),
            _ => return Err(th.type_error("can't compare offset-naive and offset-aware datetimes")),
        };
        if equality && ordering.is_eq() && (self.depends_on_fold(th, a)? || that.depends_on_fold(th, b)?) {
            return Ok(Value::bool(op == CompareOp::Ne));
        }
        plain(ordering)
    }

    #[pyslot]
    fn nb_add(th: &ThreadState, a: &Value, b: &Value) -> Res {
        if let (Some(moment), Some(delta)) = (a.downcast::<Datetime>(), as_delta(b)) {
            return moment.plus(th, a, delta.total());
        }
        match (as_delta(a), b.downcast::<Datetime>()) {
            (Some(delta), Some(moment)) => moment.plus(th, b, delta.total()),
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn nb_subtract(th: &ThreadState, a: &Value, b: &Value) -> Res {
        let Some(moment) = a.downcast::<Datetime>() else { return Ok(Value::NOT_IMPLEMENTED) };
        if let Some(delta) = as_delta(b) {
            return moment.plus(th, a, -delta.total());
        }
        let Some(other) = b.downcast::<Datetime>() else { return Ok(Value::NOT_IMPLEMENTED) };
        let mut total = moment.total() - other.total();
        if !moment.zone.is(&other.zone) {
            match (moment.offset(th, a)?, other.offset(th, b)?) {
                (None, None) => {}
                (Some(first), Some(second)) => total -= first.total() - second.total(),
                _ => return Err(th.type_error("can't subtract offset-naive and offset-aware datetimes")),
            }
        }
        Ok(Timedelta::of(th, total)?.value(th))
    }

    /// Returns new datetime object representing current time local to tz.
    ///
    ///   tz
    ///     Timezone object.
    ///
    /// If no tz is specified, uses local timezone.
    #[pyclassmethod("(tz=None)")]
    fn now(th: &ThreadState, cls: &Value, tz: &Value) -> Res {
        check_zone(th, tz)?;
        let now = clock::now(CLOCK_REALTIME);
        let (seconds, microsecond) = (now.div_euclid(clock::SECOND), (now.rem_euclid(clock::SECOND) / 1000) as i32);
        let moment = from_seconds(th, class_of(cls), seconds, microsecond, !tz.is_none(), tz.clone())?;
        in_zone(th, moment, tz)
    }

    /// Return a new datetime representing UTC day and time.
    #[pyclassmethod("()")]
    fn utcnow(th: &ThreadState, cls: &Value) -> Res {
        warn_utc(th, "utcnow", "now(datetime.UTC)")?;
        let now = clock::now(CLOCK_REALTIME);
        let (seconds, microsecond) = (now.div_euclid(clock::SECOND), (now.rem_euclid(clock::SECOND) / 1000) as i32);
        from_seconds(th, class_of(cls), seconds, microsecond, true, Value::NONE)
    }

    /// timestamp[, tz] -> tz's local time from POSIX timestamp.
    #[pyclassmethod("(timestamp, tz=None)", text = none)]
    fn fromtimestamp(th: &ThreadState, cls: &Value, timestamp: &Value, tz: &Value) -> Res {
        check_zone(th, tz)?;
        let (seconds, microsecond) = timestamp_parts(th, timestamp)?;
        let moment = from_seconds(th, class_of(cls), seconds, microsecond, !tz.is_none(), tz.clone())?;
        in_zone(th, moment, tz)
    }

    /// Construct a naive UTC datetime from a POSIX timestamp.
    #[pyclassmethod("(timestamp, /)", text = none)]
    fn utcfromtimestamp(th: &ThreadState, cls: &Value, timestamp: &Value) -> Res {
        warn_utc(th, "utcfromtimestamp", "fromtimestamp(timestamp, datetime.UTC)")?;
        let (seconds, microsecond) = timestamp_parts(th, timestamp)?;
        from_seconds(th, class_of(cls), seconds, microsecond, true, Value::NONE)
    }

    /// string, format -> new datetime parsed from a string (like time.strptime()).
    #[pyclassmethod("(string, format, /)", text = none)]
    fn strptime(th: &ThreadState, cls: &Value, string: &Value, format: &Value) -> Res {
        text::strptime(th, "_strptime_datetime_datetime", cls, string, format)
    }

    /// date, time -> datetime with same date and time fields
    #[pyclassmethod("(date, time, tzinfo=None)", text = none)]
    fn combine(
        th: &ThreadState,
        cls: &Value,
        date: &Value,
        time: &Value,
        #[default(None)] tzinfo: Option<&Value>,
    ) -> Res {
        let wrong = |position: i32, wanted: &str, value: &Value| {
            let class = value.class().full_name();
            th.type_error(format_args!("combine() argument {position} must be datetime.{wanted}, not {class}"))
        };
        let Some(day) = date.downcast::<Date>() else { return Err(wrong(1, "date", date)) };
        let Some(clock) = time.downcast::<Time>() else { return Err(wrong(2, "time", time)) };
        let parts = Parts {
            date: day.parts(),
            time: (clock.hour.into(), clock.minute.into(), clock.second.into(), clock.microsecond as i32),
            zone: tzinfo.unwrap_or(&clock.zone).clone(),
            fold: clock.fold.get().into(),
        };
        check_zone(th, &parts.zone)?;
        parts.make(th, class_of(cls))
    }

    /// string -> datetime from a string in most ISO 8601 formats
    #[pyclassmethod("(object, /)")]
    fn fromisoformat(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        let written = text::ascii_or_marks(text::iso_argument(th, object)?);
        let invalid = || text::invalid_iso(th, object);
        if written.len() < 7 {
            return Err(invalid());
        }
        let length = calendar::date_length(&written).ok_or_else(invalid)?.min(written.len());
        let (day, rest) = written.split_at(length);
        let mut date = calendar::parse_date(day).ok_or_else(invalid)?;
        let ((mut hour, minute, second, microsecond), offset) = match rest.split_first() {
            None => ((0, 0, 0, 0), None),
            Some((_, rest)) => calendar::parse_time(rest).ok_or_else(invalid)?,
        };
        let zone = zone_of(th, offset)?;
        let (year, month, day) = date;
        if hour == 24 && (1..=12).contains(&month) && (1..=calendar::days_in_month(year, month)).contains(&day) {
            if minute != 0 || second != 0 || microsecond != 0 {
                return Err(th.value_error("minute, second, and microsecond must be 0 when hour is 24"));
            }
            hour = 0;
            let next = calendar::to_ordinal(year, month, day) + 1;
            date = if next > calendar::MAX_ORDINAL { (year + 1, 1, 1) } else { calendar::from_ordinal(next) };
        }
        Parts { date, time: (hour, minute, second, microsecond), zone, fold: 0 }.make(th, class_of(cls))
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

    /// Return date object with same year, month and day.
    #[pymethod("()")]
    fn date(&self, th: &ThreadState) -> Value {
        th.new_object(self.date)
    }

    /// Return time object with same time but with tzinfo=None.
    #[pymethod("()")]
    fn time(&self, th: &ThreadState) -> Value {
        self.time_with(th, Value::NONE)
    }

    /// Return time object with same time and tzinfo.
    #[pymethod("()")]
    fn timetz(&self, th: &ThreadState) -> Value {
        self.time_with(th, self.zone())
    }

    /// Return ctime() style string.
    #[pymethod("()")]
    fn ctime(&self, th: &ThreadState) -> Value {
        th.str(&self.date.ctime(self.hour, self.minute, self.second))
    }

    /// Return time tuple, compatible with time.localtime().
    #[pymethod("()")]
    fn timetuple(&self, th: &ThreadState, slf: &Value) -> Res {
        let dst = ask_offset(th, &self.zone, "dst", slf)?.map_or(-1, |dst| i32::from(!dst.is_zero()));
        text::struct_time(th, self.date.parts(), (self.hour, self.minute, self.second), dst)
    }

    /// Return UTC time tuple, compatible with time.localtime().
    #[pymethod("()")]
    fn utctimetuple(&self, th: &ThreadState, slf: &Value) -> Res {
        let offset = self.offset(th, slf)?.map_or(0, |offset| offset.total());
        let (date, (hour, minute, second, _)) = split(th, self.total() - offset)?;
        text::struct_time(th, date, (hour as u8, minute as u8, second as u8), 0)
    }

    /// Return POSIX timestamp as float.
    #[pymethod("()")]
    fn timestamp(&self, th: &ThreadState, slf: &Value) -> Res<f64> {
        if self.zone.is_none() {
            let seconds = from_local(th, self.seconds(), self.fold.get())?;
            return Ok(seconds as f64 + f64::from(self.microsecond) / 1e6);
        }
        let offset = self.offset(th, slf)?.map_or(0, |offset| offset.total());
        let total = self.total() - offset - i128::from(EPOCH) * DAY;
        Ok(total as f64 / 1e6)
    }

    /// [sep] -> string in ISO 8601 format, YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].
    /// sep is used to separate the year from the time, and defaults to 'T'.
    /// The optional argument timespec specifies the number of additional terms
    /// of the time to include. Valid options are 'auto', 'hours', 'minutes',
    /// 'seconds', 'milliseconds' and 'microseconds'.
    #[pymethod("(sep='T', timespec='auto')", text = none)]
    fn isoformat(
        &self,
        th: &ThreadState,
        slf: &Value,
        #[default(None)] sep: Option<&Value>,
        #[default(None)] timespec: Option<&Value>,
    ) -> Res {
        let separator = match sep {
            None => None,
            Some(sep) => {
                let wrong = |found: &str| {
                    th.type_error(format_args!("isoformat() argument 1 must be a unicode character, not {found}"))
                };
                match sep.as_str() {
                    Some(text) if text.len() == 1 => Some(sep),
                    Some(text) => return Err(wrong(&format!("a string of length {}", text.len()))),
                    None => return Err(wrong(&sep.class().full_name())),
                }
            }
        };
        let timespec = timespec_argument(th, timespec, 2)?;
        let mut out = self.date.iso();
        if separator.is_none() {
            out.push('T');
        }
        let split = out.len();
        text::push_clock(th, &mut out, (self.hour, self.minute, self.second, self.microsecond), timespec.as_deref())?;
        if let Some(offset) = self.offset(th, slf)? {
            text::push_offset(&mut out, &offset, ":");
        }
        match separator {
            None => Ok(th.str(&out)),
            Some(separator) => th.concat_strings(&[th.str(&out[..split]), separator.clone(), th.str(&out[split..])]),
        }
    }

    /// Return self.tzinfo.utcoffset(self).
    #[pymethod("()")]
    fn utcoffset(&self, th: &ThreadState, slf: &Value) -> Res {
        ask_offset_value(th, &self.zone, "utcoffset", slf)
    }

    /// Return self.tzinfo.tzname(self).
    #[pymethod("()")]
    fn tzname(&self, th: &ThreadState, slf: &Value) -> Res {
        ask_name(th, &self.zone, slf)
    }

    /// Return self.tzinfo.dst(self).
    #[pymethod("()")]
    fn dst(&self, th: &ThreadState, slf: &Value) -> Res {
        ask_offset_value(th, &self.zone, "dst", slf)
    }

    /// tz -> convert to local time in new timezone tz
    #[pymethod("(tz=None)", text = none)]
    fn astimezone(&self, th: &ThreadState, slf: &Value, tz: &Value) -> Res {
        check_zone(th, tz)?;
        let mut own_zone = self.zone();
        if own_zone.is_none() {
            own_zone = local_zone(th, self.local_instant(th)?)?;
        }
        if own_zone.is(tz) {
            return Ok(slf.clone());
        }
        let mut offset = ask_offset(th, &own_zone, "utcoffset", slf)?;
        if offset.is_none() {
            own_zone = local_zone(th, self.local_instant(th)?)?;
            if own_zone.is(tz) {
                return Ok(slf.clone());
            }
            offset = own_zone.downcast::<Timezone>().and_then(|zone| as_delta(&zone.offset));
        }
        let offset = offset.map_or(0, |offset| offset.total());
        let (date, time) = split(th, self.total() - offset)?;
        let zone = if tz.is_none() {
            let days = i64::from(calendar::to_ordinal(date.0, date.1, date.2)) - EPOCH;
            local_zone(th, days * 86_400 + i64::from(time.0 * 3600 + time.1 * 60 + time.2))?
        } else {
            tz.clone()
        };
        let moment = Parts { date, time, zone: zone.clone(), fold: 0 }.make(th, slf.class())?;
        in_zone(th, moment, &zone)
    }

    /// Return datetime with new specified fields.
    #[pymethod(
        "(year=None, month=None, day=None, hour=None, minute=None, second=None, microsecond=None, tzinfo=None, *, fold=None)",
        text = "($self, /, year=unchanged, month=unchanged, day=unchanged,\n        hour=unchanged, minute=unchanged, second=unchanged,\n        microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)"
    )]
    fn replace(
        &self,
        th: &ThreadState,
        slf: &Value,
        year: Option<&Value>,
        month: Option<&Value>,
        day: Option<&Value>,
        hour: Option<&Value>,
        minute: Option<&Value>,
        second: Option<&Value>,
        microsecond: Option<&Value>,
        tzinfo: Option<&Value>,
        fold: Option<&Value>,
    ) -> Res {
        let ((y, m, d), (h, mi, s, us)) = (self.date.parts(), self.clock());
        let number = |value, own| c_int_or(th, value, own);
        let parts = Parts {
            date: (number(year, y)?, number(month, m)?, number(day, d)?),
            time: (number(hour, h)?, number(minute, mi)?, number(second, s)?, number(microsecond, us)?),
            zone: tzinfo.unwrap_or(&self.zone).clone(),
            fold: number(fold, self.fold.get().into())?,
        };
        if !(0..=1).contains(&parts.fold) {
            return Err(th.value_error(format_args!("fold must be either 0 or 1, not {}", parts.fold)));
        }
        parts.make(th, slf.class())
    }

    /// The same as replace().
    #[pymethod(
        "(*, year=None, month=None, day=None, hour=None, minute=None, second=None, microsecond=None, tzinfo=None, fold=None)",
        text = "($self, /, **changes)"
    )]
    fn __replace__(
        &self,
        th: &ThreadState,
        slf: &Value,
        year: Option<&Value>,
        month: Option<&Value>,
        day: Option<&Value>,
        hour: Option<&Value>,
        minute: Option<&Value>,
        second: Option<&Value>,
        microsecond: Option<&Value>,
        tzinfo: Option<&Value>,
        fold: Option<&Value>,
    ) -> Res {
        self.replace(th, slf, year, month, day, hour, minute, second, microsecond, tzinfo, fold)
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

impl Datetime {
    fn time_with(&self, th: &ThreadState, zone: Value) -> Value {
        th.new_object(Time {
            hour: self.hour,
            minute: self.minute,
            second: self.second,
            fold: self.fold.clone(),
            microsecond: self.microsecond,
            zone,
        })
    }
}
