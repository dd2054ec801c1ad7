//! Code objects as text, as the `dis` module of the standard library prints them: for people who look at the compiler.

use std::collections::BTreeSet;
use std::fmt::Write;

use algo::number::float::push_repr;
use algo::unicode::is_printable;

use crate::code::{Code, Const};
use crate::opcode::{self, ArgKind, op};
use crate::{exception_table, location};

/// What is shown besides the instructions.
#[derive(Clone, Copy, Default, Debug)]
pub struct Options {
    /// The inline cache entries.
    pub show_caches: bool,
    /// The offset of each instruction.
    pub show_offsets: bool,
    /// Code objects among the constants, after the one that has them.
    pub recursive: bool,
}

/// One instruction with its extended arguments taken in.
#[derive(Clone, Copy, Debug)]
pub struct Instruction {
    pub opcode: u16,
    pub arg: u32,
    /// Of the instruction itself, in bytes; extended arguments stand before it.
    pub offset: u32,
    /// Where a jump goes (for `END_ASYNC_FOR`, where it comes from).
    pub target: Option<u32>,
}

/// The instructions of bytecode, extended arguments among them, inline caches left out.
pub fn instructions(code: &[u8]) -> impl Iterator<Item = Instruction> + '_ {
    let mut at = 0;
    let mut extended = 0u32;
    std::iter::from_fn(move || {
        let (&opcode, &low) = (code.get(at)?, code.get(at + 1)?);
        let opcode = u16::from(opcode);
        let arg = extended << 8 | u32::from(low);
        let offset = at as u32;
        at += 2 + 2 * usize::from(opcode::caches(opcode));
        extended = if opcode == op::EXTENDED_ARG { arg } else { 0 };
        let distance = arg.wrapping_mul(2);
        let target = match opcode::info(opcode).kind {
            ArgKind::JumpForward => Some((at as u32).wrapping_add(distance)),
            ArgKind::JumpBackward => Some((at as u32).wrapping_sub(distance)),
            _ => None,
        };
        Some(Instruction { opcode, arg, offset, target })
    })
}

/// The text of a code object.
pub fn disassemble(code: &Code, options: Options) -> String {
    let mut out = String::new();
    // A stack of our own: nesting costs no native stack.
    let mut pending = vec![(code, false)];
    while let Some((code, nested)) = pending.pop() {
        if nested {
            let _ = writeln!(out, "\nDisassembly of {}:", describe(code));
        }
        one(&mut out, code, options);
        if options.recursive {
            pending.extend(code.consts.iter().rev().filter_map(|value| match value {
                Const::Code(inner) => Some((&**inner, true)),
                _ => None,
            }));
        }
    }
    out
}

fn describe(code: &Code) -> String {
    format!(
        "<code object {}, file \"{}\", line {}>",
        code.name.to_string_lossy(),
        code.filename.to_string_lossy(),
        code.firstlineno
    )
}

fn one(out: &mut String, code: &Code, options: Options) {
    let handlers: Vec<_> = exception_table::entries(&code.exceptiontable).collect();
    let mut places: BTreeSet<u32> = instructions(&code.code).filter_map(|instruction| instruction.target).collect();
    for handler in &handlers {
        places.extend([handler.start, handler.end, handler.target]);
    }
    let places: Vec<u32> = places.into_iter().collect();
    let label = |offset: u32| match places.binary_search(&offset) {
        Ok(at) => format!("L{}", at + 1),
        Err(_) => offset.to_string(),
    };
    let mut starts = Vec::new();
    let mut last_line = None;
    for (start, _, line) in location::lines(&code.linetable, code.firstlineno) {
        if last_line != Some(line) {
            starts.push((start, line));
            last_line = Some(line);
        }
    }
    let lineless = starts.iter().any(|&(_, line)| line < 0);
    let highest = starts.iter().map(|&(_, line)| line).max().unwrap_or(0).max(0);
    let line_width = highest.to_string().len().max(if lineless { 4 } else { 3 });
    let label_width = 4 + places.len().to_string().len();
    let offset_width = code.code.len().saturating_sub(2).to_string().len().max(4);
    let mut starts = starts.into_iter().peekable();
    for instruction in instructions(&code.code) {
        let mut line = None;
        while let Some((_, number)) = starts.next_if(|&(start, _)| start <= instruction.offset) {
            line = Some(number);
        }
        if line.is_some() && instruction.offset > 0 {
            out.push('\n');
        }
        let line = match line {
            Some(number) if number < 0 => "--".to_owned(),
            Some(number) => number.to_string(),
            None => String::new(),
        };
        let mark = match places.binary_search(&instruction.offset) {
            Ok(at) => format!("L{}:", at + 1),
            Err(_) => String::new(),
        };
        let start = out.len();
        let _ = write!(out, "{line:>line_width$} {mark:>label_width$} ");
        push_offset(out, instruction.offset, offset_width, options);
        push_instruction(out, code, &instruction, &label);
        out.truncate(start + out[start..].trim_end().len());
        out.push('\n');
        if options.show_caches {
            push_caches(out, code, &instruction, line_width + label_width + 2, offset_width, options);
        }
    }
    if !handlers.is_empty() {
        out.push_str("ExceptionTable:\n");
        for handler in handlers {
            let (start, end, target) = (label(handler.start), label(handler.end), label(handler.target));
            let lasti = if handler.lasti { " lasti" } else { "" };
            let _ = writeln!(out, "  {start} to {end} -> {target} [{}]{lasti}", handler.depth);
        }
    }
}

