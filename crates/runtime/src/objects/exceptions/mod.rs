//! Exceptions: what all share, and the hierarchy. Classes with fields of their own are in the files beside this one.

mod group;
mod names;
mod os_error;
mod syntax_error;
mod unicode;

use std::cell::Cell;

use macros::{pyclass, pymethods};

use crate::args::split;
use crate::error::Res;
use crate::gc::ValueCell;
use crate::object::{Payload, PayloadFns};
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::objects::traceback::TRACEBACK_TYPE;
use crate::thread::ThreadState;
use crate::types::slots::Slots;
use crate::types::{Type, TypeDef, type_flags};
use crate::value::Value;

pub(crate) use group::finish_types;
pub use group::{
    BASE_EXCEPTION_GROUP_TYPE as BASE_EXCEPTION_GROUP, BaseExceptionGroup, EXCEPTION_GROUP, ExceptionGroup,
};
pub use names::{
    ATTRIBUTE_ERROR_TYPE as ATTRIBUTE_ERROR, AttributeError, IMPORT_ERROR_TYPE as IMPORT_ERROR, ImportError,
    NAME_ERROR_TYPE as NAME_ERROR, NameError,
};
pub use os_error::{OS_ERROR_TYPE as OS_ERROR, OsError, os_error, os_error_with_files};
pub use syntax_error::{SYNTAX_ERROR_TYPE as SYNTAX_ERROR, SyntaxError};
pub use unicode::{
    UNICODE_DECODE_ERROR_TYPE as UNICODE_DECODE_ERROR, UNICODE_ENCODE_ERROR_TYPE as UNICODE_ENCODE_ERROR,
    UNICODE_TRANSLATE_ERROR_TYPE as UNICODE_TRANSLATE_ERROR, UnicodeDecodeError, UnicodeEncodeError,
    UnicodeTranslateError,
};
pub use {STOP_ITERATION_TYPE as STOP_ITERATION, SYSTEM_EXIT_TYPE as SYSTEM_EXIT};

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

/// A payload that starts with a `BaseException` and can be made empty.
pub(crate) trait ExceptionPayload: Payload + Default {
    fn base(&self) -> &BaseException;
}

impl ExceptionPayload for BaseException {
    fn base(&self) -> &BaseException {
        self
    }
}

/// `__new__` of a native exception class: an instance whose fields are empty but for `args`.
pub(crate) fn construct<T: ExceptionPayload>(
    th: &ThreadState,
    class: &Type,
    args: &[Value],
    kwnames: &[Value],
) -> Value {
    let payload = T::default();
    payload.base().args.set(Some(th.tuple(split(args, kwnames).0)));
    th.new_instance(class, payload)
}

/// "X() takes no keyword arguments".
pub(crate) fn refuse_keywords(th: &ThreadState, slf: &Value, kwnames: &[Value]) -> Res<()> {
    if kwnames.is_empty() {
        return Ok(());
    }
    Err(th.type_error(format_args!("{}() takes no keyword arguments", slf.class().name())))
}

impl BaseException {
    fn args_slice<R>(&self, look: impl FnOnce(&[Value]) -> R) -> R {
        let args = self.args.get();
        look(args.as_ref().and_then(Value::as_tuple).map(|args| args.as_slice()).unwrap_or_default())
    }

    fn args_value(&self, th: &ThreadState) -> Value {
        self.args.get().unwrap_or_else(|| th.tuple(&[]))
    }
}

/// `str(exception)` of most classes.
pub(crate) fn base_str(th: &ThreadState, slf: &Value) -> Res {
    let args = BaseException::of(slf).args_value(th);
    match args.as_tuple().map(|args| args.as_slice()) {
        Some([]) | None => Ok(th.str("")),
        Some([one]) => th.str_of(one),
        Some(_) => th.str_of(&args),
    }
}

/// The instance's attributes, if it has any: what pickling adds.
pub(crate) fn own_attributes(th: &ThreadState, slf: &Value) -> Option<Value> {
    let attributes = crate::instance::attributes(th, slf);
    if attributes.is_empty() {
        return None;
    }
    let dict = Dict::new();
    for (name, value) in attributes {
        drop(dict.set_str(&name, value));
    }
    Some(th.dict(dict))
}

