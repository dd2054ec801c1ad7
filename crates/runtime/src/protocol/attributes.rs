//! Attribute access: `getattr`, `setattr`, special-method lookup, and the generic algorithm that most types use.

use crate::error::{Raised, Res, name_text};
use crate::instance;
use crate::object::Payload;
use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::thread::ThreadState;
use crate::types::type_methods::type_getattr_opt;
use crate::types::{TYPE_TYPE, Type};
use crate::value::Value;

impl ThreadState {
    /// `object.name`. `name` should be interned.
    #[inline]
    pub fn getattr(&self, object: &Value, name: &Value) -> Res {
        match object.class().slots().getattro.get() {
            Some(getattro) => match getattro(self, object, name) {
                Err(raised) => Err(self.attribute_failed(raised, object, name)),
                found => found,
            },
            None => Err(self.attribute_error(object, name)),
        }
    }

    /// An AttributeError that does not say whose attribute is missing, as programs raise it, is told.
    #[cold]
    #[inline(never)]
    pub(crate) fn attribute_failed(&self, raised: Raised, object: &Value, name: &Value) -> Raised {
        if self.raised_is(&raised, &exc::ATTRIBUTE_ERROR)
            && let Some(exception) = self.raised.get()
        {
            exc::complete_attribute_error(&exception, name, object);
        }
        raised
    }

    /// `getattr` with a Rust string.
    pub fn getattr_str(&self, object: &Value, name: &str) -> Res {
        self.getattr(object, &self.intern(name))
    }

    /// `getattr(object, name, default)`: `None` if there is no such attribute. The generic algorithm is asked without
    /// making an exception.
    pub fn getattr_opt(&self, object: &Value, name: &Value) -> Res<Option<Value>> {
        let getattro = object.class().slots().getattro.get();
        if getattro
            .is_some_and(|getattro| std::ptr::fn_addr_eq(getattro, generic_getattr as crate::types::slots::GetAttrFn))
        {
            let result = generic_getattr_opt(self, object, name);
            return Ok(self.catch(result, &exc::ATTRIBUTE_ERROR)?.flatten());
        }
        if getattro.zip(TYPE_TYPE.slots().getattro.get()).is_some_and(|(own, plain)| std::ptr::fn_addr_eq(own, plain)) {
            let result = type_getattr_opt(self, object, name);
            return Ok(self.catch(result, &exc::ATTRIBUTE_ERROR)?.flatten());
        }
        let result = self.getattr(object, name);
        self.catch(result, &exc::ATTRIBUTE_ERROR)
    }

    pub fn getattr_opt_str(&self, object: &Value, name: &str) -> Res<Option<Value>> {
        self.getattr_opt(object, &self.intern(name))
    }

    /// `object.name = value`; `None` deletes.
    #[inline]
    pub fn setattr(&self, object: &Value, name: &Value, value: Option<&Value>) -> Res<()> {
        if let Some(setattro) = object.class().slots().setattro.get() {
            return setattro(self, object, name, value);
        }
        let class = object.class();
        let action = if value.is_some() { "assign to" } else { "del" };
        let has = if class.slots().getattro.get().is_some() { "only read-only" } else { "no" };
        Err(self.type_error(format_args!(
            "'{}' object has {has} attributes ({action} .{})",
            class.full_name(),
            name_text(name)
        )))
    }

    pub fn setattr_str(&self, object: &Value, name: &str, value: &Value) -> Res<()> {
        self.setattr(object, &self.intern(name), Some(value))
    }

    /// A special method of the type, bound to `object` as the machine looks it up implicitly: past `__getattribute__` and
    /// the instance.
    pub fn lookup_special(&self, object: &Value, name: &Value) -> Res<Option<Value>> {
        let class = object.class();
        let Some(attribute) = class.lookup(self, name) else { return Ok(None) };
        match attribute.class().slots().descr_get.get() {
            Some(get) => get(self, &attribute, Some(object), class.value_ref()).map(Some),
            None => Ok(Some(attribute)),
        }
    }

