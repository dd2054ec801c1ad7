//! Methods and attributes of `type`.

use macros::pymethods;

use super::{Type, create, reassign, slot_table, type_flags};
use crate::error::{Raised, Res, name_text};
use crate::object::{Header, Payload, PayloadFns};
use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::objects::function::FUNCTION_TYPE;
use crate::objects::native_function::METHOD_DESCRIPTOR_TYPE;
use crate::objects::slot_wrapper::SLOT_WRAPPER_TYPE;
use crate::objects::str::STR_TYPE;
use crate::thread::ThreadState;
use crate::value::Value;

/// The header is part of a `Type`, so what stands behind it is the payload.
pub(super) const TYPE_PAYLOAD: PayloadFns =
    PayloadFns { size: size_of::<Type>() - Header::SIZE, ..PayloadFns::traced::<Type>() };

/// type(object) -> the object's type
/// type(name, bases, dict, **kwds) -> a new type
#[pymethods(class(
    name = "type",
    payload = TYPE_PAYLOAD,
    flags(basetype, type_subclass, have_gc, weakrefs),
    text = none,
))]
impl Type {
    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        let qualname = name_text(&self.qualname_value());
        let module = self.module_name(th)?;
        Ok(th.str(&match module.as_str().map(|module| module.to_string_lossy()) {
            Some(module) if module != "builtins" => format!("<class '{module}.{qualname}'>"),
            _ => format!("<class '{}'>", if module.as_str().is_some() { qualname } else { self.name() }),
        }))
    }

    #[pyslot]
    fn call(th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res {
        create::type_call(th, slf, args, kwnames)
    }

    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        create::type_new(th, cls, args, kwnames)
    }

    #[pyslot]
    fn init(th: &ThreadState, _slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
        create::type_init(th, args, kwnames)
    }

    #[pyslot]
    fn getattro(th: &ThreadState, slf: &Value, name: &Value) -> Res {
        match type_getattr_opt(th, slf, name)? {
            Some(found) => Ok(found),
            None => Err(th.attribute_error(slf, name)),
        }
    }

    #[pyslot]
    fn setattro(th: &ThreadState, slf: &Value, name: &Value, value: Option<&Value>) -> Res<()> {
        type_setattr(th, slf, name, value)
    }

    #[pyslot]
    fn nb_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
        crate::objects::union::union_or(th, a, b)
    }

    /// Return a type's method resolution order.
    #[pymethod("()", name = "mro")]
    fn linearised(&self, th: &ThreadState) -> Res {
        Ok(th.list(super::mro::linearise(th, self)?))
    }

    /// Return a list of immediate subclasses.
    #[pymethod("()")]
    fn __subclasses__(&self, th: &ThreadState) -> Res {
        Ok(th.list(slot_table::live_subclasses(self)))
    }

    /// Create the namespace for the class statement
    #[pyclassmethod(text = "($cls, name, bases, /, **kwds)", raw)]
    fn __prepare__(th: &ThreadState, _args: &[Value], _kwnames: &[Value]) -> Res {
        Ok(th.dict(Dict::new()))
    }

    /// Check if an object is an instance.
    #[pymethod("(instance, /)")]
    fn __instancecheck__(&self, th: &ThreadState, instance: &Value) -> Res<bool> {
        th.recursive_is_instance(instance, self.value_ref())
    }

    /// Check if a class is a subclass.
    #[pymethod("(subclass, /)")]
    fn __subclasscheck__(&self, th: &ThreadState, subclass: &Value) -> Res<bool> {
        th.recursive_is_subclass(subclass, self.value_ref())
    }

    /// Specialized __dir__ implementation for types.
    #[pymethod("()")]
    fn __dir__(slf: &Value, th: &ThreadState) -> Res {
        let names = Dict::new();
        merge_class_names(th, &names, slf)?;
        Ok(th.list(names.to_vec().into_iter().map(|(name, _)| name).collect()))
    }

    /// Return memory consumption of the type object.
    #[pymethod("()")]
    fn __sizeof__(&self) -> usize {
        size_of::<Type>()
    }

    #[pygetter(member)]
    fn __basicsize__(&self) -> usize {
        self.instance_size()
    }

    #[pygetter(member)]
    fn __itemsize__(&self) -> usize {
        match self.flags() {
            flags if flags & type_flags::INT_SUBCLASS != 0 => 4,
            flags if flags & type_flags::TUPLE_SUBCLASS != 0 => 8,
            flags if flags & type_flags::BYTES_SUBCLASS != 0 => 1,
            flags if flags & type_flags::TYPE_SUBCLASS != 0 => 40,
            _ => 0,
        }
    }

    #[pygetter(member)]
    fn __flags__(&self) -> u64 {
        let mut flags = self.flags() & 0xFFFF_FFFF | type_flags::READY;
        if self.is_heap_type_elsewhere() {
            flags |= type_flags::HEAP_TYPE;
        }
        if self.has_attrs() && self.is_heap_type() {
            flags |= 1 << 4 | u64::from(!self.is_variable_sized()) << 2;
        }
        if self.has_flag(type_flags::HAS_WEAKREFS) && self.is_heap_type() {
            flags |= 1 << 3;
        }
        // `copyreg` takes what has no such flag for a class with native state, which `Generic` has not.
        if std::ptr::eq(self, &crate::objects::typing::generic::GENERIC_TYPE) {
            flags |= type_flags::HEAP_TYPE;
        }
        flags
    }

    #[pygetter(member)]
    fn __weakrefoffset__(&self) -> isize {
        match (self.has_flag(type_flags::HAS_WEAKREFS), self.is_heap_type()) {
            (false, _) => 0,
            (true, true) => -32,
            (true, false) => self.instance_size() as isize,
        }
    }

    #[pygetter(member)]
    fn __dictoffset__(&self) -> isize {
        match (self.has_attrs(), self.is_heap_type()) {
            _ if self.has_flag(type_flags::TYPE_SUBCLASS) => 264,
            (false, _) => 0,
            (true, true) => -1,
            (true, false) => self.attrs_offset() as isize,
        }
    }

    #[pygetter(member)]
    fn __base__(&self) -> Option<Value> {
        self.base()
    }

    #[pygetter]
    fn __name__(&self, th: &ThreadState) -> Value {
        self.name_cell().get().unwrap_or_else(|| th.str(self.def().name))
    }

    #[pysetter(name = "__name__")]
    fn set_name(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let value = self.check_mutable(th, "__name__", value)?;
        if value.as_str().is_none() {
            return Err(self.only_strings(th, "__name__", value));
        }
        let name = create::plain_name(th, value)?;
        self.name_cell().set(Some(name));
        Ok(())
    }

    #[pygetter]
    fn __qualname__(&self) -> Value {
        self.qualname_value()
    }

    #[pysetter(name = "__qualname__")]
    fn set_qualname(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let value = self.check_mutable(th, "__qualname__", value)?;
        if value.as_str().is_none() {
            return Err(self.only_strings(th, "__qualname__", value));
        }
        self.qualname_cell().set(Some(value.clone()));
        Ok(())
    }

    #[pygetter]
    fn __bases__(&self, th: &ThreadState) -> Value {
        self.bases().unwrap_or_else(|| th.tuple(&[]))
    }

    #[pysetter(name = "__bases__")]
    fn set_bases(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let value = self.check_mutable(th, "__bases__", value)?;
        reassign::set_bases(th, self, value)
    }

    #[pygetter]
    fn __mro__(&self) -> Option<Value> {
        self.mro()
    }

    #[pygetter]
    fn __module__(&self, th: &ThreadState) -> Res {
        let module = self.module_name(th)?;
        if module.is_unbound() {
            return Err(th.error_args(&exc::ATTRIBUTE_ERROR, &[th.names().__module__.clone()]));
        }
        Ok(module)
    }

    #[pysetter(name = "__module__")]
    fn set_module(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let value = self.check_mutable(th, "__module__", value)?;
        self.set_own(&th.names().__module__, Some(value.clone()));
        // The line number belongs to the module that the class is no longer of.
        self.set_own(&th.names().__firstlineno__, None);
        Ok(())
    }

    #[pygetter]
    fn __abstractmethods__(&self, th: &ThreadState) -> Res {
        let name = &th.names().__abstractmethods__;
        let own = if self.has_flag(type_flags::TYPE_SUBCLASS) && !self.is_heap_type() {
            None
        } else {
            self.own_attribute(name)
        };
        own.ok_or_else(|| th.error_args(&exc::ATTRIBUTE_ERROR, std::slice::from_ref(name)))
    }

    #[pysetter(name = "__abstractmethods__")]
    fn set_abstractmethods(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let name = &th.names().__abstractmethods__;
        let is_abstract = match value {
            Some(value) => th.is_true(value)?,
            None => false,
        };
        if !self.set_own(name, value.cloned()) && value.is_none() {
            return Err(th.error_args(&exc::ATTRIBUTE_ERROR, std::slice::from_ref(name)));
        }
        if is_abstract {
            self.set_flag(type_flags::ABSTRACT)
        } else {
            self.clear_flag(type_flags::ABSTRACT)
        }
        Ok(())
    }

    #[pygetter]
    fn __dict__(&self, th: &ThreadState) -> Res {
        match self.dict() {
            Some(dict) => Ok(crate::objects::mappingproxy::new(th, dict)),
            None => Ok(Value::NONE),
        }
    }

    #[pygetter]
    fn __doc__(&self, th: &ThreadState) -> Res {
        if !self.is_heap_type()
            && let Some(doc) = self.def().doc
        {
            return Ok(th.str(doc));
        }
        let Some(doc) = self.own_attribute(&th.names().__doc__) else { return Ok(Value::NONE) };
        match doc.class().slots().descr_get.get() {
            Some(get) => get(th, &doc, None, self.value_ref()),
            None => Ok(doc),
        }
    }

    #[pysetter(name = "__doc__")]
    fn set_doc(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let value = self.check_mutable(th, "__doc__", value)?;
        self.set_own(&th.names().__doc__, Some(value.clone()));
        Ok(())
    }

    #[pygetter]
    fn __text_signature__(&self, th: &ThreadState) -> Value {
        if !self.is_heap_type() {
            return self.def().text_signature.map_or(Value::NONE, |text| th.str(text));
        }
        // A docstring may begin with the signature, as those of native classes do in CPython.
        let doc = self.own_attribute(&th.names().__doc__);
        let doc = doc.as_ref().and_then(Value::as_str).map(|doc| doc.to_string_lossy());
        let text =
            doc.as_deref().and_then(|doc| doc.strip_prefix(self.name().as_str())).filter(|doc| doc.starts_with('('));
        let end = text.and_then(|text| text.find(")\n--\n\n").filter(|&end| !text[..end].contains("\n\n")));
        match (text, end) {
            (Some(text), Some(end)) => th.str(&text[..=end]),
            _ => Value::NONE,
        }
    }

    #[pygetter]
    fn __annotations__(&self, th: &ThreadState) -> Res {
        let names = th.names();
        if !self.is_heap_type() {
            return Err(th.attribute_error(self.value_ref(), &names.__annotations__));
        }
        let own =
            self.own_attribute(&names.__annotations__).or_else(|| self.own_attribute(&names.__annotations_cache__));
        if let Some(own) = own {
            return match own.class().slots().descr_get.get() {
                Some(get) => get(th, &own, None, self.value_ref()),
                None => Ok(own),
            };
        }
        let annotate = self.__annotate__(th)?;
        let annotations = if th.is_callable(&annotate) {
            let result = th.call(&annotate, &[Value::int32(1)])?;
            if result.downcast::<Dict>().is_none() {
                return Err(th.type_error(format_args!(
                    "__annotate__ returned non-dict of type '{}'",
                    result.class().full_name()
                )));
            }
            result
        } else {
            th.dict(Dict::new())
        };
        self.set_own(&names.__annotations_cache__, Some(annotations.clone()));
        Ok(annotations)
    }

    #[pysetter(name = "__annotations__")]
    fn set_annotations(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let names = th.names();
        if !self.is_heap_type() || self.has_flag(type_flags::IMMUTABLE) {
            return Err(self.immutable(th, "cannot set", "__annotations__"));
        }
        let plain = self.own_attribute(&names.__annotations__).is_some();
        match value {
            Some(value) => {
                let name = if plain { &names.__annotations__ } else { &names.__annotations_cache__ };
                self.set_own(name, Some(value.clone()));
            }
            None => {
                let removed =
                    self.set_own(&names.__annotations__, None) || self.set_own(&names.__annotations_cache__, None);
                if !removed {
                    return Err(th.error_args(&exc::ATTRIBUTE_ERROR, std::slice::from_ref(&names.__annotations__)));
                }
            }
        }
        self.set_own(&names.__annotate_func__, None);
        self.set_own(&names.__annotate__, None);
        Ok(())
    }

    #[pygetter]
    fn __annotate__(&self, th: &ThreadState) -> Res {
        let names = th.names();
        if !self.is_heap_type() {
            return Err(th.attribute_error(self.value_ref(), &names.__annotate__));
        }
        let own = self.own_attribute(&names.__annotate__).or_else(|| self.own_attribute(&names.__annotate_func__));
        match own {
            Some(own) => match own.class().slots().descr_get.get() {
                Some(get) => get(th, &own, None, self.value_ref()),
                None => Ok(own),
            },
            None => {
                self.set_own(&names.__annotate_func__, Some(Value::NONE));
                Ok(Value::NONE)
            }
        }
    }

    #[pysetter(name = "__annotate__")]
    fn set_annotate(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let names = th.names();
        let Some(value) = value else { return Err(th.type_error("cannot delete __annotate__ attribute")) };
        if !self.is_heap_type() || self.has_flag(type_flags::IMMUTABLE) {
            return Err(self.immutable(th, "cannot set", "__annotate__"));
        }
        if !value.is_none() && !th.is_callable(value) {
            return Err(th.type_error("__annotate__ must be callable or None"));
        }
        self.set_own(&names.__annotate_func__, Some(value.clone()));
        if !value.is_none() {
            self.set_own(&names.__annotations_cache__, None);
        }
        Ok(())
    }

    #[pygetter]
    fn __type_params__(&self, th: &ThreadState) -> Value {
        let own = if self.is_heap_type() { self.own_attribute(&th.names().__type_params__) } else { None };
        own.unwrap_or_else(|| th.tuple(&[]))
    }

    #[pysetter(name = "__type_params__")]
    fn set_type_params(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let value = self.check_mutable(th, "__type_params__", value)?;
        self.set_own(&th.names().__type_params__, Some(value.clone()));
        Ok(())
    }
}

