//! The commands: one row each, with what `--help` says of it.

use crate::{Outcome, bench, ci, cli, compare, conformance, differential, disassembly, layout, licenses, opcodes};
use crate::{packages, profile, programs, tidy, watched};

pub struct Command {
    pub name: &'static str,
    pub run: fn(lexopt::Parser) -> Outcome,
    pub summary: &'static str,
    /// What follows the name in the usage line.
    pub arguments: &'static str,
    /// Each option and what it does.
    pub options: &'static [(&'static str, &'static str)],
}

const TAIPAN: (&str, &str) = ("--taipan PATH", "the program to judge; without it the release program is built");
const REFERENCE: (&str, &str) = ("--reference PYTHON", "CPython 3.14; without it `python3.14` on the path");
const RECORD: (&str, &str) = ("--record", "write down what the reference does instead of comparing with it");
const UPDATE: (&str, &str) = ("--update", "strike what passes from the list of known failures");
const FILTER: (&str, &str) = ("FILTER", "only what has one of these texts in its name");

pub const COMMANDS: &[Command] = &[
    Command {
        name: "ci",
        run: ci::run,
        summary: "every check there is, in order: what .ci/run calls",
        arguments: "[--quick]",
        options: &[("--quick", "without clippy, Rust's unit tests and documents")],
    },
    Command {
        name: "programs",
        run: programs::run,
        summary: "run tests/programs against recorded output",
        arguments: "[OPTION...] [FILTER...]",
        options: &[
            TAIPAN,
            REFERENCE,
            RECORD,
            UPDATE,
            ("--time-limit SECONDS", "after which a program has failed"),
            ("--jobs N", "programs that run at once; as many as there are processors"),
            FILTER,
        ],
    },
    Command {
        name: "packages",
        run: packages::run,
        summary: "programs that use pure-Python packages, from their wheels",
        arguments: "[OPTION...] [FILTER...]",
        options: &[TAIPAN, REFERENCE, RECORD, UPDATE, FILTER],
    },
    Command {
        name: "cli",
        run: cli::run,
        summary: "run tests/cli, the command-line cases",
        arguments: "[OPTION...] [FILTER...]",
        options: &[TAIPAN, REFERENCE, RECORD, UPDATE, FILTER],
    },
    Command {
        name: "compare",
        run: compare::run,
        summary: "the front end beside a reference, over files and folders",
        arguments: "[--what SUBJECT] [OPTION...] PATH...",
        options: &[],
    },
    Command {
        name: "conformance",
        run: conformance::run,
        summary: "CPython's own suite, module by module",
        arguments: "--tests DIR [OPTION...] [MODULE...]",
        options: &[
            ("--tests DIR", "the folder that holds CPython's package `test`"),
            TAIPAN,
            REFERENCE,
            ("--update", "add what passes now to tests/conformance/passing.txt"),
            ("--listed", "only tests that stand there"),
            ("--time-limit SECONDS", "after which a test has failed"),
            ("--jobs N", "modules that run at once; as many as there are processors"),
            ("MODULE", "only these (`test_dict`, `test_asyncio.test_tasks`)"),
        ],
    },
    Command {
        name: "differential",
        run: differential::run,
        summary: "random programs on both implementations; a difference is shrunk",
        arguments: "[OPTION...]",
        options: &[
            TAIPAN,
            REFERENCE,
            ("--seed N", "of the first program"),
            ("--count N", "how many programs: 100, or as many as fit into --seconds"),
            ("--seconds N", "how long"),
            ("--show", "print the program of a seed"),
        ],
    },
    Command {
        name: "bench",
        run: bench::run,
        summary: "benchmarks on several interpreters in turn: a table and a chart in target/bench",
        arguments: "[OPTION...] [FILTER...]",
        options: &[
            ("--interpreter NAME=PATH", "one more interpreter to run (any number of times)"),
            ("--reference PYTHON", "the same, named cpython: the one that ratios are made with"),
            TAIPAN,
            ("--without-taipan", "only the interpreters named"),
            ("--rounds N", "each benchmark runs so often on each; the least time counts"),
            ("--instructions", "count instructions under callgrind instead of time: for noisy machines"),
            ("--pyperformance DIR", "its folder of benchmarks (`data-files/benchmarks` of the wheel), besides ours"),
            FILTER,
        ],
    },
    Command {
        name: "miri",
        run: watched::miri,
        summary: "unit tests of what is made of raw memory, interpreted by Miri",
        arguments: "[FILTER...]",
        options: &[FILTER],
    },
    Command {
        name: "asan",
        run: watched::asan,
        summary: "all tests under the address sanitizer",
        arguments: "[OPTION...] [FILTER...]",
        options: &[
            ("--only PART", "unit, programs or cli (may be repeated)"),
            ("--taipan PATH", "a program that was built with the sanitizer"),
            FILTER,
        ],
    },
    Command {
        name: "stress",
        run: watched::stress,
        summary: "program tests while the machine collects, switches threads and checks itself",
        arguments: "[OPTION...] [FILTER...]",
        options: &[
            ("--stress SETTING", "as `-X taipan_stress` takes it: `alloc:1009,switch:7,check:50021`"),
            ("--taipan PATH", "a program of the profile `checked`; without it that is built"),
            FILTER,
        ],
    },
    Command {
        name: "opcodes-executed",
        run: opcodes::run,
        summary: "which instructions the program tests never execute",
        arguments: "[OPTION...]",
        options: &[TAIPAN, REFERENCE],
    },
    Command {
        name: "disasm-check",
        run: disassembly::run,
        summary: "every handler of the release program leaves by a jump through the table",
        arguments: "[OPTION...]",
        options: &[TAIPAN, ("--list", "show each handler and how it leaves")],
    },
    Command {
        name: "profile",
        run: profile::run,
        summary: "record target/profile/taipan.profdata: how programs use the machine, for the optimiser",
        arguments: "",
        options: &[],
    },
    Command {
        name: "start-layout",
        run: layout::run,
        summary: "write crates/taipan/start.ld: what a start executes, for the linker",
        arguments: "[OPTION...]",
        options: &[TAIPAN],
    },
    Command {
        name: "licenses",
        run: licenses::run,
        summary: "dependencies' licences against the allowed list and LICENSES.md",
        arguments: "[--write]",
        options: &[("--write", "write LICENSES.md anew")],
    },
    Command {
        name: "tidy",
        run: tidy::run,
        summary: "headers, lengths, paths named in documents, SAFETY comments",
        arguments: "",
        options: &[],
    },
];

impl Command {
    pub fn find(name: &str) -> Option<&'static Command> {
        COMMANDS.iter().find(|command| command.name == name)
    }

    pub fn help(&self) -> String {
        let usage = format!("usage: cargo xtask {} {}", self.name, self.arguments);
        let mut text = format!("{}\n\n{}\n", usage.trim_end(), self.summary);
        if !self.options.is_empty() {
            text.push('\n');
        }
        for (option, effect) in self.options {
            text += &format!("  {option:23} {effect}\n");
        }
        text
    }
}

/// What `cargo xtask` says of all of them.
pub fn overview() -> String {
    let mut text = "usage: cargo xtask COMMAND [OPTION...]   (COMMAND --help tells its options)\n\n".to_owned();
    for command in COMMANDS {
        text += &format!("  {:17} {}\n", command.name, command.summary);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_found_and_told_of() {
        for command in COMMANDS {
            assert!(Command::find(command.name).is_some_and(|found| found.name == command.name));
            assert!(command.help().starts_with(&format!("usage: cargo xtask {}", command.name)));
            assert!(command.options.iter().all(|(option, _)| option.len() <= 23), "{}", command.name);
            assert!(overview().contains(command.summary));
        }
    }
}
