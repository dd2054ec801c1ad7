//! The class `Pickler`.

use std::cell::{Cell, RefCell};

use macros::{pyclass, pymethods};
use runtime::gc::ValueCell;
use runtime::objects::dict::Dict;
use runtime::protocol::attributes::{generic_getattr, generic_setattr};
use runtime::{Res, ThreadState, Type, Value};

use super::memo::Memo;
use super::pickling_error;
use super::save::{Hooks, Saver, Settings, write_method};

/// This takes a binary file for writing a pickle data stream.
///
/// The optional *protocol* argument tells the pickler to use the given
/// protocol; supported protocols are 0, 1, 2, 3, 4 and 5.  The default
/// protocol is 5. It was introduced in Python 3.8, and is incompatible
/// with previous versions.
///
/// The *file* argument must have a write() method that accepts a single
/// bytes argument.
#[pyclass(name = "Pickler", module = "_pickle", flags(basetype))]
pub struct Pickler {
    write: ValueCell,
    protocol: Cell<i32>,
    fix_imports: Cell<bool>,
    fast: Cell<i64>,
    bin: Cell<i64>,
    buffer_callback: ValueCell,
    dispatch_table: ValueCell,
    /// An attribute of this pickler alone.
    persistent_id: ValueCell,
    memo: RefCell<MemoCell>,
    /// A dump is under way.
    running: Cell<bool>,
}

/// The memo between two dumps.
#[derive(Default)]
pub struct MemoCell(Memo);

impl runtime::gc::Traverse for MemoCell {
    fn traverse(&self, visit: &mut runtime::gc::Visitor<'_>) {
        for (value, _) in self.0.iter() {
            visit.value(value);
        }
    }

    fn clear(&self) {}
}

/// A method that a subclass defines or that was set on the object; not our own.
pub fn overridden(th: &ThreadState, slf: &Value, class: &Type, name: &str) -> Res<Option<Value>> {
    let name = th.intern(name);
    let own = class.lookup(th, &name);
    let found = slf.class().lookup(th, &name);
    let same = match (&own, &found) {
        (Some(own), Some(found)) => own.is(found),
        _ => false,
    };
    if same && runtime::instance::get_attribute(th, slf, &name).is_none() {
        return Ok(None);
    }
    th.getattr_opt(slf, &name)
}

/// The value of a numeric attribute.
fn c_int(th: &ThreadState, value: &Value) -> Res<i64> {
    let number = th.index(value)?.as_int().and_then(|number| number.to_i64());
    let number = number.ok_or_else(|| th.overflow_error("Python int too large to convert to C long"))?;
    if i32::try_from(number).is_err() {
        let warning = &runtime::objects::exceptions::RUNTIME_WARNING;
        runtime::warnings::warn(th, warning, "Truncation of value to int")?;
    }
    Ok(i64::from(number as i32))
}

impl Pickler {
    fn memo_copy(&self, th: &ThreadState) -> Value {
        let dict = Dict::new();
        let entries: Vec<(u64, Value, usize)> =
            self.memo.borrow().0.iter().map(|(value, index)| (value.bits(), value.clone(), *index)).collect();
        for (id, value, index) in entries {
            let entry = th.tuple(&[Value::index(index), value]);
            if let Err(raised) = dict.set(th, &th.int_from_u64(id), entry) {
                drop(th.take_raised(raised));
            }
        }
        th.dict(dict)
    }

    fn check_free(&self, th: &ThreadState) -> Res<()> {
        if self.running.get() { Err(th.runtime_error("Pickler object is already used")) } else { Ok(()) }
    }

    fn replace_memo(&self, memo: Memo) {
        let old = std::mem::replace(&mut self.memo.borrow_mut().0, memo);
        drop(old);
    }
}

