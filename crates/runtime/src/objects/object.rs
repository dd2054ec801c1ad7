//! `object`: the base of everything.

use macros::pymethods;

use crate::error::{Res, name_text};
use crate::function::GetSetDef;
use crate::hashing::hash_pointer;
use crate::instance;
use crate::object::{Payload, PayloadFns};
use crate::objects::dict::Dict;
use crate::objects::list::LIST_TYPE;
use crate::objects::native_function::MethodDescriptor;
use crate::protocol::attributes::{generic_getattr, generic_setattr};
use crate::thread::ThreadState;
use crate::types::slots::{InitFn, NewFn};
use crate::types::{CompareOp, Type, TypeDef, reassign, type_flags};
use crate::value::Value;

/// The (empty) native part of an instance that has no other.
pub struct Plain;

impl Payload for Plain {
    const DEF: &'static TypeDef = &PLAIN_DEF;

    fn class() -> &'static Type {
        &OBJECT_TYPE
    }
}

pub static OBJECT_TYPE: Type = Type::new_static(&PLAIN_DEF);

/// `__dict__` of instances that have one.
pub(crate) static DICT_GETSET: GetSetDef = GetSetDef {
    name: "__dict__",
    doc: Some("dictionary for instance variables"),
    member: false,
    get: Some(|th, object| {
        // The namespace of a class is only shown, even by a metaclass's base that gives instances a dict.
        if let Some(class) = object.as_type() {
            return class
                .dict()
                .map_or_else(|| Err(th.system_error("a class without namespace")), |dict| Ok(th.mapping_proxy(&dict)));
        }
        instance::dict(th, object)
            .ok_or_else(|| th.error(&crate::objects::exceptions::ATTRIBUTE_ERROR, "This object has no __dict__"))
    }),
    set: Some(|th, object, value| {
        if object.as_type().is_some() {
            return Err(th.error(
                &crate::objects::exceptions::ATTRIBUTE_ERROR,
                "attribute '__dict__' of 'type' objects is not writable",
            ));
        }
        if object.is_instance_of(&crate::objects::module::MODULE_TYPE) {
            return Err(th.error(&crate::objects::exceptions::ATTRIBUTE_ERROR, "readonly attribute"));
        }
        let dict = match value {
            Some(value) if value.downcast::<Dict>().is_some() => value.clone(),
            Some(value) => {
                return Err(th.type_error(format_args!(
                    "__dict__ must be set to a dictionary, not a '{}'",
                    value.class().full_name()
                )));
            }
            // Functions, for one: only instances of Python classes start anew.
            None if !object.class().is_heap_type() || object.class().native().has_attrs() => {
                return Err(th.type_error("cannot delete __dict__"));
            }
            None => th.dict(Dict::new()),
        };
        if !object.class().has_attrs() {
            return Err(th.error(&crate::objects::exceptions::ATTRIBUTE_ERROR, "This object has no __dict__"));
        }
        instance::set_dict(object, dict);
        Ok(())
    }),
};

/// `__weakref__` of instances that can be weakly referenced: the first reference.
pub(crate) static WEAKREF_GETSET: GetSetDef = GetSetDef {
    name: "__weakref__",
    doc: Some("list of weak references to the object"),
    member: false,
    get: Some(|th, object| Ok(crate::weakref::first_reference(th, object).unwrap_or(Value::NONE))),
    set: None,
};

