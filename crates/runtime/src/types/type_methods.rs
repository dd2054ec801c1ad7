//! Methods of `type`.

use macros::pymethods;

use super::Type;
use crate::object::{Header, PayloadFns};

/// The header is part of a `Type`, so what stands behind it is the payload.
pub(super) const TYPE_PAYLOAD: PayloadFns =
    PayloadFns { size: size_of::<Type>() - Header::SIZE, ..PayloadFns::traced::<Type>() };

#[pymethods(class(name = "type", payload = TYPE_PAYLOAD, flags(basetype, type_subclass, have_gc)))]
impl Type {}
