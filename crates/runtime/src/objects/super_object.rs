//! `super`: attributes of the classes behind a class in an object's method resolution order.

use macros::{pyclass, pymethods};

use crate::error::Res;
use crate::gc::ValueCell;
use crate::object::Payload;
use crate::protocol::attributes::generic_getattr;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// super() -> same as super(__class__, <first argument>)
/// super(type) -> unbound super object
/// super(type, obj) -> bound super object; requires isinstance(obj, type)
/// super(type, type2) -> bound super object; requires issubclass(type2, type)
/// Typical use to call a cooperative superclass method:
/// class C(B):
///     def meth(self, arg):
///         super().meth(arg)
/// This works for class methods too:
/// class C(B):
///     @classmethod
///     def cmeth(cls, arg):
///         super().cmeth(arg)
#[pyclass(name = "super", flags(basetype), text = none)]
#[derive(Default)]
pub struct Super {
    class: ValueCell,
    object: ValueCell,
    object_class: ValueCell,
}

/// The class whose MRO is searched: `object` itself if it is a subclass, else its type (or what `__class__` claims).
fn check(th: &ThreadState, class: &Type, object: &Value) -> Res {
    if let Some(derived) = object.as_type()
        && derived.is_subtype(class)
    {
        return Ok(object.clone());
    }
    if object.is_instance_of(class) {
        return Ok(object.class().as_value());
    }
    if let Some(claimed) = th.getattr_opt(object, &th.names().__class__)?
        && claimed.as_type().is_some_and(|claimed| claimed.is_subtype(class))
    {
        return Ok(claimed);
    }
    let (kind, name) = match object.as_type() {
        Some(derived) => ("type", derived.name()),
        None => ("instance of", object.class().name()),
    };
    Err(th.type_error(format_args!(
        "super(type, obj): obj ({kind} {name}) is not an instance or subtype of type ({}).",
        class.name()
    )))
}

/// The attribute that a bound `super` finds, if any.
fn search(th: &ThreadState, class: &Value, object: &Value, object_class: &Value, name: &Value) -> Res<Option<Value>> {
    let Some(start) = object_class.as_type() else { return Ok(None) };
    let found = start.with_mro(|mro| {
        let behind = mro.iter().position(|entry| entry.is(class)).map_or(mro.len(), |index| index + 1);
        mro[behind..].iter().find_map(|entry| entry.as_type()?.own_attribute(name))
    });
    let Some(found) = found.flatten() else { return Ok(None) };
    match found.class().slots().descr_get.get() {
        Some(get) => {
            let instance = if object.is(object_class) { None } else { Some(object) };
            get(th, &found, instance, object_class).map(Some)
        }
        None => Ok(Some(found)),
    }
}

#[pymethods]
impl Super {
    #[pyslot(new)]
    fn construct(th: &ThreadState, class: &Type, _: &[Value], _: &[Value]) -> Res {
        Ok(th.new_instance(class, Super::default()))
    }

    #[pyslot]
    fn init(th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
        if !kwnames.is_empty() {
            return Err(th.type_error("super() takes no keyword arguments"));
        }
        let (class, object) = match args {
            [] => {
                let (object, class) = crate::frame_api::super_args(th)?;
                (class, Some(object))
            }
            [class] => (class.clone(), None),
            [class, object] => (class.clone(), Some(object.clone()).filter(|object| !object.is_none())),
            _ => return Err(th.type_error(format_args!("super() expected at most 2 arguments, got {}", args.len()))),
        };
        let Some(class_type) = class.as_type() else {
            return Err(
                th.type_error(format_args!("super() argument 1 must be a type, not {}", class.class().full_name()))
            );
        };
        let object_class = object.as_ref().map(|object| check(th, class_type, object)).transpose()?;
        let this = Super::of(slf);
        this.class.set(Some(class.clone()));
        this.object.set(object);
        this.object_class.set(object_class);
        Ok(())
    }

    #[pyslot]
    fn getattro(th: &ThreadState, slf: &Value, name: &Value) -> Res {
        let this = Super::of(slf);
        if let (Some(class), Some(object), Some(object_class)) =
            (this.class.get(), this.object.get(), this.object_class.get())
            && !name.is(&th.names().__class__)
            && let Some(found) = search(th, &class, &object, &object_class, name)?
        {
            return Ok(found);
        }
        generic_getattr(th, slf, name)
    }

    #[pyslot]
    fn descr_get(th: &ThreadState, slf: &Value, object: Option<&Value>, _: &Value) -> Res {
        let this = Super::of(slf);
        let Some(object) = object.filter(|object| !object.is_none() && !this.object.is_some()) else {
            return Ok(slf.clone());
        };
        let class = this.class.get_or_none();
        if !slf.is_exactly(&SUPER_TYPE) {
            return th.call(slf.class().value_ref(), &[class, object.clone()]);
        }
        let Some(class_type) = class.as_type() else { return Ok(slf.clone()) };
        let object_class = check(th, class_type, object)?;
        Ok(th.new_object(Super {
            class: ValueCell::new(class.clone()),
            object: ValueCell::new(object.clone()),
            object_class: ValueCell::new(object_class),
        }))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState) -> Res {
        let name =
            |value: Option<Value>| value.as_ref().and_then(Value::as_type).map_or("NULL".to_string(), Type::name);
        let class = name(self.class.get());
        let text = match self.object_class.get() {
            Some(object_class) => format!("<super: <class '{class}'>, <{} object>>", name(Some(object_class))),
            None => format!("<super: <class '{class}'>, NULL>"),
        };
        Ok(th.str(&text))
    }

    /// the class invoking super()
    #[pygetter(member)]
    fn __thisclass__(&self) -> Value {
        self.class.get_or_none()
    }

    /// the instance invoking super(); may be None
    #[pygetter(member)]
    fn __self__(&self) -> Value {
        self.object.get_or_none()
    }

    /// the type of the instance invoking super(); may be None
    #[pygetter(member)]
    fn __self_class__(&self) -> Value {
        self.object_class.get_or_none()
    }
}

/// Types of this file, for `ready_builtin_types`.
pub(crate) const TYPES: &[&Type] = &[&SUPER_TYPE];
