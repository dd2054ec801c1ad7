//! `import` statements: through `builtins.__import__`, as CPython does.

use super::registers::Fp;
use crate::error::{Res, name_text};
use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::thread::ThreadState;
use crate::value::Value;

/// `IMPORT_NAME`: calls `__import__(name, globals, locals, fromlist, level)`.
#[inline(never)]
pub(super) fn import_name(th: &ThreadState, fp: Fp, name: &Value, fromlist: &Value, level: &Value) -> Res {
    let Some(import) = super::names::builtin(th, fp, &th.names().__import__)? else {
        return Err(th.error(&exc::IMPORT_ERROR, "__import__ not found"));
    };
    let locals = crate::objects::frame::namespace(fp).unwrap_or(Value::NONE);
    let globals = fp.function().globals().clone();
    th.call(&import, &[name.clone(), globals, locals, fromlist.clone(), level.clone()])
}

/// `IMPORT_FROM`: an attribute, or a submodule that is being imported.
#[inline(never)]
pub(super) fn import_from(th: &ThreadState, module: &Value, name: &Value) -> Res {
    if let Some(value) = th.getattr_opt(module, name)? {
        return Ok(value);
    }
    let names = th.names();
    let package = th.getattr_opt(module, &names.__name__)?.filter(|package| package.as_str().is_some());
    if let Some(package) = &package
        && let Some(modules) = th.interp().modules.get()
    {
        let full = th.intern(&format!("{}.{}", name_text(package), name_text(name)));
        let found = match modules.downcast::<Dict>() {
            Some(modules) => modules.get_str(&full),
            None => {
                let result = th.get_item(&modules, &full);
                th.catch(result, &exc::KEY_ERROR)?
            }
        };
        if let Some(found) = found {
            return Ok(found);
        }
    }
    Err(cannot_import(th, module, name, package)?)
}

/// ImportError with the reference's words.
fn cannot_import(th: &ThreadState, module: &Value, name: &Value, package: Option<Value>) -> Res<crate::error::Raised> {
    let names = th.names();
    let shown = package.as_ref().map_or("<unknown module name>".to_string(), name_text);
    let spec = th.getattr_opt(module, &names.__spec__)?.filter(|spec| !spec.is_none());
    let unnamed = Value::NONE;
    let own = package.as_ref().unwrap_or(&unnamed);
    let suspicion = crate::shadowing::Suspicion::of(th, own, spec.as_ref())?;
    let advice = suspicion.advice(th, own)?;
    let mut origin = suspicion.origin.clone();
    if origin.is_none() {
        origin = th.getattr_opt(module, &names.__file__)?;
    }
    let origin = origin.filter(|origin| origin.as_str().is_some());
    let place = origin.as_ref().map_or("unknown location".to_string(), name_text);
    let wanted = name_text(name);
    let message = if let Some(advice) = advice {
        format!("cannot import name '{wanted}' from '{shown}' {advice}")
    } else if suspicion.is_initializing {
        format!(
            "cannot import name '{wanted}' from partially initialized module '{shown}' (most likely due to a circular import) ({place})"
        )
    } else {
        format!("cannot import name '{wanted}' from '{shown}' ({place})")
    };
    let raised = th.call_with(
        &exc::IMPORT_ERROR.as_value(),
        &[th.str(&message)],
        &[
            ("name", package.unwrap_or(Value::NONE)),
            ("path", origin.unwrap_or(Value::NONE)),
            ("name_from", name.clone()),
        ],
    )?;
    Ok(th.raise(raised))
}

/// `from module import *` into a namespace.
pub(super) fn import_star(th: &ThreadState, fp: Fp, module: &Value) -> Res<()> {
    let Some(locals) = crate::objects::frame::namespace(fp) else {
        return Err(th.system_error("no locals found during 'import *'"));
    };
    let names = th.names();
    let (all, skip_private) = match th.getattr_opt(module, &names.__all__)? {
        Some(all) => (all, false),
        None => {
            let Some(dict) = th.getattr_opt(module, &names.__dict__)? else {
                return Err(th.error(&exc::IMPORT_ERROR, "from-import-* object has no __dict__ and no __all__"));
            };
            (th.call_method(&dict, &names.keys, &[])?, true)
        }
    };
    for name in th.collect(&all)? {
        let Some(text) = name.as_str() else {
            let module_name = th.getattr(module, &names.__name__)?;
            let (what, where_) = if skip_private { ("Key", "__dict__") } else { ("Item", "__all__") };
            let place = name_text(&module_name);
            let shown = name.class().full_name();
            return Err(th.type_error(format_args!("{what} in {place}.{where_} must be str, not {shown}")));
        };
        if skip_private && !text.is_empty() && text.char_at(0) == u32::from(b'_') {
            continue;
        }
        let value = th.getattr(module, &name)?;
        match locals.downcast_exact::<Dict>() {
            Some(dict) => drop(dict.set_str(&crate::intern::intern(th, name.clone()), value)),
            None => th.set_item(&locals, &name, &value)?,
        }
    }
    Ok(())
}

/// `import name` from native code: the module itself, also for dotted names.
pub fn import_module(th: &ThreadState, name: &str) -> Res {
    let full = th.intern(name);
    if let Some(modules) = th.interp().modules.get()
        && let Some(modules) = modules.downcast::<Dict>()
        && let Some(found) = modules.get_str(&full)
        && !found.is_none()
    {
        return Ok(found);
    }
    let builtins = th.builtins_dict();
    let import = builtins
        .as_ref()
        .and_then(|builtins| builtins.downcast::<Dict>())
        .and_then(|builtins| builtins.get_str(&th.names().__import__));
    let Some(import) = import else { return Err(th.error(&exc::IMPORT_ERROR, "__import__ not found")) };
    let fromlist = th.tuple(&[th.intern("__name__")]);
    th.call(&import, &[full, Value::NONE, Value::NONE, fromlist, Value::int32(0)])
}
