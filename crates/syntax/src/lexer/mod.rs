//! Text to tokens.
//!
//! The whole text is cut into tokens before parsing. A fault ends the tokens with [`Tok::ErrorToken`] and is kept as a
//! [`LexError`]; it becomes the outcome only if the parser gets that far, since CPython's tokenizer is read on demand.

mod fstring;
pub(crate) mod incremental;
mod number;
mod operator;
mod string;

use crate::ast::Range;
use crate::chars;
use crate::error::{ErrorKind, RawWarning};
use crate::file_source::Fault;
use crate::options::{Mode, Options};
use crate::token::{Tok, Token};
use fstring::FString;

const MAX_INDENT: usize = 100;
const MAX_LEVEL: usize = 200;

/// Why the tokenizer stopped.
#[derive(Clone, Debug)]
pub(crate) enum LexError {
    /// A fault with its place: line, then first and last character column as reported (1-based, inclusive).
    At {
        kind: ErrorKind,
        msg: String,
        lineno: i32,
        line_start: u32,
        offset: i32,
        end_offset: i32,
        /// The fault is that the text ends.
        at_end: bool,
    },
    /// The text ended inside brackets or after a backslash.
    Eof {
        lineno: i32,
        col: i32,
    },
    /// What comes next cannot be decoded; the line where a token of several lines begins that this lies in.
    Source {
        fault: Fault,
        token: Option<i32>,
        /// Something that began on a line before goes on there.
        joined: bool,
    },
    Dedent {
        lineno: i32,
    },
    TabSpace {
        lineno: i32,
    },
    TooDeep {
        lineno: i32,
    },
    /// `col` counts from the first line of the statement's lines that are joined.
    LineCont {
        lineno: i32,
        col: i32,
    },
}

/// An open bracket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bracket {
    pub open: u8,
    pub lineno: i32,
    pub col: i32,
}

/// What the tokenizer leaves.
pub(crate) struct Tokens {
    pub tokens: Vec<Token>,
    pub error: Option<LexError>,
    /// Brackets open where the tokens end.
    pub brackets: Vec<Bracket>,
    pub warnings: Vec<LexWarning>,
    pub lineno: i32,
    /// The tokens end inside an f-string.
    pub in_fstring: bool,
}

impl Tokens {
    /// The text is only what could be decoded, `end` bytes: puts the fault where the tokenizer would ask for more.
    pub(crate) fn end_in_fault(&mut self, end: usize, fault: Fault) {
        let mut joined = false;
        let token = match &self.error {
            None => {
                // DEDENT and the end mark are not known yet.
                while self.tokens.pop_if(|token| token.start as usize >= end && token.kind != Tok::Newline).is_some() {}
                let (start, lineno) = (end as u32, self.lineno);
                let place = Token {
                    kind: Tok::ErrorToken,
                    level: 0,
                    start,
                    end: start,
                    lineno,
                    col: -1,
                    end_lineno: lineno,
                    end_col: -1,
                };
                self.tokens.push(place);
                None
            }
            Some(LexError::At { at_end: true, lineno, .. }) => Some(*lineno),
            // A backslash, or brackets, which keep nothing.
            Some(LexError::Eof { .. }) => {
                joined = self.brackets.is_empty();
                None
            }
            // The tokenizer stopped before.
            Some(_) => return,
        };
        joined |= token.is_some();
        self.error = Some(LexError::Source { fault, token, joined });
    }
}

/// A warning, with the number of tokens before it.
#[derive(Clone)]
pub(crate) struct LexWarning {
    pub before: usize,
    pub warning: RawWarning,
}

/// The fault is in [`Lexer::error`].
pub(crate) struct Stop;
type Lexed<T = ()> = Result<T, Stop>;

