//! `taipan --show WHAT FILE`: what the front end makes of a program, for people who look at it. Nothing runs: the text goes
//! straight to the crates `syntax`, `compiler` and `bytecode`.
//!
//! Tokens are printed as `python -m tokenize` prints them, the tree as `ast.dump` does, code as `python -m dis` does, so
//! that they can be set side by side with a reference interpreter's.

use std::ffi::{OsStr, OsString};
use std::fmt::Write;

use bytecode::disassemble;
use compiler::symtable::{BlockId, Scope, SymbolTable, flag};
use compiler::{CompileError, CompileOptions, Names, Warning, WarningOutcome, WarningSink};
use syntax::repr::repr_str;
use syntax::text::Text;
use syntax::token::Tok;
use syntax::{Arena, Mode, TokenStream};

/// What to show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    Tokens,
    Tree,
    Symbols,
    Code,
}

/// Where the text comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    File(OsString),
    /// `-c`
    Text(OsString),
    Stdin,
}

/// One `--show` command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    pub what: What,
    pub source: Source,
    pub optimize: u8,
}

/// What is printed where, and the exit code.
#[derive(Default)]
pub struct Shown {
    pub out: String,
    pub errors: String,
    pub code: u8,
}

pub const USAGE: &str = "usage: taipan --show tokens|tree|symbols|code [-O | -OO] FILE | -c TEXT | -\n";

/// Reads the words behind `--show`.
pub fn parse(mut words: impl Iterator<Item = OsString>) -> Option<Request> {
    let what = match words.next()?.to_str()? {
        "tokens" => What::Tokens,
        "tree" => What::Tree,
        "symbols" => What::Symbols,
        "code" => What::Code,
        _ => return None,
    };
    let mut optimize = 0;
    let mut word = words.next()?;
    while let Some(level) = ["-O", "-OO"].iter().position(|option| word == *option) {
        optimize = (optimize + level as u8 + 1).min(2);
        word = words.next()?;
    }
    let source = match word.to_str() {
        Some("-c") => Source::Text(words.next()?),
        Some("-") => Source::Stdin,
        Some(option) if option.starts_with('-') => return None,
        _ => Source::File(word),
    };
    words.next().is_none().then_some(Request { what, source, optimize })
}

/// Does what a request asks for.
pub fn show(request: &Request) -> Shown {
    let (name, text) = match &request.source {
        Source::Text(text) => ("<string>".to_string(), Ok(text.to_string_lossy().into_owned().into_bytes())),
        Source::Stdin => ("<stdin>".to_string(), host::stdio::read_input()),
        Source::File(path) => (shown_path(path), std::fs::read(path)),
    };
    let mut shown = Shown::default();
    let text = match text {
        Ok(text) => text,
        Err(error) => {
            shown.errors = format!("taipan: can't open file '{name}': {error}\n");
            shown.code = 2;
            return shown;
        }
    };
    let mut warnings = Warnings { name: &name, text: String::new() };
    let result = match request.what {
        What::Tokens => Ok(tokens(&text, &mut shown)),
        What::Tree => tree(&text, &name, &mut warnings),
        What::Symbols => symbols(&text, &name, &mut warnings),
        What::Code => code(&text, &name, request.optimize, &mut warnings),
    };
    shown.errors.insert_str(0, &warnings.text);
    match result {
        Ok(out) => shown.out = out,
        Err(error) => {
            shown.errors += &describe(&error, &name);
            shown.code = 1;
        }
    }
    shown
}

fn shown_path(path: &OsStr) -> String {
    path.to_string_lossy().into_owned()
}

/// Warnings as the interpreter prints them, without the line of source.
struct Warnings<'n> {
    name: &'n str,
    text: String,
}

impl WarningSink for Warnings<'_> {
    fn warn(&mut self, warning: &Warning) -> WarningOutcome {
        let _ = writeln!(self.text, "{}:{}: SyntaxWarning: {}", self.name, warning.lineno, warning.message);
        WarningOutcome::Issued
    }
}

