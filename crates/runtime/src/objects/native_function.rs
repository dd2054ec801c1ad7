//! Native callables and attribute descriptors: `builtin_function_or_method`, `method_descriptor`,
//! `classmethod_descriptor`, `getset_descriptor`, `member_descriptor`. (Slots' wrappers are in `slot_wrapper.rs`.)

use macros::{pyclass, pymethods};

use crate::args::split;
use crate::error::{Res, name_text};
use crate::function::{GetSetDef, NativeDef, NativeKind};
use crate::gc::ValueCell;
use crate::hashing::hash_pointer;
use crate::instance;
use crate::object::Payload;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type};
use crate::value::Value;

/// A native function, or a native method bound to an object or class.
#[pyclass(name = "builtin_function_or_method", flags(have_vectorcall, weakrefs))]
pub struct NativeFunction {
    #[notrace]
    pub def: &'static NativeDef,
    /// The bound object; for module functions the module is only `__self__`.
    pub bound: ValueCell,
    /// Whether `bound` is passed as first argument.
    pub passes_self: bool,
    pub module: ValueCell,
}

impl NativeFunction {
    pub fn name(&self) -> &'static str {
        self.def.signature.name
    }

    fn bound_object(&self) -> Option<Value> {
        self.bound.get().filter(|bound| !bound.is_instance_of(&crate::objects::module::MODULE_TYPE))
    }
}

#[pymethods]
impl NativeFunction {
    #[pyslot]
    fn call(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        if !self.passes_self {
            return (self.def.call)(th, args, kwnames);
        }
        let bound = self.bound.get_or_none();
        match args {
            [] => (self.def.call)(th, &[bound], kwnames),
            [a] => (self.def.call)(th, &[bound, a.clone()], kwnames),
            [a, b] => (self.def.call)(th, &[bound, a.clone(), b.clone()], kwnames),
            _ => {
                let mut all = Vec::with_capacity(args.len() + 1);
                all.push(bound);
                all.extend_from_slice(args);
                (self.def.call)(th, &all, kwnames)
            }
        }
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        let name = self.name();
        Ok(th.str(&match self.bound_object() {
            None => format!("<built-in function {name}>"),
            Some(bound) => {
                format!("<built-in method {name} of {} object at {:#x}>", bound.class().full_name(), bound.id())
            }
        }))
    }

    #[pyslot]
    fn hash(&self, _th: &ThreadState) -> Res<i64> {
        let bound = self.bound.with(|bound| bound.map_or(0, Value::bits));
        Ok(hash_pointer(bound) ^ hash_pointer(self.def.call as usize as u64))
    }

    #[pyslot]
    fn richcompare(&self, _th: &ThreadState, other: &Value, op: CompareOp) -> Res {
        let Some(other) = other.downcast_exact::<NativeFunction>() else { return Ok(Value::NOT_IMPLEMENTED) };
        let word = |function: &NativeFunction| function.bound.with(|bound| bound.map_or(0, Value::bits));
        let equal = word(self) == word(other) && std::ptr::eq(self.def, other.def);
        Ok(match op {
            CompareOp::Eq => Value::bool(equal),
            CompareOp::Ne => Value::bool(!equal),
            _ => Value::NOT_IMPLEMENTED,
        })
    }

    #[pymethod]
    fn __reduce__(&self, th: &ThreadState) -> Res {
        match self.bound_object() {
            None => Ok(th.str(self.name())),
            Some(bound) => reduce_attribute(th, &bound, self.name()),
        }
    }

    #[pygetter(name = "__doc__")]
    fn doc(&self) -> Option<&'static str> {
        self.def.signature.doc
    }

    #[pygetter(name = "__name__")]
    fn get_name(&self) -> &'static str {
        self.def.signature.name
    }

    #[pygetter(name = "__qualname__")]
    fn qualname(&self, th: &ThreadState) -> Res {
        match self.bound_object() {
            None => Ok(th.str(self.name())),
            Some(bound) if bound.as_type().is_some() => member_qualname(th, &bound, self.name()),
            Some(bound) => member_qualname(th, bound.class().value_ref(), self.name()),
        }
    }

    #[pygetter(name = "__self__")]
    fn self_(&self) -> Value {
        match self.def.kind {
            // The class is kept for its name only.
            NativeKind::StaticMethod => Value::NONE,
            _ => self.bound.get_or_none(),
        }
    }

    #[pygetter(name = "__text_signature__")]
    fn text_signature(&self) -> Option<&'static str> {
        self.def.signature.text
    }

    #[pygetter(name = "__module__", member)]
    fn get_module(&self) -> Value {
        self.module.get_or_none()
    }

    #[pysetter(name = "__module__")]
    fn set_module(&self, _th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.module.set(value.cloned());
        Ok(())
    }
}

