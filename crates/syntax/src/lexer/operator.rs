//! Operators, brackets, and the places where a replacement field of an f-string ends.

use super::{Bracket, Lexed, Lexer, MAX_LEVEL};
use crate::token::{Tok, Token};

impl Lexer<'_> {
    /// At a character that is neither space, name, number, string nor line end.
    pub(super) fn operator(&mut self, byte: u8) -> Lexed {
        if !self.fstrings.is_empty() && self.fstring_punctuation(byte) {
            return Ok(());
        }
        let (second, third) = (self.at(self.pos + 1), self.at(self.pos + 2));
        let (kind, length) = match (byte, second, third) {
            (b'(', ..) | (b'[', ..) | (b'{', ..) => return self.open(byte),
            (b')', ..) | (b']', ..) | (b'}', ..) => return self.close(byte),
            (b',', ..) => (Tok::Comma, 1),
            (b'.', b'.', b'.') => (Tok::Ellipsis, 3),
            (b'.', ..) => (Tok::Dot, 1),
            (b':', b'=', _) => (Tok::ColonEqual, 2),
            (b':', ..) => (Tok::Colon, 1),
            (b';', ..) => (Tok::Semi, 1),
            (b'=', b'=', _) => (Tok::EqEqual, 2),
            (b'=', ..) => (Tok::Equal, 1),
            (b'+', b'=', _) => (Tok::PlusEqual, 2),
            (b'+', ..) => (Tok::Plus, 1),
            (b'-', b'=', _) => (Tok::MinEqual, 2),
            (b'-', b'>', _) => (Tok::RArrow, 2),
            (b'-', ..) => (Tok::Minus, 1),
            (b'*', b'*', b'=') => (Tok::DoubleStarEqual, 3),
            (b'*', b'*', _) => (Tok::DoubleStar, 2),
            (b'*', b'=', _) => (Tok::StarEqual, 2),
            (b'*', ..) => (Tok::Star, 1),
            (b'/', b'/', b'=') => (Tok::DoubleSlashEqual, 3),
            (b'/', b'/', _) => (Tok::DoubleSlash, 2),
            (b'/', b'=', _) => (Tok::SlashEqual, 2),
            (b'/', ..) => (Tok::Slash, 1),
            (b'|', b'=', _) => (Tok::VBarEqual, 2),
            (b'|', ..) => (Tok::VBar, 1),
            (b'&', b'=', _) => (Tok::AmperEqual, 2),
            (b'&', ..) => (Tok::Amper, 1),
            (b'<', b'<', b'=') => (Tok::LeftShiftEqual, 3),
            (b'<', b'<', _) => (Tok::LeftShift, 2),
            (b'<', b'=', _) => (Tok::LessEqual, 2),
            (b'<', b'>', _) if self.is_flufl() => (Tok::NotEqual, 2),
            (b'<', ..) => (Tok::Less, 1),
            (b'>', b'>', b'=') => (Tok::RightShiftEqual, 3),
            (b'>', b'>', _) => (Tok::RightShift, 2),
            (b'>', b'=', _) => (Tok::GreaterEqual, 2),
            (b'>', ..) => (Tok::Greater, 1),
            (b'%', b'=', _) => (Tok::PercentEqual, 2),
            (b'%', ..) => (Tok::Percent, 1),
            (b'^', b'=', _) => (Tok::CircumflexEqual, 2),
            (b'^', ..) => (Tok::Circumflex, 1),
            (b'@', b'=', _) => (Tok::AtEqual, 2),
            (b'@', ..) => (Tok::At, 1),
            (b'~', ..) => (Tok::Tilde, 1),
            (b'!', b'=', _) => (Tok::NotEqual, 2),
            (b'!', ..) => (Tok::Exclamation, 1),
            (b'$' | b'?' | b'`', ..) => (Tok::Op, 1),
            _ => {
                self.pos += 1;
                return self.bad_character(char::from(byte));
            }
        };
        self.pos += length;
        if kind == Tok::Equal
            && let Some(fstring) = self.fstrings.last_mut()
            && fstring.depth - fstring.field_depth == 1
        {
            fstring.in_debug = true;
        }
        self.push(kind);
        Ok(())
    }

    /// Whether a statement before this one has said `from __future__ import barry_as_FLUFL`.
    #[cold]
    fn is_flufl(&mut self) -> bool {
        if self.flufl || self.extra {
            return self.flufl;
        }
        let ends = |token: &Token| matches!(token.kind, Tok::Newline | Tok::Semi);
        while let Some(length) = self.tokens.get(self.flufl_seen..).and_then(|tokens| tokens.iter().position(ends)) {
            let end = self.flufl_seen + length;
            let statement = &self.tokens[self.flufl_searched..end];
            let text = |token: &Token| self.src.get(token.start as usize..token.end as usize).unwrap_or(b"");
            let starts = statement.iter().position(|token| !token.kind.is_layout()).unwrap_or(0);
            self.flufl = statement.get(starts).is_some_and(|token| token.kind == Tok::From)
                && statement.get(starts + 1).is_some_and(|token| text(token) == b"__future__")
                && statement.iter().any(|token| text(token) == b"barry_as_FLUFL");
            (self.flufl_searched, self.flufl_seen) = (end + 1, end + 1);
            if self.flufl {
                return true;
            }
        }
        // The statement under way is not looked through again from its beginning. (Tokens may have been taken away meanwhile.)
        self.flufl_seen = self.tokens.len().max(self.flufl_searched);
        self.flufl
    }

    fn open(&mut self, byte: u8) -> Lexed {
        self.pos += 1;
        if self.brackets.len() >= MAX_LEVEL {
            return self.error("too many nested parentheses");
        }
        self.brackets.push(Bracket { open: byte, lineno: self.lineno, col: self.col(self.start) });
        if let Some(fstring) = self.fstrings.last_mut() {
            fstring.depth += 1;
        }
        self.push(match byte {
            b'(' => Tok::LPar,
            b'[' => Tok::LSqb,
            _ => Tok::LBrace,
        });
        Ok(())
    }

    fn close(&mut self, byte: u8) -> Lexed {
        self.pos += 1;
        let shown = char::from(byte);
        if let Some(fstring) = self.fstrings.last()
            && fstring.depth == 0
            && byte == b'}'
        {
            let letter = fstring.letter();
            return self.error(format!("{letter}-string: single '}}' is not allowed"));
        }
        if self.brackets.is_empty() && !self.extra {
            return self.error(format!("unmatched '{shown}'"));
        }
        if let Some(Bracket { open, lineno, .. }) = self.brackets.pop() {
            let matches = matches!((open, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}'));
            if !self.extra && !matches {
                if open == b'{'
                    && let Some(fstring) = self.fstrings.last()
                    && fstring.depth - 1 == fstring.field_depth
                {
                    let letter = fstring.letter();
                    return self.error(format!("{letter}-string: unmatched '{shown}'"));
                }
                let open = char::from(open);
                let mut msg = format!("closing parenthesis '{shown}' does not match opening parenthesis '{open}'");
                if lineno != self.lineno {
                    msg += &format!(" on line {lineno}");
                }
                return self.error(msg);
            }
        }
        if let Some(fstring) = self.fstrings.last_mut() {
            fstring.depth -= 1;
            if fstring.depth < 0 {
                let letter = fstring.letter();
                return self.error(format!("{letter}-string: unmatched '{shown}'"));
            }
            if byte == b'}' && fstring.depth == fstring.field_depth {
                fstring.field_depth -= 1;
                fstring.in_text = true;
                fstring.in_format_spec = false;
                fstring.in_debug = false;
            }
        }
        self.push(match byte {
            b')' => Tok::RPar,
            b']' => Tok::RSqb,
            _ => Tok::RBrace,
        });
        Ok(())
    }

    /// A colon at the top of a replacement field starts its format specification.
    fn fstring_punctuation(&mut self, byte: u8) -> bool {
        let Some(fstring) = self.fstrings.last_mut() else { return false };
        if byte != b':' || fstring.field_depth < 0 || fstring.depth - 1 != fstring.field_depth {
            return false;
        }
        fstring.in_text = true;
        fstring.in_format_spec = true;
        self.pos += 1;
        self.push(Tok::Colon);
        true
    }
}
