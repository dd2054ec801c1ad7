//! Making classes: `type(name, bases, namespace)`.

use crate::error::{Raised, Res};
use crate::function::GetSetDef;
use crate::object::Payload;
use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::objects::native_function::{ClassMethodDescriptor, GetSetDescriptor};
use crate::objects::object::OBJECT_TYPE;
use crate::objects::str::STR_TYPE;
use crate::thread::ThreadState;
use crate::types::{TYPE_TYPE, Type, layout, mro, slot_table};
use crate::value::Value;

/// The metaclass of a class with these bases: the most derived one of `metatype` and the bases' types.
pub fn calculate_metaclass(th: &ThreadState, metatype: &Value, bases: &[Value]) -> Res {
    let mut winner = metatype.clone();
    for base in bases {
        let candidate = base.class();
        match winner.as_type() {
            Some(best) if best.is_subtype(candidate) => {}
            Some(best) if candidate.is_subtype(best) => winner = candidate.as_value(),
            _ => {
                return Err(th.type_error(
                    "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the \
                     metaclasses of all its bases",
                ));
            }
        }
    }
    Ok(winner)
}

/// `type.__new__(metatype, name, bases, namespace, **kwds)`.
pub(super) fn type_new(th: &ThreadState, metatype: &Type, args: &[Value], kwnames: &[Value]) -> Res {
    let (positional, _) = crate::args::split(args, kwnames);
    let [name, bases, namespace] = positional else {
        return Err(
            th.type_error(format_args!("type.__new__() takes exactly 3 arguments ({} given)", positional.len()))
        );
    };
    let wrong = |position: usize, expected: &str, value: &Value| {
        let found = if value.is_none() { "None".to_string() } else { value.class().full_name() };
        th.type_error(format_args!("type.__new__() argument {position} must be {expected}, not {found}"))
    };
    if name.as_str().is_none() {
        return Err(wrong(1, "str", name));
    }
    let Some(base_classes) = bases.as_tuple().map(|bases| bases.as_slice()) else {
        return Err(wrong(2, "tuple", bases));
    };
    if namespace.downcast::<Dict>().is_none() {
        return Err(wrong(3, "dict", namespace));
    }
    for base in base_classes {
        if base.as_type().is_none() && th.getattr_opt(base, &th.names().__mro_entries__)?.is_some() {
            return Err(th.type_error("type() doesn't support MRO entry resolution; use types.new_class()"));
        }
    }
    let winner = calculate_metaclass(th, &metatype.as_value(), base_classes)?;
    if let Some(winning) = winner.as_type()
        && !winner.is(metatype.value_ref())
        && let Some(new) = winning.slots().new.get()
        && !std::ptr::fn_addr_eq(new, type_new as crate::types::slots::NewFn)
    {
        return new(th, winning, args, kwnames);
    }
    let Some(metatype) = winner.as_type() else { return Err(th.system_error("metaclass is not a type")) };
    let class = build(th, metatype, name, bases, base_classes, namespace)?;
    if let Some(new_class) = class.as_type() {
        set_names(th, new_class)?;
        init_subclass(th, new_class, &args[3..], kwnames)?;
    }
    Ok(class)
}

