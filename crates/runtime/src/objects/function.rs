//! Python functions.
#![expect(unsafe_code, reason = "the loop reaches a function's code and globals through plain pointers")]

use std::cell::{Cell, RefCell};

use bytecode::code::flags;
use macros::{pyclass, pymethods};

use crate::error::{Res, name_text};
use crate::gc::ValueCell;
use crate::object::Payload;
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::tuple::Tuple;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// Create a function object.
///
///   code
///     a code object
///   globals
///     the globals dictionary
///   name
///     a string that overrides the name from the code object
///   argdefs
///     a tuple that specifies the default argument values
///   closure
///     a tuple that supplies the bindings for free variables
///   kwdefaults
///     a dictionary that specifies the default keyword argument values
#[pyclass(name = "function", flags(managed_dict, has_weakrefs, method_descriptor, have_vectorcall))]
pub struct Function {
    /// The payload of `code_object`.
    #[notrace]
    code: Cell<*const Code>,
    /// The payload of `globals`.
    #[notrace]
    globals_dict: *const Dict,
    /// The payload of `builtins`, or that of `globals` where `builtins` is some other mapping.
    #[notrace]
    builtins_dict: *const Dict,
    /// The code's version while the function calls as its code and original defaults say; 0 after a change.
    version: Cell<u32>,
    globals: Value,
    /// Where `LOAD_GLOBAL` looks last: a dict, unless `__builtins__` says otherwise.
    builtins: Value,
    code_object: ValueCell,
    pub(crate) closure: ValueCell,
    pub(crate) defaults: ValueCell,
    pub(crate) kwdefaults: ValueCell,
    name: ValueCell,
    qualname: ValueCell,
    /// Unless `has_own_doc`: the code object's.
    doc: ValueCell,
    has_own_doc: Cell<bool>,
    module: ValueCell,
    annotations: ValueCell,
    annotate: ValueCell,
    type_params: ValueCell,
    /// Code objects that `__code__` has been: frames that still run them hold no count of their own.
    retired: RefCell<Vec<Value>>,
}

/// What a function's namespace says of builtins: `__builtins__`, of a module its dict, or else the interpreter's.
fn builtins_of(th: &ThreadState, globals: &Dict) -> Value {
    let found = globals.get_str(&th.names().__builtins__);
    if let Some(found) = found {
        if found.downcast::<crate::objects::module::Module>().is_some()
            && let Some(dict) = crate::instance::dict(th, &found)
        {
            return dict;
        }
        return found;
    }
    // As the code that makes the function.
    th.current_builtins().unwrap_or_else(|| th.dict(Dict::new()))
}

/// A function of a code object. `globals` is a dict.
pub fn new(th: &ThreadState, code_object: &Value, globals: &Value, qualname: Option<Value>) -> Value {
    let (code, globals_dict) = (Code::of(code_object), Dict::of(globals));
    let builtins = builtins_of(th, globals_dict);
    th.new_object(Function {
        code: Cell::new(code),
        globals_dict,
        version: Cell::new(code.version),
        globals: globals.clone(),
        builtins_dict: builtins.downcast::<Dict>().map_or(globals_dict, |dict| dict),
        builtins,
        code_object: ValueCell::new(code_object.clone()),
        closure: ValueCell::empty(),
        defaults: ValueCell::empty(),
        kwdefaults: ValueCell::empty(),
        name: ValueCell::new(code.name().clone()),
        qualname: ValueCell::new(qualname.unwrap_or_else(|| code.qualname().clone())),
        doc: ValueCell::empty(),
        has_own_doc: Cell::new(false),
        module: ValueCell::from_option(globals_dict.get_str(&th.names().__name__)),
        annotations: ValueCell::empty(),
        annotate: ValueCell::empty(),
        type_params: ValueCell::empty(),
        retired: RefCell::default(),
    })
}

impl Function {
    /// The payload of the function that a word points to.
    #[inline(always)]
    pub(crate) fn at_word<'a>(word: u64) -> &'a Function {
        // SAFETY: callers hold the word of an exact function, alive while they use the reference.
        unsafe { &*((word + 16) as *const Function) }
    }

    #[inline(always)]
    pub(crate) fn code(&self) -> &Code {
        // SAFETY: `code_object` owns it; `set_code` keeps former ones.
        unsafe { &*self.code.get() }
    }

