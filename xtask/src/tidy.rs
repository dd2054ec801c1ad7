//! `cargo xtask tidy`: the habits of the code base that a machine can check.
//!
//! Every Rust file opens with a `//!` header; none is over 1,000 lines without a reason in `xtask/long-files.txt`; every
//! `unsafe` block says why it is sound; every path that the documents name exists.

use std::collections::BTreeMap;
use std::path::Path;

use crate::{Outcome, Verdict, workspace};

const LONGEST: usize = 1_000;
const DOCUMENTS: &[&str] = &["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

pub fn run(mut arguments: lexopt::Parser) -> Outcome {
    if let Some(argument) = arguments.next()? {
        return Err(argument.unexpected().into());
    }
    let root = workspace::root();
    let mut verdict = Verdict::default();
    let mut complain = |ok: bool, message: &dyn Fn() -> String| {
        if !ok {
            println!("{}", message());
        }
        verdict += Verdict::of(ok);
    };

    let long = std::fs::read_to_string(root.join("xtask/long-files.txt")).unwrap_or_default();
    let mut long: BTreeMap<&str, &str> = long
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .filter_map(|line| line.split_once(": "))
        .collect();
    for path in workspace::files(root, "rs")? {
        let name = workspace::relative(&path);
        let text = std::fs::read_to_string(&path)?;
        complain(text.starts_with("//!"), &|| format!("{name}: no //! header that says what it is and why"));
        let lines = text.lines().count();
        let excused = long.remove(name.as_str()).is_some();
        complain(lines <= LONGEST || excused, &|| {
            format!("{name}: {lines} lines; split it, or give the reason in xtask/long-files.txt")
        });
        complain(lines > LONGEST || !excused, &|| {
            format!("{name}: {lines} lines are not too many; take it out of xtask/long-files.txt")
        });
        for number in unexplained(&text) {
            complain(false, &|| format!("{name}:{number}: an unsafe block without a SAFETY comment"));
        }
    }
    for (name, _) in long {
        complain(false, &|| format!("xtask/long-files.txt names {name}, which does not exist"));
    }
    for document in DOCUMENTS {
        let Ok(text) = std::fs::read_to_string(root.join(document)) else {
            complain(false, &|| format!("{document} does not exist"));
            continue;
        };
        for path in named_paths(&text) {
            complain(exists(root, path), &|| format!("{document} names {path}, which does not exist"));
        }
    }
    println!("tidy: {verdict}");
    Ok(verdict)
}

/// Lines on which an unsafe block or implementation begins with no `SAFETY:` on it or in the comment above.
fn unexplained(text: &str) -> Vec<usize> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let code = line.split("//").next().unwrap_or("");
        let begins = ["unsafe {", "unsafe impl"].iter().any(|word| {
            code.find(word)
                .is_some_and(|at| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"'))
        });
        if !begins || line.contains("SAFETY:") {
            continue;
        }
        // The comment stands above the statement, or above the block's neighbours on lines that only carry on.
        let above = lines[..index].iter().rev().take(12);
        let mut explained = lines.get(index + 1).is_some_and(|next| next.contains("SAFETY:"));
        for line in above {
            let line = line.trim();
            if line.contains("SAFETY:") {
                explained = true;
                break;
            }
            if line.is_empty() {
                break;
            }
        }
        if !explained {
            found.push(index + 1);
        }
    }
    found
}

/// What stands in backquotes and looks like a path of this repository.
fn named_paths(text: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    let lines = text.lines().filter(move |line| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            return false;
        }
        !fenced
    });
    lines
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter(|word| {
            word.contains('/')
                && !word.contains(|c: char| c.is_whitespace() || "*<>{}$=()[],'\"".contains(c))
                && !word.contains("NAME")
                && !word.contains("SUBJECT")
                && !word.contains("::")
                && !word.starts_with(['/', '-', '.', '#', '~'])
                && !word.starts_with("target/")
        })
        .map(|word| word.trim_end_matches('/'))
}

fn exists(root: &Path, path: &str) -> bool {
    let path = path.split(':').next().unwrap_or(path);
    ["", "crates", "crates/runtime/src", "tests"].iter().any(|base| root.join(base).join(path).exists())
}

#[cfg(test)]
mod tests {
    use super::{named_paths, unexplained};

    #[test]
    fn an_unsafe_block_needs_its_reason_above_it() {
        let text = "// SAFETY: fine\nunsafe { x() }\n\nlet y = unsafe { z() };\n";
        assert_eq!(unexplained(text), [4]);
    }

    #[test]
    fn paths_are_words_in_backquotes_with_a_slash() {
        let text = "see `crates/runtime` and `a::b/c` and `cargo x/y z`\n```\n`not/this`\n```\n";
        assert_eq!(named_paths(text).collect::<Vec<_>>(), ["crates/runtime"]);
    }
}