/// The base class of the class hierarchy.
///
/// When called, it accepts no arguments and returns a new featureless
/// instance that has no instance attributes and cannot be given any.
#[pymethods(class(name = "object", base = none, payload = PayloadFns::NONE, flags(basetype), text = "()"))]
impl Plain {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], _kwnames: &[Value]) -> Res {
        if !args.is_empty() {
            if !is_object_new(cls) {
                return Err(th.type_error("object.__new__() takes exactly one argument (the type to instantiate)"));
            }
            if is_object_init(cls) {
                return Err(th.type_error(format_args!("{}() takes no arguments", cls.full_name())));
            }
        }
        if cls.has_flag(type_flags::ABSTRACT) {
            return Err(abstract_class(th, cls));
        }
        Ok(th.new_plain_instance(cls))
    }

    #[pyslot]
    fn init(th: &ThreadState, slf: &Value, args: &[Value], _kwnames: &[Value]) -> Res<()> {
        if !args.is_empty() {
            let class = slf.class();
            if !is_object_init(class) {
                return Err(th.type_error("object.__init__() takes exactly one argument (the instance to initialize)"));
            }
            if is_object_new(class) {
                let name = class.full_name();
                let rest = "takes exactly one argument (the instance to initialize)";
                return Err(th.type_error(format_args!("{name}.__init__() {rest}")));
            }
        }
        Ok(())
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let class = slf.class();
        let module = th.getattr_opt(class.value_ref(), &th.names().__module__)?;
        let module = module.as_ref().and_then(Value::as_str).map(|module| module.to_string_lossy());
        Ok(th.str(&match module {
            Some(module) if module != "builtins" => {
                format!("<{module}.{} object at {:#x}>", name_text(&class.qualname_value()), slf.id())
            }
            _ => format!("<{} object at {:#x}>", class.name(), slf.id()),
        }))
    }

    #[pyslot]
    fn str(th: &ThreadState, slf: &Value) -> Res {
        th.repr(slf)
    }

    #[pyslot]
    fn hash(_th: &ThreadState, slf: &Value) -> Res<i64> {
        Ok(hash_pointer(slf.bits()))
    }

    #[pyslot]
    fn richcompare(th: &ThreadState, slf: &Value, other: &Value, op: CompareOp) -> Res {
        match op {
            CompareOp::Eq if slf.is(other) => Ok(Value::TRUE),
            CompareOp::Ne => {
                let Some(compare) = slf.class().slots().richcompare.get() else { return Ok(Value::NOT_IMPLEMENTED) };
                let equal = compare(th, slf, other, CompareOp::Eq)?;
                if equal.is_not_implemented() { Ok(equal) } else { Ok(Value::bool(!th.is_true(&equal)?)) }
            }
            _ => Ok(Value::NOT_IMPLEMENTED),
        }
    }

    #[pyslot]
    fn getattro(th: &ThreadState, slf: &Value, name: &Value) -> Res {
        generic_getattr(th, slf, name)
    }

    #[pyslot]
    fn setattro(th: &ThreadState, slf: &Value, name: &Value, value: Option<&Value>) -> Res<()> {
        generic_setattr(th, slf, name, value)
    }

    /// Helper for pickle.
    #[pymethod("(protocol, /)")]
    fn __reduce_ex__(slf: &Value, th: &ThreadState, protocol: i32) -> Res {
        let names = th.names();
        let own = slf.class().lookup(th, &names.__reduce__);
        let native = OBJECT_TYPE.own_attribute(&names.__reduce__);
        // An own `__reduce__` goes before the general scheme.
        if let (Some(own), Some(native)) = (&own, &native)
            && !own.is(native)
        {
            let reduce = th.getattr(slf, &names.__reduce__)?;
            return th.call(&reduce, &[]);
        }
        reduce(th, slf, protocol)
    }

    /// Helper for pickle.
    #[pymethod("()")]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Res {
        reduce(th, slf, 0)
    }

    /// Helper for pickle.
    #[pymethod("()")]
    fn __getstate__(slf: &Value, th: &ThreadState) -> Res {
        default_state(th, slf, false)
    }

    /// Abstract classes can override this to customize issubclass().
    ///
    /// This is invoked early on by abc.ABCMeta.__subclasscheck__().
    /// It should return True, False or NotImplemented.  If it returns
    /// NotImplemented, the normal algorithm is used.  Otherwise, it
    /// overrides the normal algorithm (and the outcome is cached).
    #[pyclassmethod("(object, /)", text = "($type, object, /)")]
    fn __subclasshook__(cls: &Value, object: &Value) -> Value {
        let _ = (cls, object);
        Value::NOT_IMPLEMENTED
    }

    /// This method is called when a class is subclassed.
    ///
    /// The default implementation does nothing. It may be
    /// overridden to extend subclasses.
    #[pyclassmethod(text = "($type, /)", raw)]
    fn __init_subclass__(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        let name = args.first().and_then(Value::as_type).map(|class| name_text(&class.qualname_value()));
        let name = name.unwrap_or_else(|| "object".to_string());
        if !kwnames.is_empty() {
            return Err(th.type_error(format_args!("{name}.__init_subclass__() takes no keyword arguments")));
        }
        if args.len() > 1 {
            let given = args.len() - 1;
            return Err(th.type_error(format_args!("{name}.__init_subclass__() takes no arguments ({given} given)")));
        }
        Ok(Value::NONE)
    }

    /// Default object formatter.
    ///
    /// Return str(self) if format_spec is empty. Raise TypeError otherwise.
    #[pymethod("(format_spec, /)")]
    fn __format__(slf: &Value, th: &ThreadState, format_spec: &Value) -> Res {
        let Some(spec) = format_spec.as_str() else {
            return Err(th.type_error(format_args!(
                "__format__() argument must be str, not {}",
                format_spec.class().full_name()
            )));
        };
        if !spec.is_empty() {
            return Err(th.type_error(format_args!(
                "unsupported format string passed to {}.__format__",
                slf.class().full_name()
            )));
        }
        th.str_of(slf)
    }

    /// Size of object in memory, in bytes.
    #[pymethod("()")]
    fn __sizeof__(slf: &Value) -> usize {
        slf.class().instance_size()
    }

    /// Default dir() implementation.
    #[pymethod("()")]
    fn __dir__(slf: &Value, th: &ThreadState) -> Res {
        let own = th.getattr_opt(slf, &th.names().__dict__)?;
        let names = Dict::new();
        if let Some(own) = own.as_ref().and_then(|own| own.downcast::<Dict>()) {
            for (name, _) in own.to_vec() {
                names.set(th, &name, Value::NONE)?;
            }
        }
        if let Some(class) = th.getattr_opt(slf, &th.names().__class__)? {
            crate::types::type_methods::merge_class_names(th, &names, &class)?;
        }
        Ok(th.list(names.to_vec().into_iter().map(|(name, _)| name).collect()))
    }

    /// the object's class
    #[pygetter(name = "__class__")]
    fn class_of(slf: &Value) -> Value {
        slf.class().as_value()
    }

    #[pysetter(name = "__class__")]
    fn set_class_of(slf: &Value, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        reassign::set_class(th, slf, value)
    }
}

