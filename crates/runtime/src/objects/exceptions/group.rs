//! BaseExceptionGroup and ExceptionGroup: several exceptions raised together.

use macros::{pyclass, pymethods};

use super::{BASE_EXCEPTION_TYPE, BaseException, EXCEPTION, ExceptionPayload, TYPE_ERROR, construct, refuse_keywords};
use crate::args::split;
use crate::error::Res;
use crate::gc::ValueCell;
use crate::object::{Payload, PayloadFns};
use crate::thread::ThreadState;
use crate::types::{Type, TypeDef, type_flags};
use crate::value::Value;

/// A combination of multiple unrelated exceptions.
#[pyclass(name = "BaseExceptionGroup", base = BASE_EXCEPTION_TYPE, payload = crate::object::PayloadFns::traced::<BaseExceptionGroup>(), flags(basetype))]
#[derive(Default)]
#[repr(C)]
pub struct BaseExceptionGroup {
    base: BaseException,
    message: ValueCell,
    exceptions: ValueCell,
    /// How the sequence it was made of looked, if that was neither list nor tuple.
    given: ValueCell,
}

impl ExceptionPayload for BaseExceptionGroup {
    fn base(&self) -> &BaseException {
        &self.base
    }
}

/// `ExceptionGroup` has the same payload; it derives from `Exception` too (see `finish_types`).
pub type ExceptionGroup = BaseExceptionGroup;

pub static EXCEPTION_GROUP: Type = Type::new_static(&TypeDef {
    name: "ExceptionGroup",
    module: "builtins",
    doc: None,
    text_signature: None,
    base: Some(&BASE_EXCEPTION_GROUP_TYPE),
    flags: type_flags::BASE_TYPE | type_flags::IMMUTABLE,
    methods: &[],
    getset: &[],
    attrs: &[],
    fill_slots: |_| {},
    payload: PayloadFns::traced::<BaseExceptionGroup>(),
});

/// Gives `ExceptionGroup` its second base.
pub(crate) fn finish_types(th: &ThreadState) {
    let class = &EXCEPTION_GROUP;
    let bases = [BASE_EXCEPTION_GROUP_TYPE.as_value(), EXCEPTION.as_value()];
    if class.bases().as_ref().and_then(Value::as_tuple).is_some_and(|bases| bases.len() == 2) {
        return;
    }
    let immortal = crate::types::ready::immortal;
    class.bases_cell().set(Some(immortal(th.tuple(&bases))));
    if let Ok(mro) = crate::types::mro::linearise(th, class) {
        drop(class.set_mro(immortal(th.tuple_from_vec(mro))));
    }
    EXCEPTION.subclasses.borrow_mut().push(class);
    class.modified();
}

fn is_exception(value: &Value) -> bool {
    value.is_instance_of(&EXCEPTION)
}

