//! Prints the trees of Python files as `ast.dump(..., include_attributes=True, indent=1)` does, or their errors as one
//! line each. `xtask/compare/trees.py` runs it over whole folders beside a reference interpreter.
//!
//! `dump_ast FILE...` prints trees; `dump_ast --serve` reads lines `MODE FLAGS FILE` and answers each with the number
//! of bytes of the answer, a line end, and the answer.

use std::io::{BufRead, Write};
use syntax::{Arena, Mode, Options, SyntaxError};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "--serve") {
        serve();
        return;
    }
    for path in &arguments {
        print!("{}", answer("exec", "", path));
    }
}

fn serve() {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let mut words = line.splitn(3, ' ');
        let (mode, flags, path) = (words.next().unwrap_or(""), words.next().unwrap_or(""), words.next().unwrap_or(""));
        let text = answer(mode, flags, path);
        if writeln!(out, "{}", text.len()).and_then(|()| out.write_all(text.as_bytes())).is_err()
            || out.flush().is_err()
        {
            return;
        }
    }
}

fn answer(mode: &str, flags: &str, path: &str) -> String {
    let source = match std::fs::read(path) {
        Ok(source) => source,
        Err(error) => return format!("cannot read {path}: {error}\n"),
    };
    let mode = match mode {
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        "func_type" => Mode::FuncType,
        _ => Mode::Exec,
    };
    let options = Options {
        type_comments: flags.contains('t'),
        dont_imply_dedent: flags.contains('d'),
        ignore_cookie: flags.contains('u'),
        allow_incomplete_input: flags.contains('i'),
        ..Options::default()
    };
    let arena = Arena::for_source(source.len());
    match syntax::parse(&arena, &source, "<file>", mode, &options) {
        Ok(parsed) => syntax::dump::dump(&parsed.module) + "\n",
        Err(error) => one_line(&error) + "\n",
    }
}

/// `Kind: message (line, offset, end line, end offset)`
fn one_line(error: &SyntaxError) -> String {
    let number = |value: Option<i32>| value.map_or("None".to_owned(), |value| value.to_string());
    let text = error.text.as_ref().map_or("None".to_owned(), |text| syntax::repr::repr_str(text.as_bytes()));
    format!(
        "{}: {} ({}, {}, {}, {}) {text}",
        error.kind.name(),
        error.msg,
        number(error.lineno),
        number(error.offset),
        number(error.end_lineno),
        number(error.end_offset)
    )
}
