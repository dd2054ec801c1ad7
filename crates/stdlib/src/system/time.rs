//! `time`: clocks, calendar time, sleep.

use macros::pymodule;

/// The module `time`.
#[pymodule(name = "time")]
pub mod time_module {
    //! This module provides various functions to manipulate time values.
    //!
    //! There are two standard representations of time.  One is the number
    //! of seconds since the Epoch, in UTC (a.k.a. GMT).  It may be an integer
    //! or a floating-point number (to represent fractions of seconds).
    //! The epoch is the point where the time starts, the return value of time.gmtime(0).
    //! It is January 1, 1970, 00:00:00 (UTC) on all platforms.
    //!
    //! The other representation is a tuple of 9 integers giving local time.
    //! The tuple items are:
    //!   year (including century, e.g. 1998)
    //!   month (1-12)
    //!   day (1-31)
    //!   hours (0-23)
    //!   minutes (0-59)
    //!   seconds (0-59)
    //!   weekday (0-6, Monday is 0)
    //!   Julian day (day in the year, 1-366)
    //!   DST (Daylight Savings Time) flag (-1, 0 or 1)
    //! If the DST flag is 0, the time is given in the regular time zone;
    //! if it is 1, the time is given in the DST time zone;
    //! if it is -1, mktime() should guess based on the date and time.

    use host::clock::{self, CLOCK_MONOTONIC, CLOCK_PROCESS, CLOCK_REALTIME, CLOCK_THREAD, CLOCKS, Calendar};
    use runtime::objects::exceptions as exc;
    use runtime::objects::int::IntView;
    use runtime::{Raised, Res, ThreadState, Value, struct_sequence};

    use crate::support::import;
    use crate::system::numbers::{Rounding, add, float_seconds, nanoseconds, time_t};

