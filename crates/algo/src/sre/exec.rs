//! Runs a [`Program`]: a loop over its operations with an explicit stack of backtracking points.
//!
//! The stack holds two kinds of frames: points to resume at, and records that undo the setting of a mark or of a loop's
//! state. Failing pops frames until a point resumes, so that at every point the state is what it was. Cutting the stack
//! (atomic groups, look-around) keeps the undo records.

use super::charset::{self, Fold};
use super::codes::AtCode;
use super::program::{NO_TABLE, One, Op, Program, Repeat, Start};

/// A unit of text: all code points of a text fit it.
pub trait Unit: Copy + Eq + Into<u32> {
    /// Texts of this unit hold no character from 256 on.
    const NARROW: bool;
    fn find(text: &[Self], code_point: u32) -> Option<usize>;
    fn rfind(text: &[Self], code_point: u32) -> Option<usize>;
    fn find_prefix(text: &[Self], literals: &[u32], finder: Option<&memchr::memmem::Finder<'static>>) -> Option<usize>;
}

impl Unit for u8 {
    const NARROW: bool = true;

    #[inline]
    fn find(text: &[u8], code_point: u32) -> Option<usize> {
        memchr::memchr(u8::try_from(code_point).ok()?, text)
    }

    #[inline]
    fn rfind(text: &[u8], code_point: u32) -> Option<usize> {
        memchr::memrchr(u8::try_from(code_point).ok()?, text)
    }

    fn find_prefix(text: &[u8], literals: &[u32], finder: Option<&memchr::memmem::Finder<'static>>) -> Option<usize> {
        match (finder, literals) {
            (Some(finder), _) => finder.find(text),
            (None, &[literal]) => Self::find(text, literal),
            // A literal that no byte can be.
            (None, _) => None,
        }
    }
}

macro_rules! wide_unit {
    ($unit:ty) => {
        impl Unit for $unit {
            const NARROW: bool = false;

            #[inline]
            fn find(text: &[$unit], code_point: u32) -> Option<usize> {
                let unit = <$unit>::try_from(code_point).ok()?;
                text.iter().position(|&u| u == unit)
            }

            #[inline]
            fn rfind(text: &[$unit], code_point: u32) -> Option<usize> {
                let unit = <$unit>::try_from(code_point).ok()?;
                text.iter().rposition(|&u| u == unit)
            }

            fn find_prefix(
                text: &[$unit],
                literals: &[u32],
                _: Option<&memchr::memmem::Finder<'static>>,
            ) -> Option<usize> {
                let (&first, rest) = literals.split_first()?;
                let mut from = 0;
                loop {
                    let at = from + Self::find(text.get(from..)?, first)?;
                    let after = text.get(at + 1..)?;
                    if after.len() < rest.len() {
                        return None;
                    }
                    if after.iter().zip(rest).all(|(&u, &c)| u32::from(u) == c) {
                        return Some(at);
                    }
                    from = at + 1;
                }
            }
        }
    };
}

wide_unit!(u16);
wide_unit!(u32);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// At the start position.
    Match,
    /// At the start position, to the end of the text.
    FullMatch,
    /// At the start position or later.
    Search,
}

/// Why a run ended without an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// The callback asked for it.
    Interrupted,
    /// The backtrack stack grew beyond the limit.
    Memory,
}

/// "Not set", of marks and of a loop's last position.
const UNSET: usize = usize::MAX;

#[derive(Clone, Copy, Debug)]
enum Frame {
    /// Go on at this operation and position.
    Resume { pc: u32, pos: usize },
    /// Undo the setting of a mark.
    Mark { index: u32, last_group: u32, old: usize },
    /// Undo the state of a loop.
    Loop { id: u32, count: u32, last: usize },
    /// A greedy repetition at `pc` can give characters back, from `pos` down to `min_pos`.
    Greedy { pc: u32, min_pos: usize, pos: usize },
    /// A lazy repetition at `pc` can take another character.
    Lazy { pc: u32, count: usize, pos: usize },
    /// A lazy loop can run its body again.
    LazyLoop { id: u32, pos: usize },
}

