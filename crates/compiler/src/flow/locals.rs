//! Fast locals: checks for unbound ones, two accesses in one instruction, loads that borrow.

use bytecode::opcode::{self, op};

use super::graph::{BlockId, ENTRY, Graph, Ins, NONE};

/// Locals up to this number are followed through the graph, the rest within blocks.
const TRACKED: u32 = 64;

impl Graph {
    /// Loads of locals that may be unbound get a check. The first `nparams` locals are bound at the start.
    pub fn add_checks(&mut self, nlocals: u32, nparams: u32) {
        if nlocals == 0 {
            return;
        }
        if nlocals > TRACKED {
            self.check_many_locals(nlocals);
        }
        self.clear_visited();
        let tracked = nlocals.min(TRACKED);
        let mut unbound = 0u64;
        for local in nparams.min(tracked)..tracked {
            unbound |= 1 << local;
        }
        self.reach_with_unbound(ENTRY, unbound);
        let mut id = ENTRY;
        while id != NONE {
            self.scan_locals(id);
            id = self.block(id).next;
        }
        while let Some(id) = self.work.pop() {
            self.block_mut(id).visited = false;
            self.scan_locals(id);
        }
    }

    /// Adds what may be unbound at the start of a block; if that is news, the block is looked at (again).
    fn reach_with_unbound(&mut self, id: BlockId, unbound: u64) {
        let block = self.block_mut(id);
        if block.unsafe_locals | unbound != block.unsafe_locals {
            block.unsafe_locals |= unbound;
            self.push_unvisited(id);
        }
    }

    fn scan_locals(&mut self, id: BlockId) {
        let mut unbound = self.block(id).unsafe_locals;
        for at in 0..self.block(id).instrs.len() {
            let ins = &mut self.block_mut(id).instrs[at];
            let except = ins.except;
            let before = unbound;
            if ins.arg < TRACKED {
                let bit = 1 << ins.arg;
                match ins.opcode {
                    op::DELETE_FAST | op::LOAD_FAST_AND_CLEAR | op::STORE_FAST_MAYBE_NULL => unbound |= bit,
                    op::STORE_FAST | op::LOAD_FAST_CHECK => unbound &= !bit,
                    op::LOAD_FAST => {
                        if unbound & bit != 0 {
                            ins.opcode = op::LOAD_FAST_CHECK;
                        }
                        unbound &= !bit;
                    }
                    _ => {}
                }
            }
            if except != NONE {
                self.reach_with_unbound(except, before);
            }
        }
        let block = self.block(id);
        let next = if block.falls_through() { block.next } else { NONE };
        let target = block.instrs.last().filter(|last| last.is_jump()).map_or(NONE, |last| last.target);
        if next != NONE {
            self.reach_with_unbound(next, unbound);
        }
        if target != NONE {
            self.reach_with_unbound(target, unbound);
        }
    }

    fn check_many_locals(&mut self, nlocals: u32) {
        // The number of the block in which the local was last known to be bound.
        let mut bound_in = vec![0u32; (nlocals - TRACKED) as usize];
        let mut number = 0;
        let mut id = ENTRY;
        while id != NONE {
            number += 1;
            let block = self.block_mut(id);
            for ins in &mut block.instrs {
                let Some(state) = ins.arg.checked_sub(TRACKED).and_then(|at| bound_in.get_mut(at as usize)) else {
                    continue;
                };
                match ins.opcode {
                    op::DELETE_FAST | op::LOAD_FAST_AND_CLEAR | op::STORE_FAST_MAYBE_NULL => *state = number - 1,
                    op::STORE_FAST => *state = number,
                    op::LOAD_FAST => {
                        if *state != number {
                            ins.opcode = op::LOAD_FAST_CHECK;
                        }
                        *state = number;
                    }
                    _ => {}
                }
            }
            id = block.next;
        }
    }

