//! `cargo xtask opcodes-executed`: which instructions the program tests never execute.
//!
//! Every program runs once more under `tests/opcodes.py`, which asks `sys.monitoring` what is executed. With `--reference PYTHON`
//! the question is put to CPython: the bytecode is the same, so the answer is about the tests and not about the machine.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use crate::interpreter::Interpreter;
use crate::{Outcome, Verdict, process, workspace};

const LIMIT: Duration = Duration::from_secs(120);
const MEMORY: u64 = 4 << 20;

/// Instructions that no program's own code shows: they pad, or belong to the machine's own frames.
const INTERNAL: &[&str] = &["CACHE", "RESERVED", "ENTER_EXECUTOR", "EXIT_INIT_CHECK", "INTERPRETER_EXIT"];
/// Instructions that monitoring does not report: those before a frame's start is announced, and the one a loop's end skips.
const SILENT: &[&str] = &["RESUME", "COPY_FREE_VARS", "RETURN_GENERATOR", "END_FOR"];

pub fn run(mut arguments: lexopt::Parser) -> Outcome {
    use lexopt::prelude::*;
    let (mut taipan, mut reference) = (None, None);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("taipan") => taipan = Some(PathBuf::from(arguments.value()?)),
            Long("reference") => reference = Some(PathBuf::from(arguments.value()?)),
            other => return Err(other.unexpected().into()),
        }
    }
    let interpreter = match reference {
        Some(path) => Interpreter::reference(Some(path))?,
        None => Interpreter::under_test(taipan)?,
    };
    let names = "import opcode; print(*(n for n, o in opcode.opmap.items() if o < 256 and 'INSTRUMENTED' not in n))";
    let all = interpreter.evaluate(names)?;
    let all: BTreeSet<&str> =
        all.split_whitespace().filter(|name| !INTERNAL.contains(name) && !SILENT.contains(name)).collect();

    let folder = workspace::scratch("opcodes")?;
    let programs = workspace::files(&workspace::root().join("tests/programs"), "py")?;
    let results = process::in_parallel(&programs, process::processors(), |program| {
        let output = folder.join(workspace::relative(program).replace('/', "."));
        let _ = std::fs::remove_file(&output);
        let mut command = interpreter.bounded(MEMORY);
        command.arg(workspace::root().join("tests/opcodes.py")).arg(&output).arg(program);
        process::run(&mut command, b"", LIMIT)?;
        Ok::<_, std::io::Error>(std::fs::read_to_string(&output).unwrap_or_default())
    });
    let mut executed = BTreeSet::new();
    for result in results {
        executed.extend(result?.lines().map(str::to_owned));
    }
    let mut verdict = Verdict::default();
    for name in all {
        let ok = executed.contains(name);
        if !ok {
            println!("{name}: no program executes it");
        }
        verdict += Verdict::of(ok);
    }
    println!("opcodes-executed: {verdict}");
    Ok(verdict)
}