/// A syntax error as the interpreter prints it.
fn describe(error: &CompileError, name: &str) -> String {
    let mut out = String::new();
    if let Some(line) = error.lineno {
        let _ = writeln!(out, "  File \"{name}\", line {line}");
    }
    if let Some(text) = &error.text {
        let line = text.split('\n').next().unwrap_or("");
        let stripped = line.trim_start_matches([' ', '\t', '\x0c']);
        let indent = (line.len() - stripped.len()) as i32;
        let _ = writeln!(out, "    {}", stripped.trim_end());
        let start = error.offset.unwrap_or(0) - 1 - indent;
        let end = if error.end_lineno == error.lineno { error.end_offset.unwrap_or(0) - 1 - indent } else { start + 1 };
        if start >= 0 {
            let width = (end - start).max(1) as usize;
            let _ = writeln!(out, "    {:pad$}{}", "", "^".repeat(width), pad = start as usize);
        }
    }
    let _ = writeln!(out, "{}: {}", error.kind.name(), error.msg);
    out
}

fn tokens(text: &[u8], shown: &mut Shown) -> String {
    let text = String::from_utf8_lossy(text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text));
    let stream = TokenStream::new(&text, true);
    let mut out = format!("{:20}{:15}{:15}\n", "0,0-0,0:", "ENCODING", "'utf-8'");
    for token in &stream.tokens {
        let place = format!("{},{}-{},{}:", token.lineno, token.col, token.end_lineno, token.end_col);
        let shown = repr_str(stream.text(token).as_bytes());
        let _ = writeln!(out, "{place:20}{:15}{shown:15}", token_name(token.kind));
    }
    if let Some(error) = &stream.error {
        shown.errors = describe(&CompileError::from((**error).clone()), "<tokens>");
        shown.code = 1;
    }
    out
}

/// The name of a token's kind in the module `token`.
fn token_name(kind: u8) -> &'static str {
    const NAMES: &[(Tok, &str)] = &[
        (Tok::EndMarker, "ENDMARKER"),
        (Tok::Name, "NAME"),
        (Tok::Number, "NUMBER"),
        (Tok::String, "STRING"),
        (Tok::Newline, "NEWLINE"),
        (Tok::Indent, "INDENT"),
        (Tok::Dedent, "DEDENT"),
        (Tok::Op, "OP"),
        (Tok::TypeIgnore, "TYPE_IGNORE"),
        (Tok::TypeComment, "TYPE_COMMENT"),
        (Tok::FStringStart, "FSTRING_START"),
        (Tok::FStringMiddle, "FSTRING_MIDDLE"),
        (Tok::FStringEnd, "FSTRING_END"),
        (Tok::TStringStart, "TSTRING_START"),
        (Tok::TStringMiddle, "TSTRING_MIDDLE"),
        (Tok::TStringEnd, "TSTRING_END"),
        (Tok::Comment, "COMMENT"),
        (Tok::Nl, "NL"),
    ];
    NAMES.iter().find(|(tok, _)| tok.number() == kind).map_or("ERRORTOKEN", |(_, name)| name)
}

fn tree(text: &[u8], name: &str, warnings: &mut dyn WarningSink) -> compiler::Result<String> {
    let arena = Arena::for_source(text.len());
    let options = CompileOptions::default();
    let module = compiler::parse(&arena, text, &Text::from(name), Mode::Exec, &options, warnings)?;
    Ok(syntax::dump::dump(&module) + "\n")
}

fn code(text: &[u8], name: &str, optimize: u8, warnings: &mut dyn WarningSink) -> compiler::Result<String> {
    let options = CompileOptions { optimize, ..CompileOptions::default() };
    let code = compiler::compile(text, &Text::from(name), Mode::Exec, &options, warnings)?;
    Ok(disassemble::disassemble(&code, disassemble::Options { recursive: true, ..disassemble::Options::default() }))
}

fn symbols(text: &[u8], name: &str, warnings: &mut dyn WarningSink) -> compiler::Result<String> {
    let arena = Arena::for_source(text.len());
    let options = CompileOptions::default();
    let module = compiler::parse(&arena, text, &Text::from(name), Mode::Exec, &options, warnings)?;
    let (table, names) = compiler::symbol_table(&module, &options)?;
    let mut out = String::new();
    // A stack of our own: nesting costs no native stack.
    let mut pending = vec![(SymbolTable::TOP, 0)];
    while let Some((id, depth)) = pending.pop() {
        block(&mut out, &table, &names, id, depth);
        pending.extend(table.block(id).children.iter().rev().map(|&child| (child, depth + 1)));
    }
    Ok(out)
}

