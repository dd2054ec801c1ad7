//! `cargo xtask cli`: the program as a whole, by cases of a command line and what it must print.
//!
//! A file `tests/cli/NAME.cases` holds cases as a person would write them down:
//!
//! ```text
//! === a script that is not there
//! --- command
//! python nosuch.py
//! --- stdout
//! --- stderr
//! <python>: can't open file '<dir>/nosuch.py': [Errno 2] No such file or directory
//! --- exit
//! 2
//! ```
//!
//! The command runs in bash, in an empty folder, where `python` is the interpreter and `$ROOT` the repository; `--- file NAME` puts a file there first and
//! `--- stdin` is what it reads. The sections stdout, stderr and exit are recorded from CPython 3.14 by `--record`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::interpreter::{Interpreter, Manner};
use crate::process::{self, End};
use crate::ratchet::Ratchet;
use crate::{Outcome, Verdict, diff, workspace};

const LIMIT: Duration = Duration::from_secs(20);

/// One case: its sections in the order of the file, each with its text (every line ended).
#[derive(Clone)]
struct Case {
    title: String,
    sections: Vec<(String, String)>,
}

impl Case {
    fn section(&self, name: &str) -> &str {
        self.sections.iter().find(|section| section.0 == name).map_or("", |section| &section.1)
    }

    fn set(&mut self, name: &str, text: String) {
        match self.sections.iter_mut().find(|section| section.0 == name) {
            Some(section) => section.1 = text,
            None => self.sections.push((name.to_owned(), text)),
        }
    }

    /// The case with what `interpreter` does in place of its expectations.
    fn run(&self, interpreter: &Interpreter, executable: &str, folder: &Path) -> std::io::Result<Case> {
        let _ = std::fs::remove_dir_all(folder);
        std::fs::create_dir_all(folder)?;
        for (name, text) in &self.sections {
            if let Some(path) = name.strip_prefix("file ") {
                let path = folder.join(path);
                std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
                std::fs::write(path, text)?;
            }
        }
        let script = format!("set -o pipefail\npython() {{ \"$PYTHON\" \"$@\"; }}\n{}", self.section("command"));
        let bash = Interpreter { path: "bash".into(), ..interpreter.clone() };
        let mut command = bash.command();
        command.arg("-c").arg(script).current_dir(folder).env("PYTHON", &interpreter.path);
        command.env("HOME", folder).env("ROOT", workspace::root());
        let finished =
            process::run(&mut command, self.section("stdin").as_bytes(), LIMIT * interpreter.manner.slowness)?;
        let text = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).replace(&*folder.to_string_lossy(), "<dir>");
            let text = text.replace(executable, "<python>").replace(&*interpreter.path.to_string_lossy(), "<python>");
            let text = text.replace(&*workspace::root().to_string_lossy(), "<root>");
            let text = addresses(&library_paths(text));
            if text.is_empty() || text.ends_with('\n') { text } else { text + "<no newline>\n" }
        };
        let mut got = self.clone();
        got.set("stdout", text(&finished.stdout));
        got.set("stderr", text(&finished.stderr));
        got.set(
            "exit",
            match finished.end {
                End::Exit(code) => format!("{code}\n"),
                other => format!("{other}\n"),
            },
        );
        Ok(got)
    }
}

pub fn run(arguments: lexopt::Parser) -> Outcome {
    run_in(arguments, Manner::default())
}

