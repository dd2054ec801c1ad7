//! `cargo xtask programs`: small Python programs whose output was recorded from CPython 3.14.
//!
//! `tests/programs/SUBJECT/NAME.py` is a program; beside it stand `NAME.out` (standard output), `NAME.exit` (the exit code,
//! where it is not 0) and, for the programs that are about it, `NAME.err` (standard error). Each runs in its own folder, under
//! a time and a memory limit. Programs known to fail are listed in `tests/expected-failures.txt`, a list that may only shrink.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::interpreter::{Interpreter, Manner};
use crate::process::{self, End, Finished};
use crate::ratchet::Ratchet;
use crate::{Outcome, Verdict, diff, workspace};

/// Address space of one program, in KiB: what asks for more gets MemoryError, as on a small machine.
const MEMORY: u64 = 4 << 20;

pub struct Options {
    pub taipan: Option<PathBuf>,
    pub reference: Option<PathBuf>,
    pub record: bool,
    pub manner: Manner,
    limit: Duration,
    jobs: usize,
    update: bool,
    filters: Vec<String>,
}

impl Options {
    pub fn parse(mut arguments: lexopt::Parser, limit: Duration) -> Result<Options, lexopt::Error> {
        use lexopt::prelude::*;
        let mut options = Options {
            taipan: None,
            reference: None,
            record: false,
            manner: Manner::default(),
            limit,
            jobs: process::processors(),
            update: false,
            filters: Vec::new(),
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("taipan") => options.taipan = Some(arguments.value()?.into()),
                Long("reference") => options.reference = Some(arguments.value()?.into()),
                Long("record") => options.record = true,
                Long("update") => options.update = true,
                Long("time-limit") => options.limit = Duration::from_secs(arguments.value()?.parse()?),
                Long("jobs") => options.jobs = arguments.value()?.parse()?,
                Value(filter) => options.filters.push(filter.to_string_lossy().into_owned()),
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }
}

/// A folder of programs and how they are run.
pub struct Suite {
    pub folder: PathBuf,
    /// What stands before a program's name in the list of known failures.
    pub prefix: &'static str,
    /// Programs that use packages: where those are. Such a program runs in an empty folder, without its own on the path: it is
    /// named like the package that it imports.
    pub packages: Option<PathBuf>,
}

impl Suite {
    /// Whether a line of the list of known failures belongs to this suite.
    fn lists(&self, name: &str) -> bool {
        match self.prefix {
            "" => !name.starts_with("cli/") && !name.starts_with(crate::packages::PREFIX),
            prefix => name.starts_with(prefix),
        }
    }
}

/// A program and the files of its expectations.
struct Program<'a> {
    suite: &'a Suite,
    source: PathBuf,
    name: String,
}

impl Program<'_> {
    fn beside(&self, extension: &str) -> PathBuf {
        self.source.with_extension(extension)
    }

    /// Runs it, with the folders' paths taken out of what it printed.
    fn run(&self, interpreter: &Interpreter, limit: Duration, hash_seed: &str) -> std::io::Result<Shown> {
        let folder = self.source.parent().unwrap_or(Path::new("."));
        let mut command = interpreter.bounded(MEMORY);
        command.env("PYTHONHASHSEED", hash_seed);
        match &self.suite.packages {
            None => command.arg(self.source.file_name().unwrap_or_default()).current_dir(folder),
            Some(packages) => {
                let empty = workspace::scratch(&format!("packages/empty/{}", self.name))?;
                command.arg("-P").arg(&self.source).current_dir(empty).env("PYTHONPATH", packages)
            }
        };
        let finished = process::run(&mut command, b"", limit)?;
        let folders = self.suite.packages.as_deref().into_iter().chain([folder]);
        Ok(Shown::new(finished, folders))
    }
}

/// What a program showed, as text that does not depend on where the repository lies.
#[derive(PartialEq, Eq)]
struct Shown {
    stdout: String,
    stderr: String,
    end: End,
}

impl Shown {
    fn new<'a>(finished: Finished, folders: impl Iterator<Item = &'a Path>) -> Shown {
        let folders: Vec<String> = folders.map(|folder| format!("{}/", folder.display())).collect();
        let text = |bytes: &[u8]| {
            let text = bytes.utf8_chunks().fold(String::new(), |text, chunk| {
                let bad = if chunk.invalid().is_empty() { "" } else { "\\x??" };
                text + chunk.valid() + bad
            });
            folders.iter().fold(text, |text, folder| text.replace(folder, ""))
        };
        Shown { stdout: text(&finished.stdout), stderr: text(&finished.stderr), end: finished.end }
    }
}

pub fn run(arguments: lexopt::Parser) -> Outcome {
    run_in(arguments, Manner::default())
}

/// Checks (or records) the programs with an interpreter that is run in some manner.
pub fn run_in(arguments: lexopt::Parser, manner: Manner) -> Outcome {
    let mut options = Options::parse(arguments, Duration::from_secs(20) * manner.slowness)?;
    options.manner = manner;
    let folder = workspace::root().join("tests/programs");
    run_suite(&Suite { folder, prefix: "", packages: None }, &options)
}