/// Whether a class's instances are made by `object.__new__` itself.
pub(crate) fn is_object_new(class: &Type) -> bool {
    let object: Option<NewFn> = OBJECT_TYPE.slots().new.get();
    class.slots().new.get().zip(object).is_some_and(|(own, object)| std::ptr::fn_addr_eq(own, object))
}

pub(crate) fn is_object_init(class: &Type) -> bool {
    let object: Option<InitFn> = OBJECT_TYPE.slots().init.get();
    class.slots().init.get().zip(object).is_some_and(|(own, object)| std::ptr::fn_addr_eq(own, object))
}

#[cold]
fn abstract_class(th: &ThreadState, class: &Type) -> crate::error::Raised {
    let name = &th.names().__abstractmethods__;
    let methods = match class.own_attribute(name).map(|methods| th.collect(&methods)) {
        Some(Ok(methods)) => methods,
        Some(Err(raised)) => return raised,
        None => Vec::new(),
    };
    let mut names: Vec<String> = methods.iter().map(name_text).collect();
    names.sort();
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    let s = if names.len() == 1 { "" } else { "s" };
    th.type_error(format_args!(
        "Can't instantiate abstract class {} without an implementation for abstract method{s} {}",
        class.name(),
        quoted.join(", ")
    ))
}

fn copyreg(th: &ThreadState, name: &str) -> Res {
    crate::import::import_attribute(th, "copyreg", name)
}

fn reduce(th: &ThreadState, object: &Value, protocol: i32) -> Res {
    if protocol < 2 {
        let function = copyreg(th, "_reduce_ex")?;
        return th.call(&function, &[object.clone(), Value::int32(protocol)]);
    }
    let class = object.class();
    let class_value = class.as_value();
    if class.slots().new.get().is_none() {
        return Err(cannot_pickle(th, object));
    }
    let new_args = new_arguments(th, object)?;
    let has_args = new_args.is_some();
    let (function, args) = match new_args {
        Some((args, Some(kwargs))) if kwargs.downcast::<Dict>().is_some_and(|kwargs| !kwargs.is_empty()) => {
            (copyreg(th, "__newobj_ex__")?, th.tuple(&[class_value.clone(), args, kwargs]))
        }
        args => {
            let mut all = vec![class_value.clone()];
            if let Some((args, _)) = &args {
                all.extend_from_slice(args.as_tuple().map(|args| args.as_slice()).unwrap_or_default());
            }
            (copyreg(th, "__newobj__")?, th.tuple_from_vec(all))
        }
    };
    let is_list = object.is_instance_of(&LIST_TYPE);
    let is_dict = object.downcast::<Dict>().is_some();
    let state = state_of(th, object, !(has_args || is_list || is_dict))?;
    let list_items = if is_list { th.iter(object)? } else { Value::NONE };
    let dict_items = if is_dict {
        let items = th.call_method(object, &th.names().items, &[])?;
        th.iter(&items)?
    } else {
        Value::NONE
    };
    Ok(th.tuple(&[function, args, state, list_items, dict_items]))
}

