//! `cargo xtask licenses`: every dependency may be shipped, and LICENSES.md says so.
//!
//! The list is made from `cargo metadata`; `--write` brings it up to date.

use std::collections::BTreeMap;
use std::process::Command;

use crate::{Outcome, Verdict, diff, workspace};

/// Licences that a program under MIT OR Apache-2.0 may contain, asking no more than to be named.
const ALLOWED: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "CC0-1.0",
    "Unlicense",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "BSL-1.0",
    "MIT-0",
    "PSF-2.0",
    "Python-2.0",
    "bzip2-1.0.6",
];

/// Crates that give the text of their licence and not its name, as read by us.
const READ: &[(&str, &str)] = &[("rustpython-pylib", "PSF-2.0")];

const HEAD: &str = "# Licences of the dependencies

Taipan itself is under MIT OR Apache-2.0. It is built from these crates; this list is made by `cargo xtask licenses --write`
and checked by `cargo xtask licenses`. The standard library inside it is CPython's, under the PSF licence: see NOTICE.

| crate | licence |
| --- | --- |
";

pub fn run(mut arguments: lexopt::Parser) -> Outcome {
    let mut write = false;
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("write") => write = true,
            other => return Err(other.unexpected().into()),
        }
    }
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(workspace::root())
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let mut found = BTreeMap::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        // Packages of the workspace have no source.
        if package["source"].is_string() {
            let text = |key: &str| package[key].as_str().unwrap_or("").to_owned();
            let name = text("name");
            let read = READ.iter().find(|row| row.0 == name).map(|row| row.1.to_owned());
            let licence = Some(text("license")).filter(|licence| !licence.is_empty()).or(read).unwrap_or_default();
            found.insert(name, licence);
        }
    }
    let mut verdict = Verdict::default();
    for (name, licence) in &found {
        let ok = allowed(licence);
        if !ok {
            println!("{name}: the licence {licence:?} is not in the allowed list (xtask/src/licenses.rs)");
        }
        verdict += Verdict::of(ok);
    }
    let page: String = found.iter().map(|(name, licence)| format!("| {name} | {licence} |\n")).collect();
    let page = format!("{HEAD}{page}");
    let path = workspace::root().join("LICENSES.md");
    if write {
        std::fs::write(&path, &page)?;
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    if written != page {
        println!("LICENSES.md is not up to date (cargo xtask licenses --write):\n{}", diff::lines(&written, &page, 20));
    }
    verdict += Verdict::of(written == page);
    let notice = std::fs::read_to_string(workspace::root().join("NOTICE")).unwrap_or_default();
    let notice_ok = notice.contains("Python Software Foundation");
    if !notice_ok {
        println!("NOTICE must carry the notice of the Python Software Foundation for the embedded library");
    }
    verdict += Verdict::of(notice_ok);
    println!("licenses: {verdict}");
    Ok(verdict)
}

/// Whether an SPDX expression (with the old `/` for OR) can be met by allowed licences.
fn allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    let tokens: Vec<&str> = expression.split_inclusive(['(', ')']).flat_map(split_parenthesis).collect();
    let words: Vec<&str> = tokens.iter().flat_map(|token| token.split_whitespace()).collect();
    let mut at = 0;
    either(&words, &mut at) && at == words.len()
}

fn split_parenthesis(text: &str) -> [&str; 2] {
    match text.strip_suffix(['(', ')']) {
        Some(rest) => [rest, &text[rest.len()..]],
        None => [text, ""],
    }
}

fn either(words: &[&str], at: &mut usize) -> bool {
    let mut met = both(words, at);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= both(words, at);
    }
    met
}

fn both(words: &[&str], at: &mut usize) -> bool {
    let mut met = one(words, at);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at);
    }
    met
}

fn one(words: &[&str], at: &mut usize) -> bool {
    let Some(&word) = words.get(*at) else { return false };
    *at += 1;
    if word == "(" {
        let met = either(words, at);
        *at += 1;
        return met && words.get(*at - 1) == Some(&")");
    }
    if words.get(*at) == Some(&"WITH") {
        let full = format!("{word} WITH {}", words.get(*at + 1).unwrap_or(&""));
        *at += 2;
        return ALLOWED.contains(&full.as_str());
    }
    ALLOWED.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::allowed;

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        assert!(allowed("MIT"));
        assert!(allowed("MIT/Apache-2.0"));
        assert!(allowed("GPL-3.0 OR MIT"));
        assert!(allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(allowed("Apache-2.0 WITH LLVM-exception OR GPL-2.0"));
        assert!(!allowed("GPL-3.0"));
        assert!(!allowed("MIT AND GPL-3.0"));
        assert!(!allowed(""));
    }
}
