//! Within a block: constants folded, tests merged, jumps threaded, swaps done away with.

use std::rc::Rc;

use bytecode::code::Const;
use bytecode::opcode::{compare, intrinsic, op};
use rustc_hash::FxHashSet;

use super::fold;
use super::graph::{BlockId, ENTRY, Graph, Ins, NONE};
use super::sequence::NO_LOCATION;
use super::unit::ConstTable;

/// Sequences of constants of up to this many items are folded from the stack.
const STACK_GUIDELINE: u32 = 30;
/// Lists and sets of fewer constants are built item by item.
const MIN_CONST_SEQUENCE: u32 = 3;

/// The constant that an instruction loads.
fn loaded(ins: &Ins, consts: &ConstTable) -> Option<Const> {
    match ins.opcode {
        op::LOAD_CONST => consts.get(ins.arg).cloned(),
        op::LOAD_SMALL_INT => Some(Const::Int(i64::from(ins.arg))),
        _ => None,
    }
}

/// Makes the instruction load the constant, in the short form if there is one.
fn set_load(ins: &mut Ins, value: Const, consts: &mut ConstTable) {
    match value {
        Const::Int(small @ 0..=255) => ins.set(op::LOAD_SMALL_INT, small as u32),
        value => {
            let index = consts.add(value);
            ins.set(op::LOAD_CONST, index);
        }
    }
}

fn set_nop_without_line(ins: &mut Ins) {
    ins.range = NO_LOCATION;
    ins.set_nop();
}

/// Finds the `count` constants that are loaded just before `end`, NOPs between them apart: the index of the first.
fn constants_before(instrs: &[Ins], end: usize, count: u32) -> Option<usize> {
    let mut left = count;
    let mut at = end;
    while left > 0 {
        at = at.checked_sub(1)?;
        let ins = &instrs[at];
        if ins.opcode == op::NOP {
            continue;
        }
        if !ins.loads_const() {
            return None;
        }
        left -= 1;
    }
    Some(at)
}

/// The constants loaded in a part of a block, whose instructions become NOPs without a line.
fn take_constants(instrs: &mut [Ins], consts: &ConstTable) -> Vec<Const> {
    let mut items = Vec::new();
    for ins in instrs {
        if let Some(value) = loaded(ins, consts) {
            items.push(value);
            set_nop_without_line(ins);
        }
    }
    items
}

/// The items of a set display, equal ones once (the first stays), as the set compares them: `1`, `1.0` and `True` are one.
fn frozen_set(mut items: Vec<Const>) -> Const {
    let mut seen = FxHashSet::default();
    items.retain(|item| seen.insert(fold::canonical(item)));
    Const::FrozenSet(Rc::from(items))
}

impl Graph {
    /// Short loads, tests of constants, comparisons with None.
    pub fn optimize_loads(&mut self, consts: &mut ConstTable) {
        let mut id = ENTRY;
        while id != NONE {
            let block = self.block_mut(id);
            optimize_loads_of(&mut block.instrs, consts);
            id = block.next;
        }
    }

    pub fn optimize_blocks(&mut self, consts: &mut ConstTable) {
        let mut id = ENTRY;
        while id != NONE {
            self.optimize_block(id, consts);
            id = self.block(id).next;
        }
    }

    fn optimize_block(&mut self, id: BlockId, consts: &mut ConstTable) {
        let mut instrs = std::mem::take(&mut self.block_mut(id).instrs);
        let mut at = 0;
        while at < instrs.len() {
            let ins = instrs[at];
            if ins.target != NONE {
                if ins.is_jump() && self.thread_jump(id, &mut instrs, at) {
                    // Look at the same place again: it is a NOP or jumps elsewhere now.
                    continue;
                }
            } else {
                optimize_instruction(&mut instrs, at, consts);
            }
            at += 1;
        }
        let mut at = 0;
        while at < instrs.len() {
            if instrs[at].opcode == op::SWAP {
                at = merge_swaps(&mut instrs, at);
                apply_static_swaps(&mut instrs, at);
            }
            at += 1;
        }
        self.block_mut(id).instrs = instrs;
    }

