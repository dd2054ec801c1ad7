//! What a code object is made from besides instructions, and the entrance to the assembler.

use std::collections::hash_map::Entry;

use bytecode::code::{Code, Const, flags};
use bytecode::opcode::op;
use rustc_hash::FxHashMap;
use syntax::text::Text;

use super::assemble::{Assembled, Slots};
use super::exceptions::HandlerStacks;
use super::graph::Graph;
use super::locals::Borrowing;
use super::sequence::InstrSequence;

/// Constants in the order of first use, equal ones merged (equal in type and value: `1`, `True`, `1.0`, `0.0` and `-0.0`
/// are all different; code objects that compare equal are one).
#[derive(Debug, Default)]
pub struct ConstTable {
    pub(super) items: Vec<Const>,
    /// Made when the table outgrows [`LINEAR`].
    index: FxHashMap<Const, u32>,
}

/// Up to this many constants are searched one by one.
const LINEAR: usize = 12;

impl ConstTable {
    pub fn new() -> ConstTable {
        ConstTable::default()
    }

    /// The index of the constant, which is added if there is none like it.
    pub fn add(&mut self, value: Const) -> u32 {
        if self.items.len() < LINEAR {
            if let Some(found) = self.items.iter().position(|item| *item == value) {
                return found as u32;
            }
            self.items.push(value);
            return self.items.len() as u32 - 1;
        }
        if self.index.is_empty() {
            for (at, item) in self.items.iter().enumerate() {
                self.index.entry(item.clone()).or_insert(at as u32);
            }
        }
        match self.index.entry(value) {
            Entry::Occupied(found) => *found.get(),
            Entry::Vacant(place) => {
                let at = self.items.len() as u32;
                self.items.push(place.key().clone());
                *place.insert(at)
            }
        }
    }

    /// A table of constants as they stand, equal ones included.
    pub fn from_items(items: Vec<Const>) -> ConstTable {
        ConstTable { items, index: FxHashMap::default() }
    }

    /// The constants in order.
    pub fn into_items(self) -> Vec<Const> {
        self.items
    }

