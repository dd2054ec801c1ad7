//! String literals other than the inside of f-strings.

use super::fstring::FString;
use super::{Lexed, Lexer};
use crate::token::Tok;

/// CPython's limit of f-strings inside one another.
const MAX_FSTRINGS: usize = 150;

impl Lexer<'_> {
    /// A literal that starts at `start` and whose opening quote is at `quote_at`.
    pub(super) fn string(&mut self, quote_at: usize) -> Lexed {
        let quote = self.at(quote_at);
        let triple = self.at(quote_at + 1) == quote && self.at(quote_at + 2) == quote;
        self.first_lineno = self.lineno;
        self.multi_line_start = self.line_start;
        let prefix = &self.src[self.start..quote_at];
        let (mut raw, mut letter) = (false, 0);
        for &byte in prefix {
            match byte | 0x20 {
                b'r' => raw = true,
                b'f' | b't' => letter = byte | 0x20,
                _ => {}
            }
        }
        if prefix.len() > 1
            && let Some((first, second)) = incompatible(prefix)
        {
            let (offset, end_offset) = (self.char_col(self.start) + 1, self.char_col(quote_at) + 1);
            let msg = format!("'{first}' and '{second}' prefixes are incompatible");
            self.pos = quote_at + 1;
            return self.error_range(msg, offset, end_offset);
        }
        if letter != 0 {
            self.pos = quote_at + if triple { 3 } else { 1 };
            if self.fstrings.len() + 1 >= MAX_FSTRINGS {
                return self.error("too many nested f-strings or t-strings");
            }
            let (start, lineno) = (self.start, self.first_lineno);
            let line_start = self.multi_line_start;
            self.fstrings.push(FString::new(letter == b't', quote, triple, raw, start, lineno, line_start));
            self.push(if letter == b't' { Tok::TStringStart } else { Tok::FStringStart });
            return Ok(());
        }
        if triple { self.triple_quoted(quote_at + 3, quote) } else { self.single_quoted(quote_at + 1, quote) }
    }

    fn single_quoted(&mut self, mut pos: usize, quote: u8) -> Lexed {
        let mut escaped_quote = false;
        let mut lines = false;
        loop {
            let rest = self.src.get(pos..).unwrap_or(b"");
            let Some(step) = memchr::memchr3(quote, b'\\', b'\n', rest) else {
                self.pos = self.src.len();
                return self.unterminated(escaped_quote);
            };
            pos += step;
            match self.src[pos] {
                b'\\' => {
                    let escaped = self.at(pos + 1);
                    escaped_quote |= escaped == quote;
                    pos += 2;
                    if escaped == b'\r' && self.at(pos) == b'\n' {
                        pos += 1;
                        lines = true;
                        self.pos = pos;
                        self.next_line();
                    } else if escaped == b'\n' {
                        lines = true;
                        self.pos = pos;
                        self.next_line();
                    }
                }
                b'\n' => {
                    self.pos = pos;
                    return self.unterminated(escaped_quote);
                }
                _ => break,
            }
        }
        self.pos = pos + 1;
        if lines {
            self.push_lines(Tok::String, self.pos);
        } else {
            self.push(Tok::String);
        }
        Ok(())
    }

    fn triple_quoted(&mut self, mut pos: usize, quote: u8) -> Lexed {
        loop {
            let rest = self.src.get(pos..).unwrap_or(b"");
            let Some(step) = memchr::memchr3(quote, b'\\', b'\n', rest) else {
                self.pos = self.src.len();
                return self.unterminated_triple(quote);
            };
            pos += step;
            match self.src[pos] {
                b'\\' => {
                    // A line end after the backslash is met on the next round.
                    pos += if self.at(pos + 1) == b'\n' { 1 } else { 2 };
                }
                b'\n' => {
                    pos += 1;
                    self.pos = pos;
                    self.next_line();
                }
                _ if self.at(pos + 1) == quote && self.at(pos + 2) == quote => break,
                _ => pos += 1,
            }
        }
        self.pos = pos + 3;
        self.push_lines(Tok::String, self.pos);
        Ok(())
    }

    /// The line ended inside a literal; reported where the literal starts.
    fn unterminated(&mut self, escaped_quote: bool) -> Lexed {
        let detected = self.lineno;
        let at_end = self.pos >= self.src.len();
        let quote = self.src[self.start..].iter().copied().find(|byte| matches!(byte, b'"' | b'\''));
        self.back_to_first_line();
        self.pos = self.start + 1;
        if let Some(fstring) = self.fstrings.last()
            && fstring.closes_with(quote.unwrap_or(0), false)
        {
            let letter = fstring.letter();
            return self.error(format!("{letter}-string: expecting '}}'"));
        }
        let hint = if escaped_quote { "; perhaps you escaped the end quote?" } else { "" };
        let stop = self.error(format!("unterminated string literal (detected at line {detected}){hint}"));
        if at_end {
            self.at_end_of_text();
        }
        stop
    }

    fn unterminated_triple(&mut self, quote: u8) -> Lexed {
        let detected = self.lineno;
        self.back_to_first_line();
        self.pos = self.start + 1;
        if let Some(fstring) = self.fstrings.last()
            && fstring.closes_with(quote, true)
        {
            let letter = fstring.letter();
            return self.error(format!("{letter}-string: expecting '}}'"));
        }
        let stop = self.error(format!("unterminated triple-quoted string literal (detected at line {detected})"));
        self.at_end_of_text();
        stop
    }

    pub(super) fn back_to_first_line(&mut self) {
        self.lineno = self.first_lineno;
        self.line_start = self.multi_line_start;
    }
}

/// Two letters of a prefix that do not go together.
fn incompatible(prefix: &[u8]) -> Option<(char, char)> {
    let has = |letter: char| prefix.iter().any(|&byte| char::from(byte | 0x20) == letter);
    let pairs = [('u', 'b'), ('u', 'r'), ('u', 'f'), ('u', 't'), ('b', 'f'), ('b', 't'), ('f', 't')];
    pairs.into_iter().find(|&(first, second)| has(first) && has(second))
}
