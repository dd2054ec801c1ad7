//! Tokens as the modules `_tokenize` and `tokenize` show them: kinds of the `token` module, text, places in characters.

use crate::error::{ErrorKind, SyntaxError};
use crate::lexer::incremental::Incremental;
use crate::lexer::{self, LexError};
use crate::token::{Tok, Token};

/// A token; its text and its line are asked of the stream.
#[derive(Clone, Copy, Debug)]
pub struct StreamToken {
    /// The number in the `token` module.
    pub kind: u8,
    text: (u32, u32),
    line: (u32, u32),
    pub lineno: i32,
    pub col: i32,
    pub end_lineno: i32,
    pub end_col: i32,
}

/// What a [`TokenReader`] says.
pub enum Next {
    Token(StreamToken),
    /// Feed another line first, or the end.
    NeedsLine,
    End,
    Error(Box<SyntaxError>),
}

/// Makes tokens of lines that it is fed one by one, when it asks for them.
pub struct TokenReader {
    lexer: Incremental,
    lines: LineIndex,
    extra: bool,
    nul: bool,
    /// Where the token before ends and whether it stood on a line.
    last: Option<(i32, bool)>,
}

impl TokenReader {
    /// With `extra` come comments and NL, and operators are all `OP`, as `tokenize` wants them.
    pub fn new(extra: bool) -> TokenReader {
        TokenReader { lexer: Incremental::new(extra), lines: LineIndex::new(), extra, nul: false, last: None }
    }

    /// Appends a line; an empty one ends the text.
    pub fn feed(&mut self, line: &str) {
        let (line, nul) = match line.find('\0') {
            Some(at) => (&line[..at], true),
            None => (line, false),
        };
        if !line.is_empty() {
            let from = self.lines.text.len();
            self.lines.append(line);
            self.lexer.fed(&self.lines.text.as_bytes()[from..]);
        }
        self.nul |= nul;
        if nul || line.is_empty() {
            self.lexer.end();
        }
    }

    /// The next token.
    pub fn next_token(&mut self) -> Next {
        loop {
            let token = match self.lexer.next(self.lines.text.as_bytes()) {
                lexer::incremental::Next::NeedsLine => return Next::NeedsLine,
                lexer::incremental::Next::End => return Next::End,
                lexer::incremental::Next::Fault(error) => return Next::Error(self.lines.error(&error)),
                lexer::incremental::Next::Token(token) => token,
            };
            if token.kind == Tok::EndMarker && self.nul {
                let msg = "source code cannot contain null bytes";
                return Next::Error(Box::new(SyntaxError::bare(ErrorKind::SyntaxError, msg)));
            }
            if self.lines.text.is_empty() && !self.extra {
                continue;
            }
            let mut shown = self.lines.token(&token, self.extra);
            // Behind blank lines the end stands on no line.
            let goes_on = self.last.is_some_and(|(end, on_line)| end == token.lineno && on_line);
            if token.col == -1 && token.start as usize >= self.lines.text.len() && !goes_on {
                shown.line = (0, 0);
            }
            self.last = Some((shown.end_lineno, shown.line != (0, 0)));
            return Next::Token(shown);
        }
    }

    pub fn text(&self, token: &StreamToken) -> &str {
        self.lines.text.get(token.text.0 as usize..token.text.1 as usize).unwrap_or("")
    }

    /// Tells lines apart without looking at their text.
    pub fn line_key(&self, token: &StreamToken) -> (u32, u32) {
        token.line
    }

    /// The line or lines that the token stands on.
    pub fn line(&self, token: &StreamToken) -> &str {
        self.lines.text.get(token.line.0 as usize..token.line.1 as usize).unwrap_or("")
    }
}

/// The tokens of a whole text, up to its first fault.
pub struct TokenStream {
    reader: TokenReader,
    pub tokens: Vec<StreamToken>,
    /// What comes after the last token instead of the end.
    pub error: Option<Box<SyntaxError>>,
}

impl TokenStream {
    pub fn new(source: &str, extra: bool) -> TokenStream {
        let mut reader = TokenReader::new(extra);
        let (mut tokens, mut error) = (Vec::new(), None);
        let mut lines = source.split_inclusive('\n');
        loop {
            match reader.next_token() {
                Next::Token(token) => tokens.push(token),
                Next::NeedsLine => reader.feed(lines.next().unwrap_or("")),
                Next::End => break,
                Next::Error(found) => {
                    error = Some(found);
                    break;
                }
            }
        }
        TokenStream { reader, tokens, error }
    }

    pub fn text(&self, token: &StreamToken) -> &str {
        self.reader.text(token)
    }

    /// The line or lines that the token stands on.
    pub fn line(&self, token: &StreamToken) -> &str {
        self.reader.line(token)
    }
}

/// The text so far and its lines.
struct LineIndex {
    text: String,
    starts: Vec<u32>,
    /// The last line's end is not in the source.
    implicit_newline: bool,
}

impl LineIndex {
    fn new() -> LineIndex {
        LineIndex { text: String::new(), starts: vec![0], implicit_newline: false }
    }

    fn append(&mut self, line: &str) {
        let from = self.text.len();
        self.text.push_str(line);
        self.implicit_newline = !line.ends_with('\n');
        if self.implicit_newline {
            self.text.push('\n');
        }
        let ends = memchr::memchr_iter(b'\n', &self.text.as_bytes()[from..]);
        self.starts.extend(ends.map(|at| (from + at) as u32 + 1));
    }