/// The class without what its parts are told afterwards.
fn build(
    th: &ThreadState,
    metatype: &Type,
    name: &Value,
    given_bases: &Value,
    bases: &[Value],
    namespace: &Value,
) -> Res {
    let names = th.names();
    let object_only = [OBJECT_TYPE.as_value()];
    let bases_value = if bases.is_empty() { th.tuple(&object_only) } else { given_bases.clone() };
    let bases = if bases.is_empty() { &object_only[..] } else { bases };
    let base_value = layout::best_base(th, bases)?;
    let Some(base) = base_value.as_type() else { return Err(th.type_error("bases must be types")) };
    let name_text = plain_name(th, name)?;
    let dict = Dict::of(namespace).copy();
    let name_str = name_text.as_str().ok_or_else(|| th.system_error("class name is not a str"))?;
    let slots = layout::read_slots(th, name_str, base, bases, &dict)?;

    let qualname = match dict.get_str(&names.__qualname__) {
        Some(qualname) if qualname.as_str().is_none() => {
            return Err(
                th.type_error(format_args!("type __qualname__ must be a str, not {}", qualname.class().full_name()))
            );
        }
        Some(qualname) => {
            drop(dict.remove_str(&names.__qualname__));
            qualname
        }
        None => name_text.clone(),
    };
    let class_cell = dict.remove_str(&names.__classcell__);
    if let Some(cell) = &class_cell
        && cell.class().def().name != "cell"
    {
        let shown = th.repr_string(cell.class().value_ref())?;
        return Err(th.type_error(format_args!("__classcell__ must be a nonlocal cell, not {shown}")));
    }
    let dict_cell = dict.remove_str(&names.__classdictcell__);
    if dict.get_str(&names.__module__).is_none()
        && let Some(module) = calling_module(th)
    {
        dict.set_str(&names.__module__, module);
    }
    wrap_special_functions(th, &dict)?;
    if let Some(doc) = dict.get_str(&names.__doc__)
        && doc.as_str().is_some_and(|text| text.to_utf8().is_none())
    {
        return Err(crate::convert::surrogates(th, &doc));
    }

    let value = Type::allocate(th, metatype, Type::new_heap(base));
    let Some(class) = value.as_type() else { return Err(th.system_error("metaclass is not a type")) };
    class.name_cell().set(Some(name_text.clone()));
    class.qualname_cell().set(Some(qualname));
    class.base_cell().set(Some(base_value.clone()));
    class.bases_cell().set(Some(bases_value));
    let dict = th.dict(dict);
    class.set_dict(dict.clone());
    layout::lay_out(th, class, base, &slots);
    layout::add_slot_descriptors(th, class, base, &slots);
    let add_getset = |def: &'static GetSetDef| {
        let name = th.intern(def.name);
        if class.own_attribute(&name).is_none() {
            let descriptor = th.new_object(GetSetDescriptor { def, owner: class.as_value() });
            drop(class.with_dict(|dict| dict.set_str(&name, descriptor)));
        }
    };
    if slots.adds_dict {
        add_getset(&crate::objects::object::DICT_GETSET);
    }
    if slots.adds_weakrefs {
        add_getset(&crate::objects::object::WEAKREF_GETSET);
    }
    class.with_dict(|dict| {
        if dict.get_str(&names.__doc__).is_none() {
            dict.set_str(&names.__doc__, Value::NONE);
        }
        if dict.get_str(&names.__eq__).is_some() && dict.get_str(&names.__hash__).is_none() {
            dict.set_str(&names.__hash__, Value::NONE);
        }
    });
    if let Some(cell) = class_cell {
        th.setattr_str(&cell, "cell_contents", &value)?;
    }
    if let Some(cell) = dict_cell {
        // For annotations and type parameters, which only read: a class's namespace itself is given to nobody.
        th.setattr_str(&cell, "cell_contents", &th.mapping_proxy(&dict))?;
    }
    mro::update(th, class)?;
    class.inherit_flags();
    for base in bases {
        if let Some(base) = base.as_type() {
            base.subclasses.borrow_mut().push(class);
        }
    }
    slot_table::fill_heap_slots(th, class);
    if class.with_dict(|dict| !dict.has_str_keys() && has_other_keys(dict)).unwrap_or(false) {
        let message = format!("non-string key in the __dict__ of class {}", class.name());
        crate::warnings::warn(th, &exc::RUNTIME_WARNING, &message)?;
    }
    Ok(value)
}

fn has_other_keys(namespace: &Dict) -> bool {
    namespace.to_vec().iter().any(|(key, _)| key.as_str().is_none())
}

/// A class name as an exact `str` that C code could show.
pub(super) fn plain_name(th: &ThreadState, name: &Value) -> Res {
    let Some(text) = name.as_str() else { return Err(th.type_error("type name must be a str")) };
    if text.code_points().any(|point| point == 0) {
        return Err(th.value_error("type name must not contain null characters"));
    }
    if text.to_utf8().is_none() {
        return Err(crate::convert::surrogates(th, name));
    }
    let exact = if name.is_exactly(&STR_TYPE) { name.clone() } else { th.str_of_class(&STR_TYPE, text) };
    Ok(crate::intern::intern(th, exact))
}

/// `__name__` of the module whose code makes the class.
fn calling_module(th: &ThreadState) -> Option<Value> {
    crate::frame_api::module_name_at(th, 0)
}

/// `__new__` is a static method and two others are class methods without saying so.
fn wrap_special_functions(th: &ThreadState, dict: &Dict) -> Res<()> {
    let names = th.names();
    let is_function = |value: &Value| value.class().def().name == "function" && !value.class().is_heap_type();
    if let Some(new) = dict.get_str(&names.__new__).filter(is_function) {
        let wrapped = crate::objects::function::static_method(th, new);
        drop(dict.set_str(&names.__new__, wrapped));
    }
    for name in [&names.__init_subclass__, &names.__class_getitem__] {
        if let Some(function) = dict.get_str(name).filter(is_function) {
            let wrapped = crate::objects::function::class_method(th, function);
            drop(dict.set_str(name, wrapped));
        }
    }
    Ok(())
}

