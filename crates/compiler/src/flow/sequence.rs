//! What the code generator writes: instructions in order, with labels for jumps.

use bytecode::opcode;
use syntax::ast::Range;

/// An instruction that belongs to no line.
pub const NO_LOCATION: Range = Range::new(-1, -1, -1, -1);
/// An instruction that takes the location of the one that follows it.
pub const NEXT_LOCATION: Range = Range::new(-2, -2, -2, -2);

/// A place in an [`InstrSequence`], to be the target of jumps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Label(pub(super) u32);

impl Label {
    /// No label: what an instruction that does not jump has.
    pub const NONE: Label = Label(u32::MAX);
}

/// One instruction, real or pseudo.
#[derive(Clone, Copy, Debug)]
pub struct Instr {
    pub opcode: u16,
    /// The argument; for a fast local, the index in `varnames`; for a cell or free variable, the index in `cellvars`
    /// followed by `freevars`.
    pub arg: u32,
    /// Where it jumps, or which handler it sets up.
    pub target: Label,
    pub range: Range,
}

const UNPLACED: u32 = u32::MAX;

/// Instructions in the order in which they are generated.
#[derive(Clone, Debug, Default)]
pub struct InstrSequence {
    pub(super) instrs: Vec<Instr>,
    /// For each label the index of the instruction that it stands before.
    pub(super) places: Vec<u32>,
    /// What stands in for `ANNOTATIONS_PLACEHOLDER`.
    pub(super) annotations: Option<Box<InstrSequence>>,
    /// Those of the code objects in this one, where they are asked for.
    pub nested: Vec<InstrSequence>,
}

impl InstrSequence {
    pub fn new() -> InstrSequence {
        InstrSequence::default()
    }

    /// Empties the sequence and keeps its memory.
    pub fn clear(&mut self) {
        self.instrs.clear();
        self.places.clear();
        self.annotations = None;
        self.nested.clear();
    }

    /// Makes a label that stands nowhere yet.
    pub fn new_label(&mut self) -> Label {
        self.places.push(UNPLACED);
        Label(self.places.len() as u32 - 1)
    }

    /// Puts the label before the next instruction.
    pub fn use_label(&mut self, label: Label) {
        if let Some(place) = self.places.get_mut(label.0 as usize) {
            *place = self.instrs.len() as u32;
        }
    }

    /// Makes a label before the instruction that is or will be at `index`.
    pub fn label_at(&mut self, index: u32) -> Label {
        self.places.push(index);
        Label(self.places.len() as u32 - 1)
    }

    /// Appends an instruction that does not jump.
    pub fn emit(&mut self, opcode: u16, arg: u32, range: Range) {
        self.instrs.push(Instr { opcode, arg, target: Label::NONE, range });
    }

    /// Appends an instruction without an argument.
    pub fn emit_noarg(&mut self, opcode: u16, range: Range) {
        self.emit(opcode, 0, range);
    }

    /// Appends a jump, or a pseudo instruction that sets up a handler.
    pub fn emit_jump(&mut self, opcode: u16, target: Label, range: Range) {
        debug_assert!(opcode::has_jump(opcode) || opcode::has_exc(opcode));
        self.instrs.push(Instr { opcode, arg: 0, target, range });
    }

    /// Puts an instruction before the one at `index`; labels move along.
    pub fn insert(&mut self, index: usize, opcode: u16, arg: u32, range: Range) {
        self.instrs.insert(index, Instr { opcode, arg, target: Label::NONE, range });
        for place in &mut self.places {
            if *place != UNPLACED && *place as usize >= index {
                *place += 1;
            }
        }
    }

    /// The code that replaces `ANNOTATIONS_PLACEHOLDER` (without it the placeholder vanishes). Its own labels stay its own.
    pub fn set_annotations(&mut self, code: InstrSequence) {
        self.annotations = Some(Box::new(code));
    }

    pub fn len(&self) -> usize {
        self.instrs.len()
    }

    pub fn is_empty(&self) -> bool {
        self.instrs.is_empty()
    }

    /// The instructions so far.
    pub fn instructions(&self) -> &[Instr] {
        &self.instrs
    }

    /// The last instruction, for a generator that looks back.
    pub fn last(&self) -> Option<&Instr> {
        self.instrs.last()
    }

    /// Where the label stands, if it has been used.
    pub fn place(&self, label: Label) -> Option<usize> {
        self.places.get(label.0 as usize).copied().filter(|&place| place != UNPLACED).map(|place| place as usize)
    }
}