    /// A jump to a jump goes where that one goes. Returns whether something changed.
    fn thread_jump(&mut self, id: BlockId, instrs: &mut Vec<Ins>, at: usize) -> bool {
        let ins = instrs[at];
        let first = if ins.target == id { instrs.first() } else { self.block(ins.target).instrs.first() };
        let Some(&target) = first else { return false };
        let opcode = match (ins.opcode, target.opcode) {
            (
                op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE | op::POP_JUMP_IF_NONE | op::POP_JUMP_IF_NOT_NONE,
                op::JUMP,
            ) => ins.opcode,
            (op::JUMP_IF_FALSE, op::JUMP | op::JUMP_IF_FALSE) | (op::JUMP_IF_TRUE, op::JUMP | op::JUMP_IF_TRUE) => {
                ins.opcode
            }
            (op::JUMP_IF_FALSE, op::JUMP_IF_TRUE) | (op::JUMP_IF_TRUE, op::JUMP_IF_FALSE) => {
                let next = self.block(ins.target).next;
                if next == NONE {
                    return false;
                }
                instrs[at].target = next;
                return true;
            }
            (op::JUMP | op::JUMP_NO_INTERRUPT, op::JUMP) => op::JUMP,
            (op::JUMP | op::JUMP_NO_INTERRUPT, op::JUMP_NO_INTERRUPT) => ins.opcode,
            _ => return false,
        };
        if ins.target == target.target {
            return false;
        }
        instrs[at].set_nop();
        let mut jump = Ins::new(opcode, 0, target.range);
        jump.target = target.target;
        jump.except = self.block_mut(id).stale.pop().unwrap_or(NONE);
        instrs.push(jump);
        true
    }
}

fn optimize_loads_of(instrs: &mut [Ins], consts: &mut ConstTable) {
    // What the value on top of the stack is a copy of, as far as loads and `COPY 1` go.
    let mut opcode = op::NOP;
    let mut arg = 0;
    for at in 0..instrs.len() {
        if instrs[at].opcode == op::LOAD_CONST
            && let Some(Const::Int(small @ 0..=255)) = consts.get(instrs[at].arg)
        {
            instrs[at].arg = *small as u32;
            instrs[at].opcode = op::LOAD_SMALL_INT;
        }
        let ins = instrs[at];
        let is_copy = opcode == op::LOAD_CONST && ins.opcode == op::COPY && ins.arg == 1;
        if !is_copy {
            opcode = ins.opcode;
            arg = ins.arg;
        }
        let value = match opcode {
            op::LOAD_CONST => consts.get(arg),
            op::LOAD_SMALL_INT => Some(if arg == 0 { &Const::False } else { &Const::True }),
            _ => continue,
        };
        let Some(value) = value else { continue };
        let Some(next) = instrs.get(at + 1) else { continue };
        match next.opcode {
            op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE | op::JUMP_IF_FALSE | op::JUMP_IF_TRUE => {
                let pops = matches!(next.opcode, op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE);
                let on_true = matches!(next.opcode, op::POP_JUMP_IF_TRUE | op::JUMP_IF_TRUE);
                let jumps = fold::is_true(value) == on_true;
                if pops {
                    instrs[at].set_nop();
                }
                if jumps {
                    instrs[at + 1].opcode = op::JUMP;
                } else {
                    instrs[at + 1].set_nop();
                }
            }
            op::IS_OP if matches!(value, Const::None) => {
                let mut invert = next.arg != 0;
                let mut jump = at + 2;
                if instrs.get(jump).is_some_and(|ins| ins.opcode == op::TO_BOOL) {
                    instrs[jump].set_nop();
                    jump += 1;
                }
                match instrs.get(jump).map(|ins| ins.opcode) {
                    Some(op::POP_JUMP_IF_FALSE) => invert = !invert,
                    Some(op::POP_JUMP_IF_TRUE) => {}
                    _ => continue,
                }
                instrs[at].set_nop();
                instrs[at + 1].set_nop();
                instrs[jump].opcode = if invert { op::POP_JUMP_IF_NOT_NONE } else { op::POP_JUMP_IF_NONE };
            }
            op::TO_BOOL => {
                let index = consts.add(Const::from(fold::is_true(value)));
                instrs[at].set_nop();
                instrs[at + 1].set(op::LOAD_CONST, index);
            }
            _ => {}
        }
    }
}

