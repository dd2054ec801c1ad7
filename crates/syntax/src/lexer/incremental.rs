//! Tokens of a text that comes line by line: a line is asked for only when no more tokens can be told without it.
//!
//! The lexer itself wants to see all text. Nearly every token ends on the line on which it begins, so it is simply run up to the
//! end of what there is. Where a token may go on (strings in three quotes, f-strings, backslashes), the lexer is kept as it was
//! before, and runs again from there when there is more.

use super::{LexError, Lexer};
use crate::options::{Mode, Options};
use crate::token::{Tok, Token};

/// What comes next.
pub(crate) enum Next {
    Token(Token),
    /// Another line must be fed first.
    NeedsLine,
    End,
    Fault(LexError),
}

pub(crate) struct Incremental {
    /// Between two steps, without the text.
    lexer: Lexer<'static>,
    /// Tokens that were not taken yet, the next one last.
    ready: Vec<Token>,
    /// A token may begin on the present line that does not end there.
    may_go_on: bool,
    /// Lines without this quote need not be looked at: they are inside a string.
    inside: Option<u8>,
    ended: bool,
    done: bool,
}

impl Incremental {
    pub(crate) fn new(extra: bool) -> Incremental {
        let lexer = Lexer::new(b"", Mode::Exec, &Options::default(), extra);
        Incremental { lexer, ready: Vec::new(), may_go_on: false, inside: None, ended: false, done: false }
    }

    /// Tells of a line that was appended to the text.
    pub(crate) fn fed(&mut self, line: &[u8]) {
        if self.lexer.lineno == 0 {
            self.lexer.lineno = 1;
        }
        match self.inside {
            Some(quote) if !line.contains(&quote) => return,
            _ => self.inside = None,
        }
        self.may_go_on |= line.contains(&b'\\')
            || memchr::memmem::find(line, b"\"\"\"").is_some()
            || memchr::memmem::find(line, b"'''").is_some();
    }

    /// No more lines will come.
    pub(crate) fn end(&mut self) {
        self.ended = true;
        self.inside = None;
    }

    /// The next token of `text`, which is all that was fed.
    pub(crate) fn next(&mut self, text: &[u8]) -> Next {
        loop {
            if let Some(token) = self.ready.pop() {
                return Next::Token(token);
            }
            if let Some(error) = self.lexer.error.clone() {
                return Next::Fault(error);
            }
            if self.done {
                return Next::End;
            }
            if !self.ended && (self.inside.is_some() || self.lexer.pos >= text.len()) {
                return Next::NeedsLine;
            }
            let in_string = !self.lexer.fstrings.is_empty();
            let before = (!self.ended && (self.may_go_on || in_string)).then(|| self.lexer.clone());
            let lexer = std::mem::replace(&mut self.lexer, Lexer::new(b"", Mode::Exec, &Options::default(), true));
            let mut lexer = lexer.over(text);
            let result = lexer.step();
            let wants_more = match (&result, &lexer.error) {
                (Ok(done), _) => *done,
                (_, Some(LexError::Eof { .. } | LexError::At { at_end: true, .. })) => true,
                _ => false,
            };
            if wants_more && let Some(before) = before {
                let start = text.get(lexer.start..).unwrap_or(b"");
                if !in_string && matches!(lexer.error, Some(LexError::At { .. })) {
                    self.inside = start.iter().copied().find(|byte| matches!(byte, b'"' | b'\''));
                }
                self.lexer = before;
                return Next::NeedsLine;
            }
            self.done = matches!(result, Ok(true)) || result.is_err();
            self.ready.append(&mut lexer.tokens);
            self.ready.reverse();
            if self.ready.iter().any(|token| matches!(token.kind, Tok::Newline | Tok::Nl)) {
                self.may_go_on = false;
            }
            self.lexer = lexer.over(b"");
        }
    }
}

/// The same lexer with another text; the borrow checker wants to see every field that stays.
macro_rules! with_text {
    ($lexer:ident, $src:ident: $($field:ident)*) => {{
        let Lexer { src: _, $($field),* } = $lexer;
        Lexer { src: $src, $($field),* }
    }};
}

impl Lexer<'_> {
    /// The lexer as it is, over another text that begins with the same.
    fn over<'t>(self, src: &'t [u8]) -> Lexer<'t> {
        with_text!(self, src:
            pos start line_start joined_start lineno first_lineno multi_line_start at_line_start line_ended
            indents brackets fstrings tokens error warnings single imply_dedent parsing_started
            type_comments flufl flufl_searched flufl_seen extra comment_alone)
    }
}
