//! The class `Unpickler`.

use std::cell::RefCell;

use macros::{pyclass, pymethods};
use runtime::gc::ValueCell;
use runtime::objects::dict::Dict;
use runtime::protocol::attributes::{generic_getattr, generic_setattr};
use runtime::{Res, ThreadState, Type, Value};

use super::input::Input;
use super::load::{Hooks, Loader, Settings, find_class};
use super::pickler::overridden;
use super::unpickling_error;

/// This takes a binary file for reading a pickle data stream.
///
/// The protocol version of the pickle is detected automatically, so no
/// protocol argument is needed.  Bytes past the pickled object's
/// representation are ignored.
///
/// The argument *file* must have two methods, a read() method that takes
/// an integer argument, and a readline() method that requires no
/// arguments.  Both methods should return bytes.
#[pyclass(name = "Unpickler", module = "_pickle", flags(basetype))]
pub struct Unpickler {
    file: ValueCell,
    buffers: ValueCell,
    persistent_load: ValueCell,
    #[notrace]
    settings: RefCell<Option<Settings>>,
    memo: RefCell<Vec<Option<Value>>>,
    /// The protocol of the pickle that is being read: `find_class` depends on it.
    protocol: std::cell::Cell<i32>,
    /// A load is under way.
    running: std::cell::Cell<bool>,
}

impl Unpickler {
    fn check_free(&self, th: &ThreadState) -> Res<()> {
        if self.running.get() { Err(th.runtime_error("Unpickler object is already used")) } else { Ok(()) }
    }

    fn replace_memo(&self, memo: Vec<Option<Value>>) {
        let old = std::mem::replace(&mut *self.memo.borrow_mut(), memo);
        drop(old);
    }

    fn memo_copy(&self, th: &ThreadState) -> Value {
        let dict = Dict::new();
        let entries = self.memo.borrow().clone();
        for (index, value) in entries.into_iter().enumerate() {
            if let Some(value) = value
                && let Err(raised) = dict.set(th, &Value::index(index), value)
            {
                drop(th.take_raised(raised));
            }
        }
        th.dict(dict)
    }
}