/// `(getattr, (object, name))`: how bound things are pickled.
pub(crate) fn reduce_attribute(th: &ThreadState, object: &Value, name: &str) -> Res {
    let getattr = th.builtin("getattr")?;
    let args = th.tuple(&[object.clone(), th.str(name)]);
    Ok(th.tuple(&[getattr, args]))
}

/// `owner.__qualname__ + "." + name`.
pub(crate) fn member_qualname(th: &ThreadState, owner: &Value, name: &str) -> Res {
    let qualname = th.getattr(owner, &th.names().__qualname__)?;
    let Some(qualname) = qualname.as_str() else {
        return Err(th.type_error("<descriptor>.__objclass__.__qualname__ is not a unicode object"));
    };
    Ok(th.str(&format!("{}.{name}", qualname.to_string_lossy())))
}

impl ThreadState {
    /// An object of the `builtins` module.
    pub fn builtin(&self, name: &str) -> Res {
        let found = match self.current_builtins() {
            Some(builtins) => {
                let found = self.get_item(&builtins, &self.intern(name));
                self.catch(found, &crate::objects::exceptions::KEY_ERROR)?
            }
            None => None,
        };
        match found {
            Some(found) => Ok(found),
            None => Err(self.attribute_error_message(&Value::NONE, &self.intern(name), name)),
        }
    }
}

/// A native method as it stands in its class's namespace.
#[pyclass(name = "method_descriptor", flags(method_descriptor, have_vectorcall))]
pub struct MethodDescriptor {
    #[notrace]
    pub def: &'static NativeDef,
    pub owner: Value,
}

impl MethodDescriptor {
    fn owner_type(&self) -> Option<&Type> {
        self.owner.as_type()
    }

    /// `self` must be an instance of the class that the method belongs to.
    fn check_self(&self, th: &ThreadState, slf: Option<&Value>) -> Res<()> {
        let name = self.def.signature.name;
        let Some(slf) = slf else {
            let owner = owner_name(&self.owner);
            return Err(th.type_error(format_args!("unbound method {owner}.{name}() needs an argument")));
        };
        if self.owner_type().is_some_and(|owner| slf.is_instance_of(owner)) {
            return Ok(());
        }
        Err(not_applicable(th, &self.owner, name, slf))
    }
}

#[pymethods]
impl MethodDescriptor {
    #[pyslot]
    fn call(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        self.check_self(th, split(args, kwnames).0.first())?;
        (self.def.call)(th, args, kwnames)
    }

    #[pyslot]
    fn descr_get(th: &ThreadState, slf: &Value, object: Option<&Value>, _: &Value) -> Res {
        let Some(object) = object else { return Ok(slf.clone()) };
        let method = MethodDescriptor::of(slf);
        method.check_self(th, Some(object))?;
        Ok(bind(th, method.def, object.clone()))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        Ok(th.str(&format!("<method '{}' of '{}' objects>", self.def.signature.name, owner_name(&self.owner))))
    }

    #[pymethod]
    fn __reduce__(&self, th: &ThreadState) -> Res {
        reduce_attribute(th, &self.owner, self.def.signature.name)
    }

    #[pygetter(name = "__name__", member)]
    fn name(&self) -> &'static str {
        self.def.signature.name
    }

    #[pygetter(name = "__objclass__", member)]
    fn objclass(&self) -> &Value {
        &self.owner
    }

    #[pygetter(name = "__qualname__")]
    fn qualname(&self, th: &ThreadState) -> Res {
        member_qualname(th, &self.owner, self.def.signature.name)
    }

    #[pygetter(name = "__doc__")]
    fn doc(&self) -> Option<&'static str> {
        self.def.signature.doc
    }

    #[pygetter(name = "__text_signature__")]
    fn text_signature(&self) -> Option<&'static str> {
        self.def.signature.text
    }
}

/// A native function that belongs to no module's namespace.
pub fn builtin_function(th: &ThreadState, def: &'static NativeDef) -> Value {
    let (bound, module) = (ValueCell::empty(), ValueCell::empty());
    th.new_object(NativeFunction { def, bound, passes_self: false, module })
}

