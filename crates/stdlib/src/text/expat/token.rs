//! Tokens of a document's content and of its declarations: where they end and what is in them, without meaning.

use super::errors::Code;
use super::input::{is_allowed, is_space, name_length, space_length};

/// Why there is no token (yet).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Miss {
    /// The text ends inside of it.
    Partial,
    /// Wrong at this offset.
    Wrong(Code, usize),
}

pub type Found<T> = Result<T, Miss>;

fn invalid<T>(offset: usize) -> Found<T> {
    Err(Miss::Wrong(Code::InvalidToken, offset))
}

/// One token of content. Ranges are offsets into the text that it was found in.
#[derive(Debug, PartialEq, Eq)]
pub enum Token<'a> {
    Text(&'a str),
    Newline(usize),
    Start(Tag<'a>),
    End { name: &'a str, length: usize },
    Comment { text: &'a str, length: usize },
    Instruction { target: &'a str, data: &'a str, length: usize },
    CdataStart,
    Reference { name: &'a str, length: usize },
    Character { point: char, length: usize },
}

/// A start tag, or the tag of an empty element.
#[derive(Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    pub name: &'a str,
    /// Names and raw values.
    pub attributes: Vec<(&'a str, &'a str)>,
    pub is_empty: bool,
    pub length: usize,
}

fn check_allowed(text: &str, offset: usize) -> Found<()> {
    match text.char_indices().find(|&(_, c)| !is_allowed(c)) {
        Some((at, _)) => invalid(offset + at),
        None => Ok(()),
    }
}

/// The end of what looks like text.
pub fn text_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'<' | b'&' | b'\n' | b'\r' => return at,
            b']' if bytes.len() - at < 3 || &bytes[at..at + 3] == b"]]>" => return at,
            0..=0x08 | 0x0B | 0x0C | 0x0E..=0x1F => return at,
            // U+FFFE and U+FFFF.
            0xEF if bytes.get(at + 1) == Some(&0xBF) && bytes.get(at + 2).is_some_and(|&b| b >= 0xBE) => return at,
            _ => at += 1,
        }
    }
    at
}

/// The first token of content; `is_last` if nothing follows the text.
pub fn content(text: &str, is_last: bool) -> Found<Token<'_>> {
    let end = text_end(text);
    if end > 0 {
        return Ok(Token::Text(&text[..end]));
    }
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(b'<') => markup(text),
        Some(b'&') => reference(text),
        Some(b'\n') => Ok(Token::Newline(1)),
        Some(b'\r') => match bytes.get(1) {
            None if !is_last => Err(Miss::Partial),
            Some(b'\n') => Ok(Token::Newline(2)),
            _ => Ok(Token::Newline(1)),
        },
        Some(b']') if text.starts_with("]]>") => invalid(2),
        Some(b']') if is_last => Ok(Token::Text(&text[..1])),
        Some(b']') if "]]>".starts_with(text) => Err(Miss::Partial),
        Some(b']') => Ok(Token::Text(&text[..1])),
        Some(_) => invalid(0),
        None => Err(Miss::Partial),
    }
}

/// What begins with "<".
pub fn markup(text: &str) -> Found<Token<'_>> {
    let rest = &text[1..];
    match rest.chars().next() {
        None => Err(Miss::Partial),
        Some('/') => {
            let name = name(text, 2)?;
            let after = 2 + name.len();
            let end = after + space_length(&text[after..]);
            match text[end..].chars().next() {
                None => Err(Miss::Partial),
                Some('>') => Ok(Token::End { name, length: end + 1 }),
                Some(_) => invalid(end),
            }
        }
        Some('?') => instruction(text),
        Some('!') => {
            if text.starts_with("<!--") {
                comment(text)
            } else if text.starts_with("<![CDATA[") {
                Ok(Token::CdataStart)
            } else if "<!--".starts_with(text) || "<![CDATA[".starts_with(text) {
                Err(Miss::Partial)
            } else {
                let same = ["<!--", "<![CDATA["]
                    .iter()
                    .map(|known| known.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count())
                    .max();
                invalid(same.unwrap_or(2))
            }
        }
        Some(_) => start_tag(text),
    }
}

