//! Module objects: a name and a namespace.

use macros::{pyclass, pymethods};

use crate::instance;
use crate::module::ModuleDef;
use crate::objects::dict::Dict;
use crate::objects::native_function::module_function;
use crate::protocol::attributes::generic_getattr_opt;
use crate::thread::ThreadState;
use crate::value::Value;
use crate::{Res, Type};

/// Create a module object.
///
/// The name must be a string; the optional docstring can have any type.
#[pyclass(name = "module", flags(basetype, managed_dict, weakrefs))]
pub struct Module {
    /// The definition of a native module.
    #[notrace]
    pub def: Option<&'static ModuleDef>,
}

#[pymethods]
impl Module {
    #[pyslot(new)]
    fn construct(th: &ThreadState, class: &Type, _: &[Value], _: &[Value]) -> Res {
        let module = th.new_instance(class, Module { def: None });
        instance::set_dict(&module, th.dict(Dict::new()));
        Ok(module)
    }

    #[pyslot("(name, doc=None)")]
    fn init(slf: &Value, th: &ThreadState, name: &Value, doc: Value) -> Res<()> {
        if name.as_str().is_none() {
            return Err(
                th.type_error(format_args!("module() argument 'name' must be str, not {}", name.class().full_name()))
            );
        }
        let dict = th.module_dict(slf)?;
        let (names, dict) = (th.names(), dict_of(&dict));
        drop(dict.set_str(&names.__name__, name.clone()));
        drop(dict.set_str(&names.__doc__, doc));
        for missing in [&names.__package__, &names.__loader__, &names.__spec__] {
            drop(dict.set_str(missing, Value::NONE));
        }
        Ok(())
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let repr = crate::import::import_attribute(th, "_frozen_importlib", "_module_repr")?;
        th.call(&repr, std::slice::from_ref(slf))
    }

    #[pyslot]
    fn getattro(th: &ThreadState, slf: &Value, name: &Value) -> Res {
        if let Some(found) = generic_getattr_opt(th, slf, name)? {
            return Ok(found);
        }
        missing_attribute(th, slf, name)
    }

    #[pygetter]
    fn __annotations__(slf: &Value, th: &ThreadState) -> Res {
        let (names, dict) = (th.names(), th.module_dict(slf)?);
        let namespace = dict_of(&dict);
        if let Some(annotations) = namespace.get_str(&names.__annotations__) {
            return Ok(annotations);
        }
        let annotate = namespace.get_str(&names.__annotate__).filter(|annotate| th.is_callable(annotate));
        let annotations = match annotate {
            Some(annotate) => th.call(&annotate, &[th.int(1)])?,
            None => th.dict(Dict::new()),
        };
        if annotations.downcast::<Dict>().is_none() {
            let class = annotations.class().full_name();
            return Err(th.type_error(format_args!("__annotate__ returned non-dict of type '{class}'")));
        }
        // While the module is being executed, more annotations may come.
        if !is_initializing(th, namespace)? {
            drop(namespace.set_str(&names.__annotations__, annotations.clone()));
        }
        Ok(annotations)
    }

    #[pysetter(name = "__annotations__")]
    fn set_annotations(slf: &Value, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let (names, dict) = (th.names(), th.module_dict(slf)?);
        let namespace = dict_of(&dict);
        match value {
            Some(value) => drop(namespace.set_str(&names.__annotations__, value.clone())),
            None => {
                if namespace.remove_str(&names.__annotations__).is_none() {
                    return Err(th.attribute_error_message(slf, &names.__annotations__, "__annotations__"));
                }
            }
        }
        drop(namespace.remove_str(&names.__annotate__));
        Ok(())
    }

    #[pygetter]
    fn __annotate__(slf: &Value, th: &ThreadState) -> Res {
        let (names, dict) = (th.names(), th.module_dict(slf)?);
        let namespace = dict_of(&dict);
        if let Some(annotate) = namespace.get_str(&names.__annotate__) {
            return Ok(annotate);
        }
        drop(namespace.set_str(&names.__annotate__, Value::NONE));
        Ok(Value::NONE)
    }

    #[pysetter(name = "__annotate__")]
    fn set_annotate(slf: &Value, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let (names, dict) = (th.names(), th.module_dict(slf)?);
        let Some(value) = value else {
            return Err(th.type_error("cannot delete __annotate__ attribute"));
        };
        if !value.is_none() && !th.is_callable(value) {
            return Err(th.type_error("__annotate__ must be callable or None"));
        }
        let namespace = dict_of(&dict);
        drop(namespace.set_str(&names.__annotate__, value.clone()));
        if !value.is_none() {
            drop(namespace.remove_str(&names.__annotations__));
        }
        Ok(())
    }

    #[pymethod]
    fn __dir__(slf: &Value, th: &ThreadState) -> Res {
        let names = th.names();
        let dict = th.getattr(slf, &names.__dict__)?;
        if dict.downcast::<Dict>().is_none() {
            return Err(th.type_error("<module>.__dict__ is not a dictionary"));
        }
        if let Some(dir) = dict_of(&dict).get_str(&names.__dir__) {
            return th.call(&dir, &[]);
        }
        let keys = th.call_method(&dict, &names.keys, &[])?;
        Ok(th.list(th.collect(&keys)?))
    }
}

