//! `_imp`: what `importlib` needs of the machine.

use macros::pymodule;

/// The module `_imp`.
#[pymodule(name = "_imp")]
pub mod imp {
    //! (Extremely) low-level import machinery bits as used by importlib.

    use std::cell::Cell;

    use crate::modules::thread::lock::WaitQueue;
    use crate::objects::exceptions as exc;
    use crate::{Res, ThreadState, Value};

    /// The import lock of one interpreter; its owner may take it again.
    #[derive(Default)]
    pub(crate) struct ImportLock {
        owner: Cell<u64>,
        count: Cell<usize>,
        queue: WaitQueue,
    }

    impl ImportLock {
        fn attempt(&self, id: u64) -> bool {
            let is_free = self.count.get() == 0 || self.owner.get() == id;
            if is_free {
                self.owner.set(id);
                self.count.set(self.count.get() + 1);
            }
            is_free
        }

        /// In the child of a fork: the lock is the calling thread's or nobody's.
        pub(crate) fn after_fork(&self, id: u64) {
            self.queue.forget();
            if self.owner.get() != id {
                self.count.set(0);
            }
        }
    }

    /// Return True if the import lock is currently held, else False.
    ///
    /// On platforms without threads, return False.
    #[pyfunction("()")]
    fn lock_held(th: &ThreadState) -> bool {
        th.extension::<ImportLock>().count.get() > 0
    }

    /// Acquires the interpreter's import lock for the current thread.
    ///
    /// This lock should be used by import hooks to ensure thread-safety when importing
    /// modules. On platforms without threads, this function does nothing.
    #[pyfunction("()")]
    pub(crate) fn acquire_lock(th: &ThreadState) -> Res<()> {
        let lock = th.extension::<ImportLock>();
        let id = th.id.get();
        lock.queue.wait(th, None, || lock.attempt(id)).map(drop)
    }

    /// Release the interpreter's import lock.
    ///
    /// On platforms without threads, this function does nothing.
    #[pyfunction("()")]
    pub(crate) fn release_lock(th: &ThreadState) -> Res<()> {
        let lock = th.extension::<ImportLock>();
        if lock.count.get() == 0 || lock.owner.get() != th.id.get() {
            return Err(th.runtime_error("not holding the import lock"));
        }
        lock.count.set(lock.count.get() - 1);
        if lock.count.get() == 0 {
            lock.queue.wake_one();
        }
        Ok(())
    }

    /// Returns the list of file suffixes used to identify extension modules.
    #[pyfunction("()")]
    fn extension_suffixes(th: &ThreadState) -> Value {
        th.list(Vec::new())
    }

    fn name_of(th: &ThreadState, name: &Value) -> Res<String> {
        match name.as_str() {
            Some(name) => Ok(name.to_string_lossy()),
            None => Err(th.type_error(format_args!("argument must be str, not {}", name.class().full_name()))),
        }
    }

    /// Frozen modules that are known by another name than the embedded one's: name, embedded module, `__origname__`, package.
    const ALIASES: &[(&str, &str, &str, bool)] = &[
        ("_frozen_importlib", "importlib._bootstrap", "importlib._bootstrap", false),
        ("_frozen_importlib_external", "importlib._bootstrap_external", "importlib._bootstrap_external", false),
        ("__hello_alias__", "__hello__", "__hello__", false),
        ("__phello_alias__", "__hello__", "__hello__", true),
        ("__phello_alias__.spam", "__hello__", "__hello__", false),
        ("__phello__.__init__", "__phello__", "<__phello__", false),
        ("__phello__.ham.__init__", "__phello__.ham", "<__phello__.ham", false),
    ];

    /// The embedded module of a name: importlib's own are known by their frozen names.
    fn library_name(name: &str) -> &str {
        ALIASES.iter().find(|row| row.0 == name).map_or(name, |row| row.1)
    }

    /// A module that CPython freezes, too: the importer finds it before it looks at `sys.path`. The rest of the library
    /// comes by its place on the path, so that a program's own modules go before it.
    const NEEDED_BY_IMPORT: [&str; 4] =
        ["_frozen_importlib", "_frozen_importlib_external", "_taipan_library", "zipimport"];

    fn find_core(th: &ThreadState, name: &str) -> Option<crate::thread::EmbeddedModule> {
        let library = th.interp().library.borrow();
        let embedded = library.embedded?;
        if library.without_frozen && !NEEDED_BY_IMPORT.contains(&name) {
            return None;
        }
        if let Some(&(_, real, origin, is_package)) = ALIASES.iter().find(|row| row.0 == name) {
            return embedded.find(real).map(|found| crate::thread::EmbeddedModule {
                name: origin,
                is_package,
                ..found
            });
        }
        // importlib's own go by the names above only; the library's importer is ours.
        embedded.find(name).filter(|found| match name {
            "importlib._bootstrap" | "importlib._bootstrap_external" => false,
            "_taipan_library" => true,
            _ => found.is_frozen,
        })
    }

