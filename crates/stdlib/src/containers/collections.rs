//! `_collections`: `defaultdict`, the fields of named tuples, counting, and what `deque.rs` and the runtime (`OrderedDict`) hold.

use macros::{pyclass, pymethods, pymodule};
use runtime::gc::ValueCell;
use runtime::objects::dict::{DICT_TYPE, Dict};
use runtime::protocol::BinaryOp;
use runtime::{Payload, Res, ThreadState, Type, Value};

/// defaultdict(default_factory=None, /, [...]) --> dict with default factory
///
/// The default factory is called without arguments to produce
/// a new value when a key is not present, in __getitem__ only.
/// A defaultdict compares equal to a dict with the same items.
/// All remaining arguments are treated the same as if they were
/// passed to the dict constructor, including keyword arguments.
#[pyclass(name = "defaultdict", module = "collections", base = DICT_TYPE, flags(basetype), text = none)]
#[repr(C)]
pub struct DefaultDict {
    #[base]
    dict: Dict,
    default_factory: ValueCell,
}

impl DefaultDict {
    /// `type(slf)(slf.default_factory, source)`.
    fn like(th: &ThreadState, slf: &Value, source: &Value) -> Res {
        let factory = DefaultDict::of(slf).default_factory.get_or_none();
        th.call(slf.class().value_ref(), &[factory, source.clone()])
    }
}

#[pymethods]
impl DefaultDict {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, _: &[Value], _: &[Value]) -> Res {
        Ok(th.new_instance(cls, DefaultDict { dict: Dict::new(), default_factory: ValueCell::empty() }))
    }

    #[pyslot]
    fn init(th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
        let mut rest = args;
        let mut factory = None;
        if args.len() > kwnames.len() {
            let first = &args[0];
            if !first.is_none() && !th.is_callable(first) {
                return Err(th.type_error("first argument must be callable or None"));
            }
            factory = Some(first.clone()).filter(|first| !first.is_none());
            rest = &args[1..];
        }
        DefaultDict::of(slf).default_factory.set(factory);
        match DICT_TYPE.slots().init.get() {
            Some(init) => init(th, slf, rest, kwnames),
            None => Ok(()),
        }
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let base = match DICT_TYPE.slots().repr.get() {
            Some(repr) => repr(th, slf)?,
            None => Value::NONE,
        };
        let factory = match DefaultDict::of(slf).default_factory.get() {
            None => th.str("None"),
            Some(factory) => match th.enter_repr(&factory) {
                Some(_guard) => th.repr(&factory)?,
                None => th.str("..."),
            },
        };
        th.concat_strings(&[th.str(&format!("{}(", slf.class().name())), factory, th.str(", "), base, th.str(")")])
    }

    #[pyslot]
    fn nb_or(th: &ThreadState, a: &Value, b: &Value) -> Res {
        let (slf, other) = if a.downcast::<DefaultDict>().is_some() { (a, b) } else { (b, a) };
        if other.downcast::<Dict>().is_none() {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        let new = DefaultDict::like(th, slf, a)?;
        match new.downcast::<Dict>() {
            Some(dict) => runtime::objects::dict::methods::update(th, dict, b)?,
            None => drop(th.call_method_str(&new, "update", std::slice::from_ref(b))?),
        }
        Ok(new)
    }

    /// __missing__(key) # Called by __getitem__ for missing key; pseudo-code:
    ///   if self.default_factory is None: raise KeyError((key,))
    ///   self[key] = value = self.default_factory()
    ///   return value
    #[pymethod("(object, /)")]
    fn __missing__(slf: &Value, th: &ThreadState, key: &Value) -> Res {
        let Some(factory) = DefaultDict::of(slf).default_factory.get().filter(|factory| !factory.is_none()) else {
            return Err(th.key_error(key));
        };
        let value = th.call(&factory, &[])?;
        // The factory may have set the key itself.
        Dict::of(slf).set_default(th, key, value)
    }

    /// D.copy() -> a shallow copy of D.
    #[pymethod("()")]
    fn copy(slf: &Value, th: &ThreadState) -> Res {
        DefaultDict::like(th, slf, slf)
    }

    /// D.copy() -> a shallow copy of D.
    #[pymethod("()")]
    fn __copy__(slf: &Value, th: &ThreadState) -> Res {
        DefaultDict::like(th, slf, slf)
    }

    /// Return state information for pickling.
    #[pymethod("()")]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Res {
        let args = match DefaultDict::of(slf).default_factory.get().filter(|factory| !factory.is_none()) {
            Some(factory) => th.tuple(&[factory]),
            None => th.tuple(&[]),
        };
        let items = th.call_method(slf, &th.names().items, &[])?;
        let items = th.iter(&items)?;
        Ok(th.tuple(&[slf.class().as_value(), args, Value::NONE, Value::NONE, items]))
    }

    /// defaultdicts are generic over two types, signifying (respectively) the types of the dictionary's keys and values
    #[pyclassmethod("(object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        th.generic_alias(cls, object)
    }

    /// Factory for default value called by __missing__().
    #[pygetter(member)]
    fn default_factory(&self) -> Value {
        self.default_factory.get_or_none()
    }

    #[pysetter]
    fn set_default_factory(&self, value: Option<&Value>) -> Res<()> {
        self.default_factory.set(value.cloned());
        Ok(())
    }
}