/// A bound native method.
pub fn bind(th: &ThreadState, def: &'static NativeDef, bound: Value) -> Value {
    th.new_object(NativeFunction { def, bound: ValueCell::new(bound), passes_self: true, module: ValueCell::empty() })
}

/// A native class method as it stands in its class's namespace.
#[pyclass(name = "classmethod_descriptor")]
pub struct ClassMethodDescriptor {
    #[notrace]
    pub def: &'static NativeDef,
    pub owner: Value,
}

impl ClassMethodDescriptor {
    fn check_class(&self, th: &ThreadState, class: &Value, position: &str) -> Res<()> {
        let name = self.def.signature.name;
        let Some(found) = class.as_type() else {
            return Err(th.type_error(format_args!(
                "descriptor '{name}' for type '{}' needs a type, not a '{}'{position}",
                owner_name(&self.owner),
                class.class().full_name()
            )));
        };
        if self.owner.as_type().is_some_and(|owner| found.is_subtype(owner)) {
            return Ok(());
        }
        Err(th.type_error(format_args!(
            "descriptor '{name}' requires a subtype of '{}' but received '{}'",
            owner_name(&self.owner),
            found.full_name()
        )))
    }
}

#[pymethods]
impl ClassMethodDescriptor {
    #[pyslot]
    fn call(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        let Some(class) = split(args, kwnames).0.first() else {
            return Err(th.type_error(format_args!(
                "descriptor '{}' of '{}' object needs an argument",
                self.def.signature.name,
                owner_name(&self.owner)
            )));
        };
        self.check_class(th, class, " as arg 2")?;
        (self.def.call)(th, args, kwnames)
    }

    #[pyslot]
    fn descr_get(&self, th: &ThreadState, _: Option<&Value>, class: &Value) -> Res {
        self.check_class(th, class, " as arg 2")?;
        Ok(bind(th, self.def, class.clone()))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        Ok(th.str(&format!("<method '{}' of '{}' objects>", self.def.signature.name, owner_name(&self.owner))))
    }

    #[pygetter(name = "__name__", member)]
    fn name(&self) -> &'static str {
        self.def.signature.name
    }

    #[pygetter(name = "__objclass__", member)]
    fn objclass(&self) -> &Value {
        &self.owner
    }

    #[pygetter(name = "__qualname__")]
    fn qualname(&self, th: &ThreadState) -> Res {
        member_qualname(th, &self.owner, self.def.signature.name)
    }

    #[pygetter(name = "__doc__")]
    fn doc(&self) -> Option<&'static str> {
        self.def.signature.doc
    }

    #[pygetter(name = "__text_signature__")]
    fn text_signature(&self) -> Option<&'static str> {
        self.def.signature.text
    }
}

/// A computed attribute of a native class.
#[pyclass(name = "getset_descriptor")]
pub struct GetSetDescriptor {
    #[notrace]
    pub def: &'static GetSetDef,
    pub owner: Value,
}

#[pymethods]
impl GetSetDescriptor {
    #[pyslot]
    fn descr_get(th: &ThreadState, slf: &Value, object: Option<&Value>, _: &Value) -> Res {
        let Some(object) = object else { return Ok(slf.clone()) };
        let GetSetDescriptor { def, owner } = GetSetDescriptor::of(slf);
        check_owner(th, owner, object, def.name)?;
        match def.get {
            Some(get) => get(th, object),
            None => Err(not_possible(th, object, owner, def.name, "readable")),
        }
    }

    #[pyslot]
    fn descr_set(&self, th: &ThreadState, object: &Value, value: Option<&Value>) -> Res<()> {
        check_owner(th, &self.owner, object, self.def.name)?;
        match self.def.set {
            Some(set) => set(th, object, value),
            None => Err(not_possible(th, object, &self.owner, self.def.name, "writable")),
        }
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        Ok(th.str(&format!("<attribute '{}' of '{}' objects>", self.def.name, owner_name(&self.owner))))
    }

    #[pygetter(name = "__name__", member)]
    fn name(&self) -> &'static str {
        self.def.name
    }

    #[pygetter(name = "__objclass__", member)]
    fn objclass(&self) -> &Value {
        &self.owner
    }

    #[pygetter(name = "__qualname__")]
    fn qualname(&self, th: &ThreadState) -> Res {
        member_qualname(th, &self.owner, self.def.name)
    }

    #[pygetter(name = "__doc__")]
    fn doc(&self) -> Option<&'static str> {
        self.def.doc
    }
}

