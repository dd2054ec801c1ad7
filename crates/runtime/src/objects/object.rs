//! `object`: the base of everything.

use macros::pymethods;

use crate::object::{Payload, PayloadFns};
use crate::types::{Type, TypeDef};

/// The (empty) native part of an instance that has no other.
pub struct Plain;

impl Payload for Plain {
    const DEF: &'static TypeDef = &PLAIN_DEF;

    fn class() -> &'static Type {
        &OBJECT_TYPE
    }
}

pub static OBJECT_TYPE: Type = Type::new_static(&PLAIN_DEF);

/// The base class of the class hierarchy.
///
/// When called, it accepts no arguments and returns a new featureless
/// instance that has no instance attributes and cannot be given any.
#[pymethods(class(name = "object", base = none, payload = PayloadFns::NONE, flags(basetype)))]
impl Plain {}
