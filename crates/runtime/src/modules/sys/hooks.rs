//! What `sys`'s hooks do by default: showing values, exceptions, and exceptions that nobody can catch.

use super::display;
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

/// `sys.excepthook`: prints the exception to `sys.stderr`, by the library's `traceback`; without that (early at the start,
/// or when it fails) the machine does it.
pub fn print_exception(th: &ThreadState, exception: &Value) {
    let stderr = match th.sys_attribute("stderr") {
        None => {
            host::stdio::write_error(b"lost sys.stderr\n");
            host::stdio::write_error(display::exception_text(th, exception).as_bytes());
            return;
        }
        Some(stderr) if stderr.is_none() => return,
        Some(stderr) => stderr,
    };
    if let Err(raised) = print_by_module(th, exception) {
        drop(th.take_raised(raised));
        let text = display::exception_text(th, exception);
        if let Err(raised) = th.call_method(&stderr, &th.names().write, &[th.str(&text)]) {
            drop(th.take_raised(raised));
            host::stdio::write_error(text.as_bytes());
        }
    }
    if let Err(raised) = th.call_method(&stderr, &th.names().flush, &[]) {
        drop(th.take_raised(raised));
    }
}

fn print_by_module(th: &ThreadState, exception: &Value) -> Res<()> {
    let print = crate::import::import_attribute(th, "traceback", "_print_exception_bltin")?;
    th.call(&print, std::slice::from_ref(exception))?;
    Ok(())
}

/// The default of every exception that nobody can catch.
const IGNORED: &str = "Exception ignored in";

/// Hands an exception that nobody can catch (raised in `__del__`, a callback, ...) to `sys.unraisablehook`. The error is
/// taken out of the thread state.
pub fn write_unraisable(th: &ThreadState, raised: Raised, message: Option<&str>, object: Option<&Value>) {
    let exception = th.take_raised(raised);
    // What was raised by no Python code at all is shown with the place where it happened.
    if exception.downcast::<BaseException>().is_some_and(|base| base.traceback.get().is_none()) {
        crate::frame_api::add_current_frame(th, &exception);
    }
    let hook = th.sys_attribute("unraisablehook").filter(|hook| !hook.is_none());
    let args = unraisable_args(th, &exception, message, object);
    let Some(hook) = hook else {
        swallow(th, print_unraisable(th, &args));
        return;
    };
    let called = th.audit("sys.unraisablehook", &[hook.clone(), args.clone()]);
    let called = called.and_then(|()| th.call(&hook, std::slice::from_ref(&args)));
    if let Err(raised) = called {
        let second = th.take_raised(raised);
        let args = unraisable_args(th, &second, Some("Exception ignored in sys.unraisablehook"), Some(&hook));
        swallow(th, print_unraisable(th, &args));
    }
}

fn unraisable_args(th: &ThreadState, exception: &Value, message: Option<&str>, object: Option<&Value>) -> Value {
    let traceback = exception.downcast::<BaseException>().map_or(Value::NONE, |base| base.traceback.get_or_none());
    let fields = vec![
        exception.class().as_value(),
        exception.clone(),
        traceback,
        message.map_or(Value::NONE, |message| th.str(message)),
        object.cloned().unwrap_or(Value::NONE),
    ];
    super::info::UNRAISABLE_HOOK_ARGS.make(th, fields)
}

fn swallow(th: &ThreadState, result: Res<()>) {
    if let Err(raised) = result {
        drop(th.take_raised(raised));
    }
}

/// `sys.unraisablehook`.
pub fn print_unraisable(th: &ThreadState, args: &Value) -> Res<()> {
    let is_ours = args.is_instance_of(&super::info::UNRAISABLE_HOOK_ARGS.class);
    let fields = args.as_tuple().filter(|_| is_ours).map(|args| args.as_slice());
    let Some([class, value, traceback, message, object]) = fields else {
        return Err(th.type_error("sys.unraisablehook argument type must be UnraisableHookArgs"));
    };
    let Some(stderr) = th.sys_attribute("stderr").filter(|stderr| !stderr.is_none()) else { return Ok(()) };
    let message = if message.is_none() { None } else { Some(th.str_string(message)?) };
    let mut text = String::new();
    if !object.is_none() {
        let shown = display::text_or(th, th.repr_string(object), "<object repr() failed>");
        text.push_str(&format!("{}: {shown}\n", message.as_deref().unwrap_or(IGNORED)));
    } else if let Some(message) = message {
        text.push_str(&format!("{message}:\n"));
    }
    if !traceback.is_none() {
        text.push_str(&display::traceback_text(th, traceback));
    }
    if !class.is_none() {
        if value.is_none() {
            text.push_str(&class.as_type().map_or_else(|| "<unknown>".to_string(), |class| class.name_of_qualname()));
        } else {
            text.push_str(&display::class_text(th, value));
            let shown = display::text_or(th, th.str_string(value), "<exception str() failed>");
            if !shown.is_empty() {
                text.push_str(": ");
                text.push_str(&shown);
            }
        }
        text.push('\n');
    }
    th.call_method(&stderr, &th.names().write, &[th.str(&text)])?;
    th.call_method(&stderr, &th.names().flush, &[])?;
    Ok(())
}

/// What `sys.setdlopenflags` keeps; `RTLD_NOW` at first.
pub(super) struct LoaderFlags(pub(super) std::cell::Cell<i32>);

impl Default for LoaderFlags {
    fn default() -> LoaderFlags {
        LoaderFlags(std::cell::Cell::new(2))
    }
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
            // A hook is none of a trace function's business, unless it says so.
            let may_trace = match self.getattr_opt(&hook, &self.intern("__cantrace__"))? {
                Some(may_trace) => self.is_true(&may_trace)?,
                None => false,
            };
            if may_trace {
                self.call(&hook, &arguments)?;
            } else {
                crate::frame::tracing::untraced(self, || self.call(&hook, &arguments))?;
            }
        }
        Ok(())
    }

    /// The event of an attribute that tells or changes more than its object: "object.__getattr__" and its like.
    #[inline]
    pub fn audit_attribute(&self, event: &str, object: &Value, name: &str) -> Res<()> {
        if !self.interp().has_audit_hooks.get() {
            return Ok(());
        }
        self.audit(event, &[object.clone(), self.str(name)])
    }

    /// The event of an attribute that is set, or deleted (no value).
    #[inline]
    pub fn audit_attribute_change(&self, object: &Value, name: &str, value: Option<&Value>) -> Res<()> {
        if !self.interp().has_audit_hooks.get() {
            return Ok(());
        }
        match value {
            Some(value) => self.audit("object.__setattr__", &[object.clone(), self.str(name), value.clone()]),
            None => self.audit_attribute("object.__delattr__", object, name),
        }
    }

    /// Reports an exception that can not be passed on.
    pub fn unraisable(&self, raised: Raised, message: Option<&str>, object: Option<&Value>) {
        write_unraisable(self, raised, message, object);
    }

    /// As [`ThreadState::unraisable`]; the message ends with the repr of what the machine was busy with.
    pub fn unraisable_while(&self, raised: Raised, doing: &str, object: &Value) {
        let exception = self.take_raised(raised);
        let shown = display::text_or(self, self.repr_string(object), "<object repr() failed>");
        let raised = self.raise_as_is(exception);
        write_unraisable(self, raised, Some(&format!("{doing} {shown}")), None);
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
