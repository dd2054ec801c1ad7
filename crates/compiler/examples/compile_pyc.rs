//! Compiles Python files, for comparisons and measurements.
//!
//! ```text
//! compile_pyc FILE.py [OUT.pyc]      writes a .pyc file beside the source or to OUT
//! compile_pyc --serve                answers lines `MODE OPTIMIZE FLAGS PATH` with a length, a status and marshalled code
//! compile_pyc --time ROUNDS PATH..   the best time of parsing and compiling all files, read beforehand
//! ```

use std::error::Error;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use bytecode::code::Const;
use bytecode::marshal::{self, Check, Header};
use compiler::{CompileError, CompileOptions, IgnoreWarnings, compile};
use syntax::Mode;
use syntax::text::Text;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--serve"] => serve(),
        ["--time", rounds, ref paths @ ..] => time(rounds.parse()?, paths),
        [source] => write_pyc(source, &format!("{source}c")),
        [source, out] => write_pyc(source, out),
        _ => Err("usage: compile_pyc FILE [OUT] | --serve | --time ROUNDS PATH...".into()),
    }
}

fn write_pyc(source: &str, out: &str) -> Result<(), Box<dyn Error>> {
    let text = std::fs::read(source)?;
    let modified = std::fs::metadata(source)?.modified()?.duration_since(std::time::UNIX_EPOCH)?;
    let check = Check::Timestamp { mtime: modified.as_secs() as u32, size: text.len() as u32 };
    let code = compile(&text, &Text::from(source), Mode::Exec, &CompileOptions::default(), &mut IgnoreWarnings)?;
    let mut bytes = Header { check }.to_bytes().to_vec();
    bytes.extend(marshal::dump(&Const::Code(code)).map_err(|error| error.message)?);
    std::fs::write(out, bytes)?;
    Ok(())
}

fn serve() -> Result<(), Box<dyn Error>> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line?;
        let mut words = line.splitn(4, ' ');
        let mode = match words.next() {
            Some("eval") => Mode::Eval,
            Some("single") => Mode::Single,
            _ => Mode::Exec,
        };
        let optimize = words.next().unwrap_or("0").parse()?;
        let flags = words.next().unwrap_or("0").parse()?;
        let path = words.next().unwrap_or("");
        let source = std::fs::read(path)?;
        let options = CompileOptions { flags, optimize, ..CompileOptions::default() };
        let (status, answer) = match compile(&source, &Text::from(path), mode, &options, &mut IgnoreWarnings) {
            Ok(code) => (b'C', marshal::dump(&Const::Code(Rc::clone(&code))).map_err(|error| error.message)?),
            Err(error) => (b'E', describe(&error).into_bytes()),
        };
        writeln!(out, "{}", answer.len())?;
        out.write_all(&[status])?;
        out.write_all(&answer)?;
        out.flush()?;
    }
    Ok(())
}

fn describe(error: &CompileError) -> String {
    let place = [error.lineno, error.offset, error.end_lineno, error.end_offset];
    let place = place.map(|number| number.map_or("None".to_owned(), |number| number.to_string()));
    format!("{}: {} ({})", error.kind.name(), error.msg, place.join(", "))
}

fn time(rounds: u32, paths: &[&str]) -> Result<(), Box<dyn Error>> {
    let mut files = Vec::new();
    for path in paths {
        collect(Path::new(path), &mut files)?;
    }
    files.sort();
    let sources: Vec<_> = files
        .iter()
        .map(|path| Ok((Text::from(path.to_string_lossy().as_ref()), std::fs::read(path)?)))
        .collect::<io::Result<_>>()?;
    let bytes: usize = sources.iter().map(|(_, source)| source.len()).sum();
    let mut best = f64::INFINITY;
    let mut failed = 0;
    for _ in 0..rounds {
        let start = Instant::now();
        failed = 0;
        for (name, source) in &sources {
            let code = compile(source, name, Mode::Exec, &CompileOptions::default(), &mut IgnoreWarnings);
            failed += u32::from(code.is_err());
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("{} files, {bytes} bytes, {failed} with errors, {best:.3} s", sources.len());
    Ok(())
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else if path.extension().is_some_and(|extension| extension == "py") && path.exists() {
        files.push(path.to_owned());
    }
    Ok(())
}
