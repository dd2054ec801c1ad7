//! Frames as the rest of the runtime sees them: what `sys`, `builtins` and the importer ask of the machine.
//!
//! Each function here answers from `frame/`; nothing else reaches into the machine's insides.

use bytecode::marshal::CodeParts;

use crate::error::{Raised, Res, name_text};
use crate::frame::Fp;
use crate::object::Payload;
use crate::objects::code::Code;
use crate::objects::dict::Dict;
use crate::objects::exceptions as exc;
use crate::objects::traceback::Traceback;
use crate::thread::ThreadState;
use crate::value::Value;

/// Runs a code object as a module body: `globals` is also the locals. `__builtins__` is added if missing.
pub fn run_module_code(th: &ThreadState, code: &Value, globals: &Value) -> Res {
    run_code(th, code, globals, globals, None)
}

/// Runs a code object as `exec` and `eval` do. `closure` is a tuple of cells for the code's free variables.
pub fn run_code(th: &ThreadState, code: &Value, globals: &Value, locals: &Value, closure: Option<&Value>) -> Res {
    let Some(payload) = code.downcast_exact::<Code>() else { return Err(th.type_error("a code object is needed")) };
    let Some(namespace) = globals.downcast::<Dict>() else { return Err(th.type_error("globals must be a dict")) };
    let count = closure.and_then(Value::as_tuple).map_or(0, |cells| cells.len());
    if count != payload.free_count as usize {
        return Err(th.type_error(format_args!(
            "code object passed to exec() may not contain free variables ({} needed)",
            payload.free_count
        )));
    }
    let name = &th.names().__builtins__;
    if namespace.get_str(name).is_none()
        && let Some(builtins) = builtins(th)
    {
        drop(namespace.set_str(name, builtins));
    }
    crate::frame::run_code(th, code, globals, locals, closure)
}

/// A `code` object from what the compiler made.
pub fn code_object(th: &ThreadState, code: &bytecode::code::Code) -> Res {
    th.code(code)
}

/// A `code` object from marshalled parts. The parts are checked: data of any origin comes here.
pub fn code_from_parts(th: &ThreadState, parts: CodeParts<Value>) -> Res {
    crate::frame::check::from_marshal(th, parts)
}

/// The parts of a code object; `None` for anything else.
pub fn code_parts(th: &ThreadState, value: &Value) -> Res<Option<CodeParts<Value>>> {
    Ok(value.downcast_exact::<Code>().map(|code| crate::frame::check::to_marshal(th, code)))
}

/// Gives an exception a traceback that shows the innermost frame, if there is one.
pub(crate) fn add_current_frame(th: &ThreadState, exception: &Value) {
    if let Some(fp) = th.frames.innermost() {
        crate::frame::unwind::add_traceback(th, exception, fp);
    }
}

fn frame_at(th: &ThreadState, depth: usize) -> Option<Fp> {
    let mut fp = th.frames.innermost()?;
    for _ in 0..depth {
        fp = fp.previous()?;
    }
    Some(fp)
}

/// The globals of the innermost Python frame.
pub fn globals(th: &ThreadState) -> Option<Value> {
    th.current_globals()
}

/// `__builtins__` of the innermost Python frame; the interpreter's outside of any.
pub fn builtins(th: &ThreadState) -> Option<Value> {
    th.current_builtins()
}

/// `co_flags` of the innermost Python frame; 0 outside of any.
pub fn code_flags(th: &ThreadState) -> u32 {
    th.frames.innermost().map_or(0, |fp| fp.code().flags)
}

/// How many free variables a code object has; `None` if the value is no code object.
pub fn free_variable_count(code: &Value) -> Option<usize> {
    code.downcast_exact::<Code>().map(|code| code.free_count as usize)
}

/// Whether `closure` is a tuple of `count` cells.
pub fn is_closure_of(closure: &Value, count: usize) -> bool {
    closure.as_tuple().is_some_and(|cells| {
        cells.len() == count
            && cells.as_slice().iter().all(|cell| cell.downcast_exact::<crate::objects::cell::CellObject>().is_some())
    })
}