fn not_possible(th: &ThreadState, object: &Value, owner: &Value, name: &str, what: &str) -> crate::error::Raised {
    let message = format!("attribute '{name}' of '{}' objects is not {what}", owner_name(owner));
    th.attribute_error_message(object, &th.intern(name), &message)
}

fn owner_name(owner: &Value) -> String {
    owner.as_type().map(Type::full_name).unwrap_or_default()
}

#[cold]
fn not_applicable(th: &ThreadState, owner: &Value, name: &str, object: &Value) -> crate::error::Raised {
    th.type_error(format_args!(
        "descriptor '{name}' for '{}' objects doesn't apply to a '{}' object",
        owner_name(owner),
        object.class().full_name()
    ))
}

#[inline]
fn check_owner(th: &ThreadState, owner: &Value, object: &Value, name: &str) -> Res<()> {
    if owner.as_type().is_some_and(|owner| object.is_instance_of(owner)) {
        return Ok(());
    }
    Err(not_applicable(th, owner, name, object))
}

/// One name of a class's `__slots__`, or a plain field of a native class.
#[pyclass(name = "member_descriptor")]
pub struct SlotDescriptor {
    pub owner: Value,
    pub name: Value,
    /// Number of the word in the instance's extra part; meaningful without `native`.
    pub index: usize,
    /// The accessors of a native class's field.
    #[notrace]
    pub native: Option<&'static GetSetDef>,
}

#[pymethods]
impl SlotDescriptor {
    #[pyslot]
    fn descr_get(th: &ThreadState, slf: &Value, object: Option<&Value>, _: &Value) -> Res {
        let Some(object) = object else { return Ok(slf.clone()) };
        let SlotDescriptor { owner, name, index, native } = SlotDescriptor::of(slf);
        if !owner.as_type().is_some_and(|owner| object.is_instance_of(owner)) {
            return Err(not_applicable(th, owner, &name_text(name), object));
        }
        if let Some(GetSetDef { get: Some(get), .. }) = native {
            return get(th, object);
        }
        match instance::get_slot(object, *index) {
            Some(value) => Ok(value),
            None => {
                let class = crate::modules::sys::display::class_text(th, object);
                let message = format!("'{class}' object has no attribute '{}'", name_text(name));
                Err(th.attribute_error_message(object, name, &message))
            }
        }
    }

    #[pyslot]
    fn descr_set(&self, th: &ThreadState, object: &Value, value: Option<&Value>) -> Res<()> {
        if !self.owner.as_type().is_some_and(|owner| object.is_instance_of(owner)) {
            return Err(not_applicable(th, &self.owner, &name_text(&self.name), object));
        }
        if let Some(native) = self.native {
            return match native.set {
                Some(set) => set(th, object, value),
                None => Err(th.error(&crate::objects::exceptions::ATTRIBUTE_ERROR, "readonly attribute")),
            };
        }
        let old = instance::set_slot(object, self.index, value.cloned());
        if value.is_none() && old.is_none() {
            return Err(th.error(&crate::objects::exceptions::ATTRIBUTE_ERROR, name_text(&self.name)));
        }
        Ok(())
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        Ok(th.str(&format!("<member '{}' of '{}' objects>", name_text(&self.name), owner_name(&self.owner))))
    }

    #[pymethod]
    fn __reduce__(&self, th: &ThreadState) -> Res {
        reduce_attribute(th, &self.owner, &name_text(&self.name))
    }

    #[pygetter(name = "__name__", member)]
    fn get_name(&self) -> &Value {
        &self.name
    }

    #[pygetter(name = "__objclass__", member)]
    fn objclass(&self) -> &Value {
        &self.owner
    }

    #[pygetter(name = "__qualname__")]
    fn qualname(&self, th: &ThreadState) -> Res {
        member_qualname(th, &self.owner, &name_text(&self.name))
    }

    #[pygetter(name = "__doc__")]
    fn doc(&self) -> Option<&'static str> {
        self.native.and_then(|native| native.doc)
    }
}

/// A module's native function.
pub fn module_function(th: &ThreadState, def: &'static NativeDef, module: &Value, module_name: &Value) -> Value {
    debug_assert_eq!(def.kind, NativeKind::Function);
    th.new_object(NativeFunction {
        def,
        bound: ValueCell::new(module.clone()),
        passes_self: false,
        module: ValueCell::new(module_name.clone()),
    })
}
