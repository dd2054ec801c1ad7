//! Choosing forms of `CALL`.

use bytecode::opcode::op;

use super::become_form;
use crate::frame::registers::{Pc, Sp};
use crate::objects::function::Function;
use crate::objects::method::Method;
use crate::objects::native_function::{MethodDescriptor, NativeFunction};
use crate::thread::ThreadState;
use crate::types::TYPE_TYPE;
use crate::value::Value;

/// Writes the low 48 bits of an address over the caches; the unit behind them is the next instruction and stays.
fn remember(pc: Pc, word: u64, opcode: u16) {
    if word >> 48 != 0 {
        return;
    }
    pc.set_cache16(0, word as u16);
    pc.set_cache32(1, (word >> 16) as u32);
    pc.set_opcode(opcode);
}

fn exact_args(pc: Pc, function: &Function, count: usize, opcode: u16) {
    let code = function.code();
    if function.version() != 0 && code.is_simple && code.argcount as usize == count {
        pc.set_cache32(1, function.version());
        become_form(pc, opcode);
    } else if opcode == op::CALL_PY_EXACT_ARGS {
        become_form(pc, op::CALL_PY_GENERAL);
    }
}

#[cold]
#[inline(never)]
pub(in crate::frame) fn call(th: &ThreadState, pc: Pc, sp: Sp, arg: usize) {
    let (callable, this) = (sp.peek(arg + 2), sp.peek(arg + 1));
    let has_self = !this.is_unbound();
    if let Some(function) = callable.downcast_exact::<Function>() {
        return exact_args(pc, function, arg + usize::from(has_self), op::CALL_PY_EXACT_ARGS);
    }
    if let Some(method) = callable.downcast_exact::<Method>() {
        if let Some(function) = method.function.downcast_exact::<Function>()
            && !has_self
        {
            exact_args(pc, function, arg + 1, op::CALL_BOUND_METHOD_EXACT_ARGS);
        }
        return;
    }
    if let Some(function) = callable.downcast_exact::<NativeFunction>() {
        if has_self {
            return;
        }
        if function.passes_self {
            return become_form(pc, op::CALL_BUILTIN_O);
        }
        let of_builtins = function
            .module
            .with(|module| module.and_then(Value::as_str).is_some_and(|name| name.equals_ascii("builtins")));
        match function.name() {
            "len" if arg == 1 && of_builtins => remember(pc, callable.bits(), op::CALL_LEN),
            "isinstance" if arg == 2 && of_builtins => remember(pc, callable.bits(), op::CALL_ISINSTANCE),
            _ => become_form(pc, op::CALL_BUILTIN_FAST),
        }
        return;
    }
    if let Some(method) = callable.downcast_exact::<MethodDescriptor>() {
        if !has_self || !this.class().value_ref().is(&method.owner) {
            return;
        }
        let is_append = arg == 1
            && method.def.signature.name == "append"
            && this.is_exactly(&crate::objects::list::LIST_TYPE)
            && callable.header().is_some_and(|header| header.is_immortal())
            && pc.add(3).fetch() & 0xFF == op::POP_TOP;
        if is_append {
            remember(pc, callable.bits(), op::CALL_LIST_APPEND);
        } else {
            become_form(pc, op::CALL_METHOD_DESCRIPTOR_FAST);
        }
        return;
    }
    if arg == 1 && !has_self && callable.is(TYPE_TYPE.value_ref()) {
        return become_form(pc, op::CALL_TYPE_1);
    }
    if !has_self && crate::frame::calls::is_native_class(callable) {
        return become_form(pc, op::CALL_BUILTIN_CLASS);
    }
    if !has_self
        && let Some(class) = callable.as_type()
        && let Some(init) = crate::frame::calls::python_init(th, class)
    {
        let version = class.ensure_version(th);
        if version != 0 {
            class.set_known_init(&init);
            pc.set_cache32(1, version);
            become_form(pc, op::CALL_ALLOC_AND_ENTER_INIT);
        }
        return;
    }
    let class = callable.class();
    if callable.as_type().is_none() && !class.is_heap_type() && class.slots().call.get().is_some() {
        remember(pc, std::ptr::from_ref(class) as u64, op::CALL_NON_PY_GENERAL);
    }
}
