//! `property`.

use macros::{pyclass, pymethods};

use crate::error::{Raised, Res, name_text};
use crate::gc::ValueCell;
use crate::object::Payload;
use crate::thread::ThreadState;
use crate::value::Value;

/// Property attribute.
///
///   fget
///     function to be used for getting an attribute value
///   fset
///     function to be used for setting an attribute value
///   fdel
///     function to be used for del'ing an attribute
///   doc
///     docstring
///
/// Typical use is to define a managed attribute x:
///
/// class C(object):
///     def getx(self): return self._x
///     def setx(self, value): self._x = value
///     def delx(self): del self._x
///     x = property(getx, setx, delx, "I'm the 'x' property.")
///
/// Decorators make defining new properties or modifying existing ones easy:
///
/// class C(object):
///     @property
///     def x(self):
///         "I am the 'x' property."
///         return self._x
///     @x.setter
///     def x(self, value):
///         self._x = value
///     @x.deleter
///     def x(self):
///         del self._x
#[pyclass(name = "property", flags(basetype))]
#[derive(Default)]
pub struct Property {
    pub getter: ValueCell,
    pub setter: ValueCell,
    pub deleter: ValueCell,
    doc: ValueCell,
    name: ValueCell,
    /// The docstring came from the getter.
    doc_of_getter: std::cell::Cell<bool>,
}

impl Property {
    /// "property 'x' of 'C' object has no setter", as far as it is known.
    fn missing(&self, th: &ThreadState, object: &Value, what: &str) -> Raised {
        let class = object.class().name_of_qualname();
        let message = match self.name.get() {
            Some(name) => {
                let shown = th.repr_string(&name).unwrap_or_else(|raised| {
                    drop(th.take_raised(raised));
                    name_text(&name)
                });
                format!("property {shown} of '{class}' object has no {what}")
            }
            None => format!("property of '{class}' object has no {what}"),
        };
        let name = self.name.get_or_none();
        th.attribute_error_message(object, &name, &message)
    }

    /// A copy with one function replaced, of the same class.
    fn copy(slf: &Value, th: &ThreadState, place: usize, function: &Value) -> Res {
        let this = Property::of(slf);
        let mut parts = [this.getter.get_or_none(), this.setter.get_or_none(), this.deleter.get_or_none(), Value::NONE];
        if !function.is_none() {
            parts[place] = function.clone();
        }
        if !this.doc_of_getter.get() || parts[0].is_none() {
            parts[3] = this.doc.get_or_none();
        }
        let new = th.call(slf.class().value_ref(), &parts)?;
        if let Some(copy) = new.downcast::<Property>() {
            copy.name.set(this.name.get());
        }
        Ok(new)
    }
}

#[pymethods]
impl Property {
    #[pyslot(new)]
    fn construct(th: &ThreadState, class: &crate::Type, _: &[Value], _: &[Value]) -> Res {
        Ok(th.new_instance(class, Property::default()))
    }

    #[pyslot("(fget=None, fset=None, fdel=None, doc=None)")]
    fn init(slf: &Value, th: &ThreadState, fget: Value, fset: Value, fdel: Value, doc: Value) -> Res<()> {
        let this = Property::of(slf);
        let given = |value: Value| Some(value).filter(|value| !value.is_none());
        this.name.set(None);
        this.doc_of_getter.set(false);
        this.setter.set(given(fset));
        this.deleter.set(given(fdel));
        let mut doc = given(doc);
        if doc.is_none() && !fget.is_none() {
            doc = th.getattr_opt(&fget, &th.names().__doc__)?.filter(|doc| !doc.is_none());
            this.doc_of_getter.set(doc.is_some());
        }
        this.getter.set(given(fget));
        if slf.is_exactly(&PROPERTY_TYPE) {
            this.doc.set(doc);
        } else if doc.is_some() || slf.class().has_attrs() {
            // A subclass keeps the docstring in its instances, where `__doc__` of the class would hide it.
            let doc = doc.unwrap_or(Value::NONE);
            let stored = th.setattr(slf, &th.names().__doc__, Some(&doc));
            if let Err(raised) = stored {
                // A docstring that was given is given up silently, one of the getter's is not.
                let lost = th.raised_is(&raised, &crate::objects::exceptions::ATTRIBUTE_ERROR);
                if !lost || this.doc_of_getter.get() {
                    return Err(raised);
                }
                drop(th.take_raised(raised));
            }
        }
        Ok(())
    }

