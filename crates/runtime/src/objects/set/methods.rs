//! Methods of `set` and `frozenset`.

use macros::pymethods;

use super::{FROZENSET_TYPE, SET_PAYLOAD, Set};
use crate::object::Payload;
use crate::types::{Type, TypeDef};

#[pymethods(class(name = "set", payload = SET_PAYLOAD, flags(basetype, have_gc, match_self)))]
impl Set {}

/// The class of frozen sets; their payload is a [`Set`] too.
pub struct FrozenSet;

impl Payload for FrozenSet {
    const DEF: &'static TypeDef = &FROZEN_SET_DEF;

    fn class() -> &'static Type {
        &FROZENSET_TYPE
    }
}

#[pymethods(class(name = "frozenset", payload = SET_PAYLOAD, flags(basetype, have_gc, match_self)))]
impl FrozenSet {}
