//! `cargo xtask disasm-check`: in the release program, every instruction handler leaves by a jump through the table.
//!
//! Handlers end in a tail call that LLVM makes as an optimisation, not by guarantee (ARCHITECTURE.md, "The loop"). A handler that
//! *calls* its successor works, until the native stack overflows some million instructions later; a handler that saves
//! registers on entry is merely slow. Both are seen in the machine code, which objdump (binutils) shows.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::interpreter::Interpreter;
use crate::{Outcome, Verdict};

/// The functions looked at: the module of the runtime that holds the loop. Handlers are named like their instructions, in
/// capitals; a slow path in small letters may be a handler or a function that is called, and must not call through the table.
const LOOP: &str = "runtime::frame::";
/// Parts of names that are no functions of ours.
const NOT_OURS: &[&str] = &["{{closure}}", "{closure", "core::", "drop_in_place", "{impl"];
/// Entries of the loop call the first handler, and the ends of the loop return: neither dispatches.
const SLOW_PATHS: &[&str] = &["::handlers::", "::specialise::"];
const ENDS: &[&str] = &["EXIT_YIELDED", "INTERPRETER_EXIT"];
/// How many instructions before an indirect call we look for the load of its target from the table.
const LOOK_BACK: usize = 6;

/// What the machine code of one handler does.
#[derive(Default)]
struct Handler {
    name: String,
    instructions: usize,
    /// Jumps to an address in a register or in memory: the dispatch.
    indirect_jumps: usize,
    /// Jumps out of the function to a named one: a slow path that is itself a handler.
    tail_jumps: usize,
    returns: usize,
    /// Calls through a table indexed by the opcode.
    table_calls: usize,
    pushes_first: bool,
}

impl Handler {
    /// Whether it is named like an instruction: the last part of the path without a small letter.
    fn is_instruction(&self) -> bool {
        let name = self.name.rsplit("::").find(|part| !is_hash(part)).unwrap_or("");
        !name.contains(|c: char| c.is_ascii_lowercase()) && name.contains('_')
            || name.chars().all(|c| c.is_ascii_uppercase())
    }
}

/// The last part of a symbol in the older mangling: `h0123456789abcdef`.
fn is_hash(part: &str) -> bool {
    part.len() == 17 && part.starts_with('h') && part[1..].chars().all(|c| c.is_ascii_hexdigit())
}

pub fn run(mut arguments: lexopt::Parser) -> Outcome {
    use lexopt::prelude::*;
    let (mut taipan, mut list) = (None, false);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("taipan") => taipan = Some(PathBuf::from(arguments.value()?)),
            Long("list") => list = true,
            other => return Err(other.unexpected().into()),
        }
    }
    if cfg!(not(target_arch = "x86_64")) {
        println!("disasm-check: only x86-64 is understood");
        return Ok(Verdict::default());
    }
    let handlers = disassemble(&Interpreter::under_test(taipan)?.path)?;
    if handlers.is_empty() {
        return Err(format!("no symbol of the program contains {LOOP}").into());
    }
    let mut verdict = Verdict::default();
    let mut slow = Vec::new();
    for handler in &handlers {
        let is_end = ENDS.iter().any(|end| handler.name.contains(end));
        let leaves = handler.indirect_jumps + handler.tail_jumps > 0 || !handler.is_instruction() || is_end;
        if handler.table_calls > 0 {
            println!("{}: {} calls through the table instead of jumps", handler.name, handler.table_calls);
        } else if !leaves {
            println!("{}: no jump through the table", handler.name);
        }
        let known = KNOWN_CALLS.iter().any(|known| handler.name.ends_with(known));
        if known && handler.table_calls == 0 {
            println!("{}: leaves by a jump now; take it out of KNOWN_CALLS", handler.name);
        }
        verdict += Verdict::of(handler.table_calls == 0 && leaves || known);
        if handler.pushes_first && handler.is_instruction() {
            slow.push(handler);
        }
        if list {
            println!(
                "{:5} instructions, {} dispatches, {} tail jumps: {}",
                handler.instructions, handler.indirect_jumps, handler.tail_jumps, handler.name
            );
        }
    }
    if !slow.is_empty() {
        println!("{} of {} handlers save registers on entry (slower, not wrong):", slow.len(), handlers.len());
        for handler in slow {
            println!("    {}", handler.name);
        }
    }
    println!("disasm-check: {verdict}");
    Ok(verdict)
}