/// `module.name` that is not there: the module's own `__getattr__`, else AttributeError in the words for modules.
fn missing_attribute(th: &ThreadState, slf: &Value, name: &Value) -> Res {
    let names = th.names();
    let dict = th.module_dict(slf)?;
    let namespace = dict_of(&dict);
    if let Some(getattr) = namespace.get_str(&names.__getattr__) {
        return th.call(&getattr, std::slice::from_ref(name));
    }
    let attribute = crate::error::name_text(name);
    let Some(own) = namespace.get_str(&names.__name__).filter(|own| own.as_str().is_some()) else {
        return Err(th.attribute_error_message(slf, name, &format!("module has no attribute '{attribute}'")));
    };
    let spec = namespace.get_str(&names.__spec__);
    let suspicion = crate::shadowing::Suspicion::of(th, &own, spec.as_ref())?;
    let advice = suspicion.advice(th, &own)?;
    let own = crate::error::name_text(&own);
    let message = if let Some(advice) = advice {
        format!("module '{own}' has no attribute '{attribute}' {advice}")
    } else if suspicion.is_initializing {
        let place = match &suspicion.origin {
            Some(origin) => format!(" from {}", th.repr_string(origin)?),
            None => String::new(),
        };
        format!(
            "partially initialized module '{own}'{place} has no attribute '{attribute}' (most likely due to a circular \
             import)"
        )
    } else if is_uninitialized_submodule(th, spec.as_ref(), name)? {
        format!("cannot access submodule '{attribute}' of module '{own}' (most likely due to a circular import)")
    } else {
        format!("module '{own}' has no attribute '{attribute}'")
    };
    Err(th.attribute_error_message(slf, name, &message))
}

/// Whether the module is being executed for the first time.
fn is_initializing(th: &ThreadState, namespace: &Dict) -> Res<bool> {
    let names = th.names();
    let Some(spec) = namespace.get_str(&names.__spec__).filter(|spec| !spec.is_none()) else { return Ok(false) };
    match th.getattr_opt(&spec, &names._initializing)? {
        Some(initializing) => th.is_true(&initializing),
        None => Ok(false),
    }
}

/// Whether the name is that of a submodule that is being imported.
fn is_uninitialized_submodule(th: &ThreadState, spec: Option<&Value>, name: &Value) -> Res<bool> {
    let Some(spec) = spec.filter(|spec| !spec.is_none()) else { return Ok(false) };
    match th.getattr_opt_str(spec, "_uninitialized_submodules")? {
        Some(names) => th.contains(&names, name),
        None => Ok(false),
    }
}

impl ThreadState {
    /// A new module whose namespace holds the usual names.
    pub fn new_module(&self, name: &str) -> Value {
        self.new_module_of(&MODULE_TYPE, None, &self.intern(name), &Value::NONE)
    }

    pub(crate) fn new_module_of(
        &self,
        class: &Type,
        def: Option<&'static ModuleDef>,
        name: &Value,
        doc: &Value,
    ) -> Value {
        let names = self.names();
        let dict = Dict::with_capacity(8);
        dict.set_str(&names.__name__, name.clone());
        dict.set_str(&names.__doc__, doc.clone());
        for missing in [&names.__package__, &names.__loader__, &names.__spec__] {
            dict.set_str(missing, Value::NONE);
        }
        let module = self.new_instance(class, Module { def });
        instance::set_dict(&module, self.dict(dict));
        module
    }

    /// The module object of a native module, with its functions, types and constants; `init` has not run.
    pub fn create_native_module(&self, def: &'static ModuleDef) -> Res {
        let name = self.intern(def.name.as_str());
        let doc = def.doc.map_or(Value::NONE, |doc| self.str(doc));
        let module = self.new_module_of(&MODULE_TYPE, Some(def), &name, &doc);
        self.extend_native_module(&module, def)?;
        Ok(module)
    }

    /// Adds the functions, types and constants of a definition to a module: large modules are made of several.
    pub fn extend_native_module(&self, module: &Value, def: &'static ModuleDef) -> Res<()> {
        let name = self.intern(def.name.as_str());
        let Some(dict) = instance::dict(self, module) else { return Ok(()) };
        let namespace = dict_of(&dict);
        for function in def.functions.iter().copied() {
            let object = module_function(self, function, module, &name);
            drop(namespace.set_str(&self.intern(function.signature.name), object));
        }
        for class in def.types {
            crate::types::ready::ready(self, class);
            drop(namespace.set_str(&self.intern(class.def().name), class.as_value()));
        }
        for attr in def.attrs {
            drop(namespace.set_str(&self.intern(attr.name), (attr.get)(self)?));
        }
        Ok(())
    }

    /// The namespace of a module object.
    pub fn module_dict(&self, module: &Value) -> Res {
        match instance::dict(self, module) {
            Some(dict) if dict.downcast::<Dict>().is_some() => Ok(dict),
            _ => Err(self.system_error("module without namespace")),
        }
    }
}

fn dict_of(value: &Value) -> &Dict {
    use crate::Payload;
    Dict::of(value)
}