/// Improves one instruction that does not jump, looking at its neighbours.
fn optimize_instruction(instrs: &mut [Ins], at: usize, consts: &mut ConstTable) {
    let Ins { opcode, arg, .. } = instrs[at];
    let next = instrs.get(at + 1).map_or(op::CACHE, |next| next.opcode);
    match opcode {
        op::BUILD_TUPLE => {
            if next == op::UNPACK_SEQUENCE && instrs[at + 1].arg == arg {
                match arg {
                    1 => {
                        instrs[at].set_nop();
                        instrs[at + 1].set_nop();
                        return;
                    }
                    2 | 3 => {
                        instrs[at].set_nop();
                        instrs[at + 1].opcode = op::SWAP;
                        return;
                    }
                    _ => {}
                }
            }
            if arg <= STACK_GUIDELINE
                && let Some(first) = constants_before(instrs, at, arg)
            {
                let items = take_constants(&mut instrs[first..at], consts);
                set_load(&mut instrs[at], Const::Tuple(Rc::from(items)), consts);
            }
        }
        op::BUILD_LIST | op::BUILD_SET => optimize_list_or_set(instrs, at, next, consts),
        op::LIST_APPEND | op::SET_ADD if arg == 1 && matches!(next, op::GET_ITER | op::CONTAINS_OP) => {
            fold_appended(instrs, at + 1, at, opcode == op::SET_ADD, consts);
        }
        op::COMPARE_OP if next == op::TO_BOOL => {
            instrs[at].set_nop();
            instrs[at + 1].set(op::COMPARE_OP, arg | compare::TO_BOOL);
        }
        op::CONTAINS_OP | op::IS_OP if next == op::TO_BOOL => {
            instrs[at].set_nop();
            instrs[at + 1].set(opcode, arg);
        }
        op::CONTAINS_OP | op::IS_OP if next == op::UNARY_NOT => {
            instrs[at].set_nop();
            instrs[at + 1].set(opcode, arg ^ 1);
        }
        op::TO_BOOL if next == op::TO_BOOL => instrs[at].set_nop(),
        op::UNARY_NOT if next == op::TO_BOOL => {
            instrs[at].set_nop();
            instrs[at + 1].set(op::UNARY_NOT, 0);
        }
        op::UNARY_NOT if next == op::UNARY_NOT => {
            instrs[at].set_nop();
            instrs[at + 1].set_nop();
        }
        op::UNARY_NOT => fold_unary(instrs, at, fold::Unary::Not, consts),
        op::UNARY_INVERT => fold_unary(instrs, at, fold::Unary::Invert, consts),
        op::UNARY_NEGATIVE => fold_unary(instrs, at, fold::Unary::Negative, consts),
        op::CALL_INTRINSIC_1 if arg == intrinsic::LIST_TO_TUPLE => {
            let folded = fold_appended(instrs, at, at, false, consts);
            if !folded && next == op::GET_ITER {
                instrs[at].set_nop();
            }
        }
        op::CALL_INTRINSIC_1 if arg == intrinsic::UNARY_POSITIVE => {
            fold_unary(instrs, at, fold::Unary::Positive, consts);
        }
        op::BINARY_OP => {
            if let Some(first) = constants_before(instrs, at, 2) {
                let mut operands = instrs[first..at].iter().filter_map(|ins| loaded(ins, consts));
                if let (Some(left), Some(right)) = (operands.next(), operands.next())
                    && let Some(value) = fold::binary(arg, &left, &right)
                {
                    take_constants(&mut instrs[first..at], consts);
                    set_load(&mut instrs[at], value, consts);
                }
            }
        }
        op::SWAP if arg == 1 => instrs[at].set_nop(),
        op::STORE_FAST
            if next == op::STORE_FAST && instrs[at + 1].arg == arg
            // The value is overwritten at once.
            && instrs[at].line() == instrs[at + 1].line() =>
        {
            instrs[at].set(op::POP_TOP, 0);
        }
        op::LOAD_GLOBAL if next == op::PUSH_NULL && arg & 1 == 0 => {
            instrs[at].arg |= 1;
            instrs[at + 1].set_nop();
        }
        _ => {}
    }
}

