//! `cargo xtask compare`: the front end beside a reference interpreter, file by file over folders.
//!
//! What is compared is one of [`SUBJECTS`]: each has a script in `xtask/compare`, which the reference runs, and something of
//! ours, built here with optimisation, which the script talks to: a small program, or Taipan itself, for only that has codecs,
//! warnings and `ast` objects. The scripts print how many files (and code objects) are the same, and the first differences
//! side by side; they can be run by hand, too.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use crate::interpreter::Interpreter;
use crate::{Outcome, Verdict, workspace};

/// A comparison: its name, its script and what of ours it talks to.
struct Subject {
    name: &'static str,
    script: &'static str,
    ours: Ours,
    /// What stands before the paths, if the caller says nothing else.
    before: &'static [&'static str],
}

#[derive(Clone, Copy)]
enum Ours {
    /// An example of a package.
    Example(&'static str, &'static str),
    Taipan,
}

const COMPILER: Ours = Ours::Example("taipan-compiler", "compile_pyc");

const SUBJECTS: &[Subject] = &[
    subject("code", "bytecode", COMPILER, &[]),
    subject("outcomes", "outcomes", Ours::Example("taipan-compiler", "compile_files"), &[]),
    subject("symbols", "symbols", Ours::Example("taipan-compiler", "dump_symbols"), &[]),
    subject("trees", "trees", Ours::Example("taipan-syntax", "dump_ast"), &[]),
    subject("speed", "bytecode", COMPILER, &["--time"]),
    subject("files", "program", Ours::Taipan, &["--files"]),
    subject("errors", "program", Ours::Taipan, &["--mutate"]),
    subject("bytes", "program", Ours::Taipan, &["--bytes"]),
    subject("edits", "program", Ours::Taipan, &["--edit"]),
    subject("tests", "program", Ours::Taipan, &["--tests"]),
];

const fn subject(name: &'static str, script: &'static str, ours: Ours, before: &'static [&'static str]) -> Subject {
    Subject { name, script, ours, before }
}

pub fn run(mut arguments: lexopt::Parser) -> Outcome {
    use lexopt::prelude::*;
    let (mut what, mut reference, mut options, mut paths) = ("code".to_owned(), None, Vec::new(), Vec::new());
    let mut taipan = None;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("what") => what = arguments.value()?.to_string_lossy().into_owned(),
            Long("taipan") => taipan = Some(PathBuf::from(arguments.value()?)),
            Long("strict") => options.push("--strict".into()),
            Long("tree") => options.push("--tree".into()),
            Long("reference") => reference = Some(PathBuf::from(arguments.value()?)),
            // The scripts' own options, each with a value.
            Long(name @ ("optimize" | "flags" | "show" | "mode" | "count" | "seed" | "cache" | "seconds")) => {
                let name = OsString::from(format!("--{name}"));
                options.extend([name, arguments.value()?]);
            }
            Value(path) => paths.push(path),
            other => return Err(other.unexpected().into()),
        }
    }
    let Some(subject) = SUBJECTS.iter().find(|subject| subject.name == what) else {
        let names: Vec<&str> = SUBJECTS.iter().map(|subject| subject.name).collect();
        return Err(format!("--what is one of {}", names.join(", ")).into());
    };
    if paths.is_empty() {
        return Err("which files or folders?".into());
    }
    let reference = Interpreter::reference(reference)?;
    let script = workspace::root().join("xtask/compare").join(subject.script).with_extension("py");
    let status = Command::new(&reference.path)
        .arg(script)
        .arg(match subject.ours {
            Ours::Taipan => Interpreter::under_test(taipan)?.path,
            Ours::Example(package, example) => build(package, example)?,
        })
        .args(options)
        .args(subject.before)
        .args(paths)
        .status()?;
    Ok(Verdict::of(status.success()))
}

/// Builds an example of ours.
fn build(package: &str, example: &str) -> Result<PathBuf, Box<dyn std::error::Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--release", "-p", package, "--example", example])
        .current_dir(workspace::root())
        .status()?;
    if !built.success() {
        return Err(format!("{example} does not build").into());
    }
    Ok(workspace::target().join("release/examples").join(example))
}

#[cfg(test)]
mod tests {
    use super::{Ours, SUBJECTS};
    use crate::workspace;

    #[test]
    fn every_subject_has_its_script_and_its_program() {
        for subject in SUBJECTS {
            let script = workspace::root().join("xtask/compare").join(subject.script).with_extension("py");
            assert!(script.is_file(), "{}", subject.name);
            let Ours::Example(package, example) = subject.ours else { continue };
            let crate_folder = package.trim_start_matches("taipan-");
            let example = workspace::root().join("crates").join(crate_folder).join("examples").join(example);
            assert!(example.with_extension("rs").is_file(), "{}", subject.name);
        }
    }
}
