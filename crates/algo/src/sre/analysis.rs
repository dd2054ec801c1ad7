//! What can be known of a pattern before it runs: which characters its parts can start with, and from that, where a
//! search need not try, which alternatives cannot succeed, and which repetitions need no backtracking.

use memchr::memmem;

use super::codes::AtCode;
use super::program::{First, NO_TABLE, One, Op, Program, Start, TableId};

pub(super) fn analyse(program: &mut Program) {
    // From the end, so that the tables of later alternatives are there for the earlier ones.
    for pc in (0..program.ops.len()).rev() {
        match program.ops[pc] {
            Op::Alternative { next, .. } => {
                let first = first_table(program, pc + 1);
                let next_first = first_table(program, next as usize);
                program.ops[pc] = Op::Alternative { next, first, next_first };
            }
            Op::Greedy(id) | Op::Lazy(id) => follow(program, pc, id as usize),
            Op::LoopStart(id) => {
                let id = id as usize;
                let (body, tail) = (program.loops[id].body as usize, program.loops[id].tail as usize);
                program.loops[id].first = first_table(program, body);
                program.loops[id].tail_first = first_table(program, tail);
            }
            _ => {}
        }
    }
    program.start = start(program);
}

fn add_one(program: &Program, one: One, first: &mut First) {
    match one {
        One::Literal(literal) => {
            if let Some(slot) = first.low.get_mut(literal as usize) {
                *slot = true;
            }
        }
        One::AnyAll => first.low = [true; 256],
        one => {
            for (slot, code_point) in first.low.iter_mut().zip(0..) {
                *slot |= program.one_contains(one, code_point);
            }
        }
    }
    first.wide |= !program.one_never_wide(one);
}

/// The characters that a match from `pc` on must start with; `None` if it may be empty or is unknown.
///
/// From inside an atomic group the view ends at the group's end: what comes after must not change the group's choice.
fn first_of(program: &Program, pc: usize) -> Option<First> {
    let mut first = First { low: [false; 256], wide: false };
    let mut pending = vec![pc];
    let mut seen = vec![false; program.ops.len()];
    let mut entered_slots = Vec::new();
    let mut entered_loops = Vec::new();
    while let Some(mut pc) = pending.pop() {
        loop {
            if std::mem::replace(seen.get_mut(pc)?, true) {
                break;
            }
            let one = match program.ops[pc] {
                Op::Fail => break,
                Op::Success | Op::AssertEnd(_) | Op::AssertNotEnd(_) | Op::GroupRef(..) => return None,
                Op::Any => One::Any,
                Op::AnyAll => One::AnyAll,
                Op::Literal(literal) => One::Literal(literal),
                Op::NotLiteral(literal) => One::NotLiteral(literal),
                Op::Set(set) => One::Set(set),
                Op::Run { start, .. } => One::Literal(*program.literals.get(start as usize)?),
                Op::AtomicEnd(slot) if !entered_slots.contains(&slot) => return None,
                Op::PossessiveEnd(id) if !entered_loops.contains(&id) => return None,
                Op::At(_) | Op::Mark(_) | Op::AtomicEnd(_) => {
                    pc += 1;
                    continue;
                }
                Op::AtomicStart(slot) => {
                    entered_slots.push(slot);
                    pc += 1;
                    continue;
                }
                Op::Jump(target) => {
                    pc = target as usize;
                    continue;
                }
                Op::Alternative { next, .. } | Op::GroupExists { otherwise: next, .. } => {
                    pending.push(next as usize);
                    pc += 1;
                    continue;
                }
                Op::Greedy(id) | Op::Lazy(id) | Op::Possessive(id) => {
                    let repeat = program.repeats.get(id as usize)?;
                    if repeat.min == 0 {
                        pending.push(pc + 1);
                    }
                    repeat.one
                }
                op @ (Op::LoopStart(id) | Op::PossessiveStart(id)) => {
                    if matches!(op, Op::PossessiveStart(_)) {
                        entered_loops.push(id);
                    }
                    let info = program.loops.get(id as usize)?;
                    if info.min == 0 {
                        pending.push(info.tail as usize);
                    }
                    pc = info.body as usize;
                    continue;
                }
                // Reached if the body can be empty.
                Op::LoopEnd(id) | Op::PossessiveEnd(id) => {
                    let info = program.loops.get(id as usize)?;
                    pending.push(info.body as usize);
                    pc = info.tail as usize;
                    continue;
                }
                Op::Assert { end, .. } | Op::AssertNot { end, .. } => {
                    pc = end as usize;
                    continue;
                }
            };
            add_one(program, one, &mut first);
            break;
        }
    }
    Some(first)
}