    /// The code object of an embedded module.
    fn embedded_code(th: &ThreadState, module: &crate::thread::EmbeddedModule) -> Res {
        crate::modules::marshal::load_embedded(th, module.code)
    }

    /// Return info about the corresponding frozen module (if there is one) or None.
    ///
    /// The returned info (a 2-tuple):
    ///
    ///  * data         the raw marshalled bytes
    ///  * is_package   whether or not it is a package
    ///  * origname     the originally frozen module's name, or None if not
    ///                 a stdlib module (this will usually be the same as
    ///                 the module's current name)
    #[pyfunction("(name, /, *, withdata=False)")]
    fn find_frozen(th: &ThreadState, name: &Value, withdata: bool) -> Res {
        let Some(module) = find_core(th, &name_of(th, name)?) else { return Ok(Value::NONE) };
        // Bodies stand apart in what is embedded: programs get the usual form.
        let data = match withdata {
            true => {
                let code = embedded_code(th, &module)?;
                let bytes = crate::modules::marshal::dump(th, &code, bytecode::marshal::VERSION, true)?;
                th.memoryview(&th.bytes(&bytes), crate::buffer::Flags::FULL_RO)?
            }
            false => Value::NONE,
        };
        let is_package = Value::bool(module.is_package);
        Ok(th.tuple(&[data, is_package, th.str(module.name)]))
    }

    /// Create a code object for a frozen module.
    #[pyfunction("(name, data=None, /)")]
    fn get_frozen_object(th: &ThreadState, name: &Value, data: Option<&Value>) -> Res {
        let text = name_of(th, name)?;
        let Some(data) = data.filter(|data| !data.is_none()) else {
            return match find_core(th, &text) {
                Some(module) => embedded_code(th, &module),
                None => Err(no_such_frozen(th, name)?),
            };
        };
        let Some(bytes) = data.as_bytes() else {
            let class = data.class().full_name();
            return Err(th.type_error(format_args!("get_frozen_object() argument 2 must be bytes, not {class}")));
        };
        let shown = th.repr_string(name)?;
        let code = match crate::modules::marshal::load_bytes(th, bytes.as_slice()) {
            Ok(code) => code,
            Err(raised) => {
                drop(th.take_raised(raised));
                return Err(import_error(th, name, &format!("Frozen object named {shown} is invalid"))?);
            }
        };
        if !code.is_instance_of(&crate::objects::code::CODE_TYPE) {
            return Err(th.type_error(format_args!("frozen object {shown} is not a code object")));
        }
        Ok(code)
    }

    fn no_such_frozen(th: &ThreadState, name: &Value) -> Res<crate::Raised> {
        let shown = th.repr_string(name)?;
        import_error(th, name, &format!("No such frozen object named {shown}"))
    }

    fn import_error(th: &ThreadState, name: &Value, text: &str) -> Res<crate::Raised> {
        let error = th.call_with(exc::IMPORT_ERROR.value_ref(), &[th.str(text)], &[("name", name.clone())])?;
        Ok(th.raise(error))
    }

    /// Returns True if the module name is of a frozen package.
    #[pyfunction("(name, /)")]
    fn is_frozen_package(th: &ThreadState, name: &Value) -> Res<bool> {
        match find_core(th, &name_of(th, name)?) {
            Some(module) => Ok(module.is_package),
            None => Err(no_such_frozen(th, name)?),
        }
    }

    /// Returns True if the module name corresponds to a frozen module.
    #[pyfunction("(name, /)")]
    fn is_frozen(th: &ThreadState, name: &Value) -> Res<bool> {
        Ok(find_core(th, &name_of(th, name)?).is_some())
    }

    /// Returns the list of available frozen modules.
    #[pyfunction("()")]
    fn _frozen_module_names(th: &ThreadState) -> Value {
        let embedded = th.interp().library.borrow().embedded;
        let names = embedded.map(|embedded| embedded.names()).unwrap_or_default();
        let all = ALIASES.iter().map(|row| row.0).chain(names);
        let frozen = all.filter(|name| *name != "_taipan_library" && find_core(th, name).is_some());
        th.list(frozen.map(|name| th.str(name)).collect())
    }

    /// (internal-only) Override PyConfig.use_frozen_modules.
    ///
    /// (-1: "off", 1: "on", 0: no override)
    #[pyfunction("(override, /)")]
    fn _override_frozen_modules_for_tests(th: &ThreadState, r#override: i32) {
        th.interp().library.borrow_mut().without_frozen = r#override < 0;
    }

    /// (internal-only) Override PyInterpreterConfig.check_multi_interp_extensions.
    #[pyfunction("(override, /)")]
    fn _override_multi_interp_extensions_check(r#override: i32) -> i32 {
        let _ = r#override;
        0
    }

    /// Initializes a frozen module.
    #[pyfunction("(name, /)")]
    fn init_frozen(th: &ThreadState, name: &Value) -> Res {
        let text = name_of(th, name)?;
        let Some(found) = find_core(th, &text) else { return Ok(Value::NONE) };
        let code = embedded_code(th, &found)?;
        let module = th.new_module(&text);
        let dict = th.module_dict(&module)?;
        let origin = th.str(found.name);
        if let Some(dict) = dict.downcast::<crate::objects::dict::Dict>() {
            drop(dict.set_str(&th.intern("__origname__"), origin));
        }
        crate::frame_api::run_module_code(th, &code, &dict)?;
        Ok(module)
    }