impl Type {
    pub(crate) fn qualname_value(&self) -> Value {
        self.qualname_cell().get_or_none()
    }

    /// `__module__`: unbound if a program's class has none.
    fn module_name(&self, th: &ThreadState) -> Res {
        match self.own_attribute(&th.names().__module__) {
            // What native classes may have under this name is the descriptor of their instances.
            Some(module) if self.is_heap_type() || module.as_str().is_some() => Ok(module),
            None if self.is_heap_type() => Ok(Value::UNBOUND),
            _ => Ok(th.intern(self.def().module)),
        }
    }

    fn immutable(&self, th: &ThreadState, action: &str, name: &str) -> Raised {
        th.type_error(format_args!("{action} '{name}' attribute of immutable type '{}'", self.full_name()))
    }

    /// For attributes that exist always: they can be set on programs' classes, and never deleted.
    fn check_mutable<'a>(&self, th: &ThreadState, name: &str, value: Option<&'a Value>) -> Res<&'a Value> {
        if !self.is_heap_type() || self.has_flag(type_flags::IMMUTABLE) {
            return Err(self.immutable(th, "cannot set", name));
        }
        let value = value.ok_or_else(|| self.immutable(th, "cannot delete", name))?;
        th.audit_attribute_change(self.value_ref(), name, Some(value))?;
        Ok(value)
    }

    fn only_strings(&self, th: &ThreadState, name: &str, value: &Value) -> Raised {
        th.type_error(format_args!(
            "can only assign string to {}.{name}, not '{}'",
            self.name(),
            value.class().full_name()
        ))
    }

    /// Sets or removes an entry of the type's own namespace; true if there was one before.
    pub(crate) fn set_own(&self, name: &Value, value: Option<Value>) -> bool {
        let old = self
            .with_dict(|dict| match value {
                Some(value) => dict.set_str(name, value),
                None => dict.remove_str(name),
            })
            .flatten();
        // Cached lookups borrow the old value: they end before it does.
        self.modified();
        let existed = old.is_some();
        drop(old);
        existed
    }
}