/// One block: a line for itself, then one for each symbol with its scope and what is done with it.
fn block(out: &mut String, table: &SymbolTable, names: &Names, id: BlockId, depth: usize) {
    let block = table.block(id);
    let indent = "    ".repeat(depth);
    let mut facts = Vec::new();
    for (fact, holds) in [
        ("nested", block.nested),
        ("generator", block.generator),
        ("coroutine", block.coroutine),
        ("*args", block.varargs),
        ("**kwargs", block.varkeywords),
        ("inlined", block.comp_inlined),
        ("needs __class__", block.needs_class_closure),
        ("needs __classdict__", block.needs_classdict),
        ("sees class scope", block.can_see_class_scope),
    ] {
        if holds {
            facts.push(fact);
        }
    }
    let facts = if facts.is_empty() { String::new() } else { format!(" ({})", facts.join(", ")) };
    let kind = format!("{:?}", block.kind);
    let _ = writeln!(out, "{indent}{kind} {} line {}{facts}", names.str(block.name), block.range.lineno);
    let width = block.symbols.iter().map(|(name, _)| names.str(name).chars().count()).max().unwrap_or(0);
    for (name, flags) in block.symbols.iter() {
        let scope = match Scope::of(flags) {
            Scope::Unknown => "unknown",
            Scope::Local => "local",
            Scope::GlobalExplicit => "global (explicit)",
            Scope::GlobalImplicit => "global",
            Scope::Free => "free",
            Scope::Cell => "cell",
        };
        let uses = [
            (flag::DEF_PARAM, "parameter"),
            (flag::DEF_LOCAL, "assigned"),
            (flag::DEF_GLOBAL, "global statement"),
            (flag::DEF_NONLOCAL, "nonlocal statement"),
            (flag::DEF_IMPORT, "imported"),
            (flag::DEF_ANNOT, "annotated"),
            (flag::DEF_COMP_ITER, "comprehension variable"),
            (flag::DEF_TYPE_PARAM, "type parameter"),
            (flag::DEF_FREE_CLASS, "free in class"),
            (flag::USE, "used"),
        ];
        let uses: Vec<&str> = uses.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, word)| *word).collect();
        let line = format!("{indent}  {:width$}  {scope:18}{}", names.str(name), uses.join(", "));
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(words: &[&str]) -> Shown {
        let request = parse(words.iter().map(OsString::from)).expect("a request");
        show(&request)
    }

    #[test]
    fn tokens_look_like_those_of_tokenize() {
        let out = shown(&["tokens", "-c", "x = 1"]).out;
        assert_eq!(out.lines().nth(1), Some("1,0-1,1:            NAME           'x'            "));
        assert_eq!(out.lines().count(), 6);
    }

    #[test]
    fn code_looks_like_that_of_dis() {
        let out = shown(&["code", "-O", "-c", "assert x\ny = 1"]).out;
        assert!(out.contains("STORE_NAME"), "{out}");
        assert!(!out.contains("AssertionError"), "{out}");
    }

    #[test]
    fn symbols_have_scopes() {
        let out = shown(&["symbols", "-c", "def f(a):\n    return lambda: a"]).out;
        let line = out.lines().find(|line| line.trim_start().starts_with("a ") && line.contains("cell"));
        assert!(line.is_some(), "{out}");
    }

    #[test]
    fn mistakes_are_told() {
        let wrong = shown(&["tree", "-c", "x = = 1"]);
        assert_eq!(wrong.code, 1);
        assert!(wrong.errors.ends_with("    x = = 1\n        ^\nSyntaxError: invalid syntax\n"), "{}", wrong.errors);
        for words in [&["tree"][..], &["leaves", "x.py"], &["tree", "--what", "x.py"], &["tree", "x.py", "y.py"]] {
            assert_eq!(parse(words.iter().map(OsString::from)), None);
        }
    }
}