/// `(class, args)` or `(class, args, state)`.
pub(crate) fn reduced(th: &ThreadState, slf: &Value, args: Value, state: Option<Value>) -> Value {
    let mut parts = vec![slf.class().as_value(), args];
    parts.extend(state);
    th.tuple_from_vec(parts)
}

fn check_traceback(th: &ThreadState, value: &Value) -> Res<()> {
    if value.is_none() || value.is_instance_of(&TRACEBACK_TYPE) {
        return Ok(());
    }
    Err(th.type_error("__traceback__ must be a traceback or None"))
}

/// The value of `__context__` and `__cause__`: an exception or none.
fn exception_or_none(th: &ThreadState, value: Option<&Value>, what: &str) -> Res<Option<Value>> {
    match value {
        None => Err(th.type_error(format_args!("__{what}__ may not be deleted"))),
        Some(value) if value.is_none() => Ok(None),
        Some(value) if value.downcast::<BaseException>().is_some() => Ok(Some(value.clone())),
        Some(_) => Err(th.type_error(format_args!("exception {what} must be None or derive from BaseException"))),
    }
}

#[pymethods]
impl BaseException {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        Ok(construct::<BaseException>(th, cls, args, kwnames))
    }

    #[pyslot]
    fn init(&self, th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
        refuse_keywords(th, slf, kwnames)?;
        self.args.set(Some(th.tuple(args)));
        Ok(())
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState, slf: &Value) -> Res {
        let name = slf.class().name();
        let args = self.args_value(th);
        let shown = match args.as_tuple().map(|args| args.as_slice()) {
            Some([one]) => format!("({})", th.repr_string(one)?),
            _ => th.repr_string(&args)?,
        };
        Ok(th.str(&format!("{name}{shown}")))
    }

    #[pyslot]
    fn str(th: &ThreadState, slf: &Value) -> Res {
        base_str(th, slf)
    }

    #[pymethod]
    fn __reduce__(&self, th: &ThreadState, slf: &Value) -> Value {
        reduced(th, slf, self.args_value(th), own_attributes(th, slf))
    }

    #[pymethod("(state, /)")]
    fn __setstate__(slf: &Value, th: &ThreadState, state: &Value) -> Res<()> {
        if state.is_none() {
            return Ok(());
        }
        let Some(dict) = state.downcast::<Dict>() else { return Err(th.type_error("state is not a dictionary")) };
        for (name, value) in dict.to_vec() {
            th.setattr(slf, &name, Some(&value))?;
        }
        Ok(())
    }

    /// Set self.__traceback__ to tb and return self.
    #[pymethod("(object, /)")]
    fn with_traceback(&self, slf: &Value, th: &ThreadState, object: &Value) -> Res {
        check_traceback(th, object)?;
        self.traceback.set(Some(object.clone()).filter(|value| !value.is_none()));
        Ok(slf.clone())
    }

    /// Add a note to the exception
    #[pymethod("(object, /)", name = "add_note")]
    fn add_note_method(slf: &Value, th: &ThreadState, object: &Value) -> Res<()> {
        if object.as_str().is_none() {
            return Err(
                th.type_error(format_args!("add_note() argument must be str, not {}", object.class().full_name()))
            );
        }
        add_note(th, slf, object)
    }

    #[pygetter(member)]
    fn __suppress_context__(&self) -> bool {
        self.suppress_context.get()
    }

    #[pysetter(name = "__suppress_context__")]
    fn set_suppress_context(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let Some(value) = value else { return Err(th.type_error("can't delete numeric/char attribute")) };
        let Some(flag) = value.as_bool() else { return Err(th.type_error("attribute value type must be bool")) };
        self.suppress_context.set(flag);
        Ok(())
    }

    #[pygetter]
    fn args(&self, th: &ThreadState) -> Value {
        self.args_value(th)
    }

    #[pysetter]
    fn set_args(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let Some(value) = value else { return Err(th.type_error("args may not be deleted")) };
        let items = th.collect(value)?;
        self.args.set(Some(th.tuple_from_vec(items)));
        Ok(())
    }

    #[pygetter]
    fn __traceback__(&self) -> Value {
        self.traceback.get_or_none()
    }

    #[pysetter(name = "__traceback__")]
    fn set_traceback(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let Some(value) = value else { return Err(th.type_error("__traceback__ may not be deleted")) };
        check_traceback(th, value)?;
        self.traceback.set(Some(value.clone()).filter(|value| !value.is_none()));
        Ok(())
    }

    /// exception context
    #[pygetter]
    fn __context__(&self) -> Value {
        self.context.get_or_none()
    }

    #[pysetter(name = "__context__")]
    fn set_context(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.context.set(exception_or_none(th, value, "context")?);
        Ok(())
    }

    /// exception cause
    #[pygetter]
    fn __cause__(&self) -> Value {
        self.cause.get_or_none()
    }

    #[pysetter(name = "__cause__")]
    fn set_cause(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.cause.set(exception_or_none(th, value, "cause")?);
        self.suppress_context.set(true);
        Ok(())
    }
}

