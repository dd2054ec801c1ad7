//! Compiles the files whose paths come in on standard input, one a line, and writes what came of each: for a comparison
//! with a reference interpreter (`xtask/compare/outcomes.py`).
//!
//! A record is a letter (`C` code, `E` error), two lengths (little-endian 32 bits), the marshalled code or the error's
//! fields, and the warnings. Arguments: the mode, the optimisation level, the flags of `compile()`.

use std::io::{BufRead, Write};

use compiler::{CompileOptions, Warning, WarningOutcome, WarningSink};
use syntax::Mode;
use syntax::text::Text;

struct Log(String);

impl WarningSink for Log {
    fn warn(&mut self, warning: &Warning) -> WarningOutcome {
        self.0.push_str(&format!("{} {}\n", warning.lineno, warning.message));
        WarningOutcome::Issued
    }
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse().ok()).unwrap_or(0);
    let mode = match arguments.get(1).map(String::as_str) {
        Some("eval") => Mode::Eval,
        Some("single") => Mode::Single,
        _ => Mode::Exec,
    };
    let options = CompileOptions { optimize: number(2) as u8, flags: number(3), ..CompileOptions::default() };
    let filename = Text::from("<file>");
    let mut out = std::io::stdout().lock();
    for path in std::io::stdin().lock().lines() {
        let source = std::fs::read(path?)?;
        let mut log = Log(String::new());
        let (letter, payload) = match compiler::compile(&source, &filename, mode, &options, &mut log) {
            Ok(code) => match bytecode::marshal::dump(&bytecode::code::Const::Code(code)) {
                Ok(bytes) => (b'C', bytes),
                Err(error) => (b'E', format!("{error:?}").into_bytes()),
            },
            Err(error) => {
                let field = |value: Option<i32>| value.map_or("None".to_string(), |value| value.to_string());
                let text = format!(
                    "{}: {} ({}, {}, {}, {})",
                    error.kind.name(),
                    error.msg,
                    field(error.lineno),
                    field(error.offset),
                    field(error.end_lineno),
                    field(error.end_offset)
                );
                (b'E', text.into_bytes())
            }
        };
        out.write_all(&[letter])?;
        out.write_all(&(payload.len() as u32).to_le_bytes())?;
        out.write_all(&(log.0.len() as u32).to_le_bytes())?;
        out.write_all(&payload)?;
        out.write_all(log.0.as_bytes())?;
        out.flush()?;
    }
    Ok(())
}