/// Attribute lookup on a class: data descriptors of the metaclass, then the class and its bases, then the metaclass.
pub(crate) fn type_getattr_opt(th: &ThreadState, slf: &Value, name: &Value) -> Res<Option<Value>> {
    let Some(class) = slf.as_type() else { return Ok(None) };
    let metatype = slf.class();
    if name.as_str().is_none() {
        return Err(th.type_error(format_args!("attribute name must be string, not '{}'", name.class().full_name())));
    }
    let on_metatype = metatype.lookup(th, name);
    let mut getter = None;
    if let Some(attribute) = &on_metatype {
        let slots = attribute.class().slots();
        getter = slots.descr_get.get();
        if let Some(get) = getter
            && slots.descr_set.get().is_some()
        {
            return get(th, attribute, Some(slf), metatype.value_ref()).map(Some);
        }
    }
    if let Some(attribute) = class.lookup(th, name) {
        return match attribute.class().slots().descr_get.get() {
            Some(get) if !is_itself_on_class(&attribute) => get(th, &attribute, None, slf).map(Some),
            _ => Ok(Some(attribute)),
        };
    }
    match (on_metatype, getter) {
        (Some(attribute), Some(get)) => get(th, &attribute, Some(slf), metatype.value_ref()).map(Some),
        (attribute, _) => Ok(attribute),
    }
}