/// Handlers that call through the table where they should jump: each such call keeps some native stack until its loop ends.
/// Known, to be mended; the list may only shrink.
const KNOWN_CALLS: &[&str] = &[];

fn disassemble(program: &std::path::Path) -> Result<Vec<Handler>, Box<dyn std::error::Error>> {
    let mut objdump = Command::new("objdump")
        .args(["--disassemble", "--no-show-raw-insn", "--demangle=rust"])
        .arg(program)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("objdump (of binutils): {error}"))?;
    let Some(output) = objdump.stdout.take() else { return Err("objdump prints nothing".into()) };
    let mut handlers = Vec::new();
    let mut current: Option<Handler> = None;
    let mut recent: Vec<String> = Vec::new();
    for line in BufReader::new(output).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        if line.ends_with(">:") {
            handlers.extend(current.take());
            recent.clear();
            let name = line.split_once('<').map_or("", |(_, name)| name.trim_end_matches(">:"));
            if name.contains(LOOP) && !NOT_OURS.iter().any(|word| name.contains(word)) {
                let function = Handler { name: name.to_owned(), ..Handler::default() };
                let slow_path = SLOW_PATHS.iter().any(|module| name.contains(module));
                current = (function.is_instruction() || slow_path).then_some(function);
            }
            continue;
        }
        let Some(handler) = &mut current else { continue };
        let Some((_, instruction)) = line.split_once(":\t") else { continue };
        note(handler, instruction.trim(), &recent);
        recent.push(instruction.trim().to_owned());
        if recent.len() > LOOK_BACK {
            recent.remove(0);
        }
    }
    handlers.extend(current);
    objdump.wait()?;
    Ok(handlers)
}

fn note(handler: &mut Handler, instruction: &str, recent: &[String]) {
    let (operation, operands) = instruction.split_once(char::is_whitespace).unwrap_or((instruction, ""));
    let operands = operands.trim();
    handler.instructions += 1;
    match operation {
        "push" if handler.instructions == 1 => handler.pushes_first = true,
        "jmp" if operands.starts_with('*') => handler.indirect_jumps += 1,
        // A jump to the start of another function has no `+0x` behind the symbol.
        "jmp" if operands.ends_with('>') && !operands.contains("+0x") => handler.tail_jumps += 1,
        "ret" => handler.returns += 1,
        "call" if through_table(operands, recent) => handler.table_calls += 1,
        _ => {}
    }
}

/// Whether a call's target is an entry of a table indexed by words: `*0x10(,%rax,8)`, or a register just loaded from one.
fn through_table(operands: &str, recent: &[String]) -> bool {
    let Some(target) = operands.strip_prefix('*') else { return false };
    if target.ends_with(",8)") {
        return true;
    }
    target.starts_with('%')
        && recent
            .iter()
            .any(|line| line.starts_with("mov") && line.ends_with(&format!(",{target}")) && line.contains(",8),"))
}

#[cfg(test)]
mod tests {
    use super::{Handler, note};

    fn handler(instructions: &[&str]) -> Handler {
        let mut handler = Handler::default();
        let mut recent = Vec::new();
        for instruction in instructions {
            note(&mut handler, instruction, &recent);
            recent.push((*instruction).to_owned());
        }
        handler
    }

    #[test]
    fn a_jump_through_the_table_is_a_dispatch() {
        let good = handler(&["movzbl (%rdi),%eax", "jmp    *0x5a0(,%rax,8)"]);
        assert_eq!((good.indirect_jumps, good.table_calls), (1, 0));
    }

    #[test]
    fn a_call_through_the_table_is_seen_in_both_forms() {
        assert_eq!(handler(&["push   %rax", "call   *(%rcx,%rax,8)"]).table_calls, 1);
        assert_eq!(handler(&["mov    (%rcx,%rax,8),%rdx", "call   *%rdx"]).table_calls, 1);
        assert_eq!(handler(&["call   *0x1234(%rip)        # 5678 <_GLOBAL>"]).table_calls, 0);
    }
}
