//! Checks the code words and translates them into a [`Program`].
//!
//! Code words can be made by hand (`_sre.compile` takes a list), so that every skip, group number and set is checked here;
//! what this file accepts cannot make the machine fail.

use super::charset::{Fold, Item, Set};
use super::codes::{AtCode, Category, MAX_REPEAT, OpCode};
use super::program::{InvalidCode, Loop, NO_TABLE, One, Op, Program, Repeat, Start};

type Checked<T> = Result<T, InvalidCode>;

/// Deeper nesting than the parser can produce.
const MAX_DEPTH: usize = 1500;

const INFO_PREFIX: u32 = 1;
const INFO_CHARSET: u32 = 4;

pub(super) fn translate(code: &[u32], groups: usize) -> Checked<Program> {
    translate_or_check(code, groups, false)
}

/// Whether `translate` would accept the code words. Sets of characters, which cost most, are not made.
pub(super) fn check(code: &[u32], groups: usize) -> Checked<()> {
    translate_or_check(code, groups, true).map(drop)
}

fn translate_or_check(code: &[u32], groups: usize, only_check: bool) -> Checked<Program> {
    let (&last, body) = code.split_last().ok_or(InvalidCode)?;
    if last != OpCode::Success as u32 || code.len() > u32::MAX as usize / 2 {
        return Err(InvalidCode);
    }
    let program = Program {
        ops: Vec::with_capacity(code.len()),
        sets: Vec::new(),
        literals: Vec::new(),
        repeats: Vec::new(),
        loops: Vec::new(),
        firsts: Vec::new(),
        slots: 0,
        groups,
        min_width: 0,
        start: Start::Anywhere,
    };
    let mut translator = Translator { code, program, only_check, depth: 0, run: None };
    translator.block(0, body.len())?;
    translator.emit(Op::Success);
    Ok(translator.program)
}

struct Translator<'a> {
    code: &'a [u32],
    program: Program,
    only_check: bool,
    depth: usize,
    /// The index of an operation that the next literal may join; a jump target ends it.
    run: Option<usize>,
}

