//! The interpreters that the commands run: Taipan's release program, and a CPython 3.14 to compare with.

use std::path::PathBuf;
use std::process::Command;

use crate::ratchet::Ratchet;
use crate::workspace;

/// One interpreter: a program that takes Python's command line.
#[derive(Clone, Debug)]
pub struct Interpreter {
    pub name: String,
    pub path: PathBuf,
    pub manner: Manner,
}

/// How a program is run that watches itself; by default it does not.
#[derive(Clone, Debug)]
pub struct Manner {
    /// Options that come before all others.
    pub options: Vec<String>,
    /// Whether its address space can be bounded.
    pub is_bounded: bool,
    /// How many times longer it may take.
    pub slowness: u32,
    /// The list of what is not run in this manner, each with its reason: a file in `tests`.
    pub left_out: Option<&'static str>,
}

impl Manner {
    /// Takes what is not run in this manner out of `tests`, and says how many there were.
    pub fn leave_out<T>(&self, tests: &mut Vec<T>, name: impl Fn(&T) -> String) -> std::io::Result<()> {
        let Some(file) = self.left_out else { return Ok(()) };
        let listed = Ratchet::read(&workspace::root().join("tests").join(file))?.names;
        let before = tests.len();
        tests.retain(|test| !listed.contains(&name(test)));
        if tests.len() < before {
            println!("{} left out (tests/{file} says why)", before - tests.len());
        }
        Ok(())
    }
}

impl Default for Manner {
    fn default() -> Manner {
        Manner { options: Vec::new(), is_bounded: true, slowness: 1, left_out: None }
    }
}

impl Interpreter {
    /// A program, run as it is.
    pub fn at(name: &str, path: PathBuf) -> Interpreter {
        Interpreter { name: name.to_owned(), path, manner: Manner::default() }
    }

    /// The program under test: the one given by `--taipan`, else the release build of this workspace.
    pub fn under_test(given: Option<PathBuf>) -> Result<Interpreter, Box<dyn std::error::Error>> {
        let path = match given {
            Some(path) => path.canonicalize().map_err(|error| format!("{}: {error}", path.display()))?,
            None => build()?,
        };
        Ok(Interpreter::at("taipan", path))
    }

    /// The interpreter whose answers are right. Anything but CPython 3.14 is refused: expectations must come from one source.
    pub fn reference(given: Option<PathBuf>) -> Result<Interpreter, Box<dyn std::error::Error>> {
        let path = given.or_else(|| std::env::var_os("REFERENCE_PYTHON").map(PathBuf::from));
        let path = path.ok_or("name a CPython 3.14 with --reference PYTHON (or in REFERENCE_PYTHON)")?;
        let found = Interpreter::at("cpython", path.clone());
        let who = found.evaluate("import sys; print(sys.implementation.name, *sys.version_info[:2])")?;
        if who != "cpython 3 14" {
            return Err(format!("{} is {who}, not cpython 3 14", path.display()).into());
        }
        Ok(found)
    }

    /// A command that runs this interpreter with the environment that every test gets.
    pub fn command(&self) -> Command {
        self.settled(Command::new(&self.path))
    }

    /// The same with a bound on memory.
    pub fn bounded(&self, kibibytes: u64) -> Command {
        if !self.manner.is_bounded {
            return self.command();
        }
        self.settled(crate::process::bounded(&self.path, kibibytes))
    }

    fn settled(&self, mut command: Command) -> Command {
        settle(&mut command);
        command.args(&self.manner.options);
        command
    }

    /// What `-c source` prints, without the line's end.
    pub fn evaluate(&self, source: &str) -> Result<String, Box<dyn std::error::Error>> {
        let output = self.command().args(["-c", source]).output();
        let output = output.map_err(|error| format!("{}: {error}", self.path.display()))?;
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{} -c {source:?}: {stderr}", self.path.display()).into());
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }
}

/// Makes a run independent of the person's settings: of their environment only the places of programs and of files is left
/// (pytest, to name one, prints more where `CI` is set). UTF-8, no colours, no .pyc files.
fn settle(command: &mut Command) {
    command.env_clear();
    for name in ["PATH", "HOME", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.env("LC_ALL", "C.UTF-8").env("NO_COLOR", "1").env("PYTHONDONTWRITEBYTECODE", "1");
    command.env("TZ", "UTC").env("COLUMNS", "80");
}

fn build() -> Result<PathBuf, Box<dyn std::error::Error>> {
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--release", "--package", "taipan"])
        .current_dir(workspace::root())
        .status()?;
    if !status.success() {
        return Err("the release program does not build".into());
    }
    Ok(workspace::target().join("release").join("taipan"))
}
