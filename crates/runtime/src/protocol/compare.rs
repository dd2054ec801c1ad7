//! Comparison, truth and hashing.

use crate::error::{Raised, Res};
use crate::objects::exceptions as exc;
use crate::objects::str::Str;
use crate::objects::tuple::{TUPLE_TYPE, Tuple};
use crate::thread::ThreadState;
use crate::types::{CompareOp, type_flags};
use crate::value::Value;

/// A tuple that compares as tuples do: one of a subclass may (named tuples do).
#[inline]
fn plain_tuple(value: &Value) -> Option<&Tuple> {
    let class = value.header()?.class();
    if std::ptr::eq(class, &TUPLE_TYPE) {
        return value.downcast_exact::<Tuple>();
    }
    if !class.has_flag(type_flags::TUPLE_SUBCLASS) {
        return None;
    }
    let (own, plain) = (class.slots().richcompare.get()?, TUPLE_TYPE.slots().richcompare.get()?);
    if std::ptr::fn_addr_eq(own, plain) { value.as_tuple() } else { None }
}

impl ThreadState {
    /// `a op b` as an object.
    pub fn compare(&self, a: &Value, b: &Value, op: CompareOp) -> Res {
        self.check_native_stack(" in comparison")?;
        let (class_a, class_b) = (a.class(), b.class());
        let mut reflected_tried = false;
        if !std::ptr::eq(class_a, class_b)
            && class_b.is_subtype(class_a)
            && let Some(compare) = class_b.slots().richcompare.get()
        {
            reflected_tried = true;
            let result = compare(self, b, a, op.reflected())?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        if let Some(compare) = class_a.slots().richcompare.get() {
            let result = compare(self, a, b, op)?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        if !reflected_tried && let Some(compare) = class_b.slots().richcompare.get() {
            let result = compare(self, b, a, op.reflected())?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        self.compare_identity(a, b, op)
    }

    /// `a op b`, when the left operand's own method has answered NotImplemented.
    pub(crate) fn compare_after_left(&self, a: &Value, b: &Value, op: CompareOp) -> Res {
        if let Some(compare) = b.class().slots().richcompare.get() {
            let result = compare(self, b, a, op.reflected())?;
            if !result.is_not_implemented() {
                return Ok(result);
            }
        }
        self.compare_identity(a, b, op)
    }

    /// The comparison that no operand answers.
    fn compare_identity(&self, a: &Value, b: &Value, op: CompareOp) -> Res {
        match op {
            CompareOp::Eq => Ok(Value::bool(a.is(b))),
            CompareOp::Ne => Ok(Value::bool(!a.is(b))),
            _ => Err(self.type_error(format_args!(
                "'{}' not supported between instances of '{}' and '{}'",
                op.symbol(),
                a.class().full_name(),
                b.class().full_name()
            ))),
        }
    }

    /// Truth of `a op b`.
    pub fn compare_bool(&self, a: &Value, b: &Value, op: CompareOp) -> Res<bool> {
        let result = self.compare(a, b, op)?;
        self.is_true(&result)
    }

    /// `a is b or a == b`, as containers compare.
    #[inline]
    pub fn is_equal(&self, a: &Value, b: &Value) -> Res<bool> {
        if a.is(b) {
            return Ok(true);
        }
        if a.is_small_int() && b.is_small_int() {
            return Ok(false);
        }
        if let (Some(a), Some(b)) = (a.downcast_exact::<Str>(), b.downcast_exact::<Str>()) {
            return Ok(a.equals(b));
        }
        if let (Some(x), Some(y)) = (plain_tuple(a), plain_tuple(b)) {
            return self.are_tuples_equal(x, y);
        }
        self.compare_bool(a, b, CompareOp::Eq)
    }

    fn are_tuples_equal(&self, a: &Tuple, b: &Tuple) -> Res<bool> {
        if a.len() != b.len() {
            return Ok(false);
        }
        self.check_native_stack(" in comparison")?;
        for (x, y) in a.as_slice().iter().zip(b.as_slice()) {
            if !self.is_equal(x, y)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// `bool(value)`.
    #[inline]
    pub fn is_true(&self, value: &Value) -> Res<bool> {
        if let Some(truth) = value.as_bool() {
            return Ok(truth);
        }
        if value.is_none() {
            return Ok(false);
        }
        if let Some(number) = value.as_small_int() {
            return Ok(number != 0);
        }
        let slots = value.class().slots();
        if let Some(truth) = slots.nb_bool.get() {
            return truth(self, value);
        }
        if let Some(length) = slots.mp_length.get().or(slots.sq_length.get()) {
            return Ok(length(self, value)? != 0);
        }
        Ok(true)
    }

    /// `hash(value)`.
    #[inline]
    pub fn hash(&self, value: &Value) -> Res<i64> {
        if let Some(text) = value.downcast_exact::<Str>() {
            return Ok(text.hash());
        }
        if let Some(number) = value.as_small_int() {
            return Ok(algo::number::hash::hash_i64(number));
        }
        if let Some(tuple) = value.downcast_exact::<Tuple>()
            && tuple.known_hash() != 0
        {
            return Ok(tuple.known_hash());
        }
        match value.class().slots().hash.get() {
            Some(hash) => hash(self, value),
            None => Err(self.type_error(format_args!("unhashable type: '{}'", value.class().full_name()))),
        }
    }

    /// A hash's failure, as containers report it: a TypeError names what the value was to be.
    #[cold]
    pub(crate) fn unhashable(&self, raised: Raised, value: &Value, role: &str) -> Raised {
        if !self.raised_is(&raised, &exc::TYPE_ERROR) {
            return raised;
        }
        let cause = self.take_raised(raised);
        match self.str_string(&cause) {
            Ok(message) => {
                self.type_error(format_args!("cannot use '{}' as {role} ({message})", value.class().full_name()))
            }
            Err(raised) => raised,
        }
    }
}

/// `tp_hash` of types whose instances can not be hashed.
pub fn hash_not_implemented(th: &ThreadState, value: &Value) -> Res<i64> {
    Err(th.type_error(format_args!("unhashable type: '{}'", value.class().full_name())))
}
