//! Developer commands, run as `cargo xtask COMMAND`: everything that judges Taipan from outside.
//!
//! Each command is one file (or folder) of this crate and one row of [`COMMANDS`]. They treat the interpreter as a program
//! that is given a script and watched, so each takes `--taipan PATH`; without it they build the release program first.

mod bench;
mod ci;
mod cli;
mod compare;
mod conformance;
mod diff;
mod differential;
mod disassembly;
mod interpreter;
mod layout;
mod licenses;
mod opcodes;
mod packages;
mod process;
mod profile;
mod programs;
mod ratchet;
mod tidy;
mod watched;
mod workspace;

use std::process::ExitCode;

/// What every command returns: an error is a message for the person at the terminal.
type Outcome = Result<Verdict, Box<dyn std::error::Error>>;

/// How many checks a command made and how many of them failed; `ci` adds them up.
#[derive(Default)]
struct Verdict {
    passed: usize,
    failed: usize,
    /// Which ones failed, where they have names: what `ci` repeats at its end.
    names: Vec<String>,
}

impl Verdict {
    /// The verdict of a command that makes one check.
    fn of(ok: bool) -> Verdict {
        Verdict { passed: usize::from(ok), failed: usize::from(!ok), names: Vec::new() }
    }

    /// Counts a failure that has a name.
    fn fail(&mut self, name: &str) {
        self.failed += 1;
        self.names.push(name.to_owned());
    }
}

impl std::ops::AddAssign for Verdict {
    fn add_assign(&mut self, other: Verdict) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.names.extend(other.names);
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

type Command = fn(lexopt::Parser) -> Outcome;

const COMMANDS: &[(&str, Command, &str)] = &[
    ("ci", ci::run, "every check there is, in order: what .ci/run calls"),
    (
        "programs",
        programs::run,
        "run tests/programs against recorded output  [--record --reference PYTHON] [FILTER...]",
    ),
    (
        "packages",
        packages::run,
        "programs that use pure-Python packages          [--record --reference PYTHON] [FILTER...]",
    ),
    ("cli", cli::run, "run tests/cli, the command-line cases        [--record --reference PYTHON] [FILTER...]"),
    ("compare", compare::run, "the front end beside a reference  --reference PYTHON [--what SUBJECT] [--help] PATH..."),
    ("conformance", conformance::run, "CPython's own suite, module by module  --tests DIR [--module M...] [--update]"),
    (
        "differential",
        differential::run,
        "random programs on both implementations  --reference PYTHON [--seed N] [--count N]",
    ),
    ("bench", bench::run, "benchmarks on several interpreters in turn  [--interpreter NAME=PATH...] [--instructions]"),
    ("miri", watched::miri, "unit tests of what is made of raw memory, interpreted by Miri  [FILTER...]"),
    (
        "asan",
        watched::asan,
        "all tests under the address sanitizer  [--only unit|programs|cli] [--taipan PATH] [FILTER...]",
    ),
    (
        "stress",
        watched::stress,
        "program tests while the machine collects, switches threads and checks itself  [--stress SETTING] [FILTER...]",
    ),
    ("opcodes-executed", opcodes::run, "which instructions the program tests never execute"),
    ("disasm-check", disassembly::run, "every handler of the release program leaves by a jump through the table"),
    ("profile", profile::run, "record target/profile/taipan.profdata: how programs use the machine, for the optimiser"),
    ("start-layout", layout::run, "write crates/taipan/start.ld: what a start executes, for the linker"),
    ("licenses", licenses::run, "dependencies' licences against the allowed list and LICENSES.md  [--write]"),
    ("tidy", tidy::run, "headers, lengths, paths named in documents, SAFETY comments"),
];

fn main() -> ExitCode {
    let mut arguments = lexopt::Parser::from_env();
    let name = match arguments.next() {
        Ok(Some(lexopt::Arg::Value(name))) => name.to_string_lossy().into_owned(),
        _ => return usage(),
    };
    let Some((_, command, _)) = COMMANDS.iter().find(|row| row.0 == name) else { return usage() };
    match command(arguments) {
        Ok(verdict) if verdict.failed == 0 => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask {name}: {error}");
            ExitCode::from(2)
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: cargo xtask COMMAND [OPTION...]\n");
    for (name, _, summary) in COMMANDS {
        eprintln!("  {name:17} {summary}");
    }
    ExitCode::from(2)
}