    pub fn code_object(&self) -> Value {
        self.code_object.get_or_none()
    }

    #[inline(always)]
    pub(crate) fn globals_dict(&self) -> *const Dict {
        self.globals_dict
    }

    pub fn globals(&self) -> &Value {
        &self.globals
    }

    pub fn builtins(&self) -> &Value {
        &self.builtins
    }

    #[inline(always)]
    pub(crate) fn builtins_dict(&self) -> &Dict {
        // SAFETY: `builtins` or `globals` owns it and neither changes.
        unsafe { &*self.builtins_dict }
    }

    /// For inline caches of calls; 0: not cacheable.
    #[inline(always)]
    pub(crate) fn version(&self) -> u32 {
        self.version.get()
    }

    /// The defaults of positional parameters.
    #[inline(always)]
    pub(crate) fn defaults_tuple(&self) -> Option<&Tuple> {
        // SAFETY: who looks runs no code that could replace the value.
        unsafe { (*self.defaults.as_ptr()).as_ref() }?.downcast_exact::<Tuple>()
    }

    pub fn name(&self) -> Value {
        self.name.get_or_none()
    }

    pub fn qualname(&self) -> Value {
        self.qualname.get_or_none()
    }

    /// `SET_FUNCTION_ATTRIBUTE`.
    pub(crate) fn set_attribute(&self, which: u32, value: Value) {
        use bytecode::opcode::function_attribute as attribute;
        let cell = match which {
            attribute::DEFAULTS => &self.defaults,
            attribute::KWDEFAULTS => &self.kwdefaults,
            attribute::ANNOTATIONS => &self.annotations,
            attribute::CLOSURE => &self.closure,
            _ => &self.annotate,
        };
        cell.set(Some(value));
    }

    pub(crate) fn set_qualname(&self, qualname: Value) {
        self.qualname.set(Some(qualname));
    }

    pub(crate) fn set_type_params(&self, params: Value) {
        self.type_params.set(Some(params));
    }

    /// The annotations dict, made (by `__annotate__`) when first asked for.
    fn annotations(slf: &Value, th: &ThreadState) -> Res {
        let function = Function::of(slf);
        if let Some(found) = function.annotations.get() {
            // Older compilers leave a flat tuple of names and values.
            if let Some(items) = found.downcast_exact::<Tuple>() {
                let dict = Dict::new();
                for pair in items.as_slice().chunks_exact(2) {
                    dict.set(th, &pair[0], pair[1].clone())?;
                }
                let dict = th.dict(dict);
                function.annotations.set(Some(dict.clone()));
                return Ok(dict);
            }
            return Ok(found);
        }
        let made = match function.annotate.get().filter(|annotate| th.is_callable(annotate)) {
            Some(annotate) => {
                let made = th.call(&annotate, &[Value::int32(1)])?;
                if made.downcast::<Dict>().is_none() {
                    return Err(th.type_error(format_args!(
                        "__annotate__ returned non-dict of type '{}'",
                        made.class().full_name()
                    )));
                }
                made
            }
            None => th.dict(Dict::new()),
        };
        function.annotations.set(Some(made.clone()));
        Ok(made)
    }
}

fn must_be<'a>(th: &ThreadState, value: Option<&'a Value>, what: &str, class: &Type, shown: &str) -> Res<&'a Value> {
    match value {
        Some(value) if value.is_instance_of(class) => Ok(value),
        _ => Err(th.type_error(format_args!("{what} must be set to a {shown} object"))),
    }
}