#[derive(Clone)]
pub(crate) struct Lexer<'s> {
    src: &'s [u8],
    pos: usize,
    /// Where the token being read starts.
    start: usize,
    line_start: usize,
    /// Where the lines start that backslashes and strings of several lines join with the present one.
    joined_start: usize,
    lineno: i32,
    /// Place of the first line of a token of several lines.
    first_lineno: i32,
    multi_line_start: usize,
    at_line_start: bool,
    /// A line end was consumed; the next character belongs to a new line.
    line_ended: bool,
    indents: Vec<(usize, usize)>,
    brackets: Vec<Bracket>,
    fstrings: Vec<FString>,
    tokens: Vec<Token>,
    error: Option<LexError>,
    warnings: Vec<LexWarning>,
    single: bool,
    imply_dedent: bool,
    parsing_started: bool,
    type_comments: bool,
    /// `from __future__ import barry_as_FLUFL` is in force: `<>` is one token.
    flufl: bool,
    /// The tokens before this one were searched for that import.
    flufl_searched: usize,
    /// No statement ends among the tokens before this one and after those.
    flufl_seen: usize,
    /// Comments and NL too, and more lenient, for the `tokenize` module.
    extra: bool,
    /// The comment just emitted was alone on its line.
    comment_alone: bool,
}

/// Cuts `src` (UTF-8 without NUL, line ends translated unless `extra`) into tokens.
pub(crate) fn tokenize(src: &[u8], mode: Mode, options: &Options<'_>, extra: bool) -> Tokens {
    let mut lexer = Lexer::new(src, mode, options, extra);
    lexer.tokens.reserve(src.len() / 4 + 8);
    if lexer.run().is_err() {
        lexer.start = lexer.pos.min(src.len());
        lexer.push_bare(Tok::ErrorToken);
    }
    Tokens {
        tokens: lexer.tokens,
        error: lexer.error,
        brackets: lexer.brackets,
        warnings: lexer.warnings,
        lineno: lexer.lineno,
        in_fstring: !lexer.fstrings.is_empty(),
    }
}

impl<'s> Lexer<'s> {
    fn new(src: &'s [u8], mode: Mode, options: &Options<'_>, extra: bool) -> Lexer<'s> {
        Lexer {
            src,
            pos: 0,
            start: 0,
            line_start: 0,
            joined_start: 0,
            lineno: i32::from(!src.is_empty()),
            first_lineno: 1,
            multi_line_start: 0,
            at_line_start: true,
            line_ended: false,
            indents: vec![(0, 0)],
            brackets: Vec::new(),
            fstrings: Vec::new(),
            tokens: Vec::new(),
            error: None,
            warnings: Vec::new(),
            single: mode == Mode::Single,
            imply_dedent: !options.dont_imply_dedent,
            parsing_started: false,
            type_comments: options.type_comments,
            flufl: options.barry_as_flufl,
            flufl_searched: 0,
            flufl_seen: 0,
            extra,
            comment_alone: false,
        }
    }
}

#[inline]
fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 128
}

#[inline]
fn is_name_char(byte: u8) -> bool {
    NAME_CHARS[usize::from(byte)]
}

/// Bytes that may stand in a name, all non-ASCII ones included.
static NAME_CHARS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = byte >= 128 || (byte as u8).is_ascii_alphanumeric() || byte == b'_' as usize;
        byte += 1;
    }
    table
};

impl<'s> Lexer<'s> {
    /// The byte at `pos`, 0 at the end (the text holds no NUL).
    #[inline(always)]
    fn peek(&self) -> u8 {
        self.at(self.pos)
    }

    #[inline(always)]
    fn at(&self, pos: usize) -> u8 {
        match self.src.get(pos) {
            Some(&byte) => byte,
            None => 0,
        }
    }

    #[inline]
    fn col(&self, pos: usize) -> i32 {
        pos.wrapping_sub(self.line_start) as i32
    }

    fn run(&mut self) -> Lexed {
        while !self.step()? {}
        Ok(())
    }

    /// Reads the next few tokens, or space; true at the end of the text.
    #[inline]
    fn step(&mut self) -> Lexed<bool> {
        if self.fstrings.last().is_some_and(|f| f.in_text) {
            self.fstring_text()?;
            return Ok(false);
        }
        self.token()
    }

    /// Adds a token of one line that ends at `pos`.
    #[inline]
    fn push(&mut self, kind: Tok) {
        let token = Token {
            kind,
            level: self.brackets.len() as u16,
            start: self.start as u32,
            end: self.pos as u32,
            lineno: self.lineno,
            col: self.col(self.start),
            end_lineno: self.lineno,
            end_col: self.col(self.pos),
        };
        self.parsing_started = true;
        self.tokens.push(token);
    }