/// Plain fields of an exception class: `None` while empty, and again when deleted.
macro_rules! members {
    ($class:ident { $($field:ident $set:ident $doc:tt;)* }) => {
        #[macros::pymethods(extra = members)]
        impl $class {
            $(
                #[doc = $doc]
                #[pygetter(member)]
                fn $field(&self) -> crate::value::Value {
                    self.$field.get_or_none()
                }

                #[pysetter]
                fn $set(&self, _th: &crate::thread::ThreadState, value: Option<&crate::value::Value>) -> crate::error::Res<()> {
                    self.$field.set(value.cloned());
                    Ok(())
                }
            )*
        }

        impl crate::objects::exceptions::ExceptionPayload for $class {
            fn base(&self) -> &crate::objects::exceptions::BaseException {
                &self.base
            }
        }
    };
}
pub(crate) use members;

/// Signal the end from iterator.__next__().
#[pyclass(name = "StopIteration", base = EXCEPTION, payload = crate::object::PayloadFns::traced::<StopIteration>(), flags(basetype), extra(members))]
#[derive(Default)]
#[repr(C)]
pub struct StopIteration {
    base: BaseException,
    value: ValueCell,
}

members! { StopIteration { value set_value "generator return value"; } }

#[pymethods]
impl StopIteration {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        Ok(construct::<StopIteration>(th, cls, args, kwnames))
    }

    #[pyslot]
    fn init(&self, th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
        refuse_keywords(th, slf, kwnames)?;
        self.base.args.set(Some(th.tuple(args)));
        self.value.set(args.first().cloned());
        Ok(())
    }
}

/// Request to exit from the interpreter.
#[pyclass(name = "SystemExit", base = BASE_EXCEPTION_TYPE, payload = crate::object::PayloadFns::traced::<SystemExit>(), flags(basetype), extra(members))]
#[derive(Default)]
#[repr(C)]
pub struct SystemExit {
    base: BaseException,
    code: ValueCell,
}

members! { SystemExit { code set_code "exception code"; } }

#[pymethods]
impl SystemExit {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        Ok(construct::<SystemExit>(th, cls, args, kwnames))
    }

    #[pyslot]
    fn init(&self, th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
        refuse_keywords(th, slf, kwnames)?;
        let all = th.tuple(args);
        self.base.args.set(Some(all.clone()));
        self.code.set(match args {
            [] => None,
            [one] => Some(one.clone()),
            _ => Some(all),
        });
        Ok(())
    }
}

/// A KeyError shows its key as `repr` does: a key of blanks would be lost otherwise.
fn key_error(slots: &Slots) {
    slots.str.set(Some(|th, slf| {
        let args = BaseException::of(slf).args_value(th);
        match args.as_tuple().map(|args| args.as_slice()) {
            Some([key]) => th.repr(key),
            _ => base_str(th, slf),
        }
    }));
}

fn plain(_: &Slots) {}

