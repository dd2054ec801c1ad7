//! Writing pickles of objects that say themselves how they are made again (`__reduce_ex__`, reducers), and of classes and
//! functions, which are written as names.

use runtime::objects::dict::Dict;
use runtime::objects::exceptions as exc;
use runtime::objects::str::Str;
use runtime::types::TYPE_TYPE;
use runtime::{Res, ThreadState, Value};

use super::opcodes::*;
use super::save::Saver;
use super::{class_name, library_attribute, note, pickling_error, with_context};

/// What `__reduce__` returned, checked.
struct Reduced<'a> {
    callable: &'a Value,
    args: &'a Value,
    state: Option<&'a Value>,
    list_items: Option<&'a Value>,
    dict_items: Option<&'a Value>,
    state_setter: Option<&'a Value>,
}

fn read_reduced<'a>(th: &ThreadState, value: &'a Value) -> Res<Reduced<'a>> {
    let Some(items) = value.as_tuple().map(|tuple| tuple.as_slice()).filter(|items| (2..=6).contains(&items.len()))
    else {
        return Err(pickling_error(th, "tuple returned by __reduce__ must contain 2 through 6 elements"));
    };
    let wrong = |which: &str, what: &str, value: &Value| {
        let class = class_name(th, value);
        pickling_error(th, format_args!("{which} item of the tuple returned by __reduce__ must be {what}, not {class}"))
    };
    let given = |index: usize| items.get(index).filter(|item| !item.is_none());
    if !th.is_callable(&items[0]) {
        return Err(wrong("first", "callable", &items[0]));
    }
    if items[1].as_tuple().is_none() {
        return Err(wrong("second", "a tuple", &items[1]));
    }
    for (index, which) in [(3, "fourth"), (4, "fifth")] {
        if let Some(item) = given(index)
            && item.class().slots().iternext.get().is_none()
        {
            return Err(wrong(which, "an iterator", item));
        }
    }
    if let Some(setter) = given(5)
        && !th.is_callable(setter)
    {
        return Err(wrong("sixth", "callable", setter));
    }
    Ok(Reduced {
        callable: &items[0],
        args: &items[1],
        state: given(2),
        list_items: given(3),
        dict_items: given(4),
        state_setter: given(5),
    })
}

/// `object.a.b.c`
fn dotted(th: &ThreadState, object: &Value, path: &[Value]) -> Res {
    path.iter().try_fold(object.clone(), |found, name| th.getattr(&found, name))
}

/// As `dotted`; `None` if there is no such attribute.
fn try_dotted(th: &ThreadState, object: &Value, path: &[Value]) -> Res<Option<Value>> {
    let result = dotted(th, object, path);
    th.catch(result, &exc::ATTRIBUTE_ERROR)
}

