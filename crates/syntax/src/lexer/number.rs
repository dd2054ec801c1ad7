//! Numbers. Their values are computed by the parser; here is only how far they reach and what is wrong with them.

use super::{LexError, Lexed, Lexer, is_name_char};
use crate::ast::Range;
use crate::error::ErrorKind;
use crate::token::Tok;

impl Lexer<'_> {
    /// At a digit, or at a point before a digit.
    pub(super) fn number(&mut self, first: u8) -> Lexed {
        if first == b'.' {
            self.pos += 1;
            self.digits()?;
            self.exponent_or_end("decimal")?;
        } else if first == b'0' {
            self.pos += 1;
            match self.peek() {
                b'x' | b'X' => self.radix("hexadecimal", |byte| byte.is_ascii_hexdigit())?,
                b'o' | b'O' => self.radix("octal", |byte| (b'0'..b'8').contains(&byte))?,
                b'b' | b'B' => self.radix("binary", |byte| byte == b'0' || byte == b'1')?,
                _ => self.zero()?,
            }
        } else {
            self.digits()?;
            self.after_integer()?;
        }
        self.push(Tok::Number);
        Ok(())
    }

    /// At the letter of `0x`, `0o`, `0b`.
    fn radix(&mut self, kind: &str, is_digit: fn(u8) -> bool) -> Lexed {
        self.pos += 1;
        loop {
            if self.peek() == b'_' {
                self.pos += 1;
            }
            let byte = self.peek();
            if !is_digit(byte) {
                if byte.is_ascii_digit() {
                    return self.bad_digit(byte, kind);
                }
                return self.error(format!("invalid {kind} literal"));
            }
            while is_digit(self.peek()) {
                self.pos += 1;
            }
            if self.peek() != b'_' {
                break;
            }
        }
        let byte = self.peek();
        if byte.is_ascii_digit() {
            return self.bad_digit(byte, kind);
        }
        self.end_of_number(kind)
    }

    fn bad_digit(&mut self, digit: u8, kind: &str) -> Lexed {
        self.pos += 1;
        self.error(format!("invalid digit '{}' in {kind} literal", char::from(digit)))
    }

    /// After a leading zero.
    fn zero(&mut self) -> Lexed {
        loop {
            if self.peek() == b'_' {
                self.pos += 1;
                if !self.peek().is_ascii_digit() {
                    return self.error("invalid decimal literal");
                }
            }
            if self.peek() != b'0' {
                break;
            }
            self.pos += 1;
        }
        let zeros_end = self.pos;
        let nonzero = self.peek().is_ascii_digit();
        if nonzero {
            self.digits()?;
        }
        match self.peek() {
            b'.' | b'e' | b'E' | b'j' | b'J' => self.after_integer(),
            _ if nonzero && !self.extra => {
                let (lineno, line_start) = (self.lineno, self.line_start as u32);
                let (offset, end_offset) = (self.char_col(self.start) + 1, self.char_col(zeros_end) + 1);
                self.fail(LexError::At {
                    kind: ErrorKind::SyntaxError,
                    msg: "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal \
                          integers"
                        .to_owned(),
                    lineno,
                    line_start,
                    offset,
                    end_offset,
                    at_end: false,
                })
            }
            _ => self.end_of_number("decimal"),
        }
    }

    /// At the first of a run of digits.
    fn digits(&mut self) -> Lexed {
        loop {
            while self.peek().is_ascii_digit() {
                self.pos += 1;
            }
            if self.peek() != b'_' {
                return Ok(());
            }
            self.pos += 1;
            if !self.peek().is_ascii_digit() {
                return self.error("invalid decimal literal");
            }
        }
    }

    #[inline]
    fn after_integer(&mut self) -> Lexed {
        if self.peek() == b'.' {
            self.pos += 1;
            if self.peek().is_ascii_digit() {
                self.digits()?;
            }
        }
        self.exponent_or_end("decimal")
    }

    #[inline]
    fn exponent_or_end(&mut self, kind: &str) -> Lexed {
        if matches!(self.peek(), b'e' | b'E') {
            let exponent = self.pos;
            self.pos += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.pos += 1;
                if !self.peek().is_ascii_digit() {
                    return self.error("invalid decimal literal");
                }
            } else if !self.peek().is_ascii_digit() {
                // Not an exponent: the number ends before the letter.
                self.pos = exponent;
                return self.end_of_number("decimal");
            }
            self.digits()?;
        }
        if matches!(self.peek(), b'j' | b'J') {
            self.pos += 1;
            return self.end_of_number("imaginary");
        }
        self.end_of_number(kind)
    }

    /// What follows a number must not run into it, but for the `tokenize` module; a keyword may, with a warning.
    fn end_of_number(&mut self, kind: &str) -> Lexed {
        let byte = self.peek();
        if !is_name_char(byte) || byte >= 128 || self.extra {
            return Ok(());
        }
        let rest = &self.src[self.pos..];
        let whole: [&[u8]; 5] = [b"and", b"else", b"for", b"or", b"not"];
        let begun: [&[u8]; 3] = [b"if", b"in", b"is"];
        let behind = |word: &[u8]| rest.get(word.len()).is_none_or(|&byte| !is_name_char(byte));
        let is_keyword = whole.iter().any(|word| rest.starts_with(word) && behind(word));
        if is_keyword || begun.iter().any(|word| rest.starts_with(word)) {
            let message = format!("invalid {kind} literal");
            let col = self.char_col(self.pos);
            let range = Range::new(self.lineno, col - 1, self.lineno, col - 1);
            self.warn(message.clone(), message, self.lineno, range);
            return Ok(());
        }
        self.error(format!("invalid {kind} literal"))
    }
}