/// Whether a class that has such an attribute gives it as it is, though it is a descriptor.
fn is_itself_on_class(attribute: &Value) -> bool {
    attribute.is_exactly(&FUNCTION_TYPE)
        || attribute.is_exactly(&SLOT_WRAPPER_TYPE)
        || attribute.is_exactly(&METHOD_DESCRIPTOR_TYPE)
}

fn type_setattr(th: &ThreadState, slf: &Value, name: &Value, value: Option<&Value>) -> Res<()> {
    let Some(class) = slf.as_type() else { return Ok(()) };
    let Some(text) = name.as_str() else {
        return Err(th.type_error(format_args!("attribute name must be string, not '{}'", name.class().full_name())));
    };
    if !class.is_heap_type() || class.has_flag(type_flags::IMMUTABLE) {
        return Err(class.immutable(th, "cannot set", &text.to_string_lossy()));
    }
    let exact = if name.is_exactly(&STR_TYPE) { name.clone() } else { th.str_of_class(&STR_TYPE, text) };
    let name = crate::intern::intern(th, exact);
    if let Some(attribute) = slf.class().lookup(th, &name)
        && let Some(set) = attribute.class().slots().descr_set.get()
    {
        return set(th, &attribute, slf, value);
    }
    let existed = class.set_own(&name, value.cloned());
    if value.is_none() && !existed {
        return Err(th.attribute_error(slf, &name));
    }
    slot_table::update_name(th, class, &name);
    Ok(())
}

/// Adds the names that a class and its bases define (`dir(cls)`), by `__dict__` and `__bases__` as they look.
pub(crate) fn merge_class_names(th: &ThreadState, names: &Dict, class: &Value) -> Res<()> {
    th.check_native_stack(" in dir()")?;
    if let Some(dict) = th.getattr_opt(class, &th.names().__dict__)? {
        let keys = match dict.downcast::<crate::objects::mappingproxy::MappingProxy>() {
            Some(proxy) if proxy.mapping.downcast::<Dict>().is_some() => {
                Dict::of(&proxy.mapping).to_vec().into_iter().map(|(name, _)| name).collect()
            }
            _ => {
                let keys = th.call_method(&dict, &th.names().keys, &[])?;
                th.collect(&keys)?
            }
        };
        for key in keys {
            names.set(th, &key, Value::NONE)?;
        }
    }
    if let Some(bases) = th.getattr_opt(class, &th.names().__bases__)?
        && let Some(bases) = bases.as_tuple()
    {
        for base in bases.as_slice() {
            merge_class_names(th, names, base)?;
        }
    }
    Ok(())
}
