//! `_weakref`: weak references and proxies.
//!
//! A reference object knows its referent's address; the interpreter's table (`weakref.rs`) knows the reference objects of
//! each referent, so that a dying object clears them.
#![expect(unsafe_code, reason = "a weak reference is an address that the table keeps honest")]

use std::cell::Cell;

use macros::{pyclass, pymethods, pymodule};

use super::weak_proxy::{self, CALLABLE_PROXY_TYPE, CallableProxy, WEAK_PROXY_TYPE, WeakProxy};
use crate::gc::ValueCell;
use crate::object::{Header, Payload, flags};
use crate::objects::exceptions as exc;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type};
use crate::{Res, Value};

/// Weak-reference to an object: calling it gives the object, or None once that is dead.
#[pyclass(name = "ReferenceType", module = "weakref", flags(basetype), text = none)]
pub struct WeakReference {
    /// Address of the referent; null once it is dead.
    #[notrace]
    referent: Cell<*mut Header>,
    callback: ValueCell,
    hash: Cell<Option<i64>>,
}

impl crate::gc::Traverse for Cell<*mut Header> {
    fn traverse(&self, _: &mut crate::gc::Visitor<'_>) {}
}

impl crate::gc::Traverse for Cell<Option<i64>> {
    fn traverse(&self, _: &mut crate::gc::Visitor<'_>) {}
}

impl WeakReference {
    /// What `look` says of the callback of a reference that is alive; true if there is none.
    pub(crate) fn with_callback(&self, look: impl FnOnce(&Value) -> bool) -> bool {
        self.referent.get().is_null() || self.callback.with(|callback| callback.is_none_or(look))
    }

    /// The referent, while it lives.
    pub fn get(&self) -> Option<Value> {
        let referent = self.referent.get();
        if referent.is_null() {
            return None;
        }
        // SAFETY: the table nulls the address before the object's memory is given back; an object that is being torn down
        // (count zero) is not handed out.
        unsafe {
            if (*referent).has_flag(flags::DYING) || (*referent).refcount() == 0 {
                return None;
            }
            Some(Value::from_header_ref(&referent).clone())
        }
    }

    /// The referent died: returns the callback.
    pub(crate) fn referent_died(&self) -> Option<Value> {
        self.referent.set(std::ptr::null_mut());
        self.callback.take()
    }
}

impl Drop for WeakReference {
    fn drop(&mut self) {
        let referent = self.referent.get();
        if referent.is_null() {
            return;
        }
        let Some(th) = crate::thread::current() else { return };
        let this: *const WeakReference = self;
        let mut table = th.interp().weakrefs.by_referent.borrow_mut();
        if let Some(references) = table.get_mut(&(referent as usize)) {
            // SAFETY: listed references are live; only addresses are compared.
            // (A proxy's payload is its reference.)
            references.retain(|entry| !std::ptr::eq(unsafe { (*entry).payload::<WeakReference>() }, this));
            if references.is_empty() {
                table.remove(&(referent as usize));
                // SAFETY: the referent lives: it would have nulled our address.
                unsafe { (*referent).clear_flag(flags::HAS_WEAKREFS) };
            }
        }
    }
}

/// The reference inside any object that the table lists: a `ReferenceType` or a proxy.
pub(crate) fn reference_of(value: &Value) -> &WeakReference {
    match value.downcast::<WeakReference>() {
        Some(reference) => reference,
        None => match value.downcast::<WeakProxy>() {
            Some(proxy) => &proxy.reference,
            None => &CallableProxy::of(value).reference,
        },
    }
}

/// Whether the reference object itself is about to be released: it must not be handed out any more.
pub(crate) fn is_dying(reference: &Value) -> bool {
    reference.header().is_some_and(|header| header.has_flag(flags::DYING) || header.refcount() == 0)
}

#[cold]
pub(crate) fn not_weakly(th: &ThreadState, referent: &Value) -> crate::Raised {
    th.type_error(format_args!("cannot create weak reference to '{}' object", referent.class().full_name()))
}

/// A weak reference to `referent`; one without callback is shared.
pub fn reference(th: &ThreadState, class: &Type, referent: &Value, callback: Option<Value>) -> Res {
    let weakly = referent.class().has_flag(crate::types::type_flags::HAS_WEAKREFS);
    let Some(header) = referent.header().filter(|_| weakly) else {
        return Err(not_weakly(th, referent));
    };
    let table = &th.interp().weakrefs.by_referent;
    if callback.is_none() && header.has_flag(flags::HAS_WEAKREFS) && !class.is_heap_type() {
        let is_shared = |entry: &*mut Header| {
            let entry = Value::from_header_ref(entry);
            entry.is_exactly(class) && !reference_of(entry).callback.is_some() && !is_dying(entry)
        };
        let table = table.borrow();
        let shared = table.get(&(referent.bits() as usize)).and_then(|references| references.iter().find(is_shared));
        if let Some(shared) = shared.map(Header::value_at) {
            return Ok(shared);
        }
    }
    let new = th.new_instance(
        class,
        WeakReference {
            referent: Cell::new(referent.header_ptr()),
            callback: ValueCell::from_option(callback),
            hash: Cell::new(None),
        },
    );
    table.borrow_mut().entry(referent.bits() as usize).or_default().push(new.header_ptr());
    header.set_flag(flags::HAS_WEAKREFS);
    Ok(new)
}

#[pymethods]
impl WeakReference {
    #[pyslot]
    fn new(th: &ThreadState, class: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let exact = std::ptr::eq(class, &WEAK_REFERENCE_TYPE);
        if exact && !kwnames.is_empty() {
            return Err(th.type_error("ref() takes no keyword arguments"));
        }
        match &args[..args.len() - kwnames.len()] {
            [referent] => reference(th, class, referent, None),
            [referent, callback, ..] if !exact || args.len() == 2 => {
                reference(th, class, referent, Some(callback.clone()).filter(|callback| !callback.is_none()))
            }
            [] => Err(th.type_error("__new__ expected at least 1 argument, got 0")),
            args => Err(th.type_error(format_args!("__new__ expected at most 2 arguments, got {}", args.len()))),
        }
    }