/// Checks (or records) the cases with a program that is run in some manner.
pub fn run_in(mut arguments: lexopt::Parser, manner: Manner) -> Outcome {
    use lexopt::prelude::*;
    let (mut taipan, mut reference, mut record, mut update, mut filters) = (None, None, false, false, Vec::new());
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("taipan") => taipan = Some(PathBuf::from(arguments.value()?)),
            Long("reference") => reference = Some(PathBuf::from(arguments.value()?)),
            Long("record") => record = true,
            Long("update") => update = true,
            Value(filter) => filters.push(filter.to_string_lossy().into_owned()),
            other => return Err(other.unexpected().into()),
        }
    }
    let mut interpreter = if record { Interpreter::reference(reference)? } else { Interpreter::under_test(taipan)? };
    interpreter.manner = manner;
    // A wrapper script may start another file: messages name the one that runs.
    let executable = interpreter.evaluate("import sys; print(sys.executable)").unwrap_or_default();
    let executable = if executable.is_empty() { "<no executable>".to_owned() } else { executable };
    let mut known = Ratchet::read(&workspace::root().join("tests/expected-failures.txt"))?;
    let scratch = workspace::scratch("cli")?;

    let mut verdict = Verdict::default();
    let mut expected = 0;
    for file in workspace::files(&workspace::root().join("tests/cli"), "cases")? {
        let text = std::fs::read_to_string(&file)?;
        let subject = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let (head, cases) = parse(&text);
        let mut numbered: Vec<(usize, &Case)> = cases
            .iter()
            .enumerate()
            .filter(|(_, case)| {
                filters.is_empty() || filters.iter().any(|f| subject.contains(f) || case.title.contains(f))
            })
            .collect();
        interpreter.manner.leave_out(&mut numbered, |(_, case)| format!("cli/{subject}: {}", case.title))?;
        let results = process::in_parallel(&numbered, process::processors(), |(number, case)| {
            case.run(&interpreter, &executable, &scratch.join(format!("{subject}-{number}")))
        });
        let mut recorded = cases.clone();
        for ((number, case), got) in numbered.iter().zip(results) {
            let got = got?;
            if record {
                recorded[*number] = got;
                verdict.passed += 1;
                continue;
            }
            let name = format!("cli/{subject}: {}", case.title);
            match (judge(case, &got), known.names.contains(&name)) {
                (None, false) => verdict.passed += 1,
                (None, true) if update => {
                    known.names.remove(&name);
                    verdict.passed += 1;
                }
                (None, true) => {
                    verdict.fail(&name);
                    println!("{name} passes now: take it out of tests/expected-failures.txt\n");
                }
                (Some(_), true) => expected += 1,
                (Some(failure), false) => {
                    verdict.fail(&name);
                    println!("{name} fails\n{failure}");
                }
            }
        }
        if record {
            std::fs::write(&file, head + &recorded.iter().map(show).collect::<Vec<_>>().join("\n"))?;
        }
    }
    if update {
        known.write()?;
    }
    if expected > 0 {
        println!("{expected} known failures (tests/expected-failures.txt)");
    }
    println!("{}: {verdict}", if record { "recorded" } else { "cli" });
    Ok(verdict)
}

fn judge(case: &Case, got: &Case) -> Option<String> {
    let mut failure = String::new();
    for name in ["exit", "stdout", "stderr"] {
        let (expected, got) = (case.section(name), got.section(name));
        if expected != got {
            failure += &format!("    {name}:\n{}", diff::lines(expected, got, 24));
        }
    }
    (!failure.is_empty()).then_some(failure)
}

/// The text before the first case, and the cases.
fn parse(text: &str) -> (String, Vec<Case>) {
    let mut head = String::new();
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("=== ") {
            trim_last(&mut cases);
            cases.push(Case { title: title.to_owned(), sections: Vec::new() });
            continue;
        }
        let Some(case) = cases.last_mut() else {
            head += &format!("{line}\n");
            continue;
        };
        match (line.strip_prefix("--- "), case.sections.last_mut()) {
            (Some(name), _) => case.sections.push((name.to_owned(), String::new())),
            (None, Some(section)) => section.1 += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    trim_last(&mut cases);
    (head, cases)
}

/// Cases are parted by an empty line, which belongs to neither.
fn trim_last(cases: &mut [Case]) {
    if let Some((_, text)) = cases.last_mut().and_then(|case| case.sections.last_mut())
        && (text.ends_with("\n\n") || text == "\n")
    {
        text.pop();
    }
}

fn show(case: &Case) -> String {
    let sections = case.sections.iter().map(|(name, text)| format!("--- {name}\n{text}"));
    format!("=== {}\n{}", case.title, sections.collect::<String>())
}

/// Names the folder of the standard library `<library>`, wherever an interpreter keeps it.
fn library_paths(text: String) -> String {
    const FOLDER: &str = "/lib/python3.14/";
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(FOLDER) {
        let start = rest[..at].rfind(['"', ' ', '\'', '\n']).map_or(0, |before| before + 1);
        out.push_str(&rest[..start]);
        out.push_str("<library>/");
        rest = &rest[at + FOLDER.len()..];
        // Its line numbers change with every release of the library.
        let file = rest.find(".py").map_or(0, |end| end + 3);
        let before_number = ["\", line ", "("].into_iter().find(|text| rest[file..].starts_with(text));
        if let Some(before) = before_number {
            let (kept, after) = rest.split_at(file + before.len());
            out.push_str(kept);
            out.push('N');
            rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
    out + rest
}

/// Takes the addresses out of the representations of objects.
fn addresses(text: &str) -> String {
    const BEFORE: &str = " at 0x";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(BEFORE) {
        out.push_str(&rest[..at + BEFORE.len()]);
        out.push_str("ADDRESS");
        rest = rest[at + BEFORE.len()..].trim_start_matches(|c: char| c.is_ascii_hexdigit());
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::{parse, show};

    #[test]
    fn cases_are_written_as_they_were_read() {
        let text = "about\n\n=== one\n--- command\npython -c pass\n--- stdout\n\nafter a gap\n\n=== two\n--- exit\n0\n";
        let (head, cases) = parse(text);
        assert_eq!(head + &cases.iter().map(show).collect::<Vec<_>>().join("\n"), text);
    }
}