#[pymethods]
impl Pickler {
    #[pyslot("(*args, **kwargs)", text = "(file, protocol=None, fix_imports=True, buffer_callback=None)")]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwargs: runtime::args::KwArgs<'_>) -> Res {
        let _ = (args, kwargs);
        Ok(th.new_instance(
            cls,
            Pickler {
                write: ValueCell::empty(),
                protocol: Cell::new(0),
                fix_imports: Cell::new(false),
                fast: Cell::new(0),
                bin: Cell::new(0),
                buffer_callback: ValueCell::empty(),
                dispatch_table: ValueCell::empty(),
                persistent_id: ValueCell::empty(),
                memo: RefCell::default(),
                running: Cell::new(false),
            },
        ))
    }

    #[pyslot("(file, protocol=None, fix_imports=True, buffer_callback=None)")]
    fn init(
        &self,
        th: &ThreadState,
        slf: &Value,
        file: &Value,
        protocol: &Value,
        fix_imports: bool,
        buffer_callback: &Value,
    ) -> Res<()> {
        self.check_free(th)?;
        // May be called again: then it starts anew.
        drop(self.write.take());
        let settings = Settings::read(th, protocol, fix_imports, buffer_callback)?;
        let write = write_method(th, file)?;
        self.protocol.set(settings.protocol);
        self.bin.set(i64::from(settings.protocol > 0));
        self.fix_imports.set(settings.fix_imports);
        self.fast.set(0);
        self.buffer_callback.set(settings.buffer_callback);
        self.replace_memo(Memo::default());
        self.write.set(Some(write));
        let table = if slf.is_exactly(&PICKLER_TYPE) { None } else { th.getattr_opt_str(slf, "dispatch_table")? };
        self.dispatch_table.set(table);
        Ok(())
    }

    #[pyslot]
    fn getattro(&self, th: &ThreadState, slf: &Value, name: &Value) -> Res {
        if name.as_str().is_some_and(|name| name.equals_ascii("persistent_id"))
            && let Some(own) = self.persistent_id.get()
        {
            return Ok(own);
        }
        generic_getattr(th, slf, name)
    }

    #[pyslot]
    fn setattro(&self, th: &ThreadState, slf: &Value, name: &Value, value: Option<&Value>) -> Res<()> {
        if name.as_str().is_some_and(|name| name.equals_ascii("persistent_id")) {
            match value {
                Some(value) => self.persistent_id.set(Some(value.clone())),
                None if self.persistent_id.is_some() => drop(self.persistent_id.take()),
                None => return Err(th.attribute_error(slf, name)),
            }
            return Ok(());
        }
        generic_setattr(th, slf, name, value)
    }

    /// Write a pickled representation of the given object to the open file.
    #[pymethod("(obj, /)")]
    fn dump(&self, th: &ThreadState, slf: &Value, obj: &Value) -> Res<()> {
        self.check_free(th)?;
        let Some(write) = self.write.get() else {
            let class = super::class_name(th, slf);
            let message = format!("Pickler.__init__() was not called by {class}.__init__()");
            return Err(pickling_error(th, message));
        };
        let settings = Settings {
            protocol: self.protocol.get(),
            fix_imports: self.fix_imports.get(),
            fast: self.fast.get() != 0,
            buffer_callback: self.buffer_callback.get(),
        };
        let persistent_id = match self.persistent_id.get() {
            Some(own) => Some(own),
            None => overridden(th, slf, &PICKLER_TYPE, "persistent_id")?,
        };
        let hooks = Hooks {
            persistent_id,
            reducer_override: th.getattr_opt_str(slf, "reducer_override")?,
            dispatch_table: self.dispatch_table.get(),
        };
        let mut saver = Saver::new(th, settings, Some(write));
        saver.hooks = hooks;
        saver.memo = std::mem::take(&mut self.memo.borrow_mut().0);
        self.running.set(true);
        let result = saver.dump(obj);
        self.running.set(false);
        let memo = std::mem::take(&mut saver.memo);
        self.replace_memo(memo);
        result?;
        saver.flush()
    }

    /// Clears the pickler's "memo".
    ///
    /// The memo is the data structure that remembers which objects the
    /// pickler has already seen, so that shared or recursive objects are
    /// pickled by reference and not by value.  This method is useful when
    /// re-using picklers.
    #[pymethod("()")]
    fn clear_memo(&self) {
        self.replace_memo(Memo::default());
    }

    #[pymethod("(obj, /)", name = "persistent_id")]
    fn default_persistent_id(&self, obj: &Value) {
        let _ = obj;
    }

    /// Returns size in memory, in bytes.
    #[pymethod("()")]
    fn __sizeof__(&self) -> usize {
        size_of::<Pickler>() + 16 + self.memo.borrow().0.size()
    }

    #[pygetter]
    fn memo(&self, th: &ThreadState, slf: &Value) -> Value {
        th.new_object(PicklerMemoProxy { pickler: slf.clone() })
    }

    #[pysetter]
    fn set_memo(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let Some(value) = value else { return Err(th.type_error("attribute deletion is not supported")) };
        if let Some(other) = value.downcast::<PicklerMemoProxy>().and_then(|proxy| proxy.pickler.downcast::<Pickler>())
        {
            let copy = other.memo.borrow().0.clone();
            self.replace_memo(copy);
            return Ok(());
        }
        let Some(dict) = value.downcast::<Dict>() else {
            let class = super::class_name(th, value);
            let message = format!("'memo' attribute must be a PicklerMemoProxy object or dict, not {class}");
            return Err(th.type_error(message));
        };
        let mut memo = Memo::default();
        for (_, entry) in dict.to_vec() {
            let Some([index, object]) = entry.as_tuple().map(|tuple| tuple.as_slice()) else {
                return Err(th.type_error("'memo' values must be 2-item tuples"));
            };
            let index = th.index_or(index, &runtime::objects::exceptions::OVERFLOW_ERROR)?;
            memo.insert(object, index.max(0) as usize);
        }
        self.replace_memo(memo);
        Ok(())
    }

    #[pygetter(member)]
    fn bin(&self) -> i64 {
        self.bin.get()
    }

    #[pysetter]
    fn set_bin(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let value = value.ok_or_else(|| th.type_error("can't delete numeric/char attribute"))?;
        self.bin.set(c_int(th, value)?);
        Ok(())
    }

    #[pygetter(member)]
    fn fast(&self) -> i64 {
        self.fast.get()
    }

    #[pysetter]
    fn set_fast(&self, th: &ThreadState, value: Option<&Value>) -> Res<()> {
        let value = value.ok_or_else(|| th.type_error("can't delete numeric/char attribute"))?;
        self.fast.set(c_int(th, value)?);
        Ok(())
    }

    #[pygetter(member)]
    fn dispatch_table(&self, th: &ThreadState, slf: &Value) -> Res {
        self.dispatch_table.get().ok_or_else(|| th.attribute_error(slf, &th.intern("dispatch_table")))
    }

    #[pysetter]
    fn set_dispatch_table(&self, value: Option<&Value>) -> Res<()> {
        self.dispatch_table.set(value.cloned());
        Ok(())
    }
}

/// `pickler.memo`
#[pyclass(name = "PicklerMemoProxy", module = "_pickle", flags(disallow_new))]
pub struct PicklerMemoProxy {
    pickler: Value,
}

#[pymethods]
impl PicklerMemoProxy {
    /// Remove all items from memo.
    #[pymethod("()")]
    fn clear(&self) {
        if let Some(pickler) = self.pickler.downcast::<Pickler>() {
            pickler.replace_memo(Memo::default());
        }
    }

    /// Copy the memo to a new object.
    #[pymethod("()")]
    fn copy(&self, th: &ThreadState) -> Value {
        self.pickler.downcast::<Pickler>().map_or(Value::NONE, |pickler| pickler.memo_copy(th))
    }

    /// Implement pickle support.
    #[pymethod("()")]
    fn __reduce__(&self, th: &ThreadState) -> Value {
        let copy = self.copy(th);
        th.tuple(&[runtime::objects::dict::DICT_TYPE.as_value(), th.tuple(&[copy])])
    }
}
