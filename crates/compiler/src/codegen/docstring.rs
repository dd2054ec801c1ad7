//! Docstrings as they are stored: tabs expanded and the common indentation taken away, as `inspect.cleandoc` begins.

use syntax::text::CodePoints;
use syntax::{ErrorKind, foreign};

use crate::error::{CompileError, Result};

/// Cleans the text (WTF-8) of a docstring, which may not hold lone surrogates.
pub(super) fn clean(text: &[u8]) -> Result<Vec<u8>> {
    let text = expand_tabs(text);
    if std::str::from_utf8(&text).is_err() {
        return Err(CompileError::bare(ErrorKind::UnicodeEncodeError, foreign::escape(CodePoints::new(&text))));
    }
    Ok(trim(text))
}

fn trim(text: Vec<u8>) -> Vec<u8> {
    let first_end = text.iter().position(|&byte| byte == b'\n').map_or(text.len(), |at| at + 1);
    let margin = text[first_end..].split(|&byte| byte == b'\n').filter_map(indentation).min().unwrap_or(0);
    let lead = spaces(&text);
    if lead == 0 && margin == 0 {
        return text;
    }
    let mut clean = Vec::with_capacity(text.len());
    clean.extend_from_slice(&text[lead..first_end.max(lead)]);
    let mut rest = text.get(first_end.max(lead)..).unwrap_or_default();
    while !rest.is_empty() {
        rest = &rest[spaces(rest).min(margin)..];
        let end = rest.iter().position(|&byte| byte == b'\n').map_or(rest.len(), |at| at + 1);
        clean.extend_from_slice(&rest[..end]);
        rest = &rest[end..];
    }
    clean
}

fn spaces(line: &[u8]) -> usize {
    line.iter().take_while(|&&byte| byte == b' ').count()
}

/// The indentation of a line that is not blank.
fn indentation(line: &[u8]) -> Option<usize> {
    let count = spaces(line);
    (count < line.len()).then_some(count)
}

fn expand_tabs(text: &[u8]) -> Vec<u8> {
    if !text.contains(&b'\t') {
        return text.to_vec();
    }
    let mut out = Vec::with_capacity(text.len() + 16);
    let mut column = 0;
    for &byte in text {
        match byte {
            b'\t' => {
                let width = 8 - column % 8;
                out.resize(out.len() + width, b' ');
                column += width;
                continue;
            }
            b'\n' | b'\r' => column = 0,
            // Columns count code points.
            0x80..=0xBF => {}
            _ => column += 1,
        }
        out.push(byte);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{expand_tabs, trim};

    fn check(text: &str, expected: &str) {
        assert_eq!(String::from_utf8(trim(expand_tabs(text.as_bytes()))).unwrap(), expected);
    }

    #[test]
    fn margins() {
        check("one", "one");
        check("  one\n    two\n   three\n", "one\n two\nthree\n");
        check("one\n\ttwo\n  \n\t  three", "one\ntwo\n\n  three");
        check("   ", "");
        check("\n\n  x\n", "\n\nx\n");
    }
}