#[pymethods]
impl Function {
    #[pyslot("(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)")]
    fn new(
        th: &ThreadState,
        _cls: &Type,
        code: &Value,
        globals: &Value,
        name: &Value,
        argdefs: &Value,
        closure: &Value,
        kwdefaults: &Value,
    ) -> Res {
        let type_name = |value: &Value| value.class().full_name();
        let Some(code_payload) = code.downcast_exact::<Code>() else {
            return Err(th.type_error(format_args!("function() argument 'code' must be code, not {}", type_name(code))));
        };
        if globals.downcast::<Dict>().is_none() {
            return Err(
                th.type_error(format_args!("function() argument 'globals' must be dict, not {}", type_name(globals)))
            );
        }
        if !name.is_none() && name.as_str().is_none() {
            return Err(th.type_error("arg 3 (name) must be None or string"));
        }
        if !argdefs.is_none() && argdefs.as_tuple().is_none() {
            return Err(th.type_error("arg 4 (defaults) must be None or tuple"));
        }
        let free = code_payload.free_count as usize;
        if closure.as_tuple().is_none() {
            if free != 0 && closure.is_none() {
                return Err(th.type_error("arg 5 (closure) must be tuple"));
            }
            if !closure.is_none() {
                return Err(th.type_error("arg 5 (closure) must be None or tuple"));
            }
        }
        if !kwdefaults.is_none() && kwdefaults.downcast::<Dict>().is_none() {
            return Err(th.type_error("arg 6 (kwdefaults) must be None or dict"));
        }
        let cells = closure.as_tuple().map_or(&[][..], |cells| cells.as_slice());
        if cells.len() != free {
            return Err(th.value_error(format_args!(
                "{} requires closure of length {free}, not {}",
                name_text(code_payload.name()),
                cells.len()
            )));
        }
        if let Some(other) = cells.iter().find(|cell| cell.downcast_exact::<super::cell::CellObject>().is_none()) {
            return Err(
                th.type_error(format_args!("arg 5 (closure) expected cell, found {}", other.class().full_name()))
            );
        }
        let made = new(th, code, globals, None);
        let function = Function::of(&made);
        if !name.is_none() {
            function.name.set(Some(name.clone()));
        }
        for (value, cell) in
            [(argdefs, &function.defaults), (closure, &function.closure), (kwdefaults, &function.kwdefaults)]
        {
            if !value.is_none() {
                cell.set(Some(value.clone()));
            }
        }
        if !argdefs.is_none() || !kwdefaults.is_none() {
            function.version.set(code_payload.version);
        }
        Ok(made)
    }

