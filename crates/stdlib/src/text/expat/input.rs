//! Bytes of a document as text, piece by piece; and which characters XML allows where.

/// Stands for bytes that are no characters of the encoding: XML has no use for it.
pub const BAD: char = '\u{FFFF}';

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Latin1,
    Ascii,
    /// One byte each, by a table.
    Table(Box<[char; 256]>),
}

impl Encoding {
    /// The encodings that need no help of the program.
    pub fn named(name: &str) -> Option<Named> {
        Some(match name.to_ascii_uppercase().as_str() {
            "UTF-8" => Named::Is(Encoding::Utf8),
            "ISO-8859-1" => Named::Is(Encoding::Latin1),
            "US-ASCII" => Named::Is(Encoding::Ascii),
            "UTF-16BE" => Named::Is(Encoding::Utf16Be),
            "UTF-16LE" => Named::Is(Encoding::Utf16Le),
            "UTF-16" => Named::Utf16,
            _ => return None,
        })
    }

    /// An encoding by what each byte means; `None` if ASCII is not what XML needs.
    pub fn of_table(table: &[char; 256]) -> Option<Encoding> {
        let is_needed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='~') && !"$@\\^`{}~".contains(c);
        let fits = (0..=255u8).all(|byte| {
            let (own, meant) = (byte as char, table[byte as usize]);
            meant == own || (!is_needed(own) && !is_needed(meant))
        });
        fits.then(|| Encoding::Table(Box::new(*table)))
    }

    pub fn is_wide(&self) -> bool {
        matches!(self, Encoding::Utf16Le | Encoding::Utf16Be)
    }

    /// How many bytes a character took.
    pub fn width(&self, character: char) -> usize {
        match self {
            Encoding::Utf8 => character.len_utf8(),
            Encoding::Utf16Le | Encoding::Utf16Be => character.len_utf16() * 2,
            _ => 1,
        }
    }

    /// Appends the characters of `bytes` to `out`; returns how many bytes that took. The rest begins a character.
    pub fn decode(&self, bytes: &[u8], out: &mut String) -> usize {
        match self {
            Encoding::Utf8 => decode_utf8(bytes, out),
            Encoding::Latin1 => {
                out.extend(bytes.iter().map(|&byte| byte as char));
                bytes.len()
            }
            Encoding::Ascii => {
                out.extend(bytes.iter().map(|&byte| if byte < 128 { byte as char } else { BAD }));
                bytes.len()
            }
            Encoding::Table(table) => {
                out.extend(bytes.iter().map(|&byte| table[byte as usize]));
                bytes.len()
            }
            Encoding::Utf16Le => decode_utf16(bytes, out, u16::from_le_bytes),
            Encoding::Utf16Be => decode_utf16(bytes, out, u16::from_be_bytes),
        }
    }
}

/// What a name of an encoding stands for: UTF-16 leaves the order of bytes open.
pub enum Named {
    Is(Encoding),
    Utf16,
    /// The program is asked when it is needed.
    Unknown(String),
}

fn decode_utf8(bytes: &[u8], out: &mut String) -> usize {
    let mut done = 0;
    loop {
        match std::str::from_utf8(&bytes[done..]) {
            Ok(text) => {
                out.push_str(text);
                return bytes.len();
            }
            Err(error) => {
                let good = &bytes[done..done + error.valid_up_to()];
                out.push_str(&String::from_utf8_lossy(good));
                done += good.len();
                match error.error_len() {
                    None => return done,
                    Some(length) => {
                        out.push(BAD);
                        done += length;
                    }
                }
            }
        }
    }
}

fn decode_utf16(bytes: &[u8], out: &mut String, unit: fn([u8; 2]) -> u16) -> usize {
    let mut done = 0;
    let at = |index: usize| bytes.get(index..index + 2).map(|pair| unit([pair[0], pair[1]]));
    while let Some(first) = at(done) {
        match first {
            0xD800..=0xDBFF => {
                let Some(second) = at(done + 2) else { return done };
                if (0xDC00..=0xDFFF).contains(&second) {
                    let point = 0x10000 + ((u32::from(first) - 0xD800) << 10) + (u32::from(second) - 0xDC00);
                    out.push(char::from_u32(point).unwrap_or(BAD));
                    done += 4;
                } else {
                    out.push(BAD);
                    done += 2;
                }
            }
            _ => {
                out.push(char::from_u32(first.into()).unwrap_or(BAD));
                done += 2;
            }
        }
    }
    done
}

pub fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

/// Whether a document may contain the character.
pub fn is_allowed(character: char) -> bool {
    !matches!(character, '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\u{FFFE}' | '\u{FFFF}')
}

pub fn is_name_start(character: char) -> bool {
    matches!(character, 'a'..='z' | 'A'..='Z' | '_' | ':')
        || matches!(character,
            '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
            | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
            | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}')
}

pub fn is_name(character: char) -> bool {
    is_name_start(character)
        || matches!(character, '0'..='9' | '-' | '.' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// The length of the name that `text` begins with; 0 if it begins with none.
pub fn name_length(text: &str) -> usize {
    let mut characters = text.char_indices();
    match characters.next() {
        Some((_, first)) if is_name_start(first) => {}
        _ => return 0,
    }
    characters.find(|&(_, c)| !is_name(c)).map_or(text.len(), |(end, _)| end)
}

/// The length of the white space that `text` begins with.
pub fn space_length(text: &str) -> usize {
    text.find(|c| !is_space(c)).unwrap_or(text.len())
}