/// Tells every attribute that wants to know its name.
fn set_names(th: &ThreadState, class: &Type) -> Res<()> {
    let items = class.with_dict(Dict::to_vec).unwrap_or_default();
    for (name, value) in items {
        let Some(method) = th.lookup_special(&value, &th.names().__set_name__)? else { continue };
        if let Err(raised) = th.call(&method, &[class.as_value(), name.clone()]) {
            let note = format!(
                "Error calling __set_name__ on '{}' instance {} in '{}'",
                value.class().full_name(),
                shown_or(th, &name),
                class.name()
            );
            return Err(with_note(th, raised, &note));
        }
    }
    Ok(())
}

fn shown_or(th: &ThreadState, value: &Value) -> String {
    match th.raised.take() {
        // The error in flight must survive the repr.
        in_flight @ Some(_) => {
            let shown = th.repr_string(value);
            let shown = th.catch(shown, &exc::EXCEPTION).ok().flatten().unwrap_or_default();
            drop(th.raised.replace(in_flight));
            shown
        }
        None => String::new(),
    }
}

/// Adds a note to the exception in flight.
fn with_note(th: &ThreadState, raised: Raised, note: &str) -> Raised {
    let exception = th.take_raised(raised);
    if let Err(second) = exc::add_note(th, &exception, &th.str(note)) {
        drop(th.take_raised(second));
    }
    th.raise_as_is(exception)
}

/// `super(cls, cls).__init_subclass__(**kwds)`.
fn init_subclass(th: &ThreadState, class: &Type, keyword_values: &[Value], kwnames: &[Value]) -> Res<()> {
    if class.with_mro(|mro| !mro.iter().any(|entry| entry.is(class.value_ref()))).unwrap_or(false) {
        return Err(th.type_error("super(type, obj): obj must be an instance or subtype of type"));
    }
    let found = class.with_mro(|mro| {
        let rest = mro.iter().skip_while(|entry| !entry.is(class.value_ref())).skip(1).filter_map(Value::as_type);
        rest.filter_map(|base| base.own_attribute(&th.names().__init_subclass__)).next()
    });
    let Some(found) = found.flatten() else { return Ok(()) };
    let native = found.downcast_exact::<ClassMethodDescriptor>();
    if kwnames.is_empty() && native.is_some_and(|native| native.owner.is(OBJECT_TYPE.value_ref())) {
        return Ok(());
    }
    let method = match found.class().slots().descr_get.get() {
        Some(get) => get(th, &found, None, class.value_ref())?,
        None => found,
    };
    th.call_kw(&method, keyword_values, kwnames)?;
    Ok(())
}

/// `type.__init__`: checks its arguments only.
pub(super) fn type_init(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res<()> {
    let count = crate::args::split(args, kwnames).0.len();
    if count == 1 && !kwnames.is_empty() {
        return Err(th.type_error("type.__init__() takes no keyword arguments"));
    }
    if count != 1 && count != 3 {
        return Err(th.type_error("type.__init__() takes 1 or 3 arguments"));
    }
    Ok(())
}

/// Calling a class: `__new__`, then `__init__` if it gave an instance.
pub(super) fn type_call(th: &ThreadState, callable: &Value, args: &[Value], kwnames: &[Value]) -> Res {
    let Some(class) = callable.as_type() else { return Err(th.type_error("type.__call__ needs a type")) };
    if std::ptr::eq(class, &TYPE_TYPE) {
        match (crate::args::split(args, kwnames).0, kwnames) {
            ([object], []) => return Ok(object.class().as_value()),
            ([_], _) => return Err(th.type_error("type() takes no keyword arguments")),
            ([_, _, _], _) => {}
            _ => return Err(th.type_error("type() takes 1 or 3 arguments")),
        }
    }
    let Some(new) = class.slots().new.get() else {
        return Err(th.type_error(format_args!("cannot create '{}' instances", class.full_name())));
    };
    let object = new(th, class, args, kwnames)?;
    if object.is_instance_of(class)
        && let Some(init) = object.class().slots().init.get()
    {
        init(th, &object, args, kwnames)?;
    }
    Ok(object)
}

/// `class[key]` of a class whose metaclass has no `__getitem__`.
pub fn class_getitem(th: &ThreadState, class: &Type, key: &Value) -> Res {
    // `type[int]`: the class itself has no such method, being the metaclass's.
    if std::ptr::eq(class, &TYPE_TYPE) {
        return crate::objects::generic_alias::new(th, class.value_ref(), key);
    }
    if let Some(method) = th.getattr_opt(class.value_ref(), &th.names().__class_getitem__)?
        && !method.is_none()
    {
        return th.call(&method, std::slice::from_ref(key));
    }
    Err(th.type_error(format_args!("type '{}' is not subscriptable", class.full_name())))
}