/// What `split` and `subgroup` select by.
enum Matcher<'a> {
    Types(&'a Value),
    Predicate(&'a Value),
}

impl<'a> Matcher<'a> {
    fn new(th: &ThreadState, value: &'a Value) -> Res<Matcher<'a>> {
        let is_class = |value: &Value| value.as_type().is_some_and(|class| class.is_subtype(&BASE_EXCEPTION_TYPE));
        if th.is_callable(value) && value.as_type().is_none() {
            return Ok(Matcher::Predicate(value));
        }
        if is_class(value) || value.as_tuple().is_some_and(|classes| classes.as_slice().iter().all(is_class)) {
            return Ok(Matcher::Types(value));
        }
        Err(th.error(
            &TYPE_ERROR,
            "expected an exception type, a tuple of exception types, or a callable (other than a class)",
        ))
    }

    fn matches(&self, th: &ThreadState, exception: &Value) -> Res<bool> {
        match self {
            Matcher::Types(types) => {
                let classes = match types.as_tuple() {
                    Some(classes) => classes.as_slice(),
                    None => std::slice::from_ref(*types),
                };
                Ok(classes.iter().filter_map(Value::as_type).any(|class| exception.is_instance_of(class)))
            }
            Matcher::Predicate(predicate) => {
                let result = th.call(predicate, std::slice::from_ref(exception))?;
                th.is_true(&result)
            }
        }
    }
}

impl BaseExceptionGroup {
    fn items(&self) -> Vec<Value> {
        self.exceptions
            .get()
            .as_ref()
            .and_then(Value::as_tuple)
            .map(|exceptions| exceptions.as_slice().to_vec())
            .unwrap_or_default()
    }
}

/// A group like `original` of other exceptions: made by its `derive`, with its traceback, cause, context and notes.
fn derived(th: &ThreadState, original: &Value, exceptions: Vec<Value>) -> Res {
    if exceptions.is_empty() {
        return Ok(Value::NONE);
    }
    let list = th.list(exceptions);
    let group = th.call_method_str(original, "derive", &[list])?;
    let Some(new) = group.downcast::<BaseExceptionGroup>() else {
        return Err(th.type_error("derive must return an instance of BaseExceptionGroup"));
    };
    let old = &BaseExceptionGroup::of(original).base;
    new.base.traceback.set(old.traceback.get());
    new.base.context.set(old.context.get());
    new.base.cause.set(old.cause.get());
    // Setting a cause suppresses the context, even where there is none to set.
    new.base.suppress_context.set(true);
    let names = th.names();
    if let Some(notes) = th.getattr_opt(original, &names.__notes__)?
        && (notes.as_tuple().is_some() || notes.downcast::<super::List>().is_some())
    {
        let copy = th.list(th.collect(&notes)?);
        th.setattr(&group, &names.__notes__, Some(&copy))?;
    }
    Ok(group)
}

/// The part of an exception that matches, and the rest (if `with_rest`); `None` for an empty part.
fn split_by(th: &ThreadState, exception: &Value, matcher: &Matcher<'_>, with_rest: bool) -> Res<(Value, Value)> {
    th.check_native_stack(" in exceptiongroup_split_recursive")?;
    if matcher.matches(th, exception)? {
        return Ok((exception.clone(), Value::NONE));
    }
    let Some(group) = exception.downcast::<BaseExceptionGroup>() else {
        return Ok((Value::NONE, if with_rest { exception.clone() } else { Value::NONE }));
    };
    let (mut matching, mut rest) = (Vec::new(), Vec::new());
    for item in group.items() {
        let (part, left) = split_by(th, &item, matcher, with_rest)?;
        if !part.is_none() {
            matching.push(part);
        }
        if !left.is_none() {
            rest.push(left);
        }
    }
    let matching = derived(th, exception, matching)?;
    let rest = if with_rest { derived(th, exception, rest)? } else { Value::NONE };
    Ok((matching, rest))
}

#[pymethods]
impl BaseExceptionGroup {
    #[pyslot]
    fn new(th: &ThreadState, cls: &Type, args: &[Value], kwnames: &[Value]) -> Res {
        let [message, exceptions] = split(args, kwnames).0 else {
            let given = split(args, kwnames).0.len();
            return Err(
                th.type_error(format_args!("BaseExceptionGroup.__new__() takes exactly 2 arguments ({given} given)"))
            );
        };
        if message.as_str().is_none() {
            let found = message.class().full_name();
            return Err(th.type_error(format_args!("argument 1 must be str, not {found}")));
        }
        let slots = exceptions.class().slots();
        let is_sequence = slots.sq_item.get().is_some() && exceptions.downcast::<super::Dict>().is_none();
        if !is_sequence {
            return Err(th.type_error("second argument (exceptions) must be a sequence"));
        }
        let items = th.collect(exceptions)?;
        if items.is_empty() {
            return Err(th.value_error("second argument (exceptions) must be a non-empty sequence"));
        }
        for (index, item) in items.iter().enumerate() {
            if item.downcast::<BaseException>().is_none() {
                return Err(
                    th.value_error(format_args!("Item {index} of second argument (exceptions) is not an exception"))
                );
            }
        }
        let nested_base = !items.iter().all(is_exception);
        let mut class = cls;
        if std::ptr::eq(cls, &BASE_EXCEPTION_GROUP_TYPE) {
            if !nested_base {
                class = &EXCEPTION_GROUP;
            }
        } else if nested_base && std::ptr::eq(cls, &EXCEPTION_GROUP) {
            return Err(th.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
        } else if nested_base && cls.is_subtype(&EXCEPTION) {
            return Err(th.type_error(format_args!("Cannot nest BaseExceptions in '{}'", cls.name())));
        }
        let is_plain = exceptions.downcast::<super::List>().is_some() || exceptions.as_tuple().is_some();
        let given = if is_plain { None } else { Some(th.repr(exceptions)?) };
        let group = construct::<BaseExceptionGroup>(th, class, args, kwnames);
        let payload = BaseExceptionGroup::of(&group);
        payload.given.set(given);
        payload.message.set(Some(message.clone()));
        payload.exceptions.set(Some(th.tuple_from_vec(items)));
        Ok(group)
    }

    #[pyslot]
    fn init(&self, th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
        refuse_keywords(th, slf, kwnames)?;
        self.base.args.set(Some(th.tuple(args)));
        Ok(())
    }

    #[pyslot]
    fn str(&self, th: &ThreadState) -> Res {
        let count = self.items().len();
        let s = if count == 1 { "" } else { "s" };
        let message = th.str_string(&self.message.get_or_none())?;
        Ok(th.str(&format!("{message} ({count} sub-exception{s})")))
    }

    #[pyslot]
    fn repr(&self, th: &ThreadState, slf: &Value) -> Res {
        let message = th.repr_string(&self.message.get_or_none())?;
        // The second argument shows as it was given, list or tuple.
        let given_list = self.base.args_slice(|args| args.get(1).is_some_and(|given| given.as_tuple().is_none()));
        let shown = match self.given.get() {
            Some(given) => th.str_string(&given)?,
            None if given_list => th.repr_string(&th.list(self.items()))?,
            None => th.repr_string(&self.exceptions.get_or_none())?,
        };
        Ok(th.str(&format!("{}({message}, {shown})", slf.class().name())))
    }

    /// exception message
    #[pygetter(member)]
    fn message(&self) -> Value {
        self.message.get_or_none()
    }

    /// nested exceptions
    #[pygetter(member)]
    fn exceptions(&self) -> Value {
        self.exceptions.get_or_none()
    }

    #[pyclassmethod("(object, /)", text = "($type, object, /)")]
    fn __class_getitem__(th: &ThreadState, cls: &Value, object: &Value) -> Res {
        crate::objects::generic_alias::new(th, cls, object)
    }

    #[pymethod("(excs, /)", text = "($self, excs, /)")]
    fn derive(&self, th: &ThreadState, excs: &Value) -> Res {
        let message = self.message.get_or_none();
        th.call(BASE_EXCEPTION_GROUP_TYPE.value_ref(), &[message, excs.clone()])
    }

    #[pymethod("(matcher_value, /)", text = "($self, matcher_value, /)")]
    fn split(slf: &Value, th: &ThreadState, matcher_value: &Value) -> Res {
        let matcher = Matcher::new(th, matcher_value)?;
        let (part, rest) = split_by(th, slf, &matcher, true)?;
        Ok(th.tuple(&[part, rest]))
    }

    #[pymethod("(matcher_value, /)", text = "($self, matcher_value, /)")]
    fn subgroup(slf: &Value, th: &ThreadState, matcher_value: &Value) -> Res {
        let matcher = Matcher::new(th, matcher_value)?;
        Ok(split_by(th, slf, &matcher, false)?.0)
    }
}