fn cannot_pickle(th: &ThreadState, object: &Value) -> crate::error::Raised {
    th.type_error(format_args!("cannot pickle '{}' object", object.class().full_name()))
}

/// What `__getnewargs_ex__` or `__getnewargs__` says: positional arguments and, from the first, keywords.
fn new_arguments(th: &ThreadState, object: &Value) -> Res<Option<(Value, Option<Value>)>> {
    let names = th.names();
    if let Some(result) = th.call_special(object, &names.__getnewargs_ex__, &[])? {
        let Some(pair) = result.as_tuple() else {
            return Err(th.type_error(format_args!(
                "__getnewargs_ex__ should return a tuple, not '{}'",
                result.class().full_name()
            )));
        };
        let [args, kwargs] = pair.as_slice() else {
            return Err(
                th.value_error(format_args!("__getnewargs_ex__ should return a tuple of length 2, not {}", pair.len()))
            );
        };
        if args.as_tuple().is_none() {
            return Err(th.type_error(format_args!(
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'",
                args.class().full_name()
            )));
        }
        if kwargs.downcast::<Dict>().is_none() {
            return Err(th.type_error(format_args!(
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'",
                kwargs.class().full_name()
            )));
        }
        return Ok(Some((args.clone(), Some(kwargs.clone()))));
    }
    if let Some(args) = th.call_special(object, &names.__getnewargs__, &[])? {
        if args.as_tuple().is_none() {
            return Err(
                th.type_error(format_args!("__getnewargs__ should return a tuple, not '{}'", args.class().full_name()))
            );
        }
        return Ok(Some((args, None)));
    }
    Ok(None)
}

/// What `__getstate__` says; the default without a detour through Python.
pub(crate) fn state_of(th: &ThreadState, object: &Value, required: bool) -> Res {
    let name = &th.names().__getstate__;
    let getstate = th.getattr(object, name)?;
    let is_default = object.class().lookup(th, name).is_some_and(|found| {
        found.downcast_exact::<MethodDescriptor>().is_some_and(|method| method.owner.is(OBJECT_TYPE.value_ref()))
    });
    if is_default { default_state(th, object, required) } else { th.call(&getstate, &[]) }
}

/// Attributes, and with `__slots__` a pair of attributes and slots. With `required`, an error if the object holds more.
fn default_state(th: &ThreadState, object: &Value, required: bool) -> Res {
    let class = object.class();
    let payload = class.payload_fns();
    if required && (payload.size != 0 || payload.var_size.is_some()) {
        return Err(cannot_pickle(th, object));
    }
    let attributes = th.getattr_opt(object, &th.names().__dict__)?.unwrap_or(Value::NONE);
    let attributes = match attributes.downcast::<Dict>() {
        Some(dict) if dict.is_empty() && !class.has_attrs() => Value::NONE,
        Some(dict) if dict.is_empty() => Value::NONE,
        _ => attributes,
    };
    let slot_names = slot_names(th, class)?;
    let slots = Dict::new();
    for name in &slot_names {
        if let Some(value) = th.getattr_opt(object, name)? {
            slots.set(th, name, value)?;
        }
    }
    if slots.is_empty() { Ok(attributes) } else { Ok(th.tuple(&[attributes, th.dict(slots)])) }
}

/// `copyreg._slotnames(cls)`, as remembered by the class.
fn slot_names(th: &ThreadState, class: &Type) -> Res<Vec<Value>> {
    let remembered = class.own_attribute(&th.names().__slotnames__);
    let names = match remembered {
        Some(names) => names,
        None if class.slot_count() == 0 => return Ok(Vec::new()),
        None => {
            let function = copyreg(th, "_slotnames")?;
            th.call(&function, &[class.as_value()])?
        }
    };
    if names.is_none() {
        return Ok(Vec::new());
    }
    if names.downcast::<crate::objects::list::List>().is_none() {
        return Err(th.type_error(format_args!(
            "{}.__slotnames__ should be a list or None, not {}",
            class.name(),
            names.class().full_name()
        )));
    }
    th.collect(&names)
}

impl ThreadState {
    /// What `copy` and `pickle` keep of an object besides its native part: `value.__getstate__()`.
    pub fn instance_state(&self, value: &Value) -> Res {
        self.call_method(value, &self.names().__getstate__, &[])
    }
}
