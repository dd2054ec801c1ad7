//! Frames as the rest of the runtime sees them: what `sys`, `builtins` and the importer ask of the machine.
//!
//! Each function here answers from `frame/`; nothing else reaches into the machine's insides.

use crate::error::{Raised, Res};
use crate::thread::ThreadState;
use crate::value::Value;

fn not_yet(th: &ThreadState, what: &str) -> Raised {
    th.not_implemented_error(format_args!("{what} is not there yet"))
}

/// Runs a code object as a module body: `globals` is also the locals. `__builtins__` is added if missing.
pub fn run_module_code(th: &ThreadState, code: &Value, globals: &Value) -> Res {
    run_code(th, code, globals, globals, None)
}

/// Runs a code object as `exec` and `eval` do. `closure` is a tuple of cells for the code's free variables.
pub fn run_code(th: &ThreadState, code: &Value, globals: &Value, locals: &Value, closure: Option<&Value>) -> Res {
    let _ = (code, globals, locals, closure);
    Err(not_yet(th, "running code"))
}

/// A `code` object from what the compiler made.
pub fn code_object(th: &ThreadState, code: &bytecode::code::Code) -> Res {
    let _ = code;
    Err(not_yet(th, "making a code object"))
}

/// A `code` object from marshalled parts. The parts are checked: data of any origin comes here.
pub fn code_from_parts(th: &ThreadState, parts: bytecode::marshal::CodeParts<Value>) -> Res {
    let _ = parts;
    Err(not_yet(th, "making a code object"))
}

/// The parts of a code object; `None` for anything else.
pub fn code_parts(th: &ThreadState, value: &Value) -> Res<Option<bytecode::marshal::CodeParts<Value>>> {
    let _ = (th, value);
    Ok(None)
}

/// The globals of the innermost Python frame.
pub fn globals(th: &ThreadState) -> Option<Value> {
    let _ = th;
    None
}

/// `__builtins__` of the innermost Python frame; the interpreter's outside of any.
pub fn builtins(th: &ThreadState) -> Option<Value> {
    th.interp().builtins.get()
}

/// `co_flags` of the innermost Python frame; 0 outside of any.
pub fn code_flags(th: &ThreadState) -> u32 {
    let _ = th;
    0
}

/// How many free variables a code object has; `None` if the value is no code object.
pub fn free_variable_count(code: &Value) -> Option<usize> {
    let _ = code;
    None
}

/// Whether `closure` is a tuple of `count` cells.
pub fn is_closure_of(closure: &Value, count: usize) -> bool {
    let _ = (closure, count);
    false
}

/// `locals()` of the innermost Python frame.
pub fn locals(th: &ThreadState) -> Res {
    Err(not_yet(th, "locals()"))
}

/// `builtins.__build_class__`: `args` is `func, name, *bases, **kwds`.
pub fn build_class(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
    let _ = (args, kwnames);
    Err(not_yet(th, "__build_class__"))
}

/// `anext(iterator, default)`: an awaitable that gives `default` at the end.
pub fn anext_with_default(th: &ThreadState, awaitable: Value, default: Value) -> Res {
    let _ = (awaitable, default);
    Err(not_yet(th, "anext() with a default"))
}

/// The StopIteration of an iterator that has just said `EXHAUSTED`: a generator's carries its return value.
pub fn stop_iteration_of(th: &ThreadState, iterator: &Value) -> Raised {
    let _ = iterator;
    th.stop_iteration(&Value::NONE)
}

/// The frame object `depth` calls below the innermost Python frame.
pub fn frame_object(th: &ThreadState, depth: usize) -> Option<Value> {
    let _ = (th, depth);
    None
}

/// `__name__` of the module whose code runs `depth` calls below the innermost Python frame.
pub fn module_name_at(th: &ThreadState, depth: usize) -> Option<Value> {
    let _ = (th, depth);
    None
}

pub fn recursion_limit(th: &ThreadState) -> usize {
    let _ = th;
    1000
}

/// RecursionError if the present depth is above the new limit.
pub fn set_recursion_limit(th: &ThreadState, limit: usize) -> Res<()> {
    let _ = (th, limit);
    Ok(())
}

/// File, line and function name of each entry of an exception's traceback, outermost first.
pub fn traceback_places(th: &ThreadState, exception: &Value) -> Vec<(String, i32, String)> {
    let _ = (th, exception);
    Vec::new()
}

/// Takes entries of the importer's own frames off an exception's traceback.
pub fn remove_importlib_frames(th: &ThreadState, exception: &Value) {
    let _ = (th, exception);
}

/// Instance and class for `super()` without arguments, from the innermost Python frame.
pub fn super_args(th: &ThreadState) -> Res<(Value, Value)> {
    Err(th.runtime_error("super(): no current frame"))
}

pub fn trace_function(th: &ThreadState) -> Option<Value> {
    let _ = th;
    None
}

/// `sys.settrace`; `None` turns tracing off.
pub fn set_trace(th: &ThreadState, function: Option<&Value>) -> Res<()> {
    match function {
        None => Ok(()),
        Some(_) => Err(not_yet(th, "sys.settrace")),
    }
}

pub fn profile_function(th: &ThreadState) -> Option<Value> {
    let _ = th;
    None
}

/// `sys.setprofile`; `None` turns profiling off.
pub fn set_profile(th: &ThreadState, function: Option<&Value>) -> Res<()> {
    match function {
        None => Ok(()),
        Some(_) => Err(not_yet(th, "sys.setprofile")),
    }
}

/// The exception being handled (`sys.exception()`).
pub fn handled_exception(th: &ThreadState) -> Option<Value> {
    th.handled.borrow().iter().rev().find(|value| !value.is_none()).cloned()
}

/// `co_filename` of a code object, and of those among its constants, becomes `path`.
pub fn fix_filename(th: &ThreadState, code: &Value, path: &Value) -> Res<()> {
    let _ = (th, code, path);
    Ok(())
}