macro_rules! hierarchy {
    ($($static:ident $name:literal : $base:ident, $payload:ident, $fill:ident, $doc:literal;)*) => {
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
            fill_slots: $fill,
            payload: PayloadFns::traced::<$payload>(),
        });)*

        const TABLE: &[&Type] = &[$(&$static),*];
    };
}

// Class, name, base, payload, slots of its own, documentation.
hierarchy! {
    EXCEPTION "Exception": BASE_EXCEPTION_TYPE, BaseException, plain, "Common base class for all non-exit exceptions.";
    GENERATOR_EXIT "GeneratorExit": BASE_EXCEPTION_TYPE, BaseException, plain, "Request that a generator exit.";
    KEYBOARD_INTERRUPT "KeyboardInterrupt": BASE_EXCEPTION_TYPE, BaseException, plain, "Program interrupted by user.";
    STOP_ASYNC_ITERATION "StopAsyncIteration": EXCEPTION, BaseException, plain, "Signal the end from iterator.__anext__().";
    ARITHMETIC_ERROR "ArithmeticError": EXCEPTION, BaseException, plain, "Base class for arithmetic errors.";
    FLOATING_POINT_ERROR "FloatingPointError": ARITHMETIC_ERROR, BaseException, plain, "Floating-point operation failed.";
    OVERFLOW_ERROR "OverflowError": ARITHMETIC_ERROR, BaseException, plain, "Result too large to be represented.";
    ZERO_DIVISION_ERROR "ZeroDivisionError": ARITHMETIC_ERROR, BaseException, plain, "Second argument to a division or modulo operation was zero.";
    ASSERTION_ERROR "AssertionError": EXCEPTION, BaseException, plain, "Assertion failed.";
    BUFFER_ERROR "BufferError": EXCEPTION, BaseException, plain, "Buffer error.";
    EOF_ERROR "EOFError": EXCEPTION, BaseException, plain, "Read beyond end of file.";
    MODULE_NOT_FOUND_ERROR "ModuleNotFoundError": IMPORT_ERROR, ImportError, plain, "Module not found.";
    LOOKUP_ERROR "LookupError": EXCEPTION, BaseException, plain, "Base class for lookup errors.";
    INDEX_ERROR "IndexError": LOOKUP_ERROR, BaseException, plain, "Sequence index out of range.";
    KEY_ERROR "KeyError": LOOKUP_ERROR, BaseException, key_error, "Mapping key not found.";
    MEMORY_ERROR "MemoryError": EXCEPTION, BaseException, plain, "Out of memory.";
    UNBOUND_LOCAL_ERROR "UnboundLocalError": NAME_ERROR, NameError, plain, "Local name referenced but not bound to a value.";
    BLOCKING_IO_ERROR "BlockingIOError": OS_ERROR, OsError, plain, "I/O operation would block.";
    CHILD_PROCESS_ERROR "ChildProcessError": OS_ERROR, OsError, plain, "Child process error.";
    CONNECTION_ERROR "ConnectionError": OS_ERROR, OsError, plain, "Connection error.";
    BROKEN_PIPE_ERROR "BrokenPipeError": CONNECTION_ERROR, OsError, plain, "Broken pipe.";
    CONNECTION_ABORTED_ERROR "ConnectionAbortedError": CONNECTION_ERROR, OsError, plain, "Connection aborted.";
    CONNECTION_REFUSED_ERROR "ConnectionRefusedError": CONNECTION_ERROR, OsError, plain, "Connection refused.";
    CONNECTION_RESET_ERROR "ConnectionResetError": CONNECTION_ERROR, OsError, plain, "Connection reset.";
    FILE_EXISTS_ERROR "FileExistsError": OS_ERROR, OsError, plain, "File already exists.";
    FILE_NOT_FOUND_ERROR "FileNotFoundError": OS_ERROR, OsError, plain, "File not found.";
    INTERRUPTED_ERROR "InterruptedError": OS_ERROR, OsError, plain, "Interrupted by signal.";
    IS_A_DIRECTORY_ERROR "IsADirectoryError": OS_ERROR, OsError, plain, "Operation doesn't work on directories.";
    NOT_A_DIRECTORY_ERROR "NotADirectoryError": OS_ERROR, OsError, plain, "Operation only works on directories.";
    PERMISSION_ERROR "PermissionError": OS_ERROR, OsError, plain, "Not enough permissions.";
    PROCESS_LOOKUP_ERROR "ProcessLookupError": OS_ERROR, OsError, plain, "Process not found.";
    TIMEOUT_ERROR "TimeoutError": OS_ERROR, OsError, plain, "Timeout expired.";
    REFERENCE_ERROR "ReferenceError": EXCEPTION, BaseException, plain, "Weak ref proxy used after referent went away.";
    RUNTIME_ERROR "RuntimeError": EXCEPTION, BaseException, plain, "Unspecified run-time error.";
    NOT_IMPLEMENTED_ERROR "NotImplementedError": RUNTIME_ERROR, BaseException, plain, "Method or function hasn't been implemented yet.";
    RECURSION_ERROR "RecursionError": RUNTIME_ERROR, BaseException, plain, "Recursion limit exceeded.";
    PYTHON_FINALIZATION_ERROR "PythonFinalizationError": RUNTIME_ERROR, BaseException, plain, "Operation blocked during Python finalization.";
    INCOMPLETE_INPUT_ERROR "_IncompleteInputError": SYNTAX_ERROR, SyntaxError, plain, "incomplete input.";
    INDENTATION_ERROR "IndentationError": SYNTAX_ERROR, SyntaxError, plain, "Improper indentation.";
    TAB_ERROR "TabError": INDENTATION_ERROR, SyntaxError, plain, "Improper mixture of spaces and tabs.";
    SYSTEM_ERROR "SystemError": EXCEPTION, BaseException, plain, "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the traceback,\nthe Python version, and the hardware/OS platform and version.";
    TYPE_ERROR "TypeError": EXCEPTION, BaseException, plain, "Inappropriate argument type.";
    VALUE_ERROR "ValueError": EXCEPTION, BaseException, plain, "Inappropriate argument value (of correct type).";
    UNICODE_ERROR "UnicodeError": VALUE_ERROR, BaseException, plain, "Unicode related error.";
    WARNING "Warning": EXCEPTION, BaseException, plain, "Base class for warning categories.";
    BYTES_WARNING "BytesWarning": WARNING, BaseException, plain, "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str.";
    DEPRECATION_WARNING "DeprecationWarning": WARNING, BaseException, plain, "Base class for warnings about deprecated features.";
    ENCODING_WARNING "EncodingWarning": WARNING, BaseException, plain, "Base class for warnings about encodings.";
    FUTURE_WARNING "FutureWarning": WARNING, BaseException, plain, "Base class for warnings about constructs that will change semantically\nin the future.";
    IMPORT_WARNING "ImportWarning": WARNING, BaseException, plain, "Base class for warnings about probable mistakes in module imports";
    PENDING_DEPRECATION_WARNING "PendingDeprecationWarning": WARNING, BaseException, plain, "Base class for warnings about features which will be deprecated\nin the future.";
    RESOURCE_WARNING "ResourceWarning": WARNING, BaseException, plain, "Base class for warnings about resource usage.";
    RUNTIME_WARNING "RuntimeWarning": WARNING, BaseException, plain, "Base class for warnings about dubious runtime behavior.";
    SYNTAX_WARNING "SyntaxWarning": WARNING, BaseException, plain, "Base class for warnings about dubious syntax.";
    UNICODE_WARNING "UnicodeWarning": WARNING, BaseException, plain, "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems.";
    USER_WARNING "UserWarning": WARNING, BaseException, plain, "Base class for warnings generated by user code.";
}

