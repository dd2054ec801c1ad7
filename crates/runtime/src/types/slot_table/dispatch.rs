//! Dispatchers: what stands in a slot when a Python class defines the special method. Each looks the method up on the
//! object's type and calls it.

use crate::buffer::{BufferInfo, Flags};
use crate::error::Res;
use crate::gc::ValueCell;
use crate::objects::exceptions as exc;
use crate::objects::int::IntView;
use crate::objects::slot_wrapper::SlotWrapper;
use crate::protocol::attributes::{generic_getattr, generic_getattr_opt};
use crate::protocol::compare::hash_not_implemented;
use crate::thread::ThreadState;
use crate::types::slots::{BinaryFn, Slots, TernaryFn};
use crate::types::{CompareOp, Type, type_flags};
use crate::value::Value;

/// Calls a found attribute as a method of `object`.
fn call_found<const N: usize>(th: &ThreadState, object: &Value, found: &Value, args: [&Value; N]) -> Res {
    // Three arguments are the most that any special method with fixed ones takes.
    let mut all = [Value::NONE, Value::NONE, Value::NONE, Value::NONE];
    for (place, arg) in all[1..].iter_mut().zip(args) {
        *place = arg.clone();
    }
    if found.class().has_flag(type_flags::METHOD_DESCRIPTOR) {
        all[0] = object.clone();
        return th.call(found, &all[..=N]);
    }
    match found.class().slots().descr_get.get() {
        Some(get) => {
            let method = get(th, found, Some(object), object.class().value_ref())?;
            th.call(&method, &all[1..=N])
        }
        None => th.call(found, &all[1..=N]),
    }
}

/// Calls a special method, if the type has it.
fn special<const N: usize>(th: &ThreadState, object: &Value, name: &Value, args: [&Value; N]) -> Res<Option<Value>> {
    match object.class().lookup(th, name) {
        Some(found) => call_found(th, object, &found, args).map(Some),
        None => Ok(None),
    }
}

/// Calls a special method that the type had when the slot was filled.
fn required<const N: usize>(th: &ThreadState, object: &Value, name: &Value, args: [&Value; N]) -> Res {
    match special(th, object, name, args)? {
        Some(result) => Ok(result),
        None => Err(th.error_args(&exc::ATTRIBUTE_ERROR, std::slice::from_ref(name))),
    }
}

pub(crate) fn repr(th: &ThreadState, slf: &Value) -> Res {
    match special(th, slf, &th.names().__repr__, [])? {
        Some(result) => Ok(result),
        None => Ok(th.str(&format!("<{} object at {:#x}>", slf.class().full_name(), slf.id()))),
    }
}

pub(crate) fn str(th: &ThreadState, slf: &Value) -> Res {
    required(th, slf, &th.names().__str__, [])
}

pub(crate) fn hash(th: &ThreadState, slf: &Value) -> Res<i64> {
    let Some(found) = slf.class().lookup(th, &th.names().__hash__).filter(|found| !found.is_none()) else {
        return hash_not_implemented(th, slf);
    };
    let result = call_found(th, slf, &found, [])?;
    let hash = match result.as_int() {
        Some(IntView::Small(number)) => number,
        // Larger ones are reduced as int hashes are.
        Some(IntView::Big(number)) => match i64::try_from(number) {
            Ok(number) => number,
            Err(_) => match crate::objects::int::INT_TYPE.slots().hash.get() {
                Some(hash) => hash(th, &result)?,
                None => 0,
            },
        },
        None => return Err(th.type_error("__hash__ method should return an integer")),
    };
    Ok(if hash == -1 { -2 } else { hash })
}