    struct_sequence! {
        /// Calendar time as programs see it.
        pub STRUCT_TIME: "time", "struct_time", "The time value as returned by gmtime(), localtime(), and strptime(), and
 accepted by asctime(), mktime() and strftime().  May be considered as a
 sequence of 9 integers.

 Note that several fields' values are not the same as those defined by
 the C language standard for struct tm.  For example, the value of the
 field tm_year is the actual year, not year - 1900.  See individual
 fields' descriptions for details.", visible 9, constructible true, [
            "tm_year": "year, for example, 1993",
            "tm_mon": "month of year, range [1, 12]",
            "tm_mday": "day of month, range [1, 31]",
            "tm_hour": "hours, range [0, 23]",
            "tm_min": "minutes, range [0, 59]",
            "tm_sec": "seconds, range [0, 61])",
            "tm_wday": "day of week, range [0, 6], Monday is 0",
            "tm_yday": "day of year, range [1, 366]",
            "tm_isdst": "1 if summer time is in effect, 0 if not, and -1 if unknown",
            "tm_zone": "abbreviation of timezone name",
            "tm_gmtoff": "offset from UTC in seconds",
        ]
    }

    fn failed(th: &ThreadState, error: &std::io::Error) -> Raised {
        th.os_error(error, None)
    }

    // Clocks.

    /// time() -> floating-point number
    ///
    /// Return the current time in seconds since the Epoch.
    /// Fractions of a second may be present if the system clock provides them.
    #[pyfunction("()")]
    fn time(th: &ThreadState) -> Value {
        float_seconds(th, clock::now(CLOCK_REALTIME))
    }

    /// time_ns() -> int
    ///
    /// Return the current time in nanoseconds since the Epoch.
    #[pyfunction("()")]
    fn time_ns() -> i64 {
        clock::now(CLOCK_REALTIME)
    }

    /// monotonic() -> float
    ///
    /// Monotonic clock, cannot go backward.
    #[pyfunction("()")]
    fn monotonic(th: &ThreadState) -> Value {
        float_seconds(th, clock::now(CLOCK_MONOTONIC))
    }

    /// monotonic_ns() -> int
    ///
    /// Monotonic clock, cannot go backward, as nanoseconds.
    #[pyfunction("()")]
    fn monotonic_ns() -> i64 {
        clock::now(CLOCK_MONOTONIC)
    }

    /// perf_counter() -> float
    ///
    /// Performance counter for benchmarking.
    #[pyfunction("()")]
    fn perf_counter(th: &ThreadState) -> Value {
        float_seconds(th, clock::now(CLOCK_MONOTONIC))
    }

    /// perf_counter_ns() -> int
    ///
    /// Performance counter for benchmarking as nanoseconds.
    #[pyfunction("()")]
    fn perf_counter_ns() -> i64 {
        clock::now(CLOCK_MONOTONIC)
    }

    /// process_time() -> float
    ///
    /// Process time for profiling: sum of the kernel and user-space CPU time.
    #[pyfunction("()")]
    fn process_time(th: &ThreadState) -> Value {
        float_seconds(th, clock::now(CLOCK_PROCESS))
    }

    /// process_time() -> int
    ///
    /// Process time for profiling as nanoseconds:
    /// sum of the kernel and user-space CPU time.
    #[pyfunction("()")]
    fn process_time_ns() -> i64 {
        clock::now(CLOCK_PROCESS)
    }

    /// thread_time() -> float
    ///
    /// Thread time for profiling: sum of the kernel and user-space CPU time.
    #[pyfunction("()")]
    fn thread_time(th: &ThreadState) -> Value {
        float_seconds(th, clock::now(CLOCK_THREAD))
    }

    /// thread_time() -> int
    ///
    /// Thread time for profiling as nanoseconds:
    /// sum of the kernel and user-space CPU time.
    #[pyfunction("()")]
    fn thread_time_ns() -> i64 {
        clock::now(CLOCK_THREAD)
    }

    fn clock_id(th: &ThreadState, value: &Value) -> Res<i32> {
        if !th.is_index(value) {
            let class = value.class().full_name();
            return Err(th.type_error(format_args!("clk_id should be integer, not {class}")));
        }
        let number = th.index(value)?.as_int().and_then(IntView::to_i64);
        match number.map(i32::try_from) {
            Some(Ok(id)) => Ok(id),
            _ if number.is_some_and(|number| number < 0) => Err(th.overflow_error("clk_id is less than minimum")),
            _ => Err(th.overflow_error("clk_id is greater than maximum")),
        }
    }

    /// Return the time of the specified clock clk_id as a float.
    #[pyfunction("(clk_id, /)")]
    fn clock_gettime(th: &ThreadState, clk_id: &Value) -> Res {
        let time = clock::get(clock_id(th, clk_id)?).map_err(|error| failed(th, &error))?;
        Ok(float_seconds(th, time))
    }

    /// Return the time of the specified clock clk_id as nanoseconds (int).
    #[pyfunction("(clk_id, /)")]
    fn clock_gettime_ns(th: &ThreadState, clk_id: &Value) -> Res<i64> {
        clock::get(clock_id(th, clk_id)?).map_err(|error| failed(th, &error))
    }

    /// clock_getres(clk_id) -> floating-point number
    ///
    /// Return the resolution (precision) of the specified clock clk_id.
    #[pyfunction("(clk_id, /)", text = none)]
    fn clock_getres(th: &ThreadState, clk_id: i32) -> Res {
        let resolution = clock::resolution(clk_id).map_err(|error| failed(th, &error))?;
        Ok(float_seconds(th, resolution))
    }

    /// clock_settime(clk_id, time)
    ///
    /// Set the time of the specified clock clk_id.
    #[pyfunction("(clk_id, time, /)", text = none)]
    fn clock_settime(th: &ThreadState, clk_id: i32, value: &Value) -> Res<()> {
        let time = nanoseconds(th, value, Rounding::Floor)?;
        clock::set(clk_id, time).map_err(|error| failed(th, &error))
    }

    /// clock_settime_ns(clk_id, time)
    ///
    /// Set the time of the specified clock clk_id with nanoseconds.
    #[pyfunction("(clk_id, time, /)", text = none)]
    fn clock_settime_ns(th: &ThreadState, clk_id: i32, value: &Value) -> Res<()> {
        let Some(number) = value.as_int() else {
            return Err(th.type_error(format_args!("expect int, got {}", value.class().full_name())));
        };
        let time = number.to_i64().ok_or_else(|| th.overflow_error("timestamp too large to convert to C PyTime_t"))?;
        clock::set(clk_id, time).map_err(|error| failed(th, &error))
    }

    /// pthread_getcpuclockid(thread_id) -> int
    ///
    /// Return the clk_id of a thread's CPU time clock.
    #[pyfunction("(thread_id, /)", text = none)]
    fn pthread_getcpuclockid(th: &ThreadState, thread_id: &Value) -> Res<i32> {
        let Some(number) = thread_id.as_int() else {
            let class = thread_id.class().full_name();
            return Err(th.type_error(format_args!("pthread_getcpuclockid() argument 1 must be int, not {class}")));
        };
        let number = number.to_i64().unwrap_or(0) as u64;
        // The C library follows the identity as a pointer: only the caller's own is known to be one.
        if number != host::thread::ident() {
            return Err(failed(th, &std::io::Error::from_raw_os_error(host::error::ESRCH)));
        }
        clock::thread_clock(number).map_err(|error| failed(th, &error))
    }

    /// get_clock_info(name: str) -> dict
    ///
    /// Get information of the specified clock.
    #[pyfunction("(name, /)", text = none)]
    fn get_clock_info(th: &ThreadState, name: String) -> Res {
        let (id, symbol, adjustable) = match name.as_str() {
            "time" => (CLOCK_REALTIME, "CLOCK_REALTIME", true),
            "monotonic" | "perf_counter" => (CLOCK_MONOTONIC, "CLOCK_MONOTONIC", false),
            "process_time" => (CLOCK_PROCESS, "CLOCK_PROCESS_CPUTIME_ID", false),
            "thread_time" => (CLOCK_THREAD, "CLOCK_THREAD_CPUTIME_ID", false),
            _ => return Err(th.value_error("unknown clock")),
        };
        let resolution = clock::resolution(id).map_err(|error| failed(th, &error))?;
        th.simple_namespace(&[
            ("implementation", th.str(&format!("clock_gettime({symbol})"))),
            ("monotonic", Value::bool(id != CLOCK_REALTIME)),
            ("adjustable", Value::bool(adjustable)),
            ("resolution", float_seconds(th, resolution)),
        ])
    }

    /// sleep(seconds)
    ///
    /// Delay execution for a given number of seconds.  The argument may be
    /// a floating-point number for subsecond precision.
    #[pyfunction("(object, /)")]
    fn sleep(th: &ThreadState, seconds: &Value) -> Res<()> {
        th.audit("time.sleep", std::slice::from_ref(seconds))?;
        let duration = nanoseconds(th, seconds, Rounding::Up)?;
        if duration < 0 {
            return Err(th.value_error("sleep length must be non-negative"));
        }
        let deadline = clock::now(CLOCK_MONOTONIC).saturating_add(duration);
        th.blocking_call(|| clock::sleep_until(deadline))
    }

    // Calendar time.

    fn struct_time(th: &ThreadState, moment: &Calendar) -> Res {
        let zone = th.decode(&moment.zone, "utf-8", "surrogateescape")?;
        let number = |number: i32| th.int(i64::from(number));
        Ok(STRUCT_TIME.make(
            th,
            vec![
                th.int(i64::from(moment.year) + 1900),
                number(moment.month + 1),
                number(moment.day),
                number(moment.hour),
                number(moment.minute),
                number(moment.second),
                number((moment.weekday + 6) % 7),
                number(moment.yearday + 1),
                number(moment.is_dst),
                zone,
                th.int(moment.offset),
            ],
        ))
    }

    fn seconds_or_now(th: &ThreadState, seconds: &Value) -> Res<i64> {
        if seconds.is_none() {
            return Ok(clock::now(CLOCK_REALTIME).div_euclid(clock::SECOND));
        }
        time_t(th, seconds, Rounding::Floor)
    }

    fn moment(th: &ThreadState, seconds: i64, local: bool) -> Res<Calendar> {
        Calendar::of(seconds, local).map_err(|error| failed(th, &error))
    }

    /// gmtime([seconds]) -> (tm_year, tm_mon, tm_mday, tm_hour, tm_min,
    ///                        tm_sec, tm_wday, tm_yday, tm_isdst)
    ///
    /// Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a.
    /// GMT).  When 'seconds' is not passed in, convert the current time instead.
    ///
    /// If the platform supports the tm_gmtoff and tm_zone, they are available as
    /// attributes only.
    #[pyfunction("(seconds=None, /)", text = none)]
    fn gmtime(th: &ThreadState, seconds: Value) -> Res {
        struct_time(th, &moment(th, seconds_or_now(th, &seconds)?, false)?)
    }

    /// localtime([seconds]) -> (tm_year,tm_mon,tm_mday,tm_hour,tm_min,
    ///                           tm_sec,tm_wday,tm_yday,tm_isdst)
    ///
    /// Convert seconds since the Epoch to a time tuple expressing local time.
    /// When 'seconds' is not passed in, convert the current time instead.
    #[pyfunction("(seconds=None, /)", text = none)]
    fn localtime(th: &ThreadState, seconds: Value) -> Res {
        struct_time(th, &moment(th, seconds_or_now(th, &seconds)?, true)?)
    }

    fn c_int(th: &ThreadState, value: &Value) -> Res<i32> {
        let number = th.index(value)?.as_int().and_then(IntView::to_i64);
        let number = number.ok_or_else(|| th.overflow_error("Python int too large to convert to C long"))?;
        i32::try_from(number).map_err(|_| {
            let side = if number < 0 { "less than minimum" } else { "greater than maximum" };
            th.overflow_error(format_args!("signed integer is {side}"))
        })
    }

    /// The moment that nine numbers of a program mean.
    fn calendar(th: &ThreadState, value: &Value, function: &str) -> Res<Calendar> {
        let Some(tuple) = value.as_tuple() else {
            return Err(th.type_error("Tuple or struct_time argument required"));
        };
        let items = tuple.as_slice().to_vec();
        let [year, month, day, hour, minute, second, weekday, yearday, is_dst] = items.as_slice() else {
            return Err(th.type_error(format_args!("{function}(): illegal time tuple argument")));
        };
        let year = c_int(th, year)?;
        let mut moment = Calendar {
            month: c_int(th, month)?.wrapping_sub(1),
            day: c_int(th, day)?,
            hour: c_int(th, hour)?,
            minute: c_int(th, minute)?,
            second: c_int(th, second)?,
            weekday: c_int(th, weekday)?,
            yearday: c_int(th, yearday)?.wrapping_sub(1),
            is_dst: c_int(th, is_dst)?,
            ..Calendar::default()
        };
        moment.year = year.checked_sub(1900).ok_or_else(|| th.overflow_error("year out of range"))?;
        moment.weekday = (moment.weekday.wrapping_add(1)) % 7;
        if value.is_instance_of(&STRUCT_TIME.class) {
            let zone = th.getattr_str(value, "tm_zone")?;
            if !zone.is_none() {
                moment.zone = text_bytes(th, &zone)?;
            }
            let offset = th.getattr_str(value, "tm_gmtoff")?;
            if !offset.is_none() {
                moment.offset = th.index(&offset)?.as_int().and_then(IntView::to_i64).unwrap_or(0);
            }
        }
        Ok(moment)
    }

    fn text_bytes(th: &ThreadState, text: &Value) -> Res<Vec<u8>> {
        match text.as_str() {
            Some(text) => Ok(text.to_string_lossy().into_bytes()),
            None => Err(th.type_error("expected a string")),
        }
    }

    /// Numbers that C's formatting functions would index tables with are checked; zeros that stand for "none" are mended.
    fn check_calendar(th: &ThreadState, moment: &mut Calendar) -> Res<()> {
        if moment.month == -1 {
            moment.month = 0;
        }
        if moment.day == 0 {
            moment.day = 1;
        }
        if moment.yearday == -1 {
            moment.yearday = 0;
        }
        let wrong = |what: &str| Err(th.value_error(format_args!("{what} out of range")));
        match () {
            () if !(0..=11).contains(&moment.month) => wrong("month"),
            () if !(1..=31).contains(&moment.day) => wrong("day of month"),
            () if !(0..=23).contains(&moment.hour) => wrong("hour"),
            () if !(0..=59).contains(&moment.minute) => wrong("minute"),
            () if !(0..=61).contains(&moment.second) => wrong("seconds"),
            () if moment.weekday < 0 => wrong("day of week"),
            () if !(0..=365).contains(&moment.yearday) => wrong("day of year"),
            () => Ok(()),
        }
    }

    fn shown(moment: &Calendar) -> String {
        const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let day = DAYS.get(moment.weekday as usize).copied().unwrap_or("???");
        let month = MONTHS.get(moment.month as usize).copied().unwrap_or("???");
        let Calendar { day: number, hour, minute, second, year, .. } = moment;
        format!("{day} {month}{number:3} {hour:02}:{minute:02}:{second:02} {}", i64::from(*year) + 1900)
    }

    /// asctime([time_tuple]) -> string
    ///
    /// Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.
    /// When the time tuple is not present, current time as returned by localtime()
    /// is used.
    #[pyfunction("(time_tuple=None, /)", text = none)]
    fn asctime(th: &ThreadState, time_tuple: Option<Value>) -> Res<String> {
        let moment = match time_tuple {
            None => moment(th, seconds_or_now(th, &Value::NONE)?, true)?,
            Some(tuple) => {
                let mut moment = calendar(th, &tuple, "asctime")?;
                check_calendar(th, &mut moment)?;
                moment
            }
        };
        Ok(shown(&moment))
    }

    /// ctime([seconds]) -> string
    ///
    /// Convert a time in seconds since the Epoch to a string in local time.
    /// This is equivalent to asctime(localtime(seconds)). When 'seconds' is not
    /// passed in, convert the current time instead.
    #[pyfunction("(seconds=None, /)", text = none)]
    fn ctime(th: &ThreadState, seconds: Value) -> Res<String> {
        Ok(shown(&moment(th, seconds_or_now(th, &seconds)?, true)?))
    }

    /// mktime(time_tuple) -> floating-point number
    ///
    /// Convert a time tuple in local time to seconds since the Epoch.
    /// Note that mktime(gmtime(0)) will not generally return zero for most
    /// time zones; instead the returned value will either be equal to that
    /// of the timezone or altzone attributes on the time module.
    #[pyfunction("(object, /)")]
    fn mktime(th: &ThreadState, time_tuple: &Value) -> Res<f64> {
        let moment = calendar(th, time_tuple, "mktime")?;
        match moment.to_seconds() {
            Some(seconds) => Ok(seconds as f64),
            None => Err(th.overflow_error("mktime argument out of range")),
        }
    }

    /// One run of a format without NUL and lone surrogates.
    fn format_run(th: &ThreadState, format: &str, moment: &Calendar) -> Res {
        if format.is_empty() {
            return Ok(th.str(""));
        }
        let Ok(run) = std::ffi::CString::new(format) else { return Ok(th.str("")) };
        // A format that gives nothing looks like one that needs more room: stop at 256 times its length.
        let limit = 1024usize.max(format.len().saturating_mul(256));
        let text = moment.format(&run, limit).unwrap_or_default();
        th.decode(&text, "utf-8", "surrogateescape")
    }

    /// strftime(format[, time_tuple]) -> string
    ///
    /// Convert a time tuple to a string according to a format specification.
    /// See the library reference manual for formatting codes. When the time tuple
    /// is not present, current time as returned by localtime() is used.
    ///
    /// Commonly used format codes:
    ///
    /// %Y  Year with century as a decimal number.
    /// %m  Month as a decimal number [01,12].
    /// %d  Day of the month as a decimal number [01,31].
    /// %H  Hour (24-hour clock) as a decimal number [00,23].
    /// %M  Minute as a decimal number [00,59].
    /// %S  Second as a decimal number [00,61].
    /// %z  Time zone offset from UTC.
    /// %a  Locale's abbreviated weekday name.
    /// %A  Locale's full weekday name.
    /// %b  Locale's abbreviated month name.
    /// %B  Locale's full month name.
    /// %c  Locale's appropriate date and time representation.
    /// %I  Hour (12-hour clock) as a decimal number [01,12].
    /// %p  Locale's equivalent of either AM or PM.
    ///
    /// Other codes may be available on your platform.  See documentation for
    /// the C library strftime function.
    #[pyfunction("(format, time_tuple=None, /)", text = none)]
    fn strftime(th: &ThreadState, format: &Value, time_tuple: Option<Value>) -> Res {
        let Some(text) = format.as_str() else {
            let class = format.class().full_name();
            return Err(th.type_error(format_args!("strftime() argument 1 must be str, not {class}")));
        };
        let points: Vec<u32> = text.code_points().collect();
        let mut moment = match time_tuple {
            None => moment(th, seconds_or_now(th, &Value::NONE)?, true)?,
            Some(tuple) => calendar(th, &tuple, "strftime")?,
        };
        check_calendar(th, &mut moment)?;
        moment.is_dst = moment.is_dst.clamp(-1, 1);
        let mut parts = Vec::new();
        let mut run = String::new();
        for point in points {
            match char::from_u32(point).filter(|&letter| letter != '\0') {
                Some(letter) => run.push(letter),
                None => {
                    parts.push(format_run(th, &run, &moment)?);
                    run.clear();
                    parts.push(th.str_from_char(point));
                }
            }
        }
        parts.push(format_run(th, &run, &moment)?);
        th.concat_strings(&parts)
    }

    /// strptime(string[, format]) -> struct_time
    ///
    /// Parse a string to a time tuple according to a format specification.
    /// See the library reference manual for formatting codes (same as
    /// strftime()).
    ///
    /// Commonly used format codes:
    ///
    /// %Y  Year with century as a decimal number.
    /// %m  Month as a decimal number [01,12].
    /// %d  Day of the month as a decimal number [01,31].
    /// %H  Hour (24-hour clock) as a decimal number [00,23].
    /// %M  Minute as a decimal number [00,59].
    /// %S  Second as a decimal number [00,61].
    /// %z  Time zone offset from UTC.
    /// %a  Locale's abbreviated weekday name.
    /// %A  Locale's full weekday name.
    /// %b  Locale's abbreviated month name.
    /// %B  Locale's full month name.
    /// %c  Locale's appropriate date and time representation.
    /// %I  Hour (12-hour clock) as a decimal number [01,12].
    /// %p  Locale's equivalent of either AM or PM.
    ///
    /// Other codes may be available on your platform.  See documentation for
    /// the C library strftime function.
    #[pyfunction("(*args)", text = none)]
    fn strptime(th: &ThreadState, args: &[Value]) -> Res {
        let module = import(th, "_strptime")?;
        let parse = th.getattr_str(&module, "_strptime_time")?;
        th.call(&parse, args)
    }

    /// tzset()
    ///
    /// Initialize, or reinitialize, the local timezone to the value stored in
    /// os.environ['TZ']. The TZ environment variable should be specified in
    /// standard Unix timezone format as documented in the tzset man page
    /// (eg. 'US/Eastern', 'Europe/Amsterdam'). Unknown timezones will silently
    /// fall back to UTC. If the TZ environment variable is not set, the local
    /// timezone is set to the systems best guess of wallclock time.
    /// Changing the TZ environment variable without calling tzset *may* change
    /// the local timezone used by methods such as localtime, but this behaviour
    /// should not be relied on.
    #[pyfunction("()")]
    fn tzset(th: &ThreadState) -> Res<()> {
        clock::read_zone();
        match runtime::import::loaded(th, &th.intern("time"))? {
            Some(module) => add_zone(th, &module),
            None => Ok(()),
        }
    }

    /// `timezone`, `altzone`, `daylight` and `tzname`: what holds in January and in July of this year.
    fn add_zone(th: &ThreadState, module: &Value) -> Res<()> {
        const YEAR: i64 = (365 * 24 + 6) * 3600;
        let start = clock::now(CLOCK_REALTIME).div_euclid(clock::SECOND) / YEAR * YEAR;
        let (january, july) = (moment(th, start, true)?, moment(th, start + YEAR / 2, true)?);
        let southern = january.offset > july.offset;
        let (winter, summer) = if southern { (&july, &january) } else { (&january, &july) };
        let name = |moment: &Calendar| th.decode(&moment.zone, "utf-8", "surrogateescape");
        let names = [name(winter)?, name(summer)?];
        add(th, module, "timezone", th.int(-winter.offset))?;
        add(th, module, "altzone", th.int(-summer.offset))?;
        add(th, module, "daylight", th.int(i64::from(winter.offset != summer.offset)))?;
        add(th, module, "tzname", th.tuple(&names))
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        for (name, id) in CLOCKS {
            add(th, module, name, Value::int32(*id))?;
        }
        add(th, module, "_STRUCT_TM_ITEMS", Value::int32(11))?;
        add(th, module, "struct_time", STRUCT_TIME.ready(th).as_value())?;
        clock::read_zone();
        match add_zone(th, module) {
            Err(raised) if th.raised_is(&raised, &exc::OS_ERROR) => {
                drop(th.take_raised(raised));
                Ok(())
            }
            result => result,
        }
    }
}