impl Saver<'_> {
    /// Writes an object that is none of the basic types.
    pub(super) fn save_other(&mut self, object: &Value, is_type: bool, is_function: bool) -> Res<()> {
        let th = self.th;
        if let Some(hook) = self.hooks.reducer_override.clone() {
            let reduced = th.call(&hook, std::slice::from_ref(object))?;
            if !reduced.is_not_implemented() {
                return self.save_reduction(object, &reduced);
            }
        }
        if is_type {
            return self.save_type(object);
        }
        if is_function {
            return self.save_global(object, None);
        }
        let class = object.class().as_value();
        let reducer = match self.hooks.dispatch_table.clone() {
            None => {
                let table = library_attribute(th, "copyreg", "dispatch_table")?;
                match table.downcast::<Dict>() {
                    Some(table) => table.get(th, &class)?,
                    None => None,
                }
            }
            Some(table) => {
                let found = th.get_item(&table, &class);
                th.catch(found, &exc::LOOKUP_ERROR)?
            }
        };
        let reduced = if let Some(reducer) = reducer {
            th.call(&reducer, std::slice::from_ref(object))?
        } else if object.as_type().is_some() {
            return self.save_global(object, None);
        } else if let Some(method) = th.getattr_opt_str(object, "__reduce_ex__")? {
            th.call(&method, &[Value::int32(self.protocol())])?
        } else if let Some(method) = th.getattr_opt_str(object, "__reduce__")? {
            th.call(&method, &[])?
        } else {
            let (class, shown) = (object.class().full_name(), th.repr_string(object)?);
            return Err(pickling_error(th, format_args!("can't pickle '{class}' object: {shown}")));
        };
        self.save_reduction(object, &reduced)
    }

    fn save_reduction(&mut self, object: &Value, reduced: &Value) -> Res<()> {
        if reduced.as_str().is_some() {
            return self.save_global(object, Some(reduced));
        }
        let th = self.th;
        let result = if reduced.as_tuple().is_some() {
            self.save_reduce(reduced, Some(object))
        } else {
            let class = class_name(th, reduced);
            Err(pickling_error(th, format_args!("__reduce__ must return a string or tuple, not {class}")))
        };
        result.map_err(|raised| note(th, raised, || Ok(format!("when serializing {} object", class_name(th, object)))))
    }

    fn save_noted(&mut self, value: &Value, object: Option<&Value>, what: &str) -> Res<()> {
        let th = self.th;
        self.save(value).map_err(|raised| match object {
            Some(object) => note(th, raised, || Ok(format!("when serializing {} {what}", class_name(th, object)))),
            None => raised,
        })
    }

    /// Writes the tuple that a reducer returned. `object` is what it stands for, unless that is not to be remembered.
    pub(super) fn save_reduce(&mut self, reduced: &Value, object: Option<&Value>) -> Res<()> {
        let th = self.th;
        let Reduced { callable, args, state, list_items, dict_items, state_setter } = read_reduced(th, reduced)?;
        let mut name = None;
        if self.protocol() >= 2 {
            name = th.getattr_opt_str(callable, "__name__")?;
        }
        let is_named =
            |expected: &str| name.as_ref().and_then(Value::as_str).is_some_and(|name| name.equals_ascii(expected));
        let items = args.as_tuple().map(|tuple| tuple.as_slice()).unwrap_or_default();
        if is_named("__newobj_ex__") {
            self.save_new_with_keywords(items, object)?;
        } else if is_named("__newobj__") {
            let Some((class, rest)) = items.split_first() else {
                return Err(pickling_error(th, "__newobj__ expected at least 1 argument, got 0"));
            };
            if class.as_type().is_none() {
                let found = class_name(th, class);
                return Err(pickling_error(
                    th,
                    format_args!("first argument to __newobj__() must be a class, not {found}"),
                ));
            }
            if let Some(object) = object {
                let own = th.getattr_str(object, "__class__")?;
                if !own.is(class) {
                    let (own, given) = (th.repr_string(&own)?, th.repr_string(class)?);
                    return Err(pickling_error(
                        th,
                        format_args!("first argument to __newobj__() must be {own}, not {given}"),
                    ));
                }
            }
            self.save_noted(class, object, "class")?;
            self.save_noted(&th.tuple(rest), object, "__new__ arguments")?;
            self.op(NEWOBJ);
        } else {
            self.save_noted(callable, object, "reconstructor")?;
            self.save_noted(args, object, "reconstructor arguments")?;
            self.op(REDUCE);
        }
        if let Some(object) = object {
            // An object that its own arguments hold was written while they were.
            if self.memo.contains(object) {
                self.op(POP);
                self.recall(object)?;
                return Ok(());
            }
            self.memoize(object)?;
        }
        let unnamed = Value::NONE;
        let shown = object.unwrap_or(&unnamed);
        if let Some(items) = list_items {
            self.batch_list(shown, items)?;
        }
        if let Some(items) = dict_items {
            self.batch_dict(shown, items)?;
        }
        let Some(state) = state else { return Ok(()) };
        match state_setter {
            None => {
                self.save_noted(state, object, "state")?;
                self.op(BUILD);
            }
            Some(setter) => {
                self.save_noted(setter, object, "state setter")?;
                self.save(shown)?;
                self.save_noted(state, object, "state")?;
                self.bytes(&[TUPLE2, REDUCE, POP]);
            }
        }
        Ok(())
    }

    fn save_new_with_keywords(&mut self, items: &[Value], object: Option<&Value>) -> Res<()> {
        let th = self.th;
        let [class, args, kwargs] = items else {
            let count = items.len();
            return Err(pickling_error(th, format_args!("__newobj_ex__ expected 3 arguments, got {count}")));
        };
        if class.as_type().is_none() {
            let found = class_name(th, class);
            let message = format!("first argument to __newobj_ex__() must be a class, not {found}");
            return Err(pickling_error(th, message));
        }
        if let Some(object) = object {
            let own = th.getattr_str(object, "__class__")?;
            if !own.is(class) {
                let (own, given) = (th.repr_string(&own)?, th.repr_string(class)?);
                let message = format!("first argument to __newobj_ex__() must be {own}, not {given}");
                return Err(pickling_error(th, message));
            }
        }
        let Some(positional) = args.as_tuple() else {
            let found = class_name(th, args);
            let message = format!("second argument to __newobj_ex__() must be a tuple, not {found}");
            return Err(pickling_error(th, message));
        };
        let Some(named) = kwargs.downcast::<Dict>() else {
            let found = class_name(th, kwargs);
            let message = format!("third argument to __newobj_ex__() must be a dict, not {found}");
            return Err(pickling_error(th, message));
        };
        if self.protocol() >= 4 {
            self.save_noted(class, object, "class")?;
            self.save_noted(args, object, "__new__ arguments")?;
            self.save_noted(kwargs, object, "__new__ arguments")?;
            self.op(NEWOBJ_EX);
            return Ok(());
        }
        // partial(cls.__new__, cls, *args, **kwargs)()
        let partial = library_attribute(th, "functools", "partial")?;
        let mut all = vec![th.getattr_str(class, "__new__")?, class.clone()];
        all.extend_from_slice(positional.as_slice());
        let mut names = Vec::new();
        for (name, value) in named.to_vec() {
            names.push(name);
            all.push(value);
        }
        let call = th.call_kw(&partial, &all, &names)?;
        self.save_noted(&call, object, "reconstructor")?;
        self.save(&th.tuple(&[]))?;
        self.op(REDUCE);
        Ok(())
    }

    fn save_type(&mut self, object: &Value) -> Res<()> {
        let singletons = [Value::NONE, Value::ELLIPSIS, Value::NOT_IMPLEMENTED];
        match singletons.into_iter().find(|singleton| singleton.class().value_ref().is(object)) {
            Some(singleton) => {
                let reduced = self.th.tuple(&[TYPE_TYPE.as_value(), self.th.tuple(&[singleton])]);
                self.save_reduce(&reduced, Some(object))
            }
            None => self.save_global(object, None),
        }
    }

    /// Writes a class or function as its name in a module.
    fn save_global(&mut self, object: &Value, name: Option<&Value>) -> Res<()> {
        let th = self.th;
        let name = match name {
            Some(name) => name.clone(),
            None => match th.getattr_opt_str(object, "__qualname__")? {
                Some(name) => name,
                None => th.getattr_str(object, "__name__")?,
            },
        };
        let Some(path) = name.as_str().map(Str::to_string_lossy) else {
            return Err(th.type_error("__qualname__ must be a string"));
        };
        if path.split('.').any(|step| step == "<locals>") {
            let shown = th.repr_string(object)?;
            return Err(pickling_error(th, format_args!("Can't pickle local object {shown}")));
        }
        let steps = th.call_method_str(&name, "split", &[th.str(".")])?;
        let steps: Vec<Value> =
            th.collect(&steps)?.iter().map(|step| runtime::intern::intern(th, step.clone())).collect();
        let module_name = self.module_of(object, &steps)?;
        if module_name.as_str().is_none() {
            return Err(th.type_error("module name must be a string"));
        }
        let modules = th.interp().modules.get_or_none();
        let import = || -> Res {
            th.call_method_str(
                &crate::support::import(th, "importlib")?,
                "import_module",
                std::slice::from_ref(&module_name),
            )
        };
        let loaded = modules.downcast::<Dict>().map(|modules| modules.get(th, &module_name)).transpose()?.flatten();
        let module_text = module_name.as_str().map(Str::to_string_lossy).unwrap_or_default();
        let module = match loaded.map_or_else(import, Ok) {
            Ok(module) => module,
            Err(raised) => {
                let cause = th.take_raised(raised);
                if !cause.is_instance_of(&exc::EXCEPTION) {
                    return Err(th.raise_as_is(cause));
                }
                let (shown, why) = (th.repr_string(object)?, th.str_of(&cause)?);
                let why = why.as_str().map(Str::to_string_lossy).unwrap_or_default();
                let raised = pickling_error(th, format_args!("Can't pickle {shown}: {why}"));
                return Err(with_context(th, raised, cause));
            }
        };
        let found = match dotted(th, &module, &steps) {
            Ok(found) => found,
            Err(raised) if th.raised_is(&raised, &exc::ATTRIBUTE_ERROR) => {
                let cause = th.take_raised(raised);
                let shown = th.repr_string(object)?;
                let raised =
                    pickling_error(th, format_args!("Can't pickle {shown}: it's not found as {module_text}.{path}"));
                return Err(with_context(th, raised, cause));
            }
            Err(raised) => return Err(raised),
        };
        if !found.is(object) {
            let shown = th.repr_string(object)?;
            return Err(pickling_error(
                th,
                format_args!("Can't pickle {shown}: it's not the same object as {module_text}.{path}"),
            ));
        }
        if self.protocol() >= 2
            && let Some(code) = self.extension_code(&module_name, &name)?
        {
            return self.save_extension(code, object, &module_text, &path);
        }
        if self.protocol() >= 4 {
            self.save(&module_name)?;
            self.save(&name)?;
            self.op(STACK_GLOBAL);
        } else {
            // getattr(getattr(first, second), third)
            let getattr = library_attribute(th, "builtins", "getattr")?;
            let (first, further) = steps.split_first().map_or((&name, &[][..]), |(first, further)| (first, further));
            for _ in further {
                self.save(&getattr)?;
                if self.protocol() < 2 {
                    self.op(MARK);
                }
            }
            self.save_old_global(&module_name, first)?;
            for step in further {
                self.save(step)?;
                let tuple = if self.protocol() < 2 { TUPLE } else { TUPLE2 };
                self.bytes(&[tuple, REDUCE]);
            }
        }
        self.memoize(object)
    }

    /// The module that a class or function says it is from, or one where it is found.
    fn module_of(&mut self, object: &Value, path: &[Value]) -> Res {
        let th = self.th;
        if let Some(module) = th.getattr_opt_str(object, "__module__")?
            && !module.is_none()
        {
            return Ok(module);
        }
        let modules = th.interp().modules.get_or_none();
        if let Some(modules) = modules.downcast::<Dict>() {
            for (name, module) in modules.to_vec() {
                let is_main = name.as_str().is_some_and(|name| name.equals_ascii("__main__"));
                if is_main || module.is_none() {
                    continue;
                }
                if try_dotted(th, &module, path)?.is_some_and(|found| found.is(object)) {
                    return Ok(name);
                }
            }
        }
        Ok(th.intern("__main__"))
    }

    /// The number that `copyreg.add_extension` gave to a name.
    fn extension_code(&mut self, module: &Value, name: &Value) -> Res<Option<Value>> {
        let registry = library_attribute(self.th, "copyreg", "_extension_registry")?;
        match registry.downcast::<Dict>() {
            Some(registry) if !registry.is_empty() => {
                registry.get(self.th, &self.th.tuple(&[module.clone(), name.clone()]))
            }
            _ => Ok(None),
        }
    }

    fn save_extension(&mut self, code: Value, object: &Value, module: &str, path: &str) -> Res<()> {
        let th = self.th;
        let Some(number) = code.as_small_int() else {
            let shown = th.repr_string(object)?;
            let class = code.class().full_name();
            let message = format!("Can't pickle {shown}: extension code {class} isn't an integer");
            return Err(pickling_error(th, message));
        };
        match number {
            1..=0xFF => self.bytes(&[EXT1, number as u8]),
            0x100..=0xFFFF => {
                let [low, high] = (number as u16).to_le_bytes();
                self.bytes(&[EXT2, low, high]);
            }
            0x1_0000..=0x7FFF_FFFF => {
                self.op(EXT4);
                self.bytes(&(number as u32).to_le_bytes());
            }
            _ => {
                let shown = th.repr_string(object)?;
                let message =
                    format!("Can't pickle {shown}: extension code {number} is out of range ({module}.{path})");
                return Err(th.runtime_error(message));
            }
        }
        Ok(())
    }

    /// The form before protocol 4: two lines, with the names of Python 2 if asked for.
    fn save_old_global(&mut self, module: &Value, name: &Value) -> Res<()> {
        let th = self.th;
        let (mut module, mut name) = (module.clone(), name.clone());
        if self.settings.fix_imports {
            let names = library_attribute(th, "_compat_pickle", "REVERSE_NAME_MAPPING")?;
            let key = th.tuple(&[module.clone(), name.clone()]);
            let found = names.downcast::<Dict>().map(|names| names.get(th, &key)).transpose()?.flatten();
            let modules = library_attribute(th, "_compat_pickle", "REVERSE_IMPORT_MAPPING")?;
            match found.as_ref().and_then(Value::as_tuple).map(|pair| pair.as_slice()) {
                Some([new_module, new_name]) => (module, name) = (new_module.clone(), new_name.clone()),
                _ => {
                    let found = modules.downcast::<Dict>().map(|names| names.get(th, &module)).transpose()?.flatten();
                    if let Some(new_module) = found {
                        module = new_module;
                    }
                }
            }
        }
        let module = self.identifier("module", &module)?;
        let name = self.identifier("global", &name)?;
        self.op(GLOBAL);
        self.bytes(&module);
        self.op(b'\n');
        self.bytes(&name);
        self.op(b'\n');
        Ok(())
    }

    /// The bytes of a name in a line: ASCII before protocol 3.
    fn identifier(&self, what: &str, name: &Value) -> Res<Vec<u8>> {
        let (th, protocol) = (self.th, self.protocol());
        let encoding = if protocol < 3 { "ascii" } else { "utf-8" };
        match th.call_method_str(name, "encode", &[th.str(encoding)]) {
            Ok(bytes) => Ok(bytes.as_bytes().map(|bytes| bytes.as_slice().to_vec()).unwrap_or_default()),
            Err(raised) if th.raised_is(&raised, &exc::UNICODE_ENCODE_ERROR) => {
                let cause = th.take_raised(raised);
                let shown = th.repr(name)?;
                let parts = [
                    th.str(&format!("can't pickle {what} identifier ")),
                    shown,
                    th.str(&format!(" using pickle protocol {protocol}")),
                ];
                let message = th.concat_strings(&parts)?;
                let message = message.as_str().map(Str::to_string_lossy).unwrap_or_default();
                Err(with_context(th, pickling_error(th, message), cause))
            }
            Err(raised) => Err(raised),
        }
    }
}
