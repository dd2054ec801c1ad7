//! What `sys`'s hooks do by default: showing values, exceptions, and exceptions that nobody can catch.

use crate::error::{Raised, Res};
use crate::objects::dict::Dict;
use crate::objects::exceptions::BaseException;
use crate::thread::ThreadState;
use crate::value::Value;

/// `sys.displayhook`: prints a value's repr and binds it to `builtins._`.
pub fn display(th: &ThreadState, value: &Value) -> Res<()> {
    let builtins = crate::import::import(th, "builtins")?;
    if value.is_none() {
        return Ok(());
    }
    let underscore = th.intern("_");
    th.setattr(&builtins, &underscore, Some(&Value::NONE))?;
    let Some(stdout) = th.sys_attribute("stdout").filter(|stdout| !stdout.is_none()) else {
        return Err(th.runtime_error("lost sys.stdout"));
    };
    let text = th.repr(value)?;
    let names = th.names();
    let written = th.call_method(&stdout, &names.write, std::slice::from_ref(&text));
    if let Err(raised) = written {
        if !th.raised_is(&raised, &crate::objects::exceptions::UNICODE_ENCODE_ERROR) {
            return Err(raised);
        }
        drop(th.take_raised(raised));
        let encoding = th.getattr(&stdout, &names.encoding)?;
        let errors = th.str("backslashreplace");
        let bytes = th.call_method_str(&text, "encode", &[encoding.clone(), errors])?;
        let shown = th.call_method_str(&bytes, "decode", &[encoding, th.str("strict")])?;
        th.call_method(&stdout, &names.write, &[shown])?;
    }
    let newline = th.str("\n");
    th.call_method(&stdout, &names.write, &[newline])?;
    th.setattr(&builtins, &underscore, Some(value))
}

/// `sys.excepthook`: prints the traceback to `sys.stderr`, by the `traceback` module; without it (early at the start, or
/// when it fails) only type and message.
pub fn print_exception(th: &ThreadState, exception: &Value) {
    let stderr = th.sys_attribute("stderr").filter(|stderr| !stderr.is_none());
    let Some(stderr) = stderr else {
        print_plainly(th, exception);
        return;
    };
    if let Err(raised) = print_by_module(th, exception, &stderr) {
        drop(th.take_raised(raised));
        print_plainly(th, exception);
        return;
    }
    let flushed = th.call_method(&stderr, &th.names().flush, &[]);
    if let Err(raised) = flushed {
        drop(th.take_raised(raised));
    }
}

fn print_by_module(th: &ThreadState, exception: &Value, stderr: &Value) -> Res<()> {
    let print = crate::import::import_attribute(th, "traceback", "_print_exception_bltin");
    let print = th.catch(print, &crate::objects::exceptions::ATTRIBUTE_ERROR)?;
    match print {
        Some(print) => th.call(&print, std::slice::from_ref(exception))?,
        None => {
            let print = crate::import::import_attribute(th, "traceback", "print_exception")?;
            th.call_with(&print, std::slice::from_ref(exception), &[("file", stderr.clone())])?
        }
    };
    Ok(())
}

/// Type and message on the process's error stream, with the places of the traceback.
fn print_plainly(th: &ThreadState, exception: &Value) {
    let mut text = String::new();
    let places = crate::frame_api::traceback_places(th, exception);
    if !places.is_empty() {
        text.push_str("Traceback (most recent call last):\n");
    }
    for (file, line, name) in places {
        text.push_str(&format!("  File \"{file}\", line {line}, in {name}\n"));
    }
    text.push_str(&exception.class().name());
    match th.str_string(exception) {
        Ok(message) if message.is_empty() => {}
        Ok(message) => {
            text.push_str(": ");
            text.push_str(&message);
        }
        Err(raised) => {
            drop(th.take_raised(raised));
            text.push_str(": <exception str() failed>");
        }
    }
    text.push('\n');
    host::stdio::write_error(text.as_bytes());
}

