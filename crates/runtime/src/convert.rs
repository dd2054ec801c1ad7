//! Conversions between Python values and the Rust types of native functions' parameters and results.
//!
//! Each parameter type follows one of Argument Clinic's converters, with its words: `i32` is its `int`, `isize` its
//! `Py_ssize_t`, `f64` its `double`, `bool` its `bool` (truth), `Wrapping<u32>` its `unsigned int(bitwise=True)`,
//! [`SliceIndex`] its `slice_index`.

use std::borrow::Cow;
use std::num::Wrapping;

use dashu_int::IBig;

use crate::args::{ArgAt, FromArg, FromSelf, IntoRes};
use crate::buffer::Buffer;
use crate::error::{Raised, Res};
use crate::object::{Payload, Ref};
use crate::objects::exceptions as exc;
use crate::objects::int::IntView;
use crate::thread::ThreadState;
use crate::value::Value;

impl<'a, T: Payload> FromSelf<'a> for &'a T {
    #[inline(always)]
    fn from_self(value: &'a Value) -> &'a T {
        T::of(value)
    }
}

impl<'a> FromArg<'a> for &'a Value {
    #[inline(always)]
    fn from_arg(_: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
        Ok(value)
    }
}

impl<'a> FromArg<'a> for Value {
    #[inline(always)]
    fn from_arg(_: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
        Ok(value.clone())
    }
}

/// A missing argument and `None` are the same.
impl<'a, T: FromArg<'a>> FromArg<'a> for Option<T> {
    #[inline]
    fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self> {
        T::from_arg_or_none(th, value, at)
    }
}

/// An instance of a native class, or of a class derived from it.
impl<'a, T: Payload> FromArg<'a> for &'a T {
    #[inline]
    fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self> {
        value.downcast::<T>().ok_or_else(|| at.wrong_type(th, &T::class().full_name(), value))
    }
}

impl<'a, T: Payload> FromArg<'a> for Ref<T> {
    #[inline]
    fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self> {
        Ref::try_new(value.clone()).map_err(|value| at.wrong_type(th, &T::class().full_name(), &value))
    }
}

/// Truth, as `if` sees it.
impl<'a> FromArg<'a> for bool {
    #[inline]
    fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
        th.is_true(value)
    }
}

impl<'a> FromArg<'a> for f64 {
    #[inline]
    fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
        th.to_f64(value)
    }
}

/// A `str` as UTF-8; lone surrogates raise UnicodeEncodeError.
impl<'a> FromArg<'a> for Cow<'a, str> {
    #[inline]
    fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self> {
        match value.as_str() {
            Some(text) => text.to_utf8().ok_or_else(|| surrogates(th, value)),
            None => Err(at.wrong_type(th, "str", value)),
        }
    }
}

impl<'a> FromArg<'a> for String {
    #[inline]
    fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self> {
        Cow::from_arg(th, value, at).map(Cow::into_owned)
    }
}

/// The bytes of a bytes-like object.
impl<'a> FromArg<'a> for Buffer {
    #[inline]
    fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
        th.readable_buffer(value)
    }
}

/// A buffer to write to: "must be read-write bytes-like object".
pub struct WritableBuffer(pub Buffer);

impl<'a> FromArg<'a> for WritableBuffer {
    fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self> {
        let wrong = || at.wrong_type(th, "read-write bytes-like object", value);
        if !th.has_buffer(value) {
            return Err(wrong());
        }
        match th.catch(th.writable_buffer(value), &exc::BUFFER_ERROR)? {
            Some(buffer) => Ok(WritableBuffer(buffer)),
            None => Err(wrong()),
        }
    }
}

/// One character: "must be a unicode character, not ...".
impl<'a> FromArg<'a> for char {
    fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self> {
        match value.as_str() {
            Some(text) if text.len() == 1 => char::from_u32(text.char_at(0)).ok_or_else(|| surrogates(th, value)),
            Some(text) => {
                let (function, argument) = (at.function(), at.describe());
                let length = text.len();
                Err(th.type_error(format_args!(
                    "{function}(): {argument} must be a unicode character, not a string of length {length}"
                )))
            }
            None => Err(at.wrong_type(th, "a unicode character", value)),
        }
    }
}

/// The text of `value` has surrogates and cannot be written as UTF-8.
#[cold]
pub fn surrogates(th: &ThreadState, value: &Value) -> Raised {
    let is_surrogate = |point: &u32| (0xD800..0xE000).contains(point);
    let (mut start, mut end) = (0, 0);
    if let Some(text) = value.as_str() {
        start = text.code_points().position(|point| is_surrogate(&point)).unwrap_or(0);
        end = start + text.code_points().skip(start).take_while(is_surrogate).count();
    }
    let reason = th.str("surrogates not allowed");
    let args = [th.str("utf-8"), value.clone(), Value::index(start), Value::index(end), reason];
    th.error_args(&exc::UNICODE_ENCODE_ERROR, &args)
}

