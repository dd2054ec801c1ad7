//! What the modules of this folder share: tables of constants, times as numbers, arguments.

use runtime::args::{ArgAt, FromArg};
use runtime::objects::dict::Dict;
use runtime::objects::exceptions as exc;
use runtime::objects::int::IntView;
use runtime::{Payload, Res, ThreadState, Value};

/// Puts a table of constants into a module.
pub fn add_constants(th: &ThreadState, module: &Value, table: &[(&str, i64)]) -> Res<()> {
    let dict = th.module_dict(module)?;
    let namespace = Dict::of(&dict);
    for (name, number) in table {
        drop(namespace.set_str(&th.intern(name), th.int(*number)));
    }
    Ok(())
}

/// Puts one value into a module.
pub fn add(th: &ThreadState, module: &Value, name: &str, value: Value) -> Res<()> {
    let dict = th.module_dict(module)?;
    drop(Dict::of(&dict).set_str(&th.intern(name), value));
    Ok(())
}

/// A file descriptor: an int, or an object with `fileno()`.
#[derive(Clone, Copy)]
pub struct Descriptor(pub i32);

impl<'a> FromArg<'a> for Descriptor {
    fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
        descriptor(th, value).map(Descriptor)
    }
}

/// The file descriptor that a value is or has.
pub fn descriptor(th: &ThreadState, value: &Value) -> Res<i32> {
    let number = if value.as_int().is_some() {
        if value.as_bool().is_some() {
            runtime::warnings::warn(th, &exc::RUNTIME_WARNING, "bool is used as a file descriptor")?;
        }
        value.clone()
    } else {
        let Some(method) = th.getattr_opt_str(value, "fileno")? else {
            return Err(th.type_error("argument must be an int, or have a fileno() method."));
        };
        let number = th.call(&method, &[])?;
        if number.as_int().is_none() {
            return Err(th.type_error("fileno() returned a non-integer"));
        }
        number
    };
    let fd = number.as_int().and_then(IntView::to_i64).and_then(|number| i32::try_from(number).ok());
    match fd {
        Some(fd) if fd >= 0 => Ok(fd),
        Some(fd) => Err(th.value_error(format_args!("file descriptor cannot be a negative integer ({fd})"))),
        None => Err(th.overflow_error("Python int too large to convert to C int")),
    }
}

/// How a fraction of a nanosecond is rounded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    Floor,
    Ceiling,
    HalfEven,
    /// Away from zero: for timeouts.
    Up,
}

impl Rounding {
    fn apply(self, number: f64) -> f64 {
        match self {
            Rounding::Floor => number.floor(),
            Rounding::Ceiling => number.ceil(),
            Rounding::HalfEven => number.round_ties_even(),
            Rounding::Up if number >= 0.0 => number.ceil(),
            Rounding::Up => number.floor(),
        }
    }
}

fn invalid_nan(th: &ThreadState) -> runtime::Raised {
    th.value_error("Invalid value NaN (not a number)")
}

fn seconds_out_of_range(th: &ThreadState) -> runtime::Raised {
    th.overflow_error("timestamp out of range for C PyTime_t")
}

/// Seconds, as an int or float, in nanoseconds.
pub fn nanoseconds(th: &ThreadState, value: &Value, rounding: Rounding) -> Res<i64> {
    if let Some(seconds) = value.as_float() {
        if seconds.is_nan() {
            return Err(invalid_nan(th));
        }
        let nanoseconds = rounding.apply(seconds * 1e9);
        if !(-9.223_372_036_854_775_8e18..9.223_372_036_854_775_8e18).contains(&nanoseconds) {
            return Err(seconds_out_of_range(th));
        }
        return Ok(nanoseconds as i64);
    }
    if !th.is_index(value) {
        let class = value.class().full_name();
        return Err(th.type_error(format_args!("'{class}' object cannot be interpreted as an integer or float")));
    }
    let number = th.index(value)?;
    let seconds = number.as_int().and_then(IntView::to_i64);
    seconds.and_then(|seconds| seconds.checked_mul(host::clock::SECOND)).ok_or_else(|| seconds_out_of_range(th))
}

/// Whole seconds since the epoch, as C's `time_t`.
pub fn time_t(th: &ThreadState, value: &Value, rounding: Rounding) -> Res<i64> {
    let out_of_range = || th.overflow_error("timestamp out of range for platform time_t");
    if let Some(seconds) = value.as_float() {
        if seconds.is_nan() {
            return Err(invalid_nan(th));
        }
        let seconds = rounding.apply(seconds);
        if !(-9.223_372_036_854_775_8e18..9.223_372_036_854_775_8e18).contains(&seconds) {
            return Err(out_of_range());
        }
        return Ok(seconds as i64);
    }
    let number = th.index(value)?;
    number.as_int().and_then(IntView::to_i64).ok_or_else(out_of_range)
}

/// Nanoseconds as seconds, rounded once.
pub fn float_seconds(th: &ThreadState, nanoseconds: i64) -> Value {
    let second = host::clock::SECOND;
    // Whole seconds are exact; otherwise one division, correctly rounded.
    if nanoseconds % second == 0 {
        return th.float((nanoseconds / second) as f64);
    }
    th.float(nanoseconds as f64 / 1e9)
}

/// A timeout in seconds: `None` waits for ever. In nanoseconds.
pub fn timeout(th: &ThreadState, value: &Value) -> Res<Option<i64>> {
    if value.is_none() { Ok(None) } else { nanoseconds(th, value, Rounding::Up).map(Some) }
}
