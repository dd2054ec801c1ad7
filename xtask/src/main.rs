//! Developer commands, run as `cargo xtask COMMAND`: everything that judges Taipan from outside.
//!
//! Each command is one file (or folder) of this crate and one row of [`commands::COMMANDS`]. They treat the interpreter as a program
//! that is given a script and watched, so each takes `--taipan PATH`; without it they build the release program first.

mod bench;
mod ci;
mod cli;
mod commands;
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

use commands::Command;

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

fn main() -> ExitCode {
    let mut arguments = lexopt::Parser::from_env();
    let name = match arguments.next() {
        Ok(Some(lexopt::Arg::Value(name))) => name.to_string_lossy().into_owned(),
        Ok(Some(lexopt::Arg::Long("help") | lexopt::Arg::Short('h'))) => {
            print!("{}", commands::overview());
            return ExitCode::SUCCESS;
        }
        _ => return usage(),
    };
    let Some(command) = Command::find(&name) else { return usage() };
    // `compare` has subjects with options of their own, and tells of them itself.
    if command.name != "compare" && std::env::args().skip(2).any(|argument| matches!(&*argument, "--help" | "-h")) {
        print!("{}", command.help());
        return ExitCode::SUCCESS;
    }
    match (command.run)(arguments) {
        Ok(verdict) if verdict.failed == 0 => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask {name}: {error} (--help tells more)");
            ExitCode::from(2)
        }
    }
}

fn usage() -> ExitCode {
    eprint!("{}", commands::overview());
    ExitCode::from(2)
}
