//! `float`: in the word where the exponent allows it, else an object. This file holds the storage.

mod arithmetic;
mod methods;

pub(crate) use arithmetic::{float_operand, power};
pub use methods::FLOAT_DEF;

use crate::object::{Payload, PayloadFns};
use crate::thread::ThreadState;
use crate::types::{Type, TypeDef};
use crate::value::Value;

/// Payload of float objects: doubles that the word can not hold, and instances of subclasses.
pub struct Float(pub(crate) f64);

impl Payload for Float {
    const DEF: &'static TypeDef = &FLOAT_DEF;

    fn class() -> &'static Type {
        &FLOAT_TYPE
    }
}

pub static FLOAT_TYPE: Type = Type::new_static(&FLOAT_DEF);

pub(crate) const FLOAT_PAYLOAD: PayloadFns = PayloadFns::plain::<Float>();

impl Value {
    /// The number, if the value is a float or of a subclass.
    #[inline(always)]
    pub fn as_float(&self) -> Option<f64> {
        self.as_word_float().or_else(|| self.downcast::<Float>().map(|float| float.0))
    }
}

impl ThreadState {
    #[inline(always)]
    pub fn float(&self, number: f64) -> Value {
        match Value::word_float(number) {
            Some(value) => value,
            None => self.far_float(number),
        }
    }

    /// A float whose exponent does not fit into a value's word.
    #[cold]
    #[inline(never)]
    fn far_float(&self, number: f64) -> Value {
        self.new_object(Float(number))
    }

    /// An instance of `class`, a proper subclass of `float`.
    pub fn float_of_class(&self, class: &Type, number: f64) -> Value {
        self.new_instance(class, Float(number))
    }
}
