//! `cargo xtask ci`: every check in order, each to its end, and the sum of what passed and failed. `.ci/run` calls it.
//!
//! `--quick` leaves out what takes minutes. Checks that need CPython run where REFERENCE_PYTHON (an interpreter) and CPYTHON_TESTS
//! (the folder that holds its package `test`) say where it is.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use crate::{Outcome, Verdict, workspace};

pub fn run(mut arguments: lexopt::Parser) -> Outcome {
    let mut quick = false;
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("quick") => quick = true,
            other => return Err(other.unexpected().into()),
        }
    }
    let mut total = Verdict::default();
    let mut failed = Vec::new();
    let mut step = |name: &str, work: &mut dyn FnMut() -> Outcome| {
        println!("\n== {name}");
        let started = Instant::now();
        let verdict = work().unwrap_or_else(|error| {
            println!("{error}");
            Verdict::of(false)
        });
        println!("== {name}: {verdict} ({:.0} s)", started.elapsed().as_secs_f64());
        if verdict.failed > 0 {
            failed.push(format!("{name}: {}", verdict.names.join(", ")));
        }
        total += verdict;
    };

    step("formatting", &mut || cargo(&["fmt", "--all", "--check"]));
    step("tidy", &mut || crate::tidy::run(no_arguments()));
    step("licences", &mut || crate::licenses::run(no_arguments()));
    if !quick {
        step("clippy", &mut || cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]));
        step("unit tests", &mut unit_tests);
    }
    step("release build", &mut || cargo(&["build", "--quiet", "--release", "--package", "taipan"]));
    step("program tests", &mut || crate::programs::run(no_arguments()));
    step("command line", &mut || crate::cli::run(no_arguments()));
    if !quick {
        step("packages", &mut || crate::packages::run(no_arguments()));
    }
    step("disassembly", &mut || crate::disassembly::run(no_arguments()));
    if !quick {
        step("documents", &mut || cargo(&["doc", "--quiet", "--workspace", "--no-deps"]));
    }
    match std::env::var_os("CPYTHON_TESTS") {
        Some(_) if quick => {}
        Some(_) => step("conformance ratchet", &mut || {
            let list = std::fs::read_to_string(workspace::root().join("tests/conformance/steady.txt"))?;
            let modules = list.lines().filter(|line| !line.starts_with('#'));
            crate::conformance::run(lexopt::Parser::from_args(["--listed"].into_iter().chain(modules)))
        }),
        None => println!("\n== conformance ratchet: left out (CPYTHON_TESTS names no folder with CPython's tests)"),
    }
    match std::env::var_os("REFERENCE_PYTHON").map(PathBuf::from) {
        Some(_) => step("differential", &mut || {
            let arguments = ["--seed", "1", "--count", if quick { "16" } else { "200" }];
            crate::differential::run(lexopt::Parser::from_args(arguments))
        }),
        None => println!("\n== differential: left out (REFERENCE_PYTHON names no CPython 3.14)"),
    }

    println!();
    for name in failed {
        println!("failed in {}", name.trim_end_matches([':', ' ']));
    }
    println!("{total}");
    Ok(total)
}

fn no_arguments() -> lexopt::Parser {
    lexopt::Parser::from_args(std::iter::empty::<&str>())
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(workspace::root());
    command
}

/// A check that is one command.
fn cargo(arguments: &[&str]) -> Outcome {
    println!("cargo {}", arguments.join(" "));
    Ok(Verdict::of(command(arguments).status()?.success()))
}

/// The crates' own tests: with nextest where it is installed. Counts come from what the runner prints at the end.
fn unit_tests() -> Outcome {
    let nextest = command(&["nextest", "--version"]).output().is_ok_and(|output| output.status.success());
    let arguments: &[&str] = if nextest {
        &["nextest", "run", "--workspace", "--no-fail-fast", "--status-level", "fail", "--cargo-quiet"]
    } else {
        &["test", "--quiet", "--workspace", "--no-fail-fast"]
    };
    println!("cargo {}", arguments.join(" "));
    let output = command(arguments).output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let mut verdict = Verdict::default();
    // Nextest says its sum again when something failed; cargo has one line for each program of tests.
    let sum = text.lines().rfind(|line| line.contains(" tests run:"));
    for line in text.lines().filter(|line| line.contains("test result:")).chain(sum) {
        verdict.passed += before(line, " passed");
        verdict.failed += before(line, " failed") + before(line, " timed out");
    }
    if !output.status.success() {
        println!("{text}");
        verdict.failed = verdict.failed.max(1);
    }
    Ok(verdict)
}

/// The number that stands before `word` in a summary.
fn before(line: &str, word: &str) -> usize {
    let Some(at) = line.find(word) else { return 0 };
    let head = &line[..at];
    let digits = head.len() - head.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    head[head.len() - digits..].parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::before;

    #[test]
    fn counts_are_read_from_both_runners() {
        assert_eq!(before("test result: ok. 12 passed; 3 failed; 0 ignored", " passed"), 12);
        assert_eq!(before("     Summary [   0.1s] 15 tests run: 12 passed, 3 failed, 1 skipped", " failed"), 3);
        assert_eq!(before("     Summary [   0.1s] 15 tests run: 15 passed, 1 skipped", " failed"), 0);
    }
}
