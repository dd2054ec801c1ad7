//! `isinstance` and `issubclass`.

use crate::error::Res;
use crate::objects::exceptions as exc;
use crate::thread::ThreadState;
use crate::types::{TYPE_TYPE, Type};
use crate::value::Value;

/// Tuples in tuples as deep as this are too deep, though the native stack may hold more.
const DEEPEST_TUPLES: usize = 50_000;

impl ThreadState {
    fn check_tuple_depth(&self, depth: usize, place: &str) -> Res<()> {
        if depth > DEEPEST_TUPLES {
            return Err(self.recursion_error(format_args!("maximum recursion depth exceeded{place}")));
        }
        self.check_native_stack(place)
    }

    /// `isinstance(object, class)`, where `class` may be a tuple or have `__instancecheck__`.
    pub fn is_instance(&self, object: &Value, class: &Value) -> Res<bool> {
        self.is_instance_within(object, class, 0)
    }

    fn is_instance_within(&self, object: &Value, class: &Value, depth: usize) -> Res<bool> {
        if object.class().value_ref().is(class) {
            return Ok(true);
        }
        if class.is_exactly(&TYPE_TYPE) {
            return self.recursive_is_instance(object, class);
        }
        if let Some(classes) = class.as_tuple() {
            self.check_tuple_depth(depth, " in __instancecheck__")?;
            for class in classes.as_slice() {
                if self.is_instance_within(object, class, depth + 1)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        self.check_native_stack(" in __instancecheck__")?;
        match self.call_special(class, &self.names().__instancecheck__, std::slice::from_ref(object))? {
            Some(result) => self.is_true(&result),
            None => self.recursive_is_instance(object, class),
        }
    }

    /// `type.__instancecheck__`: by type, then by `__class__`.
    pub fn recursive_is_instance(&self, object: &Value, class: &Value) -> Res<bool> {
        let names = self.names();
        if let Some(class) = class.as_type() {
            if object.is_instance_of(class) {
                return Ok(true);
            }
            // Only a `__class__` that lies about the type makes a difference.
            let Some(claimed) = self.getattr_opt(object, &names.__class__)? else { return Ok(false) };
            return Ok(claimed.as_type().is_some_and(|claimed| claimed.is_subtype(class)));
        }
        self.check_class_like(class, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
        match self.getattr_opt(object, &names.__class__)? {
            Some(claimed) => self.abstract_is_subclass(&claimed, class),
            None => Ok(false),
        }
    }

    /// `issubclass(derived, class)`.
    pub fn is_subclass(&self, derived: &Value, class: &Value) -> Res<bool> {
        self.is_subclass_within(derived, class, 0)
    }

    fn is_subclass_within(&self, derived: &Value, class: &Value, depth: usize) -> Res<bool> {
        if class.is_exactly(&TYPE_TYPE) {
            return if derived.is(class) { Ok(true) } else { self.recursive_is_subclass(derived, class) };
        }
        if let Some(classes) = class.as_tuple() {
            self.check_tuple_depth(depth, " in __subclasscheck__")?;
            for class in classes.as_slice() {
                if self.is_subclass_within(derived, class, depth + 1)? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        self.check_native_stack(" in __subclasscheck__")?;
        match self.call_special(class, &self.names().__subclasscheck__, std::slice::from_ref(derived))? {
            Some(result) => self.is_true(&result),
            None => self.recursive_is_subclass(derived, class),
        }
    }

    /// `type.__subclasscheck__`.
    pub fn recursive_is_subclass(&self, derived: &Value, class: &Value) -> Res<bool> {
        if let (Some(derived), Some(class)) = (derived.as_type(), class.as_type()) {
            return Ok(derived.is_subtype(class));
        }
        self.check_class_like(derived, "issubclass() arg 1 must be a class")?;
        self.check_class_like(class, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
        self.abstract_is_subclass(derived, class)
    }

    /// By `__bases__` alone, for things that only look like classes.
    fn abstract_is_subclass(&self, derived: &Value, class: &Value) -> Res<bool> {
        if derived.is(class) {
            return Ok(true);
        }
        self.check_native_stack(" in __issubclass__")?;
        let Some(bases) = self.bases_of(derived)? else { return Ok(false) };
        for base in bases.as_tuple().map(|bases| bases.as_slice()).unwrap_or_default() {
            if self.abstract_is_subclass(base, class)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn bases_of(&self, class: &Value) -> Res<Option<Value>> {
        let bases = self.getattr_opt(class, &self.names().__bases__)?;
        Ok(bases.filter(|bases| bases.as_tuple().is_some()))
    }

    fn check_class_like(&self, class: &Value, message: &str) -> Res<()> {
        match self.bases_of(class)? {
            Some(_) => Ok(()),
            None => Err(self.error(&exc::TYPE_ERROR, message)),
        }
    }

    /// Whether `class` is an exception class.
    pub fn is_exception_class(&self, class: &Value) -> bool {
        class.as_type().is_some_and(|class: &Type| class.is_subtype(&exc::BASE_EXCEPTION_TYPE))
    }
}
