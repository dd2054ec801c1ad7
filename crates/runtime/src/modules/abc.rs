//! `_abc`: what `abc.ABCMeta` does natively.
//!
//! A class of `ABCMeta` has an `_abc_impl` with three weak sets of classes: those registered, and those that were found to be
//! subclasses or not to be. The weak sets are tables from a class's address to a weak reference: an entry whose reference is
//! dead speaks of another, earlier class and counts as absent.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use macros::pymodule;
use rustc_hash::FxHashMap;

use crate::Value;
use crate::modules::weakref::{WEAK_REFERENCE_TYPE, WeakReference};
use crate::object::Payload;
use crate::thread::ThreadState;

/// Changes whenever a class is registered anywhere: what was found not to be a subclass may have become one.
#[derive(Default)]
struct Generation(Cell<u64>);

/// A set of classes that does not keep them alive.
#[derive(Default)]
struct WeakClasses {
    references: RefCell<FxHashMap<u64, Value>>,
    /// Dead entries are thrown out when the table has grown to this.
    purge_at: Cell<usize>,
}

fn referent(reference: &Value) -> Option<Value> {
    reference.downcast::<WeakReference>().and_then(WeakReference::get)
}

impl WeakClasses {
    #[inline]
    fn contains(&self, class: &Value) -> bool {
        self.references.borrow().get(&class.bits()).is_some_and(|found| referent(found).is_some())
    }

    fn is_empty(&self) -> bool {
        self.references.borrow().is_empty()
    }

    fn add(&self, th: &ThreadState, class: &Value) -> crate::Res<()> {
        let reference = crate::modules::weakref::reference(th, &WEAK_REFERENCE_TYPE, class, None)?;
        let old = self.references.borrow_mut().insert(class.bits(), reference);
        drop(old);
        let size = self.references.borrow().len();
        if size >= self.purge_at.get().max(64) {
            self.purge();
            self.purge_at.set(2 * self.references.borrow().len());
        }
        Ok(())
    }

    fn purge(&self) {
        let mut dead = Vec::new();
        self.references.borrow_mut().retain(|_, reference| {
            let alive = referent(reference).is_some();
            if !alive {
                dead.push(reference.clone());
            }
            alive
        });
        drop(dead);
    }

    fn clear(&self) {
        let old = self.references.take();
        drop(old);
    }

    /// The classes that live.
    fn classes(&self) -> Vec<Value> {
        self.references.borrow().values().filter_map(referent).collect()
    }

    fn references(&self) -> Vec<Value> {
        self.purge();
        self.references.borrow().values().cloned().collect()
    }
}

#[pymodule(name = "_abc")]
pub mod abc {
    //! Module contains faster C implementation of abc.ABCMeta

    use macros::{pyclass, pymethods};

    use super::*;
    use crate::error::Res;
    use crate::objects::dict::Dict;
    use crate::objects::list::List;
    use crate::types::slot_table::live_subclasses;
    use crate::types::{Type, type_flags};

    const COLLECTION_FLAGS: u64 = type_flags::SEQUENCE | type_flags::MAPPING;

    /// Internal state held by ABC machinery.
    #[pyclass(name = "_abc_data", hidden, flags(mutable), text = none)]
    pub struct AbcData {
        #[notrace]
        registry: WeakClasses,
        #[notrace]
        cache: WeakClasses,
        #[notrace]
        negative_cache: WeakClasses,
        /// The generation that the negative cache belongs to.
        version: Cell<u64>,
        #[notrace]
        generation: Rc<Generation>,
    }

    #[pymethods]
    impl AbcData {
        #[pyslot]
        fn new(th: &ThreadState, cls: &Type, args: &[Value], _: &[Value]) -> Res {
            if !args.is_empty() {
                return Err(th.type_error("_abc_data() takes no arguments"));
            }
            Ok(AbcData::make(th, cls))
        }
    }

    impl AbcData {
        fn make(th: &ThreadState, cls: &Type) -> Value {
            let generation = th.extension::<Generation>();
            let data = AbcData {
                registry: WeakClasses::default(),
                cache: WeakClasses::default(),
                negative_cache: WeakClasses::default(),
                version: Cell::new(generation.0.get()),
                generation,
            };
            th.new_instance(cls, data)
        }

        /// Whether `class` is known not to be a subclass, by what is registered now.
        fn is_known_other(&self, class: &Value) -> bool {
            self.version.get() == self.generation.0.get() && self.negative_cache.contains(class)
        }
    }

    fn data(th: &ThreadState, class: &Value) -> Res {
        let found = th.getattr(class, &th.names()._abc_impl)?;
        if found.downcast::<AbcData>().is_none() {
            return Err(th.type_error("_abc_impl is set to a wrong type"));
        }
        Ok(found)
    }