/// The name at an offset, and at least one character behind it.
fn name(text: &str, offset: usize) -> Found<&str> {
    let rest = &text[offset..];
    match name_length(rest) {
        0 if rest.is_empty() => Err(Miss::Partial),
        0 => invalid(offset),
        length if length == rest.len() => Err(Miss::Partial),
        length => Ok(&rest[..length]),
    }
}

fn start_tag(text: &str) -> Found<Token<'_>> {
    let tag_name = name(text, 1)?;
    let mut at = 1 + tag_name.len();
    let mut attributes: Vec<(&str, &str)> = Vec::new();
    loop {
        let space = space_length(&text[at..]);
        at += space;
        match text.as_bytes().get(at) {
            None => return Err(Miss::Partial),
            Some(b'>') => {
                return Ok(Token::Start(Tag { name: tag_name, attributes, is_empty: false, length: at + 1 }));
            }
            Some(b'/') => {
                return match text.as_bytes().get(at + 1) {
                    None => Err(Miss::Partial),
                    Some(b'>') => Ok(Token::Start(Tag { name: tag_name, attributes, is_empty: true, length: at + 2 })),
                    Some(_) => invalid(at + 1),
                };
            }
            Some(_) if space == 0 => return invalid(at),
            Some(_) => {}
        }
        let start = at;
        let attribute = name(text, at)?;
        at += attribute.len();
        at += space_length(&text[at..]);
        match text.as_bytes().get(at) {
            None => return Err(Miss::Partial),
            Some(b'=') => at += 1,
            Some(_) => return invalid(at),
        }
        at += space_length(&text[at..]);
        let quote = match text.as_bytes().get(at) {
            None => return Err(Miss::Partial),
            Some(&quote @ (b'"' | b'\'')) => quote,
            Some(_) => return invalid(at),
        };
        at += 1;
        let value = attribute_value(text, at, quote)?;
        at += value.len() + 1;
        if attributes.iter().any(|(other, _)| *other == attribute) {
            return Err(Miss::Wrong(Code::DuplicateAttribute, start));
        }
        attributes.push((attribute, value));
    }
}

fn attribute_value(text: &str, start: usize, quote: u8) -> Found<&str> {
    let bytes = text.as_bytes();
    let mut at = start;
    loop {
        match bytes.get(at) {
            None => return Err(Miss::Partial),
            Some(&byte) if byte == quote => break,
            Some(b'<') => return invalid(at),
            Some(b'&') => match reference(&text[at..]) {
                Ok(Token::Reference { length, .. } | Token::Character { length, .. }) => at += length,
                Err(Miss::Wrong(code, offset)) => return Err(Miss::Wrong(code, at + offset)),
                _ => return Err(Miss::Partial),
            },
            Some(_) => at += 1,
        }
    }
    let value = &text[start..at];
    check_allowed(value, start)?;
    Ok(value)
}

/// What begins with "&".
pub fn reference(text: &str) -> Found<Token<'_>> {
    if let Some(number) = text.strip_prefix("&#") {
        let (digits, radix, skip) = match number.strip_prefix('x') {
            Some(digits) => (digits, 16, 3),
            None => (number, 10, 2),
        };
        let count = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        return match digits[count..].chars().next() {
            None => Err(Miss::Partial),
            Some(';') if count > 0 => {
                let point = u32::from_str_radix(&digits[..count], radix).ok();
                match point.and_then(char::from_u32).filter(|&c| is_allowed(c)) {
                    Some(point) => Ok(Token::Character { point, length: skip + count + 1 }),
                    None => Err(Miss::Wrong(Code::BadCharRef, 0)),
                }
            }
            Some(_) => invalid(skip + count),
        };
    }
    let name = name(text, 1)?;
    match text.as_bytes().get(1 + name.len()) {
        Some(b';') => Ok(Token::Reference { name, length: name.len() + 2 }),
        _ => invalid(1 + name.len()),
    }
}

