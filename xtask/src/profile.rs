//! `cargo xtask profile`: records how the program is used, for release builds.
//!
//! Builds a program that counts, runs the benchmarks of `benches/` and the program tests with it and merges the counts into
//! `target/profile/taipan.profdata`, which `tools/rustc-with-profile` gives to rustc. Benchmarks of others (pyperformance) are left
//! out: what they are measured with should not have been learnt from them. Needs rustup's component `llvm-tools`.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::interpreter::Interpreter;
use crate::{Outcome, Verdict, process, workspace};

/// Where the toolchain keeps its tools.
const TARGET: &str = "x86_64-unknown-linux-gnu";
/// The program that counts is several times slower, and every benchmark runs for some seconds.
const LIMIT: Duration = Duration::from_secs(600);
/// Benchmarks whose time is not what they measure.
const LEFT_OUT: &[&str] = &["memory.py"];

pub fn run(mut arguments: lexopt::Parser) -> Outcome {
    if let Some(argument) = arguments.next()? {
        return Err(argument.unexpected().into());
    }
    let merge = profdata_tool()?;
    let target = workspace::scratch("profile")?;
    let raw = target.join("raw");
    let _ = std::fs::remove_dir_all(&raw);
    println!("building the program that counts");
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        // As it is built for use: a function is found in the profile by its symbol, which depends on cargo's options.
        .args(["build", "--release", "--package", "taipan", "--target-dir"])
        .arg(&target)
        .env("TAIPAN_RECORD_PROFILE", &raw)
        .env("RUSTC_WORKSPACE_WRAPPER", workspace::root().join("tools/rustc-with-profile"))
        .current_dir(workspace::root())
        .status()?;
    if !status.success() {
        return Err("the program that counts does not build".into());
    }
    let counting = Interpreter::at("counting", target.join("release/taipan"));
    let train = workspace::root().join("tools/train.py");
    let mut verdict = Verdict::default();
    let mut scripts = workspace::files(&workspace::root().join("benches"), "py")?;
    scripts.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !LEFT_OUT.contains(&&*name) && path.parent().is_some_and(|folder| folder.ends_with("benches"))
    });
    let benches = scripts.len();
    scripts.extend(workspace::files(&workspace::root().join("tests/programs"), "py")?);
    for (number, script) in scripts.iter().enumerate() {
        let mut command = counting.command();
        command.env("PYTHONPATH", workspace::root().join("benches/stand_in")).env("STAND_IN_SECONDS", "0.1");
        if number < benches {
            command.arg(&train).arg(script);
        } else {
            // As they are: some look at their own threads and stack.
            command.arg(script);
        }
        command.current_dir(script.parent().unwrap_or(workspace::root()));
        let finished = process::run(&mut command, b"", LIMIT)?;
        let ok = number >= benches || matches!(finished.end, process::End::Exit(0));
        if !ok {
            let stderr = String::from_utf8_lossy(&finished.stderr).into_owned();
            println!("{}: {}\n{stderr}", workspace::relative(script), finished.end);
        }
        verdict += Verdict::of(ok);
        if number < benches {
            println!("{}/{benches} {}", number + 1, workspace::relative(script));
        }
    }
    for _ in 0..20 {
        process::run(counting.command().args(["-c", "pass"]), b"", LIMIT)?;
    }
    let profile = target.join("taipan.profdata");
    let status = Command::new(merge).args(["merge", "--output"]).arg(&profile).arg(&raw).status()?;
    if !status.success() {
        return Err("llvm-profdata does not merge what was recorded".into());
    }
    println!("{}: {} bytes", workspace::relative(&profile), std::fs::metadata(&profile)?.len());
    Ok(verdict)
}

/// `llvm-profdata` of the toolchain that builds: its format belongs to its LLVM.
fn profdata_tool() -> Result<PathBuf, Box<dyn std::error::Error>> {
    let output = Command::new("rustc").args(["--print", "sysroot"]).current_dir(workspace::root()).output()?;
    let sysroot = PathBuf::from(String::from_utf8(output.stdout)?.trim_end());
    let tool = sysroot.join("lib/rustlib").join(TARGET).join("bin/llvm-profdata");
    if !tool.exists() {
        return Err(format!("{} is missing: rustup component add llvm-tools", tool.display()).into());
    }
    Ok(tool)
}
