//! `_thread._local`: attributes that each thread sees its own of.
//!
//! The object holds one dict for each thread that has used it. A thread remembers (weakly) which objects it used, and
//! takes its dicts out when it ends.

use std::cell::RefCell;

use macros::{pyclass, pymethods};

use crate::error::name_text;
use crate::modules::weakref::{self, WEAK_REFERENCE_TYPE, WeakReference};
use crate::objects::dict::Dict;
use crate::{Payload, Res, ThreadState, Type, Value};

/// Thread-local data
#[pyclass(name = "_local", module = "_thread", flags(basetype, weakrefs), text = "()")]
pub struct Local {
    args: RefCell<Vec<Value>>,
    kwnames: RefCell<Vec<Value>>,
    /// Dicts by the threads' serial numbers.
    dicts: RefCell<Vec<(u64, Value)>>,
}

/// The thread-local objects that a thread has used, as weak references.
#[derive(Default)]
pub(super) struct Used(RefCell<Vec<Value>>);

/// Takes the ending thread's dicts out of all objects.
pub(super) fn forget_thread(th: &ThreadState) {
    loop {
        let used = std::mem::take(&mut *th.thread_extension::<Used>().0.borrow_mut());
        if used.is_empty() {
            return;
        }
        for reference in used {
            let Some(local) = reference.downcast::<WeakReference>().and_then(WeakReference::get) else { continue };
            let mut gone = Vec::new();
            if let Some(local) = local.downcast::<Local>() {
                local.dicts.borrow_mut().retain_mut(|(serial, dict)| {
                    let is_own = *serial == th.serial;
                    if is_own {
                        gone.push(std::mem::take(dict));
                    }
                    !is_own
                });
            }
            drop(gone);
        }
    }
}

impl Local {
    fn known_dict(&self, th: &ThreadState) -> Option<Value> {
        self.dicts.borrow().iter().find(|(serial, _)| *serial == th.serial).map(|(_, dict)| dict.clone())
    }
}

/// The calling thread's dict of `object`; made, with a call of `__init__`, at its first use.
fn thread_dict(th: &ThreadState, object: &Value) -> Res {
    let local = Local::of(object);
    if let Some(dict) = local.known_dict(th) {
        return Ok(dict);
    }
    let dict = add_dict(th, object)?;
    if let Some(init) = own_init(object.class()) {
        let args = local.args.borrow().clone();
        let kwnames = local.kwnames.borrow().clone();
        if let Err(raised) = init(th, object, &args, &kwnames) {
            let mut gone = Vec::new();
            local.dicts.borrow_mut().retain_mut(|(serial, dict)| {
                if *serial == th.serial {
                    gone.push(std::mem::take(dict));
                }
                *serial != th.serial
            });
            drop(gone);
            return Err(raised);
        }
    }
    Ok(dict)
}

fn add_dict(th: &ThreadState, object: &Value) -> Res {
    let dict = th.dict(Dict::new());
    let reference = weakref::reference(th, &WEAK_REFERENCE_TYPE, object, None)?;
    th.thread_extension::<Used>().0.borrow_mut().push(reference);
    Local::of(object).dicts.borrow_mut().push((th.serial, dict.clone()));
    Ok(dict)
}

/// `__init__`, if it is not `object`'s.
fn own_init(class: &Type) -> Option<crate::types::slots::InitFn> {
    let objects = crate::objects::object::OBJECT_TYPE.slots().init.get();
    class.slots().init.get().filter(|&init| objects.is_none_or(|objects| !std::ptr::fn_addr_eq(init, objects)))
}

fn attribute_name(th: &ThreadState, name: &Value) -> Res {
    if name.as_str().is_none() {
        let class = name.class().full_name();
        return Err(th.type_error(format_args!("attribute name must be string, not '{class}'")));
    }
    Ok(crate::intern::intern(th, name.clone()))
}

#[pymethods]
impl Local {
    #[pyslot]
    fn new(th: &ThreadState, class: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        if !args.is_empty() && own_init(class).is_none() {
            return Err(th.type_error("Initialization arguments are not supported"));
        }
        let made = th.new_instance(
            class,
            Local {
                args: RefCell::new(args.to_vec()),
                kwnames: RefCell::new(kwnames.to_vec()),
                dicts: RefCell::default(),
            },
        );
        // The caller runs `__init__` for this thread.
        add_dict(th, &made)?;
        Ok(made)
    }

    #[pyslot]
    fn getattro(th: &ThreadState, slf: &Value, name: &Value) -> Res {
        let name = &attribute_name(th, name)?;
        let dict = thread_dict(th, slf)?;
        if name.is(&th.names().__dict__) {
            return Ok(dict);
        }
        let class = slf.class();
        let on_class = class.lookup(th, name);
        let mut getter = None;
        if let Some(attribute) = &on_class {
            let slots = attribute.class().slots();
            getter = slots.descr_get.get();
            if let Some(get) = getter
                && slots.descr_set.get().is_some()
            {
                return get(th, attribute, Some(slf), class.value_ref());
            }
        }
        if let Some(value) = Dict::of(&dict).get_str(name) {
            return Ok(value);
        }
        match (on_class, getter) {
            (Some(attribute), Some(get)) => get(th, &attribute, Some(slf), class.value_ref()),
            (Some(attribute), None) => Ok(attribute),
            (None, _) => Err(th.attribute_error(slf, name)),
        }
    }

    #[pyslot]
    fn setattro(th: &ThreadState, slf: &Value, name: &Value, value: Option<&Value>) -> Res<()> {
        let name = &attribute_name(th, name)?;
        let dict = thread_dict(th, slf)?;
        if name.is(&th.names().__dict__) {
            let class = slf.class().full_name();
            let message = format!("'{class}' object attribute '{}' is read-only", name_text(name));
            return Err(th.attribute_error_message(slf, name, &message));
        }
        if let Some(attribute) = slf.class().lookup(th, name)
            && let Some(set) = attribute.class().slots().descr_set.get()
        {
            return set(th, &attribute, slf, value);
        }
        let dict = Dict::of(&dict);
        match value {
            Some(value) => {
                drop(dict.set_str(name, value.clone()));
                Ok(())
            }
            None => match dict.remove_str(name) {
                Some(old) => {
                    drop(old);
                    Ok(())
                }
                None => Err(th.attribute_error(slf, name)),
            },
        }
    }
}
