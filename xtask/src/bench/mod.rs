//! `cargo xtask bench`: how fast and how big, against other interpreters.
//!
//! Every script of `benches/` (and of pyperformance, given a folder of its benchmarks) runs on each interpreter in turn, several
//! rounds, with a stand-in for pyperf that prints the least time of one loop; start-up is measured from outside. What counts is
//! the minimum over the rounds. The result is a table and a chart of ratios to the first interpreter, in `target/bench`.
//! `--instructions` counts instructions under callgrind instead: one run is enough, on a noisy machine too.

mod chart;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::interpreter::Interpreter;
use crate::process::{self, End};
use crate::{Outcome, Verdict, workspace};

/// A benchmark that takes longer than this on an interpreter is given up there.
const LIMIT: Duration = Duration::from_secs(300);

/// Start-up, measured as whole processes: name and arguments.
const PROCESSES: &[(&str, &[&str])] = &[
    ("startup_pass", &["-c", "pass"]),
    ("startup_no_site", &["-I", "-S", "-c", "pass"]),
    (
        "startup_imports",
        &["-c", "import argparse, json, re, dataclasses, collections, datetime, pathlib, typing, asyncio"],
    ),
];

struct Options {
    interpreters: Vec<Interpreter>,
    filters: Vec<String>,
    rounds: usize,
    instructions: bool,
    pyperformance: Option<PathBuf>,
}

/// By benchmark, then by interpreter: the unit and the least value seen.
type Figures = BTreeMap<String, BTreeMap<String, (String, f64)>>;

pub fn run(mut arguments: lexopt::Parser) -> Outcome {
    use lexopt::prelude::*;
    let mut options =
        Options { interpreters: Vec::new(), filters: Vec::new(), rounds: 3, instructions: false, pyperformance: None };
    let (mut taipan, mut with_taipan) = (None, true);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("interpreter") => {
                let given = arguments.value()?.to_string_lossy().into_owned();
                let (name, path) = given.split_once('=').ok_or("--interpreter NAME=PATH")?;
                options.interpreters.push(Interpreter::at(name, path.into()));
            }
            Long("reference") => {
                let reference = Interpreter::reference(Some(arguments.value()?.into()))?;
                options.interpreters.insert(0, reference);
            }
            Long("taipan") => taipan = Some(PathBuf::from(arguments.value()?)),
            Long("without-taipan") => with_taipan = false,
            Long("filter") => options.filters.push(arguments.value()?.to_string_lossy().into_owned()),
            Long("rounds") => options.rounds = arguments.value()?.parse()?,
            Long("instructions") => options.instructions = true,
            Long("pyperformance") => options.pyperformance = Some(arguments.value()?.into()),
            Value(filter) => options.filters.push(filter.to_string_lossy().into_owned()),
            other => return Err(other.unexpected().into()),
        }
    }
    if with_taipan {
        options.interpreters.push(Interpreter::under_test(taipan)?);
    }
    let scripts = scripts(&options)?;
    let mut figures = Figures::new();
    let mut failures = Vec::new();
    if options.instructions {
        count_instructions(&options, &scripts, &mut figures, &mut failures)?;
    } else {
        measure(&options, &scripts, &mut figures, &mut failures)?;
    }
    let names: Vec<&str> = options.interpreters.iter().map(|interpreter| interpreter.name.as_str()).collect();
    let folder = workspace::scratch("bench")?;
    let stem = if options.instructions { "instructions" } else { "bench" };
    let page = table(&figures, &names, &failures);
    print!("{page}");
    std::fs::write(folder.join(format!("{stem}.md")), &page)?;
    std::fs::write(folder.join(format!("{stem}.svg")), chart::draw(&ratios(&figures, &names), &names))?;
    println!("\n{}/{stem}.md and {stem}.svg", folder.display());
    Ok(Verdict { passed: figures.len(), failed: failures.len(), names: failures })
}