    fn start(&self, lineno: i32) -> u32 {
        let index = usize::try_from(lineno - 1).unwrap_or(0);
        self.starts.get(index).copied().unwrap_or(self.text.len() as u32)
    }

    /// From the start of one line to the end of another.
    fn span(&self, first: i32, last: i32) -> (u32, u32) {
        let end = self.start(last + 1);
        let at_end = self.implicit_newline && end as usize == self.text.len();
        (self.start(first), end.saturating_sub(u32::from(at_end)))
    }

    /// Bytes of a line to characters.
    fn col(&self, lineno: i32, col: i32) -> i32 {
        let Ok(width) = usize::try_from(col) else { return col };
        let start = self.start(lineno) as usize;
        let upto = (start + width).min(self.text.len());
        self.text.get(start..upto).map_or(col, |line| line.chars().count() as i32)
    }

    fn token(&self, token: &Token, extra: bool) -> StreamToken {
        let at_end =
            token.kind == Tok::EndMarker || (token.kind == Tok::Dedent && token.start as usize >= self.text.len());
        if extra && at_end {
            let nothing = (0, 0);
            let lineno = token.lineno + 1;
            return StreamToken {
                kind: token.kind.number(),
                text: nothing,
                line: nothing,
                lineno,
                col: 0,
                end_lineno: lineno,
                end_col: 0,
            };
        }
        let mut kind = token.kind.number();
        let is_operator = kind > Tok::Dedent as u8 && kind < Tok::Op as u8;
        if extra && is_operator {
            kind = Tok::Op as u8;
        }
        let (mut start, mut end) = (token.start, token.end);
        let (mut col, mut end_col) = (token.col, token.end_col);
        let mut end_lineno = token.end_lineno;
        match token.kind {
            Tok::Newline | Tok::Nl if extra => {
                // Its text is the line end, which may stand for one that is not there.
                let newline = self.text.as_bytes().get(start as usize) == Some(&b'\r');
                end = start + if newline { 2 } else { 1 };
                end_col = col + (end - start) as i32;
                end_lineno = token.lineno;
                if self.implicit_newline && end as usize == self.text.len() {
                    end = start;
                }
            }
            Tok::Newline => {
                // The end of the text, without the line end itself; a comment before it is part of it.
                end_col = col + (end - start) as i32;
            }
            Tok::Indent if extra => {
                start = self.start(token.lineno);
                (col, end_col) = (0, (token.end - start) as i32);
            }
            Tok::Dedent if extra => {
                col = (token.start - self.start(token.lineno)) as i32;
                end_col = col;
            }
            Tok::FStringMiddle | Tok::TStringMiddle if end_col > 0 && token.end > token.start => {
                // A doubled brace widens a node, not a token.
                end_col = (token.end - self.start(token.end_lineno)) as i32;
            }
            _ => {}
        }
        let is_string = matches!(
            token.kind,
            Tok::String | Tok::FStringMiddle | Tok::FStringStart | Tok::TStringMiddle | Tok::TStringStart
        );
        let first_line = if is_string { token.lineno } else { token.end_lineno };
        StreamToken {
            kind,
            text: (start, end),
            line: self.span(first_line, token.end_lineno),
            lineno: token.lineno,
            col: self.col(token.lineno, col),
            end_lineno,
            end_col: self.col(end_lineno, end_col),
        }
    }

    fn error(&self, error: &LexError) -> Box<SyntaxError> {
        let line = |lineno: i32| {
            let (start, end) = self.span(lineno, lineno);
            self.text.get(start as usize..end as usize).unwrap_or("").trim_end_matches('\n').to_owned()
        };
        let placed = |kind: ErrorKind, msg: &str, lineno: i32, offset: i32| {
            let mut error = SyntaxError::bare(kind, msg);
            error.lineno = Some(lineno);
            error.offset = Some(offset);
            error.text = Some(line(lineno));
            Box::new(error)
        };
        match error {
            LexError::At { kind, msg, lineno, offset, end_offset, .. } => {
                let mut error = placed(*kind, msg, *lineno, *offset);
                error.end_lineno = Some(*lineno);
                error.end_offset = Some(*end_offset);
                error
            }
            LexError::Eof { .. } => {
                Box::new(SyntaxError::bare(ErrorKind::SyntaxError, "unexpected EOF in multi-line statement"))
            }
            LexError::Source { fault, token, joined } => fault.error(*token, *joined),
            LexError::Dedent { lineno } => {
                let width = line(*lineno).chars().count() as i32 + 1;
                placed(
                    ErrorKind::IndentationError,
                    "unindent does not match any outer indentation level",
                    *lineno,
                    width,
                )
            }
            LexError::TabSpace { lineno } => {
                let msg = "inconsistent use of tabs and spaces in indentation";
                placed(ErrorKind::TabError, msg, *lineno, 1)
            }
            LexError::TooDeep { lineno } => {
                placed(ErrorKind::IndentationError, "too many levels of indentation", *lineno, 1)
            }
            LexError::LineCont { lineno, col } => {
                let offset = self.col(*lineno, *col) + 2;
                let msg = "unexpected character after line continuation character";
                placed(ErrorKind::SyntaxError, msg, *lineno, offset)
            }
        }
    }
}
