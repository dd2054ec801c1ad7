//! The flow graph: basic blocks in a chain, made from an instruction sequence.
//!
//! A block ends after a jump, after an instruction that leaves the scope, and before a jump's target. The chain (`next`)
//! is the order in which blocks are laid out; control falls from a block to its next one unless the last instruction
//! forbids it. Blocks are never freed while a unit is assembled; their vectors are used again for the next unit.

use bytecode::opcode::{self, ArgKind, op};
use syntax::ast::Range;

use super::sequence::{InstrSequence, Label, NO_LOCATION};
use super::unit::AssembleError;

/// A block's index in [`Graph::blocks`].
pub(super) type BlockId = u32;
/// No block.
pub(super) const NONE: BlockId = u32::MAX;
/// The block where control enters.
pub(super) const ENTRY: BlockId = 0;

/// An instruction in a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ins {
    pub opcode: u16,
    pub arg: u32,
    /// The block that it jumps to or whose handler it sets up.
    pub target: BlockId,
    /// The handler that is in force.
    pub except: BlockId,
    pub range: Range,
}

impl Ins {
    pub fn new(opcode: u16, arg: u32, range: Range) -> Ins {
        Ins { opcode, arg, target: NONE, except: NONE, range }
    }

    /// Makes it a NOP that keeps its place in the source.
    pub fn set_nop(&mut self) {
        self.set(op::NOP, 0);
    }

    pub fn set(&mut self, opcode: u16, arg: u32) {
        self.opcode = opcode;
        self.arg = arg;
        self.target = NONE;
    }

    pub fn is_jump(&self) -> bool {
        opcode::has_jump(self.opcode)
    }

    pub fn is_block_push(&self) -> bool {
        opcode::has_exc(self.opcode)
    }

    pub fn is_unconditional_jump(&self) -> bool {
        matches!(
            self.opcode,
            op::JUMP | op::JUMP_NO_INTERRUPT | op::JUMP_FORWARD | op::JUMP_BACKWARD | op::JUMP_BACKWARD_NO_INTERRUPT
        )
    }

    pub fn exits_scope(&self) -> bool {
        matches!(self.opcode, op::RETURN_VALUE | op::RAISE_VARARGS | op::RERAISE)
    }

    pub fn loads_const(&self) -> bool {
        matches!(self.opcode, op::LOAD_CONST | op::LOAD_SMALL_INT)
    }

    pub fn line(&self) -> i32 {
        self.range.lineno
    }
}

/// A run of instructions that control enters at the start only.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub instrs: Vec<Ins>,
    /// The handlers of instructions that have been removed from the end, the first place's last. CPython's blocks keep them
    /// in memory, and an instruction that is appended later takes over the handler of the place it comes to stand in.
    pub stale: Vec<BlockId>,
    pub next: BlockId,
    /// It was made because something jumps to it.
    pub labelled: bool,
    pub visited: bool,
    /// An exception handler starts here.
    pub except_handler: bool,
    /// Its handler pushes the offset of the instruction that raised.
    pub preserve_lasti: bool,
    pub warm: bool,
    pub cold: bool,
    pub predecessors: u32,
    /// Stack depth at the start, -1 while unknown.
    pub startdepth: i32,
    /// Bit i: local i may be unbound at the start.
    pub unsafe_locals: u64,
}

impl Block {
    fn reset(&mut self) {
        self.instrs.clear();
        self.stale.clear();
        self.next = NONE;
        self.labelled = false;
        self.visited = false;
        self.except_handler = false;
        self.preserve_lasti = false;
        self.warm = false;
        self.cold = false;
        self.predecessors = 0;
        self.startdepth = -1;
        self.unsafe_locals = 0;
    }

    pub fn falls_through(&self) -> bool {
        self.instrs.last().is_none_or(|last| !last.exits_scope() && !last.is_unconditional_jump())
    }

    pub fn exits_scope(&self) -> bool {
        self.instrs.last().is_some_and(Ins::exits_scope)
    }

    /// Appends an instruction, which takes over the handler of a removed one.
    pub fn append(&mut self, ins: Ins) {
        let except = self.stale.pop().unwrap_or(NONE);
        self.instrs.push(Ins { except, ..ins });
    }

    /// Appends instructions as they are.
    pub fn extend(&mut self, instrs: &[Ins]) {
        self.instrs.extend_from_slice(instrs);
        self.stale.truncate(self.stale.len().saturating_sub(instrs.len()));
    }

    /// Puts instructions in the middle as they are.
    pub fn insert(&mut self, at: usize, instrs: &[Ins]) {
        self.instrs.splice(at..at, instrs.iter().copied());
        self.stale.truncate(self.stale.len().saturating_sub(instrs.len()));
    }

    pub fn has_no_line(&self) -> bool {
        self.instrs.iter().all(|ins| ins.line() < 0)
    }
}

