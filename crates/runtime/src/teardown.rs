//! How modules go at the end of the interpreter, so that finalisers of what they hold run while most is still there.
//!
//! In CPython's order: what the interactive session and tracebacks left in `sys`; then all modules but `sys` and
//! `builtins` leave `sys.modules`; cycles are collected; modules that somebody still holds have their names set to `None`,
//! first those with one underscore; `sys` and `builtins` go last.

use crate::modules::weakref::WeakReference;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::thread::ThreadState;
use crate::value::Value;
use crate::{Payload, gc};

/// Names of `sys` that hold values of programs.
const SYS_NAMES: [&str; 12] = [
    "path",
    "argv",
    "ps1",
    "ps2",
    "last_exc",
    "last_type",
    "last_value",
    "last_traceback",
    "path_importer_cache",
    "meta_path",
    "path_hooks",
    "__interactivehook__",
];

/// Streams that go back to what they were at the start.
const SYS_STREAMS: [(&str, &str); 3] = [("stdin", "__stdin__"), ("stdout", "__stdout__"), ("stderr", "__stderr__")];

/// Modules whose weak references only tidy their own containers.
const TIDYING_MODULES: [&str; 2] = ["/lib/python3.14/weakref.py", "/lib/python3.14/_weakrefset.py"];

/// Whether nothing that is still there could do anything that is seen when it goes: no finaliser but those of the standard
/// streams, no callback of a weak reference. A process that ends may then leave all to the system.
pub(crate) fn is_silent(th: &ThreadState) -> bool {
    if gc::collect::has_witness(th) {
        return false;
    }
    let mut streams: Vec<u64> = Vec::new();
    for (_, name) in SYS_STREAMS {
        let mut stream = th.sys_attribute(name);
        // The text stream, its buffer, the file.
        while let Some(layer) = stream {
            streams.push(layer.bits());
            stream = gc::collect::referents(&layer).into_iter().find(gc::collect::finalizes);
        }
    }
    let mut silent = true;
    gc::collect::for_each_live(th, |value| {
        if !silent {
            return;
        }
        if let Some(reference) = value.downcast::<WeakReference>() {
            silent = reference.with_callback(|callback| {
                let Some(function) = callback.downcast::<Function>() else { return false };
                let file = function.code().filename();
                let file = file.as_str().and_then(|file| file.as_ascii()).unwrap_or_default();
                TIDYING_MODULES.iter().any(|module| file.ends_with(module))
            });
        } else if gc::collect::finalizes(value) {
            silent = streams.contains(&value.bits());
        }
    });
    silent
}

/// Takes all modules down. Nothing can be imported afterwards.
pub(crate) fn modules(th: &ThreadState) {
    let (Some(modules), Some(sys)) = (th.interp().modules.get(), th.interp().sys_dict.get()) else { return };
    let Some(all) = modules.downcast::<Dict>() else { return };
    let sys = Dict::of(&sys);
    if let Some(builtins) = th.interp().builtins.get() {
        drop(Dict::of(&builtins).set_str(&th.intern("_"), Value::NONE));
    }
    for name in SYS_NAMES {
        drop(sys.set_str(&th.intern(name), Value::NONE));
    }
    for (name, original) in SYS_STREAMS {
        if let Some(stream) = sys.get_str(&th.intern(original)) {
            drop(sys.set_str(&th.intern(name), stream));
        }
    }
    // Modules are held weakly from here on: those that die by themselves are clean.
    let mut weak = Vec::new();
    for (name, module) in all.to_vec() {
        let is_core = name.as_str().is_some_and(|name| matches!(name.to_string_lossy().as_str(), "sys" | "builtins"));
        if module.is_none() || is_core {
            continue;
        }
        let reference =
            crate::modules::weakref::reference(th, &crate::modules::weakref::WEAK_REFERENCE_TYPE, &module, None);
        match reference {
            Ok(reference) => weak.push(reference),
            Err(raised) => drop(th.take_raised(raised)),
        }
        drop(all.set_str(&name, Value::NONE));
    }
    all.clear();
    collect(th);
    // What was imported last goes first.
    for reference in weak.into_iter().rev() {
        let module = reference.downcast::<crate::modules::weakref::WeakReference>().and_then(|weak| weak.get());
        if let Some(module) = module {
            clear_module(th, &module);
        }
    }
    collect(th);
}

fn collect(th: &ThreadState) {
    if let Err(raised) = gc::collect::collect(th, 2) {
        drop(th.take_raised(raised));
    }
}

/// Sets the names of a module to `None`: those that begin with one underscore first, then all but `__builtins__`.
fn clear_module(th: &ThreadState, module: &Value) {
    let Ok(dict) = th.module_dict(module) else { return };
    let Some(namespace) = dict.downcast::<Dict>() else { return };
    for underscored in [true, false] {
        for (name, value) in namespace.to_vec() {
            let Some(text) = name.as_str().map(|name| name.to_string_lossy()) else { continue };
            let is_underscored = text.starts_with('_') && !text.starts_with("__");
            if value.is_none() || text == "__builtins__" || is_underscored != underscored {
                continue;
            }
            drop(value);
            drop(namespace.set_str(&name, Value::NONE));
        }
    }
}