fn push_offset(out: &mut String, offset: u32, width: usize, options: Options) {
    if options.show_offsets {
        let _ = write!(out, "{offset:>width$}   ");
    }
    out.push_str("    ");
}

fn push_instruction(out: &mut String, code: &Code, instruction: &Instruction, label: &dyn Fn(u32) -> String) {
    const NAME_WIDTH: usize = 20;
    const ARG_WIDTH: usize = 5;
    let info = opcode::info(instruction.opcode);
    let unknown = format!("<{}>", instruction.opcode);
    let name = if info.name.is_empty() { &unknown } else { info.name };
    let _ = write!(out, "{name:<NAME_WIDTH$}");
    if info.kind == ArgKind::NoArg {
        return;
    }
    let width = ARG_WIDTH.saturating_sub(name.len().saturating_sub(NAME_WIDTH));
    let _ = write!(out, " {:>width$}", instruction.arg);
    let meaning = meaning(code, instruction, label);
    if !meaning.is_empty() {
        let _ = write!(out, " ({meaning})");
    }
}

fn push_caches(
    out: &mut String,
    code: &Code,
    instruction: &Instruction,
    indent: usize,
    width: usize,
    options: Options,
) {
    let mut offset = instruction.offset + 2;
    for &(name, size) in opcode::cache_format(instruction.opcode) {
        let start = offset as usize;
        let bytes = code.code.get(start..start + 2 * usize::from(size)).unwrap_or(&[]);
        let value = bytes.iter().rev().fold(0u64, |value, &byte| value << 8 | u64::from(byte));
        for part in 0..size {
            let _ = write!(out, "{:indent$}", "");
            push_offset(out, offset, width, options);
            let _ = write!(out, "{:<20} {:>5}", "CACHE", 0);
            if part == 0 {
                let _ = write!(out, " ({name}: {value})");
            }
            out.push('\n');
            offset += 2;
        }
    }
}

/// What the argument stands for, as `dis` puts it in parentheses.
fn meaning(code: &Code, instruction: &Instruction, label: &dyn Fn(u32) -> String) -> String {
    let arg = instruction.arg as usize;
    let named = |index: usize| code.names.get(index).map_or_else(String::new, |name| name.to_string_lossy());
    let local = |index: usize| code.localsplusnames.get(index).map_or_else(String::new, |name| name.to_string_lossy());
    let listed = |list: &[&str]| list.get(arg).map_or_else(String::new, |name| (*name).to_owned());
    match opcode::info(instruction.opcode).kind {
        ArgKind::Const => code.consts.get(arg).map_or_else(String::new, |value| {
            let mut text = String::new();
            push_const(&mut text, value);
            text
        }),
        ArgKind::Name => named(arg),
        ArgKind::NameShift1 | ArgKind::NameShift2 => {
            let shift = if opcode::info(instruction.opcode).kind == ArgKind::NameShift1 { 1 } else { 2 };
            let suffix = match (arg & 1, opcode::base(instruction.opcode)) {
                (0, _) => "",
                (_, op::LOAD_GLOBAL) => " + NULL",
                _ => " + NULL|self",
            };
            named(arg >> shift) + suffix
        }
        ArgKind::Local | ArgKind::Free | ArgKind::Deref => local(arg),
        ArgKind::LocalPair => format!("{}, {}", local(arg >> 4), local(arg & 15)),
        ArgKind::JumpForward | ArgKind::JumpBackward => {
            let target = label(instruction.target.unwrap_or(0));
            let way = if instruction.opcode == op::END_ASYNC_FOR { "from" } else { "to" };
            format!("{way} {target}")
        }
        ArgKind::Compare => {
            let operator = opcode::COMPARE_OPS.get(arg >> 5).copied().unwrap_or("");
            if instruction.arg & opcode::compare::TO_BOOL != 0 {
                format!("bool({operator})")
            } else {
                operator.to_owned()
            }
        }
        ArgKind::BinaryOp => opcode::BINARY_OPS.get(arg).map_or_else(String::new, |(_, text)| (*text).to_owned()),
        ArgKind::IsOp => if arg != 0 { "is not" } else { "is" }.to_owned(),
        ArgKind::ContainsOp => if arg != 0 { "not in" } else { "in" }.to_owned(),
        ArgKind::Convert => listed(&opcode::CONVERSIONS),
        ArgKind::FunctionAttribute => {
            let set = opcode::function_attribute::NAMES.iter().filter(|(bit, _)| instruction.arg & bit != 0);
            set.map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
        }
        ArgKind::Intrinsic1 => listed(&opcode::INTRINSICS_1),
        ArgKind::Intrinsic2 => listed(&opcode::INTRINSICS_2),
        ArgKind::CommonConstant => {
            let name = listed(&opcode::COMMON_CONSTANTS);
            let function = matches!(instruction.arg, opcode::common_constant::ALL | opcode::common_constant::ANY);
            if function { format!("<built-in function {name}>") } else { name }
        }
        ArgKind::SpecialMethod => listed(&opcode::SPECIAL_METHODS),
        ArgKind::NoArg | ArgKind::Raw | ArgKind::JumpPseudo | ArgKind::Handler => String::new(),
    }
}