    /// Two accesses to locals in one instruction where both indices fit and the line is the same.
    pub fn insert_superinstructions(&mut self) {
        let mut id = ENTRY;
        while id != NONE {
            let block = self.block_mut(id);
            for at in 1..block.instrs.len() {
                let (first, second) = (block.instrs[at - 1], block.instrs[at]);
                let opcode = match (first.opcode, second.opcode) {
                    (op::LOAD_FAST, op::LOAD_FAST) => op::LOAD_FAST_LOAD_FAST,
                    (op::STORE_FAST, op::LOAD_FAST) => op::STORE_FAST_LOAD_FAST,
                    (op::STORE_FAST, op::STORE_FAST) => op::STORE_FAST_STORE_FAST,
                    _ => continue,
                };
                let (line1, line2) = (first.line(), second.line());
                if line1 >= 0 && line2 >= 0 && line1 != line2 || first.arg >= 16 || second.arg >= 16 {
                    continue;
                }
                block.instrs[at - 1].set(opcode, first.arg << 4 | second.arg);
                block.instrs[at].set_nop();
            }
            id = block.next;
        }
        self.remove_redundant_nops();
    }
}

/// A value on the simulated stack: which instruction pushed it, and which local it was loaded from.
#[derive(Clone, Copy)]
struct Loaded {
    by: u32,
    local: u32,
}

const NOBODY: u32 = u32::MAX;
const OTHER: Loaded = Loaded { by: NOBODY, local: NOBODY };

/// Turns loads of locals into loads that borrow where the local outlives the value on the stack: the value is consumed in
/// the same block, before the local is overwritten, and is not itself stored as a local.
#[derive(Debug, Default)]
pub(super) struct Borrowing {
    stack: Vec<Loaded>,
    /// For each instruction of the block: whether what it pushes must own its reference.
    owned: Vec<bool>,
}

impl std::fmt::Debug for Loaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.by, self.local)
    }
}

impl Borrowing {
    /// Goes over every block that control reaches without an exception.
    pub fn optimize(&mut self, graph: &mut Graph) {
        graph.clear_visited();
        graph.block_mut(ENTRY).startdepth = 0;
        graph.push_unvisited(ENTRY);
        while let Some(id) = graph.work.pop() {
            self.optimize_block(graph, id);
        }
    }

    fn optimize_block(&mut self, graph: &mut Graph, id: BlockId) {
        let count = graph.block(id).instrs.len();
        self.owned.clear();
        self.owned.resize(count, false);
        self.stack.clear();
        let depth = usize::try_from(graph.block(id).startdepth).unwrap_or(0);
        self.stack.resize(depth, OTHER);
        for at in 0..count {
            let ins = graph.block(id).instrs[at];
            self.simulate(&ins, at as u32);
            if ins.target != NONE && ins.opcode != op::END_ASYNC_FOR {
                graph.push_unvisited(ins.target);
            }
        }
        let block = graph.block(id);
        if count > 0 && block.next != NONE && block.falls_through() {
            let next = block.next;
            graph.push_unvisited(next);
        }
        for value in &self.stack {
            if let Some(owned) = self.owned.get_mut(value.by as usize) {
                *owned = true;
            }
        }
        for (ins, owned) in graph.block_mut(id).instrs.iter_mut().zip(&self.owned) {
            if !owned {
                match ins.opcode {
                    op::LOAD_FAST => ins.opcode = op::LOAD_FAST_BORROW,
                    op::LOAD_FAST_LOAD_FAST => ins.opcode = op::LOAD_FAST_BORROW_LOAD_FAST_BORROW,
                    _ => {}
                }
            }
        }
    }

    fn pop(&mut self) -> Loaded {
        self.stack.pop().unwrap_or(OTHER)
    }

    fn pop_many(&mut self, count: i32) {
        let left = self.stack.len().saturating_sub(usize::try_from(count).unwrap_or(0));
        self.stack.truncate(left);
    }

    fn push_many(&mut self, by: u32, count: i32) {
        self.stack.extend((0..count).map(|_| Loaded { by, local: NOBODY }));
    }

    fn kill(&mut self, local: u32) {
        for value in &self.stack {
            if value.local == local
                && let Some(owned) = self.owned.get_mut(value.by as usize)
            {
                *owned = true;
            }
        }
    }

