//! What a code object is made from besides instructions, and the entrance to the assembler.

use std::collections::hash_map::Entry;

use bytecode::code::{Code, Const};
use rustc_hash::FxHashMap;
use syntax::text::Text;

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
pub struct Assembler {}

impl Assembler {
    pub fn new() -> Assembler {
        Assembler::default()
    }

    /// Optimises and assembles one unit. The sequence is left as it is.
    pub fn assemble(&mut self, _sequence: &InstrSequence, _unit: CodeUnit) -> Result<Code, AssembleError> {
        Err(AssembleError::Malformed("the assembler is not there yet"))
    }
}