/// The scripts to run, by name.
fn scripts(options: &Options) -> Result<Vec<(String, PathBuf)>, Box<dyn std::error::Error>> {
    let mut scripts = Vec::new();
    for path in workspace::files(&workspace::root().join("benches"), "py")? {
        if !path.components().any(|part| part.as_os_str() == "stand_in") {
            scripts.push((path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), path));
        }
    }
    if let Some(folder) = &options.pyperformance {
        for path in workspace::files(folder, "py")? {
            let inside =
                path.parent().and_then(|parent| parent.file_name()).unwrap_or_default().to_string_lossy().into_owned();
            if let (Some("run_benchmark.py"), Some(name)) =
                (path.file_name().and_then(|name| name.to_str()), inside.strip_prefix("bm_"))
            {
                scripts.push((name.to_owned(), path.clone()));
            }
        }
    }
    // A filter may name a benchmark inside a script (loop_floats): the script is what its first word says.
    if !options.filters.is_empty() {
        scripts.retain(|(name, _)| {
            options.filters.iter().any(|f| name.contains(f.as_str()) || f.starts_with(name.as_str()))
        });
    }
    Ok(scripts)
}

fn wanted(options: &Options, name: &str) -> bool {
    options.filters.is_empty() || options.filters.iter().any(|filter| name.contains(filter.as_str()))
}

fn command(interpreter: &Interpreter, script: &Path) -> std::process::Command {
    let mut command = interpreter.command();
    command.arg(script).env("PYTHONPATH", workspace::root().join("benches/stand_in")).env("PYTHONHASHSEED", "0");
    if let Some(folder) = script.parent() {
        command.current_dir(folder);
    }
    command
}

fn measure(
    options: &Options,
    scripts: &[(String, PathBuf)],
    figures: &mut Figures,
    failures: &mut Vec<String>,
) -> std::io::Result<()> {
    let mut note = |name: &str, interpreter: &str, unit: &str, value: f64| {
        let row = figures.entry(name.to_owned()).or_default();
        let least = row.entry(interpreter.to_owned()).or_insert((unit.to_owned(), value));
        least.1 = least.1.min(value);
    };
    for round in 0..options.rounds {
        for (name, arguments) in PROCESSES.iter().filter(|row| wanted(options, row.0)) {
            for interpreter in &options.interpreters {
                for _ in 0..10 {
                    let finished = process::run(interpreter.command().args(*arguments), b"", LIMIT)?;
                    if finished.end == End::Exit(0) {
                        note(name, &interpreter.name, "seconds", finished.elapsed.as_secs_f64());
                    }
                }
            }
        }
        for (script_name, script) in scripts {
            for interpreter in &options.interpreters {
                let finished = process::run(&mut command(interpreter, script), b"", LIMIT)?;
                for line in String::from_utf8_lossy(&finished.stdout).lines() {
                    if let [name, unit, value] = line.split('\t').collect::<Vec<_>>()[..]
                        && let Ok(value) = value.parse()
                        && (wanted(options, name) || wanted(options, script_name))
                    {
                        note(name, &interpreter.name, unit, value);
                    }
                }
                if finished.end != End::Exit(0) && round == 0 {
                    let stderr = String::from_utf8_lossy(&finished.stderr);
                    let reason = stderr.lines().next_back().unwrap_or("");
                    failures.push(format!("{script_name} on {}: {}: {reason}", interpreter.name, finished.end));
                }
                eprintln!(
                    "round {} {script_name} {} {:.1} s",
                    round + 1,
                    interpreter.name,
                    finished.elapsed.as_secs_f64()
                );
            }
        }
    }
    Ok(())
}

