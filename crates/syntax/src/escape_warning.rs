//! Warnings about escapes that mean nothing (`"\\z"`), placed as CPython places them: by the parser of valid programs and by
//! the search for errors alike.

use crate::ast::Range;
use crate::error::RawWarning;
use crate::literal::{Escape, InvalidEscape};
use crate::token::{Tok, Token};

/// About a token that is a whole literal; `text` is all of it, `body` what is between its quotes.
pub(crate) fn in_string(
    token: &Token,
    text: &str,
    body: &str,
    quote_length: usize,
    invalid: InvalidEscape,
) -> RawWarning {
    let before = body.get(..invalid.at).unwrap_or("");
    let lines = before.bytes().filter(|&byte| byte == b'\n').count() as i32;
    let col = match before.rfind('\n') {
        Some(newline) => (before.len() - newline - 1) as i32,
        None => {
            // CPython leaves out the quotes where there is a prefix.
            let prefixed = !matches!(text.as_bytes().first(), Some(b'"' | b'\''));
            token.col + before.len() as i32 + if prefixed { 0 } else { quote_length as i32 }
        }
    };
    let lineno = token.lineno + lines;
    warning(invalid, lineno, Range::new(lineno, col, lineno, col + 2), token.end_lineno)
}

/// About a piece of text in an f-string: CPython shows the token `next` behind that string. None for a backslash before a
/// brace, of which the tokenizer has warned.
pub(crate) fn in_fstring(token: &Token, body: &str, next: &Token, invalid: InvalidEscape) -> Option<RawWarning> {
    if matches!(invalid.escape, Escape::Char('{' | '}')) {
        return None;
    }
    let before = body.as_bytes().get(..invalid.at).unwrap_or(b"");
    let lineno = token.lineno + before.iter().filter(|&&byte| byte == b'\n').count() as i32;
    let range = Range::new(next.lineno, next.col, next.lineno, next.col + 2);
    Some(warning(invalid, lineno, range, next.lineno))
}

/// The place in `tokens` behind the end of the innermost f-string around `pos`.
pub(crate) fn after_fstring(tokens: &[Token], mut pos: usize) -> usize {
    let mut depth = 1;
    while depth > 0
        && let Some(token) = tokens.get(pos)
    {
        match token.kind {
            Tok::FStringStart | Tok::TStringStart => depth += 1,
            Tok::FStringEnd | Tok::TStringEnd => depth -= 1,
            _ => {}
        }
        pos += 1;
    }
    pos
}

/// `reached` is the line that CPython's tokenizer is on when it warns.
fn warning(invalid: InvalidEscape, lineno: i32, range: Range, reached: i32) -> RawWarning {
    RawWarning {
        message: invalid.escape.warning(),
        error_msg: invalid.escape.error(),
        lineno,
        range,
        reached: Some(reached),
        in_fstring: false,
    }
}
