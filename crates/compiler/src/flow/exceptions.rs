//! Which exception handler is in force at each instruction.
//!
//! `SETUP_*` and `POP_BLOCK` bracket what a handler covers. Control is followed with a stack of handlers; afterwards the
//! instructions carry their handler and `POP_BLOCK` is gone (the `SETUP_*` stay: they are the graph's edges to handlers).

use bytecode::opcode::{op, resume};

use super::graph::{BlockId, ENTRY, Graph, NONE};
use super::unit::AssembleError;

/// Stacks of handlers as linked lists in one vector: blocks share tails, nothing is copied.
#[derive(Debug, Default)]
pub(super) struct HandlerStacks {
    /// handler, index of what lies below, depth
    nodes: Vec<(BlockId, u32, u32)>,
    /// For each block the stack at its start.
    at_start: Vec<u32>,
}

const EMPTY: u32 = u32::MAX;

impl HandlerStacks {
    fn handler(&self, stack: u32) -> BlockId {
        self.nodes.get(stack as usize).map_or(NONE, |node| node.0)
    }

    fn depth(&self, stack: u32) -> u32 {
        self.nodes.get(stack as usize).map_or(0, |node| node.2)
    }

    fn push(&mut self, stack: u32, handler: BlockId) -> u32 {
        let depth = self.depth(stack) + 1;
        self.nodes.push((handler, stack, depth));
        self.nodes.len() as u32 - 1
    }

    /// Labels every reachable instruction with its handler.
    pub fn label(&mut self, graph: &mut Graph) -> Result<(), AssembleError> {
        self.nodes.clear();
        self.at_start.clear();
        self.at_start.resize(graph.used, EMPTY);
        graph.clear_visited();
        graph.push_unvisited(ENTRY);
        while let Some(id) = graph.work.pop() {
            let mut stack = self.at_start[id as usize];
            let mut last_yield_depth = None;
            for at in 0..graph.block(id).instrs.len() {
                let handler = self.handler(stack);
                let ins = &mut graph.block_mut(id).instrs[at];
                let target = ins.target;
                match ins.opcode {
                    op::SETUP_FINALLY | op::SETUP_CLEANUP | op::SETUP_WITH => {
                        let lasti = ins.opcode != op::SETUP_FINALLY;
                        self.reach(graph, target, stack);
                        graph.block_mut(target).preserve_lasti |= lasti;
                        stack = self.push(stack, target);
                        continue;
                    }
                    op::POP_BLOCK => {
                        ins.set_nop();
                        let Some(&(_, below, _)) = self.nodes.get(stack as usize) else {
                            return Err(AssembleError::Malformed("POP_BLOCK without a block"));
                        };
                        stack = below;
                        continue;
                    }
                    op::RESUME if ins.arg != resume::AT_FUNC_START => {
                        if last_yield_depth == Some(1) {
                            ins.arg |= resume::DEPTH1;
                        }
                        last_yield_depth = None;
                    }
                    op::YIELD_VALUE => last_yield_depth = Some(self.depth(stack)),
                    _ => {}
                }
                ins.except = handler;
                if target != NONE {
                    self.reach(graph, target, stack);
                }
            }
            let next = graph.block(id).next;
            if next != NONE && graph.block(id).falls_through() {
                self.reach(graph, next, stack);
            }
        }
        Ok(())
    }

    fn reach(&mut self, graph: &mut Graph, block: BlockId, stack: u32) {
        if !graph.block(block).visited {
            self.at_start[block as usize] = stack;
            graph.push_unvisited(block);
        }
    }
}
