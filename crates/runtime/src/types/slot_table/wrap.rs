//! Wrappers: what calls a slot with Python arguments (`int.__add__(1, 2)`). `args[0]` is `self`, checked by the descriptor.

use super::Row;
use crate::args::split;
use crate::error::Res;
use crate::objects::object::OBJECT_TYPE;
use crate::thread::ThreadState;
use crate::types::slots::*;
use crate::types::{CompareOp, Type, type_flags};
use crate::value::Value;

fn no_keywords(th: &ThreadState, row: &Row, kwnames: &[Value]) -> Res<()> {
    if kwnames.is_empty() {
        return Ok(());
    }
    Err(th.type_error(format_args!("wrapper {}() takes no keyword arguments", row.name)))
}

fn this<'a>(th: &ThreadState, row: &Row, args: &'a [Value]) -> Res<&'a Value> {
    args.first().ok_or_else(|| th.type_error(format_args!("descriptor '{}' needs an argument", row.name)))
}

/// `self` and exactly `N` more arguments: "expected 1 argument, got 0".
fn exactly<'a, const N: usize>(
    th: &ThreadState,
    row: &Row,
    args: &'a [Value],
    kwnames: &[Value],
) -> Res<(&'a Value, &'a [Value; N])> {
    no_keywords(th, row, kwnames)?;
    let slf = this(th, row, args)?;
    match args[1..].try_into() {
        Ok(rest) => Ok((slf, rest)),
        Err(_) if N >= 2 => {
            Err(th.type_error(format_args!("{} expected {N} arguments, got {}", row.name, args.len() - 1)))
        }
        Err(_) => {
            let s = if N == 1 { "" } else { "s" };
            Err(th.type_error(format_args!("expected {N} argument{s}, got {}", args.len() - 1)))
        }
    }
}

pub(super) fn unary(th: &ThreadState, row: &Row, slot: UnaryFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, []) = exactly(th, row, args, kwnames)?;
    slot(th, slf)
}

pub(super) fn next(th: &ThreadState, row: &Row, slot: UnaryFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, []) = exactly(th, row, args, kwnames)?;
    let item = slot(th, slf)?;
    if item.is_exhausted() { Err(th.stop_iteration(&Value::NONE)) } else { Ok(item) }
}

pub(super) fn finalize(th: &ThreadState, row: &Row, slot: FinalizeFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, []) = exactly(th, row, args, kwnames)?;
    slot(th, slf);
    Ok(Value::NONE)
}

pub(super) fn predicate(th: &ThreadState, row: &Row, slot: BoolFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, []) = exactly(th, row, args, kwnames)?;
    slot(th, slf).map(Value::bool)
}

pub(super) fn length(th: &ThreadState, row: &Row, slot: LengthFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, []) = exactly(th, row, args, kwnames)?;
    slot(th, slf).map(|length| th.int(length as i64))
}

pub(super) fn hash(th: &ThreadState, row: &Row, slot: HashFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, []) = exactly(th, row, args, kwnames)?;
    slot(th, slf).map(|hash| th.int(hash))
}

pub(super) fn binary(th: &ThreadState, row: &Row, slot: BinaryFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, [other]) = exactly(th, row, args, kwnames)?;
    slot(th, slf, other)
}

pub(super) fn binary_reflected(th: &ThreadState, row: &Row, slot: BinaryFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, [other]) = exactly(th, row, args, kwnames)?;
    slot(th, other, slf)
}

/// `self` and one or two arguments.
fn one_or_two<'a>(
    th: &ThreadState,
    row: &Row,
    args: &'a [Value],
    kwnames: &[Value],
) -> Res<(&'a Value, &'a Value, Option<&'a Value>)> {
    no_keywords(th, row, kwnames)?;
    let slf = this(th, row, args)?;
    match &args[1..] {
        [first] => Ok((slf, first, None)),
        [first, second] => Ok((slf, first, Some(second))),
        rest => Err(th.type_error(format_args!("expected 1 or 2 arguments, got {}", rest.len()))),
    }
}

pub(super) fn ternary(th: &ThreadState, row: &Row, slot: TernaryFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, other, third) = one_or_two(th, row, args, kwnames)?;
    slot(th, slf, other, third.unwrap_or(&Value::NONE))
}

pub(super) fn ternary_reflected(
    th: &ThreadState,
    row: &Row,
    slot: TernaryFn,
    args: &[Value],
    kwnames: &[Value],
) -> Res {
    let (slf, other, third) = one_or_two(th, row, args, kwnames)?;
    slot(th, other, slf, third.unwrap_or(&Value::NONE))
}

