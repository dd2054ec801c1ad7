//! `int` and `bool`: storage and views.
//!
//! An exact int of at most 63 bits is always in the word; any other (larger, or of a subclass) is an object that holds
//! an `IBig`. `True` and `False` are words too.

mod arithmetic;
pub mod boolean;
mod convert;
pub mod methods;
pub mod text;

use std::borrow::Cow;

use dashu_int::IBig;

use crate::error::Res;
use crate::object::{Payload, PayloadFns};
use crate::thread::ThreadState;
use crate::types::{Type, TypeDef};
use crate::value::Value;

/// Payload of int objects.
pub struct Int {
    pub(crate) value: IBig,
}

/// The number of an int of any form.
#[derive(Clone, Copy)]
pub enum IntView<'a> {
    Small(i64),
    Big(&'a IBig),
}

impl<'a> IntView<'a> {
    /// As a big integer, borrowed if it is one.
    pub fn to_big_ref(self) -> Cow<'a, IBig> {
        match self {
            IntView::Small(number) => Cow::Owned(IBig::from(number)),
            IntView::Big(number) => Cow::Borrowed(number),
        }
    }

    /// For the formatting algorithms.
    pub fn as_int_ref(self) -> algo::format_spec::IntRef<'a> {
        match self {
            IntView::Small(number) => algo::format_spec::IntRef::Small(number),
            IntView::Big(number) => algo::format_spec::IntRef::Big(number),
        }
    }

    /// The nearest float; `None` if it is too large.
    pub fn to_f64(self) -> Option<f64> {
        match self {
            IntView::Small(number) => Some(number as f64),
            IntView::Big(number) => algo::number::int_math::to_f64(number),
        }
    }

    pub fn to_i64(self) -> Option<i64> {
        match self {
            IntView::Small(number) => Some(number),
            IntView::Big(number) => i64::try_from(number).ok(),
        }
    }

    pub fn to_big(self) -> IBig {
        match self {
            IntView::Small(number) => IBig::from(number),
            IntView::Big(number) => number.clone(),
        }
    }

    pub fn is_negative(self) -> bool {
        match self {
            IntView::Small(number) => number < 0,
            IntView::Big(number) => number.sign() == dashu_int::Sign::Negative,
        }
    }

    pub fn is_zero(self) -> bool {
        match self {
            IntView::Small(number) => number == 0,
            IntView::Big(number) => number.is_zero(),
        }
    }
}

pub(crate) const INT_PAYLOAD: PayloadFns = PayloadFns::plain::<Int>();

impl Payload for Int {
    const DEF: &'static TypeDef = &methods::INT_DEF;

    fn class() -> &'static Type {
        &INT_TYPE
    }
}

pub static INT_TYPE: Type = Type::new_static(&methods::INT_DEF);
pub static BOOL_TYPE: Type = Type::new_static(&boolean::BOOL_DEF);

/// `bool` has no payload: its two instances are words.
pub struct Bool;

impl Payload for Bool {
    const DEF: &'static TypeDef = &boolean::BOOL_DEF;

    fn class() -> &'static Type {
        &BOOL_TYPE
    }
}

impl Value {
    /// The number, if the value is an int, a bool or of a subclass of int.
    #[inline(always)]
    pub fn as_int(&self) -> Option<IntView<'_>> {
        if let Some(number) = self.as_small_int() {
            return Some(IntView::Small(number));
        }
        if let Some(truth) = self.as_bool() {
            return Some(IntView::Small(truth as i64));
        }
        let header = self.header()?;
        if !header.class().has_flag(crate::types::type_flags::INT_SUBCLASS) {
            return None;
        }
        let value = &header.payload::<Int>().value;
        Some(match i64::try_from(value) {
            Ok(number) => IntView::Small(number),
            Err(_) => IntView::Big(value),
        })
    }
}

impl ThreadState {
    #[inline(always)]
    pub fn int(&self, number: i64) -> Value {
        match Value::small_int(number) {
            Some(value) => value,
            None => self.wide_int(number),
        }
    }

    /// The few numbers of a machine word that do not fit into a value's word.
    #[cold]
    #[inline(never)]
    fn wide_int(&self, number: i64) -> Value {
        self.new_object(Int { value: IBig::from(number) })
    }

    pub fn int_from_u64(&self, number: u64) -> Value {
        match i64::try_from(number) {
            Ok(number) => self.int(number),
            Err(_) => self.new_object(Int { value: IBig::from(number) }),
        }
    }

    /// An int of any size, in its canonical form.
    pub fn int_from_big(&self, number: IBig) -> Value {
        match i64::try_from(&number).ok().and_then(Value::small_int) {
            Some(value) => value,
            None => self.new_object(Int { value: number }),
        }
    }

    /// An instance of `class`, a proper subclass of `int`.
    pub fn int_of_class(&self, class: &Type, number: IBig) -> Value {
        self.new_instance(class, Int { value: number })
    }
}

/// The same number as an exact int.
pub(crate) fn exact(th: &ThreadState, value: &Value) -> Value {
    if value.is_small_int() || value.is_exactly(&INT_TYPE) {
        return value.clone();
    }
    match value.as_int() {
        Some(IntView::Small(number)) => th.int(number),
        Some(IntView::Big(number)) => th.int_from_big(number.clone()),
        None => value.clone(),
    }
}

/// `__index__`/`__int__` returned an instance of a strict subclass of int: deprecated.
pub(crate) fn warn_strict_subclass(th: &ThreadState, result: &Value, method: &str) -> Res<()> {
    crate::warnings::warn(
        th,
        &crate::objects::exceptions::DEPRECATION_WARNING,
        &format!(
            "{method} returned non-int (type {}).  The ability to return an instance of a strict subclass of int is \
             deprecated, and may be removed in a future version of Python.",
            result.class().full_name()
        ),
    )
}
