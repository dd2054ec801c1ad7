//! `tzinfo`, the base of time zones, and `timezone`, those with a fixed offset; asking a zone about a moment.

use macros::{pyclass, pymethods};
use runtime::args::KwArgs;
use runtime::gc::ValueCell;
use runtime::objects::str::Str;
use runtime::protocol::numbers::BinaryOp;
use runtime::types::CompareOp;
use runtime::{Raised, Ref, Res, ThreadState, Type, Value};

use super::delta::{DAY, Timedelta, as_delta};
use super::fields::set_constant;
use super::moment::{DATETIME_TYPE, Datetime};
use super::text::push_offset;
use super::time::Time;

/// What the module keeps in an interpreter.
#[derive(Default)]
struct State {
    utc: ValueCell,
}

/// `timezone.utc`
pub fn utc(th: &ThreadState) -> Value {
    let state = th.extension::<State>();
    if let Some(utc) = state.utc.get() {
        return utc;
    }
    let utc = th.new_object(Timezone { base: Tzinfo {}, offset: Timedelta::ZERO.value(th), name: None });
    state.utc.set(Some(utc.clone()));
    utc
}

/// Sets the constants of `timezone`.
pub fn prepare(th: &ThreadState) {
    let of = |minutes: i128| {
        let delta = Timedelta::of(th, minutes * 60_000_000).map(|delta| delta.value(th)).unwrap_or_default();
        th.new_object(Timezone { base: Tzinfo {}, offset: delta, name: None })
    };
    set_constant(th, &TIMEZONE_TYPE, "utc", utc(th));
    set_constant(th, &TIMEZONE_TYPE, "min", of(-1439));
    set_constant(th, &TIMEZONE_TYPE, "max", of(1439));
}

#[cold]
fn bad_offset(th: &ThreadState, offset: &Value) -> Raised {
    match th.repr_string(offset) {
        Ok(shown) => th.value_error(format_args!(
            "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {shown}"
        )),
        Err(raised) => raised,
    }
}

fn is_offset(delta: &Timedelta) -> bool {
    delta.total().abs() < DAY
}

/// A zone of a fixed offset without a name; `timezone.utc` for zero.
pub fn fixed(th: &ThreadState, offset: Timedelta) -> Res {
    if offset.is_zero() {
        return Ok(utc(th));
    }
    named(th, offset.value(th), None)
}

/// `timezone(offset, name)`
pub fn named(th: &ThreadState, offset: Value, name: Option<Value>) -> Res {
    match as_delta(&offset) {
        Some(delta) if !is_offset(&delta) => Err(bad_offset(th, &offset)),
        Some(delta) if name.is_none() && delta.is_zero() => Ok(utc(th)),
        _ => Ok(th.new_object(Timezone { base: Tzinfo {}, offset, name })),
    }
}

/// Asks a zone for `utcoffset` or `dst`: a duration of less than a day, or nothing.
pub fn ask_offset(th: &ThreadState, zone: &Value, method: &str, moment: &Value) -> Res<Option<Timedelta>> {
    if zone.is_none() {
        return Ok(None);
    }
    if let Some(fixed) = zone.downcast_exact::<Timezone>() {
        return Ok(if method == "utcoffset" { as_delta(&fixed.offset) } else { None });
    }
    let answer = th.call_method_str(zone, method, std::slice::from_ref(moment))?;
    match as_delta(&answer) {
        Some(delta) if is_offset(&delta) => Ok(Some(delta)),
        Some(_) => Err(bad_offset(th, &answer)),
        None if answer.is_none() => Ok(None),
        None => {
            let class = answer.class().full_name();
            Err(th.type_error(format_args!("tzinfo.{method}() must return None or timedelta, not '{class}'")))
        }
    }
}

/// The answer to `ask_offset` as an object.
pub fn ask_offset_value(th: &ThreadState, zone: &Value, method: &str, moment: &Value) -> Res {
    Ok(ask_offset(th, zone, method, moment)?.map_or(Value::NONE, |delta| delta.value(th)))
}

