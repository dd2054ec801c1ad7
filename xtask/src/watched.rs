//! `cargo xtask miri`, `asan` and `stress`: the machine's unsafe code under the eyes of tools, and of itself.
//!
//! - `miri` interprets the unit tests of what is made of raw memory: values, heap, objects, containers.
//! - `asan` builds program and tests for the address sanitizer and runs all of them. Objects come from the system one by
//!   one then (`--cfg taipan_asan`): the program's own free lists would hide who uses what is gone.
//! - `stress` runs the program tests with a collection at every Nth allocation, a switch of threads at every Nth look at the
//!   eval breaker, and a look at the stack before every instruction (`-X taipan_stress`).
//!
//! The first two need the nightly toolchain (`rustup toolchain install nightly --component miri,rust-src`). Each keeps what
//! it builds in a folder of its own below `target`.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use lexopt::prelude::*;

use crate::interpreter::Manner;
use crate::{Outcome, Verdict, cli, packages, programs, workspace};

/// Raw memory is reached by addresses in words (permissive provenance); the main thread state lives as long as the process
/// (leaks); tests ask for the time and for random bytes (isolation).
const MIRI_FLAGS: &str =
    "-Zmiri-tree-borrows -Zmiri-permissive-provenance -Zmiri-ignore-leaks -Zmiri-disable-isolation";

/// Crates whose unit tests Miri runs, with what their names contain.
const MIRI_TESTS: &[(&str, &[&str])] = &[("taipan-runtime", &[]), ("taipan-host", &["memory::"])];

pub fn miri(mut arguments: lexopt::Parser) -> Outcome {
    let mut filters = Vec::new();
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(filter) => filters.push(filter.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let mut verdict = Verdict::default();
    for (package, names) in MIRI_TESTS {
        let mut command = nightly();
        command.args(["miri", "test", "--package", package, "--lib", "--"]).args(*names).args(&filters);
        command.env("MIRIFLAGS", MIRI_FLAGS).env("CARGO_TARGET_DIR", workspace::target().join("miri"));
        timed(&format!("miri {package}"), &mut verdict, &mut || Ok(Verdict::of(command.status()?.success())))?;
    }
    Ok(verdict)
}

/// Where what is built for the sanitizer runs. To name it keeps the flags from build scripts and procedural macros.
const TARGET: &str = "x86_64-unknown-linux-gnu";
const ASAN_FLAGS: &str = "-Zsanitizer=address --cfg taipan_asan -Cno-vectorize-slp";

/// Leaks are none: the interpreter lives as long as the process. Requests that no machine can meet must fail as they do
/// without the sanitizer. Where a local stands tells how deep the stack is: locals must not lie elsewhere. SQLite, which is
/// built for the sanitizer too, has tables twice, and GCC makes one of two that are equal: only those of unequal size are
/// faults.
const ASAN_OPTIONS: &str = "detect_leaks=0:allocator_may_return_null=1:max_allocation_size_mb=3072:\
                            detect_stack_use_after_return=0:detect_odr_violation=1";

pub fn asan(mut arguments: lexopt::Parser) -> Outcome {
    let (mut parts, mut filters, mut given) = (Vec::new(), Vec::new(), None);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("only") => parts.push(arguments.value()?.string()?),
            Long("taipan") => given = Some(PathBuf::from(arguments.value()?)),
            Value(filter) => filters.push(filter.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let target = workspace::target().join("asan");
    let cargo = |arguments: &[&str]| {
        let mut command = nightly();
        command.args(arguments).args(["--profile", "checked", "--target", TARGET]);
        command.env("CARGO_TARGET_DIR", &target).env("ASAN_OPTIONS", ASAN_OPTIONS);
        command.env("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS", ASAN_FLAGS);
        command
    };
    let is_wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    let mut verdict = Verdict::default();
    if is_wanted("unit") {
        let mut command = cargo(&["test", "--quiet", "--workspace", "--exclude", "xtask", "--lib", "--bins"]);
        timed("unit tests", &mut verdict, &mut || Ok(Verdict::of(command.status()?.success())))?;
    }
    let program = match given {
        Some(path) => path,
        None => {
            if !cargo(&["build", "--quiet", "--package", "taipan"]).status()?.success() {
                return Err("the program does not build for the sanitizer".into());
            }
            target.join(TARGET).join("checked").join("taipan")
        }
    };
    let manner = Manner { is_bounded: false, slowness: 10, left_out: Some("under-asan.txt"), ..Manner::default() };
    let arguments = || {
        let chosen = filters.iter().map(Into::into);
        lexopt::Parser::from_args(["--taipan".into(), program.clone().into_os_string()].into_iter().chain(chosen))
    };
    if is_wanted("programs") {
        timed("programs", &mut verdict, &mut || programs::run_in(arguments(), manner.clone()))?;
    }
    if is_wanted("cli") {
        timed("cli", &mut verdict, &mut || cli::run_in(arguments(), manner.clone()))?;
    }
    if is_wanted("packages") {
        timed("packages", &mut verdict, &mut || packages::run_in(arguments(), manner.clone()))?;
    }
    Ok(verdict)
}

/// What the program tests are run under, unless `--stress` says otherwise.
const STRESS: &str = "alloc:1009,switch:7,check:50021";

pub fn stress(mut arguments: lexopt::Parser) -> Outcome {
    let (mut setting, mut given, mut rest) = (STRESS.to_owned(), None, Vec::new());
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("stress") => setting = arguments.value()?.string()?,
            Long("taipan") => given = Some(PathBuf::from(arguments.value()?)),
            Value(filter) => rest.push(filter),
            other => return Err(other.unexpected().into()),
        }
    }
    let program = match given {
        Some(path) => path,
        None => {
            let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
            command.args(["build", "--quiet", "--profile", "checked", "--package", "taipan"]);
            if !command.current_dir(workspace::root()).status()?.success() {
                return Err("the program does not build".into());
            }
            workspace::target().join("checked").join("taipan")
        }
    };
    let options = vec!["-X".to_owned(), format!("taipan_stress={setting}")];
    let manner = Manner { options, slowness: 15, left_out: Some("under-stress.txt"), ..Manner::default() };
    let arguments = ["--taipan".into(), program.into_os_string()].into_iter().chain(rest);
    let mut verdict = Verdict::default();
    timed(&format!("programs under {setting}"), &mut verdict, &mut || {
        programs::run_in(lexopt::Parser::from_args(arguments.clone()), manner.clone())
    })?;
    Ok(verdict)
}

/// The nightly toolchain's cargo, without the settings of the one that runs us.
fn nightly() -> Command {
    let mut command = Command::new("cargo");
    command.arg("+nightly").current_dir(workspace::root());
    for name in ["CARGO", "RUSTC", "RUSTUP_TOOLCHAIN", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
        command.env_remove(name);
    }
    command
}

/// Does a part of the work, says how it ended and how long it took.
fn timed(name: &str, total: &mut Verdict, work: &mut dyn FnMut() -> Outcome) -> Result<(), Box<dyn std::error::Error>> {
    let started = Instant::now();
    let verdict = work()?;
    println!("{name}: {verdict} ({:.0} s)", started.elapsed().as_secs_f64());
    *total += verdict;
    Ok(())
}
