//! From blocks to bytes: order, jump distances, code units, location and exception tables.

use bytecode::code::local;
use bytecode::exception_table;
use bytecode::location::{LocationWriter, Position};
use bytecode::opcode::{self, op};
use rustc_hash::FxHashMap;
use syntax::ast::Range;
use syntax::text::Text;

use super::graph::{BlockId, ENTRY, Graph, Ins, NONE};
use super::lines::resolve_next_locations;
use super::unit::{AssembleError, CodeUnit};

/// `END_ASYNC_FOR` says how far back the `END_SEND` is, which stands this many code units after the `SEND` it jumps to.
const END_SEND_DISTANCE: u32 = 5;
/// Code is at most this long, in code units; `int` offsets in bytes must hold it.
const MAX_UNITS: u32 = i32::MAX as u32 / 4;

/// The names and kinds of the frame's slots, and for each cell and free variable its slot.
#[derive(Debug, Default)]
pub(super) struct Slots {
    pub names: Vec<Text>,
    pub kinds: Vec<u8>,
    pub of_cell: Vec<u32>,
}

impl Slots {
    pub fn new(unit: &CodeUnit) -> Slots {
        let mut slots = Slots::default();
        let mut index = FxHashMap::default();
        if !unit.cellvars.is_empty() {
            index.extend(unit.varnames.iter().enumerate().map(|(at, name)| (name, at as u32)));
        }
        let hidden = |name: &Text| if unit.fast_hidden.contains(name) { local::HIDDEN } else { 0 };
        for (at, name) in unit.varnames.iter().enumerate() {
            slots.names.push(name.clone());
            slots.kinds.push(local::LOCAL | parameter_kind(unit, at as u32) | hidden(name));
        }
        for name in &unit.cellvars {
            if let Some(&at) = index.get(name) {
                slots.kinds[at as usize] |= local::CELL;
                slots.of_cell.push(at);
            } else {
                slots.push(name, local::CELL | hidden(name));
            }
        }
        for name in &unit.freevars {
            slots.push(name, local::FREE);
        }
        slots
    }

    fn push(&mut self, name: &Text, kind: u8) {
        self.of_cell.push(self.names.len() as u32);
        self.names.push(name.clone());
        self.kinds.push(kind);
    }
}

fn parameter_kind(unit: &CodeUnit, at: u32) -> u8 {
    use bytecode::code::flags::{VARARGS, VARKEYWORDS};
    let keyword_end = unit.argcount + unit.kwonlyargcount;
    let star_end = keyword_end + u32::from(unit.flags & VARARGS != 0);
    let all_end = star_end + u32::from(unit.flags & VARKEYWORDS != 0);
    if at < unit.posonlyargcount {
        local::ARG_POS
    } else if at < unit.argcount {
        local::ARG_POS | local::ARG_KW
    } else if at < keyword_end {
        local::ARG_KW
    } else if at < star_end {
        local::ARG_VAR | local::ARG_POS
    } else if at < all_end {
        local::ARG_VAR | local::ARG_KW
    } else {
        0
    }
}

/// The bytes of a code object.
#[derive(Debug, Default)]
pub(super) struct Assembled {
    pub code: Vec<u8>,
    pub linetable: LocationWriter,
    pub exceptiontable: Vec<u8>,
    instrs: Vec<Ins>,
    /// For each block the index of its first instruction, later its offset in code units.
    starts: Vec<u32>,
    offsets: Vec<u32>,
}

impl Assembled {
    pub fn assemble(&mut self, graph: &Graph, firstlineno: i32) -> Result<(), AssembleError> {
        self.flatten(graph);
        resolve_next_locations(&mut self.instrs);
        self.resolve_jumps()?;
        self.write_code();
        self.write_locations(firstlineno);
        self.write_exceptions(graph);
        Ok(())
    }

    fn flatten(&mut self, graph: &Graph) {
        self.instrs.clear();
        self.starts.clear();
        self.starts.resize(graph.used, NONE);
        let mut id: BlockId = ENTRY;
        while id != NONE {
            let block = graph.block(id);
            self.starts[id as usize] = self.instrs.len() as u32;
            self.instrs.extend_from_slice(&block.instrs);
            id = block.next;
        }
    }

