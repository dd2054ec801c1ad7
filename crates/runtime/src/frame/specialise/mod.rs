//! Quickening: adaptive instructions that have run a few times become forms for what they saw.
//!
//! A plain adaptive instruction counts its executions down in its first cache unit and asks here when the count is used
//! up. A specialised form checks its guards; when they fail too often it becomes plain again (`missed`, `undo`).

mod arithmetic;
mod attributes;
mod calls;
mod fuse;

pub(super) use arithmetic::Extend;
pub(super) use attributes::{
    AddRecord, enter_load, enter_store, load_attr, load_attr_missed, store_attr, store_attr_missed,
};
pub(super) use calls::call;

use bytecode::opcode::{binary, op};

use super::private;
use super::registers::{Fp, Pc, Sp};
use crate::objects::builtin_iterators::gives_pairs;
use crate::objects::dict::{DICT_TYPE, Dict};
use crate::objects::float::FLOAT_TYPE;
use crate::objects::generator::GENERATOR_TYPE;
use crate::objects::iterators::{LIST_ITERATOR_TYPE, TUPLE_ITERATOR_TYPE};
use crate::objects::list::LIST_TYPE;
use crate::objects::range::RANGE_ITERATOR_TYPE;
use crate::objects::set::{FROZENSET_TYPE, SET_TYPE};
use crate::objects::str::STR_TYPE;
use crate::objects::tuple::{TUPLE_TYPE, Tuple};
use crate::thread::ThreadState;
use crate::value::Value;

/// Executions of the plain form until it tries again.
const COOLDOWN: u16 = 52;
/// Failed guards that a specialised form bears.
const MISSES: u16 = 31;

/// Turns an instruction back into its plain form.
#[cold]
#[inline(never)]
pub(super) fn undo(pc: Pc, opcode: u16) {
    pc.set_opcode(opcode);
    pc.set_cache16(0, COOLDOWN);
}

/// Counts a failed guard; the last one makes the instruction plain.
#[inline(never)]
pub(super) fn missed(pc: Pc, opcode: u16) {
    let counter = pc.cache16(0);
    if counter == 0 { undo(pc, opcode) } else { pc.set_cache16(0, counter - 1) }
}

/// Makes an instruction a specialised one whose first cache unit counts misses.
fn become_form(pc: Pc, opcode: u16) {
    pc.set_opcode(opcode);
    pc.set_cache16(0, MISSES);
}

#[cold]
#[inline(never)]
pub(super) fn load_global(th: &ThreadState, pc: Pc, fp: Fp, arg: usize) {
    let name = fp.code().name_at(arg >> 1);
    let function = fp.function();
    let (globals, builtins) = (fp.globals(), function.builtins_dict());
    if !function.globals().is_exactly(&DICT_TYPE) || !function.builtins().is_exactly(&DICT_TYPE) {
        return;
    }
    let version = u64::from(globals.keys_version(th));
    if version == 0 || version > 0xFF_FFFF {
        return;
    }
    if let Some(number) = globals.entry_number(name) {
        if number <= usize::from(u16::MAX) {
            pc.set_cache64(0, number as u64 | version << 16);
            pc.set_opcode(op::LOAD_GLOBAL_MODULE);
        }
        return;
    }
    let builtins_version = u64::from(builtins.keys_version(th));
    if let Some(number) = builtins.entry_number(name)
        && builtins_version != 0
        && builtins_version <= 0xFF_FFFF
        && number <= usize::from(u16::MAX)
    {
        pc.set_cache64(0, number as u64 | version << 16 | builtins_version << 40);
        pc.set_opcode(op::LOAD_GLOBAL_BUILTIN);
    }
}