    /// Adds a token of possibly several lines, which started on `first_lineno`, and ends at `end`.
    fn push_lines(&mut self, kind: Tok, end: usize) {
        let token = Token {
            kind,
            level: self.brackets.len() as u16,
            start: self.start as u32,
            end: end as u32,
            lineno: self.first_lineno,
            col: self.start.wrapping_sub(self.multi_line_start) as i32,
            end_lineno: self.lineno,
            end_col: self.col(end),
        };
        self.parsing_started = true;
        self.tokens.push(token);
    }

    /// Adds a token without text: its columns are -1.
    fn push_bare(&mut self, kind: Tok) {
        let token = Token {
            kind,
            level: self.brackets.len() as u16,
            start: self.start as u32,
            end: self.start as u32,
            lineno: self.lineno,
            col: -1,
            end_lineno: self.lineno,
            end_col: -1,
        };
        self.parsing_started = true;
        self.tokens.push(token);
    }

    /// Steps over a line end that is not the end of a logical line.
    #[inline]
    fn next_line(&mut self) {
        if self.pos < self.src.len() {
            self.lineno += 1;
            self.line_start = self.pos;
        }
    }

    /// One step in normal mode; true at the end of the text.
    fn token(&mut self) -> Lexed<bool> {
        if self.line_ended {
            self.line_ended = false;
            self.next_line();
            self.joined_start = self.line_start;
        }
        let mut blank_line = false;
        if self.at_line_start {
            self.at_line_start = false;
            blank_line = self.indentation()?;
        }
        // Spaces, comments and joined lines, up to the token. A line end after a comment starts where that does.
        let mut comment_start = None;
        let byte = loop {
            let byte = self.peek();
            match byte {
                b' ' | b'\t' | 0x0C => self.pos += 1,
                b'#' => {
                    comment_start = Some(self.pos);
                    if self.comment(blank_line) {
                        return Ok(false);
                    }
                }
                b'\\' => self.continuation()?,
                _ => break byte,
            }
        };
        self.start = self.pos;
        if is_name_start(byte) {
            self.name_or_string(byte)?;
            return Ok(false);
        }
        match byte {
            b'\n' => {
                if let Some(comment_start) = comment_start {
                    self.start = comment_start;
                }
                self.newline(blank_line);
            }
            b'\r' if self.at(self.pos + 1) == b'\n' => {
                self.pos += 1;
                self.newline(blank_line);
            }
            b'0'..=b'9' => self.number(byte)?,
            b'.' if self.at(self.pos + 1).is_ascii_digit() => self.number(byte)?,
            b'"' | b'\'' => self.string(self.pos)?,
            0 => return self.end_of_text(),
            _ => self.operator(byte)?,
        }
        Ok(false)
    }

    /// Measures the start of a line and emits INDENT or DEDENT; true for a line with nothing but space and comment.
    fn indentation(&mut self) -> Lexed<bool> {
        let (mut col, mut alt_col) = (0usize, 0usize);
        let mut continued: Option<(usize, usize)> = None;
        loop {
            match self.peek() {
                b' ' => (col, alt_col) = (col + 1, alt_col + 1),
                b'\t' => (col, alt_col) = ((col / 8 + 1) * 8, alt_col + 1),
                0x0C => (col, alt_col) = (0, 0),
                b'\\' => {
                    // What counts is the space before the first backslash.
                    if col != 0 && continued.is_none() {
                        continued = Some((col, alt_col));
                    }
                    self.continuation()?;
                    self.joined_start = self.line_start;
                    continue;
                }
                _ => break,
            }
            self.pos += 1;
        }
        match self.peek() {
            b'#' | b'\n' => return Ok(true),
            b'\r' if self.at(self.pos + 1) == b'\n' => return Ok(true),
            _ => {}
        }
        if !self.brackets.is_empty() {
            return Ok(false);
        }
        if let Some(first) = continued {
            (col, alt_col) = first;
        }
        self.start = self.pos;
        let &(top, alt_top) = self.indents.last().unwrap_or(&(0, 0));
        if col == top {
            if alt_col != alt_top {
                return self.fail(LexError::TabSpace { lineno: self.lineno });
            }
        } else if col > top {
            if self.indents.len() >= MAX_INDENT {
                return self.fail(LexError::TooDeep { lineno: self.lineno });
            }
            if alt_col <= alt_top {
                return self.fail(LexError::TabSpace { lineno: self.lineno });
            }
            self.indents.push((col, alt_col));
            self.push_bare(Tok::Indent);
        } else {
            let mut dedents = 0;
            while self.indents.len() > 1 && self.indents.last().is_some_and(|&(level, _)| col < level) {
                self.indents.pop();
                dedents += 1;
            }
            let &(top, alt_top) = self.indents.last().unwrap_or(&(0, 0));
            if col != top {
                return self.fail(LexError::Dedent { lineno: self.lineno });
            }
            if alt_col != alt_top {
                return self.fail(LexError::TabSpace { lineno: self.lineno });
            }
            for _ in 0..dedents {
                self.push_bare(Tok::Dedent);
            }
        }
        Ok(false)
    }

