//! `import`: from the instruction to `importlib._bootstrap`, which finds and loads.

use crate::error::{Raised, Res, name_text};
use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::thread::ThreadState;
use crate::value::Value;

/// `__import__(name, globals, _, fromlist, level)`.
pub fn import_module_level(
    th: &ThreadState,
    name: &Value,
    globals: Option<&Value>,
    fromlist: &Value,
    level: i32,
) -> Res {
    let Some(text) = name.as_str() else {
        return Err(th.type_error("module name must be a string"));
    };
    if level < 0 {
        return Err(th.value_error("level must be >= 0"));
    }
    let absolute = if level > 0 {
        resolve_name(th, name, globals, level)?
    } else if text.is_empty() {
        return Err(th.value_error("Empty module name"));
    } else {
        crate::intern::intern(th, name.clone())
    };
    let module = get_or_load(th, &absolute)?;
    if th.is_true(fromlist)? {
        if th.getattr_opt(&module, &th.names().__path__)?.is_none() {
            return Ok(module);
        }
        let import = import_function(th)?;
        return call_bootstrap(th, "_handle_fromlist", &[module, fromlist.clone(), import]);
    }
    // `import a.b.c` binds `a`; `from . import` without names binds the package itself.
    let text = name_text(name);
    if level == 0 {
        return match text.split_once('.') {
            None => Ok(module),
            Some((front, _)) => import_module_level(th, &th.intern(front), None, &Value::NONE, 0),
        };
    }
    if text.is_empty() {
        return Ok(module);
    }
    let Some((front, _)) = text.split_once('.') else { return Ok(module) };
    let cut = text.len() - front.len();
    let absolute_text = name_text(&absolute);
    let to_return = th.intern(&absolute_text[..absolute_text.len() - cut]);
    match loaded(th, &to_return)? {
        Some(module) => Ok(module),
        None => {
            Err(th.error(&exc::KEY_ERROR, format_args!("'{}' not in sys.modules as expected", name_text(&to_return))))
        }
    }
}

/// `importlib.import_module(name)` for native code: the module itself, not its top package.
pub fn import(th: &ThreadState, name: &str) -> Res {
    get_or_load(th, &th.intern(name))
}

/// The module of an absolute name, ready to be used.
fn get_or_load(th: &ThreadState, name: &Value) -> Res {
    let Some(module) = loaded(th, name)? else { return find_and_load(th, name) };
    if ensure_initialized(th, &module, name)? {
        // Another thread was loading it, which may have failed.
        return match loaded(th, name)? {
            Some(module) => Ok(module),
            None => find_and_load(th, name),
        };
    }
    if th.interp().import_time.get() > 1 {
        tell_cached(th, name);
    }
    Ok(module)
}

/// `import module; module.attribute`.
pub fn import_attribute(th: &ThreadState, module: &str, attribute: &str) -> Res {
    let module = import(th, module)?;
    th.getattr_str(&module, attribute)
}

/// The module in `sys.modules`, if it is there and not `None`.
pub fn loaded(th: &ThreadState, name: &Value) -> Res<Option<Value>> {
    let Some(modules) = th.interp().modules.get() else {
        return Err(th.runtime_error("unable to get sys.modules"));
    };
    let found = match modules.downcast_exact::<Dict>() {
        Some(modules) => modules.get(th, name)?,
        None => {
            let found = th.get_item(&modules, name);
            th.catch(found, &exc::KEY_ERROR)?
        }
    };
    Ok(found.filter(|module| !module.is_none()))
}

fn find_and_load(th: &ThreadState, name: &Value) -> Res {
    let import = import_function(th)?;
    if th.interp().import_time.get() == 0 {
        return call_bootstrap(th, "_find_and_load", &[name.clone(), import]);
    }
    begin_report(th);
    let clock = &th.interp().import_clock;
    // Level and time of what has been loaded within the import that is running.
    let (level, outside) = clock.get();
    clock.set((level + 1, 0));
    let start = std::time::Instant::now();
    let result = call_bootstrap(th, "_find_and_load", &[name.clone(), import]);
    let total = start.elapsed().as_micros() as u64;
    let (_, inside) = clock.get();
    clock.set((level, outside.saturating_add(total)));
    let own = total.saturating_sub(inside);
    let indent = level * 2;
    report(th, &format!("import time: {own:9} | {total:10} | {:indent$}", ""), Some(name));
    result
}

/// `-X importtime=2`: a module that was there already.
#[cold]
fn tell_cached(th: &ThreadState, name: &Value) {
    begin_report(th);
    let indent = th.interp().import_clock.get().0 * 2;
    report(th, &format!("import time: cached    | cached     | {:indent$}", ""), Some(name));
}

fn begin_report(th: &ThreadState) {
    if !th.interp().import_reported.replace(true) {
        report(th, "import time: self [us] | cumulative | imported package", None);
    }
}

