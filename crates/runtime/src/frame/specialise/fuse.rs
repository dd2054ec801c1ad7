//! Fusing a load with the specialised instruction behind it (`handlers/fused.rs`).

use bytecode::opcode::{self, op};

use crate::frame::private;
use crate::frame::registers::Pc;
use crate::objects::code::Code;

/// Units of a code object within which instructions are fused: finding the one before costs a walk from the start.
const FUSED_WITHIN: usize = 4096;

/// The unit of the instruction right before the one at `pc`, if it has neither prefix nor caches.
fn plain_predecessor(code: &Code, pc: Pc) -> Option<usize> {
    let at = usize::try_from(code.offset_of(pc)).ok().filter(|&at| at <= 2 * FUSED_WITHIN)? / 2;
    let bytes = code.code_bytes();
    // Instructions can be told from caches only by walking from the start.
    let (mut unit, mut prefixed) = (0, false);
    let mut before = None;
    while unit < at {
        let number = u16::from(*bytes.get(2 * unit)?);
        let caches = usize::from(opcode::caches(opcode::base(number)));
        before = if caches == 0 && !prefixed { Some(unit) } else { None };
        prefixed = number == op::EXTENDED_ARG;
        unit += 1 + caches;
    }
    if unit == at && !prefixed { before } else { None }
}

/// Called when the instruction at `pc` has become specialised: a load before it may go together with it.
#[cold]
#[inline(never)]
pub(super) fn with_load(code: &Code, pc: Pc) {
    let Some(unit) = plain_predecessor(code, pc) else { return };
    let load = code.at(2 * unit as u32).add(1);
    let arg = pc.sub(1).fetch() >> 8;
    let form = match (load.opcode(), pc.opcode()) {
        (op::LOAD_FAST | op::LOAD_FAST_BORROW, op::LOAD_ATTR_INSTANCE_VALUE) if arg & 1 == 0 => {
            private::op::LOAD_FAST_ATTR_VALUE
        }
        (op::LOAD_FAST | op::LOAD_FAST_BORROW, op::LOAD_ATTR_METHOD_WITH_VALUES) => private::op::LOAD_FAST_METHOD,
        (
            op::LOAD_FAST | op::LOAD_FAST_BORROW | private::op::LOAD_FAST_ATTR_VALUE | private::op::LOAD_FAST_METHOD,
            private::op::LOAD_ATTR_POLY,
        ) => private::op::LOAD_FAST_ATTR_POLY,
        (op::LOAD_FAST_LOAD_FAST | op::LOAD_FAST_BORROW_LOAD_FAST_BORROW, private::op::COMPARE_INT_JUMP_IF_FALSE) => {
            private::op::LOAD_PAIR_COMPARE_JUMP
        }
        (op::LOAD_FAST | op::LOAD_FAST_BORROW, op::STORE_ATTR_INSTANCE_VALUE) => private::op::LOAD_FAST_STORE_ATTR,
        (
            op::LOAD_FAST_LOAD_FAST | op::LOAD_FAST_BORROW_LOAD_FAST_BORROW,
            op::STORE_ATTR_INSTANCE_VALUE | private::op::STORE_ATTR_ADD,
        ) => private::op::LOAD_PAIR_STORE_ATTR,
        (op::LOAD_FAST_LOAD_FAST | op::LOAD_FAST_BORROW_LOAD_FAST_BORROW, op::BINARY_OP_SUBSCR_LIST_INT) => {
            private::op::LOAD_PAIR_SUBSCR_LIST
        }
        (op::LOAD_FAST | op::LOAD_FAST_BORROW, op::BINARY_OP_SUBSCR_LIST_INT) => private::op::LOAD_FAST_SUBSCR_LIST,
        (op::LOAD_SMALL_INT, op::BINARY_OP_ADD_INT) => private::op::LOAD_SMALL_INT_ADD,
        (op::LOAD_SMALL_INT, op::BINARY_OP_SUBTRACT_INT) => private::op::LOAD_SMALL_INT_SUBTRACT,
        _ => return,
    };
    load.set_opcode(form);
}
