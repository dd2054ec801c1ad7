//! A translated pattern: operations, tables, and how to find where a match may start.

use memchr::memmem;

use super::charset::{Fold, Set};
use super::codes::AtCode;

/// The code words were not made by the compiler ("invalid SRE code").
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InvalidCode;

/// A test of one character.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum One {
    AnyAll,
    /// Anything but a newline.
    Any,
    Literal(u32),
    NotLiteral(u32),
    /// An index into [`Program::sets`].
    Set(u32),
}

/// An index into [`Program::firsts`], or [`NO_TABLE`].
pub(super) type TableId = u32;
/// Nothing is known of the next character.
pub(super) const NO_TABLE: TableId = u32::MAX;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Op {
    Fail,
    Success,
    Any,
    AnyAll,
    Literal(u32),
    NotLiteral(u32),
    Set(u32),
    /// Several literals: a range of [`Program::literals`].
    Run {
        start: u32,
        len: u32,
    },
    At(AtCode),
    Mark(u32),
    Jump(u32),
    /// Try what follows, else `next`. The tables say which characters what follows, and what is at `next`, can start with.
    Alternative {
        next: u32,
        first: TableId,
        next_first: TableId,
    },
    /// Repetitions of one test: indices into [`Program::repeats`].
    Greedy(u32),
    Lazy(u32),
    Possessive(u32),
    /// Repetitions of anything else: indices into [`Program::loops`].
    LoopStart(u32),
    LoopEnd(u32),
    PossessiveStart(u32),
    PossessiveEnd(u32),
    /// Look around: `end` is the operation after the body's end.
    Assert {
        slot: u32,
        back: u32,
        end: u32,
    },
    AssertEnd(u32),
    AssertNot {
        slot: u32,
        back: u32,
        end: u32,
    },
    AssertNotEnd(u32),
    AtomicStart(u32),
    AtomicEnd(u32),
    GroupRef(u32, Fold),
    /// Goes to `otherwise` if the group is not set.
    GroupExists {
        group: u32,
        otherwise: u32,
    },
}

/// A repetition of a single test.
#[derive(Clone, Copy, Debug)]
pub(super) struct Repeat {
    pub(super) one: One,
    pub(super) min: usize,
    pub(super) max: usize,
    /// The only literal that can follow.
    pub(super) follow: Option<u32>,
    /// The characters that can follow.
    pub(super) follow_table: TableId,
    /// No character of the repetition can follow it, so that giving one back is useless: in texts of one byte, in all.
    pub(super) keeps_narrow: bool,
    pub(super) keeps: bool,
}

/// A repetition of a group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loop {
    pub(super) min: u32,
    pub(super) max: u32,
    pub(super) lazy: bool,
    pub(super) body: u32,
    pub(super) tail: u32,
    pub(super) first: TableId,
    pub(super) tail_first: TableId,
}

/// The characters that something can start with.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct First {
    pub(super) low: [bool; 256],
    pub(super) wide: bool,
}

impl First {
    #[inline]
    pub(super) fn contains(&self, code_point: u32) -> bool {
        self.low.get(code_point as usize).copied().unwrap_or(self.wide)
    }
}

/// Where a match can start.
#[derive(Clone, Debug)]
pub(super) enum Start {
    Anywhere,
    /// At the beginning of the text only.
    Beginning,
    /// At the beginning of a line.
    Line,
    /// Where this literal stands; the finder is for texts of one byte. `whole`: the literal is the whole pattern.
    Prefix {
        literals: Box<[u32]>,
        finder: Option<Box<memmem::Finder<'static>>>,
        whole: bool,
    },
    First(TableId),
}

/// A pattern ready to run.
#[derive(Clone, Debug)]
pub struct Program {
    pub(super) ops: Vec<Op>,
    pub(super) sets: Vec<Set>,
    pub(super) literals: Vec<u32>,
    pub(super) repeats: Vec<Repeat>,
    pub(super) loops: Vec<Loop>,
    pub(super) firsts: Vec<First>,
    pub(super) slots: usize,
    pub(super) groups: usize,
    pub(super) min_width: usize,
    pub(super) start: Start,
}

impl Program {
    /// Checks and translates code words for a pattern with this many groups.
    pub fn new(code: &[u32], groups: usize) -> Result<Program, InvalidCode> {
        let mut program = super::translate::translate(code, groups)?;
        super::analysis::analyse(&mut program);
        Ok(program)
    }

    /// Whether code words are valid. A pattern that is never run needs no more.
    pub fn check(code: &[u32], groups: usize) -> Result<(), InvalidCode> {
        super::translate::check(code, groups)
    }

    pub fn groups(&self) -> usize {
        self.groups
    }

    /// Bytes held outside the struct, roughly, for `__sizeof__`.
    pub fn heap_size(&self) -> usize {
        self.ops.len() * size_of::<Op>() + self.sets.len() * 300 + self.firsts.len() * size_of::<First>()
    }

    pub(super) fn one_contains(&self, one: One, code_point: u32) -> bool {
        match one {
            One::AnyAll => true,
            One::Any => code_point != 0x0A,
            One::Literal(literal) => literal == code_point,
            One::NotLiteral(literal) => literal != code_point,
            One::Set(set) => self.sets.get(set as usize).is_some_and(|set| set.contains(code_point)),
        }
    }

    /// Whether the test never holds for a character from 256 on.
    pub(super) fn one_never_wide(&self, one: One) -> bool {
        match one {
            One::AnyAll | One::Any | One::NotLiteral(_) => false,
            One::Literal(literal) => literal < 256,
            One::Set(set) => self.sets.get(set as usize).is_some_and(Set::never_wide),
        }
    }
}