fn comment(text: &str) -> Found<Token<'_>> {
    let Some(end) = text[4..].find("--") else {
        check_allowed(&text[4..], 4)?;
        return Err(Miss::Partial);
    };
    check_allowed(&text[4..4 + end], 4)?;
    match text.as_bytes().get(4 + end + 2) {
        None => Err(Miss::Partial),
        Some(b'>') => Ok(Token::Comment { text: &text[4..4 + end], length: 4 + end + 3 }),
        Some(_) => invalid(4 + end + 2),
    }
}

/// What begins with "<?".
pub fn instruction(text: &str) -> Found<Token<'_>> {
    let target = name(text, 2)?;
    let after = 2 + target.len();
    if target.eq_ignore_ascii_case("xml") {
        return if target == "xml" { Err(Miss::Wrong(Code::MisplacedXmlPi, 0)) } else { invalid(after) };
    }
    let space = space_length(&text[after..]);
    let data = &text[after + space..];
    match data.find("?>") {
        Some(end) if space == 0 && end > 0 => invalid(after),
        Some(end) => {
            check_allowed(&data[..end], after + space)?;
            Ok(Token::Instruction { target, data: &data[..end], length: after + space + end + 2 })
        }
        None if space == 0 && !data.is_empty() && !data.starts_with('?') => invalid(after),
        None => {
            check_allowed(data, after + space)?;
            Err(Miss::Partial)
        }
    }
}

/// The end of a declaration (behind its ">"), which is not in quotes.
pub fn declaration_end(text: &str) -> Found<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => {
                check_allowed(&text[..at], 0)?;
                return Ok(at + 1);
            }
            (None, b'<') => return invalid(at),
            (None, _) => {}
        }
    }
    Err(Miss::Partial)
}

/// Reads a declaration's inside, word by word.
pub struct Words<'a> {
    pub text: &'a str,
    pub at: usize,
}

impl<'a> Words<'a> {
    pub fn new(text: &'a str, at: usize) -> Words<'a> {
        Words { text, at }
    }

    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub fn skip_space(&mut self) -> bool {
        let space = space_length(self.rest());
        self.at += space;
        space > 0
    }

    pub fn need_space(&mut self) -> Found<()> {
        if self.skip_space() { Ok(()) } else { invalid(self.at) }
    }

    pub fn take(&mut self, wanted: &str) -> bool {
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    /// A keyword, which no name character follows.
    pub fn word(&mut self, wanted: &str) -> bool {
        let rest = self.rest();
        let found = rest.starts_with(wanted) && !rest[wanted.len()..].chars().next().is_some_and(super::input::is_name);
        if found {
            self.at += wanted.len();
        }
        found
    }

    pub fn name(&mut self) -> Found<&'a str> {
        let length = name_length(self.rest());
        if length == 0 {
            return self.wrong();
        }
        let name = &self.rest()[..length];
        self.at += length;
        Ok(name)
    }

    /// A name token: it may begin with any name character.
    pub fn name_token(&mut self) -> Found<&'a str> {
        let rest = self.rest();
        let length = rest.find(|c| !super::input::is_name(c)).unwrap_or(rest.len());
        if length == 0 {
            return self.wrong();
        }
        self.at += length;
        Ok(&rest[..length])
    }

    /// A text in quotes.
    pub fn literal(&mut self) -> Found<&'a str> {
        let rest = self.rest();
        let quote = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => quote,
            _ => return self.wrong(),
        };
        match rest[1..].find(quote) {
            Some(end) => {
                self.at += end + 2;
                Ok(&rest[1..1 + end])
            }
            None => self.wrong(),
        }
    }

    /// Something is wrong here: a token that stands in the wrong place, or no token at all.
    pub fn wrong<T>(&self) -> Found<T> {
        match self.rest().chars().next() {
            Some(c) if super::input::is_name(c) || matches!(c, '"' | '\'' | '(' | ')' | '|' | ',' | '>' | '#') => {
                Err(Miss::Wrong(Code::Syntax, self.at))
            }
            _ => invalid(self.at),
        }
    }
}

/// A public identifier, with its white space made even.
pub fn public_id(raw: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || " \r\n-'()+,./:=?;!*#@$_%".contains(c);
    if !raw.chars().all(fits) {
        return None;
    }
    Some(raw.split(is_space).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "))
}
