//! Quickening: adaptive instructions that have run a few times become forms for what they saw.

use super::registers::{Fp, Pc, Sp};
use crate::thread::ThreadState;

/// Executions of the plain form until it tries again.
const COOLDOWN: u16 = 52;

/// Turns an instruction back into its plain form.
#[cold]
#[inline(never)]
pub(super) fn undo(pc: Pc, opcode: u16) {
    pc.set_opcode(opcode);
    pc.set_cache16(0, COOLDOWN);
}

pub(super) fn load_global(_th: &ThreadState, _pc: Pc, _fp: Fp, _arg: usize) {}
pub(super) fn binary_op(_th: &ThreadState, _pc: Pc, _sp: Sp, _arg: usize) {}
pub(super) fn compare_op(_th: &ThreadState, _pc: Pc, _sp: Sp, _arg: usize) {}
pub(super) fn contains_op(_th: &ThreadState, _pc: Pc, _sp: Sp) {}
pub(super) fn to_bool(_th: &ThreadState, _pc: Pc, _sp: Sp) {}
pub(super) fn store_subscr(_th: &ThreadState, _pc: Pc, _sp: Sp) {}
pub(super) fn load_attr(_th: &ThreadState, _pc: Pc, _sp: Sp, _fp: Fp, _arg: usize) {}
pub(super) fn store_attr(_th: &ThreadState, _pc: Pc, _sp: Sp, _fp: Fp, _arg: usize) {}
pub(super) fn for_iter(_th: &ThreadState, _pc: Pc, _sp: Sp) {}
pub(super) fn unpack_sequence(_th: &ThreadState, _pc: Pc, _sp: Sp, _arg: usize) {}
pub(super) fn call(_th: &ThreadState, _pc: Pc, _sp: Sp, _arg: usize) {}