pub(crate) const TYPES: &[&[&Type]] = &[
    &[&BASE_EXCEPTION_TYPE],
    TABLE,
    &[
        &STOP_ITERATION,
        &SYSTEM_EXIT,
        &IMPORT_ERROR,
        &NAME_ERROR,
        &ATTRIBUTE_ERROR,
        &OS_ERROR,
        &SYNTAX_ERROR,
        &UNICODE_DECODE_ERROR,
        &UNICODE_ENCODE_ERROR,
        &UNICODE_TRANSLATE_ERROR,
        &BASE_EXCEPTION_GROUP,
        &EXCEPTION_GROUP,
    ],
];

/// All native exception classes.
pub(crate) fn types() -> impl Iterator<Item = &'static Type> {
    TYPES.iter().flat_map(|types| types.iter().copied())
}

/// A new instance of a native exception class. An argument that the class refuses gives the error about that instead.
pub fn new(th: &ThreadState, class: &Type, args: &[Value]) -> Value {
    if class.payload_fns().same_as(BASE_EXCEPTION_TYPE.payload_fns()) {
        let payload = BaseException { args: ValueCell::new(th.tuple(args)), ..BaseException::default() };
        return th.new_instance(class, payload);
    }
    let made = match class.slots().new.get() {
        Some(new) => new(th, class, args, &[]).and_then(|exception| {
            if let Some(init) = class.slots().init.get() {
                init(th, &exception, args, &[])?;
            }
            Ok(exception)
        }),
        None => Err(th.system_error("an exception class that makes no instances")),
    };
    made.unwrap_or_else(|raised| th.take_raised(raised))
}

