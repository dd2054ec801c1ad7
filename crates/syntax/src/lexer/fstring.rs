//! The text parts of f-strings and t-strings (PEP 701, PEP 750). Their replacement fields are ordinary tokens.

use super::{Lexed, Lexer};
use crate::token::Tok;

/// CPython's limit of replacement fields inside format specifications.
const MAX_FIELDS: i32 = 3;

/// An f-string or t-string being read.
#[derive(Clone)]
pub(super) struct FString {
    template: bool,
    quote: u8,
    triple: bool,
    raw: bool,
    start: usize,
    lineno: i32,
    line_start: usize,
    /// Brackets open inside it.
    pub(super) depth: i32,
    /// The bracket depth at which the innermost replacement field began; -1 outside of fields.
    pub(super) field_depth: i32,
    pub(super) in_format_spec: bool,
    pub(super) in_debug: bool,
    /// Text is next, not tokens of an expression.
    pub(super) in_text: bool,
}

impl FString {
    pub(super) fn new(
        template: bool,
        quote: u8,
        triple: bool,
        raw: bool,
        start: usize,
        lineno: i32,
        line_start: usize,
    ) -> FString {
        FString {
            template,
            quote,
            triple,
            raw,
            start,
            lineno,
            line_start,
            depth: 0,
            field_depth: -1,
            in_format_spec: false,
            in_debug: false,
            in_text: true,
        }
    }

    /// Is this the quote that ends it?
    pub(super) fn closes_with(&self, quote: u8, triple: bool) -> bool {
        self.quote == quote && self.triple == triple
    }

    pub(super) fn letter(&self) -> char {
        if self.template { 't' } else { 'f' }
    }
}

impl Lexer<'_> {
    fn push_middle(&mut self, end: usize) {
        let template = self.fstrings.last().is_some_and(|f| f.template);
        self.push_lines(if template { Tok::TStringMiddle } else { Tok::FStringMiddle }, end);
    }

    /// At the first of two braces: it is text, the second is not, but belongs to the token's range.
    fn push_middle_before_brace(&mut self) {
        self.push_middle(self.pos + 1);
        if let Some(token) = self.tokens.last_mut() {
            token.end_col += 1;
        }
        self.pos += 2;
    }

    /// A replacement field starts at the brace that comes next.
    fn enter_field(&mut self) -> Lexed {
        let Some(fstring) = self.fstrings.last_mut() else { return Ok(()) };
        fstring.field_depth += 1;
        let too_deep = fstring.field_depth >= MAX_FIELDS;
        let letter = fstring.letter();
        fstring.in_text = false;
        if too_deep {
            return self.error(format!("{letter}-string: expressions nested too deeply"));
        }
        Ok(())
    }

    /// Reads one piece of text, up to a brace or to the closing quote, or the closing quote itself.
    pub(super) fn fstring_text(&mut self) -> Lexed {
        if self.line_ended {
            self.line_ended = false;
            self.next_line();
        }
        let Some(&FString { quote, triple, raw, in_format_spec, field_depth, .. }) = self.fstrings.last() else {
            return Ok(());
        };
        let in_format_spec = in_format_spec && field_depth >= 0;
        self.start = self.pos;
        self.first_lineno = self.lineno;
        self.multi_line_start = self.line_start;
        let first = self.peek();
        if first == b'{' && (in_format_spec || self.at(self.pos + 1) != b'{') {
            return self.enter_field();
        }
        let is_end = |at: usize, lexer: &Self| {
            lexer.at(at) == quote && (!triple || (lexer.at(at + 1) == quote && lexer.at(at + 2) == quote))
        };
        if is_end(self.pos, self) {
            self.pos += if triple { 3 } else { 1 };
            let template = self.fstrings.pop().is_some_and(|f| f.template);
            self.push(if template { Tok::TStringEnd } else { Tok::FStringEnd });
            return Ok(());
        }
        let mut named_escape = false;
        loop {
            let byte = self.peek();
            if byte == 0 || (!triple && byte == b'\n') {
                if byte != 0 && in_format_spec {
                    let letter = self.fstrings.last().map_or('f', FString::letter);
                    self.pos += 1;
                    return self.error(format!(
                        "{letter}-string: newlines are not allowed in format specifiers for single quoted \
                         {letter}-strings"
                    ));
                }
                return self.unterminated_fstring();
            }
            if byte == quote && is_end(self.pos, self) {
                self.push_middle(self.pos);
                return Ok(());
            }
            match byte {
                b'\n' => {
                    self.pos += 1;
                    self.next_line();
                    continue;
                }
                b'{' => {
                    if in_format_spec || self.at(self.pos + 1) != b'{' {
                        self.push_middle(self.pos);
                        self.start = self.pos;
                        return self.enter_field();
                    }
                    // The first of two braces is text.
                    self.push_middle_before_brace();
                    return Ok(());
                }
                b'}' => {
                    if named_escape {
                        self.pos += 1;
                        self.push_middle(self.pos);
                        return Ok(());
                    }
                    let at_top = self.fstrings.last().is_some_and(|f| f.depth == 0);
                    if self.at(self.pos + 1) == b'}' && !in_format_spec && at_top {
                        self.push_middle_before_brace();
                    } else {
                        if let Some(fstring) = self.fstrings.last_mut() {
                            fstring.in_text = false;
                        }
                        self.push_middle(self.pos);
                    }
                    return Ok(());
                }
                b'\\' => {
                    self.pos += 1;
                    if self.peek() == b'\r' && self.at(self.pos + 1) == b'\n' {
                        self.pos += 1;
                    }
                    match self.peek() {
                        // The brace is looked at again.
                        b'{' | b'}' => {
                            if !raw {
                                self.warn_escaped_brace();
                            }
                        }
                        b'N' if !raw => {
                            self.pos += 1;
                            if self.peek() == b'{' {
                                named_escape = true;
                                self.pos += 1;
                            }
                        }
                        b'\n' => {
                            self.pos += 1;
                            self.next_line();
                        }
                        0 => {}
                        _ => self.pos += 1,
                    }
                }
                _ => self.pos += 1,
            }
        }
    }

    fn unterminated_fstring(&mut self) -> Lexed {
        let detected = self.lineno;
        let Some(fstring) = self.fstrings.last() else { return Ok(()) };
        let letter = fstring.letter();
        let kind = if fstring.triple { "unterminated triple-quoted" } else { "unterminated" };
        let (start, lineno, line_start) = (fstring.start, fstring.lineno, fstring.line_start);
        self.lineno = lineno;
        self.line_start = line_start;
        let at_end = fstring.triple || self.pos >= self.src.len();
        self.pos = start + 1;
        let stop = self.error(format!("{kind} {letter}-string literal (detected at line {detected})"));
        if at_end {
            self.at_end_of_text();
        }
        stop
    }

    /// `pos` is at the brace after a backslash.
    fn warn_escaped_brace(&mut self) {
        let brace = char::from(self.peek());
        let message = format!(
            "\"\\{brace}\" is an invalid escape sequence. Such sequences will not work in the future. Did you mean \
             \"\\\\{brace}\"? A raw string is also an option."
        );
        let error_msg = format!(
            "\"\\{brace}\" is an invalid escape sequence. Did you mean \"\\\\{brace}\"? A raw string is also an option."
        );
        let col = self.char_col(self.pos + 1) - 1;
        let range = crate::ast::Range::new(self.lineno, col, self.lineno, col);
        self.warn(message, error_msg, self.lineno, range);
    }
}
