//! Raising exceptions from native code.
//!
//! `Raised` has no size: it proves that the thread state holds the exception, so a `Res` is one word. Make one with
//! `th.raise(..)` or a constructor below (`return Err(th.type_error(..))`); whoever swallows an error takes the
//! exception out with `th.take_raised()`.

use std::fmt::Display;

use crate::objects::exceptions as exc;
use crate::thread::ThreadState;
use crate::types::{Type, type_flags};
use crate::value::Value;

/// Proof that the thread state holds a raised exception.
#[derive(Debug)]
#[must_use]
pub struct Raised(());

/// What can run Python code or raise returns this.
pub type Res<T = Value> = Result<T, Raised>;

const _: () = assert!(size_of::<Res>() == 8 && size_of::<Raised>() == 0);

impl ThreadState {
    /// Raises an exception instance. The exception being handled becomes its `__context__`.
    pub fn raise(&self, exception: Value) -> Raised {
        exc::set_context(self, &exception);
        self.raise_as_is(exception)
    }

    /// Raises without touching `__context__`: to pass a caught exception on.
    pub fn raise_as_is(&self, exception: Value) -> Raised {
        // Code made by hand may hand over anything.
        if !exception.header().is_some_and(|header| header.class().has_flag(type_flags::EXCEPTION_SUBCLASS)) {
            return self.system_error("what is raised again is no exception");
        }
        let old = self.raised.replace(Some(exception));
        drop(old);
        Raised(())
    }

    /// The exception in flight, taken out: the error is handled.
    pub fn take_raised(&self, raised: Raised) -> Value {
        let Raised(()) = raised;
        self.raised.take().unwrap_or_else(|| exc::new(self, &exc::SYSTEM_ERROR, &[]))
    }

    /// `Raised` again, for code that knows that an exception is in flight.
    pub(crate) fn still_raised(&self) -> Raised {
        debug_assert!(self.raised.is_some());
        Raised(())
    }

    /// Takes out an exception that may be in flight, for code that runs in between (a finaliser).
    pub fn set_aside_raised(&self) -> Option<Value> {
        self.raised.take()
    }

    /// Gives back what [`set_aside_raised`](ThreadState::set_aside_raised) took.
    pub fn restore_raised(&self, exception: Option<Value>) {
        drop(self.raised.replace(exception));
    }

    /// Whether the exception in flight is of `class` (or derives from it).
    pub fn raised_is(&self, raised: &Raised, class: &Type) -> bool {
        let Raised(()) = raised;
        self.raised.with(|exception| exception.is_some_and(|exception| exception.is_instance_of(class)))
    }

    /// `Ok(None)` if the result is an error of `class`, which is dropped.
    pub fn catch<T>(&self, result: Res<T>, class: &Type) -> Res<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(raised) if self.raised_is(&raised, class) => {
                drop(self.take_raised(raised));
                Ok(None)
            }
            Err(raised) => Err(raised),
        }
    }

    /// Raises `class(message)`.
    #[cold]
    #[inline(never)]
    pub fn error(&self, class: &Type, message: impl Display) -> Raised {
        let message = self.str(&message.to_string());
        let exception = exc::new(self, class, &[message]);
        self.raise(exception)
    }

    /// Raises `class(*args)` for a native exception class.
    #[cold]
    #[inline(never)]
    pub fn error_args(&self, class: &Type, args: &[Value]) -> Raised {
        let exception = exc::new(self, class, args);
        self.raise(exception)
    }
}

macro_rules! constructors {
    ($($name:ident => $class:ident,)*) => {
        impl ThreadState {
            $(
                #[cold]
                #[inline(never)]
                pub fn $name(&self, message: impl Display) -> Raised {
                    self.error(&exc::$class, message)
                }
            )*
        }
    };
}

constructors! {
    type_error => TYPE_ERROR,
    value_error => VALUE_ERROR,
    index_error => INDEX_ERROR,
    overflow_error => OVERFLOW_ERROR,
    runtime_error => RUNTIME_ERROR,
    system_error => SYSTEM_ERROR,
    not_implemented_error => NOT_IMPLEMENTED_ERROR,
    zero_division_error => ZERO_DIVISION_ERROR,
    buffer_error => BUFFER_ERROR,
    recursion_error => RECURSION_ERROR,
    lookup_error => LOOKUP_ERROR,
    import_error_message => IMPORT_ERROR,
    eof_error => EOF_ERROR,
    assertion_error => ASSERTION_ERROR,
    unicode_error => UNICODE_ERROR,
    reference_error => REFERENCE_ERROR,
}

impl ThreadState {
    #[cold]
    #[inline(never)]
    pub fn memory_error(&self) -> Raised {
        self.error_args(&exc::MEMORY_ERROR, &[])
    }

    /// `KeyError(key)`.
    #[cold]
    #[inline(never)]
    pub fn key_error(&self, key: &Value) -> Raised {
        self.error_args(&exc::KEY_ERROR, std::slice::from_ref(key))
    }

    /// `StopIteration(value)`; without argument for `None`.
    #[cold]
    #[inline(never)]
    pub fn stop_iteration(&self, value: &Value) -> Raised {
        let args = if value.is_none() { &[][..] } else { std::slice::from_ref(value) };
        self.error_args(&exc::STOP_ITERATION, args)
    }

    /// `AttributeError` as attribute lookup words it, with `name` and `obj` set for suggestions.
    #[cold]
    #[inline(never)]
    pub fn attribute_error(&self, object: &Value, name: &Value) -> Raised {
        let message = match object.as_type() {
            Some(class) => format!("type object '{}' has no attribute '{}'", class.name(), name_text(name)),
            None => format!("'{}' object has no attribute '{}'", object.class().full_name(), name_text(name)),
        };
        self.attribute_error_message(object, name, &message)
    }

    /// `AttributeError` with a message of its own.
    #[cold]
    #[inline(never)]
    pub fn attribute_error_message(&self, object: &Value, name: &Value, message: &str) -> Raised {
        let exception = exc::new(self, &exc::ATTRIBUTE_ERROR, &[self.str(message)]);
        exc::set_name_and_object(&exception, name, object);
        self.raise(exception)
    }
}

/// The text of a name for a message.
pub fn name_text(name: &Value) -> String {
    name.as_str().map_or_else(|| format!("{name:?}"), |text| text.to_string_lossy())
}
