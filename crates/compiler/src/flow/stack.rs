//! How deep the value stack gets, and the instructions that only this stage can write.

use bytecode::opcode::{self, op};

use super::graph::{BlockId, ENTRY, Graph, Ins, NONE};
use super::sequence::NO_LOCATION;
use super::unit::{AssembleError, CodeUnit};
use bytecode::code::flags;
use syntax::ast::Range;

impl Graph {
    /// `JUMP_IF_*` keep the value that they test: they become a copy, a conversion to bool and a jump that pops.
    pub fn convert_pseudo_conditional_jumps(&mut self) {
        let mut id = ENTRY;
        while id != NONE {
            let block = self.block_mut(id);
            if let Some(last) = block.instrs.last_mut() {
                let opcode = match last.opcode {
                    op::JUMP_IF_FALSE => op::POP_JUMP_IF_FALSE,
                    op::JUMP_IF_TRUE => op::POP_JUMP_IF_TRUE,
                    _ => op::NOP,
                };
                if opcode != op::NOP {
                    last.opcode = opcode;
                    let jump = *last;
                    let helper = |opcode, arg| Ins { opcode, arg, target: NONE, ..jump };
                    block.insert(block.instrs.len() - 1, &[helper(op::COPY, 1), helper(op::TO_BOOL, 0)]);
                }
            }
            id = self.block(id).next;
        }
    }

    /// The deepest that the stack gets; every block learns its depth at the start.
    pub fn stack_depth(&mut self) -> Result<u32, AssembleError> {
        for block in &mut self.blocks[..self.used] {
            block.startdepth = -1;
        }
        let mut deepest = 0;
        self.reach_at_depth(ENTRY, 0)?;
        while let Some(id) = self.work.pop() {
            let mut depth = self.block(id).startdepth;
            let mut falls = true;
            for at in 0..self.block(id).instrs.len() {
                let ins = self.block(id).instrs[at];
                let after = depth
                    .checked_add(opcode::stack_effect(ins.opcode, ins.arg, false))
                    .filter(|&after| after >= 0)
                    .ok_or(AssembleError::Malformed("Invalid CFG, stack underflow"))?;
                if ins.target != NONE && ins.opcode != op::END_ASYNC_FOR {
                    let there = depth + opcode::stack_effect(ins.opcode, ins.arg, true);
                    deepest = deepest.max(there);
                    self.reach_at_depth(ins.target, there)?;
                }
                depth = after;
                deepest = deepest.max(depth);
                if ins.is_unconditional_jump() || ins.exits_scope() {
                    falls = false;
                    break;
                }
            }
            let next = self.block(id).next;
            if falls && next != NONE {
                self.reach_at_depth(next, depth)?;
            }
        }
        Ok(deepest as u32)
    }

    fn reach_at_depth(&mut self, id: BlockId, depth: i32) -> Result<(), AssembleError> {
        let block = self.block_mut(id);
        if block.startdepth < 0 && depth >= 0 {
            block.startdepth = depth;
            self.work.push(id);
            Ok(())
        } else if block.startdepth == depth {
            Ok(())
        } else {
            Err(AssembleError::Malformed("Invalid CFG, inconsistent stackdepth"))
        }
    }

    /// Puts the instructions that set up the frame before all others. `slots` gives for each cell its place in the frame.
    pub fn insert_prefix(&mut self, unit: &CodeUnit, slots: &[u32]) {
        let mut prefix = Vec::new();
        let nfree = unit.freevars.len() as u32;
        if nfree > 0 {
            prefix.push(Ins::new(op::COPY_FREE_VARS, nfree, NO_LOCATION));
        }
        let ncells = unit.cellvars.len();
        if ncells > 0 {
            let first = prefix.len();
            prefix.extend((0..ncells as u32).map(|cell| Ins::new(op::MAKE_CELL, cell, NO_LOCATION)));
            prefix[first..].sort_by_key(|ins| slots[ins.arg as usize]);
        }
        if unit.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0 {
            let range = Range::new(unit.firstlineno, -1, unit.firstlineno, -1);
            prefix.push(Ins::new(op::RETURN_GENERATOR, 0, range));
            prefix.push(Ins::new(op::POP_TOP, 0, range));
        }
        if !prefix.is_empty() {
            self.block_mut(ENTRY).insert(0, &prefix);
        }
    }

    /// Cells and free variables by their place in the frame; what was only for the flow graph goes.
    pub fn convert_pseudo_instructions(&mut self, slots: &[u32]) -> Result<(), AssembleError> {
        let mut id = ENTRY;
        while id != NONE {
            let block = self.block_mut(id);
            for ins in &mut block.instrs {
                match ins.opcode {
                    op::MAKE_CELL
                    | op::LOAD_CLOSURE
                    | op::LOAD_DEREF
                    | op::STORE_DEREF
                    | op::DELETE_DEREF
                    | op::LOAD_FROM_DICT_OR_DEREF => {
                        ins.arg = *slots
                            .get(ins.arg as usize)
                            .ok_or(AssembleError::Malformed("a cell that the unit does not have"))?;
                        if ins.opcode == op::LOAD_CLOSURE {
                            ins.opcode = op::LOAD_FAST;
                        }
                    }
                    op::STORE_FAST_MAYBE_NULL => ins.opcode = op::STORE_FAST,
                    _ if ins.is_block_push() => ins.set_nop(),
                    _ => {}
                }
            }
            id = block.next;
        }
        self.remove_redundant_nops();
        Ok(())
    }
}
