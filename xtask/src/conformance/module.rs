//! Running one module of the suite: start the runner, watch its log grow, start it again behind what crashed or hung.

use std::collections::BTreeMap;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::Options;
use crate::interpreter::Interpreter;
use crate::process::{self, End};
use crate::workspace;

/// Address space of one test process, in KiB.
const MEMORY: u64 = 6 << 20;
/// A module whose every test crashes is given up after this many fresh starts.
const MOST_STARTS: usize = 40;
/// No module may take more than this many times the limit of one test.
const MODULE_FACTOR: u32 = 12;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum TestOutcome {
    Passed,
    Failed,
    Skipped,
    Crashed,
    TimedOut,
}

impl std::fmt::Display for TestOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            TestOutcome::Passed => "passed",
            TestOutcome::Failed => "failed",
            TestOutcome::Skipped => "skipped",
            TestOutcome::Crashed => "crashed",
            TestOutcome::TimedOut => "timed out",
        })
    }
}

#[derive(Clone, Debug)]
pub struct TestResult {
    pub outcome: TestOutcome,
    pub reason: String,
}

/// What became of a module and of each of its tests.
#[derive(Default)]
pub struct ModuleRun {
    pub name: String,
    pub tests: BTreeMap<String, TestResult>,
    /// Why the module as a whole did not run, or not to its end.
    pub trouble: Option<(TestOutcome, String)>,
    /// Whether the runner came to the end of the module.
    pub finished: bool,
    pub elapsed: Duration,
}

/// Runs a module; its log is left in `folder`.
pub fn run(interpreter: &Interpreter, name: &str, options: &Options, folder: &Path) -> std::io::Result<ModuleRun> {
    std::fs::create_dir_all(folder)?;
    let log = folder.join(format!("{name}.jsonl"));
    let skip = folder.join(format!("{name}.skip"));
    let _ = std::fs::remove_file(&log);
    let started = Instant::now();
    for _ in 0..MOST_STARTS {
        let before = read(name, &log)?;
        std::fs::write(&skip, before.tests.keys().map(|id| format!("{id}\n")).collect::<String>())?;
        let (end, stderr) = watch(interpreter, name, options, folder, &log, &skip)?;
        let after = read(name, &log)?;
        if after.finished || after.trouble.is_some() {
            break;
        }
        // The test that was started and never ended is the one to blame.
        let outcome = if end == End::TimedOut { "timed out" } else { "crashed" };
        let reason = format!("{end}: {}", last_line(&stderr));
        let blamed = match running(&log)? {
            Some(id) => serde_json::json!({"event": "end", "id": id, "outcome": outcome, "reason": reason}),
            None => serde_json::json!({"event": "module", "outcome": outcome, "reason": reason}),
        };
        append(&log, &blamed.to_string())?;
        let tired = started.elapsed() > options.limit * MODULE_FACTOR;
        if tired || blamed["event"] == "module" {
            if tired {
                append(&log, r#"{"event": "module", "outcome": "timed out", "reason": "the module as a whole"}"#)?;
            }
            break;
        }
    }
    let mut run = read(name, &log)?;
    run.elapsed = started.elapsed();
    Ok(run)
}

/// One process of the runner, killed when its log has not grown for the time limit.
fn watch(
    interpreter: &Interpreter,
    name: &str,
    options: &Options,
    folder: &Path,
    log: &Path,
    skip: &Path,
) -> std::io::Result<(End, String)> {
    let work = folder.join("work").join(name);
    let _ = std::fs::remove_dir_all(&work);
    std::fs::create_dir_all(&work)?;
    let printed = folder.join(format!("{name}.stderr"));
    let mut child = interpreter
        .bounded(MEMORY)
        .arg(workspace::root().join("tests/conformance/runner.py"))
        .args([name.as_ref(), log.as_os_str(), skip.as_os_str()])
        .env("PYTHONPATH", &options.tests)
        .current_dir(&work)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&printed)?)
        .process_group(0)
        .spawn()?;
    let size = || std::fs::metadata(log).map_or(0, |data| data.len());
    let (mut seen, mut since) = (size(), Instant::now());
    let end = process::wait(&mut child, options.limit * MODULE_FACTOR, || {
        let now = size();
        if now != seen {
            (seen, since) = (now, Instant::now());
        }
        since.elapsed() > options.limit
    })?;
    let _ = std::fs::remove_dir_all(&work);
    Ok((end, String::from_utf8_lossy(&std::fs::read(&printed)?).into_owned()))
}

/// What the log says. Lines that are not whole (the process died while writing) are left out.
pub fn read(name: &str, log: &Path) -> std::io::Result<ModuleRun> {
    let mut run = ModuleRun { name: name.to_owned(), ..ModuleRun::default() };
    let Ok(text) = std::fs::read_to_string(log) else { return Ok(run) };
    for event in text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok()) {
        let field = |key: &str| event[key].as_str().unwrap_or("").to_owned();
        let outcome = match field("outcome").as_str() {
            "passed" => TestOutcome::Passed,
            "skipped" => TestOutcome::Skipped,
            "crashed" => TestOutcome::Crashed,
            "timed out" => TestOutcome::TimedOut,
            _ => TestOutcome::Failed,
        };
        match field("event").as_str() {
            "end" => {
                let result = TestResult { outcome, reason: field("reason") };
                let worst = run.tests.entry(field("id")).or_insert(result.clone());
                // Two tests of one id (a class made twice, say): the id passes if both do.
                if worst.outcome == TestOutcome::Passed {
                    *worst = result;
                }
            }
            "module" => {
                run.trouble = Some((outcome, field("reason")));
                run.finished |= outcome == TestOutcome::Skipped || outcome == TestOutcome::Failed;
            }
            "done" => run.finished = true,
            _ => {}
        }
    }
    Ok(run)
}

/// The id of the test that the log's last line says has begun.
fn running(log: &Path) -> std::io::Result<Option<String>> {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let last = text.lines().next_back().and_then(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    Ok(last.filter(|event| event["event"] == "start").and_then(|event| event["id"].as_str().map(str::to_owned)))
}

fn append(log: &Path, line: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(log)?;
    // The first newline ends a line that a dying process left half written.
    write!(file, "\n{line}\n")
}

fn last_line(text: &str) -> String {
    text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("").chars().take(200).collect()
}