    /// At a backslash: joins the next line.
    fn continuation(&mut self) -> Lexed {
        self.pos += 1;
        if self.peek() == b'\r' {
            self.pos += 1;
        }
        if self.peek() != b'\n' {
            return self.fail(LexError::LineCont {
                lineno: self.lineno,
                col: (self.pos - usize::from(self.pos >= self.src.len())).saturating_sub(self.joined_start) as i32,
            });
        }
        self.pos += 1;
        if self.pos >= self.src.len() {
            return self.fail(LexError::Eof { lineno: self.lineno, col: self.col(self.pos) });
        }
        self.next_line();
        Ok(())
    }

    /// At `#`; true if it made a token.
    fn comment(&mut self, blank_line: bool) -> bool {
        let comment_start = self.pos;
        let rest = &self.src[comment_start..];
        let mut length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        if length > 0 && length < rest.len() && rest[length - 1] == b'\r' {
            length -= 1;
        }
        self.pos += length;
        if self.extra {
            self.start = comment_start;
            self.push(Tok::Comment);
            self.comment_alone = blank_line;
            return true;
        }
        if !self.type_comments {
            return false;
        }
        let Some(text) = type_comment_start(self.src, comment_start, self.pos) else { return false };
        let after = text + 6;
        let ignores = self.src[text..self.pos].starts_with(b"ignore")
            && (self.pos == after || !(self.at(after) >= 128 || self.at(after).is_ascii_alphanumeric()));
        if ignores {
            self.start = after;
            self.push(Tok::TypeIgnore);
            // The end of a line that it has for itself is part of it.
            if blank_line && self.peek() == b'\n' {
                self.pos += 1;
                if let Some(token) = self.tokens.last_mut() {
                    token.end += 1;
                }
                self.line_ended = true;
                self.at_line_start = true;
            }
        } else {
            self.start = text;
            self.push(Tok::TypeComment);
        }
        true
    }

    /// At `\n`.
    fn newline(&mut self, blank_line: bool) {
        self.at_line_start = true;
        let blank_line = blank_line || std::mem::take(&mut self.comment_alone);
        if blank_line || !self.brackets.is_empty() {
            if self.extra {
                self.pos += 1;
                self.push(Tok::Nl);
            } else {
                self.pos += 1;
            }
        } else if self.extra {
            self.pos += 1;
            self.push(Tok::Newline);
        } else {
            self.push(Tok::Newline);
            if let Some(token) = self.tokens.last_mut() {
                token.end_col += 1;
            }
            self.pos += 1;
        }
        self.line_ended = true;
    }

    fn end_of_text(&mut self) -> Lexed<bool> {
        if !self.brackets.is_empty() {
            return self.fail(LexError::Eof { lineno: self.lineno, col: self.col(self.pos) });
        }
        // One interactive statement ends with a NEWLINE even where the text has none, and closes its blocks.
        if self.single && self.parsing_started {
            self.push_bare(Tok::Newline);
            self.parsing_started = false;
            if self.imply_dedent {
                while self.indents.len() > 1 {
                    self.indents.pop();
                    self.push_bare(Tok::Dedent);
                }
            }
            return Ok(false);
        }
        self.push_bare(Tok::EndMarker);
        Ok(true)
    }