    /// Calls a special method of the type, or returns `None` if the type has none.
    pub fn call_special(&self, object: &Value, name: &Value, args: &[Value]) -> Res<Option<Value>> {
        let class = object.class();
        let Some(attribute) = class.lookup(self, name) else { return Ok(None) };
        if attribute.class().has_flag(crate::types::type_flags::METHOD_DESCRIPTOR) {
            let mut all = Vec::with_capacity(args.len() + 1);
            all.push(object.clone());
            all.extend_from_slice(args);
            return self.call(&attribute, &all).map(Some);
        }
        match self.lookup_special(object, name)? {
            Some(method) => self.call(&method, args).map(Some),
            None => Ok(None),
        }
    }
}

/// `PyObject_GenericGetAttr`: data descriptor of the type, instance attribute, other attribute of the type.
pub fn generic_getattr(th: &ThreadState, object: &Value, name: &Value) -> Res {
    match generic_getattr_opt(th, object, name)? {
        Some(value) => Ok(value),
        None => Err(th.attribute_error(object, name)),
    }
}

/// As [`generic_getattr`], without making an exception when there is no such attribute.
pub fn generic_getattr_opt(th: &ThreadState, object: &Value, name: &Value) -> Res<Option<Value>> {
    let name = &require_name(th, name)?;
    let class = object.class();
    let on_class = class.lookup(th, name);
    let mut getter = None;
    if let Some(attribute) = &on_class {
        let slots = attribute.class().slots();
        getter = slots.descr_get.get();
        if let Some(get) = getter
            && slots.descr_set.get().is_some()
        {
            return get(th, attribute, Some(object), class.value_ref()).map(Some);
        }
    }
    let own = match instance::mode_dict(object) {
        // Keys that are no strings may compare in Python code.
        Some(dict) if !dict.has_str_keys() => match instance::dict(th, object) {
            Some(dict) => Dict::of(&dict).get(th, name)?,
            None => None,
        },
        _ => instance::get_attribute(th, object, name),
    };
    if let Some(value) = own {
        return Ok(Some(value));
    }
    match (on_class, getter) {
        (Some(attribute), Some(get)) => get(th, &attribute, Some(object), class.value_ref()).map(Some),
        (Some(attribute), None) => Ok(Some(attribute)),
        (None, _) => Ok(None),
    }
}

/// `PyObject_GenericSetAttr`.
pub fn generic_setattr(th: &ThreadState, object: &Value, name: &Value, value: Option<&Value>) -> Res<()> {
    let name = &require_name(th, name)?;
    let class = object.class();
    let on_class = class.lookup(th, name);
    if let Some(attribute) = &on_class
        && let Some(set) = attribute.class().slots().descr_set.get()
    {
        return set(th, attribute, object, value);
    }
    match instance::set_attribute(th, object, name, value.cloned()) {
        Ok(old) => {
            let deleted_nothing = value.is_none() && old.is_none();
            drop(old);
            if deleted_nothing { Err(th.attribute_error(object, name)) } else { Ok(()) }
        }
        Err(new) => {
            drop(new);
            Err(match on_class {
                Some(_) => read_only(th, object, class, name),
                None if class.slots().setattro.get().is_some_and(|setattro| {
                    std::ptr::fn_addr_eq(setattro, generic_setattr as crate::types::slots::SetAttrFn)
                }) =>
                {
                    let message = format!(
                        "'{}' object has no attribute '{}' and no __dict__ for setting new attributes",
                        class.full_name(),
                        name_text(name)
                    );
                    th.attribute_error_message(object, name, &message)
                }
                None => th.attribute_error(object, name),
            })
        }
    }
}

fn read_only(th: &ThreadState, object: &Value, class: &Type, name: &Value) -> crate::error::Raised {
    let message = format!("'{}' object attribute '{}' is read-only", class.full_name(), name_text(name));
    th.attribute_error_message(object, name, &message)
}

/// Attribute names are interned before they are used as keys of shapes.
fn require_name(th: &ThreadState, name: &Value) -> Res {
    if crate::objects::str::is_interned(name) {
        return Ok(name.clone());
    }
    let Some(text) = name.as_str() else {
        return Err(th.type_error(format_args!("attribute name must be string, not '{}'", name.class().full_name())));
    };
    let exact = if name.is_exactly(&crate::objects::str::STR_TYPE) {
        name.clone()
    } else {
        th.str_of_class(&crate::objects::str::STR_TYPE, text)
    };
    Ok(crate::intern::intern(th, exact))
}
