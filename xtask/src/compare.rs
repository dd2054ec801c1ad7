//! `cargo xtask compare`: the front end beside a reference interpreter, file by file over folders.
//!
//! What is compared is one of [`SUBJECTS`]: each has a script in `xtask/compare`, which the reference runs, and a small
//! program of ours, built here with optimisation, which the script talks to. The scripts print how many files (and code
//! objects) are the same, and the first differences side by side; they can be run by hand, too.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use crate::interpreter::Interpreter;
use crate::{Outcome, Verdict, workspace};

/// A comparison: its name, its script, the package and the example of ours that it talks to.
struct Subject {
    name: &'static str,
    script: &'static str,
    package: &'static str,
    example: &'static str,
    /// What stands before the paths, if the caller says nothing else.
    before: &'static [&'static str],
}

const SUBJECTS: &[Subject] = &[
    subject("code", "bytecode", "taipan-compiler", "compile_pyc", &[]),
    subject("outcomes", "outcomes", "taipan-compiler", "compile_files", &[]),
    subject("symbols", "symbols", "taipan-compiler", "dump_symbols", &[]),
    subject("trees", "trees", "taipan-syntax", "dump_ast", &[]),
    subject("errors", "errors", "taipan-syntax", "dump_ast", &["--mutate"]),
    subject("speed", "bytecode", "taipan-compiler", "compile_pyc", &["--time"]),
];

const fn subject(
    name: &'static str,
    script: &'static str,
    package: &'static str,
    example: &'static str,
    before: &'static [&'static str],
) -> Subject {
    Subject { name, script, package, example, before }
}

pub fn run(mut arguments: lexopt::Parser) -> Outcome {
    use lexopt::prelude::*;
    let (mut what, mut reference, mut options, mut paths) = ("code".to_owned(), None, Vec::new(), Vec::new());
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("what") => what = arguments.value()?.to_string_lossy().into_owned(),
            Long("reference") => reference = Some(PathBuf::from(arguments.value()?)),
            // The scripts' own options, each with a value.
            Long(name @ ("optimize" | "flags" | "show" | "mode" | "count" | "seed" | "cache")) => {
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
        .arg(build(subject)?)
        .args(options)
        .args(subject.before)
        .args(paths)
        .status()?;
    Ok(Verdict::of(status.success()))
}

/// Builds a subject's program of ours.
fn build(subject: &Subject) -> Result<PathBuf, Box<dyn std::error::Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--release", "-p", subject.package, "--example", subject.example])
        .current_dir(workspace::root())
        .status()?;
    if !built.success() {
        return Err(format!("{} does not build", subject.example).into());
    }
    Ok(workspace::target().join("release/examples").join(subject.example))
}

#[cfg(test)]
mod tests {
    use super::SUBJECTS;
    use crate::workspace;

    #[test]
    fn every_subject_has_its_script_and_its_program() {
        for subject in SUBJECTS {
            let script = workspace::root().join("xtask/compare").join(subject.script).with_extension("py");
            let crate_folder = subject.package.trim_start_matches("taipan-");
            let example = workspace::root().join("crates").join(crate_folder).join("examples").join(subject.example);
            assert!(script.is_file() && example.with_extension("rs").is_file(), "{}", subject.name);
        }
    }
}
