//! Special methods that instructions call implicitly, as frames of the loop: no native recursion, and no native frame to
//! come back to.
//!
//! An instruction whose operand's class defines the method in Python pushes the method's frame above its operands. The
//! frame returns to a small unit of the loop's own (`private.rs`), whose handler (`handlers/continuations.rs`) finds the
//! result on top of the operands and ends the instruction. Whatever is out of the ordinary (methods that are not plain
//! functions, right operands that go first) is left to the native path: `None` here says so.

use super::registers::{Fp, Pc, Sp, activate_exact, own};
use super::stack::HEADER;
use crate::error::Res;
use crate::objects::function::{FUNCTION_TYPE, Function};
use crate::protocol::numbers::BinaryOp;
use crate::thread::ThreadState;
use crate::types::{CompareOp, Type, type_flags};
use crate::value::Value;

/// The class of a value, if it was made by a `class` statement.
#[inline(always)]
pub(super) fn python_class(value: &Value) -> Option<&Type> {
    let class = value.header()?.class();
    if class.is_heap_type() { Some(class) } else { None }
}

/// A special method that is a plain Python function of `count` parameters.
pub(super) fn method(th: &ThreadState, class: &Type, name: &Value, count: usize) -> Option<Value> {
    let found = class.lookup(th, name)?;
    if !found.is_exactly(&FUNCTION_TYPE) {
        return None;
    }
    let code = Function::of_exact(&found).code();
    if code.is_simple && code.argcount as usize == count { Some(found) } else { None }
}

/// Pushes the frame of a plain function at `base`, above the instruction's operands, with copies of `args`. `None` if
/// there is no room: the native path raises RecursionError.
pub(super) fn push(th: &ThreadState, base: Sp, function: Value, args: &[&Value], return_pc: Pc, fp: Fp) -> Option<Fp> {
    let payload: &Function = Function::at_word(function.bits());
    let code = payload.code();
    if !th.frames.has_room_for(base, code) {
        return None;
    }
    base.put(0, function);
    let new = Fp(base.0.wrapping_add(HEADER));
    for (index, arg) in args.iter().enumerate() {
        new.init_local(index, (*arg).clone());
    }
    Some(activate_exact(th, base, payload, code, return_pc, fp, args.len()))
}

/// As `push`, for a function whose arguments are the words from `base` on, which move into the frame.
pub(super) fn push_moving(
    th: &ThreadState,
    base: Sp,
    function: Value,
    count: usize,
    return_pc: Pc,
    fp: Fp,
) -> Option<Fp> {
    let payload: &Function = Function::at_word(function.bits());
    let code = payload.code();
    if !th.frames.has_room_for(base.add(count), code) {
        return None;
    }
    base.move_up(base, count);
    base.put(0, function);
    Some(activate_exact(th, base, payload, code, return_pc, fp, count))
}

/// Whether the right operand's class goes first, as far as a left one of `class` can tell.
fn right_goes_first(class: &Type, right: &Value) -> bool {
    let other = right.class();
    !std::ptr::eq(class, other) && other.is_subtype(class)
}

/// `a op b` by the left operand's method. Stack: a, b.
#[inline(never)]
pub(super) fn binary(th: &ThreadState, sp: Sp, arg: usize, plain: Pc, inplace: Pc, fp: Fp) -> Option<Fp> {
    let (a, b) = (sp.peek(2), sp.peek(1));
    let class = python_class(a)?;
    let operator = *BinaryOp::ALL.get(arg % bytecode::opcode::binary::INPLACE as usize)?;
    let names = operator.method_names(th.names());
    if arg as u32 >= bytecode::opcode::binary::INPLACE {
        if let Some(function) = method(th, class, names.inplace, 2) {
            return push(th, sp, function, &[a, b], inplace, fp);
        }
        if class.lookup(th, names.inplace).is_some() {
            return None;
        }
    }
    if right_goes_first(class, b) {
        return None;
    }
    let function = method(th, class, names.plain, 2)?;
    push(th, sp, function, &[a, b], plain, fp)
}

/// `container[key]` by `__getitem__`. Stack: container, key.
#[inline(never)]
pub(super) fn get_item(th: &ThreadState, sp: Sp, return_pc: Pc, fp: Fp) -> Option<Fp> {
    let function = method(th, python_class(sp.peek(2))?, &th.names().__getitem__, 2)?;
    push_moving(th, sp.sub(2), function, 2, return_pc, fp)
}

