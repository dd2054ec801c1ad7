//! `_pickle`: objects to bytes and back.
//!
//! `save` writes (a `Saver` lives for one dump), `load` reads (a `Loader` lives for one load) from an `input`, `pickler` and `unpickler` are
//! the classes around them, `buffer` is `PickleBuffer`.

pub mod buffer;
pub mod input;
pub mod load;
pub mod memo;
pub mod opcodes;
pub mod pickler;
pub mod save;
pub mod save_reduced;
pub mod unpickler;

use macros::pymodule;
use runtime::objects::exceptions::EXCEPTION;
use runtime::types::ready::ready;
use runtime::types::{Type, TypeDef};
use runtime::{Raised, Res, ThreadState, Value};

use crate::support::exception;

static PICKLE_ERROR_DEF: TypeDef = exception("_pickle", "PickleError", &EXCEPTION, None);
pub static PICKLE_ERROR: Type = Type::new_static(&PICKLE_ERROR_DEF);
static PICKLING_ERROR_DEF: TypeDef = exception("_pickle", "PicklingError", &PICKLE_ERROR, None);
pub static PICKLING_ERROR: Type = Type::new_static(&PICKLING_ERROR_DEF);
static UNPICKLING_ERROR_DEF: TypeDef = exception("_pickle", "UnpicklingError", &PICKLE_ERROR, None);
pub static UNPICKLING_ERROR: Type = Type::new_static(&UNPICKLING_ERROR_DEF);

#[cold]
pub fn pickling_error(th: &ThreadState, message: impl std::fmt::Display) -> Raised {
    ready(th, &PICKLING_ERROR);
    th.error(&PICKLING_ERROR, message)
}

#[cold]
pub fn unpickling_error(th: &ThreadState, message: impl std::fmt::Display) -> Raised {
    ready(th, &UNPICKLING_ERROR);
    th.error(&UNPICKLING_ERROR, message)
}

/// The name of a value's class with its module, unless that is `builtins` or `__main__`.
pub fn class_name(th: &ThreadState, value: &Value) -> String {
    let class = value.class();
    let text = |name: &str| {
        let found = th.getattr_opt_str(class.value_ref(), name);
        let found = found.unwrap_or_else(|raised| {
            drop(th.take_raised(raised));
            None
        });
        found.and_then(|found| found.as_str().map(|text| text.to_string_lossy()))
    };
    let name = text("__qualname__").unwrap_or_else(|| class.name());
    match text("__module__") {
        Some(module) if module != "builtins" && module != "__main__" => format!("{module}.{name}"),
        _ => name,
    }
}

/// Adds a note to the exception that is raised: where in the structure it happened.
#[cold]
pub fn note(th: &ThreadState, raised: Raised, text: impl FnOnce() -> Res<String>) -> Raised {
    let exception = th.take_raised(raised);
    let noted = text().and_then(|text| th.call_method_str(&exception, "add_note", &[th.str(&text)]));
    if let Err(second) = noted {
        drop(th.take_raised(second));
    }
    th.raise_as_is(exception)
}

/// Makes `cause` the context of the exception that is raised.
pub fn with_context(th: &ThreadState, raised: Raised, cause: Value) -> Raised {
    let exception = th.take_raised(raised);
    if let Err(second) = th.setattr_str(&exception, "__context__", &cause) {
        drop(th.take_raised(second));
    }
    th.raise_as_is(exception)
}

/// An attribute of a library module.
pub fn library_attribute(th: &ThreadState, module: &str, name: &str) -> Res {
    let module = crate::support::import(th, module)?;
    th.getattr_str(&module, name)
}

/// The module `_pickle`.
#[pymodule(name = "_pickle", classes(buffer::PICKLE_BUFFER_TYPE, pickler::PICKLER_TYPE, unpickler::UNPICKLER_TYPE))]
pub mod pickle_module {
    //! Optimized C implementation for the Python pickle module.
    use super::*;

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        let _ = module;
        ready(th, &pickler::PICKLER_MEMO_PROXY_TYPE);
        ready(th, &unpickler::UNPICKLER_MEMO_PROXY_TYPE);
        Ok(())
    }

    #[pyattr(name = "PickleError")]
    fn pickle_error(th: &ThreadState) -> Value {
        ready(th, &PICKLE_ERROR);
        PICKLE_ERROR.as_value()
    }

    #[pyattr(name = "PicklingError")]
    fn pickling_error(th: &ThreadState) -> Value {
        ready(th, &PICKLING_ERROR);
        PICKLING_ERROR.as_value()
    }

    #[pyattr(name = "UnpicklingError")]
    fn unpickling_error(th: &ThreadState) -> Value {
        ready(th, &UNPICKLING_ERROR);
        UNPICKLING_ERROR.as_value()
    }

    /// Write a pickled representation of obj to the open file object file.
    ///
    /// This is equivalent to ``Pickler(file, protocol).dump(obj)``, but may
    /// be more efficient.
    #[pyfunction("(obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)")]
    fn dump(
        th: &ThreadState,
        obj: &Value,
        file: &Value,
        protocol: &Value,
        fix_imports: bool,
        buffer_callback: &Value,
    ) -> Res<()> {
        let settings = save::Settings::read(th, protocol, fix_imports, buffer_callback)?;
        let write = save::write_method(th, file)?;
        let mut saver = save::Saver::new(th, settings, Some(write));
        saver.dump(obj)?;
        saver.flush()
    }

    /// Return the pickled representation of the object as a bytes object.
    #[pyfunction("(obj, protocol=None, *, fix_imports=True, buffer_callback=None)")]
    fn dumps(th: &ThreadState, obj: &Value, protocol: &Value, fix_imports: bool, buffer_callback: &Value) -> Res {
        let settings = save::Settings::read(th, protocol, fix_imports, buffer_callback)?;
        let mut saver = save::Saver::new(th, settings, None);
        saver.dump(obj)?;
        Ok(th.bytes(&saver.out))
    }

    /// Read and return an object from the pickle data stored in a file.
    ///
    /// This is equivalent to ``Unpickler(file).load()``, but may be more
    /// efficient.
    #[pyfunction("(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())")]
    fn load(
        th: &ThreadState,
        file: &Value,
        fix_imports: bool,
        encoding: String,
        errors: String,
        #[default(None)] buffers: Option<&Value>,
    ) -> Res {
        let settings = load::Settings::read(th, fix_imports, encoding, errors, buffers)?;
        let mut loader = load::Loader::new(th, &settings, input::Input::of_file(th, file)?);
        loader.load()
    }

    /// Read and return an object from the given pickle data.
    #[pyfunction("(data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())")]
    fn loads(
        th: &ThreadState,
        data: &Value,
        fix_imports: bool,
        encoding: String,
        errors: String,
        #[default(None)] buffers: Option<&Value>,
    ) -> Res {
        let settings = load::Settings::read(th, fix_imports, encoding, errors, buffers)?;
        let mut loader = load::Loader::new(th, &settings, input::Input::of_buffer(th.readable_buffer(data)?));
        loader.load()
    }
}