    fn store(&mut self, local: u32) {
        let value = self.pop();
        self.kill(local);
        if let Some(owned) = self.owned.get_mut(value.by as usize) {
            *owned = true;
        }
    }

    fn simulate(&mut self, ins: &Ins, at: u32) {
        let arg = ins.arg;
        let new = Loaded { by: at, local: NOBODY };
        match ins.opcode {
            op::DELETE_FAST => self.kill(arg),
            op::LOAD_FAST => self.stack.push(Loaded { by: at, local: arg }),
            op::LOAD_FAST_AND_CLEAR => {
                self.kill(arg);
                self.stack.push(Loaded { by: at, local: arg });
            }
            op::LOAD_FAST_LOAD_FAST => {
                self.stack.push(Loaded { by: at, local: arg >> 4 });
                self.stack.push(Loaded { by: at, local: arg & 15 });
            }
            op::STORE_FAST => self.store(arg),
            op::STORE_FAST_LOAD_FAST => {
                self.store(arg >> 4);
                self.stack.push(Loaded { by: at, local: arg & 15 });
            }
            op::STORE_FAST_STORE_FAST => {
                self.store(arg >> 4);
                self.store(arg & 15);
            }
            op::COPY => {
                let value = self.stack.len().checked_sub(arg as usize).and_then(|index| self.stack.get(index));
                let value = value.copied().unwrap_or(OTHER);
                self.stack.push(value);
            }
            op::SWAP => {
                let top = self.stack.len().wrapping_sub(1);
                if let Some(other) = self.stack.len().checked_sub(arg as usize)
                    && other <= top
                    && top < self.stack.len()
                {
                    self.stack.swap(top, other);
                }
            }
            // These keep what they look at (or may give back the same object), and push.
            op::FORMAT_SIMPLE
            | op::GET_YIELD_FROM_ITER
            | op::GET_ANEXT
            | op::GET_LEN
            | op::IMPORT_FROM
            | op::MATCH_KEYS
            | op::MATCH_MAPPING
            | op::MATCH_SEQUENCE
            | op::WITH_EXCEPT_START => {
                // The reference charges what they push to the first instructions of the block; so do we.
                let count = opcode::pushed(ins.opcode, arg) - opcode::popped(ins.opcode, arg);
                self.stack.extend((0..count.max(0) as u32).map(|by| Loaded { by, local: NOBODY }));
            }
            op::FOR_ITER => self.stack.push(new),
            // These take some of what they look at, and push nothing.
            op::DICT_MERGE
            | op::DICT_UPDATE
            | op::LIST_APPEND
            | op::LIST_EXTEND
            | op::MAP_ADD
            | op::RERAISE
            | op::SET_ADD
            | op::SET_UPDATE => {
                self.pop_many(opcode::popped(ins.opcode, arg) - opcode::pushed(ins.opcode, arg));
            }
            op::CHECK_EXC_MATCH | op::SEND => {
                self.pop();
                self.stack.push(new);
            }
            // The top one stays, the one below goes.
            op::END_SEND | op::SET_FUNCTION_ATTRIBUTE => {
                let top = self.pop();
                self.pop();
                self.stack.push(top);
            }
            op::LOAD_ATTR | op::LOAD_SUPER_ATTR => {
                let owner = self.pop();
                if ins.opcode == op::LOAD_SUPER_ATTR {
                    self.pop_many(2);
                }
                self.stack.push(new);
                if arg & 1 != 0 {
                    // A method call: the object may be pushed back as `self`.
                    self.stack.push(owner);
                }
            }
            op::LOAD_SPECIAL | op::PUSH_EXC_INFO => {
                let top = self.pop();
                self.stack.push(new);
                self.stack.push(top);
            }
            _ if ins.is_block_push() => {}
            _ => {
                self.pop_many(opcode::popped(ins.opcode, arg));
                self.push_many(at, opcode::pushed(ins.opcode, arg));
            }
        }
    }
}
