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
    /// What is compared, for `--help`.
    what: &'static str,
    /// The options of the script that it takes.
    options: &'static str,
}

#[derive(Clone, Copy)]
enum Ours {
    /// An example of a package.
    Example(&'static str, &'static str),
    Taipan,
}

const COMPILER: Ours = Ours::Example("taipan-compiler", "compile_pyc");
const OUTCOMES: Ours = Ours::Example("taipan-compiler", "compile_files");
const SYMBOLS: Ours = Ours::Example("taipan-compiler", "dump_symbols");
const TREES: Ours = Ours::Example("taipan-syntax", "dump_ast");

const OF_TEXTS: &str = "show flags optimize seconds strict tree";
const OF_RANDOM: &str = "count seed show flags optimize seconds strict tree";

#[rustfmt::skip]
const SUBJECTS: &[Subject] = &[
    subject("code", "bytecode", COMPILER, &[], "code objects, field by field", "optimize mode flags show"),
    subject("outcomes", "outcomes", OUTCOMES, &[], "code objects, errors and warnings of the bare compiler",
        "optimize mode flags show cache match"),
    subject("symbols", "symbols", SYMBOLS, &[], "symbol tables", "show"),
    subject("trees", "trees", TREES, &[], "syntax trees with all positions", "mode show cache"),
    subject("pycs", "pycs", Ours::Taipan, &[], "compiled files: each interpreter reads and runs those of the other", "show"),
    subject("speed", "bytecode", COMPILER, &["--time"], "the time to parse and compile all files", ""),
    subject("files", "program", Ours::Taipan, &["--files"], "what compile() answers in the program: code or tree, errors, warnings",
        "mode show flags optimize seconds strict tree"),
    subject("errors", "program", Ours::Taipan, &["--mutate"], "the same of pieces of files with tokens changed at random", OF_RANDOM),
    subject("bytes", "program", Ours::Taipan, &["--bytes"], "the same of pieces of files with bytes changed at random", OF_RANDOM),
    subject("edits", "program", Ours::Taipan, &["--edit"], "the same of trees edited at random", OF_RANDOM),
    subject("texts", "program", Ours::Taipan, &["--texts"], "the same of every string, bytes and doctest that the files hold", OF_TEXTS),
    subject("tests", "program", Ours::Taipan, &["--tests"], "the same of all that CPython's test modules compile: PATHs are names",
        OF_TEXTS),
];

const fn subject(
    name: &'static str,
    script: &'static str,
    ours: Ours,
    before: &'static [&'static str],
    what: &'static str,
    options: &'static str,
) -> Subject {
    Subject { name, script, ours, before, what, options }
}

const USAGE: &str = "\
usage: cargo xtask compare [--reference PYTHON] [--what SUBJECT] [OPTION...] PATH...

Sets Taipan's front end beside CPython 3.14's, over files or over all .py files of folders. Prints how many are the same and
the first differences; the exit code is 1 if there are any.

  --reference PYTHON  the CPython 3.14 to compare with (else REFERENCE_PYTHON names it)
  --what SUBJECT      what is compared; without it, code
  --taipan PATH       the program, for subjects that ask it; without it the release program is built
  --help              this text

Options of subjects:
  --optimize N        the level of optimisation, 0 (if nothing is said), 1 or 2
  --mode MODE         exec (if nothing is said), eval, single; for trees func_type, too
  --flags N           the flags of compile(), as a number
  --strict            warnings are errors, so that their places count
  --tree              syntax trees instead of code objects
  --count N           how many inputs are made (4000)
  --seed N            the same seed makes the same inputs (1)
  --show N            how many differences are shown
  --match TEXT        only differences with this text are shown
  --seconds N         how long an answer may take (60)
  --cache FILE        keeps the reference's answers between runs

Subjects, and the options that they take:
";

fn help() -> String {
    let line = |subject: &Subject| {
        let options: Vec<String> = subject.options.split_whitespace().map(|option| format!("--{option}")).collect();
        format!("  {:9} {}\n            {}\n", subject.name, subject.what, options.join(" "))
    };
    let mut text = USAGE.to_owned();
    for subject in SUBJECTS {
        text += line(subject).replace("            \n", "").as_str();
    }
    text + "
Examples:
  cargo xtask compare --reference python3.14 --optimize 2 /usr/lib/python3.14
  cargo xtask compare --reference python3.14 --what errors --seed 7 --count 3000 /usr/lib/python3.14
  PYTHONPATH=DIR cargo xtask compare --reference python3.14 --what tests test_syntax test_fstring
"
}

pub fn run(mut arguments: lexopt::Parser) -> Outcome {
    use lexopt::prelude::*;
    let (mut what, mut reference, mut options, mut paths) = ("code".to_owned(), None, Vec::new(), Vec::new());
    let mut taipan = None;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("help") | Short('h') => {
                print!("{}", help());
                return Ok(Verdict::default());
            }
            Long("what") => what = arguments.value()?.to_string_lossy().into_owned(),
            Long("taipan") => taipan = Some(PathBuf::from(arguments.value()?)),
            Long(name @ ("strict" | "tree")) => options.push(format!("--{name}").into()),
            Long("reference") => reference = Some(PathBuf::from(arguments.value()?)),
            // The scripts' own options, each with a value.
            Long(
                name @ ("optimize" | "flags" | "show" | "mode" | "count" | "seed" | "cache" | "seconds" | "match"),
            ) => {
                let name = OsString::from(format!("--{name}"));
                options.extend([name, arguments.value()?]);
            }
            Value(path) => paths.push(path),
            other => return Err(other.unexpected().into()),
        }
    }
    let Some(subject) = SUBJECTS.iter().find(|subject| subject.name == what) else {
        let names: Vec<&str> = SUBJECTS.iter().map(|subject| subject.name).collect();
        return Err(format!("--what is one of {} (--help tells more)", names.join(", ")).into());
    };
    if paths.is_empty() {
        return Err("which files or folders? (--help tells more)".into());
    }
    let mut given = options.iter().filter_map(|option| option.to_str()?.strip_prefix("--"));
    if let Some(name) = given.find(|name| !subject.options.split_whitespace().any(|own| own == *name)) {
        return Err(format!("--what {what} does not take --{name} (--help tells more)").into());
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
    use super::{Ours, SUBJECTS, help};
    use crate::workspace;

    #[test]
    fn help_names_every_option_of_every_subject() {
        let text = help();
        for subject in SUBJECTS {
            assert!(text.contains(&format!("\n  {:9} ", subject.name)));
            for option in subject.options.split_whitespace() {
                assert!(text.contains(&format!("\n  --{option} ")), "{option}");
            }
        }
    }

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
