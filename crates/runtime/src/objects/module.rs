//! Module objects: a name and a namespace.

use macros::{pyclass, pymethods};

use crate::instance;
use crate::module::ModuleDef;
use crate::objects::dict::Dict;
use crate::objects::native_function::module_function;
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
impl Module {}

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
        let name = self.intern(def.name);
        let doc = def.doc.map_or(Value::NONE, |doc| self.str(doc));
        let module = self.new_module_of(&MODULE_TYPE, Some(def), &name, &doc);
        let Some(dict) = instance::dict(self, &module) else { return Ok(module) };
        let namespace = dict_of(&dict);
        for function in def.functions.iter().copied() {
            namespace.set_str(&self.intern(function.signature.name), module_function(self, function, &module, &name));
        }
        for class in def.types {
            crate::types::ready::ready(self, class);
            namespace.set_str(&self.intern(class.def().name), class.as_value());
        }
        for attr in def.attrs {
            namespace.set_str(&self.intern(attr.name), (attr.get)(self)?);
        }
        Ok(module)
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