#[cold]
#[inline(never)]
pub(super) fn binary_op(_th: &ThreadState, pc: Pc, sp: Sp, fp: Fp, arg: usize) {
    let (a, b) = (sp.peek(2), sp.peek(1));
    let operator = arg as u32;
    if operator == binary::SUBSCR {
        let form = if b.is_small_int() && a.is_exactly(&LIST_TYPE) {
            op::BINARY_OP_SUBSCR_LIST_INT
        } else if b.is_small_int() && a.is_exactly(&TUPLE_TYPE) {
            op::BINARY_OP_SUBSCR_TUPLE_INT
        } else if b.is_small_int() && a.is_exactly(&STR_TYPE) {
            op::BINARY_OP_SUBSCR_STR_INT
        } else if a.is_exactly(&DICT_TYPE) {
            op::BINARY_OP_SUBSCR_DICT
        } else {
            return;
        };
        become_form(pc, form);
        return fuse::with_load(fp.code(), pc);
    }
    let operator = operator % binary::INPLACE;
    let ints = a.is_small_int() && b.is_small_int();
    let floats = a.is_exactly(&FLOAT_TYPE) && b.is_exactly(&FLOAT_TYPE);
    let form = match operator {
        binary::ADD if ints => op::BINARY_OP_ADD_INT,
        binary::SUBTRACT if ints => op::BINARY_OP_SUBTRACT_INT,
        binary::MULTIPLY if ints => op::BINARY_OP_MULTIPLY_INT,
        binary::ADD if floats => op::BINARY_OP_ADD_FLOAT,
        binary::SUBTRACT if floats => op::BINARY_OP_SUBTRACT_FLOAT,
        binary::MULTIPLY if floats => op::BINARY_OP_MULTIPLY_FLOAT,
        binary::TRUE_DIVIDE if floats && !a.is_object() && !b.is_object() => private::op::BINARY_OP_TRUE_DIVIDE_FLOAT,
        binary::AND if ints => private::op::BINARY_OP_AND_INT,
        binary::OR if ints => private::op::BINARY_OP_OR_INT,
        binary::XOR if ints => private::op::BINARY_OP_XOR_INT,
        binary::LSHIFT if ints => private::op::BINARY_OP_LSHIFT_INT,
        binary::RSHIFT if ints => private::op::BINARY_OP_RSHIFT_INT,
        binary::FLOOR_DIVIDE if ints => private::op::BINARY_OP_FLOOR_DIVIDE_INT,
        binary::REMAINDER if ints => private::op::BINARY_OP_REMAINDER_INT,
        binary::ADD if a.is_exactly(&STR_TYPE) && b.is_exactly(&STR_TYPE) => match pc.add(5).fetch() & 0xFF {
            op::STORE_FAST => op::BINARY_OP_INPLACE_ADD_UNICODE,
            _ => op::BINARY_OP_ADD_UNICODE,
        },
        _ => match Extend::choose(operator, a, b) {
            Some(extend) => {
                pc.set_cache64(1, extend.to_cache());
                op::BINARY_OP_EXTEND
            }
            None => return,
        },
    };
    become_form(pc, form);
    fuse::with_load(fp.code(), pc);
}

#[cold]
#[inline(never)]
pub(super) fn compare_op(_th: &ThreadState, pc: Pc, sp: Sp, fp: Fp, arg: usize) {
    let (a, b) = (sp.peek(2), sp.peek(1));
    let operator = arg as u32 >> 5;
    let form = if a.is_small_int() && b.is_small_int() {
        match pc.cache16(1) & 0xFF {
            op::POP_JUMP_IF_FALSE => private::op::COMPARE_INT_JUMP_IF_FALSE,
            op::POP_JUMP_IF_TRUE => private::op::COMPARE_INT_JUMP_IF_TRUE,
            _ => op::COMPARE_OP_INT,
        }
    } else if a.as_word_float().is_some() && b.as_word_float().is_some() {
        op::COMPARE_OP_FLOAT
    } else if (a.is_exactly(&STR_TYPE) && (b.is_exactly(&STR_TYPE) || b.is_none())
        || a.is_none() && b.is_exactly(&STR_TYPE))
        && matches!(operator, bytecode::opcode::compare::EQ | bytecode::opcode::compare::NE)
    {
        op::COMPARE_OP_STR
    } else {
        return;
    };
    become_form(pc, form);
    fuse::with_load(fp.code(), pc);
}