/// Asks a zone for its name.
pub fn ask_name(th: &ThreadState, zone: &Value, moment: &Value) -> Res {
    if zone.is_none() {
        return Ok(Value::NONE);
    }
    let answer = th.call_method_str(zone, "tzname", std::slice::from_ref(moment))?;
    if answer.is_none() || answer.as_str().is_some() {
        return Ok(answer);
    }
    let class = answer.class().full_name();
    Err(th.type_error(format_args!("tzinfo.tzname() must return None or a string, not '{class}'")))
}

/// The offset of a date (none), a time or a moment.
pub fn offset_of_object(th: &ThreadState, object: &Value) -> Res<Option<Timedelta>> {
    if let Some(moment) = object.downcast::<Datetime>() {
        return ask_offset(th, &moment.zone(), "utcoffset", object);
    }
    match object.downcast::<Time>() {
        Some(time) => ask_offset(th, &time.zone(), "utcoffset", &Value::NONE),
        None => Ok(None),
    }
}

/// Abstract base class for time zone info objects.
#[pyclass(name = "tzinfo", module = "datetime", flags(basetype))]
#[repr(C)]
pub struct Tzinfo {}

fn unimplemented(th: &ThreadState, method: &str) -> Raised {
    th.not_implemented_error(format_args!("a tzinfo subclass must implement {method}()"))
}

/// The moment that `fromutc` was given, of that very zone.
fn own_moment<'a>(th: &ThreadState, zone: &Value, value: &'a Value) -> Res<&'a Datetime> {
    let Some(moment) = value.downcast::<Datetime>() else {
        return Err(th.type_error("fromutc: argument must be a datetime"));
    };
    if !moment.zone().is(zone) {
        return Err(th.value_error("fromutc: dt.tzinfo is not self"));
    }
    Ok(moment)
}

#[pymethods]
impl Tzinfo {
    #[pyslot("(*args, **kwargs)", text = none)]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwargs: KwArgs<'_>) -> Res {
        let _ = (args, kwargs);
        Ok(th.new_instance(cls, Tzinfo {}))
    }

    /// datetime -> string name of time zone.
    #[pymethod("(object, /)")]
    fn tzname(&self, th: &ThreadState, object: &Value) -> Res {
        let _ = object;
        Err(unimplemented(th, "tzname"))
    }

    /// datetime -> timedelta showing offset from UTC, negative values indicating West of UTC
    #[pymethod("(object, /)")]
    fn utcoffset(&self, th: &ThreadState, object: &Value) -> Res {
        let _ = object;
        Err(unimplemented(th, "utcoffset"))
    }

    /// datetime -> DST offset as timedelta positive east of UTC.
    #[pymethod("(object, /)")]
    fn dst(&self, th: &ThreadState, object: &Value) -> Res {
        let _ = object;
        Err(unimplemented(th, "dst"))
    }

    /// datetime in UTC -> datetime in local time.
    #[pymethod("(object, /)")]
    fn fromutc(&self, th: &ThreadState, slf: &Value, object: &Value) -> Res {
        own_moment(th, slf, object)?;
        let needed = |name: &str| th.value_error(format_args!("fromutc: non-None {name}() result required"));
        let offset = ask_offset(th, slf, "utcoffset", object)?.ok_or_else(|| needed("utcoffset"))?;
        let dst = ask_offset(th, slf, "dst", object)?.ok_or_else(|| needed("dst"))?;
        let standard = Timedelta::of(th, offset.total() - dst.total())?;
        let result = th.binary(BinaryOp::Add, object, &standard.value(th))?;
        let dst = th.call_method_str(&result, "dst", &[])?;
        if dst.is_none() {
            return Err(th.value_error("fromutc: tz.dst() gave inconsistent results; cannot convert"));
        }
        if th.is_true(&dst)? { th.binary(BinaryOp::Add, &result, &dst) } else { Ok(result) }
    }

    /// -> (cls, state)
    #[pymethod("()")]
    fn __reduce__(&self, th: &ThreadState, slf: &Value) -> Res {
        let args = match th.getattr_opt_str(slf, "__getinitargs__")? {
            Some(method) => th.call(&method, &[])?,
            None => th.tuple(&[]),
        };
        let state = th.call_method_str(slf, "__getstate__", &[])?;
        Ok(th.tuple(&[slf.class().as_value(), args, state]))
    }
}

