//! Weak references: the interpreter's table of who refers weakly to what.
//!
//! An object with weak references has a flag in its header; the table maps its address to the reference objects, so
//! objects that are never weakly referenced pay nothing.

use std::cell::RefCell;
use std::collections::hash_map::Entry;
use std::ptr::NonNull;

use rustc_hash::FxHashMap;

use crate::error::Res;
use crate::modules::weakref::{is_dying, reference_of};
use crate::object::{Header, flags};
use crate::thread::ThreadState;
use crate::value::Value;

/// Weak reference objects (not owned) by the address of what they refer to.
#[derive(Default)]
pub struct WeakrefTable {
    pub(crate) by_referent: RefCell<FxHashMap<usize, References>>,
}

/// Who refers weakly to an object, from the oldest to the newest; one reference, which is the usual, needs no vector.
#[derive(Default)]
pub(crate) struct References {
    first: Option<NonNull<Header>>,
    more: Vec<NonNull<Header>>,
    /// The object is on the roll (see [`enrol`]).
    enrolled: bool,
}

impl References {
    pub(crate) fn push(&mut self, reference: *mut Header) {
        match self.first {
            None => self.first = NonNull::new(reference),
            Some(_) => self.more.extend(NonNull::new(reference)),
        }
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = *mut Header> {
        self.first.iter().chain(&self.more).map(|reference| reference.as_ptr())
    }

    pub(crate) fn retain(&mut self, mut keep: impl FnMut(*mut Header) -> bool) {
        self.more.retain(|reference| keep(reference.as_ptr()));
        if self.first.is_some_and(|first| !keep(first.as_ptr())) {
            self.first = if self.more.is_empty() { None } else { Some(self.more.remove(0)) };
        }
    }

    /// Whether the object needs no entry in the table.
    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_none() && !self.enrolled
    }
}

/// Puts an object on the interpreter's roll, which does not keep it alive: asyncio's tasks. Cheaper than a reference object.
pub fn enrol(th: &ThreadState, object: &Value) -> Res<()> {
    let weakly = object.class().has_flag(crate::types::type_flags::HAS_WEAKREFS);
    let Some(header) = object.header().filter(|_| weakly) else {
        return Err(crate::modules::weakref::not_weakly(th, object));
    };
    header.set_flag(flags::HAS_WEAKREFS);
    th.interp().weakrefs.by_referent.borrow_mut().entry(object.bits() as usize).or_default().enrolled = true;
    Ok(())
}

/// Takes an object off the roll.
pub fn strike(th: &ThreadState, object: &Value) {
    let Some(header) = object.header().filter(|header| header.has_flag(flags::HAS_WEAKREFS)) else { return };
    let mut table = th.interp().weakrefs.by_referent.borrow_mut();
    if let Entry::Occupied(mut entry) = table.entry(object.bits() as usize) {
        entry.get_mut().enrolled = false;
        if entry.get().is_empty() {
            entry.remove();
            header.clear_flag(flags::HAS_WEAKREFS);
        }
    }
}

/// The objects on the roll that live.
pub fn roll(th: &ThreadState) -> Vec<Value> {
    let table = th.interp().weakrefs.by_referent.borrow();
    let enrolled = table.iter().filter(|(_, references)| references.enrolled);
    let objects = enrolled.map(|(&address, _)| address as *mut Header);
    objects.filter(|object| !is_dying(Value::from_header_ref(object))).map(Header::value_at).collect()
}

/// Called when `object` dies: clears its weak references, then calls their callbacks.
pub(crate) fn clear_references(th: &ThreadState, object: *mut Header) {
    let references = th.interp().weakrefs.by_referent.borrow_mut().remove(&(object as usize)).unwrap_or_default();
    let mut callbacks = Vec::new();
    let mut forgotten = Vec::new();
    // Callbacks run from the newest to the oldest.
    for entry in references.iter().rev() {
        let reference = Value::from_header_ref(&entry);
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
    let mut alive = references.iter().filter(|reference| !is_dying(Value::from_header_ref(reference)));
    alive.next().map(Header::value_at)
}

/// Takes those references to `object` that `is_garbage` out of the table without calling their callbacks.
pub(crate) fn forget_references(th: &ThreadState, object: *mut Header, is_garbage: impl Fn(*mut Header) -> bool) {
    let mut callbacks = Vec::new();
    if let Some(references) = th.interp().weakrefs.by_referent.borrow_mut().get_mut(&(object as usize)) {
        references.retain(|reference| {
            let garbage = is_garbage(reference);
            if garbage {
                callbacks.extend(reference_of(Value::from_header_ref(&reference)).referent_died());
            }
            !garbage
        });
    }
    drop(callbacks);
}