fn first_table(program: &mut Program, pc: usize) -> TableId {
    let first = first_of(program, pc);
    keep_table(program, first)
}

fn keep_table(program: &mut Program, first: Option<First>) -> TableId {
    let Some(first) = first else { return NO_TABLE };
    // A table that excludes nothing is not worth its test.
    if first.wide && first.low.iter().all(|&b| b) {
        return NO_TABLE;
    }
    if program.firsts.last() != Some(&first) {
        program.firsts.push(first);
    }
    program.firsts.len() as TableId - 1
}

/// Finds out what follows a repetition of a single test.
fn follow(program: &mut Program, pc: usize, id: usize) {
    let mut after = pc + 1;
    while let Some(Op::Mark(_)) = program.ops.get(after) {
        after += 1;
    }
    let ends_here = matches!(
        program.ops.get(after),
        Some(Op::Success | Op::AssertEnd(_) | Op::AssertNotEnd(_) | Op::AtomicEnd(_) | Op::PossessiveEnd(_))
    );
    let literal = match program.ops.get(after) {
        Some(&Op::Literal(literal)) => Some(literal),
        Some(&Op::Run { start, .. }) => program.literals.get(start as usize).copied(),
        _ => None,
    };
    let first = first_of(program, pc + 1);
    let one = program.repeats[id].one;
    let (mut keeps_narrow, mut keeps) = (ends_here, ends_here);
    if let Some(literal) = literal {
        keeps = !program.one_contains(one, literal);
        keeps_narrow = keeps;
    } else if let Some(first) = &first {
        keeps_narrow = (0..256).all(|c| !(first.low[c as usize] && program.one_contains(one, c)));
        keeps = keeps_narrow && (!first.wide || program.one_never_wide(one));
    }
    let table = if literal.is_none() { keep_table(program, first) } else { NO_TABLE };
    let repeat = &mut program.repeats[id];
    repeat.follow = literal;
    repeat.follow_table = table;
    repeat.keeps_narrow = keeps_narrow;
    repeat.keeps = keeps;
}

fn start(program: &mut Program) -> Start {
    let mut pc = 0;
    let mut marks = false;
    while let Some(Op::Mark(_)) = program.ops.get(pc) {
        marks = true;
        pc += 1;
    }
    let (literals, after): (Box<[u32]>, usize) = match program.ops.get(pc) {
        Some(Op::At(AtCode::Beginning | AtCode::BeginningString)) => return Start::Beginning,
        Some(Op::At(AtCode::BeginningLine)) => return Start::Line,
        Some(&Op::Literal(literal)) => (Box::new([literal]), pc + 1),
        Some(&Op::Run { start, len }) => {
            let literals = program.literals.get(start as usize..(start + len) as usize).unwrap_or_default();
            (Box::from(literals), pc + 1)
        }
        _ => {
            let table = first_table(program, 0);
            let Some(first) = program.firsts.get(table as usize) else { return Start::Anywhere };
            let mut only = (0..256u32).filter(|&c| first.low[c as usize]);
            match (only.next(), only.next(), first.wide) {
                (Some(literal), None, false) => (Box::new([literal]), usize::MAX),
                _ => return Start::First(table),
            }
        }
    };
    let whole = !marks && matches!(program.ops.get(after), Some(Op::Success));
    let bytes: Option<Vec<u8>> = literals.iter().map(|&c| u8::try_from(c).ok()).collect();
    let finder = bytes.filter(|b| b.len() > 1).map(|b| Box::new(memmem::Finder::new(&b).into_owned()));
    Start::Prefix { literals, finder, whole }
}