    /// Returns True if the module name corresponds to a built-in module.
    #[pyfunction("(name, /)")]
    fn is_builtin(th: &ThreadState, name: &Value) -> Res<i32> {
        let name = name_of(th, name)?;
        Ok(match name.as_str() {
            "sys" | "builtins" => -1,
            name => i32::from(th.interp().library.borrow().native.contains_key(name)),
        })
    }

    /// Create an extension module.
    #[pyfunction("(spec, /)")]
    fn create_builtin(th: &ThreadState, spec: &Value) -> Res {
        let name = th.getattr_str(spec, "name")?;
        let text = name_of(th, &name)?;
        if let Some(module) = crate::import::loaded(th, &name)? {
            return Ok(module);
        }
        let def = th.interp().library.borrow().native.get(text.as_str()).copied();
        match def {
            Some(def) => th.create_native_module(def),
            None => Ok(Value::NONE),
        }
    }

    /// Initialize a built-in module.
    #[pyfunction("(mod, /)")]
    fn exec_builtin(th: &ThreadState, r#mod: &Value) -> Res<i32> {
        let def = r#mod.downcast::<crate::objects::module::Module>().and_then(|module| module.def);
        // `sys` and `builtins` were made, and initialised, at the start.
        if let Some(def) = def
            && !matches!(def.name.as_str(), "sys" | "builtins")
            && let Some(init) = def.init
        {
            init(th, r#mod)?;
        }
        Ok(0)
    }

    /// Create an extension module.
    #[pyfunction("(spec, file=None, /)")]
    fn create_dynamic(th: &ThreadState, spec: &Value, file: Option<&Value>) -> Res {
        let _ = (spec, file);
        Err(th.error(&exc::IMPORT_ERROR, "extension modules written in C cannot be loaded"))
    }

    /// Initialize an extension module.
    #[pyfunction("(mod, /)")]
    fn exec_dynamic(th: &ThreadState, r#mod: &Value) -> Res<i32> {
        exec_builtin(th, r#mod)
    }

    /// Changes code.co_filename to specify the passed-in file path.
    #[pyfunction("(code, path, /)")]
    fn _fix_co_filename(th: &ThreadState, code: &Value, path: &Value) -> Res<()> {
        crate::frame_api::fix_filename(th, code, path)
    }

    /// SipHash of a source text, keyed as hash-based .pyc files are.
    #[pyfunction("(key, source)")]
    fn source_hash(th: &ThreadState, key: i64, source: &Value) -> Res {
        let Some(bytes) = crate::buffer::plain_bytes(source) else {
            return Err(th.type_error("a bytes-like object is required"));
        };
        let hash = crate::hashing::siphash13(key as u64, 0, &bytes);
        Ok(th.bytes(&hash.to_le_bytes()))
    }

    #[pyattr(name = "check_hash_based_pycs")]
    fn check_hash_based_pycs(th: &ThreadState) -> Value {
        th.str("default")
    }

    #[pyattr(name = "pyc_magic_number_token")]
    const PYC_MAGIC_NUMBER_TOKEN: i64 = 168627755;

    /// The module of an embedded library's name: (path below the library's folder, is_package), or None.
    #[pyfunction("(name, /)")]
    fn library_find(th: &ThreadState, name: &Value) -> Res {
        let name = name_of(th, name)?;
        let found = th.interp().library.borrow().embedded.and_then(|embedded| embedded.find(&name));
        Ok(match found {
            Some(module) => th.tuple(&[th.str(module.path), Value::bool(module.is_package)]),
            None => Value::NONE,
        })
    }

    /// The code object of an embedded module.
    #[pyfunction("(name, /)")]
    fn library_code(th: &ThreadState, name: &Value) -> Res {
        let name = name_of(th, name)?;
        let found = th.interp().library.borrow().embedded.and_then(|embedded| embedded.find(&name));
        match found {
            Some(module) => embedded_code(th, &module),
            None => Err(th.error(&exc::IMPORT_ERROR, format_args!("no embedded module named {name}"))),
        }
    }

    /// The source of an embedded module, as bytes, or None.
    #[pyfunction("(name, /)")]
    fn library_source(th: &ThreadState, name: &Value) -> Res {
        let name = name_of(th, name)?;
        let embedded = th.interp().library.borrow().embedded;
        Ok(match embedded.and_then(|embedded| embedded.source(library_name(&name))) {
            Some(source) => th.bytes(&source),
            None => Value::NONE,
        })
    }

    /// The names of all embedded modules.
    #[pyfunction("()")]
    fn library_names(th: &ThreadState) -> Value {
        let embedded = th.interp().library.borrow().embedded;
        let names = embedded.map(|embedded| embedded.names()).unwrap_or_default();
        th.list(names.into_iter().map(|name| th.str(name)).collect())
    }
}