/// Instructions of one loop of each whole script: the difference between runs of few and of more loops, so that start-up and
/// warming up do not count.
fn count_instructions(
    options: &Options,
    scripts: &[(String, PathBuf)],
    figures: &mut Figures,
    failures: &mut Vec<String>,
) -> std::io::Result<()> {
    const FEW: u32 = 2;
    const MORE: u32 = 6;
    let folder = workspace::scratch("bench/callgrind")?;
    for (name, script) in scripts.iter().filter(|(name, _)| name != "memory") {
        for interpreter in &options.interpreters {
            let mut counts = Vec::new();
            for loops in [FEW, MORE] {
                let out = folder.join(format!("{name}.{}.{loops}", interpreter.name));
                let plain = command(interpreter, script);
                let mut valgrind = std::process::Command::new("valgrind");
                valgrind
                    .args([
                        "--tool=callgrind",
                        "--trace-children=yes",
                        &format!("--callgrind-out-file={}", out.display()),
                    ])
                    .arg(plain.get_program())
                    .args(plain.get_args())
                    .env("STAND_IN_LOOPS", loops.to_string());
                for (key, value) in plain.get_envs() {
                    match value {
                        Some(value) => valgrind.env(key, value),
                        None => valgrind.env_remove(key),
                    };
                }
                let finished = process::run(&mut valgrind, b"", LIMIT * 10)?;
                match (finished.end, collected(&String::from_utf8_lossy(&finished.stderr))) {
                    (End::Exit(0), Some(count)) => counts.push(count),
                    (end, _) => failures.push(format!("{name} on {}: {end}", interpreter.name)),
                }
            }
            if let [few, more] = counts[..] {
                let one = (more - few) / f64::from(MORE - FEW);
                figures.entry(name.clone()).or_default().insert(interpreter.name.clone(), ("instructions".into(), one));
            }
        }
    }
    Ok(())
}

/// The count in callgrind's closing words: `Collected : 123456`.
fn collected(stderr: &str) -> Option<f64> {
    let line = stderr.lines().rev().find(|line| line.contains("Collected :"))?;
    line.rsplit(':').next()?.trim().parse().ok()
}

/// Each benchmark's value relative to the first interpreter's (for time: above 1 is faster than it, as in measured.md).
fn ratios(figures: &Figures, names: &[&str]) -> Vec<(String, Vec<Option<f64>>)> {
    figures
        .iter()
        .filter_map(|(benchmark, row)| {
            let (_, base) = row.get(*names.first()?)?;
            let ratios = names.iter().map(|name| row.get(*name).map(|(_, value)| base / value));
            Some((benchmark.clone(), ratios.collect()))
        })
        .collect()
}

fn table(figures: &Figures, names: &[&str], failures: &[String]) -> String {
    let mut page = String::from("| benchmark |");
    for name in names {
        let _ = write!(page, " {name} |");
    }
    for name in names.iter().skip(1) {
        let _ = write!(page, " {name} vs {} |", names[0]);
    }
    let _ = writeln!(page, "\n| --- |{}", " ---: |".repeat(names.len() * 2 - 1));
    let ratios: BTreeMap<_, _> = ratios(figures, names).into_iter().collect();
    for (benchmark, row) in figures {
        let _ = write!(page, "| {benchmark} |");
        for name in names {
            let _ = match row.get(*name) {
                Some((unit, value)) => write!(page, " {} |", quantity(unit, *value)),
                None => write!(page, " - |"),
            };
        }
        for index in 1..names.len() {
            let _ = match ratios.get(benchmark).and_then(|row| row[index]) {
                Some(ratio) => write!(page, " {ratio:.2} |"),
                None => write!(page, " - |"),
            };
        }
        page.push('\n');
    }
    for (index, name) in names.iter().enumerate().skip(1) {
        let known: Vec<f64> = ratios.values().filter_map(|row| row[index]).collect();
        if !known.is_empty() {
            let mean = (known.iter().map(|ratio| ratio.ln()).sum::<f64>() / known.len() as f64).exp();
            let _ =
                writeln!(page, "\n{name}: geometric mean {mean:.2} x {} over {} benchmarks.", names[0], known.len());
        }
    }
    for failure in failures {
        let _ = writeln!(page, "\nfailed: {failure}");
    }
    page
}

fn quantity(unit: &str, value: f64) -> String {
    match unit {
        "seconds" if value < 1e-3 => format!("{:.1} µs", value * 1e6),
        "seconds" if value < 1.0 => format!("{:.2} ms", value * 1e3),
        "seconds" => format!("{value:.2} s"),
        "instructions" => format!("{:.2} M", value / 1e6),
        _ => format!("{value:.1} {unit}"),
    }
}