    fn name_or_string(&mut self, first: u8) -> Lexed {
        if matches!(first | 0x20, b'b' | b'u' | b'r' | b'f' | b't')
            && let Some(quote) = string_prefix(self.src, self.pos)
        {
            return self.string(quote);
        }
        let mut pos = self.pos + 1;
        let mut non_ascii = first >= 128;
        while let Some(&byte) = self.src.get(pos) {
            if !is_name_char(byte) {
                break;
            }
            non_ascii |= byte >= 128;
            pos += 1;
        }
        self.pos = pos;
        let kind = if non_ascii {
            if !self.extra {
                self.check_identifier()?;
            }
            Tok::Name
        } else {
            Tok::of_word(&self.src[self.start..pos])
        };
        self.push(kind);
        Ok(())
    }

    fn check_identifier(&mut self) -> Lexed {
        let word = std::str::from_utf8(&self.src[self.start..self.pos]).unwrap_or("");
        let mut first = true;
        for (at, ch) in word.char_indices() {
            let good = if first { chars::is_identifier_start(ch) } else { chars::is_identifier_continue(ch) };
            if !good {
                self.pos = self.start + at + ch.len_utf8();
                return self.bad_character(ch);
            }
            first = false;
        }
        Ok(())
    }

    /// Reports a character that cannot stand here; `pos` is behind it.
    fn bad_character<T>(&mut self, ch: char) -> Lexed<T> {
        let number = u32::from(ch);
        if chars::is_printable(ch) {
            self.error(format!("invalid character '{ch}' (U+{number:04X})"))
        } else {
            self.error(format!("invalid non-printable character U+{number:04X}"))
        }
    }

    fn fail<T>(&mut self, error: LexError) -> Lexed<T> {
        self.error = Some(error);
        Err(Stop)
    }

    /// A syntax error at the last character read.
    fn error<T>(&mut self, msg: impl Into<String>) -> Lexed<T> {
        let offset = self.char_col(self.pos);
        self.error_range(msg, offset, offset)
    }

    fn error_range<T>(&mut self, msg: impl Into<String>, offset: i32, end_offset: i32) -> Lexed<T> {
        let (lineno, line_start) = (self.lineno, self.line_start as u32);
        self.fail(LexError::At {
            kind: ErrorKind::SyntaxError,
            msg: msg.into(),
            lineno,
            line_start,
            offset,
            end_offset,
            at_end: false,
        })
    }

    /// The error is that the text ends.
    fn at_end_of_text(&mut self) {
        if let Some(LexError::At { at_end, .. }) = &mut self.error {
            *at_end = true;
        }
    }

    /// The number of characters between the start of the line and `pos`.
    fn char_col(&self, pos: usize) -> i32 {
        let pos = pos.min(self.src.len());
        let line = self.src.get(self.line_start..pos).unwrap_or(b"");
        line.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() as i32
    }

    /// Issues a warning about what was just read.
    fn warn(&mut self, message: String, error_msg: String, lineno: i32, range: Range) {
        let warning =
            RawWarning { message, error_msg, lineno, range, reached: None, in_fstring: !self.fstrings.is_empty() };
        self.warnings.push(LexWarning { before: self.tokens.len(), warning });
    }
}

/// Where the text of a type comment starts, if the comment is one.
fn type_comment_start(src: &[u8], mut pos: usize, end: usize) -> Option<usize> {
    for &expected in b"# type: " {
        if expected == b' ' {
            while pos < end && (src[pos] == b' ' || src[pos] == b'\t') {
                pos += 1;
            }
        } else if pos < end && src[pos] == expected {
            pos += 1;
        } else {
            return None;
        }
    }
    Some(pos)
}

/// The place of the quote if a string with a prefix starts at `pos`: letters of `burft`, none twice.
#[inline]
fn string_prefix(src: &[u8], pos: usize) -> Option<usize> {
    let mut seen = 0u32;
    for (index, &byte) in src.get(pos..)?.iter().enumerate() {
        let letter = byte | 0x20;
        if matches!(letter, b'b' | b'u' | b'r' | b'f' | b't') && byte.is_ascii_alphabetic() {
            let bit = 1 << (letter - b'a');
            if seen & bit != 0 {
                return None;
            }
            seen |= bit;
        } else if matches!(byte, b'"' | b'\'') {
            return Some(pos + index);
        } else {
            return None;
        }
    }
    None
}
