//! `cargo xtask differential`: random programs, run by Taipan and by CPython 3.14, must print the same.
//!
//! The generator ([`generate`]) makes valid programs that end; where the two outputs differ, the program is shrunk ([`tree`])
//! to a minimal one, which is left in `target/differential`. The same seed makes the same programs, so that CI is repeatable.

mod generate;
mod random;
mod tree;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::interpreter::Interpreter;
use crate::process::{self, End};
use crate::{Outcome, Verdict, diff, workspace};
use tree::Program;

const LIMIT: Duration = Duration::from_secs(20);
const MEMORY: u64 = 4 << 20;
/// Runs that shrinking one difference may take, and differences after which we stop looking for more.
const SHRINK_BUDGET: usize = 400;
const ENOUGH: usize = 5;

pub fn run(mut arguments: lexopt::Parser) -> Outcome {
    use lexopt::prelude::*;
    let (mut taipan, mut reference) = (None, None);
    let (mut seed, mut count, mut seconds, mut show) = (1u64, None, None, false);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("taipan") => taipan = Some(PathBuf::from(arguments.value()?)),
            Long("reference") => reference = Some(PathBuf::from(arguments.value()?)),
            Long("seed") => seed = arguments.value()?.parse()?,
            Long("count") => count = Some(arguments.value()?.parse::<u64>()?),
            Long("seconds") => seconds = Some(arguments.value()?.parse()?),
            Long("show") => show = true,
            other => return Err(other.unexpected().into()),
        }
    }
    if show {
        print!("{}", generate::program(seed).source());
        return Ok(Verdict::default());
    }
    let reference = Interpreter::reference(reference)?;
    let taipan = Interpreter::under_test(taipan)?;
    let folder = workspace::scratch("differential")?;
    let count = count.unwrap_or(if seconds.is_some() { u64::MAX } else { 100 });
    let deadline = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let batch = process::processors() as u64 * 8;

    let mut verdict = Verdict::default();
    let mut at = seed;
    while at < seed.saturating_add(count) && deadline.is_none_or(|deadline| Instant::now() < deadline) {
        let seeds: Vec<u64> = (at..(at + batch).min(seed.saturating_add(count))).collect();
        let results = process::in_parallel(&seeds, process::processors(), |seed| {
            let program = generate::program(*seed);
            let place = folder.join(format!("seed-{seed}.py"));
            difference(&program, &place, &reference, &taipan).map(|found| (program, found))
        });
        for (seed, result) in seeds.iter().zip(results) {
            let (program, found) = result?;
            let place = folder.join(format!("seed-{seed}.py"));
            if found.is_none() {
                verdict.passed += 1;
                let _ = std::fs::remove_file(&place);
                continue;
            }
            verdict.failed += 1;
            let least = program.shrink(SHRINK_BUDGET, |candidate| {
                matches!(difference(candidate, &place, &reference, &taipan), Ok(Some(_)))
            });
            let shown = difference(&least, &place, &reference, &taipan)?.unwrap_or_default();
            let source = least.source();
            let body = source.strip_prefix(least.prelude).unwrap_or(&source);
            println!("seed {seed}: the two differ ({})\n{body}\n{shown}", place.display());
        }
        if verdict.failed >= ENOUGH {
            break;
        }
        at += batch;
    }
    println!("differential: {verdict}");
    Ok(verdict)
}

/// How the outputs of the two differ, if they do. A program that the reference does not accept is no difference.
fn difference(
    program: &Program,
    place: &Path,
    reference: &Interpreter,
    taipan: &Interpreter,
) -> std::io::Result<Option<String>> {
    std::fs::write(place, program.source())?;
    let run = |interpreter: &Interpreter| {
        process::run(interpreter.bounded(MEMORY).arg(place).env("PYTHONHASHSEED", "0"), b"", LIMIT)
    };
    let right = run(reference)?;
    if right.end != End::Exit(0) {
        return Ok(None);
    }
    let ours = run(taipan)?;
    if ours.end == End::Exit(0) && ours.stdout == right.stdout {
        return Ok(None);
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut shown = diff::lines(&text(&right.stdout), &text(&ours.stdout), 30);
    if ours.end != End::Exit(0) {
        let stderr = text(&ours.stderr);
        shown += &format!("    {}: {}\n", ours.end, stderr.lines().next_back().unwrap_or(""));
    }
    Ok(Some(shown))
}
