//! What the instructions about names do when the quick path does not apply, and the errors of unbound names.

use super::registers::Fp;
use crate::error::{Raised, Res, name_text};
use crate::objects::cell::{self as cells, CellObject};
use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::objects::frame::namespace;
use crate::objects::function::Function;
use crate::thread::ThreadState;
use crate::value::Value;

/// The cell in a frame's slot; `None` only in code made by hand that forgot to make it.
#[inline(always)]
pub(super) fn cell<'a>(fp: Fp, index: usize) -> Option<&'a CellObject> {
    fp.local(index).downcast_exact::<CellObject>()
}

/// NameError with `name` set, which suggestions are made from.
#[cold]
#[inline(never)]
pub(super) fn name_error(th: &ThreadState, name: &Value) -> Raised {
    let message = th.str(&format!("name '{}' is not defined", name_text(name)));
    let exception = exc::new(th, &exc::NAME_ERROR, &[message]);
    exc::set_name_and_object(&exception, name, &Value::NONE);
    th.raise(exception)
}

#[cold]
#[inline(never)]
pub(super) fn unbound_local(th: &ThreadState, fp: Fp, index: usize) -> Raised {
    let name = fp.code().local_name(index);
    let message =
        th.str(&format!("cannot access local variable '{}' where it is not associated with a value", name_text(&name)));
    th.error_args(&exc::UNBOUND_LOCAL_ERROR, &[message])
}

#[cold]
#[inline(never)]
pub(super) fn unbound_deref(th: &ThreadState, fp: Fp, index: usize) -> Raised {
    let code = fp.code();
    if index < code.nlocalsplus() - code.free_count as usize {
        return unbound_local(th, fp, index);
    }
    let name = code.local_name(index);
    let message = th.str(&format!(
        "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
        name_text(&name)
    ));
    let exception = exc::new(th, &exc::NAME_ERROR, &[message]);
    exc::set_name_and_object(&exception, &name, &Value::NONE);
    th.raise(exception)
}

/// A global or builtin.
#[inline(never)]
pub(super) fn load_global(th: &ThreadState, fp: Fp, index: usize) -> Res {
    global(th, fp, fp.code().name_at(index))
}

fn global(th: &ThreadState, fp: Fp, name: &Value) -> Res {
    let function = fp.function();
    if let Some(value) = mapping_get(th, function.globals(), name)? {
        return Ok(value);
    }
    if let Some(value) = builtin(th, fp, name)? {
        return Ok(value);
    }
    Err(name_error(th, name))
}

/// A name in the mapping of builtins that the running code sees.
pub(super) fn builtin(th: &ThreadState, fp: Fp, name: &Value) -> Res<Option<Value>> {
    mapping_get(th, fp.function().builtins(), name)
}

/// `mapping[name]`, or `None` for KeyError.
fn mapping_get(th: &ThreadState, mapping: &Value, name: &Value) -> Res<Option<Value>> {
    if let Some(dict) = mapping.downcast_exact::<Dict>() {
        // Keys that are no strings may equal the name.
        return if dict.has_str_keys() { Ok(dict.get_str(name)) } else { dict.get(th, name) };
    }
    let result = th.get_item(mapping, name);
    th.catch(result, &exc::KEY_ERROR)
}

fn no_locals(th: &ThreadState, what: &str) -> Raised {
    th.system_error(format_args!("no locals {what}"))
}

#[inline(never)]
pub(super) fn load_name(th: &ThreadState, fp: Fp, index: usize) -> Res {
    let name = fp.code().name_at(index);
    let Some(locals) = namespace(fp) else {
        return Err(no_locals(th, &format!("when loading '{}'", name_text(name))));
    };
    match mapping_get(th, &locals, name)? {
        Some(value) => Ok(value),
        None => global(th, fp, name),
    }
}

