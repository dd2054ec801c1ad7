//! Native callables and attribute descriptors: `builtin_function_or_method`, `method_descriptor`,
//! `classmethod_descriptor`, `getset_descriptor`, `member_descriptor`.

use macros::{pyclass, pymethods};

use crate::error::Res;
use crate::function::{GetSetDef, NativeDef, NativeKind};
use crate::gc::ValueCell;
use crate::instance;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// A native function, or a native method bound to an object or class.
#[pyclass(name = "builtin_function_or_method", flags(have_vectorcall))]
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
}

#[pymethods]
impl NativeFunction {
    #[pyslot]
    fn call(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        if !self.passes_self {
            return (self.def.call)(th, args, kwnames);
        }
        let mut all = Vec::with_capacity(args.len() + 1);
        all.extend(self.bound.get());
        all.extend_from_slice(args);
        (self.def.call)(th, &all, kwnames)
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
        let owner = self.owner_type().map(Type::name).unwrap_or_default();
        let Some(slf) = slf else {
            return Err(th.type_error(format_args!("unbound method {owner}.{name}() needs an argument")));
        };
        if self.owner_type().is_some_and(|owner| slf.is_instance_of(owner)) {
            return Ok(());
        }
        Err(th.type_error(format_args!(
            "descriptor '{name}' for '{owner}' objects doesn't apply to a '{}' object",
            slf.class().full_name()
        )))
    }
}

#[pymethods]
impl MethodDescriptor {
    #[pyslot]
    fn call(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        self.check_self(th, args[..args.len() - kwnames.len()].first())?;
        (self.def.call)(th, args, kwnames)
    }

    #[pyslot]
    fn descr_get(th: &ThreadState, slf: &Value, object: Option<&Value>, _: &Value) -> Res {
        use crate::object::Payload;
        let Some(object) = object else { return Ok(slf.clone()) };
        let method = MethodDescriptor::of(slf);
        method.check_self(th, Some(object))?;
        Ok(bind(th, method.def, object.clone()))
    }
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

#[pymethods]
impl ClassMethodDescriptor {
    #[pyslot]
    fn call(&self, th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        (self.def.call)(th, args, kwnames)
    }

    #[pyslot]
    fn descr_get(&self, th: &ThreadState, _: Option<&Value>, class: &Value) -> Res {
        Ok(bind(th, self.def, class.clone()))
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
        use crate::object::Payload;
        let Some(object) = object else { return Ok(slf.clone()) };
        let GetSetDescriptor { def, owner } = GetSetDescriptor::of(slf);
        check_owner(th, owner, object, def.name)?;
        match def.get {
            Some(get) => get(th, object),
            None => Err(th.attribute_error_message(
                object,
                &th.intern(def.name),
                &format!("attribute '{}' of '{}' objects is not readable", def.name, owner_name(owner)),
            )),
        }
    }

    #[pyslot]
    fn descr_set(&self, th: &ThreadState, object: &Value, value: Option<&Value>) -> Res<()> {
        check_owner(th, &self.owner, object, self.def.name)?;
        match self.def.set {
            Some(set) => set(th, object, value),
            None => Err(th.attribute_error_message(
                object,
                &th.intern(self.def.name),
                &format!("attribute '{}' of '{}' objects is not writable", self.def.name, owner_name(&self.owner)),
            )),
        }
    }
}

fn owner_name(owner: &Value) -> String {
    owner.as_type().map(Type::name).unwrap_or_default()
}

fn check_owner(th: &ThreadState, owner: &Value, object: &Value, name: &str) -> Res<()> {
    if owner.as_type().is_some_and(|owner| object.is_instance_of(owner)) {
        return Ok(());
    }
    Err(th.type_error(format_args!(
        "descriptor '{name}' for '{}' objects doesn't apply to a '{}' object",
        owner_name(owner),
        object.class().full_name()
    )))
}

/// One name of a class's `__slots__`.
#[pyclass(name = "member_descriptor")]
pub struct SlotDescriptor {
    pub owner: Value,
    pub name: Value,
    /// Number of the word in the instance's extra part.
    pub index: usize,
}

#[pymethods]
impl SlotDescriptor {
    #[pyslot]
    fn descr_get(th: &ThreadState, slf: &Value, object: Option<&Value>, _: &Value) -> Res {
        use crate::object::Payload;
        let Some(object) = object else { return Ok(slf.clone()) };
        let SlotDescriptor { owner, name, index } = SlotDescriptor::of(slf);
        check_owner(th, owner, object, &crate::error::name_text(name))?;
        match instance::get_slot(object, *index) {
            Some(value) => Ok(value),
            None => Err(th.attribute_error(object, name)),
        }
    }

    #[pyslot]
    fn descr_set(&self, th: &ThreadState, object: &Value, value: Option<&Value>) -> Res<()> {
        check_owner(th, &self.owner, object, &crate::error::name_text(&self.name))?;
        let old = instance::set_slot(object, self.index, value.cloned());
        if value.is_none() && old.is_none() {
            return Err(th.attribute_error(object, &self.name));
        }
        Ok(())
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