fn report(th: &ThreadState, line: &str, name: Option<&Value>) {
    let stderr = th.sys_attribute("stderr").filter(|stderr| !stderr.is_none());
    let Some(stderr) = stderr else { return };
    // The import that is reported may have failed.
    let pending = th.set_aside_raised();
    let (line, end) = (th.str(line), th.str("\n"));
    for part in [Some(&line), name, Some(&end)].into_iter().flatten() {
        if let Err(raised) = th.call_method_str(&stderr, "write", std::slice::from_ref(part)) {
            drop(th.take_raised(raised));
        }
    }
    th.restore_raised(pending);
}

fn import_function(th: &ThreadState) -> Res {
    let builtins = th.interp().builtins.get();
    let import = builtins.and_then(|builtins| builtins.downcast::<Dict>()?.get_str(&th.names().__import__));
    import.ok_or_else(|| th.error(&exc::IMPORT_ERROR, "__import__ not found"))
}

fn call_bootstrap(th: &ThreadState, function: &str, args: &[Value]) -> Res {
    let Some(bootstrap) = th.interp().importlib.get() else {
        return Err(th.error(&exc::IMPORT_ERROR, "the import system is not initialised"));
    };
    let function = th.getattr_str(&bootstrap, function)?;
    let result = th.call(&function, args);
    if let Err(raised) = result {
        return Err(remove_import_frames(th, raised));
    }
    result
}

/// Takes the importer's own frames off the front of a traceback, unless `-v` asks to see them.
fn remove_import_frames(th: &ThreadState, raised: Raised) -> Raised {
    if th.interp().config.borrow().verbose > 0 {
        return raised;
    }
    let exception = th.take_raised(raised);
    crate::frame_api::remove_importlib_frames(th, &exception);
    th.raise_as_is(exception)
}

/// A module that another thread (or a circular import) is still executing: wait for it. Tells whether that was so.
fn ensure_initialized(th: &ThreadState, module: &Value, name: &Value) -> Res<bool> {
    let names = th.names();
    let Some(spec) = th.getattr_opt(module, &names.__spec__)? else { return Ok(false) };
    if spec.is_none() {
        return Ok(false);
    }
    let Some(initializing) = th.getattr_opt(&spec, &names._initializing)? else { return Ok(false) };
    let initializing = th.is_true(&initializing)?;
    if initializing {
        call_bootstrap(th, "_lock_unlock_module", std::slice::from_ref(name))?;
    }
    Ok(initializing)
}

/// The absolute name of a relative import, from `__package__`, `__spec__` or `__name__` of the importing module.
fn resolve_name(th: &ThreadState, name: &Value, globals: Option<&Value>, level: i32) -> Res {
    let globals = globals.filter(|globals| !globals.is_none());
    let Some(globals) = globals else {
        return Err(th.key_error(&th.str("'__name__' not in globals")));
    };
    let Some(dict) = globals.downcast::<Dict>() else {
        return Err(th.type_error("globals must be a dict"));
    };
    let names = th.names();
    let package = dict.get_str(&names.__package__).filter(|package| !package.is_none());
    let spec = dict.get_str(&names.__spec__).filter(|spec| !spec.is_none());
    let package = if let Some(package) = package {
        if package.as_str().is_none() {
            return Err(th.type_error("package must be a string"));
        }
        if let Some(spec) = &spec {
            let parent = th.getattr_str(spec, "parent")?;
            if !th.is_equal(&package, &parent)? {
                crate::warnings::warn(
                    th,
                    &exc::DEPRECATION_WARNING,
                    &format!(
                        "__package__ != __spec__.parent ({} != {})",
                        th.repr_string(&package)?,
                        th.repr_string(&parent)?
                    ),
                )?;
            }
        }
        package
    } else if let Some(spec) = &spec {
        let parent = th.getattr_str(spec, "parent")?;
        if parent.as_str().is_none() {
            return Err(th.type_error("__spec__.parent must be a string"));
        }
        parent
    } else {
        crate::warnings::warn(
            th,
            &exc::IMPORT_WARNING,
            "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__",
        )?;
        let Some(own) = dict.get_str(&names.__name__) else {
            return Err(th.key_error(&th.str("'__name__' not in globals")));
        };
        if own.as_str().is_none() {
            return Err(th.type_error("__name__ must be a string"));
        }
        if dict.get_str(&names.__path__).is_some() {
            own
        } else {
            let own = name_text(&own);
            th.str(own.rsplit_once('.').map_or("", |(package, _)| package))
        }
    };
    let package_text = name_text(&package);
    if package_text.is_empty() {
        return Err(th.error(&exc::IMPORT_ERROR, "attempted relative import with no known parent package"));
    }
    let mut base = package_text.as_str();
    for _ in 1..level {
        base = match base.rsplit_once('.') {
            Some((base, _)) => base,
            None => return Err(th.error(&exc::IMPORT_ERROR, "attempted relative import beyond top-level package")),
        };
    }
    let name = name_text(name);
    Ok(th.intern(&if name.is_empty() { base.to_string() } else { format!("{base}.{name}") }))
}