fn fold_unary(instrs: &mut [Ins], at: usize, operator: fold::Unary, consts: &mut ConstTable) {
    let Some(first) = constants_before(instrs, at, 1) else { return };
    if let Some(operand) = loaded(&instrs[first], consts)
        && let Some(value) = fold::unary(operator, &operand)
    {
        set_nop_without_line(&mut instrs[first]);
        set_load(&mut instrs[at], value, consts);
    }
}

/// A list or set of constants becomes a constant where only its items matter, and is built from a constant elsewhere.
fn optimize_list_or_set(instrs: &mut [Ins], at: usize, next: u16, consts: &mut ConstTable) {
    let Ins { opcode, arg, range, .. } = instrs[at];
    let only_items = matches!(next, op::GET_ITER | op::CONTAINS_OP);
    if arg > STACK_GUIDELINE || arg < MIN_CONST_SEQUENCE && !only_items {
        return;
    }
    let Some(first) = constants_before(instrs, at, arg) else {
        if only_items && opcode == op::BUILD_LIST {
            instrs[at].opcode = op::BUILD_TUPLE;
        }
        return;
    };
    let items = take_constants(&mut instrs[first..at], consts);
    let value = if opcode == op::BUILD_SET { frozen_set(items) } else { Const::Tuple(Rc::from(items)) };
    let index = consts.add(value);
    if only_items {
        instrs[at].set(op::LOAD_CONST, index);
        return;
    }
    instrs[at - 2].range = range;
    instrs[at - 2].set(opcode, 0);
    instrs[at - 1].range = range;
    instrs[at - 1].set(op::LOAD_CONST, index);
    instrs[at].set(if opcode == op::BUILD_LIST { op::LIST_EXTEND } else { op::SET_UPDATE }, 1);
}

/// `BUILD_LIST 0` (or set) and constants appended one by one, up to `end`: the constant is loaded at `load`. Returns
/// whether it was so.
fn fold_appended(instrs: &mut [Ins], end: usize, load: usize, set: bool, consts: &mut ConstTable) -> bool {
    let (build, append) = if set { (op::BUILD_SET, op::SET_ADD) } else { (op::BUILD_LIST, op::LIST_APPEND) };
    let mut expect_append = true;
    let mut at = end;
    loop {
        let Some(before) = at.checked_sub(1) else { return false };
        at = before;
        let ins = &instrs[at];
        if ins.opcode == op::NOP {
            continue;
        }
        if ins.opcode == build && ins.arg == 0 {
            if !expect_append {
                return false;
            }
            break;
        }
        let fits = if expect_append { ins.opcode == append && ins.arg == 1 } else { ins.loads_const() };
        if !fits {
            return false;
        }
        expect_append = !expect_append;
    }
    let mut items = Vec::new();
    for ins in &mut instrs[at..end] {
        if let Some(value) = loaded(ins, consts) {
            items.push(value);
        }
        if ins.opcode != op::NOP {
            set_nop_without_line(ins);
        }
    }
    let value = if set { frozen_set(items) } else { Const::Tuple(Rc::from(items)) };
    set_load(&mut instrs[load], value, consts);
    true
}

