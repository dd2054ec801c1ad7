//! What may be wrong with a module that lacks a name: it is still being executed, or it stands in the way of another one of
//! its name. The words of AttributeError and ImportError depend on it.

use crate::error::Res;
use crate::thread::ThreadState;
use crate::value::Value;

/// What is known of a module that lacks a name.
pub(crate) struct Suspicion {
    /// The file that it came from.
    pub origin: Option<Value>,
    /// It is being executed for the first time.
    pub is_initializing: bool,
    /// It stands beside the program, where the search for modules begins.
    pub is_shadowing: bool,
    /// It has the name of one of the library's modules as well.
    pub is_shadowing_library: bool,
}

impl Suspicion {
    /// Looks at a module's name and `__spec__`.
    #[cold]
    pub fn of(th: &ThreadState, name: &Value, spec: Option<&Value>) -> Res<Suspicion> {
        let mut found =
            Suspicion { origin: None, is_initializing: false, is_shadowing: false, is_shadowing_library: false };
        let Some(spec) = spec.filter(|spec| !spec.is_none()) else { return Ok(found) };
        let has_location = th.getattr_opt_str(spec, "has_location")?;
        if let Some(has_location) = has_location
            && th.is_true(&has_location)?
        {
            found.origin = th.getattr_opt_str(spec, "origin")?.filter(|origin| origin.as_str().is_some());
        }
        if let Some(origin) = found.origin.as_ref().and_then(Value::as_str) {
            found.is_shadowing = stands_beside_program(th, &origin.to_string_lossy());
        }
        if found.is_shadowing
            && let Some(names) = th.sys_attribute("stdlib_module_names")
            && names.as_set().is_some()
        {
            found.is_shadowing_library = th.contains(&names, name)?;
        }
        if let Some(initializing) = th.getattr_opt(spec, &th.names()._initializing)? {
            found.is_initializing = th.is_true(&initializing)?;
        }
        Ok(found)
    }

    /// "(consider renaming ...)", if the module may be in the way of another.
    pub fn advice(&self, th: &ThreadState, name: &Value) -> Res<Option<String>> {
        let Some(origin) = self.origin.as_ref().filter(|_| self.is_shadowing) else { return Ok(None) };
        let origin = th.repr_string(origin)?;
        if self.is_shadowing_library {
            let name = th.repr_string(name)?;
            return Ok(Some(format!(
                "(consider renaming {origin} since it has the same name as the standard library module named {name} and \
                 prevents importing that standard library module)"
            )));
        }
        Ok(self.is_initializing.then(|| {
            format!("(consider renaming {origin} if it has the same name as a library you intended to import)")
        }))
    }
}

/// Whether a file is in the folder that `sys.path` began with, or is a package there.
fn stands_beside_program(th: &ThreadState, origin: &str) -> bool {
    let config = th.interp().config.borrow();
    let Some(first) = config.sys_path_0.as_ref().filter(|_| !config.safe_path) else { return false };
    let path = std::path::Path::new(origin);
    let mut folder = path.parent();
    if path.file_name().is_some_and(|name| name == "__init__.py") {
        folder = folder.and_then(std::path::Path::parent);
    }
    let Some(folder) = folder else { return false };
    match first.is_empty() {
        true => std::env::current_dir().is_ok_and(|current| current == folder),
        false => folder == std::path::Path::new(first),
    }
}