    /// Gives jumps their direction and distance. A longer distance may need a longer instruction and so move others.
    fn resolve_jumps(&mut self) -> Result<(), AssembleError> {
        let Assembled { instrs, starts, offsets, .. } = self;
        for (at, ins) in instrs.iter_mut().enumerate() {
            if !ins.is_jump() {
                continue;
            }
            // From here on `target` is an instruction's index; at first it stands for the distance, too.
            ins.target = starts[ins.target as usize];
            ins.arg = ins.target;
            let forward = ins.target as usize > at;
            ins.opcode = match ins.opcode {
                op::JUMP | op::JUMP_NO_INTERRUPT if forward => op::JUMP_FORWARD,
                op::JUMP => op::JUMP_BACKWARD,
                op::JUMP_NO_INTERRUPT => op::JUMP_BACKWARD_NO_INTERRUPT,
                opcode => opcode,
            };
        }
        loop {
            offsets.clear();
            let mut total = 0u32;
            for ins in instrs.iter() {
                offsets.push(total);
                total += size(ins);
                if total > MAX_UNITS {
                    return Err(AssembleError::TooLarge);
                }
            }
            offsets.push(total);
            let mut again = false;
            let mut offset = 0;
            for ins in instrs.iter_mut() {
                let old_size = size(ins);
                offset += old_size;
                if !ins.is_jump() {
                    continue;
                }
                let target = *offsets.get(ins.target as usize).ok_or(AssembleError::Malformed("a jump to nowhere"))?;
                ins.arg = if ins.opcode == op::END_ASYNC_FOR {
                    offset.wrapping_sub(target).wrapping_sub(END_SEND_DISTANCE)
                } else {
                    offset.abs_diff(target)
                };
                again |= size(ins) != old_size;
            }
            if !again {
                break;
            }
        }
        for start in starts.iter_mut() {
            *start = offsets.get(*start as usize).copied().unwrap_or(NONE);
        }
        Ok(())
    }

    fn write_code(&mut self) {
        self.code.clear();
        self.code.reserve(self.offsets.last().copied().unwrap_or(0) as usize * 2);
        for ins in &self.instrs {
            for shift in [24, 16, 8] {
                if ins.arg >> shift != 0 {
                    self.code.extend([op::EXTENDED_ARG as u8, (ins.arg >> shift) as u8]);
                }
            }
            self.code.extend([ins.opcode as u8, ins.arg as u8]);
            self.code.resize(self.code.len() + 2 * usize::from(opcode::caches(ins.opcode)), 0);
        }
    }

    fn write_locations(&mut self, firstlineno: i32) {
        self.linetable.reset(firstlineno);
        let mut pending = Range::new(-1, -1, -1, -1);
        let mut units = 0;
        for ins in &self.instrs {
            if ins.range != pending {
                self.linetable.push(position(pending), units);
                pending = ins.range;
                units = 0;
            }
            units += size(ins);
        }
        self.linetable.push(position(pending), units);
    }

    fn write_exceptions(&mut self, graph: &Graph) {
        self.exceptiontable.clear();
        let mut handler = NONE;
        let mut start = 0;
        let mut offset = 0;
        let end = Ins::new(op::NOP, 0, Range::default());
        for ins in self.instrs.iter().chain([&end]) {
            if ins.except != handler {
                if handler != NONE {
                    let block = graph.block(handler);
                    let depth = block.startdepth - 1 - i32::from(block.preserve_lasti);
                    let target = self.starts[handler as usize];
                    exception_table::write(
                        &mut self.exceptiontable,
                        exception_table::Entry {
                            start: start * 2,
                            end: offset * 2,
                            target: target.wrapping_mul(2),
                            depth: u32::try_from(depth).unwrap_or(0),
                            lasti: block.preserve_lasti,
                        },
                    );
                }
                start = offset;
                handler = ins.except;
            }
            offset += size(ins);
        }
    }
}

fn position(range: Range) -> Position {
    Position {
        line: range.lineno,
        end_line: range.end_lineno,
        column: range.col_offset,
        end_column: range.end_col_offset,
    }
}

/// Code units that the instruction takes, extended arguments and caches included.
fn size(ins: &Ins) -> u32 {
    let extended = u32::from(ins.arg > 0xFF) + u32::from(ins.arg > 0xFFFF) + u32::from(ins.arg > 0xFF_FFFF);
    extended + 1 + u32::from(opcode::caches(ins.opcode))
}
