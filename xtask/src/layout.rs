//! `cargo xtask start-layout`: which functions a start executes (`-c pass`, an empty script), as the linker script that puts them side by side.
//!
//! A start executes about a sixth of the program's machine code. Spread over all of it, it would make the whole of it resident;
//! in one place it costs about as much as it is long. `crates/taipan/start.ld` is what this command writes and what
//! `crates/taipan/build.rs` gives to the linker. Names stand there without their hashes, so that the list holds for other
//! compilers, too; a name that no longer exists does nothing. Needs valgrind and nm.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::interpreter::Interpreter;
use crate::{Outcome, Verdict, workspace};

/// A function left elsewhere makes about this many bytes around it resident (the system maps pages by the 16): a name that
/// stands for many functions is listed while those that a start does not execute are less than that for each that it does.
const BYTES_OF_A_MISS: u64 = 32 << 10;

pub fn run(mut arguments: lexopt::Parser) -> Outcome {
    use lexopt::prelude::*;
    let mut taipan = None;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("taipan") => taipan = Some(PathBuf::from(arguments.value()?)),
            other => return Err(other.unexpected().into()),
        }
    }
    let program = Interpreter::under_test(taipan)?.path;
    let folder = workspace::scratch("start-layout")?;
    let script = folder.join("script.py");
    std::fs::write(&script, "pass\n")?;
    let start: [&[&OsStr]; 2] = [&["-c".as_ref(), "pass".as_ref()], &[script.as_ref()]];
    let usual = workspace::root().join("tools/usual.py");
    let listing = text_of(Command::new("nm").arg("--print-size").arg(&program))?;
    let start = chosen(&listing, &executed(&program, &folder, &start)?, &BTreeSet::new())?;
    let usual = chosen(&listing, &executed(&program, &folder, &[&[usual.as_ref()]])?, &start.names)?;
    let path = workspace::root().join("crates/taipan/start.ld");
    std::fs::write(&path, script_of(&start.names, &usual.names))?;
    let (starting, other) = (start.names.len(), usual.names.len());
    println!(
        "{}: {starting} names of a start, {} bytes of machine code; {other} of usual programs, {} bytes",
        workspace::relative(&path),
        start.bytes,
        usual.bytes
    );
    Ok(Verdict::default())
}

/// Names to list, and how much machine code they have.
struct Chosen {
    names: BTreeSet<String>,
    bytes: u64,
}

/// The patterns of what was executed, those in `listed` excepted.
fn chosen(listing: &str, executed: &BTreeSet<String>, listed: &BTreeSet<String>) -> Result<Chosen, Box<dyn Error>> {
    let functions: Vec<[&str; 3]> = listing
        .lines()
        .filter_map(|line| match line.split(' ').collect::<Vec<_>>()[..] {
            [address, size, "t" | "T" | "w" | "W", name] => Some([address, size, name]),
            _ => None,
        })
        .collect();
    // The linker keeps one of functions that are alike, under all their names: any of them may name what it is kept as.
    let addresses: BTreeSet<&str> =
        functions.iter().filter(|[.., name]| executed.contains(*name)).map(|[address, ..]| *address).collect();
    let mut sizes: BTreeMap<String, Size> = BTreeMap::new();
    for [address, size, name] in functions {
        let size = u64::from_str_radix(size, 16)?;
        let entry = sizes.entry(pattern(name)).or_default();
        if addresses.contains(address) {
            entry.executed += 1;
            entry.hot += size;
        } else {
            entry.cold += size;
        }
    }
    sizes.retain(|name, size| {
        size.executed > 0 && size.cold <= size.executed * BYTES_OF_A_MISS && !listed.contains(name)
    });
    let bytes = sizes.values().map(|size| size.hot + size.cold).sum();
    Ok(Chosen { names: sizes.into_keys().collect(), bytes })
}

/// The functions of one pattern: how many a start executes, their bytes, and the bytes of the others.
#[derive(Default)]
struct Size {
    executed: u64,
    hot: u64,
    cold: u64,
}

/// The symbols that the program executes in some runs, each with arguments of its own.
fn executed(program: &Path, folder: &Path, runs: &[&[&OsStr]]) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let mut all = BTreeSet::new();
    for arguments in runs {
        let out = folder.join("callgrind.out");
        text_of(
            Command::new("valgrind")
                .args(["--quiet", "--tool=callgrind", "--demangle=no"])
                .arg(format!("--callgrind-out-file={}", out.display()))
                .arg(program)
                .args(*arguments)
                .stdout(std::process::Stdio::null()),
        )?;
        let profile = std::fs::read_to_string(out)?;
        all.extend(profile.lines().filter_map(|line| {
            let (_, name) = line.trim_start_matches('c').strip_prefix("fn=(")?.split_once(") ")?;
            // A recursive call's level.
            Some(name.split_once('\'').map_or(name, |(name, _)| name).to_owned())
        }));
    }
    Ok(all)
}

/// What matches a symbol in other builds, too. The older mangling ends in a hash: `_ZN4core3fmt5write17h0123456789abcdefE` is
/// `_ZN4core3fmt5write17h*`. LLVM's suffix for what it made visible (`.llvm.123`) goes.
fn pattern(symbol: &str) -> String {
    if symbol.starts_with("_ZN")
        && let Some(end) = symbol.rfind("17h")
    {
        return format!("{}*", &symbol[..end + 3]);
    }
    format!("{}*", symbol.split_once(".llvm.").map_or(symbol, |(name, _)| name))
}

fn script_of(start: &BTreeSet<String>, usual: &BTreeSet<String>) -> String {
    let mut text = String::from(
        "/* What a start executes, then what usual programs do, side by side: few pages are touched. Written by\n   \
         `cargo xtask start-layout`. */\nSECTIONS {\n",
    );
    for (section, names) in [(".text.start", start), (".text.usual", usual)] {
        text += &format!("  {section} : {{\n");
        for name in names {
            text += &format!("    *(.text.{name} .text.unlikely.{name})\n");
        }
        text += "  }\n";
    }
    text + "} INSERT BEFORE .text;\n"
}

fn text_of(command: &mut Command) -> Result<String, Box<dyn Error>> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{name}: {error} (is it installed?)"))?;
    if !output.status.success() {
        return Err(format!("{name}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_hold_for_other_builds() {
        assert_eq!(pattern("_ZN4core3fmt5write17h0123456789abcdefE"), "_ZN4core3fmt5write17h*");
        assert_eq!(pattern("_ZN4core3fmt5write17h0123456789abcdefE.llvm.123"), "_ZN4core3fmt5write17h*");
        assert_eq!(pattern("_RNvNtC3std2rt4main.llvm.123"), "_RNvNtC3std2rt4main*");
        let names = BTreeSet::from(["_ZN1a1b17h*".to_owned()]);
        assert!(script_of(&names, &BTreeSet::new()).contains("*(.text._ZN1a1b17h* .text.unlikely._ZN1a1b17h*)"));
    }
}