pub(crate) fn call(th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res {
    let Some(found) = slf.class().lookup(th, &th.names().__call__) else {
        return Err(th.error_args(&exc::ATTRIBUTE_ERROR, &[th.names().__call__.clone()]));
    };
    th.check_native_stack(" while calling a Python object")?;
    call_with_self(th, slf, &found, args, kwnames)
}

fn call_with_self(th: &ThreadState, slf: &Value, found: &Value, args: &[Value], kwnames: &[Value]) -> Res {
    if found.class().has_flag(type_flags::METHOD_DESCRIPTOR) {
        let mut all = Vec::with_capacity(args.len() + 1);
        all.push(slf.clone());
        all.extend_from_slice(args);
        return th.call_kw(found, &all, kwnames);
    }
    match found.class().slots().descr_get.get() {
        Some(get) => {
            let method = get(th, found, Some(slf), slf.class().value_ref())?;
            th.call_kw(&method, args, kwnames)
        }
        None => th.call_kw(found, args, kwnames),
    }
}

/// `__getattribute__`, then `__getattr__` if that finds nothing.
pub(crate) fn getattribute(th: &ThreadState, slf: &Value, name: &Value) -> Res {
    let class = slf.class();
    let fallback = class.lookup(th, &th.names().__getattr__);
    let own = class.lookup(th, &th.names().__getattribute__).filter(|own| !is_generic_getattribute(own));
    let result = match (&own, &fallback) {
        (None, Some(_)) => match generic_getattr_opt(th, slf, name) {
            Ok(Some(value)) => return Ok(value),
            Ok(None) => Ok(None),
            Err(raised) => Err(raised),
        },
        (None, None) => return generic_getattr(th, slf, name),
        (Some(own), _) => call_found(th, slf, own, [name]).map(Some),
    };
    match (result, fallback) {
        (Ok(Some(value)), _) => Ok(value),
        (Ok(None), Some(fallback)) => call_found(th, slf, &fallback, [name]),
        (Err(raised), Some(fallback)) if th.raised_is(&raised, &exc::ATTRIBUTE_ERROR) => {
            drop(th.take_raised(raised));
            call_found(th, slf, &fallback, [name])
        }
        (Err(raised), _) => Err(raised),
        (Ok(None), None) => Err(th.attribute_error(slf, name)),
    }
}

/// Whether attributes of the class's instances are what the generic algorithm finds, and `__getattr__` is asked for others.
pub(crate) fn asks_generic_first(th: &ThreadState, class: &Type) -> bool {
    class
        .slots()
        .getattro
        .get()
        .is_some_and(|get| std::ptr::fn_addr_eq(get, getattribute as crate::types::slots::GetAttrFn))
        && class.lookup(th, &th.names().__getattribute__).is_none_or(|own| is_generic_getattribute(&own))
}

fn is_generic_getattribute(found: &Value) -> bool {
    found.downcast_exact::<SlotWrapper>().is_some_and(|wrapper| {
        wrapper.owner.is(crate::objects::object::OBJECT_TYPE.value_ref()) && wrapper.row.name == "__getattribute__"
    })
}

pub(crate) fn setattr(th: &ThreadState, slf: &Value, name: &Value, value: Option<&Value>) -> Res<()> {
    match value {
        Some(value) => required(th, slf, &th.names().__setattr__, [name, value])?,
        None => required(th, slf, &th.names().__delattr__, [name])?,
    };
    Ok(())
}

pub(crate) fn richcompare(th: &ThreadState, slf: &Value, other: &Value, op: CompareOp) -> Res {
    let names = th.names();
    let name = match op {
        CompareOp::Lt => &names.__lt__,
        CompareOp::Le => &names.__le__,
        CompareOp::Eq => &names.__eq__,
        CompareOp::Ne => &names.__ne__,
        CompareOp::Gt => &names.__gt__,
        CompareOp::Ge => &names.__ge__,
    };
    let Some(found) = slf.class().lookup(th, name) else { return Ok(Value::NOT_IMPLEMENTED) };
    if !found.class().has_flag(type_flags::METHOD_DESCRIPTOR)
        && let Some(get) = found.class().slots().descr_get.get()
    {
        // A method that is not there after all compares nothing.
        let method = th.catch(get(th, &found, Some(slf), slf.class().value_ref()), &exc::ATTRIBUTE_ERROR)?;
        return match method {
            Some(method) => th.call(&method, std::slice::from_ref(other)),
            None => Ok(Value::NOT_IMPLEMENTED),
        };
    }
    call_found(th, slf, &found, [other])
}

pub(crate) fn iter(th: &ThreadState, slf: &Value) -> Res {
    let class = slf.class();
    match class.lookup(th, &th.names().__iter__) {
        Some(found) if found.is_none() => {}
        Some(found) => return call_found(th, slf, &found, []),
        None if class.lookup(th, &th.names().__getitem__).is_some() => {
            return Ok(crate::objects::iterators::sequence_iterator(th, slf.clone()));
        }
        None => {}
    }
    Err(th.type_error(format_args!("'{}' object is not iterable", slf.class().full_name())))
}

/// A plain StopIteration becomes the end marker; one with a value is left to whoever wants it.
pub(crate) fn next(th: &ThreadState, slf: &Value) -> Res {
    match required(th, slf, &th.names().__next__, []) {
        Err(raised) if th.raised_is(&raised, &exc::STOP_ITERATION) => {
            let exception = th.take_raised(raised);
            if exc::is_plain_stop(&exception) { Ok(Value::EXHAUSTED) } else { Err(th.raise_as_is(exception)) }
        }
        result => result,
    }
}

pub(crate) fn descr_get(th: &ThreadState, slf: &Value, object: Option<&Value>, owner: &Value) -> Res {
    match slf.class().lookup(th, &th.names().__get__) {
        // It is called as it stands, with the descriptor: a native function too.
        Some(found) => th.call(&found, &[slf.clone(), object.unwrap_or(&Value::NONE).clone(), owner.clone()]),
        None => Ok(slf.clone()),
    }
}

pub(crate) fn descr_set(th: &ThreadState, slf: &Value, object: &Value, value: Option<&Value>) -> Res<()> {
    match value {
        Some(value) => required(th, slf, &th.names().__set__, [object, value])?,
        None => required(th, slf, &th.names().__delete__, [object])?,
    };
    Ok(())
}

pub(crate) fn new(th: &ThreadState, class: &Type, args: &[Value], kwnames: &[Value]) -> Res {
    let new = th.getattr(class.value_ref(), &th.names().__new__)?;
    let mut all = Vec::with_capacity(args.len() + 1);
    all.push(class.as_value());
    all.extend_from_slice(args);
    th.call_kw(&new, &all, kwnames)
}

pub(crate) fn init(th: &ThreadState, slf: &Value, args: &[Value], kwnames: &[Value]) -> Res<()> {
    let Some(found) = slf.class().lookup(th, &th.names().__init__) else {
        return Err(th.error_args(&exc::ATTRIBUTE_ERROR, &[th.names().__init__.clone()]));
    };
    let result = call_with_self(th, slf, &found, args, kwnames)?;
    if result.is_none() {
        return Ok(());
    }
    Err(th.type_error(format_args!("__init__() should return None, not '{}'", result.class().full_name())))
}

pub(crate) fn finalize(th: &ThreadState, slf: &Value) {
    // An exception in flight (an unwinding frame releases its locals) is none of the finaliser's business.
    let in_flight = th.raised.take();
    if let Some(found) = slf.class().lookup(th, &th.names().__del__)
        && let Err(raised) = call_found(th, slf, &found, [])
    {
        th.unraisable_while(raised, "Exception ignored while calling deallocator", &found);
    }
    drop(th.raised.replace(in_flight));
}

/// Binary operator: the left operand's method, or the right one's reflected method, which goes first if its class
/// derives from the left one's and overrides it.
fn binary(
    th: &ThreadState,
    a: &Value,
    b: &Value,
    (name, reflected): (&Value, &Value),
    is_ours: impl Fn(&Slots) -> bool,
) -> Res {
    let (class_a, class_b) = (a.class(), b.class());
    let same = std::ptr::eq(class_a, class_b);
    let mut other = !same && is_ours(class_b.slots());
    if is_ours(class_a.slots()) {
        if other && class_b.is_subtype(class_a) && overrides(th, class_a, class_b, reflected)? {
            if let Some(result) = special(th, b, reflected, [a])?
                && !result.is_not_implemented()
            {
                return Ok(result);
            }
            other = false;
        }
        let result = special(th, a, name, [b])?.unwrap_or(Value::NOT_IMPLEMENTED);
        if same || !result.is_not_implemented() {
            return Ok(result);
        }
    }
    if other {
        return Ok(special(th, b, reflected, [a])?.unwrap_or(Value::NOT_IMPLEMENTED));
    }
    Ok(Value::NOT_IMPLEMENTED)
}

/// Whether `derived` has another method of that name than `base`.
fn overrides(th: &ThreadState, base: &Type, derived: &Type, name: &Value) -> Res<bool> {
    match (base.lookup(th, name), derived.lookup(th, name)) {
        (_, None) => Ok(false),
        (None, Some(_)) => Ok(true),
        (Some(a), Some(b)) if a.is(&b) => Ok(false),
        (Some(a), Some(b)) => Ok(!th.is_equal(&a, &b)?),
    }
}

macro_rules! binary_operators {
    ($($slot:ident $name:ident $reflected:ident;)*) => {$(
        pub(crate) fn $slot(th: &ThreadState, a: &Value, b: &Value) -> Res {
            binary(th, a, b, (&th.names().$name, &th.names().$reflected), |slots| {
                slots.$slot.get().is_some_and(|function| std::ptr::fn_addr_eq(function, $slot as BinaryFn))
            })
        }
    )*};
}

binary_operators! {
    nb_add __add__ __radd__;
    nb_subtract __sub__ __rsub__;
    nb_multiply __mul__ __rmul__;
    nb_remainder __mod__ __rmod__;
    nb_divmod __divmod__ __rdivmod__;
    nb_lshift __lshift__ __rlshift__;
    nb_rshift __rshift__ __rrshift__;
    nb_and __and__ __rand__;
    nb_xor __xor__ __rxor__;
    nb_or __or__ __ror__;
    nb_floor_divide __floordiv__ __rfloordiv__;
    nb_true_divide __truediv__ __rtruediv__;
    nb_matrix_multiply __matmul__ __rmatmul__;
}

pub(crate) fn nb_power(th: &ThreadState, a: &Value, b: &Value, modulus: &Value) -> Res {
    let is_ours = |slots: &Slots| {
        slots.nb_power.get().is_some_and(|function| std::ptr::fn_addr_eq(function, nb_power as TernaryFn))
    };
    let names = (&th.names().__pow__, &th.names().__rpow__);
    if modulus.is_none() {
        return binary(th, a, b, names, is_ours);
    }
    let mut other = !std::ptr::eq(a.class(), b.class()) && is_ours(b.class().slots());
    if is_ours(a.class().slots()) {
        if other && b.class().is_subtype(a.class()) && overrides(th, a.class(), b.class(), names.1)? {
            if let Some(result) = special(th, b, names.1, [a, modulus])?
                && !result.is_not_implemented()
            {
                return Ok(result);
            }
            other = false;
        }
        let result = special(th, a, names.0, [b, modulus])?.unwrap_or(Value::NOT_IMPLEMENTED);
        if std::ptr::eq(a.class(), b.class()) || !result.is_not_implemented() {
            return Ok(result);
        }
    }
    if other {
        return Ok(special(th, b, names.1, [a, modulus])?.unwrap_or(Value::NOT_IMPLEMENTED));
    }
    Ok(Value::NOT_IMPLEMENTED)
}

pub(crate) fn nb_inplace_power(th: &ThreadState, a: &Value, b: &Value, _: &Value) -> Res {
    required(th, a, &th.names().__ipow__, [b])
}

macro_rules! with_one_argument {
    ($($slot:ident $name:ident;)*) => {$(
        pub(crate) fn $slot(th: &ThreadState, slf: &Value, other: &Value) -> Res {
            required(th, slf, &th.names().$name, [other])
        }
    )*};
}

with_one_argument! {
    nb_inplace_add __iadd__;
    nb_inplace_subtract __isub__;
    nb_inplace_multiply __imul__;
    nb_inplace_remainder __imod__;
    nb_inplace_lshift __ilshift__;
    nb_inplace_rshift __irshift__;
    nb_inplace_and __iand__;
    nb_inplace_xor __ixor__;
    nb_inplace_or __ior__;
    nb_inplace_floor_divide __ifloordiv__;
    nb_inplace_true_divide __itruediv__;
    nb_inplace_matrix_multiply __imatmul__;
    mp_subscript __getitem__;
}

macro_rules! without_argument {
    ($($slot:ident $name:ident;)*) => {$(
        pub(crate) fn $slot(th: &ThreadState, slf: &Value) -> Res {
            required(th, slf, &th.names().$name, [])
        }
    )*};
}

without_argument! {
    nb_negative __neg__;
    nb_positive __pos__;
    nb_absolute __abs__;
    nb_invert __invert__;
    nb_int __int__;
    nb_float __float__;
    nb_index __index__;
}

macro_rules! asynchronous {
    ($($slot:ident $name:ident;)*) => {$(
        pub(crate) fn $slot(th: &ThreadState, slf: &Value) -> Res {
            match special(th, slf, &th.names().$name, [])? {
                Some(result) => Ok(result),
                None => Err(th.attribute_error(slf, &th.names().$name)),
            }
        }
    )*};
}

asynchronous! {
    am_await __await__;
    am_aiter __aiter__;
    am_anext __anext__;
}

pub(crate) fn nb_bool(th: &ThreadState, slf: &Value) -> Res<bool> {
    if let Some(found) = slf.class().lookup(th, &th.names().__bool__) {
        let result = call_found(th, slf, &found, [])?;
        return result.as_bool().ok_or_else(|| {
            th.type_error(format_args!("__bool__ should return bool, returned {}", result.class().full_name()))
        });
    }
    match slf.class().lookup(th, &th.names().__len__) {
        Some(_) => Ok(length(th, slf)? != 0),
        None => Ok(true),
    }
}

pub(crate) fn length(th: &ThreadState, slf: &Value) -> Res<usize> {
    let result = required(th, slf, &th.names().__len__, [])?;
    let number = th.index(&result)?;
    if number.as_int().is_some_and(IntView::is_negative) {
        return Err(th.value_error("__len__() should return >= 0"));
    }
    Ok(th.index_or(&number, &exc::OVERFLOW_ERROR)? as usize)
}

pub(crate) fn mp_ass_subscript(th: &ThreadState, slf: &Value, key: &Value, value: Option<&Value>) -> Res<()> {
    match value {
        Some(value) => required(th, slf, &th.names().__setitem__, [key, value])?,
        None => required(th, slf, &th.names().__delitem__, [key])?,
    };
    Ok(())
}

pub(crate) fn sq_item(th: &ThreadState, slf: &Value, index: isize) -> Res {
    required(th, slf, &th.names().__getitem__, [&th.int(index as i64)])
}

pub(crate) fn sq_ass_item(th: &ThreadState, slf: &Value, index: isize, value: Option<&Value>) -> Res<()> {
    mp_ass_subscript(th, slf, &th.int(index as i64), value)
}

pub(crate) fn contains(th: &ThreadState, slf: &Value, item: &Value) -> Res<bool> {
    if let Some(found) = slf.class().lookup(th, &th.names().__contains__) {
        if found.is_none() {
            return Err(th.type_error(format_args!("'{}' object is not a container", slf.class().full_name())));
        }
        let result = call_found(th, slf, &found, [item])?;
        return th.is_true(&result);
    }
    let iterator = th.iter(slf)?;
    while let Some(candidate) = th.next(&iterator)? {
        if th.is_equal(&candidate, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `memoryview`, by its name among the builtin types.
pub(super) fn memoryview_class(th: &ThreadState) -> Res {
    let builtins = th.interp().builtins.get();
    let found = builtins
        .as_ref()
        .and_then(|builtins| builtins.downcast::<crate::objects::dict::Dict>())
        .and_then(|builtins| builtins.get_str(&th.intern("memoryview")));
    found.ok_or_else(|| th.system_error("memoryview is not available"))
}

/// Keeps a buffer that a Python class's `__buffer__` returned, and tells the class when it is released.
#[macros::pyclass(name = "_buffer_wrapper", flags(disallow_new))]
pub(crate) struct BufferWrapper {
    view: ValueCell,
    owner: ValueCell,
}

#[macros::pymethods]
impl BufferWrapper {
    #[pyslot]
    fn release_buffer(th: &ThreadState, slf: &Value) {
        release_wrapped(th, slf);
    }
}

pub(crate) fn get_buffer(th: &ThreadState, slf: &Value, flags: Flags) -> Res<BufferInfo> {
    let view = required(th, slf, &th.names().__buffer__, [&th.int(i64::from(flags.0))])?;
    let memoryview = memoryview_class(th)?;
    if !memoryview.as_type().is_some_and(|memoryview| view.is_instance_of(memoryview)) {
        return Err(th.type_error(format_args!(
            "__buffer__ returned non-memoryview object (type {})",
            view.class().full_name()
        )));
    }
    let Some(get) = view.class().slots().get_buffer.get() else {
        return Err(th.buffer_error("memoryview has no buffer"));
    };
    let mut info = get(th, &view, flags)?;
    let owner = ValueCell::new(slf.clone());
    let wrapper = th.new_object(BufferWrapper { view: ValueCell::new(view), owner });
    info.exporter = wrapper;
    Ok(info)
}

fn release_wrapped(th: &ThreadState, wrapper: &Value) {
    let Some(payload) = wrapper.downcast::<BufferWrapper>() else { return };
    let (Some(view), Some(owner)) = (payload.view.take(), payload.owner.take()) else { return };
    if let Some(release) = view.class().slots().release_buffer.get() {
        release(th, &view);
    }
    if owner.class().lookup(th, &th.names().__release_buffer__).is_some() {
        release_buffer_of(th, &owner, &view);
    }
    if let Err(raised) = th.call_method_str(&view, "release", &[]) {
        th.unraisable(raised, None, Some(&owner));
    }
}

fn release_buffer_of(th: &ThreadState, owner: &Value, view: &Value) {
    let in_flight = th.raised.take();
    if let Err(raised) = special(th, owner, &th.names().__release_buffer__, [view]) {
        th.unraisable(
            raised,
            Some(&format!("Exception ignored in __release_buffer__ of {}", owner.class().name())),
            None,
        );
    }
    drop(th.raised.replace(in_flight));
}

/// A Python class over a native exporter: the native part is told as well.
pub(crate) fn release_buffer(th: &ThreadState, slf: &Value) {
    if let Some(release) = slf.class().native().slots().release_buffer.get() {
        release(th, slf);
    }
}