/// `locals()` of the innermost Python frame.
pub fn locals(th: &ThreadState) -> Res {
    match th.current_locals()? {
        Some(locals) => Ok(locals),
        None => Err(th.system_error("frame does not exist")),
    }
}

/// `builtins.__build_class__`: `args` is `func, name, *bases, **kwds`.
pub fn build_class(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
    let positional = args.len() - kwnames.len();
    if positional < 2 {
        return Err(th.type_error("__build_class__: not enough arguments"));
    }
    let keywords: Vec<(Value, Value)> = kwnames.iter().cloned().zip(args[positional..].iter().cloned()).collect();
    crate::frame::build_class(th, &args[0], &args[1], &args[2..positional], &keywords)
}

/// `anext(iterator, default)`: an awaitable that gives `default` at the end.
pub fn anext_with_default(th: &ThreadState, awaitable: Value, default: Value) -> Res {
    Ok(crate::objects::async_generator::anext_with_default(th, awaitable, default))
}

/// The StopIteration of an iterator that has just said `EXHAUSTED`: a generator with a value to return raises instead.
pub fn stop_iteration_of(th: &ThreadState, _iterator: &Value) -> Raised {
    th.stop_iteration(&Value::NONE)
}

/// The frame object `depth` calls below the innermost Python frame.
pub fn frame_object(th: &ThreadState, depth: usize) -> Option<Value> {
    th.frame_object(depth)
}

/// `__name__` of the module whose code runs `depth` calls below the innermost Python frame.
pub fn module_name_at(th: &ThreadState, depth: usize) -> Option<Value> {
    let fp = frame_at(th, depth)?;
    th.getattr_opt(fp.function_value(), &th.names().__module__).unwrap_or_else(|raised| {
        drop(th.take_raised(raised));
        None
    })
}

pub fn recursion_limit(th: &ThreadState) -> usize {
    th.frames.recursion_limit().max(0) as usize
}

/// RecursionError if the present depth is above the new limit.
pub fn set_recursion_limit(th: &ThreadState, limit: usize) -> Res<()> {
    let depth = th.frames.depth();
    let limit = isize::try_from(limit).unwrap_or(isize::MAX / 2);
    if depth >= limit {
        return Err(th.recursion_error(format_args!(
            "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
        )));
    }
    th.for_each_thread(|thread| thread.frames.set_recursion_limit(limit));
    Ok(())
}

/// File, line and function name of each entry of an exception's traceback, outermost first.
pub fn traceback_places(_th: &ThreadState, exception: &Value) -> Vec<(String, i32, String)> {
    let mut places = Vec::new();
    let mut entry = exception.downcast::<exc::BaseException>().and_then(|exception| exception.traceback.get());
    while let Some(traceback) = entry.as_ref().and_then(|entry| entry.downcast_exact::<Traceback>()) {
        let code = crate::objects::frame::code_of(&traceback.frame);
        places.push((name_text(&code.filename()), traceback.line().unwrap_or(0), name_text(code.name())));
        let next = traceback.next.get();
        entry = next;
    }
    places
}

/// Takes entries of the importer's own frames off an exception's traceback.
pub fn remove_importlib_frames(th: &ThreadState, exception: &Value) {
    let Some(payload) = exception.downcast::<exc::BaseException>() else { return };
    let always = exception.is_instance_of(&exc::IMPORT_ERROR);
    let mut entries = Vec::new();
    let mut cursor = payload.traceback.get();
    while let Some(entry) = cursor {
        cursor = Traceback::of(&entry).next.get();
        entries.push(entry);
    }
    let place = |entry: &Value| {
        let code = crate::objects::frame::code_of(&Traceback::of(entry).frame);
        (name_text(&code.filename()), name_text(code.name()))
    };
    let mut kept: Vec<Value> = Vec::new();
    let mut chunk: Vec<Value> = Vec::new();
    for entry in entries {
        let (file, name) = place(&entry);
        let internal = matches!(&*file, "<frozen importlib._bootstrap>" | "<frozen importlib._bootstrap_external>")
            || file.ends_with("/_taipan_library.py");
        if internal {
            let removes = always || name == "_call_with_frames_removed";
            chunk.push(entry);
            if removes {
                chunk.clear();
            }
        } else {
            kept.append(&mut chunk);
            kept.push(entry);
        }
    }
    kept.append(&mut chunk);
    let mut next = None;
    for entry in kept.into_iter().rev() {
        Traceback::of(&entry).next.set(next);
        next = Some(entry);
    }
    payload.traceback.set(next);
    let _ = th;
}