    #[pyslot]
    fn descr_get(th: &ThreadState, slf: &Value, object: Option<&Value>, _: &Value) -> Res {
        let Some(object) = object.filter(|object| !object.is_none()) else { return Ok(slf.clone()) };
        let this = Property::of(slf);
        match this.getter.get() {
            Some(getter) => th.call(&getter, std::slice::from_ref(object)),
            None => Err(this.missing(th, object, "getter")),
        }
    }

    #[pyslot]
    fn descr_set(&self, th: &ThreadState, object: &Value, value: Option<&Value>) -> Res<()> {
        match value {
            Some(value) => match self.setter.get() {
                Some(setter) => th.call(&setter, &[object.clone(), value.clone()]).map(drop),
                None => Err(self.missing(th, object, "setter")),
            },
            None => match self.deleter.get() {
                Some(deleter) => th.call(&deleter, std::slice::from_ref(object)).map(drop),
                None => Err(self.missing(th, object, "deleter")),
            },
        }
    }

    /// Descriptor to obtain a copy of the property with a different getter.
    #[pymethod("(object, /)")]
    fn getter(slf: &Value, th: &ThreadState, object: &Value) -> Res {
        Property::copy(slf, th, 0, object)
    }

    /// Descriptor to obtain a copy of the property with a different setter.
    #[pymethod("(object, /)")]
    fn setter(slf: &Value, th: &ThreadState, object: &Value) -> Res {
        Property::copy(slf, th, 1, object)
    }

    /// Descriptor to obtain a copy of the property with a different deleter.
    #[pymethod("(object, /)")]
    fn deleter(slf: &Value, th: &ThreadState, object: &Value) -> Res {
        Property::copy(slf, th, 2, object)
    }

    /// Method to set name of a property.
    #[pymethod("(owner, name, /)", raw)]
    fn __set_name__(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
        if !kwnames.is_empty() {
            return Err(th.type_error("property.__set_name__() takes no keyword arguments"));
        }
        let [slf, _, name] = args else {
            let given = args.len().saturating_sub(1);
            return Err(
                th.type_error(format_args!("__set_name__() takes 2 positional arguments but {given} were given"))
            );
        };
        if let Some(property) = slf.downcast::<Property>() {
            property.name.set(Some(name.clone()));
        }
        Ok(Value::NONE)
    }

    #[pygetter(member)]
    fn fget(&self) -> Value {
        self.getter.get_or_none()
    }

    #[pygetter(member)]
    fn fset(&self) -> Value {
        self.setter.get_or_none()
    }

    #[pygetter(member)]
    fn fdel(&self) -> Value {
        self.deleter.get_or_none()
    }

    #[pygetter(member)]
    fn __doc__(&self) -> Value {
        self.doc.get_or_none()
    }

    #[pysetter(name = "__doc__")]
    fn set_doc(&self, _th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.doc.set(value.cloned());
        Ok(())
    }

    #[pygetter]
    fn __name__(slf: &Value, th: &ThreadState) -> Res {
        let this = Property::of(slf);
        if let Some(name) = this.name.get() {
            return Ok(name);
        }
        let getter = this.getter.get_or_none();
        match th.getattr_opt(&getter, &th.names().__name__)? {
            Some(name) => Ok(name),
            None => Err(th.attribute_error(slf, &th.names().__name__)),
        }
    }

    #[pysetter(name = "__name__")]
    fn set_name(&self, _th: &ThreadState, value: Option<&Value>) -> Res<()> {
        self.name.set(value.cloned());
        Ok(())
    }

    #[pygetter]
    fn __isabstractmethod__(&self, th: &ThreadState) -> Res<bool> {
        for function in [&self.getter, &self.setter, &self.deleter] {
            if let Some(function) = function.get()
                && super::class_method::is_abstract(th, &function)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Types of this file, for `ready_builtin_types`.
pub(crate) const TYPES: &[&crate::Type] = &[&PROPERTY_TYPE];
