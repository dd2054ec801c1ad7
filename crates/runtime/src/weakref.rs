//! Weak references: the interpreter's table of who refers weakly to what.
//!
//! An object with weak references has a flag in its header; the table maps its address to the reference objects, so
//! objects that are never weakly referenced pay nothing.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use crate::modules::weakref::{is_dying, reference_of};
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
    let references = th.interp().weakrefs.by_referent.borrow_mut().remove(&(object as usize)).unwrap_or_default();
    let mut callbacks = Vec::new();
    let mut forgotten = Vec::new();
    // Callbacks run from the newest to the oldest.
    for entry in references.iter().rev() {
        let reference = Value::from_header_ref(entry);
        let callback = reference_of(reference).referent_died();
        // A reference that is itself dying is no more to be called.
        match is_dying(reference) {
            true => forgotten.push(callback),
            false => callbacks.push((reference.clone(), callback)),
        }
    }
    drop(forgotten);
    for (reference, callback) in callbacks {
        if let Some(callback) = callback
            && let Err(raised) = th.call(&callback, std::slice::from_ref(&reference))
        {
            th.unraisable(raised, Some("Exception ignored while calling weakref callback"), Some(&callback));
        }
    }
}

/// The first weak reference to an object: what `__weakref__` shows.
pub(crate) fn first_reference(th: &ThreadState, object: &Value) -> Option<Value> {
    let table = th.interp().weakrefs.by_referent.borrow();
    let references = table.get(&(object.bits() as usize))?;
    references.iter().map(Value::from_header_ref).find(|reference| !is_dying(reference)).cloned()
}

/// Takes those references to `object` that `is_garbage` out of the table without calling their callbacks.
pub(crate) fn forget_references(th: &ThreadState, object: *mut Header, is_garbage: impl Fn(*mut Header) -> bool) {
    let mut callbacks = Vec::new();
    if let Some(references) = th.interp().weakrefs.by_referent.borrow_mut().get_mut(&(object as usize)) {
        references.retain(|reference| {
            let garbage = is_garbage(*reference);
            if garbage {
                callbacks.extend(reference_of(Value::from_header_ref(reference)).referent_died());
            }
            !garbage
        });
    }
    drop(callbacks);
}