/// Hands an exception that nobody can catch (raised in `__del__`, a callback, ...) to `sys.unraisablehook`.
pub fn write_unraisable(th: &ThreadState, raised: Raised, message: Option<&str>, object: Option<&Value>) {
    let exception = th.take_raised(raised);
    let message = message.map_or(Value::NONE, |message| th.str(message));
    let traceback = exception.downcast::<BaseException>().map_or(Value::NONE, |base| base.traceback.get_or_none());
    let args = super::info::UNRAISABLE_HOOK_ARGS.make(
        th,
        vec![
            exception.class().as_value(),
            exception.clone(),
            traceback,
            message,
            object.cloned().unwrap_or(Value::NONE),
        ],
    );
    let result = match th.sys_attribute("unraisablehook").filter(|hook| !hook.is_none()) {
        Some(hook) => th.call(&hook, &[args]).map(drop),
        None => print_unraisable(th, &args),
    };
    if let Err(raised) = result {
        drop(th.take_raised(raised));
        host::stdio::write_error(b"Exception ignored in sys.unraisablehook\n");
    }
}

/// `sys.unraisablehook`.
pub fn print_unraisable(th: &ThreadState, args: &Value) -> Res<()> {
    let Some([_, value, _, message, object]) = args.as_tuple().map(|args| args.as_slice()) else {
        return Err(th.type_error("sys.unraisablehook argument type must be UnraisableHookArgs"));
    };
    let Some(stderr) = th.sys_attribute("stderr").filter(|stderr| !stderr.is_none()) else { return Ok(()) };
    let mut text = String::new();
    let shown = |object: &Value| match th.repr_string(object) {
        Ok(text) => text,
        Err(raised) => {
            drop(th.take_raised(raised));
            "<object repr() failed>".to_string()
        }
    };
    let message = message.as_str().map(|message| message.to_string_lossy());
    match (message, object.is_none()) {
        (Some(message), true) => text.push_str(&format!("{message}:\n")),
        (Some(message), false) => text.push_str(&format!("{message}: {}\n", shown(object))),
        (None, false) => text.push_str(&format!("Exception ignored in: {}\n", shown(object))),
        (None, true) => {}
    }
    let text = th.str(&text);
    th.call_method(&stderr, &th.names().write, &[text])?;
    if value.is_none() {
        return Ok(());
    }
    let print = crate::import::import_attribute(th, "traceback", "print_exception")?;
    th.call_with(&print, std::slice::from_ref(value), &[("file", stderr.clone())])?;
    th.call_method(&stderr, &th.names().flush, &[])?;
    Ok(())
}

/// Functions added with `sys.addaudithook`.
#[derive(Default)]
pub(super) struct AuditHooks(pub(super) std::cell::RefCell<Vec<Value>>);

impl ThreadState {
    /// Raises an audit event: `sys.audit(event, *args)`. Costs a test while there are no hooks.
    pub fn audit(&self, event: &str, args: &[Value]) -> Res<()> {
        if !self.interp().has_audit_hooks.get() {
            return Ok(());
        }
        let hooks = self.extension::<AuditHooks>().0.borrow().clone();
        let arguments = [self.str(event), self.tuple(args)];
        for hook in hooks {
            self.call(&hook, &arguments)?;
        }
        Ok(())
    }

    /// Reports an exception that can not be passed on.
    pub fn unraisable(&self, raised: Raised, message: Option<&str>, object: Option<&Value>) {
        write_unraisable(self, raised, message, object);
    }
}

/// The namespace of `sys`.
pub(super) fn namespace(th: &ThreadState, module: &Value) -> Res {
    let dict = th.module_dict(module)?;
    debug_assert!(dict.downcast::<Dict>().is_some());
    Ok(dict)
}

/// One line of a source file; `None` if there is no such file or line.
pub(crate) fn source_line(filename: &str, lineno: i64) -> Option<String> {
    let index = usize::try_from(lineno).ok()?.checked_sub(1)?;
    // Not what a program calls itself: only files are looked at.
    if filename.starts_with('<') {
        return None;
    }
    let bytes = std::fs::read(filename).ok()?;
    String::from_utf8_lossy(&bytes).lines().nth(index).map(str::to_string)
}