/// `container[key] = value`. Stack: value, container, key.
#[inline(never)]
pub(super) fn set_item(th: &ThreadState, sp: Sp, return_pc: Pc, fp: Fp) -> Option<Fp> {
    let function = method(th, python_class(sp.peek(2))?, &th.names().__setitem__, 3)?;
    push(th, sp, function, &[sp.peek(2), sp.peek(1), sp.peek(3)], return_pc, fp)
}

/// `del container[key]`. Stack: container, key.
#[inline(never)]
pub(super) fn delete_item(th: &ThreadState, sp: Sp, return_pc: Pc, fp: Fp) -> Option<Fp> {
    let function = method(th, python_class(sp.peek(2))?, &th.names().__delitem__, 2)?;
    push(th, sp, function, &[sp.peek(2), sp.peek(1)], return_pc, fp)
}

/// `a op b` by the left operand's method. Stack: a, b.
#[inline(never)]
pub(super) fn compare(th: &ThreadState, sp: Sp, arg: usize, return_pc: Pc, fp: Fp) -> Option<Fp> {
    let (a, b) = (sp.peek(2), sp.peek(1));
    let class = python_class(a)?;
    if right_goes_first(class, b) {
        return None;
    }
    let names = th.names();
    let name = match *CompareOp::ALL.get(arg >> 5)? {
        CompareOp::Lt => &names.__lt__,
        CompareOp::Le => &names.__le__,
        CompareOp::Eq => &names.__eq__,
        CompareOp::Ne => &names.__ne__,
        CompareOp::Gt => &names.__gt__,
        CompareOp::Ge => &names.__ge__,
    };
    let function = method(th, class, name, 2)?;
    push(th, sp, function, &[a, b], return_pc, fp)
}

/// A method without arguments of the value on top.
#[inline(never)]
pub(super) fn unary(th: &ThreadState, sp: Sp, name: &Value, return_pc: Pc, fp: Fp) -> Option<Fp> {
    let function = method(th, python_class(sp.peek(1))?, name, 1)?;
    push(th, sp, function, &[sp.peek(1)], return_pc, fp)
}

/// The truth of the value on top: by `__bool__`, or else by `__len__`.
#[inline(never)]
pub(super) fn truth(th: &ThreadState, sp: Sp, by_bool: Pc, by_length: Pc, fp: Fp) -> Option<Fp> {
    let class = python_class(sp.peek(1))?;
    if let Some(function) = method(th, class, &th.names().__bool__, 1) {
        return push(th, sp, function, &[sp.peek(1)], by_bool, fp);
    }
    if class.lookup(th, &th.names().__bool__).is_some() {
        return None;
    }
    let function = method(th, class, &th.names().__len__, 1)?;
    push(th, sp, function, &[sp.peek(1)], by_length, fp)
}

/// `item in container` by `__contains__`. Stack: item, container.
#[inline(never)]
pub(super) fn contains(th: &ThreadState, sp: Sp, return_pc: Pc, fp: Fp) -> Option<Fp> {
    let function = method(th, python_class(sp.peek(1))?, &th.names().__contains__, 2)?;
    push(th, sp, function, &[sp.peek(1), sp.peek(2)], return_pc, fp)
}

/// The next item of the iterator on top by `__next__`; `arg` waits above it for the end.
#[inline(never)]
pub(super) fn next(th: &ThreadState, sp: Sp, arg: usize, return_pc: Pc, fp: Fp) -> Option<Fp> {
    let function = method(th, python_class(sp.peek(1))?, &th.names().__next__, 1)?;
    let new = push(th, sp.add(1), function, &[sp.peek(1)], return_pc, fp)?;
    sp.put(0, Value::index(arg));
    Some(new)
}

/// `__getattr__`, when the generic algorithm has found nothing. Stack: owner.
#[inline(never)]
pub(super) fn missing_attribute(th: &ThreadState, sp: Sp, name: &Value, return_pc: Pc, fp: Fp) -> Option<Fp> {
    let function = method(th, python_class(sp.peek(1))?, &th.names().__getattr__, 2)?;
    push(th, sp, function, &[sp.peek(1), name], return_pc, fp)
}

