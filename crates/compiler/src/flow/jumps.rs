//! The shape of control flow: inlining of small exits, jumps made real, cold code at the end.

use bytecode::opcode::op;

use super::graph::{BlockId, ENTRY, Graph, Ins, NONE};
use super::sequence::NO_LOCATION;

/// Exit blocks of up to this many instructions are copied to where a jump to them stands.
const MAX_COPIED: usize = 4;
/// Instructions that are copied in one unit at most; programs stay far below.
const MAX_COPIED_IN_ALL: usize = 1 << 20;

impl Graph {
    /// Replaces jumps to small blocks that leave the scope, and to lineless blocks that end in a jump or exit, by copies.
    pub fn inline_small_or_lineless_blocks(&mut self) {
        // A lineless loop of lineless blocks (only hand-made trees have one) would be copied into itself for ever.
        let mut budget = MAX_COPIED_IN_ALL;
        loop {
            let mut changed = false;
            let mut id = ENTRY;
            while id != NONE {
                if let Some(copied) = self.inline_target_of(id, budget) {
                    changed = true;
                    budget -= copied;
                }
                id = self.block(id).next;
            }
            if !changed {
                return;
            }
        }
    }

    /// Copies the block that `id` jumps to, if that is worth it. Returns how many instructions that took.
    fn inline_target_of(&mut self, id: BlockId, budget: usize) -> Option<usize> {
        let &last = self.block(id).instrs.last()?;
        if !last.is_unconditional_jump() || last.target == id {
            return None;
        }
        let target = self.block(last.target);
        let small_exit = target.exits_scope() && target.instrs.len() <= MAX_COPIED;
        let lineless = target.has_no_line() && !target.falls_through();
        let count = target.instrs.len();
        if !small_exit && !lineless || count > budget {
            return None;
        }
        let copied = std::mem::take(&mut self.block_mut(last.target).instrs);
        let block = self.block_mut(id);
        if let Some(jump) = block.instrs.last_mut() {
            jump.set_nop();
        }
        block.extend(&copied);
        if lineless
            && let Some(copied) = block.instrs.last_mut()
            && copied.is_unconditional_jump()
            && last.opcode == op::JUMP
        {
            // The check for interrupts must not get lost.
            copied.opcode = op::JUMP;
        }
        let target = self.block_mut(last.target);
        target.instrs = copied;
        target.predecessors = target.predecessors.wrapping_sub(1);
        Some(count)
    }

    /// Moves blocks that only exception handlers reach to the end.
    pub fn push_cold_blocks_to_end(&mut self) {
        if self.block(ENTRY).next == NONE {
            return;
        }
        self.mark_cold();
        let mut id = ENTRY;
        while id != NONE {
            let block = self.block(id);
            let next = block.next;
            if block.cold && next != NONE && block.falls_through() && self.block(next).warm {
                self.block_mut(next).labelled = true;
                let bridge = self.new_block();
                let mut jump = Ins::new(op::JUMP_NO_INTERRUPT, 0, NO_LOCATION);
                jump.target = next;
                let block = self.block_mut(bridge);
                block.instrs.push(jump);
                block.cold = true;
                block.next = next;
                block.predecessors = 1;
                self.block_mut(id).next = bridge;
            }
            id = next;
        }
        let mut cold_first = NONE;
        let mut cold_last = NONE;
        let mut warm_last = ENTRY;
        while self.block(warm_last).next != NONE {
            let next = self.block(warm_last).next;
            if !self.block(next).cold {
                warm_last = next;
                continue;
            }
            if cold_last == NONE {
                cold_first = next;
            } else {
                self.block_mut(cold_last).next = next;
            }
            cold_last = next;
            while self.block(cold_last).next != NONE && self.block(self.block(cold_last).next).cold {
                cold_last = self.block(cold_last).next;
            }
            let after = self.block(cold_last).next;
            self.block_mut(warm_last).next = after;
            self.block_mut(cold_last).next = NONE;
        }
        if cold_first != NONE {
            self.block_mut(warm_last).next = cold_first;
            self.remove_redundant_nops_and_jumps();
        }
    }

    fn mark_cold(&mut self) {
        self.clear_visited();
        self.push_unvisited(ENTRY);
        while let Some(id) = self.work.pop() {
            self.block_mut(id).warm = true;
            self.push_successors(id, false);
        }
        self.clear_visited();
        for id in 0..self.used as BlockId {
            if self.block(id).except_handler {
                self.push_unvisited(id);
            }
        }
        while let Some(id) = self.work.pop() {
            self.block_mut(id).cold = true;
            self.push_successors(id, true);
        }
    }

    /// Puts where control may go (handlers apart) on the work list; with `cold_only`, what is warm is left out.
    fn push_successors(&mut self, id: BlockId, cold_only: bool) {
        let block = self.block(id);
        let next = if block.falls_through() { block.next } else { NONE };
        if next != NONE && !(cold_only && self.block(next).warm) {
            self.push_unvisited(next);
        }
        for at in 0..self.block(id).instrs.len() {
            let ins = self.block(id).instrs[at];
            if ins.is_jump() && !(cold_only && self.block(ins.target).warm) {
                self.push_unvisited(ins.target);
            }
        }
    }

    /// Makes conditional jumps go forward only, and marks the way not taken.
    pub fn normalize_jumps(&mut self) {
        self.clear_visited();
        let mut id = ENTRY;
        while id != NONE {
            self.block_mut(id).visited = true;
            let next = self.block(id).next;
            if let Some(&last) = self.block(id).instrs.last()
                && let Some(reversed) = reversed_jump(last.opcode)
            {
                let not_taken = Ins::new(op::NOT_TAKEN, 0, last.range);
                if !self.block(last.target).visited {
                    self.block_mut(id).append(not_taken);
                } else {
                    let back = self.new_block();
                    let mut jump = Ins::new(op::JUMP, 0, last.range);
                    jump.target = last.target;
                    let startdepth = self.block(last.target).startdepth;
                    let cold = self.block(id).cold;
                    let block = self.block_mut(back);
                    block.instrs.extend([not_taken, jump]);
                    block.startdepth = startdepth;
                    block.cold = cold;
                    block.next = next;
                    block.visited = true;
                    let block = self.block_mut(id);
                    block.next = back;
                    if let Some(last) = block.instrs.last_mut() {
                        last.opcode = reversed;
                        last.target = next;
                    }
                }
            }
            id = next;
        }
    }
}

/// The conditional jump on the opposite condition.
fn reversed_jump(opcode: u16) -> Option<u16> {
    match opcode {
        op::POP_JUMP_IF_FALSE => Some(op::POP_JUMP_IF_TRUE),
        op::POP_JUMP_IF_TRUE => Some(op::POP_JUMP_IF_FALSE),
        op::POP_JUMP_IF_NONE => Some(op::POP_JUMP_IF_NOT_NONE),
        op::POP_JUMP_IF_NOT_NONE => Some(op::POP_JUMP_IF_NONE),
        _ => None,
    }
}