/// Signed numbers: an int that is too large names the C type.
macro_rules! signed {
    ($($type:ty => $name:literal,)*) => {$(
        impl<'a> FromArg<'a> for $type {
            #[inline(always)]
            fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
                #[cold]
                #[inline(never)]
                fn slow(th: &ThreadState, value: &Value) -> Res<$type> {
                    let number = th.index(value)?.as_int().and_then(IntView::to_i64);
                    number
                        .and_then(|number| <$type>::try_from(number).ok())
                        .ok_or_else(|| th.overflow_error(concat!("Python int too large to convert to C ", $name)))
                }
                match value.as_small_int().map(<$type>::try_from) {
                    Some(Ok(number)) => Ok(number),
                    _ => slow(th, value),
                }
            }
        }
    )*};
}

signed! {
    i32 => "int",
    i64 => "long",
    isize => "ssize_t",
}

/// Unsigned numbers are never negative.
macro_rules! unsigned {
    ($($type:ty => $name:literal,)*) => {$(
        impl<'a> FromArg<'a> for $type {
            #[inline(always)]
            fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
                #[cold]
                #[inline(never)]
                fn slow(th: &ThreadState, value: &Value) -> Res<$type> {
                    let index = th.index(value)?;
                    let (negative, number) = match index.as_int() {
                        Some(IntView::Small(number)) => (number < 0, <$type>::try_from(number).ok()),
                        Some(IntView::Big(number)) => {
                            let fitting = u64::try_from(number).ok().and_then(|number| number.try_into().ok());
                            (IntView::Big(number).is_negative(), fitting)
                        }
                        None => (false, None),
                    };
                    number.ok_or_else(|| match negative {
                        true => th.value_error("Cannot convert negative int"),
                        false => th.overflow_error(concat!("Python int too large for C ", $name)),
                    })
                }
                match value.as_small_int().map(<$type>::try_from) {
                    Some(Ok(number)) => Ok(number),
                    _ => slow(th, value),
                }
            }
        }
    )*};
}

unsigned! {
    u16 => "uint16_t",
    u32 => "uint32_t",
    u64 => "uint64_t",
    usize => "size_t",
}

/// Small numbers name themselves when the int is out of range.
macro_rules! small {
    ($($type:ty => $name:literal,)*) => {$(
        impl<'a> FromArg<'a> for $type {
            fn from_arg(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Self> {
                let number = i64::from_arg(th, value, at)?;
                <$type>::try_from(number).map_err(|_| {
                    let side = if number < 0 { "less than minimum" } else { "greater than maximum" };
                    th.overflow_error(format_args!(concat!($name, " is {}"), side))
                })
            }
        }
    )*};
}

small! {
    u8 => "unsigned byte integer",
    i8 => "signed char",
    i16 => "signed short integer",
}

/// The low bits of an int of any size.
macro_rules! bits {
    ($($type:ty,)*) => {$(
        impl<'a> FromArg<'a> for Wrapping<$type> {
            #[inline]
            fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
                if let Some(number) = value.as_small_int() {
                    return Ok(Wrapping(number as $type));
                }
                let index = th.index(value)?;
                Ok(Wrapping(match index.as_int() {
                    Some(IntView::Small(number)) => number as $type,
                    Some(IntView::Big(number)) => low_bits(number) as $type,
                    None => 0,
                }))
            }
        }
    )*};
}

bits!(u8, u32, u64,);

/// The low 64 bits in two's complement.
fn low_bits(number: &IBig) -> u64 {
    let low: IBig = number & IBig::from(u64::MAX);
    u64::try_from(&low).unwrap_or(0)
}

/// An int of any size.
impl<'a> FromArg<'a> for IBig {
    fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
        Ok(th.index(value)?.as_int().map_or_else(IBig::default, IntView::to_big))
    }
}

/// A bound of a slice: numbers past a word's ends are clamped. `Option<SliceIndex>` allows `None`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SliceIndex(pub isize);

impl<'a> FromArg<'a> for SliceIndex {
    #[inline]
    fn from_arg(th: &'a ThreadState, value: &'a Value, _: ArgAt) -> Res<Self> {
        if th.is_index(value) {
            return th.index_clamped(value).map(SliceIndex);
        }
        Err(th.type_error("slice indices must be integers or have an __index__ method"))
    }

    #[inline]
    fn from_arg_or_none(th: &'a ThreadState, value: &'a Value, at: ArgAt) -> Res<Option<Self>> {
        if value.is_none() {
            return Ok(None);
        }
        if th.is_index(value) {
            return Self::from_arg(th, value, at).map(Some);
        }
        Err(th.type_error("slice indices must be integers or None or have an __index__ method"))
    }
}

impl SliceIndex {
    /// The position in a sequence of `length` items: negative numbers count from the end.
    #[inline]
    pub fn within(self, length: usize) -> usize {
        let length = length as isize;
        let position = if self.0 < 0 { self.0.saturating_add(length).max(0) } else { self.0.min(length) };
        position as usize
    }
}

