//! Every instruction that can be stopped at or can raise gets a line.
//!
//! Code that leaves a scope without a line of its own (the implicit `return None`, the end of a `with`) is copied for each
//! way into it, so that each copy can take the line that control comes from.

use bytecode::opcode::{self, effect, op};
use syntax::ast::Range;

use super::graph::{BlockId, ENTRY, Graph, Ins, NONE};
use super::sequence::{NEXT_LOCATION, NO_LOCATION};

impl Graph {
    pub fn resolve_line_numbers(&mut self) {
        self.duplicate_exits_without_line();
        self.propagate_lines();
    }

    /// Whether the block leaves the scope or looks at the eval breaker, and has no line anywhere.
    fn is_lineless_exit(&self, id: BlockId) -> bool {
        let block = self.block(id);
        (block.exits_scope() || block.instrs.iter().any(has_eval_break)) && block.has_no_line()
    }

    fn duplicate_exits_without_line(&mut self) {
        let mut id = ENTRY;
        while id != NONE {
            if let Some(last) = self.block(id).instrs.last().copied()
                && last.is_jump()
            {
                let target = self.nonempty(last.target);
                if target != NONE && self.block(target).predecessors > 1 && self.is_lineless_exit(target) {
                    let copy = self.copy_block(target);
                    let next = self.block(target).next;
                    let block = self.block_mut(copy);
                    block.instrs[0].range = last.range;
                    block.predecessors = 1;
                    block.next = next;
                    block.labelled = true;
                    let original = self.block_mut(target);
                    original.next = copy;
                    original.predecessors -= 1;
                    if let Some(last) = self.block_mut(id).instrs.last_mut() {
                        last.target = copy;
                    }
                }
            }
            id = self.block(id).next;
        }
        let mut id = ENTRY;
        while id != NONE {
            let block = self.block(id);
            let next = block.next;
            if next != NONE
                && block.falls_through()
                && let Some(last) = block.instrs.last()
                && !self.block(next).instrs.is_empty()
                && self.is_lineless_exit(next)
            {
                let range = last.range;
                self.block_mut(next).instrs[0].range = range;
            }
            id = next;
        }
    }

    /// A block with the same instructions, not yet in the chain.
    fn copy_block(&mut self, id: BlockId) -> BlockId {
        let copy = self.new_block();
        let mut instrs = std::mem::take(&mut self.block_mut(copy).instrs);
        instrs.extend_from_slice(&self.block(id).instrs);
        self.block_mut(copy).instrs = instrs;
        copy
    }

    fn propagate_lines(&mut self) {
        let mut id = ENTRY;
        while id != NONE {
            let block = self.block_mut(id);
            let mut previous = NO_LOCATION;
            for ins in &mut block.instrs {
                if ins.line() == NO_LOCATION.lineno {
                    ins.range = previous;
                } else {
                    previous = ins.range;
                }
            }
            let next = block.next;
            if let Some(last) = block.instrs.last().copied() {
                if next != NONE && self.block(id).falls_through() {
                    self.inherit_line(next, previous);
                }
                if last.is_jump() {
                    self.inherit_line(last.target, previous);
                }
            }
            id = next;
        }
    }

    /// Gives the first instruction of a block with one way in the location that control comes from.
    fn inherit_line(&mut self, id: BlockId, range: Range) {
        let block = self.block_mut(id);
        if block.predecessors == 1
            && let Some(first) = block.instrs.first_mut()
            && first.line() == NO_LOCATION.lineno
        {
            first.range = range;
        }
    }
}

fn has_eval_break(ins: &Ins) -> bool {
    ins.opcode == op::JUMP || opcode::info(ins.opcode).flags & effect::EVAL_BREAK != 0
}

/// Gives instructions that asked for their successor's location that location.
pub(super) fn resolve_next_locations(instrs: &mut [Ins]) {
    for at in (0..instrs.len()).rev() {
        if instrs[at].range == NEXT_LOCATION {
            let ins = instrs[at];
            let leaves = ins.is_jump() || ins.exits_scope();
            instrs[at].range = match instrs.get(at + 1) {
                Some(next) if !leaves => next.range,
                _ => NO_LOCATION,
            };
        }
    }
}
