//! What several native modules need from the library's Python side.

use runtime::object::PayloadFns;
use runtime::objects::dict::Dict;
use runtime::objects::exceptions::BaseException;
use runtime::objects::list::LIST_TYPE;
use runtime::types::{TypeDef, type_flags};
use runtime::{Res, ThreadState, Type, Value};

/// A module of the library, imported if need be.
pub fn import(th: &ThreadState, name: &str) -> Res {
    let key = th.intern(name);
    let loaded = || th.interp().modules.with(|modules| modules.and_then(|m| m.downcast::<Dict>()?.get_str(&key)));
    if loaded().is_some() {
        // Another thread may still be executing it: then this one waits.
        return runtime::import::import(th, name);
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
    th.check_interrupts()
}

/// The definition of an exception class of a module, with the payload of all exceptions.
pub const fn exception(
    module: &'static str,
    name: &'static str,
    base: &'static Type,
    doc: Option<&'static str>,
) -> TypeDef {
    TypeDef {
        name,
        module,
        doc,
        text_signature: None,
        base: Some(base),
        flags: type_flags::BASE_TYPE,
        methods: &[],
        getset: &[],
        attrs: &[],
        fill_slots: |_| {},
        payload: PayloadFns::traced::<BaseException>(),
    }
}

/// Calls `call` with the values of all parts, one after the other, on the stack if they are few.
#[inline]
pub fn with_arguments<R>(parts: &[&[Value]], call: impl FnOnce(&[Value]) -> R) -> R {
    let total: usize = parts.iter().map(|part| part.len()).sum();
    match total {
        0..=3 => with_buffer::<3, R>(parts, total, call),
        4..=8 => with_buffer::<8, R>(parts, total, call),
        _ => call(&parts.concat()),
    }
}

#[inline(always)]
fn with_buffer<const N: usize, R>(parts: &[&[Value]], total: usize, call: impl FnOnce(&[Value]) -> R) -> R {
    let mut buffer = [const { Value::NONE }; N];
    let mut places = buffer.iter_mut();
    for part in parts {
        for (value, place) in part.iter().zip(&mut places) {
            *place = value.clone();
        }
    }
    call(&buffer[..total])
}