#[derive(Clone, Copy, Debug, Default)]
struct LoopState {
    count: u32,
    /// Where the last iteration started, to stop at empty ones.
    last: usize,
    /// The stack's height when a possessive iteration started.
    height: usize,
}

/// The state of a run, to be used again: marks after a match, and buffers.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    marks: Vec<usize>,
    /// The last group that was closed, plus one; 0 for none.
    last_group: u32,
    stack: Vec<Frame>,
    loops: Vec<LoopState>,
    slots: Vec<(usize, usize)>,
    /// Frames allowed; 0 for the default.
    pub max_frames: usize,
}

/// 24 bytes each: at most 1.5 GB.
const DEFAULT_MAX_FRAMES: usize = 1 << 26;

/// How many backtracks or iterations go by between two calls of the callback.
const POLL_INTERVAL: u32 = 20_000;

impl Scratch {
    /// The span of a group (counted from 0) after a match.
    pub fn group(&self, group: usize) -> Option<(usize, usize)> {
        match (self.marks.get(2 * group), self.marks.get(2 * group + 1)) {
            (Some(&start), Some(&end)) if start != UNSET && end != UNSET && start <= end => Some((start, end)),
            _ => None,
        }
    }

    /// The number of the last group that was closed (counted from 1).
    pub fn last_group(&self) -> Option<usize> {
        (self.last_group > 0).then_some(self.last_group as usize)
    }
}

impl Program {
    /// Runs the program over `text` (cut at the end position), from `start`. `must_advance` rejects an empty match at
    /// `start`, as the iteration after an empty match needs. `poll` returns true to stop.
    pub fn run<U: Unit>(
        &self,
        scratch: &mut Scratch,
        text: &[U],
        start: usize,
        mode: Mode,
        must_advance: bool,
        poll: &mut dyn FnMut() -> bool,
    ) -> Result<Option<(usize, usize)>, Stop> {
        scratch.marks.clear();
        scratch.marks.resize(2 * self.groups, UNSET);
        scratch.loops.resize(self.loops.len(), LoopState::default());
        scratch.slots.resize(self.slots, (0, 0));
        scratch.stack.clear();
        scratch.last_group = 0;
        if scratch.max_frames == 0 {
            scratch.max_frames = DEFAULT_MAX_FRAMES;
        }
        let mut machine = Machine {
            program: self,
            scratch,
            text,
            start,
            full: mode == Mode::FullMatch,
            must_advance,
            ticks: POLL_INTERVAL,
            poll,
        };
        if start > text.len() {
            return Ok(None);
        }
        if mode == Mode::Search {
            return machine.search();
        }
        if text.len() - start < self.min_width {
            return Ok(None);
        }
        Ok(machine.attempt(start)?.map(|end| (start, end)))
    }
}

struct Machine<'a, U> {
    program: &'a Program,
    scratch: &'a mut Scratch,
    text: &'a [U],
    start: usize,
    full: bool,
    must_advance: bool,
    ticks: u32,
    poll: &'a mut dyn FnMut() -> bool,
}

impl<'a, U: Unit> Machine<'a, U> {
    fn search(&mut self) -> Result<Option<(usize, usize)>, Stop> {
        let mut at = self.start;
        while let Some(candidate) = self.candidate(at) {
            if self.text.len() - candidate < self.program.min_width {
                break;
            }
            if let Start::Prefix { literals, whole: true, .. } = &self.program.start {
                return Ok(Some((candidate, candidate + literals.len())));
            }
            self.start = candidate;
            if let Some(end) = self.attempt(candidate)? {
                return Ok(Some((candidate, end)));
            }
            self.must_advance = false;
            self.reset();
            self.tick()?;
            at = candidate + 1;
        }
        Ok(None)
    }