/// Instance and class for `super()` without arguments, from the innermost Python frame.
pub fn super_args(th: &ThreadState) -> Res<(Value, Value)> {
    use crate::objects::cell::CellObject;
    let Some(fp) = th.frames.innermost() else { return Err(th.runtime_error("super(): no current frame")) };
    let code = fp.code();
    if code.argcount == 0 {
        return Err(th.runtime_error("super(): no arguments"));
    }
    let mut first = fp.variable(0);
    if let Some(cell) = first.downcast_exact::<CellObject>()
        && code.local_kinds().first().is_some_and(|kind| kind & bytecode::code::local::CELL != 0)
    {
        first = cell.contents.get().unwrap_or(Value::UNBOUND);
    }
    if first.is_unbound() {
        return Err(th.runtime_error("super(): arg[0] deleted"));
    }
    let names = code.local_names();
    for (index, name) in names.iter().enumerate().skip(names.len() - code.free_count as usize) {
        if name.is(&th.names().__class__) {
            let cell = fp.variable(index);
            let class = cell.downcast_exact::<CellObject>().and_then(|cell| cell.contents.get());
            return match class {
                None => Err(th.runtime_error("super(): empty __class__ cell")),
                Some(class) if class.as_type().is_none() => Err(
                    th.runtime_error(format_args!("super(): __class__ is not a type ({})", class.class().full_name()))
                ),
                Some(class) => Ok((first, class)),
            };
        }
    }
    Err(th.runtime_error("super(): __class__ cell not found"))
}

pub fn trace_function(th: &ThreadState) -> Option<Value> {
    th.frames.trace.get()
}

/// `sys.settrace`; `None` turns tracing off.
pub fn set_trace(th: &ThreadState, function: Option<&Value>) -> Res<()> {
    crate::frame::tracing::set_trace(th, function);
    Ok(())
}

/// `sys._settraceallthreads`.
pub fn set_trace_everywhere(th: &ThreadState, function: Option<&Value>) -> Res<()> {
    crate::frame::tracing::set_trace_everywhere(th, function);
    Ok(())
}

/// `sys._setprofileallthreads`.
pub fn set_profile_everywhere(th: &ThreadState, function: Option<&Value>) -> Res<()> {
    crate::frame::tracing::set_profile_everywhere(th, function);
    Ok(())
}

pub fn profile_function(th: &ThreadState) -> Option<Value> {
    th.frames.profile.get()
}

/// `sys.setprofile`; `None` turns profiling off.
pub fn set_profile(th: &ThreadState, function: Option<&Value>) -> Res<()> {
    crate::frame::tracing::set_profile(th, function);
    Ok(())
}

/// `sys.call_tracing`.
pub fn call_tracing(th: &ThreadState, function: &Value, args: &[Value]) -> Res {
    crate::frame::tracing::call_tracing(th, || th.call(function, args))
}

/// The exception being handled (`sys.exception()`).
pub fn handled_exception(th: &ThreadState) -> Option<Value> {
    th.handled.borrow().iter().rev().find(|value| !value.is_none()).cloned()
}

/// `co_filename` of a code object, and of those among its constants, becomes `path`.
pub fn fix_filename(th: &ThreadState, code: &Value, path: &Value) -> Res<()> {
    match code.downcast_exact::<Code>() {
        Some(code) => {
            code.set_filename(path);
            Ok(())
        }
        None => Err(th.type_error("a code object is needed")),
    }
}