#[cold]
#[inline(never)]
pub(super) fn contains_op(_th: &ThreadState, pc: Pc, sp: Sp) {
    if sp.peek(1).is_exactly(&DICT_TYPE) {
        become_form(pc, op::CONTAINS_OP_DICT);
    } else if sp.peek(1).is_exactly(&SET_TYPE) || sp.peek(1).is_exactly(&FROZENSET_TYPE) {
        become_form(pc, op::CONTAINS_OP_SET);
    }
}

#[cold]
#[inline(never)]
pub(super) fn to_bool(th: &ThreadState, pc: Pc, sp: Sp) {
    let value = sp.peek(1);
    let class = value.class();
    let slots = class.slots();
    let form = if value.as_bool().is_some() {
        op::TO_BOOL_BOOL
    } else if value.is_small_int() {
        op::TO_BOOL_INT
    } else if value.is_none() {
        op::TO_BOOL_NONE
    } else if value.is_exactly(&LIST_TYPE) {
        op::TO_BOOL_LIST
    } else if value.is_exactly(&STR_TYPE) {
        op::TO_BOOL_STR
    } else if value.is_object()
        && slots.nb_bool.get().is_none()
        && slots.mp_length.get().is_none()
        && slots.sq_length.get().is_none()
    {
        let version = class.ensure_version(th);
        if version == 0 {
            return;
        }
        pc.set_cache32(1, version);
        op::TO_BOOL_ALWAYS_TRUE
    } else {
        return;
    };
    become_form(pc, form);
}

#[cold]
#[inline(never)]
pub(super) fn store_subscr(_th: &ThreadState, pc: Pc, sp: Sp) {
    let (container, key) = (sp.peek(2), sp.peek(1));
    if container.is_exactly(&LIST_TYPE) && key.as_small_int().is_some_and(|index| index >= 0) {
        become_form(pc, op::STORE_SUBSCR_LIST_INT);
    } else if container.is_exactly(&DICT_TYPE) {
        become_form(pc, op::STORE_SUBSCR_DICT);
    }
}

#[cold]
#[inline(never)]
pub(super) fn for_iter(_th: &ThreadState, pc: Pc, sp: Sp) {
    let iterator = sp.peek(1);
    let form = if iterator.is_exactly(&LIST_ITERATOR_TYPE) {
        op::FOR_ITER_LIST
    } else if iterator.is_exactly(&TUPLE_ITERATOR_TYPE) {
        op::FOR_ITER_TUPLE
    } else if iterator.is_exactly(&RANGE_ITERATOR_TYPE) {
        op::FOR_ITER_RANGE
    } else if iterator.is_exactly(&GENERATOR_TYPE) {
        op::FOR_ITER_GEN
    } else if bytecode::opcode::base(pc.add(1).fetch() & 0xFF) == op::UNPACK_SEQUENCE
        && pc.add(1).fetch() >> 8 == 2
        && gives_pairs(iterator)
    {
        private::op::FOR_ITER_PAIR
    } else {
        return;
    };
    become_form(pc, form);
}

#[cold]
#[inline(never)]
pub(super) fn unpack_sequence(_th: &ThreadState, pc: Pc, sp: Sp, arg: usize) {
    let sequence = sp.peek(1);
    if let Some(tuple) = sequence.downcast_exact::<Tuple>() {
        if tuple.len() == arg {
            become_form(pc, if arg == 2 { op::UNPACK_SEQUENCE_TWO_TUPLE } else { op::UNPACK_SEQUENCE_TUPLE });
        }
    } else if sequence.is_exactly(&LIST_TYPE) {
        become_form(pc, op::UNPACK_SEQUENCE_LIST);
    }
}

/// The item of an exact dict as an owned word; 0: raised.
#[inline(never)]
pub(super) fn dict_item(th: &ThreadState, dict: &Value, key: &Value) -> u64 {
    let Some(payload) = dict.downcast_exact::<Dict>() else { return 0 };
    match payload.get(th, key) {
        Ok(Some(value)) => value.into_bits(),
        Ok(None) => {
            let _ = th.key_error(key);
            0
        }
        Err(_) => 0,
    }
}
