//! The sixteen bytes at the head of a `.pyc` file: magic number, flags, and what the file was made from (PEP 552).

/// 3.14's magic number.
pub const MAGIC_NUMBER: u16 = 3627;
/// The first four bytes of a `.pyc` file.
pub const MAGIC: [u8; 4] = [MAGIC_NUMBER as u8, (MAGIC_NUMBER >> 8) as u8, b'\r', b'\n'];

const HASH_BASED: u32 = 1;
const CHECK_SOURCE: u32 = 2;

/// How a `.pyc` file is found to be out of date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Check {
    /// The source's modification time and size, modulo 2**32.
    Timestamp { mtime: u32, size: u32 },
    /// The source's hash, compared only if `checked`.
    Hash { hash: [u8; 8], checked: bool },
}

/// The head of a `.pyc` file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    pub check: Check,
}

/// Why a head is not one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HeaderError {
    /// The magic number is another version's.
    Magic([u8; 4]),
    /// Fewer than sixteen bytes.
    Short,
    /// Flags that no version sets.
    Flags(u32),
}

impl Header {
    pub const LENGTH: usize = 16;

    pub fn to_bytes(self) -> [u8; Header::LENGTH] {
        let mut bytes = [0; Header::LENGTH];
        bytes[..4].copy_from_slice(&MAGIC);
        match self.check {
            Check::Timestamp { mtime, size } => {
                bytes[8..12].copy_from_slice(&mtime.to_le_bytes());
                bytes[12..].copy_from_slice(&size.to_le_bytes());
            }
            Check::Hash { hash, checked } => {
                let flags = HASH_BASED | if checked { CHECK_SOURCE } else { 0 };
                bytes[4..8].copy_from_slice(&flags.to_le_bytes());
                bytes[8..].copy_from_slice(&hash);
            }
        }
        bytes
    }

    /// Reads the head; the marshalled code object follows it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Header, HeaderError> {
        let mut magic = [0; 4];
        let given = bytes.len().min(4);
        magic[..given].copy_from_slice(&bytes[..given]);
        if magic != MAGIC {
            return Err(HeaderError::Magic(magic));
        }
        let head: &[u8; Header::LENGTH] = bytes.first_chunk().ok_or(HeaderError::Short)?;
        let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let flags = word(4);
        if flags & !(HASH_BASED | CHECK_SOURCE) != 0 {
            return Err(HeaderError::Flags(flags));
        }
        let check = if flags & HASH_BASED != 0 {
            let mut hash = [0; 8];
            hash.copy_from_slice(&head[8..]);
            Check::Hash { hash, checked: flags & CHECK_SOURCE != 0 }
        } else {
            Check::Timestamp { mtime: word(8), size: word(12) }
        };
        Ok(Header { check })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_come_back() {
        for check in [
            Check::Timestamp { mtime: 1_700_000_000, size: 12 },
            Check::Hash { hash: *b"12345678", checked: true },
            Check::Hash { hash: *b"12345678", checked: false },
        ] {
            let header = Header { check };
            assert_eq!(Header::from_bytes(&header.to_bytes()), Ok(header));
        }
        assert_eq!(Header::from_bytes(b"+\x0e\r"), Err(HeaderError::Magic(*b"+\x0e\r\0")));
        assert_eq!(MAGIC, *b"+\x0e\r\n");
    }
}