    #[pyslot]
    fn call(th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res {
        crate::frame::call_function(th, slf, None, args, kwnames)
    }

    #[pyslot]
    fn descr_get(th: &ThreadState, slf: &Value, object: Option<&Value>, _: &Value) -> Res {
        match object {
            Some(object) => Ok(super::method::bind(th, slf.clone(), object.clone())),
            None => Ok(slf.clone()),
        }
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let name = name_text(&Function::of(slf).qualname());
        Ok(th.str(&format!("<function {name} at {:#x}>", slf.id())))
    }

    #[pygetter]
    fn __code__(slf: &Value, th: &ThreadState) -> Res {
        th.audit_attribute("object.__getattr__", slf, "__code__")?;
        Ok(Function::of(slf).code_object())
    }

    #[pysetter]
    fn set___code__(&self, slf: &Value, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let value = must_be(th, value, "__code__", Code::class(), "code")?;
        th.audit_attribute_change(slf, "__code__", Some(value))?;
        let code = Code::of(value);
        let cells = self.closure.with(|closure| closure.and_then(|cells| cells.as_tuple()).map_or(0, Tuple::len));
        if code.free_count as usize != cells {
            return Err(th.value_error(format_args!(
                "{}() requires a code object with {cells} free vars, not {}",
                name_text(&self.name()),
                code.free_count
            )));
        }
        let kind = flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR;
        if code.flags & kind != self.code().flags & kind {
            crate::warnings::warn(
                th,
                &crate::objects::exceptions::DEPRECATION_WARNING,
                "Assigning a code object of non-matching type is deprecated (e.g., from a generator to a plain function)",
            )?;
        }
        if !self.has_own_doc.replace(true) {
            self.doc.set(Some(self.code().docstring()));
        }
        let old = self.code_object.replace(Some(value.clone()));
        self.retired.borrow_mut().extend(old);
        self.code.set(code);
        self.version.set(code.version);
        Ok(())
    }

    #[pygetter]
    fn __defaults__(&self, slf: &Value, th: &ThreadState) -> Res {
        th.audit_attribute("object.__getattr__", slf, "__defaults__")?;
        Ok(self.defaults.get_or_none())
    }

    #[pysetter]
    fn set___defaults__(&self, slf: &Value, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let value = value.filter(|value| !value.is_none());
        if value.is_some_and(|value| value.as_tuple().is_none()) {
            return Err(th.type_error("__defaults__ must be set to a tuple object"));
        }
        th.audit_attribute_change(slf, "__defaults__", value)?;
        self.defaults.set(value.cloned());
        Ok(())
    }

    #[pygetter]
    fn __kwdefaults__(&self, slf: &Value, th: &ThreadState) -> Res {
        th.audit_attribute("object.__getattr__", slf, "__kwdefaults__")?;
        Ok(self.kwdefaults.get_or_none())
    }

    #[pysetter]
    fn set___kwdefaults__(&self, slf: &Value, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let value = value.filter(|value| !value.is_none());
        if value.is_some_and(|value| value.downcast::<Dict>().is_none()) {
            return Err(th.type_error("__kwdefaults__ must be set to a dict object"));
        }
        th.audit_attribute_change(slf, "__kwdefaults__", value)?;
        self.kwdefaults.set(value.cloned());
        Ok(())
    }

    #[pygetter(member)]
    fn __closure__(&self) -> Value {
        self.closure.get_or_none()
    }

    #[pygetter(member)]
    fn __globals__(&self) -> Value {
        self.globals.clone()
    }

    #[pygetter(member)]
    fn __builtins__(&self) -> Value {
        self.builtins.clone()
    }

    #[pygetter(member)]
    fn __doc__(&self) -> Value {
        if self.has_own_doc.get() { self.doc.get_or_none() } else { self.code().docstring() }
    }

    #[pysetter]
    fn set___doc__(&self, _th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.has_own_doc.set(true);
        self.doc.set(value.cloned());
        Ok(())
    }

    #[pygetter(member)]
    fn __module__(&self) -> Value {
        self.module.get_or_none()
    }

    #[pysetter]
    fn set___module__(&self, _th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.module.set(value.cloned());
        Ok(())
    }

    #[pygetter]
    fn __name__(&self) -> Value {
        self.name()
    }

    #[pysetter]
    fn set___name__(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let value = must_be(th, value, "__name__", &crate::objects::str::STR_TYPE, "string")?;
        self.name.set(Some(value.clone()));
        Ok(())
    }

    #[pygetter]
    fn __qualname__(&self) -> Value {
        self.qualname()
    }

    #[pysetter]
    fn set___qualname__(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let value = must_be(th, value, "__qualname__", &crate::objects::str::STR_TYPE, "string")?;
        self.qualname.set(Some(value.clone()));
        Ok(())
    }

    #[pygetter]
    fn __annotations__(slf: &Value, th: &ThreadState) -> Res {
        Function::annotations(slf, th)
    }

    #[pysetter]
    fn set___annotations__(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let value = value.filter(|value| !value.is_none());
        if value.is_some_and(|value| value.downcast::<Dict>().is_none()) {
            return Err(th.type_error("__annotations__ must be set to a dict object"));
        }
        self.annotations.set(value.cloned());
        self.annotate.set(None);
        Ok(())
    }

    #[pygetter]
    fn __annotate__(&self) -> Value {
        self.annotate.get_or_none()
    }

    #[pysetter]
    fn set___annotate__(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        match value {
            None => Err(th.type_error("__annotate__ cannot be deleted")),
            Some(value) if value.is_none() => {
                self.annotate.set(None);
                Ok(())
            }
            Some(value) if th.is_callable(value) => {
                self.annotate.set(Some(value.clone()));
                self.annotations.set(None);
                Ok(())
            }
            Some(_) => Err(th.type_error("__annotate__ must be callable or None")),
        }
    }

    #[pygetter]
    fn __type_params__(&self, th: &ThreadState) -> Value {
        self.type_params.get().unwrap_or_else(|| th.tuple(&[]))
    }

    #[pysetter]
    fn set___type_params__(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let value = must_be(th, value, "__type_params__", &crate::objects::tuple::TUPLE_TYPE, "tuple")?;
        self.type_params.set(Some(value.clone()));
        Ok(())
    }
}

pub use super::class_method::{CLASS_METHOD_TYPE, STATIC_METHOD_TYPE, class_method, static_method};

/// Types of this file, for `ready_builtin_types`.
pub(crate) const TYPES: &[&Type] = &[&FUNCTION_TYPE];