    fn is_abstract(th: &ThreadState, value: &Value) -> Res<bool> {
        match th.getattr_opt(value, &th.names().__isabstractmethod__)? {
            Some(mark) => th.is_true(&mark),
            None => Ok(false),
        }
    }

    /// Fills `__abstractmethods__`: the class's own abstract names and those of its bases that it did not make concrete.
    fn compute_abstract_methods(th: &ThreadState, class: &Value) -> Res<()> {
        let names = th.names();
        let mut found = Vec::new();
        let own = match class.as_type().and_then(Type::dict) {
            Some(dict) => dict,
            None => th.getattr(class, &names.__dict__)?,
        };
        let entries = match own.downcast::<Dict>() {
            Some(dict) => dict.to_vec(),
            None => {
                let items = th.call_method(&own, &names.items, &[])?;
                let mut entries = Vec::new();
                for item in th.collect(&items)? {
                    match item.as_tuple().map(|pair| pair.as_slice()) {
                        Some([key, value]) => entries.push((key.clone(), value.clone())),
                        _ => return Err(th.type_error("Iteration over dict.items() should return tuples of length 2")),
                    }
                }
                entries
            }
        };
        for (key, value) in &entries {
            if is_abstract(th, value)? {
                found.push(key.clone());
            }
        }
        let bases = th.getattr(class, &names.__bases__)?;
        let Some(bases) = bases.as_tuple() else { return Err(th.type_error("__bases__ is not tuple")) };
        for base in bases.as_slice() {
            let Some(inherited) = th.getattr_opt(base, &names.__abstractmethods__)? else { continue };
            for key in th.collect(&inherited)? {
                if let Some(value) = th.getattr_opt(class, &key)?
                    && is_abstract(th, &value)?
                {
                    found.push(key);
                }
            }
        }
        let found = th.frozenset(found)?;
        th.setattr(class, &names.__abstractmethods__, Some(&found))
    }

    /// Internal ABC helper for class set-up. Should be never used outside abc module.
    #[pyfunction("(self, /)", text = "($module, self, /)")]
    fn _abc_init(th: &ThreadState, class: &Value) -> Res<()> {
        compute_abstract_methods(th, class)?;
        let data = AbcData::make(th, &ABC_DATA_TYPE);
        th.setattr(class, &th.names()._abc_impl, Some(&data))?;
        let Some(class) = class.as_type() else { return Ok(()) };
        let marks = th.intern("__abc_tpflags__");
        let Some(wanted) = class.own_attribute(&marks) else { return Ok(()) };
        if let Some(wanted) = wanted.as_small_int() {
            let wanted = wanted as u64 & COLLECTION_FLAGS;
            if wanted == COLLECTION_FLAGS {
                return Err(th.type_error("__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING"));
            }
            if wanted != 0 {
                class.clear_flag(COLLECTION_FLAGS);
                class.set_flag(wanted);
            }
        }
        th.setattr(class.value_ref(), &marks, None)
    }

    /// Classes that derive from what was registered with a sequence or mapping match as such.
    fn set_collection_flag(th: &ThreadState, class: &Type, flag: u64) -> Res<()> {
        if class.has_flag(type_flags::IMMUTABLE) || class.flags() & COLLECTION_FLAGS == flag {
            return Ok(());
        }
        th.check_native_stack("")?;
        class.clear_flag(COLLECTION_FLAGS);
        class.set_flag(flag);
        for subclass in live_subclasses(class) {
            if let Some(subclass) = subclass.as_type() {
                set_collection_flag(th, subclass, flag)?;
            }
        }
        Ok(())
    }

    /// Internal ABC helper for subclass registration. Should be never used outside abc module.
    #[pyfunction("(self, subclass, /)")]
    fn _abc_register(th: &ThreadState, class: &Value, subclass: &Value) -> Res {
        let Some(subtype) = subclass.as_type() else { return Err(th.type_error("Can only register classes")) };
        if th.is_subclass(subclass, class)? {
            return Ok(subclass.clone());
        }
        // Asking first fills caches; registering later invalidates them.
        if th.is_subclass(class, subclass)? {
            return Err(th.runtime_error("Refusing to create an inheritance cycle"));
        }
        let impl_ = data(th, class)?;
        let data = AbcData::of(&impl_);
        data.registry.add(th, subclass)?;
        data.generation.0.set(data.generation.0.get() + 1);
        if let Some(class) = class.as_type() {
            let flag = class.flags() & COLLECTION_FLAGS;
            if flag != 0 {
                set_collection_flag(th, subtype, flag)?;
            }
        }
        Ok(subclass.clone())
    }