    pub fn get(&self, index: u32) -> Option<&Const> {
        self.items.get(index as usize)
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// Everything of a code object that is not instructions.
#[derive(Debug)]
pub struct CodeUnit {
    pub consts: ConstTable,
    pub names: Vec<Text>,
    /// Parameters first, in the order of `co_varnames`.
    pub varnames: Vec<Text>,
    /// In the order of `co_cellvars`; those that are also in `varnames` share the variable's slot.
    pub cellvars: Vec<Text>,
    pub freevars: Vec<Text>,
    /// Names of inlined comprehensions' variables, which `locals()` of a class or module must not show.
    pub fast_hidden: Vec<Text>,
    /// `co_flags`, complete.
    pub flags: u32,
    /// Positional parameters, positional-only ones included.
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub name: Text,
    pub qualname: Text,
    pub filename: Text,
    pub firstlineno: i32,
}

/// Why no code object came out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AssembleError {
    /// The code is longer than its tables can say.
    TooLarge,
    /// The instructions do not make sense: a fault of the generator (or of who called the assembler by hand).
    Malformed(&'static str),
}

/// Makes code objects; its working memory serves one unit after another.
#[derive(Default)]
pub struct Assembler {
    graph: Graph,
    handlers: HandlerStacks,
    borrowing: Borrowing,
    bytes: Assembled,
    /// Scratch: the new index of each constant.
    const_map: Vec<u32>,
}

impl Assembler {
    pub fn new() -> Assembler {
        Assembler::default()
    }

    /// Optimises and assembles one unit. The sequence is left as it is.
    pub fn assemble(&mut self, sequence: &InstrSequence, mut unit: CodeUnit) -> Result<Code, AssembleError> {
        self.build(sequence)?;
        let (nlocals, nparams) = (unit.varnames.len() as u32, unit.parameters());
        self.improve(&mut unit.consts, nlocals, nparams);
        self.finish(unit)
    }

    /// The code object of instructions as they are, without the optimiser's passes.
    pub fn assemble_as_is(&mut self, sequence: &InstrSequence, unit: CodeUnit) -> Result<Code, AssembleError> {
        self.build(sequence)?;
        self.finish(unit)
    }

    /// What the optimiser makes of instructions and constants: for tests of its passes.
    pub fn optimize(
        &mut self,
        sequence: &InstrSequence,
        mut consts: ConstTable,
        nlocals: u32,
    ) -> Result<(InstrSequence, Vec<Const>), AssembleError> {
        self.build(sequence)?;
        self.improve(&mut consts, nlocals, 0);
        self.graph.stack_depth()?;
        self.borrowing.optimize(&mut self.graph);
        Ok((self.graph.to_sequence(), consts.items))
    }

    fn build(&mut self, sequence: &InstrSequence) -> Result<(), AssembleError> {
        self.graph.build(sequence)?;
        self.graph.mark_except_handlers();
        self.handlers.label(&mut self.graph)
    }

    /// The passes over the graph.
    fn improve(&mut self, consts: &mut ConstTable, nlocals: u32, nparams: u32) {
        let graph = &mut self.graph;
        graph.inline_small_or_lineless_blocks();
        graph.remove_unreachable();
        graph.resolve_line_numbers();
        graph.optimize_loads(consts);
        graph.optimize_blocks(consts);
        graph.remove_redundant_nops_and_pairs();
        graph.remove_unreachable();
        graph.remove_redundant_nops_and_jumps();
        graph.remove_unused_consts(consts, &mut self.const_map);
        graph.add_checks(nlocals, nparams);
        graph.insert_superinstructions();
        graph.push_cold_blocks_to_end();
        graph.resolve_line_numbers();
    }

    /// From the graph to the code object.
    fn finish(&mut self, unit: CodeUnit) -> Result<Code, AssembleError> {
        let graph = &mut self.graph;
        let slots = Slots::new(&unit);
        graph.convert_pseudo_conditional_jumps();
        let stacksize = graph.stack_depth()?;
        graph.insert_prefix(&unit, &slots.of_cell);
        graph.convert_pseudo_instructions(&slots.of_cell)?;
        graph.normalize_jumps();
        self.borrowing.optimize(graph);
        self.bytes.assemble(graph, unit.firstlineno)?;

        Ok(Code {
            argcount: unit.argcount,
            posonlyargcount: unit.posonlyargcount,
            kwonlyargcount: unit.kwonlyargcount,
            stacksize: stacksize.max(1),
            flags: unit.flags,
            code: Box::from(&self.bytes.code[..]),
            consts: unit.consts.items.into_boxed_slice(),
            names: unit.names.into_boxed_slice(),
            localsplusnames: slots.names.into_boxed_slice(),
            localspluskinds: slots.kinds.into_boxed_slice(),
            filename: unit.filename,
            name: unit.name,
            qualname: unit.qualname,
            firstlineno: unit.firstlineno,
            linetable: Box::from(self.bytes.linetable.bytes()),
            exceptiontable: Box::from(&self.bytes.exceptiontable[..]),
        })
    }
}

impl CodeUnit {
    /// The number of parameters of every kind: they are bound when the function starts.
    fn parameters(&self) -> u32 {
        self.argcount
            + self.kwonlyargcount
            + u32::from(self.flags & flags::VARARGS != 0)
            + u32::from(self.flags & flags::VARKEYWORDS != 0)
    }
}

impl Graph {
    /// Drops constants that no instruction loads any more; the first stays, it may be the docstring.
    fn remove_unused_consts(&mut self, consts: &mut ConstTable, map: &mut Vec<u32>) {
        const UNUSED: u32 = u32::MAX;
        if consts.is_empty() {
            return;
        }
        map.clear();
        map.resize(consts.len(), UNUSED);
        map[0] = 0;
        for block in &self.blocks[..self.used] {
            for ins in &block.instrs {
                if ins.opcode == op::LOAD_CONST
                    && let Some(used) = map.get_mut(ins.arg as usize)
                {
                    *used = 0;
                }
            }
        }
        if !map.contains(&UNUSED) {
            return;
        }
        let mut count = 0;
        let mut at = 0;
        consts.items.retain(|_| {
            let used = map[at] != UNUSED;
            if used {
                map[at] = count;
                count += 1;
            }
            at += 1;
            used
        });
        for block in &mut self.blocks[..self.used] {
            for ins in &mut block.instrs {
                if ins.opcode == op::LOAD_CONST
                    && let Some(&new) = map.get(ins.arg as usize)
                {
                    ins.arg = new;
                }
            }
        }
    }
}