/// `owner.name = value` by `__setattr__` or a property's setter. Stack: value, owner.
#[inline(never)]
pub(super) fn set_attribute(th: &ThreadState, sp: Sp, name: &Value, return_pc: Pc, fp: Fp) -> Option<Fp> {
    let owner = sp.peek(1);
    let class = python_class(owner)?;
    if let Some(function) = method(th, class, &th.names().__setattr__, 3) {
        return push(th, sp, function, &[owner, name, sp.peek(2)], return_pc, fp);
    }
    let is_generic = class.slots().setattro.get().is_some_and(|set| {
        std::ptr::fn_addr_eq(set, crate::protocol::attributes::generic_setattr as crate::types::slots::SetAttrFn)
    });
    if !is_generic {
        return None;
    }
    let found = class.lookup(th, name)?;
    let setter = found.downcast_exact::<crate::objects::property::Property>()?.setter.get()?;
    if !setter.is_exactly(&FUNCTION_TYPE) {
        return None;
    }
    let code = Function::of_exact(&setter).code();
    if !code.is_simple || code.argcount != 2 {
        return None;
    }
    push(th, sp, setter, &[owner, sp.peek(2)], return_pc, fp)
}

/// The `__call__` of an object, if it is a Python function: with the object as first argument it is what a call calls.
pub(super) fn call_method(th: &ThreadState, callable: &Value) -> Option<Value> {
    let class = python_class(callable)?;
    if class.has_flag(type_flags::TYPE_SUBCLASS) {
        return None;
    }
    class.lookup(th, &th.names().__call__).filter(|found| found.is_exactly(&FUNCTION_TYPE))
}

/// What `a op b` is when the left operand's method has answered NotImplemented.
#[inline(never)]
pub(super) fn binary_after_left(th: &ThreadState, sp: Sp, arg: usize) -> Res {
    let (a, b) = (sp.peek(2), sp.peek(1));
    match BinaryOp::ALL.get(arg % bytecode::opcode::binary::INPLACE as usize) {
        Some(&operator) => th.binary_after_left(operator, a, b, arg as u32 >= bytecode::opcode::binary::INPLACE),
        None => Err(th.system_error("unknown binary operation")),
    }
}

/// What `a op= b` is when the in-place method has answered NotImplemented.
#[inline(never)]
pub(super) fn binary_after_inplace(th: &ThreadState, sp: Sp, arg: usize) -> Res {
    let (a, b) = (sp.peek(2), sp.peek(1));
    match BinaryOp::ALL.get(arg % bytecode::opcode::binary::INPLACE as usize) {
        Some(&operator) => th.binary_after_inplace(operator, a, b),
        None => Err(th.system_error("unknown binary operation")),
    }
}

/// What `a op b` is when the left operand's method has answered NotImplemented.
#[inline(never)]
pub(super) fn compare_after_left(th: &ThreadState, sp: Sp, arg: usize) -> Res {
    match CompareOp::ALL.get(arg >> 5) {
        Some(&operator) => th.compare_after_left(sp.peek(2), sp.peek(1), operator),
        None => Err(th.system_error("unknown comparison")),
    }
}

/// The length that `__len__` has returned.
#[inline(never)]
pub(super) fn checked_length(th: &ThreadState, word: u64) -> Res {
    let result = own(word);
    let number = th.index(&result)?;
    if number.as_int().is_some_and(crate::objects::int::IntView::is_negative) {
        return Err(th.value_error("__len__() should return >= 0"));
    }
    Ok(th.int(th.index_or(&number, &crate::objects::exceptions::OVERFLOW_ERROR)? as i64))
}

/// The truth that `__bool__` has returned.
#[inline(never)]
pub(super) fn checked_truth(th: &ThreadState, word: u64) -> Res {
    let result = own(word);
    if result.as_bool().is_some() {
        return Ok(result);
    }
    Err(th.type_error(format_args!("__bool__ should return bool, returned {}", result.class().full_name())))
}

/// Truth of a result, which is given up.
#[inline(never)]
pub(super) fn truth_of(th: &ThreadState, word: u64) -> Res {
    Ok(Value::bool(th.is_true(&own(word))?))
}

/// What `__iter__` has returned must be an iterator.
#[inline(never)]
pub(super) fn checked_iterator(th: &ThreadState, word: u64) -> Res {
    let iterator = own(word);
    if iterator.class().slots().iternext.get().is_some() {
        return Ok(iterator);
    }
    Err(th.type_error(format_args!("iter() returned non-iterator of type '{}'", iterator.class().full_name())))
}
