//! What several native modules need from the library's Python side.

use runtime::objects::dict::Dict;
use runtime::objects::list::LIST_TYPE;
use runtime::{Res, ThreadState, Value};

/// A module of the library, imported if need be.
pub fn import(th: &ThreadState, name: &str) -> Res {
    let key = th.intern(name);
    let loaded = || th.interp().modules.with(|modules| modules.and_then(|m| m.downcast::<Dict>()?.get_str(&key)));
    if let Some(module) = loaded() {
        return Ok(module);
    }
    let import = th.interp().builtins.with(|b| b.and_then(|b| b.downcast::<Dict>()?.get_str(&th.intern("__import__"))));
    let import = import.ok_or_else(|| th.import_error_message("__import__ not found"))?;
    let module = th.call(&import, std::slice::from_ref(&key))?;
    Ok(loaded().unwrap_or(module))
}

/// `types.GenericAlias(class, item)`.
pub fn generic_alias(th: &ThreadState, class: &Value, item: &Value) -> Res {
    let alias = th.call_method_str(LIST_TYPE.value_ref(), "__class_getitem__", std::slice::from_ref(item))?;
    th.call(alias.class().value_ref(), &[class.clone(), item.clone()])
}

/// To be called now and then by native code that runs long, while it holds no borrowed storage: handles signals and the
/// like, which may raise.
pub fn check_interrupts(th: &ThreadState) -> Res<()> {
    let _ = th;
    Ok(())
}