/// The exception that is being handled becomes `__context__` of a new one, unless that would make a cycle.
pub(crate) fn set_context(th: &ThreadState, exception: &Value) {
    let Some(handled) = th.handled.borrow().iter().rev().find(|value| !value.is_none()).cloned() else { return };
    if handled.is(exception) {
        return;
    }
    let mut inner = handled.clone();
    // Programs can make cycles themselves: the second walker, at half the speed, then meets the first.
    let (mut slow, mut step) = (handled.clone(), false);
    while let Some(next) = inner.downcast::<BaseException>().and_then(|inner| inner.context.get()) {
        if next.is(exception) {
            if let Some(inner) = inner.downcast::<BaseException>() {
                inner.context.set(None);
            }
            break;
        }
        inner = next;
        if inner.is(&slow) {
            break;
        }
        if step {
            let next = slow.downcast::<BaseException>().and_then(|slow| slow.context.get());
            slow = next.unwrap_or(Value::NONE);
        }
        step = !step;
    }
    BaseException::of(exception).context.set(Some(handled));
}

/// Sets `name` and `obj` of an AttributeError or NameError, for suggestions.
pub(crate) fn set_name_and_object(exception: &Value, name: &Value, object: &Value) {
    if let Some(error) = exception.downcast::<AttributeError>() {
        error.set(name, object);
    } else if let Some(error) = exception.downcast::<NameError>() {
        error.set(name);
    }
}

/// As [`set_name_and_object`], for an AttributeError that has neither.
pub(crate) fn complete_attribute_error(exception: &Value, name: &Value, object: &Value) {
    if let Some(error) = exception.downcast::<AttributeError>()
        && error.is_anonymous()
    {
        error.set(name, object);
    }
}

/// A StopIteration that carries no value: the plain end of an iteration.
pub(crate) fn is_plain_stop(exception: &Value) -> bool {
    exception.is_exactly(&STOP_ITERATION) && BaseException::of(exception).args_slice(<[Value]>::is_empty)
}

/// The value that a StopIteration carries.
pub fn stop_iteration_value(exception: &Value) -> Value {
    exception.downcast::<StopIteration>().map_or(Value::NONE, |stop| stop.value.get_or_none())
}

/// `exception.add_note(note)`.
pub(crate) fn add_note(th: &ThreadState, exception: &Value, note: &Value) -> Res<()> {
    let names = th.names();
    let notes = match th.getattr_opt(exception, &names.__notes__)? {
        Some(notes) => notes,
        None => {
            let notes = th.list(Vec::new());
            th.setattr(exception, &names.__notes__, Some(&notes))?;
            notes
        }
    };
    match notes.downcast::<List>() {
        Some(list) => {
            list.push(note.clone());
            Ok(())
        }
        None => Err(th.type_error("Cannot add note: __notes__ is not a list")),
    }
}