/// Replaces a run of SWAPs (NOPs between them) by the fewest that have the same effect. Returns the run's last index.
fn merge_swaps(instrs: &mut [Ins], start: usize) -> usize {
    let mut depth = instrs[start].arg;
    let mut length = 1;
    let mut more = false;
    while let Some(ins) = instrs.get(start + length) {
        if ins.opcode == op::SWAP {
            depth = depth.max(ins.arg);
            more = true;
        } else if ins.opcode != op::NOP {
            break;
        }
        length += 1;
    }
    // A depth that no generator writes is left alone rather than simulated.
    if !more || depth > 0xFFFF {
        return start;
    }
    let run = &mut instrs[start..start + length];
    let mut stack: Vec<Option<usize>> = (0..depth as usize).map(Some).collect();
    for ins in run.iter() {
        if ins.opcode == op::SWAP && ins.arg > 0 {
            stack.swap(0, ins.arg as usize - 1);
        }
    }
    // Every cycle of the permutation is undone by swaps with the top, written from the end of the run backwards.
    let mut free = length;
    for item in 0..stack.len() {
        if stack[item].is_none() || stack[item] == Some(item) {
            continue;
        }
        let mut at = item;
        loop {
            if at != 0 {
                let Some(slot) = free.checked_sub(1) else { return start };
                free = slot;
                run[slot].opcode = op::SWAP;
                run[slot].arg = at as u32 + 1;
            }
            match stack[at].take() {
                Some(next) => at = next,
                None => break,
            }
        }
    }
    for ins in &mut run[..free] {
        ins.set_nop();
    }
    start + length - 1
}

fn is_swappable(opcode: u16) -> bool {
    matches!(opcode, op::STORE_FAST | op::STORE_FAST_MAYBE_NULL | op::POP_TOP)
}

/// The local that an instruction stores to.
fn stores_to(ins: &Ins) -> Option<u32> {
    matches!(ins.opcode, op::STORE_FAST | op::STORE_FAST_MAYBE_NULL).then_some(ins.arg)
}

fn next_swappable(instrs: &[Ins], at: usize, line: Option<i32>) -> Option<usize> {
    for (index, ins) in instrs.iter().enumerate().skip(at + 1) {
        if line.is_some_and(|line| line >= 0 && ins.line() != line) {
            return None;
        }
        if ins.opcode == op::NOP {
            continue;
        }
        return is_swappable(ins.opcode).then_some(index);
    }
    None
}

/// Swaps the consumers (stores and pops) on the right of a SWAP instead of the values.
fn apply_static_swaps(instrs: &mut [Ins], from: usize) {
    for at in (0..=from).rev() {
        let swap = instrs[at];
        if swap.opcode != op::SWAP {
            if swap.opcode == op::NOP || is_swappable(swap.opcode) {
                continue;
            }
            return;
        }
        let Some(first) = next_swappable(instrs, at, None) else { return };
        let line = instrs[first].line();
        let mut second = first;
        for _ in 1..swap.arg {
            match next_swappable(instrs, second, Some(line)) {
                Some(next) => second = next,
                None => return,
            }
        }
        let stores = (stores_to(&instrs[first]), stores_to(&instrs[second]));
        if stores.0.is_some() || stores.1.is_some() {
            if stores.0 == stores.1 {
                return;
            }
            let clash =
                |ins: &Ins| stores_to(ins).is_some_and(|local| stores.0 == Some(local) || stores.1 == Some(local));
            if instrs.get(first + 1..second).is_some_and(|between| between.iter().any(clash)) {
                return;
            }
        }
        instrs[at].set_nop();
        instrs.swap(first, second);
    }
}