#[inline(never)]
pub(super) fn store_name(th: &ThreadState, fp: Fp, index: usize, value: &Value) -> Res<()> {
    let name = fp.code().name_at(index);
    let Some(locals) = namespace(fp) else {
        return Err(no_locals(th, &format!("found when storing '{}'", name_text(name))));
    };
    if let Some(dict) = locals.downcast_exact::<Dict>() {
        drop(dict.set_str(name, value.clone()));
        return Ok(());
    }
    th.set_item(&locals, name, value)
}

#[inline(never)]
pub(super) fn delete_name(th: &ThreadState, fp: Fp, index: usize) -> Res<()> {
    let name = fp.code().name_at(index);
    let Some(locals) = namespace(fp) else {
        return Err(no_locals(th, &format!("when deleting '{}'", name_text(name))));
    };
    match locals.downcast_exact::<Dict>() {
        Some(dict) => dict.remove_str(name).map(drop).ok_or_else(|| name_error(th, name)),
        None => {
            let result = th.del_item(&locals, name);
            th.catch(result, &exc::KEY_ERROR)?.ok_or_else(|| name_error(th, name))
        }
    }
}

#[inline(never)]
pub(super) fn delete_global(th: &ThreadState, fp: Fp, index: usize) -> Res<()> {
    let name = fp.code().name_at(index);
    match fp.globals().remove_str(name) {
        Some(value) => {
            drop(value);
            Ok(())
        }
        None => Err(name_error(th, name)),
    }
}

#[inline(never)]
pub(super) fn load_locals(th: &ThreadState, fp: Fp) -> Res {
    namespace(fp).ok_or_else(|| th.system_error("no locals"))
}

#[inline(never)]
pub(super) fn load_from_dict_or_globals(th: &ThreadState, fp: Fp, mapping: &Value, index: usize) -> Res {
    let name = fp.code().name_at(index);
    match mapping_get(th, mapping, name)? {
        Some(value) => Ok(value),
        None => global(th, fp, name),
    }
}

#[inline(never)]
pub(super) fn load_from_dict_or_deref(th: &ThreadState, fp: Fp, mapping: &Value, index: usize) -> Res {
    let name = fp.code().local_name(index);
    if let Some(value) = mapping_get(th, mapping, &name)? {
        return Ok(value);
    }
    match cell(fp, index).and_then(|cell| cell.contents.get()) {
        Some(value) => Ok(value),
        None => Err(unbound_deref(th, fp, index)),
    }
}

#[inline(never)]
pub(super) fn make_cell(th: &ThreadState, fp: Fp, index: usize) {
    let value = fp.swap_local(index, Value::UNBOUND);
    let contents = if value.is_unbound() { None } else { Some(value) };
    fp.init_local(index, cells::new(th, contents));
}

#[inline(never)]
pub(super) fn copy_free_vars(fp: Fp, count: usize) {
    let first = fp.code().nlocalsplus() - count;
    let function: &Function = fp.function();
    function.closure.with(|closure| {
        let cells = closure.and_then(|closure| closure.as_tuple()).map_or(&[][..], |cells| cells.as_slice());
        for (index, cell) in cells.iter().take(count).enumerate() {
            fp.init_local(first + index, cell.clone());
        }
    });
}

#[inline(never)]
pub(super) fn load_build_class(th: &ThreadState, fp: Fp) -> Res {
    let name = &th.names().__build_class__;
    match builtin(th, fp, name)? {
        Some(value) => Ok(value),
        None => Err(th.error(&exc::NAME_ERROR, "__build_class__ not found")),
    }
}

#[inline(never)]
pub(super) fn setup_annotations(th: &ThreadState, fp: Fp) -> Res<()> {
    let Some(locals) = namespace(fp) else { return Err(no_locals(th, "found when setting up annotations")) };
    let name = &th.names().__annotations__;
    if mapping_get(th, &locals, name)?.is_none() {
        th.set_item(&locals, name, &th.dict(Dict::new()))?;
    }
    Ok(())
}