    #[pyslot]
    fn init(th: &ThreadState, _: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
        match args.len() - kwnames.len() {
            1 | 2 => Ok(()),
            0 => Err(th.type_error("__init__ expected at least 1 argument, got 0")),
            given => Err(th.type_error(format_args!("__init__ expected at most 2 arguments, got {given}"))),
        }
    }

    #[pyslot("()")]
    fn call(&self) -> Res {
        Ok(self.get().unwrap_or(Value::NONE))
    }

    #[pyslot]
    fn hash(&self, th: &ThreadState) -> Res<i64> {
        if let Some(hash) = self.hash.get() {
            return Ok(hash);
        }
        let Some(referent) = self.get() else { return Err(th.type_error("weak object has gone away")) };
        let hash = th.hash(&referent)?;
        self.hash.set(Some(hash));
        Ok(hash)
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, a: &Value, b: &Value, op: CompareOp) -> Res {
        let (Some(x), Some(y)) = (a.downcast::<WeakReference>(), b.downcast::<WeakReference>()) else {
            return Ok(Value::NOT_IMPLEMENTED);
        };
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        match (x.get(), y.get()) {
            (Some(x), Some(y)) => th.compare(&x, &y, op),
            _ => Ok(Value::bool(a.is(b) == (op == CompareOp::Eq))),
        }
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let text = match WeakReference::of(slf).get() {
            None => format!("<weakref at {:#x}; dead>", slf.id()),
            Some(referent) => {
                let name = th.lookup_special(&referent, &th.names().__name__);
                let name = th.catch(name, &exc::ATTRIBUTE_ERROR)?.flatten();
                let name = name.and_then(|name| name.as_str().map(|name| format!(" ({})", name.to_string_lossy())));
                format!(
                    "<weakref at {:#x}; to '{}' at {:#x}{}>",
                    slf.id(),
                    referent.class().qualified_name(th),
                    referent.id(),
                    name.unwrap_or_default()
                )
            }
        };
        Ok(th.str(&text))
    }

    #[pygetter(member)]
    fn __callback__(&self) -> Value {
        self.callback.get_or_none()
    }

    /// See PEP 585
    #[pyclassmethod("(item, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, item: &Value) -> Res {
        th.generic_alias(cls, item)
    }
}

/// The module `_weakref`.
#[pymodule(name = "_weakref")]
pub mod weakref {
    //! Weak-reference support module.

    use super::*;
    use crate::objects::dict::Dict;

    /// The one that everybody shares (plain, without a callback) comes first, then the newest.
    fn references(th: &ThreadState, object: &Value) -> Vec<Value> {
        let table = th.interp().weakrefs.by_referent.borrow();
        let Some(found) = table.get(&(object.bits() as usize)) else { return Vec::new() };
        let lives = |entry: &*mut Header| !is_dying(Value::from_header_ref(entry));
        let alive = || found.iter().filter(lives).map(Header::value_at);
        let is_shared = |entry: &Value| !reference_of(entry).callback.is_some() && !entry.class().is_heap_type();
        let mut all: Vec<Value> = alive().filter(is_shared).collect();
        all.extend(alive().filter(|entry| !is_shared(entry)).collect::<Vec<Value>>().into_iter().rev());
        all
    }

    /// Return the number of weak references to 'object'.
    #[pyfunction("(object, /)")]
    fn getweakrefcount(th: &ThreadState, object: &Value) -> usize {
        references(th, object).len()
    }

    /// Return a list of all weak reference objects pointing to 'object'.
    #[pyfunction("(object, /)")]
    fn getweakrefs(th: &ThreadState, object: &Value) -> Value {
        th.list(references(th, object))
    }

    /// Create a proxy object that weakly references 'object'.
    ///
    /// 'callback', if given, is called with a reference to the
    /// proxy when 'object' is about to be finalized.
    #[pyfunction("(object, callback=None, /)")]
    fn proxy(th: &ThreadState, object: &Value, callback: Value) -> Res {
        weak_proxy::new(th, object, Some(callback).filter(|callback| !callback.is_none()))
    }

    /// Atomically remove key from dict if it points to a dead weakref.
    #[pyfunction("(dct, key, /)")]
    fn _remove_dead_weakref(th: &ThreadState, dct: &Value, key: &Value) -> Res<()> {
        let Some(dict) = dct.downcast::<Dict>() else { return Err(th.type_error("a dict is needed")) };
        let dead = dict
            .get(th, key)?
            .is_some_and(|value| value.downcast::<WeakReference>().is_some_and(|reference| reference.get().is_none()));
        if dead {
            drop(dict.remove(th, key)?);
        }
        Ok(())
    }

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        crate::types::ready::ready(th, &WEAK_REFERENCE_TYPE);
        for (name, class) in [("ProxyType", &WEAK_PROXY_TYPE), ("CallableProxyType", &CALLABLE_PROXY_TYPE)] {
            crate::types::ready::ready(th, class);
            th.setattr_str(module, name, class.value_ref())?;
        }
        let class = WEAK_REFERENCE_TYPE.value_ref();
        th.setattr_str(module, "ref", class)?;
        th.setattr_str(module, "ReferenceType", class)
    }
}
