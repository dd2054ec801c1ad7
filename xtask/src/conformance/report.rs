//! The conformance report: a Markdown page that says where we stand, what to mend first, and then everything by module.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::module::{ModuleRun, TestOutcome, TestResult};

use TestOutcome::{Crashed, Failed, Passed, Skipped, TimedOut};

const OUTCOMES: [TestOutcome; 5] = [Passed, Failed, Skipped, Crashed, TimedOut];
/// Causes shown, and tests shown under each.
const CAUSES: usize = 60;

fn count(run: &ModuleRun, outcome: TestOutcome) -> usize {
    run.tests.values().filter(|result| result.outcome == outcome).count()
}

/// One line: what became of a module.
pub fn summary(run: &ModuleRun) -> String {
    let mut text: Vec<String> = OUTCOMES
        .iter()
        .map(|outcome| (count(run, *outcome), outcome))
        .filter(|(number, _)| *number > 0)
        .map(|(number, outcome)| format!("{number} {outcome}"))
        .collect();
    if let Some((outcome, reason)) = &run.trouble {
        text.push(format!("{outcome} as a whole: {reason}"));
    }
    if text.is_empty() { "no tests".into() } else { text.join(", ") }
}

/// The whole page.
pub fn write(runs: &[(ModuleRun, Option<ModuleRun>)]) -> String {
    let mut page = String::from("# Conformance with CPython 3.14's test suite\n\n");
    let total = |outcome| runs.iter().map(|(run, _)| count(run, outcome)).sum::<usize>();
    let whole = runs.iter().filter(|(run, _)| run.finished && all_right(run)).count();
    let _ = writeln!(
        page,
        "{} modules, {whole} of them without a failure. Tests: {} passed, {} failed, {} skipped, {} crashed, {} timed out.",
        runs.len(),
        total(Passed),
        total(Failed),
        total(Skipped),
        total(Crashed),
        total(TimedOut)
    );
    if runs.iter().any(|(_, reference)| reference.is_some()) {
        let theirs = runs.iter().filter_map(|(_, reference)| reference.as_ref());
        let passed: usize = theirs.map(|run| count(run, Passed)).sum();
        let both: usize = runs
            .iter()
            .filter_map(|(run, reference)| reference.as_ref().map(|reference| (run, reference)))
            .map(|(run, reference)| reference.passed().filter(|id| is(run, id, Passed)).count())
            .sum();
        let share = 100.0 * both as f64 / passed.max(1) as f64;
        let _ =
            writeln!(page, "\nOf the {passed} tests that the reference passes, {both} pass here: **{share:.1} %**.");
    }
    causes(&mut page, runs);
    troubles(&mut page, runs);
    modules(&mut page, runs);
    details(&mut page, runs);
    page
}

fn is(run: &ModuleRun, id: &str, outcome: TestOutcome) -> bool {
    run.tests.get(id).is_some_and(|result| result.outcome == outcome)
}

fn all_right(run: &ModuleRun) -> bool {
    run.tests.values().all(|result| matches!(result.outcome, Passed | Skipped))
        && run.trouble.as_ref().is_none_or(|(outcome, _)| *outcome == Skipped)
}

/// Tests that ought to pass: those that fail here and do not fail in the reference.
fn ours<'a>(
    run: &'a ModuleRun,
    reference: Option<&'a ModuleRun>,
) -> impl Iterator<Item = (&'a String, &'a TestResult)> + use<'a> {
    run.tests.iter().filter(move |(id, result)| {
        matches!(result.outcome, Failed | Crashed | TimedOut)
            && reference.is_none_or(|reference| !is(reference, id, result.outcome))
    })
}

/// Failures grouped by message: what to mend first.
fn causes(page: &mut String, runs: &[(ModuleRun, Option<ModuleRun>)]) {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (run, reference) in runs {
        for (id, result) in ours(run, reference.as_ref()) {
            groups.entry(format!("{}: {}", result.outcome, general(&result.reason))).or_default().push(id);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, ids)| std::cmp::Reverse(ids.len()));
    if groups.is_empty() {
        return;
    }
    let _ =
        writeln!(page, "\n## Causes, the most frequent first\n\n| tests | cause | for example |\n| ---: | --- | --- |");
    for (cause, ids) in groups.iter().take(CAUSES) {
        let _ = writeln!(page, "| {} | {} | `{}` |", ids.len(), cell(cause), ids[0]);
    }
    if groups.len() > CAUSES {
        let _ = writeln!(page, "\n{} causes more.", groups.len() - CAUSES);
    }
}

/// A message without what differs from test to test: numbers, addresses, long values.
fn general(reason: &str) -> String {
    let mut text = String::new();
    let mut in_number = false;
    for character in reason.chars().take(160) {
        if character.is_ascii_digit() {
            if !in_number {
                text.push('N');
            }
            in_number = true;
        } else {
            in_number = false;
            text.push(character);
        }
    }
    text
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// Modules that did not run, or not to their end.
fn troubles(page: &mut String, runs: &[(ModuleRun, Option<ModuleRun>)]) {
    let mut rows = String::new();
    for (run, reference) in runs {
        let same = |theirs: &ModuleRun| theirs.trouble.as_ref().is_some_and(|theirs| theirs.0 == Skipped);
        if let Some((outcome, reason)) = &run.trouble
            && !reference.as_ref().is_some_and(same)
        {
            let _ = writeln!(rows, "| {} | {outcome} | {} |", run.name, cell(reason));
        }
    }
    if !rows.is_empty() {
        let _ = writeln!(
            page,
            "\n## Modules that did not run to their end\n\n| module | | why |\n| --- | --- | --- |\n{rows}"
        );
    }
}

fn modules(page: &mut String, runs: &[(ModuleRun, Option<ModuleRun>)]) {
    let head = "| module | passed | failed | skipped | crashed | timed out | reference passes | seconds |";
    let _ = writeln!(page, "\n## By module\n\n{head}\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (run, reference) in runs {
        let _ = write!(page, "| {} |", run.name);
        for outcome in OUTCOMES {
            let number = count(run, outcome);
            let _ = if number == 0 { write!(page, " |") } else { write!(page, " {number} |") };
        }
        let theirs = reference.as_ref().map_or(String::new(), |reference| count(reference, Passed).to_string());
        let _ = writeln!(page, " {theirs} | {:.1} |", run.elapsed.as_secs_f64());
    }
}

fn details(page: &mut String, runs: &[(ModuleRun, Option<ModuleRun>)]) {
    let _ = writeln!(page, "\n## What fails, and why");
    for (run, reference) in runs {
        let failures: Vec<_> = ours(run, reference.as_ref()).collect();
        if failures.is_empty() {
            continue;
        }
        let _ = writeln!(page, "\n### {}\n", run.name);
        for (id, result) in failures {
            let id = id.strip_prefix(&format!("{}.", run.name)).unwrap_or(id);
            let _ = writeln!(page, "- `{id}` {}: {}", result.outcome, result.reason.replace('\n', " "));
        }
    }
}
