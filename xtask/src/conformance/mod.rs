//! `cargo xtask conformance --tests DIR`: CPython's own test suite, module by module, as the measure of completeness.
//!
//! `DIR` holds the package `test` of CPython 3.14. Every module runs in processes of its own ([`module`]), so that a crash or a
//! hang costs one test; its outcomes are compared with the reference interpreter's and with `tests/conformance/passing.txt`,
//! the list of tests that passed before, which may only grow (`--update`). The result is a page for people ([`report`]).

mod module;
mod report;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::interpreter::Interpreter;
use crate::ratchet::Ratchet;
use crate::{Outcome, Verdict, process, workspace};
use module::{ModuleRun, TestOutcome};

/// Folders that are run as many modules, each of their own: they are big, and their parts independent.
const SPLIT: &[&str] = &[
    "test_asyncio",
    "test_concurrent_futures",
    "test_doctests",
    "test_free_threading",
    "test_future_stmt",
    "test_gdb",
    "test_inspect",
    "test_multiprocessing_fork",
    "test_multiprocessing_forkserver",
    "test_multiprocessing_spawn",
    "test_pydoc",
];

pub struct Options {
    tests: PathBuf,
    limit: Duration,
    jobs: usize,
}

pub fn run(mut arguments: lexopt::Parser) -> Outcome {
    use lexopt::prelude::*;
    let (mut taipan, mut reference, mut update, mut modules) = (None, None, false, Vec::<String>::new());
    let mut tests = std::env::var_os("CPYTHON_TESTS").map(PathBuf::from);
    let (mut limit, mut jobs, mut only_listed) = (Duration::from_secs(30), process::processors(), false);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("tests") => tests = Some(arguments.value()?.into()),
            Long("taipan") => taipan = Some(PathBuf::from(arguments.value()?)),
            Long("reference") => reference = Some(PathBuf::from(arguments.value()?)),
            Long("update") => update = true,
            Long("listed") => only_listed = true,
            Long("module") => modules.push(arguments.value()?.to_string_lossy().into_owned()),
            Long("jobs") => jobs = arguments.value()?.parse()?,
            Long("time-limit") => limit = Duration::from_secs(arguments.value()?.parse()?),
            Value(module) => modules.push(module.to_string_lossy().into_owned()),
            other => return Err(other.unexpected().into()),
        }
    }
    let tests =
        tests.ok_or("name the folder that holds CPython 3.14's package `test` with --tests DIR")?.canonicalize()?;
    let options = Options { tests, limit, jobs };
    let mut passing = Ratchet::read(&workspace::root().join("tests/conformance/passing.txt"))?;
    let mut names = find(&options.tests)?;
    if !modules.is_empty() {
        names.retain(|name| modules.iter().any(|wanted| name == wanted || name.strip_prefix("test.") == Some(wanted)));
    }
    if only_listed {
        names.retain(|name| passing.names.iter().any(|id| belongs(id, name)));
    }
    if names.is_empty() {
        return Err("no such test module".into());
    }

    let folder = workspace::scratch("conformance")?;
    let taipan = installed(&Interpreter::under_test(taipan)?, &options.tests, &folder.join("environment"))?;
    let reference = reference.map(|path| Interpreter::reference(Some(path))).transpose()?;
    let progress = std::sync::atomic::AtomicUsize::new(0);
    let runs = process::in_parallel(&names, options.jobs, |name| {
        let expected = reference.as_ref().map(|reference| remembered(reference, name, &options, &folder));
        let run = module::run(&taipan, name, &options, &folder.join("taipan"));
        let done = progress.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        if let Ok(run) = &run {
            println!("[{done:3}/{}] {name}: {}", names.len(), report::summary(run));
        }
        Ok::<_, std::io::Error>((run?, expected.transpose()?))
    });
    let runs = runs.into_iter().collect::<Result<Vec<_>, _>>()?;

    let page = report::write(&runs);
    let path = folder.join("report.md");
    std::fs::write(&path, page)?;

    let mut verdict = Verdict::default();
    for (run, _) in &runs {
        let now: std::collections::BTreeSet<&str> = run.passed().collect();
        verdict.passed += now.len();
        for lost in passing.names.iter().filter(|id| belongs(id, &run.name) && !now.contains(id.as_str())) {
            verdict.fail(lost);
            println!("passed before, and does not now: {lost}: {}", run.why(lost));
        }
        if update {
            passing.names.extend(now.into_iter().map(str::to_owned));
        }
    }
    if update {
        passing.write()?;
    }
    println!("{}: the whole story", path.display());
    println!("conformance (failed: tests that passed before): {verdict}");
    Ok(verdict)
}

/// The interpreter in a virtual environment that has the package `test`, as CPython has it in its library: many tests start
/// an interpreter of their own with `-I`, which looks at no `PYTHONPATH`.
fn installed(taipan: &Interpreter, tests: &Path, folder: &Path) -> std::io::Result<Interpreter> {
    let _ = std::fs::remove_dir_all(folder);
    let (programs, packages) = (folder.join("bin"), folder.join("lib/python3.14/site-packages"));
    std::fs::create_dir_all(&programs)?;
    std::fs::create_dir_all(&packages)?;
    let home = taipan.path.parent().unwrap_or(Path::new("/"));
    std::fs::write(folder.join("pyvenv.cfg"), format!("home = {}\n", home.display()))?;
    std::fs::write(packages.join("tests.pth"), format!("{}\n", tests.display()))?;
    let path = programs.join("taipan");
    std::os::unix::fs::symlink(&taipan.path, &path)?;
    Ok(Interpreter { path, ..taipan.clone() })
}

/// Whether a test id is of this module (and not of a longer-named one).
fn belongs(id: &str, module: &str) -> bool {
    id.strip_prefix(module).is_some_and(|rest| rest.starts_with('.'))
}

/// All modules of the suite, by their import names.
fn find(tests: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    let package = tests.join("test");
    for stem in stems(&package)? {
        if SPLIT.contains(&&*stem) {
            names.extend(stems(&package.join(&stem))?.into_iter().map(|part| format!("test.{stem}.{part}")));
        } else {
            names.push(format!("test.{stem}"));
        }
    }
    names.sort();
    Ok(names)
}

fn stems(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut stems = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let module = path.extension().is_some_and(|extension| extension == "py") || path.join("__init__.py").exists();
        if name.starts_with("test_") && module {
            stems.push(name);
        }
    }
    Ok(stems)
}

/// The reference's outcomes, run once and kept under `target`: they do not change between our builds.
fn remembered(reference: &Interpreter, name: &str, options: &Options, folder: &Path) -> std::io::Result<ModuleRun> {
    let folder = folder.join("reference");
    match module::read(name, &folder.join(format!("{name}.jsonl"))) {
        Ok(run) if run.finished => Ok(run),
        _ => module::run(reference, name, options, &folder),
    }
}

impl ModuleRun {
    fn passed(&self) -> impl Iterator<Item = &str> {
        self.tests.iter().filter(|(_, result)| result.outcome == TestOutcome::Passed).map(|(id, _)| id.as_str())
    }

    fn why(&self, id: &str) -> String {
        match self.tests.get(id) {
            Some(result) => format!("{} {}", result.outcome, result.reason),
            None => {
                self.trouble.as_ref().map_or("did not run".into(), |(outcome, reason)| format!("{outcome} {reason}"))
            }
        }
    }
}