#[pymethods]
impl Unpickler {
    #[pyslot(
        "(*args, **kwargs)",
        text = "(file, *, fix_imports=True, encoding='ASCII', errors='strict',\n          buffers=())"
    )]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwargs: runtime::args::KwArgs<'_>) -> Res {
        let _ = (args, kwargs);
        Ok(th.new_instance(
            cls,
            Unpickler {
                file: ValueCell::empty(),
                buffers: ValueCell::empty(),
                persistent_load: ValueCell::empty(),
                settings: RefCell::new(None),
                memo: RefCell::default(),
                protocol: std::cell::Cell::new(0),
                running: std::cell::Cell::new(false),
            },
        ))
    }

    #[pyslot("(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())", text = none)]
    fn init(
        &self,
        th: &ThreadState,
        file: &Value,
        fix_imports: bool,
        encoding: String,
        errors: String,
        #[default(None)] buffers: Option<&Value>,
    ) -> Res<()> {
        self.check_free(th)?;
        // May be called again: then it starts anew.
        *self.settings.borrow_mut() = None;
        Input::of_file(th, file)?;
        let settings = Settings::read(th, fix_imports, encoding, errors, buffers)?;
        self.buffers.set(settings.buffers.clone());
        self.replace_memo(Vec::new());
        self.protocol.set(0);
        self.file.set(Some(file.clone()));
        *self.settings.borrow_mut() = Some(settings);
        Ok(())
    }

    #[pyslot]
    fn getattro(&self, th: &ThreadState, slf: &Value, name: &Value) -> Res {
        if name.as_str().is_some_and(|name| name.equals_ascii("persistent_load"))
            && let Some(own) = self.persistent_load.get()
        {
            return Ok(own);
        }
        generic_getattr(th, slf, name)
    }

    #[pyslot]
    fn setattro(&self, th: &ThreadState, slf: &Value, name: &Value, value: Option<&Value>) -> Res<()> {
        if name.as_str().is_some_and(|name| name.equals_ascii("persistent_load")) {
            match value {
                Some(value) => self.persistent_load.set(Some(value.clone())),
                None if self.persistent_load.is_some() => drop(self.persistent_load.take()),
                None => return Err(th.attribute_error(slf, name)),
            }
            return Ok(());
        }
        generic_setattr(th, slf, name, value)
    }

    /// Load a pickle.
    ///
    /// Read a pickled object representation from the open file object given
    /// in the constructor, and return the reconstituted object hierarchy
    /// specified therein.
    #[pymethod("()")]
    fn load(&self, th: &ThreadState, slf: &Value) -> Res {
        self.check_free(th)?;
        let settings = self.settings.borrow().clone();
        let (Some(settings), Some(file)) = (settings, self.file.get()) else {
            let class = super::class_name(th, slf);
            let message = format!("Unpickler.__init__() was not called by {class}.__init__()");
            return Err(unpickling_error(th, message));
        };
        let input = Input::of_file(th, &file)?;
        let mut loader = Loader::new(th, &settings, input);
        loader.hooks = Hooks {
            persistent_load: match self.persistent_load.get() {
                Some(own) => Some(own),
                None => overridden(th, slf, &UNPICKLER_TYPE, "persistent_load")?,
            },
            find_class: overridden(th, slf, &UNPICKLER_TYPE, "find_class")?,
            protocol: Some(&self.protocol),
        };
        loader.memo = std::mem::take(&mut *self.memo.borrow_mut());
        self.running.set(true);
        let result = loader.load();
        self.running.set(false);
        let memo = std::mem::take(&mut loader.memo);
        self.replace_memo(memo);
        result
    }

    #[pymethod("(pid, /)", name = "persistent_load")]
    fn default_persistent_load(&self, th: &ThreadState, pid: &Value) -> Res {
        let _ = pid;
        Err(super::load::no_persistent_load(th))
    }

    /// Return an object from a specified module.
    ///
    /// If necessary, the module will be imported. Subclasses may override
    /// this method (e.g. to restrict unpickling of arbitrary classes and
    /// functions).
    ///
    /// This method is called whenever a class or a function object is
    /// needed.  Both arguments passed are str objects.
    #[pymethod("(module_name, global_name, /)")]
    fn find_class(&self, th: &ThreadState, module_name: &Value, global_name: &Value) -> Res {
        let fix_imports = self.settings.borrow().as_ref().is_some_and(|settings| settings.fix_imports);
        find_class(th, module_name, global_name, self.protocol.get(), fix_imports)
    }

    /// Returns size in memory, in bytes.
    #[pymethod("()")]
    fn __sizeof__(&self) -> usize {
        size_of::<Unpickler>() + 16 + self.memo.borrow().capacity() * size_of::<Value>()
    }

    #[pygetter]
    fn memo(&self, th: &ThreadState, slf: &Value) -> Value {
        th.new_object(UnpicklerMemoProxy { unpickler: slf.clone() })
    }

    #[pysetter]
    fn set_memo(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let Some(value) = value else { return Err(th.type_error("attribute deletion is not supported")) };
        if let Some(other) =
            value.downcast::<UnpicklerMemoProxy>().and_then(|proxy| proxy.unpickler.downcast::<Unpickler>())
        {
            let copy = other.memo.borrow().clone();
            self.replace_memo(copy);
            return Ok(());
        }
        let Some(dict) = value.downcast::<Dict>() else {
            let class = super::class_name(th, value);
            let message = format!("'memo' attribute must be an UnpicklerMemoProxy object or dict, not {class}");
            return Err(th.type_error(message));
        };
        let mut memo = Vec::new();
        for (key, value) in dict.to_vec() {
            let Some(index) = key.as_int() else { return Err(th.type_error("memo key must be integers")) };
            let index = index.to_i64().and_then(|index| usize::try_from(index).ok());
            let index = index.ok_or_else(|| th.value_error("memo key must be positive integers."))?;
            super::load::put(th, &mut memo, index, value)?;
        }
        self.replace_memo(memo);
        Ok(())
    }
}

/// `unpickler.memo`
#[pyclass(name = "UnpicklerMemoProxy", module = "_pickle", flags(disallow_new))]
pub struct UnpicklerMemoProxy {
    unpickler: Value,
}

#[pymethods]
impl UnpicklerMemoProxy {
    /// Remove all items from memo.
    #[pymethod("()")]
    fn clear(&self) {
        if let Some(unpickler) = self.unpickler.downcast::<Unpickler>() {
            unpickler.replace_memo(Vec::new());
        }
    }

    /// Copy the memo to a new object.
    #[pymethod("()")]
    fn copy(&self, th: &ThreadState) -> Value {
        self.unpickler.downcast::<Unpickler>().map_or(Value::NONE, |unpickler| unpickler.memo_copy(th))
    }

    /// Implement pickling support.
    #[pymethod("()")]
    fn __reduce__(&self, th: &ThreadState) -> Value {
        let copy = self.copy(th);
        th.tuple(&[runtime::objects::dict::DICT_TYPE.as_value(), th.tuple(&[copy])])
    }
}