    /// The first position from `at` on where a match can start.
    #[inline]
    fn candidate(&self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..)?;
        match &self.program.start {
            Start::Anywhere => Some(at),
            Start::Beginning => (at == 0).then_some(0),
            Start::Line if at == 0 => Some(0),
            Start::Line => U::find(self.text.get(at - 1..)?, 0x0A).map(|found| at + found),
            Start::Prefix { literals, finder, .. } => {
                U::find_prefix(rest, literals, finder.as_deref()).map(|found| at + found)
            }
            Start::First(table) => {
                let first = self.program.firsts.get(*table as usize)?;
                rest.iter().position(|&unit| first.contains(unit.into())).map(|found| at + found)
            }
        }
    }

    fn reset(&mut self) {
        self.scratch.stack.clear();
        if self.scratch.last_group != 0 || self.program.groups > 0 {
            self.scratch.marks.fill(UNSET);
            self.scratch.last_group = 0;
        }
    }

    #[inline]
    fn tick(&mut self) -> Result<(), Stop> {
        self.ticks -= 1;
        if self.ticks == 0 { self.tick_over() } else { Ok(()) }
    }

    #[cold]
    fn tick_over(&mut self) -> Result<(), Stop> {
        self.ticks = POLL_INTERVAL;
        if self.scratch.stack.len() > self.scratch.max_frames {
            return Err(Stop::Memory);
        }
        if (self.poll)() { Err(Stop::Interrupted) } else { Ok(()) }
    }

    #[inline]
    fn unit(&self, pos: usize) -> Option<u32> {
        self.text.get(pos).map(|&unit| unit.into())
    }

    /// Whether the character at `pos` is in a table; true if there is no table.
    #[inline]
    fn may_start(&self, table: u32, pos: usize) -> bool {
        if table == NO_TABLE {
            return true;
        }
        let first = self.program.firsts.get(table as usize);
        self.unit(pos).is_some_and(|c| first.is_some_and(|first| first.contains(c)))
    }

    #[inline]
    fn matches_one(&self, one: One, unit: U) -> bool {
        self.program.one_contains(one, unit.into())
    }

    /// How many characters from `pos` on, at most `max`, pass the test.
    #[inline]
    fn count(&self, one: One, pos: usize, max: usize) -> usize {
        let end = pos.saturating_add(max).min(self.text.len());
        let Some(text) = self.text.get(pos..end) else { return 0 };
        let stopped = match one {
            One::AnyAll => None,
            One::Any => U::find(text, 0x0A),
            One::NotLiteral(literal) => U::find(text, literal),
            One::Literal(literal) => text.iter().position(|&unit| unit.into() != literal),
            One::Set(set) => match self.program.sets.get(set as usize) {
                None => Some(0),
                Some(set) if U::NARROW => text.iter().position(|&unit| !set.contains_byte(unit.into() as u8)),
                Some(set) => text.iter().position(|&unit| !set.contains(unit.into())),
            },
        };
        stopped.unwrap_or(text.len())
    }

    /// Runs from `pos`; the end of the match.
    fn attempt(&mut self, pos: usize) -> Result<Option<usize>, Stop> {
        let program = self.program;
        let ops = program.ops.as_slice();
        let mut pos = pos;
        let mut pc = 0usize;
        loop {
            // Run on until something fails.
            while let Some(&op) = ops.get(pc) {
                match op {
                    Op::Fail => break,
                    Op::Literal(literal) => {
                        if self.unit(pos) != Some(literal) {
                            break;
                        }
                        pos += 1;
                        pc += 1;
                    }
                    Op::Run { start, len } => {
                        let literals = program.literals.get(start as usize..(start + len) as usize).unwrap_or_default();
                        let Some(text) = self.text.get(pos..pos + literals.len()) else { break };
                        if !text.iter().zip(literals).all(|(&unit, &literal)| unit.into() == literal) {
                            break;
                        }
                        pos += literals.len();
                        pc += 1;
                    }
                    Op::Set(set) => {
                        let (Some(&unit), Some(set)) = (self.text.get(pos), program.sets.get(set as usize)) else {
                            break;
                        };
                        if !set.contains(unit.into()) {
                            break;
                        }
                        pos += 1;
                        pc += 1;
                    }
                    Op::Any => {
                        if self.unit(pos).is_none_or(|c| c == 0x0A) {
                            break;
                        }
                        pos += 1;
                        pc += 1;
                    }
                    Op::AnyAll => {
                        if pos >= self.text.len() {
                            break;
                        }
                        pos += 1;
                        pc += 1;
                    }
                    Op::NotLiteral(literal) => {
                        if self.unit(pos).is_none_or(|c| c == literal) {
                            break;
                        }
                        pos += 1;
                        pc += 1;
                    }
                    Op::Mark(index) => {
                        self.mark(index, pos);
                        pc += 1;
                    }
                    Op::Jump(target) => pc = target as usize,
                    Op::Alternative { next, first, next_first } => {
                        if !self.may_start(first, pos) {
                            pc = next as usize;
                        } else {
                            if self.may_start(next_first, pos) {
                                self.scratch.stack.push(Frame::Resume { pc: next, pos });
                            }
                            pc += 1;
                        }
                    }
                    Op::Greedy(id) => {
                        let Some(repeat) = program.repeats.get(id as usize) else { break };
                        let Some(end) = self.greedy(repeat, pc, pos) else { break };
                        pos = end;
                        pc += 1;
                    }
                    Op::Lazy(id) => {
                        let Some(repeat) = program.repeats.get(id as usize) else { break };
                        if self.count(repeat.one, pos, repeat.min) < repeat.min {
                            break;
                        }
                        pos += repeat.min;
                        if self.can_follow(repeat, pos) {
                            self.scratch.stack.push(Frame::Lazy { pc: pc as u32, count: repeat.min, pos });
                        } else {
                            match self.lazy_more(repeat, pos, repeat.min) {
                                Some((after, count)) => {
                                    pos = after;
                                    self.scratch.stack.push(Frame::Lazy { pc: pc as u32, count, pos });
                                }
                                None => break,
                            }
                        }
                        pc += 1;
                    }
                    Op::Possessive(id) => {
                        let Some(repeat) = program.repeats.get(id as usize) else { break };
                        let count = self.count(repeat.one, pos, repeat.max);
                        if count < repeat.min {
                            break;
                        }
                        pos += count;
                        pc += 1;
                    }
                    Op::LoopStart(id) => {
                        self.save_loop(id);
                        if let Some(state) = self.scratch.loops.get_mut(id as usize) {
                            state.count = 0;
                            state.last = UNSET;
                        }
                        match self.decide(id, pos) {
                            Some(next) => pc = next,
                            None => break,
                        }
                    }
                    Op::LoopEnd(id) => {
                        self.tick()?;
                        self.save_loop(id);
                        if let Some(state) = self.scratch.loops.get_mut(id as usize) {
                            state.count = state.count.saturating_add(1);
                        }
                        match self.decide(id, pos) {
                            Some(next) => pc = next,
                            None => break,
                        }
                    }
                    Op::PossessiveStart(id) => {
                        if let Some(state) = self.scratch.loops.get_mut(id as usize) {
                            *state = LoopState { count: 0, last: UNSET, height: 0 };
                        }
                        pc = self.decide_possessive(id, pos);
                    }
                    Op::PossessiveEnd(id) => {
                        self.tick()?;
                        let Some(state) = self.scratch.loops.get_mut(id as usize) else { break };
                        state.count = state.count.saturating_add(1);
                        let height = state.height;
                        self.cut(height);
                        pc = self.decide_possessive(id, pos);
                    }
                    Op::AtomicStart(slot) => {
                        self.enter(slot, pos);
                        pc += 1;
                    }
                    Op::AtomicEnd(slot) => {
                        let (height, _) = self.slot(slot);
                        self.cut(height);
                        pc += 1;
                    }
                    Op::Assert { slot, back, .. } => {
                        let Some(behind) = pos.checked_sub(back as usize) else { break };
                        self.enter(slot, pos);
                        pos = behind;
                        pc += 1;
                    }
                    Op::AssertEnd(slot) => {
                        let (height, entered) = self.slot(slot);
                        self.cut(height);
                        pos = entered;
                        pc += 1;
                    }
                    Op::AssertNot { slot, back, end } => match pos.checked_sub(back as usize) {
                        None => pc = end as usize,
                        Some(behind) => {
                            self.enter(slot, pos);
                            self.scratch.stack.push(Frame::Resume { pc: end, pos });
                            pos = behind;
                            pc += 1;
                        }
                    },
                    Op::AssertNotEnd(slot) => {
                        let (height, _) = self.slot(slot);
                        self.unwind(height);
                        break;
                    }
                    Op::GroupRef(group, fold) => match self.group_ref(group, fold, pos) {
                        Some(end) => {
                            pos = end;
                            pc += 1;
                        }
                        None => break,
                    },
                    Op::GroupExists { group, otherwise } => {
                        pc = if self.scratch.group(group as usize).is_some() { pc + 1 } else { otherwise as usize };
                    }
                    Op::At(code) => {
                        if !self.at(code, pos) {
                            break;
                        }
                        pc += 1;
                    }
                    Op::Success => {
                        if (self.full && pos != self.text.len()) || (self.must_advance && pos == self.start) {
                            break;
                        }
                        return Ok(Some(pos));
                    }
                }
            }
            // Something failed: back to the last point that can go on.
            match self.backtrack()? {
                Some((next_pc, next_pos)) => {
                    pc = next_pc;
                    pos = next_pos;
                }
                None => return Ok(None),
            }
        }
    }

    /// Takes as much as it can and leaves a frame for giving back. Returns where to go on.
    #[inline]
    fn greedy(&mut self, repeat: &Repeat, pc: usize, pos: usize) -> Option<usize> {
        let count = self.count(repeat.one, pos, repeat.max);
        if count < repeat.min {
            return None;
        }
        let end = pos + count;
        let keeps = if U::NARROW { repeat.keeps_narrow } else { repeat.keeps };
        if keeps || count == repeat.min {
            return Some(end);
        }
        let min_pos = pos + repeat.min;
        let end = self.give_back(repeat, min_pos, end)?;
        if end > min_pos {
            self.scratch.stack.push(Frame::Greedy { pc: pc as u32, min_pos, pos: end });
        }
        Some(end)
    }

    /// The last position in `min_pos..=pos` after which the rest can match.
    #[inline]
    fn give_back(&self, repeat: &Repeat, min_pos: usize, pos: usize) -> Option<usize> {
        if let Some(literal) = repeat.follow {
            let end = (pos + 1).min(self.text.len());
            return U::rfind(self.text.get(min_pos..end)?, literal).map(|found| min_pos + found);
        }
        if repeat.follow_table == NO_TABLE {
            return Some(pos);
        }
        (min_pos..=pos).rev().find(|&at| self.may_start(repeat.follow_table, at))
    }

    #[inline]
    fn can_follow(&self, repeat: &Repeat, pos: usize) -> bool {
        match repeat.follow {
            Some(literal) => self.unit(pos) == Some(literal),
            None => self.may_start(repeat.follow_table, pos),
        }
    }

    /// Takes characters, at least one, until the rest can match: the new position and count.
    #[inline]
    fn lazy_more(&self, repeat: &Repeat, pos: usize, count: usize) -> Option<(usize, usize)> {
        let allowed = repeat.max - count;
        if allowed == 0 {
            return None;
        }
        if let (Some(literal), One::AnyAll | One::Any) = (repeat.follow, repeat.one) {
            let found = pos + 1 + U::find(self.text.get(pos + 1..)?, literal)?;
            let taken = found - pos;
            if taken > allowed || self.count(repeat.one, pos, taken) < taken {
                return None;
            }
            return Some((found, count + taken));
        }
        for taken in 1..=allowed {
            if !self.matches_one(repeat.one, *self.text.get(pos + taken - 1)?) {
                return None;
            }
            if self.can_follow(repeat, pos + taken) {
                return Some((pos + taken, count + taken));
            }
        }
        None
    }

    #[inline]
    fn mark(&mut self, index: u32, pos: usize) {
        let scratch = &mut *self.scratch;
        let Some(mark) = scratch.marks.get_mut(index as usize) else { return };
        // Without a point to go back to, nobody needs the old value.
        if !scratch.stack.is_empty() {
            scratch.stack.push(Frame::Mark { index, last_group: scratch.last_group, old: *mark });
        }
        *mark = pos;
        if index & 1 == 1 {
            scratch.last_group = index / 2 + 1;
        }
    }

    #[inline]
    fn save_loop(&mut self, id: u32) {
        if let (false, Some(state)) = (self.scratch.stack.is_empty(), self.scratch.loops.get(id as usize)) {
            let frame = Frame::Loop { id, count: state.count, last: state.last };
            self.scratch.stack.push(frame);
        }
    }

    /// After some iterations of a loop: another one, or what follows. `None` fails.
    #[inline]
    fn decide(&mut self, id: u32, pos: usize) -> Option<usize> {
        let info = self.program.loops.get(id as usize)?;
        let state = self.scratch.loops.get(id as usize)?;
        let (body, tail) = (info.body as usize, info.tail as usize);
        if state.count < info.min {
            return Some(body);
        }
        let more =
            (state.count < info.max || info.max == u32::MAX) && state.last != pos && self.may_start(info.first, pos);
        if info.lazy {
            if !self.may_start(info.tail_first, pos) {
                return if more { self.enter_body(id, pos) } else { None };
            }
            if more {
                self.scratch.stack.push(Frame::LazyLoop { id, pos });
            }
            return Some(tail);
        }
        if !more {
            return Some(tail);
        }
        if self.may_start(info.tail_first, pos) {
            self.scratch.stack.push(Frame::Resume { pc: info.tail, pos });
        }
        self.enter_body(id, pos)
    }

    #[inline]
    fn enter_body(&mut self, id: u32, pos: usize) -> Option<usize> {
        self.scratch.loops.get_mut(id as usize)?.last = pos;
        Some(self.program.loops.get(id as usize)?.body as usize)
    }

    fn decide_possessive(&mut self, id: u32, pos: usize) -> usize {
        let Some(info) = self.program.loops.get(id as usize) else { return usize::MAX };
        let height = self.scratch.stack.len();
        let Some(state) = self.scratch.loops.get_mut(id as usize) else { return usize::MAX };
        state.height = height;
        if state.count >= info.min {
            if (state.count >= info.max && info.max != u32::MAX) || state.last == pos {
                return info.tail as usize;
            }
            self.scratch.stack.push(Frame::Resume { pc: info.tail, pos });
        }
        state.last = pos;
        info.body as usize
    }

    fn enter(&mut self, slot: u32, pos: usize) {
        let height = self.scratch.stack.len();
        if let Some(entry) = self.scratch.slots.get_mut(slot as usize) {
            *entry = (height, pos);
        }
    }

    fn slot(&self, slot: u32) -> (usize, usize) {
        self.scratch.slots.get(slot as usize).copied().unwrap_or_default()
    }

    /// Forgets the points above `height` but keeps what undoes marks and loops.
    fn cut(&mut self, height: usize) {
        let stack = &mut self.scratch.stack;
        if height == 0 {
            stack.clear();
            return;
        }
        let mut kept = height;
        for at in height..stack.len() {
            if matches!(stack[at], Frame::Mark { .. } | Frame::Loop { .. }) {
                stack[kept] = stack[at];
                kept += 1;
            }
        }
        stack.truncate(kept);
    }

    /// Drops everything above `height`, undoing marks and loops.
    fn unwind(&mut self, height: usize) {
        while self.scratch.stack.len() > height {
            if let Some(frame) = self.scratch.stack.pop() {
                self.undo(frame);
            }
        }
    }

    #[inline]
    fn undo(&mut self, frame: Frame) {
        match frame {
            Frame::Mark { index, last_group, old } => {
                if let Some(mark) = self.scratch.marks.get_mut(index as usize) {
                    *mark = old;
                }
                self.scratch.last_group = last_group;
            }
            Frame::Loop { id, count, last } => {
                if let Some(state) = self.scratch.loops.get_mut(id as usize) {
                    state.count = count;
                    state.last = last;
                }
            }
            _ => {}
        }
    }

    /// Pops frames until one can go on.
    fn backtrack(&mut self) -> Result<Option<(usize, usize)>, Stop> {
        while let Some(frame) = self.scratch.stack.pop() {
            match frame {
                Frame::Resume { pc, pos } => {
                    self.tick()?;
                    return Ok(Some((pc as usize, pos)));
                }
                Frame::Mark { .. } | Frame::Loop { .. } => self.undo(frame),
                Frame::Greedy { pc, min_pos, pos } => {
                    self.tick()?;
                    let Some(repeat) = self.repeat_at(pc) else { continue };
                    let Some(pos) = self.give_back(repeat, min_pos, pos - 1) else { continue };
                    if pos > min_pos {
                        self.scratch.stack.push(Frame::Greedy { pc, min_pos, pos });
                    }
                    return Ok(Some((pc as usize + 1, pos)));
                }
                Frame::Lazy { pc, count, pos } => {
                    self.tick()?;
                    let Some(repeat) = self.repeat_at(pc) else { continue };
                    let Some((pos, count)) = self.lazy_more(repeat, pos, count) else { continue };
                    self.scratch.stack.push(Frame::Lazy { pc, count, pos });
                    return Ok(Some((pc as usize + 1, pos)));
                }
                Frame::LazyLoop { id, pos } => {
                    self.tick()?;
                    // The state is undone by the record below if the body fails.
                    if let Some(body) = self.enter_body(id, pos) {
                        return Ok(Some((body, pos)));
                    }
                }
            }
        }
        Ok(None)
    }

    fn repeat_at(&self, pc: u32) -> Option<&'a Repeat> {
        match self.program.ops.get(pc as usize) {
            Some(Op::Greedy(id) | Op::Lazy(id)) => self.program.repeats.get(*id as usize),
            _ => None,
        }
    }

    /// Where a repetition of a group's text ends.
    fn group_ref(&self, group: u32, fold: Fold, pos: usize) -> Option<usize> {
        let (start, end) = self.scratch.group(group as usize)?;
        let wanted = self.text.get(start..end)?;
        let found = self.text.get(pos..pos.checked_add(wanted.len())?)?;
        let same = match fold {
            Fold::None => wanted == found,
            fold => {
                wanted.iter().zip(found).all(|(&a, &b)| charset::fold(a.into(), fold) == charset::fold(b.into(), fold))
            }
        };
        same.then_some(pos + wanted.len())
    }

    fn at(&self, code: AtCode, pos: usize) -> bool {
        let before = pos.checked_sub(1).and_then(|i| self.unit(i));
        let here = self.unit(pos);
        let boundary = |is_word: fn(u32) -> bool| before.is_some_and(is_word) != here.is_some_and(is_word);
        match code {
            AtCode::Beginning | AtCode::BeginningString => pos == 0,
            AtCode::BeginningLine => before.is_none_or(|c| c == 0x0A),
            AtCode::End => here.is_none() || (here == Some(0x0A) && pos + 1 == self.text.len()),
            AtCode::EndLine => here.is_none_or(|c| c == 0x0A),
            AtCode::EndString => here.is_none(),
            AtCode::Boundary | AtCode::LocBoundary => boundary(charset::is_ascii_word),
            AtCode::NonBoundary | AtCode::LocNonBoundary => !boundary(charset::is_ascii_word),
            AtCode::UniBoundary => boundary(charset::is_unicode_word),
            AtCode::UniNonBoundary => !boundary(charset::is_unicode_word),
        }
    }
}