impl Translator<'_> {
    fn word(&self, at: usize) -> Checked<u32> {
        self.code.get(at).copied().ok_or(InvalidCode)
    }

    fn op_at(&self, at: usize) -> Checked<OpCode> {
        OpCode::from_word(self.word(at)?).ok_or(InvalidCode)
    }

    fn expect(&self, at: usize, op: OpCode) -> Checked<()> {
        if self.word(at)? == op as u32 { Ok(()) } else { Err(InvalidCode) }
    }

    /// The position that the skip word at `at` leads to, which must not be beyond `end`.
    fn skip(&self, at: usize, end: usize) -> Checked<usize> {
        let target = at.checked_add(self.word(at)? as usize).ok_or(InvalidCode)?;
        if target > end || target <= at { Err(InvalidCode) } else { Ok(target) }
    }

    fn emit(&mut self, op: Op) -> usize {
        self.run = None;
        self.program.ops.push(op);
        self.program.ops.len() - 1
    }

    fn here(&mut self) -> u32 {
        self.run = None;
        self.program.ops.len() as u32
    }

    fn literal(&mut self, literal: u32) {
        let literals = &mut self.program.literals;
        let ops = &mut self.program.ops;
        if let Some(at) = self.run {
            match ops.get_mut(at) {
                Some(Op::Run { len, .. }) => {
                    literals.push(literal);
                    *len += 1;
                    return;
                }
                Some(op) => {
                    if let Op::Literal(first) = *op {
                        *op = Op::Run { start: literals.len() as u32, len: 2 };
                        literals.extend([first, literal]);
                        return;
                    }
                }
                None => {}
            }
        }
        ops.push(Op::Literal(literal));
        self.run = Some(ops.len() - 1);
    }

    fn one_op(&mut self, one: One) {
        let op = match one {
            One::AnyAll => Op::AnyAll,
            One::Any => Op::Any,
            One::NotLiteral(literal) => Op::NotLiteral(literal),
            One::Set(set) => Op::Set(set),
            One::Literal(literal) => return self.literal(literal),
        };
        self.emit(op);
    }

    fn group(&self, at: usize) -> Checked<u32> {
        let group = self.word(at)?;
        if (group as usize) < self.program.groups { Ok(group) } else { Err(InvalidCode) }
    }

    /// Translates the operations of `at..end`, all of which must be whole.
    fn block(&mut self, at: usize, end: usize) -> Checked<()> {
        if self.depth == MAX_DEPTH {
            return Err(InvalidCode);
        }
        self.depth += 1;
        let mut at = at;
        while at < end {
            at = self.operation(at, end)?;
        }
        self.depth -= 1;
        if at == end { Ok(()) } else { Err(InvalidCode) }
    }

    /// Translates the operation at `at` and returns where the next one is.
    fn operation(&mut self, at: usize, end: usize) -> Checked<usize> {
        if let Some((one, next)) = self.one(at, end)? {
            self.one_op(one);
            return Ok(next);
        }
        match self.op_at(at)? {
            OpCode::Failure => {
                self.emit(Op::Fail);
                Ok(at + 1)
            }
            OpCode::Mark => {
                let mark = self.word(at + 1)?;
                if mark as usize / 2 >= self.program.groups {
                    return Err(InvalidCode);
                }
                self.emit(Op::Mark(mark));
                Ok(at + 2)
            }
            OpCode::At => {
                let code = AtCode::from_word(self.word(at + 1)?).ok_or(InvalidCode)?;
                self.emit(Op::At(code));
                Ok(at + 2)
            }
            OpCode::GroupRef => self.group_ref(at, Fold::None),
            OpCode::GroupRefIgnore => self.group_ref(at, Fold::Ascii),
            OpCode::GroupRefLocIgnore => self.group_ref(at, Fold::Locale),
            OpCode::GroupRefUniIgnore => self.group_ref(at, Fold::Unicode),
            OpCode::GroupRefExists => self.conditional(at, end),
            OpCode::Info => self.info(at, end),
            OpCode::Branch => self.branch(at, end),
            OpCode::RepeatOne | OpCode::MinRepeatOne | OpCode::PossessiveRepeatOne => self.repeat_one(at, end),
            OpCode::Repeat => self.repeat(at, end),
            OpCode::PossessiveRepeat => self.possessive_repeat(at, end),
            OpCode::AtomicGroup => self.atomic(at, end),
            OpCode::Assert | OpCode::AssertNot => self.assertion(at, end),
            _ => Err(InvalidCode),
        }
    }

    /// A test of one character at `at`, if there is one, and where the next operation is.
    fn one(&mut self, at: usize, end: usize) -> Checked<Option<(One, usize)>> {
        use OpCode::*;
        let op = self.op_at(at)?;
        let (fold, negated) = match op {
            Any => return Ok(Some((One::Any, at + 1))),
            AnyAll => return Ok(Some((One::AnyAll, at + 1))),
            Literal => return Ok(Some((One::Literal(self.word(at + 1)?), at + 2))),
            NotLiteral => return Ok(Some((One::NotLiteral(self.word(at + 1)?), at + 2))),
            In => (Fold::None, false),
            InIgnore => (Fold::Ascii, false),
            InLocIgnore => (Fold::Locale, false),
            InUniIgnore => (Fold::Unicode, false),
            LiteralIgnore => (Fold::Ascii, false),
            NotLiteralIgnore => (Fold::Ascii, true),
            LiteralLocIgnore => (Fold::Locale, false),
            NotLiteralLocIgnore => (Fold::Locale, true),
            LiteralUniIgnore => (Fold::Unicode, false),
            NotLiteralUniIgnore => (Fold::Unicode, true),
            _ => return Ok(None),
        };
        let (items, next) = if matches!(op, In | InIgnore | InLocIgnore | InUniIgnore) {
            let next = self.skip(at + 1, end)?;
            (self.charset(at + 2, next)?, next)
        } else {
            (vec![Item::Literal(self.word(at + 1)?)], at + 2)
        };
        if self.only_check {
            return Ok(Some((One::Set(0), next)));
        }
        let set = Set::new(items, fold, negated);
        let sets = &mut self.program.sets;
        let id = sets.iter().position(|known| *known == set).unwrap_or_else(|| {
            sets.push(set);
            sets.len() - 1
        });
        Ok(Some((One::Set(id as u32), next)))
    }

    /// The items of a set in `at..end`, which ends with FAILURE.
    fn charset(&self, mut at: usize, end: usize) -> Checked<Vec<Item>> {
        let last = end.checked_sub(1).filter(|&last| last >= at).ok_or(InvalidCode)?;
        self.expect(last, OpCode::Failure)?;
        let words = |from: usize, len: usize| -> Checked<Box<[u32]>> {
            let until = from.checked_add(len).filter(|&until| until <= last).ok_or(InvalidCode)?;
            self.code.get(from..until).map(Box::from).ok_or(InvalidCode)
        };
        let mut items = Vec::new();
        while at < last {
            match self.op_at(at)? {
                OpCode::Negate => {
                    items.push(Item::Negate);
                    at += 1;
                }
                OpCode::Literal => {
                    items.push(Item::Literal(self.word(at + 1)?));
                    at += 2;
                }
                OpCode::Range => {
                    items.push(Item::Range(self.word(at + 1)?, self.word(at + 2)?));
                    at += 3;
                }
                OpCode::RangeUniIgnore => {
                    items.push(Item::RangeUniIgnore(self.word(at + 1)?, self.word(at + 2)?));
                    at += 3;
                }
                OpCode::Category => {
                    let category = Category::from_word(self.word(at + 1)?).ok_or(InvalidCode)?;
                    items.push(Item::Category(category));
                    at += 2;
                }
                OpCode::Charset => {
                    items.push(Item::Bitmap(words(at + 1, 8)?));
                    at += 9;
                }
                OpCode::BigCharset => {
                    let count = self.word(at + 1)? as usize;
                    let index: Box<[u8]> = words(at + 2, 64)?.iter().flat_map(|word| word.to_le_bytes()).collect();
                    if index.iter().any(|&block| usize::from(block) >= count) {
                        return Err(InvalidCode);
                    }
                    let blocks = words(at + 66, count.checked_mul(8).ok_or(InvalidCode)?)?;
                    at += 66 + blocks.len();
                    items.push(Item::BigBitmap(index, blocks));
                }
                _ => return Err(InvalidCode),
            }
        }
        if at == last { Ok(items) } else { Err(InvalidCode) }
    }

    fn group_ref(&mut self, at: usize, fold: Fold) -> Checked<usize> {
        let group = self.group(at + 1)?;
        self.emit(Op::GroupRef(group, fold));
        Ok(at + 2)
    }

    /// `(?(group)yes|no)`: the skip counts from the group number, to the start of "no" or the end.
    fn conditional(&mut self, at: usize, end: usize) -> Checked<usize> {
        let group = self.group(at + 1)?;
        let skip = self.word(at + 2)? as usize;
        let target = (at + 1).checked_add(skip).filter(|&t| t <= end && t >= at + 3).ok_or(InvalidCode)?;
        let test = self.emit(Op::GroupExists { group, otherwise: 0 });
        // "yes" ends at the target, or with a jump over "no" right before it.
        let mut now = at + 3;
        let mut after = None;
        while now < target {
            if now + 2 == target && self.word(now)? == OpCode::Jump as u32 {
                after = Some(self.skip(now + 1, end)?);
                now = target;
                break;
            }
            now = self.operation(now, target)?;
        }
        if now != target {
            return Err(InvalidCode);
        }
        let next = if let Some(after) = after {
            let jump = self.emit(Op::Jump(0));
            let otherwise = self.here();
            self.program.ops[test] = Op::GroupExists { group, otherwise };
            self.block(target, after)?;
            let over = self.here();
            self.program.ops[jump] = Op::Jump(over);
            after
        } else {
            let otherwise = self.here();
            self.program.ops[test] = Op::GroupExists { group, otherwise };
            target
        };
        Ok(next)
    }

    /// INFO only helps searching; of it the minimal width is kept, the rest is found out by the analysis.
    fn info(&mut self, at: usize, end: usize) -> Checked<usize> {
        let next = self.skip(at + 1, end)?;
        let (flags, min) = (self.word(at + 2)?, self.word(at + 3)?);
        if next < at + 5 {
            return Err(InvalidCode);
        }
        let used = if flags & INFO_PREFIX != 0 {
            let len = self.word(at + 5)? as usize;
            at + 7 + len.checked_mul(2).ok_or(InvalidCode)?
        } else if flags & INFO_CHARSET != 0 {
            self.charset(at + 5, next)?;
            next
        } else {
            at + 5
        };
        if used != next {
            return Err(InvalidCode);
        }
        if at == 0 {
            self.program.min_width = min as usize;
        }
        Ok(next)
    }

    fn branch(&mut self, at: usize, end: usize) -> Checked<usize> {
        let mut at = at + 1;
        let mut target = None;
        let mut jumps = Vec::new();
        loop {
            if self.word(at)? == 0 {
                at += 1;
                break;
            }
            let next = self.skip(at, end)?;
            let jump = next.checked_sub(2).filter(|&jump| jump > at).ok_or(InvalidCode)?;
            self.expect(jump, OpCode::Jump)?;
            let jump_target = self.skip(jump + 1, end)?;
            if *target.get_or_insert(jump_target) != jump_target {
                return Err(InvalidCode);
            }
            let is_last = self.word(next)? == 0;
            let alternative = if is_last {
                None
            } else {
                Some(self.emit(Op::Alternative { next: 0, first: NO_TABLE, next_first: NO_TABLE }))
            };
            self.run = None;
            self.block(at + 1, jump)?;
            if let Some(alternative) = alternative {
                jumps.push(self.emit(Op::Jump(0)));
                let next = self.here();
                self.program.ops[alternative] = Op::Alternative { next, first: NO_TABLE, next_first: NO_TABLE };
            }
            at = next;
        }
        match target {
            None => {
                self.emit(Op::Fail);
            }
            Some(target) if target != at => return Err(InvalidCode),
            Some(_) => {}
        }
        let over = self.here();
        for jump in jumps {
            self.program.ops[jump] = Op::Jump(over);
        }
        Ok(at)
    }

    fn limits(&self, at: usize) -> Checked<(u32, u32)> {
        let (min, max) = (self.word(at)?, self.word(at + 1)?);
        if min > max { Err(InvalidCode) } else { Ok((min, max)) }
    }

    fn repeat_one(&mut self, at: usize, end: usize) -> Checked<usize> {
        let next = self.skip(at + 1, end)?;
        let (min, max) = self.limits(at + 2)?;
        let (one, after) = self.one(at + 4, next)?.ok_or(InvalidCode)?;
        self.expect(after, OpCode::Success)?;
        if after + 1 != next {
            return Err(InvalidCode);
        }
        let max = if max == MAX_REPEAT { usize::MAX } else { max as usize };
        self.program.repeats.push(Repeat {
            one,
            min: min as usize,
            max,
            follow: None,
            follow_table: NO_TABLE,
            keeps_narrow: false,
            keeps: false,
        });
        let id = self.program.repeats.len() as u32 - 1;
        let op = match self.op_at(at)? {
            OpCode::RepeatOne => Op::Greedy(id),
            OpCode::MinRepeatOne => Op::Lazy(id),
            _ => Op::Possessive(id),
        };
        self.emit(op);
        Ok(next)
    }

    fn new_loop(&mut self, min: u32, max: u32, lazy: bool) -> u32 {
        let info = Loop { min, max, lazy, body: 0, tail: 0, first: NO_TABLE, tail_first: NO_TABLE };
        self.program.loops.push(info);
        self.program.loops.len() as u32 - 1
    }

    fn close_loop(&mut self, id: u32, body: u32) {
        let tail = self.here();
        if let Some(info) = self.program.loops.get_mut(id as usize) {
            info.body = body;
            info.tail = tail;
        }
    }

    fn repeat(&mut self, at: usize, end: usize) -> Checked<usize> {
        let until = self.skip(at + 1, end)?;
        let (min, max) = self.limits(at + 2)?;
        let lazy = match self.op_at(until)? {
            OpCode::MaxUntil => false,
            OpCode::MinUntil => true,
            _ => return Err(InvalidCode),
        };
        if until >= end || until < at + 4 {
            return Err(InvalidCode);
        }
        if (min, max, lazy) == (0, 1, false) {
            // An optional group is an alternative with nothing.
            let alternative = self.emit(Op::Fail);
            self.block(at + 4, until)?;
            let next = self.here();
            self.program.ops[alternative] = Op::Alternative { next, first: NO_TABLE, next_first: NO_TABLE };
            return Ok(until + 1);
        }
        let id = self.new_loop(min, max, lazy);
        self.emit(Op::LoopStart(id));
        let body = self.here();
        self.block(at + 4, until)?;
        self.emit(Op::LoopEnd(id));
        self.close_loop(id, body);
        Ok(until + 1)
    }

    fn possessive_repeat(&mut self, at: usize, end: usize) -> Checked<usize> {
        let until = self.skip(at + 1, end)?;
        let (min, max) = self.limits(at + 2)?;
        self.expect(until, OpCode::Success)?;
        if until >= end || until < at + 4 {
            return Err(InvalidCode);
        }
        let id = self.new_loop(min, max, false);
        self.emit(Op::PossessiveStart(id));
        let body = self.here();
        self.block(at + 4, until)?;
        self.emit(Op::PossessiveEnd(id));
        self.close_loop(id, body);
        Ok(until + 1)
    }

    fn new_slot(&mut self) -> u32 {
        self.program.slots += 1;
        self.program.slots as u32 - 1
    }

    /// The body of a group that ends with SUCCESS right before `next`.
    fn closed_body(&mut self, at: usize, next: usize) -> Checked<()> {
        let last = next.checked_sub(1).filter(|&last| last >= at).ok_or(InvalidCode)?;
        self.expect(last, OpCode::Success)?;
        self.run = None;
        self.block(at, last)
    }

    fn atomic(&mut self, at: usize, end: usize) -> Checked<usize> {
        let next = self.skip(at + 1, end)?;
        let slot = self.new_slot();
        self.emit(Op::AtomicStart(slot));
        self.closed_body(at + 2, next)?;
        self.emit(Op::AtomicEnd(slot));
        Ok(next)
    }

    fn assertion(&mut self, at: usize, end: usize) -> Checked<usize> {
        let next = self.skip(at + 1, end)?;
        let back = self.word(at + 2)?;
        if back & 0x8000_0000 != 0 {
            return Err(InvalidCode);
        }
        let negative = self.op_at(at)? == OpCode::AssertNot;
        let slot = self.new_slot();
        let start = self.emit(Op::Fail);
        self.closed_body(at + 3, next)?;
        self.emit(if negative { Op::AssertNotEnd(slot) } else { Op::AssertEnd(slot) });
        let after = self.here();
        self.program.ops[start] =
            if negative { Op::AssertNot { slot, back, end: after } } else { Op::Assert { slot, back, end: after } };
        Ok(next)
    }
}
