//! [`parse`]: decoding, tokens, the fast parser, and on failure the search for the error.

use crate::arena::Arena;
use crate::ast::{Mod, TypeIgnore};
use crate::diagnose;
use crate::diagnose::lines::Lines;
use crate::error::{ErrorKind, SyntaxError};
use crate::lexer::{self, Tokens};
use crate::options::{Mode, Options, Parsed};
use crate::parser::{Fail, Parser};
use crate::source;
use crate::token::Tok;

/// Parses `source` (bytes as in a file, or UTF-8 with `options.ignore_cookie`). The name of the file stands in one message,
/// that of a file (`options.from_file`) that is not UTF-8.
pub fn parse<'a>(
    arena: &'a Arena,
    source: &[u8],
    filename: &str,
    mode: Mode,
    options: &Options<'_>,
) -> Result<Parsed<'a>, Box<SyntaxError>> {
    let source::Prepared { text, fault, newline_added } = source::prepare(source, filename, mode, options)?;
    if text.len() >= i32::MAX as usize {
        return Err(Box::new(SyntaxError::bare(ErrorKind::MemoryError, "")));
    }
    let text: &'a str = arena.str(&text);
    let mut lexed = lexer::tokenize(text.as_bytes(), mode, options, false);
    if let Some(fault) = fault {
        lexed.end_in_fault(text.len(), fault);
    }
    let type_ignores = if options.type_comments { take_type_ignores(&mut lexed, text) } else { Vec::new() };
    let mut parser = Parser::new(arena, text, &lexed.tokens, options);
    let result = match mode {
        Mode::Exec => parser.file(&type_ignores),
        Mode::Eval => parser.eval(),
        Mode::Single => parser.interactive().and_then(|module| nothing_follows(&parser).map(|()| module)),
        Mode::FuncType => parser.func_type(),
    };
    let result: Result<Mod<'a>, Fail> = result;
    match result {
        Ok(module) => {
            let mut warnings = Vec::new();
            if !parser.warnings.is_empty() || !lexed.warnings.is_empty() {
                let lines = Lines::new(text, options, mode);
                warnings = diagnose::placed_warnings(&parser.warnings, &lexed, &lines);
            }
            Ok(Parsed { module, warnings })
        }
        Err(Fail) => {
            // Of a file the last line is shown as it is.
            let unended = newline_added && options.from_file && mode == Mode::Exec;
            let shown = text.get(..text.len() - usize::from(unended)).unwrap_or(text);
            Err(diagnose::find_error(&parser, shown, &lexed, mode, options))
        }
    }
}

/// Moves the `# type: ignore` comments out of the tokens.
fn take_type_ignores<'a>(lexed: &mut Tokens, text: &'a str) -> Vec<TypeIgnore<'a>> {
    let mut found = Vec::new();
    lexed.tokens.retain(|token| {
        if token.kind == Tok::TypeIgnore {
            let tag = text.get(token.start as usize..token.end as usize).unwrap_or("");
            found.push(TypeIgnore { lineno: token.lineno, tag });
        }
        token.kind != Tok::TypeIgnore
    });
    found
}

/// After one interactive statement only space and comments may follow.
fn nothing_follows(parser: &Parser<'_, '_>) -> Result<(), Fail> {
    let end = parser.pos.checked_sub(1).and_then(|last| parser.tokens.get(last)).map_or(0, |token| token.end);
    if diagnose::only_space_and_comments(parser.src, end as usize) { Ok(()) } else { Err(Fail) }
}