impl ThreadState {
    /// A real number as a double: a float, or what `__float__` or `__index__` gives.
    #[inline]
    pub fn to_f64(&self, value: &Value) -> Res<f64> {
        match (value.as_word_float(), value.as_small_int()) {
            (Some(number), _) => Ok(number),
            (None, Some(number)) => Ok(number as f64),
            (None, None) => self.to_f64_slow(value),
        }
    }

    /// What `__float__` gives, checked.
    pub(crate) fn float_by_slot(&self, value: &Value, convert: crate::types::slots::UnaryFn) -> Res<f64> {
        let result = convert(self, value)?;
        let name = |value: &Value| value.class().full_name();
        let Some(number) = result.as_float() else {
            let (class, found) = (name(value), name(&result));
            return Err(self.type_error(format_args!("{class}.__float__ returned non-float (type {found})")));
        };
        if !result.is_exactly(&crate::objects::float::FLOAT_TYPE) {
            let (class, found) = (name(value), name(&result));
            let message = format!(
                "{class}.__float__ returned non-float (type {found}).  The ability to return an instance of a strict \
                 subclass of float is deprecated, and may be removed in a future version of Python."
            );
            crate::warnings::warn(self, &exc::DEPRECATION_WARNING, &message)?;
        }
        Ok(number)
    }

    #[inline(never)]
    fn to_f64_slow(&self, value: &Value) -> Res<f64> {
        if let Some(number) = value.as_float() {
            return Ok(number);
        }
        let slots = value.class().slots();
        if let Some(convert) = slots.nb_float.get()
            && value.as_int().is_none()
        {
            return self.float_by_slot(value, convert);
        }
        if !self.is_index(value) {
            return Err(self.type_error(format_args!("must be real number, not {}", value.class().full_name())));
        }
        let index = self.index(value)?;
        let number = match index.as_int() {
            Some(IntView::Small(number)) => number as f64,
            Some(IntView::Big(number)) => number.to_f64().value(),
            None => 0.0,
        };
        if number.is_finite() { Ok(number) } else { Err(self.overflow_error("int too large to convert to float")) }
    }
}

impl IntoRes for Value {
    #[inline(always)]
    fn into_res(self, _: &ThreadState) -> Res {
        Ok(self)
    }
}

impl<T: IntoRes> IntoRes for Res<T> {
    #[inline(always)]
    fn into_res(self, th: &ThreadState) -> Res {
        self?.into_res(th)
    }
}

/// Nothing is `None`.
impl<T: IntoRes> IntoRes for Option<T> {
    #[inline]
    fn into_res(self, th: &ThreadState) -> Res {
        match self {
            Some(inner) => inner.into_res(th),
            None => Ok(Value::NONE),
        }
    }
}

impl<T: Payload> IntoRes for Ref<T> {
    #[inline(always)]
    fn into_res(self, _: &ThreadState) -> Res {
        Ok(self.into_value())
    }
}

/// Tuples are tuples.
impl<A: IntoRes, B: IntoRes> IntoRes for (A, B) {
    fn into_res(self, th: &ThreadState) -> Res {
        let items = [self.0.into_res(th)?, self.1.into_res(th)?];
        Ok(th.tuple(&items))
    }
}

impl<A: IntoRes, B: IntoRes, C: IntoRes> IntoRes for (A, B, C) {
    fn into_res(self, th: &ThreadState) -> Res {
        let items = [self.0.into_res(th)?, self.1.into_res(th)?, self.2.into_res(th)?];
        Ok(th.tuple(&items))
    }
}

macro_rules! results {
    ($($type:ty, $self:ident, $th:ident => $value:expr;)*) => {$(
        impl IntoRes for $type {
            #[inline]
            fn into_res($self, $th: &ThreadState) -> Res {
                Ok($value)
            }
        }
    )*};
}

results! {
    &Value, self, _th => self.clone();
    (), self, _th => Value::NONE;
    bool, self, _th => Value::bool(self);
    u8, self, _th => Value::int32(i32::from(self));
    u16, self, _th => Value::int32(i32::from(self));
    i8, self, _th => Value::int32(i32::from(self));
    i16, self, _th => Value::int32(i32::from(self));
    i32, self, _th => Value::int32(self);
    u32, self, th => th.int(i64::from(self));
    i64, self, th => th.int(self);
    isize, self, th => th.int(self as i64);
    u64, self, th => th.int_from_u64(self);
    usize, self, th => th.int_from_u64(self as u64);
    IBig, self, th => th.int_from_big(self);
    f64, self, th => th.float(self);
    &str, self, th => th.str(self);
    String, self, th => th.str(&self);
    Cow<'_, str>, self, th => th.str(&self);
    char, self, th => th.str_from_char(u32::from(self));
    &crate::types::Type, self, _th => self.as_value();
}
