//! Prints the trees of Python files as `ast.dump(..., include_attributes=True, indent=1)` does, or their errors as one
//! line each. `xtask/compare/trees.py` runs it over whole folders beside a reference interpreter.
//!
//! The mode `tokens` prints tokens instead (flag `x`: with comments and NL). `dump_ast FILE...` prints trees; `dump_ast --serve` reads lines `MODE FLAGS FILE` (or `MODE FLAGS =LENGTH`
//! and the text itself) and answers each with the number of bytes of the answer, a line end, and the answer.

use std::io::{BufRead, Read, Write};
use syntax::{Arena, Mode, Options, SyntaxError};

fn main() {
    // Printing recurses as deep as trees are.
    let run = std::thread::Builder::new().stack_size(4 << 30).spawn(run);
    if !matches!(run.map(|thread| thread.join()), Ok(Ok(()))) {
        std::process::exit(1);
    }
}

fn run() {
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
    let mut input = std::io::stdin().lock();
    let mut line = String::new();
    loop {
        line.clear();
        if input.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let mut words = line.trim_end_matches('\n').splitn(3, ' ');
        let (mode, flags, what) = (words.next().unwrap_or(""), words.next().unwrap_or(""), words.next().unwrap_or(""));
        let text = match what.strip_prefix('=') {
            Some(length) => {
                let mut source = vec![0; length.parse().unwrap_or(0)];
                if input.read_exact(&mut source).is_err() {
                    return;
                }
                parse(mode, flags, &source)
            }
            None => answer(mode, flags, what),
        };
        if writeln!(out, "{}", text.len()).and_then(|()| out.write_all(text.as_bytes())).is_err()
            || out.flush().is_err()
        {
            return;
        }
    }
}

fn answer(mode: &str, flags: &str, path: &str) -> String {
    match std::fs::read(path) {
        Ok(source) => parse(mode, flags, &source),
        Err(error) => format!("cannot read {path}: {error}\n"),
    }
}

fn parse(mode: &str, flags: &str, source: &[u8]) -> String {
    if mode == "tokens" {
        return tokens(&String::from_utf8_lossy(source), flags.contains('x'));
    }
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
    match syntax::parse(&arena, source, "<file>", mode, &options) {
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

/// Tokens as `_tokenize.TokenizerIter` yields them, one a line, then the error if there is one.
fn tokens(source: &str, extra: bool) -> String {
    let stream = syntax::TokenStream::new(source, extra);
    let repr = |text: &str| syntax::repr::repr_str(text.as_bytes());
    let mut out = String::new();
    for token in &stream.tokens {
        let (text, line) = (repr(stream.text(token)), repr(stream.line(token)));
        out += &format!(
            "({}, {text}, ({}, {}), ({}, {}), {line})\n",
            token.kind, token.lineno, token.col, token.end_lineno, token.end_col
        );
    }
    if let Some(error) = &stream.error {
        out += &one_line(error);
        out.push('\n');
    }
    out
}
