//! `_warnings`: the Python face of the machinery in `crate::warnings`.

use macros::pymodule;

#[pymodule(name = "_warnings")]
pub mod warnings {
    //! _warnings provides basic warning filtering support.
    //! It is a helper module to speed up interpreter start-up.

    use crate::objects::dict::Dict;
    use crate::warnings::{Place, State, Warning, category_of, issue, module_of_file, warn_value};
    use crate::{Res, ThreadState, Value};

    /// Issue a warning, or maybe ignore it or raise an exception.
    ///
    ///   message
    ///     Text of the warning message.
    ///   category
    ///     The Warning category subclass. Defaults to UserWarning.
    ///   stacklevel
    ///     How far up the call stack to make this warning appear. A value of 2 for
    ///     example attributes the warning to the caller of the code calling warn().
    ///   source
    ///     If supplied, the destroyed object which emitted a ResourceWarning
    ///   skip_file_prefixes
    ///     An optional tuple of module filename prefixes indicating frames to skip
    ///     during stacklevel computations for stack frame attribution.
    #[pyfunction(
        "(message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=())",
        text = "($module, /, message, category=None, stacklevel=1, source=None, *,\n     skip_file_prefixes=())"
    )]
    fn warn(
        th: &ThreadState,
        message: &Value,
        category: Value,
        stacklevel: isize,
        source: Value,
        skip_file_prefixes: Option<Value>,
    ) -> Res<()> {
        let category = category_of(th, message, &category)?;
        let mut prefixes = Vec::new();
        if let Some(given) = skip_file_prefixes {
            let Some(given) = given.as_tuple() else {
                return Err(th.type_error(format_args!(
                    "warn() argument 'skip_file_prefixes' must be tuple, not {}",
                    given.class().full_name()
                )));
            };
            for prefix in given.as_slice() {
                if prefix.as_str().is_none() {
                    return Err(th.type_error(format_args!(
                        "Found non-str '{}' in skip_file_prefixes.",
                        prefix.class().full_name()
                    )));
                }
                prefixes.push(prefix.clone());
            }
        }
        let level = if prefixes.is_empty() { stacklevel } else { stacklevel.max(2) };
        warn_value(th, &category, message, level, &source, &prefixes)
    }

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[pyfunction(
        "(message, category, filename, lineno, module=<unrepresentable>, registry=None, module_globals=None, source=None)",
        text = "($module, /, message, category, filename, lineno,\n              module=<unrepresentable>, registry=None,\n              module_globals=None, source=None)"
    )]
    fn warn_explicit(
        th: &ThreadState,
        message: &Value,
        category: &Value,
        filename: &Value,
        lineno: i32,
        module: Option<Value>,
        registry: Value,
        module_globals: Value,
        source: Value,
    ) -> Res<()> {
        if filename.as_str().is_none() {
            let found = if filename.is_none() { "None".to_string() } else { filename.class().full_name() };
            return Err(th.type_error(format_args!("warn_explicit() argument 'filename' must be str, not {found}")));
        }
        if !module_globals.is_none() {
            remember_source(th, &module_globals, filename)?;
        }
        let module = module.unwrap_or_else(|| module_of_file(th, filename));
        let place = Place { filename: filename.clone(), lineno: i64::from(lineno), module, registry };
        let warning = Warning { category: category.clone(), message: message.clone(), source };
        issue(th, warning, &place)
    }

    /// Lets who shows the warning find the module's source, through its loader.
    fn remember_source(th: &ThreadState, globals: &Value, filename: &Value) -> Res<()> {
        if globals.downcast::<Dict>().is_none() {
            let class = globals.class().full_name();
            return Err(th.type_error(format_args!("module_globals must be a dict, not '{class}'")));
        }
        let bless = crate::import::import_attribute(th, "_frozen_importlib_external", "_bless_my_loader")?;
        th.call(&bless, std::slice::from_ref(globals))?;
        let found = crate::import::import_attribute(th, "linecache", "getlines")
            .and_then(|getlines| th.call(&getlines, &[filename.clone(), globals.clone()]));
        // A loader that cannot tell has no line to show.
        if let Err(raised) = found {
            drop(th.take_raised(raised));
        }
        Ok(())
    }

    #[pyfunction("()")]
    fn _acquire_lock(th: &ThreadState) -> Res<()> {
        let lock = th.extension::<State>().lock(th)?;
        th.call_method_str(&lock, "acquire", &[])?;
        Ok(())
    }

    #[pyfunction("()")]
    fn _release_lock(th: &ThreadState) -> Res<()> {
        let lock = th.extension::<State>().lock(th)?;
        th.call_method_str(&lock, "release", &[])?;
        Ok(())
    }

    #[pyfunction("()")]
    fn _filters_mutated_lock_held(th: &ThreadState) -> Res<()> {
        let state = th.extension::<State>();
        let held = th.call_method_str(&state.lock(th)?, "_is_owned", &[])?;
        if !th.is_true(&held)? {
            return Err(th.runtime_error("warnings lock is not held"));
        }
        state.filters_version.set(state.filters_version.get() + 1);
        Ok(())
    }

    #[pyattr]
    fn filters(th: &ThreadState) -> Res {
        Ok(th.extension::<State>().filters(th))
    }

    #[pyattr]
    fn _onceregistry(th: &ThreadState) -> Res {
        Ok(th.extension::<State>().once_registry(th))
    }

    #[pyattr(name = "_defaultaction")]
    const DEFAULT_ACTION: &str = "default";

    /// A module made again has the context variable from the start.
    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        match th.extension::<State>().known_context() {
            Some(context) => th.setattr_str(module, "_warnings_context", &context),
            None => Ok(()),
        }
    }
}

/// Gives `_warnings` its context variable; once modules can be imported.
pub fn install_context(th: &crate::ThreadState) -> crate::Res<()> {
    if let Some(context) = th.extension::<crate::warnings::State>().context(th)? {
        let module = crate::import::import(th, "_warnings")?;
        th.setattr_str(&module, "_warnings_context", &context)?;
    }
    Ok(())
}