/// Appends a constant as Python's `repr` shows it (code objects without their address).
pub fn push_const(out: &mut String, value: &Const) {
    match value {
        Const::None => out.push_str("None"),
        Const::True => out.push_str("True"),
        Const::False => out.push_str("False"),
        Const::Ellipsis => out.push_str("Ellipsis"),
        Const::Int(value) => {
            let _ = write!(out, "{value}");
        }
        Const::BigInt(value) => {
            let _ = write!(out, "{value}");
        }
        Const::Float(value) => push_repr(out, *value),
        Const::Complex(real, imaginary) => {
            if *real == 0.0 && real.is_sign_positive() {
                push_part(out, *imaginary);
                out.push('j');
            } else {
                out.push('(');
                push_part(out, *real);
                if imaginary.is_nan() || imaginary.is_sign_positive() {
                    out.push('+');
                }
                push_part(out, *imaginary);
                out.push_str("j)");
            }
        }
        Const::Str(text) => push_text(out, text.code_points(), text.as_bytes(), false),
        Const::Bytes(bytes) => {
            out.push('b');
            push_text(out, bytes.iter().map(|&byte| u32::from(byte)), bytes, true);
        }
        Const::Tuple(items) => {
            out.push('(');
            push_items(out, items);
            out.push_str(if items.len() == 1 { ",)" } else { ")" });
        }
        Const::FrozenSet(items) if items.is_empty() => out.push_str("frozenset()"),
        Const::FrozenSet(items) => {
            out.push_str("frozenset({");
            push_items(out, items);
            out.push_str("})");
        }
        Const::Slice(parts) => {
            out.push_str("slice(");
            push_items(out, &parts[..]);
            out.push(')');
        }
        Const::Code(code) => out.push_str(&describe(code)),
    }
}

fn push_items(out: &mut String, items: &[Const]) {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        push_const(out, item);
    }
}

/// The shortest text that reads back, without `.0`.
fn push_part(out: &mut String, value: f64) {
    push_repr(out, value);
    if out.ends_with(".0") {
        out.truncate(out.len() - 2);
    }
}

/// A string or bytes literal; the quote is the single one unless only it occurs.
fn push_text(out: &mut String, points: impl Iterator<Item = u32>, bytes: &[u8], ascii: bool) {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    out.push(quote);
    for point in points {
        match point {
            0x09 => out.push_str("\\t"),
            0x0A => out.push_str("\\n"),
            0x0D => out.push_str("\\r"),
            0x5C => out.push_str("\\\\"),
            _ if point == quote as u32 => {
                out.push('\\');
                out.push(quote);
            }
            0x20..0x7F => out.push(point as u8 as char),
            0..0x20 | 0x7F..=0xA0 | 0xAD => {
                let _ = write!(out, "\\x{point:02x}");
            }
            _ if ascii => {
                let _ = write!(out, "\\x{point:02x}");
            }
            _ => match char::from_u32(point) {
                Some(character) if is_printable(point) => out.push(character),
                _ if point > 0xFFFF => {
                    let _ = write!(out, "\\U{point:08x}");
                }
                _ => {
                    let _ = write!(out, "\\u{point:04x}");
                }
            },
        }
    }
    out.push(quote);
}