/// Checks or records the programs of a folder.
pub fn run_suite(suite: &Suite, options: &Options) -> Outcome {
    let mut programs: Vec<Program> = workspace::files(&suite.folder, "py")?
        .into_iter()
        .filter_map(|source| {
            let name = source.with_extension("").strip_prefix(&suite.folder).ok()?.to_string_lossy().into_owned();
            let name = format!("{}{name}", suite.prefix);
            // A module that a program imports is named with a leading underscore, or lies in a folder that is.
            (!name.split('/').any(|part| part.starts_with('_'))).then_some(Program { suite, source, name })
        })
        .collect();
    if !options.filters.is_empty() {
        programs.retain(|program| options.filters.iter().any(|filter| program.name.contains(filter)));
    }
    options.manner.leave_out(&mut programs, |program| program.name.clone())?;
    if options.record { record(&programs, options) } else { check(suite, &programs, options) }
}

fn check(suite: &Suite, programs: &[Program], options: &Options) -> Outcome {
    let mut taipan = Interpreter::under_test(options.taipan.clone())?;
    taipan.manner = options.manner.clone();
    let mut known = Ratchet::read(&workspace::root().join("tests/expected-failures.txt"))?;
    let results = process::in_parallel(programs, options.jobs, |program| {
        program.run(&taipan, options.limit, "0").map(|shown| judge(program, &shown))
    });
    let mut verdict = Verdict::default();
    let mut expected = 0;
    for (program, result) in programs.iter().zip(results) {
        let (failure, is_known) = (result?, known.names.contains(&program.name));
        match failure {
            None if !is_known => verdict.passed += 1,
            None if options.update => {
                known.names.remove(&program.name);
                verdict.passed += 1;
            }
            None => {
                verdict.fail(&program.name);
                println!("{} passes now: take it out of tests/expected-failures.txt\n", program.name);
            }
            Some(failure) if options.update || !is_known => {
                verdict.fail(&program.name);
                println!("{} fails\n{failure}", program.name);
            }
            Some(_) => expected += 1,
        }
    }
    if options.filters.is_empty() && options.manner.left_out.is_none() {
        let gone = |name: &&String| suite.lists(name) && !programs.iter().any(|program| program.name == **name);
        for name in known.names.iter().filter(gone) {
            verdict.fail(name);
            println!("tests/expected-failures.txt names {name}, which does not exist\n");
        }
    }
    if options.update {
        known.write()?;
    }
    if expected > 0 {
        println!("{expected} known failures (tests/expected-failures.txt)");
    }
    println!("{}: {verdict}", if suite.prefix.is_empty() { "programs" } else { suite.prefix.trim_end_matches('/') });
    Ok(verdict)
}

/// What is wrong with what a program showed, or nothing.
fn judge(program: &Program, shown: &Shown) -> Option<String> {
    let read = |extension| std::fs::read_to_string(program.beside(extension)).ok();
    let Some(stdout) = read("out") else { return Some("    has no recorded output (--record)\n".into()) };
    let mut failure = String::new();
    let exit = read("exit").and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    if shown.end != End::Exit(exit) {
        failure += &format!("    {} instead of exit {exit}\n", shown.end);
    }
    if shown.stdout != stdout {
        failure += &format!("    standard output:\n{}", diff::lines(&stdout, &shown.stdout, 24));
    }
    match read("err") {
        Some(stderr) if stderr != shown.stderr => {
            failure += &format!("    standard error:\n{}", diff::lines(&stderr, &shown.stderr, 24));
        }
        // Not compared, but where something else is wrong its end says why.
        None if !failure.is_empty() && !shown.stderr.is_empty() => {
            let lines: Vec<&str> = shown.stderr.lines().collect();
            failure += "    standard error ends:\n";
            for line in &lines[lines.len().saturating_sub(6)..] {
                failure += &format!("      {line}\n");
            }
        }
        _ => {}
    }
    (!failure.is_empty()).then_some(failure)
}

/// Writes the expectations, after running each program under two hash seeds: what differs between them is no expectation.
fn record(programs: &[Program], options: &Options) -> Outcome {
    let reference = Interpreter::reference(options.reference.clone())?;
    let results = process::in_parallel(programs, options.jobs, |program| {
        let first = program.run(&reference, options.limit, "1")?;
        let second = program.run(&reference, options.limit, "2")?;
        std::io::Result::Ok((first, second))
    });
    let mut verdict = Verdict::default();
    for (program, result) in programs.iter().zip(results) {
        let (first, second) = result?;
        let End::Exit(code) = first.end else {
            println!("{}: {}\n", program.name, first.end);
            verdict.failed += 1;
            continue;
        };
        let about_stderr = program.beside("err").exists();
        if first.stdout != second.stdout || (about_stderr && first.stderr != second.stderr) {
            println!("{} is not deterministic\n{}", program.name, diff::lines(&first.stdout, &second.stdout, 8));
            verdict.failed += 1;
            continue;
        }
        if code != 0 && !about_stderr {
            println!("{} ends with exit {code}:\n{}", program.name, first.stderr);
        }
        std::fs::write(program.beside("out"), &first.stdout)?;
        if about_stderr {
            std::fs::write(program.beside("err"), &first.stderr)?;
        }
        if code == 0 {
            let _ = std::fs::remove_file(program.beside("exit"));
        } else {
            std::fs::write(program.beside("exit"), format!("{code}\n"))?;
        }
        verdict.passed += 1;
    }
    println!("recorded: {verdict}");
    Ok(verdict)
}