pub(super) fn richcompare(
    th: &ThreadState,
    row: &Row,
    slot: RichCompareFn,
    args: &[Value],
    kwnames: &[Value],
    op: CompareOp,
) -> Res {
    let (slf, [other]) = exactly(th, row, args, kwnames)?;
    slot(th, slf, other, op)
}

pub(super) fn call(th: &ThreadState, row: &Row, slot: CallFn, args: &[Value], kwnames: &[Value]) -> Res {
    let slf = this(th, row, args)?;
    slot(th, slf, &args[1..], kwnames)
}

pub(super) fn init(th: &ThreadState, row: &Row, slot: InitFn, args: &[Value], kwnames: &[Value]) -> Res {
    let slf = this(th, row, args)?;
    slot(th, slf, &args[1..], kwnames)?;
    Ok(Value::NONE)
}

pub(super) fn getattribute(th: &ThreadState, row: &Row, slot: GetAttrFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, [name]) = exactly(th, row, args, kwnames)?;
    let name = attribute_name(th, name)?;
    slot(th, slf, &name)
}

/// Names reach slots interned.
pub(super) fn attribute_name(th: &ThreadState, name: &Value) -> Res {
    match name.as_str() {
        Some(_) if name.is_exactly(&crate::objects::str::STR_TYPE) => Ok(crate::intern::intern(th, name.clone())),
        Some(_) => Ok(name.clone()),
        None => Err(th.type_error(format_args!("attribute name must be string, not '{}'", name.class().full_name()))),
    }
}

/// `object.__setattr__(SomeClass, ...)` would go past the metatype's own rules.
fn check_not_bypassing(th: &ThreadState, row: &Row, slot: SetAttrFn, slf: &Value) -> Res<()> {
    let native = slf.class().native();
    if native.slots().setattro.get().is_none_or(|own| std::ptr::fn_addr_eq(own, slot)) {
        return Ok(());
    }
    Err(th.type_error(format_args!("can't apply this {} to {} object", row.name, native.name())))
}

pub(super) fn setattr(th: &ThreadState, row: &Row, slot: SetAttrFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, [name, value]) = exactly(th, row, args, kwnames)?;
    check_not_bypassing(th, row, slot, slf)?;
    let name = attribute_name(th, name)?;
    slot(th, slf, &name, Some(value)).map(|()| Value::NONE)
}

pub(super) fn delattr(th: &ThreadState, row: &Row, slot: SetAttrFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, [name]) = exactly(th, row, args, kwnames)?;
    check_not_bypassing(th, row, slot, slf)?;
    let name = attribute_name(th, name)?;
    slot(th, slf, &name, None).map(|()| Value::NONE)
}

pub(super) fn descr_get(th: &ThreadState, row: &Row, slot: DescrGetFn, args: &[Value], kwnames: &[Value]) -> Res {
    no_keywords(th, row, kwnames)?;
    let slf = this(th, row, args)?;
    let (object, owner) = match &args[1..] {
        [object] => (object, None),
        [object, owner] => (object, Some(owner).filter(|owner| !owner.is_none())),
        [] => return Err(th.type_error("__get__ expected at least 1 argument, got 0")),
        rest => return Err(th.type_error(format_args!("__get__ expected at most 2 arguments, got {}", rest.len()))),
    };
    match (object.is_none(), owner) {
        (true, None) => Err(th.type_error("__get__(None, None) is invalid")),
        (true, Some(owner)) => slot(th, slf, None, owner),
        (false, Some(owner)) => slot(th, slf, Some(object), owner),
        (false, None) => slot(th, slf, Some(object), &object.class().as_value()),
    }
}

pub(super) fn descr_set(th: &ThreadState, row: &Row, slot: DescrSetFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, [object, value]) = exactly(th, row, args, kwnames)?;
    slot(th, slf, object, Some(value)).map(|()| Value::NONE)
}

pub(super) fn descr_delete(th: &ThreadState, row: &Row, slot: DescrSetFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, [object]) = exactly(th, row, args, kwnames)?;
    slot(th, slf, object, None).map(|()| Value::NONE)
}

pub(super) fn set_key(th: &ThreadState, row: &Row, slot: AssignKeyFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, [key, value]) = exactly(th, row, args, kwnames)?;
    slot(th, slf, key, Some(value)).map(|()| Value::NONE)
}

pub(super) fn delete_key(th: &ThreadState, row: &Row, slot: AssignKeyFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, [key]) = exactly(th, row, args, kwnames)?;
    slot(th, slf, key, None).map(|()| Value::NONE)
}

pub(super) fn contains(th: &ThreadState, row: &Row, slot: ContainsFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, [item]) = exactly(th, row, args, kwnames)?;
    slot(th, slf, item).map(Value::bool)
}

