//! `bytearray`: bytes that change. This file holds the storage.

use crate::value::Value;

pub fn is_bytearray(_: &Value) -> bool {
    false
}
