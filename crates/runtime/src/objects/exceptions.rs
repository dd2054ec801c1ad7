//! Exceptions: the payload that all share, and the hierarchy.

use std::cell::Cell;

use macros::{pyclass, pymethods};

use crate::gc::ValueCell;
use crate::object::{Payload, PayloadFns};
use crate::thread::ThreadState;
use crate::types::{Type, TypeDef, type_flags};
use crate::value::Value;

/// Common base class for all exceptions.
#[pyclass(name = "BaseException", flags(basetype, exception_subclass, managed_dict))]
#[derive(Default)]
#[repr(C)]
pub struct BaseException {
    pub args: ValueCell,
    pub traceback: ValueCell,
    pub context: ValueCell,
    pub cause: ValueCell,
    pub suppress_context: Cell<bool>,
}

#[pymethods]
impl BaseException {
    #[pyslot(new)]
    fn construct(th: &ThreadState, class: &Type, args: &[Value], kwnames: &[Value]) -> crate::Res {
        let args = &args[..args.len() - kwnames.len()];
        let payload = BaseException { args: ValueCell::new(th.tuple(args)), ..BaseException::default() };
        let new = th.new_instance(class, payload);
        Ok(new)
    }

    #[pyslot]
    fn init(th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> crate::Res<()> {
        let split = args.len() - kwnames.len();
        BaseException::of(slf).args.set(Some(th.tuple(&args[..split])));
        for (name, value) in kwnames.iter().zip(&args[split..]) {
            th.setattr(slf, name, Some(value))?;
        }
        if slf.is_instance_of(&OS_ERROR) && split >= 2 {
            for (name, value) in ["errno", "strerror", "filename"].iter().zip(args) {
                th.setattr_str(slf, name, value)?;
            }
        }
        if slf.is_instance_of(&STOP_ITERATION) {
            th.setattr_str(slf, "value", args.first().unwrap_or(&Value::NONE))?;
        }
        if slf.is_instance_of(&SYSTEM_EXIT) {
            th.setattr_str(slf, "code", args.first().unwrap_or(&Value::NONE))?;
        }
        Ok(())
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> crate::Res {
        let args = BaseException::of(slf).args.get_or_none();
        let text = th.repr_string(&args)?;
        let single = args.as_tuple().is_some_and(|args| args.len() == 1);
        let text = if single { text.replacen(",)", ")", 1) } else { text };
        Ok(th.str(&format!("{}{text}", slf.class().name())))
    }

    #[pyslot]
    fn str(th: &ThreadState, slf: &Value) -> crate::Res {
        let args = BaseException::of(slf).args.get_or_none();
        match args.as_tuple().map(|args| args.as_slice()) {
            Some([]) | None => Ok(th.str("")),
            Some([one]) => th.str_of(one),
            Some(_) => th.str_of(&args),
        }
    }

    #[pygetter]
    fn args(&self) -> Value {
        self.args.get_or_none()
    }

    #[pygetter]
    fn __traceback__(&self) -> Value {
        self.traceback.get_or_none()
    }

    #[pysetter]
    fn set___traceback__(&self, _th: &ThreadState, value: Option<&Value>) -> crate::Res<()> {
        self.traceback.set(value.cloned());
        Ok(())
    }

    #[pygetter]
    fn __context__(&self) -> Value {
        self.context.get_or_none()
    }

    #[pygetter]
    fn __cause__(&self) -> Value {
        self.cause.get_or_none()
    }

    #[pygetter]
    fn __suppress_context__(&self) -> bool {
        self.suppress_context.get()
    }

    #[pymethod("(tb, /)")]
    fn with_traceback(slf: &Value, tb: Value) -> Value {
        BaseException::of(slf).traceback.set(Some(tb));
        slf.clone()
    }
}

macro_rules! hierarchy {
    ($($static:ident $name:literal : $base:ident, $doc:literal;)*) => {
        $(pub static $static: Type = Type::new_static(&TypeDef {
            name: $name,
            module: "builtins",
            doc: Some($doc),
            text_signature: None,
            base: Some(&$base),
            flags: type_flags::BASE_TYPE | type_flags::IMMUTABLE,
            methods: &[],
            getset: &[],
            attrs: &[],
            fill_slots: |_| {},
            payload: PayloadFns::traced::<BaseException>(),
        });)*

        pub(crate) const TYPES: &[&Type] = &[&BASE_EXCEPTION_TYPE, $(&$static),*];
    };
}

hierarchy! {
    EXCEPTION "Exception": BASE_EXCEPTION_TYPE, "Common base class for all non-exit exceptions.";
    GENERATOR_EXIT "GeneratorExit": BASE_EXCEPTION_TYPE, "Request that a generator exit.";
    KEYBOARD_INTERRUPT "KeyboardInterrupt": BASE_EXCEPTION_TYPE, "Program interrupted by user.";
    SYSTEM_EXIT "SystemExit": BASE_EXCEPTION_TYPE, "Request to exit from the interpreter.";
    STOP_ITERATION "StopIteration": EXCEPTION, "Signal the end from iterator.__next__().";
    STOP_ASYNC_ITERATION "StopAsyncIteration": EXCEPTION, "Signal the end from iterator.__anext__().";
    ARITHMETIC_ERROR "ArithmeticError": EXCEPTION, "Base class for arithmetic errors.";
    FLOATING_POINT_ERROR "FloatingPointError": ARITHMETIC_ERROR, "Floating-point operation failed.";
    OVERFLOW_ERROR "OverflowError": ARITHMETIC_ERROR, "Result too large to be represented.";
    ZERO_DIVISION_ERROR "ZeroDivisionError": ARITHMETIC_ERROR, "Second argument to a division or modulo operation was zero.";
    ASSERTION_ERROR "AssertionError": EXCEPTION, "Assertion failed.";
    ATTRIBUTE_ERROR "AttributeError": EXCEPTION, "Attribute not found.";
    BUFFER_ERROR "BufferError": EXCEPTION, "Buffer error.";
    EOF_ERROR "EOFError": EXCEPTION, "Read beyond end of file.";
    IMPORT_ERROR "ImportError": EXCEPTION, "Import can't find module, or can't find name in module.";
    MODULE_NOT_FOUND_ERROR "ModuleNotFoundError": IMPORT_ERROR, "Module not found.";
    LOOKUP_ERROR "LookupError": EXCEPTION, "Base class for lookup errors.";
    INDEX_ERROR "IndexError": LOOKUP_ERROR, "Sequence index out of range.";
    KEY_ERROR "KeyError": LOOKUP_ERROR, "Mapping key not found.";
    MEMORY_ERROR "MemoryError": EXCEPTION, "Out of memory.";
    NAME_ERROR "NameError": EXCEPTION, "Name not found globally.";
    UNBOUND_LOCAL_ERROR "UnboundLocalError": NAME_ERROR, "Local name referenced but not bound to a value.";
    OS_ERROR "OSError": EXCEPTION, "Base class for I/O related errors.";
    BLOCKING_IO_ERROR "BlockingIOError": OS_ERROR, "I/O operation would block.";
    CHILD_PROCESS_ERROR "ChildProcessError": OS_ERROR, "Child process error.";
    CONNECTION_ERROR "ConnectionError": OS_ERROR, "Connection error.";
    BROKEN_PIPE_ERROR "BrokenPipeError": CONNECTION_ERROR, "Broken pipe.";
    CONNECTION_ABORTED_ERROR "ConnectionAbortedError": CONNECTION_ERROR, "Connection aborted.";
    CONNECTION_REFUSED_ERROR "ConnectionRefusedError": CONNECTION_ERROR, "Connection refused.";
    CONNECTION_RESET_ERROR "ConnectionResetError": CONNECTION_ERROR, "Connection reset.";
    FILE_EXISTS_ERROR "FileExistsError": OS_ERROR, "File already exists.";
    FILE_NOT_FOUND_ERROR "FileNotFoundError": OS_ERROR, "File not found.";
    INTERRUPTED_ERROR "InterruptedError": OS_ERROR, "Interrupted by signal.";
    IS_A_DIRECTORY_ERROR "IsADirectoryError": OS_ERROR, "Operation doesn't work on directories.";
    NOT_A_DIRECTORY_ERROR "NotADirectoryError": OS_ERROR, "Operation only works on directories.";
    PERMISSION_ERROR "PermissionError": OS_ERROR, "Not enough permissions.";
    PROCESS_LOOKUP_ERROR "ProcessLookupError": OS_ERROR, "Process not found.";
    TIMEOUT_ERROR "TimeoutError": OS_ERROR, "Timeout expired.";
    REFERENCE_ERROR "ReferenceError": EXCEPTION, "Weak ref proxy used after referent went away.";
    RUNTIME_ERROR "RuntimeError": EXCEPTION, "Unspecified run-time error.";
    NOT_IMPLEMENTED_ERROR "NotImplementedError": RUNTIME_ERROR, "Method or function hasn't been implemented yet.";
    RECURSION_ERROR "RecursionError": RUNTIME_ERROR, "Recursion limit exceeded.";
    PYTHON_FINALIZATION_ERROR "PythonFinalizationError": RUNTIME_ERROR, "Operation blocked during Python finalization.";
    SYNTAX_ERROR "SyntaxError": EXCEPTION, "Invalid syntax.";
    INCOMPLETE_INPUT_ERROR "_IncompleteInputError": SYNTAX_ERROR, "incomplete input.";
    INDENTATION_ERROR "IndentationError": SYNTAX_ERROR, "Improper indentation.";
    TAB_ERROR "TabError": INDENTATION_ERROR, "Improper mixture of spaces and tabs.";
    SYSTEM_ERROR "SystemError": EXCEPTION, "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the traceback,\nthe Python version, and the hardware/OS platform and version.";
    TYPE_ERROR "TypeError": EXCEPTION, "Inappropriate argument type.";
    VALUE_ERROR "ValueError": EXCEPTION, "Inappropriate argument value (of correct type).";
    UNICODE_ERROR "UnicodeError": VALUE_ERROR, "Unicode related error.";
    UNICODE_DECODE_ERROR "UnicodeDecodeError": UNICODE_ERROR, "Unicode decoding error.";
    UNICODE_ENCODE_ERROR "UnicodeEncodeError": UNICODE_ERROR, "Unicode encoding error.";
    UNICODE_TRANSLATE_ERROR "UnicodeTranslateError": UNICODE_ERROR, "Unicode translation error.";
    WARNING "Warning": EXCEPTION, "Base class for warning categories.";
    BYTES_WARNING "BytesWarning": WARNING, "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str.";
    DEPRECATION_WARNING "DeprecationWarning": WARNING, "Base class for warnings about deprecated features.";
    ENCODING_WARNING "EncodingWarning": WARNING, "Base class for warnings about encodings.";
    FUTURE_WARNING "FutureWarning": WARNING, "Base class for warnings about constructs that will change semantically\nin the future.";
    IMPORT_WARNING "ImportWarning": WARNING, "Base class for warnings about probable mistakes in module imports";
    PENDING_DEPRECATION_WARNING "PendingDeprecationWarning": WARNING, "Base class for warnings about features which will be deprecated\nin the future.";
    RESOURCE_WARNING "ResourceWarning": WARNING, "Base class for warnings about resource usage.";
    RUNTIME_WARNING "RuntimeWarning": WARNING, "Base class for warnings about dubious runtime behavior.";
    SYNTAX_WARNING "SyntaxWarning": WARNING, "Base class for warnings about dubious syntax.";
    UNICODE_WARNING "UnicodeWarning": WARNING, "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems.";
    USER_WARNING "UserWarning": WARNING, "Base class for warnings generated by user code.";
}

/// A new instance of a native exception class.
pub fn new(th: &ThreadState, class: &Type, args: &[Value]) -> Value {
    let payload = BaseException { args: ValueCell::new(th.tuple(args)), ..BaseException::default() };
    th.new_instance(class, payload)
}

/// The exception that is being handled becomes `__context__` of a new one, unless that would make a cycle.
pub(crate) fn set_context(th: &ThreadState, exception: &Value) {
    let Some(handled) = th.handled.borrow().iter().rev().find(|value| !value.is_none()).cloned() else { return };
    if handled.is(exception) {
        return;
    }
    let mut inner = handled.clone();
    while let Some(next) = inner.downcast::<BaseException>().and_then(|inner| inner.context.get()) {
        if next.is(exception) {
            if let Some(inner) = inner.downcast::<BaseException>() {
                inner.context.set(None);
            }
            break;
        }
        inner = next;
    }
    BaseException::of(exception).context.set(Some(handled));
}

/// Sets `name` and `obj` of an AttributeError or NameError, for suggestions.
pub(crate) fn set_name_and_object(exception: &Value, name: &Value, object: &Value) {
    let _ = (exception, name, object);
}

/// A StopIteration that carries no value: the plain end of an iteration.
pub(crate) fn is_plain_stop(exception: &Value) -> bool {
    exception.is_exactly(&STOP_ITERATION)
        && BaseException::of(exception)
            .args
            .with(|args| args.and_then(Value::as_tuple).is_none_or(|args| args.is_empty()))
}

/// The value that a StopIteration carries.
pub(crate) fn stop_iteration_value(exception: &Value) -> Value {
    BaseException::of(exception)
        .args
        .with(|args| args.and_then(Value::as_tuple).and_then(|args| args.as_slice().first().cloned()))
        .unwrap_or(Value::NONE)
}

/// `exception.add_note(note)`.
pub(crate) fn add_note(th: &ThreadState, exception: &Value, note: &Value) -> crate::error::Res<()> {
    let names = th.names();
    let notes = match th.getattr_opt(exception, &names.__notes__)? {
        Some(notes) => notes,
        None => {
            let notes = th.list(Vec::new());
            th.setattr(exception, &names.__notes__, Some(&notes))?;
            notes
        }
    };
    match notes.downcast::<crate::objects::list::List>() {
        Some(list) => {
            list.push(note.clone());
            Ok(())
        }
        None => Err(th.type_error("Cannot add note: __notes__ is not a list")),
    }
}