/// A field of a named tuple: a descriptor that fetches one item.
#[pyclass(name = "_tuplegetter", module = "collections", text = none)]
pub struct TupleGetter {
    index: isize,
    doc: ValueCell,
}

#[pymethods]
impl TupleGetter {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        if !kwnames.is_empty() {
            return Err(th.type_error("_tuplegetter() takes no keyword arguments"));
        }
        let [index, doc] = args else {
            return Err(th.type_error(format_args!("_tuplegetter expected 2 arguments, got {}", args.len())));
        };
        let index = th.index_or(index, &runtime::objects::exceptions::OVERFLOW_ERROR)?;
        Ok(th.new_instance(cls, TupleGetter { index, doc: ValueCell::new(doc.clone()) }))
    }

    #[pyslot]
    fn descr_get(th: &ThreadState, slf: &Value, instance: Option<&Value>, _: &Value) -> Res {
        let Some(instance) = instance else { return Ok(slf.clone()) };
        let this = TupleGetter::of(slf);
        let Some(tuple) = instance.as_tuple() else {
            if instance.is_none() {
                return Ok(slf.clone());
            }
            return Err(th.type_error(format_args!(
                "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
                this.index,
                instance.class().full_name()
            )));
        };
        let item = usize::try_from(this.index).ok().and_then(|index| tuple.as_slice().get(index));
        item.cloned().ok_or_else(|| th.index_error("tuple index out of range"))
    }

    #[pyslot]
    fn descr_set(th: &ThreadState, _: &Value, _: &Value, value: Option<&Value>) -> Res<()> {
        let message = if value.is_some() { "can't set attribute" } else { "can't delete attribute" };
        Err(th.error(&runtime::objects::exceptions::ATTRIBUTE_ERROR, message))
    }

    #[pyslot]
    fn repr(th: &ThreadState, slf: &Value) -> Res {
        let this = TupleGetter::of(slf);
        let start = th.str(&format!("{}({}, ", slf.class().name(), this.index));
        th.concat_strings(&[start, th.repr(&this.doc.get_or_none())?, th.str(")")])
    }

    #[pymethod("()")]
    fn __reduce__(slf: &Value, th: &ThreadState) -> Value {
        let this = TupleGetter::of(slf);
        th.tuple(&[slf.class().as_value(), th.tuple(&[th.int(this.index as i64), this.doc.get_or_none()])])
    }

    #[pygetter(member)]
    fn __doc__(&self) -> Value {
        self.doc.get_or_none()
    }

    #[pysetter(name = "__doc__")]
    fn set_doc(&self, value: Option<&Value>) -> Res<()> {
        self.doc.set(value.cloned());
        Ok(())
    }
}

#[pymodule(
    name = "_collections",
    classes(
        super::super::deque::DEQUE_TYPE,
        super::super::deque::DEQUE_ITERATOR_TYPE,
        super::super::deque::DEQUE_REVERSE_ITERATOR_TYPE,
        super::DEFAULT_DICT_TYPE,
        super::TUPLE_GETTER_TYPE,
        runtime::objects::dict::ordered::ORDERED_DICT_TYPE
    )
)]
pub mod collections_module {
    //! High performance data structures.
    //! - deque:        ordered collection accessible from endpoints only
    //! - defaultdict:  dict subclass with a default value factory

    use super::*;

    /// Whether the mapping gets and stores items as a dict does.
    fn counts_as_dict(th: &ThreadState, mapping: &Value) -> bool {
        let class = mapping.class();
        if !class.is_subtype_native(&DICT_TYPE) {
            return false;
        }
        let same = |name: &Value| match (class.lookup(th, name), DICT_TYPE.lookup(th, name)) {
            (Some(own), Some(dict)) => own.is(&dict),
            _ => false,
        };
        same(&th.names().get) && same(&th.names().__setitem__)
    }

    /// Count elements in the iterable, updating the mapping
    #[pyfunction("(mapping, iterable, /)")]
    fn _count_elements(th: &ThreadState, mapping: &Value, iterable: &Value) -> Res<()> {
        let iterator = th.iter(iterable)?;
        let one = Value::index(1);
        let fast = if counts_as_dict(th, mapping) { mapping.downcast::<Dict>() } else { None };
        if let Some(dict) = fast {
            while let Some(key) = th.next(&iterator)? {
                let hash = th.hash(&key)?;
                let Some(number) = dict.find_entry(th, &key, hash)? else {
                    dict.set_hashed(th, &key, hash, one.clone())?;
                    continue;
                };
                let Some(old) = dict.entry_value(number) else { continue };
                match old.as_small_int().and_then(|count| Value::small_int(count + 1)) {
                    Some(count) => drop(dict.replace_value(number, count)),
                    // Adding may run Python code, which may change the dict.
                    None => dict.set_hashed(th, &key, hash, th.binary(BinaryOp::Add, &old, &one)?)?,
                }
            }
            return Ok(());
        }
        let get = th.getattr(mapping, &th.names().get)?;
        let zero = Value::index(0);
        while let Some(key) = th.next(&iterator)? {
            let old = th.call(&get, &[key.clone(), zero.clone()])?;
            let count = th.binary(BinaryOp::Add, &old, &one)?;
            th.set_item(mapping, &key, &count)?;
        }
        Ok(())
    }
}