/// The blocks of one unit.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub blocks: Vec<Block>,
    /// How many of `blocks` belong to this unit.
    pub used: usize,
    /// Scratch: blocks still to be looked at.
    pub work: Vec<BlockId>,
    /// Scratch: for each instruction of the sequence, the block that a jump to it makes (or a mark that there is one).
    targets: Vec<u32>,
}

const NOT_A_TARGET: u32 = u32::MAX;
const FUTURE_BLOCK: u32 = u32::MAX - 1;

impl Graph {
    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id as usize]
    }

    pub fn block_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id as usize]
    }

    pub fn new_block(&mut self) -> BlockId {
        if self.used == self.blocks.len() {
            self.blocks.push(Block::default());
        }
        self.blocks[self.used].reset();
        self.used += 1;
        self.used as BlockId - 1
    }

    /// The first block from `id` on that has instructions.
    pub fn nonempty(&self, mut id: BlockId) -> BlockId {
        while id != NONE && self.block(id).instrs.is_empty() {
            id = self.block(id).next;
        }
        id
    }

    pub fn clear_visited(&mut self) {
        for block in &mut self.blocks[..self.used] {
            block.visited = false;
        }
    }

    /// Puts a block that has not been seen yet on the work list.
    pub fn push_unvisited(&mut self, id: BlockId) {
        let block = &mut self.blocks[id as usize];
        if !block.visited {
            block.visited = true;
            self.work.push(id);
        }
    }

    /// Builds the graph of a sequence.
    pub fn build(&mut self, sequence: &InstrSequence) -> Result<(), AssembleError> {
        self.used = 0;
        self.work.clear();
        self.targets.clear();
        self.targets.resize(sequence.instrs.len(), NOT_A_TARGET);
        for instr in &sequence.instrs {
            if opcode::has_jump(instr.opcode) || opcode::has_exc(instr.opcode) {
                let place =
                    sequence.place(instr.target).ok_or(AssembleError::Malformed("a jump to an unplaced label"))?;
                *self.targets.get_mut(place).ok_or(AssembleError::Malformed("a jump beyond the end"))? = FUTURE_BLOCK;
            }
        }
        let mut current = self.new_block();
        // The label has been passed but the current block holds instructions already: the next one starts a block.
        let mut terminated = false;
        for (index, instr) in sequence.instrs.iter().enumerate() {
            if self.targets[index] == FUTURE_BLOCK {
                if !self.block(current).instrs.is_empty() {
                    current = self.chain(current);
                    terminated = false;
                }
                self.block_mut(current).labelled = true;
                self.targets[index] = current;
            }
            if instr.opcode == op::ANNOTATIONS_PLACEHOLDER {
                if let Some(annotations) = &sequence.annotations {
                    for instr in &annotations.instrs {
                        if opcode::has_jump(instr.opcode) || opcode::has_exc(instr.opcode) {
                            return Err(AssembleError::Malformed("a jump in the annotations' code"));
                        }
                        if terminated {
                            current = self.chain(current);
                        }
                        let ins = Ins::new(instr.opcode, instr.arg, instr.range);
                        terminated = ends_block(&ins);
                        self.block_mut(current).instrs.push(ins);
                    }
                }
                continue;
            }
            if terminated {
                current = self.chain(current);
            }
            let kind = opcode::info(instr.opcode).kind;
            let mut ins = Ins::new(instr.opcode, instr.arg, instr.range);
            if matches!(kind, ArgKind::JumpForward | ArgKind::JumpBackward | ArgKind::JumpPseudo | ArgKind::Handler) {
                // For now the place; the block when all are known.
                ins.target = sequence.places[instr.target.0 as usize];
            }
            terminated = ends_block(&ins);
            self.block_mut(current).instrs.push(ins);
        }
        for block in &mut self.blocks[..self.used] {
            for ins in &mut block.instrs {
                if ins.target != NONE {
                    ins.target = self.targets[ins.target as usize];
                }
            }
        }
        Ok(())
    }

    /// The blocks in order as a sequence, with a label before each.
    pub fn to_sequence(&self) -> InstrSequence {
        let mut sequence = InstrSequence::new();
        let mut labels = vec![Label::NONE; self.used];
        let (mut id, mut place) = (ENTRY, 0);
        while id != NONE {
            let block = self.block(id);
            labels[id as usize] = sequence.label_at(place);
            place += block.instrs.len() as u32;
            id = block.next;
        }
        id = ENTRY;
        while id != NONE {
            let block = self.block(id);
            for ins in &block.instrs {
                match labels.get(ins.target as usize) {
                    Some(&label) => sequence.emit_jump(ins.opcode, label, ins.range),
                    None => sequence.emit(ins.opcode, ins.arg, ins.range),
                }
            }
            id = block.next;
        }
        sequence
    }

    fn chain(&mut self, current: BlockId) -> BlockId {
        let block = self.new_block();
        self.block_mut(current).next = block;
        block
    }

    /// Marks every block that a handler set-up names.
    pub fn mark_except_handlers(&mut self) {
        for id in 0..self.used {
            for at in 0..self.blocks[id].instrs.len() {
                let ins = self.blocks[id].instrs[at];
                if ins.is_block_push() {
                    self.block_mut(ins.target).except_handler = true;
                }
            }
        }
    }

    /// Empties blocks that control never reaches, and counts the ways into the others.
    pub fn remove_unreachable(&mut self) {
        for block in &mut self.blocks[..self.used] {
            block.visited = false;
            block.predecessors = 0;
        }
        self.block_mut(ENTRY).predecessors = 1;
        self.push_unvisited(ENTRY);
        while let Some(id) = self.work.pop() {
            let next = self.block(id).next;
            if next != NONE && self.block(id).falls_through() {
                self.block_mut(next).predecessors += 1;
                self.push_unvisited(next);
            }
            for at in 0..self.block(id).instrs.len() {
                let target = self.block(id).instrs[at].target;
                if target != NONE {
                    self.block_mut(target).predecessors += 1;
                    self.push_unvisited(target);
                }
            }
        }
        for block in &mut self.blocks[..self.used] {
            if block.predecessors == 0 {
                block.instrs.clear();
                block.except_handler = false;
            }
        }
    }

    /// Removes NOPs that no line needs. Returns whether there were any.
    pub fn remove_redundant_nops(&mut self) -> bool {
        let mut removed = false;
        let mut id = ENTRY;
        while id != NONE {
            removed |= self.remove_nops_of(id);
            id = self.block(id).next;
        }
        removed
    }

    fn remove_nops_of(&mut self, id: BlockId) -> bool {
        if self.block(id).instrs.iter().all(|ins| ins.opcode != op::NOP) {
            return false;
        }
        let next = self.nonempty(self.block(id).next);
        let next_line = if next == NONE {
            None
        } else {
            // NOPs without a line there will go.
            let follower = self.block(next).instrs.iter().find(|ins| ins.opcode != op::NOP || ins.line() >= 0);
            Some(follower.map_or(NO_LOCATION.lineno, Ins::line))
        };
        let Block { instrs, stale, .. } = self.block_mut(id);
        let count = instrs.len();
        let mut kept = 0;
        let mut previous_line = -1;
        for at in 0..count {
            let ins = instrs[at];
            let line = ins.line();
            if ins.opcode == op::NOP {
                if line < 0 || previous_line == line {
                    continue;
                }
                if at + 1 < count {
                    let after = instrs[at + 1].line();
                    if after == line {
                        continue;
                    }
                    if after < 0 {
                        instrs[at + 1].range = ins.range;
                        continue;
                    }
                } else if next_line == Some(line) {
                    continue;
                }
            }
            instrs[kept] = ins;
            kept += 1;
            previous_line = line;
        }
        stale.extend(instrs[kept..].iter().rev().map(|ins| ins.except));
        instrs.truncate(kept);
        kept < count
    }

    /// Turns jumps to where control goes anyway into NOPs. Returns whether there were any.
    pub fn remove_redundant_jumps(&mut self) -> bool {
        let mut changed = false;
        let mut id = ENTRY;
        while id != NONE {
            let next = self.block(id).next;
            if let Some(last) = self.block(id).instrs.last()
                && last.is_unconditional_jump()
            {
                let target = self.nonempty(last.target);
                if target != NONE && target == self.nonempty(next) {
                    changed = true;
                    if let Some(last) = self.block_mut(id).instrs.last_mut() {
                        last.set_nop();
                    }
                }
            }
            id = next;
        }
        changed
    }

    /// Removes NOPs and jumps until neither is left; a jump removed leaves a NOP, a NOP removed an empty block.
    pub fn remove_redundant_nops_and_jumps(&mut self) {
        loop {
            self.remove_redundant_nops();
            if !self.remove_redundant_jumps() {
                return;
            }
        }
    }

    /// Removes values that are loaded (or copied) only to be popped, and the NOPs that this leaves.
    pub fn remove_redundant_nops_and_pairs(&mut self) {
        let mut again = true;
        while again {
            again = false;
            let mut previous: Option<(BlockId, usize)> = None;
            let mut id = ENTRY;
            while id != NONE {
                self.remove_nops_of(id);
                if self.block(id).labelled {
                    previous = None;
                }
                for at in 0..self.block(id).instrs.len() {
                    if self.block(id).instrs[at].opcode == op::POP_TOP
                        && let Some((before_block, before)) = previous
                    {
                        let loader = &mut self.block_mut(before_block).instrs[before];
                        if loader.loads_const() || loader.opcode == op::COPY && loader.arg == 1 {
                            loader.set_nop();
                            self.block_mut(id).instrs[at].set_nop();
                            again = true;
                        }
                    }
                    previous = Some((id, at));
                }
                let block = self.block(id);
                if !block.falls_through() || block.instrs.last().is_some_and(Ins::is_jump) {
                    previous = None;
                }
                id = block.next;
            }
        }
    }
}

fn ends_block(ins: &Ins) -> bool {
    ins.is_jump() || ins.exits_scope()
}
