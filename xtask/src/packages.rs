//! `cargo xtask packages`: programs that use well-known pure-Python packages for what they are for.
//!
//! `tests/packages/wheels.txt` pins the packages by version and digest; the machine's own pip fetches them into
//! `target/packages`, where the interpreter under test unpacks them. `tests/packages/NAME.py` is a program for one package,
//! with its output beside it as for the programs of `tests/programs`. Where pip or the network is missing the command says so
//! and checks nothing.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::interpreter::{Interpreter, Manner};
use crate::programs::{self, Options, Suite};
use crate::{Outcome, Verdict, workspace};

/// What stands before a package's name in the list of known failures.
pub const PREFIX: &str = "packages/";

pub fn run(arguments: lexopt::Parser) -> Outcome {
    run_in(arguments, Manner::default())
}

/// Checks (or records) the programs with an interpreter that is run in some manner.
pub fn run_in(arguments: lexopt::Parser, manner: Manner) -> Outcome {
    let mut options = Options::parse(arguments, Duration::from_secs(300) * manner.slowness)?;
    options.manner = manner;
    let interpreter = if options.record {
        Interpreter::reference(options.reference.clone())?
    } else {
        Interpreter::under_test(options.taipan.clone())?
    };
    if !options.record {
        options.taipan = Some(interpreter.path.clone());
    }
    let folder = workspace::root().join("tests/packages");
    match fetch(&folder.join("wheels.txt"), &interpreter) {
        Ok(packages) => programs::run_suite(&Suite { folder, prefix: PREFIX, packages: Some(packages) }, &options),
        Err(Missing::Download(reason)) => {
            println!("packages: left out, the wheels cannot be fetched: {reason}");
            Ok(Verdict::default())
        }
        Err(Missing::Other(error)) => Err(error),
    }
}

/// Why there are no packages to use.
enum Missing {
    /// No pip, or no network: nothing to do with what is tested.
    Download(String),
    Other(Box<dyn std::error::Error>),
}

impl<E: Into<Box<dyn std::error::Error>>> From<E> for Missing {
    fn from(error: E) -> Missing {
        Missing::Other(error.into())
    }
}

/// The folder that holds the unpacked packages of the list; fetched if what is there came of another list.
fn fetch(list: &Path, interpreter: &Interpreter) -> Result<PathBuf, Missing> {
    let (wheels, site) = (workspace::scratch("packages/wheels")?, workspace::scratch("packages/site")?);
    let wanted = std::fs::read_to_string(list)?;
    let done = site.with_extension("list");
    if std::fs::read_to_string(&done).is_ok_and(|had| had == wanted) {
        return Ok(site);
    }
    for folder in [&wheels, &site] {
        std::fs::remove_dir_all(folder)?;
        std::fs::create_dir_all(folder)?;
    }
    download(list, &wheels)?;
    for wheel in workspace::files(&wheels, "whl")? {
        let output = interpreter.command().args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&site).output()?;
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{} does not unpack: {stderr}", wheel.display()).into());
        }
    }
    // What was compiled for CPython is left out, so that both interpreters run the same Python code.
    for library in workspace::files(&site, "so")? {
        std::fs::remove_file(library)?;
    }
    std::fs::write(done, wanted)?;
    Ok(site)
}

/// Fetches exactly the listed wheels with the machine's own pip.
fn download(list: &Path, wheels: &Path) -> Result<(), Missing> {
    let answers = |pip: &&str| Command::new(pip).arg("--version").output().is_ok_and(|output| output.status.success());
    let Some(pip) = ["pip3", "pip"].into_iter().find(answers) else {
        return Err(Missing::Download("there is no pip on the path".into()));
    };
    let mut command = Command::new(pip);
    command.args(["download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]);
    command.args(["--only-binary", ":all:", "--python-version", "3.14", "--implementation", "cp"]);
    command.args(["--abi", "cp314", "--abi", "none", "--platform", "manylinux2014_x86_64", "--platform", "any"]);
    command.arg("--requirement").arg(list).arg("--dest").arg(wheels);
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    if stderr.contains("THESE PACKAGES DO NOT MATCH THE HASHES") {
        return Err(format!("tests/packages/wheels.txt: {stderr}").into());
    }
    let last = stderr.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("pip said nothing");
    Err(Missing::Download(last.to_owned()))
}