    /// Internal ABC helper for instance checks. Should be never used outside abc module.
    #[pyfunction("(self, instance, /)")]
    fn _abc_instancecheck(th: &ThreadState, class: &Value, instance: &Value) -> Res {
        let impl_ = data(th, class)?;
        let data = AbcData::of(&impl_);
        let names = th.names();
        let subclass = match th.getattr_opt(instance, &names.__class__)? {
            Some(class) => class,
            None => instance.class().as_value(),
        };
        if data.cache.contains(&subclass) {
            return Ok(Value::TRUE);
        }
        let subtype = instance.class().as_value();
        let check = |class_of_instance: Value| th.call_method(class, &names.__subclasscheck__, &[class_of_instance]);
        if subtype.is(&subclass) {
            if data.is_known_other(&subclass) {
                return Ok(Value::FALSE);
            }
            return check(subclass);
        }
        let result = check(subclass)?;
        if th.is_true(&result)? {
            return Ok(result);
        }
        check(subtype)
    }

    /// Internal ABC helper for subclasss checks. Should be never used outside abc module.
    #[pyfunction("(self, subclass, /)")]
    fn _abc_subclasscheck(th: &ThreadState, class: &Value, subclass: &Value) -> Res<bool> {
        let Some(subtype) = subclass.as_type() else {
            return Err(th.type_error("issubclass() arg 1 must be a class"));
        };
        let impl_ = data(th, class)?;
        let data = AbcData::of(&impl_);
        if data.cache.contains(subclass) {
            return Ok(true);
        }
        let generation = data.generation.0.get();
        if data.version.get() < generation {
            data.negative_cache.clear();
            data.version.set(generation);
        } else if data.negative_cache.contains(subclass) {
            return Ok(false);
        }
        let names = th.names();
        let hook = th.call_method(class, &names.__subclasshook__, std::slice::from_ref(subclass))?;
        if hook.is_true() {
            data.cache.add(th, subclass)?;
            return Ok(true);
        }
        if hook.is_false() {
            data.negative_cache.add(th, subclass)?;
            return Ok(false);
        }
        if !hook.is_not_implemented() {
            return Err(th.assertion_error("__subclasshook__ must return either False, True, or NotImplemented"));
        }
        if class.as_type().is_some_and(|class| subtype.is_subtype(class)) {
            data.cache.add(th, subclass)?;
            return Ok(true);
        }
        if !data.registry.is_empty() {
            if data.registry.contains(subclass) {
                return Ok(true);
            }
            for registered in data.registry.classes() {
                if th.is_subclass(subclass, &registered)? {
                    data.cache.add(th, subclass)?;
                    return Ok(true);
                }
            }
        }
        let subclasses = th.call_method_str(class, "__subclasses__", &[])?;
        let Some(subclasses) = subclasses.downcast::<List>() else {
            return Err(th.type_error("__subclasses__() must return a list"));
        };
        let mut index = 0;
        while let Some(candidate) = subclasses.get(index) {
            if th.is_subclass(subclass, &candidate)? {
                data.cache.add(th, subclass)?;
                return Ok(true);
            }
            index += 1;
        }
        data.negative_cache.add(th, subclass)?;
        Ok(false)
    }

    /// Returns the current ABC cache token.
    ///
    /// The token is an opaque object (supporting equality testing) identifying the
    /// current version of the ABC cache for virtual subclasses. The token changes
    /// with every call to register() on any ABC.
    #[pyfunction("()")]
    fn get_cache_token(th: &ThreadState) -> u64 {
        th.extension::<Generation>().0.get()
    }

    /// Internal ABC helper to reset registry of a given class.
    ///
    /// Should be only used by refleak.py
    #[pyfunction("(self, /)")]
    fn _reset_registry(th: &ThreadState, class: &Value) -> Res<()> {
        let impl_ = data(th, class)?;
        AbcData::of(&impl_).registry.clear();
        Ok(())
    }

    /// Internal ABC helper to reset both caches of a given class.
    ///
    /// Should be only used by refleak.py
    #[pyfunction("(self, /)")]
    fn _reset_caches(th: &ThreadState, class: &Value) -> Res<()> {
        let impl_ = data(th, class)?;
        let data = AbcData::of(&impl_);
        data.cache.clear();
        data.negative_cache.clear();
        Ok(())
    }

    /// Internal ABC helper for cache and registry debugging.
    ///
    /// Return shallow copies of registry, of both caches, and
    /// negative cache version. Don't call this function directly,
    /// instead use ABC._dump_registry() for a nice repr.
    #[pyfunction("(self, /)")]
    fn _get_dump(th: &ThreadState, class: &Value) -> Res {
        let impl_ = data(th, class)?;
        let data = AbcData::of(&impl_);
        let parts = [
            th.set(&data.registry.references())?,
            th.set(&data.cache.references())?,
            th.set(&data.negative_cache.references())?,
            th.int(data.version.get() as i64),
        ];
        Ok(th.tuple(&parts))
    }

    #[pyinit]
    fn init(th: &ThreadState, _: &Value) -> Res<()> {
        crate::types::ready::ready(th, &ABC_DATA_TYPE);
        Ok(())
    }
}