/// Fixed offset from UTC implementation of tzinfo.
#[pyclass(name = "timezone", module = "datetime", base = TZINFO_TYPE)]
#[repr(C)]
pub struct Timezone {
    #[base]
    #[notrace]
    base: Tzinfo,
    pub offset: Value,
    pub name: Option<Value>,
}

impl Timezone {
    fn label(&self, th: &ThreadState) -> Value {
        if let Some(name) = &self.name {
            return name.clone();
        }
        let offset = as_delta(&self.offset).unwrap_or(Timedelta::ZERO);
        if offset.is_zero() {
            return th.str("UTC");
        }
        let mut out = "UTC".to_owned();
        push_offset(&mut out, &offset, ":");
        th.str(&out)
    }

    fn check_moment(th: &ThreadState, value: &Value, method: &str) -> Res<()> {
        if value.is_none() || value.is_instance_of(&DATETIME_TYPE) {
            return Ok(());
        }
        let class = value.class().full_name();
        Err(th.type_error(format_args!("{method}(dt) argument must be a datetime instance or None, not {class}")))
    }
}

#[pymethods]
impl Timezone {
    #[pyslot("(offset, name=None)", text = none)]
    fn new(th: &ThreadState, cls: &Type, offset: Ref<Timedelta>, name: Option<&Value>) -> Res {
        let _ = cls;
        if let Some(name) = name.filter(|name| name.as_str().is_none()) {
            let class = name.class().full_name();
            return Err(th.type_error(format_args!("timezone() argument 2 must be str, not {class}")));
        }
        named(th, offset.into_value(), name.cloned())
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState, slf: &Value) -> Res {
        let class = slf.class().full_name();
        if slf.is(&utc(th)) {
            return Ok(th.str(&format!("{class}.utc")));
        }
        let offset = th.repr_string(&self.offset)?;
        Ok(match &self.name {
            None => th.str(&format!("{class}({offset})")),
            Some(name) => {
                let name = th.repr(name)?;
                let empty = th.str("");
                let name = name.as_str().or(empty.as_str()).map(Str::to_string_lossy).unwrap_or_default();
                th.str(&format!("{class}({offset}, {name})"))
            }
        })
    }

    #[pyslot]
    fn str(&self, th: &ThreadState) -> Res {
        Ok(self.label(th))
    }

    #[pyslot]
    fn hash(&self, th: &ThreadState) -> Res<i64> {
        th.hash(&self.offset)
    }

    #[pyslot]
    fn richcompare(&self, th: &ThreadState, other: &Value, op: CompareOp) -> Res {
        match (op, other.downcast::<Timezone>()) {
            (CompareOp::Eq | CompareOp::Ne, Some(other)) => th.compare(&self.offset, &other.offset, op),
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    /// If name is specified when timezone is created, returns the name.  Otherwise returns offset as 'UTC(+|-)HH:MM'.
    #[pymethod("(object, /)")]
    fn tzname(&self, th: &ThreadState, object: &Value) -> Res {
        Timezone::check_moment(th, object, "tzname")?;
        Ok(self.label(th))
    }

    /// Return fixed offset.
    #[pymethod("(object, /)")]
    fn utcoffset(&self, th: &ThreadState, object: &Value) -> Res {
        Timezone::check_moment(th, object, "utcoffset")?;
        Ok(self.offset.clone())
    }

    /// Return None.
    #[pymethod("(object, /)")]
    fn dst(&self, th: &ThreadState, object: &Value) -> Res {
        Timezone::check_moment(th, object, "dst")?;
        Ok(Value::NONE)
    }

    /// datetime in UTC -> datetime in local time.
    #[pymethod("(object, /)")]
    fn fromutc(&self, th: &ThreadState, slf: &Value, object: &Value) -> Res {
        own_moment(th, slf, object)?;
        th.binary(BinaryOp::Add, object, &self.offset)
    }

    /// pickle support
    #[pymethod("()")]
    fn __getinitargs__(&self, th: &ThreadState) -> Value {
        match &self.name {
            None => th.tuple(std::slice::from_ref(&self.offset)),
            Some(name) => th.tuple(&[self.offset.clone(), name.clone()]),
        }
    }
}