pub(super) fn repeat(th: &ThreadState, row: &Row, slot: IndexFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, [count]) = exactly(th, row, args, kwnames)?;
    let count = th.index_or(count, &crate::objects::exceptions::OVERFLOW_ERROR)?;
    slot(th, slf, count)
}

/// An index for a sequence slot: negative ones count from the end.
fn sequence_index(th: &ThreadState, slf: &Value, index: &Value) -> Res<isize> {
    let index = th.index_or(index, &crate::objects::exceptions::OVERFLOW_ERROR)?;
    if index < 0
        && let Some(length) = slf.class().slots().sq_length.get()
    {
        return Ok(index + length(th, slf)? as isize);
    }
    Ok(index)
}

pub(super) fn item(th: &ThreadState, row: &Row, slot: IndexFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, [index]) = exactly(th, row, args, kwnames)?;
    let index = sequence_index(th, slf, index)?;
    slot(th, slf, index)
}

pub(super) fn set_item(th: &ThreadState, row: &Row, slot: AssignIndexFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, [index, value]) = exactly(th, row, args, kwnames)?;
    let index = sequence_index(th, slf, index)?;
    slot(th, slf, index, Some(value)).map(|()| Value::NONE)
}

pub(super) fn delete_item(th: &ThreadState, row: &Row, slot: AssignIndexFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, [index]) = exactly(th, row, args, kwnames)?;
    let index = sequence_index(th, slf, index)?;
    slot(th, slf, index, None).map(|()| Value::NONE)
}

/// `x.__buffer__(flags)` is a memoryview of `x`.
pub(super) fn get_buffer(th: &ThreadState, row: &Row, get: GetBufferFn, args: &[Value], kwnames: &[Value]) -> Res {
    let (slf, [flags]) = exactly(th, row, args, kwnames)?;
    let flags = th.index_or(flags, &crate::objects::exceptions::OVERFLOW_ERROR)?;
    if i32::try_from(flags).is_err() {
        return Err(th.overflow_error("buffer flags out of range"));
    }
    // The native exporter itself: a Python class over it comes here from its own `__buffer__`.
    th.memoryview_through(slf, get, crate::buffer::Flags(flags as u32))
}

/// `x.__release_buffer__(view)` releases the memoryview.
pub(super) fn release_buffer(
    th: &ThreadState,
    row: &Row,
    _: ReleaseBufferFn,
    args: &[Value],
    kwnames: &[Value],
) -> Res {
    let (_, [view]) = exactly(th, row, args, kwnames)?;
    let memoryview = super::dispatch::memoryview_class(th)?;
    if !memoryview.as_type().is_some_and(|memoryview| view.is_instance_of(memoryview)) {
        return Err(th.type_error("expected a memoryview object"));
    }
    th.call_method_str(view, "release", &[])
}

/// `T.__new__(cls, ...)` of a native type: `args[0]` is `T`, bound to the function.
pub(super) fn new(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res {
    let (positional, _) = split(args, kwnames);
    let Some(class) = args.first().and_then(Value::as_type) else {
        return Err(th.system_error("__new__() called with non-type 'self'"));
    };
    let name = class.name();
    if positional.len() < 2 {
        return Err(th.type_error(format_args!("{name}.__new__(): not enough arguments")));
    }
    let Some(wanted) = args[1].as_type() else {
        let found = args[1].class().full_name();
        return Err(th.type_error(format_args!("{name}.__new__(X): X is not a type object ({found})")));
    };
    if !wanted.is_subtype(class) {
        let wanted = wanted.name();
        return Err(th.type_error(format_args!("{name}.__new__({wanted}): {wanted} is not a subtype of {name}")));
    }
    let Some(new) = class.slots().new.get() else {
        return Err(th.type_error(format_args!("cannot create '{}' instances", class.full_name())));
    };
    // What Python classes define is passed over: the native part must be made by its own type.
    let native = nearest_native_new(wanted);
    let Some(own) = native.slots().new.get() else {
        return Err(th.type_error(format_args!("cannot create '{}' instances", wanted.full_name())));
    };
    if std::ptr::eq(class, &OBJECT_TYPE) && native.has_flag(type_flags::OBJECT_NEW) {
        return own(th, wanted, &args[2..], kwnames);
    }
    if !std::ptr::fn_addr_eq(own, new) || !wanted.is_subtype_native(class.native()) {
        let (wanted, native) = (wanted.name(), native.name());
        return Err(th.type_error(format_args!("{name}.__new__({wanted}) is not safe, use {native}.__new__()")));
    }
    new(th, wanted, &args[2..], kwnames)
}

fn nearest_native_new(class: &Type) -> &Type {
    if class.is_heap_type() { class.native() } else { class }
}
